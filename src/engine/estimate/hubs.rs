//! What no even split of a fabric carries less than: some nodes, the hubs, send to all endpoints at once, and as much comes back.
//!
//! Each hub sends each endpoint `t` times the hub's weight and gets as much from it, by the fewest hops, split in proportion to what links carry. In an even split with at
//! least `half` endpoints on either side, every hub has that many on the side it is not on; so each way at least `half * t * weight` of each hub
//! crosses, and the links across carry the sum. Any such flow certifies that bound, whatever the hubs are (cuts bound flows: L. Ford, D. Fulkerson, 1956; flows for
//! lower bounds of bisections: F. T. Leighton, "Introduction to Parallel Algorithms and Architectures", 1992, section 1.9.1).
//!
//! Two leaves with two hosts each on one spine, all links 1, the spine the hub: each host gets 1/2 over its leaf's uplink, so no even split
//! carries less than 2 × 1/2, which is the one uplink that has to be cut.

use super::halves::{Fabric, Join};
use crate::units::order;

/// Searches stop where they would take more steps than this, some milliseconds; then fewer hubs send. A limit of Weft.
const MOST_STEPS: usize = 3_000_000;
const FAR: u32 = u32::MAX;

/// A lower bound and how it was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct AtLeast {
    /// What each endpoint gets from all hubs at once, and they from it, in Gb/s.
    pub(super) each: f64,
    /// How many hubs send.
    pub(super) hubs: usize,
    /// Of how many of their kind.
    pub(super) of: usize,
    /// What they are.
    pub(super) kind: &'static str,
}

/// The larger of two bounds: by what endpoints hang on as hubs, each as much as there are; and by wherever ways up from tier to tier end, each as much as every endpoint
/// reaches it by. `None` where nothing can be sent.
///
/// Time: O(hubs with the same neighbours once × links between nodes that are not the end of the line) and O(nodes with endpoints × what they reach upward), at most
/// [`MOST_STEPS`] each.
pub(super) fn at_least(fabric: &Fabric, component: &[u32]) -> Option<AtLeast> {
    let mut flow = Flow::of(fabric, component);
    let climbed = flow.climb();
    let mut weight = vec![0.0; fabric.endpoints.len()];
    for node in component {
        let at = flow.gateway.get(*node as usize).copied().filter(|gateway| *gateway != FAR).unwrap_or(*node);
        weight[at as usize] += fabric.endpoints[*node as usize] as f64;
    }
    let hubs: Vec<u32> = component.iter().copied().filter(|node| weight[*node as usize] > 0.0).collect();
    let of = hubs.len();
    let every = of.saturating_mul(flow.steps).div_ceil(MOST_STEPS).max(1);
    let hubs: Vec<u32> = hubs.into_iter().step_by(every).collect();
    let reached = climbed.map_or(0.0, |climbed| climbed.each);
    // A part of the hubs does not come near what all do, and no flow between them passes more than the links around each.
    let worth = reached == 0.0 || every == 1 && flow.at_most(&hubs, &weight) * (1.0 + 1e-9) >= reached;
    let below =
        worth.then(|| flow.from(&hubs, &weight)).flatten().map(|each| AtLeast { each, hubs: hubs.len(), of, kind: "nodes that endpoints are or hang on" });
    let better = |one: &AtLeast, other: &AtLeast| one.each.total_cmp(&other.each);
    climbed.into_iter().chain(below).filter(|found| found.each > 0.0 && found.each.is_finite()).max_by(better)
}

/// A link to a higher tier.
#[derive(Clone, Copy, Debug)]
struct Step {
    to: u32,
    /// The place of its edge.
    place: u32,
    /// Its part of what all such links of the node carry.
    part: f64,
}

/// Room for flows.
struct Flow<'a> {
    fabric: &'a Fabric,
    component: &'a [u32],
    /// By node: what all its links lead to, where that is one other with more than one neighbour; else [`FAR`].
    gateway: Vec<u32>,
    /// By node: what it takes with those behind it.
    takes: Vec<f64>,
    /// What all take together.
    all: f64,
    /// Steps that one search takes.
    steps: usize,
    distance: Vec<u32>,
    order: Vec<u32>,
    amount: Vec<f64>,
    /// By edge: what runs over it, one way where that is up, else both ways together.
    load: Vec<f64>,
    /// Links to higher tiers, node by node, and where those of each begin.
    ups: Vec<Step>,
    first: Vec<u32>,
}

