//! The survey from one run to the next: after an edit only what the edit touches is looked at again.
//!
//! What is patched is equal, entry by entry, to what [`Survey::of`] finds; where that is not certain, there is no patch and everything is looked at.

use crate::catalog::Catalog;
use crate::catalog::fit::Misfit;
use crate::engine::change::Change;
use crate::engine::context::Context;
use crate::engine::splice::Splice;
use crate::model::{Link, LinkId, Node, NodeId, RackId};
use crate::units::{SortedMap, order};

use super::assign::networks_of_links;
use super::network::{Joint, Wiring};
use super::rail_misaligned::Patterns;
use super::survey::NodeKind;
use super::{NetworkKey, Survey};

/// More links than this at once, and looking everything over is no dearer.
const MOST_LINKS: usize = 1024;
/// More nodes than this at once, and the same.
const MOST_NODES: usize = 64;

/// What is kept of a survey. Space: O(nodes + links).
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    catalog: Option<Catalog>,
    ids: Vec<NodeId>,
    links: Vec<LinkId>,
    ends: Vec<[u32; 2]>,
    keys: Vec<NetworkKey>,
    nodes: Vec<NodeKind>,
    tuned: usize,
    unstated: usize,
    wirings: Vec<Wiring>,
    misfits: SortedMap<LinkId, Misfit>,
    standing: SortedMap<RackId, Vec<NodeId>>,
    rails: SortedMap<NetworkKey, Patterns>,
}

/// What rules of narrow scope have to look at again.
#[derive(Clone, Debug, Default)]
pub(super) struct Touched {
    /// Links that came, went or differ, and those on nodes that do, or that stand in racks that do, or in another tier, in id order.
    pub(super) links: Vec<LinkId>,
    /// Nodes that differ, stand in a rack that does, or are at an end of such a link, in id order.
    pub(super) nodes: Vec<NodeId>,
    /// Racks that came, went or differ, or in which a node does, in id order.
    pub(super) racks: Vec<RackId>,
}

impl<'a> Survey<'a> {
    /// What is kept of it.
    pub(super) fn into_seen(self) -> Seen {
        let context = self.context();
        Seen {
            catalog: Some(context.catalog.clone()),
            ids: context.parts.places().ids().to_vec(),
            links: context.topology.links().to_vec(),
            ends: self.ends,
            keys: self.keys,
            nodes: self.nodes,
            tuned: self.tuned,
            unstated: self.unstated,
            wirings: self.networks.into_iter().map(|network| network.into_wiring()).collect(),
            misfits: self.misfits,
            standing: self.standing,
            rails: self.rails.into_inner(),
        }
    }

