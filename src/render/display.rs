//! The display list: flat commands in drawing order, in drawing units, with colour roles.

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
}

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
    /// What to draw.
    pub shape: Shape,
}

/// Everything to draw, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct DisplayList {
    /// How near.
    pub distance: Distance,
    /// What does not move while a gesture lasts.
    pub still: Vec<Command>,
    /// What does: the gesture, hover, guides.
    pub lively: Vec<Command>,
}
