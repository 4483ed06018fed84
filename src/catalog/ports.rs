//! What a port of a placed part is: the one place that knows cages, twin-port cages, breakouts and generic parts.

use super::load::Catalog;
use crate::model::{
    Basis, Breakout, Design, FormFactor, Link, LinkId, LinkLayer, Node, NodeId, Part, PartKind, Places, PortGroup, PortPath, PortRef, PortRole, Top,
};
use crate::units::{Gbps, order};

/// How many cages a generic part may have at most. A limit of Weft, not of any product.
pub const GENERIC_CAGES: u16 = 8192;

/// What is known of one port of a placed part.
#[derive(Clone, Debug, PartialEq)]
pub struct PortInfo {
    /// What it is for.
    pub role: PortRole,
    /// The shape of its cage.
    pub form: FormFactor,
    /// The module top the cage takes.
    pub top: Option<Top>,
    /// Its rate, one direction; `None` is whatever is asked of it.
    pub gbps: Option<Gbps>,
    /// Its electrical lanes; 0 is unknown.
    pub lanes: u8,
    /// Protocols it can speak, by id; empty is any.
    pub protocols: Vec<String>,
    /// Link layers it can speak; empty is any.
    pub layers: Vec<LinkLayer>,
    /// Index into the system's inside of what it hangs on.
    pub inside: Option<u16>,
    /// How many ports share the cage.
    pub siblings: u8,
    /// What it is called, else the cage's label on the panel with its number.
    pub label: String,
    /// What rate and shape rest on.
    pub basis: Basis,
}

/// [`PortInfo`] without a copy of anything: for passes over every link. Space and time: O(1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PortView<'a> {
    /// The group the cage is of.
    pub group: &'a PortGroup,
    /// The port.
    pub port: PortPath,
    /// Its rate, one direction; `None` is whatever is asked of it.
    pub gbps: Option<Gbps>,
    /// Its electrical lanes; 0 is unknown.
    pub lanes: u8,
    /// Link layers it can speak; empty is any.
    pub layers: &'a [LinkLayer],
    /// Index into the system's inside of what it hangs on.
    pub inside: Option<u16>,
    /// How many ports share the cage.
    pub siblings: u8,
}

impl<'a> PortView<'a> {
    /// One port of a cage of a group as it comes (`None`) or split, wherever it is placed. Time: O(1).
    pub fn of_split(group: &'a PortGroup, split: Option<Breakout>) -> Self {
        let whole = Self::of_group(group);
        match split.or_else(|| as_it_comes(group)) {
            Some(split) => {
                let children = split.children.max(1);
                Self { port: PortPath::child(1, 1), gbps: Some(split.gbps), lanes: group.lanes / children, siblings: children, ..whole }
            }
            None => whole,
        }
    }
    /// A port of a node that is a `part`; `None` if it has no such port. For passes that looked the part up already.
    pub fn on(node: &'a Node, part: &'a Part, port: PortPath) -> Option<Self> {
        let (group, place) = part.port_group(port.cage)?;
        if group.count.is_none() {
            return generic_port(node, group, port);
        }
        let split = split_of(node, group, port.cage);
        let siblings = split.map_or(1, |split| split.children);
        if port.child > siblings || (port.child > 0 && siblings == 1) {
            return None;
        }
        let whole = port.child == 0;
        Some(Self {
            group,
            port,
            gbps: if whole { group.gbps } else { split.map(|split| split.gbps) },
            lanes: if whole { group.lanes } else { group.lanes / siblings.max(1) },
            layers: &group.layers,
            inside: inside_of(group, place, port.child),
            siblings,
        })
    }
    /// What a whole cage of a group is, wherever it is placed.
    pub fn of_group(group: &'a PortGroup) -> Self {
        let siblings = group.per_cage.max(1);
        Self { group, port: PortPath::cage(1), gbps: group.gbps, lanes: group.lanes, layers: &group.layers, inside: None, siblings }
    }
    /// How many ports share the connector in its cage: 1 where the whole cage is used.
    pub fn sharing(&self) -> u8 {
        if self.port.child == 0 { 1 } else { self.siblings.max(1) }
    }
    /// The same with everything copied.
    pub fn to_info(&self) -> PortInfo {
        PortInfo {
            role: self.group.role,
            form: self.group.form,
            top: self.group.top,
            gbps: self.gbps,
            lanes: self.lanes,
            protocols: self.group.protocols.clone(),
            layers: self.layers.to_vec(),
            inside: self.inside,
            siblings: self.siblings,
            label: format!("{} {}", self.group.name, self.port),
            basis: self.group.basis,
        }
    }
}

