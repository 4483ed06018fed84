//! All pairs of ends by the switches they hang on, exactly: every way between two [`Islands`] leads out, over the [`Backbone`] and in, and what is alike is
//! looked at once. Ways between classes of switches are searched, one search for each class that something hangs on; pairs of ends are then counted by what
//! their ways out have in common, by multiplication. No symmetry is sought for it: cables of many lengths are as good as cables of one.
//!
//! A pair's ways are those with the fewest hops over any of the switches it may go by, its latency that of the slowest, as [`super::sweep`] has it.

mod between;
mod crowds;

use between::{Around, Between, Earlier, Entry, joined, words};
use crowds::Crowds;

use super::backbone::{Backbone, Kinds, NONE, Stretch};
use super::islands::{Batch, Islands, Out, Rooms};
use super::pace::{self, FEMTO, Pace};
use super::tally::{Relation, Times};
use super::{AllPairs, Pair, RANGED};
use crate::engine::context::Context;
use crate::engine::topology::{Edited, Topology, VertexIndex};
use crate::units::intern::Intern;
use crate::units::{Bytes, order};

/// Ways between so many pairs of classes are kept at most. A limit of Weft.
const MOST_ROWS: usize = 1 << 24;

/// Ends that are equal but for their names: the same end of the islands of one batch.
#[derive(Debug)]
struct Group {
    batch: u32,
    end: u32,
    entries: std::ops::Range<usize>,
    /// The one class of switches that all its ways lead out to.
    seat: u32,
}

/// Ends with the same way out to the switches of one class, and how many they are.
#[derive(Clone, Copy, Debug)]
struct Share {
    out: u32,
    count: u64,
    group: u32,
}

/// What is kept from one evaluation to the next: what searches look at, and the ways between classes of switches.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Kept {
    switches: Option<Switches>,
    ways: Option<Ways>,
    /// Places of nodes that may be another now than they are in it.
    touched: Vec<usize>,
}

/// A fabric as searches look at it.
#[derive(Clone, Debug)]
struct Switches {
    kinds: Kinds,
    backbone: Backbone,
    rooms: Rooms,
    /// By place of a node.
    tiers: Vec<u8>,
}

/// Ways between classes of switches.
#[derive(Clone, Debug)]
struct Ways {
    between: Between,
    /// By place of a switch: which of those classes it is of.
    seat: Vec<u32>,
}

/// What is known from before of ways between classes, with what came of the fabric since.
struct Past {
    ways: Ways,
    /// By place of a switch: what told it from others.
    lists: Vec<u32>,
    lost: Vec<Around>,
    gained: Vec<[u32; 2]>,
}

/// More pairs of switches than this joined otherwise, and all is searched anew.
const MOST_DIFFER: usize = 8;

impl Kept {
    /// Notes nodes, by place, that may differ from now on, or what is at them.
    pub(in crate::engine) fn touch(&mut self, nodes: &[usize]) {
        if self.switches.is_some() {
            self.touched.extend_from_slice(nodes);
            order::sort_unique(&mut self.touched);
        }
    }

    /// Follows nodes to the places where they went, or keeps nothing where one of them was or is a switch, or an island of several nodes loses one. `touched`
    /// are places of all that came or differ.
    pub(in crate::engine) fn move_nodes(&mut self, topology: &Topology, edited: &Edited, touched: &[usize]) {
        let moved = self.switches.as_mut().and_then(|switches| {
            edited.nodes.take_over_with(&mut switches.tiers, u8::MAX);
            switches.backbone.move_vertices(topology, &edited.vertices, touched)?;
            switches.rooms.move_nodes(&edited.nodes)
        });
        if moved.is_none() {
            *self = Self::default();
            return;
        }
        self.touched = self.touched.iter().filter_map(|node| edited.nodes.now(*node as u32)).map(|node| node as usize).collect();
        self.touch(touched);
    }

