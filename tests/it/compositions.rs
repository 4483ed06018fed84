//! Numbers of designs that put several things together, each derived by hand beside it: several networks between the same hosts, domains of unlike
//! sizes, scale-up networks of two stages and without switches, XPUs beside storage.

use weft::catalog::Catalog;
use weft::engine::ask;
use weft::engine::context::Context;
use weft::engine::estimate::collective::tuning::Calls;
use weft::engine::estimate::collective::{Algorithm, Collective, Question, answer};
use weft::engine::estimate::traffic::{self, Traffic};
use weft::engine::estimate::{Estimate, pair};
use weft::engine::failures::connectivity::connectivity;
use weft::engine::failures::degrade::{degraded, outages};
use weft::engine::failures::ranking::{Kind, rank};
use weft::engine::service::evaluate;
use weft::engine::templates;
use weft::io::load;
use weft::model::{Design, Element, Fabric, FabricRole, NodeId, PartKind};
use weft::units::{Bytes, SortedMap};

use crate::graphs::Graph;
use crate::memory::{Random, with_link};
use crate::text_design;

fn drawn(text: &str) -> Design {
    text_design::read(text).design
}

fn example(name: &str) -> Design {
    let path = format!("{}/examples/{name}.json", env!("CARGO_MANIFEST_DIR"));
    load(&std::fs::read_to_string(path).unwrap()).unwrap().design
}

fn value(estimates: &[Estimate], key: &str) -> Option<f64> {
    estimates.iter().find(|estimate| estimate.key() == key).unwrap_or_else(|| panic!("{key}")).value()
}

fn named(design: &Design, name: &str) -> Element {
    let node: NodeId = design.nodes.iter().find(|(_, node)| node.name == name).unwrap_or_else(|| panic!("{name}")).0;
    Element { node, inside: None }
}

/// Hops and Gb/s of a pair that has the fabric to itself; `None` without a route.
fn between(design: &Design, from: &str, to: &str) -> Option<(f64, f64)> {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    let found = pair::estimates(&context, &named(design, from), &named(design, to));
    value(&found, "pair-bandwidth").map(|rate| (value(&found, "pair-hops").unwrap(), rate))
}

/// How many links have to fail to part the pair that is easiest to part, and the one that is hardest.
fn parts(design: &Design) -> Option<(u32, u32)> {
    let catalog = Catalog::builtin();
    connectivity(&Context::new(design, &catalog), &mut |_| {}).map(|found| (found.least, found.most))
}

/// What everyone gets of each flow in Gb/s.
fn slowest(design: &Design, traffic: Traffic) -> Option<f64> {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    value(&traffic::answer(&context, &traffic.into()).unwrap().estimates, &format!("traffic-{}-slowest", traffic.word()))
}

/// What a collective of endless messages carries, in GB/s, by one algorithm.
fn carries(design: &Design, collective: Collective, algorithm: Algorithm) -> Option<f64> {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    let question = Question { collective, size: Bytes(1e12), ranks: None, algorithm: Some(algorithm), in_network: false, calls: Calls::Queued };
    let answer = answer(&context, &question).unwrap();
    let best = answer.best(question.size)?;
    best.bandwidth.value()
}

#[track_caller]
fn close(found: Option<f64>, expected: f64) {
    assert!(found.is_some_and(|found| (found - expected).abs() <= 1e-9 * expected.abs()), "{found:?} is not {expected}");
}

/// Four hosts on two leaves below two spines by 400 Gb/s, and one switch of 1 Gb/s that all of them are managed by; `more` is drawn besides.
fn managed(more: &str) -> Design {
    drawn(&format!(
        "fabric c\nfabric m role=management\n\
         each i 1..4: generic-host h{{i}} ports=4 gbps=400\neach l 1..2: generic-switch leaf{{l}} ports=16 gbps=400\n\
         each s 1..2: generic-switch spine{{s}} ports=16 gbps=400\ngeneric-switch mgmt ports=16 gbps=400\n\
         each i 1..2: h{{i}}.1 -- leaf1.{{i}} copper 400G 3m fabric=c\neach i 3..4: h{{i}}.1 -- leaf2.{{i}} copper 400G 3m fabric=c\n\
         each l 1..2 each s 1..2: leaf{{l}}.{{8+s}} -- spine{{s}}.{{l}} copper 400G 3m fabric=c\n\
         each i 1..4: h{{i}}.2 -- mgmt.{{i}} copper 1G 3m fabric=m\n{more}"
    ))
}

