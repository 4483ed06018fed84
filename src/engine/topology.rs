//! The compiled graph: a design and its catalogue as compressed sparse rows, with systems opened into what is inside them.
//!
//! This file owns how records become vertices and edges. A topology is never what the user draws and never saved; it is
//! rebuilt from the design. petgraph's algorithms run on it without copying ([`visit`]).
//!
//! * A node whose part has no inside is one vertex. A system with an inside becomes one vertex for each thing inside it;
//!   a link hangs on the vertex that its port hangs on.
//! * Edge `i` is the `i`-th link of the design in id order, for every link, usable or not; the wires inside systems follow.
//!   Arc `2 i` runs from the first end of edge `i` to its second, arc `2 i + 1` the way back. Each direction has the edge's
//!   whole capacity.
//! * Vertices are numbered in node order, the inside of a system together: what is drawn together lies together in memory.

mod again;
pub mod visit;

pub use again::Edited;

use super::facts::{End, Facts, Gathering, LinkFacts};
use super::parts::Parts;
use crate::catalog::Catalog;
use crate::model::{Design, Element, FabricRole, Inside, InsideEdge, InsideKind, Link, LinkId, LinkLayer, Node, NodeId, Part, PartKind, Places};

/// The place of a vertex in [`Topology::vertices`].
pub type VertexIndex = u32;
/// The place of an edge in [`Topology::edges`].
pub type EdgeIndex = u32;
/// One direction of an edge: `2 * edge` is first end to second, `2 * edge + 1` the way back.
pub type ArcIndex = u32;

/// No vertex: the end of a link on a node that does not exist.
pub const NOWHERE: VertexIndex = u32::MAX;

/// Above this a rate is taken for a slip of the pen and counts as unknown, so that sums stay finite. A limit of Weft.
pub const MOST_GBPS: f64 = 1e9;
/// Above this a latency in nanoseconds counts as unknown, so that sums stay finite. A limit of Weft.
pub const MOST_NANOSECONDS: f64 = 1e13;
/// Systems are opened as long as the topology has fewer vertices than this; later ones stay closed. A limit of Weft.
const MOST_VERTICES: usize = 4_000_000;
/// As [`MOST_VERTICES`], for the wires inside systems.
const MOST_EDGES: usize = 8_000_000;

/// What a vertex is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VertexKind {
    /// A host processor inside a system.
    Cpu,
    /// A system whose inside is not known.
    Host,
    /// A network adapter, on its own or inside a system.
    Nic,
    /// A switch, on its own or inside a system.
    Switch,
    /// Something whose part is not in the catalogue, or that has no business in a fabric (a cable as a node).
    Unknown,
    /// An accelerator, on its own or inside a system.
    Xpu,
}

/// A place that traffic starts from, ends at or passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vertex {
    /// The node it is, or is inside of.
    pub node: NodeId,
    /// Its place in [`Inside::vertices`], if it is inside a system.
    pub inside: Option<u16>,
    /// What it is.
    pub kind: VertexKind,
    /// Whether it forwards traffic that is not its own.
    pub transit: bool,
    /// Whether traffic starts and ends here: XPUs, hosts, adapters that stand for their host; never switches.
    pub endpoint: bool,
}

/// A link of the design, or parallel wires inside a system.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// Its two vertices, in the order of the link's ends; [`NOWHERE`] where the node does not exist.
    pub ends: [VertexIndex; 2],
    /// Capacity of each direction in Gb/s; 0 where it is unknown.
    pub gbps: f64,
    /// Whether the capacity is known.
    pub rate_known: bool,
    /// Whether the design or the part states a latency for the whole edge: [`Topology::latency`].
    pub has_latency: bool,
    /// What is on the wire, where that is known.
    pub layer: Option<LinkLayer>,
    /// What the fabric it belongs to is for; wires inside systems belong to the scale-up fabric.
    pub role: FabricRole,
    /// Whether traffic can cross it: both ends are ports that exist, on two different vertices.
    pub usable: bool,
}

/// One step out of a vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Where it leads.
    pub to: VertexIndex,
    /// The direction of the edge it crosses.
    pub arc: ArcIndex,
}

