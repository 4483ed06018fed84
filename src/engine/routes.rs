//! Shortest routes by hop count among those that a routing allows: who can reach whom, over which next hops, by how many equal paths, how
//! fast.
//!
//! A packet goes to any neighbour that is one hop nearer to its destination; parallel edges count separately; a vertex
//! that does not forward is only ever an end. Searches run backward from a destination, so that one search serves
//! every source. The two sides of an adapter are kept apart ([`Topology::step`]): state `v` is vertex `v` on the way out or in
//! the fabric, state `v + V` is vertex `v` inside the system that the path has entered. Where a routing does not let every step follow every
//! other ([`Turns`]), each of its modes has states of its own, those of mode 0 first.

use super::routing::turns::Turns;
use super::topology::{ArcIndex, Hop, NOWHERE, Topology, VertexIndex};
use crate::units::order;

/// A vertex, the side of an adapter a path is on, and the mode it is in.
pub type State = u32;

/// The distance of what cannot be reached.
pub const UNREACHED: u32 = u32::MAX;

/// All shortest routes toward one destination. Buffers are kept between searches.
#[derive(Clone, Debug)]
pub struct Routes<'a> {
    topology: &'a Topology,
    turns: &'a Turns,
    /// How many vertices there are.
    count: u32,
    /// How many sides of adapters are kept apart: 1 or 2.
    sides: u32,
    target: VertexIndex,
    distance: Vec<u32>,
    /// States in the order they were reached: never farther before nearer.
    order: Vec<State>,
    ahead: Ahead,
    /// Kept between steps.
    steps: Vec<(State, ArcIndex)>,
}

/// What [`Routes::between`] sees from the source.
#[derive(Clone, Debug, Default)]
struct Ahead {
    /// Hops from the source.
    distance: Vec<u32>,
    /// States in the order they were reached.
    order: Vec<State>,
    /// Where in `order` each number of hops begins.
    levels: Vec<usize>,
}

impl Ahead {
    fn reach(&mut self, state: State, distance: u32) {
        if let Some(slot) = self.distance.get_mut(state as usize).filter(|slot| **slot == UNREACHED) {
            *slot = distance;
            self.order.push(state);
        }
    }
    fn clear(&mut self) {
        for state in self.order.drain(..) {
            self.distance[state as usize] = UNREACHED;
        }
        self.levels.clear();
    }
}

/// The sides a vertex has: nothing is ever inside a system where none was opened.
fn sides(topology: &Topology, vertex: VertexIndex) -> &'static [bool] {
    let inside = topology.vertices().get(vertex as usize).is_some_and(|vertex| vertex.inside.is_some());
    if inside { &[false, true] } else { &[false] }
}

impl<'a> Routes<'a> {
    /// Buffers for searches of shortest paths on a topology. Space: O(vertices).
    pub fn new(topology: &'a Topology) -> Self {
        Self::under(topology, Turns::free())
    }

    /// Buffers for searches of what a routing allows. Space: O(modes × vertices).
    pub fn under(topology: &'a Topology, turns: &'a Turns) -> Self {
        let sides = if topology.has_hosts() { 2 } else { 1 };
        let count = topology.vertices().len() as u32;
        let states = (count * sides * turns.modes()) as usize;
        Self {
            topology,
            turns,
            count,
            sides,
            target: 0,
            distance: vec![UNREACHED; states],
            order: Vec::with_capacity(states),
            ahead: Ahead::default(),
            steps: Vec::new(),
        }
    }

    /// The vertex, the side and the mode of a state.
    #[inline]
    fn parts(&self, state: State) -> (VertexIndex, bool, u32) {
        if state < self.count {
            (state, false, 0)
        } else if self.turns.is_free() {
            (state - self.count, true, 0)
        } else {
            let layer = state / self.count;
            (state % self.count, self.sides == 2 && layer % 2 == 1, layer / self.sides)
        }
    }

    /// The state of a vertex on a side in a mode.
    #[inline]
    fn state(&self, vertex: VertexIndex, inbound: bool, mode: u32) -> State {
        vertex + (mode * self.sides + u32::from(inbound)) * self.count
    }

