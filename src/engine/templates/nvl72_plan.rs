//! How many leaves and spines NVLink racks need, where all of it stands on the floor, and where it is drawn.

use super::TemplateError;
use super::build::{self, cell, compute_ports, letters, switch_cell};
use super::nvl72::COMPUTE_TRAYS;
use super::rail_plan::Floor;
use crate::model::Part;
use crate::units::Point;

/// Width and height of a rack on the canvas, and what a rack takes with the gap beside it.
const RACK: (f64, f64) = (196.0, 804.0);
const PITCH: f64 = 228.0;
/// Between leaves and racks.
const ABOVE: f64 = 110.0;

/// What the number of racks comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shape {
    pub(super) racks: u32,
    /// Units of racks with leaves of their own.
    pub(super) units: u32,
    /// Racks of a full unit.
    pub(super) per_unit: u32,
    /// Leaves of a unit, one for each adapter of a tray.
    pub(super) rails: u32,
    /// Spines; none where every rail has one leaf.
    pub(super) spines: u32,
    /// Links from a leaf to each spine.
    pub(super) uplinks: u32,
    /// Cages of a leaf, which decide how high it is drawn.
    cages: u16,
}

impl Shape {
    /// Racks without a scale-out network.
    pub(super) fn alone(racks: u32) -> Self {
        Self { racks, units: 1, per_unit: racks, rails: 0, spines: 0, uplinks: 0, cages: 0 }
    }

    /// Racks on `rails` leaves each. One leaf for a rail of all racks, if it has the ports; else units of as many racks as half of a
    /// leaf's ports serve, and the fewest spines that take all of the other half, so that no leaf is oversubscribed.
    ///
    /// # Errors
    ///
    /// More racks than two tiers of this leaf can join.
    pub(super) fn of(racks: u32, rails: u32, leaf: &Part) -> Result<Self, TemplateError> {
        let ports = compute_ports(leaf).len() as u32;
        let shape = Self { racks, units: 1, per_unit: racks, rails, spines: 0, uplinks: 0, cages: leaf.cage_count().unwrap_or(0) };
        if racks.saturating_mul(COMPUTE_TRAYS) <= ports {
            return Ok(shape);
        }
        let per_unit = ports / 2 / COMPUTE_TRAYS;
        if per_unit == 0 || rails == 0 {
            return Err(TemplateError::MissingPart(leaf.id.to_string()));
        }
        let (units, up) = (racks.div_ceil(per_unit), per_unit * COMPUTE_TRAYS);
        let spines = (1..=up).filter(|spines| up.is_multiple_of(*spines)).find(|spines| rails * units * (up / spines) <= ports);
        let spines = spines.ok_or_else(|| {
            let most = ports / rails * per_unit;
            TemplateError::Together(format!("racks cannot be {racks}: two tiers of {} join at most {most}", leaf.name))
        })?;
        Ok(Self { units, per_unit, spines, uplinks: up / spines, ..shape })
    }

    /// Racks of a unit; the last may have fewer.
    pub(super) fn racks_of(&self, unit: u32) -> u32 {
        self.racks.saturating_sub(unit * self.per_unit).min(self.per_unit)
    }
    /// All leaves.
    pub(super) fn leaves(&self) -> u32 {
        self.units * self.rails
    }
    /// Ports of a leaf toward its racks.
    pub(super) fn down(&self) -> u32 {
        self.per_unit * COMPUTE_TRAYS
    }
}

/// Units side by side and folded, each with its leaves above its racks; spines above all of them.
pub(super) struct Plan {
    floor: Floor,
    /// Whether there is one unit, whose first rack stands at the origin.
    alone: bool,
    leaf: (f64, f64),
    rails: u32,
    /// Units side by side.
    columns: u32,
    unit: (f64, f64),
    width: f64,
    spine_rows: u32,
    /// Between spines and units.
    gap: f64,
}

