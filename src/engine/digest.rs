//! Findings as people go through them: filtered, ordered, and those of one kind as one group with a count.

use super::diagnostics::{Diagnostic, Severity};
use crate::model::{Design, FabricId, GroupId, Member, NodeId, RackId, Subject};
use crate::units::{SortedMap, SortedSet, lower, order};

/// Which findings are asked for. The default asks for all that are not silenced.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// Only this severity.
    pub severity: Option<Severity>,
    /// Only this kind, by its code.
    pub code: Option<String>,
    /// Only what touches this fabric.
    pub fabric: Option<FabricId>,
    /// Only what has all of these words in its title, sentence, code or subject.
    pub words: String,
    /// Only what can be fixed.
    pub fixable: bool,
    /// Those that are silenced, in place of the others.
    pub silenced: bool,
    /// Only what is about one of these things, or about something in them; empty is everything.
    pub about: Vec<Subject>,
    /// In which order.
    pub order: Order,
}

impl Asked {
    /// How many of its questions leave something out, severity and words not counted.
    pub fn narrowings(&self) -> usize {
        [self.code.is_some(), self.fabric.is_some(), self.fixable, self.silenced].into_iter().filter(|narrows| *narrows).count()
    }
}

/// In which order groups stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Worst first, then by kind.
    #[default]
    Severity,
    /// By title.
    Kind,
    /// Most members first.
    Count,
    /// By what they are about.
    Subject,
}

impl Order {
    /// All of them with words.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Severity, "Worst first"), (Self::Kind, "By kind"), (Self::Count, "Most first"), (Self::Subject, "By subject")];
}

/// Findings of one kind and severity.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The code they share.
    pub code: String,
    /// The fault in a few words.
    pub title: String,
    /// How bad they are.
    pub severity: Severity,
    /// Their places in the report.
    pub members: Vec<usize>,
    /// How many things they are about: a finding that tells of thirty-eight alike counts as thirty-eight.
    pub count: usize,
}

