//! The switches of a fabric by themselves, alike ones once: what searches over all pairs look at instead of the whole fabric.
//!
//! A switch is whatever forwards, is no end of traffic and no adapter. Two of them are alike when both have links of the same kinds to the very same
//! switches: any way over one of them leads over the other as well, and takes as long. No shortest way passes two that are alike, for what
//! follows the second follows the first. So one of each class is enough, and whole lists are compared, never a hash or a colour: the answers are exact.
//! A fat tree of k pods has k classes at its edge; 2,048 leaves in units of eight have 256.

use super::pace::Pace;
use crate::engine::context::Context;
use crate::engine::estimate::collective::group::is_scale_up;
use crate::engine::splice::Splice;
use crate::engine::topology::{EdgeIndex, Topology, Vertex, VertexIndex, VertexKind};
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

/// What links are, numbered, as far as any came.
#[derive(Clone, Debug, Default)]
pub(super) struct Kinds {
    known: Vec<(u64, bool, bool)>,
    /// By link, as long as all are asked for.
    all: Vec<u32>,
}

impl Kinds {
    /// Those of all links, looked at in one go; `None` where there are too many. [`Kinds::settle`] lets go of the list. Time: O(links).
    pub(super) fn of_all(context: &Context) -> Option<Self> {
        let mut found = Self::default();
        let links = context.topology.links().len();
        let mut all = Vec::with_capacity(links);
        let mut last = None;
        for (edge, is) in (0..).zip(context.topology.edges().iter().take(links)) {
            // Neighbours are mostly alike.
            let like = (is.gbps.to_bits(), is.rate_known, is_scale_up(is), context.delays.number(edge));
            let kind = match last {
                Some((same, kind)) if same == like => kind,
                _ => found.of(context, edge)?,
            };
            last = Some((like, kind));
            all.push(kind);
        }
        found.all = all;
        Some(found)
    }
    pub(super) fn settle(&mut self) {
        self.all = Vec::new();
    }
    /// What a link takes and is, as a number; `None` where there are too many kinds to tell apart. What wires inside systems are follows from what is around
    /// them.
    #[inline(always)]
    pub(super) fn of(&mut self, context: &Context, edge: EdgeIndex) -> Option<u32> {
        if let Some(kind) = self.all.get(edge as usize) {
            return Some(*kind);
        }
        let is = context.topology.edges().get(edge as usize)?;
        let kind = (is.gbps.to_bits(), is.rate_known, is_scale_up(is));
        let number = self.known.iter().position(|known| *known == kind).unwrap_or(self.known.len());
        if number == self.known.len() {
            self.known.push(kind);
        }
        let time = context.delays.number(edge);
        (number < 1 << 8 && time < 1 << 24).then_some(time << 8 | number as u32)
    }
}

/// The switches of a fabric and what joins them.
#[derive(Clone, Debug, Default)]
pub(super) struct Backbone {
    /// By vertex: its place among switches.
    place: Vec<u32>,
    /// By place.
    pub(super) vertices: Vec<VertexIndex>,
    /// What there is to say of a switch: which switches it is joined with by links of which kinds, what passing it takes, tier, and whether it takes
    /// packets in whole.
    lists: Intern,
    /// By place: the number of that list.
    list: Vec<u32>,
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

/// Whether a node that is one vertex is a switch of the fabric.
fn is_switch(vertex: &Vertex) -> bool {
    vertex.transit && !vertex.endpoint && vertex.inside.is_none() && vertex.kind != VertexKind::Nic
}

const UNSEEN: Stretch = Stretch { hops: u32::MAX, time: 0, peak: 0, leaves: false };

impl Backbone {
    /// The switches of a design's fabric; [`Backbone::number`] and [`Backbone::time`] come next. `None` where there are too many kinds of links.
    /// Time: O(vertices + links of switches).
    pub(super) fn of(context: &Context, kinds: &mut Kinds) -> Option<Self> {
        let topology = &context.topology;
        let mut found = Self { place: vec![NONE; topology.vertices().len()], ..Self::default() };
        for node in 0..topology.nodes().len() {
            let range = topology.vertices_at(node);
            if range.len() == 1
                && topology.vertices().get(range.start as usize).is_some_and(is_switch)
                && let Some(place) = found.place.get_mut(range.start as usize)
            {
                *place = found.vertices.len() as u32;
                found.vertices.push(range.start);
            }
        }
        found.list.reserve(found.vertices.len());
        let (mut words, mut last) = (Vec::new(), NONE);
        for vertex in &found.vertices {
            found.say(context, kinds, *vertex, &mut words)?;
            // Neighbours are mostly alike.
            if found.lists.list(last) != words {
                last = found.lists.number(&words);
            }
            found.list.push(last);
        }
        Some(found)
    }

