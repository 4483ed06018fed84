//! `cooling-missing`: what is cooled by liquid stands in a rack that has it.

use crate::engine::diagnostics::{Severity, Trust};
use crate::engine::racks;
use crate::model::{Cooling, RackId, Subject};

use super::space::{Places, Shelf, Standing};
use super::{Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "cooling-missing",
    severity: Severity::Warning,
    title: "Rack without liquid cooling",
    documentation: include_str!("../../../docs/diagnostics/cooling-missing.md"),
    check,
};

fn check(survey: &Survey, out: &mut Findings) {
    let mut shelves: Vec<Shelf> = Vec::new();
    let mut places = Places::default();
    let cooling = |rack: RackId| survey.design.racks.get(rack).and_then(|rack| racks::cooling(survey.design, survey.catalog, rack));
    for (node, record) in survey.design.nodes.iter() {
        let Some((rack, how)) = record.rack.and_then(|rack| Some((rack, cooling(rack).filter(|how| *how != Cooling::Liquid)?))) else { continue };
        if survey.part_of(node).and_then(|part| part.cooling) != Some(Cooling::Liquid) {
            continue;
        }
        if shelves.is_empty() {
            shelves = Shelf::all(survey);
        }
        let Some(home) = shelves.iter().find(|shelf| shelf.id == rack) else { continue };
        let Some(standing) = home.standing.iter().find(|standing| standing.node == node) else { continue };
        let wet = |shelf: &Shelf| cooling(shelf.id) == Some(Cooling::Liquid);
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
