//! The routing in force: which paths each fabric takes, whether that was stated or inferred, and its name, which every estimate that rests on
//! routes says.
//!
//! A routing is a table of which steps may follow which ([`Turns`]); of the routes it allows the shortest are taken ([`super::routes`]). Two go by
//! way of somewhere else: Valiant by a third group, forwarding by another XPU of the domain ([`super::estimate::walk`]). A choice that the drawn
//! fabric does not bear is never applied: shortest paths are in force instead, and the name says so and why.

pub mod adapters;
pub mod aside;
pub mod dimensions;
pub mod graph;
pub mod groups;
pub mod imported;
pub mod tables;
pub mod turns;
pub mod up_down;

use std::sync::Arc;

use super::estimate::collective::group;
use super::tiers::Tiers;
use super::topology::{EdgeIndex, Topology, VertexIndex, VertexKind};
use crate::model::{Design, Fabric, FabricId, Forwarding, Paths, Routing, RoutingEngine};
use crate::units::order;
use dimensions::Dimensions;
pub use dimensions::sizes;
use graph::{Graph, NONE};
use groups::Groups;
use tables::Tables;
use turns::{Table, Turns};
use up_down::UpDown;

/// How an estimate begins to say which routing was in force.
pub const IN_FORCE: &str = "Routing in force: ";
/// The most virtual lanes: InfiniBand has 15 for data, Weft takes 16.
pub const MOST_LANES: u8 = 16;

/// Why a fabric routes as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The fabric says so.
    Stated,
    /// Its subnet manager's engine routes so.
    Engine,
    /// Nothing is stated.
    Inferred,
}

/// How one fabric routes.
#[derive(Clone, Debug, PartialEq)]
pub struct OfFabric {
    /// Which fabric.
    pub fabric: FabricId,
    /// What it is called.
    pub name: String,
    /// What was asked for.
    pub asked: Paths,
    /// What is in force.
    pub paths: Paths,
    /// Why.
    pub why: Why,
    /// Why what was asked for cannot be applied; a clause.
    pub trouble: Option<String>,
    /// What it was applied to, in a few words (`2 roots on tier 2`); may be empty.
    pub detail: String,
    /// Whether names or numbers of switches, or of their cages, have a say in what is found, so that what looks alike need not be found alike.
    pub by_number: bool,
    /// How a flow chooses among equal paths.
    pub equal: Routing,
    /// Whether XPUs forward through their domain.
    pub forwarding: bool,
    /// What its forwarding tables are where they were read from the running fabric.
    pub imported: Option<AsRead>,
}

/// Forwarding tables that were read from the running fabric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsRead {
    /// What they are, for people: `forwarding tables as imported (12 switches, from fabric.lfts)`.
    pub words: String,
    /// Whether links were changed since.
    pub outdated: bool,
}

impl AsRead {
    /// The tables of a fabric, where they were read. Time: O(links).
    fn of(design: &Design, id: FabricId) -> Option<Self> {
        let read = design.fabrics.get(id)?.tables.as_deref()?;
        let outdated = imported::is_outdated(design, id, read);
        let since = if outdated { ", before links were changed" } else { "" };
        Some(Self { words: format!("forwarding tables as imported ({}{since})", imported::told(read)), outdated })
    }
}

impl OfFabric {
    /// Whether its switches forward by tables. A table by destination holds no ways through a third group.
    pub fn has_tables(&self) -> bool {
        self.equal == Routing::Tables && self.paths != Paths::Valiant
    }
    /// Its name: `up/down, 4 roots on tier 2 (stated)`.
    pub fn words(&self) -> String {
        if let Some(imported) = &self.imported {
            return imported.words.clone();
        }
        let why = match self.why {
            Why::Stated => "stated",
            Why::Engine => "its engine's",
            Why::Inferred => "inferred",
        };
        match &self.trouble {
            Some(trouble) => format!("{}, instead of {}: {trouble}", name(self.paths), name(self.asked)),
            None if self.detail.is_empty() => format!("{} ({why})", name(self.paths)),
            None => format!("{}, {} ({why})", name(self.paths), self.detail),
        }
    }
}

/// What paths are called.
pub const fn name(paths: Paths) -> &'static str {
    match paths {
        Paths::DimensionOrder => "dimension order",
        Paths::Minimal => "minimal dragonfly paths",
        Paths::Shortest => "shortest paths",
        Paths::UpDown => "up/down",
        Paths::Valiant => "Valiant",
    }
}

