//! Copies: clipboard, duplicates, arrays.

use super::*;

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

/// Where a node stands.
fn place_of(user: &User, node: u32) -> Point {
    user.session.design().nodes.get(NodeId(node)).expect("there is such a node").at
}

/// The racks and units of nodes, from the given number on.
fn units_from(user: &User, first: u32) -> Vec<(String, u16)> {
    let nodes = user.session.design().nodes.iter().filter(|(id, _)| id.0 >= first);
    nodes.map(|(_, node)| (node.rack.map_or_else(|| "none".to_owned(), |rack| rack.to_string()), node.u.map_or(0, |u| u.0))).collect()
}

fn alt() -> KeyMods {
    KeyMods { alt: true, ..KeyMods::default() }
}

#[test]
fn a_paste_goes_under_the_pointer_and_never_covers_the_one_before() {
    let (mut user, a, _) = two_switches();
    user.selects([Subject::Node(a)]).key("Ctrl+C");
    user.moves(at(900.0, 300.0), KeyMods::default()).key("Ctrl+V");
    let pasted = user.middle(&Subject::Node(NodeId(3)));
    assert!(pasted.distance(at(900.0, 300.0)) <= 8.0, "{pasted:?}");
    user.key("Ctrl+V");
    assert_ne!(place_of(&user, 3), place_of(&user, 4));

    user.pointer(PointerEvent::Leave).key("Ctrl+V");
    let near = user.middle(&Subject::Node(NodeId(5)));
    assert!(near.distance(user.middle(&Subject::Node(a))) < 60.0, "without a pointer it is near the original: {near:?}");

    user.wants(Intent::Pan { dx: -40_000.0, dy: 0.0 }).key("Ctrl+V");
    let seen = user.session.camera().visible().center();
    assert!(user.middle(&Subject::Node(NodeId(6))).distance(seen) <= 8.0, "with the original out of sight it is in the middle");
    assert_eq!(user.names(), ["switch-1", "switch-2", "switch-3", "switch-4", "switch-5", "switch-6"]);
}

#[test]
fn a_paste_over_a_rack_is_mounted() {
    let mut user = User::new();
    let rack = user.rack(400.0, 500.0);
    let free = [user.node("nvidia-qm9700", 1000.0, 100.0), user.node("nvidia-sn5600", 1000.0, 300.0)];
    user.selects(free.map(Subject::Node)).key("Ctrl+C");
    let middle = user.middle(&Subject::Rack(rack));
    user.moves(middle, KeyMods::default()).key("Ctrl+V");
    let standing = units_from(&user, 3);
    assert!(standing.iter().all(|(rack, _)| rack == "r1"), "{standing:?}");
    assert!(standing[0].1 > standing[1].1, "the upper one stays above: {standing:?}");
}

#[test]
fn a_drag_with_alt_leaves_the_original_and_is_one_step() {
    let (mut user, a, b) = two_switches();
    user.wants(Intent::ConnectNodes { a, b, count: 2 });
    let (before, home) = (user.bytes(), place_of(&user, 1));
    user.selects([Subject::Node(a), Subject::Node(b)]);
    let from = user.body(&Subject::Node(a));
    user.press(from, alt()).moves(at(from.x + 200.0, from.y), alt());
    assert!(matches!(user.session.gesture(), Gesture::Moving { copy: true, .. }));
    assert_eq!(user.session.cursor(), "copy");
    user.moves(at(from.x + 400.0, from.y + 8.0), alt()).release(at(from.x + 400.0, from.y + 8.0), alt());
    assert_eq!(place_of(&user, 1), home);
    assert_eq!((user.session.design().nodes.len(), user.session.design().links.len()), (4, 4));
    assert_eq!((user.selected().as_str(), user.session.can_undo()), ("n3 n4", Some("Duplicate 2 things")));
    user.key("Ctrl+Z");
    assert_eq!(user.bytes(), before);

    user.drag_holding(from, at(from.x + 2.0, from.y), alt());
    assert_eq!(user.bytes(), before, "a press that hardly moves copies nothing");
}

#[test]
fn alt_within_a_drag_still_only_stops_the_snapping() {
    let (mut user, a, _) = two_switches();
    let from = user.body(&Subject::Node(a));
    user.press(from, KeyMods::default()).moves(at(from.x + 100.0, from.y), KeyMods::default());
    user.moves(at(from.x + 101.5, from.y), alt()).release(at(from.x + 101.5, from.y), alt());
    assert_eq!(user.session.design().nodes.len(), 2);
}

#[test]
fn a_copy_is_dragged_into_a_rack_where_its_original_is_in_the_way() {
    let mut user = User::new();
    let rack = user.rack(400.0, 500.0);
    user.wants(Intent::Place { part: PartId::new("nvidia-qm9700"), at: at(400.0, 500.0) });
    let from = user.body(&Subject::Node(NodeId(1)));
    user.drag_holding(from, at(from.x, from.y + 12.0), alt());
    let standing = units_from(&user, 1);
    assert_eq!(standing.len(), 2, "{standing:?}");
    assert!(standing.iter().all(|(in_rack, _)| *in_rack == rack.to_string()) && standing[0].1 != standing[1].1, "{standing:?}");
}

