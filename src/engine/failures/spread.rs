//! How all-to-all traffic loads the links when something has failed: every pair of participants at one rate, every hop split evenly over
//! the next hops of the shortest paths that the routing in force allows, parallel links separately. Where flows stop on their way, at a third group
//! or at another XPU of the domain, so do these ([`Walk`]).
//!
//! Loads add up toward each destination from the far end inward, so no flow is followed. Destinations of one class load classes of arcs
//! alike, so one of each class is looked at, and what its traffic puts on the arcs of a class is spread evenly over them: a symmetry maps
//! the loads of one destination on those of another. That is exact, not an estimate, for orbits are verified ([`super::symmetry`]).

use super::inward::Inward;
use super::symmetry::Orbits;
use crate::engine::estimate::fill::Shares;
use crate::engine::estimate::walk::Walk;
use crate::engine::routing::InForce;
use crate::engine::routing::turns::Turns;
use crate::engine::topology::{EdgeIndex, Hop, Topology, VertexIndex};
use crate::model::Routing;

/// What has failed: an edge, or the vertices of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// An edge, or `u32::MAX`.
    pub edge: EdgeIndex,
    /// Vertices, with all their edges.
    pub vertices: std::ops::Range<VertexIndex>,
}

impl Cut {
    /// Nothing has failed.
    pub const NONE: Self = Self { edge: u32::MAX, vertices: 0..0 };

    fn is_dead(&self, vertex: VertexIndex) -> bool {
        self.vertices.contains(&vertex)
    }
}

/// What all-to-all traffic gets.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcome {
    /// The rate of each ordered pair in Gb/s; `None` where no pair has a route or a link that is crossed has no known rate.
    pub rate: Option<f64>,
    /// Ordered pairs of participants ([`Topology::participants`]) that are left and have no route.
    pub apart: u64,
    /// Ordered pairs of participants that are left.
    pub pairs: u64,
}

const UNREACHED: u32 = u32::MAX;

/// What is on classes of arcs.
#[derive(Clone, Debug, Default)]
pub struct Load {
    /// By arc, at the least member of its class: what is on the whole class. In pages that are made when something comes on them, for classes are mostly few.
    on: Vec<Vec<f64>>,
    /// Where that is more than nothing.
    crossed: Vec<u32>,
}

/// So many bits of a place tell where in its page it is.
const PAGE: u32 = 9;

impl Load {
    /// Nothing, on so many arcs.
    fn of(arcs: usize) -> Self {
        Self { on: vec![Vec::new(); (arcs >> PAGE) + 1], crossed: Vec::new() }
    }
    fn place(class: u32) -> (usize, usize) {
        ((class >> PAGE) as usize, class as usize & ((1 << PAGE) - 1))
    }
    /// Puts an amount above 0 on a class.
    #[inline(always)]
    pub fn add(&mut self, class: u32, amount: f64) {
        let (page, place) = Self::place(class);
        let Some(page) = self.on.get_mut(page) else { return };
        if page.is_empty() {
            page.resize(1 << PAGE, 0.0);
        }
        if let Some(on) = page.get_mut(place) {
            if *on == 0.0 {
                self.crossed.push(class);
            }
            *on += amount;
        }
    }
    fn clear(&mut self) {
        for class in self.crossed.drain(..) {
            let (page, place) = Self::place(class);
            if let Some(on) = self.on.get_mut(page).and_then(|page| page.get_mut(place)) {
                *on = 0.0;
            }
        }
    }
    /// What is on a class.
    fn on(&self, class: u32) -> f64 {
        let (page, place) = Self::place(class);
        self.on.get(page).and_then(|page| page.get(place)).copied().unwrap_or(0.0)
    }
}

/// Buffers of searches on one topology. Space: O(vertices + edges).
#[derive(Debug)]
pub struct Spread<'a> {
    topology: &'a Topology,
    turns: &'a Turns,
    /// Where flows stop on their way, the routing they go by.
    around: Option<InForce>,
    /// Where any step may follow any.
    inward: Option<Box<Inward<'a>>>,
    distance: Vec<u32>,
    order: Vec<u32>,
    amount: Vec<f64>,
    load: Load,
}

