//! Whether packets that wait for each other can close a circle: the channel dependency graph over every route of a routing.
//!
//! W. Dally, C. Seitz, "Deadlock-free message routing in multiprocessor interconnection networks" (1987): where links hold packets back
//! until there is room ahead, routing is free of deadlock exactly if no channel waits for itself over others. A channel is one direction
//! between two switches; it waits for the next one on any route. All shortest routes between all switches with hosts are followed, not
//! some of them: on a torus the routes of one random permutation close no circle, and those of all pairs do.

use crate::units::order;

/// Switches and which of them are joined, each pair once however many links join it.
#[derive(Clone, Debug, Default)]
pub struct Switches {
    /// The neighbours of each, ascending.
    neighbours: Vec<Vec<u32>>,
    /// Whether hosts hang on it.
    hosts: Vec<bool>,
    /// The first channel out of each.
    first: Vec<u32>,
    /// Of each channel the place of its start among the neighbours of its end.
    back: Vec<u32>,
}

/// So many destinations are followed before a circle is looked for, then eight times as many, and so on: where there is one, few show it.
const FIRST_LOOK: usize = 8;

impl Switches {
    /// Switches by their neighbours. Neighbours that do not exist, and a switch joined to itself, are passed over.
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
        made.back = (0..count).flat_map(|here| made.row(here).iter().map(move |other| (here, *other))).map(|(here, other)| back(here, other)).collect();
        made
    }

    fn row(&self, switch: u32) -> &[u32] {
        self.neighbours.get(switch as usize).map(Vec::as_slice).unwrap_or_default()
    }

    fn has_hosts(&self, switch: u32) -> bool {
        self.hosts.get(switch as usize).copied().unwrap_or(false)
    }

    /// A circle of switches in which each channel waits for the next, if shortest routes between switches with hosts close one: the
    /// channel from the first to the second waits for that from the second to the third, and the last leads to the first again.
    ///
    /// Time: O(switches with hosts × channels + channels × degree). Space: O(channels × degree / 64 + channels).
    pub fn circle(&self) -> Option<Vec<u32>> {
        let mut waits = Waits::new(self);
        let destinations: Vec<u32> = (0..self.neighbours.len() as u32).filter(|switch| self.has_hosts(*switch)).collect();
        let mut look = FIRST_LOOK;
        for (done, destination) in (1..).zip(&destinations) {
            waits.follow(*destination);
            if done == look && done < destinations.len() {
                look = look.saturating_mul(8);
                let found = waits.circle();
                if found.is_some() {
                    return found;
                }
            }
        }
        waits.circle()
    }
}

/// Which channel waits for which: for each channel into a switch one bit for each channel out of it.
struct Waits<'a> {
    of: &'a Switches,
    /// The first word of each channel.
    words: Vec<u32>,
    bits: Vec<u64>,
    distance: Vec<u32>,
    reached: Vec<u32>,
    used: Vec<bool>,
    ahead: Vec<u64>,
}

impl<'a> Waits<'a> {
    fn new(of: &'a Switches) -> Self {
        let mut words = Vec::with_capacity(of.back.len());
        let mut total = 0u32;
        for row in &of.neighbours {
            for other in row {
                words.push(total);
                total += of.row(*other).len().div_ceil(64) as u32;
            }
        }
        let count = of.neighbours.len();
        Self {
            of,
            words,
            bits: vec![0; total as usize],
            distance: vec![u32::MAX; count],
            reached: Vec::with_capacity(count),
            used: vec![false; count],
            ahead: Vec::new(),
        }
    }

    fn distance(&self, switch: u32) -> u32 {
        self.distance.get(switch as usize).copied().unwrap_or(u32::MAX)
    }

    /// The channel from a switch to the neighbour at a place of its row.
    fn channel(&self, from: u32, place: usize) -> Option<usize> {
        Some(*self.of.first.get(from as usize)? as usize + place)
    }

