//! The shape of a transformer: how many weights it has, how many of them a token meets, and what attention adds.
//!
//! Weights are those of the matrices; norms and biases are a thousandth of them and left out. Input and output embeddings are apart
//! (untied), as in every model of the list.

use std::sync::OnceLock;

use super::fields::{Field, SHAPE};
use crate::json::{Value, parse};
use crate::model::Workload;

const MODELS: &str = include_str!("models.json");

/// A published shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Its id: `llama-3.1-405b`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Numbers by key.
    pub shape: Vec<(&'static str, f64)>,
    /// Where they were read.
    pub source: String,
}

/// All published shapes that are known.
pub fn models() -> &'static [Model] {
    static ALL: OnceLock<Vec<Model>> = OnceLock::new();
    ALL.get_or_init(|| {
        let data = parse(MODELS).ok();
        data.as_ref().and_then(Value::as_array).map(|list| list.iter().filter_map(model).collect()).unwrap_or_default()
    })
}

fn model(value: &Value) -> Option<Model> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let numbers = value.get("shape")?.as_object()?;
    let shape = SHAPE.iter().filter_map(|field| Some((field.key, numbers.get(field.key)?.as_f64()?))).collect();
    Some(Model { id: text("id")?, name: text("name")?, shape, source: text("source")? })
}

/// The published shape with an id.
pub fn by_id(id: &str) -> Option<&'static Model> {
    models().iter().find(|model| model.id == id)
}

/// A shape that is complete and sound.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "the table of fields says what each is")]
pub struct Shape {
    pub layers: f64,
    pub hidden: f64,
    pub heads: f64,
    pub kv_heads: f64,
    pub head_dim: f64,
    pub q_rank: f64,
    pub kv_rank: f64,
    pub rope_dim: f64,
    pub ffn: f64,
    pub ffn_matrices: f64,
    pub experts: f64,
    pub experts_per_token: f64,
    pub shared_experts: f64,
    pub expert_ffn: f64,
    pub dense_layers: f64,
    pub vocabulary: f64,
}

/// The number of a field as a workload has it: its own, the model's, or the usual one.
pub fn value_of(workload: &Workload, field: &Field) -> Option<f64> {
    let own = workload.shape.get(field.key).copied();
    let model = || by_id(&workload.model)?.shape.iter().find(|(key, _)| *key == field.key).map(|(_, value)| *value);
    own.or_else(model).or(field.usual)
}

impl Shape {
    /// The shape of a workload; sentences where it is none.
    pub fn of(workload: &Workload) -> Result<Self, Vec<String>> {
        let mut wrong = Vec::new();
        if !workload.model.is_empty() && by_id(&workload.model).is_none() {
            let known: Vec<&str> = models().iter().map(|model| model.id.as_str()).collect();
            wrong.push(format!("There is no model “{}”; known are {}", workload.model, known.join(", ")));
        }
        let mut next = |key: &str| {
            let Some(field) = SHAPE.iter().find(|field| field.key == key) else { return 0.0 };
            let value = value_of(workload, field);
            match value {
                Some(value) if field.allows(value) => value,
                Some(_) => {
                    wrong.push(format!("{} must be {}", field.label, field.allowed()));
                    0.0
                }
                None => {
                    wrong.push(format!("The shape does not say: {}", crate::units::lower(field.label)));
                    0.0
                }
            }
        };
        let shape = Self {
            layers: next("layers"),
            hidden: next("hidden"),
            heads: next("heads"),
            kv_heads: next("kv-heads"),
            head_dim: next("head-dim"),
            q_rank: next("q-rank"),
            kv_rank: next("kv-rank"),
            rope_dim: next("rope-dim"),
            ffn: next("ffn"),
            ffn_matrices: next("ffn-matrices"),
            experts: next("experts"),
            experts_per_token: next("experts-per-token"),
            shared_experts: next("shared-experts"),
            expert_ffn: next("expert-ffn"),
            dense_layers: next("dense-layers"),
            vocabulary: next("vocabulary"),
        };
        if wrong.is_empty() && shape.experts > 0.0 {
            if shape.experts_per_token < 1.0 || shape.experts_per_token > shape.experts {
                wrong.push(format!("A token passes 1 to {} experts, not {}", shape.experts, shape.experts_per_token));
            }
            if shape.dense_layers >= shape.layers {
                wrong.push("A model with experts needs a layer that has them".to_owned());
            }
            if shape.expert_ffn < 1.0 {
                wrong.push("The shape does not say: width of an expert".to_owned());
            }
        } else if wrong.is_empty() && shape.ffn < 1.0 {
            wrong.push("The shape does not say: width of the feed-forward layers".to_owned());
        }
        if wrong.is_empty() { Ok(shape) } else { Err(wrong) }
    }

