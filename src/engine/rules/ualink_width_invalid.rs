//! `ualink-width-invalid`: a UALink link is one, two or four lanes wide.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::LinkLayer;
use crate::units::Gbps;

use super::{Check, Finding, Findings, LinkView, Rule, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "ualink-width-invalid",
    severity: Severity::Error,
    title: "No width of UALink",
    documentation: include_str!("../../../docs/diagnostics/ualink-width-invalid.md"),
    checks: &[Check::Links { doubts, tell, told: Told::Alone }],
};

/// One, two and four lanes of 100 or 200 Gb/s.
const RATES: [f64; 4] = [100.0, 200.0, 400.0, 800.0];

fn doubts(_: &Survey, view: &LinkView) -> bool {
    view.layer == Some(LinkLayer::UaLink) && view.rate.is_some_and(|rate| !RATES.contains(&rate.0))
}

fn tell(survey: &Survey, links: &[LinkView], out: &mut Findings) {
    for (view, rate) in links.iter().filter_map(|view| Some((view, view.rate?))) {
        out.push(ualink_width_invalid(survey, view, rate));
    }
}

fn ualink_width_invalid(survey: &Survey, view: &LinkView, rate: Gbps) -> Finding {
    let message = format!("{} runs at {rate}; UALink has 1, 2 or 4 lanes of 100 or 200 Gb/s", survey.link_name(view.link));
    let finding = Finding::new(view.subject(), message, "Threshold x1, x2 or x4 of one lane rate · UALink 200G 1.0")
        .alike(format!("{rate}"), format!("{{n}} UALink links run at {rate}; UALink has 1, 2 or 4 lanes of 100 or 200 Gb/s"));
    let lower = RATES.iter().copied().rev().find(|valid| *valid < rate.0);
    match lower.filter(|_| view.link.gbps.is_some()) {
        Some(valid) => {
            let words = Gbps(valid);
            finding.fix_all(format!("State {words}"), format!("State {words} on {{n}} links"), Trust::Suggestion, vec![Edit::SetRate { link: view.id.to_string(), gbps: Some(valid) }])
        }
        None => finding,
    }
}
