//! Scene: places, what lies under a place, ways of links, the camera.

use weft::catalog::Catalog;
use weft::model::{Design, Group, Link, Member, Node, NodeId, PortRef, Rack, Subject};
use weft::render::Shape;
use weft::scene::Camera;
use weft::units::{Point, RackUnits, Rect};

use crate::render::{fat_tree, fitted, list, scene, small, template};

#[test]
fn the_middle_of_everything_hits_it() {
    let design = small();
    let scene = scene(&design);
    for (id, _) in design.nodes.iter() {
        let rect = scene.node_rect(id).unwrap();
        // The name's line belongs to the node at any zoom.
        assert_eq!(scene.hit(Point::new(rect.x + 20.0, rect.y + 5.0), 1.0, false), Some(Subject::Node(id)), "{id}");
        assert_eq!(scene.hit(rect.center(), 0.3, false), Some(Subject::Node(id)), "{id} from afar");
    }
    for (_, link) in design.links.iter() {
        for end in link.ends {
            let port = scene.port_place(end).unwrap().rect;
            assert_eq!(scene.hit(port.center(), 1.0, false), Some(Subject::Port(end)));
            assert_eq!(scene.hit(port.center(), 0.3, false), Some(Subject::Node(end.node)), "ports cannot be hit where they are not drawn");
        }
    }
    let rack = scene.rack_rect(scene.rack_ids()[0]).unwrap();
    assert_eq!(scene.hit(Point::new(rect_left(&rack), rack.y + 12.0), 1.0, false), Some(Subject::Rack(scene.rack_ids()[0])));
    let group = scene.group_rect(scene.group_ids()[0]).unwrap();
    assert!(group.encloses(&rack));
    assert_eq!(scene.hit(Point::new(group.x + 4.0, group.bottom() - 4.0), 1.0, false), Some(Subject::Group(scene.group_ids()[0])));
    assert_eq!(scene.hit(Point::new(-500.0, -500.0), 1.0, false), None);
}

fn rect_left(rect: &Rect) -> f64 {
    rect.x + 40.0
}

#[test]
fn a_finger_reaches_further_than_a_pointer() {
    let design = small();
    let scene = scene(&design);
    let spine = scene.node_ids()[2];
    let port = scene.port_place(PortRef::cage(spine, 1)).unwrap().rect;
    let beside = Point::new(port.x, scene.node_rect(spine).unwrap().bottom() + 14.0);
    assert!(matches!(scene.hit(beside, 1.0, true), Some(Subject::Port(_))));
    assert!(!matches!(scene.hit(beside, 1.0, false), Some(Subject::Port(_))));
}

#[test]
fn racks_hold_nodes_at_their_units() {
    let design = small();
    let scene = scene(&design);
    let rack = scene.rack_ids()[0];
    for (id, node) in design.nodes.iter().filter(|(_, node)| node.rack.is_some()) {
        let middle = scene.node_rect(id).unwrap().center();
        assert_eq!(scene.rack_slot(middle, RackUnits(8)), Some((rack, node.u.unwrap())));
        assert_eq!(scene.rack_slot(middle, RackUnits(60)), None);
    }
}

#[test]
fn a_drag_places_things_as_a_fresh_scene_does() {
    let mut design = small();
    let catalog = Catalog::builtin();
    let mut dragged = scene(&design);
    dragged.hit(Point::new(0.0, 0.0), 1.0, false);
    let (leaf, rack) = (dragged.node_ids()[0], dragged.rack_ids()[0]);
    let mut node = design.nodes.get(leaf).unwrap().clone();
    node.at = Point::new(-300.0, 250.0);
    design.nodes.set(leaf, Some(node.into()));
    let mut moved = design.racks.get(rack).unwrap().clone();
    moved.at = Point::new(500.0, 600.0);
    design.racks.set(rack, Some(moved.into()));
    dragged.moved(&design, &catalog, &[leaf], &[rack]);

    let fresh = scene(&design);
    assert_eq!(dragged.bounds(), fresh.bounds());
    for id in fresh.node_ids() {
        assert_eq!(dragged.node_rect(*id), fresh.node_rect(*id), "{id}");
        let middle = fresh.node_rect(*id).unwrap().center();
        assert_eq!(dragged.hit(middle, 0.3, false), Some(Subject::Node(*id)));
    }
    for id in fresh.link_ids() {
        assert_eq!(dragged.link_curve(*id), fresh.link_curve(*id), "{id}");
    }
}

#[test]
fn a_hostile_design_still_has_places() {
    let mut design = Design::default();
    let far = design.nodes.push(Node::new("nobody-knows".into(), "x", Point::new(f64::NAN, f64::INFINITY)));
    let mut wide = Node::new("nobody-knows".into(), "y", Point::new(1e300, -1e300));
    wide.u = Some(RackUnits(u16::MAX));
    wide.rack = Some(weft::model::RackId(77));
    let wide = design.nodes.push(wide);
    design.nodes.set(NodeId(u32::MAX), Some(Node::new("x".into(), "", Point::default()).into()));
    design.links.push(Link::between(PortRef::cage(far, 60000), PortRef::child(wide, 1, 255)));
    design.links.push(Link::between(PortRef::cage(far, 1), PortRef::cage(far, 1)));
    design.links.push(Link::between(PortRef::cage(NodeId(9999), 1), PortRef::cage(far, 2)));
    let group = design.groups.push(Group::default());
    design.groups.set(group, Some(Group { members: vec![Member::Group(group), Member::Node(NodeId(5))], ..Group::default() }.into()));
    let scene = scene(&design);
    let bounds = scene.bounds().unwrap();
    assert!([bounds.x, bounds.y, bounds.width, bounds.height].iter().all(|value| value.is_finite()));
    assert!(scene.group_rect(group).is_none());
    scene.hit(bounds.center(), 1.0, true);
    assert_eq!(scene.within(&bounds.grown(1.0), true).iter().filter(|subject| matches!(subject, Subject::Node(_))).count(), 3);
}

