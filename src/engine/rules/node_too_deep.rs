//! `node-too-deep`: what stands in a rack is no deeper than the rack.

use crate::engine::diagnostics::Severity;
use crate::model::{Node, NodeId, Part, Subject};
use crate::units::Metres;

use super::{Check, Finding, Findings, Rule, Seat, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "node-too-deep",
    severity: Severity::Error,
    title: "Deeper than its rack",
    documentation: include_str!("../../../docs/diagnostics/node-too-deep.md"),
    checks: &[Check::Nodes { doubts, tell, told: Told::Alone }],
};

/// How deep a node is and how deep its rack, where it is deeper, and whether either is recalled.
fn deeper(survey: &Survey, node: &Node, part: Option<&Part>) -> Option<(Metres, Metres, bool)> {
    let depth = |part: &Part| part.depth.as_ref().map(|depth| (depth.value, depth.is_recalled()));
    let (needs, one) = depth(part?)?;
    let (has, other) = depth(survey.catalog.part(survey.design, &survey.design.racks.get(node.rack?)?.part)?)?;
    (needs.0 > has.0).then_some((needs, has, one || other))
}

fn doubts(survey: &Survey, seat: &Seat) -> bool {
    deeper(survey, seat.node, seat.part).is_some()
}

fn tell(survey: &Survey, nodes: &[NodeId], out: &mut Findings) {
    for (node, record) in nodes.iter().filter_map(|node| Some((*node, survey.design.nodes.get(*node)?))) {
        if let Some((needs, has, recalled)) = deeper(survey, record, survey.part_of(node)) {
            out.push(node_too_deep(survey, node, needs, has).recalled(recalled));
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
