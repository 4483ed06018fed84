//! What one evaluation leaves for the next, and which of it is taken over under which change. This is the one place that says so:
//!
//! | kept | taken over |
//! |---|---|
//! | everything | nothing, where an own part, a fabric or the settings differ, the catalogue, or the group of anything that stays: see [`Known::fitting`] |
//! | topology with its facts, delays, port use, floor | always: what the change touches is worked out anew in them (`after`, `follow`) |
//! | bisection | where no vertex and no edge differs |
//! | the links that the bisection looks at | patched, where vertices stand and few edges differ, or nodes come or go |
//! | components, bridges, articulation points | besides where each edge lost or gained has two other ways around it: [`Structure::after`] |
//! | tiers | besides where every node around what differs still stands one above its lowest neighbour: [`Tiers::after`] |
//! | bill of materials with its cost | where nothing differs that is bought, nor how long a cable is: [`Change::bought_stands`]; lines are patched where only links differ and nodes come or go |
//! | what is counted over nodes | where parts and settings of ports stand: [`Change::census_stands`] |
//! | which nodes have the same links | where every step may follow every other; nodes around what differs are asked again |
//! | latency over all pairs, rings and trees over all ranks | where besides no delay, no routing, no message size and no part of a node differs |
//! | what edges and vertices take of the message | where racks stand and the message is of the same size; patched |
//! | switches and islands that searches over all pairs look at | where switches stand, and islands of several nodes; those are looked at again that differ or that a link differs at |
//! | ways between classes of switches | besides where few pairs of switches are joined otherwise: those that have none of their links on a shortest way |
//! | what the rules keep | always: they see to it themselves, by the change (`rules::kept`) |
//! | ways of flows between switches | those that no changed edge touches or shortens |
//!
//! Whatever is taken over equals what would be made from scratch; debug builds compare them after every evaluation. So a report is the same bytes
//! whether it was made with or without what is known from before.

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use super::cabling::Floor;
use super::census::Census;
use super::change::{Change, Other};
use super::context::{Bought, Context};
use super::delays::Delays;
use super::estimate::Estimate;
use super::estimate::collective::network::Channels;
use super::estimate::collective::paths::Paths;
use super::estimate::collective::tuning::Family;
use super::estimate::halves::Fabric;
use super::latency::pace::Pace;
use super::latency::{self, AllPairs};
use super::routing::InForce;
use super::rules::Kept;
use super::structure::Structure;
use super::tiers::Tiers;
use super::topology::{Edited, Topology};
use super::twins::Alike;
use crate::catalog::{Catalog, PortUse};
use crate::model::{Design, Meta};
use crate::units::Bytes;

/// Results with what they were worked out from. Space: that of the compiled graph.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub(super) from: Option<Box<From>>,
    /// What differs from the design it is known of.
    change: Option<Change>,
    /// What became of the compiled graph, where it was taken over.
    edited: Option<Edited>,
    /// Latency and hops over all pairs.
    pub(super) pairs: OnceCell<AllPairs>,
    /// What crosses the network in rings and in trees over all ranks, whose constants are a family's.
    pub(super) ring: OnceCell<(Family, Channels)>,
    /// See [`Known::ring`].
    pub(super) tree: OnceCell<(Family, Channels)>,
    /// The bandwidth between two halves.
    pub(super) bisection: OnceCell<Option<Estimate>>,
    /// The links that the bisection looks at; patched.
    pub(super) halves: RefCell<Option<Fabric>>,
    /// Ways of flows between switches; those that an edit does not touch are kept.
    pub(super) paths: RefCell<Paths>,
    /// What is counted over nodes alone.
    pub(super) census: OnceCell<Census>,
    /// Which nodes have the same links; what an edit touches is looked at again.
    pub(super) alike: RefCell<Alike>,
    /// What searches over all pairs look at, and ways between switches; what an edit touches is looked at again.
    pub(super) switches: RefCell<latency::Kept>,
    /// What the rules keep.
    pub(super) rules: RefCell<Kept>,
}

/// What was derived of the design before.
#[derive(Clone, Debug)]
pub(super) struct From {
    pub(super) topology: Topology,
    pub(super) delays: Delays,
    pub(super) ports: PortUse,
    pub(super) structure: Structure,
    pub(super) tiers: Tiers,
    pub(super) floor: Option<Floor>,
    pub(super) cost: Option<Bought>,
    pub(super) routing: InForce,
    pub(super) message: Bytes,
    pub(super) pace: Option<Pace>,
    meta: Arc<Meta>,
    /// Keeps the parts alive whose addresses are compared.
    catalog: Catalog,
}

