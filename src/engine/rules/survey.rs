//! What several rules need to know, found once per run: what each link joins, which network it belongs to, which
//! switches are leaves and which stand above them.

use std::collections::VecDeque;
use std::ops::Deref;

use crate::catalog::{PortUse, PortView, fit};
use crate::engine::context::Context;
use crate::engine::conventions;
use crate::model::{
    ByNode, Fabric, FabricId, FabricIntent, FabricRole, Link, LinkId, LinkLayer, ListByNode, NodeId, Part, PartKind, PortRef, PortRole, Subject,
    TrafficSettings,
};
use crate::units::intern::Intern;
use crate::units::{Gbps, Metres, SortedMap, SortedSet};

/// A link with what stands at its ends.
#[derive(Clone, Copy, Debug)]
pub struct LinkView<'a> {
    /// Its id.
    pub id: LinkId,
    /// The two nodes: beside the record, for they are asked of every link by many rules.
    nodes: [NodeId; 2],
    /// The record.
    pub link: &'a Link,
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
        self.nodes
    }
    /// The end on `node`: 0 or 1.
    pub fn end_on(&self, node: NodeId) -> Option<usize> {
        self.nodes.iter().position(|other| *other == node)
    }
    /// The node at the other side of `node`.
    pub fn beyond(&self, node: NodeId) -> NodeId {
        let [a, b] = self.nodes();
        if a == node { b } else { a }
    }
    /// Whether both ends are on one node.
    pub fn is_loop(&self) -> bool {
        self.nodes[0] == self.nodes[1]
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

/// A link as one of its nodes sees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Joint {
    /// Its place in [`Survey::links`].
    pub link: u32,
    /// The place of the node at its other end, so that what is asked of that node needs no look at the link.
    pub beyond: u32,
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
    pub at: ListByNode<'a, Joint>,
    /// Tier of each switch: 0 for leaves, one more for each step away from them.
    pub tiers: ByNode<'a, u16>,
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
        self.links_at(node).filter_map(|place| survey.links.get(place))
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
    pub fn links_at(&self, node: NodeId) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.at.at(node).iter().map(|joint| joint.link as usize)
    }
    /// Links of a node whose other end `leads_there`: asked with the tier of the other end.
    fn links_to<'b>(&'b self, survey: &'b Survey, node: NodeId, leads_there: impl Fn(Option<u16>) -> bool + 'b) -> impl Iterator<Item = &'b LinkView<'b>> + 'b {
        let joints = self.at.at(node).iter().filter(move |joint| leads_there(self.tiers.at_place(joint.beyond as usize).copied()));
        joints.filter_map(|joint| survey.links.get(joint.link as usize))
    }
    /// Whether every link between switches joins neighbouring tiers, and the shape stated is not one without tiers.
    pub fn has_clean_tiers(&self) -> bool {
        self.clean && !matches!(self.intent(), FabricIntent::Dragonfly | FabricIntent::RailOnly | FabricIntent::SingleStage | FabricIntent::Torus)
    }
    /// Links from a switch to the tier above it, as places in [`Survey::links`].
    pub fn uplinks<'b>(&'b self, survey: &'b Survey, node: NodeId) -> impl Iterator<Item = &'b LinkView<'b>> + 'b {
        let own = self.tiers.get(&node).copied();
        self.links_to(survey, node, move |above| own.zip(above).is_some_and(|(own, above)| above > own))
    }
    /// Links from a switch to nodes that are not switches of this network.
    pub fn host_links<'b>(&'b self, survey: &'b Survey, node: NodeId) -> impl Iterator<Item = &'b LinkView<'b>> + 'b {
        self.links_to(survey, node, |tier| tier.is_none())
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
    /// By place.
    nodes: Vec<NodeKind>,
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

/// How often each role is named.
type Votes = [u32; ROLES.len()];
/// Roles in their order.
const ROLES: [FabricRole; 6] =
    [FabricRole::Compute, FabricRole::FrontEnd, FabricRole::Fronthaul, FabricRole::Management, FabricRole::ScaleUp, FabricRole::Storage];

/// The role that is named most often; of equals the first.
fn commonest(votes: &Votes) -> Option<FabricRole> {
    let most = votes.iter().copied().max().filter(|most| *most > 0)?;
    votes.iter().zip(ROLES).find(|(count, _)| **count == most).map(|(_, role)| role)
}

impl<'a> Deref for Survey<'a> {
    type Target = Context<'a>;
    fn deref(&self) -> &Context<'a> {
        self.context
    }
}

