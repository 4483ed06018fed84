//! Adapters that are nodes of their own: they pass on what is theirs, from the fabric to what is behind them and back, and nothing from the fabric to the
//! fabric, whichever of their ports are on which leaves. Of adapters inside systems that is the rule of every search ([`Topology::step`]).

use super::turns::{NEVER, Table};
use crate::engine::topology::{Topology, Vertex, VertexIndex, VertexKind};

/// Modes: elsewhere, in an adapter from the fabric. Bits of a class: from the fabric into an adapter, out of one to the fabric.
fn table() -> Table {
    let after = |mode: u8, class: u8| if mode == 1 && class & 2 != 0 { NEVER } else { class & 1 };
    Table { after: (0..2).map(|mode| (0..4).map(|class| after(mode, class)).collect()).collect() }
}

/// Whether a vertex is an adapter with something behind it that is a node of its own.
pub fn is_adapter(vertex: &Vertex) -> bool {
    vertex.kind == VertexKind::Nic && vertex.inside.is_none() && !vertex.endpoint
}

/// The class of each arc and the table of classes; `None` where no adapter has two links to the fabric. Time: O(vertices), and O(edges) where one has.
pub(super) fn classes(topology: &Topology) -> Option<(Vec<u8>, Table)> {
    let vertices = topology.vertices();
    let is = |vertex: VertexIndex| vertices.get(vertex as usize).is_some_and(is_adapter);
    let behind =
        |vertex: VertexIndex| vertices.get(vertex as usize).is_some_and(|vertex| matches!(vertex.kind, VertexKind::Cpu | VertexKind::Host | VertexKind::Xpu));
    let passes = |vertex: VertexIndex| topology.row(vertex).iter().filter(|hop| !behind(hop.to)).count() > 1;
    if !(0..vertices.len() as u32).any(|vertex| is(vertex) && passes(vertex)) {
        return None;
    }
    let class = |from: VertexIndex, to: VertexIndex| u8::from(is(to) && !behind(from)) | u8::from(is(from) && !behind(to)) << 1;
    Some((topology.edges().iter().flat_map(|edge| [class(edge.ends[0], edge.ends[1]), class(edge.ends[1], edge.ends[0])]).collect(), table()))
}
