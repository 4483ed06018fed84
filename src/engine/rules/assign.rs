//! Which network each link belongs to: the fabric it states, else what its ends suggest.

use std::collections::VecDeque;

use crate::model::{ByNode, FabricId, FabricRole, LinkLayer, ListByNode, NodeId, PortRole};
use crate::units::{SortedMap, SortedSet};

use super::{LinkView, NetworkKey, Survey};

/// How often each role is named.
type Votes = [u32; ROLES.len()];
/// Roles in their order.
const ROLES: [FabricRole; 6] =
    [FabricRole::Compute, FabricRole::FrontEnd, FabricRole::Fronthaul, FabricRole::Management, FabricRole::ScaleUp, FabricRole::Storage];

/// The role that is named most often; of equals the first.
fn commonest(votes: &Votes) -> Option<FabricRole> {
    let most = votes.iter().copied().max().filter(|most| *most > 0)?;
    votes.iter().zip(ROLES).find(|(count, _)| **count == most).map(|(_, role)| role)
}

/// The role of a fabric that such ports are for.
fn role_of(role: PortRole) -> FabricRole {
    match role {
        PortRole::Compute => FabricRole::Compute,
        PortRole::FrontEnd => FabricRole::FrontEnd,
        PortRole::Management => FabricRole::Management,
        PortRole::ScaleUp => FabricRole::ScaleUp,
        PortRole::Storage => FabricRole::Storage,
    }
}

/// The network of each link, in link order, and how many links state none. Time: O(links), and O(nodes) where some link states no fabric.
pub(super) fn networks_of_links(survey: &Survey) -> (Vec<NetworkKey>, usize) {
    let design = survey.design;
    let stated: Vec<Option<FabricId>> = design.links.iter().map(|(_, link)| link.fabric.filter(|fabric| design.fabrics.contains(*fabric))).collect();
    let unstated = stated.iter().filter(|fabric| fabric.is_none()).count();
    if unstated == 0 {
        return (stated.into_iter().flatten().map(NetworkKey::Stated).collect(), 0);
    }
    // Fabrics that links on a node state.
    let places = survey.parts.places();
    let stated_at = ListByNode::of(places, || {
        let stating = design.links.iter().zip(&stated).filter_map(|((_, link), fabric)| Some((link, (*fabric)?)));
        stating.flat_map(|(link, fabric)| link.ends.map(|end| (end.node, fabric.0)))
    });
    let roles = switch_roles(survey);
    let mut by_role: SortedMap<FabricRole, Vec<FabricId>> = SortedMap::new();
    for (id, fabric) in design.fabrics.iter() {
        by_role.entry(fabric.role).or_default().push(id);
    }
    let key = |(view, stated): (LinkView, &Option<FabricId>)| {
        if let Some(fabric) = stated {
            return NetworkKey::Stated(*fabric);
        }
        let role = suggested_role(survey, &view).or_else(|| view.nodes().iter().find_map(|node| roles.get(node).copied())).unwrap_or_default();
        let same_role = by_role.get(&role).map(Vec::as_slice).unwrap_or_default();
        let near: SortedSet<FabricId> = view
            .nodes()
            .iter()
            .filter(|node| survey.is_switch(**node))
            .flat_map(|node| stated_at.at(*node))
            .map(|fabric| FabricId(*fabric))
            .filter(|fabric| same_role.contains(fabric))
            .collect();
        match (near.first(), near.len(), same_role) {
            (Some(fabric), 1, _) => NetworkKey::Stated(*fabric),
            (_, _, [only]) => NetworkKey::Stated(*only),
            _ => NetworkKey::Implied(role),
        }
    };
    (survey.views().zip(&stated).map(key).collect(), unstated)
}

/// The role that the link alone suggests: by its layer, else by the port of the end that is not a switch.
fn suggested_role(survey: &Survey, view: &LinkView) -> Option<FabricRole> {
    if view.layer.is_some_and(LinkLayer::is_scale_up) {
        return Some(FabricRole::ScaleUp);
    }
    view.link.ends.into_iter().filter(|end| !survey.is_switch(end.node)).find_map(|end| survey.parts.view(end)).map(|port| role_of(port.group.role))
}

/// What each switch serves: the commonest role of its links to nodes that are not switches; a switch without such links
/// serves what the nearest switch with some serves.
fn switch_roles<'a>(survey: &Survey<'a>) -> ByNode<'a, FabricRole> {
    let parts = &survey.context().parts;
    let places = parts.places();
    let mut votes: Vec<Votes> = vec![Votes::default(); survey.nodes.len()];
    for view in survey.views() {
        let [a, b] = view.nodes();
        let switch = match (survey.is_switch(a), survey.is_switch(b)) {
            (true, false) => a,
            (false, true) => b,
            _ => continue,
        };
        let stated = view.link.fabric.and_then(|fabric| survey.design.fabrics.get(fabric)).map(|fabric| fabric.role);
        let role = stated.or_else(|| suggested_role(survey, &view));
        let own = places.place(switch).and_then(|place| votes.get_mut(place));
        if let (Some(role), Some(own)) = (role, own)
            && let Some(count) = ROLES.iter().position(|other| *other == role).and_then(|at| own.get_mut(at))
        {
            *count += 1;
        }
    }
    let neighbours = ListByNode::of(places, || {
        let between = survey.views().filter(|view| view.nodes().iter().all(|node| survey.is_switch(*node)));
        between.flat_map(|view| [view.nodes(), [view.nodes()[1], view.nodes()[0]]]).map(|[a, b]| (a, b.0 as usize))
    });
    let mut roles = ByNode::new(places);
    for (node, votes) in places.ids().iter().zip(&votes) {
        if let Some(role) = commonest(votes) {
            roles.insert(*node, role);
        }
    }
    let mut open: VecDeque<NodeId> = roles.keys().copied().collect();
    while let Some(switch) = open.pop_front() {
        let Some(role) = roles.get(&switch).copied() else { continue };
        for next in neighbours.at(switch).iter().map(|number| NodeId(*number as u32)) {
            if !roles.contains_key(&next) {
                roles.insert(next, role);
                open.push_back(next);
            }
        }
    }
    roles
}
