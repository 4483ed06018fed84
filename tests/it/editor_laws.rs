//! Laws of editing: what holds for every sequence of intents, sensible or not.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use crate::editor::User;
use weft::editor::{Align, Effect, Extend, Field, Intent, KeyMods, PointerButton, PointerEvent, ToolKind, Zoom};
use weft::engine::diagnostics::{Edit, Fix, Trust};
use weft::engine::service::{Memory, evaluate};
use weft::io;
use weft::io::export::report_json;
use weft::model::{
    Breakout, Design, Element, GroupKind, Id, LinkId, NodeId, PartId, Patch, PortPath, PortRef, RackId, Recalled, RequirementKind, Settings, Subject,
};
use weft::scene::Scene;
use weft::units::{Cents, Gbps, Nanoseconds, Point, RackUnits, Ratio};

const PARTS: [&str; 9] =
    ["generic-switch", "nvidia-qm9700", "dgx-h100", "generic-rack-48u", "generic-xpu", "nvidia-sn5600", "dac-800g-osfp", "generic-nic", "no such part"];

/// Something that a user or a program may ask for, with numbers that are turned into ids of the design at hand.
#[derive(Clone, Debug)]
enum Wish {
    Align(u8),
    BreakOut(u16, u16, u8, u16),
    Connect(u16, u16, u16, u16),
    ConnectNodes(u16, u16, u8),
    CopyPaste(f64, f64),
    Cut,
    Delete,
    Drag([f64; 4], bool, bool),
    DragHalf([f64; 4]),
    DragPart(u8, f64, f64),
    Duplicate,
    Edit(u8, String),
    EditAll(u8, String),
    Escape,
    Fix(u8, u16, u16),
    Group(u8),
    Lay,
    Mount(u16, u16, u16),
    MoveEnd(u16, u8, u16, u16),
    Nudge(f64, f64),
    Pair(u16, u16),
    PasteText(String),
    Patch(u16),
    Place(u8, f64, f64),
    PlaceConnected(u8, f64, f64, u16, u16),
    Redo,
    Require(u8, f64),
    Reveal(u16),
    Select(u8, u16, u8),
    SelectAll,
    Settings(f64),
    Tool(u8),
    Undo,
    Ungroup,
    View(u8, f64),
}

fn numbers() -> impl Strategy<Value = f64> {
    prop_oneof![20 => -200.0..1800.0, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY), 1 => Just(-1e300), 1 => Just(0.0)]
}

fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec!["5 m", "800G", "300 ns", "12", "leaf-1", "", "U7", "1e300", "-4", "2x400G", "core"]).prop_map(str::to_owned),
        2 => "\\PC{0,12}",
        1 => ".{0,40}",
        1 => Just("<b>é\u{202e}\u{0}</b>".repeat(80)),
    ]
}

/// Wishes that change the design, often enough to build something.
fn edits() -> impl Strategy<Value = Wish> {
    let place = (0..9u8, 0.0..1600.0, 0.0..1000.0).prop_map(|(part, x, y)| Wish::Place(part, x, y));
    prop_oneof![
        8 => place,
        6 => any::<(u16, u16, u16, u16)>().prop_map(|(a, b, c, d)| Wish::Connect(a, b, c % 40, d % 40)),
        4 => any::<(u16, u16)>().prop_map(|(a, b)| Wish::ConnectNodes(a, b, (a % 5) as u8)),
        6 => (0..8u8, any::<u16>(), 0..3u8).prop_map(|(kind, which, extend)| Wish::Select(kind, which, extend)),
        4 => ([0.0..1600.0, 0.0..1000.0, 0.0..1600.0, 0.0..1000.0], any::<bool>(), any::<bool>()).prop_map(|(way, shift, alt)| Wish::Drag(way, shift, alt)),
        4 => (0..13u8, typed()).prop_map(|(field, text)| Wish::Edit(field, text)),
        1 => (0..13u8, typed()).prop_map(|(field, text)| Wish::EditAll(field, text)),
        2 => Just(Wish::Delete),
        1 => Just(Wish::Duplicate),
        1 => (0.0..1600.0, 0.0..1000.0).prop_map(|(x, y)| Wish::CopyPaste(x, y)),
        1 => Just(Wish::Cut),
        1 => (0..5u8).prop_map(Wish::Group),
        1 => Just(Wish::Ungroup),
        1 => Just(Wish::SelectAll),
        1 => Just(Wish::Lay),
        2 => (-20.0..20.0, -20.0..20.0).prop_map(|(dx, dy)| Wish::Nudge(dx, dy)),
        1 => (0..3u8).prop_map(Wish::Align),
        2 => any::<(u16, u16, u16)>().prop_map(|(node, rack, u)| Wish::Mount(node, rack, u % 60)),
        1 => any::<(u16, u8, u16, u16)>().prop_map(|(link, end, node, port)| Wish::MoveEnd(link, end % 4, node, port % 20)),
        2 => any::<(u16, u16, u8, u16)>().prop_map(|(node, cage, children, gbps)| Wish::BreakOut(node, cage % 40, children % 6, gbps)),
        1 => any::<(u16, u16)>().prop_map(|(a, b)| Wish::Pair(a, b)),
        1 => (0..6u8, numbers()).prop_map(|(kind, number)| Wish::Require(kind, number)),
        1 => numbers().prop_map(Wish::Settings),
        1 => any::<u16>().prop_map(Wish::Patch),
        1 => (0..6u8, any::<u16>(), any::<u16>()).prop_map(|(kind, a, b)| Wish::Fix(kind, a, b)),
        1 => (0..9u8, 0.0..1600.0, 0.0..1000.0, any::<(u16, u16)>()).prop_map(|(part, x, y, (node, port))| Wish::PlaceConnected(part, x, y, node, port % 40)),
    ]
}

