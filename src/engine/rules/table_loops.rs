//! `table-loops`: no forwarding table leads a packet to a switch that it has left.

use crate::engine::diagnostics::Severity;
use crate::model::Subject;

use super::table_entry_missing::{fill_anew, tables_of};
use super::{Check, Finding, Findings, Rule, Survey, forwarding};

pub(super) const RULE: Rule = Rule {
    code: "table-loops",
    severity: Severity::Error,
    title: "Forwarding loop",
    documentation: include_str!("../../../docs/diagnostics/table-loops.md"),
    checks: &[Check::Whole(check)],
};

/// How many links of a loop are named.
const NAMED: usize = 128;

fn check(survey: &Survey, out: &mut Findings) {
    for (network, followed) in forwarding::all(survey) {
        let Some(audit) = followed.audit.as_ref().filter(|audit| !audit.circle.is_empty()) else { continue };
        let (count, one) = audit.looped;
        let first = audit.circle.first().map_or_else(String::new, |place| survey.name(followed.switch(*place)));
        let message = format!(
            "{} send {count} of {} addresses around without end, the first is {}; from {first} over {} switches back to it; it needs 0",
            tables_of(network),
            audit.followed,
            followed.destination(survey, one),
            audit.circle.len()
        );
        let mut finding = Finding::new(network.subject(), message, "Threshold 0 forwarding loops · ibdmchk (ibutils): checks of linear forwarding tables").of(count as usize);
        for (at, place) in audit.circle.iter().enumerate().take(NAMED) {
            let next = audit.circle.get((at + 1) % audit.circle.len()).copied().unwrap_or(*place);
            let (here, next) = (followed.switch(*place), followed.switch(next));
            let link = network.views_at(survey, here).find(|view| view.beyond(here) == next).map(|view| view.id);
            let words = format!("{} of the loop: from {} to {}", at + 1, survey.name(here), survey.name(next));
            finding = finding.related(link.map_or(Subject::Node(here), Subject::Link), words);
        }
        out.push(fill_anew(finding, network));
    }
}
