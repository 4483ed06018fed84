//! Forwarding tables as they were read from a running fabric, laid over the drawn one: what each entry means for the ports and links that are there.

use std::sync::Arc;

use super::graph::{Graph, NONE};
use super::tables::{ASTRAY, DELIVERS, ITSELF, NO_PORT, Tables, UNCABLED};
use crate::engine::topology::ArcIndex;
use crate::model::{Design, Entry, FabricId, Forwarding, NodeId, PortPath};
use crate::units::{SortedMap, counted, order};

/// Tables as they were read, and how their ports and addresses lie in the fabric.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    read: Arc<Forwarding>,
    /// By place: which node it is.
    nodes: Vec<NodeId>,
    /// By place: its cabled ports, ascending.
    exits: Vec<Vec<(PortPath, Exit)>>,
    /// Addresses that lead somewhere: the first, the last, and the destination that the first is.
    ranges: Vec<(u16, u16, u32)>,
    /// Ports that no address is of, by the arcs that lead to them.
    nameless: Vec<ArcIndex>,
}

/// Where a port of a place leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// To what forwards: its number in the place's row.
    On(u16),
    /// To a host, by this arc.
    Door(ArcIndex),
}

/// How fabrics of a design are cabled, as a number: [`Forwarding::digest`] of their links. Time: O(links).
pub fn cabling(design: &Design, fabric: FabricId) -> u64 {
    Forwarding::digest(design.links.iter().filter(|(_, link)| link.fabric == Some(fabric)).map(|(_, link)| link.ends.map(|end| (end.node, end.port))))
}

/// Whether links of a fabric were changed since its tables were read.
pub fn is_outdated(design: &Design, fabric: FabricId, read: &Forwarding) -> bool {
    read.links.is_some_and(|links| links != cabling(design, fabric))
}

/// Tables in a few words: `12 switches, from fabric.lfts`.
pub fn told(read: &Forwarding) -> String {
    let switches = read.switches();
    let from = if read.from.is_empty() { String::new() } else { format!(", from {}", read.from) };
    format!("{}{from}", counted(switches as u64, "switch", "switches"))
}

impl Imported {
    /// Lays tables over a fabric, and gives destinations as [`Tables`] keeps them: the place of each with the arc to it, in the order of addresses.
    /// Time: O((links + addresses) × log links).
    pub fn over(graph: &Graph, exits: Vec<Vec<(PortPath, Exit)>>, read: &Arc<Forwarding>) -> (Self, Vec<(u32, ArcIndex)>) {
        let nodes: Vec<NodeId> = graph.forwarders.iter().map(|vertex| graph.node(*vertex)).collect();
        let mut doors: SortedMap<(NodeId, Option<PortPath>), (u32, ArcIndex)> = SortedMap::new();
        for edge in &graph.edges {
            let (Some(end), Some(paths)) = (graph.only_forwarder(*edge), graph.ports(*edge)) else { continue };
            let Some((from, to)) = graph.step(*edge, end) else { continue };
            if let (Some(place), Some(path)) = (graph.place(from), paths.get(1 - end)) {
                doors.insert((graph.node(to), Some(*path)), (place, 2 * edge + end as u32));
            }
        }
        for ((place, vertex), node) in (0u32..).zip(&graph.forwarders).zip(&nodes) {
            if graph.is_endpoint(*vertex) {
                doors.insert((*node, None), (place, ITSELF));
            }
        }
        let mut destinations = Vec::new();
        let mut ranges = Vec::new();
        for address in &read.lids {
            if let Some(door) = doors.remove(&(address.node, address.port)) {
                ranges.push((address.first, address.last, destinations.len() as u32));
                destinations.extend((address.first..=address.last).map(|_| door));
            }
        }
        let nameless = doors.into_values().map(|(_, arc)| arc).filter(|arc| *arc != ITSELF).collect();
        (Self { read: read.clone(), nodes, exits, ranges, nameless }, destinations)
    }

