//! What each single failure costs: every link, switch and system switched off in turn, worst first.
//!
//! The cost of a failure is, first, how many pairs of those that take part ([`Topology::participants`]) and are left it takes every route from; then how much all-to-all
//! bandwidth it takes from each pair: the rate that every ordered pair gets when all send to all by the routing in force. [`Ranking::routing`] names
//! it, and says where that is only nearly so.
//! Where each hop splits evenly, things that a symmetry of the fabric maps on each other cost the same, so one of each class is looked at
//! ([`super::symmetry`]); what else a failure may change is found from nothing ([`super::anew`]).

use super::anew::{self, Anew};
use super::spread::{Cut, Outcome, Spread};
use super::symmetry::{APART, Labels, Rows, orbits};
use crate::engine::context::Context;
use crate::engine::structure::Structure;
use crate::engine::topology::{Topology, VertexIndex, VertexKind};
use crate::model::{LinkId, NodeId, Subject};
use crate::units::{SortedMap, order};

/// What fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A link.
    Link,
    /// A node that only forwards.
    Switch,
    /// A node that traffic starts from and ends at.
    System,
}

impl Kind {
    /// All of them, with the words that ask for them and that name one and several.
    pub const WORDS: [(&'static str, Self, &'static str); 3] =
        [("links", Self::Link, "link"), ("switches", Self::Switch, "switch"), ("systems", Self::System, "system")];

    /// The word that asks for it.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind, _)| *kind == self).map_or("", |(word, ..)| word)
    }
    /// The word for one.
    pub fn one(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind, _)| *kind == self).map_or("", |(.., one)| one)
    }
}

/// Failures that cost the same: the fabric looks the same from each of them, or each was evaluated for itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// What fails.
    pub kind: Kind,
    /// What is in the class, in id order: links or nodes.
    pub members: Vec<u32>,
    /// What is left of all-to-all.
    pub outcome: Outcome,
    /// Participants that fail with it.
    pub lost: u64,
    /// Whether it is the only way between two parts of the fabric: a bridge, or an articulation point.
    pub only_way: bool,
    /// The share of the whole fabric's all-to-all rate that is lost, 0 to 1; `None` where one is unknown. Less than 0 where fewer
    /// endpoints share what is left.
    pub loss: Option<f64>,
}

impl Class {
    /// A member, as a subject.
    pub fn subject(&self, member: u32) -> Subject {
        if self.kind == Kind::Link { Subject::Link(LinkId(member)) } else { Subject::Node(NodeId(member)) }
    }
}

/// Every single failure of a fabric, worst first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    /// The whole fabric.
    pub whole: Outcome,
    /// Classes, worst first.
    pub classes: Vec<Class>,
    /// Links whose failure splits the fabric.
    pub bridges: usize,
    /// Nodes with a vertex whose failure splits the fabric.
    pub articulation_points: usize,
    /// The routing that was in force, in words.
    pub routing: String,
}

impl Ranking {
    /// How many failures were ranked.
    pub fn failures(&self) -> usize {
        self.classes.iter().map(|class| class.members.len()).sum()
    }
    /// Ordered pairs of participants that are left and lose every route by one failure of a class: without those that have none in the whole. At least so many, where a
    /// system fails that others' traffic passes and some pairs have no route in the whole.
    pub fn parted(&self, class: &Class) -> u64 {
        class.outcome.apart.saturating_sub(self.whole.apart)
    }
}

