//! What can be asked of a session, and what it asks in return.

use std::sync::Arc;

use super::clipboard::Clip;
use super::opening::Drawn;
use crate::engine::diagnostics::Fix;
use crate::model::{
    Breakout, Element, FabricId, GroupKind, LinkId, NodeId, Outage, Part, PartId, Patch, PortRef, Price, RackId, RequirementKind, Settings, Subject,
};
use crate::units::{Point, RackUnits, Rect};

use super::scenarios::ScenarioStep;
use super::workloads::WorkloadStep;

/// Something the user wants. The only way to change a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// Joins two ports with a link, with the best fitting cable where one is known.
    Connect {
        /// The ports.
        ends: [PortRef; 2],
        /// The cable; `None` chooses.
        part: Option<PartId>,
    },
    /// Joins the first free fitting ports of two nodes, `count` times.
    ConnectNodes {
        /// From.
        a: NodeId,
        /// To.
        b: NodeId,
        /// How many links.
        count: u16,
    },
    /// Joins both sides of what is selected: systems with switches, or switches with those above them.
    Join {
        /// How many links each pair gets.
        count: u16,
        /// The n-th port of each system goes to the n-th switch instead, round and round.
        rails: bool,
    },
    /// Puts a part on the canvas with its middle at `at`; into the rack under it, if there is one and it fits.
    Place {
        /// The part.
        part: PartId,
        /// Where, in drawing units.
        at: Point,
    },
    /// Places a node and joins its first fitting port with `from`, in one step: the answer to [`Effect::OfferParts`].
    PlaceConnected {
        /// The part.
        part: PartId,
        /// Where its middle comes to stand, in drawing units.
        at: Point,
        /// The port it is joined with.
        from: PortRef,
    },
    /// Takes the selection out, links of deleted nodes with it.
    Delete,
    /// Copies the selection in place, inner links with it.
    Duplicate,
    /// Copies the selection several times, in one step; inner links come along with each copy.
    Repeat {
        /// How many copies.
        count: u16,
        /// Where they come to stand.
        along: Along,
    },
    /// Puts the selection on the clipboard as text.
    Copy,
    /// Copies, then deletes.
    Cut,
    /// Puts clipboard text into the design with its middle at `at`.
    Paste {
        /// What the clipboard holds.
        text: String,
        /// Where; `None` is near the original.
        at: Option<Point>,
    },
    /// The same with what was copied in this session, or was read from a text before.
    PasteClip {
        /// What to put in.
        clip: Arc<Clip>,
        /// As for [`Intent::Paste`].
        at: Option<Point>,
    },
    /// Moves the selection.
    Nudge {
        /// Right, in drawing units.
        dx: f64,
        /// Down.
        dy: f64,
    },
    /// Mounts a node in a rack, or takes it out with `None`.
    Mount {
        /// The node.
        node: NodeId,
        /// The rack and its lowest unit there.
        rack: Option<(RackId, RackUnits)>,
    },
    /// Changes one field of all selected things (or of `subjects`) that have it.
    Edit {
        /// What to change; empty is the selection.
        subjects: Vec<Subject>,
        /// The field with its new value.
        field: Field,
    },
    /// Takes one end of a link to another port.
    MoveEnd {
        /// The link.
        link: LinkId,
        /// 0 or 1.
        end: u8,
        /// Where to.
        to: PortRef,
    },
    /// Splits a cage, or joins it again with `None`.
    BreakOut {
        /// The cage.
        port: PortRef,
        /// How.
        breakout: Option<Breakout>,
    },
    /// Puts selected nodes and racks into a new group.
    Group(GroupKind),
    /// Dissolves selected groups.
    Ungroup,
    /// Lays the selection out (all, if nothing is selected).
    Layout,
    /// Forbids editing for the time being, for this reason, or allows it again. Another design may still be opened.
    Lock(Option<String>),
    /// Lines the selection up.
    Align(Align),
    /// Switches these (or what is selected) off in the scenario that is looked at, and makes one where there is none; on again what is all off.
    Fail(Vec<Outage>),
    /// Adds, shows, renames or deletes a scenario.
    Scenario(ScenarioStep),
    /// Adds, changes or deletes a training job of the design.
    Workload(WorkloadStep),
    /// Carries a fix out.
    ApplyFix(Fix),
    /// Shows what an intent would do before it is carried out, or stops showing it. Shown are fixes, patches and arrays of copies.
    Preview(Option<Box<Intent>>),
    /// Carries a patch out (template, import, scenario) as one step with this name.
    ApplyPatch {
        /// The name of the undo step.
        name: String,
        /// The patch.
        patch: Patch,
    },
    /// Replaces the settings of the design.
    Settings(Box<Settings>),
    /// Chooses the pair that is estimated, or lets the engine choose.
    Pair(Option<(Element, Element)>),
    /// Keeps a part as the design's own, in place of its own part of the same id.
    PutPart {
        /// The part.
        part: Box<Part>,
        /// What it costs new; `None` is not known.
        price: Option<Price>,
    },
    /// Removes an own part that nothing uses.
    RemovePart(PartId),
    /// Adds a requirement.
    Require(RequirementKind, Option<FabricId>),
    /// Takes the last step back.
    Undo,
    /// Does the last undone step again.
    Redo,
    /// Selects.
    Select {
        /// What.
        subjects: Vec<Subject>,
        /// In place of, or besides, what is selected.
        extend: Extend,
    },
    /// Selects everything.
    SelectAll,
    /// Selects what is like the selection: racks and nodes of one part that are joined alike, links by one cable between such; where that
    /// is selected already, all of that part or cable.
    SelectAlike,
    /// Leaves the gesture, the tool, the selection: the nearest of them.
    Escape,
    /// Takes a tool.
    Tool(ToolKind),
    /// Something of the pointer on the canvas.
    Pointer(PointerEvent),
    /// A part is dragged from the palette over the canvas, with the pointer here (`None`: left the canvas).
    DragPart {
        /// The part.
        part: PartId,
        /// The pointer, in view pixels.
        at: Option<Point>,
    },
    /// Moves the view by view pixels.
    Pan {
        /// Right.
        dx: f64,
        /// Down.
        dy: f64,
    },
    /// Changes the zoom.
    Zoom(Zoom),
    /// Shows these things: selects them and brings them into view.
    Reveal(Vec<Subject>),
    /// The canvas has a new size in view pixels.
    Resize {
        /// Width.
        width: f64,
        /// Height.
        height: f64,
    },
    /// Opens the text of a design file in place of the open design.
    Open {
        /// Its name, for messages.
        name: String,
        /// The text.
        text: String,
    },
    /// Opens a design that was read or made elsewhere (autosave, worker, template) in place of the open one.
    OpenDesign {
        /// The design, and what was made of its drawing.
        drawn: Box<Drawn>,
        /// What the user is told; empty says nothing.
        told: String,
        /// Why it may not be edited, if it may not.
        read_only: Option<String>,
        /// Whether undo brings the design back that was open before.
        returns: bool,
    },
    /// Opens a fresh design.
    New,
    /// Saves as a file.
    Save,
}

