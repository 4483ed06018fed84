//! What moves: selection, hover, and what the pointer is doing.

use super::buses::route;
use super::detail::Detail;
use super::display::{Align, Colour, Command, Dash, Font, Line, Shape};
use super::links::{MOST_CURVES, link_colour};
use super::names::Names;
use super::parts::{Parts, short_name};
use super::ring;
use super::strokes::{Strokes, pill};
use super::view::{Motion, SceneView, clean, inside_rect};
use crate::model::{Part, PortRef, Subject};
use crate::scene::bus::{BEND, bent};
use crate::scene::{Carried, Curve, NONE, Scene};
use crate::units::{Point, Rect, SortedMap, grouped};

/// With more selected than this, edges are drawn without handles and in one go.
const MANY_SELECTED: usize = 60;
/// With more edges than this things are tinted instead.
const MANY_EDGES: usize = 600;
/// The most ports that are judged in one frame while a link is drawn.
const MOST_JUDGED: usize = 3000;
/// The most links of a hovered node that are lit.
const MOST_LIT: usize = 300;

/// Draws what moves.
pub(crate) struct Lively<'a> {
    pub view: &'a SceneView<'a>,
    pub detail: Detail,
    pub area: Rect,
    pub carried: Option<&'a Carried>,
    /// Links that are in view and not drawn.
    pub left: usize,
}

