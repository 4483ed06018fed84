//! The canvas: two stacked layers outside the virtual DOM, drawn once per frame, and the pointer's way into the session.
//!
//! The still layer holds what no gesture moves and is redrawn only when [`crate::render::DisplayList::still_key`] or the camera
//! changes. Where drawing it takes too long for smooth movement, its picture is moved and stretched instead while the view moves,
//! and drawn crisp again at rest. The lively layer is redrawn in every dirty frame.

mod colours;
mod minimap;
mod paint;
mod pointer;
mod stage;

pub use minimap::Minimap;
pub use stage::Stage;
