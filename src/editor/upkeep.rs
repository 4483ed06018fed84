//! Keeps the scene in step with the design without building it anew for every edit.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::model::{Change, Delta, Design, Link, Node, NodeId, Patch, Rack, RackId};
use crate::scene::Scene;

/// What a patch asks of the scene.
#[derive(Debug, PartialEq)]
enum Upkeep {
    /// Something came, went, or looks different.
    Rebuild,
    /// Only these were moved; nothing at all where both are empty.
    Moved { nodes: Vec<NodeId>, racks: Vec<RackId> },
}

/// Brings a scene in step with `design` after `patch`. Returns whether it could; else it stays as it was, and another has to be built.
/// Time: O(what moved), at least O(nodes).
pub(super) fn keep(scene: &mut Scene, patch: &Patch, design: &Design, catalog: &Catalog) -> bool {
    let Upkeep::Moved { nodes, racks } = upkeep(patch) else { return false };
    if !(nodes.is_empty() && racks.is_empty()) {
        scene.moved(design, catalog, &nodes, &racks);
    }
    true
}

fn upkeep(patch: &Patch) -> Upkeep {
    let (mut nodes, mut racks) = (Vec::new(), Vec::new());
    for change in &patch.changes {
        match change {
            Change::Fabric(_) | Change::Meta { .. } | Change::Requirement(_) => {}
            Change::Group(delta) => match both(delta) {
                Some((before, after)) if before.members == after.members => {}
                _ => return Upkeep::Rebuild,
            },
            Change::Link(delta) => match both(delta) {
                Some((before, after)) if same_ends(before, after) => {}
                _ => return Upkeep::Rebuild,
            },
            Change::Node(delta) => match both(delta) {
                Some((before, after)) if !same_face(before, after) => return Upkeep::Rebuild,
                Some((before, after)) if (before.at, before.rack, before.u) != (after.at, after.rack, after.u) => nodes.push(delta.id),
                Some(_) => {}
                None => return Upkeep::Rebuild,
            },
            Change::Part(_) => return Upkeep::Rebuild,
            Change::Rack(delta) => match both(delta) {
                Some((before, after)) if before.part != after.part => return Upkeep::Rebuild,
                Some((before, after)) if moved(before, after) => racks.push(delta.id),
                Some(_) => {}
                None => return Upkeep::Rebuild,
            },
        }
    }
    Upkeep::Moved { nodes, racks }
}

fn both<K, V>(delta: &Delta<K, V>) -> Option<(&Arc<V>, &Arc<V>)> {
    delta.before.as_ref().zip(delta.after.as_ref())
}

fn same_ends(before: &Link, after: &Link) -> bool {
    before.ends == after.ends
}

fn same_face(before: &Node, after: &Node) -> bool {
    before.part == after.part && before.ports == after.ports && before.generic == after.generic && before.face == after.face
}

fn moved(before: &Rack, after: &Rack) -> bool {
    before.at != after.at
}
