//! The editor, driven as a user drives it: by pointer, keys and typed fields. One `User` speaks for all tests.

mod connecting;
mod copying;
mod design;
mod fields;
mod moving;
mod own_parts;
mod placing;
mod selecting;

use std::collections::BTreeSet;
use std::sync::Arc;

use weft::catalog::Catalog;
use weft::editor::{Align, Along, Effect, Extend, Field, Gesture, Intent, KeyMods, PointerButton, PointerEvent, Session, Step, ToolKind, Zoom, commands};
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
            if let Effect::Copy(clip) = effect {
                self.clipboard = clip.to_text();
            }
        }
        self.effects.extend(effects);
        assert_eq!(self.session.design().structural_faults(), Vec::<String>::new());
        self
    }
    pub fn pointer(&mut self, event: PointerEvent) -> &mut Self {
        self.wants(Intent::Pointer(event))
    }
    pub fn view(&self, at: Point) -> Point {
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
    pub fn complained(&mut self) -> String {
        let complaint = self.effects.iter().find_map(|effect| if let Effect::Complain(sentence) = effect { Some(sentence.clone()) } else { None });
        self.effects.clear();
        complaint.expect("something went wrong and was told")
    }
    pub fn link(&self, id: u32) -> &Link {
        self.session.design().links.get(LinkId(id)).unwrap_or_else(|| panic!("there is a link l{id}"))
    }
    pub fn names(&self) -> Vec<&str> {
        self.session.design().nodes.iter().map(|(_, node)| node.name.as_str()).collect()
    }
    pub fn selected(&self) -> String {
        self.session.selection().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

pub fn at(x: f64, y: f64) -> Point {
    Point::new(x, y)
}

pub fn shift() -> KeyMods {
    KeyMods { shift: true, ..KeyMods::default() }
}

/// Two switches side by side, free, with the camera at 100 %.
pub fn two_switches() -> (User, NodeId, NodeId) {
    let mut user = User::new();
    let a = user.node("nvidia-qm9700", 400.0, 200.0);
    let b = user.node("nvidia-qm9700", 400.0, 600.0);
    (user, a, b)
}
