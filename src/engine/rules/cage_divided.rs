//! `cage-divided`: the links of one cage share one module.

use crate::catalog::fit::{self, Misfit};
use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{CableKind, NodeId, PortRef, Subject};
use crate::units::{SortedSet, order};

use super::{Finding, Findings, LinkView, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "cage-divided",
    severity: Severity::Error,
    title: "Cage needs two modules",
    documentation: include_str!("../../../docs/diagnostics/cage-divided.md"),
    check,
};

fn check(survey: &Survey, out: &mut Findings) {
    // Thousands of cages hold links of one cable that lead to one place: only what is not so plain is asked in full.
    let asked = doubtful(survey);
    let mut told: SortedSet<PortRef> = SortedSet::new();
    for view in asked.iter().filter_map(|place| survey.links.get(*place as usize)) {
        if let Err(Misfit::Cage { port, other }) = fit::cage_shared(survey.catalog, survey.design, &survey.ports, view.link)
            && told.insert(PortRef::cage(port.node, port.port.cage))
        {
            out.push(cage_divided(survey, view, port, other));
        }
    }
}

/// What links of one kind put into the cages at their ends.
#[derive(Clone, Copy)]
struct Plugs {
    modules: [usize; 2],
    straight: bool,
}

impl Plugs {
    /// Addresses stand for modules: they are compared for equality only.
    fn of<'a>(survey: &Survey, plugs: &'a mut [Option<Self>], place: usize, view: &LinkView) -> Option<&'a Self> {
        let cable = view.cable?.cable()?;
        let kind = survey.topology.facts().kind(place)?;
        let make = || Self {
            modules: view.link.ends.map(|end| fit::module_at(survey.catalog, survey.design, view.link, end).map_or(0, |id| id.as_str().as_ptr() as usize)),
            straight: cable.kind != CableKind::Optic && cable.ends.iter().all(|side| side.connectors <= 1),
        };
        plugs.get_mut(kind).map(|plugs| &*plugs.get_or_insert_with(make))
    }
}

/// Links, by place, that share a cage with others which are not plainly of the same cable and module, or lead elsewhere where they must not.
/// Time: O(links).
fn doubtful(survey: &Survey) -> Vec<u32> {
    let mut plugs: Vec<Option<Plugs>> = vec![None; survey.topology.facts().kinds().len()];
    let mut found: Vec<u32> = Vec::new();
    let mut members: Vec<u32> = Vec::new();
    survey.ports.cages(|node, ports, links| {
        if ports.iter().all(|port| port.child == 0) {
            return;
        }
        let mut first: Option<(Plugs, usize, &LinkView, (NodeId, u16))> = None;
        let mut plain = true;
        members.clear();
        for (port, id) in ports.iter().zip(links) {
            let Some(place) = survey.topology.edge_of(*id) else { continue };
            let Some(view) = survey.links.get(place as usize) else { continue };
            members.push(place);
            let here = PortRef { node, port: *port };
            let end = usize::from(view.link.ends[0] != here);
            let far = view.link.ends[1 - end];
            let Some(own) = Plugs::of(survey, &mut plugs, place as usize, view).copied() else {
                plain = false;
                continue;
            };
            let leads = (far.node, far.port.cage);
            match &first {
                None => first = Some((own, end, view, leads)),
                Some((other, side, like, to)) => {
                    plain &= own.modules.get(end) == other.modules.get(*side) && view.link.part == like.link.part && (leads == *to || !own.straight);
                }
            }
            plain &= !view.is_loop();
        }
        if !plain {
            found.extend(members.iter().filter(|place| survey.links.get(**place as usize).is_some_and(|view| !view.is_loop() && view.cable.is_some())));
        }
    });
    order::unique_numbers(&mut found);
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
