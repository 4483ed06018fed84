//! Whether routes close a circle of waiting: the cases of the textbooks, and every verdict against one that follows every route by itself.

use std::collections::{BTreeMap, BTreeSet};

use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::deadlock::{Verdict, judge};
use weft::engine::routing::graph::Graph as Fabric;
use weft::engine::service::evaluate;
use weft::engine::topology::{Topology, VertexIndex};
use weft::model::{Design, Paths};

use crate::graphs::fat_tree;
use crate::routing::{coordinates, drawn, group_of, in_fabric, name, random, state, tangle, walks};

/// The verdict on the first fabric, with the circle by name held against the links.
fn verdict(design: &Design) -> Verdict {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    let of = &context.routing.fabrics[0];
    let graph = Fabric::of(design, &context.topology, &context.tiers, of.fabric);
    let found = judge(&graph, design.fabrics.get(of.fabric).unwrap(), of, u64::MAX, &mut |_| {});
    if let Verdict::Circle(circle) = &found {
        assert!(circle.len() > 1);
        for (place, (here, _)) in circle.iter().enumerate() {
            let next = circle[(place + 1) % circle.len()].0;
            assert!(graph.row(*here as usize).iter().any(|(to, _)| *to == next), "{circle:?} is no way round");
        }
    }
    found
}

pub fn is_free(design: &Design) -> bool {
    verdict(design) == Verdict::Free
}

#[test]
fn the_cases_of_the_textbooks() {
    let torus = |x: &str, y: &str, settings: &[(&str, &str)]| drawn("torus", &[("x", x), ("y", y), ("xpu", "generic")], settings);
    let order = ("paths", "dimension-order");
    let dateline = [order, ("lanes", "2"), ("lane_change", "dateline")];
    assert!(!is_free(&torus("6", "1", &[])), "a ring");
    assert!(!is_free(&torus("6", "1", &[order])), "a ring has one dimension only");
    assert!(is_free(&torus("6", "1", &dateline)));
    assert!(!is_free(&torus("4", "4", &[order])), "every line of a torus is a ring");
    assert!(is_free(&torus("4", "4", &dateline)), "Dally and Seitz 1987");
    assert!(is_free(&torus("5", "7", &dateline)));
    assert!(is_free(&torus("3", "3", &[order])), "no route of a ring of three has two hops");
    assert!(!is_free(&torus("4", "4", &[("lanes", "2"), ("lane_change", "dateline")])), "lanes do not help where dimensions come in any order");
    assert!(is_free(&in_fabric(fat_tree(4), &[("paths", "up-down")])));
    assert!(is_free(&in_fabric(fat_tree(4), &[])), "fewest hops of a clean tree go up and then down");

    let dragonfly = |settings: &[(&str, &str)]| drawn("dragonfly", &[("hosts", "2"), ("switches", "4"), ("global", "2")], settings);
    let minimal = ("paths", "minimal");
    assert!(!is_free(&dragonfly(&[minimal])), "Kim et al. 2008: two lanes are needed");
    assert!(is_free(&dragonfly(&[minimal, ("lanes", "2"), ("lane_change", "groups")])));
    assert!(is_free(&dragonfly(&[minimal, ("lanes", "3"), ("lane_change", "hops")])));
    let valiant = ("paths", "valiant");
    assert!(!is_free(&dragonfly(&[valiant, ("lanes", "2"), ("lane_change", "groups")])), "Kim et al. 2008: three lanes are needed");
    assert!(is_free(&dragonfly(&[valiant, ("lanes", "3"), ("lane_change", "groups")])));
    assert!(is_free(&dragonfly(&[valiant, ("lanes", "5"), ("lane_change", "hops")])), "five hops at most");
}

/// A channel on a lane.
type Channel = (VertexIndex, VertexIndex, usize);

/// Whether what waits for what has no circle, by taking off again and again what nothing waits for.
fn acyclic(waits: &BTreeSet<(Channel, Channel)>) -> bool {
    let mut left: Vec<(Channel, Channel)> = waits.iter().copied().collect();
    loop {
        let waited: BTreeSet<Channel> = left.iter().map(|(_, second)| *second).collect();
        let kept: Vec<_> = left.iter().copied().filter(|(first, _)| waited.contains(first)).collect();
        if kept.len() == left.len() {
            return left.is_empty();
        }
        left = kept;
    }
}

/// Which lane each step of a route takes: the way of the textbooks, step by step.
fn lanes(design: &Design, topology: &Topology, route: &[(VertexIndex, VertexIndex)], count: usize, change: &str, sizes: &[u32]) -> Vec<usize> {
    let (mut lane, mut dimension) = (0, None);
    let mut taken = Vec::new();
    for (from, to) in route {
        match change {
            "dateline" => {
                let (a, b) = (coordinates(&name(design, topology, *from)), coordinates(&name(design, topology, *to)));
                let at = a.iter().zip(&b).position(|(a, b)| a != b).unwrap();
                if dimension != Some(at) {
                    (lane, dimension) = (0, Some(at));
                }
                if sizes[at] > 2 && a[at].abs_diff(b[at]) + 1 == sizes[at] {
                    lane = (lane + 1).min(count - 1);
                }
                taken.push(lane);
            }
            "groups" => {
                taken.push(lane);
                if group_of(design, topology, *from) != group_of(design, topology, *to) {
                    lane = (lane + 1).min(count - 1);
                }
            }
            "hops" => {
                taken.push(lane);
                lane = (lane + 1).min(count - 1);
            }
            _ => taken.push(0),
        }
    }
    taken
}

