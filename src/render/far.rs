//! Far away: groups as boxes, nodes as small blocks, and everything between two boxes as one bundle.
//!
//! Each node belongs to a *unit*: the outermost group that is not larger than the screen, else its rack, else itself, or, where nodes are
//! a few pixels high, a cell of equal nodes. Links between two units are one bundle; links inside a unit become one bar between two of
//! its tiers.

use super::detail::Detail;
use super::display::{Align, Colour, Command, Font, Line, Shape};
use super::links::MOST_CURVES;
use super::overlay::{self, Load};
use super::parts::TITLE_DOWN;
use super::strokes::{Room, Strokes, finding_line, pill, sign};
use super::view::{Findings, SceneView, clean, layer_colour};
use crate::engine::diagnostics::Severity;
use crate::model::{LinkLayer, PartKind, Subject};
use crate::scene::bus::{Bus, Item};
use crate::scene::{Curve, GROUP_TITLE, NONE, RACK_TITLE, SINGLE_NODES, Scene, curve};
use crate::units::{Point, Rect, SortedMap, counted, grouped, order};

/// Nodes lower than this many view pixels are joined with their neighbours.
const BLOCK_LEAST: f64 = 3.0;
/// Extent of the cells in which they are joined, in view pixels.
const BLOCK_CELL: f64 = 11.0;
/// The most blocks on one screen.
const MOST_BLOCKS: usize = 3000;
/// View pixels of a usual canvas.
const SCREEN: f64 = 1e6;
/// The most bundles on one screen.
const MOST_BUNDLES: usize = 1000;
/// Groups larger than this many view pixels are seen through to the groups in them.
const OPEN_GROUP: f64 = 1000.0;

/// What bundles end on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Group(u32),
    Rack(u32),
    Node(u32),
    /// Kind of the nodes, column, line.
    Cell(u8, i64, i64),
}

#[derive(Clone, Debug)]
struct Unit {
    key: Key,
    rect: Rect,
    nodes: u32,
    hosts: u32,
    switches: u32,
}

/// Links between two units.
#[derive(Clone, Debug)]
struct Bundle {
    units: (u32, u32),
    count: u32,
    layer: Option<LinkLayer>,
    /// Where its links begin in [`Far::bundled`].
    first: u32,
}

/// Links between two tiers, what the first speaks, and the unit they are in.
type Between = (Vec<u32>, Option<LinkLayer>, u32);

/// A vertical bar between two tiers of one unit.
#[derive(Clone, Debug)]
struct Bar {
    from: Point,
    to: Point,
    layer: Option<LinkLayer>,
    unit: u32,
    /// Its links.
    links: Vec<u32>,
}

/// What is drawn far away, for one scene and one zoom.
#[derive(Clone, Debug, Default)]
pub(crate) struct Far {
    units: Vec<Unit>,
    bundles: Vec<Bundle>,
    /// Links in bundles, bundle by bundle.
    bundled: Vec<u32>,
    bars: Vec<Bar>,
    /// Blocks of XPUs and systems, then of switches, then of everything else.
    blocks: [Vec<Rect>; 3],
    node_units: Vec<u32>,
    /// Which groups are seen through.
    open: Vec<bool>,
    zoom: f64,
}

impl Far {
    /// Gathers units, bundles and blocks. Time: O((nodes + links) log (nodes + links)).
    pub(crate) fn of(scene: &Scene, zoom: f64) -> Self {
        let mut far = Self { zoom, ..Self::default() };
        let mut cell = 56.0;
        for _ in 0..6 {
            far.find_units(scene, cell);
            far.find_bundles(scene);
            if far.bundles.len() <= MOST_BUNDLES {
                break;
            }
            cell *= 2.0;
        }
        if far.bundles.len() > MOST_BUNDLES {
            // What remains are groups that all meet: the widest bundles stand for the rest.
            order::sort_by_key(&mut far.bundles, |bundle| std::cmp::Reverse(bundle.count));
            far.bundles.truncate(MOST_BUNDLES);
            order::sort_by_key(&mut far.bundles, |bundle| bundle.units);
        }
        far.find_bars(scene);
        // Nearer than this nodes are drawn as parts, and only bundles are asked for.
        if zoom < scene.far_zoom() * 1.4 {
            far.find_blocks(scene);
        }
        far
    }

