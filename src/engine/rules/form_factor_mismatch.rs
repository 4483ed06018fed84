//! `form-factor-mismatch`: the connectors of a cable go into the cages at its ends.

use crate::catalog::fit::Misfit;
use crate::engine::diagnostics::Severity;

use super::{Check, Rule};

pub(super) const RULE: Rule = Rule {
    code: "form-factor-mismatch",
    severity: Severity::Error,
    title: "Connector does not go in",
    documentation: include_str!("../../../docs/diagnostics/form-factor-mismatch.md"),
    checks: &[Check::Misfits { chosen, source: "Equal form factors, cage by cage · LinkX user guides" }],
};

fn chosen(misfit: &Misfit) -> bool {
    matches!(misfit, Misfit::Connector { .. } | Misfit::Form { .. })
}
