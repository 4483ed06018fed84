//! Quantities with their unit in the type, how people type them and how they are shown.
//!
//! This room owns numbers with units, and the sorts and the sorted collections that all rooms share; it uses no other room.
//! A quantity is a plain `f64` behind a name; any finite value is fine, so the field is public. Parsing accepts what people write
//! ("800G", "1.6 Tb/s", "5 m"); showing picks the prefix and at most four significant digits.

mod decimal;
pub mod intern;
mod letters;
pub mod order;
mod parse;
mod ranks;
mod show;
mod sorted;

pub use decimal::{decimal, turned};
pub use letters::{capital, is_word, lower};
pub use parse::{ParseQuantityError, parse_quantity};
pub use show::{counted, grouped, significant};
pub use sorted::{Entry, Iter, SetIter, SortedMap, SortedSet};

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Sub};
use std::str::FromStr;

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $base:literal, [$(($suffix:literal, $factor:expr)),+ $(,)?], [$(($shown:literal, $scale:expr)),+ $(,)?]) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
        pub struct $name(pub f64);

        impl $name {
            /// Nothing of it.
            pub const ZERO: Self = Self(0.0);
            /// The unit of the bare number, as written in formulas and files.
            pub const UNIT: &'static str = $base;
            /// The smaller of two.
            pub fn min(self, other: Self) -> Self { Self(self.0.min(other.0)) }
            /// The larger of two.
            pub fn max(self, other: Self) -> Self { Self(self.0.max(other.0)) }
            /// A total order (IEEE 754 `totalOrder`), for sorting.
            pub fn total_cmp(&self, other: &Self) -> std::cmp::Ordering { self.0.total_cmp(&other.0) }
            /// Whether the number is neither infinite nor NaN.
            pub fn is_finite(self) -> bool { self.0.is_finite() }
        }
        impl Add for $name { type Output = Self; fn add(self, other: Self) -> Self { Self(self.0 + other.0) } }
        impl AddAssign for $name { fn add_assign(&mut self, other: Self) { self.0 += other.0; } }
        impl Sub for $name { type Output = Self; fn sub(self, other: Self) -> Self { Self(self.0 - other.0) } }
        impl Mul<f64> for $name { type Output = Self; fn mul(self, factor: f64) -> Self { Self(self.0 * factor) } }
        impl Div<f64> for $name { type Output = Self; fn div(self, divisor: f64) -> Self { Self(self.0 / divisor) } }
        impl Div for $name { type Output = f64; fn div(self, other: Self) -> f64 { self.0 / other.0 } }
        impl Sum for $name { fn sum<I: Iterator<Item = Self>>(parts: I) -> Self { Self(parts.map(|part| part.0).sum()) } }
        impl FromStr for $name {
            type Err = ParseQuantityError;
            /// Reads what people type; a bare number is in the base unit.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                parse_quantity(text, $base, &[$(($suffix, $factor)),+]).map(Self)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                show::scaled(out, self.0, &[$(($shown, $scale)),+])
            }
        }
    };
}

