//! Where things stand: placing parts, moving what is selected, mounting in racks, lining up.

use super::draft::{Draft, Outcome};
use super::intent::Align;
use super::naming::{Names, name_for};
use super::room::{Room, Slot, height_of, stacked};
use super::selection::{Reach, Selection, count_of};
use crate::catalog::Catalog;
use crate::model::{Design, Node, NodeId, Part, PartId, PartKind, Rack, RackId, Subject};
use crate::scene::{Scene, size_of};
use crate::units::{Point, RackUnits, Rect, SortedSet, order};

/// Distance of the grid that things snap to, in drawing units.
pub const GRID: f64 = 8.0;
/// Places are kept within this of the origin, in drawing units, so that arithmetic with them stays exact.
const FARTHEST: f64 = 1e7;

/// Where a dragged node will stand.
pub type Landing = (NodeId, RackId, RackUnits);

/// A place that is finite and not absurdly far out; `None` for NaN and infinities.
pub(super) fn sound(at: Point) -> Option<Point> {
    (at.x.is_finite() && at.y.is_finite()).then(|| Point::new(at.x.clamp(-FARTHEST, FARTHEST), at.y.clamp(-FARTHEST, FARTHEST)))
}

/// The nearest grid point.
pub(super) fn snapped(at: Point) -> Point {
    // Adding zero turns -0 into 0, which files and people would find odd.
    Point::new((at.x / GRID).round() * GRID + 0.0, (at.y / GRID).round() * GRID + 0.0)
}

/// Where a part would come to stand if it were dropped with its middle at `at`: its box, and the rack and unit it snaps to.
pub(super) fn placing(design: &Design, catalog: &Catalog, scene: &Scene, part: &Part, at: Point) -> (Rect, Option<(RackId, RackUnits)>) {
    let (width, height) = size_of(part);
    let corner = snapped(at.shifted(-width / 2.0, -height / 2.0));
    let free = Rect::new(corner.x, corner.y, width, height);
    let landing = height_of(part).filter(|_| part.kind != PartKind::Rack).and_then(|units| {
        let (rack, wanted) = scene.rack_slot(at, units)?;
        let room = Room::of(design, catalog, rack, &SortedSet::new())?;
        Some((rack, room.nearest(wanted, &[Slot { above: 0, height: units }])?))
    });
    match landing {
        Some((rack, u)) => (scene.slot_rect(rack, u, height_of(part).unwrap_or(RackUnits(1))).unwrap_or(free), Some((rack, u))),
        None => (free, None),
    }
}

/// Puts a node or a rack on the canvas with its middle at `at`, into the rack there if it has room.
pub(super) fn place(draft: &mut Draft, id: &PartId, at: Point) -> Result<Outcome, String> {
    let Some(part) = draft.part(id).cloned() else { return Err(format!("There is no part “{id}” in the catalogue")) };
    let Some(at) = sound(at) else { return Err("Drop it somewhere on the canvas".to_owned()) };
    let mut names = Names::of(draft.design());
    let name = name_for(draft.design(), &mut names, id, part.kind);
    let title = format!("Place {name}");
    let full = "There are too many things in this design";

    if part.kind == PartKind::Rack {
        let (rect, _) = placing(draft.design(), draft.catalog, draft.scene, &part, at);
        let rack = draft.push(Rack::new(id.clone(), name, Point::new(rect.x, rect.y))).ok_or(full)?;
        return Ok(Outcome::named(title).selecting(vec![Subject::Rack(rack)]));
    }

    let (rect, landing) = placing(draft.design(), draft.catalog, draft.scene, &part, at);
    let mut node = Node::new(id.clone(), name, Point::new(rect.x, rect.y));
    node.rack = landing.map(|(rack, _)| rack);
    node.u = landing.map(|(_, u)| u);
    let node = draft.push(node).ok_or(full)?;
    let outcome = Outcome::named(title).selecting(vec![Subject::Node(node)]);

    let displaced = no_slot(draft.design(), draft.scene, &part, at).filter(|_| landing.is_none());
    Ok(match displaced {
        Some(sentence) => outcome.saying(sentence),
        None => outcome,
    })
}

/// What is said of a part that is put over a rack without room for it.
pub(super) fn no_slot(design: &Design, scene: &Scene, part: &Part, at: Point) -> Option<String> {
    let units = height_of(part).filter(|_| part.kind != PartKind::Rack)?;
    let (rack, _) = scene.rack_slot(at, units)?;
    Some(format!("{} has no {units} free in one piece, so it stands beside the rack's nodes", design.rack_name(rack)))
}

