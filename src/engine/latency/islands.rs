//! What hangs on the switches of a fabric: systems and hosts, alike ones once.
//!
//! An island is what hangs together without a switch of the [`Backbone`]: mostly one system. Where no way leads through it from switch to switch, every
//! way between two islands is three: out to a switch it hangs on, over switches, and in. Islands that are the same inside, with links of the same kinds at the
//! same places, have the same ways out, which are searched once ([`Form`]); those that besides hang on the very same switches are a [`Batch`].

use super::backbone::{Backbone, Kinds, NONE, Stretch};
use super::pace::Pace;
use super::sweep::{Way, step};
use crate::engine::context::Context;
use crate::engine::estimate::collective::group::is_scale_up;
use crate::engine::splice::Splice;
use crate::engine::topology::{Hop, Topology, Vertex, VertexIndex};
use crate::units::intern::Intern;
use crate::units::order;

/// Larger islands are not searched for each of their ends. A limit of Weft.
const MOST: usize = 4096;

/// A way from an end out to a switch, or between two ends of one island.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Out {
    /// What is crossed and passed; the end itself counted.
    pub(super) way: Stretch,
    /// What a message takes on the wire, by the slowest link on the way.
    pub(super) wire: u64,
    /// The rate of that, in Gb/s, as bits.
    pub(super) rate: u64,
}

/// What islands have in common.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// The ends of traffic: node of the island, and place in it.
    pub(super) ends: Vec<(u32, u32)>,
    /// By end: the switches that ways lead out to, by the order in which the island's links lead to them.
    pub(super) out: Vec<Vec<(u32, Out)>>,
    /// By two ends: the ways between them that stay inside. Not known where there are none.
    pub(super) inside: Vec<Option<Out>>,
}

/// Islands of one form that hang on the same switches.
#[derive(Debug)]
pub(super) struct Batch {
    /// The number of their form and of the classes of their switches.
    pub(super) kind: u32,
    /// How many there are.
    pub(super) count: u64,
    /// Where their switches begin among [`Islands::docks`].
    docks: u32,
    /// The first two: where their nodes begin among [`Islands::nodes`].
    members: [u32; 2],
}

/// All islands of a fabric.
#[derive(Debug, Default)]
pub(super) struct Islands {
    forms: Vec<Form>,
    /// By form: the nodes of the first of it, and the switches it hangs on.
    samples: Vec<Room>,
    /// A form, and the class of each of its switches.
    pub(super) kinds: Intern,
    pub(super) batches: Vec<Batch>,
    docks: Vec<u32>,
    /// Places of nodes.
    nodes: Vec<u32>,
}

/// One island.
#[derive(Debug, Default)]
struct Room {
    /// All that says what it is.
    words: Vec<u64>,
    /// Places of its nodes.
    nodes: Vec<u32>,
    /// Places of the switches it hangs on.
    docks: Vec<u32>,
}

/// Islands one by one, kept from one evaluation to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Rooms {
    /// All that says what one is, and the switches one hangs on.
    forms: Intern,
    docks: Intern,
    /// In the order of their first nodes: the numbers of both, and where their nodes end.
    all: Vec<[u32; 3]>,
    nodes: Vec<u32>,
    /// By place of a node: which it is of.
    of_node: Vec<u32>,
}

impl Rooms {
    /// The islands of a fabric; `None` where one is very large, or there are too many kinds of links. Time: O(vertices and links of islands).
    pub(super) fn of(context: &Context, backbone: &Backbone, kinds: &mut Kinds) -> Option<Self> {
        let topology = &context.topology;
        let mut found = Self { of_node: vec![NONE; topology.nodes().len()], ..Self::default() };
        let mut room = Room::default();
        let mut docks = Vec::new();
        let mut last = [NONE; 2];
        for place in 0..topology.nodes().len() {
            let range = topology.vertices_at(place);
            if found.of_node[place] != NONE || backbone.place(range.start) != NONE || range.is_empty() {
                continue;
            }
            if last[0] == NONE || !room.is_like(context, backbone, kinds, place as u32) {
                room.gather(context, backbone, kinds, place as u32)?;
                last = found.number(&room, last, &mut docks);
            }
            for node in &room.nodes {
                *found.of_node.get_mut(*node as usize)? = found.all.len() as u32;
            }
            found.nodes.extend_from_slice(&room.nodes);
            found.all.push([last[0], last[1], found.nodes.len() as u32]);
        }
        Some(found)
    }

