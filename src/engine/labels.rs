//! Names and labels made by a pattern: `{rack}-{u:2}-{n}`. Renaming many things and the labels of cables share this one language.
//!
//! A placeholder stands in braces; `{u:2}` writes a number with at least two digits, `{{` and `}}` are braces themselves. Whatever is not
//! known is refused with the list of what is.

use crate::catalog::Catalog;
use crate::engine::cabling::Sites;
use crate::model::words::Word;
use crate::model::{Design, GroupId, Link, Member, NodeId, RackId, Subject};
use crate::units::{SortedMap, SortedSet};

/// The longest name, in characters.
pub const LONGEST: usize = 200;

/// A placeholder and what it stands for.
pub type Placeholder = (&'static str, &'static str);

/// What a name may be made of.
pub const OF_NAMES: &[Placeholder] = &[
    ("name", "its name so far"),
    ("n", "its number in the selection, from the top left"),
    ("rack", "the rack it stands in"),
    ("u", "its rack unit"),
    ("row", "the row of its rack"),
    ("column", "the column of its floor tile"),
    ("line", "the line of its floor tile"),
    ("group", "the group it stands in"),
    ("site", "the site it stands at"),
    ("part", "what it is"),
    ("kind", "system, switch, rack and so on"),
    ("id", "its id"),
];

/// What the label at an end of a cable may be made of.
pub const OF_LABELS: &[Placeholder] = &[
    ("rack", "the rack at this end"),
    ("u", "the rack unit"),
    ("node", "the node"),
    ("port", "the port"),
    ("site", "the site"),
    ("far-rack", "the rack at the other end"),
    ("far-u", "the rack unit there"),
    ("far-node", "the node there"),
    ("far-port", "the port there"),
    ("link", "the link's id"),
    ("fabric", "the fabric"),
];

/// The label of a cable's end where a design states none.
pub const USUAL_LABEL: &str = "{rack}-U{u:2}-{port}";
/// The same for a node that stands in no rack.
pub const FREE_LABEL: &str = "{node}-{port}";

/// A pattern that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Value { name: &'static str, width: usize },
}

impl Pattern {
    /// Reads a pattern that may use the placeholders of `known`. One sentence where it cannot be read.
    pub fn parse(text: &str, known: &'static [Placeholder]) -> Result<Self, String> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut plain = String::new();
        let mut rest = text.trim().chars().peekable();
        while let Some(letter) = rest.next() {
            match letter {
                '{' | '}' if rest.peek() == Some(&letter) => {
                    rest.next();
                    plain.push(letter);
                }
                '{' => {
                    let mut inner = String::new();
                    let closed = rest.by_ref().any(|letter| {
                        let ends = letter == '}';
                        if !ends {
                            inner.push(letter);
                        }
                        ends
                    });
                    if !closed {
                        return Err("A placeholder is not closed: it begins with { and ends with }".to_owned());
                    }
                    if !plain.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    }
                    pieces.push(placeholder(&inner, known)?);
                }
                '}' => return Err("There is a } without its {; write }} for a brace itself".to_owned()),
                letter => plain.push(if letter.is_control() { ' ' } else { letter }),
            }
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        if pieces.is_empty() { Err(format!("Write a pattern, for example {}", USUAL_LABEL)) } else { Ok(Self(pieces)) }
    }

    /// The text a pattern comes to. The name of the first placeholder without a value where there is one.
    pub fn fill(&self, mut value: impl FnMut(&'static str) -> Option<String>) -> Result<String, &'static str> {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Value { name, width } => {
                    let text = value(name).filter(|text| !text.trim().is_empty()).ok_or(*name)?;
                    // Only numbers are filled up.
                    let missing = if text.bytes().all(|byte| byte.is_ascii_digit()) { width.saturating_sub(text.len()) } else { 0 };
                    out.extend(std::iter::repeat_n('0', missing));
                    out.push_str(&text);
                }
            }
        }
        Ok(out)
    }
}

fn placeholder(inner: &str, known: &'static [Placeholder]) -> Result<Piece, String> {
    let (name, width) = inner.split_once(':').map_or((inner, None), |(name, width)| (name, Some(width)));
    let Some((name, _)) = known.iter().find(|(known, _)| *known == name.trim()) else {
        let all: Vec<String> = known.iter().map(|(name, _)| format!("{{{name}}}")).collect();
        return Err(format!("There is no placeholder {{{}}}; there are {}", name.trim().chars().take(40).collect::<String>(), all.join(", ")));
    };
    let width = match width.map(str::trim) {
        None => 0,
        Some(digits) => digits
            .parse::<usize>()
            .ok()
            .filter(|width| (1..=9).contains(width))
            .ok_or_else(|| format!("{{{name}:…}} takes a number of digits from 1 to 9, for example {{{name}:2}}"))?,
    };
    Ok(Piece::Value { name, width })
}

/// Who has a name, or would have it.
enum Taken<'a> {
    /// Something that is not renamed.
    Already(Subject),
    /// Something that is, by the name it has so far.
    Too(&'a str),
}