    /// What searches look at in a fabric that this was kept of, nodes touched since apart; `None` where it has to be made anew.
    fn follow(self, context: &Context) -> Option<(Switches, Option<Past>)> {
        let (mut switches, mut touched) = (self.switches?, self.touched);
        let topology = &context.topology;
        let tiers = tiers_of(context);
        if tiers.len() != switches.tiers.len() || switches.backbone.is_worn() || switches.rooms.is_worn() {
            return None;
        }
        touched.extend(tiers.iter().zip(&switches.tiers).enumerate().filter(|(_, (now, was))| now != was).map(|(node, _)| node));
        switches.tiers = tiers;
        let Switches { kinds, backbone, rooms, .. } = &mut switches;
        let lists = (0..backbone.vertices.len() as u32).map(|place| backbone.list_at(place)).collect();
        let [lost, gained] = backbone.follow(context, kinds, touched.iter().flat_map(|node| topology.vertices_at(*node)))?;
        rooms.follow(context, backbone, kinds, &touched)?;
        let few = lost.len() + gained.len() <= MOST_DIFFER;
        // Classes and their arcs are those of before still.
        let lost = |backbone: &Backbone| lost.iter().map(|ends| Around::of(backbone, *ends)).collect();
        let past = self.ways.filter(|_| few).map(|ways| Past { ways, lists, lost: lost(backbone), gained });
        backbone.number();
        Some((switches, past))
    }
}

impl Switches {
    fn of(context: &Context) -> Option<Self> {
        let mut kinds = Kinds::of_all(context)?;
        let mut backbone = Backbone::of(context, &mut kinds)?;
        backbone.number();
        let rooms = Rooms::of(context, &backbone, &mut kinds)?;
        kinds.settle();
        Some(Self { kinds, backbone, rooms, tiers: tiers_of(context) })
    }
}

fn tiers_of(context: &Context) -> Vec<u8> {
    (0..context.topology.nodes().len()).map(|place| context.tiers.at_place(place).unwrap_or(u8::MAX)).collect()
}

impl Past {
    /// What of it holds for classes of switches as they are now.
    fn holds(self, backbone: &Backbone, seats: &[u32]) -> Option<Earlier> {
        let switches: Vec<u32> = seats.iter().map(|class| backbone.first_of(*class)).collect();
        let row = |place: u32| {
            let stands = self.lists.get(place as usize) == Some(&backbone.list_at(place));
            self.ways.seat.get(place as usize).copied().filter(|_| stands).unwrap_or(NONE)
        };
        let row_of = switches.iter().map(|place| row(*place)).collect();
        let mut around = self.lost;
        around.extend(self.gained.iter().map(|ends| Around::of(backbone, *ends)));
        Earlier::of(self.ways.between, row_of, &switches, &around)
    }
}

/// Looks at all pairs; `None` where that takes more than `most` steps, or a fabric is not one of switches with islands on them.
pub(super) fn all_pairs(context: &Context, message: Bytes, most: u64, kept: &mut Kept, progress: &mut dyn FnMut(f64)) -> Option<AllPairs> {
    let made = if message == super::message(context) { None } else { Some(Pace::of(&context.topology, &context.delays, message)) };
    let known = std::mem::take(kept).follow(context);
    let (mut switches, past) = match known {
        Some(known) => known,
        None => (Switches::of(context)?, None),
    };
    let mut islands = Islands::of(&switches.rooms, &switches.backbone);
    let backbone = &mut switches.backbone;
    let pace = made.as_ref().unwrap_or_else(|| context.pace());
    let (mut found, steps, ways) = looked_at(context, pace, backbone, &mut islands, past, most, progress)?;
    found.message = message;
    if context.delays.are_exact() {
        let sum = Some(found.tally.sum()).filter(|_| found.tally.pairs() > 0);
        found.range([sum; 2].into_iter());
    } else if steps <= RANGED {
        let ends = Pace::ends(&context.topology, &context.delays, message);
        let sums = ends.iter().map(|pace| Some(looked_at(context, pace, backbone, &mut islands, None, most, &mut |_| {})?.0.tally.sum()));
        found.range(sums);
    }
    *kept = Kept { switches: Some(switches), ways, touched: Vec::new() };
    Some(found)
}

