//! What templates have in common: adding records in an order that keeps neighbours close, and places on the canvas.

use std::sync::Arc;

use crate::catalog::{Catalog, fit};
use crate::engine::cabling::{self, Length};
use crate::model::{
    CableKind, Design, FabricId, Generic, Group, GroupKind, Link, LinkId, LinkLayer, Member, Node, NodeId, Part, PartId, PartKind, PortPath, PortRef, PortRole,
    Rack, RackId,
};
use crate::units::{Gbps, Metres, Point, RackUnits, SortedMap, order};

/// The cell a generic switch is drawn in, gaps included, in drawing units. A switch is drawn higher the more ports it has;
/// the scene decides how high, and a test holds that nothing drawn by a template overlaps.
pub(super) fn switch_cell(ports: u16) -> (f64, f64) {
    let columns = if ports <= 68 { 17 } else { 34 };
    (216.0, (24.0 + f64::from(ports.div_ceil(columns)) * 10.5).max(34.0) + 36.0)
}

/// The cell a generic host (or XPU on its own) is drawn in, gaps included.
pub(super) fn endpoint_cell(is_xpu: bool, ports: u16) -> (f64, f64) {
    match (is_xpu, ports) {
        (true, _) => (96.0, 57.0 + f64::from(ports.div_ceil(6)) * 10.5 + 20.0),
        (false, ..=4) => (108.0, 62.0),
        (false, _) => (196.0, 26.0 + f64::from(ports.div_ceil(8)) * 15.5 + 20.0),
    }
}

/// A design under construction.
pub(super) struct Build {
    pub(super) design: Design,
    generic_cable: PartId,
    /// The cable chosen before for two parts, a length in decimetres and a way of wiring.
    cables: SortedMap<(PartId, PartId, u64, Cable), Option<PartId>>,
    /// Where on the floor each node stands.
    spots: SortedMap<NodeId, Spot>,
}

/// A place on the floor: the tile of a rack and the rack unit in it.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Spot {
    pub(super) tile: (i32, i32),
    pub(super) u: u16,
}

/// Where a node is mounted.
pub(super) struct Mounting {
    pub(super) rack: RackId,
    /// The lowest rack unit it fills, from 1.
    pub(super) u: u16,
}

