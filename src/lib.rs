//! Weft: an AI-fabric designer. This file is the map of the crate and nothing else.
//!
//! ```text
//! units -> json -> model -> catalog -> engine -> io -> scene -> editor -> render -> app -> embed
//! ```
//!
//! A room may use rooms to its left; nothing points right. Left of `app` there is no browser, no clock,
//! no randomness and no file. `ARCHITECTURE.md` says what each room owns.

// Download size: see clippy.toml, docs/decisions/one-sort.md and sorted-map.md.
#![cfg_attr(not(test), warn(clippy::disallowed_methods, clippy::disallowed_types))]

pub mod catalog;
pub mod editor;
pub mod engine;
pub mod io;
pub mod json;
pub mod model;
pub mod render;
pub mod scene;
pub mod units;

#[cfg(feature = "web")]
pub mod app;
#[cfg(feature = "web")]
pub mod embed;
