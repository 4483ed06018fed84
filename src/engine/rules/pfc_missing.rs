//! `pfc-missing`: every hop of a lossless fabric pauses the same priority.

use crate::engine::diagnostics::{Severity, Trust};
use crate::model::{FabricId, NodeId};

use super::{Check, Finding, Findings, Network, Rule, Survey, lossless};

pub(super) const RULE: Rule = Rule {
    code: "pfc-missing",
    severity: Severity::Error,
    title: "Lossless fabric without PFC",
    documentation: include_str!("../../../docs/diagnostics/pfc-missing.md"),
    checks: &[Check::Whole(check)],
};

const SOURCE: &str = "Threshold 1 PFC class on every hop · Cisco AI/ML blueprint, Juniper AI data centre design";

fn check(survey: &Survey, out: &mut Findings) {
    for (id, network, fabric) in lossless::fabrics(survey) {
        let own = |node: NodeId| survey.design.nodes.get(node).and_then(|record| record.traffic.pfc);
        let Some(class) = fabric.traffic.pfc else {
            out.push(pfc_unstated(network, id, network.at.keys().copied().filter_map(own)));
            continue;
        };
        for (node, own) in network.at.keys().copied().filter_map(|node| Some((node, own(node).filter(|own| *own != class)?))) {
            let other = format!("priority {own}, {} priority {class}; all hops need 1", network.name());
            let (words, many) = (format!("pauses {other}"), format!("nodes pause {other}"));
            out.push(lossless::differs(survey, network, node, "pfc", [&words, &many], SOURCE));
        }
    }
}

/// `own` is what its nodes pause: where they agree that is meant, else the priority that switch makers set for RoCE when asked for their default.
fn pfc_unstated(network: &Network, id: FabricId, mut own: impl Iterator<Item = u8>) -> Finding {
    let class = own.next().unwrap_or(3);
    let edits = if own.all(|other| other == class) { lossless::set(id, "pfc", class) } else { Vec::new() };
    Finding::new(network.subject(), format!("{} is stated lossless and has 0 PFC classes; it needs 1", network.name()), SOURCE)
        .fix(format!("Pause priority {class}"), Trust::Likely, edits)
}
