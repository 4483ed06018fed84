//! Max-min fair rates by progressive filling: raise all rates together; when an edge is full, what crosses it stays where
//! it is; go on with the rest (D. Bertsekas and R. Gallager, *Data Networks*, 1992, section 6.5.2).
//!
//! A flow may put only a share of itself on an arc. The result is the one at which every flow crosses a full arc on
//! which no flow is faster, which the tests check.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::units::SortedMap;

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
    fill_all(&Rows::of(flows), capacity)
}

/// As [`fill`], for flows in one list.
pub fn fill_all(rows: &Rows, capacity: &[Option<f64>]) -> Vec<Filled> {
    let mut filled = vec![Filled::default(); rows.count()];
    fill_until(rows, capacity, |flow, rate, arc| {
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
        part(&self.ends, &self.shares, flow)
    }
}

/// Shares of many flows that have much in common: a flow is a list of pieces, and equal pieces are kept once. What flows put on arcs between
/// tiers is mostly the same for all of a pod, so an even split over thousands of arcs takes little room.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    /// Where the arcs of each piece end.
    ends: Vec<u32>,
    shares: Shares,
    /// Pieces by what they hold.
    known: SortedMap<Vec<(u32, u64)>, u32>,
    /// Where the pieces of each flow end.
    flows: Vec<u32>,
    of: Vec<u32>,
    /// Kept between flows.
    key: Vec<(u32, u64)>,
}

impl Pieces {
    /// Adds a piece to the flow that is under way. Time: O(shares × log pieces).
    pub fn add(&mut self, shares: &[(u32, f64)]) {
        self.key.clear();
        self.key.extend(shares.iter().map(|(arc, share)| (*arc, share.to_bits())));
        let piece = match self.known.get(&self.key) {
            Some(piece) => *piece,
            None => {
                let piece = self.ends.len() as u32;
                self.shares.extend_from_slice(shares);
                self.ends.push(self.shares.len() as u32);
                self.known.insert(self.key.clone(), piece);
                piece
            }
        };
        self.of.push(piece);
    }
    /// Ends the flow that is under way.
    pub fn end(&mut self) {
        self.flows.push(self.of.len() as u32);
    }
    /// How many pieces there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }
    /// How many arcs all pieces have.
    pub fn size(&self) -> usize {
        self.shares.len()
    }
    /// The pieces of a flow.
    pub fn flow(&self, flow: usize) -> &[u32] {
        part(&self.flows, &self.of, flow)
    }
    /// The arcs of a piece with the share of a flow that crosses each.
    pub fn piece(&self, piece: u32) -> &[(u32, f64)] {
        part(&self.ends, &self.shares, piece as usize)
    }
}

/// A row of a list of rows that are known by where they end.
fn part<'a, T>(ends: &[u32], of: &'a [T], row: usize) -> &'a [T] {
    let start = row.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| *end as usize);
    ends.get(row).and_then(|end| of.get(start..*end as usize)).unwrap_or_default()
}

/// For each number below `count` the rows that hold it: where the rows of each begin, and the rows.
fn inverted<'a>(count: usize, rows: impl Iterator<Item = (u32, u32)> + Clone + 'a) -> (Vec<u32>, Vec<u32>) {
    let mut first = vec![0u32; count + 1];
    for (_, held) in rows.clone() {
        if let Some(slot) = first.get_mut(held as usize + 1) {
            *slot += 1;
        }
    }
    for at in 1..first.len() {
        first[at] += first[at - 1];
    }
    let mut next = first.clone();
    let mut list = vec![0u32; first.last().copied().unwrap_or(0) as usize];
    for (row, held) in rows {
        if let Some(next) = next.get_mut(held as usize) {
            if let Some(slot) = list.get_mut(*next as usize) {
                *slot = row;
            }
            *next += 1;
        }
    }
    (first, list)
}