impl<'a> Spread<'a> {
    /// Buffers for a topology and its routing, every hop split evenly.
    pub fn new(topology: &'a Topology, routing: &'a InForce) -> Self {
        let turns = &routing.turns;
        let around = (!routing.goes_straight()).then(|| routing.clone().with_equal(Routing::Ecmp));
        let inward = if around.is_none() && turns.is_free() { Inward::of(topology).map(Box::new) } else { None };
        let all = topology.vertices().len() * if topology.has_hosts() { 2 } else { 1 } * turns.modes() as usize;
        let states = if inward.is_some() || around.is_some() { 0 } else { all };
        Self {
            topology,
            turns,
            around,
            inward,
            distance: vec![UNREACHED; states],
            order: Vec::with_capacity(states),
            amount: vec![0.0; states],
            load: Load::of(topology.edges().len() * 2),
        }
    }

    /// All-to-all of who takes part in what is left, with something failed. `orbits` are those of the topology with what has failed set apart.
    ///
    /// Time: O(classes of destinations × (vertices + edges)).
    pub fn all_to_all(&mut self, cut: &Cut, orbits: &Orbits) -> Outcome {
        let endpoints: Vec<VertexIndex> = self.topology.participants_without(cut.vertices.clone()).collect();
        let mut outcome = Outcome { pairs: (endpoints.len() as u64).saturating_mul((endpoints.len() as u64).saturating_sub(1)), ..Outcome::default() };
        let mut counts = vec![0u32; self.topology.vertices().len()];
        for endpoint in &endpoints {
            let root = orbits.vertex.get(*endpoint as usize).copied().unwrap_or(*endpoint);
            if let Some(count) = counts.get_mut(root as usize) {
                *count += 1;
            }
        }
        self.begin(cut, orbits, &endpoints, counts.iter().filter(|count| **count > 0).count());
        let around = self.left(cut);
        let mut walk = around.as_ref().map(|routing| Walk::new(self.topology, routing));
        for target in &endpoints {
            // The least member of a class is its root, and an endpoint like all of them.
            let count = counts.get(*target as usize).copied().unwrap_or(0);
            if count == 0 {
                continue;
            }
            let reached = self.reach(&endpoints, *target, f64::from(count), cut, orbits, walk.as_mut());
            outcome.apart += u64::from(count) * (endpoints.len() as u64 - 1 - reached);
        }
        self.finish(orbits);
        outcome.rate = self.least(orbits);
        outcome
    }

    /// What is on every arc when every endpoint sends 1 to each of the others of its rail, and how many pairs have no route. `orbits` are those
    /// of the topology with rails told apart.
    ///
    /// Time: O(classes of destinations × (vertices + edges)).
    pub fn even(&mut self, rails: &[Vec<VertexIndex>], orbits: &Orbits) -> (Vec<f64>, u64) {
        let root = |vertex: &VertexIndex| orbits.vertex.get(*vertex as usize).copied().unwrap_or(*vertex);
        let mut counts = vec![0u32; self.topology.vertices().len()];
        for endpoint in rails.iter().flatten() {
            if let Some(count) = counts.get_mut(root(endpoint) as usize) {
                *count += 1;
            }
        }
        let mut apart = 0;
        self.load.clear();
        if let Some(inward) = &mut self.inward {
            inward.begin(&Cut::NONE, orbits, usize::MAX);
        }
        let around = self.left(&Cut::NONE);
        let mut walk = around.as_ref().map(|routing| Walk::new(self.topology, routing));
        for rail in rails {
            if let Some(inward) = &mut self.inward {
                inward.from(rail.iter().copied());
            }
            for target in rail.iter().filter(|target| root(target) == **target) {
                let count = counts.get(*target as usize).copied().unwrap_or(0);
                let reached = self.reach(rail, *target, f64::from(count), &Cut::NONE, orbits, walk.as_mut());
                apart += u64::from(count) * (rail.len() as u64 - 1 - reached);
            }
            self.finish(orbits);
        }
        let members = &orbits.members;
        let of = |root: &u32| self.load.on(*root) / f64::from(members.get(*root as usize).copied().unwrap_or(1).max(1));
        (orbits.arc.iter().map(of).collect(), apart)
    }

