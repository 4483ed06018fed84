//! The engine: what holds for every design, and what is known of some.

use std::collections::BTreeSet;
use std::sync::Arc;

use petgraph::algo::{connected_components, dijkstra};
use proptest::prelude::*;
use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::estimate::collective::tuning::Calls;
use weft::engine::estimate::collective::{Algorithm, Collective, Question, answer};
use weft::engine::estimate::fill::{Shares, fill};
use weft::engine::estimate::flows::{Flow, FlowSet, Trouble, pair_histograms, rates};
use weft::engine::estimate::traffic::{self, Traffic};
use weft::engine::estimate::{Estimate, evaluate as evaluate_formula};
use weft::engine::latency::{all_pairs, message};
use weft::engine::report::Report;
use weft::engine::service::{Reply, Request, Service, evaluate};
use weft::engine::structure::Structure;
use weft::engine::templates;
use weft::engine::topology::Topology;
use weft::model::{Design, Link, LinkId, Node, NodeId, PartId, PartKind, Patch, PortPath, PortRef, Recalled, Routing, Subject};
use weft::units::{Gbps, Metres, Nanoseconds, Point, SortedMap};

use crate::graphs::{Graph, fat_tree, leaf_spine, plane};

fn report(design: &Design) -> Report {
    evaluate(design, &Catalog::builtin())
}

fn value(report: &Report, key: &str) -> f64 {
    report.estimate(key).and_then(Estimate::value).unwrap_or_else(|| panic!("{key} has no value"))
}

fn template(name: &str, set: &[(&str, &str)]) -> Design {
    let set = set.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    templates::generate(name, &set, &Catalog::builtin()).unwrap()
}

fn drawn() -> Vec<Design> {
    let mut unstated = fat_tree(4);
    let links: Vec<LinkId> = unstated.links.ids().collect();
    for (place, id) in links.into_iter().enumerate() {
        let mut link = unstated.links.get(id).unwrap().clone();
        link.latency = None;
        link.length = (place % 3 == 0).then_some(Metres(20.0));
        unstated.links.set(id, Some(link.into()));
    }
    let mut all = vec![Design::default(), fat_tree(4), unstated, leaf_spine(4, 2, 8), plane(8, 2), template("fat-tree", &[("k", "4")])];
    all.extend(templates::all().iter().map(|template| templates::generate(template.name, &SortedMap::new(), &Catalog::builtin()).unwrap()));
    all
}

/// What must hold of every report: formulas give their printed numbers, everything has a source, nothing is no number.
fn check(report: &Report) {
    let mut keys = BTreeSet::new();
    for estimate in &report.estimates {
        let key = estimate.key();
        assert!(keys.insert(key.to_owned()), "{key} occurs twice");
        assert_eq!(evaluate_formula(estimate.formula(), estimate.inputs()), Ok(estimate.value()), "{key} by {}", estimate.formula());
        assert!(!estimate.sources().is_empty() && estimate.sources().iter().all(|source| !source.trim().is_empty()), "{key} has no source");
        assert!(!estimate.assumptions().is_empty(), "{key} says nothing of what it takes for granted");
        let numbers = [estimate.value(), estimate.range().map(|range| range.0), estimate.range().map(|range| range.1)];
        let inputs = estimate.inputs().iter().flat_map(|input| [input.value, input.low, input.high]);
        for number in numbers.into_iter().chain(inputs).flatten() {
            assert!(number.is_finite(), "{key} holds {number}");
        }
        if let (Some(value), Some((low, high))) = (estimate.value(), estimate.range()) {
            assert!(low <= value && value <= high, "{key}: {low} <= {value} <= {high}");
        }
        let recalled = estimate.inputs().iter().any(|input| input.recalled);
        assert_eq!(estimate.is_recalled(), recalled, "{key}");
    }
}

#[test]
fn every_printed_formula_gives_its_printed_number() {
    for design in drawn() {
        check(&report(&design));
    }
    assert!(value(&report(&fat_tree(4)), "pair-latency") > 0.0);
}

