//! What crosses the network between domains, from links as they are drawn: the flows of rings, trees and rails, all at once,
//! max-min fair.
//!
//! A channel is a ring (or a tree) of its own through one rank of every domain, by place within the domain, as a library makes
//! one for each adapter. All channels carry equal shares, so a library does without the slow ones where that is faster.

use crate::engine::context::Context;
use crate::engine::estimate::fill::{Rows, Shares, fill_until};
use crate::engine::estimate::walk::{Split, Walk};
use crate::engine::routes::Routes;
use crate::engine::topology::{ArcIndex, Edge, Hop, NOWHERE, Topology, VertexIndex};
use crate::model::{FabricRole, LinkLayer};

use super::group::Group;
use super::paths::Paths;
use super::tuning::Family;

/// What the channels of a pattern get.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Channels {
    /// How many are used.
    pub count: usize,
    /// How many there could be.
    pub of: usize,
    /// What each flow of a used channel gets, in GB/s of the wire.
    pub rate: f64,
    /// What holds the slowest of them.
    pub bottleneck: Option<ArcIndex>,
    /// Whether a link on the way has no known rate.
    pub unknown: bool,
}

/// Demands of one channel, from and to.
pub type Pairs = Vec<(VertexIndex, VertexIndex)>;

/// The rank of each domain at one place, going round.
fn at(group: &Group, place: usize) -> Vec<VertexIndex> {
    group.domains.iter().filter_map(|domain| domain.get(place).copied()).collect()
}

/// Each rank to the one so many places further on, going round.
fn round(ranks: &[VertexIndex], places: usize) -> Pairs {
    ranks.iter().copied().zip(ranks.iter().copied().cycle().skip(places)).collect()
}

/// Each domain to the one so many domains further on, at all places.
fn ring_channels(group: &Group, domains: usize) -> Vec<Pairs> {
    (0..group.sizes().0).map(|place| round(&at(group, place), domains)).collect()
}

/// From each domain to the next and from the last to the first.
pub fn ring(context: &Context, group: &Group) -> Channels {
    channels_of(context, group, ring_channels(group, 1))
}

/// Both trees of a double binary tree, up and down, over the domains.
pub fn tree(context: &Context, group: &Group) -> Channels {
    channels_of(context, group, tree_channels(group))
}

fn tree_channels(group: &Group) -> Vec<Pairs> {
    let edges = double_tree(group.domains.len());
    let channels = (0..group.sizes().0).map(|place| {
        let ranks = at(group, place);
        let mut pairs = Pairs::with_capacity(2 * edges.len());
        for (child, parent) in &edges {
            if let (Some(child), Some(parent)) = (ranks.get(*child), ranks.get(*parent)) {
                pairs.extend([(*child, *parent), (*parent, *child)]);
            }
        }
        pairs
    });
    channels.collect()
}

/// Each rank to the next one in order, where that is in another domain: what the ring of send and receive sends.
pub fn neighbours(context: &Context, group: &Group) -> Channels {
    let ends: Vec<_> = group.domains.iter().filter_map(|domain| Some((*domain.first()?, *domain.last()?))).collect();
    let pairs = ends.iter().zip(ends.iter().cycle().skip(1)).map(|((_, from), (to, _))| (*from, *to)).collect();
    channels_of(context, group, vec![pairs])
}

/// Child and parent of every edge of both trees over `count` places: NCCL's binary tree (a place's parent follows from its
/// lowest set bit) and the same mirrored (even counts) or shifted by one (odd ones), so that a leaf of one is inside the other.
/// P. Sanders, J. Speck, J. Träff, "Two-tree algorithms for full bandwidth broadcast, reduction and scan", 2009.
pub fn double_tree(count: usize) -> Vec<(usize, usize)> {
    let mut edges = Vec::with_capacity(2 * count.saturating_sub(1));
    for place in 1..count {
        let bit = 1usize << place.trailing_zeros();
        let up = (place ^ bit) | (bit << 1);
        let parent = if up >= count { place ^ bit } else { up };
        edges.push((place, parent));
        let other = |place: usize| if count.is_multiple_of(2) { count - 1 - place } else { (place + 1) % count };
        edges.push((other(place), other(parent)));
    }
    edges
}

/// The step of a vertex that has only one, where it leads to what forwards.
fn only_step(topology: &Topology, vertex: VertexIndex) -> Option<Hop> {
    match topology.row(vertex) {
        [hop] if topology.vertices().get(hop.to as usize).is_some_and(|vertex| vertex.transit) => Some(*hop),
        _ => None,
    }
}

