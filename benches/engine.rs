//! The engine on fat trees of three tiers: compile, check, estimate, the whole report, and one edit with its report.
//!
//! Reported, not asserted. `cargo bench --no-default-features` runs it; k = 32 is 8,192 hosts, 1,280 switches and 24,576 links.
#![allow(clippy::expect_used, missing_docs)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::failures::{connectivity, ranking};
use weft::engine::service::{Request, Service, evaluate};
use weft::engine::structure::Structure;
use weft::engine::topology::Topology;
use weft::engine::{estimate, rules, templates};
use weft::model::{Design, Patch};
use weft::units::{Gbps, SortedMap};

fn fat_tree(k: u32, catalog: &Catalog) -> Design {
    templates::generate("fat-tree", &SortedMap::from([("k".to_owned(), k.to_string())]), catalog).expect("the template draws a fat tree")
}

/// The middle link at half its rate: breaks the symmetry that makes an untouched fat tree cheap.
fn one_edit(design: &Design) -> Patch {
    let mut edited = design.clone();
    let id = edited.links.ids().nth(edited.links.len() / 2).expect("a fat tree has links");
    let mut link = edited.links.get(id).expect("just listed").clone();
    link.gbps = Some(Gbps(200.0));
    edited.links.set(id, Some(link.into()));
    Patch::between(design, &edited)
}

fn engine(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    for k in [8, 16, 32] {
        let design = fat_tree(k, &catalog);
        let context = Context::new(&design, &catalog);
        let patch = one_edit(&design);
        let mut group = criterion.benchmark_group(format!("fat tree k={k}"));
        group.sample_size(20).measurement_time(Duration::from_secs(4)).warm_up_time(Duration::from_secs(1));
        group.bench_function("compile", |bench| bench.iter(|| Topology::compile(black_box(&design), &catalog)));
        group.bench_function("structure", |bench| bench.iter(|| Structure::of(black_box(&context.topology))));
        group.bench_function("context", |bench| bench.iter(|| Context::new(black_box(&design), &catalog)));
        group.bench_function("check", |bench| bench.iter(|| rules::run(black_box(&context))));
        let fresh = || Context::new(&design, &catalog);
        group.bench_function("estimate", |bench| bench.iter_batched_ref(fresh, |context| estimate::estimates(context), BatchSize::PerIteration));
        group.bench_function("whole report", |bench| bench.iter(|| evaluate(black_box(&design), &catalog)));
        group.bench_function("one edit to its report", |bench| {
            let open = || {
                let mut service = Service::new(catalog.clone());
                service.answer(Request::Open { revision: 1, design: Box::new(design.clone()) });
                service
            };
            bench.iter_batched_ref(open, |service| service.answer(Request::Edit { base: 1, revision: 2, patch: patch.clone() }), BatchSize::PerIteration);
        });
        group.finish();
    }
}

fn failures(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    for k in [8, 48] {
        let design = fat_tree(k, &catalog);
        let context = Context::new(&design, &catalog);
        let mut group = criterion.benchmark_group(format!("failures of a fat tree k={k}"));
        group.sample_size(10).measurement_time(Duration::from_secs(4)).warm_up_time(Duration::from_secs(1));
        group.bench_function("every link", |bench| bench.iter(|| ranking::rank(black_box(&context), &[ranking::Kind::Link], &mut |_| {})));
        group.bench_function("connectivity", |bench| bench.iter(|| connectivity::connectivity(black_box(&context), &mut |_| {})));
        group.finish();
    }
}

criterion_group!(benches, engine, failures);
criterion_main!(benches);
