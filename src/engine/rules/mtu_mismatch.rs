//! `mtu-mismatch`: frames that one end sends fit what the other takes.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{NodeId, Subject};

use super::{Check, Finding, Findings, LinkView, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "mtu-mismatch",
    severity: Severity::Error,
    title: "MTU differs along a path",
    documentation: include_str!("../../../docs/diagnostics/mtu-mismatch.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    // Hosts stay below the fabric by what encapsulation adds; 0 where nothing is encapsulated.
    let offset = survey.threshold(RULE.code);
    for network in &survey.networks {
        if !network.states(survey, |traffic| traffic.mtu.is_some()) {
            continue;
        }
        for view in network.views(survey) {
            let [a, b] = view.nodes();
            let (Some(one), Some(other)) = (network.traffic(survey, a).mtu, network.traffic(survey, b).mtu) else { continue };
            let between = network.tiers.contains_key(&a) && network.tiers.contains_key(&b);
            if between && one != other {
                out.push(mtu_differs(survey, network, &view, (a, one), (b, other)));
            } else if !between {
                let (host, sends, switch, takes) = if network.tiers.contains_key(&b) { (a, one, b, other) } else { (b, other, a, one) };
                // A host that says nothing of its own is set with its fabric in mind.
                let own = survey.design.nodes.get(host).is_some_and(|record| record.traffic.mtu.is_some());
                if own && f64::from(sends) + offset > f64::from(takes) {
                    out.push(host_sends_more(survey, network, &view, (host, sends), (switch, takes), offset));
                }
            }
        }
    }
}

const SOURCE: &str = "Threshold: host MTU at most that of the fabric less its offset · Hedgehog fabric checks";

fn mtu_differs(survey: &Survey, network: &Network, view: &LinkView, (a, one): (NodeId, u16), (b, other): (NodeId, u16)) -> Finding {
    let message = format!("{} takes frames of {one} bytes, {} of {other}; a path needs 1 MTU", survey.name(a), survey.name(b));
    let finding = Finding::new(view.subject(), message, SOURCE)
        .alike(format!("{} {one} {other}", network.subject()), format!("{{n}} links join switches with an MTU of {one} and of {other}; a path needs 1 MTU"));
    let (low, most) = if one < other { (a, other) } else { (b, one) };
    raised(finding, low, most)
}

fn host_sends_more(survey: &Survey, network: &Network, view: &LinkView, (host, sends): (NodeId, u16), (switch, takes): (NodeId, u16), offset: f64) -> Finding {
    let room = crate::units::significant((f64::from(takes) - offset).max(0.0), 5);
    let message = format!("{} sends frames of {sends} bytes, {} has room for {room}", survey.name(host), survey.name(switch));
    let finding = Finding::new(Subject::Node(host), message, SOURCE)
        .alike(format!("{} {sends} {takes}", network.subject()), format!("{{n}} host links send frames of {sends} bytes where switches have room for {room}"))
        .related(view.subject(), format!("leads to {}", survey.name(switch)));
    let lower = (f64::from(takes) - offset).max(64.0) as u16;
    let edit = Edit::Set { subject: host.to_string(), field: "mtu".to_owned(), value: Some(lower.to_string()) };
    finding.fix_all(format!("Set the MTU of the host to {lower}"), format!("Set the MTU of {{n}} hosts to {lower}"), Trust::Likely, vec![edit])
}

fn raised(finding: Finding, node: NodeId, mtu: u16) -> Finding {
    let edit = Edit::Set { subject: node.to_string(), field: "mtu".to_owned(), value: Some(mtu.to_string()) };
    finding.fix_all(format!("Set both to {mtu}"), format!("Set both ends of {{n}} links to {mtu}"), Trust::Likely, vec![edit])
}
