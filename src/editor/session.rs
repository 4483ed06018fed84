//! The session: a design being edited, what is selected, what is seen, what the pointer is doing.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::clipboard::{self, Clip};
use super::draft::{Draft, Outcome};
use super::history::{History, Step};
use super::intent::{Effect, Extend, Intent, ToolKind, Zoom};
use super::selection::{self, Reach, Selection};
use super::tools::{self, Gesture};
use super::wiring::{self, Wire};
use super::{delete, fields, group, standing, upkeep, view};
use crate::catalog::{Catalog, PortUse};
use crate::engine::report::Report;
use crate::io;
use crate::model::{Design, NodeId, PartId, Patch, PortRef, Requirement, RequirementKind, Settings, Subject};
use crate::scene::{Camera, Scene};
use crate::units::{Cents, Point, Rect};

/// A design being edited. [`Session::handle`] is the only door; everything else reads.
#[derive(Debug)]
pub struct Session {
    catalog: Arc<Catalog>,
    design: Design,
    /// Counts the states of the design; never falls.
    revision: u64,
    history: History,
    selection: Selection,
    /// Why the design may not be edited, if it may not.
    read_only: Option<String>,
    report: Option<(u64, Report)>,

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
    refusals: RefCell<BTreeMap<PortRef, Option<String>>>,

