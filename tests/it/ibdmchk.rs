//! Verdicts about deadlock held against ibdmchk's, where it is there: on PATH, or where `cargo xtask bench --peers` puts it.
//!
//! ibdmchk lays forwarding tables over the fabric, one path to each destination, and looks for credit loops in them. Where a fabric is routed by
//! forwarding tables, Weft's verdict is the same on every fabric. Where it follows all equal paths, a loop there is a circle here, always; and no
//! circle here is no loop there. What ibdmchk said of the fabrics that have names is also written down here, and held without it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use weft::catalog::Catalog;
use weft::engine::topology::Topology;
use weft::model::{Design, NodeId};

use crate::deadlocks::is_free;
use crate::graphs::{Graph, fat_tree, leaf_spine};
use crate::routing::in_fabric;

fn program() -> Option<PathBuf> {
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers/root/usr/bin/ibdmchk");
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    std::iter::once(peers).chain(std::env::split_paths(&on_path).map(|folder| folder.join("ibdmchk"))).find(|file| file.is_file())
}

/// A fabric as ibdmchk reads it: every switch and every host a system of one node with numbered ports.
fn written(design: &Design, folder: &Path) {
    let topology = Topology::compile(design, &Catalog::builtin());
    let vertices = topology.vertices();
    let name = |vertex: u32| format!("{} n{vertex}", if vertices[vertex as usize].transit { "SWX" } else { "HCX" });
    let mut rows: Vec<Vec<(usize, u32, usize)>> = vec![Vec::new(); vertices.len()];
    for edge in topology.edges() {
        let [a, b] = edge.ends;
        let ports = [a, b].map(|end| rows[end as usize].len() + 1);
        rows[a as usize].push((ports[0], b, ports[1]));
        rows[b as usize].push((ports[1], a, ports[0]));
    }
    let mut text = String::new();
    for (vertex, row) in (0u32..).zip(&rows) {
        writeln!(text, "{}", name(vertex)).unwrap();
        row.iter().for_each(|(port, other, there)| writeln!(text, "   P{port} -> {} P{there}", name(*other)).unwrap());
        text.push('\n');
    }
    std::fs::write(folder.join("fabric.topo"), text).unwrap();
    let most = rows.iter().map(Vec::len).max().unwrap();
    for (kind, is, ports) in [("SWX", "SW", most), ("HCX", "CA", 1)] {
        let ports: String = (1..=ports).map(|port| format!("{port} -> P{port}\n")).collect();
        let count = ports.lines().count();
        std::fs::write(folder.join(format!("{kind}.ibnl")), format!("TOPSYSTEM {kind}\n\nNODE {is} {count} {kind} U1\n{ports}")).unwrap();
    }
}

