//! What several rules need to know, found once per run: what each link joins, which network it belongs to, which
//! switches are leaves and which stand above them.

use std::collections::VecDeque;
use std::ops::Deref;

use crate::catalog::{PortUse, PortView, fit};
use crate::engine::context::Context;
use crate::engine::conventions;
use crate::model::{Fabric, FabricId, FabricIntent, FabricRole, Link, LinkId, LinkLayer, NodeId, Part, PartKind, PortRef, PortRole, Subject, TrafficSettings};
use crate::units::{Gbps, Metres, SortedMap, SortedSet, order};

/// A link with what stands at its ends.
#[derive(Clone, Debug)]
pub struct LinkView<'a> {
    /// Its id.
    pub id: LinkId,
    /// The record.
    pub link: &'a Link,
    /// What is known of the port at each end; `None` where node, part or port is unknown.
    pub ports: [Option<PortView<'a>>; 2],
    /// Its cable, where the catalogue has it.
    pub cable: Option<&'a Part>,
    /// What is on the wire, where ports and cable agree.
    pub layer: Option<LinkLayer>,
    /// What it carries, one direction.
    pub rate: Option<Gbps>,
    /// How long it is: stated, else from where its ends stand.
    pub length: Option<Metres>,
    /// The network it belongs to.
    pub network: NetworkKey,
}

impl LinkView<'_> {
    /// The two nodes.
    pub fn nodes(&self) -> [NodeId; 2] {
        [self.link.ends[0].node, self.link.ends[1].node]
    }
    /// The end on `node`: 0 or 1.
    pub fn end_on(&self, node: NodeId) -> Option<usize> {
        self.link.ends.iter().position(|end| end.node == node)
    }
    /// The node at the other side of `node`.
    pub fn beyond(&self, node: NodeId) -> NodeId {
        let [a, b] = self.nodes();
        if a == node { b } else { a }
    }
    /// Whether both ends are on one node.
    pub fn is_loop(&self) -> bool {
        self.link.ends[0].node == self.link.ends[1].node
    }
    /// Its subject.
    pub fn subject(&self) -> Subject {
        Subject::Link(self.id)
    }
}

/// Which network a link belongs to: the fabric it states, or what its ends suggest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NetworkKey {
    /// A fabric of the design.
    Stated(FabricId),
    /// All links without a fabric that serve this role.
    Implied(FabricRole),
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
    /// Places in [`Survey::links`], in order.
    pub links: Vec<usize>,
    /// Links of each node in it, as places in [`Survey::links`].
    pub at: SortedMap<NodeId, Vec<usize>>,
    /// Tier of each switch: 0 for leaves, one more for each step away from them.
    pub tiers: SortedMap<NodeId, u16>,
    /// Whether every link between switches joins neighbouring tiers.
    clean: bool,
}

