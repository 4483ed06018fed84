//! The benchmarks of `benches/` in WebAssembly: the page calls each step and times it, since no room left of the page knows a clock.

#![allow(missing_docs)]

use std::sync::Arc;

use weft::units::SortedMap;

use wasm_bindgen::prelude::wasm_bindgen;
use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::deadlock::{Switches, Verdict};
use weft::engine::estimate::fill::fill_all;
use weft::engine::estimate::flows::{Demand, Routed, Trouble, capacities, route_all};
use weft::engine::failures::ranking;
use weft::engine::failures::spread::{Cut, Spread};
use weft::engine::failures::symmetry::{Labels, Orbits, Rows, orbits};
use weft::engine::report::Report;
use weft::engine::routing::InForce;
use weft::engine::routing::graph::Graph;
use weft::engine::service::Memory;
use weft::engine::settable::set_fabric;
use weft::engine::structure::Structure;
use weft::engine::topology::Topology;
use weft::engine::{estimate, latency, rules, service, templates};
use weft::model::{Change, Delta, Design, FabricId, Link, LinkId, Patch, Routing};
use weft::scene::Scene;

#[allow(dead_code)]
#[path = "../../tests/it/graphs.rs"]
mod graphs;

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
            Some((id, link)) => self.after(Change::Link(Delta { id, before: None, after: Some(link) })),
            None => {
                let link = self.design.links.shared(last).cloned();
                self.taken = link.clone().map(|link| (last, link));
                self.after(Change::Link(Delta { id: last, before: link, after: None }))
            }
        }
    }
    /// Renames the last node: an edit that leaves the graph as it is.
    pub fn rename(&mut self) -> usize {
        let Some((id, before)) = self.design.nodes.ids().next_back().and_then(|id| Some((id, self.design.nodes.shared(id)?.clone()))) else { return 0 };
        let mut node = (*before).clone();
        node.name.push('x');
        self.after(Change::Node(Delta { id, before: Some(before), after: Some(node.into()) }))
    }
    fn after(&mut self, change: Change) -> usize {
        let patch = Patch { changes: vec![change] };
        self.memory.changes(&patch);
        if patch.apply(&mut self.design).is_err() {
            return 0;
        }
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

/// A fat tree of `k`, up to 101,306 hosts, and what is worked out of the whole of it. Every step returns a count, as above.
#[wasm_bindgen]
pub struct Large {
    context: Context<'static>,
    failed: Topology,
    demands: Vec<Result<Demand<'static>, Trouble>>,
    routed: Routed,
    found: [Orbits; 2],
}

#[wasm_bindgen]
impl Large {
    #[wasm_bindgen(constructor)]
    pub fn new(k: usize) -> Large {
        // The page is closed after the benchmark; what the context borrows may stay until then.
        let catalog: &'static Catalog = Box::leak(Box::new(Catalog::builtin()));
        let whole: &'static Design = Box::leak(Box::new(graphs::fat_tree(k)));
        let mut failed = whole.clone();
        let links: Vec<LinkId> = whole.links.ids().collect();
        for failure in 0..10usize {
            let place = (failure * 7_919 + 12_345) * 31 % links.len().max(1);
            links.get(place).into_iter().for_each(|id| failed.links.set(*id, None));
        }
        let context = Context::new(whole, catalog);
        let hosts = context.topology.endpoints();
        let to = |at: usize| hosts.get((at * 31 + 17) % hosts.len().max(1)).copied().unwrap_or_default();
        let demands = hosts.iter().enumerate().map(|(at, from)| Ok(Demand { from: *from, to: to(at), path: None })).collect();
        let failed = Topology::compile(&failed, catalog);
        let mut made = Large { context, failed, demands, routed: Routed::default(), found: Default::default() };
        // What later steps rest on.
        made.route();
        made.symmetries(false);
        made.symmetries(true);
        made
    }
    pub fn nodes(&self) -> usize {
        self.context.topology.nodes().len()
    }
    pub fn links(&self) -> usize {
        self.context.topology.links().len()
    }
    pub fn structure(&self) -> usize {
        Structure::of(&self.context.topology).bridges.len()
    }
    /// Hops and latency of all pairs.
    pub fn hops(&self) -> usize {
        latency::all_pairs(&self.context, latency::message(&self.context), u64::MAX, &mut |_| {}).hops.len()
    }
    /// One path by hash for each flow of a permutation.
    pub fn route(&mut self) -> usize {
        let hash = InForce::default().with_equal(Routing::Hash);
        self.routed = route_all(&self.context.topology, &self.demands, &hash);
        self.routed.rows.count()
    }
    /// Max-min rates of these.
    pub fn fill(&self) -> usize {
        fill_all(&self.routed.rows, &capacities(&self.context.topology)).len()
    }
    pub fn symmetries(&mut self, failed: bool) -> usize {
        let topology = if failed { &self.failed } else { &self.context.topology };
        let labels = Labels::of(topology, |_| 0, |edge| topology.edges().get(edge as usize).map_or(0, |edge| edge.gbps.to_bits()));
        let found = orbits(topology, &Rows::of(topology), &labels);
        let count = found.arc.len();
        let [whole, degraded] = &mut self.found;
        *if failed { degraded } else { whole } = found;
        count
    }
    #[wasm_bindgen(js_name = allToAll)]
    pub fn all_to_all(&self, failed: bool) -> bool {
        let [whole, degraded] = &self.found;
        let (topology, found) = if failed { (&self.failed, degraded) } else { (&self.context.topology, whole) };
        let plain = InForce::default();
        Spread::new(topology, &plain).all_to_all(&Cut::NONE, found).rate.is_some()
    }
    /// Every single link failure.
    pub fn rank(&self) -> usize {
        ranking::rank(&self.context, &[ranking::Kind::Link], &mut |_| {}).classes.len()
    }
}

/// The verdict about deadlock on a fat tree of a template, by fewest hops or by up/down.
#[wasm_bindgen]
pub struct Deadlock {
    context: Context<'static>,
    fabric: Option<FabricId>,
}

#[wasm_bindgen]
impl Deadlock {
    #[wasm_bindgen(constructor)]
    pub fn new(k: usize, up_down: bool) -> Deadlock {
        let catalog: &'static Catalog = Box::leak(Box::new(Catalog::builtin()));
        let parameters = SortedMap::from([("k".to_owned(), k.to_string())]);
        let mut design = templates::generate("fat-tree", &parameters, catalog).unwrap_or_default();
        let fabric = design.fabrics.ids().next();
        if let Some((id, mut fabric)) = fabric.and_then(|id| Some((id, design.fabrics.get(id)?.clone()))) {
            let (key, value) = if up_down { ("paths", "up-down") } else { ("engine", "minhop") };
            let _ = set_fabric(&mut fabric, key, value);
            design.fabrics.set(id, Some(fabric.into()));
        }
        Deadlock { context: Context::new(Box::leak(Box::new(design)), catalog), fabric }
    }
    /// Whether a circle waits for itself.
    pub fn verdict(&self) -> bool {
        let context = &self.context;
        let Some((id, fabric)) = self.fabric.and_then(|id| Some((id, context.design.fabrics.get(id)?))) else { return false };
        let Some(of) = context.routing.of_fabric(id) else { return false };
        let graph = Graph::of(context.design, &context.topology, &context.tiers, id);
        Switches::routed(&graph, fabric, of).verdict(u64::MAX, &mut |_| {}) != Verdict::Free
    }
}