    /// Adds what waits for what on the shortest routes to one switch.
    fn follow(&mut self, destination: u32) {
        let of = self.of;
        for switch in self.reached.drain(..) {
            if let (Some(distance), Some(used)) = (self.distance.get_mut(switch as usize), self.used.get_mut(switch as usize)) {
                (*distance, *used) = (u32::MAX, false);
            }
        }
        if let Some(distance) = self.distance.get_mut(destination as usize) {
            *distance = 0;
            self.reached.push(destination);
        }
        let mut next = 0;
        while let Some(here) = self.reached.get(next).copied() {
            next += 1;
            let farther = self.distance(here) + 1;
            for other in of.row(here) {
                if let Some(distance) = self.distance.get_mut(*other as usize).filter(|distance| **distance == u32::MAX) {
                    *distance = farther;
                    self.reached.push(*other);
                }
            }
        }
        // From the far end: a channel is used by the hosts of its start and by what comes in there.
        for place in (0..self.reached.len()).rev() {
            let Some(here) = self.reached.get(place).copied() else { break };
            let hops = self.distance(here);
            let incoming = self.used.get(here as usize).copied().unwrap_or(false);
            if hops == 0 || !(incoming || of.has_hosts(here)) {
                continue;
            }
            let row = of.row(here);
            self.ahead.clear();
            self.ahead.resize(row.len().div_ceil(64), 0);
            for (at, other) in row.iter().enumerate() {
                if self.distance(*other) + 1 == hops {
                    if let Some(word) = self.ahead.get_mut(at / 64) {
                        *word |= 1 << (at % 64);
                    }
                    if let Some(used) = self.used.get_mut(*other as usize) {
                        *used = true;
                    }
                }
            }
            if !incoming {
                continue;
            }
            for (at, other) in row.iter().enumerate() {
                let comes = self.distance(*other) == hops + 1 && (of.has_hosts(*other) || self.used.get(*other as usize).copied().unwrap_or(false));
                if comes {
                    self.wait(here, at);
                }
            }
        }
    }

    /// The channel that comes in from the neighbour at a place waits for all that lead ahead.
    fn wait(&mut self, here: u32, place: usize) {
        let of = self.of;
        let Some(other) = of.row(here).get(place).copied() else { return };
        let back = self.channel(here, place).and_then(|channel| of.back.get(channel)).copied().unwrap_or(u32::MAX);
        let Some(word) = self.channel(other, back as usize).and_then(|channel| self.words.get(channel)).copied() else { return };
        for (bits, ahead) in self.bits.iter_mut().skip(word as usize).zip(&self.ahead) {
            *bits |= ahead;
        }
    }

    /// A circle, if there is one: a search in depth that comes upon a channel it is still at.
    fn circle(&self) -> Option<Vec<u32>> {
        let of = self.of;
        // 0 not seen, 1 on the way, 2 done.
        let mut state = vec![0u8; of.back.len()];
        // The start and the end of each channel on the way, and how many of the channels after it were tried.
        let mut way: Vec<(u32, u32, usize, usize)> = Vec::new();
        for start in 0..of.neighbours.len() as u32 {
            for (place, end) in of.row(start).iter().enumerate() {
                let Some(channel) = self.channel(start, place).filter(|channel| state.get(*channel) == Some(&0)) else { continue };
                mark(&mut state, channel, 1);
                way.push((start, *end, channel, 0));
                while let Some((from, to, channel, tried)) = way.last_mut() {
                    let (to, at) = (*to, *tried);
                    let Some(next) = of.row(to).get(at).copied() else {
                        mark(&mut state, *channel, 2);
                        way.pop();
                        continue;
                    };
                    *tried += 1;
                    let word = self.words.get(*channel).copied().unwrap_or(0) as usize + at / 64;
                    if self.bits.get(word).is_none_or(|bits| (bits >> (at % 64)) & 1 == 0) || next == *from {
                        continue;
                    }
                    let Some(ahead) = self.channel(to, at) else { continue };
                    match state.get(ahead) {
                        Some(0) => {
                            mark(&mut state, ahead, 1);
                            way.push((to, next, ahead, 0));
                        }
                        Some(1) => {
                            let begin = way.iter().position(|(.., channel, _)| *channel == ahead)?;
                            return Some(way.iter().skip(begin).map(|(from, ..)| *from).collect());
                        }
                        _ => {}
                    }
                }
            }
        }
        None
    }
}

fn mark(state: &mut [u8], channel: usize, now: u8) {
    if let Some(state) = state.get_mut(channel) {
        *state = now;
    }
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
