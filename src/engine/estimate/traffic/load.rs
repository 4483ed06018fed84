//! What traffic puts on every arc, and the rates that go with it.

use super::demands::{Demands, Flow};
use crate::engine::context::Context;
use crate::engine::estimate::fill::{Pieces, Rows, fill_pieces, fill_until};
use crate::engine::estimate::flows::{Demand, Trouble, capacities, route_all};
use crate::engine::estimate::walk::Walk;
use crate::engine::failures::spread::Spread;
use crate::engine::failures::symmetry::{Labels, Rows as Sorted, orbits};
use crate::engine::routing::{Equal, InForce};
use crate::engine::topology::{ArcIndex, Topology, VertexIndex};
use crate::model::LinkId;
use crate::units::grouped;

/// Flows are followed as long as they touch no more arcs than this (16 bytes each); those that are split evenly longer, as long as what differs
/// between them touches no more. A limit of Weft.
const MOST_SHARES: usize = 16_000_000;
/// Searches stop where they would take more steps than this: some seconds. A limit of Weft.
const MOST_STEPS: u64 = 1_500_000_000;
/// Uniform patterns of no more flows than this are followed flow by flow where flows of one pair are not alike.
const MOST_HASHED: u64 = 2_000_000;
/// Flows are routed in pieces of so many, so that what is routed lies in memory once.
const PIECE: usize = 512;
/// An arc as full as this is full.
const FULL: f64 = 1.0 - 1e-9;

/// What traffic puts on arcs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loads {
    /// The rate of the slowest flow, in Gb/s.
    pub least: f64,
    /// All flows together, in Gb/s.
    pub total: f64,
    /// The least share that a flow gets of what it wants; [`Loads::least`] where flows take what they get.
    pub share: f64,
    /// Why these are not known.
    pub trouble: Option<String>,
    /// What holds the slowest flow back.
    pub first: Option<ArcIndex>,
    /// Full arcs, with how many flows each holds back.
    pub full: Vec<(ArcIndex, u64)>,
    /// What is on every arc, in Gb/s; empty where that is not known.
    pub arcs: Vec<f64>,
    /// Flows, or what they want, times hops.
    pub volume: f64,
    /// How they are routed, in words.
    pub routing: String,
}

impl Loads {
    /// What a pattern puts on arcs by the routing in force.
    pub(super) fn of(context: &Context, demands: &Demands) -> Self {
        let found = match demands {
            Demands::Each(flows) => Self { routing: context.routing.words().to_owned(), ..each(context, flows) },
            Demands::Even { rails, hot } => even(context, demands, rails, *hot),
        };
        // Longer routes than there must be say nothing of what no routing could exceed.
        Self { volume: if context.routing.takes_fewest() { found.volume } else { 0.0 }, ..found }
    }

    /// What is on the fuller direction of each link and what it could carry, in Gb/s, in the order of [`Topology::links`]; 0 for a
    /// capacity that is not known.
    pub fn links<'t>(&'t self, topology: &'t Topology) -> impl Iterator<Item = (LinkId, [f32; 2])> + 't {
        (0u32..).zip(topology.links()).map(|(edge, link)| (*link, self.edge(topology, edge)))
    }

    /// The same of an edge, a link or wires inside a system.
    pub fn edge(&self, topology: &Topology, edge: u32) -> [f32; 2] {
        let on = |arc: usize| self.arcs.get(arc).copied().unwrap_or(0.0);
        let carried = on(2 * edge as usize).max(on(2 * edge as usize + 1));
        let possible = topology.edges().get(edge as usize).filter(|edge| edge.rate_known).map_or(0.0, |edge| edge.gbps);
        [carried as f32, possible as f32]
    }

    fn unknown(words: impl Into<String>) -> Self {
        Self { trouble: Some(words.into()), ..Self::default() }
    }
}

