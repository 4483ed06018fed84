//! `mtu-too-small`: frames of a RoCE fabric hold the largest RDMA payload.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricId, LinkLayer};

use super::{Check, Finding, Findings, Network, NetworkKey, Rule, Survey};

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
        if let Some(mtu) = fabric.traffic.mtu.filter(|mtu| rdma && f64::from(*mtu) < wanted)
            && network.first_view(survey).is_none_or(|view| view.layer.is_none_or(|layer| layer == LinkLayer::Ethernet))
        {
            out.push(mtu_too_small(network, id, mtu, wanted));
        }
    }
}

fn mtu_too_small(network: &Network, id: FabricId, mtu: u16, wanted: f64) -> Finding {
    let shown = crate::units::significant(wanted, 5);
    let message = format!("{} has an MTU of {mtu}; a RDMA payload of 4,096 bytes needs {shown}", network.name());
    let edit = Edit::Set { subject: id.to_string(), field: "mtu".to_owned(), value: Some((wanted.clamp(64.0, 65535.0).ceil() as u16).to_string()) };
    Finding::new(network.subject(), message, format!("Threshold {shown} bytes · derived from the RoCE v2 headers")).fix(format!("Set it to {shown}"), Trust::Likely, vec![edit])
}
