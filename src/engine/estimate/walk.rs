//! Flows along the routing in force: what of each crosses which arcs.
//!
//! Between two places a flow takes the shortest routes that are allowed ([`Routes`]); each hop splits it evenly, or it keeps to one next hop by
//! hash. Under Valiant it first goes to a third group, each as often, and on from where it arrives; where XPUs forward, it first crosses the
//! scale-up domain to the XPUs from which the fewest hops lead on, if those are fewer than its own.

use super::fill::Shares;
use super::flows::Trouble;
use crate::engine::routes::{Routes, State, UNREACHED};
use crate::engine::routing::graph::NONE;
use crate::engine::routing::tables::Filled;
use crate::engine::routing::{Equal, InForce, merged};
use crate::engine::topology::{ArcIndex, Topology, VertexIndex, VertexKind};
use crate::units::SortedMap;

/// Domains of up to so many XPUs are asked one by one which is nearest; larger ones by a search of everything. Both give the same answer.
const FEW: usize = 16;

/// Room to follow flows, kept between them.
pub struct Walk<'a> {
    topology: &'a Topology,
    routing: &'a InForce,
    routes: Routes<'a>,
    /// The destination of the last search of everything.
    aimed: Option<VertexIndex>,
    split: Split,
    /// Under Valiant, by group: its switches, and routes to the nearest of them once they were asked for.
    groups: Vec<(Vec<VertexIndex>, Option<Box<Routes<'a>>>)>,
    /// Where XPUs forward: routes within domains, and the XPUs of each domain by its first vertex.
    within: Option<Routes<'a>>,
    members: SortedMap<VertexIndex, Vec<VertexIndex>>,
    /// Where fabrics have them, forwarding tables.
    filled: Option<Filled<'a>>,
}

impl<'a> Walk<'a> {
    /// Room for flows of a topology. Space: O(modes × vertices), under Valiant that for each group.
    pub fn new(topology: &'a Topology, routing: &'a InForce) -> Self {
        let mut groups: Vec<(Vec<VertexIndex>, Option<Box<Routes>>)> = Vec::new();
        groups.resize_with(routing.group_count as usize, Default::default);
        for (vertex, group) in routing.groups.iter().enumerate().filter(|(_, group)| **group != NONE) {
            if topology.vertices().get(vertex).is_some_and(|vertex| vertex.transit && vertex.kind != VertexKind::Nic)
                && let Some((members, _)) = groups.get_mut(*group as usize)
            {
                members.push(vertex as u32);
            }
        }
        let mut members: SortedMap<VertexIndex, Vec<VertexIndex>> = SortedMap::new();
        if !routing.domains.is_empty() {
            for xpu in topology.endpoints().iter().filter(|vertex| topology.vertices().get(**vertex as usize).is_some_and(|is| is.kind == VertexKind::Xpu)) {
                members.entry(routing.domains.get(*xpu as usize).copied().unwrap_or(*xpu)).or_default().push(*xpu);
            }
        }
        Self {
            topology,
            routing,
            routes: Routes::under(topology, &routing.turns),
            aimed: None,
            split: Split::default(),
            groups,
            within: routing.within.as_ref().map(|turns| Routes::under(topology, turns)),
            members,
            filled: (!routing.tables.is_empty()).then(|| Filled::new(&routing.tables, &routing.tabled)),
        }
    }

    /// Searches everything that leads to a destination: worth it where several flows go there.
    pub fn aim(&mut self, to: VertexIndex) {
        if self.aimed != Some(to) {
            self.routes.toward(to);
            self.aimed = Some(to);
        }
    }

    /// Whether a route leads from a place to the destination of the last [`Walk::aim`].
    pub fn reaches(&self, from: VertexIndex) -> bool {
        self.routes.hops(from).is_some()
    }

