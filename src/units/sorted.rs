//! Maps and sets in the order of their keys, for the whole program: small where the standard library's trees are compiled anew for every type.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Index, RangeInclusive};

use super::order::{Rows, permute, sort_by_number, sort_rows_unique};
use super::ranks::{Found, Place, Ranks, RowNumbers};

/// A map that is iterated in the order of its keys.
///
/// Keys and values lie in two lists, in the order they came; a third says in which order they are, and is empty while they came in order.
/// Lookup is O(log n), adding at the end O(1) beside that, adding and removing elsewhere O(log n) and a short shift. See
/// `docs/decisions/sorted-map.md`.
#[derive(Clone)]
pub struct SortedMap<K, V> {
    /// As long as `values`, without repetitions.
    keys: Vec<K>,
    values: Vec<V>,
    /// Of the rows of both.
    ranks: Ranks,
}

/// A set that is iterated in order. Costs as [`SortedMap`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SortedSet<K>(SortedMap<K, ()>);

impl<K, V> SortedMap<K, V> {
    /// Nothing.
    pub const fn new() -> Self {
        Self { keys: Vec::new(), values: Vec::new(), ranks: Ranks::new() }
    }
    /// How many keys there are.
    pub const fn len(&self) -> usize {
        self.keys.len()
    }
    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
    /// Takes everything out.
    pub fn clear(&mut self) {
        *self = Self::new();
    }
    /// Keys and values in order.
    #[inline(always)]
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter { rows: self.ranks.iter(), keys: &self.keys, values: &self.values }
    }
    /// Keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator + Clone {
        self.iter().map(|(key, _)| key)
    }
    /// Values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator + Clone {
        self.iter().map(|(_, value)| value)
    }
    /// Keys, and values to change, in the order they came.
    pub fn iter_mut_unsorted(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.keys.iter().zip(&mut self.values)
    }
    /// Values to change, in the order they came.
    pub fn values_mut_unsorted(&mut self) -> impl Iterator<Item = &mut V> {
        self.values.iter_mut()
    }
    /// The values in the order of their keys.
    pub fn into_values(mut self) -> std::vec::IntoIter<V> {
        self.settle();
        self.values.into_iter()
    }
    /// The keys in order.
    pub fn into_keys(mut self) -> std::vec::IntoIter<K> {
        self.settle();
        self.keys.into_iter()
    }

    /// Brings the rows themselves in order. Time: O(n).
    fn settle(&mut self) {
        if let Some(mut order) = self.ranks.settle() {
            permute(&mut order, &mut |a, b| {
                self.keys.swap(a, b);
                self.values.swap(a, b);
            });
        }
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Found
    where
        K: Borrow<Q>,
    {
        find(&self.keys, &self.ranks, key)
    }
    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.values.get(self.find(key).row?)
    }
    /// The value of a key that may well have come as number `row`: O(1) if so.
    pub fn get_near(&self, key: &K, row: usize) -> Option<&V> {
        if self.keys.get(row) == Some(key) { self.values.get(row) } else { self.get(key) }
    }
    /// The value of a key, to change.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let row = self.find(key).row?;
        self.values.get_mut(row)
    }
    /// Whether there is such a key.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).row.is_some()
    }
    /// Gives a key a value; returns the one it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let Found { place, row } = self.find(&key);
        match row.and_then(|row| self.values.get_mut(row)) {
            Some(old) => Some(std::mem::replace(old, value)),
            None => {
                self.put(place, key, value);
                None
            }
        }
    }
    /// Takes a key out; returns its value.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let row = remove(&mut self.keys, &mut self.ranks, key)?;
        Some(self.values.swap_remove(row))
    }
    /// The value of a key, to change, with a way to give it one first.
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        let Found { place, row } = self.find(&key);
        Entry { row: row.unwrap_or(self.keys.len()), place, key, map: self }
    }
    /// Keys and values between two keys, both included, in order.
    pub fn range(&self, keys: RangeInclusive<K>) -> impl Iterator<Item = (&K, &V)> {
        let rows = self.ranks.iter_from(self.find(keys.start()).place, self.keys.len());
        Iter { rows, keys: &self.keys, values: &self.values }.take_while(move |(key, _)| *key <= keys.end())
    }

    fn put(&mut self, place: Place, key: K, value: V) {
        self.ranks.insert(place);
        self.keys.push(key);
        self.values.push(value);
    }
}

