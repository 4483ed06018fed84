//! `ualink-pod-too-large`: a UALink pod of one tier holds no more XPUs than its switches have ports.

use crate::engine::diagnostics::Severity;
use crate::model::{LinkLayer, NodeId, Subject};
use crate::units::significant;

use super::nvlink_domain_too_large::{Domain, domains};
use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "ualink-pod-too-large",
    severity: Severity::Error,
    title: "UALink pod too large",
    documentation: include_str!("../../../docs/diagnostics/ualink-pod-too-large.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for domain in domains(survey, LinkLayer::UaLink) {
        let ports = domain.nodes.iter().filter_map(|node| ports(survey, *node)).min();
        let stated = survey.threshold(RULE.code);
        // With a second tier the ports of one switch are no limit; the second tier is a finding of its own.
        let limit = ports.filter(|_| !domain.two_stages).map_or(stated, |ports| stated.min(ports as f64));
        if domain.xpus as f64 > limit {
            out.push(ualink_pod_too_large(survey, &domain, limit));
        }
    }
}

/// The ports of a switch at the width they are used at: a cage that is broken out has several.
fn ports(survey: &Survey, node: NodeId) -> Option<usize> {
    let states_them = survey.is_switch(node) && survey.part_of(node).is_some_and(|part| !part.is_generic());
    states_them.then(|| survey.catalog.ports_of(survey.design, node, &survey.ports).len())
}

fn ualink_pod_too_large(survey: &Survey, domain: &Domain, limit: f64) -> Finding {
    let limit = significant(limit, 4);
    let subject = domain.nodes.iter().copied().find(|node| survey.xpus(*node) > 0).map_or(Subject::Design, Subject::Node);
    let mut finding = Finding::new(
        subject,
        format!("The UALink pod holds {} XPUs, its switches join {limit} in one tier", domain.xpus),
        format!("Threshold {limit} XPUs: the least of 1,024 identifiers and the ports of a switch · UALink Consortium"),
    );
    for switch in domain.nodes.iter().copied().filter(|node| survey.is_switch(*node)) {
        finding = finding.related(Subject::Node(switch), "is one of its switches");
    }
    finding
}
