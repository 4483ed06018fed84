//! From a design to flat arrays of places.

use super::curve::{self, Anchor, Curve, Standing};
use super::face::{self, Frame, RACK_GAP, RACK_MARGIN, RACK_PADDING, RACK_TITLE, RACK_WIDTH, SYSTEM_WIDTH, U_HEIGHT};
use super::store::{Ids, NONE, Scene, Trunk};
use crate::catalog::Catalog;
use crate::model::{CableDetail, Confidence, Design, GroupId, LinkId, LinkLayer, Member, Node, NodeId, Part, PartId, PartKind, PortGroup, PortPath, RackId};
use crate::units::{Point, Rect, SortedMap, order};

/// Places beyond this count as this: a design from anywhere must not make infinite boxes.
const FARTHEST: f64 = 1e7;
/// Between the members of a group and its frame.
pub const GROUP_PADDING: f64 = 18.0;
/// Height of the title of a group.
pub const GROUP_TITLE: f64 = 26.0;

pub(super) fn sane(at: Point) -> Point {
    let within = |value: f64| if value.is_finite() { value.clamp(-FARTHEST, FARTHEST) } else { 0.0 };
    Point::new(within(at.x), within(at.y))
}

/// The part of every node, in id order. Neighbours mostly are of one part, so few are looked up.
fn parts_of<'a>(design: &'a Design, catalog: &'a Catalog) -> Vec<Option<&'a Part>> {
    let mut last: Option<(&PartId, Option<&Part>)> = None;
    let looked_up = design.nodes.iter().map(|(_, node)| match last {
        Some((id, part)) if *id == node.part => part,
        _ => {
            let part = catalog.part(design, &node.part);
            last = Some((&node.part, part));
            part
        }
    });
    looked_up.collect()
}

impl Scene {
    /// Places everything of a design. Time: O(n log n) in nodes, links and drawn cages. Space: O(n).
    pub fn build(design: &Design, catalog: &Catalog) -> Self {
        let mut scene = Self {
            nodes: Ids::of(design.nodes.ids()),
            racks: Ids::of(design.racks.ids()),
            groups: Ids::of(design.groups.ids()),
            links: Ids::of(design.links.ids()),
            ..Self::default()
        };
        scene.join_links(design);
        scene.place_racks(design, catalog);
        let parts = parts_of(design, catalog);
        scene.place_nodes(design, &parts);
        scene.find_groups(design);
        scene.place_groups();
        scene.route_links();
        scene.name_layers(design, catalog, &parts);
        scene.find_trunks();
        scene.find_bounds();
        scene.revision = scene.fingerprint();
        scene
    }

    /// Finds what the first drawing would otherwise wait for. Returns whether that was still to be done.
    pub fn settle(&self) -> bool {
        let todo = self.buses.get().is_none();
        self.buses();
        todo
    }

    /// A number that differs between scenes that differ (FNV-1a over places and link ends). Time: O(nodes + links).
    fn fingerprint(&self) -> u64 {
        let mut hash = Fnv::default();
        for rect in self.node_rects.iter().chain(&self.rack_rects).chain(self.group_rects.iter().flatten()) {
            hash.add(rect.x.to_bits());
            hash.add(rect.y.to_bits());
            hash.add(rect.height.to_bits());
        }
        for (ends, curve) in self.link_ends.iter().zip(&self.curves) {
            hash.add(u64::from(ends[0]) << 32 | u64::from(ends[1]));
            hash.add(curve[0].x.to_bits() ^ curve[3].x.to_bits().rotate_left(17));
        }
        hash.0
    }

