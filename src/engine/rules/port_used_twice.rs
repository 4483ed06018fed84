//! `port-used-twice`: a port carries at most one cable.


use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{LinkId, NodeId, PortRef, Subject};
use crate::units::{order, SortedMap};

use super::spare::Spare;
use super::{Check, Finding, Findings, Rule, Seat, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "port-used-twice",
    severity: Severity::Error,
    title: "Port used twice",
    documentation: include_str!("../../../docs/diagnostics/port-used-twice.md"),
    checks: &[Check::Nodes { doubts, tell, told: Told::Together }],
};

fn doubts(survey: &Survey, seat: &Seat) -> bool {
    !survey.ports.crowded_on(seat.id).is_empty()
}

fn tell(survey: &Survey, nodes: &[NodeId], out: &mut Findings) {
    let mut spare = Spare::of(survey);
    for cage in nodes.iter().flat_map(|node| survey.ports.crowded_on(*node)) {
        let mut uses: Vec<(PortRef, LinkId)> = survey.ports.overlapping(cage).collect();
        order::sort_by_key(&mut uses, |(port, link)| (*link, *port));
        // The oldest link keeps its port; each later one that shares copper with a kept one is in the way.
        let mut kept: Vec<(PortRef, LinkId)> = Vec::new();
        let mut doubled: SortedMap<PortRef, Vec<(PortRef, LinkId)>> = SortedMap::new();
        for (port, link) in uses {
            match kept.iter().find(|(other, _)| other.port.overlaps(port.port)) {
                // A link from a port to itself is told by another rule.
                Some((_, first)) if *first == link => {}
                Some((other, _)) => {
                    // A link that loops back into this port is one cable in the way, not two.
                    let later = doubled.entry(*other).or_default();
                    if later.iter().all(|(_, known)| *known != link) {
                        later.push((port, link));
                    }
                }
                None => kept.push((port, link)),
            }
        }
        for (port, later) in doubled {
            let Some((_, first)) = kept.iter().find(|(other, _)| *other == port) else { continue };
            out.push(port_used_twice(survey, &mut spare, cage, port, *first, &later));
        }
    }
}

fn port_used_twice(survey: &Survey, spare: &mut Spare, cage: PortRef, port: PortRef, first: LinkId, later: &[(PortRef, LinkId)]) -> Finding {
    let count = later.len() + 1;
    let message = if later.iter().all(|(other, _)| *other == port) {
        format!("Port {} takes 1 cable, has {count}", survey.port_name(port))
    } else {
        format!("Cage {} is used whole and by its ports at once, by {count} cables", survey.port_name(cage))
    };
    let mut finding = Finding::new(Subject::Port(port), message, "Threshold 1 cable for each port · Hedgehog fabric connection rules")
        .related(Subject::Link(first), "was there first");
    for (_, link) in later {
        finding = finding.related(Subject::Link(*link), "uses the same port");
    }

    let moves: Option<Vec<(PortRef, Edit)>> = later
        .iter()
        .map(|(at, link)| {
            let view = survey.link(*link)?;
            let end = view.link.ends.iter().position(|end| end == at)?;
            let target = spare.port_for(&view, end, at.node)?;
            Some((target, Edit::MoveEnd { link: link.to_string(), end: u8::from(end == 1), port: target.to_string() }))
        })
        .collect();
    if let Some(moves) = moves {
        let title = match moves.as_slice() {
            [(target, _)] => format!("Move the later cable to port {}", target.port),
            _ => format!("Move {} cables to free ports", moves.len()),
        };
        finding = finding.fix(title, Trust::Likely, moves.into_iter().map(|(_, edit)| edit).collect());
    }

    // A copy joins the same two ports as the link that was there first.
    let ends = |link: LinkId| survey.design.links.get(link).map(|link| [link.ends[0].min(link.ends[1]), link.ends[0].max(link.ends[1])]);
    let copies = later.iter().all(|(_, link)| ends(*link) == ends(first));
    let removal = later.iter().map(|(_, link)| Edit::RemoveLink { link: link.to_string() }).collect();
    let title = if later.len() == 1 { "Remove the later cable".to_owned() } else { format!("Remove {} later cables", later.len()) };
    finding.fix(title, if copies { Trust::Safe } else { Trust::Suggestion }, removal)
}
