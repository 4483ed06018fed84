//! Virtual lanes: a link has several, each with room of its own, and a packet that goes over to the next waits for no packet of the one before.

use crate::model::LaneChange;

/// Which lane a packet takes on which channel, as a table: what it has behind it is one of a few states, a channel is of one of a few kinds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lanes {
    /// How many there are; 0 is one.
    count: u8,
    /// By channel; empty where all are of one kind.
    kind: Vec<u8>,
    kinds: u8,
    states: u8,
    /// By state and kind: the lane, and the state after.
    next: Vec<(u8, u8)>,
    /// Whether kinds of odd number close rings.
    closes: bool,
}

impl Lanes {
    /// How many lanes there are.
    pub fn count(&self) -> usize {
        usize::from(self.count.max(1))
    }
    /// How many states there are.
    pub fn states(&self) -> usize {
        usize::from(self.states.max(1))
    }
    /// The lane on a channel and the state after it.
    #[inline]
    pub fn next(&self, state: usize, channel: usize) -> (usize, usize) {
        if self.next.is_empty() {
            return (0, 0);
        }
        let kind = usize::from(self.kind.get(channel).copied().unwrap_or(0));
        let (lane, then) = self.next.get(state * usize::from(self.kinds.max(1)) + kind).copied().unwrap_or_default();
        (usize::from(lane), usize::from(then))
    }

    /// Whether a channel would close a ring that was closed already, which no shortest route does.
    pub fn repeats(&self, state: usize, channel: usize) -> bool {
        let kind = self.kind.get(channel).copied().unwrap_or(0);
        let (lanes, own) = (self.count.max(1), state as u8);
        self.closes && kind % 2 == 1 && own / lanes == kind / 2 && own % lanes > 0
    }

    /// Each link between groups leads to the next lane, on which a packet goes on after it.
    pub fn by_groups(count: u8, between: Vec<bool>) -> Self {
        let count = count.max(1);
        let next = (0..count).flat_map(|state| [(state, state), (state, (state + 1).min(count - 1))]).collect();
        Self { count, kind: between.into_iter().map(u8::from).collect(), kinds: 2, states: count, next, closes: false }
    }
    /// Each hop leads to the next lane.
    pub fn by_hops(count: u8) -> Self {
        let count = count.max(1);
        Self { count, kind: Vec::new(), kinds: 1, states: count, next: (0..count).map(|state| (state, (state + 1).min(count - 1))).collect(), closes: false }
    }
    /// The link that closes a ring leads to the next lane, and is crossed on it; every dimension begins on the first lane. Channels come with
    /// their dimension and whether they close its ring.
    pub fn by_datelines(count: u8, dimensions: u8, channels: &[(u8, bool)]) -> Self {
        let (count, dimensions) = (count.max(1), dimensions.clamp(1, 8));
        let mut next = Vec::new();
        for state in 0..count * dimensions {
            for kind in 0..2 * dimensions {
                let dimension = kind / 2;
                let lane = if state / count == dimension { state % count } else { 0 };
                let lane = (lane + kind % 2).min(count - 1);
                next.push((lane, dimension * count + lane));
            }
        }
        let kind = channels.iter().map(|(dimension, closes)| dimension.min(&(dimensions - 1)) * 2 + u8::from(*closes)).collect();
        Self { count, kind, kinds: 2 * dimensions, states: count * dimensions, next, closes: true }
    }
}

/// What lanes do, in a few words: `2 virtual lanes, the next after the link that closes a ring`.
pub fn words(count: u8, change: Option<LaneChange>) -> String {
    let on = match change {
        _ if count < 2 => return "1 virtual lane".to_owned(),
        None => "none of which routes change to",
        Some(LaneChange::Dateline) => "the next from the link that closes a ring",
        Some(LaneChange::Groups) => "the next after each link between groups",
        Some(LaneChange::Hops) => "the next after each hop",
    };
    format!("{count} virtual lanes, {on}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_rise_where_they_should_and_never_beyond_the_last() {
        assert_eq!((Lanes::default().count(), Lanes::default().next(0, 9)), (1, (0, 0)));
        let hops = Lanes::by_hops(3);
        assert_eq!([0, 1, 2].map(|state| hops.next(state, 0)), [(0, 1), (1, 2), (2, 2)]);
        let groups = Lanes::by_groups(2, vec![false, true]);
        assert_eq!((groups.next(0, 0), groups.next(0, 1), groups.next(1, 0), groups.next(1, 1)), ((0, 0), (0, 1), (1, 1), (1, 1)));
        let lines = Lanes::by_datelines(2, 2, &[(0, false), (0, true), (1, false)]);
        let (lane, closed) = lines.next(0, 1);
        assert_eq!(lane, 1, "the closing link is crossed on the next lane");
        assert_eq!(lines.next(closed, 0).0, 1);
        assert_eq!(lines.next(closed, 2).0, 0, "another dimension begins on the first");
    }
}
