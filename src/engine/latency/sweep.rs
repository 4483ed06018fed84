//! How long a message takes to one destination from everywhere, over the slowest of all equal routes: one pass over a finished search.
//!
//! Links and switches add up. What a message takes on the wire does not: with cut-through it is there once, at the rate of the slowest
//! link; a switch that stores and forwards ends a *stretch*, and each stretch takes one packet more at its slowest link. So a state
//! carries, beside its sum, the slowest rate of the stretch it stands in and of the whole way. Where one is at least as slow in all
//! three as another, whatever is put before both, the other can never become the slower way and is left out. Nothing else is, so the
//! answer is exact. One rate in the whole fabric, the usual case, leaves one entry for each state.

use super::pace::{MOST, Pace};
use crate::engine::estimate::collective::group::is_scale_up;
use crate::engine::routes::{Routes, State};
use crate::engine::topology::{ArcIndex, Topology, VertexIndex};

/// The place of ways that end nowhere, for they go on.
const NOWHERE: VertexIndex = VertexIndex::MAX;

/// A way from a state to the destination.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Way {
    /// Links, what is passed, and the packets of finished stretches, in fs.
    sum: u64,
    /// The slowest rate of the stretch it begins with, in Gb/s; 0 is unknown.
    stretch: f64,
    /// The slowest rate of all.
    slowest: f64,
}

impl Way {
    /// What is at its end already.
    pub(super) const NONE: Self = Self { sum: 0, stretch: f64::INFINITY, slowest: f64::INFINITY };

    /// Links and what is passed in fs, and the slowest rate in Gb/s; `None` where packets are taken in whole on the way.
    pub(super) fn sum_and_rate(&self) -> Option<(u64, f64)> {
        (self.stretch == self.slowest).then_some((self.sum, self.slowest))
    }
    /// Whether another way can never become slower than this one.
    pub(super) fn outlasts(&self, other: &Self) -> bool {
        self.sum >= other.sum && self.stretch <= other.stretch && self.slowest <= other.slowest
    }
}

/// What the ways from one source are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The slowest way, ends not counted, in fs; `None` where a rate on it is unknown.
    pub time: Option<u64>,
    /// The same without what depends on rates: links and vertices alone.
    pub sum: u64,
    /// The highest tier that any of the ways passes.
    pub peak: u8,
    /// Whether any of the ways leaves the scale-up fabric.
    pub network: bool,
}

/// Buffers for passes over one topology. Space: O(vertices) where all rates are alike.
#[derive(Clone, Debug)]
pub struct Sweep<'a> {
    topology: &'a Topology,
    pace: &'a Pace,
    /// By vertex.
    tier: &'a [u8],
    /// By state: where its ways begin, how many, the highest tier ahead, whether the network is.
    rows: Vec<(u32, u32, u8, bool)>,
    ways: Vec<Way>,
    front: Vec<Way>,
}

impl<'a> Sweep<'a> {
    /// Buffers. `tier` is the tier of each vertex; what it leaves out is tier 0.
    pub fn new(topology: &'a Topology, pace: &'a Pace, tier: &'a [u8]) -> Self {
        Self { topology, pace, tier, rows: Vec::new(), ways: Vec::new(), front: Vec::new() }
    }

    /// Looks at every state that the last search of `routes` reached. Time: O(vertices + edges) where all rates are alike.
    pub fn toward(&mut self, routes: &Routes) {
        self.look(routes, routes.target(), None);
    }

    /// The same for ways that go on from where they arrive, as `after` has found. Time: as [`Sweep::toward`].
    pub fn toward_and_on(&mut self, routes: &Routes, after: &Sweep) {
        self.look(routes, NOWHERE, Some(after));
    }

    fn look(&mut self, routes: &Routes, target: VertexIndex, after: Option<&Sweep>) {
        if self.rows.len() != routes.states() {
            // Made anew it is memory that nobody has touched yet, of which a search between two places touches little.
            self.rows = vec![(0, 0, 0, false); routes.states()];
        }
        self.ways.clear();
        for state in routes.nearest_first() {
            self.front.clear();
            let (mut peak, mut network) = (0, false);
            if routes.distance(*state) == 0 {
                match after {
                    None => self.front.push(Way::NONE),
                    Some(after) => {
                        let stop = routes.vertex(*state);
                        self.front.extend_from_slice(after.ways(stop));
                        (peak, network) = after.rows.get(stop as usize).map_or((0, false), |row| (row.2, row.3));
                    }
                }
            }
            for (hop, to) in routes.next(*state) {
                let Some((from, count, ahead, leaves)) = self.rows.get(to as usize).copied() else { continue };
                network |= leaves || !self.topology.edges().get(hop.arc as usize / 2).is_some_and(is_scale_up);
                peak = peak.max(ahead);
                if hop.to != target {
                    peak = peak.max(self.tier.get(hop.to as usize).copied().unwrap_or(0));
                }
                for way in self.ways.get(from as usize..from as usize + count as usize).unwrap_or_default() {
                    let longer = step(self.pace, target, hop.arc, hop.to, way);
                    keep(&mut self.front, longer);
                }
            }
            if let Some(row) = self.rows.get_mut(*state as usize) {
                *row = (self.ways.len() as u32, self.front.len() as u32, peak, network);
            }
            self.ways.extend_from_slice(&self.front);
        }
    }

    fn ways(&self, state: State) -> &[Way] {
        let (from, count, ..) = self.rows.get(state as usize).copied().unwrap_or_default();
        self.ways.get(from as usize..from as usize + count as usize).unwrap_or_default()
    }

    fn time(&self, way: &Way) -> Option<u64> {
        time(self.pace, way)
    }

