//! Bisection bandwidth: what can cross between two halves of the endpoints, one way, in the worst even split examined.
//!
//! A split is even where its sides differ by no more endpoints than the node with most of them holds. Finding the worst is NP-hard, so two are
//! examined (whole groups apart, and every group through its middle), and switches are moved to whichever side cuts less. In a fabric that is neither uniform nor
//! large some more are grown from an endpoint outward, and in all of them nodes change sides until that gains nothing more ([`Fabric::exchange`]). The least is an
//! upper bound. It is *exact* where it meets a lower bound: in a uniform Clos, verified link by link, every endpoint can send `rate` to any partner at once, so no
//! even split can carry less than the endpoints of its smaller side times that rate. In any other fabric a flow between hubs and all endpoints
//! is found, and no even split can carry less than what of it must cross ([`super::hubs`]).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::halves::{Fabric, Join, OPEN};
use super::hubs::{self, AtLeast};
use super::show::quantity;
use super::{Draft, Estimate, Input};
use crate::engine::context::Context;
use crate::model::Confidence;
use crate::units::order;

const EXACT_SOURCE: &str =
    "Lower bound by admissible traffic in a uniform Clos (W. Dally, B. Towles, Principles and Practices of Interconnection Networks, 2004, ch. 6) met by a cut";
const FLOW_SOURCE: &str =
    "Lower bound by a flow between hubs and all endpoints (L. Ford, D. Fulkerson, 1956; F. T. Leighton, 1992, section 1.9.1) met by a cut";
const BETWEEN_SOURCE: &str = "Upper bound: the least of the even cuts examined (W. Dally, B. Towles, 2004, section 3.1.2); lower bound: a flow between hubs and all endpoints, of which half must cross (L. Ford, D. Fulkerson, 1956; F. T. Leighton, 1992, section 1.9.1)";
const BOUND_SOURCE: &str = "Upper bound: the least of the even cuts examined (W. Dally, B. Towles, 2004, section 3.1.2)";
/// How often switches, and then all nodes, are moved between the sides of a cut.
const PASSES: usize = 4;
/// The most nodes and ends of links among which nodes change sides, over all cuts that are looked for beside the first: some milliseconds. A limit of Weft.
const MOST_REFINED: usize = 6_000;
/// The most cuts that are grown from an endpoint outward.
const MOST_GROWN: usize = 6;

