//! The scene: places in flat arrays, one row per node, rack, group, link and trunk, in id order.

use std::sync::OnceLock;

use super::build::GROUP_TITLE;
use super::bus::Buses;
use super::curve::{self, Curve, Side};
use super::face::Face;
use super::hit::Index;
use super::worn::Worn;
use crate::model::{Element, GroupId, Id, LinkId, LinkLayer, NodeId, PortPath, PortRef, RackId, Subject};
use crate::units::{Rect, SortedMap};

/// No row.
pub(crate) const NONE: u32 = u32::MAX;

/// Ids in order, and where each stands.
#[derive(Clone, Debug)]
pub(crate) struct Ids<K> {
    ids: Vec<K>,
    /// Place by number, while numbers are not much larger than their count.
    dense: Vec<u32>,
}

impl<K> Default for Ids<K> {
    fn default() -> Self {
        Self { ids: Vec::new(), dense: Vec::new() }
    }
}

impl<K: Id> Ids<K> {
    pub(crate) fn of(ids: impl Iterator<Item = K>) -> Self {
        let ids: Vec<K> = ids.collect();
        let most = ids.last().map_or(0, |id| id.number() as usize);
        let mut dense = Vec::new();
        if most <= ids.len() * 4 + 1024 {
            dense = vec![NONE; most + 1];
            for (place, id) in (0u32..).zip(&ids) {
                dense[id.number() as usize] = place;
            }
        }
        Self { ids, dense }
    }
    pub(crate) fn place(&self, id: K) -> Option<usize> {
        if self.dense.is_empty() {
            return self.ids.binary_search(&id).ok();
        }
        self.dense.get(id.number() as usize).filter(|place| **place != NONE).map(|place| *place as usize)
    }
    pub(crate) fn at(&self, place: usize) -> Option<K> {
        self.ids.get(place).copied()
    }
    pub(crate) fn all(&self) -> &[K] {
        &self.ids
    }
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }
}

/// Links between the same two nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Trunk {
    /// Place of the node with the lower id.
    pub a: u32,
    /// Place of the other.
    pub b: u32,
    /// Its links in `trunk_links`.
    pub start: u32,
    pub end: u32,
    /// How it runs.
    pub curve: Curve,
    /// What its first link speaks.
    pub layer: Option<LinkLayer>,
}

impl Trunk {
    pub(crate) fn count(&self) -> u32 {
        self.end - self.start
    }
}

/// Where a port is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PortPlace {
    /// The port, in drawing units.
    pub rect: Rect,
    /// The side a new link would leave on.
    pub side: Side,
}

/// Where everything of a design is drawn. Derived from the design, never the authority.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    pub(crate) revision: u64,
    pub(crate) nodes: Ids<NodeId>,
    pub(crate) node_rects: Vec<Rect>,
    pub(crate) node_faces: Vec<u32>,
    pub(crate) node_racks: Vec<u32>,
    pub(crate) node_groups: Vec<u32>,
    pub(crate) node_mounted: Vec<bool>,
    pub(crate) faces: Vec<Face>,
    /// How many ports the cages of a face hold as they come, for faces where some hold several.
    pub(crate) children: SortedMap<u32, Vec<u8>>,
    /// Cages that a node splits itself.
    pub(crate) breakouts: SortedMap<(u32, u16), u8>,
    /// Used ports with their links, node by node.
    pub(crate) use_starts: Vec<u32>,
    pub(crate) uses: Vec<(PortPath, u32)>,
    pub(crate) racks: Ids<RackId>,
    pub(crate) rack_rects: Vec<Rect>,
    pub(crate) rack_units: Vec<u16>,
    pub(crate) rack_groups: Vec<u32>,
    pub(crate) groups: Ids<GroupId>,
    pub(crate) group_rects: Vec<Option<Rect>>,
    pub(crate) group_parents: Vec<u32>,
    pub(crate) links: Ids<LinkId>,
    pub(crate) link_ends: Vec<[u32; 2]>,
    pub(crate) link_ports: Vec<[PortPath; 2]>,
    pub(crate) link_layers: Vec<Option<LinkLayer>>,
    /// Whether a link's rate or make rests on somebody's memory.
    pub(crate) link_recalled: Vec<bool>,
    pub(crate) link_trunks: Vec<u32>,
    pub(crate) curves: Vec<Curve>,
    pub(crate) trunks: Vec<Trunk>,
    pub(crate) trunk_links: Vec<u32>,
    pub(crate) bounds: Option<Rect>,
    pub(crate) index: OnceLock<Index>,
    /// Found when first asked for, like the index.
    pub(crate) buses: OnceLock<Buses>,
    /// What buses may be taken over from, after an edit.
    pub(crate) worn: Option<Worn>,
    /// What moved since the index was made: nodes and links.
    pub(crate) strays: (Vec<u32>, Vec<u32>),
}

