//! What a drawn thing, a finding or an estimate is about.

use std::fmt;

use super::ids::{FabricId, GroupId, LinkId, NodeId, RackId, RequirementId};
use super::path::{Element, PortRef};

/// What something stands for. Prints as an id or a port path; `design` is the whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The whole design.
    Design,
    /// A fabric.
    Fabric(FabricId),
    /// A group.
    Group(GroupId),
    /// A rack.
    Rack(RackId),
    /// A node.
    Node(NodeId),
    /// A port of a node.
    Port(PortRef),
    /// A thing inside a system.
    Inside(Element),
    /// A link.
    Link(LinkId),
    /// The parallel links between two nodes, the lower id first.
    Trunk(NodeId, NodeId),
    /// A requirement.
    Requirement(RequirementId),
}

impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Design => out.write_str("design"),
            Self::Fabric(id) => id.fmt(out),
            Self::Group(id) => id.fmt(out),
            Self::Rack(id) => id.fmt(out),
            Self::Node(id) => id.fmt(out),
            Self::Port(port) => port.fmt(out),
            Self::Inside(element) => element.fmt(out),
            Self::Link(id) => id.fmt(out),
            Self::Trunk(a, b) => write!(out, "{a}..{b}"),
            Self::Requirement(id) => id.fmt(out),
        }
    }
}

impl Subject {
    /// The one of its kind with the next number; `None` for what has no number of its own.
    pub fn next(&self) -> Option<Self> {
        let after = |number: u32| number.checked_add(1);
        match self {
            Self::Fabric(id) => after(id.0).map(FabricId).map(Self::Fabric),
            Self::Group(id) => after(id.0).map(GroupId).map(Self::Group),
            Self::Rack(id) => after(id.0).map(RackId).map(Self::Rack),
            Self::Node(id) => after(id.0).map(NodeId).map(Self::Node),
            Self::Link(id) => after(id.0).map(LinkId).map(Self::Link),
            Self::Requirement(id) => after(id.0).map(RequirementId).map(Self::Requirement),
            Self::Design | Self::Port(_) | Self::Inside(_) | Self::Trunk(..) => None,
        }
    }

    /// Reads what [`fmt::Display`] prints.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "design" {
            return Some(Self::Design);
        }
        if let Some((a, b)) = text.split_once("..") {
            return Some(Self::Trunk(a.parse().ok()?, b.parse().ok()?));
        }
        let simple = match text.as_bytes().first()? {
            b'f' => text.parse().map(Self::Fabric).ok(),
            b'g' => text.parse().map(Self::Group).ok(),
            b'l' => text.parse().map(Self::Link).ok(),
            b'q' => text.parse().map(Self::Requirement).ok(),
            b'r' => text.parse().map(Self::Rack).ok(),
            _ => text.parse().map(Self::Node).ok(),
        };
        simple.or_else(|| text.parse().map(Self::Port).ok()).or_else(|| text.parse().map(Self::Inside).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_print_as_they_parse() {
        for text in ["design", "f1", "g2", "r3", "n4", "n4/5", "n4/5/1", "n4/xpu3", "l7", "n1..n2", "q1"] {
            assert_eq!(Subject::parse(text).map(|subject| subject.to_string()).as_deref(), Some(text));
        }
        assert_eq!(Subject::parse("nonsense"), None);
    }
}
