//! What hangs together, and what hangs by a thread: components, bridges and articulation points of a topology.
//!
//! All of it over usable edges, both directions alike, whether a vertex forwards or not: a cable that is the only one is
//! the only one whatever routing does. Parallel edges are told apart by their index, so neither of two is a bridge.

use super::topology::{EdgeIndex, Edited, Topology, VertexIndex};
use crate::units::order;

/// Components, bridges and articulation points of a topology.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structure {
    /// The component of each vertex, numbered from 0 in the order of their first vertex.
    pub component: Vec<u32>,
    /// How many components there are.
    pub components: usize,
    /// Edges whose loss splits a component, in edge order.
    pub bridges: Vec<EdgeIndex>,
    /// Vertices whose loss splits a component, in vertex order.
    pub articulation_points: Vec<VertexIndex>,
}

/// A vertex that the walk is at: how it was entered, how many of its steps were taken, when it was reached, and the earliest that is reached from below it.
struct Frame {
    vertex: VertexIndex,
    entered_by: EdgeIndex,
    taken: u32,
    order: u32,
    low: u32,
}

/// More edges than this lost or gained, and all is searched anew.
const MOST_CHANGED: usize = 8;
/// Another way around an edge is sought in so many steps.
const MOST_STEPS: usize = 1 << 16;

/// Searches around edges, from both ends at once.
struct Around<'a> {
    topology: &'a Topology,
    /// Edges that are passed over, rising.
    without: &'a [EdgeIndex],
    /// From either end: the vertex that each was reached from.
    entered: [Vec<VertexIndex>; 2],
    touched: [Vec<VertexIndex>; 2],
}

impl Around<'_> {
    /// Whether two ways join two vertices that share no vertex between them and no edge. Where it is not found soon, it is not.
    fn joins_twice(&mut self, ends: [VertexIndex; 2]) -> bool {
        self.way(ends, &[], NO_EDGE).is_some_and(|(between, edge)| self.way(ends, &between, edge).is_some())
    }

    /// One of the shortest ways between two vertices, without some vertices and an edge: what lies between, rising; the edge, where nothing does.
    fn way(&mut self, ends: [VertexIndex; 2], without: &[VertexIndex], but: EdgeIndex) -> Option<(Vec<VertexIndex>, EdgeIndex)> {
        for (entered, touched) in self.entered.iter_mut().zip(&mut self.touched) {
            for vertex in touched.drain(..) {
                entered[vertex as usize] = UNSEEN;
            }
        }
        let mut open = ends.map(|end| vec![end]);
        for (side, end) in ends.into_iter().enumerate() {
            *self.entered[side].get_mut(end as usize)? = end;
            self.touched[side].push(end);
        }
        let mut steps = 0;
        while steps < MOST_STEPS && open.iter().all(|open| !open.is_empty()) {
            let side = usize::from(open[1].len() < open[0].len());
            let mut next = Vec::new();
            for here in std::mem::take(&mut open[side]) {
                let row = self.topology.row(here);
                steps += row.len();
                for hop in row {
                    let edge = hop.arc / 2;
                    let seen = self.entered[side][hop.to as usize] != UNSEEN;
                    if seen || edge == but || without.binary_search(&hop.to).is_ok() || self.without.binary_search(&edge).is_ok() {
                        continue;
                    }
                    self.entered[side][hop.to as usize] = here;
                    self.touched[side].push(hop.to);
                    if self.entered[1 - side][hop.to as usize] == UNSEEN {
                        next.push(hop.to);
                        continue;
                    }
                    let mut between: Vec<VertexIndex> = Vec::new();
                    for (entered, end) in self.entered.iter().zip(ends) {
                        let mut at = hop.to;
                        while at != end {
                            between.push(at);
                            at = entered[at as usize];
                        }
                    }
                    between.retain(|vertex| !ends.contains(vertex));
                    let is_direct = between.is_empty();
                    order::unique_numbers(&mut between);
                    return Some((between, if is_direct { edge } else { NO_EDGE }));
                }
            }
            open[side] = next;
        }
        None
    }
}

const NO_EDGE: EdgeIndex = u32::MAX;
const UNSEEN: u32 = u32::MAX;

