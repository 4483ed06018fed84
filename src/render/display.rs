//! The display list: flat commands in drawing order, in drawing units, with colour roles.
//!
//! How to replay it: set the transform of the camera (`view = (drawing - camera.origin) * camera.zoom`), fill the canvas with
//! [`Colour::Paper`], then draw `still` and after it `lively`, each in order. Places, radii, rectangles and font sizes are drawing
//! units; stroke widths, the size of a [`Mark`] and the dots of the grid are view pixels. A command's `opacity` goes for all it draws,
//! fill, stroke and text; a stroke's own opacity is multiplied with it.

use std::sync::Arc;

use crate::model::Subject;
use crate::scene::Distance;
use crate::units::{Point, Rect};

/// What a colour means. The page turns it into a colour of the theme; both themes keep 4.5:1 for text and 3:1 for lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Colour {
    /// The canvas itself.
    Paper,
    /// Dots of the grid.
    Grid,
    /// Floating cards.
    Panel,
    /// Hairlines.
    Line,
    /// Text of the first rank.
    Ink,
    /// Text of the second rank.
    Ink2,
    /// Text of the third rank.
    Ink3,
    /// Selection and focus.
    Accent,
    /// Behind what is selected.
    AccentSoft,
    /// Scale-up links and XPUs: NVLink.
    ScaleUp,
    /// InfiniBand.
    InfiniBand,
    /// Ethernet.
    Ethernet,
    /// Management and anything without a layer.
    Neutral,
    /// Optics.
    Optic,
    /// Errors.
    Error,
    /// Behind errors.
    ErrorSoft,
    /// Warnings.
    Warning,
    /// Behind warnings.
    WarningSoft,
    /// All is well.
    Good,
    /// The inside of a rack or a group.
    Rack,
    /// The body of a part.
    Metal,
    /// The edge of a part.
    MetalEdge,
    /// The edge of a cage.
    Cage,
    /// A step of the scale of loads, from 0.
    Load(u8),
    /// A class of things, from 0; colours repeat.
    Class(u8),
}

/// How a line is broken. Colour never speaks alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dash {
    /// Unbroken.
    #[default]
    Solid,
    /// 6 on, 4 off: a finding.
    Dashed,
    /// 2 on, 3 off: rests on a recalled figure, or not placed yet.
    Dotted,
}

/// A stroke. `width` is in view pixels, so a line stays readable at any zoom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Its colour.
    pub colour: Colour,
    /// Its width in view pixels.
    pub width: f32,
    /// How it is broken.
    pub dash: Dash,
    /// 0 invisible to 1 opaque.
    pub opacity: f32,
}

impl Line {
    /// A solid, opaque stroke.
    pub const fn solid(colour: Colour, width: f32) -> Self {
        Self { colour, width, dash: Dash::Solid, opacity: 1.0 }
    }
}

/// Which type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Font {
    /// Height in drawing units (it scales with the zoom) .
    pub size: f32,
    /// Whether of the first rank.
    pub bold: bool,
    /// Its colour.
    pub colour: Colour,
    /// The ground around the letters, for text that lies over lines.
    pub halo: Option<Colour>,
}

/// How wide the ground around letters is, in view pixels.
pub const HALO: f32 = 3.5;

/// How text meets its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// Starts there.
    #[default]
    Start,
    /// Centred there.
    Middle,
    /// Ends there.
    End,
}

/// A small sign beside a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A disc: an error.
    Disc,
    /// A triangle: a warning.
    Triangle,
    /// A ring: information.
    Ring,
}

