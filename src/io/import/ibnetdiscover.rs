//! From the lines of a dump to a design: links kept once, adapters gathered into hosts, names told apart, known switches recognised.

use super::dump::{self, Dump, DumpNode, Kind};
use super::{ImportError, Imported, Options, Unread, tell};
use crate::catalog::{Catalog, GENERIC_CAGES};
use crate::json::{Map, Value};
use crate::model::{Design, Extra, Fabric, FabricId, FabricRole, Generic, Link, LinkLayer, Node, NodeId, Part, PartId, PortPath, PortRef};
use crate::units::{Gbps, Point, SortedMap, SortedSet, counted, order};

/// Data rate of one lane by speed, in Gb/s: the signalling rate less the line code. SDR to QDR signal 2.5, 5 and 10 with 8b/10b, FDR10 to
/// EDR 10.3125, 14.0625 and 25.78125 with 64b/66b; HDR and later are named by their data rate. InfiniBand Architecture
/// Specification, volume 2.
const LANES: [(&str, f64); 9] =
    [("SDR", 2.0), ("DDR", 4.0), ("QDR", 8.0), ("FDR10", 10.0), ("FDR", 14.0625 * 64.0 / 66.0), ("EDR", 25.0), ("HDR", 50.0), ("NDR", 100.0), ("XDR", 200.0)];

/// Switch models whose port numbers are known to follow the panel: the word in the description, the part.
const MODELS: [(&str, &str); 6] = [
    ("MQM8700", "nvidia-qm8700"),
    ("MQM8790", "nvidia-qm8700"),
    ("MQM9700", "nvidia-qm9700"),
    ("MQM9790", "nvidia-qm9700"),
    ("MSB7800", "mellanox-sb7800"),
    ("MSB7890", "mellanox-sb7800"),
];

/// What a switch calls the reduction engine it carries; it looks like an adapter, but nobody can plug it in.
const AGGREGATION: &str = "Aggregation Node";

/// Port counts that include the port to the reduction engine: one more than the panel has.
const WITH_INTERNAL_PORT: [u16; 5] = [37, 41, 65, 81, 129];

/// Longest name that is taken over from a description, in characters.
const NAME: usize = 120;

/// The data rate of `4xQDR`, in Gb/s.
pub(super) fn rate(word: &str) -> Option<f64> {
    let (width, speed) = word.split_once('x')?;
    let width: f64 = width.parse::<u8>().ok().filter(|width| matches!(width, 1 | 2 | 4 | 8 | 12)).map(f64::from)?;
    let lane = LANES.iter().find(|(name, _)| *name == speed)?.1;
    Some((width * lane * 100.0).round() / 100.0)
}

/// Makes a design of a dump. Time: O(bytes + links log links).
pub(super) fn import(text: &str, options: &Options, catalog: &Catalog) -> Result<Imported, ImportError> {
    let mut told = Told::default();
    let Dump { nodes, unread } = dump::read(text)?;
    told.unread = unread;
    let last_line = nodes.last().map(|node| (node.line, node.description));
    let mut nodes = Nodes::gather(nodes, &mut told);
    let cables = nodes.cables(&mut told);
    if cables.is_empty() {
        let (line, description) = last_line.unwrap_or_default();
        let named = if description.is_empty() { String::new() } else { format!(" of “{}”", shorten(description)) };
        let message = format!("the dump ends after the head{named} and lists no cable at all; run ibnetdiscover again and keep its whole output");
        return Err(ImportError { line: Some(line), message });
    }

    let hosts = nodes.hosts(options, &mut told);
    let names = nodes.names(&hosts, &mut told);
    let design = build(&nodes, &hosts, &names, &cables, catalog, &mut told);
    let told = told.sentences(&design, &cables);
    Ok(Imported { design, told })
}

fn shorten(text: &str) -> String {
    text.chars().take(NAME).collect()
}

/// The nodes of a dump with the aggregation nodes taken out.
struct Nodes<'t> {
    nodes: Vec<DumpNode<'t>>,
    places: SortedMap<&'t str, usize>,
    /// Ports that lead to an aggregation node inside the switch.
    internal: SortedSet<(usize, u16)>,
}