    fn find_units(&mut self, scene: &Scene, cell: f64) {
        let mut known: SortedMap<Key, u32> = SortedMap::new();
        self.units.clear();
        self.node_units.clear();
        self.open = open_groups(scene, self.zoom);
        let open = std::mem::take(&mut self.open);
        let mut unit_groups: SortedMap<u32, u32> = SortedMap::new();
        for (node, rect) in (0u32..).zip(&scene.node_rects) {
            let key = self.key_of(scene, node, rect, cell, &open, &mut unit_groups);
            let unit = *known.entry(key).or_insert_with(|| {
                let whole = match key {
                    Key::Group(group) => scene.group_rects.get(group as usize).copied().flatten(),
                    Key::Rack(rack) => scene.rack_rects.get(rack as usize).copied(),
                    Key::Node(_) | Key::Cell(..) => None,
                };
                self.units.push(Unit { key, rect: whole.unwrap_or(*rect), nodes: 0, hosts: 0, switches: 0 });
                (self.units.len() - 1) as u32
            });
            if let Some(unit) = self.units.get_mut(unit as usize) {
                unit.nodes += 1;
                match kind_of(scene, node) {
                    0 => unit.hosts += 1,
                    1 => unit.switches += 1,
                    _ => {}
                }
                if matches!(key, Key::Cell(..)) {
                    unit.rect = unit.rect.union(rect);
                }
            }
            self.node_units.push(unit);
        }
        self.open = open;
        for unit in &mut self.units {
            if let Key::Group(group) = unit.key {
                unit.rect = scene.group_frame(group as usize, self.zoom).unwrap_or(unit.rect);
            }
        }
    }

    fn key_of(&self, scene: &Scene, node: u32, rect: &Rect, cell: f64, open: &[bool], unit_groups: &mut SortedMap<u32, u32>) -> Key {
        let group = scene.node_groups.get(node as usize).copied().unwrap_or(NONE);
        if group != NONE {
            let unit = *unit_groups.entry(group).or_insert_with(|| outermost_closed(scene, group, open));
            if unit != NONE {
                return Key::Group(unit);
            }
        }
        let rack = scene.node_racks.get(node as usize).copied().unwrap_or(NONE);
        if rack != NONE {
            return Key::Rack(rack);
        }
        if scene.node_rects.len() <= SINGLE_NODES {
            return Key::Node(node);
        }
        let size = cell / self.zoom;
        let middle = rect.center();
        Key::Cell(kind_of(scene, node), (middle.x / size).floor() as i64, (middle.y / size * 2.0).floor() as i64)
    }

    /// Whether the boxes that a bus joins are seen: those of the design, or of a group that is seen through.
    pub(crate) fn shows(&self, scene: &Scene, bus: &Bus) -> bool {
        match bus.level {
            Item::Design => true,
            Item::Group(group) => outermost_closed(scene, group, &self.open) == NONE,
            Item::Rack(_) | Item::Node(_) => false,
        }
    }

    fn find_bundles(&mut self, scene: &Scene) {
        let buses = scene.buses();
        let shown: Vec<bool> = buses.all.iter().map(|bus| self.shows(scene, bus)).collect();
        let mut pairs: Vec<(u32, u32, Option<LinkLayer>, u32)> = (0u32..)
            .zip(&scene.link_ends)
            .zip(&scene.link_layers)
            .filter(|((link, _), _)| !shown.get(buses.row(*link) as usize).copied().unwrap_or(false))
            .filter_map(|((link, ends), layer)| {
                let (a, b) = (*self.node_units.get(ends[0] as usize)?, *self.node_units.get(ends[1] as usize)?);
                (a != b).then(|| (a.min(b), a.max(b), *layer, link))
            })
            .collect();
        order::sort_by_number(&mut pairs, |(_, _, layer, _)| layer.map_or(0, |layer| layer as u64 + 1));
        order::sort_by_number(&mut pairs, |(a, b, ..)| u64::from(*a) << 32 | u64::from(*b));
        self.bundles.clear();
        self.bundled.clear();
        for (a, b, layer, link) in pairs {
            match self.bundles.last_mut() {
                Some(bundle) if bundle.units == (a, b) && bundle.layer == layer => bundle.count += 1,
                _ => self.bundles.push(Bundle { units: (a, b), count: 1, layer, first: self.bundled.len() as u32 }),
            }
            self.bundled.push(link);
        }
    }

