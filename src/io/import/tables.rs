//! Forwarding tables of a running fabric, laid over a design that is of the same fabric: switches and hosts are found by their GUIDs and addresses (LIDs),
//! as an import of `ibnetdiscover` left them, else by their names.

use std::sync::Arc;

use super::ibnetdiscover::{host_and_device, natural, switch_name};
use super::lfts::{self, Lfts, Table};
use super::{ImportError, tell};
use crate::catalog::Catalog;
use crate::engine::routing::imported::cabling;
use crate::io::MAX_BYTES;
use crate::io::identity::{Numbering, addresses, guids, made_up};
use crate::model::{Address, Change, Delta, Design, Entry, Fabric, FabricId, Forwarding, HIGHEST_LID, NodeId, Patch, PortPath, Routing, Row};
use crate::units::{SortedMap, SortedSet, counted, order};

/// The largest dump of forwarding tables that is read, in bytes.
pub const MAX_TABLE_BYTES: usize = 256_000_000;

/// So many addresses stand in one row of the file.
const IN_A_ROW: u16 = 1024;

/// Forwarding tables that fit a design.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// Of which fabric.
    pub fabric: FabricId,
    /// The tables.
    pub tables: Arc<Forwarding>,
    /// Sentences for people, the first one says what was read.
    pub told: Vec<String>,
}

impl Taken {
    /// The change that routes the fabric by them.
    pub fn patch(&self, design: &Design) -> Patch {
        let before = design.fabrics.shared(self.fabric).cloned();
        let after = before.as_deref().map(|fabric| Arc::new(Fabric { routing: Routing::Tables, tables: Some(self.tables.clone()), ..fabric.clone() }));
        Patch { changes: vec![Change::Fabric(Delta { id: self.fabric, before, after })] }
    }
}

/// Whether a text is a dump of forwarding tables, by its first lines.
pub fn are_tables(text: &str) -> bool {
    lfts::is_one(text)
}

/// Reads a dump of forwarding tables for a design; `from` is what it is called. Never panics.
///
/// Time: O(bytes + entries × log addresses). Space: O(entries).
pub fn read_tables(text: &str, from: &str, design: &Design, catalog: &Catalog) -> Result<Taken, ImportError> {
    if text.len() > MAX_TABLE_BYTES {
        let message =
            format!("the dump has {} MB, and at most {} MB are read; import the tables of fewer switches", text.len() / 1_000_000, MAX_TABLE_BYTES / 1_000_000);
        return Err(ImportError { line: None, message });
    }
    let found = lfts::read(text.strip_prefix('\u{feff}').unwrap_or(text))?;
    let known = Known::of(design);
    let mut told = Told::default();
    let mut tables: Vec<(NodeId, &Table)> = Vec::new();
    for table in &found.tables {
        match known.switch(table.guid, table.name) {
            Some(node) => tables.push((node, table)),
            None => {
                told.strangers += 1;
                told.first_stranger.get_or_insert(table.line);
            }
        }
    }
    order::sort_by_key(&mut tables, |(node, table)| (*node, table.line));
    tables.dedup_by_key(|(node, _)| *node);
    let fabric = fabric_of(design, &tables).ok_or_else(|| stranger(&found, &tables))?;
    let mut lids = known.addresses(design, fabric, &found, &tables, &mut told);
    // Further addresses of a port that no switch knows are not in use.
    let mut used = vec![false; usize::from(HIGHEST_LID) + 1];
    for (lid, _) in tables.iter().flat_map(|(_, table)| &table.entries) {
        if let Some(used) = used.get_mut(usize::from(*lid)) {
            *used = true;
        }
    }
    for address in &mut lids {
        let is_used = |lid: &u16| used.get(usize::from(*lid)).copied().unwrap_or(false);
        address.last = (address.first..=address.last).rev().find(is_used).unwrap_or(address.first);
    }
    let numbering = Numbering::of(design, catalog);
    let mut rows = Vec::new();
    let mut nobody: SortedSet<u16> = SortedSet::new();
    for (node, table) in &tables {
        let in_a_cage = numbering.in_a_cage(*node);
        let mut entries = Vec::with_capacity(table.entries.len());
        for (lid, port) in &table.entries {
            if !has(&lids, *lid) {
                nobody.insert(*lid);
                continue;
            }
            entries.push((*lid, if *port == 0 { Entry::Itself } else { Entry::Port(Numbering::path(in_a_cage, *port)) }));
        }
        told.entries += entries.len();
        for block in entries.chunk_by(|(one, _), (other, _)| one / IN_A_ROW == other / IN_A_ROW) {
            rows.extend(row(*node, block));
        }
    }
    let size: usize = rows.iter().map(Row::size).sum();
    if size > MAX_BYTES / 2 {
        let message = format!(
            "the tables would take {} MB of a design file, which has at most {} MB; import the tables of fewer switches",
            size / 1_000_000,
            MAX_BYTES / 1_000_000
        );
        return Err(ImportError { line: None, message });
    }
    told.nobody = nobody.len();
    told.first_nobody = nobody.first().copied();
    let from: String = from.chars().filter(|letter| !letter.is_control()).take(200).collect();
    let told = told.sentences(&found, design, fabric, tables.len(), &lids);
    let tables = Forwarding { from, links: Some(cabling(design, fabric)), lids, rows, ..Forwarding::default() };
    Ok(Taken { fabric, tables: Arc::new(tables), told })
}

