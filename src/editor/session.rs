//! The session: a design being edited, what is selected, what is seen, what the pointer is doing.

mod files;
mod scenarios;
mod steps;
mod views;
mod wires;

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use super::draft::{Draft, Outcome};
use super::history::{History, Step};
use super::intent::{Effect, Extend, Intent, PointerEvent, ToolKind, Zoom};
use super::opening::Drawn;
use super::overlay::Overlay;
use super::preview::Preview;
use super::selection::{self, Reach, Selection};
use super::tools::{self, Gesture};
use super::wiring::{self, Wire};
use super::{alike, delete, fields, group, joining, opening, own_parts, settings, standing, view, workloads};
use crate::catalog::{Catalog, PortUse};
use crate::engine::report::Report;
use crate::model::{Design, NodeId, PartId, Patch, PortRef, Subject};
use crate::scene::{Camera, Scene};
use crate::units::{Point, Rect, SortedMap, SortedSet};
use files::Beside;

/// A design being edited. [`Session::handle`] is the only door; everything else reads.
#[derive(Debug)]
pub struct Session {
    catalog: Arc<Catalog>,
    design: Design,
    /// Counts the states of the design; never falls.
    revision: u64,
    history: History,
    /// What was open before the open design, and what undo put aside for it: undo and redo go there when the steps of the open one are through.
    beside: Beside,
    /// Shared with history and panels, which so keep and compare it for nothing.
    selection: Arc<Selection>,
    /// Why the design may not be edited, if it may not.
    read_only: Option<String>,
    /// Why it may not be edited for the time being, if it may not.
    locked: Option<String>,
    report: Option<(u64, Report)>,
    /// Counts the reports taken and dropped; never falls.
    report_generation: u64,
    /// Whether the last step moved the selection by keys and nothing but the view has changed since.
    nudging: bool,
    /// Where the pointer is over the canvas, in view pixels.
    pointer: Option<Point>,
    /// Whether what was pressed last was pressed by a finger.
    touched: bool,
    /// What an intent would do, as long as it is looked at.
    pub(super) previewed: Option<Preview>,
    /// The name of the scenario that is looked at.
    scenario: Option<String>,
    /// What colours the drawing besides its own colours, and how many there were.
    pub(super) overlay: (u64, Overlay),

    camera: Camera,
    /// Whether the canvas has told its size.
    sized: bool,
    tool: ToolKind,
    /// The cable that new links are made of; `None` chooses for each.
    cable: Option<PartId>,

    gesture: Gesture,
    hover: Option<Subject>,
    /// What the gesture connects; there while it is [`Gesture::Connecting`].
    wire: Option<Wire>,
    /// Refusals already worked out for the wire.
    refusals: RefCell<SortedMap<PortRef, Option<String>>>,

    /// Made from the design when first asked for after a change.
    scene: OnceCell<Scene>,
    /// The scene before the last change, where the next one has to be made.
    worn: RefCell<Option<Scene>>,
    /// Made from the design when first asked for after a change.
    used: OnceCell<Arc<PortUse>>,
}

impl Session {
    /// A session with an empty design.
    pub fn new(catalog: Arc<Catalog>) -> Self {
        Self {
            catalog,
            design: Design::default(),
            revision: 0,
            history: History::default(),
            beside: Beside::default(),
            selection: Arc::default(),
            read_only: None,
            locked: None,
            report: None,
            report_generation: 0,
            nudging: false,
            pointer: None,
            touched: false,
            previewed: None,
            scenario: None,
            overlay: Default::default(),
            camera: Camera::default(),
            sized: false,
            tool: ToolKind::default(),
            cable: None,
            gesture: Gesture::Idle,
            hover: None,
            wire: None,
            refusals: RefCell::default(),
            scene: OnceCell::new(),
            worn: RefCell::default(),
            used: OnceCell::new(),
        }
    }

