//! The drawing as a tree of words: group, rack, node, port, link. Assistive technology and the keyboard walk it, and it says what
//! the canvas shows: names, parts, ports in use, findings.
//!
//! [`OutlineIndex`] is made once per state of the design; [`OutlineIndex::rows`] lists only what is open, so a design of 10,000 nodes
//! costs what its open branches cost.

use crate::catalog::{Catalog, PortUse};
use crate::engine::diagnostics::Severity;
use crate::engine::report::Report;
use crate::model::{Design, GroupId, LinkId, Member, NodeId, PortRef, RackId, Subject};
use crate::units::{SortedMap, SortedSet, order};

/// One visible line of the outline.
#[derive(Clone, Debug, PartialEq)]
pub struct OutlineItem {
    /// What it stands for.
    pub subject: Subject,
    /// How deep it stands, from 1.
    pub level: u32,
    /// Its place among its siblings, from 1.
    pub position: usize,
    /// How many siblings it has, itself counted.
    pub siblings: usize,
    /// Its name.
    pub label: String,
    /// What else is said of it, in a few words.
    pub detail: String,
    /// Whether something stands below it.
    pub expandable: bool,
    /// Whether that is shown.
    pub expanded: bool,
    /// How many errors it or something below it has.
    pub errors: usize,
    /// How many warnings.
    pub warnings: usize,
}

impl OutlineItem {
    /// The whole line, as it is read aloud.
    pub fn spoken(&self) -> String {
        let mut words = self.label.clone();
        for part in [self.detail.clone(), counted(self.errors, "error"), counted(self.warnings, "warning")] {
            if !part.is_empty() {
                words.push_str(", ");
                words.push_str(&part);
            }
        }
        words
    }
}

fn counted(count: usize, word: &str) -> String {
    match count {
        0 => String::new(),
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    }
}

/// Who stands in whom, and how many findings each has. Space: O(records + findings).
#[derive(Clone, Debug, Default)]
pub struct OutlineIndex {
    roots: Vec<Subject>,
    groups: SortedMap<GroupId, Vec<Subject>>,
    racks: SortedMap<RackId, Vec<Subject>>,
    parents: SortedMap<Subject, Subject>,
    used: PortUse,
    findings: SortedMap<Subject, (usize, usize)>,
}

impl OutlineIndex {
    /// Reads a design and, where there is one, its report. Time: O(records log records).
    pub fn of(design: &Design, report: Option<&Report>) -> Self {
        let mut index = Self { used: PortUse::of(design), ..Self::default() };
        for (id, group) in design.groups.iter() {
            let children: Vec<Subject> = group.members.iter().map(member_subject).collect();
            for child in &children {
                index.parents.insert(child.clone(), Subject::Group(id));
            }
            index.groups.insert(id, children);
        }
        let mut racked: SortedMap<RackId, Vec<(std::cmp::Reverse<u16>, NodeId)>> = SortedMap::new();
        for (id, node) in design.nodes.iter() {
            if let Some(rack) = node.rack {
                racked.entry(rack).or_default().push((std::cmp::Reverse(node.u.map_or(0, |u| u.0)), id));
                index.parents.insert(Subject::Node(id), Subject::Rack(rack));
            }
        }
        for (rack, mut nodes) in racked {
            order::sort(&mut nodes);
            index.racks.insert(rack, nodes.into_iter().map(|(_, id)| Subject::Node(id)).collect());
        }
        // A node that stands in a rack is shown there, also when a group lists it.
        for children in index.groups.values_mut_unsorted() {
            children.retain(|child| !matches!(child, Subject::Node(id) if design.nodes.get(*id).is_some_and(|node| node.rack.is_some())));
        }
        let everything = design.groups.ids().map(Subject::Group).chain(design.racks.ids().map(Subject::Rack)).chain(design.nodes.ids().map(Subject::Node));
        index.roots = everything.filter(|subject| !index.parents.contains_key(subject)).collect();
        for diagnostic in report.map(|report| report.diagnostics.as_slice()).unwrap_or_default().iter().filter(|diagnostic| diagnostic.silenced.is_none()) {
            let weight = match diagnostic.severity {
                Severity::Error => (1, 0),
                Severity::Info => continue,
                Severity::Warning => (0, 1),
            };
            index.count(design, &diagnostic.subject, weight);
        }
        index
    }

