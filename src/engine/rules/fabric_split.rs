//! `fabric-split`: the XPUs of one fabric can all reach each other; where a design has none, its hosts.

use crate::engine::diagnostics::Severity;
use crate::model::{FabricRole, NodeId, Subject};
use crate::units::order;

use super::{Check, Finding, Findings, Network, NetworkKey, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "fabric-split",
    severity: Severity::Error,
    title: "Fabric in pieces",
    documentation: include_str!("../../../docs/diagnostics/fabric-split.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let of_hosts = survey.xpu_nodes().next().is_none();
    // A network of all links is in one piece where everything is.
    let is_whole = |network: &Network| survey.structure.components == 1 && network.links == survey.topology.links().len();
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Compute && !is_whole(network)) {
        // Two drawings of a few hosts side by side are no fabric in pieces.
        if of_hosts && network.fabric.is_none() {
            continue;
        }
        let mut pieces = pieces(survey, network, of_hosts);
        if pieces.len() > 1 {
            // The largest first; of equals the one with the lowest node.
            order::sort_by_key(&mut pieces, |piece| (std::cmp::Reverse(piece.ends), piece.first));
            out.push(fabric_split(survey, network, &pieces, if of_hosts { "hosts" } else { "XPUs" }));
        }
    }
}

/// A part of a network that hangs together, and how many XPUs or hosts it holds.
struct Piece {
    first: NodeId,
    ends: usize,
}

/// Pieces of a network that hold XPUs, or hosts. A system joins what its adapters are on: its inside carries traffic between rails.
/// Scale-up links join too.
fn pieces(survey: &Survey, network: &Network, of_hosts: bool) -> Vec<Piece> {
    let ends = |node: NodeId| if of_hosts { usize::from(!survey.is_switch(node)) } else { survey.xpus(node) };
    let joining: Vec<&Network> = std::iter::once(network).chain(survey.networks.iter().filter(|other| other.role == FabricRole::ScaleUp)).collect();
    let nodes = survey.parts.places().ids();
    let mut seen = vec![false; nodes.len()];
    let mut open: Vec<u32> = Vec::new();
    let mut pieces = Vec::new();
    for start in 0..nodes.len() {
        if seen.get(start) != Some(&false) || network.at.at_place(start).is_empty() {
            continue;
        }
        let mut piece: Option<Piece> = None;
        open.push(start as u32);
        seen[start] = true;
        while let Some(here) = open.pop() {
            let here = here as usize;
            if let Some(node) = nodes.get(here).filter(|_| !network.at.at_place(here).is_empty())
                && let count @ 1.. = ends(*node)
            {
                let piece = piece.get_or_insert(Piece { first: *node, ends: 0 });
                (piece.first, piece.ends) = (piece.first.min(*node), piece.ends + count);
            }
            for joint in joining.iter().flat_map(|network| network.at.at_place(here)) {
                if let Some(seen) = seen.get_mut(joint.beyond as usize).filter(|seen| !**seen) {
                    *seen = true;
                    open.push(joint.beyond);
                }
            }
        }
        pieces.extend(piece);
    }
    pieces
}

fn fabric_split(survey: &Survey, network: &Network, pieces: &[Piece], what: &str) -> Finding {
    let name = network.fabric.map(|fabric| fabric.name.clone()).filter(|name| !name.is_empty()).unwrap_or_else(|| "The compute fabric".to_owned());
    let sizes: Vec<String> = pieces.iter().take(4).map(|piece| piece.ends.to_string()).collect();
    let more = if pieces.len() > 4 { ", …" } else { "" };
    let message = format!("{name} has {} pieces without a path between them ({}{more} {what}); it needs 1", pieces.len(), sizes.join(", "));
    // Two drawings side by side are no fault unless they claim to be one fabric.
    let severity = if matches!(network.key, NetworkKey::Stated(_)) { Severity::Error } else { Severity::Warning };
    let mut finding = Finding::new(network.subject(), message, "Threshold 1 component for each fabric · topograph topology model").severity(severity);
    for piece in pieces.iter().take(16) {
        finding = finding.related(Subject::Node(piece.first), format!("is in a piece with {} {what} ({})", piece.ends, survey.name(piece.first)));
    }
    finding
}
