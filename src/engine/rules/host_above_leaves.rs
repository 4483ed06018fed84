//! `host-above-leaves`: hosts hang on leaves, not on the switches above them.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{NodeId, RoutingEngine, Subject};
use crate::units::SortedSet;

use super::spare::Spare;
use super::{Check, Finding, Findings, LinkView, Network, Rule, Spot, Survey};

pub(super) const RULE: Rule = Rule {
    code: "host-above-leaves",
    severity: Severity::Warning,
    title: "Host above the leaves",
    documentation: include_str!("../../../docs/diagnostics/host-above-leaves.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let mut spare = Spare::of(survey);
    for network in survey.networks.iter().filter(|network| network.is_tree() || routes_fat_tree(network)) {
        for (switch, ..) in network.spots().filter(|(switch, tier, spot)| stands_above(survey, network, *switch, *tier, spot)) {
            for view in network.host_links(survey, switch) {
                out.push(host_above_leaves(survey, &mut spare, network, switch, &view));
            }
        }
    }
}

/// Whether its fabric states fat-tree routing, which expects all hosts at one rank.
fn routes_fat_tree(network: &Network) -> bool {
    network.fabric.is_some_and(|fabric| fabric.engine == Some(RoutingEngine::Ftree))
}

/// Whether a switch that hosts hang on stands above others: it belongs to an upper tier, or (a host with XPUs makes any
/// switch a leaf) it joins two leaves or more that each carry more hosts than it does, or the leaves that a spine joins.
pub(super) fn stands_above(survey: &Survey, network: &Network, switch: NodeId, tier: u16, spot: &Spot) -> bool {
    let own = spot.hosts;
    if own == 0 || tier > 0 {
        return own > 0;
    }
    if spot.beside == 0 {
        return false;
    }
    let hosts = |switch: NodeId| network.spot(switch).hosts;
    let mut beside = network.views_at(survey, switch).map(|view| view.beyond(switch)).filter(|other| network.tiers.get(other) == Some(&0));
    let Some(first) = beside.next() else { return false };
    let mut several = false;
    let mut fuller = hosts(first) > own;
    for other in beside {
        several |= other != first;
        fuller = fuller && hosts(other) > own;
    }
    several && (fuller || is_like_a_spine(survey, network, switch))
}

/// Whether a switch joins the same leaves as one that stands above them.
fn is_like_a_spine(survey: &Survey, network: &Network, switch: NodeId) -> bool {
    let leaves = |of: NodeId| -> SortedSet<NodeId> {
        let beyond = network.views_at(survey, of).map(|view| view.beyond(of));
        beyond.filter(|other| *other != switch && network.tiers.get(other) == Some(&0)).collect()
    };
    let own = leaves(switch);
    let above = own.first().map(|leaf| network.uplinks(survey, *leaf).map(|view| view.beyond(*leaf)).collect::<SortedSet<_>>());
    above.unwrap_or_default().iter().any(|spine| leaves(*spine) == own)
}

fn host_above_leaves(survey: &Survey, spare: &mut Spare, network: &Network, switch: NodeId, view: &LinkView) -> Finding {
    let host = view.beyond(switch);
    let message = format!("{} hangs on {}, which stands above the leaves; all hosts need to be on 1 tier", survey.name(host), survey.name(switch));
    let finding = Finding::new(Subject::Node(host), message, "Threshold 1 rank for all hosts · OpenSM fat-tree routing")
        .severity(if routes_fat_tree(network) { Severity::Error } else { Severity::Warning })
        .alike(network.subject().to_string(), "{n} host links end above the leaves; all hosts need to be on 1 tier")
        .related(Subject::Node(switch), "stands above the leaves")
        .related(view.subject(), "leads there");
    let leaves = network.views_at(survey, switch).map(|view| view.beyond(switch)).filter(|other| network.tiers.get(other) == Some(&0));
    let moved = view.end_on(switch).and_then(|end| leaves.take(64).find_map(|leaf| Some((end, leaf, spare.port_for(view, end, leaf)?))));
    match moved {
        Some((end, leaf, port)) => {
            let edit = Edit::MoveEnd { link: view.id.to_string(), end: u8::from(end == 1), port: port.to_string() };
            finding.fix_all(format!("Move to {}", survey.name(leaf)), "Move {n} host links to leaves", Trust::Likely, vec![edit])
        }
        None => finding,
    }
}
