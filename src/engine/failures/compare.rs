//! A whole design beside a degraded one: each estimate with its difference, and the findings that come and go.

use std::sync::Arc;

use super::degrade::{Degraded, degraded};
use crate::catalog::Catalog;
use crate::engine::context::Context;
use crate::engine::diagnostics::Diagnostic;
use crate::engine::estimate::Estimate;
use crate::engine::estimate::extremes::Extremes;
use crate::engine::report::Report;
use crate::engine::service;
use crate::model::{Design, Element, Outage};
use crate::units::{SortedMap, SortedSet};

/// One estimate of both.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The estimate's key.
    pub key: String,
    /// What it is, in words.
    pub label: String,
    /// Its unit.
    pub unit: String,
    /// Its value in the whole design; `None` is unknown.
    pub whole: Option<f64>,
    /// Its value in the degraded design; `None` is unknown.
    pub degraded: Option<f64>,
}

impl Row {
    /// The difference in per cent of the whole; `None` where one is unknown or the whole is 0 and the other is not.
    pub fn change(&self) -> Option<f64> {
        let (whole, degraded) = self.whole.zip(self.degraded)?;
        if whole == degraded {
            return Some(0.0);
        }
        (whole != 0.0).then(|| (degraded - whole) / whole * 100.0)
    }
    /// Whether both are the same.
    pub fn is_same(&self) -> bool {
        self.whole == self.degraded
    }
}

/// A whole design beside a degraded one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Links that are down.
    pub links: usize,
    /// Nodes that are down.
    pub nodes: usize,
    /// XPUs that are down.
    pub xpus: usize,
    /// What was asked to fail but is not in the design.
    pub unknown: Vec<String>,
    /// Every estimate of either, in the order they are shown.
    pub rows: Vec<Row>,
    /// Findings that the failure brings.
    pub appeared: Vec<Diagnostic>,
    /// Findings that are gone with what they were about.
    pub gone: Vec<Diagnostic>,
}

/// Estimates that do not change when something fails: what has failed was bought, stands there and is repaired.
const STAY: [&str; 6] = ["break-even", "cost", "energy", "openness", "port", "power"];
/// Findings about the catalogue and about the report itself, which tell nothing of a failure.
const APART: [&str; 2] = ["recalled-figures", "silencing-unused"];

/// Evaluates a design without what has failed and puts it beside `whole`, the report of the whole.
///
/// Time: one evaluation, and one search for the slowest pair.
pub fn compare(design: &Design, catalog: &Catalog, whole: &Report, off: &[Outage]) -> Comparison {
    let left = with_pair(design, catalog, off);
    beside(whole, &service::evaluate(&left.design, catalog), &left)
}

/// The design without what has failed, asked about the same pair as the whole.
pub fn with_pair(design: &Design, catalog: &Catalog, off: &[Outage]) -> Degraded {
    let mut left = degraded(design, catalog, off);
    if left.links + left.nodes + left.xpus > 0 || left.design.parts.len() > design.parts.len() {
        hold_pair(design, catalog, &mut left);
    }
    left
}

/// Both are asked about the pair that is slowest in the whole, where the design states none and both its ends are left.
fn hold_pair(design: &Design, catalog: &Catalog, left: &mut Degraded) {
    if design.meta.settings.pair.is_some() {
        return;
    }
    let context = Context::new(design, catalog);
    let element = |vertex| context.topology.element_of(design, catalog, vertex);
    let Some((from, to)) = Extremes::of(&context).slowest.and_then(|pair| element(pair.from).zip(element(pair.to))) else { return };
    let is_left = |end: &Element| {
        let part = || left.design.nodes.get(end.node).and_then(|node| catalog.part(&left.design, &node.part));
        part().is_some_and(|part| {
            end.inside.as_ref().is_none_or(|name| part.inside().is_some_and(|inside| inside.vertices.iter().any(|thing| thing.name == *name)))
        })
    };
    if is_left(&from) && is_left(&to) {
        Arc::make_mut(&mut left.design.meta).settings.pair = Some((from, to));
    }
}

/// The report of a whole design beside that of what is left of it.
pub fn beside(whole: &Report, report: &Report, left: &Degraded) -> Comparison {
    let shown = |estimate: &&Estimate| !STAY.iter().any(|stem| estimate.key().starts_with(stem));
    let mut rows: Vec<Row> = whole
        .estimates
        .iter()
        .filter(shown)
        .map(|estimate| {
            let (key, label, unit) = (estimate.key().to_owned(), estimate.label().to_owned(), estimate.unit().to_owned());
            let degraded = (key == "pairs-apart").then_some(0.0);
            Row { key, label, unit, whole: estimate.value(), degraded }
        })
        .collect();
    let places: SortedMap<String, usize> = rows.iter().enumerate().map(|(place, row)| (row.key.clone(), place)).collect();
    for estimate in report.estimates.iter().filter(shown) {
        match places.get(estimate.key()).and_then(|place| rows.get_mut(*place)) {
            Some(row) => row.degraded = estimate.value(),
            None => rows.push(Row {
                key: estimate.key().to_owned(),
                label: estimate.label().to_owned(),
                unit: estimate.unit().to_owned(),
                // Pairs without a route are told only where there are any.
                whole: (estimate.key() == "pairs-apart").then_some(0.0),
                degraded: estimate.value(),
            }),
        }
    }
    Comparison {
        links: left.links,
        nodes: left.nodes,
        xpus: left.xpus,
        unknown: left.unknown.iter().map(ToString::to_string).collect(),
        rows,
        appeared: only_in(&report.diagnostics, &whole.diagnostics),
        gone: only_in(&whole.diagnostics, &report.diagnostics),
    }
}

/// Findings of the first list that the second does not have in the same words.
fn only_in(these: &[Diagnostic], others: &[Diagnostic]) -> Vec<Diagnostic> {
    let known: SortedSet<(&str, String, &str)> = others.iter().map(|other| (other.code.as_str(), other.subject.to_string(), other.message.as_str())).collect();
    let open = these.iter().filter(|finding| finding.silenced.is_none() && !APART.contains(&finding.code.as_str()));
    open.filter(|finding| !known.contains(&(finding.code.as_str(), finding.subject.to_string(), finding.message.as_str()))).cloned().collect()
}
