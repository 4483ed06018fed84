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
    let mut first = vec![0usize; capacity.len() + 1];
    for (arc, _) in &rows.shares {
        if let Some(count) = first.get_mut(*arc as usize + 1) {
            *count += 1;
        }
    }
    for place in 1..first.len() {
        first[place] += first[place - 1];
    }
    let mut next = first.clone();
    let mut crossing = vec![0u32; first.last().copied().unwrap_or(0)];
    let mut weight = vec![0.0f64; capacity.len()];
    let mut left = vec![0u32; capacity.len()];
    for flow in 0..rows.count() {
        for (arc, share) in rows.flow(flow).iter().filter(|(arc, _)| (*arc as usize) < capacity.len()) {
            let arc = *arc as usize;
            crossing[next[arc]] = flow as u32;
            next[arc] += 1;
            weight[arc] += share;
            left[arc] += 1;
        }
    }

    let mut frozen = vec![0.0f64; capacity.len()];
    let level_of = |arc: usize, frozen: &[f64], weight: &[f64]| capacity[arc].map(|capacity| ((capacity - frozen[arc]).max(0.0)) / weight[arc]);
    let entries = || {
        let crossed = (0..capacity.len()).filter(|arc| left[*arc] > 0 && weight[*arc] > 0.0);
        crossed.filter_map(|arc| Some(Full { level: level_of(arc, &frozen, &weight)?, arc: arc as u32 }))
    };
    // In a regular fabric thousands of arcs are full at the first level: these, in order, need no heap.
    let first_level = entries().map(|full| full.level).min_by(f64::total_cmp).unwrap_or(0.0);
    let ready: Vec<Full> = entries().filter(|full| full.level == first_level).collect();
    // What is full much later only joins the heap when it is that far: mostly nobody wants to know.
    let mut bound = 2.0 * first_level;
    let mut later: Vec<Full> = entries().filter(|full| full.level > bound).collect();
    let mut heap: BinaryHeap<Full> = entries().filter(|full| full.level != first_level && full.level <= bound).collect();
    let mut ready = ready.into_iter().peekable();

    let mut held = vec![false; rows.count()];
    let mut wanted = f64::INFINITY;
    let mut level = 0.0f64;
    loop {
        if ready.peek().max(heap.peek()).is_none_or(|full| full.level > bound) {
            heap.extend(later.drain(..));
            bound = f64::INFINITY;
        }
        let Some(full) = (if ready.peek() > heap.peek() { ready.next() } else { heap.pop() }) else { break };
        let arc = full.arc as usize;
        if left[arc] == 0 || weight[arc] <= 0.0 {
            continue;
        }
        let Some(now) = level_of(arc, &frozen, &weight) else { continue };
        // Flows that stopped elsewhere made room here since this entry was written.
        if now > bound {
            heap.extend(later.drain(..));
            bound = f64::INFINITY;
        }
        if now > full.level && ready.peek().max(heap.peek()).is_some_and(|other| other.level < now) {
            heap.push(Full { level: now, arc: full.arc });
            continue;
        }
        level = level.max(now);
        if level > wanted {
            return;
        }
        for flow in &crossing[first[arc]..first[arc + 1]] {
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
