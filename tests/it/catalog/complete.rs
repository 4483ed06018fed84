//! Nothing of the facts is missing: every record, every field of it, every conflict and every source, record by record.

use super::figures::{facts, is_recalled, same};
use super::*;
use weft::catalog::more::{self, More};
use weft::catalog::sheet::{self, Line};
use weft::model::{Design, Source, Tier};

const FILES: [&str; 7] = ["accelerators.json", "cables_optics.json", "nics.json", "protocols.json", "racks.json", "switches.json", "systems.json"];

/// Fields that a part or protocol holds with a type of their own. Compared below or in `figures.rs`, or words that the catalogue has in its own.
fn typed(file: &str) -> &'static [&'static str] {
    match file {
        "accelerators.json" => &["generation", "scale_up.bidir_GBps_total", "hbm_GB", "dense_tflops_bf16", "dense_tflops_fp8", "tdp_w"],
        "cables_optics.json" => &[
            "gbps",
            "form_factor",
            "lanes",
            "lane_gbps",
            "max_reach_m",
            "power_w_per_end",
            "added_latency_ns",
            "price_usd.currency",
            "price_usd.oem",
            "price_usd.compatible",
            "price_usd.refurbished",
        ],
        "nics.json" => {
            &["ports.count", "ports.gbps", "ports.form_factor", "ports.lanes", "ports.lane_gbps", "power_w", "latency_us", "protocols", "total_gbps"]
        }
        "protocols.json" => &["lane_gbps", "efficiency", "max_domain", "fec_latency_ns"],
        "racks.json" => &["units", "power_budget_kw", "weight_budget_kg", "depth_mm", "empty_kg"],
        "switches.json" => &[
            "asic",
            "protocol",
            "ports.count",
            "ports.form_factor",
            "ports.gbps",
            "ports.lanes",
            "ports.lane_gbps",
            "ports.breakouts",
            "capacity_tbps",
            "latency_ns",
            "rack_units",
            "power_max_w",
            "in_network_compute",
            "weight_kg",
        ],
        _ => &["xpu", "xpus", "rack_units", "power_max_w", "weight_kg", "depth_mm"],
    }
}

/// What is said about a record, not by it.
const ABOUT: [&str; 11] = ["id", "name", "vendor", "sources", "recalled_fields", "conflicts", "read_from", "confidence", "notes", "kind", "generic"];

/// Every value of a record with its path; lists are one value.
fn leaves(record: &Value) -> Vec<(String, Value)> {
    fn walk(path: &str, value: &Value, out: &mut Vec<(String, Value)>) {
        match value {
            Value::Null => {}
            Value::Object(map) => map.iter().for_each(|(key, value)| walk(&format!("{path}.{key}"), value, out)),
            Value::Array(entries) if entries.iter().any(Value::is_object) => entries.iter().for_each(|entry| walk(path, entry, out)),
            Value::Array(entries) if entries.is_empty() => {}
            value => out.push((path.trim_start_matches('.').to_owned(), value.clone())),
        }
    }
    let mut out = Vec::new();
    for (key, value) in record.as_object().unwrap().iter().filter(|(key, _)| !ABOUT.contains(&key.as_str())) {
        walk(key, value, &mut out);
    }
    out
}

/// The pieces that a value is shown as.
fn pieces(value: &Value) -> Vec<String> {
    match value {
        Value::Array(entries) => entries.iter().flat_map(pieces).collect(),
        Value::Bool(yes) => vec![if *yes { "yes" } else { "no" }.to_owned()],
        Value::Number(number) => {
            let number = number.as_f64().unwrap();
            let whole = number.abs() >= 10_000.0;
            vec![if whole { weft::units::grouped(number as u64) } else { number.to_string() }]
        }
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(),
    }
}

/// Whether a text says a piece: as a word of its own, so that 4 is not found in 40.
fn says(text: &str, piece: &str) -> bool {
    text.match_indices(piece).any(|(at, _)| {
        let joins = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit() || letter == '.' || letter == ',');
        let after = text[at + piece.len()..].chars().collect::<Vec<_>>();
        let ends = !joins(after.first().copied()) || (matches!(after.first(), Some('.' | ',')) && !joins(after.get(1).copied()));
        ends && !joins(text[..at].chars().next_back())
    })
}

fn holds(at: &str, remarks: &[more::Remark], value: &Value, recalled: bool) {
    for piece in pieces(value) {
        let found = remarks.iter().any(|remark| says(&remark.value, &piece) && (remark.confidence == Confidence::Recalled) == recalled);
        assert!(found, "{at}: {piece} ({}) is not among {remarks:?}", if recalled { "recalled" } else { "sourced" });
    }
}

