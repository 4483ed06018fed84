//! Forwarding tables of an InfiniBand fabric as they were read from the running one: who has which address, and by which port each switch sends
//! what is bound for it.
//!
//! A table is kept as text, run by run (`1x3 2 - 5/2`: by port 1 thrice, by 2, nowhere, by port 2 of cage 5), a few characters for each entry, and
//! taken apart where somebody asks. Ports are named as links name them, not as InfiniBand numbers them.

use std::fmt;
use std::str::FromStr;

use super::ids::NodeId;
use super::path::PortPath;
use super::record::Extra;

/// The highest address of one port (a LID); those above are of groups. InfiniBand Architecture Specification, volume 1, chapter 4.
pub const HIGHEST_LID: u16 = 0xBFFF;

/// Forwarding tables as they were read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forwarding {
    /// What they were read from, for people.
    pub from: String,
    /// What the links of the fabric were then, as a number ([`Forwarding::digest`] of the ports that are joined); `None` where nobody wrote it down.
    pub links: Option<u64>,
    /// Who has which address.
    pub lids: Vec<Address>,
    /// The tables, by switch and first address; a long table has several rows.
    pub rows: Vec<Row>,
    /// Unknown fields.
    pub extra: Extra,
}

/// The addresses of one port: `n4/1 8`, or `n4/1 8-11` where low bits name paths to it (LMC). Without a port they are the node's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// Whose.
    pub node: NodeId,
    /// Of which of its ports; `None` for a switch itself.
    pub port: Option<PortPath>,
    /// The first address, which a flow is sent to.
    pub first: u16,
    /// The last.
    pub last: u16,
}

/// A part of a switch's table: `n1 1: 0 2x3 - 5/2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Of which switch.
    pub node: NodeId,
    /// The address that the first entry is for.
    pub first: u16,
    /// The entries, run by run.
    ports: String,
}

/// Where a switch sends what is bound for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    /// Nowhere.
    Nowhere,
    /// To itself.
    Itself,
    /// Out by a port.
    Port(PortPath),
}

impl Forwarding {
    /// How many switches have a table. Time: O(rows).
    pub fn switches(&self) -> usize {
        self.rows.chunk_by(|one, other| one.node == other.node).count()
    }
    /// The rows of a switch. Time: O(log rows); rows are in the order of nodes.
    pub fn of(&self, node: NodeId) -> &[Row] {
        let first = self.rows.partition_point(|row| row.node < node);
        let end = self.rows.partition_point(|row| row.node <= node);
        self.rows.get(first..end).unwrap_or_default()
    }
    /// What tells one cabling from another: a number made of the pairs of ports that are joined, in any order (FNV-1a of each pair, added up).
    pub fn digest(pairs: impl Iterator<Item = [(NodeId, PortPath); 2]>) -> u64 {
        let of = |pair: [(NodeId, PortPath); 2]| {
            let [a, b] = pair;
            let [a, b] = if a <= b { [a, b] } else { [b, a] };
            let words = [u64::from(a.0.0), u64::from(a.1.cage) << 8 | u64::from(a.1.child), u64::from(b.0.0), u64::from(b.1.cage) << 8 | u64::from(b.1.child)];
            let bytes = words.iter().flat_map(|word| word.to_le_bytes());
            bytes.fold(0xCBF2_9CE4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3))
        };
        pairs.map(of).fold(0, u64::wrapping_add)
    }
}

impl Row {
    /// A row of entries, one after the other from the first address on.
    pub fn of(node: NodeId, first: u16, entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut ports = String::new();
        let mut put = |entry: Entry, count: u32| {
            let gap = if ports.is_empty() { "" } else { " " };
            let times = if count > 1 { format!("x{count}") } else { String::new() };
            ports.push_str(&format!("{gap}{entry}{times}"));
        };
        let mut run: Option<(Entry, u32)> = None;
        for entry in entries {
            match &mut run {
                Some((known, count)) if *known == entry => *count += 1,
                _ => {
                    if let Some((known, count)) = run.replace((entry, 1)) {
                        put(known, count);
                    }
                }
            }
        }
        if let Some((known, count)) = run {
            put(known, count);
        }
        Self { node, first, ports }
    }
    /// How many characters its entries take.
    pub fn size(&self) -> usize {
        self.ports.len()
    }
    /// The address that the last entry is for. Time: O(characters).
    pub fn last(&self) -> u16 {
        self.runs().last().map_or(self.first, |(first, count, _)| first.saturating_add(count - 1))
    }
    /// Its runs: the first address of each, how many there are, and where they lead. Time: O(characters) for all.
    pub fn runs(&self) -> impl Iterator<Item = (u16, u16, Entry)> {
        let mut next = self.first;
        self.ports.split_ascii_whitespace().map_while(move |run| {
            let (entry, count) = parsed(run)?;
            let first = next;
            next = next.checked_add(count)?;
            (next - 1 <= HIGHEST_LID).then_some((first, count, entry))
        })
    }
}

