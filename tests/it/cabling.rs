//! Cable lengths from where things stand, checked against ways added up by hand.

use std::sync::Arc;

use weft::catalog::Catalog;
use weft::engine::cabling::{Floor, Gap, Length, length};
use weft::engine::context::Context;
use weft::engine::facts::Facts;
use weft::engine::{assumptions, rules};
use weft::model::{Design, Face, Group, GroupKind, Link, LinkId, Member, Node, NodeId, PartId, PortRef, Rack, RackId};
use weft::units::{Metres, Point, RackUnits};

/// Two 2U switches (`nvidia-sn5600`) in racks on tiles (0, 0) and (3, 1), the first at U 41, the second at U 1.
fn two_racks() -> Design {
    let mut design = Design::default();
    for (tile, u) in [((0, 0), 41), ((3, 1), 1)] {
        let mut rack = Rack::new(PartId::new("19in-48u"), "R", Point::default());
        rack.tile = Some(tile);
        let rack = design.racks.push(rack);
        let mut node = Node::new(PartId::new("nvidia-sn5600"), "s", Point::default());
        (node.rack, node.u) = (Some(rack), Some(RackUnits(u)));
        design.nodes.push(node);
    }
    design.links.push(Link::between(PortRef::cage(NodeId(1), 1), PortRef::cage(NodeId(2), 1)));
    design
}

fn measured(design: &Design) -> Length {
    let catalog = Catalog::builtin();
    let link = design.links.get(LinkId(1)).unwrap();
    let one = length(design, &catalog, link);
    assert_eq!(one, Floor::of(design, &catalog).length(design, &catalog, link), "one link alone and on the floor with all others");
    assert_eq!(one, Context::new(design, &catalog).length(link));
    one
}

fn edit_node(design: &mut Design, id: u32, change: impl Fn(&mut Node)) {
    let mut node = design.nodes.get(NodeId(id)).unwrap().clone();
    change(&mut node);
    design.nodes.set(NodeId(id), Some(Arc::new(node)));
}

fn edit_link(design: &mut Design, change: impl Fn(&mut Link)) {
    let mut link = design.links.get(LinkId(1)).unwrap().clone();
    change(&mut link);
    design.links.set(LinkId(1), Some(Arc::new(link)));
}

#[test]
fn between_racks_it_goes_up_over_the_tray_and_down() {
    let mut design = two_racks();
    // Middles of 2U at U 41 and U 1: 41 and 1 rack units above the floor. The tray is at 2.6 m, tiles are 0.8 by 2.4 m.
    let (high, low) = (41.0 * 0.04445, 1.0 * 0.04445);
    let way = (2.6 - high) + (2.6 - low) + 3.0 * 0.8 + 1.0 * 2.4 + 2.0 * 0.5;
    let Length::Placed { run, sold } = measured(&design) else { panic!("placed") };
    assert!((run.0 - way).abs() < 1e-9, "{run} is {way}");
    assert_eq!(sold, Metres(10.0));

    edit_link(&mut design, |link| link.part = Some(PartId::new("dac-800g-osfp")));
    let Length::Placed { sold, .. } = measured(&design) else { panic!("placed") };
    assert_eq!(sold, Metres(10.0), "beyond the lengths of copper, and told by the reach");
    let catalog = Catalog::builtin();
    let codes: Vec<String> = rules::run(&Context::new(&design, &catalog)).into_iter().map(|finding| finding.code).collect();
    assert!(codes.contains(&"cable-too-long".to_owned()), "{codes:?}");

    edit_link(&mut design, |link| link.length = Some(Metres(1.5)));
    assert_eq!(measured(&design), Length::Stated(Metres(1.5)), "what the user states wins");
}

#[test]
fn what_the_design_assumes_changes_the_way() {
    let mut design = two_racks();
    let before = measured(&design);
    let settings = &mut Arc::make_mut(&mut design.meta).settings.assumptions;
    settings.insert("tray-height-m".to_owned(), 3.6);
    settings.insert("slack-m".to_owned(), f64::NAN);
    settings.insert("tile-width-m".to_owned(), -4.0);
    let (Length::Placed { run: low, .. }, Length::Placed { run: high, .. }) = (before, measured(&design)) else { panic!("placed") };
    assert!((high.0 - low.0 - 2.0).abs() < 1e-9, "1 m more up and down; numbers that cannot be meant are not used");
    for assumption in assumptions::ALL {
        assert!(assumption.usual[1] <= assumption.usual[0] && assumption.usual[0] <= assumption.usual[2], "{}", assumption.key);
        assert!(assumption.allows(assumption.usual[0]) && !assumption.source.is_empty() && assumptions::by_key(assumption.key).is_some());
    }
}

#[test]
fn within_a_rack_it_is_the_difference_in_height() {
    let mut design = two_racks();
    edit_node(&mut design, 2, |node| (node.rack, node.u) = (Some(RackId(1)), Some(RackUnits(21))));
    edit_link(&mut design, |link| link.part = Some(PartId::new("dac-800g-osfp")));
    let Length::Placed { run, sold } = measured(&design) else { panic!("placed") };
    assert!((run.0 - (20.0 * 0.04445 + 0.5)).abs() < 1e-9);
    assert_eq!(sold, Metres(1.5));

    edit_node(&mut design, 2, |node| node.face = Face::Rear);
    let Length::Placed { run, sold } = measured(&design) else { panic!("placed") };
    assert!((run.0 - (20.0 * 0.04445 + 0.5 + 1.1)).abs() < 1e-9);
    assert_eq!(sold, Metres(2.5));
    edit_node(&mut design, 2, |node| node.u = Some(RackUnits(27)));
    edit_node(&mut design, 2, |node| node.face = Face::Front);
}