impl<'a> Flow<'a> {
    fn of(fabric: &'a Fabric, component: &'a [u32]) -> Self {
        let count = fabric.endpoints.len();
        let mut takes: Vec<f64> = fabric.endpoints.iter().map(|endpoints| *endpoints as f64).collect();
        let only = |node: u32| {
            let mut to = fabric.row(node).iter().filter(|join| join.gbps > 0.0 && join.to != node).map(|join| join.to);
            let first = to.next()?;
            to.all(|other| other == first).then_some(first)
        };
        let mut gateway = vec![FAR; count];
        let mut steps = 1;
        for node in component.iter().copied() {
            match only(node).filter(|to| only(*to).is_none()) {
                Some(to) => {
                    gateway[node as usize] = to;
                    takes[to as usize] += fabric.endpoints[node as usize] as f64;
                }
                None => steps += 1 + 2 * fabric.row(node).len(),
            }
        }
        let edges = component.iter().flat_map(|node| fabric.row(*node)).map(|join| join.place() + 1).max().unwrap_or(0);
        Self {
            fabric,
            component,
            gateway,
            takes,
            all: fabric.held(component) as f64,
            steps,
            distance: vec![FAR; count],
            order: Vec::with_capacity(component.len()),
            amount: vec![0.0; count],
            load: vec![0.0; edges],
            ups: Vec::new(),
            first: Vec::new(),
        }
    }

    /// What [`Flow::from`] does not exceed: all that a hub sends beyond those behind it, and all that they get from other hubs, has to pass its links. Time: O(links of hubs).
    fn at_most(&self, hubs: &[u32], weight: &[f64]) -> f64 {
        let total: f64 = hubs.iter().map(|hub| weight[*hub as usize]).sum();
        let passes = |hub: &u32| {
            let (takes, weight) = (self.takes[*hub as usize], weight[*hub as usize]);
            let load = weight * (self.all - takes) + takes * (total - weight);
            let links: f64 = around(self.fabric, &self.gateway, *hub).map(|join| join.gbps).sum();
            if load > 0.0 { total * links / load } else { f64::INFINITY }
        };
        hubs.iter().map(passes).fold(f64::INFINITY, f64::min)
    }

    /// What each endpoint gets when hubs, none of them at the end of a line, send in proportion to their weights (by node); `None` where a hub does not reach them all.
    ///
    /// Ways to hubs with the same neighbours are the same but for the last step, and none leads through another of them: what all others send there is followed once.
    fn from(&mut self, hubs: &[u32], weight: &[f64]) -> Option<f64> {
        let fabric = self.fabric;
        self.load.fill(0.0);
        let sum = |nodes: &[u32], of: &[f64]| nodes.iter().map(|node| of[*node as usize]).sum::<f64>();
        let total = sum(hubs, weight);
        // By node: the rate of all links between it and a hub.
        let mut beside = vec![0.0; self.takes.len()];
        for hubs in alike(hubs.to_vec(), |hub| around(fabric, &self.gateway, hub).map(|join| (join.to, join.gbps.to_bits()))) {
            let first = *hubs.first()?;
            self.search(first);
            if sum(&self.order, &self.takes) < self.all {
                return None;
            }
            let (weights, taken) = (sum(&hubs, weight), sum(&hubs, &self.takes));
            for node in self.order.iter().rev().copied() {
                let own = self.distance[node as usize];
                if own == 0 || own == 2 && hubs.binary_search(&node).is_ok() {
                    continue;
                }
                let amount = self.amount[node as usize] + self.takes[node as usize];
                self.amount[node as usize] = amount;
                if own == 1 || amount == 0.0 {
                    continue;
                }
                let nearer = |join: &&Join| join.gbps > 0.0 && self.distance[join.to as usize].wrapping_add(1) == own;
                let ways: f64 = fabric.row(node).iter().filter(nearer).map(|join| join.gbps).sum();
                for join in fabric.row(node).iter().filter(nearer) {
                    let share = amount * (join.gbps / ways);
                    self.load[join.place()] += share * weights;
                    self.amount[join.to as usize] += share;
                }
            }
            around(fabric, &self.gateway, first).for_each(|join| beside[join.to as usize] += join.gbps);
            let ways: f64 = around(fabric, &self.gateway, first).map(|join| join.gbps).sum();
            for hub in &hubs {
                let (own, takes) = (weight[*hub as usize], self.takes[*hub as usize]);
                // Those alike send to each other over the same neighbours.
                let (come, go) = ((taken - takes) / ways, takes * (weights - own) / ways);
                for join in around(fabric, &self.gateway, *hub) {
                    let there = join.to as usize;
                    self.load[join.place()] += join.gbps * (own * (self.amount[there] / beside[there] + come) + go);
                }
            }
            around(fabric, &self.gateway, first).for_each(|join| beside[join.to as usize] = 0.0);
        }
        // What is at the end of a line gets its part of all.
        for node in self.component.iter().copied() {
            if self.gateway[node as usize] == FAR {
                continue;
            }
            let takes = fabric.endpoints[node as usize] as f64;
            self.last(node, takes * total);
        }
        self.scale().map(|scale| scale * total)
    }