    /// Adds what a flow puts on each arc, once for each arc. `key` tells flows of one pair apart to the hash.
    ///
    /// Time: O(edges between the two ends), under Valiant that for each group; and that of a search.
    pub fn add(&mut self, from: VertexIndex, to: VertexIndex, key: u64, shares: &mut Shares) -> Result<(), Trouble> {
        let before = shares.len();
        let seed = seed(from, to, key);
        let outcome = self.follow(from, to, seed, shares);
        if outcome.is_err() {
            shares.truncate(before);
        } else if !self.routing.is_plain() {
            merged(shares, before);
        }
        outcome
    }

    /// As [`Walk::add`] where every flow is split evenly and goes straight: hop by hop, the shares of each hop in a row that `hops` says the end of.
    pub fn add_by_hop(&mut self, from: VertexIndex, to: VertexIndex, shares: &mut Shares, hops: &mut Vec<u32>) -> Result<(), Trouble> {
        self.split.hops.clear();
        let outcome = self.follow(from, to, 0, shares);
        hops.clear();
        hops.extend_from_slice(&self.split.hops);
        outcome
    }

    fn follow(&mut self, from: VertexIndex, to: VertexIndex, seed: u64, shares: &mut Shares) -> Result<(), Trouble> {
        let picks = Picks { routing: self.routing, seed };
        if let Some(stops) = self.stops(from, to, seed, shares)? {
            self.aim(to);
            for (stop, amount) in stops {
                self.split.follow(&self.routes, stop, amount, &picks, self.filled.as_mut(), shares)?;
            }
            return Ok(());
        }
        if self.aimed != Some(to) {
            self.aimed = None;
            self.routes.between(from, to);
        }
        self.split.follow(&self.routes, from, 1.0, &picks, self.filled.as_mut(), shares)
    }

    /// Where a flow stops on its way and how much of it, with the way there added; `None` where it goes straight.
    fn stops(&mut self, from: VertexIndex, to: VertexIndex, seed: u64, shares: &mut Shares) -> Result<Option<Vec<(VertexIndex, f64)>>, Trouble> {
        if !self.groups.is_empty() { self.third_groups(from, to, seed, shares) } else { Ok(self.forwarders(from, to, seed, shares)) }
    }

    fn third_groups(&mut self, from: VertexIndex, to: VertexIndex, seed: u64, shares: &mut Shares) -> Result<Option<Vec<(VertexIndex, f64)>>, Trouble> {
        let group = |vertex: VertexIndex| self.routing.groups.get(vertex as usize).copied().unwrap_or(NONE);
        let (own, other) = (group(from), group(to));
        if own == other || own == NONE || other == NONE {
            return Ok(None);
        }
        let picks = Picks { routing: self.routing, seed };
        let mut third: Vec<u32> = (0..self.groups.len() as u32).filter(|group| *group != own && *group != other).collect();
        // Groups of another fabric, and those that failures have cut off, are not to be had.
        third.retain(|group| self.reaches_group(*group, from));
        if third.is_empty() {
            return Ok(None);
        }
        if self.routing.equal != Equal::Split {
            let at = (splitmix(seed ^ u64::MAX) % third.len() as u64) as usize;
            third = third.get(at..=at).unwrap_or_default().to_vec();
        }
        let share = 1.0 / third.len() as f64;
        let mut stops = Vec::new();
        for group in third {
            let Some(routes) = self.groups.get(group as usize).and_then(|(_, routes)| routes.as_deref()) else { continue };
            self.split.follow(routes, from, share, &picks, self.filled.as_mut(), shares)?;
            stops.append(&mut self.split.ended);
        }
        Ok(Some(stops))
    }

    fn reaches_group(&mut self, group: u32, from: VertexIndex) -> bool {
        let (topology, turns) = (self.topology, &self.routing.turns);
        let Some((members, routes)) = self.groups.get_mut(group as usize) else { return false };
        let routes = routes.get_or_insert_with(|| {
            let mut routes = Box::new(Routes::under(topology, turns));
            routes.toward_any(members);
            routes
        });
        routes.hops(from).is_some()
    }