/// What names can be made of, gathered once for many. Space: O(members of groups).
pub struct Naming<'a> {
    design: &'a Design,
    catalog: &'a Catalog,
    sites: Sites,
    groups: SortedMap<Member, GroupId>,
}

impl<'a> Naming<'a> {
    /// Notes which group everything stands in. Time: O(groups + members).
    pub fn of(design: &'a Design, catalog: &'a Catalog) -> Self {
        let members = design.groups.iter().flat_map(|(id, group)| group.members.iter().map(move |member| (*member, id)));
        Self { design, catalog, sites: Sites::of(design), groups: members.collect() }
    }

    /// New names for `subjects`, in their order, by a pattern of [`OF_NAMES`]. What has no name is passed over. Two that would be called the
    /// same, a name that something else has, and a placeholder that says nothing are refused with the reason. Time: O(n log n + records).
    pub fn names(&self, subjects: &[Subject], pattern: &str) -> Result<Vec<(Subject, String)>, String> {
        let pattern = Pattern::parse(pattern, OF_NAMES)?;
        let named: Vec<(&Subject, &str)> = subjects.iter().filter_map(|subject| Some((subject, self.name(subject)?))).collect();
        let mut names = Vec::with_capacity(named.len());
        let mut refused = None;
        for (at, (subject, old)) in named.iter().enumerate() {
            match self.filled(&pattern, subject, old, at + 1) {
                Ok(text) => names.push(((*subject).clone(), text)),
                Err(sentence) => {
                    refused = Some(sentence);
                    break;
                }
            }
        }

        // Of what is wrong, that of the first thing is told: names before the one that is refused may be there twice.
        let chosen: SortedSet<&Subject> = named.iter().map(|(subject, _)| *subject).collect();
        let mut taken: SortedMap<&str, Taken> = SortedMap::new();
        for (subject, name) in self.all().filter(|(subject, _)| !chosen.contains(subject)) {
            taken.insert(name, Taken::Already(subject));
        }
        for ((_, text), (_, old)) in names.iter().zip(&named) {
            if let Some(other) = taken.insert(text, Taken::Too(old)) {
                let other = match other {
                    Taken::Already(subject) => format!("{subject} is called that already"),
                    Taken::Too(before) => format!("{} would be called that too", shown(before)),
                };
                return Err(format!("“{}” would be there twice: {other}. Add {{n}}, {{u}} or {{id}} to the pattern", shown(text)));
            }
        }
        match refused {
            Some(sentence) => Err(sentence),
            None if names.is_empty() => Err("Select nodes, racks, groups or fabrics to rename".to_owned()),
            None => Ok(names),
        }
    }

    /// The name of one thing, which is called `old` and has this number. One sentence where it cannot be.
    fn filled(&self, pattern: &Pattern, subject: &Subject, old: &str, number: usize) -> Result<String, String> {
        let text = pattern
            .fill(|slot| self.value(subject, old, number, slot))
            .map_err(|slot| format!("{{{slot}}} says nothing of {}: {}", shown(if old.is_empty() { "what has no name" } else { old }), nothing(slot)))?;
        let (text, length) = (text.trim().to_owned(), text.trim().chars().count());
        if length > LONGEST { Err(format!("“{}…” would have {length} characters; a name has at most {LONGEST}", shown(&text))) } else { Ok(text) }
    }

    fn all(&self) -> impl Iterator<Item = (Subject, &str)> {
        let design = self.design;
        let nodes = design.nodes.iter().map(|(id, node)| (Subject::Node(id), node.name.as_str()));
        let racks = design.racks.iter().map(|(id, rack)| (Subject::Rack(id), rack.name.as_str()));
        nodes.chain(racks).filter(|(_, name)| !name.is_empty())
    }

    /// What something is called; `None` where it has no name of its own.
    pub fn name(&self, subject: &Subject) -> Option<&str> {
        let design = self.design;
        Some(match subject {
            Subject::Fabric(id) => &design.fabrics.get(*id)?.name,
            Subject::Group(id) => &design.groups.get(*id)?.name,
            Subject::Node(id) => &design.nodes.get(*id)?.name,
            Subject::Rack(id) => &design.racks.get(*id)?.name,
            _ => return None,
        })
    }

