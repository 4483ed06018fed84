//! The arrow: selects, moves, draws a marquee; a drag from a port connects.

use super::{DRAG_THRESHOLD, Gesture, connect, hand};
use crate::editor::intent::{Effect, Extend, KeyMods, PointerButton, PointerEvent};
use crate::editor::room::height_of;
use crate::editor::selection::{self, Reach};
use crate::editor::session::Session;
use crate::editor::standing::{self, Landing, Lift};
use crate::model::{NodeId, RackId, Subject};
use crate::scene::Distance;
use crate::units::{Point, RackUnits, Rect, SortedSet};

/// How close edges must come to snap to each other, in view pixels.
const GUIDE_REACH: f64 = 5.0;

/// The transition of the arrow.
pub(super) fn pointer(session: &mut Session, event: PointerEvent) -> Vec<Effect> {
    match (session.gesture().clone(), event) {
        (Gesture::Panning { .. }, event) => hand::panning(session, event),
        (Gesture::Connecting { .. }, event) => connect::connecting(session, event),
        (Gesture::Idle, PointerEvent::Move { at, .. }) => session.hover_at(at),
        (Gesture::Idle, PointerEvent::DoubleClick { at, mods }) => match session.under(at, false) {
            Some(subject) => {
                let extend = if mods.shift { Extend::Add } else { Extend::Replace };
                let taken = selection::bundle(session.design(), subject);
                session.select(selection::extended(session.selection(), taken, extend)).into_iter().chain([Effect::OpenInspector]).collect()
            }
            None => Vec::new(),
        },
        (Gesture::Idle, PointerEvent::Down { at, button, mods, touch }) => press(session, at, button, mods, touch),
        (Gesture::Pressed { at: pressed, on, mods, touch }, PointerEvent::Move { at, .. }) => {
            let threshold = if touch { 2.0 * DRAG_THRESHOLD } else { DRAG_THRESHOLD };
            if at.distance(pressed) <= threshold {
                return Vec::new();
            }
            let mut effects = drag(session, pressed, on, mods, touch);
            effects.extend(pointer(session, event));
            effects
        }
        (Gesture::Pressed { at, on, mods, .. }, PointerEvent::Up { .. }) => click(session, at, on, mods),
        (Gesture::Marquee { .. }, PointerEvent::Move { at, .. }) => marquee(session, at),
        (Gesture::Moving { .. }, PointerEvent::Move { at, mods }) => moving(session, at, mods),
        (Gesture::Moving { .. }, PointerEvent::Up { at, mods }) => {
            let _ = moving(session, at, mods);
            let Gesture::Moving { copy, lift, offset, landings, .. } = session.gesture().clone() else { return Vec::new() };
            if copy {
                return session.drop_copy(&lift, offset, &landings);
            }
            session.edit(|draft| Ok(standing::move_lift(draft, &lift, offset, &landings)))
        }
        (Gesture::Marquee { .. }, PointerEvent::Up { at, .. }) => {
            let mut effects = marquee(session, at);
            effects.extend(session.stop_gesture());
            effects
        }
        _ => Vec::new(),
    }
}

fn press(session: &mut Session, at: Point, button: PointerButton, mods: KeyMods, touch: bool) -> Vec<Effect> {
    let on = session.under(at, touch);
    let gesture = match button {
        PointerButton::Middle => Gesture::Panning { last: at },
        PointerButton::Primary if mods.space => Gesture::Panning { last: at },
        PointerButton::Primary => Gesture::Pressed { at, on, mods, touch },
        PointerButton::Secondary => return menu(session, at, on),
    };
    session.set_gesture(gesture);
    vec![Effect::Redraw]
}

/// Opens the menu of what lies under the pointer, which becomes the selection unless it is part of it.
pub(super) fn menu(session: &mut Session, at: Point, on: Option<Subject>) -> Vec<Effect> {
    let mut effects = match &on {
        Some(subject) if !session.selection().contains(subject) => session.select_only(subject.clone()),
        _ => Vec::new(),
    };
    effects.push(Effect::OfferMenu { subject: on, at });
    effects
}

/// A click selects what it meets; in a system that is selected already, with nothing else, the thing inside it.
fn click(session: &mut Session, at: Point, on: Option<Subject>, mods: KeyMods) -> Vec<Effect> {
    let mut effects = session.stop_gesture();
    let extend = if mods.shift || mods.command { Extend::Toggle } else { Extend::Replace };
    let of_node = |node: NodeId| {
        let within = |subject: &Subject| match subject {
            Subject::Inside(element) => element.node == node,
            subject => *subject == Subject::Node(node),
        };
        !session.selection().is_empty() && session.selection().iter().all(within)
    };
    let goes_in = extend == Extend::Replace && matches!(on, Some(Subject::Node(node)) if of_node(node));
    match if goes_in { session.end_at(at).or(on) } else { on } {
        Some(subject) => effects.extend(session.select(selection::extended(session.selection(), [subject], extend))),
        None if extend == Extend::Replace => effects.extend(session.select(SortedSet::new())),
        None => {}
    }
    effects
}

