//! `spines-few`: a fabric of two tiers has enough spines that losing one, or two, does not choke it.

use crate::engine::diagnostics::Severity;
use crate::model::{FabricRole, NodeId, Subject};

use super::{Check, Finding, Findings, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "spines-few",
    severity: Severity::Info,
    title: "Few spines",
    documentation: include_str!("../../../docs/diagnostics/spines-few.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let wanted = survey.threshold(RULE.code);
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Compute && network.has_clean_tiers()) {
        let spines: Vec<NodeId> = network.tier(1).collect();
        let leaves = network.tier(0).count();
        let two_tiers = network.tiers.values().all(|tier| *tier <= 1);
        // A single spine is a single point of failure, which is a finding of its own.
        if two_tiers && leaves >= 2 && spines.len() >= 2 && (spines.len() as f64) < wanted {
            out.push(spines_few(survey, network, &spines, wanted));
        }
    }
}

fn spines_few(survey: &Survey, network: &Network, spines: &[NodeId], wanted: f64) -> Finding {
    let wanted = crate::units::significant(wanted, 3);
    let name = network.fabric.map(|fabric| fabric.name.clone()).filter(|name| !name.is_empty()).unwrap_or_else(|| "The compute fabric".to_owned());
    let mut finding = Finding::new(network.subject(), format!("{name} has {} spines, {wanted} are advised", spines.len()), format!("Threshold {wanted} spines · Juniper AI data centre design"));
    for spine in spines {
        finding = finding.related(Subject::Node(*spine), format!("carries 1 of {} shares ({})", spines.len(), survey.name(*spine)));
    }
    finding
}
