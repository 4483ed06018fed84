//! What several rules need to know of a design: what each link joins, which network it belongs to, which switches are leaves and which stand above
//! them. Looked up once, and kept from one run to the next by [`super::kept`].

use std::cell::{OnceCell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

use crate::catalog::{PortUse, PortView, fit};
use crate::engine::context::Context;
use crate::engine::conventions;
use crate::model::{Link, LinkId, LinkLayer, NodeId, Part, PartId, PartKind, PortPath, PortRef, RackId, Subject, TrafficSettings};
use crate::units::intern::Intern;
use crate::units::{Gbps, Metres, SortedMap, order};

use super::assign::networks_of_links;
use super::cage_divided::Plugs;
use super::network::{Ground, Wiring};
use super::peers::{Adapter, Adapters};
use super::rail_misaligned::Patterns;
use super::{LinkView, Network, NetworkKey};

/// What several rules need to know of a design, found once per run. Gives the [`Context`] it was made from.
pub struct Survey<'a> {
    context: &'a Context<'a>,
    /// Networks, in key order.
    pub networks: Vec<Network<'a>>,
    /// Why the cable of a link does not fit, by link.
    pub misfits: SortedMap<LinkId, fit::Misfit>,
    /// Places of the two nodes of each link; `u32::MAX` for a node that does not exist.
    pub(super) ends: Vec<[u32; 2]>,
    /// The network of each link.
    pub(super) keys: Vec<NetworkKey>,
    /// Kinds of nodes, by place.
    pub(super) nodes: Vec<NodeKind>,
    /// How many nodes say how their ports are set.
    pub(super) tuned: usize,
    /// How many links state no fabric that there is.
    pub(super) unstated: usize,
    /// Nodes in each rack, in id order.
    pub(super) standing: SortedMap<RackId, Vec<NodeId>>,
    /// What links of each kind share; nothing for a kind that none is of.
    kinds: Vec<Option<Kind<'a>>>,
    /// The best cable between two kinds of port at a length.
    cables: RefCell<SortedMap<[u64; 2], Option<PartId>>>,
    /// See [`super::users`].
    pub(super) users: OnceCell<Vec<(usize, Subject)>>,
    /// See [`super::forwarding`].
    pub(super) followed: super::forwarding::Kept,
    adapters: RefCell<Adapters>,
    /// Which leaves the rails of hosts are on, by network.
    pub(super) rails: RefCell<SortedMap<NetworkKey, Patterns>>,
}

/// What is asked of a node for nearly every link.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct NodeKind {
    pub(super) xpus: u32,
    /// Whether it is a switch, or forwards like one.
    pub(super) is_switch: bool,
    /// Whether it says how its ports are set.
    pub(super) tuned: bool,
}

/// What all links of a kind share.
#[derive(Clone, Copy)]
struct Kind<'a> {
    cable: Option<&'a Part>,
    rates: [Option<Gbps>; 2],
    plugs: Option<Plugs>,
}

impl<'a> Deref for Survey<'a> {
    type Target = Context<'a>;
    fn deref(&self) -> &Context<'a> {
        self.context
    }
}

impl<'a> Survey<'a> {
    /// The context it was made from.
    pub fn context(&self) -> &'a Context<'a> {
        self.context
    }
    /// Nothing looked at yet.
    pub(super) fn empty(context: &'a Context<'a>) -> Self {
        let mut survey = Self {
            context,
            networks: Vec::new(),
            misfits: SortedMap::new(),
            ends: Vec::new(),
            keys: Vec::new(),
            nodes: Vec::new(),
            tuned: 0,
            unstated: 0,
            standing: SortedMap::new(),
            kinds: Vec::new(),
            cables: RefCell::default(),
            users: OnceCell::new(),
            followed: OnceCell::new(),
            adapters: RefCell::default(),
            rails: RefCell::default(),
        };
        for (count, first) in context.topology.facts().counts() {
            let link = context.topology.links().get(*first).and_then(|id| context.design.links.get(*id));
            let is_first = *count > 0 && context.topology.facts().kind(*first) == Some(survey.kinds.len());
            let kind = link.filter(|_| is_first).map(|link| survey.make_kind(link));
            survey.kinds.push(kind);
        }
        survey
    }

