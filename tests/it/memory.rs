//! What is kept from one evaluation to the next: the report after each of many random edits of fabrics equals one from scratch, byte for byte.

use std::fs;
use std::path::{Path, PathBuf};

use weft::catalog::Catalog;
use weft::engine::ask::{answer, is_of_the_whole};
use weft::engine::service::{Memory, evaluate};
use weft::engine::templates;
use weft::io::export::report_json;
use weft::model::{
    Breakout, Design, Extra, FabricId, FabricRole, Generic, Group, GroupKind, Link, LinkId, Member, Node, NodeId, PartId, Patch, Paths, PortPath, PortRef,
    RackId, Recalled, Requirement, RequirementKind, Routing, Scenario, Silencing, Switching, Tier, Workload,
};
use weft::units::{Bytes, Gbps, Metres, Nanoseconds, Point, RackUnits, SortedMap};

pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count.max(1)
    }
    pub fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// Changes a link that is there.
pub fn with_link(design: &mut Design, id: LinkId, change: impl FnOnce(&mut Link)) {
    let mut link = design.links.get(id).unwrap().clone();
    change(&mut link);
    design.links.set(id, Some(link.into()));
}

/// Changes a node that is there.
pub fn with_node(design: &mut Design, id: NodeId, change: impl FnOnce(&mut Node)) {
    let mut node = design.nodes.get(id).unwrap().clone();
    change(&mut node);
    design.nodes.set(id, Some(node.into()));
}

/// Takes a node out of its groups, as who deletes it does.
fn leave_groups(design: &mut Design, node: NodeId) {
    let groups: Vec<_> = design.groups.iter().filter(|(_, group)| group.members.contains(&Member::Node(node))).map(|(id, group)| (id, group.clone())).collect();
    for (id, mut group) in groups {
        group.members.retain(|member| *member != Member::Node(node));
        design.groups.set(id, Some(group.into()).filter(|group: &std::sync::Arc<Group>| !group.members.is_empty()));
    }
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
            leave_groups(design, node);
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
        10 => with_node(design, node, |node| node.name.push('x')),
        11 => match random.below(3) {
            0 => with_node(design, node, |node| node.kept = !node.kept),
            1 => with_node(design, node, |node| node.modules = Some(Tier::Compatible).filter(|_| node.modules.is_none())),
            _ => with_node(design, node, |node| node.name.push('x')),
        },
        12 => {
            let rack = design.racks.ids().nth(random.below(design.racks.len() + 1));
            with_node(design, node, |node| node.rack = rack);
        }
        _ => with_node(design, node, |node| node.at = Point::new(node.at.x + 10.0, node.at.y)),
    }
}

