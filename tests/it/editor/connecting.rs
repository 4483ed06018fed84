//! Connecting: by drag, by click and click, by keys; what may not be joined says why.

use super::*;

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

/// Four systems, two leaves, two spines.
fn small_cluster() -> (User, Vec<Subject>, Vec<Subject>, Vec<Subject>) {
    let mut user = User::new();
    let mut row = |part: &str, count: usize, y: f64| (0..count).map(|at| Subject::Node(user.node(part, 300.0 + 500.0 * at as f64, y))).collect::<Vec<_>>();
    let (spines, leaves, systems) = (row("nvidia-qm9700", 2, 100.0), row("nvidia-qm9700", 2, 500.0), row("dgx-b200", 4, 900.0));
    (user, systems, leaves, spines)
}

fn between(user: &User, a: &Subject, b: &Subject) -> usize {
    let (Subject::Node(a), Subject::Node(b)) = (a, b) else { panic!("nodes") };
    user.session.design().links.iter().filter(|(_, link)| link.touches(*a) && link.touches(*b)).count()
}

#[test]
fn all_that_is_selected_is_joined_in_two_steps_without_oversubscription() {
    let (mut user, systems, leaves, spines) = small_cluster();
    user.selects(systems.iter().chain(&leaves).cloned());
    let sides = user.session.sides().expect("systems and leaves");
    assert_eq!((sides.even, sides.rails), (4, true), "8 adapters on two leaves");
    assert_eq!(sides.words(user.session.design()), "system-1 … system-4 with switch-3, switch-4");
    user.wants(Intent::Preview(Some(Box::new(Intent::Join { count: 4, rails: false }))));
    assert_eq!(user.session.preview().map(|preview| preview.summary.as_str()), Some("Adds 32 links"));
    user.wants(Intent::Join { count: 4, rails: false });
    for pair in systems.iter().flat_map(|system| leaves.iter().map(move |leaf| (system, leaf))) {
        assert_eq!(between(&user, pair.0, pair.1), 4);
    }
    assert!(user.session.design().links.iter().all(|(_, link)| link.part.is_some()), "each with a cable");

    user.selects(leaves.iter().chain(&spines).cloned());
    let sides = user.session.sides().expect("leaves and spines");
    assert_eq!((sides.even, sides.rails), (8, false), "16 links down make 16 up on two spines");
    user.wants(Intent::Join { count: sides.even, rails: false });
    assert_eq!((between(&user, &leaves[1], &spines[0]), between(&user, &leaves[0], &leaves[1])), (8, 0));
    assert_eq!(user.session.can_undo(), Some("Connect switch-3, switch-4 with switch-1, switch-2, 32 links"));
    user.wants(Intent::Undo).wants(Intent::Undo);
    assert!(user.session.design().links.is_empty(), "each is one step");
}

#[test]
fn rails_join_the_nth_port_with_the_nth_switch() {
    let (mut user, systems, leaves, _) = small_cluster();
    user.selects(systems.iter().chain(&leaves).cloned()).wants(Intent::Join { count: 1, rails: true });
    let design = user.session.design();
    assert_eq!(design.links.len(), 32);
    let Subject::Node(leaf) = leaves[0] else { panic!("a node") };
    let rails = |at: usize| {
        let Subject::Node(system) = systems[at] else { panic!("a node") };
        let ends = design.links.iter().filter(|(_, link)| link.touches(leaf)).flat_map(|(_, link)| link.ends);
        ends.filter(|end| end.node == system).map(|end| end.port.to_string()).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!((rails(0).len(), rails(0)), (4, rails(3)), "the same adapters of each");
}

#[test]
fn joining_says_where_ports_end_and_what_is_no_pair() {
    let (mut user, systems, leaves, _) = small_cluster();
    user.selects(systems[..2].iter().chain(&leaves[..1]).cloned()).wants(Intent::Join { count: 9, rails: false });
    assert_eq!(
        (user.session.design().links.len(), user.heard()),
        (16, vec!["Made 16 of 18 links: no port is left that fits".to_owned()]),
        "storage ports stay free"
    );
    user.selects([systems[3].clone()]).wants(Intent::Join { count: 1, rails: false });
    assert_eq!(user.complained(), "Select at least two nodes with free ports to connect them");
    assert!(user.session.sides().is_none());
    user.selects(leaves.clone()).wants(Intent::Join { count: u16::MAX, rails: true });
    assert!(user.complained().starts_with("That would lay more than"));
}

#[test]
fn joining_again_does_not_join_leaves_in_place_of_systems_without_a_free_port() {
    let (mut user, systems, leaves, _) = small_cluster();
    user.selects(systems.iter().chain(&leaves).cloned()).wants(Intent::Join { count: 4, rails: false });
    assert_eq!(user.session.design().links.len(), 32);
    user.selects(systems.iter().chain(&leaves).cloned()).wants(Intent::Join { count: 1, rails: false });
    assert_eq!((user.complained().as_str(), user.session.design().links.len()), ("no port is left that fits", 32));
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