#[test]
fn recalled_figures_left_out_leave_unknown_numbers_and_never_zero() {
    let mut changed = 0;
    for mut design in drawn() {
        let with = report(&design);
        Arc::make_mut(&mut design.meta).settings.recalled = Recalled::LeftOut;
        let without = report(&design);
        check(&without);
        for estimate in &with.estimates {
            let other = without.estimate(estimate.key()).unwrap();
            if estimate.is_recalled() {
                assert_eq!(other.value(), None, "{}", estimate.key());
                assert_eq!(other.range(), None, "{}", estimate.key());
                changed += 1;
            } else {
                assert_eq!(other.value(), estimate.value(), "{}", estimate.key());
            }
        }
    }
    assert!(changed > 10, "some designs must rest on recalled figures, {changed} estimates did");
}

#[test]
fn fabrics_with_known_answers_get_them() {
    for (design, bisection, oversubscription, hops) in [
        (fat_tree(4), 3200.0, Some(1.0), 6.0),
        (fat_tree(8), 25_600.0, Some(1.0), 6.0),
        (leaf_spine(8, 8, 16), 12_800.0, Some(2.0), 4.0),
        (plane(72, 18), 259_200.0, None, 2.0),
        (template("fat-tree", &[("k", "8")]), 25_600.0, Some(1.0), 6.0),
    ] {
        let report = report(&design);
        let found = report.estimate("bisection").unwrap();
        assert_eq!(found.value(), Some(bisection));
        assert_eq!(found.formula(), "endpoints / 2 * rate", "uniform fabrics have an exact bisection");
        assert_eq!(report.estimate("oversubscription").and_then(Estimate::value), oversubscription);
        assert_eq!(value(&report, "hops-max"), hops);
        assert_eq!(value(&report, "pair-bandwidth"), if bisection > 100_000.0 { 7200.0 } else { 400.0 });
    }
    // A link less, and the bisection is only bounded.
    let mut design = leaf_spine(8, 8, 16);
    design.links.set(LinkId(1), None);
    let report = report(&design);
    let found = report.estimate("bisection").unwrap();
    assert_eq!(found.formula(), "cut");
    assert_eq!(found.value(), Some(12_400.0));
    let low = found.range().unwrap().0;
    assert!((11_000.0..12_400.0).contains(&low), "at least {low}");
}

/// The slowest flow and what one endpoint sends (or receives) altogether, in Gb/s.
fn traffic_rates(design: &Design, pattern: Traffic) -> [f64; 2] {
    let catalog = Catalog::builtin();
    let estimates = traffic::estimates(&Context::new(design, &catalog), pattern);
    [0, 1].map(|at: usize| estimates[at].value().unwrap())
}

#[test]
fn traffic_presets_reach_their_closed_forms() {
    // k = 4: 16 hosts; k = 8: 128; two tiers of 2 : 1: 8 leaves of 16 hosts and 8 spines; one plane of 72 XPUs on 18 switches.
    for (design, pattern, slowest, endpoint) in [
        (fat_tree(4), Traffic::AllToAll, 400.0 / 15.0, 400.0),
        (fat_tree(8), Traffic::AllToAll, 400.0 / 127.0, 400.0),
        (leaf_spine(8, 8, 16), Traffic::AllToAll, 3200.0 / (16.0 * 112.0), 127.0 * 3200.0 / (16.0 * 112.0)),
        (plane(72, 18), Traffic::AllToAll, 7200.0 / 71.0, 7200.0),
        (fat_tree(4), Traffic::HalfShift, 400.0, 400.0),
        (leaf_spine(8, 8, 16), Traffic::HalfShift, 200.0, 200.0),
        (plane(72, 18), Traffic::HalfShift, 7200.0, 7200.0),
        (fat_tree(4), Traffic::Incast, 400.0 / 15.0, 400.0),
        (leaf_spine(8, 8, 16), Traffic::Incast, 400.0 / 127.0, 400.0),
        (plane(9, 18), Traffic::Incast, 900.0, 7200.0),
    ] {
        let found = traffic_rates(&design, pattern);
        assert!(close(found[0], slowest) && close(found[1], endpoint), "{pattern:?}: {found:?}, not {slowest} and {endpoint}");
    }
}

