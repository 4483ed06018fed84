//! `link-layer-mismatch`: only equal link layers meet on a cable.

use crate::catalog::fit::Misfit;
use crate::engine::diagnostics::Severity;

use super::{Check, Rule};

pub(super) const RULE: Rule = Rule {
    code: "link-layer-mismatch",
    severity: Severity::Error,
    title: "Link layers differ",
    documentation: include_str!("../../../docs/diagnostics/link-layer-mismatch.md"),
    checks: &[Check::Misfits { chosen, source: "Equal link layers on a cable · LinkX user guides" }],
};

fn chosen(misfit: &Misfit) -> bool {
    matches!(misfit, Misfit::Layer { .. } | Misfit::CableLayer { .. })
}