/// Which choice among equal paths holds where.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Equal {
    /// Every hop splits evenly.
    #[default]
    Split,
    /// Every flow keeps one path.
    Hash,
    /// By edge, whether flows keep one path there.
    Mixed(Vec<bool>),
}

/// The routing of a whole design.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InForce {
    /// Which steps may follow which.
    pub turns: Turns,
    /// How a flow chooses among equal paths.
    pub equal: Equal,
    /// How each fabric routes, in id order.
    pub fabrics: Vec<OfFabric>,
    /// Under Valiant the group of every vertex, [`NONE`] for what is in none; else empty.
    pub groups: Vec<u32>,
    /// How many groups there are.
    pub group_count: u32,
    /// Where XPUs forward, the first vertex of the scale-up domain of every vertex; else empty.
    pub domains: Vec<VertexIndex>,
    /// Where XPUs forward, the steps that stay within domains.
    pub within: Option<Turns>,
    /// What tells vertices apart that links alone would not; empty where nothing does.
    pub labels: Vec<u32>,
    /// What fabrics with forwarding tables fill them from.
    pub tables: Vec<Tables>,
    /// By edge, which of the tables it belongs to, or [`NONE`]; empty where there are none.
    pub tabled: Vec<u32>,
    /// By vertex, whether it is an end of a compute fabric between which links of other networks carry nothing; empty where there are none within reach.
    pub ends: Vec<bool>,
    words: String,
}

impl InForce {
    /// The routing of a design. Time: O(fabrics) where all take shortest paths, else O(dimensions × (vertices + links)) for each fabric that does not.
    pub fn of(design: &Design, topology: &Topology, tiers: &Tiers) -> Self {
        Self::choosing(design, topology, tiers, None)
    }
    /// The same with every choice among equal paths by `equal`, where that is given.
    pub fn choosing(design: &Design, topology: &Topology, tiers: &Tiers, equal: Option<Routing>) -> Self {
        let mut made = Self::default();
        let mut kinds = Kinds::default();
        for (id, fabric) in design.fabrics.iter() {
            let choice = equal.unwrap_or(fabric.routing);
            let imported = if choice == Routing::Tables { AsRead::of(design, id) } else { None };
            // What was computed for the running fabric is what it asks for.
            let (asked, why) = if imported.is_some() { (Paths::Shortest, Why::Stated) } else { asked(fabric) };
            let called = Some(fabric.name.trim()).filter(|name| !name.is_empty()).map_or_else(|| id.to_string(), |name| name.chars().take(60).collect());
            let mut of = OfFabric {
                fabric: id,
                name: called,
                asked,
                paths: asked,
                why,
                trouble: None,
                detail: String::new(),
                by_number: false,
                equal: choice,
                forwarding: fabric.forwarding,
                imported,
            };
            if asked != Paths::Shortest || of.has_tables() {
                let graph = Graph::of(design, topology, tiers, id);
                let shape = (asked != Paths::Shortest).then(|| Shape::of(&graph, fabric, asked)).transpose();
                if let Err(trouble) = &shape {
                    of.paths = Paths::Shortest;
                    of.trouble = Some(trouble.clone());
                }
                let shape = shape.ok().flatten();
                if of.has_tables() {
                    made.lay(&graph, shape.as_ref(), fabric.tables.as_ref().filter(|_| of.imported.is_some()));
                }
                if let Some(shape) = shape {
                    of.detail = shape.words();
                    of.by_number = shape.goes_by_number();
                    kinds.add(&graph, shape, asked);
                }
            }
            made.fabrics.push(of);
        }
        kinds.finish(topology, &mut made);
        if let Some((class, table)) = adapters::classes(topology) {
            made.turns = made.turns.and(&class, &table);
        }
        if let Some(found) = aside::of(design, topology) {
            made.turns = made.turns.and(&found.class, &found.table);
            made.ends = found.ends;
        }
        made.choose(design, topology, equal);
        if made.fabrics.iter().any(|fabric| fabric.forwarding) {
            made.domains = group::domains(topology);
            let stays = |arc: u32| topology.edges().get(arc as usize / 2).is_some_and(group::is_scale_up);
            made.within = Some(Turns::only(topology.edges().len() * 2, stays));
        }
        made.words = made.name();
        made
    }

