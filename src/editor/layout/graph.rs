//! Who is joined to whom, who may be moved, and which tier everybody stands in.

use std::collections::VecDeque;

use crate::catalog::Catalog;
use crate::model::{Design, NodeId};
use crate::units::order;

/// The nodes of a design as a simple graph: parallel links count once, links to nowhere and to itself not at all. Vertices
/// are numbered in id order; all vectors are indexed by vertex.
pub(super) struct Graph {
    /// The node each vertex is, ascending.
    pub(super) ids: Vec<NodeId>,
    /// Whether layout may move it: it stands in no rack and is not pinned.
    pub(super) free: Vec<bool>,
    /// 0 for endpoints, 1 for the switches they hang on, and so on upward.
    pub(super) tier: Vec<u32>,
    /// Which connected piece it belongs to, numbered by first vertex.
    pub(super) piece: Vec<u32>,
    /// How many pieces there are.
    pub(super) pieces: u32,
    offsets: Vec<usize>,
    neighbours: Vec<usize>,
}

impl Graph {
    pub(super) fn of(design: &Design, catalog: &Catalog) -> Self {
        let ids: Vec<NodeId> = design.nodes.ids().collect();
        let vertex = |id: NodeId| ids.binary_search(&id).ok();
        let mut pairs: Vec<(usize, usize)> = Vec::with_capacity(design.links.len() * 2);
        for (_, link) in design.links.iter() {
            let [a, b] = link.ends.map(|end| vertex(end.node));
            if let (Some(a), Some(b)) = (a, b)
                && a != b
            {
                pairs.push((a, b));
                pairs.push((b, a));
            }
        }
        order::sort_by_number(&mut pairs, |(a, b)| (*a as u64) << 32 | *b as u64);
        pairs.dedup();
        let mut offsets = vec![0usize; ids.len() + 1];
        for (a, _) in &pairs {
            offsets[a + 1] += 1;
        }
        for at in 1..offsets.len() {
            offsets[at] += offsets[at - 1];
        }

        let free = design.nodes.iter().map(|(_, node)| node.rack.is_none() && !node.pinned).collect();
        let neighbours = pairs.into_iter().map(|(_, b)| b).collect();
        let mut graph = Self { tier: vec![0; ids.len()], piece: vec![0; ids.len()], pieces: 0, ids, free, offsets, neighbours };
        let endpoint: Vec<bool> = design.nodes.iter().map(|(_, node)| !catalog.forwards(design, node)).collect();
        graph.find_tiers(&endpoint);
        graph.find_pieces();
        graph
    }

    /// The vertices joined to a vertex, ascending.
    pub(super) fn neighbours(&self, vertex: usize) -> &[usize] {
        &self.neighbours[self.offsets[vertex]..self.offsets[vertex + 1]]
    }

    /// Endpoints are tier 0. A switch is a leaf (tier 1) when it carries at least a quarter as many endpoints as the median
    /// switch that carries any, so that one storage server on a spine does not make the spine a leaf. All other switches
    /// stand one tier above their lowest neighbour.
    fn find_tiers(&mut self, endpoint: &[bool]) {
        let count = self.ids.len();
        let carried: Vec<usize> =
            (0..count).map(|v| if endpoint[v] { 0 } else { self.neighbours(v).iter().filter(|other| endpoint[**other]).count() }).collect();
        let mut some: Vec<usize> = carried.iter().copied().filter(|carried| *carried > 0).collect();
        order::sort_by_number(&mut some, |carried| *carried as u64);
        let median = some.get(some.len() / 2).copied().unwrap_or(0);

        let mut found = endpoint.to_vec();
        let mut open: VecDeque<usize> = (0..count).filter(|v| carried[*v] > 0 && carried[*v] * 4 >= median).collect();
        for v in &open {
            self.tier[*v] = 1;
            found[*v] = true;
        }
        // Pieces without endpoints start from their switches with the fewest neighbours, lowest id first.
        let mut starts: Vec<usize> = (0..count).filter(|v| !endpoint[*v]).collect();
        order::sort_by_key(&mut starts, |v| (carried[*v] == 0, self.neighbours(*v).len(), *v));
        for start in starts.into_iter().map(Some).chain([None]) {
            while let Some(v) = open.pop_front() {
                for other in self.neighbours[self.offsets[v]..self.offsets[v + 1]].iter().copied() {
                    if !found[other] {
                        found[other] = true;
                        self.tier[other] = self.tier[v] + 1;
                        open.push_back(other);
                    }
                }
            }
            if let Some(start) = start.filter(|start| !found[*start]) {
                found[start] = true;
                self.tier[start] = 1;
                open.push_back(start);
            }
        }
    }

    fn find_pieces(&mut self) {
        let mut seen = vec![false; self.ids.len()];
        for start in 0..self.ids.len() {
            if seen[start] {
                continue;
            }
            seen[start] = true;
            let mut open = vec![start];
            while let Some(v) = open.pop() {
                self.piece[v] = self.pieces;
                for other in self.neighbours[self.offsets[v]..self.offsets[v + 1]].iter().copied() {
                    if !seen[other] {
                        seen[other] = true;
                        open.push(other);
                    }
                }
            }
            self.pieces += 1;
        }
    }
}
