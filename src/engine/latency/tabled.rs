//! Latency where switches forward by tables: every pair over the ways that its flows take, and no other equal ones.
//!
//! What a host sends by one of several ports, or to one of several addresses of the destination (its ports, and with LMC the further LIDs of each), goes by the tables of each switch
//! from there on. These are the ways of a pair; the slowest, their mean and the quickest are told ([`Times`]). A way for which tables that were read lead nowhere is none.
//! Where there are more pairs than a live report has time for, the slowest of the routes of fewest hops stands in for them, and [`AllPairs::by_tables`] says so.

use super::pace::{MOST, Pace};
use super::sweep::{Found, Way, found, step};
use super::tally::Times;
use super::{AllPairs, LIVE, Pair, RANGED, relation, tier_of};
use crate::engine::context::Context;
use crate::engine::estimate::collective::group::is_scale_up;
use crate::engine::routes::{Routes, State};
use crate::engine::routing::tables::Filled;
use crate::engine::topology::{ArcIndex, Topology, VertexIndex};
use crate::units::Bytes;

/// What looking at one pair is taken for, in steps.
const STEPS: u64 = 100;
/// A pair with more ways than this is none that tables alone decide about. A limit of Weft.
const MOST_WAYS: usize = 256;

/// Whether pairs are followed along tables. Time: O(1).
pub(super) fn follows(context: &Context) -> bool {
    let ends = context.topology.endpoints().len() as u64;
    !context.routing.tables.is_empty() && context.routing.goes_straight() && ends.saturating_mul(ends).saturating_mul(STEPS) <= LIVE
}

/// The ways of pairs.
struct Ways<'a> {
    routes: Routes<'a>,
    filled: Filled<'a>,
    open: Vec<(State, Vec<ArcIndex>)>,
    exits: Vec<(ArcIndex, State)>,
    inner: Vec<(ArcIndex, State)>,
}

impl<'a> Ways<'a> {
    fn new(context: &'a Context) -> Self {
        let routing = &context.routing;
        Self {
            routes: Routes::under(&context.topology, &routing.turns),
            filled: Filled::new(&routing.tables, &routing.tabled),
            open: Vec::new(),
            exits: Vec::new(),
            inner: Vec::new(),
        }
    }

    /// All ways from a place to the destination of the last search, as arcs; `None` where they are too many.
    fn from(&mut self, from: VertexIndex) -> Option<Vec<Vec<ArcIndex>>> {
        let mut ways = Vec::new();
        if self.routes.hops(from).is_none() {
            return Some(ways);
        }
        self.open.clear();
        self.open.push((from, Vec::new()));
        while let Some((state, arcs)) = self.open.pop() {
            if self.routes.distance(state) == 0 {
                ways.push(arcs);
            } else {
                self.go_on(state, &arcs);
            }
            if ways.len() + self.open.len() > MOST_WAYS {
                return None;
            }
        }
        Some(ways)
    }

    /// Opens what a way leads to from a state.
    fn go_on(&mut self, state: State, arcs: &[ArcIndex]) {
        let start = self.routes.vertex(state);
        let mut plain: Vec<(ArcIndex, State)> = Vec::new();
        let mut tabled = None;
        self.exits.clear();
        for (hop, to) in self.routes.next(state) {
            match self.filled.of(hop.arc / 2).filter(|table| self.filled.forwards(*table, start)) {
                Some(table) => {
                    tabled = Some(table);
                    leave(&self.routes, &self.filled, table, (hop.arc, to), &mut self.inner, &mut self.exits);
                }
                None => plain.push((hop.arc, to)),
            }
        }
        let longer = |more: &[ArcIndex]| arcs.iter().chain(more).copied().collect::<Vec<_>>();
        if let Some(table) = tabled {
            let exits = std::mem::take(&mut self.exits);
            let mut led = true;
            for (arc, to) in &exits {
                let ways = self.filled.ways(table, start, *arc, self.routes.vertex(*to));
                led &= !ways.is_empty();
                self.open.extend(ways.iter().map(|more| (*to, longer(more))));
            }
            self.exits = exits;
            // Tables that are filled lead wherever links do; where they cannot, flows go by the links.
            if !led && !self.filled.are_read(table) {
                plain.extend(self.routes.next(state).map(|(hop, to)| (hop.arc, to)));
            }
        }
        self.open.extend(plain.into_iter().map(|(arc, to)| (to, longer(&[arc]))));
    }
}

/// Adds the places where shortest routes leave the switches of a table, each with an arc that leads there, after a first step.
fn leave(routes: &Routes, filled: &Filled, table: usize, first: (ArcIndex, State), inner: &mut Vec<(ArcIndex, State)>, exits: &mut Vec<(ArcIndex, State)>) {
    let note = |step: (ArcIndex, State), inner: &mut Vec<(ArcIndex, State)>, exits: &mut Vec<(ArcIndex, State)>| {
        let stays = filled.forwards(table, routes.vertex(step.1)) && routes.distance(step.1) > 0;
        match stays {
            true if inner.iter().all(|(_, known)| *known != step.1) => inner.push(step),
            false if !exits.contains(&step) => exits.push(step),
            _ => {}
        }
    };
    inner.clear();
    note(first, inner, exits);
    let mut next = 0;
    while let Some(here) = inner.get(next).copied() {
        next += 1;
        for (hop, to) in routes.next(here.1) {
            match filled.of(hop.arc / 2) == Some(table) {
                true => note((hop.arc, to), inner, exits),
                // Out of the fabric from one of its switches.
                false if !exits.contains(&here) => exits.push(here),
                false => {}
            }
        }
    }
}

