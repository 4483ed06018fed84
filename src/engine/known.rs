//! What one evaluation leaves for the next: results that follow from the compiled graph alone. Names, places, prices, settings and whatever else is
//! edited without touching the graph leaves them as they are.
//!
//! A result is taken over only where all it was worked out from is equal, compared in full. So a report is the same bytes whether it was made with
//! or without what is known from before.

use std::cell::{OnceCell, RefCell};

use super::change::Change;
use super::context::Context;
use super::delays::Delays;
use super::estimate::collective::network::Channels;
use super::estimate::collective::paths::Paths;
use super::estimate::collective::tuning::Family;
use super::latency::{self, AllPairs};
use super::routing::InForce;
use super::topology::Topology;
use crate::units::Bytes;

/// Results with what they were worked out from. Space: that of the compiled graph.
#[derive(Clone, Debug, Default)]
pub struct Known {
    from: Option<Box<From>>,
    /// What differs from the design it is known of.
    change: Option<Change>,
    /// Latency and hops over all pairs.
    pub(super) pairs: OnceCell<AllPairs>,
    /// What crosses the network in rings and in trees over all ranks, whose constants are a family's.
    pub(super) ring: OnceCell<(Family, Channels)>,
    /// See [`Known::ring`].
    pub(super) tree: OnceCell<(Family, Channels)>,
    /// Ways of flows between switches; those that an edit does not touch are kept.
    pub(super) paths: RefCell<Paths>,
}

#[derive(Clone, Debug)]
struct From {
    topology: Topology,
    delays: Delays,
    routing: InForce,
    /// Which nodes are of the same part: addresses, compared for equality only.
    parts: Vec<usize>,
    message: Bytes,
}

fn parts(context: &Context) -> Vec<usize> {
    context.parts.all().iter().map(|(_, part)| part.map_or(0, |part| std::ptr::from_ref(part) as usize)).collect()
}

impl Known {
    /// What is known of a design after its evaluation.
    pub fn of(context: Context) -> Self {
        let (parts, message) = (parts(&context), latency::message(&context));
        let Context { topology, delays, routing, known, .. } = context;
        Self { from: Some(Box::new(From { topology, delays, routing, parts, message })), change: None, ..known }
    }
    /// What differs from the design that this is known of; `None` where nothing is known from before.
    pub fn change(&self) -> Option<&Change> {
        self.change.as_ref()
    }
    /// As much of it as holds for a design that differs so: all, or only the ways that the change does not touch. Time: O(vertices + edges).
    pub fn fitting(self, context: &Context, change: Change) -> Self {
        Self { change: Some(change), ..self.results_fitting(context) }
    }
    fn results_fitting(self, context: &Context) -> Self {
        let Some(from) = self.from.as_deref() else { return Self::default() };
        let asked = from.message == latency::message(context) && from.routing == context.routing;
        if asked && from.topology == context.topology && from.delays == context.delays && from.parts == parts(context) {
            return self;
        }
        // Ways are those of shortest paths, split evenly, and looked at under no other routing.
        let paths = self.paths.take().fitting(&from.topology, &context.topology);
        Self { paths: RefCell::new(paths), ..Self::default() }
    }
}
