//! The catalogue: every part loads, every figure says where it comes from, ports resolve, sums are right, and what fits
//! fits.

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

/// Says in one word how a cable suits two ports: "fits" or the code of what is wrong.
fn check(design: &Design, ends: [&str; 2], cable: &str, length: Option<f64>) -> &'static str {
    let catalog = Catalog::builtin();
    let part = catalog.built_in(cable).unwrap_or_else(|| panic!("no part {cable}"));
    fit::cable_fits(&catalog, design, ends.map(port), part, length.map(Metres)).map_or_else(|misfit| known(&misfit), |()| "fits")
}

/// The code of a misfit, which must be one that the rules explain.
fn known(misfit: &Misfit) -> &'static str {
    assert!(weft::engine::rules::documentation(misfit.code()).is_some(), "no rule explains {}", misfit.code());
    misfit.code()
}

fn shared() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map(|parent| parent.join("shared"));
    let path = std::env::var_os("WEFT_SHARED").map(PathBuf::from).or_else(beside)?;
    let there = path.join("catalog-facts").is_dir();
    if !there {
        eprintln!("{} is absent: the catalogue is not compared with it", path.display());
    }
    there.then_some(path)
}

/// Records of one facts file by id.
fn facts(name: &str) -> BTreeMap<String, Value> {
    let Some(folder) = shared() else { return BTreeMap::new() };
    let text = fs::read_to_string(folder.join("catalog-facts").join(name)).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    file["records"].as_array().unwrap().iter().map(|record| (record["id"].as_str().unwrap().to_owned(), record.clone())).collect()
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
    for id in facts("protocols.json").keys() {
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

/// Every list that holds a confidence must end with the number of a source that exists.
fn check_sources(at: &str, value: &Value, sources: &[Value]) {
    match value {
        Value::Array(entries) => {
            if let Some(confidence) = entries.iter().filter_map(Value::as_str).find(|word| CONFIDENCES.contains(word)) {
                let source = entries.last().and_then(Value::as_u64).unwrap_or_else(|| panic!("{at}: {value} has no source"));
                let title = sources.get(source as usize).and_then(|source| source[0].as_str()).unwrap_or_else(|| panic!("{at}: {value} has a source too many"));
                assert_ne!(confidence, "stated", "{at}: {value}");
                assert_eq!(confidence == "recalled", title == "Recalled, not verified", "{at}: {value} from {title}");
            }
            entries.iter().for_each(|entry| check_sources(at, entry, sources));
        }
        Value::Object(map) => map.iter().for_each(|(key, value)| check_sources(&format!("{at}: {key}"), value, sources)),
        _ => {}
    }
}

#[test]
fn every_figure_has_a_source_and_a_confidence() {
    let catalog = Catalog::builtin();
    let mut figures = 0;
    for part in catalog.parts() {
        let json: Value = serde_json::from_str(&part_to_json(part).to_string()).unwrap();
        let sources = json["sources"].as_array().cloned().unwrap_or_default();
        check_sources(part.id.as_str(), &json, &sources);
        let names = |key: &str, group: &str| json[group].as_array().is_none_or(|entries| entries.iter().all(|entry| !entry[key].is_null()));
        if part.vendor != "Generic" || !part.id.as_str().starts_with("generic-") {
            assert!(!sources.is_empty(), "{}", part.id);
            assert!(names("basis", "ports"), "{}: ports without a basis", part.id);
        }
        for key in ["rack_units", "power_w", "weight_kg", "depth_m", "latency_ns", "memory_gb", "scale_up_gbps", "max_power_w", "max_load_kg"] {
            figures += usize::from(json[key].is_array());
            assert!(json[key].is_null() || json[key].is_array(), "{}: {key} is a bare number", part.id);
        }
        if let Some(inside) = part.inside() {
            assert!(inside.edges.iter().all(|edge| edge.basis.source.is_some()), "{}: a wire without a source", part.id);
        }
        if let Some(cable) = part.cable().filter(|_| part.id.as_str() != "generic-cable") {
            assert!(cable.basis.source.is_some(), "{}", part.id);
        }
        assert!(part.sources.iter().all(|source| !source.title.is_empty()), "{}", part.id);
    }
    assert!(figures > 200, "the test must see the figures it judges, saw {figures}");
    for protocol in catalog.protocols() {
        let all = [&protocol.efficiency, &protocol.max_domain];
        assert!(all.into_iter().flatten().all(|figure| usize::from(figure.source.unwrap()) < protocol.sources.len()), "{}", protocol.id);
        assert!(!protocol.sources.is_empty(), "{}", protocol.id);
    }
}

#[test]
fn names_in_the_data_point_at_something() {
    let catalog = Catalog::builtin();
    for part in catalog.parts() {
        for group in &part.ports {
            for id in &group.protocols {
                let protocol = catalog.protocol(id).unwrap_or_else(|| panic!("{}: no protocol {id}", part.id));
                assert!(group.layers.contains(&protocol.layer), "{}: {id} does not run on {:?}", part.id, group.layers);
            }
        }
        for vertex in part.inside().into_iter().flat_map(|inside| &inside.vertices) {
            if let Some(id) = &vertex.part {
                assert!(catalog.built_in(id.as_str()).is_some(), "{}: {} is a {id}", part.id, vertex.name);
            }
        }
        for module in part.cable().into_iter().flat_map(|cable| &cable.modules) {
            assert_eq!(catalog.built_in(module.as_str()).map(|part| part.kind), Some(PartKind::Transceiver), "{}: {module}", part.id);
        }
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

#[test]
fn two_ports_may_meet_or_not() {
    let catalog = Catalog::builtin();
    let mut design = placed(&[
        "nvidia-qm9700",
        "dgx-h100",
        "nvidia-sn5600",
        "gb200-nvl72-compute-tray",
        "nvlink5-switch-tray",
        "generic-switch",
        "nvidia-b200-sxm",
        "cx7-osfp",
    ]);
    design.links.push(Link::between(port("n1/1/1"), port("n2/1/1")));
    break_out(&mut design, 3, 1, "2x400G");
    let used = PortUse::of(&design);
    for (a, b, answer) in [
        ("n1/2/1", "n2/2/1", "fits"),
        ("n1/1/1", "n2/2/1", "port-used-twice"),
        ("n1/1", "n2/2/1", "port-used-twice"),
        ("n1/1/2", "n2/2/1", "fits"),
        ("n1/2/1", "n1/2/1", "link-to-itself"),
        ("n1/2/1", "n1/3/1", "link-to-itself"),
        ("n1/33/1", "n2/2/1", "port-unknown"),
        ("n9/1", "n2/2/1", "port-unknown"),
        ("n1/2/1", "n3/2", "link-layer-mismatch"),
        ("n2/2/1", "n3/1/1", "fits"),
        ("n4/1", "n5/1", "fits"),
        ("n4/1", "n1/2/1", "form-factor-mismatch"),
        ("n4/73", "n1/2/1", "fits"),
        ("n4/1", "n7/1", "fits"),
        ("n6/1", "n4/1", "fits"),
        ("n6/1", "n1/2/1", "fits"),
        ("n8/2", "n1/2/1", "form-factor-mismatch"),
        // 800G against 400G: works at the lower rate, so it is for the rules to say.
        ("n3/2", "n2/2/1", "fits"),
    ] {
        for (a, b) in [(a, b), (b, a)] {
            let found = fit::may_connect(&catalog, &design, &used, port(a), port(b)).map_or_else(|misfit| known(&misfit), |()| "fits");
            assert_eq!(found, answer, "{a} to {b}");
        }
    }
    let link = Link::between(port("n3/2"), port("n2/2/1"));
    let misfit = fit::rates_differ(&catalog, &design, &link).unwrap();
    assert_eq!(misfit.to_string(), "One end runs at 800 Gb/s, the other at 400 Gb/s");
    assert_eq!(misfit.code(), "link-rate-mismatch");
}

#[test]
fn a_cable_fits_or_says_why() {
    // n1, n2 NDR switches, n3 DGX H100, n4 single-port adapter, n5 QSFP112 adapter, n6 HDR switch, n7 EDR switch, n8 XDR
    // switch, n9 its adapter, n10 Ethernet switch 800G, n11 Ethernet switch QSFP-DD, n12 compute tray, n13 switch tray
    let mut design = placed(&[
        "nvidia-qm9700",
        "nvidia-qm9700",
        "dgx-h100",
        "cx7-osfp",
        "bf3-b3140h",
        "nvidia-qm8700",
        "mellanox-sb7800",
        "nvidia-q3400-ra",
        "cx8",
        "nvidia-sn5600",
        "nvidia-sn4700",
        "gb200-nvl72-compute-tray",
        "nvlink5-switch-tray",
        "generic-xpu",
    ]);
    break_out(&mut design, 10, 1, "2x400G");
    for (a, b, cable, length, answer) in [
        ("n1/1/1", "n2/1/1", "dac-800g-osfp", Some(2.0), "fits"),
        ("n1/1/1", "n2/1/1", "dac-800g-osfp", Some(2.5), "cable-too-long"),
        ("n1/1/1", "n2/1/1", "dac-800g-osfp", None, "fits"),
        ("n1/1", "n2/1", "dac-800g-osfp", Some(1.0), "fits"),
        ("n1/1/1", "n3/1/1", "dac-800g-osfp", Some(1.0), "module-top-mismatch"),
        ("n1/1/1", "n3/1/1", "dac-800g-osfp-flat", Some(1.0), "fits"),
        ("n1/1/1", "n3/1/1", "optic-400g-dr4-dgx", Some(60.0), "fits"),
        ("n1/1/1", "n3/1/1", "optic-400g-sr4-dgx", Some(60.0), "cable-too-long"),
        ("n1/1/1", "n4/1", "dac-400g-osfp", Some(3.0), "fits"),
        ("n1/1/1", "n4/1", "optic-400g-dr4-osfp", Some(100.0), "fits"),
        ("n1/1/1", "n4/1", "optic-400g-dr4-qsfp112", Some(10.0), "form-factor-mismatch"),
        ("n1/1/1", "n5/1", "optic-400g-dr4-qsfp112", Some(10.0), "fits"),
        ("n1/1", "n4/1", "dac-400g-osfp", Some(1.0), "cable-split-mismatch"),
        ("n1/1/1", "n2/1/1", "400g-dr4-osfp-rhs", Some(1.0), "module-top-mismatch"),
        ("n3/1/1", "n3/2/1", "400g-dr4-osfp-rhs", Some(1.0), "cable-split-mismatch"),
        ("n4/1", "n3/1/1", "800g-2xdr4-100m-flat", Some(1.0), "cable-split-mismatch"),
        // QSFP112 cages take QSFP56 and QSFP28, OSFP cages neither; NDR meets HDR through a special splitter.
        ("n5/1", "n6/1", "dac-200g-qsfp56", Some(1.0), "fits"),
        ("n5/1", "n7/1", "dac-100g-qsfp28", Some(1.0), "fits"),
        ("n1/1/1", "n6/1", "dac-200g-qsfp56", Some(1.0), "form-factor-mismatch"),
        ("n7/1", "n6/1", "dac-200g-qsfp56", Some(1.0), "form-factor-mismatch"),
        ("n1/1/1", "n6/1", "dac-2x200-osfp-2xqsfp56", Some(2.0), "fits"),
        ("n6/1", "n1/1/1", "aoc-2x200-osfp", Some(20.0), "fits"),
        ("n8/1/1", "n9/1", "optic-800g-dr4-xdr", Some(400.0), "fits"),
        ("n8/1/1", "n8/2/1", "800g-2xdr4-100m", Some(10.0), "fits"),
        ("n1/1/1", "n2/1/1", "1600g-2xdr4", Some(10.0), "form-factor-mismatch"),
        ("n10/2", "n10/3", "800g-dr8-osfp", Some(400.0), "fits"),
        ("n1/1/1", "n2/1/1", "800g-dr8-osfp", Some(400.0), "link-layer-mismatch"),
        ("n10/1/1", "n11/1", "optic-400g-fr4-qsfpdd", Some(2000.0), "fits"),
        ("n11/1", "n11/2", "400g-dr4-qsfpdd", Some(300.0), "fits"),
        ("n11/1", "n11/2", "400g-dr4-qsfp112", Some(300.0), "form-factor-mismatch"),
        ("n12/1", "n13/1", "copper-backplane-nvl72", Some(1.0), "fits"),
        ("n12/1", "n13/1", "dac-800g-osfp", Some(1.0), "form-factor-mismatch"),
        ("n14/1", "n13/1", "copper-backplane-nvl72", Some(1.0), "fits"),
        ("n14/1", "n1/1/1", "generic-cable", Some(9e9), "fits"),
        ("n1/1/1", "n2/1/1", "nvidia-qm9700", None, "part-unknown"),
        ("n1/77", "n2/1/1", "generic-cable", None, "port-unknown"),
    ] {
        assert_eq!(check(&design, [a, b], cable, length), answer, "{cable} from {a} to {b}");
        assert_eq!(check(&design, [b, a], cable, length) == "fits", answer == "fits", "{cable} from {b} to {a}");
    }
}

#[test]
fn a_misfit_names_both_numbers() {
    let catalog = Catalog::builtin();
    let design = placed(&["nvidia-qm9700", "nvidia-qm9700", "dgx-h100", "nvidia-qm8700"]);
    let say = |a: &str, b: &str, cable: &str, length: f64| {
        let part = catalog.built_in(cable).unwrap();
        fit::cable_fits(&catalog, &design, [port(a), port(b)], part, Some(Metres(length))).unwrap_err().to_string()
    };
    assert_eq!(say("n1/1/1", "n2/1/1", "dac-800g-osfp", 3.0), "The run is 3 m, the cable reaches 2 m");
    assert_eq!(say("n1/1/1", "n3/1/1", "dac-800g-osfp", 1.0), "Port n3/1/1 needs a flat top, the module has a finned top");
    assert_eq!(say("n1/1/1", "n4/1", "dac-200g-qsfp56", 1.0), "Port n1/1/1 needs OSFP, the cable has QSFP56");
    assert_eq!(Misfit::Layer { a: vec![LinkLayer::InfiniBand], b: vec![LinkLayer::Ethernet] }.to_string(), "One end speaks InfiniBand, the other Ethernet");
}

#[test]
fn the_best_cable_is_the_cheapest_that_reaches() {
    let catalog = Catalog::builtin();
    let mut design = placed(&[
        "nvidia-qm9700",
        "nvidia-qm9700",
        "dgx-h100",
        "cx7-osfp",
        "nvidia-sn5600",
        "nvidia-sn5600",
        "gb200-nvl72-compute-tray",
        "nvlink5-switch-tray",
        "generic-xpu",
        "generic-switch",
        "nvidia-qm8700",
        "mellanox-sb7800",
        "dgx-a100",
    ]);
    break_out(&mut design, 5, 1, "2x400G");
    for (a, b, length, best) in [
        ("n1/1/1", "n2/1/1", Some(1.0), Some("dac-800g-osfp")),
        ("n1/1/1", "n2/1/1", None, Some("800g-2xsr4-osfp")),
        ("n1/1", "n2/1", None, Some("dac-800g-osfp")),
        ("n1/1/1", "n4/1", None, Some("dac-400g-osfp")),
        ("n1/1/1", "n2/1/1", Some(4.0), Some("lacc-800g-osfp")),
        ("n1/1/1", "n2/1/1", Some(30.0), Some("800g-2xsr4-osfp")),
        ("n1/1/1", "n2/1/1", Some(80.0), Some("800g-2xdr4-100m")),
        ("n1/1/1", "n2/1/1", Some(300.0), Some("800g-2xdr4-500m")),
        ("n1/1/1", "n2/1/1", Some(1500.0), Some("800g-2xfr4")),
        ("n1/1/1", "n2/1/1", Some(5000.0), None),
        ("n1/1/1", "n3/1/1", Some(2.0), Some("dac-800g-osfp-flat")),
        ("n1/1/1", "n3/1/1", Some(40.0), Some("optic-400g-sr4-dgx")),
        ("n3/1/1", "n1/1/1", Some(90.0), Some("optic-400g-dr4-dgx")),
        ("n1/1/1", "n4/1", Some(3.0), Some("dac-400g-osfp")),
        ("n5/1/1", "n4/1", Some(80.0), Some("optic-400g-dr4-osfp")),
        ("n5/2", "n6/2", Some(1.0), Some("dac-800g-osfp")),
        ("n7/1", "n8/1", Some(1.0), Some("copper-backplane-nvl72")),
        ("n9/1", "n10/1", Some(30.0), Some("generic-cable")),
        ("n11/1", "n13/1", Some(50.0), Some("aoc-200g-qsfp56")),
        ("n11/1", "n12/1", Some(3.0), Some("dac-100g-qsfp28")),
        ("n1/1/1", "n11/1", Some(10.0), Some("aoc-2x200-osfp")),
    ] {
        let found = fit::best_cable(&catalog, &design, [port(a), port(b)], length.map(Metres));
        assert_eq!(found.as_ref().map(PartId::as_str), best, "{a} to {b} over {length:?} m");
        let listed = fit::cables_for(&catalog, &design, [port(a), port(b)], length.map(Metres));
        assert!(found.is_none_or(|best| listed.contains(&best)));
    }
}

#[test]
fn a_link_runs_at_the_least_of_ports_and_cable() {
    let catalog = Catalog::builtin();
    let mut design = placed(&["nvidia-qm9700", "dgx-h100", "nvidia-qm8700", "nvidia-sn5600", "generic-xpu", "nvidia-q3400-ra"]);
    break_out(&mut design, 1, 2, "4x200G");
    for (a, b, part, stated, rate, layer) in [
        ("n1/1/1", "n2/1/1", None, None, Some(400.0), Some(LinkLayer::InfiniBand)),
        ("n1/1/1", "n2/1/1", Some("optic-400g-dr4-dgx"), None, Some(400.0), Some(LinkLayer::InfiniBand)),
        ("n1/1/1", "n3/1", Some("dac-2x200-osfp-2xqsfp56"), None, Some(200.0), Some(LinkLayer::InfiniBand)),
        ("n1/2/1", "n3/1", Some("dac-2x200-osfp-4xqsfp56"), None, Some(100.0), Some(LinkLayer::InfiniBand)),
        ("n4/1", "n2/1/1", None, None, Some(400.0), Some(LinkLayer::Ethernet)),
        ("n6/1/1", "n1/1/1", None, None, Some(400.0), Some(LinkLayer::InfiniBand)),
        ("n5/1", "n1/1/1", None, None, Some(400.0), Some(LinkLayer::InfiniBand)),
        ("n5/1", "n1/1/1", None, Some(56.0), Some(56.0), Some(LinkLayer::InfiniBand)),
        ("n5/1", "n4/1", Some("no-such-part"), None, Some(800.0), Some(LinkLayer::Ethernet)),
        ("n1/1/1", "n4/1", None, None, Some(400.0), None),
        ("n77/1", "n78/1", None, None, None, None),
    ] {
        let mut link = Link::between(port(a), port(b));
        link.part = part.map(PartId::new);
        link.gbps = stated.map(Gbps);
        assert_eq!(fit::effective_rate(&catalog, &design, &link).map(|rate| rate.0), rate, "{a} to {b} with {part:?}");
        assert_eq!(fit::link_layer(&catalog, &design, &link), layer, "{a} to {b}");
    }
    let mut link = Link::between(port("n1/1/1"), port("n2/1/1"));
    link.part = Some(PartId::new("optic-400g-dr4-dgx"));
    let power = fit::link_power(&catalog, &design, &link).unwrap();
    assert_eq!((power.value.0, power.confidence), (17.0, Confidence::Datasheet), "half of a 17 W module at each end");
    assert_eq!(fit::link_electronics(&catalog, &design, &link).map(|latency| (latency.value.0, latency.is_recalled())), Some((200.0, true)));
}

#[test]
fn links_of_one_cage_share_its_module() {
    let catalog = Catalog::builtin();
    // The two links of cage 1 of n1: where each leads and by what, and whether that can be.
    for (first, second, answer) in [
        (("n2/1/1", "dac-800g-osfp"), ("n2/1/2", "dac-800g-osfp"), true),
        (("n2/1/1", "dac-800g-osfp"), ("n3/1/1", "dac-800g-osfp"), false),
        (("n2/1/1", "dac-800g-osfp"), ("n2/2/1", "dac-800g-osfp"), false),
        (("n2/1/1", "800g-2xdr4-100m"), ("n3/1/1", "800g-2xdr4-100m"), true),
        (("n2/1/1", "800g-2xdr4-100m"), ("n3/1/1", "800g-2xsr4-osfp"), false),
        (("n2/1/1", "800g-2xdr4-100m"), ("n4/1/1", "optic-400g-dr4-dgx"), true),
        (("n5/1", "dac-400g-osfp"), ("n6/1", "dac-400g-osfp"), true),
        (("n5/1", "dac-400g-osfp"), ("n6/1", "optic-400g-sr4-osfp"), false),
    ] {
        let mut design = placed(&["nvidia-qm9700", "nvidia-qm9700", "nvidia-qm9700", "dgx-h100", "cx7-osfp", "cx7-osfp"]);
        for (child, (far, cable)) in (1..).zip([first, second]) {
            let mut link = Link::between(port(&format!("n1/1/{child}")), port(far));
            link.part = Some(PartId::new(cable));
            design.links.push(link);
        }
        let used = PortUse::of(&design);
        for (id, link) in design.links.iter() {
            let found = fit::cage_shared(&catalog, &design, &used, link);
            assert!(found.as_ref().err().map(known).is_none_or(|code| code == "cage-divided"));
            assert_eq!(found.is_ok(), answer, "{id} of {first:?} and {second:?}: {found:?}");
        }
    }
}

#[test]
fn cages_list_the_splits_they_allow() {
    let catalog = Catalog::builtin();
    let mut design = placed(&["nvidia-sn5600", "generic-switch", "nvidia-qm9700"]);
    let splits = |design: &Design, node: u32| -> Vec<String> { catalog.breakouts(design, NodeId(node), 1).iter().map(Breakout::to_string).collect() };
    assert_eq!(splits(&design, 1), ["2x400G", "4x200G"]);
    assert_eq!(splits(&design, 2), [""; 0]);
    assert_eq!(splits(&design, 3), ["4x200G"]);
    let mut generic = design.nodes.get(NodeId(2)).unwrap().clone();
    generic.generic = Some(Box::new(Generic { gbps: Some(Gbps(800.0)), ..Generic::default() }));
    design.nodes.set(NodeId(2), Some(generic.into()));
    assert_eq!(splits(&design, 2), ["2x400G", "4x200G", "8x100G"]);
}

#[test]
fn what_fits_shows_parts_that_could_be_joined() {
    let catalog = Catalog::builtin();
    let mut design = placed(&["nvidia-qm9700", "gb200-nvl72-compute-tray"]);
    let found = |design: &Design, at: &str| -> BTreeSet<String> {
        fit::what_fits(&catalog, design, &PortUse::of(design), port(at)).into_iter().map(|id| id.to_string()).collect()
    };
    let beside_switch = found(&design, "n1/1/1");
    assert!(beside_switch.contains("dgx-h100") && beside_switch.contains("generic-host") && beside_switch.contains("cx7-osfp"));
    assert!(!beside_switch.contains("nvidia-sn5600") && !beside_switch.contains("nvlink5-switch-tray") && !beside_switch.contains("dac-800g-osfp"));
    let beside_tray = found(&design, "n2/1");
    assert!(beside_tray.contains("nvlink5-switch-tray") && !beside_tray.contains("dgx-h100"));
    design.links.push(Link::between(port("n1/1/1"), port("n2/73")));
    assert!(found(&design, "n1/1/1").is_empty());
}

/// Asserts that a figure of the catalogue is the one of the facts, with the confidence they give it.
fn same(at: &str, fact: &Value, recalled: bool, found: Option<(f64, Confidence)>) {
    let Some(expected) = fact.as_f64() else { return };
    let (value, confidence) = found.unwrap_or_else(|| panic!("{at}: the facts have {expected}, the catalogue nothing"));
    assert!((value - expected).abs() < 1e-9, "{at}: {value} is not {expected}");
    assert_eq!(confidence == Confidence::Recalled, recalled, "{at}: {confidence:?}");
}

fn is_recalled(record: &Value, field: &str) -> bool {
    let listed = |name: &str| record["recalled_fields"].as_array().into_iter().flatten().any(|entry| entry == name);
    listed("*") || listed(field)
}

#[test]
fn figures_are_those_of_the_facts() {
    let catalog = Catalog::builtin();
    let mut compared = 0;
    for (id, record) in facts("switches.json").iter().chain(&facts("nics.json")).chain(&facts("accelerators.json")) {
        let Some(part) = catalog.built_in(id) else { continue };
        compared += 1;
        let weight = part.weight.as_ref().map(|weight| (weight.value.0, weight.confidence));
        same(&format!("{id}: weight"), &record["weight_kg"], is_recalled(record, "weight_kg"), weight);
        let power = part.power.as_ref().map(|power| (power.value.0, power.confidence));
        for field in ["power_max_w", "tdp_w", "power_w"] {
            same(&format!("{id}: {field}"), &record[field], is_recalled(record, field), power);
        }
        let latency = part.switch().and_then(|switch| switch.latency.as_ref()).map(|latency| (latency.value.0, latency.confidence));
        same(&format!("{id}: latency"), &record["latency_ns"], is_recalled(record, "latency_ns"), latency);
        let units = part.rack_units.as_ref().map(|units| (units.value, units.confidence));
        if record["rack_units"] != 0 {
            same(&format!("{id}: rack units"), &record["rack_units"], is_recalled(record, "rack_units"), units);
        }
        for (ports, group) in record["ports"].as_array().into_iter().flatten().zip(&part.ports) {
            same(
                &format!("{id}: rate"),
                &ports["gbps"],
                group.basis.confidence == Confidence::Recalled,
                group.gbps.map(|rate| (rate.0, group.basis.confidence)),
            );
            assert_eq!(ports["count"].as_u64(), group.count.map(u64::from), "{id}: cages");
            assert_eq!(ports["lanes"].as_u64(), Some(u64::from(group.lanes)), "{id}: lanes");
            if is_recalled(record, "ports") {
                assert_eq!(group.basis.confidence, Confidence::Recalled, "{id}: ports");
            }
        }
        if let Some(tbps) = record["capacity_tbps"].as_f64() {
            let total: f64 = part.ports.iter().map(|group| f64::from(group.count.unwrap_or(0)) * group.gbps.map_or(0.0, |rate| rate.0)).sum();
            assert!((total - tbps * 1000.0).abs() < 1.0, "{id}: {total} Gb/s is not {tbps} Tb/s");
        }
    }
    for (id, record) in &facts("systems.json") {
        let Some(part) = catalog.built_in(id) else { continue };
        compared += 1;
        let power = part.power.as_ref().map(|power| (power.value.0, power.confidence));
        same(&format!("{id}: power"), &record["power_max_w"], is_recalled(record, "power_max_w"), power);
        let weight = part.weight.as_ref().map(|weight| (weight.value.0, weight.confidence));
        same(&format!("{id}: weight"), &record["weight_kg"], is_recalled(record, "weight_kg"), weight);
        assert_eq!(record["xpus"].as_u64(), Some(part.xpu_count() as u64), "{id}: XPUs");
    }
    for (id, record) in &facts("cables_optics.json") {
        let Some(cable) = catalog.built_in(id).and_then(Part::cable) else { continue };
        compared += 1;
        let reach = cable.reach.as_ref().map(|reach| (reach.value.0, reach.confidence));
        let split = id == "dac-400g-osfp";
        same(&format!("{id}: reach"), &record["max_reach_m"], is_recalled(record, "max_reach_m"), reach);
        let latency = cable.latency.as_ref().map(|latency| (latency.value.0, latency.confidence));
        same(&format!("{id}: latency"), &record["added_latency_ns"], is_recalled(record, "added_latency_ns"), latency);
        let power = cable.power.as_ref().map(|power| (power.value.0, power.confidence));
        same(&format!("{id}: power"), &record["power_w_per_end"], is_recalled(record, "power_w_per_end"), power);
        let end = &cable.ends[usize::from(split)];
        assert_eq!((record["lanes"].as_u64(), record["gbps"].as_f64()), (Some(u64::from(end.lanes)), Some(end.gbps.0)), "{id}");
    }
    for (id, record) in &facts("protocols.json") {
        compared += 1;
        let protocol = catalog.protocol(id).unwrap();
        let efficiency = protocol.efficiency.as_ref().map(|figure| (figure.value, figure.confidence));
        same(&format!("{id}: efficiency"), &record["efficiency"], is_recalled(record, "efficiency"), efficiency);
        let fec = protocol.fec.as_ref().map(|figure| (figure.value.0, figure.confidence));
        same(&format!("{id}: FEC"), &record["fec_latency_ns"], is_recalled(record, "fec_latency_ns"), fec);
    }
    assert!(compared > 150 || shared().is_none(), "the test must see the records it judges, saw {compared}");
}

#[test]
fn tops_and_twin_ports_are_right() {
    let catalog = Catalog::builtin();
    for (id, form, top, per_cage, breakouts) in [
        ("nvidia-qm9700", FormFactor::Osfp, Some(Top::Finned), 2, "4x200G"),
        ("nvidia-sn5600", FormFactor::Osfp, Some(Top::Finned), 1, "2x400G 4x200G"),
        ("nvidia-q3400-ra", FormFactor::Osfp224, Some(Top::Finned), 2, "4x400G"),
        ("nvidia-q3450-ld", FormFactor::Cpo, None, 1, ""),
        ("nvidia-sn6600-ld", FormFactor::Osfp224, Some(Top::Flat), 1, "2x800G 4x400G 8x200G"),
        ("nvidia-qm8700", FormFactor::Qsfp56, None, 1, "2x100G"),
        ("dgx-h100", FormFactor::Osfp, Some(Top::Flat), 2, ""),
        ("cx7-osfp", FormFactor::Osfp, Some(Top::Flat), 1, ""),
        ("bf3-b3140h", FormFactor::Qsfp112, None, 1, ""),
    ] {
        let group = &catalog.built_in(id).unwrap().ports[0];
        let splits: Vec<String> = group.breakouts.iter().map(Breakout::to_string).collect();
        assert_eq!((group.form, group.top, group.per_cage, splits.join(" ").as_str()), (form, top, per_cage, breakouts), "{id}");
    }
}
