//! `part-unknown`: every part that is placed is known, and is of the kind its place asks for.

use crate::engine::diagnostics::{Severity, Trust};
use crate::model::{NodeId, Part, PartId, PartKind, RackId, Subject};

use super::spare::Spare;
use super::{Check, Finding, Findings, LinkView, Rule, Seat, Shelf, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "part-unknown",
    severity: Severity::Error,
    title: "Part unknown",
    documentation: include_str!("../../../docs/diagnostics/part-unknown.md"),
    checks: &[
        Check::Nodes { doubts: doubtful_node, tell: tell_nodes, told: Told::Alone },
        Check::Racks { doubts: doubtful_rack, tell: tell_racks, told: Told::Alone },
        Check::Links { doubts: doubtful_link, tell: tell_links, told: Told::Modules },
    ],
};

const NODES: fn(PartKind) -> bool = |kind| matches!(kind, PartKind::Nic | PartKind::Switch | PartKind::System | PartKind::Xpu);
const RACKS: fn(PartKind) -> bool = |kind| kind == PartKind::Rack;
const LINKS: fn(PartKind) -> bool = |kind| matches!(kind, PartKind::Cable | PartKind::Transceiver);

fn doubtful_node(_: &Survey, seat: &Seat) -> bool {
    !seat.part.is_some_and(|part| NODES(part.kind))
}

fn tell_nodes(survey: &Survey, nodes: &[NodeId], out: &mut Findings) {
    for (id, record) in nodes.iter().filter_map(|id| Some((*id, survey.design.nodes.get(*id)?))) {
        out_of_place(Subject::Node(id), &record.part, survey.part_of(id), "a node", NODES).into_iter().for_each(|finding| out.push(finding));
    }
}

fn doubtful_rack(_: &Survey, shelf: &Shelf) -> bool {
    !shelf.part.is_some_and(|part| RACKS(part.kind))
}

fn tell_racks(survey: &Survey, racks: &[RackId], out: &mut Findings) {
    for (id, record) in racks.iter().filter_map(|id| Some((*id, survey.design.racks.get(*id)?))) {
        let part = survey.catalog.part(survey.design, &record.part);
        out_of_place(Subject::Rack(id), &record.part, part, "a rack", RACKS).into_iter().for_each(|finding| out.push(finding));
    }
}

fn doubtful_link(_: &Survey, view: &LinkView) -> bool {
    view.link.part.is_some() && !view.cable.is_some_and(|part| LINKS(part.kind))
}

fn tell_links(survey: &Survey, links: &[LinkView], out: &mut Findings) {
    let spare = Spare::of(survey);
    for (view, part) in links.iter().filter_map(|view| Some((view, view.link.part.as_ref()?))) {
        let Some(mut finding) = out_of_place(Subject::Link(view.id), part, view.cable, "a link", LINKS) else { continue };
        if let Some((name, edits)) = spare.better_cable(view, survey.metres(view.link)) {
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
