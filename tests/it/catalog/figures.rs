//! Figures are those of the facts, and say where they come from.

use super::*;

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
pub fn facts(name: &str) -> BTreeMap<String, Value> {
    let Some(folder) = shared() else { return BTreeMap::new() };
    let text = fs::read_to_string(folder.join("catalog-facts").join(name)).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    file["records"].as_array().unwrap().iter().map(|record| (record["id"].as_str().unwrap().to_owned(), record.clone())).collect()
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

/// Asserts that a figure of the catalogue is the one of the facts, with the confidence they give it.
pub fn same(at: &str, fact: &Value, recalled: bool, found: Option<(f64, Confidence)>) {
    let Some(expected) = fact.as_f64() else { return };
    let (value, confidence) = found.unwrap_or_else(|| panic!("{at}: the facts have {expected}, the catalogue nothing"));
    assert!((value - expected).abs() < 1e-9, "{at}: {value} is not {expected}");
    assert_eq!(confidence == Confidence::Recalled, recalled, "{at}: {confidence:?}");
}

/// Figures that the facts recall and that were found in their makers' manuals since, with the same value.
const FOUND: [(&str, &str); 5] =
    [("dgx-b300", "power_max_w"), ("dgx-h100", "weight_kg"), ("dgx-h200", "power_max_w"), ("dgx-h200", "weight_kg"), ("nvidia-qm9700", "power_max_w")];

pub fn is_recalled(record: &Value, field: &str) -> bool {
    let listed = |name: &str| record["recalled_fields"].as_array().into_iter().flatten().any(|entry| entry == name);
    let found = FOUND.iter().any(|(id, name)| record["id"] == *id && *name == field);
    (listed("*") || listed(field)) && !found
}

/// Sums that count modules by themselves take what a box draws alone, which is never more than with them.
#[test]
fn what_draws_without_modules_draws_no_more_with_them() {
    let catalog = Catalog::builtin();
    let both: Vec<_> = catalog.parts().filter_map(|part| Some((part, part.power.as_ref()?, part.bare_power.as_ref()?))).collect();
    assert!(both.len() >= 4);
    for (part, with, without) in both {
        assert!(without.value.0 < with.value.0 && without.high.0 <= with.high.0, "{}", part.id);
        assert_eq!(part.own_power(), Some(without), "{}", part.id);
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
