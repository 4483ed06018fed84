//! Placing parts from the palette.

use super::*;

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
