//! Routing in force: closed forms, and every route against a slow implementation of its own that lists all routes one by one.

use std::collections::{BTreeMap, BTreeSet};

use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::estimate::estimates;
use weft::engine::estimate::fill::{Shares, fill};
use weft::engine::estimate::flows::{Demand, all_to_all_by, capacities, route};
use weft::engine::routing::{InForce, sizes};
use weft::engine::service::evaluate;
use weft::engine::settable::set_fabric;
use weft::engine::templates;
use weft::engine::topology::{Topology, VertexIndex};
use weft::model::{Design, Fabric, FabricId, LinkLayer, NodeId, PartKind, Paths, Routing};
use weft::units::SortedMap;

use crate::graphs::{Graph, fat_tree, leaf_spine};

/// A template with values, and settings of its first fabric.
pub fn drawn(template: &str, values: &[(&str, &str)], settings: &[(&str, &str)]) -> Design {
    let values: SortedMap<String, String> = values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let mut design = templates::generate(template, &values, &Catalog::builtin()).unwrap();
    let id = design.fabrics.ids().next().unwrap();
    state(&mut design, id, settings);
    design
}

pub fn state(design: &mut Design, id: FabricId, settings: &[(&str, &str)]) {
    let mut fabric = design.fabrics.get(id).unwrap().clone();
    for (key, value) in settings {
        set_fabric(&mut fabric, key, value).unwrap();
    }
    design.fabrics.set(id, Some(fabric.into()));
}

/// All links of a design in one fabric with settings.
pub fn in_fabric(mut design: Design, settings: &[(&str, &str)]) -> Design {
    let id = design.fabrics.push(Fabric::default());
    state(&mut design, id, settings);
    for link in design.links.ids().collect::<Vec<_>>() {
        let mut record = design.links.get(link).unwrap().clone();
        record.fabric = Some(id);
        design.links.set(link, Some(record.into()));
    }
    design
}

fn shares(context: &Context, from: VertexIndex, to: VertexIndex) -> Result<Shares, String> {
    route(&context.topology, &[Ok(Demand { from, to, path: None })], &context.routing).pop().unwrap().map_err(|trouble| trouble.to_string())
}

/// The least rate of some flows, all at once.
fn least(context: &Context, pairs: &[(VertexIndex, VertexIndex)]) -> f64 {
    let demands: Vec<_> = pairs.iter().map(|(from, to)| Ok(Demand { from: *from, to: *to, path: None })).collect();
    let shares: Vec<Shares> = route(&context.topology, &demands, &context.routing).into_iter().map(Result::unwrap).collect();
    fill(&shares, &capacities(&context.topology)).into_iter().map(|filled| filled.rate.unwrap()).fold(f64::INFINITY, f64::min)
}

/// The most that any arc carries of some flows of one unit each.
fn busiest(context: &Context, pairs: &[(VertexIndex, VertexIndex)], routing: &InForce) -> f64 {
    let demands: Vec<_> = pairs.iter().map(|(from, to)| Ok(Demand { from: *from, to: *to, path: None })).collect();
    let mut load = vec![0.0; context.topology.edges().len() * 2];
    for (arc, share) in route(&context.topology, &demands, routing).into_iter().flat_map(Result::unwrap) {
        load[arc as usize] += share;
    }
    load.into_iter().fold(0.0, f64::max)
}

pub fn name(design: &Design, topology: &Topology, vertex: VertexIndex) -> String {
    design.nodes.get(topology.vertices()[vertex as usize].node).unwrap().name.clone()
}

/// What the slow implementation knows of a step: whether a route that took these vertices may take it.
pub type May<'a> = &'a dyn Fn(&[VertexIndex], VertexIndex) -> bool;

/// All shortest walks from a vertex to one that is `there`, of those that may be taken, as arcs.
pub fn walks(topology: &Topology, from: VertexIndex, there: &dyn Fn(VertexIndex) -> bool, may: May) -> Vec<Vec<u32>> {
    let mut open: Vec<(Vec<VertexIndex>, Vec<u32>)> = vec![(vec![from], Vec::new())];
    for _ in 0..12 {
        let found: Vec<Vec<u32>> = open.iter().filter(|(way, _)| there(*way.last().unwrap())).map(|(_, arcs)| arcs.clone()).collect();
        if !found.is_empty() {
            return found;
        }
        let mut later = Vec::new();
        for (way, arcs) in &open {
            let here = *way.last().unwrap();
            if arcs.is_empty() || topology.vertices()[here as usize].transit {
                for hop in topology.row(here) {
                    // A way that comes back to where it was is never the shortest in these graphs.
                    if !way.contains(&hop.to) && may(way, hop.to) {
                        let (mut way, mut arcs) = (way.clone(), arcs.clone());
                        way.push(hop.to);
                        arcs.push(hop.arc);
                        later.push((way, arcs));
                    }
                }
            }
        }
        open = later;
    }
    Vec::new()
}

