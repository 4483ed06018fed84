//! What is said beside the pointer: why something may not go where it is held. And where beside it, so that it hides nothing.

use super::intent::ToolKind;
use super::session::Session;
use super::tools::Gesture;
use crate::engine::diagnostics::{Diagnostic, Severity};
use crate::model::Subject;
use crate::scene::curve::point_at;
use crate::units::{Point, Rect};

/// A sentence beside the pointer. Places are view pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct PointerHint {
    /// The sentence.
    pub words: String,
    /// Whether it is not possible at all; otherwise it is done differently.
    pub refused: bool,
    /// The pointer.
    pub at: Point,
    /// What must stay seen: the port, or what is carried.
    pub spare: Rect,
    /// Whether a finger points, which hides what is below it.
    pub touch: bool,
}

/// Room between the pointer and the sentence, in view pixels.
const GAP: f64 = 18.0;
/// The same for a finger.
const FINGER: f64 = 44.0;
/// Between the sentence and the edge of the canvas.
const EDGE: f64 = 8.0;

impl PointerHint {
    /// The top left corner of the sentence: beside the pointer, above a finger, inside the canvas, and not over what must stay seen as far
    /// as there is room elsewhere.
    pub fn place(&self, width: f64, height: f64, canvas: (f64, f64)) -> Point {
        let (at, gap) = (self.at, if self.touch { FINGER } else { GAP });
        let (right, left) = (at.x + gap, at.x - gap - width);
        let (above, below) = (at.y - gap - height, at.y + gap);
        // Above and below it may stand aside, as far as the canvas reaches.
        let middle = (at.x - width / 2.0).clamp(EDGE, (canvas.0 - width - EDGE).max(EDGE));
        let around = [(right, below), (right, above), (left, below), (left, above)];
        let over = [(middle, self.spare.y.min(at.y) - gap - height), (middle, self.spare.bottom().max(at.y) + gap)];
        let order: Vec<(f64, f64)> = if self.touch { over.iter().chain(&around).copied().collect() } else { around.iter().chain(&over).copied().collect() };
        let kept = |(x, y): (f64, f64)| {
            let most = |extent: f64, size: f64| (extent - size - EDGE).max(EDGE);
            Point::new(x.clamp(EDGE, most(canvas.0, width)), y.clamp(EDGE, most(canvas.1, height)))
        };
        let hides = |place: Point| {
            let rect = Rect::new(place.x, place.y, width, height);
            rect.intersects(&self.spare) || rect.grown(4.0).contains(at)
        };
        let fits = |wanted: &(f64, f64)| {
            let place = kept(*wanted);
            (place.x - wanted.0).abs() < 1.0 && (place.y - wanted.1).abs() < 1.0 && !hides(place)
        };
        let free = order.iter().find(|wanted| fits(wanted)).or_else(|| order.iter().find(|wanted| !hides(kept(**wanted))));
        kept(free.or(order.first()).copied().unwrap_or_default())
    }
}

impl Session {
    /// What is to be said beside the pointer now.
    pub fn pointer_hint(&self) -> Option<PointerHint> {
        let camera = self.camera();
        let (words, refused, at, spare) = match self.gesture() {
            Gesture::Connecting { refused: Some(reason), to, .. } => {
                let at = camera.to_view(*to);
                // A refused port stays seen; of a large box only what is right under the pointer.
                let spare = match self.under(at, false) {
                    Some(Subject::Port(port)) => self.scene().port_place(port).map(|place| place.rect),
                    _ => None,
                };
                (reason, true, *to, spare)
            }
            Gesture::Placing { rect, displaced: Some(reason), .. } => (reason, false, rect.center(), Some(*rect)),
            Gesture::Moving { offset, from, displaced: Some(reason), .. } => (reason, false, from.shifted(offset.x, offset.y), None),
            _ => return None,
        };
        let at = camera.to_view(at);
        let spare = spare.map_or(Rect::new(at.x, at.y, 0.0, 0.0), |rect| {
            Rect::spanning(camera.to_view(Point::new(rect.x, rect.y)), camera.to_view(Point::new(rect.right(), rect.bottom())))
        });
        Some(PointerHint { words: words.clone(), refused, at, spare, touch: self.is_touched() })
    }

