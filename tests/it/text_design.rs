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
//! feeds A 200 kW, B 200 kW
//! rack R2 19in-48u feeds=A,B
//! workload Pre-training llama-3.1-70b tensor=8 pipeline=2
//! lid f a.1 4-5                          # imported forwarding tables: who has which address
//! table f s 1: 0 2x3 - 5                 # a switch's entries from an address on
//! tables f fabric.lfts drawn             # what they were read from; links as drawn, or another hash
//! silence names-repeat n1 "both are lent"
//! ```
//! The designs of `examples/` are written in it too, with what only whole designs need:
//!
//! ```text
//! title Two racks side by side
//! rack A01 19in-48u row=A tile=0,0 at=0,0 { ... }   # drawn where its tile is, or at a place
//! dgx{i}.* -- leaf{r}.* auto fabric=f    # the first free ports that suit each other, the cable that reaches from rack to rack
//! leaf.17* -- spine.* aoc x4             # from cage 17 on, four alike, of a kind of cable
//! group site Cell_site_1 : S01 ru1       # underscores are spaces
//! assume tray-height-m 2.4
//! ```
//! A line that ends with a backslash goes on with the next. `copper` is the generic switch's cable (`generic-cable`), `gpu`, `switch`, `host` and `rack` stand for generic parts.

use std::collections::BTreeMap;
use std::sync::Arc;

use weft::catalog::{Catalog, PortUse, fit};
use weft::engine::cabling;
use weft::engine::routing::imported::cabling as joined;
use weft::model::{
    Address, Breakout, CableKind, Design, Fabric, FabricId, FabricIntent, FabricRole, Face, Forwarding, Generic, Group, GroupKind, Link, LinkLayer, Member,
    Multihoming, Node, NodeId, PartId, PortPath, PortRef, PortRole, Rack, RackId, Requirement, RequirementKind, Routing, RoutingEngine, Row, Silencing,
    Subject, Tier, TrafficSettings, Workload,
};
use weft::units::{Cents, Gbps, Metres, Nanoseconds, Point, RackUnits, Ratio, Watts};

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
    members: BTreeMap<String, Member>,
    catalog: Option<Catalog>,
}

