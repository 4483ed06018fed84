//! What the page remembers besides the design: open panels, dialogs, toasts, and how saving and the engine are doing.
//! All of it lasts as long as the page.

use std::rc::Rc;
use std::sync::Arc;

use wasm_bindgen::JsValue;

use crate::editor::Clip;
use crate::editor::overlay::Measure;
use crate::engine::ask::Told;
use crate::engine::digest::Asked;
use crate::engine::estimate::traffic::{Row, Traffic};
use crate::model::{Element, PartId, PortRef, Subject};
use crate::units::{Point, SortedSet};

/// The state of the page around the session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ui {
    /// Which colours.
    pub theme: ThemeChoice,
    /// What the left column shows.
    pub left: LeftTab,
    /// What the right column shows.
    pub right: RightTab,
    /// Which column is open as a drawer where the page is narrow.
    pub drawer: Option<Side>,
    /// The dialog in front.
    pub dialog: Option<Dialog>,
    /// What was said lately, oldest first.
    pub toasts: Vec<Toast>,
    /// How saving is doing.
    pub saving: Saving,
    /// How the engine is doing.
    pub engine: EngineState,
    /// What the wheel does.
    pub wheel: WheelChoice,
    /// The part whose page or form is open.
    pub part: Option<PartId>,
    /// A part on its way from the palette to the canvas, with the pointer in page pixels.
    pub dragged: Option<(PartId, Point)>,
    /// Parts offered where a link was dropped on nothing.
    pub offer: Option<Offer>,
    /// Whether the floor plan stands in place of the drawing.
    pub floor: bool,
    /// What traffic is looked at.
    pub traffic: Looked,
    /// The message whose latency and collectives are looked at, in bytes; `None` is the design's.
    pub message: Option<f64>,
    /// Which findings are listed.
    pub findings: Asked,
    /// The selection whose finding card was closed.
    pub shut_card: Option<Arc<SortedSet<Subject>>>,
    /// What is being given another name where it stands.
    pub renaming: Option<Subject>,
    /// Where the context menu is open, in view pixels.
    pub context_menu: Option<Point>,
    /// A design that is being read in the worker.
    pub busy: Option<Busy>,
    /// Whether the first drawing was seen: what else the page shows need not wait any more.
    pub seen: bool,
    /// Whether the design is to be looked at only.
    pub viewing: bool,
    /// Whether the start (address, storage) is over, so that an empty canvas is really empty.
    pub started: bool,
    /// The estimate whose reasons are shown.
    pub explained: Option<String>,
    /// What was copied last.
    pub copied: Option<Copied>,
    /// What was said to assistive technology only.
    pub announced: String,
}

/// What was put on the clipboard: its text, for browsers that keep the clipboard closed, and what that text stands for, so that what
/// was copied here need not be read to be pasted.
#[derive(Clone, Debug)]
pub struct Copied {
    /// The text, as the browser has it.
    pub text: JsValue,
    /// What it stands for, if it was copied out of the design.
    pub clip: Option<Arc<Clip>>,
}

impl PartialEq for Copied {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// A longer work in progress, which can be stopped.
#[derive(Clone, Debug, PartialEq)]
pub struct Busy {
    /// What is done: `Reading fabric.json…`.
    pub words: String,
    /// How much of it is done, from 0 to 1; `None` is not known yet.
    pub part: Option<f64>,
    /// The worker's job.
    pub job: u32,
}

/// What traffic is looked at, and what it gets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Looked {
    /// The pattern.
    pub pattern: Traffic,
    /// Whether links are coloured by it, and by what of it.
    pub coloured: bool,
    /// What of it links are coloured by.
    pub measure: Measure,
    /// What was selected last that sends and receives: one thing, or two.
    pub ends: Vec<Element>,
    /// The matrix as it was typed, its rows, and what is wrong with it.
    pub matrix: (String, Rc<Vec<Row>>, Option<String>),
    /// What was answered last.
    pub found: Option<Rc<Found>>,
    /// The workload and the axis by whose groups XPUs are coloured.
    pub ranks: Option<(String, String)>,
}

