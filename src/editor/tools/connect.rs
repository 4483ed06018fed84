//! Connecting: by dragging from port to port (with any tool), or by click and click with this one.

use super::{DRAG_THRESHOLD, Gesture, hand};
use crate::editor::intent::{Effect, PointerButton, PointerEvent};
use crate::editor::session::Session;
use crate::model::{PortRef, Subject};
use crate::units::Point;

/// The transition of the connecting tool.
pub(super) fn pointer(session: &mut Session, event: PointerEvent) -> Vec<Effect> {
    match (session.gesture().clone(), event) {
        (Gesture::Panning { .. }, event) => hand::panning(session, event),
        (Gesture::Connecting { .. }, event) => connecting(session, event),
        (Gesture::Idle, PointerEvent::Down { at, button, mods, touch }) => {
            let on = session.under(at, touch);
            session.set_gesture(match button {
                PointerButton::Middle => Gesture::Panning { last: at },
                PointerButton::Primary if mods.space || (touch && on.is_none()) => Gesture::Panning { last: at },
                PointerButton::Primary => Gesture::Pressed { at, on, mods, touch },
                PointerButton::Secondary => return super::select::menu(session, at, on),
            });
            Vec::new()
        }
        (Gesture::Pressed { at: pressed, on, .. }, PointerEvent::Move { at, .. }) if at.distance(pressed) > DRAG_THRESHOLD => {
            match session.start_of(on.as_ref()) {
                Some(port) => {
                    session.begin_connecting(port, at, true);
                    follow(session, at)
                }
                None => session.stop_gesture(),
            }
        }
        (Gesture::Pressed { on, .. }, PointerEvent::Up { at, .. }) => match session.start_of(on.as_ref()) {
            Some(port) => {
                session.begin_connecting(port, at, false);
                vec![Effect::Redraw]
            }
            None => {
                let effects = session.stop_gesture();
                match on {
                    Some(Subject::Node(_)) => {
                        effects.into_iter().chain([Effect::Complain("This node has no free port; choose another one".to_owned())]).collect()
                    }
                    _ => effects,
                }
            }
        },
        (Gesture::Idle, PointerEvent::Move { at, .. }) => session.hover_at(at),
        _ => Vec::new(),
    }
}

/// What every tool does while a link is drawn.
pub(super) fn connecting(session: &mut Session, event: PointerEvent) -> Vec<Effect> {
    match event {
        PointerEvent::Move { at, .. } => follow(session, at),
        PointerEvent::Down { at, button: PointerButton::Primary, .. } => follow(session, at),
        PointerEvent::Down { button: PointerButton::Secondary, .. } => session.stop_gesture(),
        PointerEvent::Up { at, .. } => {
            let _ = follow(session, at);
            finish(session, at)
        }
        _ => Vec::new(),
    }
}

/// Moves the loose end to the pointer and looks what is there.
pub(super) fn follow(session: &mut Session, at: Point) -> Vec<Effect> {
    let Gesture::Connecting { from, moving, held, .. } = *session.gesture() else { return Vec::new() };
    let (target, refused) = match session.under(at, false) {
        Some(Subject::Port(port)) if port != from => match session.refusal(port) {
            None => (Some(port), None),
            Some(refusal) => (None, Some(refusal)),
        },
        Some(Subject::Node(node)) if node != from.node => match session.fitting_port(node) {
            Ok(port) => (Some(port), None),
            Err(refusal) => (None, Some(refusal)),
        },
        _ => (None, None),
    };
    let to = session.camera().to_world(at);
    session.set_gesture(Gesture::Connecting { from, to, target, refused, moving, held });
    // What is said beside a port is said of the one at the loose end.
    let _ = session.hover_over(target.map(Subject::Port));
    vec![Effect::Redraw]
}

/// Lays the link, says why not, or offers parts where nothing is.
fn finish(session: &mut Session, at: Point) -> Vec<Effect> {
    let Gesture::Connecting { from, target, refused, moving, held, .. } = session.gesture().clone() else { return Vec::new() };
    if let Some(port) = target {
        return session.finish_connecting(port);
    }
    if let Some(refused) = refused {
        // A refused click leaves the wire in hand, so that another port can be tried; a refused drag is over.
        let effects = if held { session.stop_gesture() } else { Vec::new() };
        return effects.into_iter().chain([Effect::Complain(refused)]).collect();
    }
    let on_blank = session.under(at, false).is_none_or(|subject| matches!(subject, Subject::Group(_) | Subject::Rack(_)));
    let mut effects = session.stop_gesture();
    if on_blank && moving.is_none() {
        effects.push(Effect::OfferParts { from, at });
    }
    effects
}

impl Session {
    /// The port a link would start at if it began on this thing: the port itself, or a node's first free one.
    fn start_of(&self, on: Option<&Subject>) -> Option<PortRef> {
        match on? {
            Subject::Port(port) => Some(*port),
            Subject::Node(node) => self.catalog().first_free_port(self.design(), &self.port_use(), *node, |_| true),
            _ => None,
        }
    }
}