/// Reads a design; panics with the line where the text is wrong, for it is a test's own.
pub fn read(text: &str) -> TextDesign {
    let mut read = TextDesign::default();
    let mut rack = None;
    for (at, line) in text.replace("\\\n", " ").lines().enumerate() {
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
                "assume" => {
                    Arc::make_mut(&mut self.design.meta).settings.assumptions.insert(words[1].to_owned(), words[2].parse().unwrap());
                    3
                }
                "fabric" => self.fabric(&words, line),
                "feeds" => {
                    let meta = Arc::make_mut(&mut self.design.meta);
                    weft::engine::settable::set_design(meta, "feeds", &words[1..].join(" ")).unwrap_or_else(|error| panic!("line {line}: {error}"));
                    self.lines.entry(Subject::Design).or_insert(line);
                    words.len()
                }
                "group" => self.group(&words, line),
                "rack" => self.rack(&words, line, rack),
                "part" => self.part(&words, line),
                "require" => self.require(&words, line),
                "title" => {
                    Arc::make_mut(&mut self.design.meta).name = text.trim_start_matches("title ").trim().to_owned();
                    words.len()
                }
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
                "lid" => {
                    let port = self.port(words[2], line);
                    let address: Address = format!("{port} {}", words[3]).parse().unwrap_or_else(|()| panic!("line {line}: {text}"));
                    self.forwarding(words[1], line, |tables| tables.lids.push(address));
                    4
                }
                "table" => {
                    let row: Row = format!("{} {}", self.nodes[words[2]], words[3..].join(" ")).parse().unwrap_or_else(|()| panic!("line {line}: {text}"));
                    self.forwarding(words[1], line, |tables| tables.rows.push(row));
                    words.len()
                }
                "tables" => {
                    let fabric = self.fabrics[words[1]];
                    let links = if words[3] == "drawn" { joined(&self.design, fabric) } else { u64::from_str_radix(words[3], 16).unwrap() };
                    self.forwarding(words[1], line, |tables| (tables.from, tables.links) = (words[2].to_owned(), Some(links)));
                    4
                }
                "workload" => self.workload(&words, line),
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

    /// The imported tables of a fabric, for a change.
    fn forwarding(&mut self, name: &str, line: usize, change: impl FnOnce(&mut Forwarding)) {
        let id = *self.fabrics.get(name).unwrap_or_else(|| panic!("line {line}: no fabric {name}"));
        let mut fabric = self.design.fabrics.get(id).unwrap().clone();
        fabric.routing = Routing::Tables;
        let tables = Arc::make_mut(fabric.tables.get_or_insert_default());
        change(tables);
        tables.lids.sort_by_key(|address| address.first);
        tables.rows.sort_by_key(|row| (row.node, row.first));
        self.design.fabrics.set(id, Some(fabric.into()));
    }

    fn fabric(&mut self, words: &[&str], line: usize) -> usize {
        let mut fabric = Fabric { name: words[1].to_owned(), ..Fabric::default() };
        let mut taken = 2;
        for (key, value) in pairs(&words[2..]) {
            taken += 1;
            match key {
                "intent" => fabric.intent = intent(value),
                "name" => fabric.name = spaced(value),
                "plane" => fabric.plane = Some(value.parse().unwrap()),
                "engine" => fabric.engine = Some(engine(value)),
                "flows" => fabric.flows = Some(value.parse().unwrap()),
                "lmc" => fabric.lmc = Some(value.parse().unwrap()),
                "lossless" => fabric.lossless = value.parse().unwrap(),
                "multihoming" => fabric.multihoming = Some(if value == "mclag" { Multihoming::Mclag } else { Multihoming::Eslag }),
                "routing" => {
                    fabric.routing = match value {
                        "hash" => Routing::Hash,
                        "tables" => Routing::Tables,
                        _ => Routing::Ecmp,
                    }
                }
                "protocol" => fabric.protocol = Some(value.to_owned()),
                "role" => fabric.role = role(value),
                _ if traffic(&mut fabric.traffic, key, value) => {}
                _ => weft::engine::settable::set_fabric(&mut fabric, key, &spaced(value)).unwrap_or_else(|error| panic!("line {line}: {error}")),
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
        let mut record = Rack::new(PartId::new(part.unwrap_or("generic-rack-48u")), words[1], Point::default());
        let mut taken = 2 + usize::from(part.is_some());
        for (key, value) in pairs(&words[taken..]) {
            taken += 1;
            if key == "at" {
                record.at = point(value);
                continue;
            }
            weft::engine::settable::set_rack(&mut record, key, value).unwrap_or_else(|error| panic!("line {line}: {error}"));
            if let (Some((column, row)), "tile") = (record.tile, key) {
                record.at = Point::new(f64::from(column) * RACK_PITCH.0, f64::from(row) * RACK_PITCH.1);
            }
        }
        let id = self.design.racks.push(record);
        self.racks.insert(words[1].to_owned(), id);
        self.members.insert(words[1].to_owned(), Member::Rack(id));
        self.lines.insert(Subject::Rack(id), line);
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
            json[key] =
                serde_json::from_str(value).unwrap_or_else(|_| if matches!(key, "name" | "vendor" | "summary") { spaced(value).into() } else { value.into() });
        }
        let part = weft::catalog::part_from_json(&weft::json::parse(&json.to_string()).unwrap()).unwrap_or_else(|error| panic!("line {line}: {error}"));
        self.design.parts.insert(part.id.clone(), Arc::new(part));
        words.len()
    }

    /// A training job: `workload Pre-training llama-3.1-70b tensor=8 shape.layers=40 order=tensor,data swap=n1/xpu1,n2/xpu1`.
    fn workload(&mut self, words: &[&str], line: usize) -> usize {
        let mut workload = Workload { name: spaced(words[1]), model: words[2].to_owned(), ..Workload::default() };
        for (key, value) in pairs(&words[3..]) {
            match key.strip_prefix("shape.") {
                Some(key) => {
                    workload.shape.insert(key.to_owned(), value.parse().unwrap());
                }
                None if key == "order" => workload.order = value.split(',').map(str::to_owned).collect(),
                None if key == "swap" => workload.swaps.extend(value.split_once(',').map(|(one, other)| [one.to_owned(), other.to_owned()])),
                None => {
                    workload.plan.insert(key.to_owned(), value.parse().unwrap());
                }
            }
        }
        Arc::make_mut(&mut self.design.meta).workloads.push(workload);
        self.lines.entry(Subject::Design).or_insert(line);
        words.len()
    }

    fn require(&mut self, words: &[&str], line: usize) -> usize {
        let value = words[2];
        let kind = match words[1] {
            "bisection" => RequirementKind::Bisection(value.parse::<Gbps>().unwrap()),
            "budget" => RequirementKind::Budget(Cents(100 * value.parse::<i64>().unwrap())),
            "latency" => RequirementKind::Latency(value.parse::<Nanoseconds>().unwrap()),
            "oversubscription" => RequirementKind::Oversubscription(value.parse::<Ratio>().unwrap()),
            "power" => RequirementKind::Power(value.parse::<Watts>().unwrap()),
            other => panic!("line {line}: no requirement {other}"),
        };
        let fabric = words.get(3).and_then(|word| word.strip_prefix("fabric=")).map(|fabric| self.fabrics[fabric]);
        let id = self.design.requirements.push(Requirement { kind, fabric, extra: weft::model::Extra::default() });
        self.lines.insert(Subject::Requirement(id), line);
        3 + usize::from(fabric.is_some())
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
                "at" => node.at = point(value),
                "face" => node.face = if value == "rear" { Face::Rear } else { Face::Front },
                "gbps" => generic.gbps = Some(value.parse().unwrap()),
                "in" => node.rack = Some(self.racks[value]),
                "kept" => node.kept = value == "true",
                "modules" => node.modules = Tier::parse(value),
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
        self.members.insert(known.to_owned(), Member::Node(id));
        self.lines.insert(Subject::Node(id), line);
        self.lines.entry(Subject::Design).or_insert(line);
        taken
    }

    /// Things that belong together: `group pod Pod_1 : A01 A02`.
    fn group(&mut self, words: &[&str], line: usize) -> usize {
        let kind = match words[1] {
            "core" => GroupKind::Core,
            "pod" => GroupKind::Pod,
            "row" => GroupKind::Row,
            "site" => GroupKind::Site,
            "unit" => GroupKind::Unit,
            other => panic!("line {line}: no kind of group {other}"),
        };
        // One group may be written over several lines.
        let name = spaced(words[2]);
        let more = words[4..].iter().map(|word| *self.members.get(*word).unwrap_or_else(|| panic!("line {line}: there is no {word}")));
        let known = self.design.groups.iter().find(|(_, group)| group.name == name).map(|(id, group)| (id, group.clone()));
        let (id, mut group) = known.unwrap_or_else(|| {
            let group = Group { kind, name: name.clone(), ..Group::default() };
            (self.design.groups.push(group.clone()), group)
        });
        group.members.extend(more);
        self.design.groups.set(id, Some(Arc::new(group)));
        self.members.insert(words[2].to_owned(), Member::Group(id));
        words.len()
    }

    fn link(&mut self, words: &[&str], line: usize) -> usize {
        let (mut wanted, mut times) = (None, 1u32);
        let mut link = Link::between(PortRef::cage(NodeId(1), 1), PortRef::cage(NodeId(1), 1));
        let mut taken = 3;
        for word in &words[3..] {
            if let Some(fabric) = word.strip_prefix("fabric=") {
                link.fabric = Some(*self.fabrics.get(fabric).unwrap_or_else(|| panic!("line {line}: there is no fabric {fabric}")));
            } else if *word == "copper" {
                link.part = Some(PartId::new("dac-800g-osfp"));
            } else if let Some(kind) = cable_kind(word) {
                wanted = Some(kind);
            } else if let Some(count) = word.strip_prefix('x').and_then(|count| count.parse().ok()) {
                times = count;
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
        for _ in 0..times {
            let mut link = link.clone();
            link.ends = self.ends([words[0], words[2]], link.fabric, line);
            if let Some(kind) = wanted {
                link.part = Some(self.cable(&link, kind, line));
            }
            let id = self.design.links.push(link);
            self.lines.insert(Subject::Link(id), line);
        }
        taken
    }

    /// The two ports; where a star leaves one open, the first free ones of the fabric's role, of one rate where there are such.
    fn ends(&mut self, texts: [&str; 2], fabric: Option<FabricId>, line: usize) -> [PortRef; 2] {
        if texts.iter().all(|text| !text.ends_with('*')) {
            return texts.map(|text| self.port(text, line));
        }
        let role = fabric.and_then(|fabric| self.design.fabrics.get(fabric)).map_or(FabricRole::Compute, |fabric| fabric.role);
        let roles: &[PortRole] = match role {
            FabricRole::ScaleUp => &[PortRole::ScaleUp],
            FabricRole::Storage => &[PortRole::Storage, PortRole::Compute],
            FabricRole::Management => &[PortRole::Management, PortRole::Compute],
            _ => &[PortRole::Compute],
        };
        let catalog = self.catalog.get_or_insert_with(Catalog::builtin);
        let (design, used) = (&self.design, PortUse::of(&self.design));
        let [a, b] = texts.map(|text| {
            let (name, port) = text.split_once('.').unwrap_or_else(|| panic!("line {line}: “{text}” is not node.port"));
            let node = *self.nodes.get(name).unwrap_or_else(|| panic!("line {line}: there is no node {name}"));
            let Some(from) = port.strip_suffix('*') else {
                return vec![PortRef { node, port: port.parse().unwrap_or_else(|error| panic!("line {line}: {error}")) }];
            };
            let from: u16 = if from.is_empty() { 1 } else { from.parse().unwrap() };
            let free: Vec<PortRef> = catalog
                .ports_of(design, node, &used)
                .into_iter()
                .filter(|path| path.cage >= from)
                .map(|port| PortRef { node, port })
                .filter(|port| used.is_free(*port))
                .collect();
            let of_role = |role: &PortRole| -> Vec<PortRef> {
                free.iter().copied().filter(|port| catalog.view(design, *port).is_some_and(|view| view.group.role == *role)).collect()
            };
            let ports = roles.iter().map(of_role).find(|ports| !ports.is_empty()).unwrap_or(free);
            assert!(!ports.is_empty(), "line {line}: {name} has no free port");
            ports
        });
        let rate = |port: &PortRef| catalog.view(design, *port).and_then(|view| view.gbps);
        for x in &a {
            if let Some(y) = b.iter().find(|y| rate(x).is_some() && rate(x) == rate(y) && fit::ports_agree(catalog, design, [*x, **y]).is_ok()) {
                return [*x, *y];
            }
        }
        [a[0], b[0]]
    }

    /// The first cable of a kind that joins two ports over the way between them.
    fn cable(&mut self, link: &Link, kind: Option<CableKind>, line: usize) -> PartId {
        let catalog = self.catalog.get_or_insert_with(Catalog::builtin);
        let length = match cabling::length(&self.design, catalog, link) {
            cabling::Length::Placed { run, .. } => Some(run),
            other => other.metres(),
        };
        let chosen = match kind {
            None => fit::best_cable(catalog, &self.design, link.ends, length),
            Some(kind) => fit::cables_for(catalog, &self.design, link.ends, length)
                .into_iter()
                .find(|id| catalog.part(&self.design, id).and_then(|part| part.cable()).is_some_and(|cable| cable.kind == kind)),
        };
        chosen.unwrap_or_else(|| panic!("line {line}: no such cable joins {} and {} over {length:?}", link.ends[0], link.ends[1]))
    }

    fn port(&self, text: &str, line: usize) -> PortRef {
        let (name, port) = text.split_once('.').unwrap_or_else(|| panic!("line {line}: “{text}” is not node.port"));
        let node = *self.nodes.get(name).unwrap_or_else(|| panic!("line {line}: there is no node {name}"));
        PortRef { node, port: port.parse::<PortPath>().unwrap_or_else(|error| panic!("line {line}: {error}")) }
    }
}

/// Width and height a rack is given in a drawing.
const RACK_PITCH: (f64, f64) = (228.0, 924.0);

fn spaced(text: &str) -> String {
    text.replace('_', " ")
}

fn point(text: &str) -> Point {
    let (x, y) = text.split_once(',').unwrap();
    Point::new(x.parse().unwrap(), y.parse().unwrap())
}

/// The kind of cable a word asks for; the inner `None` is whichever is best.
fn cable_kind(word: &str) -> Option<Option<CableKind>> {
    Some(match word {
        "acc" => Some(CableKind::Acc),
        "aec" => Some(CableKind::Aec),
        "aoc" => Some(CableKind::Aoc),
        "auto" => None,
        "dac" => Some(CableKind::Dac),
        "optic" => Some(CableKind::Optic),
        _ => return None,
    })
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