/// The only steps of two vertices, where each has one: all between them goes that way.
fn only_hops(topology: &Topology, from: VertexIndex, to: VertexIndex) -> Option<(Hop, Hop)> {
    // Not where one is the other's: then nothing lies between.
    only_step(topology, from).zip(only_step(topology, to)).filter(|(up, _)| up.to != to && !topology.has_hosts())
}

/// The shares of a flow between vertices with one step each, by those between the switches they hang on.
fn whole<'a>(topology: &'a Topology, up: Hop, down: Hop, between: &'a [(ArcIndex, f64)]) -> impl Iterator<Item = (ArcIndex, f64)> + 'a {
    // The last hop comes last.
    let ends = |arc: ArcIndex| topology.arc_ends(arc).is_some_and(|[_, end]| end == down.to);
    let last = between.iter().rev().take_while(|(arc, _)| ends(*arc)).count();
    let arrived = if between.is_empty() { 1.0 } else { between.iter().skip(between.len() - last).fold(0.0, |sum, (_, share)| sum + share) };
    std::iter::once((up.arc, 1.0)).chain(between.iter().copied()).chain([(down.arc ^ 1, arrived)])
}

/// [`only_step`] of every vertex, to [`NOWHERE`] where there is none. Time: O(vertices).
fn only_steps(topology: &Topology) -> Vec<Hop> {
    (0..topology.vertices().len() as u32).map(|vertex| only_step(topology, vertex).unwrap_or(Hop { to: NOWHERE, arc: 0 })).collect()
}

/// What one channel gets by itself, where each of its ends has one step only: the level at which the first arc is full, without filling the others.
/// Time: O(shares).
fn alone(topology: &Topology, paths: &mut Paths, pairs: &Pairs, capacity_of: impl Fn(&Edge) -> f64) -> Option<Channels> {
    if topology.has_hosts() {
        return None;
    }
    let steps = only_steps(topology);
    let mut flows = Vec::with_capacity(pairs.len());
    for (from, to) in pairs.iter().filter(|(from, to)| from != to) {
        let (up, down) = (*steps.get(*from as usize)?, *steps.get(*to as usize)?);
        if up.to == NOWHERE || down.to == NOWHERE || up.to == *to {
            return None;
        }
        flows.push((up, down));
    }
    let (mut routes, mut split) = (Routes::new(topology), Split::default());
    let mut found = Channels { of: 1, ..Channels::default() };
    let mut load = vec![0.0f64; topology.edges().len() * 2];
    let mut add = |arc: ArcIndex, share: f64| {
        if let Some(load) = load.get_mut(arc as usize) {
            *load += share;
        }
    };
    for (up, down) in &flows {
        // Mostly neighbours hang on one switch.
        if up.to == down.to {
            add(up.arc, 1.0);
            add(down.arc ^ 1, 1.0);
            continue;
        }
        let Ok(between) = paths.of(&mut routes, &mut split, up.to, down.to) else { return Some(found) };
        whole(topology, *up, *down, between).for_each(|(arc, share)| add(arc, share));
    }
    // Which arcs are full first.
    let mut first = f64::INFINITY;
    let mut full: Vec<ArcIndex> = Vec::new();
    for (at, (edge, loads)) in topology.edges().iter().zip(load.chunks_exact(2)).enumerate() {
        for (way, load) in loads.iter().enumerate().filter(|(_, load)| **load > 0.0) {
            found.unknown |= !edge.rate_known;
            let level = capacity_of(edge).max(0.0) / load;
            if level < first {
                first = level;
                full.clear();
            }
            if level == first {
                full.push((2 * at + way) as u32);
            }
        }
    }
    if first <= 0.0 || !first.is_finite() {
        return Some(found);
    }
    let is_full = |arc: ArcIndex| full.binary_search(&arc).is_ok();
    for (up, down) in &flows {
        let bottleneck = if up.to == down.to {
            [up.arc, down.arc ^ 1].into_iter().find(|arc| is_full(*arc))
        } else {
            let Ok(between) = paths.of(&mut routes, &mut split, up.to, down.to) else { break };
            whole(topology, *up, *down, between).map(|(arc, _)| arc).find(|arc| is_full(*arc))
        };
        if let Some(arc) = bottleneck {
            (found.count, found.rate, found.bottleneck) = (1, first, Some(arc));
            break;
        }
    }
    Some(found)
}

/// The rings of many groups at once: what the slowest group gets while all send.
pub fn rings(context: &Context, groups: &[Group]) -> Channels {
    slowest(among(context, groups.iter().map(|group| ring_channels(group, 1)).collect(), family(groups)))
}

