//! Numbers with their reasons. An [`Estimate`] cannot be made without its formula, inputs and sources: the value *is* the
//! formula evaluated with the printed inputs, its confidence is its weakest input's, its range comes from its inputs' ends.

mod bisection;
pub mod collective;
mod cost;
mod counts;
mod distance;
mod energy;
pub mod fabric;
mod feeds;
pub mod figures;
pub mod fill;
pub mod flows;
mod formula;
pub(super) mod halves;
mod hubs;
mod openness;
mod oversubscription;
pub mod pair;
pub(in crate::engine) mod power;
pub mod show;
mod single;
pub mod traffic;
pub mod walk;
mod wire;

pub use formula::{FormulaError, Spread, evaluate, spread};

use super::context::Context;
use super::latency;
use crate::model::{Confidence, Element, Figure, Recalled, Source};

/// Every estimate of a design, in the order they are shown: the pair of the design's settings (else the slowest pair), then
/// the whole fabric, then power and ports. Keys are stable.
///
/// Time: a k = 32 fat tree takes some tens of milliseconds natively, once per context; see `benches/engine.rs`.
pub fn estimates(context: &Context) -> Vec<Estimate> {
    context.estimates().to_vec()
}

/// Makes them.
pub(super) fn all_of(context: &Context) -> Vec<Estimate> {
    let pairs = context.known.pairs.get_or_init(|| latency::live_pairs(context));
    let stated = context.design.meta.settings.pair.as_ref();
    let mut all = stated.map(|(from, to)| pair(context, from, to)).unwrap_or_default();
    if let Some(slowest) = pairs.tally.slowest().filter(|_| all.is_empty()) {
        all = pair::between(context, slowest.from, slowest.to);
    }
    all.extend(context.known.bisection.get_or_init(|| bisection::estimate(context)).clone());
    all.extend(collective::reported(context));
    all.extend(oversubscription::estimates(context));
    all.extend(distance::estimates(context, pairs));
    all.extend(distance::apart(context, pairs));
    all.extend(power::estimates(context));
    all.extend(feeds::estimates(context));
    all.extend(counts::estimates(context));
    let money = cost::estimates(context, all.iter().find(|estimate| estimate.key() == "power"));
    all.extend(money);
    all
}

/// Estimates for one pair of endpoints that has the fabric to itself. Empty if an end does not exist.
pub fn pair(context: &Context, from: &Element, to: &Element) -> Vec<Estimate> {
    pair::estimates(context, from, to)
}

/// A number with its unit, range, formula, inputs, assumptions and sources.
#[derive(Clone, Debug, PartialEq)]
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
    assumptions: Vec<String>,
    sources: Vec<String>,
    confidence: String,
    recalled: bool,
    partial: bool,
}