    /// Layers with experts.
    pub fn expert_layers(&self) -> f64 {
        if self.experts > 0.0 { self.layers - self.dense_layers } else { 0.0 }
    }
    /// Width of all queries of a token, without what carries position beside compressed ones.
    pub fn queries(&self) -> f64 {
        self.heads * self.head_dim
    }
    /// Numbers that attention of other parts of a sequence needs of a token in one layer: keys and values, or what both are made of.
    pub fn keys_and_values(&self) -> f64 {
        if self.kv_rank > 0.0 { self.kv_rank + self.rope_dim } else { 2.0 * self.kv_heads * self.head_dim }
    }
    /// Weights of one layer's attention.
    pub fn attention_weights(&self) -> f64 {
        let (h, queries) = (self.hidden, self.queries());
        if self.kv_rank > 0.0 {
            let wide = self.heads * (self.head_dim + self.rope_dim);
            let asked = if self.q_rank > 0.0 { h * self.q_rank + self.q_rank * wide } else { h * wide };
            return asked + h * (self.kv_rank + self.rope_dim) + self.kv_rank * 2.0 * queries + queries * h;
        }
        2.0 * h * queries + 2.0 * h * self.kv_heads * self.head_dim
    }
    /// Weights that every replica has of all: attention, dense layers, shared experts, routers, embeddings.
    pub fn dense_weights(&self) -> f64 {
        let (h, with_experts) = (self.hidden, self.expert_layers());
        let shared = with_experts * (self.shared_experts * self.ffn_matrices * h * self.expert_ffn + h * self.experts);
        self.layers * self.attention_weights() + (self.layers - with_experts) * self.ffn_matrices * h * self.ffn + shared + 2.0 * self.vocabulary * h
    }
    /// Weights of all experts that are chosen among.
    pub fn expert_weights(&self) -> f64 {
        self.expert_layers() * self.experts * self.ffn_matrices * self.hidden * self.expert_ffn
    }
    /// All weights.
    pub fn weights(&self) -> f64 {
        self.dense_weights() + self.expert_weights()
    }
    /// Weights that a token is multiplied with: without the input embedding, which is looked up, and without experts that it does not meet.
    pub fn active_weights(&self) -> f64 {
        let met = if self.experts > 0.0 { self.expert_weights() * self.experts_per_token / self.experts } else { 0.0 };
        self.dense_weights() + met - self.vocabulary * self.hidden
    }
    /// Operations of attention for one token, forward and backward, over a causal sequence: `3 * sequence * heads * (width of queries and
    /// keys + width of values)` for each layer, half of what attention to everything would take.
    pub fn attention_operations(&self, sequence: f64) -> f64 {
        let beside = if self.kv_rank > 0.0 { self.rope_dim } else { 0.0 };
        3.0 * self.layers * sequence * self.heads * (2.0 * self.head_dim + beside)
    }
    /// Activations of one layer that are kept for the backward pass, in numbers for each token: what is as wide as the model, and what tensor
    /// parallelism splits. First everything, then what is left when norms and products are recomputed, then the input alone. Attention
    /// scores are never kept (FlashAttention). Experts count as often as a token meets them.
    pub fn kept(&self) -> [[f64; 2]; 3] {
        let h = self.hidden;
        let share = self.expert_layers() / self.layers.max(1.0);
        let wide = (1.0 - share) * self.ffn + share * (self.experts_per_token + self.shared_experts) * self.expert_ffn;
        // Tokens that go to several experts are there several times.
        let sent = share * self.experts_per_token * h;
        let compressed = if self.kv_rank > 0.0 { self.q_rank + self.kv_rank + self.rope_dim } else { self.keys_and_values() };
        let attention = 2.0 * self.queries() + compressed;
        let gates = self.ffn_matrices - 1.0;
        [[4.0 * h + 2.0 * sent, attention + (gates + 1.0) * wide], [2.0 * h + sent, attention + gates * wide], [h, 0.0]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(id: &str) -> Shape {
        Shape::of(&Workload { model: id.to_owned(), ..Workload::default() }).unwrap()
    }

    #[test]
    fn weights_are_those_that_are_published() {
        for (id, all, active) in [
            ("llama-3.1-405b", 405e9, 405e9),
            ("llama-3.1-70b", 70.6e9, 70.6e9),
            ("llama-3.1-8b", 8.03e9, 8.03e9),
            ("deepseek-v3", 671e9, 37e9),
            ("kimi-k2", 1.04e12, 32e9),
            ("qwen3-235b-a22b", 235e9, 22e9),
        ] {
            let shape = of(id);
            // What is published as active counts both embeddings.
            let met = shape.active_weights() + shape.vocabulary * shape.hidden;
            assert!((shape.weights() / all - 1.0).abs() < 0.02, "{id}: {}", shape.weights());
            assert!((met / active - 1.0).abs() < 0.03, "{id}: {met}");
        }
        assert_eq!(models().len(), 6);
    }

    #[test]
    fn what_is_no_shape_is_refused_in_sentences() {
        let none = Shape::of(&Workload::default()).unwrap_err();
        assert!(none.iter().any(|sentence| sentence.contains("layers")), "{none:?}");
        let mut own = Workload { model: "llama-3.1-8b".to_owned(), ..Workload::default() };
        for (key, value) in [("layers", -1.0), ("heads", 1.5), ("hidden", f64::INFINITY), ("experts", 8.0)] {
            own.shape.insert(key.to_owned(), value);
            assert!(Shape::of(&own).is_err(), "{key}");
            own.shape.remove(key);
        }
        own.shape.insert("layers".to_owned(), 40.0);
        assert_eq!(Shape::of(&own).unwrap().layers, 40.0);
        assert!(Shape::of(&Workload { model: "gpt-9".to_owned(), ..Workload::default() }).unwrap_err()[0].contains("known are"));
    }
}