    /// Puts an amount on the links of a node at the end of a line.
    fn last(&mut self, node: u32, amount: f64) {
        let joins = || self.fabric.row(node).iter().filter(|join| join.gbps > 0.0 && join.to != node);
        let ways: f64 = joins().map(|join| join.gbps).sum();
        for join in joins() {
            self.load[join.place()] += amount * (join.gbps / ways);
        }
    }

    /// Every endpoint sends up from tier to tier, at each node in proportion to what links carry. Where ways up end is a hub; of what the endpoints send there each counts as much as
    /// that sends which sends least, and the rest is not sent.
    fn climb(&mut self) -> Option<AtLeast> {
        self.look_up();
        let count = self.takes.len();
        let starts: Vec<u32> = self.component.iter().copied().filter(|node| self.gateway[*node as usize] == FAR && self.takes[*node as usize] > 0.0).collect();
        let count_of_starts = starts.len();
        let alike = alike(starts, |node| self.ups.get(self.range(node)).unwrap_or_default().iter().map(|step| (step.to, step.part.to_bits())));
        let mut least: Vec<(f64, usize)> = vec![(f64::INFINITY, 0); count];
        let mut scaled = vec![0.0; count];
        let mut left = MOST_STEPS;
        for starts in &alike {
            self.rise(*starts.first()?, &mut left)?;
            for node in &self.order {
                if self.range(*node).is_empty() {
                    let (amount, times) = &mut least[*node as usize];
                    *amount = amount.min(self.amount[*node as usize]);
                    *times += starts.len();
                }
            }
            self.forget();
        }
        let hubs: Vec<u32> = self.component.iter().copied().filter(|node| least[*node as usize].1 == count_of_starts).collect();
        let sum: f64 = hubs.iter().map(|hub| least[*hub as usize].0).sum();
        self.load.fill(0.0);
        for starts in &alike {
            let first = *starts.first()?;
            self.rise(first, &mut left)?;
            let takes: f64 = starts.iter().map(|start| self.takes[*start as usize]).sum();
            // What of an amount at each node counts, and so what of it is sent on.
            for place in (0..self.order.len()).rev() {
                let Some(node) = self.order.get(place).copied() else { continue };
                // What the first of those alike sends is counted with what the others send.
                if node == first && !self.range(node).is_empty() {
                    continue;
                }
                let amount = self.amount[node as usize];
                let (own, times) = least[node as usize];
                let mut on = 0.0;
                for at in self.range(node) {
                    let Some(step) = self.ups.get(at).copied() else { break };
                    let counts = step.part * scaled[step.to as usize];
                    on += counts;
                    self.load[step.place as usize] += amount * counts * takes;
                }
                let ends = self.range(node).is_empty() && times == count_of_starts && amount > 0.0;
                scaled[node as usize] = if ends { own / amount } else { on };
            }
            for start in starts {
                for at in self.range(*start) {
                    let Some(step) = self.ups.get(at).copied() else { break };
                    self.load[step.place as usize] += step.part * scaled[step.to as usize] * self.takes[*start as usize];
                }
            }
            self.forget();
        }
        for node in self.component.iter().copied() {
            if self.gateway[node as usize] != FAR {
                self.last(node, self.fabric.endpoints[node as usize] as f64 * sum);
            }
        }
        let each = self.scale()? * sum;
        Some(AtLeast { each, hubs: hubs.len(), of: hubs.len(), kind: "where ways up from tier to tier end" })
    }

    /// Where in `ups` the links of a node to higher tiers are.
    fn range(&self, node: u32) -> std::ops::Range<usize> {
        let at = |place: usize| self.first.get(place).copied().unwrap_or(0) as usize;
        at(node as usize)..at(node as usize + 1)
    }

