//! `rack-overweight`: what stands in a rack weighs no more than it can carry.

use crate::engine::diagnostics::Severity;

use super::space::Burden;
use super::{Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "rack-overweight",
    severity: Severity::Warning,
    title: "Rack carries too much",
    documentation: include_str!("../../../docs/diagnostics/rack-overweight.md"),
    check,
};

fn check(survey: &Survey, out: &mut Findings) {
    Burden::Weight.check(RULE.code, survey, out);
}
