//! Sorting for the whole program: one merge sort and one radix sort, compiled once.
//!
//! The standard library's sorts are compiled anew for every type and every comparison, 2 to 4 kB each time. Here a sort is a table of rows
//! that can be compared and swapped ([`Rows`]), and what is compiled per type is only that. See `docs/decisions/one-sort.md`.
//!
//! All sorts are stable. Comparing costs a call through a pointer, so prefer [`sort_by_number`] where a whole number says the order.

use std::cmp::Ordering;

/// Rows that can be put in order: by their places `0..n`.
pub(super) trait Rows {
    /// How the row at `a` compares to the row at `b`.
    fn compare(&mut self, a: usize, b: usize) -> Ordering;
    /// Exchanges two rows.
    fn swap(&mut self, a: usize, b: usize);
}

struct Slice<'a, T, F> {
    rows: &'a mut [T],
    compare: F,
}

impl<T, F: FnMut(&T, &T) -> Ordering> Rows for Slice<'_, T, F> {
    fn compare(&mut self, a: usize, b: usize) -> Ordering {
        match (self.rows.get(a), self.rows.get(b)) {
            (Some(a), Some(b)) => (self.compare)(a, b),
            _ => Ordering::Equal,
        }
    }
    fn swap(&mut self, a: usize, b: usize) {
        self.rows.swap(a, b);
    }
}

/// Sorts by the natural order. Time: O(n log n), O(n) for what is sorted already.
pub fn sort<T: Ord>(rows: &mut [T]) {
    sort_by(rows, T::cmp);
}

/// Sorts by a comparison, which must be a total order. Time: O(n log n), O(n) for what is sorted already.
pub fn sort_by<T>(rows: &mut [T], compare: impl FnMut(&T, &T) -> Ordering) {
    let count = rows.len();
    sort_rows(count, &mut Slice { rows, compare });
}

/// Sorts by what `key` says of each row; it is asked anew at every comparison. Time: O(n log n).
pub fn sort_by_key<T, K: Ord>(rows: &mut [T], mut key: impl FnMut(&T) -> K) {
    sort_by(rows, |a, b| key(a).cmp(&key(b)));
}

/// Sorts by a whole number, asked once per row. Time: O(n) for numbers of few distinct bytes, as ids are.
pub fn sort_by_number<T>(rows: &mut [T], key: impl FnMut(&T) -> u64) {
    let keys: Vec<u64> = rows.iter().map(key).collect();
    if let Some(mut order) = order_of_numbers(&keys) {
        permute(&mut order, &mut |a, b| rows.swap(a, b));
    }
}

/// Sorts plain numbers. Time: O(n).
pub fn sort_numbers(numbers: &mut [u32]) {
    sort_by_number(numbers, |number| u64::from(*number));
}

/// Sorts plain numbers and lets each stay once. Time: O(n).
pub fn unique_numbers(numbers: &mut Vec<u32>) {
    sort_numbers(numbers);
    numbers.dedup();
}

/// Sorts whole numbers and lets each stay once. Time: O(n) for numbers of few distinct bytes.
pub fn unique_words(words: &mut Vec<u64>) {
    if words.is_sorted_by(|one, next| one < next) {
        return;
    }
    words.dedup();
    if words.windows(2).any(|pair| pair[0] > pair[1]) {
        let differing = words.iter().fold(0, |found, word| found | (word ^ words[0]));
        let mut other = words.clone();
        for shift in (0..64).step_by(8).filter(|shift| differing >> shift & 0xff != 0) {
            let digit = |word: u64| (word >> shift & 0xff) as usize;
            let mut starts = [0u32; 257];
            words.iter().for_each(|word| starts[digit(*word) + 1] += 1);
            (1..257).for_each(|at| starts[at] += starts[at - 1]);
            for word in words.iter() {
                let start = &mut starts[digit(*word)];
                other[*start as usize] = *word;
                *start += 1;
            }
            std::mem::swap(words, &mut other);
        }
    }
    words.dedup();
}

/// The natural order without repetitions, as `sort` and `dedup`.
pub fn sort_unique<T: Ord>(rows: &mut Vec<T>) {
    sort(rows);
    rows.dedup();
}

/// Numbers for [`sort_by_number`] that order floating point numbers as `f64::total_cmp` does.
pub fn number_of(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

/// Rows this few are sorted by insertion.
const FEW: usize = 8;

/// Sorts `count` rows.
pub(super) fn sort_rows(count: usize, rows: &mut dyn Rows) {
    if (1..count).all(|at| rows.compare(at - 1, at) != Ordering::Greater) {
        return;
    }
    let mut order = merge_sorted(count, &mut |a, b| rows.compare(a as usize, b as usize) == Ordering::Greater);
    permute(&mut order, &mut |a, b| rows.swap(a, b));
}

/// Sorts `count` rows and moves the last of each run of equals to the front, in order. Returns how many these are; the rest is of no use.
pub(super) fn sort_rows_unique(count: usize, rows: &mut dyn Rows) -> usize {
    sort_rows(count, rows);
    let mut kept = 0;
    for at in 0..count {
        if at + 1 < count && rows.compare(at, at + 1) == Ordering::Equal {
            continue;
        }
        if kept != at {
            rows.swap(kept, at);
        }
        kept += 1;
    }
    kept
}

/// The places `0..count` in sorted order: runs sorted by insertion, then merged from the bottom up.
fn merge_sorted(count: usize, greater: &mut dyn FnMut(u32, u32) -> bool) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count as u32).collect();
    for run in order.chunks_mut(FEW) {
        for end in 1..run.len() {
            let mut at = end;
            while at > 0 && greater(run[at - 1], run[at]) {
                run.swap(at - 1, at);
                at -= 1;
            }
        }
    }
    let mut other = order.clone();
    let mut width = FEW;
    while width < count {
        for (from, to) in order.chunks(2 * width).zip(other.chunks_mut(2 * width)) {
            let (left, right) = from.split_at(width.min(from.len()));
            merge(left, right, to, greater);
        }
        std::mem::swap(&mut order, &mut other);
        width *= 2;
    }
    order
}