impl Network<'_> {
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
    /// Its links.
    pub fn views<'b>(&'b self, survey: &'b Survey) -> impl Iterator<Item = &'b LinkView<'b>> + 'b {
        self.links.iter().filter_map(|place| survey.links.get(*place))
    }
    /// Its links on a node.
    pub fn views_at<'b>(&'b self, survey: &'b Survey, node: NodeId) -> impl Iterator<Item = &'b LinkView<'b>> + 'b {
        self.links_at(node).iter().filter_map(|place| survey.links.get(*place))
    }
    /// How the ports of a node are set in it.
    pub fn traffic(&self, survey: &Survey, node: NodeId) -> TrafficSettings {
        let own = survey.design.nodes.get(node).map(|record| record.traffic).unwrap_or_default();
        own.or(self.fabric.map(|fabric| fabric.traffic).unwrap_or_default())
    }
    /// Whether the fabric or one of its nodes says something of how ports are set. Time: O(1) where no node does.
    pub fn states(&self, survey: &Survey, says: impl Fn(TrafficSettings) -> bool) -> bool {
        let own = |node: &NodeId| survey.design.nodes.get(*node).is_some_and(|record| says(record.traffic));
        self.fabric.is_some_and(|fabric| says(fabric.traffic)) || (survey.tuned && self.at.keys().any(own))
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
    /// Links of a node in this network.
    pub fn links_at(&self, node: NodeId) -> &[usize] {
        self.at.get(&node).map(Vec::as_slice).unwrap_or_default()
    }
    /// Whether every link between switches joins neighbouring tiers, and the shape stated is not one without tiers.
    pub fn has_clean_tiers(&self) -> bool {
        self.clean && !matches!(self.intent(), FabricIntent::RailOnly | FabricIntent::SingleStage | FabricIntent::Torus)
    }
    /// Links from a switch to the tier above it, as places in [`Survey::links`].
    pub fn uplinks<'b>(&'b self, survey: &'b Survey, node: NodeId) -> impl Iterator<Item = &'b LinkView<'b>> + 'b {
        let own = self.tiers.get(&node).copied();
        self.links_at(node).iter().filter_map(|place| survey.links.get(*place)).filter(move |view| {
            let above = self.tiers.get(&view.beyond(node)).copied();
            own.zip(above).is_some_and(|(own, above)| above > own)
        })
    }
    /// Links from a switch to nodes that are not switches of this network.
    pub fn host_links<'b>(&'b self, survey: &'b Survey, node: NodeId) -> impl Iterator<Item = &'b LinkView<'b>> + 'b {
        self.links_at(node).iter().filter_map(|place| survey.links.get(*place)).filter(move |view| !self.tiers.contains_key(&view.beyond(node)))
    }
}

/// What several rules need to know of a design, found once per run. Gives the [`Context`] it was made from.
pub struct Survey<'a> {
    context: &'a Context<'a>,
    /// Links in id order.
    pub links: Vec<LinkView<'a>>,
    /// Networks, in key order.
    pub networks: Vec<Network<'a>>,
    /// Why the cable of a link does not fit, by place in [`Survey::links`].
    pub misfits: SortedMap<usize, fit::Misfit>,
    nodes: SortedMap<NodeId, NodeKind>,
    /// Whether some node says how its ports are set.
    tuned: bool,
}

/// What is asked of a node for nearly every link.
#[derive(Clone, Copy, Default)]
struct NodeKind {
    xpus: usize,
    /// Whether it is a switch, or forwards like one.
    is_switch: bool,
}

/// What is said of each node, in the order it was said.
fn by_node<V>(pairs: Vec<(NodeId, V)>) -> SortedMap<NodeId, Vec<V>> {
    SortedMap::grouped(pairs, |node| u64::from(node.0))
}

/// The role that is named most often; of equals the first.
fn commonest(votes: &[FabricRole]) -> Option<FabricRole> {
    let mut counts: SortedMap<FabricRole, usize> = SortedMap::new();
    for role in votes {
        *counts.entry(*role).or_default() += 1;
    }
    counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0))).map(|(role, _)| role)
}

impl<'a> Deref for Survey<'a> {
    type Target = Context<'a>;
    fn deref(&self) -> &Context<'a> {
        self.context
    }
}

impl<'a> Survey<'a> {
    /// Looks a design over. Time: O(links × log nodes). Space: O(links + nodes).
    pub fn of(context: &'a Context<'a>) -> Self {
        let mut survey = Self {
            context,
            links: Vec::with_capacity(context.design.links.len()),
            networks: Vec::new(),
            misfits: SortedMap::new(),
            nodes: SortedMap::new(),
            tuned: false,
        };
        for (id, node) in context.design.nodes.iter() {
            survey.tuned |= node.traffic != TrafficSettings::default();
            let part = context.catalog.part(context.design, &node.part);
            let is_switch = part.map_or(node.transit == Some(true), |part| part.kind == PartKind::Switch);
            survey.nodes.insert(id, NodeKind { xpus: part.map_or(0, Part::xpu_count), is_switch });
        }
        // The topology asked for rate and layer of every link already: its first edges are the links, in the same order.
        for ((id, link), edge) in context.design.links.iter().zip(context.topology.edges()) {
            survey.links.push(LinkView {
                id,
                link,
                ports: link.ends.map(|end| context.catalog.view(context.design, end)),
                cable: link.part.as_ref().and_then(|part| context.catalog.part(context.design, part)),
                layer: edge.layer,
                rate: Some(Gbps(edge.gbps)).filter(|rate| edge.rate_known && rate.is_finite() && rate.0 > 0.0),
                length: context.length(link).metres(),
                network: NetworkKey::Implied(FabricRole::Compute),
            });
        }
        survey.assign_networks();
        survey.build_networks();
        survey.find_misfits();
        survey
    }