#[test]
fn an_array_is_one_step_and_its_names_count_on() {
    let (mut user, a, b) = two_switches();
    user.wants(Intent::ConnectNodes { a, b, count: 1 });
    user.wants(Intent::Edit { subjects: vec![Subject::Node(a)], field: Field::Name("leaf-1".to_owned()) });
    user.wants(Intent::Edit { subjects: vec![Subject::Node(b)], field: Field::Name("core".to_owned()) });
    let before = user.bytes();
    user.selects([Subject::Node(a), Subject::Node(b)]).wants(Intent::Repeat { count: 3, along: Along::Across { gap: 30.0 } });
    assert_eq!(user.names(), ["leaf-1", "core", "leaf-2", "core-2", "leaf-3", "core-3", "leaf-4", "core-4"]);
    assert_eq!(user.session.design().links.len(), 4, "inner links come along");
    let rects: Vec<_> = (1..=8).filter_map(|id| user.session.scene().node_rect(NodeId(id))).collect();
    assert!((0..8).all(|one| (0..one).all(|other| !rects[one].intersects(&rects[other]))), "no copy covers another");
    assert_eq!((user.selected().as_str(), user.session.can_undo()), ("n3 n4 n5 n6 n7 n8", Some("Make 3 copies")));
    user.key("Ctrl+Z");
    assert_eq!(user.bytes(), before);
    for count in [0, 501] {
        user.wants(Intent::Repeat { count, along: Along::Racks });
        assert!(!user.complained().is_empty());
    }
    user.wants(Intent::Repeat { count: 2, along: Along::Down { gap: f64::NAN } });
    assert!(!user.complained().is_empty());
    user.wants(Intent::Repeat { count: 2, along: Along::Racks });
    assert_eq!(user.complained(), "Select only nodes that stand in a rack to copy them along its units or into other racks");
    assert_eq!(user.bytes(), before);
}

#[test]
fn an_array_runs_along_the_units_of_a_rack_until_it_is_full() {
    let mut user = User::new();
    user.rack(400.0, 500.0);
    user.wants(Intent::Place { part: PartId::new("nvidia-qm9700"), at: at(400.0, 500.0) });
    user.wants(Intent::Mount { node: NodeId(1), rack: Some((RackId(1), RackUnits(40))) });
    let before = user.bytes();
    user.selects([Subject::Node(NodeId(1))]).wants(Intent::Repeat { count: 3, along: Along::Units { gap: 1, down: false } });
    assert_eq!(units_from(&user, 2).iter().map(|(_, u)| *u).collect::<Vec<_>>(), [42, 44, 46]);
    user.effects.clear();
    user.key("Ctrl+Z").wants(Intent::Repeat { count: 30, along: Along::Units { gap: 1, down: false } });
    assert_eq!(user.heard(), ["Made 4 of 30 copies: there is no more room above in rack-1"]);
    user.key("Ctrl+Z");
    assert_eq!(user.bytes(), before);
    user.wants(Intent::Mount { node: NodeId(1), rack: Some((RackId(1), RackUnits(48))) });
    user.wants(Intent::Repeat { count: 1, along: Along::Units { gap: 0, down: false } });
    assert_eq!(user.complained(), "There is no more room above in rack-1");
    user.wants(Intent::Repeat { count: 2, along: Along::Units { gap: 0, down: true } });
    assert_eq!(units_from(&user, 2).iter().map(|(_, u)| *u).collect::<Vec<_>>(), [47, 46]);
}

#[test]
fn an_array_fills_the_next_racks_and_passes_full_ones_over() {
    let mut user = User::new();
    for nth in 0..4 {
        user.rack(300.0 + 400.0 * f64::from(nth), 500.0);
    }
    user.wants(Intent::Place { part: PartId::new("nvidia-qm9700"), at: at(300.0, 500.0) });
    user.wants(Intent::Mount { node: NodeId(1), rack: Some((RackId(1), RackUnits(10))) });
    user.wants(Intent::Place { part: PartId::new("nvidia-qm9700"), at: at(1100.0, 500.0) });
    user.wants(Intent::Mount { node: NodeId(2), rack: Some((RackId(3), RackUnits(10))) });
    user.effects.clear();
    user.selects([Subject::Node(NodeId(1))]).wants(Intent::Repeat { count: 3, along: Along::Racks });
    assert_eq!(units_from(&user, 3), [("r2".to_owned(), 10), ("r4".to_owned(), 10)]);
    assert_eq!(user.heard(), ["Made 2 of 3 copies: rack-3 has no room at unit 10"]);
    user.key("Ctrl+Z").selects([Subject::Node(NodeId(1))]).wants(Intent::Repeat { count: 9, along: Along::Racks });
    assert_eq!(user.session.design().nodes.len(), 4, "as many as there are racks with room");
}
