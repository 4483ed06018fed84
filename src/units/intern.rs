//! Lists of words that are alike get the same number: what thousands of links or nodes have in common is then looked at once.

/// Numbers for lists of words, counted from 0 in the order they first came.
///
/// Open addressing over one list of all words; lists are compared whole, a hash only says where to look. Asking is O(words of the
/// list) on average, nothing is allocated for a list that is known. Space: O(words of all different lists).
#[derive(Clone, Debug, Default)]
pub struct Intern {
    /// Numbers plus 1 by hash; 0 is free. Empty or a power of two long, at most half full.
    slots: Vec<u32>,
    /// `words[ends[i - 1]..ends[i]]` is list `i`.
    ends: Vec<u32>,
    words: Vec<u64>,
}

/// Equal where the same lists came in the same order.
impl PartialEq for Intern {
    fn eq(&self, other: &Self) -> bool {
        (&self.ends, &self.words) == (&other.ends, &other.words)
    }
}

impl Intern {
    /// How many different lists there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
    /// The words of a list.
    pub fn list(&self, number: u32) -> &[u64] {
        let at = number as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.ends.get(at).and_then(|end| self.words.get(start..*end as usize)).unwrap_or_default()
    }
    /// The number of a list; a new one if no list like it came before.
    pub fn number(&mut self, list: &[u64]) -> u32 {
        if self.slots.len() < 2 * (self.ends.len() + 1) {
            self.grow();
        }
        let slot = self.slot(list);
        match self.slots.get(slot) {
            Some(0) | None => {
                let number = self.ends.len() as u32;
                self.words.extend_from_slice(list);
                self.ends.push(self.words.len() as u32);
                if let Some(free) = self.slots.get_mut(slot) {
                    *free = number + 1;
                }
                number
            }
            Some(known) => known - 1,
        }
    }
    /// The number of a list, if it came before.
    pub fn known(&self, list: &[u64]) -> Option<u32> {
        self.slots.get(self.slot(list)).and_then(|known| known.checked_sub(1))
    }

    /// Where a list stands, or the free place where it would.
    fn slot(&self, list: &[u64]) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = hash(list) as usize & mask;
        while let Some(known) = self.slots.get(slot).filter(|known| **known > 0) {
            if self.list(known - 1) == list {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        self.slots = vec![0; (2 * self.slots.len()).max(16)];
        for number in 0..self.ends.len() as u32 {
            let slot = self.slot(self.list(number));
            if let Some(free) = self.slots.get_mut(slot) {
                *free = number + 1;
            }
        }
    }
}

/// A hash of a text, for telling quickly that texts differ.
pub fn hash_text(text: &str) -> u64 {
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0u64, |word, byte| word << 8 | u64::from(*byte));
    // Folded at each step: otherwise the last byte of one word and the first of the next can make up for each other, as digits of names do.
    text.as_bytes().chunks(8).fold(text.len() as u64, |mixed, bytes| {
        let next = (mixed.rotate_left(5) ^ word(bytes)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        next ^ next >> 32
    })
}

/// A multiplicative hash with its high bits folded down, for tables that keep what they compare.
pub fn hash(words: &[u64]) -> u32 {
    let mixed = words.iter().fold(words.len() as u64, |mixed, word| (mixed.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    (mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9).wrapping_shr(32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lists_share_a_number_and_no_others() {
        let mut intern = Intern::default();
        let lists: Vec<Vec<u64>> = (0..2000u64).map(|number| (0..number % 5).map(|at| number / 7 * at).collect()).collect();
        let numbers: Vec<u32> = lists.iter().map(|list| intern.number(list)).collect();
        for (list, number) in lists.iter().zip(&numbers) {
            assert_eq!(intern.list(*number), list);
            assert_eq!(intern.known(list), Some(*number));
            let first = lists.iter().position(|other| other == list).unwrap();
            assert_eq!(numbers[first], *number);
        }
        assert_eq!(intern.known(&[1, 2, 3, 4, 5, 6]), None);
        assert_eq!(Intern::default().known(&[]), None);
        assert_eq!(intern.len(), numbers.iter().max().map_or(0, |most| *most as usize + 1));
    }
}
