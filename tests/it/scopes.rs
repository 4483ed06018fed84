//! Scopes of rules: after an edit a rule is asked only about what its scope says the edit reaches (`src/engine/rules/scope.rs`). Here each rule's broken
//! and just-good example is edited at random, record by record and field by field, and what the rules find with memory is compared with what they
//! find without. A rule that looks farther than its scope says fails here.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use weft::catalog::Catalog;
use weft::engine::change::Change;
use weft::engine::context::Context;
use weft::engine::known::Known;
use weft::engine::rules;
use weft::model::{
    Breakout, Cooling, Design, FabricId, FabricIntent, FabricRole, Face, Feed, Generic, GroupId, Link, LinkId, Multihoming, NodeId, PartId, Patch, PortPath,
    PortRef, PortSettings, Rack, RackId, Requirement, RequirementKind, RoutingEngine, Silencing,
};
use weft::units::{Gbps, Metres, Nanoseconds, Point, RackUnits, Watts};

use crate::memory::{Random, with_link as link, with_node as node};
use crate::text_design;

const INTENTS: [FabricIntent; 6] =
    [FabricIntent::FatTree, FabricIntent::RailOptimised, FabricIntent::RailOnly, FabricIntent::Unstated, FabricIntent::DualPlane, FabricIntent::LeafSpine];
const ROLES: [FabricRole; 6] =
    [FabricRole::Compute, FabricRole::FrontEnd, FabricRole::Fronthaul, FabricRole::Management, FabricRole::ScaleUp, FabricRole::Storage];
/// Parts that are good for other findings than those of the design itself.
const STRANGERS: [&str; 5] = ["generic-switch", "generic-system", "nonsense", "generic-cable", "generic-rack"];

fn rack(design: &mut Design, id: RackId, change: impl FnOnce(&mut Rack)) {
    let mut rack = design.racks.get(id).unwrap().clone();
    change(&mut rack);
    design.racks.set(id, Some(rack.into()));
}

fn some<T: Copy>(random: &mut Random, all: &[T]) -> Option<T> {
    (!all.is_empty()).then(|| random.of(all))
}

/// A port of some node: mostly one that links of it use, or the next.
fn port(design: &Design, random: &mut Random, nodes: &[NodeId]) -> PortRef {
    let node = random.of(nodes);
    let used: Vec<PortRef> = design.links.iter().flat_map(|(_, link)| link.ends).filter(|end| end.node == node).collect();
    match (some(random, &used), random.below(4)) {
        (Some(port), 0) => port,
        (Some(port), 1) => PortRef { node, port: PortPath::child(port.port.cage, 1 + random.below(2) as u8) },
        (Some(port), 2) => PortRef::cage(node, port.port.cage + 1),
        _ => PortRef::cage(node, 1 + random.below(70) as u16),
    }
}

fn on_link(design: &mut Design, random: &mut Random, id: LinkId, nodes: &[NodeId]) {
    let other = design.links.ids().nth(random.below(design.links.len())).and_then(|id| design.links.get(id).cloned());
    let to = port(design, random, nodes);
    let fabrics: Vec<FabricId> = design.fabrics.ids().collect();
    match random.below(9) {
        0 => design.links.set(id, None),
        1 => link(design, id, |link| link.ends[0] = to),
        2 => link(design, id, |link| link.ends[1] = to),
        3 => link(design, id, |link| link.part = other.and_then(|other| other.part)),
        4 => link(design, id, |link| link.part = Some(PartId::new(random.of(&STRANGERS)))),
        5 => link(design, id, |link| link.gbps = [None, Some(Gbps(100.0)), Some(Gbps(1600.0))][random.below(3)]),
        6 => link(design, id, |link| link.length = [None, Some(Metres(1.0)), Some(Metres(90.0))][random.below(3)]),
        7 => link(design, id, |link| link.fabric = some(random, &fabrics).filter(|_| link.fabric.is_none())),
        _ => link(design, id, |link| link.latency = Some(Nanoseconds(90_000.0))),
    }
}