    /// Made from the design when first asked for after a change.
    scene: OnceCell<Scene>,
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
            selection: Selection::new(),
            read_only: None,
            report: None,
            camera: Camera::default(),
            sized: false,
            tool: ToolKind::default(),
            cable: None,
            gesture: Gesture::Idle,
            hover: None,
            wire: None,
            refusals: RefCell::default(),
            scene: OnceCell::new(),
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
    /// What is selected. Everything in it exists.
    pub fn selection(&self) -> &BTreeSet<Subject> {
        &self.selection
    }
    /// Which part of the drawing is seen.
    pub fn camera(&self) -> &Camera {
        &self.camera
    }
    /// Where everything is drawn. The first call after a change of the design builds it: O(design).
    pub fn scene(&self) -> &Scene {
        self.scene.get_or_init(|| Scene::build(&self.design, &self.catalog))
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
    /// One short sentence that tells what can be done now; `None` where nothing needs to be said.
    pub fn hint(&self) -> Option<&'static str> {
        tools::hint(self)
    }
    /// The name of the step that undo would take back.
    pub fn can_undo(&self) -> Option<&str> {
        self.history.last_done().map(|step| step.name.as_str())
    }
    /// The name of the step that redo would do again.
    pub fn can_redo(&self) -> Option<&str> {
        self.history.last_undone().map(|step| step.name.as_str())
    }
    /// Counts the states of the design; never falls, so a report can be matched with what it is about.
    pub fn revision(&self) -> u64 {
        self.revision
    }
    /// Why the design may not be edited (a newer Weft wrote it), if it may not.
    pub fn read_only(&self) -> Option<&str> {
        self.read_only.as_deref()
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
        }
        current
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
        let effects = self.carry_out(intent);
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
            Intent::ConnectNodes { a, b, count } => self.edit(|draft| wiring::connect_nodes(draft, a, b, count)),
            Intent::Copy => self.copy().into_iter().collect(),
            Intent::Cut => match self.copy() {
                Some(copied) => {
                    let deleted = self.edit_selection(delete::delete);
                    [copied].into_iter().chain(deleted.into_iter().filter(|effect| !matches!(effect, Effect::Say(_)))).collect()
                }
                None => Vec::new(),
            },
            Intent::Delete if self.selection.is_empty() => Vec::new(),
            Intent::Delete => self.edit_selection(delete::delete),
            Intent::DragPart { part, at } => self.drag_part(part, at),
            Intent::Duplicate => {
                let clip = Clip::of(&self.design, self.scene(), &self.selection);
                if clip.is_empty() { Vec::new() } else { self.edit(|draft| clipboard::duplicate(draft, &clip)) }
            }
            Intent::Edit { subjects, field } => {
                let subjects = if subjects.is_empty() { self.selection.clone() } else { subjects.into_iter().collect() };
                self.edit(|draft| fields::edit(draft, &subjects, &field))
            }
            Intent::Escape => self.escape(),
            Intent::Group(kind) => self.edit_selection(|draft, selected| group::group(draft, selected, kind)),
            Intent::Layout => self.lay_out(),
            Intent::Mount { node, rack } => self.edit(|draft| standing::mount(draft, node, rack)),
            Intent::MoveEnd { link, end, to } => self.move_end(link, end, to),
            Intent::New => self.replace(Design::default(), None, String::new()),
            Intent::Nudge { dx, dy } => self.edit_selection(|draft, selected| standing::nudge(draft, selected, dx, dy)),
            Intent::Open { name, text } => self.open(&name, &text),
            Intent::OpenDesign { design, told, read_only } => match design.structural_faults().first() {
                Some(fault) => vec![Effect::Complain(format!("The design cannot be opened: {fault}"))],
                None => self.replace(*design, read_only, told),
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
            Intent::Paste { text, at } => match Clip::from_text(&text) {
                Ok(clip) => self.edit(|draft| clipboard::paste(draft, &clip, at)),
                Err(sentence) => vec![Effect::Complain(sentence)],
            },
            Intent::Place { part, at } => self.place(part, at),
            Intent::PlaceConnected { part, at, from } => self.edit(|draft| {
                let placed = standing::place(draft, &part, at)?;
                match placed.select.as_deref() {
                    Some([Subject::Node(node)]) => wiring::connect_to(draft, from, *node, placed),
                    _ => Err("Only a node can be connected".to_owned()),
                }
            }),
            Intent::Pointer(event) => tools::pointer(self, event),
            Intent::Redo => self.redo(),
            Intent::Require(kind, fabric) => self.edit(|draft| require(draft, kind, fabric)),
            Intent::Resize { width, height } => self.resize(width, height),
            Intent::Reveal(subjects) => self.reveal(subjects),
            Intent::Save => vec![Effect::Download { name: self.file_name(), kind: "application/json", text: io::save(&self.design) }],
            Intent::Select { subjects, extend } => {
                let subjects = subjects.into_iter().filter(|subject| *subject != Subject::Design);
                self.select(selection::extended(&self.selection, subjects, extend))
            }
            Intent::SelectAll => self.select(selection::everything(&self.design)),
            Intent::Settings(settings) => self.edit(|draft| change_settings(draft, *settings)),
            Intent::Tool(tool) => {
                let mut effects = self.stop_gesture();
                self.tool = tool;
                self.cable = None;
                effects.push(Effect::Redraw);
                effects
            }
            Intent::Undo => self.undo(),
            Intent::Ungroup => self.edit_selection(group::ungroup),
            Intent::Zoom(zoom) => self.zoom(zoom),
        }
    }

    // --- Editing ---

    /// Carries a change out as one step. An error leaves the design as it was and is told.
    pub(super) fn edit(&mut self, change: impl FnOnce(&mut Draft) -> Result<Outcome, String>) -> Vec<Effect> {
        let mut effects = self.stop_gesture();
        if let Some(reason) = &self.read_only {
            effects.push(Effect::Complain(reason.clone()));
            return effects;
        }
        let scene = self.scene.get_or_init(|| Scene::build(&self.design, &self.catalog));
        let mut draft = Draft::new(&mut self.design, &self.catalog, scene);
        match change(&mut draft) {
            Ok(outcome) => {
                let patch = draft.finish();
                effects.extend(self.commit(outcome, patch));
            }
            Err(sentence) => {
                draft.abandon();
                effects.push(Effect::Complain(sentence));
            }
        }
        effects
    }

    fn edit_selection(&mut self, change: impl FnOnce(&mut Draft, &Selection) -> Result<Outcome, String>) -> Vec<Effect> {
        let selected = self.selection.clone();
        self.edit(|draft| change(draft, &selected))
    }

    /// Notes what was done to the design. A change that changed nothing is no step.
    fn commit(&mut self, outcome: Outcome, patch: Patch) -> Vec<Effect> {
        let selected_before = self.selection.clone();
        if patch.is_empty() {
            let mut effects = outcome.select.map_or_else(Vec::new, |subjects| self.select(subjects.into_iter().collect()));
            effects.extend(outcome.say.map(Effect::Say));
            return effects;
        }
        self.design_changed(Some(&patch));
        let wanted = outcome.select.map_or_else(|| selected_before.clone(), |subjects| subjects.into_iter().collect());
        let mut effects = vec![Effect::Changed { revision: self.revision, patch: patch.clone() }, Effect::Redraw];
        effects.extend(self.select(wanted));
        self.history.push(Step { name: outcome.name, patch, selected_before, selected_after: self.selection.clone() });
        effects.extend(outcome.say.map(Effect::Say));
        effects
    }

    /// Brings what is made from the design in step with it, or drops it.
    fn design_changed(&mut self, patch: Option<&Patch>) {
        self.revision += 1;
        if let (Some(scene), Some(patch)) = (self.scene.take(), patch)
            && let Some(kept) = upkeep::kept(scene, patch, &self.design, &self.catalog)
        {
            self.scene = OnceCell::from(kept);
        }
        self.used.take();
        if self.hover.as_ref().is_some_and(|subject| !selection::exists(&self.design, &self.catalog, subject)) {
            self.hover = None;
        }
    }

    /// Carries a patch from elsewhere out, unless it does not fit or would leave references that point nowhere.
    fn apply(&mut self, name: String, patch: &Patch) -> Vec<Effect> {
        let mut effects = self.stop_gesture();
        if let Some(reason) = &self.read_only {
            effects.push(Effect::Complain(reason.clone()));
            return effects;
        }
        let was_empty = self.design.is_empty();
        if let Err(conflict) = patch.apply(&mut self.design) {
            effects.push(Effect::Complain(format!("That cannot be done any more: {conflict}")));
            return effects;
        }
        if let Some(fault) = self.design.structural_faults().first() {
            let undone = patch.inverse().apply(&mut self.design);
            debug_assert!(undone.is_ok(), "what was just applied can be taken back");
            effects.push(Effect::Complain(format!("That would break the design: {fault}")));
            return effects;
        }
        let patch = match delete::pair_forgotten(&self.design) {
            Some(forgotten) if forgotten.apply(&mut self.design).is_ok() => patch.clone().then(forgotten),
            _ => patch.clone(),
        };
        effects.extend(self.commit(Outcome::named(name), patch));
        if was_empty && !self.design.is_empty() {
            effects.extend(self.zoom(Zoom::Fit));
        }
        effects
    }

    fn undo(&mut self) -> Vec<Effect> {
        let mut effects = self.stop_gesture();
        let Some(step) = self.history.undo() else { return effects };
        let (patch, selected) = (step.patch.inverse(), step.selected_before.clone());
        effects.extend(self.replay(patch, selected));
        effects
    }

    fn redo(&mut self) -> Vec<Effect> {
        let mut effects = self.stop_gesture();
        let Some(step) = self.history.redo() else { return effects };
        let (patch, selected) = (step.patch.clone(), step.selected_after.clone());
        effects.extend(self.replay(patch, selected));
        effects
    }

    fn replay(&mut self, patch: Patch, selected: Selection) -> Vec<Effect> {
        if let Err(conflict) = patch.apply(&mut self.design) {
            // Only this session changes its design, so this cannot be; if it is, the design stays as it is.
            debug_assert!(false, "history fits the design: {conflict}");
            self.history = History::default();
            return vec![Effect::Complain(format!("That step cannot be repeated: {conflict}"))];
        }
        self.design_changed(Some(&patch));
        let mut effects = vec![Effect::Changed { revision: self.revision, patch }, Effect::Redraw];
        effects.extend(self.select(selected));
        effects
    }

    fn lay_out(&mut self) -> Vec<Effect> {
        let all = super::layout::tiered(&self.design, &self.catalog);
        if self.selection.is_empty() {
            return self.apply("Lay out".to_owned(), &all);
        }
        let reach = Reach::of(&self.design, &self.selection);
        let selected = |change: &crate::model::Change| match change {
            crate::model::Change::Node(delta) => reach.nodes.contains(&delta.id),
            crate::model::Change::Rack(delta) => reach.racks.contains(&delta.id),
            _ => false,
        };
        let patch = Patch { changes: all.changes.into_iter().filter(selected).collect() };
        self.apply("Lay out selection".to_owned(), &patch)
    }

    // --- Connecting ---

    /// Starts to draw a link at a port, or to move the link's end that is there.
    pub(super) fn begin_connecting(&mut self, port: PortRef, at: Point, held: bool) {
        let wire = Wire::at(&self.design, self.port_use(), port, self.cable.clone());
        let to = self.camera.to_world(at);
        self.gesture = Gesture::Connecting { from: wire.from, to, target: None, refused: None, moving: wire.moving.map(|(link, _)| link), held };
        self.wire = Some(wire);
        self.refusals.borrow_mut().clear();
    }

    /// The port that the link being drawn would take on a node.
    pub(super) fn fitting_port(&self, node: NodeId) -> Result<PortRef, String> {
        match &self.wire {
            Some(wire) => wire.port_of(&self.design, &self.catalog, node),
            None => Err("Nothing is being connected".to_owned()),
        }
    }

    /// Lays the link that is being drawn.
    pub(super) fn finish_connecting(&mut self, port: PortRef) -> Vec<Effect> {
        let Some(wire) = self.wire.take() else { return self.stop_gesture() };
        self.edit(|draft| wiring::move_end(draft, &wire, port))
    }

    fn move_end(&mut self, link: crate::model::LinkId, end: u8, to: PortRef) -> Vec<Effect> {
        let Some(port) = self.design.links.get(link).and_then(|link| link.ends.get(usize::from(end))).copied() else {
            return vec![Effect::Complain("That link is no longer there".to_owned())];
        };
        let wire = Wire::of_link(&self.design, link, usize::from(end), port);
        self.edit(|draft| wiring::move_end(draft, &wire, to))
    }

    // --- Placing ---

    fn drag_part(&mut self, id: PartId, at: Option<Point>) -> Vec<Effect> {
        let placed = at.and_then(standing::sound).and_then(|at| {
            let at = self.camera.to_world(at);
            let part = self.catalog.part(&self.design, &id)?;
            Some(standing::placing(&self.design, &self.catalog, self.scene(), part, at))
        });
        match placed {
            Some((rect, rack)) => {
                self.wire = None;
                self.set_gesture(Gesture::Placing { part: id, rect, rack });
                vec![Effect::Redraw]
            }
            None => self.stop_gesture(),
        }
    }

    fn place(&mut self, id: PartId, at: Point) -> Vec<Effect> {
        let laid = self.catalog.part(&self.design, &id).filter(|part| wiring::is_laid(part.kind)).map(|part| part.name.clone());
        let Some(name) = laid else { return self.edit(|draft| standing::place(draft, &id, at)) };

        let mut effects = self.stop_gesture();
        let under = standing::sound(at).and_then(|at| self.scene().hit(at, self.camera.zoom, false));
        let start = match under {
            Some(Subject::Link(link)) => return self.edit(|draft| wiring::choose_cable(draft, link, &id)),
            Some(Subject::Port(port)) => Some(port),
            Some(Subject::Node(node)) => self.catalog.first_free_port(&self.design, &self.port_use(), node, |_| true),
            _ => None,
        };
        self.cable = Some(id);
        self.tool = ToolKind::Connect;
        if let Some(port) = start {
            self.begin_connecting(port, self.camera.to_view(at), false);
        }
        effects.push(Effect::Redraw);
        effects.push(Effect::Say(match start {
            Some(_) => format!("Click the other port to lay {name}"),
            None => format!("Click two ports to lay {name} between them"),
        }));
        effects
    }

    // --- Selection and moments ---

    /// Makes this the selection, as far as it exists.
    pub(super) fn select(&mut self, mut subjects: Selection) -> Vec<Effect> {
        subjects.retain(|subject| selection::exists(&self.design, &self.catalog, subject));
        if subjects == self.selection {
            return Vec::new();
        }
        self.selection = subjects;
        vec![Effect::Selected, Effect::Redraw]
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

    fn copy(&self) -> Option<Effect> {
        let clip = Clip::of(&self.design, self.scene(), &self.selection);
        (!clip.is_empty()).then(|| Effect::CopyText(clip.to_text()))
    }

    // --- View ---

    pub(super) fn pan(&mut self, dx: f64, dy: f64) -> Vec<Effect> {
        let Some(by) = standing::sound(Point::new(dx, dy)) else { return Vec::new() };
        let panned = self.camera.panned(by.x, by.y);
        // Beyond this nothing can be drawn, and numbers lose their precision.
        self.camera.origin = standing::sound(panned.origin).unwrap_or(self.camera.origin);
        vec![Effect::Redraw]
    }

    fn zoom(&mut self, zoom: Zoom) -> Vec<Effect> {
        let (all, selected) = match zoom {
            Zoom::Fit | Zoom::FitSelection => (self.scene().bounds(), self.selection_rect()),
            _ => (None, None),
        };
        self.camera = view::zoomed(&self.camera, zoom, all, selected);
        vec![Effect::Redraw]
    }

    fn resize(&mut self, width: f64, height: f64) -> Vec<Effect> {
        if !(width.is_finite() && height.is_finite() && width >= 1.0 && height >= 1.0) {
            return Vec::new();
        }
        self.camera.width = width;
        self.camera.height = height;
        // What was opened before the canvas had a size is fitted to it now.
        if !std::mem::replace(&mut self.sized, true) && !self.design.is_empty() {
            return self.zoom(Zoom::Fit);
        }
        vec![Effect::Redraw]
    }

    fn reveal(&mut self, subjects: Vec<Subject>) -> Vec<Effect> {
        let mut effects = self.stop_gesture();
        effects.extend(self.select(subjects.into_iter().filter(|subject| *subject != Subject::Design).collect()));
        if let Some(rect) = self.selection_rect() {
            self.camera = view::showing(&self.camera, &rect);
        }
        effects.push(Effect::Redraw);
        effects
    }

    // --- Files ---

    fn open(&mut self, name: &str, text: &str) -> Vec<Effect> {
        match io::load(text) {
            Ok(loaded) => {
                let told = told(name, &loaded.repairs);
                self.replace(loaded.design, loaded.read_only, told)
            }
            Err(error) => vec![Effect::Complain(format!("{name} cannot be opened: {error}"))],
        }
    }

    fn replace(&mut self, design: Design, read_only: Option<String>, told: String) -> Vec<Effect> {
        let mut effects = self.stop_gesture();
        self.design = design;
        self.read_only = read_only;
        self.history = History::default();
        self.report = None;
        self.tool = ToolKind::Select;
        self.cable = None;
        self.hover = None;
        self.design_changed(None);
        effects.extend(self.select(Selection::new()));
        effects.push(Effect::Replaced { revision: self.revision });
        effects.extend(self.zoom(Zoom::Fit));
        if !told.is_empty() {
            effects.push(Effect::Say(told));
        }
        effects
    }

    /// The name a file of the design is saved under: its own name, in letters every file system takes.
    fn file_name(&self) -> String {
        let plain: String =
            self.design.meta.name.chars().take(80).map(|letter| if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { '-' }).collect();
        let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
        if words.is_empty() { "design.weft.json".to_owned() } else { format!("{}.weft.json", words.join("-")) }
    }
}

