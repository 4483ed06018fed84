//! How long each cable is: what its link states, else the way over the floor from where its ends stand, rounded up to a length that
//! is sold. What is not placed has no length: nothing is guessed.
//!
//! Rules, cable schedule, bill of materials, estimates and the page all ask here.
//!
//! The way within a rack is the difference in height, the depth of the rack where one end faces the rear, and slack. Between racks it
//! is up to the tray, along and across the floor at right angles, down again, and slack at both ends. Heights are those of the middle
//! of each node; the assumptions are [`super::assumptions`]'s.

use super::assumptions::{RACK_DEPTH, RACK_SLACK, SLACK, TILE_DEPTH, TILE_WIDTH, TRAY_HEIGHT};
use super::change::Change;
use crate::catalog::Catalog;
use crate::model::{CableKind, Design, Face, GroupId, GroupKind, Link, Member, Node, NodeId, Places, RackId};
use crate::units::Metres;
use crate::units::order::sort;

/// Height of a rack unit, by EIA-310.
const RACK_UNIT: f64 = 0.044_45;
/// A way beyond this is a slip of the pen: the tiles are those of different halls.
const FARTHEST: f64 = 20_000.0;

/// How long a cable is and how that is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// The link states it.
    Stated(Metres),
    /// It follows from where the ends stand.
    Placed {
        /// The way over the floor, slack included.
        run: Metres,
        /// The shortest length sold that is no shorter.
        sold: Metres,
    },
    /// Nobody knows.
    Unknown(Gap),
}

/// Why a length is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The node at this end of the link (0 or 1) stands in no rack.
    NoRack(u8),
    /// The node at this end stands in a rack, at no rack unit.
    NoUnit(u8),
    /// The rack at this end stands on no floor tile.
    NoTile(u8),
    /// The racks are at different sites.
    Sites,
    /// The tiles are farther apart than any hall is long.
    TooFar,
}

impl Gap {
    /// Why, in a few words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoRack(_) => "an end stands in no rack",
            Self::NoTile(_) => "a rack stands on no floor tile",
            Self::NoUnit(_) => "an end has no rack unit",
            Self::Sites => "the ends are at different sites",
            Self::TooFar => "the floor tiles are kilometres apart",
        }
    }
}

impl Length {
    /// The length to buy and to judge the reach by; `None` is unknown.
    pub fn metres(&self) -> Option<Metres> {
        match self {
            Self::Placed { sold, .. } => Some(*sold),
            Self::Stated(length) => Some(*length),
            Self::Unknown(_) => None,
        }
    }
    /// How it is known, in a few words.
    pub fn basis(&self) -> &'static str {
        match self {
            Self::Placed { .. } => "from placement",
            Self::Stated(_) => "stated",
            Self::Unknown(gap) => gap.words(),
        }
    }
}

/// Where a node stands.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Spot {
    rack: RackId,
    tile: Option<(i32, i32)>,
    site: Option<GroupId>,
    /// Of its middle above rack unit 1, where its rack unit is known.
    height: Option<f64>,
    face: Face,
}

/// Where every node stands, for passes over many links. Space: O(nodes).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Floor {
    nodes: Places,
    /// By place.
    spots: Vec<Option<Spot>>,
}

impl Floor {
    /// Notes where every node stands. Time: O(nodes log racks + groups).
    pub fn of(design: &Design, catalog: &Catalog) -> Self {
        let sites = Sites::of(design);
        let spots = design.nodes.iter().map(|(id, node)| spot(design, catalog, &sites, id, node)).collect();
        Self { nodes: Places::of(design.nodes.ids().collect()), spots }
    }
    /// The floor of a design that differs so from this one's, in nothing but nodes, links and racks. Time: O(change), O(nodes) where nodes come or go
    /// or a rack differs.
    pub(super) fn after(mut self, design: &Design, catalog: &Catalog, change: &Change) -> Self {
        if !change.places_stand(design) || !change.nodes_stand(design, |_, _| true) {
            return Self::of(design, catalog);
        }
        let sites = Sites::of(design);
        for id in change.nodes().keys() {
            if let Some((slot, node)) = self.nodes.place(*id).and_then(|place| self.spots.get_mut(place)).zip(design.nodes.get(*id)) {
                *slot = spot(design, catalog, &sites, *id, node);
            }
        }
        self
    }
    fn spot(&self, node: NodeId) -> Option<Spot> {
        self.spots.get(self.nodes.place(node)?).copied().flatten()
    }

