//! A graph as JSON: `{"nodes": [{"id", "kind", "transit"}], "links": [{"a", "b", "gbps", "latency_ns"}]}`. Node ids become names,
//! the order of nodes and links stays, and every node is a generic part.

use super::{ImportError, Imported, is_a_design};
use crate::catalog::GENERIC_CAGES;
use crate::io::{limits, load::LoadError};
use crate::json::{Error, Kind, Reader};
use crate::model::{Design, Link, Meta, Node, NodeId, PartId, PortRef};
use crate::units::{Gbps, Nanoseconds, Point, SortedMap, counted};

#[derive(Default)]
struct Graph {
    format: String,
    name: String,
    nodes: Vec<GraphNode>,
    links: Vec<GraphLink>,
}

struct GraphNode {
    id: String,
    kind: Option<String>,
    transit: Option<bool>,
}

struct GraphLink {
    a: String,
    b: String,
    gbps: Option<f64>,
    latency_ns: Option<f64>,
}

impl Graph {
    /// Reads a graph. What stands before a fault is kept, so that a design can be told from a graph.
    fn fill(&mut self, input: &mut Reader<'_>) -> Result<(), Error> {
        let (mut nodes, mut links) = (false, false);
        input.object("a graph")?;
        while let Some(key) = input.key()? {
            match &*key {
                "format" => self.format = input.string()?,
                "name" => self.name = input.string()?,
                "nodes" => {
                    nodes = true;
                    input.list("a list of nodes")?;
                    while input.item()? {
                        self.nodes.push(node(input)?);
                    }
                }
                "links" => {
                    links = true;
                    input.list("a list of links")?;
                    while input.item()? {
                        self.links.push(link(input)?);
                    }
                }
                _ => input.skip()?,
            }
        }
        match (nodes, links) {
            (false, _) => Err(missing(input, "nodes")),
            (_, false) => Err(missing(input, "links")),
            _ => Ok(()),
        }
    }
}

fn missing(input: &Reader<'_>, field: &str) -> Error {
    input.refuse(format!("missing field `{field}`"))
}

fn node(input: &mut Reader<'_>) -> Result<GraphNode, Error> {
    let (mut id, mut kind, mut transit) = (None, None, None);
    input.object("a node")?;
    while let Some(key) = input.key()? {
        match &*key {
            "id" => id = Some(name(input)?),
            "kind" => kind = if input.null()? { None } else { Some(input.string()?) },
            "transit" => transit = if input.null()? { None } else { Some(input.flag()?) },
            _ => input.skip()?,
        }
    }
    Ok(GraphNode { id: id.ok_or_else(|| missing(input, "id"))?, kind, transit })
}

fn link(input: &mut Reader<'_>) -> Result<GraphLink, Error> {
    let (mut a, mut b, mut gbps, mut latency_ns) = (None, None, None, None);
    input.object("a link")?;
    while let Some(key) = input.key()? {
        match &*key {
            "a" => a = Some(name(input)?),
            "b" => b = Some(name(input)?),
            "gbps" => gbps = input.maybe_number()?,
            "latency_ns" => latency_ns = input.maybe_number()?,
            _ => input.skip()?,
        }
    }
    Ok(GraphLink { a: a.ok_or_else(|| missing(input, "a"))?, b: b.ok_or_else(|| missing(input, "b"))?, gbps, latency_ns })
}

/// A name, which some tools write as a whole number.
fn name(input: &mut Reader<'_>) -> Result<String, Error> {
    input.text_or_whole("the id of a node (a text or a whole number)")
}

