//! `leaves-joined`: switches of one tier of a tree meet above, not beside each other.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{Multihoming, NodeId};
use crate::units::{SortedSet, order};

use super::host_above_leaves::stands_above;
use super::{Check, Finding, Findings, LinkView, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "leaves-joined",
    severity: Severity::Warning,
    title: "Leaves or spines joined directly",
    documentation: include_str!("../../../docs/diagnostics/leaves-joined.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for network in survey.networks.iter().filter(|network| network.is_tree()) {
        // A pair of switches that hosts see as one needs its peer link.
        if network.fabric.is_some_and(|fabric| fabric.multihoming == Some(Multihoming::Mclag)) || !network.tiers.values().any(|tier| *tier > 0) {
            continue;
        }
        let beside = network.spots().filter(|(_, _, spot)| spot.beside > 0).map(|(switch, ..)| switch);
        // A spine with a host on it counts as a leaf; that is told by itself.
        let above: SortedSet<NodeId> = network.spots().filter(|(switch, tier, spot)| *tier == 0 && spot.beside > 0 && stands_above(survey, network, *switch, *tier, spot)).map(|(switch, ..)| switch).collect();
        let level = |view: &LinkView| {
            let [a, b] = view.nodes().map(|node| network.tiers.get(&node));
            a.filter(|_| a == b).copied()
        };
        let mut links: Vec<usize> = beside.flat_map(|switch| network.views_at(survey, switch).filter(move |view| switch < view.beyond(switch))).filter(|view| level(view).is_some() && !view.nodes().iter().any(|node| above.contains(node))).map(|view| view.place).collect();
        order::sort(&mut links);
        for view in links.into_iter().filter_map(|place| survey.view(place)) {
            out.push(if level(&view) == Some(0) { leaves_joined(survey, network, &view) } else { spines_joined(survey, network, &view) });
        }
    }
}

fn leaves_joined(survey: &Survey, network: &Network, view: &LinkView) -> Finding {
    let message = format!("{} joins two leaves; a tree has 0 links between leaves", survey.link_name(view.link));
    Finding::new(view.subject(), message, "Threshold 0 peer links · Alibaba HPN (SIGCOMM 2024): dual ToR without stacking")
        .alike(network.subject().to_string(), "{n} links join two leaves each; a tree has 0 of them")
        .fix_all("Remove the link", "Remove {n} links between leaves", Trust::Suggestion, vec![Edit::RemoveLink { link: view.id.to_string() }])
}

fn spines_joined(survey: &Survey, network: &Network, view: &LinkView) -> Finding {
    let message = format!("{} joins two switches above the leaves that stand side by side; a tree has 0 links within a tier", survey.link_name(view.link));
    Finding::new(view.subject(), message, "Threshold 0 links within a tier · OpenSM fat-tree routing, Alibaba HPN (SIGCOMM 2024)")
        .alike(format!("{} above", network.subject()), "{n} links join switches above the leaves that stand side by side; a tree has 0 links within a tier")
        .fix_all("Remove the link", "Remove {n} links within tiers", Trust::Suggestion, vec![Edit::RemoveLink { link: view.id.to_string() }])
}