    /// The pieces of a link's way, also where the link states its length; `None` where an end is not placed. Time: O(1).
    pub fn legs(&self, design: &Design, link: &Link) -> Option<Legs> {
        let [a, b] = link.ends.map(|end| self.spot(end.node));
        way(design, &a?, &b?).ok()
    }

    /// The length of a link. Time: O(1).
    pub fn length(&self, design: &Design, catalog: &Catalog, link: &Link) -> Length {
        measured(design, catalog, link, |node| self.spot(node))
    }
}

/// Which site every rack and node stands at. Space: O(members of sites).
#[derive(Clone, Debug, Default)]
pub struct Sites(Vec<(Member, GroupId)>);

impl Sites {
    /// Notes what stands at which site. Time: O(groups + members).
    pub fn of(design: &Design) -> Self {
        Self(sites(design))
    }
    /// The site of a rack. Time: O(log members).
    pub fn of_rack(&self, rack: RackId) -> Option<GroupId> {
        self.0.binary_search_by_key(&Member::Rack(rack), |(member, _)| *member).ok().and_then(|at| self.0.get(at)).map(|(_, site)| *site)
    }
    /// The site of a node. Time: O(log members).
    pub fn site(&self, id: NodeId, node: &Node) -> Option<GroupId> {
        if self.0.is_empty() {
            return None;
        }
        let site = |member: Member| self.0.binary_search_by_key(&member, |(member, _)| *member).ok().and_then(|at| self.0.get(at)).map(|(_, site)| *site);
        node.rack.and_then(|rack| site(Member::Rack(rack))).or_else(|| site(Member::Node(id)))
    }
}

/// The length of one link; for many ask a [`Floor`]. Time: O(log records), and O(groups) where the design has sites.
pub fn length(design: &Design, catalog: &Catalog, link: &Link) -> Length {
    if let Some(stated) = link.length {
        return Length::Stated(stated);
    }
    let sites = Sites::of(design);
    measured(design, catalog, link, |node| spot(design, catalog, &sites, node, design.nodes.get(node)?))
}

fn measured(design: &Design, catalog: &Catalog, link: &Link, spot: impl Fn(NodeId) -> Option<Spot>) -> Length {
    if let Some(stated) = link.length {
        return Length::Stated(stated);
    }
    let [a, b] = link.ends.map(|end| spot(end.node));
    let (Some(a), Some(b)) = (a, b) else { return Length::Unknown(Gap::NoRack(u8::from(a.is_some()))) };
    match way(design, &a, &b) {
        Ok(legs) => Length::Placed { run: legs.run(), sold: sold(design, catalog, link, legs.run()) },
        Err(gap) => Length::Unknown(gap),
    }
}

/// The pieces of a cable's way over the floor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Legs {
    /// From the first end up to the tray (down, where the tray is lower); within a rack the difference in height.
    pub up: Metres,
    /// Along rows of tiles; within a rack from its front to its rear.
    pub along: Metres,
    /// Across rows of tiles.
    pub across: Metres,
    /// From the tray to the second end.
    pub down: Metres,
    /// Spare length at both ends together.
    pub slack: Metres,
}

impl Legs {
    /// All of it.
    pub fn run(&self) -> Metres {
        self.along + self.across + self.up + self.down + self.slack
    }
}

