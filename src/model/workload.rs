//! What a fabric is for, as far as it is stated: the training of a transformer. Plain data; the engine knows the keys.

use super::record::Extra;
use crate::units::SortedMap;

/// A training job as a design states it. Numbers stand by key, so that a file may state few of them and a later version more; what is left
/// out is the model's, or proposed for the drawn fabric.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workload {
    /// Its name; names are unique in a design.
    pub name: String,
    /// The shape it starts from, by id (`llama-3.1-405b`); empty is a shape of its own.
    pub model: String,
    /// Numbers of the shape that differ from the model's.
    pub shape: SortedMap<String, f64>,
    /// How it is run: degrees, micro-batches, precision, what overlaps.
    pub plan: SortedMap<String, f64>,
    /// The axes from the innermost to the outermost, by word; those left out follow in the usual order.
    pub order: Vec<String>,
    /// Pairs of XPUs whose ranks change places, as text.
    pub swaps: Vec<[String; 2]>,
    /// Unknown fields.
    pub extra: Extra,
}
