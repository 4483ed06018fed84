//! Nodes that are alike: what a search over all pairs may leave out without changing an answer.
//!
//! Two nodes are twins when they are the same kind of thing and every link of one has its equal on the other, to the very
//! same vertex: swapping them changes nothing. Of any number of twins a search needs two (one to stand for all, one more
//! for the way between two of them); each pair is then counted as often as it occurs. Endpoints that hang on one switch
//! belong to it, and switches are compared together with what hangs on them, so that the 16 leaves of a pod are twins with all their
//! hosts. Twins are found by comparing whole lists of links, never by a hash or a colour, so the answers are exact.

use crate::units::intern::Intern;
use crate::units::{SortedMap, order};

use super::delays::Delays;
use super::parts::Parts;
use super::routing::turns::Turns;
use super::splice::Splice;
use super::topology::{EdgeIndex, Topology, VertexIndex};

/// A topology of which only two of any number of twins are left.
#[derive(Clone, Debug)]
pub struct Reduced {
    /// What is left.
    pub topology: Topology,
    /// Its delays.
    pub delays: Delays,
    /// Which of its steps may follow which.
    pub turns: Turns,
    /// The vertex of the whole topology that each vertex is.
    pub original: Vec<VertexIndex>,
    /// The node (by place in the reduced topology) that each vertex belongs to.
    node_of: Vec<u32>,
    standing: Vec<Standing>,
}

/// A node's place among its twins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Member {
    class: u32,
    /// Whether it is the second that was kept.
    second: bool,
    /// How many twins there are.
    size: u64,
}

/// A node's place among its twins, and that of the switch it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    own: Member,
    above: Option<Member>,
}

impl Member {
    /// How many nodes it stands for, seen from a first member that is in the same class (`near`) or not.
    fn counts(self, near: bool) -> u64 {
        match (near, self.second) {
            (true, false) => 1,
            (true, true) => self.size - 1,
            (false, false) => self.size,
            (false, true) => 0,
        }
    }
}

/// What each node is and what its links lead to, as numbers; kept from one look for twins to the next. Space: O(nodes + links of nodes that are not alike).
#[derive(Clone, Debug, Default)]
pub struct Alike {
    lists: Intern,
    /// The number of each node's list; [`UNKNOWN`] where it has to be asked.
    class: Vec<u32>,
    /// The switch that all of its links lead to.
    belongs: Vec<Option<u32>>,
    kinds: Intern,
    /// The number of its list by places within that switch, where it was asked for.
    kind: Vec<u32>,
}

/// The number of a list that is not made yet.
const UNKNOWN: u32 = u32::MAX;

impl Alike {
    /// Follows nodes to the places where they went.
    pub fn move_nodes(&mut self, moved: &Splice) {
        if moved.is_still() {
            return;
        }
        for list in [&mut self.class, &mut self.kind] {
            moved.take_over_with(list, UNKNOWN);
        }
        moved.take_over_with(&mut self.belongs, None);
        self.belongs.iter_mut().for_each(|belongs| *belongs = belongs.and_then(|node| moved.now(node)));
    }
    /// Notes that some nodes, by place, or links on them may differ.
    pub fn forget(&mut self, nodes: &[usize]) {
        for node in nodes {
            self.class.get_mut(*node).into_iter().for_each(|class| *class = UNKNOWN);
        }
    }

    /// Asks what is not known of the nodes of a topology. Time: O(nodes, and links of nodes that are asked).
    fn ask(&mut self, view: &View, buffer: &mut Buffer) {
        let nodes = view.inside.len();
        // Lists of before stay until they are too many.
        if self.class.len() != nodes || self.lists.len().max(self.kinds.len()) > 2 * nodes + 64 {
            *self = Self { class: vec![UNKNOWN; nodes], belongs: vec![None; nodes], kind: vec![UNKNOWN; nodes], ..Self::default() };
        }
        let Self { lists, class, belongs, kind, .. } = self;
        // Neighbours are mostly alike.
        let mut last = UNKNOWN;
        for (node, ((class, belongs), kind)) in class.iter_mut().zip(belongs).zip(kind).enumerate().filter(|(_, ((class, _), _))| **class == UNKNOWN) {
            let words = view.words(node as u32, None, buffer);
            if last == UNKNOWN || lists.list(last) != words {
                last = lists.number(words);
            }
            *class = last;
            *belongs = view.only_neighbour(node as u32);
            *kind = UNKNOWN;
        }
    }