#[test]
fn hosts_of_a_compute_fabric_send_nothing_over_the_management_switch() {
    // The management switch is two hops from everywhere, the other leaf four.
    let design = managed("");
    assert_eq!(between(&design, "h1", "h2"), Some((2.0, 400.0)));
    assert_eq!(between(&design, "h1", "h3"), Some((4.0, 400.0)));
    // Each host sends to three: 400 / 3. Up from a leaf go four flows over 800.
    close(slowest(&design, Traffic::AllToAll), 400.0 / 3.0);
    close(slowest(&design, Traffic::HalfShift), 400.0);
    let report = evaluate(&design, &Catalog::builtin());
    assert_eq!(value(&report.estimates, "hops-max"), Some(4.0));
    // A ring of four over 400 Gb/s: 50 GB/s of wire, 0.96 of it for the collective, 4 / (2 × 3) of that of the message.
    close(carries(&design, Collective::AllReduce, Algorithm::Ring), 50.0 * 0.96 * 4.0 / 6.0);
    let words = Context::new(&design, &Catalog::builtin()).routing.words().to_owned();
    assert!(words.ends_with("between what is on a compute fabric, links of other networks carry nothing"), "{words}");

    // Leaves that are managed by the same switch make no way either: from leaf to leaf by it would be as short as by a spine.
    let leaves = managed("each l 1..2: leaf{l}.16 -- mgmt.{10+l} copper 1G 3m fabric=m");
    assert_eq!(between(&leaves, "h1", "h3"), Some((4.0, 400.0)));
    close(slowest(&leaves, Traffic::AllToAll), 400.0 / 3.0);
    // Without the spines there is none at all, whatever the management switch could do.
    let apart = degraded(&leaves, &Catalog::builtin(), &outages(&["n7".to_owned(), "n8".to_owned()])).design;
    assert_eq!((between(&apart, "h1", "h3"), between(&apart, "h1", "h2")), (None, Some((2.0, 400.0))));

    // What has nothing but the other network is reached by it, and by nothing else.
    let storage = managed("fabric s role=storage\ngeneric-host store ports=2 gbps=400\nstore.1 -- mgmt.9 copper 200G 3m fabric=s");
    assert_eq!(between(&storage, "h1", "store"), Some((2.0, 1.0)));
    assert_eq!(between(&storage, "store", "h4"), Some((2.0, 1.0)));
    assert_eq!(between(&storage, "h1", "h4"), Some((4.0, 400.0)));

    // Where there is no compute fabric, whatever there is carries all.
    let alone = drawn(
        "fabric m role=management\neach i 1..2: generic-host h{i} ports=2 gbps=100\ngeneric-switch s ports=4 gbps=100\neach i 1..2: h{i}.1 -- s.{i} copper 100G 3m fabric=m",
    );
    assert_eq!(between(&alone, "h1", "h2"), Some((2.0, 100.0)));
}

