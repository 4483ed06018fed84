//! The engine on fat trees of three tiers and on 65,536 XPUs: compile, check, estimate, the whole report, and one edit with its report.
//!
//! Reported, not asserted. `cargo bench --no-default-features` runs it; k = 32 is 8,192 hosts, 1,280 switches and 24,576 links.
#![allow(clippy::expect_used, missing_docs)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::deadlock::Switches;
use weft::engine::estimate::fill::{Shares, fill};
use weft::engine::estimate::flows::{Demand, Trouble, capacities, route};
use weft::engine::failures::spread::{Cut, Spread};
use weft::engine::failures::symmetry::{Labels, Orbits, Rows, orbits};
use weft::engine::failures::{connectivity, ranking};
use weft::engine::service::{Request, Service, evaluate};
use weft::engine::structure::Structure;
use weft::engine::topology::Topology;
use weft::engine::{estimate, rules, templates};
use weft::model::{Design, LinkId, Node, Patch, Routing};
use weft::units::{Gbps, Point, SortedMap};

#[allow(dead_code)]
#[path = "../tests/it/graphs.rs"]
mod graphs;

/// What is measured: fat trees, and the 65,536 XPUs of 8,192 systems on 5,120 switches with 196,608 links.
const DESIGNS: [(&str, &str, &str, &str); 4] = [
    ("fat tree k=8", "fat-tree", "k", "8"),
    ("fat tree k=16", "fat-tree", "k", "16"),
    ("fat tree k=32", "fat-tree", "k", "32"),
    ("65,536 XPUs", "rail-optimised", "servers", "8192"),
];

fn drawn(template: &str, key: &str, value: &str, catalog: &Catalog) -> Design {
    templates::generate(template, &SortedMap::from([(key.to_owned(), value.to_owned())]), catalog).expect("the template draws it")
}