/// Looks at all pairs at the times of one message, with how many steps that takes without what is known from before, and what to keep of it.
fn looked_at(
    context: &Context,
    pace: &Pace,
    backbone: &mut Backbone,
    islands: &mut Islands,
    past: Option<Past>,
    most: u64,
    progress: &mut dyn FnMut(f64),
) -> Option<(AllPairs, u64, Option<Ways>)> {
    backbone.time(&context.topology, pace);
    islands.time(context, pace, backbone)?;
    let longest = settle(pace, backbone, islands)?;
    if longest >= pace::MOST / 2 {
        return None;
    }
    // The classes that something hangs on.
    let mut seat_of = vec![NONE; backbone.classes()];
    let mut seats = Vec::new();
    for kind in 0..islands.kinds.len() as u32 {
        for class in islands.kinds.list(kind).iter().skip(1) {
            if let Some(seat) = seat_of.get_mut(*class as usize).filter(|seat| **seat == NONE) {
                *seat = seats.len() as u32;
                seats.push(*class as u32);
            }
        }
    }
    let steps = seats.len() as u64 * backbone.size() as u64;
    if steps > most || seats.len() * seats.len() > MOST_ROWS {
        return None;
    }
    // What switches take that take packets in whole depends on the links around them.
    let is_plain = !backbone.parts.iter().any(|part| part.stores);
    let earlier = past.filter(|_| is_plain).and_then(|past| past.holds(backbone, &seats));
    let between = Between::of(backbone, &seats, earlier, progress);
    let kept: Vec<Vec<Vec<Entry>>> = (0..islands.kinds.len() as u32).map(|kind| needed(islands, kind, &seat_of, &between)).collect();
    let found = AllPairs { of: seats.len(), looked: seats.len(), ..AllPairs::default() };
    let mut count = Count { context, islands, between, kept, entries: Vec::new(), groups: Vec::new(), members: Vec::new(), last: None, found, steps, most };
    count.place_groups();
    count.within()?;
    count.far()?;
    count.near()?;
    count.wide()?;
    let Count { mut found, steps, between, .. } = count;
    let seat = |place: u32| seat_of.get(backbone.class_at(place) as usize).copied().unwrap_or(NONE);
    let ways = is_plain.then(|| Ways { between, seat: (0..backbone.vertices.len() as u32).map(seat).collect() });
    found.tally.finish();
    for class in &found.tally.classes {
        *found.hops.entry(class.hops).or_default() += class.pairs;
    }
    let ends = context.topology.endpoints().len() as u64;
    found.apart = (ends * ends.saturating_sub(1)).saturating_sub(found.tally.pairs());
    Some((found, steps, ways))
}

/// Holds that the slowest link of every way is one that an island hangs on, so that it follows from the two ends, and adds what switches take that take
/// packets in whole. More than any way takes.
fn settle(pace: &Pace, backbone: &mut Backbone, islands: &Islands) -> Option<u64> {
    let mut rates = vec![[f64::INFINITY, 0.0]; backbone.parts.len()];
    let mut longest = 0u64;
    for kind in 0..islands.kinds.len() as u32 {
        let classes = islands.kinds.list(kind).get(1..).unwrap_or_default();
        let form = islands.form(kind)?;
        for (ordinal, out) in form.out.iter().flatten() {
            let of = rates.get_mut(backbone.part_of(*classes.get(*ordinal as usize)? as u32))?;
            let rate = f64::from_bits(out.rate);
            *of = [of[0].min(rate), of[1].max(rate)];
            longest = longest.max(out.way.time.saturating_add(out.wire));
        }
        longest = form.inside.iter().flatten().fold(longest, |longest, out| longest.max(out.way.time.saturating_add(out.wire)));
    }
    for (number, [least, most]) in rates.into_iter().enumerate().filter(|(_, rates)| rates[1] > 0.0) {
        let part = *backbone.parts.get(number)?;
        if part.stores {
            // Links of unknown rates have 0.
            let has_links = part.rates[0] <= part.rates[1];
            if least != most || (has_links && part.rates != [most; 2]) {
                return None;
            }
            backbone.store(pace, number, most);
        } else if part.rates[0] < most {
            return None;
        }
    }
    Some(backbone.longest().saturating_add(longest.saturating_mul(2)))
}