/// What an even split at each hop puts on arcs, over walks that begin with the same arcs.
fn split(walks: &[Vec<u32>], at: usize, amount: f64, load: &mut BTreeMap<u32, f64>) {
    let next: BTreeSet<u32> = walks.iter().filter_map(|walk| walk.get(at).copied()).collect();
    for arc in &next {
        let share = amount / next.len() as f64;
        *load.entry(*arc).or_default() += share;
        let on: Vec<Vec<u32>> = walks.iter().filter(|walk| walk.get(at) == Some(arc)).cloned().collect();
        split(&on, at + 1, share, load);
    }
}

fn slow(topology: &Topology, from: VertexIndex, to: VertexIndex, may: May) -> Option<BTreeMap<u32, f64>> {
    let walks = walks(topology, from, &|vertex| vertex == to, may);
    let mut load = BTreeMap::new();
    split(&walks, 0, 1.0, &mut load);
    (!walks.is_empty()).then_some(load)
}

/// Holds the shares of a flow against those of the slow implementation, and that what goes into a vertex comes out of it.
fn same(topology: &Topology, from: VertexIndex, to: VertexIndex, fast: Result<Shares, String>, slow: Option<BTreeMap<u32, f64>>, what: &str) {
    let Some(slow) = slow else {
        assert!(fast.is_err(), "{what}: {from} to {to} has a route that the slow implementation has not");
        return;
    };
    let fast: BTreeMap<u32, f64> = fast.unwrap_or_else(|trouble| panic!("{what}: {from} to {to}: {trouble}")).into_iter().collect();
    assert_eq!(fast.keys().collect::<Vec<_>>(), slow.keys().collect::<Vec<_>>(), "{what}: {from} to {to}");
    let mut balance: BTreeMap<u32, f64> = BTreeMap::new();
    for (arc, share) in &fast {
        assert!((share - slow[arc]).abs() < 1e-9, "{what}: {from} to {to} on {arc}: {share}, not {}", slow[arc]);
        let [start, end] = topology.arc_ends(*arc).unwrap();
        *balance.entry(start).or_default() += share;
        *balance.entry(end).or_default() -= share;
    }
    for (vertex, left) in balance {
        let expected = if vertex == from {
            1.0
        } else if vertex == to {
            -1.0
        } else {
            0.0
        };
        assert!((left - expected).abs() < 1e-9, "{what}: {from} to {to} at {vertex}");
    }
}

pub fn random(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % below.max(1) as u64) as usize
    }
}

/// Switches at random with a host on most of them; parallel links occur.
pub fn tangle(seed: u64) -> Design {
    let mut random = random(seed);
    let mut graph = Graph::default();
    let switches: Vec<NodeId> = (0..4 + random(5)).map(|at| graph.switch(format!("s{at}"))).collect();
    for (at, switch) in switches.iter().enumerate().skip(1) {
        graph.link(*switch, switches[random(at)], 400.0, 1.0);
    }
    for _ in 0..random(8) {
        let (a, b) = (random(switches.len()), random(switches.len()));
        if a != b {
            graph.link(switches[a], switches[b], 400.0, 1.0);
        }
    }
    for (at, switch) in switches.iter().enumerate() {
        if at < 2 || random(3) > 0 {
            let host = graph.host(format!("h{at}"));
            graph.link(host, *switch, 400.0, 1.0);
        }
    }
    graph.design
}

