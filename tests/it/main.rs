//! The integration tests, one crate so that they link once. One file per area, one `check` function per area.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, missing_docs)]

mod accuracy;
mod architecture;
mod cabling;
mod catalog;
mod cli;
mod confirmed;
mod digest;
mod editor;
mod editor_laws;
mod engine;
mod examples;
mod failures;
mod graphs;
mod import;
mod io;
mod json;
mod latency;
mod laws;
mod layout;
mod memory;
mod money;
mod names;
mod netbox;
mod oracle;
mod plot;
mod rates;
mod render;
mod reports;
mod rules;
mod rules_templates;
mod schema;
mod templates;
mod templates_shapes;
mod text_design;
