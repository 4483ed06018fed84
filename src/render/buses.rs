//! Buses as drawn: one line with its taps, totals where there is room for them, and what is wrong with a link along its way.

use super::detail::{Detail, ramp};
use super::display::{Command, Line};
use super::overlay::{self, BusLoads, Load};
use super::strokes::{Room, Strokes, finding_line, pill, sign};
use super::view::{Findings, SceneView, layer_colour};
use crate::engine::diagnostics::Severity;
use crate::model::Subject;
use crate::scene::bus::{BEND, Bus, Item, Tap, bent};
use crate::scene::{Curve, Scene};
use crate::units::grouped;
use crate::units::{Point, Rect, order};

/// The most ways with a finding that are drawn on one screen; the worst come first.
const MOST_WAYS: usize = 200;

/// How wide a line is that stands for so many links, in view pixels.
pub(crate) fn width_of(links: u32) -> f32 {
    (1.0 + 0.2 * (links.max(1) as f32).log2()).min(3.6)
}

/// Where the frame of a tapped group begins below its bus: its head grows with distance.
fn head(scene: &Scene, tap: &Tap, zoom: f64) -> Option<f64> {
    let (Item::Group(group), [first, last]) = (tap.item, tap.path.as_slice()) else { return None };
    let frame = scene.group_frame(group as usize, zoom)?;
    (first.y < last.y).then_some(frame.y)
}

/// How much higher a bus is drawn than it lies, so that it keeps its share of the gap that the heads of the groups below leave.
fn lift(scene: &Scene, bus: &Bus, zoom: f64) -> f64 {
    let y = bus.line[0].y;
    let ends = || bus.taps.iter().flatten().filter_map(|tap| Some(tap.path.last()?.y));
    let (over, under) =
        ends().fold((f64::NEG_INFINITY, f64::INFINITY), |(over, under), end| if end < y { (over.max(end), under) } else { (over, under.min(end)) });
    let head = bus.taps.iter().flatten().filter_map(|tap| head(scene, tap, zoom)).fold(under, f64::min);
    if bus.is_upright() || !over.is_finite() || !under.is_finite() || head <= over { 0.0 } else { (y - over) * (under - head) / (under - over) }
}

/// The way of a tap of a bus that is lifted, as it is drawn: into the frame of a group.
fn way(scene: &Scene, tap: &Tap, lift: f64, zoom: f64) -> Vec<Point> {
    let mut path = tap.path.clone();
    if let Some(first) = path.first_mut() {
        first.y -= lift;
    }
    if let (Some(head), [first, last]) = (head(scene, tap, zoom), path.as_mut_slice()) {
        last.y = head.max(first.y);
    }
    path
}

/// How a link of a bus runs from box to box, as the bus is drawn. `None` of a link that is in none.
pub(crate) fn route(scene: &Scene, link: u32, zoom: f64) -> Option<Vec<Point>> {
    let buses = scene.buses();
    let (bus, a, b) = buses.way(link)?;
    let bus = buses.all.get(bus as usize)?;
    let lift = lift(scene, bus, zoom);
    let [mut from, to] = [bus.taps[0].get(a as usize)?, bus.taps[1].get(b as usize)?].map(|tap| way(scene, tap, lift, zoom));
    from.reverse();
    from.extend(to);
    Some(from)
}

/// The middle of the longest piece of an upright bus between two taps.
fn widest_gap(bus: &Bus) -> Point {
    let mut ys: Vec<f64> = bus.taps.iter().flatten().filter_map(|tap| Some(tap.path.first()?.y)).collect();
    order::sort_by(&mut ys, f64::total_cmp);
    let widest = ys.windows(2).max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])));
    Point::new(bus.line[0].x, widest.map_or(bus.middle().y, |gap| (gap[0] + gap[1]) / 2.0))
}

/// Draws buses of a view.
pub(crate) struct BusPen<'a> {
    pub view: &'a SceneView<'a>,
    pub area: &'a Rect,
    pub detail: Detail,
    pub findings: &'a Findings,
}

