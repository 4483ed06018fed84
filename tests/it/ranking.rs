//! The ranking of failures against brute force in every routing: take the thing out of the design, evaluate what is left from nothing, and
//! follow every flow of all-to-all by itself.

use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::estimate::flows::{Demand, route};
use weft::engine::estimate::traffic::{self, Traffic};
use weft::engine::failures::degrade::degraded;
use weft::engine::failures::ranking::{Kind, rank};
use weft::model::{Design, LinkId, NodeId, Outage};

use crate::graphs::{Graph, fat_tree, leaf_spine};
use crate::ibdmchk::net;
use crate::routing::{drawn, in_fabric, state};

/// What all-to-all gets in a design by the routing in force there, every flow followed by itself, and how many pairs have no route.
pub fn flow_by_flow(design: &Design) -> (Option<f64>, u64) {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    let topology = &context.topology;
    let ends: Vec<_> = topology.participants().collect();
    let demands: Vec<_> =
        ends.iter().flat_map(|to| ends.iter().filter(move |from| *from != to).map(move |from| Ok(Demand { from: *from, to: *to, path: None }))).collect();
    let mut load = vec![0.0; topology.edges().len() * 2];
    let mut apart = 0;
    for shares in route(topology, &demands, &context.routing) {
        match shares {
            Ok(shares) => shares.into_iter().for_each(|(arc, share)| load[arc as usize] += share),
            Err(_) => apart += 1,
        }
    }
    let crossed = || load.iter().enumerate().filter(|(_, load)| **load > 0.0).map(|(arc, load)| (&topology.edges()[arc / 2], load));
    if crossed().any(|(edge, _)| !edge.rate_known) {
        return (None, apart);
    }
    let least = crossed().map(|(edge, load)| edge.gbps / load).reduce(f64::min);
    // That is also what the estimate of all-to-all traffic says.
    let asked = traffic::answer(&context, &Traffic::AllToAll.into()).unwrap();
    if let Some(rate) = least {
        assert!((asked.loads.least - rate).abs() <= 1e-9 * rate, "{} for {rate}", asked.loads.least);
    }
    (least, apart)
}

/// Holds every failure of a design against brute force, and answers how many there were and how many change the rate.
pub fn check(design: &Design, what: &str) -> [usize; 2] {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    let mut told = 0.0;
    let ranking = rank(&context, &Kind::WORDS.map(|(_, kind, _)| kind), &mut |part| {
        assert!((told..=1.0).contains(&part));
        told = part;
    });
    assert!(ranking.routing.starts_with(context.routing.words()), "{}", ranking.routing);
    for word in ["ranked with", "taken to leave"] {
        assert!(!ranking.routing.contains(word), "{what}: {}", ranking.routing);
    }
    let near = |found: Option<f64>, wanted: Option<f64>| match (found, wanted) {
        (Some(found), Some(wanted)) => (found - wanted).abs() <= 1e-9 * wanted,
        (found, wanted) => found == wanted,
    };
    let whole = flow_by_flow(design);
    assert!(near(ranking.whole.rate, whole.0) && ranking.whole.apart == whole.1, "{what}: {:?} for {whole:?}", ranking.whole);
    let mut counts = [0, 0];
    for class in &ranking.classes {
        for member in &class.members {
            let subject = class.subject(*member);
            let left = degraded(design, &catalog, &[Outage::Thing(subject.clone())]).design;
            let wanted = flow_by_flow(&left);
            assert!(near(class.outcome.rate, wanted.0), "{what}, {subject}: {:?} for {wanted:?}", class.outcome);
            assert_eq!(class.outcome.apart, wanted.1, "{what}, {subject}");
            counts[0] += 1;
            counts[1] += usize::from(wanted.0 != whole.0);
        }
    }
    counts
}

fn stated(mut design: Design, settings: &[(&str, &str)]) -> Design {
    let fabric = design.fabrics.ids().next().unwrap();
    state(&mut design, fabric, settings);
    design
}

const CHOICES: [&str; 3] = ["ecmp", "hash", "tables"];

#[test]
fn irregular_nets_are_ranked_by_their_routing() {
    let mut counts = [0, 0];
    for seed in 0..10 {
        for paths in ["shortest", "up-down"] {
            for choice in CHOICES {
                let more = check(&stated(net(seed), &[("paths", paths), ("routing", choice)]), &format!("{seed} {paths} {choice}"));
                counts = [counts[0] + more[0], counts[1] + more[1]];
            }
        }
    }
    assert!(counts[0] > 1000 && counts[1] > 500, "{counts:?}");
}