impl<K: Copy + PartialEq, V> SortedMap<K, Vec<V>> {
    /// Values by key, those of one key in the order they came. `number` must rise with the key. Time: O(n).
    pub fn grouped(mut pairs: Vec<(K, V)>, number: impl Fn(K) -> u64) -> Self {
        sort_by_number(&mut pairs, |(key, _)| number(*key));
        let (mut keys, mut values): (Vec<K>, Vec<Vec<V>>) = (Vec::new(), Vec::new());
        for (key, value) in pairs {
            match values.last_mut().filter(|_| keys.last() == Some(&key)) {
                Some(list) => list.push(value),
                None => {
                    keys.push(key);
                    values.push(vec![value]);
                }
            }
        }
        Self { ranks: Ranks::in_order(keys.len()), keys, values }
    }
}

/// Where a key is among `keys`: a function of its own, for it is the same for all values.
fn find<K: Borrow<Q>, Q: Ord + ?Sized>(keys: &[K], ranks: &Ranks, key: &Q) -> Found {
    let mut compare = |row: usize| keys.get(row).map_or(Ordering::Less, |other| other.borrow().cmp(key));
    if !ranks.is_in_order() {
        return ranks.find(&mut compare);
    }
    // The usual case without a call per probe. What comes last is the likeliest.
    let (mut low, mut high) = (0, keys.len());
    let mut probe = high.saturating_sub(1);
    while low < high {
        match compare(probe) {
            Ordering::Equal => return Found { place: Place::in_order(probe), row: Some(probe) },
            Ordering::Less => low = probe + 1,
            Ordering::Greater => high = probe,
        }
        probe = low.midpoint(high);
    }
    Found { place: Place::in_order(low), row: None }
}

/// Takes a key out; the last row takes its number.
fn remove<K: Borrow<Q> + Ord, Q: Ord + ?Sized>(keys: &mut Vec<K>, ranks: &mut Ranks, key: &Q) -> Option<usize> {
    let row = find(keys, ranks, key).row?;
    let moved = keys.last().filter(|_| row + 1 != keys.len()).map(|last| {
        ranks.spread();
        (find::<K, K>(keys, ranks, last).place, row)
    });
    ranks.remove(find(keys, ranks, key).place, moved);
    keys.swap_remove(row);
    Some(row)
}

/// What [`SortedMap::entry`] found.
pub struct Entry<'a, K, V> {
    map: &'a mut SortedMap<K, V>,
    key: K,
    place: Place,
    row: usize,
}

impl<'a, K: Ord, V> Entry<'a, K, V> {
    /// The value, or what `value` says if there is none.
    pub fn or_insert_with(self, value: impl FnOnce() -> V) -> &'a mut V {
        if self.row == self.map.keys.len() {
            let value = value();
            self.map.put(self.place, self.key, value);
        }
        &mut self.map.values[self.row]
    }
    /// The value, or this one if there is none.
    pub fn or_insert(self, value: V) -> &'a mut V {
        self.or_insert_with(|| value)
    }
    /// The value, or the empty one if there is none.
    pub fn or_default(self) -> &'a mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }
}

/// Keys and values of a [`SortedMap`] in order.
pub struct Iter<'a, K, V> {
    rows: RowNumbers<'a>,
    keys: &'a [K],
    values: &'a [V],
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Self { rows: self.rows.clone(), keys: self.keys, values: self.values }
    }
}

impl<'a, K, V> Iter<'a, K, V> {
    fn row(&self, row: usize) -> Option<(&'a K, &'a V)> {
        self.keys.get(row).zip(self.values.get(row))
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.next()?;
        self.row(row)
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rows.size_hint()
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let row = self.rows.next_back()?;
        self.row(row)
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

impl<'a, K, V> IntoIterator for &'a SortedMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K, V> IntoIterator for SortedMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::iter::Zip<std::vec::IntoIter<K>, std::vec::IntoIter<V>>;
    fn into_iter(mut self) -> Self::IntoIter {
        self.settle();
        self.keys.into_iter().zip(self.values)
    }
}

struct Columns<'a, K, V> {
    keys: &'a mut [K],
    values: &'a mut [V],
}

