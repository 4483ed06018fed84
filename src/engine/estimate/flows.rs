//! Rates of flows: who sends to whom, over which routes, and what each gets when all send as fast as they can.

use super::fill::{Rows, Shares, fill_all};
use super::single::Single;
use super::walk::{Walk, seed};
use crate::engine::context::Context;
use crate::engine::forwarders::NONE;
use crate::engine::routes::Routes;
use crate::engine::routing::InForce;
use crate::engine::topology::{ArcIndex, Topology, VertexIndex};
use crate::model::{Element, NodeId, Routing, Subject};
use crate::units::{Gbps, SortedMap, order};

/// Flows as they are asked about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlowSet {
    /// In the order of the question.
    pub flows: Vec<Flow>,
}

/// One flow as it is asked about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flow {
    /// Where it starts: the name of a node, or an element (`n1`, `n1/xpu3`). Names win over ids.
    pub src: String,
    /// Where it ends.
    pub dst: String,
    /// The arcs it takes, where that is given: arc `2 i` is link `i` from its first end to its second, `2 i + 1` the way back.
    pub path: Option<Vec<ArcIndex>>,
}

/// What one flow gets.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowRate {
    /// Where it starts, as it was asked.
    pub src: String,
    /// Where it ends, as it was asked.
    pub dst: String,
    /// Its rate; `None` when there is [`FlowRate::trouble`] or when nothing holds it back.
    pub rate: Option<Gbps>,
    /// What holds it there: a link, or wires inside a system as that system.
    pub bottleneck: Option<Subject>,
    /// Why it has no rate.
    pub trouble: Option<Trouble>,
}

/// Why a flow has no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The source names nothing, or several nodes.
    #[error("the source names no single node of the design")]
    NoSource,
    /// The destination names nothing, or several nodes.
    #[error("the destination names no single node of the design")]
    NoDestination,
    /// Both ends are the same.
    #[error("the flow starts where it ends")]
    SameEnd,
    /// No route leads there.
    #[error("no route leads from source to destination")]
    NoPath,
    /// Forwarding tables that were read from the running fabric do not lead there.
    #[error("the imported forwarding tables do not lead from source to destination")]
    NoEntry,
    /// The path given does not lead from the source to the destination over links that can be used.
    #[error("the path is not a chain of usable links from source to destination")]
    BadPath,
    /// A link on the way has a rate nobody knows.
    #[error("a link on the way has no known rate")]
    UnknownRate,
}

/// Max-min fair rates of a set of flows. Flows with a path of their own take it; the others go by the routing in force ([`Context::routing`]) and
/// choose among equal paths as it says, or as `equal` does:
///
/// * [`Routing::Ecmp`]: each hop splits a flow evenly over all next hops, parallel links separately.
/// * [`Routing::Hash`]: each flow keeps one path; at each hop it takes the next hop whose place in edge order is the
///   SplitMix64 hash of the flow's place in the set (from 1), its source, its destination and the vertex it is at, modulo their number.
/// * [`Routing::Tables`]: the port and the address at either end are chosen so too, and the switches of a fabric go by their forwarding tables.
///
/// Time: O(destinations × (vertices + edges) + shares × log edges).
pub fn rates(context: &Context, set: &FlowSet, equal: impl Into<Option<Routing>>) -> Vec<FlowRate> {
    rates_up_to(context, set, &[], equal.into())
}