    /// The design.
    pub fn design(&self) -> &Design {
        &self.design
    }
    /// The catalogue parts are looked up in.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }
    /// What is selected. Everything in it exists. A copy of it costs nothing, nor does comparing it with itself.
    pub fn selection(&self) -> &Arc<SortedSet<Subject>> {
        &self.selection
    }
    /// Which part of the drawing is seen.
    pub fn camera(&self) -> &Camera {
        &self.camera
    }
    /// Where everything is drawn. The first call after a change of the design builds it: O(design).
    pub fn scene(&self) -> &Scene {
        self.scene.get_or_init(|| Scene::after(self.worn.take(), &self.design, &self.catalog))
    }
    /// Does one piece of what the next drawing would otherwise wait for, so that after a large change each piece gets a task of its own. Returns whether there was one left to do. Time: O(design) at most.
    pub fn settle(&self) -> bool {
        match self.scene.get() {
            Some(scene) => scene.settle(),
            None => {
                self.scene();
                true
            }
        }
    }
    /// The tool in hand.
    pub fn tool(&self) -> ToolKind {
        self.tool
    }
    /// The cable in hand: what new links are made of. `None` chooses the best for each.
    pub fn cable(&self) -> Option<&PartId> {
        self.cable.as_ref()
    }
    /// What lies under the resting pointer.
    pub fn hover(&self) -> Option<&Subject> {
        self.hover.as_ref()
    }
    /// What the pointer is in the middle of.
    pub fn gesture(&self) -> &Gesture {
        &self.gesture
    }
    /// The CSS cursor that tells what the pointer does.
    pub fn cursor(&self) -> &'static str {
        tools::cursor(self)
    }
    /// The name of the step that undo would take back.
    pub fn can_undo(&self) -> Option<&str> {
        self.history.last_done().map(|step| step.name.as_str()).or_else(|| self.beside.before.as_ref().map(|closed| closed.name.as_str()))
    }
    /// The name of the step that redo would do again.
    pub fn can_redo(&self) -> Option<&str> {
        self.history.last_undone().map(|step| step.name.as_str()).or_else(|| self.beside.after.as_ref().map(|closed| closed.name.as_str()))
    }
    /// Counts the states of the design; never falls, so a report can be matched with what it is about.
    pub fn revision(&self) -> u64 {
        self.revision
    }
    /// Why the design may not be edited (a newer Weft wrote it, or it is locked), if it may not.
    pub fn read_only(&self) -> Option<&str> {
        self.locked.as_deref().or(self.read_only.as_deref())
    }
    /// Whether the design may not be edited for the time being ([`Intent::Lock`]). Commands are then offered all the same: what they are
    /// answered with says how it can be edited again.
    pub fn is_locked(&self) -> bool {
        self.locked.is_some()
    }
    /// The answer to who wants to edit what may not be edited.
    fn refusal_to_edit(&self) -> Option<Effect> {
        self.read_only().map(|reason| Effect::Complain(reason.to_owned()))
    }
    /// The youngest report there is. While [`Session::is_report_current`] is false it is about an earlier state.
    pub fn report(&self) -> Option<&Report> {
        self.report.as_ref().map(|(_, report)| report)
    }
    /// Whether the report is about the design as it is now.
    pub fn is_report_current(&self) -> bool {
        self.report.as_ref().is_some_and(|(revision, _)| *revision == self.revision)
    }
    /// Takes the report of a revision. One of an earlier revision than the design's is dropped: then false.
    pub fn set_report(&mut self, revision: u64, report: Report) -> bool {
        let current = revision == self.revision;
        if current {
            self.report = Some((revision, report));
            self.report_generation += 1;
        }
        current
    }
    /// Counts the reports taken and dropped, so that what is made of a report can be kept until there is another; never falls.
    pub fn report_generation(&self) -> u64 {
        self.report_generation
    }
    /// Where the pointer is over the canvas, in view pixels; `None` while it is elsewhere.
    pub fn pointer(&self) -> Option<Point> {
        self.pointer
    }
    /// Whether the pointer is a finger, which hides what lies under it.
    pub fn is_touched(&self) -> bool {
        self.touched
    }
    /// Which link uses each port. The first call after a change of the design builds it: O(links log links).
    pub fn port_use(&self) -> Arc<PortUse> {
        self.used.get_or_init(|| Arc::new(PortUse::of(&self.design))).clone()
    }
    /// Why the link that is being drawn may not end on `port`; `None` if it may, or if none is being drawn.
    /// Worked out once per port and gesture.
    pub fn refusal(&self, port: PortRef) -> Option<String> {
        let wire = self.wire.as_ref()?;
        if let Some(known) = self.refusals.borrow().get(&port) {
            return known.clone();
        }
        let refusal = wire.refusal(&self.design, &self.catalog, port);
        self.refusals.borrow_mut().insert(port, refusal.clone());
        refusal
    }
    /// The box around the selection, in drawing units.
    pub fn selection_rect(&self) -> Option<Rect> {
        let scene = self.scene();
        self.selection.iter().filter_map(|subject| scene.subject_rect(subject)).reduce(|all, rect| all.union(&rect))
    }
    /// What lies at a view pixel.
    pub fn under(&self, at: Point, touch: bool) -> Option<Subject> {
        let at = standing::sound(at)?;
        self.scene().hit(self.camera.to_world(at), self.camera.zoom, touch)
    }

    /// Carries an intent out and returns what the page must do.
    pub fn handle(&mut self, intent: Intent) -> Vec<Effect> {
        let before = self.revision;
        let nudged = self.nudging && moves_on(&intent);
        let nudges = matches!(intent, Intent::Nudge { .. });
        self.nudging = nudged;
        let effects = self.carry_out(intent);
        if nudges && !nudged {
            self.nudging = self.revision != before;
        }
        debug_assert!(self.revision == before || self.design.structural_faults().is_empty(), "{:?}", self.design.structural_faults());
        effects
    }

    fn carry_out(&mut self, intent: Intent) -> Vec<Effect> {
        match intent {
            Intent::Align(how) => self.edit_selection(|draft, selected| standing::align(draft, selected, how)),
            Intent::ApplyFix(fix) => match fix.patch(&self.design) {
                Some(patch) => self.apply(fix.title, &patch),
                None => vec![Effect::Complain("The design has changed since; this fix no longer applies".to_owned())],
            },
            Intent::ApplyPatch { name, patch } => self.apply(name, &patch),
            Intent::BreakOut { port, breakout } => self.edit(|draft| wiring::break_out(draft, port, breakout)),
            Intent::Connect { ends, part } => self.edit(|draft| wiring::connect(draft, ends, part)),
            Intent::ConnectNodes { a, b, count } => self.edit(|draft| joining::connect_nodes(draft, a, b, count)),
            Intent::Copy => self.copied().into_iter().collect(),
            Intent::Cut => match self.copied() {
                Some(copied) => {
                    let deleted = self.edit_selection(delete::delete);
                    [copied].into_iter().chain(deleted.into_iter().filter(|effect| !matches!(effect, Effect::Say(_)))).collect()
                }
                None => Vec::new(),
            },
            Intent::Delete if self.selection.is_empty() => Vec::new(),
            Intent::Delete => self.edit_selection(delete::delete),
            Intent::DragPart { part, at } => self.drag_part(part, at),
            Intent::Duplicate => self.duplicate(),
            Intent::Edit { subjects, field } => {
                let subjects = if subjects.is_empty() { self.selection.clone() } else { Arc::new(subjects.into_iter().collect()) };
                self.edit(|draft| fields::edit(draft, &subjects, &field))
            }
            Intent::Escape => self.escape(),
            Intent::Fail(things) => self.fail(things),
            Intent::Group(kind) => self.edit_selection(|draft, selected| group::group(draft, selected, kind)),
            Intent::Join { count, rails } => self.edit_selection(|draft, selected| joining::join(draft, selected, count, rails)),
            Intent::Layout => self.lay_out(),
            Intent::Lock(reason) => {
                self.locked = reason;
                vec![Effect::Redraw]
            }
            Intent::Mount { node, rack } => self.edit(|draft| standing::mount(draft, node, rack)),
            Intent::MoveEnd { link, end, to } => self.move_end(link, end, to),
            Intent::New => self.replace(Drawn::default(), None, String::new(), true),
            Intent::Nudge { dx, dy } => self.edit_selection(|draft, selected| standing::nudge(draft, selected, dx, dy)),
            Intent::Open { name, text } => self.open(&name, &text),
            Intent::OpenDesign { drawn, told, read_only, returns } => match drawn.design().structural_faults().first() {
                Some(fault) => vec![Effect::Complain(format!("The design cannot be opened: {fault}"))],
                None => self.replace(*drawn, read_only, told, returns),
            },
            Intent::Pair(pair) => self.edit(|draft| {
                let missing =
                    pair.iter().flat_map(|(a, b)| [a, b]).find(|end| !selection::exists(draft.design(), draft.catalog, &Subject::Inside((*end).clone())));
                if let Some(missing) = missing {
                    return Err(format!("There is no {missing} in this design"));
                }
                draft.update_meta(|meta| meta.settings.pair = pair);
                Ok(Outcome::named("Choose pair"))
            }),
            Intent::Pan { dx, dy } => self.pan(dx, dy),
            Intent::Paste { text, at } => self.paste(&text, at),
            Intent::PasteClip { clip, at } => self.paste_clip(&clip, at),
            Intent::Place { part, at } => self.place(part, at),
            Intent::PlaceConnected { part, at, from } => self.edit(|draft| {
                let placed = standing::place(draft, &part, at)?;
                match placed.select.as_deref() {
                    Some([Subject::Node(node)]) => wiring::connect_to(draft, from, *node, placed),
                    _ => Err("Only a node can be connected".to_owned()),
                }
            }),
            Intent::Pointer(event) => {
                self.follow_pointer(&event);
                tools::pointer(self, event)
            }
            Intent::Preview(wanted) => self.show_preview(wanted.as_deref()),
            Intent::PutPart { part, price } => self.edit(|draft| own_parts::put(draft, &part, price)),
            Intent::Redo => self.redo(),
            Intent::RemovePart(id) => self.edit(|draft| own_parts::remove(draft, &id)),
            Intent::Repeat { count, along } => self.repeat(count, along),
            Intent::Require(kind, fabric) => self.edit(|draft| settings::require(draft, kind, fabric)),
            Intent::Resize { width, height } => self.resize(width, height),
            Intent::Reveal(subjects) => self.reveal(subjects),
            Intent::Save => vec![Effect::SaveFile { name: self.file_name() }],
            Intent::Scenario(step) => self.step_scenario(step),
            Intent::Select { subjects, extend } => {
                let subjects = subjects.into_iter().filter(|subject| *subject != Subject::Design);
                self.select(selection::extended(&self.selection, subjects, extend))
            }
            Intent::SelectAlike => self.select_alike(),
            Intent::SelectAll => self.select(selection::everything(&self.design)),
            Intent::Settings(settings) => self.edit(|draft| settings::change(draft, *settings)),
            Intent::Tool(tool) => {
                let mut effects = self.stop_gesture();
                self.tool = tool;
                self.cable = None;
                effects.push(Effect::Redraw);
                effects
            }
            Intent::Undo => self.undo(),
            Intent::Ungroup => self.edit_selection(group::ungroup),
            Intent::Workload(step) => self.edit(|draft| workloads::step(draft, step)),
            Intent::Zoom(zoom) => self.zoom(zoom),
        }
    }

    /// The part of what is selected, where that is one thing or things of one part.
    pub fn selected_part(&self) -> Option<PartId> {
        let node = |id: NodeId| self.design.nodes.get(id).map(|node| node.part.clone());
        let of = |subject: &Subject| match subject {
            Subject::Inside(element) => node(element.node),
            Subject::Link(id) => self.design.links.get(*id).and_then(|link| link.part.clone()),
            Subject::Node(id) => node(*id),
            Subject::Port(port) => node(port.node),
            Subject::Rack(id) => self.design.racks.get(*id).map(|rack| rack.part.clone()),
            _ => None,
        };
        let mut parts = self.selection.iter().map(of);
        let first = parts.next().flatten()?;
        parts.all(|part| part.as_ref() == Some(&first)).then_some(first)
    }

    // --- Selection and moments ---

    /// Makes this the selection, as far as it exists.
    pub(super) fn select(&mut self, subjects: Selection) -> Vec<Effect> {
        self.select_shared(subjects.into())
    }

    /// The same with what history keeps as well.
    pub(super) fn select_shared(&mut self, mut subjects: Arc<Selection>) -> Vec<Effect> {
        let exists = |subject: &Subject| selection::exists(&self.design, &self.catalog, subject);
        if !subjects.iter().all(exists) {
            Arc::make_mut(&mut subjects).retain(exists);
        }
        if subjects == self.selection {
            return Vec::new();
        }
        self.selection = subjects;
        vec![Effect::Selected, Effect::Redraw]
    }

    /// Selects what is alike; where that is selected already, all of the same part or cable.
    fn select_alike(&mut self) -> Vec<Effect> {
        let close = alike::alike(&self.design, &self.selection, false);
        let wide = alike::alike(&self.design, &self.selection, true);
        let words = |things: &Selection| {
            let counted = alike::kinds(&self.design, &self.catalog, things);
            counted.into_iter().map(|(words, _)| words).collect::<Vec<_>>().join(", ")
        };
        let further = close.len() < wide.len();
        let said = match (further, close == *self.selection) {
            (true, false) => format!("{} selected that are joined alike; once more for all of their part or cable: {}", words(&close), words(&wide)),
            _ => format!("{} selected: all of their part or cable", words(&wide)),
        };
        let chosen = if further && close != *self.selection { close } else { wide };
        if chosen.is_empty() {
            return Vec::new();
        }
        let mut effects = self.select(chosen);
        effects.push(Effect::Say(said));
        effects
    }

    /// Selects one thing in place of all.
    pub(super) fn select_only(&mut self, subject: Subject) -> Vec<Effect> {
        self.select(selection::extended(&self.selection, [subject], Extend::Replace))
    }

    pub(super) fn set_gesture(&mut self, gesture: Gesture) {
        self.gesture = gesture;
    }

    /// Ends what the pointer is doing as if it had never begun.
    pub(super) fn stop_gesture(&mut self) -> Vec<Effect> {
        self.wire = None;
        if self.gesture.is_idle() {
            return Vec::new();
        }
        self.gesture = Gesture::Idle;
        vec![Effect::Redraw]
    }

    fn follow_pointer(&mut self, event: &PointerEvent) {
        self.pointer = match *event {
            PointerEvent::Down { at, touch, .. } => {
                self.touched = touch;
                Some(at)
            }
            PointerEvent::Move { at, .. } => Some(at),
            // A finger that is lifted points at nothing any more.
            PointerEvent::Up { at, .. } | PointerEvent::DoubleClick { at, .. } => (!self.touched).then_some(at),
            PointerEvent::Cancel | PointerEvent::Leave => None,
        }
        .filter(|at| at.x.is_finite() && at.y.is_finite());
    }

    pub(super) fn hover_at(&mut self, at: Point) -> Vec<Effect> {
        let under = self.under(at, false);
        self.hover_over(under)
    }

    pub(super) fn hover_over(&mut self, subject: Option<Subject>) -> Vec<Effect> {
        if self.hover == subject {
            return Vec::new();
        }
        self.hover = subject;
        vec![Effect::Redraw]
    }

    fn escape(&mut self) -> Vec<Effect> {
        if self.previewed.take().is_some() {
            return vec![Effect::Redraw];
        }
        if !self.gesture.is_idle() {
            return self.stop_gesture();
        }
        if self.tool != ToolKind::Select || self.cable.is_some() {
            self.tool = ToolKind::Select;
            self.cable = None;
            return vec![Effect::Redraw];
        }
        self.select(Selection::new())
    }
}

/// Whether moving the selection by keys goes on after this intent: it is one more such move, or it changes neither design nor selection.
fn moves_on(intent: &Intent) -> bool {
    use super::intent::PointerEvent::{Leave, Move};
    match intent {
        Intent::Copy | Intent::Nudge { .. } | Intent::Pan { .. } | Intent::Resize { .. } | Intent::Save | Intent::Zoom(_) => true,
        Intent::Pointer(event) => matches!(event, Leave | Move { .. }),
        _ => false,
    }
}
