//! `routing-may-deadlock`: where packets wait for each other, no circle of waiting can close.

use crate::engine::deadlock::{self, Verdict};
use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::engine::routing::graph::Graph;
use crate::engine::routing::{OfFabric, Why, name};
use crate::model::{Fabric, FabricRole, LinkLayer, NodeId, Paths, RoutingEngine, Subject};

use super::table_entry_missing::fill_anew;
use super::{Check, Finding, Findings, Network, NetworkKey, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "routing-may-deadlock",
    severity: Severity::Error,
    title: "Routing may deadlock",
    documentation: include_str!("../../../docs/diagnostics/routing-may-deadlock.md"),
    checks: &[Check::Whole(check)],
};

/// Steps along routes that a report takes before it leaves the verdict to `weft routing`: about half a second natively. A limit of Weft.
const MOST_STEPS: u64 = 200_000_000;
/// How many links of a circle are named.
const NAMED: usize = 128;

fn check(survey: &Survey, out: &mut Findings) {
    for network in &survey.networks {
        let NetworkKey::Stated(id) = network.key else { continue };
        let Some((fabric, of)) = network.fabric.zip(survey.routing.of_fabric(id)) else { continue };
        // Nobody said how it routes: shortest paths are a way to reckon, not what will run.
        if (of.why == Why::Inferred && fabric.lanes.is_none() && !of.has_tables()) || !waits(survey, network, fabric) {
            continue;
        }
        let graph = Graph::of(survey.design, &survey.topology, &survey.tiers, id);
        let source = "Threshold 0 cycles of channel dependency · OpenSM, current-routing; Dally and Seitz 1987";
        match deadlock::judge(&graph, fabric, of, MOST_STEPS, &mut |_| {}) {
            Verdict::Free => {}
            Verdict::Undecided => {
                let message = format!("{} has {} switches, too many to follow every route in a report; weft routing decides whether it may deadlock", network.name(), graph.forwarders.len());
                out.push(Finding::new(network.subject(), message, source).severity(Severity::Info));
            }
            Verdict::Circle(circle) => {
                let places: Vec<(NodeId, u8)> = circle.iter().filter_map(|(place, lane)| Some((graph.node(*graph.forwarders.get(*place as usize)?), *lane))).collect();
                if let Some(finding) = finding(survey, network, fabric, of, &places, source) {
                    out.push(finding);
                }
            }
        }
    }
}

/// Whether links hold packets back until there is room ahead: InfiniBand, scale-up links and lossless Ethernet do.
fn waits(survey: &Survey, network: &Network, fabric: &Fabric) -> bool {
    let holds = |layer: LinkLayer| layer == LinkLayer::InfiniBand || layer.is_scale_up();
    fabric.lossless || fabric.engine.is_some() || network.role == FabricRole::ScaleUp || network.views(survey).any(|view| view.layer.is_some_and(holds))
}

fn finding(survey: &Survey, network: &Network, fabric: &Fabric, of: &OfFabric, circle: &[(NodeId, u8)], source: &'static str) -> Option<Finding> {
    let (switch, _) = circle.first()?;
    let paths = if of.paths == Paths::Shortest { "fewest hops" } else { name(of.paths) };
    let lanes = fabric.lanes.filter(|lanes| *lanes > 1).map_or_else(String::new, |lanes| format!(" on {}", deadlock::words(lanes, fabric.lane_change)));
    let tables = if of.has_tables() { " over forwarding tables" } else { "" };
    let routed = of.imported.as_ref().map_or_else(|| format!("{paths}{tables}"), |read| read.words.clone());
    let message = format!(
        "{} is routed by {routed}{lanes}, and around {} packets can wait for each other in a circle of {} links; it needs 0 circles",
        network.name(),
        survey.name(*switch),
        circle.len()
    );
    let mut finding = Finding::new(network.subject(), message, source);
    for (place, (here, lane)) in circle.iter().enumerate().take(NAMED) {
        let next = circle.get((place + 1) % circle.len()).map_or(*here, |(next, _)| *next);
        let link = network.views_at(survey, *here).find(|view| view.beyond(*here) == next).map(|view| view.id);
        let on = if fabric.lanes.unwrap_or(1) > 1 { format!(" on lane {}", lane + 1) } else { String::new() };
        let words = format!("{} of the circle: from {} to {}{on}, waits for the next", place + 1, survey.name(*here), survey.name(next));
        finding = finding.related(link.map_or(Subject::Node(*here), Subject::Link), words);
    }
    let set = |field: &str, value: &str| Edit::Set { subject: network.fabric_text().unwrap_or_default(), field: field.to_owned(), value: Some(value.to_owned()) };
    let stated = of.why == Why::Stated;
    if of.imported.is_some() {
        return Some(fill_anew(finding, network));
    }
    Some(match of.paths {
        Paths::DimensionOrder => finding.fix("Change lanes where rings close", Trust::Likely, vec![set("lanes", "2"), set("lane_change", "dateline")]),
        Paths::Minimal => finding.fix("Change lanes between groups", Trust::Likely, vec![set("lanes", "2"), set("lane_change", "groups")]),
        Paths::Valiant => finding.fix("Change lanes between groups", Trust::Likely, vec![set("lanes", "3"), set("lane_change", "groups")]),
        Paths::Shortest | Paths::UpDown if fabric.engine == Some(RoutingEngine::Minhop) && !stated => finding.fix("Route with updn", Trust::Likely, vec![set("engine", "updn")]),
        Paths::Shortest | Paths::UpDown => finding.fix("Route up and then down", Trust::Likely, vec![set("paths", "up-down")]),
    })
}