/// One edit of the rarer kinds: of what a design says beside its nodes and links, and of what makes nodes and links unlike each other.
fn rare(design: &mut Design, random: &mut Random) {
    let nodes: Vec<NodeId> = design.nodes.ids().collect();
    let links: Vec<LinkId> = design.links.ids().collect();
    let fabrics: Vec<FabricId> = design.fabrics.ids().collect();
    let racks: Vec<RackId> = design.racks.ids().collect();
    let (node, link) = (random.of(&nodes), random.of(&links));
    let mut meta = design.meta.as_ref().clone();
    match random.below(26) {
        0 => with_link(design, link, |link| link.part = None),
        1 => with_link(design, link, |link| link.part = Some(PartId::new("nobody-makes-this"))),
        2 => {
            let part = design.links.get(random.of(&links)).unwrap().part.clone();
            with_link(design, link, |link| link.part = part);
        }
        3 => with_link(design, link, |link| link.latency = Some(Nanoseconds(100.0))),
        4 => with_link(design, link, |link| link.ends = [link.ends[0]; 2]),
        5 => with_link(design, link, |link| link.ends[1].node = NodeId(9_999)),
        6 => design.nodes.set(node, None),
        7 => {
            let copy = design.nodes.get(node).unwrap().clone();
            design.nodes.push(copy);
        }
        // A node at an id that links point to though nothing was there.
        8 => {
            let copy = design.nodes.get(node).unwrap().clone();
            design.nodes.set(NodeId(9_999), Some(copy.into()));
        }
        9 => with_node(design, node, |node| {
            let settings = node.ports.entry(1).or_default();
            settings.breakout = Some(Breakout { children: 2, gbps: Gbps(200.0) }).filter(|_| settings.breakout.is_none());
        }),
        10 => with_node(design, node, |node| node.generic = Some(Box::new(Generic { ports: Some(8), gbps: Some(Gbps(400.0)), ..Generic::default() }))),
        11 => with_node(design, node, |node| node.part = PartId::new("nobody-makes-this")),
        12 => with_node(design, node, |node| node.u = Some(RackUnits(1 + node.u.map_or(0, |u| u.0) % 40))),
        13 => with_node(design, node, |node| node.traffic.mtu = Some(1500)),
        14 if !racks.is_empty() => {
            let id = random.of(&racks);
            let mut rack = design.racks.get(id).unwrap().clone();
            rack.tile = Some((random.below(9) as i32, random.below(3) as i32));
            design.racks.set(id, Some(rack.into()));
        }
        15 if racks.len() > 1 => design.racks.set(random.of(&racks), None),
        16 if !fabrics.is_empty() => {
            let id = random.of(&fabrics);
            let mut fabric = design.fabrics.get(id).unwrap().clone();
            match random.below(4) {
                0 => fabric.role = if fabric.role == FabricRole::Storage { FabricRole::Compute } else { FabricRole::Storage },
                1 => fabric.paths = if fabric.paths.is_none() { Some(Paths::UpDown) } else { None },
                2 => {
                    fabric.routing = match fabric.routing {
                        Routing::Ecmp => Routing::Hash,
                        Routing::Hash => Routing::Tables,
                        Routing::Tables => Routing::Ecmp,
                    }
                }
                _ => fabric.traffic.pfc = Some(3),
            }
            design.fabrics.set(id, Some(fabric.into()));
        }
        17 => {
            let members = vec![Member::Node(node)];
            design.groups.push(Group { kind: GroupKind::Site, name: "elsewhere".to_owned(), members, extra: Extra::default() });
        }
        18 => {
            let kind = random.of(&[RequirementKind::Bisection(Gbps(1e6)), RequirementKind::Latency(Nanoseconds(500.0))]);
            design.requirements.push(Requirement { kind, fabric: None, extra: Extra::default() });
        }
        // An own part in the place of one of the catalogue: it may be the part of anything.
        19 => {
            let id = design.nodes.get(node).unwrap().part.clone();
            let catalog = Catalog::builtin();
            if let Some(part) = catalog.part(design, &id) {
                let mut part = part.clone();
                part.name.push('x');
                part.ports.truncate(1);
                design.parts.insert(id, part.into());
            }
        }
        20 => {
            meta.settings.switching = if meta.settings.switching == Switching::CutThrough { Switching::StoreAndForward } else { Switching::CutThrough };
            design.meta = meta.into();
        }
        21 => {
            meta.settings.recalled = if meta.settings.recalled == Recalled::Used { Recalled::LeftOut } else { Recalled::Used };
            design.meta = meta.into();
        }
        22 => {
            meta.settings.message = Some(Bytes(1e6)).filter(|_| meta.settings.message.is_none());
            design.meta = meta.into();
        }
        23 => {
            meta.settings.assumptions.insert("slack_m".to_owned(), random.below(5) as f64);
            design.meta = meta.into();
        }
        24 => {
            meta.scenarios.push(Scenario { name: format!("without {node} {}", meta.scenarios.len()), off: vec![node.to_string()], extra: Extra::default() });
            design.meta = meta.into();
        }
        _ => with_node(design, node, |node| node.name = "twin".to_owned()),
    }
}