    /// Finds the links of every node to higher tiers.
    fn look_up(&mut self) {
        let fabric = self.fabric;
        for node in 0..fabric.tier.len() as u32 {
            self.first.push(self.ups.len() as u32);
            let own = fabric.tier[node as usize];
            let higher = |join: &&Join| join.gbps > 0.0 && fabric.tier[join.to as usize] > own && fabric.tier[join.to as usize] != u8::MAX;
            let joins = || fabric.row(node).iter().filter(higher);
            let ways: f64 = joins().map(|join| join.gbps).sum();
            self.ups.extend(joins().map(|join| Step { to: join.to, place: join.place() as u32, part: join.gbps / ways }));
        }
        self.first.push(self.ups.len() as u32);
    }

    /// Sends 1 up from a node: what comes to each, in an order in which what is nearer the start comes first. `None` where `left` steps are not enough.
    fn rise(&mut self, start: u32, left: &mut usize) -> Option<()> {
        self.begin(start);
        let mut next = 0;
        while let Some(here) = self.order.get(next).copied() {
            next += 1;
            *left = left.checked_sub(1 + self.range(here).len())?;
            for at in self.range(here) {
                let Some(step) = self.ups.get(at).copied() else { break };
                if std::mem::replace(&mut self.distance[step.to as usize], 0) == FAR {
                    self.order.push(step.to);
                }
            }
        }
        // A node may be reached over several tiers at once.
        let fabric = self.fabric;
        order::sort_by_number(&mut self.order, |node| u64::from(fabric.tier[*node as usize]) << 32 | u64::from(*node));
        self.amount[start as usize] = 1.0;
        for at in 0..self.order.len() {
            let Some(node) = self.order.get(at).copied() else { break };
            let amount = self.amount[node as usize];
            for at in self.range(node) {
                let Some(step) = self.ups.get(at).copied() else { break };
                self.amount[step.to as usize] += amount * step.part;
            }
        }
        Some(())
    }

    /// Begins a search: only its start is reached.
    fn begin(&mut self, start: u32) {
        self.forget();
        self.distance[start as usize] = 0;
        self.order.push(start);
    }

    /// Forgets what a search came to.
    fn forget(&mut self) {
        for node in self.order.drain(..) {
            self.distance[node as usize] = FAR;
            self.amount[node as usize] = 0.0;
        }
    }

    /// How much more, or less, than was put on them all links carry.
    fn scale(&self) -> Option<f64> {
        let mut scale: Option<f64> = None;
        for join in self.component.iter().flat_map(|node| self.fabric.row(*node)) {
            let load = self.load.get(join.place()).copied().unwrap_or(0.0);
            if load > 0.0 {
                let own = join.gbps / load;
                scale = Some(scale.map_or(own, |least| least.min(own)));
            }
        }
        scale
    }

    /// Hops from a node to all that are not at the end of a line.
    fn search(&mut self, start: u32) {
        self.begin(start);
        let mut next = 0;
        while let Some(here) = self.order.get(next).copied() {
            next += 1;
            let farther = self.distance[here as usize] + 1;
            for join in self.fabric.row(here).iter().filter(|join| join.gbps > 0.0) {
                if self.gateway[join.to as usize] == FAR && self.distance[join.to as usize] == FAR {
                    self.distance[join.to as usize] = farther;
                    self.order.push(join.to);
                }
            }
        }
    }
}

/// The links of a node to others that are not at the end of a line.
fn around<'a>(fabric: &'a Fabric, gateway: &'a [u32], node: u32) -> impl Iterator<Item = &'a Join> {
    fabric.row(node).iter().filter(move |join| join.gbps > 0.0 && join.to != node && gateway[join.to as usize] == FAR)
}

/// Nodes whose ways are the same, so that what they send goes the same ways from the next node on: each list rising. Those without are each alone.
fn alike<W: Iterator<Item = (u32, u64)>>(mut starts: Vec<u32>, ways: impl Fn(u32) -> W) -> Vec<Vec<u32>> {
    order::sort_by(&mut starts, |one, other| ways(*one).cmp(ways(*other)).then(one.cmp(other)));
    let mut alike: Vec<Vec<u32>> = Vec::new();
    for start in starts {
        match alike.last_mut().filter(|like| like.first().is_some_and(|first| ways(start).next().is_some() && ways(*first).eq(ways(start)))) {
            Some(like) => like.push(start),
            None => alike.push(vec![start]),
        }
    }
    alike
}