/// As [`rates`], where flows take no more than they want, in Gb/s, in the order of the set; a flow without an entry takes whatever it gets.
pub fn rates_up_to(context: &Context, set: &FlowSet, wants: &[Option<f64>], equal: Option<Routing>) -> Vec<FlowRate> {
    let own = equal.map(|equal| InForce::choosing(context.design, &context.topology, &context.tiers, Some(equal)));
    let names = Names::of(context);
    let topology = &context.topology;
    let found: Vec<Result<Demand, Trouble>> = set
        .flows
        .iter()
        .map(|flow| {
            let from = names.vertex(context, &flow.src).ok_or(Trouble::NoSource)?;
            let to = names.vertex(context, &flow.dst).ok_or(Trouble::NoDestination)?;
            if from == to { Err(Trouble::SameEnd) } else { Ok(Demand { from, to, path: flow.path.as_deref() }) }
        })
        .collect();
    let Routed { rows: routed, trouble } = route_all(topology, &found, own.as_ref().unwrap_or(&context.routing));

    let mut capacity = capacities(topology);
    let arcs = capacity.len();
    let mut rows = Rows::default();
    for flow in 0..routed.count() {
        let shares = routed.flow(flow);
        rows.shares.extend_from_slice(shares);
        if let Some(wants) = wants.get(flow).copied().flatten().filter(|_| !shares.is_empty()) {
            // What a flow wants holds it back like an arc of its own.
            rows.shares.push((capacity.len() as u32, 1.0));
            capacity.push(Some(wants));
        }
        rows.ends.push(rows.shares.len() as u32);
    }
    let filled = fill_all(&rows, &capacity);
    set.flows
        .iter()
        .zip(trouble)
        .zip(filled)
        .enumerate()
        .map(|(place, ((flow, trouble), filled))| {
            let unknown = || routed.flow(place).iter().any(|(arc, _)| capacity.get(*arc as usize).is_some_and(Option::is_none));
            let trouble = trouble.or_else(|| unknown().then_some(Trouble::UnknownRate));
            FlowRate {
                src: flow.src.clone(),
                dst: flow.dst.clone(),
                rate: filled.rate.filter(|_| trouble.is_none()).map(Gbps),
                bottleneck: filled.bottleneck.filter(|arc| trouble.is_none() && (*arc as usize) < arcs).and_then(|arc| subject_of(topology, arc)),
                trouble,
            }
        })
        .collect()
}

/// What an arc is about: its link, or the system whose wires it is.
pub(crate) fn subject_of(topology: &Topology, arc: ArcIndex) -> Option<Subject> {
    let wires = || topology.arc_ends(arc).and_then(|[from, _]| topology.vertices().get(from as usize)).map(|vertex| Subject::Node(vertex.node));
    topology.link_of(arc / 2).map(Subject::Link).or_else(wires)
}

/// One flow between vertices.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'a> {
    /// Where it starts.
    pub from: VertexIndex,
    /// Where it ends.
    pub to: VertexIndex,
    /// The arcs it takes, where that is given.
    pub path: Option<&'a [ArcIndex]>,
}

/// The capacity of every arc in Gb/s; `None` where it is not known.
pub fn capacities(topology: &Topology) -> Vec<Option<f64>> {
    topology.edges().iter().flat_map(|edge| [edge.rate_known.then_some(edge.gbps); 2]).collect()
}

/// The share of each demand on each arc. Demands with trouble keep it.
pub fn route(topology: &Topology, demands: &[Result<Demand, Trouble>], routing: &InForce) -> Vec<Result<Shares, Trouble>> {
    let routed = route_all(topology, demands, routing);
    routed.trouble.iter().enumerate().map(|(place, trouble)| trouble.map_or_else(|| Ok(routed.rows.flow(place).to_vec()), Err)).collect()
}

/// The shares of many demands, in their order.
#[derive(Clone, Debug, Default)]
pub struct Routed {
    /// What each puts on arcs; nothing for one with trouble.
    pub rows: Rows,
    /// Why a demand has no route.
    pub trouble: Vec<Option<Trouble>>,
}

/// So few demands are followed one by one: less work than looking at what forwards.
const FEW: usize = 16;