#[test]
fn clos_fabrics_are_ranked_by_hashed_paths_and_by_tables() {
    for choice in ["hash", "tables"] {
        let settings = [("routing", choice)];
        check(&in_fabric(leaf_spine(4, 3, 3), &settings), choice);
        check(&in_fabric(fat_tree(4), &settings), choice);
        check(&in_fabric(fat_tree(4), &[("routing", choice), ("paths", "up-down")]), choice);
        check(&drawn("rail-optimised", &[("servers", "2")], &[("forwarding", "true"), ("routing", choice)]), choice);
    }
}

#[test]
fn tori_are_ranked_by_dimension_order() {
    for choice in CHOICES {
        let settings = [("paths", "dimension-order"), ("routing", choice)];
        check(&drawn("torus", &[("x", "3"), ("y", "3"), ("xpu", "generic")], &settings), choice);
        // Without one link, and with stated lengths, which the loss of a node does away with.
        let mut mesh =
            drawn("torus", &[("x", "4"), ("y", "2"), ("xpu", "generic")], &[("paths", "dimension-order"), ("dimensions", "4, 2"), ("routing", choice)]);
        let link = mesh.links.ids().nth(3).unwrap();
        mesh.links.set(link, None);
        check(&mesh, choice);
    }
}

#[test]
fn imported_tables_are_ranked_until_a_subnet_manager_fills_them_anew() {
    for seed in 0..8 {
        let design = crate::lfts::returned(&net(seed));
        assert!(design.fabrics.iter().any(|(_, fabric)| fabric.tables.is_some()));
        check(&design, &format!("{seed}"));
    }
}

/// Groups of switches that are joined with each other by a list of links; hosts on each switch. Nothing says which switches make a group.
fn dragonfly(groups: usize, switches: usize, hosts: usize, within: impl Fn(usize, usize) -> bool) -> Design {
    let mut graph = Graph::default();
    let nodes: Vec<NodeId> = (0..groups * switches).map(|at| graph.switch(format!("s{at}"))).collect();
    for group in 0..groups {
        for one in 0..switches {
            for other in (one + 1..switches).filter(|other| within(one, *other)) {
                graph.link(nodes[group * switches + one], nodes[group * switches + other], 400.0, 100.0);
            }
        }
        for other in group + 1..groups {
            graph.link(nodes[group * switches + (other - 1) % switches], nodes[other * switches + group % switches], 200.0, 100.0);
        }
    }
    for (at, node) in nodes.iter().enumerate() {
        for host in 0..hosts {
            let host = graph.host(format!("h{at}-{host}"));
            graph.link(host, *node, 400.0, 100.0);
        }
    }
    graph.design
}

#[test]
fn a_dragonfly_that_breaks_is_ranked_as_what_it_is_then() {
    let mut fallen = 0;
    for paths in ["minimal", "valiant"] {
        for choice in ["ecmp", "hash"] {
            let settings = [("paths", paths), ("routing", choice)];
            let designs = [
                drawn("dragonfly", &[("hosts", "1"), ("switches", "2"), ("global", "1")], &settings),
                drawn("dragonfly", &[("hosts", "1"), ("switches", "3"), ("global", "1")], &settings),
                // Groups of four in a line hang together by single links, and nobody has drawn them as pods.
                in_fabric(dragonfly(4, 3, 1, |_, _| true), &settings),
                in_fabric(dragonfly(4, 4, 1, |one, other| other == one + 1 || one == 0), &settings),
            ];
            for (at, design) in designs.into_iter().enumerate() {
                check(&design, &format!("{at} {paths} {choice}"));
                let catalog = Catalog::builtin();
                let whole = Context::new(&design, &catalog).routing.fabrics[0].trouble.clone();
                let falls = |link: LinkId| {
                    let left = degraded(&design, &catalog, &[Outage::Thing(weft::model::Subject::Link(link))]).design;
                    Context::new(&left, &catalog).routing.fabrics[0].trouble != whole
                };
                fallen += design.links.ids().filter(|link| falls(*link)).count();
            }
        }
    }
    assert!(fallen > 40, "{fallen} failures break a group");
}

