//! `pfc-missing`: every hop of a lossless fabric pauses the same priority.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricId, LinkLayer, NodeId, Subject};

use super::{Finding, Findings, Network, NetworkKey, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "pfc-missing",
    severity: Severity::Error,
    title: "Lossless fabric without PFC",
    documentation: include_str!("../../../docs/diagnostics/pfc-missing.md"),
    check,
};

const SOURCE: &str = "Threshold 1 PFC class on every hop · Cisco AI/ML blueprint, Juniper AI data centre design";

fn check(survey: &Survey, out: &mut Findings) {
    for network in &survey.networks {
        let NetworkKey::Stated(id) = network.key else { continue };
        let Some(fabric) = network.fabric.filter(|fabric| fabric.lossless) else { continue };
        // InfiniBand has credits instead.
        if network.views(survey).next().is_none_or(|view| view.layer == Some(LinkLayer::InfiniBand)) {
            continue;
        }
        let Some(class) = fabric.traffic.pfc else {
            out.push(pfc_unstated(survey, network, id));
            continue;
        };
        for node in network.at.keys().copied() {
            if let Some(own) = survey.design.nodes.get(node).and_then(|record| record.traffic.pfc).filter(|own| *own != class) {
                out.push(pfc_differs(survey, network, node, own, class));
            }
        }
    }
}

fn pfc_unstated(survey: &Survey, network: &Network, id: FabricId) -> Finding {
    // What its nodes pause, where they agree; else the priority that switch makers set for RoCE when asked for their default.
    let mut own = network.at.keys().filter_map(|node| survey.design.nodes.get(*node)?.traffic.pfc);
    let class = own.next().unwrap_or(3);
    let agreed = own.all(|other| other == class);
    let edit = Edit::Set { subject: id.to_string(), field: "pfc".to_owned(), value: Some(class.to_string()) };
    let edits = if agreed { vec![edit] } else { Vec::new() };
    Finding::new(network.subject(), format!("{} is stated lossless and has 0 PFC classes; it needs 1", network.name()), SOURCE).fix(format!("Pause priority {class}"), Trust::Likely, edits)
}

fn pfc_differs(survey: &Survey, network: &Network, node: NodeId, own: u8, class: u8) -> Finding {
    let edit = Edit::Set { subject: node.to_string(), field: "pfc".to_owned(), value: None };
    Finding::new(Subject::Node(node), format!("{} pauses priority {own}, {} priority {class}; all hops need 1", survey.name(node), network.name()), SOURCE)
        .alike(format!("{} {own}", network.subject()), format!("{{n}} nodes pause priority {own}, {} priority {class}; all hops need 1", network.name()))
        .fix_all("Set it as the fabric does", "Set {n} nodes as the fabric does", Trust::Likely, vec![edit])
}
