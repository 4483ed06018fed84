//! A network: its links by node, the tiers of its switches, and what many rules ask of each switch, counted once.

use std::collections::VecDeque;

use crate::model::{ByNode, Fabric, FabricIntent, FabricRole, ListByNode, NodeId, Places, Subject, TrafficSettings};
use crate::units::{Gbps, order};

use super::survey::short;
use super::{LinkView, NetworkKey, Survey};

/// A link as one of its nodes sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Joint {
    /// The place of the link.
    pub link: u32,
    /// The place of the node at its other end, so that what is asked of that node needs no look at the link.
    pub beyond: u32,
}

/// What rules ask of a switch in a network: its links by where they lead, in the order of links.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spot {
    /// Links to switches of higher tiers.
    pub up: u32,
    /// Links to nodes that are not switches of this network.
    pub hosts: u32,
    /// Links to switches of its own tier.
    pub beside: u32,
    /// What the links up carry together; `None` where a rate is unknown.
    pub up_rate: Option<Gbps>,
    /// What the links to hosts carry together; `None` where a rate is unknown.
    pub host_rate: Option<Gbps>,
    /// What all links that do not lead up carry together; `None` where a rate is unknown.
    pub down_rate: Option<Gbps>,
    /// Whether one of its hosts brings XPUs.
    pub has_xpus: bool,
    /// Whether its links up are not as many to each switch.
    pub is_uneven: bool,
    /// Whether its links to switches run at more than one known rate.
    pub is_mixed: bool,
    /// Links to switches that stand neither one tier higher nor one lower.
    pub astray: u32,
}

/// What is kept of a network from one run to the next.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wiring {
    /// Which network it is.
    pub(super) key: NetworkKey,
    /// Links in it, those from a node to itself included.
    pub(super) links: usize,
    /// `joints[first[place]..first[place + 1]]` are the links of a node.
    pub(super) first: Vec<u32>,
    pub(super) joints: Vec<Joint>,
    pub(super) tiers: Vec<Option<u16>>,
    /// Whether switches that no leaf reaches got a tier although none leads there, or tiers are more than can be told apart.
    pub(super) is_odd: bool,
    /// Whether leaves are switches with anything on them, for no XPU is on any.
    pub(super) without_xpus: bool,
    pub(super) spots: Vec<Spot>,
}

/// One network: a fabric of the design, or the links without a fabric that serve one role.
#[derive(Clone, Debug)]
pub struct Network<'a> {
    /// Which one.
    pub key: NetworkKey,
    /// The fabric, if it is one.
    pub fabric: Option<&'a Fabric>,
    /// What it is for.
    pub role: FabricRole,
    /// Links of each node in it, in link order.
    pub at: ListByNode<'a, Joint>,
    /// Tier of each switch: 0 for leaves, one more for each step away from them.
    pub tiers: ByNode<'a, u16>,
    pub(super) links: usize,
    pub(super) is_odd: bool,
    pub(super) without_xpus: bool,
    pub(super) spots: Vec<Spot>,
    /// Whether every link between switches joins neighbouring tiers.
    clean: bool,
}

