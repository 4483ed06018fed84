//! `rack-overweight`: what stands in a rack weighs no more than it can carry.

use crate::engine::diagnostics::Severity;

use crate::model::RackId;

use super::space::{Burden, Shelf};
use super::{Check, Findings, Rule, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "rack-overweight",
    severity: Severity::Warning,
    title: "Rack carries too much",
    documentation: include_str!("../../../docs/diagnostics/rack-overweight.md"),
    checks: &[Check::Racks { doubts, tell, told: Told::Together }],
};

fn doubts(survey: &Survey, shelf: &Shelf) -> bool {
    Burden::Weight.doubts(RULE.code, survey, shelf)
}

fn tell(survey: &Survey, racks: &[RackId], out: &mut Findings) {
    Burden::Weight.tell(RULE.code, survey, racks, out);
}
