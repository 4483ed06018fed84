//! What is uncertain says how much: an estimate whose inputs have ranges has one.

use std::fs;
use std::path::Path;

use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::estimate::{Estimate, pair};
use weft::engine::latency::{all_pairs, message};
use weft::engine::templates;
use weft::engine::training::step;
use weft::io::load;
use weft::model::{Design, Workload};

use crate::confirmed::TEMPLATES;

fn made(template: &str, parameters: &str) -> Design {
    let values = parameters.split_whitespace().filter_map(|pair| pair.split_once('=')).map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    templates::generate(template, &values, &Catalog::builtin()).unwrap()
}

/// All templates that are quick to make, and all examples.
fn designs() -> Vec<(String, Design)> {
    let small = TEMPLATES.iter().filter(|(_, parameters)| !["256", "300", "512"].iter().any(|many| parameters.contains(many)));
    let mut all: Vec<(String, Design)> = small.map(|(name, parameters)| (format!("{name} {parameters}"), made(name, parameters))).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "json")) {
        all.push((file.file_name().unwrap().to_string_lossy().into_owned(), load(&fs::read_to_string(&file).unwrap()).unwrap().design));
    }
    all
}

/// Whether an estimate says that its range would take longer than a live report has.
fn says_none(estimate: &Estimate) -> bool {
    estimate.key() == "latency-mean" && estimate.assumptions().iter().any(|line| line.starts_with("Its range is not worked out"))
}

/// What is wrong with the range of an estimate.
fn wrong(estimate: &Estimate) -> Option<String> {
    let value = estimate.value()?;
    let bare = estimate.inputs().iter().find(|input| input.value.is_some() && (input.low.is_none() || input.high.is_none()));
    if let Some(input) = bare {
        return Some(format!("{}: {} has no range", estimate.key(), input.name));
    }
    let Some((low, high)) = estimate.range() else { return Some(format!("{} has no range", estimate.key())) };
    let close = 1e-9 * value.abs();
    (low > value + close || high < value - close).then(|| format!("{}: {value} is not between {low} and {high}", estimate.key()))
}

#[test]
fn every_estimate_with_a_value_has_a_range() {
    let (catalog, mut count, mut faults, mut unranged) = (Catalog::builtin(), 0, Vec::new(), Vec::new());
    for (name, design) in designs() {
        let context = Context::new(&design, &catalog);
        let mut all = weft::engine::estimate::estimates(&context);
        let job = Workload { model: "llama-3.1-8b".to_owned(), ..Workload::default() };
        all.extend(step(&context, &job, &mut |_| {}).map(|step| step.estimates).unwrap_or_default());
        count += all.len();
        let (without, with): (Vec<_>, Vec<_>) = all.iter().partition(|estimate| says_none(estimate));
        unranged.extend(without.iter().map(|_| name.clone()));
        faults.extend(with.into_iter().filter_map(wrong).map(|fault| format!("{name}: {fault}")));
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(count > 1500, "{count}");
    assert!(unranged.is_empty(), "{unranged:?}");
}

/// The range of the mean over all pairs is that of every pair, counted one by one.
#[test]
fn the_mean_latency_ranges_as_its_pairs_do() {
    let catalog = Catalog::builtin();
    for (template, parameters, alike) in
        [("single-switch", "endpoints=9", true), ("torus", "", true), ("fat-tree", "k=4", false), ("rail-optimised", "servers=3", false)]
    {
        let design = made(template, parameters);
        let context = Context::new(&design, &catalog);
        let found = all_pairs(&context, message(&context), u64::MAX, &mut |_| {});
        let ends = context.topology.endpoints();
        let (mut sums, mut pairs) = ([0.0; 2], 0.0);
        for from in ends {
            for to in ends.iter().filter(|to| *to != from) {
                let latency = pair::between(&context, *from, *to).into_iter().find(|estimate| estimate.key() == "pair-latency").unwrap();
                let (low, high) = latency.range().unwrap();
                sums = [sums[0] + low, sums[1] + high];
                pairs += 1.0;
            }
        }
        let [low, high] = sums.map(|sum| sum / pairs);
        let [found_low, found_high] = found.mean_range.unwrap();
        let mean = found.tally.mean().unwrap();
        assert!(found_low < mean && mean < found_high, "{template}");
        // Another of the equal routes may be the slowest where all figures are at their ends, and cables sold in one length share the shortest
        // of their ways: a little wider, never narrower.
        assert!(found_low > low * 0.93 && found_high > high - 1e-3, "{template}: {found_low} {low}, {found_high} {high}");
        assert!(found_low < low * 1.05 && found_high < high * 1.05, "{template}: {found_low} {low}, {found_high} {high}");
        assert!(!alike || (found_low - low).abs() + (found_high - high).abs() < 1e-2, "{template}: {found_low} {low}, {found_high} {high}");
    }
}
