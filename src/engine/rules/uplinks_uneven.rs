//! `uplinks-uneven`: every leaf has as many uplinks as the others, and as many to each spine.


use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricRole, NodeId, PartId, Subject};
use crate::units::{order, SortedMap};

use super::spare::Spare;
use super::{Check, Finding, Findings, LinkView, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "uplinks-uneven",
    severity: Severity::Warning,
    title: "Uplinks are uneven",
    documentation: include_str!("../../../docs/diagnostics/uplinks-uneven.md"),
    checks: &[Check::Whole(check)],
};

const SOURCE: &str = "Threshold: as many uplinks from every leaf to every spine · OpenSM fat-tree routing";

fn check(survey: &Survey, out: &mut Findings) {
    let mut spare = Spare::of(survey);
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Compute && network.has_clean_tiers()) {
        // Switches of one tier and part are comparable: they have the same radix.
        let mut peers: Vec<(Peers, Vec<(NodeId, usize)>)> = Vec::new();
        // A switch without any is another finding, or the top of the fabric.
        for (switch, tier, spot) in network.spots().filter(|(.., spot)| spot.up > 0) {
            let Some(key) = survey.design.nodes.get(switch).map(|node| (tier, &node.part)) else { continue };
            // Neighbours are mostly alike, and there are few kinds.
            match peers.iter_mut().rev().find(|(other, _)| *other == key) {
                Some((_, members)) => members.push((switch, spot.up as usize)),
                None => peers.push((key, vec![(switch, spot.up as usize)])),
            }
        }
        order::sort_by(&mut peers, |(a, _), (b, _)| a.cmp(b));
        for (_, members) in &peers {
            let usual = usual(members);
            for (switch, count) in members {
                if count != &usual {
                    out.push(unlike_peers(survey, &mut spare, network, *switch, *count, usual));
                } else if network.spot(*switch).is_uneven
                    && let Some((few, many)) = uneven_over_spines(survey, network, *switch)
                {
                    out.push(uneven_spines(survey, &mut spare, network, *switch, few, many));
                }
            }
        }
    }
}

/// Switches that can be compared: their tier and part.
type Peers<'a> = (u16, &'a PartId);

/// The commonest number of uplinks; of equally common ones the largest.
fn usual(members: &[(NodeId, usize)]) -> usize {
    let mut votes: SortedMap<usize, usize> = SortedMap::new();
    for (_, count) in members {
        *votes.entry(*count).or_default() += 1;
    }
    votes.into_iter().max_by_key(|(count, times)| (*times, *count)).map_or(0, |(count, _)| count)
}

/// Uplinks of a switch by the switch above, with one link to copy.
fn by_spine<'a>(survey: &Survey<'a>, network: &Network<'a>, switch: NodeId) -> SortedMap<NodeId, (usize, LinkView<'a>)> {
    let mut counts: SortedMap<NodeId, (usize, LinkView)> = SortedMap::new();
    for view in network.uplinks(survey, switch) {
        counts.entry(view.beyond(switch)).or_insert((0, view)).0 += 1;
    }
    counts
}

/// The spines with the fewest and the most uplinks of a switch, with their number, if they differ.
fn uneven_over_spines(survey: &Survey, network: &Network, switch: NodeId) -> Option<((NodeId, usize), (NodeId, usize))> {
    let counts = by_spine(survey, network, switch);
    let least = counts.iter().min_by_key(|(_, (count, _))| *count).map(|(node, (count, _))| (*node, *count))?;
    let most = counts.iter().max_by_key(|(_, (count, _))| *count).map(|(node, (count, _))| (*node, *count))?;
    (least.1 < most.1).then_some((least, most))
}

fn unlike_peers(survey: &Survey, spare: &mut Spare, network: &Network, switch: NodeId, count: usize, usual: usize) -> Finding {
    let message = format!("{} has {count} uplinks, its peers have {usual}", survey.name(switch));
    let finding = Finding::new(Subject::Node(switch), message, SOURCE)
        .alike(format!("{} {count} {usual}", network.subject()), format!("{{n}} switches have {count} uplinks, their peers have {usual}"));
    if count > usual {
        return finding;
    }
    let missing = usual - count;
    let edits = spread(survey, spare, network, switch, missing).unwrap_or_default();
    let title = if missing == 1 { "Add the missing uplink".to_owned() } else { format!("Add the {missing} missing uplinks") };
    finding.fix_all(title, format!("Add the missing uplinks ({missing} each) of {{n}} switches"), Trust::Likely, edits)
}

fn uneven_spines(survey: &Survey, spare: &mut Spare, network: &Network, switch: NodeId, few: (NodeId, usize), many: (NodeId, usize)) -> Finding {
    let message = format!("{} has {} uplinks to {} and {} to {}", survey.name(switch), few.1, survey.name(few.0), many.1, survey.name(many.0));
    let finding = Finding::new(Subject::Node(switch), message, SOURCE)
        .alike(format!("{} spines {} {}", network.subject(), few.1, many.1), format!("{{n}} switches have {} uplinks to one spine and {} to another", few.1, many.1))
        .related(Subject::Node(few.0), format!("has {} of them", few.1))
        .related(Subject::Node(many.0), format!("has {} of them", many.1));
    // One cable moved from the fuller spine to the emptier evens out a difference of two.
    if many.1 - few.1 != 2 {
        return finding;
    }
    let Some(view) = network.uplinks(survey, switch).rfind(|view| view.beyond(switch) == many.0) else { return finding };
    let Some(end) = view.end_on(many.0) else { return finding };
    match spare.port_for(&view, end, few.0) {
        Some(port) => {
            let edit = Edit::MoveEnd { link: view.id.to_string(), end: u8::from(end == 1), port: port.to_string() };
            finding.fix(format!("Move one uplink to {}", survey.name(few.0)), Trust::Likely, vec![edit])
        }
        None => finding,
    }
}

/// `count` more uplinks of a switch, each to the switch above that has the fewest from it; `None` when ports run out.
/// Switches that only its peers are cabled to count as having none of it, as long as they stand in the same tier.
pub(super) fn spread(survey: &Survey, spare: &mut Spare, network: &Network, switch: NodeId, count: usize) -> Option<Vec<Edit>> {
    // Each takes a port of the switch.
    if !spare.has_free(switch, count) {
        return None;
    }
    let own = by_spine(survey, network, switch);
    let like = own.values().next().map(|(_, view)| *view)?;
    let mut load: SortedMap<NodeId, usize> = own.iter().map(|(spine, (count, _))| (*spine, *count)).collect();
    // Spines that peers reach through the same neighbours: in two tiers every spine is every leaf's.
    let tier = network.tiers.get(&switch).copied()?;
    let highest = network.tiers.values().copied().max()?;
    if tier + 1 == highest && tier == 0 {
        for spine in network.tier(tier + 1) {
            load.entry(spine).or_insert(0);
        }
    }
    let mut edits = Vec::with_capacity(count);
    for _ in 0..count {
        let candidates = load.iter().filter(|(spine, _)| spare.may_have_free(**spine));
        let mut spines: Vec<(usize, NodeId)> = if spare.may_have_free(switch) { candidates.map(|(spine, count)| (*count, *spine)).collect() } else { Vec::new() };
        order::sort_by_number(&mut spines, |(count, spine)| (*count as u64) << 32 | u64::from(spine.0));
        let (spine, edit) = spines.into_iter().find_map(|(_, spine)| spare.link_like(Some(network), switch, spine, &like).map(|edit| (spine, edit)))?;
        *load.entry(spine).or_default() += 1;
        edits.push(edit);
    }
    Some(edits)
}