/// Which link uses each port, built once per pass over a design. Space: O(links).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PortUse {
    nodes: Places,
    /// `first[place]..first[place + 1]` are the uses of a node.
    first: Vec<u32>,
    /// Port of each use, in port order; of one port in the order of links.
    ports: Vec<PortPath>,
    /// Link of each use.
    links: Vec<LinkId>,
}

impl PortUse {
    /// Notes every link end of a design. Time: O(nodes + links) as long as nodes have few ports.
    pub fn of(design: &Design) -> Self {
        let mut ids: Vec<NodeId> = design.nodes.ids().collect();
        let mut nodes = Places::of(ids.clone());
        // Records lie here and there in memory: each is looked at once.
        let mut ends: Vec<(PortRef, LinkId)> = Vec::with_capacity(2 * design.links.len());
        ends.extend(design.links.iter().flat_map(|(id, link)| link.ends.map(|end| (end, id))));
        let astray: Vec<NodeId> = ends.iter().map(|(end, _)| end.node).filter(|node| nodes.place(*node).is_none()).collect();
        if !astray.is_empty() {
            ids.extend(astray);
            order::sort_by_number(&mut ids, |node| u64::from(node.0));
            ids.dedup();
            nodes = Places::of(ids);
        }
        let mut first = vec![0u32; nodes.ids().len() + 1];
        for (end, _) in &ends {
            if let Some(count) = nodes.place(end.node).and_then(|place| first.get_mut(place + 1)) {
                *count += 1;
            }
        }
        for place in 1..first.len() {
            first[place] += first[place - 1];
        }
        let mut next = first.clone();
        let mut uses = vec![(PortPath::cage(0), LinkId(0)); ends.len()];
        for (end, id) in ends {
            let Some(next) = nodes.place(end.node).and_then(|place| next.get_mut(place)) else { continue };
            if let Some(slot) = uses.get_mut(*next as usize) {
                *slot = (end.port, id);
            }
            *next += 1;
        }
        for (from, to) in first.iter().zip(first.iter().skip(1)) {
            let Some(own) = uses.get_mut(*from as usize..*to as usize) else { continue };
            if own.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a > b)) {
                order::sort_by_number(own, |(port, _)| u64::from(port.cage) << 8 | u64::from(port.child));
            }
        }
        let (ports, links) = uses.into_iter().unzip();
        Self { nodes, first, ports, links }
    }
    /// Lets it follow a change of links, each with what it was, and of nodes, of which it asks those that came or went. Time: O(change × log uses),
    /// and a pass over memory.
    pub fn follow<'a>(&mut self, design: &Design, nodes: impl Iterator<Item = NodeId> + Clone, links: impl Iterator<Item = (LinkId, Option<&'a Link>)>) {
        let come: Vec<NodeId> = nodes.clone().filter(|node| design.nodes.contains(*node) && self.nodes.place(*node).is_none()).collect();
        let gone: Vec<NodeId> = nodes.filter(|node| !design.nodes.contains(*node) && self.nodes.place(*node).is_some()).collect();
        // Where a link is on a node that does not exist, all is noted anew.
        if self.nodes.ids().len() + come.len() != design.nodes.len() + gone.len() {
            *self = Self::of(design);
            return;
        }
        if !come.is_empty() {
            let mut ids = self.nodes.ids().to_vec();
            for node in come {
                let place = ids.partition_point(|other| *other < node);
                ids.insert(place, node);
                self.first.insert(place, self.first.get(place).copied().unwrap_or(0));
            }
            self.nodes = Places::of(ids);
        }
        // Places in the list as it is: of a use that goes, and before which one comes.
        let (mut going, mut coming): (Vec<usize>, Vec<(usize, PortRef, LinkId)>) = (Vec::new(), Vec::new());
        // By how much the uses of each node grow.
        let mut grown = vec![0i64; self.nodes.ids().len()];
        let mut grow = |node: NodeId, by: i64| {
            if let Some(slot) = self.nodes.place(node).and_then(|place| grown.get_mut(place)) {
                *slot += by;
            }
        };
        for (id, before) in links {
            let after = design.links.get(id);
            if before.map(|link| link.ends) == after.map(|link| link.ends) {
                continue;
            }
            let place = |end: PortRef| {
                let range = self.between(end.node, end.port, end.port);
                range.start + self.links.get(range).unwrap_or_default().partition_point(|other| *other < id)
            };
            for (nth, end) in before.into_iter().flat_map(|link| link.ends.into_iter().enumerate()) {
                // A link from a port to itself uses it twice.
                let twice = nth == 1 && before.is_some_and(|link| link.ends[0] == end);
                going.push(place(end) + usize::from(twice));
                grow(end.node, -1);
            }
            for end in after.into_iter().flat_map(|link| link.ends) {
                coming.push((place(end), end, id));
                grow(end.node, 1);
            }
        }
        if coming.iter().any(|(_, end, _)| self.nodes.place(end.node).is_none()) {
            *self = Self::of(design);
            return;
        }
        let mut more = 0i64;
        for (place, first) in self.first.iter_mut().enumerate() {
            *first = (i64::from(*first) + more).max(0) as u32;
            more += grown.get(place).copied().unwrap_or_default();
        }
        order::sort_by_key(&mut going, |place| *place);
        order::sort_by_key(&mut coming, |(place, end, id)| (*place, *end, *id));
        let count = self.ports.len() + coming.len() - going.len();
        let (mut ports, mut ids) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let (mut at, mut going, mut coming) = (0, going.into_iter().peekable(), coming.into_iter().peekable());
        loop {
            let next = going.peek().copied().into_iter().chain(coming.peek().map(|(place, ..)| *place)).min().unwrap_or(self.ports.len());
            ports.extend_from_slice(self.ports.get(at..next).unwrap_or_default());
            ids.extend_from_slice(self.links.get(at..next).unwrap_or_default());
            at = next.max(at);
            while let Some((_, end, id)) = coming.next_if(|(place, ..)| *place == next) {
                ports.push(end.port);
                ids.push(id);
            }
            if going.next_if(|place| *place == next).is_some() {
                at += 1;
            } else if next == self.ports.len() {
                break;
            }
        }
        (self.ports, self.links) = (ports, ids);
        let bare = |node: &NodeId| self.all_of(*node).is_empty();
        let parting: Vec<usize> = gone.iter().filter(|node| bare(node)).filter_map(|node| self.nodes.place(*node)).collect();
        if !parting.is_empty() {
            let mut ids = self.nodes.ids().to_vec();
            for place in parting.into_iter().rev() {
                ids.remove(place);
                self.first.remove(place);
            }
            self.nodes = Places::of(ids);
        }
    }
    /// Uses of one node between two ports, both included.
    fn between(&self, node: NodeId, from: PortPath, to: PortPath) -> std::ops::Range<usize> {
        let bounds = self.all_of(node);
        let own = self.ports.get(bounds.clone()).unwrap_or_default();
        bounds.start + own.partition_point(|port| *port < from)..bounds.start + own.partition_point(|port| *port <= to)
    }
    fn uses(&self, node: NodeId, range: std::ops::Range<usize>) -> impl Iterator<Item = (PortRef, LinkId)> + '_ {
        let ports = self.ports.get(range.clone()).unwrap_or_default();
        ports.iter().zip(self.links.get(range).unwrap_or_default()).map(move |(port, link)| (PortRef { node, port: *port }, *link))
    }
    /// Runs of one port in some uses of a node.
    fn runs(&self, node: NodeId, range: std::ops::Range<usize>) -> impl Iterator<Item = (PortRef, &[LinkId])> {
        let mut at = range.start;
        self.ports.get(range).unwrap_or_default().chunk_by(|a, b| a == b).filter_map(move |run| {
            let links = self.links.get(at..at + run.len()).unwrap_or_default();
            at += run.len();
            Some((PortRef { node, port: *run.first()? }, links))
        })
    }
    /// Links at exactly this port.
    pub fn at(&self, port: PortRef) -> &[LinkId] {
        self.links.get(self.between(port.node, port.port, port.port)).unwrap_or_default()
    }
    /// Links whose end shares copper with this port: at the port, its cage, or the ports of the cage it is.
    pub fn overlapping(&self, port: PortRef) -> impl Iterator<Item = (PortRef, LinkId)> + '_ {
        let cage = port.port.cage;
        let range = self.between(port.node, PortPath::cage(cage), PortPath::child(cage, u8::MAX));
        self.uses(port.node, range).filter(move |(used, _)| used.port.overlaps(port.port))
    }
    /// Calls `look` with each cage of a node in use: its ports in port order, and their links. Time: O(links on the node).
    pub fn cages_of(&self, node: NodeId, mut look: impl FnMut(&[PortPath], &[LinkId])) {
        let range = self.all_of(node);
        let mut links = self.links.get(range.clone()).unwrap_or_default();
        for cage in self.ports.get(range).unwrap_or_default().chunk_by(|a, b| a.cage == b.cage) {
            let (own, rest) = links.split_at_checked(cage.len()).unwrap_or_default();
            links = rest;
            look(cage, own);
        }
    }
    /// Whether no port of a divided cage of a node is used. Time: O(links on the node).
    pub fn is_whole(&self, node: NodeId) -> bool {
        self.ports.get(self.all_of(node)).unwrap_or_default().iter().all(|port| port.child == 0)
    }
    /// Cages of a node in which two uses share copper, in cage order. Time: O(links on the node).
    pub fn crowded_on(&self, node: NodeId) -> Vec<PortRef> {
        let mut found: Vec<PortRef> = Vec::new();
        // In port order the whole cage comes before its ports, so that of those who share copper some are neighbours.
        for pair in self.ports.get(self.all_of(node)).unwrap_or_default().windows(2) {
            if let [one, other] = pair
                && one.overlaps(*other)
                && found.last().is_none_or(|last| last.port.cage != one.cage)
            {
                found.push(PortRef::cage(node, one.cage));
            }
        }
        found
    }
    /// The uses of a node.
    fn all_of(&self, node: NodeId) -> std::ops::Range<usize> {
        let Some(place) = self.nodes.place(node) else { return 0..0 };
        self.first.get(place).zip(self.first.get(place + 1)).map_or(0..0, |(from, to)| *from as usize..*to as usize)
    }
    /// Whether nothing shares copper with this port.
    pub fn is_free(&self, port: PortRef) -> bool {
        self.overlapping(port).next().is_none()
    }
    /// Used ports of one node with their links, in port order.
    pub fn of_node(&self, node: NodeId) -> impl Iterator<Item = (PortRef, &[LinkId])> {
        self.runs(node, self.all_of(node))
    }
    /// How many ports are used. Time: a pass over memory.
    pub fn count(&self) -> usize {
        let bounds = self.first.iter().zip(self.first.iter().skip(1));
        let own = bounds.filter_map(|(from, to)| self.ports.get(*from as usize..*to as usize));
        own.map(|ports| ports.len() - ports.windows(2).filter(|pair| matches!(pair, [a, b] if a == b)).count()).sum()
    }
    /// All used ports with their links, in node and port order.
    pub fn iter(&self) -> impl Iterator<Item = (PortRef, &[LinkId])> {
        let bounds = self.first.iter().zip(self.first.iter().skip(1));
        self.nodes.ids().iter().zip(bounds).flat_map(|(node, (from, to))| self.runs(*node, *from as usize..*to as usize))
    }
}

