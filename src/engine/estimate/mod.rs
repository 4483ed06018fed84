//! Numbers with their reasons. An [`Estimate`] cannot be made without its formula, inputs and sources: the value *is* the
//! formula evaluated with the printed inputs, its confidence is its weakest input's, its range comes from its inputs' ends.

mod formula;

pub use formula::{FormulaError, evaluate};

use serde::{Deserialize, Serialize};

use super::context::Context;
use crate::model::{Confidence, Figure};

/// Every estimate of a design, in the order they are shown.
pub fn estimates(_context: &Context) -> Vec<Estimate> {
    Vec::new()
}

/// A number with its unit, range, formula, inputs, assumptions and sources.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    key: String,
    label: String,
    unit: String,
    /// `None` is unknown: an input is missing, or rests on a recalled figure while those are left out.
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    formula: String,
    inputs: Vec<Input>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    assumptions: Vec<String>,
    sources: Vec<String>,
    confidence: String,
    recalled: bool,
}

/// One number that goes into a formula.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// Its name in the formula.
    pub name: String,
    /// What it is, in words.
    pub label: String,
    /// Its value; `None` is unknown.
    pub value: Option<f64>,
    /// The least it may be.
    pub low: Option<f64>,
    /// The most it may be.
    pub high: Option<f64>,
    /// Its unit.
    pub unit: String,
    /// What it rests on, in words.
    pub confidence: String,
    /// Whether it is recalled.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recalled: bool,
}

impl Input {
    /// A number that was counted or read off the design.
    pub fn counted(name: &str, label: &str, unit: &str, value: f64) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            value: Some(value),
            low: Some(value),
            high: Some(value),
            unit: unit.to_owned(),
            confidence: Confidence::Derived.label().to_owned(),
            recalled: false,
        }
    }
    /// A figure of the catalogue; `None` is unknown.
    pub fn figure(name: &str, label: &str, unit: &str, figure: Option<Figure<f64>>) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            value: figure.as_ref().map(|figure| figure.value),
            low: figure.as_ref().map(|figure| figure.low),
            high: figure.as_ref().map(|figure| figure.high),
            unit: unit.to_owned(),
            confidence: figure.as_ref().map_or("unknown", |figure| figure.confidence.label()).to_owned(),
            recalled: figure.as_ref().is_some_and(Figure::is_recalled),
        }
    }
}

impl Estimate {
    /// The stable key, for example `bisection`.
    pub fn key(&self) -> &str {
        &self.key
    }
    /// What it is, in words.
    pub fn label(&self) -> &str {
        &self.label
    }
    /// Its unit (`Gb/s`, `ns`, `W`, or empty).
    pub fn unit(&self) -> &str {
        &self.unit
    }
    /// The number; `None` is unknown.
    pub fn value(&self) -> Option<f64> {
        self.value
    }
    /// The least and the most it may be.
    pub fn range(&self) -> Option<(f64, f64)> {
        self.low.zip(self.high)
    }
    /// The formula, with the names of [`Estimate::inputs`].
    pub fn formula(&self) -> &str {
        &self.formula
    }
    /// The numbers that went in.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }
    /// What was taken for granted.
    pub fn assumptions(&self) -> &[String] {
        &self.assumptions
    }
    /// Where formula and figures come from.
    pub fn sources(&self) -> &[String] {
        &self.sources
    }
    /// The words for its weakest input's confidence.
    pub fn confidence(&self) -> &str {
        &self.confidence
    }
    /// Whether it rests on a recalled figure.
    pub fn is_recalled(&self) -> bool {
        self.recalled
    }
}
