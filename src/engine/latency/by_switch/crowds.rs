//! Groups of ends whose ways lead out to switches of several classes, as XPUs hang on the switches of their domain and on leaves: those with the same ways to
//! the same switches at once. Switches that lead nowhere else are a domain's own and told apart, for the rest is alike in all domains.

use super::{Count, Entry, NONE, words};
use crate::units::intern::Intern;
use crate::units::order;

/// Groups with the same ways to the same switches.
#[derive(Debug)]
pub(super) struct Crowd {
    /// Their ways to switches that lead on, and to switches that lead nowhere else: places in [`Crowds::samples`].
    pub(super) kinds: [u32; 2],
    pub(super) groups: Vec<u32>,
    /// How many ends they have.
    pub(super) count: u64,
    pub(super) is_wide: bool,
}

/// All groups by their ways.
#[derive(Debug, Default)]
pub(super) struct Crowds {
    pub(super) all: Vec<Crowd>,
    pub(super) samples: [Vec<Vec<Entry>>; 2],
    /// How many ways the samples have.
    pub(super) entries: [u64; 2],
    /// By two crowds, how many pairs of their ends are of one island, an end with itself included.
    within: Vec<((u32, u32), u64)>,
}

impl Crowds {
    /// Of all groups; `None` where that takes too many steps.
    pub(super) fn of(count: &Count) -> Option<Self> {
        let between = &count.between;
        let seats = between.passing.len() as u32;
        let leads_on = |seat: u32| between.among.get(seat as usize).is_some_and(Option::is_some) || (0..seats).any(|to| between.number(seat, to) != NONE);
        let leads_on: Vec<bool> = (0..seats).map(leads_on).collect();
        let mut found = Self::default();
        let (mut lists, mut crowds): ([Intern; 2], Intern) = Default::default();
        let mut list = Vec::new();
        let mut of_group: Vec<u32> = Vec::with_capacity(count.groups.len());
        for (number, group) in (0..).zip(&count.groups) {
            let mut kinds = [0; 2];
            for (own, kind) in kinds.iter_mut().enumerate() {
                let goes = |entry: &&Entry| leads_on.get(entry.seat as usize) == Some(&(own == 0));
                list.clear();
                for entry in count.entries(group).iter().filter(goes) {
                    list.extend([u64::from(entry.dock), entry.out.wire]);
                    list.extend(words(&entry.out.way));
                }
                *kind = lists[own].number(&list);
                if *kind as usize == found.samples[own].len() {
                    let mut sample: Vec<Entry> = count.entries(group).iter().filter(goes).copied().collect();
                    if own == 1 {
                        // They meet at one switch or not at all.
                        order::sort_by_number(&mut sample, |entry| u64::from(entry.dock));
                    }
                    found.samples[own].push(sample);
                    found.entries[own] += list.len() as u64 / 4;
                }
            }
            let crowd = crowds.number(&kinds.map(u64::from));
            if crowd as usize == found.all.len() {
                let is_wide = group.seat == NONE && !group.entries.is_empty();
                found.all.push(Crowd { kinds, groups: Vec::new(), count: 0, is_wide });
            }
            of_group.push(crowd);
            let ends = count.batch(group)?.count;
            if let Some(crowd) = found.all.get_mut(crowd as usize) {
                crowd.groups.push(number);
                crowd.count += ends;
            }
        }
        let mut from = 0;
        for batch in count.groups.chunk_by(|one, other| one.batch == other.batch) {
            let crowds = of_group.get(from..from + batch.len()).unwrap_or_default();
            from += batch.len();
            if found.within.len() as u64 > count.most {
                return None;
            }
            let islands = batch.first().and_then(|group| count.batch(group)).map_or(0, |batch| batch.count);
            found.within.extend(crowds.iter().flat_map(|one| crowds.iter().map(move |other| ((*one, *other), islands))));
        }
        order::sort_by_number(&mut found.within, |((one, other), _)| u64::from(*one) << 32 | u64::from(*other));
        found.within.dedup_by(|next, before| {
            let same = next.0 == before.0;
            before.1 += if same { next.1 } else { 0 };
            same
        });
        Some(found)
    }

    /// How many pairs of ends of two crowds are of one island, an end with itself included.
    pub(super) fn within(&self, one: usize, other: usize) -> u64 {
        let found = self.within.binary_search_by_key(&(one as u32, other as u32), |(crowds, _)| *crowds);
        found.ok().and_then(|at| self.within.get(at)).map_or(0, |(_, pairs)| *pairs)
    }
}