/// A cable between two ports.
struct Cable {
    /// Place of the node and port, as first listed.
    ends: [(usize, u16); 2],
    /// Which ends list it.
    listed: [bool; 2],
    gbps: Option<f64>,
    speed: Option<&'static str>,
}

impl Cable {
    fn is_confirmed(&self) -> bool {
        self.listed == [true, true]
    }
}

impl<'t> Nodes<'t> {
    /// One entry per id: blocks that repeat are put together, neighbours that are only mentioned are added.
    fn gather(listed: Vec<DumpNode<'t>>, told: &mut Told) -> Self {
        let aggregation = |description: &str| description.contains(AGGREGATION);
        let mut nodes: Vec<DumpNode<'t>> = Vec::new();
        let mut places: SortedMap<&str, usize> = SortedMap::new();
        let mut inner: SortedSet<&str> = SortedSet::new();
        for node in listed {
            if aggregation(node.description) {
                told.aggregation += usize::from(inner.insert(node.id));
                continue;
            }
            match places.get(node.id).and_then(|place| nodes.get_mut(*place)) {
                Some(known) => {
                    told.repeated += 1;
                    known.lines.extend(node.lines);
                    known.lids.extend(node.lids);
                }
                None => {
                    places.insert(node.id, nodes.len());
                    nodes.push(node);
                }
            }
        }

        let mut internal = SortedSet::new();
        let mut mentioned = Vec::new();
        for (place, node) in nodes.iter_mut().enumerate() {
            node.lines.retain(|line| {
                let is_inner = inner.contains(line.remote) || aggregation(line.description);
                if is_inner {
                    internal.insert((place, line.port));
                    told.aggregation += usize::from(inner.insert(line.remote));
                }
                !is_inner
            });
            for line in node.lines.iter().filter(|line| !places.contains_key(line.remote)) {
                mentioned.push((line.remote, line.description));
            }
        }
        for (id, description) in mentioned {
            if !places.contains_key(id) {
                told.mentioned += 1;
                let kind = if id.starts_with("S-") || id.starts_with("R-") { Kind::Switch } else { Kind::Adapter };
                places.insert(id, nodes.len());
                nodes.push(DumpNode { line: 0, kind, ports: 0, id, description, lids: Vec::new(), lines: Vec::new() });
            }
        }
        Self { nodes, places, internal }
    }

    /// Every cable once, in the order of the dump. Where a port is said to have two, the one that both ends list wins.
    fn cables(&mut self, told: &mut Told) -> Vec<Cable> {
        let mut cables: Vec<Cable> = Vec::new();
        let mut known: SortedMap<[(usize, u16); 2], usize> = SortedMap::new();
        for (place, node) in self.nodes.iter().enumerate() {
            for line in &node.lines {
                let Some(&remote) = self.places.get(line.remote) else { continue };
                let (here, there) = ((place, line.port), (remote, line.remote_port));
                if here == there {
                    told.to_itself += 1;
                    continue;
                }
                let gbps = line.rate.and_then(rate);
                let speed = line
                    .rate
                    .and_then(|word| LANES.iter().find(|(name, _)| word.split_once('x').is_some_and(|(_, speed)| speed == *name)))
                    .map(|(name, _)| *name);
                let key = if here < there { [here, there] } else { [there, here] };
                let Some(cable) = known.get(&key).and_then(|at| cables.get_mut(*at)) else {
                    known.insert(key, cables.len());
                    cables.push(Cable { ends: [here, there], listed: [true, false], gbps, speed });
                    continue;
                };
                let side = usize::from(cable.ends[0] != here);
                if cable.listed[side] {
                    told.twice += 1;
                }
                cable.listed[side] = true;
                if let (Some(one), Some(other)) = (cable.gbps, gbps)
                    && one != other
                {
                    told.rates_differ += 1;
                }
                if cable.gbps.is_none_or(|one| gbps.is_some_and(|other| other < one)) && gbps.is_some() {
                    (cable.gbps, cable.speed) = (gbps, speed);
                }
            }
        }

        let mut taken: SortedSet<(usize, u16)> = SortedSet::new();
        let mut keep = vec![false; cables.len()];
        for confirmed in [true, false] {
            for (cable, keep) in cables.iter().zip(&mut keep).filter(|(cable, _)| cable.is_confirmed() == confirmed) {
                if cable.ends.iter().any(|end| taken.contains(end)) {
                    told.port_taken += 1;
                    continue;
                }
                taken.extend(cable.ends);
                *keep = true;
            }
        }
        let mut keep = keep.into_iter();
        cables.retain(|_| keep.next().unwrap_or(false));

        let is_listed = |place: usize| self.nodes.get(place).is_some_and(|node| node.line > 0);
        told.half += cables.iter().filter(|cable| !cable.is_confirmed() && cable.ends.iter().all(|end| is_listed(end.0))).count();
        told.rates_unknown += cables.iter().filter(|cable| cable.gbps.is_none()).count();
        cables
    }

