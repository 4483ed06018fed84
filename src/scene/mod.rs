//! Geometry: where everything of a design is drawn, where its ports are, what lies under a place, and the camera.
//!
//! This room uses `catalog`, `model`, `engine` and `units`. It owns places and never colours: what is drawn of them at which distance
//! is `render`'s. All places are drawing units (pixels at 100 % zoom) unless a name says *view*.

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
