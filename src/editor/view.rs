//! Moving the view. Never an edit, never an undo step.

use super::intent::Zoom;
use crate::scene::Camera;
use crate::units::{Point, Rect};

/// The least zoom a user gets to.
pub const ZOOM_LEAST: f64 = 0.02;
/// The greatest zoom a user gets to.
pub const ZOOM_MOST: f64 = 8.0;
/// How much one step of zooming is.
pub const ZOOM_STEP: f64 = 1.25;

/// The camera after a change of zoom. `all` and `selected` are the boxes of the drawing and of the selection.
pub(super) fn zoomed(camera: &Camera, zoom: Zoom, all: Option<Rect>, selected: Option<Rect>) -> Camera {
    let middle = Point::new(camera.width / 2.0, camera.height / 2.0);
    match zoom {
        Zoom::By { factor, around } => by(camera, factor, around),
        Zoom::In => by(camera, ZOOM_STEP, middle),
        Zoom::Out => by(camera, 1.0 / ZOOM_STEP, middle),
        Zoom::Actual => by(camera, 1.0 / camera.zoom, middle),
        Zoom::Fit => fitted(camera, all),
        Zoom::FitSelection => fitted(camera, selected.or(all)),
        Zoom::To(rect) => fitted(camera, Some(rect)),
    }
}

/// The camera with `rect` in view: as near as it is where that shows it whole and large enough, else fitted.
pub(super) fn showing(camera: &Camera, rect: &Rect) -> Camera {
    let visible = camera.visible();
    if visible.encloses(rect) && rect.width.max(rect.height) * camera.zoom >= 24.0 {
        return *camera;
    }
    let around = rect.grown(48.0);
    let fits = around.width <= visible.width && around.height <= visible.height;
    if fits && rect.width.max(rect.height) * camera.zoom >= 24.0 {
        let middle = rect.center();
        return Camera { origin: Point::new(middle.x - visible.width / 2.0, middle.y - visible.height / 2.0), ..*camera };
    }
    fitted(camera, Some(around))
}

fn by(camera: &Camera, factor: f64, around: Point) -> Camera {
    let sound = factor.is_finite() && factor > 0.0 && around.x.is_finite() && around.y.is_finite();
    if !sound {
        return *camera;
    }
    // A fitted view of a huge drawing may be farther than the limit; from there it only goes nearer.
    let least = ZOOM_LEAST.min(camera.zoom);
    let zoom = (camera.zoom * factor).clamp(least, ZOOM_MOST);
    camera.zoomed_by(zoom / camera.zoom, around)
}

fn fitted(camera: &Camera, rect: Option<Rect>) -> Camera {
    match rect {
        Some(rect) if [rect.x, rect.y, rect.width, rect.height].iter().all(|value| value.is_finite()) => camera.fitted(&rect),
        Some(_) => *camera,
        None => Camera { origin: Point::default(), zoom: 1.0, ..*camera },
    }
}
