//! `multihoming-too-wide`: a host is attached to as many switches as its way of attaching allows.

use crate::engine::diagnostics::Severity;
use crate::model::{Multihoming, NodeId, Subject};
use crate::units::order;

use super::{Check, Finding, Findings, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "multihoming-too-wide",
    severity: Severity::Error,
    title: "Attached to too many switches",
    documentation: include_str!("../../../docs/diagnostics/multihoming-too-wide.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for network in &survey.networks {
        let (limit, word) = match network.fabric.and_then(|fabric| fabric.multihoming) {
            Some(Multihoming::Mclag) => (2, "MCLAG"),
            Some(Multihoming::Eslag) => (4, "ESLAG"),
            None => continue,
        };
        for host in network.at.keys().copied().filter(|node| !network.tiers.contains_key(node)) {
            let mut switches: Vec<NodeId> = network.views_at(survey, host).map(|view| view.beyond(host)).collect();
            order::sort(&mut switches);
            switches.dedup();
            if switches.len() > limit {
                out.push(multihoming_too_wide(survey, network, host, &switches, limit, word));
            }
        }
    }
}

fn multihoming_too_wide(survey: &Survey, network: &Network, host: NodeId, switches: &[NodeId], limit: usize, word: &str) -> Finding {
    let count = switches.len();
    let message = format!("{} is attached to {count} switches, {word} spans {limit}", survey.name(host));
    let mut finding = Finding::new(Subject::Node(host), message, format!("Threshold {limit} switches · Hedgehog fabric checks"))
        .alike(format!("{} {count}", network.subject()), format!("{{n}} hosts are attached to {count} switches, {word} spans {limit}"));
    for switch in switches {
        finding = finding.related(Subject::Node(*switch), "is one of them");
    }
    finding
}