    /// The slowest way of a state: an unknown one before all others, then by time.
    fn slowest_of(&self, state: State) -> Option<&Way> {
        let rank = |way: &Way| (self.time(way).map_or(MOST, |time| time), way.sum);
        // The first of equals.
        self.ways(state).iter().reduce(|best, way| if rank(way) > rank(best) { way } else { best })
    }

    /// What the ways from a source are like; `None` for one that the last search did not reach.
    pub fn from(&self, source: VertexIndex) -> Option<Found> {
        let way = self.slowest_of(source)?;
        let (_, _, peak, network) = self.rows.get(source as usize).copied()?;
        Some(found(self.pace, way, peak, network))
    }

    /// The slowest way from a source as arcs; of equal ones the first.
    pub fn path(&self, routes: &Routes, source: VertexIndex) -> Option<Vec<ArcIndex>> {
        Some(self.follow(routes, routes.target(), source, *self.slowest_of(source)?)?.0)
    }

    /// The same after [`Sweep::toward_and_on`], with the way on along `onward`.
    pub fn path_and_on(&self, routes: &Routes, after: &Sweep, onward: &Routes, source: VertexIndex) -> Option<Vec<ArcIndex>> {
        let (mut arcs, stop, way) = self.follow(routes, NOWHERE, source, *self.slowest_of(source)?)?;
        arcs.extend(after.follow(onward, onward.target(), routes.vertex(stop), way)?.0);
        Some(arcs)
    }

    /// One of the ways of a state to where the search ends, and what is left of it there.
    fn follow(&self, routes: &Routes, target: VertexIndex, mut state: State, mut way: Way) -> Option<(Vec<ArcIndex>, State, Way)> {
        let mut arcs = Vec::new();
        while routes.distance(state) > 0 {
            let before = routes.next(state).find_map(|(hop, to)| {
                let found = self.ways(to).iter().find(|ahead| step(self.pace, target, hop.arc, hop.to, ahead) == way)?;
                Some((hop.arc, to, *found))
            })?;
            arcs.push(before.0);
            (state, way) = (before.1, before.2);
        }
        Some((arcs, state, way))
    }
}

/// The slowest of the ways from one source, as arcs; of equal ones the first. What [`Sweep::path`] finds, by looking at what lies on its ways alone.
///
/// Time: that of [`Routes::along`] where all rates are alike.
pub fn slowest(pace: &Pace, routes: &Routes, source: VertexIndex) -> Option<Vec<ArcIndex>> {
    let target = routes.target();
    // By hop: states, and the ways of each.
    let mut ahead: Vec<(Vec<State>, Vec<Vec<Way>>)> = Vec::new();
    let ways = |level: &(Vec<State>, Vec<Vec<Way>>), to: State| -> Vec<Way> {
        level.0.binary_search(&to).ok().and_then(|at| level.1.get(at)).cloned().unwrap_or_default()
    };
    for level in routes.along(source).into_iter().rev() {
        let of = |state: &State| {
            let mut front = if routes.distance(*state) == 0 { vec![Way::NONE] } else { Vec::new() };
            for (hop, to) in routes.next(*state) {
                let after = ahead.last().map(|last| ways(last, to)).unwrap_or_default();
                after.iter().for_each(|way| keep(&mut front, step(pace, target, hop.arc, hop.to, way)));
            }
            front
        };
        let fronts = level.iter().map(of).collect();
        ahead.push((level, fronts));
    }
    let rank = |way: &Way| (time(pace, way).map_or(MOST, |time| time), way.sum);
    let (first, mut state) = (ahead.pop()?, source);
    let mut way = first.1.into_iter().next()?.into_iter().reduce(|best, way| if rank(&way) > rank(&best) { way } else { best })?;
    let mut arcs = Vec::with_capacity(ahead.len());
    while let Some(level) = ahead.pop() {
        let before = routes.next(state).find_map(|(hop, to)| {
            let found = ways(&level, to).into_iter().find(|ahead| step(pace, target, hop.arc, hop.to, ahead) == way)?;
            Some((hop.arc, to, found))
        })?;
        arcs.push(before.0);
        (state, way) = (before.1, before.2);
    }
    Some(arcs)
}

fn time(pace: &Pace, way: &Way) -> Option<u64> {
    let time = way.sum.saturating_add(pace.serialisation(way.stretch, way.slowest)?);
    (time < MOST).then_some(time)
}

/// What the ways of a state are like whose slowest this is.
pub(super) fn found(pace: &Pace, way: &Way, peak: u8, network: bool) -> Found {
    Found { time: time(pace, way), sum: way.sum, peak, network }
}

/// A way with one more link before it.
pub(super) fn step(pace: &Pace, target: VertexIndex, arc: ArcIndex, to: VertexIndex, way: &Way) -> Way {
    let rate = pace.rate(arc);
    let mut longer = Way { sum: way.sum.saturating_add(pace.crossing(arc)), stretch: way.stretch.min(rate), slowest: way.slowest.min(rate) };
    if to != target {
        longer.sum = longer.sum.saturating_add(pace.passing(to));
        if pace.stores(to) {
            longer.sum = longer.sum.saturating_add(pace.packet_time(way.stretch));
            longer.stretch = rate;
        }
    }
    longer.sum = longer.sum.min(MOST);
    longer
}

/// Adds a way to those that may be the slowest, unless one of them outlasts it.
fn keep(front: &mut Vec<Way>, way: Way) {
    if front.iter().any(|known| known.outlasts(&way)) {
        return;
    }
    front.retain(|known| !way.outlasts(known));
    front.push(way);
}