    /// Notes a finding at its subject and at everything that subject stands in.
    fn count(&mut self, design: &Design, subject: &Subject, (errors, warnings): (usize, usize)) {
        let mut touched: SortedSet<Subject> = SortedSet::from([subject.clone()]);
        match subject {
            Subject::Inside(element) => touched.extend([Subject::Node(element.node)]),
            Subject::Link(id) => {
                for end in design.links.get(*id).map(|link| link.ends.as_slice()).unwrap_or_default() {
                    touched.extend([Subject::Port(*end), Subject::Node(end.node)]);
                }
            }
            Subject::Port(port) => touched.extend([Subject::Node(port.node)]),
            Subject::Trunk(a, b) => touched.extend([Subject::Node(*a), Subject::Node(*b)]),
            _ => {}
        }
        let mut open: Vec<Subject> = touched.iter().cloned().collect();
        while let Some(subject) = open.pop() {
            if let Some(parent) = self.parents.get(&subject)
                && touched.insert(parent.clone())
            {
                open.push(parent.clone());
            }
        }
        for subject in touched {
            let entry = self.findings.entry(subject).or_default();
            entry.0 += errors;
            entry.1 += warnings;
        }
    }

    /// The visible lines, in reading order: everything whose ancestors are all in `expanded`.
    ///
    /// Time: O(visible lines + ports of open nodes).
    pub fn rows(&self, design: &Design, catalog: &Catalog, expanded: &SortedSet<Subject>) -> Vec<OutlineItem> {
        let mut rows = Vec::new();
        let mut seen = SortedSet::new();
        self.list(design, catalog, expanded, &self.roots, 1, &mut seen, &mut rows);
        rows
    }

    #[allow(clippy::too_many_arguments)] // One recursion over one tree; a struct for it would be named after this function.
    fn list(
        &self,
        design: &Design,
        catalog: &Catalog,
        expanded: &SortedSet<Subject>,
        siblings: &[Subject],
        level: u32,
        seen: &mut SortedSet<Subject>,
        rows: &mut Vec<OutlineItem>,
    ) {
        for (place, subject) in siblings.iter().enumerate() {
            // Groups may hold each other in a file of somebody else's; each stands in the tree once.
            if !seen.insert(subject.clone()) {
                continue;
            }
            let open = expanded.contains(subject);
            let children = if open { self.children(design, catalog, subject) } else { Vec::new() };
            let (label, detail) = self.words(design, catalog, subject);
            let (errors, warnings) = self.findings.get(subject).copied().unwrap_or_default();
            rows.push(OutlineItem {
                subject: subject.clone(),
                level,
                position: place + 1,
                siblings: siblings.len(),
                label,
                detail,
                expandable: if open { !children.is_empty() } else { self.has_children(design, catalog, subject) },
                expanded: open && !children.is_empty(),
                errors,
                warnings,
            });
            self.list(design, catalog, expanded, &children, level + 1, seen, rows);
        }
    }

    fn has_children(&self, design: &Design, catalog: &Catalog, subject: &Subject) -> bool {
        match subject {
            Subject::Group(id) => self.groups.get(id).is_some_and(|children| !children.is_empty()),
            Subject::Node(id) => design.nodes.get(*id).and_then(|node| catalog.part(design, &node.part)).is_some_and(|part| !part.ports.is_empty()),
            Subject::Port(port) => !self.used.at(*port).is_empty(),
            Subject::Rack(id) => self.racks.contains_key(id),
            _ => false,
        }
    }