/// Entries as a row, gaps filled.
fn row(node: NodeId, block: &[(u16, Entry)]) -> Option<Row> {
    let (first, last) = (block.first()?.0, block.last()?.0);
    let mut next = block.iter().peekable();
    let entry = |lid: u16| match next.next_if(|(known, _)| *known == lid) {
        Some((_, entry)) => *entry,
        None => Entry::Nowhere,
    };
    Some(Row::of(node, first, (first..=last).map(entry)))
}

/// Whether an address is somebody's. Time: O(log addresses).
fn has(lids: &[Address], lid: u16) -> bool {
    let at = lids.partition_point(|address| address.last < lid);
    lids.get(at).is_some_and(|address| address.first <= lid)
}

/// The fabric that most links of the switches are of.
fn fabric_of(design: &Design, tables: &[(NodeId, &Table)]) -> Option<FabricId> {
    let mut links: SortedMap<FabricId, usize> = SortedMap::new();
    let is_one = |node: NodeId| tables.binary_search_by_key(&node, |(known, _)| *known).is_ok();
    for (_, link) in design.links.iter() {
        if let Some(fabric) = link.fabric.filter(|_| link.ends.iter().any(|end| is_one(end.node))) {
            *links.entry(fabric).or_default() += 1;
        }
    }
    links.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0))).map(|(fabric, _)| fabric)
}

/// Why a dump says nothing of a design.
fn stranger(found: &Lfts, tables: &[(NodeId, &Table)]) -> ImportError {
    let line = tables.first().map(|(_, table)| table.line).or_else(|| found.tables.first().map(|table| table.line));
    let message = if tables.is_empty() {
        let first = found.tables.first().map_or_else(String::new, |table| format!(", the first is 0x{:016x}, and none", table.guid));
        format!(
            "the dump has tables of {}{first} is in the design; import what ibnetdiscover prints of the same fabric first, or give both together",
            counted(found.tables.len() as u64, "switch", "switches")
        )
    } else {
        "no link of these switches states a fabric, so nothing can be routed by the tables; put their links into a fabric first".to_owned()
    };
    ImportError { line, message }
}

/// A port that is known by the name of its adapter, in the order of names: its first address and its last.
type Named = ((String, u64), u16, u16);

/// What the nodes of a design are known by.
struct Known<'d> {
    /// The node with a GUID, and which of its adapters has it, from 0.
    guids: SortedMap<u64, (NodeId, u16)>,
    /// Nodes whose name nobody else has; `None` for one that several have.
    names: SortedMap<&'d str, Option<NodeId>>,
    /// Addresses that an import noted.
    lids: Vec<Address>,
    design: &'d Design,
}

impl<'d> Known<'d> {
    fn of(design: &'d Design) -> Self {
        let mut known = Self { guids: SortedMap::new(), names: SortedMap::new(), lids: Vec::new(), design };
        for (id, node) in design.nodes.iter() {
            // Names that several have are nobody's.
            let named = known.names.entry(node.name.trim()).or_insert(Some(id));
            *named = named.filter(|known| *known == id);
            for (place, guid) in (0u16..).zip(guids(node)) {
                known.guids.insert(guid, (id, place));
            }
            known.lids.extend(addresses(id, node));
        }
        known
    }

    fn named(&self, name: &str) -> Option<NodeId> {
        self.names.get(name).copied().flatten().filter(|_| !name.is_empty())
    }

    /// The switch with a GUID, else with a name.
    fn switch(&self, guid: u64, name: &str) -> Option<NodeId> {
        let by_guid = self.guids.get(&guid).map(|(node, _)| *node);
        let by_made_up = || made_up(guid).filter(|(node, port)| port.is_none() && self.design.nodes.contains(*node)).map(|(node, _)| node);
        by_guid.or_else(by_made_up).or_else(|| self.named(name)).or_else(|| self.named(&switch_name(name)?))
    }

    /// The port with a GUID. An adapter has its own, and its ports that or the numbers behind it.
    fn port(&self, guid: u64) -> Option<(NodeId, Option<PortPath>)> {
        if let Some((node, port)) = made_up(guid).filter(|(node, _)| self.design.nodes.contains(*node)) {
            return Some((node, port));
        }
        let (base, (node, place)) = self.guids.range(guid.saturating_sub(4)..=guid).last()?;
        let port = u16::try_from(guid - base).ok()?.max(1);
        Some((*node, Some(PortPath::cage(place.checked_add(port)?))))
    }

