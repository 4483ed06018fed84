//! What racks hold and bear: units, power, heat, weight and cables against their limits, and the cables of one rack over the floor.
//!
//! Rules, floor plan and inspector ask here. Limits are those the rack states for its place, else those of its part.

use super::assumptions::{LIQUID_SHARE, REAR_DOOR};
use super::cabling::{Floor, Legs};
use super::facts::Facts;
use super::materials::assemblies;
use crate::catalog::Catalog;
use crate::model::{Cooling, Design, Face, LinkId, Node, NodeId, Part, Rack, RackId};
use crate::units::{Metres, SortedMap, SortedSet, order};

/// Something a rack has only so much of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Meter {
    /// What is used.
    pub used: f64,
    /// How much there is; `None` is not known.
    pub limit: Option<f64>,
    /// How many things in the rack do not say what they use.
    pub unknown: usize,
    /// Whether a figure in it is recalled.
    pub recalled: bool,
}

impl Meter {
    /// The share that is used, 1 for all of it; `None` where no limit is known.
    pub fn share(&self) -> Option<f64> {
        self.limit.filter(|limit| *limit > 0.0).map(|limit| self.used / limit)
    }
    fn add(&mut self, amount: Option<(f64, bool)>) {
        match amount.filter(|(value, _)| value.is_finite()) {
            Some((value, recalled)) => {
                self.used += value;
                self.recalled |= recalled;
            }
            None => self.unknown += 1,
        }
    }
}

/// What one rack holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Load {
    /// Rack units that are filled, at the front or the rear.
    pub units: Meter,
    /// Watts drawn at most.
    pub power: Meter,
    /// Watts of heat that go into the air.
    pub air: Meter,
    /// Watts of heat that a liquid takes from cold plates.
    pub liquid: Meter,
    /// Kilograms.
    pub weight: Meter,
    /// Cables that end in it; of one between two of its nodes both ends lie in it, and it counts once.
    pub cables: Meter,
}

/// How heat leaves a rack: as stated for it, else as its part does.
pub fn cooling(design: &Design, catalog: &Catalog, rack: &Rack) -> Option<Cooling> {
    rack.cooling.or_else(|| catalog.part(design, &rack.part).and_then(|part| part.cooling))
}

/// The power a rack may draw, and whether that is recalled.
pub fn power_limit(rack: &Rack, part: Option<&Part>) -> Option<(f64, bool)> {
    let own = rack.limits.power.map(|power| (power.0, false));
    own.or_else(|| part.and_then(Part::rack).and_then(|detail| detail.power.as_ref()).map(|figure| (figure.value.0, figure.is_recalled())))
}

/// The load a rack may carry, and whether that is recalled.
pub fn load_limit(rack: &Rack, part: Option<&Part>) -> Option<(f64, bool)> {
    let own = rack.limits.load.map(|load| (load.0, false));
    own.or_else(|| part.and_then(Part::rack).and_then(|detail| detail.load.as_ref()).map(|figure| (figure.value.0, figure.is_recalled())))
}

/// The heat that may go into the air of a rack: as stated for it, else what a rear door takes. Otherwise nobody says.
pub fn heat_limit(design: &Design, catalog: &Catalog, rack: &Rack) -> Option<f64> {
    let stated = rack.limits.heat.map(|heat| heat.0);
    stated.or_else(|| (cooling(design, catalog, rack) == Some(Cooling::RearDoor)).then(|| REAR_DOOR.value(&design.meta.settings)))
}

/// Height of a node in whole units; what is taller than any rack counts as the tallest number.
pub fn height(part: Option<&Part>) -> u16 {
    let units = part.and_then(|part| part.rack_units.as_ref()).map_or(0.0, |units| units.value);
    if units.is_finite() { units.ceil().clamp(0.0, 1000.0) as u16 } else { 0 }
}

/// What every rack holds, in rack order; `facts` are those of the design's links. Time: O(racks + nodes log racks + links log links).
pub fn loads(design: &Design, catalog: &Catalog, facts: &Facts) -> Vec<(RackId, Load)> {
    let share = LIQUID_SHARE.value(&design.meta.settings) / 100.0;
    let mut loads: SortedMap<RackId, Load> = design.racks.iter().map(|(id, rack)| (id, empty(design, catalog, rack))).collect();
    let mut filled: SortedMap<RackId, SortedSet<u32>> = SortedMap::new();
    for (_, node) in design.nodes.iter() {
        let Some((rack, load)) = node.rack.and_then(|rack| Some((rack, loads.get_mut(&rack)?))) else { continue };
        let part = catalog.part(design, &node.part);
        let power = part.and_then(|part| part.power.as_ref()).map(|figure| (figure.value.0, figure.is_recalled()));
        load.power.add(power);
        load.weight.add(part.and_then(|part| part.weight.as_ref()).map(|figure| (figure.value.0, figure.is_recalled())));
        let taken = if part.and_then(|part| part.cooling) == Some(Cooling::Liquid) { share } else { 0.0 };
        load.air.add(power.map(|(watts, recalled)| (watts * (1.0 - taken), recalled)));
        load.liquid.add(power.map(|(watts, recalled)| (watts * taken, recalled)));
        match (node.u, height(part)) {
            (Some(u), units @ 1..) => filled.entry(rack).or_default().extend((0..u32::from(units)).map(|unit| u32::from(u.0) + unit)),
            (None, 1..) => load.units.unknown += 1,
            _ => {}
        }
    }
    for (rack, units) in filled {
        if let Some(load) = loads.get_mut(&rack) {
            load.units.used = units.len() as f64;
        }
    }
    for (rack, cables) in cables(design, catalog, facts) {
        if let Some(load) = loads.get_mut(&rack) {
            load.cables.used = cables as f64;
        }
    }
    loads.into_iter().collect()
}

