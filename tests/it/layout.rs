//! Layout: nothing overlaps, tiers stand above each other, what stays stays, and the same design is always drawn alike.

use std::sync::Arc;

use weft::catalog::Catalog;
use weft::editor::layout;
use weft::engine::templates;
use weft::model::{Design, Link, Node, NodeId, PartId, PortRef};
use weft::scene::Scene;
use weft::units::{Point, Rect};

use crate::templates::parameters;

/// Every box that is drawn on its own: nodes in no rack, and racks.
pub fn boxes(design: &Design, catalog: &Catalog) -> Vec<(String, Rect)> {
    let scene = Scene::build(design, catalog);
    let nodes = design.nodes.iter().filter(|(_, node)| node.rack.is_none()).map(|(id, node)| (node.name.clone(), scene.node_rect(id).unwrap()));
    let racks = design.racks.iter().map(|(id, rack)| (rack.name.clone(), scene.rack_rect(id).unwrap()));
    nodes.chain(racks).collect()
}

/// No two boxes of a design share a place.
pub fn assert_no_overlaps(design: &Design, catalog: &Catalog, what: &str) {
    let mut boxes = boxes(design, catalog);
    boxes.sort_by(|a, b| a.1.x.total_cmp(&b.1.x));
    for (at, (name, rect)) in boxes.iter().enumerate() {
        for (other, second) in boxes[at + 1..].iter().take_while(|(_, second)| second.x <= rect.right()) {
            assert!(!rect.intersects(second), "{what}: {name} {rect:?} and {other} {second:?} overlap");
        }
    }
}

/// Lays a design out and holds the result to what every layout promises.
fn check(before: &Design, what: &str) -> Design {
    let catalog = Catalog::builtin();
    let patch = layout::tiered(before, &catalog);
    assert_eq!(patch, layout::tiered(before, &catalog), "{what}: the same every time");
    let mut after = before.clone();
    patch.apply(&mut after).unwrap();
    assert!(layout::tiered(&after, &catalog).is_empty(), "{what}: a second time moves nothing");
    assert_no_overlaps(&after, &catalog, what);
    for (id, node) in after.nodes.iter().filter(|(_, node)| node.pinned || node.rack.is_some()) {
        assert_eq!(Some(node), before.nodes.get(id), "{what}: {} stays", node.name);
    }
    after
}

/// Everything at one place.
fn heaped(name: &str, text: &str) -> Design {
    let mut design = templates::generate(name, &parameters(text), &Catalog::builtin()).unwrap();
    let ids: Vec<NodeId> = design.nodes.ids().collect();
    for id in ids {
        let mut node = design.nodes.get(id).unwrap().clone();
        node.at = Point::default();
        design.nodes.set(id, Some(Arc::new(node)));
    }
    design
}

fn y(design: &Design, name: &str) -> f64 {
    named(design, name).at.y
}

fn named<'a>(design: &'a Design, name: &str) -> &'a Node {
    design.nodes.iter().map(|(_, node)| node).find(|node| node.name == name).unwrap()
}

/// The bounds of all nodes whose name starts with `prefix`, by their top left corners.
fn range(design: &Design, prefix: &str) -> (f64, f64) {
    let rows = design.nodes.iter().filter(|(_, node)| node.name.starts_with(prefix)).map(|(_, node)| node.at.y);
    rows.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(y), high.max(y)))
}

#[test]
fn a_fat_tree_stands_in_tiers_with_hosts_below_their_edge_switch() {
    let design = check(&heaped("fat-tree", "k=8"), "k = 8");
    assert!(range(&design, "core-").1 < y(&design, "pod-1-agg-1"), "core above aggregation");
    assert!(range(&design, "pod-8-agg").1 < range(&design, "pod-8-edge").0, "aggregation above edge");
    for (_, link) in design.links.iter() {
        let [a, b] = link.ends.map(|end| design.nodes.get(end.node).unwrap());
        let Some(host) = [a, b].into_iter().find(|node| node.name.starts_with("host-")) else { continue };
        let edge = if std::ptr::eq(host, a) { b } else { a };
        assert!(host.at.y > edge.at.y, "{} below {}", host.name, edge.name);
        assert!((host.at.x - edge.at.x).abs() < 400.0 && host.at.y - edge.at.y < 400.0, "{} near {}", host.name, edge.name);
    }
    // Edge switches of a pod stand together.
    let mut edges: Vec<(i64, i64, &str)> =
        design.nodes.iter().filter(|(_, node)| node.name.contains("edge")).map(|(_, node)| (node.at.y as i64, node.at.x as i64, node.name.as_str())).collect();
    edges.sort_unstable();
    let pods: Vec<&str> = edges.iter().map(|(_, _, name)| &name[..5]).collect();
    let changes = pods.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(changes <= 11, "{changes} changes of pod in {pods:?}");
}

