//! Fabrics whose answers are known: from closed forms on generated graphs, and digit by digit from independent solvers where
//! their cases are at hand.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;
use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::estimate::Estimate;
use weft::engine::estimate::flows::{Flow, FlowSet, PairHistograms, all_to_all, pair_histograms, rates};
use weft::engine::latency::{all_pairs, message};
use weft::engine::service::evaluate;
use weft::engine::topology::Topology;
use weft::model::{Design, PartKind, Routing};
use weft::units::SortedMap;

use crate::graphs::{Graph, fat_tree, leaf_spine, plane};

/// Histograms of a design whose links state their latency.
fn histograms(topology: &Topology) -> PairHistograms {
    pair_histograms(topology, |arc| topology.latency(arc / 2).unwrap_or(0.0), |_| 0.0)
}

fn per_pair(design: &Design) -> f64 {
    all_to_all(&Topology::compile(design, &Catalog::builtin())).unwrap().0.0
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{found} is not {expected}");
}

fn without_link(design: &Design, a: &str, b: &str) -> Design {
    let mut design = design.clone();
    let named = |name: &str| design.nodes.iter().find(|(_, node)| node.name == name).unwrap().0;
    let (a, b) = (named(a), named(b));
    let link = design.links.iter().find(|(_, link)| link.touches(a) && link.touches(b)).unwrap().0;
    design.links.set(link, None);
    design
}

#[test]
fn a_fat_tree_has_the_shape_of_its_closed_forms() {
    for k in [4u64, 8] {
        let design = fat_tree(k as usize);
        let catalog = Catalog::builtin();
        let context = Context::new(&design, &catalog);
        let topology = &context.topology;
        assert_eq!(topology.endpoints().len() as u64, k.pow(3) / 4);
        assert_eq!(topology.vertices().len() as u64 - k.pow(3) / 4, 5 * k.pow(2) / 4);
        assert_eq!(topology.edges().len() as u64, 3 * k.pow(3) / 4);

        let found = histograms(topology);
        let (hosts, half) = (k.pow(3) / 4, k / 2);
        let same_leaf = hosts * (half - 1);
        let same_pod = hosts * (half * half - half);
        let elsewhere = hosts * (hosts - half * half);
        assert_eq!(found.hops, SortedMap::from([(2, same_leaf), (4, same_pod), (6, elsewhere)]));
        assert_eq!(found.latency_ps, SortedMap::from([(700_000, same_leaf), (1_500_000, same_pod), (2_600_000, elsewhere)]));
        assert_eq!(found.paths, SortedMap::from([(1, same_leaf), (u128::from(half), same_pod), (u128::from(half * half), elsewhere)]));
        assert_eq!(found.apart, 0);

        assert_eq!(context.structure.components, 1);
        assert_eq!(context.structure.bridges.len() as u64, hosts);
        assert_eq!(context.structure.articulation_points.len() as u64, k * half);
        assert_eq!(context.tiers.highest(), 3);
        assert_eq!(context.tiers.on(1).count() as u64, k * half);
    }
}

#[test]
fn all_to_all_and_incast_reach_their_known_rates() {
    close(per_pair(&fat_tree(4)), 400.0 / 15.0);
    close(per_pair(&without_link(&fat_tree(4), "p0e0", "p0a0")), 400.0 / 28.0);
    close(per_pair(&without_link(&fat_tree(4), "p0a0", "c0")), 50.0 / 3.0);
    close(per_pair(&fat_tree(8)), 400.0 / 127.0);
    close(per_pair(&without_link(&fat_tree(8), "p0e0", "p0a0")), 1200.0 / 496.0);
    close(per_pair(&leaf_spine(8, 8, 16)), 3200.0 / (16.0 * 112.0));
    let rack = plane(72, 18);
    close(per_pair(&rack), 7200.0 / 71.0);

    let topology = Topology::compile(&rack, &Catalog::builtin());
    assert_eq!(histograms(&topology).paths, SortedMap::from([(18, 72 * 71)]));
    let flows = (1..=8).map(|source| Flow { src: format!("g{source}"), dst: "g0".to_owned(), path: None }).collect();
    for flow in rates(&Context::new(&rack, &Catalog::builtin()), &FlowSet { flows }, Routing::Ecmp) {
        close(flow.rate.unwrap().0, 900.0);
    }
}

