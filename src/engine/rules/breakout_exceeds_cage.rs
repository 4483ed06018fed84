//! `breakout-exceeds-cage`: the ports a cage is split into need no more than the cage has.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{Breakout, NodeId, PortGroup, PortRef, Subject};

use super::{Check, Finding, Findings, Rule, Seat, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "breakout-exceeds-cage",
    severity: Severity::Error,
    title: "Breakout exceeds the cage",
    documentation: include_str!("../../../docs/diagnostics/breakout-exceeds-cage.md"),
    checks: &[Check::Nodes { doubts, tell, told: Told::Alone }],
};

const SOURCE: &str = "Threshold: lanes and rate of the cage · LinkX user guides, NetBox cable profiles";

fn doubts(_: &Survey, seat: &Seat) -> bool {
    let Some(part) = seat.part else { return false };
    let splits = seat.node.ports.iter().filter_map(|(cage, settings)| Some((*cage, settings.breakout?)));
    splits.into_iter().any(|(cage, split)| part.port_group(cage).is_none_or(|(group, _)| exceeds(group, split).is_some()))
}

fn tell(survey: &Survey, nodes: &[NodeId], out: &mut Findings) {
    for (id, node) in nodes.iter().filter_map(|id| Some((*id, survey.design.nodes.get(*id)?))) {
        for (cage, settings) in &node.ports {
            let (Some(split), Some(part)) = (settings.breakout, survey.part_of(id)) else { continue };
            let port = PortRef::cage(id, *cage);
            let Some((group, _)) = part.port_group(*cage) else {
                out.push(Finding::new(Subject::Port(port), format!("{} is broken out into {}, but {} has no cage {cage}", survey.port_name(port), shown(split), part.name), SOURCE));
                continue;
            };
            if let Some(reason) = exceeds(group, split) {
                out.push(breakout_exceeds_cage(survey, id, port, group, split, &reason));
            }
        }
    }
}

/// A split in words that hold no number which is none.
fn shown(split: Breakout) -> String {
    if split.gbps.is_finite() { split.to_string() } else { format!("{} ports", split.children) }
}

/// What a split needs and the cage has not, with both numbers.
fn exceeds(group: &PortGroup, split: Breakout) -> Option<String> {
    let needed = split.gbps.0 * f64::from(split.children);
    if split.children == 0 || !needed.is_finite() || needed <= 0.0 {
        return Some("a split has 1 port or more, each with a rate".to_owned());
    }
    if let Some(has) = group.gbps.filter(|has| needed > has.0) {
        return Some(format!("it needs {}, the cage has {has}", crate::units::Gbps(needed)));
    }
    (group.lanes > 0 && split.children > group.lanes).then(|| format!("it needs {} lanes, the cage has {}", split.children, group.lanes))
}

fn breakout_exceeds_cage(survey: &Survey, node: NodeId, port: PortRef, group: &PortGroup, split: Breakout, reason: &str) -> Finding {
    let part = survey.part_of(node).map_or("", |part| part.name.as_str());
    let split = shown(split);
    let finding = Finding::new(Subject::Port(port), format!("{} is broken out into {split}: {reason}", survey.port_name(port)), SOURCE)
        .alike(format!("{part} {} {split}", group.name), format!("{{n}} cages of {part} are broken out into {split}: {reason}"));
    // The fix keeps every port that a cable is on.
    let used = survey.ports.of_node(node).filter(|(at, _)| at.port.cage == port.port.cage).map(|(at, _)| at.port.child).max().unwrap_or(0);
    let fitting = group.breakouts.iter().filter(|allowed| allowed.children >= used && exceeds(group, **allowed).is_none()).min_by_key(|allowed| allowed.children);
    match fitting {
        Some(allowed) => {
            let edit = Edit::BreakOut { node: node.to_string(), cage: port.port.cage, breakout: allowed.to_string() };
            finding.fix_all(format!("Break it out into {allowed}"), format!("Break {{n}} cages out into {allowed}"), Trust::Likely, vec![edit])
        }
        None => finding,
    }
}
