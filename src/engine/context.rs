//! What every rule and every estimate looks at: the design, its catalogue, and what was derived from both once.

use std::cell::{OnceCell, RefCell};

use super::cabling::{Floor, Length};
use super::census::Census;
use super::change::Change;
use super::cost::{self, Cost};
use super::delays::Delays;
use super::estimate::{self, Estimate};
use super::known::{From, Known, Stands};
use super::latency::{self, pace::Pace};
use super::materials;
use super::parts::Parts;
use super::routing::InForce;
use super::structure::Structure;
use super::tiers::Tiers;
use super::topology::{ArcIndex, Topology, VertexIndex};
use super::training::Job;
use crate::catalog::{Catalog, PortUse};
use crate::model::{Design, Link, Node, NodeId, Part, Recalled};
use crate::units::Bytes;

/// What is bought and what it costs, with whether its lines can be taken over after an edit of links.
pub(super) type Bought = (Cost, bool);
/// What is made when it is first asked for: floor, what is bought, what edges and vertices take.
type Asked = (Option<Floor>, Option<Bought>, Option<Pace>);
/// The ends of a way, and its arcs.
type Way = ([VertexIndex; 2], Vec<ArcIndex>);

/// A design with what was derived from it. Made once per evaluation.
#[derive(Debug)]
pub struct Context<'a> {
    /// The design.
    pub design: &'a Design,
    /// The catalogue it refers to.
    pub catalog: &'a Catalog,
    /// Every node with its part.
    pub parts: Parts<'a>,
    /// The compiled graph.
    pub topology: Topology,
    /// How long links and vertices take.
    pub delays: Delays,
    /// Which link uses each port.
    pub ports: PortUse,
    /// Components, bridges and articulation points.
    pub structure: Structure,
    /// The tier of each node.
    pub tiers: Tiers,
    /// The message whose latency is asked about: the design's, unless somebody asks about another.
    pub message: Option<Bytes>,
    /// The routing in force.
    pub routing: InForce,
    /// What is known of the compiled graph from before.
    pub known: Known,
    /// The pair that was asked about last, and the slowest of its equal routes.
    pub(super) slowest: RefCell<Option<Way>>,
    floor: OnceCell<Floor>,
    pace: OnceCell<Pace>,
    cost: OnceCell<Bought>,
    estimates: OnceCell<Vec<Estimate>>,
    jobs: OnceCell<Vec<Result<Job, Vec<String>>>>,
}

impl<'a> Context<'a> {
    /// Derives everything. Time: O(nodes + links + what is inside systems).
    pub fn new(design: &'a Design, catalog: &'a Catalog) -> Self {
        let parts = Parts::of(design, catalog);
        let topology = Topology::of(design, catalog, &parts);
        let structure = Structure::of(&topology);
        let tiers = Tiers::of(&topology);
        let floor = OnceCell::new();
        let delays = Delays::of(design, catalog, &topology, &parts, |link| length(design, catalog, &floor, link));
        Self::with(design, catalog, parts, topology, delays, PortUse::of(design), structure, tiers, floor)
    }

    /// Derives everything, by taking over what is known from before as far as the change leaves it ([`super::known`] says what that is).
    pub fn again(design: &'a Design, catalog: &'a Catalog, mut known: Known) -> Self {
        let Some(from) = known.derived(design, catalog) else { return Self { known: known.results(), ..Self::new(design, catalog) } };
        let change = known.change().cloned().unwrap_or_default();
        let parts = Parts::of(design, catalog);
        let From { topology, mut delays, mut ports, structure, tiers, floor, routing, message, cost, pace, .. } = from;
        ports.follow(design, change.nodes().keys().copied(), change.links().iter().map(|(id, before)| (*id, before.as_deref())));
        let Some((topology, edited)) = topology.after(design, catalog, &parts, &ports, &change) else {
            return Self { known: known.results(), ..Self::new(design, catalog) };
        };
        let floor = floor.map_or_else(OnceCell::new, |floor| OnceCell::from(floor.after(design, catalog, &change)));
        let measured = |link: &Link| length(design, catalog, &floor, link);
        let stands = if change.places_stand(design) {
            let around = change.around(design);
            let delays = delays.follow(design, catalog, &topology, &edited, around.iter().copied(), measured);
            // What is on the wire of a link says how long the switch at its other end takes.
            let ends = edited.anew.iter().filter_map(|edge| topology.edges().get(*edge as usize)).flat_map(|edge| edge.ends);
            let beside = ends.filter_map(|end| topology.vertices().get(end as usize)).map(|vertex| vertex.node);
            let touched = around.iter().copied().chain(beside).filter_map(|node| topology.places().place(node)).collect();
            Stands { graph: edited.graph_stands(), delays, touched: Some(touched) }
        } else {
            delays = Delays::of(design, catalog, &topology, &parts, measured);
            Stands { graph: edited.graph_stands(), delays: false, touched: None }
        };
        let (structure, tiers) = if stands.graph {
            (structure, tiers)
        } else {
            let tiers = stands.touched.as_ref().and_then(|touched| tiers.after(&topology, &edited, touched));
            (structure.after(&topology, &edited).unwrap_or_else(|| Structure::of(&topology)), tiers.unwrap_or_else(|| Tiers::of(&topology)))
        };
        let mut context = Self::with(design, catalog, parts, topology, delays, ports, structure, tiers, floor);
        #[cfg(debug_assertions)]
        context.compare(&Self::new(design, catalog));
        if let (Some(pace), Some(touched)) = (pace.filter(|_| message == latency::message(&context)), &stands.touched) {
            context.pace = pace.after(&context.topology, &context.delays, &edited, touched).map_or_else(OnceCell::new, OnceCell::from);
        }
        if let Some((cost, alike)) = cost {
            if change.bought_stands(design) {
                context.cost = OnceCell::from((cost, alike));
            } else if alike && change.bought_but_records_stands(design) {
                let lines = cost.lines.into_iter().map(|line| line.line).collect();
                let lines = materials::after(lines, design, catalog, &change, &context.ports, &|link| context.length(link));
                debug_assert!(lines.as_ref().is_none_or(|lines| *lines == context.materials().0), "materials");
                context.cost = lines.map_or_else(OnceCell::new, |lines| OnceCell::from((cost::cost(design, lines), true)));
            }
        }
        context.known = known.fitting(&context, edited, &stands, &routing, message);
        debug_assert!(context.known.census.get().is_none_or(|census| *census == Census::of(&context.parts)), "census");
        context
    }

