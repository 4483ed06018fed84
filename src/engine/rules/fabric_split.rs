//! `fabric-split`: the XPUs of one fabric can all reach each other.


use crate::engine::diagnostics::Severity;
use crate::model::{FabricRole, NodeId, Subject};
use crate::units::{order, SortedMap};

use super::{Finding, Findings, Network, NetworkKey, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "fabric-split",
    severity: Severity::Error,
    title: "Fabric in pieces",
    documentation: include_str!("../../../docs/diagnostics/fabric-split.md"),
    check,
};

fn check(survey: &Survey, out: &mut Findings) {
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Compute) {
        let mut pieces = pieces(survey, network);
        if pieces.len() > 1 {
            // The largest first; of equals the one with the lowest node.
            order::sort_by_key(&mut pieces, |piece| (std::cmp::Reverse(piece.xpus), piece.first));
            out.push(fabric_split(survey, network, &pieces));
        }
    }
}

/// A part of a network that hangs together and holds XPUs.
struct Piece {
    first: NodeId,
    xpus: usize,
}

/// Pieces of a network that hold XPUs. A system joins what its adapters are on: its inside carries traffic between rails.
/// Scale-up links join too.
fn pieces(survey: &Survey, network: &Network) -> Vec<Piece> {
    let places = survey.parts.places();
    // The leader of each node's piece, by place: the lowest of it once all are joined.
    let mut leader: Vec<u32> = (0..places.ids().len() as u32).collect();
    let scale_up = survey.networks.iter().filter(|other| other.role == FabricRole::ScaleUp).flat_map(|other| &other.links);
    for place in network.links.iter().chain(scale_up) {
        let Some(view) = survey.links.get(*place) else { continue };
        let [Some(a), Some(b)] = view.nodes().map(|node| places.place(node)) else { continue };
        let [a, b] = [a, b].map(|node| find(&mut leader, node as u32));
        if let Some(slot) = leader.get_mut(a.max(b) as usize) {
            *slot = a.min(b);
        }
    }
    let mut pieces: SortedMap<u32, Piece> = SortedMap::new();
    for node in network.at.keys().copied() {
        let xpus = survey.xpus(node);
        if let Some(place) = places.place(node).filter(|_| xpus > 0) {
            let root = find(&mut leader, place as u32);
            pieces.entry(root).or_insert(Piece { first: node, xpus: 0 }).xpus += xpus;
        }
    }
    pieces.into_values().collect()
}

/// The leader of the piece that a node belongs to, with the path to it halved.
fn find(leader: &mut [u32], mut node: u32) -> u32 {
    while let Some(next) = leader.get(node as usize).copied().filter(|next| *next != node) {
        let after = leader.get(next as usize).copied().unwrap_or(next);
        if let Some(slot) = leader.get_mut(node as usize) {
            *slot = after;
        }
        node = after;
    }
    node
}

fn fabric_split(survey: &Survey, network: &Network, pieces: &[Piece]) -> Finding {
    let name = network.fabric.map(|fabric| fabric.name.clone()).filter(|name| !name.is_empty()).unwrap_or_else(|| "The compute fabric".to_owned());
    let sizes: Vec<String> = pieces.iter().take(4).map(|piece| piece.xpus.to_string()).collect();
    let more = if pieces.len() > 4 { ", …" } else { "" };
    let message = format!("{name} has {} pieces without a path between them ({}{more} XPUs); it needs 1", pieces.len(), sizes.join(", "));
    // Two drawings side by side are no fault unless they claim to be one fabric.
    let severity = if matches!(network.key, NetworkKey::Stated(_)) { Severity::Error } else { Severity::Warning };
    let mut finding = Finding::new(network.subject(), message, "Threshold 1 component for each fabric · topograph topology model").severity(severity);
    for piece in pieces.iter().take(16) {
        finding = finding.related(Subject::Node(piece.first), format!("is in a piece with {} XPUs ({})", piece.xpus, survey.name(piece.first)));
    }
    finding
}