/// The compiled graph of a design.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Topology {
    vertices: Vec<Vertex>,
    edges: Vec<Edge>,
    /// By edge, as far as the last that states one: most designs state none.
    latencies: Vec<f64>,
    /// `rows[first[v]..first[v + 1]]` are the steps out of vertex `v` over usable edges, in edge order.
    first: Vec<u32>,
    rows: Vec<Hop>,
    /// Nodes in id order and the first vertex of each; `node_first` has one more entry than `nodes`, and none where every node is one vertex.
    nodes: Places,
    node_first: Vec<u32>,
    links: Vec<LinkId>,
    endpoints: Vec<VertexIndex>,
    facts: Facts,
    /// Whether a vertex is an adapter of a system that has something behind its adapters (see [`Topology::step`]).
    adapter: Vec<bool>,
    has_hosts: bool,
    closed: usize,
}

impl Topology {
    /// The part of this topology that consists of some nodes (by their place in [`Topology::nodes`]) and the edges between
    /// them, and the vertex and the edge here that each of its vertices and edges is.
    pub(crate) fn restricted_to(&self, keep: &[bool]) -> (Self, Vec<VertexIndex>, Vec<EdgeIndex>) {
        let mut part = Self { has_hosts: self.has_hosts, ..Self::default() };
        // Room for all is asked for at once: what is not used costs nothing, and growing means copying.
        let most = self.edges.len();
        (part.edges, part.links) = (Vec::with_capacity(most), Vec::with_capacity(self.links.len()));
        let (mut here, mut edges) = (Vec::new(), Vec::with_capacity(most));
        let mut there = vec![NOWHERE; self.vertices.len()];
        let mut nodes = Vec::new();
        for (place, node) in self.nodes.ids().iter().enumerate().filter(|(place, _)| keep.get(*place).copied().unwrap_or(false)) {
            nodes.push(*node);
            part.node_first.push(here.len() as u32);
            for vertex in self.vertices_at(place) {
                there[vertex as usize] = here.len() as u32;
                here.push(vertex);
                part.vertices.push(self.vertices[vertex as usize]);
                part.adapter.push(self.adapter[vertex as usize]);
            }
        }
        part.nodes = Places::of(nodes);
        part.node_first.push(here.len() as u32);
        part.settle_nodes();
        for (place, edge) in self.edges.iter().enumerate().filter(|(_, edge)| edge.usable) {
            let ends = edge.ends.map(|end| there[end as usize]);
            if ends.contains(&NOWHERE) {
                continue;
            }
            if let Some(link) = self.links.get(place) {
                part.links.push(*link);
            }
            part.push_edge(Edge { ends, ..*edge }, self.latency(place as u32));
            edges.push(place as u32);
        }
        part.build_rows();
        part.endpoints = (0..part.vertices.len() as u32).filter(|vertex| part.vertices[*vertex as usize].endpoint).collect();
        (part, here, edges)
    }

    /// Compiles a design. Never fails: what points nowhere becomes an edge that is not usable.
    ///
    /// Time: O(nodes + links + what is inside systems). Space: O(vertices + edges).
    pub fn compile(design: &Design, catalog: &Catalog) -> Self {
        Self::of(design, catalog, &Parts::of(design, catalog))
    }

    /// As [`Topology::compile`], for whoever has the parts of the nodes at hand.
    pub(super) fn of(design: &Design, catalog: &Catalog, parts: &Parts) -> Self {
        let mut built = Self { nodes: parts.places().clone(), ..Self::default() };
        built.place_nodes(parts);
        built.place_links(design, catalog, parts);
        built.place_insides(parts);
        built.mark_adapters();
        built.build_rows();
        built.endpoints = (0..built.vertices.len() as u32).filter(|vertex| built.vertices[*vertex as usize].endpoint).collect();
        built
    }

    /// How many bytes it takes, its facts and the places of nodes included: for benchmarks.
    pub fn bytes(&self) -> usize {
        let lists = [
            size_of_val(self.vertices.as_slice()),
            size_of_val(self.edges.as_slice()),
            size_of_val(self.latencies.as_slice()),
            size_of_val(self.first.as_slice()),
            size_of_val(self.rows.as_slice()),
            size_of_val(self.node_first.as_slice()),
            size_of_val(self.links.as_slice()),
            size_of_val(self.endpoints.as_slice()),
            size_of_val(self.adapter.as_slice()),
        ];
        lists.into_iter().sum::<usize>() + 8 * self.nodes.ids().len() + 4 * self.links.len()
    }

