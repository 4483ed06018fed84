//! Which vertices and arcs of a fabric are alike: orbits under symmetries that are verified link by link.
//!
//! A symmetry is sought as a swap: two vertices of one kind change places, and whatever hangs on the one only changes places with what
//! hangs on the other, until every moved vertex has its links exactly where its image has its own. A swap that does not come out even is
//! thrown away. What is found is therefore a symmetry for certain; what is not found only makes classes smaller and answers slower, never
//! wrong. (Colour refinement alone would not do: it takes a dragonfly's routers for equal that are not.)

use crate::engine::topology::{ArcIndex, Topology, VertexIndex};
use crate::units::{SortedMap, order};

/// What may not be mixed up: a number for each vertex and each edge, equal for those that are alike in everything but place.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// By vertex.
    pub vertex: Vec<u32>,
    /// By edge.
    pub edge: Vec<u32>,
}

/// The label of what is set apart, such as a failed link: nothing is like it.
pub const APART: u32 = u32::MAX;

impl Labels {
    /// Labels by the words that `vertex` and `edge` say of each. Time: O((vertices + edges) log kinds).
    pub fn of(topology: &Topology, vertex: impl Fn(VertexIndex) -> u64, edge: impl Fn(u32) -> u64) -> Self {
        let mut vertices = Numbers::default();
        let is = |at: VertexIndex| {
            let Some(is) = topology.vertices().get(at as usize) else { return 0 };
            is.kind as u8 * 8 + u8::from(is.transit) * 4 + u8::from(is.endpoint) * 2 + u8::from(topology.is_host_adapter(at))
        };
        let vertex = (0..topology.vertices().len() as u32).map(|at| vertices.of((is(at), vertex(at)))).collect();
        let mut edges = Numbers::default();
        let edge = (0..topology.edges().len() as u32).map(|at| edges.of((u8::from(topology.is_link(at)), edge(at)))).collect();
        Self { vertex, edge }
    }

    /// Tells vertices apart that are of different classes under these labels: where more is set apart than they say, a symmetry is one of theirs still, and
    /// swaps that are none need not be tried again. Time: O(vertices log classes).
    pub fn within(&mut self, classes: &Orbits) {
        let mut numbers = Numbers::default();
        for (label, class) in self.vertex.iter_mut().zip(&classes.vertex) {
            *label = numbers.of((0, u64::from(*class)));
        }
    }
}

/// Numbers of words, in the order they first came.
#[derive(Default)]
struct Numbers {
    known: SortedMap<(u8, u64), u32>,
    last: Option<((u8, u64), u32)>,
}

impl Numbers {
    fn of(&mut self, word: (u8, u64)) -> u32 {
        // Neighbours are mostly alike.
        if let Some((_, number)) = self.last.filter(|(last, _)| *last == word) {
            return number;
        }
        let next = self.known.len() as u32;
        let number = *self.known.entry(word).or_insert(next);
        self.last = Some((word, number));
        number
    }
}

/// Sets of numbers that are joined step by step (union by the smaller root, with path halving).
#[derive(Clone, Debug, Default)]
pub struct Sets(Vec<u32>);

impl Sets {
    fn new(count: usize) -> Self {
        Self((0..count as u32).collect())
    }
    /// The least member of a number's set. Time: O(log n) amortised.
    pub fn root(&mut self, mut one: u32) -> u32 {
        while let Some(above) = self.0.get(one as usize).copied().filter(|above| *above != one) {
            let higher = self.0.get(above as usize).copied().unwrap_or(above);
            if let Some(own) = self.0.get_mut(one as usize) {
                *own = higher;
            }
            one = higher;
        }
        one
    }
    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(larger) = self.0.get_mut(a.max(b) as usize) {
            *larger = a.min(b);
        }
    }
    /// The least member of every number's set.
    pub fn roots(mut self) -> Vec<u32> {
        (0..self.0.len() as u32).map(|one| self.root(one)).collect()
    }
}