/// Every route between two switches with hosts, by listing them.
fn slow(design: &Design, paths: Paths, count: usize, change: &str, sizes: &[u32]) -> bool {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    let topology = &context.topology;
    let graph = Fabric::of(design, topology, &context.tiers, context.routing.fabrics[0].fabric);
    let hosts: Vec<VertexIndex> = graph.forwarders.iter().zip(&graph.hosts).filter(|(_, hosts)| **hosts).map(|(vertex, _)| *vertex).collect();
    let forwards = |vertex: VertexIndex| graph.forwarders.contains(&vertex);
    let group = |vertex: VertexIndex| group_of(design, topology, vertex);
    let at = |vertex: VertexIndex| coordinates(&name(design, topology, vertex));
    let differs = |from: VertexIndex, to: VertexIndex| at(from).iter().zip(at(to)).position(|(a, b)| *a != b).unwrap();
    let may = |way: &[VertexIndex], to: VertexIndex| {
        if !forwards(to) {
            return false;
        }
        let here = *way.last().unwrap();
        match paths {
            Paths::DimensionOrder => differs(here, to) >= way.windows(2).map(|step| differs(step[0], step[1])).max().unwrap_or(0),
            Paths::Minimal | Paths::Valiant => {
                way.windows(2).filter(|step| group(step[0]) != group(step[1])).count() + usize::from(group(here) != group(to)) <= 1
            }
            _ => true,
        }
    };
    let ends =
        |walk: &Vec<u32>| -> Vec<(VertexIndex, VertexIndex)> { walk.iter().map(|arc| topology.arc_ends(*arc).unwrap()).map(|[from, to]| (from, to)).collect() };
    let mut waits = BTreeSet::new();
    let mut add = |route: &[(VertexIndex, VertexIndex)]| {
        let lanes = lanes(design, topology, route, count, change, sizes);
        let channels: Vec<Channel> = route.iter().zip(lanes).map(|((from, to), lane)| (*from, *to, lane)).collect();
        waits.extend(channels.windows(2).map(|pair| (pair[0], pair[1])));
    };
    let all: BTreeSet<String> = if paths == Paths::Valiant { graph.forwarders.iter().map(|vertex| group(*vertex)).collect() } else { BTreeSet::new() };
    let mut onward: BTreeMap<(VertexIndex, VertexIndex), Vec<Vec<u32>>> = BTreeMap::new();
    for from in &hosts {
        for to in hosts.iter().filter(|to| *to != from) {
            if paths != Paths::Valiant || group(*from) == group(*to) {
                walks(topology, *from, &|vertex| vertex == *to, &may).iter().for_each(|walk| add(&ends(walk)));
                continue;
            }
            for by in all.iter().filter(|by| **by != group(*from) && **by != group(*to)) {
                for first in walks(topology, *from, &|vertex| forwards(vertex) && group(vertex) == **by, &may) {
                    let first = ends(&first);
                    let stop = first.last().unwrap().1;
                    let second = onward.entry((stop, *to)).or_insert_with(|| walks(topology, stop, &|vertex| vertex == *to, &may));
                    for second in second.iter() {
                        add(&first.iter().copied().chain(ends(second)).collect::<Vec<_>>());
                    }
                }
            }
        }
    }
    acyclic(&waits)
}

