//! A topology taken over from the last evaluation: what a change does not touch moves to its new place, the rest is compiled anew.
//!
//! The result equals one compiled from scratch, entry by entry; debug builds compare them after every edit ([`crate::engine::context`]).

use super::{Edge, EdgeIndex, Hop, MOST_EDGES, MOST_VERTICES, NOWHERE, Topology, Vertex, VertexIndex, VertexKind, closed, opened, wire};
use crate::catalog::{Catalog, PortUse};
use crate::engine::change::Change;
use crate::engine::facts::Gathering;
use crate::engine::parts::Parts;
use crate::engine::splice::Splice;
use crate::model::{Design, FabricRole, Inside, Link, LinkId, Node, NodeId, Part};

/// What became of a topology that was taken over.
#[derive(Clone, Debug, Default)]
pub struct Edited {
    /// Where links went.
    pub links: Splice,
    /// Where nodes went.
    pub nodes: Splice,
    /// Where vertices went.
    pub vertices: Splice,
    /// Where edges went: links and wires.
    pub edges: Splice,
    /// Links that were compiled anew, by place: those that differ, and all at nodes that do.
    pub anew: Vec<u32>,
    /// Edges that are in the place of an edge of before, and another now, rising.
    pub changed: Vec<EdgeIndex>,
    /// Whether all vertices are those that were.
    pub vertices_stand: bool,
    /// Whether the vertices of all nodes that do not differ are as they were.
    pub others_stand: bool,
    /// Edges of before that could be used and cannot now, or join others: their places then, with what they joined, by places of vertices then or now.
    pub lost: Vec<(EdgeIndex, [VertexIndex; 2])>,
    /// Edges that can be used and could not before, or joined others.
    pub gained: Vec<EdgeIndex>,
}

impl Edited {
    /// Whether vertices and edges are all as they were.
    pub fn graph_stands(&self) -> bool {
        self.vertices_stand && self.edges.is_still() && self.changed.is_empty()
    }
}

/// More edges than this lost or gained, and rows are built anew.
const MOST_PATCHED: usize = 8;

const NO_EDGE: Edge = Edge { ends: [NOWHERE; 2], gbps: 0.0, rate_known: false, has_latency: false, layer: None, role: FabricRole::Compute, usable: false };
const NO_VERTEX: Vertex = Vertex { node: NodeId(0), inside: None, kind: VertexKind::Unknown, transit: false, endpoint: false };

/// What is opened of a part, where nothing stays closed for being too much.
fn inside(part: Option<&Part>) -> Option<&Inside> {
    part.and_then(Part::inside).filter(|inside| !inside.vertices.is_empty())
}