/// By end of a kind of island: the ways out that others do not make needless, because what leads by way of another switch to the same one is shorter or as
/// short and no quicker. A dock is known by its ordinal here.
fn needed(islands: &Islands, kind: u32, seat_of: &[u32], between: &Between) -> Vec<Vec<Entry>> {
    let classes = islands.kinds.list(kind).get(1..).unwrap_or_default();
    let Some(form) = islands.form(kind) else { return Vec::new() };
    let entry = |(ordinal, out): &(u32, Out)| {
        let seat = seat_of.get(*classes.get(*ordinal as usize)? as usize)?;
        Some(Entry { dock: *ordinal, seat: *seat, out: *out })
    };
    let of_end = |out: &Vec<(u32, Out)>| {
        let all: Vec<Entry> = out.iter().filter_map(entry).collect();
        let is_needed = |one: &&Entry| {
            // The switch that both arrive at is passed by both.
            let Some(over) = between.passing.get(one.seat as usize).map(|passing| one.out.way.and(*passing)) else { return true };
            !all.iter().any(|other| {
                if other.dock == one.dock || other.out.way.hops >= one.out.way.hops || other.out.rate != one.out.rate {
                    return false;
                }
                let Some(found) = between.stretch(other, one).map(|between| other.out.way.and(between)) else { return false };
                let covers = found.time >= over.time && found.peak >= over.peak && (found.leaves || !over.leaves);
                found.hops < over.hops || (found.hops == over.hops && covers)
            })
        };
        let mut needed: Vec<Entry> = all.iter().filter(is_needed).copied().collect();
        order::sort_by_number(&mut needed, |entry| u64::from(entry.out.way.hops));
        needed
    };
    form.out.iter().map(of_end).collect()
}

/// Counting pairs.
struct Count<'a> {
    context: &'a Context<'a>,
    islands: &'a Islands,
    between: Between,
    /// By kind and end.
    kept: Vec<Vec<Vec<Entry>>>,
    entries: Vec<Entry>,
    groups: Vec<Group>,
    /// By class of switches: the groups whose ways all lead out to it.
    members: Vec<Vec<u32>>,
    /// The ways of the pairs added last, whether their ends are in one node, and the place of their class.
    last: Option<(Stretch, bool, usize)>,
    found: AllPairs,
    steps: u64,
    most: u64,
}