/// Something to draw, in drawing units.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A box with rounded corners.
    Box {
        /// Where.
        rect: Rect,
        /// Radius of its corners, in drawing units.
        radius: f32,
        /// Its inside.
        fill: Option<Colour>,
        /// Its edge.
        line: Option<Line>,
    },
    /// Many equal-looking small boxes (cages, XPUs), drawn in one go.
    Boxes {
        /// Where.
        rects: Vec<Rect>,
        /// Radius of their corners.
        radius: f32,
        /// Their inside.
        fill: Option<Colour>,
        /// Their edge.
        line: Option<Line>,
    },
    /// A cubic curve.
    Curve {
        /// From.
        from: Point,
        /// First control point.
        c1: Point,
        /// Second control point.
        c2: Point,
        /// To.
        to: Point,
        /// Its stroke.
        line: Line,
    },
    /// Many cubic curves of one stroke, drawn in one go: from, control, control, to.
    Curves {
        /// The curves.
        curves: Vec<[Point; 4]>,
        /// Their stroke.
        line: Line,
    },
    /// Straight pieces joined.
    Polyline {
        /// The corners.
        points: Vec<Point>,
        /// Its stroke.
        line: Line,
    },
    /// Text on one line; control characters are already gone.
    Text {
        /// Where its baseline meets [`Align`].
        at: Point,
        /// The text.
        text: String,
        /// How wide it may be in drawing units before it is shortened with an ellipsis.
        width: f32,
        /// Its type.
        font: Font,
        /// How it meets its place.
        align: Align,
    },
    /// Dots on every crossing of a grid, so that a thousand dots are one command (a page draws them with a pattern).
    Grid {
        /// Where there are dots.
        area: Rect,
        /// Between two dots, in drawing units; dots lie at whole multiples of it.
        step: f64,
        /// Radius of a dot in view pixels.
        radius: f32,
        /// Its colour.
        colour: Colour,
    },
    /// A sign of fixed size in view pixels.
    Sign {
        /// Its middle.
        at: Point,
        /// Which.
        mark: Mark,
        /// Its colour.
        colour: Colour,
        /// Its height in view pixels.
        size: f32,
    },
}

/// A shape and what it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// What it stands for; `None` is decoration (the grid).
    pub subject: Option<Subject>,
    /// 0 invisible to 1 opaque, for everything of the shape. Details fade in with it where one distance becomes the next.
    pub opacity: f32,
    /// What to draw.
    pub shape: Shape,
}

impl Command {
    /// An opaque shape that stands for `subject`.
    pub fn of(subject: Subject, shape: Shape) -> Self {
        Self { subject: Some(subject), opacity: 1.0, shape }
    }
    /// An opaque shape that stands for nothing.
    pub fn decoration(shape: Shape) -> Self {
        Self { subject: None, opacity: 1.0, shape }
    }
    /// The same, seen through.
    pub fn faded(self, opacity: f32) -> Self {
        Self { opacity: self.opacity * opacity, ..self }
    }
    /// How many things it draws: boxes, curves, corners, texts, signs. The grid is one.
    pub fn primitives(&self) -> usize {
        match &self.shape {
            Shape::Boxes { rects, .. } => rects.len(),
            Shape::Curves { curves, .. } => curves.len(),
            Shape::Box { .. } | Shape::Curve { .. } | Shape::Grid { .. } | Shape::Polyline { .. } | Shape::Sign { .. } | Shape::Text { .. } => 1,
        }
    }
}

/// Everything to draw, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct DisplayList {
    /// How near.
    pub distance: Distance,
    /// What does not move while a gesture lasts. Shared, so that a frame that only pans copies nothing.
    pub still: Arc<Vec<Command>>,
    /// Differs whenever `still` does. As long as it and the camera are the same, a page may keep its picture of `still` and draw
    /// only `lively` anew. While only the camera's origin moves, it may shift that picture.
    pub still_key: u64,
    /// What does move: the gesture and what it drags, hover, guides.
    pub lively: Vec<Command>,
}

impl DisplayList {
    /// All commands in drawing order.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        self.still.iter().chain(&self.lively)
    }
    /// How many things it draws.
    pub fn primitives(&self) -> usize {
        self.commands().map(Command::primitives).sum()
    }
    /// How many curves it draws; strokes are what Canvas 2D is slow at.
    pub fn curves(&self) -> usize {
        self.commands().filter(|command| matches!(command.shape, Shape::Curve { .. } | Shape::Curves { .. })).map(Command::primitives).sum()
    }
}
