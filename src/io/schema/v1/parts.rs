//! Own parts in a file: the catalogue's JSON form, plus whatever fields the catalogue does not know. A part that cannot be used is kept as
//! it stands, told in one sentence, and written again.
//!
//! A [`Part`] has no room for unknown fields, so they are set aside in the design's own [`Extra`](crate::model::Extra) under `parts`,
//! by part id, and merged back when the part is written.

use crate::catalog::{part_from_json, part_to_json};
use crate::json::{Map, Value};
use crate::model::Part;

/// A part as read, and the fields of it that the catalogue's form does not hold.
pub(crate) struct PartValue {
    /// The part.
    pub part: Part,
    /// What would be lost.
    pub rest: Option<Value>,
    /// The part as it stands in the file.
    pub whole: Value,
}

/// The key below `parts` in the design's [`Extra`](crate::model::Extra) that holds parts that cannot be used; no part has this id.
pub(crate) const UNUSED: &str = "";

impl PartValue {
    /// Reads a part; the error is one sentence.
    pub(crate) fn read(value: &Value) -> Result<Self, String> {
        let part = part_from_json(value).map_err(|error| error.to_string())?;
        let rest = difference(value, &part_to_json(&part));
        Ok(Self { part, rest, whole: value.clone() })
    }
}

/// A part as one line of JSON, with the fields set aside for it.
pub(crate) fn part_text(part: &Part, rest: Option<&Value>) -> String {
    let plain = part_to_json(part);
    let mut value = plain.clone();
    if let Some(rest) = rest {
        merge(&mut value, rest);
    }
    // What was set aside must not change the part it is put back into.
    let same = part_from_json(&value).is_ok_and(|read| read == *part);
    if same { value } else { plain }.to_string()
}

/// What `original` has and `known` has not, with objects compared field by field. `None` is nothing.
fn difference(original: &Value, known: &Value) -> Option<Value> {
    match (original, known) {
        (Value::Object(original), Value::Object(known)) => {
            let rest: Map = original
                .iter()
                .filter_map(|(key, value)| match known.get(key) {
                    Some(known) => difference(value, known).map(|rest| (key.clone(), rest)),
                    None => Some((key.clone(), value.clone())),
                })
                .collect();
            (!rest.is_empty()).then_some(Value::Object(rest))
        }
        (Value::Array(original), Value::Array(known)) if original.len() == known.len() => {
            let rest: Map =
                original.iter().zip(known).enumerate().filter_map(|(at, (value, known))| difference(value, known).map(|rest| (at.to_string(), rest))).collect();
            (!rest.is_empty()).then_some(Value::Object(rest))
        }
        _ => None,
    }
}

/// Adds the fields of `rest` that `value` lacks. A place in a list is spelled as its number.
fn merge(value: &mut Value, rest: &Value) {
    let Value::Object(rest) = rest else { return };
    match value {
        Value::Object(fields) => {
            let mut new = Vec::new();
            for (key, kept) in rest.iter() {
                match fields.get_mut(key) {
                    Some(inner) => merge(inner, kept),
                    None => new.push((key, kept)),
                }
            }
            for (key, kept) in new {
                fields.add(key.clone(), kept.clone());
            }
            fields.settle();
        }
        Value::Array(items) => {
            for (key, kept) in rest.iter() {
                if let Some(inner) = key.parse().ok().and_then(|at: usize| items.get_mut(at)) {
                    merge(inner, kept);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[test]
    fn unknown_fields_come_back_at_every_level() {
        let original = parse(r#"{"a": 1, "new": [1], "deep": {"b": 2, "c": 3}, "list": [{"x": 1, "y": 2}, {"x": 3}]}"#).unwrap();
        let known = parse(r#"{"a": 1, "deep": {"b": 2}, "list": [{"x": 1}, {"x": 3}]}"#).unwrap();
        let rest = difference(&original, &known).unwrap();
        let mut back = known.clone();
        merge(&mut back, &rest);
        assert_eq!(back, original);
        assert_eq!(difference(&known, &known), None);
    }
}
