//! `ftree-uneven`: a fabric routed as a fat tree has equal groups of ports on each rank.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{NodeId, RoutingEngine, Subject};
use crate::units::order;

use super::{Check, Finding, Findings, Network, NetworkKey, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "ftree-uneven",
    severity: Severity::Error,
    title: "Not a fat tree",
    documentation: include_str!("../../../docs/diagnostics/ftree-uneven.md"),
    checks: &[Check::Whole(check)],
};

const SOURCE: &str = "Threshold: equal port groups on each rank · OpenSM, current-routing";

fn check(survey: &Survey, out: &mut Findings) {
    for network in &survey.networks {
        let NetworkKey::Stated(id) = network.key else { continue };
        if network.fabric.and_then(|fabric| fabric.engine) != Some(RoutingEngine::Ftree) {
            continue;
        }
        let Some((switch, words)) = uneven(survey, network) else { continue };
        let edit = Edit::Set { subject: id.to_string(), field: "engine".to_owned(), value: Some("updn".to_owned()) };
        let finding = Finding::new(network.subject(), format!("{} states fat-tree routing, but {words}", network.name()), SOURCE)
            .related(Subject::Node(switch), "differs from the others of its rank")
            .fix("Route with updn", Trust::Suggestion, vec![edit]);
        out.push(finding);
    }
}

/// How many switches a switch is joined to, and by how many ports each: the least and the most.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Groups {
    groups: usize,
    least: usize,
    most: usize,
}

/// The first switch of a rank that differs from the first one of its rank, and in what.
fn uneven(survey: &Survey, network: &Network) -> Option<(NodeId, String)> {
    let mut first: Vec<[Option<Groups>; 2]> = Vec::new();
    for (switch, tier) in network.tiers.iter() {
        let place = usize::from(*tier);
        first.resize(first.len().max(place + 1), [None; 2]);
        for (side, word) in [(0, "up"), (1, "down")] {
            // Leaves may carry different numbers of hosts.
            if side == 1 && *tier == 0 {
                continue;
            }
            let own = groups(survey, network, *switch, side == 0);
            let like = *first.get_mut(place)?.get_mut(side)?.get_or_insert(own);
            if own.groups != like.groups {
                return Some((*switch, format!("{} has {} groups of ports {word}, others of its rank {}", survey.name(*switch), own.groups, like.groups)));
            }
            if (own.least, own.most) != (like.least, like.most) || own.least != own.most {
                return Some((*switch, format!("{} has {} to {} ports in a group {word}, others of its rank {} to {}", survey.name(*switch), own.least, own.most, like.least, like.most)));
            }
        }
    }
    None
}

fn groups(survey: &Survey, network: &Network, switch: NodeId, up: bool) -> Groups {
    let own = network.tiers.get(&switch).copied().unwrap_or(0);
    let toward = |other: NodeId| network.tiers.get(&other).is_some_and(|tier| if up { *tier > own } else { *tier < own });
    let mut others: Vec<NodeId> = network.views_at(survey, switch).map(|view| view.beyond(switch)).filter(|other| toward(*other)).collect();
    order::sort(&mut others);
    let sizes = || others.chunk_by(|a, b| a == b).map(<[NodeId]>::len);
    Groups { groups: sizes().count(), least: sizes().min().unwrap_or(0), most: sizes().max().unwrap_or(0) }
}
