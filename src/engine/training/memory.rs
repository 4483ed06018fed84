//! What one XPU must hold: weights, gradients, optimiser state, and the activations of the micro-batches that are on their way.
//!
//! The first pipeline stage holds most: as many micro-batches as there are stages (1F1B), a little more when each stage has several pieces
//! of the model. Buffers of libraries, fragmentation and what a layer needs while it is computed are not counted.

use super::plan::Plan;
use super::shape::Shape;
use crate::engine::estimate::{Draft, Input};
use crate::model::{Confidence, Figure};

const SOURCE: &str = "ZeRO: S. Rajbhandari et al., arXiv 1910.02054; activations: V. Korthikanti et al., arXiv 2205.05198, counted anew for gated layers";

/// What goes into the formula.
struct Parts {
    dense: f64,
    experts: f64,
    /// By how many weights, gradients and optimiser state are divided, of dense weights and of experts.
    shards: [[f64; 3]; 2],
    in_flight: f64,
    layers: f64,
    tokens: f64,
    wide: f64,
    wide_shards: f64,
    split: f64,
}

fn parts(shape: &Shape, plan: &Plan) -> Parts {
    let [tensor, pipeline, interleave, batches] = ["tensor", "pipeline", "interleave", "micro-batches"].map(|key| plan.get(key).max(1.0));
    let zero = plan.get("zero");
    let shards = plan.replicas().map(|replicas| [3.0, 2.0, 1.0].map(|from| if zero >= from { replicas.max(1.0) } else { 1.0 }));
    let more = if interleave > 1.0 { (pipeline - 1.0) / interleave } else { 0.0 };
    let kept = shape.kept();
    let [wide, split] = kept.get(plan.get("recompute") as usize).copied().unwrap_or(kept[0]);
    Parts {
        dense: shape.dense_weights() / (tensor * pipeline),
        experts: shape.expert_weights() / (tensor * pipeline * plan.get("expert").max(1.0)),
        shards,
        in_flight: (pipeline + more).min(batches),
        layers: shape.layers / pipeline,
        tokens: plan.get("micro-batch") * plan.get("sequence") / plan.get("context").max(1.0),
        wide,
        wide_shards: if plan.get("sequence-parallel") > 0.0 { tensor } else { 1.0 },
        split,
    }
}

/// Gigabytes that an XPU must hold.
pub fn needed(shape: &Shape, plan: &Plan) -> f64 {
    let Parts { dense, experts, shards, in_flight, layers, tokens, wide, wide_shards, split } = parts(shape, plan);
    let bytes = ["weight-bytes", "gradient-bytes", "optimizer-bytes"].map(|key| plan.get(key));
    let state = |weights: f64, shards: [f64; 3]| bytes.iter().zip(shards).map(|(bytes, shard)| weights * bytes / shard).sum::<f64>();
    let activations = in_flight * layers * tokens * plan.get("activation-bytes") * (wide / wide_shards + split / plan.get("tensor").max(1.0));
    (state(dense, shards[0]) + state(experts, shards[1]) + activations) / 1e9
}

/// `training-memory`.
pub(super) fn draft(shape: &Shape, plan: &Plan) -> Draft {
    let parts = parts(shape, plan);
    let number = |name: &str, label: &str, unit: &str, value: f64| Input::counted(name, label, unit, value);
    let state = |what: &str, shards: [f64; 3]| {
        let one = |bytes: &str, shard: f64| if shard > 1.0 { format!("{bytes} / {shard}") } else { bytes.to_owned() };
        format!("{what} * ({} + {} + {})", one("weight", shards[0]), one("gradient", shards[1]), one("optimizer", shards[2]))
    };
    let experts = if parts.experts > 0.0 { format!(" + {}", state("experts", parts.shards[1])) } else { String::new() };
    let formula =
        format!("({}{experts} + in_flight * layers * tokens * activation * (wide / wide_shards + split / tensor)) / 1e9", state("dense", parts.shards[0]));
    let kept = |name: &str, label: &str, value: f64| {
        let figure = Figure { value, low: value * 0.7, high: value * 1.3, confidence: Confidence::Derived, source: None };
        Input::figure(name, label, "", Some(figure))
    };
    let words = ["nothing is recomputed", "norms and products are recomputed", "whole layers are recomputed"];
    let words = words.get(plan.get("recompute") as usize).copied().unwrap_or(words[0]);
    let mut draft = Draft::new("training-memory", "Memory of an XPU", "GB", formula, SOURCE)
        .input(number("dense", "weights of an XPU that are no experts", "", parts.dense))
        .inputs((parts.experts > 0.0).then(|| number("experts", "weights of the experts of an XPU", "", parts.experts)))
        .input(number("weight", "a weight", "B", plan.get("weight-bytes")))
        .input(number("gradient", "a gradient", "B", plan.get("gradient-bytes")))
        .input(number("optimizer", "optimiser state of a weight", "B", plan.get("optimizer-bytes")))
        .input(number("in_flight", "micro-batches on their way at the first stage", "", parts.in_flight))
        .input(number("layers", "layers of a stage", "", parts.layers))
        .input(number("tokens", "tokens of a micro-batch at an XPU", "", parts.tokens))
        .input(number("activation", "an activation", "B", plan.get("activation-bytes")))
        .input(kept("wide", "activations of a layer as wide as the model, for each token", parts.wide))
        .input(number("wide_shards", "parts that these are split into (sequence parallel)", "", parts.wide_shards))
        .input(kept("split", "activations of a layer that tensor parallelism splits, for each token", parts.split))
        .input(number("tensor", "tensor-parallel parts", "", plan.get("tensor")));
    draft = draft.assume(format!("Activations: {words}; attention scores are never kept"));
    draft.assume("Buffers of libraries, fragmentation and what a layer needs while it is computed are not counted; embeddings are spread over all stages")
}
