//! A session as a display list, and the display list as SVG or as a tree of words.
//!
//! This room decides what is drawn at which distance and in which role; it knows roles, not colours (but for [`palette`], which SVG
//! files need). It uses `editor` and everything to its left. What is drawn knows the [`crate::model::Subject`] it stands for, except
//! where many things of equal looks are drawn in one go.

mod buses;
mod detail;
mod display;
mod failed;
mod far;
mod links;
mod list;
mod lively;
mod names;
pub mod outline;
mod overlay;
pub mod palette;
mod parts;
pub mod plot;
mod preview;
mod ring;
mod session;
mod strokes;
pub mod svg;
mod view;

pub use display::{Align, Colour, Command, Dash, DisplayList, Font, HALO, Line, Mark, Shape};
pub use list::{Renderer, scene_list};
pub use names::telling;
pub use session::display_list;
pub use view::{Judge, Motion, SceneView, clean, layer_colour};
