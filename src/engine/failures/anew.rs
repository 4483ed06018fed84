//! All-to-all of what is left of a design, found from nothing: for routings of which a failure may change more than the links that it takes.
//!
//! A flow that keeps one path takes another wherever the number of equal ways differs; tables are filled anew; and the order of up/down, the
//! dimensions of a torus or the groups of a dragonfly are found again in what is left, or are not to be found there any more. The answer is that of the
//! whole engine for the design without what has failed ([`degraded`]).

use super::degrade::degraded;
use super::ranking::Kind;
use super::spread::{Cut, Outcome, Spread};
use super::symmetry::{Labels, Rows, orbits};
use crate::engine::context::Context;
use crate::engine::estimate::traffic::load::one_by_one;
use crate::engine::routing::{Equal, InForce};
use crate::engine::tiers::Tiers;
use crate::engine::topology::{Topology, Vertex, VertexIndex, VertexKind};
use crate::model::{LinkId, NodeId, Outage, Subject};
use crate::units::grouped;

/// Flows are followed one by one after each failure as long as they are no more than this over all failures: some seconds. A limit of Weft.
const MOST_FLOWS: u64 = 12_000_000;
/// The shape of what is left is looked for after every failure as long as failures times what there is to look at are no more than this; beyond
/// that after one of each class. A limit of Weft.
const MOST_LOOKED: u64 = 4_000_000;
/// What has lost its shape is evaluated from nothing as long as that takes no more steps than this. A limit of Weft.
const MOST_STEPS: u64 = 4_000_000_000;

/// How what is left after a failure is found.
enum How {
    /// What is in force stays in force: any step may follow any, each hop splits evenly, nothing stops on its way. With adapters that are nodes of
    /// their own, one may be left with nothing behind it, and is an end itself then.
    Stays { adapters: bool },
    /// Order, dimensions, groups and domains are found again; `every` failure is looked at, or one of each class.
    Shapes { every: bool },
    /// Every flow is followed by itself.
    Flows,
    /// There are too many flows for that, so each hop is taken to split evenly.
    TooMany,
}

/// Evaluates what is left after one failure after another.
pub struct Anew<'a> {
    context: &'a Context<'a>,
    how: How,
    /// Steps that are left to take.
    left: u64,
    /// Failures that were taken to leave the fabric the shape it has, without a look.
    taken: u64,
    failures: u64,
}

impl<'a> Anew<'a> {
    /// For so many failures of a design.
    pub fn of(context: &'a Context<'a>, failures: usize) -> Self {
        let (topology, routing) = (&context.topology, &context.routing);
        let failures = failures as u64;
        let flows = flows(topology).saturating_mul(failures.saturating_add(1));
        let size = (topology.vertices().len() + topology.edges().len()) as u64;
        let how = if routing.equal != Equal::Split {
            if flows <= MOST_FLOWS { How::Flows } else { How::TooMany }
        } else if routing.turns.is_free() && routing.goes_straight() {
            How::Stays { adapters: topology.vertices().iter().any(is_adapter) }
        } else {
            How::Shapes { every: size.saturating_mul(failures) <= MOST_LOOKED }
        };
        Self { context, how, left: MOST_STEPS, taken: 0, failures }
    }

    /// All-to-all of the whole where every flow is followed by itself; `None` where it is not.
    pub fn whole(&self) -> Option<Outcome> {
        matches!(self.how, How::Flows).then(|| followed(&self.context.topology, &self.context.routing))
    }

