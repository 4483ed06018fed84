//! `ptp-missing`: every switch of a fronthaul that carries precise time passes it on.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricRole, NodeId, Subject};

use super::{Check, Finding, Findings, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "ptp-missing",
    severity: Severity::Error,
    title: "Precise time stops",
    documentation: include_str!("../../../docs/diagnostics/ptp-missing.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Fronthaul) {
        // Where nobody speaks of time, nothing is known of it.
        if !network.states(survey, |traffic| traffic.ptp == Some(true)) {
            continue;
        }
        for switch in network.tiers.keys().copied().filter(|switch| network.traffic(survey, *switch).ptp != Some(true)) {
            out.push(ptp_missing(survey, network, switch));
        }
    }
}

fn ptp_missing(survey: &Survey, network: &Network, switch: NodeId) -> Finding {
    let edit = Edit::Set { subject: switch.to_string(), field: "ptp".to_owned(), value: Some("true".to_owned()) };
    Finding::new(Subject::Node(switch), format!("{} does not pass precise time on, others of {} do; all hops need to", survey.name(switch), network.name()), "Threshold: PTP on every hop · O-RAN WG9 as quoted by Juniper")
        .alike(network.subject().to_string(), format!("{{n}} switches do not pass precise time on, others of {} do; all hops need to", network.name()))
        .fix_all("Pass precise time on", "Pass precise time on at {n} switches", Trust::Likely, vec![edit])
}
