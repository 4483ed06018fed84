//! What holds of every bus: its two sets are complete and even, and it is seen which box is of which.

use super::bus::Item;
use super::store::{NONE, Scene};
use crate::catalog::Catalog;
use crate::engine::templates;
use crate::model::Design;
use crate::units::SortedMap;

/// Checks all buses of a design and gives how many there are.
fn check(design: &Design, what: &str) -> usize {
    let scene = Scene::build(design, &Catalog::builtin());
    let buses = scene.buses();
    let mut pairs: SortedMap<(u32, u32, u32), u32> = SortedMap::new();
    for way in (0..scene.links.len() as u32).filter_map(|link| buses.way(link)) {
        *pairs.entry(way).or_insert(0) += 1;
    }
    for (row, bus) in (0u32..).zip(&buses.all) {
        let links: Vec<u32> = pairs.iter().filter(|((of, ..), _)| *of == row).map(|(_, links)| *links).collect();
        let [first, second] = bus.taps.each_ref().map(|set| set.iter().map(|tap| scene.item_rect(tap.item).unwrap()).collect::<Vec<_>>());
        assert_eq!((links.len(), links.iter().sum::<u32>()), (first.len() * second.len(), bus.links), "{what}: each box with each, and nothing else");
        assert!(first.len().min(second.len()) == 1 || links.iter().all(|count| *count == links[0]), "{what}: by as many links each");
        for (set, other) in [(&bus.taps[0], second.len()), (&bus.taps[1], first.len())] {
            assert_eq!(set.iter().map(|tap| tap.links).sum::<u32>(), bus.links);
            assert!(other > 1 || set.iter().all(|tap| links.contains(&tap.links)), "{what}: of a single box each tap tells its own links");
        }
        let over = first.iter().all(|a| second.iter().all(|b| a.bottom() <= b.y));
        let beside = first.iter().all(|a| second.iter().all(|b| a.right() <= b.x));
        assert!(matches!(bus.level, Item::Rack(_)) || over || beside, "{what}: one set stands above or left of the other");
    }
    assert!((0..scene.links.len() as u32).all(|link| buses.row(link) == NONE || buses.way(link).is_some()));
    buses.all.len()
}

#[test]
fn buses_are_complete_even_and_seen_from_two_sides() {
    let catalog = Catalog::builtin();
    let designs: [(&str, &[(&str, &str)]); 9] = [
        ("leaf-spine", &[("leaves", "16"), ("spines", "8")]),
        ("fat-tree", &[("k", "8")]),
        ("rail-optimised", &[("servers", "64")]),
        ("rail-optimised", &[("servers", "64"), ("switches", "racked")]),
        ("nvl72", &[("racks", "8")]),
        ("dual-plane", &[]),
        ("dragonfly", &[]),
        ("torus", &[]),
        ("ualink-pod", &[]),
    ];
    for (template, parameters) in designs {
        let parameters = parameters.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let whole = templates::generate(template, &parameters, &catalog).unwrap();
        let found = check(&whole, template);
        // Without some of its links a fabric is neither complete nor even.
        for step in [3, 50, 1000] {
            let mut less = whole.clone();
            for id in whole.links.ids().step_by(step) {
                less.links.set(id, None);
            }
            check(&less, template);
        }
        assert!(found > 0 || ["dual-plane", "dragonfly", "torus"].contains(&template), "{template} has buses");
    }
}

#[test]
fn a_pair_with_a_link_less_is_no_part_of_an_even_bus() {
    let catalog = Catalog::builtin();
    let parameters = [("leaves", "32"), ("spines", "16"), ("hosts-per-leaf", "1")].map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    let mut design = templates::generate("leaf-spine", &parameters, &catalog).unwrap();
    // Without groups all switches stand in the design itself.
    for id in design.groups.ids().collect::<Vec<_>>() {
        design.groups.set(id, None);
    }
    let between = |design: &Design| Scene::build(design, &catalog).buses().all.iter().map(|bus| bus.taps.each_ref().map(Vec::len)).collect::<Vec<_>>();
    assert!(between(&design).contains(&[16, 32]), "{:?}", between(&design));
    let named = |name: &str| design.nodes.iter().find(|(_, node)| node.name == name).unwrap().0;
    let (leaf, spine) = (named("leaf-1"), named("spine-1"));
    let link = design.links.iter().find(|(_, link)| [leaf, spine].iter().all(|node| link.ends.iter().any(|end| end.node == *node))).unwrap().0;
    design.links.set(link, None);
    let left = between(&design);
    assert!(left.contains(&[15, 31]) && !left.contains(&[16, 32]), "{left:?}");
}
