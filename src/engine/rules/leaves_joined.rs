//! `leaves-joined`: leaves of a tree meet above, not beside each other.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::Multihoming;
use crate::units::order;

use super::{Check, Finding, Findings, LinkView, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "leaves-joined",
    severity: Severity::Warning,
    title: "Leaves joined directly",
    documentation: include_str!("../../../docs/diagnostics/leaves-joined.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for network in survey.networks.iter().filter(|network| network.is_tree()) {
        // A pair of switches that hosts see as one needs its peer link.
        if network.fabric.is_some_and(|fabric| fabric.multihoming == Some(Multihoming::Mclag)) || !network.tiers.values().any(|tier| *tier > 0) {
            continue;
        }
        let beside = network.spots().filter(|(_, tier, spot)| *tier == 0 && spot.beside > 0).map(|(leaf, ..)| leaf);
        let mut links: Vec<usize> = beside.flat_map(|leaf| network.views_at(survey, leaf).filter(move |view| leaf < view.beyond(leaf))).filter(|view| view.nodes().iter().all(|node| network.tiers.get(node) == Some(&0))).map(|view| view.place).collect();
        order::sort(&mut links);
        for view in links.into_iter().filter_map(|place| survey.view(place)) {
            out.push(leaves_joined(survey, network, &view));
        }
    }
}

fn leaves_joined(survey: &Survey, network: &Network, view: &LinkView) -> Finding {
    let message = format!("{} joins two leaves; a tree has 0 links between leaves", survey.link_name(view.link));
    Finding::new(view.subject(), message, "Threshold 0 peer links · Alibaba HPN (SIGCOMM 2024): dual ToR without stacking")
        .alike(network.subject().to_string(), "{n} links join two leaves each; a tree has 0 of them")
        .fix_all("Remove the link", "Remove {n} links between leaves", Trust::Suggestion, vec![Edit::RemoveLink { link: view.id.to_string() }])
}