/// All wishes, with numbers and texts that nobody in their senses would send.
fn wishes() -> impl Strategy<Value = Wish> {
    prop_oneof![
        30 => edits(),
        4 => Just(Wish::Undo),
        3 => Just(Wish::Redo),
        1 => Just(Wish::Escape),
        1 => (0..3u8).prop_map(Wish::Tool),
        1 => (0..9u8, numbers()).prop_map(|(what, number)| Wish::View(what, number)),
        1 => any::<u16>().prop_map(Wish::Reveal),
        1 => typed().prop_map(Wish::PasteText),
        1 => (0..9u8, numbers(), numbers()).prop_map(|(part, x, y)| Wish::Place(part, x, y)),
        1 => (0..9u8, numbers(), numbers()).prop_map(|(part, x, y)| Wish::DragPart(part, x, y)),
        1 => (numbers(), numbers()).prop_map(|(dx, dy)| Wish::Nudge(dx, dy)),
        1 => [numbers(), numbers(), numbers(), numbers()].prop_map(|way| Wish::Drag(way, false, false)),
        2 => [0.0..1600.0, 0.0..1000.0, 0.0..1600.0, 0.0..1000.0].prop_map(Wish::DragHalf),
        1 => (numbers(), numbers()).prop_map(|(x, y)| Wish::CopyPaste(x, y)),
    ]
}

/// The `number`th id of a table in a circle, or one that does not exist where the table is empty.
fn pick<K: Id>(ids: impl ExactSizeIterator<Item = K>, number: u16) -> K {
    let count = ids.len();
    let mut ids = ids;
    if count == 0 { K::from_number(u32::from(number)) } else { ids.nth(usize::from(number) % count).unwrap() }
}

fn node(design: &Design, number: u16) -> NodeId {
    pick(design.nodes.ids(), number)
}

fn port(user: &User, number: u16, port: u16) -> PortRef {
    let node = node(user.session.design(), number);
    let ports = user.session.catalog().ports_of(user.session.design(), node, &user.session.port_use());
    let path = ports.get(usize::from(port)).copied().unwrap_or(PortPath::child(port, (port % 3) as u8));
    PortRef { node, port: path }
}

fn field(kind: u8, text: String, design: &Design) -> Field {
    match kind {
        0 => Field::Name(text),
        1 => Field::Part(PartId::new(PARTS[text.len() % PARTS.len()])),
        2 => Field::Cable(Some(PartId::new(PARTS[text.len() % PARTS.len()])).filter(|_| !text.len().is_multiple_of(3))),
        3 => Field::Length(text),
        4 => Field::Rate(text),
        5 => Field::Latency(text),
        6 => Field::Fabric(Some(pick(design.fabrics.ids(), text.len() as u16)).filter(|_| !text.len().is_multiple_of(3))),
        7 => Field::Pinned(text.len().is_multiple_of(2)),
        8 => Field::Transit([None, Some(true), Some(false)][text.len() % 3]),
        9 => Field::RackUnit(text),
        10 => Field::X(text),
        11 => Field::Y(text),
        _ => Field::Ports(text),
    }
}

