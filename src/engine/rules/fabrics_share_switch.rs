//! `fabrics-share-switch`: the traffic of users stays off the switches of the back end.

use crate::engine::diagnostics::Severity;
use crate::model::{FabricRole, NodeId, Subject};

use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "fabrics-share-switch",
    severity: Severity::Warning,
    title: "Back end and front end share a switch",
    documentation: include_str!("../../../docs/diagnostics/fabrics-share-switch.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let of = |role: FabricRole| survey.networks.iter().filter(move |network| network.role == role);
    for front in of(FabricRole::FrontEnd) {
        for (switch, ..) in front.spots() {
            let back: usize = of(FabricRole::Compute).map(|back| back.links_at(switch).len()).sum();
            if back > 0 {
                out.push(fabrics_share_switch(survey, switch, front.links_at(switch).len(), back));
            }
        }
    }
}

fn fabrics_share_switch(survey: &Survey, switch: NodeId, users: usize, back: usize) -> Finding {
    let message = format!("{} carries {back} links of the back end and {users} of the front end; it needs to be on 1 of them", survey.name(switch));
    Finding::new(Subject::Node(switch), message, "Threshold 1 fabric per switch · NVIDIA RA (three fabrics), Meta; small sites merge them")
        .alike(format!("{back} {users}"), format!("{{n}} switches carry {back} links of the back end and {users} of the front end each; each needs to be on 1 of them"))
}