/// What ibdmchk says: whether there are no credit loops.
fn says(program: &Path, design: &Design, up_down: bool) -> bool {
    let folder = std::env::temp_dir().join(format!("weft-ibdmchk-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    written(design, &folder);
    let topology = Topology::compile(design, &Catalog::builtin());
    let mut asked = Command::new(program);
    asked.arg("-t").arg(folder.join("fabric.topo")).args(["-n", &format!("n{}/U1", topology.endpoints()[0]), "-p", "1"]);
    asked.args(up_down.then_some("-u")).env("IBDM_IBNL_PATH", &folder);
    if let Some(root) = program.parent().and_then(Path::parent).filter(|root| root.ends_with("root/usr")) {
        asked.env("LD_LIBRARY_PATH", format!("{0}/lib/x86_64-linux-gnu:{0}/lib", root.display()));
    }
    // Version 1.5.7 of Debian 12 ends by a signal after it has said everything.
    let said = String::from_utf8_lossy(&asked.output().unwrap().stdout).to_lowercase();
    std::fs::remove_dir_all(&folder).unwrap();
    let (free, loops) = (said.contains("no credit loops found"), said.contains("found credit loop on") || said.contains("credit loops in routing"));
    assert!(free != loops, "ibdmchk gave no verdict:\n{said}");
    free
}

/// Switches with a host each, and links between some of them.
fn switches(count: usize, links: impl Fn(usize) -> Vec<usize>) -> Design {
    let mut graph = Graph::default();
    let nodes: Vec<NodeId> = (0..count).map(|at| graph.switch(format!("s{at}"))).collect();
    for (at, node) in nodes.iter().enumerate() {
        let host = graph.host(format!("h{at}"));
        graph.link(host, *node, 400.0, 100.0);
        links(at).into_iter().for_each(|to| graph.link(*node, nodes[to], 400.0, 100.0));
    }
    in_fabric(graph.design, &[])
}

pub fn ring(count: usize) -> Design {
    switches(count, |at| if count > 2 || at == 0 { vec![(at + 1) % count] } else { Vec::new() })
}

fn torus(side: usize) -> Design {
    switches(side * side, |at| vec![(at + side) % (side * side), at / side * side + (at + 1) % side])
}

fn mesh(side: usize) -> Design {
    switches(side * side, |at| {
        let (down, right) = (at + side, at + 1);
        [(down, down < side * side), (right, right % side > 0)].into_iter().filter(|(_, is)| *is).map(|(to, _)| to).collect()
    })
}

/// Random links beside a ring, some of them parallel, and up to three hosts on each switch.
pub fn net(seed: u64) -> Design {
    let mut state = seed;
    let mut roll = |sides: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % sides
    };
    let count = 4 + roll(8);
    let mut graph = Graph::default();
    let nodes: Vec<NodeId> = (0..count).map(|at| graph.switch(format!("s{at}"))).collect();
    let mut links: Vec<(usize, usize)> = (0..count - 1).map(|at| (at, at + 1)).collect();
    links.extend((0..roll(10)).map(|_| (roll(count), roll(count))).filter(|(a, b)| a != b));
    for (a, b) in links {
        graph.link(nodes[a], nodes[b], 400.0, 100.0);
    }
    for (at, node) in nodes.iter().enumerate() {
        for host in 0..if at == 0 { 1 } else { roll(4) } {
            let host = graph.host(format!("h{at}-{host}"));
            graph.link(host, *node, 400.0, 100.0);
        }
    }
    in_fabric(graph.design, &[])
}

fn stated(design: &Design, settings: &[(&str, &str)]) -> Design {
    let mut design = design.clone();
    let fabric = design.fabrics.ids().next().unwrap();
    crate::routing::state(&mut design, fabric, settings);
    design
}

const TABLES: [(&str, &str); 1] = [("routing", "tables")];

/// Fabrics, whether ibdmchk lays up/down over them, and what it says: whether they are free.
fn fabrics() -> Vec<(&'static str, Design, bool, bool)> {
    let plain = |design: Design| in_fabric(design, &[]);
    let up_down = |design: Design| in_fabric(design, &[("paths", "up-down")]);
    vec![
        ("ring of 3", ring(3), false, true),
        ("ring of 4", ring(4), false, true),
        ("ring of 5", ring(5), false, false),
        ("ring of 6", ring(6), false, false),
        ("ring of 7", ring(7), false, false),
        ("ring of 8", ring(8), false, false),
        ("torus 3 × 3", torus(3), false, true),
        ("torus 4 × 4", torus(4), false, false),
        ("torus 5 × 5", torus(5), false, false),
        ("mesh 3 × 3", mesh(3), false, false),
        ("mesh 4 × 4", mesh(4), false, false),
        ("irregular net 1", net(1), false, false),
        ("irregular net 2", net(2), false, false),
        ("leaves and spines", plain(leaf_spine(6, 3, 4)), false, true),
        ("leaves and spines, up/down", up_down(leaf_spine(6, 3, 4)), true, true),
        ("fat tree k=4", plain(fat_tree(4)), false, true),
        ("fat tree k=4, up/down", up_down(fat_tree(4)), true, true),
        ("fat tree k=8", plain(fat_tree(8)), false, true),
        ("fat tree k=8, up/down", up_down(fat_tree(8)), true, true),
    ]
}

fn word(free: bool) -> &'static str {
    if free { "free" } else { "a circle" }
}

#[test]
fn verdicts_on_forwarding_tables_are_those_that_ibdmchk_gave() {
    for (name, design, _, free) in fabrics() {
        println!("{name}: {} by tables, {} by all equal ways", word(is_free(&stated(&design, &TABLES))), word(is_free(&design)));
        assert_eq!(is_free(&stated(&design, &TABLES)), free, "{name}");
        assert_eq!(is_free(&crate::lfts::returned(&design)), free, "{name}: tables that left and returned");
    }
}

#[test]
fn verdicts_are_those_of_ibdmchk() {
    let Some(program) = program() else {
        println!("ibdmchk is not there: nothing is compared");
        return;
    };
    for (name, design, updn, free) in fabrics() {
        let theirs = says(&program, &design, updn);
        println!("{name}: {} by ibdmchk", word(theirs));
        assert_eq!(theirs, free, "{name}");
        // A loop in one table is a circle of all equal ways.
        assert!(theirs || !is_free(&design), "{name}");
    }
    let mut seen = [0; 3];
    for seed in 0..200u64 {
        let design = net(seed);
        let (tables, all, theirs) = (is_free(&stated(&design, &TABLES)), is_free(&design), says(&program, &design, false));
        assert_eq!(tables, theirs, "seed {seed}");
        assert!(theirs || !all, "seed {seed}: ibdmchk finds a loop where no routes close a circle");
        seen[usize::from(theirs) + usize::from(all)] += 1;
    }
    assert!(seen.iter().all(|count| *count > 0), "loops in tables, only in other tables, and none: {seen:?}");
}
