//! The reports of the example designs, checked in whole: what a user of these files sees. `tests/web.rs` holds WebAssembly to the same bytes.

use std::fs;
use std::path::Path;

use weft::catalog::Catalog;
use weft::engine::service;
use weft::io;

/// Set `WEFT_UPDATE_REPORTS=1` to write them anew; then read the difference.
#[test]
fn example_reports_are_those_checked_in() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<String> = fs::read_dir(root.join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".json"))
        // Those that the tests write are held by `confirmed.rs`.
        .filter(|name| !root.join("examples").join(name).with_extension("weft").exists())
        .collect();
    names.sort();
    assert!(names.len() >= 3, "{names:?}");
    for name in names {
        let design = io::load(&fs::read_to_string(root.join("examples").join(&name)).unwrap()).unwrap().design;
        let report = io::export::report_json(&service::evaluate(&design, &Catalog::builtin()));
        let file = root.join("tests/snapshots/reports").join(&name);
        if std::env::var_os("WEFT_UPDATE_REPORTS").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, &report).unwrap();
        }
        let checked_in = fs::read_to_string(&file).unwrap_or_default();
        assert!(report == checked_in, "the report of {name} has changed; look at it with WEFT_UPDATE_REPORTS=1 and git diff");
    }
}
