//! Whether packets that wait for each other can close a circle: the channel dependency graph over every route of a routing.
//!
//! W. Dally, C. Seitz, "Deadlock-free message routing in multiprocessor interconnection networks" (1987): where links hold packets back
//! until there is room ahead, routing is free of deadlock exactly if no channel waits for itself over others. A channel is one direction
//! between two switches on one virtual lane; it waits for the next one on any route. All routes between all switches with hosts are followed,
//! not some of them: on a torus the routes of one random permutation close no circle, and those of all pairs do. This is the test that
//! ibdmchk makes of the forwarding tables of an InfiniBand subnet, made of the routing that is in force.
//!
//! Three things make it quick, none of which changes the answer. Where the steps that a routing allows close no circle, whatever the
//! destination, no route has to be followed. Destinations with the same neighbours are followed once. And circles are looked for after few
//! destinations already, then after eight times as many, and so on: where there is one, few show it.

mod lanes;
mod tables;
mod waits;

use super::routing::graph::{Graph, NONE};
use super::routing::tables::Tables;
use super::routing::turns::{NEVER, Table, Turns};
use super::routing::{OfFabric, Shape, Why, classed, dimensions, groups};
use crate::engine::topology::ArcIndex;
use crate::model::{Fabric, LaneChange, Paths, RoutingEngine};
use crate::units::{SortedMap, order};
pub use lanes::{Lanes, words};
use waits::Waits;

/// Switches and which of them are joined, each pair once however many links join it; and what may follow what.
#[derive(Clone, Debug, Default)]
pub struct Switches {
    /// The neighbours of each, ascending.
    neighbours: Vec<Vec<u32>>,
    /// Whether hosts hang on it.
    hosts: Vec<bool>,
    /// The first channel out of each.
    first: Vec<u32>,
    /// Of each channel where it leads, and the place of its start among the neighbours of that.
    ends: Vec<(u32, u32)>,
    /// Which steps may follow which, by channel; under Valiant those of each of a route's two halves.
    turns: Turns,
    /// Which steps follow which on whole routes at most, where that is known; else empty.
    whole: Option<Turns>,
    lanes: Lanes,
    /// Under Valiant the group of each; else empty.
    groups: Vec<u32>,
    group_count: u32,
}

/// What comes of looking for a circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No circle can close.
    Free,
    /// A circle: the channel from the first switch to the second, on the lane beside the first, waits for that from the second to the third, and the
    /// last leads to the first again.
    Circle(Vec<(u32, u8)>),
    /// There was too much to follow.
    Undecided,
}

/// So many destinations are followed before a circle is looked for, then eight times as many, and so on.
const FIRST_LOOK: usize = 8;

/// Whether the routes of a fabric close a circle: [`Switches::verdict`], but for engines that lay their routes on lanes of their own so that none
/// can close (LASH, torus-2QoS), where the fabric leaves lanes to them.
pub fn judge(graph: &Graph, fabric: &Fabric, of: &OfFabric, most: u64, progress: &mut dyn FnMut(f64)) -> Verdict {
    let layered = matches!(fabric.engine, Some(RoutingEngine::Lash | RoutingEngine::Torus2Qos));
    if layered && (of.why == Why::Engine || of.imported.is_some()) && of.trouble.is_none() && fabric.lanes.is_none() {
        return Verdict::Free;
    }
    let all = Switches::routed(graph, fabric, of);
    if !of.has_tables() {
        return all.verdict(most, progress);
    }
    tables::judge(graph, fabric, of, &all, most, progress)
}

impl Switches {
    /// Switches by their neighbours, routed by shortest paths on one lane. Neighbours that do not exist, and a switch joined to itself, are
    /// passed over.
    pub fn new(neighbours: Vec<Vec<u32>>, hosts: Vec<bool>) -> Self {
        let count = neighbours.len() as u32;
        let mut made = Self { hosts, ..Self::default() };
        let mut next = 0;
        for (here, mut row) in (0..).zip(neighbours) {
            row.retain(|other| *other < count && *other != here);
            order::sort_unique(&mut row);
            made.first.push(next);
            next += row.len() as u32;
            made.neighbours.push(row);
        }
        let back = |here: u32, other: u32| made.row(other).binary_search(&here).map_or(u32::MAX, |place| place as u32);
        made.ends =
            (0..count).flat_map(|here| made.row(here).iter().map(move |other| (here, *other))).map(|(here, other)| (other, back(here, other))).collect();
        made
    }

