//! `leaf-oversubscribed`: a leaf of the back-end fabric can send up what it takes from below.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricRole, NodeId, Subject};
use crate::units::{Gbps, significant, SortedSet};

use super::spare::Spare;
use super::uplinks_uneven::spread;
use super::{Check, Finding, Findings, Network, Rule, Spot, Survey};

pub(super) const RULE: Rule = Rule {
    code: "leaf-oversubscribed",
    severity: Severity::Error,
    title: "Leaf is oversubscribed",
    documentation: include_str!("../../../docs/diagnostics/leaf-oversubscribed.md"),
    checks: &[Check::Whole(check)],
};

/// Above this many times the accepted ratio the harm is an error.
const ERROR_FACTOR: f64 = 2.0;
/// Sums of rates are compared with this tolerance, so that rounding is no finding.
const TOLERANCE: f64 = 1e-9;

/// What a leaf takes from below and can send up.
struct Sides {
    down: Gbps,
    up: Gbps,
}

fn check(survey: &Survey, out: &mut Findings) {
    let accepted = survey.threshold(RULE.code);
    let mut spare = Spare::of(survey);
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Compute && network.has_clean_tiers()) {
        // Leaves without XPUs serve something else, which may be oversubscribed on purpose.
        for (leaf, _, spot) in network.spots().filter(|(_, tier, spot)| *tier == 0 && spot.has_xpus) {
            let Some(sides) = sides(spot) else { continue };
            if sides.down.0 > sides.up.0 * accepted * (1.0 + TOLERANCE) {
                out.push(leaf_oversubscribed(survey, &mut spare, network, leaf, &sides, accepted));
            }
        }
    }
}

/// Both sides of a leaf; `None` when a rate is not known or nothing leads up (which is another finding).
fn sides(spot: &Spot) -> Option<Sides> {
    let (down, up) = spot.host_rate.zip(spot.up_rate)?;
    (up.0 > 0.0 && down.is_finite() && up.is_finite()).then_some(Sides { down, up })
}

fn leaf_oversubscribed(survey: &Survey, spare: &mut Spare, network: &Network, leaf: NodeId, sides: &Sides, accepted: f64) -> Finding {
    let ratio = sides.down / sides.up;
    let severity = if ratio > accepted * ERROR_FACTOR * (1.0 + TOLERANCE) { Severity::Error } else { Severity::Warning };
    let [ratio, limit] = [ratio, accepted].map(|ratio| significant(ratio, 3));
    let message = format!("{} takes {} from below and sends {} up: {ratio} down : 1 up, accepted is {limit} : 1", survey.name(leaf), sides.down, sides.up);
    let source = format!("Threshold {limit} down : 1 up · Juniper AI data centre design, NVIDIA Enterprise RA");
    let finding = Finding::new(Subject::Node(leaf), message, source).severity(severity).alike(
        format!("{} {} {}", network.subject(), sides.down, sides.up),
        format!("{{n}} leaves take {} from below and send {} up each: {ratio} down : 1 up, accepted is {limit} : 1", sides.down, sides.up),
    );
    let edits = missing_uplinks(survey, spare, network, leaf, sides, accepted).unwrap_or_default();
    let title = if edits.len() == 1 { "Add 1 uplink".to_owned() } else { format!("Add {} uplinks", edits.len()) };
    finding.fix_all(title, format!("Add {} uplinks to each of {{n}} leaves", edits.len()), Trust::Suggestion, edits)
}

/// Uplinks that bring the leaf to the accepted ratio, spread evenly over the switches above; `None` when ports run out.
fn missing_uplinks(survey: &Survey, spare: &mut Spare, network: &Network, leaf: NodeId, sides: &Sides, accepted: f64) -> Option<Vec<Edit>> {
    let rate = network.uplinks(survey, leaf).filter_map(|view| view.rate).min_by(Gbps::total_cmp)?;
    let count = ((sides.down.0 / accepted - sides.up.0) / rate.0 - TOLERANCE).ceil();
    if !(1.0..=256.0).contains(&count) {
        return None;
    }
    let spines = network.uplinks(survey, leaf).map(|view| view.beyond(leaf)).collect::<SortedSet<_>>().len().max(1);
    // As many to each spine, so that the cure is not uneven.
    let count = (count as usize).div_ceil(spines) * spines;
    spread(survey, spare, network, leaf, count)
}