#[test]
fn up_down_takes_the_routes_that_never_go_up_after_down() {
    let catalog = Catalog::builtin();
    let mut apart = 0;
    for seed in 0..300 {
        let roots = if seed % 3 == 0 { "s1, s2" } else { "s0" };
        let design = in_fabric(tangle(seed), &[("paths", "up-down"), ("roots", roots)]);
        let context = Context::new(&design, &catalog);
        let topology = &context.topology;
        // Its own order: steps from the roots, hosts last, the first drawn of equals higher.
        let named = |vertex: VertexIndex| name(&design, topology, vertex);
        let is_switch = |vertex: VertexIndex| topology.vertices()[vertex as usize].transit;
        let mut rank: BTreeMap<VertexIndex, u32> = BTreeMap::new();
        let all = 0..topology.vertices().len() as u32;
        let mut level: Vec<VertexIndex> = all.filter(|vertex| roots.split(", ").any(|root| root == named(*vertex))).collect();
        for depth in 0.. {
            level.retain(|vertex| !rank.contains_key(vertex));
            if level.is_empty() {
                break;
            }
            rank.extend(level.iter().map(|vertex| (*vertex, depth)));
            level = level.iter().flat_map(|vertex| topology.row(*vertex)).map(|hop| hop.to).filter(|to| is_switch(*to)).collect();
        }
        let height = |vertex: VertexIndex| if is_switch(vertex) { (rank[&vertex], vertex) } else { (u32::MAX, vertex) };
        let up = |from: VertexIndex, to: VertexIndex| height(to) < height(from);
        let may = |way: &[VertexIndex], to: VertexIndex| {
            let went_down = way.windows(2).any(|step| !up(step[0], step[1]));
            !went_down || !up(*way.last().unwrap(), to)
        };
        for from in topology.endpoints() {
            for to in topology.endpoints().iter().filter(|to| *to != from) {
                let found = shares(&context, *from, *to);
                apart += usize::from(found.is_err());
                same(topology, *from, *to, found, slow(topology, *from, *to, &may), &format!("seed {seed}"));
            }
        }
    }
    assert!(apart > 0, "with two roots some pairs have no way up and then down");
}

/// Where an XPU of the torus template stands, from its name.
pub fn coordinates(name: &str) -> Vec<u32> {
    let mut at: Vec<u32> = name.split('-').skip(1).map(|number| number.parse().unwrap()).collect();
    at.reverse();
    at
}

#[test]
fn dimension_order_takes_one_dimension_after_the_other() {
    let catalog = Catalog::builtin();
    for seed in 0..40 {
        let mut random = random(seed);
        let size = |number: usize| number.to_string();
        let (x, y, z) = (size(2 + random(4)), size(2 + random(3)), size(1 + random(3)));
        let mut design = drawn("torus", &[("x", &x), ("y", &y), ("z", &z), ("xpu", "generic")], &[("paths", "dimension-order")]);
        // With links missing it is the same torus, and what cannot be reached in order cannot be reached.
        for _ in 0..random(3) {
            let links: Vec<_> = design.links.ids().collect();
            design.links.set(links[random(links.len())], None);
        }
        let context = Context::new(&design, &catalog);
        let topology = &context.topology;
        let what = format!("{x} × {y} × {z}, {}", context.routing.words());
        if context.routing.fabrics[0].paths != Paths::DimensionOrder {
            assert!(context.routing.fabrics[0].trouble.is_some(), "{what}");
            continue;
        }
        let at = |vertex: VertexIndex| coordinates(&name(&design, topology, vertex));
        let differs = |from: VertexIndex, to: VertexIndex| at(from).iter().zip(at(to)).position(|(a, b)| *a != b).unwrap();
        let may = |way: &[VertexIndex], to: VertexIndex| {
            let before = way.windows(2).map(|step| differs(step[0], step[1])).max().unwrap_or(0);
            differs(*way.last().unwrap(), to) >= before
        };
        for _ in 0..30 {
            let (from, to) = (random(topology.endpoints().len()) as u32, random(topology.endpoints().len()) as u32);
            if from != to {
                same(topology, from, to, shares(&context, from, to), slow(topology, from, to, &may), &what);
            }
        }
    }
}

/// The group of a switch or host of the dragonfly template, from the switch's name.
pub fn group_of(design: &Design, topology: &Topology, vertex: VertexIndex) -> String {
    let own = name(design, topology, vertex);
    let switch = if own.starts_with('g') { own } else { name(design, topology, topology.row(vertex)[0].to) };
    switch.split('-').next().unwrap().to_owned()
}