/// Ranks every single failure of some kinds. `progress` is told how much is done, from 0 to 1.
///
/// Time: where hops split evenly, for each class of failures one search for symmetries and one search for each class of destinations that is left: a
/// fabric from a template has a handful of both at any size, one without symmetries as many as it has links and endpoints. Where flows keep one path,
/// O(failures × flows × hops).
pub fn rank(context: &Context, kinds: &[Kind], progress: &mut dyn FnMut(f64)) -> Ranking {
    let topology = &context.topology;
    let rows = Rows::of(topology);
    // Of symmetries only those count that keep the routing as it is.
    let mut labels = anew::labels(topology, &context.routing);
    let whole = orbits(topology, &rows, &labels);
    labels.within(&whole);
    let structure = &context.structure;
    let splits = splitting_nodes(topology, structure);
    let participants: Vec<VertexIndex> = topology.participants().collect();
    let failure = |kind, place| Failure::of(topology, structure, &splits, &participants, kind, place);

    // Classes by the least arc of their edges, or the least node.
    let mut classes: SortedMap<(Kind, u32), Vec<u32>> = SortedMap::new();
    if kinds.contains(&Kind::Link) {
        for (edge, _) in topology.links().iter().enumerate() {
            let arc = |arc: usize| whole.arc.get(arc).copied().unwrap_or(u32::MAX);
            classes.entry((Kind::Link, arc(2 * edge).min(arc(2 * edge + 1)))).or_default().push(edge as u32);
        }
    }
    for (place, node) in topology.nodes().iter().enumerate() {
        if let Some(kind) = kind_of(topology, topology.vertices_of(*node)).filter(|kind| kinds.contains(kind)) {
            classes.entry((kind, whole.node.get(place).copied().unwrap_or(place as u32))).or_default().push(place as u32);
        }
    }
    let failures: usize = classes.values().map(Vec::len).sum();
    let mut anew = Anew::of(context, failures);
    let mut spread = Spread::new(topology, &context.routing);
    let mut ranking = Ranking {
        whole: anew.whole().unwrap_or_else(|| spread.all_to_all(&Cut::NONE, &whole)),
        bridges: structure.bridges.iter().filter(|edge| topology.is_link(**edge)).count(),
        articulation_points: splits.iter().filter(|splits| **splits).count(),
        ..Ranking::default()
    };
    let mut done = 0;
    // Failures that were evaluated each for itself, by what they cost.
    let mut alike: SortedMap<(Kind, u64, u64, u64, bool), usize> = SortedMap::new();
    for ((kind, _), places) in classes {
        let outcomes = anew.outcomes(kind, &places, &mut |more| {
            done += more;
            progress(done as f64 / failures.max(1) as f64);
        });
        let kept: Vec<u32> = places.iter().zip(&outcomes).filter(|(_, outcome)| outcome.is_none()).map(|(place, _)| *place).collect();
        if let Some(first) = kept.first() {
            let failure = failure(kind, *first);
            let outcome = degraded(topology, &rows, &mut labels, &failure.cut, &mut spread);
            ranking.add(topology, &failure, outcome, &kept);
        }
        for (place, outcome) in places.iter().zip(outcomes) {
            let Some(outcome) = outcome else { continue };
            let failure = failure(kind, *place);
            // Rates that differ by how they were added up are one.
            let rate = outcome.rate.map_or(u64::MAX, |rate| rate.to_bits().saturating_add(1 << 11) >> 12);
            let key = (kind, rate, outcome.apart, failure.lost, failure.only_way);
            match alike.get(&key).and_then(|at| ranking.classes.get_mut(*at)) {
                Some(class) => class.members.extend(failure.name(topology)),
                None => {
                    alike.insert(key, ranking.classes.len());
                    ranking.add(topology, &failure, outcome, &[*place]);
                }
            }
        }
    }
    ranking.classes.iter_mut().for_each(|class| order::sort(&mut class.members));
    ranking.routing = anew.words();
    let mut classes = std::mem::take(&mut ranking.classes);
    order::sort_by(&mut classes, |a, b| {
        let loss = |class: &Class| class.loss.unwrap_or(0.0);
        let parted = ranking.parted(b).cmp(&ranking.parted(a));
        parted.then(loss(b).total_cmp(&loss(a))).then(b.lost.cmp(&a.lost)).then((a.kind, &a.members).cmp(&(b.kind, &b.members)))
    });
    Ranking { classes, ..ranking }
}

