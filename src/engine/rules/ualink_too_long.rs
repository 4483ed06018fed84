//! `ualink-too-long`: UALink cables stay short, and of copper.

use crate::engine::diagnostics::Severity;
use crate::model::{CableKind, LinkLayer};
use crate::units::Metres;

use super::{Finding, Findings, LinkView, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "ualink-too-long",
    severity: Severity::Warning,
    title: "UALink cable too long",
    documentation: include_str!("../../../docs/diagnostics/ualink-too-long.md"),
    check,
};

fn check(survey: &Survey, out: &mut Findings) {
    if !survey.speaks(LinkLayer::UaLink) {
        return;
    }
    let limit = survey.threshold(RULE.code);
    for view in survey.links.iter().filter(|view| view.layer == Some(LinkLayer::UaLink)) {
        if let Some(length) = view.length.filter(|length| length.0 > limit) {
            out.push(ualink_too_long(survey, view, length, Metres(limit)));
        } else if view.cable.and_then(|part| part.cable()).is_some_and(|cable| matches!(cable.kind, CableKind::Aoc | CableKind::Optic) && !cable.layers.is_empty()) {
            out.push(ualink_optical(survey, view));
        }
    }
}

fn ualink_too_long(survey: &Survey, view: &LinkView, length: Metres, limit: Metres) -> Finding {
    Finding::new(view.subject(), format!("{} is {length} long, UALink is advised up to {limit}", survey.link_name(view.link)), format!("Threshold {limit} (2nd) · UALink Consortium webinar: 1 to 4 racks"))
        .alike(format!("{length}"), format!("{{n}} UALink cables are {length} long, {limit} are advised"))
}

fn ualink_optical(survey: &Survey, view: &LinkView) -> Finding {
    Finding::new(view.subject(), format!("{} is optical; UALink 1.0 states 0 optical cables", survey.link_name(view.link)), "No optical cable in UALink 1.0 · UALink Consortium questions and answers")
        .alike("optical", "{n} UALink cables are optical; UALink 1.0 states 0 optical cables")
}
