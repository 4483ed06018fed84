//! `cable-too-long`: a link is no longer than its cable reaches.

use crate::catalog::fit::Misfit;
use crate::engine::diagnostics::Severity;

use super::{Check, Rule};

pub(super) const RULE: Rule = Rule {
    code: "cable-too-long",
    severity: Severity::Error,
    title: "Cable too long",
    documentation: include_str!("../../../docs/diagnostics/cable-too-long.md"),
    checks: &[Check::Misfits { chosen, source: "Threshold: the reach of the cable · its data sheet" }],
};

fn chosen(misfit: &Misfit) -> bool {
    matches!(misfit, Misfit::Reach { .. })
}
