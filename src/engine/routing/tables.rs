//! Linear forwarding tables as a subnet manager fills them: for each destination one port at each switch.
//!
//! OpenSM (`osm_ucast_mgr.c`, `osm_switch.c`) and ibdm, which foretells it (`SubnMgt.cpp`), go switch by switch: for one destination after the other
//! they take, of the ports from which the fewest hops lead there, that to which the fewest destinations were given so far, of equals the first by
//! number. Destinations are the ports of hosts; those of switches are routed too but not counted, so they are left out. The order of
//! destinations decides who gets which port. It is ibdm's here, that of addresses given outward from the subnet manager: from its switch on,
//! breadth first, ports by number. OpenSM itself takes the hosts of switches with most hosts first, then by the switches' GUIDs, which no design has.
//!
//! On a square of switches a-b-c-d with a host each, a sends to c by the lower of its two ports; that is the whole difference to all equal paths.

use std::sync::Arc;

use super::Shape;
use super::graph::{Graph, NONE};
use super::imported::{Exit, Imported};
use super::turns::Turns;
use crate::engine::topology::{ArcIndex, EdgeIndex, VertexIndex};
use crate::model::{Forwarding, PortPath};
use crate::units::{SortedMap, order};

/// No port.
pub const NO_PORT: u16 = u16::MAX;
/// The port that the destination hangs on, or the destination itself.
pub const DELIVERS: u16 = u16::MAX - 1;
/// A port that another host hangs on; only in tables that were read.
pub const ASTRAY: u16 = u16::MAX - 2;
/// A port without a cable; only in tables that were read.
pub const UNCABLED: u16 = u16::MAX - 3;

/// No arc: the destination is what forwards itself.
pub(super) const ITSELF: ArcIndex = ArcIndex::MAX;

/// What the tables of one fabric are filled from. The tables themselves are filled switch by switch when somebody asks ([`Filling`]).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables {
    /// What forwards, in vertex order; its place here is that in [`Graph::forwarders`].
    forwarders: Vec<VertexIndex>,
    /// By place: its ports to others that forward, in the order of port numbers: where they lead, and by which arc.
    rows: Vec<Vec<(u32, ArcIndex)>>,
    /// The number of the first port of each place among all.
    first: Vec<u32>,
    /// Destinations in the order of their addresses: the place each hangs on, and the arc that leads there.
    destinations: Vec<(u32, ArcIndex)>,
    /// Destinations by arc, ascending.
    by_arc: Vec<(ArcIndex, u32)>,
    /// By place: which destination it is itself, or [`NONE`].
    itself: Vec<u32>,
    /// Which steps may follow which, by the number of a port among all.
    turns: Turns,
    /// Tables that were read, if these are such.
    imported: Option<Imported>,
}

/// A thing that the subnet manager comes to on its way outward.
#[derive(Clone, Copy)]
enum Reached {
    /// What forwards.
    Place(u32),
    /// A port of a host, by the arc that leads there from a place.
    Port(u32, ArcIndex),
}

impl Tables {
    /// Finds ports and addresses; of tables that were `read` their own. Time: O((links + addresses) × log links).
    pub fn of(graph: &Graph, shape: Option<&Shape>, read: Option<&Arc<Forwarding>>) -> Self {
        let count = graph.forwarders.len();
        let mut ports: Vec<Vec<(PortPath, Reached, ArcIndex)>> = Vec::new();
        ports.resize_with(count, Vec::new);
        let mut hosts: Vec<(VertexIndex, u32, ArcIndex)> = Vec::new();
        for edge in &graph.edges {
            let Some(paths) = graph.ports(*edge) else { continue };
            for (end, path) in paths.into_iter().enumerate() {
                let arc = 2 * edge + end as u32;
                let Some((from, to)) = graph.step(*edge, end) else { continue };
                let (Some(here), there) = (graph.place(from), graph.place(to)) else { continue };
                let reached = there.map_or(Reached::Port(here, arc), Reached::Place);
                if there.is_none() {
                    hosts.push((to, here, arc));
                }
                if let Some(row) = ports.get_mut(here as usize) {
                    row.push((path, reached, arc));
                }
            }
        }
        for row in &mut ports {
            order::sort_by(row, |a, b| (a.0, a.2).cmp(&(b.0, b.2)));
        }
        let rows: Vec<Vec<(u32, ArcIndex)>> = ports
            .iter()
            .map(|row| row.iter().filter_map(|(_, reached, arc)| if let Reached::Place(to) = reached { Some((*to, *arc)) } else { None }).collect())
            .collect();
        let mut made = Self { forwarders: graph.forwarders.clone(), itself: vec![NONE; count], ..Self::default() };
        let mut next = 0;
        for row in &rows {
            made.first.push(next);
            next += row.len() as u32;
        }
        made.rows = rows;
        if let Some(read) = read {
            made.take(graph, &ports, read);
            return made;
        }
        made.address(graph, &ports, hosts);
        let channels: Vec<(usize, usize)> = made.rows.iter().enumerate().flat_map(|(from, row)| row.iter().map(move |(to, _)| (from, *to as usize))).collect();
        made.turns = shape.map_or_else(Turns::default, |shape| shape.turns(&channels));
        made
    }

