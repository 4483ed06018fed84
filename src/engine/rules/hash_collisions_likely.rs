//! `hash-collisions-likely`: where each flow keeps one path, there are enough flows to fill the paths.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricRole, Routing, Subject};
use crate::units::significant;

use super::{Check, Finding, Findings, Network, NetworkKey, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "hash-collisions-likely",
    severity: Severity::Warning,
    title: "Few flows on many paths",
    documentation: include_str!("../../../docs/diagnostics/hash-collisions-likely.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let wanted = survey.threshold(RULE.code);
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Compute && network.has_clean_tiers()) {
        let Some(fabric) = network.fabric.filter(|fabric| fabric.routing == Routing::Hash) else { continue };
        // Without a number each NIC is taken to keep one flow, which is what a ring of a collective does.
        let flows = f64::from(fabric.flows.unwrap_or(1));
        let leaves = network.spots().filter(|(_, tier, spot)| *tier == 0 && spot.up > 1);
        let least = leaves.map(|(leaf, _, spot)| (f64::from(spot.hosts) * flows / f64::from(spot.up), leaf, spot.up as usize));
        if let Some((each, leaf, uplinks)) = least.min_by(|a, b| a.0.total_cmp(&b.0)).filter(|(each, ..)| *each < wanted) {
            out.push(hash_collisions_likely(survey, network, (each, leaf, uplinks), wanted, fabric.flows));
        }
    }
}

fn hash_collisions_likely(survey: &Survey, network: &Network, (each, leaf, uplinks): (f64, crate::model::NodeId, usize), wanted: f64, flows: Option<u16>) -> Finding {
    let [each, wanted] = [each, wanted].map(|number| significant(number, 2));
    let assumed = if flows.is_none() { " with 1 flow per NIC" } else { "" };
    let message = format!("{} hashes each flow to one of {uplinks} uplinks and has {each} flows for each{assumed}; {wanted} are needed to spread evenly", network.name());
    let finding = Finding::new(network.subject(), message, format!("Threshold {wanted} flows per uplink (of this project) · Juniper, Meta and Alibaba HPN on hash collisions"))
        .related(Subject::Node(leaf), format!("has the fewest ({})", survey.name(leaf)));
    let NetworkKey::Stated(id) = network.key else { return finding };
    let edit = Edit::Set { subject: id.to_string(), field: "routing".to_owned(), value: Some("ecmp".to_owned()) };
    finding.fix("Split evenly at each hop (adaptive routing or spraying)", Trust::Suggestion, vec![edit])
}
