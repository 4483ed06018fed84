//! `fabrics-share-switch`: the traffic of users stays off the switches of the back end.

use crate::engine::diagnostics::Severity;
use crate::model::{FabricRole, NodeId, Subject};

use super::{Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "fabrics-share-switch",
    severity: Severity::Warning,
    title: "Back end and front end share a switch",
    documentation: include_str!("../../../docs/diagnostics/fabrics-share-switch.md"),
    check,
};

fn check(survey: &Survey, out: &mut Findings) {
    let of = |role: FabricRole| survey.networks.iter().filter(move |network| network.role == role);
    for front in of(FabricRole::FrontEnd) {
        for switch in front.tiers.keys().copied() {
            let users = front.host_links(survey, switch).count();
            let back: usize = of(FabricRole::Compute).map(|back| back.host_links(survey, switch).count()).sum();
            if users > 0 && back > 0 {
                out.push(fabrics_share_switch(survey, switch, users, back));
            }
        }
    }
}

fn fabrics_share_switch(survey: &Survey, switch: NodeId, users: usize, back: usize) -> Finding {
    let message = format!("{} carries {back} host links of the back end and {users} of the front end; it needs to be on 1 of them", survey.name(switch));
    Finding::new(Subject::Node(switch), message, "Threshold 1 fabric per switch · NVIDIA RA (three fabrics), Meta; small sites merge them")
        .alike(format!("{back} {users}"), format!("{{n}} switches carry {back} host links of the back end and {users} of the front end each; each needs to be on 1 of them"))
}