/// One number that goes into a formula.
#[derive(Clone, Debug, PartialEq)]
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
    /// Another estimate, with its label, unit, range and what it rests on.
    pub fn of(name: &str, estimate: &Estimate) -> Self {
        let range = estimate.range();
        Self {
            name: name.to_owned(),
            label: estimate.label().to_owned(),
            value: estimate.value(),
            low: range.map(|range| range.0),
            high: range.map(|range| range.1),
            unit: estimate.unit().to_owned(),
            confidence: estimate.confidence().to_owned(),
            recalled: estimate.is_recalled(),
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

/// What an estimate is made of. There is no other way to an [`Estimate`].
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    key: String,
    label: String,
    unit: String,
    formula: String,
    inputs: Vec<Input>,
    assumptions: Vec<String>,
    sources: Vec<String>,
    partial: bool,
}

impl Draft {
    /// An estimate `key` called `label` in `unit`, by `formula`, which is from `source`.
    pub fn new(key: &str, label: impl Into<String>, unit: &str, formula: impl Into<String>, source: impl Into<String>) -> Self {
        Self {
            key: key.to_owned(),
            label: label.into(),
            unit: unit.to_owned(),
            formula: formula.into(),
            inputs: Vec::new(),
            assumptions: Vec::new(),
            sources: vec![source.into()],
            partial: false,
        }
    }
    /// Says whether something that belongs to it has no figure and is left out of it.
    pub fn partial(mut self, partial: bool) -> Self {
        self.partial = partial;
        self
    }
    /// Adds a number that the formula names.
    pub fn input(mut self, input: Input) -> Self {
        self.inputs.push(input);
        self
    }
    /// Adds several.
    pub fn inputs(mut self, inputs: impl IntoIterator<Item = Input>) -> Self {
        self.inputs.extend(inputs);
        self
    }
    /// Adds something that is taken for granted.
    pub fn assume(mut self, words: impl Into<String>) -> Self {
        self.assumptions.push(words.into());
        self
    }
    /// Adds where a figure or the method was read. Said once however often it is added.
    pub fn source(mut self, words: impl Into<String>) -> Self {
        let words = words.into();
        if !self.sources.contains(&words) {
            self.sources.push(words);
        }
        self
    }
    /// Adds where the figures of a part were read.
    pub fn sources_of(self, sources: &[Source]) -> Self {
        sources.iter().fold(self, |draft, source| {
            let both = !source.title.is_empty() && !source.place.is_empty();
            draft.source(if both { format!("{}, {}", source.title, source.place) } else { format!("{}{}", source.title, source.place) })
        })
    }
}

/// How far a confidence's words are from certain; words it does not know are the weakest.
fn weakness(words: &str) -> usize {
    use Confidence::{Datasheet, Derived, Measured, Paper, Press, Recalled, Specification, Stated};
    let order = [Specification, Datasheet, Stated, Paper, Measured, Press, Derived, Recalled];
    order.iter().position(|confidence| confidence.label() == words).unwrap_or(order.len())
}

impl Estimate {
    /// The estimate that a draft describes: its value is the formula evaluated with the inputs, its range follows from
    /// the inputs' ranges, its confidence is its weakest input's. Where recalled figures are left out, an input that rests
    /// on one is unknown, and so is all that follows from it.
    pub fn new(draft: Draft, recalled: Recalled) -> Self {
        let mut inputs = draft.inputs;
        if recalled == Recalled::LeftOut {
            for input in inputs.iter_mut().filter(|input| input.recalled) {
                (input.value, input.low, input.high) = (None, None, None);
            }
        }
        for input in &mut inputs {
            let finite = |number: &f64| number.is_finite();
            (input.value, input.low, input.high) = (input.value.filter(finite), input.low.filter(finite), input.high.filter(finite));
        }
        let spread = formula::spread(&draft.formula, &inputs).ok().flatten();
        let range = spread.filter(|spread| spread.low.is_finite() && spread.high.is_finite());
        let weakest = inputs.iter().map(|input| input.confidence.as_str()).max_by_key(|words| weakness(words));
        Self {
            key: draft.key,
            label: draft.label,
            unit: draft.unit,
            value: spread.map(|spread| spread.value),
            low: range.map(|spread| spread.low),
            high: range.map(|spread| spread.high),
            formula: draft.formula,
            assumptions: draft.assumptions,
            sources: draft.sources,
            confidence: weakest.unwrap_or(Confidence::Derived.label()).to_owned(),
            recalled: inputs.iter().any(|input| input.recalled),
            partial: draft.partial,
            inputs,
        }
    }

    /// Adds something that is taken for granted, after the others.
    pub(crate) fn assume(&mut self, words: impl Into<String>) {
        self.assumptions.push(words.into());
    }

    /// The stable key, for example `bisection`.
    pub fn key(&self) -> &str {
        &self.key
    }
    /// The same under another label.
    pub fn relabelled(&self, label: String) -> Self {
        Self { label, ..self.clone() }
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
    /// Whether something that belongs to it has no figure and is left out of it.
    pub fn is_partial(&self) -> bool {
        self.partial
    }
}
