//! What the bisection looks at: compute and scale-up links between nodes as compressed rows, kept from one evaluation to the next.

use crate::engine::context::Context;
use crate::engine::splice::Splice;
use crate::engine::topology::{Edge, EdgeIndex, Edited, VertexIndex};
use crate::model::FabricRole;
use crate::units::order;

/// On no side of a cut.
pub(super) const OPEN: u8 = 2;
/// What is gone.
const NONE: u32 = u32::MAX;
/// More edges than this at once, and rows are made anew.
const MOST_PATCHED: usize = 8;

/// The compute and scale-up links between nodes, as compressed rows. Space: 32 bytes for each link.
#[derive(Clone, Debug, PartialEq)]
pub struct Fabric {
    first: Vec<u32>,
    rows: Vec<Join>,
    /// How many endpoints each node holds.
    pub(super) endpoints: Vec<u64>,
    /// The tier of each node; `u8::MAX` where it has none.
    pub(super) tier: Vec<u8>,
    /// How many endpoints there are.
    pub(super) all_endpoints: u64,
    /// Scratch: which side of a cut a node is on.
    pub(super) side: Vec<u8>,
    /// How many links of scale-up fabrics are in it.
    scale_up: usize,
}

/// A link as one of its nodes sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Join {
    /// The other node.
    pub(super) to: u32,
    /// Its edge times four, with [`KNOWN`] and [`SCALE_UP`].
    edge: u32,
    /// Its rate; 0 where it is unknown.
    pub(super) gbps: f64,
}

const KNOWN: u32 = 1;
const SCALE_UP: u32 = 2;

impl Join {
    /// The place of its edge.
    pub(super) fn place(self) -> usize {
        (self.edge >> 2) as usize
    }
    /// Whether its rate is known.
    pub(super) fn known(self) -> bool {
        self.edge & KNOWN != 0
    }
    /// An edge as a node sees it that it joins with `to`; `None` where it does not count.
    fn of(place: usize, edge: &Edge, to: u32, with_scale_up: bool) -> Option<Self> {
        let scale_up = edge.role == FabricRole::ScaleUp;
        let counts = edge.usable && (edge.role == FabricRole::Compute || (with_scale_up && scale_up));
        let marks = if edge.rate_known { KNOWN } else { 0 } + if scale_up { SCALE_UP } else { 0 };
        counts.then_some(Self { to, edge: (place as u32) << 2 | marks, gbps: edge.gbps })
    }
}

impl Fabric {
    /// With the links of scale-up fabrics, or without. Time: O(nodes + links).
    pub(super) fn of(context: &Context, with_scale_up: bool) -> Self {
        let topology = &context.topology;
        let count = topology.nodes().len();
        let mut node_of = vec![0u32; topology.vertices().len()];
        let mut endpoints = vec![0u64; count];
        for (place, endpoints) in endpoints.iter_mut().enumerate() {
            for vertex in topology.vertices_at(place) {
                node_of[vertex as usize] = place as u32;
                *endpoints += u64::from(topology.vertices()[vertex as usize].endpoint);
            }
        }
        let edges = || {
            let links = topology.edges().iter().take(topology.links().len()).enumerate();
            links.filter_map(|(place, edge)| {
                let join = Join::of(place, edge, 0, with_scale_up)?;
                Some((edge.ends.map(|end| node_of[end as usize]), join))
            })
        };
        let mut first = vec![0u32; count + 1];
        let mut scale_up = 0;
        for (ends, join) in edges() {
            scale_up += usize::from(join.edge & SCALE_UP != 0);
            for end in ends {
                first[end as usize + 1] += 1;
            }
        }
        for place in 1..first.len() {
            first[place] += first[place - 1];
        }
        let mut next = first.clone();
        let mut rows = vec![Join::default(); first.last().copied().unwrap_or(0) as usize];
        for ([a, b], join) in edges() {
            for (from, to) in [(a, b), (b, a)] {
                rows[next[from as usize] as usize] = Join { to, ..join };
                next[from as usize] += 1;
            }
        }
        let all_endpoints = endpoints.iter().sum();
        Self { first, rows, endpoints, tier: tiers(context), all_endpoints, side: vec![OPEN; count], scale_up }
    }

    /// What [`Fabric::of`] makes, with scale-up links, of a context that was taken over from the one this is of; `None` where too much differs.
    /// Time: a pass over memory.
    pub(in crate::engine) fn after(mut self, context: &Context, edited: &Edited) -> Option<Self> {
        if !edited.nodes.is_still() {
            return self.moved(context, edited);
        }
        let topology = &context.topology;
        let differ = edited.lost.len() + edited.gained.len() + edited.changed.len();
        if !edited.vertices_stand || differ > MOST_PATCHED || self.endpoints.len() != topology.nodes().len() {
            return None;
        }
        let links = topology.links().len() as u32;
        let node_of = |vertex: VertexIndex| Some(topology.places().place(topology.vertices().get(vertex as usize)?.node)? as u32);
        for (edge, ends) in &edited.lost {
            self.remove(*edge, [node_of(ends[0])?, node_of(ends[1])?]);
        }
        let mut fresh: Vec<EdgeIndex> = edited.gained.iter().chain(&edited.changed).copied().filter(|edge| *edge < links).collect();
        order::unique_numbers(&mut fresh);
        for edge in &fresh {
            let ends = topology.edges().get(*edge as usize)?.ends.map(node_of);
            if let ([Some(a), Some(b)], Some(was)) = (ends, edited.edges.was(*edge)) {
                self.remove(was, [a, b]);
            }
        }
        self.renumber(&edited.edges);
        for place in fresh {
            let edge = topology.edges().get(place as usize)?;
            let Some(join) = Join::of(place as usize, edge, 0, true) else { continue };
            let [a, b] = [node_of(edge.ends[0])?, node_of(edge.ends[1])?];
            self.scale_up += usize::from(join.edge & SCALE_UP != 0);
            for (from, to) in [(a, b), (b, a)] {
                let at = *self.first.get(from as usize)? as usize + self.row(from).partition_point(|other| other.edge >> 2 < place);
                self.rows.insert(at.min(self.rows.len()), Join { to, ..join });
                self.first.iter_mut().skip(from as usize + 1).for_each(|first| *first += 1);
            }
        }
        self.tier = tiers(context);
        self.side.fill(OPEN);
        debug_assert!(self == Self::of(context, true), "halves");
        Some(self)
    }