    /// Which node and port each link ends on, and which links each node has, in port order.
    fn join_links(&mut self, design: &Design) {
        let count = self.nodes.len();
        self.use_starts = vec![0; count + 1];
        self.link_ends = Vec::with_capacity(design.links.len());
        self.link_ports = Vec::with_capacity(design.links.len());
        for (_, link) in design.links.iter() {
            let ends = link.ends.map(|end| self.nodes.place(end.node).map_or(NONE, |place| place as u32));
            for node in ends.iter().filter(|node| **node != NONE) {
                self.use_starts[*node as usize + 1] += 1;
            }
            self.link_ends.push(ends);
            self.link_ports.push(link.ends.map(|end| end.port));
        }
        for at in 0..count {
            self.use_starts[at + 1] += self.use_starts[at];
        }
        let mut next = self.use_starts.clone();
        self.uses = vec![(PortPath::cage(0), 0); self.use_starts.last().map_or(0, |total| *total as usize)];
        for (link, (ends, ports)) in (0u32..).zip(self.link_ends.iter().zip(&self.link_ports)) {
            for (node, port) in ends.iter().zip(ports).filter(|(node, _)| **node != NONE) {
                let slot = &mut next[*node as usize];
                self.uses[*slot as usize] = (*port, link);
                *slot += 1;
            }
        }
        for range in self.use_starts.windows(2) {
            order::sort(&mut self.uses[range[0] as usize..range[1] as usize]);
        }
    }

    fn place_racks(&mut self, design: &Design, catalog: &Catalog) {
        for (_, rack) in design.racks.iter() {
            let units = catalog.part(design, &rack.part).and_then(Part::rack).map_or(48, |detail| detail.units).clamp(1, 100);
            let at = sane(rack.at);
            self.rack_units.push(units);
            self.rack_rects.push(Rect::new(at.x, at.y, RACK_WIDTH, face::rack_height(units)));
        }
    }

    fn place_nodes(&mut self, design: &Design, parts: &[Option<&Part>]) {
        let mut known: SortedMap<(&PartId, u16, Frame), u32> = SortedMap::new();
        let mut loose: Vec<f64> = vec![0.0; self.racks.len()];
        self.node_rects.reserve(self.nodes.len());
        let mut last: Option<((&PartId, u16, Frame), u32)> = None;
        for (at, ((_, node), part)) in design.nodes.iter().zip(parts.iter().copied()).enumerate() {
            let rack = node.rack.and_then(|rack| self.racks.place(rack));
            let mounted = rack.is_some() && node.u.is_some();
            let frame = if mounted { Frame::Racked(self.fitting_units(rack, part)) } else { Frame::Free };
            let key = (&node.part, self.generic_cages(at, node, part), frame);
            let face = match last {
                Some((same, face)) if same == key => face,
                _ => *known.entry(key).or_insert_with(|| {
                    self.faces.push(face::face(part, key.1, frame));
                    (self.faces.len() - 1) as u32
                }),
            };
            last = Some((key, face));
            for (cage, settings) in &node.ports {
                if let Some(breakout) = settings.breakout {
                    self.breakouts.insert((at as u32, *cage), breakout.children);
                }
            }
            if let Some(part) = part
                && part.ports.iter().any(|group| group.per_cage > 1)
            {
                self.face_children(face, part);
            }
            let place = self.node_place(node, rack, face, &mut loose);
            self.node_rects.push(place);
            self.node_faces.push(face);
            self.node_racks.push(rack.map_or(NONE, |rack| rack as u32));
            self.node_mounted.push(mounted);
        }
    }

    /// Notes how many ports each cage of a face holds as it comes.
    pub(super) fn face_children(&mut self, face: u32, part: &Part) {
        if self.children.contains_key(&face) {
            return;
        }
        let per_cage = part.ports.iter().flat_map(|group| std::iter::repeat_n(group.per_cage.max(1), usize::from(group.count.unwrap_or(0)))).collect();
        self.children.insert(face, per_cage);
    }

    /// A part never fills more units than its rack has.
    pub(super) fn fitting_units(&self, rack: Option<usize>, part: Option<&Part>) -> u16 {
        let most = rack.and_then(|rack| self.rack_units.get(rack)).copied().unwrap_or(1);
        face::units_of(part).min(most)
    }

    /// How many cages a part without a stated number is drawn with: what the node says, else those in use and one more.
    pub(super) fn generic_cages(&self, at: usize, node: &Node, part: Option<&Part>) -> u16 {
        if part.is_some_and(|part| !part.is_generic()) {
            return 0;
        }
        let used = self.uses_of(at).last().map_or(0, |(port, _)| port.cage);
        let stated = node.generic.as_ref().and_then(|generic| generic.ports);
        stated.unwrap_or(used.saturating_add(1)).min(face::MOST_CAGES as u16)
    }

