//! Cubic curves: how a link runs between two ports, and what is near it.

use crate::units::{Point, Rect};

/// A cubic curve: from, control, control, to.
pub type Curve = [Point; 4];

/// Where a link leaves a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// Upward.
    Up,
    /// Downward.
    Down,
    /// To the right: links within one rack, and to a neighbour.
    Right,
    /// To the left, to a neighbour.
    Left,
}

/// What a link's end hangs on: the port, and the box it must leave (the node, or the rack it stands in).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Anchor {
    pub port: Rect,
    pub hull: Rect,
    /// The node itself, for links within one rack.
    pub node: Rect,
    pub racked: bool,
}

/// How the nodes at the ends of a link stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// They are one node.
    Same,
    /// Endpoints of one kind: they stand in rows and columns of their like, never in tiers.
    Peers,
    /// Anything else.
    Apart,
}

/// The sides on which a link between two anchors leaves them.
pub(crate) fn sides(a: &Anchor, b: &Anchor, same_rack: bool, standing: Standing) -> [Side; 2] {
    let in_column = standing == Standing::Peers && !a.racked && !b.racked && (are_far_in_column(&a.hull, &b.hull) || are_far_in_column(&b.hull, &a.hull));
    if (same_rack && standing != Standing::Same) || in_column {
        [Side::Right, Side::Right]
    } else if is_above(&a.hull, &b.hull) {
        [Side::Down, Side::Up]
    } else if is_above(&b.hull, &a.hull) {
        [Side::Up, Side::Down]
    } else if a.racked || b.racked {
        // Between racks side by side cables run overhead.
        [Side::Up, Side::Up]
    } else if are_neighbours(&a.hull, &b.hull) {
        [Side::Right, Side::Left]
    } else if are_neighbours(&b.hull, &a.hull) {
        [Side::Left, Side::Right]
    } else {
        [Side::Down, Side::Down]
    }
}

/// Whether a link can leave `upper` downward and reach `lower` from above: there is a gap, and one to see the way in if they do
/// not stand over each other.
fn is_above(upper: &Rect, lower: &Rect) -> bool {
    const CLEAR: f64 = 24.0;
    let over = upper.x < lower.right() && lower.x < upper.right();
    lower.y - upper.bottom() >= if over { 0.0 } else { CLEAR }
}

/// Whether `right` stands beside `left`, so near that nothing of their size has room between them.
fn are_neighbours(left: &Rect, right: &Rect) -> bool {
    let gap = right.x - left.right();
    gap >= 0.0 && gap <= left.width.min(right.width) && (left.center().y - right.center().y).abs() <= left.height.min(right.height) / 2.0
}

/// Whether `lower` stands below `upper` with room for another of their size between them: a straight link would run behind it.
fn are_far_in_column(upper: &Rect, lower: &Rect) -> bool {
    let gap = lower.y - upper.bottom();
    gap >= upper.height.min(lower.height) && (upper.center().x - lower.center().x).abs() <= upper.width.min(lower.width) / 2.0
}

/// Where a link leaves on a side.
pub(crate) fn exit(anchor: &Anchor, side: Side) -> Point {
    let port = anchor.port.center();
    match side {
        Side::Up => Point::new(port.x, anchor.hull.y),
        Side::Down => Point::new(port.x, anchor.hull.bottom()),
        Side::Right if anchor.racked => Point::new(anchor.node.right(), port.y),
        Side::Right => Point::new(anchor.hull.right(), beside(anchor)),
        Side::Left => Point::new(anchor.hull.x, beside(anchor)),
    }
}

/// How high a link leaves to a neighbour: the ports of a row from top to bottom, so that parallel links stay apart.
fn beside(anchor: &Anchor) -> f64 {
    let hull = &anchor.hull;
    let share = if hull.width > 0.0 { ((anchor.port.center().x - hull.x) / hull.width).clamp(0.0, 1.0) } else { 0.5 };
    hull.y + hull.height * (0.2 + 0.6 * share)
}

