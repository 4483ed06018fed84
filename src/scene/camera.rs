//! The camera: which part of the drawing is seen, and how near.

use super::{Distance, Scene};
use crate::units::{Point, Rect};

/// The least zoom.
pub const ZOOM_LEAST: f64 = 0.002;
/// The greatest zoom.
pub const ZOOM_MOST: f64 = 8.0;
/// Below this zoom parts are seen as blocks: a switch is 7 pixels high.
pub(crate) const FAR_ZOOM: f64 = 0.21;
/// From this zoom on ports are drawn and can be hit.
pub const PORT_ZOOM: f64 = 0.62;

/// Zooms at which one distance becomes the next: blocks become parts, ports are drawn.
const BETWEEN: [(f64, f64); 2] = [(FAR_ZOOM, FAR_ZOOM * 1.12), (PORT_ZOOM * 0.95, PORT_ZOOM * 1.06)];

/// Which part of the drawing is seen. `view = (drawing - origin) * zoom`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// What lies at the view's top left corner, in drawing units.
    pub origin: Point,
    /// View pixels per drawing unit.
    pub zoom: f64,
    /// Width of the view in view pixels.
    pub width: f64,
    /// Height of the view in view pixels.
    pub height: f64,
}

impl Default for Camera {
    fn default() -> Self {
        Self { origin: Point::default(), zoom: 1.0, width: 1280.0, height: 800.0 }
    }
}

impl Camera {
    /// A place of the drawing in view pixels.
    pub fn to_view(&self, place: Point) -> Point {
        Point::new((place.x - self.origin.x) * self.zoom, (place.y - self.origin.y) * self.zoom)
    }
    /// A place of the view in drawing units.
    pub fn to_world(&self, place: Point) -> Point {
        Point::new(place.x / self.zoom + self.origin.x, place.y / self.zoom + self.origin.y)
    }
    /// Nearer by `factor`, with `around` (view pixels) staying where it is. The zoom keeps within its limits.
    pub fn zoomed_by(&self, factor: f64, around: Point) -> Self {
        let factor = if factor.is_finite() && factor > 0.0 { factor } else { 1.0 };
        let zoom = (self.zoom * factor).clamp(ZOOM_LEAST, ZOOM_MOST);
        let fixed = self.to_world(around);
        Self { origin: Point::new(fixed.x - around.x / zoom, fixed.y - around.y / zoom), zoom, ..*self }
    }
    /// The whole of `rect` in the middle of the view with a margin, no nearer than 150 %.
    pub fn fitted(&self, rect: &Rect) -> Self {
        let margin = 40.0f64.min(self.width / 8.0).min(self.height / 8.0);
        let across = (self.width - 2.0 * margin).max(1.0) / rect.width.max(1.0);
        let down = (self.height - 2.0 * margin).max(1.0) / rect.height.max(1.0);
        let zoom = across.min(down).clamp(ZOOM_LEAST, 1.5);
        // A view that rests does not rest half-way between two distances.
        let zoom = BETWEEN.iter().find(|(from, to)| zoom > *from && zoom < *to).map_or(zoom, |(from, _)| *from);
        let middle = rect.center();
        Self { origin: Point::new(middle.x - self.width / 2.0 / zoom, middle.y - self.height / 2.0 / zoom), zoom, ..*self }
    }
    /// Moved by view pixels: what is drawn moves by `dx` to the right.
    pub fn panned(&self, dx: f64, dy: f64) -> Self {
        Self { origin: self.origin.shifted(-dx / self.zoom, -dy / self.zoom), ..*self }
    }
    /// What is seen, in drawing units.
    pub fn visible(&self) -> Rect {
        Rect::new(self.origin.x, self.origin.y, self.width / self.zoom, self.height / self.zoom)
    }
    /// How long a view pixel is in drawing units.
    pub fn pixel(&self) -> f64 {
        1.0 / self.zoom
    }
}

impl Distance {
    /// How near a scene is seen at a zoom: near while ports can be told apart, far when parts are a few pixels high.
    pub fn at(zoom: f64, scene: &Scene) -> Self {
        if zoom >= PORT_ZOOM {
            Self::Near
        } else if zoom < scene.far_zoom() {
            Self::Far
        } else {
            Self::Middle
        }
    }
}