impl BusPen<'_> {
    /// Draws the buses that `opacity_of` lets be seen: lines into `strokes`, signs and totals into `over`.
    pub(crate) fn draw(&self, opacity_of: impl Fn(&Bus) -> f32, strokes: &mut Strokes, room: &mut Room, over: &mut Vec<Command>) {
        let buses = self.view.scene.buses();
        let scene_is_large = buses.all.len() > 24;
        let mut shown = vec![0.0f32; buses.all.len()];
        let loads = self.view.overlay.links.as_ref().map(|shades| BusLoads::of(self.view.scene, shades));
        for (at, (bus, shown)) in buses.all.iter().zip(&mut shown).enumerate() {
            // The hosts of one switch are a few pixels apart before that.
            let few = if bus.is_star() && scene_is_large { ramp(self.detail.zoom, 0.34, 0.42) } else { 1.0 };
            let opacity = opacity_of(bus) * few;
            if opacity > 0.01 && bus.hull().intersects(self.area) {
                *shown = opacity;
                match loads.as_ref().and_then(|loads| loads.bus(at)) {
                    Some(loads) => self.loaded(bus, loads, opacity, strokes),
                    None => self.line(bus, opacity, strokes),
                }
            }
        }
        if loads.is_none() {
            self.findings(&shown, strokes, room, over);
        }
        for (at, (bus, shown)) in buses.all.iter().zip(&shown).enumerate() {
            if *shown > 0.3 {
                let load = loads.as_ref().and_then(|loads| loads.bus(at)).map(|loads| loads.whole);
                self.totals(bus, load.as_ref(), *shown, room, over);
            }
        }
    }

    /// Radius of bends: none where it could not be seen.
    fn bend(&self) -> f64 {
        if BEND * self.detail.zoom < 2.5 { 0.0 } else { BEND }
    }

    fn line(&self, bus: &Bus, opacity: f32, strokes: &mut Strokes) {
        let colour = layer_colour(bus.layer);
        let trunk = Line { opacity: 0.7 * opacity, ..Line::solid(colour, width_of(bus.links)) };
        let mut curves: Vec<Curve> = Vec::new();
        let lift = lift(self.view.scene, bus, self.detail.zoom);
        bent(&bus.line.map(|at| at.shifted(0.0, -lift)), 0.0, &mut curves);
        let most = bus.taps.iter().flatten().map(|tap| tap.links).max().unwrap_or(1);
        let thin = width_of(most);
        let same = (thin - trunk.width).abs() < 0.9;
        let mut taps: Vec<Curve> = Vec::new();
        // Taps down the same aisle share one line.
        let mut aisles: Vec<[Point; 2]> = Vec::new();
        for tap in bus.taps.iter().flatten() {
            let way = way(self.view.scene, tap, lift, self.detail.zoom);
            let out = if same { &mut curves } else { &mut taps };
            match way.as_slice() {
                [from, turn, end] => {
                    bent(&[*turn, *end], 0.0, out);
                    let down = turn.y > from.y;
                    match aisles.iter_mut().find(|[start, to]| (start.x - from.x).abs() < 0.5 && (to.y > start.y) == down) {
                        Some([_, to]) if (turn.y > to.y) == down => *to = *turn,
                        Some(_) => {}
                        None => aisles.push([*from, *turn]),
                    }
                }
                _ => bent(&way, self.bend(), out),
            }
        }
        for aisle in &aisles {
            bent(aisle, 0.0, if same { &mut curves } else { &mut taps });
        }
        strokes.add_all(0, trunk, curves);
        strokes.add_all(0, Line { width: thin, ..trunk }, taps);
    }

    /// A bus in the colours of what it carries: its line by all of its links, its taps by their own. Taps down the same aisle share a line, which
    /// shows the worst of them.
    fn loaded(&self, bus: &Bus, loads: &overlay::OneBus, opacity: f32, strokes: &mut Strokes) {
        let mut add = |load: &Load, width: f32, curves: Vec<Curve>| {
            let (rank, line) = load.line(width);
            strokes.add_all(rank, Line { opacity: line.opacity * opacity, ..line }, curves);
        };
        let lift = lift(self.view.scene, bus, self.detail.zoom);
        let mut aisles: Vec<([Point; 2], Load)> = Vec::new();
        for (tap, load) in bus.taps.iter().flatten().zip(loads.taps.iter().flatten()) {
            let (way, width) = (way(self.view.scene, tap, lift, self.detail.zoom), width_of(tap.links));
            let mut curves = Vec::new();
            match way.as_slice() {
                [from, turn, end] => {
                    bent(&[*turn, *end], 0.0, &mut curves);
                    let down = turn.y > from.y;
                    match aisles.iter_mut().find(|([start, to], _)| (start.x - from.x).abs() < 0.5 && (to.y > start.y) == down) {
                        Some(([_, to], known)) => {
                            if (turn.y > to.y) == down {
                                *to = *turn;
                            }
                            known.join(load);
                        }
                        None => aisles.push(([*from, *turn], *load)),
                    }
                }
                _ => bent(&way, self.bend(), &mut curves),
            }
            add(load, width, curves);
        }
        for (aisle, load) in &aisles {
            let mut curves = Vec::new();
            bent(aisle, 0.0, &mut curves);
            add(load, width_of(bus.links / (bus.taps.iter().map(Vec::len).max().unwrap_or(1).max(1) as u32)), curves);
        }
        let mut curves = Vec::new();
        bent(&bus.line.map(|at| at.shifted(0.0, -lift)), 0.0, &mut curves);
        add(&loads.whole, width_of(bus.links), curves);
    }

    /// Links with a finding run over the bus in its colour.
    fn findings(&self, shown: &[f32], strokes: &mut Strokes, room: &mut Room, over: &mut Vec<Command>) {
        let scene = self.view.scene;
        let buses = scene.buses();
        let mut ways: Vec<(Severity, (u32, u32, u32), u32)> = self
            .findings
            .links
            .iter()
            .filter_map(|(link, severity)| Some((*severity, buses.way(*link)?, *link)))
            .filter(|(_, way, _)| shown.get(way.0 as usize).is_some_and(|shown| *shown > 0.01))
            .collect();
        order::sort(&mut ways);
        ways.dedup_by_key(|way| way.1);
        for (severity, way, link) in ways.into_iter().take(MOST_WAYS) {
            let opacity = shown.get(way.0 as usize).copied().unwrap_or(0.0);
            let (Some(path), Some(line)) = (route(scene, link, self.detail.zoom), finding_line(Some(severity), 2.2)) else { continue };
            let mut curves = Vec::new();
            bent(&path, self.bend(), &mut curves);
            strokes.add_all(if severity == Severity::Error { 2 } else { 1 }, Line { opacity: line.opacity * opacity, ..line }, curves);
            // The sign stands by the box that fewer links lead to.
            if let [.., before, last] = path.as_slice() {
                let at = Point::new((before.x + last.x) / 2.0, (before.y + last.y) / 2.0);
                if room.take(at, self.detail.zoom, (15.0, 15.0)) {
                    over.push(Command { subject: scene.links.at(link as usize).map(Subject::Link), opacity, shape: sign(at, severity, 11.0) });
                }
            }
        }
    }

    /// How many links the bus holds, and each tap of the set with fewer boxes to a pixel, where all of them have room.
    fn totals(&self, bus: &Bus, load: Option<&Load>, opacity: f32, room: &mut Room, over: &mut Vec<Command>) {
        let zoom = self.detail.zoom;
        // That one switch holds its own few hosts is seen without a number.
        let hull = bus.hull();
        if bus.is_star() || hull.width.max(hull.height) * zoom < 90.0 {
            return;
        }
        let text = format!("{} links{}", grouped(u64::from(bus.links)), overlay::percent(load));
        let extent = |text: &str| (12.0 + 6.6 * text.chars().count() as f64, 19.0);
        let lift = lift(self.view.scene, bus, self.detail.zoom);
        // Beside a rack it begins at the line; elsewhere it lies on it, on an upright one where taps leave most room.
        let at = match bus.is_upright() {
            true if bus.is_beside_rack() => bus.middle().shifted((extent(&text).0 / 2.0 - 4.0) / zoom, 0.0),
            true => widest_gap(bus),
            false => bus.middle().shifted(0.0, -lift),
        };
        if self.area.contains(at) && room.take(at, zoom, extent(&text)) {
            pill(at, &text, zoom, None, opacity, over);
        }
        if bus.is_beside_rack() {
            return;
        }
        for set in &bus.taps {
            // One link needs no number, unless others of the set are more.
            let several = set.iter().any(|tap| tap.links > 1);
            let labels: Vec<(Point, String)> = set
                .iter()
                .filter(|tap| several && !matches!(tap.item, Item::Node(_)))
                .filter_map(|tap| {
                    let way = way(self.view.scene, tap, lift, self.detail.zoom);
                    let (from, to) = (*way.first()?, *way.get(1)?);
                    let text = format!("×{}", grouped(u64::from(tap.links)));
                    let least = if bus.is_upright() { extent(&text).0 + 8.0 } else { 26.0 };
                    (from.distance(to) * zoom >= least).then(|| (Point::new((from.x + to.x) / 2.0, (from.y + to.y) / 2.0), text))
                })
                .collect();
            let wide = labels.iter().map(|(_, text)| extent(text).0).fold(0.0, f64::max);
            let mut places: Vec<(f64, f64)> = labels.iter().map(|(at, _)| (at.y * zoom, at.x * zoom)).collect();
            order::sort_by(&mut places, |a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            let crowded = places.windows(2).any(|pair| pair[1].0 - pair[0].0 < 1.0 && pair[1].1 - pair[0].1 < wide);
            if labels.len() > 1 && !crowded {
                for (at, text) in labels {
                    if self.area.contains(at) && room.take(at, zoom, extent(&text)) {
                        pill(at, &text, zoom, None, opacity, over);
                    }
                }
            }
        }
    }
}