/// The double binary trees of many groups at once.
pub fn trees(context: &Context, groups: &[Group]) -> Channels {
    slowest(among(context, groups.iter().map(tree_channels).collect(), family(groups)))
}

/// Every rank of a list to the next one in it, in all lists at once: what the slowest of them gets.
pub fn chains(context: &Context, lists: &[Vec<VertexIndex>], family: Family) -> Channels {
    let chain = |list: &Vec<VertexIndex>| vec![list.iter().copied().zip(list.iter().copied().skip(1)).collect::<Pairs>()];
    slowest(among(context, lists.iter().map(chain).collect(), family))
}

/// What the slowest rank gets of its domain where each sends to the next, all groups at once, over the routes of the fabric: for domains whose
/// neighbours are not joined directly.
pub fn inside(context: &Context, groups: &[Group]) -> Channels {
    let domains = groups.iter().flat_map(|group| &group.domains).filter(|domain| domain.len() > 1);
    slowest(among(context, domains.map(|ranks| vec![round(ranks, 1)]).collect(), family(groups)))
}

fn family(groups: &[Group]) -> Family {
    groups.first().map_or(Family::Other, |group| group.family)
}

/// What flows of some amounts put on each arc, split as the routing in force splits them; `None` where one has no route.
///
/// Time: that of following each flow, once for flows between the same two switches where paths are the shortest.
pub fn loads(context: &Context, flows: impl Iterator<Item = (VertexIndex, VertexIndex, f64)>) -> Option<Vec<f64>> {
    let topology = &context.topology;
    let plain = context.routing.is_plain();
    let mut paths = context.known.paths.take();
    let (mut routes, mut split, mut walk) = (Routes::new(topology), Split::default(), Walk::new(topology, &context.routing));
    let mut load = vec![0.0f64; topology.edges().len() * 2];
    let mut shares = Shares::new();
    let mut lost = false;
    for (key, (from, to, amount)) in flows.enumerate().filter(|(_, (from, to, _))| from != to) {
        shares.clear();
        let routed = match only_hops(topology, from, to).filter(|_| plain) {
            Some((up, down)) => paths.of(&mut routes, &mut split, up.to, down.to).map(|between| shares.extend(whole(topology, up, down, between))),
            None => walk.add(from, to, key as u64 + 1, &mut shares),
        };
        lost |= routed.is_err();
        for (arc, share) in &shares {
            if let Some(load) = load.get_mut(*arc as usize) {
                *load += amount * share;
            }
        }
    }
    context.known.paths.replace(paths);
    (!lost).then_some(load)
}

/// The group that gets least; of equal ones the first.
fn slowest(groups: Vec<Channels>) -> Channels {
    let carried = |channels: &Channels| channels.rate * channels.count as f64;
    groups.into_iter().reduce(|a, b| if b.unknown && !a.unknown || (b.unknown == a.unknown && carried(&b) < carried(&a)) { b } else { a }).unwrap_or_default()
}

/// Max-min rates of all channels at once; then the number of channels that carries most when all carry the same.
fn channels_of(context: &Context, group: &Group, channels: Vec<Pairs>) -> Channels {
    among(context, vec![channels], group.family).pop().unwrap_or_default()
}

/// What an edge carries one way, in GB/s, relative to the share that a library gets of the network's layer, which formulas show.
fn capacity(context: &Context, family: Family) -> impl Fn(&Edge) -> f64 {
    let layer = network_layer(context);
    let named = family.share(layer).value;
    move |edge| edge.gbps / 8.0 * (if edge.layer == layer { named } else { family.share(edge.layer).value }) / named
}