    /// The numbers of what an island is and of what it hangs on; neighbours are mostly alike.
    fn number(&mut self, room: &Room, last: [u32; 2], docks: &mut Vec<u64>) -> [u32; 2] {
        docks.clear();
        docks.extend(room.docks.iter().map(|dock| u64::from(*dock)));
        let form = if last[0] != NONE && self.forms.list(last[0]) == room.words { last[0] } else { self.forms.number(&room.words) };
        let dock = if last[1] != NONE && self.docks.list(last[1]) == *docks { last[1] } else { self.docks.number(docks) };
        [form, dock]
    }

    /// Lets the islands that some nodes are of follow what became of them; `None` where one consists of other nodes now. Time: O(their vertices and links).
    pub(super) fn follow(&mut self, context: &Context, backbone: &Backbone, kinds: &mut Kinds, touched: &[usize]) -> Option<()> {
        let mut rooms: Vec<u32> = touched.iter().filter_map(|node| self.of_node.get(*node)).copied().filter(|room| *room != NONE).collect();
        order::unique_numbers(&mut rooms);
        let (mut room, mut docks) = (Room::default(), Vec::new());
        for number in rooms {
            let from = number.checked_sub(1).and_then(|before| self.all.get(before as usize)).map_or(0, |before| before[2]) as usize;
            let to = self.all.get(number as usize)?[2] as usize;
            room.gather(context, backbone, kinds, *self.nodes.get(from)?)?;
            if room.nodes.len() != to - from || room.nodes.iter().any(|node| self.of_node.get(*node as usize) != Some(&number)) {
                return None;
            }
            self.nodes.get_mut(from..to)?.copy_from_slice(&room.nodes);
            let [form, dock] = self.number(&room, [NONE; 2], &mut docks);
            let kept = self.all.get_mut(number as usize)?;
            (kept[0], kept[1]) = (form, dock);
        }
        Some(())
    }

    /// Follows nodes to the places where they went: what is gone was an island by itself, what came becomes one, which [`Rooms::follow`] has to look at. `None`
    /// where an island loses one of several nodes. Time: O(nodes).
    pub(super) fn move_nodes(&mut self, moved: &Splice) -> Option<()> {
        let now = moved.map(self.of_node.len());
        let mut come = moved.come().iter().copied().peekable();
        let (mut all, mut nodes) = (Vec::with_capacity(self.all.len() + moved.come().len()), Vec::with_capacity(self.nodes.len() + moved.come().len()));
        let mut from = 0;
        for [form, docks, to] in self.all.iter().copied() {
            let own = self.nodes.get(from as usize..to as usize)?;
            from = to;
            let first = *now.get(*own.first()? as usize)?;
            if first == NONE && own.len() == 1 {
                continue;
            }
            while let Some(node) = come.next_if(|node| *node < first) {
                nodes.push(node);
                all.push([0, 0, nodes.len() as u32]);
            }
            for node in own {
                nodes.push(now.get(*node as usize).copied().filter(|now| *now != NONE)?);
            }
            all.push([form, docks, nodes.len() as u32]);
        }
        for node in come {
            nodes.push(node);
            all.push([0, 0, nodes.len() as u32]);
        }
        moved.take_over_with(&mut self.of_node, NONE);
        let mut from = 0;
        for (room, [.., to]) in (0..).zip(&all) {
            for node in nodes.get(from..*to as usize)? {
                *self.of_node.get_mut(*node as usize)? = room;
            }
            from = *to as usize;
        }
        (self.all, self.nodes) = (all, nodes);
        Some(())
    }

    /// Whether what islands were outnumbers what they are.
    pub(super) fn is_worn(&self) -> bool {
        self.forms.len().max(self.docks.len()) > 2 * self.all.len() + 64
    }
}

