//! `mtu-too-small`: frames of a RoCE fabric hold the largest RDMA payload.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{LinkLayer, NodeId, Subject};

use super::{Check, Finding, Findings, NetworkKey, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "mtu-too-small",
    severity: Severity::Warning,
    title: "MTU too small for RDMA",
    documentation: include_str!("../../../docs/diagnostics/mtu-too-small.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let wanted = survey.threshold(RULE.code);
    for network in &survey.networks {
        let NetworkKey::Stated(id) = network.key else { continue };
        let Some(fabric) = network.fabric else { continue };
        let rdma = fabric.protocol.as_deref().is_some_and(|protocol| protocol.starts_with("roce")) || fabric.lossless;
        let is_small = |mtu: &u16| f64::from(*mtu) < wanted;
        if !rdma || !network.states(survey, |traffic| traffic.mtu.as_ref().is_some_and(is_small)) {
            continue;
        }
        if network.first_view(survey).is_some_and(|view| view.layer.is_some_and(|layer| layer != LinkLayer::Ethernet)) {
            continue;
        }
        if let Some(mtu) = fabric.traffic.mtu.filter(is_small) {
            out.push(mtu_too_small(Subject::Fabric(id), &network.name(), mtu, wanted));
        }
        let own = |node: NodeId| survey.design.nodes.get(node).and_then(|record| record.traffic.mtu).filter(is_small);
        for (node, mtu) in network.at.keys().copied().filter_map(|node| Some((node, own(node)?))) {
            out.push(mtu_too_small(Subject::Node(node), &survey.name(node), mtu, wanted));
        }
    }
}

fn mtu_too_small(subject: Subject, name: &str, mtu: u16, wanted: f64) -> Finding {
    let shown = crate::units::significant(wanted, 5);
    let message = format!("{name} has an MTU of {mtu}; a RDMA payload of 4,096 bytes needs {shown}");
    let edit = Edit::Set { subject: subject.to_string(), field: "mtu".to_owned(), value: Some((wanted.clamp(64.0, 65535.0).ceil() as u16).to_string()) };
    let finding = Finding::new(subject.clone(), message, format!("Threshold {shown} bytes · derived from the RoCE v2 headers"));
    let finding = match subject {
        Subject::Node(_) => finding.alike(mtu.to_string(), format!("{{n}} nodes have an MTU of {mtu}; a RDMA payload of 4,096 bytes needs {shown}")),
        _ => finding,
    };
    finding.fix_all(format!("Set it to {shown}"), format!("Set {{n}} nodes to {shown}"), Trust::Likely, vec![edit])
}
