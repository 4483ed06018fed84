//! What can be switched off in thought: anything with a place in the design, and wires inside a system.

use std::fmt;

use super::ids::NodeId;
use super::path::Element;
use super::subject::Subject;

/// Something that has failed. Prints as a subject does; wires inside a system as `n1/xpu1..nvswitch2`, with `*1` behind it where
/// only one of several parallel wires is meant; all racks of a row as `row:B`; a power feed as `feed:A`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outage {
    /// A link (its cable), a port (its transceiver), a trunk, a node, a thing inside a system, a rack, a group, or all links of a
    /// fabric (a plane).
    Thing(Subject),
    /// Wires between two things inside a system.
    Wires {
        /// The system.
        node: NodeId,
        /// The names of both ends, in the order they were written.
        ends: [String; 2],
        /// How many of the parallel wires; `None` is all.
        count: Option<u16>,
    },
    /// All racks of a row.
    Row(String),
    /// A power feed: racks that hang on nothing else.
    Feed(String),
}

impl Outage {
    /// Reads what [`fmt::Display`] prints; `None` for what cannot fail.
    pub fn parse(text: &str) -> Option<Self> {
        for (prefix, of) in [("feed:", Self::Feed as fn(String) -> Self), ("row:", Self::Row)] {
            if let Some(name) = text.strip_prefix(prefix).map(str::trim) {
                return (!name.is_empty()).then(|| of(name.to_owned()));
            }
        }
        if let Some((place, other)) = text.split_once("..")
            && let Some((node, one)) = place.split_once('/')
        {
            let (other, count) = match other.split_once('*') {
                Some((other, count)) => (other, Some(count.parse().ok().filter(|count| *count > 0)?)),
                None => (other, None),
            };
            let sound = |name: &str| !name.is_empty() && !name.contains('/');
            return (sound(one) && sound(other)).then_some(Self::Wires { node: node.parse().ok()?, ends: [one.to_owned(), other.to_owned()], count });
        }
        Subject::parse(text).and_then(Self::of)
    }

    /// The failure of a subject; `None` for what cannot fail.
    pub fn of(subject: Subject) -> Option<Self> {
        let fails = !matches!(subject, Subject::Design | Subject::Requirement(_));
        fails.then_some(Self::Thing(subject))
    }

    /// What is drawn of it: the thing itself, or the system that wires are inside of.
    pub fn subject(&self) -> Option<Subject> {
        match self {
            Self::Thing(subject) => Some(subject.clone()),
            Self::Wires { node, ends: [one, _], .. } => Some(Subject::Inside(Element { node: *node, inside: Some(one.clone()) })),
            Self::Feed(_) | Self::Row(_) => None,
        }
    }
}

impl fmt::Display for Outage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Thing(subject) => subject.fmt(out),
            Self::Wires { node, ends: [one, other], count: None } => write!(out, "{node}/{one}..{other}"),
            Self::Wires { node, ends: [one, other], count: Some(count) } => write!(out, "{node}/{one}..{other}*{count}"),
            Self::Feed(feed) => write!(out, "feed:{feed}"),
            Self::Row(row) => write!(out, "row:{row}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outages_print_as_they_parse() {
        for text in ["l7", "n4", "n4/5", "n4/5/1", "n4/xpu3", "r3", "f2", "g1", "n1..n2", "n1/xpu1..nvswitch2", "n1/xpu1..nvswitch2*3", "row:B 2", "feed:A"] {
            assert_eq!(Outage::parse(text).map(|outage| outage.to_string()).as_deref(), Some(text));
        }
        for wrong in ["design", "q1", "", "row:", "feed: ", "n1/..x", "n1/a..b*0", "n1/a..b*x", "x/a..b", "n1/a../b", "nothing"] {
            assert_eq!(Outage::parse(wrong), None, "{wrong}");
        }
    }
}