/// Flows each for itself, max-min fair.
fn each(context: &Context, flows: &[Flow]) -> Loads {
    let (topology, routing) = (&context.topology, &context.routing);
    let arcs = topology.edges().len() * 2;
    let mut capacity = capacities(topology);
    let mut rows = Rows::default();
    let (mut lost, mut unknown, mut volume) = (0u64, 0u64, 0.0);
    let mut taken: Vec<&Flow> = Vec::with_capacity(flows.len());
    // A hash depends on a flow's number, so flows that keep one path are routed together; their shares are few.
    for piece in flows.chunks(if routing.is_even() { PIECE } else { flows.len().max(1) }) {
        let demands: Vec<Result<Demand, Trouble>> = piece.iter().map(|flow| Ok(Demand { from: flow.from, to: flow.to, path: None })).collect();
        let routed = route_all(topology, &demands, routing);
        for (place, (flow, trouble)) in piece.iter().zip(&routed.trouble).enumerate() {
            if trouble.is_some() {
                lost += 1;
                continue;
            }
            let shares = routed.rows.flow(place);
            unknown += u64::from(shares.iter().any(|(arc, _)| capacity.get(*arc as usize).is_some_and(Option::is_none)));
            volume += flow.wants.unwrap_or(1.0) * shares.iter().map(|(_, share)| share).sum::<f64>();
            rows.shares.extend_from_slice(shares);
            if let Some(wants) = flow.wants {
                // What a flow wants holds it back like an arc of its own.
                rows.shares.push((capacity.len() as u32, 1.0));
                capacity.push(Some(wants));
            }
            rows.ends.push(rows.shares.len() as u32);
            taken.push(flow);
        }
        if rows.shares.len() > MOST_SHARES {
            return if routing.is_even() { by_pieces(context, flows) } else { too_many(flows) };
        }
    }
    let mut rates = vec![(0.0f64, u32::MAX); taken.len()];
    fill_until(&rows, &capacity, |flow, rate, arc| {
        if let Some(slot) = rates.get_mut(flow as usize) {
            *slot = (rate, arc);
        }
        f64::INFINITY
    });

    let mut carried = vec![0.0; arcs];
    for (at, (rate, _)) in rates.iter().enumerate() {
        for (arc, share) in rows.flow(at) {
            if let Some(load) = carried.get_mut(*arc as usize) {
                *load += share * rate;
            }
        }
    }
    told(flows, &taken, &rates, carried, volume, [lost, unknown])
}

fn too_many(flows: &[Flow]) -> Loads {
    Loads::unknown(format!("{} flows take too many paths to follow them all", grouped(flows.len() as u64)))
}

/// The same where every flow is split evenly over very many arcs: what they put on the arcs of a hop is mostly the same for many, and kept once.
fn by_pieces(context: &Context, flows: &[Flow]) -> Loads {
    let (topology, routing) = (&context.topology, &context.routing);
    let arcs = topology.edges().len() * 2;
    let mut capacity = capacities(topology);
    let mut pieces = Pieces::default();
    let (mut lost, mut unknown, mut volume) = (0u64, 0u64, 0.0);
    let mut taken: Vec<&Flow> = Vec::with_capacity(flows.len());
    let mut walk = Walk::new(topology, routing);
    let (mut shares, mut hops) = (Vec::new(), Vec::new());
    for flow in flows {
        shares.clear();
        if walk.add_by_hop(flow.from, flow.to, &mut shares, &mut hops).is_err() {
            lost += 1;
            continue;
        }
        unknown += u64::from(shares.iter().any(|(arc, _)| capacity.get(*arc as usize).is_some_and(Option::is_none)));
        volume += flow.wants.unwrap_or(1.0) * shares.iter().map(|(_, share)| share).sum::<f64>();
        let mut begin = 0;
        for end in &hops {
            pieces.add(shares.get(begin..*end as usize).unwrap_or_default());
            begin = *end as usize;
        }
        if let Some(wants) = flow.wants {
            pieces.add(&[(capacity.len() as u32, 1.0)]);
            capacity.push(Some(wants));
        }
        pieces.end();
        taken.push(flow);
        if pieces.size() > MOST_SHARES {
            return too_many(flows);
        }
    }
    let rates: Vec<(f64, u32)> =
        fill_pieces(&pieces, &capacity).into_iter().map(|(rate, arc)| if rate.is_finite() { (rate, arc) } else { (0.0, u32::MAX) }).collect();
    let mut through = vec![0.0; pieces.count()];
    for (at, (rate, _)) in rates.iter().enumerate() {
        for piece in pieces.flow(at) {
            if let Some(through) = through.get_mut(*piece as usize) {
                *through += rate;
            }
        }
    }
    let mut carried = vec![0.0; arcs];
    for (piece, through) in (0u32..).zip(through) {
        for (arc, share) in pieces.piece(piece) {
            if let Some(load) = carried.get_mut(*arc as usize) {
                *load += share * through;
            }
        }
    }
    told(flows, &taken, &rates, carried, volume, [lost, unknown])
}

