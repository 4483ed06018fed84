//! `rack-overpowered`: what stands in a rack draws no more than it can feed.

use crate::engine::diagnostics::{Severity, Trust};
use crate::model::Subject;
use crate::units::Watts;

use super::space::{Places, Shelf, Standing};
use super::{Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "rack-overpowered",
    severity: Severity::Warning,
    title: "Rack draws too much",
    documentation: include_str!("../../../docs/diagnostics/rack-overpowered.md"),
    check,
};

fn check(survey: &Survey, out: &mut Findings) {
    let shelves = Shelf::all(survey);
    let mut places = Places::default();
    for shelf in &shelves {
        let Some(limit) = shelf.detail.and_then(|detail| detail.power.as_ref()) else { continue };
        let share = survey.threshold(RULE.code, 1.0);
        let total = shelf.power();
        if total.is_finite() && total.0 > limit.value.0 * share {
            let recalled = limit.is_recalled() || shelf.standing.iter().any(|standing| standing.part.and_then(|part| part.power.as_ref()).is_some_and(|figure| figure.is_recalled()));
            out.push(rack_overpowered(survey, &shelves, &mut places, shelf, total, limit.value * share).recalled(recalled));
        }
    }
}

fn rack_overpowered(survey: &Survey, shelves: &[Shelf], places: &mut Places, shelf: &Shelf, total: Watts, limit: Watts) -> Finding {
    let message = format!("What stands in {} draws {total}, the rack is made for {limit}", shelf.name(survey));
    let mut finding = Finding::new(Subject::Rack(shelf.id), message, "Threshold: the power of the rack · its data sheet");
    let mut heaviest: Vec<&Standing> = shelf.standing.iter().filter(|standing| standing.power().0 > 0.0).collect();
    heaviest.sort_by(|a, b| b.power().total_cmp(&a.power()).then(a.node.cmp(&b.node)));
    for standing in heaviest.iter().take(8) {
        finding = finding.related(Subject::Node(standing.node), format!("draws {}", standing.power()));
    }
    // The fix takes out what lies on top until the rest is within the limit.
    let mut movers: Vec<&Standing> = shelf.standing.iter().filter(|standing| standing.power().0 > 0.0 && standing.height > 0).collect();
    movers.sort_by_key(|standing| std::cmp::Reverse((standing.u, standing.node)));
    let mut left = total;
    let mut edits = Vec::new();
    for mover in movers {
        if left.0 <= limit.0 {
            break;
        }
        let Some((_, edit)) = places.find(survey, shelves, shelf, mover, true) else { break };
        left = left - mover.power();
        edits.push(edit);
    }
    if left.0 > limit.0 {
        return finding;
    }
    let title = if edits.len() == 1 { "Move 1 node to a rack with room".to_owned() } else { format!("Move {} nodes to racks with room", edits.len()) };
    finding.fix(title, Trust::Suggestion, edits)
}
