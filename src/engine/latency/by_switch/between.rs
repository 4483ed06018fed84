//! Ways between the classes of switches that something hangs on: a search from each, or from those alone whose ways an edit may have changed.
//!
//! An edit of a link between two switches changes the ways of two classes only where the link is on one of their shortest ways, before or after. Whether it is
//! is told by searches from its two ends ([`Around`]); the ways of all other classes stand. Ways there and back are alike, so of the two sides that a link
//! has, the one with fewer classes is searched anew.

use super::super::backbone::{Backbone, NONE, Search, Stretch};
use super::super::islands::Out;
use crate::units::intern::Intern;

/// A way out to a switch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Which switch.
    pub(super) dock: u32,
    /// Which of the classes that are searched from.
    pub(super) seat: u32,
    pub(super) out: Out,
}

/// Ways between the classes of switches that something hangs on.
#[derive(Clone, Debug, Default)]
pub(super) struct Between {
    /// By two of them, the number of a stretch; [`NONE`] where there is no way.
    rows: Vec<u32>,
    pub(super) stretches: Vec<Stretch>,
    /// By class: between two of it, and over one.
    pub(super) among: Vec<Option<Stretch>>,
    pub(super) passing: Vec<Stretch>,
}

impl Between {
    /// Of these classes. What is known from before saves searches. Time: a search for each class, and O(classes²).
    pub(super) fn of(backbone: &Backbone, seats: &[u32], earlier: Option<Earlier>, progress: &mut dyn FnMut(f64)) -> Self {
        let mut found = Self { passing: seats.iter().map(|class| backbone.passing(*class)).collect(), ..Self::default() };
        found.among.extend(seats.iter().map(|class| backbone.among(*class)));
        found.rows.reserve(seats.len() * seats.len());
        let mut search = Search::default();
        let mut numbers = Intern::default();
        let Some(Earlier { between: before, row_of, anew }) = earlier else {
            for (done, from) in (1..).zip(seats) {
                backbone.search(*from, &mut search);
                let mut last = None;
                for to in seats {
                    let stretch = if to == from { None } else { backbone.between(&search, *to) };
                    found.push(stretch, &mut numbers, &mut last);
                }
                progress(f64::from(done) / seats.len() as f64);
            }
            return found;
        };
        let mut fresh: Vec<Vec<Option<Stretch>>> = Vec::new();
        let mut fresh_of = vec![NONE; seats.len()];
        for (of, from) in fresh_of.iter_mut().zip(seats).zip(&anew).filter(|(_, anew)| **anew).map(|(both, _)| both) {
            backbone.search(*from, &mut search);
            *of = fresh.len() as u32;
            fresh.push(seats.iter().map(|to| if to == from { None } else { backbone.between(&search, *to) }).collect());
        }
        let mut number_of = vec![NONE; before.stretches.len()];
        let mut last = None;
        for (from, (was, own)) in row_of.iter().zip(&fresh_of).enumerate() {
            let own = fresh.get(*own as usize);
            for (to, (other_was, other)) in row_of.iter().zip(&fresh_of).enumerate() {
                // Ways back are those there.
                let searched = own.and_then(|row| row.get(to)).or_else(|| fresh.get(*other as usize)?.get(from));
                if let Some(stretch) = searched {
                    found.push(*stretch, &mut numbers, &mut last);
                    continue;
                }
                let number = before.number(*was, *other_was);
                match (number_of.get(number as usize).copied(), before.stretches.get(number as usize)) {
                    (Some(NONE), Some(stretch)) => {
                        let now = found.push(Some(*stretch), &mut numbers, &mut last);
                        number_of.get_mut(number as usize).into_iter().for_each(|of| *of = now);
                    }
                    (Some(now), _) => found.rows.push(now),
                    (None, _) => found.rows.push(NONE),
                }
            }
        }
        found
    }

    /// Adds the next pair and tells its number.
    fn push(&mut self, stretch: Option<Stretch>, numbers: &mut Intern, last: &mut Option<(Stretch, u32)>) -> u32 {
        let Some(stretch) = stretch else {
            self.rows.push(NONE);
            return NONE;
        };
        // Neighbours are mostly as far.
        let number = match *last {
            Some((same, number)) if same == stretch => number,
            _ => numbers.number(&words(&stretch)),
        };
        *last = Some((stretch, number));
        if number as usize == self.stretches.len() {
            self.stretches.push(stretch);
        }
        self.rows.push(number);
        number
    }