    /// Its name, as estimates say it: `shortest paths (inferred), split evenly at each hop`.
    pub fn words(&self) -> &str {
        &self.words
    }
    /// As an assumption of an estimate.
    pub fn assumption(&self) -> String {
        format!("{IN_FORCE}{}; parallel links count separately", self.words)
    }
    /// Whether every flow goes straight to where it is bound: not by way of a third group, nor of another XPU.
    pub fn goes_straight(&self) -> bool {
        self.groups.is_empty() && self.domains.is_empty()
    }
    /// As an assumption of an estimate over all ways of the routing in force.
    pub fn around(&self) -> String {
        let mut words = format!("{IN_FORCE}{}", self.words);
        if !self.groups.is_empty() {
            words.push_str("; by way of each third group, over the slowest of equal routes; of the groups the slowest, the mean and the quickest count");
        } else if !self.domains.is_empty() {
            words.push_str("; forwarded in the domain where that saves hops, over the slowest of equal routes");
        }
        words
    }
    /// As an assumption of an estimate that follows single paths, where that is not all of the routing in force.
    pub fn direct(&self) -> String {
        let mut words = format!("{IN_FORCE}{}", self.words);
        if !self.groups.is_empty() {
            words.push_str("; counted along minimal paths, of which Valiant takes two one after the other");
        } else if !self.domains.is_empty() {
            words.push_str("; counted from each XPU's own adapters, without forwarding");
        }
        words
    }
    /// The same with every choice among equal paths by `equal`, an even split or a hash; forwarding tables are for [`InForce::choosing`].
    pub fn with_equal(mut self, equal: Routing) -> Self {
        self.equal = if equal == Routing::Ecmp { Equal::Split } else { Equal::Hash };
        (self.tables, self.tabled) = Default::default();
        self.fabrics.iter_mut().for_each(|fabric| (fabric.equal, fabric.imported) = (equal, None));
        self.words = self.name();
        self
    }
    /// The same where some of `count` arcs have failed: fabrics keep the shape they were found to have.
    pub fn without(&self, count: usize, off: impl Fn(u32) -> bool) -> Self {
        Self { turns: self.turns.without(count, &off), within: self.within.as_ref().map(|within| within.without(count, &off)), ..self.clone() }
    }
    /// Whether links of other networks carry nothing between two vertices.
    pub fn keeps_apart(&self, one: VertexIndex, other: VertexIndex) -> bool {
        [one, other].iter().all(|end| self.ends.get(*end as usize).copied().unwrap_or(false))
    }
    /// Whether flows keep one path on an edge.
    #[inline]
    pub fn hashes(&self, edge: EdgeIndex) -> bool {
        match &self.equal {
            Equal::Split => false,
            Equal::Hash => true,
            Equal::Mixed(by) => by.get(edge as usize).copied().unwrap_or(false),
        }
    }
    /// Whether every flow is split evenly everywhere and goes straight to where it is bound, so that flows of one pair are alike.
    pub fn is_even(&self) -> bool {
        self.equal == Equal::Split && self.groups.is_empty() && self.domains.is_empty()
    }
    /// Whether every route is one of fewest hops.
    pub fn takes_fewest(&self) -> bool {
        self.turns.is_free() && self.groups.is_empty() && self.domains.is_empty() && self.fabrics.iter().all(|fabric| fabric.imported.is_none())
    }
    /// What a symmetry must keep at a vertex so that it keeps the routing: a number below 2^32.
    pub fn label(&self, vertex: VertexIndex) -> u64 {
        self.labels.get(vertex as usize).map_or(0, |label| u64::from(*label))
    }
    /// The same at an edge: 0 where any step may follow any, else a number that its two classes scatter over all bits.
    pub fn edge_label(&self, edge: EdgeIndex) -> u64 {
        let apart = self.within.as_ref().map_or(0, |within| u64::from(within.class(2 * edge)));
        (u64::from(self.turns.class(2 * edge)) | u64::from(self.turns.class(2 * edge + 1)) << 8 | apart << 16).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
    /// Whether shortest paths are in force everywhere, split evenly.
    pub fn is_plain(&self) -> bool {
        self.is_even() && self.turns.is_free()
    }
    /// Whether a route and the same route backward are both allowed or both not.
    pub fn is_symmetric(&self) -> bool {
        self.fabrics.iter().all(|fabric| fabric.paths != Paths::DimensionOrder)
    }
    /// How the fabric routes.
    pub fn of_fabric(&self, fabric: FabricId) -> Option<&OfFabric> {
        self.fabrics.iter().find(|of| of.fabric == fabric)
    }

    /// Where some fabrics hash and others do not, each link goes by its own, and what is of no fabric by the others.
    fn choose(&mut self, design: &Design, topology: &Topology, equal: Option<Routing>) {
        // Before a switch with a table a flow keeps to one of its host's ports, and to one address.
        let keeps = |fabric: &OfFabric| fabric.equal != Routing::Ecmp;
        let hashing = self.fabrics.iter().filter(|fabric| keeps(fabric)).count();
        self.equal = if hashing == 0 {
            if self.fabrics.is_empty() && equal.is_some_and(|equal| equal != Routing::Ecmp) { Equal::Hash } else { Equal::Split }
        } else if hashing == self.fabrics.len() {
            Equal::Hash
        } else {
            let of = |edge: usize| {
                let fabric = topology.links().get(edge).and_then(|link| design.links.get(*link)).and_then(|link| link.fabric);
                fabric.is_none_or(|fabric| self.of_fabric(fabric).is_some_and(keeps))
            };
            Equal::Mixed((0..topology.edges().len()).map(of).collect())
        };
    }

    /// Takes in what a fabric fills its forwarding tables from.
    fn lay(&mut self, graph: &Graph, shape: Option<&Shape>, read: Option<&Arc<Forwarding>>) {
        self.tabled.resize(graph.edge_count(), NONE);
        for edge in &graph.edges {
            if let Some(slot) = self.tabled.get_mut(*edge as usize) {
                *slot = self.tables.len() as u32;
            }
        }
        self.tables.push(Tables::of(graph, shape, read));
    }

    fn name(&self) -> String {
        let equal = |equal: Routing| match equal {
            Routing::Ecmp => "split evenly at each hop",
            Routing::Hash => "each flow on one path by hash",
            Routing::Tables => "forwarding tables as a subnet manager fills them",
        };
        let words = |of: &OfFabric| {
            let forwarding = if of.forwarding { ", XPUs forward in their domain (PXN)" } else { "" };
            if of.imported.is_some() {
                return format!("{}{forwarding}", of.words());
            }
            let equal = if of.equal == Routing::Tables && !of.has_tables() {
                "each flow on one path by hash, for no table by destination holds ways through a third group"
            } else {
                equal(of.equal)
            };
            format!("{}, {equal}{forwarding}", of.words())
        };
        let mut all: Vec<(String, Vec<&str>)> = Vec::new();
        for fabric in &self.fabrics {
            let words = words(fabric);
            match all.iter_mut().find(|(other, _)| *other == words) {
                Some((_, names)) => names.push(&fabric.name),
                None => all.push((words, vec![&fabric.name])),
            }
        }
        let words = match all.as_slice() {
            [] => format!("{} (inferred), {}", name(Paths::Shortest), equal(if self.equal == Equal::Hash { Routing::Hash } else { Routing::Ecmp })),
            [(words, _)] => words.clone(),
            _ => all.iter().map(|(words, names)| format!("{}: {words}", names.join(", "))).collect::<Vec<_>>().join("; "),
        };
        if !self.ends.is_empty() { format!("{words}; between what is on a compute fabric, links of other networks carry nothing") } else { words }
    }
}

/// What a fabric asks for, and why.
fn asked(fabric: &Fabric) -> (Paths, Why) {
    if let Some(paths) = fabric.paths {
        return (paths, Why::Stated);
    }
    match fabric.engine {
        Some(RoutingEngine::Ftree | RoutingEngine::Updn) => (Paths::UpDown, Why::Engine),
        Some(RoutingEngine::Torus2Qos) => (Paths::DimensionOrder, Why::Engine),
        Some(RoutingEngine::Lash | RoutingEngine::Minhop) => (Paths::Shortest, Why::Engine),
        Some(RoutingEngine::Dnup) | None => (Paths::Shortest, Why::Inferred),
    }
}

/// What a routing found in a fabric.
#[derive(Clone, Debug)]
pub enum Shape {
    /// The order of up/down.
    Order(UpDown),
    /// A torus or mesh.
    Dimensions(Dimensions),
    /// A dragonfly.
    Groups(Groups),
}

impl Shape {
    /// Its groups, where it has some.
    pub fn groups(self) -> Option<Groups> {
        if let Self::Groups(groups) = self { Some(groups) } else { None }
    }
    /// Its dimensions, where it has some.
    pub fn dimensions(self) -> Option<Dimensions> {
        if let Self::Dimensions(dimensions) = self { Some(dimensions) } else { None }
    }
    /// What paths need of a fabric, found and verified. Errs with a clause where it is not there.
    pub fn of(graph: &Graph, fabric: &Fabric, paths: Paths) -> Result<Self, String> {
        match paths {
            Paths::DimensionOrder => dimensions::of(graph, fabric.dimensions.as_deref()).map(Self::Dimensions),
            Paths::UpDown => up_down::of(graph, fabric.roots.as_deref()).map(Self::Order),
            Paths::Minimal | Paths::Valiant => groups::of(graph).map(Self::Groups),
            Paths::Shortest => Err("shortest paths need nothing".to_owned()),
        }
    }
    /// Which steps may follow which, for steps given by the places they lead from and to.
    pub fn turns(&self, steps: &[(usize, usize)]) -> Turns {
        match self {
            Self::Order(order) => classed(steps, up_down::table(), |from, to| Some(u8::from(!order.is_up(from, to)))),
            Self::Dimensions(found) => classed(steps, dimensions::table(found.sizes.len()), |from, to| found.between(from, to)),
            Self::Groups(found) => classed(steps, groups::table(), |from, to| Some(u8::from(!found.are_one(from, to)))),
        }
    }
    fn goes_by_number(&self) -> bool {
        match self {
            Self::Order(order) => !order.by_tier,
            Self::Dimensions(_) => true,
            Self::Groups(_) => false,
        }
    }
    fn words(&self) -> String {
        match self {
            Self::Order(order) => order.roots.clone(),
            Self::Dimensions(dimensions) => dimensions.words(),
            Self::Groups(groups) => format!("{} groups", groups.count),
        }
    }
}

/// Classes of steps under a table.
pub(super) fn classed(steps: &[(usize, usize)], table: Table, class: impl Fn(usize, usize) -> Option<u8>) -> Turns {
    Turns::of(steps.iter().map(|(from, to)| class(*from, *to).map_or(0, |class| class + 1)).collect(), &[table])
}

/// Classes of steps as fabrics add them.
#[derive(Default)]
struct Kinds {
    /// Shapes with the arcs they class: the class within its kind.
    order: Vec<(u32, u8)>,
    dimensions: Vec<(u32, u8)>,
    /// How many dimensions there are at most.
    most: usize,
    groups: Vec<(u32, u8)>,
    labels: Vec<(VertexIndex, u32)>,
    /// Under Valiant the group of each forwarder.
    valiant: Vec<(VertexIndex, u32)>,
    group_count: u32,
}

impl Kinds {
    fn add(&mut self, graph: &Graph, shape: Shape, paths: Paths) {
        let between = |edge: u32| graph.places(edge).map(|[a, b]| [(2 * edge, a, b), (2 * edge + 1, b, a)]);
        let arcs = || graph.edges.iter().filter_map(|edge| between(*edge)).flatten();
        match shape {
            Shape::Order(order) => {
                self.order.extend(arcs().map(|(arc, from, to)| (arc, u8::from(!order.is_up(from, to)))));
                for edge in &graph.edges {
                    // From a host up, to a host down.
                    if let Some(end) = graph.only_forwarder(*edge) {
                        self.order.extend([(2 * edge + end as u32, 1), (2 * edge + 1 - end as u32, 0)]);
                    }
                }
                // Switches of equal rank are told apart by their place.
                let ties = |place: usize| graph.row(place).iter().any(|(to, _)| order.rank.get(*to as usize) == order.rank.get(place));
                let labels = graph.forwarders.iter().enumerate();
                self.labels.extend(labels.map(|(place, vertex)| {
                    let rank = order.rank.get(place).copied().unwrap_or(0);
                    (*vertex, if ties(place) { vertex.wrapping_add(1 << 16) } else { rank.min(1 << 15) + 1 })
                }));
            }
            Shape::Dimensions(dimensions) => {
                self.most = self.most.max(dimensions.sizes.len());
                self.dimensions.extend(arcs().filter_map(|(arc, from, to)| Some((arc, dimensions.between(from, to)?))));
            }
            Shape::Groups(groups) => {
                self.groups.extend(arcs().map(|(arc, from, to)| (arc, u8::from(!groups.are_one(from, to)))));
                if paths == Paths::Valiant && groups.count > 2 {
                    let first = self.group_count;
                    self.valiant.extend(graph.forwarders.iter().zip(&groups.of).map(|(vertex, group)| (*vertex, first + group)));
                    self.group_count += groups.count;
                }
            }
        }
    }

