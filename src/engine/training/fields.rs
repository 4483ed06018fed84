//! The numbers of a workload by key: what each is, what may be said, and what holds where nothing is said. Command, page, file and checks read
//! these tables.

use crate::units::significant;

/// A number that a workload may state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// Its key in the file and for the command.
    pub key: &'static str,
    /// What it is, in a few words.
    pub label: &'static str,
    /// Its unit, as it is shown.
    pub unit: &'static str,
    /// The least and the most that may be said.
    pub bounds: [f64; 2],
    /// Whether only whole numbers may be said.
    pub whole: bool,
    /// What holds where nothing is said; `None` is proposed for the drawn fabric, or taken from the model.
    pub usual: Option<f64>,
}

const fn count(key: &'static str, label: &'static str, bounds: [f64; 2], usual: Option<f64>) -> Field {
    Field { key, label, unit: "", bounds, whole: true, usual }
}
const fn percent(key: &'static str, label: &'static str, usual: Option<f64>) -> Field {
    Field { key, label, unit: "%", bounds: [0.0, 100.0], whole: false, usual }
}
const fn bytes(key: &'static str, label: &'static str, usual: f64) -> Field {
    Field { key, label, unit: "B", bounds: [0.5, 64.0], whole: false, usual: Some(usual) }
}

/// The shape of a transformer.
pub static SHAPE: &[Field] = &[
    count("layers", "Layers", [1.0, 10_000.0], None),
    count("hidden", "Hidden width", [1.0, 1e6], None),
    count("heads", "Attention heads", [1.0, 1e5], None),
    count("kv-heads", "Key and value heads", [1.0, 1e5], None),
    count("head-dim", "Width of a head", [1.0, 1e5], Some(128.0)),
    count("q-rank", "Rank of compressed queries; 0 is none", [0.0, 1e6], Some(0.0)),
    count("kv-rank", "Rank of compressed keys and values; 0 is none", [0.0, 1e6], Some(0.0)),
    count("rope-dim", "Width of a head that carries position, beside the compressed", [0.0, 1e5], Some(0.0)),
    count("ffn", "Width of the feed-forward layers", [0.0, 1e7], Some(0.0)),
    count("ffn-matrices", "Matrices of a feed-forward layer: 3 with a gate", [2.0, 3.0], Some(3.0)),
    count("experts", "Experts; 0 is a dense model", [0.0, 1e5], Some(0.0)),
    count("experts-per-token", "Experts of a token", [0.0, 1e4], Some(0.0)),
    count("shared-experts", "Experts that every token passes", [0.0, 1e4], Some(0.0)),
    count("expert-ffn", "Width of an expert", [0.0, 1e7], Some(0.0)),
    count("dense-layers", "Layers without experts, where the model has experts", [0.0, 10_000.0], Some(0.0)),
    count("vocabulary", "Vocabulary", [0.0, 1e8], Some(0.0)),
];

/// How a job is run.
pub static PLAN: &[Field] = &[
    count("xpus", "XPUs that take part", [1.0, 1e7], None),
    count("tensor", "Tensor parallel", [1.0, 1e6], None),
    count("context", "Context parallel", [1.0, 1e6], Some(1.0)),
    count("expert", "Expert parallel", [1.0, 1e6], None),
    count("pipeline", "Pipeline stages", [1.0, 1e6], None),
    count("data", "Data parallel", [1.0, 1e7], None),
    count("sequence-parallel", "Sequence parallel between tensor-parallel parts: 1, or 0", [0.0, 1.0], Some(1.0)),
    count("interleave", "Pieces of the model at each stage", [1.0, 1e4], Some(1.0)),
    count("micro-batches", "Micro-batches of a step, for each replica", [1.0, 1e6], None),
    count("micro-batch", "Sequences of a micro-batch", [1.0, 1e6], Some(1.0)),
    Field { key: "sequence", label: "Sequence", unit: "tokens", bounds: [1.0, 1e8], whole: true, usual: Some(8192.0) },
    count("zero", "ZeRO stage: what data-parallel replicas share", [0.0, 3.0], Some(1.0)),
    count("recompute", "Recomputed in the backward pass: 0 nothing, 1 what is cheap, 2 whole layers", [0.0, 2.0], Some(1.0)),
    Field { key: "compute-bits", label: "Matrix products in 16 or 8", unit: "bits", bounds: [8.0, 16.0], whole: true, usual: Some(16.0) },
    percent("utilisation-percent", "Share of the peak that computing alone reaches", None),
    bytes("weight-bytes", "A weight", 2.0),
    bytes("activation-bytes", "An activation", 2.0),
    bytes("dispatch-bytes", "An activation on its way to an expert", 2.0),
    bytes("gradient-bytes", "A gradient", 4.0),
    bytes("optimizer-bytes", "Optimiser state of a weight", 12.0),
    percent("tensor-overlap-percent", "Tensor-parallel traffic hidden behind computing", Some(0.0)),
    percent("context-overlap-percent", "Context-parallel traffic hidden behind computing", Some(0.0)),
    percent("expert-overlap-percent", "Expert-parallel traffic hidden behind computing", Some(0.0)),
    percent("pipeline-overlap-percent", "Sends between stages hidden behind computing", Some(100.0)),
    percent("data-overlap-percent", "Computing that data-parallel traffic may hide behind", Some(100.0)),
];

/// The field with a key, in one of the tables.
pub fn by_key(table: &'static [Field], key: &str) -> Option<&'static Field> {
    table.iter().find(|field| field.key == key)
}

impl Field {
    /// Whether a number may be said.
    pub fn allows(&self, value: f64) -> bool {
        let bits = self.key != "compute-bits" || value == 8.0 || value == 16.0;
        (self.bounds[0]..=self.bounds[1]).contains(&value) && (!self.whole || value.fract() == 0.0) && bits
    }
    /// What may be said, in a sentence's part.
    pub fn allowed(&self) -> String {
        if self.key == "compute-bits" {
            return "8 or 16".to_owned();
        }
        let what = if self.whole { "a whole number" } else { "a number" };
        format!("{what} from {} to {}", significant(self.bounds[0], 9), significant(self.bounds[1], 9))
    }
    /// Reads what somebody typed; nothing is `None`. A sentence where it is no such number.
    pub fn read(&self, text: &str) -> Result<Option<f64>, String> {
        let text = text.trim();
        let bare = text.strip_suffix(self.unit).unwrap_or(text).trim().replace([',', '_', ' '], "");
        if bare.is_empty() {
            return Ok(None);
        }
        let (digits, factor) = match bare.strip_suffix(['k', 'K']) {
            Some(digits) => (digits, 1024.0),
            None => (bare.as_str(), 1.0),
        };
        let value = crate::units::decimal(digits).map(|value| value * factor).filter(|value| self.allows(*value));
        value.map(Some).ok_or_else(|| format!("{}: write {}, not “{text}”", self.label, self.allowed()))
    }
}