    /// Calls `go` with every state that a step leads from to this one, and with the step.
    #[inline]
    fn before(&self, state: State, mut go: impl FnMut(State, ArcIndex)) {
        let (here, inbound, mode) = self.parts(state);
        for hop in self.topology.row(here) {
            let forward = Hop { to: here, arc: hop.arc ^ 1 };
            for side in if self.sides == 1 { &[false] } else { sides(self.topology, hop.to) } {
                if self.sides == 2 && self.topology.step(hop.to, *side, forward) != Some(inbound) {
                    continue;
                }
                self.turns.before(mode, forward.arc, |earlier| go(self.state(hop.to, *side, earlier), forward.arc));
            }
        }
    }

    /// Finds the distance of every vertex to `target`. Time: O(vertices + edges).
    pub fn toward(&mut self, target: VertexIndex) {
        self.start(target);
        let mut next = 0;
        while let Some(state) = self.order.get(next).copied() {
            next += 1;
            self.expand(state);
        }
    }

    /// As [`Routes::toward`]. `tell` is told of every step that leads one hop nearer, after all those that lead on from where it arrives: the state it
    /// starts from, its arc, the state and the vertex it leads to, and whether it is the first from there.
    pub fn toward_telling(&mut self, target: VertexIndex, mut tell: impl FnMut(State, ArcIndex, State, VertexIndex, bool)) {
        let topology = self.topology;
        self.start(target);
        let plain = !topology.has_hosts() && self.turns.is_free();
        let mut steps = std::mem::take(&mut self.steps);
        let mut next = 0;
        while let Some(state) = self.order.get(next).copied() {
            next += 1;
            let here = self.vertex(state);
            if here != target && !topology.vertices()[here as usize].transit {
                continue;
            }
            let farther = self.distance[state as usize] + 1;
            let mut arrive = |routes: &mut Self, from: State, arc: ArcIndex| {
                let known = routes.distance[from as usize];
                if known == UNREACHED {
                    routes.reach(from, farther);
                }
                if known >= farther {
                    tell(from, arc, state, here, known == UNREACHED);
                }
            };
            if plain {
                topology.row(here).iter().for_each(|hop| arrive(self, hop.to, hop.arc ^ 1));
                continue;
            }
            self.before(state, |from, arc| {
                if self.distance[from as usize] >= farther {
                    steps.push((from, arc));
                }
            });
            for (from, arc) in steps.drain(..) {
                arrive(self, from, arc);
            }
        }
        self.steps = steps;
    }

    /// As [`Routes::toward`], to whichever of several vertices is nearest. They must forward; nothing passes through one of them.
    pub fn toward_any(&mut self, targets: &[VertexIndex]) {
        self.start(NOWHERE);
        for target in targets {
            if *target < self.count {
                self.reach_all(*target);
            }
        }
        let mut next = 0;
        while let Some(state) = self.order.get(next).copied() {
            next += 1;
            self.expand(state);
        }
    }

    fn start(&mut self, target: VertexIndex) {
        self.target = target;
        for state in self.order.drain(..) {
            self.distance[state as usize] = UNREACHED;
        }
        if target < self.count {
            self.reach_all(target);
        }
    }

    /// Reaches a destination on either side and in every mode.
    fn reach_all(&mut self, target: VertexIndex) {
        for layer in 0..self.sides * self.turns.modes() {
            self.reach(target + layer * self.count, 0);
        }
    }

    /// Reaches what is one hop farther from the destination than a state.
    fn expand(&mut self, state: State) {
        let topology = self.topology;
        let here = self.vertex(state);
        if here != self.target && !topology.vertices()[here as usize].transit {
            return;
        }
        let farther = self.distance[state as usize] + 1;
        if !topology.has_hosts() && self.turns.is_free() {
            for hop in topology.row(here) {
                if self.distance[hop.to as usize] == UNREACHED {
                    self.reach(hop.to, farther);
                }
            }
            return;
        }
        let mut steps = std::mem::take(&mut self.steps);
        self.before(state, |from, arc| {
            if self.distance[from as usize] == UNREACHED {
                steps.push((from, arc));
            }
        });
        for (from, _) in steps.drain(..) {
            if self.distance[from as usize] == UNREACHED {
                self.reach(from, farther);
            }
        }
        self.steps = steps;
    }

