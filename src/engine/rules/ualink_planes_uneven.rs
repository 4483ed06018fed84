//! `ualink-planes-uneven`: every XPU of a UALink pod has as many links to every switch.

use crate::engine::diagnostics::Severity;
use crate::model::{LinkLayer, Subject};

use super::nvl72_shape::uneven;
use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "ualink-planes-uneven",
    severity: Severity::Error,
    title: "UALink planes are uneven",
    documentation: include_str!("../../../docs/diagnostics/ualink-planes-uneven.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    uneven(survey, LinkLayer::UaLink, |xpu, switch, has, wanted| {
        let message = format!("{} has {has} UALink links to {}, the others have {wanted}", survey.name(xpu), survey.name(switch));
        let finding = Finding::new(Subject::Node(xpu), message, "Threshold: as many links from every XPU to every switch · UALink 1.0, one tier")
            .alike(format!("{has} {wanted}"), format!("{{n}} pairs of XPU and switch have {has} UALink links, the others have {wanted}"))
            .related(Subject::Node(switch), "is the switch");
        out.push(finding);
    });
}