impl Islands {
    /// Islands that are alike, together. [`Islands::time`] comes next. Time: O(islands).
    pub(super) fn of(rooms: &Rooms, backbone: &Backbone) -> Self {
        let mut found = Self::default();
        let mut batches = Intern::default();
        let mut form_of = vec![NONE; rooms.forms.len()];
        let mut words = Vec::new();
        let (mut last, mut batch, mut from) = ([NONE; 2], NONE, 0);
        for [form, docks, to] in rooms.all.iter().copied() {
            let nodes = rooms.nodes.get(from as usize..to as usize).unwrap_or_default();
            from = to;
            // Neighbours are mostly alike.
            if last != [form, docks] {
                last = [form, docks];
                let on = rooms.docks.list(docks);
                let Some(own) = form_of.get_mut(form as usize) else { continue };
                if *own == NONE {
                    *own = found.samples.len() as u32;
                    found.samples.push(Room { words: Vec::new(), nodes: nodes.to_vec(), docks: on.iter().map(|dock| *dock as u32).collect() });
                }
                words.clear();
                words.push(u64::from(*own));
                words.extend(on.iter().map(|dock| u64::from(backbone.class_at(*dock as u32))));
                let kind = found.kinds.number(&words);
                batch = batches.number(&[u64::from(form) << 32 | u64::from(docks)]);
                if batch as usize == found.batches.len() {
                    found.batches.push(Batch { kind, count: 0, docks: found.docks.len() as u32, members: [NONE; 2] });
                    found.docks.extend(on.iter().map(|dock| *dock as u32));
                }
            }
            let Some(batch) = found.batches.get_mut(batch as usize) else { continue };
            if let Some(member) = batch.members.get_mut(batch.count as usize) {
                *member = found.nodes.len() as u32;
                found.nodes.extend_from_slice(nodes);
            }
            batch.count += 1;
        }
        found
    }

    /// Searches the ways out of each form at the times of a message; `None` where a way leads through an island, or where more than one way has to be kept
    /// of those that are equally short.
    pub(super) fn time(&mut self, context: &Context, pace: &Pace, backbone: &Backbone) -> Option<()> {
        let mut local = Local::new(&context.topology, pace, backbone);
        self.forms.clear();
        for sample in &self.samples {
            self.forms.push(local.form(context, sample)?);
        }
        Some(())
    }

    /// The form of a kind.
    pub(super) fn form(&self, kind: u32) -> Option<&Form> {
        self.forms.get(*self.kinds.list(kind).first()? as usize)
    }
    /// The switch of a batch, by the order in which its links lead to switches.
    pub(super) fn dock(&self, batch: &Batch, ordinal: u32) -> u32 {
        self.docks.get((batch.docks + ordinal) as usize).copied().unwrap_or(NONE)
    }
    /// An end of the first island of a batch, or of the second.
    pub(super) fn vertex(&self, topology: &Topology, batch: &Batch, end: (u32, u32), second: bool) -> VertexIndex {
        let member = batch.members[usize::from(second)];
        self.nodes.get(member.saturating_add(end.0) as usize).map_or(0, |place| topology.vertices_at(*place as usize).start + end.1)
    }
}

impl Room {
    /// Whether a node is an island by itself that is like this one and hangs on the same switches; then this is that one. What is not seen at a glance is not.
    fn is_like(&mut self, context: &Context, backbone: &Backbone, kinds: &mut Kinds, node: u32) -> bool {
        let Some(facts) = own(context, node) else { return false };
        let [first] = self.nodes.as_mut_slice() else { return false };
        let [word, passing, links @ ..] = self.words.as_slice() else { return false };
        let out = context.topology.links_out(context.topology.vertices_at(node as usize).start);
        // One link to each switch, in their order.
        if [*word, *passing] != facts || out.len() != links.len() || out.len() != self.docks.len() {
            return false;
        }
        let like = (1u64..).zip(out).zip(links).zip(&self.docks).all(|(((ordinal, hop), link), dock)| {
            backbone.place(hop.to) == *dock && kinds.of(context, hop.arc / 2).is_some_and(|kind| *link == ordinal << 32 | u64::from(kind))
        });
        if like {
            *first = node;
        }
        like
    }