#[test]
fn minimal_and_valiant_routes_are_those_of_the_definition() {
    let catalog = Catalog::builtin();
    for (seed, (p, a, h, groups)) in
        [("1", "2", "1", "0"), ("2", "4", "2", "0"), ("1", "3", "1", "3"), ("1", "4", "1", "4"), ("2", "3", "2", "5")].iter().enumerate()
    {
        let mut random = random(seed as u64);
        let values = [("hosts", *p), ("switches", *a), ("global", *h), ("groups", *groups)];
        for paths in ["minimal", "valiant"] {
            let design = drawn("dragonfly", &values, &[("paths", paths)]);
            let context = Context::new(&design, &catalog);
            let topology = &context.topology;
            assert_eq!(context.routing.fabrics[0].trouble, None);
            let group = |vertex: VertexIndex| group_of(&design, topology, vertex);
            let all: BTreeSet<String> = topology.endpoints().iter().map(|vertex| group(*vertex)).collect();
            let may = |way: &[VertexIndex], to: VertexIndex| {
                let crossed = way.windows(2).filter(|step| group(step[0]) != group(step[1])).count();
                crossed + usize::from(group(*way.last().unwrap()) != group(to)) <= 1
            };
            for _ in 0..40 {
                let (from, to) = (topology.endpoints()[random(topology.endpoints().len())], topology.endpoints()[random(topology.endpoints().len())]);
                if from == to {
                    continue;
                }
                let expected = if paths == "minimal" || group(from) == group(to) {
                    slow(topology, from, to, &may)
                } else {
                    let third: Vec<&String> = all.iter().filter(|other| **other != group(from) && **other != group(to)).collect();
                    let mut load = BTreeMap::new();
                    for by in &third {
                        let mut first = BTreeMap::new();
                        let ways = walks(topology, from, &|vertex| topology.vertices()[vertex as usize].transit && group(vertex) == **by, &may);
                        split(&ways, 0, 1.0 / third.len() as f64, &mut first);
                        // Where it arrives: what goes in and not out again.
                        let mut arrived: BTreeMap<u32, f64> = BTreeMap::new();
                        for (arc, share) in &first {
                            let [start, end] = topology.arc_ends(*arc).unwrap();
                            *arrived.entry(end).or_default() += share;
                            *arrived.entry(start).or_default() -= share;
                            *load.entry(*arc).or_default() += share;
                        }
                        for (stop, amount) in arrived.into_iter().filter(|(stop, amount)| group(*stop) == **by && *amount > 1e-12) {
                            for (arc, share) in slow(topology, stop, to, &may).unwrap() {
                                *load.entry(arc).or_default() += share * amount;
                            }
                        }
                    }
                    Some(load)
                };
                same(topology, from, to, shares(&context, from, to), expected, &format!("{paths} {values:?}"));
            }
        }
    }
}

#[test]
fn valiant_halves_what_is_benign_and_saves_what_is_adverse() {
    let catalog = Catalog::builtin();
    let values = [("hosts", "2"), ("switches", "4"), ("global", "2")];
    let rates = |paths: &str| {
        let design = drawn("dragonfly", &values, &[("paths", paths)]);
        let context = Context::new(&design, &catalog);
        let endpoints = context.topology.endpoints();
        let benign = all_to_all_by(&context.topology, &context.routing).unwrap().0.0 * (endpoints.len() - 1) as f64;
        // Every host to its like in the next group: all that minimal routes have between two groups is one link.
        let adverse: Vec<_> = endpoints.iter().copied().zip(endpoints.iter().copied().cycle().skip(8)).collect();
        (benign, least(&context, &adverse))
    };
    let (minimal, valiant) = (rates("minimal"), rates("valiant"));
    assert_eq!(minimal.1, 400.0 / 8.0, "eight flows on one link");
    let ratio = valiant.0 / minimal.0;
    assert!((0.4..=0.6).contains(&ratio), "{minimal:?} {valiant:?}");
    // 8 flows by way of 7 groups each on two links between groups: no more than 400 / (16 / 7).
    assert!(valiant.1 > 2.0 * minimal.1 && valiant.1 <= 175.0 + 1e-9, "{minimal:?} {valiant:?}");
}