    /// Vertices, in node order.
    pub fn vertices(&self) -> &[Vertex] {
        &self.vertices
    }
    /// Edges: the links of the design in id order, then wires inside systems.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }
    /// A latency that the design or the part states for a whole edge, in ns.
    pub fn latency(&self, edge: EdgeIndex) -> Option<f64> {
        self.edges.get(edge as usize).filter(|edge| edge.has_latency).and_then(|_| self.latencies.get(edge as usize)).copied()
    }
    /// Links of the design in id order; link `i` is edge `i`.
    pub fn links(&self) -> &[LinkId] {
        &self.links
    }
    /// What is known of each link beyond its own record; the `i`-th link is edge `i`.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
    /// Nodes of the design in id order.
    pub fn nodes(&self) -> &[NodeId] {
        self.nodes.ids()
    }
    /// Where each node stands among [`Topology::nodes`].
    pub fn places(&self) -> &Places {
        &self.nodes
    }
    /// The vertices of the node at a place.
    #[inline(always)]
    pub fn vertices_at(&self, place: usize) -> std::ops::Range<VertexIndex> {
        match (self.node_first.get(place), self.node_first.get(place + 1)) {
            (Some(from), Some(to)) => *from..*to,
            _ if self.node_first.is_empty() && place < self.vertices.len() => place as u32..place as u32 + 1,
            _ => 0..0,
        }
    }
    /// Who takes part in what everyone does at once, in vertex order: traffic patterns, collectives and rankings of failures. The XPUs; where there are none, all
    /// [`Topology::endpoints`]. Storage, front-end hosts and radios are endpoints too, and mostly on networks of their own.
    pub fn participants(&self) -> impl Iterator<Item = VertexIndex> + Clone + '_ {
        self.participants_without(0..0)
    }
    /// The same of what is left without some vertices. Time: O(endpoints).
    pub fn participants_without(&self, failed: std::ops::Range<VertexIndex>) -> impl Iterator<Item = VertexIndex> + Clone + '_ {
        let is_xpu = |vertex: &VertexIndex| self.vertices.get(*vertex as usize).is_some_and(|vertex| vertex.kind == VertexKind::Xpu);
        let left = self.endpoints.iter().copied().filter(move |vertex| !failed.contains(vertex));
        let xpus = left.clone().any(|vertex| is_xpu(&vertex));
        left.filter(move |vertex| !xpus || is_xpu(vertex))
    }
    /// Vertices that traffic starts from and ends at, in vertex order.
    pub fn endpoints(&self) -> &[VertexIndex] {
        &self.endpoints
    }
    /// The steps out of a vertex over usable edges, in edge order; nothing for a vertex that does not exist.
    #[inline(always)]
    pub fn row(&self, vertex: VertexIndex) -> &[Hop] {
        let vertex = vertex as usize;
        match (self.first.get(vertex), self.first.get(vertex + 1)) {
            (Some(from), Some(to)) => &self.rows[*from as usize..*to as usize],
            _ => &[],
        }
    }
    /// The steps out of a vertex over links of the design, which come before those over wires. Time: O(log steps).
    pub fn links_out(&self, vertex: VertexIndex) -> &[Hop] {
        let row = self.row(vertex);
        row.get(..row.partition_point(|hop| self.is_link(hop.arc / 2))).unwrap_or_default()
    }
    /// Where an arc starts and where it leads; `None` for an arc that does not exist.
    pub fn arc_ends(&self, arc: ArcIndex) -> Option<[VertexIndex; 2]> {
        let [a, b] = self.edges.get(arc as usize / 2)?.ends;
        Some(if arc.is_multiple_of(2) { [a, b] } else { [b, a] })
    }
    /// The vertices of a node: one, or those of its inside.
    pub fn vertices_of(&self, node: NodeId) -> std::ops::Range<VertexIndex> {
        self.nodes.place(node).map_or(0..0, |place| self.vertices_at(place))
    }
    /// The edge of a link.
    pub fn edge_of(&self, link: LinkId) -> Option<EdgeIndex> {
        // Ids come in order and few are missing, so a link stands a little before where its number says.
        let mut high = (link.0 as usize).min(self.links.len());
        let mut step = 1;
        while let Some(low) = high.checked_sub(step).filter(|low| self.links.get(*low).is_some_and(|other| *other > link)) {
            high = low;
            step *= 2;
        }
        let low = high.saturating_sub(step);
        self.links.get(low..high)?.binary_search(&link).ok().map(|place| (low + place) as u32)
    }
    /// The link that an edge is; `None` for wires inside a system.
    pub fn link_of(&self, edge: EdgeIndex) -> Option<LinkId> {
        self.links.get(edge as usize).copied()
    }
    /// Whether an edge is a link of the design rather than wires inside a system.
    pub fn is_link(&self, edge: EdgeIndex) -> bool {
        (edge as usize) < self.links.len()
    }
    /// The vertex that an element names: the node itself, or the thing of that name inside it. A system with an inside
    /// named without one means its first endpoint.
    pub fn vertex_of(&self, design: &Design, catalog: &Catalog, element: &Element) -> Option<VertexIndex> {
        let range = self.vertices_of(element.node);
        let Some(name) = element.inside.as_deref() else {
            return range.clone().find(|vertex| self.vertices[*vertex as usize].endpoint).or(range.into_iter().next());
        };
        let inside = catalog.part(design, &design.nodes.get(element.node)?.part)?.inside()?;
        let place = inside.vertices.iter().position(|vertex| vertex.name == name)?;
        range.into_iter().find(|vertex| self.vertices[*vertex as usize].inside.map(usize::from) == Some(place))
    }
    /// The element that a vertex is.
    pub fn element_of(&self, design: &Design, catalog: &Catalog, vertex: VertexIndex) -> Option<Element> {
        let vertex = self.vertices.get(vertex as usize)?;
        let name = |place: u16| Some(catalog.part(design, &design.nodes.get(vertex.node)?.part)?.inside()?.vertices.get(usize::from(place))?.name.clone());
        Some(Element { node: vertex.node, inside: vertex.inside.and_then(name) })
    }

    /// Whether any system was opened that holds adapters, so that a search has to keep the two sides of adapters apart.
    pub fn has_hosts(&self) -> bool {
        self.has_hosts
    }

    /// Whether a step is allowed, and on which side of an adapter it leads: the rule of every search for routes.
    ///
    /// Hosts do not forward between the fabric and the fabric. A path that entered a system through an adapter is
    /// `inbound` and may not leave it through an adapter again; without this rule a search would cross a host from one
    /// rail to another through its PCIe switches. Whether `from` forwards at all is for the caller to ask.
    #[inline(always)]
    pub fn step(&self, from: VertexIndex, inbound: bool, hop: Hop) -> Option<bool> {
        if !self.has_hosts {
            return Some(false);
        }
        if !self.is_link(hop.arc / 2) {
            return Some(inbound);
        }
        if inbound && self.is_host_adapter(from) {
            return None;
        }
        Some(self.is_host_adapter(hop.to))
    }

    #[inline(always)]
    pub(crate) fn is_host_adapter(&self, vertex: VertexIndex) -> bool {
        self.adapter[vertex as usize]
    }

    fn place_nodes(&mut self, parts: &Parts) {
        self.vertices.reserve(parts.all().len());
        for (id, (node, part)) in parts.places().ids().iter().zip(parts.all()) {
            self.node_first.push(self.vertices.len() as u32);
            match part.and_then(Part::inside).filter(|inside| !inside.vertices.is_empty()) {
                Some(inside) if self.vertices.len() + inside.vertices.len() <= MOST_VERTICES => self.open(*id, inside),
                Some(_) => {
                    self.closed += 1;
                    self.push_closed(*id, node, *part);
                }
                None => self.push_closed(*id, node, *part),
            }
        }
        self.node_first.push(self.vertices.len() as u32);
        self.settle_nodes();
        self.adapter = vec![false; self.vertices.len()];
    }

    /// Lets go of where nodes begin, where every node is one vertex: there it says nothing.
    fn settle_nodes(&mut self) {
        if self.vertices.len() == self.nodes.ids().len() {
            self.node_first = Vec::new();
        }
    }

    fn push_closed(&mut self, id: NodeId, node: &Node, part: Option<&Part>) {
        self.vertices.push(closed(id, node, part));
    }

    fn open(&mut self, id: NodeId, inside: &Inside) {
        self.vertices.extend(opened(id, inside));
    }

    fn push_edge(&mut self, edge: Edge, latency: Option<f64>) {
        if let Some(latency) = latency {
            self.latencies.resize(self.edges.len(), 0.0);
            self.latencies.push(latency);
        }
        self.edges.push(Edge { has_latency: latency.is_some(), ..edge });
    }

    fn place_links(&mut self, design: &Design, catalog: &Catalog, parts: &Parts) {
        self.links.reserve(design.links.len());
        let wires: usize = parts.all().iter().filter_map(|(_, part)| Some(part.as_ref()?.inside()?.edges.len())).sum();
        self.edges.reserve(design.links.len() + wires.min(MOST_EDGES));
        let mut gathering = Gathering::of(design.links.len());
        for (id, link) in design.links.iter() {
            self.links.push(id);
            let views = link.ends.map(|end| parts.end(end));
            let Some(facts) = gathering.add(design, catalog, link, views) else { continue };
            let (edge, latency) = self.edge(link, &views, facts);
            self.push_edge(edge, latency);
        }
        self.facts = gathering.finish();
    }

    /// The edge that a link is, and the latency it states.
    #[inline(always)]
    fn edge(&self, link: &Link, views: &[End; 2], facts: &LinkFacts) -> (Edge, Option<f64>) {
        let places = [0, 1].map(|end| self.place_of(link.ends[end].node, &views[end]));
        let ends = places.map(|place| place.map_or(NOWHERE, |(vertex, _)| vertex));
        let stated = link.gbps.filter(|rate| rate.is_finite() && rate.0 >= 0.0);
        let rate = stated.or(facts.rate).filter(|rate| rate.is_finite() && rate.0 >= 0.0 && rate.0 <= MOST_GBPS);
        let edge = Edge {
            ends,
            gbps: rate.unwrap_or_default().0,
            rate_known: rate.is_some(),
            has_latency: false,
            layer: facts.layer,
            role: facts.role,
            usable: places.iter().all(|place| place.is_some_and(|(_, exists)| exists)) && ends[0] != ends[1],
        };
        (edge, link.latency.map(|latency| latency.0).filter(|latency| (0.0..=MOST_NANOSECONDS).contains(latency)))
    }

    /// The vertex a port hangs on, and whether the port exists; `None` if not even the node does.
    fn place_of(&self, node: NodeId, end: &End) -> Option<(VertexIndex, bool)> {
        let range = self.vertices_of(node);
        let first = range.clone().next()?;
        let Some((_, view)) = end else { return Some((first, false)) };
        let inside = view.inside.map(|place| first + u32::from(place)).filter(|vertex| range.contains(vertex));
        // A system's port that says nothing of its inside hangs on the first endpoint.
        let otherwise = || range.clone().find(|vertex| self.vertices[*vertex as usize].endpoint).unwrap_or(first);
        Some((inside.unwrap_or_else(otherwise), true))
    }

    fn place_insides(&mut self, parts: &Parts) {
        for (place, (_, part)) in parts.all().iter().enumerate() {
            let std::ops::Range { start: from, end: to } = self.vertices_at(place);
            if self.vertices.get(from as usize).is_none_or(|vertex| vertex.inside.is_none()) {
                continue;
            }
            let inside = part.and_then(Part::inside);
            let Some(inside) = inside.filter(|inside| self.edges.len() + inside.edges.len() <= MOST_EDGES) else { continue };
            for wires in &inside.edges {
                let (edge, latency) = wire(wires, from, to);
                self.push_edge(edge, latency);
            }
            self.mark_within(from as usize..to as usize);
        }
    }

    /// Tells adapters of an opened system that has something behind them.
    fn mark_within(&mut self, within: std::ops::Range<usize>) {
        let is_nic = |vertex: &Vertex| vertex.kind == VertexKind::Nic && !vertex.endpoint;
        if self.vertices[within.clone()].iter().any(is_nic) {
            for (adapter, vertex) in self.adapter[within.clone()].iter_mut().zip(&self.vertices[within]) {
                *adapter = vertex.kind == VertexKind::Nic;
            }
            self.has_hosts = true;
        }
    }

    /// An adapter node that is joined to an XPU or a host is that one's adapter: it forwards and is no endpoint itself.
    fn mark_adapters(&mut self) {
        if !self.vertices.iter().any(|vertex| vertex.kind == VertexKind::Nic && vertex.inside.is_none()) {
            return;
        }
        let mut behind = vec![false; self.vertices.len()];
        for edge in self.edges.iter().filter(|edge| edge.usable) {
            for [one, other] in [[edge.ends[0], edge.ends[1]], [edge.ends[1], edge.ends[0]]] {
                let (one_is, other_is) = (&self.vertices[one as usize], &self.vertices[other as usize]);
                let adapter = one_is.kind == VertexKind::Nic && one_is.inside.is_none();
                if adapter && matches!(other_is.kind, VertexKind::Cpu | VertexKind::Host | VertexKind::Xpu) {
                    behind[one as usize] = true;
                }
            }
        }
        for (vertex, _) in self.vertices.iter_mut().zip(behind).filter(|(_, behind)| *behind) {
            vertex.transit = true;
            vertex.endpoint = false;
        }
    }

    /// Counting sort of arcs by the vertex they leave. Time and space: O(vertices + edges).
    fn build_rows(&mut self) {
        let mut first = vec![0u32; self.vertices.len() + 1];
        for edge in self.edges.iter().filter(|edge| edge.usable) {
            for end in edge.ends {
                first[end as usize + 1] += 1;
            }
        }
        for place in 1..first.len() {
            first[place] += first[place - 1];
        }
        let mut next = first.clone();
        let mut rows = vec![Hop { to: 0, arc: 0 }; first.last().copied().unwrap_or(0) as usize];
        for (index, edge) in self.edges.iter().enumerate().filter(|(_, edge)| edge.usable) {
            for (from, to, arc) in [(edge.ends[0], edge.ends[1], 2 * index), (edge.ends[1], edge.ends[0], 2 * index + 1)] {
                let slot = &mut next[from as usize];
                rows[*slot as usize] = Hop { to, arc: arc as u32 };
                *slot += 1;
            }
        }
        self.first = first;
        self.rows = rows;
    }
}

