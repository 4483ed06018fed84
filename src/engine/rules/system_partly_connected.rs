//! `system-partly-connected`: either all adapters of a system are cabled to the back-end fabric, or none is.

use crate::engine::diagnostics::{Severity, Trust};
use crate::model::{NodeId, PortPath, PortRef, Subject};

use super::peers::{Adapter, Customs};
use super::spare::Spare;
use super::xpu_orphan::cabled_like_others;
use super::{Check, Finding, Findings, Rule, Seat, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "system-partly-connected",
    severity: Severity::Warning,
    title: "System only partly cabled",
    documentation: include_str!("../../../docs/diagnostics/system-partly-connected.md"),
    checks: &[Check::Nodes { doubts, tell, told: Told::Together }],
};

/// How many adapters a node has and which of them are bare, by their first ports, where only some are.
fn partly(survey: &Survey, node: NodeId, adapters: &[Adapter]) -> Option<(usize, Vec<PortPath>)> {
    let is_cabled = |port: &PortPath| !survey.ports.is_free(PortRef { node, port: *port });
    let bare: Vec<PortPath> = adapters.iter().filter(|adapter| !adapter.ports.iter().any(is_cabled)).filter_map(|adapter| adapter.ports.first()).copied().collect();
    (!bare.is_empty() && bare.len() < adapters.len()).then_some((adapters.len(), bare))
}

fn doubts(survey: &Survey, seat: &Seat) -> bool {
    survey.xpus(seat.id) > 0 && partly(survey, seat.id, &survey.adapters_of(seat.id)).is_some()
}

fn tell(survey: &Survey, nodes: &[NodeId], out: &mut Findings) {
    let mut customs = Customs::default();
    let mut spare = Spare::of(survey);
    for node in nodes {
        if let Some((total, bare)) = partly(survey, *node, &survey.adapters_of(*node)) {
            out.push(system_partly_connected(survey, &mut spare, &mut customs, *node, total, &bare));
        }
    }
}

fn system_partly_connected(survey: &Survey, spare: &mut Spare, customs: &mut Customs, node: NodeId, total: usize, bare: &[PortPath]) -> Finding {
    let part = survey.part_of(node).map_or("", |part| part.name.as_str());
    let cabled = total - bare.len();
    let mut finding = Finding::new(
        Subject::Node(node),
        format!("{} has {total} adapters for the compute fabric, {cabled} {} cabled", survey.name(node), if cabled == 1 { "is" } else { "are" }),
        "Threshold: all back-end adapters of a system · NVIDIA reference architectures",
    )
    .alike(format!("{part} {total} {cabled}"), format!("{{n}} × {part} have {total} adapters for the compute fabric, {cabled} of each cabled"));
    let ports: Vec<PortRef> = bare.iter().map(|port| PortRef { node, port: *port }).collect();
    for port in &ports {
        finding = finding.related(Subject::Port(*port), "is not cabled");
    }
    let edits = cabled_like_others(survey, spare, customs, &ports);
    if edits.len() < ports.len() { finding } else { finding.fix_all("Cable the rest like other systems", "Cable the rest of {n} systems like the others", Trust::Likely, edits) }
}
