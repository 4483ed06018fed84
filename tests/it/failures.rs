//! What breaks a fabric: scenarios in the file, the degraded design beside the whole one.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use weft::catalog::Catalog;
use weft::engine::failures::compare::{Comparison, compare};
use weft::engine::failures::degrade::{degraded, outages};
use weft::engine::service::evaluate;
use weft::io;
use weft::model::{Design, Outage, Scenario};

fn example(name: &str) -> Design {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    io::load(&fs::read_to_string(path).unwrap()).unwrap().design
}

/// The 48-XPU rail pilot, asked about two XPUs of its first system.
fn pilot() -> Design {
    let mut design = example("rail-pilot-48-xpu.json");
    Arc::make_mut(&mut design.meta).settings.pair = Some(("n9/xpu1".parse().unwrap(), "n9/xpu2".parse().unwrap()));
    design
}

fn off(texts: &[&str]) -> Vec<Outage> {
    texts.iter().map(|text| Outage::parse(text).unwrap_or_else(|| panic!("{text}"))).collect()
}

fn check(design: &Design, texts: &[&str]) -> Comparison {
    let catalog = Catalog::builtin();
    compare(design, &catalog, &evaluate(design, &catalog), &off(texts))
}

fn change(comparison: &Comparison, key: &str) -> f64 {
    let row = comparison.rows.iter().find(|row| row.key == key).unwrap_or_else(|| panic!("no {key}"));
    row.change(1).unwrap_or_else(|| panic!("{row:?}"))
}

#[test]
fn one_adapter_inside_a_system_changes_all_reduce_and_rails_of_the_whole_fabric() {
    let found = check(&pilot(), &["n9/nic1"]);
    assert_eq!((found.down.links, found.down.nodes, found.down.xpus), (1, 0, 0));
    // 7 of 8 rails are left to the first system, which every ring and tree crosses; what a domain does by itself stays as quick.
    assert!((-12.5..-4.0).contains(&change(&found, "collective-all-reduce-busbw")), "{found:?}");
    assert!(found.appeared.iter().any(|finding| finding.code == "system-partly-connected"), "{:?}", found.appeared);
    assert!(found.rows.iter().any(|row| row.key == "pairs-apart" && row.value(1) == Some(80.0)), "XPU 1 has no way out: 40 others, both ways");

    let mut across = pilot();
    Arc::make_mut(&mut across.meta).settings.pair = Some(("n9/xpu1".parse().unwrap(), "n10/xpu1".parse().unwrap()));
    let found = check(&across, &["n9/nic1"]);
    let row = found.rows.iter().find(|row| row.key == "pair-bandwidth").unwrap();
    assert_eq!((row.value(0), row.value(1)), (Some(400.0), None), "no route is left");
}

#[test]
fn one_nvlink_inside_a_system_changes_pair_bandwidth_and_all_reduce() {
    // XPU 1 reaches NVSwitch 2 over 4 wires of 200 Gb/s; a pair spreads evenly over four switches, so the narrowest decides.
    let found = check(&pilot(), &["n9/xpu1..nvswitch2*1"]);
    assert_eq!((found.down.links, found.down.nodes, found.down.xpus), (0, 0, 0));
    assert!((change(&found, "pair-bandwidth") + 25.0).abs() < 1e-9, "{found:?}");
    let all = check(&pilot(), &["n9/xpu1..nvswitch2"]);
    assert!(change(&all, "pair-bandwidth") < 0.0);

    // In the 72-XPU domain every NVLink is a link of the drawing, and the ring over it is what all-reduce is made of.
    let domain = example("nvl72.json");
    let found = check(&domain, &["l1"]);
    assert!(change(&found, "collective-all-reduce-busbw") < 0.0, "{:?}", found.rows);
}

#[test]
fn two_switches_inside_one_system_hold_the_all_reduce_of_all_systems_up() {
    let found = check(&pilot(), &["n9/nvswitch1", "n9/nvswitch2", "n9/nvswitch3"]);
    assert!(change(&found, "collective-all-reduce-busbw") < -50.0, "{found:?}");
}

