//! The shapes that are no tree: rails alone, two planes, dragonfly, torus, UALink pod. Counts against closed forms, and what makes
//! each shape what it is.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use weft::catalog::Catalog;
use weft::engine::templates::TemplateCounts;
use weft::model::{Design, NodeId};

use crate::templates::{check, refusal};

/// Neighbours of every node over links for which `counts` holds.
fn neighbours(design: &Design, counts: impl Fn(&str, &str) -> bool) -> BTreeMap<NodeId, BTreeSet<NodeId>> {
    let mut all: BTreeMap<NodeId, BTreeSet<NodeId>> = BTreeMap::new();
    let name = |id| design.nodes.get(id).unwrap().name.as_str();
    for (_, link) in design.links.iter() {
        let [a, b] = link.ends.map(|end| end.node);
        if counts(name(a), name(b)) {
            all.entry(a).or_default().insert(b);
            all.entry(b).or_default().insert(a);
        }
    }
    all
}

/// The most steps from `start` to anything, and how many nodes that is.
fn reach(all: &BTreeMap<NodeId, BTreeSet<NodeId>>, start: NodeId) -> (usize, usize) {
    let mut steps = BTreeMap::from([(start, 0)]);
    let mut open = VecDeque::from([start]);
    while let Some(node) = open.pop_front() {
        for next in all.get(&node).into_iter().flatten() {
            if !steps.contains_key(next) {
                steps.insert(*next, steps[&node] + 1);
                open.push_back(*next);
            }
        }
    }
    (*steps.values().max().unwrap(), steps.len())
}

#[test]
fn rails_alone_have_one_leaf_for_each_nic() {
    let catalog = Catalog::builtin();
    for servers in [2u64, 5, 32, 64] {
        let (design, counts) = check("rail-only", &format!("servers={servers}"));
        assert_eq!(counts, TemplateCounts { xpus: 8 * servers, systems: servers, switches: 8, links: 8 * servers, racks: servers.div_ceil(4) });
        for (id, link) in design.links.iter() {
            let [server, leaf] = link.ends.map(|end| design.nodes.get(end.node).unwrap());
            let inside = catalog.port(&design, link.ends[0]).unwrap().inside.unwrap();
            let nic = &catalog.part(&design, &server.part).unwrap().inside().unwrap().vertices[usize::from(inside)].name;
            assert_eq!(leaf.name, format!("leaf-{}", nic.strip_prefix("nic").unwrap()), "{id}");
        }
    }
    assert_eq!(refusal("rail-only", "servers=65"), "servers cannot be “65”: it must lie between 2 and 64");
}

#[test]
fn planes_never_meet_and_every_host_is_on_both() {
    for (text, leaves, spines, hosts, nics, links) in [("", 4, 4, 8, 1, 2), ("leaves=6 spines=3 hosts-per-leaf=5 nics=2 links=1 endpoint=xpu", 6, 3, 5, 2, 1)] {
        let (design, counts) = check("dual-plane", text);
        let ends: u64 = leaves * hosts;
        assert_eq!((counts.xpus + counts.systems, counts.switches), (ends, 2 * (leaves + spines)), "{text}");
        assert_eq!(counts.links, 2 * (ends * nics + leaves * spines * links), "{text}");
        let is_switch = |name: &str| name.contains("leaf") || name.contains("spine");
        let switches = neighbours(&design, |a, b| is_switch(a) && is_switch(b));
        for start in switches.keys() {
            assert_eq!(reach(&switches, *start).1 as u64, leaves + spines, "{text}: a plane and nothing else");
        }
        let to_hosts = neighbours(&design, |a, b| is_switch(a) != is_switch(b));
        for (id, _) in design.nodes.iter().filter(|(_, node)| !is_switch(&node.name)) {
            let planes: BTreeSet<char> = to_hosts[&id].iter().map(|leaf| design.nodes.get(*leaf).unwrap().name.chars().next().unwrap()).collect();
            assert_eq!(planes, BTreeSet::from(['a', 'b']), "{text}");
        }
        assert_eq!(design.fabrics.iter().map(|(_, fabric)| fabric.plane).collect::<Vec<_>>(), [Some(1), Some(2)]);
    }
}