impl Catalog {
    /// What a port of a node is, or `None` if the node has no such port.
    pub fn port(&self, design: &Design, port: PortRef) -> Option<PortInfo> {
        let mut info = self.view(design, port)?.to_info();
        if let Some(name) = self.port_name(design, port) {
            info.label = name;
        }
        Some(info)
    }

    /// [`Catalog::port`] without a copy of anything.
    pub fn view<'a>(&'a self, design: &'a Design, port: PortRef) -> Option<PortView<'a>> {
        let node = design.nodes.get(port.node)?;
        PortView::on(node, self.part(design, &node.part)?, port.port)
    }

    /// What a port of a node hangs on inside its system: the outer `None` is no such port, the inner one nothing stated.
    pub fn hangs_on(&self, design: &Design, port: PortRef) -> Option<Option<u16>> {
        self.view(design, port).map(|view| view.inside)
    }

    /// Every port of a node that a link may end on, in panel order: cages that hold one port as they are, the children of
    /// twin-port and broken-out cages. A generic part without a stated count lists the used ports and one more.
    pub fn ports_of(&self, design: &Design, id: NodeId, used: &PortUse) -> Vec<PortPath> {
        let Some(node) = design.nodes.get(id) else { return Vec::new() };
        let Some(part) = self.part(design, &node.part) else { return Vec::new() };
        let mut paths = Vec::new();
        let mut cage = 1u16;
        for group in &part.ports {
            let count = match group.count {
                Some(count) => count,
                None => generic_count(node)
                    .unwrap_or_else(|| used.of_node(id).map(|(port, _)| port.port.cage).max().unwrap_or(0).saturating_add(1).min(GENERIC_CAGES)),
            };
            for _ in 0..count {
                match split_of(node, group, cage) {
                    Some(split) => paths.extend((1..=split.children).map(|child| PortPath::child(cage, child))),
                    None => paths.push(PortPath::cage(cage)),
                }
                cage = cage.saturating_add(1);
            }
        }
        paths
    }

