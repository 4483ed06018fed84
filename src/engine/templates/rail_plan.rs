//! Where the racks and switches of a rail-optimised fabric stand on the floor, and where they are drawn.

use super::build::{self, cell, switch_cell};
use super::rail_optimised::Shape;
use crate::units::Point;

/// Width and height of a rack on the canvas, gap included.
const RACK_CELL: (f64, f64) = (228.0, 924.0);
/// Cages of the switch, which decide how high it is drawn.
const CAGES: u16 = 32;
/// Units of a pod.
const POD: u32 = 4;
/// Between the leaves of a unit and its racks.
const LEAF_GAP: f64 = 130.0;
/// Height of a rack.
const RACK: f64 = 804.0;

/// A tier of switches above the leaves.
#[derive(Clone, Copy)]
pub(super) enum Tier {
    /// The core.
    Core,
    /// The spines of a pod; of the fabric where there are no pods.
    Spine(u32),
}

/// Tiles of the floor: units in a grid of rows, racks of spines and cores in front.
pub(super) struct Floor {
    /// Racks in a unit, its leaves' included.
    across: u32,
    /// Units side by side.
    columns: u32,
}

impl Floor {
    pub(super) fn of(shape: &Shape) -> Self {
        let across = shape.racks_of(0) + 1;
        let aspect = f64::from(across) * RACK_CELL.0 / RACK_CELL.1;
        let columns = (f64::from(shape.units) / aspect).sqrt().round().clamp(1.0, f64::from(shape.units)) as u32;
        Self { across, columns }
    }
    /// Units of `racks` racks and one for their leaves, `columns` side by side.
    pub(super) fn with(racks: u32, units: u32, columns: u32) -> Self {
        Self { across: racks + 1, columns: columns.clamp(1, units.max(1)) }
    }
    /// Tile of the `place`-th rack of a unit.
    pub(super) fn unit(&self, unit: u32, place: u32) -> (i32, i32) {
        let column = (unit % self.columns) * (self.across + 1) + place;
        (column as i32, (unit / self.columns) as i32 + 1)
    }
    /// Tile of the `place`-th of `count` racks of spines and cores; they stand in front, in the middle.
    pub(super) fn front(&self, place: u32, count: u32) -> (i32, i32) {
        let width = (self.columns * (self.across + 1) - 1).max(1);
        let lines = count.div_ceil(width).max(1);
        let in_line = count.div_ceil(lines).max(1);
        let column = width.saturating_sub(in_line) / 2 + place % in_line;
        (column as i32, -((place / in_line) as i32))
    }
    /// Where a rack on a tile is drawn when everything stands in racks.
    pub(super) fn at(tile: (i32, i32)) -> Point {
        let aisle = if tile.1 > 0 { 160.0 } else { 0.0 };
        Point::new(f64::from(tile.0) * RACK_CELL.0, f64::from(tile.1) * RACK_CELL.1 + aisle)
    }
}

/// The drawing with switches in tiers: units side by side, each with its leaves above its racks; spines above their units;
/// the core on top of all pods.
pub(super) struct Drawing {
    switch: (f64, f64),
    /// Leaves side by side.
    leaf_columns: u32,
    unit: (f64, f64),
    /// Units side by side, in a pod or in the fabric.
    across: u32,
    /// Height of the spines of a pod and the gap below them.
    spine_height: f64,
    /// Extent of a pod, or of the whole where there are no pods.
    pod: (f64, f64),
    /// Pods side by side.
    pods_across: u32,
    /// Height of the core and the gap below it.
    core_height: f64,
}

