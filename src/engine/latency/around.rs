//! Latency where flows do not go straight: by way of a third group (Valiant), or of an XPU of the own domain (forwarding, PXN). As flows go in
//! [`crate::engine::estimate::walk`], so here: the first leg leads to the nearest switches of the third group, or through the scale-up domain to
//! the XPUs with the fewest hops to go, the second goes on from where the first arrives. A message is on the wire once for both.
//!
//! A pair has as many ways as stops. Each is timed over the slowest of its equal routes; of the stops the slowest, the mean and the quickest are
//! told ([`Times`]). Stops tell endpoints apart that links alone would not, so every endpoint is searched for itself.

use super::pace::{MOST, Pace};
use super::sweep::{Found, Sweep};
use super::tally::Times;
use super::{AllPairs, Pair, RANGED, relation, tier_of};
use crate::engine::context::Context;
use crate::engine::routes::Routes;
use crate::engine::routing::InForce;
use crate::engine::routing::graph::NONE;
use crate::engine::topology::{ArcIndex, Topology, VertexIndex, VertexKind};
use crate::units::{Bytes, SortedMap};

/// Searches toward one destination and toward all stops.
struct Legs<'a> {
    routing: &'a InForce,
    routes: Routes<'a>,
    /// Under Valiant, by group: routes to the nearest of its switches.
    groups: Vec<Routes<'a>>,
    within: Option<Routes<'a>>,
    members: SortedMap<VertexIndex, Vec<VertexIndex>>,
}

/// Where a flow stops on its way.
enum Stops {
    Nowhere,
    Groups(Vec<usize>),
    Members(Vec<VertexIndex>),
}

impl<'a> Legs<'a> {
    fn new(topology: &'a Topology, routing: &'a InForce) -> Self {
        let mut switches: Vec<Vec<VertexIndex>> = vec![Vec::new(); routing.group_count as usize];
        for (vertex, group) in routing.groups.iter().enumerate().filter(|(_, group)| **group != NONE) {
            if topology.vertices().get(vertex).is_some_and(|vertex| vertex.transit && vertex.kind != VertexKind::Nic)
                && let Some(members) = switches.get_mut(*group as usize)
            {
                members.push(vertex as u32);
            }
        }
        let groups = switches.iter().map(|members| {
            let mut routes = Routes::under(topology, &routing.turns);
            routes.toward_any(members);
            routes
        });
        let groups = groups.collect();
        let mut members: SortedMap<VertexIndex, Vec<VertexIndex>> = SortedMap::new();
        if !routing.domains.is_empty() {
            for xpu in topology.endpoints().iter().filter(|vertex| topology.vertices().get(**vertex as usize).is_some_and(|is| is.kind == VertexKind::Xpu)) {
                members.entry(routing.domains.get(*xpu as usize).copied().unwrap_or(*xpu)).or_default().push(*xpu);
            }
        }
        let within = routing.within.as_ref().map(|turns| Routes::under(topology, turns));
        Self { routing, routes: Routes::under(topology, &routing.turns), groups, within, members }
    }

    /// Where a flow stops that goes from a place to the destination of the last search.
    fn stops(&mut self, from: VertexIndex) -> Stops {
        let to = self.routes.target();
        if !self.groups.is_empty() {
            let group = |vertex: VertexIndex| self.routing.groups.get(vertex as usize).copied().unwrap_or(NONE);
            let (own, other) = (group(from), group(to));
            if own == other || own == NONE || other == NONE {
                return Stops::Nowhere;
            }
            let third = |(at, routes): (usize, &Routes)| (at as u32 != own && at as u32 != other && routes.hops(from).is_some()).then_some(at);
            let third: Vec<usize> = self.groups.iter().enumerate().filter_map(third).collect();
            return if third.is_empty() { Stops::Nowhere } else { Stops::Groups(third) };
        }
        let domain = |vertex: VertexIndex| self.routing.domains.get(vertex as usize).copied();
        let Some(own) = domain(from).filter(|own| domain(to) != Some(*own)) else { return Stops::Nowhere };
        let Some(members) = self.members.get(&own).filter(|members| members.len() > 1) else { return Stops::Nowhere };
        let nearest = members.iter().filter_map(|member| self.routes.hops(*member)).min();
        let nearest: Vec<VertexIndex> = members.iter().copied().filter(|member| nearest.is_some() && self.routes.hops(*member) == nearest).collect();
        let Some(within) = self.within.as_mut().filter(|_| !nearest.is_empty() && !nearest.contains(&from)) else { return Stops::Nowhere };
        let reached = |member: &VertexIndex| {
            within.between(from, *member);
            within.hops(from).is_some()
        };
        if nearest.iter().all(reached) { Stops::Members(nearest) } else { Stops::Nowhere }
    }
}

