//! The farthest pairs: hops and latency over all pairs of endpoints, by one search for each endpoint that stands for others.

use crate::engine::context::Context;
use crate::engine::routes::Routes;
use crate::engine::topology::VertexIndex;
use crate::engine::twins::Reduced;
use crate::units::SortedMap;

/// Searches stop when they would take more steps than this and say so. About 0.2 s natively. A limit of Weft.
const MOST_STEPS: u64 = 60_000_000;

/// What was found over all ordered pairs of endpoints.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extremes {
    /// Pairs by hops.
    pub hops: SortedMap<u32, u64>,
    /// Pairs without a route.
    pub apart: u64,
    /// A pair with the most hops.
    pub most_hops: Option<Pair>,
    /// A pair with the most latency over any of its shortest paths, without serialisation.
    pub slowest: Option<Pair>,
    /// Endpoints that stand for others and were looked at, and how many there are.
    pub looked: usize,
    /// See [`Extremes::looked`].
    pub of: usize,
}

/// A pair of endpoints and what is said of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Where it starts.
    pub from: VertexIndex,
    /// Where it ends.
    pub to: VertexIndex,
    /// Hops, or ns.
    pub value: f64,
}

impl Extremes {
    /// Whether all pairs were looked at.
    pub fn is_complete(&self) -> bool {
        self.looked == self.of
    }

    /// Looks at all pairs. Twins are looked at once ([`Reduced`]), so the answer is exact; where even that takes too long,
    /// evenly spread endpoints are looked at.
    ///
    /// Time: O(endpoints that are no twins × (vertices + edges that are left)), at most [`MOST_STEPS`].
    pub fn of(context: &Context) -> Self {
        let reduced = Reduced::of(&context.topology, &context.delays, &context.parts);
        let topology = &reduced.topology;
        let sources = reduced.sources();
        let steps = (topology.vertices().len() + 4 * topology.edges().len()).max(1) * if topology.has_hosts() { 3 } else { 1 };
        // In 64 bits: on the web a `usize` has 32.
        let every = (sources.len() as u64 * steps as u64).div_ceil(MOST_STEPS).max(1) as usize;
        let mut found = Self { of: sources.len(), ..Self::default() };
        let mut routes = Routes::new(topology);
        let ending = |vertex| reduced.delays.ending(topology, vertex).0;
        for (source, stands_for) in sources.iter().step_by(every) {
            found.looked += 1;
            routes.summing(*source, |arc| reduced.delays.crossing(arc).0, |vertex| reduced.delays.passing(vertex).0);
            let sums = routes.summed();
            for other in topology.endpoints().iter().filter(|other| *other != source) {
                let pairs = reduced.weight(*source, *other).saturating_mul(*stands_for);
                if pairs == 0 {
                    continue;
                }
                let Some(hops) = routes.hops(*other) else {
                    found.apart += pairs;
                    continue;
                };
                *found.hops.entry(hops).or_default() += pairs;
                // Searches run toward the source, so the pair is named from the other end; routes are the same both ways.
                let (from, to) = (reduced.original[*other as usize], reduced.original[*source as usize]);
                let pair = |value| Pair { from: from.min(to), to: from.max(to), value };
                if found.most_hops.is_none_or(|most| f64::from(hops) > most.value) {
                    found.most_hops = Some(pair(f64::from(hops)));
                }
                let latency = sums[*other as usize][1] + ending(*other) + ending(*source);
                if found.slowest.is_none_or(|slowest| latency > slowest.value) {
                    found.slowest = Some(pair(latency));
                }
            }
        }
        found
    }
}
