//! `planes-joined`: the planes of a fabric never meet below the core.


use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricRole, NodeId, Subject};
use crate::units::{order, SortedMap, SortedSet};

use super::{Check, Finding, Findings, LinkView, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "planes-joined",
    severity: Severity::Error,
    title: "Planes meet",
    documentation: include_str!("../../../docs/diagnostics/planes-joined.md"),
    checks: &[Check::Whole(check)],
};

const SOURCE: &str = "Threshold 0 links between planes · Alibaba HPN (SIGCOMM 2024)";

/// Links of each switch, as places, by the role and plane of their network.
type Planes = SortedMap<(NodeId, FabricRole), SortedMap<u16, Vec<usize>>>;

fn check(survey: &Survey, out: &mut Findings) {
    let mut planes = Planes::new();
    let mut highest: SortedMap<NodeId, bool> = SortedMap::new();
    for network in &survey.networks {
        let Some(plane) = network.fabric.and_then(|fabric| fabric.plane) else { continue };
        let top = network.tiers.values().copied().max().unwrap_or(0);
        for (switch, tier) in network.tiers.iter() {
            planes.entry((*switch, network.role)).or_default().entry(plane).or_default().extend(network.links_at(*switch));
            // The core is the top of every plane that it belongs to, and stands above two tiers or more.
            *highest.entry(*switch).or_insert(true) &= *tier == top && top >= 2;
        }
    }
    cables_between(survey, &planes, &highest, out);
    let joined: Vec<(NodeId, SortedMap<u16, Vec<usize>>)> =
        planes.into_iter().filter(|((switch, _), planes)| planes.len() > 1 && highest.get(switch) != Some(&true)).map(|((switch, _), planes)| (switch, planes)).collect();

    // A cable between two planes makes both of its switches look joined: the one that it does not belong to is told.
    let mut told: SortedSet<usize> = SortedSet::new();
    let mut ordered: Vec<(usize, NodeId, u16, Vec<usize>)> = joined
        .into_iter()
        .filter_map(|(switch, planes)| {
            let (own, _) = planes.iter().max_by(|a, b| a.1.len().cmp(&b.1.len()).then(b.0.cmp(a.0)))?;
            let foreign: Vec<usize> = planes.iter().filter(|(plane, _)| *plane != own).flat_map(|(_, links)| links.iter().copied()).collect();
            Some((foreign.len(), switch, *own, foreign))
        })
        .collect();
    order::sort(&mut ordered);
    for (_, switch, own, foreign) in ordered {
        let foreign: Vec<usize> = foreign.into_iter().filter(|place| told.insert(*place)).collect();
        if !foreign.is_empty() {
            out.push(planes_joined(survey, switch, own, &foreign));
        }
    }
}

/// Tells of cables of no plane that lead from a switch of one plane to a switch of another.
fn cables_between(survey: &Survey, planes: &Planes, highest: &SortedMap<NodeId, bool>, out: &mut Findings) {
    let own = |network: &Network, node: NodeId| planes.get(&(node, network.role)).map(|planes| planes.keys().copied().collect::<SortedSet<u16>>());
    for network in survey.networks.iter().filter(|network| network.fabric.and_then(|fabric| fabric.plane).is_none()) {
        let below = network.tiers.keys().copied().filter(|switch| highest.get(switch) == Some(&false));
        let views = below.flat_map(|switch| network.views_at(survey, switch).map(move |view| (switch, view)));
        for (switch, view) in views {
            let other = view.beyond(switch);
            // Of two switches below the core the lower id tells.
            if highest.get(&other) == Some(&false) && other < switch {
                continue;
            }
            if let (Some(here), Some(there)) = (own(network, switch), own(network, other))
                && !here.iter().any(|plane| there.contains(plane))
                && let (Some(one), Some(two)) = (here.first(), there.first())
            {
                out.push(cable_between(survey, &view, *one, *two));
            }
        }
    }
}

fn cable_between(survey: &Survey, view: &LinkView, one: u16, two: u16) -> Finding {
    let (one, two) = (one.min(two), one.max(two));
    let message = format!("{} joins plane {one} and plane {two}; planes have 0 cables between them", survey.link_name(view.link));
    Finding::new(view.subject(), message, SOURCE)
        .alike(format!("{one} {two}"), format!("{{n}} cables join plane {one} and plane {two}; planes have 0 cables between them"))
        .fix_all("Remove the cable between the planes", "Remove {n} cables between the planes", Trust::Suggestion, vec![Edit::RemoveLink { link: view.id.to_string() }])
}

fn planes_joined(survey: &Survey, switch: NodeId, own: u16, foreign: &[usize]) -> Finding {
    let count = foreign.len();
    let cables = if count == 1 { "1 cable".to_owned() } else { format!("{count} cables") };
    let message = format!("{} is in plane {own} and has {cables} of another plane; it needs 0", survey.name(switch));
    let mut finding = Finding::new(Subject::Node(switch), message, SOURCE);
    let mut edits = Vec::new();
    for view in foreign.iter().filter_map(|place| survey.view(*place)) {
        finding = finding.related(view.subject(), format!("belongs to another plane ({})", survey.link_name(view.link)));
        edits.push(Edit::RemoveLink { link: view.id.to_string() });
    }
    let title = if count == 1 { "Remove the cable between the planes".to_owned() } else { format!("Remove {count} cables between the planes") };
    finding.fix(title, Trust::Suggestion, edits)
}