    /// The number of a node's list by places within the switch it belongs to.
    fn kind(&mut self, view: &View, node: u32, parent: u32, buffer: &mut Buffer) -> u32 {
        let Some(kind) = self.kind.get_mut(node as usize) else { return UNKNOWN };
        if *kind == UNKNOWN {
            *kind = self.kinds.number(view.words(node, Some(parent), buffer));
        }
        *kind
    }
}

impl Reduced {
    /// Leaves out all but two of any number of twins. `parts` are those of the topology's nodes. Time: O(edges log links of a node).
    /// Space: O(edges).
    pub fn of(topology: &Topology, delays: &Delays, parts: &Parts, turns: &Turns) -> Self {
        Self::again(topology, delays, parts, turns, &mut Alike::default())
    }

    /// [`Reduced::of`], by what is known of nodes already.
    pub fn again(topology: &Topology, delays: &Delays, parts: &Parts, turns: &Turns, known: &mut Alike) -> Self {
        let nodes = topology.nodes().len();
        let view = View::of(topology, delays, parts, turns);
        let mut keep = vec![true; nodes];
        let mut next_class = 0;
        let mut own: Vec<Member> = vec![Member { class: 0, second: false, size: 1 }; nodes];

        let everyone: Vec<u32> = (0..nodes as u32).collect();
        let mut buffer = Buffer::default();
        known.ask(&view, &mut buffer);
        join(&everyone, &known.class, known.lists.len(), &mut own, &mut keep, &mut next_class);

        // What hangs on one switch alone belongs to it.
        let belongs = known.belongs.clone();
        let mut children: SortedMap<u32, Vec<[u64; 2]>> = SortedMap::new();
        for node in &everyone {
            let member = own[*node as usize];
            if let Some(parent) = belongs[*node as usize].filter(|_| keep[*node as usize] && !member.second) {
                let kind = known.kind(&view, *node, parent, &mut buffer);
                children.entry(parent).or_default().push([u64::from(kind), member.size]);
            }
        }
        let mut alike = Intern::default();
        let (mut parents, mut classes) = (Vec::new(), Vec::new());
        for (parent, mut kinds) in children {
            if own[parent as usize].size != 1 {
                continue;
            }
            order::sort(&mut kinds);
            view.words_but(parent, |other| belongs[other as usize] == Some(parent), &mut buffer);
            buffer.words.push(u64::MAX);
            buffer.words.extend(kinds.iter().flatten());
            parents.push(parent);
            classes.push(alike.number(&buffer.words));
        }
        join(&parents, &classes, alike.len(), &mut own, &mut keep, &mut next_class);
        for node in &everyone {
            if belongs[*node as usize].is_some_and(|parent| !keep[parent as usize]) {
                keep[*node as usize] = false;
            }
        }

        let (reduced, original, edges): (Topology, Vec<VertexIndex>, Vec<EdgeIndex>) = topology.restricted_to(&keep);
        let left = everyone.iter().filter(|node| keep[**node as usize]);
        let standing = left.map(|node| Standing { own: own[*node as usize], above: belongs[*node as usize].map(|parent| own[parent as usize]) }).collect();
        let mut node_of = vec![0; original.len()];
        for (place, node) in reduced.nodes().iter().enumerate() {
            for vertex in reduced.vertices_of(*node) {
                node_of[vertex as usize] = place as u32;
            }
        }
        Self { delays: delays.picked(&original, &edges), turns: turns.picked(&edges), topology: reduced, original, node_of, standing }
    }