/// As [`channels_of`], for the channels of many groups that send at the same time.
fn among(context: &Context, groups: Vec<Vec<Pairs>>, family: Family) -> Vec<Channels> {
    let ends: Vec<usize> = groups
        .iter()
        .scan(0, |end, group| {
            *end += group.len();
            Some(*end)
        })
        .collect();
    let channels: Vec<Pairs> = groups.into_iter().flatten().collect();
    let topology = &context.topology;
    let capacity_of = capacity(context, family);
    // Kept ways are those of shortest paths, split evenly.
    let plain = context.routing.is_plain();
    let mut paths = context.known.paths.take();
    if let ([pairs], [_]) = (channels.as_slice(), ends.as_slice())
        && plain
        && let Some(found) = alone(topology, &mut paths, pairs, &capacity_of)
    {
        context.known.paths.replace(paths);
        return vec![found];
    }
    let mut routes = Routes::new(topology);
    let mut split = Split::default();
    let mut walk = Walk::new(topology, &context.routing);
    let mut flows = Rows::default();
    let mut of_flow: Vec<u32> = Vec::new();
    let mut lost = vec![false; channels.len()];
    for (channel, pairs) in channels.iter().enumerate() {
        let before = (flows.ends.len(), flows.shares.len());
        for (from, to) in pairs.iter().filter(|(from, to)| from != to) {
            let routed = match only_hops(topology, *from, *to).filter(|_| plain) {
                Some((up, down)) => paths.of(&mut routes, &mut split, up.to, down.to).map(|between| flows.shares.extend(whole(topology, up, down, between))),
                None => walk.add(*from, *to, of_flow.len() as u64 + 1, &mut flows.shares),
            };
            if routed.is_err() {
                // A channel without a route sends nothing and is in nobody's way.
                if let Some(lost) = lost.get_mut(channel) {
                    *lost = true;
                }
                flows.ends.truncate(before.0);
                of_flow.truncate(before.0);
                flows.shares.truncate(before.1);
                break;
            }
            flows.ends.push(flows.shares.len() as u32);
            of_flow.push(channel as u32);
        }
    }

    context.known.paths.replace(paths);

    // Only arcs that are crossed are filled: a large fabric has many more.
    let mut dense = vec![u32::MAX; topology.edges().len() * 2];
    let mut arcs: Vec<ArcIndex> = Vec::new();
    let mut capacity: Vec<Option<f64>> = Vec::new();
    let mut unknown = false;
    for (arc, _) in &mut flows.shares {
        let Some(slot) = dense.get_mut(*arc as usize) else { continue };
        if *slot == u32::MAX {
            *slot = arcs.len() as u32;
            let Some(edge) = topology.edges().get(*arc as usize / 2) else { continue };
            unknown |= !edge.rate_known;
            capacity.push(Some(capacity_of(edge)));
            arcs.push(*arc);
        }
        *arc = *slot;
    }
    // Of each channel the slowest flow counts, of equally slow ones the first: what is filled after all channels have one does not matter.
    let mut rates: Vec<(f64, Option<ArcIndex>)> = lost.iter().map(|lost| (if *lost { 0.0 } else { f64::INFINITY }, None)).collect();
    let mut slowest: Vec<u32> = vec![u32::MAX; rates.len()];
    let mut sending: Vec<bool> = vec![false; rates.len()];
    of_flow.iter().for_each(|channel| sending[*channel as usize] = true);
    let mut open = sending.iter().filter(|sends| **sends).count();
    let mut last = f64::INFINITY;
    fill_until(&flows, &capacity, |flow, rate, arc| {
        let channel = of_flow.get(flow as usize).map_or(0, |channel| *channel as usize);
        if let (Some(slot), Some(first)) = (rates.get_mut(channel), slowest.get_mut(channel)) {
            if *first == u32::MAX {
                open -= 1;
                last = rate;
            }
            if rate < slot.0 || (rate == slot.0 && flow < *first) {
                *slot = (rate, arcs.get(arc as usize).copied());
                *first = flow;
            }
        }
        if open == 0 { last } else { f64::INFINITY }
    });
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(&ends).map(|(start, end)| best_of(rates.get(start..*end).unwrap_or_default(), unknown)).collect()
}

/// The number of channels of a group that carries most when all carry the same.
fn best_of(rates: &[(f64, Option<ArcIndex>)], unknown: bool) -> Channels {
    let of = rates.len();
    // How many channels are at least as fast, for every channel: few rates differ, so that counting is quick.
    let mut best = Channels { of, unknown, ..Channels::default() };
    let mut tried: Vec<f64> = Vec::new();
    for (rate, bottleneck) in rates.iter().filter(|(rate, _)| *rate > 0.0 && rate.is_finite()) {
        if tried.contains(rate) {
            continue;
        }
        tried.push(*rate);
        let count = rates.iter().filter(|(other, _)| *other >= *rate && other.is_finite()).count();
        if *rate * count as f64 > best.rate * best.count as f64 {
            best = Channels { count, rate: *rate, bottleneck: *bottleneck, ..best };
        }
    }
    best
}

/// What is on the links of the scale-out network: the first that is known, of a compute fabric where there is one.
pub fn network_layer(context: &Context) -> Option<LinkLayer> {
    let topology = &context.topology;
    let links = || topology.edges().iter().take(topology.links().len()).filter(|edge| edge.usable);
    let first = |compute: bool| {
        let of_role = links().filter(|edge| !compute || edge.role == FabricRole::Compute);
        of_role.filter_map(|edge| edge.layer).find(|layer| !layer.is_scale_up())
    };
    first(true).or_else(|| first(false))
}