#[test]
fn a_lost_link_costs_an_all_to_all_what_it_must() {
    // k = 4 without one link between edge and aggregation: the other one carries all of the edge's four times seven flows.
    let edge_link = |design: &Design, a: &str, b: &str| {
        let name = |node: NodeId| design.nodes.get(node).unwrap().name.clone();
        design.links.iter().find(|(_, link)| [name(link.ends[0].node), name(link.ends[1].node)] == [a.to_owned(), b.to_owned()]).map(|(id, _)| id).unwrap()
    };
    for (a, b, rate) in [("p0e0", "p0a0", 400.0 / 28.0), ("p0a0", "c0", 50.0 / 3.0)] {
        let mut design = fat_tree(4);
        let id = edge_link(&design, a, b);
        design.links.set(id, None);
        assert!(close(traffic_rates(&design, Traffic::AllToAll)[0], rate), "{a} to {b}");
    }
}

/// The all-reduce bus bandwidth of 16 GiB in GB/s, and how it is reached.
fn all_reduce(design: &Design, ranks: Option<usize>) -> (f64, &'static str) {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    let question = Question {
        collective: Collective::AllReduce,
        size: weft::units::Bytes(2f64.powi(34)),
        ranks,
        algorithm: None,
        in_network: false,
        calls: Calls::Queued,
    };
    let answer = answer(&context, &question).unwrap();
    (answer.estimates(question.size)[0].value().unwrap(), answer.best(question.size).unwrap().algorithm.word())
}

#[test]
fn collectives_follow_the_drawing() {
    let whole = template("rail-optimised", &[("servers", "16")]);
    let (rate, by) = all_reduce(&whole, None);
    assert_eq!(by, "ring");
    assert!((340.0..384.0).contains(&rate), "eight adapters of 400G carry 384 GB/s, {rate} in time");

    // A server without one of its adapters: its ring takes the seven others, in every server.
    let mut design = whole.clone();
    let server = design.nodes.iter().find(|(_, node)| node.part.as_str() == "dgx-h100").map(|(id, _)| id).unwrap();
    let id = design.links.iter().find(|(_, link)| link.ends.iter().any(|end| end.node == server)).map(|(id, _)| id).unwrap();
    let link = design.links.get(id).unwrap().clone();
    design.links.set(id, None);
    let (lost, _) = all_reduce(&design, None);
    assert!(lost < rate * 0.95 && lost > rate * 0.80, "{lost} without one adapter, {rate} with all");
    design.links.set(id, Some(link.clone().into()));
    assert_eq!(all_reduce(&design, None).0.to_bits(), rate.to_bits(), "restored, it is what it was");

    // A slow link is left out where that is faster, and used where not.
    for (gbps, at_least) in [(370.0, lost), (40.0, lost * (1.0 - 1e-9))] {
        design.links.set(id, Some(Link { gbps: Some(Gbps(gbps)), ..link.clone() }.into()));
        let slow = all_reduce(&design, None).0;
        assert!(slow >= at_least && slow < rate, "{gbps} Gb/s: {slow}, between {at_least} and {rate}");
    }

    // One server alone does not see the network.
    assert_eq!(all_reduce(&whole, Some(8)).1, "in-switch");
    assert_eq!(all_reduce(&whole, Some(8)).0.to_bits(), all_reduce(&design, Some(8)).0.to_bits());
}