#[test]
fn restoring_gives_the_report_back_byte_for_byte() {
    let catalog = Catalog::builtin();
    for design in [pilot(), example("nvl72.json"), example("leaf-spine.json")] {
        let whole = evaluate(&design, &catalog).to_json();
        for texts in [vec![], vec!["l999999"], vec!["n99999/xpu1", "row:nowhere"]] {
            let left = degraded(&design, &catalog, &off(&texts));
            assert_eq!(left.design, design);
            assert_eq!(evaluate(&left.design, &catalog).to_json(), whole);
            assert_eq!(left.down.unknown.len(), texts.len());
        }
        // The design itself is never touched.
        let before = design.clone();
        let broken = degraded(&design, &catalog, &off(&["n9", "l2"]));
        assert_ne!(evaluate(&broken.design, &catalog).to_json(), whole);
        assert_eq!(design, before);
        assert_eq!(evaluate(&design, &catalog).to_json(), whole);
    }
}

#[test]
fn everything_with_a_place_can_fail() {
    let design = pilot();
    let catalog = Catalog::builtin();
    for (text, links, nodes, xpus) in [
        ("l1", 1, 0, 0),
        ("n9/1", 2, 0, 0),
        ("n9/1/1", 1, 0, 0),
        ("n9..n1", 1, 0, 0),
        ("n9", 8, 1, 8),
        ("n1", 14, 1, 0),
        ("n9/xpu3", 0, 0, 1),
        ("n9/nic3", 1, 0, 0),
        ("r1", 16, 2, 16),
        ("g2", 64, 4, 0),
        ("f1", 112, 0, 0),
        ("row:A", 48, 6, 48),
    ] {
        let left = degraded(&design, &catalog, &off(&[text]));
        assert_eq!((left.down.links, left.down.nodes, left.down.xpus, left.down.unknown.len()), (links, nodes, xpus, 0), "{text}");
        assert!(left.design.structural_faults().is_empty(), "{text}: {:?}", left.design.structural_faults());
        assert_eq!(left.design.links.len(), design.links.len() - links, "{text}");
    }
    // All at once, and twice the same, still is a design that can be evaluated.
    let left = degraded(&design, &catalog, &off(&["n9/xpu1", "n9/xpu1", "n9/nic1", "n9", "row:A", "f1", "g1", "g2"]));
    assert!(left.design.structural_faults().is_empty());
    evaluate(&left.design, &catalog);
}