impl Topology {
    /// The topology of a design that differs so from this one's, in nothing but nodes, links and racks. `parts` and `ports` are those of the design
    /// as it is. `None` where it has to be compiled anew: a system becomes another part, or systems stay closed for being too many.
    ///
    /// Time: one pass over memory where records come or go; else O(change × links of a node).
    pub(in crate::engine) fn after(mut self, design: &Design, catalog: &Catalog, parts: &Parts, ports: &PortUse, change: &Change) -> Option<(Self, Edited)> {
        let part_before = |node: &Node| catalog.part(design, &node.part);
        let nodes = Splice::of::<Node>(self.nodes.ids(), change.nodes(), design);
        let links = Splice::of::<Link>(&self.links, change.links(), design);
        if self.closed > 0 {
            return None;
        }
        for (id, before) in change.nodes().iter() {
            if let (Some(before), Some(after)) = (before, design.nodes.get(*id))
                && before.part != after.part
                && (inside(part_before(before)).is_some() || inside(parts.part(*id)).is_some())
            {
                return None;
            }
        }
        let vertices_before = self.vertices.len();
        let mut edited = Edited { vertices_stand: true, others_stand: true, ..Edited::default() };
        let (mut wires_gone, mut wires_come) = (Vec::new(), Vec::new());
        if !nodes.is_still() {
            edited.vertices_stand = false;
            edited.vertices = self.move_nodes(design, catalog, parts, change, &nodes, &mut wires_gone, &mut wires_come)?;
        }
        edited.edges = Splice::between([links.gone(), &wires_gone].concat(), [links.come(), &wires_come].concat());

        let usable = |edge: &u32| self.edges.get(*edge as usize).filter(|is| is.usable).map(|is| (*edge, is.ends));
        edited.lost = edited.edges.gone().iter().filter_map(usable).collect();
        // Edges go where they belong, and know their vertices' new places.
        edited.edges.take_over_with(&mut self.edges, NO_EDGE);
        edited.edges.take_over(&mut self.latencies);
        if !nodes.is_still() {
            let now = edited.vertices.map(vertices_before);
            for end in self.edges.iter_mut().flat_map(|edge| &mut edge.ends) {
                *end = now.get(*end as usize).copied().unwrap_or(NOWHERE);
            }
        }
        let come: Vec<LinkId> = change.links().keys().copied().filter(|id| design.links.contains(*id) && self.links.binary_search(id).is_err()).collect();
        links.take_over_with(&mut self.links, LinkId(0));
        for (place, id) in links.come().iter().zip(come) {
            if let Some(slot) = self.links.get_mut(*place as usize) {
                *slot = id;
            }
        }
        self.facts.follow(&links);
        self.compile_anew(design, catalog, parts, ports, change, &links, &mut edited);
        self.compile_wires(parts, &nodes);
        if !self.latencies.is_empty() {
            let keep = self.edges.iter().rposition(|edge| edge.has_latency).map_or(0, |last| last + 1);
            self.latencies.resize(keep, 0.0);
        }
        self.follow_vertices(parts, change, &nodes, &mut edited);
        if !edited.vertices.is_still() || edited.lost.len() + edited.gained.len() > MOST_PATCHED {
            self.build_rows();
        } else {
            self.patch_rows(&edited);
        }
        (edited.links, edited.nodes) = (links, nodes);
        Some((self, edited))
    }

    /// Lets vertices follow their nodes, and notes which wires go and come. `None` where they would be too many.
    #[expect(clippy::too_many_arguments, reason = "one step of a longer way, told apart to be read")]
    fn move_nodes(
        &mut self,
        design: &Design,
        catalog: &Catalog,
        parts: &Parts,
        change: &Change,
        nodes: &Splice,
        wires_gone: &mut Vec<u32>,
        wires_come: &mut Vec<u32>,
    ) -> Option<Splice> {
        // Of each node that is gone: its vertices, and the wires between them, which follow the links in the order of nodes.
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        let mut at = self.links.len() as u32;
        let before = |place: usize| -> Option<Option<&Part>> {
            let id = self.nodes.ids().get(place)?;
            let node = change.nodes().get(id).and_then(|before| before.as_deref()).or_else(|| design.nodes.get(*id))?;
            Some(catalog.part(design, &node.part))
        };
        let any_wires = self.edges.len() > self.links.len();
        let mut next = nodes.gone().iter().peekable();
        for place in 0..self.nodes.ids().len() {
            let is_gone = next.next_if(|gone| **gone as usize == place).is_some();
            if !is_gone && !any_wires {
                continue;
            }
            let range = self.vertices_at(place);
            let is_open = self.vertices.get(range.start as usize)?.inside.is_some();
            let wires = if is_open { inside(before(place)?).map_or(0, |inside| inside.edges.len() as u32) } else { 0 };
            if is_gone {
                gone.extend(range);
                wires_gone.extend(at..at + wires);
            }
            at += wires;
        }
        if at as usize != self.edges.len() {
            return None;
        }
        // Where vertices and wires are of all nodes that there are.
        let (mut vertex, mut wire) = (0u32, design.links.len() as u32);
        self.node_first.clear();
        let mut next = nodes.come().iter().peekable();
        for (place, (_, part)) in parts.all().iter().enumerate() {
            let inside = inside(*part);
            let (vertices, wires) = inside.map_or((1, 0), |inside| (inside.vertices.len() as u32, inside.edges.len() as u32));
            self.node_first.push(vertex);
            if next.next_if(|come| **come as usize == place).is_some() {
                come.extend(vertex..vertex + vertices);
                wires_come.extend(wire..wire + wires);
            }
            (vertex, wire) = (vertex.checked_add(vertices)?, wire.checked_add(wires)?);
        }
        self.node_first.push(vertex);
        if vertex as usize > MOST_VERTICES || wire as usize > MOST_EDGES {
            return None;
        }
        let vertices = Splice::between(gone, come);
        vertices.take_over_with(&mut self.vertices, NO_VERTEX);
        vertices.take_over_with(&mut self.adapter, false);
        self.nodes = parts.places().clone();
        self.settle_nodes();
        for place in nodes.come() {
            let (id, (node, part)) = (*self.nodes.ids().get(*place as usize)?, parts.all().get(*place as usize)?);
            let range = self.vertices_at(*place as usize);
            let own = self.vertices.get_mut(range.start as usize..range.end as usize)?;
            match inside(*part) {
                Some(inside) => own.iter_mut().zip(opened(id, inside)).for_each(|(slot, vertex)| *slot = vertex),
                None => own.iter_mut().for_each(|slot| *slot = closed(id, node, *part)),
            }
        }
        Some(vertices)
    }

