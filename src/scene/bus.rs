//! Buses: many links between two sets of boxes, where every box of one set is joined with every box of the other, as one line with a
//! tap at each box and the number of links it stands for.
//!
//! A hundred curves between the same two rows cannot be told apart, and what cannot be told apart is better added up than drawn. A
//! bus is true by construction: its two sets are complete (each box of one joined with each of the other; a missing pair makes
//! another set) and even (by as many links each, unless one set is a single box, where each tap tells its own number), its totals are
//! counted link by link, and nothing is left out. One set lies wholly above or wholly left of the other, so that it is seen which box
//! is of which. Boxes are the children of one container: of the design, of a group, or of a rack, whose bus runs upright beside it as
//! the copper of an NVLink rack does.

use std::sync::Arc;

use super::curve::{self, Curve};
use super::store::{NONE, Scene};
use crate::model::LinkLayer;
use crate::units::{Point, Rect, order};

/// With more trunks than this between two sets they are always a bus.
const MOST_CURVES: u32 = 300;
/// In a design with more trunks than this ...
const MANY: usize = 1000;
/// ... so many trunks between two sets are.
const SOME: u32 = 8;
/// In a rack so many are, where their curves would lie on each other.
const IN_RACK: u32 = 40;
/// A bus joins at least so many pairs of boxes.
const LEAST_PAIRS: usize = 2;
/// In a design with fewer trunks than this every link is drawn on its own, wherever it runs.
const FEW: usize = 40;
/// Radius of a bend.
pub(crate) const BEND: f64 = 7.0;
/// How far beside a rack its bus runs.
const BESIDE: f64 = 12.0;
/// How far across a gap a bus runs; buses in one gap lie beside each other.
const SHARES: [f64; 7] = [0.5, 0.64, 0.36, 0.76, 0.24, 0.57, 0.43];
/// An aisle wider than this is not halved: the bus keeps by its box.
const WIDE_AISLE: f64 = 240.0;

/// A box that a bus ends on: what kind, and its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Item {
    /// The whole design, as a container only.
    Design,
    Group(u32),
    Rack(u32),
    Node(u32),
}

impl Item {
    /// A number of its own, in the order of items.
    pub(super) fn number(self) -> u64 {
        let (kind, row) = match self {
            Self::Design => (0, 0),
            Self::Group(row) => (1, row),
            Self::Rack(row) => (2, row),
            Self::Node(row) => (3, row),
        };
        kind << 32 | u64::from(row)
    }
}

/// Where a box hangs on a bus.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tap {
    pub item: Item,
    /// Links it adds up.
    pub links: u32,
    /// From the bus to the box.
    pub path: Vec<Point>,
}

/// Links between two complete sets of boxes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bus {
    /// What holds the boxes.
    pub level: Item,
    pub layer: Option<LinkLayer>,
    pub links: u32,
    pub taps: [Vec<Tap>; 2],
    /// The line itself.
    pub line: [Point; 2],
}

/// All buses of a scene.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Buses {
    /// By container; shared with the scene after an edit.
    pub all: Vec<Arc<Bus>>,
    /// The bus of each link, and the rows of its two taps; empty where there is no bus at all.
    pub(super) of_link: Vec<(u32, u32, u32)>,
}