    /// Forgets all loads; from now on these send, with something failed, to so many destinations.
    fn begin(&mut self, cut: &Cut, orbits: &Orbits, senders: &[VertexIndex], targets: usize) {
        self.load.clear();
        if let Some(inward) = &mut self.inward {
            inward.begin(cut, orbits, targets);
            inward.from(senders.iter().copied());
        }
    }

    /// Where flows stop on their way, the routing that is left.
    fn left(&self, cut: &Cut) -> Option<InForce> {
        let off = |arc: u32| arc / 2 == cut.edge || self.topology.arc_ends(arc).is_some_and(|ends| ends.iter().any(|end| cut.is_dead(*end)));
        let routing = self.around.as_ref()?;
        Some(if *cut == Cut::NONE { routing.clone() } else { routing.without(self.topology.edges().len() * 2, off) })
    }

    /// As [`Spread::pour`], where flows stop on their way.
    fn walk(&mut self, walk: &mut Walk, endpoints: &[VertexIndex], target: VertexIndex, weight: f64, orbits: &Orbits) -> u64 {
        let class = |arc: usize| orbits.arc.get(arc).copied().unwrap_or(arc as u32);
        let mut sources: Vec<(VertexIndex, f64)> = endpoints.iter().filter(|source| **source != target).map(|source| (*source, 1.0)).collect();
        let mut on = vec![0.0; self.topology.edges().len() * 2];
        let mut shares = Shares::new();
        loop {
            match walk.pour(target, &sources, &mut on) {
                Ok(()) => {
                    for (arc, amount) in on.iter().enumerate().filter(|(_, amount)| **amount > 0.0) {
                        self.load.add(class(arc), amount * weight);
                    }
                    return sources.len() as u64;
                }
                // A source that is cut off; a stop may have its name.
                Err(lost) => {
                    shares.clear();
                    let count = sources.len();
                    if walk.add(lost, target, 1, &mut shares).is_err() {
                        sources.retain(|(source, _)| *source != lost);
                    }
                    if sources.len() == count {
                        break;
                    }
                }
            }
        }
        // Some stop leads no further: each flow for itself, all of it or nothing.
        let mut reached = 0;
        for (source, _) in &sources {
            shares.clear();
            reached += u64::from(walk.add(*source, target, 1, &mut shares).is_ok());
            for (arc, share) in &shares {
                self.load.add(class(*arc as usize), share * weight);
            }
        }
        reached
    }

    /// Adds what goes to a destination, which stands for `weight` of them. Returns how many endpoints reach it.
    fn reach(&mut self, endpoints: &[VertexIndex], target: VertexIndex, weight: f64, cut: &Cut, orbits: &Orbits, walk: Option<&mut Walk>) -> u64 {
        if let Some(walk) = walk {
            return self.walk(walk, endpoints, target, weight, orbits);
        }
        match &mut self.inward {
            Some(inward) => inward.pour(target, weight, orbits, &mut self.load),
            None => {
                self.toward(target, cut);
                self.pour(endpoints, target, weight, cut, orbits)
            }
        }
    }

    /// Adds what is left to add when all destinations have had their turn.
    fn finish(&mut self, orbits: &Orbits) {
        if let Some(inward) = &mut self.inward {
            inward.finish(orbits, &mut self.load);
        }
    }

    /// Hops to a destination for everything that reaches it.
    fn toward(&mut self, target: VertexIndex, cut: &Cut) {
        let count = self.topology.vertices().len() as u32;
        for state in self.order.drain(..) {
            if let Some(distance) = self.distance.get_mut(state as usize) {
                *distance = UNREACHED;
            }
        }
        let hosts = self.topology.has_hosts();
        let sides = if hosts { 2 } else { 1 };
        for layer in 0..sides * self.turns.modes() {
            reach(&mut self.distance, &mut self.order, target + layer * count, 0);
        }
        let plain = self.turns.is_free();
        let mut next = 0;
        while let Some(state) = self.order.get(next).copied() {
            next += 1;
            let (here, layer) = if state < count { (state, 0) } else { (state % count, state / count) };
            if here != target && !self.transit(here) {
                continue;
            }
            let farther = self.distance.get(state as usize).copied().unwrap_or(0) + 1;
            for hop in self.topology.row(here) {
                if hop.arc / 2 == cut.edge || cut.is_dead(hop.to) {
                    continue;
                }
                if !hosts && plain {
                    reach(&mut self.distance, &mut self.order, hop.to, farther);
                    continue;
                }
                let forward = Hop { to: here, arc: hop.arc ^ 1 };
                for side in 0..sides {
                    if hosts && self.topology.step(hop.to, side == 1, forward) != Some(layer % 2 == 1) {
                        continue;
                    }
                    let (distance, order) = (&mut self.distance, &mut self.order);
                    self.turns.before(layer / sides, forward.arc, |mode| reach(distance, order, hop.to + (mode * sides + side) * count, farther));
                }
            }
        }
    }

