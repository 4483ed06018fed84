//! `link-layer-mismatch`: only equal link layers meet on a cable.

use crate::catalog::fit::Misfit;
use crate::engine::diagnostics::Severity;

use super::{Check, Findings, Rule, Survey, misfit};

pub(super) const RULE: Rule = Rule {
    code: "link-layer-mismatch",
    severity: Severity::Error,
    title: "Link layers differ",
    documentation: include_str!("../../../docs/diagnostics/link-layer-mismatch.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    misfit::report(survey, out, "Equal link layers on a cable · LinkX user guides", |misfit| matches!(misfit, Misfit::Layer { .. } | Misfit::CableLayer { .. }));
}
