//! Plots: what is shown as data, laid out as shapes of the display list, written as SVG or CSV. The page shows the same shapes, so that a
//! figure on the page, a downloaded file and the command's output are one drawing.
//!
//! No legend: every series is named where it is drawn. Series differ in colour and in dash or place. Each point has its words, for the
//! keyboard and for assistive technology; all points together are a table.

mod layout;
pub mod of;

use std::sync::Arc;

use super::display::{Command, DisplayList, Shape};
use super::svg;
use crate::editor::Theme;
use crate::engine::estimate::show::{count, quantity};
use crate::io::export::{number, rows_csv};
use crate::scene::Distance;
use crate::units::{Rect, significant};

/// What one of the two directions means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Equal steps add.
    #[default]
    Linear,
    /// Equal steps multiply; what is not above 0 is left out.
    Log,
}

/// One of the two directions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    /// What it is.
    pub label: String,
    /// Its unit, as estimates have it; empty counts things.
    pub unit: String,
    /// How it grows.
    pub scale: Scale,
    /// Whether it begins at 0 whatever is shown.
    pub from_zero: bool,
}

impl Axis {
    /// An axis of equal steps that begins at 0.
    pub fn from_zero(label: &str, unit: &str) -> Self {
        Self { label: label.to_owned(), unit: unit.to_owned(), scale: Scale::Linear, from_zero: true }
    }
    /// An axis of equal factors.
    pub fn log(label: &str, unit: &str) -> Self {
        Self { label: label.to_owned(), unit: unit.to_owned(), scale: Scale::Log, from_zero: false }
    }
    /// A value on it in words.
    pub fn words(&self, value: f64) -> String {
        match self.unit.as_str() {
            "" => count(value),
            "%" => format!("{} %", significant(value, 3)),
            unit => quantity(value, unit),
        }
    }
    fn title(&self) -> String {
        match self.unit.as_str() {
            "" => self.label.clone(),
            unit => format!("{} ({unit})", self.label),
        }
    }
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A bar at each point, this wide; bars of several series at one place stand on each other.
    Bars(f64),
    /// Points with their notes beside them.
    Dots,
    /// A line through the points; where notes change along it, each is written where it holds.
    Line,
}

/// One value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spot {
    /// Where along the first axis.
    pub x: f64,
    /// Where along the second.
    pub y: f64,
    /// What more there is to say: an algorithm, a name.
    pub note: String,
}

/// Values that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What they are.
    pub name: String,
    /// How they are drawn.
    pub kind: Kind,
    /// In the order of the first axis.
    pub spots: Vec<Spot>,
}

/// A plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// What it shows.
    pub title: String,
    /// The same in a sentence or two, with what stands out.
    pub description: String,
    /// To the right.
    pub x: Axis,
    /// Up.
    pub y: Axis,
    /// What is shown.
    pub series: Vec<Series>,
    /// A place along the first axis that is marked, with words.
    pub mark: Option<(f64, String)>,
}

/// A point that can be pointed at.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Where, in view pixels.
    pub area: Rect,
    /// What is there.
    pub words: String,
}

/// A plot laid out.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Its size in view pixels.
    pub size: (f64, f64),
    /// What to draw, in order; boxes, polylines, signs and text only.
    pub shapes: Vec<Shape>,
    /// Points, series by series.
    pub targets: Vec<Target>,
}

impl Plot {
    /// Lays it out, so wide in view pixels. Time: O(points).
    pub fn drawn(&self, width: f64) -> Drawn {
        layout::drawn(self, width)
    }

    /// As an SVG file with title and description.
    pub fn svg(&self, width: f64, theme: Theme) -> String {
        let drawn = self.drawn(width);
        let commands = drawn.shapes.into_iter().map(Command::decoration).collect();
        let list = DisplayList { distance: Distance::Near, still: Arc::new(commands), still_key: 0, lively: Vec::new() };
        svg::described(&list, &Rect::new(0.0, 0.0, drawn.size.0, drawn.size.1), theme, &self.title, &self.description)
    }

    /// Its values as comma-separated rows, as they are, without prefixes.
    pub fn csv(&self) -> String {
        let rows = self
            .series
            .iter()
            .flat_map(|series| series.spots.iter().map(|spot| vec![series.name.clone(), number(Some(spot.x)), number(Some(spot.y)), spot.note.clone()]));
        rows_csv(&self.head(), rows)
    }

    /// Names of the columns of its table.
    pub fn head(&self) -> [String; 4] {
        ["Series".to_owned(), self.x.title(), self.y.title(), "Note".to_owned()]
    }

    /// Its values as rows: series, both values in words, note.
    pub fn rows(&self) -> impl Iterator<Item = [String; 4]> + '_ {
        self.series
            .iter()
            .flat_map(move |series| series.spots.iter().map(move |spot| [series.name.clone(), self.x.words(spot.x), self.y.words(spot.y), spot.note.clone()]))
    }

    /// A point in words.
    fn words(&self, series: &Series, spot: &Spot) -> String {
        let note = if spot.note.is_empty() { String::new() } else { format!(", {}", spot.note) };
        let name = if self.series.len() > 1 && series.name != spot.note { format!("{}: ", series.name) } else { String::new() };
        format!("{name}{}, {}{note}", self.x.words(spot.x), self.y.words(spot.y))
    }
}
