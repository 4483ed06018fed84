//! Counting pairs: by class, each with its least, mean and most latency and its histogram.

use super::pace::FEMTO;
use crate::engine::topology::VertexIndex;
use crate::units::SortedMap;

/// Up to so many different latencies a histogram keeps each; beyond, they are put together in steps, which are named. A limit of Weft.
const MOST_VALUES: usize = 4096;
/// How many of the slowest pairs are named.
const NAMED: usize = 8;
/// Places of the cache before the sorted map.
const CACHED: usize = 64;

/// How the two ends of a pair stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// Both are inside one system.
    System,
    /// All ways stay in the scale-up fabric.
    Domain,
    /// The highest tier that a way passes; 0 where they are joined without a switch.
    Tier(u8),
}

/// A pair of endpoints with its latency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Where it starts.
    pub from: VertexIndex,
    /// Where it ends.
    pub to: VertexIndex,
    /// Latency in ns, or hops.
    pub value: f64,
    /// How many ordered pairs are known to be like it, itself counted.
    pub like: u64,
}

/// What a pair takes, in fs: over the slowest of the ways its flows take; where they stop at one of several places, over the slowest way of each
/// stop, the mean of the stops and the quickest of them. One way is all three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// By the slowest stop.
    pub worst: u64,
    /// The mean of the stops.
    pub mean: u64,
    /// By the quickest stop.
    pub best: u64,
}

impl Times {
    /// Of a pair that goes straight.
    pub const fn straight(time: u64) -> Self {
        Self { worst: time, mean: time, best: time }
    }
}

/// Latencies with how many pairs have each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// Pairs by latency in fs, or by where a step begins.
    counts: SortedMap<u64, u64>,
    /// Width of a step in fs; 1 tells every latency apart.
    width: u64,
}

impl Histogram {
    /// Adds pairs.
    fn add(&mut self, time: u64, pairs: u64) {
        self.width = self.width.max(1);
        *self.counts.entry(time / self.width).or_default() += pairs;
        while self.counts.len() > MOST_VALUES {
            self.coarsen();
        }
    }
    fn coarsen(&mut self) {
        let mut wider: SortedMap<u64, u64> = SortedMap::new();
        for (step, pairs) in self.counts.iter() {
            *wider.entry(step / 10).or_default() += pairs;
        }
        self.counts = wider;
        self.width *= 10;
    }
    /// Latency in ns (or where a step begins) and how many pairs, ascending.
    pub fn values(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        self.counts.iter().map(|(step, pairs)| (*step as f64 * self.width as f64 / FEMTO, *pairs))
    }
    /// The width of a step in ns; 0 where every latency is told apart.
    pub fn width(&self) -> f64 {
        if self.width > 1 { self.width as f64 / FEMTO } else { 0.0 }
    }
}

/// Pairs that are related alike and equally many hops apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// How their ends stand to each other.
    pub relation: Relation,
    /// Links and wires crossed.
    pub hops: u32,
    /// Ordered pairs.
    pub pairs: u64,
    /// Pairs among them whose latency is unknown, because a link on the way has no known rate.
    pub unknown: u64,
    /// The slowest pair; one of unknown latency before all others.
    pub slowest: Pair,
    /// The quickest pair; `None` where all are unknown.
    pub quickest: Option<Pair>,
    /// Pairs of known latency by it.
    pub histogram: Histogram,
    /// Sum of all known latencies, in fs.
    sum: u128,
    worst: Option<u64>,
    best: u64,
    cache: Vec<(u64, u64)>,
}

impl Class {
    fn new(relation: Relation, hops: u32, first: Pair) -> Self {
        Self {
            relation,
            hops,
            pairs: 0,
            unknown: 0,
            slowest: first,
            quickest: None,
            histogram: Histogram::default(),
            sum: 0,
            worst: None,
            best: u64::MAX,
            cache: vec![(0, 0); CACHED],
        }
    }

    fn known(&self) -> u64 {
        self.pairs - self.unknown
    }
    /// The mean latency in ns; `None` where one is unknown.
    pub fn mean(&self) -> Option<f64> {
        mean(self.sum, self.known()).filter(|_| self.unknown == 0)
    }

    fn add(&mut self, pair: &mut Pair, time: Option<Times>, sum: u64) {
        self.pairs += pair.like;
        let Some(Times { worst: time, mean, best }) = time else {
            pair.value = sum as f64 / FEMTO;
            if self.unknown == 0 || pair.value > self.slowest.value {
                self.slowest = *pair;
            }
            self.unknown += pair.like;
            return;
        };
        pair.value = time as f64 / FEMTO;
        if self.unknown == 0 && self.worst.is_none_or(|worst| time > worst) {
            self.worst = Some(time);
            self.slowest = *pair;
        }
        if best < self.best {
            self.best = best;
            self.quickest = Some(Pair { value: best as f64 / FEMTO, ..*pair });
        }
        self.count(time, mean, pair.like);
    }