    /// Takes over the addresses of tables that were read.
    fn take(&mut self, graph: &Graph, ports: &[Vec<(PortPath, Reached, ArcIndex)>], read: &Arc<Forwarding>) {
        let exits = ports.iter().map(|row| {
            let mut next = 0;
            let exit = |(path, reached, arc): &(PortPath, Reached, ArcIndex)| match reached {
                Reached::Place(_) => {
                    next += 1;
                    (*path, Exit::On(next - 1))
                }
                Reached::Port(..) => (*path, Exit::Door(*arc)),
            };
            row.iter().map(exit).collect()
        });
        let (imported, destinations) = Imported::over(graph, exits.collect(), read);
        for (address, (place, arc)) in (0u32..).zip(&destinations) {
            // Several addresses of one port stand together; flows are for the first.
            match self.itself.get_mut(*place as usize) {
                Some(own) if *arc == ITSELF => *own = address.min(*own),
                _ if self.by_arc.last().is_some_and(|(last, _)| last == arc) => {}
                _ => self.by_arc.push((*arc, address)),
            }
        }
        order::sort(&mut self.by_arc);
        self.destinations = destinations;
        self.imported = Some(imported);
    }

    /// Gives addresses outward from the first host; what hangs together with nothing of that follows, from its first host on.
    fn address(&mut self, graph: &Graph, ports: &[Vec<(PortPath, Reached, ArcIndex)>], mut hosts: Vec<(VertexIndex, u32, ArcIndex)>) {
        for (place, vertex) in (0u32..).zip(&graph.forwarders) {
            if graph.is_endpoint(*vertex) {
                hosts.push((*vertex, place, ITSELF));
            }
        }
        order::sort(&mut hosts);
        let mut seen = vec![false; self.forwarders.len()];
        let mut given: SortedMap<ArcIndex, u32> = SortedMap::new();
        let mut open: Vec<Reached> = Vec::new();
        let mut next = 0;
        for (_, place, arc) in hosts {
            open.push(if arc == ITSELF { Reached::Place(place) } else { Reached::Port(place, arc) });
            while let Some(reached) = open.get(next).copied() {
                next += 1;
                let address = self.destinations.len() as u32;
                match reached {
                    Reached::Port(place, arc) => {
                        if !given.contains_key(&arc) {
                            given.insert(arc, address);
                            self.destinations.push((place, arc));
                            open.push(Reached::Place(place));
                        }
                    }
                    Reached::Place(place) => {
                        let Some(seen) = seen.get_mut(place as usize).filter(|seen| !**seen) else { continue };
                        *seen = true;
                        if self.forwarders.get(place as usize).is_some_and(|vertex| graph.is_endpoint(*vertex)) {
                            if let Some(own) = self.itself.get_mut(place as usize) {
                                *own = address;
                            }
                            self.destinations.push((place, ITSELF));
                        }
                        open.extend(ports.get(place as usize).into_iter().flatten().map(|(_, reached, _)| *reached));
                    }
                }
            }
        }
        self.by_arc = given.into_iter().collect();
    }

    /// How many destinations there are.
    pub fn destinations(&self) -> usize {
        self.destinations.len()
    }
    /// The place that a destination hangs on.
    pub fn switch_of(&self, destination: usize) -> u32 {
        self.destinations.get(destination).map_or(NONE, |(place, _)| *place)
    }
    /// The arc from that place to a destination; `None` where the place is the destination.
    pub fn door(&self, destination: usize) -> Option<ArcIndex> {
        self.destinations.get(destination).map(|(_, arc)| *arc).filter(|arc| *arc != ITSELF)
    }
    /// The ports of a place to others that forward.
    pub fn row(&self, place: u32) -> &[(u32, ArcIndex)] {
        self.rows.get(place as usize).map(Vec::as_slice).unwrap_or_default()
    }
    /// The ports of all places.
    pub fn rows(&self) -> &[Vec<(u32, ArcIndex)>] {
        &self.rows
    }
    /// Which steps may follow which, by the number of a port among all.
    pub fn turns(&self) -> &Turns {
        &self.turns
    }
    /// Tables that were read, if these are such.
    pub fn imported(&self) -> Option<&Imported> {
        self.imported.as_ref()
    }
    /// The entries of a place for some destinations, of tables that were read.
    pub fn entries(&self, place: u32, asked: std::ops::Range<usize>) -> Vec<u16> {
        self.imported.as_ref().map_or_else(Vec::new, |imported| imported.fill(place, &self.destinations, asked))
    }
    /// The place of a vertex, if it forwards here.
    pub fn place(&self, vertex: VertexIndex) -> Option<u32> {
        self.forwarders.binary_search(&vertex).ok().map(|place| place as u32)
    }
    /// The destination that an arc leads to, or that a vertex is.
    fn destination(&self, arc: ArcIndex, vertex: VertexIndex) -> Option<u32> {
        match self.place(vertex) {
            Some(place) => self.itself.get(place as usize).copied().filter(|own| *own != NONE),
            None => self.by_arc.binary_search_by_key(&arc, |(known, _)| *known).ok().and_then(|at| self.by_arc.get(at)).map(|(_, destination)| *destination),
        }
    }
}