    /// As [`Routes::toward`], for one source: enough for [`Routes::next`] and [`Routes::path`] from there and from what lies on its
    /// routes. Both ends are searched from until the searches meet, so that little of a large fabric is looked at.
    ///
    /// Time: O(vertices and edges within half the way of either end).
    pub fn between(&mut self, from: VertexIndex, target: VertexIndex) {
        self.start(target);
        let count = self.topology.vertices().len();
        if from == target || from as usize >= count || target as usize >= count {
            return;
        }
        let mut ahead = std::mem::take(&mut self.ahead);
        ahead.distance.resize(self.distance.len(), UNREACHED);
        ahead.reach(from, 0);
        ahead.levels.push(0);
        // Where the farthest states of the search from the destination begin.
        let mut behind = 0;
        let mut levels = 1;
        loop {
            let level = ahead.levels.last().copied().unwrap_or(0);
            let (near, far) = (ahead.order.len() - level, self.order.len() - behind);
            if near == 0 || far == 0 {
                break;
            }
            // The side with less to look at; of equals the one that looked less far.
            if far < near || (far == near && levels < ahead.levels.len()) {
                levels += 1;
                let end = self.order.len();
                for at in behind..end {
                    self.expand(self.order[at]);
                }
                behind = end;
                if self.order[behind..].iter().any(|state| ahead.distance[*state as usize] != UNREACHED) {
                    self.join(&ahead);
                    break;
                }
            } else {
                let end = ahead.order.len();
                for at in level..end {
                    let state = ahead.order[at];
                    let farther = ahead.distance[state as usize] + 1;
                    self.steps(state, |_, to| ahead.reach(to, farther));
                }
                ahead.levels.push(end);
                if ahead.order[end..].iter().any(|state| self.distance[*state as usize] != UNREACHED) {
                    self.join(&ahead);
                    break;
                }
            }
        }
        ahead.clear();
        self.ahead = ahead;
    }

    /// Both searches have met: gives the states of the source's side that lie on a shortest route their distance, the farthest from the
    /// source first.
    fn join(&mut self, ahead: &Ahead) {
        let mut end = ahead.order.len();
        for level in ahead.levels.iter().rev() {
            for state in &ahead.order[*level..end] {
                if self.distance[*state as usize] != UNREACHED {
                    continue;
                }
                let next = ahead.distance[*state as usize] + 1;
                let mut left = UNREACHED;
                self.steps(*state, |_, to| {
                    if ahead.distance[to as usize] == next {
                        left = left.min(self.distance[to as usize]);
                    }
                });
                if left != UNREACHED {
                    self.reach(*state, left + 1);
                }
            }
            end = *level;
        }
    }

    /// Calls `go` with every step from a state: to the destination, or to what forwards.
    fn steps(&self, state: State, mut go: impl FnMut(Hop, State)) {
        let topology = self.topology;
        let (here, inbound, mode) = self.parts(state);
        for hop in topology.row(here) {
            let passes = hop.to == self.target || topology.vertices()[hop.to as usize].transit;
            let step = topology.step(here, inbound, *hop).filter(|_| passes).zip(self.turns.after(mode, hop.arc));
            if let Some((inbound, mode)) = step {
                go(*hop, self.state(hop.to, inbound, mode));
            }
        }
    }

    fn reach(&mut self, state: State, distance: u32) {
        self.distance[state as usize] = distance;
        self.order.push(state);
    }

    /// The destination of the last search.
    pub fn target(&self) -> VertexIndex {
        self.target
    }
    /// The vertex that a state is about.
    pub fn vertex(&self, state: State) -> VertexIndex {
        self.parts(state).0
    }
    /// Hops from a vertex to the destination; `None` when it cannot be reached.
    pub fn hops(&self, from: VertexIndex) -> Option<u32> {
        self.distance.get(from as usize).copied().filter(|distance| *distance != UNREACHED)
    }
    /// How many states a search has.
    pub fn states(&self) -> usize {
        self.distance.len()
    }
    /// Reached states, never farther before nearer.
    pub fn nearest_first(&self) -> &[State] {
        &self.order
    }
    /// The distance of a state.
    pub fn distance(&self, state: State) -> u32 {
        self.distance.get(state as usize).copied().unwrap_or(UNREACHED)
    }