    /// Looks a design over. Time and space: O(links + nodes).
    pub fn of(context: &'a Context<'a>) -> Self {
        let mut survey = Self::empty(context);
        let places = context.parts.places();
        survey.nodes = (0..context.parts.all().len()).map(|place| survey.kind_of_node(place)).collect();
        survey.tuned = survey.nodes.iter().filter(|kind| kind.tuned).count();
        let racks = places.ids().iter().zip(context.parts.all()).filter_map(|(id, (node, _))| Some((node.rack?, *id)));
        for (rack, node) in racks {
            survey.standing.entry(rack).or_default().push(node);
        }
        let place = |node: NodeId| places.place(node).map_or(u32::MAX, |place| place as u32);
        survey.ends = context.design.links.iter().map(|(_, link)| [place(link.ends[0].node), place(link.ends[1].node)]).collect();
        (survey.keys, survey.unstated) = networks_of_links(&survey);
        let wirings = survey.wired();
        survey.networks = survey.with_fabrics(wirings);
        survey.find_misfits();
        survey
    }

    /// What kind of node stands at a place.
    pub(super) fn kind_of_node(&self, place: usize) -> NodeKind {
        let Some((node, part)) = self.context.parts.all().get(place) else { return NodeKind::default() };
        NodeKind {
            xpus: part.map_or(0, |part| part.xpu_count() as u32),
            is_switch: part.map_or(node.transit == Some(true), |part| part.kind == PartKind::Switch),
            tuned: node.traffic != TrafficSettings::default(),
        }
    }

