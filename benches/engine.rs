//! The engine on fat trees of three tiers and on 65,536 XPUs: compile, check, estimate, the whole report, and one edit with its report.
//!
//! Reported, not asserted. `cargo bench --no-default-features` runs it; k = 32 is 8,192 hosts, 1,280 switches and 24,576 links.
#![allow(clippy::expect_used, missing_docs)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use weft::catalog::Catalog;
use weft::engine::change::Change;
use weft::engine::context::Context;
use weft::engine::deadlock::{Switches, Verdict};
use weft::engine::estimate::fill::fill_all;
use weft::engine::estimate::flows::{Demand, Trouble, capacities, route_all};
use weft::engine::failures::spread::{Cut, Spread};
use weft::engine::failures::symmetry::{Labels, Orbits, Rows, orbits};
use weft::engine::failures::{connectivity, ranking};
use weft::engine::known::Known;
use weft::engine::routing::InForce;
use weft::engine::routing::graph::Graph;
use weft::engine::service::{Request, Service, evaluate};
use weft::engine::settable::set_fabric;
use weft::engine::structure::Structure;
use weft::engine::topology::Topology;
use weft::engine::{estimate, latency, rules, templates};
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
        for (edit, patch) in edits(&design) {
            let mut edited = design.clone();
            patch.apply(&mut edited).expect("it is of this design");
            let change = || Change::default().then(&patch).expect("it is one edit");
            // What an evaluation of the design leaves, taken up by one of the edited design whose rules are still to run.
            let after = || {
                let before = Context::new(&design, &catalog);
                rules::run(&before);
                Context::again(&edited, &catalog, Known::of(before).with(Some(change())))
            };
            group.bench_function(format!("check after {edit}"), |bench| bench.iter_batched_ref(after, |context| rules::run(context), BatchSize::PerIteration));
        }
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
        let message = latency::message(&context);
        group.bench_function("hops and latency of all pairs", |bench| bench.iter(|| latency::all_pairs(black_box(&context), message, u64::MAX, &mut |_| {})));

        // Each host to another, one path each by hash: as a fabric without packet spraying carries them.
        let hosts = topology.endpoints();
        let demand = |(at, from): (usize, &u32)| Ok(Demand { from: *from, to: hosts[(at * 31 + 17) % hosts.len()], path: None });
        let hash = InForce::default().with_equal(Routing::Hash);
        let demands: Vec<Result<Demand, Trouble>> = hosts.iter().enumerate().map(demand).collect();
        group.bench_function("routing a permutation", |bench| bench.iter(|| route_all(black_box(topology), &demands, &hash)));
        let routed = route_all(topology, &demands, &hash);
        let capacity = capacities(topology);
        group.bench_function("max-min of a permutation", |bench| bench.iter(|| fill_all(black_box(&routed.rows), &capacity)));

        for (name, design) in [("intact", &whole), ("with ten links failed", &failed)] {
            let topology = Topology::compile(design, &catalog);
            let labels = Labels::of(&topology, |_| 0, |edge| topology.edges()[edge as usize].gbps.to_bits());
            let mut found = Orbits::default();
            group.bench_function(format!("symmetries {name}"), |bench| bench.iter(|| found = orbits(&topology, &Rows::of(&topology), &labels)));
            group.bench_function(format!("all-to-all {name}"), |bench| {
                let plain = InForce::default();
                bench.iter(|| Spread::new(&topology, &plain).all_to_all(&Cut::NONE, black_box(&found)))
            });
        }
        group.finish();
    }
}

/// The verdict about deadlock by the routing in force, from the compiled graph on: finding the shape of the fabric is part of it.
fn deadlock(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let mut group = criterion.benchmark_group("deadlock verdict");
    group.sample_size(20).measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1));
    let torus = |side: &'static str| vec![("x", side), ("y", side), ("z", side), ("xpu", "generic")];
    let dragonfly = vec![("hosts", "4"), ("switches", "8"), ("global", "4")];
    for (name, template, values, settings) in [
        ("fat tree k=16, fewest hops", "fat-tree", vec![("k", "16")], vec![("engine", "minhop")]),
        ("fat tree k=16, up/down", "fat-tree", vec![("k", "16")], vec![("paths", "up-down")]),
        ("fat tree k=48, fewest hops", "fat-tree", vec![("k", "48")], vec![("engine", "minhop")]),
        ("65,536 XPUs on 5,120 switches, fewest hops", "rail-optimised", vec![("servers", "8192")], vec![("engine", "minhop")]),
        ("torus 8 × 8 × 8, fewest hops", "torus", torus("8"), vec![("paths", "shortest")]),
        (
            "torus 16 × 16 × 16, dimension order, datelines",
            "torus",
            torus("16"),
            vec![("paths", "dimension-order"), ("lanes", "2"), ("lane_change", "dateline")],
        ),
        ("dragonfly of 1,056 hosts, minimal, 2 lanes", "dragonfly", dragonfly.clone(), vec![("paths", "minimal"), ("lanes", "2"), ("lane_change", "groups")]),
        ("dragonfly of 1,056 hosts, Valiant, 2 lanes", "dragonfly", dragonfly, vec![("paths", "valiant"), ("lanes", "2"), ("lane_change", "groups")]),
    ] {
        let values = values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let mut design = templates::generate(template, &values, &catalog).expect("the template draws it");
        // The fabric with most switches is the one in question.
        let links = |id| design.links.iter().filter(|(_, link)| link.fabric == Some(id)).count();
        let id = design.fabrics.ids().max_by_key(|id| links(*id)).expect("it has a fabric");
        let mut fabric = design.fabrics.get(id).expect("just found").clone();
        for (key, value) in settings {
            set_fabric(&mut fabric, key, value).expect("a setting");
        }
        design.fabrics.set(id, Some(fabric.clone().into()));
        let context = Context::new(&design, &catalog);
        let of = context.routing.of_fabric(id).expect("every fabric is routed").clone();
        let verdict = || {
            let graph = Graph::of(&design, &context.topology, &context.tiers, id);
            (graph.forwarders.len(), Switches::routed(&graph, &fabric, &of).verdict(u64::MAX, &mut |_| {}))
        };
        let (switches, found) = verdict();
        println!("{name}: {switches} switches, {}, {}", of.words(), if found == Verdict::Free { "free" } else { "a circle" });
        group.bench_function(name, |bench| bench.iter(verdict));
    }
    group.finish();
}

criterion_group!(benches, engine, failures, large, deadlock);
criterion_main!(benches);
