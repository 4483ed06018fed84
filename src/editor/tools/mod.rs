//! Tools: what the pointer does. A tool is a state ([`Gesture`]) and a transition (one function per tool); cursor and hint
//! follow from the state, so they cannot lie.

mod connect;
mod hand;
mod select;

use super::intent::{Effect, KeyMods, PointerEvent, ToolKind};
use super::session::Session;
use super::standing::{Landing, Lift};
use crate::model::{LinkId, PartId, PortRef, RackId, Subject};
use crate::units::{Point, RackUnits, Rect, SortedSet};

/// How far the pointer may move between press and release of a click, in view pixels.
pub(super) const DRAG_THRESHOLD: f64 = 4.0;

/// What the pointer is in the middle of. Places are drawing units unless they say *view*.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Gesture {
    /// Nothing.
    #[default]
    Idle,
    /// The button is down and has not moved far enough to be a drag.
    Pressed {
        /// Where, in view pixels.
        at: Point,
        /// What lies there.
        on: Option<Subject>,
        /// Keys held.
        mods: KeyMods,
        /// Whether a finger.
        touch: bool,
    },
    /// A box is drawn around what will be selected.
    Marquee {
        /// Where it began.
        from: Point,
        /// The box by now.
        rect: Rect,
        /// Whether only what lies wholly inside counts: the box was drawn to the right.
        enclosed: bool,
        /// What stays selected besides.
        keep: SortedSet<Subject>,
    },
    /// Things are dragged. The design still has them where they were.
    Moving {
        /// Whether copies move and the originals stay: Alt was held when the drag began.
        copy: bool,
        /// What moves.
        lift: Lift,
        /// Where the pointer took hold.
        from: Point,
        /// How far everything has moved by now, snapped.
        offset: Point,
        /// Nodes that will stand in a rack, with their place there; the others come to stand on the canvas.
        landings: Vec<Landing>,
        /// Lines along which edges or middles meet those of other things.
        guides: Vec<[Point; 2]>,
        /// Why it will not stand in the rack under it.
        displaced: Option<String>,
    },
    /// A link is drawn.
    Connecting {
        /// The port it starts at.
        from: PortRef,
        /// Where its loose end is.
        to: Point,
        /// The port it would end on.
        target: Option<PortRef>,
        /// Why it may not end on what is under the pointer.
        refused: Option<String>,
        /// The link whose end is moved, where it is not a new one.
        moving: Option<LinkId>,
        /// Whether the button is held; otherwise the next click ends it.
        held: bool,
    },
    /// The view is dragged.
    Panning {
        /// The pointer, in view pixels.
        last: Point,
    },
    /// A part from the palette is held over the canvas.
    Placing {
        /// The part.
        part: PartId,
        /// Where it would stand.
        rect: Rect,
        /// The rack and lowest unit it would snap to.
        rack: Option<(RackId, RackUnits)>,
        /// Why it will not stand in the rack under it.
        displaced: Option<String>,
    },
}

impl Gesture {
    /// Whether nothing goes on.
    pub fn is_idle(&self) -> bool {
        *self == Self::Idle
    }
}

/// The transition: hands an event of the pointer to the tool in hand.
pub(super) fn pointer(session: &mut Session, event: PointerEvent) -> Vec<Effect> {
    match event {
        PointerEvent::Cancel => session.stop_gesture(),
        PointerEvent::Leave => session.hover_over(None),
        _ => match session.tool() {
            ToolKind::Connect => connect::pointer(session, event),
            ToolKind::Hand => hand::pointer(session, event),
            ToolKind::Select => select::pointer(session, event),
        },
    }
}

/// The CSS cursor that tells what the pointer does.
pub(super) fn cursor(session: &Session) -> &'static str {
    match (session.gesture(), session.tool()) {
        (Gesture::Panning { .. }, _) => "grabbing",
        (Gesture::Moving { copy: true, .. }, _) => "copy",
        (Gesture::Moving { .. }, _) => "move",
        (Gesture::Connecting { refused: Some(_), .. }, _) => "not-allowed",
        (Gesture::Connecting { .. } | Gesture::Marquee { .. }, _) => "crosshair",
        (Gesture::Placing { .. }, _) => "copy",
        (Gesture::Idle | Gesture::Pressed { .. }, ToolKind::Hand) => "grab",
        (Gesture::Idle | Gesture::Pressed { .. }, ToolKind::Connect) => "crosshair",
        (Gesture::Idle | Gesture::Pressed { .. }, ToolKind::Select) => match session.hover() {
            Some(Subject::Port(_)) => "crosshair",
            Some(_) => "pointer",
            None => "default",
        },
    }
}