/// Searches for all-to-all stop where they would take more steps than this: about a second natively. A limit of Weft.
const MOST_STEPS: u64 = 300_000_000;

/// Steps that following the traffic toward so many destinations takes, about.
fn effort(context: &Context, destinations: usize) -> u64 {
    let (topology, routing) = (&context.topology, &context.routing);
    let search = (topology.vertices().len() + topology.edges().len()) as u64 * u64::from(routing.turns.modes());
    // What is followed flow by flow takes some dozens of steps for each.
    let flows = if routing.is_even() { 0 } else { 32 * destinations as u64 * u64::from(routing.group_count.max(1)) };
    (destinations as u64).saturating_mul(search + flows)
}

/// From each domain to the one half the design further on, at all places at once; `None` where that is too much to follow.
pub fn half_shift(context: &Context, group: &Group) -> Option<Channels> {
    let steps = effort(context, group.count);
    (steps <= MOST_STEPS).then(|| channels_of(context, group, ring_channels(group, group.domains.len() / 2)))
}

/// What a rank of the smallest domain, which has most to send out, sends altogether when all send equal parts to the ranks of other domains: by its
/// own way, or along rails (`rails`), where parts for a rank leave every other domain by the rank at that one's place; between domains of unlike sizes places
/// count round in the smaller. Loads add up toward each destination from the far end inward, so no flow is enumerated. Where the
/// design is too large for that, no more than the adapters and a cut through the middle allow ([`Channels::of`] is then larger than
/// [`Channels::count`]).
///
/// Several groups exchange at the same time, each within itself.
///
/// Time: O(ranks × (vertices + edges)).
pub fn exchange(context: &Context, groups: &[Group], rails: bool) -> Channels {
    let topology = &context.topology;
    let steps = effort(context, groups.iter().map(|group| group.count).sum());
    if steps > MOST_STEPS {
        return bounded(context, groups);
    }
    let mut walk = Walk::new(topology, &context.routing);
    let mut load = vec![0.0f64; topology.edges().len() * 2];
    let places = groups.iter().map(|group| group.sizes().1).max().unwrap_or(0);
    let mut amounts: Vec<(VertexIndex, f64)> = Vec::new();
    for (group, home, domain) in groups.iter().flat_map(|group| group.domains.iter().enumerate().map(move |(home, domain)| (group, home, domain))) {
        let part = 1.0 / (group.count - group.sizes().0).max(1) as f64;
        for (place, target) in domain.iter().enumerate() {
            amounts.clear();
            for (_, other) in group.domains.iter().enumerate().filter(|(at, _)| *at != home) {
                if rails {
                    let apart = domain.len().min(other.len()).max(1);
                    let sources = || other.iter().skip(place % apart).step_by(apart);
                    let each = part * other.len() as f64 / sources().count() as f64;
                    amounts.extend(sources().map(|source| (*source, each)));
                } else {
                    amounts.extend(other.iter().map(|source| (*source, part)));
                }
            }
            if walk.pour(*target, &amounts, &mut load).is_err() {
                return Channels { of: places, ..Channels::default() };
            }
        }
    }
    let capacity_of = capacity(context, family(groups));
    let mut least = Channels { count: 1, of: 1, rate: f64::INFINITY, ..Channels::default() };
    for (arc, load) in load.iter().enumerate().filter(|(_, load)| **load > 0.0) {
        let Some(edge) = topology.edges().get(arc / 2) else { continue };
        least.unknown |= !edge.rate_known;
        let rate = capacity_of(edge) / load;
        if rate < least.rate {
            (least.rate, least.bottleneck) = (rate, Some(arc as u32));
        }
    }
    if least.rate.is_finite() { least } else { Channels::default() }
}

/// No more than a rank's own ring channel, and than `4 x bisection / ranks` where one group is all there is: half of what half the ranks send
/// crosses the middle.
fn bounded(context: &Context, groups: &[Group]) -> Channels {
    let ring = rings(context, groups);
    let [group] = groups else {
        let local = groups.iter().map(|group| group.sizes().0).min().unwrap_or(1).max(1);
        return Channels { rate: ring.rate * ring.count as f64 / local as f64, count: usize::from(ring.count > 0), of: 2, ..ring };
    };
    let middle = crate::engine::estimate::bisection::estimate(context).and_then(|estimate| estimate.value());
    let per_rank = ring.rate * ring.count as f64 / group.sizes().0.max(1) as f64;
    let cut = middle.map_or(f64::INFINITY, |middle| 4.0 * middle / 8.0 / group.count.max(1) as f64);
    Channels { rate: per_rank.min(cut), count: usize::from(ring.count > 0), of: 2, ..ring }
}
