//! Nodes that are alike: what a search over all pairs may leave out without changing an answer.
//!
//! Two nodes are twins when they are the same kind of thing and every link of one has its equal on the other, to the very
//! same vertex: swapping them changes nothing. Of any number of twins a search needs two (one to stand for all, one more
//! for the way between two of them); each pair is then counted as often as it occurs. Endpoints that hang on one switch
//! belong to it, and switches are compared together with what hangs on them, so that the 16 leaves of a pod are twins with all their
//! hosts. Twins are found by comparing whole lists of links, never by a hash or a colour, so the answers are exact.

use crate::units::{SortedMap, order};

use super::delays::Delays;
use super::topology::{EdgeIndex, Topology, VertexIndex};

/// A topology of which only two of any number of twins are left.
#[derive(Clone, Debug)]
pub struct Reduced {
    /// What is left.
    pub topology: Topology,
    /// Its delays.
    pub delays: Delays,
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

impl Reduced {
    /// Leaves out all but two of any number of twins. Time: O(edges log edges). Space: O(edges).
    pub fn of(topology: &Topology, delays: &Delays) -> Self {
        let nodes = topology.nodes().len();
        let view = View::of(topology, delays);
        let mut keep = vec![true; nodes];
        let mut next_class = 0;
        let mut own: Vec<Member> = vec![Member { class: 0, second: false, size: 1 }; nodes];

        let everyone: Vec<u32> = (0..nodes as u32).collect();
        let words: Vec<Vec<u64>> = everyone.iter().map(|node| view.words(*node, None)).collect();
        join(&everyone, |node| &words[node as usize], &mut own, &mut keep, &mut next_class);

        // What hangs on one switch alone belongs to it.
        let belongs: Vec<Option<u32>> = everyone.iter().map(|node| view.only_neighbour(*node)).collect();
        let mut types: SortedMap<Vec<u64>, u64> = SortedMap::new();
        let mut children: SortedMap<u32, Vec<[u64; 2]>> = SortedMap::new();
        for node in &everyone {
            let member = own[*node as usize];
            if let Some(parent) = belongs[*node as usize].filter(|_| keep[*node as usize] && !member.second) {
                let next = types.len() as u64;
                let kind = *types.entry(view.words(*node, Some(parent))).or_insert(next);
                children.entry(parent).or_default().push([kind, member.size]);
            }
        }
        let parents: Vec<u32> = children.keys().copied().filter(|parent| own[*parent as usize].size == 1).collect();
        let mut full: SortedMap<u32, Vec<u64>> = SortedMap::new();
        for (parent, mut kinds) in children {
            order::sort(&mut kinds);
            let mut words = view.words_but(parent, |other| belongs[other as usize] == Some(parent));
            words.push(u64::MAX);
            words.extend(kinds.iter().flatten());
            full.insert(parent, words);
        }
        let none = Vec::new();
        join(&parents, |node| full.get(&node).unwrap_or(&none), &mut own, &mut keep, &mut next_class);
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
        Self { delays: delays.picked(&original, &edges), topology: reduced, original, node_of, standing }
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

/// Makes classes of nodes whose words are equal, and lets go of all but two of each.
fn join<'a>(nodes: &[u32], words: impl Fn(u32) -> &'a Vec<u64>, own: &mut [Member], keep: &mut [bool], next_class: &mut u32) {
    let mut order = nodes.to_vec();
    order::sort_by(&mut order, |a, b| words(*a).cmp(words(*b)).then(a.cmp(b)));
    for twins in order.chunk_by(|a, b| words(*a) == words(*b)) {
        let class = *next_class;
        *next_class += 1;
        for (place, node) in twins.iter().enumerate() {
            own[*node as usize] = Member { class, second: place == 1, size: twins.len() as u64 };
            if place > 1 {
                keep[*node as usize] = false;
            }
        }
    }
}

/// Nodes as lists of numbers that are equal exactly for twins.
struct View<'a> {
    topology: &'a Topology,
    delays: &'a Delays,
    node_of: Vec<u32>,
    /// Whether a node is a system that was opened; what is inside follows from its part, which equal wires stand for.
    opened: Vec<bool>,
    has_endpoint: Vec<bool>,
}

impl<'a> View<'a> {
    fn of(topology: &'a Topology, delays: &'a Delays) -> Self {
        let mut view = Self {
            topology,
            delays,
            node_of: vec![0; topology.vertices().len()],
            opened: Vec::with_capacity(topology.nodes().len()),
            has_endpoint: Vec::with_capacity(topology.nodes().len()),
        };
        for (place, node) in topology.nodes().iter().enumerate() {
            let range = topology.vertices_of(*node);
            for vertex in range.clone() {
                view.node_of[vertex as usize] = place as u32;
            }
            let vertices = topology.vertices().get(range.start as usize..range.end as usize).unwrap_or_default();
            view.opened.push(vertices.iter().any(|vertex| vertex.inside.is_some()));
            view.has_endpoint.push(vertices.iter().any(|vertex| vertex.endpoint));
        }
        view
    }

    fn range(&self, node: u32) -> std::ops::Range<VertexIndex> {
        self.topology.nodes().get(node as usize).map_or(0..0, |id| self.topology.vertices_of(*id))
    }

    /// The node that all links of this one lead to, if it is one switch and this holds endpoints.
    fn only_neighbour(&self, node: u32) -> Option<u32> {
        let mut only = None;
        for vertex in self.range(node) {
            for hop in self.topology.row(vertex).iter().filter(|hop| self.topology.is_link(hop.arc / 2)) {
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
    fn words(&self, node: u32, parent: Option<u32>) -> Vec<u64> {
        let from = parent.map_or(0, |parent| self.range(parent).start);
        self.listed(node, from, |_| false)
    }

    /// As [`View::words`], without the links to some nodes.
    fn words_but(&self, node: u32, leave_out: impl Fn(u32) -> bool) -> Vec<u64> {
        self.listed(node, 0, leave_out)
    }

    fn listed(&self, node: u32, from: VertexIndex, leave_out: impl Fn(u32) -> bool) -> Vec<u64> {
        let range = self.range(node);
        let mut words = Vec::new();
        let mut links: Vec<[u64; 3]> = Vec::new();
        for vertex in range.clone() {
            let is = &self.topology.vertices()[vertex as usize];
            words.push(is.kind as u64 * 8 + u64::from(is.transit) * 4 + u64::from(is.endpoint) * 2 + u64::from(self.opened[node as usize]));
            words.push(self.delays.passing(vertex).0.to_bits());
            let inside = u64::from(vertex - range.start);
            for hop in self.topology.row(vertex) {
                let edge = &self.topology.edges()[hop.arc as usize / 2];
                let wire = !self.topology.is_link(hop.arc / 2);
                let rate = if edge.rate_known { edge.gbps.to_bits() } else { u64::MAX };
                // Wires are told by where they lead within the system, links by the vertex they lead to.
                let to = if wire { u64::from(hop.to - range.start) + (1 << 63) } else { u64::from(hop.to - from.min(hop.to)) };
                if wire || !leave_out(self.node_of[hop.to as usize]) {
                    links.push([inside << 32 | to & 0xFFFF_FFFF | to & 1 << 63, self.delays.crossing(hop.arc).0.to_bits(), rate]);
                }
            }
        }
        order::sort(&mut links);
        words.push(u64::MAX);
        words.extend(links.into_iter().flatten());
        words
    }
}