    /// One bar between each two tiers of a unit that are some pixels apart.
    fn find_bars(&mut self, scene: &Scene) {
        let gap = 24.0 / self.zoom;
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); self.units.len()];
        for (node, unit) in (0u32..).zip(&self.node_units) {
            if let Some(list) = self.units.get(*unit as usize).filter(|unit| matches!(unit.key, Key::Group(_))).and(members.get_mut(*unit as usize)) {
                list.push(node);
            }
        }
        let mut bands = vec![NONE; scene.node_rects.len()];
        let mut extents: Vec<Rect> = Vec::new();
        for list in &mut members {
            order::sort_by_number(list, |node| order::number_of(scene.node_rects[*node as usize].y));
            let mut fresh = true;
            for node in list.iter() {
                let rect = scene.node_rects[*node as usize];
                match extents.last_mut().filter(|extent| !fresh && rect.y <= extent.bottom() + gap) {
                    Some(extent) => *extent = extent.union(&rect),
                    None => extents.push(rect),
                }
                fresh = false;
                bands[*node as usize] = (extents.len() - 1) as u32;
            }
        }
        let mut counts: SortedMap<(u32, u32), Between> = SortedMap::new();
        for (link, (ends, layer)) in (0u32..).zip(scene.link_ends.iter().zip(&scene.link_layers)) {
            let (Some(&a), Some(&b)) = (bands.get(ends[0] as usize), bands.get(ends[1] as usize)) else { continue };
            let (Some(&unit), Some(&other)) = (self.node_units.get(ends[0] as usize), self.node_units.get(ends[1] as usize)) else { continue };
            if unit == other && a != b && a != NONE && b != NONE {
                counts.entry((a.min(b), a.max(b))).or_insert_with(|| (Vec::new(), *layer, unit)).0.push(link);
            }
        }
        for ((a, b), (links, layer, unit)) in counts {
            let (Some(a), Some(b)) = (extents.get(a as usize), extents.get(b as usize)) else { continue };
            let (upper, lower) = if a.y <= b.y { (a, b) } else { (b, a) };
            let x = (upper.center().x + lower.center().x) / 2.0;
            self.bars.push(Bar { from: Point::new(x, upper.bottom()), to: Point::new(x, lower.y), layer, unit, links });
        }
    }

    /// Nodes as blocks; where they are too low, equal neighbours of one group as one.
    fn find_blocks(&mut self, scene: &Scene) {
        let mut cell = BLOCK_CELL / self.zoom;
        // As many as a screen may show, times the screens that the drawing fills.
        let screens = scene.bounds.map_or(1.0, |bounds| bounds.width * bounds.height * self.zoom * self.zoom / SCREEN).max(1.0);
        let most = (MOST_BLOCKS as f64 * screens).min(1e6) as usize;
        for _ in 0..8 {
            let mut joined: SortedMap<(u32, u8, i64, i64), Rect> = SortedMap::new();
            self.blocks = Default::default();
            for (node, rect) in (0u32..).zip(&scene.node_rects) {
                let kind = kind_of(scene, node);
                if rect.height.min(rect.width) * self.zoom >= BLOCK_LEAST && cell * self.zoom <= BLOCK_CELL {
                    self.blocks[usize::from(kind)].push(*rect);
                    continue;
                }
                let unit = self.node_units.get(node as usize).copied().unwrap_or(0);
                let origin = self.units.get(unit as usize).map_or(Point::default(), |unit| Point::new(unit.rect.x, unit.rect.y));
                let middle = rect.center();
                let key = (unit, kind, ((middle.x - origin.x) / cell).floor() as i64, ((middle.y - origin.y) / cell).floor() as i64);
                let known = joined.entry(key).or_insert(*rect);
                *known = known.union(rect);
            }
            let gap = 0.5 / self.zoom;
            for ((_, kind, ..), rect) in joined {
                let least = 2.0 / self.zoom;
                let rect = Rect::new(rect.x + gap, rect.y + gap, (rect.width - 2.0 * gap).max(least), (rect.height - 2.0 * gap).max(least));
                self.blocks[usize::from(kind)].push(rect);
            }
            if self.blocks.iter().map(Vec::len).sum::<usize>() <= most {
                break;
            }
            cell *= 1.5;
        }
    }

    fn bundle_curve(&self, bundle: &Bundle) -> Option<Curve> {
        let (a, b) = (self.units.get(bundle.units.0 as usize)?, self.units.get(bundle.units.1 as usize)?);
        Some(curve::between_boxes(&a.rect, &b.rect))
    }

    /// Keeps counts off the names of units.
    pub(crate) fn keep_names(&self, view: &SceneView<'_>, room: &mut Room) {
        let pixel = 1.0 / view.camera.zoom;
        for unit in self.units.iter().take(300) {
            let Key::Group(group) = unit.key else { continue };
            let name = view.scene.groups.at(group as usize).and_then(|id| view.design.groups.get(id)).map_or(0, |group| group.name.chars().count());
            let wide = (name as f64 * 7.0 + 30.0).max(100.0) * pixel;
            room.keep(&Rect::new(unit.rect.x, unit.rect.y, wide.min(unit.rect.width), 34.0 * pixel), view.camera.zoom);
        }
    }

    /// Draws bundles, and notes their signs and counts.
    pub(crate) fn draw_bundles(
        &self,
        view: &SceneView<'_>,
        area: &Rect,
        findings: &Findings,
        detail: &Detail,
        room: &mut Room,
        over: &mut Vec<Command>,
    ) -> Strokes {
        let opacity = detail.far;
        let mut strokes = Strokes::default();
        let bad = self.bad_bundles(view.scene, findings);
        let few = self.bundles.len() <= 60;
        // Many bundles are drawn thin, so that what lies below them is still seen.
        let (weight, thin) = if self.bundles.len() > 300 { (0.34, 0.4) } else { (0.5, 1.0) };
        for bundle in &self.bundles {
            let Some(line) = self.bundle_curve(bundle).filter(|line| curve::hull(line).intersects(area)) else { continue };
            if strokes.len() >= MOST_CURVES {
                break;
            }
            let severity = bad.get(&bundle.units).copied();
            let width = ((0.9 + 0.35 * (bundle.count as f32).log2()) * thin).clamp(0.6, 6.0);
            let plain = Line { opacity: weight, ..Line::solid(layer_colour(bundle.layer), width) };
            let load = view.overlay.links.as_ref().map(|shades| {
                let links = self.bundled.get(bundle.first as usize..(bundle.first + bundle.count) as usize).unwrap_or_default();
                Load::of(shades, links.iter().map(|link| *link as usize))
            });
            let (rank, stroke) = match &load {
                Some(load) => load.line(width),
                None => (u8::from(severity.is_some()), finding_line(severity, width + 0.6).unwrap_or(plain)),
            };
            strokes.add(rank, Line { opacity: stroke.opacity * opacity, ..stroke }, line);
            let middle = curve::point_at(&line, 0.5);
            if let Some(severity) = severity.filter(|_| room.take(middle, detail.zoom, (16.0, 16.0))) {
                over.push(Command::decoration(sign(middle, severity, 11.0)).faded(opacity));
            } else if few && bundle.count > 1 && room.take(middle, detail.zoom, (if load.is_some() { 80.0 } else { 46.0 }, 22.0)) {
                pill(middle, &overlay::counted(u64::from(bundle.count), load.as_ref()), detail.zoom, None, opacity, over);
            }
        }
        strokes
    }

    fn bad_bundles(&self, scene: &Scene, findings: &Findings) -> SortedMap<(u32, u32), Severity> {
        let mut bad: SortedMap<(u32, u32), Severity> = SortedMap::new();
        for (link, severity) in &findings.links {
            let Some(ends) = scene.link_ends.get(*link as usize) else { continue };
            let (Some(&a), Some(&b)) = (self.node_units.get(ends[0] as usize), self.node_units.get(ends[1] as usize)) else { continue };
            let known = bad.entry((a.min(b), a.max(b))).or_insert(*severity);
            *known = (*known).min(*severity);
        }
        bad
    }

    /// The worst finding of each unit: of the group or rack itself and of all that stands in it.
    fn bad_units(&self, findings: &Findings) -> SortedMap<u32, Severity> {
        let mut bad: SortedMap<u32, Severity> = SortedMap::new();
        let mut note = |unit: u32, severity: Severity| {
            let known = bad.entry(unit).or_insert(severity);
            *known = (*known).min(severity);
        };
        for (node, severity) in &findings.nodes {
            if let Some(unit) = self.node_units.get(*node as usize) {
                note(*unit, *severity);
            }
        }
        for (at, unit) in (0u32..).zip(&self.units) {
            let own = match unit.key {
                Key::Group(group) => findings.groups.get(&group),
                Key::Rack(rack) => findings.racks.get(&rack),
                Key::Node(_) | Key::Cell(..) => None,
            };
            if let Some(severity) = own {
                note(at, *severity);
            }
        }
        bad
    }

    /// Draws units, bars and blocks.
    pub(crate) fn draw(&self, view: &SceneView<'_>, area: &Rect, findings: &Findings, detail: &Detail, out: &mut Vec<Command>, over: &mut Vec<Command>) {
        let opacity = detail.far;
        self.draw_open_groups(view, area, detail, out);
        let bad_units = self.bad_units(findings);
        let bad_bundles = self.bad_bundles(view.scene, findings);
        for (at, unit) in (0u32..).zip(&self.units) {
            if unit.rect.intersects(area) {
                self.draw_unit(view, unit, bad_units.get(&at).copied(), detail, out, over);
            }
        }
        let mut bars = Strokes::default();
        for bar in &self.bars {
            if !Rect::spanning(bar.from, bar.to).intersects(area) {
                continue;
            }
            let width = (1.5 + 0.7 * (bar.links.len() as f32).log2()).min(8.0);
            let severity = bad_bundles.get(&(bar.unit, bar.unit)).copied();
            let plain = Line { opacity: 0.6, ..Line::solid(layer_colour(bar.layer), width) };
            let load = view.overlay.links.as_ref().map(|shades| Load::of(shades, bar.links.iter().map(|link| *link as usize)));
            let (rank, line) = match &load {
                Some(load) => load.line(width),
                None => (0, finding_line(severity, width).unwrap_or(plain)),
            };
            let middle = (bar.from.y + bar.to.y) / 2.0;
            let curve = [bar.from, Point::new(bar.from.x, middle), Point::new(bar.to.x, middle), bar.to];
            bars.add(rank, Line { opacity: line.opacity * opacity, ..line }, curve);
            if let Some(severity) = severity {
                over.push(Command::decoration(sign(Point::new(bar.from.x, middle), severity, 11.0)).faded(opacity));
            }
        }
        bars.draw(out);
        let looks = [(Colour::ScaleUp, None, 0.55), (Colour::Metal, Some(Line::solid(Colour::Cage, 1.0)), 1.0), (Colour::Cage, None, 0.7)];
        for (rects, (fill, line, strength)) in self.blocks.iter().zip(looks) {
            let rects: Vec<Rect> = rects.iter().filter(|rect| rect.intersects(area)).copied().collect();
            if !rects.is_empty() {
                let radius = (2.0 / detail.zoom).min(12.0) as f32;
                out.push(Command::decoration(Shape::Boxes { rects, radius, fill: Some(fill), line }).faded(strength * opacity));
            }
        }
        overlay::far_classes(view, area, opacity, out);
    }

    /// Groups around the units, so large that they are seen through.
    fn draw_open_groups(&self, view: &SceneView<'_>, area: &Rect, detail: &Detail, out: &mut Vec<Command>) {
        let scene = view.scene;
        let open = &self.open;
        for (group, rect) in scene.group_rects.iter().enumerate().filter(|(group, _)| open.get(*group).copied().unwrap_or(false)) {
            let Some(rect) = rect.filter(|rect| rect.intersects(area)) else { continue };
            if let Some(id) = scene.groups.at(group) {
                let edge = Line::solid(Colour::MetalEdge, 1.0);
                let frame = scene.group_frame(group, self.zoom).unwrap_or(rect);
                out.push(
                    Command::of(Subject::Group(id), Shape::Box { rect: frame, radius: (8.0 / detail.zoom) as f32, fill: None, line: Some(edge) })
                        .faded(detail.far),
                );
            }
        }
    }

    fn draw_unit(&self, view: &SceneView<'_>, unit: &Unit, severity: Option<Severity>, detail: &Detail, out: &mut Vec<Command>, over: &mut Vec<Command>) {
        let scene = view.scene;
        let (subject, name, title) = match unit.key {
            Key::Group(group) => {
                let Some(id) = scene.groups.at(group as usize) else { return };
                (Subject::Group(id), view.design.groups.get(id).map(|group| clean(&group.name)).unwrap_or_default(), GROUP_TITLE)
            }
            Key::Rack(rack) => {
                let Some(id) = scene.racks.at(rack as usize) else { return };
                (Subject::Rack(id), view.design.racks.get(id).map(|rack| clean(&rack.name)).unwrap_or_default(), RACK_TITLE)
            }
            Key::Node(node) => {
                let Some(id) = scene.nodes.at(node as usize) else { return };
                if let Some(severity) = severity {
                    over.push(Command::of(Subject::Node(id), sign(Point::new(unit.rect.right(), unit.rect.y), severity, 10.0)).faded(detail.far));
                }
                return;
            }
            Key::Cell(..) => {
                if let Some(severity) = severity {
                    over.push(Command::decoration(sign(Point::new(unit.rect.right(), unit.rect.y), severity, 10.0)).faded(detail.far));
                }
                return;
            }
        };
        let pixel = 1.0 / detail.zoom;
        let edge = match severity {
            Some(Severity::Error) => Line::solid(Colour::Error, 2.0),
            Some(Severity::Warning) => Line::solid(Colour::Warning, 1.5),
            _ => Line::solid(Colour::MetalEdge, 1.0),
        };
        let switches_only = unit.switches == unit.nodes && matches!(unit.key, Key::Group(_));
        let fill = if switches_only { Colour::Metal } else { Colour::Rack };
        let radius = (7.0 * pixel).min(unit.rect.width.min(unit.rect.height) * 0.2) as f32;
        let body = Shape::Box { rect: unit.rect, radius, fill: Some(fill), line: Some(edge) };
        out.push(Command::of(subject.clone(), body).faded(detail.far));
        if let Some(severity) = severity {
            let at = Point::new(unit.rect.right() - 2.0 * pixel, unit.rect.y + 2.0 * pixel);
            over.push(Command::of(subject.clone(), sign(at, severity, 11.0)).faded(detail.far));
        }
        // Over the bundles that end here.
        self.name_unit(unit, &subject, &name, title, fill, detail, over);
    }

    /// The name of a unit and its totals, as much as its width has room for: `Pod` over `12` where it is narrow.
    #[allow(clippy::too_many_arguments, reason = "the last step of drawing a unit, called once")]
    fn name_unit(&self, unit: &Unit, subject: &Subject, name: &str, title: f64, ground: Colour, detail: &Detail, out: &mut Vec<Command>) {
        let pixel = 1.0 / detail.zoom;
        let wide = unit.rect.width * detail.zoom;
        if wide < 15.0 || (matches!(unit.key, Key::Rack(_)) && title * detail.zoom < 9.0) {
            return;
        }
        // Where there is room it stands as at middle distance, so that nothing jumps from one to the other.
        let roomy = wide >= 84.0 && name.chars().count() as f64 * 7.0 + 24.0 <= wide;
        let (left, middle) = (unit.rect.x + 12.0 * pixel, unit.rect.center().x);
        let mut text = |text: String, down: f64, size: f64, bold: bool| {
            let colour = if bold { Colour::Ink } else { Colour::Ink2 };
            let font = Font { size: (size * pixel) as f32, bold, colour, halo: Some(ground) };
            let (x, align, margin) = if roomy { (left, Align::Start, 24.0) } else { (middle, Align::Middle, 3.0) };
            let at = Point::new(x, unit.rect.y + down * pixel);
            let shape = Shape::Text { at, text, width: (unit.rect.width - margin * pixel) as f32, font, align };
            out.push(Command::of(subject.clone(), shape).faded(detail.far));
        };
        let narrow = name.chars().count() as f64 * 6.8 + 8.0 > wide;
        // Letters and digits in bold are 0.7 em wide.
        let fitting = |word: &str| ((wide - 3.0) / (word.chars().count() as f64 * 0.7)).min(12.0);
        match halves(name).filter(|_| narrow) {
            Some((kind, number)) if number.bytes().all(|letter| letter.is_ascii_digit()) => {
                if wide >= 26.0 {
                    text(kind.to_owned(), 13.0, 10.0, false);
                }
                text(number.to_owned(), 27.0, fitting(number), true);
            }
            Some((first, second)) => {
                let size = fitting(first).min(fitting(second)).max(8.0);
                text(first.to_owned(), 13.0, size, true);
                text(second.to_owned(), 27.0, size, true);
            }
            None => {
                text(name.to_owned(), 12.0 * TITLE_DOWN, 12.0, true);
                let totals = match (unit.hosts, unit.switches) {
                    (0, switches) if switches == unit.nodes && wide > 84.0 => counted(u64::from(switches), "switch", "switches"),
                    (0, switches) if switches == unit.nodes => format!("×{}", grouped(u64::from(switches))),
                    (hosts, switches) if hosts > 0 && switches > 0 && wide > 160.0 => {
                        format!("{} · {}", counted(u64::from(hosts), "system", "systems"), counted(u64::from(switches), "switch", "switches"))
                    }
                    _ => counted(u64::from(unit.nodes), "node", "nodes"),
                };
                text(totals, 29.0, 10.0, false);
            }
        }
    }
}