impl<'a> Network<'a> {
    pub(super) fn of(wiring: Wiring, fabric: Option<&'a Fabric>, places: &'a Places) -> Self {
        let Wiring { key, links, first, joints, tiers, is_odd, without_xpus, spots } = wiring;
        let implied = if let NetworkKey::Implied(role) = key { role } else { FabricRole::Compute };
        let clean = spots.iter().all(|spot| spot.astray == 0);
        Self {
            key,
            fabric,
            role: fabric.map_or(implied, |fabric| fabric.role),
            at: ListByNode::of_lists(places, first, joints),
            tiers: ByNode::of_values(places, tiers),
            links,
            is_odd,
            without_xpus,
            spots,
            clean,
        }
    }
    pub(super) fn into_wiring(self) -> Wiring {
        let (first, joints) = self.at.into_lists();
        let Self { key, links, is_odd, without_xpus, spots, .. } = self;
        Wiring { key, links, first, joints, tiers: self.tiers.into_values(), is_odd, without_xpus, spots }
    }
    /// Whether it has no links.
    pub fn is_empty(&self) -> bool {
        self.at.keys().next().is_none()
    }
    /// The shape it is meant to have.
    pub fn intent(&self) -> FabricIntent {
        self.fabric.map_or(FabricIntent::Unstated, |fabric| fabric.intent)
    }
    /// Whether it is meant as a tree of leaves and switches above them.
    pub fn is_tree(&self) -> bool {
        matches!(self.intent(), FabricIntent::DualPlane | FabricIntent::FatTree | FabricIntent::LeafSpine | FabricIntent::RailOptimised)
    }
    /// The name of its fabric, or what it is.
    pub fn name(&self) -> String {
        let role = match self.role {
            FabricRole::Compute => "The compute fabric",
            FabricRole::FrontEnd => "The front end",
            FabricRole::Fronthaul => "The fronthaul",
            FabricRole::Management => "The management network",
            FabricRole::ScaleUp => "The scale-up network",
            FabricRole::Storage => "The storage network",
        };
        self.fabric.map(|fabric| short(&fabric.name)).filter(|name| !name.is_empty()).unwrap_or_else(|| role.to_owned())
    }
    /// Its links that join two nodes, as places in link order. Time: O(nodes + links of this network).
    pub fn links(&self) -> Vec<u32> {
        let nodes = self.places().ids().len();
        // Each is at two nodes, or at one whose other end does not exist.
        let once = |(place, joint): &(usize, &Joint)| *place < joint.beyond as usize;
        let mut links: Vec<u32> =
            (0..nodes).flat_map(|place| self.at.at_place(place).iter().map(move |joint| (place, joint))).filter(once).map(|(_, joint)| joint.link).collect();
        order::sort_numbers(&mut links);
        links
    }
    /// Its links that join two nodes, in link order. Time: O(nodes + links of this network).
    pub fn views<'b>(&'b self, survey: &'b Survey<'a>) -> impl Iterator<Item = LinkView<'a>> + 'b {
        self.links().into_iter().filter_map(|place| survey.view(place as usize))
    }
    /// The first of its links that join two nodes. Time: O(links of the design before it).
    pub fn first_view(&self, survey: &Survey<'a>) -> Option<LinkView<'a>> {
        let all = if self.links == 0 { 0 } else { survey.keys.len() };
        let own = survey.keys.iter().take(all).zip(&survey.ends).position(|(key, [a, b])| *key == self.key && a != b);
        own.and_then(|place| survey.view(place))
    }
    /// Its links on a node.
    pub fn views_at<'b>(&'b self, survey: &'b Survey<'a>, node: NodeId) -> impl Iterator<Item = LinkView<'a>> + 'b {
        self.links_at(node).filter_map(|place| survey.view(place))
    }
    /// How the ports of a node are set in it.
    pub fn traffic(&self, survey: &Survey, node: NodeId) -> TrafficSettings {
        let own = survey.design.nodes.get(node).map(|record| record.traffic).unwrap_or_default();
        own.or(self.fabric.map(|fabric| fabric.traffic).unwrap_or_default())
    }
    /// Whether the fabric or one of its nodes says something of how ports are set. Time: O(1) where no node does.
    pub fn states(&self, survey: &Survey, says: impl Fn(TrafficSettings) -> bool) -> bool {
        let own = |node: &NodeId| survey.design.nodes.get(*node).is_some_and(|record| says(record.traffic));
        self.fabric.is_some_and(|fabric| says(fabric.traffic)) || (survey.tuned > 0 && self.at.keys().any(own))
    }
    /// Its subject: the fabric, or the whole design.
    pub fn subject(&self) -> Subject {
        match self.key {
            NetworkKey::Stated(id) => Subject::Fabric(id),
            NetworkKey::Implied(_) => Subject::Design,
        }
    }
    /// Its fabric as a fix writes it.
    pub fn fabric_text(&self) -> Option<String> {
        match self.key {
            NetworkKey::Stated(id) => Some(id.to_string()),
            NetworkKey::Implied(_) => None,
        }
    }
    /// Switches of one tier, in id order.
    pub fn tier(&self, tier: u16) -> impl Iterator<Item = NodeId> + '_ {
        self.tiers.iter().filter(move |(_, other)| **other == tier).map(|(node, _)| *node)
    }
    /// Switches with their tiers and what they have, in id order.
    pub fn spots(&self) -> impl Iterator<Item = (NodeId, u16, &Spot)> + '_ {
        let ids = self.places().ids().iter();
        ids.zip(&self.spots).enumerate().filter_map(|(place, (node, spot))| Some((*node, *self.tiers.at_place(place)?, spot)))
    }
    /// What a switch has; nothing for what is no switch of it.
    pub fn spot(&self, node: NodeId) -> Spot {
        self.places().place(node).and_then(|place| self.spots.get(place)).copied().unwrap_or_default()
    }
    fn places(&self) -> &'a Places {
        self.at.places()
    }
    /// Links of a node in this network, as places.
    pub fn links_at(&self, node: NodeId) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.at.at(node).iter().map(|joint| joint.link as usize)
    }
    /// Links of a node whose other end `leads_there`: asked with the tier of the other end.
    fn links_to<'b>(
        &'b self,
        survey: &'b Survey<'a>,
        node: NodeId,
        leads_there: impl Fn(Option<u16>) -> bool + 'b,
    ) -> impl DoubleEndedIterator<Item = LinkView<'a>> + 'b {
        let joints = self.at.at(node).iter().filter(move |joint| leads_there(self.tiers.at_place(joint.beyond as usize).copied()));
        joints.filter_map(|joint| survey.view(joint.link as usize))
    }
    /// Whether every link between switches joins neighbouring tiers, and the shape stated is not one without tiers.
    pub fn has_clean_tiers(&self) -> bool {
        self.clean && !matches!(self.intent(), FabricIntent::Dragonfly | FabricIntent::RailOnly | FabricIntent::SingleStage | FabricIntent::Torus)
    }
    /// Links from a switch to the tiers above it.
    pub fn uplinks<'b>(&'b self, survey: &'b Survey<'a>, node: NodeId) -> impl DoubleEndedIterator<Item = LinkView<'a>> + 'b {
        let own = self.tiers.get(&node).copied();
        self.links_to(survey, node, move |above| own.zip(above).is_some_and(|(own, above)| above > own))
    }
    /// Links from a switch to nodes that are not switches of this network.
    pub fn host_links<'b>(&'b self, survey: &'b Survey<'a>, node: NodeId) -> impl DoubleEndedIterator<Item = LinkView<'a>> + 'b {
        self.links_to(survey, node, |tier| tier.is_none())
    }
}