/// Classes under the symmetries that were found: the least member of the class of each vertex, arc and node (by place).
#[derive(Clone, Debug, Default)]
pub struct Orbits {
    /// By vertex.
    pub vertex: Vec<u32>,
    /// By arc.
    pub arc: Vec<u32>,
    /// By arc that is the least of its class: how many are in it.
    pub members: Vec<u32>,
    /// By place in [`Topology::nodes`].
    pub node: Vec<u32>,
}

/// Links of every vertex sorted by where they lead, so that rows can be compared; made once for a topology.
#[derive(Clone, Debug)]
pub struct Rows {
    first: Vec<u32>,
    /// Where it leads and by which arc, by neighbour and then arc.
    rows: Vec<(VertexIndex, ArcIndex)>,
    node_of: Vec<u32>,
}

impl Rows {
    /// Sorts the rows of a topology. Time: O(edges log degree).
    pub fn of(topology: &Topology) -> Self {
        let count = topology.vertices().len();
        let mut made = Self { first: Vec::with_capacity(count + 1), rows: Vec::with_capacity(topology.edges().len() * 2), node_of: vec![0; count] };
        for vertex in 0..count as u32 {
            let from = made.rows.len();
            made.first.push(from as u32);
            made.rows.extend(topology.row(vertex).iter().map(|hop| (hop.to, hop.arc)));
            let row = made.rows.get_mut(from..).unwrap_or_default();
            if !row.is_sorted() {
                order::sort(row);
            }
        }
        made.first.push(made.rows.len() as u32);
        for (place, node) in topology.nodes().iter().enumerate() {
            for vertex in topology.vertices_of(*node) {
                if let Some(of) = made.node_of.get_mut(vertex as usize) {
                    *of = place as u32;
                }
            }
        }
        made
    }
    fn row(&self, vertex: VertexIndex) -> &[(VertexIndex, ArcIndex)] {
        let at = |place: usize| self.first.get(place).copied().unwrap_or(0) as usize;
        self.rows.get(at(vertex as usize)..at(vertex as usize + 1)).unwrap_or_default()
    }
    fn row_mut(&mut self, vertex: VertexIndex) -> &mut [(VertexIndex, ArcIndex)] {
        let at = |place: usize| self.first.get(place).copied().unwrap_or(0) as usize;
        let range = at(vertex as usize)..at(vertex as usize + 1);
        self.rows.get_mut(range).unwrap_or_default()
    }
    /// The place of the node that a vertex belongs to.
    pub fn node_of(&self, vertex: VertexIndex) -> u32 {
        self.node_of.get(vertex as usize).copied().unwrap_or(0)
    }
}

const NONE: u32 = u32::MAX;
/// How many earlier kinds of vertices of one label a vertex is compared with.
const TRIES: usize = 3;
/// Swaps are sought until so many links were looked at for each link there is; then classes stay as they are. A limit of Weft.
const EFFORT: usize = 400;

/// Finds orbits. Time: O(links of what is swapped), at most [`EFFORT`] times the edges. Space: O(vertices + edges).
pub fn orbits(topology: &Topology, rows: &Rows, labels: &Labels) -> Orbits {
    found(topology, rows, labels, 0..topology.vertices().len() as u32, Some(Sets::new(topology.edges().len() * 2)))
}

/// [`Orbits::vertex`] of some vertices, which are in ascending order: only they are tried to change places, and what arcs change places with is
/// not noted, so that it takes much less time than [`orbits`].
pub fn orbits_among(topology: &Topology, rows: &Rows, labels: &Labels, among: impl Iterator<Item = VertexIndex>) -> Vec<u32> {
    found(topology, rows, labels, among, None).vertex
}