    /// Switches by the ports of forwarding tables, each a channel of its own.
    fn ported(tables: &Tables, hosts: Vec<bool>) -> Self {
        let mut made = Self { hosts, ..Self::default() };
        let mut next = 0;
        let mut ends: Vec<(ArcIndex, u32)> = Vec::new();
        for row in tables.rows() {
            made.first.push(next);
            next += row.len() as u32;
            made.neighbours.push(row.iter().map(|(to, _)| *to).collect());
            ends.extend((0..).zip(row).map(|(place, (_, arc))| (*arc, place)));
        }
        order::sort(&mut ends);
        let back =
            |arc: ArcIndex| ends.binary_search_by_key(&(arc ^ 1), |(arc, _)| *arc).ok().and_then(|at| ends.get(at)).map_or(u32::MAX, |(_, place)| *place);
        made.ends = tables.rows().iter().flatten().map(|(to, arc)| (*to, back(*arc))).collect();
        made
    }

    /// The switches of a fabric with the routing in force and the lanes that the fabric states. Time: that of finding its shape.
    pub fn routed(graph: &Graph, fabric: &Fabric, of: &OfFabric) -> Self {
        let neighbours = graph.rows.iter().map(|row| row.iter().map(|(to, _)| *to).collect()).collect();
        Self::new(neighbours, graph.hosts.clone()).under(graph, fabric, of, shape(graph, fabric, of))
    }

    /// The same switches with the routing in force and the lanes that the fabric states.
    fn under(mut self, graph: &Graph, fabric: &Fabric, of: &OfFabric, shape: Option<Shape>) -> Self {
        let made = &mut self;
        let channels: Vec<(usize, usize)> = made.neighbours.iter().enumerate().flat_map(|(from, row)| row.iter().map(move |to| (from, *to as usize))).collect();
        made.turns = shape.as_ref().map_or_else(Turns::default, |shape| shape.turns(&channels));
        made.whole = shape.is_some().then(|| made.turns.clone());
        if let Some(Shape::Groups(found)) = &shape {
            let third = of.paths == Paths::Valiant && found.count > 2;
            made.whole = match (found.complete, third) {
                (true, third) => Some(classed(&channels, strict(third), |from, to| Some(u8::from(!found.are_one(from, to))))),
                (false, true) => None,
                (false, false) => made.whole.take(),
            };
            if third {
                made.groups.clone_from(&found.of);
                made.group_count = found.count;
            }
        }
        let count = fabric.lanes.unwrap_or(1);
        made.lanes = match fabric.lane_change.filter(|_| count > 1) {
            None => Lanes::default(),
            Some(LaneChange::Hops) => Lanes::by_hops(count),
            Some(LaneChange::Groups) => match shape.and_then(|shape| shape.groups()).map_or_else(|| groups::of(graph), Ok) {
                Ok(found) => Lanes::by_groups(count, channels.iter().map(|(from, to)| !found.are_one(*from, *to)).collect()),
                Err(_) => Lanes::default(),
            },
            Some(LaneChange::Dateline) => {
                match shape.and_then(|shape| shape.dimensions()).map_or_else(|| dimensions::of(graph, fabric.dimensions.as_deref()), Ok) {
                    Ok(found) => {
                        let kinds: Vec<(u8, bool)> =
                            channels.iter().map(|(from, to)| (found.between(*from, *to).unwrap_or(0), found.is_dateline(*from, *to))).collect();
                        Lanes::by_datelines(count, found.sizes.len() as u8, &kinds)
                    }
                    Err(_) => Lanes::default(),
                }
            }
        };
        self
    }

    fn row(&self, switch: u32) -> &[u32] {
        self.neighbours.get(switch as usize).map(Vec::as_slice).unwrap_or_default()
    }

    fn has_hosts(&self, switch: u32) -> bool {
        self.hosts.get(switch as usize).copied().unwrap_or(false)
    }

    /// The channel from a switch to the neighbour at a place of its row.
    fn channel(&self, from: u32, place: usize) -> usize {
        self.first.get(from as usize).map_or(0, |first| *first as usize) + place
    }

    fn group(&self, switch: u32) -> u32 {
        self.groups.get(switch as usize).copied().unwrap_or(NONE)
    }