#[test]
fn other_shapes_do_not_overlap() {
    for (name, text) in [
        ("fat-tree", "k=4"),
        ("fat-tree", "k=16 endpoint=xpu"),
        ("leaf-spine", "leaves=24 spines=6 hosts-per-leaf=20"),
        ("leaf-spine", "leaves=1 spines=1 hosts-per-leaf=1"),
        ("leaf-spine", "leaves=3 spines=40 hosts-per-leaf=1 links=1"),
        ("single-switch", "endpoints=72 planes=18 endpoint=xpu"),
    ] {
        check(&heaped(name, text), &format!("{name} {text}"));
    }
}

#[test]
fn ten_thousand_nodes_are_placed() {
    let design = check(&heaped("fat-tree", "k=32"), "k = 32");
    assert_eq!(design.nodes.len(), 9472);
    let scene = Scene::build(&design, &Catalog::builtin());
    let bounds = scene.bounds().unwrap();
    assert!((0.3..3.0).contains(&(bounds.width / bounds.height)), "readable when fitted: {bounds:?}");
}

#[test]
fn racks_and_pinned_nodes_stay_and_the_rest_stands_clear_of_them() {
    let catalog = Catalog::builtin();
    let mut design = templates::generate("rail-optimised", &parameters("servers=6"), &catalog).unwrap();
    let spines: Vec<NodeId> = design.nodes.iter().filter(|(_, node)| node.name.starts_with("spine")).map(|(id, _)| id).collect();
    for (at, id) in spines.iter().enumerate() {
        let mut node = design.nodes.get(*id).unwrap().clone();
        (node.rack, node.u, node.at) = (None, None, Point::new(0.0, 0.0));
        node.pinned = at == 0;
        design.nodes.set(*id, Some(Arc::new(node)));
    }
    let design = check(&design, "servers in racks");
    let top =
        boxes(&design, &catalog).iter().filter(|(name, _)| name.starts_with('A') || name == "spine-1").fold(f64::INFINITY, |top, (_, rect)| top.min(rect.y));
    assert!(spines[1..].iter().all(|id| design.nodes.get(*id).unwrap().at.y < top), "free spines stand above what stays");
}

#[test]
fn a_storage_server_on_a_spine_does_not_make_it_a_leaf() {
    let mut design = heaped("leaf-spine", "leaves=4 spines=2 hosts-per-leaf=8 links=2");
    let spine = design.nodes.iter().find(|(_, node)| node.name == "spine-1").map(|(id, _)| id).unwrap();
    let storage = design.nodes.push(Node::new(PartId::new("generic-host"), "storage-1", Point::default()));
    design.links.push(Link::between(PortRef::cage(storage, 1), PortRef::cage(spine, 8)));
    let design = check(&design, "storage on a spine");
    assert!(y(&design, "spine-1") < range(&design, "leaf-").0);
    assert_eq!(y(&design, "spine-1"), y(&design, "spine-2"));
}

/// Graphs nobody would build: pieces, loners, cycles of switches, links to nowhere, loops, unknown parts.
#[test]
fn any_graph_is_placed() {
    let mut state = 1u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for round in 0..60 {
        let mut design = Design::default();
        let parts = ["generic-switch", "generic-host", "generic-xpu", "dgx-h100", "nobody-knows"];
        for n in 0..random(40) {
            let part = parts[random(5) as usize];
            let mut node = Node::new(PartId::new(part), format!("{part}-{n}"), Point::new(n as f64 * 400.0, 5000.0));
            node.pinned = random(9) == 0;
            design.nodes.push(node);
        }
        for _ in 0..random(60) {
            let end = |n: u64, p: u64| PortRef::cage(NodeId(n as u32 + 1), p as u16 + 1);
            design.links.push(Link::between(end(random(44), random(9)), end(random(44), random(9))));
        }
        check(&design, &format!("round {round}"));
    }
    assert!(layout::tiered(&Design::default(), &Catalog::builtin()).is_empty());
}
