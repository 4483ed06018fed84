//! In which order the rows of a [`super::SortedMap`] come: the part of it that knows no types, compiled once.

use std::cmp::Ordering;

/// The most rows of one chunk: small enough to shift, large enough that chunks are few.
const MOST: usize = 512;

/// Row numbers `0..len` in the order of their keys.
///
/// While rows lie in order themselves, nothing is stored. Otherwise chunks of row numbers: finding is O(log n), putting in and taking out
/// shifts a part of one chunk and, once in a while, the list of chunks.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranks {
    len: usize,
    /// None is empty. No chunks: row `i` is the `i`-th.
    chunks: Vec<Vec<u32>>,
}

/// A place in the order: before the `at`-th row of a chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    chunk: usize,
    at: usize,
}

impl Place {
    /// Before row `at`, while rows lie in order themselves.
    pub const fn in_order(at: usize) -> Self {
        Self { chunk: 0, at }
    }
}

/// What a search found: the row, or where it would belong.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub place: Place,
    pub row: Option<usize>,
}

impl Ranks {
    pub const fn new() -> Self {
        Self { len: 0, chunks: Vec::new() }
    }

    /// `len` rows that lie in order.
    pub const fn in_order(len: usize) -> Self {
        Self { len, chunks: Vec::new() }
    }

    /// Whether rows lie in order themselves.
    pub const fn is_in_order(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Looks for a key while rows do not lie in order; `compare` tells how the key of a row compares to it. Time: O(log n); O(1) for what
    /// comes last or after.
    pub fn find(&self, compare: &mut dyn FnMut(usize) -> Ordering) -> Found {
        let last = self.chunks.len().saturating_sub(1);
        let ends = &mut |at: usize| self.chunks.get(at).and_then(|chunk| chunk.last()).map_or(0, |row| *row as usize);
        let (chunk, _) = search(self.chunks.len(), ends, compare);
        let chunk = chunk.min(last);
        let rows = self.chunks.get(chunk).map(Vec::as_slice).unwrap_or_default();
        let (at, row) = search(rows.len(), &mut |at| rows.get(at).map_or(0, |row| *row as usize), compare);
        Found { place: Place { chunk, at }, row }
    }

    /// Puts in a new row, number `len`, at a place that [`Self::find`] has just found.
    pub fn insert(&mut self, mut place: Place) {
        let row = self.len;
        if self.chunks.is_empty() {
            if place.at == row {
                self.len += 1;
                return;
            }
            self.spread();
            place = Place { chunk: place.at / (MOST / 2), at: place.at % (MOST / 2) };
        }
        self.len += 1;
        let Some(chunk) = self.chunks.get_mut(place.chunk) else { return };
        chunk.insert(place.at.min(chunk.len()), row as u32);
        if chunk.len() > MOST {
            let tail = chunk.split_off(MOST / 2);
            self.chunks.insert(place.chunk + 1, tail);
        }
    }

    /// Writes the order down, in chunks.
    pub fn spread(&mut self) {
        if self.chunks.is_empty() && self.len > 0 {
            let rows: Vec<u32> = (0..self.len as u32).collect();
            self.chunks = rows.chunks(MOST / 2).map(<[u32]>::to_vec).collect();
        }
    }

    /// Takes out the row at a place; another one, at `moved`, takes its number. The order must be spread, unless the row is the last of all.
    pub fn remove(&mut self, place: Place, moved: Option<(Place, usize)>) {
        self.len = self.len.saturating_sub(1);
        if let Some((moved, row)) = moved
            && let Some(at) = self.chunks.get_mut(moved.chunk).and_then(|chunk| chunk.get_mut(moved.at))
        {
            *at = row as u32;
        }
        let Some(chunk) = self.chunks.get_mut(place.chunk) else { return };
        chunk.remove(place.at);
        if chunk.is_empty() {
            self.chunks.remove(place.chunk);
        }
    }

    /// The row numbers in order, if they are not just `0, 1, 2 …`; from now on they are.
    pub fn settle(&mut self) -> Option<Vec<u32>> {
        if self.chunks.is_empty() { None } else { Some(std::mem::take(&mut self.chunks).concat()) }
    }

    /// All row numbers in order.
    pub fn iter(&self) -> RowNumbers<'_> {
        self.iter_from(Place { chunk: 0, at: 0 }, self.len)
    }

    /// At most `left` row numbers in order, from a place on. Those asked from behind are right only for the whole.
    pub fn iter_from(&self, place: Place, left: usize) -> RowNumbers<'_> {
        let chunk = self.chunks.len().saturating_sub(1);
        let back = Place { chunk, at: self.chunks.last().map_or(self.len, Vec::len) };
        let left = if self.chunks.is_empty() { left.min(self.len.saturating_sub(place.at)) } else { left };
        RowNumbers { ranks: self, front: place, back, left }
    }
}

/// Binary search among `count` rows, the last one first, for it is the likeliest.
fn search(count: usize, row_at: &mut dyn FnMut(usize) -> usize, compare: &mut dyn FnMut(usize) -> Ordering) -> (usize, Option<usize>) {
    let (mut low, mut high) = (0, count);
    let mut probe = count.saturating_sub(1);
    while low < high {
        let row = row_at(probe);
        match compare(row) {
            Ordering::Equal => return (probe, Some(row)),
            Ordering::Less => low = probe + 1,
            Ordering::Greater => high = probe,
        }
        probe = low + (high - low) / 2;
    }
    (low, None)
}

/// The row numbers of [`Ranks`] in order.
#[derive(Clone, Debug)]
pub(super) struct RowNumbers<'a> {
    ranks: &'a Ranks,
    front: Place,
    back: Place,
    left: usize,
}

impl Iterator for RowNumbers<'_> {
    type Item = usize;
    fn next(&mut self) -> Option<usize> {
        self.left = self.left.checked_sub(1)?;
        let at = self.front.at;
        self.front.at += 1;
        if self.ranks.chunks.is_empty() {
            return Some(at);
        }
        if let Some(row) = self.ranks.chunks.get(self.front.chunk).and_then(|chunk| chunk.get(at)) {
            return Some(*row as usize);
        }
        self.front = Place { chunk: self.front.chunk + 1, at: 1 };
        self.ranks.chunks.get(self.front.chunk).and_then(|chunk| chunk.first()).map(|row| *row as usize)
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl DoubleEndedIterator for RowNumbers<'_> {
    fn next_back(&mut self) -> Option<usize> {
        self.left = self.left.checked_sub(1)?;
        if self.ranks.chunks.is_empty() {
            self.back.at -= 1;
            return Some(self.back.at);
        }
        if self.back.at == 0 {
            self.back.chunk -= 1;
            self.back.at = self.ranks.chunks.get(self.back.chunk).map_or(0, Vec::len);
        }
        self.back.at = self.back.at.saturating_sub(1);
        self.ranks.chunks.get(self.back.chunk).and_then(|chunk| chunk.get(self.back.at)).map(|row| *row as usize)
    }
}

impl ExactSizeIterator for RowNumbers<'_> {}