/// A run: where it leads, and how many addresses long it is.
fn parsed(run: &str) -> Option<(Entry, u16)> {
    let (entry, count) = run.split_once('x').map_or(Some((run, 1)), |(entry, count)| Some((entry, count.parse().ok()?)))?;
    let entry = match entry {
        "-" => Entry::Nowhere,
        "0" => Entry::Itself,
        port => Entry::Port(port.parse().ok()?),
    };
    (count > 0).then_some((entry, count))
}

impl fmt::Display for Entry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nowhere => out.write_str("-"),
            Self::Itself => out.write_str("0"),
            Self::Port(port) => port.fmt(out),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(out)?;
        if let Some(port) = self.port {
            write!(out, "/{port}")?;
        }
        write!(out, " {}", self.first)?;
        if self.last > self.first { write!(out, "-{}", self.last) } else { Ok(()) }
    }
}

impl FromStr for Address {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (place, lids) = text.trim().split_once(' ').ok_or(())?;
        let (node, port) = place.split_once('/').map_or((place, None), |(node, port)| (node, Some(port)));
        let port = port.map(str::parse).transpose().map_err(|_| ())?;
        let (first, last) = lids.split_once('-').unwrap_or((lids, lids));
        let (first, last): (u16, u16) = (first.parse().map_err(|_| ())?, last.parse().map_err(|_| ())?);
        let is_range = (1..=HIGHEST_LID).contains(&first) && (first..=HIGHEST_LID).contains(&last) && last - first < 128;
        if is_range { Ok(Self { node: node.parse().map_err(|_| ())?, port, first, last }) } else { Err(()) }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}: {}", self.node, self.first, self.ports)
    }
}

impl FromStr for Row {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (place, ports) = text.split_once(':').ok_or(())?;
        let (node, first) = place.trim().split_once(' ').ok_or(())?;
        let row = Self { node: node.parse().map_err(|_| ())?, first: first.parse().map_err(|_| ())?, ports: ports.trim().to_owned() };
        let whole = row.first > 0 && row.runs().count() == row.ports.split_ascii_whitespace().count() && !row.ports.is_empty();
        if whole { Ok(row) } else { Err(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_addresses_are_what_they_say() {
        let row: Row = "n3 10: 0 1x3 - 5/2".parse().unwrap();
        let port = |cage, child| Entry::Port(PortPath { cage, child });
        assert_eq!(row.runs().collect::<Vec<_>>(), [(10, 1, Entry::Itself), (11, 3, port(1, 0)), (14, 1, Entry::Nowhere), (15, 1, port(5, 2))]);
        let again = Row::of(NodeId(3), 10, [Entry::Itself, port(1, 0), port(1, 0), port(1, 0), Entry::Nowhere, port(5, 2)]);
        assert_eq!((again.to_string(), &again), (row.to_string(), &row));
        for wrong in
            ["", "n3", "n3 1:", "n3 0: 1", "n3 1: x", "n3 1: 1x0", "n3 1: 1x65535 1", "n3 49151: 1 1", "x3 1: 1", "n3 1: 1/0", "n3 70000: 1", "n3 1: 1xx2"]
        {
            assert!(wrong.parse::<Row>().is_err(), "{wrong}");
        }
        for text in ["n4 7", "n4/1 8-11", "n4/2/1 49151"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        for wrong in ["", "n4", "n4 0", "n4 49152", "n4/0 1", "n4 5-4", "n4 1-200", "4 1", "n4 1-"] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_cabling_is_told_from_another_in_any_order() {
        let end = |node, cage| (NodeId(node), PortPath::cage(cage));
        let pairs = [[end(1, 1), end(2, 1)], [end(1, 2), end(3, 1)]];
        let turned = [[end(3, 1), end(1, 2)], [end(2, 1), end(1, 1)]];
        assert_eq!(Forwarding::digest(pairs.into_iter()), Forwarding::digest(turned.into_iter()));
        assert_ne!(Forwarding::digest(pairs.into_iter()), Forwarding::digest([[end(1, 1), end(2, 1)], [end(1, 2), end(3, 2)]].into_iter()));
    }
}
