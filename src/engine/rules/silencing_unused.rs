//! `silencing-unused`: what is accepted is really found.


use crate::engine::diagnostics::{Diagnostic, Edit, Severity, Trust};
use crate::model::{Design, Silencing, Subject};
use crate::units::SortedSet;

use super::findings::diagnostics;
use super::{Check, Finding, Findings, Rule, Survey, documentation};

pub(super) const RULE: Rule = Rule {
    code: "silencing-unused",
    severity: Severity::Info,
    title: "Silencing without effect",
    documentation: include_str!("../../../docs/diagnostics/silencing-unused.md"),
    checks: &[Check::Whole(check)],
};

/// Finds nothing: what was silenced is known only when all other rules are done, and [`of`] is asked then.
fn check(_: &Survey, _: &mut Findings) {}

/// Findings for the silencings of a design that are not among the `effective` ones (places in its list).
pub(super) fn of(design: &Design, effective: &SortedSet<usize>) -> Vec<Diagnostic> {
    let mut out = Findings::default();
    for (_, silencing) in design.meta.silenced.iter().enumerate().filter(|(place, _)| !effective.contains(place)) {
        out.push(silencing_unused(silencing));
    }
    diagnostics(out.found().iter(), &RULE, design, &mut SortedSet::new())
}

fn silencing_unused(silencing: &Silencing) -> Finding {
    let code: String = silencing.code.chars().take(60).collect();
    let place = silencing.subject.as_deref().map_or_else(|| "anywhere".to_owned(), |subject| format!("for {}", subject.chars().take(60).collect::<String>()));
    let message = match documentation(&silencing.code) {
        Some(_) => format!("{code} is accepted {place}, but there is no such finding"),
        None => format!("{code} is accepted {place}, but there is no such diagnostic"),
    };
    let subject = silencing.subject.as_deref().and_then(Subject::parse).unwrap_or(Subject::Design);
    Finding::new(subject, message, "A silencing takes effect on 1 finding or more · Weft").fix(
        "Take the silencing back",
        Trust::Safe,
        vec![Edit::Unsilence { code: silencing.code.clone(), subject: silencing.subject.clone() }],
    )
}
