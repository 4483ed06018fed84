//! `management-missing`: the management network reaches every node that its peers are on, or that has a port for it.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricRole, NodeId, PartId, PortRef, PortRole, Subject};
use crate::units::order;

use super::spare::Spare;
use super::{Check, Finding, Findings, LinkView, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "management-missing",
    severity: Severity::Warning,
    title: "Not on the management network",
    documentation: include_str!("../../../docs/diagnostics/management-missing.md"),
    checks: &[Check::Whole(check)],
};

const SOURCE: &str = "Threshold 1 link to every device · NVIDIA RA";

fn check(survey: &Survey, out: &mut Findings) {
    let mut spare = Spare::of(survey);
    let managed: Vec<&Network> = survey.networks.iter().filter(|network| network.role == FabricRole::Management && !network.is_empty()).collect();
    if managed.is_empty() {
        return;
    }
    // Parts of which some node is managed: a part without a management port is never asked for one.
    let mut parts: Vec<(&PartId, NodeId)> = Vec::new();
    for network in &managed {
        for node in network.at.keys().filter(|node| !network.tiers.contains_key(node) || is_managed_switch(survey, network, **node)) {
            parts.extend(survey.design.nodes.get(*node).map(|record| (&record.part, *node)));
        }
    }
    order::sort(&mut parts);
    parts.dedup_by_key(|(part, _)| *part);
    for (node, record) in survey.design.nodes.iter() {
        let peer = parts.binary_search_by(|(part, _)| (*part).cmp(&record.part)).ok().and_then(|place| parts.get(place)).map(|(_, peer)| *peer);
        if managed.iter().any(|network| network.links_at(node).len() > 0) {
            continue;
        }
        if let Some(peer) = peer {
            out.push(management_missing(survey, &mut spare, &managed, node, peer));
        } else if let Some(port) = managed_by(survey, node) {
            out.push(port_bare(survey, &mut spare, &managed, node, port));
        }
    }
}

/// Whether a switch is on a management network by the port that manages it, rather than carrying that network.
fn is_managed_switch(survey: &Survey, network: &Network, node: NodeId) -> bool {
    let own = |view: LinkView| view.end_on(node).and_then(|end| survey.parts.view(*view.link.ends.get(end)?)).is_some_and(|port| port.group.role == PortRole::Management);
    network.views_at(survey, node).all(own)
}

fn management_missing(survey: &Survey, spare: &mut Spare, managed: &[&Network], node: NodeId, peer: NodeId) -> Finding {
    let part = survey.part_of(node).map_or("", |part| part.name.as_str());
    let message = format!("{} has 0 links of the management network, {} has some; it needs 1", survey.name(node), survey.name(peer));
    let finding = Finding::new(Subject::Node(node), message, SOURCE)
        .alike(part, format!("{{n}} × {part} have 0 links of the management network, others have some; each needs 1"))
        .related(Subject::Node(peer), "is on it");
    let edit = like_peer(survey, spare, managed, node, peer);
    finding.fix_all("Cable it like its peer", "Cable {n} nodes like their peers", Trust::Likely, edit.into_iter().collect())
}

/// The first port of a node that its part has for management alone.
fn managed_by(survey: &Survey, node: NodeId) -> Option<PortRef> {
    let part = survey.part_of(node)?;
    if !part.ports.iter().any(|group| group.role == PortRole::Management) {
        return None;
    }
    let mut ports = survey.catalog.ports_of(survey.design, node, &survey.ports).into_iter().map(|port| PortRef { node, port });
    ports.find(|port| survey.parts.view(*port).is_some_and(|view| view.group.role == PortRole::Management))
}

fn port_bare(survey: &Survey, spare: &mut Spare, managed: &[&Network], node: NodeId, port: PortRef) -> Finding {
    let part = survey.part_of(node).map_or("", |part| part.name.as_str());
    let message = format!("{} has a management port ({}) and 0 links of the management network; it needs 1", survey.name(node), survey.port_name(port));
    let finding = Finding::new(Subject::Node(node), message, SOURCE)
        .alike(format!("{part} bare"), format!("{{n}} × {part} have a management port and 0 links of the management network; each needs 1"));
    let edit = managed.iter().copied().filter(|_| survey.ports.is_free(port)).find_map(|network| {
        let like = network.first_view(survey)?;
        network.tier(0).take(8).find_map(|switch| spare.link_from(Some(network), port, switch, &like))
    });
    finding.fix_all("Cable its management port", "Cable {n} management ports", Trust::Likely, edit.into_iter().collect())
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
