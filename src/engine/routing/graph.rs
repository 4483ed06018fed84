//! What forwards in a fabric, and the links of the fabric between that.

use crate::engine::tiers::Tiers;
use crate::engine::topology::{ArcIndex, EdgeIndex, Topology, VertexIndex, VertexKind};
use crate::model::{Design, FabricId, NodeId, PortPath};
use crate::units::order;

/// No place.
pub const NONE: u32 = u32::MAX;

/// A fabric as its switches see it: XPUs that forward are switches too.
pub struct Graph<'a> {
    /// The design.
    pub design: &'a Design,
    topology: &'a Topology,
    tiers: &'a Tiers,
    /// Its links that can be used.
    pub edges: Vec<EdgeIndex>,
    /// What forwards in it, in vertex order.
    pub forwarders: Vec<VertexIndex>,
    /// By place in [`Graph::forwarders`]: where its links to other forwarders lead, and by which arc; sorted.
    pub rows: Vec<Vec<(u32, ArcIndex)>>,
    /// By place: whether traffic starts and ends there.
    pub hosts: Vec<bool>,
}

impl<'a> Graph<'a> {
    /// The links that state a fabric and can be used. Time: O(links × log forwarders).
    pub fn of(design: &'a Design, topology: &'a Topology, tiers: &'a Tiers, fabric: FabricId) -> Self {
        let states = |edge: &EdgeIndex| {
            let stated = topology.link_of(*edge).and_then(|link| design.links.get(link)).and_then(|link| link.fabric);
            stated == Some(fabric) && topology.edges().get(*edge as usize).is_some_and(|edge| edge.usable)
        };
        let edges: Vec<EdgeIndex> = (0..topology.links().len() as u32).filter(states).collect();
        let mut made = Self { design, topology, tiers, edges, forwarders: Vec::new(), rows: Vec::new(), hosts: Vec::new() };
        let ends = made.edges.iter().filter_map(|edge| topology.edges().get(*edge as usize)).flat_map(|edge| edge.ends);
        made.forwarders = ends.filter(|vertex| forwards(topology, *vertex)).collect();
        order::unique_numbers(&mut made.forwarders);
        made.rows = vec![Vec::new(); made.forwarders.len()];
        made.hosts = made.forwarders.iter().map(|vertex| topology.vertices().get(*vertex as usize).is_some_and(|vertex| vertex.endpoint)).collect();
        for edge in &made.edges {
            let Some(ends) = topology.edges().get(*edge as usize).map(|edge| edge.ends) else { continue };
            for (from, to, arc) in [(ends[0], ends[1], 2 * edge), (ends[1], ends[0], 2 * edge + 1)] {
                match (made.forwarders.binary_search(&from), made.forwarders.binary_search(&to)) {
                    (Ok(from), Ok(to)) => made.rows[from].push((to as u32, arc)),
                    (Ok(from), Err(_)) => made.hosts[from] = true,
                    _ => {}
                }
            }
        }
        made.rows.iter_mut().for_each(|row| order::sort(row));
        made
    }
    /// How many edges the topology has.
    pub fn edge_count(&self) -> usize {
        self.topology.edges().len()
    }
    /// The links of a place to other forwarders.
    pub fn row(&self, place: usize) -> &[(u32, ArcIndex)] {
        self.rows.get(place).map(Vec::as_slice).unwrap_or_default()
    }
    /// The two places that a link joins; `None` where one end forwards nothing.
    pub fn places(&self, edge: EdgeIndex) -> Option<[usize; 2]> {
        let [a, b] = self.topology.edges().get(edge as usize)?.ends;
        Some([self.forwarders.binary_search(&a).ok()?, self.forwarders.binary_search(&b).ok()?])
    }
    /// Which end of a link forwards, where one does: 0 or 1.
    pub fn only_forwarder(&self, edge: EdgeIndex) -> Option<usize> {
        let ends = self.topology.edges().get(edge as usize)?.ends;
        match ends.map(|end| self.forwarders.binary_search(&end).is_ok()) {
            [true, false] => Some(0),
            [false, true] => Some(1),
            _ => None,
        }
    }
    /// The place of a vertex, if it forwards.
    pub fn place(&self, vertex: VertexIndex) -> Option<u32> {
        self.forwarders.binary_search(&vertex).ok().map(|place| place as u32)
    }
    /// Where a step over a link begins and ends: from its first end, or from its second.
    pub fn step(&self, edge: EdgeIndex, end: usize) -> Option<(VertexIndex, VertexIndex)> {
        let ends = self.topology.edges().get(edge as usize)?.ends;
        Some((*ends.get(end)?, *ends.get(1 - end.min(1))?))
    }
    /// Whether traffic starts and ends at a vertex.
    pub fn is_endpoint(&self, vertex: VertexIndex) -> bool {
        self.topology.vertices().get(vertex as usize).is_some_and(|vertex| vertex.endpoint)
    }
    /// The ports that a link joins.
    pub fn ports(&self, edge: EdgeIndex) -> Option<[PortPath; 2]> {
        let link = self.design.links.get(self.topology.link_of(edge)?)?;
        Some(link.ends.map(|end| end.port))
    }
    /// The tier of a place: how far it is from the nearest endpoint.
    pub fn tier(&self, place: usize) -> u8 {
        self.forwarders.get(place).and_then(|vertex| self.tiers.tier(self.node(*vertex))).unwrap_or(0)
    }
    /// The node of a vertex.
    pub fn node(&self, vertex: VertexIndex) -> NodeId {
        self.topology.vertices().get(vertex as usize).map_or(NodeId(u32::MAX), |vertex| vertex.node)
    }
    /// What a place is called.
    pub fn name(&self, place: usize) -> Option<String> {
        let node = self.node(*self.forwarders.get(place)?);
        let name = self.design.nodes.get(node).map(|node| node.name.trim()).filter(|name| !name.is_empty());
        Some(name.map_or_else(|| node.to_string(), |name| name.chars().take(60).collect()))
    }
    /// The cages that a link between forwarders joins.
    pub fn cages(&self, edge: EdgeIndex) -> Option<[u16; 2]> {
        Some(self.ports(edge)?.map(|port| port.cage))
    }
}

/// Whether a vertex passes on what is not its own, adapters aside.
fn forwards(topology: &Topology, vertex: VertexIndex) -> bool {
    topology.vertices().get(vertex as usize).is_some_and(|vertex| vertex.transit && vertex.kind != VertexKind::Nic)
}
