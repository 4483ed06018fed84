//! A design as a few lines of text, so that a test shows what it is about, with the expected complaints beside the lines
//! that earn them.
//!
//! ```text
//! fabric f intent=rail-optimised          # also role=storage plane=2
//! rack R1 19in-48u { dgx-h100 a u=1  generic-switch s ports=4 gbps=400 layer=ethernet }
//! each i 1..4 each c 1..4: a{i}.{c}/1 -- s{c}.{i} dac-800g-osfp 800G 9m fabric=f     //! cable-too-long
//! s.1 broken 4x200G                       # a breakout
//! require bisection 800G
//! part deep-rack kind=rack units=42 depth_m=0.8   # a part of one's own, with fields of the catalogue's data
//! threshold spines-few 2
//! silence names-repeat n1 "both are lent"
//! ```
//! `copper` is the generic switch's cable (`generic-cable`), `gpu`, `switch`, `host` and `rack` stand for generic parts.

use std::collections::BTreeMap;
use std::sync::Arc;

use weft::model::{
    Breakout, Design, Fabric, FabricId, FabricIntent, FabricRole, Face, Generic, Link, LinkLayer, Multihoming, Node, NodeId, PartId, PortPath, PortRef, Rack,
    RackId, Requirement, RequirementKind, Routing, RoutingEngine, Silencing, Subject, TrafficSettings,
};
use weft::units::{Gbps, Metres, Nanoseconds, Point, RackUnits, Ratio, Watts};

/// A design read from text, with what each line made and what is expected of it.
#[derive(Default)]
pub struct TextDesign {
    /// The design.
    pub design: Design,
    /// Expected codes by line, from 1.
    pub expected: Vec<(usize, String)>,
    nodes: BTreeMap<String, NodeId>,
    racks: BTreeMap<String, RackId>,
    fabrics: BTreeMap<String, FabricId>,
    lines: BTreeMap<Subject, usize>,
}

/// Reads a design; panics with the line where the text is wrong, for it is a test's own.
pub fn read(text: &str) -> TextDesign {
    let mut read = TextDesign::default();
    let mut rack = None;
    for (at, line) in text.lines().enumerate() {
        let number = at + 1;
        let (code, mark) = line.split_once("//!").map_or((line, ""), |(code, mark)| (code, mark));
        read.expected.extend(mark.split_whitespace().map(|code| (number, code.to_owned())));
        let code = code.split('#').next().unwrap_or_default().trim();
        for statement in expanded(code) {
            read.statement(&statement, number, &mut rack);
        }
    }
    read
}

impl TextDesign {
    /// The line that made a subject, or what it belongs to.
    pub fn line_of(&self, subject: &Subject) -> Option<usize> {
        let owner = match subject {
            Subject::Port(port) => Subject::Node(port.node),
            Subject::Inside(element) => Subject::Node(element.node),
            Subject::Trunk(a, _) => Subject::Node(*a),
            other => other.clone(),
        };
        self.lines.get(&owner).copied()
    }

    fn statement(&mut self, text: &str, line: usize, rack: &mut Option<RackId>) {
        let mut words: Vec<&str> = text.split_whitespace().collect();
        while let Some(first) = words.first().copied() {
            let taken = match first {
                "}" => {
                    *rack = None;
                    1
                }
                "fabric" => self.fabric(&words, line),
                "rack" => self.rack(&words, line, rack),
                "part" => self.part(&words, line),
                "require" => self.require(&words, line),
                "threshold" => {
                    Arc::make_mut(&mut self.design.meta).settings.thresholds.insert(words[1].to_owned(), words[2].parse().unwrap());
                    3
                }
                "silence" => {
                    let subject = (!words[2].starts_with('"')).then(|| words[2].to_owned());
                    let reason = text.split('"').nth(1).unwrap_or_else(|| panic!("line {line}: a silencing has a reason")).to_owned();
                    let silencing = Silencing { code: words[1].to_owned(), subject, reason, extra: weft::model::Extra::default() };
                    Arc::make_mut(&mut self.design.meta).silenced.push(silencing);
                    self.lines.entry(Subject::Design).or_insert(line);
                    words.len()
                }
                _ if words.get(1) == Some(&"--") => self.link(&words, line),
                _ if words.get(1) == Some(&"broken") => {
                    let port = self.port(first, line);
                    let mut node = self.design.nodes.get(port.node).unwrap().clone();
                    node.ports.entry(port.port.cage).or_default().breakout =
                        Some(Breakout::parse(words[2]).unwrap_or_else(|| panic!("line {line}: {}", words[2])));
                    self.design.nodes.set(port.node, Some(node.into()));
                    3
                }
                _ => self.node(&words, line, *rack),
            };
            words.drain(..taken);
        }
    }

