//! Geometry: where everything of a design is drawn, where its ports are, what lies under a place, and the camera.
//!
//! This room uses `catalog`, `model`, `engine` and `units`. It owns places and never colours: what is drawn of them at which distance
//! is `render`'s. All places are drawing units (pixels at 100 % zoom) unless a name says *view*. Places live in flat arrays in id order;
//! a drag moves only the rows it must ([`Scene::moved`]).

mod build;
pub(crate) mod bus;
#[cfg(test)]
mod bus_laws;
mod camera;
pub mod curve;
mod face;
mod grid;
mod hit;
mod moved;
mod store;
mod worn;

pub use build::{GROUP_PADDING, GROUP_TITLE};
pub use camera::{Camera, PORT_ZOOM, ZOOM_LEAST, ZOOM_MOST};
pub use curve::{Curve, Side};
pub use face::{
    Face, InsideSpot, RACK_MARGIN, RACK_PADDING, RACK_TITLE, RACK_WIDTH, SMALL_WIDTH, SWITCH_WIDTH, SYSTEM_WIDTH, TextSpot, U_HEIGHT, XPU_WIDTH, rack_height,
    size_of, units_of,
};
pub use moved::Carried;
pub(crate) use store::NONE;
pub use store::{PortPlace, Scene};

/// Up to this many nodes a design without groups and racks shows every node and trunk, however far away it is.
pub(crate) const SINGLE_NODES: usize = 300;

/// How near the drawing is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Distance {
    /// Groups and bundles with totals and findings.
    Far,
    /// Racks, systems, trunks with a count.
    Middle,
    /// Ports, labels, the inside of a system.
    Near,
}