#[test]
fn between_ends_of_a_compute_fabric_routes_are_those_without_other_links() {
    let mut random = Random(11);
    let (mut apart, mut shorter) = (0, 0);
    for fabric in 0..600 {
        let (hosts, switches) = (2 + random.below(4), 1 + random.below(4));
        let mut graph = Graph::default();
        let name = |at: usize| format!("v{at}");
        let ids: Vec<NodeId> =
            (0..hosts + switches).map(|at| if at < hosts { graph.node(PartKind::System, name(at)) } else { graph.switch(name(at)) }).collect();
        let fabrics =
            [FabricRole::Compute, FabricRole::Management, FabricRole::Storage].map(|role| graph.design.fabrics.push(Fabric { role, ..Fabric::default() }));
        let mut links: Vec<(usize, usize, bool)> = Vec::new();
        for _ in 0..3 + random.below(14) {
            let (a, b, role) = (random.below(ids.len()), random.below(ids.len()), random.below(3));
            if a != b {
                graph.link(ids[a], ids[b], 100.0, 100.0);
                let id = graph.design.links.ids().last().unwrap();
                with_link(&mut graph.design, id, |link| link.fabric = Some(fabrics[role]));
                links.push((a, b, role > 0));
            }
        }
        let is_end = |host: usize| links.iter().any(|(a, b, aside)| !aside && [*a, *b].contains(&host));
        // Hops from everywhere, relaxing every link until nothing changes; hosts forward nothing.
        let hops = |from: usize, to: usize, all: bool| {
            let mut hops = vec![None; ids.len()];
            hops[to] = Some(0.0);
            for _ in 0..ids.len() {
                for (a, b, _) in links.iter().filter(|(.., aside)| all || !aside) {
                    for (here, next) in [(*a, *b), (*b, *a)] {
                        let further = hops[next].filter(|_| next == to || next >= hosts).map(|left: f64| left + 1.0);
                        hops[here] = [hops[here], further].into_iter().flatten().reduce(f64::min);
                    }
                }
            }
            hops[from]
        };
        for (from, to) in (0..hosts).flat_map(|from| (0..hosts).map(move |to| (from, to))).filter(|(from, to)| from != to) {
            let ends = is_end(from) && is_end(to);
            let expected = hops(from, to, !ends);
            assert_eq!(between(&graph.design, &name(from), &name(to)).map(|(hops, _)| hops), expected, "fabric {fabric}: {from} to {to} of {links:?}");
            apart += usize::from(ends && expected.is_none() && hops(from, to, true).is_some());
            shorter += usize::from(ends && expected.is_some() && hops(from, to, true) < expected);
        }
    }
    assert!(apart > 100 && shorter > 100, "{apart} pairs kept apart, {shorter} kept from a shorter way");
}

#[test]
fn an_xpu_without_its_adapter_does_not_fall_back_on_the_front_end() {
    let design = drawn(
        "fabric c\nfabric f role=front-end\neach i 1..3: generic-xpu x{i} ports=2 gbps=400\ngeneric-switch s ports=8 gbps=400\ngeneric-switch front ports=8 gbps=400\n\
         each i 1..3: x{i}.1 -- s.{i} copper 400G 3m fabric=c\neach i 1..3: x{i}.2 -- front.{i} copper 25G 3m fabric=f",
    );
    close(slowest(&design, Traffic::AllToAll), 200.0);
    let hurt = degraded(&design, &Catalog::builtin(), &outages(&["l1".to_owned()])).design;
    assert_eq!(between(&hurt, "x1", "x2"), None);
    assert_eq!(between(&hurt, "x2", "x3"), Some((2.0, 400.0)));
    assert_eq!(parts(&design), Some((1, 1)), "the front-end is no second way");
}

#[test]
fn xpus_take_part_in_patterns_and_storage_does_not() {
    // 128 XPUs with an adapter of 400 Gb/s each below a fabric without blocking, storage and front-end on networks of their own: of what an XPU sends, 120 of 127 flows
    // leave by its adapter.
    let design = example("roce-100g-to-800g");
    close(slowest(&design, Traffic::AllToAll), 400.0 / 120.0);
    close(slowest(&design, Traffic::RailAligned), 400.0 / 15.0);
    // An incast to one of the storage servers: all XPUs send to it.
    let small = drawn(
        "each i 1..4: generic-xpu x{i} ports=1 gbps=400\ngeneric-host store ports=1 gbps=100\ngeneric-switch s ports=8 gbps=400\n\
         each i 1..4: x{i}.1 -- s.{i} copper 400G 3m\nstore.1 -- s.5 copper 100G 3m",
    );
    close(slowest(&small, Traffic::AllToAll), 400.0 / 3.0);
    let catalog = Catalog::builtin();
    let context = Context::new(&small, &catalog);
    let ask = |traffic| {
        let question = traffic::Question { to: Some(named(&small, "store")), ..Traffic::into(traffic) };
        traffic::answer(&context, &question).unwrap()
    };
    assert_eq!(value(&ask(Traffic::Incast).estimates, "traffic-incast-slowest"), Some(25.0));
    // Each of four sends 1 to three XPUs and to the store, and a tenth of all, 4 / 9, on top: 100 / (4 × 13 / 9).
    close(value(&ask(Traffic::HotSpot).estimates, "traffic-hot-spot-slowest"), 100.0 / (4.0 * 13.0 / 9.0));
    assert!(ask(Traffic::Incast).estimates.iter().all(|estimate| !estimate.assumptions().is_empty()));
}