#[test]
fn dimension_order_loads_the_links_that_are_known() {
    let catalog = Catalog::builtin();
    // 16 × 32 hops over 64 arcs: each carries 8 of the pairs.
    let torus = drawn("torus", &[("x", "4"), ("y", "4"), ("xpu", "generic")], &[("paths", "dimension-order")]);
    let context = Context::new(&torus, &catalog);
    assert_eq!(context.routing.words(), "dimension order, 4 × 4 (stated), split evenly at each hop");
    assert!((all_to_all_by(&context.topology, &context.routing).unwrap().0.0 - 50.0).abs() < 1e-9);

    // A mesh of 4 × 4 turned over its diagonal: all of row y turns into column y, so the last link before the corner carries 3.
    let mut graph = Graph::default();
    let nodes: Vec<NodeId> = (0..16).map(|at| graph.node(PartKind::Xpu, format!("x{at}"))).collect();
    for at in 0..16 {
        if at % 4 < 3 {
            graph.link(nodes[at], nodes[at + 1], 400.0, 1.0);
        }
        if at / 4 < 3 {
            graph.link(nodes[at], nodes[at + 4], 400.0, 1.0);
        }
    }
    let mut design = graph.design;
    for id in nodes {
        let mut node = design.nodes.get(id).unwrap().clone();
        node.transit = Some(true);
        design.nodes.set(id, Some(node.into()));
    }
    let turned: Vec<(u32, u32)> = (0..16u32).map(|at| (at, at % 4 * 4 + at / 4)).filter(|(from, to)| from != to).collect();
    for settings in [vec![("paths", "dimension-order"), ("dimensions", "4, 4")], vec![("paths", "dimension-order")]] {
        let design = in_fabric(design.clone(), &settings);
        let context = Context::new(&design, &catalog);
        assert_eq!(context.routing.fabrics[0].paths, Paths::DimensionOrder, "{}", context.routing.words());
        assert!((least(&context, &turned) - 400.0 / 3.0).abs() < 1e-9, "{settings:?}");
    }
    let plain = in_fabric(design, &[]);
    assert!(least(&Context::new(&plain, &catalog), &turned) > 400.0 / 3.0 + 1.0, "shortest paths spread it");
}

#[test]
fn one_path_by_hash_never_loads_less_than_an_even_split() {
    let catalog = Catalog::builtin();
    for (at, design) in [leaf_spine(8, 4, 4), fat_tree(4), fat_tree(6)].into_iter().enumerate() {
        let context = Context::new(&design, &catalog);
        let hash = context.routing.clone().with_equal(Routing::Hash);
        let mut random = random(at as u64);
        for _ in 0..20 {
            let mut to: Vec<VertexIndex> = context.topology.endpoints().to_vec();
            for place in (1..to.len()).rev() {
                to.swap(place, random(place + 1));
            }
            let pairs: Vec<_> = context.topology.endpoints().iter().copied().zip(to).filter(|(from, to)| from != to).collect();
            assert!(busiest(&context, &pairs, &hash) >= busiest(&context, &pairs, &context.routing) - 1e-9);
        }
    }
    // A fabric that says so is routed so, and named so.
    let stated = in_fabric(leaf_spine(2, 4, 1), &[("routing", "hash")]);
    let context = Context::new(&stated, &catalog);
    let ends = context.topology.endpoints();
    assert!(shares(&context, ends[0], ends[1]).unwrap().iter().all(|(_, share)| *share == 1.0));
    assert_eq!(context.routing.words(), "shortest paths (inferred), each flow on one path by hash");
    let bandwidth = estimates(&context).into_iter().find(|estimate| estimate.key() == "pair-bandwidth").unwrap();
    assert!(bandwidth.assumptions().iter().any(|words| words.contains("each flow on one path by hash")), "{:?}", bandwidth.assumptions());
}

