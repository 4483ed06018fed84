//! `port-unknown`: both ends of a cable name a port that is there.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{Breakout, PortRef, Subject};

use super::spare::Spare;
use super::{Check, Finding, Findings, LinkView, Rule, Survey, Told, no_free_port};

pub(super) const RULE: Rule = Rule {
    code: "port-unknown",
    severity: Severity::Error,
    title: "Port does not exist",
    documentation: include_str!("../../../docs/diagnostics/port-unknown.md"),
    checks: &[Check::Links { doubts: no_free_port::doubts, tell, told: Told::Together }],
};

fn tell(survey: &Survey, links: &[LinkView], out: &mut Findings) {
    let mut spare = Spare::of(survey);
    let overfull = no_free_port::overfull(survey, links);
    for view in links {
        for end in 0..2 {
            let Some(port) = view.link.ends.get(end) else { continue };
            // Unknown parts and nodes that are asked for more ports than they have are told by other rules.
            let judged = survey.part_of(port.node).is_some() && !overfull.contains_key(&port.node);
            if survey.parts.view(*port).is_none() && (judged || !survey.design.nodes.contains(port.node)) {
                out.push(port_unknown(survey, &mut spare, view, end));
            }
        }
    }
}

fn port_unknown(survey: &Survey, spare: &mut Spare, view: &LinkView, end: usize) -> Finding {
    let source = "Both ends of a cable are ports of the device profile · Hedgehog fabric connection rules";
    let port = view.link.ends[end.min(1)];
    let removal = vec![Edit::RemoveLink { link: view.id.to_string() }];
    let Some(part) = survey.part_of(port.node) else {
        return Finding::new(view.subject(), format!("Link {} ends at node {}, which does not exist", view.id, port.node), source)
            .fix("Remove the link", Trust::Safe, removal);
    };
    let label = match survey.catalog.ports_of(survey.design, port.node, &survey.ports).as_slice() {
        [] => "it has no port".to_owned(),
        [only] => format!("its only port is {only}"),
        [first, .., last] => format!("its ports run from {first} to {last}"),
    };
    let mut finding = Finding::new(view.subject(), format!("Port {} does not exist on {} ({}); {label}", port.port, survey.name(port.node), part.name), source)
        .related(Subject::Node(port.node), "has no such port");
    if let Some(split) = split_for(survey, port) {
        let edit = Edit::BreakOut { node: port.node.to_string(), cage: port.port.cage, breakout: split.to_string() };
        finding = finding
            .alike(format!("{} {split}", part.id), format!("{{n}} cables end at ports that cages of {} have once they are broken out into {split}", part.name))
            .fix_all(format!("Break cage {} out into {split}", port.port.cage), format!("Break the cages of {{n}} cables out into {split}"), Trust::Likely, vec![edit]);
    } else if let Some(target) = spare.port_for(view, end, port.node) {
        let edit = Edit::MoveEnd { link: view.id.to_string(), end: u8::from(end == 1), port: target.to_string() };
        finding = finding.fix(format!("Move the cable to port {}", target.port), Trust::Likely, vec![edit]);
    }
    finding.fix("Remove the link", Trust::Suggestion, removal)
}

/// The split that gives a whole cage the port a cable asks for, and every other that cables are on; none where a cable takes it whole.
pub(super) fn split_for(survey: &Survey, port: PortRef) -> Option<Breakout> {
    let (group, _) = survey.part_of(port.node)?.port_group(port.port.cage)?;
    let split_already = survey.design.nodes.get(port.node)?.ports.get(&port.port.cage).is_some_and(|settings| settings.breakout.is_some());
    if port.port.child == 0 || group.per_cage > 1 || split_already {
        return None;
    }
    let mut used = port.port.child;
    for (other, _) in survey.ports.overlapping(PortRef::cage(port.node, port.port.cage)) {
        used = if other.port.child == 0 { return None } else { used.max(other.port.child) };
    }
    group.breakouts.iter().filter(|split| split.children >= used).min_by_key(|split| split.children).copied()
}