/// How links that share a cage run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cable {
    /// All ports of a cage go to one cage, so any cable can serve them.
    CageByCage,
    /// Each port of a cage goes its own way, so only a transceiver can serve them.
    PortByPort,
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
        Self { design, generic_cable: PartId::new("generic-cable"), cables: SortedMap::new(), spots: SortedMap::new() }
    }

    /// A node of a generic part with a stated number of ports.
    pub(super) fn generic(&mut self, part: &PartId, name: String, at: Point, stated: &Generic) -> NodeId {
        let mut node = Node::new(part.clone(), name, at);
        node.generic = Some(Box::new(stated.clone()));
        self.design.nodes.push(node)
    }

    /// A rack on a tile of the floor.
    pub(super) fn rack(&mut self, part: &PartId, name: String, row: &str, tile: (i32, i32), at: Point) -> RackId {
        let mut rack = Rack::new(part.clone(), name, at);
        rack.row = Some(row.to_owned());
        rack.tile = Some(tile);
        self.design.racks.push(rack)
    }

    /// A node in a rack.
    pub(super) fn mount(&mut self, part: &PartId, name: String, mounting: &Mounting) -> NodeId {
        let (at, tile) = self.design.racks.get(mounting.rack).map(|rack| (rack.at, rack.tile)).unwrap_or_default();
        let mut node = Node::new(part.clone(), name, at);
        node.rack = Some(mounting.rack);
        node.u = Some(RackUnits(mounting.u));
        let id = self.design.nodes.push(node);
        self.spots.insert(id, Spot { tile: tile.unwrap_or_default(), u: mounting.u });
        id
    }

    /// A node that is drawn in no rack and will stand on a spot of the floor, from which its cables are measured.
    pub(super) fn stand(&mut self, part: &PartId, name: String, at: Point, spot: Spot) -> NodeId {
        let id = self.design.nodes.push(Node::new(part.clone(), name, at));
        self.spots.insert(id, spot);
        id
    }

    /// A link with the cable the catalogue offers for the way it goes. Where both ends stand in racks the length follows from that, and
    /// changes with it; else it is stated.
    pub(super) fn join_with_cable(&mut self, catalog: &Catalog, fabric: FabricId, ends: [PortRef; 2], way: Cable) {
        match cabling::length(&self.design, catalog, &Link::between(ends[0], ends[1])) {
            Length::Placed { run, .. } => self.lay(catalog, fabric, ends, way, (run, None)),
            _ => self.join_over(catalog, fabric, ends, way, self.run(ends)),
        }
    }

    /// A link of a stated length with the cable the catalogue offers for it. Ports of equal parts are taken to be alike.
    pub(super) fn join_over(&mut self, catalog: &Catalog, fabric: FabricId, ends: [PortRef; 2], way: Cable, length: Metres) {
        self.lay(catalog, fabric, ends, way, (length, Some(length)));
    }

    /// A link with the cable the catalogue offers for a way of `length`, of which the link states the second.
    fn lay(&mut self, catalog: &Catalog, fabric: FabricId, ends: [PortRef; 2], way: Cable, (length, stated): (Metres, Option<Metres>)) {
        let part = |end: PortRef| self.design.nodes.get(end.node).map(|node| node.part.clone());
        let (Some(a), Some(b)) = (part(ends[0]), part(ends[1])) else { return };
        let key = (a, b, (length.0 * 10.0) as u64, way);
        let chosen = match self.cables.get(&key) {
            Some(chosen) => chosen.clone(),
            None => {
                let chosen = choose(catalog, &self.design, ends, length, way);
                self.cables.insert(key, chosen.clone());
                chosen
            }
        };
        self.join(ends[0], ends[1], &Wire { fabric, part: chosen, length: stated, gbps: None });
    }

    /// Gives links that share a cage one module: of those chosen link by link the one that reaches farthest, which serves the shorter ways
    /// as well. Links are followed from cage to cage until nothing changes. Time: O(links · log cages) for each round, of which there are few.
    pub(super) fn share_modules(&mut self, catalog: &Catalog) {
        let singly = || self.cables.iter().filter(|((_, _, _, way), _)| *way == Cable::PortByPort);
        if singly().all(|((a, b, ..), part)| singly().all(|((c, d, ..), other)| (a, b) != (c, d) || part == other)) {
            return;
        }
        let reach =
            |design: &Design, part: &PartId| catalog.part(design, part).and_then(|part| part.cable()?.reach.as_ref()).map_or(0.0, |reach| reach.value.0);
        let shared = |link: &Link| link.ends.into_iter().filter(|end| end.port.child > 0).map(|end| PortRef::cage(end.node, end.port.cage));
        loop {
            let mut farthest: SortedMap<PortRef, (f64, PartId)> = SortedMap::new();
            for (_, link) in self.design.links.iter() {
                let Some(part) = &link.part else { continue };
                let metres = reach(&self.design, part);
                for cage in shared(link) {
                    match farthest.get_mut(&cage) {
                        Some(known) if known.0 >= metres => {}
                        Some(known) => *known = (metres, part.clone()),
                        None => drop(farthest.insert(cage, (metres, part.clone()))),
                    }
                }
            }
            let better = self.design.links.iter().filter_map(|(id, link)| {
                let own = reach(&self.design, link.part.as_ref()?);
                let best = shared(link).filter_map(|cage| farthest.get(&cage)).max_by(|a, b| a.0.total_cmp(&b.0))?;
                (best.0 > own).then(|| (id, best.1.clone()))
            });
            let better: Vec<(LinkId, PartId)> = better.collect();
            if better.is_empty() {
                return;
            }
            for (id, part) in better {
                if let Some(link) = self.design.links.get(id) {
                    let link = Link { part: Some(part), ..link.clone() };
                    self.design.links.set(id, Some(link.into()));
                }
            }
        }
    }

    /// How long a cable between two nodes is, in whole metres from 3 m and half metres below: inside a rack the difference
    /// in height and half a metre, between racks over the tray.
    fn run(&self, ends: [PortRef; 2]) -> Metres {
        let [Some(a), Some(b)] = ends.map(|end| self.spots.get(&end.node)) else { return Metres(3.0) };
        let metres = if a.tile == b.tile {
            f64::from(a.u.abs_diff(b.u)) * RACK_UNIT + 0.5
        } else {
            f64::from(a.tile.0.abs_diff(b.tile.0)) * RACK_PITCH + f64::from(a.tile.1.abs_diff(b.tile.1)) * ROW_PITCH + 2.0 * RISE + SPARE
        };
        if metres < 3.0 { Metres((metres * 2.0).ceil() / 2.0) } else { Metres(metres.ceil()) }
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

/// Height of a rack unit, pitch of racks in a row and of rows, height of the tray above a switch, and slack, in metres. The
/// rack unit is EIA-310; the others are this template's floor plan, which the user edits link by link.
const RACK_UNIT: f64 = 0.044_45;
const RACK_PITCH: f64 = 0.8;
const ROW_PITCH: f64 = 2.4;
const RISE: f64 = 2.0;
const SPARE: f64 = 1.0;

/// The cable the catalogue offers; where ports of a cage part ways, the shortest-reaching transceiver that does.
fn choose(catalog: &Catalog, design: &Design, ends: [PortRef; 2], length: Metres, way: Cable) -> Option<PartId> {
    let best = fit::best_cable(catalog, design, ends, Some(length));
    if way == Cable::CageByCage {
        return best;
    }
    let is_optic = |id: &PartId| catalog.part(design, id).and_then(|part| part.cable()).is_some_and(|cable| cable.kind == CableKind::Optic);
    fit::cables_for(catalog, design, ends, Some(length)).into_iter().find(is_optic).or(best)
}

/// The ports of the compute role; those that hang on something inside in the order of that, else in panel order.
pub(super) fn compute_ports(part: &Part) -> Vec<PortPath> {
    let mut ports: Vec<(u16, PortPath)> = Vec::new();
    let mut cage = 1u16;
    for group in &part.ports {
        for place in 0..group.count.unwrap_or(0) {
            for child in 1..=group.per_cage.max(1) {
                let path = if group.per_cage > 1 { PortPath::child(cage, child) } else { PortPath::cage(cage) };
                let each = group.inside.len() == usize::from(group.count.unwrap_or(0)) * usize::from(group.per_cage);
                let at = if each { usize::from(place) * usize::from(group.per_cage) + usize::from(child) - 1 } else { usize::from(place) };
                if group.role == PortRole::Compute {
                    ports.push((group.inside.get(at).copied().unwrap_or(u16::MAX), path));
                }
            }
            cage = cage.saturating_add(1);
        }
    }
    order::sort_by_number(&mut ports, |(inside, _)| u64::from(*inside));
    ports.into_iter().map(|(_, path)| path).collect()
}

/// The rate of one port of the compute role as the part comes; `None` if its groups differ or say nothing.
pub(super) fn port_rate(part: &Part) -> Option<Gbps> {
    let mut rates =
        part.ports.iter().filter(|group| group.role == PortRole::Compute).map(|group| group.gbps.map(|rate| rate / f64::from(group.per_cage.max(1))));
    let first = rates.next()??;
    rates.all(|rate| rate == Some(first)).then_some(first)
}

/// The cell an endpoint with one link, or a system of the catalogue, is drawn in.
pub(super) fn cell_of(kind: PartKind, is_generic: bool) -> (f64, f64) {
    if is_generic { endpoint_cell(kind == PartKind::Xpu, 1) } else { (196.0, 110.0) }
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
    let at = origin.shifted(f64::from(index % columns) * size.0, f64::from(index / columns) * size.1);
    // Whole numbers keep files short.
    Point::new(at.x.round(), at.y.round())
}

/// Width to height of a usual canvas, panels open: drawings are made for it.
const ASPECT: f64 = 1.2;
/// Share of a drawing that the head of a group needs above it, so that its name can be read when everything is fitted.
const HEAD: f64 = 0.075;

/// The plan whose drawing is largest when fitted. `extent` is the width and height of a plan.
pub(super) fn largest<T>(plans: impl Iterator<Item = T>, extent: impl Fn(&T) -> (f64, f64)) -> Option<T> {
    let mut best: Option<(f64, T)> = None;
    for plan in plans {
        let (width, height) = extent(&plan);
        let size = (width / ASPECT).max(height);
        if best.as_ref().is_none_or(|(least, _)| size < *least) {
            best = Some((size, plan));
        }
    }
    best.map(|(_, plan)| plan)
}

/// [`largest`] of the plans for a head of groups, which itself follows from the extent: three times comes near enough.
pub(super) fn fitted<T, P: Iterator<Item = T>>(plans: impl Fn(f64) -> P, extent: impl Fn(&T) -> (f64, f64)) -> Option<T> {
    let mut best = None;
    for _ in 0..3 {
        let head = head(best.as_ref().map_or((0.0, 0.0), &extent));
        best = largest(plans(head), &extent).or(best);
    }
    best
}

/// The gap above a row of groups in a drawing of about this extent: room for their heads, and for what runs between.
pub(super) fn head(extent: (f64, f64)) -> f64 {
    ((extent.0 / ASPECT).max(extent.1) * HEAD).max(70.0)
}

/// A, B, ... W, AA, AB, ...: X and on are left to racks of switches, so that no rack is named twice.
pub(super) fn letters(unit: u32) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVW";
    let (first, last) = (unit as usize / alphabet.len(), unit as usize % alphabet.len());
    let letter = |at: usize| alphabet.get(at).map_or('Z', |byte| char::from(*byte));
    let mut name = String::new();
    if first > 0 {
        name.push(letter(first - 1));
    }
    name.push(letter(last));
    name
}