/// A field of the inspector with its new value.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// Of nodes, racks, groups, fabrics.
    Name(String),
    /// Of nodes, racks, groups, fabrics: names by a pattern of [`crate::engine::labels`].
    Pattern(String),
    /// Of nodes and racks.
    Part(PartId),
    /// Of links.
    Cable(Option<PartId>),
    /// Of links, as typed: `5 m`; empty is unknown.
    Length(String),
    /// Of links, as typed: `400G`; empty is what ports and cable give.
    Rate(String),
    /// Of links, as typed: `300 ns`.
    Latency(String),
    /// Of links.
    Fabric(Option<FabricId>),
    /// Of nodes.
    Pinned(bool),
    /// Of nodes.
    Transit(Option<bool>),
    /// Of racked nodes, as typed: `12`.
    RackUnit(String),
    /// Of nodes and racks: x, as typed.
    X(String),
    /// Of nodes and racks: y, as typed.
    Y(String),
    /// Of generic nodes: how many ports, as typed.
    Ports(String),
    /// Of racks on the floor: so many columns and lines of tiles farther.
    Tiles(i32, i32),
    /// Of racks that stand on no tile: the next free ones, ten to a line.
    OnFloor,
    /// Of links: a new fabric, to which they belong from then on. Without links just the fabric, which is then selected.
    NewFabric,
    /// Of fabrics, nodes, racks and the design: a setting by its name in the file, as typed; empty is what holds without.
    Setting(String, String),
    /// Of fabrics and the design: what it must reach, by its word in the file, as typed; empty asks nothing.
    Requirement(String, String),
    /// Of the design: the threshold of a rule by its code, as typed; empty is Weft's own.
    Threshold(String, String),
}