impl<K: Ord, V> Rows for Columns<'_, K, V> {
    fn compare(&mut self, a: usize, b: usize) -> Ordering {
        self.keys.get(a).cmp(&self.keys.get(b))
    }
    fn swap(&mut self, a: usize, b: usize) {
        self.keys.swap(a, b);
        self.values.swap(a, b);
    }
}

/// Of rows with the same key, the last stays.
impl<K: Ord, V> FromIterator<(K, V)> for SortedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(rows: I) -> Self {
        let (mut keys, mut values): (Vec<K>, Vec<V>) = rows.into_iter().unzip();
        let count = sort_rows_unique(keys.len(), &mut Columns { keys: &mut keys, values: &mut values });
        keys.truncate(count);
        values.truncate(count);
        Self { keys, values, ranks: Ranks::in_order(count) }
    }
}

impl<K: Ord, V> Extend<(K, V)> for SortedMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, rows: I) {
        for (key, value) in rows {
            self.insert(key, value);
        }
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for SortedMap<K, V> {
    fn from(rows: [(K, V); N]) -> Self {
        rows.into_iter().collect()
    }
}

/// As the standard library's maps, panics where there is no such key; for tests.
impl<K: Ord + Borrow<Q>, V, Q: Ord + ?Sized> Index<&Q> for SortedMap<K, V> {
    type Output = V;
    fn index(&self, key: &Q) -> &V {
        &self.values[self.find(key).row.unwrap_or(usize::MAX)]
    }
}

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for SortedMap<K, V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_map().entries(self).finish()
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for SortedMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<K: Eq, V: Eq> Eq for SortedMap<K, V> {}

impl<K: PartialOrd, V: PartialOrd> PartialOrd for SortedMap<K, V> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.iter().partial_cmp(other.iter())
    }
}

impl<K: Ord, V: Ord> Ord for SortedMap<K, V> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other.iter())
    }
}

impl<K> SortedSet<K> {
    /// Nothing.
    pub const fn new() -> Self {
        Self(SortedMap::new())
    }
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// All in order.
    pub fn iter(&self) -> SetIter<'_, K> {
        SetIter(self.0.iter())
    }
    /// The first.
    pub fn first(&self) -> Option<&K> {
        self.iter().next()
    }
    /// The last.
    pub fn last(&self) -> Option<&K> {
        self.iter().next_back()
    }
}

impl<K: Ord> SortedSet<K> {
    /// Whether it is there.
    pub fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }
    /// Puts it in; says whether it is new.
    pub fn insert(&mut self, key: K) -> bool {
        self.0.insert(key, ()).is_none()
    }
    /// Takes it out; says whether it was there.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.remove(key).is_some()
    }
    /// What is here and not in `other`, in order. Time: O(n log m).
    pub fn difference<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a K> {
        self.iter().filter(|key| !other.contains(*key))
    }
    /// What lies between two, both included, in order.
    pub fn range(&self, keys: RangeInclusive<K>) -> impl Iterator<Item = &K> {
        self.0.range(keys).map(|(key, ())| key)
    }
    /// Keeps what `keep` says. Time: O(n).
    pub fn retain(&mut self, mut keep: impl FnMut(&K) -> bool) {
        *self = std::mem::take(self).into_iter().filter(|key| keep(key)).collect();
    }
}

/// What is in a [`SortedSet`], in order.
pub struct SetIter<'a, K>(Iter<'a, K, ()>);

impl<K> Clone for SetIter<'_, K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<'a, K> Iterator for SetIter<'a, K> {
    type Item = &'a K;
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, ())| key)
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K> DoubleEndedIterator for SetIter<'_, K> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(key, ())| key)
    }
}

impl<K> ExactSizeIterator for SetIter<'_, K> {}

impl<'a, K> IntoIterator for &'a SortedSet<K> {
    type Item = &'a K;
    type IntoIter = SetIter<'a, K>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K> IntoIterator for SortedSet<K> {
    type Item = K;
    type IntoIter = std::vec::IntoIter<K>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_keys()
    }
}

impl<K: Ord> FromIterator<K> for SortedSet<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Self {
        Self(keys.into_iter().map(|key| (key, ())).collect())
    }
}

impl<K: Ord> Extend<K> for SortedSet<K> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, keys: I) {
        for key in keys {
            self.insert(key);
        }
    }
}

impl<K: Ord, const N: usize> From<[K; N]> for SortedSet<K> {
    fn from(keys: [K; N]) -> Self {
        keys.into_iter().collect()
    }
}