/// Passes over the searches with one pace.
struct Passes<'a> {
    straight: Sweep<'a>,
    through: Vec<Sweep<'a>>,
    inner: Sweep<'a>,
}

/// What the ways of a pair are like, ends not counted.
struct Ways {
    worst: Found,
    /// The mean and the quickest of the stops, in fs; `None` where a rate is unknown.
    rest: Option<[u64; 2]>,
    /// The slowest way, and the quickest stop's.
    slowest: Vec<ArcIndex>,
    quickest: Vec<ArcIndex>,
}

impl<'a> Passes<'a> {
    fn new(topology: &'a Topology, pace: &'a Pace, tier: &'a [u8], groups: usize) -> Self {
        let sweep = || Sweep::new(topology, pace, tier);
        Self { straight: sweep(), through: (0..groups).map(|_| sweep()).collect(), inner: sweep() }
    }

    fn toward(&mut self, legs: &Legs) {
        self.straight.toward(&legs.routes);
        for (sweep, routes) in self.through.iter_mut().zip(&legs.groups) {
            sweep.toward_and_on(routes, &self.straight);
        }
    }

    /// The ways from a place; `None` where none leads on from a stop.
    fn from(&mut self, legs: &mut Legs, from: VertexIndex) -> Option<Ways> {
        let mut found: Vec<(Found, Vec<ArcIndex>)> = Vec::new();
        match legs.stops(from) {
            Stops::Nowhere => found.push((self.straight.from(from)?, self.straight.path(&legs.routes, from)?)),
            Stops::Groups(third) => {
                for group in third {
                    let (sweep, routes) = (self.through.get(group)?, legs.groups.get(group)?);
                    found.push((sweep.from(from)?, sweep.path_and_on(routes, &self.straight, &legs.routes, from)?));
                }
            }
            Stops::Members(members) => {
                for member in members {
                    let within = legs.within.as_mut()?;
                    within.between(from, member);
                    self.inner.toward_and_on(within, &self.straight);
                    found.push((self.inner.from(from)?, self.inner.path_and_on(within, &self.straight, &legs.routes, from)?));
                }
            }
        }
        let times: Option<Vec<u64>> = found.iter().map(|(found, _)| found.time).collect();
        let rest = times.map(|times| {
            let total: u128 = times.iter().map(|time| u128::from(*time)).sum();
            [(total / times.len().max(1) as u128) as u64, times.iter().copied().min().unwrap_or(0)]
        });
        let rank = |found: &Found| (found.time.unwrap_or(MOST), found.sum);
        let first = found.first()?;
        let slowest = found.iter().reduce(|best, one| if rank(&one.0) > rank(&best.0) { one } else { best }).unwrap_or(first);
        let quickest = found.iter().reduce(|best, one| if rank(&one.0) < rank(&best.0) { one } else { best }).unwrap_or(first);
        let peak = found.iter().map(|(found, _)| found.peak).max().unwrap_or(0);
        let worst = Found { peak, network: found.iter().any(|(found, _)| found.network), ..slowest.0 };
        Some(Ways { worst, rest, slowest: slowest.1.clone(), quickest: quickest.1.clone() })
    }
}

