//! The catalogue: every part loads, every figure says where it comes from, ports resolve, sums are right, and what fits
//! fits.

mod complete;
mod figures;
mod fitting;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use weft::catalog::fit::{self, Misfit};
use weft::catalog::{Catalog, PortUse, part_from_json, part_to_json};
use weft::model::{
    Breakout, Confidence, Design, FormFactor, Generic, InsideKind, Link, LinkLayer, Node, NodeId, Part, PartId, PartKind, PortRef, PortRole, PortSettings, Top,
};
use weft::units::{Gbps, Metres, Point};

const CONFIDENCES: [&str; 8] = ["specification", "datasheet", "paper", "measured", "press", "derived", "stated", "recalled"];

/// A design of one node per part id, in order, so that the nodes are n1, n2, ...
fn placed(parts: &[&str]) -> Design {
    let mut design = Design::default();
    for part in parts {
        design.nodes.push(Node::new(PartId::new(part), *part, Point::default()));
    }
    design
}

fn break_out(design: &mut Design, node: u32, cage: u16, how: &str) {
    let mut changed = design.nodes.get(NodeId(node)).unwrap().clone();
    changed.ports.insert(cage, PortSettings { breakout: Breakout::parse(how), ..PortSettings::default() });
    design.nodes.set(NodeId(node), Some(changed.into()));
}

fn port(text: &str) -> PortRef {
    text.parse().unwrap()
}

fn sum_of_ports(catalog: &Catalog, id: &str, role: PortRole) -> (usize, f64) {
    let design = placed(&[id]);
    let paths = catalog.ports_of(&design, NodeId(1), &PortUse::default());
    let rates: Vec<f64> = paths
        .into_iter()
        .filter_map(|port| catalog.port(&design, PortRef { node: NodeId(1), port }))
        .filter(|info| info.role == role && info.form != FormFactor::Pcie)
        .filter_map(|info| info.gbps.map(|rate| rate.0))
        .collect();
    (rates.len(), rates.iter().sum())
}

#[test]
fn the_first_shelf_is_complete() {
    let catalog = Catalog::read().unwrap();
    let mut counts: BTreeMap<PartKind, usize> = BTreeMap::new();
    for part in catalog.parts() {
        *counts.entry(part.kind).or_default() += 1;
    }
    for (kind, least) in [(PartKind::Xpu, 8), (PartKind::System, 8), (PartKind::Switch, 10), (PartKind::Nic, 6), (PartKind::Cable, 20), (PartKind::Rack, 3)] {
        assert!(counts[&kind] >= least, "{kind:?}: {} of {least}", counts[&kind]);
    }
    for id in [
        "dgx-h100",
        "dgx-b200",
        "gb200-nvl72-compute-tray",
        "nvlink5-switch-tray",
        "amd-mi300x-8",
        "generic-marvell-nvlink-fusion-xpu",
        "generic-ualink-200g-xpu",
        "nvidia-qm9700",
        "nvidia-sn5600",
        "ualink-switch-102t",
        "mellanox-sb7800",
        "nvidia-qm8700",
        "generic-xpu",
        "generic-switch",
        "generic-nic",
        "generic-host",
        "generic-rack-48u",
        "generic-cable",
    ] {
        assert!(catalog.built_in(id).is_some(), "{id}");
    }
    for id in figures::facts("protocols.json").keys() {
        assert!(catalog.protocol(id).is_some(), "protocol {id}");
    }
    assert!(catalog.protocols().count() >= 30);
}

#[test]
fn parts_come_by_kind_and_generic_ones_last() {
    let catalog = Catalog::builtin();
    let kinds: Vec<PartKind> = catalog.parts().map(|part| part.kind).collect();
    assert!(kinds.is_sorted());
    for kind in [PartKind::Rack, PartKind::Xpu, PartKind::Switch, PartKind::Nic, PartKind::System] {
        let last = catalog.parts().filter(|part| part.kind == kind).last().unwrap();
        assert!(last.id.as_str().starts_with("generic-"), "{}", last.id);
    }
}