    /// The part of a node.
    pub fn part_of(&self, node: NodeId) -> Option<&'a Part> {
        let node = self.context.design.nodes.get(node)?;
        self.context.catalog.part(self.context.design, &node.part)
    }
    /// How many XPUs a node brings.
    pub fn xpus(&self, node: NodeId) -> usize {
        self.kind(node).xpus
    }
    /// Nodes that bring XPUs, in id order.
    pub fn xpu_nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.nodes.iter().filter(|(_, kind)| kind.xpus > 0).map(|(node, _)| *node)
    }
    /// Whether a node is a switch, or forwards like one.
    pub fn is_switch(&self, node: NodeId) -> bool {
        self.kind(node).is_switch
    }
    fn kind(&self, node: NodeId) -> NodeKind {
        self.nodes.get_near(&node, (node.0 as usize).wrapping_sub(1)).copied().unwrap_or_default()
    }
    /// The name of a node, or its id where it has none.
    pub fn name(&self, node: NodeId) -> String {
        self.context.design.nodes.get(node).map(|node| node.name.as_str()).filter(|name| !name.is_empty()).map_or_else(|| node.to_string(), short)
    }
    /// A port with the name of its node: `leaf-1/5/2`.
    pub fn port_name(&self, port: PortRef) -> String {
        format!("{}/{}", self.name(port.node), port.port)
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

    /// Decides for each link which network it belongs to.
    fn assign_networks(&mut self) {
        let design = self.context.design;
        let stated = self.links.iter().filter_map(|view| Some((view.nodes(), view.link.fabric.filter(|fabric| design.fabrics.contains(*fabric))?)));
        let mut stated = by_node(stated.flat_map(|(nodes, fabric)| nodes.map(|node| (node, fabric))).collect());
        stated.values_mut_unsorted().for_each(order::sort_unique);
        let roles = self.switch_roles();
        let mut by_role: SortedMap<FabricRole, Vec<FabricId>> = SortedMap::new();
        for (id, fabric) in design.fabrics.iter() {
            by_role.entry(fabric.role).or_default().push(id);
        }

        let keys: Vec<NetworkKey> = self
            .links
            .iter()
            .map(|view| {
                if let Some(fabric) = view.link.fabric.filter(|fabric| design.fabrics.contains(*fabric)) {
                    return NetworkKey::Stated(fabric);
                }
                let role = self.suggested_role(view).or_else(|| view.nodes().iter().find_map(|node| roles.get(node).copied())).unwrap_or_default();
                let same_role = by_role.get(&role).map(Vec::as_slice).unwrap_or_default();
                let near: SortedSet<FabricId> = view
                    .nodes()
                    .iter()
                    .filter(|node| self.is_switch(**node))
                    .filter_map(|node| stated.get(node))
                    .flatten()
                    .copied()
                    .filter(|fabric| same_role.contains(fabric))
                    .collect();
                match (near.first(), near.len(), same_role) {
                    (Some(fabric), 1, _) => NetworkKey::Stated(*fabric),
                    (_, _, [only]) => NetworkKey::Stated(*only),
                    _ => NetworkKey::Implied(role),
                }
            })
            .collect();
        for (view, key) in self.links.iter_mut().zip(keys) {
            view.network = key;
        }
    }

    /// The role that the link alone suggests: by its layer, else by the port of the end that is not a switch.
    fn suggested_role(&self, view: &LinkView) -> Option<FabricRole> {
        if view.layer.is_some_and(LinkLayer::is_scale_up) {
            return Some(FabricRole::ScaleUp);
        }
        view.link
            .ends
            .iter()
            .zip(&view.ports)
            .filter(|(end, _)| !self.is_switch(end.node))
            .find_map(|(_, port)| port.as_ref())
            .map(|port| role_of(port.group.role))
    }

    /// What each switch serves: the commonest role of its links to nodes that are not switches; a switch without such links
    /// serves what the nearest switch with some serves.
    fn switch_roles(&self) -> SortedMap<NodeId, FabricRole> {
        let (mut votes, mut neighbours) = (Vec::new(), Vec::new());
        for view in &self.links {
            let [a, b] = view.nodes();
            match (self.is_switch(a), self.is_switch(b)) {
                (true, true) => {
                    neighbours.extend([(a, b), (b, a)]);
                }
                (true, false) | (false, true) => {
                    let switch = if self.is_switch(a) { a } else { b };
                    let stated = view.link.fabric.and_then(|fabric| self.context.design.fabrics.get(fabric)).map(|fabric| fabric.role);
                    if let Some(role) = stated.or_else(|| self.suggested_role(view)) {
                        votes.push((switch, role));
                    }
                }
                (false, false) => {}
            }
        }
        let neighbours = by_node(neighbours);
        let mut roles: SortedMap<NodeId, FabricRole> = by_node(votes).into_iter().filter_map(|(switch, votes)| Some((switch, commonest(&votes)?))).collect();
        let mut open: VecDeque<NodeId> = roles.keys().copied().collect();
        while let Some(switch) = open.pop_front() {
            let Some(role) = roles.get(&switch).copied() else { continue };
            for next in neighbours.get(&switch).map(Vec::as_slice).unwrap_or_default() {
                if !roles.contains_key(next) {
                    roles.insert(*next, role);
                    open.push_back(*next);
                }
            }
        }
        roles.into_iter().collect()
    }

    fn build_networks(&mut self) {
        let design = self.context.design;
        let mut networks: SortedMap<NetworkKey, Network<'a>> = SortedMap::new();
        for (id, fabric) in design.fabrics.iter() {
            let key = NetworkKey::Stated(id);
            networks.insert(
                key,
                Network { key, fabric: Some(fabric), role: fabric.role, links: Vec::new(), at: SortedMap::new(), tiers: SortedMap::new(), clean: true },
            );
        }
        for (place, view) in self.links.iter().enumerate() {
            let key = view.network;
            let role = match key {
                NetworkKey::Implied(role) => role,
                NetworkKey::Stated(_) => FabricRole::Compute,
            };
            let network = networks.entry(key).or_insert_with(|| Network {
                key,
                fabric: None,
                role,
                links: Vec::new(),
                at: SortedMap::new(),
                tiers: SortedMap::new(),
                clean: true,
            });
            if view.is_loop() {
                continue;
            }
            network.links.push(place);
        }
        let mut networks: Vec<Network<'a>> = networks.into_values().collect();
        for network in &mut networks {
            let places = network.links.iter().filter_map(|place| Some((*place, self.links.get(*place)?)));
            network.at = by_node(places.flat_map(|(place, view)| view.nodes().map(|node| (node, place))).collect());
            network.tiers = self.tiers(network);
            let clean = network.views(self).all(|view| {
                let [a, b] = view.nodes();
                match (network.tiers.get(&a), network.tiers.get(&b)) {
                    (Some(a), Some(b)) => a.abs_diff(*b) == 1,
                    _ => true,
                }
            });
            network.clean = clean;
        }
        self.networks = networks;
    }

    /// Tiers of the switches of a network: leaves are those with XPUs on them (with anything on them, where no XPU is on any);
    /// every other switch stands as many tiers higher as links lie between it and the nearest leaf.
    fn tiers(&self, network: &Network) -> SortedMap<NodeId, u16> {
        let switches: SortedSet<NodeId> = network.at.keys().copied().filter(|node| self.is_switch(*node)).collect();
        let beyond = |switch: NodeId| network.links_at(switch).iter().filter_map(|place| self.links.get(*place)).map(move |view| view.beyond(switch));
        let mut leaves: Vec<NodeId> = switches.iter().copied().filter(|switch| beyond(*switch).any(|node| self.xpus(node) > 0)).collect();
        if leaves.is_empty() {
            leaves = switches.iter().copied().filter(|switch| beyond(*switch).any(|node| !switches.contains(&node))).collect();
        }
        let mut tiers: SortedMap<NodeId, u16> = leaves.iter().map(|leaf| (*leaf, 0)).collect();
        let mut open: VecDeque<NodeId> = leaves.into();
        while let Some(switch) = open.pop_front() {
            let above = tiers.get(&switch).copied().unwrap_or(0).saturating_add(1);
            for next in beyond(switch).filter(|next| switches.contains(next)) {
                if !tiers.contains_key(&next) {
                    tiers.insert(next, above);
                    open.push_back(next);
                }
            }
        }
        // A switch that no leaf reaches has no tier of its own; it counts as standing above, so that it is no leaf.
        for switch in switches {
            tiers.entry(switch).or_insert(1);
        }
        tiers.into_iter().collect()
    }

    /// Asks of every link whether ports and cable fit. Links whose ports or parts are unknown have other findings.
    fn find_misfits(&mut self) {
        // Thousands of links join the same two kinds of port by the same cable: what fits once fits again.
        let mut fitting: SortedSet<Kind> = SortedSet::new();
        let mut misfits = SortedMap::new();
        for (place, view) in self.links.iter().enumerate() {
            let [Some(a), Some(b)] = view.ports else { continue };
            if view.is_loop() {
                continue;
            }
            let kind = Kind::of([a, b], view);
            if fitting.contains(&kind) {
                continue;
            }
            match self.judge(view) {
                Ok(()) => {
                    fitting.insert(kind);
                }
                Err(misfit) => {
                    misfits.insert(place, misfit);
                }
            }
        }
        self.misfits = misfits;
    }

    fn judge(&self, view: &LinkView) -> Result<(), fit::Misfit> {
        let (catalog, design) = (self.context.catalog, self.context.design);
        // Whether a port is taken is another rule's matter: here nothing is.
        fit::may_connect(catalog, design, &PortUse::default(), view.link.ends[0], view.link.ends[1])?;
        match view.cable {
            Some(cable) => fit::cable_fits(catalog, design, view.link.ends, cable, view.length),
            None => Ok(()),
        }
    }
}