impl Buses {
    /// Row of the bus of a link; [`NONE`] if it is drawn on its own.
    pub(crate) fn row(&self, link: u32) -> u32 {
        self.of_link.get(link as usize).map_or(NONE, |row| row.0)
    }
    /// Rows of the bus of a link and of its two taps; `None` where it is drawn on its own. Links with the same run the same way.
    pub(crate) fn way(&self, link: u32) -> Option<(u32, u32, u32)> {
        self.of_link.get(link as usize).copied().filter(|way| way.0 != NONE)
    }
    /// The one link that a tap near a place stands for; of a tap that adds several up, none.
    pub(crate) fn link_near(&self, scene: &Scene, at: Point, reach: f64) -> Option<u32> {
        let around = Rect::new(at.x, at.y, 0.0, 0.0).grown(reach);
        let near = self.all.iter().filter(|bus| bus.hull().intersects(&around));
        let taps = near.flat_map(|bus| bus.taps.iter().flatten()).filter(|tap| tap.links == 1);
        let tap = taps.into_iter().find(|tap| {
            let mut pieces = Vec::new();
            bent(&tap.path, 0.0, &mut pieces);
            pieces.iter().any(|piece| curve::distance(piece, at) <= reach)
        })?;
        let Item::Node(node) = tap.item else { return None };
        scene.uses_of(node as usize).iter().map(|(_, link)| *link).find(|link| self.tap_items(*link).is_some_and(|items| items.contains(&tap.item)))
    }
    fn tap_items(&self, link: u32) -> Option<[Item; 2]> {
        let (bus, a, b) = self.way(link)?;
        let taps = &self.all.get(bus as usize)?.taps;
        Some([taps[0].get(a as usize)?.item, taps[1].get(b as usize)?.item])
    }
}

impl Bus {
    /// Whether it runs upright: beside a rack, or between two columns.
    pub(crate) fn is_upright(&self) -> bool {
        self.line[0].y != self.line[1].y
    }
    /// Whether it runs beside a rack, where only one of its sides is free.
    pub(crate) fn is_beside_rack(&self) -> bool {
        matches!(self.level, Item::Rack(_))
    }
    /// Whether one node holds its own nodes by single links: the least of what is drawn.
    pub(crate) fn is_star(&self) -> bool {
        self.taps.iter().any(|set| set.len() == 1) && self.taps.iter().flatten().all(|tap| matches!(tap.item, Item::Node(_)))
    }
    /// The middle of its line.
    pub(crate) fn middle(&self) -> Point {
        let [a, b] = self.line;
        Point::new((a.x + b.x) / 2.0, (a.y + b.y) / 2.0)
    }
    /// The box around all of it.
    pub(crate) fn hull(&self) -> Rect {
        let line = Rect::spanning(self.line[0], self.line[1]);
        let points = self.taps.iter().flatten().flat_map(|tap| &tap.path);
        points.fold(line, |hull, point| hull.union(&Rect::new(point.x, point.y, 0.0, 0.0)))
    }
}

/// Straight pieces with bends of this radius, as curves.
pub(crate) fn bent(path: &[Point], radius: f64, out: &mut Vec<Curve>) {
    let mut here = match path.first() {
        Some(first) => *first,
        None => return,
    };
    for at in 1..path.len() {
        let corner = path[at];
        let Some(next) = path.get(at + 1) else {
            straight(here, corner, out);
            return;
        };
        let (before, after) = (here.distance(corner), corner.distance(*next));
        let bend = radius.min(before / 2.0).min(after / 2.0);
        if bend <= 0.0 {
            straight(here, corner, out);
            here = corner;
            continue;
        }
        let (into, leave) = (corner.toward(here, bend / before), corner.toward(*next, bend / after));
        straight(here, into, out);
        out.push([into, corner.toward(into, 0.45), corner.toward(leave, 0.45), leave]);
        here = leave;
    }
}

fn straight(from: Point, to: Point, out: &mut Vec<Curve>) {
    out.push([from, from.toward(to, 1.0 / 3.0), from.toward(to, 2.0 / 3.0), to]);
}

/// How the two boxes of a link stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    /// The first above the second, or both in one rack.
    Over,
    /// The first left of the second, neither above the other.
    Beside,
    /// On each other.
    Mixed,
}

impl Stand {
    /// How two boxes stand, and whether it is the second that comes first.
    fn of(a: &Rect, b: &Rect) -> (Self, bool) {
        match () {
            () if a.bottom() <= b.y => (Self::Over, false),
            () if b.bottom() <= a.y => (Self::Over, true),
            () if a.right() <= b.x => (Self::Beside, false),
            () if b.right() <= a.x => (Self::Beside, true),
            () => (Self::Mixed, false),
        }
    }
}

