//! `rail-only-without-scale-up`: without spines, only scale-up inside the systems joins the rails.

use crate::engine::diagnostics::Severity;
use crate::model::{FabricIntent, FabricRole, InsideKind, NodeId, Part, Subject};

use super::{Check, Finding, Findings, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "rail-only-without-scale-up",
    severity: Severity::Warning,
    title: "Rails that nothing joins",
    documentation: include_str!("../../../docs/diagnostics/rail-only-without-scale-up.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Compute && network.intent() == FabricIntent::RailOnly) {
        for node in network.at.keys().copied() {
            // Links between systems and their scale-up switches join them as well as wires inside.
            let joined = || survey.networks.iter().any(|other| other.role == FabricRole::ScaleUp && other.links_at(node).len() > 0);
            if survey.xpus(node) > 1 && survey.part_of(node).is_some_and(|part| !is_joined(part)) && !joined() {
                out.push(rail_only_without_scale_up(survey, network, node));
            }
        }
    }
}

/// Whether scale-up wires inside a system lead from every XPU to every other.
fn is_joined(part: &Part) -> bool {
    let Some(inside) = part.inside() else { return false };
    let mut leader: Vec<usize> = (0..inside.vertices.len()).collect();
    for edge in inside.edges.iter().filter(|edge| edge.layer.is_scale_up()) {
        let (Some(a), Some(b)) = (leader.get(usize::from(edge.a)).copied(), leader.get(usize::from(edge.b)).copied()) else { continue };
        leader.iter_mut().filter(|place| **place == b).for_each(|place| *place = a);
    }
    let mut xpus = inside.vertices.iter().zip(&leader).filter(|(vertex, _)| vertex.kind == InsideKind::Xpu).map(|(_, leader)| *leader);
    let first = xpus.next();
    xpus.all(|leader| Some(leader) == first)
}

fn rail_only_without_scale_up(survey: &Survey, network: &Network, node: NodeId) -> Finding {
    let xpus = survey.xpus(node);
    let part = survey.part_of(node).map_or("", |part| part.name.as_str());
    let message = format!("{} has {xpus} XPUs and 0 scale-up wires that join them all; without spines nothing else joins its rails", survey.name(node));
    Finding::new(Subject::Node(node), message, "Threshold 1 scale-up domain per system · Rail-only (arXiv 2307.12169)")
        .alike(format!("{} {part}", network.subject()), format!("{{n}} × {part} have 0 scale-up wires that join all their XPUs; without spines nothing else joins their rails"))
}