    /// The first free port of a node that `suits`, in panel order.
    pub fn first_free_port(&self, design: &Design, used: &PortUse, id: NodeId, mut suits: impl FnMut(&PortInfo) -> bool) -> Option<PortRef> {
        let paths = self.ports_of(design, id, used);
        paths.into_iter().map(|port| PortRef { node: id, port }).find(|port| used.is_free(*port) && self.port(design, *port).is_some_and(|info| suits(&info)))
    }

    /// The splits a cage allows: what its part lists; for a generic part halves, quarters and eighths of its stated rate.
    pub fn breakouts(&self, design: &Design, id: NodeId, cage: u16) -> Vec<Breakout> {
        let Some(node) = design.nodes.get(id) else { return Vec::new() };
        let Some((group, _)) = self.part(design, &node.part).and_then(|part| part.port_group(cage)) else { return Vec::new() };
        if group.count.is_some() {
            return group.breakouts.clone();
        }
        let rate = node.generic.as_ref().and_then(|generic| generic.gbps).or(group.gbps).filter(|rate| rate.0 > 0.0);
        rate.into_iter().flat_map(|rate| [2u8, 4, 8].map(|children| Breakout { children, gbps: rate / f64::from(children) })).collect()
    }

    /// Whether a node forwards traffic that is not its own.
    pub fn forwards(&self, design: &Design, node: &Node) -> bool {
        node.transit.unwrap_or_else(|| self.part(design, &node.part).is_some_and(|part| part.kind == PartKind::Switch))
    }
}

