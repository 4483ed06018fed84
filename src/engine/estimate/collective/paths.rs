//! Ways of flows between switches, split evenly, kept from one evaluation to the next as long as no edit touches them.
//!
//! A way stays as it is when none of its links is gone and no new link is on a way as short: then the same routes are the shortest, and each
//! hop splits as before. All else is followed anew, so what is kept never shows in a number.

use crate::engine::estimate::fill::Rows;
use crate::engine::estimate::flows::Trouble;
use crate::engine::estimate::walk::Split;
use crate::engine::routes::Routes;
use crate::engine::topology::{Edge, Edited, Topology, VertexIndex};
use crate::units::intern::Intern;

/// More shares than this are not kept. A limit of Weft.
const MOST_KEPT: usize = 1 << 19;
/// More new links than this at once, and all is followed anew. A limit of Weft.
const MOST_NEW: usize = 4;

/// Ways between pairs of vertices.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// From and to, as one word.
    pairs: Intern,
    /// The shares of a flow between them, by number of the pair.
    rows: Rows,
}

impl Paths {
    /// The shares of a flow from one vertex to another on arcs between them, kept or followed: none where both are one. Both forward. Time: O(1)
    /// where they are kept.
    pub(super) fn of(&mut self, routes: &mut Routes, split: &mut Split, from: VertexIndex, to: VertexIndex) -> Result<&[(u32, f64)], Trouble> {
        if from == to {
            return Ok(&[]);
        }
        let word = [u64::from(from) << 32 | u64::from(to)];
        let number = match self.pairs.known(&word) {
            Some(number) => number,
            None => {
                if self.rows.shares.len() > MOST_KEPT {
                    *self = Self::default();
                }
                routes.between(from, to);
                split.add(routes, from, &mut self.rows.shares)?;
                self.rows.ends.push(self.rows.shares.len() as u32);
                self.pairs.number(&word)
            }
        };
        Ok(self.rows.flow(number as usize))
    }

    /// Those that are as they were in a topology that was taken over. Time: O(vertices + edges + shares) where an edge came, else O(shares).
    pub fn fitting(self, edited: &Edited, new: &Topology) -> Self {
        let mut kept = Self::default();
        if self.pairs.is_empty() || !edited.vertices_stand {
            return kept;
        }
        // An edge that is another now went, and came.
        let gone: Vec<u32> = edited.edges.gone().iter().copied().chain(edited.changed.iter().filter_map(|edge| edited.edges.was(*edge))).collect();
        let come = edited.edges.come().iter().chain(&edited.changed);
        let fresh: Vec<&Edge> = come.filter_map(|edge| new.edges().get(*edge as usize)).filter(|edge| edge.usable).collect();
        if fresh.len() > MOST_NEW {
            return kept;
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
        for number in 0..self.pairs.len() {
            let Some(word) = self.pairs.list(number as u32).first().copied() else { continue };
            let [from, to] = [(word >> 32) as usize, (word & u64::from(u32::MAX)) as usize];
            let shares = self.rows.flow(number);
            // Each hop carries the flow once.
            let hops = shares.iter().map(|(_, share)| share).sum::<f64>().round();
            let via = |a: &[u32], b: &[u32]| a.get(from).zip(b.get(to)).map_or(0.0, |(a, b)| f64::from(*a) + 1.0 + f64::from(*b));
            let nearer = distances.iter().any(|[a, b]| via(a, b) <= hops || via(b, a) <= hops);
            if nearer || shares.iter().any(|(arc, _)| gone.contains(&(*arc / 2))) {
                continue;
            }
            kept.pairs.number(&[word]);
            let now = |arc: u32| edited.edges.now(arc / 2).map(|edge| 2 * edge + arc % 2);
            kept.rows.shares.extend(shares.iter().filter_map(|(arc, share)| Some((now(*arc)?, *share))));
            kept.rows.ends.push(kept.rows.shares.len() as u32);
        }
        kept
    }
}
