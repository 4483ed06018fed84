//! `node-too-deep`: what stands in a rack is no deeper than the rack.

use crate::engine::diagnostics::Severity;
use crate::model::{NodeId, Subject};
use crate::units::Metres;

use super::{Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "node-too-deep",
    severity: Severity::Error,
    title: "Deeper than its rack",
    documentation: include_str!("../../../docs/diagnostics/node-too-deep.md"),
    check,
};

fn check(survey: &Survey, out: &mut Findings) {
    for (node, record) in survey.design.nodes.iter() {
        let rack = record.rack.and_then(|rack| survey.design.racks.get(rack)).and_then(|rack| survey.catalog.part(survey.design, &rack.part));
        let depth = |part: Option<&crate::model::Part>| part.and_then(|part| part.depth.as_ref()).map(|depth| (depth.value, depth.is_recalled()));
        if let (Some((needs, one)), Some((has, other))) = (depth(survey.part_of(node)), depth(rack))
            && needs.0 > has.0
        {
            out.push(node_too_deep(survey, node, needs, has).recalled(one || other));
        }
    }
}

fn node_too_deep(survey: &Survey, node: NodeId, needs: Metres, has: Metres) -> Finding {
    let part = survey.part_of(node).map_or("", |part| part.name.as_str());
    let finding = Finding::new(Subject::Node(node), format!("{} is {needs} deep, its rack {has}", survey.name(node)), format!("Threshold {has} · depth of the rack"))
        .alike(format!("{part} {has}"), format!("{{n}} × {part} are {needs} deep, their racks {has}"));
    match survey.design.nodes.get(node).and_then(|record| record.rack) {
        Some(rack) => finding.related(Subject::Rack(rack), "is the rack"),
        None => finding,
    }
}
