//! What is known of parts and protocols besides what the engine reckons with: figures that are only read, conflicting figures with who
//! gives them, and records that are no parts (whole racks and pods, fibres, market prices) beside the parts they are about.
//!
//! Read when somebody first opens a part's page, so that it costs nothing before.

use std::sync::OnceLock;

use super::words::Word;
use crate::json::{Value, parse};
use crate::model::{Confidence, Source};

const DATA: &str = include_str!("data/more.json");

/// A figure as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What it says, for example `Buffer`.
    pub label: String,
    /// The value with its unit.
    pub value: String,
    /// How much it can be trusted; it was read in one of the sources of its record.
    pub confidence: Confidence,
}

/// Another value for a figure, by a source that disagrees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The label of the figure.
    pub label: String,
    /// The other value.
    pub value: String,
    /// Who gives it.
    pub by: String,
}

/// What is known besides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct More {
    /// The part or protocol it is about, or the record's own id.
    pub id: String,
    /// The name of a record that is no part; empty for a part or protocol.
    pub name: String,
    /// The parts a record that is no part is about.
    pub of: Vec<String>,
    /// Figures that are only read.
    pub remarks: Vec<Remark>,
    /// What other sources say.
    pub conflicts: Vec<Conflict>,
    /// Remarks.
    pub notes: Vec<String>,
    /// Where a record that is no part was read.
    pub sources: Vec<Source>,
}

/// All records. The tests hold that all of the data is understood.
pub fn all() -> &'static [More] {
    static ALL: OnceLock<Vec<More>> = OnceLock::new();
    ALL.get_or_init(|| {
        let data = parse(DATA).ok();
        data.as_ref().and_then(Value::as_array).map(|records| records.iter().filter_map(record).collect()).unwrap_or_default()
    })
}

/// What is known besides of a part or a protocol.
pub fn of(id: &str) -> Option<&'static More> {
    all().iter().find(|more| more.id == id && more.name.is_empty())
}

/// Records that are no parts and are about this part.
pub fn about(part: &str) -> impl Iterator<Item = &'static More> {
    all().iter().filter(move |more| more.of.iter().any(|id| id == part))
}

fn record(value: &Value) -> Option<More> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let texts = |key: &str| list(value, key).filter_map(|entry| entry.as_str().map(str::to_owned)).collect::<Vec<_>>();
    let triples = |key: &'static str| list(value, key).filter_map(|entry| entry.as_array().and_then(|row| words(row)));
    let remark =
        |[label, value, confidence]: [&str; 3]| Some(Remark { label: label.into(), value: value.into(), confidence: Confidence::from_word(confidence)? });
    let conflict = |[label, value, by]: [&str; 3]| Conflict { label: label.into(), value: value.into(), by: by.into() };
    let source = |row: &[Value]| {
        let word = |at: usize| row.get(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        Source { title: word(0), place: word(1) }
    };
    Some(More {
        id: value.get("id")?.as_str()?.to_owned(),
        name: text("name"),
        of: texts("of"),
        remarks: triples("more").filter_map(remark).collect(),
        conflicts: triples("also").map(conflict).collect(),
        notes: texts("notes"),
        sources: list(value, "sources").filter_map(|row| row.as_array().map(|row| source(row))).collect(),
    })
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).map(|list| list.as_slice()).unwrap_or_default().iter()
}

fn words(row: &[Value]) -> Option<[&str; 3]> {
    match row {
        [a, b, c] => Some([a.as_str()?, b.as_str()?, c.as_str()?]),
        _ => None,
    }
}