/// Max-min fair rates of flows by pieces, in the order of the flows: the rate of each, and the arc that holds it; infinite where none does.
///
/// Time: O(flows × arcs of each + arcs × log arcs). Space: O(arcs of pieces + pieces of flows).
pub fn fill_pieces(pieces: &Pieces, capacity: &[Option<f64>]) -> Vec<(f64, u32)> {
    let mut arcs = Arc::all(capacity);
    let mut crossed_by = vec![0u32; pieces.count()];
    for piece in &pieces.of {
        if let Some(count) = crossed_by.get_mut(*piece as usize) {
            *count += 1;
        }
    }
    for (piece, count) in (0u32..).zip(&crossed_by) {
        for (arc, share) in pieces.piece(piece) {
            if let Some(arc) = arcs.get_mut(*arc as usize) {
                arc.left += count;
                arc.weight += share * f64::from(*count);
            }
        }
    }
    let of_pieces = (0..pieces.count() as u32).flat_map(|piece| pieces.piece(piece).iter().map(move |(arc, _)| (piece, *arc)));
    let (first_piece, pieces_of) = inverted(arcs.len(), of_pieces);
    let of_flows = (0..pieces.flows.len()).flat_map(|flow| pieces.flow(flow).iter().map(move |piece| (flow as u32, *piece)));
    let (first_flow, flows_of) = inverted(pieces.count(), of_flows);
    let row = |first: &[u32], list: &'_ [u32], at: u32| -> std::ops::Range<usize> {
        let end = first.get(at as usize + 1).map_or(0, |end| (*end as usize).min(list.len()));
        first.get(at as usize).map_or(0, |start| *start as usize).min(end)..end
    };
    let mut rates = vec![(f64::INFINITY, u32::MAX); pieces.flows.len()];
    let mut queue = Queue::of(&arcs);
    let mut level = 0.0f64;
    while let Some(full) = queue.pop(&arcs) {
        let Some(now) = arcs.get(full.arc as usize).and_then(Arc::level) else { continue };
        // Flows that stopped elsewhere made room here since this entry was written.
        if now > full.level && queue.has_below(now, &arcs) {
            queue.push(Full { level: now, arc: full.arc });
            continue;
        }
        level = level.max(now);
        for piece in pieces_of.get(row(&first_piece, &pieces_of, full.arc)).unwrap_or_default() {
            for flow in flows_of.get(row(&first_flow, &flows_of, *piece)).unwrap_or_default() {
                let Some(rate) = rates.get_mut(*flow as usize).filter(|(_, held)| *held == u32::MAX) else { continue };
                *rate = (level, full.arc);
                for (other, share) in pieces.flow(*flow as usize).iter().flat_map(|piece| pieces.piece(*piece)) {
                    if let Some(other) = arcs.get_mut(*other as usize) {
                        other.frozen += share * level;
                        other.weight -= share;
                        other.left -= 1;
                    }
                }
            }
        }
    }
    rates
}

/// An arc while it is being filled.
#[derive(Clone, Copy)]
struct Arc {
    /// Infinite for one that holds nothing back.
    capacity: f64,
    /// What flows that stopped put on it.
    frozen: f64,
    /// The shares of those that have not.
    weight: f64,
    /// How many these are.
    left: u32,
}

impl Arc {
    fn all(capacity: &[Option<f64>]) -> Vec<Self> {
        let open = |capacity: &Option<f64>| Self { capacity: capacity.unwrap_or(f64::INFINITY), frozen: 0.0, weight: 0.0, left: 0 };
        capacity.iter().map(open).collect()
    }
    /// The level at which it is full, if nobody stops elsewhere; nothing for one that is never full or that nobody open crosses.
    #[inline]
    fn level(&self) -> Option<f64> {
        let level = (self.capacity - self.frozen).max(0.0) / self.weight;
        (self.left > 0 && self.weight > 0.0 && level < f64::INFINITY).then_some(level)
    }
}