/// [`super::all_pairs`] where flows stop on their way. Time: O(endpoints × (1 + groups) × (vertices + edges)).
pub(super) fn all_pairs(context: &Context, message: Bytes, most: u64, progress: &mut dyn FnMut(f64)) -> AllPairs {
    let topology = &context.topology;
    let pace = Pace::of(topology, &context.delays, message);
    let tier: Vec<u8> = (0..topology.vertices().len() as u32).map(|vertex| tier_of(context, vertex)).collect();
    let mut legs = Legs::new(topology, &context.routing);
    let groups = legs.groups.len();
    let steps = (topology.vertices().len() + 8 * topology.edges().len()).max(1) * context.routing.turns.modes() as usize * (1 + groups);
    let all = topology.endpoints();
    let total = (all.len() as u64).saturating_mul(steps as u64);
    let every = total.div_ceil(most.max(1)).max(1) as usize;
    let mut passes = Passes::new(topology, &pace, &tier, groups);
    let ranged = total <= RANGED;
    let ends = if ranged { Pace::ends(topology, &context.delays, message) } else { Default::default() };
    let mut outer: Vec<(Passes, Option<u128>)> = ends.iter().filter(|_| ranged).map(|pace| (Passes::new(topology, pace, &[], groups), Some(0))).collect();

    let mut found = AllPairs { message, of: all.len(), ..AllPairs::default() };
    let looked = all.len().div_ceil(every).max(1);
    for target in all.iter().step_by(every) {
        legs.routes.toward(*target);
        passes.toward(&legs);
        outer.iter_mut().for_each(|(passes, _)| passes.toward(&legs));
        for source in all.iter().filter(|source| *source != target) {
            let Some(ways) = passes.from(&mut legs, *source) else {
                found.apart += 1;
                continue;
            };
            let hops = ways.slowest.len() as u32;
            *found.hops.entry(hops).or_default() += 1;
            // Ways back stop elsewhere, so a pair is named as it goes.
            let pair = Pair { from: *source, to: *target, value: f64::from(hops), like: 1 };
            if found.most_hops.is_none_or(|most| pair.value > most.value) {
                found.most_hops = Some(pair);
            }
            let ending = |pace: &Pace| pace.ending(*source).saturating_add(pace.ending(*target));
            for ((passes, sum), pace) in outer.iter_mut().zip(&ends) {
                let mean = passes.from(&mut legs, *source).and_then(|ways| Some(ways.rest?[0].saturating_add(ending(pace))));
                *sum = sum.zip(mean.filter(|mean| *mean < MOST)).map(|(sum, mean)| sum + u128::from(mean));
            }
            let with = |time: u64| time.saturating_add(ending(&pace));
            let times = ways.worst.time.zip(ways.rest).map(|(worst, [mean, best])| Times { worst: with(worst), mean: with(mean), best: with(best) });
            let sum = with(ways.worst.sum).min(MOST);
            found.tally.add(relation(topology, *source, *target, &ways.worst), hops, pair, times.filter(|times| times.worst < MOST), sum);
        }
        found.looked += 1;
        progress(found.looked as f64 / looked as f64);
    }
    found.tally.finish();
    found.range(outer.into_iter().map(|(_, sum)| sum));
    found
}

/// The slowest way of a pair by its slowest stop, or by its quickest one, as arcs.
pub(super) fn path(context: &Context, message: Bytes, from: VertexIndex, to: VertexIndex, quick: bool) -> Option<Vec<ArcIndex>> {
    let topology = &context.topology;
    let pace = Pace::of(topology, &context.delays, message);
    let mut legs = Legs::new(topology, &context.routing);
    let mut passes = Passes::new(topology, &pace, &[], legs.groups.len());
    legs.routes.toward(to);
    passes.toward(&legs);
    let ways = passes.from(&mut legs, from)?;
    Some(if quick { ways.quickest } else { ways.slowest })
}
