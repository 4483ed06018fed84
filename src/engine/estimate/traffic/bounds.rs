//! What no routing could exceed: the volume of the whole fabric, and what cuts let through.
//!
//! Volumetric: every flow takes up its rate on at least as many links as its shortest route has hops, and all links together carry no more
//! than the sum of their rates. Cut: what leaves a part of the fabric shares the links that leave it. The rate that all flows can have at once
//! is at most the least of both (W. Dally, B. Towles, *Principles and Practices of Interconnection Networks*, 2004, 3.3; S. A. Jyothi et al.,
//! "Measuring and understanding throughput of network topologies", 2016).

use super::demands::Demands;
use crate::engine::context::Context;
use crate::engine::estimate::bisection;
use crate::engine::topology::EdgeIndex;

/// A cut that holds traffic back.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    /// What crosses it in one direction, in Gb/s.
    pub capacity: f64,
    /// What wants to cross it when every flow sends 1 (or what it wants).
    pub demand: f64,
    /// Where it is, in words.
    pub words: String,
    /// What crosses it.
    pub edges: Vec<EdgeIndex>,
}

/// Capacity of all links in both directions, in Gb/s; `None` where a rate is not known.
pub fn volume(context: &Context) -> Option<f64> {
    let mut sum = 0.0;
    for edge in context.topology.edges().iter().filter(|edge| edge.usable) {
        if !edge.rate_known {
            return None;
        }
        sum += 2.0 * edge.gbps;
    }
    Some(sum)
}

/// The cut that lets least through for what wants to cross it, among: each endpoint, each node, what hangs together below each tier, and the
/// halves of the bisection. Time: O(tiers × edges + flows × tiers).
pub fn least_cut(context: &Context, demands: &Demands) -> Option<Cut> {
    let topology = &context.topology;
    let mut best: Option<Cut> = None;
    let mut place_of = vec![0u32; topology.vertices().len()];
    for place in 0..topology.nodes().len() {
        for vertex in topology.vertices_at(place) {
            if let Some(slot) = place_of.get_mut(vertex as usize) {
                *slot = place as u32;
            }
        }
    }
    let vertices: Vec<u32> = (0..topology.vertices().len() as u32).collect();
    examine(context, demands, &vertices, &mut best, |context, vertex| {
        let element = topology.element_of(context.design, context.catalog, vertex);
        element.map_or_else(String::new, |element| match element.inside {
            Some(inside) => format!("{}/{inside}", context.name(element.node)),
            None => context.name(element.node),
        })
    });
    examine(context, demands, &place_of, &mut best, |context, place| topology.nodes().get(place as usize).map_or_else(String::new, |node| context.name(*node)));
    let highest = topology.nodes().iter().filter_map(|node| context.tiers.tier(*node)).max().unwrap_or(0);
    for tier in 2..=highest {
        let roots = below(context, &place_of, tier);
        let label: Vec<u32> = place_of.iter().map(|place| roots.get(*place as usize).copied().unwrap_or(*place)).collect();
        examine(context, demands, &label, &mut best, |context, root| {
            let members = roots.iter().filter(|other| **other == root).count();
            let first = topology.nodes().get(root as usize).map_or_else(String::new, |node| context.name(*node));
            if members > 1 { format!("{first} and {} that hang together with it below tier {tier}", members - 1) } else { first }
        });
    }
    if let Some(sides) = bisection::sides(context) {
        let label: Vec<u32> = place_of.iter().map(|place| u32::from(sides.get(*place as usize).copied().unwrap_or(2))).collect();
        examine(context, demands, &label, &mut best, |_, side| match side {
            0 => "the first half of the fabric".to_owned(),
            1 => "the second half of the fabric".to_owned(),
            _ => "what hangs apart".to_owned(),
        });
    }
    best
}

/// By place of a node: the least place among those it hangs together with when nodes of `tier` and above are gone.
fn below(context: &Context, place_of: &[u32], tier: u8) -> Vec<u32> {
    let topology = &context.topology;
    let stays: Vec<bool> = topology.nodes().iter().map(|node| context.tiers.tier(*node).is_some_and(|of| of < tier)).collect();
    let mut root: Vec<u32> = (0..stays.len() as u32).collect();
    fn find(root: &mut [u32], mut one: u32) -> u32 {
        while let Some(up) = root.get(one as usize).copied().filter(|up| *up != one) {
            let next = root.get(up as usize).copied().unwrap_or(up);
            if let Some(slot) = root.get_mut(one as usize) {
                *slot = next;
            }
            one = next;
        }
        one
    }
    for edge in topology.edges().iter().filter(|edge| edge.usable) {
        let [Some(a), Some(b)] = edge.ends.map(|end| place_of.get(end as usize).copied()) else { continue };
        let stays = |place: u32| stays.get(place as usize).copied().unwrap_or(false);
        if a != b && stays(a) && stays(b) {
            let (a, b) = (find(&mut root, a), find(&mut root, b));
            if let Some(slot) = root.get_mut(a.max(b) as usize) {
                *slot = a.min(b);
            }
        }
    }
    (0..root.len() as u32).map(|place| find(&mut root, place)).collect()
}

/// Looks at the parts that labels make of the fabric; a part with a link of unknown rate lets through nobody knows what.
fn examine(context: &Context, demands: &Demands, label: &[u32], best: &mut Option<Cut>, name: impl Fn(&Context, u32) -> String) {
    let topology = &context.topology;
    let parts = label.iter().max().map_or(0, |most| *most as usize + 1);
    let mut capacity = vec![0.0f64; parts];
    let mut unknown = vec![false; parts];
    let ends = |edge: &crate::engine::topology::Edge| {
        let [a, b] = edge.ends.map(|end| label.get(end as usize).copied());
        a.zip(b).filter(|(a, b)| edge.usable && a != b)
    };
    for edge in topology.edges() {
        let Some((a, b)) = ends(edge) else { continue };
        for part in [a, b] {
            if let (Some(sum), Some(unknown)) = (capacity.get_mut(part as usize), unknown.get_mut(part as usize)) {
                *sum += edge.gbps;
                *unknown |= !edge.rate_known;
            }
        }
    }
    let across = demands.across(label, parts);
    let mut found: Option<(f64, usize, usize)> = None;
    for (side, sums) in across.iter().enumerate() {
        for (part, demand) in sums.iter().enumerate().filter(|(_, demand)| **demand > 0.0) {
            if unknown.get(part).copied().unwrap_or(true) {
                continue;
            }
            let rate = capacity.get(part).copied().unwrap_or(0.0) / demand;
            if found.is_none_or(|(least, ..)| rate < least) {
                found = Some((rate, side, part));
            }
        }
    }
    let Some((rate, side, part)) = found else { return };
    // Of equal cuts the smaller part says more.
    if best.as_ref().is_some_and(|best| best.capacity / best.demand <= rate * (1.0 + 1e-9)) {
        return;
    }
    let edges = (0u32..).zip(topology.edges()).filter(|(_, edge)| ends(edge).is_some_and(|(a, b)| a == part as u32 || b == part as u32));
    *best = Some(Cut {
        capacity: capacity.get(part).copied().unwrap_or(0.0),
        demand: across.get(side).and_then(|sums| sums.get(part)).copied().unwrap_or(0.0),
        words: format!("{} {}", if side == 0 { "out of" } else { "into" }, name(context, part as u32)),
        edges: edges.map(|(edge, _)| edge).collect(),
    });
}
