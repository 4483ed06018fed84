//! `rack-overlap`: a rack unit holds one node.

use crate::engine::diagnostics::{Severity, Trust};
use crate::model::{RackId, Subject};
use crate::units::order;

use super::space::{Places, Shelf, Standing};
use super::{Check, Finding, Findings, Rule, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "rack-overlap",
    severity: Severity::Error,
    title: "Rack units used twice",
    documentation: include_str!("../../../docs/diagnostics/rack-overlap.md"),
    checks: &[Check::Racks { doubts, tell, told: Told::Together }],
};

fn doubts(_: &Survey, shelf: &Shelf) -> bool {
    collisions(shelf, |_, _| ())
}

fn tell(survey: &Survey, racks: &[RackId], out: &mut Findings) {
    let shelves = Shelf::all(survey);
    let mut places = Places::default();
    for shelf in shelves.iter().filter(|shelf| racks.binary_search(&shelf.id).is_ok()) {
        collisions(shelf, |lower, upper| out.push(rack_overlap(survey, &shelves, &mut places, shelf, lower, upper)));
    }
}

/// Calls `with` with each node that another one below is in the way of; each once, with the first. Whether there are some.
fn collisions(shelf: &Shelf, mut with: impl FnMut(&Standing, &Standing)) -> bool {
    let mut mounted: Vec<&Standing> = shelf.standing.iter().filter(|standing| standing.span().is_some()).collect();
    order::sort_by_key(&mut mounted, |standing| (standing.span(), standing.node));
    let mut some = false;
    for (place, upper) in mounted.iter().enumerate() {
        if let Some(lower) = mounted.iter().take(place).find(|lower| shelf.collide(lower, upper)) {
            some = true;
            with(lower, upper);
        }
    }
    some
}

fn rack_overlap(survey: &Survey, shelves: &[Shelf], places: &mut Places, shelf: &Shelf, lower: &Standing, upper: &Standing) -> Finding {
    let units = |standing: &Standing| standing.span().map_or_else(String::new, |(first, last)| if first == last { format!("U{first}") } else { format!("U{first} to U{last}") });
    let message = format!(
        "{} fills {} of {}, where {} already fills {}; a unit holds 1 node",
        survey.name(upper.node),
        units(upper),
        shelf.name(survey),
        survey.name(lower.node),
        units(lower)
    );
    let finding = Finding::new(Subject::Node(upper.node), message, "Threshold 0 overlaps · rack practice of NetBox")
        .related(Subject::Node(lower.node), "stands there already")
        .related(Subject::Rack(shelf.id), "the rack");
    match places.find(survey, shelves, shelf, upper, false) {
        Some((words, edit)) => finding.fix(format!("Move {} to {words}", survey.name(upper.node)), Trust::Likely, vec![edit]),
        None => finding,
    }
}
