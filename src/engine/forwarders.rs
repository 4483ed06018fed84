//! What forwards, by itself: most vertices of a fabric only send and receive, and a search that leaves them out looks at little memory.
//!
//! Only for topologies whose adapters have no two sides ([`Topology::has_hosts`]); there a step is a step.

use super::topology::{Hop, Topology, VertexIndex};

/// No number: a vertex that does not forward.
pub const NONE: u32 = u32::MAX;

/// The vertices that forward, numbered without gaps in vertex order; and the steps between them ([`Forwarders::joined`]).
#[derive(Clone, Debug, Default)]
pub struct Forwarders {
    number: Vec<u32>,
    vertex: Vec<VertexIndex>,
    first: Vec<u32>,
    rows: Vec<Hop>,
}

impl Forwarders {
    /// Those of a topology; `None` where the sides of adapters have to be kept apart. Time and space: O(vertices).
    pub fn of(topology: &Topology) -> Option<Self> {
        if topology.has_hosts() {
            return None;
        }
        let mut made = Self { number: vec![NONE; topology.vertices().len()], ..Self::default() };
        for ((vertex, is), number) in (0u32..).zip(topology.vertices()).zip(&mut made.number) {
            if is.transit {
                *number = made.vertex.len() as u32;
                made.vertex.push(vertex);
            }
        }
        Some(made)
    }

    /// With the steps between them in a list of their own ([`Forwarders::row`]). Time and space: O(edges).
    pub fn joined(self, topology: &Topology) -> Self {
        let mut rows = Vec::with_capacity(self.vertex.iter().map(|vertex| topology.row(*vertex).len()).sum());
        let mut first = Vec::with_capacity(self.vertex.len() + 1);
        first.push(0);
        for number in 0..self.count() {
            rows.extend(self.steps(topology, number));
            first.push(rows.len() as u32);
        }
        Self { first, rows, ..self }
    }

    /// The steps from one that forwards to others, which are told by number, in edge order.
    pub fn steps<'t>(&'t self, topology: &'t Topology, number: u32) -> impl Iterator<Item = Hop> + 't {
        topology.row(self.vertex(number)).iter().map(|hop| Hop { to: self.number(hop.to), arc: hop.arc }).filter(|hop| hop.to != NONE)
    }

    /// How many forward.
    pub fn count(&self) -> u32 {
        self.vertex.len() as u32
    }
    /// The number of a vertex; [`NONE`] where it does not forward.
    #[inline(always)]
    pub fn number(&self, vertex: VertexIndex) -> u32 {
        self.number.get(vertex as usize).copied().unwrap_or(NONE)
    }
    /// The vertex of a number.
    #[inline]
    pub fn vertex(&self, number: u32) -> VertexIndex {
        self.vertex.get(number as usize).copied().unwrap_or(VertexIndex::MAX)
    }
    /// As [`Forwarders::steps`], out of the list of [`Forwarders::joined`].
    #[inline]
    pub fn row(&self, number: u32) -> &[Hop] {
        match (self.first.get(number as usize), self.first.get(number as usize + 1)) {
            (Some(from), Some(to)) => self.rows.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        }
    }
    /// The number of the one that all links of a vertex lead to; [`NONE`] for one that forwards itself, hangs on several, or on one that does
    /// not forward. All that is bound for the vertex passes there.
    pub fn gateway(&self, topology: &Topology, vertex: VertexIndex) -> u32 {
        match topology.row(vertex) {
            [first, rest @ ..] if self.number(vertex) == NONE && rest.iter().all(|hop| hop.to == first.to) => self.number(first.to),
            _ => NONE,
        }
    }
}