    /// A circle of switches in which each channel waits for the next, if there is one: see [`Verdict::Circle`].
    pub fn circle(&self) -> Option<Vec<u32>> {
        match self.verdict(u64::MAX, &mut |_| {}) {
            Verdict::Circle(circle) => Some(circle.into_iter().map(|(switch, _)| switch).collect()),
            Verdict::Free | Verdict::Undecided => None,
        }
    }

    /// Whether the routes between all switches with hosts close a circle. Gives up where following them would take more than `most` steps;
    /// `progress` is told how much is done, from 0 to 1.
    ///
    /// Time: O(destinations that are no twins × modes × lanes × channels + channels × degree). Space: O(lanes × channels × degree / 64 + channels).
    pub fn verdict(&self, most: u64, progress: &mut dyn FnMut(f64)) -> Verdict {
        if let Some(whole) = &self.whole {
            let mut waits = Waits::new(self, whole);
            waits.allow();
            if waits.circle().is_none() {
                return Verdict::Free;
            }
        }
        let mut waits = Waits::new(self, &self.turns);
        let destinations = self.destinations();
        let steps = self.ends.len() as u64 * u64::from(self.turns.modes()) * self.lanes.states() as u64;
        let follows = (destinations.len() + self.group_count as usize) as u64;
        if self.group_count > 0 {
            waits.arrive();
        }
        let mut look = FIRST_LOOK;
        for (done, (destination, twins)) in (1..).zip(&destinations) {
            waits.follow(*destination, twins);
            progress(done as f64 / destinations.len().max(1) as f64);
            if done == look && done < destinations.len() {
                look = look.saturating_mul(8);
                if let Some(circle) = waits.circle() {
                    return Verdict::Circle(circle);
                }
                if steps.saturating_mul(follows) > most {
                    return Verdict::Undecided;
                }
            }
        }
        waits.circle().map_or(Verdict::Free, Verdict::Circle)
    }

    /// Switches with hosts, each with those that have the very same neighbours: the routes to these differ in their last step only.
    fn destinations(&self) -> Vec<(u32, Vec<u32>)> {
        let all = (0..self.neighbours.len() as u32).filter(|switch| self.has_hosts(*switch));
        if !self.turns.is_free() || self.lanes.states() > 1 {
            return all.map(|switch| (switch, Vec::new())).collect();
        }
        let mut first: SortedMap<&[u32], usize> = SortedMap::new();
        let mut found: Vec<(u32, Vec<u32>)> = Vec::new();
        for switch in all {
            let next = found.len();
            let place = *first.entry(self.row(switch)).or_insert(next);
            match found.get_mut(place) {
                Some((_, twins)) => twins.push(switch),
                None => found.push((switch, Vec::new())),
            }
        }
        found
    }
}

/// What the paths in force need of a fabric, where that is something.
fn shape(graph: &Graph, fabric: &Fabric, of: &OfFabric) -> Option<Shape> {
    if of.paths == Paths::Shortest { None } else { Shape::of(graph, fabric, of.paths).ok() }
}