/// As [`fill`], told flow by flow: `stops` takes a flow with its rate and the arc that holds it there, and says up to which level it still wants to
/// know. Rates come in rising order, so nothing beyond that level needs to be worked out.
pub fn fill_until(rows: &Rows, capacity: &[Option<f64>], mut stops: impl FnMut(u32, f64, u32) -> f64) {
    // Which flows cross each arc, as compressed rows: `first` goes from the end of a row to where it begins. It is counted by itself, for arcs are many times as
    // large, and all of them do not stay in the processor's memory.
    let mut first = vec![0u32; capacity.len()];
    let mut whole = true;
    for (arc, share) in &rows.shares {
        if let Some(first) = first.get_mut(*arc as usize) {
            *first += 1;
        }
        whole &= *share == 1.0;
    }
    let mut arcs = Arc::all(capacity);
    let mut end = 0;
    for (arc, first) in arcs.iter_mut().zip(&mut first) {
        (arc.left, arc.weight) = (*first, if whole { f64::from(*first) } else { 0.0 });
        end += *first;
        *first = end;
    }
    let mut crossing = vec![0u32; end as usize];
    for flow in (0..rows.count()).rev() {
        for (arc, _) in rows.flow(flow).iter().rev() {
            let Some(first) = first.get_mut(*arc as usize) else { continue };
            *first -= 1;
            if let Some(slot) = crossing.get_mut(*first as usize) {
                *slot = flow as u32;
            }
        }
    }
    // Of whole flows the weight is their number, to the last bit.
    for (arc, share) in rows.shares.iter().filter(|_| !whole) {
        if let Some(arc) = arcs.get_mut(*arc as usize) {
            arc.weight += share;
        }
    }

    let mut queue = Queue::of(&arcs);
    let mut held = vec![false; rows.count()];
    let mut wanted = f64::INFINITY;
    let mut level = 0.0f64;
    while let Some(full) = queue.pop(&arcs) {
        // Levels only rise: all that is left is full later than anybody wants to know.
        if full.level > wanted {
            return;
        }
        let Some(now) = arcs.get(full.arc as usize).and_then(Arc::level) else { continue };
        // Flows that stopped elsewhere made room here since this entry was written.
        if now > full.level && queue.has_below(now, &arcs) {
            queue.push(Full { level: now, arc: full.arc });
            continue;
        }
        level = level.max(now);
        if level > wanted {
            return;
        }
        let place = |arc: u32| first.get(arc as usize).map_or(crossing.len(), |first| *first as usize);
        for flow in crossing.get(place(full.arc)..place(full.arc + 1)).unwrap_or_default() {
            if held.get_mut(*flow as usize).is_none_or(|held| std::mem::replace(held, true)) {
                continue;
            }
            wanted = stops(*flow, level, full.arc);
            for (other, share) in rows.flow(*flow as usize) {
                if let Some(other) = arcs.get_mut(*other as usize) {
                    other.frozen += share * level;
                    other.weight -= share;
                    other.left -= 1;
                }
            }
        }
    }
}

/// Arcs by the level at which they would be full, lowest first. What is full later is not put in order before its turn comes: mostly it is later
/// still by then, or nobody wants to know.
struct Queue {
    /// What may be next, in order.
    heap: BinaryHeap<Full>,
    /// The lowest level above 0.
    first: f64,
    /// The rest by steps of the level, coarse: the last arc that came to each, and for each arc the one that came before.
    last: Vec<u32>,
    before: Vec<u32>,
    /// How many steps are in the heap already.
    open: usize,
}

/// Into how many steps levels between a power of two and the next are put, as a power of two itself.
const FINE: u32 = 6;
/// What is more than 2^16 times as late as the first is in the last step.
const STEPS: usize = 16 << FINE;
/// No arc.
const NONE: u32 = u32::MAX;

