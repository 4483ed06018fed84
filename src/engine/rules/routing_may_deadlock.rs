//! `routing-may-deadlock`: where packets wait for each other, no circle of waiting can close.

use crate::engine::deadlock::Switches;
use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricIntent, NodeId, RoutingEngine, Subject};

use super::{Finding, Findings, Network, NetworkKey, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "routing-may-deadlock",
    severity: Severity::Error,
    title: "Routing may deadlock",
    documentation: include_str!("../../../docs/diagnostics/routing-may-deadlock.md"),
    check,
};

/// The largest number of switches that is looked at. A limit of Weft.
const SWITCHES: usize = 4096;
/// How many links of a circle are named.
const NAMED: usize = 64;

fn check(survey: &Survey, out: &mut Findings) {
    for network in &survey.networks {
        let NetworkKey::Stated(id) = network.key else { continue };
        let minhop = network.fabric.and_then(|fabric| fabric.engine) == Some(RoutingEngine::Minhop);
        // Fewest hops through clean tiers go up and then down, which closes no circle.
        if !minhop || (network.has_clean_tiers() && !matches!(network.intent(), FabricIntent::Dragonfly | FabricIntent::Torus)) || network.tiers.len() > SWITCHES {
            continue;
        }
        let Some(circle) = circle(survey, network) else { continue };
        let Some(switch) = circle.first().copied() else { continue };
        let message = format!(
            "{} is routed by fewest hops, and around {} packets can wait for each other in a circle of {} links; it needs 0 circles",
            network.name(),
            survey.name(switch),
            circle.len()
        );
        let mut finding = Finding::new(network.subject(), message, "Threshold 0 cycles of channel dependency · OpenSM, current-routing; Dally and Seitz 1987");
        for (place, here) in circle.iter().enumerate().take(NAMED) {
            let next = circle.get((place + 1) % circle.len()).copied().unwrap_or(*here);
            let link = network.views_at(survey, *here).find(|view| view.beyond(*here) == next).map(|view| view.id);
            let words = format!("{} of the circle: from {} to {}, waits for the next", place + 1, survey.name(*here), survey.name(next));
            finding = finding.related(link.map_or(Subject::Node(*here), Subject::Link), words);
        }
        let edit = Edit::Set { subject: id.to_string(), field: "engine".to_owned(), value: Some("updn".to_owned()) };
        out.push(finding.fix("Route with updn", Trust::Likely, vec![edit]));
    }
}

/// Switches of a circle of channels that wait for each other, in its order, if there is one: over every route of fewest hops between
/// switches with hosts.
fn circle(survey: &Survey, network: &Network) -> Option<Vec<NodeId>> {
    let switches: Vec<NodeId> = network.tiers.keys().copied().collect();
    let place = |node: NodeId| switches.binary_search(&node).ok().and_then(|place| u32::try_from(place).ok());
    let neighbours = switches.iter().map(|switch| network.views_at(survey, *switch).filter_map(|view| place(view.beyond(*switch))).collect()).collect();
    let hosts = switches.iter().map(|switch| network.host_links(survey, *switch).next().is_some()).collect();
    let found = Switches::new(neighbours, hosts).circle()?;
    Some(found.into_iter().filter_map(|place| switches.get(place as usize).copied()).collect())
}
