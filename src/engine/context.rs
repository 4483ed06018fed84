//! What every rule and every estimate looks at: the design, its catalogue, and what was derived from both once.

use std::cell::OnceCell;

use super::cabling::{Floor, Length};
use super::change::Change;
use super::cost::{self, Cost};
use super::delays::Delays;
use super::estimate::{self, Estimate};
use super::known::Known;
use super::materials::materials;
use super::parts::Parts;
use super::routing::InForce;
use super::structure::Structure;
use super::tiers::Tiers;
use super::topology::Topology;
use super::training::Job;
use crate::catalog::{Catalog, PortUse};
use crate::model::{Design, Link, Node, NodeId, Part, Recalled};
use crate::units::Bytes;

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
    floor: OnceCell<Floor>,
    cost: OnceCell<Cost>,
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
        let routing = InForce::of(design, &topology, &tiers);
        let floor = OnceCell::new();
        let delays = Delays::of(design, catalog, &topology, &parts, |link| length(design, catalog, &floor, link));
        Self {
            design,
            catalog,
            ports: PortUse::of(design),
            parts,
            topology,
            delays,
            structure,
            tiers,
            routing,
            floor,
            message: design.meta.settings.message,
            known: Known::default(),
            cost: OnceCell::new(),
            estimates: OnceCell::new(),
            jobs: OnceCell::new(),
        }
    }

    /// What differs from the design of the last evaluation, whose results [`Context::known`] holds; `None` where nothing is known from before.
    pub fn change(&self) -> Option<&Change> {
        self.known.change()
    }

    /// How long a link is, and how that is known. The floor is looked at once, and only where some link states no length.
    pub fn length(&self, link: &Link) -> Length {
        length(self.design, self.catalog, &self.floor, link)
    }

    /// The bill of materials with what it costs; made when first asked for and kept.
    pub fn cost(&self) -> &Cost {
        self.cost.get_or_init(|| {
            let lines = materials(self.design, self.catalog, self.topology.facts(), &|link| self.length(link));
            cost::cost(self.design, lines)
        })
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