#[test]
fn every_verdict_is_that_of_all_routes_one_by_one() {
    let mut verdicts: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    for seed in 0..60 {
        let mut random = random(seed + 1000);
        let sizes = [2 + random(5) as u32, 1 + random(4) as u32];
        let (x, y) = (sizes[0].to_string(), sizes[1].to_string());
        let mut torus = drawn("torus", &[("x", &x), ("y", &y), ("xpu", "generic")], &[]);
        for _ in 0..random(3) {
            let links: Vec<_> = torus.links.ids().collect();
            if links.len() > 1 {
                torus.links.set(links[random(links.len())], None);
            }
        }
        let (p, a, h) = (1 + random(2), 2 + random(3), 1 + random(2));
        let [p, a, h] = [p, a, h].map(|number| number.to_string());
        let mut dragonfly = drawn("dragonfly", &[("hosts", &p), ("switches", &a), ("global", &h)], &[]);
        if random(3) == 0 {
            let links: Vec<_> = dragonfly.links.ids().collect();
            dragonfly.links.set(links[random(links.len())], None);
        }
        let lanes = 1 + random(4);
        let count = lanes.to_string();
        for (what, design, paths, change) in [
            ("torus", &torus, "shortest", ["", "hops", "dateline"][random(3)]),
            ("torus", &torus, "dimension-order", ["", "hops", "dateline"][random(3)]),
            ("torus", &torus, "dimension-order", "dateline"),
            ("dragonfly", &dragonfly, "shortest", ["", "hops", "groups"][random(3)]),
            ("dragonfly", &dragonfly, "minimal", ["", "hops", "groups"][random(3)]),
            ("dragonfly", &dragonfly, "minimal", "groups"),
            ("dragonfly", &dragonfly, "valiant", ["", "hops", "groups"][random(3)]),
            ("dragonfly", &dragonfly, "valiant", "groups"),
        ] {
            let mut design = design.clone();
            let id = design.fabrics.ids().next().unwrap();
            state(&mut design, id, &[("paths", paths), ("lanes", &count), ("lane_change", change)]);
            let catalog = Catalog::builtin();
            let context = Context::new(&design, &catalog);
            let in_force = context.routing.fabrics[0].paths;
            // A torus that has lost too much is none, and datelines are then nowhere.
            if context.routing.fabrics[0].trouble.is_some() || change == "dateline" && !is_torus(&design) || change == "groups" && !has_groups(&design) {
                continue;
            }
            let free = is_free(&design);
            assert_eq!(free, slow(&design, in_force, lanes, change, &sizes), "seed {seed}: {what} {sizes:?} {p} {a} {h}, {paths}, {lanes} lanes by {change}");
            *verdicts.entry((paths, free)).or_default() += 1;
        }
    }
    for paths in ["dimension-order", "minimal", "valiant", "shortest"] {
        for free in [true, false] {
            assert!(verdicts.get(&(paths, free)).is_some_and(|count| *count > 3), "{paths} {free}: {verdicts:?}");
        }
    }
}

/// Whether the groups of the dragonfly still hang together.
fn has_groups(design: &Design) -> bool {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    let graph = Fabric::of(design, &context.topology, &context.tiers, context.routing.fabrics[0].fabric);
    weft::engine::routing::groups::of(&graph).is_ok()
}

/// Whether all of the torus is still found where it was drawn, so that rings close where the slow implementation says.
fn is_torus(design: &Design) -> bool {
    let mut whole = design.clone();
    let id = whole.fabrics.ids().next().unwrap();
    state(&mut whole, id, &[("paths", "dimension-order")]);
    let catalog = Catalog::builtin();
    let context = Context::new(&whole, &catalog);
    let graph = Fabric::of(&whole, &context.topology, &context.tiers, id);
    let Ok(found) = weft::engine::routing::dimensions::of(&graph, None) else { return false };
    graph.forwarders.iter().enumerate().all(|(place, vertex)| {
        let at = coordinates(&name(&whole, &context.topology, *vertex));
        let same = |dimension: usize, own: u32| found.coordinates[place].get(dimension).is_some_and(|found| *found + 1 == own);
        at.iter().copied().enumerate().all(|(dimension, own)| own == 1 || same(dimension, own))
    })
}

#[test]
fn up_down_never_closes_a_circle() {
    for seed in 0..200 {
        let design = in_fabric(tangle(seed), &[("paths", "up-down"), ("roots", if seed % 2 == 0 { "s0" } else { "" })]);
        assert!(is_free(&design), "seed {seed}");
    }
}

#[test]
fn the_finding_names_the_circle_in_its_order_and_its_fix_takes_it_away() {
    let catalog = Catalog::builtin();
    for (template, values, paths, fixed) in [
        ("torus", [("x", "5"), ("y", "4"), ("xpu", "generic")], "dimension-order", [("lanes", "2"), ("lane_change", "dateline")]),
        ("dragonfly", [("hosts", "2"), ("switches", "4"), ("global", "2")], "minimal", [("lanes", "2"), ("lane_change", "groups")]),
        ("dragonfly", [("hosts", "2"), ("switches", "4"), ("global", "2")], "valiant", [("lanes", "3"), ("lane_change", "groups")]),
    ] {
        let mut design = drawn(template, &values, &[("paths", paths), ("lossless", "true")]);
        let report = evaluate(&design, &catalog);
        let finding = report.diagnostics.iter().find(|finding| finding.code == "routing-may-deadlock").unwrap_or_else(|| panic!("{paths}: no finding"));
        assert!(finding.message.contains(&format!("a circle of {} links", finding.related.len())), "{}", finding.message);
        let id = design.fabrics.ids().next().unwrap();
        state(&mut design, id, &fixed);
        let report = evaluate(&design, &catalog);
        assert!(report.diagnostics.iter().all(|finding| finding.code != "routing-may-deadlock"), "{paths}");
    }
    // What only drops packets and what nobody said how it routes is not blamed.
    let lossy = drawn("dragonfly", &[("hosts", "2")], &[("paths", "minimal")]);
    let unsaid = drawn("dragonfly", &[("hosts", "2")], &[("lossless", "true")]);
    for design in [lossy, unsaid] {
        assert!(evaluate(&design, &catalog).diagnostics.iter().all(|finding| finding.code != "routing-may-deadlock"));
    }
}
