//! What the ports of a part are called: a pattern with counted places, as switches print them (`Ethernet[1-64]/1`, `mlx5_[0-7]`).
//!
//! Several patterns are parted by commas, and cages take the names one after the other. Of several counted places the last counts
//! fastest. `[01-32]` writes as many digits as its first number has. `{p}` stands for the port of a cage that holds several, from 1; a
//! pattern without it gets `/1`, `/2`, … behind it there. What a node says of its own cage goes before the part's pattern.

use super::load::Catalog;
use crate::model::{Design, Node, Part, PortPath, PortRef};

/// A piece of a pattern: text, or a place that counts.
#[derive(Clone, Debug, PartialEq)]
enum Piece<'p> {
    Text(&'p str),
    Count { from: u64, to: u64, digits: usize },
}

/// The pieces of one pattern; `None` where it is none.
fn pieces(pattern: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some((text, after)) = rest.split_once('[') {
        let (range, after) = after.split_once(']')?;
        let (from, to) = range.split_once('-')?;
        let number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u64>().ok()).flatten();
        let (low, high) = (number(from)?, number(to)?);
        if low > high || high > 1_000_000 || text.contains(']') {
            return None;
        }
        pieces.extend([Piece::Text(text), Piece::Count { from: low, to: high, digits: if from.starts_with('0') { from.len() } else { 1 } }]);
        rest = after;
    }
    (!rest.contains(']')).then(|| {
        pieces.push(Piece::Text(rest));
        pieces
    })
}

fn size(pieces: &[Piece]) -> u64 {
    pieces.iter().fold(1u64, |size, piece| if let Piece::Count { from, to, .. } = piece { size.saturating_mul(to - from + 1) } else { size })
}

/// Whether text names ports. Time: O(text).
pub fn is_sound(names: &str) -> bool {
    names.split(',').all(|pattern| !pattern.trim().is_empty() && pieces(pattern.trim()).is_some())
}

/// The name at a place, from 0; `None` where there are fewer, or the text names no ports. Time: O(text).
pub fn name_at(names: &str, place: u64) -> Option<String> {
    let mut left = place;
    for pattern in names.split(',').map(str::trim) {
        let pieces = pieces(pattern)?;
        let size = size(&pieces);
        if left >= size {
            left -= size;
            continue;
        }
        // From the last counted place to the first, as digits are read off.
        let mut texts: Vec<String> = Vec::new();
        for piece in pieces.iter().rev() {
            texts.push(match piece {
                Piece::Text(text) => (*text).to_owned(),
                Piece::Count { from, to, digits } => {
                    let span = to - from + 1;
                    let number = from + left % span;
                    left /= span;
                    format!("{number:0digits$}")
                }
            });
        }
        texts.reverse();
        return Some(texts.concat());
    }
    None
}

/// Names as a pattern: those that count on in one number are one. `None` where a name has a letter that patterns use. Time: O(names).
pub fn pattern_of(names: &[String]) -> Option<String> {
    if names.iter().any(|name| name.is_empty() || name.contains([',', '[', ']', '{', '}'])) {
        return None;
    }
    let mut patterns: Vec<String> = Vec::new();
    let mut rest = names;
    while let Some((first, others)) = rest.split_first() {
        let mut run = (1, first.clone());
        for (start, digits) in numbers(first) {
            let (head, tail) = (first.get(..start)?, first.get(start + digits.len()..)?);
            let Ok(from) = digits.parse::<u64>() else { continue };
            let width = if digits.starts_with('0') { digits.len() } else { 1 };
            let on = others.iter().zip(from + 1..).take_while(|(name, number)| **name == format!("{head}{number:0width$}{tail}")).count();
            if on + 1 > run.0 {
                run = (on + 1, format!("{head}[{digits}-{:0width$}]{tail}", from + on as u64));
            }
        }
        patterns.push(run.1);
        rest = rest.get(run.0..).unwrap_or_default();
    }
    Some(patterns.join(","))
}

/// Where numbers stand in a name, and their digits.
fn numbers(name: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for piece in name.split_inclusive(|letter: char| !letter.is_ascii_digit()) {
        let digits = piece.trim_end_matches(|letter: char| !letter.is_ascii_digit());
        if !digits.is_empty() && digits.len() < 10 {
            found.push((at, digits));
        }
        at += piece.len();
    }
    found
}

impl Catalog {
    /// What a port is called by its node or its part; `None` where nobody says.
    pub fn port_name(&self, design: &Design, port: PortRef) -> Option<String> {
        let node = design.nodes.get(port.node)?;
        name_of(node, self.part(design, &node.part)?, port.port)
    }

    /// [`Catalog::port_name`], else its number: `Ethernet5/1` or `5/1`.
    pub fn port_words(&self, design: &Design, port: PortRef) -> String {
        self.port_name(design, port).unwrap_or_else(|| port.port.to_string())
    }
}

fn name_of(node: &Node, part: &Part, port: PortPath) -> Option<String> {
    let own = if node.ports.is_empty() { None } else { node.ports.get(&port.cage).and_then(|settings| settings.name.clone()) };
    let (group, place) = part.port_group(port.cage)?;
    let name = own.or_else(|| if group.names.is_empty() { None } else { name_at(&group.names, u64::from(place)) })?;
    Some(match (name.contains("{p}"), port.child) {
        (true, child) => name.replace("{p}", &child.max(1).to_string()),
        (false, 0) => name,
        (false, child) => format!("{name}/{child}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_as_they_are_printed() {
        let all = |names: &str| (0..).map_while(|place| name_at(names, place)).collect::<Vec<_>>();
        assert_eq!(all("swp[1-3]"), ["swp1", "swp2", "swp3"]);
        assert_eq!(all("Eth[1-2]/[1-2], mgmt"), ["Eth1/1", "Eth1/2", "Eth2/1", "Eth2/2", "mgmt"]);
        assert_eq!(all("p[08-10]"), ["p08", "p09", "p10"]);
        for wrong in ["a[2-1]", "a[1-", "a]", "a[x-2]", "", "a,,b", "[1]", "a[1-9999999999]"] {
            assert!(!is_sound(wrong), "{wrong}");
        }
        assert_eq!(name_at("p[0-1000000]q[0-1000000]r[0-1000000]s[0-1000000]", u64::MAX), None);
    }

    #[test]
    fn a_pattern_gives_back_the_names_it_was_made_of() {
        let of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
        for (names, pattern) in [
            (of(&["swp1", "swp2", "swp3"]), "swp[1-3]"),
            (of(&["Ethernet1/1", "Ethernet2/1", "Ethernet3/1"]), "Ethernet[1-3]/1"),
            (of(&["Eth1/1", "Eth1/2", "Eth2/1", "Eth2/2"]), "Eth1/[1-2],Eth2/[1-2]"),
            (of(&["p09", "p10", "x"]), "p[09-10],x"),
            (of(&["a", "a", "99999999999999999999"]), "a,a,99999999999999999999"),
        ] {
            assert_eq!(pattern_of(&names).as_deref(), Some(pattern));
            let again: Vec<String> = (0..).map_while(|place| name_at(pattern, place)).collect();
            assert_eq!(again, names);
        }
        assert_eq!(pattern_of(&of(&["a[1-2]"])), None);
        assert_eq!(pattern_of(&of(&["port 1,2"])), None);
    }
}