/// A link between two boxes of one container; the upper or left box first.
struct Edge {
    level: Item,
    layer: Option<LinkLayer>,
    stand: Stand,
    boxes: [Item; 2],
    link: u32,
}

/// Links between the same two boxes.
#[derive(Clone)]
struct Pair {
    /// Rows in the list of boxes, in the order of its edges.
    boxes: [usize; 2],
    /// Its edges.
    start: usize,
    end: usize,
}

impl Pair {
    fn links(&self) -> u32 {
        (self.end - self.start) as u32
    }
}

/// A box of a container on its own: half of what is joined to it lies above, half below.
struct Whole {
    item: Item,
    rect: Rect,
    /// Whether it is also joined with boxes that stand to it in another way.
    aside: bool,
}

impl Scene {
    /// The buses of this scene, found when first asked for. Time: O(links + boxes log boxes).
    pub(crate) fn buses(&self) -> &Buses {
        self.buses.get_or_init(|| match self.worn.as_ref().map(|worn| worn.hand_over(self)) {
            Some(taken) => {
                let found = self.find_buses(|link| !taken.knows(link));
                let buses = taken.with(&found);
                debug_assert_eq!(buses, self.find_buses(|_| true), "what is taken over is what would be found");
                buses
            }
            None => self.find_buses(|_| true),
        })
    }

    /// The buses of some of the links: of all that meet in a container, or of none.
    fn find_buses(&self, wanted: impl Fn(u32) -> bool) -> Buses {
        Finder { scene: self, found: Buses::default(), children: Children::of(self) }.run(wanted)
    }

    /// What of the number of trunks decides which links are buses.
    pub(super) fn is_crowded(&self) -> (bool, bool) {
        (self.trunks.len() >= FEW, self.trunks.len() > MANY)
    }

    fn container(&self, item: Item) -> Item {
        let group = |row: Option<&u32>| row.filter(|row| **row != NONE).map_or(Item::Design, |row| Item::Group(*row));
        match item {
            Item::Design => Item::Design,
            Item::Group(row) => group(self.group_parents.get(row as usize)),
            Item::Rack(row) => group(self.rack_groups.get(row as usize)),
            Item::Node(row) => match self.node_racks.get(row as usize) {
                Some(&rack) if rack != NONE => Item::Rack(rack),
                _ => group(self.node_groups.get(row as usize)),
            },
        }
    }

    /// The box of an item.
    pub(crate) fn item_rect(&self, item: Item) -> Option<Rect> {
        match item {
            Item::Design => self.bounds,
            Item::Group(row) => self.group_rects.get(row as usize).copied().flatten(),
            Item::Rack(row) => self.rack_rects.get(row as usize).copied(),
            Item::Node(row) => self.node_rects.get(row as usize).copied(),
        }
    }

    /// The innermost container of two nodes, and its two boxes that hold them.
    pub(super) fn meeting(&self, a: u32, b: u32) -> Option<(Item, Item, Item)> {
        let most = self.group_parents.len() + 3;
        let mut here = Item::Node(a);
        for _ in 0..most {
            let level = self.container(here);
            let mut other = Item::Node(b);
            for _ in 0..most {
                let above = self.container(other);
                if above == level {
                    return (here != other).then_some((level, here, other));
                }
                if above == Item::Design {
                    break;
                }
                other = above;
            }
            if level == Item::Design {
                return None;
            }
            here = level;
        }
        None
    }

    /// Whether a link is the first of its trunk.
    fn leads_trunk(&self, link: u32) -> bool {
        let trunk = self.link_trunks.get(link as usize).and_then(|trunk| self.trunks.get(*trunk as usize));
        trunk.and_then(|trunk| self.trunk_links.get(trunk.start as usize)) == Some(&link)
    }
}