#[test]
fn every_port_of_every_part_resolves() {
    let catalog = Catalog::builtin();
    for part in catalog.parts().filter(|part| !part.ports.is_empty()) {
        let design = placed(&[part.id.as_str()]);
        let paths = catalog.ports_of(&design, NodeId(1), &PortUse::default());
        let distinct: BTreeSet<_> = paths.iter().collect();
        assert_eq!(distinct.len(), paths.len(), "{}", part.id);
        for path in paths {
            let info = catalog.port(&design, PortRef { node: NodeId(1), port: path }).unwrap_or_else(|| panic!("{}: no port {path}", part.id));
            assert!(info.gbps.is_some() || part.is_generic() || info.form == FormFactor::Pcie, "{}: port {path} has no rate", part.id);
            if let (Some(inside), Some(index)) = (part.inside(), info.inside) {
                assert!(inside.vertices.get(usize::from(index)).is_some(), "{}: port {path}", part.id);
            }
        }
        let cages = part.cage_count();
        assert!(cages.is_none_or(|cages| catalog.port(&design, PortRef::cage(NodeId(1), cages + 1)).is_none()), "{}", part.id);
    }
}

#[test]
fn capacities_add_up() {
    let catalog = Catalog::builtin();
    for (id, role, ports, gbps) in [
        ("nvidia-qm9700", PortRole::Compute, 64, 25_600.0),
        ("nvidia-q3400-ra", PortRole::Compute, 144, 115_200.0),
        ("nvidia-qm8700", PortRole::Compute, 40, 8_000.0),
        ("mellanox-sb7800", PortRole::Compute, 36, 3_600.0),
        ("nvidia-sn5600", PortRole::Compute, 64, 51_200.0),
        ("hpe-slingshot-64p", PortRole::Compute, 64, 12_800.0),
        ("nvlink5-switch-tray", PortRole::ScaleUp, 144, 57_600.0),
        ("nvlink6-switch-tray", PortRole::ScaleUp, 288, 115_200.0),
        ("ualink-switch-102t", PortRole::ScaleUp, 128, 102_400.0),
        ("gb200-nvl72-compute-tray", PortRole::ScaleUp, 72, 28_800.0),
        ("gb200-nvl72-compute-tray", PortRole::Compute, 4, 1_600.0),
        ("dgx-h100", PortRole::Compute, 8, 3_200.0),
        ("dgx-a100", PortRole::Compute, 8, 1_600.0),
        ("dgx-b300", PortRole::Compute, 8, 6_400.0),
        ("intel-gaudi3-8", PortRole::Compute, 24, 4_800.0),
        ("nvidia-h100-sxm5", PortRole::ScaleUp, 18, 3_600.0),
    ] {
        assert_eq!(sum_of_ports(&catalog, id, role), (ports, gbps), "{id}");
    }
    // 18 compute trays and 9 switch trays: every XPU link has a port, 1,296 in all, 130 TB/s both ways.
    let (links, gbps) = sum_of_ports(&catalog, "gb200-nvl72-compute-tray", PortRole::ScaleUp);
    assert_eq!(18 * links, 1_296);
    assert_eq!(18 * links, 9 * sum_of_ports(&catalog, "nvlink5-switch-tray", PortRole::ScaleUp).0);
    assert!((18.0 * gbps * 2.0 / 8_000.0 - 130.0).abs() < 1.0);
}

#[test]
fn insides_add_up() {
    let catalog = Catalog::builtin();
    // XPUs, scale-up links per XPU, one way Gb/s per XPU, and switches.
    for (id, xpus, links, gbps, switches) in [
        ("dgx-a100", 8, 12, 2_400.0, 6),
        ("dgx-h100", 8, 18, 3_600.0, 4),
        ("dgx-h200", 8, 18, 3_600.0, 4),
        ("dgx-b200", 8, 18, 7_200.0, 2),
        ("dgx-b300", 8, 18, 7_200.0, 2),
        ("amd-mi300x-8", 8, 7, 3_584.0, 0),
        ("intel-gaudi3-8", 8, 21, 4_200.0, 0),
        ("aws-trn2-48xl", 16, 4, 4_096.0, 0),
        ("gb200-nvl72-compute-tray", 4, 0, 0.0, 0),
    ] {
        let part = catalog.built_in(id).unwrap();
        let inside = part.inside().unwrap();
        assert_eq!(part.xpu_count(), xpus, "{id}");
        assert_eq!(inside.vertices.iter().filter(|vertex| vertex.kind == InsideKind::Switch).count(), switches, "{id}");
        for (index, vertex) in (0u16..).zip(&inside.vertices).filter(|(_, vertex)| vertex.kind == InsideKind::Xpu) {
            let mine = inside.edges.iter().filter(|edge| (edge.a == index || edge.b == index) && edge.layer != LinkLayer::Pcie);
            let (count, rate) = mine.fold((0, 0.0), |(count, rate), edge| (count + edge.count, rate + edge.gbps.0));
            assert_eq!((count, rate), (links, gbps), "{id}: {}", vertex.name);
            assert!(!vertex.transit, "{id}: {} forwards", vertex.name);
        }
    }
    let dgx = catalog.built_in("dgx-h100").unwrap().inside().unwrap();
    let names: Vec<&str> = dgx.vertices.iter().map(|vertex| vertex.name.as_str()).collect();
    assert_eq!(names[..12], ["xpu1", "xpu2", "xpu3", "xpu4", "xpu5", "xpu6", "xpu7", "xpu8", "nvswitch1", "nvswitch2", "nvswitch3", "nvswitch4"]);
    assert!(dgx.vertices.iter().filter(|vertex| vertex.name.starts_with("n")).all(|vertex| vertex.transit));
}

