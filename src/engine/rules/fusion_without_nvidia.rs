//! `fusion-without-nvidia`: an NVLink domain with parts of others holds a part of NVIDIA.

use crate::engine::diagnostics::Severity;
use crate::model::{LinkLayer, NodeId, Part, Subject};

use super::nvlink_domain_too_large::domains;
use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "fusion-without-nvidia",
    severity: Severity::Warning,
    title: "NVLink Fusion without NVIDIA",
    documentation: include_str!("../../../docs/diagnostics/fusion-without-nvidia.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for domain in domains(survey, LinkLayer::NvLink) {
        let fused = |node: &NodeId| survey.part_of(*node).is_some_and(|part| part.ports.iter().any(|group| group.protocols.iter().any(|id| id == "nvlink-fusion")));
        let Some(first) = domain.nodes.iter().copied().find(fused) else { continue };
        // A generic part may be anybody's.
        let settled = |node: &NodeId| survey.part_of(*node).is_none_or(|part| part.is_generic() || is_nvidia(survey, part));
        if !domain.nodes.iter().any(settled) {
            out.push(fusion_without_nvidia(survey, first, domain.nodes.len()));
        }
    }
}

/// Whether a part is NVIDIA's or holds one that is.
fn is_nvidia(survey: &Survey, part: &Part) -> bool {
    let inside = part.inside().into_iter().flat_map(|inside| &inside.vertices).filter_map(|vertex| vertex.part.as_ref());
    part.vendor == "NVIDIA" || inside.filter_map(|id| survey.catalog.part(survey.design, id)).any(|part| part.vendor == "NVIDIA")
}

fn fusion_without_nvidia(survey: &Survey, first: NodeId, nodes: usize) -> Finding {
    let message = format!("The NVLink Fusion domain of {} has {nodes} nodes and 0 NVIDIA CPUs, GPUs or NVLink switches; press says it needs 1", survey.name(first));
    Finding::new(Subject::Node(first), message, "Threshold 1 NVIDIA CPU, GPU or NVLink switch (2nd) · press on the programme; its terms are not public")
}