fn empty(design: &Design, catalog: &Catalog, rack: &Rack) -> Load {
    let part = catalog.part(design, &rack.part);
    let meter =
        |limit: Option<(f64, bool)>| Meter { limit: limit.map(|(limit, _)| limit), recalled: limit.is_some_and(|(_, recalled)| recalled), ..Meter::default() };
    Load {
        units: meter(part.and_then(Part::rack).map(|detail| (f64::from(detail.units), false)).filter(|(units, _)| *units > 0.0)),
        power: meter(power_limit(rack, part)),
        air: meter(heat_limit(design, catalog, rack).map(|heat| (heat, rack.limits.heat.is_none()))),
        liquid: Meter::default(),
        weight: meter(load_limit(rack, part)),
        cables: meter(rack.limits.cables.map(|cables| (f64::from(cables), false))),
    }
}

/// How many cables end in each rack. A twin-port cable or a splitter counts once.
fn cables(design: &Design, catalog: &Catalog, facts: &Facts) -> SortedMap<RackId, usize> {
    let whole = assemblies(design, catalog, facts);
    let rack_of = |node: NodeId| design.nodes.get(node).and_then(|node| node.rack);
    let mut ends: Vec<(RackId, LinkId)> = Vec::new();
    for ((_, link), cable) in design.links.iter().zip(whole) {
        ends.extend(link.ends.iter().filter_map(|end| Some((rack_of(end.node)?, cable))));
    }
    order::sort_unique(&mut ends);
    let mut counts: SortedMap<RackId, usize> = SortedMap::new();
    for (rack, _) in ends {
        *counts.entry(rack).or_default() += 1;
    }
    counts
}

/// Where a node stands in its rack.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Which node.
    pub node: NodeId,
    /// The lowest unit it fills; `None` where it is not mounted.
    pub u: Option<u16>,
    /// How many units it fills; at least one where it is mounted.
    pub height: u16,
    /// The side it faces.
    pub face: Face,
    /// Whether it fills the rack to the other side: its depth is not known, or leaves no room behind it.
    pub through: bool,
}

/// Who stands in a rack, top first. Time: O(nodes).
pub fn standing(design: &Design, catalog: &Catalog, rack: RackId) -> Vec<Standing> {
    let room = design.racks.get(rack).and_then(|rack| catalog.part(design, &rack.part)).and_then(|part| part.depth.as_ref()).map(|depth| depth.value.0);
    let mut list: Vec<Standing> = design
        .nodes
        .iter()
        .filter(|(_, node)| node.rack == Some(rack))
        .map(|(id, node): (NodeId, &Node)| {
            let part = catalog.part(design, &node.part);
            let depth = part.and_then(|part| part.depth.as_ref()).map(|depth| depth.value.0);
            // Half of the rack is left for what faces the other side.
            let through = depth.zip(room).is_none_or(|(depth, room)| depth > room / 2.0);
            Standing { node: id, u: node.u.map(|u| u.0), height: height(part).max(1), face: node.face, through }
        })
        .collect();
    order::sort_by(&mut list, |a, b| b.u.cmp(&a.u).then(a.node.cmp(&b.node)));
    list
}

/// Cables from one rack to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    /// The other rack; the rack itself for cables that stay in it.
    pub to: RackId,
    /// How many cables.
    pub cables: usize,
    /// The pieces of the longest way among them.
    pub legs: Legs,
    /// The shortest and the longest way.
    pub run: [Metres; 2],
    /// Lengths to buy with how many of each, shortest first; cables whose length is not known are not among them.
    pub lengths: Vec<(Metres, usize)>,
}

/// The cables of one rack by where they go, most first, and how many of them have an end that is not placed. Time: O(nodes + links log
/// links).
pub fn bundles(design: &Design, catalog: &Catalog, rack: RackId) -> (Vec<Bundle>, usize) {
    let floor = Floor::of(design, catalog);
    let facts = Facts::of(design, catalog);
    let whole = assemblies(design, catalog, &facts);
    let rack_of = |node: NodeId| design.nodes.get(node).and_then(|node| node.rack);
    let mut seen: SortedSet<(RackId, LinkId)> = SortedSet::new();
    let mut found: SortedMap<RackId, Bundle> = SortedMap::new();
    let mut loose = 0;
    for ((_, link), cable) in design.links.iter().zip(whole) {
        let ends = link.ends.map(|end| rack_of(end.node));
        let to = match ends {
            [Some(a), other] if a == rack => other,
            [other, Some(b)] if b == rack => other,
            _ => continue,
        };
        let Some((to, legs)) = to.zip(floor.legs(design, link)) else {
            loose += 1;
            continue;
        };
        if !seen.insert((to, cable)) {
            continue;
        }
        let run = legs.run();
        let bundle = found.entry(to).or_insert_with(|| Bundle { to, cables: 0, legs, run: [run, run], lengths: Vec::new() });
        bundle.cables += 1;
        if run > bundle.legs.run() {
            bundle.legs = legs;
        }
        let [shortest, longest] = &mut bundle.run;
        (*shortest, *longest) = (shortest.min(run), longest.max(run));
        if let Some(length) = floor.length(design, catalog, link).metres() {
            match bundle.lengths.iter_mut().find(|(known, _)| *known == length) {
                Some((_, count)) => *count += 1,
                None => bundle.lengths.push((length, 1)),
            }
        }
    }
    let mut list: Vec<Bundle> = found.into_values().collect();
    for bundle in &mut list {
        order::sort_by(&mut bundle.lengths, |a, b| a.0.total_cmp(&b.0));
    }
    order::sort_by(&mut list, |a, b| b.cables.cmp(&a.cables).then(a.to.cmp(&b.to)));
    (list, loose)
}