impl Lively<'_> {
    pub(crate) fn draw(&self) -> Vec<Command> {
        let mut out = Vec::new();
        self.moving(&mut out);
        self.hover(&mut out);
        self.selection(&mut out);
        self.circles(&mut out);
        match self.view.motion {
            Motion::Marquee { rect, enclosed } => marquee(rect, enclosed, &mut out),
            Motion::Connecting { from, to, target, refused, .. } => self.connecting(from, to, target, refused, &mut out),
            Motion::Placing { part, rect, rack } => {
                let part = self.view.catalog.part(self.view.design, part);
                self.placing(part, &rect, rack.is_some(), &mut out);
            }
            Motion::Moving { guides, .. } => {
                let line = Line { opacity: 0.8, ..Line::solid(Colour::Accent, 1.0) };
                out.extend(guides.iter().map(|guide| Command::decoration(Shape::Polyline { points: guide.to_vec(), line })));
            }
            Motion::None => {}
        }
        self.left_out(&mut out);
        out
    }

    /// Says how many links are not drawn, so that nobody takes the drawing for all of them.
    fn left_out(&self, out: &mut Vec<Command>) {
        if self.left > 0 {
            let at = Point::new(self.area.center().x, self.area.bottom() - self.detail.pixels(24.0));
            pill(at, &format!("{} links are not drawn here: zoom in", grouped(self.left as u64)), self.detail.zoom, None, 1.0, out);
        }
    }

    /// Circles of waiting that the finding about a selected fabric names.
    fn circles(&self, out: &mut Vec<Command>) {
        let selected = |finding: &crate::engine::diagnostics::Diagnostic| self.view.selection.contains(&finding.subject);
        let findings = self.view.report.map(|report| report.diagnostics.as_slice()).unwrap_or_default();
        for steps in ring::of(self.view.design, findings, selected) {
            ring::draw(self.view.scene, &steps, self.detail.zoom, out);
        }
    }

    /// The box of a node, rack or group, where it is now.
    fn rect_of(&self, subject: &Subject) -> Option<Rect> {
        let scene = self.view.scene;
        match subject {
            Subject::Node(id) => {
                let place = scene.nodes.place(*id)? as u32;
                self.carried.and_then(|carried| carried.nodes.get(&place)).map(|(rect, _)| *rect).or_else(|| scene.node_rect(*id))
            }
            Subject::Rack(id) => {
                let place = scene.racks.place(*id)? as u32;
                self.carried.and_then(|carried| carried.racks.get(&place)).copied().or_else(|| scene.rack_rect(*id))
            }
            Subject::Group(id) => scene.group_frame(scene.groups.place(*id)?, self.detail.zoom),
            Subject::Port(port) => {
                let rect = scene.port_place(*port)?.rect;
                let place = scene.nodes.place(port.node)?;
                let was = scene.node_rects.get(place)?;
                let now = self.rect_of(&Subject::Node(port.node))?;
                Some(rect.shifted(now.x - was.x, now.y - was.y))
            }
            Subject::Inside(element) => {
                let place = scene.nodes.place(element.node)?;
                let (was, now) = (scene.node_rects.get(place)?, self.rect_of(&Subject::Node(element.node))?);
                let rect = inside_rect(self.view.design, self.view.catalog, scene, element)?;
                Some(rect.shifted(now.x - was.x, now.y - was.y))
            }
            other => scene.subject_rect(other),
        }
    }

    /// The curve of a link, as it runs now.
    fn curve_of(&self, link: usize) -> Option<Curve> {
        let carried = self.carried.and_then(|carried| carried.links.binary_search_by_key(&(link as u32), |(row, _)| *row).ok().map(|at| carried.links[at].1));
        carried.or_else(|| self.view.scene.curves.get(link).copied()).filter(|curve| curve[0].x.is_finite())
    }

    /// What is dragged, where it is now, with its links.
    fn moving(&self, out: &mut Vec<Command>) {
        let Some(carried) = self.carried else { return };
        let scene = self.view.scene;
        let parts = Parts { view: self.view, detail: self.detail, cages: carried.nodes.len() <= 60, bars: true, names: Names::default() };
        for (rack, rect) in &carried.racks {
            parts.rack_body(*rack as usize, rect, out);
        }
        let mut strokes = Strokes::default();
        let every = carried.links.len().div_ceil(MOST_CURVES).max(1);
        // Of copies only the links between them come along.
        let copied = matches!(self.view.motion, Motion::Moving { copy: true, .. });
        let inner = |link: u32| scene.link_ends.get(link as usize).is_some_and(|ends| ends.iter().all(|end| carried.nodes.contains_key(end)));
        for (link, curve) in carried.links.iter().step_by(every).filter(|(link, _)| !copied || inner(*link)) {
            strokes.add(0, Line { opacity: 0.65, ..Line::solid(link_colour(self.view, *link as usize), 1.2) }, *curve);
        }
        strokes.draw(out);
        let mut free: SortedMap<u32, f64> = SortedMap::new();
        for (rect, rack) in carried.nodes.values() {
            let top = free.entry(*rack).or_insert(rect.y);
            *top = rect.y.min(*top);
        }
        for (rack, rect) in &carried.racks {
            parts.rack_title(*rack as usize, rect, free.get(rack).copied().unwrap_or(rect.bottom()), out);
        }
        if carried.nodes.len() > 250 || self.detail.far >= 1.0 {
            let rects: Vec<Rect> = carried.nodes.values().map(|(rect, _)| *rect).filter(|rect| rect.intersects(&self.area)).collect();
            let edge = Line::solid(Colour::Cage, 1.0);
            out.push(Command::decoration(Shape::Boxes { rects, radius: 4.0, fill: Some(Colour::Metal), line: Some(edge) }));
            return;
        }
        for (node, (rect, rack)) in &carried.nodes {
            let lands = *rack != NONE && !carried.racks.contains_key(rack);
            if lands && let Some(frame) = scene.rack_rects.get(*rack as usize) {
                let edge = Line { opacity: 0.7, ..Line::solid(Colour::Accent, 1.5) };
                out.push(Command::decoration(Shape::Box { rect: *frame, radius: 8.0, fill: None, line: Some(edge) }));
            }
            parts.node(*node as usize, rect, out);
        }
    }

    fn hover(&self, out: &mut Vec<Command>) {
        if self.carried.is_some() || matches!(self.view.motion, Motion::Marquee { .. } | Motion::Placing { .. }) {
            return;
        }
        let Some(hover) = self.view.hover else { return };
        let scene = self.view.scene;
        match hover {
            Subject::Link(id) => {
                if let Some(link) = scene.links.place(*id) {
                    self.light(link, 3.0, 0.9, out);
                }
            }
            Subject::Trunk(a, b) => {
                if let Some((curve, _)) = scene.trunk_curve(*a, *b) {
                    out.push(stroke(hover, curve, Line { opacity: 0.8, ..Line::solid(Colour::Accent, 4.0) }));
                }
            }
            Subject::Port(port) => {
                let Some(place) = scene.nodes.place(port.node) else { return };
                for (used, link) in scene.uses_of(place) {
                    if used.overlaps(port.port) {
                        self.light(*link as usize, 2.2, 0.8, out);
                    }
                }
                self.ring(hover, 2.0, out);
                self.port_label(*port, out);
            }
            Subject::Node(id) => {
                if let Some(place) = scene.nodes.place(*id) {
                    self.light_links(place, out);
                }
                self.ring(hover, 1.5, out);
            }
            other => self.ring(other, 1.5, out),
        }
    }

    /// Links of a node, so that it is seen where they go.
    fn light_links(&self, node: usize, out: &mut Vec<Command>) {
        let uses = self.view.scene.uses_of(node);
        if self.detail.far >= 1.0 || uses.len() > MOST_LIT {
            return;
        }
        for (_, link) in uses {
            self.light(*link as usize, 1.8, 0.55, out);
        }
    }

    /// A link in the accent, with its run inside a rack from the port to where it leaves.
    fn light(&self, link: usize, width: f32, opacity: f32, out: &mut Vec<Command>) {
        let scene = self.view.scene;
        let (Some(curve), Some(id)) = (self.curve_of(link), scene.links.at(link)) else { return };
        let subject = Subject::Link(id);
        let line = Line { opacity, ..Line::solid(Colour::Accent, width) };
        // A link of a bus is lit along its way over the bus.
        let way = route(scene, link as u32, self.detail.zoom).filter(|_| self.carried.is_none());
        match &way {
            Some(way) => {
                let mut curves = Vec::new();
                bent(way, BEND, &mut curves);
                out.push(Command::of(subject.clone(), Shape::Curves { curves, line }));
            }
            None => out.push(stroke(&subject, curve, line)),
        }
        if self.detail.ports <= 0.0 {
            return;
        }
        let (Some(ends), Some(ports)) = (scene.link_ends.get(link), scene.link_ports.get(link)) else { return };
        for (end, exit) in [(0, curve[0]), (1, curve[3])] {
            let Some(id) = scene.nodes.at(ends[end] as usize) else { continue };
            let Some(port) = self.rect_of(&Subject::Port(PortRef { node: id, port: ports[end] })) else { continue };
            let line = Line { opacity: opacity * 0.8, ..Line::solid(Colour::Accent, width * 0.7) };
            if way.is_none() {
                out.push(Command::of(subject.clone(), Shape::Polyline { points: vec![port.center(), exit], line }));
            }
            out.push(Command::of(subject.clone(), Shape::Box { rect: port, radius: 1.5, fill: None, line: Some(Line::solid(Colour::Accent, 1.5)) }));
        }
    }

    fn ring(&self, subject: &Subject, width: f32, out: &mut Vec<Command>) {
        if let Some(rect) = self.rect_of(subject) {
            let radius = self.radius(subject);
            let line = Line { opacity: 0.75, ..Line::solid(Colour::Accent, width) };
            out.push(Command::of(subject.clone(), Shape::Box { rect, radius, fill: None, line: Some(line) }));
        }
    }

    fn radius(&self, subject: &Subject) -> f32 {
        match subject {
            Subject::Group(_) => 10.0,
            Subject::Rack(_) => 8.0,
            Subject::Inside(_) | Subject::Port(_) => 1.5,
            _ => 5.0,
        }
    }

    /// What a port is, beside it.
    fn port_label(&self, port: PortRef, out: &mut Vec<Command>) {
        let (Some(info), Some(rect)) = (self.view.catalog.port(self.view.design, port), self.rect_of(&Subject::Port(port))) else { return };
        let mut words = clean(&info.label);
        if let Some(rate) = info.gbps {
            words = format!("{words} · {rate}");
        }
        if let [layer] = info.layers.as_slice() {
            words = format!("{words} · {layer}");
        }
        self.card(Point::new(rect.center().x, rect.y - self.detail.pixels(8.0)), &words, Colour::Line, Colour::Ink, Some(Subject::Port(port)), out);
    }

    /// A small card with one line of text whose lower edge has its middle at `at`. Its size is that of the screen.
    fn card(&self, at: Point, words: &str, edge: Colour, ink: Colour, subject: Option<Subject>, out: &mut Vec<Command>) {
        let pixel = self.detail.pixels(1.0);
        let wide = (words.chars().count() as f64 * 6.2 + 18.0) * pixel;
        let rect = Rect::new(at.x - wide / 2.0, at.y - 24.0 * pixel, wide, 22.0 * pixel);
        let body = Shape::Box { rect, radius: (6.0 * pixel) as f32, fill: Some(Colour::Panel), line: Some(Line::solid(edge, 1.0)) };
        let font = Font { size: (11.5 * pixel) as f32, bold: false, colour: ink, halo: None };
        let place = Point::new(at.x, rect.y + 15.0 * pixel);
        let text = Shape::Text { at: place, text: words.to_owned(), width: (wide - 12.0 * pixel) as f32, font, align: Align::Middle };
        for shape in [body, text] {
            out.push(Command { subject: subject.clone(), opacity: 1.0, shape });
        }
    }

    fn selection(&self, out: &mut Vec<Command>) {
        let selection = self.view.selection;
        let many = selection.len() > MANY_SELECTED;
        // What is dragged is drawn as such already.
        if many && self.carried.is_some() {
            return;
        }
        let held = if many { Held::of(self.view) } else { Held::default() };
        let mut edges = Vec::new();
        let mut corners = Vec::new();
        let mut curves = Vec::new();
        if let (1, Some(Subject::Node(id))) = (selection.len(), selection.first())
            && let Some(place) = self.view.scene.nodes.place(*id)
        {
            self.light_links(place, out);
        }
        for subject in selection {
            match subject {
                Subject::Link(id) => {
                    let Some(link) = self.view.scene.links.place(*id) else { continue };
                    if selection.len() <= 8 {
                        self.light(link, 2.6, 1.0, out);
                    } else if !held.holds_link(self.view.scene, link)
                        && let Some(curve) = self.curve_of(link).filter(|_| curves.len() < MOST_CURVES)
                    {
                        curves.push(curve);
                    }
                }
                Subject::Trunk(a, b) => curves.extend(self.view.scene.trunk_curve(*a, *b).map(|(curve, _)| curve)),
                Subject::Design | Subject::Fabric(_) | Subject::Requirement(_) => {}
                other => {
                    if held.holds(self.view.scene, other) {
                        continue;
                    }
                    let Some(rect) = self.rect_of(other).filter(|rect| rect.intersects(&self.area)) else { continue };
                    if many {
                        edges.push(rect);
                        continue;
                    }
                    let line = Line::solid(Colour::Accent, 2.0);
                    out.push(Command::of(other.clone(), Shape::Box { rect, radius: self.radius(other), fill: None, line: Some(line) }));
                    if !matches!(other, Subject::Inside(_) | Subject::Port(_)) {
                        let half = self.detail.pixels(3.0);
                        let places = [(rect.x, rect.y), (rect.right(), rect.y), (rect.x, rect.bottom()), (rect.right(), rect.bottom())];
                        corners.extend(places.map(|(x, y)| Rect::new(x - half, y - half, 2.0 * half, 2.0 * half)));
                    }
                }
            }
        }
        if !curves.is_empty() {
            out.push(Command::decoration(Shape::Curves { curves, line: Line::solid(Colour::Accent, 2.2) }));
        }
        if edges.len() > MANY_EDGES {
            // So many edges are a smear that takes longest to draw: a tint says the same.
            out.push(Command::decoration(Shape::Boxes { rects: edges, radius: 0.0, fill: Some(Colour::Accent), line: None }).faded(0.45));
        } else if !edges.is_empty() {
            out.push(Command::decoration(Shape::Boxes { rects: edges, radius: 4.0, fill: None, line: Some(Line::solid(Colour::Accent, 1.5)) }));
        }
        if !corners.is_empty() {
            let radius = self.detail.pixels(1.5) as f32;
            let line = Line::solid(Colour::Accent, 1.5);
            out.push(Command::decoration(Shape::Boxes { rects: corners, radius, fill: Some(Colour::Panel), line: Some(line) }));
        }
    }

    /// The link that is being drawn; ports it may end on are ringed, all others dimmed.
    fn connecting(&self, from: PortRef, to: Point, target: Option<PortRef>, refused: Option<&str>, out: &mut Vec<Command>) {
        self.judge(from, out);
        let Some(start) = self.rect_of(&Subject::Port(from)).or_else(|| self.rect_of(&Subject::Node(from.node))) else { return };
        let target = target.and_then(|port| self.rect_of(&Subject::Port(port)).map(|rect| (port, rect)));
        let end = target.map_or(to, |(_, rect)| rect.center());
        let begin = start.center();
        let middle = (begin.y + end.y) / 2.0;
        let curve = [begin, Point::new(begin.x, middle), Point::new(end.x, middle), end];
        let (colour, dash) = if refused.is_some() { (Colour::Error, Dash::Dashed) } else { (Colour::Accent, Dash::Solid) };
        let line = Line { dash, ..Line::solid(colour, 2.2) };
        let [from_at, c1, c2, to_at] = curve;
        out.push(Command::decoration(Shape::Curve { from: from_at, c1, c2, to: to_at, line }));
        let ring = |rect: Rect, colour: Colour| Shape::Box {
            rect: rect.grown(self.detail.pixels(2.0)),
            radius: 2.5,
            fill: None,
            line: Some(Line::solid(colour, 2.0)),
        };
        out.push(Command::of(Subject::Port(from), ring(start, Colour::Accent)));
        if let Some((port, rect)) = target {
            out.push(Command::of(Subject::Port(port), ring(rect, colour)));
        }
    }

    fn judge(&self, from: PortRef, out: &mut Vec<Command>) {
        let Some(may) = self.view.judge else { return };
        let scene = self.view.scene;
        let near = self.detail.ports > 0.5;
        let (mut legal, mut illegal, mut dimmed) = (Vec::new(), Vec::new(), Vec::new());
        let mut judged = 0;
        for (node, rect) in scene.node_rects.iter().enumerate().filter(|(_, rect)| rect.intersects(&self.area)) {
            let Some(id) = scene.nodes.at(node) else { continue };
            if judged > MOST_JUDGED {
                break;
            }
            let (mut good, mut bad) = (Vec::new(), Vec::new());
            scene.each_port(node, |port, place| {
                // From farther away one port that fits says enough.
                if judged > MOST_JUDGED || (!near && !good.is_empty()) {
                    return;
                }
                judged += 1;
                let here = PortRef { node: id, port };
                if here == from {
                    return;
                }
                if may(here) { good.push(place) } else { bad.push(place) }
            });
            if good.is_empty() && id != from.node {
                dimmed.push(*rect);
            } else if near {
                legal.append(&mut good);
                illegal.append(&mut bad);
            } else if !good.is_empty() {
                legal.push(*rect);
            }
        }
        let veil = |rects: Vec<Rect>, radius: f32| Command::decoration(Shape::Boxes { rects, radius, fill: Some(Colour::Paper), line: None }).faded(0.62);
        out.extend((!dimmed.is_empty()).then(|| veil(dimmed, 5.0)));
        out.extend((!illegal.is_empty()).then(|| veil(illegal, 1.5)));
        if !legal.is_empty() {
            let line = Line::solid(Colour::Accent, 1.4);
            out.push(Command::decoration(Shape::Boxes { rects: legal, radius: 2.0, fill: None, line: Some(line) }));
        }
    }

    /// The ghost of a part held over the canvas.
    fn placing(&self, part: Option<&Part>, rect: &Rect, snaps: bool, out: &mut Vec<Command>) {
        let dash = if snaps { Dash::Solid } else { Dash::Dashed };
        let line = Line { dash, ..Line::solid(Colour::Accent, 2.0) };
        out.push(Command::decoration(Shape::Box { rect: *rect, radius: 5.0, fill: Some(Colour::AccentSoft), line: None }).faded(0.75));
        out.push(Command::decoration(Shape::Box { rect: *rect, radius: 5.0, fill: None, line: Some(line) }));
        if let Some(part) = part {
            let size = (rect.height * 0.5).min(12.0);
            let font = Font { size: size as f32, bold: true, colour: Colour::Accent, halo: None };
            let at = Point::new(rect.center().x, rect.y.max(rect.center().y.min(rect.y + 40.0)) + size * 0.36);
            out.push(Command::decoration(Shape::Text { at, text: short_name(part), width: (rect.width - 8.0) as f32, font, align: Align::Middle }));
        }
    }
}