    #[expect(clippy::too_many_arguments, reason = "each is a field")]
    fn with(
        design: &'a Design,
        catalog: &'a Catalog,
        parts: Parts<'a>,
        topology: Topology,
        delays: Delays,
        ports: PortUse,
        structure: Structure,
        tiers: Tiers,
        floor: OnceCell<Floor>,
    ) -> Self {
        Self {
            routing: InForce::of(design, &topology, &tiers),
            design,
            catalog,
            parts,
            topology,
            delays,
            ports,
            structure,
            tiers,
            floor,
            message: design.meta.settings.message,
            known: Known::default(),
            slowest: RefCell::default(),
            pace: OnceCell::new(),
            cost: OnceCell::new(),
            estimates: OnceCell::new(),
            jobs: OnceCell::new(),
        }
    }

    /// Holds that everything taken over is what it would be from scratch.
    #[cfg(debug_assertions)]
    fn compare(&self, scratch: &Self) {
        debug_assert!(self.topology.facts() == scratch.topology.facts(), "facts");
        debug_assert!(self.topology.edges() == scratch.topology.edges(), "edges");
        debug_assert!(self.topology == scratch.topology, "topology");
        debug_assert!(self.delays == scratch.delays, "delays");
        debug_assert!(self.ports == scratch.ports, "port use");
        debug_assert!(self.structure == scratch.structure, "structure");
        debug_assert!(self.tiers == scratch.tiers, "tiers");
        debug_assert!(self.floor.get().is_none() || scratch.floor.get().is_none() || self.floor.get() == scratch.floor.get(), "floor");
    }

    /// Takes it apart into what is kept for the next evaluation.
    pub(super) fn into_parts(self) -> (Topology, Delays, PortUse, Structure, Tiers, InForce, Asked, Known) {
        let (floor, cost, pace) = (self.floor.into_inner(), self.cost.into_inner(), self.pace.into_inner());
        (self.topology, self.delays, self.ports, self.structure, self.tiers, self.routing, (floor, cost, pace), self.known)
    }

    /// What differs from the design of the last evaluation, whose results [`Context::known`] holds; `None` where nothing is known from before.
    pub fn change(&self) -> Option<&Change> {
        self.known.change()
    }

    /// How long a link is, and how that is known. The floor is looked at once, and only where some link states no length.
    pub fn length(&self, link: &Link) -> Length {
        length(self.design, self.catalog, &self.floor, link)
    }

    /// What edges and vertices take of the message that is asked about; made when first asked for and kept.
    pub fn pace(&self) -> &Pace {
        self.pace.get_or_init(|| Pace::of(&self.topology, &self.delays, latency::message(self)))
    }

    /// The bill of materials with what it costs; made when first asked for and kept.
    pub fn cost(&self) -> &Cost {
        let made = self.cost.get_or_init(|| {
            let (lines, alike) = self.materials();
            (cost::cost(self.design, lines), alike)
        });
        &made.0
    }

    fn materials(&self) -> (Vec<materials::Line>, bool) {
        materials::counted(self.design, self.catalog, self.topology.facts(), &|link| self.length(link))
    }

    /// What is counted over nodes alone; made when first asked for and kept.
    pub fn census(&self) -> &Census {
        self.known.census.get_or_init(|| Census::of(&self.parts))
    }

    /// Every estimate of the design, in the order they are shown; made when first asked for and kept.
    pub fn estimates(&self) -> &[Estimate] {
        self.estimates.get_or_init(|| estimate::all_of(self))
    }

    /// How each workload of the design is spread over it, or why it cannot be; worked out when first asked for and kept.
    pub fn jobs(&self) -> &[Result<Job, Vec<String>>] {
        self.jobs.get_or_init(|| self.design.meta.workloads.iter().map(|workload| Job::of(self, workload)).collect())
    }

    /// Whether recalled figures count.
    pub fn recalled(&self) -> Recalled {
        self.design.meta.settings.recalled
    }

    /// The part of a node, where the catalogue knows it.
    pub fn part_of(&self, node: &Node) -> Option<&'a Part> {
        self.catalog.part(self.design, &node.part)
    }

    /// What a node is called: its name, or its id where it has none.
    pub fn name(&self, node: NodeId) -> String {
        self.design.nodes.get(node).map(|node| node.name.trim()).filter(|name| !name.is_empty()).map_or_else(|| node.to_string(), str::to_owned)
    }
}

fn length(design: &Design, catalog: &Catalog, floor: &OnceCell<Floor>, link: &Link) -> Length {
    match link.length {
        Some(stated) => Length::Stated(stated),
        None => floor.get_or_init(|| Floor::of(design, catalog)).length(design, catalog, link),
    }
}
