//! The switches of a fabric by themselves, alike ones once: what searches over all pairs look at instead of the whole fabric.
//!
//! A switch is whatever forwards, is no end of traffic and no adapter. Two of them are alike when both have links of the same kinds to the very same
//! switches: any way over one of them leads over the other as well, and takes as long. No shortest way passes two that are alike, for what
//! follows the second follows the first. So one of each class is enough, and whole lists are compared, never a hash or a colour: the answers are exact.
//! A fat tree of k pods has k classes at its edge; 2,048 leaves in units of eight have 256.

use super::pace::Pace;
use crate::engine::context::Context;
use crate::engine::estimate::collective::group::is_scale_up;
use crate::engine::topology::{Topology, VertexIndex, VertexKind};
use crate::units::intern::Intern;
use crate::units::order;

/// What is not there.
pub(super) const NONE: u32 = u32::MAX;

/// A stretch of ways from one place to another: of all with the fewest hops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// How many links are crossed.
    pub(super) hops: u32,
    /// The slowest of them, in fs: links, and what is passed.
    pub(super) time: u64,
    /// The highest tier that any passes.
    pub(super) peak: u8,
    /// Whether any leaves the scale-up fabric.
    pub(super) leaves: bool,
}

impl Stretch {
    /// Both of two sets of ways: those with fewer hops, else all.
    pub(super) fn or(self, other: Self) -> Self {
        match self.hops.cmp(&other.hops) {
            std::cmp::Ordering::Less => self,
            std::cmp::Ordering::Greater => other,
            std::cmp::Ordering::Equal => {
                Self { hops: self.hops, time: self.time.max(other.time), peak: self.peak.max(other.peak), leaves: self.leaves || other.leaves }
            }
        }
    }
    /// The same ways going on.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            hops: self.hops.saturating_add(other.hops),
            time: self.time.saturating_add(other.time),
            peak: self.peak.max(other.peak),
            leaves: self.leaves || other.leaves,
        }
    }
}

/// Switches joined with each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// The least and the most rate of the links between them in Gb/s; the other way around where there is none.
    pub(super) rates: [f64; 2],
    /// Whether one takes packets in whole.
    pub(super) stores: bool,
}

/// What each link takes and is, as a number; `None` where there are too many kinds to tell apart. What wires inside systems are follows from what is
/// around them. Time: O(links). Space: 4 bytes for each.
pub(super) fn kinds(context: &Context) -> Option<Vec<u32>> {
    let mut known: Vec<(u64, bool, bool)> = Vec::new();
    let (mut last, mut number) = ((u64::MAX, false, false), 0);
    let links = context.topology.links().len();
    let mut kinds = Vec::with_capacity(links);
    for (edge, is) in (0..).zip(context.topology.edges().iter().take(links)) {
        let kind = (is.gbps.to_bits(), is.rate_known, is_scale_up(is));
        // Neighbours are mostly alike.
        if kind != last {
            last = kind;
            number = known.iter().position(|known| *known == kind).unwrap_or(known.len());
            if number == known.len() {
                known.push(kind);
            }
        }
        let time = context.delays.number(edge);
        if number >= 1 << 8 || time >= 1 << 24 {
            return None;
        }
        kinds.push(time << 8 | number as u32);
    }
    Some(kinds)
}

/// The switches of a fabric and what joins them.
#[derive(Debug, Default)]
pub(super) struct Backbone {
    /// By vertex: its place among switches.
    place: Vec<u32>,
    /// By place.
    pub(super) vertices: Vec<VertexIndex>,
    /// By place.
    class: Vec<u32>,
    /// By class: the first of it.
    sample: Vec<VertexIndex>,
    /// By class: where its arcs begin, and one more.
    first: Vec<u32>,
    arcs: Vec<Arc>,
    /// By class: what passing one takes.
    is: Vec<Passed>,
    /// By class: the part it is of.
    part: Vec<u32>,
    /// Parts that nothing joins with each other.
    pub(super) parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug)]
struct Arc {
    time: u64,
    to: u32,
    leaves: bool,
}

#[derive(Clone, Copy, Debug)]
struct Passed {
    time: u64,
    tier: u8,
    stores: bool,
}

/// A search from one class. Kept between searches.
#[derive(Debug, Default)]
pub(super) struct Search {
    source: u32,
    at: Vec<Stretch>,
    open: Vec<u32>,
}