/// The boxes of every container, from left to right.
struct Children {
    rows: Vec<(u64, Rect)>,
}

impl Children {
    fn of(scene: &Scene) -> Self {
        let groups = (0..scene.groups.len() as u32).map(Item::Group);
        let racks = (0..scene.racks.len() as u32).map(Item::Rack);
        let nodes = (0..scene.nodes.len() as u32).map(Item::Node);
        let inside = groups.chain(racks).chain(nodes);
        let mut rows: Vec<(u64, Rect)> = inside.filter_map(|item| Some((scene.container(item).number(), scene.item_rect(item)?))).collect();
        order::sort_by_number(&mut rows, |(_, rect)| order::number_of(rect.x));
        order::sort_by_number(&mut rows, |(container, _)| *container);
        Self { rows }
    }
    fn within(&self, container: Item) -> Around<'_> {
        let number = container.number();
        let (start, end) = (self.rows.partition_point(|row| row.0 < number), self.rows.partition_point(|row| row.0 <= number));
        let rows = self.rows.get(start..end).unwrap_or_default();
        Around { widest: rows.iter().fold(0.0, |widest, (_, rect)| rect.width.max(widest)), rows }
    }
}

/// What stands in one container, from left to right.
struct Around<'a> {
    rows: &'a [(u64, Rect)],
    widest: f64,
}

impl Around<'_> {
    /// What reaches into a strip.
    fn between(&self, left: f64, right: f64) -> impl Iterator<Item = &Rect> {
        let start = self.rows.partition_point(|(_, rect)| rect.x < left - self.widest);
        let rows = self.rows.get(start..).unwrap_or_default();
        rows.iter().map(|(_, rect)| rect).take_while(move |rect| rect.x < right).filter(move |rect| rect.right() > left)
    }
    /// Whether nothing but `own` lies on an upright line.
    fn is_free(&self, own: &Rect, x: f64, from: f64, to: f64) -> bool {
        let (from, to) = (from.min(to), from.max(to));
        self.between(x, x + 1e-6).all(|other| other == own || x <= other.x || to <= other.y || from >= other.bottom())
    }
    /// Whether nothing but `own` lies on a level line.
    fn is_free_across(&self, own: &Rect, y: f64, from: f64, to: f64) -> bool {
        self.between(from.min(to), from.max(to)).all(|other| other == own || y <= other.y || other.bottom() <= y)
    }
    /// Whether a place lies on anything but two boxes.
    fn holds(&self, at: Point, own: [&Rect; 2]) -> bool {
        self.between(at.x, at.x + 1e-6).any(|other| !own.contains(&other) && other.contains(at))
    }
    /// The middle of the aisle right (`out` 1) or left (-1) of a box.
    fn aisle(&self, rect: &Rect, out: f64) -> f64 {
        let edge = if out > 0.0 { rect.right() } else { rect.x };
        let beside = |other: &&Rect| other.y < rect.bottom() && rect.y < other.bottom();
        let gap = if out > 0.0 {
            self.between(edge, edge + WIDE_AISLE).filter(beside).map(|other| other.x - edge).filter(|gap| *gap >= 0.0).fold(f64::INFINITY, f64::min)
        } else {
            self.between(edge - WIDE_AISLE, edge).filter(beside).map(|other| edge - other.right()).filter(|gap| *gap >= 0.0).fold(f64::INFINITY, f64::min)
        };
        edge + out * if gap.is_finite() { gap / 2.0 } else { 9.0 }
    }
}

struct Finder<'a> {
    scene: &'a Scene,
    found: Buses,
    children: Children,
}