/// What is said of a file that was repaired while it was read.
fn told(name: &str, repairs: &[String]) -> String {
    match repairs {
        [] => String::new(),
        [one] => format!("Opened {name} and repaired it: {one}"),
        [first, second] => format!("Opened {name} and repaired it: {first}; {second}"),
        [first, second, more @ ..] => format!("Opened {name} and repaired it: {first}; {second}; and {} more", more.len()),
    }
}

fn change_settings(draft: &mut Draft, settings: Settings) -> Result<Outcome, String> {
    if let Some((code, _)) = settings.thresholds.iter().find(|(_, value)| !value.is_finite()) {
        return Err(format!("The threshold of {code} is not a number"));
    }
    if settings.message.is_some_and(|size| !size.is_finite() || size.0 < 0.0) {
        return Err("A message has 0 bytes or more".to_owned());
    }
    if let Some(end) = settings.pair.iter().flat_map(|(a, b)| [a, b]).find(|end| !draft.design().nodes.contains(end.node)) {
        return Err(format!("There is no {end} in this design"));
    }
    draft.update_meta(|meta| meta.settings = settings);
    Ok(Outcome::named("Change settings"))
}

/// The largest budget in cents that every JSON reader keeps exact: 2^53 - 1.
const LARGEST_BUDGET: Cents = Cents(9_007_199_254_740_991);

