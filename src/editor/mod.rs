//! The session without a browser: what the user may want ([`Intent`]), what the page must do ([`Effect`]), and the
//! [`Session`] between them. History, selection, clipboard, tools and layout live here.
//!
//! This room uses everything to its left. A design changes only when [`Session::handle`] receives an intent; one intent is
//! one undo step and a gesture is one intent's worth from press to release. Nothing here knows a clock or the page.
//!
//! Each piece of state has one lifetime. *Design*: the records and their history, put aside when another design is opened in its place, gone when a third is.
//! *Session*: camera, tool, cable in hand, catalogue. *Moment*: gesture and hover, gone with the next intent that edits.

mod alike;
mod clipboard;
pub mod commands;
mod copying;
mod delete;
mod draft;
pub mod examples;
mod fields;
mod group;
mod hint;
mod history;
mod intent;
mod joining;
mod keyboard;
pub mod layout;
mod naming;
pub mod opening;
pub mod overlay;
mod own_parts;
pub mod part_form;
mod part_quantities;
mod preview;
mod repeat;
mod replacing;
mod room;
mod scenarios;
mod selection;
mod session;
mod settings;
mod standing;
mod tools;
mod upkeep;
mod view;
mod wiring;
mod workloads;

pub use alike::kinds;
pub use clipboard::Clip;
pub use fields::as_placed;
pub use hint::PointerHint;
pub use intent::{Align, Along, Effect, Extend, Field, Intent, KeyMods, PointerButton, PointerEvent, Theme, ToolKind, Zoom};
pub use joining::Sides;
pub use keyboard::Step;
pub use preview::{Ghosts, Preview};
pub use repeat::MOST_COPIES;
pub use scenarios::ScenarioStep;
pub use session::Session;
pub use standing::{GRID, Landing, Lift};
pub use tools::Gesture;
pub use view::{ZOOM_LEAST, ZOOM_MOST, ZOOM_STEP};
pub use workloads::WorkloadStep;
