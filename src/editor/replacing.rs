//! Another part in place of one: nodes and racks stay where they are, and cables go over to the ports of the new part.

use super::draft::{Draft, Outcome};
use super::fields::{Targets, change_cable, some};
use super::room::{Room, height_of};
use crate::catalog::PortUse;
use crate::model::{Link, Node, NodeId, Part, PartId, PartKind, PortPath, PortRef, PortRole, Rack};
use crate::units::{SortedMap, SortedSet};

/// Makes racks, nodes or links of all `targets` of another part. An error changes nothing. Time: O(links + ports of the nodes).
pub(super) fn change_part(draft: &mut Draft, targets: &Targets, id: &PartId) -> Result<Outcome, String> {
    let Some(part) = draft.part(id).cloned() else { return Err(format!("There is no part “{id}” in the catalogue")) };
    let changed = match part.kind {
        PartKind::Cable | PartKind::Transceiver => return change_cable(draft, targets, Some(id)),
        PartKind::Rack => targets.racks.iter().filter(|rack| draft.update::<Rack>(**rack, |rack| rack.part = id.clone())).count(),
        PartKind::Nic | PartKind::Switch | PartKind::System | PartKind::Xpu => {
            let used = draft.port_use();
            let mut changed = 0;
            for node in &targets.nodes {
                let before = places(draft, *node, &used);
                draft.update::<Node>(*node, |node| node.part = id.clone());
                still_stands(draft, *node)?;
                carry_cables(draft, *node, &used, &before);
                changed += 1;
            }
            changed
        }
    };
    let what = if part.kind == PartKind::Rack { "a rack to replace" } else { "a node to replace" };
    some(changed, what).map(|()| Outcome::named(format!("Replace by {}", part.name)))
}

/// A racked node whose part changed must still fit where it stands.
fn still_stands(draft: &Draft, id: NodeId) -> Result<(), String> {
    let Some((node, rack, u)) = draft.get::<Node>(id).and_then(|node| Some((node, node.rack?, node.u?))) else { return Ok(()) };
    let Some(height) = draft.part(&node.part).and_then(height_of) else { return Ok(()) };
    let Some(room) = Room::of(draft.design(), draft.catalog, rack, &SortedSet::from([id])) else { return Ok(()) };
    if room.fits(i32::from(u.0), height) { Ok(()) } else { Err(format!("There is no room for {height} at unit {} where {} stands", u.0, node.name)) }
}

/// What a port is for, and which of those of its node it is, counted from 1 on the panel.
type Place = (PortRole, u16);

/// The ports of a node with their places, in panel order.
fn places(draft: &Draft, node: NodeId, used: &PortUse) -> Vec<(PortPath, Place)> {
    let mut counts: SortedMap<PortRole, u16> = SortedMap::new();
    let ports = draft.catalog.ports_of(draft.design(), node, used).into_iter();
    ports
        .filter_map(|port| {
            let role = draft.catalog.view(draft.design(), PortRef { node, port })?.group.role;
            let count = counts.entry(role).or_default();
            *count = count.saturating_add(1);
            Some((port, (role, *count)))
        })
        .collect()
}

/// Where a cable of the node would end on a port that its part does not have, all of them go to the ports at the same places as `before`: the
/// fifth for compute stays the fifth for compute; a generic part has as many as are asked for. A cable whose place is not there stays where it is,
/// for the rules to tell.
fn carry_cables(draft: &mut Draft, node: NodeId, used: &PortUse, before: &[(PortPath, Place)]) {
    let is_there = |draft: &Draft, port: PortPath| draft.catalog.view(draft.design(), PortRef { node, port }).is_some();
    if used.of_node(node).all(|(end, _)| is_there(draft, end.port)) {
        return;
    }
    let generic = draft.get::<Node>(node).and_then(|node| draft.part(&node.part)).is_some_and(Part::is_generic);
    let after: SortedMap<Place, PortPath> = places(draft, node, used).into_iter().map(|(port, place)| (place, port)).collect();
    for (index, (port, place)) in (1..).zip(before) {
        let target = if generic { Some(PortPath::cage(index)).filter(|port| is_there(draft, *port)) } else { after.get(place).copied() };
        let Some(target) = target else { continue };
        for (_, links) in used.of_node(node).filter(|(end, _)| end.port == *port) {
            for id in links {
                draft.update::<Link>(*id, |link| link.ends.iter_mut().filter(|end| end.node == node && end.port == *port).for_each(|end| end.port = target));
            }
        }
    }
}
