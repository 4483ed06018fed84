//! Flows that keep one path each, many at once: the same paths as [`Walk`](super::walk::Walk) chooses, flow by flow.
//!
//! What ends at one switch shares the search from there. It goes back level by level only as far as it must: each flow looks ahead from where it
//! starts until it meets what is known, and only between the two are distances made out. What was made out stays for the flows that follow.

use super::fill::Shares;
use super::flows::Trouble;
use super::walk::splitmix;
use crate::engine::forwarders::{Forwarders, NONE};
use crate::engine::routing::{Equal, InForce, merged};
use crate::engine::topology::{ArcIndex, Hop, Topology, VertexIndex};

/// A forwarder (by its number) in a mode of the routing: `number + mode × forwarders`.
type State = u32;

const UNREACHED: u32 = u32::MAX;
/// Set in the distance of a state that was made out between a flow and the search, which has not come there.
const BETWEEN: u32 = 1 << 31;

/// Room for following flows.
pub struct Single<'a> {
    topology: &'a Topology,
    routing: &'a InForce,
    inner: Forwarders,
    modes: u32,
    /// Hops of each state to the switch that flows end at, [`BETWEEN`] or not.
    distance: Vec<u32>,
    /// States with a distance.
    known: Vec<State>,
    /// The states of the farthest level of the search, and how far it is.
    behind: Vec<State>,
    level: u32,
    later: Vec<State>,
    /// Which states a flow has looked at: those with its number.
    seen: Vec<u32>,
    looks: u32,
    ahead: Vec<State>,
    /// Where in `ahead` each level begins.
    starts: Vec<usize>,
    /// The switch of the last [`Single::aim`] with the modes in which something can be delivered from there, and the arcs to the destination.
    gateway: u32,
    delivers: Vec<u32>,
    doors: Vec<ArcIndex>,
    choices: Vec<(ArcIndex, State)>,
}

impl<'a> Single<'a> {
    /// Room for flows of a topology; `None` where a flow does not simply keep one path from end to end. Space: O(modes × vertices + edges).
    pub fn of(topology: &'a Topology, routing: &'a InForce) -> Option<Self> {
        let plain = routing.equal == Equal::Hash && routing.tables.is_empty() && routing.groups.is_empty() && routing.domains.is_empty();
        let inner = if plain { Forwarders::of(topology)?.joined(topology) } else { return None };
        let modes = routing.turns.modes();
        let states = inner.count() as usize * modes as usize;
        Some(Self {
            topology,
            routing,
            inner,
            modes,
            distance: vec![UNREACHED; states],
            known: Vec::new(),
            behind: Vec::new(),
            level: 0,
            later: Vec::new(),
            seen: vec![0; states],
            looks: 0,
            ahead: Vec::new(),
            starts: Vec::new(),
            gateway: NONE,
            delivers: Vec::new(),
            doors: Vec::new(),
            choices: Vec::new(),
        })
    }

    /// The switch that everything bound for a vertex passes last; [`NONE`] where that is not one. Flows to what has the same are best followed
    /// one after the other.
    pub fn gateway(&self, to: VertexIndex) -> u32 {
        self.inner.gateway(self.topology, to)
    }

    /// Follows flows to this destination from now on; it must have a [`Single::gateway`].
    pub fn aim(&mut self, to: VertexIndex) {
        self.doors.clear();
        self.doors.extend(self.topology.row(to).iter().map(|hop| hop.arc ^ 1));
        let gateway = self.gateway(to);
        let turns = &self.routing.turns;
        let doors = &self.doors;
        let delivers = (0..self.modes).filter(|mode| doors.iter().any(|door| turns.after(*mode, *door).is_some()));
        if gateway == self.gateway && delivers.clone().eq(self.delivers.iter().copied()) {
            return;
        }
        self.gateway = gateway;
        self.delivers.clear();
        self.delivers.extend(delivers);
        for state in self.known.drain(..) {
            if let Some(distance) = self.distance.get_mut(state as usize) {
                *distance = UNREACHED;
            }
        }
        self.behind.clear();
        self.level = 0;
        for mode in &self.delivers {
            let state = gateway + mode * self.inner.count();
            if let Some(distance) = self.distance.get_mut(state as usize) {
                *distance = 0;
                self.known.push(state);
                self.behind.push(state);
            }
        }
    }

