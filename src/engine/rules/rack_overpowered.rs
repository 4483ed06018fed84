//! `rack-overpowered`: what stands in a rack draws no more than it can feed.

use crate::engine::diagnostics::Severity;

use super::space::Burden;
use super::{Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "rack-overpowered",
    severity: Severity::Warning,
    title: "Rack draws too much",
    documentation: include_str!("../../../docs/diagnostics/rack-overpowered.md"),
    check,
};

fn check(survey: &Survey, out: &mut Findings) {
    Burden::Power.check(RULE.code, survey, out);
}
