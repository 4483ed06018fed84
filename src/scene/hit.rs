//! What lies under a place.

use super::camera::PORT_ZOOM;
use super::curve;
use super::face::{RACK_GAP, RACK_PADDING, RACK_TITLE, U_HEIGHT};
use super::grid::Grid;
use super::store::{NONE, Scene};
use crate::model::{NodeId, PortPath, PortRef, RackId, Subject};
use crate::units::{Point, RackUnits, Rect, order};

/// How far from a port it still counts as meant, in view pixels.
const PORT_REACH: f64 = 12.0;
/// The same for a finger.
const PORT_REACH_TOUCH: f64 = 24.0;
/// Over the body of a node a port is meant only this near, so that the body can still be grabbed.
const PORT_REACH_INSIDE: f64 = 3.0;
/// The same for a finger.
const PORT_REACH_INSIDE_TOUCH: f64 = 9.0;
/// How far from a link it still counts as meant, in view pixels.
const LINK_REACH: f64 = 6.0;
/// The same for a finger.
const LINK_REACH_TOUCH: f64 = 14.0;

/// Grids over nodes and links, made when first asked for.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    nodes: Grid,
    links: Grid,
}

impl Index {
    fn of(scene: &Scene) -> Self {
        let bounds = scene.bounds.unwrap_or_default();
        let nodes = Grid::build(bounds, scene.node_rects.len(), 128, |item, _, touch| touch(scene.node_rects[item]));
        // A link of a bus is not drawn, so nobody grabs it.
        let buses = scene.buses();
        let links = Grid::build(bounds, scene.curves.len(), 48, |item, grid, touch| {
            let curve = &scene.curves[item];
            if !curve[0].x.is_finite() || buses.row(item as u32) != NONE {
                return;
            }
            let hull = curve::hull(curve);
            let (wide, high) = grid.cell();
            let steps = ((hull.width / wide).max(hull.height / high) * 2.5).ceil().clamp(1.0, 160.0);
            for step in 0..=steps as u32 {
                let place = curve::point_at(curve, f64::from(step) / steps);
                touch(Rect::new(place.x, place.y, 0.0, 0.0));
            }
        });
        Self { nodes, links }
    }
}