    /// How many ports a node has on its panel: what it states, at least what is used, without those that lead inside.
    fn port_counts(&self, cables: &[Cable]) -> Vec<u16> {
        let mut counts: Vec<u16> = self.nodes.iter().map(|node| node.ports).collect();
        for (place, port) in self.internal.iter().rev() {
            if let Some(count) = counts.get_mut(*place).filter(|count| **count == *port) {
                *count -= 1;
            }
        }
        for (node, count) in self.nodes.iter().zip(&mut counts) {
            if node.kind == Kind::Switch && WITH_INTERNAL_PORT.contains(count) {
                *count -= 1;
            }
        }
        for (place, port) in cables.iter().flat_map(|cable| cable.ends) {
            if let Some(count) = counts.get_mut(place) {
                *count = (*count).max(port);
            }
        }
        counts
    }

    /// Which adapters make up each node to draw, in the order of the dump, with the name of the host where there is one.
    fn hosts(&self, options: &Options, told: &mut Told) -> Vec<Host> {
        let mut by_host: SortedMap<&str, Vec<(&str, usize)>> = SortedMap::new();
        for (place, node) in self.nodes.iter().enumerate().filter(|(_, node)| node.kind == Kind::Adapter) {
            if let Some((host, device)) = host_and_device(node.description) {
                by_host.entry(host).or_default().push((device, place));
            }
        }
        let mut hosts: SortedMap<usize, Host> = SortedMap::new();
        let mut gathered: SortedSet<usize> = SortedSet::new();
        for (host, mut adapters) in by_host {
            let devices: SortedSet<&str> = adapters.iter().map(|(device, _)| *device).collect();
            if options.separate_adapters {
                continue;
            }
            if devices.len() < adapters.len() {
                // Two machines share a name: their adapters cannot be told apart, so each stays by itself.
                told.ambiguous += adapters.len();
                continue;
            }
            let first = adapters.iter().map(|(_, place)| *place).min().unwrap_or_default();
            order::sort_by_key(&mut adapters, |(device, place)| (natural(device), *place));
            told.gathered += if adapters.len() > 1 { adapters.len() } else { 0 };
            told.gathering += usize::from(adapters.len() > 1);
            gathered.extend(adapters.iter().map(|(_, place)| *place));
            hosts.insert(first, Host { name: Some(shorten(host)), adapters: adapters.into_iter().map(|(_, place)| place).collect() });
        }
        for place in (0..self.nodes.len()).filter(|place| !gathered.contains(place)) {
            hosts.insert(place, Host { name: None, adapters: vec![place] });
        }
        let is_switch = |host: &Host| host.adapters.iter().all(|place| self.nodes.get(*place).is_some_and(|node| node.kind == Kind::Switch));
        let (switches, others): (Vec<Host>, Vec<Host>) = hosts.into_values().partition(is_switch);
        switches.into_iter().chain(others).collect()
    }

