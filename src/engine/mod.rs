//! Pure evaluation of a design: topology, rules, estimates, templates.
//!
//! This room uses `catalog`, `model` and `units`. It never fails: a half-drawn or impossible design is normal input and
//! yields a [`report::Report`]. It knows no clock, no file and no browser, so the same code runs in the page's worker and
//! in the native command, and gives the same report.

pub mod ask;
pub mod assumptions;
pub mod cabling;
pub mod census;
pub mod change;
pub mod compare;
pub mod context;
pub mod conventions;
pub mod cost;
pub mod deadlock;
pub mod delays;
pub mod diagnostics;
pub mod digest;
pub mod estimate;
pub mod facts;
pub mod failures;
pub mod feeds;
pub mod forwarders;
pub mod known;
pub mod labels;
pub mod latency;
pub mod materials;
pub mod parts;
pub mod racks;
pub mod report;
pub mod requirements;
pub mod routes;
pub mod routing;
pub mod rules;
pub mod service;
pub mod settable;
pub mod splice;
pub mod structure;
pub mod templates;
pub mod tiers;
pub mod topology;
pub mod training;
pub mod twins;
mod wire;