    /// Notes an island that a node is of: all that says what it is, its nodes, and the switches it hangs on.
    fn gather(&mut self, context: &Context, backbone: &Backbone, kinds: &mut Kinds, first: u32) -> Option<()> {
        let topology = &context.topology;
        let Self { words, nodes, docks } = self;
        words.clear();
        nodes.clear();
        docks.clear();
        nodes.push(first);
        let mut next = 0;
        while let Some(node) = nodes.get(next).copied() {
            next += 1;
            let range = topology.vertices_at(node as usize);
            let inside = topology.vertices().get(range.start as usize).is_some_and(|vertex| vertex.inside.is_some());
            if inside {
                // An address stands for a part: it is compared for equality only.
                let part = context.parts.all().get(node as usize).and_then(|(_, part)| *part);
                words.extend([u64::MAX, part.map_or(0, |part| std::ptr::from_ref(part) as u64)]);
            }
            for at in range.clone() {
                let out = topology.links_out(at);
                // What is inside an opened system and has no link of its own is as its part says.
                if inside && out.is_empty() {
                    continue;
                }
                let is = topology.vertices().get(at as usize)?;
                words.extend(said(context, node, at, is, at - range.start));
                for hop in out {
                    let kind = u64::from(kinds.of(context, hop.arc / 2)?);
                    let dock = backbone.place(hop.to);
                    if dock != NONE {
                        let ordinal = docks.iter().position(|known| *known == dock).unwrap_or_else(|| {
                            docks.push(dock);
                            docks.len() - 1
                        });
                        words.push(((ordinal as u64 + 1) << 32) | kind);
                        continue;
                    }
                    let of = topology.vertices().get(hop.to as usize)?.node;
                    let of = topology.places().place(of)? as u32;
                    let ordinal = nodes.iter().position(|known| *known == of).unwrap_or_else(|| {
                        nodes.push(of);
                        nodes.len() - 1
                    });
                    let place = u64::from(hop.to - topology.vertices_at(of as usize).start);
                    words.extend([2 << 62 | (ordinal as u64) << 32 | place, kind]);
                    if nodes.len() > MOST {
                        return None;
                    }
                }
            }
        }
        Some(())
    }
}

/// What there is to say of a node that is one vertex, its links apart.
#[inline(always)]
fn own(context: &Context, node: u32) -> Option<[u64; 2]> {
    let at = context.topology.vertices_at(node as usize).start;
    let is = context.topology.vertices().get(at as usize).filter(|is| is.inside.is_none())?;
    Some(said(context, node, at, is, 0))
}

/// What there is to say of a vertex, the so-manyth of its node.
#[inline(always)]
fn said(context: &Context, node: u32, at: VertexIndex, is: &Vertex, ordinal: u32) -> [u64; 2] {
    let facts = is.kind as u64 * 4 + u64::from(is.transit) * 2 + u64::from(is.endpoint);
    let tier = if is.inside.is_some() { 0 } else { u64::from(context.tiers.at_place(node as usize).unwrap_or(0)) };
    let delays = &context.delays;
    [1 << 62 | u64::from(ordinal) << 32 | tier << 16 | u64::from(delays.stores(at)) << 8 | facts, delays.passing(at).0.to_bits()]
}

/// Searches within one island, as [`crate::engine::routes::Routes`] searches a whole fabric.
struct Local<'a> {
    topology: &'a Topology,
    pace: &'a Pace,
    backbone: &'a Backbone,
    /// By vertex of the fabric: its place here.
    place: Vec<u32>,
    vertices: Vec<VertexIndex>,
    at: Vec<At>,
    open: Vec<usize>,
}

/// What is known of a vertex on one side of an adapter.
#[derive(Clone, Copy)]
struct At {
    hops: u32,
    way: Way,
    peak: u8,
    leaves: bool,
}

impl<'a> Local<'a> {
    fn new(topology: &'a Topology, pace: &'a Pace, backbone: &'a Backbone) -> Self {
        Self { topology, pace, backbone, place: vec![NONE; topology.vertices().len()], vertices: Vec::new(), at: Vec::new(), open: Vec::new() }
    }