/// The press has become a drag: what it drags depends on what it pressed.
fn drag(session: &mut Session, pressed: Point, on: Option<Subject>, mods: KeyMods, touch: bool) -> Vec<Effect> {
    let grabbed = match on {
        Some(Subject::Port(port)) => {
            session.begin_connecting(port, pressed, true);
            return Vec::new();
        }
        Some(Subject::Inside(element)) => Some(Subject::Node(element.node)),
        // The inside of a group that is not selected is canvas: a drag there draws a marquee among its members.
        Some(subject @ Subject::Group(_)) => Some(subject).filter(|subject| session.selection().contains(subject)),
        Some(subject @ (Subject::Node(_) | Subject::Rack(_))) => Some(subject),
        _ => None,
    };
    let Some(grabbed) = grabbed else {
        let from = session.camera().to_world(pressed);
        let keep = if mods.shift { SortedSet::clone(session.selection()) } else { SortedSet::new() };
        session.set_gesture(if touch {
            Gesture::Panning { last: pressed }
        } else {
            Gesture::Marquee { from, rect: Rect::spanning(from, from), enclosed: true, keep }
        });
        return Vec::new();
    };

    let effects = if carries(session, &grabbed) {
        Vec::new()
    } else {
        let extend = if mods.shift { Extend::Add } else { Extend::Replace };
        session.select(selection::extended(session.selection(), [grabbed.clone()], extend))
    };
    let lift = Lift::of(session.design(), session.selection(), Some(grabbed));
    let from = session.camera().to_world(pressed);
    let copy = mods.alt && session.read_only().is_none();
    session.set_gesture(Gesture::Moving { copy, lift, from, offset: Point::default(), landings: Vec::new(), guides: Vec::new(), displaced: None });
    effects
}

/// Whether the selection already moves this thing, itself or with its group. A node in a selected rack is taken out of it instead:
/// the rack is grabbed at its frame.
fn carries(session: &Session, subject: &Subject) -> bool {
    if session.selection().contains(subject) {
        return true;
    }
    let groups = session.selection().iter().filter(|selected| matches!(selected, Subject::Group(_)));
    let reach = Reach::of(session.design(), groups);
    match subject {
        Subject::Group(id) => reach.groups.contains(id),
        Subject::Node(id) => reach.nodes.contains(id),
        Subject::Rack(id) => reach.racks.contains(id),
        _ => false,
    }
}

fn marquee(session: &mut Session, at: Point) -> Vec<Effect> {
    let Gesture::Marquee { from, keep, .. } = session.gesture().clone() else { return Vec::new() };
    let to = session.camera().to_world(at);
    let (rect, enclosed) = (Rect::spanning(from, to), to.x >= from.x);
    let mut inside = session.scene().within(&rect, enclosed);
    if inside.is_empty() {
        // A box that holds nothing but cables is drawn for them.
        inside = session.scene().links_through(&rect, session.camera().zoom);
    }
    let selected = selection::extended(&keep, inside, Extend::Add);
    session.set_gesture(Gesture::Marquee { from, rect, enclosed, keep });
    let mut effects = session.select(selected);
    effects.push(Effect::Redraw);
    effects
}

fn moving(session: &mut Session, at: Point, mods: KeyMods) -> Vec<Effect> {
    let Gesture::Moving { copy, lift, from, .. } = session.gesture().clone() else { return Vec::new() };
    // Alt is still held from the start where copies are dragged.
    let free = mods.command || (mods.alt && !copy);
    let to = session.camera().to_world(at);
    let raw = Point::new(to.x - from.x, to.y - from.y);
    let anchor = lift.anchor(session.scene());
    let landings = if free { Vec::new() } else { landings(session, &lift, anchor.as_ref(), raw, to, copy) };
    let (offset, guides) = match anchor {
        Some(anchor) if !free && landings.is_empty() => snapped(session, &lift, &anchor, raw),
        _ => (raw, Vec::new()),
    };
    let displaced = (!free && landings.is_empty()).then(|| displaced(session, &lift, to)).flatten();
    session.set_gesture(Gesture::Moving { copy, lift, from, offset, landings, guides, displaced });
    vec![Effect::Redraw]
}