fn found(topology: &Topology, rows: &Rows, labels: &Labels, among: impl Iterator<Item = VertexIndex>, mut arc: Option<Sets>) -> Orbits {
    let vertices = topology.vertices().len();
    let mut search = Search {
        rows: rows.clone(),
        sorted: vec![false; vertices],
        labels,
        image: vec![NONE; vertices],
        touched: Vec::new(),
        open: Vec::new(),
        effort: topology.edges().len().saturating_mul(EFFORT),
        scratch: Default::default(),
        goes: if vertices == topology.nodes().len() { Vec::new() } else { vec![NONE; topology.nodes().len()] },
        pairs: Vec::new(),
    };
    let mut vertex = Sets::new(vertices);
    let mut node = Sets::new(topology.nodes().len());
    // Parallel edges that are alike may change places, and nothing else moves.
    if let Some(arc) = &mut arc {
        for here in 0..vertices as u32 {
            for pair in rows.row(here).windows(2) {
                let [(to, one), (next, other)] = pair else { continue };
                if to == next && search.edge_label(*one) == search.edge_label(*other) {
                    arc.join(*one, *other);
                }
            }
        }
    }
    // For each label the vertices that swaps are tried with: the last one, and the first of every class so far.
    let mut last: Vec<Vec<(usize, Vec<VertexIndex>)>> = Vec::new();
    for here in among {
        let label = labels.vertex.get(here as usize).copied().unwrap_or(APART);
        if label == APART {
            continue;
        }
        let degree = rows.row(here).len();
        if last.len() <= label as usize {
            last.resize_with(label as usize + 1, Vec::new);
        }
        let Some(kinds) = last.get_mut(label as usize) else { continue };
        let kind = kinds.iter().position(|(other, _)| *other == degree).unwrap_or(kinds.len());
        if kind == kinds.len() {
            kinds.push((degree, Vec::new()));
        }
        let Some((_, known)) = kinds.get_mut(kind) else { continue };
        let mut joined = false;
        for other in known.iter().rev().take(TRIES).copied() {
            if vertex.root(other) == vertex.root(here) {
                joined = true;
                break;
            }
            if search.swap(other, here) {
                search.note(&mut vertex, arc.as_mut(), &mut node);
                joined = true;
            }
            search.clear();
            if joined {
                break;
            }
        }
        // The newest member of a class stands for it, for its neighbours are nearest.
        match known.last_mut().filter(|_| joined) {
            Some(newest) if vertex.root(*newest) == vertex.root(here) => *newest = here,
            _ => {
                // Those before it are lesser: where it is the least of its class, none of them is in it.
                let root = vertex.root(here);
                if root != here {
                    known.retain(|other| vertex.root(*other) != root);
                }
                known.push(here);
            }
        }
        if search.effort == 0 {
            break;
        }
    }
    let arc = arc.map(Sets::roots).unwrap_or_default();
    let mut members = vec![0u32; arc.len()];
    for root in &arc {
        if let Some(count) = members.get_mut(*root as usize) {
            *count += 1;
        }
    }
    Orbits { vertex: vertex.roots(), arc, members, node: node.roots() }
}

/// The neighbours of two vertices that are to change places, as far as they are not placed yet.
#[derive(Default)]
struct Scratch {
    /// Label of the edge, where the other end goes, arc.
    placed: [Vec<(u32, u32, ArcIndex)>; 2],
    /// Label of the edge, label of the other end, the other end, arc.
    free: [Vec<(u32, u32, u32, ArcIndex)>; 2],
    rest: [Vec<(u32, u32, u32, ArcIndex)>; 2],
}

struct Search<'a> {
    /// Rows that are sorted by the labels of edge and neighbour first, once they were asked for: what is not placed yet then need not be sorted each time.
    rows: Rows,
    /// By vertex, whether its row is.
    sorted: Vec<bool>,
    labels: &'a Labels,
    /// Where each vertex goes; [`NONE`] is not decided, and stays if it is never reached. A swap is its own inverse.
    image: Vec<u32>,
    touched: Vec<VertexIndex>,
    open: Vec<(VertexIndex, VertexIndex)>,
    effort: usize,
    scratch: Scratch,
    /// Where each node goes, by place; empty where every vertex is a node of its own.
    goes: Vec<u32>,
    /// Which arcs go where others are.
    pairs: Vec<(ArcIndex, ArcIndex)>,
}