    #[inline]
    fn parts(&self, state: State) -> (u32, u32) {
        if self.modes == 1 { (state, 0) } else { (state % self.inner.count(), state / self.inner.count()) }
    }

    /// The distance of a state, wherever it is known from.
    #[inline]
    fn hops(&self, state: State) -> u32 {
        match self.distance.get(state as usize).copied() {
            Some(UNREACHED) | None => UNREACHED,
            Some(distance) => distance & !BETWEEN,
        }
    }

    /// Whether the search has come to a state.
    #[inline]
    fn is_behind(&self, state: State) -> bool {
        self.distance.get(state as usize).is_some_and(|distance| *distance < BETWEEN)
    }

    /// Searches one level farther back. Time: O(edges at the last level).
    fn back(&mut self) {
        let (turns, count) = (&self.routing.turns, self.inner.count());
        self.level += 1;
        let level = self.level;
        self.later.clear();
        for state in &self.behind {
            let (here, mode) = if self.modes == 1 { (*state, 0) } else { (*state % count, *state / count) };
            for hop in self.inner.row(here) {
                let (distance, known, later) = (&mut self.distance, &mut self.known, &mut self.later);
                turns.before(mode, hop.arc ^ 1, |earlier| {
                    let from = hop.to + earlier * count;
                    let Some(slot) = distance.get_mut(from as usize) else { return };
                    if *slot == UNREACHED {
                        known.push(from);
                    } else if *slot != level | BETWEEN {
                        return;
                    }
                    *slot = level;
                    later.push(from);
                });
            }
        }
        std::mem::swap(&mut self.behind, &mut self.later);
    }

