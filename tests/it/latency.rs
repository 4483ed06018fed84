//! Latency over all pairs: against every path of every pair spelled out on small fabrics, against fabrics whose answers are known, and
//! against the report's own pair.

use proptest::prelude::*;
use serde_json::json;
use std::sync::Arc;
use weft::catalog::{Catalog, part_from_json};
use weft::engine::context::Context;
use weft::engine::estimate::pair;
use weft::engine::latency::answer::Answer;
use weft::engine::latency::{AllPairs, LIVE, Relation, all_pairs, message};
use weft::engine::service::evaluate;
use weft::engine::topology::{Topology, VertexIndex, VertexKind};
use weft::model::{Design, LinkLayer, NodeId, PartId, Switching};
use weft::units::{Bytes, Gbps, Nanoseconds, SortedMap};

use crate::graphs::{Graph, fat_tree, leaf_spine, plane};
use crate::routing::{drawn, group_of, random, walks};

const SIZES: [f64; 4] = [0.0, 300.0, 4096.0, 1e6];

fn everything(context: &Context) -> AllPairs {
    all_pairs(context, message(context), u64::MAX, &mut |_| {})
}

fn with_message(design: &mut Design, bytes: f64) {
    Arc::make_mut(&mut design.meta).settings.message = Some(Bytes(bytes));
}

/// Every shortest path of a pair as edges and the vertices between, found without the engine's searches: hop by hop, ever longer, until
/// the first arrive.
fn paths(topology: &Topology, from: VertexIndex, to: VertexIndex) -> Vec<(Vec<usize>, Vec<VertexIndex>)> {
    let mut open = vec![(vec![], vec![from])];
    for _ in 0..topology.vertices().len() {
        let mut longer = Vec::new();
        for (edges, vertices) in &open {
            let here = *vertices.last().unwrap();
            for (at, edge) in topology.edges().iter().enumerate().filter(|(_, edge)| edge.usable) {
                let other = if edge.ends[0] == here { edge.ends[1] } else { edge.ends[0] };
                let forwards = other == to || topology.vertices()[other as usize].transit;
                if edge.ends.contains(&here) && forwards && !vertices.contains(&other) {
                    let mut path: (Vec<usize>, Vec<VertexIndex>) = (edges.clone(), vertices.clone());
                    path.0.push(at);
                    path.1.push(other);
                    longer.push(path);
                }
            }
        }
        let arrived: Vec<_> = longer.iter().filter(|(_, vertices)| vertices.last() == Some(&to)).cloned().collect();
        if !arrived.is_empty() {
            return arrived;
        }
        open = longer;
    }
    Vec::new()
}

/// The latency of a path, as the words say it: what is crossed and passed, the ends, then packets over each stretch.
fn time(context: &Context, (edges, vertices): &(Vec<usize>, Vec<VertexIndex>), size: f64) -> Option<f64> {
    let topology = &context.topology;
    let mut sum: f64 = edges.iter().map(|edge| context.delays.crossing(2 * *edge as u32).0).sum();
    sum += vertices[1..vertices.len() - 1].iter().map(|vertex| context.delays.passing(*vertex).0).sum::<f64>();
    sum += [vertices[0], vertices[vertices.len() - 1]].iter().map(|end| context.delays.ending(topology, *end).0).sum::<f64>();
    if size == 0.0 {
        return Some(sum);
    }
    let rates: Vec<f64> = edges.iter().map(|edge| topology.edges()[*edge].gbps).collect();
    if edges.iter().any(|edge| !topology.edges()[*edge].rate_known || topology.edges()[*edge].gbps <= 0.0) {
        return None;
    }
    let packet = size.min(4096.0);
    let mut stretches: Vec<Vec<f64>> = vec![vec![]];
    for (at, rate) in rates.iter().enumerate() {
        if at > 0 && context.delays.stores(vertices[at]) {
            stretches.push(vec![]);
        }
        stretches.last_mut().unwrap().push(*rate);
    }
    let least = |rates: &[f64]| rates.iter().copied().fold(f64::INFINITY, f64::min);
    sum += stretches.iter().map(|stretch| packet * 8.0 / least(stretch)).sum::<f64>();
    Some(sum + (size - packet) * 8.0 / least(&rates))
}

