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
    row.change().unwrap_or_else(|| panic!("{row:?}"))
}

#[test]
fn one_adapter_inside_a_system_changes_all_reduce_and_rails_of_the_whole_fabric() {
    let found = check(&pilot(), &["n9/nic1"]);
    assert_eq!((found.links, found.nodes, found.xpus), (1, 0, 0));
    // 7 of 8 rails are left to the first system, and every ring crosses it.
    assert!(change(&found, "collective-all-reduce-busbw") < -5.0, "{found:?}");
    assert!(found.appeared.iter().any(|finding| finding.code == "system-partly-connected"), "{:?}", found.appeared);
    assert!(found.rows.iter().any(|row| row.key == "pairs-apart" && row.degraded == Some(80.0)), "XPU 1 has no way out: 40 others, both ways");

    let mut across = pilot();
    Arc::make_mut(&mut across.meta).settings.pair = Some(("n9/xpu1".parse().unwrap(), "n10/xpu1".parse().unwrap()));
    let found = check(&across, &["n9/nic1"]);
    let row = found.rows.iter().find(|row| row.key == "pair-bandwidth").unwrap();
    assert_eq!((row.whole, row.degraded), (Some(400.0), None), "no route is left");
}

#[test]
fn one_nvlink_inside_a_system_changes_pair_bandwidth_and_all_reduce() {
    // XPU 1 reaches NVSwitch 2 over 4 wires of 200 Gb/s; a pair spreads evenly over four switches, so the narrowest decides.
    let found = check(&pilot(), &["n9/xpu1..nvswitch2*1"]);
    assert_eq!((found.links, found.nodes, found.xpus), (0, 0, 0));
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
            assert_eq!(left.unknown.len(), texts.len());
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
        assert_eq!((left.links, left.nodes, left.xpus, left.unknown.len()), (links, nodes, xpus, 0), "{text}");
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