/// What moves when the selection does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lift {
    /// The node or rack under the pointer; the others keep their place relative to it.
    pub grabbed: Option<Subject>,
    /// Racks, which carry what stands in them.
    pub racks: Vec<RackId>,
    /// Nodes that do not ride on one of those racks.
    pub nodes: Vec<NodeId>,
}

impl Lift {
    /// What moves when `selection` is dragged at `grabbed`.
    pub(super) fn of(design: &Design, selection: &Selection, grabbed: Option<Subject>) -> Self {
        let reach = Reach::of(design, selection);
        let nodes = reach.own_nodes(design).collect();
        Self { grabbed, racks: reach.racks.iter().copied().collect(), nodes }
    }
    /// Everything that moves, as subjects: racks, then nodes.
    pub fn subjects(&self) -> impl Iterator<Item = Subject> + '_ {
        self.racks.iter().copied().map(Subject::Rack).chain(self.nodes.iter().copied().map(Subject::Node))
    }

    /// The box that snaps: that of what was grabbed, else of all that moves.
    pub(super) fn anchor(&self, scene: &Scene) -> Option<Rect> {
        let grabbed = self.grabbed.as_ref().and_then(|subject| scene.subject_rect(subject));
        grabbed.or_else(|| self.subjects().filter_map(|subject| scene.subject_rect(&subject)).reduce(|all, rect| all.union(&rect)))
    }

    /// Where the moved nodes (or, with `copied`, their copies) would stand in the rack under `at`. Empty if there is no rack, no room for
    /// all of them, or a rack moves too.
    pub(super) fn landings(&self, design: &Design, catalog: &Catalog, scene: &Scene, at: Point, copied: bool) -> Vec<Landing> {
        if !self.racks.is_empty() {
            return Vec::new();
        }
        let heights: Option<Vec<(NodeId, RackUnits)>> =
            self.nodes.iter().map(|id| Some((*id, design.nodes.get(*id).and_then(|node| catalog.part(design, &node.part)).and_then(height_of)?))).collect();
        let Some(heights) = heights else { return Vec::new() };
        let held = |(node, _): &&(NodeId, RackUnits)| self.grabbed == Some(Subject::Node(*node));
        let Some((anchor, height)) = heights.iter().find(held).or(heights.first()).copied() else { return Vec::new() };
        let Some((rack, wanted)) = scene.rack_slot(at, height) else { return Vec::new() };
        let block = block_of(design, scene, &heights, anchor);
        let lifted: SortedSet<NodeId> = self.nodes.iter().copied().filter(|_| !copied).collect();
        let Some(first) = Room::of(design, catalog, rack, &lifted).and_then(|room| room.nearest(wanted, &block)) else { return Vec::new() };
        heights
            .iter()
            .zip(&block)
            .filter_map(|((node, _), slot)| Some((*node, rack, RackUnits(u16::try_from(i32::from(first.0) + slot.above).ok()?))))
            .collect()
    }
}

/// How nodes stand relative to the anchor: as they stood, if they share its rack, else stacked in the order they are drawn, lowest first.
fn block_of(design: &Design, scene: &Scene, heights: &[(NodeId, RackUnits)], anchor: NodeId) -> Vec<Slot> {
    let home = design.nodes.get(anchor).and_then(|node| node.rack.zip(node.u));
    if let Some((rack, first)) = home {
        let together: Option<Vec<Slot>> = heights
            .iter()
            .map(|(id, height)| {
                let node = design.nodes.get(*id).filter(|node| node.rack == Some(rack))?;
                Some(Slot { above: i32::from(node.u?.0) - i32::from(first.0), height: *height })
            })
            .collect();
        if let Some(together) = together {
            return together;
        }
    }
    let up = |id: &NodeId| scene.node_rect(*id).map_or(0.0, |rect| -rect.bottom());
    let mut slots = stacked(heights.iter().map(|(id, height)| (*height, up(id))));
    let base = heights.iter().position(|(id, _)| *id == anchor).and_then(|place| slots.get(place)).map_or(0, |slot| slot.above);
    slots.iter_mut().for_each(|slot| slot.above -= base);
    slots
}

