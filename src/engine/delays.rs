//! How long it takes to cross each link and to pass each vertex, as one number each for searches, and term by term for
//! the estimates that show their reasons.
//!
//! A link that states its latency is taken whole. Otherwise it is propagation over its length, forward error correction
//! and the electronics of its cable. A generic part whose links all state their latency adds nothing of its own: who
//! draws a graph with latencies on its edges means the whole way from box to box.

use super::cabling::Length;
use super::estimate::figures;
use super::facts::LinkFacts;
use super::parts::Parts;
use super::topology::{ArcIndex, EdgeIndex, Edited, Topology, VertexIndex, VertexKind};
use crate::catalog::Catalog;
use crate::model::{Confidence, Design, Figure, Inside, Link, LinkLayer, NodeId, Part, PartDetail, Source, Switching};
use crate::units::intern::Intern;
use crate::units::{Nanoseconds, SortedMap};

/// Crossing and passing times in ns. What is not known is what [`figures`] falls back on.
#[derive(Clone, Debug, Default)]
pub struct Delays {
    edge: Vec<f64>,
    vertex: Vec<f64>,
    stores: Vec<bool>,
    /// The least and the most that a time may be, by the bits of the time. Times that are equal share the wider ends, so that what is alike by its
    /// times is alike by their ends.
    ends: SortedMap<u64, [f64; 2]>,
    spans: Spans,
}

/// Which times there are with their ends, so that ends go with the last edge or vertex that has them.
#[derive(Clone, Debug, Default)]
struct Spans {
    /// A time with its ends, as bits.
    known: Intern,
    /// How many edges and vertices have each.
    counts: Vec<u32>,
    of_edge: Vec<u32>,
    of_vertex: Vec<u32>,
}

const NO_SPAN: u32 = u32::MAX;

impl Spans {
    /// The number of a time with its ends, counted once more.
    fn note(&mut self, span: [f64; 3]) -> u32 {
        let number = self.known.number(&span.map(f64::to_bits));
        if self.counts.len() == number as usize {
            self.counts.push(0);
        }
        self.count(number)
    }
    fn count(&mut self, number: u32) -> u32 {
        if let Some(count) = self.counts.get_mut(number as usize) {
            *count += 1;
        }
        number
    }
    fn uncount(&mut self, number: Option<&u32>) {
        if let Some(count) = number.and_then(|number| self.counts.get_mut(*number as usize)) {
            *count = count.saturating_sub(1);
        }
    }
    fn ends(&self) -> SortedMap<u64, [f64; 2]> {
        let mut ends: SortedMap<u64, [f64; 2]> = SortedMap::new();
        for (number, _) in (0..).zip(&self.counts).filter(|(_, count)| **count > 0) {
            let [time, low, high] = *self.known.list(number) else { continue };
            let [low, high] = [low, high].map(f64::from_bits);
            let known = ends.entry(time).or_insert([low, high]);
            *known = [known[0].min(low), known[1].max(high)];
        }
        ends
    }
}

/// Equal where every time is, and its ends.
impl PartialEq for Delays {
    fn eq(&self, other: &Self) -> bool {
        self.edge == other.edge && self.vertex == other.vertex && self.stores == other.stores && self.ends == other.ends
    }
}

impl Delays {
    /// The delays of a topology. Time: O(vertices + edges) and one look per kind of part and link.
    pub fn of(design: &Design, catalog: &Catalog, topology: &Topology, parts: &Parts, measured: impl Fn(&Link) -> Length) -> Self {
        let facts = topology.facts();
        let kinds: Vec<[f64; 3]> = facts.kinds().iter().map(|kind| added(catalog, kind)).collect();
        let mut spans = Spans::default();
        let edges = topology.edges().len();
        let mut edge: Vec<f64> = Vec::with_capacity(edges);
        spans.of_edge.reserve(edges);
        // Mostly it is the one before again.
        let mut last = (NO_SPAN, [f64::NAN; 3]);
        let mut push = |edge: &mut Vec<f64>, span: [f64; 3]| {
            last = if last.1 == span { (spans.count(last.0), span) } else { (spans.note(span), span) };
            spans.of_edge.push(last.0);
            edge.push(span[0]);
        };
        for (place, (_, link)) in design.links.iter().enumerate() {
            let rest = || facts.kind(place).and_then(|kind| kinds.get(kind)).copied().unwrap_or_default();
            let stated = topology.latency(place as u32);
            push(&mut edge, stated.map_or_else(|| crossing(design, link, &measured(link), rest()), |stated| [stated; 3]));
        }
        for place in edge.len()..edges {
            push(&mut edge, wire(topology, place as u32));
        }

        let mut vertex: Vec<f64> = Vec::with_capacity(topology.vertices().len());
        let mut known = Intern::default();
        let mut figures: Vec<(f64, bool, u32)> = Vec::new();
        let mut stores: Vec<bool> = Vec::with_capacity(topology.vertices().len());
        spans.of_vertex.reserve(topology.vertices().len());
        for (place, (_, part)) in parts.all().iter().enumerate() {
            let part = part.map_or(0, |part| std::ptr::from_ref(part) as u64);
            for at in topology.vertices_at(place) {
                let own = topology.vertices().get(at as usize).and_then(|vertex| vertex.inside).map_or(u16::MAX, |inside| inside);
                let layer = layer_at(topology, at).map_or(u8::MAX, |layer| layer as u8);
                let stated = u64::from(all_stated(topology, at));
                let kind = known.number(&[part, u64::from(own) << 16 | u64::from(layer) << 8 | stated]) as usize;
                if kind == figures.len() {
                    let span = passing(design, catalog, topology, at).map_or([0.0; 3], |passing| three(&passing.figure));
                    let number = spans.note(span);
                    spans.uncount(Some(&number));
                    figures.push((span[0], forwards(design, catalog, topology, at) == Switching::StoreAndForward, number));
                }
                let (time, whole, number) = figures.get(kind).copied().unwrap_or_default();
                vertex.push(time);
                stores.push(whole);
                let number = spans.count(number);
                spans.of_vertex.push(number);
            }
        }
        Self { vertex, edge, stores, ends: spans.ends(), spans }
    }

