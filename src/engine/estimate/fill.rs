//! Max-min fair rates by progressive filling: raise all rates together; when an edge is full, what crosses it stays where
//! it is; go on with the rest (D. Bertsekas and R. Gallager, *Data Networks*, 1992, section 6.5.2).
//!
//! A flow may put only a share of itself on an arc. The result is the one at which every flow crosses a full arc on
//! which no flow is faster, which the tests check.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// What a flow puts on arcs: each arc with the share of the flow that crosses it, every arc once.
pub type Shares = Vec<(u32, f64)>;

/// The rate of one flow and the arc that holds it there; both `None` when nothing holds it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Filled {
    /// Its rate in the unit of the capacities.
    pub rate: Option<f64>,
    /// The arc that was full first.
    pub bottleneck: Option<u32>,
}

/// An arc that would be full at a level. The heap gives the lowest level first, then the lowest arc.
#[derive(Clone, Copy, PartialEq)]
struct Full {
    level: f64,
    arc: u32,
}

impl Eq for Full {}
impl Ord for Full {
    fn cmp(&self, other: &Self) -> Ordering {
        other.level.total_cmp(&self.level).then(other.arc.cmp(&self.arc))
    }
}
impl PartialOrd for Full {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Max-min fair rates of flows over arcs. `capacity` is that of each arc; `None` is an arc that holds nothing back.
///
/// Two flows over an arc of 10, one of them also over an arc of 4: rates 4 and 6.
///
/// Time: O(shares × log arcs). Space: O(shares + arcs).
pub fn fill(flows: &[Shares], capacity: &[Option<f64>]) -> Vec<Filled> {
    let rows = Rows::of(flows);
    let mut filled = vec![Filled::default(); flows.len()];
    fill_until(&rows, capacity, |flow, rate, arc| {
        if let Some(filled) = filled.get_mut(flow as usize) {
            *filled = Filled { rate: Some(rate), bottleneck: Some(arc) };
        }
        f64::INFINITY
    });
    filled
}

/// Shares of many flows, all in one list.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Where the shares of each flow end.
    pub ends: Vec<u32>,
    /// Arcs with the share of a flow that crosses them.
    pub shares: Shares,
}

impl Rows {
    fn of(flows: &[Shares]) -> Self {
        let mut rows = Self { ends: Vec::with_capacity(flows.len()), shares: Vec::with_capacity(flows.iter().map(Vec::len).sum()) };
        for flow in flows {
            rows.shares.extend_from_slice(flow);
            rows.ends.push(rows.shares.len() as u32);
        }
        rows
    }
    /// How many flows there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }
    /// The shares of a flow.
    pub fn flow(&self, flow: usize) -> &[(u32, f64)] {
        let start = flow.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.ends.get(flow).and_then(|end| self.shares.get(start..*end as usize)).unwrap_or_default()
    }
}

/// As [`fill`], told flow by flow: `stops` takes a flow with its rate and the arc that holds it there, and says up to which level it still wants to
/// know. Rates come in rising order, so nothing beyond that level needs to be worked out.
pub fn fill_until(rows: &Rows, capacity: &[Option<f64>], mut stops: impl FnMut(u32, f64, u32) -> f64) {
    // Which flows cross each arc, as compressed rows.
    let mut first = vec![0u32; capacity.len() + 1];
    for (arc, _) in &rows.shares {
        if let Some(count) = first.get_mut(*arc as usize + 1) {
            *count += 1;
        }
    }
    for place in 1..first.len() {
        first[place] += first[place - 1];
    }
    let mut next = first.clone();
    let mut crossing = vec![0u32; first.last().map_or(0, |count| *count as usize)];
    let mut weight = vec![0.0f64; capacity.len()];
    let mut left = vec![0u32; capacity.len()];
    for flow in 0..rows.count() {
        for (arc, share) in rows.flow(flow).iter().filter(|(arc, _)| (*arc as usize) < capacity.len()) {
            let arc = *arc as usize;
            crossing[next[arc] as usize] = flow as u32;
            next[arc] += 1;
            weight[arc] += share;
            left[arc] += 1;
        }
    }

    let mut frozen = vec![0.0f64; capacity.len()];
    let level_of = |arc: usize, frozen: &[f64], weight: &[f64]| capacity[arc].map(|capacity| ((capacity - frozen[arc]).max(0.0)) / weight[arc]);
    let crossed = (0..capacity.len()).filter(|arc| left[*arc] > 0 && weight[*arc] > 0.0);
    let mut queue = Queue::of(crossed.filter_map(|arc| Some(Full { level: level_of(arc, &frozen, &weight)?, arc: arc as u32 })).collect());

    let mut held = vec![false; rows.count()];
    let mut wanted = f64::INFINITY;
    let mut level = 0.0f64;
    while let Some(full) = queue.pop() {
        // Levels only rise: all that is left is full later than anybody wants to know.
        if full.level > wanted {
            return;
        }
        let arc = full.arc as usize;
        if left[arc] == 0 || weight[arc] <= 0.0 {
            continue;
        }
        let Some(now) = level_of(arc, &frozen, &weight) else { continue };
        // Flows that stopped elsewhere made room here since this entry was written.
        if now > full.level && queue.has_below(now) {
            queue.push(Full { level: now, arc: full.arc });
            continue;
        }
        level = level.max(now);
        if level > wanted {
            return;
        }
        for flow in &crossing[first[arc] as usize..first[arc + 1] as usize] {
            let flow = *flow as usize;
            if std::mem::replace(&mut held[flow], true) {
                continue;
            }
            wanted = stops(flow as u32, level, full.arc);
            for (other, share) in rows.flow(flow).iter().filter(|(other, _)| (*other as usize) < capacity.len()) {
                let other = *other as usize;
                frozen[other] += share * level;
                weight[other] -= share;
                left[other] -= 1;
            }
        }
    }
}

