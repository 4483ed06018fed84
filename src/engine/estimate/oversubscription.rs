//! How much more can come into a tier of switches from below than can leave it above, by speed and population: what is
//! drawn and how fast it runs, not how many ports a panel has.

use super::{Draft, Estimate, Input};
use crate::engine::context::Context;
use crate::engine::tiers::Sides;
use crate::engine::topology::{Hop, VertexIndex};
use crate::model::{FabricRole, NodeId};
use crate::units::{SortedSet, order, significant};

const SOURCE: &str = "Sum of link rates down over sum of link rates up, per switch (Juniper AI data center validated design, oversubscription by speed)";

/// `oversubscription` (the worst tier) and `oversubscription.tier-1`, `oversubscription.tier-2` and so on: of each tier the
/// switch with the most. Switches without a way up are no part of it: they are the top, or the only tier; nor is a way up to a switch that
/// leads nowhere new.
pub fn estimates(context: &Context) -> Vec<Estimate> {
    let mut tiers = Vec::new();
    let ends: SortedSet<NodeId> =
        (2..=context.tiers.highest()).flat_map(|tier| context.tiers.on(tier)).map(|(node, _)| node).filter(|node| leads_nowhere_new(context, *node)).collect();
    let mut worst: Option<(f64, String)> = None;
    for tier in 1..=context.tiers.highest() {
        let switches: Vec<(NodeId, Sides)> = context
            .tiers
            .on(tier)
            .map(|(node, sides)| (node, without(context, node, sides, &ends)))
            .filter(|(node, sides)| sides.up_links > 0 && sides.down_links > 0 && counts(context, *node))
            .collect();
        let ratio = |sides: &Sides| if sides.up > 0.0 { sides.down / sides.up } else { 0.0 };
        let Some((node, sides)) = switches.iter().copied().reduce(|most, other| if ratio(&other.1) > ratio(&most.1) { other } else { most }) else { continue };
        let unknown: u32 = switches.iter().map(|(_, sides)| sides.unknown).sum();
        let estimate = of(context, &format!("oversubscription.tier-{tier}"), &format!("Oversubscription, tier {tier}"), node, sides, unknown, switches.len());
        let value = estimate.value().unwrap_or(f64::INFINITY);
        if worst.as_ref().is_none_or(|(most, _)| value > *most) {
            worst = Some((value, format!("tier {tier}")));
        }
        tiers.push((tier, node, sides, unknown, switches.len(), estimate));
    }
    let Some((_, words)) = worst else { return Vec::new() };
    let mut all = Vec::new();
    if let Some((tier, node, sides, unknown, count, _)) = tiers.iter().find(|(tier, ..)| words == format!("tier {tier}")) {
        let mut first = of(context, "oversubscription", "Oversubscription", *node, *sides, *unknown, *count);
        first.assume(format!("Tier {tier} is the worst of {}", tiers.len()));
        if let Some(end) = ends.iter().next() {
            let count = ends.len();
            let what = if count == 1 { context.name(*end) } else { format!("{} and {} more", context.name(*end), count - 1) };
            first.assume(format!("Links up to {what} are left out: what is below is joined without"));
        }
        all.push(first);
    }
    all.extend(tiers.into_iter().map(|(.., estimate)| estimate));
    all
}

/// The links of a switch to what is on a lower tier (or, `up`, on a higher one), and what those lead to.
fn hops<'c>(context: &'c Context, node: NodeId, up: bool) -> impl Iterator<Item = (Hop, NodeId)> + 'c {
    let topology = &context.topology;
    let own = context.tiers.tier(node);
    topology.vertices_of(node).flat_map(|vertex| topology.links_out(vertex)).filter_map(move |hop| {
        let beyond = topology.vertices().get(hop.to as usize)?.node;
        let differs = own.zip(context.tiers.tier(beyond)).is_some_and(|(own, there)| if up { there > own } else { there < own });
        differs.then_some((*hop, beyond))
    })
}

/// Whether all that a switch joins leads down to the same: then nothing comes up to it that would not get where it goes without. A leaf that
/// has no host is such a one; it hangs above the spines. Time: O(links of two switches below), unless it is.
fn leads_nowhere_new(context: &Context, node: NodeId) -> bool {
    let below = |switch: NodeId| {
        let mut found: Vec<VertexIndex> = hops(context, switch, false).map(|(hop, _)| hop.to).collect();
        order::unique_numbers(&mut found);
        found
    };
    let mut switches = hops(context, node, false).map(|(_, switch)| switch);
    let Some(first) = switches.next() else { return false };
    let reached = below(first);
    switches.all(|switch| switch == first || below(switch) == reached)
}

/// What a switch can send down and up, without the links to switches that lead nowhere new. Time: O(its links) where there are any, and an even sum.
fn without(context: &Context, node: NodeId, sides: Sides, ends: &SortedSet<NodeId>) -> Sides {
    if ends.is_empty() {
        return sides;
    }
    let edge = |hop: Hop| context.topology.edges().get(hop.arc as usize / 2);
    let (lost, kept): (Vec<_>, Vec<_>) = hops(context, node, true).partition(|(_, beyond)| ends.contains(beyond));
    let unknown = lost.iter().filter(|(hop, _)| edge(*hop).is_some_and(|edge| !edge.rate_known)).count() as u32;
    let up = kept.iter().filter_map(|(hop, _)| edge(*hop)).map(|edge| edge.gbps).sum();
    Sides { up, up_links: kept.len() as u32, unknown: sides.unknown.saturating_sub(unknown), ..sides }
}

/// Whether a switch belongs to a fabric whose oversubscription matters here: compute or scale-up.
fn counts(context: &Context, node: NodeId) -> bool {
    let topology = &context.topology;
    topology.vertices_of(node).flat_map(|vertex| topology.row(vertex)).any(|hop| {
        topology.is_link(hop.arc / 2)
            && topology.edges().get(hop.arc as usize / 2).is_some_and(|edge| matches!(edge.role, FabricRole::Compute | FabricRole::ScaleUp))
    })
}

fn of(context: &Context, key: &str, label: &str, node: NodeId, sides: Sides, unknown: u32, count: usize) -> Estimate {
    let side = |name: &str, words: &str, rate: f64, links: u32| {
        let label = format!("{words}: {links} links of {}", context.name(node));
        if unknown == 0 {
            Input::counted(name, &label, "Gb/s", rate)
        } else {
            Input::figure(name, &format!("{label}; {unknown} links have no known rate"), "Gb/s", None)
        }
    };
    let ratio = if unknown == 0 && sides.up > 0.0 { format!("{} down : 1 up", significant(sides.down / sides.up, 3)) } else { "Unknown".to_owned() };
    let draft = Draft::new(key, label, ":1", "down / up", SOURCE)
        .assume(format!("{ratio} at {}, the most of {count} switches", context.name(node)))
        .assume("Links between switches of one tier are left out")
        .input(side("down", "toward endpoints", sides.down, sides.down_links))
        .input(side("up", "away from endpoints", sides.up, sides.up_links));
    Estimate::new(draft, context.recalled())
}
