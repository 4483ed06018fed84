//! From data to shapes: axes with round numbers, bars, lines, dots, and words where there is room for them.

use super::{Axis, Drawn, Kind, Plot, Scale, Series, Spot, Target};
use crate::render::display::{Align, Colour, Dash, Font, Line, Mark, Shape};
use crate::units::{Point, Rect};

/// Colours of series in turn. Neighbours differ in lightness as well as in hue, and each line has a dash of its own.
const COLOURS: [Colour; 5] = [Colour::Accent, Colour::Optic, Colour::InfiniBand, Colour::ScaleUp, Colour::Neutral];
const DASHES: [Dash; 2] = [Dash::Solid, Dash::Dashed];
/// Height of a line of text, and what a character is wide, in bold too, in view pixels.
const TEXT: f64 = 11.0;
const GLYPH: f64 = 6.1;
const BOLD_GLYPH: f64 = 7.0;
/// The least a bar is high, so that one pair among thousands is seen.
const LEAST: f64 = 2.0;
/// A line keeps words away from itself in pieces of at most this length.
const PIECE: f64 = 12.0;
/// Where words may stand that belong to a point of a line: above and below it, then on the sides that a rising and a falling line leave free.
const BESIDE: [(f64, f64, Align); 6] = [
    (0.0, -9.0, Align::Middle),
    (0.0, 18.0, Align::Middle),
    (-6.0, -5.0, Align::End),
    (6.0, 15.0, Align::Start),
    (-6.0, 15.0, Align::End),
    (6.0, -5.0, Align::Start),
];
/// And where they may where there is no room so near.
const FARTHER: [(f64, f64, Align); 4] = [(0.0, -24.0, Align::Middle), (0.0, 33.0, Align::Middle), (-6.0, -20.0, Align::End), (6.0, 30.0, Align::Start)];

/// A direction with its numbers placed.
struct Ruler<'a> {
    axis: &'a Axis,
    low: f64,
    high: f64,
    /// Between two numbers of equal steps.
    step: f64,
    from: f64,
    to: f64,
}

impl<'a> Ruler<'a> {
    fn of(axis: &'a Axis, values: impl Iterator<Item = f64>) -> Self {
        let fits = |value: &f64| value.is_finite() && (axis.scale == Scale::Linear || *value > 0.0);
        let (mut low, mut high) = values.filter(fits).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if low > high {
            (low, high) = (1.0, 1.0);
        }
        let mut round = 1.0;
        match axis.scale {
            Scale::Log => {
                if axis.unit != "B" {
                    (low, high) = (10f64.powf(low.log10().floor()), 10f64.powf(high.log10().ceil()));
                }
                if low >= high {
                    high = low * 10.0;
                }
            }
            Scale::Linear => {
                if axis.from_zero {
                    low = low.min(0.0);
                }
                if low >= high {
                    let room = if high == 0.0 { 1.0 } else { high.abs() * 0.1 };
                    (low, high) = (if axis.from_zero { low } else { low - room }, high + room);
                }
                round = step(low, high);
                (low, high) = ((low / round).floor() * round, (high / round - 1e-9).ceil() * round);
            }
        }
        Self { axis, low, high, step: round, from: 0.0, to: 1.0 }
    }

    fn along(mut self, from: f64, to: f64) -> Self {
        (self.from, self.to) = (from, to);
        self
    }

    fn place(&self, value: f64) -> f64 {
        let share = match self.axis.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Log if value > 0.0 => (value / self.low).ln() / (self.high / self.low).ln(),
            Scale::Log => 0.0,
        };
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        self.from + share * (self.to - self.from)
    }

    /// Round numbers along it, with words.
    fn ticks(&self) -> Vec<(f64, String)> {
        let mut ticks = Vec::new();
        match self.axis.scale {
            Scale::Linear => {
                let mut at = 0;
                while self.low + f64::from(at) * self.step <= self.high + self.step * 1e-6 && at < 20 {
                    ticks.push(self.low + f64::from(at) * self.step);
                    at += 1;
                }
            }
            Scale::Log => {
                let factor: f64 = if self.axis.unit == "B" { 32.0 } else { 10.0 };
                let mut value = self.low;
                while value <= self.high * 1.000_001 && ticks.len() < 40 {
                    ticks.push(value);
                    value *= factor;
                }
                // Many decades: every second or third.
                let every = ticks.len().div_ceil(7).max(1);
                ticks = ticks.into_iter().step_by(every).collect();
            }
        }
        ticks.into_iter().map(|value| (value, self.axis.words(value))).collect()
    }
}