    fn value(&self, subject: &Subject, old: &str, place: usize, slot: &str) -> Option<String> {
        match slot {
            "name" => return Some(old.to_owned()),
            "n" => return Some(place.to_string()),
            "id" => return Some(subject.to_string()),
            _ => {}
        }
        let design = self.design;
        let (node, rack, member, part) = match subject {
            Subject::Group(id) if slot == "kind" => return Some(design.groups.get(*id)?.kind.word().to_owned()),
            Subject::Fabric(_) if slot == "kind" => return Some("fabric".to_owned()),
            Subject::Node(id) => {
                let node = design.nodes.get(*id)?;
                (Some((*id, node)), node.rack, Member::Node(*id), &node.part)
            }
            Subject::Rack(id) => (None, Some(*id), Member::Rack(*id), &design.racks.get(*id)?.part),
            _ => return None,
        };
        let standing = rack.and_then(|rack| design.racks.get(rack));
        match slot {
            // A rack stands in no rack.
            "rack" => node.and(standing).map(|rack| rack.name.clone()),
            "u" => node?.1.u.map(|u| u.0.to_string()),
            "row" => standing?.row.clone(),
            "column" => standing?.tile.map(|tile| tile.0.to_string()),
            "line" => standing?.tile.map(|tile| tile.1.to_string()),
            "group" => {
                let group = self.groups.get(&member).or_else(|| self.groups.get(&Member::Rack(rack?)));
                Some(design.groups.get(*group?)?.name.clone())
            }
            "site" => self.site(node.map(|(id, _)| id), rack),
            "part" => self.catalog.part(design, part).map(|part| part.name.clone()),
            "kind" => self.catalog.part(design, part).map(|part| part.kind.label().to_owned()),
            _ => None,
        }
    }

    fn site(&self, node: Option<NodeId>, rack: Option<RackId>) -> Option<String> {
        let site = match (node, rack) {
            (Some(id), _) => self.sites.site(id, self.design.nodes.get(id)?),
            (None, Some(rack)) => self.sites.of_rack(rack),
            (None, None) => None,
        };
        Some(self.design.groups.get(site?)?.name.clone())
    }

    /// The label at one end of a link (0 or 1) by a pattern of [`OF_LABELS`]; the usual one where a placeholder says nothing there.
    pub fn label(&self, id: &str, link: &Link, end: usize, pattern: Option<&Pattern>) -> String {
        let value = |slot: &'static str| {
            let (slot, at) = slot.strip_prefix("far-").map_or((slot, end), |slot| (slot, 1 - end.min(1)));
            let port = link.ends.get(at)?;
            let node = self.design.nodes.get(port.node);
            let rack = node.and_then(|node| node.rack).and_then(|id| Some((id, self.design.racks.get(id)?)));
            let named = |name: &str, id: String| if name.trim().is_empty() { id } else { name.to_owned() };
            match slot {
                "rack" => rack.map(|(id, rack)| named(&rack.name, id.to_string())),
                "u" => rack.and(node?.u).map(|u| u.0.to_string()),
                "node" => Some(named(node.map_or("", |node| &node.name), port.node.to_string())),
                "port" => Some(self.catalog.port_words(self.design, *port)),
                "site" => self.site(Some(port.node), None),
                "link" => Some(id.to_owned()),
                "fabric" => link.fabric.and_then(|id| Some(named(&self.design.fabrics.get(id)?.name, id.to_string()))),
                _ => None,
            }
        };
        let usual = [USUAL_LABEL, FREE_LABEL].into_iter().filter_map(|text| Pattern::parse(text, OF_LABELS).ok());
        pattern.into_iter().cloned().chain(usual).find_map(|pattern| pattern.fill(value).ok()).unwrap_or_default()
    }
}

/// As much of a name as a sentence has room for.
fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Why a placeholder has no value, in a few words.
fn nothing(slot: &str) -> &'static str {
    match slot {
        "rack" => "it stands in no rack, or the rack has no name",
        "u" => "it stands at no rack unit",
        "row" | "column" | "line" => "its rack stands on no floor tile or in no row",
        "group" => "it stands in no group",
        "site" => "it stands at no site",
        _ => "nothing is known of it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, values: &[(&str, &str)]) -> Result<String, String> {
        let pattern = Pattern::parse(pattern, OF_NAMES)?;
        pattern.fill(|slot| values.iter().find(|(name, _)| *name == slot).map(|(_, text)| (*text).to_owned())).map_err(str::to_owned)
    }

    #[test]
    fn patterns_are_filled() {
        let values = [("rack", "A01"), ("u", "7"), ("n", "123")];
        assert_eq!(check("{rack}-{u:2}-{n:2}", &values), Ok("A01-07-123".to_owned()));
        assert_eq!(check("{rack:9}", &values), Ok("A01".to_owned()), "only numbers are filled up");
        assert_eq!(check("{{{u}}}", &values), Ok("{7}".to_owned()));
        assert_eq!(check(" { u } ", &values), Ok("7".to_owned()));
        assert_eq!(check("{rack}{row}", &values), Err("row".to_owned()));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        assert_eq!(
            check("{rak}", &[]).unwrap_err(),
            "There is no placeholder {rak}; there are {name}, {n}, {rack}, {u}, {row}, {column}, {line}, {group}, {site}, {part}, {kind}, {id}"
        );
        for (text, words) in [
            ("", "Write a pattern"),
            ("{rack", "not closed"),
            ("a}", "without its {"),
            ("{u:}", "1 to 9"),
            ("{u:99}", "1 to 9"),
            ("{}", "There is no placeholder {}"),
        ] {
            assert!(check(text, &[]).unwrap_err().contains(words), "{text}");
        }
    }
}