    /// The survey of a design that differs so from the one that was seen, and what was touched; `None` where everything has to be looked at.
    pub(super) fn after(context: &'a Context<'a>, seen: Seen, change: &Change) -> Option<(Self, Touched)> {
        let design = context.design;
        let few = change.links().len() <= MOST_LINKS && change.nodes().len() <= MOST_NODES;
        if !few || !change.is_of_records(context.design) || !seen.catalog.as_ref().is_some_and(|catalog| catalog.is(context.catalog)) {
            return None;
        }
        // Where nodes went, and where each is.
        let moved = Splice::of::<Node>(&seen.ids, change.nodes(), design);
        if seen.nodes.len() != seen.ids.len() || seen.ids.len() + moved.come().len() != design.nodes.len() + moved.gone().len() {
            return None;
        }
        let now = moved.map(seen.ids.len());
        let place_now = |was: u32| now.get(was as usize).copied().unwrap_or(u32::MAX);
        let before_links = seen.links.len();
        let splice = Splice::of::<Link>(&seen.links, change.links(), design);
        let mut survey = Self::empty(context);
        let Seen { mut ends, mut keys, mut nodes, tuned, unstated, mut wirings, misfits, mut standing, rails, .. } = seen;
        let parting = moved.gone().iter().filter_map(|place| nodes.get(*place as usize)).filter(|kind| kind.tuned).count();
        moved.take_over(&mut nodes);
        (survey.nodes, survey.tuned, survey.unstated, survey.misfits) = (nodes, tuned - parting, unstated, misfits);

        // Kinds of nodes.
        let places = context.parts.places();
        let place_of = |node: NodeId| places.place(node).map_or(u32::MAX, |place| place as u32);
        let mut turned: Vec<u32> = Vec::new();
        for (node, before) in change.nodes().iter() {
            if let Some(place) = places.place(*node) {
                let now = survey.kind_of_node(place);
                if let Some(kind) = survey.nodes.get_mut(place) {
                    survey.tuned = survey.tuned + usize::from(now.tuned) - usize::from(kind.tuned);
                    if (kind.xpus > 0, kind.is_switch) != (now.xpus > 0, now.is_switch) {
                        turned.push(place as u32);
                    }
                    *kind = now;
                }
            }
            let (was, is) = (before.as_ref().and_then(|node| node.rack), design.nodes.get(*node).and_then(|node| node.rack));
            if was != is {
                if let Some(rack) = was.and_then(|rack| standing.get_mut(&rack)) {
                    rack.retain(|other| other != node);
                }
                if let Some(rack) = is.map(|rack| standing.entry(rack).or_default()) {
                    let at = rack.binary_search(node).unwrap_or_else(|at| at);
                    rack.insert(at, *node);
                }
            }
        }
        survey.standing = standing;

        // Ends and networks of links.
        let gone: Vec<(u32, NetworkKey, [u32; 2])> =
            splice.gone().iter().filter_map(|place| Some((*place, *keys.get(*place as usize)?, *ends.get(*place as usize)?))).collect();
        splice.take_over(&mut ends);
        splice.take_over(&mut keys);
        // Links that came or differ, and those that hang on nodes that came or went.
        let mut anew: Vec<u32> = splice.fresh().map(|place| place as u32).collect();
        let other = |(node, before): (&NodeId, &Option<_>)| (before.is_some() != design.nodes.contains(*node)).then_some(*node);
        let hanging = change.nodes().iter().filter_map(other).flat_map(|node| context.ports.of_node(node)).flat_map(|(_, links)| links);
        anew.extend(hanging.filter_map(|link| context.topology.edge_of(*link)));
        order::unique_numbers(&mut anew);
        // What links were of, and joined, by places of nodes then, of those that can be of another network or join others now.
        let mut before: Vec<(usize, NetworkKey, [u32; 2])> = Vec::new();
        for place in anew.iter().map(|place| *place as usize) {
            before.push((place, *keys.get(place)?, *ends.get(place)?));
        }
        if !moved.is_still() {
            ends.iter_mut().flatten().for_each(|end| *end = place_now(*end));
        }
        for place in anew.iter().map(|place| *place as usize) {
            let link = context.topology.links().get(place).and_then(|id| design.links.get(*id))?;
            *ends.get_mut(place)? = [place_of(link.ends[0].node), place_of(link.ends[1].node)];
        }
        survey.ends = ends;
        networks_after(&mut survey, keys, &splice, &anew, &moved, &mut before);
        order::sort_by_number(&mut before, |(place, ..)| *place as u64);

        // Wirings: what went, where places went, what came.
        let mut affected: Vec<u32> = turned.clone();
        let mut leaving: Vec<(u32, NetworkKey, [u32; 2])> = Vec::new();
        let mut entering: Vec<(u32, NetworkKey, [u32; 2])> = Vec::new();
        for (at, key, joined) in before {
            let place = at as u32;
            let now = (*survey.keys.get(at)?, *survey.ends.get(at)?);
            if splice.come().binary_search(&place).is_ok() {
                entering.push((place, now.0, now.1));
            } else if (key, joined.map(place_now)) != now || joined.iter().any(|end| *end != u32::MAX && place_now(*end) == u32::MAX) {
                leaving.push((splice.was(place)?, key, joined));
                entering.push((place, now.0, now.1));
            }
        }
        leaving.extend(&gone);
        if leaving.len().max(entering.len()) > MOST_LINKS {
            return None;
        }
        affected.extend(leaving.iter().flat_map(|(_, _, ends)| ends.map(place_now)));
        affected.extend(entering.iter().flat_map(|(_, _, ends)| ends));
        let of = |links: &[(u32, NetworkKey, [u32; 2])], key| {
            links.iter().filter(|(_, of, _)| *of == key).map(|(place, _, ends)| (*place, *ends)).collect::<Vec<_>>()
        };
        if leaving.iter().chain(&entering).any(|(_, key, _)| !wirings.iter().any(|wiring| wiring.key == *key)) {
            return None;
        }
        let links_now = if splice.gone().len() + splice.come().len() > 1 { splice.map(before_links) } else { Vec::new() };
        for wiring in &mut wirings {
            wiring.unplug(&of(&leaving, wiring.key))?;
            wiring.move_nodes(&moved, &now)?;
            wiring.renumber(&splice, &links_now);
            wiring.plug(&of(&entering, wiring.key));
        }
        // A network that nothing states is there as long as it has links.
        wirings.retain(|wiring| wiring.links > 0 || matches!(wiring.key, NetworkKey::Stated(_)));

        // What is told of nodes at either end of what differs.
        for place in &anew {
            affected.extend(survey.ends.get(*place as usize)?);
        }
        let mut around: Vec<u32> = affected.clone();
        for place in change.nodes().keys().map(|node| place_of(*node)) {
            around.push(place);
            around.extend(wirings.iter().flat_map(|wiring| wiring.at(place as usize)).map(|joint| joint.beyond));
        }
        for place in &turned {
            affected.extend(wirings.iter().flat_map(|wiring| wiring.at(*place as usize)).map(|joint| joint.beyond));
        }
        order::unique_numbers(&mut affected);
        order::unique_numbers(&mut around);
        let retiered = survey.on_ground(|ground| {
            let mut retiered: Vec<u32> = Vec::new();
            for wiring in &mut wirings {
                for place in moved.come().iter().map(|place| *place as usize) {
                    let tier = wiring.tier_by_neighbours(place, ground).flatten();
                    wiring.tiers.iter_mut().skip(place).take(1).for_each(|slot| *slot = tier);
                }
                let held = !wiring.is_odd && affected.iter().all(|place| wiring.tier_holds(*place as usize, ground));
                if !held && affected.iter().any(|place| wiring.concerns(*place as usize)) {
                    let before = std::mem::take(&mut wiring.tiers);
                    wiring.place_tiers(ground);
                    let differ = before.iter().zip(&wiring.tiers).enumerate().filter(|(_, (was, is))| was != is);
                    retiered.extend(differ.map(|(place, _)| place as u32));
                    (0..before.len()).for_each(|place| wiring.place_spot(place, ground));
                } else {
                    around.iter().for_each(|place| wiring.place_spot(*place as usize, ground));
                }
            }
            retiered
        });
        survey.networks = survey.with_fabrics(wirings);

        let rewired: Vec<u32> = entering.iter().map(|(place, ..)| *place).collect();
        let touched = survey.touched(change, &rewired, &retiered, &turned);
        for id in &touched.links {
            survey.misfits.remove(id);
            if let Some(misfit) = survey.link(*id).and_then(|view| survey.misfit(&view)) {
                survey.misfits.insert(*id, misfit);
            }
        }
        let mut rails = rails;
        for (key, patterns) in rails.iter_mut_unsorted() {
            match survey.network(*key) {
                Some(network) => {
                    patterns.move_nodes(&moved);
                    patterns.look_again(&survey, network, &touched.nodes);
                }
                None => return None,
            }
        }
        survey.rails.replace(rails);
        Some((survey, touched))
    }