    /// Lets them follow a topology that was taken over: links compiled anew and vertices of nodes around what differs are asked again. Whether all is
    /// as it was. Time: O(change), and a pass over memory where places move.
    pub(super) fn follow(
        &mut self,
        design: &Design,
        catalog: &Catalog,
        topology: &Topology,
        edited: &Edited,
        around: impl Iterator<Item = NodeId>,
        measured: impl Fn(&Link) -> Length,
    ) -> bool {
        let mut stands = edited.edges.is_still() && edited.vertices.is_still();
        let spans = &mut self.spans;
        for gone in edited.edges.gone() {
            let number = spans.of_edge.get(*gone as usize).copied();
            spans.uncount(number.as_ref());
        }
        for gone in edited.vertices.gone() {
            let number = spans.of_vertex.get(*gone as usize).copied();
            spans.uncount(number.as_ref());
        }
        edited.edges.take_over(&mut self.edge);
        edited.vertices.take_over(&mut self.vertex);
        edited.vertices.take_over(&mut self.stores);
        edited.edges.take_over_with(&mut spans.of_edge, NO_SPAN);
        edited.vertices.take_over_with(&mut spans.of_vertex, NO_SPAN);
        let wires = edited.edges.come().iter().filter(|edge| !topology.is_link(**edge));
        for place in edited.anew.iter().chain(wires) {
            let link = topology.link_of(*place).and_then(|id| design.links.get(id));
            let rest = || topology.facts().get(*place as usize).map_or([0.0; 3], |facts| added(catalog, facts));
            let span = match (link, topology.latency(*place)) {
                (_, Some(stated)) => [stated; 3],
                (Some(link), None) => crossing(design, link, &measured(link), rest()),
                (None, None) => wire(topology, *place),
            };
            let number = spans.note(span);
            if let (Some(slot), Some(own)) = (self.edge.get_mut(*place as usize), spans.of_edge.get_mut(*place as usize)) {
                stands &= *own == number;
                *slot = span[0];
                let was = std::mem::replace(own, number);
                spans.uncount(Some(&was));
            }
        }
        // What is on the wire of a link says how long the switch at its other end takes.
        let ends = edited.anew.iter().filter_map(|place| topology.edges().get(*place as usize)).flat_map(|edge| edge.ends);
        let beside: Vec<NodeId> = ends.filter_map(|end| Some(topology.vertices().get(end as usize)?.node)).collect();
        for at in around.chain(beside).flat_map(|node| topology.vertices_of(node)) {
            let span = passing(design, catalog, topology, at).map_or([0.0; 3], |passing| three(&passing.figure));
            let whole = forwards(design, catalog, topology, at) == Switching::StoreAndForward;
            let number = spans.note(span);
            let own = spans.of_vertex.get_mut(at as usize);
            if let (Some(slot), Some(stores), Some(own)) = (self.vertex.get_mut(at as usize), self.stores.get_mut(at as usize), own) {
                stands &= *own == number && *stores == whole;
                (*slot, *stores) = (span[0], whole);
                let was = std::mem::replace(own, number);
                spans.uncount(Some(&was));
            }
        }
        if !stands {
            self.ends = self.spans.ends();
        }
        stands
    }