fn on_node(design: &mut Design, random: &mut Random, id: NodeId, nodes: &[NodeId]) {
    let other = design.nodes.get(random.of(nodes)).cloned().unwrap();
    let racks: Vec<RackId> = design.racks.ids().collect();
    match random.below(16) {
        0 if nodes.len() > 2 => {
            let gone: Vec<LinkId> = design.links_of(id).map(|(id, _)| id).collect();
            gone.into_iter().for_each(|link| design.links.set(link, None));
            design.nodes.set(id, None);
        }
        1 => drop(design.nodes.push(other)),
        2 | 3 => node(design, id, |node| node.part = other.part),
        4 => node(design, id, |node| node.part = PartId::new(random.of(&STRANGERS))),
        5 => node(design, id, |node| node.name = other.name),
        6 => node(design, id, |node| node.name = "n".repeat(1 + random.below(80))),
        7 | 8 => node(design, id, |node| node.rack = some(random, &racks)),
        9 => node(design, id, |node| node.u = Some(RackUnits(random.below(50) as u16))),
        10 => node(design, id, |node| node.face = if node.face == Face::Front { Face::Rear } else { Face::Front }),
        11 => node(design, id, |node| node.transit = Some(node.transit != Some(true))),
        12 => {
            let cage = 1 + random.below(8) as u16;
            let breakout =
                Some(Breakout { children: 1 + random.below(8) as u8, gbps: Gbps(100.0 * (1 + random.below(8)) as f64) }).filter(|_| random.below(3) > 0);
            node(design, id, |node| drop(node.ports.insert(cage, PortSettings { breakout, ..PortSettings::default() })));
        }
        13 => node(design, id, |node| {
            node.generic = Some(Box::new(Generic { ports: Some(random.below(9) as u16), gbps: Some(Gbps(200.0)), ..Generic::default() }))
        }),
        14 => node(design, id, |node| {
            node.traffic.mtu = [None, Some(1500), Some(9000)][random.below(3)];
            node.traffic.pfc = [None, Some(3), Some(4)][random.below(3)];
        }),
        _ => node(design, id, |node| {
            node.traffic.ecn = [None, Some(true), Some(false)][random.below(3)];
            node.traffic.ptp = [None, Some(true), Some(false)][random.below(3)];
        }),
    }
}

fn on_rack(design: &mut Design, random: &mut Random, id: RackId) {
    let other = design.racks.iter().nth(random.below(design.racks.len())).map(|(_, rack)| rack.clone()).unwrap();
    match random.below(9) {
        0 => {
            let inside: Vec<NodeId> = design.nodes_in(id).map(|(id, _)| id).collect();
            inside.into_iter().for_each(|inside| node(design, inside, |node| node.rack = None));
            design.racks.set(id, None);
        }
        1 => drop(design.racks.push(other)),
        2 => rack(design, id, |rack| rack.part = PartId::new(random.of(&STRANGERS))),
        3 => rack(design, id, |rack| rack.part = other.part),
        4 => rack(design, id, |rack| rack.tile = Some((random.below(3) as i32, 0))),
        5 => rack(design, id, |rack| rack.cooling = [None, Some(Cooling::Air), Some(Cooling::Liquid), Some(Cooling::RearDoor)][random.below(4)]),
        6 => rack(design, id, |rack| {
            rack.limits.power = [None, Some(Watts(1000.0)), Some(Watts(100_000.0))][random.below(3)];
            rack.limits.heat = [None, Some(Watts(1000.0))][random.below(2)];
            rack.limits.cables = [None, Some(1), Some(100)][random.below(3)];
        }),
        7 => rack(design, id, |rack| rack.feeds = [vec![], vec!["A".to_owned()], vec!["A".to_owned(), "B".to_owned()]][random.below(3)].clone()),
        _ => rack(design, id, |rack| rack.name.push('x')),
    }
}

fn on_rest(design: &mut Design, random: &mut Random, code: &str) {
    let fabrics: Vec<FabricId> = design.fabrics.ids().collect();
    let mut meta = design.meta.as_ref().clone();
    match random.below(8) {
        0 => drop(meta.settings.thresholds.insert(code.to_owned(), [0.5, 1.0, 3.0, 1000.0][random.below(4)])),
        1 => drop(meta.settings.thresholds.remove(code)),
        2 => meta.silenced.push(Silencing { code: code.to_owned(), subject: None, reason: "meant".to_owned(), extra: Default::default() }),
        3 => drop(meta.silenced.pop()),
        4 => meta.feeds.push(Feed { name: ["A", "B"][random.below(2)].to_owned(), capacity: Some(Watts(2000.0)), extra: Default::default() }),
        5 | 6 => {
            let Some(id) = some(random, &fabrics) else { return };
            let mut fabric = design.fabrics.get(id).unwrap().clone();
            match random.below(6) {
                0 => fabric.role = random.of(&ROLES),
                1 => fabric.intent = random.of(&INTENTS),
                2 => fabric.plane = [None, Some(1), Some(2)][random.below(3)],
                3 => fabric.engine = [None, Some(RoutingEngine::Ftree), Some(RoutingEngine::Minhop)][random.below(3)],
                4 => fabric.lossless = !fabric.lossless,
                _ => fabric.multihoming = [None, Some(Multihoming::Mclag)][random.below(2)],
            }
            design.fabrics.set(id, Some(fabric.into()));
        }
        _ => {
            let kind = RequirementKind::Bisection(Gbps(1e6));
            design.requirements.push(Requirement { kind, fabric: some(random, &fabrics), extra: Default::default() });
        }
    }
    design.meta = Arc::new(meta);
}

