//! The benchmarks of `benches/` in WebAssembly: the page calls each step and times it, since no room left of the page knows a clock.

#![allow(missing_docs)]

use std::sync::Arc;

use weft::units::SortedMap;

use wasm_bindgen::prelude::wasm_bindgen;
use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::report::Report;
use weft::engine::service::Memory;
use weft::engine::topology::Topology;
use weft::engine::{estimate, rules, service, templates};
use weft::model::{Design, Link, LinkId};
use weft::scene::Scene;

fn main() {}

/// A design of a template and what is measured on it. Every step returns a count, so that no work can be left out.
#[wasm_bindgen]
pub struct Bench {
    catalog: Catalog,
    design: Design,
    text: String,
    report: Option<Report>,
    memory: Memory,
    taken: Option<(LinkId, Arc<Link>)>,
}

#[wasm_bindgen]
impl Bench {
    #[wasm_bindgen(constructor)]
    pub fn new(template: &str, key: &str, value: u32) -> Bench {
        let catalog = Catalog::builtin();
        let parameters = SortedMap::from([(key.to_owned(), value.to_string())]);
        let design = templates::generate(template, &parameters, &catalog).unwrap_or_default();
        let text = weft::io::save(&design);
        Bench { catalog, design, text, report: None, memory: Memory::default(), taken: None }
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
    /// Takes the last link out, or puts it back: one edit to a report, as the worker makes it.
    pub fn edit(&mut self) -> usize {
        let Some(last) = self.design.links.ids().next_back() else { return 0 };
        match self.taken.take() {
            Some((id, link)) => self.design.links.set(id, Some(link)),
            None => {
                self.taken = self.design.links.shared(last).map(|link| (last, link.clone()));
                self.design.links.set(last, None);
            }
        }
        self.report_anew()
    }
    /// Renames the last node: an edit that leaves the graph as it is.
    pub fn rename(&mut self) -> usize {
        let Some((id, mut node)) = self.design.nodes.iter().next_back().map(|(id, node)| (id, node.clone())) else { return 0 };
        node.name.push('x');
        self.design.nodes.set(id, Some(node.into()));
        self.report_anew()
    }
    fn report_anew(&mut self) -> usize {
        self.memory.forget();
        self.memory.evaluate(&self.design, &self.catalog).diagnostics.len()
    }
    /// The report as the worker sends it to the page.
    pub fn write(&mut self) -> usize {
        let report = self.report.get_or_insert_with(|| service::evaluate(&self.design, &self.catalog));
        weft::io::export::report_json(report).len()
    }
    pub fn scene(&self) -> bool {
        Scene::build(&self.design, &self.catalog).bounds().is_some()
    }
}