    /// What is left after each of some failures that symmetries of the fabric map on each other; `None` for those that leave in force what is in
    /// force, so that they all cost the same. `progress` is told how many more are done.
    pub fn outcomes(&mut self, kind: Kind, members: &[u32], progress: &mut dyn FnMut(usize)) -> Vec<Option<Outcome>> {
        let none = |progress: &mut dyn FnMut(usize)| {
            progress(members.len());
            vec![None; members.len()]
        };
        let each = |progress: &mut dyn FnMut(usize), look: &mut dyn FnMut(u32) -> Option<Outcome>| -> Vec<Option<Outcome>> {
            let found = members.iter().map(|member| {
                progress(1);
                look(*member)
            });
            found.collect()
        };
        match self.how {
            How::Stays { adapters: false } | How::TooMany => none(progress),
            How::Stays { .. } => {
                // Adapters are left with nothing behind them alike after each failure of a class, and what is left is alike.
                let changed = |topology: &Topology, routing: &InForce, node| (!roles_stay(self.context, node, topology)).then(|| split(topology, routing));
                let outcome = members.first().and_then(|first| self.look(kind, *first, changed));
                progress(members.len());
                vec![outcome; members.len()]
            }
            How::Flows => each(progress, &mut |member| self.look(kind, member, |topology, routing, _| Some(followed(topology, routing)))),
            How::Shapes { every } => {
                // What is found by the links alone is found alike after each failure of a class; what goes by numbers need not be.
                if !every && members.first().is_some_and(|first| self.shape(kind, *first).is_none()) {
                    let by_number = self.context.routing.fabrics.iter().any(|fabric| fabric.by_number);
                    self.taken += if by_number { members.len() as u64 - 1 } else { 0 };
                    return none(progress);
                }
                each(progress, &mut |member| self.shape(kind, member))
            }
        }
    }

    /// What the ranking goes by, in words.
    pub fn words(&self) -> String {
        let mut words = self.context.routing.words().to_owned();
        match self.how {
            How::Stays { .. } | How::Shapes { .. } => {}
            How::Flows if self.context.routing.fabrics.iter().any(|fabric| fabric.imported.is_some()) => {
                words.push_str("; after a failure tables are filled as a subnet manager does");
            }
            How::Flows => {}
            How::TooMany => {
                let count = grouped(flows(&self.context.topology));
                words = format!(
                    "{words}; ranked with every hop split evenly, for {count} flows are too many to follow after each of {} failures",
                    grouped(self.failures)
                );
            }
        }
        if self.taken > 0 {
            words =
                format!("{words}; {} of {} failures are taken to leave the fabric the shape it has when whole", grouped(self.taken), grouped(self.failures));
        }
        words
    }

    /// The outcome where the routing that is found in what is left is another than that in force.
    fn shape(&mut self, kind: Kind, member: u32) -> Option<Outcome> {
        let mut spent = None;
        let (whole, left) = (self.context, self.left);
        let outcome = self.look(kind, member, |topology, routing, node| {
            if is_kept(whole, node, topology, routing) {
                return None;
            }
            let steps =
                (topology.vertices().len() + 2 * topology.edges().len()) as u64 * u64::from(routing.turns.modes()) * (1 + u64::from(routing.group_count));
            let steps = steps.saturating_mul(topology.participants().count() as u64);
            spent = Some(steps);
            (steps <= left).then(|| split(topology, routing))
        });
        if let Some(steps) = spent {
            self.left = self.left.saturating_sub(steps);
            self.taken += u64::from(outcome.is_none());
        }
        outcome
    }

    /// Compiles what is left, finds the routing there and hands both to `look`, with the node that has failed.
    fn look<T>(&self, kind: Kind, member: u32, look: impl FnOnce(&Topology, &InForce, Option<NodeId>) -> Option<T>) -> Option<T> {
        let Context { design, catalog, topology, .. } = self.context;
        let (subject, node) = match kind {
            Kind::Link => (Subject::Link(*topology.links().get(member as usize)?), None),
            Kind::Switch | Kind::System => {
                let node = *topology.nodes().get(member as usize)?;
                (Subject::Node(node), Some(node))
            }
        };
        let left = degraded(design, catalog, &[Outage::Thing(subject)]).design;
        let topology = Topology::compile(&left, catalog);
        let routing = InForce::of(&left, &topology, &Tiers::of(&topology));
        look(&topology, &routing, node)
    }
}

/// How many flows all-to-all has.
fn flows(topology: &Topology) -> u64 {
    let count = topology.participants().count() as u64;
    count.saturating_mul(count.saturating_sub(1))
}

/// All-to-all, every flow by itself, as traffic is estimated.
fn followed(topology: &Topology, routing: &InForce) -> Outcome {
    let (load, apart) = one_by_one(topology, routing, &[topology.participants().collect()]);
    let mut rate = None;
    for (load, edge) in load.chunks(2).zip(topology.edges()) {
        let most = load.iter().copied().fold(0.0, f64::max);
        if most > 0.0 {
            if !edge.rate_known {
                return Outcome { rate: None, apart, pairs: flows(topology) };
            }
            let own = edge.gbps / most;
            rate = Some(rate.map_or(own, |least: f64| least.min(own)));
        }
    }
    Outcome { rate, apart, pairs: flows(topology) }
}