#[test]
fn what_is_too_much_to_follow_is_said_in_words() {
    let catalog = Catalog::builtin();
    let design = in_fabric(fat_tree(16), &[("routing", "hash")]);
    let context = Context::new(&design, &catalog);
    let ranking = rank(&context, &[Kind::Link], &mut |_| {});
    assert_eq!(
        ranking.routing,
        "shortest paths (inferred), each flow on one path by hash; ranked with every hop split evenly, for 1,047,552 flows are too many to follow after each of 3,072 failures"
    );
    assert_eq!(ranking.classes.len(), 3);
}

#[test]
fn a_ranking_is_of_those_who_take_part_in_traffic() {
    // Four XPUs and two storage servers on two leaves of one spine; the servers have a network of their own besides. No link is parallel to another.
    let text = "fabric c\nfabric s role=storage\neach i 1..4: generic-xpu x{i} ports=1 gbps=400\neach i 1..2: generic-host store{i} ports=2 gbps=100\n\
        each l 1..2: generic-switch leaf{l} ports=8 gbps=400\ngeneric-switch spine ports=8 gbps=400\ngeneric-switch storage ports=8 gbps=100\n\
        each i 1..2: x{i}.1 -- leaf1.{i} copper 400G 3m fabric=c\neach i 3..4: x{i}.1 -- leaf2.{i} copper 400G 3m fabric=c\n\
        each l 1..2: leaf{l}.8 -- spine.{l} copper 400G 3m fabric=c\neach i 1..2: store{i}.1 -- leaf{i}.5 copper 100G 3m fabric=c\n\
        each i 1..2: store{i}.2 -- storage.{i} copper 100G 3m fabric=s";
    for choice in CHOICES {
        let mut design = crate::text_design::read(text).design;
        for fabric in design.fabrics.ids().collect::<Vec<_>>() {
            state(&mut design, fabric, &[("routing", choice)]);
        }
        check(&design, choice);
        let catalog = Catalog::builtin();
        let ranking = rank(&Context::new(&design, &catalog), &[Kind::System], &mut |_| {});
        // Twelve pairs; what two leaves exchange, four flows each way, shares one uplink.
        assert_eq!((ranking.whole.rate, ranking.whole.pairs), (Some(100.0), 12), "{choice}");
        let by_name = |name: &str| {
            let node = design.nodes.iter().find(|(_, node)| node.name == name).unwrap().0;
            ranking.classes.iter().find(|class| class.members.contains(&node.0)).unwrap()
        };
        // A storage server takes nobody along and no rate; an XPU leaves two flows each way on the uplinks.
        let (store, xpu) = (by_name("store1"), by_name("x1"));
        assert_eq!((store.lost, store.outcome.pairs, store.loss), (0, 12, Some(0.0)), "{choice}");
        assert_eq!((xpu.lost, xpu.outcome.pairs, xpu.outcome.rate), (1, 6, Some(200.0)), "{choice}");
    }
}

#[test]
fn hosts_that_lose_their_compute_link_do_not_fall_back_on_another_network() {
    // Four hosts on one leaf, with a management switch besides; a server that has nothing but management.
    let text = "fabric c\nfabric m role=management\neach i 1..5: generic-host h{i} ports=2 gbps=400\ngeneric-switch leaf ports=8 gbps=400\ngeneric-switch mgmt ports=8 gbps=100\n\
        each i 1..4: h{i}.1 -- leaf.{i} copper 400G 3m fabric=c\neach i 1..5: h{i}.2 -- mgmt.{i} copper 1G 3m fabric=m";
    for choice in ["ecmp", "hash"] {
        let mut design = crate::text_design::read(text).design;
        for fabric in design.fabrics.ids().collect::<Vec<_>>() {
            state(&mut design, fabric, &[("routing", choice)]);
        }
        check(&design, choice);
        let catalog = Catalog::builtin();
        let ranking = rank(&Context::new(&design, &catalog), &[Kind::Link, Kind::Switch], &mut |_| {});
        // Of the first host three others are out of reach, both ways; the server is reached as before.
        let first = ranking.classes.iter().find(|class| class.kind == Kind::Link && class.members.contains(&1)).unwrap();
        assert_eq!((ranking.parted(first), ranking.whole.apart), (6, 0), "{choice}: {first:?}");
        // Without the leaf no two of the four reach each other.
        let leaf = design.nodes.iter().find(|(_, node)| node.name == "leaf").unwrap().0;
        let leaf = ranking.classes.iter().find(|class| class.kind == Kind::Switch && class.members.contains(&leaf.0)).unwrap();
        assert_eq!(ranking.parted(leaf), 12, "{choice}: {leaf:?}");
    }
}
