//! What colours the drawing besides its own colours: links by what they carry, ways between two things, things by class, and the legend of a
//! file. Colour is the worst of what a line stands for, width their mean, so that no colour speaks alone.

use super::buses::route;
use super::detail::Detail;
use super::display::{Align, Colour, Command, Dash, Font, Line, Shape};
use super::strokes::Strokes;
use super::view::{SceneView, clean};
use crate::editor::overlay::{CLASS_COLOURS, Classes, STEPS, Shade, Shades, Tally};
use crate::model::{NodeId, Part, Subject};
use crate::scene::bus::{BEND, bent};
use crate::scene::{Curve, Face, Scene};
use crate::units::{Point, Rect, grouped, significant};

/// What the links of a line carry.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Load {
    tally: Tally,
    unknown: bool,
}

impl Load {
    /// Of some links, by place.
    pub(crate) fn of(shades: &Shades, links: impl Iterator<Item = usize>) -> Self {
        let mut load = Self::default();
        for link in links {
            let shade = shades.shade(link);
            load.unknown |= shade == Shade::Unknown;
            load.tally.add(shade);
        }
        load
    }
    /// Adds what other links carry.
    pub(crate) fn join(&mut self, other: &Self) {
        self.tally.join(other.tally);
        self.unknown |= other.unknown;
    }
    /// How a line is drawn that is so wide without it, and how high it lies.
    pub(crate) fn line(&self, width: f32) -> (u8, Line) {
        match self.tally.steps() {
            Some((worst, mean)) => {
                let share = f32::from(mean) / f32::from(STEPS - 1);
                (2 + worst, Line { opacity: 0.92, ..Line::solid(Colour::Load(worst), width * (0.75 + 0.9 * share) + 0.3) })
            }
            None if self.tally.is_off() => (1, Line { dash: Dash::Dashed, opacity: 0.8, ..Line::solid(Colour::Error, 1.4) }),
            None if self.unknown => (1, Line { dash: Dash::Dotted, opacity: 0.8, ..Line::solid(Colour::Neutral, width) }),
            None => (0, Line { opacity: 0.35, ..Line::solid(Colour::Neutral, (width * 0.6).max(0.6)) }),
        }
    }
}

/// How full, after a count: ` · 86 %`.
pub(crate) fn percent(load: Option<&Load>) -> String {
    match load.map(|load| load.tally) {
        Some(tally) if tally.steps().is_some() => format!(" · {} %", significant((f64::from(tally.worst()) * 100.0).round(), 3)),
        _ => String::new(),
    }
}

/// The count of a trunk: `×12`, with how full the fullest of its links is.
pub(crate) fn counted(links: u64, load: Option<&Load>) -> String {
    format!("×{}{}", grouped(links), percent(load))
}

/// What each bus and each of its taps carries.
pub(crate) struct BusLoads(Vec<OneBus>);

/// What a bus and its taps carry.
pub(crate) struct OneBus {
    pub whole: Load,
    pub taps: [Vec<Load>; 2],
}

impl BusLoads {
    /// Time: O(links).
    pub(crate) fn of(scene: &Scene, shades: &Shades) -> Self {
        let buses = scene.buses();
        let empty = |bus: &std::sync::Arc<crate::scene::bus::Bus>| OneBus {
            whole: Load::default(),
            taps: [0, 1].map(|side: usize| vec![Load::default(); bus.taps[side].len()]),
        };
        let mut all: Vec<OneBus> = buses.all.iter().map(empty).collect();
        for link in 0..scene.links.len() {
            let Some((bus, a, b)) = buses.way(link as u32) else { continue };
            let Some(bus) = all.get_mut(bus as usize) else { continue };
            let load = Load::of(shades, std::iter::once(link));
            bus.whole.join(&load);
            for (taps, tap) in bus.taps.iter_mut().zip([a, b]) {
                if let Some(tap) = taps.get_mut(tap as usize) {
                    tap.join(&load);
                }
            }
        }
        Self(all)
    }
    pub(crate) fn bus(&self, at: usize) -> Option<&OneBus> {
        self.0.get(at)
    }
}