    /// The next hops from a state: steps that lead one hop nearer, and the states they lead to, in edge order.
    pub fn next(&self, state: State) -> impl Iterator<Item = (Hop, State)> + '_ {
        let (here, inbound, mode) = self.parts(state);
        let distance = self.distance(state);
        let forwards = distance != 0 && distance != UNREACHED;
        let row = if forwards { self.topology.row(here) } else { &[] };
        row.iter().filter_map(move |hop| {
            let inbound = self.topology.step(here, inbound, *hop)?;
            let to = self.state(hop.to, inbound, self.turns.after(mode, hop.arc)?);
            // The distance first: it lies close together in memory, and mostly settles it.
            let there = self.distance[to as usize];
            let nearer = there != UNREACHED && there + 1 == distance;
            (nearer && (hop.to == self.target || self.topology.vertices()[hop.to as usize].transit)).then_some((*hop, to))
        })
    }

    /// What lies on the shortest routes from a vertex to the destination, hop by hop: states that are equally far, rising; first the vertex itself.
    /// Nothing where it cannot be reached. Time: O(edges on those routes × log of what lies on them).
    pub fn along(&self, from: VertexIndex) -> Vec<Vec<State>> {
        let Some(hops) = self.hops(from) else { return Vec::new() };
        let mut levels = vec![vec![from]];
        for _ in 0..hops {
            let mut next: Vec<State> = levels.last().into_iter().flatten().flat_map(|state| self.next(*state).map(|(_, to)| to)).collect();
            order::unique_numbers(&mut next);
            levels.push(next);
        }
        levels
    }

    /// How many equal shortest paths lead from a vertex to the destination; saturates at `u128::MAX`. Time: as [`Routes::along`].
    pub fn path_count(&self, from: VertexIndex) -> u128 {
        let mut ahead: (Vec<State>, Vec<u128>) = Default::default();
        for level in self.along(from).into_iter().rev() {
            let count = |to: State| ahead.0.binary_search(&to).ok().and_then(|at| ahead.1.get(at)).copied().unwrap_or(0);
            let of = |state: &State| {
                if self.distance(*state) == 0 { 1 } else { self.next(*state).fold(0u128, |sum, (_, to)| sum.saturating_add(count(to))) }
            };
            let counts = level.iter().map(of).collect();
            ahead = (level, counts);
        }
        ahead.1.first().copied().unwrap_or(0)
    }

    /// How many equal shortest paths lead to the destination from every state; saturates at `u128::MAX`.
    ///
    /// On a square a-b-d, a-c-d the counts toward d are a: 2, b: 1, c: 1, d: 1.
    ///
    /// Time: O(vertices + edges).
    pub fn path_counts(&self) -> Vec<u128> {
        let mut counts = vec![0u128; self.distance.len()];
        for state in &self.order {
            counts[*state as usize] =
                if self.distance[*state as usize] == 0 { 1 } else { self.next(*state).fold(0, |sum, (_, to)| sum.saturating_add(counts[to as usize])) };
        }
        counts
    }

    /// The least and the most that a path to the destination sums up to, for every state, over all equal shortest paths.
    /// `edge` is the cost of an arc, `passing` the cost of a vertex that is passed (not of the ends).
    ///
    /// Time: O(vertices + edges).
    pub fn sums(&self, edge: impl Fn(ArcIndex) -> f64, passing: impl Fn(VertexIndex) -> f64) -> Vec<[f64; 2]> {
        let mut sums = vec![[0.0; 2]; self.distance.len()];
        for state in self.order.iter().filter(|state| self.distance[**state as usize] > 0) {
            let mut best = [f64::INFINITY, f64::NEG_INFINITY];
            for (hop, to) in self.next(*state) {
                let step = edge(hop.arc) + if hop.to == self.target { 0.0 } else { passing(hop.to) };
                best = [best[0].min(step + sums[to as usize][0]), best[1].max(step + sums[to as usize][1])];
            }
            sums[*state as usize] = best;
        }
        sums
    }

    /// One shortest path from a vertex, as arcs: at each vertex `choose` picks among that many next hops.
    pub fn path(&self, from: VertexIndex, mut choose: impl FnMut(VertexIndex, &[(Hop, State)]) -> usize) -> Option<Vec<ArcIndex>> {
        let mut left = self.hops(from)?;
        let mut arcs = Vec::with_capacity(left as usize);
        let mut state = from;
        let mut choices = Vec::new();
        while left > 0 {
            choices.clear();
            choices.extend(self.next(state));
            let pick = choose(self.vertex(state), &choices);
            let (hop, to) = choices.get(pick.min(choices.len().checked_sub(1)?)).copied()?;
            arcs.push(hop.arc);
            state = to;
            left -= 1;
        }
        Some(arcs)
    }
}