/// One edit of a record of any kind: links and nodes more often than others.
fn edit(design: &mut Design, random: &mut Random, code: &str) {
    let nodes: Vec<NodeId> = design.nodes.ids().collect();
    let links: Vec<LinkId> = design.links.ids().collect();
    let racks: Vec<RackId> = design.racks.ids().collect();
    match random.below(24) {
        0..8 if !links.is_empty() => {
            let id = random.of(&links);
            on_link(design, random, id, &nodes);
        }
        8..10 if !nodes.is_empty() => {
            let like = some(random, &links).and_then(|id| design.links.get(id).cloned());
            let ends = [port(design, random, &nodes), port(design, random, &nodes)];
            design.links.push(Link { ends, ..like.unwrap_or_else(|| Link::between(ends[0], ends[1])) });
        }
        10..18 if !nodes.is_empty() => {
            let id = random.of(&nodes);
            on_node(design, random, id, &nodes);
        }
        18..22 if !racks.is_empty() => {
            let id = random.of(&racks);
            on_rack(design, random, id);
        }
        22 => drop(design.racks.push(Rack::new(PartId::new("generic-rack"), "more", Point::default()))),
        _ => on_rest(design, random, code),
    }
    let groups: Vec<GroupId> = design.groups.ids().collect();
    if random.below(40) == 0
        && let Some(group) = some(random, &groups)
    {
        design.groups.set(group, None);
    }
}

/// What differs after the first edit after which something does.
fn walk(code: &str, folder: &str, steps: usize) -> Option<String> {
    let catalog = Catalog::builtin();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/rules").join(folder).join(format!("{code}.weft"));
    let first = text_design::read(&fs::read_to_string(path).unwrap()).design;
    let mut design = first.clone();
    let context = Context::new(&design, &catalog);
    rules::run(&context);
    let mut known = Known::of(context);
    let mut random = Random(code.bytes().fold(7, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte))));
    let mut before = design.clone();
    for step in 0..steps {
        let last = std::mem::replace(&mut before, design.clone());
        match random.below(12) {
            // Taken back, or everything as it was: edits pile up otherwise, and the rule's own finding drowns.
            0 | 1 => design = last,
            2 => design = first.clone(),
            _ => edit(&mut design, &mut random, code),
        }
        // All is taken over that can be, which debug builds compare with what it would be from scratch.
        let context = Context::again(&design, &catalog, known.with(Change::default().then(&Patch::between(&before, &design))));
        let with = rules::run(&context);
        known = Known::of(context);
        let without = rules::run(&Context::new(&design, &catalog));
        if with != without {
            let only = |these: &[weft::engine::diagnostics::Diagnostic], those: &[weft::engine::diagnostics::Diagnostic]| -> Vec<String> {
                these.iter().filter(|one| !those.contains(one)).map(|one| format!("{}: {} {:?}", one.code, one.message, one.subject)).collect()
            };
            return Some(format!(
                "{folder}/{code} after {step} edits, last {:?}\nonly with memory {:#?}\nonly from scratch {:#?}",
                Patch::between(&before, &design),
                only(&with, &without),
                only(&without, &with)
            ));
        }
    }
    None
}

#[test]
fn every_rule_finds_with_memory_what_it_finds_without_after_each_of_many_edits() {
    let codes: Vec<&str> = rules::all().iter().map(|rule| rule.code).collect();
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let half = |codes: &[&str]| codes.iter().flat_map(|code| [walk(code, "broken", 100), walk(code, "good", 40)]).flatten().collect::<Vec<_>>();
        let (first, second) = codes.split_at(codes.len() / 2);
        let other = scope.spawn(move || half(second));
        let mut wrong = half(first);
        wrong.extend(other.join().unwrap());
        wrong
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