/// One failure.
struct Failure {
    kind: Kind,
    /// The place of what fails among links or nodes.
    place: u32,
    cut: Cut,
    only_way: bool,
    /// Participants that fail with it.
    lost: u64,
}

impl Failure {
    fn of(topology: &Topology, structure: &Structure, splits: &[bool], participants: &[VertexIndex], kind: Kind, place: u32) -> Self {
        let (cut, only_way) = match kind {
            Kind::Link => (Cut { edge: place, vertices: 0..0 }, structure.is_bridge(place)),
            Kind::Switch | Kind::System => {
                let node = topology.nodes().get(place as usize).copied().unwrap_or(NodeId(0));
                (Cut { edge: u32::MAX, vertices: topology.vertices_of(node) }, splits.get(place as usize).copied().unwrap_or(false))
            }
        };
        let before = |vertex: VertexIndex| participants.partition_point(|participant| *participant < vertex);
        let lost = (before(cut.vertices.end) - before(cut.vertices.start)) as u64;
        Self { kind, place, cut, only_way, lost }
    }

    /// The id of what fails.
    fn name(&self, topology: &Topology) -> Option<u32> {
        named(topology, self.kind, self.place)
    }
}

fn named(topology: &Topology, kind: Kind, place: u32) -> Option<u32> {
    match kind {
        Kind::Link => topology.links().get(place as usize).map(|id| id.0),
        Kind::Switch | Kind::System => topology.nodes().get(place as usize).map(|id| id.0),
    }
}

impl Ranking {
    /// Adds what a failure costs, and all those that cost the same.
    fn add(&mut self, topology: &Topology, failure: &Failure, outcome: Outcome, places: &[u32]) {
        let loss = self.whole.rate.zip(outcome.rate).map(|(whole, left)| 1.0 - left / whole).filter(|loss| loss.is_finite());
        let members = places.iter().filter_map(|place| named(topology, failure.kind, *place)).collect();
        self.classes.push(Class { kind: failure.kind, members, outcome, lost: failure.lost, only_way: failure.only_way, loss });
    }
}

/// All-to-all without what has failed: what has failed is set apart, so that symmetries leave it where it is.
fn degraded(topology: &Topology, rows: &Rows, labels: &mut Labels, cut: &Cut, spread: &mut Spread) -> Outcome {
    let edge = labels.edge.get_mut(cut.edge as usize).map(|label| std::mem::replace(label, APART));
    let vertices: Vec<u32> =
        cut.vertices.clone().filter_map(|vertex| labels.vertex.get_mut(vertex as usize).map(|label| std::mem::replace(label, APART))).collect();
    let outcome = spread.all_to_all(cut, &orbits(topology, rows, labels));
    if let (Some(label), Some(place)) = (edge, labels.edge.get_mut(cut.edge as usize)) {
        *place = label;
    }
    for (vertex, label) in cut.vertices.clone().zip(vertices) {
        if let Some(place) = labels.vertex.get_mut(vertex as usize) {
            *place = label;
        }
    }
    outcome
}

/// What a node is; `None` for what traffic neither passes nor ends at.
fn kind_of(topology: &Topology, range: std::ops::Range<VertexIndex>) -> Option<Kind> {
    let vertices = topology.vertices().get(range.start as usize..range.end as usize)?;
    if vertices.iter().any(|vertex| vertex.endpoint) {
        return Some(Kind::System);
    }
    vertices.iter().any(|vertex| vertex.kind == VertexKind::Switch || vertex.transit).then_some(Kind::Switch)
}

/// Whether a node holds a vertex whose loss splits the fabric.
fn splitting_nodes(topology: &Topology, structure: &Structure) -> Vec<bool> {
    let splits = |node: &NodeId| topology.vertices_of(*node).any(|vertex| structure.is_articulation_point(vertex));
    topology.nodes().iter().map(splits).collect()
}