impl Finder<'_> {
    fn run(mut self, wanted: impl Fn(u32) -> bool) -> Buses {
        let scene = self.scene;
        let mut edges: Vec<Edge> = Vec::with_capacity(scene.link_ends.len());
        for (link, (ends, layer)) in (0u32..).zip(scene.link_ends.iter().zip(&scene.link_layers)) {
            if ends[0] == NONE || ends[1] == NONE || ends[0] == ends[1] || !wanted(link) {
                continue;
            }
            let Some((level, a, b)) = scene.meeting(ends[0], ends[1]) else { continue };
            let (Some(over), Some(under)) = (scene.item_rect(a), scene.item_rect(b)) else { continue };
            let (stand, turned) = match level {
                // Trays and switch trays lie above and below each other alike.
                Item::Rack(_) => (Stand::Over, (over.y, a.number()) > (under.y, b.number())),
                _ => Stand::of(&over, &under),
            };
            edges.push(Edge { level, layer: *layer, stand, boxes: if turned { [b, a] } else { [a, b] }, link });
        }
        order::sort_by_number(&mut edges, |edge| edge.boxes[1].number());
        order::sort_by_number(&mut edges, |edge| edge.boxes[0].number());
        order::sort_by_number(&mut edges, |edge| edge.stand as u64);
        order::sort_by_number(&mut edges, |edge| edge.layer.map_or(0, |layer| layer as u64 + 1));
        order::sort_by_number(&mut edges, |edge| edge.level.number());
        let mut start = 0;
        while let Some(first) = edges.get(start) {
            let same = edges[start..].iter().take_while(|edge| (edge.level, edge.layer) == (first.level, first.layer)).count();
            let all = &edges[start..start + same];
            for stand in [Stand::Over, Stand::Beside] {
                let from = all.partition_point(|edge| (edge.stand as u8) < stand as u8);
                let (before, rest) = all.split_at(from);
                let (own, after) = rest.split_at(rest.partition_point(|edge| edge.stand == stand));
                let mut aside: Vec<u64> = before.iter().chain(after).flat_map(|edge| edge.boxes).map(Item::number).collect();
                order::sort_by_number(&mut aside, |item| *item);
                aside.dedup();
                self.level(own, &aside);
            }
            start += same;
        }
        self.found
    }

    /// The buses between the boxes of one container that speak one layer and stand to each other in one way. Boxes `aside` are also joined
    /// with others that stand to them in another way.
    fn level(&mut self, edges: &[Edge], aside: &[u64]) {
        let mut items: Vec<Item> = edges.iter().flat_map(|edge| edge.boxes).collect();
        order::sort_by_number(&mut items, |item| item.number());
        items.dedup();
        let boxes: Vec<Whole> = items
            .iter()
            .filter_map(|item| Some(Whole { item: *item, rect: self.scene.item_rect(*item)?, aside: aside.binary_search(&item.number()).is_ok() }))
            .collect();
        let row = |item: Item| boxes.binary_search_by_key(&item.number(), |whole| whole.item.number()).unwrap_or(0);
        let mut pairs: Vec<Pair> = Vec::new();
        for (at, edge) in edges.iter().enumerate() {
            match pairs.last_mut().filter(|pair| edges.get(pair.start).is_some_and(|first| first.boxes == edge.boxes)) {
                Some(pair) => pair.end = at + 1,
                None => pairs.push(Pair { boxes: edge.boxes.map(row), start: at, end: at + 1 }),
            }
        }
        self.classed(edges, &boxes, pairs, false);
    }

    /// The buses between boxes that are joined with the same boxes; if `evenly`, by as many links each.
    fn classed(&mut self, edges: &[Edge], boxes: &[Whole], mut pairs: Vec<Pair>, evenly: bool) {
        let in_rack = edges.first().is_some_and(|edge| matches!(edge.level, Item::Rack(_)));
        let classes = twins(boxes.len(), &pairs, !in_rack, |pair| if evenly { pair.links() } else { 1 });
        let class = |pair: &Pair| {
            let (a, b) = (classes[pair.boxes[0] * 2] as u64, classes[pair.boxes[1] * 2 + 1] as u64);
            if in_rack { a.min(b) << 32 | a.max(b) } else { a << 32 | b }
        };
        order::sort_by_number(&mut pairs, class);
        let mut start = 0;
        while let Some(first) = pairs.get(start) {
            let wanted = class(first);
            let same = pairs[start..].iter().take_while(|pair| class(pair) == wanted).count();
            let members = &pairs[start..start + same];
            start += same;
            if same >= LEAST_PAIRS {
                let side = (wanted >> 32) as u32;
                self.sets(edges, boxes, members, |pair| usize::from(classes[pair.boxes[0] * 2] != side), evenly);
            }
        }
    }

    /// A bus between two sets of boxes, if one is called for. `turned` is 1 for a pair whose first box is of the second set.
    fn sets(&mut self, edges: &[Edge], boxes: &[Whole], pairs: &[Pair], turned: impl Fn(&Pair) -> usize, evenly: bool) {
        let scene = self.scene;
        let Some(first) = pairs.first().and_then(|pair| edges.get(pair.start)) else { return };
        let links_of = |pair: &Pair| edges.get(pair.start..pair.end).unwrap_or_default();
        let mut sets: [Vec<(usize, u32)>; 2] = Default::default();
        for pair in pairs {
            for (side, row) in pair.boxes.into_iter().enumerate() {
                sets[side ^ turned(pair)].push((row, pair.links()));
            }
        }
        for set in &mut sets {
            order::sort_by_number(set, |(row, _)| *row as u64);
            set.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                kept.1 += if same { next.1 } else { 0 };
                same
            });
        }
        if sets[0].len() * sets[1].len() != pairs.len() {
            return;
        }
        // Between several and several no tap tells how many links a pair has.
        let even = pairs.windows(2).all(|pair| pair[0].links() == pair[1].links());
        if !even && sets.iter().all(|set| set.len() > 1) {
            if !evenly {
                self.classed(edges, boxes, pairs.to_vec(), true);
            }
            return;
        }
        let around = self.children.within(first.level);
        let trunks = pairs.iter().flat_map(links_of).filter(|edge| scene.leads_trunk(edge.link)).count() as u32;
        let is_wanted = match first.level {
            Item::Rack(_) => trunks > IN_RACK,
            _ if scene.trunks.len() > MANY => trunks >= SOME,
            _ => trunks > MOST_CURVES || (scene.trunks.len() >= FEW && run_over(boxes, pairs, &around)),
        };
        // Where all kinds of boxes are joined, as in a dragonfly, a few of them on a line say less than each on its own.
        let is_tiered = sets.iter().any(|set| !set.iter().any(|(row, _)| boxes.get(*row).is_some_and(|whole| whole.aside)));
        if !is_wanted || !(is_tiered || trunks > MOST_CURVES) {
            return;
        }
        let sides = sets.each_ref().map(|set| set.iter().filter_map(|(row, links)| Some((boxes.get(*row)?, *links))).collect::<Vec<_>>());
        let neighbours: Vec<[Point; 2]> = self.found.all.iter().rev().take_while(|bus| bus.level == first.level).map(|bus| bus.line).collect();
        let layout = Layout { around, neighbours };
        let laid = match (first.level, first.stand) {
            (Item::Rack(rack), _) => Some(layout.beside_rack(scene.rack_rects.get(rack as usize).copied().unwrap_or_default(), &sides)),
            (_, Stand::Over) => Some(layout.level(&sides)),
            (_, Stand::Beside) => layout.upright(&sides),
            (_, Stand::Mixed) => None,
        };
        let Some((taps, line)) = laid else { return };
        let bus = self.found.all.len() as u32;
        if self.found.of_link.is_empty() {
            self.found.of_link = vec![(NONE, 0, 0); scene.links.len()];
        }
        for pair in pairs {
            let place = |side: usize| {
                let row = pair.boxes[side ^ turned(pair)];
                sets[side].binary_search_by_key(&row, |entry| entry.0).unwrap_or(0) as u32
            };
            let way = (bus, place(0), place(1));
            for edge in links_of(pair) {
                if let Some(row) = self.found.of_link.get_mut(edge.link as usize) {
                    *row = way;
                }
            }
        }
        let links = pairs.iter().map(Pair::links).sum();
        self.found.all.push(Arc::new(Bus { level: first.level, layer: first.layer, links, taps, line }));
    }
}