impl Scene {
    /// The box around everything; `None` of an empty design.
    pub fn bounds(&self) -> Option<Rect> {
        self.bounds
    }
    /// The box around everything that is drawn: around links too, where they swing out of [`Scene::bounds`]. A design of more than
    /// 4,096 links is so large that what swings out is little beside it, and its links are not looked at. Time: O(links).
    pub fn drawn_bounds(&self) -> Option<Rect> {
        let bounds = self.bounds?;
        if self.curves.len() > 4096 {
            return Some(bounds);
        }
        let buses = self.buses();
        let alone = (0u32..).zip(&self.curves).filter(|(link, _)| buses.row(*link) == NONE).map(|(_, curve)| curve);
        // A curve swings out farthest at its middle.
        let out = alone.map(|curve| curve::point_at(curve, 0.5)).filter(|middle| !bounds.contains(*middle));
        Some(out.fold(bounds, |all, at| all.union(&Rect::new(at.x, at.y, 0.0, 0.0))))
    }
    /// Where a node is.
    pub fn node_rect(&self, id: NodeId) -> Option<Rect> {
        self.node_rects.get(self.nodes.place(id)?).copied()
    }
    /// Where a rack is.
    pub fn rack_rect(&self, id: RackId) -> Option<Rect> {
        self.rack_rects.get(self.racks.place(id)?).copied()
    }
    /// Where the frame of a group is; `None` of a group without members.
    pub fn group_rect(&self, id: GroupId) -> Option<Rect> {
        self.group_rects.get(self.groups.place(id)?).copied().flatten()
    }
    /// The frame of a group as it is drawn at a zoom: outermost groups keep a head of readable height, however far away they are.
    pub(crate) fn group_frame(&self, group: usize, zoom: f64) -> Option<Rect> {
        let rect = self.group_rects.get(group).copied().flatten()?;
        let nested = self.group_parents.get(group).is_some_and(|parent| *parent != NONE);
        if rect.width * zoom < 15.0 || (nested && zoom >= self.far_zoom()) {
            return Some(rect);
        }
        let share = ((0.6 - zoom) / (0.6 - self.far_zoom())).clamp(0.0, 1.0);
        let head = ((18.0 + 16.0 * share) / zoom).max(GROUP_TITLE);
        Some(Rect::new(rect.x, rect.y + GROUP_TITLE - head, rect.width, rect.height + head - GROUP_TITLE))
    }
    /// How a node looks.
    pub fn face(&self, id: NodeId) -> Option<&Face> {
        self.faces.get(*self.node_faces.get(self.nodes.place(id)?)? as usize)
    }
    /// Where a port is; `None` if the node has no such cage.
    pub fn port_place(&self, port: PortRef) -> Option<PortPlace> {
        let place = self.nodes.place(port.node)?;
        let rect = self.port_rect(place, port.port)?;
        let node = self.node_rects.get(place)?;
        let side = if rect.center().y < node.center().y { Side::Up } else { Side::Down };
        Some(PortPlace { rect, side })
    }
    /// How a link runs: from its first end to its second. `None` while an end stands nowhere.
    pub fn link_curve(&self, id: LinkId) -> Option<Curve> {
        self.curves.get(self.links.place(id)?).copied().filter(|curve| curve[0].x.is_finite())
    }
    /// How the trunk between two nodes runs, and how many links it holds.
    pub fn trunk_curve(&self, a: NodeId, b: NodeId) -> Option<(Curve, usize)> {
        let trunk = self.trunks.get(self.trunk_between(a, b)?)?;
        Some((trunk.curve, trunk.count() as usize))
    }
    /// Links of the trunk between two nodes.
    pub fn trunk_members(&self, a: NodeId, b: NodeId) -> Vec<LinkId> {
        let Some(trunk) = self.trunk_between(a, b).and_then(|at| self.trunks.get(at)) else { return Vec::new() };
        self.links_of(trunk).iter().filter_map(|link| self.links.at(*link as usize)).collect()
    }
    /// Rows of the links of a trunk.
    pub(super) fn links_of(&self, trunk: &Trunk) -> &[u32] {
        self.trunk_links.get(trunk.start as usize..trunk.end as usize).unwrap_or_default()
    }