    fn fabric(&mut self, words: &[&str], line: usize) -> usize {
        let mut fabric = Fabric { name: words[1].to_owned(), ..Fabric::default() };
        let mut taken = 2;
        for (key, value) in pairs(&words[2..]) {
            taken += 1;
            match key {
                "intent" => fabric.intent = intent(value),
                "plane" => fabric.plane = Some(value.parse().unwrap()),
                "engine" => fabric.engine = Some(engine(value)),
                "flows" => fabric.flows = Some(value.parse().unwrap()),
                "lmc" => fabric.lmc = Some(value.parse().unwrap()),
                "lossless" => fabric.lossless = value.parse().unwrap(),
                "multihoming" => fabric.multihoming = Some(if value == "mclag" { Multihoming::Mclag } else { Multihoming::Eslag }),
                "routing" => fabric.routing = if value == "hash" { Routing::Hash } else { Routing::Ecmp },
                "protocol" => fabric.protocol = Some(value.to_owned()),
                "role" => fabric.role = role(value),
                _ => assert!(traffic(&mut fabric.traffic, key, value), "line {line}: a fabric has no {key}"),
            }
        }
        let id = self.design.fabrics.push(fabric);
        self.fabrics.insert(words[1].to_owned(), id);
        self.lines.insert(Subject::Fabric(id), line);
        self.lines.entry(Subject::Design).or_insert(line);
        taken
    }

    fn rack(&mut self, words: &[&str], line: usize, rack: &mut Option<RackId>) -> usize {
        let part = words.get(2).copied().filter(|word| *word != "{");
        let id = self.design.racks.push(Rack::new(PartId::new(part.unwrap_or("generic-rack-48u")), words[1], Point::default()));
        self.racks.insert(words[1].to_owned(), id);
        self.lines.insert(Subject::Rack(id), line);
        let taken = 2 + usize::from(part.is_some());
        if words.get(taken) == Some(&"{") {
            *rack = Some(id);
            return taken + 1;
        }
        taken
    }

    /// A part of one's own: `part deep-rack kind=rack units=42 depth_m=0.8`.
    fn part(&mut self, words: &[&str], line: usize) -> usize {
        let mut json = serde_json::json!({"id": words[1], "name": words[1], "vendor": "Own"});
        for (key, value) in pairs(&words[2..]) {
            json[key] = serde_json::from_str(value).unwrap_or_else(|_| value.into());
        }
        let part = weft::catalog::part_from_json(&weft::json::parse(&json.to_string()).unwrap()).unwrap_or_else(|error| panic!("line {line}: {error}"));
        self.design.parts.insert(part.id.clone(), Arc::new(part));
        words.len()
    }