/// How a cage is divided: by the node's own breakout, else as it comes.
fn split_of(node: &Node, group: &PortGroup, cage: u16) -> Option<Breakout> {
    node.breakout(PortPath::cage(cage)).or_else(|| as_it_comes(group))
}

/// The ports a cage of a group holds as it comes, where they are several.
fn as_it_comes(group: &PortGroup) -> Option<Breakout> {
    (group.per_cage > 1).then(|| Breakout { children: group.per_cage, gbps: group.gbps.unwrap_or_default() / f64::from(group.per_cage) })
}

/// A cage may hang on one thing inside, or each port of it on its own.
fn inside_of(group: &PortGroup, cage: u16, child: u8) -> Option<u16> {
    let cages = usize::from(group.count.unwrap_or(0));
    let per_port = group.per_cage > 1 && group.inside.len() == cages * usize::from(group.per_cage);
    let place = if per_port { usize::from(cage) * usize::from(group.per_cage) + usize::from(child.clamp(1, group.per_cage) - 1) } else { usize::from(cage) };
    group.inside.get(place).copied()
}

fn generic_count(node: &Node) -> Option<u16> {
    node.generic.as_ref().and_then(|generic| generic.ports).map(|count| count.min(GENERIC_CAGES))
}

fn generic_port<'a>(node: &'a Node, group: &'a PortGroup, port: PortPath) -> Option<PortView<'a>> {
    if port.cage == 0 || port.cage > generic_count(node).unwrap_or(GENERIC_CAGES) {
        return None;
    }
    let stated = node.generic.as_deref();
    let breakout = node.breakout(port);
    let gbps = match (breakout, port.child) {
        (Some(breakout), 1..) if port.child <= breakout.children => Some(breakout.gbps),
        (_, 0) => stated.and_then(|generic| generic.gbps).or(group.gbps),
        _ => return None,
    };
    let layers = stated.map(|generic| generic.layer.as_slice()).filter(|layers| !layers.is_empty()).unwrap_or(&group.layers);
    Some(PortView { group, port, gbps, lanes: group.lanes, layers, inside: None, siblings: breakout.map_or(1, |breakout| breakout.children) })
}