/// What flows with these rates get. `missing` counts those without a route, and those over a link of unknown rate.
fn told(flows: &[Flow], taken: &[&Flow], rates: &[(f64, u32)], carried: Vec<f64>, volume: f64, missing: [u64; 2]) -> Loads {
    let arcs = carried.len();
    let mut found = Loads { least: f64::INFINITY, share: f64::INFINITY, volume, arcs: carried, ..Loads::default() };
    let mut held = vec![0u64; arcs];
    for (flow, (rate, arc)) in taken.iter().zip(rates) {
        found.total += rate;
        if let Some(count) = held.get_mut(*arc as usize) {
            *count += 1;
        }
        if *rate < found.least {
            (found.least, found.first) = (*rate, Some(*arc).filter(|arc| (*arc as usize) < arcs));
        }
        found.share = found.share.min(rate / flow.wants.unwrap_or(1.0));
    }
    found.full = (0u32..).zip(held).filter(|(_, count)| *count > 0).collect();
    let [lost, unknown] = missing;
    if lost + unknown > 0 {
        let several = |count: u64, what: &str| format!("{} of {} flows {what}", grouped(count), grouped(flows.len() as u64));
        found.trouble = Some(if lost > 0 { several(lost, "have no route") } else { several(unknown, "cross a link of unknown rate") });
    }
    if !found.least.is_finite() {
        (found.least, found.share) = (0.0, 0.0);
    }
    found
}

/// A uniform pattern: all flows at one multiple, so that the first full arc decides.
fn even(context: &Context, demands: &Demands, rails: &[Vec<VertexIndex>], hot: Option<VertexIndex>) -> Loads {
    let (topology, routing) = (&context.topology, &context.routing);
    let flows = demands.count();
    let splits = routing.equal == Equal::Split;
    let said = if splits || flows <= MOST_HASHED {
        routing.words().to_owned()
    } else {
        format!("{}; here split evenly at each hop, for {} flows are too many to follow one by one", routing.words(), grouped(flows))
    };
    let by_classes = || by_classes(topology, routing, rails);
    let one_by_one = || (flows <= MOST_HASHED).then(|| one_by_one(topology, routing, rails));
    let Some((mut load, apart)) = (if splits { by_classes().or_else(one_by_one) } else { one_by_one().or_else(by_classes) }) else {
        return Loads { routing: said, ..Loads::unknown(format!("{} flows without symmetry are too many to follow", grouped(flows))) };
    };
    let extra = demands.extra();
    if let Some(hot) = hot {
        let mut walk = Walk::new(topology, routing);
        walk.aim(hot);
        let sources = rails.iter().flatten().filter(|source| **source != hot && walk.reaches(**source)).map(|source| (*source, extra));
        let sources: Vec<(VertexIndex, f64)> = sources.collect();
        // What has no route was left out.
        let _ = walk.pour(hot, &sources, &mut load);
    }
    let mut found = Loads { volume: load.iter().sum(), routing: said, ..Loads::default() };
    let mut least: Option<(f64, u32)> = None;
    for (arc, load) in (0u32..).zip(&load).filter(|(_, load)| **load > 0.0) {
        let Some(edge) = topology.edges().get(arc as usize / 2) else { continue };
        if !edge.rate_known {
            found.trouble = Some("a link that is crossed has no known rate".to_owned());
            return found;
        }
        let rate = edge.gbps / load;
        if least.is_none_or(|(known, _)| rate < known) {
            least = Some((rate, arc));
        }
    }
    if apart > 0 {
        found.trouble = Some(format!("{} of {} flows have no route", grouped(apart), grouped(flows)));
    }
    let Some((rate, arc)) = least else { return found };
    let sending = flows.saturating_sub(apart) as f64 + extra * rails.first().map_or(0, Vec::len).saturating_sub(1) as f64;
    (found.least, found.share, found.first, found.total) = (rate, rate, Some(arc), rate * sending);
    let full = |(arc, load): &(u32, &f64)| **load > 0.0 && topology.edges().get(*arc as usize / 2).is_some_and(|edge| **load * rate >= edge.gbps * FULL);
    found.full = (0u32..).zip(&load).filter(full).map(|(arc, _)| (arc, 0)).collect();
    load.iter_mut().for_each(|load| *load *= rate);
    found.arcs = load;
    found
}