    /// The entries of a place for some destinations: the number of a port in the place's row, or what stands for none.
    /// Time: O(characters of the table + entries × log ports).
    pub fn fill(&self, place: u32, destinations: &[(u32, ArcIndex)], asked: std::ops::Range<usize>) -> Vec<u16> {
        let mut made = vec![NO_PORT; asked.len()];
        let Some(node) = self.nodes.get(place as usize) else { return made };
        for (first, count, entry) in self.read.of(*node).iter().flat_map(|row| row.runs()) {
            let last = first.saturating_add(count - 1);
            let exit = match entry {
                Entry::Nowhere => continue,
                Entry::Itself => Some(Exit::Door(ITSELF)),
                Entry::Port(port) => self.exit(place, port),
            };
            let begin = self.ranges.partition_point(|(_, end, _)| *end < first);
            for (low, high, destination) in self.ranges.iter().skip(begin).take_while(|(low, ..)| *low <= last) {
                for lid in first.max(*low)..=last.min(*high) {
                    let at = *destination as usize + usize::from(lid - low);
                    let Some(slot) = at.checked_sub(asked.start).and_then(|slot| made.get_mut(slot)) else { continue };
                    *slot = match exit {
                        None => UNCABLED,
                        Some(Exit::On(port)) => port,
                        Some(Exit::Door(arc)) if destinations.get(at) == Some(&(place, arc)) => DELIVERS,
                        Some(Exit::Door(_)) => ASTRAY,
                    };
                }
            }
        }
        made
    }

    fn exit(&self, place: u32, port: PortPath) -> Option<Exit> {
        let exits = self.exits.get(place as usize)?;
        exits.binary_search_by_key(&port, |(path, _)| *path).ok().and_then(|at| exits.get(at)).map(|(_, exit)| *exit)
    }

    /// The address of a destination.
    pub fn lid(&self, destination: u32) -> Option<u16> {
        let at = self.ranges.partition_point(|(.., first)| *first <= destination).checked_sub(1)?;
        let (low, _, first) = self.ranges.get(at)?;
        low.checked_add(u16::try_from(destination - first).ok()?)
    }
    /// Arcs to ports of hosts that no address is of.
    pub fn nameless(&self) -> &[ArcIndex] {
        &self.nameless
    }
    /// Where a place sends what is bound for an address. Time: O(characters of the table).
    pub fn entry(&self, place: u32, lid: u16) -> Entry {
        let rows = self.nodes.get(place as usize).map(|node| self.read.of(*node)).unwrap_or_default();
        let holds = |(first, count, _): &(u16, u16, Entry)| (*first..=first.saturating_add(count - 1)).contains(&lid);
        rows.iter().flat_map(|row| row.runs()).find(holds).map_or(Entry::Nowhere, |(_, _, entry)| entry)
    }
}

/// What is wrong with tables: of all addresses, from all switches with hosts on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Audit {
    /// Places that send nowhere what they are sent: how many addresses, and one of them as a destination. With a port where it has no cable.
    pub missing: SortedMap<u32, (u32, u32)>,
    /// The same where an entry leads out of a port without a cable, by place and port.
    pub uncabled: SortedMap<(u32, PortPath), (u32, u32)>,
    /// The same where an entry leads to a host that has not that address.
    pub astray: SortedMap<u32, (u32, u32)>,
    /// Addresses that some switch sends around, how many, and the first of them.
    pub looped: (u32, u32),
    /// The places of one loop, in its order.
    pub circle: Vec<u32>,
    /// How many addresses were followed.
    pub followed: usize,
}

/// So many entries of tables are taken apart at once.
const AT_ONCE: usize = 1 << 22;