#[test]
fn domains_of_unlike_sizes_exchange_equal_parts() {
    // A rack of 72 and six servers of 8, an adapter of 400 Gb/s for each XPU: a server's rank sends 112 of 120 parts out of its domain by its own 50 GB/s × 0.96.
    let design = example("nvlink-hgx-and-nvl72");
    let expected = 50.0 * 0.96 * 120.0 / 112.0;
    close(carries(&design, Collective::AllToAll, Algorithm::Direct), expected);
    // Along rails the same leaves each adapter of a server: parts for 72 places go by 8, and those of 72 ranks for 8 places by all of them.
    close(carries(&design, Collective::AllToAll, Algorithm::RailAligned), expected);
}

#[test]
fn a_scale_up_network_of_two_stages_carries_rings() {
    // Eight XPUs by 400 Gb/s on two switches, these by 800 on each of two more: nothing blocks. NVLink of an unknown XPU: 0.8 of the wire.
    let stages = |up: u32| {
        drawn(&format!(
            "fabric n role=scale-up\neach i 1..8: generic-xpu x{{i}} ports=1 gbps=400 layer=nvlink\neach s 1..2: generic-switch s{{s}} ports=8 gbps=800 layer=nvlink\n\
             each t 1..2: generic-switch t{{t}} ports=8 gbps=800 layer=nvlink\neach i 1..4: x{{i}}.1 -- s1.{{i}} copper 400G 1m fabric=n\n\
             each i 5..8: x{{i}}.1 -- s2.{{i-4}} copper 400G 1m fabric=n\neach s 1..2 each t 1..2: s{{s}}.{{4+t}} -- t{{t}}.{{s}} copper {up}G 1m fabric=n"
        ))
    };
    let whole = stages(800);
    close(carries(&whole, Collective::AllReduce, Algorithm::Ring), 50.0 * 0.8 * 8.0 / 14.0);
    close(carries(&whole, Collective::SendReceive, Algorithm::Direct), 50.0 * 0.8);
    close(carries(&whole, Collective::AllToAll, Algorithm::Direct), 50.0 * 0.8 * 8.0 / 7.0);
    // Up by 100 Gb/s: 16 flows cross 200 each way, 12.5 a flow; a rank sends seven. One flow of the ring crosses each way, over 200.
    let narrow = stages(100);
    close(carries(&narrow, Collective::AllToAll, Algorithm::Direct), 12.5 * 7.0 / 8.0 * 0.8 * 8.0 / 7.0);
    close(carries(&narrow, Collective::AllReduce, Algorithm::Ring), 200.0 / 8.0 * 0.8 * 8.0 / 14.0);
    assert!(
        evaluate(&narrow, &Catalog::builtin()).estimates.iter().any(|estimate| estimate.key() == "collective-all-reduce-busbw" && estimate.value().is_some())
    );
}

#[test]
fn an_all_to_all_in_a_torus_takes_the_wires_of_others() {
    // 8 × 8 XPUs by 720 Gb/s to each neighbour: what cuts it in half is crossed by 32 × 32 flows over 16 links, 11.25 Gb/s each, 63 of a rank.
    let design = templates::generate("torus", &SortedMap::default(), &Catalog::builtin()).unwrap();
    close(slowest(&design, Traffic::AllToAll), 11.25);
    close(carries(&design, Collective::AllToAll, Algorithm::Direct), 11.25 * 63.0 / 8.0 * 0.8 * 64.0 / 63.0);
    // Rings use every wire.
    close(carries(&design, Collective::AllReduce, Algorithm::Ring), 4.0 * 90.0 * 0.8 * 64.0 / 126.0);
    // Halves to partners four and two away would share wires: not told.
    assert_eq!(carries(&design, Collective::AllReduce, Algorithm::HalvingDoubling), None);
}