const UNSEEN: Stretch = Stretch { hops: u32::MAX, time: 0, peak: 0, leaves: false };

impl Backbone {
    /// The switches of a design's fabric, whose links are of these kinds; [`Backbone::time`] comes next. Time: O(vertices + links of switches).
    pub(super) fn of(context: &Context, kinds: &[u32]) -> Self {
        let topology = &context.topology;
        let mut found = Self { place: vec![NONE; topology.vertices().len()], ..Self::default() };
        let mut labels = Vec::new();
        for node in 0..topology.nodes().len() {
            let range = topology.vertices_at(node);
            if let (Some(vertex), true) = (topology.vertices().get(range.start as usize), range.len() == 1)
                && vertex.transit
                && !vertex.endpoint
                && vertex.inside.is_none()
                && vertex.kind != VertexKind::Nic
                && let Some(place) = found.place.get_mut(range.start as usize)
            {
                *place = found.vertices.len() as u32;
                found.vertices.push(range.start);
                labels.push(context.tiers.at_place(node).unwrap_or(0));
            }
        }
        let (mut words, mut lists) = (Vec::new(), Intern::default());
        for (vertex, tier) in found.vertices.iter().zip(&labels) {
            words.clear();
            words.extend(topology.row(*vertex).iter().filter_map(|hop| {
                let to = found.place(hop.to);
                (to != NONE).then(|| u64::from(to) << 32 | u64::from(kinds.get(hop.arc as usize / 2).copied().unwrap_or(NONE)))
            }));
            order::unique_words(&mut words);
            let delays = &context.delays;
            words.extend([delays.passing(*vertex).0.to_bits(), u64::from(*tier) << 1 | u64::from(delays.stores(*vertex))]);
            let class = lists.number(&words);
            if class as usize == found.sample.len() {
                found.sample.push(*vertex);
                found.is.push(Passed { time: 0, tier: *tier, stores: delays.stores(*vertex) });
            }
            found.class.push(class);
        }
        found
    }

    /// Takes the times and rates of a message: what joins classes is what leads away from one of each. Time: O(links of one switch of each class).
    pub(super) fn time(&mut self, topology: &Topology, pace: &Pace) {
        self.first.clear();
        self.arcs.clear();
        let mut rates: Vec<[f64; 2]> = Vec::with_capacity(self.sample.len());
        // By class: the last arc to it, and whose it is.
        let mut met = vec![(NONE, 0); self.sample.len()];
        for (class, vertex) in (0..).zip(&self.sample) {
            self.first.push(self.arcs.len() as u32);
            let mut ends = [f64::INFINITY, 0.0f64];
            for hop in topology.row(*vertex) {
                let Some(to) = self.class.get(self.place(hop.to) as usize).copied() else { continue };
                let leaves = !topology.edges().get(hop.arc as usize / 2).is_some_and(is_scale_up);
                let (time, rate) = (pace.crossing(hop.arc), pace.rate(hop.arc));
                ends = [ends[0].min(rate), ends[1].max(rate)];
                let Some(before) = met.get_mut(to as usize) else { continue };
                match self.arcs.get_mut(before.1).filter(|same| before.0 == class && same.leaves == leaves) {
                    // Of links beside each other the slowest counts.
                    Some(same) => same.time = same.time.max(time),
                    None => {
                        *before = (class, self.arcs.len());
                        self.arcs.push(Arc { time, to, leaves });
                    }
                }
            }
            rates.push(ends);
        }
        self.first.push(self.arcs.len() as u32);
        for (is, vertex) in self.is.iter_mut().zip(&self.sample) {
            is.time = pace.passing(*vertex);
        }
        self.parts.clear();
        self.part = vec![NONE; self.sample.len()];
        let mut open = Vec::new();
        for class in 0..self.sample.len() as u32 {
            if self.part_of(class) != NONE as usize {
                continue;
            }
            let number = self.parts.len() as u32;
            let mut part = Part { rates: [f64::INFINITY, 0.0], stores: false };
            open.push(class);
            while let Some(here) = open.pop() {
                let Some(of) = self.part.get_mut(here as usize).filter(|of| **of == NONE) else { continue };
                *of = number;
                part.stores |= self.is.get(here as usize).is_some_and(|is| is.stores);
                let ends = rates.get(here as usize).copied().unwrap_or(part.rates);
                part.rates = [part.rates[0].min(ends[0]), part.rates[1].max(ends[1])];
                open.extend(self.arcs(here).iter().map(|arc| arc.to));
            }
            self.parts.push(part);
        }
    }