#[test]
fn every_group_of_a_dragonfly_meets_every_other() {
    for (text, p, a, h, g) in
        [("", 2u64, 4u64, 2u64, 9u64), ("hosts=4 switches=8 global=4", 4, 8, 4, 33), ("groups=5", 2, 4, 2, 5), ("switches=3 global=1", 2, 3, 1, 4)]
    {
        let (design, counts) = check("dragonfly", text);
        let between = a * h / (g - 1);
        let links = p * a * g + g * a * (a - 1) / 2 + between * g * (g - 1) / 2;
        assert_eq!(counts, TemplateCounts { xpus: 0, systems: p * a * g, switches: a * g, links, racks: 0 }, "{text}");
        let group = |name: &str| name.strip_prefix('g').and_then(|rest| rest.split_once("-switch-")).map(|(group, _)| group.parse::<u64>().unwrap());
        let (mut pairs, mut out): (BTreeMap<(u64, u64), u64>, BTreeMap<NodeId, u64>) = Default::default();
        for (_, link) in design.links.iter() {
            let [x, y] = link.ends.map(|end| group(&design.nodes.get(end.node).unwrap().name));
            let (Some(x), Some(y)) = (x, y) else { continue };
            if x != y {
                *pairs.entry((x.min(y), x.max(y))).or_default() += 1;
                link.ends.iter().for_each(|end| *out.entry(end.node).or_default() += 1);
            }
        }
        assert_eq!(pairs.len() as u64, g * (g - 1) / 2, "{text}: every pair of groups");
        assert!(pairs.values().all(|count| *count == between), "{text}: with equally many links");
        assert!(out.values().all(|count| *count <= h), "{text}: at most {h} links out of a switch");
        let switches = neighbours(&design, |x, y| group(x).is_some() && group(y).is_some());
        let far = switches.keys().map(|start| reach(&switches, *start)).max().unwrap();
        assert!(far.0 <= 3, "{text}: local, global, local; not {}", far.0);
        assert_eq!(far.1 as u64, a * g);
    }
    assert_eq!(refusal("dragonfly", "groups=10"), "groups cannot be 10: 4 switches with 2 links out each reach 2 to 9 groups");
}

#[test]
fn every_line_of_a_torus_closes() {
    for (text, sizes) in [
        ("", [8u64, 8, 1]),
        ("x=4 y=4 z=4 xpu=google-tpu-v5p", [4, 4, 4]),
        ("x=2 y=3 z=5 xpu=google-tpu-v4", [2, 3, 5]),
        ("x=16 y=1 z=1 xpu=generic", [16, 1, 1]),
        ("x=2 y=2 z=2 xpu=google-tpu7x", [2, 2, 2]),
    ] {
        let (design, counts) = check("torus", text);
        let xpus: u64 = sizes.iter().product();
        let on_line = |size: u64| if size < 3 { size - 1 } else { size };
        let links = sizes.iter().map(|size| xpus / size * on_line(*size)).sum();
        assert_eq!(counts, TemplateCounts { xpus, links, ..TemplateCounts::default() }, "{text}");
        let all = neighbours(&design, |_, _| true);
        let degree: u64 = sizes.iter().map(|size| (size - 1).min(2)).sum();
        assert!(all.values().all(|near| near.len() as u64 == degree), "{text}: {degree} neighbours");
        let far: u64 = sizes.iter().map(|size| size / 2).sum();
        assert!(all.keys().all(|start| reach(&all, *start) == (far as usize, xpus as usize)), "{text}: half of each line is the farthest");
    }
    assert!(refusal("torus", "z=4").starts_with("google-tpu-v6e has 4 ports and this torus needs 6 of each XPU"));
    assert!(refusal("torus", "x=1 y=1 z=1").starts_with("a torus of one XPU has no link"));
}

#[test]
fn every_xpu_of_a_ualink_pod_is_on_every_plane_once() {
    for (text, trays) in [("", 8u64), ("trays=16", 16), ("trays=1", 1), ("trays=26 switch=marvell-ualink-115t", 26), ("trays=8 switch=ualink-switch-102t", 8)] {
        let (design, counts) = check("ualink-pod", text);
        assert_eq!(counts, TemplateCounts { xpus: 4 * trays, systems: trays, switches: 18, links: 72 * trays, racks: 1 }, "{text}");
        let mut pairs = BTreeSet::new();
        for (_, link) in design.links.iter() {
            let [tray, plane] = link.ends;
            assert!(pairs.insert((tray.node, (tray.port.cage - 1) / 18, plane.node)), "{text}");
        }
        assert_eq!(pairs.len() as u64, 4 * trays * 18, "{text}");
    }
    assert!(refusal("ualink-pod", "trays=17").starts_with("17 trays bring 68 XPUs and ualink-switch-51t has 64 ports"));
    assert!(refusal("ualink-pod", "trays=20 switch=ualink-switch-102t").contains("need 56 U"));
}