fn sources_of<'a>(part: Option<&'a Part>, file: &str, id: &str, catalog: &'a Catalog, besides: Option<&'a More>) -> &'a [Source] {
    let protocol = || catalog.protocol(id).filter(|_| file == "protocols.json");
    part.map(|part| part.sources.as_slice())
        .or_else(|| protocol().map(|protocol| protocol.sources.as_slice()))
        .or_else(|| besides.map(|more| more.sources.as_slice()))
        .unwrap_or_default()
}

#[test]
fn nothing_of_the_facts_is_missing() {
    let catalog = Catalog::builtin();
    let (mut records, mut fields, mut conflicts) = (0, 0, 0);
    for file in FILES {
        for (id, record) in &facts(file) {
            records += 1;
            let at = format!("{file}: {id}");
            let part = catalog.built_in(id).filter(|_| file != "protocols.json");
            let is_protocol = file == "protocols.json" && catalog.protocol(id).is_some();
            let besides = more::all().iter().find(|more| more.id == *id && more.name.is_empty() == (part.is_some() || is_protocol));
            assert!(part.is_some() || is_protocol || besides.is_some_and(|more| !more.of.is_empty()), "{at} is nowhere to be found");
            let (none, nothing) = (Vec::new(), Vec::new());
            let remarks = besides.map_or(&none, |more| &more.remarks);
            let lines: Vec<Line> = match part {
                Some(part) => sheet::lines(part, &Design::default()),
                None if is_protocol => sheet::protocol_lines(catalog.protocol(id).unwrap()),
                None => sheet::record_lines(besides.unwrap()),
            };
            for (path, value) in leaves(record) {
                let is_typed = (part.is_some() || is_protocol) && typed(file).contains(&path.as_str());
                // What a system is cooled by has a type too, where the facts have one word for it.
                let cooled = path == "cooling" && lines.iter().any(|line| line.label == "Cooled by" && pieces(&value).contains(&line.value));
                if is_typed || cooled {
                    continue;
                }
                fields += 1;
                holds(&format!("{at}: {path}"), remarks, &value, record["confidence"] == "recalled" || is_recalled_path(record, &path));
            }
            for conflict in record["conflicts"].as_array().into_iter().flatten() {
                conflicts += 1;
                let by = conflict["source"].as_str().unwrap();
                let all = besides.map_or(&nothing, |more| &more.conflicts);
                let found = all.iter().find(|other| other.by == by && pieces_of_conflict(&conflict["value"]).iter().all(|piece| other.value.contains(piece)));
                let found = found.unwrap_or_else(|| panic!("{at}: the conflict {conflict} is not among {all:?}"));
                let shown = lines.iter().find(|line| line.others.contains(&(found.value.clone(), found.by.clone())));
                let line = shown.unwrap_or_else(|| panic!("{at}: {found:?} is not shown"));
                assert_ne!(line.value, "not known otherwise", "{at}: {found:?} stands beside nothing");
            }
            let sources = sources_of(part, file, id, &catalog, besides);
            for source in record["sources"].as_array().unwrap() {
                let title = source["title"].as_str().unwrap();
                let title = if title.contains("memory") { "Recalled, not verified" } else { title };
                assert!(sources.iter().any(|known| known.title == title), "{at}: the source {title} is missing");
            }
        }
    }
    assert!(records == 0 || (records > 240 && fields > 700 && conflicts > 35), "{records} records, {fields} fields, {conflicts} conflicts");
}

fn is_recalled_path(record: &Value, path: &str) -> bool {
    let mut at = path;
    loop {
        if is_recalled(record, at) {
            return true;
        }
        let Some((head, _)) = at.rsplit_once('.') else { return false };
        at = head;
    }
}

fn pieces_of_conflict(value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => map.values().flat_map(pieces).collect(),
        value => pieces(value),
    }
}