    /// Whether the same is left, standing for the same.
    #[cfg(debug_assertions)]
    pub(super) fn is(&self, other: &Self) -> bool {
        // Numbers of classes may differ, not what is in one.
        let members = |reduced: &Self| -> Vec<(Member, Option<Member>)> {
            let mut classes: SortedMap<u32, u32> = SortedMap::new();
            let mut renumbered = |member: Member| {
                let next = classes.len() as u32;
                Member { class: *classes.entry(member.class).or_insert(next), ..member }
            };
            reduced.standing.iter().map(|standing| (renumbered(standing.own), standing.above.map(&mut renumbered))).collect()
        };
        self.original == other.original && self.topology == other.topology && self.delays == other.delays && members(self) == members(other)
    }

    /// Endpoints that stand for all others, each with how many it stands for (itself included).
    pub fn sources(&self) -> Vec<(VertexIndex, u64)> {
        let all = self.topology.endpoints().iter();
        let counted = all.filter_map(|vertex| {
            let standing = self.standing.get(*self.node_of.get(*vertex as usize)? as usize)?;
            let first = !standing.own.second && standing.above.is_none_or(|above| !above.second);
            first.then(|| (*vertex, standing.own.size.saturating_mul(standing.above.map_or(1, |above| above.size))))
        });
        counted.collect()
    }

    /// What a vertex stands for, as two numbers that are equal for vertices which stand for equally many in the same way.
    pub(crate) fn standing_words(&self, vertex: VertexIndex) -> [u64; 2] {
        let word = |member: Member| member.size * 2 + u64::from(member.second);
        let standing = self.node_of.get(vertex as usize).and_then(|place| self.standing.get(*place as usize));
        standing.map_or([0, 0], |standing| [word(standing.own), standing.above.map_or(0, word)])
    }

    /// How many vertices of the whole topology `to` stands for when it is looked at from the source `from`: the sum over all
    /// endpoints is the number of endpoints.
    pub fn weight(&self, from: VertexIndex, to: VertexIndex) -> u64 {
        let standing = |vertex: VertexIndex| self.node_of.get(vertex as usize).and_then(|place| self.standing.get(*place as usize));
        let (Some(from), Some(to)) = (standing(from), standing(to)) else { return 0 };
        let around = [Some(from.own.class), from.above.map(|above| above.class)];
        let own = to.own.counts(from.own.class == to.own.class || (to.above.is_none() && around.contains(&Some(to.own.class))));
        own.saturating_mul(to.above.map_or(1, |above| above.counts(around.contains(&Some(above.class)))))
    }
}

/// Makes classes of nodes that have the same number in `classes`, which are `count`, and lets go of all but two of each.
fn join(nodes: &[u32], classes: &[u32], count: usize, own: &mut [Member], keep: &mut [bool], next_class: &mut u32) {
    let mut sizes = vec![0u64; count];
    classes.iter().for_each(|class| sizes[*class as usize] += 1);
    let mut met = vec![0u64; count];
    for (node, class) in nodes.iter().zip(classes) {
        let place = met[*class as usize];
        met[*class as usize] += 1;
        own[*node as usize] = Member { class: *next_class + class, second: place == 1, size: sizes[*class as usize] };
        if place > 1 {
            keep[*node as usize] = false;
        }
    }
    *next_class += count as u32;
}

/// Room for the words of one node, kept between nodes.
#[derive(Default)]
struct Buffer {
    words: Vec<u64>,
    links: Vec<[u64; 4]>,
}

/// Nodes as lists of numbers that are equal exactly for twins.
struct View<'a> {
    topology: &'a Topology,
    delays: &'a Delays,
    turns: &'a Turns,
    node_of: Vec<u32>,
    /// What is inside a node, as a number: that of its part, which all else inside follows from; 0 where nothing was opened.
    inside: Vec<u64>,
    has_endpoint: Vec<bool>,
}

