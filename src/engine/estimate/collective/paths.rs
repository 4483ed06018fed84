//! Ways of flows between switches, split evenly, kept from one evaluation to the next as long as no edit touches them.
//!
//! A way stays as it is when none of its links is gone and no new link is on a way as short: then the same routes are the shortest, and each
//! hop splits as before. All else is followed anew, so what is kept never shows in a number.

use crate::engine::estimate::fill::Shares;
use crate::engine::estimate::flows::Trouble;
use crate::engine::estimate::walk::Split;
use crate::engine::routes::Routes;
use crate::engine::topology::{Edge, Edited, Topology, VertexIndex};
use crate::units::intern::Intern;
use crate::units::order;

/// More shares than this are not kept. A limit of Weft.
const MOST_KEPT: usize = 1 << 19;
/// More new links than this at once, and all is followed anew. A limit of Weft.
const MOST_NEW: usize = 4;

/// Ways between pairs of vertices.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// From and to, as one word.
    pairs: Intern,
    /// By number of the pair.
    ways: Vec<Way>,
    /// The shares of all ways, and of some that are no longer kept.
    shares: Shares,
    /// How many shares are of ways that are kept.
    live: usize,
}

/// Where the shares of a way are, and how many hops it has.
#[derive(Clone, Copy, Debug)]
struct Way {
    from: u32,
    to: u32,
    hops: u32,
}

/// A way that has to be followed anew.
const LOST: Way = Way { from: u32::MAX, to: u32::MAX, hops: 0 };

impl Way {
    fn is_kept(self) -> bool {
        self.from != u32::MAX
    }
    fn of(self, shares: &[(u32, f64)]) -> &[(u32, f64)] {
        shares.get(self.from as usize..self.to as usize).unwrap_or_default()
    }
}

impl Paths {
    /// The shares of a flow from one vertex to another on arcs between them, kept or followed: none where both are one. Both forward. Time: O(1)
    /// where they are kept.
    pub(super) fn of(&mut self, routes: &mut Routes, split: &mut Split, from: VertexIndex, to: VertexIndex) -> Result<&[(u32, f64)], Trouble> {
        if from == to {
            return Ok(&[]);
        }
        let word = [u64::from(from) << 32 | u64::from(to)];
        let known = self.pairs.known(&word).and_then(|number| self.ways.get(number as usize)).filter(|way| way.is_kept()).copied();
        let way = match known {
            Some(way) => way,
            None => {
                if self.shares.len() > MOST_KEPT {
                    *self = Self::default();
                }
                routes.between(from, to);
                let start = self.shares.len();
                split.add(routes, from, &mut self.shares)?;
                let own = self.shares.get(start..).unwrap_or_default();
                // Each hop carries the flow once.
                let hops = own.iter().map(|(_, share)| share).sum::<f64>().round() as u32;
                let way = Way { from: start as u32, to: self.shares.len() as u32, hops };
                self.live += own.len();
                let number = self.pairs.number(&word) as usize;
                self.ways.resize(self.ways.len().max(number + 1), LOST);
                if let Some(slot) = self.ways.get_mut(number) {
                    *slot = way;
                }
                way
            }
        };
        Ok(way.of(&self.shares))
    }

    /// Those that are as they were in a topology that was taken over. Time: O(vertices + edges + shares) where an edge came, else O(shares).
    pub fn fitting(mut self, edited: &Edited, new: &Topology) -> Self {
        if self.pairs.is_empty() || !edited.vertices_stand {
            return Self::default();
        }
        // An edge that is another now went, and came.
        let mut gone: Vec<u32> = edited.edges.gone().iter().copied().chain(edited.changed.iter().filter_map(|edge| edited.edges.was(*edge))).collect();
        order::unique_numbers(&mut gone);
        let come = edited.edges.come().iter().chain(&edited.changed);
        let fresh: Vec<&Edge> = come.filter_map(|edge| new.edges().get(*edge as usize)).filter(|edge| edge.usable).collect();
        if fresh.len() > MOST_NEW {
            return Self::default();
        }
        let distances: Vec<[Vec<u32>; 2]> = fresh
            .iter()
            .map(|edge| {
                edge.ends.map(|end| {
                    let mut routes = Routes::new(new);
                    routes.toward(end);
                    (0..new.vertices().len() as u32).map(|vertex| routes.distance(vertex)).collect()
                })
            })
            .collect();
        for (number, way) in self.ways.iter_mut().enumerate().filter(|(_, way)| way.is_kept()) {
            let word = self.pairs.list(number as u32).first().copied().unwrap_or_default();
            let [from, to] = [(word >> 32) as usize, (word & u64::from(u32::MAX)) as usize];
            let via = |a: &[u32], b: &[u32]| a.get(from).zip(b.get(to)).map_or(0, |(a, b)| u64::from(*a) + 1 + u64::from(*b));
            let nearer = distances.iter().any(|[a, b]| via(a, b).min(via(b, a)) <= u64::from(way.hops));
            let crosses = |gone: u32| way.of(&self.shares).iter().any(|(arc, _)| arc / 2 == gone);
            let lost = match gone.as_slice() {
                [] => false,
                [gone] => crosses(*gone),
                _ => way.of(&self.shares).iter().any(|(arc, _)| gone.binary_search(&(arc / 2)).is_ok()),
            };
            if nearer || lost {
                self.live -= way.of(&self.shares).len();
                *way = LOST;
            }
        }
        if self.shares.len() > 2 * self.live + 4096 {
            self.pack();
        }
        // What is of no way that is kept may go anywhere.
        edited.edges.renumber_arcs(self.shares.iter_mut().map(|(arc, _)| arc));
        self
    }

    /// Lets go of shares that no way has.
    fn pack(&mut self) {
        let mut packed = Shares::with_capacity(self.live);
        for way in self.ways.iter_mut().filter(|way| way.is_kept()) {
            let from = packed.len() as u32;
            packed.extend_from_slice(way.of(&self.shares));
            (way.from, way.to) = (from, packed.len() as u32);
        }
        self.shares = packed;
    }
}