#[test]
fn a_length_that_is_not_known_says_why() {
    let gap = |change: &dyn Fn(&mut Design)| {
        let mut design = two_racks();
        change(&mut design);
        match measured(&design) {
            Length::Unknown(gap) => gap,
            known => panic!("{known:?}"),
        }
    };
    assert_eq!(gap(&|design| edit_node(design, 2, |node| node.rack = None)), Gap::NoRack(1));
    assert_eq!(gap(&|design| edit_node(design, 1, |node| node.u = None)), Gap::NoUnit(0));
    let rack = |design: &mut Design, tile: Option<(i32, i32)>| {
        let mut rack = design.racks.get(RackId(2)).unwrap().clone();
        rack.tile = tile;
        design.racks.set(RackId(2), Some(Arc::new(rack)));
    };
    assert_eq!(gap(&|design| rack(design, None)), Gap::NoTile(1));
    assert_eq!(gap(&|design| rack(design, Some((i32::MAX, i32::MIN)))), Gap::TooFar);
    assert_eq!(
        gap(&|design| {
            let hall = design.groups.push(Group { members: vec![Member::Rack(RackId(2))], ..Group::default() });
            design.groups.push(Group { kind: GroupKind::Site, members: vec![Member::Group(hall)], ..Group::default() });
            design.groups.push(Group { kind: GroupKind::Site, members: vec![Member::Rack(RackId(1))], ..Group::default() });
        }),
        Gap::Sites
    );
}

#[test]
fn templates_whose_racks_stand_on_the_floor_leave_lengths_to_it() {
    let catalog = Catalog::builtin();
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/rail-pilot-48-xpu.json")).unwrap();
    let design = weft::io::load(&text).unwrap().design;
    let context = Context::new(&design, &catalog);
    assert!(design.links.iter().all(|(_, link)| context.length(link).metres().is_some()));
}

#[test]
fn the_pieces_of_a_way_add_up_to_its_length() {
    let design = two_racks();
    let catalog = Catalog::builtin();
    let floor = Floor::of(&design, &catalog);
    let link = design.links.get(LinkId(1)).unwrap();
    let legs = floor.legs(&design, link).unwrap();
    let close = |a: Metres, b: f64| assert!((a.0 - b).abs() < 1e-9, "{a} is {b}");
    close(legs.up, 2.6 - 41.0 * 0.04445);
    close(legs.down, 2.6 - 0.04445);
    close(legs.along, 3.0 * 0.8);
    close(legs.across, 2.4);
    close(legs.slack, 1.0);
    let Length::Placed { run, .. } = floor.length(&design, &catalog, link) else { panic!("placed") };
    assert_eq!(legs.run(), run);
}

#[test]
fn a_rack_knows_what_it_holds_and_where_its_cables_go() {
    use weft::engine::racks;
    use weft::model::{Cooling, RackLimits};
    use weft::units::{Kilograms, Watts};

    let catalog = Catalog::builtin();
    let mut design = two_racks();
    // A second cable to the other rack, and one within the first.
    design.links.push(Link::between(PortRef::cage(NodeId(1), 2), PortRef::cage(NodeId(2), 2)));
    let mut third = Node::new(PartId::new("dgx-h100"), "dgx", Point::default());
    (third.rack, third.u) = (Some(RackId(1)), Some(RackUnits(1)));
    design.nodes.push(third);
    design.links.push(Link::between(PortRef::cage(NodeId(3), 1), PortRef::cage(NodeId(1), 3)));

    let loads = racks::loads(&design, &catalog, &Facts::of(&design, &catalog));
    let first = loads[0].1;
    assert_eq!(first.cables.used, 3.0, "two that leave it and one that stays");
    assert_eq!(loads[1].1.cables.used, 2.0);
    assert_eq!(first.units.used, 2.0 + 8.0);
    assert_eq!(first.units.limit, Some(48.0));
    let power = |part: &str| catalog.part(&design, &PartId::new(part)).unwrap().power.as_ref().unwrap().value.0;
    assert_eq!(first.power.used, power("nvidia-sn5600") + power("dgx-h100"));
    assert_eq!((first.air.used, first.liquid.used), (first.power.used, 0.0), "all of it goes into the air");
    assert_eq!(first.air.limit, None, "nobody says how much heat the air takes");

    let (bundles, loose) = racks::bundles(&design, &catalog, RackId(1));
    assert_eq!(bundles.iter().map(|bundle| (bundle.to, bundle.cables)).collect::<Vec<_>>(), [(RackId(2), 2), (RackId(1), 1)]);
    assert_eq!(loose, 0);
    assert_eq!(bundles[0].lengths, [(Metres(10.0), 2)]);
    assert_eq!(bundles[0].run[1], bundles[0].legs.run());

    let mut rack = design.racks.get(RackId(1)).unwrap().clone();
    rack.cooling = Some(Cooling::RearDoor);
    rack.limits = RackLimits { power: Some(Watts(9000.0)), load: Some(Kilograms(50.0)), cables: Some(2), ..RackLimits::default() };
    design.racks.set(RackId(1), Some(Arc::new(rack)));
    let own = racks::loads(&design, &catalog, &Facts::of(&design, &catalog))[0].1;
    assert_eq!((own.power.limit, own.weight.limit, own.cables.limit), (Some(9000.0), Some(50.0), Some(2.0)), "what the rack states wins over its part");
    assert_eq!(own.air.limit, Some(50_000.0), "a rear door");
    assert!(own.cables.share().unwrap() > 1.0);
}
