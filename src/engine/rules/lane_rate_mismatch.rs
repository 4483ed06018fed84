//! `lane-rate-mismatch`: active cables and optics run their lanes at the rate of the cage.

use crate::catalog::fit::Misfit;
use crate::engine::diagnostics::Severity;

use super::{Check, Rule};

pub(super) const RULE: Rule = Rule {
    code: "lane-rate-mismatch",
    severity: Severity::Error,
    title: "Lanes too fast for the cage",
    documentation: include_str!("../../../docs/diagnostics/lane-rate-mismatch.md"),
    checks: &[Check::Misfits { chosen, source: "Lanes of equal rate; 200G lanes do not shift down · LinkX user guides" }],
};

fn chosen(misfit: &Misfit) -> bool {
    matches!(misfit, Misfit::LaneRate { .. })
}
