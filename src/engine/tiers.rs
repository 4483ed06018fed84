//! Which tier a node is on, read off the cables: endpoints are tier 0, the switches they hang on tier 1, and so on up.

use std::collections::VecDeque;

use super::topology::{Topology, VertexKind};
use crate::model::NodeId;

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

impl Tiers {
    /// The distance of every node to the nearest node with an endpoint, over links of the design that are usable.
    ///
    /// A leaf with a storage box on a spine makes that spine tier 1: tiers follow the cables, not names. Same-tier
    /// links are counted apart ([`Sides::across`]).
    ///
    /// Time and space: O(nodes + links).
    pub fn of(topology: &Topology) -> Self {
        let nodes = topology.nodes().to_vec();
        let mut place_of_vertex = vec![0u32; topology.vertices().len()];
        let mut tier = vec![NONE; nodes.len()];
        let mut open = VecDeque::new();
        for place in 0..nodes.len() {
            for vertex in topology.vertices_at(place) {
                place_of_vertex[vertex as usize] = place as u32;
                let vertex = &topology.vertices()[vertex as usize];
                // An adapter of its own that serves an XPU is no endpoint, and no switch of a tier either.
                let adapter = vertex.kind == VertexKind::Nic && vertex.inside.is_none();
                if (vertex.endpoint || adapter) && tier[place] == NONE {
                    tier[place] = 0;
                    open.push_back(place as u32);
                }
            }
        }
        let mut highest = 0;
        while let Some(place) = open.pop_front() {
            let here = tier[place as usize];
            for vertex in topology.vertices_at(place as usize) {
                for hop in topology.links_out(vertex) {
                    let there = place_of_vertex[hop.to as usize];
                    if tier[there as usize] == NONE {
                        tier[there as usize] = here.saturating_add(1).min(NONE - 1);
                        highest = highest.max(tier[there as usize]);
                        open.push_back(there);
                    }
                }
            }
        }
        let mut load = vec![Sides::default(); nodes.len()];
        for edge in topology.edges().iter().take(topology.links().len()).filter(|edge| edge.usable) {
            let ends = edge.ends.map(|end| place_of_vertex[end as usize] as usize);
            for [here, there] in [[ends[0], ends[1]], [ends[1], ends[0]]] {
                let sides = &mut load[here];
                let (sum, links) = match tier[there].cmp(&tier[here]) {
                    std::cmp::Ordering::Less => (&mut sides.down, &mut sides.down_links),
                    std::cmp::Ordering::Equal => (&mut sides.across, &mut sides.across_links),
                    std::cmp::Ordering::Greater => (&mut sides.up, &mut sides.up_links),
                };
                *sum += edge.gbps;
                *links += 1;
                sides.unknown += u32::from(!edge.rate_known);
            }
        }
        Self { nodes, tier, load, highest }
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
