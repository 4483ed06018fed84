//! `cage-divided`: the links of one cage share one module.

use crate::catalog::fit::{self, Misfit};
use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{CableKind, Link, NodeId, Part, PortRef, Subject};
use crate::units::{SortedSet, order};

use super::{Check, Finding, Findings, LinkView, Rule, Seat, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "cage-divided",
    severity: Severity::Error,
    title: "Cage needs two modules",
    documentation: include_str!("../../../docs/diagnostics/cage-divided.md"),
    checks: &[Check::Nodes { doubts, tell, told: Told::Modules }],
};

fn doubts(survey: &Survey, seat: &Seat) -> bool {
    // Most nodes use whole cages.
    if survey.ports.is_whole(seat.id) {
        return false;
    }
    let views = doubtful(survey, seat.id).into_iter().filter_map(|place| survey.view(place as usize));
    // Each end of a link is judged where it is, so that nothing beyond the cages of this node counts.
    let ends = views.flat_map(|view| [(view, 0), (view, 1)]).filter(|(view, end)| view.link.ends.get(*end).is_some_and(|port| port.node == seat.id));
    ends.into_iter().any(|(view, end)| fit::cage_shared_at(survey.catalog, survey.design, &survey.ports, view.link, end).is_err())
}

fn tell(survey: &Survey, nodes: &[NodeId], out: &mut Findings) {
    let mut told: SortedSet<PortRef> = SortedSet::new();
    for node in nodes {
        let mut asked = doubtful(survey, *node);
        order::unique_numbers(&mut asked);
        for view in asked.iter().filter_map(|place| survey.view(*place as usize)) {
            // What is wrong at the other end is that node's matter; of a link that suffers at both its first end counts.
            if let Err(Misfit::Cage { port, other }) = fit::cage_shared(survey.catalog, survey.design, &survey.ports, view.link)
                && port.node == *node
                && told.insert(PortRef::cage(port.node, port.port.cage))
            {
                out.push(cage_divided(survey, &view, port, other));
            }
        }
    }
}

/// What links of one kind put into the cages at their ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plugs {
    modules: [usize; 2],
    straight: bool,
}

impl Plugs {
    /// Addresses stand for modules: they are compared for equality only.
    pub(super) fn of(survey: &Survey, link: &Link, cable: Option<&Part>) -> Option<Self> {
        let cable = cable?.cable()?;
        Some(Self {
            modules: link.ends.map(|end| fit::module_at(survey.catalog, survey.design, link, end).map_or(0, |id| id.as_str().as_ptr() as usize)),
            straight: cable.kind != CableKind::Optic && cable.ends.iter().all(|side| side.connectors <= 1),
        })
    }
}

/// Links of a node, by place, that share a cage with others which are not plainly of the same cable and module, or lead elsewhere where they must
/// not: thousands of cages hold links of one cable that lead to one place, and only what is not so plain is asked in full. Time: O(links on the node).
fn doubtful(survey: &Survey, node: NodeId) -> Vec<u32> {
    let mut found: Vec<u32> = Vec::new();
    let mut members: Vec<(usize, &Link)> = Vec::new();
    survey.ports.cages_of(node, |ports, links| {
        if ports.iter().all(|port| port.child == 0) {
            return;
        }
        let mut first: Option<(Plugs, usize, &Link, (NodeId, u16))> = None;
        let mut plain = true;
        members.clear();
        for (port, id) in ports.iter().zip(links) {
            let place = survey.topology.edge_of(*id).map(|place| place as usize);
            let Some((place, link)) = place.zip(survey.context().design.links.get(*id)) else { continue };
            members.push((place, link));
            let end = usize::from(link.ends[0] != PortRef { node, port: *port });
            let far = link.ends[1 - end];
            let Some(own) = survey.plugs(place, link) else {
                plain = false;
                continue;
            };
            let leads = (far.node, far.port.cage);
            match &first {
                None => first = Some((own, end, link, leads)),
                Some((other, side, like, to)) => {
                    plain &= own.modules.get(end) == other.modules.get(*side) && link.part == like.part && (leads == *to || !own.straight);
                }
            }
            plain &= far.node != node;
        }
        if !plain {
            let cabled = members.iter().filter(|(_, link)| link.ends[0].node != link.ends[1].node).filter_map(|(place, _)| survey.view(*place));
            found.extend(cabled.filter(|view| view.cable.is_some()).map(|view| view.place as u32));
        }
    });
    found
}

fn cage_divided(survey: &Survey, view: &LinkView, port: PortRef, other: PortRef) -> Finding {
    let cage = PortRef::cage(port.node, port.port.cage);
    let cable = |at: PortRef| {
        let link = survey.ports.at(at).first().and_then(|id| survey.design.links.get(*id));
        link.and_then(|link| survey.catalog.part(survey.design, link.part.as_ref()?)).map_or_else(|| "no cable".to_owned(), |part| part.name.clone())
    };
    let (one, two) = (cable(port), cable(other));
    let message = if one == two {
        format!("Cage {} holds 1 module, but {one} leads its ports to 2 places", survey.port_name(cage))
    } else {
        format!("Cage {} holds 1 module, but its ports need 2: {one} and {two}", survey.port_name(cage))
    };
    let mut finding = Finding::new(Subject::Port(cage), message, "Threshold 1 module for each cage, both fibres of one kind · LinkX user guides")
        .alike(
            format!("{one} {two}"),
            if one == two {
                format!("{{n}} cages hold 1 module each, but {one} leads their ports to 2 places")
            } else {
                format!("{{n}} cages hold 1 module each, but their ports need {one} and {two}")
            },
        )
        .related(view.subject(), "needs one of them");
    let Some(second) = survey.ports.at(other).first().copied() else { return finding };
    finding = finding.related(Subject::Link(second), "needs the other");
    // The same cable on both, if it goes into the ports of the second link and serves both in one cage.
    let Some(part) = view.cable.filter(|_| one != two) else { return finding };
    let Some(mut link) = survey.design.links.get(second).cloned() else { return finding };
    link.part = Some(part.id.clone());
    let straight = part.cable().is_some_and(|cable| cable.kind != crate::model::CableKind::Optic && cable.ends.iter().all(|side| side.connectors <= 1));
    if straight || fit::cable_fits(survey.catalog, survey.design, link.ends, part, survey.length(&link).metres()).is_err() {
        return finding;
    }
    let edit = Edit::SetLink { link: second.to_string(), part: Some(part.id.to_string()), length_m: None };
    finding.fix_all(format!("Use {one} for both"), format!("Use {one} for both links of {{n}} cages"), Trust::Likely, vec![edit])
}