    /// The time to cross an arc.
    pub fn crossing(&self, arc: ArcIndex) -> Nanoseconds {
        Nanoseconds(self.edge.get(arc as usize / 2).copied().unwrap_or(0.0))
    }
    /// Whether no time may be another than it is.
    pub(crate) fn are_exact(&self) -> bool {
        self.ends.iter().all(|(time, ends)| ends.map(f64::to_bits) == [*time; 2])
    }
    /// A number that is equal for edges which take as long, with the same ends; what was [`Delays::picked`] has none.
    #[inline]
    pub(crate) fn number(&self, edge: EdgeIndex) -> u32 {
        self.spans.of_edge.get(edge as usize).copied().unwrap_or(NO_SPAN)
    }
    /// The time to pass a vertex, or to leave or enter an adapter that is an end.
    pub fn passing(&self, vertex: VertexIndex) -> Nanoseconds {
        Nanoseconds(self.vertex.get(vertex as usize).copied().unwrap_or(0.0))
    }
    /// Whether what passes a vertex is taken in packet by packet before it goes on.
    pub fn stores(&self, vertex: VertexIndex) -> bool {
        self.stores.get(vertex as usize).copied().unwrap_or(false)
    }
    /// What an end of a path adds: the adapter, where the end is one or stands for one.
    pub fn ending(&self, topology: &Topology, vertex: VertexIndex) -> Nanoseconds {
        let adapter = topology.vertices().get(vertex as usize).is_some_and(|vertex| matches!(vertex.kind, VertexKind::Host | VertexKind::Nic));
        if adapter { self.passing(vertex) } else { Nanoseconds::ZERO }
    }
    /// The least and the most that one of these times may be, in ns: from the ends of the figures it is made of.
    pub fn span(&self, time: Nanoseconds) -> [Nanoseconds; 2] {
        self.ends.get(&time.0.to_bits()).copied().unwrap_or([time.0; 2]).map(Nanoseconds)
    }
    /// The delays of some vertices and edges, for a topology that consists of them.
    pub(crate) fn picked(&self, vertices: &[VertexIndex], edges: &[EdgeIndex]) -> Self {
        Self {
            vertex: vertices.iter().map(|vertex| self.passing(*vertex).0).collect(),
            edge: edges.iter().map(|edge| self.crossing(edge * 2).0).collect(),
            stores: vertices.iter().map(|vertex| self.stores(*vertex)).collect(),
            ends: self.ends.clone(),
            spans: Spans::default(),
        }
    }
}

/// What crossing a link takes that states no latency, and the least and the most it may; `rest` is what comes to its length.
fn crossing(design: &Design, link: &Link, measured: &Length, rest: [f64; 3]) -> [f64; 3] {
    let (metres, each) = (three(&length(design, link, measured)), three(&figures::PROPAGATION));
    std::array::from_fn(|end| metres[end] * each[end] + rest[end])
}

/// What links with these facts take beside their length.
fn added(catalog: &Catalog, facts: &LinkFacts) -> [f64; 3] {
    let correction = three(&correction(catalog, facts.protocol.as_deref(), facts.layer).0);
    let electronics = facts.electronics.as_ref().map_or([0.0; 3], |figure| three(&plain(figure)));
    std::array::from_fn(|end| correction[end] + electronics[end])
}

/// What wires inside a system take.
fn wire(topology: &Topology, edge: EdgeIndex) -> [f64; 3] {
    let layer = || topology.edges().get(edge as usize).and_then(|wires| wires.layer);
    topology.latency(edge).map_or_else(|| three(&inside_wire(layer())), |stated| [stated; 3])
}

/// A figure with its name and where it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Sourced {
    /// What it is about, for example the name of a part.
    pub label: String,
    /// The figure, in ns.
    pub figure: Figure<f64>,
    /// Where it was read.
    pub source: String,
}

/// The length that a link's latency is reckoned with: what was stated or measured, else what is assumed (and marked as such).
pub fn length(design: &Design, link: &Link, measured: &Length) -> Figure<f64> {
    match *measured {
        // A length beyond a light second is a slip of the pen.
        Length::Stated(stated) if (0.0..=3e8).contains(&stated.0) => Figure::exact(stated.0, Confidence::Stated),
        Length::Placed { run, sold } => Figure { value: sold.0, low: run.0, high: sold.0, confidence: Confidence::Derived, source: None },
        Length::Stated(_) | Length::Unknown(_) => {
            let rack = |end: usize| design.nodes.get(link.ends.get(end)?.node)?.rack;
            if rack(0).is_some() && rack(0) == rack(1) { figures::LENGTH_IN_RACK } else { figures::LENGTH_ELSEWHERE }
        }
    }
}

/// Forward error correction of a link and where the figure is from.
pub fn correction(catalog: &Catalog, protocol: Option<&str>, layer: Option<LinkLayer>) -> (Figure<f64>, String) {
    let found = protocol.and_then(|id| catalog.protocol(id)).and_then(|protocol| {
        let figure = protocol.fec.as_ref()?;
        Some((plain(figure), source_of(figure.source, &protocol.sources)))
    });
    found.unwrap_or_else(|| (figures::correction(layer), figures::RECALLED.to_owned()))
}

