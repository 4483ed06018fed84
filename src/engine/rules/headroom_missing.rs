//! `headroom-missing`: a leaf keeps the share of free ports that the design asks for.

use crate::engine::diagnostics::Severity;
use crate::model::{FabricRole, NodeId, Subject};
use crate::units::significant;

use super::{Check, Finding, Findings, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "headroom-missing",
    severity: Severity::Info,
    title: "Little room to grow",
    documentation: include_str!("../../../docs/diagnostics/headroom-missing.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    // A full switch is no fault: only a design that asks for room is told that it has none.
    let wanted = survey.threshold(RULE.code);
    if wanted <= 0.0 {
        return;
    }
    for network in survey.networks.iter().filter(|network| matches!(network.role, FabricRole::Compute | FabricRole::FrontEnd | FabricRole::Storage)) {
        for leaf in network.tier(0) {
            let Some(part) = survey.part_of(leaf).filter(|part| !part.is_generic()) else { continue };
            let ports = survey.catalog.ports_of(survey.design, leaf, &survey.ports);
            let free = ports.iter().filter(|port| survey.ports.is_free(crate::model::PortRef { node: leaf, port: **port })).count();
            if !ports.is_empty() && (free * 100) as f64 / (ports.len() as f64) < wanted {
                out.push(headroom_missing(survey, network, leaf, (free, ports.len()), wanted, &part.name));
            }
        }
    }
}

fn headroom_missing(survey: &Survey, network: &Network, leaf: NodeId, (free, ports): (usize, usize), wanted: f64, part: &str) -> Finding {
    let wanted = significant(wanted, 3);
    Finding::new(Subject::Node(leaf), format!("{} has {free} of {ports} ports free, the design asks for {wanted} %", survey.name(leaf)), format!("Threshold {wanted} % · stated in this design; 5 to 10 % are usual (2nd)"))
        .alike(format!("{} {part} {free}", network.subject()), format!("{{n}} leaves have {free} of {ports} ports free each, the design asks for {wanted} %"))
}