    /// A name for each node to draw; where descriptions repeat, the end of the GUID tells them apart.
    fn names(&self, hosts: &[Host], told: &mut Told) -> Vec<String> {
        let node_of = |host: &Host| host.adapters.first().and_then(|place| self.nodes.get(*place));
        let plain: Vec<String> = hosts
            .iter()
            .map(|host| {
                let node = node_of(host);
                let (id, description) = node.map_or(("", ""), |node| (node.id, node.description));
                host.name.clone().or_else(|| switch_name(description)).unwrap_or_else(|| shorten(if description.is_empty() { id } else { description }))
            })
            .collect();

        let mut alike: SortedMap<&str, Vec<usize>> = SortedMap::new();
        for (place, name) in plain.iter().enumerate() {
            alike.entry(name).or_default().push(place);
        }
        let mut names = plain.clone();
        for places in alike.values().filter(|places| places.len() > 1) {
            told.names += places.len();
            let id = |place: &usize| hosts.get(*place).and_then(node_of).map_or("", |node| node.id);
            let ids: Vec<Vec<char>> = places.iter().map(|place| id(place).chars().rev().collect()).collect();
            let longest = ids.iter().map(Vec::len).max().unwrap_or(0);
            let ends = |length: usize| ids.iter().map(|id| id.iter().take(length).collect::<String>()).collect::<SortedSet<_>>().len();
            let length = (4..=longest).find(|length| ends(*length) == places.len()).unwrap_or(longest);
            for (place, id) in places.iter().zip(&ids) {
                if let Some(name) = names.get_mut(*place) {
                    let end: String = id.iter().take(length).rev().collect();
                    *name = format!("{name} ({end})");
                }
            }
        }
        names
    }
}

/// A node to draw.
struct Host {
    name: Option<String>,
    /// Places of its adapters; a switch has one, itself.
    adapters: Vec<usize>,
}

/// `dgx-01 HCA-1`, `dgx-01 mlx5_0`: an adapter that says whose it is. `localhost` is nobody.
pub(super) fn host_and_device(description: &str) -> Option<(&str, &str)> {
    const DEVICES: [&str; 9] = ["hca-", "hfi1_", "ibp", "ibs", "mlx4_", "mlx5_", "mthca", "qib", "rocep"];
    let (host, device) = description.split_once(char::is_whitespace)?;
    let (host, device) = (host.trim_matches(['\'', '"']), device.trim());
    let lower = device.to_ascii_lowercase();
    let is_device = !device.contains(char::is_whitespace)
        && DEVICES.iter().any(|prefix| lower.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit())));
    let is_somebody = !host.is_empty() && !matches!(host.to_ascii_lowercase().as_str(), "localhost" | "(none)" | "unknown");
    (is_device && is_somebody).then_some((host, device))
}

/// `MF0;leaf-3:MQM8700/U1` is called leaf-3; a second chip of the same box says so.
pub(super) fn switch_name(description: &str) -> Option<String> {
    let (name, model) = description.strip_prefix("MF0;")?.rsplit_once(':')?;
    let chip = model.rsplit_once('/').map(|(_, chip)| chip).filter(|chip| *chip != "U1");
    let name = shorten(name);
    (!name.is_empty()).then(|| chip.map_or(name.clone(), |chip| format!("{name} {}", shorten(chip))))
}

/// A key that sorts `HCA-2` before `HCA-10`.
pub(super) fn natural(text: &str) -> (String, u64) {
    let head = text.trim_end_matches(|last: char| last.is_ascii_digit());
    (head.to_owned(), text.get(head.len()..).and_then(|digits| digits.parse().ok()).unwrap_or(0))
}