/// `bisection`: exact where the fabric is uniform, else an upper bound whose method is named. `None` below two endpoints.
///
/// Time: O(tiers × (nodes + links)).
pub fn estimate(context: &Context) -> Option<Estimate> {
    let mut kept = context.known.halves.borrow_mut();
    let fabric = kept.get_or_insert_with(|| Fabric::of(context, true));
    let component = fabric.largest_component()?;
    let groups = fabric.groups(&component);
    let endpoints = fabric.held(&component);
    if endpoints < 2 {
        return None;
    }
    let (cut, split) = fabric.least(&component, &groups, endpoints);
    let others = fabric.all_endpoints - endpoints;
    let apart = if others == 0 { "All endpoints".to_owned() } else { format!("The {endpoints} endpoints that hang together; {others} others do not") };

    if cut.unknown > 0 {
        let input = Input::figure("cut", &format!("{} links across have no known rate", cut.unknown), "Gb/s", None);
        let draft = Draft::new("bisection", "Bisection bandwidth", "Gb/s", "cut", BOUND_SOURCE).assume(apart).input(input);
        return Some(Estimate::new(draft, context.recalled()));
    }
    // What is left without some links carries no more: where the scale-out network alone is uniform, its rate is a floor too.
    let bare = if groups.rate.is_none() && fabric.has_scale_up() { Fabric::of(context, false).uniform_rate(endpoints) } else { None };
    let uniform = groups.rate.or(bare);
    let half = fabric.smaller_side(&component, endpoints);
    let meets = |floor: f64| (cut.gbps - floor).abs() <= 1e-9 * floor.abs();
    let floor = uniform.map(|rate| rate * half as f64);
    let exact = |formula: &str, source: &str| {
        Draft::new("bisection", "Bisection bandwidth", "Gb/s", formula, source).assume(format!(
            "{apart}; one way, exact: {} links cross between {}",
            cut.links,
            cut.between(split)
        ))
    };
    if let Some((rate, _)) = uniform.zip(floor).filter(|(_, floor)| meets(*floor)) {
        let even = half * 2 == endpoints;
        let draft = exact(if even { "endpoints / 2 * rate" } else { "half * rate" }, EXACT_SOURCE)
            .assume(if bare.is_some() {
                "The scale-out network alone is uniform in every tier, verified link by link; scale-up links only add to it, and none crosses"
            } else {
                "Uniform in every tier, verified link by link; endpoints of one system share its adapters"
            })
            .input(if even { Input::counted("endpoints", "endpoints", "", endpoints as f64) } else { smaller(half) })
            .input(Input::counted("rate", "what each endpoint can send to any other, all at once", "Gb/s", rate));
        return Some(Estimate::new(draft, context.recalled()));
    }
    let flow = hubs::at_least(fabric, &component);
    let by_flow = flow.map(|flow| flow.each * half as f64);
    if let Some((flow, _)) = flow.zip(by_flow).filter(|(_, floor)| half > 0 && meets(*floor)) {
        let draft = exact("half * each", FLOW_SOURCE).assume(told(&flow, half)).input(smaller(half)).input(Input::counted(
            "each",
            &format!("what each endpoint sends to {} hubs and gets from them, all at once", flow.hubs),
            "Gb/s",
            flow.each,
        ));
        return Some(Estimate::new(draft, context.recalled()));
    }
    let low = floor.into_iter().chain(by_flow).fold(0.0, f64::max).min(cut.gbps);
    let input = Input {
        low: Some(low),
        confidence: Confidence::Derived.label().to_owned(),
        ..Input::counted("cut", &format!("rate of the {} links across", cut.links), "Gb/s", cut.gbps)
    };
    let by_flow = by_flow.filter(|by_flow| *by_flow >= low).and(flow);
    let mut draft = Draft::new("bisection", "Bisection bandwidth", "Gb/s", "cut", if by_flow.is_some() { BETWEEN_SOURCE } else { BOUND_SOURCE })
        .assume(format!("{apart}; one way, at most: {} links cross between {}", cut.links, cut.between(split)))
        .assume("Even splits along tiers, nodes on the side that cuts less; another split may carry less, down to the lower bound")
        .input(input);
    if let Some(flow) = by_flow {
        draft = draft.assume(told(&flow, half));
    }
    Some(Estimate::new(draft, context.recalled()))
}

fn smaller(half: u64) -> Input {
    Input::counted("half", "endpoints in the smaller half", "", half as f64)
}

/// How a lower bound was found.
fn told(flow: &AtLeast, half: u64) -> String {
    let AtLeast { each, hubs, of, kind } = flow;
    let hubs = if hubs == of { format!("{hubs} hubs") } else { format!("{hubs} of {of} hubs, as many as a live report has time for") };
    format!(
        "At least {}, by a flow that the links carry: {hubs} ({kind}) and every endpoint send each other {} in all, by the fewest hops; whichever half a hub is in, the {half} endpoints of the \
         other are across",
        quantity(each * half as f64, "Gb/s"),
        quantity(*each, "Gb/s")
    )
}

/// Which half of the fabric each node is in ([`Context::topology`]'s order of nodes), by the cut that [`estimate`] finds; 2 is neither. `None` below two
/// endpoints. Time: O(tiers × (nodes + links)).
pub(super) fn sides(context: &Context) -> Option<Vec<u8>> {
    let mut fabric = Fabric::of(context, true);
    let component = fabric.largest_component()?;
    let groups = fabric.groups(&component);
    let endpoints = fabric.held(&component);
    if endpoints < 2 {
        return None;
    }
    fabric.least(&component, &groups, endpoints);
    Some(fabric.side)
}

/// A cut and what crosses it.
#[derive(Default)]
struct Cut {
    gbps: f64,
    links: usize,
    unknown: usize,
    sides: [u64; 2],
}

impl Cut {
    fn between(&self, split: &str) -> String {
        format!("{} and {} endpoints, {split}", self.sides[0], self.sides[1])
    }
}

