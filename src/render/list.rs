//! A view as a display list, and the renderer that keeps what does not change between frames.

use std::sync::Arc;

use super::buses::BusPen;
use super::detail::{Detail, ramp};
use super::display::{Colour, Command, DisplayList, Shape};
use super::far::Far;
use super::links::{Links, Seen};
use super::lively::Lively;
use super::names::Names;
use super::parts::{Parts, TITLE_PIXELS};
use super::strokes::{Room, sign};
use super::view::{Findings, Motion, SceneView};
use crate::model::Subject;
use crate::scene::{Carried, Distance, RACK_TITLE, Scene};
use crate::units::{Point, Rect, SortedMap, order};

/// Distance of the dots of the grid in drawing units.
const GRID_STEP: f64 = 24.0;
/// The most cages drawn one by one on one screen.
const MOST_CAGES: usize = 3200;
/// The most nodes drawn as parts on one screen; more are drawn as blocks.
const MOST_PARTS: usize = 1300;
/// The most bars of used ports on one screen.
const MOST_BARS: usize = 700;
/// With more nodes in view than this, counts may lie on them.
const MOST_KEPT: usize = 300;
/// How much more than the screen is drawn, so that a pan need not draw anew at once.
const MARGIN: f64 = 0.12;

/// Draws views, and keeps what it drew for the next frame.
#[derive(Debug, Default)]
pub struct Renderer {
    still: Option<Kept>,
    far: Option<(u64, u64, Arc<Far>)>,
}

#[derive(Debug)]
struct Kept {
    key: u64,
    area: Rect,
    commands: Arc<Vec<Command>>,
    stamp: u64,
    /// Links that are in view and not drawn.
    left: usize,
}

impl Renderer {
    /// The display list of a view. While only the pointer moves, or the view pans a little, what does not move is not drawn anew.
    pub fn display_list(&mut self, view: &SceneView<'_>) -> DisplayList {
        let scene = view.scene;
        let detail = Detail::at(view.camera.zoom, scene.far_zoom());
        let seen = view.camera.visible();
        let carried = match view.motion {
            Motion::Moving { nodes, racks, offset, landings, .. } => Some(scene.carried(nodes, racks, offset, landings)),
            _ => None,
        };
        // Originals of dragged copies stay where they are.
        let lifted = carried.as_ref().filter(|_| !matches!(view.motion, Motion::Moving { copy: true, .. }));
        let key = still_key(view, lifted);
        if self.still.as_ref().is_none_or(|kept| kept.key != key || !kept.area.encloses(&seen)) {
            let area = seen.grown(seen.width.min(seen.height) * MARGIN);
            let (commands, left) = still(view, &detail, &area, &mut || self.far_of(view), lifted);
            let stamp = mixed([key, area.x.to_bits(), area.y.to_bits(), area.width.to_bits()]);
            self.still = Some(Kept { key, area, commands: Arc::new(commands), stamp, left });
        }
        let (commands, stamp, left) = self.still.as_ref().map(|kept| (kept.commands.clone(), kept.stamp, kept.left)).unwrap_or_default();
        let lively = Lively { view, detail, area: seen, carried: carried.as_ref(), left }.draw();
        DisplayList { distance: Distance::at(view.camera.zoom, scene), still: commands, still_key: stamp, lively }
    }

    /// Units and bundles, kept per scene and per step of zoom.
    fn far_of(&mut self, view: &SceneView<'_>) -> Arc<Far> {
        // Steps of a quarter octave: boxes keep their size to a tenth.
        let steps = (view.camera.zoom.log2() * 4.0).round() as i32;
        let quarter = match steps.rem_euclid(4) {
            0 => 1.0,
            1 => 1.189_207_115_002_721,
            2 => std::f64::consts::SQRT_2,
            _ => 1.681_792_830_507_429,
        };
        let zoom = 2f64.powi(steps.div_euclid(4)) * quarter;
        let wanted = (view.scene.revision(), zoom.to_bits());
        match &self.far {
            Some((revision, bits, far)) if (*revision, *bits) == wanted => far.clone(),
            _ => {
                let far = Arc::new(Far::of(view.scene, zoom));
                self.far = Some((wanted.0, wanted.1, far.clone()));
                far
            }
        }
    }
}

/// The display list of a view, drawn from nothing. A page that draws many frames keeps a [`Renderer`].
pub fn scene_list(view: &SceneView<'_>) -> DisplayList {
    Renderer::default().display_list(view)
}

fn mixed(words: impl IntoIterator<Item = u64>) -> u64 {
    words.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, word| (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(29))
}