    fn transit(&self, vertex: VertexIndex) -> bool {
        self.topology.vertices().get(vertex as usize).is_some_and(|vertex| vertex.transit)
    }

    /// Pours one unit from every endpoint that reaches the destination, weighted by how many destinations it stands for. Returns how many
    /// endpoints that were.
    fn pour(&mut self, endpoints: &[VertexIndex], target: VertexIndex, weight: f64, cut: &Cut, orbits: &Orbits) -> u64 {
        let topology = self.topology;
        let count = topology.vertices().len() as u32;
        let hosts = topology.has_hosts();
        let sides = if hosts { 2 } else { 1 };
        let mut sources = 0;
        for source in endpoints.iter().filter(|source| **source != target) {
            if self.distance.get(*source as usize).is_some_and(|distance| *distance != UNREACHED) {
                if let Some(amount) = self.amount.get_mut(*source as usize) {
                    *amount += 1.0;
                }
                sources += 1;
            }
        }
        let mut choices: Vec<(u32, u32)> = Vec::new();
        for place in (0..self.order.len()).rev() {
            let Some(state) = self.order.get(place).copied() else { break };
            let Some(amount) = self.amount.get_mut(state as usize).map(std::mem::take).filter(|amount| *amount > 0.0) else { continue };
            let (here, layer) = if state < count { (state, 0) } else { (state % count, state / count) };
            if here == target {
                continue;
            }
            let distance = self.distance.get(state as usize).copied().unwrap_or(UNREACHED);
            choices.clear();
            for hop in topology.row(here).iter().filter(|hop| hop.arc / 2 != cut.edge) {
                let side = if hosts {
                    let Some(inbound) = topology.step(here, layer % 2 == 1, *hop) else { continue };
                    u32::from(inbound)
                } else {
                    0
                };
                let Some(mode) = self.turns.after(layer / sides, hop.arc) else { continue };
                let to = hop.to + (mode * sides + side) * count;
                let nearer = self.distance.get(to as usize).is_some_and(|there| there.wrapping_add(1) == distance);
                if nearer && (hop.to == target || self.transit(hop.to)) {
                    choices.push((hop.arc, to));
                }
            }
            self.share(&choices, amount, weight, orbits);
        }
        sources
    }

    fn share(&mut self, choices: &[(u32, u32)], amount: f64, weight: f64, orbits: &Orbits) {
        let share = amount / choices.len().max(1) as f64;
        for (arc, to) in choices {
            let class = orbits.arc.get(*arc as usize).copied().unwrap_or(*arc);
            self.load.add(class, share * weight);
            if let Some(amount) = self.amount.get_mut(*to as usize) {
                *amount += share;
            }
        }
    }

    /// The least, over classes of arcs, of capacity over load.
    fn least(&self, orbits: &Orbits) -> Option<f64> {
        let members = &orbits.members;
        let mut least: Option<f64> = None;
        for class in &self.load.crossed {
            let edge = self.topology.edges().get(*class as usize / 2)?;
            if !edge.rate_known {
                return None;
            }
            let rate = edge.gbps * f64::from(members.get(*class as usize).copied().unwrap_or(1)) / self.load.on(*class);
            least = Some(least.map_or(rate, |least| least.min(rate)));
        }
        least
    }
}

fn reach(distance: &mut [u32], order: &mut Vec<u32>, state: u32, hops: u32) {
    if let Some(known) = distance.get_mut(state as usize).filter(|known| **known == UNREACHED) {
        *known = hops;
        order.push(state);
    }
}
