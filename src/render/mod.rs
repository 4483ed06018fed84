//! A session as a display list, and the display list as SVG or as a tree of words.
//!
//! This room decides what is drawn at which distance and in which role; it knows roles, not colours. It uses `editor` and
//! everything to its left. Every command knows the [`crate::model::Subject`] it stands for.

mod display;
pub mod outline;

pub use display::{Align, Colour, Command, Dash, DisplayList, Font, Line, Mark, Shape};