/// Lists of nodes, each rising, in one.
#[derive(Default)]
struct Parts {
    nodes: Vec<u32>,
    ends: Vec<u32>,
}

impl Parts {
    /// The lists from the `first`-th on.
    fn iter(&self, first: usize) -> impl DoubleEndedIterator<Item = &[u32]> + ExactSizeIterator + Clone {
        (first..self.ends.len()).map(|at| {
            let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
            self.ends.get(at).and_then(|to| self.nodes.get(from..*to as usize)).unwrap_or_default()
        })
    }
}

/// Nodes in an order that keeps groups together, and what a uniform fabric carries per endpoint.
struct Groups {
    order: Vec<u32>,
    rate: Option<f64>,
}

const LEFT: u8 = 0;
const RIGHT: u8 = 1;

impl Fabric {
    /// What each of so many endpoints can send, where they hang together and everything is uniform.
    fn uniform_rate(&self, endpoints: u64) -> Option<f64> {
        let component = self.largest_component()?;
        let within: u64 = component.iter().map(|node| self.endpoints[*node as usize]).sum();
        (within == endpoints).then(|| self.groups(&component).rate)?
    }

    /// The nodes of the component with the most endpoints, in id order.
    fn largest_component(&self) -> Option<Vec<u32>> {
        let everyone: Vec<u32> = (0..self.endpoints.len() as u32).collect();
        let mut found = Parts::default();
        self.components(&everyone, u8::MAX, &mut vec![u32::MAX; self.endpoints.len()], &mut found);
        let largest = found.iter(0).max_by_key(|nodes| (self.held(nodes), std::cmp::Reverse(nodes.first().copied())));
        largest.map(<[u32]>::to_vec)
    }

    /// How many endpoints the smaller side of an even split has at least: sides differ by whole nodes, and by no more than the largest holds.
    fn smaller_side(&self, nodes: &[u32], all: u64) -> u64 {
        let held = || nodes.iter().map(|node| self.endpoints[*node as usize]).filter(|held| *held > 0);
        let unit = held().fold(0, common).max(1);
        let (all, most) = (all / unit, held().max().unwrap_or(0) / unit);
        // What the sides differ by is odd where all are.
        let differ = if most % 2 == all % 2 { most } else { most.saturating_sub(1) };
        all.saturating_sub(differ) / 2 * unit
    }

    /// How many endpoints nodes hold.
    pub(super) fn held(&self, nodes: &[u32]) -> u64 {
        nodes.iter().map(|node| self.endpoints[*node as usize]).sum()
    }

    /// Adds the components of some nodes, which are in rising order, when those of tier `without` and above are gone: by their first nodes.
    ///
    /// `number` is scratch of one entry per node, all `u32::MAX` before and after.
    fn components(&self, nodes: &[u32], without: u8, number: &mut [u32], found: &mut Parts) {
        const OPEN: u32 = u32::MAX - 1;
        let stays = |node: u32| self.tier[node as usize] < without || (without == u8::MAX);
        for node in nodes.iter().filter(|node| stays(**node)) {
            number[*node as usize] = OPEN;
        }
        let mut counts: Vec<u32> = Vec::new();
        let mut open: Vec<u32> = Vec::new();
        for node in nodes {
            if number[*node as usize] != OPEN {
                continue;
            }
            let here = counts.len() as u32;
            let mut count = 0;
            number[*node as usize] = here;
            open.push(*node);
            while let Some(node) = open.pop() {
                count += 1;
                for join in self.row(node) {
                    if number[join.to as usize] == OPEN {
                        number[join.to as usize] = here;
                        open.push(join.to);
                    }
                }
            }
            counts.push(count);
        }
        // Each node goes behind those of its component that come before it.
        let mut end = found.nodes.len() as u32;
        for count in &mut counts {
            let from = end;
            end += *count;
            found.ends.push(end);
            *count = from;
        }
        found.nodes.resize(end as usize, 0);
        for node in nodes {
            let here = std::mem::replace(&mut number[*node as usize], u32::MAX);
            if let Some(next) = counts.get_mut(here as usize) {
                found.nodes[*next as usize] = *node;
                *next += 1;
            }
        }
    }