/// What of the last context still is as it was: results rest on it.
pub(super) struct Stands {
    /// Vertices and edges.
    pub(super) graph: bool,
    /// What edges and vertices take.
    pub(super) delays: bool,
    /// Places of nodes that differ, or at which a link does, or what one takes; `None` where that may be of any.
    pub(super) touched: Option<Vec<usize>>,
}

impl Known {
    /// What is known of a design after its evaluation.
    pub fn of(context: Context) -> Self {
        let message = latency::message(&context);
        let (meta, catalog) = (context.design.meta.clone(), context.catalog.clone());
        let (topology, delays, ports, structure, tiers, routing, (floor, cost, pace), known) = context.into_parts();
        let from = From { topology, delays, ports, structure, tiers, floor, cost, routing, message, pace, meta, catalog };
        Self { from: Some(Box::new(from)), change: None, edited: None, ..known }
    }
    /// Notes what differs from the design that this is known of. Where that is not known, nothing is.
    pub fn with(self, change: Option<Change>) -> Self {
        change.map_or_else(Self::default, |change| Self { change: Some(change), ..self })
    }
    /// What differs from the design that this is known of; `None` where nothing is known from before.
    pub fn change(&self) -> Option<&Change> {
        self.change.as_ref()
    }
    /// What became of the compiled graph; `None` where it was compiled from scratch.
    pub fn edited(&self) -> Option<&Edited> {
        self.edited.as_ref()
    }
    /// What was derived before, where it can be taken over: nothing differs but nodes, links, racks, with them members of groups, requirements and what is
    /// said of the whole, its settings left out.
    pub(super) fn derived(&mut self, design: &Design, catalog: &Catalog) -> Option<From> {
        let change = self.change.as_ref()?;
        let from = self.from.take()?;
        let whole = [Other::Fabric, Other::Part].into_iter().any(|other| change.has(other)) || !change.groups_stand(design);
        (!whole && from.meta.settings == design.meta.settings && from.catalog.is(catalog)).then_some(*from)
    }
    /// As much of the results as holds for a context that was derived anew.
    pub(super) fn results(self) -> Self {
        Self { change: self.change, rules: self.rules, ..Self::default() }
    }
    /// As much of the results as holds for a context that was taken over. `routing` and `message` are what they rested on.
    pub(super) fn fitting(mut self, context: &Context, edited: Edited, stands: &Stands, routing: &InForce, message: Bytes) -> Self {
        let free = routing.turns.is_free() && context.routing.turns.is_free();
        match stands.touched.as_ref().filter(|_| free && edited.others_stand) {
            Some(touched) => {
                let alike = self.alike.get_mut();
                alike.move_nodes(&edited.nodes);
                alike.forget(touched);
            }
            None => self.alike = RefCell::default(),
        }
        match stands.touched.as_ref().filter(|_| edited.others_stand) {
            Some(touched) if !edited.nodes.is_still() => self.switches.get_mut().move_nodes(&context.topology, &edited, touched),
            Some(touched) if edited.vertices_stand => self.switches.get_mut().touch(touched),
            _ => self.switches = RefCell::default(),
        }
        if !self.change.as_ref().is_some_and(|change| change.census_stands(context.design)) {
            self.census = OnceCell::new();
        }
        let asked = message == latency::message(context) && *routing == context.routing;
        let same_parts = self.change.as_ref().is_some_and(|change| change.nodes_stand(context.design, |before, after| before.part == after.part));
        if !stands.graph {
            self.halves = RefCell::new(self.halves.take().and_then(|halves| halves.after(context, &edited)));
        }
        if asked && stands.graph && stands.delays && same_parts {
            return Self { edited: Some(edited), ..self };
        }
        // Ways are those of shortest paths, split evenly, and looked at under no other routing.
        let paths = self.paths.take().fitting(&edited, &context.topology);
        let bisection = if stands.graph { self.bisection.clone() } else { OnceCell::new() };
        let (census, alike, halves) = (std::mem::take(&mut self.census), std::mem::take(&mut self.alike), self.halves.take());
        let switches = std::mem::take(&mut self.switches);
        Self { paths: RefCell::new(paths), bisection, census, alike, halves: RefCell::new(halves), switches, edited: Some(edited), ..self.results() }
    }
}
