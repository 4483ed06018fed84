//! What is selected, and what a selection stands for: a rack carries its nodes, a group its members.

use super::intent::Extend;
use crate::catalog::Catalog;
use crate::model::{Design, GroupId, LinkId, Member, NodeId, RackId, Subject};
use crate::units::SortedSet;

/// What is selected.
pub(super) type Selection = SortedSet<Subject>;

/// Whether a subject is there to be selected.
pub(super) fn exists(design: &Design, catalog: &Catalog, subject: &Subject) -> bool {
    match subject {
        Subject::Design => true,
        Subject::Fabric(id) => design.fabrics.contains(*id),
        Subject::Group(id) => design.groups.contains(*id),
        Subject::Inside(element) => design.nodes.get(element.node).is_some_and(|node| match &element.inside {
            None => true,
            Some(name) => {
                catalog.part(design, &node.part).and_then(|part| part.inside()).is_some_and(|inside| inside.vertices.iter().any(|it| it.name == *name))
            }
        }),
        Subject::Link(id) => design.links.contains(*id),
        Subject::Node(id) => design.nodes.contains(*id),
        Subject::Port(port) => catalog.port(design, *port).is_some(),
        Subject::Rack(id) => design.racks.contains(*id),
        Subject::Requirement(id) => design.requirements.contains(*id),
        Subject::Trunk(a, b) => trunk_links(design, *a, *b).next().is_some(),
    }
}

/// `selected` with `subjects` in place of it or besides it.
pub(super) fn extended(selected: &Selection, subjects: impl IntoIterator<Item = Subject>, extend: Extend) -> Selection {
    let mut result = match extend {
        Extend::Replace => Selection::new(),
        Extend::Add | Extend::Toggle => selected.clone(),
    };
    for subject in subjects {
        if extend == Extend::Toggle && result.remove(&subject) {
            continue;
        }
        result.insert(subject);
    }
    result
}

/// Links that join two nodes.
pub(super) fn trunk_links(design: &Design, a: NodeId, b: NodeId) -> impl Iterator<Item = LinkId> {
    design.links.iter().filter(move |(_, link)| link.ends[0].node != link.ends[1].node && link.touches(a) && link.touches(b)).map(|(id, _)| id)
}

/// A thing with what a double click takes besides: a link with all that run beside it between the same two nodes. Time: O(links) for a link.
pub(super) fn bundle(design: &Design, subject: Subject) -> Vec<Subject> {
    let ends = match &subject {
        Subject::Link(id) => design.links.get(*id).map(|link| link.ends.map(|end| end.node)),
        Subject::Trunk(a, b) => Some([*a, *b]),
        _ => None,
    };
    match ends {
        Some([a, b]) if a != b => trunk_links(design, a, b).map(Subject::Link).collect(),
        _ => vec![subject],
    }
}

/// The records a selection stands for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Reach {
    /// Selected groups and groups in them.
    pub groups: SortedSet<GroupId>,
    /// Selected racks and racks in selected groups.
    pub racks: SortedSet<RackId>,
    /// Selected nodes, nodes in selected groups, and nodes that stand in those racks.
    pub nodes: SortedSet<NodeId>,
    /// Selected links, links of selected trunks, links at selected ports.
    pub links: SortedSet<LinkId>,
}

impl Reach {
    /// What `subjects` stand for. Time: O(nodes + links) at most.
    pub fn of<'a>(design: &Design, subjects: impl IntoIterator<Item = &'a Subject>) -> Self {
        let mut reach = Self::default();
        let mut open = Vec::new();
        let mut ports = Vec::new();
        for subject in subjects {
            match subject {
                Subject::Group(id) => open.push(Member::Group(*id)),
                Subject::Inside(element) => open.push(Member::Node(element.node)),
                Subject::Link(id) if design.links.contains(*id) => {
                    reach.links.insert(*id);
                }
                Subject::Node(id) => open.push(Member::Node(*id)),
                Subject::Port(port) => ports.push(*port),
                Subject::Rack(id) => open.push(Member::Rack(*id)),
                Subject::Trunk(a, b) => reach.links.extend(trunk_links(design, *a, *b)),
                Subject::Design | Subject::Fabric(_) | Subject::Link(_) | Subject::Requirement(_) => {}
            }
        }
        while let Some(member) = open.pop() {
            match member {
                Member::Group(id) => {
                    if let Some(group) = design.groups.get(id).filter(|_| reach.groups.insert(id)) {
                        open.extend(group.members.iter().copied());
                    }
                }
                Member::Node(id) if design.nodes.contains(id) => {
                    reach.nodes.insert(id);
                }
                Member::Rack(id) if design.racks.contains(id) => {
                    reach.racks.insert(id);
                }
                Member::Node(_) | Member::Rack(_) => {}
            }
        }
        if !reach.racks.is_empty() {
            reach.nodes.extend(design.nodes.iter().filter(|(_, node)| node.rack.is_some_and(|rack| reach.racks.contains(&rack))).map(|(id, _)| id));
        }
        if !ports.is_empty() {
            reach.links.extend(design.links.iter().filter(|(_, link)| link.ends.iter().any(|end| ports.contains(end))).map(|(id, _)| id));
        }
        reach
    }

    /// Nodes that do not move along with a rack of the selection.
    pub fn own_nodes<'a>(&'a self, design: &'a Design) -> impl Iterator<Item = NodeId> + 'a {
        self.nodes.iter().copied().filter(|id| design.nodes.get(*id).is_some_and(|node| node.rack.is_none_or(|rack| !self.racks.contains(&rack))))
    }

    /// In words: `1 rack, 14 nodes and 56 links`.
    pub fn in_words(&self) -> String {
        let counted = [(self.groups.len(), "group"), (self.racks.len(), "rack"), (self.nodes.len(), "node"), (self.links.len(), "link")];
        let words: Vec<String> = counted.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| count_of(count, word)).collect();
        match words.as_slice() {
            [] => "nothing".to_owned(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} and {last}", first.join(", ")),
        }
    }
}

/// `1 node`, `3 nodes`.
pub(super) fn count_of(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// Everything that Select all takes: top-level things and links.
pub(super) fn everything(design: &Design) -> Selection {
    let groups = design.groups.ids().map(Subject::Group);
    let racks = design.racks.ids().map(Subject::Rack);
    let nodes = design.nodes.ids().map(Subject::Node);
    let links = design.links.ids().map(Subject::Link);
    groups.chain(racks).chain(nodes).chain(links).collect()
}