/// As [`route`], all in one list. Flows that keep one path share what is searched by the switch they end at.
pub fn route_all(topology: &Topology, demands: &[Result<Demand, Trouble>], routing: &InForce) -> Routed {
    let mut routed = Routed { trouble: demands.iter().map(|demand| demand.err()).collect(), ..Routed::default() };
    let asked = demands.iter().flatten().filter(|demand| demand.path.is_none()).count();
    let mut single = if asked > FEW { Single::of(topology, routing) } else { None };
    // Those that end at one switch, and of these those that end at one place, come one after the other.
    let mut open: Vec<(u64, u32)> = Vec::with_capacity(asked);
    for (place, demand) in (0u32..).zip(demands) {
        if let Ok(Demand { to, path: None, .. }) = demand {
            let gateway = single.as_ref().map_or(NONE, |single| single.gateway(*to));
            open.push((u64::from(gateway) << 32 | u64::from(*to), place));
        }
    }
    order::sort_by_number(&mut open, |(key, _)| *key);
    let mut walk: Option<Walk> = None;
    let mut made: Shares = Vec::new();
    let mut spans: Vec<(u32, u32)> = vec![(0, 0); demands.len()];
    let mut put = |place: u32, made: &mut Shares, add: &mut dyn FnMut(&mut Shares) -> Result<(), Trouble>| {
        let start = made.len();
        let outcome = add(made);
        if let (Some(trouble), Some(span)) = (routed.trouble.get_mut(place as usize), spans.get_mut(place as usize)) {
            *trouble = outcome.err();
            *span = (start as u32, made.len() as u32);
        }
    };
    for run in open.chunk_by(|(a, _), (b, _)| a >> 32 == b >> 32) {
        for (at, (key, place)) in run.iter().enumerate() {
            let (Some(Ok(demand)), to) = (demands.get(*place as usize), *key as VertexIndex) else { continue };
            let hash = u64::from(*place) + 1;
            match single.as_mut().filter(|_| key >> 32 != u64::from(NONE)) {
                Some(single) => {
                    single.aim(to);
                    put(*place, &mut made, &mut |made| single.add(demand.from, seed(demand.from, to, hash), run.len() - at, made));
                }
                None => {
                    let walk = walk.get_or_insert_with(|| Walk::new(topology, routing));
                    if [at.checked_sub(1), Some(at + 1)].into_iter().flatten().any(|other| run.get(other).is_some_and(|(other, _)| other == key)) {
                        walk.aim(to);
                    }
                    put(*place, &mut made, &mut |made| walk.add(demand.from, to, hash, made));
                }
            }
        }
    }
    for (place, demand) in (0u32..).zip(demands) {
        if let Ok(Demand { from, to, path: Some(path) }) = demand {
            put(place, &mut made, &mut |made| along(topology, *from, *to, path).map(|shares| made.extend(shares)));
        }
    }
    routed.rows = Rows { ends: Vec::with_capacity(demands.len()), shares: Shares::with_capacity(made.len()) };
    for (start, end) in spans {
        routed.rows.shares.extend_from_slice(made.get(start as usize..end as usize).unwrap_or_default());
        routed.rows.ends.push(routed.rows.shares.len() as u32);
    }
    routed
}

/// A path given by its arcs. An arc that occurs twice counts twice.
fn along(topology: &Topology, from: VertexIndex, to: VertexIndex, path: &[ArcIndex]) -> Result<Shares, Trouble> {
    let mut here = from;
    let mut shares: SortedMap<ArcIndex, f64> = SortedMap::new();
    for (place, arc) in path.iter().enumerate() {
        let passes = place == 0 || topology.vertices().get(here as usize).is_some_and(|vertex| vertex.transit);
        let usable = topology.edges().get(*arc as usize / 2).is_some_and(|edge| edge.usable);
        let Some([start, end]) = topology.arc_ends(*arc).filter(|[start, _]| *start == here && passes && usable) else { return Err(Trouble::BadPath) };
        debug_assert_eq!(start, here);
        *shares.entry(*arc).or_default() += 1.0;
        here = end;
    }
    if here == to { Ok(shares.into_iter().collect()) } else { Err(Trouble::BadPath) }
}

/// Nodes by name; `None` for a name that several have.
#[derive(Debug)]
pub struct Names<'a>(SortedMap<&'a str, Option<NodeId>>);

impl<'a> Names<'a> {
    /// The names of a design. Time: O(nodes log nodes).
    pub fn of(context: &Context<'a>) -> Self {
        let mut names = SortedMap::new();
        for (id, node) in context.design.nodes.iter().filter(|(_, node)| !node.name.is_empty()) {
            match names.get_mut(node.name.as_str()) {
                Some(single) => *single = None,
                None => drop(names.insert(node.name.as_str(), Some(id))),
            }
        }
        Self(names)
    }