    /// Makes out the distances of what lies on the shortest routes from the states of `ahead`, for a flow after which `left` more share the search.
    /// Time: O(edges looked at), half the way from either end.
    fn meet(&mut self, left: usize) {
        let (turns, count) = (&self.routing.turns, self.inner.count());
        self.starts.clear();
        self.starts.push(0);
        let mut start = 0;
        'levels: while !self.ahead.iter().skip(start).any(|state| self.is_behind(*state)) {
            let wide = (self.ahead.len() - start).saturating_mul(left.max(1));
            if self.behind.is_empty() || wide == 0 {
                return;
            }
            if self.behind.len() <= wide {
                self.back();
                continue;
            }
            let end = self.ahead.len();
            self.starts.push(end);
            for place in start..end {
                let Some(state) = self.ahead.get(place).copied() else { break };
                let (here, mode) = self.parts(state);
                for hop in self.inner.row(here) {
                    let Some(after) = turns.after(mode, hop.arc) else { continue };
                    let to = hop.to + after * count;
                    let Some(seen) = self.seen.get_mut(to as usize).filter(|seen| **seen != self.looks) else { continue };
                    *seen = self.looks;
                    self.ahead.push(to);
                    if self.is_behind(to) {
                        break 'levels;
                    }
                }
            }
            start = end;
        }
        // From where both have met, back to where the flow starts: on a shortest route is what has a step to what is one hop nearer.
        let meet = self.starts.len() as u32 - 1;
        let mut end = self.starts.last().copied().unwrap_or(0);
        for depth in (0..meet).rev() {
            let own = self.level + meet - depth;
            let start = self.starts.get(depth as usize).copied().unwrap_or(0);
            for place in start..end {
                let Some(state) = self.ahead.get(place).copied() else { break };
                if self.distance.get(state as usize) != Some(&UNREACHED) {
                    continue;
                }
                let (here, mode) = self.parts(state);
                let leads = |hop: &Hop| turns.after(mode, hop.arc).is_some_and(|after| self.hops(hop.to + after * count) == own - 1);
                if self.inner.row(here).iter().any(leads) {
                    if let Some(distance) = self.distance.get_mut(state as usize) {
                        *distance = own | BETWEEN;
                    }
                    self.known.push(state);
                }
            }
            end = start;
        }
    }

    /// Adds the arcs of a flow's path to the destination of the last [`Single::aim`]; `seed` is the hash of the flow. `left` is how many flows
    /// will follow to the same switch.
    pub fn add(&mut self, from: VertexIndex, seed: u64, left: usize, shares: &mut Shares) -> Result<(), Trouble> {
        let before = shares.len();
        let (turns, count) = (&self.routing.turns, self.inner.count());
        self.choices.clear();
        let own = self.inner.number(from);
        if own != NONE {
            self.choices.push((ArcIndex::MAX, own));
        } else {
            for hop in self.topology.row(from) {
                if let (Some(mode), to) = (turns.after(0, hop.arc), self.inner.number(hop.to))
                    && to != NONE
                {
                    self.choices.push((hop.arc, to + mode * count));
                }
            }
        }
        if self.choices.iter().any(|(_, state)| self.hops(*state) == UNREACHED) {
            self.looks = match self.looks.checked_add(1) {
                Some(looks) => looks,
                None => {
                    self.seen.fill(0);
                    1
                }
            };
            self.ahead.clear();
            for (_, state) in &self.choices {
                if let Some(seen) = self.seen.get_mut(*state as usize).filter(|seen| **seen != self.looks) {
                    *seen = self.looks;
                    self.ahead.push(*state);
                }
            }
            self.meet(left);
        }
        let mut hops = self.choices.iter().map(|(_, state)| self.hops(*state)).min().filter(|hops| *hops != UNREACHED).ok_or(Trouble::NoPath)?;
        let distance = &self.distance;
        let is_at = |state: State, hops: u32| distance.get(state as usize).is_some_and(|distance| *distance & !BETWEEN == hops && *distance != UNREACHED);
        self.choices.retain(|(_, state)| is_at(*state, hops));
        let (arc, mut state) = picked(&self.choices, seed, from).ok_or(Trouble::NoPath)?;
        if arc != ArcIndex::MAX {
            shares.push((arc, 1.0));
        }
        while hops > 0 {
            let (here, mode) = if self.modes == 1 { (state, 0) } else { (state % count, state / count) };
            self.choices.clear();
            for hop in self.inner.row(here) {
                if let Some(after) = turns.after(mode, hop.arc)
                    && is_at(hop.to + after * count, hops - 1)
                {
                    self.choices.push((hop.arc, hop.to + after * count));
                }
            }
            let Some((arc, to)) = picked(&self.choices, seed, self.inner.vertex(here)) else {
                shares.truncate(before);
                return Err(Trouble::NoPath);
            };
            shares.push((arc, 1.0));
            (state, hops) = (to, hops - 1);
        }
        let (here, mode) = self.parts(state);
        self.choices.clear();
        self.choices.extend(self.doors.iter().filter(|door| turns.after(mode, **door).is_some()).map(|door| (*door, state)));
        let Some((arc, _)) = picked(&self.choices, seed, self.inner.vertex(here)) else {
            shares.truncate(before);
            return Err(Trouble::NoPath);
        };
        shares.push((arc, 1.0));
        if self.modes > 1 {
            merged(shares, before);
        }
        Ok(())
    }
}

/// The choice of a flow at a vertex, by its hash.
#[inline]
fn picked(choices: &[(ArcIndex, State)], seed: u64, here: VertexIndex) -> Option<(ArcIndex, State)> {
    match choices {
        [] => None,
        [only] => Some(*only),
        several => several.get((splitmix(seed ^ u64::from(here)) % several.len() as u64) as usize).copied(),
    }
}