    /// The link at a place. Time: O(1).
    #[inline]
    pub fn view(&self, place: usize) -> Option<LinkView<'a>> {
        let id = *self.context.topology.links().get(place)?;
        Some(self.made(place, id, self.context.design.links.get(id)?))
    }
    /// All links, in id order.
    pub fn views(&self) -> impl Iterator<Item = LinkView<'a>> + '_ {
        self.context.design.links.iter().enumerate().map(|(place, (id, link))| self.made(place, id, link))
    }
    #[inline(always)]
    fn made(&self, place: usize, id: LinkId, link: &'a Link) -> LinkView<'a> {
        let edge = self.context.topology.edges().get(place);
        LinkView {
            id,
            place,
            nodes: [link.ends[0].node, link.ends[1].node],
            link,
            cable: self.cable(place, link),
            layer: edge.and_then(|edge| edge.layer),
            rate: self.rate(place),
            usable: edge.is_some_and(|edge| edge.usable),
            network: self.keys.get(place).copied().unwrap_or_default(),
        }
    }
    /// What the link at a place carries.
    pub(super) fn rate(&self, place: usize) -> Option<Gbps> {
        // The topology asked for rate and layer of every link already: its first edges are the links, in the same order.
        let edge = self.context.topology.edges().get(place)?;
        Some(Gbps(edge.gbps)).filter(|rate| edge.rate_known && rate.is_finite() && rate.0 > 0.0)
    }
    #[inline(always)]
    fn cable(&self, place: usize, link: &Link) -> Option<&'a Part> {
        let kind = self.context.topology.facts().kind(place).and_then(|kind| self.kinds.get(kind)?.as_ref());
        kind.map_or_else(|| self.make_kind(link).cable, |kind| kind.cable)
    }
    fn kind_of_link(&self, place: usize, link: &Link) -> Kind<'a> {
        let kind = self.context.topology.facts().kind(place).and_then(|kind| self.kinds.get(kind).copied().flatten());
        kind.unwrap_or_else(|| self.make_kind(link))
    }
    fn make_kind(&self, link: &Link) -> Kind<'a> {
        let cable = link.part.as_ref().and_then(|part| self.context.catalog.part(self.context.design, part));
        Kind { cable, rates: self.ports_of(link).map(|port| port?.gbps), plugs: Plugs::of(self, link, cable) }
    }
    /// A link by its id.
    pub fn link(&self, id: LinkId) -> Option<LinkView<'a>> {
        self.view(self.context.topology.edge_of(id)? as usize)
    }
    /// How long a link is: stated, else from where its ends stand.
    pub fn metres(&self, link: &Link) -> Option<Metres> {
        self.context.length(link).metres()
    }
    /// The rates of the ports of a link, where they are known.
    pub fn rates_of(&self, view: &LinkView) -> [Option<Gbps>; 2] {
        self.kind_of_link(view.place, view.link).rates
    }
    /// What a link puts into the cages at its ends, where its cable is known.
    pub(super) fn plugs(&self, place: usize, link: &Link) -> Option<Plugs> {
        let kind = self.context.topology.facts().kind(place).and_then(|kind| self.kinds.get(kind)?.as_ref());
        kind.map_or_else(|| self.make_kind(link).plugs, |kind| kind.plugs)
    }
    /// The adapters of a node for the back-end fabric.
    pub(super) fn adapters_of(&self, node: NodeId) -> Rc<[Adapter]> {
        self.adapters.borrow_mut().of(self, node).0
    }
    /// The place of the adapter that each port of a node is of; empty where the node has none.
    pub(super) fn rails_of(&self, node: NodeId) -> Rc<SortedMap<PortPath, usize>> {
        self.adapters.borrow_mut().of(self, node).1
    }
    /// Whether some link speaks a layer. Time: O(kinds of links).
    pub fn speaks(&self, layer: LinkLayer) -> bool {
        self.context.topology.facts().kinds().iter().any(|kind| kind.layer == Some(layer))
    }
    /// The part of a node.
    pub fn part_of(&self, node: NodeId) -> Option<&'a Part> {
        self.context.parts.part(node)
    }
    /// What is known of the port at each end of a link; `None` where node, part or port is unknown.
    pub fn ports_of(&self, link: &Link) -> [Option<PortView<'a>>; 2] {
        link.ends.map(|end| self.context.parts.view(end))
    }
    /// How many XPUs a node brings.
    pub fn xpus(&self, node: NodeId) -> usize {
        self.kind(node).xpus as usize
    }
    /// Nodes that bring XPUs, in id order.
    pub fn xpu_nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        let nodes = self.context.parts.places().ids().iter().zip(&self.nodes);
        nodes.filter(|(_, kind)| kind.xpus > 0).map(|(node, _)| *node)
    }
    /// Whether a node is a switch, or forwards like one.
    pub fn is_switch(&self, node: NodeId) -> bool {
        self.kind(node).is_switch
    }
    fn kind(&self, node: NodeId) -> NodeKind {
        let place = self.context.parts.places().place(node);
        place.and_then(|place| self.nodes.get(place)).copied().unwrap_or_default()
    }
    /// The name of a node, or its id where it has none.
    pub fn name(&self, node: NodeId) -> String {
        self.context.design.nodes.get(node).map(|node| node.name.as_str()).filter(|name| !name.is_empty()).map_or_else(|| node.to_string(), short)
    }
    /// A port with the name of its node: `leaf-1/5/2`.
    pub fn port_name(&self, port: PortRef) -> String {
        format!("{}/{}", self.name(port.node), self.catalog.port_words(self.design, port))
    }
    /// A link as its two ports: `dgx-1/3 – leaf-1/5`.
    pub fn link_name(&self, link: &Link) -> String {
        format!("{} – {}", self.port_name(link.ends[0]), self.port_name(link.ends[1]))
    }
    /// The threshold of a rule that is a convention: the design's, else Weft's. 0 for a rule without one.
    pub fn threshold(&self, code: &str) -> f64 {
        conventions::by_code(code).map_or(0.0, |convention| convention.value(&self.context.design.meta.settings))
    }
    /// The network a link belongs to.
    pub fn network(&self, key: NetworkKey) -> Option<&Network<'a>> {
        self.networks.iter().find(|network| network.key == key)
    }

    /// Calls `look` with what wirings are made from.
    pub(super) fn on_ground<T>(&self, look: impl FnOnce(&Ground) -> T) -> T {
        let xpus = |place: usize| self.nodes.get(place).is_some_and(|kind| kind.xpus > 0);
        let is_switch = |place: usize| self.nodes.get(place).is_some_and(|kind| kind.is_switch);
        look(&Ground { xpus: &xpus, is_switch: &is_switch, rate: &|link| self.rate(link) })
    }

    /// The networks of the design: its fabrics, and what else links are of. Time: O(links + networks × nodes).
    fn wired(&self) -> Vec<Wiring> {
        let mut keys: Vec<NetworkKey> = self.context.design.fabrics.ids().map(NetworkKey::Stated).collect();
        keys.extend(self.keys.chunk_by(|a, b| a == b).filter_map(|run| run.first()).filter(|key| matches!(key, NetworkKey::Implied(_))));
        order::sort_unique(&mut keys);
        let mut links: Vec<usize> = vec![0; keys.len()];
        let mut own: Vec<Vec<(u32, [u32; 2])>> = vec![Vec::new(); keys.len()];
        let mut at = 0;
        for (place, (key, ends)) in self.keys.iter().zip(&self.ends).enumerate() {
            // Neighbours are mostly of one network.
            if keys.get(at) != Some(key) {
                at = keys.binary_search(key).unwrap_or(keys.len());
            }
            if let (Some(links), Some(own)) = (links.get_mut(at), own.get_mut(at)) {
                *links += 1;
                // Both ends on one node is a loop; on nodes that do not exist, it hangs on nothing either way.
                if ends[0] != ends[1] {
                    own.push((place as u32, *ends));
                }
            }
        }
        let nodes = self.nodes.len();
        self.on_ground(|ground| keys.iter().zip(links).zip(own).map(|((key, links), own)| Wiring::of(*key, links, nodes, &own, ground)).collect())
    }
    pub(super) fn with_fabrics(&self, wirings: Vec<Wiring>) -> Vec<Network<'a>> {
        let (design, places) = (self.context.design, self.context.parts.places());
        let fabric = |key| if let NetworkKey::Stated(id) = key { design.fabrics.get(id) } else { None };
        wirings
            .into_iter()
            .map(|wiring| {
                let fabric = fabric(wiring.key);
                Network::of(wiring, fabric, places)
            })
            .collect()
    }

    /// Asks of every link whether ports and cable fit. Links whose ports or parts are unknown have other findings.
    fn find_misfits(&mut self) {
        // Thousands of links join the same two kinds of port by the same cable: what fits once at a length fits again.
        let facts = self.context.topology.facts();
        let mut fitting = Intern::default();
        let mut last = None;
        let mut misfits = SortedMap::new();
        for (place, (id, link)) in self.context.design.links.iter().enumerate() {
            let kind = [facts.kind(place).map_or(u64::MAX, |kind| kind as u64), self.metres(link).map_or(u64::MAX, |length| length.0.to_bits())];
            if last == Some(kind) || fitting.known(&kind).is_some() || link.ends[0].node == link.ends[1].node {
                continue;
            }
            match self.misfit(&self.made(place, id, link)) {
                None => {
                    fitting.number(&kind);
                    last = Some(kind);
                }
                Some(misfit) => {
                    misfits.insert(id, misfit);
                }
            }
        }
        self.misfits = misfits;
    }

    /// The best cable for a link. Links of one kind join equal ports, so each kind is asked once at a length.
    pub(super) fn best_cable(&self, view: &LinkView, length: Option<Metres>) -> Option<PartId> {
        let search = || fit::best_cable(self.context.catalog, self.context.design, view.link.ends, length);
        let Some(kind) = self.context.topology.facts().kind(view.place) else { return search() };
        let key = [kind as u64, length.map_or(u64::MAX, |length| length.0.to_bits())];
        self.cables.borrow_mut().entry(key).or_insert_with(search).clone()
    }

    /// Why ports and cable of a link do not fit; nothing where a port is unknown or both are of one node.
    pub(super) fn misfit(&self, view: &LinkView) -> Option<fit::Misfit> {
        if view.is_loop() || self.ports_of(view.link).iter().any(Option::is_none) {
            return None;
        }
        let (catalog, design, ends) = (self.context.catalog, self.context.design, view.link.ends);
        // Whether a port is taken is another rule's matter: here nothing is.
        if let Err(misfit) = fit::may_connect(catalog, design, &PortUse::default(), ends[0], ends[1]) {
            return Some(misfit);
        }
        fit::cable_fits(catalog, design, ends, view.cable?, self.metres(view.link)).err()
    }
}

/// A name as a sentence can hold it.
pub(super) fn short(name: &str) -> String {
    if name.chars().count() <= 60 { name.to_owned() } else { name.chars().take(59).chain(['…']).collect() }
}
