//! The hand: drags the view.

use super::Gesture;
use crate::editor::intent::{Effect, PointerButton, PointerEvent};
use crate::editor::session::Session;

/// The transition of the hand.
pub(super) fn pointer(session: &mut Session, event: PointerEvent) -> Vec<Effect> {
    match (session.gesture().clone(), event) {
        (Gesture::Idle, PointerEvent::Down { at, button: PointerButton::Primary | PointerButton::Middle, .. }) => {
            session.set_gesture(Gesture::Panning { last: at });
            vec![Effect::Redraw]
        }
        (Gesture::Panning { .. }, event) => panning(session, event),
        _ => Vec::new(),
    }
}

/// What every tool does while the view is dragged.
pub(super) fn panning(session: &mut Session, event: PointerEvent) -> Vec<Effect> {
    let Gesture::Panning { last } = *session.gesture() else { return Vec::new() };
    match event {
        PointerEvent::Move { at, .. } => {
            session.set_gesture(Gesture::Panning { last: at });
            session.pan(at.x - last.x, at.y - last.y)
        }
        PointerEvent::Up { .. } => session.stop_gesture(),
        _ => Vec::new(),
    }
}