/// The class of each half of each box, lower (or right) half first: halves that are joined with the same boxes, with the same weights, share one.
fn twins(count: usize, pairs: &[Pair], halves: bool, weight: impl Fn(&Pair) -> u32) -> Vec<u32> {
    // A sum does not depend on the order of neighbours. That a set is complete is checked by counting, so an accident of hashes does no harm.
    let mut hashes = vec![0u64; count * 2];
    let mut add = |half: usize, other: usize, weight: u32| {
        let word = (u64::from(weight) << 32 | (other as u64 + 1)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (word ^ word >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        if let Some(hash) = hashes.get_mut(half) {
            *hash = hash.wrapping_add(mixed ^ mixed >> 32);
        }
    };
    for pair in pairs {
        let ([over, under], weight) = (pair.boxes, weight(pair));
        add(over * 2, under, weight);
        add(under * 2 + 1, over, weight);
        if !halves {
            add(over * 2 + 1, under, weight);
            add(under * 2, over, weight);
        }
    }
    let mut known = hashes.clone();
    order::sort_by_number(&mut known, |hash| *hash);
    known.dedup();
    hashes.iter().map(|hash| known.binary_search(hash).unwrap_or(0) as u32).collect()
}

/// Whether a curve between two of these boxes would run over a third.
fn run_over(boxes: &[Whole], pairs: &[Pair], around: &Around<'_>) -> bool {
    pairs.iter().any(|pair| {
        let (Some(from), Some(to)) = (boxes.get(pair.boxes[0]), boxes.get(pair.boxes[1])) else { return false };
        let line = curve::between_boxes(&from.rect, &to.rect);
        (1..16).any(|step| around.holds(curve::point_at(&line, f64::from(step) / 16.0), [&from.rect, &to.rect]))
    })
}

type Side<'a> = Vec<(&'a Whole, u32)>;

/// Where a bus and its taps lie.
struct Layout<'a> {
    around: Around<'a>,
    /// Lines of the buses of the same container that were laid before.
    neighbours: Vec<[Point; 2]>,
}

