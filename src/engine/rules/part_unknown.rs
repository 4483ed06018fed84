//! `part-unknown`: every part that is placed is known, and is of the kind its place asks for.

use crate::engine::diagnostics::{Severity, Trust};
use crate::model::{Part, PartId, PartKind, Subject};

use super::spare::Spare;
use super::{Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "part-unknown",
    severity: Severity::Error,
    title: "Part unknown",
    documentation: include_str!("../../../docs/diagnostics/part-unknown.md"),
    check,
};

fn check(survey: &Survey, out: &mut Findings) {
    let (design, catalog) = (survey.design, survey.catalog);
    let spare = Spare::of(survey);
    for (id, (node, part)) in survey.parts.places().ids().iter().zip(survey.parts.all()) {
        let wanted = |kind| matches!(kind, PartKind::Nic | PartKind::Switch | PartKind::System | PartKind::Xpu);
        out_of_place(Subject::Node(*id), &node.part, *part, "a node", wanted).into_iter().for_each(|finding| out.push(finding));
    }
    for (id, rack) in design.racks.iter() {
        let wanted = |kind| kind == PartKind::Rack;
        out_of_place(Subject::Rack(id), &rack.part, catalog.part(design, &rack.part), "a rack", wanted).into_iter().for_each(|finding| out.push(finding));
    }
    for view in &survey.links {
        let (id, Some(part)) = (view.id, &view.link.part) else { continue };
        let wanted = |kind| matches!(kind, PartKind::Cable | PartKind::Transceiver);
        let Some(mut finding) = out_of_place(Subject::Link(id), part, view.cable, "a link", wanted) else { continue };
        if let Some((name, edits)) = spare.better_cable(id, view.link, view.length) {
            finding = finding.fix_all(format!("Use {name}"), format!("Use {name} on {{n}} links"), Trust::Suggestion, edits);
        }
        out.push(finding);
    }
}

fn out_of_place(subject: Subject, id: &PartId, part: Option<&Part>, place: &str, wanted: impl Fn(PartKind) -> bool) -> Option<Finding> {
    match part {
        None => Some(part_unknown(subject, id)),
        Some(part) if !wanted(part.kind) => Some(part_misplaced(subject, part, place)),
        Some(_) => None,
    }
}

fn part_unknown(subject: Subject, id: &PartId) -> Finding {
    let id = short(id);
    Finding::new(subject, format!("Part “{id}” is neither in the catalogue nor in this design"), "Every part is in the catalogue or in the design · Weft file format")
        .alike(format!("unknown {id}"), format!("Part “{id}” is neither in the catalogue nor in this design; {{n}} records use it"))
}

fn part_misplaced(subject: Subject, part: &Part, place: &str) -> Finding {
    let (name, kind) = (&part.name, part.kind.label());
    Finding::new(subject, format!("{name} is a {kind} and cannot be {place}"), "Nodes, racks and links are made of parts of their kind · Weft file format")
        .alike(format!("misplaced {} {place}", part.id), format!("{name} is a {kind} and cannot be {place}; {{n}} records use it so"))
}

fn short(id: &PartId) -> String {
    id.as_str().chars().take(60).collect()
}
