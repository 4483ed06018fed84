//! Forwarding tables: closed forms, and every flow against tables filled by a slow implementation of its own.

use std::collections::{BTreeMap, VecDeque};

use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::estimate::flows::{Demand, Flow, FlowSet, rates, route};
use weft::engine::estimate::pair;
use weft::engine::topology::{Topology, VertexIndex};
use weft::model::{Design, Routing};

use crate::graphs::{Graph, fat_tree, leaf_spine};
use crate::ibdmchk::net;
use crate::routing::{drawn, in_fabric, state};

const TABLES: (&str, &str) = ("routing", "tables");

/// The least rate of flows by name, with every choice by `equal`.
fn least(design: &Design, pairs: &[(String, String)], equal: Routing) -> f64 {
    let catalog = Catalog::builtin();
    let flows = pairs.iter().map(|(src, dst)| Flow { src: src.clone(), dst: dst.clone(), path: None }).collect();
    rates(&Context::new(design, &catalog), &FlowSet { flows }, equal).into_iter().map(|flow| flow.rate.unwrap().0).fold(f64::INFINITY, f64::min)
}

#[test]
fn hosts_of_a_leaf_get_a_spine_each() {
    // As many spines as hosts on a leaf: to each host of a leaf another spine, from everywhere.
    let design = in_fabric(leaf_spine(6, 4, 4), &[]);
    for shift in 1..6 {
        let pairs: Vec<(String, String)> =
            (0..6).flat_map(|leaf| (0..4).map(move |host| (format!("l{leaf}h{host}"), format!("l{}h{host}", (leaf + shift) % 6)))).collect();
        assert_eq!(least(&design, &pairs, Routing::Tables), 400.0, "{shift}");
    }
    // To one host from everywhere over one spine only: the fourth part of what an even split gives on the way, where four leaves send.
    let design = in_fabric(leaf_spine(6, 4, 1), &[TABLES]);
    let catalog = Catalog::builtin();
    let context = Context::new(&design, &catalog);
    let ends = context.topology.endpoints();
    let demands: Vec<_> = ends[1..].iter().map(|from| Ok(Demand { from: *from, to: ends[0], path: None })).collect();
    let mut spines: Vec<VertexIndex> = route(&context.topology, &demands, &context.routing)
        .into_iter()
        .flat_map(Result::unwrap)
        .filter_map(|(arc, _)| context.topology.arc_ends(arc))
        .map(|[_, to]| to)
        .filter(|to| crate::routing::name(&design, &context.topology, *to).starts_with('s'))
        .collect();
    assert_eq!(spines.len(), 5);
    spines.dedup();
    assert_eq!(spines.len(), 1, "one address, one port at each leaf, and the same as all count alike");
    assert_eq!(context.routing.words(), "shortest paths (inferred), forwarding tables as a subnet manager fills them");
}

/// Tables as their definition says: for every switch, of the ports with fewest hops to a host's address that with fewest addresses, the first.
/// Addresses count outward from the first host. By switch and host the arc.
fn slow(topology: &Topology) -> BTreeMap<(VertexIndex, VertexIndex), u32> {
    let vertices = topology.vertices();
    let mut rows: Vec<Vec<(u32, VertexIndex)>> = vec![Vec::new(); vertices.len()];
    for (edge, record) in (0u32..).zip(topology.edges()) {
        let [a, b] = record.ends;
        rows[a as usize].push((2 * edge, b));
        rows[b as usize].push((2 * edge + 1, a));
    }
    let mut order = Vec::new();
    let mut open: VecDeque<VertexIndex> = [topology.endpoints()[0]].into();
    let mut seen = vec![false; vertices.len()];
    while let Some(here) = open.pop_front() {
        if !std::mem::replace(&mut seen[here as usize], true) {
            order.push(here);
            open.extend(rows[here as usize].iter().map(|(_, to)| *to));
        }
    }
    let hosts: Vec<VertexIndex> = order.into_iter().filter(|vertex| !vertices[*vertex as usize].transit).collect();
    let far = u32::MAX / 2;
    let mut hops: Vec<Vec<u32>> = vec![vec![far; vertices.len()]; vertices.len()];
    for one in 0..vertices.len() {
        hops[one][one] = 0;
        rows[one].iter().for_each(|(_, to)| hops[one][*to as usize] = 1);
    }
    for by in (0..vertices.len()).filter(|by| vertices[*by].transit) {
        for one in 0..vertices.len() {
            for other in 0..vertices.len() {
                hops[one][other] = hops[one][other].min(hops[one][by] + hops[by][other]);
            }
        }
    }
    let mut tables = BTreeMap::new();
    for switch in (0..vertices.len() as u32).filter(|vertex| vertices[*vertex as usize].transit) {
        let mut given = vec![0; rows[switch as usize].len()];
        for host in &hosts {
            let leads = |port: &usize| {
                let to = rows[switch as usize][*port].1;
                (vertices[to as usize].transit || to == *host) && hops[to as usize][*host as usize] + 1 == hops[switch as usize][*host as usize]
            };
            let port = (0..given.len()).filter(leads).min_by_key(|port| given[*port]).unwrap();
            given[port] += 1;
            tables.insert((switch, *host), rows[switch as usize][port].0);
        }
    }
    tables
}

