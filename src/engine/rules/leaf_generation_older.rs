//! `leaf-generation-older`: what an NDR leaf costs its hosts in an XDR fabric is told.

use crate::engine::diagnostics::Severity;
use crate::model::{FabricRole, NodeId, Subject};

use super::{Check, Finding, Findings, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "leaf-generation-older",
    severity: Severity::Info,
    title: "Older leaf in a newer fabric",
    documentation: include_str!("../../../docs/diagnostics/leaf-generation-older.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Compute && network.has_clean_tiers()) {
        if !network.spots().any(|(switch, ..)| newest(survey, switch) == Some("ib-xdr")) {
            continue;
        }
        for leaf in network.tier(0).filter(|leaf| newest(survey, *leaf) == Some("ib-ndr")) {
            let above = network.uplinks(survey, leaf).map(|view| view.beyond(leaf)).find(|above| newest(survey, *above) == Some("ib-xdr"));
            if let Some(above) = above {
                out.push(leaf_generation_older(survey, network, leaf, above));
            }
        }
    }
}

/// The first protocol of a switch's ports, which is its newest.
fn newest<'a>(survey: &Survey<'a>, switch: NodeId) -> Option<&'a str> {
    survey.part_of(switch)?.ports.first()?.protocols.first().map(String::as_str)
}

fn leaf_generation_older(survey: &Survey, network: &Network, leaf: NodeId, above: NodeId) -> Finding {
    let message = format!("{} is an NDR switch under XDR ({}): its hosts lose about 3 to 7 Gb/s of 400", survey.name(leaf), survey.name(above));
    Finding::new(Subject::Node(leaf), message, "Known issue, 3 to 7 Gb/s · NVIDIA ConnectX-8 firmware notes")
        .alike(network.subject().to_string(), "{n} NDR leaves stand under XDR switches: their hosts lose about 3 to 7 Gb/s of 400 each")
        .related(Subject::Node(above), "is the XDR switch")
}