#[test]
fn an_adapter_of_another_host_is_no_way_from_leaf_to_leaf() {
    // The first XPU's adapter hangs on both leaves; without a spine that is all that joins them.
    let text = "each i 1..4: generic-xpu x{i} ports=1 gbps=400\neach i 1..4: generic-nic n{i} ports=4 gbps=400\neach l 1..2: generic-switch l{l} ports=8 gbps=400\n\
                each i 1..4: x{i}.1 -- n{i}.1 copper 400G 1m\nn1.2 -- l1.1 copper 400G 1m\nn1.3 -- l2.1 copper 400G 1m\nn2.2 -- l1.2 copper 400G 1m\n\
                each i 3..4: n{i}.2 -- l2.{i} copper 400G 1m";
    let design = drawn(text);
    assert_eq!(between(&design, "x2", "x3"), None);
    assert_eq!(between(&design, "x1", "x2"), Some((4.0, 400.0)));
    assert_eq!(between(&design, "x3", "x1"), Some((4.0, 400.0)));
    assert_eq!(between(&design, "x3", "x4"), Some((4.0, 400.0)));
    // Joined by 100 Gb/s, leaf to leaf takes that link, not the adapter, which is as near.
    let joined = drawn(&format!("{text}\nl1.7 -- l2.7 copper 100G 1m"));
    assert_eq!(between(&joined, "x2", "x3"), Some((5.0, 100.0)));
    // Two XPUs on different leaves are parted without any link failing; one by its own link to its adapter.
    assert_eq!(parts(&design), Some((0, 1)));
    assert_eq!(parts(&joined), Some((1, 1)));
}

#[test]
fn a_pair_that_only_forwarding_joins_has_numbers() {
    // Rails without a spine: the first XPU of one server reaches the second of another by its own second.
    let catalog = Catalog::builtin();
    let mut design = templates::generate("rail-only", &[("servers".to_owned(), "4".to_owned())].into_iter().collect(), &catalog).unwrap();
    let pair = |design: &Design| {
        let context = Context::new(design, &catalog);
        let systems: Vec<NodeId> = design.nodes.iter().filter(|(_, node)| node.part.as_str() == "dgx-h100").map(|(id, _)| id).collect();
        let [from, to] = [(0, "xpu1"), (1, "xpu2")].map(|(system, xpu)| Element { node: systems[system], inside: Some(xpu.to_owned()) });
        let found = pair::estimates(&context, &from, &to);
        let told = ask::answer(&format!("pair {from} {to}"), design, &catalog, &mut |_| {}).text;
        (value(&found, "pair-bandwidth"), found.iter().find(|estimate| estimate.key() == "pair-hops").and_then(Estimate::value), told)
    };
    let (rate, hops, told) = pair(&design);
    assert_eq!((rate, hops), (None, None));
    assert!(told.starts_with("!No route"), "{told}");
    for id in design.fabrics.ids().collect::<Vec<_>>() {
        crate::routing::state(&mut design, id, &[("forwarding", "true")]);
    }
    // To a switch chip and the neighbour, to its adapter, the leaf, the adapter and the XPU there: 400 Gb/s all the way.
    let (rate, hops, told) = pair(&design);
    assert_eq!((rate, hops), (Some(400.0), Some(6.0)));
    assert_eq!(ask::paths(&told).map(|paths| (paths.hops, paths.paths)), Ok((6, "1".to_owned())));
}

#[test]
fn a_failure_costs_the_pairs_that_it_parts() {
    // Three XPUs on one switch, two storage servers on another, which take no part in what XPUs send each other.
    let design = drawn(
        "fabric c\nfabric s role=storage\neach i 1..3: generic-xpu x{i} ports=1 gbps=400\neach i 1..2: generic-host d{i} ports=1 gbps=200\n\
         each t 1..2: generic-switch t{t} ports=8 gbps=400\neach i 1..3: x{i}.1 -- t1.{i} copper 400G 3m fabric=c\neach i 1..2: d{i}.1 -- t2.{i} copper 200G 3m fabric=s",
    );
    let catalog = Catalog::builtin();
    let context = Context::new(&design, &catalog);
    let ranking = rank(&context, &Kind::WORDS.map(|(_, kind, _)| kind), &mut |_| {});
    assert_eq!((ranking.whole.apart, ranking.whole.pairs), (0, 6));
    let parted: Vec<(Kind, usize, u64)> = ranking.classes.iter().map(|class| (class.kind, class.members.len(), ranking.parted(class))).collect();
    let expected = [(Kind::Switch, 1, 6), (Kind::Link, 3, 4), (Kind::Link, 2, 0), (Kind::Switch, 1, 0), (Kind::System, 3, 0), (Kind::System, 2, 0)];
    assert!(parted.len() == expected.len() && expected.iter().all(|class| parted.contains(class)), "{parted:?}");
    assert!(parted.windows(2).all(|pair| pair[0].2 >= pair[1].2), "{parted:?}");
    assert_eq!(parts(&design), Some((1, 1)), "between XPUs");
}

