//! Moving, mounting, lining up, grouping.

use super::*;

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
fn moves_by_keys_in_a_row_are_one_step() {
    let (mut user, a, b) = two_switches();
    let before = user.bytes();
    user.selects([Subject::Node(a)]);
    for _ in 0..5 {
        user.key("ArrowRight").key("Shift+ArrowDown");
        // Looking around is no act of its own.
        user.wants(Intent::Pan { dx: 3.0, dy: 0.0 }).moves(at(10.0, 10.0), KeyMods::default());
    }
    let moved = user.bytes();
    user.key("Ctrl+Z");
    assert_eq!(user.bytes(), before, "five presses go back in one step");
    user.key("Ctrl+Y");
    assert_eq!(user.bytes(), moved);

    user.key("ArrowLeft").selects([Subject::Node(a), Subject::Node(b)]).key("ArrowLeft");
    user.key("Ctrl+Z").key("Ctrl+Z");
    assert_eq!(user.bytes(), moved, "another selection begins another step");

    user.selects([Subject::Node(a)]).key("ArrowRight").key("ArrowLeft");
    assert_eq!((user.bytes(), user.session.can_undo()), (moved.clone(), Some("Nudge 1 thing")), "there and back leaves no step of its own");
    user.key("ArrowRight").key("ArrowRight").key("Ctrl+Z");
    assert_eq!(user.bytes(), moved);
    user.key("Ctrl+Z");
    assert_eq!(user.bytes(), before);
}

#[test]
fn every_edge_and_middle_can_be_lined_up_and_gaps_made_equal() {
    let (mut user, a, b) = two_switches();
    let c = user.node("dgx-h100", 1000.0, 900.0);
    let rects = |user: &User| [a, b, c].map(|id| user.session.scene().node_rect(id).unwrap());
    user.selects([a, b, c].map(Subject::Node));
    let start = user.bytes();
    let equal = |values: [f64; 3]| values.iter().all(|value| (value - values[0]).abs() < 1e-6);
    type Edge = fn(&weft::units::Rect) -> f64;
    let cases: [(Align, Edge); 6] = [
        (Align::Left, |rect| rect.x),
        (Align::Centre, |rect| rect.center().x),
        (Align::Right, |rect| rect.right()),
        (Align::Top, |rect| rect.y),
        (Align::Middle, |rect| rect.center().y),
        (Align::Bottom, |rect| rect.bottom()),
    ];
    for (how, edge) in cases {
        user.wants(Intent::Align(how));
        assert!(equal(rects(&user).map(|rect| edge(&rect))), "{how:?}");
        user.key("Ctrl+Z");
        assert_eq!(user.bytes(), start);
    }
    user.wants(Intent::Align(Align::SpreadDown));
    let [a, b, c] = rects(&user);
    assert!((b.y - a.bottom() - (c.y - b.bottom())).abs() < 1e-6, "equal gaps from top to bottom");
}

#[test]
fn everything_is_laid_out_in_view_also_while_links_are_selected() {
    let (mut user, a, b) = two_switches();
    user.wants(Intent::ConnectNodes { a, b, count: 2 });
    user.wants(Intent::Pan { dx: 5000.0, dy: 5000.0 });
    user.selects([Subject::Link(LinkId(1))]).wants(Intent::Layout);
    assert_eq!(user.session.can_undo(), Some("Lay out"), "a link has no place of its own");
    let (camera, drawn) = (user.session.camera().visible(), user.session.scene().bounds().expect("something is drawn"));
    assert!(camera.encloses(&drawn), "{camera:?} shows {drawn:?}");
    user.selects([Subject::Node(a)]).wants(Intent::Layout);
    assert_eq!(user.session.camera().visible(), camera, "a part of it is laid out where one looks");
}