impl Drawing {
    /// Leaves of a unit always stand in one row, so that no link crosses a leaf. Of all ways to fold units and pods, the one whose
    /// drawing is largest when fitted.
    pub(super) fn of(shape: &Shape) -> Self {
        let ways = || {
            let across = match shape.pods {
                0 => 1..=shape.units.max(1),
                // The units of a pod stand in one row, below its spines.
                _ => POD..=POD,
            };
            across.flat_map(|across| (1..=shape.pods.max(1)).map(move |pods| (across, pods)))
        };
        let plans = |head: f64| ways().map(move |way| Self::with(shape, way, head));
        build::fitted(plans, |plan| plan.extent(shape)).unwrap_or_else(|| Self::with(shape, (1, 1), 100.0))
    }
    fn with(shape: &Shape, (across, pods_across): (u32, u32), head: f64) -> Self {
        let switch = switch_cell(CAGES);
        let racks = f64::from(shape.racks_of(0)) * RACK_CELL.0;
        let leaf_columns = shape.rails;
        let folds = across < if shape.pods == 0 { shape.units } else { POD };
        let gap = if folds { head } else { 26.0 };
        let unit = (racks.max(f64::from(leaf_columns) * switch.0) + 60.0 + (head * 0.3).max(36.0), switch.1 + LEAF_GAP + RACK + 36.0 + gap);
        let width = f64::from(across) * unit.0;
        let rows = |count: u32, width: f64| f64::from(count.div_ceil(Self::columns(count, width, switch.0)));
        let spine_height = rows(shape.spines, width) * switch.1 + (width * 0.05).max(head * 2.0).max(150.0);
        let unit_rows = if shape.pods == 0 { shape.units.div_ceil(across) } else { POD.div_ceil(across) };
        let pod = (width + 60.0 + head * 0.3, spine_height + f64::from(unit_rows) * unit.1 + if shape.pods == 0 { 0.0 } else { head * 1.2 });
        let whole = f64::from(pods_across) * pod.0;
        let core_height = if shape.pods == 0 { 0.0 } else { rows(shape.cores(), whole) * switch.1 + (whole * 0.06).max(head * 1.6) };
        Self { switch, leaf_columns, unit, across, spine_height, pod, pods_across, core_height }
    }
    fn extent(&self, shape: &Shape) -> (f64, f64) {
        (f64::from(self.pods_across) * self.pod.0, self.core_height + f64::from(shape.pods.max(1).div_ceil(self.pods_across)) * self.pod.1)
    }
    /// How many switches of a tier stand side by side in a width.
    fn columns(count: u32, width: f64, switch: f64) -> u32 {
        ((width / switch) as u32).clamp(1, count.max(1))
    }
    fn pod_origin(&self, pod: u32) -> Point {
        cell(Point::new(0.0, self.core_height), pod, self.pods_across, self.pod)
    }
    fn unit_origin(&self, unit: u32) -> Point {
        let (pod, place) = if self.core_height > 0.0 { (unit / POD, unit % POD) } else { (0, unit) };
        cell(self.pod_origin(pod).shifted(0.0, self.spine_height), place, self.across, self.unit)
    }
    /// A leaf of a unit.
    pub(super) fn leaf(&self, unit: u32, rail: u32) -> Point {
        let left = (self.unit.0 - f64::from(self.leaf_columns) * self.switch.0) / 2.0;
        cell(self.unit_origin(unit).shifted(left + 14.0, 0.0), rail, self.leaf_columns, self.switch)
    }
    /// A rack of servers of a unit that has `racks` of them.
    pub(super) fn rack(&self, unit: u32, rack: u32, racks: u32) -> Point {
        // Few racks spread below their leaves.
        let pitch = ((self.unit.0 - 40.0) / f64::from(racks.max(1))).clamp(RACK_CELL.0, RACK_CELL.0 * 1.8);
        let left = (self.unit.0 - f64::from(racks) * pitch + pitch - RACK_CELL.0) / 2.0;
        cell(self.unit_origin(unit).shifted(left + 16.0, self.switch.1 + LEAF_GAP), rack, racks, (pitch, 0.0))
    }
    /// A spine or core switch, `i` of `count`, centred above what it joins.
    pub(super) fn switch(&self, tier: Tier, i: u32, count: u32) -> Point {
        let (origin, width) = match tier {
            Tier::Core => (Point::default(), f64::from(self.pods_across) * self.pod.0),
            Tier::Spine(pod) => (self.pod_origin(pod), self.pod.0 - 60.0),
        };
        let columns = Self::columns(count, width, self.switch.0);
        let pitch = (width / f64::from(columns)).min(self.switch.0 * 2.0);
        let left = (width - f64::from(columns) * pitch) / 2.0 + (pitch - self.switch.0) / 2.0 + 14.0;
        cell(origin.shifted(left, 0.0), i, columns, (pitch, self.switch.1))
    }
}
