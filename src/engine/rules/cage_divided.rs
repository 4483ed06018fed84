//! `cage-divided`: the links of one cage share one module.


use crate::catalog::fit::{self, Misfit};
use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{CableKind, PortRef, Subject};
use crate::units::SortedSet;

use super::{Finding, Findings, LinkView, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "cage-divided",
    severity: Severity::Error,
    title: "Cage needs two modules",
    documentation: include_str!("../../../docs/diagnostics/cage-divided.md"),
    check,
};

fn check(survey: &Survey, out: &mut Findings) {
    let mut told: SortedSet<PortRef> = SortedSet::new();
    let mut plugs: Vec<Option<Plugs>> = vec![None; survey.topology.facts().kinds().len()];
    for (place, view) in survey.links.iter().enumerate() {
        if view.is_loop() || view.cable.is_none() || view.link.ends.iter().all(|end| end.port.child == 0) || is_alike(survey, &mut plugs, place, view) {
            continue;
        }
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

/// Whether the links that share cages with this one are so plainly of the same module, and lead to the same place where they must, that nothing
/// needs to be asked. Thousands are; what is not is asked in full.
fn is_alike(survey: &Survey, plugs: &mut [Option<Plugs>], place: usize, view: &LinkView) -> bool {
    let Some(own) = Plugs::of(survey, plugs, place, view).copied() else { return false };
    // A link with both ends in one cage is asked in full.
    let [a, b] = view.link.ends;
    [(a, b, 0), (b, a, 1)].into_iter().filter(|(here, ..)| here.port.child > 0).all(|(here, far, end)| {
        survey.ports.overlapping(PortRef::cage(here.node, here.port.cage)).filter(|(other, _)| *other != here).all(|(other, id)| {
            let next = survey.topology.edge_of(id).and_then(|place| Some((place as usize, survey.links.get(place as usize)?)));
            let Some((place, next)) = next.filter(|(_, next)| next.cable.is_some() && next.link.part == view.link.part) else { return false };
            let Some(at) = next.link.ends.iter().position(|end| *end == other) else { return false };
            let Some(others) = Plugs::of(survey, plugs, place, next) else { return false };
            let there = next.link.ends[1 - at];
            let one_place = (there.node, there.port.cage) == (far.node, far.port.cage);
            own.modules.get(end) == others.modules.get(at) && (one_place || !own.straight)
        })
    })
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
        .alike(format!("{one} {two}"), if one == two { format!("{{n}} cages hold 1 module each, but {one} leads their ports to 2 places") } else { format!("{{n}} cages hold 1 module each, but their ports need {one} and {two}") })
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