/// Room for filling tables switch by switch.
#[derive(Clone, Debug)]
pub struct Filling<'a> {
    tables: &'a Tables,
    modes: usize,
    /// Hops by place and mode from the switch that is filled.
    distance: Vec<u32>,
    reached: Vec<u32>,
    /// By place and mode: the ports with which a shortest way there begins, as bits.
    begins: Vec<u64>,
}

impl<'a> Filling<'a> {
    /// Room for the tables of a fabric. Space: O(modes × switches).
    pub fn new(tables: &'a Tables) -> Self {
        let modes = tables.turns.modes() as usize;
        Self { tables, modes, distance: vec![u32::MAX; tables.rows.len() * modes], reached: Vec::new(), begins: Vec::new() }
    }

    /// Some entries of the table of a place, in the order of destinations: which of its ports leads there, [`DELIVERS`], or [`NO_PORT`] and its kin. `given` counts what each
    /// port was given; entries are asked for from the first on.
    ///
    /// Time: O(modes × links × ports / 64 + entries × ports). Space: O(modes × switches × ports / 64).
    pub fn fill(&mut self, place: u32, entries: std::ops::Range<usize>, given: &mut Vec<u32>) -> Vec<u16> {
        let tables = self.tables;
        if tables.imported.is_some() {
            return tables.entries(place, entries);
        }
        let own = tables.row(place);
        given.resize(own.len(), 0);
        let words = own.len().div_ceil(64);
        self.search(place, words);
        let mut begins: Vec<u64> = Vec::with_capacity(words);
        let mut known = NONE;
        let asked = tables.destinations.get(entries).unwrap_or_default();
        let mut made = Vec::with_capacity(asked.len());
        for (there, _) in asked {
            if *there == place {
                made.push(DELIVERS);
                continue;
            }
            if known != *there {
                known = *there;
                begins.clear();
                begins.resize(words, 0);
                let states = (0..self.modes).map(|mode| *there as usize * self.modes + mode);
                let least = states.clone().filter_map(|state| self.distance.get(state)).min().copied().unwrap_or(u32::MAX);
                for state in states.filter(|state| least != u32::MAX && self.distance.get(*state) == Some(&least)) {
                    let of = self.begins.get(state * words..(state + 1) * words).unwrap_or_default();
                    begins.iter_mut().zip(of).for_each(|(all, of)| *all |= of);
                }
            }
            let mut best: Option<(u32, usize)> = None;
            for (word, bits) in begins.iter().enumerate() {
                let mut left = *bits;
                while left != 0 {
                    let port = word * 64 + left.trailing_zeros() as usize;
                    left &= left - 1;
                    let count = given.get(port).copied().unwrap_or(0);
                    if best.is_none_or(|(least, _)| count < least) {
                        best = Some((count, port));
                    }
                }
            }
            let port = best.map(|(_, port)| port).filter(|port| *port < usize::from(UNCABLED));
            if let Some(count) = port.and_then(|port| given.get_mut(port)) {
                *count += 1;
            }
            made.push(port.map_or(NO_PORT, |port| port as u16));
        }
        made
    }

