//! How long placing and drawing take: scene build, a drag, and display lists of fat trees at each distance.
//!
//! `cargo bench --no-default-features --bench render`
#![allow(clippy::expect_used, clippy::unwrap_used, missing_docs)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use weft::catalog::Catalog;
use weft::engine::templates;
use weft::model::Design;
use weft::render::{Renderer, SceneView, scene_list};
use weft::scene::{Camera, Scene};
use weft::units::Point;

fn fat_tree(k: u32, catalog: &Catalog) -> Design {
    templates::generate("fat-tree", &[("k".to_owned(), k.to_string())].into(), catalog).expect("the template draws")
}

fn around(scene: &Scene, zoom: f64) -> Camera {
    let node = scene.node_ids()[scene.node_ids().len() / 2];
    let middle = scene.node_rect(node).expect("the node is placed").center();
    let camera = Camera { zoom, ..Camera::default() };
    let seen = camera.visible();
    Camera { origin: Point::new(middle.x - seen.width / 2.0, middle.y - seen.height / 2.0), ..camera }
}

fn render(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    for k in [8, 16, 32] {
        let design = fat_tree(k, &catalog);
        let scene = Scene::build(&design, &catalog);
        criterion.bench_with_input(BenchmarkId::new("scene build", k), &design, |bench, design| bench.iter(|| Scene::build(black_box(design), &catalog)));

        let node = scene.node_ids()[0];
        let mut dragged = scene.clone();
        criterion.bench_with_input(BenchmarkId::new("scene, one node moved", k), &design, |bench, design| {
            bench.iter(|| dragged.moved(design, &catalog, &[node], &[]))
        });

        let fitted = Camera::default().fitted(&scene.bounds().expect("something is drawn"));
        let views = [("far, fitted", fitted), ("middle", around(&scene, 0.3)), ("near", around(&scene, 1.0))];
        for (name, camera) in views {
            let view = SceneView::still(&design, &catalog, &scene, &camera);
            criterion.bench_with_input(BenchmarkId::new(format!("list, {name}"), k), &view, |bench, view| bench.iter(|| scene_list(black_box(view))));
        }
        // A frame of a pan: what was drawn is kept while the view stays inside it.
        let mut renderer = Renderer::default();
        let mut step = 0.0;
        criterion.bench_with_input(BenchmarkId::new("list, panned and kept", k), &fitted, |bench, fitted| {
            bench.iter(|| {
                step = (step + 3.0) % 60.0;
                let camera = fitted.panned(step, 0.0);
                renderer.display_list(&SceneView::still(&design, &catalog, &scene, &camera)).primitives()
            });
        });
    }
}

criterion_group!(benches, render);
criterion_main!(benches);
