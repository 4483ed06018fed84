//! `module-top-mismatch`: finned modules in air-cooled switches, flat ones in adapters and systems.

use crate::catalog::fit::Misfit;
use crate::engine::diagnostics::Severity;

use super::{Check, Findings, Rule, Survey, misfit};

pub(super) const RULE: Rule = Rule {
    code: "module-top-mismatch",
    severity: Severity::Error,
    title: "Module has the wrong top",
    documentation: include_str!("../../../docs/diagnostics/module-top-mismatch.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    misfit::report(survey, out, "Finned tops in air-cooled switches, flat tops in adapters · LinkX user guides", |misfit| matches!(misfit, Misfit::Top { .. }));
}