    fn touched(&self, change: &Change, rewired: &[u32], retiered: &[u32], turned: &[u32]) -> Touched {
        let design = self.design;
        let mut found = Touched {
            links: change.links().keys().copied().collect(),
            nodes: change.nodes().keys().copied().collect(),
            racks: change.racks().keys().copied().collect(),
        };
        for (node, before) in change.nodes().iter() {
            found.racks.extend(before.as_ref().and_then(|node| node.rack));
            found.racks.extend(design.nodes.get(*node).and_then(|node| node.rack));
        }
        for rack in change.racks().keys() {
            found.nodes.extend(self.standing.get(rack).into_iter().flatten());
        }
        found.nodes.extend(retiered.iter().chain(turned).filter_map(|place| self.parts.places().ids().get(*place as usize)));
        order::sort_unique(&mut found.nodes);
        let at: Vec<LinkId> = found.nodes.iter().flat_map(|node| self.ports.of_node(*node)).flat_map(|(_, links)| links.iter().copied()).collect();
        found.links.extend(at);
        found.links.extend(rewired.iter().filter_map(|place| self.topology.links().get(*place as usize)));
        order::sort_unique(&mut found.links);
        found.nodes.extend(change.links().values().flatten().flat_map(|before| before.ends.map(|end| end.node)));
        found.nodes.extend(found.links.iter().filter_map(|id| design.links.get(*id)).flat_map(|link| link.ends.map(|end| end.node)));
        order::sort_unique(&mut found.nodes);
        order::sort_unique(&mut found.racks);
        found
    }
}

