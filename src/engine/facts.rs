//! What is known of a link as a whole: rate, layer, role, and what it adds in latency and draws in power.
//!
//! The answers are `catalog::fit`'s. Thousands of links join the same two kinds of port by the same cable, so they are
//! asked once per kind and remembered.

use crate::catalog::{Catalog, fit};
use crate::model::{Design, FabricRole, Figure, Id, Link, LinkLayer, Node, PortGroup, PortRef, PortRole};
use crate::units::{Gbps, Nanoseconds, SortedMap, Watts};

/// What is known of a link beyond its own record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkFacts {
    /// The rate it runs at: its own, else the least of both ports and the cable.
    pub rate: Option<Gbps>,
    /// What is on the wire.
    pub layer: Option<LinkLayer>,
    /// The role of its fabric, else what its ports are for.
    pub role: FabricRole,
    /// The protocol, by id: its fabric's, else the first that both ports speak.
    pub protocol: Option<String>,
    /// What the electronics of its cable add, both ends together.
    pub electronics: Option<Figure<Nanoseconds>>,
    /// What the electronics of its cable draw, both ends together.
    pub power: Option<Figure<Watts>>,
}

/// One end of a link, as far as [`LinkFacts`] depend on it: the port group, whether the whole cage is meant, and what the
/// node sets differently (breakout, what a generic part is taken to be).
type EndKind = (usize, bool, u8, u64, u64, u8);
/// Both ends, the cable, the fabric.
type Kind = ([EndKind; 2], usize, u32);

/// The facts of every link of a design. Space: O(links).
#[derive(Clone, Debug, Default)]
pub struct Facts {
    kinds: Vec<LinkFacts>,
    of_link: Vec<u32>,
}

impl Facts {
    /// Asks for the facts of every link, in id order. Time: O(links log kinds + kinds).
    pub fn of(design: &Design, catalog: &Catalog) -> Self {
        let mut known: SortedMap<Kind, u32> = SortedMap::new();
        let mut last: Option<(Kind, u32)> = None;
        let mut facts = Self { kinds: Vec::new(), of_link: Vec::with_capacity(design.links.len()) };
        for (_, link) in design.links.iter() {
            let kind = kind_of(design, catalog, link);
            let met = kind.and_then(|kind| last.filter(|(last, _)| *last == kind).map(|(_, place)| place).or_else(|| known.get(&kind).copied()));
            let place = met.unwrap_or_else(|| {
                facts.kinds.push(facts_of(design, catalog, link));
                (facts.kinds.len() - 1) as u32
            });
            if let Some(kind) = kind {
                if met.is_none() {
                    known.insert(kind, place);
                }
                last = Some((kind, place));
            }
            facts.of_link.push(place);
        }
        facts
    }

    /// The facts of the `place`-th link in id order. A stated rate is the link's own: [`LinkFacts::rate`] is what its kind has.
    pub fn get(&self, place: usize) -> Option<&LinkFacts> {
        self.kinds.get(*self.of_link.get(place)? as usize)
    }
    /// The kind of the `place`-th link: equal for links that share all facts.
    pub fn kind(&self, place: usize) -> Option<usize> {
        self.of_link.get(place).map(|kind| *kind as usize)
    }
    /// The facts of each kind.
    pub fn kinds(&self) -> &[LinkFacts] {
        &self.kinds
    }
}

/// The kind of a link; `None` if an end is no port.
fn kind_of(design: &Design, catalog: &Catalog, link: &Link) -> Option<Kind> {
    let end = |end: PortRef| {
        let node = design.nodes.get(end.node)?;
        let (group, _) = catalog.part(design, &node.part)?.port_group(end.port.cage)?;
        Some(end_kind(node, group, end))
    };
    let cable = link.part.as_ref().and_then(|id| catalog.part(design, id)).map_or(0, |part| std::ptr::from_ref(part) as usize);
    Some(([end(link.ends[0])?, end(link.ends[1])?], cable, link.fabric.map_or(0, Id::number)))
}

/// Addresses stand for parts: they are compared for equality within one pass only, never ordered for a result.
fn end_kind(node: &Node, group: &PortGroup, end: PortRef) -> EndKind {
    let breakout = if node.ports.is_empty() { None } else { node.breakout(end.port) };
    let generic = node.generic.as_deref();
    let rate = generic.and_then(|generic| generic.gbps).map_or(u64::MAX, |rate| rate.0.to_bits());
    let layer = generic.and_then(|generic| generic.layer).map_or(u8::MAX, |layer| layer as u8);
    let (children, split_rate) = breakout.map_or((0, 0), |breakout| (breakout.children, breakout.gbps.0.to_bits()));
    (std::ptr::from_ref(group) as usize, end.port.child == 0, children, split_rate, rate, layer)
}

/// The facts of one link, asked afresh.
pub fn facts_of(design: &Design, catalog: &Catalog, link: &Link) -> LinkFacts {
    let infos = link.ends.map(|end| catalog.port(design, end));
    let fabric = link.fabric.and_then(|id| design.fabrics.get(id));
    let layer = fit::link_layer(catalog, design, link);
    let shared = || match &infos {
        [Some(a), Some(b)] => a.protocols.iter().find(|id| b.protocols.contains(id)).or(a.protocols.first().filter(|_| b.protocols.is_empty())).cloned(),
        _ => None,
    };
    let stated = fabric.and_then(|fabric| fabric.protocol.clone()).filter(|id| layer.is_none() || catalog.protocol(id).map(|protocol| protocol.layer) == layer);
    let port_role = infos.iter().flatten().map(|info| info.role).max().map_or(FabricRole::Compute, |role| match role {
        PortRole::Compute => FabricRole::Compute,
        PortRole::FrontEnd => FabricRole::FrontEnd,
        PortRole::Management => FabricRole::Management,
        PortRole::ScaleUp => FabricRole::ScaleUp,
        PortRole::Storage => FabricRole::Storage,
    });
    LinkFacts {
        rate: fit::effective_rate(catalog, design, &Link { gbps: None, ..link.clone() }),
        layer,
        role: fabric.map_or(port_role, |fabric| fabric.role),
        protocol: stated.or_else(shared),
        electronics: fit::link_electronics(catalog, design, link),
        power: fit::link_power(catalog, design, link),
    }
}
