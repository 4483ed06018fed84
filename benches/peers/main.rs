//! Weft's side of `cargo xtask bench --peers`: writes fabrics and flows as plain text into the folder given by `--out`, does the same jobs that
//! `peers.py` gives to others, and prints what each took and what came out: `job size milliseconds answer`, with tabs between.
#![allow(clippy::expect_used, missing_docs)]

use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use weft::catalog::Catalog;
use weft::engine::deadlock::Switches;
use weft::engine::estimate::fill::fill_all;
use weft::engine::estimate::flows::{Demand, Trouble, capacities, route_all};
use weft::engine::routes::Routes;
use weft::engine::routing::InForce;
use weft::engine::structure::Structure;
use weft::engine::topology::Topology;
use weft::model::Routing;

#[allow(dead_code)]
#[path = "../../tests/it/graphs.rs"]
mod graphs;

/// The least of several runs in milliseconds, and what the last gave.
fn timed<T>(mut work: impl FnMut() -> T) -> (f64, T) {
    let mut once = || {
        let start = Instant::now();
        let done = black_box(work());
        (start.elapsed().as_secs_f64() * 1e3, done)
    };
    let (mut least, mut last) = once();
    for _ in 0..4 {
        let (time, done) = once();
        (least, last) = (least.min(time), done);
    }
    (least, last)
}

fn say(job: &str, size: &str, time: f64, answer: &str) {
    println!("{job}\t{size}\t{time:.4}\t{answer}");
}

fn main() {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--out").skip(1);
    let out = arguments.next().expect("--out FOLDER");
    let catalog = Catalog::builtin();
    for k in [8, 16, 24, 32, 48, 74] {
        let topology = Topology::compile(&graphs::fat_tree(k), &catalog);
        let size = format!("k={k}");
        let hosts = topology.endpoints();

        // Vertices, which of them are hosts, links.
        let mut text = format!("{}\n", topology.vertices().len());
        let kinds: String = topology.vertices().iter().map(|vertex| if vertex.endpoint { 'h' } else { 's' }).collect();
        let _ = writeln!(text, "{kinds}");
        for edge in topology.edges() {
            let _ = writeln!(text, "{} {} {}", edge.ends[0], edge.ends[1], edge.gbps);
        }
        std::fs::write(Path::new(&out).join(format!("{k}.graph")), text).expect("the folder can be written to");

        let (time, found) = timed(|| Structure::of(&topology));
        say("structure", &size, time, &format!("{} {} {}", found.components, found.bridges.len(), found.articulation_points.len()));

        if k <= 32 {
            let (time, most) = timed(|| {
                let mut routes = Routes::new(&topology);
                let mut sum = 0u64;
                for target in hosts {
                    routes.toward(*target);
                    sum += hosts.iter().filter_map(|host| routes.hops(*host)).map(u64::from).sum::<u64>();
                }
                sum
            });
            say("hops of all pairs", &size, time, &most.to_string());
        }

        // Each host to the one half the fabric and a little further on, by one path chosen by hash: peers do not split flows.
        let count = hosts.len();
        let pairs = hosts.iter().enumerate().map(|(at, from)| (*from, hosts[(at + count / 2 + 7 * (at % 13) + 1) % count])).filter(|(from, to)| from != to);
        let demands: Vec<Result<Demand, Trouble>> = pairs.map(|(from, to)| Ok(Demand { from, to, path: None })).collect();
        let routed = route_all(&topology, &demands, &InForce::default().with_equal(Routing::Hash));
        let capacity = capacities(&topology);
        let (time, filled) = timed(|| fill_all(&routed.rows, &capacity));
        let rates: Vec<f64> = filled.iter().map(|filled| filled.rate.unwrap_or(0.0)).collect();
        say("max-min of single paths", &size, time, &format!("{:.6}", rates.iter().sum::<f64>()));
        let mut text = String::new();
        for (flow, (demand, rate)) in demands.iter().flatten().zip(&rates).enumerate() {
            let arcs: Vec<String> = routed.rows.flow(flow).iter().map(|(arc, _)| arc.to_string()).collect();
            let _ = writeln!(text, "{} {} {rate} {}", demand.from, demand.to, arcs.join(" "));
        }
        std::fs::write(Path::new(&out).join(format!("{k}.flows")), text).expect("the folder can be written to");

        if k <= 16 {
            let switches: Vec<u32> = (0..topology.vertices().len() as u32).filter(|vertex| topology.vertices()[*vertex as usize].transit).collect();
            let place = |vertex: u32| switches.binary_search(&vertex).ok().map(|place| place as u32);
            let serves: Vec<bool> = switches.iter().map(|switch| topology.row(*switch).iter().any(|hop| place(hop.to).is_none())).collect();
            let rows: Vec<Vec<u32>> = switches.iter().map(|switch| topology.row(*switch).iter().filter_map(|hop| place(hop.to)).collect()).collect();
            let (time, circle) = timed(|| Switches::new(rows.clone(), serves.clone()).circle());
            say("deadlock verdict", &size, time, if circle.is_none() { "no circle" } else { "a circle" });
        }
    }
}
