//! What hangs together, and what hangs by a thread: components, bridges and articulation points of a topology.
//!
//! All of it over usable edges, both directions alike, whether a vertex forwards or not: a cable that is the only one is
//! the only one whatever routing does. Parallel edges are told apart by their index, so neither of two is a bridge.

use super::topology::{EdgeIndex, Topology, VertexIndex};
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

/// A vertex that the walk is at: how it was entered and how many of its steps were taken.
struct Frame {
    vertex: VertexIndex,
    entered_by: EdgeIndex,
    taken: u32,
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
        let mut low = vec![UNSEEN; count];
        let mut cuts = vec![false; count];
        let mut clock = 0;
        let mut stack: Vec<Frame> = Vec::new();

        for root in 0..count as u32 {
            if order[root as usize] != UNSEEN {
                continue;
            }
            let mut root_children = 0;
            order[root as usize] = clock;
            low[root as usize] = clock;
            clock += 1;
            found.component[root as usize] = found.components as u32;
            stack.push(Frame { vertex: root, entered_by: NO_EDGE, taken: 0 });

            while let Some(frame) = stack.last_mut() {
                let here = frame.vertex as usize;
                if let Some(hop) = topology.row(frame.vertex).get(frame.taken as usize) {
                    frame.taken += 1;
                    let there = hop.to as usize;
                    if hop.arc / 2 == frame.entered_by {
                        continue;
                    }
                    if order[there] != UNSEEN {
                        low[here] = low[here].min(order[there]);
                        continue;
                    }
                    order[there] = clock;
                    low[there] = clock;
                    clock += 1;
                    found.component[there] = found.components as u32;
                    stack.push(Frame { vertex: hop.to, entered_by: hop.arc / 2, taken: 0 });
                    continue;
                }
                let entered_by = frame.entered_by;
                stack.pop();
                let Some(parent) = stack.last().map(|frame| frame.vertex) else { break };
                let above = parent as usize;
                low[above] = low[above].min(low[here]);
                if low[here] > order[above] {
                    found.bridges.push(entered_by);
                }
                if parent == root {
                    root_children += 1;
                } else if low[here] >= order[above] {
                    cuts[above] = true;
                }
            }
            cuts[root as usize] = root_children > 1;
            found.components += 1;
        }

        order::sort_numbers(&mut found.bridges);
        found.articulation_points = (0..count as u32).filter(|vertex| cuts[*vertex as usize]).collect();
        found
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