/// What lies over everything and changes with the selection: the ways between two things.
pub(crate) fn lively(view: &SceneView<'_>, out: &mut Vec<Command>) {
    let Some(ways) = &view.overlay.ways else { return };
    let (scene, seen) = (view.scene, view.camera.visible());
    // A few widths, so that a thousand links are a few strokes.
    let mut by_width: [Vec<Curve>; 4] = Default::default();
    for (link, share) in ways.iter() {
        let step = match share {
            share if *share >= 0.5 => 3,
            share if *share >= 0.125 => 2,
            share if *share >= 0.03 => 1,
            _ => 0,
        };
        match route(scene, *link, view.camera.zoom) {
            Some(way) => bent(&way, BEND, &mut by_width[step]),
            None => by_width[step].extend(scene.curves.get(*link as usize).filter(|curve| curve[0].x.is_finite())),
        }
    }
    for (step, curves) in by_width.into_iter().enumerate() {
        let curves: Vec<Curve> = curves.into_iter().filter(|curve| crate::scene::curve::hull(curve).intersects(&seen)).collect();
        if !curves.is_empty() {
            let width = [1.2, 2.0, 3.2, 4.8][step];
            // A halo keeps them apart from the links they run over.
            out.push(Command::decoration(Shape::Curves { curves: curves.clone(), line: Line { opacity: 0.8, ..Line::solid(Colour::Paper, width + 2.5) } }));
            out.push(Command::decoration(Shape::Curves { curves, line: Line::solid(Colour::Accent, width) }));
        }
    }
}

/// The wires inside a node in the colours of what they carry, where what they join is drawn; the things they join lie over them.
pub(crate) fn wires(view: &SceneView<'_>, detail: &Detail, node: NodeId, face: &Face, rect: &Rect, out: &mut Vec<Command>) {
    let Some(shades) = view.overlay.links.as_ref().filter(|_| detail.ports > 0.0) else { return };
    let part = view.design.nodes.get(node).and_then(|node| view.catalog.part(view.design, &node.part));
    let Some(inside) = part.and_then(Part::inside).filter(|_| rect.intersects(&view.camera.visible())) else { return };
    let mut spots: Vec<Option<Rect>> = vec![None; inside.vertices.len()];
    for spot in &face.inside {
        if let Some(slot) = spots.get_mut(usize::from(spot.vertex)) {
            *slot = Some(spot.rect.shifted(rect.x, rect.y));
        }
    }
    let mut strokes = Strokes::default();
    for (place, wires) in inside.edges.iter().enumerate() {
        let [a, b] = [wires.a, wires.b].map(|end| spots.get(usize::from(end)).copied().flatten());
        let Some((a, b)) = a.zip(b) else { continue };
        let mut load = Load::default();
        let shade = shades.wires(node, place);
        load.unknown = shade == Shade::Unknown;
        load.tally.add(shade);
        let (rank, line) = load.line(1.0);
        strokes.add(rank, Line { opacity: line.opacity * detail.ports, ..line }, between(&a, &b));
    }
    strokes.draw(out);
}

/// From the edge of one thing inside a system to that of another: straight, but below things that stand side by side, so that what joins each of
/// them with each is told apart.
fn between(a: &Rect, b: &Rect) -> Curve {
    let (from, to) = (a.center(), b.center());
    if (from.y - to.y).abs() < a.height.min(b.height) / 2.0 {
        let deep = 2.0 + (from.x - to.x).abs() * 0.12;
        let (from, to) = (Point::new(from.x, a.bottom()), Point::new(to.x, b.bottom()));
        return [from, from.shifted(0.0, deep), to.shifted(0.0, deep), to];
    }
    // Where the line between the middles leaves a box.
    let edge = |of: &Rect, at: Point, other: Point| {
        let (dx, dy) = (other.x - at.x, other.y - at.y);
        let share = (of.width / 2.0 / dx.abs()).min(of.height / 2.0 / dy.abs()).min(0.5);
        at.shifted(dx * share, dy * share)
    };
    let (start, end) = (edge(a, from, to), edge(b, to, from));
    [start, start, end, end]
}

/// Draws the classes of a node: the things inside it where they are seen, else a strip with a piece for each of them.
pub(crate) fn classes(view: &SceneView<'_>, detail: &Detail, node: NodeId, rect: &Rect, out: &mut Vec<Command>) {
    let Some(classes) = &view.overlay.classes else { return };
    let of = classes.of_node(node);
    if of.is_empty() {
        return;
    }
    let subject = Subject::Node(node);
    let pixel = detail.pixels(1.0);
    if inside(view, classes, node, rect, pixel, out) {
        return;
    }
    let high = (rect.height * 0.22).clamp(2.0 * pixel, 9.0);
    let wide = rect.width / of.len() as f64;
    for (at, (_, class)) in of.iter().enumerate() {
        let piece = Rect::new(rect.x + at as f64 * wide, rect.bottom() - high, wide, high);
        out.push(Command::of(subject.clone(), Shape::Box { rect: piece, radius: 0.0, fill: Some(colour(*class)), line: None }));
    }
}