#[test]
fn typed_fields_are_those_of_the_facts() {
    let catalog = Catalog::builtin();
    for (id, record) in &facts("accelerators.json") {
        let Some(weft::model::PartDetail::Xpu(xpu)) = catalog.built_in(id).map(|part| &part.detail) else { panic!("{id} is no XPU") };
        let memory = xpu.memory_gb.as_ref().map(|figure| (figure.value, figure.confidence));
        same(&format!("{id}: memory"), &record["hbm_GB"], is_recalled(record, "hbm_GB"), memory);
        for (field, figure) in [("dense_tflops_bf16", &xpu.bf16_tflops), ("dense_tflops_fp8", &xpu.fp8_tflops)] {
            same(&format!("{id}: {field}"), &record[field], is_recalled(record, field), figure.as_ref().map(|figure| (figure.value, figure.confidence)));
        }
        // Both ways in gigabytes; one way in gigabits.
        let rate = xpu.scale_up.as_ref().map(|figure| (figure.value.0 / 4.0, figure.confidence));
        let recalled = is_recalled(record, "scale_up") || is_recalled(record, "scale_up.bidir_GBps_total");
        same(&format!("{id}: scale-up"), &record["scale_up"]["bidir_GBps_total"], recalled, rate);
    }
    for (id, record) in &facts("racks.json") {
        let Some(part) = catalog.built_in(id) else { continue };
        let rack = part.rack().unwrap();
        same(&format!("{id}: units"), &record["units"], is_recalled(record, "units"), Some((f64::from(rack.units), rack.basis.confidence)));
        let power = rack.power.as_ref().map(|figure| (figure.value.0 / 1000.0, figure.confidence));
        same(&format!("{id}: power"), &record["power_budget_kw"][1], is_recalled(record, "power_budget_kw"), power);
        let load = rack.load.as_ref().map(|figure| (figure.value.0, figure.confidence));
        same(&format!("{id}: load"), &record["weight_budget_kg"], is_recalled(record, "weight_budget_kg"), load);
        let depth = part.depth.as_ref().map(|figure| (figure.value.0 * 1000.0, figure.confidence));
        same(&format!("{id}: depth"), &record["depth_mm"], is_recalled(record, "depth_mm"), depth);
        let weight = part.weight.as_ref().map(|figure| (figure.value.0, figure.confidence));
        same(&format!("{id}: weight"), &record["empty_kg"], is_recalled(record, "empty_kg"), weight);
    }
    for (id, record) in &facts("nics.json") {
        let Some(part) = catalog.built_in(id) else { continue };
        let weft::model::PartDetail::Nic { latency } = &part.detail else { panic!("{id} is no NIC") };
        let latency = latency.as_ref().map(|figure| (figure.value.0 / 1000.0, figure.confidence));
        same(&format!("{id}: latency"), &record["latency_us"], is_recalled(record, "latency_us"), latency);
    }
    for (id, record) in &facts("protocols.json") {
        let protocol = catalog.protocol(id).unwrap();
        let lane = protocol.lane.as_ref().map(|figure| (figure.value.0, figure.confidence));
        same(&format!("{id}: lane"), &record["lane_gbps"], is_recalled(record, "lane_gbps"), lane);
        let domain = protocol.max_domain.as_ref().map(|figure| (figure.value, figure.confidence));
        same(&format!("{id}: domain"), &record["max_domain"], is_recalled(record, "max_domain"), domain);
    }
    for (id, record) in &facts("cables_optics.json") {
        for tier in Tier::ALL {
            let Some(range) = record["price_usd"][tier.word()].as_array() else { continue };
            let offers = weft::catalog::builtin_offers().iter().filter(|offer| offer.price.part == *id && offer.price.tier == tier);
            let ranges: Vec<_> = offers.map(|offer| (Some(offer.price.low.0), Some(offer.price.high.0))).collect();
            let cents = |at: usize| range[at].as_f64().map(|dollars| (dollars * 100.0) as i64);
            assert!(ranges.contains(&(cents(0), cents(1))), "{id}: {} is not among {ranges:?}", tier.word());
        }
    }
}

#[test]
fn what_is_only_read_is_understood_and_about_something() {
    let catalog = Catalog::builtin();
    let raw: Value = serde_json::from_str(include_str!("../../../src/catalog/data/more.json")).unwrap();
    assert_eq!(raw.as_array().unwrap().len(), more::all().len());
    for (raw, more) in raw.as_array().unwrap().iter().zip(more::all()) {
        let count = |key: &str| raw[key].as_array().map_or(0, Vec::len);
        assert_eq!((count("more"), count("also"), count("sources")), (more.remarks.len(), more.conflicts.len(), more.sources.len()), "{}", more.id);
        match more.name.as_str() {
            "" => assert!(catalog.built_in(&more.id).is_some() || catalog.protocol(&more.id).is_some(), "{}", more.id),
            _ => assert!(!more.of.is_empty() && more.of.iter().all(|id| catalog.built_in(id).is_some()), "{}: {:?}", more.id, more.of),
        }
    }
    let part = catalog.built_in("nvidia-sn5600").unwrap();
    let lines = sheet::lines(part, &Design::default());
    let buffer = lines.iter().find(|line| line.label == "Buffer").unwrap();
    assert_eq!((buffer.value.as_str(), buffer.others.len()), ("160 MB", 1), "both values are shown");
}
