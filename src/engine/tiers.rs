//! Which tier a node is on, read off the cables: endpoints are tier 0, the switches they hang on tier 1, and so on up.

use std::cmp::Ordering;

use super::topology::{Edge, EdgeIndex, Edited, Topology, Vertex, VertexKind};
use crate::model::{FabricRole, NodeId};
use crate::units::order;

/// The tier of a node that no endpoint can be reached from.
const NONE: u8 = u8::MAX;

/// The tier of every node, and what each can send down and up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tiers {
    nodes: Vec<NodeId>,
    tier: Vec<u8>,
    load: Vec<Sides>,
    highest: u8,
}

/// What the links of a node can carry toward lower tiers, toward its own and toward higher ones, in Gb/s one way.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sides {
    /// Toward endpoints.
    pub down: f64,
    /// To nodes of the same tier.
    pub across: f64,
    /// Away from endpoints.
    pub up: f64,
    /// How many links lead down.
    pub down_links: u32,
    /// How many links lead to the same tier.
    pub across_links: u32,
    /// How many links lead up.
    pub up_links: u32,
    /// Links among them whose rate is not known; they add nothing to the sums.
    pub unknown: u32,
}

impl Sides {
    /// Adds a link to a node of a tier that compares so with its own.
    fn add(&mut self, tier: Ordering, edge: &Edge) {
        let (sum, links) = match tier {
            Ordering::Less => (&mut self.down, &mut self.down_links),
            Ordering::Equal => (&mut self.across, &mut self.across_links),
            Ordering::Greater => (&mut self.up, &mut self.up_links),
        };
        *sum += edge.gbps;
        *links += 1;
        self.unknown += u32::from(!edge.rate_known);
    }
}

/// Whether a node is of tier 0 for this vertex. An adapter of its own that serves an XPU is no endpoint, and no switch of a tier either.
fn ends(vertex: &Vertex) -> bool {
    vertex.endpoint || (vertex.kind == VertexKind::Nic && vertex.inside.is_none())
}

/// Whether a link is of a network beside compute and scale-up.
fn is_other(topology: &Topology, edge: EdgeIndex) -> bool {
    topology.edges().get(edge as usize).is_some_and(|edge| !matches!(edge.role, FabricRole::Compute | FabricRole::ScaleUp))
}

/// Whether there are such links. Time: O(kinds of links).
fn has_others(topology: &Topology) -> bool {
    topology.facts().kinds().iter().any(|kind| !matches!(kind.role, FabricRole::Compute | FabricRole::ScaleUp))
}

impl Tiers {
    /// The distance of every node to the nearest node with an endpoint, over links of the design that are usable. Links of compute and scale-up fabrics come
    /// first: where those reach a switch no other link brings it nearer, so that a spine with a storage server stays a spine.
    ///
    /// A leaf with a host on a spine makes that spine tier 1: tiers follow the cables, not names. Same-tier
    /// links are counted apart ([`Sides::across`]).
    ///
    /// Time and space: O(nodes + links).
    pub fn of(topology: &Topology) -> Self {
        let nodes = topology.nodes().to_vec();
        let mut place_of_vertex = vec![0u32; topology.vertices().len()];
        let mut tier = vec![NONE; nodes.len()];
        let mut first: Vec<u32> = Vec::new();
        for (place, tier) in tier.iter_mut().enumerate() {
            for vertex in topology.vertices_at(place) {
                place_of_vertex[vertex as usize] = place as u32;
                let vertex = &topology.vertices()[vertex as usize];
                if ends(vertex) && *tier == NONE {
                    *tier = 0;
                    first.push(place as u32);
                }
            }
        }
        let apart = has_others(topology);
        let mut highest = 0;
        for all in if apart { &[false, true][..] } else { &[true][..] } {
            // What has a tier, tier by tier.
            let mut open: Vec<Vec<u32>> = vec![first.clone()];
            if apart && *all {
                open.resize(usize::from(highest) + 1, Vec::new());
                let above = (0u32..).zip(&tier).filter(|(_, tier)| ![0, NONE].contains(*tier));
                above.for_each(|(place, tier)| open[usize::from(*tier)].push(place));
            }
            let mut here = 0;
            while here < open.len() {
                let there = (here + 1).min(usize::from(NONE) - 1);
                for place in std::mem::take(&mut open[here]) {
                    for vertex in topology.vertices_at(place as usize) {
                        for hop in topology.links_out(vertex).iter().filter(|hop| *all || !is_other(topology, hop.arc / 2)) {
                            let beyond = place_of_vertex[hop.to as usize];
                            if tier[beyond as usize] == NONE {
                                tier[beyond as usize] = there as u8;
                                highest = highest.max(there as u8);
                                if open.len() <= there {
                                    open.push(Vec::new());
                                }
                                open[there].push(beyond);
                            }
                        }
                    }
                }
                // Beyond the highest number there is, all are of one tier.
                here += usize::from(open[here].is_empty());
            }
        }
        let mut load = vec![Sides::default(); nodes.len()];
        for edge in topology.edges().iter().take(topology.links().len()).filter(|edge| edge.usable) {
            let ends = edge.ends.map(|end| place_of_vertex[end as usize] as usize);
            for [here, there] in [[ends[0], ends[1]], [ends[1], ends[0]]] {
                load[here].add(tier[there].cmp(&tier[here]), edge);
            }
        }
        Self { nodes, tier, load, highest }
    }