    /// Takes tiers off from the top: what hangs together below is a group. Endpoints come out group by group. On the way it
    /// is verified whether every group and every switch of a tier is like every other, and how much each endpoint can send.
    fn groups(&self, component: &[u32]) -> Groups {
        let top = component.iter().map(|node| self.tier[*node as usize]).filter(|tier| *tier != u8::MAX).max().unwrap_or(0);
        let mut level = Parts { nodes: component.to_vec(), ends: vec![component.len() as u32] };
        let mut rate: Option<f64> = Some(f64::INFINITY);
        let mut group_of = vec![u32::MAX; self.endpoints.len()];
        let mut number = vec![u32::MAX; self.endpoints.len()];
        for tier in (1..=top).rev() {
            let mut below = Parts::default();
            for group in level.iter(0) {
                let first = below.ends.len();
                self.components(group, tier, &mut number, &mut below);
                rate = rate.and_then(|rate| self.uniform(group, below.iter(first), tier, &mut group_of).map(|found| rate.min(found)));
            }
            rate = rate.filter(|_| self.alike(&below));
            level = below;
        }
        let order = level.nodes.into_iter().filter(|node| self.endpoints[*node as usize] > 0).collect();
        Groups { order, rate: rate.filter(|rate| rate.is_finite()) }
    }

    /// Whether groups have the same number of endpoints and send the same rate upward.
    fn alike(&self, groups: &Parts) -> bool {
        let mut sizes = groups.iter(0).map(|group| self.held(group));
        let first = sizes.next();
        sizes.all(|size| Some(size) == first)
    }