#[test]
fn every_collective_of_every_design_is_sound() {
    let catalog = Catalog::builtin();
    for design in drawn() {
        let context = Context::new(&design, &catalog);
        for (word, collective) in Collective::WORDS {
            for algorithm in Algorithm::WORDS.map(|(_, algorithm)| Some(algorithm)).into_iter().chain([None]) {
                for size in [0.5, 1.0, 1e6, 1e15] {
                    let question = Question { collective, size: weft::units::Bytes(size), ranks: None, algorithm, in_network: true, calls: Calls::Queued };
                    let Some(answer) = answer(&context, &question) else { continue };
                    let estimates = answer.estimates(question.size);
                    assert!(!estimates.is_empty(), "{word}");
                    check(&Report { estimates, ..report(&Design::default()) });
                }
            }
        }
    }
}

#[test]
fn curves_rise_and_agree_with_their_estimates() {
    let catalog = Catalog::builtin();
    let design = template("rail-optimised", &[("servers", "4")]);
    let context = Context::new(&design, &catalog);
    for (word, collective) in Collective::WORDS {
        let question = Question { collective, size: weft::units::Bytes(1024.0), ranks: None, algorithm: None, in_network: false, calls: Calls::Queued };
        let answer = answer(&context, &question).unwrap();
        let curve = answer.curve();
        assert_eq!(curve.len(), 25, "{word}: 1 KiB to 16 GiB");
        for pair in curve.windows(2) {
            assert!(pair[1].time > pair[0].time * 0.75, "{word}: no larger message is much faster: {pair:?}");
        }
        for point in &curve {
            let estimates = answer.estimates(point.size);
            assert_eq!(estimates[0].value(), Some(point.busbw));
            assert!(close(point.algbw, point.size.0 / point.time));
        }
    }
}

#[test]
fn latency_is_the_sum_of_its_terms() {
    let mut graph = Graph::default();
    let (a, b, leaf) = (graph.host("a"), graph.host("b"), graph.switch("leaf"));
    graph.link(a, leaf, 400.0, 1.0);
    graph.link(b, leaf, 200.0, 1.0);
    let mut design = graph.design;
    for id in [LinkId(1), LinkId(2)] {
        let mut link = design.links.get(id).unwrap().clone();
        link.latency = None;
        link.length = Some(Metres(10.0));
        design.links.set(id, Some(link.into()));
    }
    let report = report(&design);
    assert_eq!(value(&report, "pair-latency.propagation"), 20.0 * 4.9);
    assert_eq!(value(&report, "pair-latency.serialisation"), 4096.0 * 8.0 / 200.0);
    assert_eq!(value(&report, "pair-latency.switch"), 400.0);
    assert_eq!(value(&report, "pair-latency.adapter"), 1200.0);
    assert_eq!(value(&report, "pair-latency.fec"), 200.0);
    assert_eq!(value(&report, "pair-latency"), 98.0 + 163.84 + 400.0 + 1200.0 + 200.0);
    assert_eq!(value(&report, "latency-worst"), value(&report, "pair-latency"));
    assert!(report.estimate("pair-latency").unwrap().is_recalled());
    assert_eq!(value(&report, "pair-bandwidth"), 200.0);

    // One stated latency stands for all of its link.
    let mut link = design.links.get(LinkId(1)).unwrap().clone();
    link.latency = Some(Nanoseconds(77.0));
    design.links.set(LinkId(1), Some(link.into()));
    let report = evaluate(&design, &Catalog::builtin());
    assert_eq!(value(&report, "pair-latency.stated"), 77.0);
    assert_eq!(value(&report, "pair-latency.propagation"), 49.0);
}