#[test]
fn half_shift_on_an_oversubscribed_leaf_spine_halves() {
    let design = leaf_spine(8, 8, 16);
    let catalog = Catalog::builtin();
    let context = Context::new(&design, &catalog);
    let flows = (0..128).map(|from| {
        let name = |host: usize| format!("l{}h{}", host / 16, host % 16);
        Flow { src: name(from), dst: name((from + 64) % 128), path: None }
    });
    let set = FlowSet { flows: flows.collect() };
    for flow in rates(&context, &set, Routing::Ecmp) {
        close(flow.rate.unwrap().0, 200.0);
    }
    // One path per flow: never more in the worst case, and the same flows get the same rates each time.
    let hashed = rates(&context, &set, Routing::Hash);
    assert_eq!(hashed, rates(&context, &set, Routing::Hash));
    assert!(hashed.iter().any(|flow| flow.rate.unwrap().0 < 200.0), "128 flows over 64 uplinks collide");
}

/// The folder of cases by independent solvers, beside the project or where `WEFT_SHARED` says.
pub fn cases() -> Option<PathBuf> {
    let shared = std::env::var_os("WEFT_SHARED").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map(|parent| parent.join("shared"));
    let found = shared.or(beside).map(|shared| shared.join("oracle-cases")).filter(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("the cases of independent solvers are not at hand: only the built-in known answers were tested");
    }
    found
}

fn read_graph(text: &str) -> Design {
    let read: Value = serde_json::from_str(text).unwrap();
    let mut graph = Graph::default();
    let mut ids = SortedMap::new();
    for node in read["nodes"].as_array().unwrap() {
        let name = node["id"].as_str().unwrap();
        let kind = match node["kind"].as_str().unwrap() {
            "switch" => PartKind::Switch,
            "xpu" => PartKind::Xpu,
            _ => PartKind::System,
        };
        let id = graph.node(kind, name);
        let mut changed = graph.design.nodes.get(id).unwrap().clone();
        changed.transit = node["transit"].as_bool();
        graph.design.nodes.set(id, Some(changed.into()));
        ids.insert(name.to_owned(), id);
    }
    for link in read["links"].as_array().unwrap() {
        let end = |key: &str| ids[link[key].as_str().unwrap()];
        graph.link(end("a"), end("b"), link["gbps"].as_f64().unwrap(), link["latency_ns"].as_f64().unwrap());
    }
    graph.design
}

fn counted<K: Ord + std::str::FromStr>(histogram: &Value) -> SortedMap<K, u64>
where
    K::Err: std::fmt::Debug,
{
    histogram.as_object().unwrap().iter().map(|(key, count)| (key.parse().unwrap(), count.as_u64().unwrap())).collect()
}

