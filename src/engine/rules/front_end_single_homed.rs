//! `front-end-single-homed`: the front-end links of a system go to two switches.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricRole, NodeId, Subject};

use super::spare::Spare;
use super::{Check, Finding, Findings, LinkView, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "front-end-single-homed",
    severity: Severity::Warning,
    title: "Both links to one switch",
    documentation: include_str!("../../../docs/diagnostics/front-end-single-homed.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let mut spare = Spare::of(survey);
    for network in survey.networks.iter().filter(|network| matches!(network.role, FabricRole::FrontEnd | FabricRole::Storage)) {
        if network.tier(0).count() < 2 {
            continue;
        }
        for node in network.at.keys().copied().filter(|node| survey.xpus(*node) > 0) {
            let views: Vec<LinkView> = network.views_at(survey, node).collect();
            let [first, .., last] = views.as_slice() else { continue };
            let switch = first.beyond(node);
            if network.tiers.contains_key(&switch) && views.iter().all(|view| view.beyond(node) == switch) {
                out.push(front_end_single_homed(survey, &mut spare, network, node, last, views.len()));
            }
        }
    }
}

fn front_end_single_homed(survey: &Survey, spare: &mut Spare, network: &Network, node: NodeId, last: &LinkView, count: usize) -> Finding {
    let switch = last.beyond(node);
    let message = format!("{} has its {count} links of this network on 1 switch ({}); they need 2", survey.name(node), survey.name(switch));
    let finding = Finding::new(Subject::Node(node), message, "Threshold 2 switches · NVIDIA Enterprise RA (converged network)")
        .alike(format!("{} {count}", network.subject()), format!("{{n}} systems have their {count} links of this network on 1 switch each; they need 2"))
        .related(Subject::Node(switch), "carries all of them");
    let Some(end) = last.end_on(switch) else { return finding };
    // Not every leaf of a large network is tried: the first with a port is as good as any other.
    let moved = network.tier(0).filter(|leaf| *leaf != switch).take(8).find_map(|leaf| Some((leaf, spare.port_for(last, end, leaf)?)));
    match moved {
        Some((leaf, port)) => {
            let edit = Edit::MoveEnd { link: last.id.to_string(), end: u8::from(end == 1), port: port.to_string() };
            finding.fix_all(format!("Move one link to {}", survey.name(leaf)), "Move one link of {n} systems to another switch", Trust::Likely, vec![edit])
        }
        None => finding,
    }
}
