//! The circle in which packets wait for each other, drawn as a ring: along the links in the order of waiting, with an arrow on each.

use super::buses::route;
use super::display::{Align, Colour, Command, Font, Line, Shape};
use crate::engine::diagnostics::Diagnostic;
use crate::model::{Design, LinkId, NodeId, Subject};
use crate::scene::bus::{BEND, bent};
use crate::scene::curve::{between_boxes, point_at};
use crate::scene::{Curve, Scene};
use crate::units::Point;

/// The codes of findings whose related links are a circle in its order.
const CODES: [&str; 2] = ["routing-may-deadlock", "table-loops"];

/// A step of the circle: from a node to the next, and by which link where that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub from: NodeId,
    pub to: NodeId,
    pub link: LinkId,
}

/// The circles that findings name, of those `shown`.
pub(crate) fn of<'a>(design: &Design, findings: &'a [Diagnostic], shown: impl Fn(&Diagnostic) -> bool + 'a) -> Vec<Vec<Step>> {
    let named = findings.iter().filter(|finding| CODES.contains(&finding.code.as_ref()) && finding.silenced.is_none() && shown(finding));
    named.map(|finding| steps(design, finding)).filter(|steps| steps.len() > 1).collect()
}

/// Which way each link of a circle runs: toward the node that it shares with the next.
fn steps(design: &Design, finding: &Diagnostic) -> Vec<Step> {
    let links: Vec<(LinkId, [NodeId; 2])> = finding
        .related
        .iter()
        .filter_map(|related| if let Subject::Link(id) = related.subject { Some(id) } else { None })
        .filter_map(|id| Some((id, design.links.get(id)?.ends.map(|end| end.node))))
        .collect();
    let mut steps: Vec<Step> = Vec::with_capacity(links.len());
    for (at, (link, [a, b])) in links.iter().enumerate() {
        let next = links.get((at + 1) % links.len()).map_or([*a, *b], |(_, ends)| *ends);
        // Where both ends are shared the way goes on from where it came.
        let came = steps.last().map(|step| step.to);
        let onward = match (next.contains(a), next.contains(b)) {
            (true, false) => *a,
            (true, true) if came == Some(*b) => *a,
            _ => *b,
        };
        steps.push(Step { from: if onward == *a { *b } else { *a }, to: onward, link: *link });
    }
    steps
}

/// Draws a circle: the links thick over a pale edge, an arrow on each, and how many they are. A zoom of 1 is a view pixel for each drawing unit.
pub(crate) fn draw(scene: &Scene, steps: &[Step], zoom: f64, out: &mut Vec<Command>) {
    let pixel = 1.0 / zoom.max(1e-6);
    let ways: Vec<Vec<Curve>> = steps.iter().map(|step| way(scene, step, zoom)).collect();
    let all: Vec<Curve> = ways.iter().flatten().copied().collect();
    if all.is_empty() {
        return;
    }
    out.push(Command::decoration(Shape::Curves { curves: all.clone(), line: Line { opacity: 0.9, ..Line::solid(Colour::Paper, 7.0) } }));
    out.push(Command::decoration(Shape::Curves { curves: all, line: Line::solid(Colour::Error, 3.0) }));
    for (step, way) in steps.iter().zip(&ways) {
        arrow(way, Subject::Link(step.link), pixel, out);
    }
    let words = format!("{} links wait in a circle", steps.len());
    let rects = || steps.iter().filter_map(|step| scene.node_rect(step.from));
    let top = rects().map(|rect| rect.y).fold(f64::INFINITY, f64::min);
    let Some(whole) = rects().reduce(|all, rect| all.union(&rect)) else { return };
    label(Point::new(whole.center().x, top - 10.0 * pixel), &words, pixel, out);
}

/// The curves of a step, from where it starts to where it leads.
fn way(scene: &Scene, step: &Step, zoom: f64) -> Vec<Curve> {
    let Some(place) = scene.links.place(step.link) else { return Vec::new() };
    let mut curves: Vec<Curve> = Vec::new();
    if let Some(route) = route(scene, place as u32, zoom) {
        bent(&route, BEND, &mut curves);
    } else if let Some(curve) = scene.curves.get(place).filter(|curve| curve.iter().all(|point| point.x.is_finite() && point.y.is_finite())) {
        curves.push(*curve);
    } else if let (Some(a), Some(b)) = (scene.node_rect(step.from), scene.node_rect(step.to)) {
        curves.push(between_boxes(&a, &b));
    }
    // A link is drawn from its first end; the circle may run the other way.
    let begins = curves.first().map(|curve| curve[0]);
    let nearer = |node: NodeId, at: Point| scene.node_rect(node).map_or(f64::INFINITY, |rect| rect.center().distance(at));
    if begins.is_some_and(|at| nearer(step.to, at) < nearer(step.from, at)) {
        curves.reverse();
        for curve in &mut curves {
            curve.reverse();
        }
    }
    curves
}

/// A chevron in the middle of a way, pointing on.
fn arrow(way: &[Curve], subject: Subject, pixel: f64, out: &mut Vec<Command>) {
    let Some(curve) = way.get(way.len() / 2) else { return };
    let (at, before) = (point_at(curve, 0.56), point_at(curve, 0.5));
    let long = at.distance(before);
    if long <= 0.0 {
        return;
    }
    let (x, y) = ((at.x - before.x) / long, (at.y - before.y) / long);
    let size = 9.0 * pixel;
    // The tip, and two corners behind it to either side.
    let tip = at.shifted(x * size * 0.6, y * size * 0.6);
    let corner = |side: f64| tip.shifted(-x * size - y * side * size * 0.72, -y * size + x * side * size * 0.72);
    let points = vec![corner(1.0), tip, corner(-1.0)];
    out.push(Command::decoration(Shape::Polyline { points: points.clone(), line: Line::solid(Colour::Paper, 8.0) }));
    out.push(Command::of(subject, Shape::Polyline { points, line: Line::solid(Colour::Error, 4.0) }));
}

/// A small card with one line of text, its lower edge at `at`.
fn label(at: Point, words: &str, pixel: f64, out: &mut Vec<Command>) {
    let wide = (words.chars().count() as f64 * 6.4 + 20.0) * pixel;
    let rect = crate::units::Rect::new(at.x - wide / 2.0, at.y - 22.0 * pixel, wide, 22.0 * pixel);
    let edge = Some(Line::solid(Colour::Error, 1.2));
    out.push(Command::decoration(Shape::Box { rect, radius: (6.0 * pixel) as f32, fill: Some(Colour::Panel), line: edge }));
    let font = Font { size: (11.5 * pixel) as f32, bold: true, colour: Colour::Error, halo: None };
    let place = Point::new(at.x, rect.y + 15.0 * pixel);
    out.push(Command::decoration(Shape::Text { at: place, text: words.to_owned(), width: (wide - 8.0 * pixel) as f32, font, align: Align::Middle }));
}
