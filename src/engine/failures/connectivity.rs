//! How many links have to fail before two endpoints are parted: k-edge connectivity between XPUs.
//!
//! Menger's theorem (K. Menger, 1927): it is the number of routes between them that share no link, which is a maximum flow of one unit a
//! link (L. Ford, D. Fulkerson, 1956). Endpoints do not forward, so what parts one pair says nothing of another, and every pair would have
//! to be asked; pairs that a symmetry maps on each other are asked once ([`super::symmetry`]). Wires inside systems count as many as
//! there are ways over them; what cannot be parted by links is not asked.

use super::symmetry::{APART, Labels, Rows, orbits};
use crate::engine::context::Context;
use crate::engine::routing::InForce;
use crate::engine::routing::adapters::is_adapter;
use crate::engine::routing::aside::is_aside;
use crate::engine::topology::{Topology, VertexIndex};

/// The pair of endpoints that is easiest to part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connectivity {
    /// How many links have to fail to part it.
    pub least: u32,
    /// How many have to fail to part the pair that is hardest to part, of those that were asked.
    pub most: u32,
    /// One end of the pair that is easiest to part.
    pub from: VertexIndex,
    /// The other end.
    pub to: VertexIndex,
    /// Whether every pair was asked, or stands for by one that was.
    pub complete: bool,
}

/// Links that are looked at before the search ends, over all pairs. A limit of Weft.
const MOST_STEPS: u64 = 4_000_000_000;

/// The least and the most over all pairs of XPUs, or of endpoints where a design has no XPU; `None` below two.
///
/// Time: O(classes of pairs × connectivity × (vertices + edges)), at most [`MOST_STEPS`].
pub fn connectivity(context: &Context, progress: &mut dyn FnMut(f64)) -> Option<Connectivity> {
    let topology = &context.topology;
    let rows = Rows::of(topology);
    // Rates do not matter; where other networks stand aside, which links are theirs does.
    let routing = &context.routing;
    let other = |edge: u32| !routing.ends.is_empty() && topology.edges().get(edge as usize).is_some_and(is_aside);
    let mut labels = Labels::of(topology, |vertex| u64::from(routing.keeps_apart(vertex, vertex)), |edge| u64::from(other(edge)));
    let whole = orbits(topology, &rows, &labels);
    let endpoints: Vec<VertexIndex> = topology.participants().collect();
    let first_of_class = |classes: &[u32], vertex: VertexIndex| classes.get(vertex as usize) == Some(&vertex);
    let sources: Vec<VertexIndex> = endpoints.iter().copied().filter(|vertex| first_of_class(&whole.vertex, *vertex)).collect();
    let mut found: Option<Connectivity> = None;
    let mut flow = Flow::new(context);
    for (done, source) in sources.iter().copied().enumerate() {
        let label = labels.vertex.get_mut(source as usize).map(|label| std::mem::replace(label, APART));
        let around = orbits(topology, &rows, &labels);
        if let (Some(label), Some(place)) = (label, labels.vertex.get_mut(source as usize)) {
            *place = label;
        }
        for target in endpoints.iter().copied().filter(|vertex| *vertex != source && first_of_class(&around.vertex, *vertex)) {
            if flow.steps > MOST_STEPS {
                return found.map(|found| Connectivity { complete: false, ..found });
            }
            let Some(links) = flow.between(source, target) else { continue };
            let best = found.get_or_insert(Connectivity { least: links, most: links, from: source, to: target, complete: true });
            if links < best.least {
                (best.least, best.from, best.to) = (links, source, target);
            }
            best.most = best.most.max(links);
        }
        progress((done + 1) as f64 / sources.len() as f64);
    }
    found
}

/// A maximum flow of one unit for each link. Every undirected link carries a unit one way or the other.
struct Flow<'a> {
    topology: &'a Topology,
    routing: &'a InForce,
    /// What runs over each edge: 1 along arc `2 i`, -1 along `2 i + 1`.
    on: Vec<i32>,
    used: Vec<u32>,
    /// The arc each state was entered by, and the search that entered it.
    entered: Vec<(u32, u32)>,
    search: u32,
    open: Vec<u32>,
    steps: u64,
}

