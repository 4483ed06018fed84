//! `ualink-second-tier`: UALink switches do not hang on each other.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::LinkLayer;

use super::{Check, Finding, Findings, LinkView, Rule, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "ualink-second-tier",
    severity: Severity::Error,
    title: "UALink over two tiers",
    documentation: include_str!("../../../docs/diagnostics/ualink-second-tier.md"),
    checks: &[Check::Links { doubts, tell, told: Told::Alone }],
};

fn doubts(survey: &Survey, view: &LinkView) -> bool {
    view.layer == Some(LinkLayer::UaLink) && !view.is_loop() && view.nodes().iter().all(|node| survey.is_switch(*node))
}

fn tell(survey: &Survey, links: &[LinkView], out: &mut Findings) {
    links.iter().for_each(|view| out.push(ualink_second_tier(survey, view)));
}

fn ualink_second_tier(survey: &Survey, view: &LinkView) -> Finding {
    // What the second specification allows is not settled in public.
    let second = survey.ports_of(view.link).iter().flatten().any(|port| port.group.protocols.iter().any(|id| id == "ualink-2.0"));
    let message = format!("{} joins two UALink switches; a pod of one tier has 0 such links", survey.link_name(view.link));
    Finding::new(view.subject(), message, "Threshold 1 tier · UALink Consortium: single-tier switching")
        .severity(if second { Severity::Warning } else { Severity::Error })
        .alike("", "{n} links join two UALink switches each; a pod of one tier has 0 of them")
        .fix_all("Remove the link", "Remove {n} links between UALink switches", Trust::Suggestion, vec![Edit::RemoveLink { link: view.id.to_string() }])
}
