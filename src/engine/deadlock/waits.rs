//! Which channel waits for which: for each channel on each lane one bit for each channel on each lane out of where it leads.

use super::Switches;
use crate::engine::routing::graph::NONE;
use crate::engine::routing::turns::Turns;

/// No entry of a list.
const END: u32 = u32::MAX;
/// The list of a state that was never entered.
const UNUSED: u32 = u32::MAX - 1;

/// A node of the graph of waiting: a channel on a lane, `channel × lanes + lane`.
type Node = u32;

pub(super) struct Waits<'a> {
    of: &'a Switches,
    turns: &'a Turns,
    modes: usize,
    states: usize,
    lanes: usize,
    /// The first word of each channel; each lane of it has as many.
    words: Vec<u32>,
    bits: Vec<u64>,
    /// By switch and mode.
    distance: Vec<u32>,
    reached: Vec<u32>,
    /// By switch, mode and state of lanes: the list of nodes that led here.
    entered: Vec<u32>,
    lists: Vec<(Node, u32)>,
    ahead: Vec<u64>,
    /// Under Valiant: where a first half ends, in which state, by which node.
    arrivals: Vec<(u32, u32, Node)>,
}

impl<'a> Waits<'a> {
    pub fn new(of: &'a Switches, turns: &'a Turns) -> Self {
        let (modes, states, lanes) = (turns.modes() as usize, of.lanes.states(), of.lanes.count());
        let mut words = Vec::with_capacity(of.ends.len());
        let mut total = 0usize;
        for (end, _) in &of.ends {
            words.push(total as u32);
            total += (of.row(*end).len() * lanes).div_ceil(64) * lanes;
        }
        let slots = of.neighbours.len() * modes;
        Self {
            of,
            turns,
            modes,
            states,
            lanes,
            words,
            bits: vec![0; total],
            distance: vec![u32::MAX; slots],
            reached: Vec::with_capacity(slots),
            entered: vec![UNUSED; slots * states],
            lists: Vec::new(),
            ahead: Vec::new(),
            arrivals: Vec::new(),
        }
    }

    /// How many words the channels out of where a channel leads take.
    fn width(&self, channel: usize) -> usize {
        self.of.ends.get(channel).map_or(0, |(end, _)| (self.of.row(*end).len() * self.lanes).div_ceil(64))
    }

    /// Everything that the steps allow, whatever the destination: from every switch with hosts on, each channel waits for all that may follow it.
    pub fn allow(&mut self) {
        let of = self.of;
        let mut open: Vec<usize> = Vec::new();
        let mut seen = vec![false; self.entered.len()];
        let begin = |switch: usize| switch * self.modes * self.states;
        for switch in (0..of.neighbours.len()).filter(|switch| of.has_hosts(*switch as u32)) {
            seen[begin(switch)] = true;
            open.push(begin(switch));
        }
        while let Some(slot) = open.pop() {
            let (here, mode, state) = (slot / self.states / self.modes, slot / self.states % self.modes, slot % self.states);
            for (place, to) in of.row(here as u32).iter().enumerate() {
                let channel = of.channel(here as u32, place);
                let Some(then) = self.turns.after(mode as u32, channel as u32).filter(|_| !of.lanes.repeats(state, channel)) else { continue };
                let (lane, after) = of.lanes.next(state, channel);
                let next = (*to as usize * self.modes + then as usize) * self.states + after;
                self.look_ahead(*to, then, after);
                // Nobody turns back where it came from.
                let back = of.ends.get(channel).map_or(0, |(_, back)| *back as usize);
                for lane in 0..self.lanes {
                    let bit = back * self.lanes + lane;
                    if let Some(word) = self.ahead.get_mut(bit / 64) {
                        *word &= !(1 << (bit % 64));
                    }
                }
                self.wait(channel, lane);
                if !std::mem::replace(&mut seen[next], true) {
                    open.push(next);
                }
            }
        }
    }

    /// Gathers in `ahead` the channels on their lanes that may come next.
    fn look_ahead(&mut self, here: u32, mode: u32, state: usize) {
        let of = self.of;
        let row = of.row(here);
        self.ahead.clear();
        self.ahead.resize((row.len() * self.lanes).div_ceil(64), 0);
        for place in 0..row.len() {
            let channel = of.channel(here, place);
            if self.turns.after(mode, channel as u32).is_some() && !of.lanes.repeats(state, channel) {
                let bit = place * self.lanes + of.lanes.next(state, channel).0;
                if let Some(word) = self.ahead.get_mut(bit / 64) {
                    *word |= 1 << (bit % 64);
                }
            }
        }
    }

    /// A channel on a lane waits for all that is ahead.
    fn wait(&mut self, channel: usize, lane: usize) {
        let first = self.words.get(channel).map_or(0, |first| *first as usize) + lane * self.width(channel);
        for (bits, ahead) in self.bits.iter_mut().skip(first).zip(&self.ahead) {
            *bits |= ahead;
        }
    }