    /// Whether every switch of `tier` in `group` reaches every part of it by the same rate, all rates are known, no switch of
    /// the tier is joined to another, and the parts' own switches send up in proportion to what they take from below. Gives
    /// what each endpoint of a part can send upward.
    ///
    /// Then traffic from any endpoint spreads in proportion to capacity over all ways up and, by the same proportions, down.
    fn uniform<'a>(&self, group: &[u32], mut parts: impl ExactSizeIterator<Item = &'a [u32]> + Clone, tier: u8, part_of: &mut [u32]) -> Option<f64> {
        // Endpoints that are joined to each other directly are no Clos.
        if tier == 1 && parts.clone().any(|part| part.len() > 1) {
            return None;
        }
        for (place, part) in parts.clone().enumerate() {
            for node in part {
                part_of[*node as usize] = place as u32;
            }
        }
        let mut up = vec![0.0f64; parts.len()];
        let mut tops = 0usize;
        for node in group.iter().filter(|node| self.tier[**node as usize] == tier) {
            tops += 1;
            let mut reached = vec![0.0f64; parts.len()];
            for join in self.row(*node) {
                let below = self.tier[join.to as usize];
                if !join.known() || below == tier {
                    return None;
                }
                if below < tier {
                    *reached.get_mut(part_of[join.to as usize] as usize)? += join.gbps;
                }
            }
            let same = reached.first().copied()?;
            if same <= 0.0 || reached.iter().any(|rate| (rate - same).abs() > 1e-9 * same) {
                return None;
            }
            up.iter_mut().for_each(|up| *up += same);
        }
        // Within a part, each of its topmost switches must send up the same multiple of what it takes from below; with equal
        // sums down that means equal sums up.
        let mut sides: Option<(f64, f64)> = None;
        for node in parts.clone().flatten().filter(|node| self.tier[**node as usize] + 1 == tier && tier > 1) {
            let sum = |higher: bool| self.row(*node).iter().filter(|join| (self.tier[join.to as usize] >= tier) == higher).map(|join| join.gbps).sum::<f64>();
            let (here_up, here_down) = (sum(true), sum(false));
            match sides {
                None => sides = Some((here_up, here_down)),
                Some((up, down)) if (up * here_down - here_up * down).abs() <= 1e-9 * (up * down).abs() => {}
                Some(_) => return None,
            }
        }
        let size = self.held(parts.next()?);
        (tops > 0 && size > 0).then(|| up.first().copied().unwrap_or(0.0) / size as f64)
    }

    /// The least cut that is found, in [`Fabric::side`], and what it was made from. Where all is uniform two are enough.
    fn least(&mut self, component: &[u32], groups: &Groups, endpoints: u64) -> (Cut, &'static str) {
        let known = || component.iter().flat_map(|node| self.row(*node)).all(|join| join.known());
        let effort = if groups.rate.is_none() && known() { self.effort(component) } else { 0 };
        let mut starts =
            vec![(halves(self, &groups.order, endpoints), "whole groups apart"), (alternating(self, &groups.order), "every group through its middle")];
        let more = effort.saturating_sub(1).min(MOST_GROWN);
        for at in 0..more {
            let from = groups.order.get(at * groups.order.len() / more).copied().unwrap_or(0);
            starts.push((halves(self, &self.outward(from), endpoints), "what is nearest one of them apart"));
        }
        let mut best: Option<(Cut, Vec<u8>, &'static str)> = None;
        for (sides, split) in starts {
            let mut cut = self.cut(component, &sides);
            if effort > 0 {
                for _ in 0..PASSES {
                    if !self.exchange(component) {
                        break;
                    }
                }
                cut = self.crossing(component);
            }
            if best.as_ref().is_none_or(|(least, ..)| cut.gbps < least.gbps) {
                best = Some((cut, self.side.clone(), split));
            }
        }
        let (cut, side, split) = best.unwrap_or_default();
        self.side = side;
        (cut, split)
    }

    /// How often a cut may be looked for in a live report: 0 in a large fabric.
    fn effort(&self, component: &[u32]) -> usize {
        MOST_REFINED / component.iter().map(|node| 1 + self.row(*node).len()).sum::<usize>().max(1)
    }

    /// Nodes with endpoints by their hops from one, in the order of links.
    fn outward(&self, from: u32) -> Vec<u32> {
        let mut found = vec![from];
        let mut seen = vec![false; self.endpoints.len()];
        seen[from as usize] = true;
        let mut next = 0;
        while let Some(here) = found.get(next).copied() {
            next += 1;
            for join in self.row(here) {
                if !std::mem::replace(&mut seen[join.to as usize], true) {
                    found.push(join.to);
                }
            }
        }
        found.retain(|node| self.endpoints[*node as usize] > 0);
        found
    }

    /// Moves nodes from side to side, each at most once, the one that then cuts least first, and keeps as many of the moves as leave least across an even split;
    /// whether that is less than before. What has endpoints leaves the larger side where sides differ by more than a split may.
    ///
    /// C. Fiduccia, R. Mattheyses, "A linear-time heuristic for improving network partitions", 1982. Time: O(links log links).
    fn exchange(&mut self, component: &[u32]) -> bool {
        // In Mb/s, so that sums do not hang on their order.
        let rate = |join: &Join| (join.gbps * 1e3).round() as i64;
        let held = |fabric: &Self, node: u32| fabric.endpoints[node as usize] as i64;
        let most = component.iter().map(|node| held(self, *node)).max().unwrap_or(0);
        let mut differ: i64 = component.iter().map(|node| if self.side[*node as usize] == LEFT { held(self, *node) } else { -held(self, *node) }).sum();
        // What moving a node leaves across less; `i64::MIN` once it has moved.
        let mut gain = vec![i64::MIN; self.endpoints.len()];
        // Nodes without endpoints, and those with some on either side, by what moving them gains.
        let mut open: [BinaryHeap<(i64, Reverse<u32>)>; 3] = Default::default();
        let list = |fabric: &Self, node: u32| if fabric.endpoints[node as usize] == 0 { 2 } else { usize::from(fabric.side[node as usize]) };
        for node in component.iter().copied() {
            let here = self.side[node as usize];
            gain[node as usize] = self
                .row(node)
                .iter()
                .filter(|join| join.to != node)
                .map(|join| if self.side[join.to as usize] == here { -rate(join) } else { rate(join) })
                .sum();
            open[list(self, node)].push((gain[node as usize], Reverse(node)));
        }
        let (mut moved, mut sum, mut best) = (Vec::new(), 0i64, (0i64, 0usize));
        loop {
            let allowed = [differ >= -most, differ <= most, true];
            for list in &mut open {
                while list.peek().is_some_and(|(stood, Reverse(node))| gain[*node as usize] != *stood) {
                    list.pop();
                }
            }
            let next = (0..3).filter(|at| allowed[*at]).filter_map(|at| Some((*open[at].peek()?, at))).max();
            let Some(((gained, Reverse(node)), at)) = next else { break };
            open[at].pop();
            gain[node as usize] = i64::MIN;
            let from = self.side[node as usize];
            self.side[node as usize] = from ^ 1;
            differ -= 2 * if from == LEFT { held(self, node) } else { -held(self, node) };
            sum += gained;
            moved.push(node);
            if sum > best.0 && differ.abs() <= most {
                best = (sum, moved.len());
            }
            for at in 0..self.row(node).len() {
                let Some(join) = self.row(node).get(at).copied() else { break };
                let Some(other) = gain.get_mut(join.to as usize).filter(|gain| **gain != i64::MIN) else { continue };
                *other += if self.side[join.to as usize] == from { 2 * rate(&join) } else { -2 * rate(&join) };
                let now = (*other, Reverse(join.to));
                open[list(self, join.to)].push(now);
            }
        }
        for node in moved.drain(best.1..) {
            self.side[node as usize] ^= 1;
        }
        best.0 > 0
    }

    /// Puts switches on whichever side cuts less, starting from sides for the nodes with endpoints, and sums what crosses.
    fn cut(&mut self, component: &[u32], sides: &[(u32, u8)]) -> Cut {
        self.side.fill(OPEN);
        for (node, side) in sides {
            self.side[*node as usize] = *side;
        }
        let mut switches: Vec<u32> = component.iter().copied().filter(|node| self.endpoints[*node as usize] == 0).collect();
        order::sort_by_number(&mut switches, |node| u64::from(self.tier[*node as usize]) << 32 | u64::from(*node));
        for _ in 0..PASSES {
            let mut moved = false;
            for node in &switches {
                // Two sums beside each other: the processor waits for neither.
                let (mut left, mut right) = (0.0f64, 0.0f64);
                for join in self.row(*node) {
                    let side = self.side[join.to as usize];
                    left += if side == LEFT { join.gbps } else { 0.0 };
                    right += if side == RIGHT { join.gbps } else { 0.0 };
                }
                let now = self.side[*node as usize];
                let better = if left >= right { LEFT } else { RIGHT };
                if now == OPEN || (now != better && left != right) {
                    self.side[*node as usize] = better;
                    moved = true;
                }
            }
            if !moved {
                break;
            }
        }
        self.crossing(component)
    }

    /// What crosses between the sides.
    fn crossing(&self, component: &[u32]) -> Cut {
        let mut cut = Cut { gbps: 0.0, links: 0, unknown: 0, sides: [0, 0] };
        for node in component {
            let here = self.side[*node as usize];
            if let Some(sum) = cut.sides.get_mut(usize::from(here)) {
                *sum += self.endpoints[*node as usize];
            }
            for join in self.row(*node).iter().filter(|join| *node < join.to && self.side[join.to as usize] != here) {
                cut.gbps += join.gbps;
                cut.links += 1;
                cut.unknown += usize::from(!join.known());
            }
        }
        cut
    }
}

/// The greatest common divisor.
fn common(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { common(b, a % b) }
}

/// The first half of the endpoints against the rest, the node in the middle where that is more even.
fn halves(fabric: &Fabric, order: &[u32], endpoints: u64) -> Vec<(u32, u8)> {
    let mut taken = 0u64;
    let sides = order.iter().map(|node| {
        let before = 2 * taken;
        taken += fabric.endpoints[*node as usize];
        let side = if before < endpoints && (2 * taken).saturating_sub(endpoints) <= endpoints - before { LEFT } else { RIGHT };
        (*node, side)
    });
    sides.collect()
}

/// Every other node against the rest, the smaller side first.
fn alternating(fabric: &Fabric, order: &[u32]) -> Vec<(u32, u8)> {
    let mut sums = [0u64; 2];
    let sides = order.iter().map(|node| {
        let side = if sums[0] <= sums[1] { LEFT } else { RIGHT };
        sums[usize::from(side)] += fabric.endpoints[*node as usize];
        (*node, side)
    });
    sides.collect()
}