impl Search<'_> {
    fn image(&self, vertex: VertexIndex) -> u32 {
        self.image.get(vertex as usize).copied().unwrap_or(vertex)
    }

    fn vertex_label(&self, vertex: VertexIndex) -> u32 {
        self.labels.vertex.get(vertex as usize).copied().unwrap_or(APART)
    }

    fn edge_label(&self, arc: ArcIndex) -> u32 {
        self.labels.edge.get(arc as usize / 2).copied().unwrap_or(APART)
    }

    /// Decides that two vertices change places (or that one stays). `false` if that contradicts what was decided.
    fn place(&mut self, a: VertexIndex, b: VertexIndex) -> bool {
        match (self.image(a), self.image(b)) {
            (NONE, NONE) => {
                for (one, other) in [(a, b), (b, a)] {
                    if let Some(image) = self.image.get_mut(one as usize) {
                        *image = other;
                    }
                }
                self.touched.push(a);
                if a != b {
                    self.touched.push(b);
                    self.open.push((a, b));
                }
                true
            }
            (of_a, of_b) => of_a == b && of_b == a,
        }
    }

    /// Tries to make two vertices change places. Afterwards, if it succeeds, every moved vertex has its links where its image has them.
    fn swap(&mut self, a: VertexIndex, b: VertexIndex) -> bool {
        if !self.place(a, b) {
            return false;
        }
        while let Some((a, b)) = self.open.pop() {
            if self.vertex_label(a) != self.vertex_label(b) || !self.match_rows(a, b) {
                return false;
            }
        }
        self.keeps_nodes()
    }

    /// Sorts the row of a vertex, if it is not.
    fn sort(&mut self, vertex: VertexIndex) {
        if let Some(sorted) = self.sorted.get_mut(vertex as usize).filter(|sorted| !**sorted) {
            *sorted = true;
            let labels = self.labels;
            let label = |list: &[u32], at: u32| list.get(at as usize).copied().unwrap_or(APART);
            order::sort_by_key(self.rows.row_mut(vertex), |(to, arc)| (label(&labels.edge, arc / 2), label(&labels.vertex, *to), *to, *arc));
        }
    }

    /// Places the neighbours of `a` where `b` has its own: who is placed must fit, who is common stays, the rest pair up in order.
    fn match_rows(&mut self, a: VertexIndex, b: VertexIndex) -> bool {
        self.sort(a);
        self.sort(b);
        let (of_a, of_b) = (self.rows.row(a), self.rows.row(b));
        self.effort = self.effort.saturating_sub(of_a.len() + 1);
        if of_a.len() != of_b.len() || self.effort == 0 {
            return false;
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        for (side, row) in [of_a, of_b].into_iter().enumerate() {
            scratch.placed[side].clear();
            scratch.free[side].clear();
            for (to, arc) in row {
                let (label, image) = (self.edge_label(*arc), self.image(*to));
                match image {
                    NONE => scratch.free[side].push((label, self.vertex_label(*to), *to, *arc)),
                    image => scratch.placed[side].push((label, if side == 0 { image } else { *to }, *arc)),
                }
            }
        }
        let fits = self.pair_up(&mut scratch);
        self.scratch = scratch;
        fits
    }

    fn pair_up(&mut self, scratch: &mut Scratch) -> bool {
        let Scratch { placed: [placed_a, placed_b], free: [free_a, free_b], rest: [rest_a, rest_b] } = scratch;
        if placed_a.len() != placed_b.len() || free_a.len() != free_b.len() {
            return false;
        }
        for list in [&mut *placed_a, &mut *placed_b] {
            if !list.is_sorted() {
                order::sort(list);
            }
        }
        for (a, b) in placed_a.iter().zip(&*placed_b) {
            if (a.0, a.1) != (b.0, b.1) {
                return false;
            }
            self.pair(b.1, a.2, b.2);
        }
        for list in [&mut *free_a, &mut *free_b] {
            if !list.is_sorted() {
                order::sort(list);
            }
        }
        // What both have stays where it is, if it can.
        let (mut at, mut other) = (0, 0);
        rest_a.clear();
        rest_b.clear();
        loop {
            match (free_a.get(at), free_b.get(other)) {
                (Some(a), Some(b)) if (a.0, a.1, a.2) == (b.0, b.1, b.2) => {
                    if !self.place(a.2, a.2) {
                        return false;
                    }
                    self.pair(a.2, a.3, b.3);
                    (at, other) = (at + 1, other + 1);
                }
                (Some(a), Some(b)) if a < b => {
                    rest_a.push(*a);
                    at += 1;
                }
                (Some(a), None) => {
                    rest_a.push(*a);
                    at += 1;
                }
                (_, Some(b)) => {
                    rest_b.push(*b);
                    other += 1;
                }
                (None, None) => break,
            }
        }
        if rest_a.len() != rest_b.len() {
            return false;
        }
        for (a, b) in rest_a.iter().zip(&*rest_b) {
            if (a.0, a.1) != (b.0, b.1) || !self.place(a.2, b.2) {
                return false;
            }
            self.pair(b.2, a.3, b.3);
        }
        true
    }

    /// Remembers which arc goes where another is; `end` is where that one leads.
    fn pair(&mut self, end: VertexIndex, one: ArcIndex, other: ArcIndex) {
        self.pairs.push((one, other));
        // The ways back from what moves as well are remembered there.
        if self.image(end) == end {
            self.pairs.push((one ^ 1, other ^ 1));
        }
    }

    /// Whether nodes go as wholes: all vertices of a node to one node.
    fn keeps_nodes(&mut self) -> bool {
        if self.goes.is_empty() {
            return true;
        }
        let mut keeps = true;
        for vertex in &self.touched {
            let image = self.image.get(*vertex as usize).copied().unwrap_or(*vertex);
            let (from, to) = (self.rows.node_of(*vertex), self.rows.node_of(image));
            if let Some(goes) = self.goes.get_mut(from as usize).filter(|_| image != *vertex) {
                keeps &= *goes == NONE || *goes == to;
                *goes = to;
            }
        }
        // What is not moved of a node that goes elsewhere is left behind.
        keeps &= self.touched.iter().filter(|vertex| self.image(**vertex) == **vertex).all(|vertex| {
            let node = self.rows.node_of(*vertex);
            self.goes.get(node as usize).is_none_or(|to| *to == NONE || *to == node)
        });
        for vertex in &self.touched {
            if let Some(goes) = self.goes.get_mut(self.rows.node_of(*vertex) as usize) {
                *goes = NONE;
            }
        }
        keeps
    }

    /// Joins what changes places.
    fn note(&mut self, vertex: &mut Sets, arc: Option<&mut Sets>, node: &mut Sets) {
        for here in &self.touched {
            let there = self.image(*here);
            // Each pair once.
            if there > *here {
                vertex.join(*here, there);
                node.join(self.rows.node_of(*here), self.rows.node_of(there));
            }
        }
        let Some(arc) = arc else { return };
        for (one, other) in &self.pairs {
            arc.join(*one, *other);
        }
    }

    fn clear(&mut self) {
        for vertex in self.touched.drain(..) {
            if let Some(image) = self.image.get_mut(vertex as usize) {
                *image = NONE;
            }
        }
        self.open.clear();
        self.pairs.clear();
    }
}