/// A question about traffic. Two are equal if they say the same of the same table.
#[derive(Clone, Debug)]
pub struct Question {
    /// The pattern.
    pub pattern: Traffic,
    /// What is said of it, as text.
    pub head: String,
    /// The rows of its table.
    pub rows: Rc<Vec<Row>>,
}

impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        self.pattern == other.pattern && Rc::ptr_eq(&self.rows, &other.rows) && self.head == other.head
    }
}

/// What was answered. Two are equal if they answer the same question about the same revision.
#[derive(Clone, Debug)]
pub struct Found {
    /// Of which revision.
    pub revision: u64,
    /// To which question.
    pub question: Question,
    /// The answer, or why there is none.
    pub told: Result<Told, String>,
    /// What is carried and possible on each link, then on the wires inside systems, in Gb/s.
    pub loads: Arc<Vec<f32>>,
    /// How many of these are links.
    pub links: usize,
}

impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        self.revision == other.revision && self.question == other.question
    }
}

/// Which colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// As the system has it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl ThemeChoice {
    /// The word it is kept and addressed under.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::System => "system",
        }
    }
    /// Reads [`ThemeChoice::key`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Dark, Self::Light, Self::System].into_iter().find(|choice| choice.key() == text)
    }
}

/// What the left column shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LeftTab {
    /// Parts to place.
    #[default]
    Parts,
    /// The drawing as a tree of words.
    Outline,
}

/// What the right column shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RightTab {
    /// What is wrong.
    #[default]
    Findings,
    /// How fast it is.
    Estimates,
    /// What breaks it.
    Failures,
    /// What traffic gets, and what holds it back.
    Traffic,
    /// What is selected.
    Inspector,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Parts and outline.
    Left,
    /// Findings, estimates, inspector.
    Right,
}

/// A dialog in front of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Every command, to be found by typing.
    Commands,
    /// Designs and scenarios beside the open design.
    Compare,
    /// From the selected port or node to another.
    Connect,
    /// Designs to start from, the first example chosen.
    Examples,
    /// What is known of a part.
    Part,
    /// The form for a part of one's own.
    PartForm(Start),
    /// Names of the selection by a pattern.
    Pattern,
    /// An array of copies of the selection.
    Repeat,
    /// What has to be bought and what it costs.
    Purchase(Purchase),
    /// After failed starts: the raw data, or an empty design.
    Rescue,
    /// Every key.
    Shortcuts,
    /// Designs to start from, this template chosen, or the first.
    Templates(Option<&'static str>),
}

/// What the form for a part begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Nothing.
    Blank,
    /// The own part whose page is open.
    Change,
    /// A copy of the part whose page is open.
    Copy,
}

/// A page of the dialog about buying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purchase {
    /// What is assumed of floor, money and energy.
    Assumptions,
    /// The cable schedule.
    Cables,
    /// The bill of materials.
    Materials,
}

/// Something said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Its number.
    pub id: u32,
    /// One sentence.
    pub text: String,
    /// Whether something went wrong.
    pub complaint: bool,
}

/// How saving is doing. Green only after the browser said that the data is on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Saving {
    /// Nothing to save yet.
    #[default]
    Nothing,
    /// On its way.
    Pending,
    /// All of it is kept.
    Saved,
    /// Another tab is the writer of this design.
    Elsewhere,
    /// It failed, for this reason.
    Failed(String),
}

/// How the engine is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EngineState {
    /// Its worker is starting.
    #[default]
    Starting,
    /// It is evaluating.
    Working,
    /// The report is current.
    Current,
    /// It runs in the page, for this reason.
    InPage(String),
}

/// What the wheel does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WheelChoice {
    /// Zooms, unless the movement looks like two fingers on a trackpad.
    #[default]
    Auto,
    /// Zooms.
    Mouse,
    /// Pans; with Ctrl it zooms.
    Trackpad,
}

impl WheelChoice {
    /// The word it is kept under.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Mouse => "mouse",
            Self::Trackpad => "trackpad",
        }
    }
    /// Reads [`WheelChoice::key`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Auto, Self::Mouse, Self::Trackpad].into_iter().find(|choice| choice.key() == text)
    }
}

/// Parts offered where a link was dropped on nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The port the link starts at.
    pub from: PortRef,
    /// Where, in view pixels.
    pub at: Point,
}