/// The way from one place to another.
fn way(design: &Design, a: &Spot, b: &Spot) -> Result<Legs, Gap> {
    let settings = &design.meta.settings;
    let (Some(low), Some(high)) = (a.height, b.height) else { return Err(Gap::NoUnit(u8::from(a.height.is_some()))) };
    if a.rack == b.rack {
        let through = if a.face == b.face { 0.0 } else { RACK_DEPTH.value(settings) };
        return Ok(Legs { up: Metres((low - high).abs()), along: Metres(through), slack: Metres(RACK_SLACK.value(settings)), ..Legs::default() });
    }
    if a.site != b.site {
        return Err(Gap::Sites);
    }
    let (Some(from), Some(to)) = (a.tile, b.tile) else { return Err(Gap::NoTile(u8::from(a.tile.is_some()))) };
    let tray = TRAY_HEIGHT.value(settings);
    let legs = Legs {
        up: Metres((tray - low).abs()),
        along: Metres(f64::from(from.0.abs_diff(to.0)) * TILE_WIDTH.value(settings)),
        across: Metres(f64::from(from.1.abs_diff(to.1)) * TILE_DEPTH.value(settings)),
        down: Metres((tray - high).abs()),
        slack: Metres(2.0 * SLACK.value(settings)),
    };
    if legs.run().0 <= FARTHEST { Ok(legs) } else { Err(Gap::TooFar) }
}

/// Lengths that are sold, in metres, by how the cable carries bits; what is longer comes in steps of ten, then of a hundred. LinkX
/// lists 0.5 to 3 m of passive copper, 3 to 5 m of active and 3 to 30 m of active optical cable; the rest is what shops list, recalled.
const COPPER: &[f64] = &[0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0];
const ACTIVE_OPTICAL: &[f64] = &[1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 70.0, 100.0];
const FIBRE: &[f64] = &[1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 100.0];

/// The shortest length sold that is no shorter than `run`. A cable that just reaches is sold at its reach.
fn sold(design: &Design, catalog: &Catalog, link: &Link, run: Metres) -> Metres {
    let cable = link.part.as_ref().and_then(|id| catalog.part(design, id)).and_then(|part| part.cable());
    let list = match cable.map(|cable| cable.kind) {
        Some(CableKind::Acc | CableKind::Aec | CableKind::Dac) => COPPER,
        Some(CableKind::Aoc) => ACTIVE_OPTICAL,
        Some(CableKind::Optic) | None => FIBRE,
    };
    // A hair's breadth, so that a way of exactly 2 m is not bought as 2.5 m for the last bit of its sum.
    let least = run.0 - 1e-6;
    let step = if least <= 200.0 { 10.0 } else { 100.0 };
    let next = list.iter().copied().find(|length| *length >= least).unwrap_or((least / step).ceil() * step);
    let reach = cable.and_then(|cable| cable.reach.as_ref()).map(|reach| reach.value.0).filter(|reach| *reach >= least);
    Metres(reach.map_or(next, |reach| next.min(reach)))
}

fn spot(design: &Design, catalog: &Catalog, sites: &Sites, id: NodeId, node: &Node) -> Option<Spot> {
    let rack = node.rack?;
    let units = catalog.part(design, &node.part).and_then(|part| part.rack_units.as_ref()).map_or(1.0, |units| units.value.clamp(0.0, 100.0));
    Some(Spot {
        rack,
        tile: design.racks.get(rack)?.tile,
        site: sites.site(id, node),
        height: node.u.map(|u| (f64::from(u.0.max(1)) - 1.0 + units / 2.0) * RACK_UNIT),
        face: node.face,
    })
}

/// The site of every rack and node that stands at one, directly or through groups in it, in member order. Time: O(groups log members).
fn sites(design: &Design) -> Vec<(Member, GroupId)> {
    let mut found = Vec::new();
    for (id, group) in design.groups.iter().filter(|(_, group)| group.kind == GroupKind::Site) {
        let mut open: Vec<&Member> = group.members.iter().collect();
        // A group that contains itself is a fault of the design; here it ends after as many steps as there are groups.
        let mut steps = design.groups.len();
        while let Some(member) = open.pop() {
            match member {
                Member::Group(inner) if steps > 0 => {
                    steps -= 1;
                    open.extend(design.groups.get(*inner).into_iter().flat_map(|group| &group.members));
                }
                Member::Group(_) => {}
                Member::Node(_) | Member::Rack(_) => found.push((*member, id)),
            }
        }
    }
    sort(&mut found);
    found
}
