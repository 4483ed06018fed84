//! `nvl72-shape`: in an NVLink rack every compute tray has as many links to every switch tray.


use crate::engine::diagnostics::Severity;
use crate::model::{LinkLayer, NodeId, Subject};
use crate::units::SortedMap;

use super::nvlink_domain_too_large::{Domain, domains};
use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "nvl72-shape",
    severity: Severity::Warning,
    title: "NVLink rack is uneven",
    documentation: include_str!("../../../docs/diagnostics/nvl72-shape.md"),
    checks: &[Check::Whole(check)],
};

const SOURCE: &str = "Threshold: one link from every GPU to every switch chip · NVIDIA BCM manual";

fn check(survey: &Survey, out: &mut Findings) {
    uneven(survey, LinkLayer::NvLink, |tray, switch, has, wanted| out.push(nvl72_shape(survey, tray, switch, has, wanted)));
}

/// Tells each pair of XPU node and switch of a domain of one stage that has another number of links of `layer` than most
/// pairs have: the two nodes, what they have and what most have.
pub(super) fn uneven(survey: &Survey, layer: LinkLayer, mut tell: impl FnMut(NodeId, NodeId, usize, usize)) {
    for domain in domains(survey, layer).into_iter().filter(|domain| !domain.two_stages) {
        let trays = domain.nodes.iter().filter(|node| survey.xpus(**node) > 0).count();
        let switches: Vec<NodeId> = domain.nodes.iter().copied().filter(|node| survey.is_switch(*node)).collect();
        if trays < 2 || switches.is_empty() {
            continue;
        }
        let counts = counts(survey, &domain, layer);
        // Half of all pairs or fewer cabled: a rack that has only been begun, or another shape on purpose.
        let wanted = commonest(&counts);
        let pairs = trays * switches.len();
        let cabled = counts.values().filter(|count| **count > 0).count();
        if wanted == 0 || cabled * 2 < pairs {
            continue;
        }
        for tray in domain.nodes.iter().copied().filter(|node| survey.xpus(*node) > 0) {
            for switch in &switches {
                let has = counts.get(&(tray, *switch)).copied().unwrap_or(0);
                if has != wanted {
                    tell(tray, *switch, has, wanted);
                }
            }
        }
    }
}

/// Links between each XPU node and each switch of a domain.
fn counts(survey: &Survey, domain: &Domain, layer: LinkLayer) -> SortedMap<(NodeId, NodeId), usize> {
    let mut counts = SortedMap::new();
    for view in survey.views().filter(|view| view.layer == Some(layer) && !view.is_loop()) {
        let [a, b] = view.nodes();
        if domain.nodes.binary_search(&a).is_err() {
            continue;
        }
        let pair = if survey.is_switch(b) { (a, b) } else { (b, a) };
        *counts.entry(pair).or_default() += 1;
    }
    counts
}

fn commonest(counts: &SortedMap<(NodeId, NodeId), usize>) -> usize {
    let mut votes: SortedMap<usize, usize> = SortedMap::new();
    for count in counts.values() {
        *votes.entry(*count).or_default() += 1;
    }
    votes.into_iter().max_by_key(|(count, times)| (*times, *count)).map_or(0, |(count, _)| count)
}

fn nvl72_shape(survey: &Survey, tray: NodeId, switch: NodeId, has: usize, wanted: usize) -> Finding {
    let message = format!("{} has {has} NVLink cables to {}, the others have {wanted}", survey.name(tray), survey.name(switch));
    Finding::new(Subject::Node(tray), message, SOURCE)
        .alike(format!("{has} {wanted}"), format!("{{n}} pairs of compute and switch trays have {has} NVLink cables, the others have {wanted}"))
        .related(Subject::Node(switch), "is the switch tray")
}
