//! `ualink-too-long`: UALink cables stay short, and of copper.

use crate::engine::diagnostics::Severity;
use crate::model::{CableKind, FormFactor, LinkLayer};
use crate::units::Metres;

use super::{Check, Finding, Findings, LinkView, Rule, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "ualink-too-long",
    severity: Severity::Warning,
    title: "UALink cable too long",
    documentation: include_str!("../../../docs/diagnostics/ualink-too-long.md"),
    checks: &[Check::Links { doubts, tell, told: Told::Alone }],
};

/// How long a link is, where that is more than the threshold.
fn too_long(survey: &Survey, view: &LinkView) -> Option<Metres> {
    survey.metres(view.link).filter(|length| length.0 > survey.threshold(RULE.code))
}

fn is_optical(view: &LinkView) -> bool {
    view.cable.and_then(|part| part.cable()).is_some_and(|cable| match cable.kind {
        CableKind::Aoc => true,
        // The generic cable is one of any kind.
        CableKind::Optic => cable.ends.iter().any(|side| side.form != FormFactor::Any),
        _ => false,
    })
}

fn doubts(survey: &Survey, view: &LinkView) -> bool {
    view.layer == Some(LinkLayer::UaLink) && (is_optical(view) || too_long(survey, view).is_some())
}

fn tell(survey: &Survey, links: &[LinkView], out: &mut Findings) {
    for view in links {
        out.push(match too_long(survey, view) {
            Some(length) => ualink_too_long(survey, view, length, Metres(survey.threshold(RULE.code))),
            None => ualink_optical(survey, view),
        });
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