impl Count<'_> {
    /// Notes steps more; `None` where they become too many.
    fn spend(&mut self, steps: u64) -> Option<()> {
        self.steps = self.steps.saturating_add(steps);
        (self.steps <= self.most).then_some(())
    }

    fn entries(&self, group: &Group) -> &[Entry] {
        self.entries.get(group.entries.clone()).unwrap_or_default()
    }
    fn batch(&self, group: &Group) -> Option<&Batch> {
        self.islands.batches.get(group.batch as usize)
    }
    fn vertex(&self, group: &Group, second: bool) -> Option<VertexIndex> {
        let batch = self.batch(group)?;
        let end = self.islands.form(batch.kind)?.ends.get(group.end as usize)?;
        Some(self.islands.vertex(&self.context.topology, batch, *end, second))
    }

    fn add(&mut self, way: Stretch, like: u64, ends: [VertexIndex; 2]) {
        let nodes = ends.map(|end| self.context.topology.vertices().get(end as usize).map(|vertex| vertex.node));
        let relation = if nodes[0] == nodes[1] {
            Relation::System
        } else if way.leaves {
            Relation::Tier(way.peak)
        } else {
            Relation::Domain
        };
        let pair = Pair { from: ends[0].min(ends[1]), to: ends[0].max(ends[1]), value: f64::from(way.hops), like };
        if self.found.most_hops.is_none_or(|most| pair.value > most.value) {
            self.found.most_hops = Some(pair);
        }
        let timed = Pair { value: way.time as f64 / FEMTO, ..pair };
        let class = self.found.tally.add(relation, way.hops, timed, Some(Times::straight(way.time)), way.time);
        self.last = Some((way, nodes[0] == nodes[1], class));
    }
    /// Adds pairs that have the same ways as those added last, without asking which they are; `false` where they have not, or may have to be named.
    fn add_like(&mut self, way: Stretch, like: u64, in_one_node: bool) -> bool {
        let class = self.last.filter(|(last, within, _)| *last == way && *within == in_one_node);
        class.is_some_and(|(.., class)| self.found.tally.add_like(class, way.time, like))
    }
    /// Adds the pairs of two groups, both ways, as often as classes are like theirs.
    fn add_groups(&mut self, way: Stretch, one: usize, other: usize, times: u64) {
        let (Some(a), Some(b)) = (self.groups.get(one), self.groups.get(other)) else { return };
        let (Some(of_a), Some(of_b)) = (self.batch(a), self.batch(b)) else { return };
        // Pairs within an island are counted apart.
        let pairs = if a.batch == b.batch { of_a.count * (of_a.count - 1) } else { of_a.count * of_b.count };
        let like = pairs * times * if one == other { 1 } else { 2 };
        if pairs == 0 || self.add_like(way, like, false) {
            return;
        }
        if let Some(ends) = self.ends(one, other) {
            self.add(way, like, ends);
        }
    }

    /// Makes groups of ends, without switches whose every way in is one of another's as well.
    fn place_groups(&mut self) {
        let mut several = false;
        for (number, batch) in (0..).zip(&self.islands.batches) {
            for (end, kept) in (0..).zip(self.kept.get(batch.kind as usize).into_iter().flatten()) {
                let from = self.entries.len();
                self.entries.extend(kept.iter().map(|entry| Entry { dock: self.islands.dock(batch, entry.dock), ..*entry }));
                several |= kept.iter().zip(kept.iter().skip(1)).any(|(one, next)| one.seat == next.seat);
                self.groups.push(Group { batch: number, end, entries: from..self.entries.len(), seat: NONE });
            }
        }
        if several {
            self.leave_out_twins();
        }
        for at in 0..self.groups.len() {
            let Some(group) = self.groups.get(at) else { continue };
            let entries = self.entries(group);
            let first = entries.first().copied();
            // Ways out at different rates are told apart.
            let one = first.filter(|first| entries.iter().all(|entry| (entry.seat, entry.out.wire) == (first.seat, first.out.wire)));
            if let (Some(group), Some(first)) = (self.groups.get_mut(at), one) {
                group.seat = first.seat;
            }
        }
        self.members = vec![Vec::new(); self.between.passing.len()];
        for (number, group) in (0..).zip(&self.groups) {
            self.members.get_mut(group.seat as usize).into_iter().for_each(|members| members.push(number));
        }
    }

    /// Of switches of one class that the same ends have the same ways to, one is enough.
    fn leave_out_twins(&mut self) {
        let mut by_dock: Vec<(u32, u32)> = Vec::with_capacity(self.entries.len());
        for (number, group) in (0..).zip(&self.groups) {
            by_dock.extend(group.entries.clone().map(|at| (number, at as u32)));
        }
        order::sort_by_number(&mut by_dock, |(_, at)| self.entries.get(*at as usize).map_or(0, |entry| u64::from(entry.dock)));
        let dock = |at: u32| self.entries.get(at as usize).map(|entry| entry.dock);
        let mut lists = Intern::default();
        let (mut list, mut gone) = (Vec::new(), vec![false; self.entries.len()]);
        for same in by_dock.chunk_by(|one, other| dock(one.1) == dock(other.1)) {
            list.clear();
            for (group, at) in same {
                let Some(Entry { seat, out, .. }) = self.entries.get(*at as usize) else { continue };
                list.extend([u64::from(*group), u64::from(*seat), out.wire, out.rate]);
                list.extend(words(&out.way));
            }
            let before = lists.len();
            if (lists.number(&list) as usize) < before {
                for (_, at) in same {
                    gone.get_mut(*at as usize).into_iter().for_each(|gone| *gone = true);
                }
            }
        }
        let mut left = Vec::with_capacity(self.entries.len());
        for group in &mut self.groups {
            let from = left.len();
            left.extend(group.entries.clone().filter(|at| gone.get(*at) == Some(&false)).filter_map(|at| self.entries.get(at).copied()));
            group.entries = from..left.len();
        }
        self.entries = left;
    }

    /// Pairs within one island: over ways that stay inside, or that lead out and back in.
    fn within(&mut self) -> Option<()> {
        let mut counts = vec![(0u64, NONE); self.islands.kinds.len()];
        for (number, batch) in (0..).zip(&self.islands.batches) {
            let (count, first) = counts.get_mut(batch.kind as usize)?;
            *count += batch.count;
            *first = (*first).min(number);
        }
        let kept = std::mem::take(&mut self.kept);
        for ((kind, (count, first)), kept) in (0..).zip(counts).zip(&kept) {
            let (Some(form), Some(batch)) = (self.islands.form(kind), self.islands.batches.get(first as usize)) else { continue };
            let ends = form.ends.len();
            self.spend((ends * ends) as u64 * 4)?;
            for (to, from) in (0..ends).flat_map(|to| (0..ends).map(move |from| (to, from))).filter(|(to, from)| to != from) {
                let inside = form.inside.get(to * ends + from).copied().flatten();
                let inside = inside.map(|out| Stretch { time: out.way.time.saturating_add(out.wire), ..out.way });
                let (Some(a), Some(b)) = (kept.get(from), kept.get(to)) else { continue };
                // Out and in again takes these hops at least.
                let out = a.first().zip(b.first()).map_or(0, |(a, b)| a.out.way.hops + b.out.way.hops);
                let around = if inside.is_some_and(|way| way.hops < out) { None } else { self.between.meet(a, b) };
                let Some(way) = inside.into_iter().chain(around).reduce(Stretch::or) else { continue };
                let node = |end: usize| form.ends.get(end).map(|(node, _)| *node);
                if !self.add_like(way, count, node(from) == node(to)) {
                    let vertex = |end: usize| form.ends.get(end).map_or(0, |end| self.islands.vertex(&self.context.topology, batch, *end, false));
                    self.add(way, count, [vertex(from), vertex(to)]);
                }
            }
        }
        Some(())
    }

    /// Pairs of ends on switches of different classes: as many as there are of one way out and of the other.
    fn far(&mut self) -> Option<()> {
        let seats = self.between.passing.len();
        let (mut outs, mut profiles): (Intern, Intern) = Default::default();
        let mut known: Vec<Out> = Vec::new();
        let mut shares: Vec<Vec<Share>> = vec![Vec::new(); seats];
        for (number, group) in (0..).zip(&self.groups) {
            let Some(shares) = shares.get_mut(group.seat as usize) else { continue };
            let all = self.entries(group).iter().map(|entry| entry.out);
            let out = all.reduce(|a, b| Out { way: a.way.or(b.way), ..a })?;
            let [first, second] = words(&out.way);
            let out_number = outs.number(&[first, second, out.wire]);
            if out_number as usize == known.len() {
                known.push(out);
            }
            let count = self.batch(group)?.count;
            match shares.iter_mut().find(|share| share.out == out_number) {
                Some(share) => share.count += count,
                None => shares.push(Share { out: out_number, count, group: number }),
            }
        }
        let profile: Vec<u32> = shares
            .iter_mut()
            .map(|shares| {
                order::sort_by_number(shares, |share| u64::from(share.out));
                let list: Vec<u64> = shares.iter().flat_map(|share| [u64::from(share.out), share.count]).collect();
                profiles.number(&list)
            })
            .collect();
        // Where islands hang on switches of both classes, not every end of the one and every end of the other are a pair of two islands.
        let linked = self.linked()?;
        // How often ends of one profile and of another have these ways between their switches, and where first.
        let mut met = Intern::default();
        let mut counts: Vec<(u64, u32, u32)> = Vec::new();
        for (from, of) in (0..).zip(&profile) {
            for (to, other) in (0..).zip(&profile) {
                let number = self.between.number(from, to);
                if number == NONE || (!linked.is_empty() && linked.binary_search(&(from.min(to), from.max(to))).is_ok()) {
                    continue;
                }
                let triple = met.number(&[u64::from(*of) << 32 | u64::from(*other), u64::from(number)]) as usize;
                match counts.get_mut(triple) {
                    Some((count, ..)) => *count += 1,
                    None => counts.push((1, from, to)),
                }
            }
        }
        let shares_of = |seat: u32| shares.get(seat as usize).map(Vec::as_slice).unwrap_or_default();
        self.spend(counts.iter().map(|(_, from, to)| 8 * (shares_of(*from).len() * shares_of(*to).len()) as u64).sum())?;
        for (count, from, to) in counts {
            let stretch = *self.between.stretches.get(self.between.number(from, to) as usize)?;
            for one in shares_of(from) {
                let start = self.vertex(self.groups.get(one.group as usize)?, false)?;
                for other in shares_of(to) {
                    let way = joined(known.get(one.out as usize)?, stretch, known.get(other.out as usize)?);
                    let end = self.vertex(self.groups.get(other.group as usize)?, false)?;
                    self.add(way, count * one.count * other.count, [start, end]);
                }
            }
        }
        for (from, to) in linked {
            let members = [from, to].map(|seat| self.members.get(seat as usize).cloned().unwrap_or_default());
            self.spend(4 * (members[0].len() * members[1].len()) as u64)?;
            for one in &members[0] {
                for other in &members[1] {
                    self.meet(*one as usize, *other as usize, 1);
                }
            }
        }
        Some(())
    }

    /// Pairs of classes of switches that ends of one island hang on, the lesser first.
    fn linked(&mut self) -> Option<Vec<(u32, u32)>> {
        let mut linked: Vec<(u32, u32)> = Vec::new();
        let (mut seats, mut steps): (Vec<u32>, u64) = (Vec::new(), 0);
        for batch in self.groups.chunk_by(|one, other| one.batch == other.batch) {
            seats.clear();
            seats.extend(batch.iter().map(|group| group.seat).filter(|seat| *seat != NONE));
            order::unique_numbers(&mut seats);
            steps += (seats.len() * seats.len()) as u64;
            if steps > self.most {
                return None;
            }
            linked.extend(seats.iter().enumerate().flat_map(|(at, one)| seats.iter().skip(at + 1).map(|other| (*one, *other))));
        }
        order::sort_unique(&mut linked);
        self.spend(steps)?;
        Some(linked)
    }

    /// Pairs of ends on switches of one class: by the very switches, for each class that is unlike those before.
    fn near(&mut self) -> Option<()> {
        let mut lists = Intern::default();
        let mut like: Vec<(u64, u32)> = Vec::new();
        let (mut list, mut docks, mut batches) = (Vec::new(), Vec::new(), Vec::new());
        for (seat, members) in (0..).zip(&self.members) {
            list.clear();
            docks.clear();
            batches.clear();
            for around in [self.between.passing.get(seat as usize).copied(), self.between.among.get(seat as usize).copied().flatten()] {
                list.extend(around.map_or([u64::MAX; 2], |around| words(&around)));
            }
            for group in members.iter().filter_map(|number| self.groups.get(*number as usize)) {
                let entries = self.entries(group);
                list.extend([u64::from(place_in(&mut batches, group.batch)) << 32 | entries.len() as u64, self.batch(group)?.count]);
                for entry in entries {
                    list.extend([u64::from(place_in(&mut docks, entry.dock)), entry.out.wire]);
                    list.extend(words(&entry.out.way));
                }
            }
            let number = lists.number(&list) as usize;
            match like.get_mut(number) {
                Some((count, _)) => *count += 1,
                None => like.push((1, seat)),
            }
        }
        for (times, seat) in like {
            let members = self.members.get_mut(seat as usize).map(std::mem::take)?;
            self.spend(4 * (members.len() * members.len()) as u64)?;
            for (at, one) in members.iter().enumerate() {
                for other in members.get(at..).unwrap_or_default() {
                    self.meet(*one as usize, *other as usize, times);
                }
            }
        }
        Some(())
    }

    fn meet(&mut self, one: usize, other: usize, times: u64) {
        let (Some(a), Some(b)) = (self.groups.get(one), self.groups.get(other)) else { return };
        if let Some(way) = self.between.meet(self.entries(a), self.entries(b)) {
            self.add_groups(way, one, other, times);
        }
    }

    /// Pairs with an end whose ways lead out to switches of several classes: those with the same ways to the same switches at once.
    fn wide(&mut self) -> Option<()> {
        if self.groups.iter().all(|group| group.seat != NONE || group.entries.is_empty()) {
            return Some(());
        }
        let crowds = Crowds::of(self)?;
        // Ways over switches that lead nowhere else are asked apart: they are a domain's own, and the rest is alike in all of them.
        let kinds = crowds.samples[0].len();
        self.spend((crowds.all.len() * crowds.all.len()) as u64 + crowds.entries[0] * crowds.entries[0])?;
        // There and back is alike.
        let mut known: Vec<Option<Stretch>> = Vec::with_capacity(kinds * (kinds + 1) / 2);
        for (one, from) in crowds.samples[0].iter().enumerate() {
            known.extend(crowds.samples[0].iter().take(one + 1).map(|to| self.between.meet(from, to)));
        }
        for (at, one) in crowds.all.iter().enumerate() {
            for (other_at, other) in crowds.all.iter().enumerate().skip(at).filter(|(_, other)| one.is_wide || other.is_wide) {
                let (less, more) = (one.kinds[0].min(other.kinds[0]) as usize, one.kinds[0].max(other.kinds[0]) as usize);
                let over = known.get(more * (more + 1) / 2 + less).copied().flatten();
                let own = crowds.samples[1].get(one.kinds[1] as usize).zip(crowds.samples[1].get(other.kinds[1] as usize));
                let own = own.and_then(|(one, other)| self.between.over_one(one, other));
                let Some(way) = over.into_iter().chain(own).reduce(Stretch::or) else { continue };
                let pairs = one.count * other.count - crowds.within(at, other_at);
                if pairs == 0 {
                    continue;
                }
                let mut ends = one.groups.iter().flat_map(|one| other.groups.iter().map(move |other| (*one as usize, *other as usize)));
                if let Some(ends) = ends.find_map(|(one, other)| self.ends(one, other)) {
                    self.add(way, pairs * if at == other_at { 1 } else { 2 }, ends);
                }
            }
        }
        Some(())
    }

    /// An end of each of two groups, on two islands; `None` where both have it on one alone.
    fn ends(&self, one: usize, other: usize) -> Option<[VertexIndex; 2]> {
        let (a, b) = (self.groups.get(one)?, self.groups.get(other)?);
        let within = a.batch == b.batch;
        if within && self.batch(a)?.count < 2 {
            return None;
        }
        Some([self.vertex(a, false)?, self.vertex(b, within)?])
    }
}

/// The place of a number in a list, where it is put if it is not there.
fn place_in(list: &mut Vec<u32>, number: u32) -> u32 {
    // Mostly it came last.
    let found = list.iter().rposition(|known| *known == number).unwrap_or_else(|| {
        list.push(number);
        list.len() - 1
    });
    found as u32
}