/// A name on two lines, where its words part most evenly: `Pod 12` before its number.
fn halves(name: &str) -> Option<(&str, &str)> {
    let longer = |at: usize| at.max(name.len() - at - 1);
    let at = name.match_indices(' ').map(|(at, _)| at).min_by_key(|at| longer(*at))?;
    Some((name.get(..at)?, name.get(at + 1..)?))
}

/// Which groups are seen through: those so large on the screen that the groups in them are what one looks at.
fn open_groups(scene: &Scene, zoom: f64) -> Vec<bool> {
    let mut has_children = vec![false; scene.group_rects.len()];
    for parent in &scene.group_parents {
        if let Some(parent) = has_children.get_mut(*parent as usize) {
            *parent = true;
        }
    }
    let large = |rect: &Option<Rect>| rect.is_none_or(|rect| rect.width.max(rect.height) * zoom > OPEN_GROUP);
    scene.group_rects.iter().zip(has_children).map(|(rect, children)| children && large(rect)).collect()
}

/// The outermost group around `group` (itself included) that is not seen through.
fn outermost_closed(scene: &Scene, group: u32, open: &[bool]) -> u32 {
    let mut best = NONE;
    let mut here = group;
    for _ in 0..=scene.group_parents.len() {
        if open.get(here as usize).is_some_and(|open| !open) {
            best = here;
        }
        match scene.group_parents.get(here as usize) {
            Some(&parent) if parent != NONE => here = parent,
            _ => break,
        }
    }
    best
}

/// 0 for XPUs and systems, 1 for switches, 2 for the rest.
fn kind_of(scene: &Scene, node: u32) -> u8 {
    let face = scene.node_faces.get(node as usize).and_then(|face| scene.faces.get(*face as usize));
    match face.and_then(|face| face.kind) {
        Some(PartKind::System | PartKind::Xpu) => 0,
        Some(PartKind::Switch) => 1,
        _ => 2,
    }
}
