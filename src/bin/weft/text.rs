//! Words for people: names of subjects, line numbers, colour.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use weft::engine::diagnostics::Severity;
use weft::model::{Design, NodeId, PortRef, Subject};

/// How text is set off: in colour on a terminal that wants it, not at all elsewhere.
#[derive(Clone, Copy)]
pub struct Paint {
    colour: bool,
}

impl Paint {
    /// Colour only where standard output is a terminal and `NO_COLOR` is unset (<https://no-color.org>).
    pub fn of_stdout() -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { colour: !unwanted && std::io::stdout().is_terminal() }
    }
    fn wrapped(self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
    /// What is read first.
    pub fn strong(self, text: &str) -> String {
        self.wrapped("1", text)
    }
    /// What can be passed over.
    pub fn faint(self, text: &str) -> String {
        self.wrapped("2", text)
    }
    /// A cure.
    pub fn help(self, text: &str) -> String {
        self.wrapped("1;32", text)
    }
    /// A severity.
    pub fn severity(self, severity: Severity, text: &str) -> String {
        let code = match severity {
            Severity::Error => "1;31",
            Severity::Warning => "1;33",
            Severity::Info => "1;34",
        };
        self.wrapped(code, text)
    }
}

/// Text of a file without control characters, so that no name can steer a terminal.
pub fn tame(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c) { '\u{fffd}' } else { c })
        .collect()
}

/// What a subject is called, with its id: `dgx-3 (n12)`.
pub fn name_of(design: &Design, subject: &Subject) -> String {
    let node = |id: NodeId| design.nodes.get(id).map(|node| node.name.as_str()).filter(|name| !name.is_empty());
    let port = |port: PortRef| format!("{} port {}", node(port.node).map_or_else(|| port.node.to_string(), str::to_owned), port.port);
    let name = match subject {
        Subject::Design => return if design.meta.name.is_empty() { "the design".to_owned() } else { tame(&design.meta.name) },
        Subject::Fabric(id) => design.fabrics.get(*id).map(|fabric| fabric.name.clone()),
        Subject::Group(id) => design.groups.get(*id).map(|group| group.name.clone()),
        Subject::Rack(id) => design.racks.get(*id).map(|rack| rack.name.clone()),
        Subject::Node(id) => node(*id).map(str::to_owned),
        Subject::Port(place) => Some(port(*place)),
        Subject::Inside(element) => {
            node(element.node).map(|name| format!("{name}{}", element.inside.as_ref().map(|inside| format!("/{inside}")).unwrap_or_default()))
        }
        Subject::Link(id) => design.links.get(*id).map(|link| format!("{} to {}", port(link.ends[0]), port(link.ends[1]))),
        Subject::Trunk(a, b) => node(*a).zip(node(*b)).map(|(a, b)| format!("{a} to {b}")),
        Subject::Requirement(_) => None,
    };
    match name.filter(|name| !name.is_empty()) {
        Some(name) => format!("{} ({subject})", tame(&name)),
        None => subject.to_string(),
    }
}

/// On which line of a file each record stands, by id. Reads the lines as this program writes them, one record a line; in a
/// file that is laid out otherwise, the first line that says `"id": "n1"`.
pub struct Lines {
    of: BTreeMap<String, usize>,
}

impl Lines {
    /// Notes where the ids of a text stand. Time: O(bytes).
    pub fn of(text: &str) -> Self {
        let mut of = BTreeMap::new();
        for (at, line) in text.lines().enumerate() {
            let Some(rest) = line.split_once("\"id\"").and_then(|(_, rest)| rest.trim_start().strip_prefix(':')) else { continue };
            if let Some((id, _)) = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"')) {
                of.entry(id.to_owned()).or_insert(at + 1);
            }
        }
        Self { of }
    }
    /// The line of what a subject is about.
    pub fn line(&self, subject: &Subject) -> Option<usize> {
        let id = match subject {
            Subject::Design => return Some(1),
            Subject::Port(port) => port.node.to_string(),
            Subject::Inside(element) => element.node.to_string(),
            Subject::Trunk(a, _) => a.to_string(),
            other => other.to_string(),
        };
        self.of.get(&id).copied()
    }
}