impl<'a> Survey<'a> {
    /// Looks a design over. Time and space: O(links + nodes).
    pub fn of(context: &'a Context<'a>) -> Self {
        let mut survey = Self {
            context,
            links: Vec::with_capacity(context.design.links.len()),
            networks: Vec::new(),
            misfits: SortedMap::new(),
            nodes: Vec::with_capacity(context.parts.all().len()),
            tuned: false,
        };
        for (node, part) in context.parts.all() {
            survey.tuned |= node.traffic != TrafficSettings::default();
            let is_switch = part.map_or(node.transit == Some(true), |part| part.kind == PartKind::Switch);
            survey.nodes.push(NodeKind { xpus: part.map_or(0, Part::xpu_count), is_switch });
        }
        // Links of one kind have one cable.
        let facts = context.topology.facts();
        let cable = |(_, first): &(usize, usize)| {
            let link = context.topology.links().get(*first).and_then(|id| context.design.links.get(*id));
            link.and_then(|link| context.catalog.part(context.design, link.part.as_ref()?))
        };
        let cables: Vec<Option<&Part>> = facts.counts().iter().map(cable).collect();
        // The topology asked for rate and layer of every link already: its first edges are the links, in the same order.
        for (place, ((id, link), edge)) in context.design.links.iter().zip(context.topology.edges()).enumerate() {
            survey.links.push(LinkView {
                id,
                nodes: link.ends.map(|end| end.node),
                link,
                cable: facts.kind(place).and_then(|kind| cables.get(kind).copied().flatten()),
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

    /// The rates of the ports of a link, where they are known.
    pub fn rates_of(&self, link: &Link) -> [Option<Gbps>; 2] {
        self.ports_of(link).map(|port| port?.gbps)
    }
    /// A link by its id.
    pub fn link(&self, id: LinkId) -> Option<&LinkView<'a>> {
        self.links.get(self.context.topology.edge_of(id)? as usize)
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
        self.kind(node).xpus
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

    /// Decides for each link which network it belongs to.
    fn assign_networks(&mut self) {
        let design = self.context.design;
        let mut keys: Vec<NetworkKey> = Vec::with_capacity(self.links.len());
        for view in &self.links {
            let stated = view.link.fabric.filter(|fabric| design.fabrics.contains(*fabric));
            keys.push(stated.map_or(NetworkKey::Implied(FabricRole::Compute), NetworkKey::Stated));
        }
        if keys.iter().all(|key| matches!(key, NetworkKey::Stated(_))) {
            self.take_networks(keys);
            return;
        }
        // Fabrics that links on a node state, by places of those links.
        let places = self.context.parts.places();
        let stated = ListByNode::of(places, || {
            let stating = self.links.iter().enumerate().filter(|(place, _)| matches!(keys.get(*place), Some(NetworkKey::Stated(_))));
            stating.flat_map(|(place, view)| view.nodes().map(|node| (node, place)))
        });
        let stated_at = |node: NodeId| stated.at(node).iter().filter_map(|place| self.links.get(*place)?.link.fabric);
        let roles = self.switch_roles();
        let mut by_role: SortedMap<FabricRole, Vec<FabricId>> = SortedMap::new();
        for (id, fabric) in design.fabrics.iter() {
            by_role.entry(fabric.role).or_default().push(id);
        }

        let keys: Vec<NetworkKey> = keys
            .iter()
            .zip(&self.links)
            .map(|(key, view)| {
                if matches!(key, NetworkKey::Stated(_)) {
                    return *key;
                }
                let role = self.suggested_role(view).or_else(|| view.nodes().iter().find_map(|node| roles.get(node).copied())).unwrap_or_default();
                let same_role = by_role.get(&role).map(Vec::as_slice).unwrap_or_default();
                let near: SortedSet<FabricId> = view
                    .nodes()
                    .iter()
                    .filter(|node| self.is_switch(**node))
                    .flat_map(|node| stated_at(*node))
                    .filter(|fabric| same_role.contains(fabric))
                    .collect();
                match (near.first(), near.len(), same_role) {
                    (Some(fabric), 1, _) => NetworkKey::Stated(*fabric),
                    (_, _, [only]) => NetworkKey::Stated(*only),
                    _ => NetworkKey::Implied(role),
                }
            })
            .collect();
        self.take_networks(keys);
    }

    fn take_networks(&mut self, keys: Vec<NetworkKey>) {
        for (view, key) in self.links.iter_mut().zip(keys) {
            view.network = key;
        }
    }

    /// The role that the link alone suggests: by its layer, else by the port of the end that is not a switch.
    fn suggested_role(&self, view: &LinkView) -> Option<FabricRole> {
        if view.layer.is_some_and(LinkLayer::is_scale_up) {
            return Some(FabricRole::ScaleUp);
        }
        view.link.ends.into_iter().filter(|end| !self.is_switch(end.node)).find_map(|end| self.context.parts.view(end)).map(|port| role_of(port.group.role))
    }

    /// What each switch serves: the commonest role of its links to nodes that are not switches; a switch without such links
    /// serves what the nearest switch with some serves.
    fn switch_roles(&self) -> ByNode<'a, FabricRole> {
        let places = self.context.parts.places();
        let mut votes: Vec<Votes> = vec![Votes::default(); self.nodes.len()];
        for view in &self.links {
            let [a, b] = view.nodes();
            let switch = match (self.is_switch(a), self.is_switch(b)) {
                (true, false) => a,
                (false, true) => b,
                _ => continue,
            };
            let stated = view.link.fabric.and_then(|fabric| self.context.design.fabrics.get(fabric)).map(|fabric| fabric.role);
            let role = stated.or_else(|| self.suggested_role(view));
            let own = places.place(switch).and_then(|place| votes.get_mut(place));
            if let (Some(role), Some(own)) = (role, own)
                && let Some(count) = ROLES.iter().position(|other| *other == role).and_then(|at| own.get_mut(at))
            {
                *count += 1;
            }
        }
        let neighbours = ListByNode::of(places, || {
            let between = self.links.iter().filter(|view| view.nodes().iter().all(|node| self.is_switch(*node)));
            between.flat_map(|view| [view.nodes(), [view.nodes()[1], view.nodes()[0]]]).map(|[a, b]| (a, b.0 as usize))
        });
        let mut roles = ByNode::new(places);
        for (node, votes) in places.ids().iter().zip(&votes) {
            if let Some(role) = commonest(votes) {
                roles.insert(*node, role);
            }
        }
        let mut open: VecDeque<NodeId> = roles.keys().copied().collect();
        while let Some(switch) = open.pop_front() {
            let Some(role) = roles.get(&switch).copied() else { continue };
            for next in neighbours.at(switch).iter().map(|number| NodeId(*number as u32)) {
                if !roles.contains_key(&next) {
                    roles.insert(next, role);
                    open.push_back(next);
                }
            }
        }
        roles
    }

    fn build_networks(&mut self) {
        let design = self.context.design;
        let places = self.context.parts.places();
        let mut networks: SortedMap<NetworkKey, Network<'a>> = SortedMap::new();
        let empty = |key, fabric: Option<&'a Fabric>, role| Network {
            key,
            fabric,
            role,
            links: Vec::new(),
            at: ListByNode::of(places, std::iter::empty),
            tiers: ByNode::new(places),
            clean: true,
        };
        for (id, fabric) in design.fabrics.iter() {
            let key = NetworkKey::Stated(id);
            networks.insert(key, empty(key, Some(fabric), fabric.role));
        }
        let mut last = None;
        for key in self.links.iter().map(|view| view.network) {
            if last != Some(key) {
                last = Some(key);
                let role = if let NetworkKey::Implied(role) = key { role } else { FabricRole::Compute };
                networks.entry(key).or_insert_with(|| empty(key, None, role));
            }
        }
        let mut networks: Vec<Network<'a>> = networks.into_values().collect();
        let mut at = 0;
        for (place, view) in self.links.iter().enumerate().filter(|(_, view)| !view.is_loop()) {
            // Neighbours are mostly of one network.
            if networks.get(at).is_none_or(|network| network.key != view.network) {
                at = networks.binary_search_by(|network| network.key.cmp(&view.network)).unwrap_or(0);
            }
            if let Some(network) = networks.get_mut(at) {
                network.links.push(place);
            }
        }
        for network in &mut networks {
            network.at = ListByNode::of(places, || {
                let views = network.links.iter().filter_map(|place| Some((*place as u32, self.links.get(*place)?.nodes())));
                let place = |node| places.place(node).map_or(u32::MAX, |place| place as u32);
                views.flat_map(move |(link, [a, b])| [(a, Joint { link, beyond: place(b) }), (b, Joint { link, beyond: place(a) })])
            });
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
    fn tiers(&self, network: &Network) -> ByNode<'a, u16> {
        let switches: Vec<NodeId> = network.at.keys().copied().filter(|node| self.is_switch(*node)).collect();
        let ids = self.context.parts.places().ids();
        let beyond = |switch: NodeId| network.at.at(switch).iter().filter_map(|joint| ids.get(joint.beyond as usize).copied());
        let mut leaves: Vec<NodeId> = switches.iter().copied().filter(|switch| beyond(*switch).any(|node| self.xpus(node) > 0)).collect();
        if leaves.is_empty() {
            leaves = switches.iter().copied().filter(|switch| beyond(*switch).any(|node| !self.is_switch(node))).collect();
        }
        let mut tiers = ByNode::new(self.context.parts.places());
        for leaf in &leaves {
            tiers.insert(*leaf, 0);
        }
        let mut open: VecDeque<NodeId> = leaves.into();
        while let Some(switch) = open.pop_front() {
            let above = tiers.get(&switch).copied().unwrap_or(0u16).saturating_add(1);
            for next in beyond(switch).filter(|next| self.is_switch(*next)) {
                if !tiers.contains_key(&next) {
                    tiers.insert(next, above);
                    open.push_back(next);
                }
            }
        }
        // A switch that no leaf reaches has no tier of its own; it counts as standing above, so that it is no leaf.
        for switch in switches {
            if !tiers.contains_key(&switch) {
                tiers.insert(switch, 1);
            }
        }
        tiers
    }

    /// Asks of every link whether ports and cable fit. Links whose ports or parts are unknown have other findings.
    fn find_misfits(&mut self) {
        // Thousands of links join the same two kinds of port by the same cable: what fits once at a length fits again.
        let facts = self.context.topology.facts();
        let mut fitting = Intern::default();
        let mut last = None;
        let mut misfits = SortedMap::new();
        for (place, view) in self.links.iter().enumerate().filter(|(_, view)| !view.is_loop()) {
            let kind = [facts.kind(place).map_or(u64::MAX, |kind| kind as u64), view.length.map_or(u64::MAX, |length| length.0.to_bits())];
            if last == Some(kind) || fitting.known(&kind).is_some() || self.ports_of(view.link).iter().any(Option::is_none) {
                continue;
            }
            match self.judge(view) {
                Ok(()) => {
                    fitting.number(&kind);
                    last = Some(kind);
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