/// Takes up the network of each link after an edit, where `keys` is what each was of, by place as it is now. Links whose network is another one come into
/// `before`, which has those in `anew` already; what they joined goes by places of nodes before these `moved`.
fn networks_after(
    survey: &mut Survey,
    mut keys: Vec<NetworkKey>,
    splice: &Splice,
    anew: &[u32],
    moved: &Splice,
    before: &mut Vec<(usize, NetworkKey, [u32; 2])>,
) {
    let design = survey.design;
    let plain = survey.unstated == 0
        && splice.fresh().all(|place| {
            let link = survey.topology.links().get(place).and_then(|id| design.links.get(*id));
            let stated = link.and_then(|link| link.fabric).filter(|fabric| design.fabrics.contains(*fabric));
            stated.zip(keys.get_mut(place)).map(|(fabric, slot)| *slot = NetworkKey::Stated(fabric)).is_some()
        });
    if plain {
        survey.keys = keys;
        return;
    }
    (survey.keys, survey.unstated) = networks_of_links(survey);
    let place_then = |end: u32| if end == u32::MAX { end } else { moved.was(end).unwrap_or(u32::MAX) };
    let others = keys.iter().zip(&survey.keys).zip(&survey.ends).enumerate();
    let others = others.filter(|(place, ((was, is), _))| was != is && anew.binary_search(&(*place as u32)).is_err());
    before.extend(others.map(|(place, ((was, _), ends))| (place, *was, ends.map(place_then))));
}

