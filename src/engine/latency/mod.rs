//! Latency over all ordered pairs of endpoints, exactly: worst, best, mean, histogram, and the classes that pairs fall into.
//!
//! A pair's latency is that of the slowest of its equal routes (by forwarding tables, of the ways they lead: [`tabled`]), on the wire, adapters included, for a message of one size; what a
//! collective library adds is never mixed in. Pairs are not sampled. Where a fabric is one of switches with systems on them, and any step may follow any, switches
//! are searched by themselves, alike ones once, and ends are counted by their ways out ([`by_switch`]): 65,536 XPUs with cables of many lengths are 256
//! searches. Elsewhere twins are left out first ([`Reduced`]), then of all endpoints that a verified symmetry makes equal one is looked at
//! ([`symmetry`](super::failures::symmetry)); what is left takes a search each ([`Routes`], so the routing in force) and a pass over it ([`sweep`]). Where
//! that is more than a live report has time for, the answer says that it is not complete, and the whole is worked out when it is asked for.
//!
//! Two orders of sums give two floating-point numbers, so times are whole femtoseconds: equal latencies are equal.

pub mod answer;
mod around;
mod backbone;
mod by_switch;
mod islands;
pub mod pace;
mod quick;
pub mod sweep;
mod tabled;
pub mod tally;

pub(super) use by_switch::Kept;
pub use tally::{Class, Histogram, Pair, Relation, Tally, Times};

use self::pace::Pace;
use self::quick::Quick;
use self::sweep::{Found, Sweep};
use super::context::Context;
use super::estimate::collective::group::is_scale_up;
use super::failures::symmetry::{Labels, Rows, orbits_among};
use super::routes::Routes;
use super::topology::{Topology, VertexIndex, VertexKind};
use super::twins::{Alike, Reduced};
use crate::model::NodeId;
use crate::units::intern::Intern;
use crate::units::{Bytes, SortedMap};

/// The message whose latency is shown where the design names none.
pub const MESSAGE: Bytes = Bytes(4096.0);
/// A live report looks at all pairs where that takes at most so many steps, about 0.2 s natively. A limit of Weft.
pub const LIVE: u64 = 40_000_000;
/// The range of the mean takes two passes more, made up to so many steps. A limit of Weft.
pub const RANGED: u64 = 5_000_000;

/// What was found over all ordered pairs of endpoints.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AllPairs {
    /// The size of the message.
    pub message: Bytes,
    /// Pairs by hops.
    pub hops: SortedMap<u32, u64>,
    /// Pairs without a route.
    pub apart: u64,
    /// A pair with the most hops.
    pub most_hops: Option<Pair>,
    /// Pairs by class.
    pub tally: Tally,
    /// The least and the most that the mean latency may be, in ns, from the ends of every figure: with all at their least, each pair over the
    /// slowest of its equal routes then, and with all at their most. `None` where that was not worked out ([`RANGED`]) or one is unknown.
    pub mean_range: Option<[f64; 2]>,
    /// Where switches forward by tables: whether pairs were followed along them, or over the slowest of the routes of fewest hops.
    pub by_tables: Option<bool>,
    /// Endpoints that stand for all others and were looked at, and how many there are.
    pub looked: usize,
    /// See [`AllPairs::looked`].
    pub of: usize,
}

impl AllPairs {
    /// Whether all pairs were looked at.
    pub fn is_complete(&self) -> bool {
        self.looked == self.of
    }
    /// The routing in force, and which of its ways were timed, as an assumption of an estimate.
    pub fn routing(&self, context: &Context) -> String {
        let words = context.routing.around();
        match self.by_tables {
            None => words,
            Some(true) => {
                format!("{words}; along the tables, for every address of a port; over the slowest of these ways, of which the mean and the quickest count too")
            }
            Some(false) => format!(
                "{words}; over the slowest of the routes of fewest hops, for there are too many pairs to follow each along its tables: a pair may take a quicker way, and by imported tables a longer one"
            ),
        }
    }
    /// Keeps the range of the mean, from the sums of all latencies in fs at both ends.
    fn range(&mut self, sums: impl Iterator<Item = Option<u128>>) {
        let means: Vec<f64> = sums.filter_map(|sum| tally::mean(sum?, self.tally.pairs())).collect();
        self.mean_range = means.try_into().ok();
    }
}

/// The size of the message that a design is asked about; 0 asks for the way alone.
pub fn message(context: &Context) -> Bytes {
    context.message.filter(|size| (0.0..=1e15).contains(&size.0)).unwrap_or(MESSAGE)
}

