//! Selecting, walking and the view.

use super::*;

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
fn the_menu_of_a_thing_selects_it() {
    let (mut user, a, _) = two_switches();
    let place = user.body(&Subject::Node(a));
    let view = user.view(place);
    user.pointer(PointerEvent::Down { at: view, button: PointerButton::Secondary, mods: KeyMods::default(), touch: false });
    assert_eq!(user.selected(), "n1");
    assert_eq!(user.effects.last(), Some(&Effect::OfferMenu { subject: Some(Subject::Node(a)), at: view }));
}

#[test]
fn a_click_in_a_selected_system_selects_what_is_inside_it() {
    let mut user = User::new();
    let system = user.node("dgx-h100", 500.0, 400.0);
    let rect = user.session.scene().node_rect(system).unwrap();
    let face = user.session.scene().face(system).unwrap().clone();
    let place = |spot: usize| face.inside[spot].rect.shifted(rect.x, rect.y).center();
    user.selects([]).click(place(2));
    assert_eq!(user.selected(), "n1", "the first click takes the system");
    user.click(place(2));
    assert_eq!(user.selected(), "n1/xpu3");
    user.key("X");
    assert_eq!(user.session.outages().iter().map(ToString::to_string).collect::<Vec<_>>(), ["n1/xpu3"], "that one alone is off");
    user.click(place(4));
    assert_eq!(user.selected(), "n1/xpu5", "the next is one click away");
    user.click(at(rect.x + 20.0, rect.y + 5.0));
    assert_eq!(user.selected(), "n1", "and so is the system");
    user.drag(place(2), place(2).shifted(64.0, 0.0));
    assert_eq!((user.selected().as_str(), user.session.scene().node_rect(system).unwrap().x), ("n1", rect.x + 64.0), "a drag moves the system");
    user.wants(Intent::Zoom(Zoom::By { factor: 0.5, around: Point::default() }));
    let rect = user.session.scene().node_rect(system).unwrap();
    user.click(rect.center()).click(rect.center());
    assert_eq!(user.selected(), "n1", "not where the inside is too small to be seen");
}

#[test]
fn failed_links_of_a_bus_are_drawn_along_it() {
    use weft::editor::opening::Drawn;
    use weft::render::{Colour, Shape};
    let parameters = [("servers".to_owned(), "128".to_owned())].into();
    let design = weft::engine::templates::generate("rail-optimised", &parameters, &Catalog::builtin()).unwrap();
    let leaf = design.nodes.iter().find(|(_, node)| node.name == "su-1-leaf-1").unwrap().0;
    let mut user = User::new();
    user.wants(Intent::OpenDesign { drawn: Box::new(Drawn::new(design)), told: String::new(), read_only: None, returns: true });
    user.wants(Intent::Zoom(Zoom::Fit)).selects([Subject::Node(leaf)]).key("X");
    let list = weft::render::display_list(&user.session);
    let failed = |command: &weft::render::Command| match &command.shape {
        Shape::Curves { curves, line } if line.colour == Colour::Error => curves.clone(),
        _ => Vec::new(),
    };
    let runs: Vec<_> = list.lively.iter().flat_map(failed).collect();
    assert!(!runs.is_empty(), "the links of the leaf are struck out");
    let bend = |[from, .., to]: &weft::scene::Curve| (from.x - to.x).abs() <= 7.0 && (from.y - to.y).abs() <= 7.0;
    assert!(runs.iter().all(|run| run[0].x == run[3].x || run[0].y == run[3].y || bend(run)), "level and upright, as the buses are: {runs:?}");
}

#[test]
fn what_is_alike_is_taken_first_as_it_is_joined_then_by_its_part() {
    let mut user = User::new();
    let spine = user.node("nvidia-qm9700", 700.0, 100.0);
    let leaves = [300.0, 700.0].map(|x| user.node("nvidia-qm9700", x, 500.0));
    let hosts = [300.0, 700.0].map(|x| user.node("dgx-h100", x, 900.0));
    let rack = user.rack(1400.0, 600.0);
    for (leaf, host) in leaves.into_iter().zip(hosts) {
        user.wants(Intent::ConnectNodes { a: leaf, b: spine, count: 2 }).wants(Intent::ConnectNodes { a: host, b: leaf, count: 3 });
    }
    let design = user.session.design();
    let between = |a: NodeId, b: NodeId| design.links.iter().filter(|(_, link)| link.touches(a) && link.touches(b)).map(|(id, _)| id).collect::<Vec<_>>();
    let (up, down) = (between(leaves[0], spine), between(hosts[0], leaves[0]));
    assert_eq!((up.len(), down.len(), design.links.len()), (2, 3, 10));
    user.effects.clear();

    user.selects([Subject::Node(leaves[0])]).key("Shift+A");
    assert_eq!(user.selected(), format!("{} {}", leaves[0], leaves[1]), "leaves, not the spine of the same part");
    assert_eq!(user.heard(), ["2 switches selected that are joined alike; once more for all of their part or cable: 3 switches"]);
    user.key("Shift+A");
    assert_eq!(user.session.selection().len(), 3);
    assert_eq!(user.heard(), ["3 switches selected: all of their part or cable"]);
    user.key("Shift+A");
    assert_eq!(user.session.selection().len(), 3, "there is no more");

    user.selects([Subject::Link(up[0])]).key("Shift+A");
    assert_eq!(user.session.selection().len(), 4, "links between leaves and spine");
    user.selects([Subject::Trunk(leaves[0], hosts[0])]).key("Shift+A");
    assert_eq!(user.session.selection().len(), 6, "links between hosts and leaves");
    user.selects([Subject::Rack(rack), Subject::Node(hosts[1])]).key("Shift+A");
    assert_eq!(user.session.selection().len(), 3, "each with its like");
    user.selects([]).key("Shift+A");
    assert_eq!(user.selected(), "");
}

#[test]
fn a_double_click_on_a_link_takes_all_between_the_same_two_nodes() {
    let (mut user, a, b) = two_switches();
    let other = user.node("nvidia-qm9700", 1000.0, 600.0);
    user.wants(Intent::ConnectNodes { a, b, count: 4 }).wants(Intent::ConnectNodes { a, b: other, count: 2 });
    let one = user.session.scene().link_curve(LinkId(1)).expect("it is drawn");
    let on = weft::scene::curve::point_at(&one, 0.5);
    user.click(on);
    assert_eq!(user.session.selection().len(), 1);
    let view = user.view(on);
    user.pointer(PointerEvent::DoubleClick { at: view, mods: KeyMods::default() });
    assert_eq!(user.selected(), "l1 l2 l3 l4");
    let more = user.session.scene().link_curve(LinkId(5)).expect("it is drawn");
    let view = user.view(weft::scene::curve::point_at(&more, 0.5));
    user.pointer(PointerEvent::DoubleClick { at: view, mods: shift() });
    assert_eq!(user.session.selection().len(), 6, "Shift adds");
}

#[test]
fn a_box_that_holds_cables_only_takes_those_that_run_through_it() {
    let (mut user, a, b) = two_switches();
    user.wants(Intent::ConnectNodes { a, b, count: 4 });
    user.drag(at(150.0, 380.0), at(700.0, 420.0));
    assert_eq!(user.selected(), "l1 l2 l3 l4");
    user.drag(at(1200.0, 380.0), at(1300.0, 420.0));
    assert_eq!(user.selected(), "", "none runs there");
    user.drag(at(700.0, 420.0), at(150.0, 20.0));
    assert_eq!(user.selected(), "n1", "a box that touches a node is drawn for nodes");
}
