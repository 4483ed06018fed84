//! The editor, driven as a user drives it: by pointer, keys and typed fields. One `User` speaks for all tests.

use std::collections::BTreeSet;
use std::sync::Arc;

use weft::catalog::Catalog;
use weft::editor::{Align, Effect, Extend, Field, Gesture, Intent, KeyMods, PointerButton, PointerEvent, Session, Step, ToolKind, Zoom, commands};
use weft::io;
use weft::model::{Breakout, GroupKind, Link, LinkId, NodeId, PartId, PortRef, RackId, Subject};
use weft::units::{Gbps, Metres, Point, RackUnits};

/// Somebody at the screen. Places are drawing units; pointer events are sent in view pixels.
pub struct User {
    pub session: Session,
    /// What the page was asked for since the last look.
    pub effects: Vec<Effect>,
    clipboard: String,
}

impl User {
    pub fn new() -> Self {
        let mut user = Self { session: Session::new(Arc::new(Catalog::builtin())), effects: Vec::new(), clipboard: String::new() };
        user.wants(Intent::Resize { width: 1600.0, height: 1000.0 });
        user.effects.clear();
        user
    }
    pub fn wants(&mut self, intent: Intent) -> &mut Self {
        let effects = self.session.handle(intent);
        for effect in &effects {
            if let Effect::CopyText(text) = effect {
                self.clipboard = text.clone();
            }
        }
        self.effects.extend(effects);
        assert_eq!(self.session.design().structural_faults(), Vec::<String>::new());
        self
    }
    fn pointer(&mut self, event: PointerEvent) -> &mut Self {
        self.wants(Intent::Pointer(event))
    }
    fn view(&self, at: Point) -> Point {
        self.session.camera().to_view(at)
    }
    pub fn press(&mut self, at: Point, mods: KeyMods) -> &mut Self {
        let at = self.view(at);
        self.pointer(PointerEvent::Down { at, button: PointerButton::Primary, mods, touch: false })
    }
    pub fn moves(&mut self, at: Point, mods: KeyMods) -> &mut Self {
        let at = self.view(at);
        self.pointer(PointerEvent::Move { at, mods })
    }
    pub fn release(&mut self, at: Point, mods: KeyMods) -> &mut Self {
        let at = self.view(at);
        self.pointer(PointerEvent::Up { at, mods })
    }
    pub fn click(&mut self, at: Point) -> &mut Self {
        self.press(at, KeyMods::default()).release(at, KeyMods::default())
    }
    pub fn drag(&mut self, from: Point, to: Point) -> &mut Self {
        self.drag_holding(from, to, KeyMods::default())
    }
    pub fn drag_holding(&mut self, from: Point, to: Point, mods: KeyMods) -> &mut Self {
        let between = Point::new((from.x + to.x) / 2.0, (from.y + to.y) / 2.0);
        self.press(from, mods).moves(between, mods).moves(to, mods).release(to, mods)
    }
    /// Presses keys as the shortcut sheet writes them: `Ctrl+Shift+Z`.
    pub fn key(&mut self, keys: &str) -> &mut Self {
        let mut mods = KeyMods::default();
        let mut key = keys;
        while let Some((word, rest)) = key.split_once('+').filter(|(_, rest)| !rest.is_empty()) {
            match word {
                "Ctrl" => mods.command = true,
                "Shift" => mods.shift = true,
                "Alt" => mods.alt = true,
                other => panic!("no such key to hold: {other}"),
            }
            key = rest;
        }
        let command = commands::for_key(key, mods).unwrap_or_else(|| panic!("{keys} does nothing"));
        if !command.is_available(&self.session) {
            return self;
        }
        match command.intent() {
            Some(intent) => self.wants(intent),
            None => {
                assert_eq!(command.page(), Some(commands::PageAction::Paste), "{keys} is the page's own");
                let text = self.clipboard.clone();
                self.wants(Intent::Paste { text, at: None })
            }
        }
    }
    /// Drags a part from the palette onto the canvas and drops it with its middle at `at`.
    pub fn place(&mut self, part: &str, at: Point) -> Subject {
        let part = PartId::new(part);
        let view = self.view(at);
        self.wants(Intent::DragPart { part: part.clone(), at: Some(view) });
        self.wants(Intent::Place { part, at });
        self.session.selection().iter().next().cloned().expect("what was placed is selected")
    }
    pub fn node(&mut self, part: &str, x: f64, y: f64) -> NodeId {
        match self.place(part, Point::new(x, y)) {
            Subject::Node(id) => id,
            other => panic!("{part} is no node but {other}"),
        }
    }
    pub fn rack(&mut self, x: f64, y: f64) -> RackId {
        match self.place("generic-rack-48u", Point::new(x, y)) {
            Subject::Rack(id) => id,
            other => panic!("no rack but {other}"),
        }
    }
    pub fn middle(&self, subject: &Subject) -> Point {
        self.session.scene().subject_rect(subject).unwrap_or_else(|| panic!("{subject} is drawn")).center()
    }
    /// Where a thing can be grabbed: a place of it that is no port and no link.
    pub fn body(&self, subject: &Subject) -> Point {
        let rect = self.session.scene().subject_rect(subject).unwrap_or_else(|| panic!("{subject} is drawn"));
        let steps = (0..40).flat_map(|down| (0..120).map(move |across| (f64::from(across) / 120.0, f64::from(down) / 40.0)));
        let places = steps.map(|(across, down)| Point::new(rect.x + rect.width * across, rect.y + rect.height * down));
        let mut places = places.filter(|place| self.session.scene().hit(*place, self.session.camera().zoom, false).as_ref() == Some(subject));
        places.next().unwrap_or_else(|| panic!("{subject} can be grabbed somewhere"))
    }
    pub fn port(&self, port: PortRef) -> Point {
        self.session.scene().port_place(port).unwrap_or_else(|| panic!("{port} is drawn")).rect.center()
    }
    pub fn connect(&mut self, a: PortRef, b: PortRef) -> &mut Self {
        let (from, to) = (self.port(a), self.port(b));
        self.drag(from, to)
    }
    pub fn selects(&mut self, subjects: impl IntoIterator<Item = Subject>) -> &mut Self {
        self.wants(Intent::Select { subjects: subjects.into_iter().collect(), extend: Extend::Replace })
    }
    pub fn edits(&mut self, field: Field) -> &mut Self {
        self.wants(Intent::Edit { subjects: Vec::new(), field })
    }
    pub fn bytes(&self) -> String {
        io::save(self.session.design())
    }
    /// What was said or complained of since the last look.
    pub fn heard(&mut self) -> Vec<String> {
        let said = self.effects.drain(..).filter_map(|effect| match effect {
            Effect::Say(sentence) | Effect::Complain(sentence) => Some(sentence),
            _ => None,
        });
        said.collect()
    }
    fn complained(&mut self) -> String {
        let complaint = self.effects.iter().find_map(|effect| if let Effect::Complain(sentence) = effect { Some(sentence.clone()) } else { None });
        self.effects.clear();
        complaint.expect("something went wrong and was told")
    }
    pub fn link(&self, id: u32) -> &Link {
        self.session.design().links.get(LinkId(id)).unwrap_or_else(|| panic!("there is a link l{id}"))
    }
    fn names(&self) -> Vec<&str> {
        self.session.design().nodes.iter().map(|(_, node)| node.name.as_str()).collect()
    }
    fn selected(&self) -> String {
        self.session.selection().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

fn at(x: f64, y: f64) -> Point {
    Point::new(x, y)
}

fn shift() -> KeyMods {
    KeyMods { shift: true, ..KeyMods::default() }
}

/// Two switches side by side, free, with the camera at 100 %.
fn two_switches() -> (User, NodeId, NodeId) {
    let mut user = User::new();
    let a = user.node("nvidia-qm9700", 400.0, 200.0);
    let b = user.node("nvidia-qm9700", 400.0, 600.0);
    (user, a, b)
}

#[test]
fn placing_names_snaps_and_selects() {
    let mut user = User::new();
    let a = user.node("nvidia-qm9700", 403.0, 201.0);
    user.selects([Subject::Node(a)]).edits(Field::Name("leaf-1".to_owned()));
    user.node("nvidia-qm9700", 403.0, 401.0);
    user.node("nvidia-qm9700", 403.0, 601.0);
    assert_eq!(user.names(), ["leaf-1", "leaf-2", "leaf-3"], "new nodes go on from their kin");
    let node = user.session.design().nodes.get(a).unwrap();
    assert_eq!((node.at.x % 8.0, node.at.y % 8.0), (0.0, 0.0), "free nodes stand on the grid");
    assert_eq!(user.session.can_undo(), Some("Place leaf-3"));
    assert_eq!(user.selected(), "n3");
}

#[test]
fn a_dragged_part_shows_where_it_will_land() {
    let mut user = User::new();
    let rack = user.rack(300.0, 500.0);
    let inside = user.middle(&Subject::Rack(rack));
    let view = user.view(inside);
    user.wants(Intent::DragPart { part: PartId::new("nvidia-qm9700"), at: Some(view) });
    let Gesture::Placing { rect, rack: Some((over, u)), .. } = user.session.gesture().clone() else { panic!("a ghost in the rack") };
    assert_eq!(over, rack);
    let before = user.bytes();
    user.wants(Intent::DragPart { part: PartId::new("nvidia-qm9700"), at: None });
    assert_eq!((user.session.gesture(), user.bytes()), (&Gesture::Idle, before), "leaving the canvas leaves no trace");

    let node = user.node("nvidia-qm9700", inside.x, inside.y);
    let placed = user.session.design().nodes.get(node).unwrap();
    assert_eq!((placed.rack, placed.u), (Some(rack), Some(u)), "it lands where the ghost was");
    assert_eq!(user.session.scene().node_rect(node).map(|rect| (rect.x, rect.y)), Some((rect.x, rect.y)));

    let second = user.node("nvidia-qm9700", inside.x, inside.y);
    let other = user.session.design().nodes.get(second).unwrap();
    assert_eq!(other.rack, Some(rack));
    assert_ne!(other.u, Some(u), "two nodes never share a unit");
}

#[test]
fn a_full_rack_takes_no_more() {
    let mut user = User::new();
    let rack = user.rack(300.0, 500.0);
    let inside = user.middle(&Subject::Rack(rack));
    for _ in 0..6 {
        user.node("dgx-h100", inside.x, inside.y);
    }
    user.heard();
    let seventh = user.node("dgx-h100", inside.x, inside.y);
    assert_eq!(user.session.design().nodes.get(seventh).unwrap().rack, None);
    assert_eq!(user.heard(), ["rack-1 has no 8 U free in one piece, so it stands beside the rack's nodes"]);
}

#[test]
fn dragging_from_port_to_port_lays_a_link() {
    let (mut user, a, b) = two_switches();
    let (from, to) = (PortRef::child(a, 1, 1), PortRef::child(b, 1, 1));
    user.connect(from, to);
    assert_eq!(user.link(1).ends, [from, to]);
    assert!(user.link(1).part.is_some(), "with the cable that fits best");
    assert_eq!(user.link(1).length, None, "its length is not invented");
    assert_eq!(user.selected(), "l1");
    assert_eq!(user.session.can_undo(), Some("Connect switch-1 and switch-2"));
}

#[test]
fn a_refused_port_says_why_and_the_wire_goes() {
    let mut user = User::new();
    let a = user.node("nvidia-qm9700", 400.0, 200.0);
    let b = user.node("nvidia-sn5600", 400.0, 600.0);
    let (from, to) = (PortRef::child(a, 1, 1), PortRef::cage(b, 1));
    let before = user.bytes();
    let (start, end) = (user.port(from), user.port(to));
    user.press(start, KeyMods::default()).moves(end, KeyMods::default());
    let refusal = user.session.refusal(to).expect("InfiniBand does not meet Ethernet");
    assert_eq!(user.session.cursor(), "not-allowed");
    assert!(matches!(user.session.gesture(), Gesture::Connecting { target: None, refused: Some(_), .. }));
    user.release(end, KeyMods::default());
    assert_eq!(user.complained(), refusal);
    assert_eq!(user.bytes(), before);
    assert_eq!(user.session.refusal(to), None, "nothing is refused while nothing is connected");
}

#[test]
fn a_link_dropped_on_a_node_takes_its_first_free_port() {
    let (mut user, a, b) = two_switches();
    for _ in 0..3 {
        let from = user.session.catalog().first_free_port(user.session.design(), &user.session.port_use(), a, |_| true).unwrap();
        let (from, to) = (user.port(from), user.body(&Subject::Node(b)));
        user.drag(from, to);
    }
    let ends: Vec<String> = user.session.design().links.iter().map(|(_, link)| format!("{}-{}", link.ends[0], link.ends[1])).collect();
    assert_eq!(ends, ["n1/1/1-n2/1/1", "n1/1/2-n2/1/2", "n1/2/1-n2/2/1"]);
}

#[test]
fn a_link_dropped_on_nothing_offers_parts() {
    let (mut user, a, _) = two_switches();
    let from = PortRef::child(a, 1, 1);
    let start = user.port(from);
    user.drag(start, at(1200.0, 400.0));
    assert_eq!(user.effects.last(), Some(&Effect::OfferParts { from, at: at(1200.0, 400.0) }));
    assert!(user.session.gesture().is_idle());
}

#[test]
fn dragging_from_a_taken_port_moves_the_end_of_its_link() {
    let (mut user, a, b) = two_switches();
    user.connect(PortRef::child(a, 1, 1), PortRef::child(b, 1, 1));
    user.connect(PortRef::child(b, 1, 1), PortRef::child(b, 3, 2));
    assert_eq!(user.link(1).ends, [PortRef::child(a, 1, 1), PortRef::child(b, 3, 2)]);
    assert_eq!(user.session.design().links.len(), 1);
    user.wants(Intent::MoveEnd { link: LinkId(1), end: 0, to: PortRef::child(a, 9, 1) });
    assert_eq!(user.link(1).ends, [PortRef::child(a, 9, 1), PortRef::child(b, 3, 2)]);
    let before = user.bytes();
    let start = user.port(PortRef::child(b, 3, 2));
    user.drag(start, at(1200.0, 400.0));
    assert_eq!(user.bytes(), before, "dropped on nothing it stays where it was");
}

#[test]
fn clicking_two_ports_connects_with_the_connecting_tool() {
    let (mut user, a, b) = two_switches();
    user.key("C");
    assert_eq!(user.session.tool(), ToolKind::Connect);
    let (from, to) = (user.port(PortRef::child(a, 2, 1)), user.body(&Subject::Node(b)));
    user.click(from);
    assert!(matches!(user.session.gesture(), Gesture::Connecting { held: false, .. }));
    user.moves(to, KeyMods::default()).click(to);
    assert_eq!(user.link(1).ends, [PortRef::child(a, 2, 1), PortRef::child(b, 1, 1)]);
    user.click(from);
    user.key("Escape");
    assert!(user.session.gesture().is_idle());
    user.key("Escape");
    assert_eq!(user.session.tool(), ToolKind::Select);
}

#[test]
fn a_cable_from_the_palette_is_laid_between_ports() {
    let (mut user, a, b) = two_switches();
    let cable = PartId::new("dac-800g-osfp");
    user.wants(Intent::Place { part: cable.clone(), at: at(1200.0, 900.0) });
    assert_eq!((user.session.tool(), user.session.cable()), (ToolKind::Connect, Some(&cable)));
    assert!(user.session.design().links.is_empty());
    let (from, to) = (user.port(PortRef::child(a, 1, 1)), user.port(PortRef::child(b, 1, 1)));
    user.click(from).click(to);
    assert_eq!(user.link(1).part, Some(cable));
}

#[test]
fn ports_can_be_connected_without_a_pointer() {
    let mut user = User::new();
    let a = user.node("nvidia-qm9700", 400.0, 200.0);
    let b = user.node("nvidia-qm9700", 400.0, 600.0);
    user.node("nvidia-sn5600", 400.0, 800.0);
    user.selects([Subject::Node(b)]).edits(Field::Name("spine-1".to_owned()));
    let from = PortRef::child(a, 1, 1);
    let all = user.session.fitting_targets(from, "");
    assert!(all.iter().all(|(port, _)| port.node == b), "only what fits: {all:?}");
    let found = user.session.fitting_targets(from, "SPINE 7/2");
    assert_eq!(found.iter().map(|(port, _)| *port).collect::<Vec<_>>(), [PortRef::child(b, 7, 2)]);
    assert!(found[0].1.starts_with("spine-1 · "), "{}", found[0].1);
    user.wants(Intent::Connect { ends: [from, found[0].0], part: None });
    assert_eq!(user.link(1).ends[1], PortRef::child(b, 7, 2));
    assert!(user.session.fitting_targets(from, "no such thing").is_empty());
}

#[test]
fn tab_walks_in_reading_order_and_into_things() {
    let mut user = User::new();
    let rack = user.rack(300.0, 500.0);
    let inside = user.middle(&Subject::Rack(rack));
    let low = user.node("nvidia-qm9700", inside.x, inside.y + 200.0);
    let high = user.node("nvidia-qm9700", inside.x, inside.y - 200.0);
    let beside = user.node("nvidia-qm9700", 1200.0, 900.0);
    let mut walk = Vec::new();
    let mut here = None;
    for _ in 0..5 {
        here = user.session.next_subject(here.as_ref(), Step::Next);
        walk.push(here.clone().unwrap());
    }
    assert_eq!(walk, [Subject::Rack(rack), Subject::Node(high), Subject::Node(low), Subject::Node(beside), Subject::Rack(rack)]);
    assert_eq!(user.session.next_subject(None, Step::Previous), Some(Subject::Node(beside)));
    assert_eq!(user.session.next_subject(Some(&Subject::Rack(rack)), Step::Into), Some(Subject::Node(high)));
    let port = user.session.next_subject(Some(&Subject::Node(high)), Step::Into);
    assert_eq!(port, Some(Subject::Port(PortRef::child(high, 1, 1))));
    assert_eq!(user.session.next_subject(port.as_ref(), Step::Next), Some(Subject::Port(PortRef::child(high, 1, 2))));
    assert_eq!(user.session.next_subject(port.as_ref(), Step::Out), Some(Subject::Node(high)));
    assert_eq!(User::new().session.next_subject(None, Step::Next), None);
}

#[test]
fn a_drag_is_one_step_and_escape_leaves_no_trace() {
    let (mut user, a, _) = two_switches();
    user.key("Ctrl+Z");
    assert_eq!(user.session.can_redo(), Some("Place switch-2"));
    let before = user.bytes();
    let grab = user.body(&Subject::Node(a));
    user.press(grab, KeyMods::default()).moves(at(700.0, 700.0), KeyMods::default());
    assert!(matches!(user.session.gesture(), Gesture::Moving { .. }));
    user.key("Escape").release(at(700.0, 700.0), KeyMods::default());
    assert_eq!(user.bytes(), before);
    assert_eq!(user.session.can_redo(), Some("Place switch-2"), "redo still works");

    user.drag(grab, at(grab.x + 101.0, grab.y + 99.0));
    let node = user.session.design().nodes.get(a).unwrap();
    assert_eq!((node.at.x % 8.0, node.at.y % 8.0), (0.0, 0.0));
    assert_eq!((user.session.can_undo(), user.session.can_redo()), (Some("Move 1 thing"), None));
    user.key("Ctrl+Z");
    assert_eq!(user.bytes(), before);
}

#[test]
fn the_pointer_cancelled_by_the_browser_leaves_no_trace() {
    let (mut user, a, b) = two_switches();
    let before = user.bytes();
    for start in [user.body(&Subject::Node(a)), user.port(PortRef::child(b, 1, 1)), at(1200.0, 100.0)] {
        user.press(start, KeyMods::default()).moves(at(900.0, 500.0), KeyMods::default());
        assert!(!user.session.gesture().is_idle());
        user.pointer(PointerEvent::Cancel);
        assert!(user.session.gesture().is_idle());
        assert_eq!(user.bytes(), before);
    }
}

#[test]
fn selection_comes_back_with_the_step() {
    let (mut user, a, b) = two_switches();
    user.selects([Subject::Node(a), Subject::Node(b)]).key("Delete");
    assert_eq!(user.selected(), "");
    user.key("Ctrl+Z");
    assert_eq!(user.selected(), "n1 n2");
    user.key("Ctrl+Shift+Z");
    assert_eq!(user.selected(), "");
}

#[test]
fn moving_view_or_selection_is_no_edit() {
    let (mut user, a, _) = two_switches();
    let (revision, undo) = (user.session.revision(), user.session.can_undo().map(str::to_owned));
    user.selects([Subject::Node(a)]).key("Ctrl+A").key("Escape").key("Shift+1").key("Ctrl++").key("H");
    user.wants(Intent::Pan { dx: 10.0, dy: 10.0 });
    assert_eq!((user.session.revision(), user.session.can_undo()), (revision, undo.as_deref()));
}

#[test]
fn clicks_select_and_shift_clicks_add() {
    let (mut user, a, b) = two_switches();
    let (first, second) = (user.body(&Subject::Node(a)), user.body(&Subject::Node(b)));
    user.click(first);
    assert_eq!(user.selected(), "n1");
    user.press(second, shift()).release(second, shift());
    assert_eq!(user.selected(), "n1 n2");
    user.press(first, shift()).release(first, shift());
    assert_eq!(user.selected(), "n2");
    user.click(at(1200.0, 50.0));
    assert_eq!(user.selected(), "");
    user.drag(at(1300.0, 20.0), at(10.0, 980.0));
    assert_eq!(user.selected(), "n1 n2", "a marquee takes what it touches");
    let view = user.view(first);
    user.pointer(PointerEvent::DoubleClick { at: view, mods: KeyMods::default() });
    assert_eq!(user.effects.last(), Some(&Effect::OpenInspector));
    assert_eq!(user.selected(), "n1");
}

#[test]
fn middle_button_space_and_fingers_move_the_view() {
    let (mut user, ..) = two_switches();
    let origin = user.session.camera().origin;
    let blank = at(1200.0, 50.0);
    for (button, mods, touch) in [
        (PointerButton::Middle, KeyMods::default(), false),
        (PointerButton::Primary, KeyMods { space: true, ..KeyMods::default() }, false),
        (PointerButton::Primary, KeyMods::default(), true),
    ] {
        user.pointer(PointerEvent::Down { at: blank, button, mods, touch });
        user.pointer(PointerEvent::Move { at: at(1210.0, 70.0), mods });
        assert_eq!(user.session.cursor(), "grabbing");
        user.pointer(PointerEvent::Up { at: at(1210.0, 70.0), mods });
        let moved = user.session.camera().origin;
        assert_eq!((origin.x - moved.x, origin.y - moved.y), (10.0, 20.0));
        user.wants(Intent::Pan { dx: -10.0, dy: -20.0 });
    }
}

#[test]
fn zoom_keeps_the_place_under_the_pointer_and_its_limits() {
    let (mut user, ..) = two_switches();
    let around = at(321.0, 123.0);
    let before = user.session.camera().to_world(around);
    user.wants(Intent::Zoom(Zoom::By { factor: 1.7, around }));
    let after = user.session.camera().to_world(around);
    assert!(before.distance(after) < 1e-9);
    for (factor, limit) in [(1e9, 8.0), (1e-9, 0.02)] {
        user.wants(Intent::Zoom(Zoom::By { factor, around }));
        assert!((user.session.camera().zoom - limit).abs() < 1e-9);
    }
    user.wants(Intent::Zoom(Zoom::By { factor: f64::NAN, around }));
    user.key("Ctrl+0");
    assert!((user.session.camera().zoom - 1.0).abs() < 1e-9);
    user.key("Shift+1");
    let visible = user.session.camera().visible();
    assert!(visible.encloses(&user.session.scene().bounds().unwrap()));
}

#[test]
fn revealing_selects_and_brings_into_view() {
    let mut user = User::new();
    let far = user.node("nvidia-qm9700", 9000.0, 9000.0);
    user.selects([]).wants(Intent::Reveal(vec![Subject::Port(PortRef::child(far, 1, 1))]));
    let place = user.port(PortRef::child(far, 1, 1));
    assert!(user.session.camera().visible().contains(place));
    assert_eq!(user.selected(), "n1/1/1");
}

#[test]
fn a_rack_carries_its_nodes_and_a_node_comes_out() {
    let mut user = User::new();
    let rack = user.rack(300.0, 500.0);
    let inside = user.middle(&Subject::Rack(rack));
    let node = user.node("nvidia-qm9700", inside.x, inside.y);
    let before = user.session.scene().node_rect(node).unwrap();
    let title = at(user.session.scene().rack_rect(rack).unwrap().x + 20.0, user.session.scene().rack_rect(rack).unwrap().y + 4.0);
    user.drag(title, at(title.x + 400.0, title.y));
    let after = user.session.scene().node_rect(node).unwrap();
    assert_eq!(after.x - before.x, 400.0);

    let grab = user.body(&Subject::Node(node));
    user.drag(grab, at(grab.x + 500.0, grab.y));
    let out = user.session.design().nodes.get(node).unwrap();
    assert_eq!((out.rack, out.u), (None, None));
    let grab = user.body(&Subject::Node(node));
    let target = at(user.middle(&Subject::Rack(rack)).x, grab.y + 100.0);
    user.drag(grab, target);
    assert_eq!(user.session.design().nodes.get(node).unwrap().rack, Some(rack));
}

#[test]
fn several_nodes_move_into_a_rack_as_a_whole() {
    let mut user = User::new();
    let rack = user.rack(300.0, 500.0);
    let nodes = [user.node("nvidia-qm9700", 1000.0, 200.0), user.node("nvidia-qm9700", 1000.0, 400.0), user.node("dgx-h100", 1000.0, 700.0)];
    user.selects(nodes.map(Subject::Node));
    let grab = user.body(&Subject::Node(nodes[0]));
    let into = user.middle(&Subject::Rack(rack));
    user.drag(grab, into);
    let units: Vec<u16> = nodes.iter().map(|id| user.session.design().nodes.get(*id).unwrap().u.expect("mounted").0).collect();
    assert_eq!((units[0] - units[1], units[1] - units[2]), (1, 8), "stacked as they were drawn, lowest first: {units:?}");
    assert_eq!(user.session.can_undo(), Some("Move 3 things"));

    user.key("ArrowUp");
    let moved: Vec<u16> = nodes.iter().map(|id| user.session.design().nodes.get(*id).unwrap().u.expect("mounted").0).collect();
    assert_eq!(moved, units.iter().map(|u| u + 1).collect::<Vec<_>>(), "arrows move by units in a rack");
}

#[test]
fn a_node_dragged_in_its_rack_goes_as_far_as_the_pointer() {
    let mut user = User::new();
    let rack = user.rack(300.0, 500.0);
    let inside = user.middle(&Subject::Rack(rack));
    let node = user.node("dgx-h100", inside.x, inside.y);
    let before = user.session.design().nodes.get(node).unwrap().u.unwrap().0;
    let grab = user.body(&Subject::Node(node));
    let three_units = 3.0 * weft::scene::U_HEIGHT;
    user.drag(grab, at(grab.x, grab.y - three_units));
    assert_eq!(user.session.design().nodes.get(node).unwrap().u, Some(RackUnits(before + 3)), "wherever it was grabbed");
}

#[test]
fn mounting_says_what_is_in_the_way() {
    let mut user = User::new();
    let rack = user.rack(300.0, 500.0);
    let a = user.node("nvidia-qm9700", 1000.0, 200.0);
    let b = user.node("dgx-h100", 1000.0, 500.0);
    user.wants(Intent::Mount { node: a, rack: Some((rack, RackUnits(10))) });
    user.wants(Intent::Mount { node: b, rack: Some((rack, RackUnits(5))) });
    assert_eq!(user.complained(), "Unit 5 of rack-1 is taken by switch-1");
    user.wants(Intent::Mount { node: b, rack: Some((rack, RackUnits(45))) });
    assert_eq!(user.complained(), "rack-1 has units 1 to 48, so 8 U do not fit at unit 45");
    user.selects([Subject::Node(a)]).edits(Field::RackUnit("U12".to_owned()));
    assert_eq!(user.session.design().nodes.get(a).unwrap().u, Some(RackUnits(12)));
    user.wants(Intent::Mount { node: a, rack: None });
    assert_eq!(user.session.design().nodes.get(a).unwrap().rack, None);
}

#[test]
fn deleting_takes_what_depends_along_and_tells() {
    let mut user = User::new();
    let rack = user.rack(300.0, 500.0);
    let inside = user.middle(&Subject::Rack(rack));
    let a = user.node("nvidia-qm9700", inside.x, inside.y);
    let b = user.node("nvidia-qm9700", 1000.0, 500.0);
    user.wants(Intent::ConnectNodes { a, b, count: 4 });
    user.selects([Subject::Rack(rack), Subject::Node(b)]).wants(Intent::Group(GroupKind::Pod));
    let before = user.bytes();
    user.heard();
    user.selects([Subject::Rack(rack)]).key("Delete");
    assert_eq!(user.heard(), ["Deleted 1 rack, 1 node and 4 links"]);
    assert_eq!(user.session.design().groups.iter().map(|(_, group)| group.members.len()).collect::<Vec<_>>(), [1]);
    user.key("Ctrl+Z");
    assert_eq!(user.bytes(), before);
}

#[test]
fn connecting_two_nodes_stops_where_ports_end() {
    let (mut user, a, b) = two_switches();
    user.wants(Intent::ConnectNodes { a, b, count: 60 });
    user.wants(Intent::ConnectNodes { a, b, count: 10 });
    assert_eq!(user.session.design().links.len(), 64);
    assert_eq!(user.heard(), ["Made 4 of 10 links: switch-1 or switch-2 has no free port"]);
    user.wants(Intent::ConnectNodes { a, b: a, count: 1 });
    assert_eq!(user.complained(), "A link joins two different nodes");

    let (c, d) = (user.node("generic-switch", 1000.0, 200.0), user.node("generic-host", 1000.0, 600.0));
    user.wants(Intent::ConnectNodes { a: c, b: d, count: 5 });
    assert_eq!(user.session.design().links_of(c).count(), 5, "generic parts grow the ports they need");
}

#[test]
fn copies_bring_their_inner_links_and_new_names() {
    let (mut user, a, b) = two_switches();
    let c = user.node("nvidia-qm9700", 1000.0, 600.0);
    user.wants(Intent::ConnectNodes { a, b, count: 2 }).wants(Intent::ConnectNodes { a, b: c, count: 1 });
    user.selects([Subject::Node(a)]).edits(Field::Name("core".to_owned()));
    user.selects([Subject::Node(a), Subject::Node(b)]).key("Ctrl+D");
    assert_eq!(user.names(), ["core", "switch-2", "switch-3", "core copy", "switch-4"]);
    assert_eq!(user.session.design().links.len(), 5, "the link to the outside stays behind");
    assert_eq!(user.selected(), "n4 n5");

    user.selects([Subject::Node(a), Subject::Node(b)]).key("Ctrl+C").key("Ctrl+V");
    assert_eq!(user.session.design().nodes.len(), 7);
    assert_eq!(user.session.design().links.len(), 7);
    let text = user.clipboard.clone();
    let mut elsewhere = User::new();
    elsewhere.wants(Intent::Paste { text, at: Some(at(500.0, 500.0)) });
    assert_eq!((elsewhere.session.design().nodes.len(), elsewhere.session.design().links.len()), (2, 2));
    let rect = elsewhere.session.selection_rect().unwrap();
    assert!(rect.center().distance(at(500.0, 500.0)) < 8.0, "pasted where the pointer is");

    user.selects([Subject::Node(a)]).key("Ctrl+X");
    assert_eq!(user.names().iter().filter(|name| **name == "core").count(), 0);
    assert_eq!(user.session.can_undo(), Some("Delete 1 node and 3 links"));
}

#[test]
fn a_copy_of_a_racked_node_stands_in_the_same_rack() {
    let mut user = User::new();
    let rack = user.rack(300.0, 500.0);
    let inside = user.middle(&Subject::Rack(rack));
    user.node("dgx-h100", inside.x, inside.y);
    user.key("Ctrl+D");
    let standing: Vec<_> = user.session.design().nodes.iter().map(|(_, node)| (node.rack, node.u.unwrap().0)).collect();
    assert_eq!(standing[1].0, Some(rack));
    assert_eq!(standing[0].1.abs_diff(standing[1].1), 8);
    user.selects([Subject::Rack(rack)]).key("Ctrl+D");
    assert_eq!(user.session.design().racks.len(), 2);
    assert_eq!(user.session.design().nodes.len(), 4);
    assert_eq!(user.session.design().nodes_in(RackId(2)).count(), 2);
}

#[test]
fn hostile_clipboards_get_a_sentence() {
    let deep = format!("{{\"format\":\"weft-clipboard\",\"version\":1,\"design\":{}1{}}}", "[".repeat(500), "]".repeat(500));
    let texts = [
        "",
        "hello",
        "{",
        "null",
        "[]",
        "{}",
        "{\"format\":\"weft-clipboard\"}",
        "{\"format\":\"weft-clipboard\",\"version\":2,\"design\":{}}",
        "{\"format\":\"weft-clipboard\",\"version\":1}",
        "{\"format\":\"weft-clipboard\",\"version\":1,\"design\":null}",
        "{\"format\":\"weft-clipboard\",\"version\":1,\"design\":{\"format\":\"weft-design\",\"version\":1}}",
        "{\"format\":\"weft-clipboard\",\"version\":1,\"design\":{\"format\":\"weft-design\",\"version\":1,\"nodes\":7}}",
        deep.as_str(),
    ];
    for text in texts {
        let (mut user, ..) = two_switches();
        let before = user.bytes();
        user.wants(Intent::Paste { text: text.to_owned(), at: Some(at(f64::NAN, 0.0)) });
        assert!(!user.complained().is_empty(), "{text}");
        assert_eq!(user.bytes(), before);
    }
}

#[test]
fn groups_move_nest_and_dissolve() {
    let (mut user, a, b) = two_switches();
    let c = user.node("nvidia-qm9700", 1000.0, 200.0);
    user.selects([Subject::Node(a), Subject::Node(b)]).key("Ctrl+G");
    assert_eq!(user.selected(), "g1");
    assert_eq!(user.session.design().groups.iter().next().unwrap().1.name, "pod-1");
    user.selects([Subject::Node(a), Subject::Node(b)]).wants(Intent::Group(GroupKind::Unit));
    let members: Vec<_> = user.session.design().groups.iter().map(|(id, group)| (id.to_string(), group.members.len())).collect();
    assert_eq!(members, [("g1".to_owned(), 1), ("g2".to_owned(), 2)], "a group of all members stands in their group");
    user.selects("g1 n3".split(' ').filter_map(Subject::parse)).wants(Intent::Group(GroupKind::Site));
    assert_eq!(user.session.design().groups.len(), 3);

    let before: Vec<f64> = [a, b, c].iter().map(|id| user.session.design().nodes.get(*id).unwrap().at.x).collect();
    user.key("Shift+ArrowRight");
    let after: Vec<f64> = [a, b, c].iter().map(|id| user.session.design().nodes.get(*id).unwrap().at.x).collect();
    assert_eq!(after, before.iter().map(|x| x + 10.0).collect::<Vec<_>>(), "a group carries its members");

    user.selects([Subject::parse("g1").unwrap()]).key("Ctrl+Shift+G");
    assert_eq!(user.selected(), "g2");
    user.selects("g2 g3".split(' ').filter_map(Subject::parse)).key("Ctrl+Shift+G");
    assert!(user.session.design().groups.is_empty());
    assert_eq!(user.selected(), "n1 n2 n3");
}

#[test]
fn fields_take_units_and_say_what_they_did_not_understand() {
    let (mut user, a, b) = two_switches();
    user.connect(PortRef::child(a, 1, 1), PortRef::child(b, 1, 1));
    user.edits(Field::Length("5 m".to_owned())).edits(Field::Rate("0.2 Tb/s".to_owned())).edits(Field::Latency("300".to_owned()));
    assert_eq!((user.link(1).length, user.link(1).gbps), (Some(Metres(5.0)), Some(Gbps(200.0))));
    user.edits(Field::Rate(" ".to_owned()));
    assert_eq!(user.link(1).gbps, None, "empty clears");
    let before = user.bytes();
    user.effects.clear();
    for (field, sentence) in [
        (Field::Length("5 bananas".to_owned()), "“bananas” is not a unit used here; write for example “400 m”"),
        (Field::Length("-1".to_owned()), "A length is more than 0 m and at most 1000 km"),
        (Field::Rate("1e300".to_owned()), "A rate is more than 0 Gb/s and at most 1000 Tb/s"),
        (Field::Name("x".to_owned()), "Nothing selected has or is a name"),
        (Field::Cable(Some(PartId::new("nvidia-qm9700"))), "QM9700 is a switch, not a cable"),
        (Field::Cable(Some(PartId::new("nonsense"))), "There is no part “nonsense” in the catalogue"),
    ] {
        user.edits(field.clone());
        let complaint = user.complained();
        assert!(complaint == sentence || (matches!(field, Field::Cable(_)) && complaint.ends_with("is a switch, not a cable")), "{field:?}: {complaint}");
    }
    assert_eq!(user.bytes(), before);

    user.selects([Subject::Node(a), Subject::Node(b)]).edits(Field::Name("leaf-1".to_owned()));
    assert_eq!(user.names(), ["leaf-1", "leaf-2"], "several things count on");
    user.edits(Field::X("80".to_owned())).edits(Field::Pinned(true)).edits(Field::Transit(Some(false)));
    assert!(user.session.design().nodes.iter().all(|(_, node)| node.at.x == 80.0 && node.pinned && node.transit == Some(false)));
    user.wants(Intent::Edit { subjects: vec![Subject::Design], field: Field::Name("My fabric".to_owned()) });
    user.key("Ctrl+S");
    assert!(matches!(user.effects.last(), Some(Effect::Download { name, .. }) if name == "my-fabric.weft.json"));
}

#[test]
fn generic_parts_have_as_many_ports_as_typed() {
    let mut user = User::new();
    let a = user.node("generic-switch", 400.0, 200.0);
    let b = user.node("generic-switch", 400.0, 600.0);
    user.wants(Intent::ConnectNodes { a, b, count: 3 });
    user.selects([Subject::Node(a)]).edits(Field::Ports("2".to_owned()));
    assert_eq!(user.complained(), "Port 3 of switch-1 is in use, so it needs at least 3 ports");
    user.edits(Field::Ports("4".to_owned()));
    assert_eq!(user.session.catalog().ports_of(user.session.design(), a, &user.session.port_use()).len(), 4);
    user.edits(Field::Ports(String::new()));
    assert_eq!(user.session.design().nodes.get(a).unwrap().generic, None);
}

#[test]
fn a_cage_in_use_is_not_broken_out() {
    let mut user = User::new();
    let a = user.node("generic-switch", 400.0, 200.0);
    let b = user.node("generic-switch", 400.0, 600.0);
    user.wants(Intent::Connect { ends: [PortRef::cage(a, 1), PortRef::cage(b, 1)], part: None });
    user.wants(Intent::BreakOut { port: PortRef::cage(a, 1), breakout: Breakout::parse("2x400G") });
    assert_eq!(user.complained(), "Link l1 would lose its port on cage 1 of switch-1; take it off first");
    user.wants(Intent::BreakOut { port: PortRef::cage(a, 2), breakout: Breakout::parse("2x400G") });
    user.wants(Intent::Connect { ends: [PortRef::child(a, 2, 2), PortRef::cage(b, 2)], part: None });
    assert_eq!(user.link(2).ends[0], PortRef::child(a, 2, 2));
    user.wants(Intent::BreakOut { port: PortRef::child(a, 2, 1), breakout: None });
    assert_eq!(user.complained(), "Link l2 would lose its port on cage 2 of switch-1; take it off first");
    user.wants(Intent::BreakOut { port: PortRef::cage(a, 3), breakout: Some(Breakout { children: 200, gbps: Gbps(f64::NAN) }) });
    assert!(user.complained().starts_with("A cage breaks out into 2 to 16 ports"));
}

#[test]
fn lining_up_moves_edges_together() {
    let mut user = User::new();
    for (x, y) in [(400.0, 200.0), (900.0, 440.0), (1000.0, 800.0)] {
        user.node("nvidia-qm9700", x, y);
    }
    user.key("Ctrl+A").wants(Intent::Align(Align::Left));
    let lefts: BTreeSet<String> = user.session.design().nodes.iter().map(|(_, node)| node.at.x.to_string()).collect();
    assert_eq!(lefts.len(), 1);
    user.key("Ctrl+Z").wants(Intent::Align(Align::SpreadAcross));
    let mut rects: Vec<_> = user.session.design().nodes.ids().filter_map(|id| user.session.scene().node_rect(id)).collect();
    rects.sort_by(|a, b| a.x.total_cmp(&b.x));
    let gaps: Vec<f64> = rects.windows(2).map(|pair| pair[1].x - pair[0].right()).collect();
    assert!((gaps[0] - gaps[1]).abs() < 1e-6, "{gaps:?}");
    user.selects([]).wants(Intent::Align(Align::Top));
    assert_eq!(user.complained(), "Select two or more things to line up");
}

#[test]
fn a_file_that_cannot_be_opened_changes_nothing() {
    let (mut user, ..) = two_switches();
    let (before, revision) = (user.bytes(), user.session.revision());
    for text in ["", "{", "{\"format\":\"other\"}", "not json"] {
        user.wants(Intent::Open { name: "x.json".to_owned(), text: text.to_owned() });
        assert!(user.complained().starts_with("x.json cannot be opened: "));
    }
    assert_eq!((user.bytes(), user.session.revision()), (before.clone(), revision));
    assert_eq!(user.session.can_undo(), Some("Place switch-2"));

    user.wants(Intent::New);
    assert!(user.session.design().is_empty());
    user.wants(Intent::Open { name: "x.json".to_owned(), text: before.clone() });
    assert_eq!(user.bytes(), before);
    assert_eq!((user.session.can_undo(), user.session.tool()), (None, ToolKind::Select));
    assert!(user.effects.iter().any(|effect| matches!(effect, Effect::Replaced { .. })));
}

#[test]
fn reports_of_earlier_states_are_dropped() {
    let (mut user, ..) = two_switches();
    let report = weft::engine::service::evaluate(user.session.design(), user.session.catalog());
    let revision = user.session.revision();
    assert!(!user.session.set_report(revision - 1, report.clone()));
    assert_eq!(user.session.report(), None);
    assert!(user.session.set_report(revision, report));
    user.node("nvidia-qm9700", 1000.0, 200.0);
    assert!(user.session.report().is_some() && !user.session.is_report_current(), "the old one stays until the next comes");
}

#[test]
fn a_patch_that_would_dangle_is_refused() {
    let (mut user, a, b) = two_switches();
    user.wants(Intent::ConnectNodes { a, b, count: 1 });
    let before = user.session.design().clone();
    let mut after = before.clone();
    after.nodes.set(a, None);
    let patch = weft::model::Patch::between(&before, &after);
    user.wants(Intent::ApplyPatch { name: "Break".to_owned(), patch: patch.clone() });
    assert!(user.complained().starts_with("That would break the design: "));
    assert_eq!(*user.session.design(), before);
    user.key("Ctrl+Z").wants(Intent::ApplyPatch { name: "Remove".to_owned(), patch: patch.clone() });
    assert_eq!(user.session.design().nodes.len(), 1);
    user.wants(Intent::ApplyPatch { name: "Again".to_owned(), patch });
    assert!(user.complained().starts_with("That cannot be done any more: "));
}

#[test]
fn the_menu_of_a_thing_selects_it() {
    let (mut user, a, _) = two_switches();
    let place = user.body(&Subject::Node(a));
    let view = user.view(place);
    user.pointer(PointerEvent::Down { at: view, button: PointerButton::Secondary, mods: KeyMods::default(), touch: false });
    assert_eq!(user.selected(), "n1");
    assert_eq!(user.effects.last(), Some(&Effect::OfferMenu { subject: Some(Subject::Node(a)), at: view }));
}

#[test]
fn a_fabric_of_two_leaves_two_spines_and_four_systems_is_built_by_pointer_alone() {
    let mut user = User::new();
    user.wants(Intent::Resize { width: 2400.0, height: 1600.0 });
    let spines = [user.node("nvidia-qm9700", 700.0, 100.0), user.node("nvidia-qm9700", 1500.0, 100.0)];
    let leaves = [user.node("nvidia-qm9700", 700.0, 500.0), user.node("nvidia-qm9700", 1500.0, 500.0)];
    let systems = [300.0, 850.0, 1400.0, 1950.0].map(|x| user.node("dgx-h100", x, 1100.0));

    // The port of a node that the next link starts at, as a person sees it: the first one without a link.
    let free = |user: &User, node: NodeId| user.session.catalog().first_free_port(user.session.design(), &user.session.port_use(), node, |_| true).unwrap();
    for system in systems {
        for nic in 0..8 {
            let leaf = leaves[nic % 2];
            let (from, to) = (free(&user, system), free(&user, leaf));
            user.connect(from, to);
        }
    }
    for leaf in leaves {
        for spine in spines {
            for _ in 0..8 {
                let (from, to) = (free(&user, leaf), free(&user, spine));
                user.connect(from, to);
            }
        }
    }
    assert_eq!(user.heard(), Vec::<String>::new());
    assert_eq!(user.session.design().links.len(), 4 * 8 + 2 * 2 * 8);

    let report = weft::engine::service::evaluate(user.session.design(), user.session.catalog());
    let errors: Vec<_> = report.diagnostics.iter().filter(|finding| finding.severity == weft::engine::diagnostics::Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!((report.counts.systems, report.counts.switches, report.counts.xpus), (4, 4, 32));
    user.session.set_report(user.session.revision(), report);

    let end = user.bytes();
    while user.session.can_undo().is_some() {
        user.key("Ctrl+Z");
    }
    assert!(user.session.design().is_empty());
    while user.session.can_redo().is_some() {
        user.key("Ctrl+Shift+Z");
    }
    assert_eq!(user.bytes(), end);
}

#[test]
fn a_part_for_a_loose_end_is_placed_and_connected_in_one_step() {
    let (mut user, a, _) = two_switches();
    let from = PortRef::child(a, 5, 1);
    user.wants(Intent::PlaceConnected { part: PartId::new("dgx-h100"), at: at(1200.0, 400.0), from });
    assert_eq!(user.link(1).ends[0], from);
    assert_eq!((user.selected().as_str(), user.session.can_undo()), ("n3", Some("Place system-1")));
    let before = user.bytes();
    user.wants(Intent::PlaceConnected { part: PartId::new("nvidia-sn5600"), at: at(1200.0, 700.0), from: PortRef::child(a, 6, 1) });
    assert!(!user.complained().is_empty());
    assert_eq!(user.bytes(), before, "what cannot be connected is not placed either");
}