    fn forwarders(&mut self, from: VertexIndex, to: VertexIndex, seed: u64, shares: &mut Shares) -> Option<Vec<(VertexIndex, f64)>> {
        let domain = |vertex: VertexIndex| self.routing.domains.get(vertex as usize).copied();
        let own = domain(from)?;
        if domain(to) == Some(own) {
            return None;
        }
        let members = self.members.get(&own).filter(|members| members.len() > 1)?;
        if members.len() > FEW && self.aimed != Some(to) {
            self.routes.toward(to);
            self.aimed = Some(to);
        }
        let mut best: Option<u32> = None;
        let mut nearest: Vec<VertexIndex> = Vec::new();
        for member in members {
            if self.aimed != Some(to) {
                self.routes.between(*member, to);
            }
            let Some(hops) = self.routes.hops(*member) else { continue };
            if best.is_none_or(|best| hops < best) {
                best = Some(hops);
                nearest.clear();
            }
            if best == Some(hops) {
                nearest.push(*member);
            }
        }
        if nearest.contains(&from) || nearest.is_empty() {
            return None;
        }
        if self.routing.equal != Equal::Split {
            let at = (splitmix(seed ^ u64::MAX) % nearest.len() as u64) as usize;
            nearest = nearest.get(at..=at).unwrap_or_default().to_vec();
        }
        let picks = Picks { routing: self.routing, seed };
        let within = self.within.as_mut()?;
        let share = 1.0 / nearest.len() as f64;
        let before = shares.len();
        for member in &nearest {
            within.between(from, *member);
            if self.split.follow(within, from, share, &picks, self.filled.as_mut(), shares).is_err() {
                shares.truncate(before);
                return None;
            }
        }
        Some(nearest.into_iter().map(|member| (member, share)).collect())
    }

    /// Pours amounts that wait at places toward one destination, and adds what crosses each arc to `load`. Answers the first place without a
    /// route, and adds nothing then. Flows add up on the way, so that none is followed by itself unless flows of one pair differ.
    ///
    /// Time: O(modes × (vertices + edges)), under Valiant that for each group; where flows keep one path that of [`Walk::add`] for each place.
    pub fn pour(&mut self, to: VertexIndex, amounts: &[(VertexIndex, f64)], load: &mut [f64]) -> Result<(), VertexIndex> {
        self.aim(to);
        if self.routing.equal != Equal::Split {
            if let Some((lost, _)) = amounts.iter().find(|(from, _)| self.routes.hops(*from).is_none()) {
                return Err(*lost);
            }
            let mut shares = Shares::new();
            for (from, amount) in amounts {
                let before = shares.len();
                self.add(*from, to, 1, &mut shares).map_err(|_| *from)?;
                shares.iter_mut().skip(before).for_each(|(_, share)| *share *= amount);
            }
            put_all(&shares, load);
            return Ok(());
        }
        let mut first = Shares::new();
        let stops = if self.routing.goes_straight() { None } else { Some(self.pour_to_stops(to, amounts, &mut first)) };
        let waiting = stops.as_deref().unwrap_or(amounts);
        if let Some((lost, _)) = waiting.iter().find(|(from, _)| self.routes.hops(*from).is_none()) {
            return Err(*lost);
        }
        put_all(&first, load);
        self.split.pour(&self.routes, waiting, |arc, amount| {
            if let Some(load) = load.get_mut(arc as usize) {
                *load += amount;
            }
        });
        Ok(())
    }

