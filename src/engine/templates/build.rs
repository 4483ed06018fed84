//! What templates have in common: adding records in an order that keeps neighbours close, and places on the canvas.

use std::sync::Arc;

use crate::model::{Design, FabricId, Generic, Group, GroupKind, Link, LinkLayer, Member, Node, NodeId, PartId, PortRef};
use crate::units::{Gbps, Metres, Point};

/// The cell a switch is drawn in, gaps included, in drawing units.
pub(super) const SWITCH_CELL: (f64, f64) = (216.0, 96.0);
/// The cell a generic host or XPU is drawn in, gaps included.
pub(super) const HOST_CELL: (f64, f64) = (108.0, 72.0);

/// A design under construction.
pub(super) struct Build {
    pub(super) design: Design,
    generic_cable: PartId,
}

/// What a link is, apart from its ends.
#[derive(Clone)]
pub(super) struct Wire {
    pub(super) fabric: FabricId,
    pub(super) part: Option<PartId>,
    pub(super) length: Option<Metres>,
    pub(super) gbps: Option<Gbps>,
}

impl Build {
    /// An empty design called `name`.
    pub(super) fn new(name: String) -> Self {
        let mut design = Design::default();
        Arc::make_mut(&mut design.meta).name = name;
        Self { design, generic_cable: PartId::new("generic-cable") }
    }

    /// A node of a generic part with a stated number of ports.
    pub(super) fn generic(&mut self, part: &PartId, name: String, at: Point, stated: &Generic) -> NodeId {
        let mut node = Node::new(part.clone(), name, at);
        node.generic = Some(Box::new(stated.clone()));
        self.design.nodes.push(node)
    }

    /// A group of nodes.
    pub(super) fn group(&mut self, kind: GroupKind, name: String, members: &[NodeId]) {
        self.design.groups.push(Group { kind, name, members: members.iter().copied().map(Member::Node).collect(), ..Group::default() });
    }

    /// A wire of the generic cable: any form, the rate of its ports.
    pub(super) fn generic_wire(&self, fabric: FabricId, length: Metres) -> Wire {
        Wire { fabric, part: Some(self.generic_cable.clone()), length: Some(length), gbps: None }
    }

    /// A link between two ports.
    pub(super) fn join(&mut self, a: PortRef, b: PortRef, wire: &Wire) {
        let mut link = Link::between(a, b);
        link.fabric = Some(wire.fabric);
        link.part = wire.part.clone();
        link.length = wire.length;
        link.gbps = wire.gbps;
        self.design.links.push(link);
    }
}

/// What the ports of a generic part are stated to be.
pub(super) fn stated(ports: u16, gbps: Gbps, layer: Option<LinkLayer>) -> Generic {
    Generic { ports: Some(ports), gbps: Some(gbps), layer, ..Generic::default() }
}

/// How many ports a switch has that needs `needed`: the next power of two from 8, as switches come.
pub(super) fn radix(needed: u32) -> u16 {
    u16::try_from(needed.max(8).next_power_of_two()).unwrap_or(u16::MAX)
}

/// The link layer a template's `layer` parameter names; `None` is left open.
pub(super) fn layer(word: &str) -> Option<LinkLayer> {
    match word {
        "ethernet" => Some(LinkLayer::Ethernet),
        "infiniband" => Some(LinkLayer::InfiniBand),
        _ => None,
    }
}

/// The place of the `index`-th cell of a grid of `columns` whose first cell is at `origin`.
pub(super) fn cell(origin: Point, index: u32, columns: u32, size: (f64, f64)) -> Point {
    let columns = columns.max(1);
    origin.shifted(f64::from(index % columns) * size.0, f64::from(index / columns) * size.1)
}

/// How many columns make a grid of `count` cells roughly square.
pub(super) fn square(count: u32) -> u32 {
    f64::from(count).sqrt().ceil().max(1.0) as u32
}
