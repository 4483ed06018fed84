//! The session without a browser: what the user may want ([`Intent`]), what the page must do ([`Effect`]), and the
//! [`Session`] between them. History, selection, clipboard, tools and layout live here.
//!
//! This room uses everything to its left. A design changes only when [`Session::handle`] receives an intent; one intent is
//! one undo step and a gesture is one intent's worth from press to release. Nothing here knows a clock or the page.

mod intent;
pub mod layout;

pub use intent::{Align, Effect, Extend, Field, Intent, KeyMods, PointerButton, PointerEvent, Theme, ToolKind, Zoom};
