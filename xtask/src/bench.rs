//! `cargo xtask bench`: the benchmarks. Reported, never asserted.

use crate::dist;
use crate::run::{Outcome, cargo, command, copy, files_below, make_folder, on_path, output, root, run, write};
use crate::tools;

/// Natively with criterion; `--page` runs the same steps in WebAssembly in Chromium; `--tasks` measures what holds the page up; `--peers`
/// gives the same jobs to other programs.
pub fn bench(more: &[&str]) -> Outcome {
    match more {
        ["--page"] => page(),
        ["--peers"] => peers(),
        ["--tasks", more @ ..] => tasks(more),
        more => run(cargo().args(["bench", "--no-default-features", "--benches", "--"]).args(more)),
    }
}

/// Opens, edits, looks at and exports large fabrics in the release page, and reports the longest task of each step.
fn tasks(more: &[&str]) -> Outcome {
    tools::e2e_packages()?;
    let chromium = tools::chromium()?;
    let dist = dist::dist()?;
    run(command("node").arg("benches/page/tasks.mjs").arg(&dist).args(more).env("WEFT_CHROMIUM", chromium))
}

/// Peers that pip installs, at exact versions.
const PIP_PEERS: [&str; 2] = ["igraph==1.0.0", "networkx==3.6.1"];
/// Debian packages of SimGrid and ibdmchk with the libraries they need, as Debian 12 names them.
const DEBIAN_PEERS: [&str; 18] = [
    "ibutils",
    "libboost-context1.74.0",
    "libboost-stacktrace1.74.0",
    "libgfortran5",
    "libgsl27",
    "libgslcblas0",
    "libibdm1",
    "libibmad5",
    "libibumad3",
    "libns3.37",
    "libopensm9",
    "libosmcomp5",
    "libosmvendor5",
    "libquadmath0",
    "libsimgrid3.32",
    "libtcl8.6",
    "libgomp1",
    "python3-simgrid",
];

/// Weft and its peers on the same fabrics and flows, with the ratios of this run. Peers go below `target/peers`; nothing is installed in the
/// system. What cannot be had is said at the end.
fn peers() -> Outcome {
    let folder = root().join("target/peers");
    make_folder(&folder)?;
    let python = folder.join("venv/bin/python");
    if !python.is_file() {
        let system = on_path(&["python3"]).ok_or("peers need python3 on PATH")?;
        run(command(system).args(["-m", "venv"]).arg(folder.join("venv")))?;
    }
    // A peer that is not to be had is named by the script, so neither step may end the run.
    for peer in PIP_PEERS {
        run(command(&python).args(["-m", "pip", "install", "--quiet", peer])).unwrap_or_else(|error| println!("{error}"));
    }
    if !folder.join("root").is_dir() && on_path(&["ibdmchk"]).is_none() && on_path(&["apt-get"]).is_some() && on_path(&["dpkg"]).is_some() {
        let packages = folder.join("packages");
        make_folder(&packages)?;
        for package in DEBIAN_PEERS {
            run(command("apt-get").current_dir(&packages).args(["download", "--quiet", package])).unwrap_or_else(|error| println!("{error}"));
        }
        for package in files_below(&packages) {
            run(command("dpkg").arg("-x").arg(package).arg(folder.join("root")))?;
        }
    }
    let own = output(cargo().args(["bench", "--no-default-features", "--bench", "peers", "--", "--out"]).arg(&folder)).ok_or("Weft's own side did not run")?;
    write(&folder.join("own.tsv"), own)?;
    run(command(&python).arg("benches/peers/peers.py").arg(&folder).arg(folder.join("own.tsv")))
}

fn page() -> Outcome {
    tools::wasm_target()?;
    let wasm_bindgen = tools::wasm_bindgen()?;
    tools::e2e_packages()?;
    let chromium = tools::chromium()?;
    run(cargo().args(["build", "--release", "--target", "wasm32-unknown-unknown", "--bin", "weft-bench"]))?;
    let out = root().join("target/bench-page");
    make_folder(&out)?;
    run(command(wasm_bindgen)
        .args(["--target", "web", "--no-typescript", "--out-name", "weft-bench", "--out-dir"])
        .arg(&out)
        .arg("target/wasm32-unknown-unknown/release/weft-bench.wasm"))?;
    for file in ["index.html", "bench.js"] {
        copy(&root().join("benches/page").join(file), &out.join(file))?;
    }
    run(command("node").arg("benches/page/run.mjs").arg(&out).env("WEFT_CHROMIUM", chromium))
}