fn subject(design: &Design, kind: u8, which: u16) -> Subject {
    match kind {
        0 => Subject::Rack(pick(design.racks.ids(), which)),
        1 => Subject::Link(pick(design.links.ids(), which)),
        2 => Subject::Group(pick(design.groups.ids(), which)),
        3 => Subject::Port(PortRef::child(node(design, which), 1, 1)),
        4 => Subject::Trunk(node(design, which), node(design, which.wrapping_add(1))),
        5 => Subject::Requirement(pick(design.requirements.ids(), which)),
        6 => Subject::Inside(Element { node: node(design, which), inside: Some("xpu1".to_owned()) }),
        _ => Subject::Node(node(design, which)),
    }
}

fn drag(user: &mut User, way: [f64; 4], mods: KeyMods, release: bool) {
    let (from, to) = (Point::new(way[0], way[1]), Point::new(way[2], way[3]));
    user.wants(Intent::Pointer(PointerEvent::Down { at: from, button: PointerButton::Primary, mods, touch: false }));
    user.wants(Intent::Pointer(PointerEvent::Move { at: to, mods }));
    if release {
        user.wants(Intent::Pointer(PointerEvent::Up { at: to, mods }));
    }
}

impl Wish {
    /// Sends what is wished as a user would.
    fn come_true(self, user: &mut User) {
        let design = user.session.design().clone();
        let intent = match self {
            Self::Align(how) => Intent::Align([Align::Left, Align::Top, Align::SpreadAcross][usize::from(how % 3)]),
            Self::BreakOut(node, cage, children, gbps) => {
                let split = Breakout { children, gbps: if gbps == 7 { Gbps(f64::NAN) } else { Gbps(f64::from(gbps / 8) * 100.0) } };
                let known = if children == 2 { Breakout::parse("2x400G") } else { Some(split) };
                Intent::BreakOut { port: port(user, node, cage), breakout: known.filter(|_| children > 0) }
            }
            Self::Connect(a, b, c, d) => {
                Intent::Connect { ends: [port(user, a, c), port(user, b, d)], part: (a % 11 == 0).then(|| PartId::new(PARTS[usize::from(b % 9)])) }
            }
            Self::ConnectNodes(a, b, count) => Intent::ConnectNodes { a: node(&design, a), b: node(&design, b), count: u16::from(count) },
            Self::CopyPaste(x, y) => {
                user.effects.clear();
                user.wants(Intent::Copy);
                let Some(text) = user.effects.iter().find_map(|effect| if let Effect::Copy(clip) = effect { Some(clip.to_text()) } else { None }) else {
                    return;
                };
                Intent::Paste { text, at: Some(Point::new(x, y)) }
            }
            Self::Cut => Intent::Cut,
            Self::Delete => Intent::Delete,
            Self::Drag(way, shift, alt) => {
                drag(user, way, KeyMods { shift, alt, ..KeyMods::default() }, true);
                return;
            }
            Self::DragHalf(way) => {
                let (before, undo, redo) = (user.bytes(), user.session.can_undo().map(str::to_owned), user.session.can_redo().map(str::to_owned));
                drag(user, way, KeyMods::default(), false);
                user.wants(if way[0] < 800.0 { Intent::Escape } else { Intent::Pointer(PointerEvent::Cancel) });
                assert_eq!(user.bytes(), before, "a cancelled drag leaves no trace");
                assert_eq!((user.session.can_undo().map(str::to_owned), user.session.can_redo().map(str::to_owned)), (undo, redo));
                return;
            }
            Self::DragPart(part, x, y) => Intent::DragPart { part: PartId::new(PARTS[usize::from(part)]), at: Some(Point::new(x, y)) },
            Self::Duplicate if design.record_count() > 400 => return,
            Self::Duplicate => Intent::Duplicate,
            Self::Edit(kind, text) => Intent::Edit { subjects: Vec::new(), field: field(kind, text, &design) },
            Self::EditAll(kind, text) => {
                Intent::Edit { subjects: (0..8).map(|of| subject(&design, of, text.len() as u16)).collect(), field: field(kind, text, &design) }
            }
            Self::Escape => Intent::Escape,
            Self::Fix(kind, a, b) => Intent::ApplyFix(Fix { title: "Fix".to_owned(), trust: Trust::Likely, edits: vec![fix(user, kind, a, b)].into() }),
            Self::Group(kind) => Intent::Group([GroupKind::Core, GroupKind::Pod, GroupKind::Row, GroupKind::Site, GroupKind::Unit][usize::from(kind % 5)]),
            Self::Lay => Intent::Layout,
            Self::Mount(of, rack, u) => Intent::Mount { node: node(&design, of), rack: (u > 0).then(|| (pick(design.racks.ids(), rack), RackUnits(u))) },
            Self::MoveEnd(link, end, of, to) => Intent::MoveEnd { link: pick(design.links.ids(), link), end, to: port(user, of, to) },
            Self::Nudge(dx, dy) => Intent::Nudge { dx, dy },
            Self::Pair(a, b) => {
                let end = |number| Element { node: node(&design, number), inside: None };
                Intent::Pair((a % 4 > 0).then(|| (end(a), end(b))))
            }
            Self::PasteText(text) => Intent::Paste { text, at: None },
            Self::Patch(which) => {
                let mut after = design.clone();
                after.nodes.set(node(&design, which), None);
                Intent::ApplyPatch { name: "Patch".to_owned(), patch: Patch::between(&design, &after) }
            }
            Self::Place(part, x, y) => Intent::Place { part: PartId::new(PARTS[usize::from(part)]), at: Point::new(x, y) },
            Self::PlaceConnected(part, x, y, of, from) => {
                Intent::PlaceConnected { part: PartId::new(PARTS[usize::from(part)]), at: Point::new(x, y), from: port(user, of, from) }
            }
            Self::Redo => Intent::Redo,
            Self::Require(kind, number) => Intent::Require(
                match kind {
                    0 => RequirementKind::Bisection(Gbps(number)),
                    1 => RequirementKind::Budget(Cents(number as i64)),
                    2 => RequirementKind::Latency(Nanoseconds(number)),
                    _ => RequirementKind::Oversubscription(Ratio(number)),
                },
                (kind == 5).then(|| pick(design.fabrics.ids(), 1)),
            ),
            Self::Reveal(which) => Intent::Reveal((0..8).map(|kind| subject(&design, kind, which)).collect()),
            Self::Select(kind, which, extend) => Intent::Select {
                subjects: vec![subject(&design, kind, which), subject(&design, kind, which.wrapping_mul(31))],
                extend: [Extend::Replace, Extend::Add, Extend::Toggle][usize::from(extend)],
            },
            Self::SelectAll if design.record_count() > 400 => return,
            Self::SelectAll => Intent::SelectAll,
            Self::Settings(number) => {
                let mut settings = Settings { recalled: if number > 800.0 { Recalled::LeftOut } else { Recalled::Used }, ..design.meta.settings.clone() };
                settings.thresholds.insert("rail-misaligned".to_owned(), number);
                Intent::Settings(Box::new(settings))
            }
            Self::Tool(tool) => Intent::Tool([ToolKind::Select, ToolKind::Hand, ToolKind::Connect][usize::from(tool)]),
            Self::Undo => Intent::Undo,
            Self::Ungroup => Intent::Ungroup,
            Self::View(what, number) => match what {
                0 => Intent::Zoom(Zoom::Fit),
                1 => Intent::Zoom(Zoom::In),
                2 => Intent::Zoom(Zoom::Out),
                3 => Intent::Zoom(Zoom::By { factor: number, around: Point::new(number, number) }),
                4 => Intent::Pan { dx: number, dy: number },
                5 => Intent::Resize { width: number, height: number },
                6 => Intent::Pointer(PointerEvent::Leave),
                7 => Intent::Zoom(Zoom::FitSelection),
                _ => Intent::Zoom(Zoom::Actual),
            },
        };
        user.wants(intent);
    }
}