/// What is known of nodes and links while a wiring is made: kinds of nodes by place, known rates of links by place.
pub(super) struct Ground<'s> {
    pub(super) xpus: &'s dyn Fn(usize) -> bool,
    pub(super) is_switch: &'s dyn Fn(usize) -> bool,
    pub(super) rate: &'s dyn Fn(usize) -> Option<Gbps>,
}

impl Wiring {
    /// The links of `own` by node, with tiers and spots: places of links that join two nodes, in order, with the places of these nodes.
    /// Time and space: O(nodes + links).
    pub(super) fn of(key: NetworkKey, links: usize, nodes: usize, own: &[(u32, [u32; 2])], ground: &Ground) -> Self {
        let mut wiring = Self { key, links, first: vec![0; nodes + 1], ..Self::default() };
        for end in own.iter().flat_map(|(_, ends)| *ends).filter(|end| (*end as usize) < nodes) {
            wiring.first[end as usize + 1] += 1;
        }
        for place in 1..wiring.first.len() {
            wiring.first[place] += wiring.first[place - 1];
        }
        let mut next = wiring.first.clone();
        wiring.joints = vec![Joint::default(); wiring.first.last().map_or(0, |count| *count as usize)];
        for (link, [a, b]) in own.iter().copied() {
            for (here, beyond) in [(a, b), (b, a)] {
                let Some(next) = next.get_mut(here as usize).filter(|_| (here as usize) < nodes) else { continue };
                if let Some(slot) = wiring.joints.get_mut(*next as usize) {
                    *slot = Joint { link, beyond };
                }
                *next += 1;
            }
        }
        wiring.place_tiers(ground);
        wiring.spots = vec![Spot::default(); nodes];
        (0..nodes).for_each(|place| wiring.place_spot(place, ground));
        wiring
    }

    /// The links of the node at a place.
    pub(super) fn at(&self, place: usize) -> &[Joint] {
        match (self.first.get(place), self.first.get(place.wrapping_add(1))) {
            (Some(from), Some(to)) => self.joints.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        }
    }
    fn tier(&self, place: usize) -> Option<u16> {
        self.tiers.get(place).copied().flatten()
    }
    /// Whether a node is a switch with links here.
    fn is_member(&self, place: usize, ground: &Ground) -> bool {
        (ground.is_switch)(place) && !self.at(place).is_empty()
    }
    fn is_leaf(&self, place: usize, ground: &Ground) -> bool {
        let beyond = self.at(place).iter().map(|joint| joint.beyond as usize);
        if self.without_xpus {
            beyond.into_iter().any(|other| other < self.tiers.len() && !(ground.is_switch)(other))
        } else {
            beyond.into_iter().any(ground.xpus)
        }
    }