/// Nodes in the colours of their classes, where they are a few pixels: those of a node side by side.
pub(crate) fn far_classes(view: &SceneView<'_>, area: &Rect, opacity: f32, out: &mut Vec<Command>) {
    let Some(classes) = &view.overlay.classes else { return };
    let mut rects: [Vec<Rect>; CLASS_COLOURS as usize] = Default::default();
    for (row, rect) in view.scene.node_rects.iter().enumerate().filter(|(_, rect)| rect.intersects(area)) {
        let of = view.scene.nodes.at(row).map(|node| classes.of_node(node)).unwrap_or_default();
        let wide = rect.width / of.len().max(1) as f64;
        for (at, (_, class)) in of.iter().enumerate() {
            if let Some(rects) = rects.get_mut(usize::from(class % u16::from(CLASS_COLOURS))) {
                rects.push(Rect::new(rect.x + at as f64 * wide, rect.y, wide, rect.height));
            }
        }
    }
    for (class, rects) in (0u8..).zip(rects).filter(|(_, rects)| !rects.is_empty()) {
        out.push(Command::decoration(Shape::Boxes { rects, radius: 0.0, fill: Some(Colour::Class(class)), line: None }).faded(opacity));
    }
}

/// From this many pixels on a thing inside a system is coloured itself.
const SEEN: f64 = 2.5;
/// From this many pixels on the number of a class can be read.
const LEGIBLE: f64 = 6.0;

/// Things inside a system in the colours of their classes, with the class's number where it can be read. `false` where none is drawn: they
/// are too small or not drawn at all.
fn inside(view: &SceneView<'_>, classes: &Classes, node: NodeId, rect: &Rect, pixel: f64, out: &mut Vec<Command>) -> bool {
    let part = view.design.nodes.get(node).and_then(|node| view.catalog.part(view.design, &node.part));
    let (Some(face), true) = (view.scene.face(node), part.and_then(Part::inside).is_some()) else { return false };
    let mut rects: [Vec<Rect>; CLASS_COLOURS as usize] = Default::default();
    let mut numbers = Vec::new();
    for spot in &face.inside {
        let Some(class) = classes.class(node, Some(spot.vertex)) else { continue };
        let place = spot.rect.shifted(rect.x, rect.y);
        if place.width.min(place.height) < SEEN * pixel {
            return false;
        }
        if let Some(rects) = rects.get_mut(usize::from(class % u16::from(CLASS_COLOURS))) {
            rects.push(place);
        }
        let size = (place.height * 0.7).min(8.0);
        if size >= LEGIBLE * pixel {
            let font = Font { size: size as f32, bold: true, colour: Colour::Panel, halo: None };
            let at = Point::new(place.center().x, place.center().y + size * 0.36);
            let text = (u32::from(class) + 1).to_string();
            numbers.push(Command::of(Subject::Node(node), Shape::Text { at, text, width: place.width as f32, font, align: Align::Middle }));
        }
    }
    let any = rects.iter().any(|rects| !rects.is_empty());
    for (class, rects) in (0u8..).zip(rects).filter(|(_, rects)| !rects.is_empty()) {
        out.push(Command::of(Subject::Node(node), Shape::Boxes { rects, radius: 2.0, fill: Some(Colour::Class(class)), line: None }));
    }
    out.append(&mut numbers);
    any
}

fn colour(class: u16) -> Colour {
    Colour::Class((class % u16::from(CLASS_COLOURS)) as u8)
}

/// The legend of a file: a scale with its title and its ends at the lower left of `area`, above what stands there.
pub(crate) fn legend(shades: &Shades, area: &Rect, zoom: f64, out: &mut Vec<Command>) {
    let pixel = 1.0 / zoom;
    let (left, top) = (area.x + 12.0 * pixel, area.bottom() - 78.0 * pixel);
    let card = Rect::new(left, top, 214.0 * pixel, 50.0 * pixel);
    out.push(Command::decoration(Shape::Box {
        rect: card,
        radius: (8.0 * pixel) as f32,
        fill: Some(Colour::Panel),
        line: Some(Line::solid(Colour::Line, 1.0)),
    }));
    let mut text = |text: String, x: f64, y: f64, bold: bool, align: Align| {
        let font = Font { size: (11.0 * pixel) as f32, bold, colour: if bold { Colour::Ink } else { Colour::Ink2 }, halo: None };
        out.push(Command::decoration(Shape::Text { at: Point::new(left + x * pixel, top + y * pixel), text, width: (194.0 * pixel) as f32, font, align }));
    };
    text(clean(&shades.title), 10.0, 15.0, true, Align::Start);
    text(shades.ends[0].clone(), 10.0, 44.0, false, Align::Start);
    text(shades.ends[1].clone(), 204.0, 44.0, false, Align::End);
    for step in 0..STEPS {
        let high = 4.0 + f64::from(step);
        let rect = Rect::new(left + (10.0 + 24.25 * f64::from(step)) * pixel, top + (32.0 - high) * pixel, 23.0 * pixel, high * pixel);
        out.push(Command::decoration(Shape::Box { rect, radius: 0.0, fill: Some(Colour::Load(step)), line: None }));
    }
}
