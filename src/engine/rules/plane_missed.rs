//! `plane-missed`: the ports of an adapter are on as many planes as there are, one on each.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricRole, LinkId, NodeId, PortPath, PortRef, Subject};
use crate::units::SortedSet;

use super::peers::Customs;
use super::spare::Spare;
use super::xpu_orphan::cabled_like_others;
use super::{Check, Finding, Findings, LinkView, NetworkKey, Rule, Seat, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "plane-missed",
    severity: Severity::Warning,
    title: "Adapter misses a plane",
    documentation: include_str!("../../../docs/diagnostics/plane-missed.md"),
    checks: &[Check::Nodes { doubts, tell, told: Told::Together }],
};

const SOURCE: &str = "Threshold 1 port on each plane · Alibaba HPN (SIGCOMM 2024), NVIDIA HGX B300 RA";

/// An adapter that reaches fewer planes than it has ports for.
struct Lame {
    /// Its ports, in panel order.
    ports: Vec<PortPath>,
    /// Its ports that add no plane: bare, or on one that an earlier port is on.
    idle: Vec<(PortPath, Option<LinkId>)>,
    /// The planes it is on.
    planes: SortedSet<u16>,
}

/// The planes that fabrics of the back end state.
fn planes(survey: &Survey) -> SortedSet<u16> {
    survey.design.fabrics.iter().filter(|(_, fabric)| fabric.role == FabricRole::Compute).filter_map(|(_, fabric)| fabric.plane).collect()
}

fn doubts(survey: &Survey, seat: &Seat) -> bool {
    !survey.is_switch(seat.id) && lame(survey, seat.id, planes(survey).len()).next().is_some()
}

/// Adapters of a node that are on some plane and miss one although they have a port for it.
fn lame<'s>(survey: &'s Survey, node: NodeId, planes: usize) -> impl Iterator<Item = Lame> + 's {
    let adapters = if planes > 1 { survey.adapters_of(node).to_vec() } else { Vec::new() };
    adapters.into_iter().filter(|adapter| adapter.ports.len() > 1).filter_map(move |adapter| {
        let mut on = SortedSet::new();
        let mut idle = Vec::new();
        for port in &adapter.ports {
            let link = survey.ports.at(PortRef { node, port: *port }).first().copied();
            let plane = link.and_then(|link| survey.link(link)).and_then(|view| plane_of(survey, &view));
            match (link, plane) {
                (Some(_), Some(plane)) if on.insert(plane) => {}
                // A link of no plane is of something else.
                (Some(_), None) => {}
                _ => idle.push((*port, link)),
            }
        }
        let missing = !on.is_empty() && on.len() < planes.min(on.len() + idle.len());
        missing.then_some(Lame { ports: adapter.ports, idle, planes: on })
    })
}

/// The plane of the back end that a link is of.
fn plane_of(survey: &Survey, view: &LinkView) -> Option<u16> {
    let NetworkKey::Stated(id) = view.network else { return None };
    survey.design.fabrics.get(id).filter(|fabric| fabric.role == FabricRole::Compute)?.plane
}

fn tell(survey: &Survey, nodes: &[NodeId], out: &mut Findings) {
    let all = planes(survey);
    let mut customs = Customs::default();
    let mut spare = Spare::of(survey);
    for node in nodes {
        for lame in lame(survey, *node, all.len()) {
            out.push(plane_missed(survey, &mut spare, &mut customs, *node, &lame, all.len()));
        }
    }
}

fn plane_missed(survey: &Survey, spare: &mut Spare, customs: &mut Customs, node: NodeId, lame: &Lame, all: usize) -> Finding {
    let first = PortRef { node, port: lame.ports.first().copied().unwrap_or(PortPath::cage(1)) };
    let (ports, on, needs) = (lame.ports.len(), lame.planes.len(), all.min(lame.ports.len()));
    let message = format!("The adapter at {} has {ports} ports and is on {on} of {all} planes; it needs to be on {needs}", survey.port_name(first));
    let part = survey.part_of(node).map_or("", |part| part.name.as_str());
    let mut finding = Finding::new(Subject::Port(first), message, SOURCE)
        .alike(format!("{part} {on}"), format!("{{n}} adapters of {part} have {ports} ports each and are on {on} of {all} planes; they need to be on {needs}"));
    for (port, link) in &lame.idle {
        finding = finding.related(Subject::Port(PortRef { node, port: *port }), if link.is_some() { "is on a plane that the adapter is on already" } else { "is not cabled" });
    }
    // As other nodes of its kind are cabled; what is in the way makes room.
    let idle: Vec<PortRef> = lame.idle.iter().take(needs - on).map(|(port, _)| PortRef { node, port: *port }).collect();
    let added = cabled_like_others(survey, spare, customs, &idle);
    if added.len() < idle.len() || !leads_to_others(survey, &added, &lame.planes) {
        return finding;
    }
    let removed = lame.idle.iter().take(needs - on).filter_map(|(_, link)| Some(Edit::RemoveLink { link: link.as_ref()?.to_string() }));
    finding.fix_all("Cable it like the others", "Cable {n} adapters like the others", Trust::Likely, removed.chain(added).collect())
}

/// Whether new links are of different planes, none of `planes`.
fn leads_to_others(survey: &Survey, added: &[Edit], planes: &SortedSet<u16>) -> bool {
    let mut seen = planes.clone();
    added.iter().all(|edit| {
        let Edit::AddLink { fabric: Some(fabric), .. } = edit else { return false };
        let plane = fabric.parse().ok().and_then(|id| survey.design.fabrics.get(id)?.plane);
        plane.is_some_and(|plane| seen.insert(plane))
    })
}
