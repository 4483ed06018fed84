//! Curves gathered by stroke, so that a page draws each stroke in one go.

use super::display::{Align, Colour, Command, Dash, Font, Line, Mark, Shape};
use crate::engine::diagnostics::Severity;
use crate::model::Subject;
use crate::scene::Curve;
use crate::units::{Point, Rect, SortedMap, SortedSet};

/// Curves by stroke, in the order they are drawn: findings last.
#[derive(Default)]
pub(crate) struct Strokes {
    curves: SortedMap<(u8, Colour, Dash, u16, u16), Vec<Curve>>,
    count: usize,
}

impl Strokes {
    /// Adds a curve. `rank` decides what lies on top.
    pub(crate) fn add(&mut self, rank: u8, line: Line, curve: Curve) {
        if line.opacity <= 0.01 || !curve[0].x.is_finite() {
            return;
        }
        let key = (rank, line.colour, line.dash, (line.width * 20.0).round() as u16, (line.opacity * 100.0).round() as u16);
        self.curves.entry(key).or_default().push(curve);
        self.count += 1;
    }
    /// How many curves there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }
    /// One command per stroke.
    pub(crate) fn draw(self, out: &mut Vec<Command>) {
        for ((_, colour, dash, width, opacity), curves) in self.curves {
            let line = Line { colour, width: f32::from(width) / 20.0, dash, opacity: f32::from(opacity) / 100.0 };
            out.push(Command::decoration(Shape::Curves { curves, line }));
        }
    }
}

/// How a link or a bundle with a finding is drawn; `None` has none.
pub(crate) fn finding_line(severity: Option<Severity>, width: f32) -> Option<Line> {
    match severity? {
        Severity::Error => Some(Line { dash: Dash::Dashed, ..Line::solid(Colour::Error, width.max(2.0)) }),
        Severity::Warning => Some(Line::solid(Colour::Warning, width.max(1.6))),
        Severity::Info => None,
    }
}

/// The sign of a severity.
pub(crate) fn sign(at: Point, severity: Severity, size: f32) -> Shape {
    match severity {
        Severity::Error => Shape::Sign { at, mark: Mark::Disc, colour: Colour::Error, size },
        Severity::Warning => Shape::Sign { at, mark: Mark::Triangle, colour: Colour::Warning, size },
        Severity::Info => Shape::Sign { at, mark: Mark::Ring, colour: Colour::Accent, size },
    }
}

/// Keeps signs and pills from lying on each other: at most one per cell of view pixels.
#[derive(Default)]
pub(crate) struct Room {
    taken: SortedSet<(i64, i64)>,
}

impl Room {
    /// Whether there was room for something of this extent in view pixels; then it is taken.
    pub(crate) fn take(&mut self, at: Point, zoom: f64, extent: (f64, f64)) -> bool {
        let cell = ((at.x * zoom / extent.0).round() as i64, (at.y * zoom / extent.1).round() as i64);
        let free = (-1..=1).all(|dx| !self.taken.contains(&(cell.0 + dx, cell.1)));
        free && self.taken.insert(cell)
    }
}

/// A count on a trunk or a bundle: `×12`.
pub(crate) fn pill(at: Point, count: usize, zoom: f64, subject: Option<Subject>, opacity: f32, out: &mut Vec<Command>) {
    let text = format!("×{count}");
    let scale = (1.0 / zoom).max(0.8);
    let (wide, high) = ((10.0 + 6.6 * text.chars().count() as f64) * scale, 17.0 * scale);
    let rect = Rect::new(at.x - wide / 2.0, at.y - high / 2.0, wide, high);
    let edge = Line::solid(Colour::Line, 1.0);
    let body = Shape::Box { rect, radius: (high / 2.0) as f32, fill: Some(Colour::Panel), line: Some(edge) };
    let font = Font { size: (11.0 * scale) as f32, bold: false, colour: Colour::Ink2 };
    let label = Shape::Text { at: Point::new(at.x, at.y + 3.9 * scale), text, width: 0.0, font, align: Align::Middle };
    for shape in [body, label] {
        out.push(Command { subject: subject.clone(), opacity, shape });
    }
}