/// What lies in something else that is selected, and therefore needs no edge of its own: by row.
#[derive(Default)]
struct Held {
    racks: Vec<bool>,
    groups: Vec<bool>,
    nodes: Vec<bool>,
}

impl Held {
    /// Time: O(selected things + nodes).
    fn of(view: &SceneView<'_>) -> Self {
        let scene = view.scene;
        let mut held = Self { racks: vec![false; scene.racks.len()], groups: vec![false; scene.groups.len()], nodes: vec![false; scene.nodes.len()] };
        let take = |rows: &mut Vec<bool>, row: Option<usize>| {
            if let Some(row) = row.and_then(|row| rows.get_mut(row)) {
                *row = true;
            }
        };
        for subject in view.selection {
            match subject {
                Subject::Group(id) => take(&mut held.groups, scene.groups.place(*id)),
                Subject::Node(id) => take(&mut held.nodes, scene.nodes.place(*id)),
                Subject::Rack(id) => take(&mut held.racks, scene.racks.place(*id)),
                _ => {}
            }
        }
        held
    }
    fn is(rows: &[bool], row: Option<&u32>) -> bool {
        row.and_then(|row| rows.get(*row as usize)).is_some_and(|taken| *taken)
    }
    /// Whether a selected group or rack is around something.
    fn holds(&self, scene: &Scene, subject: &Subject) -> bool {
        match subject {
            Subject::Group(id) => scene.groups.place(*id).is_some_and(|row| Self::is(&self.groups, scene.group_parents.get(row))),
            Subject::Node(id) => scene.nodes.place(*id).is_some_and(|row| self.holds_node(scene, row)),
            Subject::Rack(id) => scene.racks.place(*id).is_some_and(|row| Self::is(&self.groups, scene.rack_groups.get(row))),
            _ => false,
        }
    }
    fn holds_node(&self, scene: &Scene, row: usize) -> bool {
        Self::is(&self.racks, scene.node_racks.get(row)) || Self::is(&self.groups, scene.node_groups.get(row))
    }
    /// Whether both ends of a link are selected, themselves or with what they stand in.
    fn holds_link(&self, scene: &Scene, link: usize) -> bool {
        let taken = |row: &u32| Self::is(&self.nodes, Some(row)) || self.holds_node(scene, *row as usize);
        scene.link_ends.get(link).is_some_and(|ends| ends.iter().all(taken))
    }
}

fn marquee(rect: Rect, enclosed: bool, out: &mut Vec<Command>) {
    let dash = if enclosed { Dash::Solid } else { Dash::Dashed };
    let line = Line { dash, ..Line::solid(Colour::Accent, 1.0) };
    out.push(Command::decoration(Shape::Box { rect, radius: 0.0, fill: Some(Colour::AccentSoft), line: None }).faded(0.45));
    out.push(Command::decoration(Shape::Box { rect, radius: 0.0, fill: None, line: Some(line) }));
}

fn stroke(subject: &Subject, curve: Curve, line: Line) -> Command {
    let [from, c1, c2, to] = curve;
    Command::of(subject.clone(), Shape::Curve { from, c1, c2, to, line })
}