/// A round step that divides a range into about four.
fn step(low: f64, high: f64) -> f64 {
    let rough = ((high - low) / 4.0).max(f64::MIN_POSITIVE);
    let scale = 10f64.powf(rough.log10().floor());
    let round = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().find(|round| round * scale >= rough * 0.999);
    let step = round.unwrap_or(10.0) * scale;
    if step.is_normal() { step } else { 1.0 }
}

/// Shapes, and where words already are.
struct Canvas {
    shapes: Vec<Shape>,
    taken: Vec<Rect>,
    /// Where what is plotted begins.
    left: f64,
    width: f64,
}

impl Canvas {
    fn text(&mut self, at: Point, text: &str, align: Align, colour: Colour, bold: bool) {
        let font = Font { size: TEXT as f32, bold, colour, halo: Some(Colour::Panel) };
        self.shapes.push(Shape::Text { at, text: text.to_owned(), width: 10_000.0, font, align });
    }
    fn line(&mut self, points: Vec<Point>, line: Line) {
        self.shapes.push(Shape::Polyline { points, line });
    }
    /// Keeps words away from a line that is about to be drawn. Time: O(points + length).
    fn keep_clear(&mut self, points: &[(Point, &Spot)]) {
        for pair in points.windows(2) {
            let [(from, _), (to, _)] = pair else { continue };
            let pieces = (from.distance(*to) / PIECE).ceil().max(1.0);
            let at = |piece: f64| from.toward(*to, piece / pieces);
            self.taken.extend((0..pieces as u32).map(|piece| Rect::spanning(at(f64::from(piece)), at(f64::from(piece) + 1.0)).grown(1.5)));
        }
    }
    /// Writes words at the first of some places where they meet no others and stay inside; nowhere if there is none.
    fn label(&mut self, places: &[(Point, Align)], text: &str, colour: Colour, bold: bool) {
        let wide = text.chars().count() as f64 * if bold { BOLD_GLYPH } else { GLYPH };
        for (at, align) in places {
            let left = match align {
                Align::Start => at.x,
                Align::Middle => at.x - wide / 2.0,
                Align::End => at.x - wide,
            };
            let area = Rect::new(left, at.y - TEXT, wide, TEXT + 3.0);
            if left < 2.0 || area.right() > self.width - 2.0 || area.y < 0.0 || self.taken.iter().any(|other| other.intersects(&area)) {
                continue;
            }
            self.taken.push(area);
            self.text(*at, text, *align, colour, bold);
            return;
        }
    }
    /// Writes words beside the first of some points of a line where there is room, else farther from one.
    fn label_around(&mut self, points: &[Point], text: &str, colour: Colour, bold: bool) {
        let around = |offsets: &[(f64, f64, Align)]| -> Vec<(Point, Align)> {
            points.iter().flat_map(|from| offsets.iter().map(|(dx, dy, align)| (from.shifted(*dx, *dy), *align))).collect()
        };
        let places = [around(&BESIDE), around(&FARTHER)].concat();
        self.label(&places, text, colour, bold);
    }
}

fn wide(text: &str) -> f64 {
    text.chars().count() as f64 * GLYPH
}

