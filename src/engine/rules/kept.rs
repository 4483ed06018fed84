//! The survey from one run to the next: after an edit only what the edit touches is looked at again.
//!
//! What is patched is equal, entry by entry, to what [`Survey::of`] finds; where that is not certain, there is no patch and everything is looked at.

use crate::catalog::Catalog;
use crate::catalog::fit::Misfit;
use crate::engine::change::Change;
use crate::engine::context::Context;
use crate::engine::splice::Splice;
use crate::model::{Link, LinkId, NodeId, RackId};
use crate::units::{SortedMap, SortedSet, order};

use super::assign::networks_of_links;
use super::network::{Joint, Wiring};
use super::rail_misaligned::Patterns;
use super::survey::NodeKind;
use super::{NetworkKey, Survey};

/// More links than this at once, and looking everything over is no dearer.
const MOST_LINKS: usize = 64;

/// What is kept of a survey. Space: O(nodes + links).
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    catalog: Option<Catalog>,
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
        let same_nodes = change.is_of_records() && change.nodes_stand(design, |_, _| true) && seen.nodes.len() == design.nodes.len();
        if !same_nodes || !seen.catalog.as_ref().is_some_and(|catalog| catalog.is(context.catalog)) || change.links().len() > MOST_LINKS {
            return None;
        }
        let splice = Splice::of::<Link>(&seen.links, change.links(), design);
        let mut survey = Self::empty(context);
        let Seen { mut ends, mut keys, nodes, tuned, unstated, mut wirings, misfits, mut standing, rails, .. } = seen;
        (survey.nodes, survey.tuned, survey.unstated, survey.misfits) = (nodes, tuned, unstated, misfits);

        // Kinds of nodes.
        let places = context.parts.places();
        let place_of = |node: NodeId| places.place(node).map_or(u32::MAX, |place| place as u32);
        let mut turned: Vec<u32> = Vec::new();
        for (node, before) in change.nodes().iter() {
            let Some(place) = places.place(*node) else { continue };
            let now = survey.kind_of_node(place);
            if let Some(kind) = survey.nodes.get_mut(place) {
                survey.tuned = survey.tuned + usize::from(now.tuned) - usize::from(kind.tuned);
                if (kind.xpus > 0, kind.is_switch) != (now.xpus > 0, now.is_switch) {
                    turned.push(place as u32);
                }
                *kind = now;
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
        // What links were of, and joined, of those that can be of another network or join others now.
        let mut before: Vec<(usize, NetworkKey, [u32; 2])> = Vec::new();
        for place in splice.fresh() {
            let link = context.topology.links().get(place).and_then(|id| design.links.get(*id))?;
            before.push((place, *keys.get(place)?, *ends.get(place)?));
            *ends.get_mut(place)? = [place_of(link.ends[0].node), place_of(link.ends[1].node)];
        }
        survey.ends = ends;
        networks_after(&mut survey, keys, &splice, &mut before);
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
            } else if (key, joined) != now {
                leaving.push((splice.was(place)?, key, joined));
                entering.push((place, now.0, now.1));
            }
        }
        leaving.extend(&gone);
        if leaving.len().max(entering.len()) > MOST_LINKS {
            return None;
        }
        for (_, _, ends) in leaving.iter().chain(&entering) {
            affected.extend(ends);
        }
        for (place, key, ends) in &leaving {
            wirings.iter_mut().find(|wiring| wiring.key == *key)?.unplug(*place, *ends)?;
        }
        if !splice.is_still() {
            wirings.iter_mut().for_each(|wiring| wiring.renumber(&splice));
        }
        for (place, key, ends) in &entering {
            wirings.iter_mut().find(|wiring| wiring.key == *key)?.plug(*place, *ends);
        }
        // A network that nothing states is there as long as it has links.
        wirings.retain(|wiring| wiring.links > 0 || matches!(wiring.key, NetworkKey::Stated(_)));

        // What is told of nodes at either end of what differs.
        for place in splice.fresh() {
            affected.extend(survey.ends.get(place)?);
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
                Some(network) => patterns.look_again(&survey, network, &touched.nodes),
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
        for before in change.links().values().flatten() {
            found.nodes.extend(before.ends.map(|end| end.node));
        }
        order::sort_unique(&mut found.nodes);
        let at: Vec<LinkId> = found.nodes.iter().flat_map(|node| self.ports.of_node(*node)).flat_map(|(_, links)| links.iter().copied()).collect();
        found.links.extend(at);
        found.links.extend(rewired.iter().filter_map(|place| self.topology.links().get(*place as usize)));
        order::sort_unique(&mut found.links);
        found.nodes.extend(found.links.iter().filter_map(|id| design.links.get(*id)).flat_map(|link| link.ends.map(|end| end.node)));
        order::sort_unique(&mut found.nodes);
        order::sort_unique(&mut found.racks);
        found
    }
}

