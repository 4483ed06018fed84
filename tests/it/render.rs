//! Scene and render: places, what lies under a place, what is drawn at which distance, SVG and outline.

use weft::catalog::Catalog;
use weft::model::{Design, Group, GroupKind, Link, Member, Node, NodeId, PortRef, Rack, Subject};
use weft::scene::{Camera, Scene};
use weft::units::{Point, RackUnits, Rect};

/// Two leaves of twin-port cages, a generic spine, and a rack of four systems with eight XPUs each, in a pod.
fn small() -> Design {
    let mut design = Design::default();
    let leaves: Vec<NodeId> = (0..2)
        .map(|i| design.nodes.push(Node::new("nvidia-qm9700".into(), format!("leaf-{}", i + 1), Point::new(40.0 + 260.0 * f64::from(i), 200.0))))
        .collect();
    let spine = design.nodes.push(Node::new("generic-switch".into(), "spine-1", Point::new(170.0, 0.0)));
    let rack = design.racks.push(Rack::new("generic-rack-48u".into(), "A01", Point::new(40.0, 400.0)));
    for i in 0..4u16 {
        let mut node = Node::new("dgx-h100".into(), format!("sys-{}", i + 1), Point::default());
        node.rack = Some(rack);
        node.u = Some(RackUnits(1 + 8 * i));
        let id = design.nodes.push(node);
        for child in 1..=2u8 {
            design.links.push(Link::between(PortRef::child(id, 1, child), PortRef::child(leaves[usize::from(child) - 1], 1 + i, 1)));
        }
    }
    for (i, leaf) in leaves.iter().enumerate() {
        for j in 0..3u16 {
            design.links.push(Link::between(PortRef::cage(spine, 1 + i as u16 * 3 + j), PortRef::child(*leaf, 20 + j, 1)));
        }
    }
    let members = leaves.iter().map(|leaf| Member::Node(*leaf)).chain([Member::Rack(rack)]).collect();
    design.groups.push(Group { kind: GroupKind::Pod, name: "Pod 1".to_owned(), members, ..Group::default() });
    design
}

fn scene(design: &Design) -> Scene {
    Scene::build(design, &Catalog::builtin())
}

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
        assert_eq!(scene.free_rack_slot(middle, RackUnits(8), &[id]), Some((rack, node.u.unwrap())));
        assert_eq!(scene.free_rack_slot(middle, RackUnits(8), &[]), Some((rack, RackUnits(33))), "the units above the systems are free");
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

/// Writes what a view shows as SVG files into the folder that `WEFT_LOOK` names, to be looked at.
#[test]
fn looks() {
    let Some(folder) = std::env::var_os("WEFT_LOOK").map(std::path::PathBuf::from) else { return };
    let catalog = Catalog::builtin();
    let of = |k: &str| weft::engine::templates::generate("fat-tree", &[("k".to_owned(), k.to_owned())].into(), &catalog).unwrap();
    let template = |name: &str, set: &[(&str, &str)]| {
        let set = set.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        weft::engine::templates::generate(name, &set, &catalog).unwrap()
    };
    let designs = [
        ("small", small()),
        ("k4", of("4")),
        ("k8", of("8")),
        ("k16", of("16")),
        ("k32", of("32")),
        ("rail", template("rail-optimised", &[])),
        ("nvl72", template("nvl72", &[])),
        ("leaf", template("leaf-spine", &[])),
    ];
    for (name, design) in &designs {
        let begin = std::time::Instant::now();
        let scene = scene(design);
        let built = begin.elapsed();
        let camera = Camera { width: 1280.0, height: 800.0, ..Camera::default() };
        let fitted = camera.fitted(&scene.bounds().unwrap());
        let middle = scene.node_rect(scene.node_ids()[scene.node_ids().len() / 2]).unwrap().center();
        let middle = if *name == "small" { Point::new(300.0, 300.0) } else { middle };
        let report = (design.nodes.len() < 500).then(|| weft::engine::service::evaluate(design, &catalog));
        let mut cameras = vec![("fit".to_owned(), fitted)];
        for zoom in [0.12, 0.22, 0.3, 0.45, 0.6, 0.7, 1.0, 2.5] {
            let at = camera.zoomed_by(zoom / camera.zoom, Point::default());
            let seen = at.visible();
            cameras.push((format!("z{zoom}"), Camera { origin: Point::new(middle.x - seen.width / 2.0, middle.y - seen.height / 2.0), ..at }));
        }
        for (at, camera) in cameras {
            let view = weft::render::SceneView { report: report.as_ref(), ..weft::render::SceneView::still(design, &catalog, &scene, &camera) };
            let begin = std::time::Instant::now();
            let list = weft::render::scene_list(&view);
            let took = begin.elapsed();
            eprintln!(
                "{name} {at} zoom {:.3} {:?}: {} primitives, {} curves, {} commands, {took:.1?} (scene {built:.1?})",
                camera.zoom,
                list.distance,
                list.primitives(),
                list.curves(),
                list.still.len()
            );
            let text = weft::render::svg::of_list(&list, &camera.visible(), camera.zoom, weft::editor::Theme::Light, name);
            std::fs::write(folder.join(format!("{name}-{at}.svg")), text).unwrap();
        }
    }
}