/// Adds a requirement, in place of one of the same kind for the same fabric.
fn require(draft: &mut Draft, kind: RequirementKind, fabric: Option<crate::model::FabricId>) -> Result<Outcome, String> {
    let sound = match kind {
        RequirementKind::Bisection(rate) => rate.is_finite() && rate.0 >= 0.0,
        RequirementKind::Budget(cents) => (0..=LARGEST_BUDGET.0).contains(&cents.0),
        RequirementKind::Latency(latency) => latency.is_finite() && latency.0 >= 0.0,
        RequirementKind::Oversubscription(ratio) => ratio.is_finite() && ratio.0 >= 0.0,
        RequirementKind::Power(power) => power.is_finite() && power.0 >= 0.0,
    };
    if !sound {
        return Err("A requirement is a number of 0 or more; a budget has at most 13 digits before the point".to_owned());
    }
    if let Some(id) = fabric.filter(|id| !draft.design().fabrics.contains(*id)) {
        return Err(format!("There is no fabric {id} in this design"));
    }
    let same = |other: &Requirement| std::mem::discriminant(&other.kind) == std::mem::discriminant(&kind) && other.fabric == fabric;
    let present = draft.design().requirements.iter().find(|(_, other)| same(other)).map(|(id, _)| id);
    match present {
        Some(id) => {
            draft.update::<Requirement>(id, |requirement| requirement.kind = kind);
        }
        None => {
            draft.push(Requirement { kind, fabric, extra: crate::model::Extra::default() }).ok_or("There are too many requirements")?;
        }
    }
    Ok(Outcome::named("Require"))
}
