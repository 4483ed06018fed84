//! Forwarding tables as `ibroute` prints them and OpenSM reads them (`-R file -U`): for each switch and address the port.
//!
//! Addresses and GUIDs are those that an import noted; where there are none, addresses are numbered in the order in which tables are filled (switches
//! after hosts), and GUIDs are made of ids, so that the same design reads its own tables again.

use std::fmt::Write as _;

use crate::catalog::Catalog;
use crate::engine::context::Context;
use crate::engine::routing::graph::Graph;
use crate::engine::routing::tables::{DELIVERS, Filling, Tables};
use crate::engine::routing::{OfFabric, Shape};
use crate::engine::topology::ArcIndex;
use crate::io::identity::{Numbering, addresses, guid};
use crate::model::{Design, Entry, Fabric, FabricId, Forwarding, HIGHEST_LID, NodeId, Paths, PortPath, Routing};
use crate::units::{SortedMap, SortedSet, order};

/// An address: whose it is, and of which port.
type Owner = (NodeId, Option<PortPath>);

/// The tables of a fabric, named by its name or id where the design has several. Errs with a sentence.
///
/// Time: that of filling the tables. Space: O(entries) as text.
pub fn lfts(design: &Design, catalog: &Catalog, named: Option<&str>) -> Result<String, String> {
    let (id, fabric) = chosen(design, named)?;
    let context = Context::new(design, catalog);
    let graph = Graph::of(design, &context.topology, &context.tiers, id);
    if graph.forwarders.is_empty() {
        return Err("the fabric has no switch, so there is no table".to_owned());
    }
    let read = fabric.tables.as_ref().filter(|_| fabric.routing == Routing::Tables);
    let of = context.routing.of_fabric(id).filter(|_| read.is_none());
    if of.is_some_and(|of| of.paths == Paths::Valiant) {
        return Err("no table by destination holds ways through a third group; choose other paths than Valiant".to_owned());
    }
    let shape = of.filter(|of: &&OfFabric| of.paths != Paths::Shortest).and_then(|of| Shape::of(&graph, fabric, of.paths).ok());
    let tables = Tables::of(&graph, shape.as_ref(), read);
    let made = Written { design, numbering: Numbering::of(design, catalog), owners: SortedMap::new(), text: String::new() };
    match read {
        Some(read) => made.imported(&graph, read),
        None => made.filled(&graph, &tables),
    }
}

fn chosen<'d>(design: &'d Design, named: Option<&str>) -> Result<(FabricId, &'d Fabric), String> {
    let is = |id: FabricId, fabric: &Fabric| named.is_none_or(|name| fabric.name.trim() == name.trim() || id.to_string() == name);
    let all: Vec<(FabricId, &Fabric)> = design.fabrics.iter().filter(|(id, fabric)| is(*id, fabric)).collect();
    let routed: Vec<(FabricId, &Fabric)> = all.iter().filter(|(_, fabric)| fabric.routing == Routing::Tables).copied().collect();
    match (all.as_slice(), routed.as_slice()) {
        ([one], _) | (_, [one]) => Ok(*one),
        ([], _) if named.is_some() => Err("no fabric of the design has this name".to_owned()),
        ([], _) => Err("the design states no fabric; put its links into one, for tables are those of a fabric".to_owned()),
        _ => Err("the design has several fabrics; say which with --fabric NAME".to_owned()),
    }
}

/// A dump as it is written.
struct Written<'a> {
    design: &'a Design,
    numbering: Numbering<'a>,
    owners: SortedMap<u16, Owner>,
    text: String,
}