impl Wiring {
    /// Whether a node has links or a tier here.
    fn concerns(&self, place: usize) -> bool {
        !self.at(place).is_empty() || self.tiers.get(place).copied().flatten().is_some()
    }
    /// Takes links out, by their places and those of their nodes. Time: a pass over memory.
    fn unplug(&mut self, links: &[(u32, [u32; 2])]) -> Option<()> {
        self.links = self.links.checked_sub(links.len())?;
        let nodes = self.first.len().saturating_sub(1);
        let mut gone: Vec<u32> = Vec::new();
        let mut fewer: Vec<u32> = Vec::new();
        for (link, [a, b]) in links.iter().filter(|(_, [a, b])| a != b) {
            for here in [*a, *b].into_iter().filter(|here| (*here as usize) < nodes) {
                gone.push(*self.first.get(here as usize)? + self.at(here as usize).iter().position(|joint| joint.link == *link)? as u32);
                fewer.push(here);
            }
        }
        order::sort_numbers(&mut gone);
        order::sort_numbers(&mut fewer);
        Splice::between(gone, Vec::new()).take_over(&mut self.joints);
        let mut taken = 0;
        for (place, first) in self.first.iter_mut().enumerate().skip(fewer.first().map_or(usize::MAX, |here| *here as usize)) {
            while fewer.get(taken).is_some_and(|here| (*here as usize) < place) {
                taken += 1;
            }
            *first -= taken as u32;
        }
        Some(())
    }
    /// Puts links in. Time: a pass over memory.
    fn plug(&mut self, links: &[(u32, [u32; 2])]) {
        self.links += links.len();
        let nodes = self.first.len().saturating_sub(1);
        let sides = links
            .iter()
            .filter(|(_, [a, b])| a != b)
            .flat_map(|(link, [a, b])| [(*a, Joint { link: *link, beyond: *b }), (*b, Joint { link: *link, beyond: *a })]);
        let mut more: Vec<(u32, Joint)> = sides.filter(|(here, _)| (*here as usize) < nodes).collect();
        order::sort_by_number(&mut more, |(here, joint)| u64::from(*here) << 32 | u64::from(joint.link));
        let place = |(nth, (here, joint)): (usize, &(u32, Joint))| {
            let from = self.first.get(*here as usize).map_or(0, |first| *first as usize);
            (from + self.at(*here as usize).partition_point(|other| other.link < joint.link) + nth) as u32
        };
        let come: Vec<u32> = more.iter().enumerate().map(place).collect();
        Splice::between(Vec::new(), come.clone()).take_over(&mut self.joints);
        for (place, (_, joint)) in come.iter().zip(&more) {
            self.joints.iter_mut().skip(*place as usize).take(1).for_each(|slot| *slot = *joint);
        }
        let mut put = 0;
        for (place, first) in self.first.iter_mut().enumerate().skip(more.first().map_or(usize::MAX, |(here, _)| *here as usize)) {
            while more.get(put).is_some_and(|(here, _)| (*here as usize) < place) {
                put += 1;
            }
            *first += put as u32;
        }
    }
    /// Follows nodes to the places where they went; nothing hangs on those that are gone. `now` is where each is. Time: a pass over memory.
    fn move_nodes(&mut self, moved: &Splice, now: &[u32]) -> Option<()> {
        if moved.is_still() {
            return Some(());
        }
        if moved.gone().iter().any(|place| !self.at(*place as usize).is_empty()) {
            return None;
        }
        let all = self.first.pop()?;
        moved.take_over_with(&mut self.first, u32::MAX);
        let mut next = all;
        for first in self.first.iter_mut().rev() {
            if *first == u32::MAX {
                *first = next;
            }
            next = *first;
        }
        self.first.push(all);
        moved.take_over_with(&mut self.tiers, None);
        moved.take_over(&mut self.spots);
        self.joints.iter_mut().for_each(|joint| joint.beyond = now.get(joint.beyond as usize).copied().unwrap_or(u32::MAX));
        Some(())
    }
    /// Follows links to the places where they went, which `now` has where several came or went. None of them is gone. Time: O(links).
    fn renumber(&mut self, splice: &Splice, now: &[u32]) {
        if splice.is_still() {
            return;
        }
        if let (&[gone], []) = (splice.gone(), splice.come()) {
            self.joints.iter_mut().for_each(|joint| joint.link -= u32::from(joint.link > gone));
            return;
        }
        if let ([], &[come]) = (splice.gone(), splice.come()) {
            self.joints.iter_mut().for_each(|joint| joint.link += u32::from(joint.link >= come));
            return;
        }
        self.joints.iter_mut().for_each(|joint| joint.link = now.get(joint.link as usize).copied().unwrap_or(joint.link));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::templates;
    use crate::model::{Design, Patch, PortPath, PortRef};

    fn random(state: &mut u64, below: usize) -> usize {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) as usize % below.max(1)
    }