    /// Compiles links anew that differ or came, and all at nodes that do.
    #[expect(clippy::too_many_arguments, reason = "one step of a longer way, told apart to be read")]
    fn compile_anew(&mut self, design: &Design, catalog: &Catalog, parts: &Parts, ports: &PortUse, change: &Change, links: &Splice, edited: &mut Edited) {
        let mut anew: Vec<u32> = links.fresh().map(|place| place as u32).collect();
        for node in change.nodes().keys() {
            anew.extend(ports.of_node(*node).flat_map(|(_, links)| links).filter_map(|link| self.edge_of(*link)));
        }
        crate::units::order::unique_numbers(&mut anew);
        // The vertices of nodes that stay closed come first: what hangs on them is asked for them.
        for (id, before) in change.nodes().iter() {
            let Some(((node, part), place)) = self.nodes.place(*id).and_then(|place| Some((parts.all().get(place)?, place))) else { continue };
            if before.is_none() || inside(*part).is_some() {
                continue;
            }
            let at = self.vertices_at(place).start as usize;
            let is = closed(*id, node, *part);
            if let Some(slot) = self.vertices.get_mut(at).filter(|slot| **slot != is) {
                *slot = is;
                edited.vertices_stand = false;
            }
        }
        let mut gathering = Gathering::again(std::mem::take(&mut self.facts));
        for place in &anew {
            let at = *place as usize;
            let Some(link) = self.links.get(at).and_then(|id| design.links.get(*id)) else { continue };
            let views = link.ends.map(|end| parts.end(end));
            let Some(facts) = gathering.set(design, catalog, at, link, views) else { continue };
            let (edge, latency) = self.edge(link, &views, facts);
            let edge = Edge { has_latency: latency.is_some(), ..edge };
            let was = std::mem::replace(&mut self.edges[at], edge);
            let stated = self.latencies.get(at).copied().unwrap_or_default();
            let is_new = links.come().binary_search(place).is_ok();
            if is_new || (was.usable, was.ends) != (edge.usable, edge.ends) {
                edited.lost.extend(edited.edges.was(*place).filter(|_| was.usable).map(|then| (then, was.ends)));
                edited.gained.extend(Some(*place).filter(|_| edge.usable));
            }
            if !is_new && (was != edge || stated.to_bits() != latency.unwrap_or_default().to_bits()) {
                edited.changed.push(*place);
            }
            self.set_latency(at, latency);
        }
        self.facts = gathering.finish();
        self.facts.settle();
        edited.anew = anew;
    }

