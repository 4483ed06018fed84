//! What is kept from one evaluation to the next: the report after each of many random edits of fabrics equals one from scratch, byte for byte.

use weft::catalog::Catalog;
use weft::engine::service::{Memory, evaluate};
use weft::engine::templates;
use weft::io::export::report_json;
use weft::model::{Design, Extra, FabricId, Link, LinkId, Node, NodeId, Patch, PortPath, PortRef, Silencing};
use weft::units::{Gbps, Metres, Point, SortedMap};

struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count.max(1)
    }
    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

fn with_link(design: &mut Design, id: LinkId, change: impl FnOnce(&mut Link)) {
    let mut link = design.links.get(id).unwrap().clone();
    change(&mut link);
    design.links.set(id, Some(link.into()));
}

fn with_node(design: &mut Design, id: NodeId, change: impl FnOnce(&mut Node)) {
    let mut node = design.nodes.get(id).unwrap().clone();
    change(&mut node);
    design.nodes.set(id, Some(node.into()));
}

/// One edit of any kind that a person makes; moves and names more often than others.
fn edit(design: &mut Design, random: &mut Random) {
    let nodes: Vec<NodeId> = design.nodes.ids().collect();
    let links: Vec<LinkId> = design.links.ids().collect();
    let fabrics: Vec<FabricId> = design.fabrics.ids().collect();
    let (node, link) = (random.of(&nodes), random.of(&links));
    match random.below(15) {
        0 if links.len() > 20 => design.links.set(link, None),
        1 => with_link(design, link, |link| link.gbps = Some(Gbps(100.0))),
        2 => with_link(design, link, |link| link.gbps = None),
        3 => with_link(design, link, |link| link.length = Some(Metres(3.0))),
        5 if nodes.len() > 20 && links.len() > 40 => {
            let gone: Vec<LinkId> = design.links_of(node).map(|(id, _)| id).collect();
            gone.into_iter().for_each(|link| design.links.set(link, None));
            design.nodes.set(node, None);
        }
        4 | 5 => {
            let mut end = || PortRef { node: random.of(&nodes), port: PortPath::cage(1 + random.below(40) as u16) };
            design.links.push(Link::between(end(), end()));
        }
        6 => with_link(design, link, |link| link.fabric = fabrics.first().copied().filter(|_| link.fabric.is_none())),
        7 => {
            let part = design.nodes.get(random.of(&nodes)).unwrap().part.clone();
            with_node(design, node, |node| node.part = part);
        }
        8 => with_node(design, node, |node| node.transit = Some(node.transit != Some(true))),
        9 => {
            let mut meta = design.meta.as_ref().clone();
            meta.silenced.push(Silencing { code: "uplinks-uneven".to_owned(), subject: None, reason: "meant".to_owned(), extra: Extra::default() });
            design.meta = meta.into();
        }
        10 | 11 => with_node(design, node, |node| node.name.push('x')),
        12 => {
            let rack = design.racks.ids().nth(random.below(design.racks.len() + 1));
            with_node(design, node, |node| node.rack = rack);
        }
        _ => with_node(design, node, |node| node.at = Point::new(node.at.x + 10.0, node.at.y)),
    }
}

fn check(template: &str, parameter: (&str, &str), edits: usize, seed: u64) {
    let catalog = Catalog::builtin();
    let parameters = SortedMap::from([(parameter.0.to_owned(), parameter.1.to_owned())]);
    let mut design = templates::generate(template, &parameters, &catalog).unwrap();
    let mut memory = Memory::default();
    let mut random = Random(seed);
    let mut kept = 0;
    for step in 0..edits {
        let before = design.clone();
        edit(&mut design, &mut random);
        memory.changes(&Patch::between(&before, &design));
        kept += usize::from(memory.holds());
        let (with, without) = (report_json(memory.evaluate(&design, &catalog)), report_json(&evaluate(&design, &catalog)));
        assert!(with == without, "{template} {parameter:?} after {step} edits");
    }
    assert!(kept > edits / 20, "moves keep the report: {kept} of {edits}");
}

#[test]
fn a_fat_tree_is_reported_as_from_scratch_after_each_of_a_thousand_edits() {
    check("fat-tree", ("k", "8"), 1000, 1000);
}

#[test]
fn a_fat_tree_of_sixteen_ports_is_reported_as_from_scratch_after_each_of_a_thousand_edits() {
    // Four walks at once, so that they take the time of the cores there are.
    std::thread::scope(|scope| {
        for walk in 0..4 {
            scope.spawn(move || check("fat-tree", ("k", "16"), 250, 120 + walk));
        }
    });
}

#[test]
fn systems_with_insides_are_reported_as_from_scratch_after_each_edit() {
    check("rail-optimised", ("servers", "40"), 120, 120);
}
