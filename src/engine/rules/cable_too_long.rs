//! `cable-too-long`: a link is no longer than its cable reaches.

use crate::catalog::fit::Misfit;
use crate::engine::diagnostics::Severity;

use super::{Check, Findings, Rule, Survey, misfit};

pub(super) const RULE: Rule = Rule {
    code: "cable-too-long",
    severity: Severity::Error,
    title: "Cable too long",
    documentation: include_str!("../../../docs/diagnostics/cable-too-long.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    misfit::report(survey, out, "Threshold: the reach of the cable · its data sheet", |misfit| matches!(misfit, Misfit::Reach { .. }));
}
