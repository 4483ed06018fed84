//! `routing-may-deadlock`: where packets wait for each other, no circle of waiting can close.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricIntent, NodeId, RoutingEngine, Subject};
use crate::units::order;

use super::{Finding, Findings, Network, NetworkKey, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "routing-may-deadlock",
    severity: Severity::Error,
    title: "Routing may deadlock",
    documentation: include_str!("../../../docs/diagnostics/routing-may-deadlock.md"),
    check,
};

/// How many destinations are followed. Tori repeat themselves, so more would find the same circles. A limit of Weft.
const DESTINATIONS: usize = 64;
/// The largest number of switches that is looked at. A limit of Weft.
const SWITCHES: usize = 4096;

fn check(survey: &Survey, out: &mut Findings) {
    for network in &survey.networks {
        let NetworkKey::Stated(id) = network.key else { continue };
        let minhop = network.fabric.and_then(|fabric| fabric.engine) == Some(RoutingEngine::Minhop);
        // Fewest hops through clean tiers go up and then down, which closes no circle.
        if !minhop || (network.has_clean_tiers() && !matches!(network.intent(), FabricIntent::Dragonfly | FabricIntent::Torus)) || network.tiers.len() > SWITCHES {
            continue;
        }
        if let Some(switch) = circle(survey, network) {
            let message = format!("{} is routed by fewest hops, and around {} packets can wait for each other in a circle; it needs 0 circles", network.name(), survey.name(switch));
            let edit = Edit::Set { subject: id.to_string(), field: "engine".to_owned(), value: Some("updn".to_owned()) };
            let finding = Finding::new(network.subject(), message, "Threshold 0 cycles of channel dependency · OpenSM, current-routing")
                .related(Subject::Node(switch), "is on the circle")
                .fix("Route with updn", Trust::Likely, vec![edit]);
            out.push(finding);
        }
    }
}

/// A switch on a circle of channels that wait for each other, if there is one: a channel waits for the next one on every
/// path of fewest hops to a switch with hosts. Time: O(destinations × (links + pairs of links at a switch)).
fn circle(survey: &Survey, network: &Network) -> Option<NodeId> {
    let switches: Vec<NodeId> = network.tiers.keys().copied().collect();
    let place = |node: NodeId| switches.binary_search(&node).ok();
    let mut next: Vec<Vec<usize>> = Vec::with_capacity(switches.len());
    for switch in &switches {
        let mut row: Vec<usize> = network.views_at(survey, *switch).filter_map(|view| place(view.beyond(*switch))).collect();
        order::sort_unique(&mut row);
        next.push(row);
    }
    // Channel: from a switch to its n-th neighbour.
    let mut first = Vec::with_capacity(switches.len() + 1);
    first.push(0usize);
    for row in &next {
        first.push(first.last().copied().unwrap_or(0) + row.len());
    }
    let channel = |from: usize, to: usize| Some(first.get(from)? + next.get(from)?.binary_search(&to).ok()?);
    let mut waits: Vec<Vec<usize>> = vec![Vec::new(); first.last().copied().unwrap_or(0)];
    let ends = switches.iter().enumerate().filter(|(_, switch)| network.host_links(survey, **switch).next().is_some()).map(|(place, _)| place);
    for end in ends.take(DESTINATIONS) {
        let distance = distances(&next, end);
        let at = |switch: usize| distance.get(switch).copied().unwrap_or(u32::MAX);
        for (here, row) in next.iter().enumerate().filter(|(here, _)| at(*here) != u32::MAX) {
            for from in row.iter().copied().filter(|from| at(*from) == at(here) + 1) {
                for to in row.iter().copied().filter(|to| at(*to) + 1 == at(here)) {
                    if let (Some(first), Some(second)) = (channel(from, here), channel(here, to))
                        && let Some(row) = waits.get_mut(first)
                        && !row.contains(&second)
                    {
                        row.push(second);
                    }
                }
            }
        }
    }
    // What can be taken off one by one, nothing waiting for it, closes no circle.
    let mut waited: Vec<usize> = vec![0; waits.len()];
    for second in waits.iter().flatten() {
        waited.iter_mut().skip(*second).take(1).for_each(|count| *count += 1);
    }
    let mut open: Vec<usize> = waited.iter().enumerate().filter(|(_, count)| **count == 0).map(|(channel, _)| channel).collect();
    let mut left = waits.len();
    while let Some(done) = open.pop() {
        left -= 1;
        for second in waits.get(done).into_iter().flatten() {
            let Some(count) = waited.get_mut(*second) else { continue };
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.push(*second);
            }
        }
    }
    let stuck = waited.iter().position(|count| *count > 0).filter(|_| left > 0)?;
    switches.get(first.partition_point(|start| *start <= stuck).checked_sub(1)?).copied()
}

fn distances(next: &[Vec<usize>], end: usize) -> Vec<u32> {
    let mut distance = vec![u32::MAX; next.len()];
    let mut open = std::collections::VecDeque::from([(end, 0)]);
    while let Some((here, hops)) = open.pop_front() {
        let Some(known) = distance.get_mut(here).filter(|known| **known == u32::MAX) else { continue };
        *known = hops;
        open.extend(next.get(here).into_iter().flatten().map(|other| (*other, hops + 1)));
    }
    distance
}