impl Written<'_> {
    /// Tables that were read, as they were.
    fn imported(mut self, graph: &Graph, read: &Forwarding) -> Result<String, String> {
        for address in &read.lids {
            self.owners.extend((address.first..=address.last).map(|lid| (lid, (address.node, address.port))));
        }
        for vertex in &graph.forwarders {
            let node = graph.node(*vertex);
            let own = read.lids.iter().find(|address| address.node == node && address.port.is_none()).map(|address| address.first);
            let runs = read.of(node).iter().flat_map(|row| row.runs());
            let entries = runs.flat_map(|(first, count, entry)| (first..=first.saturating_add(count - 1)).map(move |lid| (lid, entry)));
            self.table(node, own, entries)?;
        }
        Ok(self.text)
    }

    /// Tables as a subnet manager fills them.
    fn filled(mut self, graph: &Graph, tables: &Tables) -> Result<String, String> {
        let count = tables.destinations();
        if count + graph.forwarders.len() > usize::from(HIGHEST_LID) {
            return Err(format!("the fabric needs {} addresses, and InfiniBand has {HIGHEST_LID}", count + graph.forwarders.len()));
        }
        let port_of = |arc: ArcIndex, end: usize| graph.ports(arc / 2).and_then(|paths| paths.get(end).copied());
        // Everybody with an address: destinations in their order, then the switches that are none.
        let whose = |destination: usize| match tables.door(destination) {
            Some(arc) => (graph.step(arc / 2, arc as usize % 2).map(|(_, to)| graph.node(to)).unwrap_or(NodeId(u32::MAX)), port_of(arc, 1 - arc as usize % 2)),
            None => (graph.forwarders.get(tables.switch_of(destination) as usize).map_or(NodeId(u32::MAX), |vertex| graph.node(*vertex)), None),
        };
        let mut all: Vec<Owner> = (0..count).map(whose).collect();
        let itself: SortedSet<NodeId> = all.iter().filter(|(_, port)| port.is_none()).map(|(node, _)| *node).collect();
        all.extend(graph.forwarders.iter().map(|vertex| (graph.node(*vertex), None)).filter(|(node, _)| !itself.contains(node)));
        let lids = self.lids(&all);
        self.owners = lids.iter().copied().zip(all.iter().copied()).collect();
        let own: SortedMap<NodeId, (usize, u16)> =
            all.iter().zip(lids.iter().enumerate()).filter(|((_, port), _)| port.is_none()).map(|((node, _), (at, lid))| (*node, (at, *lid))).collect();
        let mut filling = Filling::new(tables);
        for (place, vertex) in (0u32..).zip(&graph.forwarders) {
            let node = graph.node(*vertex);
            let mine = own.get(&node).copied();
            let row = filling.fill(place, 0..count, &mut Vec::new());
            let entry = |(destination, port): (usize, &u16)| {
                let arc = if *port == DELIVERS { tables.door(destination) } else { tables.row(place).get(usize::from(*port)).map(|(_, arc)| *arc) };
                let path = arc.and_then(|arc| port_of(arc, arc as usize % 2)).map(Entry::Port);
                let itself = (*port == DELIVERS).then_some(Entry::Itself);
                Some((*lids.get(destination)?, path.or(itself)?))
            };
            let to_itself = mine.filter(|(at, _)| *at >= count).map(|(_, lid)| (lid, Entry::Itself));
            let mut entries: Vec<(u16, Entry)> = row.iter().enumerate().filter_map(entry).chain(to_itself).collect();
            order::sort(&mut entries);
            self.table(node, mine.map(|(_, lid)| lid), entries.into_iter())?;
        }
        Ok(self.text)
    }

    /// The address of each: that which an import noted, where every one has one of its own, else numbers from 1.
    fn lids(&self, all: &[Owner]) -> Vec<u16> {
        let noted = |(node, port): &Owner| {
            let of = self.design.nodes.get(*node)?;
            addresses(*node, of).find(|address| address.port == *port).map(|address| address.first)
        };
        let found: Option<Vec<u16>> = all.iter().map(noted).collect();
        let found = found.filter(|lids| lids.iter().collect::<SortedSet<_>>().len() == all.len());
        found.unwrap_or_else(|| (1..=all.len() as u16).collect())
    }

    /// Writes the table of a switch.
    fn table(&mut self, switch: NodeId, own: Option<u16>, entries: impl Iterator<Item = (u16, Entry)>) -> Result<(), String> {
        let Some(node) = self.design.nodes.get(switch) else { return Ok(()) };
        let name = plain(&node.name);
        let most = self.owners.keys().last().copied().unwrap_or(0);
        let lid = own.map_or_else(String::new, |lid| format!(" Lid {lid}"));
        let _ = writeln!(
            self.text,
            "Unicast lids [0x0-0x{most:x}] of switch{lid} guid 0x{:016x} ({name}):\n  Lid  Out   Destination\n       Port     Info ",
            guid(switch, node, None)
        );
        let in_a_cage = self.numbering.in_a_cage(switch);
        let mut count = 0;
        for (lid, entry) in entries {
            let port = match entry {
                Entry::Nowhere => continue,
                Entry::Itself => 0,
                Entry::Port(path) => Numbering::number(in_a_cage, path)
                    .ok_or_else(|| format!("port {path} of {name} has no number: InfiniBand numbers 254 ports of a switch"))?,
            };
            let (owner, path) = self.owners.get(&lid).copied().unwrap_or((switch, None));
            let Some(of) = self.design.nodes.get(owner) else { continue };
            let kind = if path.is_some() { "Channel Adapter" } else { "Switch" };
            let _ = writeln!(self.text, "0x{lid:04x} {port:03} : ({kind} portguid 0x{:016x}: '{}')", guid(owner, of, path), plain(&of.name));
            count += 1;
        }
        let _ = writeln!(self.text, "{count} valid lids dumped ");
        Ok(())
    }
}

/// A name that cannot end its line or its quotes.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control() && *letter != '\'').take(120).collect()
}