impl<'a> View<'a> {
    fn of(topology: &'a Topology, delays: &'a Delays, parts: &Parts, turns: &'a Turns) -> Self {
        let mut view = Self {
            topology,
            delays,
            turns,
            node_of: vec![0; topology.vertices().len()],
            inside: Vec::with_capacity(topology.nodes().len()),
            has_endpoint: Vec::with_capacity(topology.nodes().len()),
        };
        for place in 0..topology.nodes().len() {
            let range = topology.vertices_at(place);
            for vertex in range.clone() {
                view.node_of[vertex as usize] = place as u32;
            }
            let vertices = topology.vertices().get(range.start as usize..range.end as usize).unwrap_or_default();
            let opened = vertices.iter().any(|vertex| vertex.inside.is_some());
            // An address stands for a part: it is compared for equality only.
            let part = parts.all().get(place).and_then(|(_, part)| *part).filter(|_| opened);
            view.inside.push(part.map_or(0, |part| std::ptr::from_ref(part) as u64));
            view.has_endpoint.push(vertices.iter().any(|vertex| vertex.endpoint));
        }
        view
    }

    fn range(&self, node: u32) -> std::ops::Range<VertexIndex> {
        self.topology.vertices_at(node as usize)
    }

    /// The node that all links of this one lead to, if it is one switch and this holds endpoints.
    fn only_neighbour(&self, node: u32) -> Option<u32> {
        let mut only = None;
        for vertex in self.range(node) {
            for hop in self.topology.links_out(vertex) {
                let other = self.node_of[hop.to as usize];
                if only.is_some_and(|only| only != other) || other == node {
                    return None;
                }
                only = Some(other);
            }
        }
        only.filter(|other| self.has_endpoint[node as usize] && !self.has_endpoint[*other as usize])
    }

    /// What a node is and what its links lead to: the very vertices, or places within `parent` where that is given.
    fn words<'b>(&self, node: u32, parent: Option<u32>, buffer: &'b mut Buffer) -> &'b [u64] {
        self.list(node, parent, |_| false, buffer);
        &buffer.words
    }

    /// As [`View::words`], without the links to some nodes.
    fn words_but(&self, node: u32, leave_out: impl Fn(u32) -> bool, buffer: &mut Buffer) {
        self.list(node, None, leave_out, buffer);
    }

    fn list(&self, node: u32, parent: Option<u32>, leave_out: impl Fn(u32) -> bool, buffer: &mut Buffer) {
        let Buffer { words, links } = buffer;
        words.clear();
        links.clear();
        let inside = self.inside.get(node as usize).copied().unwrap_or(0);
        let range = self.range(node);
        let mut wires = 0u64;
        for vertex in range.clone() {
            let before = links.len();
            let place = u64::from(vertex - range.start);
            let out = self.topology.links_out(vertex);
            wires += (self.topology.row(vertex).len() - out.len()) as u64;
            for hop in out {
                if leave_out(self.node_of[hop.to as usize]) {
                    continue;
                }
                let edge = &self.topology.edges()[hop.arc as usize / 2];
                let rate = if edge.rate_known { edge.gbps.to_bits() } else { u64::MAX };
                // Links are told by the vertex they lead to: within its node, and by the node's id, which stays when other nodes come or go.
                let (to, within) = match (parent, self.topology.vertices().get(hop.to as usize)) {
                    (Some(parent), _) => (hop.to - self.range(parent).start.min(hop.to), 0),
                    (None, Some(vertex)) => (vertex.node.0, vertex.inside.map_or(0, |inside| u64::from(inside) + 1)),
                    (None, None) => (u32::MAX, 0),
                };
                // With the classes of the step and the step back, which a place leaves room for.
                let class = u64::from(self.turns.class(hop.arc)) << 56 | u64::from(self.turns.class(hop.arc ^ 1)) << 48;
                links.push([class | place << 32 | u64::from(to), within, self.delays.crossing(hop.arc).0.to_bits(), rate]);
            }
            // What is inside an opened system and has no link of its own is as its part says.
            if inside == 0 || links.len() > before {
                let is = &self.topology.vertices()[vertex as usize];
                words.push((place << 8) | (is.kind as u64 * 4 + u64::from(is.transit) * 2 + u64::from(is.endpoint)));
                words.push(self.delays.passing(vertex).0.to_bits());
            }
        }
        order::sort(links);
        words.extend([u64::MAX, inside, wires]);
        words.extend(links.iter().flatten());
    }
}