impl Structure {
    /// Tarjan's low-point search (R. Tarjan, "Depth-first search and linear graph algorithms", 1972; J. Hopcroft and
    /// R. Tarjan, "Algorithm 447", 1973), with a stack of its own so that long chains do not overflow the machine's.
    ///
    /// A triangle a-b-c with a tail c-d: the edge c-d is a bridge, c is an articulation point.
    ///
    /// Time and space: O(vertices + edges).
    pub fn of(topology: &Topology) -> Self {
        let count = topology.vertices().len();
        let mut found = Self { component: vec![UNSEEN; count], ..Self::default() };
        let mut order = vec![UNSEEN; count];
        let mut cuts = vec![false; count];
        let mut clock = 0;
        let mut stack: Vec<Frame> = Vec::new();

        for root in 0..count as u32 {
            if order[root as usize] != UNSEEN {
                continue;
            }
            let component = found.components as u32;
            let mut root_children = 0;
            let mut at = Frame { vertex: root, entered_by: NO_EDGE, taken: 0, order: clock, low: clock };
            order[root as usize] = clock;
            found.component[root as usize] = component;
            clock += 1;
            loop {
                let row = topology.row(at.vertex);
                let mut deeper = None;
                for hop in row.get(at.taken as usize..).unwrap_or_default() {
                    at.taken += 1;
                    let there = hop.to as usize;
                    let (edge, seen) = (hop.arc / 2, order[there]);
                    if edge == at.entered_by {
                        continue;
                    }
                    if seen != UNSEEN {
                        at.low = at.low.min(seen);
                        continue;
                    }
                    order[there] = clock;
                    found.component[there] = component;
                    clock += 1;
                    if topology.row(hop.to).len() > 1 {
                        deeper = Some(Frame { vertex: hop.to, entered_by: edge, taken: 0, order: clock - 1, low: clock - 1 });
                        break;
                    }
                    // Nothing lies behind it: most of a fabric is hosts.
                    found.bridges.push(edge);
                    cuts[at.vertex as usize] = true;
                    root_children += u32::from(at.vertex == root);
                }
                if let Some(deeper) = deeper {
                    stack.push(std::mem::replace(&mut at, deeper));
                    continue;
                }
                let Some(above) = stack.pop() else { break };
                let below = std::mem::replace(&mut at, above);
                at.low = at.low.min(below.low);
                if below.low > at.order {
                    found.bridges.push(below.entered_by);
                }
                if at.vertex == root {
                    root_children += 1;
                } else if below.low >= at.order {
                    cuts[at.vertex as usize] = true;
                }
            }
            cuts[root as usize] = root_children > 1;
            found.components += 1;
        }

        order::sort_numbers(&mut found.bridges);
        found.articulation_points = (0..count as u32).filter(|vertex| cuts[*vertex as usize]).collect();
        found
    }

    /// The structure of a topology that was taken over from the one it is of; `None` where it has to be searched anew.
    ///
    /// An edge whose ends two other ways join that share no vertex between them holds nothing together: with and without it components, bridges and
    /// articulation points are the same (a bridge or an articulation point that only one of both has would part its ends, and so would lie on
    /// every other way between them). So nothing changes where this holds of every edge lost or gained, over the edges that are in both.
    ///
    /// Time: two searches around each such edge, as far as [`MOST_STEPS`] reach, and a pass over memory.
    pub(super) fn after(mut self, topology: &Topology, edited: &Edited) -> Option<Self> {
        if !edited.vertices.is_still() || edited.lost.len() + edited.gained.len() > MOST_CHANGED {
            return None;
        }
        let gained = edited.gained.iter().filter_map(|edge| Some(topology.edges().get(*edge as usize)?.ends));
        let ends: Vec<[VertexIndex; 2]> = edited.lost.iter().map(|(_, ends)| *ends).chain(gained).collect();
        if !ends.is_empty() {
            let mut around =
                Around { topology, without: &edited.gained, entered: [vec![UNSEEN; topology.vertices().len()], Vec::new()], touched: Default::default() };
            around.entered[1] = around.entered[0].clone();
            if !ends.into_iter().all(|ends| around.joins_twice(ends)) {
                return None;
            }
        }
        for bridge in &mut self.bridges {
            *bridge = edited.edges.now(*bridge)?;
        }
        Some(self)
    }

    /// Whether two vertices hang together.
    pub fn joined(&self, a: VertexIndex, b: VertexIndex) -> bool {
        let component = |vertex: VertexIndex| self.component.get(vertex as usize);
        component(a).is_some() && component(a) == component(b)
    }
    /// Whether an edge is a bridge. Time: O(log bridges).
    pub fn is_bridge(&self, edge: EdgeIndex) -> bool {
        self.bridges.binary_search(&edge).is_ok()
    }
    /// Whether a vertex is an articulation point. Time: O(log articulation points).
    pub fn is_articulation_point(&self, vertex: VertexIndex) -> bool {
        self.articulation_points.binary_search(&vertex).is_ok()
    }
}