fn build(nodes: &Nodes<'_>, hosts: &[Host], names: &[String], cables: &[Cable], catalog: &Catalog, told: &mut Told) -> Design {
    let counts = nodes.port_counts(cables);
    let count_of = |place: usize| counts.get(place).copied().unwrap_or(0);
    let mut design = Design::default();
    let fabric =
        design.fabrics.push(Fabric { name: "InfiniBand".to_owned(), role: FabricRole::Compute, protocol: protocol(cables, catalog), ..Fabric::default() });

    // Where each dump node went: its node, how its port 1 is numbered there, and whether ports are those of the panel.
    let mut homes: Vec<Option<(NodeId, u16, Numbering)>> = vec![None; nodes.nodes.len()];
    for (host, name) in hosts.iter().zip(names) {
        let Some(first) = host.adapters.first().and_then(|place| nodes.nodes.get(*place)) else { continue };
        let ports = host.adapters.iter().fold(0u16, |sum, place| sum.saturating_add(count_of(*place)));
        let known = (first.kind == Kind::Switch).then(|| known_switch(first.description, ports, catalog)).flatten();
        let part = known.map_or(if first.kind == Kind::Switch { "generic-switch" } else { "generic-host" }, |(part, _)| part);
        let mut node = Node::new(PartId::new(part), name.as_str(), Point::default());
        if known.is_none() {
            node.generic = Some(Box::new(Generic { ports: Some(ports.min(GENERIC_CAGES)), layer: Some(LinkLayer::InfiniBand), ..Generic::default() }));
        }
        let guids: Vec<Value> = host.adapters.iter().filter_map(|place| nodes.nodes.get(*place)).map(|node| Value::from(guid(node.id))).collect();
        let numbering = known.map_or(Numbering::Cages, |(_, numbering)| numbering);
        let mut lids: Vec<Value> = Vec::new();
        let mut before = 0u16;
        for place in &host.adapters {
            for (port, first, last) in nodes.nodes.get(*place).map(|node| node.lids.as_slice()).unwrap_or_default() {
                let port = if *port == 0 { "0".to_owned() } else { numbering.path(before.saturating_add(*port)).to_string() };
                lids.push(Value::from(if last > first { format!("{port} {first}-{last}") } else { format!("{port} {first}") }));
            }
            before = before.saturating_add(count_of(*place));
        }
        let lids = (!lids.is_empty()).then(|| ("lids".to_owned(), Value::Array(lids)));
        node.extra = Extra(Some(Box::new(Map::from_iter([("guids".to_owned(), Value::Array(guids))].into_iter().chain(lids)))));
        told.recognised += usize::from(known.is_some());
        told.switches += usize::from(first.kind == Kind::Switch);

        let id = design.nodes.push(node);
        let mut before = 0u16;
        for place in &host.adapters {
            if let Some(home) = homes.get_mut(*place) {
                *home = Some((id, before, numbering));
            }
            before = before.saturating_add(count_of(*place));
        }
    }
    for cable in cables {
        let end = |(place, port): (usize, u16)| {
            let (node, before, numbering) = homes.get(place).copied().flatten()?;
            Some(PortRef { node, port: numbering.path(before.saturating_add(port)) })
        };
        if let [Some(a), Some(b)] = cable.ends.map(end) {
            push_link(&mut design, a, b, cable, fabric);
        }
    }
    design
}

fn push_link(design: &mut Design, a: PortRef, b: PortRef, cable: &Cable, fabric: FabricId) {
    let mut link = Link::between(a, b);
    link.fabric = Some(fabric);
    link.gbps = cable.gbps.map(Gbps);
    design.links.push(link);
}

/// A node's id without the letter that says what it is: `S-0002c9` is `0002c9`.
fn guid(id: &str) -> &str {
    id.strip_prefix("S-").or_else(|| id.strip_prefix("H-")).or_else(|| id.strip_prefix("R-")).unwrap_or(id)
}

/// How InfiniBand port numbers lie on the panel.
#[derive(Clone, Copy)]
enum Numbering {
    /// Port n is cage n.
    Cages,
    /// Cages hold two ports each: 1 and 2 are in cage 1, 3 and 4 in cage 2.
    Twins,
}

impl Numbering {
    fn path(self, port: u16) -> PortPath {
        match self {
            Self::Cages => PortPath::cage(port),
            Self::Twins => PortPath::child(port.div_ceil(2), if port % 2 == 1 { 1 } else { 2 }),
        }
    }
}

/// The catalogue part of a switch that states its model, if its panel has exactly as many ports as the dump numbers.
fn known_switch(description: &str, ports: u16, catalog: &Catalog) -> Option<(&'static str, Numbering)> {
    let (_, id) = MODELS.iter().find(|(model, _)| description.contains(model))?;
    let part: &Part = catalog.built_in(id)?;
    let [group] = part.ports.as_slice() else { return None };
    match (group.count?, group.per_cage) {
        (cages, 1) if cages == ports => Some((id, Numbering::Cages)),
        (cages, 2) if cages.checked_mul(2)? == ports => Some((id, Numbering::Twins)),
        _ => None,
    }
}