    /// Counts pairs whose slowest way takes so long, and the mean of their ways.
    fn count(&mut self, time: u64, mean: u64, like: u64) {
        self.sum += u128::from(mean) * u128::from(like);
        // Most pairs have one of a few latencies.
        if let Some(place) = self.cache.get_mut((time.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58) as usize) {
            if place.0 == time || place.1 == 0 {
                *place = (time, place.1 + like);
                return;
            }
            let (before, pairs) = std::mem::replace(place, (time, like));
            self.histogram.add(before, pairs);
        }
    }

    fn finish(&mut self) {
        for (time, pairs) in std::mem::take(&mut self.cache).into_iter().filter(|(_, pairs)| *pairs > 0) {
            self.histogram.add(time, pairs);
        }
    }
}

/// The mean in ns of a sum in fs.
pub(super) fn mean(sum: u128, pairs: u64) -> Option<f64> {
    (pairs > 0).then(|| sum as f64 / (pairs as f64 * FEMTO))
}

/// All pairs, counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Classes, the nearest first.
    pub classes: Vec<Class>,
    /// The slowest pairs of known latency, each way between two ends once, the slowest first.
    pub longest: Vec<Pair>,
}

impl Tally {
    /// Adds pairs that are alike, and tells the place of their class.
    pub fn add(&mut self, relation: Relation, hops: u32, mut pair: Pair, time: Option<Times>, sum: u64) -> usize {
        let found = self.classes.iter().position(|class| class.hops == hops && class.relation == relation);
        let at = found.unwrap_or_else(|| {
            self.classes.push(Class::new(relation, hops, pair));
            self.classes.len() - 1
        });
        if let Some(class) = self.classes.get_mut(at) {
            class.add(&mut pair, time, sum);
        }
        if time.is_some() && (self.longest.len() < NAMED || self.longest.last().is_some_and(|last| pair.value > last.value)) {
            self.name(pair);
        }
        at
    }

    /// Adds pairs that go straight and take as long as others that were added to the class at a place; `false` where one of them may have to be named,
    /// and then nothing is added.
    pub(super) fn add_like(&mut self, class: usize, time: u64, like: u64) -> bool {
        let is_named = self.longest.len() < NAMED || self.longest.last().is_none_or(|last| time as f64 / FEMTO > last.value);
        let Some(class) = self.classes.get_mut(class).filter(|_| !is_named) else { return false };
        class.pairs += like;
        class.count(time, time, like);
        true
    }

    fn name(&mut self, pair: Pair) {
        let ends = |pair: &Pair| (pair.from.min(pair.to), pair.from.max(pair.to));
        if let Some(known) = self.longest.iter_mut().find(|known| ends(known) == ends(&pair)) {
            if pair.value <= known.value {
                known.like = known.like.max(pair.like);
                return;
            }
            *known = pair;
        } else {
            self.longest.push(pair);
        }
        crate::units::order::sort_by(&mut self.longest, |a, b| b.value.total_cmp(&a.value));
        self.longest.truncate(NAMED);
    }

    /// Puts classes in order, after the last pair.
    pub fn finish(&mut self) {
        self.classes.iter_mut().for_each(Class::finish);
        crate::units::order::sort_by_key(&mut self.classes, |class| (class.relation, class.hops));
    }

    /// Ordered pairs with a route.
    pub fn pairs(&self) -> u64 {
        self.classes.iter().fold(0, |sum, class| sum.saturating_add(class.pairs))
    }
    /// Pairs among them whose latency is unknown.
    pub fn unknown(&self) -> u64 {
        self.classes.iter().fold(0, |sum, class| sum.saturating_add(class.unknown))
    }
    /// The sum of all known latencies, in fs.
    pub(super) fn sum(&self) -> u128 {
        self.classes.iter().fold(0u128, |sum, class| sum.saturating_add(class.sum))
    }
    /// The mean latency in ns; `None` where one is unknown or there is no pair.
    pub fn mean(&self) -> Option<f64> {
        mean(self.sum(), self.pairs()).filter(|_| self.unknown() == 0)
    }
    /// The slowest pair of all; one of unknown latency before all others.
    pub fn slowest(&self) -> Option<Pair> {
        let rank = |class: &Class| (class.unknown > 0, class.slowest.value);
        self.classes.iter().reduce(|best, class| if rank(class) > rank(best) { class } else { best }).map(|class| class.slowest)
    }
    /// The quickest pair of known latency.
    pub fn quickest(&self) -> Option<Pair> {
        self.classes.iter().filter_map(|class| class.quickest).reduce(|best, pair| if pair.value < best.value { pair } else { best })
    }
}