/// A way with what it takes, ends not counted.
fn timed(topology: &Topology, pace: &Pace, tier: &[u8], to: VertexIndex, arcs: &[ArcIndex]) -> Found {
    let (mut way, mut peak, mut network) = (Way::NONE, 0, false);
    for arc in arcs.iter().rev() {
        let end = topology.arc_ends(*arc).map_or(to, |[_, end]| end);
        way = step(pace, to, *arc, end, &way);
        network |= !topology.edges().get(*arc as usize / 2).is_some_and(is_scale_up);
        if end != to {
            peak = peak.max(tier.get(end as usize).copied().unwrap_or(0));
        }
    }
    found(pace, &way, peak, network)
}

/// [`super::all_pairs`] along tables; `None` where a pair has more ways than that is worth. Time: O(pairs × hops + switches × addresses).
pub(super) fn all_pairs(context: &Context, message: Bytes, progress: &mut dyn FnMut(f64)) -> Option<AllPairs> {
    let topology = &context.topology;
    let pace = Pace::of(topology, &context.delays, message);
    let tier: Vec<u8> = (0..topology.vertices().len() as u32).map(|vertex| tier_of(context, vertex)).collect();
    let mut ways = Ways::new(context);
    let all = topology.endpoints();
    let ranged = (all.len() as u64).saturating_mul(all.len() as u64).saturating_mul(STEPS) <= RANGED;
    let ends = if ranged { Pace::ends(topology, &context.delays, message).to_vec() } else { Vec::new() };
    let mut sums: Vec<Option<u128>> = vec![Some(0); ends.len()];
    let mut found = AllPairs { message, of: all.len(), by_tables: Some(true), ..AllPairs::default() };
    for target in all {
        ways.routes.toward(*target);
        for source in all.iter().filter(|source| *source != target) {
            let led = ways.from(*source)?;
            let each: Vec<Found> = led.iter().map(|arcs| timed(topology, &pace, &tier, *target, arcs)).collect();
            let Some((worst, hops)) = slowest(&each).and_then(|at| Some((*each.get(at)?, led.get(at)?.len() as u32))) else {
                found.apart += 1;
                continue;
            };
            *found.hops.entry(hops).or_default() += 1;
            // Ways back may be others, so a pair is named as it goes.
            let pair = Pair { from: *source, to: *target, value: f64::from(hops), like: 1 };
            if found.most_hops.is_none_or(|most| pair.value > most.value) {
                found.most_hops = Some(pair);
            }
            let with = |pace: &Pace, time: u64| time.saturating_add(pace.ending(*source)).saturating_add(pace.ending(*target));
            for (pace, sum) in ends.iter().zip(&mut sums) {
                let times: Option<Vec<u64>> = led.iter().map(|arcs| timed(topology, pace, &[], *target, arcs).time).collect();
                let mean = times.map(|times| with(pace, mean(&times))).filter(|mean| *mean < MOST);
                *sum = sum.zip(mean).map(|(sum, mean)| sum + u128::from(mean));
            }
            let times: Option<Vec<u64>> = each.iter().map(|found| found.time).collect();
            let times = times.zip(worst.time).map(|(times, worst)| Times {
                worst: with(&pace, worst),
                mean: with(&pace, mean(&times)),
                best: with(&pace, times.iter().copied().min().unwrap_or(worst)),
            });
            let peak = each.iter().map(|found| found.peak).max().unwrap_or(0);
            let like = Found { peak, network: each.iter().any(|found| found.network), ..worst };
            found.tally.add(
                relation(topology, *source, *target, &like),
                hops,
                pair,
                times.filter(|times| times.worst < MOST),
                with(&pace, worst.sum).min(MOST),
            );
        }
        found.looked += 1;
        progress(found.looked as f64 / all.len() as f64);
    }
    found.tally.finish();
    found.range(sums.into_iter());
    Some(found)
}

/// What ways are ordered by: one of unknown time after all others.
fn rank(found: &Found) -> (u64, u64) {
    (found.time.unwrap_or(MOST), found.sum)
}

/// The slowest of some ways; of equal ones the first.
fn slowest(each: &[Found]) -> Option<usize> {
    (0..each.len()).reduce(|best, one| if each.get(one).map(rank) > each.get(best).map(rank) { one } else { best })
}

fn mean(times: &[u64]) -> u64 {
    (times.iter().map(|time| u128::from(*time)).sum::<u128>() / times.len().max(1) as u128) as u64
}

/// The slowest way of a pair, or the quickest, as arcs; `None` where tables lead nowhere, or by more ways than they are followed.
pub(super) fn path(context: &Context, message: Bytes, from: VertexIndex, to: VertexIndex, quick: bool) -> Option<Vec<ArcIndex>> {
    let topology = &context.topology;
    let pace = Pace::of(topology, &context.delays, message);
    let mut ways = Ways::new(context);
    ways.routes.toward(to);
    let mut led = ways.from(from)?;
    let each: Vec<Found> = led.iter().map(|arcs| timed(topology, &pace, &[], to, arcs)).collect();
    let at = if quick { (0..each.len()).min_by_key(|at| each.get(*at).map(rank)) } else { slowest(&each) }?;
    (at < led.len()).then(|| led.swap_remove(at))
}
