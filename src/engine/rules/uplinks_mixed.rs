//! `uplinks-mixed`: all uplinks of a switch run at one rate.

use crate::engine::diagnostics::Severity;
use crate::model::{FabricRole, NodeId, Subject};
use crate::units::{Gbps, order};

use super::{Check, Finding, Findings, LinkView, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "uplinks-mixed",
    severity: Severity::Warning,
    title: "Uplinks of several rates",
    documentation: include_str!("../../../docs/diagnostics/uplinks-mixed.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Compute && network.has_clean_tiers()) {
        for (switch, ..) in network.spots().filter(|(.., spot)| spot.is_mixed) {
            let mut uplinks: Vec<(NodeId, Gbps, LinkView)> = network.uplinks(survey, switch).filter_map(|view| Some((view.beyond(switch), view.rate?, view))).collect();
            order::sort_by_key(&mut uplinks, |(above, ..)| *above);
            // Two rates within one trunk are the trunk's own finding.
            if uplinks.windows(2).any(|pair| matches!(pair, [(a, one, _), (b, other, _)] if a == b && one != other)) {
                continue;
            }
            let slow = uplinks.iter().min_by(|a, b| a.1.total_cmp(&b.1));
            let fast = uplinks.iter().max_by(|a, b| a.1.total_cmp(&b.1));
            if let (Some((_, least, slow)), Some((_, most, fast))) = (slow, fast)
                && least.0 < most.0
            {
                out.push(uplinks_mixed(survey, network, switch, (slow, *least), (fast, *most)));
            }
        }
    }
}

fn uplinks_mixed(survey: &Survey, network: &Network, switch: NodeId, (slow, least): (&LinkView, Gbps), (fast, most): (&LinkView, Gbps)) -> Finding {
    let message = format!("{} has uplinks of {least} and of {most}; equal paths need 1 rate, and traffic that is split evenly runs at {least} on each", survey.name(switch));
    Finding::new(Subject::Node(switch), message, "Threshold 1 rate on a tier · OpenSM fat-tree routing, ECMP with equal weights")
        .alike(format!("{} {least} {most}", network.subject()), format!("{{n}} switches have uplinks of {least} and of {most}; equal paths need 1 rate"))
        .related(slow.subject(), format!("runs at {least}"))
        .related(fast.subject(), format!("runs at {most}"))
}
