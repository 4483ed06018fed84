//! `cage-divided`: the links of one cage share one module.


use crate::catalog::fit::{self, Misfit};
use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{PortRef, Subject};
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
    for view in survey.links.iter().filter(|view| !view.is_loop() && view.link.ends.iter().any(|end| end.port.child > 0)) {
        if let Err(Misfit::Cage { port, other }) = fit::cage_shared(survey.catalog, survey.design, &survey.ports, view.link)
            && told.insert(PortRef::cage(port.node, port.port.cage))
        {
            out.push(cage_divided(survey, view, port, other));
        }
    }
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
