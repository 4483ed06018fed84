//! `management-missing`: the management network reaches every node that its peers are on.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricRole, NodeId, PartId, PortRef, Subject};
use crate::units::order;

use super::spare::Spare;
use super::{Check, Finding, Findings, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "management-missing",
    severity: Severity::Warning,
    title: "Not on the management network",
    documentation: include_str!("../../../docs/diagnostics/management-missing.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let mut spare = Spare::of(survey);
    let managed: Vec<&Network> = survey.networks.iter().filter(|network| network.role == FabricRole::Management && !network.is_empty()).collect();
    if managed.is_empty() {
        return;
    }
    // Parts of which some node is managed: a part without a management port is never asked for one.
    let mut parts: Vec<(&PartId, NodeId)> = Vec::new();
    for node in managed.iter().flat_map(|network| network.at.keys().filter(|node| !network.tiers.contains_key(node))) {
        parts.extend(survey.design.nodes.get(*node).map(|record| (&record.part, *node)));
    }
    order::sort(&mut parts);
    parts.dedup_by_key(|(part, _)| *part);
    for (node, record) in survey.design.nodes.iter() {
        let Ok(place) = parts.binary_search_by(|(part, _)| (*part).cmp(&record.part)) else { continue };
        if managed.iter().all(|network| network.links_at(node).len() == 0) {
            out.push(management_missing(survey, &mut spare, &managed, node, parts.get(place).map_or(node, |(_, peer)| *peer)));
        }
    }
}

fn management_missing(survey: &Survey, spare: &mut Spare, managed: &[&Network], node: NodeId, peer: NodeId) -> Finding {
    let part = survey.part_of(node).map_or("", |part| part.name.as_str());
    let message = format!("{} has 0 links of the management network, {} has some; it needs 1", survey.name(node), survey.name(peer));
    let finding = Finding::new(Subject::Node(node), message, "Threshold 1 link to every device · NVIDIA RA")
        .alike(part, format!("{{n}} × {part} have 0 links of the management network, others have some; each needs 1"))
        .related(Subject::Node(peer), "is on it");
    let edit = like_peer(survey, spare, managed, node, peer);
    finding.fix_all("Cable it like its peer", "Cable {n} nodes like their peers", Trust::Likely, edit.into_iter().collect())
}

/// A link from the port that the peer uses to a switch of the management network with a free port.
fn like_peer(survey: &Survey, spare: &mut Spare, managed: &[&Network], node: NodeId, peer: NodeId) -> Option<Edit> {
    let (network, view) = managed.iter().find_map(|network| Some((*network, network.views_at(survey, peer).next()?)))?;
    let port = PortRef { node, port: view.link.ends.get(view.end_on(peer)?)?.port };
    if !survey.ports.is_free(port) {
        return None;
    }
    let near = view.beyond(peer);
    std::iter::once(near).chain(network.tier(0)).take(8).find_map(|switch| spare.link_from(Some(network), port, switch, &view))
}