    /// The place of a vertex among switches; [`NONE`] where it is none.
    #[inline]
    pub(super) fn place(&self, vertex: VertexIndex) -> u32 {
        self.place.get(vertex as usize).copied().unwrap_or(NONE)
    }
    /// The class of the switch at a place.
    #[inline]
    pub(super) fn class_at(&self, place: u32) -> u32 {
        self.class.get(place as usize).copied().unwrap_or(NONE)
    }
    /// The part that a class is of.
    pub(super) fn part_of(&self, class: u32) -> usize {
        self.part.get(class as usize).copied().unwrap_or(NONE) as usize
    }
    /// How many classes and arcs a search looks at.
    pub(super) fn size(&self) -> usize {
        self.is.len() + self.arcs.len()
    }
    /// How many classes there are.
    pub(super) fn classes(&self) -> usize {
        self.is.len()
    }
    /// More than the time of any way over switches.
    pub(super) fn longest(&self) -> u64 {
        let most = self.arcs.iter().map(|arc| arc.time).max().unwrap_or(0).saturating_add(self.is.iter().map(|is| is.time).max().unwrap_or(0));
        most.saturating_mul(self.is.len() as u64 + 2)
    }
    /// Adds to every switch of a part that takes packets in whole what a packet takes at a rate.
    pub(super) fn store(&mut self, pace: &Pace, part: usize, rate: f64) {
        for (is, _) in self.is.iter_mut().zip(&self.part).filter(|(is, of)| is.stores && **of as usize == part) {
            is.time = is.time.saturating_add(pace.packet_time(rate));
        }
    }
    /// Passing a switch of a class alone.
    pub(super) fn passing(&self, class: u32) -> Stretch {
        let (time, peak) = self.is.get(class as usize).map_or((0, 0), |is| (is.time, is.tier));
        Stretch { hops: 0, time, peak, leaves: false }
    }

    fn arcs(&self, class: u32) -> &[Arc] {
        let at = |place: usize| self.first.get(place).copied().unwrap_or(0) as usize;
        self.arcs.get(at(class as usize)..at(class as usize + 1)).unwrap_or_default()
    }

    /// Searches all classes from one. Time: O(classes + arcs).
    pub(super) fn search(&self, source: u32, search: &mut Search) {
        search.source = source;
        search.at.clear();
        search.at.resize(self.is.len(), UNSEEN);
        search.open.clear();
        if let Some(at) = search.at.get_mut(source as usize) {
            *at = Stretch { hops: 0, ..UNSEEN };
            search.open.push(source);
        }
        let mut next = 0;
        while let Some(class) = search.open.get(next).copied() {
            next += 1;
            let mut here = search.at[class as usize];
            if class != source {
                here = here.and(self.passing(class));
            }
            let farther = here.hops + 1;
            for arc in self.arcs(class) {
                let known = &mut search.at[arc.to as usize];
                let time = here.time.saturating_add(arc.time);
                if known.hops == farther {
                    known.time = known.time.max(time);
                    known.peak = known.peak.max(here.peak);
                    known.leaves |= here.leaves || arc.leaves;
                } else if known.hops == u32::MAX {
                    *known = Stretch { hops: farther, time, peak: here.peak, leaves: here.leaves || arc.leaves };
                    search.open.push(arc.to);
                }
            }
        }
    }

    /// What lies between one switch of the class that the last search began at and one of another class, both passed.
    pub(super) fn between(&self, search: &Search, to: u32) -> Option<Stretch> {
        let found = search.at.get(to as usize).filter(|found| found.hops != u32::MAX)?;
        Some(self.passing(search.source).and(*found).and(self.passing(to)))
    }
    /// The same between two switches of that class.
    pub(super) fn among(&self, search: &Search) -> Option<Stretch> {
        let beside = self.arcs(search.source).iter().filter_map(|arc| {
            let there = search.at.get(arc.to as usize).filter(|there| there.hops == 1)?;
            let back = Stretch { hops: 1, time: arc.time, peak: 0, leaves: arc.leaves };
            Some(there.and(self.passing(arc.to)).and(back))
        });
        let found = beside.reduce(Stretch::or)?;
        Some(self.passing(search.source).and(found).and(self.passing(search.source)))
    }
}