    /// One edit of links, nodes or racks.
    fn edit(design: &mut Design, state: &mut u64) {
        let links: Vec<LinkId> = design.links.ids().collect();
        let nodes: Vec<NodeId> = design.nodes.ids().collect();
        let id = links[random(state, links.len())];
        let mut link = design.links.get(id).unwrap().clone();
        let node = nodes[random(state, nodes.len())];
        let mut record = design.nodes.get(node).unwrap().clone();
        let end = PortRef { node, port: PortPath::cage(1 + random(state, 30) as u16) };
        match random(state, 11) {
            0 => design.links.set(id, None),
            1 => drop(design.links.push(link)),
            2 | 3 => {
                link.ends[random(state, 2)] = end;
                design.links.set(id, Some(link.into()));
            }
            4 => {
                link.fabric = design.fabrics.ids().nth(random(state, 3));
                design.links.set(id, Some(link.into()));
            }
            5 => {
                record.part = design.nodes.get(nodes[random(state, nodes.len())]).unwrap().part.clone();
                design.nodes.set(node, Some(record.into()));
            }
            6 => {
                record.transit = Some(record.transit != Some(true));
                record.traffic.mtu = Some(9000).filter(|_| record.traffic.mtu.is_none());
                design.nodes.set(node, Some(record.into()));
            }
            7 => {
                record.rack = design.racks.ids().nth(random(state, design.racks.len() + 1));
                design.nodes.set(node, Some(record.into()));
            }
            8 => {
                // One like it, cabled to where one of its links goes.
                let added = design.nodes.push(record);
                let like = design.links.iter().find(|(_, link)| link.ends[0].node == node).map(|(_, like)| like.clone());
                if let Some(mut like) = like {
                    like.ends[0].node = added;
                    design.links.push(like);
                }
            }
            9 => {
                // It goes, and its links stay behind.
                design.nodes.set(node, None);
            }
            _ => {
                let on: Vec<LinkId> = design.links.iter().filter(|(_, link)| link.ends.iter().any(|end| end.node == node)).map(|(id, _)| id).collect();
                on.into_iter().for_each(|id| design.links.set(id, None));
                design.nodes.set(node, None);
            }
        }
    }

    #[test]
    fn a_patched_survey_is_the_one_made_from_scratch() {
        let catalog = Catalog::builtin();
        for (template, key, value) in
            [("fat-tree", "k", "4"), ("dual-plane", "leaves", "3"), ("rail-optimised", "servers", "16"), ("leaf-spine", "leaves", "3")]
        {
            let parameters = SortedMap::from([(key.to_owned(), value.to_owned())]);
            let Ok(mut design) = templates::generate(template, &parameters, &catalog) else { panic!("{template}") };
            let mut seen = Survey::of(&Context::new(&design, &catalog)).into_seen();
            let (mut state, mut patched) = (7, 0);
            let kept_design = design.clone();
            for step in 0..150 {
                let before = design.clone();
                if step % 5 == 4 {
                    design = kept_design.clone();
                } else {
                    (0..=random(&mut state, 3)).for_each(|_| edit(&mut design, &mut state));
                }
                let change = Change::default().then(&Patch::between(&before, &design)).unwrap();
                let context = Context::new(&design, &catalog);
                let fresh = Survey::of(&context).into_seen();
                seen = match Survey::after(&context, seen, &change) {
                    Some((survey, _)) => {
                        patched += 1;
                        survey.into_seen()
                    }
                    None => fresh.clone(),
                };
                let standing = |seen: &Seen| -> Vec<(RackId, Vec<NodeId>)> {
                    seen.standing.iter().filter(|(_, nodes)| !nodes.is_empty()).map(|(rack, nodes)| (*rack, nodes.clone())).collect()
                };
                assert_eq!(seen.wirings, fresh.wirings, "{template} after {step} edits");
                assert_eq!(
                    (&seen.ids, &seen.links, &seen.ends, &seen.keys, &seen.nodes),
                    (&fresh.ids, &fresh.links, &fresh.ends, &fresh.keys, &fresh.nodes),
                    "{template} after {step}"
                );
                assert_eq!((seen.tuned, seen.unstated, &seen.misfits), (fresh.tuned, fresh.unstated, &fresh.misfits), "{template} after {step}");
                assert_eq!(standing(&seen), standing(&fresh), "{template} after {step}");
            }
            assert!(patched > 100, "{template}: {patched} of 150 were patched");
        }
    }
}
