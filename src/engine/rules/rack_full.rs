//! `rack-full`: what stands in a rack fits into its units.

use crate::engine::diagnostics::{Severity, Trust};
use crate::model::{RackId, Subject};
use crate::units::order;

use super::space::{Places, Shelf, Standing};
use super::{Check, Finding, Findings, Rule, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "rack-full",
    severity: Severity::Error,
    title: "Rack has too few units",
    documentation: include_str!("../../../docs/diagnostics/rack-full.md"),
    checks: &[Check::Racks { doubts, tell, told: Told::Together }],
};

const SOURCE: &str = "Threshold: the units of the rack · its data sheet";

fn doubts(_: &Survey, shelf: &Shelf) -> bool {
    let Some(units) = shelf.units() else { return false };
    let (outside, inside) = filling(shelf, units);
    outside || inside > u32::from(units)
}

/// Whether something stands outside its units, and how many units what is assigned to the rack needs, where something is not mounted.
fn filling(shelf: &Shelf, units: u16) -> (bool, u32) {
    let mut inside = 0u32;
    let mut outside = false;
    for standing in &shelf.standing {
        match standing.span() {
            // Nodes that face each other back to back may share units, so mounted ones are judged place by place.
            Some((first, last)) => outside |= first == 0 || last > u32::from(units),
            None => inside = inside.saturating_add(u32::from(standing.height)),
        }
    }
    (outside, if inside > 0 { filled_units(shelf, units) + inside } else { 0 })
}

fn tell(survey: &Survey, racks: &[RackId], out: &mut Findings) {
    let shelves = Shelf::all(survey);
    let mut places = Places::default();
    for shelf in shelves.iter().filter(|shelf| racks.binary_search(&shelf.id).is_ok()) {
        let Some(units) = shelf.units() else { continue };
        for standing in &shelf.standing {
            if standing.span().is_some_and(|(first, last)| first == 0 || last > u32::from(units)) {
                out.push(out_of_rack(survey, &shelves, &mut places, shelf, standing, units));
            }
        }
        let (_, needed) = filling(shelf, units);
        if needed > u32::from(units) {
            out.push(rack_full(survey, &shelves, &mut places, shelf, needed, units));
        }
    }
}

/// How many units of the rack are filled by nodes that are mounted in it.
fn filled_units(shelf: &Shelf, units: u16) -> u32 {
    let mut spans: Vec<(u32, u32)> = shelf.standing.iter().filter_map(Standing::span).collect();
    order::sort(&mut spans);
    let mut filled = 0;
    let mut next = 1u32;
    for (first, last) in spans {
        let (first, last) = (first.max(next), last.min(u32::from(units)));
        if first <= last {
            filled += last - first + 1;
            next = last + 1;
        }
    }
    filled
}

fn out_of_rack(survey: &Survey, shelves: &[Shelf], places: &mut Places, shelf: &Shelf, standing: &Standing, units: u16) -> Finding {
    let (first, last) = standing.span().unwrap_or_default();
    let (name, rack) = (survey.name(standing.node), shelf.name(survey));
    let message = format!("{name} fills U{first} to U{last} of {rack}, which has U1 to U{units}");
    let finding = Finding::new(Subject::Node(standing.node), message, SOURCE).related(Subject::Rack(shelf.id), format!("has {units} U"));
    match places.find(survey, shelves, shelf, standing, false) {
        Some((words, edit)) => finding.fix(format!("Move {name} to {words}"), Trust::Likely, vec![edit]),
        None => finding,
    }
}

fn rack_full(survey: &Survey, shelves: &[Shelf], places: &mut Places, shelf: &Shelf, needed: u32, units: u16) -> Finding {
    let message = format!("{} needs {needed} U for what is assigned to it, has {units} U", shelf.name(survey));
    let mut finding = Finding::new(Subject::Rack(shelf.id), message, SOURCE);
    for standing in shelf.standing.iter().filter(|standing| standing.u.is_none() && standing.height > 0) {
        finding = finding.related(Subject::Node(standing.node), format!("{} U, not mounted", standing.height));
    }
    let last = shelf.standing.iter().rev().find(|standing| standing.u.is_none() && standing.height > 0);
    match last.and_then(|standing| Some((standing, places.find(survey, shelves, shelf, standing, true)?))) {
        Some((standing, (words, edit))) => finding.fix(format!("Move {} to {words}", survey.name(standing.node)), Trust::Suggestion, vec![edit]),
        None => finding,
    }
}
