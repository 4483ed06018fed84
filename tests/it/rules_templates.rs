//! No rule cries wolf: what the templates draw has neither errors nor warnings.

use std::time::Instant;

use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::diagnostics::{Diagnostic, Severity};
use weft::engine::{rules, templates};
use weft::units::SortedMap;

fn complaints(name: &str, settings: &[(&str, &str)]) -> Vec<String> {
    let catalog = Catalog::builtin();
    let settings: SortedMap<String, String> = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let design = templates::generate(name, &settings, &catalog).unwrap_or_else(|error| panic!("{name}: {error}"));
    let found = rules::run(&Context::new(&design, &catalog));
    let harm = |diagnostic: &&Diagnostic| diagnostic.severity != Severity::Info;
    found.iter().filter(harm).map(|diagnostic| format!("{} {}: {}", diagnostic.severity.label(), diagnostic.code, diagnostic.message)).collect()
}

#[test]
fn templates_earn_no_complaint() {
    for template in templates::all() {
        assert_eq!(complaints(template.name, &[]), Vec::<String>::new(), "{}", template.name);
    }
}

/// Not judged by the clock: it says how long the rules take over a fabric of 24,576 links.
#[test]
fn a_large_fat_tree_earns_no_complaint() {
    let catalog = Catalog::builtin();
    let settings = SortedMap::from([("k".to_owned(), "32".to_owned())]);
    let design = templates::generate("fat-tree", &settings, &catalog).unwrap();
    let context = Context::new(&design, &catalog);
    let start = Instant::now();
    let found = rules::run(&context);
    eprintln!("rules over {} links: {:?}", design.links.len(), start.elapsed());
    let harm: Vec<&str> = found.iter().filter(|diagnostic| diagnostic.severity != Severity::Info).map(|diagnostic| diagnostic.message.as_str()).collect();
    assert_eq!(harm, Vec::<&str>::new());
}
