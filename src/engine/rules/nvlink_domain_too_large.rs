//! `nvlink-domain-too-large`: an NVLink domain holds no more XPUs than its switches have ports.


use crate::engine::diagnostics::Severity;
use crate::model::{LinkLayer, NodeId, Subject};
use crate::units::{order, SortedMap, SortedSet};

use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "nvlink-domain-too-large",
    severity: Severity::Error,
    title: "NVLink domain too large",
    documentation: include_str!("../../../docs/diagnostics/nvlink-domain-too-large.md"),
    checks: &[Check::Whole(check)],
};

/// The most XPUs of a domain that the platform was stated for; it needs two stages.
const TWO_STAGES: f64 = 576.0;

/// Nodes joined by one scale-up protocol.
pub(super) struct Domain {
    /// Its nodes, in id order.
    pub(super) nodes: Vec<NodeId>,
    /// Whether switches are joined with switches.
    pub(super) two_stages: bool,
    /// XPUs in it.
    pub(super) xpus: usize,
}

/// All domains that links of one scale-up layer join, by their lowest node. Time: O(links × log nodes).
pub(super) fn domains(survey: &Survey, layer: LinkLayer) -> Vec<Domain> {
    if !survey.speaks(layer) {
        return Vec::new();
    }
    let mut next: SortedMap<NodeId, Vec<NodeId>> = SortedMap::new();
    for view in survey.views().filter(|view| view.layer == Some(layer) && !view.is_loop()) {
        let [a, b] = view.nodes();
        next.entry(a).or_default().push(b);
        next.entry(b).or_default().push(a);
    }
    let mut seen = SortedSet::new();
    let mut domains = Vec::new();
    for start in next.keys().copied() {
        if !seen.insert(start) {
            continue;
        }
        let mut domain = Domain { nodes: Vec::new(), two_stages: false, xpus: 0 };
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            domain.nodes.push(node);
            domain.xpus += survey.xpus(node);
            for other in next.get(&node).map(Vec::as_slice).unwrap_or_default() {
                domain.two_stages |= survey.is_switch(node) && survey.is_switch(*other);
                if seen.insert(*other) {
                    open.push(*other);
                }
            }
        }
        order::sort_by_number(&mut domain.nodes, |node| u64::from(node.0));
        domains.push(domain);
    }
    domains
}

fn check(survey: &Survey, out: &mut Findings) {
    for domain in domains(survey, LinkLayer::NvLink) {
        let limit = if domain.two_stages { TWO_STAGES } else { survey.threshold(RULE.code) };
        if domain.xpus as f64 > limit {
            out.push(nvlink_domain_too_large(survey, &domain, limit));
        }
    }
}

fn nvlink_domain_too_large(survey: &Survey, domain: &Domain, limit: f64) -> Finding {
    let limit = crate::units::significant(limit, 4);
    let stages = if domain.two_stages { "two stages of switches" } else { "one stage of switches" };
    let first = domain.nodes.iter().copied().find(|node| survey.xpus(*node) > 0).or(domain.nodes.first().copied());
    let subject = first.map_or(Subject::Design, Subject::Node);
    let mut finding = Finding::new(
        subject,
        format!("The NVLink domain holds {} XPUs, {stages} join {limit}", domain.xpus),
        format!("Threshold {limit} XPUs · NVIDIA Mission Control manual"),
    );
    for node in domain.nodes.iter().copied().filter(|node| Some(*node) != first) {
        finding = finding.related(Subject::Node(node), "is in the domain");
    }
    finding
}