    /// Where a node stands: in its units, below its rack while it has none, or where it was put.
    pub(super) fn node_place(&self, node: &Node, rack: Option<usize>, face: u32, loose: &mut [f64]) -> Rect {
        let (width, height) = self.faces.get(face as usize).map_or((SYSTEM_WIDTH, U_HEIGHT), |face| (face.width, face.height));
        let Some((index, frame, units)) = rack.and_then(|rack| Some((rack, *self.rack_rects.get(rack)?, *self.rack_units.get(rack)?))) else {
            let at = sane(node.at);
            return Rect::new(at.x, at.y, width, height);
        };
        let Some(u) = node.u else {
            let down = loose.get_mut(index).map_or(0.0, |down| {
                let here = *down;
                *down += height + 8.0;
                here
            });
            return Rect::new(frame.x + RACK_MARGIN, frame.bottom() + 12.0 + down, width, height);
        };
        let fills = ((height + RACK_GAP) / U_HEIGHT).round().max(1.0) as u16;
        let lowest = u.0.clamp(1, units.saturating_sub(fills).saturating_add(1).max(1));
        let above = units.saturating_sub(lowest - 1).saturating_sub(fills);
        Rect::new(frame.x + RACK_MARGIN, frame.y + RACK_TITLE + RACK_PADDING + f64::from(above) * U_HEIGHT, width, height)
    }

    /// Which group each node, rack and group stands in; the first that names it wins.
    fn find_groups(&mut self, design: &Design) {
        self.node_groups = vec![NONE; self.nodes.len()];
        self.rack_groups = vec![NONE; self.racks.len()];
        self.group_parents = vec![NONE; self.groups.len()];
        let claim = |row: Option<&mut u32>, group: u32| {
            if let Some(row) = row.filter(|row| **row == NONE) {
                *row = group;
            }
        };
        for (at, (id, group)) in (0u32..).zip(design.groups.iter()) {
            for member in &group.members {
                match *member {
                    Member::Node(node) => claim(self.nodes.place(node).and_then(|place| self.node_groups.get_mut(place)), at),
                    Member::Rack(rack) => claim(self.racks.place(rack).and_then(|place| self.rack_groups.get_mut(place)), at),
                    Member::Group(child) if child != id => claim(self.groups.place(child).and_then(|place| self.group_parents.get_mut(place)), at),
                    Member::Group(_) => {}
                }
            }
        }
        // A chain of parents that leads back to itself is cut.
        for start in 0..self.group_parents.len() {
            let mut here = start;
            for _ in 0..=self.group_parents.len() {
                match self.group_parents.get(here) {
                    Some(&parent) if parent != NONE => here = parent as usize,
                    _ => break,
                }
                if here == start {
                    self.group_parents[start] = NONE;
                    break;
                }
            }
        }
        for at in 0..self.node_groups.len() {
            let rack = self.node_racks[at];
            if self.node_groups[at] == NONE && rack != NONE {
                self.node_groups[at] = self.rack_groups.get(rack as usize).copied().unwrap_or(NONE);
            }
        }
    }

    /// The frame of each group: its members, their padding and a title. Time: O(members + groups * depth).
    pub(super) fn place_groups(&mut self) {
        let mut rects: Vec<Option<Rect>> = vec![None; self.groups.len()];
        let grow = |rects: &mut Vec<Option<Rect>>, group: u32, rect: Rect| {
            if let Some(slot) = rects.get_mut(group as usize) {
                *slot = Some(slot.map_or(rect, |before| before.union(&rect)));
            }
        };
        for (rect, group) in self.node_rects.iter().zip(&self.node_groups) {
            grow(&mut rects, *group, *rect);
        }
        for (rect, group) in self.rack_rects.iter().zip(&self.rack_groups) {
            grow(&mut rects, *group, *rect);
        }
        let framed = |rect: Rect| {
            let padded = rect.grown(GROUP_PADDING);
            Rect::new(padded.x, padded.y - GROUP_TITLE, padded.width, padded.height + GROUP_TITLE)
        };
        // Children before their parents: deepest first.
        let mut order: Vec<(usize, usize)> = (0..self.groups.len()).map(|at| (self.group_depth(at), at)).collect();
        order::sort_by(&mut order, |a, b| b.cmp(a));
        for (_, at) in order {
            let Some(rect) = rects.get(at).copied().flatten().map(framed) else { continue };
            rects[at] = Some(rect);
            grow(&mut rects, self.group_parents[at], rect);
        }
        self.group_rects = rects;
    }