impl Layout<'_> {
    /// Beside a rack, upright.
    fn beside_rack(&self, rack: Rect, sides: &[Side<'_>; 2]) -> ([Vec<Tap>; 2], [Point; 2]) {
        let x = rack.right() + BESIDE + 7.0 * self.neighbours.len() as f64;
        let taps = sides.each_ref().map(|side| {
            let tap = |(whole, links): &(&Whole, u32)| {
                let y = whole.rect.center().y;
                Tap { item: whole.item, links: *links, path: vec![Point::new(x, y), Point::new(whole.rect.right(), y)] }
            };
            side.iter().map(tap).collect::<Vec<Tap>>()
        });
        let (top, low) = extremes(&taps, |at| at.y);
        (taps, [Point::new(x, top), Point::new(x, low)])
    }

    /// Upright between two sets of which the first stands left of the second. `None` where something lies in the way of the line or of a tap.
    fn upright(&self, sides: &[Side<'_>; 2]) -> Option<([Vec<Tap>; 2], [Point; 2])> {
        let rects = |side: usize| sides[side].iter().map(|(whole, _)| whole.rect);
        let left = rects(0).fold(f64::NEG_INFINITY, |most, rect| most.max(rect.right()));
        let right = rects(1).fold(f64::INFINITY, |least, rect| least.min(rect.x));
        let ys = || rects(0).chain(rects(1)).map(|rect| rect.center().y);
        let (top, low) = ys().fold((f64::INFINITY, f64::NEG_INFINITY), |(top, low), y| (top.min(y), low.max(y)));
        let is_clear = |x: &f64| {
            let apart = self.neighbours.iter().all(|[from, to]| to.y < top || low < from.y || (from.x - x).abs() > (right - left) * 0.06);
            apart && self.around.is_free(&Rect::default(), *x, top, low)
        };
        let x = SHARES.map(|share| left + (right - left) * share).into_iter().find(is_clear)?;
        let mut free = true;
        let taps = [(0, 1.0), (1, 0.0)].map(|(side, share)| {
            let tap = |(whole, links): &(&Whole, u32)| {
                let (rect, y) = (&whole.rect, whole.rect.center().y);
                let edge = rect.x + rect.width * share;
                free &= self.around.is_free_across(rect, y, x, edge);
                Tap { item: whole.item, links: *links, path: vec![Point::new(x, y), Point::new(edge, y)] }
            };
            sides[side].iter().map(tap).collect::<Vec<Tap>>()
        });
        free.then_some((taps, [Point::new(x, top), Point::new(x, low)]))
    }

    /// Level between two sets of which the first stands above the second.
    fn level(&self, sides: &[Side<'_>; 2]) -> ([Vec<Tap>; 2], [Point; 2]) {
        let (a, b) = (&sides[0], &sides[1]);
        let over = a.iter().fold(f64::NEG_INFINITY, |most, (whole, _)| most.max(whole.rect.bottom()));
        let under = b.iter().fold(f64::INFINITY, |least, (whole, _)| least.min(whole.rect.y));
        let xs = || a.iter().chain(b).map(|(whole, _)| whole.rect.center().x);
        let (left, right) = xs().fold((f64::INFINITY, f64::NEG_INFINITY), |(left, right), x| (left.min(x), right.max(x)));
        let places = SHARES.map(|share| over + (under - over) * share);
        let is_clear = |y: &f64| self.neighbours.iter().all(|[from, to]| to.x < left || right < from.x || (from.y - y).abs() > (under - over) * 0.06);
        let y = places.into_iter().find(is_clear).unwrap_or(places[0]);
        let taps = sides.each_ref().map(|side| {
            let tap = |(whole, links): &(&Whole, u32)| Tap { item: whole.item, links: *links, path: self.tap(&whole.rect, y) };
            side.iter().map(tap).collect::<Vec<Tap>>()
        });
        let (left, right) = extremes(&taps, |at| at.x);
        (taps, [Point::new(left, y), Point::new(right, y)])
    }

    /// From the bus to a box: straight where nothing lies between, else down the aisle beside it and in from the side.
    fn tap(&self, rect: &Rect, y: f64) -> Vec<Point> {
        let x = rect.center().x;
        let end = if rect.y >= y { rect.y } else { rect.bottom() };
        let straight = vec![Point::new(x, y), Point::new(x, end)];
        if self.around.is_free(rect, x, y, end) {
            return straight;
        }
        let inward = (rect.height / 2.0).min(40.0);
        let side = if rect.y >= y { rect.y + inward } else { rect.bottom() - inward };
        // All on the same side, so that each has an aisle of its own.
        for out in [-1.0, 1.0] {
            let (edge, aisle) = (if out > 0.0 { rect.right() } else { rect.x }, self.around.aisle(rect, out));
            if self.around.is_free(rect, aisle, y, side) {
                return vec![Point::new(aisle, y), Point::new(aisle, side), Point::new(edge, side)];
            }
        }
        straight
    }
}

/// From where to where the taps of a bus reach along it.
fn extremes(taps: &[Vec<Tap>; 2], along: impl Fn(&Point) -> f64) -> (f64, f64) {
    let starts = taps.iter().flatten().filter_map(|tap| tap.path.first()).map(along);
    starts.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), at| (least.min(at), most.max(at)))
}
