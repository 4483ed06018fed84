//! What a change would do, drawn over the drawing before it is made. What goes is red, dashed and struck through; what comes is green and
//! dashed with its name; what changes where it stands is ringed in the accent. Colour never speaks alone.

use super::display::{Align, Colour, Command, Dash, Font, Line, Shape};
use super::view::clean;
use crate::editor::Ghosts;
use crate::scene::{Camera, Curve};
use crate::units::{Point, Rect};

/// More boxes or links than this are drawn in one go, without names.
const MANY: usize = 200;

/// Draws the ghosts of a change.
pub(crate) fn ghosts(ghosts: &Ghosts, camera: &Camera, out: &mut Vec<Command>) {
    let pixel = 1.0 / camera.zoom;
    let gone = Line { dash: Dash::Dashed, ..Line::solid(Colour::Error, 2.0) };
    let coming = Line { dash: Dash::Dashed, ..Line::solid(Colour::Good, 2.0) };

    boxes(ghosts.gone.clone(), gone, Colour::ErrorSoft, out);
    for rect in ghosts.gone.iter().take(MANY) {
        let points = vec![Point::new(rect.x, rect.bottom()), Point::new(rect.right(), rect.y)];
        out.push(Command::decoration(Shape::Polyline { points, line: Line::solid(Colour::Error, 1.5) }));
    }
    curves(ghosts.gone_links.clone(), Line { width: 2.6, ..gone }, out);
    // The pieces of a bus between two bends are long enough for one.
    for curve in ghosts.gone_links.iter().filter(|curve| curve[0].distance(curve[3]) >= 24.0 * pixel).take(MANY) {
        cross(crate::scene::curve::point_at(curve, 0.4), 7.0 * pixel, out);
    }

    boxes(ghosts.coming.iter().map(|(rect, _)| *rect).collect(), coming, Colour::Panel, out);
    for (rect, name) in ghosts.coming.iter().take(MANY) {
        let size = (rect.height * 0.5).clamp(4.0, 13.0);
        let font = Font { size: size as f32, bold: true, colour: Colour::Good, halo: None };
        let at = Point::new(rect.center().x, rect.center().y + size * 0.36);
        out.push(Command::decoration(Shape::Text { at, text: clean(name), width: (rect.width - 6.0).max(0.0) as f32, font, align: Align::Middle }));
    }
    curves(ghosts.coming_links.clone(), Line { width: 2.6, ..coming }, out);

    let changed = Line::solid(Colour::Accent, 2.0);
    let rects = ghosts.changed.iter().map(|(rect, _)| rect.grown(3.0 * pixel)).collect();
    out.extend(outline(rects, changed));
    curves(ghosts.changed_links.iter().map(|(curve, _)| *curve).collect(), Line { width: 3.0, ..changed }, out);
    let labelled = ghosts.changed.iter().map(|(rect, words)| (Point::new(rect.center().x, rect.y - 6.0 * pixel), words));
    let on_links = ghosts.changed_links.iter().map(|(curve, words)| (crate::scene::curve::point_at(curve, 0.5), words));
    // One name for many alike is said by the button; here a few are enough to see which.
    for (at, words) in labelled.chain(on_links).filter(|(_, words)| !words.is_empty()).take(12) {
        label(at, &clean(words), pixel, out);
    }
}

fn boxes(rects: Vec<Rect>, line: Line, fill: Colour, out: &mut Vec<Command>) {
    if !rects.is_empty() {
        out.push(Command::decoration(Shape::Boxes { rects: rects.clone(), radius: 5.0, fill: Some(fill), line: None }).faded(0.7));
        out.extend(outline(rects, line));
    }
}

fn outline(rects: Vec<Rect>, line: Line) -> Option<Command> {
    (!rects.is_empty()).then(|| Command::decoration(Shape::Boxes { rects, radius: 5.0, fill: None, line: Some(line) }))
}

fn curves(curves: Vec<Curve>, line: Line, out: &mut Vec<Command>) {
    if !curves.is_empty() {
        out.push(Command::decoration(Shape::Curves { curves, line }));
    }
}

fn cross(at: Point, half: f64, out: &mut Vec<Command>) {
    for side in [-1.0, 1.0] {
        let points = vec![at.shifted(-half, -half * side), at.shifted(half, half * side)];
        out.push(Command::decoration(Shape::Polyline { points, line: Line::solid(Colour::Error, 2.2) }));
    }
}

/// A small card with one line of text, its lower edge at `at`.
fn label(at: Point, words: &str, pixel: f64, out: &mut Vec<Command>) {
    let wide = (words.chars().count() as f64 * 6.2 + 18.0) * pixel;
    let rect = Rect::new(at.x - wide / 2.0, at.y - 22.0 * pixel, wide, 20.0 * pixel);
    let edge = Some(Line::solid(Colour::Accent, 1.0));
    out.push(Command::decoration(Shape::Box { rect, radius: (6.0 * pixel) as f32, fill: Some(Colour::Panel), line: edge }));
    let font = Font { size: (11.5 * pixel) as f32, bold: false, colour: Colour::Ink, halo: None };
    let place = Point::new(at.x, rect.y + 14.0 * pixel);
    out.push(Command::decoration(Shape::Text { at: place, text: words.to_owned(), width: (wide - 12.0 * pixel) as f32, font, align: Align::Middle }));
}