    /// Tiers of the switches of a network: leaves are those with XPUs on them (with anything on them, where no XPU is on any); every other
    /// switch stands as many tiers higher as links lie between it and the nearest leaf.
    pub(super) fn place_tiers(&mut self, ground: &Ground) {
        let nodes = self.first.len().saturating_sub(1);
        self.tiers = vec![None; nodes];
        self.is_odd = false;
        let switches: Vec<usize> = (0..nodes).filter(|place| self.is_member(*place, ground)).collect();
        self.without_xpus = false;
        let mut leaves: Vec<usize> = switches.iter().copied().filter(|place| self.is_leaf(*place, ground)).collect();
        if leaves.is_empty() {
            self.without_xpus = true;
            leaves = switches.iter().copied().filter(|place| self.is_leaf(*place, ground)).collect();
        }
        for leaf in &leaves {
            self.tiers[*leaf] = Some(0);
        }
        let mut open: VecDeque<usize> = leaves.into();
        while let Some(switch) = open.pop_front() {
            let above = self.tier(switch).unwrap_or(0).saturating_add(1);
            self.is_odd |= above > u16::MAX / 2;
            let (from, to) = (self.first[switch] as usize, self.first[switch + 1] as usize);
            for joint in self.joints.get(from..to).unwrap_or_default() {
                let next = joint.beyond as usize;
                if let Some(tier) = self.tiers.get_mut(next)
                    && tier.is_none()
                    && (ground.is_switch)(next)
                {
                    *tier = Some(above);
                    open.push_back(next);
                }
            }
        }
        // A switch that no leaf reaches has no tier of its own; it counts as standing above, so that it is no leaf.
        for switch in switches {
            if self.tiers[switch].is_none() {
                self.tiers[switch] = Some(1);
                self.is_odd = true;
            }
        }
    }

    /// The tier that its neighbours make of a node; `None` inside where none of them has one, outside for what has no tier.
    pub(super) fn tier_by_neighbours(&self, place: usize, ground: &Ground) -> Option<Option<u16>> {
        self.is_member(place, ground).then(|| {
            if self.is_leaf(place, ground) {
                return Some(0);
            }
            self.at(place).iter().filter_map(|joint| self.tier(joint.beyond as usize)).min().map(|below| below.saturating_add(1))
        })
    }

    /// Whether the tier of a node is what its neighbours make it. Where that holds of every node, tiers are what [`Wiring::place_tiers`] finds,
    /// as long as that is not odd and leaves are told in the same way before and after: where no XPU was on any switch, one on this would change that,
    /// and then it does not hold.
    pub(super) fn tier_holds(&self, place: usize, ground: &Ground) -> bool {
        if self.without_xpus && self.is_member(place, ground) && self.at(place).iter().any(|joint| (ground.xpus)(joint.beyond as usize)) {
            return false;
        }
        match self.tier_by_neighbours(place, ground) {
            None => self.tier(place).is_none(),
            Some(None) => false,
            Some(tier) => tier == self.tier(place),
        }
    }

    /// Counts what the node at a place has. Time: O(its links).
    pub(super) fn place_spot(&mut self, place: usize, ground: &Ground) {
        let mut spot = Spot::default();
        if let Some(own) = self.tier(place) {
            spot = Spot { up_rate: Some(Gbps::ZERO), host_rate: Some(Gbps::ZERO), down_rate: Some(Gbps::ZERO), ..spot };
            let add = |sum: &mut Option<Gbps>, rate: Option<Gbps>| *sum = sum.zip(rate).map(|(sum, rate)| sum + rate);
            let mut above: Vec<u32> = Vec::new();
            let mut known: Option<Gbps> = None;
            for joint in self.at(place) {
                let rate = (ground.rate)(joint.link as usize);
                let tier = self.tier(joint.beyond as usize);
                match tier {
                    Some(tier) if tier > own => {
                        spot.up += 1;
                        add(&mut spot.up_rate, rate);
                        above.push(joint.beyond);
                    }
                    _ => add(&mut spot.down_rate, rate),
                }
                let Some(tier) = tier else {
                    spot.hosts += 1;
                    spot.has_xpus |= (ground.xpus)(joint.beyond as usize);
                    add(&mut spot.host_rate, rate);
                    continue;
                };
                spot.beside += u32::from(tier == own);
                spot.astray += u32::from(tier.abs_diff(own) != 1);
                if let Some(rate) = rate {
                    spot.is_mixed |= *known.get_or_insert(rate) != rate;
                }
            }
            if above.windows(2).any(|pair| matches!(pair, [a, b] if a > b)) {
                order::sort_numbers(&mut above);
            }
            let mut trunks = above.chunk_by(|a, b| a == b).map(<[u32]>::len);
            let usual = trunks.next();
            spot.is_uneven = trunks.any(|trunk| Some(trunk) != usual);
        }
        if let Some(slot) = self.spots.get_mut(place) {
            *slot = spot;
        }
    }
}