#[test]
fn cages_hang_on_the_right_thing() {
    let catalog = Catalog::builtin();
    let design = placed(&["dgx-h100", "gb200-nvl72-compute-tray", "intel-gaudi3-8"]);
    for (at, name) in [
        ("n1/1/1", "nic1"),
        ("n1/1/2", "nic2"),
        ("n1/4/2", "nic8"),
        ("n1/5", "storage1"),
        ("n2/1", "xpu1"),
        ("n2/19", "xpu2"),
        ("n2/72", "xpu4"),
        ("n2/76", "nic4"),
        ("n3/1/4", "xpu2"),
    ] {
        let port = port(at);
        let info = catalog.port(&design, port).unwrap();
        let part = catalog.part(&design, &design.nodes.get(port.node).unwrap().part).unwrap();
        assert_eq!(part.inside().unwrap().vertices[usize::from(info.inside.unwrap())].name, name, "{at}");
    }
}

#[test]
fn parts_survive_writing_and_reading() {
    for part in Catalog::builtin().parts() {
        let json = part_to_json(part);
        let again = part_from_json(&json).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(&again, part, "{}", part.id);
        assert_eq!(part_to_json(&again).to_string(), json.to_string(), "{}", part.id);
    }
    let text = r#"{"id": "mine", "kind": "switch", "power_w": 500, "latency_ns": {"value": 90, "high": 130, "confidence": "measured"}, "colour": "green"}"#;
    let part = part_from_json(&weft::json::parse(text).unwrap()).unwrap();
    assert_eq!(part.power.as_ref().map(|power| power.confidence), Some(Confidence::Stated));
    assert_eq!(part_to_json(&part).get("colour").unwrap().to_string(), "\"green\"");
    assert_eq!(part_to_json(&part).get("latency_ns").unwrap().to_string(), r#"[90,90,130,"measured"]"#);
}

#[test]
fn a_wrong_part_is_told_in_one_sentence() {
    for (text, sentence) in [
        (r#"[]"#, "a part must be an object"),
        (r#"{"kind": "switch"}"#, "a part: “id” is missing"),
        (
            r#"{"id": "x", "kind": "robot"}"#,
            "part “x”: “kind” is “robot”, which is not a kind of part; known are rack, system, xpu, switch, nic, cable, transceiver",
        ),
        (r#"{"id": "x", "kind": "switch", "power_w": -1}"#, "part “x”: “power_w” must be a number from 0 to 1e12 within its own range"),
        (r#"{"id": "x", "kind": "switch", "power_w": [5, 6, 7, "press", 0]}"#, "part “x”: “power_w” must be a number from 0 to 1e12 within its own range"),
        (r#"{"id": "x", "kind": "switch", "ports": [{"count": 70000}]}"#, "part “x”: ports: “count” must be a whole number from 1 to 8192"),
        (r#"{"id": "x", "kind": "switch", "ports": [{"form": "any"}, {"count": 2}]}"#, "part “x”: “ports” may leave out the count of the last group only"),
        (r#"{"id": "x", "kind": "cable"}"#, "part “x”: “cable” is missing"),
        (
            r#"{"id": "x", "kind": "system", "inside": {"things": [{"name": "xpu", "kind": "xpu"}], "wires": [{"a": "xpu", "b": "nic", "gbps": 1, "layer": "pcie"}]}}"#,
            "part “x”: inside: wires: “b” names “nic”, which is not inside",
        ),
        (
            r#"{"id": "x", "kind": "system", "inside": {"things": [{"name": "xpu", "kind": "xpu", "count": 4096}], "wires": [{"a": "xpu*", "b": "xpu*", "gbps": 1, "layer": "pcie"}]}}"#,
            "part “x”: inside: wires: “join” must be all, pair, mesh or a torus like “torus 4x4” that fits the group",
        ),
    ] {
        let error = part_from_json(&weft::json::parse(text).unwrap()).unwrap_err();
        assert_eq!(error.to_string(), sentence, "{text}");
    }
}