    fn require(&mut self, words: &[&str], line: usize) -> usize {
        let value = words[2];
        let kind = match words[1] {
            "bisection" => RequirementKind::Bisection(value.parse::<Gbps>().unwrap()),
            "latency" => RequirementKind::Latency(value.parse::<Nanoseconds>().unwrap()),
            "oversubscription" => RequirementKind::Oversubscription(value.parse::<Ratio>().unwrap()),
            "power" => RequirementKind::Power(value.parse::<Watts>().unwrap()),
            other => panic!("line {line}: no requirement {other}"),
        };
        let id = self.design.requirements.push(Requirement { kind, fabric: None, extra: weft::model::Extra::default() });
        self.lines.insert(Subject::Requirement(id), line);
        3
    }

    fn node(&mut self, words: &[&str], line: usize, rack: Option<RackId>) -> usize {
        let part = match words[0] {
            "gpu" => "generic-xpu",
            "host" => "generic-host",
            "switch" => "generic-switch",
            other => other,
        };
        let name = words.get(1).unwrap_or_else(|| panic!("line {line}: {part} has no name"));
        let mut node = Node::new(PartId::new(part), *name, Point::default());
        node.rack = rack;
        let mut generic = Generic::default();
        let mut taken = 2;
        let mut known = *name;
        for (key, value) in pairs(&words[2..]) {
            taken += 1;
            match key {
                "as" => known = value,
                "face" => node.face = if value == "rear" { Face::Rear } else { Face::Front },
                "gbps" => generic.gbps = Some(value.parse().unwrap()),
                "in" => node.rack = Some(self.racks[value]),
                "layer" => generic.layer = Some(layer(value)),
                "ports" => generic.ports = Some(value.parse().unwrap()),
                "u" => node.u = Some(RackUnits(value.parse().unwrap())),
                _ => assert!(traffic(&mut node.traffic, key, value), "line {line}: a node has no {key}"),
            }
        }
        if generic != Generic::default() {
            node.generic = Some(Box::new(generic));
        }
        let id = self.design.nodes.push(node);
        self.nodes.insert(known.to_owned(), id);
        self.lines.insert(Subject::Node(id), line);
        self.lines.entry(Subject::Design).or_insert(line);
        taken
    }

    fn link(&mut self, words: &[&str], line: usize) -> usize {
        let mut link = Link::between(self.port(words[0], line), self.port(words[2], line));
        let mut taken = 3;
        for word in &words[3..] {
            if let Some(fabric) = word.strip_prefix("fabric=") {
                link.fabric = Some(self.fabrics[fabric]);
            } else if *word == "copper" {
                link.part = Some(PartId::new("dac-800g-osfp"));
            } else if word.starts_with(|first: char| first.is_ascii_digit()) && word.ends_with('m') && word.parse::<Metres>().is_ok() {
                link.length = word.parse().ok();
            } else if word.starts_with(|first: char| first.is_ascii_digit()) && word.ends_with('G') {
                link.gbps = word.parse::<Gbps>().ok();
            } else if word.contains('-') && !word.contains('.') {
                link.part = Some(PartId::new(word));
            } else {
                break;
            }
            taken += 1;
        }
        let id = self.design.links.push(link);
        self.lines.insert(Subject::Link(id), line);
        taken
    }

    fn port(&self, text: &str, line: usize) -> PortRef {
        let (name, port) = text.split_once('.').unwrap_or_else(|| panic!("line {line}: “{text}” is not node.port"));
        let node = *self.nodes.get(name).unwrap_or_else(|| panic!("line {line}: there is no node {name}"));
        PortRef { node, port: port.parse::<PortPath>().unwrap_or_else(|error| panic!("line {line}: {error}")) }
    }
}

fn traffic(traffic: &mut TrafficSettings, key: &str, value: &str) -> bool {
    match key {
        "ecn" => traffic.ecn = Some(value.parse().unwrap()),
        "mtu" => traffic.mtu = Some(value.parse().unwrap()),
        "pfc" => traffic.pfc = Some(value.parse().unwrap()),
        "ptp" => traffic.ptp = Some(value.parse().unwrap()),
        _ => return false,
    }
    true
}

