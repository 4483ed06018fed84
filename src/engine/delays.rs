//! How long it takes to cross each link and to pass each vertex, as one number each for searches, and term by term for
//! the estimates that show their reasons.
//!
//! A link that states its latency is taken whole. Otherwise it is propagation over its length, forward error correction
//! and the electronics of its cable. A generic part whose links all state their latency adds nothing of its own: who
//! draws a graph with latencies on its edges means the whole way from box to box.

use super::cabling::Length;
use super::estimate::figures;
use super::parts::Parts;
use super::topology::{ArcIndex, EdgeIndex, Topology, VertexIndex, VertexKind};
use crate::catalog::Catalog;
use crate::model::{Confidence, Design, Figure, Inside, Link, LinkLayer, Part, PartDetail, Source, Switching};
use crate::units::intern::Intern;
use crate::units::{Nanoseconds, SortedMap};

/// Crossing and passing times in ns. What is not known is what [`figures`] falls back on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delays {
    edge: Vec<f64>,
    vertex: Vec<f64>,
    stores: Vec<bool>,
    /// The least and the most that a time may be, by the bits of the time.
    spans: Spans,
}

/// The ends of times. Times that are equal share the wider ends, so that what is alike by its times is alike by their ends.
#[derive(Clone, Debug, Default, PartialEq)]
struct Spans {
    ends: SortedMap<u64, [f64; 2]>,
    last: (u64, [f64; 2]),
}

impl Spans {
    /// Notes a time's ends and answers the time.
    fn note(&mut self, time: f64, ends: [f64; 2]) -> f64 {
        // Mostly it is the one before again. A time of 0 ns that is exact needs no entry.
        let this = (time.to_bits(), ends);
        if this != self.last {
            let known = self.ends.entry(this.0).or_insert(ends);
            *known = [known[0].min(ends[0]), known[1].max(ends[1])];
            self.last = this;
        }
        time
    }
    fn of(&self, time: f64) -> [f64; 2] {
        self.ends.get(&time.to_bits()).copied().unwrap_or([time; 2])
    }
}

impl Delays {
    /// The delays of a topology. Time: O(vertices + edges) and one look per kind of part and link.
    pub fn of(design: &Design, catalog: &Catalog, topology: &Topology, parts: &Parts, measured: impl Fn(&Link) -> Length) -> Self {
        let facts = topology.facts();
        let kinds: Vec<[f64; 3]> = facts
            .kinds()
            .iter()
            .map(|kind| {
                let correction = three(&correction(catalog, kind.protocol.as_deref(), kind.layer).0);
                let electronics = kind.electronics.as_ref().map_or([0.0; 3], |figure| three(&plain(figure)));
                std::array::from_fn(|end| correction[end] + electronics[end])
            })
            .collect();
        let mut spans = Spans::default();
        let mut edge: Vec<f64> = Vec::with_capacity(topology.edges().len());
        for (place, (_, link)) in design.links.iter().enumerate() {
            let stated = topology.latency(place as u32);
            let rest = facts.kind(place).and_then(|kind| kinds.get(kind)).copied().unwrap_or_default();
            edge.push(stated.unwrap_or_else(|| {
                let (metres, each) = (three(&length(design, link, &measured(link))), three(&figures::PROPAGATION));
                let [time, low, high] = std::array::from_fn(|end| metres[end] * each[end] + rest[end]);
                spans.note(time, [low, high])
            }));
        }
        for (place, wires) in topology.edges().iter().enumerate().skip(edge.len()) {
            edge.push(topology.latency(place as u32).unwrap_or_else(|| {
                let [time, low, high] = three(&inside_wire(wires.layer));
                spans.note(time, [low, high])
            }));
        }

        let mut vertex: Vec<f64> = Vec::with_capacity(topology.vertices().len());
        let mut known = Intern::default();
        let mut figures: Vec<(f64, bool)> = Vec::new();
        let mut stores: Vec<bool> = Vec::with_capacity(topology.vertices().len());
        for (place, (_, part)) in parts.all().iter().enumerate() {
            let part = part.map_or(0, |part| std::ptr::from_ref(part) as u64);
            for at in topology.vertices_at(place) {
                let own = topology.vertices().get(at as usize).and_then(|vertex| vertex.inside).map_or(u16::MAX, |inside| inside);
                let layer = layer_at(topology, at).map_or(u8::MAX, |layer| layer as u8);
                let stated = u64::from(all_stated(topology, at));
                let kind = known.number(&[part, u64::from(own) << 16 | u64::from(layer) << 8 | stated]) as usize;
                if kind == figures.len() {
                    let [time, low, high] = passing(design, catalog, topology, at).map_or([0.0; 3], |passing| three(&passing.figure));
                    spans.note(time, [low, high]);
                    figures.push((time, forwards(design, catalog, topology, at) == Switching::StoreAndForward));
                }
                let (time, whole) = figures.get(kind).copied().unwrap_or_default();
                vertex.push(time);
                stores.push(whole);
            }
        }
        Self { vertex, edge, stores, spans }
    }

    /// The time to cross an arc.
    pub fn crossing(&self, arc: ArcIndex) -> Nanoseconds {
        Nanoseconds(self.edge.get(arc as usize / 2).copied().unwrap_or(0.0))
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
        self.spans.of(time.0).map(Nanoseconds)
    }
    /// The delays of some vertices and edges, for a topology that consists of them.
    pub(crate) fn picked(&self, vertices: &[VertexIndex], edges: &[EdgeIndex]) -> Self {
        Self {
            vertex: vertices.iter().map(|vertex| self.passing(*vertex).0).collect(),
            edge: edges.iter().map(|edge| self.crossing(edge * 2).0).collect(),
            stores: vertices.iter().map(|vertex| self.stores(*vertex)).collect(),
            spans: self.spans.clone(),
        }
    }
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