/// Looks at all pairs, as far as `most` steps reach: beyond, only evenly spread endpoints are looked at, and the answer is not complete.
/// `progress` is told how much is done, from 0 to 1.
///
/// Time: O(classes of endpoints × (vertices + edges that are no twins)).
pub fn all_pairs(context: &Context, message: Bytes, most: u64, progress: &mut dyn FnMut(f64)) -> AllPairs {
    all_pairs_by(context, message, most, &mut Alike::default(), &mut Kept::default(), progress)
}

/// [`all_pairs`] of the context's own message for a live report, by what is known from before of which nodes are alike and of ways between switches.
pub(super) fn live_pairs(context: &Context) -> AllPairs {
    let (mut alike, mut switches) = (context.known.alike.take(), context.known.switches.take());
    let found = all_pairs_by(context, message(context), LIVE, &mut alike, &mut switches, &mut |_| {});
    context.known.alike.replace(alike);
    context.known.switches.replace(switches);
    found
}

fn all_pairs_by(context: &Context, message: Bytes, most: u64, alike: &mut Alike, switches: &mut Kept, progress: &mut dyn FnMut(f64)) -> AllPairs {
    if !context.routing.goes_straight() {
        return around::all_pairs(context, message, most, progress);
    }
    if let Some(found) = tabled::follows(context).then(|| tabled::all_pairs(context, message, progress)).flatten() {
        return found;
    }
    let found = by_routes(context, message, most, alike, switches, progress);
    if context.routing.tables.is_empty() { found } else { AllPairs { by_tables: Some(false), ..found } }
}

/// Over the slowest of the routes of fewest hops.
fn by_routes(context: &Context, message: Bytes, most: u64, alike: &mut Alike, switches: &mut Kept, progress: &mut dyn FnMut(f64)) -> AllPairs {
    if context.routing.turns.is_free()
        && let Some(found) = by_switch::all_pairs(context, message, most, switches, progress)
    {
        #[cfg(debug_assertions)]
        {
            compare(context, message, &found);
            let scratch = by_switch::all_pairs(context, message, most, &mut Kept::default(), &mut |_| {});
            debug_assert!(scratch.is_some_and(|scratch| scratch == found), "pairs by what is known of switches");
        }
        return found;
    }
    by_endpoint(context, message, most, alike, progress)
}

/// One search for each endpoint that stands for others.
fn by_endpoint(context: &Context, message: Bytes, most: u64, alike: &mut Alike, progress: &mut dyn FnMut(f64)) -> AllPairs {
    let reduced = Reduced::again(&context.topology, &context.delays, &context.parts, &context.routing.turns, alike);
    #[cfg(debug_assertions)]
    debug_assert!(reduced.is(&Reduced::of(&context.topology, &context.delays, &context.parts, &context.routing.turns)), "twins");
    let topology = &reduced.topology;
    let sources = sources(context, &reduced);
    let steps = (topology.vertices().len() + 8 * topology.edges().len()).max(1) * if topology.has_hosts() { 3 } else { 1 } * reduced.turns.modes() as usize;
    // In 64 bits: on the web a `usize` has 32.
    let every = (sources.len() as u64).saturating_mul(steps as u64).div_ceil(most.max(1)).max(1) as usize;
    let pace = Pace::of(topology, &reduced.delays, message);
    let tier: Vec<u8> = reduced.original.iter().map(|vertex| tier_of(context, *vertex)).collect();

    let mut found = AllPairs { message, of: sources.len(), ..AllPairs::default() };
    let mut routes = Routes::under(topology, &reduced.turns);
    let mut sweep = Sweep::new(topology, &pace, &tier);
    let mut quick = Quick::new(topology, &pace, &tier);
    let looked = sources.len().div_ceil(every).max(1);
    let ranged = every == 1 && (sources.len() as u64).saturating_mul(steps as u64) <= RANGED;
    let ends = if ranged { Pace::ends(topology, &reduced.delays, message) } else { Default::default() };
    let mut outer: Vec<(Sweep, Option<u128>)> = ends.iter().filter(|_| ranged).map(|pace| (Sweep::new(topology, pace, &[]), Some(0))).collect();
    for (target, stands_for) in sources.iter().step_by(every) {
        let is_quick = quick.toward(&mut routes, *target);
        if !is_quick || cfg!(debug_assertions) {
            sweep.toward(&routes);
        }
        outer.iter_mut().for_each(|(sweep, _)| sweep.toward(&routes));
        for source in topology.endpoints().iter().filter(|source| *source != target) {
            let pairs = reduced.weight(*target, *source).saturating_mul(*stands_for);
            if pairs == 0 {
                continue;
            }
            let way = if is_quick { quick.from(&routes, *source) } else { sweep.from(*source) };
            let Some((hops, way)) = routes.hops(*source).zip(way) else {
                found.apart += pairs;
                continue;
            };
            debug_assert!(sweep.from(*source) == Some(way), "one way of each state");
            *found.hops.entry(hops).or_default() += pairs;
            let original = |vertex: VertexIndex| reduced.original.get(vertex as usize).copied().unwrap_or(vertex);
            // Mostly it takes as long one way as the other, and a pair is named from its first end.
            let (one, other) = (original(*source), original(*target));
            let (one, other) = if context.routing.is_symmetric() { (one.min(other), one.max(other)) } else { (one, other) };
            let pair = Pair { from: one, to: other, value: f64::from(hops), like: pairs };
            if found.most_hops.is_none_or(|most| pair.value > most.value) {
                found.most_hops = Some(pair);
            }
            let relation = relation(topology, *source, *target, &way);
            let ending = |pace: &Pace| pace.ending(*source).saturating_add(pace.ending(*target));
            for ((sweep, sum), pace) in outer.iter_mut().zip(&ends) {
                let time = sweep.from(*source).and_then(|way| way.time).map(|time| time.saturating_add(ending(pace))).filter(|time| *time < pace::MOST);
                *sum = sum.zip(time).map(|(sum, time)| sum + u128::from(time) * u128::from(pairs));
            }
            let ends = ending(&pace);
            let time = way.time.map(|time| time.saturating_add(ends)).filter(|time| *time < pace::MOST);
            found.tally.add(relation, hops, pair, time.map(Times::straight), way.sum.saturating_add(ends).min(pace::MOST));
        }
        found.looked += 1;
        progress(found.looked as f64 / looked as f64);
    }
    found.tally.finish();
    found.range(outer.into_iter().map(|(_, sum)| sum));
    found
}

