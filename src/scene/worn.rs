//! Buses after an edit: those of containers whose links are as they were are taken over from the scene before.

use std::sync::Arc;

use super::bus::{Bus, Buses, Item};
use super::store::{Ids, NONE, Scene};
use crate::catalog::Catalog;
use crate::model::{Design, LinkId, LinkLayer};
use crate::units::{SortedMap, SortedSet, order};

/// What is left of a scene whose design has changed, for the scene after it.
#[derive(Clone, Debug)]
pub(crate) struct Worn {
    links: Ids<LinkId>,
    ends: Vec<[u32; 2]>,
    layers: Vec<Option<LinkLayer>>,
    buses: Buses,
}

/// What a scene has of the buses before it.
pub(super) struct TakenOver {
    /// The way of each link; nothing for those whose buses are to be found.
    ways: Vec<Option<(u32, u32, u32)>>,
    /// The buses of containers that are as they were, with their rows among the buses before.
    buses: Vec<(u32, Arc<Bus>)>,
}

impl Scene {
    /// The scene of `design`, given the one before an edit. Time: as [`Scene::build`].
    pub fn after(before: Option<Self>, design: &Design, catalog: &Catalog) -> Self {
        let mut scene = Self::build(design, catalog);
        if let Some(before) = before.filter(|before| scene.stands_as(before)) {
            let Self { links, link_ends: ends, link_layers: layers, buses, .. } = before;
            scene.worn = buses.into_inner().map(|buses| Worn { links, ends, layers, buses });
        }
        scene
    }

    /// Whether all boxes are the same, and stand where they stood.
    fn stands_as(&self, before: &Self) -> bool {
        self.nodes.all() == before.nodes.all()
            && self.racks.all() == before.racks.all()
            && self.groups.all() == before.groups.all()
            && self.node_rects == before.node_rects
            && self.rack_rects == before.rack_rects
            && self.group_rects == before.group_rects
            && (&self.node_racks, &self.node_groups) == (&before.node_racks, &before.node_groups)
            && (&self.rack_groups, &self.group_parents) == (&before.rack_groups, &before.group_parents)
            && self.is_crowded() == before.is_crowded()
    }
}

impl Worn {
    /// What a scene can take over of the buses before it. Time: O(links), a fraction of what finding them takes.
    pub(super) fn hand_over(&self, scene: &Scene) -> TakenOver {
        // The row of each link before the edit, if it is what it was; and the containers of all that is not.
        let mut rows = vec![NONE; scene.links.len()];
        let mut changed: SortedSet<Item> = SortedSet::new();
        let mut changes = |ends: Option<&[u32; 2]>| changed.extend(ends.and_then(|[a, b]| scene.meeting(*a, *b)).map(|(level, ..)| level));
        let mut olds = self.links.all().iter().zip(self.ends.iter().zip(&self.layers)).zip(0u32..).peekable();
        for ((id, row), (ends, layer)) in scene.links.all().iter().zip(&mut rows).zip(scene.link_ends.iter().zip(&scene.link_layers)) {
            while let Some(((_, (ends, _)), _)) = olds.next_if(|((old, _), _)| *old < id) {
                changes(Some(ends));
            }
            match olds.next_if(|((old, _), _)| *old == id) {
                Some(((_, before), at)) if before == (ends, layer) => *row = at,
                before => {
                    changes(Some(ends));
                    changes(before.map(|((_, (ends, _)), _)| ends));
                }
            }
        }
        olds.for_each(|((_, (ends, _)), _)| changes(Some(ends)));

        let stays = |level: Item| !changed.contains(&level);
        let ways = rows.iter().zip(&scene.link_ends).map(|(row, [a, b])| match self.buses.way(*row) {
            Some(way) => self.buses.all.get(way.0 as usize).filter(|bus| stays(bus.level)).map(|_| way),
            None if *row == NONE => None,
            None => scene.meeting(*a, *b).is_none_or(|(level, ..)| stays(level)).then_some((NONE, 0, 0)),
        });
        TakenOver {
            ways: ways.collect(),
            buses: (0u32..).zip(&self.buses.all).filter(|(_, bus)| stays(bus.level)).map(|(row, bus)| (row, bus.clone())).collect(),
        }
    }
}

impl TakenOver {
    /// Whether the way of a link is known.
    pub(super) fn knows(&self, link: u32) -> bool {
        self.ways.get(link as usize).is_some_and(Option::is_some)
    }

    /// What was taken over with what was found besides it, in the order of containers.
    pub(super) fn with(self, found: &Buses) -> Buses {
        let kept = self.buses.iter().map(|(row, bus)| ((true, *row), bus));
        let mut all: Vec<((bool, u32), &Arc<Bus>)> = kept.chain((0u32..).zip(&found.all).map(|(row, bus)| ((false, row), bus))).collect();
        order::sort_by_number(&mut all, |(_, bus)| bus.level.number());
        let rows: SortedMap<(bool, u32), u32> = all.iter().map(|(before, _)| *before).zip(0u32..).collect();
        let way = |(link, known): (u32, &Option<(u32, u32, u32)>)| {
            let (bus, a, b) = known.filter(|way| way.0 != NONE).or_else(|| found.way(link).filter(|_| known.is_none()))?;
            Some((*rows.get(&(known.is_some(), bus))?, a, b))
        };
        let of_link = if all.is_empty() { Vec::new() } else { (0u32..).zip(&self.ways).map(|link| way(link).unwrap_or((NONE, 0, 0))).collect() };
        Buses { all: all.into_iter().map(|(_, bus)| bus.clone()).collect(), of_link }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::templates;
    use crate::model::Patch;

    /// Takes every `step`-th link out of a template's design and puts them back, and compares the buses with those found from nothing.
    fn check(template: &str, parameters: &[(&str, &str)], step: usize) {
        let catalog = Catalog::builtin();
        let parameters = parameters.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let mut design = templates::generate(template, &parameters, &catalog).unwrap();
        let whole = design.clone();
        let mut without = design.clone();
        for id in whole.links.ids().step_by(step) {
            without.links.set(id, None);
        }
        let mut scene = Scene::build(&design, &catalog);
        for next in [without, whole] {
            Patch::between(&design, &next).apply(&mut design).unwrap();
            scene.buses();
            scene = Scene::after(Some(scene), &design, &catalog);
            // Without any link there are too few for buses.
            let worn = scene.worn.clone().filter(|worn| !worn.buses.all.is_empty());
            let taken = worn.map(|worn| worn.hand_over(&scene));
            let kept = taken.is_some_and(|taken| (0..scene.links.len() as u32).any(|link| taken.knows(link)));
            assert!(kept || step < 100, "one link of {template} leaves the rest as it is");
            assert_eq!(*scene.buses(), *Scene::build(&design, &catalog).buses());
        }
    }

    #[test]
    fn buses_after_an_edit_are_those_found_from_nothing() {
        for step in [1000, 97, 7, 1] {
            check("fat-tree", &[("k", "8")], step);
            check("fat-tree", &[("k", "16")], step);
            check("rail-optimised", &[("servers", "64")], step);
        }
    }
}