    fn finish(self, topology: &Topology, made: &mut InForce) {
        let mut class: Vec<u8> = Vec::new();
        let mut tables: Vec<Table> = Vec::new();
        let mut first = 1u8;
        for (arcs, table) in [(self.order, up_down::table()), (self.dimensions, dimensions::table(self.most)), (self.groups, groups::table())] {
            if arcs.is_empty() {
                continue;
            }
            class.resize(topology.edges().len() * 2, 0);
            for (arc, own) in arcs {
                if let Some(slot) = class.get_mut(arc as usize) {
                    *slot = first + own;
                }
            }
            first += table.after.first().map_or(0, Vec::len) as u8;
            tables.push(table);
        }
        if !tables.is_empty() {
            made.turns = Turns::of(class, &tables);
        }
        if !self.labels.is_empty() {
            made.labels = vec![0; topology.vertices().len()];
            for (vertex, label) in self.labels {
                made.labels[vertex as usize] = label;
            }
        }
        if !self.valiant.is_empty() {
            made.groups = vec![NONE; topology.vertices().len()];
            made.group_count = self.group_count;
            for (vertex, group) in self.valiant {
                made.groups[vertex as usize] = group;
            }
            attach(topology, &mut made.groups);
            tell_apart(topology, made);
        }
    }
}

/// What hangs on a switch of a group is of that group: hosts, and what is inside them.
fn attach(topology: &Topology, groups: &mut [u32]) {
    let mut open: Vec<VertexIndex> = (0..topology.vertices().len() as u32).filter(|vertex| groups[*vertex as usize] != NONE).collect();
    let mut next = 0;
    while let Some(here) = open.get(next).copied() {
        next += 1;
        for hop in topology.row(here) {
            let is_switch = topology.vertices().get(hop.to as usize).is_some_and(|vertex| vertex.kind == VertexKind::Switch && vertex.inside.is_none());
            if !is_switch && groups[hop.to as usize] == NONE {
                groups[hop.to as usize] = groups[here as usize];
                open.push(hop.to);
            }
        }
    }
}

/// A symmetry that keeps steps within and between groups what they are keeps groups, since each hangs together by its own links. What hangs on
/// several groups is counted to one of them by chance, so it is told apart.
fn tell_apart(topology: &Topology, made: &mut InForce) {
    let group = |vertex: VertexIndex| made.groups.get(vertex as usize).copied().unwrap_or(NONE);
    let hangs = |vertex: &VertexIndex| topology.vertices().get(*vertex as usize).is_some_and(|vertex| !vertex.transit || vertex.kind == VertexKind::Nic);
    let on_several = |vertex: &VertexIndex| group(*vertex) != NONE && topology.row(*vertex).iter().any(|hop| group(hop.to) != group(*vertex));
    let found: Vec<VertexIndex> = (0..topology.vertices().len() as u32).filter(hangs).filter(on_several).collect();
    if !found.is_empty() {
        made.labels.resize(topology.vertices().len(), 0);
        found.into_iter().for_each(|vertex| made.labels[vertex as usize] = vertex | 1 << 30);
    }
}

/// Names as a sentence lists them: the first two, and how many more.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, ..] => format!("{one} and {} more", names.len() - 1),
    }
}

/// Merges shares of one arc. Time: O(shares log shares).
pub(crate) fn merged(shares: &mut Vec<(u32, f64)>, from: usize) {
    let mut tail = shares.split_off(from);
    order::sort_by_number(&mut tail, |(arc, _)| u64::from(*arc));
    for (arc, share) in tail {
        match shares.get_mut(from..).and_then(|own| own.last_mut()).filter(|last| last.0 == arc) {
            Some(last) => last.1 += share,
            None => shares.push((arc, share)),
        }
    }
}
