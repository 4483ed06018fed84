//! `rail-leaves-uneven`: a rail design has as many leaves for each rail.

use crate::engine::diagnostics::Severity;
use crate::model::{FabricIntent, FabricRole};

use super::{Check, Finding, Findings, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "rail-leaves-uneven",
    severity: Severity::Warning,
    title: "Leaves do not divide into rails",
    documentation: include_str!("../../../docs/diagnostics/rail-leaves-uneven.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Compute) {
        if !matches!(network.intent(), FabricIntent::RailOptimised | FabricIntent::RailOnly) {
            continue;
        }
        let leaves = network.tier(0).count();
        let hosts = network.at.keys().filter(|node| survey.xpus(**node) > 0);
        let rails = hosts.map(|host| survey.adapters_of(*host).len().max(network.links_at(*host).len())).max().unwrap_or(0);
        // Several rails may share a leaf in a small fabric; a leaf may not be left over.
        if leaves > 1 && rails > 1 && leaves % rails != 0 && rails % leaves != 0 {
            out.push(rail_leaves_uneven(network, leaves, rails));
        }
    }
}

fn rail_leaves_uneven(network: &Network, leaves: usize, rails: usize) -> Finding {
    let message = format!("{} has {leaves} leaves for {rails} rails; it needs a multiple of {rails}, or as many rails on each leaf", network.name());
    Finding::new(network.subject(), message, format!("Threshold: leaves a multiple of {rails} rails · NVIDIA RA"))
}