    /// [`Fabric::after`] where nodes came or went: rows go where they belong, in one pass over memory.
    fn moved(self, context: &Context, edited: &Edited) -> Option<Self> {
        let (topology, links) = (&context.topology, &edited.links);
        let node_of = |vertex: VertexIndex| Some(topology.places().place(topology.vertices().get(vertex as usize)?.node)? as u32);
        let (count, all) = (topology.nodes().len(), topology.links().len());
        let (nodes, mut edges) = (edited.nodes.map(self.endpoints.len()), links.map(all + links.gone().len() - links.come().len()));
        let changed = edited.changed.iter().copied().filter(|edge| (*edge as usize) < all);
        for was in changed.clone().filter_map(|edge| links.was(edge)) {
            *edges.get_mut(was as usize)? = NONE;
        }
        let mut fresh: Vec<(u32, Join)> = Vec::new();
        for place in links.come().iter().copied().chain(changed) {
            let edge = topology.edges().get(place as usize)?;
            let Some(join) = Join::of(place as usize, edge, 0, true) else { continue };
            let [a, b] = [node_of(edge.ends[0])?, node_of(edge.ends[1])?];
            fresh.extend([(a, Join { to: b, ..join }), (b, Join { to: a, ..join })]);
        }
        order::sort_by_number(&mut fresh, |(node, join)| u64::from(*node) << 32 | u64::from(join.edge));
        let mut fresh = fresh.into_iter().peekable();

        let mut then = vec![None; count];
        for (was, now) in (0..).zip(&nodes).filter(|(_, now)| **now != NONE) {
            *then.get_mut(*now as usize)? = Some(was);
        }
        let mut rows = Vec::with_capacity(2 * all);
        let mut first = Vec::with_capacity(count + 1);
        for (node, was) in (0..).zip(then) {
            first.push(rows.len() as u32);
            for join in was.map(|was| self.row(was)).unwrap_or_default() {
                let Some(place) = edges.get(join.place()).filter(|place| **place != NONE) else { continue };
                let edge = place << 2 | join.edge & (KNOWN | SCALE_UP);
                while let Some((_, other)) = fresh.next_if(|(at, other)| *at == node && other.edge < edge) {
                    rows.push(other);
                }
                rows.push(Join { to: nodes.get(join.to as usize).copied().filter(|to| *to != NONE)?, edge, ..*join });
            }
            while let Some((_, other)) = fresh.next_if(|(at, _)| *at == node) {
                rows.push(other);
            }
        }
        first.push(rows.len() as u32);
        let mut endpoints = vec![0u64; count];
        for vertex in topology.endpoints() {
            *endpoints.get_mut(node_of(*vertex)? as usize)? += 1;
        }
        let scale_up = rows.iter().filter(|join| join.edge & SCALE_UP != 0).count() / 2;
        let moved = Self { first, rows, endpoints, tier: tiers(context), all_endpoints: topology.endpoints().len() as u64, side: vec![OPEN; count], scale_up };
        debug_assert!(moved == Self::of(context, true), "halves");
        Some(moved)
    }

    /// Takes the edge out that had a place before, as far as it is there.
    fn remove(&mut self, edge: EdgeIndex, ends: [u32; 2]) {
        for (end, node) in ends.into_iter().enumerate() {
            let from = self.first.get(node as usize).map_or(0, |first| *first as usize);
            if let Some(at) = self.row(node).iter().position(|join| join.edge >> 2 == edge) {
                let join = self.rows.remove(from + at);
                self.scale_up -= usize::from(end == 0 && join.edge & SCALE_UP != 0);
                self.first.iter_mut().skip(node as usize + 1).for_each(|first| *first -= 1);
            }
        }
    }

    /// Follows edges to where they went; none of them is gone.
    fn renumber(&mut self, edges: &Splice) {
        match (edges.gone(), edges.come()) {
            ([], []) => {}
            (&[gone], []) => self.rows.iter_mut().for_each(|join| join.edge -= u32::from(join.edge >> 2 > gone) << 2),
            ([], &[come]) => self.rows.iter_mut().for_each(|join| join.edge += u32::from(join.edge >> 2 >= come) << 2),
            _ => self.rows.iter_mut().for_each(|join| join.edge = edges.now(join.edge >> 2).map_or(join.edge, |now| now << 2 | join.edge & (KNOWN | SCALE_UP))),
        }
    }

    /// The links of a node.
    pub(super) fn row(&self, node: u32) -> &[Join] {
        match (self.first.get(node as usize), self.first.get(node as usize + 1)) {
            (Some(from), Some(to)) => self.rows.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        }
    }
    /// Whether links of a scale-up fabric are in it.
    pub(super) fn has_scale_up(&self) -> bool {
        self.scale_up > 0
    }
}

fn tiers(context: &Context) -> Vec<u8> {
    (0..context.topology.nodes().len()).map(|place| context.tiers.at_place(place).unwrap_or(u8::MAX)).collect()
}