    /// The form of an island; `None` where a way leads through it, one of equal ways is not slower than the others in every respect, or a rate is unknown.
    fn form(&mut self, context: &Context, room: &Room) -> Option<Form> {
        let topology = self.topology;
        self.vertices.iter().for_each(|vertex| self.place[*vertex as usize] = NONE);
        self.vertices.clear();
        let mut form = Form::default();
        for (ordinal, node) in (0..).zip(&room.nodes) {
            let range = topology.vertices_at(*node as usize);
            for at in range.clone() {
                let is = topology.vertices().get(at as usize)?;
                // A stretch that ends inside is a rate more to tell apart.
                if self.pace.stores(at) && self.pace.packet() > 0.0 && is.transit {
                    return None;
                }
                if is.endpoint {
                    form.ends.push((ordinal, at - range.start));
                }
            }
            self.vertices.extend(range);
        }
        if form.ends.is_empty() && !self.vertices.iter().any(|at| topology.vertices().get(*at as usize).is_some_and(|is| is.transit)) {
            return Some(form);
        }
        let inside = self.vertices.len();
        self.vertices.extend(room.docks.iter().filter_map(|dock| self.backbone.vertices.get(*dock as usize)));
        if self.vertices.len() > MOST || form.ends.len() * self.vertices.len() > 64 * MOST {
            return None;
        }
        for (place, vertex) in (0..).zip(&self.vertices) {
            *self.place.get_mut(*vertex as usize)? = place;
        }
        let ends: Vec<VertexIndex> = form.ends.iter().map(|(node, at)| topology.vertices_at(room.nodes[*node as usize] as usize).start + at).collect();
        form.out = vec![Vec::new(); ends.len()];
        for (ordinal, dock) in (0..).zip(inside..self.vertices.len()) {
            self.toward(context, dock, inside)?;
            if (inside..self.vertices.len()).any(|other| other != dock && self.at.get(other).is_some_and(|at| at.hops != u32::MAX)) {
                return None;
            }
            for (out, end) in form.out.iter_mut().zip(&ends) {
                if let Some(found) = self.from(*end)? {
                    let way = Stretch { time: found.way.time.saturating_add(self.pace.ending(*end)), ..found.way };
                    out.push((ordinal, Out { way, ..found }));
                }
            }
        }
        for to in &ends {
            self.toward(context, self.place[*to as usize] as usize, inside)?;
            for from in &ends {
                let found = if from == to { None } else { self.from(*from)? };
                let both = self.pace.ending(*from).saturating_add(self.pace.ending(*to));
                form.inside.push(found.map(|found| Out { way: Stretch { time: found.way.time.saturating_add(both), ..found.way }, ..found }));
            }
        }
        Some(form)
    }

    /// Searches all that leads to a vertex, given by its place, within the first `inside` and what they hang on. `None` where equal ways have to be told apart.
    fn toward(&mut self, context: &Context, target: usize, inside: usize) -> Option<()> {
        let (topology, pace, count) = (self.topology, self.pace, self.vertices.len());
        self.at.clear();
        self.at.resize(2 * count, At { hops: u32::MAX, way: Way::NONE, peak: 0, leaves: false });
        self.open.clear();
        for state in [target, target + count] {
            self.at[state].hops = 0;
            self.open.push(state);
        }
        let goal = self.vertices[target];
        let mut next = 0;
        while let Some(state) = self.open.get(next).copied() {
            next += 1;
            let (at, inbound) = (state % count, state >= count);
            let here = self.vertices[at];
            if at != target && (at >= inside || !topology.vertices().get(here as usize)?.transit) {
                continue;
            }
            let known = self.at[state];
            let passed = if at == target { 0 } else { super::tier_of(context, here) };
            for hop in topology.row(here) {
                let from = self.place.get(hop.to as usize).copied().unwrap_or(NONE) as usize;
                if from >= count || (from >= inside && at >= inside) {
                    continue;
                }
                let sided = topology.has_hosts() && topology.vertices().get(hop.to as usize)?.inside.is_some();
                for side in if sided { &[false, true][..] } else { &[false] } {
                    if topology.step(hop.to, *side, Hop { to: here, arc: hop.arc ^ 1 }) != Some(inbound) && topology.has_hosts() {
                        continue;
                    }
                    let farther = &mut self.at[from + if *side { count } else { 0 }];
                    if farther.hops <= known.hops {
                        continue;
                    }
                    let way = step(pace, goal, hop.arc ^ 1, here, &known.way);
                    let leaves = known.leaves || !topology.edges().get(hop.arc as usize / 2).is_some_and(is_scale_up);
                    if farther.hops == u32::MAX {
                        *farther = At { hops: known.hops + 1, way, peak: known.peak.max(passed), leaves };
                        self.open.push(from + if *side { count } else { 0 });
                        continue;
                    }
                    farther.peak = farther.peak.max(known.peak).max(passed);
                    farther.leaves |= leaves;
                    if !farther.way.outlasts(&way) {
                        if !way.outlasts(&farther.way) {
                            return None;
                        }
                        farther.way = way;
                    }
                }
            }
        }
        Some(())
    }

    /// What the last search found from an end, if it reached it; `None` where a rate is unknown.
    fn from(&self, end: VertexIndex) -> Option<Option<Out>> {
        let found = self.at.get(*self.place.get(end as usize)? as usize)?;
        if found.hops == u32::MAX {
            return Some(None);
        }
        let (time, rate) = found.way.sum_and_rate()?;
        let way = Stretch { hops: found.hops, time, peak: found.peak, leaves: found.leaves };
        Some(Some(Out { way, wire: self.pace.serialisation(rate, rate)?, rate: rate.to_bits() }))
    }
}
