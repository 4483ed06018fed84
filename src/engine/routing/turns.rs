//! Which steps of a route may follow which: the part of a routing that a search has to know.
//!
//! Every step is of a class (up, down; along the second dimension; between groups), and a route is in a mode (on the way down; past the first
//! dimension). A table says in which mode a step of a class may be taken, and which mode the route is in afterwards. Of all routes that the
//! table allows, the shortest are taken.

use crate::engine::topology::ArcIndex;

/// Which mode a route is in; every route starts in mode 0.
pub type Mode = u8;

/// A step that may not be taken.
pub const NEVER: Mode = Mode::MAX;

/// Steps by class, and the modes they lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turns {
    /// By arc; empty where any step may follow any.
    class: Vec<u8>,
    /// The mode after a step: `after[class × modes + mode]`.
    after: Vec<Mode>,
    modes: u8,
}

/// Any step may follow any.
static FREE: Turns = Turns { class: Vec::new(), after: Vec::new(), modes: 1 };

impl Default for Turns {
    fn default() -> Self {
        FREE.clone()
    }
}

/// The table of one kind of routing: for each of its modes what each of its classes leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// By mode, then class.
    pub after: Vec<Vec<Mode>>,
}

impl Turns {
    /// Any step may follow any: shortest paths.
    pub fn free() -> &'static Self {
        &FREE
    }

    /// Steps of several kinds of routing side by side. `class` is 0 for a step that changes nothing; then come the classes of the first
    /// table, those of the second, and so on. A route that goes over from one kind to another begins there afresh.
    pub fn of(class: Vec<u8>, tables: &[Table]) -> Self {
        let modes: usize = tables.iter().map(|table| table.after.len()).sum::<usize>().max(1);
        let mut after: Vec<Mode> = (0..modes as u8).collect();
        let mut first = 0usize;
        for table in tables {
            let classes = table.after.first().map_or(0, Vec::len);
            for class in 0..classes {
                for mode in 0..modes {
                    let own = mode.checked_sub(first).filter(|own| *own < table.after.len()).unwrap_or(0);
                    let then = table.after.get(own).and_then(|row| row.get(class)).copied().unwrap_or(NEVER);
                    after.push(if then == NEVER { NEVER } else { then + first as u8 });
                }
            }
            first += table.after.len();
        }
        Self { class, after, modes: modes as u8 }
    }

    /// The same where steps are of a class under another table besides, and have to be allowed by both; `class` is that of each arc.
    pub fn and(&self, class: &[u8], table: &Table) -> Self {
        let (own, other) = (self.modes, table.after.len() as u8);
        let classes = if self.is_free() { 1 } else { (self.after.len() / usize::from(own.max(1))) as u8 };
        let mut after = Vec::with_capacity(usize::from(classes) * usize::from(own) * table.after.iter().map(Vec::len).sum::<usize>());
        for second in 0..table.after.first().map_or(0, Vec::len) {
            for first in 0..classes {
                for mode in 0..own * other {
                    let there = table.after.get(usize::from(mode / own)).and_then(|row| row.get(second)).copied().filter(|then| *then != NEVER);
                    let here = if self.is_free() { Some(u32::from(mode % own)) } else { self.after_class(u32::from(mode % own), first) };
                    after.push(here.zip(there).map_or(NEVER, |(here, there)| here as u8 + there * own));
                }
            }
        }
        let class = (0u32..).zip(class).map(|(arc, second)| self.class(arc) + classes * second).collect();
        Self { class, after, modes: own * other }
    }

    /// Only some arcs may be taken.
    pub fn only(count: usize, may: impl Fn(ArcIndex) -> bool) -> Self {
        Self { class: (0..count as u32).map(|arc| u8::from(!may(arc))).collect(), after: vec![0, NEVER], modes: 1 }
    }

    /// The same without some of `count` arcs, which may never be taken.
    pub fn without(&self, count: usize, off: impl Fn(ArcIndex) -> bool) -> Self {
        let mut after = if self.is_free() { (0..self.modes).collect() } else { self.after.clone() };
        let never = (after.len() / usize::from(self.modes.max(1))) as u8;
        let class = (0..count as u32).map(|arc| if off(arc) { never } else { self.class(arc) }).collect();
        after.resize(after.len() + usize::from(self.modes), NEVER);
        Self { class, after, modes: self.modes }
    }

    /// Whether any step may follow any.
    #[inline]
    pub fn is_free(&self) -> bool {
        self.class.is_empty()
    }
    /// How many modes there are.
    pub fn modes(&self) -> u32 {
        u32::from(self.modes)
    }
    /// The class of an arc.
    pub fn class(&self, arc: ArcIndex) -> u8 {
        self.class.get(arc as usize).copied().unwrap_or(0)
    }
    /// The mode after a step; `None` where it may not be taken.
    #[inline]
    pub fn after(&self, mode: u32, arc: ArcIndex) -> Option<u32> {
        if self.class.is_empty() {
            return Some(mode);
        }
        self.after_class(mode, self.class(arc))
    }
    /// As [`Turns::after`], by class.
    #[inline]
    pub fn after_class(&self, mode: u32, class: u8) -> Option<u32> {
        let then = self.after.get(usize::from(class) * usize::from(self.modes) + mode as usize).copied()?;
        (then != NEVER).then_some(u32::from(then))
    }
    /// Calls `go` with every mode that a step leads to `mode` from.
    #[inline]
    pub fn before(&self, mode: u32, arc: ArcIndex, mut go: impl FnMut(u32)) {
        if self.class.is_empty() {
            return go(mode);
        }
        let first = usize::from(self.class(arc)) * usize::from(self.modes);
        for (earlier, then) in self.after.iter().skip(first).take(usize::from(self.modes)).enumerate() {
            if u32::from(*then) == mode {
                go(earlier as u32);
            }
        }
    }
    /// The steps of a part of the topology, by the edge here that each of its edges is.
    pub fn picked(&self, edges: &[u32]) -> Self {
        if self.is_free() {
            return self.clone();
        }
        Self { class: edges.iter().flat_map(|edge| [self.class(2 * edge), self.class(2 * edge + 1)]).collect(), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_side_by_side_begin_afresh() {
        let up_down = Table { after: vec![vec![0, 1], vec![NEVER, 1]] };
        let dimensions = Table { after: vec![vec![0, 1], vec![NEVER, 1]] };
        let turns = Turns::of(vec![0, 1, 2, 3, 4], &[up_down, dimensions]);
        assert_eq!(turns.modes(), 4);
        assert_eq!((0..4).map(|mode| turns.after(mode, 0)).collect::<Vec<_>>(), [Some(0), Some(1), Some(2), Some(3)]);
        assert_eq!((turns.after(0, 2), turns.after(1, 1), turns.after(1, 2)), (Some(1), None, Some(1)));
        assert_eq!((turns.after(1, 4), turns.after(3, 3), turns.after(3, 1)), (Some(3), None, Some(0)), "over to the other kind and back");
        let mut from = Vec::new();
        turns.before(1, 2, |mode| from.push(mode));
        assert_eq!(from, [0, 1, 2, 3]);
        assert!(Turns::free().is_free() && Turns::free().modes() == 1);
    }

    #[test]
    fn two_tables_both_have_to_allow_a_step() {
        // Up before down, and nothing of class 1 twice.
        let up_down = Turns::of(vec![1, 2, 1], &[Table { after: vec![vec![0, 1], vec![NEVER, 1]] }]);
        let once = Table { after: vec![vec![0, 1], vec![1, NEVER]] };
        for (turns, ups) in [(up_down, true), (Turns::free().clone(), false)] {
            let both = turns.and(&[0, 1, 1], &once);
            assert_eq!(both.modes(), 2 * turns.modes());
            let follow = |arcs: &[u32]| arcs.iter().try_fold(0, |mode, arc| both.after(mode, *arc)).is_some();
            assert!(follow(&[0, 1]) && follow(&[0, 2]) && follow(&[0, 0, 1]));
            assert!(!follow(&[0, 1, 2]) && !follow(&[2, 1]), "class 1 once");
            assert_eq!(follow(&[1, 0]), !ups, "up after down");
        }
    }
}