/// Checks everything that is said of all pairs against brute force. Returns how many pairs there were.
fn check(design: &Design) -> usize {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    let topology = &context.topology;
    let size = message(&context).0;
    let found = everything(&context);
    assert!(found.is_complete());
    let mut hops: SortedMap<u32, u64> = SortedMap::new();
    let (mut apart, mut unknown, mut known) = (0, 0, Vec::new());
    for to in topology.endpoints() {
        for from in topology.endpoints().iter().filter(|from| *from != to) {
            let all = paths(topology, *from, *to);
            let Some(first) = all.first() else {
                apart += 1;
                continue;
            };
            *hops.entry(first.0.len() as u32).or_default() += 1;
            let times: Vec<Option<f64>> = all.iter().map(|path| time(&context, path, size)).collect();
            match times.contains(&None) {
                true => unknown += 1,
                false => known.push(times.into_iter().flatten().fold(0.0, f64::max)),
            }
            let report = pair::between(&context, *from, *to);
            let shown = report.iter().find(|estimate| estimate.key() == "pair-latency").unwrap().value();
            if let Some(slowest) = (!all.iter().any(|path| time(&context, path, size).is_none())).then(|| *known.last().unwrap()) {
                assert!((shown.unwrap() - slowest).abs() < 1e-6 * slowest.max(1.0), "the pair's own estimate {shown:?} is not {slowest}");
            } else {
                assert_eq!(shown, None);
            }
        }
    }
    known.sort_by(f64::total_cmp);
    assert_eq!(found.hops, hops);
    assert_eq!((found.apart, found.tally.unknown()), (apart, unknown));
    let mut counted: Vec<f64> = Vec::new();
    for class in &found.tally.classes {
        assert_eq!(class.histogram.width(), 0.0);
        let pairs: u64 = class.histogram.values().map(|(_, pairs)| pairs).sum();
        assert_eq!(pairs + class.unknown, class.pairs);
        counted.extend(class.histogram.values().flat_map(|(at, pairs)| std::iter::repeat_n(at, pairs as usize)));
    }
    counted.sort_by(f64::total_cmp);
    assert_eq!(counted.len(), known.len());
    for (found, slow) in counted.iter().zip(&known) {
        assert!((found - slow).abs() < 1e-4, "{found} is not {slow}");
    }
    if unknown == 0 && !known.is_empty() {
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        assert!((found.tally.mean().unwrap() - mean).abs() < 1e-4);
        assert!((found.tally.slowest().unwrap().value - known[known.len() - 1]).abs() < 1e-4);
        assert!((found.tally.quickest().unwrap().value - known[0]).abs() < 1e-4);
    }
    counted.len()
}

