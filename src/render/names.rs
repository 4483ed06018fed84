//! Names where there is no room for all of them: what is left of each, so that it is told from its neighbours, and one size for peers.

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

/// Parts of one look in one rack or group: their names are set in one size.
pub(crate) type Peers = (u32, u32, u32);

/// The names on one drawing, as they are cut.
#[derive(Default)]
pub(crate) struct Names {
    /// How often each text occurs that names are cut to.
    counts: SortedMap<String, u32>,
    /// Whether names keep their beginnings: where more of them are told apart by those than by their ends.
    heads: bool,
    /// The most characters that a name of these peers is drawn with.
    longest: SortedMap<Peers, usize>,
}

impl Names {
    /// Compares names, each with its room in characters. All are cut in one way; only one that would be alike to another is cut in the
    /// other. Time: O(names log names).
    pub(crate) fn of(names: &[(Peers, String, f64)]) -> Self {
        let mut all = Self::default();
        let cut: Vec<(&str, f64)> =
            names.iter().filter(|(_, name, room)| name.chars().count() as f64 > *room).map(|(_, name, room)| (name.as_str(), *room)).collect();
        let ends = counts(cut.iter().map(|(name, room)| telling(name, *room).into_owned()));
        let alike = |counts: &SortedMap<String, u32>| counts.values().filter(|count| **count > 1).sum::<u32>();
        if alike(&ends) > 0 {
            let heads = counts(cut.iter().filter_map(|(name, room)| beginnings(name, *room).next()));
            all.heads = alike(&heads) < alike(&ends);
            let also = cut.iter().filter(|(name, room)| all.heads || ends.get(&*telling(name, *room)).is_some_and(|count| *count > 1));
            all.counts = counts(also.flat_map(|(name, room)| {
                let mut texts: Vec<String> = beginnings(name, *room).collect();
                texts.dedup();
                texts
            }));
        }
        for (text, count) in ends {
            *all.counts.entry(text).or_insert(0) += count;
        }
        for (peers, name, room) in names {
            let long = all.shown(name, *room).chars().count();
            let known = all.longest.entry(*peers).or_insert(long);
            *known = long.max(*known);
        }
        all
    }
    /// As much of a name as there is room for.
    pub(crate) fn shown<'a>(&self, name: &'a str, room: f64) -> Cow<'a, str> {
        let end = telling(name, room);
        if end.len() == name.len() || (!self.heads && self.is_alone(&end)) {
            return end;
        }
        beginnings(name, room).find(|text| self.is_alone(text)).map_or(end, Cow::Owned)
    }
    /// How many characters the longest name among peers is drawn with; 0 of unknown ones.
    pub(crate) fn longest(&self, peers: Peers) -> usize {
        self.longest.get(&peers).copied().unwrap_or(0)
    }
    fn is_alone(&self, text: &str) -> bool {
        self.counts.get(text).is_none_or(|count| *count < 2)
    }
}

fn counts(texts: impl Iterator<Item = String>) -> SortedMap<String, u32> {
    let mut counts = SortedMap::new();
    for text in texts {
        *counts.entry(text).or_insert(0) += 1;
    }
    counts
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

    fn shown(names: &[&str], room: f64) -> Vec<String> {
        let of = |name: &&str| ((0, 0, 0), (*name).to_owned(), room);
        let all = Names::of(&names.iter().map(of).collect::<Vec<_>>());
        names.iter().map(|name| all.shown(name, room).into_owned()).collect()
    }

    #[test]
    fn names_with_equal_ends_are_told_apart_by_their_beginnings() {
        assert_eq!(shown(&["a-compute-node", "b-compute-node", "login-1"], 6.0), ["a-com…", "b-com…", "login…"]);
        // Where beginnings are alike as well, what is left is the end.
        assert_eq!(shown(&["node-a-1", "node-b-1"], 3.0), ["1", "1"]);
    }

    #[test]
    fn names_of_one_drawing_are_cut_in_one_way() {
        assert_eq!(shown(&["HCA (7b60000)", "HCA (8c60000)", "HCA (022cae4)"], 4.0), ["7b6…", "8c6…", "022…"]);
        assert_eq!(shown(&["HCA (7b60001)", "HCA (7b60002)", "HCA (022cae4)"], 5.0), ["…0001", "…0002", "…cae4"]);
        // Of most the ends differ: only the one that is like another keeps its beginning.
        let names = ["rack-a-host-10", "rack-a-host-11", "rack-a-host-12", "rack-b-host-13", "some-c-host-13"];
        assert_eq!(shown(&names, 6.0), ["10", "11", "12", "rack-…", "some-…"]);
    }

    #[test]
    fn the_longest_name_sets_the_size_of_its_peers() {
        let of = |rack: u32, name: &str| ((0, rack, 0), name.to_owned(), 14.0);
        let all = Names::of(&[of(1, "leaf-hopper"), of(1, "leaf-blackwell"), of(2, "leaf-1")]);
        assert_eq!([all.longest((0, 1, 0)), all.longest((0, 2, 0)), all.longest((9, 9, 9))], [14, 6, 0]);
    }
}
