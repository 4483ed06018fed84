//! `cargo xtask bench`: the benchmarks. Reported, never asserted.

use crate::dist;
use crate::run::{Outcome, cargo, command, copy, make_folder, root, run};
use crate::tools;

/// Natively with criterion; `--page` runs the same steps in WebAssembly in Chromium; `--tasks` measures what holds the page up.
pub fn bench(more: &[&str]) -> Outcome {
    match more {
        ["--page"] => page(),
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