/// Holds that the pairs of a small fabric are counted as by one search for each endpoint, but for names.
#[cfg(debug_assertions)]
fn compare(context: &Context, message: Bytes, found: &AllPairs) {
    if context.topology.endpoints().len() > 300 || context.topology.edges().len() > 4000 {
        return;
    }
    let other = by_endpoint(context, message, u64::MAX, &mut Alike::default(), &mut |_| {});
    let rows = |found: &AllPairs| -> Vec<_> {
        let row = |class: &Class| (class.relation, class.hops, class.pairs, class.unknown, class.slowest.value, class.histogram.clone());
        found.tally.classes.iter().map(row).collect()
    };
    debug_assert_eq!(rows(found), rows(&other), "classes of pairs by switches and by endpoints");
    debug_assert_eq!((&found.hops, found.apart, found.tally.mean()), (&other.hops, other.apart, other.tally.mean()), "pairs by switches and by endpoints");
    debug_assert!(found.mean_range.zip(other.mean_range).is_none_or(|(one, other)| one == other), "range of the mean by switches and by endpoints");
}

/// How the ends of a pair stand to each other, by what its ways are like.
fn relation(topology: &Topology, one: VertexIndex, other: VertexIndex, way: &Found) -> Relation {
    let node_of = |vertex: VertexIndex| topology.vertices().get(vertex as usize).map(|vertex| vertex.node);
    if node_of(one) == node_of(other) {
        Relation::System
    } else if way.network {
        Relation::Tier(way.peak)
    } else {
        Relation::Domain
    }
}

fn tier_of(context: &Context, vertex: VertexIndex) -> u8 {
    let Some(vertex) = context.topology.vertices().get(vertex as usize) else { return 0 };
    // What is inside a system is of no tier: its ways are told by the scale-up fabric.
    if vertex.inside.is_some() || !vertex.transit || vertex.kind == VertexKind::Nic { 0 } else { context.tiers.tier(vertex.node).unwrap_or(0) }
}

/// Endpoints that stand for all others, each with how many it stands for: of twins the first, and of those one of each class under
/// symmetries of what is left. A symmetry may only move what stands for equally many.
fn sources(context: &Context, reduced: &Reduced) -> Vec<(VertexIndex, u64)> {
    let all = reduced.sources();
    if all.len() < 2 {
        return all;
    }
    let topology = &reduced.topology;
    let delays = &reduced.delays;
    let edges = topology.edges();
    // Of symmetries only those count that keep the routing as it is.
    let routing = |at: VertexIndex| reduced.original.get(at as usize).map_or(0, |vertex| context.routing.label(*vertex));
    let class = |at: u32| u64::from(reduced.turns.class(2 * at)) | u64::from(reduced.turns.class(2 * at + 1)) << 8;
    // Neighbours are mostly alike.
    let mut last = 0;
    let mut words = Intern::default();
    let mut vertex: Vec<u64> = Vec::with_capacity(topology.vertices().len());
    for at in 0..topology.vertices().len() as u32 {
        let standing = reduced.standing_words(at);
        let word = [delays.passing(at).0.to_bits(), u64::from(delays.stores(at)), standing[0], standing[1], routing(at)];
        if words.list(last) != word {
            last = words.number(&word);
        }
        vertex.push(u64::from(last));
    }
    last = 0;
    let mut words = Intern::default();
    let mut edge: Vec<u64> = Vec::with_capacity(edges.len());
    for (at, is) in edges.iter().enumerate() {
        let rate = if is.rate_known { is.gbps.to_bits() } else { u64::MAX };
        let word = [delays.crossing(2 * at as u32).0.to_bits(), rate, u64::from(is_scale_up(is)), class(at as u32)];
        if words.list(last) != word {
            last = words.number(&word);
        }
        edge.push(u64::from(last));
    }
    let word = |list: &[u64], at: u32| list.get(at as usize).copied().unwrap_or(0);
    let labels = Labels::of(topology, |at| word(&vertex, at), |at| word(&edge, at));
    let found = orbits_among(topology, &Rows::of(topology), &labels, all.iter().map(|(vertex, _)| *vertex));
    let mut classes: SortedMap<u32, (VertexIndex, u64)> = SortedMap::new();
    for (at, stands_for) in all {
        let root = found.get(at as usize).copied().unwrap_or(at);
        classes.entry(root).or_insert((at, 0)).1 += stands_for;
    }
    let mut left: Vec<(VertexIndex, u64)> = classes.into_values().collect();
    crate::units::order::sort(&mut left);
    left
}

