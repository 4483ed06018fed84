//! `fronthaul-too-slow`: a radio unit reaches its server within the one-way budget.

use crate::engine::diagnostics::Severity;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::{FabricRole, NodeId, Subject};
use crate::units::{Nanoseconds, SortedMap};

use super::{Check, Finding, Findings, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "fronthaul-too-slow",
    severity: Severity::Error,
    title: "Fronthaul over its budget",
    documentation: include_str!("../../../docs/diagnostics/fronthaul-too-slow.md"),
    checks: &[Check::Whole(check)],
};

/// What a switch on the way may take, in nanoseconds.
const DEVICE: u64 = 10_000;
/// Light in glass, in nanoseconds per metre.
const GLASS: f64 = 5.0;

fn check(survey: &Survey, out: &mut Findings) {
    let budget = survey.threshold(RULE.code) * 1000.0;
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Fronthaul) {
        let delays = delays(survey, network);
        // Radio units are what is neither a switch nor brings XPUs.
        for node in network.at.keys().copied().filter(|node| !network.tiers.contains_key(node) && survey.xpus(*node) == 0) {
            if let Some((delay, devices)) = delays.get(&node).filter(|(delay, _)| *delay as f64 > budget) {
                out.push(fronthaul_too_slow(survey, network, node, (*delay, *devices), budget));
            }
        }
    }
}

/// The least one-way delay of every node to the nearest server with XPUs, in nanoseconds, and the switches on that way.
/// Links without a length and without a latency take no time. Time: O(links × log nodes).
fn delays(survey: &Survey, network: &Network) -> SortedMap<NodeId, (u64, u32)> {
    let mut known: SortedMap<NodeId, (u64, u32)> = SortedMap::new();
    let mut open: BinaryHeap<Reverse<(u64, NodeId, u32)>> = network.at.keys().filter(|node| survey.xpus(**node) > 0).map(|node| Reverse((0, *node, 0))).collect();
    while let Some(Reverse((delay, node, devices))) = open.pop() {
        if known.contains_key(&node) {
            continue;
        }
        known.insert(node, (delay, devices));
        let is_switch = network.tiers.contains_key(&node);
        // Only servers and switches send on.
        if !is_switch && survey.xpus(node) == 0 {
            continue;
        }
        let passed = if is_switch { DEVICE } else { 0 };
        for view in network.views_at(survey, node) {
            let wire = view.link.latency.map(|latency| latency.0).or(survey.metres(view.link).map(|length| length.0 * GLASS)).unwrap_or(0.0);
            let wire = if wire.is_finite() { wire.clamp(0.0, 1e12) as u64 } else { 0 };
            open.push(Reverse((delay.saturating_add(passed).saturating_add(wire), view.beyond(node), devices + u32::from(is_switch))));
        }
    }
    known
}

fn fronthaul_too_slow(survey: &Survey, network: &Network, node: NodeId, (delay, devices): (u64, u32), budget: f64) -> Finding {
    let [delay, budget] = [delay as f64, budget].map(Nanoseconds);
    let message = format!("{} is {delay} from its server over {devices} switches, the budget is {budget} one way", survey.name(node));
    Finding::new(Subject::Node(node), message, format!("Threshold {budget}, 10 us for each device, 5 us for each km · O-RAN WG9 as quoted by Juniper"))
        .alike(format!("{} {devices}", network.subject()), format!("{{n}} nodes are farther than the budget of {budget} one way from their server, over {devices} switches"))
}