/// Where every switch is joined with every other of its group, and every group with every other, a route has at most one step in each
/// group: of minimal routes in the first and the last, of those by way of a third group in that besides. For steps within and between groups.
fn strict(third: bool) -> Table {
    let after = if third {
        vec![vec![1, 2], vec![NEVER, 2], vec![3, 4], vec![NEVER, 4], vec![5, NEVER], vec![NEVER, NEVER]]
    } else {
        vec![vec![1, 2], vec![NEVER, 2], vec![3, NEVER], vec![NEVER, NEVER]]
    };
    Table { after }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(count: u32) -> Vec<Vec<u32>> {
        (0..count).map(|here| vec![(here + 1) % count, (here + count - 1) % count]).collect()
    }

    /// A torus of `x` by `y` switches.
    fn torus(x: u32, y: u32) -> Vec<Vec<u32>> {
        let at = |column: u32, line: u32| (column % x) + (line % y) * x;
        (0..x * y).map(|here| (here % x, here / x)).map(|(c, l)| vec![at(c + 1, l), at(c + x - 1, l), at(c, l + 1), at(c, l + y - 1)]).collect()
    }

    fn check(neighbours: Vec<Vec<u32>>, hosts: Vec<bool>) -> Option<Vec<u32>> {
        let switches = Switches::new(neighbours.clone(), hosts);
        let circle = switches.circle();
        if let Some(circle) = &circle {
            assert!(circle.len() > 2, "{circle:?}");
            for (place, here) in circle.iter().enumerate() {
                let next = circle[(place + 1) % circle.len()];
                assert!(neighbours[*here as usize].contains(&next), "{circle:?}");
            }
        }
        circle
    }

    #[test]
    fn rings_close_a_circle_where_routes_of_two_hops_go_all_around() {
        assert_eq!(check(ring(5), vec![true; 5]).map(|circle| circle.len()), Some(5));
        assert_eq!(check(ring(3), vec![true; 3]), None, "one hop waits for nothing");
        // Only two neighbours talk: nothing goes around.
        assert_eq!(check(ring(6), vec![true, true, false, false, false, false]), None);
        assert!(check(torus(4, 4), vec![true; 16]).is_some());
        assert!(check(torus(5, 5), vec![true; 25]).is_some());
    }

    #[test]
    fn up_and_then_down_closes_no_circle() {
        // Four leaves below three spines.
        let neighbours: Vec<Vec<u32>> = (0..7).map(|here| if here < 4 { vec![4, 5, 6] } else { vec![0, 1, 2, 3] }).collect();
        assert_eq!(check(neighbours.clone(), vec![true, true, true, true, false, false, false]), None);
        // Hosts on a spine too: routes between spines go down and up again, and with those between leaves they close a circle.
        assert!(check(neighbours, vec![true; 7]).is_some());
        assert_eq!(check(vec![], vec![]), None);
        assert_eq!(check(vec![vec![0, 7]], vec![true]), None);
    }

    /// A channel and one that it waits for.
    type Wait = ((u32, u32), (u32, u32));

    /// The same by enumerating every shortest route, one by one, and by taking channels off that nothing waits for.
    fn slow(neighbours: &[Vec<u32>], hosts: &[bool]) -> bool {
        use crate::units::SortedSet;
        let count = neighbours.len();
        let mut waits: SortedSet<Wait> = SortedSet::new();
        for to in (0..count as u32).filter(|to| hosts[*to as usize]) {
            let mut distance = vec![u32::MAX; count];
            distance[to as usize] = 0;
            let mut open = vec![to];
            let mut next = 0;
            while next < open.len() {
                let here = open[next];
                next += 1;
                for other in &neighbours[here as usize] {
                    if distance[*other as usize] == u32::MAX {
                        distance[*other as usize] = distance[here as usize] + 1;
                        open.push(*other);
                    }
                }
            }
            fn walk(here: u32, came: Option<(u32, u32)>, neighbours: &[Vec<u32>], distance: &[u32], waits: &mut SortedSet<Wait>) {
                for next in &neighbours[here as usize] {
                    if distance[*next as usize] != u32::MAX && distance[*next as usize] + 1 == distance[here as usize] {
                        if let Some(came) = came {
                            waits.insert((came, (here, *next)));
                        }
                        walk(*next, Some((here, *next)), neighbours, distance, waits);
                    }
                }
            }
            for from in (0..count as u32).filter(|from| hosts[*from as usize] && distance[*from as usize] != u32::MAX) {
                walk(from, None, neighbours, &distance, &mut waits);
            }
        }
        let mut left: Vec<Wait> = waits.iter().copied().collect();
        loop {
            let waited: SortedSet<(u32, u32)> = left.iter().map(|(_, second)| *second).collect();
            let kept: Vec<_> = left.iter().copied().filter(|(first, _)| waited.contains(first)).collect();
            if kept.len() == left.len() {
                return !left.is_empty();
            }
            left = kept;
        }
    }

    #[test]
    fn the_verdict_is_that_of_every_route_followed_one_by_one() {
        let mut seed = 7u64;
        let mut random = move |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let mut verdicts = [0, 0];
        for _ in 0..400 {
            let count = 3 + random(7) as usize;
            let mut neighbours = vec![Vec::new(); count];
            for one in 0..count {
                for other in one + 1..count {
                    if random(10) < 4 {
                        neighbours[one].push(other as u32);
                        neighbours[other].push(one as u32);
                    }
                }
            }
            let hosts: Vec<bool> = (0..count).map(|_| random(3) > 0).collect();
            let found = check(neighbours.clone(), hosts.clone()).is_some();
            assert_eq!(found, slow(&neighbours, &hosts), "{neighbours:?} {hosts:?}");
            verdicts[usize::from(found)] += 1;
        }
        assert!(verdicts.iter().all(|count| *count > 20), "{verdicts:?}");
    }
}