#[test]
fn every_flow_goes_as_tables_filled_by_their_definition_say() {
    let catalog = Catalog::builtin();
    let mut flows = 0;
    let designs = (0..60).map(net).chain([in_fabric(fat_tree(4), &[]), in_fabric(leaf_spine(5, 3, 2), &[])]);
    for mut design in designs {
        let fabric = design.fabrics.ids().next().unwrap();
        state(&mut design, fabric, &[TABLES]);
        let context = Context::new(&design, &catalog);
        let topology = &context.topology;
        let tables = slow(topology);
        for from in topology.endpoints() {
            for to in topology.endpoints().iter().filter(|to| *to != from) {
                let first = topology.row(*from)[0];
                let (mut here, mut wanted) = (first.to, vec![first.arc]);
                while here != *to {
                    let arc = tables[&(here, *to)];
                    wanted.push(arc);
                    here = topology.arc_ends(arc).unwrap()[1];
                }
                assert_eq!(pair::only_path(&context, *from, *to), Some(wanted));
                flows += 1;
            }
        }
    }
    assert!(flows > 5000, "{flows}");
}

#[test]
fn a_pair_says_its_one_path_and_takes_its_latency() {
    // Two ways from a to c, one of them slow: the table takes the lower port, which is the slow one.
    let mut graph = Graph::default();
    let switches: Vec<_> = "abcd".chars().map(|name| graph.switch(name.to_string())).collect();
    let hosts: Vec<_> = "abcd".chars().map(|name| graph.host(format!("h{name}"))).collect();
    for (at, host) in hosts.iter().enumerate() {
        graph.link(*host, switches[at], 400.0, 100.0);
    }
    for (from, to, latency) in [(0, 3, 100.0), (3, 2, 100.0), (0, 1, 5000.0), (1, 2, 5000.0)] {
        graph.link(switches[from], switches[to], 400.0, latency);
    }
    let latency = |routing: &str, from: &str, to: &str| {
        let design = in_fabric(graph.design.clone(), &[("routing", routing)]);
        let catalog = Catalog::builtin();
        let context = Context::new(&design, &catalog);
        let names = weft::engine::estimate::flows::Names::of(&context);
        let all = pair::between(&context, names.vertex(&context, from).unwrap(), names.vertex(&context, to).unwrap());
        let of = |key: &str| all.iter().find(|estimate| estimate.key() == key).unwrap().clone();
        (of("pair-latency").value().unwrap(), of("pair-hops").assumptions()[0].clone())
    };
    // Addresses: ha, a, then by a's ports d and b, ... so hc is the only address two hops away, and takes the first port of a, to d.
    let (quick, words) = latency("tables", "ha", "hc");
    assert_eq!(words, "ha to hc: one path by forwarding tables, of 2 equal ones");
    let (slowest, words) = latency("ecmp", "ha", "hc");
    assert_eq!(words, "ha to hc: 2 equal paths");
    assert!((slowest - quick - 9800.0).abs() < 1e-6, "{slowest} {quick}");
}

#[test]
fn tables_stand_beside_other_fabrics_and_adapters_of_their_own() {
    let catalog = Catalog::builtin();
    for settings in [vec![TABLES], vec![TABLES, ("forwarding", "true")], vec![TABLES, ("paths", "up-down")]] {
        let design = drawn("rail-optimised", &[("servers", "4")], &settings);
        let context = Context::new(&design, &catalog);
        let topology = &context.topology;
        let ends = topology.endpoints();
        for (from, to) in [(0, 9), (0, 21), (5, 30), (31, 2)] {
            let found = route(topology, &[Ok(Demand { from: ends[from], to: ends[to], path: None })], &context.routing).pop().unwrap().unwrap();
            let mut net: BTreeMap<VertexIndex, f64> = BTreeMap::new();
            for (arc, share) in found {
                let [start, end] = topology.arc_ends(arc).unwrap();
                *net.entry(start).or_default() += share;
                *net.entry(end).or_default() -= share;
            }
            net.retain(|_, amount| amount.abs() > 1e-9);
            assert_eq!(net, [(ends[from], 1.0), (ends[to], -1.0)].into(), "what goes in comes out: {settings:?}");
        }
    }
    // A torus of XPUs that forward themselves; Valiant cannot be had from tables.
    let design = drawn("torus", &[("x", "4"), ("y", "4"), ("xpu", "generic")], &[TABLES]);
    let context = Context::new(&design, &catalog);
    let ends = context.topology.endpoints();
    assert!(ends.iter().skip(1).all(|to| pair::only_path(&context, ends[0], *to).is_some()));
    let design = drawn("dragonfly", &[("hosts", "2"), ("switches", "4"), ("global", "2")], &[TABLES, ("paths", "valiant")]);
    let words = Context::new(&design, &catalog).routing.words().to_owned();
    let report = weft::engine::service::evaluate(&design, &catalog);
    assert_eq!(report.diagnostics.iter().filter(|finding| finding.code == "routing-not-applied").count(), 1);
    assert!(words.ends_with("each flow on one path by hash, for no table by destination holds ways through a third group"), "{words}");
}
