//! `uplinks-missing`: every leaf of a fabric with spines has a way up.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricIntent, FabricRole, NodeId, Subject};

use super::spare::Spare;
use super::{Check, Finding, Findings, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "uplinks-missing",
    severity: Severity::Error,
    title: "Leaf without uplinks",
    documentation: include_str!("../../../docs/diagnostics/uplinks-missing.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let mut spare = Spare::of(survey);
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Compute) {
        if matches!(network.intent(), FabricIntent::Dragonfly | FabricIntent::RailOnly | FabricIntent::SingleStage | FabricIntent::Torus) {
            continue;
        }
        // A leaf that is cabled to its peers has another way out; then the fabric is no tree and is judged elsewhere.
        let leaves = network.spots().filter(|(_, tier, spot)| *tier == 0 && spot.beside == 0).map(|(leaf, ..)| leaf);
        let (with, without): (Vec<NodeId>, Vec<NodeId>) = leaves.partition(|leaf| network.spot(*leaf).up > 0);
        if with.is_empty() {
            continue;
        }
        for leaf in without {
            out.push(uplinks_missing(survey, &mut spare, network, leaf, &with));
        }
    }
}

fn uplinks_missing(survey: &Survey, spare: &mut Spare, network: &Network, leaf: NodeId, peers: &[NodeId]) -> Finding {
    let model = peers.iter().copied().min_by_key(|peer| {
        let own = |node: NodeId| survey.design.nodes.get(node).map(|node| node.part.clone());
        (own(*peer) != own(leaf), *peer)
    });
    let usual = model.map_or(0, |model| network.uplinks(survey, model).count());
    let message = format!("{} has 0 uplinks, {} of {} leaves have some ({usual} each)", survey.name(leaf), peers.len(), peers.len() + 1);
    let severity = if network.fabric.is_some() { Severity::Error } else { Severity::Warning };
    let finding = Finding::new(Subject::Node(leaf), message, "Threshold: as many uplinks from every leaf to every spine · OpenSM fat-tree routing")
        .severity(severity)
        .alike(network.subject().to_string(), format!("{{n}} leaves have 0 uplinks, {} others have some ({usual} each)", peers.len()));
    let edits = model.and_then(|model| like_model(survey, spare, network, leaf, model)).unwrap_or_default();
    finding.fix_all("Add uplinks like its peers", "Add uplinks to {n} leaves like their peers", Trust::Likely, edits)
}

/// The uplinks of `model`, drawn again from `leaf`; `None` when ports run out.
fn like_model(survey: &Survey, spare: &mut Spare, network: &Network, leaf: NodeId, model: NodeId) -> Option<Vec<Edit>> {
    network.uplinks(survey, model).map(|view| spare.link_like(Some(network), leaf, view.beyond(model), &view)).collect()
}