#[test]
fn storage_on_a_spine_leaves_it_a_spine() {
    // Four hosts of 400 Gb/s below each leaf, up by 400 to each of two spines: 2 to 1, whatever else a spine carries.
    let with = |more: &str| {
        let design = drawn(&format!(
            "fabric c intent=leaf-spine\nfabric s role=storage\neach i 1..8: generic-host h{{i}} ports=2 gbps=400\neach l 1..2: generic-switch leaf{{l}} ports=8 gbps=400\n\
             each s 1..2: generic-switch spine{{s}} ports=8 gbps=400\neach i 1..4: h{{i}}.1 -- leaf1.{{i}} copper 400G 3m fabric=c\neach i 5..8: h{{i}}.1 -- leaf2.{{i-4}} copper 400G 3m fabric=c\n\
             each l 1..2 each s 1..2: leaf{{l}}.{{4+s}} -- spine{{s}}.{{l}} copper 400G 3m fabric=c\n{more}"
        ));
        let report = evaluate(&design, &Catalog::builtin());
        (value(&report.estimates, "oversubscription.tier-1"), value(&report.estimates, "bisection"))
    };
    assert_eq!(with(""), (Some(2.0), Some(800.0)));
    assert_eq!(with("generic-host store ports=1 gbps=200\nstore.1 -- spine1.8 copper 200G 3m fabric=s"), (Some(2.0), Some(800.0)));
    // A leaf without a host hangs above the spines, and nothing goes up to it: 2 to 1 is the worst still.
    let design = drawn(
        "fabric c\neach i 1..8: generic-host h{i} ports=1 gbps=400\neach s 1..3: generic-switch leaf{s} ports=8 gbps=400\neach s 1..2: generic-switch spine{s} ports=8 gbps=400\n\
         each i 1..4: h{i}.1 -- leaf1.{i} copper 400G 3m fabric=c\neach i 5..8: h{i}.1 -- leaf2.{i-4} copper 400G 3m fabric=c\n\
         each l 1..3 each s 1..2: leaf{l}.{4+s} -- spine{s}.{l} copper 400G 3m fabric=c",
    );
    let report = evaluate(&design, &Catalog::builtin());
    let found: Vec<(&str, Option<f64>)> =
        report.estimates.iter().filter(|estimate| estimate.key().starts_with("oversubscription")).map(|estimate| (estimate.key(), estimate.value())).collect();
    assert_eq!(found, [("oversubscription", Some(2.0)), ("oversubscription.tier-1", Some(2.0))]);
    let worst = report.estimates.iter().find(|estimate| estimate.key() == "oversubscription").unwrap();
    assert!(worst.assumptions().iter().any(|words| words == "Links up to leaf3 are left out: what is below is joined without"), "{:?}", worst.assumptions());

    // A switch that only the storage network reaches has its place by that.
    let design = drawn(
        "fabric c\nfabric s role=storage\ngeneric-host h ports=2 gbps=400\ngeneric-host store ports=1 gbps=200\ngeneric-switch leaf ports=4 gbps=400\n\
                        each t 1..2: generic-switch t{t} ports=4 gbps=200\nh.1 -- leaf.1 copper 400G 3m fabric=c\nstore.1 -- t1.1 copper 200G 3m fabric=s\nt1.2 -- t2.2 copper 200G 3m fabric=s\n\
                        t2.1 -- leaf.2 copper 200G 3m fabric=s",
    );
    let catalog = Catalog::builtin();
    let context = Context::new(&design, &catalog);
    let tiers: Vec<Option<u8>> = design.nodes.ids().map(|id| context.tiers.tier(id)).collect();
    assert_eq!(tiers, [Some(0), Some(0), Some(1), Some(1), Some(2)]);
}
