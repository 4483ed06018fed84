//! Render: what is drawn at which distance, what moves, what is coloured.

use weft::catalog::Catalog;
use weft::editor::Theme;
use weft::model::{Design, Group, GroupKind, Link, Member, Node, NodeId, PortRef, Rack, Subject};
use weft::render::{Colour, Command, Dash, DisplayList, Mark, Motion, Renderer, SceneView, Shape, scene_list};
use weft::scene::{Camera, Distance, Scene};
use weft::units::{Point, RackUnits, Rect, SortedSet};

/// Two leaves of twin-port cages, a generic spine, and a rack of four systems with eight XPUs each, in a pod.
pub fn small() -> Design {
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

pub fn scene(design: &Design) -> Scene {
    Scene::build(design, &Catalog::builtin())
}

pub fn template(name: &str, set: &[(&str, &str)]) -> Design {
    let set = set.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    weft::engine::templates::generate(name, &set, &Catalog::builtin()).unwrap()
}

pub fn fat_tree(k: &str) -> Design {
    template("fat-tree", &[("k", k)])
}

/// A camera at `zoom` with `middle` in its middle.
fn at(middle: Point, zoom: f64) -> Camera {
    let camera = Camera { zoom, ..Camera::default() };
    let seen = camera.visible();
    Camera { origin: Point::new(middle.x - seen.width / 2.0, middle.y - seen.height / 2.0), ..camera }
}

pub fn fitted(scene: &Scene) -> Camera {
    Camera::default().fitted(&scene.bounds().unwrap())
}

/// The distances a design is looked at from: fitted, and at several zooms around a node in the middle of the list.
fn cameras(scene: &Scene) -> Vec<Camera> {
    let node = scene.node_ids()[scene.node_ids().len() / 2];
    let middle = scene.node_rect(node).unwrap().center();
    let zooms = [0.05, 0.12, 0.205, 0.22, 0.3, 0.45, 0.56, 0.62, 0.7, 1.0, 2.5, 8.0];
    std::iter::once(fitted(scene)).chain(zooms.map(|zoom| at(middle, zoom))).collect()
}

pub fn list(design: &Design, scene: &Scene, camera: &Camera) -> DisplayList {
    scene_list(&SceneView::still(design, &Catalog::builtin(), scene, camera))
}

/// The box a shape fills, where it is one box.
fn extent(shape: &Shape) -> Option<Rect> {
    match shape {
        Shape::Box { rect, .. } => Some(*rect),
        Shape::Boxes { rects, .. } => rects.iter().copied().reduce(|a, b| a.union(&b)),
        _ => None,
    }
}

#[test]
fn large_fabrics_stay_within_what_a_canvas_can_draw() {
    for k in ["8", "16", "32"] {
        let design = fat_tree(k);
        let scene = scene(&design);
        for camera in cameras(&scene) {
            let list = list(&design, &scene, &camera);
            assert!(list.primitives() <= 6000, "k = {k} at {:.3}: {} primitives", camera.zoom, list.primitives());
            // Most of them are the straight pieces of buses.
            assert!(list.curves() <= 2400, "k = {k} at {:.3}: {} curves", camera.zoom, list.curves());
        }
        let fitted = list(&design, &scene, &fitted(&scene));
        assert!(fitted.distance == Distance::Far || k == "8", "k = {k} is fitted far away");
        let between = k.parse::<usize>().unwrap().pow(3) / 4;
        let total = if between < 1000 { format!("{between} links") } else { format!("{},{:03} links", between / 1000, between % 1000) };
        let said = fitted.commands().any(|command| matches!(&command.shape, Shape::Text { text, .. } if *text == total));
        assert!(said, "k = {k}: the bus between core and pods says “{total}”");
        for (id, _) in design.groups.iter() {
            assert!(fitted.commands().any(|command| command.subject == Some(Subject::Group(id))), "group {id} is seen from afar");
        }
    }
}

#[test]
fn what_is_drawn_is_in_view_and_is_what_is_hit() {
    for design in [small(), fat_tree("8"), template("rail-optimised", &[])] {
        let scene = scene(&design);
        for camera in cameras(&scene) {
            let seen = camera.visible();
            let near = seen.grown(seen.width * 0.3);
            for command in list(&design, &scene, &camera).commands() {
                let Some(rect) = extent(&command.shape) else { continue };
                // Nearer than this one system is larger than the screen, and is drawn whole.
                assert!(camera.zoom > 2.5 || rect.intersects(&near), "{command:?} is out of view at {}", camera.zoom);
                let Some(Subject::Node(id)) = command.subject else { continue };
                let hit = scene.hit(rect.center(), camera.zoom, false);
                let right = match &hit {
                    Some(Subject::Node(node)) => *node == id,
                    Some(Subject::Port(port)) => port.node == id,
                    _ => false,
                };
                assert!(right, "the middle of {command:?} hits {hit:?} at {}", camera.zoom);
            }
        }
        let nothing = list(&design, &scene, &at(Point::new(1e6, 1e6), 1.0));
        assert!(nothing.commands().all(|command| matches!(command.shape, Shape::Grid { .. })), "far from everything only the grid is drawn");
    }
}

#[test]
fn racks_and_what_stands_in_them_can_be_told_when_all_is_shown() {
    let named = |list: &DisplayList, subject: &Subject| {
        list.commands().any(|command| command.subject.as_ref() == Some(subject) && matches!(command.shape, Shape::Text { .. }))
    };
    let rails = template("rail-optimised", &[("server", "dgx-b200")]);
    let whole = scene(&rails);
    let list_of = list(&rails, &whole, &at(whole.bounds().unwrap().center(), 0.25));
    for (id, _) in rails.racks.iter() {
        assert!(named(&list_of, &Subject::Rack(id)), "rack {id} has a name at a quarter");
    }
    let nvl72 = template("nvl72", &[]);
    let whole = scene(&nvl72);
    for (zoom, names) in [(0.55, true), (0.3, false)] {
        let list_of = list(&nvl72, &whole, &at(whole.bounds().unwrap().center(), zoom));
        for (id, node) in nvl72.nodes.iter() {
            let subject = Subject::Node(id);
            let shapes = list_of.commands().filter(|command| command.subject.as_ref() == Some(&subject)).count();
            assert!(shapes > 1, "{} is more than an empty box at {zoom}", node.name);
            assert!(!names || named(&list_of, &subject), "{} has its name at {zoom}", node.name);
        }
    }
}

#[test]
fn a_renderer_draws_anew_only_what_changed() {
    let design = fat_tree("8");
    let (scene, catalog) = (scene(&design), Catalog::builtin());
    let mut renderer = Renderer::default();
    let camera = at(scene.bounds().unwrap().center(), 0.5);
    let first = renderer.display_list(&SceneView::still(&design, &catalog, &scene, &camera));
    let node = Subject::Node(scene.node_ids()[0]);
    let hovered = renderer.display_list(&SceneView { hover: Some(&node), ..SceneView::still(&design, &catalog, &scene, &camera) });
    assert!(std::sync::Arc::ptr_eq(&first.still, &hovered.still), "hovering draws nothing anew");
    assert_eq!(first.still_key, hovered.still_key);
    assert!(hovered.lively.len() > first.lively.len());

    let panned = camera.panned(20.0, -10.0);
    let panned = renderer.display_list(&SceneView::still(&design, &catalog, &scene, &panned));
    assert!(std::sync::Arc::ptr_eq(&first.still, &panned.still), "a small pan draws nothing anew");

    let away = camera.panned(900.0, 0.0);
    let away = renderer.display_list(&SceneView::still(&design, &catalog, &scene, &away));
    assert_ne!(first.still_key, away.still_key);
    let renamed = renderer.display_list(&SceneView { revision: 7, ..SceneView::still(&design, &catalog, &scene, &camera) });
    assert_ne!(first.still_key, renamed.still_key);
}

#[test]
fn what_is_dragged_moves_with_its_links_and_leaves_the_rest() {
    let design = small();
    let (scene, catalog) = (scene(&design), Catalog::builtin());
    let camera = at(Point::new(250.0, 300.0), 0.9);
    let leaf = scene.node_ids()[0];
    let motion = Motion::Moving { copy: false, nodes: &[leaf], racks: &[], offset: Point::new(40.0, -30.0), landings: &[], guides: &[] };
    let list = scene_list(&SceneView { motion, ..SceneView::still(&design, &catalog, &scene, &camera) });
    let of_leaf = |command: &&Command| command.subject == Some(Subject::Node(leaf));
    assert_eq!(list.still.iter().filter(of_leaf).count(), 0);
    let body = list.lively.iter().find(of_leaf).and_then(|command| extent(&command.shape)).unwrap();
    assert_eq!(body, scene.node_rect(leaf).unwrap().shifted(40.0, -30.0));
    let links = design.links.iter().filter(|(_, link)| link.touches(leaf)).count();
    let curves = list.lively.iter().filter(|command| matches!(command.shape, Shape::Curves { .. })).map(Command::primitives).sum::<usize>();
    assert_eq!(curves, links);
}

#[test]
fn what_stands_in_something_selected_gets_no_edge_of_its_own() {
    let design = fat_tree("16");
    let scene = scene(&design);
    let catalog = Catalog::builtin();
    let camera = fitted(&scene);
    let groups = design.groups.ids().map(Subject::Group);
    let inside: Vec<Subject> = design.nodes.ids().map(Subject::Node).chain(design.links.ids().map(Subject::Link)).collect();
    let drawn = |selection: &SortedSet<Subject>| {
        let list = scene_list(&SceneView { selection, ..SceneView::still(&design, &catalog, &scene, &camera) });
        let edges: usize = list.lively.iter().filter(|command| matches!(command.shape, Shape::Boxes { .. })).map(Command::primitives).sum();
        let curves: usize = list.lively.iter().filter(|command| matches!(command.shape, Shape::Curves { .. })).map(Command::primitives).sum();
        (edges, curves)
    };
    let everything: SortedSet<Subject> = groups.chain(inside.iter().cloned()).collect();
    assert_eq!(drawn(&everything), (design.groups.len(), 0), "one edge for each group");
    let loose: SortedSet<Subject> = inside.iter().cloned().collect();
    assert_eq!(drawn(&loose), (design.nodes.len(), 0), "links between selected nodes go without saying");
    let links: SortedSet<Subject> = design.links.ids().take(100).map(Subject::Link).collect();
    assert_eq!(drawn(&links), (0, 100), "links on their own are lit");
}

#[test]
fn while_a_link_is_drawn_only_fitting_ports_are_ringed() {
    let design = small();
    let (scene, catalog) = (scene(&design), Catalog::builtin());
    let camera = at(Point::new(250.0, 250.0), 1.0);
    let from = PortRef::cage(scene.node_ids()[2], 7);
    let good = PortRef::child(scene.node_ids()[0], 9, 2);
    let judge = |port: PortRef| port == good;
    let motion = Motion::Connecting { from, to: Point::new(100.0, 120.0), target: None, refused: Some("needs OSFP, has RJ45"), moving: None };
    let view = SceneView { motion, judge: Some(&judge), ..SceneView::still(&design, &catalog, &scene, &camera) };
    let list = scene_list(&view);
    let rings: Vec<Rect> = list
        .lively
        .iter()
        .filter_map(|command| match &command.shape {
            Shape::Boxes { rects, fill: None, .. } => Some(rects.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    assert_eq!(rings, vec![scene.port_place(good).unwrap().rect]);
    let refused = |command: &Command| matches!(&command.shape, Shape::Curve { line, .. } if line.colour == Colour::Error && line.dash == Dash::Dashed);
    assert!(list.lively.iter().any(refused), "the loose link is red and dashed; why stands beside the pointer");
}

#[test]
fn findings_are_drawn_where_they_are_at_every_distance() {
    let design = fat_tree("8");
    let (scene, catalog) = (scene(&design), Catalog::builtin());
    let mut report = weft::engine::service::evaluate(&design, &catalog);
    let (id, link) = design.links.iter().nth(200).unwrap();
    let finding = |severity, subject| weft::engine::diagnostics::Diagnostic {
        code: "rail-misaligned".to_owned(),
        severity,
        title: "Rail misaligned".to_owned(),
        message: String::new(),
        subject,
        count: 1,
        related: Vec::new(),
        further: Vec::new(),
        source: String::new(),
        recalled: false,
        fixes: Vec::new(),
        silenced: None,
    };
    report.diagnostics = vec![
        finding(weft::engine::diagnostics::Severity::Error, Subject::Link(id)),
        finding(weft::engine::diagnostics::Severity::Warning, Subject::Node(link.ends[0].node)),
    ];
    let middle = scene.node_rect(link.ends[0].node).unwrap().center();
    for camera in [fitted(&scene), at(middle, 0.3), at(middle, 1.0)] {
        let list = scene_list(&SceneView { report: Some(&report), ..SceneView::still(&design, &catalog, &scene, &camera) });
        let dashed = |command: &Command| matches!(&command.shape, Shape::Curves { line, .. } if line.colour == Colour::Error && line.dash == Dash::Dashed);
        assert!(list.commands().any(dashed), "the link is dashed at {}", camera.zoom);
        assert!(
            list.commands().any(|command| matches!(command.shape, Shape::Sign { mark: Mark::Triangle, .. })),
            "the node has its triangle at {}",
            camera.zoom
        );
    }
    let silenced: Vec<_> =
        report.diagnostics.drain(..).map(|finding| weft::engine::diagnostics::Diagnostic { silenced: Some("known".to_owned()), ..finding }).collect();
    report.diagnostics = silenced;
    let list = scene_list(&SceneView { report: Some(&report), ..SceneView::still(&design, &catalog, &scene, &at(middle, 1.0)) });
    assert!(!list.commands().any(|command| matches!(command.shape, Shape::Sign { .. })), "accepted findings are not drawn");
}

/// What a list draws: each kind of shape with its colour, and how often.
fn summary(list: &DisplayList) -> String {
    let mut counts = std::collections::BTreeMap::<String, usize>::new();
    for command in list.commands() {
        let what = match &command.shape {
            Shape::Box { fill, line, .. } | Shape::Boxes { fill, line, .. } => format!("box {fill:?} edge {:?}", line.map(|line| line.colour)),
            Shape::Curve { line, .. } | Shape::Curves { line, .. } => format!("curve {:?} {:?}", line.colour, line.dash),
            Shape::Grid { .. } => "grid".to_owned(),
            Shape::Polyline { line, .. } => format!("line {:?}", line.colour),
            Shape::Sign { mark, .. } => format!("sign {mark:?}"),
            Shape::Text { text, .. } => format!("text {text}"),
        };
        *counts.entry(what).or_default() += command.primitives();
    }
    counts.into_iter().map(|(what, count)| format!("{count} {what}\n")).collect()
}

#[test]
fn a_small_design_at_three_distances() {
    let design = small();
    let scene = scene(&design);
    let middle = scene.bounds().unwrap().center();
    let shown: Vec<String> = [0.1, 0.4, 1.0]
        .into_iter()
        .map(|zoom| {
            let list = list(&design, &scene, &Camera { height: 1600.0, ..at(middle, zoom) });
            format!("{:?}\n{}", list.distance, summary(&list))
        })
        .collect();
    insta::with_settings!({snapshot_path => "../snapshots"}, { insta::assert_snapshot!("render_small", shown.join("\n")) });
}

#[test]
fn wires_inside_systems_are_drawn_by_what_they_carry() {
    use weft::editor::overlay::{Measure, Overlay, Shades};
    use weft::engine::ask;
    let (design, catalog) = (template("rail-optimised", &[("servers", "2")]), Catalog::builtin());
    let said = ask::answer("traffic all-to-all", &design, &catalog, &mut |_| {});
    let shades = Shades::of("All-to-all", std::sync::Arc::new(said.numbers), Measure::Load, &design, &catalog).unwrap();
    let overlay = Overlay { links: Some(std::sync::Arc::new(shades)), ..Overlay::default() };
    let scene = scene(&design);
    let (node, _) = design.nodes.iter().find(|(_, node)| node.part.as_str() == "dgx-h100").unwrap();
    let rect = scene.node_rect(node).unwrap();
    let lines = |zoom: f64| {
        let camera = Camera { origin: Point::new(rect.x, rect.y), zoom, width: rect.width * zoom, height: rect.height * zoom };
        let view = SceneView { overlay: &overlay, ..SceneView::still(&design, &catalog, &scene, &camera) };
        let list = scene_list(&view);
        let within = |curve: &weft::scene::Curve| [curve[0], curve[3]].iter().all(|end| rect.contains(*end));
        let count = |command: &weft::render::Command| match &command.shape {
            Shape::Curves { curves, line } if matches!(line.colour, Colour::Load(_)) => curves.iter().filter(|curve| within(curve)).count(),
            _ => 0,
        };
        list.commands().map(count).sum::<usize>()
    };
    // Eight XPUs on four switches, and each beside its adapter; nothing goes by way of the host processor, which is not drawn.
    assert_eq!((lines(2.0), lines(0.2)), (8 * 4 + 8, 0));
}

#[test]
fn links_are_drawn_by_what_they_carry_at_every_distance() {
    use weft::editor::overlay::{Classes, Measure, Overlay, Shades};
    let (design, catalog) = (fat_tree("8"), Catalog::builtin());
    let count = design.links.len();
    // Every fifth link is full, the first is off, the others idle.
    let loads: Vec<f32> = (0..count).flat_map(|link| if link == 0 { [-1.0; 2] } else { [if link % 5 == 1 { 400.0 } else { 0.0 }, 400.0] }).collect();
    assert!(Shades::of("All-to-all", std::sync::Arc::new(vec![0.0]), Measure::Load, &design, &catalog).is_none(), "numbers of another design");
    let shades = Shades::of("All-to-all", std::sync::Arc::new(loads), Measure::Load, &design, &catalog).unwrap();
    assert_eq!(shades.words(std::iter::once(1)).as_deref(), Some("400 Gb/s of 400 Gb/s carried, 100 % full"));
    assert_eq!(shades.words(std::iter::once(0)), None);
    let nodes: Vec<_> = design.nodes.ids().take(3).collect();
    let classes = Classes::of("Groups", vec!["one".to_owned(), "two".to_owned()], nodes.iter().enumerate().map(|(at, node)| ((*node, None), (at % 2) as u16)));
    let overlay = Overlay {
        links: Some(std::sync::Arc::new(shades)),
        ways: Some(std::sync::Arc::new(vec![(3, 1.0), (4, 0.25)])),
        classes: Some(std::sync::Arc::new(classes)),
    };
    let scene = scene(&design);
    let bounds = scene.bounds().unwrap();
    for zoom in [0.05, 0.3, 1.0] {
        let camera = Camera { origin: Point::new(bounds.x, bounds.y), zoom, width: bounds.width * zoom, height: bounds.height * zoom };
        let view = SceneView { overlay: &overlay, unbounded: true, ..SceneView::still(&design, &catalog, &scene, &camera) };
        let list = scene_list(&view);
        let drawn = |wanted: Colour| {
            let line = |command: &&weft::render::Command| match &command.shape {
                Shape::Curves { line, .. } | Shape::Curve { line, .. } => line.colour == wanted,
                _ => false,
            };
            list.commands().filter(line).count()
        };
        assert!(drawn(Colour::Load(7)) > 0, "full links at {zoom}");
        assert_eq!(drawn(Colour::Ethernet) + drawn(Colour::InfiniBand), 0, "no link keeps its own colour at {zoom}");
        let filled = |wanted: Colour| {
            list.commands().any(|command| matches!(&command.shape, Shape::Box { fill, .. } | Shape::Boxes { fill, .. } if *fill == Some(wanted)))
        };
        assert!(filled(Colour::Class(0)) && filled(Colour::Class(1)), "classes at {zoom}");
    }
    let file = weft::render::svg::coloured(&design, &catalog, Theme::Light, &overlay);
    crate::svg::parsed(&file);
    assert!(file.contains(">All-to-all: load<") && file.contains(weft::render::palette::LOADS[0][7]));
}

fn example(name: &str) -> Design {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name).with_extension("json");
    weft::io::load(&std::fs::read_to_string(path).unwrap()).unwrap().design
}

/// All of a design at a zoom.
fn whole(design: &Design, zoom: f64) -> DisplayList {
    let scene = scene(design);
    let bounds = scene.bounds().unwrap().grown(100.0);
    list(design, &scene, &Camera { origin: Point::new(bounds.x, bounds.y), zoom, width: bounds.width * zoom, height: bounds.height * zoom })
}

fn texts(list: &DisplayList) -> Vec<(Option<Subject>, String, weft::render::Font)> {
    let text = |command: &Command| match &command.shape {
        Shape::Text { text, font, .. } => Some((command.subject.clone(), text.clone(), *font)),
        _ => None,
    };
    list.commands().filter_map(text).collect()
}

/// Three sites hang on an aggregation that hangs on a core: the core shares no line with the sites.
#[test]
fn only_what_stands_on_one_side_shares_a_line() {
    let said: Vec<String> = texts(&whole(&example("ai-ran"), 0.58)).into_iter().map(|(_, text, _)| text).collect();
    let count = |wanted: &str| said.iter().filter(|text| *text == wanted).count();
    // Four radio units of each site on its server, and the sites together on the aggregation: two links of the first, one of each other.
    assert_eq!((count("6 links"), count("4 links")), (0, 4), "{said:?}");
    assert_eq!(count("×1"), 2, "each site tells its own");
    assert!(count("×2") >= 1);
}

#[test]
fn titles_of_groups_cover_the_links_beneath_them() {
    for zoom in [0.3, 0.58, 1.0] {
        let design = example("ai-ran");
        let list = whole(&design, zoom);
        let commands: Vec<&Command> = list.commands().collect();
        let links = commands.iter().rposition(|command| matches!(command.shape, Shape::Curves { .. })).unwrap();
        for (id, group) in design.groups.iter() {
            let of = |command: &&&Command| command.subject == Some(Subject::Group(id));
            let name = commands.iter().rposition(|command| matches!(&command.shape, Shape::Text { text, .. } if *text == group.name)).unwrap();
            let plate = commands[links..name].iter().filter(of).find_map(|command| extent(&command.shape)).unwrap();
            let Shape::Text { at, text, font, width, .. } = &commands[name].shape else { unreachable!() };
            let wide = (text.chars().count() as f64 * f64::from(font.size) * 0.6).min(f64::from(*width));
            let letters = Rect::new(at.x, at.y - f64::from(font.size) * 0.72, wide, f64::from(font.size) * 0.72);
            assert!(plate.encloses(&letters), "{} at {zoom}: {plate:?} holds {letters:?}", group.name);
        }
    }
}

#[test]
fn peers_have_names_of_one_size_and_racks_their_load_legibly() {
    let design = example("mixed-accelerators");
    let zoom = 0.47;
    let said = texts(&whole(&design, zoom));
    let size = |id: NodeId| said.iter().find(|(subject, ..)| *subject == Some(Subject::Node(id))).map(|(.., font)| font.size);
    for (id, node) in design.nodes.iter() {
        assert!(size(id).is_some(), "{} has a name", node.name);
    }
    let mut leaves: Vec<f32> = design.nodes.iter().filter(|(_, node)| node.name.starts_with("leaf-")).filter_map(|(id, _)| size(id)).collect();
    assert_eq!(leaves.len(), 5);
    leaves.dedup();
    assert_eq!(leaves.len(), 1, "one size for all leaves");

    let said = texts(&whole(&design, 0.58));
    let loads: Vec<f32> =
        said.iter().filter(|(subject, text, _)| matches!(subject, Some(Subject::Rack(_))) && text.ends_with("kW")).map(|(.., font)| font.size * 0.58).collect();
    assert!(loads.len() >= 4 && loads.iter().all(|size| *size >= 8.0), "{loads:?}");
}

#[test]
fn things_inside_a_system_have_names_when_they_are_near() {
    let (design, catalog) = (small(), Catalog::builtin());
    let scene = scene(&design);
    let (id, node) = design.nodes.iter().find(|(_, node)| node.part.as_str() == "dgx-h100").unwrap();
    let inside = catalog.part(&design, &node.part).unwrap().inside().unwrap();
    let rect = scene.node_rect(id).unwrap();
    let named = |zoom: f64| -> Vec<(String, f32)> {
        let camera = Camera { origin: Point::new(rect.x, rect.y), zoom, width: rect.width * zoom, height: rect.height * zoom };
        let of = |subject: &Option<Subject>| matches!(subject, Some(Subject::Inside(element)) if element.node == id);
        texts(&list(&design, &scene, &camera)).into_iter().filter(|(subject, ..)| of(subject)).map(|(_, text, font)| (text, font.size * zoom as f32)).collect()
    };
    assert_eq!(named(1.0), [], "from farther away nobody could read them");
    let drawn: Vec<&str> = scene.face(id).unwrap().inside.iter().map(|spot| inside.vertices[usize::from(spot.vertex)].name.as_str()).collect();
    assert!(drawn.contains(&"xpu8") && drawn.iter().any(|name| name.starts_with("nic")) && drawn.iter().any(|name| name.starts_with("nvswitch")), "{drawn:?}");
    for zoom in [4.0, 8.0] {
        let named = named(zoom);
        assert!(drawn.iter().all(|name| named.iter().any(|(text, _)| text == name)), "{named:?} at {zoom}");
        assert!(named.iter().all(|(_, size)| (6.5..=12.1).contains(size)), "{named:?} at {zoom}");
    }
}