    pub(super) fn number(&self, from: u32, to: u32) -> u32 {
        self.rows.get(from as usize * self.passing.len() + to as usize).copied().unwrap_or(NONE)
    }
    /// The ways between two switches, given by class and name.
    pub(super) fn stretch(&self, from: &Entry, to: &Entry) -> Option<Stretch> {
        if from.dock == to.dock {
            self.passing.get(from.seat as usize).copied()
        } else if from.seat == to.seat {
            *self.among.get(from.seat as usize)?
        } else {
            self.stretches.get(self.number(from.seat, to.seat) as usize).copied()
        }
    }
    /// The ways between two ends that are not of one island, by their ways out, the shortest first. What a message takes on the wire is part of their time.
    pub(super) fn meet(&self, from: &[Entry], to: &[Entry]) -> Option<Stretch> {
        let mut best: Option<Stretch> = None;
        for one in from {
            for other in to {
                // Between two switches is a hop at least.
                let hops = one.out.way.hops + other.out.way.hops;
                let most = best.map_or(u32::MAX, |best| best.hops);
                if hops > most {
                    break;
                }
                if hops == most && one.dock != other.dock {
                    continue;
                }
                if let Some(between) = self.stretch(one, other) {
                    let way = joined(&one.out, between, &other.out);
                    best = Some(best.map_or(way, |best| best.or(way)));
                }
            }
        }
        best
    }
    /// The ways between two ends over one switch that both lead out to, of lists in the order of their switches.
    pub(super) fn over_one(&self, from: &[Entry], to: &[Entry]) -> Option<Stretch> {
        let (mut from, mut to) = (from.iter().peekable(), to.iter().peekable());
        let mut best: Option<Stretch> = None;
        while let (Some(one), Some(other)) = (from.peek(), to.peek()) {
            match one.dock.cmp(&other.dock) {
                std::cmp::Ordering::Less => drop(from.next()),
                std::cmp::Ordering::Greater => drop(to.next()),
                std::cmp::Ordering::Equal => {
                    let way = self.stretch(one, other).map(|between| joined(&one.out, between, &other.out));
                    best = best.into_iter().chain(way).reduce(Stretch::or);
                    from.next();
                    to.next();
                }
            }
        }
        best
    }
}

pub(super) fn words(stretch: &Stretch) -> [u64; 2] {
    [u64::from(stretch.hops) << 16 | u64::from(stretch.peak) << 1 | u64::from(stretch.leaves), stretch.time]
}

/// Ways out, over switches and in.
pub(super) fn joined(from: &Out, between: Stretch, to: &Out) -> Stretch {
    let way = from.way.and(between).and(to.way);
    Stretch { time: way.time.saturating_add(from.wire.max(to.wire)), ..way }
}

/// What is known of ways between classes from before.
pub(super) struct Earlier {
    /// Those ways.
    between: Between,
    /// By class now: its place among the classes of before; [`NONE`] where it was none of them.
    row_of: Vec<u32>,
    /// Which are searched anew.
    anew: Vec<bool>,
}

/// A link between two switches that came or went: how many hops from each of its ends every switch is in a fabric with it, by place of switches.
pub(super) struct Around {
    hops: [Vec<u32>; 2],
}

impl Around {
    /// Of a link between the switches at two places, in a fabric that has it. Time: two searches.
    pub(super) fn of(backbone: &Backbone, ends: [u32; 2]) -> Self {
        let mut search = Search::default();
        let hops = ends.map(|place| {
            backbone.search(backbone.class_at(place), &mut search);
            (0..backbone.vertices.len() as u32).map(|place| search.hops(backbone.class_at(place))).collect()
        });
        Self { hops }
    }
}

impl Earlier {
    /// What still holds of ways between classes. `row_of` says which class each was, `switches` where one switch of each stands. `None` where so much has to be
    /// searched anew that nothing is won. Time: O(links × classes²).
    pub(super) fn of(between: Between, row_of: Vec<u32>, switches: &[u32], differ: &[Around]) -> Option<Self> {
        let count = between.passing.len();
        let mut anew: Vec<bool> = row_of.iter().map(|row| *row as usize >= count).collect();
        let mut taken = vec![false; count];
        for (row, anew) in row_of.iter().zip(&mut anew) {
            // Two classes that were one have no way between them among those of before.
            *anew |= taken.get_mut(*row as usize).is_none_or(|taken| std::mem::replace(taken, true));
        }
        for around in differ {
            let hops = |end: usize| -> Vec<u32> { switches.iter().map(|place| around.hops[end].get(*place as usize).copied().unwrap_or(NONE)).collect() };
            let [near, far] = [hops(0), hops(1)];
            let mut sides = [vec![false; row_of.len()], vec![false; row_of.len()]];
            for (from, (row, hops)) in row_of.iter().zip(&near).enumerate().filter(|(at, (_, hops))| **hops != NONE && !anew[*at]) {
                for (to, (other, farther)) in row_of.iter().zip(&far).enumerate().filter(|(at, (_, hops))| *at != from && **hops != NONE && !anew[*at]) {
                    let known = between.stretches.get(between.number(*row, *other) as usize).map_or(NONE, |way| way.hops);
                    if hops + 1 + farther <= known {
                        (sides[0][from], sides[1][to]) = (true, true);
                    }
                }
            }
            let many = |side: &[bool]| side.iter().filter(|is| **is).count();
            let less = usize::from(many(&sides[1]) < many(&sides[0]));
            anew.iter_mut().zip(&sides[less]).for_each(|(anew, is)| *anew |= is);
        }
        (anew.iter().filter(|anew| **anew).count() * 2 <= row_of.len()).then_some(Self { between, row_of, anew })
    }
}