fn check_case(name: &str, design: &Design, expected: &Value) -> usize {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    let topology = &context.topology;
    let node_name = |vertex: u32| design.nodes.get(topology.vertices()[vertex as usize].node).unwrap().name.clone();

    let found = histograms(topology);
    assert_eq!(found.hops, counted(&expected["endpoint_hops_hist"]), "{name}");
    assert_eq!(found.paths, counted(&expected["ecmp_paths_hist"]), "{name}");
    let latencies = expected["endpoint_latency_ns_hist"].as_object().unwrap().iter();
    let latencies: SortedMap<u64, u64> = latencies.map(|(ns, pairs)| ((ns.parse::<f64>().unwrap() * 1000.0).round() as u64, pairs.as_u64().unwrap())).collect();
    assert_eq!(found.latency_ps, latencies, "{name}");
    let mut way = design.clone();
    std::sync::Arc::make_mut(&mut way.meta).settings.message = Some(weft::units::Bytes(0.0));
    let alone = Context::new(&way, &catalog);
    let pairs = all_pairs(&alone, message(&alone), u64::MAX, &mut |_| {});
    let mut all: SortedMap<u64, u64> = SortedMap::new();
    for (ns, count) in pairs.tally.classes.iter().flat_map(|class| class.histogram.values()) {
        *all.entry((ns * 1000.0).round() as u64).or_default() += count;
    }
    assert_eq!((all, &pairs.hops), (latencies, &found.hops), "{name}");
    assert_eq!(pairs.tally.slowest().map(|pair| pair.value), expected["endpoint_latency_ns_max"].as_f64(), "{name}");
    assert_eq!(pairs.tally.mean(), expected["endpoint_latency_ns_mean"].as_f64(), "{name}");
    assert_eq!(topology.endpoints().len() as u64, expected["endpoints"].as_u64().unwrap(), "{name}");
    assert_eq!(context.structure.components as u64, expected["components"].as_u64().unwrap(), "{name}");

    let cuts: BTreeSet<String> = context.structure.articulation_points.iter().map(|vertex| node_name(*vertex)).collect();
    let expected_cuts: BTreeSet<String> = expected["articulation_points"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    assert_eq!(cuts, expected_cuts, "{name}");
    let sorted = |mut pair: [String; 2]| {
        pair.sort();
        pair
    };
    let bridges: BTreeSet<_> = context.structure.bridges.iter().map(|edge| sorted(topology.edges()[*edge as usize].ends.map(node_name))).collect();
    let ends = |pair: &Value| sorted([0, 1].map(|end| pair[end].as_str().unwrap().to_owned()));
    let expected_bridges: BTreeSet<_> = expected["bridges"].as_array().unwrap().iter().map(ends).collect();
    assert_eq!(bridges, expected_bridges, "{name}");

    let nearly = |found: f64, key: &str| expected[key].as_f64().is_none_or(|solved| (found - solved).abs() <= 1e-9 * solved);
    assert!(nearly(all_to_all(topology).unwrap().0.0, "all_to_all_lp_gbps_per_pair"), "{name}: no routes are better than even splits");
    let report = evaluate(design, &catalog);
    let bisection = report.estimate("bisection").and_then(Estimate::value).unwrap();
    assert!(nearly(bisection, "bisection_milp_gbps_one_dir"), "{name}: bisection {bisection}");

    let mut digits = 0;
    for (set_name, set) in expected["flowsets"].as_object().unwrap() {
        let Some(flows) = set["flows"].as_array() else {
            let all = all_to_all(topology).unwrap().0.0;
            close(all, set["ecmp_equal_split"]["min"].as_f64().unwrap());
            continue;
        };
        for (model, routing) in [("ecmp_equal_split", Routing::Ecmp), ("single_path", Routing::Hash)] {
            let Some(expected) = set[model]["rates_gbps"].as_array() else { continue };
            let path = |place: usize| set[model]["arcs"].get(place).map(|arcs| serde_json::from_value(arcs.clone()).unwrap());
            let asked = flows.iter().enumerate().map(|(place, ends)| {
                let end = |which: usize| ends[which].as_str().unwrap().to_owned();
                Flow { src: end(0), dst: end(1), path: path(place) }
            });
            let found = rates(&context, &FlowSet { flows: asked.collect() }, routing);
            assert_eq!(found.len(), expected.len());
            for (place, (flow, expected)) in found.iter().zip(expected).enumerate() {
                assert_eq!(flow.trouble, None, "{name} {set_name} {model} flow {place}");
                let rate = flow.rate.unwrap().0;
                let printed: f64 = format!("{rate:.6}").parse().unwrap();
                assert_eq!(printed, expected.as_f64().unwrap(), "{name} {set_name} {model} flow {place}");
                digits += 1;
            }
        }
    }
    digits
}

#[test]
fn independent_solvers_print_the_same_digits() {
    let Some(folder) = cases() else { return };
    let mut names = Vec::new();
    let mut digits = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = file.strip_suffix(".topology.json") else { continue };
        let read = |suffix: &str| std::fs::read_to_string(folder.join(format!("{name}.{suffix}.json"))).unwrap();
        let expected: Value = serde_json::from_str(&read("expected")).unwrap();
        digits += check_case(name, &read_graph(&read("topology")), &expected);
        names.push(name.to_owned());
    }
    assert!(!names.is_empty() && digits > 0, "the folder of cases holds none");
    eprintln!("{digits} rates of {} cases agree in every printed digit", names.len());
}
