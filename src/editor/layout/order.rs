//! In which order the switches of a tier stand, left to right.

use super::graph::Graph;
use crate::units::order;

/// How many sweeps up and down are tried.
const SWEEPS: usize = 6;

/// The switches of each tier, left to right. Tier 0 (endpoints) is left to the placing, which puts them below their leaves.
pub(super) struct Order {
    /// `rows[t]` is tier `t + 1`.
    pub(super) rows: Vec<Vec<usize>>,
    /// Place of each vertex in its row.
    pub(super) place: Vec<usize>,
}

impl Order {
    /// Starts from an order in which switches with the same upper neighbours stand together, sweeps, and keeps the order
    /// with the fewest crossings.
    pub(super) fn of(graph: &Graph) -> Self {
        let top = graph.tier.iter().copied().max().unwrap_or(0) as usize;
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); top];
        for (v, tier) in graph.tier.iter().enumerate() {
            if *tier > 0 {
                rows[*tier as usize - 1].push(v);
            }
        }
        // Leaves of one pod share their upper neighbours, leaves of one rail unit their hosts.
        for row in &mut rows {
            let keyed = row.iter().map(|v| {
                let (tier, neighbours) = (graph.tier[*v], graph.neighbours(*v));
                let above: Vec<usize> = neighbours.iter().copied().filter(|other| graph.tier[*other] > tier).take(4).collect();
                let below = neighbours.iter().copied().find(|other| graph.tier[*other] < tier);
                (graph.piece[*v], above, below, *v)
            });
            let mut keyed: Vec<_> = keyed.collect();
            order::sort(&mut keyed);
            *row = keyed.into_iter().map(|(.., v)| v).collect();
        }
        let mut best = Self { place: vec![0; graph.ids.len()], rows };
        best.number();
        let mut fewest = best.crossings(graph);

        let mut trial = Self { rows: best.rows.clone(), place: best.place.clone() };
        for sweep in 0..SWEEPS {
            if fewest == 0 {
                break;
            }
            if sweep % 2 == 0 {
                (1..trial.rows.len()).for_each(|row| trial.sort_row(graph, row, Side::Below));
            } else {
                (0..trial.rows.len().saturating_sub(1)).rev().for_each(|row| trial.sort_row(graph, row, Side::Above));
            }
            let crossings = trial.crossings(graph);
            if crossings < fewest {
                fewest = crossings;
                best = Self { rows: trial.rows.clone(), place: trial.place.clone() };
            }
        }
        best
    }

    fn number(&mut self) {
        for row in &self.rows {
            for (place, v) in row.iter().enumerate() {
                self.place[*v] = place;
            }
        }
    }

    /// Sorts a row by where its neighbours on one side stand on average; ties and loners keep their place.
    fn sort_row(&mut self, graph: &Graph, row: usize, side: Side) {
        let Some(other) = (match side {
            Side::Above => Some(row + 1),
            Side::Below => row.checked_sub(1),
        }) else {
            return;
        };
        let (here, there) = (self.rows[row].len().max(1) as f64, self.rows[other].len().max(1) as f64);
        let mut keyed: Vec<(u32, f64, usize)> = self.rows[row]
            .iter()
            .enumerate()
            .map(|(place, v)| {
                let neighbours = graph.neighbours(*v).iter().filter(|n| graph.tier[**n] as usize == other + 1);
                let (sum, count) = neighbours.fold((0.0, 0u32), |(sum, count), n| (sum + (self.place[*n] as f64 + 0.5) / there, count + 1));
                let mean = if count == 0 { (place as f64 + 0.5) / here } else { sum / f64::from(count) };
                (graph.piece[*v], mean, *v)
            })
            .collect();
        order::sort_by(&mut keyed, |a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        self.rows[row] = keyed.into_iter().map(|(_, _, v)| v).collect();
        for (place, v) in self.rows[row].iter().enumerate() {
            self.place[*v] = place;
        }
    }

    /// Crossings between neighbouring tiers, all tiers together. Counts inversions with a Fenwick tree, O(m log n).
    ///
    /// Source: W. Barth, P. Mutzel, M. Jünger, "Simple and efficient bilayer cross counting", JGAA 8 (2004).
    fn crossings(&self, graph: &Graph) -> u64 {
        let mut total = 0u64;
        for pair in self.rows.windows(2) {
            let [lower, upper] = pair else { continue };
            let mut tree = vec![0u64; upper.len() + 1];
            let mut seen = 0u64;
            for v in lower {
                let mut ends: Vec<usize> = graph.neighbours(*v).iter().filter(|n| graph.tier[**n] == graph.tier[*v] + 1).map(|n| self.place[*n] + 1).collect();
                order::sort_by_number(&mut ends, |end| *end as u64);
                // Links from here never cross each other, so they are counted before they are entered.
                for end in &ends {
                    let (mut at, mut left) = (*end, 0u64);
                    while at > 0 {
                        left += tree[at];
                        at &= at - 1;
                    }
                    total += seen - left;
                }
                for end in &ends {
                    seen += 1;
                    let mut at = *end;
                    while at < tree.len() {
                        tree[at] += 1;
                        at += at & at.wrapping_neg();
                    }
                }
            }
        }
        total
    }
}

#[derive(Clone, Copy)]
enum Side {
    Above,
    Below,
}