impl Queue {
    fn of(arcs: &[Arc]) -> Self {
        let levels = || arcs.iter().zip(0u32..).filter_map(|(is, arc)| Some(Full { level: is.level()?, arc }));
        let first = levels().map(|full| full.level).filter(|level| *level > 0.0).min_by(f64::total_cmp).unwrap_or(1.0);
        let mut made = Self { heap: BinaryHeap::new(), first, last: vec![NONE; STEPS], before: vec![NONE; arcs.len()], open: 0 };
        levels().for_each(|full| made.push(full));
        made
    }
    #[inline]
    fn step(&self, level: f64) -> usize {
        let ratio = (level / self.first).max(1.0);
        (((ratio.to_bits() - 1f64.to_bits()) >> (f64::MANTISSA_DIGITS - 1 - FINE)) as usize).min(STEPS - 1)
    }
    fn push(&mut self, full: Full) {
        let step = self.step(full.level);
        match (self.last.get_mut(step), self.before.get_mut(full.arc as usize)) {
            (Some(last), Some(before)) if step >= self.open => *before = std::mem::replace(last, full.arc),
            _ => self.heap.push(full),
        }
    }
    /// Puts the next step in order, as far as its arcs are not later by now; `false` where nothing is left.
    fn turn(&mut self, arcs: &[Arc]) -> bool {
        let Some(last) = self.last.get_mut(self.open) else { return false };
        let mut arc = std::mem::replace(last, NONE);
        self.open += 1;
        let mut turned = std::mem::take(&mut self.heap).into_vec();
        while arc != NONE {
            let before = self.before.get(arc as usize).copied().unwrap_or(NONE);
            if let Some(level) = arcs.get(arc as usize).and_then(Arc::level) {
                let full = Full { level, arc };
                if self.step(level) < self.open { turned.push(full) } else { self.push(full) }
            }
            arc = before;
        }
        self.heap = turned.into();
        true
    }
    fn pop(&mut self, arcs: &[Arc]) -> Option<Full> {
        while self.heap.is_empty() && self.turn(arcs) {}
        self.heap.pop()
    }
    /// Whether something would be full below a level.
    fn has_below(&mut self, level: f64, arcs: &[Arc]) -> bool {
        let step = self.step(level);
        loop {
            if self.heap.peek().is_some_and(|full| full.level < level) {
                return true;
            }
            if self.open > step || !self.turn(arcs) {
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
    fn flows_by_pieces_get_what_the_same_flows_get() {
        let mut seed = 5u64;
        let mut random = move |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for _ in 0..200 {
            // Pieces of arcs of their own tier, so that no flow crosses an arc twice.
            let mut kinds: Vec<Shares> = vec![Shares::new(); 12];
            for (kind, shares) in (0u32..).zip(&mut kinds) {
                for arc in 0..5 {
                    if random(2) == 0 {
                        shares.push((kind % 3 * 5 + arc, 1.0 / (1 + random(4)) as f64));
                    }
                }
            }
            let capacity: Vec<Option<f64>> = (0..15).map(|_| (random(8) > 0).then(|| 1.0 + random(20) as f64)).collect();
            let (mut pieces, mut flows) = (Pieces::default(), Vec::new());
            for _ in 0..1 + random(20) {
                let mut flow = Shares::new();
                for tier in 0..3 {
                    let kind = &kinds[(tier + 3 * random(4)) as usize];
                    pieces.add(kind);
                    flow.extend_from_slice(kind);
                }
                pieces.end();
                flows.push(flow);
            }
            assert!(pieces.count() <= 12);
            for (by_pieces, plain) in fill_pieces(&pieces, &capacity).into_iter().zip(fill(&flows, &capacity)) {
                let rate = plain.rate.unwrap_or(f64::INFINITY);
                assert!(by_pieces.0 == rate || (by_pieces.0 - rate).abs() <= 1e-9 * rate, "{by_pieces:?} {plain:?}");
                assert_eq!(by_pieces.1 == u32::MAX, plain.bottleneck.is_none());
            }
        }
    }

    #[test]
    fn what_nothing_holds_has_no_rate() {
        assert_eq!(fill(&[vec![(0, 1.0)], vec![]], &[None]), [Filled::default(); 2]);
        assert_eq!(fill(&[vec![(0, 1.0)]], &[Some(0.0)])[0].rate, Some(0.0));
    }
}