    /// The worst finding about what is selected, with the view pixels of its subject; `None` where it is out of sight.
    ///
    /// A selection of one thing, or of what takes part in one finding. Time: O(findings).
    pub fn selected_finding(&self) -> Option<(&Diagnostic, Rect)> {
        let selected = self.selection();
        // A trunk is drawn as one line, so what is wrong with one of its links is told of the line.
        let is = |chosen: &Subject, subject: &Subject| match (chosen, subject) {
            (Subject::Trunk(a, b), Subject::Link(id)) => self.design().links.get(*id).is_some_and(|link| link.touches(*a) && link.touches(*b)),
            _ => chosen == subject,
        };
        let about = |finding: &&Diagnostic| {
            finding.silenced.is_none()
                && finding.severity != Severity::Info
                && selected.iter().any(|chosen| is(chosen, &finding.subject))
                && selected.iter().all(|chosen| is(chosen, &finding.subject) || finding.is_about(chosen))
        };
        let finding = self.report()?.diagnostics.iter().find(about)?;
        let camera = self.camera();
        let rect = match &finding.subject {
            // The middle of a link is where its sign is.
            Subject::Link(id) => self.scene().link_curve(*id).map(|curve| point_at(&curve, 0.5)).map(|middle| Rect::new(middle.x, middle.y, 0.0, 0.0)),
            subject => self.scene().subject_rect(subject),
        }?;
        let seen = rect.grown(1.0).intersects(&camera.visible());
        let corner = |x: f64, y: f64| camera.to_view(Point::new(x, y));
        seen.then(|| (finding, Rect::spanning(corner(rect.x, rect.y), corner(rect.right(), rect.bottom()))))
    }

    /// One short sentence that tells what can be done now; `None` where nothing needs to be said.
    pub fn hint(&self) -> Option<String> {
        if let Some(preview) = self.preview() {
            let seen = self.camera().visible();
            let hidden = preview.ghosts.bounds().is_some_and(|bounds| !bounds.intersects(&seen));
            return Some(if hidden { format!("{}, outside of what is seen now", preview.summary) } else { preview.summary.clone() });
        }
        if let Gesture::Connecting { target: Some(to), held, .. } = self.gesture() {
            return self.promise(*to).map(|promise| format!("{} for {promise}", if *held { "Release" } else { "Click" }));
        }
        let words = match (self.gesture(), self.tool()) {
            (Gesture::Connecting { refused: Some(_), .. }, _) => "This port cannot be taken; Esc to stop",
            (Gesture::Connecting { held: true, .. }, _) => "Release on a port to connect, on empty canvas to choose a part, Esc to stop",
            (Gesture::Connecting { held: false, .. }, _) => "Click the other port, or Esc to stop",
            (Gesture::Moving { landings, copy: true, .. }, _) if !landings.is_empty() => "Release to mount the copy in the rack",
            (Gesture::Moving { landings, .. }, _) if !landings.is_empty() => "Release to mount in the rack",
            (Gesture::Moving { copy: true, .. }, _) => "Release to put the copy here, hold Ctrl to place it without snapping, Esc to stop",
            (Gesture::Moving { .. }, _) => "Hold Alt to move without snapping, Esc to put back",
            (Gesture::Marquee { .. }, _) => "To the right takes what lies inside, to the left also what is touched",
            (Gesture::Placing { .. }, _) => "Release to place, Esc to stop",
            (Gesture::Idle, ToolKind::Connect) => "Click two ports, or two nodes, to connect them",
            (Gesture::Idle, ToolKind::Hand) => "Drag to move the view",
            (Gesture::Idle | Gesture::Panning { .. } | Gesture::Pressed { .. }, _) => return None,
        };
        Some(words.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(at: (f64, f64), touch: bool) -> Rect {
        let spare = Rect::new(at.0 - 6.0, at.1 - 6.0, 12.0, 12.0);
        let hint = PointerHint { words: String::new(), refused: true, at: Point::new(at.0, at.1), spare, touch };
        let place = hint.place(200.0, 40.0, (800.0, 600.0));
        Rect::new(place.x, place.y, 200.0, 40.0)
    }

    #[test]
    fn it_stands_beside_the_pointer_and_inside_the_canvas() {
        let canvas = Rect::new(0.0, 0.0, 800.0, 600.0);
        for x in [0.0, 10.0, 400.0, 700.0, 799.0] {
            for y in [0.0, 10.0, 300.0, 590.0, 599.0] {
                for touch in [false, true] {
                    let rect = placed((x, y), touch);
                    assert!(canvas.encloses(&rect), "{x} {y} {touch}: {rect:?}");
                    assert!(!rect.intersects(&Rect::new(x - 6.0, y - 6.0, 12.0, 12.0)), "{x} {y} {touch}: {rect:?} hides the port");
                }
            }
        }
        assert!(placed((400.0, 300.0), false).y > 300.0, "below a pointer");
        assert!(placed((400.0, 300.0), true).bottom() < 300.0 - 30.0, "above a finger");
    }
}
