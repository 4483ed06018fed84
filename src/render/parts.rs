//! Racks and nodes at middle and near distance: parts look like themselves.

use super::detail::{Detail, ramp};
use super::display::{Align, Colour, Command, Dash, Font, Line, Shape};
use super::names::{Names, Peers, telling};
use super::view::{SceneView, clean, layer_colour};
use crate::model::{Element, InsideKind, NodeId, Part, PartKind, PortRef, Subject};
use crate::scene::{Face, NONE, RACK_PADDING, RACK_TITLE, U_HEIGHT};
use crate::units::{Point, Rect, Watts};

/// Radius of the corners of a part.
const PART_RADIUS: f32 = 5.0;
/// The least height of text worth drawing, in view pixels.
const READABLE: f64 = 5.5;

/// How far the baseline of a title lies below the top of its group, in heights of its type.
pub(crate) const TITLE_DOWN: f64 = 1.4;
/// Parts lower than this have their name left of everything else.
const SLIM: f64 = 28.0;
/// How high the title bar of a rack is from farther away, in view pixels.
pub(crate) const TITLE_PIXELS: f64 = 12.0;
/// The least height at which names of parts are set, in view pixels.
const READABLE_NAME: f64 = 6.5;
/// The least height of captions: how full a rack is, what a part is.
const READABLE_CAPTION: f64 = 8.5;
/// The greatest height of names of ports and of what is inside a system, in view pixels.
const LABEL: f64 = 12.0;
/// How wide a bold character is at most on average, of its size; capitals and digits of wide fonts are.
const WIDE: f64 = 0.7;

/// Draws parts of a view into a list of commands.
pub(crate) struct Parts<'a> {
    pub view: &'a SceneView<'a>,
    pub detail: Detail,
    /// Whether cages are drawn one by one; otherwise as a bar of what is used.
    pub cages: bool,
    /// Whether that bar is drawn; not where there are more parts than anybody compares.
    pub bars: bool,
    /// How names are cut.
    pub names: Names,
}

