//! The benchmarks of `benches/` in WebAssembly: the page calls each step and times it, since no room left of the page knows a clock.

#![allow(missing_docs)]

use weft::units::SortedMap;

use wasm_bindgen::prelude::wasm_bindgen;
use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::topology::Topology;
use weft::engine::{estimate, rules, service, templates};
use weft::model::Design;
use weft::scene::Scene;

fn main() {}

/// A fat tree and what is measured on it. Every step returns a count, so that no work can be left out.
#[wasm_bindgen]
pub struct Bench {
    catalog: Catalog,
    design: Design,
    text: String,
}

#[wasm_bindgen]
impl Bench {
    #[wasm_bindgen(constructor)]
    pub fn new(k: u32) -> Bench {
        let catalog = Catalog::builtin();
        let parameters = SortedMap::from([("k".to_owned(), k.to_string())]);
        let design = templates::generate("fat-tree", &parameters, &catalog).unwrap_or_default();
        let text = weft::io::save(&design);
        Bench { catalog, design, text }
    }
    pub fn nodes(&self) -> usize {
        self.design.nodes.len()
    }
    pub fn links(&self) -> usize {
        self.design.links.len()
    }
    pub fn open(&self) -> usize {
        weft::io::load(&self.text).map(|loaded| loaded.design.links.len()).unwrap_or(0)
    }
    pub fn save(&self) -> usize {
        weft::io::save(&self.design).len()
    }
    pub fn compile(&self) -> usize {
        Topology::compile(&self.design, &self.catalog).edges().len()
    }
    pub fn check(&self) -> usize {
        rules::run(&Context::new(&self.design, &self.catalog)).len()
    }
    pub fn estimate(&self) -> usize {
        estimate::estimates(&Context::new(&self.design, &self.catalog)).len()
    }
    pub fn evaluate(&self) -> usize {
        service::evaluate(&self.design, &self.catalog).estimates.len()
    }
    /// Takes the last link out, evaluates, and puts it back: one edit to a report, with nothing kept between.
    pub fn edit(&mut self) -> usize {
        let Some(last) = self.design.links.ids().next_back() else { return 0 };
        let link = self.design.links.shared(last).cloned();
        self.design.links.set(last, None);
        let count = service::evaluate(&self.design, &self.catalog).diagnostics.len();
        self.design.links.set(last, link);
        count
    }
    pub fn scene(&self) -> bool {
        Scene::build(&self.design, &self.catalog).bounds().is_some()
    }
}