fn engine(text: &str) -> RoutingEngine {
    match text {
        "dnup" => RoutingEngine::Dnup,
        "ftree" => RoutingEngine::Ftree,
        "lash" => RoutingEngine::Lash,
        "minhop" => RoutingEngine::Minhop,
        "torus-2qos" => RoutingEngine::Torus2Qos,
        "updn" => RoutingEngine::Updn,
        other => panic!("no routing engine {other}"),
    }
}

fn pairs<'a>(words: &'a [&'a str]) -> impl Iterator<Item = (&'a str, &'a str)> + 'a {
    words.iter().map_while(|word| word.split_once('='))
}

fn intent(text: &str) -> FabricIntent {
    match text {
        "dual-plane" => FabricIntent::DualPlane,
        "fat-tree" => FabricIntent::FatTree,
        "leaf-spine" => FabricIntent::LeafSpine,
        "rail-only" => FabricIntent::RailOnly,
        "rail-optimised" => FabricIntent::RailOptimised,
        "single-stage" => FabricIntent::SingleStage,
        "torus" => FabricIntent::Torus,
        other => panic!("no intent {other}"),
    }
}

fn role(text: &str) -> FabricRole {
    match text {
        "compute" => FabricRole::Compute,
        "front-end" => FabricRole::FrontEnd,
        "fronthaul" => FabricRole::Fronthaul,
        "management" => FabricRole::Management,
        "scale-up" => FabricRole::ScaleUp,
        "storage" => FabricRole::Storage,
        other => panic!("no role {other}"),
    }
}

fn layer(text: &str) -> LinkLayer {
    match text {
        "ethernet" => LinkLayer::Ethernet,
        "infiniband" => LinkLayer::InfiniBand,
        "nvlink" => LinkLayer::NvLink,
        "ualink" => LinkLayer::UaLink,
        other => panic!("no layer {other}"),
    }
}

/// `each i 1..3: text` as text with `{i}` from 1 to 3; sums and products of numbers and names in braces are worked out.
fn expanded(code: &str) -> Vec<String> {
    if code.is_empty() {
        return Vec::new();
    }
    let mut names: Vec<(String, u32, u32)> = Vec::new();
    let mut rest = code;
    while let Some(loops) = rest.strip_prefix("each ") {
        let (name, after) = loops.split_once(' ').unwrap();
        let end = after.find([' ', ':']).unwrap();
        let (from, to) = after[..end].split_once("..").unwrap();
        names.push((name.to_owned(), from.parse().unwrap(), to.parse().unwrap()));
        rest = after[end..].trim_start_matches([':', ' ']);
    }
    let mut texts = vec![BTreeMap::new()];
    for (name, from, to) in names {
        texts = texts
            .into_iter()
            .flat_map(|values: BTreeMap<String, u32>| {
                let name = name.clone();
                (from..=to).map(move |value| {
                    let mut values = values.clone();
                    values.insert(name.clone(), value);
                    values
                })
            })
            .collect();
    }
    texts.iter().map(|values| filled(rest, values)).collect()
}

fn filled(text: &str, values: &BTreeMap<String, u32>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        // A brace on its own opens a rack.
        match after.split_once('}').filter(|(inner, _)| !inner.is_empty() && inner.chars().all(|c| c.is_ascii_alphanumeric() || "+-*".contains(c))) {
            Some((inner, after)) => {
                out.push_str(&sum(inner, values).to_string());
                rest = after;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out + rest
}

fn sum(text: &str, values: &BTreeMap<String, u32>) -> i64 {
    let spaced = text.replace('-', "+-");
    spaced
        .split('+')
        .filter(|term| !term.is_empty())
        .map(|term| {
            let (sign, term) = term.strip_prefix('-').map_or((1, term), |term| (-1, term));
            sign * term.split('*').map(|factor| values.get(factor).map_or_else(|| factor.parse().unwrap(), |value| i64::from(*value))).product::<i64>()
        })
        .sum()
}