/// The findings that are asked for, in groups. Time: O(findings × words), and O(links) where a fabric is asked for.
pub fn groups(design: &Design, findings: &[Diagnostic], asked: &Asked) -> Vec<Group> {
    let words: Vec<String> = asked.words.split_whitespace().map(lower).collect();
    let within = asked.fabric.map(|fabric| Within::of(design, fabric));
    let places = Places::of(design, &asked.about);
    let mut groups: SortedMap<(Severity, &str), Group> = SortedMap::new();
    for (at, finding) in findings.iter().enumerate() {
        let fits = asked.silenced == finding.silenced.is_some()
            && asked.severity.is_none_or(|severity| finding.severity == severity)
            && asked.code.as_ref().is_none_or(|code| finding.code == *code)
            && (!asked.fixable || !finding.fixes.is_empty())
            && (words.is_empty() || has_words(design, finding, &words))
            && within.as_ref().is_none_or(|within| finding.subjects().any(|subject| within.holds(design, &subject)))
            && (asked.about.is_empty() || finding.subjects().any(|subject| places.holds(design, &subject)));
        if !fits {
            continue;
        }
        let group = groups.entry((finding.severity, finding.code.as_str())).or_insert_with(|| Group {
            code: finding.code.clone(),
            title: finding.title.clone(),
            severity: finding.severity,
            members: Vec::new(),
            count: 0,
        });
        group.members.push(at);
        group.count += finding.count;
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    match asked.order {
        Order::Severity => {}
        Order::Kind => order::sort_by(&mut groups, |a, b| (&a.title, a.severity).cmp(&(&b.title, b.severity))),
        Order::Count => order::sort_by_key(&mut groups, |group| std::cmp::Reverse(group.count)),
        Order::Subject => {
            let first = |group: &Group| group.members.first().and_then(|at| findings.get(*at)).map(|finding| finding.subject.clone());
            for group in &mut groups {
                order::sort_by(&mut group.members, |a, b| {
                    findings.get(*a).map(|finding| &finding.subject).cmp(&findings.get(*b).map(|finding| &finding.subject))
                });
            }
            order::sort_by(&mut groups, |a, b| first(a).cmp(&first(b)));
        }
    }
    groups
}

/// How many findings touch something, worst severity first: errors, warnings, notes. Time: O(findings).
pub fn about(design: &Design, findings: &[Diagnostic], things: &[Subject]) -> [usize; 3] {
    let places = Places::of(design, things);
    let mut counts = [0; 3];
    for finding in findings.iter().filter(|finding| finding.silenced.is_none()) {
        if finding.subjects().any(|subject| places.holds(design, &subject)) {
            let [errors, warnings, notes] = &mut counts;
            match finding.severity {
                Severity::Error => *errors += 1,
                Severity::Warning => *warnings += 1,
                Severity::Info => *notes += 1,
            }
        }
    }
    counts
}

/// Kinds among the findings with their titles, by title. Time: O(findings log kinds).
pub fn kinds(findings: &[Diagnostic]) -> Vec<(String, String)> {
    let known: SortedMap<&str, &str> = findings.iter().map(|finding| (finding.code.as_str(), finding.title.as_str())).collect();
    let mut kinds: Vec<(String, String)> = known.iter().map(|(code, title)| ((*code).to_owned(), (*title).to_owned())).collect();
    order::sort_by(&mut kinds, |a, b| a.1.cmp(&b.1));
    kinds
}

fn has_words(design: &Design, finding: &Diagnostic, words: &[String]) -> bool {
    let mut text = format!("{} {} {}", finding.title, finding.code, finding.message);
    for subject in finding.subjects() {
        text.push(' ');
        text.push_str(&subject.to_string());
        let name = match subject {
            Subject::Fabric(id) => design.fabrics.get(id).map(|fabric| &fabric.name),
            Subject::Group(id) => design.groups.get(id).map(|group| &group.name),
            Subject::Node(id) => design.nodes.get(id).map(|node| &node.name),
            Subject::Rack(id) => design.racks.get(id).map(|rack| &rack.name),
            _ => None,
        };
        if let Some(name) = name {
            text.push(' ');
            text.push_str(name);
        }
    }
    let text = lower(&text);
    words.iter().all(|word| text.contains(word.as_str()))
}

/// Nodes and links of one fabric.
struct Within {
    fabric: FabricId,
    nodes: SortedSet<NodeId>,
}

impl Within {
    fn of(design: &Design, fabric: FabricId) -> Self {
        let links = design.links.iter().filter(|(_, link)| link.fabric == Some(fabric));
        Self { fabric, nodes: links.flat_map(|(_, link)| link.ends.map(|end| end.node)).collect() }
    }
    fn holds(&self, design: &Design, subject: &Subject) -> bool {
        match subject {
            Subject::Fabric(id) => *id == self.fabric,
            Subject::Inside(element) => self.nodes.contains(&element.node),
            Subject::Link(id) => design.links.get(*id).is_some_and(|link| link.fabric == Some(self.fabric)),
            Subject::Node(id) => self.nodes.contains(id),
            Subject::Port(port) => self.nodes.contains(&port.node),
            Subject::Requirement(id) => design.requirements.get(*id).is_some_and(|requirement| requirement.fabric == Some(self.fabric)),
            Subject::Trunk(a, b) => self.nodes.contains(a) && self.nodes.contains(b),
            Subject::Design | Subject::Group(_) | Subject::Rack(_) => false,
        }
    }
}

/// Some things and all that stands in them.
struct Places {
    things: SortedSet<Subject>,
    racks: SortedSet<RackId>,
    nodes: SortedSet<NodeId>,
}

impl Places {
    fn of(design: &Design, things: &[Subject]) -> Self {
        let mut inside: Vec<Subject> = Vec::new();
        let mut open: Vec<GroupId> = Vec::new();
        for thing in things {
            match *thing {
                Subject::Group(id) => open.push(id),
                Subject::Trunk(a, b) => {
                    let links = design.links.iter().filter(|(_, link)| link.touches(a) && link.touches(b));
                    inside.extend(links.map(|(id, _)| Subject::Link(id)));
                }
                _ => {}
            }
        }
        let mut seen: SortedSet<GroupId> = open.iter().copied().collect();
        while let Some(group) = open.pop() {
            for member in design.groups.get(group).into_iter().flat_map(|group| &group.members) {
                match *member {
                    Member::Group(id) if seen.insert(id) => open.push(id),
                    Member::Group(_) => {}
                    Member::Node(id) => inside.push(Subject::Node(id)),
                    Member::Rack(id) => inside.push(Subject::Rack(id)),
                }
            }
        }
        let things: SortedSet<Subject> = things.iter().cloned().chain(inside).chain(seen.into_iter().map(Subject::Group)).collect();
        let racks = things.iter().filter_map(|thing| if let Subject::Rack(id) = thing { Some(*id) } else { None }).collect();
        let nodes = things.iter().filter_map(|thing| if let Subject::Node(id) = thing { Some(*id) } else { None }).collect();
        Self { things, racks, nodes }
    }
    fn node(&self, design: &Design, id: NodeId) -> bool {
        self.nodes.contains(&id) || (!self.racks.is_empty() && design.nodes.get(id).and_then(|node| node.rack).is_some_and(|rack| self.racks.contains(&rack)))
    }
    fn holds(&self, design: &Design, subject: &Subject) -> bool {
        self.things.contains(subject)
            || match subject {
                Subject::Inside(element) => self.node(design, element.node),
                Subject::Link(id) => design
                    .links
                    .get(*id)
                    .is_some_and(|link| link.ends.iter().any(|end| self.node(design, end.node) || self.things.contains(&Subject::Port(*end)))),
                Subject::Node(id) => self.node(design, *id),
                Subject::Port(port) => self.node(design, port.node),
                Subject::Trunk(a, b) => self.node(design, *a) || self.node(design, *b),
                _ => false,
            }
    }
}