    fn trunk_between(&self, a: NodeId, b: NodeId) -> Option<usize> {
        let (a, b) = (self.nodes.place(a)? as u32, self.nodes.place(b)? as u32);
        let wanted = (a.min(b), a.max(b));
        self.trunks.binary_search_by(|trunk| (trunk.a, trunk.b).cmp(&wanted)).ok()
    }

    /// The box of what a subject stands for; `None` of what is not drawn (requirements, fabrics).
    pub fn subject_rect(&self, subject: &Subject) -> Option<Rect> {
        match subject {
            Subject::Design => self.bounds,
            Subject::Fabric(_) | Subject::Requirement(_) => None,
            Subject::Group(id) => self.group_rect(*id),
            Subject::Inside(element) => self.inside_rect(element),
            Subject::Link(id) => self.link_curve(*id).map(|curve| super::curve::hull(&curve)),
            Subject::Node(id) => self.node_rect(*id),
            Subject::Port(port) => self.port_place(*port).map(|place| place.rect),
            Subject::Rack(id) => self.rack_rect(*id),
            Subject::Trunk(a, b) => self.trunk_curve(*a, *b).map(|(curve, _)| super::curve::hull(&curve)),
        }
    }

    /// Without the names of the catalogue, a thing inside a node lies where its node is.
    fn inside_rect(&self, element: &Element) -> Option<Rect> {
        self.node_rect(element.node)
    }

    /// Differs between scenes that place something differently, so that what was made of a scene can be kept.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The zoom below which parts are seen as blocks: where a switch is 7 pixels high.
    pub fn far_zoom(&self) -> f64 {
        super::camera::FAR_ZOOM
    }

    /// Used ports of the node in a row, with the rows of their links, in port order.
    pub(crate) fn uses_of(&self, node: usize) -> &[(PortPath, u32)] {
        match (self.use_starts.get(node), self.use_starts.get(node + 1)) {
            (Some(&start), Some(&end)) => self.uses.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// How many ports a cage of the node in a row holds.
    pub(crate) fn children_of(&self, node: usize, cage: u16) -> u8 {
        if let Some(children) = self.breakouts.get(&(node as u32, cage)) {
            return *children;
        }
        let comes = self.node_faces.get(node).and_then(|face| self.children.get(face));
        comes.and_then(|cages| cages.get(usize::from(cage).checked_sub(1)?)).copied().unwrap_or(1)
    }

    /// Where a port of the node in a row is.
    pub(crate) fn port_rect(&self, node: usize, port: PortPath) -> Option<Rect> {
        let rect = self.node_rects.get(node)?;
        let face = self.faces.get(*self.node_faces.get(node)? as usize)?;
        Some(face.port(port.cage, port.child, self.children_of(node, port.cage))?.shifted(rect.x, rect.y))
    }
}