fn fix(user: &User, kind: u8, a: u16, b: u16) -> Edit {
    let design = user.session.design();
    let link = pick::<LinkId>(design.links.ids(), a).to_string();
    let to = port(user, b, a % 20).to_string();
    match kind {
        0 => Edit::RemoveLink { link },
        1 => Edit::MoveEnd { link, end: (b % 3) as u8, port: to },
        2 => Edit::SetLink { link, part: Some("dac-800g-osfp".to_owned()), length_m: Some(f64::from(b)) },
        3 => Edit::AddLink { ends: [port(user, a, b % 20).to_string(), to], part: None, length_m: None, fabric: None, gbps: None },
        4 => Edit::MoveNode { node: node(design, a).to_string(), rack: pick::<RackId>(design.racks.ids(), b).to_string(), u: b % 60 },
        _ => Edit::BreakOut { node: node(design, a).to_string(), cage: b % 40, breakout: "2x400G".to_owned() },
    }
}

/// The scene that was kept in step is the scene that would be built.
fn check_scene(user: &User) {
    let (design, kept) = (user.session.design(), user.session.scene());
    let built = Scene::build(design, user.session.catalog());
    for id in design.nodes.ids() {
        assert_eq!(kept.node_rect(id), built.node_rect(id), "{id}");
    }
    for id in design.racks.ids() {
        assert_eq!(kept.rack_rect(id), built.rack_rect(id), "{id}");
    }
    for id in design.groups.ids() {
        assert_eq!(kept.group_rect(id), built.group_rect(id), "{id}");
    }
    for id in design.links.ids() {
        assert_eq!(kept.link_curve(id), built.link_curve(id), "{id}");
    }
    assert_eq!(kept.bounds(), built.bounds());
}