quantity!(
    /// Data rate of one direction, in gigabits (10^9 bits) per second.
    Gbps, "Gb/s",
    [("", 1.0), ("g", 1.0), ("gb/s", 1.0), ("gbps", 1.0), ("gbit/s", 1.0), ("t", 1000.0), ("tb/s", 1000.0), ("tbps", 1000.0), ("m", 0.001), ("mb/s", 0.001), ("mbps", 0.001), ("pb/s", 1e6), ("pbps", 1e6)],
    [("Pb/s", 1e6), ("Tb/s", 1000.0), ("Gb/s", 1.0), ("Mb/s", 0.001)]
);
quantity!(
    /// Data rate in gigabytes (10^9 bytes) per second, as collective benchmarks print it.
    GigabytesPerSecond, "GB/s",
    [("", 1.0), ("gb/s", 1.0), ("tb/s", 1000.0)],
    [("TB/s", 1000.0), ("GB/s", 1.0)]
);
quantity!(
    /// Time in nanoseconds.
    Nanoseconds, "ns",
    [("", 1.0), ("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)],
    [("s", 1e9), ("ms", 1e6), ("µs", 1e3), ("ns", 1.0)]
);
quantity!(
    /// Length in metres.
    Metres, "m",
    [("", 1.0), ("m", 1.0), ("cm", 0.01), ("km", 1000.0), ("ft", 0.3048)],
    [("km", 1000.0), ("m", 1.0)]
);
quantity!(
    /// Electrical power in watts.
    Watts, "W",
    [("", 1.0), ("w", 1.0), ("kw", 1e3), ("mw", 1e6)],
    [("MW", 1e6), ("kW", 1e3), ("W", 1.0)]
);
quantity!(
    /// Mass in kilograms.
    Kilograms, "kg",
    [("", 1.0), ("kg", 1.0), ("t", 1000.0), ("lb", 0.453_592_37)],
    [("t", 10_000.0), ("kg", 1.0)]
);
quantity!(
    /// Size of a message in bytes.
    Bytes, "B",
    [("", 1.0), ("b", 1.0), ("kib", 1024.0), ("mib", 1_048_576.0), ("gib", 1_073_741_824.0), ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("k", 1024.0), ("m", 1_048_576.0), ("g", 1_073_741_824.0)],
    [("GiB", 1_073_741_824.0), ("MiB", 1_048_576.0), ("KiB", 1024.0), ("B", 1.0)]
);
quantity!(
    /// A pure number that compares two quantities of the same kind.
    Ratio, "",
    [("", 1.0), (":1", 1.0), ("%", 0.01)],
    [("", 1.0)]
);

/// Money in whole cents of one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cents(pub i64);

/// A height or position in a rack, in rack units of 44.45 mm. Position 1 is the lowest unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RackUnits(pub u16);

impl fmt::Display for RackUnits {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} U", self.0)
    }
}

impl Gbps {
    /// The same rate in gigabytes per second.
    pub fn gigabytes(self) -> GigabytesPerSecond {
        GigabytesPerSecond(self.0 / 8.0)
    }
}

/// A place on the canvas, in drawing units (pixels at 100 % zoom); x grows right, y grows down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

impl Point {
    /// The place `(x, y)`.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }
    /// This place moved by `dx` and `dy`.
    pub fn shifted(self, dx: f64, dy: f64) -> Self {
        Self::new(self.x + dx, self.y + dy)
    }
    /// Straight distance to another place.
    pub fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
    /// The place so much of the way to another one: 0 is here, 1 there.
    pub fn toward(self, other: Self, share: f64) -> Self {
        Self { x: self.x + (other.x - self.x) * share, y: self.y + (other.y - self.y) * share }
    }
}

/// An axis-parallel box on the canvas. `width` and `height` are never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Extent to the right.
    pub width: f64,
    /// Extent downward.
    pub height: f64,
}

impl Rect {
    /// The box at `(x, y)` with the given extents.
    pub const fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width, height }
    }
    /// The smallest box that holds both places.
    pub fn spanning(a: Point, b: Point) -> Self {
        Self::new(a.x.min(b.x), a.y.min(b.y), (a.x - b.x).abs(), (a.y - b.y).abs())
    }
    /// Right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }
    /// Bottom edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }
    /// Middle.
    pub fn center(&self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
    /// Whether a place lies inside or on the edge.
    pub fn contains(&self, place: Point) -> bool {
        place.x >= self.x && place.x <= self.right() && place.y >= self.y && place.y <= self.bottom()
    }
    /// Whether another box lies wholly inside.
    pub fn encloses(&self, other: &Rect) -> bool {
        other.x >= self.x && other.right() <= self.right() && other.y >= self.y && other.bottom() <= self.bottom()
    }
    /// Whether two boxes share a place.
    pub fn intersects(&self, other: &Rect) -> bool {
        self.x <= other.right() && other.x <= self.right() && self.y <= other.bottom() && other.y <= self.bottom()
    }
    /// The smallest box that holds both.
    pub fn union(&self, other: &Rect) -> Rect {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Rect::new(x, y, self.right().max(other.right()) - x, self.bottom().max(other.bottom()) - y)
    }
    /// This box grown by `margin` on every side.
    pub fn grown(&self, margin: f64) -> Rect {
        Rect::new(self.x - margin, self.y - margin, (self.width + 2.0 * margin).max(0.0), (self.height + 2.0 * margin).max(0.0))
    }
    /// This box moved by `dx` and `dy`.
    pub fn shifted(&self, dx: f64, dy: f64) -> Rect {
        Rect::new(self.x + dx, self.y + dy, self.width, self.height)
    }
}