/// Merges two sorted runs; of equals, the left comes first.
fn merge<'a>(mut left: &'a [u32], mut right: &'a [u32], to: &mut [u32], greater: &mut dyn FnMut(u32, u32) -> bool) {
    if let (Some(last), Some(first)) = (left.last(), right.first())
        && !greater(*last, *first)
    {
        to[..left.len()].copy_from_slice(left);
        to[left.len()..].copy_from_slice(right);
        return;
    }
    for place in to {
        let side = match (left.first(), right.first()) {
            (Some(a), Some(b)) if greater(*a, *b) => &mut right,
            (None, _) => &mut right,
            _ => &mut left,
        };
        if let Some((first, rest)) = side.split_first() {
            *place = *first;
            *side = rest;
        }
    }
}

/// The places of `keys` in rising order, or nothing if they are in order already: a radix sort that looks only at the bytes in which keys differ.
fn order_of_numbers(keys: &[u64]) -> Option<Vec<u32>> {
    if keys.windows(2).all(|pair| pair[0] <= pair[1]) {
        return None;
    }
    if keys.len() <= 16 * FEW {
        return Some(merge_sorted(keys.len(), &mut |a, b| keys[a as usize] > keys[b as usize]));
    }
    let differing = keys.iter().fold(0, |found, key| found | (key ^ keys[0]));
    let mut order: Vec<u32> = (0..keys.len() as u32).collect();
    let mut other = order.clone();
    for shift in (0..64).step_by(8).filter(|shift| differing >> shift & 0xff != 0) {
        let digit = |place: u32| (keys[place as usize] >> shift & 0xff) as usize;
        let mut starts = [0u32; 257];
        order.iter().for_each(|place| starts[digit(*place) + 1] += 1);
        (1..257).for_each(|at| starts[at] += starts[at - 1]);
        for place in &order {
            let start = &mut starts[digit(*place)];
            other[*start as usize] = *place;
            *start += 1;
        }
        std::mem::swap(&mut order, &mut other);
    }
    Some(order)
}

/// Brings the row at `order[i]` to place `i`, for all `i`, with at most one exchange per row. `order` holds each place once and is used up.
pub(super) fn permute(order: &mut [u32], swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut at = start;
        loop {
            let from = order[at] as usize;
            order[at] = at as u32;
            if from == start {
                break;
            }
            swap(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without order, the same every time.
    fn mixed(count: usize, below: u64) -> Vec<(u64, usize)> {
        let mut state = 1u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 16) % below
        };
        (0..count).map(|at| (next(), at)).collect()
    }

    #[test]
    fn every_sort_is_stable_and_agrees_with_the_standard_library() {
        for count in [0, 1, 2, 3, 7, 8, 9, 16, 17, 100, 127, 128, 129, 1000, 5000] {
            for below in [1, 2, 10, 1 << 40] {
                let rows = mixed(count, below);
                let mut right = rows.clone();
                right.sort_by_key(|row| row.0);

                let mut merged = rows.clone();
                sort_by_key(&mut merged, |row| row.0);
                assert_eq!(merged, right, "{count} rows below {below}");

                let mut numbered = rows.clone();
                sort_by_number(&mut numbered, |row| row.0);
                assert_eq!(numbered, right, "{count} rows below {below}, by number");

                let mut falling = rows;
                falling.sort_by_key(|row| std::cmp::Reverse(*row));
                sort(&mut falling);
                right.sort();
                assert_eq!(falling, right);
            }
        }
    }

    #[test]
    fn a_comparison_without_sense_still_ends() {
        let mut rows = mixed(1000, 1000);
        sort_by(&mut rows, |_, _| Ordering::Greater);
        let mut places: Vec<usize> = rows.iter().map(|row| row.1).collect();
        sort(&mut places);
        assert_eq!(places, (0..1000).collect::<Vec<_>>(), "no row is lost");
    }

    #[test]
    fn numbers_of_floats_keep_their_order() {
        let values = [f64::NEG_INFINITY, -1e9, -1.0, -0.0, 0.0, 1e-300, 1.0, 2.5, 1e300, f64::INFINITY, f64::NAN];
        assert!(values.windows(2).all(|pair| number_of(pair[0]) < number_of(pair[1])));
    }

    #[test]
    fn repetitions_leave() {
        let mut words: Vec<u64> = mixed(5000, 3000).into_iter().map(|(word, _)| word << 30).collect();
        let mut right = words.clone();
        right.sort();
        right.dedup();
        unique_words(&mut words);
        assert_eq!(words, right);
        let mut rows = vec![3, 1, 2, 3, 1];
        sort_unique(&mut rows);
        assert_eq!(rows, [1, 2, 3]);
    }
}