/// What decides whether ports and cable of a link fit. Addresses stand for records: they are compared for equality within
/// one run only, never ordered for a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    ends: [(usize, usize, usize, bool, u8, u8, u64); 2],
    cable: usize,
    length: Option<u64>,
}

impl Kind {
    fn of(ports: [PortView; 2], view: &LinkView) -> Self {
        let end = |port: PortView| {
            let rate = port.gbps.map_or(u64::MAX, |rate| rate.0.to_bits());
            (std::ptr::from_ref(port.group) as usize, port.layers.as_ptr() as usize, port.layers.len(), port.port.child == 0, port.lanes, port.siblings, rate)
        };
        Self {
            ends: ports.map(end),
            cable: view.cable.map_or(0, |cable| std::ptr::from_ref(cable) as usize),
            length: view.length.map(|length| length.0.to_bits()),
        }
    }
}

/// The role of a fabric that such ports are for.
fn role_of(role: PortRole) -> FabricRole {
    match role {
        PortRole::Compute => FabricRole::Compute,
        PortRole::FrontEnd => FabricRole::FrontEnd,
        PortRole::Management => FabricRole::Management,
        PortRole::ScaleUp => FabricRole::ScaleUp,
        PortRole::Storage => FabricRole::Storage,
    }
}

/// A name as a sentence can hold it.
fn short(name: &str) -> String {
    if name.chars().count() <= 60 { name.to_owned() } else { name.chars().take(59).chain(['…']).collect() }
}