    /// What a text names: a node by its name, something inside it (`dgx-1/xpu3`), or an element by its id. Names win over ids.
    pub fn element(&self, text: &str) -> Option<Element> {
        match self.0.get(text) {
            Some(named) => Some(Element { node: (*named)?, inside: None }),
            None => match text.rsplit_once('/').and_then(|(node, inside)| Some((self.0.get(node).copied().flatten()?, inside))) {
                Some((node, inside)) => Some(Element { node, inside: Some(inside.to_owned()) }),
                None => text.parse().ok(),
            },
        }
    }

    /// The vertex that a text names.
    pub fn vertex(&self, context: &Context, text: &str) -> Option<VertexIndex> {
        context.topology.vertex_of(context.design, context.catalog, &self.element(text)?)
    }
}

/// Histograms over all ordered pairs of endpoints.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PairHistograms {
    /// Pairs by hops.
    pub hops: SortedMap<u32, u64>,
    /// Pairs by the least latency over equal shortest paths, in thousandths of a nanosecond.
    pub latency_ps: SortedMap<u64, u64>,
    /// Pairs by the number of equal shortest paths.
    pub paths: SortedMap<u128, u64>,
    /// Pairs without a route.
    pub apart: u64,
}

/// Hops, latencies and path counts of all ordered pairs of endpoints, one search per endpoint. Latency is the sum of `edge`
/// over the arcs of a path and of `passing` over the vertices passed.
///
/// Time: O(endpoints × (vertices + edges)): for small designs, tests and the command line.
pub fn pair_histograms(topology: &Topology, edge: impl Fn(ArcIndex) -> f64, passing: impl Fn(VertexIndex) -> f64) -> PairHistograms {
    let mut found = PairHistograms::default();
    let mut routes = Routes::new(topology);
    for target in topology.endpoints() {
        routes.toward(*target);
        let counts = routes.path_counts();
        let sums = routes.sums(&edge, &passing);
        for source in topology.endpoints().iter().filter(|source| *source != target) {
            let Some(hops) = routes.hops(*source) else {
                found.apart += 1;
                continue;
            };
            *found.hops.entry(hops).or_default() += 1;
            *found.paths.entry(counts[*source as usize]).or_default() += 1;
            *found.latency_ps.entry((sums[*source as usize][0] * 1000.0).round() as u64).or_default() += 1;
        }
    }
    found
}

/// [`all_to_all_by`] shortest paths, split evenly at each hop.
pub fn all_to_all(topology: &Topology) -> Option<(Gbps, ArcIndex)> {
    all_to_all_by(topology, &InForce::default())
}

/// The rate that every ordered pair of endpoints gets when all send to all at once by a routing: the least, over arcs,
/// of capacity over the number of pairs that cross it. `None` when there are no two endpoints, some pair has no route, or
/// an arc that is crossed has no known rate.
///
/// Loads add up toward each destination from the far end inward, so no flow is enumerated where all are split alike.
/// Time: O(endpoints × (vertices + edges)).
pub fn all_to_all_by(topology: &Topology, routing: &InForce) -> Option<(Gbps, ArcIndex)> {
    let endpoints = topology.endpoints();
    if endpoints.len() < 2 {
        return None;
    }
    let mut walk = Walk::new(topology, routing);
    let mut load = vec![0.0f64; topology.edges().len() * 2];
    let mut amounts: Vec<(VertexIndex, f64)> = Vec::with_capacity(endpoints.len());
    for target in endpoints {
        amounts.clear();
        amounts.extend(endpoints.iter().filter(|source| *source != target).map(|source| (*source, 1.0)));
        walk.pour(*target, &amounts, &mut load).ok()?;
    }
    let mut least: Option<(f64, ArcIndex)> = None;
    for (arc, load) in load.iter().enumerate().filter(|(_, load)| **load > 0.0) {
        let edge = topology.edges().get(arc / 2)?;
        if !edge.rate_known {
            return None;
        }
        let rate = edge.gbps / load;
        if least.is_none_or(|(other, _)| rate < other) {
            least = Some((rate, arc as u32));
        }
    }
    least.map(|(rate, arc)| (Gbps(rate), arc))
}