#[test]
fn hosts_do_not_forward_between_their_rails() {
    let design = template("rail-optimised", &[]);
    let catalog = Catalog::builtin();
    let context = Context::new(&design, &catalog);
    // Without its spines a rail-optimised fabric still joins equal rails, and only those.
    let mut rails_only = design.clone();
    let spines: Vec<NodeId> = context.tiers.on(2).map(|(node, _)| node).collect();
    assert!(!spines.is_empty());
    for id in design.links.iter().filter(|(_, link)| spines.iter().any(|spine| link.touches(*spine))).map(|(id, _)| id) {
        rails_only.links.set(id, None);
    }
    let systems: Vec<NodeId> = context.tiers.on(0).map(|(node, _)| node).take(2).collect();
    let flow = |src: &str, dst: &str| Flow { src: format!("{}/{src}", systems[0]), dst: format!("{}/{dst}", systems[1]), path: None };
    let set = FlowSet { flows: vec![flow("xpu1", "xpu1"), flow("xpu1", "xpu2")] };
    let trouble = |design: &Design| rates(&Context::new(design, &catalog), &set, Routing::Ecmp).into_iter().map(|flow| flow.trouble).collect::<Vec<_>>();
    assert_eq!(trouble(&design), [None, None]);
    assert_eq!(trouble(&rails_only), [None, Some(Trouble::NoPath)]);
}

#[test]
fn flows_say_why_they_have_no_rate() {
    let mut graph = Graph::default();
    let (a, b, c, leaf) = (graph.host("a"), graph.host("b"), graph.host("c"), graph.switch("leaf"));
    graph.host("c");
    graph.link(a, leaf, 400.0, 1.0);
    graph.link(b, leaf, 400.0, 1.0);
    let ends = [graph.port(c), graph.port(leaf)];
    graph.design.links.push(Link::between(ends[0], ends[1]));
    let catalog = Catalog::builtin();
    let context = Context::new(&graph.design, &catalog);
    let flow = |src: &str, dst: &str, path: Option<Vec<u32>>| Flow { src: src.to_owned(), dst: dst.to_owned(), path };
    let flows = vec![
        flow("a", "b", None),
        flow("nobody", "b", None),
        flow("a", "c", None),
        flow("a", "a", None),
        flow("a", &c.to_string(), None),
        flow("a", &NodeId(5).to_string(), None),
        flow("a", "b", Some(vec![0, 3])),
        flow("a", "b", Some(vec![0, 2])),
        flow("a", "b", Some(vec![0, 900])),
        flow("a", "b", Some(vec![])),
    ];
    let found = rates(&context, &FlowSet { flows }, Routing::Ecmp);
    let trouble: Vec<_> = found.iter().map(|flow| flow.trouble).collect();
    use Trouble::{BadPath, NoDestination, NoPath, NoSource, SameEnd, UnknownRate};
    let expected =
        [None, Some(NoSource), Some(NoDestination), Some(SameEnd), Some(UnknownRate), Some(NoPath), None, Some(BadPath), Some(BadPath), Some(BadPath)];
    assert_eq!(trouble, expected);
    assert_eq!(found[0].rate, Some(Gbps(400.0 / 3.0)), "the flow of unknown rate takes its share of the link it crosses");
    assert_eq!(found[0].bottleneck, Some(Subject::Link(LinkId(1))));
}

#[test]
fn a_link_of_a_fat_tree_takes_at_most_64_bytes_of_the_compiled_graph() {
    let catalog = Catalog::builtin();
    for k in ["8", "32"] {
        let design = templates::generate("fat-tree", &SortedMap::from([("k".to_owned(), k.to_owned())]), &catalog).unwrap();
        let each = Topology::compile(&design, &catalog).bytes() as f64 / design.links.len() as f64;
        println!("k = {k}: {each:.1}");
        assert!(each <= 64.0, "k = {k}: {each:.1}");
    }
}

#[test]
fn the_service_drops_what_an_edit_has_overtaken() {
    let design = leaf_spine(2, 2, 2);
    let mut edited = design.clone();
    edited.links.set(LinkId(1), None);
    let patch = Patch::between(&design, &edited);

    let mut service = Service::new(Catalog::builtin());
    assert_eq!(service.answer(Request::Edit { base: 1, revision: 2, patch: patch.clone() }), Reply::NeedsDesign { revision: 2 });
    let Reply::Report { revision: 1, report: first } = service.answer(Request::Open { revision: 1, design: Box::new(design.clone()) }) else {
        panic!("a report")
    };
    assert_eq!(*first, report(&design));
    let Reply::Report { revision: 2, report: second } = service.answer(Request::Edit { base: 1, revision: 2, patch: patch.clone() }) else {
        panic!("a report")
    };
    assert_eq!(*second, report(&edited));
    assert_eq!(service.answer(Request::Edit { base: 1, revision: 3, patch }), Reply::NeedsDesign { revision: 3 });
}

