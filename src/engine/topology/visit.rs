//! petgraph's visit traits for [`Topology`]: an undirected graph whose edge weight is its capacity in Gb/s.
//!
//! Neighbours are those over usable edges. Edges that are not usable are not there for petgraph; indices stay.

use petgraph::Undirected;
use petgraph::visit::{
    Data, EdgeCount, EdgeIndexable, EdgeRef, GraphBase, GraphProp, IntoEdgeReferences, IntoEdges, IntoNeighbors, IntoNodeIdentifiers, NodeCompactIndexable,
    NodeCount, NodeIndexable, VisitMap, Visitable,
};

use super::{Edge, EdgeIndex, Hop, Topology, VertexIndex};

/// An edge as petgraph sees it, from the vertex it is looked at from.
#[derive(Clone, Copy, Debug)]
pub struct TopologyEdge<'a> {
    source: VertexIndex,
    target: VertexIndex,
    id: EdgeIndex,
    gbps: &'a f64,
}

impl EdgeRef for TopologyEdge<'_> {
    type NodeId = VertexIndex;
    type EdgeId = EdgeIndex;
    type Weight = f64;
    fn source(&self) -> VertexIndex {
        self.source
    }
    fn target(&self) -> VertexIndex {
        self.target
    }
    fn weight(&self) -> &f64 {
        self.gbps
    }
    fn id(&self) -> EdgeIndex {
        self.id
    }
}

/// Which vertices a petgraph walk has seen.
#[derive(Clone, Debug)]
pub struct Seen(Vec<bool>);

impl VisitMap<VertexIndex> for Seen {
    fn visit(&mut self, vertex: VertexIndex) -> bool {
        self.0.get_mut(vertex as usize).is_some_and(|seen| !std::mem::replace(seen, true))
    }
    fn is_visited(&self, vertex: &VertexIndex) -> bool {
        self.0.get(*vertex as usize).copied().unwrap_or(false)
    }
    fn unvisit(&mut self, vertex: VertexIndex) -> bool {
        self.0.get_mut(vertex as usize).is_some_and(std::mem::take)
    }
}

/// The neighbours of a vertex, one for each usable edge.
#[derive(Clone, Debug)]
pub struct Neighbors<'a>(std::slice::Iter<'a, Hop>);

impl Iterator for Neighbors<'_> {
    type Item = VertexIndex;
    fn next(&mut self) -> Option<VertexIndex> {
        self.0.next().map(|hop| hop.to)
    }
}

/// The usable edges of a vertex.
#[derive(Clone, Debug)]
pub struct EdgesOf<'a> {
    topology: &'a Topology,
    from: VertexIndex,
    hops: std::slice::Iter<'a, Hop>,
}

impl<'a> Iterator for EdgesOf<'a> {
    type Item = TopologyEdge<'a>;
    fn next(&mut self) -> Option<TopologyEdge<'a>> {
        let hop = self.hops.next()?;
        let gbps = &self.topology.edges().get(hop.arc as usize / 2)?.gbps;
        Some(TopologyEdge { source: self.from, target: hop.to, id: hop.arc / 2, gbps })
    }
}

/// All usable edges.
#[derive(Clone, Debug)]
pub struct AllEdges<'a>(std::iter::Enumerate<std::slice::Iter<'a, Edge>>);

impl<'a> Iterator for AllEdges<'a> {
    type Item = TopologyEdge<'a>;
    fn next(&mut self) -> Option<TopologyEdge<'a>> {
        let (id, edge) = self.0.find(|(_, edge)| edge.usable)?;
        Some(TopologyEdge { source: edge.ends[0], target: edge.ends[1], id: id as u32, gbps: &edge.gbps })
    }
}

impl GraphBase for Topology {
    type EdgeId = EdgeIndex;
    type NodeId = VertexIndex;
}
impl GraphProp for Topology {
    type EdgeType = Undirected;
}
impl Data for Topology {
    type NodeWeight = ();
    type EdgeWeight = f64;
}
impl NodeIndexable for Topology {
    fn node_bound(&self) -> usize {
        self.vertices().len()
    }
    fn to_index(&self, vertex: VertexIndex) -> usize {
        vertex as usize
    }
    fn from_index(&self, index: usize) -> VertexIndex {
        index as VertexIndex
    }
}
impl NodeCount for Topology {
    fn node_count(&self) -> usize {
        self.vertices().len()
    }
}
impl NodeCompactIndexable for Topology {}
impl EdgeIndexable for Topology {
    fn edge_bound(&self) -> usize {
        self.edges().len()
    }
    fn to_index(&self, edge: EdgeIndex) -> usize {
        edge as usize
    }
    fn from_index(&self, index: usize) -> EdgeIndex {
        index as EdgeIndex
    }
}
impl EdgeCount for Topology {
    fn edge_count(&self) -> usize {
        self.edges().iter().filter(|edge| edge.usable).count()
    }
}
impl Visitable for Topology {
    type Map = Seen;
    fn visit_map(&self) -> Seen {
        Seen(vec![false; self.vertices().len()])
    }
    fn reset_map(&self, map: &mut Seen) {
        map.0.clear();
        map.0.resize(self.vertices().len(), false);
    }
}
impl IntoNodeIdentifiers for &Topology {
    type NodeIdentifiers = std::ops::Range<VertexIndex>;
    fn node_identifiers(self) -> Self::NodeIdentifiers {
        0..self.vertices().len() as VertexIndex
    }
}
impl<'a> IntoNeighbors for &'a Topology {
    type Neighbors = Neighbors<'a>;
    fn neighbors(self, vertex: VertexIndex) -> Neighbors<'a> {
        Neighbors(self.row(vertex).iter())
    }
}
impl<'a> IntoEdgeReferences for &'a Topology {
    type EdgeRef = TopologyEdge<'a>;
    type EdgeReferences = AllEdges<'a>;
    fn edge_references(self) -> AllEdges<'a> {
        AllEdges(self.edges().iter().enumerate())
    }
}
impl<'a> IntoEdges for &'a Topology {
    type Edges = EdgesOf<'a>;
    fn edges(self, vertex: VertexIndex) -> EdgesOf<'a> {
        EdgesOf { topology: self, from: vertex, hops: self.row(vertex).iter() }
    }
}
