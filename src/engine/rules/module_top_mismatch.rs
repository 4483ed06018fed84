//! `module-top-mismatch`: finned modules in air-cooled switches, flat ones in adapters and systems.

use crate::catalog::fit::Misfit;
use crate::engine::diagnostics::Severity;

use super::{Check, Rule};

pub(super) const RULE: Rule = Rule {
    code: "module-top-mismatch",
    severity: Severity::Error,
    title: "Module has the wrong top",
    documentation: include_str!("../../../docs/diagnostics/module-top-mismatch.md"),
    checks: &[Check::Misfits { chosen, source: "Finned tops in air-cooled switches, flat tops in adapters · LinkX user guides" }],
};

fn chosen(misfit: &Misfit) -> bool {
    matches!(misfit, Misfit::Top { .. })
}