    pub(crate) fn group_depth(&self, group: usize) -> usize {
        let mut depth = 0;
        let mut here = group;
        while let Some(&parent) = self.group_parents.get(here).filter(|parent| **parent != NONE) {
            here = parent as usize;
            depth += 1;
            if depth > self.groups.len() {
                break;
            }
        }
        depth
    }

    fn route_links(&mut self) {
        self.curves = (0..self.links.len()).map(|link| self.route(link)).collect();
    }

    /// The curve of a link; a link of which one end stands nowhere has none and gets a curve of no extent.
    pub(super) fn route(&self, link: usize) -> Curve {
        let nowhere = [Point::new(f64::NAN, f64::NAN); 4];
        let (Some([a, b]), Some(ports)) = (self.link_ends.get(link).copied(), self.link_ports.get(link).copied()) else { return nowhere };
        let (Some(from), Some(to)) = (self.anchor(a, ports[0]), self.anchor(b, ports[1])) else { return nowhere };
        let rack = self.node_racks.get(a as usize).copied().filter(|rack| *rack != NONE);
        let same_rack = from.racked && to.racked && rack.is_some() && rack == self.node_racks.get(b as usize).copied();
        let sides = curve::sides(&from, &to, same_rack, self.standing([a, b]));
        curve::between(curve::exit(&from, sides[0]), curve::exit(&to, sides[1]), sides)
    }

    /// How the ends of a link stand to each other.
    pub(super) fn standing(&self, [a, b]: [u32; 2]) -> Standing {
        let face = |node: u32| self.node_faces.get(node as usize).copied();
        let is_endpoint = |face: u32| self.faces.get(face as usize).is_some_and(|face| matches!(face.kind, Some(PartKind::System | PartKind::Xpu)));
        match face(a) {
            _ if a == b => Standing::Same,
            Some(known) if face(b) == Some(known) && is_endpoint(known) => Standing::Peers,
            _ => Standing::Apart,
        }
    }

    /// What an end of a link hangs on. A port that the part does not have hangs on the middle of the node.
    pub(super) fn anchor(&self, node: u32, port: PortPath) -> Option<Anchor> {
        let place = node as usize;
        let rect = *self.node_rects.get(place)?;
        let mounted = self.node_mounted.get(place).copied().unwrap_or(false);
        let rack = self.node_racks.get(place).and_then(|rack| self.rack_rects.get(*rack as usize)).filter(|_| mounted);
        let port = self.port_rect(place, port).unwrap_or_else(|| Rect::new(rect.center().x, rect.center().y, 0.0, 0.0));
        Some(Anchor { port, hull: rack.copied().unwrap_or(rect), node: rect, racked: rack.is_some() })
    }