fn still_key(view: &SceneView<'_>, carried: Option<&Carried>) -> u64 {
    let lifted = carried.map_or(0, |carried| mixed(carried.nodes.keys().chain(carried.racks.keys()).map(|row| u64::from(*row) + 1)));
    let moved_link = match view.motion {
        Motion::Connecting { moving: Some(link), .. } => u64::from(link.0) + 1,
        _ => 0,
    };
    mixed([view.scene.revision(), view.revision, view.camera.zoom.to_bits(), lifted, moved_link, u64::from(view.unbounded)])
}

/// Gathers units and bundles when they are needed.
type FarOf<'a> = &'a mut dyn FnMut() -> Arc<Far>;

/// Everything that no gesture moves, in drawing order: grid, groups, racks, links, titles, nodes, counts and signs; and how many links
/// were left out.
fn still(view: &SceneView<'_>, detail: &Detail, area: &Rect, far: FarOf<'_>, carried: Option<&Carried>) -> (Vec<Command>, usize) {
    let scene = view.scene;
    let findings = Findings::of(view.report, scene);
    let mut out = Vec::new();
    let mut over = Vec::new();
    grid(view, detail, area, &mut out);

    if detail.far > 0.0 {
        let far = far();
        let mut room = Room::default();
        far.keep_names(view, &mut room);
        far.draw(view, area, &findings, detail, &mut out, &mut over);
        let mut strokes = far.draw_bundles(view, area, &findings, detail, &mut room, &mut over);
        let pen = BusPen { view, area, detail: *detail, findings: &findings };
        pen.draw(|bus| if far.shows(scene, bus) { detail.far } else { 0.0 }, &mut strokes, &mut room, &mut over);
        strokes.draw(&mut out);
    }
    let mut left = 0;
    if detail.parts > 0.0 {
        left = near(view, detail, area, carried, &findings, &mut out, &mut over);
    }
    out.append(&mut over);
    (out, left)
}

fn grid(view: &SceneView<'_>, detail: &Detail, area: &Rect, out: &mut Vec<Command>) {
    let opacity = ramp(detail.zoom, 0.34, 0.5);
    if opacity > 0.0 && !view.unbounded {
        let dots = Shape::Grid { area: *area, step: GRID_STEP, radius: 0.8, colour: Colour::Grid };
        out.push(Command::decoration(dots).faded(opacity));
    }
}

/// Groups, racks, links and nodes at middle and near distance. Gives the number of links that were left out.
#[allow(clippy::too_many_arguments, reason = "the steps of one drawing, called once")]
fn near(
    view: &SceneView<'_>,
    detail: &Detail,
    area: &Rect,
    carried: Option<&Carried>,
    findings: &Findings,
    out: &mut Vec<Command>,
    over: &mut Vec<Command>,
) -> usize {
    let scene = view.scene;
    let lifted = |node: u32| carried.is_some_and(|carried| carried.nodes.contains_key(&node));
    let nodes: Vec<usize> = (0..scene.node_rects.len()).filter(|node| scene.node_rects[*node].intersects(area) && !lifted(*node as u32)).collect();
    let cages: usize = nodes.iter().filter_map(|node| scene.faces.get(*scene.node_faces.get(*node)? as usize)).map(|face| face.cages.len()).sum();
    let blocks = nodes.len() > MOST_PARTS && !view.unbounded;
    let (cages, bars) = (view.unbounded || cages <= MOST_CAGES, view.unbounded || nodes.len() <= MOST_BARS);
    let mut parts = Parts { view, detail: *detail, cages, bars, names: Names::default() };
    if !blocks {
        parts.compare_names(&nodes);
    }
    let from = out.len();

    let mut order: Vec<(usize, usize)> = (0..scene.group_rects.len())
        .filter(|group| scene.group_rects[*group].is_some_and(|rect| rect.intersects(area)))
        .map(|group| (scene.group_depth(group), group))
        .collect();
    order::sort(&mut order);
    for (_, group) in &order {
        parts.group(*group, 1.0, out);
    }
    let racks: Vec<usize> = (0..scene.rack_rects.len())
        .filter(|rack| scene.rack_rects[*rack].intersects(area) && !carried.is_some_and(|carried| carried.racks.contains_key(&(*rack as u32))))
        .collect();
    for rack in &racks {
        parts.rack_body(*rack, &scene.rack_rects[*rack], out);
    }

    let seen = Seen::of(view, area, &lifted);
    let mut links = Links::new(view, *detail, findings);
    for (_, group) in &order {
        links.room.keep(&parts.group_title_box(*group), detail.zoom);
    }
    if nodes.len() <= MOST_KEPT {
        for node in &nodes {
            links.room.keep(&scene.node_rects[*node], detail.zoom);
        }
    }
    let left = links.draw(&seen);
    let pen = BusPen { view, area, detail: *detail, findings };
    let mut strokes = std::mem::take(&mut links.strokes);
    pen.draw(|_| 1.0, &mut strokes, &mut links.room, &mut links.over);
    strokes.draw(out);

    for (_, group) in order.iter().filter(|(_, group)| parts.group_title_box(*group).intersects(area)) {
        parts.group_title(*group, 1.0, out);
    }
    if blocks {
        // While the blocks of the far distance still fade they stand for these.
        let nodes = if detail.far >= 0.5 { &[][..] } else { &nodes[..] };
        let rects = nodes.iter().map(|node| scene.node_rects[*node]).collect();
        let edge = super::display::Line::solid(Colour::Cage, 1.0);
        out.push(Command::decoration(Shape::Boxes { rects, radius: 4.0, fill: Some(Colour::Metal), line: Some(edge) }));
    } else {
        for node in &nodes {
            parts.node(*node, &scene.node_rects[*node], out);
        }
    }
    let free = free_tops(scene, &nodes);
    for rack in racks.iter().filter(|rack| scene.rack_rects[**rack].y + detail.pixels(TITLE_PIXELS).max(RACK_TITLE) >= area.y) {
        let rect = &scene.rack_rects[*rack];
        parts.rack_title(*rack, rect, free.get(&(*rack as u32)).copied().unwrap_or(rect.bottom()), out);
    }
    signs(view, detail, area, findings, &lifted, &mut links.over);

    // What has just been drawn fades in over what is seen from afar.
    if detail.parts < 1.0 {
        for command in out.iter_mut().skip(from).chain(links.over.iter_mut()) {
            command.opacity *= detail.parts;
        }
    }
    over.append(&mut links.over);
    left
}

