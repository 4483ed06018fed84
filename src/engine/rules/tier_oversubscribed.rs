//! `tier-oversubscribed`: a switch above the leaves sends up what it takes from below, unless the design says otherwise.

use crate::engine::diagnostics::Severity;
use crate::model::{FabricRole, NodeId, RequirementKind, Subject};
use crate::units::{Gbps, significant};

use super::{Check, Finding, Findings, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "tier-oversubscribed",
    severity: Severity::Warning,
    title: "Upper tier is oversubscribed",
    documentation: include_str!("../../../docs/diagnostics/tier-oversubscribed.md"),
    checks: &[Check::Whole(check)],
};

/// Sums of rates are compared with this tolerance, so that rounding is no finding.
const TOLERANCE: f64 = 1e-9;

fn check(survey: &Survey, out: &mut Findings) {
    let accepted = survey.threshold(RULE.code);
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Compute && network.has_clean_tiers()) {
        if is_stated(survey, network) {
            continue;
        }
        // A tier of which some switch has nothing above it is the top one; a cable that leads on from it is astray.
        let mut tops = vec![false; network.tiers.values().max().map_or(0, |tier| usize::from(*tier) + 1)];
        for (_, tier, spot) in network.spots() {
            tops.iter_mut().skip(usize::from(tier)).take(1).for_each(|top| *top |= spot.up == 0);
        }
        for (switch, _, spot) in network.spots().filter(|(_, tier, _)| *tier > 0 && tops.get(usize::from(*tier)) == Some(&false)) {
            let Some((down, up)) = spot.down_rate.zip(spot.up_rate) else { continue };
            if up.0 > 0.0 && down.0 > up.0 * accepted * (1.0 + TOLERANCE) {
                out.push(tier_oversubscribed(survey, network, switch, [down, up], accepted));
            }
        }
    }
}

/// Whether the design says itself how much oversubscription it accepts.
fn is_stated(survey: &Survey, network: &Network) -> bool {
    let of_network = |fabric: Option<crate::model::FabricId>| fabric.is_none() || fabric.map(super::NetworkKey::Stated) == Some(network.key);
    survey.design.requirements.iter().any(|(_, requirement)| matches!(requirement.kind, RequirementKind::Oversubscription(_)) && of_network(requirement.fabric))
}

fn tier_oversubscribed(survey: &Survey, network: &Network, switch: NodeId, [down, up]: [Gbps; 2], accepted: f64) -> Finding {
    let [ratio, limit] = [down / up, accepted].map(|ratio| significant(ratio, 3));
    let message = format!("{} takes {down} from below and sends {up} up: {ratio} down : 1 up, accepted is {limit} : 1; state the ratio if it is meant", survey.name(switch));
    let source = format!("Threshold {limit} : 1 where nothing is stated · Meta Llama 3 (7 : 1) and Alibaba HPN (15 : 1) state theirs");
    Finding::new(Subject::Node(switch), message, source)
        .alike(format!("{} {down} {up}", network.subject()), format!("{{n}} switches take {down} from below and send {up} up each: {ratio} down : 1 up, accepted is {limit} : 1; state the ratio if it is meant"))
}