/// The catalogue's protocol for the speed most cables have.
fn protocol(cables: &[Cable], catalog: &Catalog) -> Option<String> {
    let mut speeds: SortedMap<&str, usize> = SortedMap::new();
    for speed in cables.iter().filter_map(|cable| cable.speed) {
        *speeds.entry(speed).or_default() += 1;
    }
    let (speed, _) = speeds.into_iter().max_by_key(|(_, count)| *count)?;
    let id = format!("ib-{}", speed.to_ascii_lowercase());
    catalog.protocol(&id).map(|_| id)
}

/// What was met on the way.
#[derive(Default)]
struct Told {
    aggregation: usize,
    ambiguous: usize,
    gathered: usize,
    gathering: usize,
    half: usize,
    mentioned: usize,
    names: usize,
    port_taken: usize,
    rates_differ: usize,
    rates_unknown: usize,
    recognised: usize,
    repeated: usize,
    switches: usize,
    to_itself: usize,
    twice: usize,
    unread: Unread,
}

impl Told {
    fn sentences(&self, design: &Design, cables: &[Cable]) -> Vec<String> {
        let hosts = design.nodes.len() - self.switches.min(design.nodes.len());
        let confirmed = cables.iter().filter(|cable| cable.is_confirmed()).count();
        let loops = cables.iter().filter(|cable| cable.ends[0].0 == cable.ends[1].0).count();
        let mut told = vec![format!(
            "Read {}, {} and {}; {confirmed} of the links are listed at both ends and kept once",
            counted(self.switches as u64, "switch", "switches"),
            counted(hosts as u64, "host", "hosts"),
            counted(design.links.len() as u64, "link", "links")
        )];
        let mut say = |number: usize, one: &str, many: &str, rest: &str| tell(&mut told, number, one, many, rest);
        say(self.half, "link is", "links are", " listed at one end only; kept");
        say(self.mentioned, "node is", "nodes are", " only mentioned by neighbours; drawn with the ports that are mentioned");
        say(self.port_taken, "cable was", "cables were", " listed on a port that has another one; left out, the one that both ends list stays");
        say(self.twice, "port was", "ports were", " listed twice; kept once");
        say(self.repeated, "node was", "nodes were", " listed twice; its ports are put together");
        say(self.to_itself, "port was", "ports were", " said to be cabled to itself; left out");
        say(loops, "link joins", "links join", " two ports of one node; kept");
        say(self.aggregation, "aggregation node", "aggregation nodes", " inside switches (SHARP); no host, left out with the port that leads to it");
        say(self.rates_unknown, "link states", "links state", " no rate; left open");
        say(self.rates_differ, "link has", "links have", " another rate at each end; the lower one is kept");
        if cables.iter().any(|cable| cable.gbps.is_some()) {
            told.push(rates_are(cables));
        }
        let mut say = |number: usize, one: &str, many: &str, rest: &str| tell(&mut told, number, one, many, rest);
        say(self.gathered, "adapter", "adapters", &format!(" drawn as {}, as their descriptions say", counted(self.gathering as u64, "host", "hosts")));
        say(self.ambiguous, "adapter shares", "adapters share", " the name of host and device with another one; kept apart");
        say(self.names, "name repeats", "names repeat", "; the end of the GUID tells them apart");
        say(self.recognised, "switch is", "switches are", " recognised by model and drawn as catalogue parts");
        self.unread.tell(&mut told);
        told
    }
}

/// Says what the numbers mean, with the speeds that occur.
fn rates_are(cables: &[Cable]) -> String {
    let speeds: SortedSet<&str> = cables.iter().filter_map(|cable| cable.speed).collect();
    let known: Vec<String> = LANES
        .iter()
        .filter(|(speed, _)| speeds.contains(speed))
        .filter_map(|(speed, _)| Some(format!("4x{speed} is {} Gb/s", rate(&format!("4x{speed}"))?)))
        .collect();
    format!("Rates are data rates, line code taken off: {}", known.join(", "))
}
