//! Where in a rack there is room: which rack units are filled, and the nearest place where a block of nodes fits.

use crate::catalog::Catalog;
use crate::model::{Design, NodeId, Part, RackId};
use crate::scene::units_of;
use crate::units::{RackUnits, SortedSet, order};

/// A node that is to stand in a rack: how far above the block's first node, and how high it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    /// Rack units above the block's anchor; negative is below.
    pub above: i32,
    /// Its height.
    pub height: RackUnits,
}

/// The free rack units of one rack.
#[derive(Clone, Debug)]
pub(super) struct Room {
    units: i32,
    /// First and last unit of what stands there.
    filled: Vec<(i32, i32)>,
}

impl Room {
    /// The room in a rack, as if the nodes in `lifted` were not there; `None` if the rack or its height is unknown.
    ///
    /// A node is taken to fill the whole depth, whichever way it faces. Time: O(nodes).
    pub fn of(design: &Design, catalog: &Catalog, rack: RackId, lifted: &SortedSet<NodeId>) -> Option<Self> {
        let units = catalog.part(design, &design.racks.get(rack)?.part)?.rack()?.units;
        let filled = design
            .nodes_in(rack)
            .filter(|(id, _)| !lifted.contains(id))
            .filter_map(|(_, node)| {
                let height = catalog.part(design, &node.part).and_then(height_of).unwrap_or(RackUnits(1));
                let first = i32::from(node.u?.0);
                Some((first, first + i32::from(height.0) - 1))
            })
            .collect();
        Some(Self { units: i32::from(units), filled })
    }

    /// How many rack units the rack has.
    pub fn units(&self) -> i32 {
        self.units
    }

    /// Whether a node of this height may stand with its lowest unit at `first`.
    pub fn fits(&self, first: i32, height: RackUnits) -> bool {
        let last = first + i32::from(height.0) - 1;
        first >= 1 && last <= self.units && self.filled.iter().all(|(low, high)| last < *low || first > *high)
    }

    /// The anchor's lowest unit nearest to `wanted` at which a whole block fits. Time: O(units × block × filled).
    pub fn nearest(&self, wanted: RackUnits, block: &[Slot]) -> Option<RackUnits> {
        let wanted = i32::from(wanted.0).clamp(1, self.units.max(1));
        let fits = |anchor: i32| block.iter().all(|slot| self.fits(anchor + slot.above, slot.height));
        let mut anchors: Vec<i32> = (1..=self.units).collect();
        order::sort_by_key(&mut anchors, |anchor| ((anchor - wanted).abs(), *anchor));
        anchors.into_iter().find(|anchor| fits(*anchor)).and_then(|anchor| u16::try_from(anchor).ok()).map(RackUnits)
    }
}

/// How many whole rack units a part fills, as the scene draws it; `None` for what does not stand in a rack.
pub(super) fn height_of(part: &Part) -> Option<RackUnits> {
    part.rack_units.as_ref().map(|_| RackUnits(units_of(Some(part))))
}

/// Slots for nodes of these heights stacked without gaps in the order of the second value, lowest first; the first of the list is the anchor.
pub(super) fn stacked(nodes: impl Iterator<Item = (RackUnits, f64)>) -> Vec<Slot> {
    let nodes: Vec<(RackUnits, f64)> = nodes.collect();
    let foot = |this: usize, own: f64| -> i32 {
        let below = nodes.iter().enumerate().filter(|(at, (_, up))| up.total_cmp(&own).then(at.cmp(&this)).is_lt());
        below.map(|(_, (height, _))| i32::from(height.0)).sum()
    };
    let anchor = nodes.first().map_or(0, |(_, up)| foot(0, *up));
    nodes.iter().enumerate().map(|(at, (height, up))| Slot { above: foot(at, *up) - anchor, height: *height }).collect()
}
