//! Names for new things: `leaf-7` is followed by `leaf-8`, and nothing gets a name that is taken.

use crate::model::{Design, PartId, PartKind};
use crate::units::{SortedMap, SortedSet, lower};

/// The longest name a user may type, in characters.
pub(super) const LONGEST_NAME: usize = crate::engine::labels::LONGEST;

/// Names in use, and those given out since. Time to build: O(n log n).
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    taken: SortedSet<String>,
    /// By stem and width, numbers that are known to be taken, from the first up to but not including the second. Names are never given back, so
    /// a thousand copies in a row cost a thousand looks, not a million.
    runs: SortedMap<(String, usize), (u64, u64)>,
}

impl Names {
    /// The names of all nodes, racks, groups and fabrics.
    pub fn of(design: &Design) -> Self {
        let nodes = design.nodes.iter().map(|(_, node)| &node.name);
        let racks = design.racks.iter().map(|(_, rack)| &rack.name);
        let groups = design.groups.iter().map(|(_, group)| &group.name);
        let fabrics = design.fabrics.iter().map(|(_, fabric)| &fabric.name);
        Self { taken: nodes.chain(racks).chain(groups).chain(fabrics).filter(|name| !name.is_empty()).cloned().collect(), runs: SortedMap::new() }
    }

    /// `name` itself where it is free, else the next of its numbers; takes it.
    pub fn take(&mut self, name: &str) -> String {
        let name = if self.taken.contains(name) { self.following(name) } else { name.to_owned() };
        self.taken.insert(name.clone());
        name
    }

    /// The next free name after `name`: `leaf-7` gives `leaf-8`, `core` gives `core-2`; takes it.
    pub fn take_after(&mut self, name: &str) -> String {
        let name = self.following(name);
        self.taken.insert(name.clone());
        name
    }

    /// The name of a copy: `leaf-3` gives the next free `leaf-4`, `core` gives `core copy`, then `core copy 2`; takes it.
    pub fn take_copy(&mut self, name: &str) -> String {
        let copy = match split_number(name) {
            (_, Some(_)) => self.following(name),
            ("", None) => return String::new(),
            _ => self.copy_of(name),
        };
        self.taken.insert(copy.clone());
        copy
    }

    fn copy_of(&mut self, name: &str) -> String {
        let base = if name.ends_with(" copy") { name.to_owned() } else { format!("{name} copy") };
        if self.taken.contains(&base) { self.following(&format!("{base} 1")) } else { base }
    }

    fn following(&mut self, name: &str) -> String {
        let (stem, number) = split_number(name);
        let (stem, first, width) = match number {
            Some((number, width)) => (stem.to_owned(), number.saturating_add(1), width),
            None => (format!("{stem}-"), 2, 1),
        };
        let key = (stem, width);
        let (from, mut number) = self.runs.get(&key).copied().filter(|(from, to)| (*from..=*to).contains(&first)).unwrap_or((first, first));
        loop {
            let candidate = format!("{}{number:0width$}", key.0);
            if !self.taken.contains(&candidate) || number == u64::MAX {
                self.runs.insert(key, (from, number));
                return candidate;
            }
            number += 1;
        }
    }
}

/// The name for another part of this id: after the youngest of its kin, else from its kind.
pub(super) fn name_for(design: &Design, names: &mut Names, part: &PartId, kind: PartKind) -> String {
    let kin = if kind == PartKind::Rack {
        design.racks.iter().rev().find(|(_, rack)| rack.part == *part).map(|(_, rack)| rack.name.clone())
    } else {
        design.nodes.iter().rev().find(|(_, node)| node.part == *part).map(|(_, node)| node.name.clone())
    };
    match kin.filter(|name| !name.is_empty()) {
        Some(name) => names.take_after(&name),
        None => names.take(&format!("{}-1", lower(kind.label()))),
    }
}

/// A name split before the number at its end, with the number and how many digits it was written with.
fn split_number(name: &str) -> (&str, Option<(u64, usize)>) {
    let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count().min(12);
    let (stem, number) = name.split_at(name.len() - digits);
    (stem, number.parse().ok().map(|value| (value, number.len())))
}

/// A typed name made fit to keep: one line, no control characters, no blanks around it.
pub(super) fn clean(name: &str) -> Result<String, String> {
    let name: String = name.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    let name = name.trim().to_owned();
    match name.chars().count() {
        0 => Err("A name needs at least one letter or digit".to_owned()),
        length if length > LONGEST_NAME => Err(format!("A name may have {LONGEST_NAME} characters, this one has {length}")),
        _ => Ok(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(taken: &[&str]) -> Names {
        Names { taken: taken.iter().map(|name| (*name).to_owned()).collect(), ..Names::default() }
    }

    #[test]
    fn numbers_go_on_and_keep_their_width() {
        assert_eq!(names(&["leaf-7"]).take_after("leaf-7"), "leaf-8");
        assert_eq!(names(&["leaf-7", "leaf-8"]).take_after("leaf-7"), "leaf-9");
        assert_eq!(names(&["rack09"]).take_after("rack09"), "rack10");
        assert_eq!(names(&["sw-007"]).take_after("sw-007"), "sw-008");
        assert_eq!(names(&["core"]).take_after("core"), "core-2");
        assert_eq!(names(&[]).take("leaf-1"), "leaf-1");
        assert_eq!(names(&["leaf-1"]).take("leaf-1"), "leaf-2");
    }

    #[test]
    fn copies_have_names_of_their_own() {
        let mut taken = names(&["core", "leaf-3", "99999999999999999999"]);
        assert_eq!(taken.take_copy("leaf-3"), "leaf-4");
        assert_eq!(taken.take_copy("core"), "core copy");
        assert_eq!(taken.take_copy("core"), "core copy 2");
        assert_eq!(taken.take_copy("core"), "core copy 3");
        assert_eq!(taken.take_copy("core copy"), "core copy 4");
        assert_eq!(taken.take_copy(""), "");
        assert_ne!(taken.take_copy("99999999999999999999"), "99999999999999999999");
    }

    #[test]
    fn names_are_the_next_free_ones_whatever_was_asked_before() {
        let mut taken = names(&["a-1", "a-2", "a-3", "a-5", "a-6", "a-9", "a-010"]);
        let asked = ["a-1", "a-2", "a-5", "a-1", "a-8", "a-4", "a-009", "a-1", "a-20", "a-19", "a-1"];
        let given: Vec<String> = asked.iter().map(|name| taken.take_copy(name)).collect();
        assert_eq!(given, ["a-4", "a-7", "a-8", "a-10", "a-11", "a-12", "a-011", "a-13", "a-21", "a-20", "a-14"]);
    }

    #[test]
    fn names_are_one_clean_line() {
        assert_eq!(clean(" a\tb\n"), Ok("a b".to_owned()));
        assert!(clean("  ").is_err());
        assert!(clean(&"x".repeat(201)).is_err());
    }
}