/// All-to-all, each hop split evenly.
fn split(topology: &Topology, routing: &InForce) -> Outcome {
    let found = orbits(topology, &Rows::of(topology), &labels(topology, routing));
    Spread::new(topology, routing).all_to_all(&Cut::NONE, &found)
}

/// What symmetries have to keep so that they keep rates and the routing.
pub fn labels(topology: &Topology, routing: &InForce) -> Labels {
    let rate = |edge: u32| topology.edges().get(edge as usize).map_or(0, |edge| if edge.rate_known { edge.gbps.to_bits() } else { u64::MAX });
    Labels::of(topology, |vertex| routing.label(vertex), |edge| rate(edge) ^ routing.edge_label(edge))
}

/// Whether a vertex is an adapter that is a node of its own.
fn is_adapter(vertex: &Vertex) -> bool {
    vertex.kind == VertexKind::Nic && vertex.inside.is_none()
}

/// The vertices that are left, each with what it was in the whole.
fn standing<'t>(whole: &'t Context, failed: Option<NodeId>, left: &'t Topology) -> impl Iterator<Item = (VertexIndex, VertexIndex)> + 't {
    let nodes = left.nodes().iter().filter(move |node| Some(**node) != failed);
    nodes.flat_map(|node| left.vertices_of(*node).map(|is| (whole.topology.vertices_of(*node).start + is - left.vertices_of(*node).start, is)))
}

/// Whether what is left forwards and ends traffic as it did in the whole: an adapter with nothing behind it any more does not.
fn roles_stay(whole: &Context, failed: Option<NodeId>, left: &Topology) -> bool {
    let role = |topology: &Topology, vertex: VertexIndex| topology.vertices().get(vertex as usize).map(|vertex| (vertex.endpoint, vertex.transit));
    standing(whole, failed, left).all(|(was, is)| role(&whole.topology, was) == role(left, is))
}

/// Whether the routing that was found in what is left allows there what that of the whole does.
fn is_kept(whole: &Context, failed: Option<NodeId>, left: &Topology, routing: &InForce) -> bool {
    let (before, now) = (&whole.routing.turns, &routing.turns);
    if !roles_stay(whole, failed, left) {
        return false;
    }
    if before.modes() != now.modes() || whole.routing.group_count != routing.group_count || whole.routing.goes_straight() != routing.goes_straight() {
        return false;
    }
    let edge = |id: &LinkId| whole.topology.edge_of(*id);
    let arcs =
        || (0u32..).zip(left.links()).filter_map(|(now, id)| Some((edge(id)?, now))).flat_map(|(was, now)| [(2 * was, 2 * now), (2 * was + 1, 2 * now + 1)]);
    let mut most = 0;
    for (was, is) in arcs() {
        if before.class(was) != now.class(is) {
            return false;
        }
        most = most.max(now.class(is));
    }
    if (0..=most)
        .any(|class| (0..now.modes()).any(|mode| before.after_class(mode, class) != now.after_class(mode, class)) && !(before.is_free() && now.is_free()))
    {
        return false;
    }
    let of = |list: &[u32], vertex: VertexIndex| list.get(vertex as usize).copied();
    // What hangs on nothing any more is in no group, and sends nothing.
    let hangs = |vertex: VertexIndex| !left.row(vertex).is_empty();
    if !routing.groups.is_empty() && standing(whole, failed, left).any(|(was, is)| hangs(is) && of(&whole.routing.groups, was) != of(&routing.groups, is)) {
        return false;
    }
    if routing.domains.is_empty() {
        return true;
    }
    let first = |list: &[u32], topology: &Topology, vertex: VertexIndex| {
        let first = of(list, vertex)?;
        let node = topology.vertices().get(first as usize)?.node;
        Some((node, first - topology.vertices_of(node).start))
    };
    standing(whole, failed, left).all(|(was, is)| first(&whole.routing.domains, &whole.topology, was) == first(&routing.domains, left, is))
}