    /// Where amounts stop on their way to the destination that was aimed at, with the ways there added to `first`.
    fn pour_to_stops(&mut self, to: VertexIndex, amounts: &[(VertexIndex, f64)], first: &mut Shares) -> Vec<(VertexIndex, f64)> {
        let mut stops: Vec<(VertexIndex, f64)> = Vec::with_capacity(amounts.len());
        if self.groups.is_empty() {
            for (from, amount) in amounts {
                let before = first.len();
                match self.forwarders(*from, to, 0, first) {
                    Some(members) => stops.extend(members.into_iter().map(|(member, share)| (member, share * amount))),
                    None => stops.push((*from, *amount)),
                }
                first.iter_mut().skip(before).for_each(|(_, share)| *share *= amount);
            }
            return stops;
        }
        let group = |vertex: VertexIndex| self.routing.groups.get(vertex as usize).copied().unwrap_or(NONE);
        let other = group(to);
        let mut through: Vec<Vec<(VertexIndex, f64)>> = vec![Vec::new(); self.groups.len()];
        for (from, amount) in amounts {
            let own = group(*from);
            let third: Vec<u32> = match own == other || own == NONE || other == NONE {
                true => Vec::new(),
                false => (0..self.groups.len() as u32).filter(|group| *group != own && *group != other && self.reaches_group(*group, *from)).collect(),
            };
            if third.is_empty() {
                stops.push((*from, *amount));
            }
            let share = amount / third.len() as f64;
            for group in third {
                if let Some(through) = through.get_mut(group as usize) {
                    through.push((*from, share));
                }
            }
        }
        for (waiting, (_, routes)) in through.iter().zip(&self.groups).filter(|(waiting, _)| !waiting.is_empty()) {
            let Some(routes) = routes.as_deref() else { continue };
            self.split.pour(routes, waiting, |arc, amount| first.push((arc, amount)));
            stops.append(&mut self.split.ended);
        }
        stops
    }
}

/// Adds shares to a load.
fn put_all(shares: &Shares, load: &mut [f64]) {
    for (arc, share) in shares {
        if let Some(load) = load.get_mut(*arc as usize) {
            *load += share;
        }
    }
}

/// How a flow chooses among next hops.
struct Picks<'a> {
    routing: &'a InForce,
    seed: u64,
}

impl Picks<'_> {
    /// Which of several next hops is taken at a vertex.
    fn of(&self, at: VertexIndex, count: usize) -> usize {
        (splitmix(self.seed ^ u64::from(at)) % count.max(1) as u64) as usize
    }

    /// Where forwarding tables lead from a switch, with the arcs there: out of their fabric. A flow is for an address, the one that it would come to
    /// if every choice were by hash. `None` where no table holds the step, and no place where tables that were read lead nowhere.
    fn led(&self, routes: &Routes, filled: &mut Filled, from: State, step: (ArcIndex, State), arcs: &mut Vec<ArcIndex>) -> Option<Option<State>> {
        let table = filled.of(step.0 / 2)?;
        let start = routes.vertex(from);
        let (mut arc, mut state) = step;
        if !filled.forwards(table, start) {
            return None;
        }
        while filled.forwards(table, routes.vertex(state)) {
            let count = routes.next(state).count();
            let next = routes.next(state).nth(self.of(routes.vertex(state), count)).map(|(hop, to)| (hop.arc, to));
            let Some(next) = next.filter(|(arc, _)| filled.of(arc / 2) == Some(table)) else { break };
            (arc, state) = next;
        }
        arcs.clear();
        match filled.way(table, start, arc, routes.vertex(state), arcs) {
            true => Some(Some(state)),
            false => filled.are_read(table).then_some(None),
        }
    }
}

/// Buffers for splitting flows, kept between flows.
#[derive(Default)]
pub(crate) struct Split {
    fraction: Vec<f64>,
    open: Vec<State>,
    later: Vec<State>,
    next: Vec<(ArcIndex, State)>,
    /// What tables led farther than one hop, each to come in when it is as near as what is open.
    led: Vec<State>,
    arcs: Vec<ArcIndex>,
    /// How many shares there were after each hop of the last flow.
    hops: Vec<u32>,
    /// Where the last flow ended and how much of it.
    ended: Vec<(VertexIndex, f64)>,
}

impl Split {
    /// Adds what a flow puts on arcs that every hop splits evenly. Time: O(edges between source and destination).
    pub(crate) fn add(&mut self, routes: &Routes, from: VertexIndex, shares: &mut Shares) -> Result<(), Trouble> {
        self.follow(routes, from, 1.0, &Picks { routing: &InForce::default(), seed: 0 }, None, shares)
    }