/// The one vertex of a node that is not opened.
fn closed(id: NodeId, node: &Node, part: Option<&Part>) -> Vertex {
    let kind = match part.map(|part| part.kind) {
        Some(PartKind::Nic) => VertexKind::Nic,
        Some(PartKind::Switch) => VertexKind::Switch,
        Some(PartKind::System) => VertexKind::Host,
        Some(PartKind::Xpu) => VertexKind::Xpu,
        Some(PartKind::Cable | PartKind::Rack | PartKind::Transceiver) | None => VertexKind::Unknown,
    };
    let transit = node.transit.unwrap_or(kind == VertexKind::Switch);
    let endpoint = matches!(kind, VertexKind::Host | VertexKind::Nic | VertexKind::Xpu);
    Vertex { node: id, inside: None, kind, transit, endpoint }
}

/// The vertices of a node that is opened. Endpoints of a system are its XPUs; one without any has its processors for endpoints, else its adapters.
fn opened(id: NodeId, inside: &Inside) -> impl Iterator<Item = Vertex> {
    let has = |kind| inside.vertices.iter().any(|vertex| vertex.kind == kind);
    let ends = [InsideKind::Xpu, InsideKind::Cpu, InsideKind::Nic].into_iter().find(|kind| has(*kind));
    inside.vertices.iter().enumerate().map(move |(place, vertex)| {
        let kind = match vertex.kind {
            InsideKind::Cpu => VertexKind::Cpu,
            InsideKind::Nic => VertexKind::Nic,
            InsideKind::Switch => VertexKind::Switch,
            InsideKind::Xpu => VertexKind::Xpu,
        };
        let endpoint = ends == Some(vertex.kind);
        // An adapter that is not an endpoint is there to forward for what is behind it.
        let transit = vertex.transit || (kind == VertexKind::Nic && !endpoint);
        Vertex { node: id, inside: u16::try_from(place).ok(), kind, transit, endpoint }
    })
}