    /// Who has which address, ascending. What the design knows of addresses holds, but where the dump says that somebody else has one.
    fn addresses(&self, design: &Design, fabric: FabricId, found: &Lfts, tables: &[(NodeId, &Table)], told: &mut Told) -> Vec<Address> {
        let mut own = self.lids.clone();
        order::sort_by_key(&mut own, |address| (address.first, address.last));
        let mut all: Vec<Address> = Vec::new();
        let mut by_name: SortedMap<NodeId, Vec<Named>> = SortedMap::new();
        let owners: Vec<(u16, lfts::Owner)> = found.owners.iter().map(|(lid, owner)| (*lid, *owner)).collect();
        for group in owners.chunk_by(|(one, first), (other, next)| first.guid == next.guid && one + 1 == *other) {
            let (Some((first, owner)), Some((last, _))) = (group.first(), group.last()) else { continue };
            let last = (*last).min(first.saturating_add(127));
            let at = own.partition_point(|address| address.last < *first);
            let noted = own.get(at).copied().filter(|address| address.first <= *first);
            let is = if owner.is_switch { self.switch(owner.guid, owner.name).map(|node| (node, None)) } else { self.port(owner.guid) };
            match (noted, is) {
                (Some(noted), None) => all.push(noted),
                (Some(noted), Some((node, _))) if noted.node == node => all.push(noted),
                (noted, Some((node, port))) => {
                    told.moved += usize::from(noted.is_some());
                    all.push(Address { node, port, first: *first, last });
                }
                (None, None) => {
                    let (host, device) = host_and_device(owner.name).unwrap_or((owner.name, ""));
                    if let Some(node) = self.named(owner.name).or_else(|| self.named(host)) {
                        by_name.entry(node).or_default().push((natural(device), *first, last));
                    }
                }
            }
        }
        told.by_name = by_name.values().map(Vec::len).sum();
        for (node, mut adapters) in by_name {
            order::sort(&mut adapters);
            let ends = |link: &crate::model::Link| link.ends.iter().find(|end| end.node == node).map(|end| end.port);
            let mut ports: Vec<PortPath> = design.links.iter().filter(|(_, link)| link.fabric == Some(fabric)).filter_map(|(_, link)| ends(link)).collect();
            order::sort_unique(&mut ports);
            all.extend(adapters.into_iter().zip(ports).map(|((_, first, last), port)| Address { node, port: Some(port), first, last }));
        }
        // What the dump does not say whose it is, and the design does: .fdbs say of none.
        let mut said: Vec<(NodeId, Option<PortPath>)> = all.iter().map(|address| (address.node, address.port)).collect();
        order::sort_unique(&mut said);
        let is_said = |address: &Address| said.binary_search(&(address.node, address.port)).is_ok() || found.owners.contains_key(&address.first);
        all.extend(own.iter().filter(|address| !is_said(address)));
        all.extend(tables.iter().filter_map(|(node, table)| Some(Address { node: *node, port: None, first: table.lid?, last: table.lid? })));
        order::sort_by_key(&mut all, |address| (address.first, address.last, address.node, address.port));
        let mut last = 0;
        all.retain(|address| {
            let free = address.first > last;
            last = last.max(address.last);
            free
        });
        all
    }
}

/// What was met on the way.
#[derive(Default)]
struct Told {
    entries: usize,
    strangers: usize,
    first_stranger: Option<usize>,
    moved: usize,
    by_name: usize,
    nobody: usize,
    first_nobody: Option<u16>,
}

impl Told {
    fn sentences(&self, found: &Lfts, design: &Design, fabric: FabricId, switches: usize, lids: &[Address]) -> Vec<String> {
        let name =
            design.fabrics.get(fabric).map(|fabric| fabric.name.trim()).filter(|name| !name.is_empty()).map_or_else(|| fabric.to_string(), str::to_owned);
        let mut told = vec![format!(
            "Read the forwarding tables of {} with {} for {}; {name} is routed by them",
            counted(switches as u64, "switch", "switches"),
            counted(self.entries as u64, "entry", "entries"),
            counted(lids.len() as u64, "port", "ports")
        )];
        let mut say = |number: usize, one: &str, many: &str, rest: &str| tell(&mut told, number, one, many, rest);
        let line = self.first_stranger.unwrap_or_default();
        say(self.strangers, "switch", "switches", &format!(" of the dump not in the design; left out, the first is line {line}"));
        let lid = self.first_nobody.unwrap_or_default();
        say(self.nobody, "address is", "addresses are", &format!(" of nothing in the design; entries for them left out, the first is 0x{lid:04x}"));
        say(self.by_name, "port was", "ports were", " found by the name of the host, not by GUID; in the order of devices and cages");
        say(self.moved, "address has", "addresses have", " another owner in the dump than when the fabric was imported; the dump counts");
        say(found.twice, "entry stands", "entries stand", " twice; the later counts");
        say(found.again, "switch has", "switches have", " a second table; the later counts");
        say(found.out_of_range, "entry is", "entries are", " for an address beyond 0xbfff, which is of no single port; left out");
        say(found.wrong_ports, "entry leads", "entries lead", " by a port beyond 255, which no switch has; left out");
        say(found.passed_over, "line", "lines", " of multicast tables or of further tables of a switch passed over");
        if let Some(line) = found.cut {
            told.push(format!("The dump ends within a table at line {line}; what is missing leads nowhere, so run it again and keep the whole output"));
        }
        found.unread.tell(&mut told);
        told
    }
}