fn check(template: &str, parameter: (&str, &str), edits: usize, seed: u64) {
    let parameters = SortedMap::from([(parameter.0.to_owned(), parameter.1.to_owned())]);
    let design = templates::generate(template, &parameters, &Catalog::builtin()).unwrap();
    let kept = walk(&format!("{template} {parameter:?}"), design, edits, seed, false);
    assert!(kept > edits / 20, "moves keep the report: {kept} of {edits}");
}

/// Edits a design again and again, takes edits back now and then, looks at the report after each few, and counts how often it was kept.
fn walk(name: &str, mut design: Design, edits: usize, seed: u64, any_kind: bool) -> usize {
    let catalog = Catalog::builtin();
    let mut memory = Memory::default();
    let mut random = Random(seed);
    let mut kept = 0;
    let mut past: Vec<Design> = Vec::new();
    for step in 0..edits {
        let before = design.clone();
        if any_kind && random.below(5) == 0 && !past.is_empty() {
            design = past.swap_remove(random.below(past.len()));
        } else if any_kind && random.below(2) == 0 && !design.nodes.is_empty() && !design.links.is_empty() {
            rare(&mut design, &mut random);
        } else if !design.nodes.is_empty() && !design.links.is_empty() {
            edit(&mut design, &mut random);
        }
        memory.changes(&Patch::between(&before, &design));
        past.push(before);
        if any_kind && random.below(4) == 0 {
            continue;
        }
        kept += usize::from(memory.holds());
        let (with, without) = (report_json(memory.evaluate(&design, &catalog)), report_json(&evaluate(&design, &catalog)));
        assert!(with == without, "{name} (seed {seed}) after {step} edits");
    }
    kept
}

#[test]
fn a_fat_tree_is_reported_as_from_scratch_after_each_of_three_hundred_edits() {
    check("fat-tree", ("k", "8"), 300, 1000);
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

/// Where cables are of many lengths every leaf is a class of its own, and of the ways between them those are kept that an edit does not touch.
#[test]
fn links_of_many_lengths_are_reported_as_from_scratch_after_each_edit() {
    let catalog = Catalog::builtin();
    let mut design = templates::generate("fat-tree", &SortedMap::from([("k".to_owned(), "8".to_owned())]), &catalog).unwrap();
    let links: Vec<LinkId> = design.links.ids().collect();
    for (at, id) in links.iter().enumerate() {
        with_link(&mut design, *id, |link| link.length = Some(Metres(2.0 + (at * 7 % 13) as f64)));
    }
    let (mut memory, mut random) = (Memory::default(), Random(28));
    let mut gone: Vec<(LinkId, Link)> = Vec::new();
    memory.evaluate(&design, &catalog);
    for step in 0..160 {
        let before = design.clone();
        // Now and then several at once.
        for _ in 0..if random.below(5) == 0 { 1 + random.below(12) } else { 1 } {
            let left: Vec<LinkId> = design.links.ids().collect();
            let link = random.of(&left);
            match random.below(6) {
                0 | 1 => {
                    gone.push((link, design.links.get(link).unwrap().clone()));
                    design.links.set(link, None);
                }
                2 | 3 if !gone.is_empty() => {
                    let (id, link) = gone.swap_remove(random.below(gone.len()));
                    design.links.set(id, Some(link.into()));
                }
                4 => with_link(&mut design, link, |link| link.gbps = Some(Gbps(100.0)).filter(|_| link.gbps.is_none())),
                _ => with_link(&mut design, link, |link| link.length = Some(Metres(2.0 + random.below(13) as f64))),
            }
        }
        memory.changes(&Patch::between(&before, &design));
        assert!(report_json(memory.evaluate(&design, &catalog)) == report_json(&evaluate(&design, &catalog)), "after {step} edits");
    }
}

/// Designs with insides, breakouts, racks, placed cables, groups, fabrics with roles, requirements, own parts and scenarios.
#[test]
fn the_examples_are_reported_as_from_scratch_after_edits_of_every_kind() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    files.sort();
    assert!(files.len() > 12);
    let edits = std::env::var("WEFT_EDITS").ok().and_then(|edits| edits.parse().ok()).unwrap_or(40);
    let half = files.len() / 2;
    std::thread::scope(|scope| {
        for files in [&files[..half], &files[half..]] {
            scope.spawn(move || {
                for (seed, file) in (1..).zip(files) {
                    let design = weft::io::load(&fs::read_to_string(file).unwrap()).unwrap().design;
                    walk(&file.display().to_string(), design, edits, seed, true);
                }
            });
        }
    });
}