impl Scene {
    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::of(self))
    }

    /// Remembers what is no longer where the index has it; too much of it and the index is made anew when next asked for.
    pub(super) fn note_moved(&mut self, nodes: &[u32], links: &[u32]) {
        // Where there are buses, links may have left them.
        if self.index.get().is_none() || self.buses.get().is_none_or(|buses| !buses.all.is_empty()) {
            self.index = std::sync::OnceLock::new();
            self.strays = Default::default();
            return;
        }
        for (known, new) in [(&mut self.strays.0, nodes), (&mut self.strays.1, links)] {
            known.extend_from_slice(new);
            order::unique_numbers(known);
        }
        if self.strays.0.len() + self.strays.1.len() > 4000 {
            self.index = std::sync::OnceLock::new();
            self.strays = Default::default();
        }
    }

    /// Rows of nodes that may touch `rect`, ascending.
    pub(crate) fn nodes_near(&self, rect: &Rect) -> Vec<u32> {
        merged(self.index().nodes.near(rect), &self.strays.0)
    }

    /// Rows of links that may run through `rect`, ascending; links of buses are not among them.
    pub(crate) fn links_near(&self, rect: &Rect) -> Vec<u32> {
        let (wide, high) = self.index().links.cell();
        let wider = Rect::new(rect.x - wide * 0.5, rect.y - high * 0.5, rect.width + wide, rect.height + high);
        merged(self.index().links.near(&wider), &self.strays.1)
    }

    /// What lies at a place of the drawing, seen at `zoom`: the nearest port within reach (while ports are drawn), else the node, link,
    /// rack or group there. `touch` widens the reach to a finger's.
    pub fn hit(&self, at: Point, zoom: f64, touch: bool) -> Option<Subject> {
        if !(zoom > 0.0 && at.x.is_finite() && at.y.is_finite()) {
            return None;
        }
        if zoom >= PORT_ZOOM
            && let Some(port) = self.port_hit(at, zoom, touch)
        {
            return Some(Subject::Port(port));
        }
        self.node_hit(at)
            .map(Subject::Node)
            .or_else(|| self.links_are_single(zoom).then(|| self.link_hit(at, zoom, touch)).flatten())
            .or_else(|| self.rack_rects.iter().rposition(|rect| rect.contains(at)).and_then(|place| self.racks.at(place)).map(Subject::Rack))
            .or_else(|| self.group_hit(at, zoom))
    }

    /// Whether links are drawn one by one (or trunk by trunk) at a zoom. Far away they are bundles between groups, which nobody can grab.
    fn links_are_single(&self, zoom: f64) -> bool {
        zoom >= self.far_zoom() || (self.groups.len() == 0 && self.racks.len() == 0 && self.nodes.len() <= super::SINGLE_NODES)
    }

    /// The node at a place; of several the one drawn last.
    pub fn node_hit(&self, at: Point) -> Option<NodeId> {
        let near = self.nodes_near(&Rect::new(at.x, at.y, 0.0, 0.0));
        near.iter().rev().find(|place| self.node_rects[**place as usize].contains(at)).and_then(|place| self.nodes.at(*place as usize))
    }

    /// The nearest port within a finger-sized reach.
    pub fn port_hit(&self, at: Point, zoom: f64, touch: bool) -> Option<PortRef> {
        let reach = if touch { PORT_REACH_TOUCH } else { PORT_REACH } / zoom;
        let reach_inside = if touch { PORT_REACH_INSIDE_TOUCH } else { PORT_REACH_INSIDE } / zoom;
        let over = self.node_hit(at);
        let mut best: Option<(f64, PortRef)> = None;
        for place in self.nodes_near(&Rect::new(at.x, at.y, 0.0, 0.0).grown(reach)) {
            let place = place as usize;
            let (Some(id), Some(rect)) = (self.nodes.at(place), self.node_rects.get(place)) else { continue };
            let reach = if over.is_some() { reach_inside } else { reach };
            if over.is_some_and(|over| over != id) || outside(rect, at) > reach {
                continue;
            }
            self.each_port(place, |port, rect| {
                let away = outside(&rect, at);
                let nearer = best.as_ref().is_none_or(|(least, _)| away < *least);
                if away <= reach && nearer {
                    best = Some((away, PortRef { node: id, port }));
                }
            });
        }
        best.map(|(_, port)| port)
    }

    /// Calls back with every port of the node in a row: cages that hold one port, and the ports of those that hold several.
    pub(crate) fn each_port(&self, node: usize, mut found: impl FnMut(PortPath, Rect)) {
        let (Some(rect), Some(face)) = (self.node_rects.get(node), self.node_faces.get(node).and_then(|face| self.faces.get(*face as usize))) else {
            return;
        };
        for cage in (1u16..).take(face.cages.len()) {
            let children = self.children_of(node, cage);
            let ports = if children > 1 { 1..=children } else { 0..=0 };
            for child in ports {
                if let Some(port) = face.port(cage, child, children) {
                    found(PortPath { cage, child }, port.shifted(rect.x, rect.y));
                }
            }
        }
    }

    /// The nearest link within reach: as its trunk while ports are not drawn and it has company.
    pub fn link_hit(&self, at: Point, zoom: f64, touch: bool) -> Option<Subject> {
        let reach = if touch { LINK_REACH_TOUCH } else { LINK_REACH } / zoom;
        let around = Rect::new(at.x, at.y, 0.0, 0.0).grown(reach);
        let mut best: Option<(f64, Subject)> = None;
        let mut seen = NONE;
        for link in self.links_near(&around) {
            if self.buses().row(link) != NONE {
                continue;
            }
            let place = link as usize;
            let trunk_at = self.link_trunks[place];
            let trunk = self.trunks.get(trunk_at as usize).filter(|trunk| zoom < PORT_ZOOM && trunk.count() > 1);
            if trunk.is_some() && trunk_at == seen {
                continue;
            }
            seen = trunk_at;
            let curve = trunk.map_or(self.curves[place], |trunk| trunk.curve);
            if !curve[0].x.is_finite() || !curve::hull(&curve).intersects(&around) {
                continue;
            }
            let away = curve::distance(&curve, at);
            if away > reach || best.as_ref().is_some_and(|(least, _)| away >= *least) {
                continue;
            }
            let subject = match trunk {
                Some(trunk) => self.nodes.at(trunk.a as usize).zip(self.nodes.at(trunk.b as usize)).map(|(a, b)| Subject::Trunk(a, b)),
                None => self.links.at(place).map(Subject::Link),
            };
            best = subject.map(|subject| (away, subject)).or(best);
        }
        // A bus stands for all its links: only a tap that carries one of them can be told from the others.
        best.map(|(_, subject)| subject).or_else(|| self.buses().link_near(self, at, reach).and_then(|link| self.links.at(link as usize)).map(Subject::Link))
    }

    /// The innermost group at a place.
    fn group_hit(&self, at: Point, zoom: f64) -> Option<Subject> {
        let inside = (0..self.group_rects.len()).filter(|group| self.group_frame(*group, zoom).is_some_and(|frame| frame.contains(at)));
        let innermost = inside.max_by_key(|group| self.group_depth(*group))?;
        self.groups.at(innermost).map(Subject::Group)
    }

    /// What a marquee takes: groups and racks that lie wholly in it, nodes (in `enclosed` wholly, else touched), and links that
    /// lie wholly in it. What stands in a taken rack goes with the rack; groups are taken through their members.
    pub fn within(&self, area: &Rect, enclosed: bool) -> Vec<Subject> {
        let mut found = Vec::new();
        let racks: Vec<bool> = self.rack_rects.iter().map(|rect| area.encloses(rect)).collect();
        found.extend(racks.iter().enumerate().filter(|(_, taken)| **taken).filter_map(|(place, _)| self.racks.at(place)).map(Subject::Rack));
        for place in self.nodes_near(area) {
            let place = place as usize;
            let rect = &self.node_rects[place];
            let goes_along = self.node_mounted[place] && racks.get(self.node_racks[place] as usize).is_some_and(|taken| *taken);
            let taken = if enclosed { area.encloses(rect) } else { area.intersects(rect) };
            if taken && !goes_along {
                found.extend(self.nodes.at(place).map(Subject::Node));
            }
        }
        for (link, curve) in self.curves.iter().enumerate() {
            if curve[0].x.is_finite() && area.encloses(&curve::hull(curve)) {
                found.extend(self.links.at(link).map(Subject::Link));
            }
        }
        found
    }

    /// Links that run through a box, as they are drawn at a zoom: parallel ones that are drawn as one go together. Nothing from so far away that
    /// links are bundles. Time: O(links near the box).
    pub fn links_through(&self, area: &Rect, zoom: f64) -> Vec<Subject> {
        let mut found = Vec::new();
        if !self.links_are_single(zoom) {
            return found;
        }
        let mut seen = NONE;
        for link in self.links_near(area) {
            let place = link as usize;
            let trunk_at = self.link_trunks[place];
            let trunk = self.trunks.get(trunk_at as usize).filter(|trunk| zoom < PORT_ZOOM && trunk.count() > 1);
            if trunk.is_some() && trunk_at == seen {
                continue;
            }
            seen = trunk_at;
            let curve = trunk.map_or(self.curves[place], |trunk| trunk.curve);
            if !curve[0].x.is_finite() || self.buses().row(link) != NONE || !curve::crosses(&curve, area, 32) {
                continue;
            }
            let together = trunk.map_or(std::slice::from_ref(&link), |trunk| self.links_of(trunk));
            found.extend(together.iter().filter_map(|link| self.links.at(*link as usize)).map(Subject::Link));
        }
        found
    }

    /// The rack under a place, and the lowest unit of something `height` high whose middle is there. Does not ask whether the units
    /// are free.
    pub fn rack_slot(&self, at: Point, height: RackUnits) -> Option<(RackId, RackUnits)> {
        let place = self.rack_rects.iter().rposition(|rect| rect.contains(at))?;
        let (rect, units) = (self.rack_rects.get(place)?, *self.rack_units.get(place)?);
        let height = height.0.max(1);
        if height > units {
            return None;
        }
        let floor = rect.y + RACK_TITLE + RACK_PADDING + f64::from(units) * U_HEIGHT;
        let lowest = ((floor - at.y) / U_HEIGHT - f64::from(height) / 2.0).round() + 1.0;
        let lowest = lowest.clamp(1.0, f64::from(units - height + 1)) as u16;
        Some((self.racks.at(place)?, RackUnits(lowest)))
    }

    /// Where a slot of a rack is, for things `height` high.
    pub fn slot_rect(&self, rack: RackId, lowest: RackUnits, height: RackUnits) -> Option<Rect> {
        let place = self.racks.place(rack)?;
        let (rect, units) = (self.rack_rects.get(place)?, *self.rack_units.get(place)?);
        let floor = rect.y + RACK_TITLE + RACK_PADDING + f64::from(units) * U_HEIGHT;
        let (lowest, height) = (f64::from(lowest.0.max(1)), f64::from(height.0.max(1)));
        let margin = super::face::RACK_MARGIN;
        Some(Rect::new(rect.x + margin, floor - (lowest - 1.0 + height) * U_HEIGHT, rect.width - 2.0 * margin, height * U_HEIGHT - RACK_GAP))
    }
}

/// How far a place lies outside a box; 0 inside.
fn outside(rect: &Rect, at: Point) -> f64 {
    let dx = (rect.x - at.x).max(at.x - rect.right()).max(0.0);
    let dy = (rect.y - at.y).max(at.y - rect.bottom()).max(0.0);
    dx.hypot(dy)
}

fn merged(mut found: Vec<u32>, strays: &[u32]) -> Vec<u32> {
    if !strays.is_empty() {
        found.extend_from_slice(strays);
        order::unique_numbers(&mut found);
    }
    found
}
