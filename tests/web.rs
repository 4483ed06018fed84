//! The same engine in WebAssembly: the reports of the example designs equal, byte for byte, those that the native tests check in.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used, clippy::unwrap_used, missing_docs)]

use wasm_bindgen_test::wasm_bindgen_test;
use weft::catalog::Catalog;
use weft::{engine::service, io};

fn report(text: &str) -> String {
    let design = io::load(text).unwrap().design;
    io::export::report_json(&service::evaluate(&design, &Catalog::builtin()))
}

#[wasm_bindgen_test]
fn reports_equal_the_native_ones() {
    for (name, design, native) in [
        ("leaf-spine", include_str!("../examples/leaf-spine.json"), include_str!("snapshots/reports/leaf-spine.json")),
        ("nvl72", include_str!("../examples/nvl72.json"), include_str!("snapshots/reports/nvl72.json")),
        ("rail-pilot-48-xpu", include_str!("../examples/rail-pilot-48-xpu.json"), include_str!("snapshots/reports/rail-pilot-48-xpu.json")),
    ] {
        assert!(report(design) == native, "{name}: the report in WebAssembly differs from the native one");
    }
}

#[wasm_bindgen_test]
fn a_saved_design_opens_as_the_same_bytes() {
    for text in [include_str!("../examples/leaf-spine.json"), include_str!("../examples/nvl72.json")] {
        assert_eq!(io::save(&io::load(text).unwrap().design), text);
    }
}