impl Parts<'_> {
    /// The body of a rack: its frame and the ruler of its units.
    pub(crate) fn rack_body(&self, rack: usize, rect: &Rect, out: &mut Vec<Command>) {
        let (Some(id), Some(units)) = (self.view.scene.racks.at(rack), self.view.scene.rack_units.get(rack)) else { return };
        let edge = Line::solid(Colour::MetalEdge, 1.0);
        out.push(Command::of(Subject::Rack(id), Shape::Box { rect: *rect, radius: 8.0, fill: Some(Colour::Rack), line: Some(edge) }));
        let ticks = ramp(self.detail.zoom, 0.4, 0.6);
        if ticks <= 0.0 {
            return;
        }
        let top = rect.y + RACK_TITLE + RACK_PADDING;
        let ruler = (0..=*units).map(|unit| Rect::new(rect.x + 4.0, top + f64::from(unit) * U_HEIGHT - 0.4, 4.0, 0.8)).collect();
        out.push(Command::decoration(Shape::Boxes { rects: ruler, radius: 0.0, fill: Some(Colour::MetalEdge), line: None }).faded(ticks));
        if self.detail.print > 0.0 {
            let font = Font { size: self.detail.pixels(LABEL).min(5.0) as f32, bold: false, colour: Colour::Ink3, halo: None };
            for unit in (1..=*units).filter(|unit| unit % 2 == 0 || *unit == 1) {
                let at = Point::new(rect.right() - 2.0, top + f64::from(units - unit) * U_HEIGHT + U_HEIGHT / 2.0 + 1.8);
                out.push(Command::decoration(Shape::Text { at, text: unit.to_string(), width: 8.0, font, align: Align::End }).faded(self.detail.print));
            }
        }
    }

    /// The title bar of a rack, drawn over links: its name and how full it is. From farther away it is higher, to be read: down to `free`, where
    /// the first thing stands in the rack.
    pub(crate) fn rack_title(&self, rack: usize, rect: &Rect, free: f64, out: &mut Vec<Command>) {
        let Some(id) = self.view.scene.racks.at(rack) else { return };
        let Some(record) = self.view.design.racks.get(id) else { return };
        let subject = Subject::Rack(id);
        let high = (TITLE_PIXELS / self.detail.zoom).min(free - rect.y).max(RACK_TITLE);
        let bar = Rect::new(rect.x, rect.y, rect.width, high);
        let edge = Line::solid(Colour::MetalEdge, 1.0);
        out.push(Command::of(subject.clone(), Shape::Box { rect: bar, radius: 8.0, fill: Some(Colour::Metal), line: Some(edge) }));
        let size = (10.0 / self.detail.zoom).clamp(12.0, high * 0.84);
        if size * self.detail.zoom < READABLE {
            return;
        }
        let font = Font { size: size as f32, bold: true, colour: Colour::Ink, halo: None };
        let name = Point::new(rect.x + 10.0, rect.y + high / 2.0 + size * 0.36);
        let shown = clean(&record.name);
        let caption = ramp(self.detail.zoom, 0.5, 0.62);
        // Digits are 0.56 em wide.
        let small = (READABLE_CAPTION / self.detail.zoom).clamp(11.0, high * 0.7);
        let wide = |load: &str| load.chars().count() as f64 * small * 0.56;
        let beside = |load: &str| rect.width - 20.0 - wide(load) - small;
        // It stands beside a name that it leaves whole, or much of it.
        let least = (shown.chars().count() as f64 * size * WIDE).min(84.0);
        let load = (caption > 0.0).then(|| self.rack_load(rack)).filter(|(load, _)| beside(load) >= least);
        let width = load.as_ref().map_or(rect.width - 20.0, |(load, _)| beside(load));
        out.push(Command::of(
            subject.clone(),
            Shape::Text { at: name, text: telling(&shown, width / (size * WIDE)).into_owned(), width: width as f32, font, align: Align::Start },
        ));
        if let Some((load, recalled)) = load {
            let (at, wide) = (Point::new(rect.right() - 10.0, rect.y + high / 2.0 + small * 0.36), wide(&load));
            let font = Font { size: small as f32, bold: false, colour: Colour::Ink2, halo: None };
            if recalled {
                out.push(dotted(Point::new(at.x - wide, at.y + small * 0.3), at.x).faded(caption));
            }
            out.push(Command::of(subject, Shape::Text { at, text: load, width: (wide * 1.15) as f32, font, align: Align::End }).faded(caption));
        }
    }

    /// What a rack draws of what it may draw, and whether a recalled figure is in it; its used units where power is not known.
    fn rack_load(&self, rack: usize) -> (String, bool) {
        let scene = self.view.scene;
        let recalled_counts = self.view.design.meta.settings.recalled == crate::model::Recalled::Used;
        let (mut power, mut known, mut recalled, mut used, mut missing) = (Watts::ZERO, false, false, 0.0, false);
        for (node, _) in scene.node_racks.iter().enumerate().filter(|(node, place)| **place == rack as u32 && scene.node_mounted[*node]) {
            used += (scene.node_rects[node].height / U_HEIGHT).round();
            let part = scene.nodes.at(node).and_then(|id| self.view.design.nodes.get(id)).and_then(|node| self.view.catalog.part(self.view.design, &node.part));
            match part.and_then(|part| part.power.as_ref()).filter(|figure| recalled_counts || !figure.is_recalled()) {
                Some(figure) => {
                    power += figure.value;
                    known = true;
                    recalled |= figure.is_recalled();
                }
                None => missing = true,
            }
        }
        let limit = scene
            .racks
            .at(rack)
            .and_then(|id| self.view.design.racks.get(id))
            .and_then(|rack| self.view.catalog.part(self.view.design, &rack.part))
            .and_then(Part::rack)
            .and_then(|detail| detail.power.as_ref())
            .filter(|figure| recalled_counts || !figure.is_recalled());
        let units = scene.rack_units.get(rack).copied().unwrap_or(0);
        match limit {
            Some(limit) if known => {
                let at_least = if missing { "≥ " } else { "" };
                let kilowatts = |watts: Watts| crate::units::significant(watts.0 / 1000.0, 3);
                (format!("{at_least}{} / {} kW", kilowatts(power), kilowatts(limit.value)), recalled || limit.is_recalled())
            }
            _ => (format!("{used} / {units} U"), false),
        }
    }

    /// A node at `rect`, at the distance of the view.
    pub(crate) fn node(&self, row: usize, rect: &Rect, out: &mut Vec<Command>) {
        let scene = self.view.scene;
        let (Some(id), Some(face)) = (scene.nodes.at(row), scene.node_faces.get(row).and_then(|face| scene.faces.get(*face as usize))) else { return };
        let Some(record) = self.view.design.nodes.get(id) else { return };
        let part = self.view.catalog.part(self.view.design, &record.part);
        let subject = Subject::Node(id);
        let waits = record.rack.is_some() && !scene.node_mounted[row];
        let dash = if face.kind.is_none() || waits || part.is_some_and(rests_on_memory) { Dash::Dotted } else { Dash::Solid };
        let edge = Line { dash, colour: if dash == Dash::Dotted { Colour::Ink3 } else { Colour::MetalEdge }, ..Line::solid(Colour::MetalEdge, 1.0) };
        let radius = if rect.height < SLIM { 3.0 } else { PART_RADIUS };
        out.push(Command::of(subject.clone(), Shape::Box { rect: *rect, radius, fill: Some(Colour::Metal), line: Some(edge) }));
        super::overlay::wires(self.view, &self.detail, id, face, rect, out);
        self.inside(face, rect, &subject, out);
        self.names(row, rect, &clean(&record.name), part, out);
        super::overlay::classes(self.view, &self.detail, id, rect, out);
        if self.view.overlay.classes.is_none() {
            self.inside_names(id, face, rect, part, out);
        }
        if self.cages && self.detail.ports > 0.0 {
            self.ports(row, face, rect, &subject, out);
        }
        let bars = if self.cages { 1.0 - self.detail.ports } else { 1.0 };
        if bars > 0.0 && self.bars {
            self.bar(row, face, rect, &subject, bars, out);
        }
    }

    /// How far a name is set as from near, 0 to 1.
    fn name_near(&self, face: &Face) -> f32 {
        ramp(face.name.size * self.detail.zoom, 6.0, 8.0)
    }

    /// For how many characters of its name a part has room.
    fn name_room(&self, face: &Face, rect: &Rect) -> f64 {
        let (far, near) = (name_across(face, rect) * self.detail.zoom / (READABLE_NAME * WIDE), face.name.width / (face.name.size * WIDE));
        far + (near - far) * f64::from(self.name_near(face))
    }

    /// Whose names stand beside that of a node.
    fn peers(&self, row: usize) -> Peers {
        let scene = self.view.scene;
        let of = |rows: &[u32]| rows.get(row).copied().unwrap_or(NONE);
        (of(&scene.node_faces), of(&scene.node_racks), of(&scene.node_groups))
    }

    /// Compares the names of these nodes, so that they are cut and set alike. Time: O(nodes log nodes).
    pub(crate) fn compare_names(&mut self, nodes: &[usize]) {
        let scene = self.view.scene;
        let named = |row: &usize| {
            let face = scene.faces.get(*scene.node_faces.get(*row)? as usize)?;
            let name = clean(&self.view.design.nodes.get(scene.nodes.at(*row)?)?.name);
            Some((self.peers(*row), name, self.name_room(face, scene.node_rects.get(*row)?)))
        };
        self.names = Names::of(&nodes.iter().filter_map(named).collect::<Vec<_>>());
    }

    /// Name and caption: small in the header when near, as large as the box allows from farther away.
    fn names(&self, row: usize, rect: &Rect, name: &str, part: Option<&Part>, out: &mut Vec<Command>) {
        let (scene, detail) = (self.view.scene, &self.detail);
        let (Some(id), Some(face)) = (scene.nodes.at(row), scene.node_faces.get(row).and_then(|face| scene.faces.get(*face as usize))) else { return };
        let subject = Subject::Node(id);
        let near = self.name_near(face);
        let share = f64::from(near);
        let mut named = rect.x;
        if !name.is_empty() {
            let across = name_across(face, rect);
            let name = self.names.shown(name, self.name_room(face, rect));
            // One label whose size and place go over from one distance to the next.
            let slim = rect.height < SLIM;
            let below = face.inside.is_empty() && face.die.is_none();
            let room = if slim {
                // Letters are 0.72 em high.
                rect.height / 0.9
            } else if below {
                rect.height - 6.0
            } else {
                18.0
            };
            // Names of usual length are set alike, so that neighbours do not differ by a digit more; peers as the longest of them.
            let long = self.names.longest(self.peers(row)).max(name.chars().count()).max(8);
            let fitting = across / (long as f64 * WIDE);
            let large = (10.5 / detail.zoom).min(room.max(6.0) * 0.9).min(fitting.max(READABLE_NAME / detail.zoom)).max(face.name.size);
            let baseline = if below || slim { (rect.height - if slim { 0.0 } else { 5.0 }) / 2.0 + large * 0.36 } else { room / 2.0 + 1.0 + large * 0.36 };
            let mix = |far: f64, near: f64| far + (near - far) * share;
            let size = mix(large, face.name.size);
            if size * detail.zoom >= READABLE {
                let font = Font { size: size as f32, bold: true, colour: Colour::Ink, halo: None };
                let at = Point::new(rect.x + mix(7.0, face.name.at.x), rect.y + mix(baseline, face.name.at.y));
                let width = mix(across + 2.0, face.name.width);
                named = at.x + (name.chars().count() as f64 * size * 0.6).min(width);
                let text = Shape::Text { at, text: name.into_owned(), width: width as f32, font, align: Align::Start };
                out.push(Command::of(subject.clone(), text));
            }
        }
        if let (Some(spot), Some(part), true) = (face.caption, part, near > 0.0) {
            let font = Font { size: spot.size as f32, bold: false, colour: Colour::Ink2, halo: None };
            let xpus = part.xpu_count();
            let text = if xpus > 0 && part.kind == PartKind::System { format!("{xpus} XPU") } else { short_name(part) };
            let at = spot.at.shifted(rect.x, rect.y);
            let (wide, free) = (text.chars().count() as f64 * spot.size * 0.56, (at.x - named - spot.size * 0.5).max(0.0));
            let readable = ramp(spot.size * detail.zoom, READABLE_CAPTION - 1.5, READABLE_CAPTION);
            // While the name is still large it may reach to where the caption will stand.
            if readable > 0.0 && (near >= 1.0 || wide <= free) {
                let width = spot.width.max(free) as f32;
                out.push(Command::of(subject, Shape::Text { at, text, width, font, align: Align::End }).faded(near.min(readable)));
            }
        }
    }

    /// XPUs, the scale-up fabric around them, adapters; the die of an XPU on its own.
    fn inside(&self, face: &Face, rect: &Rect, subject: &Subject, out: &mut Vec<Command>) {
        let placed = |spot: &Rect| spot.shifted(rect.x, rect.y);
        let small = ramp(self.detail.zoom, 0.28, 0.36);
        if let Some(die) = &face.die {
            let die = placed(die);
            out.push(Command::of(subject.clone(), Shape::Box { rect: die, radius: 3.0, fill: Some(Colour::ScaleUp), line: None }).faded(0.85));
            let stacks = [0.17, 0.5, 0.83].map(|share| Rect::new(die.x + die.width * share - 4.0, die.y + die.height * 0.25, 8.0, die.height * 0.5));
            out.push(
                Command::of(subject.clone(), Shape::Boxes { rects: stacks.to_vec(), radius: 1.0, fill: Some(Colour::Panel), line: None }).faded(0.7 * small),
            );
        }
        let of_kind = |kind: InsideKind| -> Vec<Rect> { face.inside.iter().filter(|spot| spot.kind == kind).map(|spot| placed(&spot.rect)).collect() };
        let xpus = of_kind(InsideKind::Xpu);
        if xpus.is_empty() && face.inside.is_empty() {
            return;
        }
        if let Some(band) = &face.band {
            let line = Line { opacity: 0.55, ..Line::solid(Colour::ScaleUp, 1.0) };
            out.push(Command::of(subject.clone(), Shape::Box { rect: placed(band), radius: 5.0, fill: None, line: Some(line) }).faded(small));
            if small < 1.0 {
                let shape = Shape::Box { rect: placed(band), radius: 3.0, fill: Some(Colour::ScaleUp), line: None };
                out.push(Command::of(subject.clone(), shape).faded((1.0 - small) * 0.6));
            }
        }
        let mut boxes = |rects: Vec<Rect>, colour: Colour, radius: f32, opacity: f32| {
            if !rects.is_empty() && opacity > 0.0 {
                out.push(Command::of(subject.clone(), Shape::Boxes { rects, radius, fill: Some(colour), line: None }).faded(opacity));
            }
        };
        // Solid where names stand on them.
        boxes(xpus, Colour::ScaleUp, 2.0, (0.85 + 0.15 * self.detail.print) * small);
        boxes(of_kind(InsideKind::Switch), Colour::ScaleUp, 1.0, 0.45 * self.detail.ports);
        boxes(of_kind(InsideKind::Nic), Colour::Cage, 1.0, 0.8 * self.detail.ports);
    }

    /// The names of things inside a system, as soon as they can be read where they stand.
    fn inside_names(&self, id: NodeId, face: &Face, rect: &Rect, part: Option<&Part>, out: &mut Vec<Command>) {
        let Some(inside) = part.and_then(Part::inside).filter(|_| self.detail.print > 0.0) else { return };
        let seen = self.view.camera.visible();
        for spot in &face.inside {
            let (place, Some(thing)) = (spot.rect.shifted(rect.x, rect.y), inside.vertices.get(usize::from(spot.vertex))) else { continue };
            let text = clean(&thing.name);
            let size = self.detail.pixels(LABEL).min(place.height * 0.8).min(place.width / (text.chars().count().max(1) as f64 * 0.64));
            let shown = ramp(size * self.detail.zoom, 6.5, 8.0);
            if shown <= 0.0 || !(self.view.unbounded || seen.intersects(&place)) {
                continue;
            }
            let colour = if spot.kind == InsideKind::Xpu { Colour::Panel } else { Colour::Ink };
            let font = Font { size: size as f32, bold: spot.kind == InsideKind::Xpu, colour, halo: None };
            let at = Point::new(place.center().x, place.center().y + size * 0.36);
            let subject = Subject::Inside(Element { node: id, inside: Some(thing.name.clone()) });
            out.push(Command::of(subject, Shape::Text { at, text, width: place.width as f32, font, align: Align::Middle }).faded(shown));
        }
    }

    /// Cages one by one: free ones empty, used ones in the colour of their link.
    fn ports(&self, row: usize, face: &Face, rect: &Rect, subject: &Subject, out: &mut Vec<Command>) {
        let scene = self.view.scene;
        let mut free = Vec::new();
        let mut used: [(Colour, Vec<Rect>); 4] =
            [(Colour::ScaleUp, Vec::new()), (Colour::InfiniBand, Vec::new()), (Colour::Ethernet, Vec::new()), (Colour::Neutral, Vec::new())];
        let mut uses = scene.uses_of(row).iter().peekable();
        for (cage, spot) in (1u16..).zip(&face.cages) {
            let children = scene.children_of(row, cage);
            while uses.peek().is_some_and(|(port, _)| port.cage < cage) {
                uses.next();
            }
            let mut whole = None;
            while let Some((port, link)) = uses.peek().filter(|(port, _)| port.cage == cage) {
                let colour = layer_colour(scene.link_layers.get(*link as usize).copied().flatten());
                if port.child == 0 || children < 2 {
                    whole = Some(colour);
                } else {
                    if let Some(port) = face.port(cage, port.child, children) {
                        fill(&mut used, colour, self.filled(&port.shifted(rect.x, rect.y)));
                    }
                }
                uses.next();
            }
            match whole {
                Some(colour) => {
                    free.push(spot.shifted(rect.x, rect.y));
                    fill(&mut used, colour, self.filled(&spot.shifted(rect.x, rect.y)));
                }
                None if children > 1 => {
                    for child in 1..=children {
                        if let Some(port) = face.port(cage, child, children) {
                            free.push(port.shifted(rect.x, rect.y));
                        }
                    }
                }
                None => free.push(spot.shifted(rect.x, rect.y)),
            }
        }
        let radius = if face.cages.first().is_some_and(|cage| cage.width >= 12.0) { 2.5 } else { 1.5 };
        // An edge of a pixel would hide what is only a few pixels wide.
        let wide = face.cages.iter().map(|cage| cage.width).fold(f64::INFINITY, f64::min) * self.detail.zoom;
        let (fill_colour, edge) = if wide < 4.0 { (Colour::MetalEdge, None) } else { (Colour::Panel, Some(Line::solid(Colour::Cage, 1.0))) };
        if !free.is_empty() {
            let cages = Shape::Boxes { rects: free, radius, fill: Some(fill_colour), line: edge };
            out.push(Command::of(subject.clone(), cages).faded(self.detail.ports));
        }
        for (colour, rects) in used.into_iter().filter(|(_, rects)| !rects.is_empty()) {
            let filled = Shape::Boxes { rects, radius: 1.2, fill: Some(colour), line: None };
            out.push(Command::of(subject.clone(), filled).faded(self.detail.ports));
        }
        self.port_numbers(row, face, rect, out);
    }

    /// A plugged port: all of a small cage, a plug in a large one.
    fn filled(&self, port: &Rect) -> Rect {
        if port.width >= 10.0 && port.height >= 10.0 {
            Rect::new(port.x + port.width * 0.23, port.y + port.height * 0.28, port.width * 0.54, port.height * 0.44)
        } else {
            port.grown(-(port.width.min(port.height) * 0.12).min(0.5))
        }
    }

    /// The numbers of cages, as soon as they can be read; nearer their whole labels.
    fn port_numbers(&self, row: usize, face: &Face, rect: &Rect, out: &mut Vec<Command>) {
        let readable = face.cages.first().map_or(0.0, |cage| cage.width.min(cage.height * 1.4)) * self.detail.zoom;
        let shown = ramp(readable, 17.0, 22.0);
        if shown <= 0.0 {
            return;
        }
        let Some(id) = self.view.scene.nodes.at(row) else { return };
        let seen = self.view.camera.visible();
        for (cage, spot) in (1u16..).zip(&face.cages) {
            let spot = spot.shifted(rect.x, rect.y);
            if !seen.intersects(&spot) {
                continue;
            }
            let size = (spot.height * 0.26).min(spot.width * 0.4).min(self.detail.pixels(LABEL));
            let port = PortRef::cage(id, cage);
            let fits = |label: &String| label.chars().count() as f64 * size * 0.6 <= spot.width * 1.1 && size * self.detail.zoom >= READABLE_NAME;
            let label = self.view.catalog.port(self.view.design, port).map(|port| clean(&port.label)).filter(fits);
            let font = Font { size: size as f32, bold: false, colour: Colour::Ink2, halo: None };
            let at = Point::new(spot.center().x, spot.bottom() + size * 0.95);
            let text = Shape::Text { at, text: label.unwrap_or_else(|| cage.to_string()), width: (spot.width * 1.15) as f32, font, align: Align::Middle };
            out.push(Command::of(Subject::Port(port), text).faded(shown));
        }
    }

    /// How many ports are used, as a bar where the cages are.
    fn bar(&self, row: usize, face: &Face, rect: &Rect, subject: &Subject, opacity: f32, out: &mut Vec<Command>) {
        let scene = self.view.scene;
        // On a low part the name needs the room, unless it stands beside the cages.
        let least = match (rect.height < SLIM, face.inside.is_empty()) {
            (true, _) => 3.0,
            (false, true) => 16.0,
            (false, false) => 7.0,
        };
        if face.cages.is_empty() || rect.height * self.detail.zoom < least {
            return;
        }
        let ports: usize = (1u16..).zip(&face.cages).map(|(cage, _)| usize::from(scene.children_of(row, cage).max(1))).sum();
        let uses = scene.uses_of(row);
        let share = (uses.len() as f64 / ports.max(1) as f64).clamp(0.0, 1.0);
        let high = (3.0 / self.detail.zoom).min(5.0).min(rect.height * 0.3);
        let track = if rect.height < SLIM {
            // Name and XPUs stand beside the cages, not above them.
            let (left, right) = face.cages.iter().fold((f64::INFINITY, 0.0f64), |(left, right), cage| (left.min(cage.x), right.max(cage.right())));
            Rect::new(rect.x + left, rect.y + (rect.height - high) / 2.0, right - left, high)
        } else {
            Rect::new(rect.x + 8.0, rect.bottom() - high - 3.0, rect.width - 16.0, high)
        };
        let radius = (high / 2.0) as f32;
        out.push(Command::of(subject.clone(), Shape::Box { rect: track, radius, fill: Some(Colour::MetalEdge), line: None }).faded(opacity));
        if share > 0.0 {
            let colour = uses.first().map_or(Colour::Neutral, |(_, link)| layer_colour(scene.link_layers.get(*link as usize).copied().flatten()));
            let filled = Rect::new(track.x, track.y, track.width * share, track.height);
            out.push(Command::of(subject.clone(), Shape::Box { rect: filled, radius, fill: Some(colour), line: None }).faded(opacity));
        }
    }

    /// The frame of a group, behind what stands in it.
    pub(crate) fn group(&self, group: usize, opacity: f32, out: &mut Vec<Command>) {
        let scene = self.view.scene;
        let (Some(id), Some(frame)) = (scene.groups.at(group), scene.group_frame(group, self.detail.zoom)) else { return };
        let subject = Subject::Group(id);
        let nested = scene.group_parents.get(group).is_some_and(|parent| *parent != NONE);
        let body = Shape::Box { rect: frame, radius: 10.0, fill: (!nested).then_some(Colour::Rack), line: Some(Line::solid(Colour::MetalEdge, 1.0)) };
        out.push(Command::of(subject, body).faded(opacity));
    }

    /// Where the name of a group lies; nothing else may.
    pub(crate) fn group_title_box(&self, group: usize) -> Rect {
        let scene = self.view.scene;
        let (Some(frame), Some(record)) = (scene.group_frame(group, self.detail.zoom), scene.groups.at(group).and_then(|id| self.view.design.groups.get(id)))
        else {
            return Rect::default();
        };
        let size = self.group_type(group);
        let wide = (record.name.chars().count() as f64 * 0.62 + 1.0) * size;
        Rect::new(if wide > frame.width { frame.x } else { frame.x + size * 0.5 }, frame.y + size * 0.2, wide.min(frame.width), size * 1.6)
    }

    /// How high the name of a group is.
    fn group_type(&self, group: usize) -> f64 {
        let nested = self.view.scene.group_parents.get(group).is_some_and(|parent| *parent != NONE);
        if nested { 12.0 } else { (12.0 / self.detail.zoom).max(12.0) }
    }

    /// The name of a group, over the links that leave it. Its place is the one it has from afar.
    pub(crate) fn group_title(&self, group: usize, opacity: f32, out: &mut Vec<Command>) {
        let scene = self.view.scene;
        let (Some(id), Some(frame)) = (scene.groups.at(group), scene.group_frame(group, self.detail.zoom)) else { return };
        let Some(record) = self.view.design.groups.get(id) else { return };
        let size = self.group_type(group);
        if size * self.detail.zoom >= READABLE {
            // Links run beneath it.
            let plate = Shape::Box { rect: self.group_title_box(group), radius: (size * 0.3) as f32, fill: Some(Colour::Rack), line: None };
            out.push(Command::of(Subject::Group(id), plate).faded(opacity));
            let font = Font { size: size as f32, bold: true, colour: Colour::Ink, halo: None };
            let text = Shape::Text {
                at: Point::new(frame.x + size, frame.y + size * TITLE_DOWN),
                text: clean(&record.name),
                width: (frame.width - 2.0 * size).max(1.0) as f32,
                font,
                align: Align::Start,
            };
            out.push(Command::of(Subject::Group(id), text).faded(opacity));
        }
    }
}