fn undo_all(user: &mut User) {
    while user.session.can_undo().is_some() {
        user.wants(Intent::Undo);
    }
}

fn redo_all(user: &mut User) {
    while user.session.can_redo().is_some() {
        user.wants(Intent::Redo);
    }
}

proptest! {
    #![proptest_config(Config { cases: 300, failure_persistence: None, ..Config::default() })]

    #[test]
    fn whatever_is_asked_undo_restores_the_bytes_and_redo_brings_them_back(wishes in prop::collection::vec(wishes(), 1..60)) {
        let mut user = User::new();
        let start = user.bytes();
        for wish in wishes {
            wish.come_true(&mut user);
            check_scene(&user);
            let design = user.session.design();
            prop_assert!(user.session.selection().iter().all(|subject| match subject {
                Subject::Group(id) => design.groups.contains(*id),
                Subject::Link(id) => design.links.contains(*id),
                Subject::Node(id) => design.nodes.contains(*id),
                Subject::Rack(id) => design.racks.contains(*id),
                _ => true,
            }), "what is selected exists");
        }
        user.wants(Intent::Escape).wants(Intent::Escape).wants(Intent::Escape);
        redo_all(&mut user);
        let end = user.bytes();
        undo_all(&mut user);
        prop_assert_eq!(user.bytes(), start);
        check_scene(&user);
        redo_all(&mut user);
        prop_assert_eq!(user.bytes(), end);
        check_scene(&user);
    }

    #[test]
    fn every_design_an_editor_makes_opens_as_it_was_saved(wishes in prop::collection::vec(edits(), 1..40)) {
        let mut user = User::new();
        for wish in wishes {
            wish.come_true(&mut user);
        }
        let text = user.bytes();
        let loaded = io::load(&text).unwrap();
        prop_assert_eq!(loaded.repairs, Vec::<String>::new());
        prop_assert_eq!(&loaded.design, user.session.design());
        prop_assert_eq!(io::save(&loaded.design), text);
    }

    #[test]
    fn patches_survive_as_text(wishes in prop::collection::vec(edits(), 1..30)) {
        let mut user = User::new();
        let mut replayed = Design::default();
        for wish in wishes {
            wish.come_true(&mut user);
            for effect in user.effects.drain(..) {
                if let Effect::Changed { patch, .. } = effect {
                    let read = io::patch_from_text(&io::patch_to_text(&patch)).unwrap();
                    prop_assert_eq!(read.apply(&mut replayed), Ok(()));
                }
            }
        }
        prop_assert_eq!(&replayed, user.session.design());
    }
}

#[test]
fn the_report_after_each_of_a_thousand_edits_is_that_of_the_reopened_design() {
    let mut runner = TestRunner::deterministic();
    let strategy = edits();
    let mut user = User::new();
    let (mut memory, mut held) = (Memory::default(), Design::default());
    let mut changes = 0;
    while changes < 1000 {
        if user.session.design().record_count() > 120 {
            user.wants(Intent::SelectAll).wants(Intent::Delete);
        }
        let before = user.session.revision();
        strategy.new_tree(&mut runner).unwrap().current().come_true(&mut user);
        if user.session.revision() == before {
            continue;
        }
        changes += 1;
        let design = user.session.design();
        let reopened = io::load(&io::save(design)).unwrap().design;
        let (live, anew) = (evaluate(design, user.session.catalog()), evaluate(&reopened, user.session.catalog()));
        assert_eq!(report_json(&live), report_json(&anew), "after {changes} edits");
        // What is kept from one edit to the next changes nothing.
        memory.changes(&Patch::between(&held, design));
        assert_eq!(report_json(memory.evaluate(design, user.session.catalog())), report_json(&anew), "with memory after {changes} edits");
        held = design.clone();
        let revision = user.session.revision();
        assert!(user.session.set_report(revision, live));
        user.effects.clear();
    }
}