/// Takes up the network of each link after an edit, where `keys` is what each was of, by place as it is now. Links whose network is another one come into
/// `before`, which has those that differ already.
fn networks_after(survey: &mut Survey, mut keys: Vec<NetworkKey>, splice: &Splice, before: &mut Vec<(usize, NetworkKey, [u32; 2])>) {
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
    let fresh: SortedSet<usize> = splice.fresh().collect();
    let others = keys.iter().zip(&survey.keys).zip(&survey.ends).enumerate();
    before.extend(others.filter(|(place, ((was, is), _))| was != is && !fresh.contains(place)).map(|(place, ((was, _), ends))| (place, *was, *ends)));
}

impl Wiring {
    /// Whether a node has links or a tier here.
    fn concerns(&self, place: usize) -> bool {
        !self.at(place).is_empty() || self.tiers.get(place).copied().flatten().is_some()
    }
    /// Takes a link out, by its place and those of its nodes.
    fn unplug(&mut self, link: u32, [a, b]: [u32; 2]) -> Option<()> {
        self.links = self.links.checked_sub(1)?;
        if a == b {
            return Some(());
        }
        let nodes = self.first.len() - 1;
        for here in [a, b].into_iter().filter(|here| (*here as usize) < nodes) {
            let from = *self.first.get(here as usize)? as usize;
            let at = from + self.at(here as usize).iter().position(|joint| joint.link == link)?;
            self.joints.remove(at);
            self.first.iter_mut().skip(here as usize + 1).for_each(|first| *first -= 1);
        }
        Some(())
    }
    /// Puts a link in.
    fn plug(&mut self, link: u32, [a, b]: [u32; 2]) {
        self.links += 1;
        if a == b {
            return;
        }
        let nodes = self.first.len() - 1;
        for (here, beyond) in [(a, b), (b, a)].into_iter().filter(|(here, _)| (*here as usize) < nodes) {
            let from = self.first.get(here as usize).map_or(0, |first| *first as usize);
            let at = from + self.at(here as usize).partition_point(|joint| joint.link < link);
            self.joints.insert(at.min(self.joints.len()), Joint { link, beyond });
            self.first.iter_mut().skip(here as usize + 1).for_each(|first| *first += 1);
        }
    }
    /// Follows links to the places where they went. None of them is gone. Time: O(links × log change).
    fn renumber(&mut self, splice: &Splice) {
        if let (&[gone], []) = (splice.gone(), splice.come()) {
            self.joints.iter_mut().for_each(|joint| joint.link -= u32::from(joint.link > gone));
            return;
        }
        if let ([], &[come]) = (splice.gone(), splice.come()) {
            self.joints.iter_mut().for_each(|joint| joint.link += u32::from(joint.link >= come));
            return;
        }
        self.joints.iter_mut().for_each(|joint| joint.link = splice.now(joint.link).unwrap_or(joint.link));
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

    /// One edit of links, nodes or racks that leaves all nodes there.
    fn edit(design: &mut Design, state: &mut u64) {
        let links: Vec<LinkId> = design.links.ids().collect();
        let nodes: Vec<NodeId> = design.nodes.ids().collect();
        let id = links[random(state, links.len())];
        let mut link = design.links.get(id).unwrap().clone();
        let node = nodes[random(state, nodes.len())];
        let mut record = design.nodes.get(node).unwrap().clone();
        let end = PortRef { node, port: PortPath::cage(1 + random(state, 30) as u16) };
        match random(state, 8) {
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
            _ => {
                record.rack = design.racks.ids().nth(random(state, design.racks.len() + 1));
                design.nodes.set(node, Some(record.into()));
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
            for step in 0..150 {
                let before = design.clone();
                (0..=random(&mut state, 3)).for_each(|_| edit(&mut design, &mut state));
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
                    (&seen.links, &seen.ends, &seen.keys, &seen.nodes),
                    (&fresh.links, &fresh.ends, &fresh.keys, &fresh.nodes),
                    "{template} after {step}"
                );
                assert_eq!((seen.tuned, seen.unstated, &seen.misfits), (fresh.tuned, fresh.unstated, &fresh.misfits), "{template} after {step}");
                assert_eq!(standing(&seen), standing(&fresh), "{template} after {step}");
            }
            assert!(patched > 100, "{template}: {patched} of 150 were patched");
        }
    }
}
