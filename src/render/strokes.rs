//! Curves gathered by stroke, so that a page draws each stroke in one go.

use super::display::{Align, Colour, Command, Dash, Font, Line, Mark, Shape};
use crate::engine::diagnostics::Severity;
use crate::model::Subject;
use crate::scene::Curve;
use crate::units::{Point, Rect, SortedMap};

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
    /// Adds curves of one stroke.
    pub(crate) fn add_all(&mut self, rank: u8, line: Line, curves: Vec<Curve>) {
        for curve in curves {
            self.add(rank, line, curve);
        }
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

/// Keeps signs and pills from lying on each other and on titles, in view pixels.
#[derive(Default)]
pub(crate) struct Room {
    taken: Vec<Rect>,
}

impl Room {
    /// Whether there was room for something of this extent in view pixels around a place; then it is taken.
    pub(crate) fn take(&mut self, at: Point, zoom: f64, extent: (f64, f64)) -> bool {
        let rect = Rect::new(at.x * zoom - extent.0 / 2.0, at.y * zoom - extent.1 / 2.0, extent.0, extent.1);
        let free = self.taken.len() < MOST_TAKEN && self.taken.iter().all(|taken| !taken.intersects(&rect));
        if free {
            self.taken.push(rect);
        }
        free
    }
    /// Takes a box of the drawing, whatever lies there.
    pub(crate) fn keep(&mut self, rect: &Rect, zoom: f64) {
        if self.taken.len() < MOST_TAKEN {
            self.taken.push(Rect::new(rect.x * zoom, rect.y * zoom, rect.width * zoom, rect.height * zoom));
        }
    }
}

/// The most things that are kept apart on one screen.
const MOST_TAKEN: usize = 700;

/// A count on a trunk, a bundle or a bus: `×12`.
pub(crate) fn pill(at: Point, text: &str, zoom: f64, subject: Option<Subject>, opacity: f32, out: &mut Vec<Command>) {
    let scale = (1.0 / zoom).max(0.8);
    let (wide, high) = ((10.0 + 6.6 * text.chars().count() as f64) * scale, 17.0 * scale);
    let rect = Rect::new(at.x - wide / 2.0, at.y - high / 2.0, wide, high);
    let edge = Line::solid(Colour::Line, 1.0);
    let body = Shape::Box { rect, radius: (high / 2.0) as f32, fill: Some(Colour::Panel), line: Some(edge) };
    let font = Font { size: (11.0 * scale) as f32, bold: false, colour: Colour::Ink2, halo: None };
    let label = Shape::Text { at: Point::new(at.x, at.y + 3.9 * scale), text: text.to_owned(), width: 0.0, font, align: Align::Middle };
    for shape in [body, label] {
        out.push(Command { subject: subject.clone(), opacity, shape });
    }
}