fn small_fabric() -> impl Strategy<Value = Design> {
    let rate = prop::sample::select(vec![None, Some(100.0), Some(200.0), Some(400.0), Some(400.0), Some(400.0)]);
    let link = (0usize..11, 0usize..11, rate, prop::sample::select(vec![None, Some(10.0), Some(20.0), Some(35.5)]));
    (2usize..6, 1usize..6, prop::collection::vec(link, 1..20), any::<u16>(), 0usize..4, any::<bool>()).prop_map(
        |(hosts, switches, links, bits, size, stores)| {
            let mut graph = Graph::default();
            let mut part =
                json!({"id": "own-switch", "kind": "switch", "vendor": "Own", "name": "Own switch", "ports": [{"count": 64, "form": "osfp", "gbps": 400}]});
            part["forwards"] = if stores { "cut-through" } else { "store-and-forward" }.into();
            let own = part_from_json(&weft::json::parse(&part.to_string()).unwrap()).unwrap();
            let mut nodes: Vec<NodeId> = (0..hosts).map(|host| graph.host(format!("h{host}"))).collect();
            nodes.extend((0..switches).map(|switch| graph.switch(format!("s{switch}"))));
            for (at, id) in nodes.iter().enumerate() {
                let mut node = graph.design.nodes.get(*id).unwrap().clone();
                if at < hosts && bits >> at & 3 == 3 {
                    node.transit = Some(true);
                }
                if at >= hosts && bits >> at & 1 == 1 {
                    node.part = PartId::new("own-switch");
                }
                graph.design.nodes.set(*id, Some(node.into()));
            }
            graph.design.parts.insert(own.id.clone(), Arc::new(own));
            for (a, b, gbps, latency) in links {
                let (a, b) = (nodes[a % nodes.len()], nodes[b % nodes.len()]);
                graph.link(a, b, gbps.unwrap_or(0.0), 0.0);
                let id = graph.design.links.ids().last().unwrap();
                let mut link = graph.design.links.get(id).unwrap().clone();
                link.gbps = gbps.map(weft::units::Gbps);
                link.latency = latency.map(Nanoseconds);
                graph.design.links.set(id, Some(link.into()));
            }
            with_message(&mut graph.design, SIZES[size]);
            if stores {
                Arc::make_mut(&mut graph.design.meta).settings.switching = Switching::StoreAndForward;
            }
            graph.design
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn all_pairs_equal_every_path_spelled_out(design in small_fabric()) {
        check(&design);
    }
}

#[test]
fn fabrics_with_many_alike_equal_every_path_spelled_out() {
    let mut pairs = 0;
    for mut design in [fat_tree(4), leaf_spine(3, 2, 3), plane(6, 3)] {
        for size in SIZES {
            with_message(&mut design, size);
            pairs += check(&design);
        }
        // One link that is otherwise breaks every symmetry through it.
        let id = design.links.ids().nth(5).unwrap();
        let mut link = design.links.get(id).unwrap().clone();
        link.latency = Some(Nanoseconds(777.0));
        link.gbps = Some(weft::units::Gbps(100.0));
        design.links.set(id, Some(link.into()));
        pairs += check(&design);
    }
    assert!(pairs > 1500);
}

#[test]
fn a_fat_tree_is_one_search_for_each_pod() {
    for k in [4u64, 8, 16] {
        let mut design = fat_tree(k as usize);
        with_message(&mut design, 0.0);
        let catalog = Catalog::builtin();
        let context = Context::new(&design, &catalog);
        let found = everything(&context);
        assert_eq!((found.looked, found.of), (k as usize, k as usize), "k = {k}");
        let (hosts, half) = (k.pow(3) / 4, k / 2);
        let rows: Vec<_> =
            found.tally.classes.iter().map(|class| (class.relation, class.hops, class.pairs, class.histogram.values().collect::<Vec<_>>())).collect();
        let (leaf, pod, far) = (hosts * (half - 1), hosts * (half * half - half), hosts * (hosts - half * half));
        let row = |tier, hops, pairs, ns| (Relation::Tier(tier), hops, pairs, vec![(ns, pairs)]);
        assert_eq!(rows, [row(1, 2, leaf, 700.0), row(2, 4, pod, 1500.0), row(3, 6, far, 2600.0)]);
        let answer = Answer::of(&context, u64::MAX, &mut |_| {});
        let names: Vec<&str> = answer.classes.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["Same leaf", "Same pod", "Across pods"]);
        let far = &answer.classes[2];
        assert_eq!(far.slowest.path.len(), 13, "seven boxes and six links");
        assert_eq!(far.terms, [("Links with stated latency".to_owned(), 2600.0)]);
    }
}

#[test]
fn what_is_written_is_read_back() {
    let catalog = Catalog::builtin();
    let nothing = Design::default();
    let context = Context::new(&nothing, &catalog);
    let empty = Answer::of(&context, u64::MAX, &mut |_| {});
    assert_eq!(Answer::from_json(&empty.to_json()).unwrap(), empty);
    let design = leaf_spine(4, 2, 3);
    let context = Context::new(&design, &catalog);
    let answer = Answer::of(&context, u64::MAX, &mut |_| {});
    assert_eq!(Answer::from_json(&answer.to_json()).unwrap(), answer);
    assert_eq!(answer.pairs, 12 * 11);
    // Too little time for one search: nothing is made up.
    let none = Answer::of(&context, 1, &mut |_| {});
    assert_eq!((none.is_complete(), none.of > 1 || none.is_complete()), (none.looked == none.of, true));
}

#[test]
fn a_report_without_time_says_that_it_is_not_complete() {
    // A random graph has no two endpoints alike.
    let mut graph = Graph::default();
    let mut state = 12345u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let switches: Vec<NodeId> = (0..40).map(|at| graph.switch(format!("s{at}"))).collect();
    for at in 0..switches.len() {
        for _ in 0..3 {
            let other = next(40) as usize;
            graph.link(switches[at], switches[other], 400.0, 100.0 + next(1000) as f64);
        }
    }
    for at in 0..60 {
        let host = graph.host(format!("h{at}"));
        graph.link(host, switches[next(40) as usize], 400.0, 100.0 + next(1000) as f64);
    }
    let catalog = Catalog::builtin();
    let context = Context::new(&graph.design, &catalog);
    assert!(context.topology.vertices().iter().any(|vertex| vertex.kind == VertexKind::Host));
    let some = all_pairs(&context, message(&context), 5000, &mut |_| {});
    assert!(!some.is_complete());
    let answer = Answer::of(&context, 5000, &mut |_| {});
    assert!(answer.classes.is_empty() && answer.mean.is_none() && answer.worst.is_none());
    let mut done = Vec::new();
    let all = all_pairs(&context, message(&context), u64::MAX, &mut |part| done.push(part));
    assert!(all.is_complete() && done.len() == all.of && done.last() == Some(&1.0));
    assert!(all.tally.slowest().unwrap().value >= some.tally.slowest().unwrap().value);
    let report = evaluate(&graph.design, &catalog);
    for (key, value) in [
        ("latency-worst", all.tally.slowest().map(|pair| pair.value)),
        ("latency-mean", all.tally.mean()),
        ("latency-best", all.tally.quickest().map(|pair| pair.value)),
    ] {
        let shown = report.estimate(key).unwrap().value().unwrap();
        assert!((shown - value.unwrap()).abs() < 1e-6 * shown, "{key}: {shown} is not {value:?}");
    }
}

/// A latency and a rate of its own for every link, so that no two ways are alike.
fn uneven(design: &mut Design, seed: u64) {
    let mut random = random(seed);
    for link in design.links.ids().collect::<Vec<_>>() {
        let mut record = design.links.get(link).unwrap().clone();
        record.latency = Some(Nanoseconds(50.0 + random(400) as f64));
        record.gbps = record.gbps.map(|gbps| if random(3) == 0 { Gbps(gbps.0 / 2.0) } else { gbps });
        design.links.set(link, Some(record.into()));
    }
}

/// A way as edges and vertices, from arcs.
fn spelled(topology: &Topology, arcs: &[u32]) -> (Vec<usize>, Vec<VertexIndex>) {
    let first = topology.arc_ends(arcs[0]).unwrap()[0];
    let vertices = std::iter::once(first).chain(arcs.iter().map(|arc| topology.arc_ends(*arc).unwrap()[1])).collect();
    (arcs.iter().map(|arc| *arc as usize / 2).collect(), vertices)
}

/// Holds all pairs, and the report's own pair, against ways that `stops` lists: for each place where a flow may stop all of its ways.
fn check_around(design: &Design, stops: impl Fn(&Context, VertexIndex, VertexIndex) -> Vec<Vec<Vec<u32>>>) {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    let (topology, size) = (&context.topology, message(&context).0);
    let found = everything(&context);
    let (mut worst, mut mean, mut best, mut hops): (Vec<f64>, f64, f64, SortedMap<u32, u64>) = (Vec::new(), 0.0, f64::INFINITY, SortedMap::new());
    let mut around = 0;
    for to in topology.endpoints() {
        for from in topology.endpoints().iter().filter(|from| *from != to) {
            let by_stop: Vec<(f64, usize)> = stops(&context, *from, *to)
                .iter()
                .map(|ways| {
                    let times = ways.iter().map(|arcs| (time(&context, &spelled(topology, arcs), size).unwrap(), arcs.len()));
                    times.fold((0.0, 0), |most, one| if one.0 > most.0 + 1e-9 { one } else { most })
                })
                .collect();
            assert!(!by_stop.is_empty());
            around += usize::from(by_stop.len() > 1);
            let slowest = by_stop.iter().fold((0.0, 0), |most, one| if one.0 > most.0 + 1e-9 { *one } else { most });
            worst.push(slowest.0);
            mean += by_stop.iter().map(|stop| stop.0).sum::<f64>() / by_stop.len() as f64;
            best = by_stop.iter().map(|stop| stop.0).fold(best, f64::min);
            *hops.entry(slowest.1 as u32).or_default() += 1;
            let shown = pair::between(&context, *from, *to).iter().find(|estimate| estimate.key() == "pair-latency").unwrap().value().unwrap();
            assert!((shown - slowest.0).abs() < 1e-6 * slowest.0, "{from} to {to}: {shown}, not {}", slowest.0);
        }
    }
    assert!(around > 0 || !context.routing.groups.is_empty() || !context.routing.domains.is_empty());
    assert_eq!(found.tally.pairs() as usize, worst.len());
    assert_eq!(found.hops, hops);
    mean /= worst.len() as f64;
    worst.sort_by(f64::total_cmp);
    let mut counted: Vec<f64> =
        found.tally.classes.iter().flat_map(|class| class.histogram.values().flat_map(|(at, pairs)| std::iter::repeat_n(at, pairs as usize))).collect();
    counted.sort_by(f64::total_cmp);
    assert!(counted.iter().zip(&worst).all(|(found, slow)| (found - slow).abs() < 1e-3));
    assert!((found.tally.mean().unwrap() - mean).abs() < 1e-3, "{:?} {mean}", found.tally.mean());
    assert!((found.tally.quickest().unwrap().value - best).abs() < 1e-3 && (found.tally.slowest().unwrap().value - worst[worst.len() - 1]).abs() < 1e-3);
    let [low, high] = found.mean_range.unwrap();
    assert!(low <= mean + 1e-3 && mean <= high + 1e-3);
    for (key, value) in [("latency-best", best), ("latency-mean", mean), ("latency-worst", worst[worst.len() - 1])] {
        let shown = evaluate(design, &catalog).estimate(key).unwrap().value().unwrap();
        assert!((shown - value).abs() < 1e-6 * value, "{key}: {shown} is not {value}");
    }
}

/// By way of each third group: all walks there of at most one link between groups, and on from wherever they arrive.
#[test]
fn ways_over_third_groups_are_timed_as_they_go() {
    for (seed, (p, a, h, groups)) in [("1", "2", "1", "0"), ("1", "3", "1", "3"), ("1", "4", "1", "4"), ("2", "2", "2", "5")].iter().enumerate() {
        let values = [("hosts", *p), ("switches", *a), ("global", *h), ("groups", *groups)];
        let mut design = drawn("dragonfly", &values, &[("paths", "valiant")]);
        uneven(&mut design, seed as u64);
        with_message(&mut design, SIZES[seed % SIZES.len()]);
        if seed % 2 == 1 {
            Arc::make_mut(&mut design.meta).settings.switching = Switching::StoreAndForward;
        }
        let names = design.clone();
        check_around(&design, |context, from, to| {
            let topology = &context.topology;
            assert_eq!(context.routing.fabrics[0].trouble, None);
            let group = |vertex: VertexIndex| group_of(&names, topology, vertex);
            let may = |way: &[VertexIndex], to: VertexIndex| {
                let crossed = way.windows(2).filter(|step| group(step[0]) != group(step[1])).count();
                crossed + usize::from(group(*way.last().unwrap()) != group(to)) <= 1
            };
            let mut third: Vec<String> =
                topology.endpoints().iter().map(|vertex| group(*vertex)).filter(|other| *other != group(from) && *other != group(to)).collect();
            third.sort();
            third.dedup();
            if group(from) == group(to) {
                return vec![walks(topology, from, &|vertex| vertex == to, &may)];
            }
            let by = |by: &String| {
                let there = |vertex: VertexIndex| topology.vertices()[vertex as usize].transit && group(vertex) == *by;
                let mut all = Vec::new();
                for first in walks(topology, from, &there, &may) {
                    let stop = topology.arc_ends(*first.last().unwrap()).unwrap()[1];
                    all.extend(walks(topology, stop, &|vertex| vertex == to, &may).into_iter().map(|rest| [first.clone(), rest].concat()));
                }
                all
            };
            third.iter().map(by).collect()
        });
    }
}

/// Through the scale-up domain to each of the XPUs that have the fewest hops to go, where those are fewer than one's own.
#[test]
fn ways_through_the_domain_are_timed_as_they_go() {
    for (seed, servers) in ["2", "3"].iter().enumerate() {
        let mut design = drawn("rail-optimised", &[("servers", servers)], &[("forwarding", "true")]);
        uneven(&mut design, 7 + seed as u64);
        check_around(&design, |context, from, to| {
            let topology = &context.topology;
            let node = |vertex: VertexIndex| topology.vertices()[vertex as usize].node;
            let straight = |from: VertexIndex| walks(topology, from, &|vertex| vertex == to, &|_, _| true);
            let all: Vec<VertexIndex> = topology.endpoints().iter().copied().filter(|other| node(*other) == node(from)).collect();
            let hops: Vec<usize> = all.iter().map(|other| if *other == to { 0 } else { straight(*other)[0].len() }).collect();
            let least = hops.iter().min().unwrap();
            let nearest: Vec<VertexIndex> = all.iter().zip(&hops).filter(|(_, hops)| *hops == least).map(|(other, _)| *other).collect();
            if node(from) == node(to) || nearest.contains(&from) {
                return vec![straight(from)];
            }
            let scale_up = |way: &[VertexIndex], to: VertexIndex| {
                let here = *way.last().unwrap();
                topology.row(here).iter().any(|hop| hop.to == to && topology.edges()[hop.arc as usize / 2].layer == Some(LinkLayer::NvLink))
            };
            let by = |stop: &VertexIndex| {
                let mut ways = Vec::new();
                for first in walks(topology, from, &|vertex| vertex == *stop, &scale_up) {
                    ways.extend(straight(*stop).into_iter().map(|rest| [first.clone(), rest].concat()));
                }
                // Wires beside each other are alike; of the ways over them one is enough.
                ways.sort_by_key(|arcs| spelled(topology, arcs).1);
                ways.dedup_by_key(|arcs| spelled(topology, arcs).1);
                ways
            };
            nearest.iter().map(by).collect()
        });
    }
}

/// Ends on several switches, cables of all lengths, what is broken and what hangs nowhere: by the switches alone, and every path spelled out.
#[test]
fn uneven_broken_and_joined_twice_equal_every_path_spelled_out() {
    let mut pairs = 0;
    for seed in 0..24u64 {
        let mut random = random(seed);
        let mut design = match seed % 4 {
            0 => fat_tree(4),
            1 => leaf_spine(3, 2, 3),
            2 => plane(5, 3),
            _ => {
                // Two planes, each end on a leaf of both, some on one switch twice and some joined with each other.
                let mut graph = Graph::default();
                let planes: Vec<Vec<NodeId>> = (0..2).map(|plane| (0..4).map(|at| graph.switch(format!("p{plane}s{at}"))).collect()).collect();
                for plane in &planes {
                    for (leaf, spine) in [(0, 2), (0, 3), (1, 2), (1, 3)] {
                        graph.link(plane[leaf], plane[spine], 400.0, 100.0);
                    }
                }
                let hosts: Vec<NodeId> = (0..8).map(|at| graph.host(format!("h{at}"))).collect();
                for (at, host) in hosts.iter().enumerate() {
                    for plane in &planes {
                        graph.link(*host, plane[at % 2], 400.0, 100.0);
                    }
                }
                graph.link(hosts[0], planes[0][0], 400.0, 100.0);
                graph.link(hosts[1], hosts[2], 400.0, 100.0);
                graph.design
            }
        };
        // One rate, so that no way is told apart by it; few lengths or many.
        let lengths = [1, 3, 400][seed as usize % 3];
        for link in design.links.ids().collect::<Vec<_>>() {
            if random(if seed < 12 { 1000 } else { 9 }) == 0 {
                design.links.set(link, None);
                continue;
            }
            let mut record = design.links.get(link).unwrap().clone();
            record.latency = Some(Nanoseconds(50.0 + random(lengths) as f64));
            design.links.set(link, Some(record.into()));
        }
        with_message(&mut design, SIZES[seed as usize % SIZES.len()]);
        if seed % 5 == 4 {
            Arc::make_mut(&mut design.meta).settings.switching = Switching::StoreAndForward;
        }
        pairs += check(&design);
    }
    assert!(pairs > 1500, "{pairs}");
    let mut alone = Graph::default();
    alone.host("alone".to_owned());
    assert_eq!(check(&alone.design), 0);
    alone.switch("switch".to_owned());
    assert_eq!(check(&alone.design), 0);
}

/// What takes a search for each endpoint by itself is one for each class of leaves: 64 systems whose cables differ are looked at all.
#[test]
fn cables_of_many_lengths_are_looked_at_all_in_a_live_report() {
    let design = drawn("rail-optimised", &[("servers", "300")], &[]);
    let catalog = Catalog::builtin();
    let context = Context::new(&design, &catalog);
    let found = all_pairs(&context, message(&context), LIVE, &mut |_| {});
    assert!(found.is_complete() && found.of <= 10, "one for each unit of 32 servers: {}", found.of);
    assert_eq!(found.tally.pairs(), 2400 * 2399);
    let counted: u64 = found.tally.classes.iter().flat_map(|class| class.histogram.values().map(|(_, pairs)| pairs)).sum();
    assert_eq!((counted, found.apart), (2400 * 2399, 0));
}

/// Holds all pairs of a design whose hosts have one port and one address each against the one way that its flows take.
fn check_tables(design: &Design) -> usize {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    let (topology, size) = (&context.topology, message(&context).0);
    let found = everything(&context);
    assert_eq!((found.by_tables, found.is_complete()), (Some(true), true));
    let (mut wanted, mut hops, mut apart, mut longer): (Vec<f64>, SortedMap<u32, u64>, u64, usize) = (Vec::new(), SortedMap::new(), 0, 0);
    for to in topology.endpoints() {
        for from in topology.endpoints().iter().filter(|from| *from != to) {
            let Some(arcs) = pair::only_path(&context, *from, *to) else {
                apart += 1;
                continue;
            };
            wanted.push(time(&context, &spelled(topology, &arcs), size).unwrap());
            *hops.entry(arcs.len() as u32).or_default() += 1;
            let ways = paths(topology, *from, *to);
            let slowest = ways.iter().filter_map(|way| time(&context, way, size)).fold(0.0, f64::max);
            longer += usize::from((slowest - wanted[wanted.len() - 1]).abs() > 1e-6);
        }
    }
    assert_eq!((found.hops.clone(), found.apart), (hops, apart));
    let mean = wanted.iter().sum::<f64>() / wanted.len() as f64;
    wanted.sort_by(f64::total_cmp);
    let mut counted: Vec<f64> =
        found.tally.classes.iter().flat_map(|class| class.histogram.values().flat_map(|(at, pairs)| std::iter::repeat_n(at, pairs as usize))).collect();
    counted.sort_by(f64::total_cmp);
    assert_eq!(counted.len(), wanted.len());
    assert!(counted.iter().zip(&wanted).all(|(found, wanted)| (found - wanted).abs() < 1e-3));
    let [low, high] = found.mean_range.unwrap();
    assert!(low <= mean + 1e-3 && mean <= high + 1e-3);
    for (key, value) in [("latency-best", wanted[0]), ("latency-mean", mean), ("latency-worst", wanted[wanted.len() - 1])] {
        let report = evaluate(design, &catalog);
        let shown = report.estimate(key).unwrap();
        assert!((shown.value().unwrap() - value).abs() < 1e-6 * value, "{key}: {shown:?} is not {value}");
        assert!(shown.assumptions().iter().any(|words| words.contains("along the tables, for every address of a port")), "{:?}", shown.assumptions());
    }
    longer
}

#[test]
fn pairs_are_timed_along_their_tables() {
    let mut differ = 0;
    for seed in 0..12 {
        let mut design = crate::ibdmchk::net(seed);
        uneven(&mut design, seed);
        let fabric = design.fabrics.ids().next().unwrap();
        // The same tables as if they had been read, and then with a cable less, so that some lead nowhere.
        let mut read = crate::lfts::returned(&design);
        with_message(&mut read, SIZES[seed as usize % 4]);
        with_message(&mut design, SIZES[seed as usize % 4]);
        differ += check_tables(&read);
        let link = read.links.ids().next().unwrap();
        read.links.set(link, None);
        differ += check_tables(&read);
        for paths in ["shortest", "up-down"] {
            crate::routing::state(&mut design, fabric, &[("routing", "tables"), ("paths", paths)]);
            differ += check_tables(&design);
        }
    }
    assert!(differ > 200, "{differ} pairs do not take the slowest of their routes with fewest hops");
}

#[test]
fn pairs_of_hosts_with_several_ports_take_all_ways_that_their_tables_lead() {
    // Two switches with a quick and a slow link between them, and two hosts on both: what h1 sends leaves by either of its ports, for either address of h2, so it may stay on one
    // switch or cross over. Shortest routes stay.
    let mut graph = Graph::default();
    let switches = [graph.switch("s1"), graph.switch("s2")];
    let hosts = [graph.host("h1"), graph.host("h2"), graph.host("h3")];
    for host in &hosts[..2] {
        for switch in &switches {
            graph.link(*host, *switch, 400.0, 100.0);
        }
    }
    graph.link(hosts[2], switches[1], 400.0, 100.0);
    graph.link(switches[0], switches[1], 400.0, 100.0);
    graph.link(switches[0], switches[1], 400.0, 900.0);
    let mut design = crate::routing::in_fabric(graph.design, &[("routing", "tables")]);
    with_message(&mut design, 0.0);
    let catalog = Catalog::builtin();
    let found = everything(&Context::new(&design, &catalog));
    assert_eq!((found.by_tables, found.apart), (Some(true), 0));
    assert_eq!(found.hops.iter().map(|(hops, pairs)| (*hops, *pairs)).collect::<Vec<_>>(), [(2, 6)], "{:?}", found.hops);
    // Too many pairs to follow: said in words, and over the slowest route.
    let large = crate::routing::in_fabric(leaf_spine(40, 4, 20), &[("routing", "tables")]);
    let context = Context::new(&large, &catalog);
    assert_eq!(everything(&context).by_tables, Some(false));
    let report = evaluate(&large, &catalog);
    let words = report.estimate("latency-mean").unwrap().assumptions().join("; ");
    assert!(words.contains("too many pairs to follow each along its tables"), "{words}");
}
