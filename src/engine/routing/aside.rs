//! Networks that stand aside: what hosts on a compute fabric have in storage, front-end and management networks besides.
//!
//! Each of a host's networks has addresses of its own, and what its collectives send leaves and arrives by the adapters of the compute fabric, however near
//! another host is by the management switch. So no route that starts at an end of the compute fabric and takes a link of another role leads to an end of the compute
//! fabric. All else may: to storage that hangs on the compute fabric, between hosts that have nothing but the other network.

use super::turns::{NEVER, Table};
use crate::engine::topology::{Edge, Topology, VertexKind};
use crate::model::{Design, FabricRole, PartId};
use crate::units::SortedSet;

/// Whether a link is of a network beside those that collectives send over.
pub fn is_aside(edge: &Edge) -> bool {
    !matches!(edge.role, FabricRole::Compute | FabricRole::ScaleUp)
}

/// Modes: fresh, from an end of the compute fabric, from one and over a link aside. Bits of a class: out of such an end, into one, aside.
fn table() -> Table {
    let after = |mode: u8, class: u8| {
        let [out, into, aside] = [1, 2, 4].map(|bit| class & bit != 0);
        let from = out || mode > 0;
        let then = if from { 1 + u8::from(mode == 2 || aside) } else { 0 };
        if into && then == 2 { NEVER } else { then }
    };
    Table { after: (0..3).map(|mode| (0..8).map(|class| after(mode, class)).collect()).collect() }
}

/// What stands aside of a compute fabric.
pub(super) struct Aside {
    /// By vertex, whether it is an end of the compute fabric.
    pub(super) ends: Vec<bool>,
    /// The class of each arc.
    pub(super) class: Vec<u8>,
    /// What follows a step of each class.
    pub(super) table: Table,
}

/// Which links stand aside; `None` where no route could lead from one end of the compute fabric to another over a link aside.
///
/// An end of the compute fabric is an endpoint of a node with a link of it, or that a failure has taken one from ([`Design::fallen`]); and an XPU of a node like one
/// that has, for one whose adapter has failed sends nothing by the management switch either. Time: O(kinds of links) where all are of one fabric, else O(nodes + vertices + edges).
pub(super) fn of(design: &Design, topology: &Topology) -> Option<Aside> {
    let roles = || topology.facts().kinds().iter().map(|kind| kind.role);
    if (!roles().any(|role| role == FabricRole::Compute) && design.fallen.is_empty())
        || roles().all(|role| matches!(role, FabricRole::Compute | FabricRole::ScaleUp))
    {
        return None;
    }
    let vertices = topology.vertices();
    let links = topology.links().len();
    let mut on_compute = vec![false; topology.nodes().len()];
    let place = |vertex: u32| vertices.get(vertex as usize).and_then(|vertex| topology.places().place(vertex.node));
    for edge in topology.edges().iter().take(links).filter(|edge| edge.usable && edge.role == FabricRole::Compute) {
        for place in edge.ends.into_iter().filter_map(place) {
            on_compute[place] = true;
        }
    }
    for place in design.fallen.iter().filter_map(|node| topology.places().place(*node)) {
        on_compute[place] = true;
    }
    let part = |place: usize| topology.nodes().get(place).and_then(|node| design.nodes.get(*node)).map(|node| &node.part);
    let parts: SortedSet<&PartId> = (0..on_compute.len()).filter(|place| on_compute[*place]).filter_map(part).collect();
    let mut is_end = vec![false; vertices.len()];
    for vertex in topology.endpoints() {
        let is_xpu = vertices.get(*vertex as usize).is_some_and(|vertex| vertex.kind == VertexKind::Xpu);
        let like = |place| is_xpu && part(place).is_some_and(|part| parts.contains(part));
        is_end[*vertex as usize] = place(*vertex).is_some_and(|place| on_compute[place] || like(place));
    }
    // What can be passed from such ends on.
    let passes = |vertex: u32| vertices.get(vertex as usize).is_some_and(|vertex| vertex.transit);
    let mut reached = is_end.clone();
    let mut open: Vec<u32> = (0u32..).zip(&is_end).filter(|(_, is_end)| **is_end).map(|(vertex, _)| vertex).collect();
    while let Some(here) = open.pop() {
        for hop in topology.row(here).iter().filter(|hop| passes(hop.to)) {
            if !std::mem::replace(&mut reached[hop.to as usize], true) {
                open.push(hop.to);
            }
        }
    }
    let reaches = |edge: &Edge| edge.ends.iter().all(|end| reached.get(*end as usize).copied().unwrap_or(false));
    if !topology.edges().iter().take(links).any(|edge| edge.usable && is_aside(edge) && reaches(edge)) {
        return None;
    }
    let bit = |vertex: u32, bit: u8| if is_end.get(vertex as usize).copied().unwrap_or(false) { bit } else { 0 };
    let both = |edge: &Edge| {
        let ([a, b], aside) = (edge.ends, if is_aside(edge) { 4 } else { 0 });
        [bit(a, 1) | bit(b, 2) | aside, bit(b, 1) | bit(a, 2) | aside]
    };
    let class = topology.edges().iter().flat_map(both).collect();
    Some(Aside { ends: is_end, class, table: table() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_starts_on_the_compute_fabric_ends_there_without_a_link_aside() {
        let table = table();
        let follow = |classes: &[u8]| {
            classes.iter().try_fold(0u8, |mode, class| {
                let then = table.after[usize::from(mode)][usize::from(*class)];
                (then != NEVER).then_some(then)
            })
        };
        let (out, into, aside) = (1, 2, 4);
        assert_eq!(follow(&[out, 0, into]), Some(1), "over the compute fabric");
        assert_eq!(follow(&[out | aside, into | aside]), None, "over the management switch");
        assert_eq!(follow(&[out | into | aside]), None, "from host to host");
        assert_eq!(follow(&[out, aside, aside, into]), None, "over the management switch of two leaves");
        assert_eq!(follow(&[out | aside, 0]), Some(2), "to storage");
        assert_eq!(follow(&[0, into | aside]), Some(0), "from storage");
        assert_eq!(follow(&[aside, aside]), Some(0), "from storage to storage");
    }
}