/// A curve with vertical (within one rack: horizontal) tangents at both ends.
pub(crate) fn between(from: Point, to: Point, sides: [Side; 2]) -> Curve {
    match sides {
        [Side::Right, Side::Left] | [Side::Left, Side::Right] => {
            let middle = (from.x + to.x) / 2.0;
            [from, Point::new(middle, from.y), Point::new(middle, to.y), to]
        }
        [Side::Right | Side::Left, _] | [_, Side::Right | Side::Left] => {
            // Three quarters of it are reached: less than what is between two columns.
            let out = (16.0 + (from.y - to.y).abs() * 0.12).min(80.0);
            let x = from.x.max(to.x) + out;
            [from, Point::new(x, from.y), Point::new(x, to.y), to]
        }
        [Side::Up, Side::Up] => {
            // High enough to run above the titles of the groups that the racks stand in, and to cross them upright.
            let y = from.y.min(to.y) - (60.0 + (from.x - to.x).abs() * 0.14).min(190.0);
            [from, Point::new(from.x, y), Point::new(to.x, y), to]
        }
        [Side::Down, Side::Down] => {
            // However far it goes it stays in the gap below its row, and farther ones lie lower.
            let far = (from.x - to.x).abs();
            let y = from.y.max(to.y) + 24.0 + 44.0 * far / (far + 300.0);
            [from, Point::new(from.x, y), Point::new(to.x, y), to]
        }
        _ => {
            let middle = (from.y + to.y) / 2.0;
            [from, Point::new(from.x, middle), Point::new(to.x, middle), to]
        }
    }
}

/// The place at `t` in 0..=1 of a curve.
pub fn point_at(curve: &Curve, t: f64) -> Point {
    let [a, b, c, d] = curve;
    let s = 1.0 - t;
    let (wa, wb, wc, wd) = (s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t);
    Point::new(wa * a.x + wb * b.x + wc * c.x + wd * d.x, wa * a.y + wb * b.y + wc * c.y + wd * d.y)
}

/// A box that holds the whole curve (the box of its control points).
pub fn hull(curve: &Curve) -> Rect {
    let [a, b, c, d] = *curve;
    Rect::spanning(a, d).union(&Rect::spanning(b, c))
}

/// How far a place is from a curve. Looks at 24 straight pieces; exact to a fraction of a pixel for curves of a screen's size.
pub fn distance(curve: &Curve, place: Point) -> f64 {
    const PIECES: u32 = 24;
    let mut least = f64::INFINITY;
    let mut before = curve[0];
    for step in 1..=PIECES {
        let after = point_at(curve, f64::from(step) / f64::from(PIECES));
        least = least.min(segment_distance(before, after, place));
        before = after;
    }
    least
}

/// Whether a curve runs through a box, looking at the boxes around so many straight pieces.
pub(crate) fn crosses(curve: &Curve, area: &Rect, pieces: u32) -> bool {
    let mut before = curve[0];
    (1..=pieces).any(|step| {
        let after = point_at(curve, f64::from(step) / f64::from(pieces));
        let piece = Rect::spanning(before, after);
        before = after;
        piece.intersects(area)
    })
}

fn segment_distance(a: Point, b: Point, place: Point) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let length = dx * dx + dy * dy;
    let t = if length > 0.0 { (((place.x - a.x) * dx + (place.y - a.y) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    place.distance(Point::new(a.x + t * dx, a.y + t * dy))
}

/// The mean of curves that all run the same way. `None` of none.
pub(crate) fn mean(curves: impl Iterator<Item = Curve>) -> Option<Curve> {
    let mut sum = [Point::default(); 4];
    let mut count = 0.0;
    for curve in curves {
        for (total, point) in sum.iter_mut().zip(curve) {
            *total = total.shifted(point.x, point.y);
        }
        count += 1.0;
    }
    (count > 0.0).then(|| sum.map(|total| Point::new(total.x / count, total.y / count)))
}

/// A curve between the facing edges of two boxes, from middle to middle.
pub fn between_boxes(a: &Rect, b: &Rect) -> Curve {
    let anchor = |rect: &Rect| Anchor { port: *rect, hull: *rect, node: *rect, racked: true };
    let (from, to) = (anchor(a), anchor(b));
    let sides = sides(&from, &to, false, Standing::Apart);
    between(exit(&from, sides[0]), exit(&to, sides[1]), sides)
}