impl Audit {
    /// Follows the tables from every switch with hosts on to every address; `None` where that are more than `most` entries, or where tables are not
    /// imported. Each entry is looked at once. Time: O(entries). Space: O(entries at once).
    pub fn of(graph: &Graph, tables: &Tables, most: u64) -> Option<Self> {
        let imported = tables.imported()?;
        let (count, destinations) = (graph.forwarders.len(), tables.destinations());
        if (count as u64).saturating_mul(destinations as u64) > most {
            return None;
        }
        let mut audit = Self { followed: destinations, ..Self::default() };
        let note = |all: &mut SortedMap<u32, (u32, u32)>, place: u32, destination: usize| {
            let known = all.entry(place).or_insert((0, destination as u32));
            known.0 += 1;
        };
        // By place: the last destination that was followed from there, and the start that came by.
        let mut seen: Vec<(u32, u32)> = vec![(NONE, NONE); count];
        let mut around = NONE;
        let piece = (AT_ONCE / count.max(1)).max(1);
        for begin in (0..destinations).step_by(piece) {
            let end = (begin + piece).min(destinations);
            let rows: Vec<Vec<u16>> = (0..count as u32).map(|place| tables.entries(place, begin..end)).collect();
            for destination in begin..end {
                for start in (0..count as u32).filter(|start| graph.hosts.get(*start as usize).copied().unwrap_or(false)) {
                    let mut here = start;
                    while let Some(known) = seen.get_mut(here as usize) {
                        if known.0 == destination as u32 {
                            if known.1 == start {
                                if audit.looped.0 == 0 {
                                    audit.looped.1 = destination as u32;
                                }
                                audit.looped.0 += u32::from(std::mem::replace(&mut around, destination as u32) != destination as u32);
                                audit.loops(tables, &rows, begin, destination, here);
                            }
                            break;
                        }
                        *known = (destination as u32, start);
                        let entry = rows.get(here as usize).and_then(|row| row.get(destination - begin)).copied().unwrap_or(NO_PORT);
                        match entry {
                            DELIVERS => break,
                            NO_PORT => note(&mut audit.missing, here, destination),
                            ASTRAY => note(&mut audit.astray, here, destination),
                            UNCABLED => {
                                let port = imported.lid(destination as u32).map(|lid| imported.entry(here, lid));
                                if let Some(Entry::Port(port)) = port {
                                    audit.uncabled.entry((here, port)).or_insert((0, destination as u32)).0 += 1;
                                }
                            }
                            port => match tables.row(here).get(usize::from(port)) {
                                Some((next, _)) => {
                                    here = *next;
                                    continue;
                                }
                                None => note(&mut audit.missing, here, destination),
                            },
                        }
                        break;
                    }
                }
            }
        }
        Some(audit)
    }

    /// How many entries are missing on the way, or lead to another host.
    pub fn lost(&self) -> u32 {
        self.missing.values().chain(self.astray.values()).map(|(count, _)| count).sum()
    }
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.missing.is_empty() && self.uncabled.is_empty() && self.astray.is_empty() && self.circle.is_empty()
    }

    /// Keeps the loop that a destination is sent around from a place on it, if it is the shortest.
    fn loops(&mut self, tables: &Tables, rows: &[Vec<u16>], begin: usize, destination: usize, on: u32) {
        let mut circle = vec![on];
        let mut here = on;
        while circle.len() <= rows.len() {
            let port = rows.get(here as usize).and_then(|row| row.get(destination - begin)).copied().unwrap_or(NO_PORT);
            let Some((next, _)) = tables.row(here).get(usize::from(port)) else { break };
            if *next == on {
                break;
            }
            circle.push(*next);
            here = *next;
        }
        if self.circle.is_empty() || circle.len() < self.circle.len() {
            self.circle = circle;
        }
    }
}

/// The first of each count, most first: what a sentence names.
pub fn worst<K: Copy + Ord>(all: &SortedMap<K, (u32, u32)>) -> Vec<(K, u32, u32)> {
    let mut rows: Vec<(K, u32, u32)> = all.iter().map(|(key, (count, one))| (*key, *count, *one)).collect();
    order::sort_by(&mut rows, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    rows
}
