//! `no-free-port`: a node is not asked for more ports than it has.


use crate::catalog::GENERIC_CAGES;
use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{NodeId, Subject};
use crate::units::SortedMap;

use super::port_unknown::split_for;
use super::{Check, Finding, Findings, LinkView, Rule, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "no-free-port",
    severity: Severity::Error,
    title: "Not enough ports",
    documentation: include_str!("../../../docs/diagnostics/no-free-port.md"),
    checks: &[Check::Links { doubts, tell, told: Told::Together }],
};

/// How many cables end on a node, and how many ports it has.
pub(super) struct Overfull {
    pub(super) cables: usize,
    pub(super) ports: usize,
}

/// Whether an end of a link may be no port: both ends of a link that can be used are ports that are there.
pub(super) fn doubts(_: &Survey, view: &LinkView) -> bool {
    !view.usable
}

/// Nodes that more cables end on than they have ports, some of them on ports that are not there; among `links` are all that cannot be used.
pub(super) fn overfull(survey: &Survey, links: &[LinkView]) -> SortedMap<NodeId, Overfull> {
    // By cage, for a cage that is merely not broken out yet has more ports than it shows.
    let mut unknown: SortedMap<NodeId, SortedMap<u16, usize>> = SortedMap::new();
    for view in links {
        for (end, port) in view.link.ends.iter().zip(&survey.ports_of(view.link)) {
            if port.is_none() && survey.part_of(end.node).is_some() {
                let more = split_for(survey, *end).map_or(0, |split| usize::from(split.children).saturating_sub(1));
                unknown.entry(end.node).or_default().insert(end.port.cage, more);
            }
        }
    }
    unknown
        .into_iter()
        .filter_map(|(node, more)| {
            let cables = survey.ports.of_node(node).map(|(_, links)| links.len()).sum();
            let ports = survey.catalog.ports_of(survey.design, node, &survey.ports).len() + more.values().sum::<usize>();
            (cables > ports).then_some((node, Overfull { cables, ports }))
        })
        .collect()
}

fn tell(survey: &Survey, links: &[LinkView], out: &mut Findings) {
    for (node, overfull) in overfull(survey, links) {
        out.push(no_free_port(survey, node, &overfull));
    }
}

fn no_free_port(survey: &Survey, node: NodeId, overfull: &Overfull) -> Finding {
    let Overfull { cables, ports } = *overfull;
    let message = format!("{} needs {cables} ports, has {ports}", survey.name(node));
    let part = survey.design.nodes.get(node).map(|node| node.part.to_string()).unwrap_or_default();
    let mut finding = Finding::new(Subject::Node(node), message, "Threshold: the ports of the part · its data sheet")
        .alike(format!("{part} {cables} {ports}"), format!("{{n}} nodes need {cables} ports each, have {ports}"));
    for (port, links) in survey.ports.of_node(node) {
        if survey.catalog.port(survey.design, port).is_none() {
            for link in links {
                finding = finding.related(Subject::Link(*link), format!("ends at port {}, which is not there", port.port));
            }
        }
    }
    let highest = survey.ports.of_node(node).map(|(port, _)| port.port.cage).max().unwrap_or(0);
    let whole_cages = survey.ports.of_node(node).all(|(port, _)| port.port.child == 0 || survey.catalog.port(survey.design, port).is_some());
    if survey.part_of(node).is_some_and(crate::model::Part::is_generic) && highest <= GENERIC_CAGES && whole_cages {
        let edit = Edit::SetPorts { node: node.to_string(), count: highest };
        finding = finding.fix_all(format!("Give it {highest} ports"), "Give {n} nodes the ports they need", Trust::Likely, vec![edit]);
    }
    finding
}