impl<K> Default for SortedSet<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: fmt::Debug> fmt::Debug for SortedSet<K> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Puts in and takes out at random, in a map of ours and in the standard library's, and compares all they say.
    fn check(steps: usize, below: u64, rising: bool) {
        let (mut ours, mut right) = (SortedMap::new(), BTreeMap::new());
        let mut state = 7u64;
        for step in 0..steps as u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let key = if rising && step % 5 != 0 { step } else { (state >> 20) % below };
            match (state >> 50) % 4 {
                0 => assert_eq!(ours.remove(&key), right.remove(&key)),
                1 => {
                    *ours.entry(key).or_insert(0) += *right.entry(key).and_modify(|value| *value += step).or_insert(step) - ours.get(&key).copied().unwrap_or(0)
                }
                _ => assert_eq!(ours.insert(key, step), right.insert(key, step)),
            }
            assert_eq!(ours.get(&(key + 1)), right.get(&(key + 1)));
            if step % 64 == 0 {
                let (low, high) = (key / 2, key + 10);
                assert!(ours.range(low..=high).eq(right.range(low..=high)));
            }
        }
        assert_eq!(ours.len(), right.len());
        assert!(ours.iter().eq(right.iter()));
        assert!(ours.iter().rev().eq(right.iter().rev()));
        let (mut theirs, mut both) = (right.iter(), ours.iter());
        for step in 0..right.len() {
            let (a, b) = if step % 3 == 0 { (both.next_back(), theirs.next_back()) } else { (both.next(), theirs.next()) };
            assert_eq!(a, b, "from both ends");
        }
        assert_eq!(both.next(), None);
        assert!(ours.clone().into_iter().eq(right.clone()));
        for key in right.keys() {
            assert!(ours.remove(key).is_some());
        }
        assert!(ours.is_empty() && ours.iter().next().is_none());
    }

    #[test]
    fn a_map_agrees_with_the_standard_library() {
        for steps in [1, 5, 50, 500, 5000, 30_000] {
            for below in [3, 100, 10_000, 1 << 30] {
                check(steps, below, false);
                check(steps, below, true);
            }
        }
    }

    #[test]
    fn of_rows_with_the_same_key_the_last_stays() {
        let rows = [(3, 'a'), (1, 'b'), (3, 'c'), (2, 'd'), (1, 'e'), (3, 'f')];
        assert!(SortedMap::from(rows).into_iter().eq(BTreeMap::from(rows)));
        assert!(SortedSet::from([2, 1, 2, 0]).iter().eq(&BTreeSet::from([2, 1, 2, 0])));
    }

    #[test]
    fn maps_with_the_same_rows_are_equal_however_they_came_about() {
        let mut shuffled = SortedMap::new();
        for key in [5, 3, 9, 1, 7] {
            shuffled.insert(key, key * 2);
        }
        shuffled.insert(4, 0);
        shuffled.remove(&4);
        let straight: SortedMap<i32, i32> = [1, 3, 5, 7, 9].into_iter().map(|key| (key, key * 2)).collect();
        assert_eq!(shuffled, straight);
        assert_eq!(shuffled.cmp(&straight), Ordering::Equal);
        assert_eq!(format!("{shuffled:?}"), format!("{straight:?}"));
        assert_eq!(shuffled.into_values().collect::<Vec<_>>(), [2, 6, 10, 14, 18]);
    }

    #[test]
    fn values_of_one_key_stay_in_order() {
        let pairs = vec![(5, 'a'), (1, 'b'), (5, 'c'), (3, 'd'), (1, 'e')];
        let grouped = SortedMap::grouped(pairs, |key| key);
        assert!(grouped.iter().eq(&BTreeMap::from([(1, vec!['b', 'e']), (3, vec!['d']), (5, vec!['a', 'c'])])));
    }

    #[test]
    fn sets_differ_and_keep() {
        let mut set = SortedSet::from([4, 2, 8, 6]);
        assert_eq!(set.difference(&SortedSet::from([2, 8])).copied().collect::<Vec<_>>(), [4, 6]);
        set.retain(|key| *key > 4);
        assert_eq!((set.first(), set.last(), set.len()), (Some(&6), Some(&8), 2));
        assert!(set.contains(&6) && !set.contains(&4));
    }
}