#[test]
fn forwarding_in_the_domain_keeps_traffic_on_the_rail() {
    let catalog = Catalog::builtin();
    for forwarding in ["", "true"] {
        let design = drawn("rail-optimised", &[("servers", "4")], &[("forwarding", forwarding)]);
        let context = Context::new(&design, &catalog);
        let topology = &context.topology;
        let ends = topology.endpoints();
        // The first XPU of the first server to the sixth of the third: another rail.
        let (from, to) = (ends[0], ends[2 * 8 + 5]);
        let found = shares(&context, from, to).unwrap();
        let is_spine = |vertex: VertexIndex| name(&design, topology, vertex).contains("spine");
        let by_spine: f64 = found.iter().filter(|(arc, _)| is_spine(topology.arc_ends(*arc).unwrap()[0])).map(|(_, share)| share).sum();
        let by_nvlink = found.iter().any(|(arc, _)| topology.edges()[*arc as usize / 2].layer == Some(LinkLayer::NvLink));
        if forwarding.is_empty() {
            assert!((by_spine - 1.0).abs() < 1e-9 && !by_nvlink, "off: {by_spine}");
        } else {
            assert!(by_spine == 0.0 && by_nvlink, "on: {by_spine}");
            assert!(context.routing.words().contains("PXN"), "{}", context.routing.words());
        }
        let mut balance: BTreeMap<u32, f64> = BTreeMap::new();
        for (arc, share) in &found {
            let [start, end] = topology.arc_ends(*arc).unwrap();
            *balance.entry(start).or_default() += share;
            *balance.entry(end).or_default() -= share;
        }
        assert!(balance.iter().all(|(vertex, left)| (left - f64::from(u8::from(*vertex == from)) + f64::from(u8::from(*vertex == to))).abs() < 1e-9));
        // On one rail nothing changes.
        let straight = shares(&context, ends[0], ends[2 * 8]).unwrap();
        assert!(straight.iter().all(|(arc, _)| topology.edges()[*arc as usize / 2].layer != Some(LinkLayer::NvLink)));
    }
}

#[test]
fn what_a_fabric_does_not_bear_is_told_and_never_applied() {
    let catalog = Catalog::builtin();
    for (paths, extra) in [
        ("dimension-order", ("dimensions", "3, 7")),
        ("dimension-order", ("dimensions", "")),
        ("minimal", ("roots", "")),
        ("valiant", ("roots", "")),
        ("up-down", ("roots", "nobody")),
    ] {
        let design = in_fabric(fat_tree(4), &[("paths", paths), extra]);
        let context = Context::new(&design, &catalog);
        let of = &context.routing.fabrics[0];
        assert_eq!(of.paths, Paths::Shortest, "{paths}");
        assert!(context.routing.words().starts_with("shortest paths, instead of "), "{}", context.routing.words());
        let report = evaluate(&design, &catalog);
        let finding = report.diagnostics.iter().find(|finding| finding.code == "routing-not-applied").unwrap_or_else(|| panic!("{paths}: no finding"));
        assert!(finding.message.contains(of.trouble.as_deref().unwrap()), "{}", finding.message);
        let plain = Context::new(&design, &catalog);
        assert_eq!(all_to_all_by(&plain.topology, &plain.routing), all_to_all_by(&plain.topology, &InForce::default()));
    }
    for paths in ["dimension-order", "minimal", "valiant", "up-down"] {
        // A fabric of nothing, and one of a single switch.
        let mut lonely = Graph::default();
        lonely.switch("s");
        for design in [Design::default(), lonely.design] {
            let report = evaluate(&in_fabric(design, &[("paths", paths)]), &catalog);
            assert!(report.estimates.iter().all(|estimate| estimate.value().is_none_or(f64::is_finite)));
        }
    }
    assert_eq!(sizes("8 x 8, 4"), Some(vec![8, 8, 4]));
    assert_eq!((sizes(""), sizes("0"), sizes("a")), (None, None, None));
}

#[test]
fn the_roots_of_a_clean_tree_are_its_top_and_change_nothing() {
    let catalog = Catalog::builtin();
    let plain = fat_tree(4);
    let up_down = in_fabric(fat_tree(4), &[("paths", "up-down")]);
    let (plain, up_down) = (Context::new(&plain, &catalog), Context::new(&up_down, &catalog));
    assert_eq!(up_down.routing.words(), "up/down, 4 roots on tier 3 (stated), split evenly at each hop");
    for from in plain.topology.endpoints() {
        for to in plain.topology.endpoints().iter().filter(|to| *to != from) {
            let mut expected = shares(&plain, *from, *to).unwrap();
            expected.sort_by_key(|(arc, _)| *arc);
            assert_eq!(shares(&up_down, *from, *to).unwrap(), expected);
        }
    }
    let engine = in_fabric(fat_tree(4), &[("engine", "updn")]);
    assert_eq!(Context::new(&engine, &catalog).routing.words(), "up/down, 4 roots on tier 3 (its engine's), split evenly at each hop");
}