    /// What each link speaks (as [`crate::catalog::fit::link_layer`] has it, without assembling its ports), and whether the rate of its
    /// ports or the make of its cable is recalled.
    fn name_layers(&mut self, design: &Design, catalog: &Catalog, parts: &[Option<&Part>]) {
        let stated = design.nodes.iter().map(|(_, node)| node.generic.as_ref().and_then(|generic| generic.layer));
        let nodes: Vec<(Option<&Part>, Option<LinkLayer>)> = parts.iter().copied().zip(stated).collect();
        let group = |node: u32, port: PortPath| -> Option<(&Part, &PortGroup)> {
            let (part, _) = nodes.get(node as usize)?;
            let part = (*part)?;
            Some((part, part.port_group(port.cage)?.0))
        };
        let layers = |node: u32, port: PortPath| -> &[LinkLayer] {
            let Some((part, group)) = group(node, port) else { return &[] };
            match nodes.get(node as usize) {
                Some((_, Some(layer))) if part.is_generic() => std::slice::from_ref(layer),
                _ => group.layers.as_slice(),
            }
        };
        let recalled = |confidence: Confidence| confidence == Confidence::Recalled;
        let mut last: Option<(&PartId, Option<&CableDetail>)> = None;
        for ((_, link), (ends, ports)) in design.links.iter().zip(self.link_ends.iter().zip(&self.link_ports)) {
            let cable = link.part.as_ref().and_then(|id| match last {
                Some((known, cable)) if known == id => cable,
                _ => {
                    let cable = catalog.part(design, id).and_then(Part::cable);
                    last = Some((id, cable));
                    cable
                }
            });
            let (a, b) = (layers(ends[0], ports[0]), layers(ends[1], ports[1]));
            let common = a.iter().find(|layer| b.contains(layer));
            let layer = match (common, a.is_empty() || b.is_empty(), cable.map(|cable| cable.layers.as_slice())) {
                (Some(layer), ..) => Some(*layer),
                (None, false, _) => None,
                (None, true, Some([only])) => Some(*only),
                (None, true, _) => a.first().or(b.first()).copied(),
            };
            let port_recalled = (0..2).any(|end| group(ends[end], ports[end]).is_some_and(|(_, group)| recalled(group.basis.confidence)));
            self.link_layers.push(layer);
            self.link_recalled.push(link.gbps.is_none() && (port_recalled || cable.is_some_and(|cable| recalled(cable.basis.confidence))));
        }
    }

    /// Links between the same two nodes, as one.
    fn find_trunks(&mut self) {
        let mut keys: Vec<(u32, u32, u32)> = (0u32..)
            .zip(&self.link_ends)
            .filter(|(_, ends)| ends[0] != NONE && ends[1] != NONE)
            .map(|(link, ends)| (ends[0].min(ends[1]), ends[0].max(ends[1]), link))
            .collect();
        // Links come in rising order, and the sort is stable.
        order::sort_by_number(&mut keys, |(a, b, _)| u64::from(*a) << 32 | u64::from(*b));
        self.link_trunks = vec![NONE; self.links.len()];
        for (a, b, link) in keys {
            match self.trunks.last_mut() {
                Some(trunk) if (trunk.a, trunk.b) == (a, b) => trunk.end += 1,
                _ => self.trunks.push(Trunk { a, b, start: self.trunk_links.len() as u32, end: self.trunk_links.len() as u32 + 1, ..Trunk::default() }),
            }
            self.trunk_links.push(link);
            self.link_trunks[link as usize] = (self.trunks.len() - 1) as u32;
        }
        for at in 0..self.trunks.len() {
            self.trunks[at].curve = self.trunk_route(at);
            self.trunks[at].layer = self.trunk_links.get(self.trunks[at].start as usize).and_then(|link| self.link_layers[*link as usize]);
        }
    }

    /// The mean of the curves of its links, all turned to run from `a` to `b`.
    pub(super) fn trunk_route(&self, trunk: usize) -> Curve {
        let trunk = &self.trunks[trunk];
        let turned = self.trunk_links[trunk.start as usize..trunk.end as usize].iter().map(|link| {
            let [p, q, r, s] = self.curves[*link as usize];
            if self.link_ends[*link as usize][0] == trunk.a { [p, q, r, s] } else { [s, r, q, p] }
        });
        curve::mean(turned).unwrap_or_default()
    }

    pub(super) fn find_bounds(&mut self) {
        let all = self.node_rects.iter().chain(&self.rack_rects).copied().chain(self.group_rects.iter().flatten().copied());
        self.bounds = all.reduce(|a, b| a.union(&b));
    }
}

/// The FNV-1a hash, word by word.
pub(super) struct Fnv(pub u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    pub fn add(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
    }
}

impl Scene {
    /// Ids of groups in order.
    pub fn group_ids(&self) -> &[GroupId] {
        self.groups.all()
    }
    /// Ids of links in order.
    pub fn link_ids(&self) -> &[LinkId] {
        self.links.all()
    }
    /// Ids of nodes in order.
    pub fn node_ids(&self) -> &[NodeId] {
        self.nodes.all()
    }
    /// Ids of racks in order.
    pub fn rack_ids(&self) -> &[RackId] {
        self.racks.all()
    }
}