#[test]
fn scenarios_are_kept_in_the_file() {
    let mut design = pilot();
    let off = vec!["l1".to_owned(), "n9/xpu1..nvswitch2*1".to_owned(), "something newer".to_owned()];
    Arc::make_mut(&mut design.meta).scenarios.push(Scenario { name: "Leaf \"1\"".to_owned(), off: off.clone(), ..Scenario::default() });
    let text = io::save(&design);
    let again = io::load(&text).unwrap().design;
    assert_eq!(again, design);
    assert_eq!(io::save(&again), text);
    assert_eq!(outages(&off).len(), 2, "what this version does not know is passed over");

    let twice = r#"{"format":"weft-design","version":1,"scenarios":[{"name":"a","off":["l1"]},{"name":"a"},{"name":"a 2"}]}"#;
    let names: Vec<String> = io::load(twice).unwrap().design.meta.scenarios.iter().map(|scenario| scenario.name.clone()).collect();
    assert_eq!(names, ["a", "a 2", "a 2 2"]);
    assert!(io::load(r#"{"format":"weft-design","version":1,"scenarios":[{"off":["l1"]}]}"#).is_err());

    let other = {
        let mut other = design.clone();
        Arc::make_mut(&mut other.meta).scenarios.clear();
        other
    };
    let patch = weft::model::Patch::between(&other, &design);
    let read = io::patch_from_text(&io::patch_to_text(&patch)).unwrap();
    let mut patched = other;
    read.apply(&mut patched).unwrap();
    assert_eq!(patched, design);
}

mod single {
    use super::*;
    use weft::engine::context::Context;
    use weft::engine::estimate::flows::all_to_all;
    use weft::engine::failures::ranking::{Class, Kind, Ranking, rank};
    use weft::engine::routing::InForce;
    use weft::engine::templates::generate;
    use weft::engine::topology::Topology;
    use weft::model::{LinkId, NodeId};
    use weft::units::SortedMap;

    use crate::ranking::flow_by_flow;

    pub fn fat_tree(k: u32) -> Design {
        let words: SortedMap<String, String> = [("k".to_owned(), k.to_string())].into_iter().collect();
        generate("fat-tree", &words, &Catalog::builtin()).unwrap()
    }

    /// A design of generic hosts and switches: hosts are `h`, switches all others, each link of its rate.
    pub fn graph(names: &[&str], links: &[(usize, usize, f64)]) -> Design {
        let nodes: Vec<String> = names
            .iter()
            .map(|name| format!(r#"{{"id":"{name}","kind":"{}","transit":{}}}"#, if name.starts_with('h') { "host" } else { "switch" }, !name.starts_with('h')))
            .collect();
        let links: Vec<String> =
            links.iter().map(|(a, b, rate)| format!(r#"{{"a":"{}","b":"{}","gbps":{rate},"latency_ns":100}}"#, names[*a], names[*b])).collect();
        let text = format!(r#"{{"nodes":[{}],"links":[{}]}}"#, nodes.join(","), links.join(","));
        io::import::import(&text, &io::import::Source::Graph, &io::import::Options::default(), &Catalog::builtin()).unwrap().design
    }

    fn ranked(design: &Design, kinds: &[Kind]) -> Ranking {
        let catalog = Catalog::builtin();
        rank(&Context::new(design, &catalog), kinds, &mut |_| {})
    }

    /// The same by taking each thing out of the design and starting from nothing.
    fn brute(design: &Design, class: &Class, member: u32) -> Option<f64> {
        all_to_all(&Topology::compile(&without(design, class, member), &Catalog::builtin())).map(|(rate, _)| rate.0)
    }

    fn without(design: &Design, class: &Class, member: u32) -> Design {
        let mut left = design.clone();
        if class.kind == Kind::Link {
            left.links.set(LinkId(member), None);
        } else {
            let links: Vec<LinkId> = left.links_of(NodeId(member)).map(|(id, _)| id).collect();
            links.into_iter().for_each(|link| left.links.set(link, None));
            left.nodes.set(NodeId(member), None);
        }
        left
    }

    fn check(design: &Design, kinds: &[Kind], most_classes: usize) {
        let ranking = ranked(design, kinds);
        assert!(ranking.classes.len() <= most_classes, "{} classes", ranking.classes.len());
        let mut before: Option<(u64, f64)> = None;
        for class in &ranking.classes {
            let cost = (class.outcome.apart, class.loss.unwrap_or(0.0));
            if let Some(before) = before {
                assert!(before.0 > cost.0 || (before.0 == cost.0 && before.1 >= cost.1), "worst first: {before:?} {cost:?}");
            }
            before = Some(cost);
            for member in &class.members {
                // Without a route for some pair the plain all-to-all has no answer.
                match brute(design, class, *member) {
                    Some(rate) => {
                        let found = class.outcome.rate.unwrap_or_else(|| panic!("{class:?}"));
                        assert!((found - rate).abs() <= 1e-9 * rate, "{} {member}: {found} for {rate}", class.subject(*member));
                        assert_eq!(class.outcome.apart, 0);
                    }
                    None => assert!(class.outcome.apart > 0, "{class:?}"),
                }
            }
        }
    }

    #[test]
    fn the_ranking_of_every_link_of_k_8_equals_brute_force() {
        let design = fat_tree(8);
        check(&design, &[Kind::Link], 3);
        let ranking = ranked(&design, &[Kind::Link]);
        assert_eq!(ranking.failures(), design.links.len());
        let of: Vec<(usize, bool, u64)> = ranking.classes.iter().map(|class| (class.members.len(), class.only_way, class.outcome.apart)).collect();
        // Host links cut their host off; then edge to aggregation, then aggregation to core.
        assert_eq!(of, [(128, true, 254), (128, false, 0), (128, false, 0)]);
        let rates: Vec<f64> = ranking.classes.iter().skip(1).map(|class| class.outcome.rate.unwrap()).collect();
        assert!((ranking.whole.rate.unwrap() - 400.0 / 127.0).abs() < 1e-9);
        assert!((rates[0] - 1200.0 / 496.0).abs() < 1e-9, "{rates:?}");
        assert_eq!((ranking.bridges, ranking.articulation_points), (128, 32));
    }

    #[test]
    fn the_ranking_of_nodes_equals_brute_force() {
        check(&fat_tree(4), &[Kind::Switch, Kind::System, Kind::Link], 7);
        check(&example("leaf-spine.json"), &[Kind::Switch, Kind::Link], 12);
        check(&example("rail-pilot-48-xpu.json"), &[Kind::Switch, Kind::System, Kind::Link], 60);
    }

    fn check_flow_by_flow(design: &Design, most_classes: usize) {
        let catalog = Catalog::builtin();
        let routing = Context::new(design, &catalog).routing.clone();
        assert!(!routing.goes_straight());
        let paths = |routing: &InForce| routing.fabrics.iter().map(|fabric| fabric.paths).collect::<Vec<_>>();
        let ranking = ranked(design, &Kind::WORDS.map(|(_, kind, _)| kind));
        assert_eq!(ranking.routing, routing.words());
        let near = |one: Option<f64>, other: Option<f64>| one.zip(other).is_some_and(|(one, other)| (one - other).abs() <= 1e-9 * other);
        assert!(near(ranking.whole.rate, flow_by_flow(design).0), "{:?}", ranking.whole);
        assert!(ranking.classes.len() <= most_classes, "{} classes", ranking.classes.len());
        for class in &ranking.classes {
            for member in class.members.iter().take(1).chain(class.members.last()) {
                let left = without(design, class, *member);
                assert_eq!(paths(&Context::new(&left, &catalog).routing), paths(&routing), "what is left has the same shape");
                let (rate, apart) = flow_by_flow(&left);
                let name = class.subject(*member);
                assert_eq!(class.outcome.apart, apart, "{name}");
                assert!(near(class.outcome.rate, rate), "{name} of {}: {:?} for {rate:?}", class.members.len(), class.outcome.rate);
            }
        }
    }

    #[test]
    fn the_ranking_follows_valiant_and_forwarding_as_every_flow_does() {
        let drawn = crate::routing::drawn;
        let valiant = |hosts, switches, global| drawn("dragonfly", &[("hosts", hosts), ("switches", switches), ("global", global)], &[("paths", "valiant")]);
        check_flow_by_flow(&valiant("1", "3", "1"), 54);
        check_flow_by_flow(&valiant("2", "4", "1"), 130);
        // Without one link nothing is like anything.
        let mut dragonfly = valiant("1", "3", "1");
        let link = dragonfly.links.ids().last().unwrap();
        dragonfly.links.set(link, None);
        check_flow_by_flow(&dragonfly, 54);
        check_flow_by_flow(&drawn("rail-optimised", &[("servers", "3")], &[("forwarding", "true")]), 40);
        let mut rails = drawn("rail-optimised", &[("servers", "2")], &[("forwarding", "true")]);
        let link = rails.links.ids().nth(5).unwrap();
        rails.links.set(link, None);
        check_flow_by_flow(&rails, 90);
    }

    #[test]
    fn fabrics_without_symmetry_are_ranked_as_well() {
        // A ring of five switches with a chord, uneven rates and hosts, parallel links of two rates.
        let names = ["a", "b", "c", "d", "e", "h1", "h2", "h3", "h4", "h5", "h6"];
        let links = [
            (0, 1, 400.0),
            (1, 2, 400.0),
            (2, 3, 200.0),
            (3, 4, 400.0),
            (4, 0, 400.0),
            (0, 2, 100.0),
            (0, 1, 400.0),
            (1, 2, 200.0),
            (5, 0, 400.0),
            (6, 0, 400.0),
            (7, 1, 400.0),
            (8, 2, 400.0),
            (9, 3, 400.0),
            (10, 4, 400.0),
            (10, 3, 400.0),
        ];
        check(&graph(&names, &links), &[Kind::Link, Kind::Switch, Kind::System], 26);
    }

    #[test]
    fn a_dragonfly_is_not_taken_for_more_symmetric_than_it_is() {
        // Four groups of four routers, all to all within, one link between any two groups; two hosts each. Colour refinement alone
        // takes routers with a global link and their neighbours for equal in ways that they are not.
        let (groups, routers, hosts) = (4usize, 4usize, 2usize);
        let mut names: Vec<String> = (0..groups * routers).map(|at| format!("r{at}")).collect();
        names.extend((0..groups * routers * hosts).map(|at| format!("h{at}")));
        let mut links = Vec::new();
        for group in 0..groups {
            for one in 0..routers {
                links.extend((one + 1..routers).map(|other| (group * routers + one, group * routers + other, 200.0)));
            }
        }
        for one in 0..groups {
            for other in one + 1..groups {
                links.push((one * routers + other - 1, other * routers + one, 100.0));
            }
        }
        for host in 0..groups * routers * hosts {
            links.push((groups * routers + host, host / hosts, 100.0));
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        check(&graph(&names, &links), &[Kind::Link, Kind::Switch], 200);
    }
}

mod connected {
    use super::single::{fat_tree, graph};
    use super::*;
    use weft::engine::context::Context;
    use weft::engine::failures::connectivity::connectivity;

    fn check(design: &Design) -> (u32, u32) {
        let catalog = Catalog::builtin();
        let found = connectivity(&Context::new(design, &catalog), &mut |_| {}).unwrap();
        assert!(found.complete);
        (found.least, found.most)
    }

    #[test]
    fn as_many_links_part_two_endpoints_as_there_are_routes_that_share_none() {
        assert_eq!(check(&fat_tree(4)), (1, 1), "each host hangs on one link");
        // Two hosts with two links each to two leaves that share two spines.
        let names = ["l1", "l2", "s1", "s2", "h1", "h2", "h3"];
        let links = [(0, 2), (0, 3), (1, 2), (1, 3), (4, 0), (4, 1), (5, 0), (5, 1), (6, 0)].map(|(a, b)| (a, b, 400.0));
        assert_eq!(check(&graph(&names, &links)), (1, 2));
        // The third host stands on the first leaf alone: between it and each other one link is enough.
        assert_eq!(check(&graph(&names[..6], &links[..8])), (2, 2));
        // Hosts on parts that do not meet.
        assert_eq!(check(&graph(&["a", "b", "h1", "h2"], &[(0, 2, 1.0), (1, 3, 1.0)])), (0, 0));
    }

    #[test]
    fn endpoints_do_not_forward_for_others() {
        // h3 hangs on both leaves, which nothing else joins: no way from h1 to h2.
        let found = check(&graph(&["a", "b", "h1", "h2", "h3"], &[(0, 2, 1.0), (1, 3, 1.0), (0, 4, 1.0), (1, 4, 1.0)]));
        assert_eq!(found, (0, 1));
        // Eight rails, and eight adapters: an XPU of one system has one way to an XPU of another, over its own adapter or over others'
        // behind the wires of its own system.
        let pilot = check(&pilot());
        assert!(pilot.0 >= 1 && pilot.1 <= 8, "{pilot:?}");
    }
}

#[test]
fn a_power_feed_takes_down_what_hangs_on_nothing_else() {
    let design = crate::text_design::read(
        "feeds A 60 kW, B 60 kW\nrack R 19in-48u-dense feeds=A,B { dgx-h100 a u=1 }\nrack S 19in-48u-dense feeds=B,B { dgx-h100 b u=1 }\n\
         rack T 19in-48u-dense { dgx-h100 c u=1 }",
    )
    .design;
    let catalog = Catalog::builtin();
    let off = |texts: &[&str]| degraded(&design, &catalog, &outages(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()));
    let one = off(&["feed:B"]);
    assert_eq!((one.down.nodes, one.down.xpus, one.down.unknown.len()), (1, 8, 0), "the rack on B alone goes dark");
    assert_eq!(one.design.meta.feeds.len(), 1);
    assert!(one.design.nodes.contains(weft::model::NodeId(1)), "the other one draws from A");
    assert_eq!(off(&["feed:A"]).down.nodes, 0);
    assert_eq!(off(&["feed:A", "feed:B"]).down.nodes, 2, "a rack of which nobody says where its power is from stays");
    assert_eq!(off(&["feed:C"]).down.unknown, ["feed:C"]);

    // What is left carries all, and the estimates say so.
    let report = |design: &Design| evaluate(design, &catalog);
    let value = |report: &weft::engine::report::Report, key: &str| report.estimate(key).unwrap_or_else(|| panic!("{key}")).value().unwrap();
    let whole = report(&design);
    assert_eq!((value(&whole, "feed/A"), value(&whole, "feed/B")), (5_100.0, 15_300.0));
    assert_eq!((value(&whole, "feed-alone/A"), value(&whole, "feed-alone/B")), (10_200.0, 20_400.0));
    assert_eq!(value(&report(&one.design), "feed/A"), 10_200.0);
}