    /// Takes steps over lost edges out of the rows, and puts those over gained ones in, where vertices are those that were. Time: a pass over memory for each.
    fn patch_rows(&mut self, edited: &Edited) {
        let place = |first: &mut [u32], vertex: VertexIndex, by: i32| {
            first.iter_mut().skip(vertex as usize + 1).for_each(|first| *first = first.wrapping_add_signed(by));
        };
        for (edge, ends) in &edited.lost {
            for end in ends {
                let from = self.first.get(*end as usize).copied().unwrap_or(0) as usize;
                if let Some(at) = self.row(*end).iter().position(|hop| hop.arc / 2 == *edge) {
                    self.rows.remove(from + at);
                    place(&mut self.first, *end, -1);
                }
            }
        }
        edited.edges.renumber_arcs(self.rows.iter_mut().map(|hop| &mut hop.arc));
        for edge in &edited.gained {
            let Some([a, b]) = self.edges.get(*edge as usize).map(|edge| edge.ends) else { continue };
            for (from, hop) in [(a, Hop { to: b, arc: 2 * edge }), (b, Hop { to: a, arc: 2 * edge + 1 })] {
                let first = self.first.get(from as usize).copied().unwrap_or(0) as usize;
                let at = first + self.row(from).partition_point(|other| other.arc < hop.arc);
                self.rows.insert(at.min(self.rows.len()), hop);
                place(&mut self.first, from, 1);
            }
        }
    }

    fn set_latency(&mut self, at: usize, latency: Option<f64>) {
        if latency.is_some() && self.latencies.len() <= at {
            self.latencies.resize(at + 1, 0.0);
        }
        if let Some(slot) = self.latencies.get_mut(at) {
            *slot = latency.unwrap_or_default();
        }
    }

    /// Compiles the wires inside nodes that came.
    fn compile_wires(&mut self, parts: &Parts, nodes: &Splice) {
        let mut next = nodes.come().iter().peekable();
        if next.peek().is_none() {
            return;
        }
        let mut at = self.links.len();
        for (place, (_, part)) in parts.all().iter().enumerate() {
            let Some(inside) = inside(*part) else {
                next.next_if(|come| **come as usize == place);
                continue;
            };
            if next.next_if(|come| **come as usize == place).is_some() {
                let range = self.vertices_at(place);
                for (wires, at) in inside.edges.iter().zip(at..) {
                    let (edge, latency) = wire(wires, range.start, range.end);
                    self.edges[at] = Edge { has_latency: latency.is_some(), ..edge };
                    self.set_latency(at, latency);
                }
                self.mark_within(range.start as usize..range.end as usize);
            }
            at += inside.edges.len();
        }
    }

    /// What follows from vertices and what they are joined with: which adapters serve what is behind them, and what endpoints there are.
    fn follow_vertices(&mut self, parts: &Parts, change: &Change, nodes: &Splice, edited: &mut Edited) {
        if !nodes.gone().is_empty() {
            self.has_hosts = self.adapter.iter().any(|adapter| *adapter);
        }
        let alone = |vertex: &Vertex| vertex.kind == VertexKind::Nic && vertex.inside.is_none();
        if self.vertices.iter().any(alone) {
            let before: Vec<(bool, bool)> = self.vertices.iter().filter(|vertex| alone(vertex)).map(|vertex| (vertex.transit, vertex.endpoint)).collect();
            for (place, (node, part)) in parts.all().iter().enumerate() {
                let at = self.vertices_at(place).start as usize;
                if let (Some(vertex), Some(id)) = (self.vertices.get_mut(at).filter(|vertex| alone(vertex)), self.nodes.ids().get(place)) {
                    *vertex = closed(*id, node, *part);
                }
            }
            self.mark_adapters();
            let after = self.vertices.iter().filter(|vertex| alone(vertex)).map(|vertex| (vertex.transit, vertex.endpoint));
            // A node of another part was a vertex of another kind, and has been told.
            let other = !change.nodes().is_empty();
            edited.others_stand = after.eq(before);
            edited.vertices_stand &= !other && edited.others_stand;
        }
        if !edited.vertices_stand {
            self.endpoints = (0..self.vertices.len() as u32).filter(|vertex| self.vertices[*vertex as usize].endpoint).collect();
        }
    }
}
