//! `cable-missing-length`: a cable whose reach is short has a length, stated or from where its ends stand, so that the reach can be checked.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{CableKind, NodeId, RackId};

use super::{Check, Finding, Findings, LinkView, Rule, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "cable-missing-length",
    severity: Severity::Info,
    title: "Length unknown",
    documentation: include_str!("../../../docs/diagnostics/cable-missing-length.md"),
    checks: &[Check::Links { doubts, tell, told: Told::Alone }],
};

/// What a cable within one rack takes at most: down one side, across and up, in metres. An assumption of Weft.
const WITHIN_RACK: f64 = 2.0;

/// The reach of a cable of copper, in metres.
fn reach(view: &LinkView) -> Option<f64> {
    let cable = view.cable?.cable()?;
    matches!(cable.kind, CableKind::Dac | CableKind::Acc | CableKind::Aec).then_some(cable.reach.as_ref()?.value.0)
}

fn doubts(survey: &Survey, view: &LinkView) -> bool {
    reach(view).is_some() && survey.metres(view.link).is_none()
}

fn tell(survey: &Survey, links: &[LinkView], out: &mut Findings) {
    for (view, reach) in links.iter().filter_map(|view| Some((view, reach(view)?))) {
        out.push(cable_missing_length(survey, view, reach));
    }
}

fn cable_missing_length(survey: &Survey, view: &LinkView, reach: f64) -> Finding {
    let reach_text = crate::units::Metres(reach);
    let why = survey.length(view.link).basis();
    let message = format!("{} reaches {reach_text}, its length is unknown: {why}", survey.link_name(view.link));
    let finding =
        Finding::new(view.subject(), message, "Threshold: the reach of the cable · its data sheet").alike(why, format!("The length of {{n}} copper links is unknown: {why}"));
    let rack = |node: NodeId| -> Option<RackId> { survey.design.nodes.get(node).and_then(|node| node.rack) };
    let [a, b] = view.nodes().map(rack);
    if a.is_some() && a == b && WITHIN_RACK <= reach {
        let edit = Edit::SetLink { link: view.id.to_string(), part: None, length_m: Some(WITHIN_RACK) };
        return finding.fix_all("Set 2 m, both ends are in one rack", "Set 2 m on {n} links within a rack", Trust::Suggestion, vec![edit]);
    }
    finding
}
