//! Things that move: placed anew after they were moved, and where they are while they are dragged.

use super::build::{Fnv, sane};
use super::curve::{self, Anchor, Curve};
use super::face::{self, Frame, RACK_GAP, U_HEIGHT};
use super::store::{NONE, Scene};
use crate::catalog::Catalog;
use crate::model::{Design, Member, NodeId, PortPath, RackId};
use crate::units::{Point, RackUnits, Rect, SortedMap, order};

/// What is dragged, where it is now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Carried {
    /// Rows of nodes with their box and the row of the rack they are over.
    pub(crate) nodes: SortedMap<u32, (Rect, u32)>,
    /// Rows of racks with their box.
    pub(crate) racks: SortedMap<u32, Rect>,
    /// Rows of links with how they run.
    pub(crate) links: Vec<(u32, Curve)>,
}

impl Scene {
    /// Places the named nodes and racks anew after they were moved, with their links, trunks and groups. Everything else of the
    /// design must be as it was when the scene was built; if records came or went, [`Scene::build`] is called instead.
    ///
    /// Time: O(moved links + nodes) with a small constant; nothing is allocated per node that stays.
    pub fn moved(&mut self, design: &Design, catalog: &Catalog, nodes: &[NodeId], racks: &[RackId]) {
        let same = design.nodes.len() == self.nodes.len() && design.racks.len() == self.racks.len() && design.links.len() == self.links.len();
        if !same || !self.move_things(design, catalog, nodes, racks) {
            *self = Self::build(design, catalog);
        }
    }

    fn move_things(&mut self, design: &Design, catalog: &Catalog, nodes: &[NodeId], racks: &[RackId]) -> bool {
        let mut touched: Vec<u32> = Vec::new();
        for id in racks {
            let (Some(rack), Some(place)) = (design.racks.get(*id), self.racks.place(*id)) else { return false };
            let at = sane(rack.at);
            let Some(rect) = self.rack_rects.get_mut(place) else { return false };
            *rect = Rect::new(at.x, at.y, rect.width, rect.height);
            for standing in 0..self.node_racks.len() {
                if self.node_racks[standing] != place as u32 {
                    continue;
                }
                // Nodes that wait below a rack share that place with others.
                let node = self.nodes.at(standing).and_then(|id| design.nodes.get(id)).filter(|_| self.node_mounted[standing]);
                let Some(node) = node else { return false };
                // Placed anew, not shifted: sums of fractions would drift from what a fresh scene has.
                self.node_rects[standing] = self.node_place(node, Some(place), self.node_faces[standing], &mut []);
                touched.push(standing as u32);
            }
        }
        for id in nodes {
            let (Some(node), Some(place)) = (design.nodes.get(*id), self.nodes.place(*id)) else { return false };
            let rack = node.rack.and_then(|rack| self.racks.place(rack));
            let mounted = rack.is_some() && node.u.is_some();
            let was = self.node_racks[place];
            // A node that waits below a rack shares that place with others.
            if (rack.is_some() && !mounted) || (was != NONE && !self.node_mounted[place]) {
                return false;
            }
            if mounted != self.node_mounted[place] {
                let part = catalog.part(design, &node.part);
                let frame = if mounted { Frame::Racked(self.fitting_units(rack, part)) } else { Frame::Free };
                let face = face::face(part, self.generic_cages(place, node, part), frame);
                let known = self.faces.iter().position(|known| *known == face);
                let face_at = known.unwrap_or_else(|| {
                    self.faces.push(face);
                    self.faces.len() - 1
                }) as u32;
                if let Some(part) = part.filter(|part| part.ports.iter().any(|group| group.per_cage > 1)) {
                    self.face_children(face_at, part);
                }
                self.node_faces[place] = face_at;
            }
            self.node_mounted[place] = mounted;
            self.node_racks[place] = rack.map_or(NONE, |rack| rack as u32);
            if rack.is_some() || was != NONE {
                // The rack's group is the node's, unless it has one of its own.
                self.regroup(design, place, *id);
            }
            self.node_rects[place] = self.node_place(node, rack, self.node_faces[place], &mut []);
            touched.push(place as u32);
        }
        order::unique_numbers(&mut touched);
        self.reroute(&touched);
        true
    }

    fn regroup(&mut self, design: &Design, place: usize, id: NodeId) {
        let own = (0u32..).zip(design.groups.iter()).find(|(_, (_, group))| group.members.contains(&Member::Node(id))).map(|(at, _)| at);
        let rack = self.node_racks[place];
        self.node_groups[place] = own.or_else(|| self.rack_groups.get(rack as usize).copied()).unwrap_or(NONE);
    }