impl Plan {
    /// Of all ways to fold units, the one whose drawing is largest when fitted.
    pub(super) fn of(shape: &Shape) -> Self {
        let plans = |head: f64| (1..=shape.units).map(move |columns| Self::with(shape, columns, head));
        build::fitted(plans, |plan| plan.extent(shape.units)).unwrap_or_else(|| Self::with(shape, 1, 100.0))
    }
    fn with(shape: &Shape, columns: u32, head: f64) -> Self {
        let leaf = switch_cell(shape.cages);
        let folds = columns < shape.units;
        let inside = (f64::from(shape.per_unit) * PITCH).max(f64::from(shape.rails) * leaf.0);
        let unit = (inside + 60.0 + (head * 0.3).max(36.0), leaf.1 + ABOVE + RACK.1 + 36.0 + if folds { head * 1.4 } else { 0.0 });
        let width = f64::from(columns) * unit.0;
        let across = ((width / leaf.0) as u32).clamp(1, shape.spines.max(1));
        let gap = (width * 0.08).max(head * 2.0).max(150.0);
        Self {
            floor: Floor::with(shape.per_unit, shape.units, columns),
            alone: shape.units == 1,
            leaf,
            rails: shape.rails,
            columns,
            unit,
            width,
            spine_rows: shape.spines.div_ceil(across),
            gap,
        }
    }
    fn extent(&self, units: u32) -> (f64, f64) {
        let spines = if self.spine_rows == 0 { 0.0 } else { f64::from(self.spine_rows) * self.leaf.1 + self.gap };
        (self.width, spines + f64::from(units.div_ceil(self.columns)) * self.unit.1)
    }
    /// Left end and top of the racks of a unit.
    fn racks(&self, unit: u32, racks: u32) -> Point {
        if self.alone {
            return Point::default();
        }
        let origin = cell(Point::default(), unit, self.columns, self.unit);
        origin.shifted(((self.unit.0 - f64::from(racks) * PITCH + PITCH - RACK.0) / 2.0).round(), 0.0)
    }
    /// Where the `place`-th of `racks` racks of a unit is drawn.
    pub(super) fn rack(&self, unit: u32, place: u32, racks: u32) -> Point {
        self.racks(unit, racks).shifted(f64::from(place) * PITCH, 0.0)
    }
    /// Where the leaf of a rail is drawn, in the middle above the racks.
    pub(super) fn leaf(&self, unit: u32, rail: u32, racks: u32) -> Point {
        let middle = (f64::from(racks) * PITCH - PITCH + RACK.0) / 2.0;
        let left = middle - f64::from(self.rails) * self.leaf.0 / 2.0 + 14.0;
        self.racks(unit, racks).shifted(left + f64::from(rail) * self.leaf.0, -self.leaf.1 - ABOVE)
    }
    /// Where a spine, `i` of `count`, is drawn.
    pub(super) fn spine(&self, i: u32, count: u32) -> Point {
        let across = count.div_ceil(self.spine_rows.max(1)).max(1);
        let pitch = (self.width / f64::from(across)).min(self.leaf.0 * 2.0);
        let left = (self.width - f64::from(across) * pitch) / 2.0 + (pitch - self.leaf.0) / 2.0 + 14.0;
        let top = -self.leaf.1 - ABOVE - self.gap - f64::from(self.spine_rows) * self.leaf.1;
        cell(Point::new(left, top), i, across, (pitch, self.leaf.1))
    }
    /// Tile of the `place`-th rack of a unit, and the name of its row; the rack of the leaves comes after the others.
    pub(super) fn tile(&self, unit: u32, place: u32) -> ((i32, i32), String) {
        let tile = self.floor.unit(unit, place);
        (tile, letters(tile.1.max(1) as u32 - 1))
    }
    /// Tile of the rack that a spine stands in, ten to a rack in front of all units.
    pub(super) fn front(&self, spine: u32, count: u32) -> (i32, i32) {
        self.floor.front(spine / 10, count.div_ceil(10))
    }
}
