//! How much is seen at a zoom: opacities that fade details in, so that crossing from one distance to the next never jumps.

use crate::scene::PORT_ZOOM;

/// Opacities of details at a zoom, each from 0 (not drawn) to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Detail {
    /// View pixels per drawing unit.
    pub zoom: f64,
    /// Groups as blocks and bundles.
    pub far: f32,
    /// Parts as boxes with a name, trunks with a count.
    pub parts: f32,
    /// Ports, lanes, labels on the panel.
    pub ports: f32,
    /// Small print: numbers of units, labels of ports.
    pub print: f32,
}

impl Detail {
    pub(crate) fn at(zoom: f64, far_zoom: f64) -> Self {
        let far = 1.0 - ramp(zoom, far_zoom, far_zoom * 1.12);
        Self { zoom, far, parts: 1.0 - far, ports: ramp(zoom, PORT_ZOOM * 0.95, PORT_ZOOM * 1.06), print: ramp(zoom, 1.5, 1.8) }
    }
    /// A length of view pixels in drawing units.
    pub(crate) fn pixels(&self, count: f64) -> f64 {
        count / self.zoom
    }
}

/// 0 below `from`, 1 above `to`, even between.
pub(crate) fn ramp(value: f64, from: f64, to: f64) -> f32 {
    ((value - from) / (to - from)).clamp(0.0, 1.0) as f32
}