impl<'a> Flow<'a> {
    fn new(context: &'a Context) -> Self {
        let topology = &context.topology;
        Self {
            topology,
            routing: &context.routing,
            on: vec![0; topology.edges().len()],
            used: Vec::new(),
            entered: vec![(u32::MAX, 0); topology.vertices().len()],
            search: 0,
            open: Vec::new(),
            steps: 0,
        }
    }

    /// How many routes that share no link lead from one vertex to another; `None` where one needs no link, for then no number of failed
    /// links parts them.
    fn between(&mut self, from: VertexIndex, to: VertexIndex) -> Option<u32> {
        for edge in self.used.drain(..) {
            if let Some(on) = self.on.get_mut(edge as usize) {
                *on = 0;
            }
        }
        let mut routes = 0;
        while self.augment(from, to) {
            // Links come last among what was used.
            if !self.used.last().is_some_and(|edge| self.topology.is_link(*edge)) {
                return None;
            }
            routes += 1;
        }
        Some(routes)
    }

    /// How much more fits on an arc: a link one unit each way in all, wires inside a system without end.
    fn fits(&self, arc: u32) -> bool {
        let on = self.on.get(arc as usize / 2).copied().unwrap_or(0);
        let along = if arc.is_multiple_of(2) { on } else { -on };
        !self.topology.is_link(arc / 2) || along < 1
    }

    fn augment(&mut self, from: VertexIndex, to: VertexIndex) -> bool {
        let topology = self.topology;
        let node = |vertex: VertexIndex| topology.vertices().get(vertex as usize).map(|vertex| vertex.node);
        // Hosts do not forward for others: their adapters are a way for the two ends alone.
        let stranger = |vertex: VertexIndex| {
            let alone = || topology.vertices().get(vertex as usize).is_some_and(is_adapter);
            let theirs = || topology.row(vertex).iter().any(|hop| hop.to == from || hop.to == to);
            (topology.is_host_adapter(vertex) && ![node(from), node(to)].contains(&node(vertex))) || (alone() && !theirs())
        };
        let aside = |arc: u32| topology.edges().get(arc as usize / 2).is_some_and(is_aside);
        let apart = self.routing.keeps_apart(from, to);
        self.search += 1;
        self.open.clear();
        self.open.push(from);
        let search = self.search;
        let mark = |entered: &mut Vec<(u32, u32)>, vertex: VertexIndex, arc: u32| {
            let fresh = entered.get(vertex as usize).is_some_and(|(_, by)| *by != search);
            if let Some(entry) = entered.get_mut(vertex as usize).filter(|_| fresh) {
                *entry = (arc, search);
            }
            fresh
        };
        mark(&mut self.entered, from, u32::MAX);
        let mut next = 0;
        while let Some(here) = self.open.get(next).copied() {
            next += 1;
            let passes = here == from || topology.vertices().get(here as usize).is_some_and(|vertex| vertex.transit);
            if !passes {
                continue;
            }
            self.steps += topology.row(here).len() as u64 + 1;
            for hop in topology.row(here) {
                if self.fits(hop.arc) && !stranger(hop.to) && !(apart && aside(hop.arc)) && mark(&mut self.entered, hop.to, hop.arc) {
                    if hop.to == to {
                        self.push(to);
                        return true;
                    }
                    self.open.push(hop.to);
                }
            }
        }
        false
    }

    /// Sends a unit along the way that was found; links come last among what it used.
    fn push(&mut self, to: VertexIndex) {
        let mut here = to;
        let mut links = Vec::new();
        while let Some((arc, _)) = self.entered.get(here as usize).copied().filter(|(arc, _)| *arc != u32::MAX) {
            if let Some(on) = self.on.get_mut(arc as usize / 2) {
                *on += if arc.is_multiple_of(2) { 1 } else { -1 };
            }
            if self.topology.is_link(arc / 2) {
                links.push(arc / 2)
            } else {
                self.used.push(arc / 2)
            }
            here = self.topology.arc_ends(arc).map_or(u32::MAX, |[from, _]| from);
        }
        self.used.extend(links);
    }
}