/// The edge that wires inside a system are whose vertices these are, and the latency that is stated of them.
fn wire(wires: &InsideEdge, from: VertexIndex, to: VertexIndex) -> (Edge, Option<f64>) {
    let ends = [from + u32::from(wires.a), from + u32::from(wires.b)];
    let rate = Some(wires.gbps.0).filter(|rate| (0.0..=MOST_GBPS).contains(rate));
    let edge = Edge {
        ends: ends.map(|end| if end < to { end } else { NOWHERE }),
        gbps: rate.unwrap_or_default(),
        rate_known: rate.is_some(),
        has_latency: false,
        layer: Some(wires.layer),
        role: FabricRole::ScaleUp,
        usable: ends[0] != ends[1] && ends.iter().all(|end| *end < to),
    };
    (edge, wires.latency.as_ref().map(|figure| figure.value.0).filter(|latency| (0.0..=MOST_NANOSECONDS).contains(latency)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Link, PortPath, PortRef};

    #[test]
    fn a_link_to_nowhere_keeps_its_place_among_the_edges() {
        let mut design = Design::default();
        let end = |node, cage| PortRef { node: NodeId(node), port: PortPath::cage(cage) };
        design.links.push(Link::between(end(1, 1), end(2, 1)));
        let topology = Topology::compile(&design, &Catalog::builtin());
        assert_eq!(topology.edges().len(), 1);
        assert_eq!(topology.edges()[0].ends, [NOWHERE, NOWHERE]);
        assert!(!topology.edges()[0].usable);
    }
}
