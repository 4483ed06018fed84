//! `lane-rate-mismatch`: active cables and optics run their lanes at the rate of the cage.

use crate::catalog::fit::Misfit;
use crate::engine::diagnostics::Severity;

use super::{Check, Findings, Rule, Survey, misfit};

pub(super) const RULE: Rule = Rule {
    code: "lane-rate-mismatch",
    severity: Severity::Error,
    title: "Lanes too fast for the cage",
    documentation: include_str!("../../../docs/diagnostics/lane-rate-mismatch.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    misfit::report(survey, out, "Lanes of equal rate; 200G lanes do not shift down · LinkX user guides", |misfit| matches!(misfit, Misfit::LaneRate { .. }));
}