    /// All there is to say of a switch.
    fn say(&self, context: &Context, kinds: &mut Kinds, vertex: VertexIndex, words: &mut Vec<u64>) -> Option<()> {
        words.clear();
        for hop in context.topology.row(vertex) {
            let to = self.place(hop.to);
            if to != NONE {
                words.push(u64::from(to) << 32 | u64::from(kinds.of(context, hop.arc / 2)?));
            }
        }
        order::unique_words(words);
        let node = context.topology.vertices().get(vertex as usize).and_then(|vertex| context.topology.places().place(vertex.node))?;
        let (delays, tier) = (&context.delays, context.tiers.at_place(node).unwrap_or(0));
        words.extend([delays.passing(vertex).0.to_bits(), u64::from(tier) << 1 | u64::from(delays.stores(vertex))]);
        Some(())
    }

    /// Follows vertices to the places where they went; `None` where a switch came or went. Nothing differs but at some nodes, by place. Time: a pass over memory.
    pub(super) fn move_vertices(&mut self, topology: &Topology, vertices: &Splice, touched: &[usize]) -> Option<()> {
        if vertices.gone().iter().any(|vertex| self.place(*vertex) != NONE) {
            return None;
        }
        vertices.take_over_with(&mut self.place, NONE);
        for vertex in &mut self.vertices {
            *vertex = vertices.now(*vertex)?;
        }
        let stands = |at: VertexIndex| topology.vertices().get(at as usize).is_some_and(|vertex| is_switch(vertex) == (self.place(at) != NONE));
        touched.iter().all(|node| topology.vertices_at(*node).all(stands)).then_some(())
    }

    /// Lets the switches among these vertices follow what became of them, and tells which are joined otherwise now: pairs of their places that lost or
    /// gained a link of some kind, once each. `None` where more differs of one than its links. [`Backbone::number`] comes next.
    pub(super) fn follow(&mut self, context: &Context, kinds: &mut Kinds, touched: impl Iterator<Item = VertexIndex>) -> Option<[Vec<[u32; 2]>; 2]> {
        let mut words = Vec::new();
        let mut differ: [Vec<[u32; 2]>; 2] = Default::default();
        for vertex in touched {
            let here = self.place(vertex);
            if here == NONE {
                continue;
            }
            self.say(context, kinds, vertex, &mut words)?;
            let before = self.lists.list(*self.list.get(here as usize)?);
            if before == words {
                continue;
            }
            let (was, was_like) = before.split_at_checked(before.len().checked_sub(2)?)?;
            let (is, is_like) = words.split_at_checked(words.len().checked_sub(2)?)?;
            if was_like != is_like {
                return None;
            }
            for (differ, (these, others)) in differ.iter_mut().zip([(was, is), (is, was)]) {
                let alone = these.iter().filter(|word| others.binary_search(word).is_err()).map(|word| (word >> 32) as u32);
                differ.extend(alone.map(|there| [here.min(there), here.max(there)]));
            }
            let number = self.lists.number(&words);
            *self.list.get_mut(here as usize)? = number;
        }
        differ.iter_mut().for_each(order::sort_unique);
        Some(differ)
    }

    /// Whether lists of switches that are none any more outnumber those that are.
    pub(super) fn is_worn(&self) -> bool {
        self.lists.len() > 2 * self.vertices.len() + 64
    }

    /// Numbers classes in the order of their first switches. Time: O(switches).
    pub(super) fn number(&mut self) {
        let mut class_of = vec![NONE; self.lists.len()];
        self.class.clear();
        self.sample.clear();
        self.is.clear();
        for (list, vertex) in self.list.iter().zip(&self.vertices) {
            let Some(class) = class_of.get_mut(*list as usize) else { continue };
            if *class == NONE {
                *class = self.sample.len() as u32;
                self.sample.push(*vertex);
                let like = self.lists.list(*list).last().copied().unwrap_or(0);
                self.is.push(Passed { time: 0, tier: (like >> 1) as u8, stores: like & 1 != 0 });
            }
            self.class.push(*class);
        }
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
                let leaves = !pace.is_scale_up(hop.arc);
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
    #[inline(always)]
    pub(super) fn place(&self, vertex: VertexIndex) -> u32 {
        self.place.get(vertex as usize).copied().unwrap_or(NONE)
    }
    /// The class of the switch at a place.
    #[inline(always)]
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
    /// The same between two switches of one class: over any switch beside them. Time: O(arcs of the class).
    pub(super) fn among(&self, class: u32) -> Option<Stretch> {
        let over = |arc: &Arc| {
            let beside = Stretch { hops: 1, time: arc.time, peak: 0, leaves: arc.leaves };
            beside.and(self.passing(arc.to)).and(beside)
        };
        let found = self.arcs(class).iter().filter(|arc| arc.to != class).map(over).reduce(Stretch::or)?;
        Some(self.passing(class).and(found).and(self.passing(class)))
    }
    /// The first switch of a class, by its place.
    pub(super) fn first_of(&self, class: u32) -> u32 {
        self.sample.get(class as usize).map_or(NONE, |vertex| self.place(*vertex))
    }
    /// What tells the switch at a place from others, by the lists of the fabrics it has been followed through.
    pub(super) fn list_at(&self, place: u32) -> u32 {
        self.list.get(place as usize).copied().unwrap_or(NONE)
    }
}

impl Search {
    /// How many hops a class is from where the last search began; [`NONE`] where there is no way.
    pub(super) fn hops(&self, class: u32) -> u32 {
        self.at.get(class as usize).map_or(NONE, |at| at.hops)
    }
}