/// Why what is moved will not stand in the rack under the pointer, although it could stand in one.
fn displaced(session: &Session, lift: &Lift, to: Point) -> Option<String> {
    let design = session.design();
    let tall = |id: &NodeId| design.nodes.get(*id).and_then(|node| session.catalog().part(design, &node.part)).and_then(height_of);
    let units: u16 = lift.nodes.iter().map(|id| tall(id).map(|height| height.0)).collect::<Option<Vec<u16>>>()?.iter().sum();
    if !lift.racks.is_empty() || units == 0 {
        return None;
    }
    let (rack, _) = session.scene().rack_slot(to, RackUnits(1))?;
    Some(format!("{} has no {} free in one piece", design.rack_name(rack), RackUnits(units)))
}

/// Where the moved nodes would be mounted: by the middle of what was grabbed, so that it keeps its place under the pointer, else by the pointer.
fn landings(session: &Session, lift: &Lift, anchor: Option<&Rect>, raw: Point, to: Point, copied: bool) -> Vec<Landing> {
    let find = |at: Point| lift.landings(session.design(), session.catalog(), session.scene(), at, copied);
    let by_middle = anchor.map_or_else(Vec::new, |rect| find(Point::new(to.x, rect.center().y + raw.y)));
    if by_middle.is_empty() { find(to) } else { by_middle }
}

/// The offset that brings an edge or the middle of `anchor` in line with something seen, else onto the grid; with the lines it met.
fn snapped(session: &Session, lift: &Lift, anchor: &Rect, raw: Point) -> (Point, Vec<[Point; 2]>) {
    let moved = anchor.shifted(raw.x, raw.y);
    let reach = GUIDE_REACH / session.camera().zoom;
    // Copies may meet their originals.
    let copied = matches!(session.gesture(), Gesture::Moving { copy: true, .. });
    let lift = if copied { &Lift::default() } else { lift };
    let lifted_nodes: SortedSet<NodeId> = lift.nodes.iter().copied().collect();
    let lifted_racks: SortedSet<RackId> = lift.racks.iter().copied().collect();
    // From afar thousands of things are seen and none of them can be met by hand.
    let near = Distance::at(session.camera().zoom, session.scene()) != Distance::Far;
    let seen = if near { session.scene().within(&session.camera().visible(), false) } else { Vec::new() };
    let others: Vec<Rect> = seen
        .into_iter()
        .filter(|subject| match subject {
            Subject::Node(id) => !lifted_nodes.contains(id) && session.design().nodes.get(*id).is_some_and(|node| node.rack.is_none()),
            Subject::Rack(id) => !lifted_racks.contains(id),
            _ => false,
        })
        .filter_map(|subject| session.scene().subject_rect(&subject))
        .collect();

    let grid = standing::snapped(Point::new(moved.x, moved.y));
    let across = nearest(&edges(moved.x, moved.width), others.iter().map(|rect| edges(rect.x, rect.width)), reach);
    let down = nearest(&edges(moved.y, moved.height), others.iter().map(|rect| edges(rect.y, rect.height)), reach);
    let dx = across.unwrap_or(grid.x - moved.x);
    let dy = down.unwrap_or(grid.y - moved.y);
    let landed = moved.shifted(dx, dy);

    let mut guides = Vec::new();
    for other in &others {
        let all = landed.union(other);
        if across.is_some() {
            guides.extend(meeting(&edges(landed.x, landed.width), &edges(other.x, other.width)).map(|x| [Point::new(x, all.y), Point::new(x, all.bottom())]));
        }
        if down.is_some() {
            guides.extend(meeting(&edges(landed.y, landed.height), &edges(other.y, other.height)).map(|y| [Point::new(all.x, y), Point::new(all.right(), y)]));
        }
    }
    guides.truncate(8);
    (Point::new(raw.x + dx, raw.y + dy), guides)
}

/// Both edges and the middle of an extent.
fn edges(start: f64, length: f64) -> [f64; 3] {
    [start, start + length / 2.0, start + length]
}

/// The least shift that brings like to like (edge to edge, middle to middle) within `reach`.
fn nearest(own: &[f64; 3], others: impl Iterator<Item = [f64; 3]>, reach: f64) -> Option<f64> {
    let shifts = others.flat_map(|other| own.iter().zip(other).map(|(own, other)| other - own).collect::<Vec<f64>>());
    shifts.filter(|shift| shift.abs() <= reach).min_by(|a, b| a.abs().total_cmp(&b.abs()))
}

/// The first place where like meets like.
fn meeting(own: &[f64; 3], other: &[f64; 3]) -> Option<f64> {
    own.iter().zip(other).find(|(own, other)| (*own - *other).abs() < 0.01).map(|(own, _)| *own)
}