    /// Where lifted nodes and racks are while they are dragged by `offset` (or held over their `landings`), and how their links run then.
    /// The scene itself stays as it is. Time: O(lifted nodes + their links), and O(nodes) if a rack is lifted.
    pub fn carried(&self, nodes: &[NodeId], racks: &[RackId], offset: Point, landings: &[(NodeId, RackId, RackUnits)]) -> Carried {
        let offset = sane(offset);
        let mut carried = Carried::default();
        for rack in racks.iter().filter_map(|id| self.racks.place(*id)) {
            if let Some(rect) = self.rack_rects.get(rack) {
                carried.racks.insert(rack as u32, rect.shifted(offset.x, offset.y));
            }
        }
        if !carried.racks.is_empty() {
            for (node, rack) in (0u32..).zip(&self.node_racks) {
                if carried.racks.contains_key(rack) {
                    carried.nodes.insert(node, (self.node_rects[node as usize].shifted(offset.x, offset.y), *rack));
                }
            }
        }
        for node in nodes.iter().filter_map(|id| self.nodes.place(*id)) {
            if let Some(rect) = self.node_rects.get(node) {
                carried.nodes.insert(node as u32, (rect.shifted(offset.x, offset.y), NONE));
            }
        }
        for (id, rack, lowest) in landings {
            let (Some(node), Some(place)) = (self.nodes.place(*id), self.racks.place(*rack)) else { continue };
            let (Some(rect), Some(slot)) = (self.node_rects.get(node), self.slot_rect(*rack, *lowest, RackUnits(1))) else { continue };
            let units = (rect.height / U_HEIGHT).round().max(1.0);
            let top = slot.bottom() - if self.node_mounted[node] { rect.height } else { units * U_HEIGHT - RACK_GAP };
            carried.nodes.insert(node as u32, (Rect::new(slot.x, top, rect.width, rect.height), place as u32));
        }
        let mut links: Vec<u32> = carried.nodes.keys().flat_map(|node| self.uses_of(*node as usize).iter().map(|(_, link)| *link)).collect();
        order::unique_numbers(&mut links);
        carried.links = links
            .into_iter()
            .filter_map(|link| {
                let ([a, b], ports) = (*self.link_ends.get(link as usize)?, *self.link_ports.get(link as usize)?);
                let (from, to) = (self.carried_anchor(&carried, a, ports[0])?, self.carried_anchor(&carried, b, ports[1])?);
                let rack = |node: u32| carried.nodes.get(&node).map_or_else(|| self.node_racks.get(node as usize).copied().unwrap_or(NONE), |(_, rack)| *rack);
                let same_rack = from.racked && to.racked && rack(a) != NONE && rack(a) == rack(b);
                let sides = curve::sides(&from, &to, same_rack, self.standing([a, b]));
                Some((link, curve::between(curve::exit(&from, sides[0]), curve::exit(&to, sides[1]), sides)))
            })
            .collect();
        carried
    }

    fn carried_anchor(&self, carried: &Carried, node: u32, port: PortPath) -> Option<Anchor> {
        let mut anchor = self.anchor(node, port)?;
        let Some((rect, rack)) = carried.nodes.get(&node) else { return Some(anchor) };
        anchor.port = anchor.port.shifted(rect.x - anchor.node.x, rect.y - anchor.node.y);
        let frame = carried.racks.get(rack).or_else(|| self.rack_rects.get(*rack as usize));
        anchor.racked = frame.is_some();
        anchor.node = *rect;
        anchor.hull = frame.copied().unwrap_or(*rect);
        Some(anchor)
    }

    fn reroute(&mut self, nodes: &[u32]) {
        let mut links: Vec<u32> = nodes.iter().flat_map(|node| self.uses_of(*node as usize).iter().map(|(_, link)| *link)).collect();
        order::unique_numbers(&mut links);
        for link in &links {
            self.curves[*link as usize] = self.route(*link as usize);
        }
        let mut trunks: Vec<u32> = links.iter().map(|link| self.link_trunks[*link as usize]).filter(|trunk| *trunk != NONE).collect();
        order::unique_numbers(&mut trunks);
        for trunk in trunks {
            self.trunks[trunk as usize].curve = self.trunk_route(trunk as usize);
        }
        self.place_groups();
        self.find_bounds();
        self.note_moved(nodes, &links);
        self.buses = std::sync::OnceLock::new();
        self.worn = None;
        let mut hash = Fnv(self.revision.wrapping_add(1));
        for node in nodes {
            let rect = self.node_rects[*node as usize];
            hash.add(rect.x.to_bits());
            hash.add(rect.y.to_bits());
        }
        self.revision = hash.0;
    }
}
