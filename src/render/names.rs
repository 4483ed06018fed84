//! Names for which there is no room: as much of each as there is room for, so that it still tells its thing from others.

use std::borrow::Cow;

use crate::units::SortedMap;

/// What stands between the words of a name.
const APART: [char; 6] = ['-', ' ', '_', '.', '(', '#'];

/// As much of a name as there is room for so many characters: its last words, which tell it from its neighbours, and where the last is too
/// long its end. A number of one digit counts as two, so that `host-9` is shortened where `host-10` is.
pub fn telling(name: &str, room: f64) -> Cow<'_, str> {
    let mut rest = name;
    let lone = name.bytes().rev().take_while(u8::is_ascii_digit).count() == 1;
    let length = |rest: &str| (rest.chars().count() + usize::from(lone)) as f64;
    while length(rest) > room {
        match rest.split_once(APART) {
            Some((_, tail)) if !tail.is_empty() => rest = tail,
            _ => break,
        }
    }
    if rest.len() < name.len() {
        rest = rest.trim_start_matches(APART);
        rest = rest.strip_suffix(')').filter(|inner| !inner.contains('(')).unwrap_or(rest);
    }
    let most = room as usize;
    // A last word of a letter or two says little where there is room for more.
    let scant = most >= 9 && rest.len() < name.len() && rest.chars().count() * 3 < most;
    if most < 3 || (length(rest) <= room && !scant) {
        return rest.into();
    }
    let rest = if scant { name } else { rest };
    let end: Vec<char> = rest.chars().rev().take(most - 1).collect();
    std::iter::once('…').chain(end.into_iter().rev()).collect::<String>().into()
}

/// The beginning of a word, so many characters with the sign that something is left out. `None` where that is no word any more.
fn beginning(word: &str, room: f64) -> Option<String> {
    let most = (room as usize).checked_sub(1).filter(|most| *most > 1)?;
    Some(word.chars().take(most).chain(std::iter::once('…')).collect())
}

/// What names may be shortened to where their ends are alike: the beginning of the last word, the beginning of the name.
fn beginnings(name: &str, room: f64) -> impl Iterator<Item = String> {
    let last = name.trim_end_matches(')').rsplit(APART).next().filter(|word| word.chars().count() as f64 > room);
    [last, Some(name)].into_iter().flatten().filter_map(move |word| beginning(word, room))
}

/// How often each text occurs that names are shortened to.
#[derive(Default)]
pub(super) struct Alike(SortedMap<String, u32>);

impl Alike {
    /// Counts what names are shortened to, each with its room; of those whose ends are alike their beginnings too. Time: O(names log names).
    pub fn count(&mut self, names: &[(String, f64)]) {
        for (name, room) in names {
            self.add(telling(name, *room).into_owned());
        }
        let mut also = Vec::new();
        for (name, room) in names {
            if !self.is_alone(&telling(name, *room)) {
                also.extend(beginnings(name, *room));
            }
        }
        also.into_iter().for_each(|text| self.add(text));
    }
    fn add(&mut self, text: String) {
        *self.0.entry(text).or_insert(0) += 1;
    }
    fn is_alone(&self, text: &str) -> bool {
        self.0.get(text).is_none_or(|count| *count < 2)
    }
    /// As much of a name as there is room for: its end, unless others end alike and its beginning tells it from them.
    pub fn shown<'a>(&self, name: &'a str, room: f64) -> Cow<'a, str> {
        let end = telling(name, room);
        if end.len() == name.len() || self.is_alone(&end) {
            return end;
        }
        beginnings(name, room).find(|text| self.is_alone(text)).map_or(end, Cow::Owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_long_name_tells_it_from_its_neighbours() {
        let host = "MT25408 ConnectX Mellanox Technologies (022cae4)";
        assert_eq!([telling(host, 60.0), telling(host, 8.0), telling(host, 5.0)], [host, "022cae4", "…cae4"]);
        assert_eq!([telling("host-9", 6.0), telling("host-9", 7.0), telling("host-10", 7.0), telling("host-10", 6.5)], ["9", "host-9", "host-10", "10"]);
        assert_eq!([telling("Gekühlter-Schaltschrank-1", 10.6), telling("pod-7-edge-12", 9.0)], ["…schrank-1", "7-edge-12"]);
        assert_eq!([telling("switch (0b50)", 6.0), telling("switch (0b50)", 4.0)], ["0b50", "0b50"]);
        assert_eq!([telling("Voltaire 4036 # 4036-369C", 9.0), telling("leaf", 2.0), telling("", 0.0)], ["4036-369C", "leaf", ""]);
    }

    #[test]
    fn names_with_equal_ends_are_told_apart_by_their_beginnings() {
        let shown = |names: &[&str], room: f64| {
            let mut alike = Alike::default();
            alike.count(&names.iter().map(|name| ((*name).to_owned(), room)).collect::<Vec<_>>());
            names.iter().map(|name| alike.shown(name, room).into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(shown(&["a-compute-node", "b-compute-node", "login-1"], 6.0), ["a-com…", "b-com…", "1"]);
        assert_eq!(shown(&["HCA (7b60000)", "HCA (8c60000)", "HCA (022cae4)"], 4.0), ["7b6…", "8c6…", "…ae4"]);
        // Where beginnings are alike as well, what is left is the end.
        assert_eq!(shown(&["node-a-1", "node-b-1"], 3.0), ["1", "1"]);
    }
}
