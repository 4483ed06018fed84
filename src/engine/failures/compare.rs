//! A whole design beside a degraded one: each estimate with its difference, and the findings that come and go.

use std::sync::Arc;

use super::degrade::{Degraded, Down, degraded};
use crate::catalog::Catalog;
use crate::engine::compare::{Row, only_in, rows};
use crate::engine::context::Context;
use crate::engine::diagnostics::Diagnostic;
use crate::engine::latency;
use crate::engine::report::Report;
use crate::engine::service;
use crate::model::{Design, Element, Outage};

/// A whole design beside a degraded one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// What is down.
    pub down: Down,
    /// Every estimate of either, the whole first, in the order they are shown.
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
    beside(whole, &service::evaluate(&left.design, catalog), left.down)
}

/// The design without what has failed, asked about the same pair as the whole.
pub fn with_pair(design: &Design, catalog: &Catalog, off: &[Outage]) -> Degraded {
    let mut left = degraded(design, catalog, off);
    if design.meta.settings.pair.is_none() && left.design != *design {
        hold_pair(design, catalog, &mut left);
    }
    left
}

/// Both are asked about the pair that is slowest in the whole, where the design states none and both its ends are left.
fn hold_pair(design: &Design, catalog: &Catalog, left: &mut Degraded) {
    let context = Context::new(design, catalog);
    let element = |vertex| context.topology.element_of(design, catalog, vertex);
    let Some((from, to)) = slowest(&context).and_then(|pair| element(pair.from).zip(element(pair.to))) else { return };
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

fn slowest(context: &Context) -> Option<latency::Pair> {
    latency::all_pairs(context, latency::message(context), latency::LIVE, &mut |_| {}).tally.slowest()
}

/// The report of a whole design beside that of what is left of it.
pub fn beside(whole: &Report, degraded: &Report, down: Down) -> Comparison {
    let told = |finding: &Diagnostic| !APART.contains(&finding.code.as_str());
    Comparison {
        down,
        rows: rows(&[whole, degraded], |key| !STAY.iter().any(|stem| key.starts_with(stem))),
        appeared: only_in(degraded, whole).into_iter().filter(told).collect(),
        gone: only_in(whole, degraded).into_iter().filter(told).collect(),
    }
}
