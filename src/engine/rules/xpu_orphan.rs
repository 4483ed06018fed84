//! `xpu-orphan`: every XPU has a way to the others.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricRole, NodeId, PartId, PortRef, Subject};

use super::peers::Customs;
use super::spare::Spare;
use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "xpu-orphan",
    severity: Severity::Error,
    title: "XPU without a link",
    documentation: include_str!("../../../docs/diagnostics/xpu-orphan.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let serves = |role| matches!(role, FabricRole::Compute | FabricRole::Fronthaul | FabricRole::ScaleUp);
    let linked = |node: NodeId| survey.networks.iter().filter(|network| serves(network.role)).any(|network| network.links_at(node).len() > 0);
    let (joined, orphans): (Vec<NodeId>, Vec<NodeId>) = survey.xpu_nodes().partition(|node| linked(*node));
    // One node alone is a drawing that has just begun.
    if orphans.is_empty() || (joined.is_empty() && orphans.len() < 2) {
        return;
    }
    // While nothing is linked yet, it is a drawing half done; once others are, it is a fault.
    let severity = if joined.is_empty() { Severity::Info } else { Severity::Error };
    let mut customs = Customs::default();
    let mut spare = Spare::of(survey);
    for node in orphans {
        out.push(xpu_orphan(survey, &mut spare, &mut customs, node, severity));
    }
}

fn xpu_orphan(survey: &Survey, spare: &mut Spare, customs: &mut Customs, node: NodeId, severity: Severity) -> Finding {
    let xpus = survey.xpus(node);
    let part = survey.part_of(node).map_or("", |part| part.name.as_str());
    let words = if xpus == 1 { "1 XPU".to_owned() } else { format!("{xpus} XPUs") };
    let finding = Finding::new(
        Subject::Node(node),
        format!("{} brings {words} and has 0 links of the compute or scale-up fabric; it needs 1 or more", survey.name(node)),
        "Threshold 1 component for each fabric, no orphan XPU · topograph topology model",
    )
    .severity(severity)
    .alike(part, format!("{{n}} × {part} have 0 links of the compute or scale-up fabric; each needs 1 or more"));

    let ports: Vec<PortRef> = survey
        .adapters_of(node)
        .iter()
        .filter_map(|adapter| adapter.ports.first())
        .map(|port| PortRef { node, port: *port })
        .collect();
    let edits = cabled_like_others(survey, spare, customs, &ports);
    let (one, many) = ("Cable it like the others", "Cable {n} nodes like the others");
    if edits.is_empty() || edits.len() < ports.len() { finding } else { finding.fix_all(one, many, Trust::Likely, edits) }
}

/// Links for ports that are not cabled, each to the switch where most nodes of this part have that port, as long as it has
/// a port left.
pub(super) fn cabled_like_others(survey: &Survey, spare: &mut Spare, customs: &mut Customs, ports: &[PortRef]) -> Vec<Edit> {
    let mut edits = Vec::new();
    for port in ports {
        let Some(part) = survey.design.nodes.get(port.node).map(|node| node.part.clone()) else { continue };
        edits.extend(cable_like_others(survey, spare, customs, &part, *port));
    }
    edits
}

fn cable_like_others(survey: &Survey, spare: &mut Spare, customs: &mut Customs, part: &PartId, port: PortRef) -> Option<Edit> {
    customs.of(survey, part, port.port).iter().take(8).find_map(|(switch, (_, place))| {
        let view = survey.view(*place)?;
        spare.link_from(survey.network(view.network), port, *switch, &view)
    })
}