/// One wire inside a system that states no latency.
pub fn inside_wire(layer: Option<LinkLayer>) -> Figure<f64> {
    if layer == Some(LinkLayer::Pcie) { figures::PCIE } else { figures::INSIDE_WIRE }
}

/// What passing a vertex takes and why; `None` where its links say it all.
pub fn passing(design: &Design, catalog: &Catalog, topology: &Topology, vertex: VertexIndex) -> Option<Sourced> {
    if stated_around(design, catalog, topology, vertex) {
        return None;
    }
    let kind = topology.vertices().get(vertex as usize)?.kind;
    let part = part_at(design, catalog, topology, vertex);
    let figure = part.and_then(|part| match &part.detail {
        PartDetail::Switch(switch) => switch.latency.as_ref().map(|figure| (figure, part)),
        PartDetail::Nic { latency } => latency.as_ref().map(|figure| (figure, part)),
        _ => None,
    });
    let name = part.map_or_else(|| "unknown part".to_owned(), |part| part.name.clone());
    Some(match figure {
        Some((figure, part)) => Sourced { label: name, figure: plain(figure), source: source_of(figure.source, &part.sources) },
        None => Sourced { label: name, figure: figures::passing(kind, layer_at(topology, vertex)), source: figures::RECALLED.to_owned() },
    })
}

/// How a vertex forwards: as its part says, else as the design's settings say. An adapter hands on what comes.
pub fn forwards(design: &Design, catalog: &Catalog, topology: &Topology, vertex: VertexIndex) -> Switching {
    if topology.vertices().get(vertex as usize).is_none_or(|vertex| vertex.kind == VertexKind::Nic) {
        return Switching::CutThrough;
    }
    let own = part_at(design, catalog, topology, vertex).and_then(|part| match &part.detail {
        PartDetail::Switch(switch) => switch.forwards,
        _ => None,
    });
    own.unwrap_or(design.meta.settings.switching)
}

/// Value, least and most.
fn three(figure: &Figure<f64>) -> [f64; 3] {
    [figure.value, figure.low.min(figure.value), figure.high.max(figure.value)]
}

fn plain(figure: &Figure<Nanoseconds>) -> Figure<f64> {
    let sane = |number: f64| if number.is_finite() { number.clamp(0.0, super::topology::MOST_NANOSECONDS) } else { 0.0 };
    Figure { value: sane(figure.value.0), low: sane(figure.low.0), high: sane(figure.high.0), confidence: figure.confidence, source: figure.source }
}

/// A source as one line.
pub(crate) fn source_of(place: Option<u16>, sources: &[Source]) -> String {
    match place.and_then(|place| sources.get(usize::from(place))) {
        Some(source) if source.place.is_empty() => source.title.clone(),
        Some(source) => format!("{}, {}", source.title, source.place),
        None => "Stated in this design".to_owned(),
    }
}

/// The part of a vertex: of the node, or of the thing inside it where the catalogue has it.
fn part_at<'a>(design: &'a Design, catalog: &'a Catalog, topology: &Topology, vertex: VertexIndex) -> Option<&'a Part> {
    let vertex = topology.vertices().get(vertex as usize)?;
    let part = catalog.part(design, &design.nodes.get(vertex.node)?.part)?;
    match vertex.inside {
        Some(place) => part.inside().and_then(|inside: &Inside| inside.vertices.get(usize::from(place))?.part.as_ref()).and_then(|id| catalog.part(design, id)),
        None => Some(part),
    }
}

/// What a vertex speaks: the layer of its first link, else of its first wire.
fn layer_at(topology: &Topology, vertex: VertexIndex) -> Option<LinkLayer> {
    let layers = || topology.row(vertex).iter().filter_map(|hop| topology.edges().get(hop.arc as usize / 2).map(|edge| (hop, edge.layer)));
    layers().find(|(hop, layer)| layer.is_some() && topology.is_link(hop.arc / 2)).or_else(|| layers().find(|(_, layer)| layer.is_some()))?.1
}

/// Whether a generic part's links all state their latency.
fn stated_around(design: &Design, catalog: &Catalog, topology: &Topology, vertex: VertexIndex) -> bool {
    all_stated(topology, vertex) && part_at(design, catalog, topology, vertex).is_some_and(Part::is_generic)
}

/// Whether all that leads away from a vertex states its latency.
fn all_stated(topology: &Topology, vertex: VertexIndex) -> bool {
    let row = topology.row(vertex);
    !row.is_empty() && row.iter().all(|hop| topology.edges().get(hop.arc as usize / 2).is_some_and(|edge| edge.has_latency))
}