/// Down to where nothing stands in a rack, of racks that these nodes stand in. Time: O(nodes log racks).
fn free_tops(scene: &Scene, nodes: &[usize]) -> SortedMap<u32, f64> {
    let mut tops = SortedMap::new();
    for node in nodes {
        let (Some(rack), Some(rect)) = (scene.node_racks.get(*node), scene.node_rects.get(*node)) else { continue };
        let top = tops.entry(*rack).or_insert(rect.y);
        *top = rect.y.min(*top);
    }
    tops
}

/// Signs of findings at the corners of nodes, racks and groups, and around ports.
fn signs(view: &SceneView<'_>, detail: &Detail, area: &Rect, findings: &Findings, lifted: &dyn Fn(u32) -> bool, over: &mut Vec<Command>) {
    let scene = view.scene;
    let mut room = Room::default();
    let mut mark = |subject: Option<Subject>, rect: Option<Rect>, severity| {
        let Some(rect) = rect.filter(|rect| rect.intersects(area)) else { return };
        let at = Point::new(rect.right() - detail.pixels(1.0), rect.y + detail.pixels(1.0));
        if room.take(at, detail.zoom, (12.0, 12.0)) {
            over.push(Command { subject, opacity: 1.0, shape: sign(at, severity, 11.0) });
        }
    };
    for (node, severity) in findings.nodes.iter().filter(|(node, _)| !lifted(**node)) {
        mark(scene.nodes.at(*node as usize).map(Subject::Node), scene.node_rects.get(*node as usize).copied(), *severity);
    }
    for (rack, severity) in &findings.racks {
        mark(scene.racks.at(*rack as usize).map(Subject::Rack), scene.rack_rects.get(*rack as usize).copied(), *severity);
    }
    for (group, severity) in &findings.groups {
        mark(scene.groups.at(*group as usize).map(Subject::Group), scene.group_frame(*group as usize, detail.zoom), *severity);
    }
    if detail.ports > 0.0 {
        for (port, severity) in &findings.ports {
            let Some(rect) = scene.port_place(*port).map(|place| place.rect).filter(|rect| rect.intersects(area)) else { continue };
            let colour = if *severity == crate::engine::diagnostics::Severity::Error { Colour::Error } else { Colour::Warning };
            let line = super::display::Line::solid(colour, 1.8);
            let ring = Shape::Box { rect: rect.grown(1.0), radius: 2.5, fill: None, line: Some(line) };
            over.push(Command::of(Subject::Port(*port), ring).faded(detail.ports));
        }
    }
}