/// Arcs by the level at which they would be full, lowest first. What is full much later is not put in order before its turn comes: mostly it
/// is later still by then, or nobody wants to know.
struct Queue {
    /// At the first level, in order: in a regular fabric thousands of arcs.
    ready: std::iter::Peekable<std::vec::IntoIter<Full>>,
    heap: BinaryHeap<Full>,
    first: f64,
    /// What is later than all in the heap, by quarters of powers of two over the first level.
    later: [Vec<Full>; LATER],
    /// How many of these are in the heap already.
    open: usize,
}

/// What is more than 2^16 times as late as the first is in the last of these.
const LATER: usize = 64;

impl Queue {
    fn of(all: Vec<Full>) -> Self {
        let first = all.iter().map(|full| full.level).min_by(f64::total_cmp).unwrap_or(0.0);
        let ready: Vec<Full> = all.iter().filter(|full| full.level == first).copied().collect();
        let mut made = Self { ready: ready.into_iter().peekable(), heap: BinaryHeap::new(), first, later: [const { Vec::new() }; LATER], open: 0 };
        all.into_iter().filter(|full| full.level != first).for_each(|full| made.push(full));
        made
    }
    fn place(&self, level: f64) -> usize {
        let ratio = (level / self.first).max(1.0);
        (((ratio.to_bits() - 1f64.to_bits()) >> 50) as usize).min(LATER - 1)
    }
    fn push(&mut self, full: Full) {
        let place = self.place(full.level);
        match self.later.get_mut(place) {
            Some(later) if place >= self.open => later.push(full),
            _ => self.heap.push(full),
        }
    }
    fn peek(&mut self) -> Option<&Full> {
        self.ready.peek().max(self.heap.peek())
    }
    /// Puts the next of what is later in order; `false` where nothing is left.
    fn turn(&mut self) -> bool {
        let Some(later) = self.later.get_mut(self.open) else { return false };
        self.heap.append(&mut BinaryHeap::from(std::mem::take(later)));
        self.open += 1;
        true
    }
    fn pop(&mut self) -> Option<Full> {
        while self.peek().is_none() && self.turn() {}
        if self.ready.peek() > self.heap.peek() { self.ready.next() } else { self.heap.pop() }
    }
    /// Whether something would be full below a level.
    fn has_below(&mut self, level: f64) -> bool {
        let place = self.place(level);
        loop {
            if self.peek().is_some_and(|full| full.level < level) {
                return true;
            }
            if self.open > place || !self.turn() {
                return false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_example() {
        let flows = [vec![(0, 1.0)], vec![(0, 1.0), (1, 1.0)]];
        let rates: Vec<_> = fill(&flows, &[Some(10.0), Some(4.0)]).into_iter().map(|flow| (flow.rate, flow.bottleneck)).collect();
        assert_eq!(rates, [(Some(6.0), Some(0)), (Some(4.0), Some(1))]);
    }

    #[test]
    fn what_nothing_holds_has_no_rate() {
        assert_eq!(fill(&[vec![(0, 1.0)], vec![]], &[None]), [Filled::default(); 2]);
        assert_eq!(fill(&[vec![(0, 1.0)]], &[Some(0.0)])[0].rate, Some(0.0));
    }
}