    /// Pours amounts toward the destination of a search, every hop split evenly; all of them reach it. Where they end is kept.
    fn pour(&mut self, routes: &Routes, amounts: &[(VertexIndex, f64)], mut put: impl FnMut(ArcIndex, f64)) {
        self.fraction.resize(routes.states().max(self.fraction.len()), 0.0);
        for (from, amount) in amounts {
            self.fraction[*from as usize] += amount;
        }
        self.ended.clear();
        for state in routes.nearest_first().iter().rev() {
            let amount = std::mem::take(&mut self.fraction[*state as usize]);
            if amount == 0.0 {
                continue;
            }
            if routes.distance(*state) == 0 {
                self.ended.push((routes.vertex(*state), amount));
                continue;
            }
            self.next.clear();
            self.next.extend(routes.next(*state).map(|(hop, to)| (hop.arc, to)));
            let share = amount / self.next.len() as f64;
            for (arc, to) in &self.next {
                put(*arc, share);
                self.fraction[*to as usize] += share;
            }
        }
    }

    /// Adds what a flow of this amount puts on arcs toward the destination of the last search. Time: O(edges between the two).
    fn follow(
        &mut self,
        routes: &Routes,
        from: VertexIndex,
        amount: f64,
        picks: &Picks,
        mut filled: Option<&mut Filled>,
        shares: &mut Shares,
    ) -> Result<(), Trouble> {
        let hops = routes.hops(from).filter(|hops| *hops != UNREACHED).ok_or(Trouble::NoPath)?;
        self.fraction.resize(routes.states().max(self.fraction.len()), 0.0);
        self.open.clear();
        self.open.push(from);
        self.hops.clear();
        self.fraction[from as usize] = amount;
        // All open states are equally far from the destination, so each is complete before it is split.
        for left in (0..hops).rev() {
            self.later.clear();
            for state in &self.open {
                let fraction = std::mem::take(&mut self.fraction[*state as usize]);
                self.next.clear();
                self.next.extend(routes.next(*state).map(|(hop, to)| (hop.arc, to)));
                if self.next.iter().any(|(arc, _)| picks.routing.hashes(arc / 2)) {
                    let pick = picks.of(routes.vertex(*state), self.next.len());
                    self.next.swap(0, pick);
                    self.next.truncate(1);
                    let step = self.next.first().copied().zip(filled.as_deref_mut());
                    if let Some(to) = step.and_then(|(step, filled)| picks.led(routes, filled, *state, step, &mut self.arcs)) {
                        let Some(to) = to else {
                            let open = self.open.iter().chain(&self.later).chain(&self.led);
                            open.for_each(|state| self.fraction[*state as usize] = 0.0);
                            self.led.clear();
                            return Err(Trouble::NoEntry);
                        };
                        shares.extend(self.arcs.drain(..).map(|arc| (arc, fraction)));
                        if self.fraction[to as usize] == 0.0 {
                            self.led.push(to);
                        }
                        self.fraction[to as usize] += fraction;
                        continue;
                    }
                }
                let share = fraction / self.next.len() as f64;
                if share == 0.0 {
                    continue;
                }
                for (arc, to) in self.next.iter().copied() {
                    shares.push((arc, share));
                    if self.fraction[to as usize] == 0.0 {
                        self.later.push(to);
                    }
                    self.fraction[to as usize] += share;
                }
            }
            self.hops.push(shares.len() as u32);
            std::mem::swap(&mut self.open, &mut self.later);
            let near = |state: &State| routes.distance(*state) == left;
            self.open.extend(self.led.iter().copied().filter(near));
            self.led.retain(|state| !near(state));
        }
        self.ended.clear();
        for state in self.open.drain(..) {
            self.ended.push((routes.vertex(state), std::mem::take(&mut self.fraction[state as usize])));
        }
        Ok(())
    }
}

/// The hash of a flow, by which it chooses at every hop. `key` tells flows of one pair apart.
pub(super) const fn seed(from: VertexIndex, to: VertexIndex, key: u64) -> u64 {
    splitmix(splitmix(key) ^ ((from as u64) << 32 | to as u64))
}

/// SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014): the finaliser of one step.
pub(crate) const fn splitmix(seed: u64) -> u64 {
    let mixed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