    /// A node waits for one of the channels on their lanes that lead on from it.
    pub fn wait_for(&mut self, node: Node, bit: usize) {
        let (channel, lane) = (node as usize / self.lanes, node as usize % self.lanes);
        let first = self.words.get(channel).map_or(0, |first| *first as usize) + lane * self.width(channel);
        if let Some(word) = self.bits.get_mut(first + bit / 64) {
            *word |= 1 << (bit % 64);
        }
    }

    /// Distances by switch and mode to some switches.
    fn measure(&mut self, targets: impl Iterator<Item = u32>) {
        let of = self.of;
        for slot in self.reached.drain(..) {
            self.distance[slot as usize] = u32::MAX;
        }
        for target in targets {
            for mode in 0..self.modes {
                let slot = target as usize * self.modes + mode;
                self.distance[slot] = 0;
                self.reached.push(slot as u32);
            }
        }
        let mut next = 0;
        while let Some(slot) = self.reached.get(next).map(|slot| *slot as usize) {
            next += 1;
            let (here, mode) = (slot / self.modes, slot % self.modes);
            let farther = self.distance[slot] + 1;
            for (place, other) in of.row(here as u32).iter().enumerate() {
                let back = of.ends.get(of.channel(here as u32, place)).map_or(0, |(_, back)| *back as usize);
                let (distance, reached, modes) = (&mut self.distance, &mut self.reached, self.modes);
                self.turns.before(mode as u32, of.channel(*other, back) as u32, |earlier| {
                    let slot = *other as usize * modes + earlier as usize;
                    if distance[slot] == u32::MAX {
                        distance[slot] = farther;
                        reached.push(slot as u32);
                    }
                });
            }
        }
    }

    /// Marks that routes begin at a switch, or come to it by a node.
    fn enter(&mut self, switch: u32, state: usize, by: Option<Node>) {
        let slot = switch as usize * self.modes;
        if self.distance[slot] == u32::MAX {
            return;
        }
        let list = &mut self.entered[slot * self.states + state];
        if *list == UNUSED {
            *list = END;
        }
        if let Some(node) = by {
            self.lists.push((node, *list));
            *list = self.lists.len() as u32 - 1;
        }
    }

    /// Follows everything that was entered, from far to near. What gets there is handed to `ends`: the switch, the state of lanes and the last node.
    fn run(&mut self, twins: &[u32], mut ends: impl FnMut(u32, u32, Node)) {
        let of = self.of;
        for at in (0..self.reached.len()).rev() {
            let Some(slot) = self.reached.get(at).map(|slot| *slot as usize) else { break };
            let (here, mode) = ((slot / self.modes) as u32, (slot % self.modes) as u32);
            let distance = self.distance[slot];
            for state in 0..self.states {
                let mut list = std::mem::replace(&mut self.entered[slot * self.states + state], UNUSED);
                if list == UNUSED {
                    continue;
                }
                if distance == 0 {
                    while let Some((node, next)) = self.lists.get(list as usize).copied() {
                        ends(here, state as u32, node);
                        list = next;
                    }
                    continue;
                }
                let row = of.row(here);
                self.ahead.clear();
                self.ahead.resize((row.len() * self.lanes).div_ceil(64), 0);
                for (place, to) in row.iter().enumerate() {
                    let channel = of.channel(here, place);
                    let Some(then) = self.turns.after(mode, channel as u32) else { continue };
                    let next = *to as usize * self.modes + then as usize;
                    if self.distance[next].wrapping_add(1) != distance {
                        continue;
                    }
                    let (lane, after) = of.lanes.next(state, channel);
                    let bit = place * self.lanes + lane;
                    self.ahead[bit / 64] |= 1 << (bit % 64);
                    let entered = &mut self.entered[next * self.states + after];
                    self.lists.push(((channel * self.lanes + lane) as Node, if *entered == UNUSED { END } else { *entered }));
                    *entered = self.lists.len() as u32 - 1;
                }
                while let Some((node, next)) = self.lists.get(list as usize).copied() {
                    self.wait(node as usize / self.lanes, node as usize % self.lanes);
                    if distance == 1 && !twins.is_empty() {
                        self.wait_for_twins(here, node as usize, twins);
                    }
                    list = next;
                }
            }
        }
        self.lists.clear();
    }