/// The middle link at half its rate, and without it: breaks the symmetry that makes an untouched fat tree cheap.
fn edits(design: &Design) -> [(&'static str, Patch); 4] {
    let id = design.links.ids().nth(design.links.len() / 2).expect("there are links");
    let mut link = design.links.get(id).expect("just listed").clone();
    link.gbps = Some(Gbps(200.0));
    let between = |name, edit: &dyn Fn(&mut Design)| {
        let mut edited = design.clone();
        edit(&mut edited);
        (name, Patch::between(design, &edited))
    };
    let (first, node) = design.nodes.iter().next().map(|(id, node)| (id, node.clone())).expect("there are nodes");
    [
        between("one rate changed", &|edited| edited.links.set(id, Some(link.clone().into()))),
        between("one link removed", &|edited| edited.links.set(id, None)),
        between("one node renamed", &|edited| edited.nodes.set(first, Some(Node { name: "another".to_owned(), ..node.clone() }.into()))),
        between("one node moved", &|edited| edited.nodes.set(first, Some(Node { at: Point::new(7.0, 7.0), ..node.clone() }.into()))),
    ]
}

fn engine(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    for (name, template, key, value) in DESIGNS {
        let design = drawn(template, key, value, &catalog);
        let context = Context::new(&design, &catalog);
        let edges = context.topology.edges().len();
        println!(
            "{name}: {} nodes, {} links, {} edges with the wires inside systems; the topology takes {:.1} bytes for each edge",
            design.nodes.len(),
            design.links.len(),
            edges,
            context.topology.bytes() as f64 / edges as f64
        );
        let mut group = criterion.benchmark_group(name);
        group.sample_size(20).measurement_time(Duration::from_secs(4)).warm_up_time(Duration::from_secs(1));
        group.bench_function("compile", |bench| bench.iter(|| Topology::compile(black_box(&design), &catalog)));
        group.bench_function("structure", |bench| bench.iter(|| Structure::of(black_box(&context.topology))));
        group.bench_function("context", |bench| bench.iter(|| Context::new(black_box(&design), &catalog)));
        group.bench_function("check", |bench| bench.iter(|| rules::run(black_box(&context))));
        let fresh = || Context::new(&design, &catalog);
        group.bench_function("estimate", |bench| bench.iter_batched_ref(fresh, |context| estimate::estimates(context), BatchSize::PerIteration));
        group.bench_function("whole report", |bench| bench.iter(|| evaluate(black_box(&design), &catalog)));
        for (edit, patch) in edits(&design) {
            let back = patch.inverse();
            let mut service = Service::new(catalog.clone());
            service.answer(Request::Open { revision: 1, design: Box::new(design.clone()) });
            let mut revision = 1;
            group.bench_function(format!("{edit}, to its report"), |bench| {
                bench.iter(|| {
                    let patch = if revision % 2 == 1 { patch.clone() } else { back.clone() };
                    revision += 1;
                    service.answer(Request::Edit { base: revision - 1, revision, patch })
                });
            });
        }
        group.finish();
    }
}

fn failures(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    for k in [8, 48] {
        let design = drawn("fat-tree", "k", &k.to_string(), &catalog);
        let context = Context::new(&design, &catalog);
        let mut group = criterion.benchmark_group(format!("failures of a fat tree k={k}"));
        group.sample_size(10).measurement_time(Duration::from_secs(4)).warm_up_time(Duration::from_secs(1));
        group.bench_function("every link", |bench| bench.iter(|| ranking::rank(black_box(&context), &[ranking::Kind::Link], &mut |_| {})));
        group.bench_function("connectivity", |bench| bench.iter(|| connectivity::connectivity(black_box(&context), &mut |_| {})));
        group.finish();
    }
}

/// The largest fabrics: 27,648 hosts and 82,944 links, 101,306 hosts and 303,918 links.
fn large(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    for k in [48, 74] {
        let whole = graphs::fat_tree(k);
        let mut failed = whole.clone();
        let links: Vec<LinkId> = whole.links.ids().collect();
        for failure in 0..10usize {
            failed.links.set(links[(failure * 7_919 + 12_345) * 31 % links.len()], None);
        }
        let context = Context::new(&whole, &catalog);
        let topology = &context.topology;
        let mut group = criterion.benchmark_group(format!("large fat tree k={k}"));
        group.sample_size(10).measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1));
        println!("k={k}: {} hosts, {} links", topology.endpoints().len(), links.len());
        group.bench_function("components, bridges, articulation points", |bench| bench.iter(|| Structure::of(black_box(topology))));

        // Each host to another, one path each by hash: as a fabric without packet spraying carries them.
        let hosts = topology.endpoints();
        let demand = |(at, from): (usize, &u32)| Ok(Demand { from: *from, to: hosts[(at * 31 + 17) % hosts.len()], path: None });
        let demands: Vec<Result<Demand, Trouble>> = hosts.iter().enumerate().map(demand).collect();
        group.bench_function("routing a permutation", |bench| bench.iter(|| route(black_box(topology), &demands, Routing::Hash)));
        let shares: Vec<Shares> = route(topology, &demands, Routing::Hash).into_iter().map(Result::unwrap_or_default).collect();
        let capacity = capacities(topology);
        group.bench_function("max-min of a permutation", |bench| bench.iter(|| fill(black_box(&shares), &capacity)));

        for (name, design) in [("intact", &whole), ("with ten links failed", &failed)] {
            let topology = Topology::compile(design, &catalog);
            let labels = Labels::of(&topology, |_| 0, |edge| topology.edges()[edge as usize].gbps.to_bits());
            let mut found = Orbits::default();
            group.bench_function(format!("symmetries {name}"), |bench| bench.iter(|| found = orbits(&topology, &Rows::of(&topology), &labels)));
            group.bench_function(format!("all-to-all {name}"), |bench| bench.iter(|| Spread::new(&topology).all_to_all(&Cut::NONE, black_box(&found))));
        }
        group.finish();
    }
}

/// The switches of a fat tree as the deadlock verdict takes them, every route of fewest hops followed.
fn deadlock(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let mut group = criterion.benchmark_group("deadlock verdict");
    group.sample_size(20).measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1));
    for k in [16, 48] {
        let design = drawn("fat-tree", "k", &k.to_string(), &catalog);
        let topology = Topology::compile(&design, &catalog);
        let switches: Vec<u32> = (0..topology.vertices().len() as u32).filter(|vertex| topology.vertices()[*vertex as usize].transit).collect();
        let place = |vertex: u32| switches.binary_search(&vertex).ok().map(|place| place as u32);
        let hosts = switches.iter().map(|switch| topology.row(*switch).iter().any(|hop| place(hop.to).is_none())).collect::<Vec<_>>();
        let rows: Vec<Vec<u32>> = switches.iter().map(|switch| topology.row(*switch).iter().filter_map(|hop| place(hop.to)).collect()).collect();
        group.bench_function(format!("fat tree k={k}"), |bench| bench.iter(|| Switches::new(rows.clone(), hosts.clone()).circle()));
    }
    group.finish();
}

criterion_group!(benches, engine, failures, large, deadlock);
criterion_main!(benches);