    /// All places by hops from one, with the ports that shortest ways begin with.
    fn search(&mut self, place: u32, words: usize) {
        let tables = self.tables;
        for state in self.reached.drain(..) {
            self.distance[state as usize] = u32::MAX;
        }
        self.begins.clear();
        self.begins.resize(self.distance.len() * words, 0);
        let start = place as usize * self.modes;
        let Some(slot) = self.distance.get_mut(start) else { return };
        *slot = 0;
        self.reached.push(start as u32);
        let mut next = 0;
        while let Some(state) = self.reached.get(next).map(|state| *state as usize) {
            next += 1;
            let (here, mode) = (state / self.modes, state % self.modes);
            let farther = self.distance[state] + 1;
            let first = tables.first.get(here).copied().unwrap_or(0);
            for (port, (to, _)) in (0u32..).zip(tables.row(here as u32)) {
                let Some(then) = tables.turns.after(mode as u32, first + port) else { continue };
                let there = *to as usize * self.modes + then as usize;
                if self.distance[there] == u32::MAX {
                    self.distance[there] = farther;
                    self.reached.push(there as u32);
                }
                if self.distance[there] != farther {
                    continue;
                }
                if state == start {
                    self.begins[there * words + port as usize / 64] |= 1 << (port % 64);
                } else {
                    for word in 0..words {
                        let bits = self.begins[state * words + word];
                        self.begins[there * words + word] |= bits;
                    }
                }
            }
        }
    }
}

/// Tables of all fabrics that have some, filled where flows come by.
#[derive(Debug)]
pub struct Filled<'a> {
    tables: Vec<(Filling<'a>, Vec<Option<Vec<u16>>>)>,
    /// By edge: which tables it belongs to, or [`NONE`].
    of: &'a [u32],
}

impl<'a> Filled<'a> {
    /// Room for flows. `of` says for each edge which tables it belongs to.
    pub fn new(tables: &'a [Tables], of: &'a [u32]) -> Self {
        Self { tables: tables.iter().map(|tables| (Filling::new(tables), vec![None; tables.rows.len()])).collect(), of }
    }

    /// Which tables an edge belongs to.
    pub fn of(&self, edge: EdgeIndex) -> Option<usize> {
        self.of.get(edge as usize).copied().filter(|table| *table != NONE).map(|table| table as usize)
    }
    /// Whether a vertex forwards by these tables.
    pub fn forwards(&self, table: usize, vertex: VertexIndex) -> bool {
        self.tables.get(table).is_some_and(|(filling, _)| filling.tables.place(vertex).is_some())
    }

    /// Whether tables were read from the running fabric, so that where they do not lead nothing does.
    pub fn are_read(&self, table: usize) -> bool {
        self.tables.get(table).is_some_and(|(filling, _)| filling.tables.imported.is_some())
    }

    /// Adds the arcs from a switch to what an arc leads to at a vertex, as the tables say for its first address; answers whether they lead there.
    pub fn way(&mut self, table: usize, from: VertexIndex, last: ArcIndex, to: VertexIndex, put: &mut Vec<ArcIndex>) -> bool {
        let Some((filling, _)) = self.tables.get(table) else { return false };
        let found = filling.tables.place(from).zip(filling.tables.destination(last, to));
        found.is_some_and(|(here, destination)| self.led(table, here, destination, put))
    }

    /// The ways from a switch to what an arc leads to at a vertex, as the tables say for each of its addresses: those that differ.
    pub fn ways(&mut self, table: usize, from: VertexIndex, last: ArcIndex, to: VertexIndex) -> Vec<Vec<ArcIndex>> {
        let mut ways: Vec<Vec<ArcIndex>> = Vec::new();
        let Some((filling, _)) = self.tables.get(table) else { return ways };
        let tables = filling.tables;
        let Some((here, first)) = tables.place(from).zip(tables.destination(last, to)) else { return ways };
        let door = tables.destinations.get(first as usize);
        // Several addresses of one port stand together.
        let like = tables.destinations.iter().skip(first as usize).take_while(|other| Some(*other) == door).count();
        for destination in (first..).take(like) {
            let mut way = Vec::new();
            if self.led(table, here, destination, &mut way) && !ways.contains(&way) {
                ways.push(way);
            }
        }
        ways
    }

    fn led(&mut self, table: usize, mut here: u32, destination: u32, put: &mut Vec<ArcIndex>) -> bool {
        let Some((filling, rows)) = self.tables.get_mut(table) else { return false };
        let tables = filling.tables;
        let Some((_, door)) = tables.destinations.get(destination as usize).copied() else { return false };
        let begun = put.len();
        // Tables that were read may lead in a circle.
        for _ in 0..=tables.forwarders.len() {
            let Some(row) = rows.get_mut(here as usize) else { break };
            let row = row.get_or_insert_with(|| filling.fill(here, 0..tables.destinations.len(), &mut Vec::new()));
            let port = row.get(destination as usize).copied().unwrap_or(NO_PORT);
            if port == DELIVERS {
                if door != ITSELF {
                    put.push(door);
                }
                return true;
            }
            let Some((next, arc)) = tables.row(here).get(usize::from(port)).copied() else { break };
            put.push(arc);
            here = next;
        }
        put.truncate(begun);
        false
    }
}