/// How wide a name may be on a part from farther away: right of it a low part has its XPUs and cages.
fn name_across(face: &Face, rect: &Rect) -> f64 {
    if rect.height < SLIM { face.name.width } else { rect.width - 12.0 }
}

/// A dotted line under a number that rests on somebody's memory.
pub(crate) fn dotted(from: Point, to: f64) -> Command {
    let line = Line { dash: Dash::Dotted, ..Line::solid(Colour::Ink2, 1.0) };
    Command::decoration(Shape::Polyline { points: vec![from, Point::new(to, from.y)], line })
}

/// Whether what the drawing says of a part, its cages, its height, is recalled.
fn rests_on_memory(part: &Part) -> bool {
    use crate::model::Confidence::Recalled;
    part.ports.iter().any(|group| group.basis.confidence == Recalled) || part.rack_units.as_ref().is_some_and(|units| units.is_recalled())
}

/// The name of a part as a front panel has room for it: up to the first bracket or slash.
pub(crate) fn short_name(part: &Part) -> String {
    let name = clean(&part.name);
    let end = name.find([',', '(', '/']).unwrap_or(name.len());
    name.get(..end).unwrap_or(&name).trim().to_owned()
}

fn fill(used: &mut [(Colour, Vec<Rect>); 4], colour: Colour, rect: Rect) {
    if let Some((_, rects)) = used.iter_mut().find(|(known, _)| *known == colour) {
        rects.push(rect);
    }
}