/// Lays a plot out.
pub(super) fn drawn(plot: &Plot, width: f64) -> Drawn {
    let width = width.clamp(240.0, 2000.0);
    let height = (width * 0.5).clamp(190.0, 420.0);
    let spots = || plot.series.iter().flat_map(|series| series.spots.iter().map(move |spot| (series, spot)));
    let half = |series: &Series| if let Kind::Bars(wide) = series.kind { wide } else { 0.0 };
    let stacked = stacks(plot);
    let y = Ruler::of(&plot.y, spots().map(|(_, spot)| spot.y).chain(stacked.iter().map(|(_, top)| *top)));
    let ticks = y.ticks();
    let left = (14.0 + ticks.iter().map(|(_, words)| wide(words)).fold(0.0, f64::max)).min(width * 0.4);
    let (top, bottom) = (26.0, height - 36.0);
    let y = y.along(bottom, top);
    let x = Ruler::of(&plot.x, spots().flat_map(|(series, spot)| [spot.x, spot.x + half(series)]));
    let x = x.along(left, width - 14.0);
    let mut canvas = Canvas { shapes: Vec::new(), taken: Vec::new(), left, width };

    canvas.text(Point::new(2.0, 12.0), &plot.y.label, Align::Start, Colour::Ink2, false);
    canvas.taken.push(Rect::new(0.0, 0.0, wide(&plot.y.label), 16.0));
    for (value, words) in &ticks {
        let at = y.place(*value);
        canvas.line(vec![Point::new(left, at), Point::new(width - 14.0, at)], Line::solid(Colour::Line, 1.0));
        canvas.text(Point::new(left - 6.0, at + 4.0), words, Align::End, Colour::Ink2, false);
        canvas.taken.push(Rect::new(left - 6.0 - wide(words), at - 7.0, wide(words), 14.0));
    }
    let mut free = 0.0;
    for (value, words) in x.ticks() {
        let at = x.place(value);
        let half = wide(&words) / 2.0;
        let middle = at.min(width - half - 2.0).max(half + 2.0);
        if middle - half < free {
            continue;
        }
        free = middle + half + 8.0;
        canvas.line(vec![Point::new(at, bottom), Point::new(at, bottom + 4.0)], Line::solid(Colour::Ink3, 1.0));
        canvas.text(Point::new(middle, bottom + 17.0), &words, Align::Middle, Colour::Ink2, false);
    }
    canvas.text(Point::new(width - 14.0, height - 4.0), &plot.x.label, Align::End, Colour::Ink2, false);
    canvas.line(vec![Point::new(left, bottom), Point::new(width - 14.0, bottom)], Line::solid(Colour::Ink3, 1.0));
    canvas.taken.push(Rect::new(0.0, bottom, width, height - bottom));
    if let Some((value, words)) = &plot.mark {
        let at = x.place(*value);
        let line = Line { colour: Colour::Ink2, width: 1.0, dash: Dash::Dashed, opacity: 1.0 };
        canvas.line(vec![Point::new(at, top - 4.0), Point::new(at, bottom)], line);
        canvas.label(&[(Point::new(at + 4.0, top - 6.0), Align::Start), (Point::new(at - 4.0, top - 6.0), Align::End)], words, Colour::Ink2, false);
    }

    let shown = |spot: &&Spot| {
        spot.x.is_finite() && spot.y.is_finite() && (plot.y.scale == Scale::Linear || spot.y > 0.0) && (plot.x.scale == Scale::Linear || spot.x > 0.0)
    };
    let places: Vec<Vec<(Point, &Spot)>> =
        plot.series.iter().map(|series| series.spots.iter().filter(shown).map(|spot| (Point::new(x.place(spot.x), y.place(spot.y)), spot)).collect()).collect();
    // Words keep off all lines, and which line is which is said before what is noted along one.
    let lines = || plot.series.iter().zip(&places).filter(|(series, _)| series.kind == Kind::Line);
    lines().for_each(|(_, places)| canvas.keep_clear(places));
    if plot.series.len() > 1 {
        for (series, places) in lines() {
            let from_its_end: Vec<Point> = places.iter().rev().map(|(at, _)| *at).collect();
            canvas.label_around(&from_its_end, &series.name, Colour::Ink, true);
        }
    }
    let mut targets = Vec::new();
    let mut below: Vec<(f64, f64)> = Vec::new();
    for (at, (series, places)) in plot.series.iter().zip(&places).enumerate() {
        let colour = COLOURS.get(at % COLOURS.len()).copied().unwrap_or(Colour::Accent);
        let dash = DASHES.get(at % DASHES.len()).copied().unwrap_or_default();
        match series.kind {
            Kind::Bars(step) => bars(plot, &mut canvas, &mut targets, &mut below, (&x, &y), (series, step, colour)),
            Kind::Line => line(plot, &mut canvas, &mut targets, places, (series, colour, dash)),
            Kind::Dots => dots(plot, &mut canvas, &mut targets, places, (series, colour)),
        }
    }
    Drawn { size: (width, height), shapes: canvas.shapes, targets }
}

/// How high bars reach at each place where several stand on each other.
fn stacks(plot: &Plot) -> Vec<(f64, f64)> {
    let mut tops: Vec<(f64, f64)> = Vec::new();
    for spot in plot.series.iter().filter(|series| matches!(series.kind, Kind::Bars(_))).flat_map(|series| &series.spots) {
        match tops.iter_mut().find(|(x, _)| *x == spot.x) {
            Some((_, top)) => *top += spot.y,
            None => tops.push((spot.x, spot.y)),
        }
    }
    tops
}

