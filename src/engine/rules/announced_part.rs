//! `announced-part`: parts that cannot be bought yet are named once.


use crate::engine::diagnostics::Severity;
use crate::model::{Status, Subject};

use super::users::{Users, made_of, users};
use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "announced-part",
    severity: Severity::Info,
    title: "Part is only announced",
    documentation: include_str!("../../../docs/diagnostics/announced-part.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let announced: Vec<Users> = users(survey).into_iter().filter(|users| users.part.status == Status::Announced).collect();
    if !announced.is_empty() {
        out.push(announced_part(survey, &announced));
    }
}

fn announced_part(survey: &Survey, announced: &[Users]) -> Finding {
    let list: Vec<String> = announced.iter().take(6).map(|users| format!("{} (×{})", users.part.name, users.count)).collect();
    let more = announced.len().saturating_sub(6);
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    let parts = if announced.len() == 1 { "1 part is".to_owned() } else { format!("{} parts are", announced.len()) };
    let message = format!("{parts} announced and 0 of {} ship: {}{tail}", announced.len(), list.join(", "));
    let mut finding = Finding::new(Subject::Design, message, "Status of each part · its sources in the catalogue").of(announced.len());
    for users in announced {
        for subject in made_of(survey, users.part, 20) {
            finding = finding.related(subject, format!("is a {}", users.part.name));
        }
    }
    finding
}
