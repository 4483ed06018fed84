//! `rack-overpowered`: what stands in a rack draws no more than it can feed.

use crate::engine::diagnostics::Severity;

use crate::model::RackId;

use super::space::{Burden, Shelf};
use super::{Check, Findings, Rule, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "rack-overpowered",
    severity: Severity::Warning,
    title: "Rack draws too much",
    documentation: include_str!("../../../docs/diagnostics/rack-overpowered.md"),
    checks: &[Check::Racks { doubts, tell, told: Told::Together }],
};

fn doubts(survey: &Survey, shelf: &Shelf) -> bool {
    Burden::Power.doubts(RULE.code, survey, shelf)
}

fn tell(survey: &Survey, racks: &[RackId], out: &mut Findings) {
    Burden::Power.tell(RULE.code, survey, racks, out);
}