    /// The tiers of a topology that was taken over from the one they are of, where nothing differs but at some nodes, by place; `None` where they have to
    /// be searched anew.
    ///
    /// Every node stands one above the lowest it is joined with. As long as that holds at those nodes it holds everywhere, and no other tiers have it.
    ///
    /// Time: O(links on those nodes).
    pub(super) fn after(mut self, topology: &Topology, edited: &Edited, nodes: &[usize]) -> Option<Self> {
        if !edited.others_stand || self.highest >= NONE - 2 || has_others(topology) {
            return None;
        }
        let beyond = |to: u32| topology.vertices().get(to as usize).and_then(|vertex| topology.places().place(vertex.node));
        if !edited.nodes.is_still() {
            self.nodes = topology.nodes().to_vec();
            edited.nodes.take_over_with(&mut self.tier, NONE);
            edited.nodes.take_over(&mut self.load);
        }
        if self.tier.len() != topology.nodes().len() {
            return None;
        }
        // What came stands where its neighbours put it, as far as they stand somewhere.
        for place in edited.nodes.come().iter().map(|place| *place as usize) {
            let is_end = topology.vertices_at(place).any(|at| topology.vertices().get(at as usize).is_some_and(ends));
            let there = topology.vertices_at(place).flat_map(|at| topology.links_out(at)).filter_map(|hop| self.tier.get(beyond(hop.to)?)).min();
            let tier = if is_end { 0 } else { there.map_or(NONE, |below| below.saturating_add(1)) };
            *self.tier.get_mut(place)? = tier;
        }
        self.highest = self.tier.iter().copied().filter(|tier| *tier != NONE).max().unwrap_or(0);
        let mut hops = Vec::new();
        for place in nodes.iter().copied() {
            hops.clear();
            let mut is_end = false;
            for at in topology.vertices_at(place) {
                is_end |= ends(topology.vertices().get(at as usize)?);
                hops.extend_from_slice(topology.links_out(at));
            }
            // In the order of edges, so that sums are the same to the last digit.
            order::sort_by_number(&mut hops, |hop| u64::from(hop.arc));
            let mut below = NONE;
            let mut sides = Sides::default();
            let own = *self.tier.get(place)?;
            for hop in &hops {
                let there = *self.tier.get(beyond(hop.to)?)?;
                below = below.min(there);
                sides.add(there.cmp(&own), topology.edges().get(hop.arc as usize / 2)?);
            }
            let expected = if is_end {
                0
            } else if below == NONE {
                NONE
            } else {
                below + 1
            };
            if own != expected {
                return None;
            }
            *self.load.get_mut(place)? = sides;
        }
        Some(self)
    }

    /// The tier of a node: 0 for what holds endpoints, 1 for a leaf; `None` where no endpoint can be reached.
    pub fn tier(&self, node: NodeId) -> Option<u8> {
        self.nodes.binary_search(&node).ok().map(|place| self.tier[place]).filter(|tier| *tier != NONE)
    }
    /// The same of the node at a place of [`Topology::nodes`].
    pub fn at_place(&self, place: usize) -> Option<u8> {
        self.tier.get(place).copied().filter(|tier| *tier != NONE)
    }
    /// What a node can send down, across and up.
    pub fn sides(&self, node: NodeId) -> Sides {
        self.nodes.binary_search(&node).map(|place| self.load[place]).unwrap_or_default()
    }
    /// The highest tier; 0 when no switch reaches an endpoint.
    pub fn highest(&self) -> u8 {
        self.highest
    }
    /// Nodes of one tier with their sides, in id order.
    pub fn on(&self, tier: u8) -> impl Iterator<Item = (NodeId, Sides)> + '_ {
        let here = self.tier.iter().zip(&self.nodes).zip(&self.load);
        here.filter(move |((of, _), _)| **of == tier && tier != NONE).map(|((_, node), sides)| (*node, *sides))
    }
}