/// Where an array of copies comes to stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Along {
    /// Beside each other, with this gap in drawing units.
    Across {
        /// Between two copies.
        gap: f64,
    },
    /// Below each other, with this gap in drawing units.
    Down {
        /// Between two copies.
        gap: f64,
    },
    /// At the same unit of the next racks in reading order.
    Racks,
    /// In the same rack, with this many units free between two copies.
    Units {
        /// Between two copies.
        gap: u16,
        /// Downwards rather than upwards.
        down: bool,
    },
}

/// In place of, or besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extend {
    /// In place of what is selected.
    Replace,
    /// Besides it.
    Add,
    /// Out if it is in, in if it is out.
    Toggle,
}

/// How to line up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Left edges.
    Left,
    /// Middles, beside each other: one column.
    Centre,
    /// Right edges.
    Right,
    /// Top edges.
    Top,
    /// Middles, below each other: one row.
    Middle,
    /// Bottom edges.
    Bottom,
    /// Equal gaps from left to right.
    SpreadAcross,
    /// Equal gaps from top to bottom.
    SpreadDown,
}

/// Which tool is in hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToolKind {
    /// Select, move, marquee; a drag from a port connects.
    #[default]
    Select,
    /// Pan.
    Hand,
    /// Connect by click and click.
    Connect,
}

/// How to change the zoom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Zoom {
    /// By a factor, around a view pixel.
    By {
        /// More than 1 comes nearer.
        factor: f64,
        /// What stays where it is, in view pixels.
        around: Point,
    },
    /// One step nearer, around the middle.
    In,
    /// One step farther.
    Out,
    /// 100 %.
    Actual,
    /// All of the drawing.
    Fit,
    /// The selection.
    FitSelection,
    /// This part of the drawing, in drawing units.
    To(Rect),
}

/// Which button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerButton {
    /// The left button, a finger, a pen.
    Primary,
    /// The wheel button.
    Middle,
    /// The right button.
    Secondary,
}

/// Keys held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyMods {
    /// Shift.
    pub shift: bool,
    /// Ctrl, or Cmd on a Mac.
    pub command: bool,
    /// Alt.
    pub alt: bool,
    /// Space, which pans.
    pub space: bool,
}

/// Something of the pointer on the canvas; places are view pixels from the canvas' top left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PointerEvent {
    /// Pressed.
    Down {
        /// Where.
        at: Point,
        /// Which.
        button: PointerButton,
        /// Keys held.
        mods: KeyMods,
        /// Whether a finger, so that targets are larger.
        touch: bool,
    },
    /// Moved, pressed or not.
    Move {
        /// Where.
        at: Point,
        /// Keys held.
        mods: KeyMods,
    },
    /// Released.
    Up {
        /// Where.
        at: Point,
        /// Keys held.
        mods: KeyMods,
    },
    /// Pressed twice quickly; the page sends it after the second release.
    DoubleClick {
        /// Where.
        at: Point,
        /// Keys held.
        mods: KeyMods,
    },
    /// The browser took the pointer away (pinch, lost capture): the gesture ends as if never begun.
    Cancel,
    /// Left the canvas.
    Leave,
}

/// Colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

/// What the page must do. Asked for by a session, carried out by `app`.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// The drawing, the selection or the view changed: draw once in the next frame.
    Redraw,
    /// The design changed by this patch: send it to the engine, append it to the log, tell embedders. Holds the new revision.
    Changed {
        /// Counts the states of the design.
        revision: u64,
        /// What changed, shared with the history.
        patch: Arc<Patch>,
    },
    /// The whole design was replaced.
    Replaced {
        /// Counts the states of the design.
        revision: u64,
    },
    /// The selection changed.
    Selected,
    /// Put the text of this on the clipboard. Making it takes O(records), so that of a large one can wait for a task of its own.
    Copy(Arc<Clip>),
    /// Offer the design as a file.
    SaveFile {
        /// File name.
        name: String,
    },
    /// Say something: one sentence, shown and read aloud.
    Say(String),
    /// Say that something went wrong: one sentence with the cure.
    Complain(String),
    /// Open a port's menu of fitting parts here (a link was dropped on nothing), in view pixels.
    OfferParts {
        /// The port the link starts at.
        from: PortRef,
        /// Where.
        at: Point,
    },
    /// Bring the inspector up (double click); it shows the selection.
    OpenInspector,
    /// Open the menu of a thing (right button), or of the canvas, here in view pixels. The thing is already selected.
    OfferMenu {
        /// The thing; `None` is the canvas.
        subject: Option<Subject>,
        /// Where.
        at: Point,
    },
    /// Bring links' own page up.
    ShowLink(LinkId),
}