/// A small graph from a seed of choices: hosts, switches, links between any of them with rates of a few sizes.
fn small_graph() -> impl Strategy<Value = Design> {
    let link = (0usize..10, 0usize..10, prop::sample::select(vec![100.0, 200.0, 400.0]), prop::sample::select(vec![10.0, 20.0, 35.0]));
    (2usize..6, 1usize..5, prop::collection::vec(link, 1..18), any::<u8>()).prop_map(|(hosts, switches, links, transit)| {
        let mut graph = Graph::default();
        let mut nodes: Vec<NodeId> = (0..hosts).map(|host| graph.host(format!("h{host}"))).collect();
        nodes.extend((0..switches).map(|switch| graph.switch(format!("s{switch}"))));
        if transit == 0 {
            let mut node = graph.design.nodes.get(nodes[0]).unwrap().clone();
            node.transit = Some(true);
            graph.design.nodes.set(nodes[0], Some(node.into()));
        }
        for (a, b, gbps, latency) in links {
            let (a, b) = (nodes[a % nodes.len()], nodes[b % nodes.len()]);
            graph.link(a, b, gbps, latency);
        }
        graph.design
    })
}

/// Filling as the book says it, one saturated arc after another, without any index.
fn slow_fill(flows: &[Shares], capacity: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut rate: Vec<Option<f64>> = vec![None; flows.len()];
    loop {
        let level = |arc: usize| {
            let open: f64 = flows
                .iter()
                .zip(&rate)
                .filter(|(_, rate)| rate.is_none())
                .flat_map(|(flow, _)| flow)
                .filter(|(other, _)| *other as usize == arc)
                .map(|(_, share)| share)
                .sum();
            let taken: f64 = flows
                .iter()
                .zip(&rate)
                .filter_map(|(flow, rate)| Some((flow, (*rate)?)))
                .flat_map(|(flow, rate)| flow.iter().filter(|(other, _)| *other as usize == arc).map(move |(_, share)| share * rate))
                .sum();
            (open > 1e-12).then(|| capacity[arc].map(|capacity| (capacity - taken).max(0.0) / open)).flatten()
        };
        let Some((full, least)) = (0..capacity.len()).filter_map(|arc| Some((arc, level(arc)?))).min_by(|a, b| a.1.total_cmp(&b.1)) else { return rate };
        for (flow, rate) in flows.iter().zip(&mut rate) {
            if rate.is_none() && flow.iter().any(|(arc, _)| *arc as usize == full) {
                *rate = Some(least);
            }
        }
    }
}