/// Makes a design of a graph. Time: O(nodes log nodes + links).
pub(super) fn import(text: &str) -> Result<Imported, ImportError> {
    limits::check(text)?;
    let mut graph = Graph::default();
    let read = Reader::new(text).and_then(|mut input| graph.fill(&mut input));
    if let Some(error) = is_a_design(&graph.format) {
        return Err(error);
    }
    read.map_err(|error| refusal(text, &error))?;

    let mut told = Told::default();
    let mut design = Design { meta: Meta { name: graph.name, ..Meta::default() }.into(), ..Design::default() };
    let mut ids: SortedMap<String, NodeId> = SortedMap::new();
    let mut next_cage: SortedMap<NodeId, u16> = SortedMap::new();
    for node in graph.nodes {
        if ids.contains_key(&node.id) {
            return Err(ImportError { line: None, message: format!("two nodes are called “{}”; give each its own id", shown(&node.id)) });
        }
        let (part, forwards) = told.part(node.kind.as_deref(), node.transit);
        let mut placed = Node::new(PartId::new(part), node.id.as_str(), Point::default());
        // A node that does not say so never forwards; what a part does of itself is not repeated.
        let transit = node.transit.unwrap_or(false);
        placed.transit = (transit != forwards).then_some(transit);
        let id = design.nodes.push(placed);
        ids.insert(node.id, id);
    }

    for link in graph.links {
        let (Some(a), Some(b)) = (ids.get(&link.a).copied(), ids.get(&link.b).copied()) else {
            told.nowhere += 1;
            continue;
        };
        let mut port = |node: NodeId, name: &str| {
            let cage = next_cage.entry(node).or_insert(1);
            let port = PortRef::cage(node, *cage);
            if *cage > GENERIC_CAGES {
                return Err(ImportError { line: None, message: format!("node “{}” has more than {GENERIC_CAGES} links; split it", shown(name)) });
            }
            *cage += 1;
            Ok(port)
        };
        let mut drawn = Link::between(port(a, &link.a)?, port(b, &link.b)?);
        drawn.gbps = told.believed(link.gbps, 1e9).filter(|rate| *rate > 0.0).map(Gbps);
        drawn.latency = told.believed(link.latency_ns, 1e12).map(Nanoseconds);
        design.links.push(drawn);
    }
    let told = told.sentences(&design);
    Ok(Imported { design, told })
}

fn refusal(text: &str, error: &Error) -> ImportError {
    let mut refusal = ImportError::from(LoadError::from_json(error));
    if text.trim_start().starts_with('[') && error.kind() == Kind::Data {
        refusal.message = "found a list where a graph is needed".to_owned();
    }
    if error.kind() == Kind::Data {
        refusal.message = format!(
            "{}; a graph is {{\"nodes\": [{{\"id\", \"kind\", \"transit\"}}], \"links\": [{{\"a\", \"b\", \"gbps\", \"latency_ns\"}}]}}",
            refusal.message
        );
    }
    refusal
}

fn shown(name: &str) -> String {
    name.chars().take(60).collect()
}

#[derive(Default)]
struct Told {
    nowhere: usize,
    unbelievable: usize,
    unknown_kinds: usize,
}

impl Told {
    /// The part for a kind of node, and whether that part forwards of itself.
    fn part(&mut self, kind: Option<&str>, transit: Option<bool>) -> (&'static str, bool) {
        match kind {
            Some("host" | "server" | "system") => ("generic-host", false),
            Some("nic") => ("generic-nic", false),
            Some("switch" | "router") => ("generic-switch", true),
            Some("xpu" | "gpu" | "accelerator") => ("generic-xpu", false),
            other => {
                self.unknown_kinds += usize::from(other.is_some());
                if transit == Some(true) { ("generic-switch", true) } else { ("generic-host", false) }
            }
        }
    }

    /// A number that is not absurd.
    fn believed(&mut self, value: Option<f64>, most: f64) -> Option<f64> {
        let believed = value.filter(|value| (0.0..=most).contains(value));
        self.unbelievable += usize::from(value.is_some() && believed.is_none());
        believed
    }

    fn sentences(self, design: &Design) -> Vec<String> {
        let mut told =
            vec![format!("Read {} and {}", counted(design.nodes.len() as u64, "node", "nodes"), counted(design.links.len() as u64, "link", "links"))];
        if self.nowhere > 0 {
            told.push(format!("{} to nodes that the graph does not have; left out", counted(self.nowhere as u64, "link led", "links led")));
        }
        if self.unbelievable > 0 {
            told.push(format!("{} out of range; left open", counted(self.unbelievable as u64, "rate or latency was", "rates and latencies were")));
        }
        if self.unknown_kinds > 0 {
            told.push(format!(
                "{} of an unknown kind; drawn as switches where they forward, as hosts otherwise",
                counted(self.unknown_kinds as u64, "node is", "nodes are")
            ));
        }
        told
    }
}