/// What keeps results across edits trusts that a change is complete; after a design was replaced nothing is known.
#[test]
fn a_design_in_the_place_of_another_is_reported_as_from_scratch() {
    let catalog = Catalog::builtin();
    let design = |k: &str| templates::generate("fat-tree", &SortedMap::from([("k".to_owned(), k.to_owned())]), &catalog).unwrap();
    let (one, other) = (design("4"), design("6"));
    let mut memory = Memory::default();
    memory.evaluate(&one, &catalog);
    memory.forget();
    assert_eq!(report_json(memory.evaluate(&other, &catalog)), report_json(&evaluate(&other, &catalog)));
}

/// Questions are answered from what is kept of the last evaluation, before and after moves, and what is kept is none the worse for it.
#[test]
fn questions_are_answered_from_what_is_kept_as_from_scratch() {
    let catalog = Catalog::builtin();
    let mut design = templates::generate("rail-optimised", &SortedMap::from([("servers".to_owned(), "8".to_owned())]), &catalog).unwrap();
    let workload = Workload { name: "test".to_owned(), model: "llama-3.1-70b".to_owned(), ..Workload::default() };
    std::sync::Arc::make_mut(&mut design.meta).workloads.push(workload);
    let mut memory = Memory::default();
    let mut random = Random(7);
    let mut numbers = 0;
    for step in 0..24 {
        let before = design.clone();
        match step % 3 {
            0 => edit(&mut design, &mut random),
            1 => rare(&mut design, &mut random),
            _ => {
                let node = design.nodes.ids().next().unwrap();
                with_node(&mut design, node, |node| node.at = Point::new(node.at.x + 10.0, node.at.y));
            }
        }
        memory.changes(&Patch::between(&before, &design));
        let nodes: Vec<NodeId> = design.nodes.ids().collect();
        let questions = [
            format!("pair {} {}", nodes[0], nodes[nodes.len() - 1]),
            "collective all-reduce".to_owned(),
            "traffic all-to-all".to_owned(),
            "ranks tensor\nof test".to_owned(),
            "groups\ntest\ntensor".to_owned(),
            "training\ntest".to_owned(),
            "collective all-reduce\nsize 4096".to_owned(),
            format!("traffic all-to-all\noff node {}", nodes[0]),
        ];
        let mut ask = |memory: &mut Memory| {
            for question in &questions {
                let (with, without) = (memory.answer(question, &design, &catalog, &mut |_| {}), answer(question, &design, &catalog, &mut |_| {}));
                assert!(with == without, "{question} after {step} edits: {} {}", with.text, without.text);
                numbers += with.numbers.len();
            }
        };
        ask(&mut memory);
        if step % 4 != 1 {
            assert!(report_json(memory.evaluate(&design, &catalog)) == report_json(&evaluate(&design, &catalog)), "after {step} edits and questions");
            ask(&mut memory);
        }
    }
    assert!(numbers > 1000, "ranks have groups: {numbers}");
    assert!(is_of_the_whole("collective all-reduce") && !is_of_the_whole("collective all-reduce\nsize 1"));
}