/// What a class of pairs is called.
pub fn class_name(context: &Context, class: &Class) -> String {
    let highest = context.tiers.highest();
    match class.relation {
        Relation::System => "Same system".to_owned(),
        Relation::Domain => "Same scale-up domain".to_owned(),
        Relation::Tier(0) => "Without a switch".to_owned(),
        Relation::Tier(1) => match switches(context, &class.slowest) {
            0 | 1 if highest > 1 => "Same leaf".to_owned(),
            0 | 1 => "Same switch".to_owned(),
            many => format!("{many} switches apart"),
        },
        Relation::Tier(2) if highest == 2 => "Across leaves".to_owned(),
        Relation::Tier(2) => "Same pod".to_owned(),
        Relation::Tier(3) if highest == 3 => "Across pods".to_owned(),
        Relation::Tier(tier) => format!("Over tier {tier}"),
    }
}

/// The switches that a pair's slowest way passes.
fn switches(context: &Context, pair: &Pair) -> usize {
    let is_switch = |node: NodeId, inside: bool| !inside && context.tiers.tier(node).is_some_and(|tier| tier > 0);
    let Some(path) = slowest_path(context, message(context), pair.from, pair.to) else { return 0 };
    let passed = path.iter().filter_map(|arc| context.topology.arc_ends(*arc)).filter(|[_, to]| *to != pair.to);
    let passed = passed.filter_map(|[_, to]| context.topology.vertices().get(to as usize));
    passed.filter(|vertex| vertex.transit && is_switch(vertex.node, vertex.inside.is_some())).count()
}

/// The slowest of the equal routes between two vertices, as arcs; of equal ones the first. Where flows stop on their way, by the slowest stop.
pub fn slowest_path(context: &Context, message: Bytes, from: VertexIndex, to: VertexIndex) -> Option<Vec<super::topology::ArcIndex>> {
    if !context.routing.goes_straight() {
        return around::path(context, message, from, to, false);
    }
    if let Some(path) = tabled::follows(context).then(|| tabled::path(context, message, from, to, false)).flatten() {
        return Some(path);
    }
    let own = message == self::message(context);
    if let Some(known) = context.slowest.borrow().as_ref().filter(|known| own && known.0 == [from, to]) {
        return Some(known.1.clone());
    }
    let mut routes = Routes::under(&context.topology, &context.routing.turns);
    routes.between(from, to);
    if own {
        return slowest_of(&context.topology, context.pace(), &routes, from);
    }
    slowest_of(&context.topology, &Pace::of(&context.topology, &context.delays, message), &routes, from)
}

/// The same by the quickest stop, where flows stop on their way, and by the quickest of several ways by tables.
pub fn quickest_stop_path(context: &Context, message: Bytes, from: VertexIndex, to: VertexIndex) -> Option<Vec<super::topology::ArcIndex>> {
    if !context.routing.goes_straight() {
        return around::path(context, message, from, to, true);
    }
    let quickest = tabled::follows(context).then(|| tabled::path(context, message, from, to, true)).flatten();
    quickest.or_else(|| slowest_path(context, message, from, to))
}

/// The same on a finished search.
pub fn slowest_of(topology: &Topology, pace: &Pace, routes: &Routes, from: VertexIndex) -> Option<Vec<super::topology::ArcIndex>> {
    let found = sweep::slowest(pace, routes, from);
    debug_assert!(
        {
            let mut sweep = Sweep::new(topology, pace, &[]);
            sweep.toward(routes);
            sweep.path(routes, from) == found
        },
        "the slowest way"
    );
    found
}
