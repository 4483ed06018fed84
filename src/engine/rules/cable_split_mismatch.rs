//! `cable-split-mismatch`: a splitter has as many connectors as the cages at its ends share.

use crate::catalog::fit::Misfit;
use crate::engine::diagnostics::Severity;

use super::{Check, Rule};

pub(super) const RULE: Rule = Rule {
    code: "cable-split-mismatch",
    severity: Severity::Error,
    title: "Cable splits otherwise than the cages",
    documentation: include_str!("../../../docs/diagnostics/cable-split-mismatch.md"),
    checks: &[Check::Misfits { chosen, source: "Connectors of a side × ports that share one are equal on both sides · LinkX user guides" }],
};

fn chosen(misfit: &Misfit) -> bool {
    matches!(misfit, Misfit::Lanes { .. } | Misfit::Split { .. })
}
