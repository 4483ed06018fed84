//! How much more can come into a tier of switches from below than can leave it above, by speed and population: what is
//! drawn and how fast it runs, not how many ports a panel has.

use super::{Draft, Estimate, Input};
use crate::engine::context::Context;
use crate::engine::tiers::Sides;
use crate::model::{FabricRole, NodeId};
use crate::units::significant;

const SOURCE: &str = "Sum of link rates down over sum of link rates up, per switch (Juniper AI data center validated design, oversubscription by speed)";

/// `oversubscription` (the worst tier) and `oversubscription.tier-1`, `oversubscription.tier-2` and so on: of each tier the
/// switch with the most. Switches without a way up are no part of it: they are the top, or the only tier.
pub fn estimates(context: &Context) -> Vec<Estimate> {
    let mut tiers = Vec::new();
    let mut worst: Option<(f64, String)> = None;
    for tier in 1..=context.tiers.highest() {
        let switches: Vec<(NodeId, Sides)> =
            context.tiers.on(tier).filter(|(node, sides)| sides.up_links > 0 && sides.down_links > 0 && counts(context, *node)).collect();
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
        all.push(first);
    }
    all.extend(tiers.into_iter().map(|(.., estimate)| estimate));
    all
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