fn flows_over(arcs: u32) -> impl Strategy<Value = (Vec<Shares>, Vec<Option<f64>>)> {
    let share = (0..arcs, prop::sample::select(vec![1.0, 0.5, 0.25, 1.0 / 3.0]));
    let flow = prop::collection::vec(share, 1..5).prop_map(|shares| shares.into_iter().collect::<SortedMap<u32, f64>>().into_iter().collect::<Shares>());
    let capacity = prop::sample::select(vec![0.0, 100.0, 150.0, 400.0]).prop_map(Some);
    (prop::collection::vec(flow, 1..12), prop::collection::vec(capacity, arcs as usize))
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

/// The least capacity between two halves of the endpoints, over every split and every side for every switch.
fn slow_bisection(context: &Context) -> f64 {
    let topology = &context.topology;
    let count = topology.vertices().len();
    let endpoints = topology.endpoints().len() as u32;
    let mut least = f64::INFINITY;
    for sides in 0u32..1 << count {
        let left: u32 = topology.endpoints().iter().map(|vertex| sides >> vertex & 1).sum();
        if left.abs_diff(endpoints - left) > endpoints % 2 {
            continue;
        }
        let across = topology.edges().iter().filter(|edge| edge.usable && (sides >> edge.ends[0] & 1) != (sides >> edge.ends[1] & 1));
        least = least.min(across.map(|edge| edge.gbps).sum());
    }
    least
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn filling_is_max_min_fair((flows, capacity) in flows_over(8)) {
        let found = fill(&flows, &capacity);
        let slow = slow_fill(&flows, &capacity);
        for (flow, slow) in found.iter().zip(&slow) {
            prop_assert!(close(flow.rate.unwrap(), slow.unwrap()), "{:?} is not {:?}", flow.rate, slow);
        }
        let mut load = vec![0.0; capacity.len()];
        let mut fastest = vec![0.0f64; capacity.len()];
        for (shares, flow) in flows.iter().zip(&found) {
            for (arc, share) in shares {
                load[*arc as usize] += share * flow.rate.unwrap();
                fastest[*arc as usize] = fastest[*arc as usize].max(flow.rate.unwrap());
            }
        }
        for (load, capacity) in load.iter().zip(&capacity) {
            prop_assert!(*load <= capacity.unwrap() * (1.0 + 1e-9) + 1e-9);
        }
        // Optimal: every flow crosses a full arc on which nothing is faster; its bottleneck is one.
        for (shares, flow) in flows.iter().zip(&found) {
            let held = |arc: u32| close(load[arc as usize], capacity[arc as usize].unwrap()) && close(fastest[arc as usize], flow.rate.unwrap());
            prop_assert!(shares.iter().any(|(arc, _)| held(*arc)) && held(flow.bottleneck.unwrap()));
        }
    }

    #[test]
    fn more_capacity_never_lowers_the_least_rate((flows, capacity) in flows_over(6), arc in 0usize..6, more in 1.0f64..500.0) {
        let least = |capacity: &[Option<f64>]| fill(&flows, capacity).iter().map(|flow| flow.rate.unwrap()).fold(f64::INFINITY, f64::min);
        let mut raised = capacity.clone();
        raised[arc] = raised[arc].map(|rate| rate + more);
        prop_assert!(least(&raised) >= least(&capacity) - 1e-9);
        // A flow alone is never slower for it.
        let alone = |capacity: &[Option<f64>]| fill(&flows[..1], capacity)[0].rate.unwrap();
        prop_assert!(alone(&raised) >= alone(&capacity));
    }

    #[test]
    fn structure_is_what_taking_things_out_shows(design in small_graph()) {
        let topology = Topology::compile(&design, &Catalog::builtin());
        let found = Structure::of(&topology);
        prop_assert_eq!(found.components, connected_components(&topology));
        for (edge, link) in topology.links().iter().enumerate() {
            let mut without = design.clone();
            without.links.set(*link, None);
            let splits = Structure::of(&Topology::compile(&without, &Catalog::builtin())).components > found.components;
            prop_assert_eq!(found.is_bridge(edge as u32), splits, "{}", link);
        }
        for (vertex, node) in topology.nodes().iter().enumerate() {
            let mut without = design.clone();
            for link in topology.links().iter().filter(|link| design.links.get(**link).unwrap().touches(*node)) {
                without.links.set(*link, None);
            }
            without.nodes.set(*node, None);
            let alone = usize::from(topology.row(vertex as u32).is_empty());
            let splits = Structure::of(&Topology::compile(&without, &Catalog::builtin())).components + alone > found.components;
            prop_assert_eq!(found.is_articulation_point(vertex as u32), splits, "{}", node);
        }
    }

    #[test]
    fn looking_at_twins_once_changes_no_answer(design in small_graph(), copies in 1usize..5) {
        // Copies of hosts and of switches make twins; whole leaves with their hosts too.
        let mut graph = Graph::of(design);
        let nodes: Vec<NodeId> = graph.design.nodes.ids().collect();
        for (place, node) in nodes.iter().enumerate().take(3) {
            let links: Vec<Link> = graph.design.links_of(*node).map(|(_, link)| link.clone()).collect();
            for copy in 0..copies * place {
                let id = graph.node(if place == 0 { PartKind::Switch } else { PartKind::System }, format!("copy {copy} of {node}"));
                for link in &links {
                    let other = if link.ends[0].node == *node { link.ends[1].node } else { link.ends[0].node };
                    let mut link = link.clone();
                    link.ends = [graph.port(id), graph.port(other)];
                    graph.design.links.push(link);
                }
            }
        }
        let catalog = Catalog::builtin();
        let context = Context::new(&graph.design, &catalog);
        let topology = &context.topology;
        let fast = all_pairs(&context, message(&context), u64::MAX, &mut |_| {});
        let slow = pair_histograms(topology, |arc| context.delays.crossing(arc).0, |vertex| context.delays.passing(vertex).0);
        prop_assert!(fast.is_complete());
        prop_assert_eq!(fast.hops, slow.hops.clone());
        prop_assert_eq!(fast.apart, slow.apart);
        prop_assert_eq!(fast.most_hops.map(|pair| pair.value as u32), slow.hops.keys().next_back().copied());
    }

    #[test]
    fn petgraph_walks_the_same_graph(design in small_graph()) {
        let topology = Topology::compile(&design, &Catalog::builtin());
        let everywhere = dijkstra(&topology, 0, None, |_| 1u32);
        let component = Structure::of(&topology).component;
        let joined = component.iter().filter(|other| **other == component[0]).count();
        prop_assert_eq!(everywhere.len(), joined);
    }

    #[test]
    fn a_bisection_is_never_below_the_worst_split(design in small_graph()) {
        let catalog = Catalog::builtin();
        let context = Context::new(&design, &catalog);
        let report = report(&design);
        let Some(estimate) = report.estimate("bisection") else { return Ok(()) };
        if context.structure.components > 1 {
            return Ok(());
        }
        let (found, truth) = (estimate.value().unwrap(), slow_bisection(&context));
        prop_assert!(found >= truth - 1e-6, "{} is below {}", found, truth);
        prop_assert!(estimate.range().unwrap().0 <= truth + 1e-6, "the lower end is above {}", truth);
        if estimate.formula() != "cut" {
            prop_assert!(close(found, truth), "{} is called exact, but {} is", found, truth);
        }
    }

    #[test]
    fn hostile_designs_get_a_report_of_numbers(
        parts in prop::collection::vec(0usize..10, 1..12),
        links in prop::collection::vec((0u32..16, 0u16..70, 0u8..4, 0u32..16, 0u16..70, 0u8..4, 0usize..9, 0usize..9, 0usize..9), 0..40),
    ) {
        let ids = ["generic-switch", "generic-host", "generic-xpu", "generic-nic", "nobody", "dgx-h100", "nvidia-qm9700", "dac-800g-osfp", "generic-rack-48u", "nvidia-sn5600"];
        let numbers = [0.0, -1.0, 1e300, f64::MAX, f64::MIN_POSITIVE, 400.0, 1.0, f64::NAN, f64::INFINITY];
        let mut design = Design::default();
        for (place, part) in parts.iter().enumerate() {
            let mut node = Node::new(PartId::new(ids[*part]), "same name", Point::default());
            node.transit = [None, Some(true), Some(false)][place % 3];
            design.nodes.push(node);
        }
        for (a, cage_a, child_a, b, cage_b, child_b, rate, latency, length) in links {
            let end = |node, cage, child| PortRef { node: NodeId(node), port: PortPath { cage, child } };
            let mut link = Link::between(end(a, cage_a, child_a), end(b, cage_b, child_b));
            link.gbps = (rate > 0).then(|| Gbps(numbers[rate]));
            link.latency = (latency > 4).then(|| Nanoseconds(numbers[latency]));
            link.length = (length > 2).then(|| Metres(numbers[length]));
            design.links.push(link);
        }
        check(&report(&design));
    }
}