/// Moves what was lifted by `offset`; nodes with a landing stand in its rack, others come out of theirs.
pub(super) fn move_lift(draft: &mut Draft, lift: &Lift, offset: Point, landings: &[Landing]) -> Outcome {
    for id in &lift.racks {
        draft.update::<Rack>(*id, |rack| rack.at = moved(rack.at, offset));
    }
    for id in &lift.nodes {
        let drawn = draft.scene.node_rect(*id);
        let landing = landings.iter().find(|(node, _, _)| node == id).copied();
        draft.update::<Node>(*id, |node| match landing {
            Some((_, rack, u)) => {
                node.rack = Some(rack);
                node.u = Some(u);
            }
            None => {
                let from = if node.rack.is_some() { drawn.map_or(node.at, |rect| Point::new(rect.x, rect.y)) } else { node.at };
                node.rack = None;
                node.u = None;
                node.at = moved(from, offset);
            }
        });
    }
    Outcome::named(format!("Move {}", count_of(lift.racks.len() + lift.nodes.len(), "thing")))
}

/// Moves the selection a little. Nodes in racks go up or down to the next free unit instead.
pub(super) fn nudge(draft: &mut Draft, selection: &Selection, dx: f64, dy: f64) -> Result<Outcome, String> {
    let Some(offset) = sound(Point::new(dx, dy)) else { return Ok(Outcome::default()) };
    let lift = Lift::of(draft.design(), selection, None);
    let (racked, free): (Vec<NodeId>, Vec<NodeId>) = lift.nodes.iter().copied().partition(|id| draft.get::<Node>(*id).is_some_and(|node| node.rack.is_some()));
    for id in &lift.racks {
        draft.update::<Rack>(*id, |rack| rack.at = moved(rack.at, offset));
    }
    for id in free {
        draft.update::<Node>(id, |node| node.at = moved(node.at, offset));
    }
    if offset.y != 0.0 {
        let racks: SortedSet<RackId> = racked.iter().filter_map(|id| draft.get::<Node>(*id).and_then(|node| node.rack)).collect();
        for rack in racks {
            step_in_rack(draft, rack, &racked, if offset.y < 0.0 { 1 } else { -1 });
        }
    }
    Ok(Outcome::named(format!("Nudge {}", count_of(lift.racks.len() + lift.nodes.len(), "thing"))))
}

/// Moves nodes of one rack together to the next free place in a direction (1 is up), if there is one.
fn step_in_rack(draft: &mut Draft, rack: RackId, nodes: &[NodeId], direction: i32) {
    let design = draft.design();
    let block: Vec<(NodeId, i32, RackUnits)> = nodes
        .iter()
        .filter_map(|id| {
            let node = design.nodes.get(*id).filter(|node| node.rack == Some(rack))?;
            Some((*id, i32::from(node.u?.0), draft.part(&node.part).and_then(height_of)?))
        })
        .collect();
    let lifted = block.iter().map(|(id, ..)| *id).collect();
    let Some(room) = Room::of(design, draft.catalog, rack, &lifted) else { return };
    let free = (1..=room.units()).map(|distance| distance * direction).find(|shift| block.iter().all(|(_, first, height)| room.fits(first + shift, *height)));
    let Some(shift) = free else { return };
    for (id, first, _) in block {
        draft.update::<Node>(id, |node| node.u = u16::try_from(first + shift).ok().map(RackUnits));
    }
}

/// Mounts a node at a unit of a rack, or takes it out and stands it beside its rack.
pub(super) fn mount(draft: &mut Draft, id: NodeId, rack: Option<(RackId, RackUnits)>) -> Result<Outcome, String> {
    let Some(node) = draft.get::<Node>(id).cloned() else { return Err("That node is no longer there".to_owned()) };
    let name = draft.design().node_name(id);
    let Some((rack, u)) = rack else {
        let beside = node.rack.and_then(|rack| draft.scene.rack_rect(rack)).map(|rack| rack.right() + 2.0 * GRID);
        let drawn = draft.scene.node_rect(id);
        draft.update::<Node>(id, |node| {
            if node.rack.is_some() {
                node.at = snapped(Point::new(beside.unwrap_or(node.at.x), drawn.map_or(node.at.y, |rect| rect.y)));
            }
            node.rack = None;
            node.u = None;
        });
        return Ok(Outcome::named(format!("Take {name} out of its rack")));
    };

    let in_words = draft.design().rack_name(rack);
    let Some(height) = draft.part(&node.part).and_then(height_of) else { return Err(format!("{name} does not stand in a rack")) };
    let Some(room) = Room::of(draft.design(), draft.catalog, rack, &SortedSet::from([id])) else {
        return Err(format!("{in_words} is no rack of this design whose height is known"));
    };
    if !room.fits(i32::from(u.0), height) {
        return Err(no_room(draft, rack, &room, id, u, height));
    }
    draft.update::<Node>(id, |node| {
        node.rack = Some(rack);
        node.u = Some(u);
    });
    Ok(Outcome::named(format!("Mount {name} in {in_words}")))
}