    /// The last step but one to a destination leads as well to its twins; what comes from a twin comes, to that twin, from the destination.
    fn wait_for_twins(&mut self, here: u32, channel: usize, twins: &[u32]) {
        let of = self.of;
        let Some((_, back)) = of.ends.get(channel).copied() else { return };
        let from = of.row(here).get(back as usize).copied().unwrap_or(NONE);
        let target = self.reached.first().map_or(NONE, |slot| *slot / self.modes as u32);
        for twin in twins {
            let Ok(place) = of.row(here).binary_search(twin) else { continue };
            let channel = if from == *twin {
                let Ok(at) = of.row(target).binary_search(&here) else { continue };
                of.channel(target, at)
            } else {
                channel
            };
            self.ahead.iter_mut().for_each(|word| *word = 0);
            if let Some(word) = self.ahead.get_mut(place / 64) {
                *word |= 1 << (place % 64);
            }
            self.wait(channel, 0);
        }
        // As it was, for what else came in.
        self.ahead.iter_mut().for_each(|word| *word = 0);
        if let Ok(place) = of.row(here).binary_search(&target)
            && let Some(word) = self.ahead.get_mut(place / 64)
        {
            *word |= 1 << (place % 64);
        }
    }

    /// Adds what waits for what on all routes to one switch and to its twins.
    pub fn follow(&mut self, destination: u32, twins: &[u32]) {
        let of = self.of;
        self.measure(std::iter::once(destination));
        let own = of.group(destination);
        for switch in (0..of.neighbours.len() as u32).filter(|switch| of.has_hosts(*switch) && *switch != destination) {
            // Under Valiant what comes from another group comes by way of a third.
            if of.groups.is_empty() || of.group(switch) == own {
                self.enter(switch, 0, None);
            }
        }
        let arrivals = std::mem::take(&mut self.arrivals);
        for (switch, state, node) in &arrivals {
            if of.group(*switch) != own && of.group(self.start(*node)) != own {
                self.enter(*switch, *state as usize, Some(*node));
            }
        }
        self.arrivals = arrivals;
        self.run(twins, |_, _, _| {});
    }

    /// Under Valiant: follows the first halves of all routes, to each group, and keeps where they end.
    pub fn arrive(&mut self) {
        let of = self.of;
        for group in 0..of.group_count {
            let members: Vec<u32> = (0..of.neighbours.len() as u32).filter(|switch| of.group(*switch) == group).collect();
            self.measure(members.into_iter());
            for switch in (0..of.neighbours.len() as u32).filter(|switch| of.has_hosts(*switch) && of.group(*switch) != group) {
                self.enter(switch, 0, None);
            }
            let mut found = std::mem::take(&mut self.arrivals);
            self.run(&[], |switch, state, node| found.push((switch, state, node)));
            self.arrivals = found;
        }
    }

    /// Where the channel of a node starts.
    fn start(&self, node: Node) -> u32 {
        let Some((end, back)) = self.of.ends.get(node as usize / self.lanes).copied() else { return NONE };
        self.of.row(end).get(back as usize).copied().unwrap_or(NONE)
    }

    /// A circle, if there is one: a search in depth that comes upon a node it is still at. Switches with the lane that leads on from each.
    pub fn circle(&self) -> Option<Vec<(u32, u8)>> {
        let of = self.of;
        // 0 not seen, 1 on the way, 2 done.
        let mut seen = vec![0u8; of.ends.len() * self.lanes];
        // Each node on the way with the bits after it that were not tried, from a word on.
        let mut way: Vec<(Node, usize, u64)> = Vec::new();
        for begin in 0..seen.len() as u32 {
            if seen[begin as usize] != 0 {
                continue;
            }
            seen[begin as usize] = 1;
            way.push((begin, 0, self.word(begin, 0).unwrap_or(0)));
            while let Some((node, word, left)) = way.last_mut() {
                if *left == 0 {
                    *word += 1;
                    match self.word(*node, *word) {
                        Some(bits) => *left = bits,
                        None => {
                            seen[*node as usize] = 2;
                            way.pop();
                        }
                    }
                    continue;
                }
                let bit = *word * 64 + left.trailing_zeros() as usize;
                *left &= *left - 1;
                let end = of.ends.get(*node as usize / self.lanes).map_or(0, |(end, _)| *end);
                let next = (of.channel(end, bit / self.lanes) * self.lanes + bit % self.lanes) as Node;
                match seen.get(next as usize) {
                    Some(0) => {
                        seen[next as usize] = 1;
                        way.push((next, 0, self.word(next, 0).unwrap_or(0)));
                    }
                    Some(1) => {
                        let first = way.iter().position(|(node, ..)| *node == next)?;
                        return Some(way.iter().skip(first).map(|(node, ..)| (self.start(*node), (*node as usize % self.lanes) as u8)).collect());
                    }
                    _ => {}
                }
            }
        }
        None
    }

    /// The bits that a node waits for, one word of them.
    fn word(&self, node: Node, word: usize) -> Option<u64> {
        let (channel, lane) = (node as usize / self.lanes, node as usize % self.lanes);
        let width = self.width(channel);
        if word >= width {
            return None;
        }
        self.bits.get(*self.words.get(channel)? as usize + lane * width + word).copied()
    }
}
