//! A graph as JSON: `{"nodes": [{"id", "kind", "transit"}], "links": [{"a", "b", "gbps", "latency_ns"}]}`. Node ids become names,
//! the order of nodes and links stays, and every node is a generic part.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Visitor};

use super::{ImportError, Imported, count, is_a_design};
use crate::catalog::GENERIC_CAGES;
use crate::io::{limits, load::LoadError};
use crate::model::{Design, Link, Meta, Node, NodeId, PartId, PortRef};
use crate::units::{Gbps, Nanoseconds, Point};

#[derive(Deserialize)]
struct Graph {
    #[serde(default)]
    format: String,
    #[serde(default)]
    name: String,
    nodes: Vec<GraphNode>,
    links: Vec<GraphLink>,
}

#[derive(Deserialize)]
struct GraphNode {
    id: Name,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    transit: Option<bool>,
}

#[derive(Deserialize)]
struct GraphLink {
    a: Name,
    b: Name,
    #[serde(default)]
    gbps: Option<f64>,
    #[serde(default)]
    latency_ns: Option<f64>,
}

/// A name, which some tools write as a number.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl Visitor<'_> for NameVisitor {
            type Value = Name;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("the id of a node (a text or a whole number)")
            }
            fn visit_str<E>(self, text: &str) -> Result<Name, E> {
                Ok(Name(text.to_owned()))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Name, E> {
                Ok(Name(number.to_string()))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Name, E> {
                Ok(Name(number.to_string()))
            }
        }
        input.deserialize_any(NameVisitor)
    }
}

/// Makes a design of a graph. Time: O(nodes log nodes + links).
pub(super) fn import(text: &str) -> Result<Imported, ImportError> {
    limits::check(text)?;
    let graph: Graph = match serde_json::from_str(text) {
        Ok(graph) => graph,
        Err(error) => return Err(refusal(text, &error)),
    };
    if let Some(error) = is_a_design(&graph.format) {
        return Err(error);
    }

    let mut told = Told::default();
    let mut design = Design { meta: Meta { name: graph.name, ..Meta::default() }.into(), ..Design::default() };
    let mut ids: BTreeMap<Name, NodeId> = BTreeMap::new();
    let mut next_cage: BTreeMap<NodeId, u16> = BTreeMap::new();
    for node in graph.nodes {
        if ids.contains_key(&node.id) {
            return Err(ImportError { line: None, message: format!("two nodes are called “{}”; give each its own id", shown(&node.id)) });
        }
        let (part, forwards) = told.part(node.kind.as_deref(), node.transit);
        let mut placed = Node::new(PartId::new(part), node.id.0.as_str(), Point::default());
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
        let mut port = |node: NodeId, name: &Name| {
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

fn refusal(text: &str, error: &serde_json::Error) -> ImportError {
    #[derive(Deserialize)]
    struct Head {
        #[serde(default)]
        format: String,
    }
    let head = serde_json::from_str::<Head>(text).ok();
    if let Some(error) = head.and_then(|head| is_a_design(&head.format)) {
        return error;
    }
    let mut refusal = ImportError::from(LoadError::from_json(error));
    if text.trim_start().starts_with('[') && error.is_data() {
        refusal.message = "found a list where a graph is needed".to_owned();
    }
    if error.is_data() {
        refusal.message = format!(
            "{}; a graph is {{\"nodes\": [{{\"id\", \"kind\", \"transit\"}}], \"links\": [{{\"a\", \"b\", \"gbps\", \"latency_ns\"}}]}}",
            refusal.message
        );
    }
    refusal
}

fn shown(name: &Name) -> String {
    name.0.chars().take(60).collect()
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
        let mut told = vec![format!("Read {} and {}", count(design.nodes.len(), "node", "nodes"), count(design.links.len(), "link", "links"))];
        if self.nowhere > 0 {
            told.push(format!("{} to nodes that the graph does not have; left out", count(self.nowhere, "link led", "links led")));
        }
        if self.unbelievable > 0 {
            told.push(format!("{} out of range; left open", count(self.unbelievable, "rate or latency was", "rates and latencies were")));
        }
        if self.unknown_kinds > 0 {
            told.push(format!(
                "{} of an unknown kind; drawn as switches where they forward, as hosts otherwise",
                count(self.unknown_kinds, "node is", "nodes are")
            ));
        }
        told
    }
}
