//! `cooling-missing`: what is cooled by liquid stands in a rack that has it.

use crate::engine::diagnostics::{Severity, Trust};
use crate::engine::racks;
use crate::model::{Cooling, NodeId, RackId, Subject};

use super::space::{Places, Shelf, Standing};
use super::{Check, Finding, Findings, Rule, Seat, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "cooling-missing",
    severity: Severity::Warning,
    title: "Rack without liquid cooling",
    documentation: include_str!("../../../docs/diagnostics/cooling-missing.md"),
    checks: &[Check::Nodes { doubts, tell, told: Told::Together }],
};

/// How heat leaves the rack of a node, where that is not by liquid.
fn dry(survey: &Survey, rack: Option<RackId>) -> Option<Cooling> {
    survey.design.racks.get(rack?).and_then(|rack| racks::cooling(survey.design, survey.catalog, rack)).filter(|how| *how != Cooling::Liquid)
}

fn doubts(survey: &Survey, seat: &Seat) -> bool {
    seat.part.and_then(|part| part.cooling) == Some(Cooling::Liquid) && dry(survey, seat.node.rack).is_some()
}

fn tell(survey: &Survey, nodes: &[NodeId], out: &mut Findings) {
    let shelves = Shelf::all(survey);
    let mut places = Places::default();
    for node in nodes {
        let rack = survey.design.nodes.get(*node).and_then(|record| record.rack);
        let Some((home, how)) = shelves.iter().find(|shelf| Some(shelf.id) == rack).zip(dry(survey, rack)) else { continue };
        let Some(standing) = home.standing.iter().find(|standing| standing.node == *node) else { continue };
        let wet = |shelf: &Shelf| racks::cooling(survey.design, survey.catalog, shelf.record) == Some(Cooling::Liquid);
        out.push(cooling_missing(survey, &shelves, &mut places, (home, how), standing, wet));
    }
}

fn cooling_missing(survey: &Survey, shelves: &[Shelf], places: &mut Places, (home, how): (&Shelf, Cooling), standing: &Standing, wet: impl Fn(&Shelf) -> bool) -> Finding {
    let part = standing.part.map_or("", |part| part.name.as_str());
    // A rear door takes heat out of the air behind the fans; no liquid of it reaches a cold plate.
    let by = if how == Cooling::RearDoor { "air and a rear door" } else { "air" };
    let message = format!("{} is cooled by liquid, {} by {by}", survey.name(standing.node), home.name(survey));
    let finding = Finding::new(Subject::Node(standing.node), message, "Cooling of system and rack are alike · data sheets of both")
        .alike(format!("{part} {by}"), format!("{{n}} × {part} are cooled by liquid and stand in racks cooled by {by}"))
        .related(Subject::Rack(home.id), "is the rack");
    match places.find_where(survey, shelves, home, standing, wet) {
        Some((words, edit)) => finding.fix_all(format!("Move to {words}"), "Move {n} nodes to racks with liquid cooling", Trust::Suggestion, vec![edit]),
        None => finding,
    }
}