    fn children(&self, design: &Design, catalog: &Catalog, subject: &Subject) -> Vec<Subject> {
        match subject {
            Subject::Group(id) => self.groups.get(id).cloned().unwrap_or_default(),
            Subject::Node(id) => {
                let mut ports: SortedSet<PortRef> = catalog.ports_of(design, *id, &self.used).into_iter().map(|port| PortRef { node: *id, port }).collect();
                ports.extend(self.used.of_node(*id).map(|(port, _)| port));
                ports.into_iter().map(Subject::Port).collect()
            }
            Subject::Port(port) => self.used.at(*port).iter().copied().map(Subject::Link).collect(),
            Subject::Rack(id) => self.racks.get(id).cloned().unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    fn words(&self, design: &Design, catalog: &Catalog, subject: &Subject) -> (String, String) {
        match subject {
            Subject::Group(id) => {
                let count = self.groups.get(id).map_or(0, Vec::len);
                (named(design.groups.get(*id).map(|group| group.name.as_str()), subject), counted(count, "member"))
            }
            Subject::Link(id) => (
                self.link_words(design, catalog, *id),
                design.links.get(*id).and_then(|link| link.part.as_ref()).map(|part| part_name(design, catalog, part)).unwrap_or_default(),
            ),
            Subject::Node(id) => {
                let Some(node) = design.nodes.get(*id) else { return (subject.to_string(), String::new()) };
                let used = self.used.of_node(*id).count();
                let part = catalog.part(design, &node.part);
                let ports = match (part.is_some_and(|part| !part.is_generic()), used) {
                    (true, _) => format!("{used} of {} ports used", catalog.ports_of(design, *id, &self.used).len()),
                    (false, 0) => "no port used".to_owned(),
                    (false, _) => format!("{} used", counted(used, "port")),
                };
                (named(Some(&node.name), subject), format!("{}, {ports}", part.map_or(node.part.as_str(), |part| part.name.as_str())))
            }
            Subject::Port(port) => {
                let info = catalog.port(design, *port);
                let label = info.as_ref().map_or_else(|| port.port.to_string(), |info| info.label.clone());
                let rate = info.and_then(|info| info.gbps).map(|rate| rate.to_string());
                let use_words = match self.used.at(*port) {
                    [] if self.used.is_free(*port) => "free".to_owned(),
                    [] => "shared with another port of its cage".to_owned(),
                    [link] => self.far_end(design, catalog, *link, *port).map_or_else(|| "in use".to_owned(), |far| format!("to {far}")),
                    several => format!("used by {} links", several.len()),
                };
                (label, rate.into_iter().chain([use_words]).collect::<Vec<String>>().join(", "))
            }
            Subject::Rack(id) => {
                let rack = design.racks.get(*id);
                let part = rack.map(|rack| part_name(design, catalog, &rack.part)).unwrap_or_default();
                let feeds = match rack.map(|rack| rack.feeds.as_slice()).unwrap_or_default() {
                    [] => String::new(),
                    [one] => format!(", on power feed {one}"),
                    several => format!(", on power feeds {}", several.join(", ")),
                };
                (named(rack.map(|rack| rack.name.as_str()), subject), format!("{part}, {}{feeds}", counted(self.racks.get(id).map_or(0, Vec::len), "node")))
            }
            other => (other.to_string(), String::new()),
        }
    }

    fn far_end(&self, design: &Design, catalog: &Catalog, link: LinkId, near: PortRef) -> Option<String> {
        let [a, b] = design.links.get(link)?.ends;
        Some(end_words(design, catalog, if a == near { b } else { a }))
    }

    fn link_words(&self, design: &Design, catalog: &Catalog, id: LinkId) -> String {
        design
            .links
            .get(id)
            .map_or_else(|| id.to_string(), |link| format!("Link {} to {}", end_words(design, catalog, link.ends[0]), end_words(design, catalog, link.ends[1])))
    }
}

fn member_subject(member: &Member) -> Subject {
    match *member {
        Member::Group(id) => Subject::Group(id),
        Member::Node(id) => Subject::Node(id),
        Member::Rack(id) => Subject::Rack(id),
    }
}

fn named(name: Option<&str>, subject: &Subject) -> String {
    name.map(str::trim).filter(|name| !name.is_empty()).map_or_else(|| subject.to_string(), str::to_owned)
}

fn part_name(design: &Design, catalog: &Catalog, part: &crate::model::PartId) -> String {
    catalog.part(design, part).map_or_else(|| part.to_string(), |part| part.name.clone())
}

fn end_words(design: &Design, catalog: &Catalog, end: PortRef) -> String {
    format!("{} {}", named(design.nodes.get(end.node).map(|node| node.name.as_str()), &Subject::Node(end.node)), catalog.port_words(design, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{service, templates};

    fn rows(name: &str, parameters: &[(&str, &str)], open: &[&str]) -> (Design, Vec<OutlineItem>) {
        let catalog = Catalog::builtin();
        let parameters = parameters.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let design = templates::generate(name, &parameters, &catalog).unwrap();
        let report = service::evaluate(&design, &catalog);
        let index = OutlineIndex::of(&design, Some(&report));
        let expanded = open.iter().filter_map(|text| Subject::parse(text)).collect();
        let rows = index.rows(&design, &catalog, &expanded);
        (design, rows)
    }

    #[test]
    fn only_open_branches_are_listed() {
        let (design, closed) = rows("fat-tree", &[("k", "4")], &[]);
        assert_eq!(closed.len(), design.groups.len(), "everything of a fat tree stands in a group");
        assert!(closed.iter().all(|item| item.expandable && !item.expanded && item.level == 1));

        let group = closed[0].subject.to_string();
        let (design, open) = rows("fat-tree", &[("k", "4")], &[&group]);
        let members = design.groups.get(group.parse().unwrap()).unwrap().members.len();
        assert_eq!(open.len(), closed.len() + members);
        assert_eq!((open[1].level, open[1].position, open[1].siblings), (2, 1, members));
    }

    #[test]
    fn a_link_is_found_below_its_first_port() {
        let catalog = Catalog::builtin();
        let design = templates::generate("fat-tree", &SortedMap::from([("k".to_owned(), "4".to_owned())]), &catalog).unwrap();
        let index = OutlineIndex::of(&design, None);
        let (id, link) = design.links.iter().next().unwrap();
        let node = Subject::Node(link.ends[0].node);
        let open = [index.parents.get(&node).unwrap().clone(), node, Subject::Port(link.ends[0])];
        let link = Subject::Link(id);
        let rows = index.rows(&design, &catalog, &open.into_iter().collect());
        let found = rows.iter().find(|row| row.subject == link).unwrap();
        assert!(found.spoken().starts_with("Link "), "{}", found.spoken());
    }
}
