//! `announced-part`: parts that cannot be bought yet are named once.


use crate::engine::diagnostics::Severity;
use crate::model::{Part, PartId, Status, Subject};
use crate::units::SortedMap;

use super::{Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "announced-part",
    severity: Severity::Info,
    title: "Part is only announced",
    documentation: include_str!("../../../docs/diagnostics/announced-part.md"),
    check,
};

fn check(survey: &Survey, out: &mut Findings) {
    let (design, catalog) = (survey.design, survey.catalog);
    let mut users: SortedMap<&PartId, Vec<Subject>> = SortedMap::new();
    let placed = design.nodes.iter().map(|(id, node)| (&node.part, Subject::Node(id)));
    let placed = placed.chain(design.racks.iter().map(|(id, rack)| (&rack.part, Subject::Rack(id))));
    let placed = placed.chain(design.links.iter().filter_map(|(id, link)| Some((link.part.as_ref()?, Subject::Link(id)))));
    for (part, subject) in placed {
        users.entry(part).or_default().push(subject);
    }
    let announced: Vec<(&Part, Vec<Subject>)> =
        users.into_iter().filter_map(|(id, users)| Some((catalog.part(design, id)?, users))).filter(|(part, _)| part.status == Status::Announced).collect();
    if !announced.is_empty() {
        out.push(announced_part(&announced));
    }
}

fn announced_part(announced: &[(&Part, Vec<Subject>)]) -> Finding {
    let list: Vec<String> = announced.iter().take(6).map(|(part, users)| format!("{} (×{})", part.name, users.len())).collect();
    let more = announced.len().saturating_sub(6);
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    let parts = if announced.len() == 1 { "1 part is".to_owned() } else { format!("{} parts are", announced.len()) };
    let message = format!("{parts} announced and 0 of {} ship: {}{tail}", announced.len(), list.join(", "));
    let mut finding = Finding::new(Subject::Design, message, "Status of each part · its sources in the catalogue");
    for (part, users) in announced {
        for subject in users.iter().take(20) {
            finding = finding.related(subject.clone(), format!("is a {}", part.name));
        }
    }
    finding
}