#[test]
fn the_camera_keeps_what_is_under_the_pointer() {
    let camera = Camera::default();
    let pointer = Point::new(300.0, 200.0);
    let before = camera.to_world(pointer);
    let nearer = camera.zoomed_by(1.7, pointer);
    assert!(nearer.to_world(pointer).distance(before) < 1e-9);
    assert!(nearer.to_view(before).distance(pointer) < 1e-9);
    let fitted = camera.fitted(&Rect::new(-100.0, -100.0, 5000.0, 300.0));
    assert!(fitted.visible().encloses(&Rect::new(-100.0, -100.0, 5000.0, 300.0)));
}

#[test]
fn names_of_groups_hit_their_group_from_afar() {
    let design = fat_tree("16");
    let scene = scene(&design);
    let camera = fitted(&scene);
    let mut named = 0;
    for command in list(&design, &scene, &camera).commands() {
        if let (Some(Subject::Group(id)), Shape::Text { at, .. }) = (&command.subject, &command.shape) {
            assert_eq!(scene.hit(*at, camera.zoom, false), Some(Subject::Group(*id)));
            named += 1;
        }
    }
    assert!(named >= 24, "8 core blocks and 16 pods are named, saw {named}");
}

#[test]
fn links_around_a_column_run_beside_it() {
    let design = template("torus", &[]);
    let scene = scene(&design);
    for (id, link) in design.links.iter() {
        let ends = link.ends.map(|end| end.node);
        let curve = scene.link_curve(id).unwrap();
        for step in 1..24 {
            let at = weft::scene::curve::point_at(&curve, f64::from(step) / 24.0);
            let over = scene.node_ids().iter().find(|node| !ends.contains(node) && scene.node_rect(**node).unwrap().contains(at));
            assert_eq!(over, None, "{} to {} runs behind a third", design.nodes.get(ends[0]).unwrap().name, design.nodes.get(ends[1]).unwrap().name);
        }
    }
}

/// In a torus neighbours are joined from side to side, a way around stays between two rows, and no file cuts a link off.
#[test]
fn links_keep_out_of_the_way_of_what_stands_between() {
    let design = template("torus", &[("x", "4"), ("y", "4")]);
    let scene = scene(&design);
    let rows: Vec<Rect> = scene.node_ids().iter().map(|node| scene.node_rect(*node).unwrap()).collect();
    let (mut beside, mut around) = (0, 0);
    for (id, link) in design.links.iter() {
        let [a, b] = link.ends.map(|end| scene.node_rect(end.node).unwrap());
        let curve = scene.link_curve(id).unwrap();
        if a.y != b.y {
            continue;
        }
        let middle = weft::scene::curve::point_at(&curve, 0.5);
        assert!(rows.iter().all(|row| !row.contains(middle)), "{id} runs behind a node");
        let straight = curve.iter().all(|at| (a.y..=a.bottom()).contains(&at.y));
        if straight { beside += 1 } else { around += 1 }
    }
    assert_eq!((beside, around), (12, 4));
    let drawn = scene.drawn_bounds().unwrap();
    assert!(drawn.height > scene.bounds().unwrap().height, "the last row has a way around below it");
    assert!(design.links.iter().all(|(id, _)| drawn.grown(1e-6).contains(weft::scene::curve::point_at(&scene.link_curve(id).unwrap(), 0.5))));
}

/// Racks side by side are joined above the titles of their groups, even where one ends just above the other.
#[test]
fn cables_between_racks_run_overhead() {
    let mut design = Design::default();
    let mut host = |x: f64, y: f64| {
        let mut node = Node::new("generic-host".into(), "h", Point::default());
        (node.rack, node.u) = (Some(design.racks.push(Rack::new("generic-rack-48u".into(), "R", Point::new(x, y)))), Some(RackUnits(1)));
        design.nodes.push(node)
    };
    let hosts = [host(0.0, 0.0), host(400.0, 0.0), host(800.0, 0.0)];
    let height = scene(&design).bounds().unwrap().height;
    for (rack, at) in design.racks.ids().collect::<Vec<_>>().into_iter().zip([0.0, 0.0, height + 10.0]) {
        let mut moved = design.racks.get(rack).unwrap().clone();
        moved.at.y = at;
        design.racks.set(rack, Some(moved.into()));
    }
    let links = [1, 2].map(|other| design.links.push(Link::between(PortRef::cage(hosts[0], 1), PortRef::cage(hosts[other], 1))));
    let scene = scene(&design);
    for link in links {
        let middle = weft::scene::curve::point_at(&scene.link_curve(link).unwrap(), 0.5);
        assert!(middle.y < -26.0, "{link} runs at {middle:?}");
    }
}
