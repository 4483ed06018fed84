//! `rack-overlap`: a rack unit holds one node.

use crate::engine::diagnostics::{Severity, Trust};
use crate::model::Subject;
use crate::units::order;

use super::space::{Places, Shelf, Standing};
use super::{Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "rack-overlap",
    severity: Severity::Error,
    title: "Rack units used twice",
    documentation: include_str!("../../../docs/diagnostics/rack-overlap.md"),
    check,
};

fn check(survey: &Survey, out: &mut Findings) {
    let shelves = Shelf::all(survey);
    let mut places = Places::default();
    for shelf in &shelves {
        let mut mounted: Vec<&Standing> = shelf.standing.iter().filter(|standing| standing.span().is_some()).collect();
        order::sort_by_key(&mut mounted, |standing| (standing.span(), standing.node));
        for (place, upper) in mounted.iter().enumerate() {
            // Each node is told once, against the first below it that is in its way.
            if let Some(lower) = mounted.iter().take(place).find(|lower| shelf.collide(lower, upper)) {
                out.push(rack_overlap(survey, &shelves, &mut places, shelf, lower, upper));
            }
        }
    }
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