fn bars(
    plot: &Plot,
    canvas: &mut Canvas,
    targets: &mut Vec<Target>,
    below: &mut Vec<(f64, f64)>,
    (x, y): (&Ruler, &Ruler),
    (series, step, colour): (&Series, f64, Colour),
) {
    let mut highest: Option<Rect> = None;
    for spot in &series.spots {
        let base = below.iter().find(|(at, _)| *at == spot.x).map_or(0.0, |(_, top)| *top);
        let (from, to) = (x.place(spot.x), x.place(spot.x + step));
        let low = y.place(base);
        let high = y.place(base + spot.y).min(low - LEAST);
        let gap = if to - from > 4.0 { 1.0 } else { 0.0 };
        let area = Rect::new(from, high, (to - from - gap).max(1.5), low - high);
        canvas.shapes.push(Shape::Box { rect: area, radius: 1.0, fill: Some(colour), line: None });
        targets.push(Target { area: Rect::new(area.x, area.y.min(low - 12.0), area.width.max(6.0), area.height.max(12.0)), words: plot.words(series, spot) });
        if highest.is_none_or(|known| area.y < known.y) {
            highest = Some(area);
        }
        match below.iter_mut().find(|(at, _)| *at == spot.x) {
            Some((_, top)) => *top += spot.y,
            None => below.push((spot.x, spot.y)),
        }
    }
    if let Some(area) = highest {
        let middle = area.x + area.width / 2.0;
        let half = series.name.chars().count() as f64 * BOLD_GLYPH / 2.0;
        let inside = middle.min(canvas.width - half - 4.0).max(canvas.left + half + 4.0);
        // Above it, else beside its top.
        let mut places: Vec<(Point, Align)> = (0..5).map(|row| (Point::new(inside, area.y - 5.0 - f64::from(row) * (TEXT + 4.0)), Align::Middle)).collect();
        for row in 0..4 {
            let y = area.y + TEXT + f64::from(row) * (TEXT + 4.0);
            places.extend([(Point::new(area.x - 6.0, y), Align::End), (Point::new(area.right() + 6.0, y), Align::Start)]);
        }
        canvas.label(&places, &series.name, Colour::Ink, true);
    }
}

fn line(plot: &Plot, canvas: &mut Canvas, targets: &mut Vec<Target>, places: &[(Point, &Spot)], (series, colour, dash): (&Series, Colour, Dash)) {
    canvas.line(places.iter().map(|(at, _)| *at).collect(), Line { colour, width: 2.0, dash, opacity: 1.0 });
    let mut begins = 0;
    for (place, (at, spot)) in places.iter().enumerate() {
        let reach = places.get(1).zip(places.first()).map_or(12.0, |(next, first)| (next.0.x - first.0.x).clamp(4.0, 14.0));
        targets.push(Target { area: Rect::new(at.x - reach / 2.0, at.y - 8.0, reach, 16.0), words: plot.words(series, spot) });
        let ends = places.get(place + 1).is_none_or(|(_, next)| next.note != spot.note);
        if !ends {
            continue;
        }
        if place + 1 < places.len() {
            canvas.shapes.push(Shape::Sign { at: *at, mark: Mark::Disc, colour, size: 6.0 });
        }
        if !spot.note.is_empty() {
            // At the middle of where it holds, else nearer to one of its ends.
            let along = [2, 1, 3, 0, 4].map(|quarter| begins + (place - begins) * quarter / 4);
            let points: Vec<Point> = along.into_iter().filter_map(|at| places.get(at)).map(|(at, _)| *at).collect();
            canvas.label_around(&points, &spot.note, Colour::Ink2, false);
        }
        begins = place + 1;
    }
}

fn dots(plot: &Plot, canvas: &mut Canvas, targets: &mut Vec<Target>, places: &[(Point, &Spot)], (series, colour): (&Series, Colour)) {
    for (at, spot) in places {
        canvas.shapes.push(Shape::Sign { at: *at, mark: Mark::Disc, colour, size: 9.0 });
        canvas.taken.push(Rect::new(at.x - 5.0, at.y - 5.0, 10.0, 10.0));
        targets.push(Target { area: Rect::new(at.x - 8.0, at.y - 8.0, 16.0, 16.0), words: plot.words(series, spot) });
    }
    for (at, spot) in places {
        let around = [
            (8.0, 4.0, Align::Start),
            (-8.0, 4.0, Align::End),
            (0.0, -9.0, Align::Middle),
            (0.0, 19.0, Align::Middle),
            (8.0, -9.0, Align::Start),
            (-8.0, 19.0, Align::End),
        ];
        canvas.label(&around.map(|(dx, dy, align)| (Point::new(at.x + dx, at.y + dy), align)), &spot.note, Colour::Ink, false);
    }
}
