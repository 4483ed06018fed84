//! `cargo xtask bench`: the native benchmarks. Reported, never asserted.

use crate::run::{Outcome, cargo, run};

pub fn bench(more: &[&str]) -> Outcome {
    run(cargo().args(["bench", "--no-default-features", "--benches", "--"]).args(more))
}