fn no_room(draft: &Draft, rack: RackId, room: &Room, id: NodeId, u: RackUnits, height: RackUnits) -> String {
    let (first, last) = (i32::from(u.0), i32::from(u.0) + i32::from(height.0) - 1);
    if first < 1 || last > room.units() {
        return format!("{} has units 1 to {}, so {height} do not fit at unit {}", draft.design().rack_name(rack), room.units(), u.0);
    }
    let in_the_way = draft.design().nodes_in(rack).filter(|(other, _)| *other != id).find(|(_, node)| {
        let height = draft.part(&node.part).and_then(height_of).map_or(1, |height| i32::from(height.0));
        node.u.is_some_and(|low| i32::from(low.0) <= last && i32::from(low.0) + height > first)
    });
    match in_the_way {
        Some((other, _)) => format!("Unit {} of {} is taken by {}", u.0, draft.design().rack_name(rack), draft.design().node_name(other)),
        None => format!("Unit {} of {} is taken", u.0, draft.design().rack_name(rack)),
    }
}

/// Lines selected things up. A group or rack moves as one; nodes in racks stay.
pub(super) fn align(draft: &mut Draft, selection: &Selection, how: Align) -> Result<Outcome, String> {
    let design = draft.design();
    let mut things: Vec<(Subject, Rect)> = selection
        .iter()
        .filter(|subject| match subject {
            Subject::Node(id) => design.nodes.get(*id).is_some_and(|node| node.rack.is_none()),
            Subject::Group(_) | Subject::Rack(_) => true,
            _ => false,
        })
        .filter_map(|subject| Some((subject.clone(), draft.scene.subject_rect(subject)?)))
        .collect();
    if things.len() < 2 {
        return Err("Select two or more things to line up".to_owned());
    }
    let down = how == Align::SpreadDown;
    let extent = |rect: &Rect| if down { (rect.y, rect.height) } else { (rect.x, rect.width) };
    order::sort_by(&mut things, |a, b| extent(&a.1).0.total_cmp(&extent(&b.1).0));
    let Some(all) = things.iter().map(|(_, rect)| *rect).reduce(|all, rect| all.union(&rect)) else { return Ok(Outcome::default()) };
    let filled: f64 = things.iter().map(|(_, rect)| extent(rect).1).sum();
    let gap = ((extent(&all).1 - filled) / (things.len() - 1) as f64).max(GRID);

    let mut next = extent(&all).0;
    for (subject, rect) in &things {
        let offset = match how {
            Align::Left => Point::new(all.x - rect.x, 0.0),
            Align::Centre => Point::new(all.center().x - rect.center().x, 0.0),
            Align::Right => Point::new(all.right() - rect.right(), 0.0),
            Align::Top => Point::new(0.0, all.y - rect.y),
            Align::Middle => Point::new(0.0, all.center().y - rect.center().y),
            Align::Bottom => Point::new(0.0, all.bottom() - rect.bottom()),
            Align::SpreadAcross => Point::new(next - rect.x, 0.0),
            Align::SpreadDown => Point::new(0.0, next - rect.y),
        };
        next += extent(rect).1 + gap;
        let lift = Lift::of(draft.design(), &Selection::from([subject.clone()]), None);
        let standing: Vec<NodeId> = lift.nodes.into_iter().filter(|id| draft.get::<Node>(*id).is_some_and(|node| node.rack.is_none())).collect();
        let _ = move_lift(draft, &Lift { nodes: standing, racks: lift.racks, grabbed: None }, offset, &[]);
    }
    Ok(Outcome::named(format!("Line up {}", count_of(things.len(), "thing"))))
}

fn moved(at: Point, offset: Point) -> Point {
    sound(at.shifted(offset.x, offset.y)).unwrap_or(at)
}