/// Loads of a uniform pattern by verified symmetries, and the pairs without a route; `None` where that is too much to follow.
fn by_classes(topology: &Topology, routing: &InForce, rails: &[Vec<VertexIndex>]) -> Option<(Vec<f64>, u64)> {
    let mut rail_of = vec![0u64; topology.vertices().len()];
    for (rail, members) in (1u64..).zip(rails) {
        for member in members {
            if let Some(slot) = rail_of.get_mut(*member as usize) {
                *slot = rail;
            }
        }
    }
    let rate = |edge: u32| topology.edges().get(edge as usize).map_or(0, |edge| if edge.rate_known { edge.gbps.to_bits() } else { u64::MAX });
    let rail = |vertex: VertexIndex| rail_of.get(vertex as usize).copied().unwrap_or(0) << 32;
    let labels = Labels::of(topology, |vertex| rail(vertex) | routing.label(vertex), |edge| rate(edge) ^ routing.edge_label(edge));
    let found = orbits(topology, &Sorted::of(topology), &labels);
    let classes = rails.iter().flatten().filter(|vertex| found.vertex.get(**vertex as usize) == Some(vertex)).count() as u64;
    let steps = classes.saturating_mul(
        (topology.vertices().len() + 2 * topology.edges().len()) as u64 * u64::from(routing.turns.modes()) * (1 + u64::from(routing.group_count)),
    );
    (steps <= MOST_STEPS).then(|| Spread::new(topology, routing).even(rails, &found))
}

/// The same, flow by flow: what is on every arc, and how many pairs have no route. Time and space: O(flows × hops).
pub(in crate::engine) fn one_by_one(topology: &Topology, routing: &InForce, rails: &[Vec<VertexIndex>]) -> (Vec<f64>, u64) {
    let mut load = vec![0.0f64; topology.edges().len() * 2];
    let all = || rails.iter().flat_map(|rail| rail.iter().flat_map(move |to| rail.iter().filter(move |from| *from != to).map(move |from| (*from, *to))));
    let demands: Vec<Result<Demand, Trouble>> = all().map(|(from, to)| Ok(Demand { from, to, path: None })).collect();
    let routed = route_all(topology, &demands, routing);
    for (arc, share) in &routed.rows.shares {
        if let Some(load) = load.get_mut(*arc as usize) {
            *load += share;
        }
    }
    (load, routed.trouble.iter().flatten().count() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::engine::templates::generate;
    use crate::units::SortedMap;

    #[test]
    fn flows_by_pieces_load_what_flows_one_by_one_do() {
        let catalog = Catalog::builtin();
        let values: SortedMap<String, String> = [("k".to_owned(), "8".to_owned())].into_iter().collect();
        let mut design = generate("fat-tree", &values, &catalog).unwrap_or_default();
        let gone = design.links.ids().nth(150);
        gone.into_iter().for_each(|link| design.links.set(link, None));
        let context = Context::new(&design, &catalog);
        let ends = context.topology.endpoints();
        assert_eq!(ends.len(), 128);
        for shift in [1, 5, 64] {
            let wants = |at: usize| (shift == 5).then_some(50.0 + at as f64);
            let flows: Vec<Flow> = (0..128).map(|at| Flow { from: ends[at], to: ends[(at + shift) % 128], wants: wants(at) }).collect();
            let (plain, pieces) = (each(&context, &flows), by_pieces(&context, &flows));
            let near = |one: f64, other: f64| (one - other).abs() <= 1e-9 * one.abs().max(1.0);
            assert!(near(plain.least, pieces.least) && near(plain.total, pieces.total) && near(plain.share, pieces.share) && near(plain.volume, pieces.volume));
            assert!(plain.arcs.iter().zip(&pieces.arcs).all(|(one, other)| near(*one, *other)), "{shift}");
            assert!(plain.least > 0.0 && plain.trouble == pieces.trouble);
        }
    }
}
