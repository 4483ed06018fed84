//! Dumps of forwarding tables, taken apart line by line. No meaning yet.
//!
//! Three programs write them, in two forms. `dump_fts` and `dump_lfts.sh` of infiniband-diags (which print what `ibroute` does) and OpenSM
//! (`opensm-lfts.dump`):
//!
//! ```text
//! Unicast lids [0x0-0x9] of switch Lid 3 guid 0x0008f10500200b50 (leaf-1):
//!   Lid  Out   Destination
//!        Port     Info
//! 0x0004 002 : (Channel Adapter portguid 0x0002c90300080e85: 'host-1 HCA-1')
//! 0x0005 002 : (path #2 out of 2: portguid 0x0002c90300080e85)
//! 2 valid lids dumped
//! ```
//!
//! OpenSM puts `# ` in the place of `: (`. And the `.fdbs` of ibdiagnet, which OpenSM once wrote as `osm.fdbs`:
//!
//! ```text
//! osm_ucast_mgr_dump_ucast_routes: Switch 0x0008f10500200b50
//! LID    : Port : Hops : Optimal
//! 0x0004 : 002  : 00   : yes
//! 0x0005 : UNREACHABLE
//! ```
//!
//! Where adaptive routing keeps several tables, ibdiagnet numbers them (`PLFT_NUM: 1`); the first is that of ordinary traffic.

use super::{ImportError, Unread};
use crate::model::HIGHEST_LID;
use crate::units::{SortedMap, order};

/// The table of one switch.
#[derive(Debug)]
pub(super) struct Table<'t> {
    /// The line it begins on.
    pub line: usize,
    pub guid: u64,
    /// The switch's own address, where it is said.
    pub lid: Option<u16>,
    /// What the switch is called, where it is said.
    pub name: &'t str,
    /// Port by address, ascending; addresses that lead nowhere are left out.
    pub entries: Vec<(u16, u8)>,
    closed: bool,
}

/// Whose an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner<'t> {
    /// The GUID of the port.
    pub guid: u64,
    pub is_switch: bool,
    /// What the node is called; empty where that was said at an address before.
    pub name: &'t str,
}

/// Everything that a dump says.
#[derive(Debug, Default)]
pub(super) struct Lfts<'t> {
    pub tables: Vec<Table<'t>>,
    pub owners: SortedMap<u16, Owner<'t>>,
    /// Entries that stand twice; the later counts.
    pub twice: usize,
    /// Tables of switches that had one before; the later counts.
    pub again: usize,
    /// Entries for addresses that no port can have.
    pub out_of_range: usize,
    /// Entries by ports that no switch can have.
    pub wrong_ports: usize,
    /// Lines of tables of groups and of further tables of a switch.
    pub passed_over: usize,
    /// The last line, where the dump ends within a table.
    pub cut: Option<usize>,
    /// Lines that mean nothing here.
    pub unread: Unread,
}

/// Whether a text is a dump of forwarding tables, by its first lines.
pub(super) fn is_one(text: &str) -> bool {
    let head = |line: &str| line.starts_with("Unicast lids") || line.contains("dump_ucast_routes: Switch");
    text.lines().take(200).any(|line| head(line.trim()))
}

/// Takes a dump apart. Time: O(bytes). Space: O(entries).
pub(super) fn read(text: &str) -> Result<Lfts<'_>, ImportError> {
    let mut found = Lfts::default();
    let mut places: SortedMap<u64, usize> = SortedMap::new();
    let mut open: Option<usize> = None;
    let mut passing = false;
    let mut last = 0;
    for (number, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        last = number;
        if let Some(begun) = begin(line, number) {
            let table = begun?;
            let next = found.tables.len();
            let place = *places.entry(table.guid).or_insert(next);
            match found.tables.get_mut(place) {
                Some(known) => {
                    found.again += 1;
                    *known = table;
                }
                None => found.tables.push(table),
            }
            (open, passing) = (Some(place), false);
        } else if line.starts_with("Multicast mlids") {
            passing = true;
        } else if let Some(table) = line.strip_prefix("PLFT_NUM:") {
            passing = table.trim() != "0";
        } else if is_head_or_foot(line) {
            if line.ends_with("lids dumped")
                && let Some(table) = open.filter(|_| !passing).and_then(|open| found.tables.get_mut(open))
            {
                table.closed = true;
            }
        } else if passing {
            found.passed_over += 1;
        } else {
            let place = open;
            let table = place.and_then(|open| found.tables.get_mut(open));
            let understood = match (table, entry(line)) {
                (Some(_), Some(Entry { lid: None, .. })) => {
                    found.out_of_range += 1;
                    true
                }
                (Some(_), Some(Entry { port: None, .. })) => {
                    found.wrong_ports += 1;
                    true
                }
                (Some(table), Some(Entry { lid: Some(lid), port: Some(port), owner })) => {
                    if lid > 0 {
                        table.entries.push((lid, port));
                        if let Some(owner) = owner.filter(|owner| !owner.name.is_empty() || !found.owners.contains_key(&lid)) {
                            found.owners.insert(lid, owner);
                        }
                    }
                    true
                }
                _ => false,
            };
            if !understood {
                found.unread.note(number);
            }
        }
    }
    if found.tables.is_empty() {
        let message = "no line begins the table of a switch (“Unicast lids … of switch … guid 0x…” or “…dump_ucast_routes: Switch 0x…”), so this is no dump of forwarding tables; run dump_fts, or take OpenSM's opensm-lfts.dump or ibdiagnet's .fdbs".to_owned();
        return Err(ImportError { line: found.unread.first, message });
    }
    let closes = found.tables.iter().any(|table| table.closed);
    let whole = open.and_then(|open| found.tables.get(open)).is_none_or(|table| table.closed);
    found.cut = (closes && !whole).then_some(last);
    for table in &mut found.tables {
        // Later lines come later in a stable order, and win.
        order::sort_by_key(&mut table.entries, |(lid, _)| *lid);
        table.entries.reverse();
        let before = table.entries.len();
        table.entries.dedup_by_key(|(lid, _)| *lid);
        found.twice += before - table.entries.len();
        table.entries.reverse();
        table.entries.retain(|(_, port)| *port != NOWHERE);
    }
    Ok(found)
}

/// What a switch writes for addresses that lead nowhere.
const NOWHERE: u8 = 255;

/// The line that begins a table: `None` if it is not one.
fn begin(line: &str, number: usize) -> Option<Result<Table<'_>, ImportError>> {
    let wrong = || ImportError {
        line: Some(number),
        message: "a table needs the GUID of its switch, for example guid 0x0008f10500200b50; correct the line or take the table out".to_owned(),
    };
    let (guid, lid, name) = if line.starts_with("Unicast lids") {
        let Some((before, rest)) = line.split_once(" guid 0x") else { return Some(Err(wrong())) };
        let lid = before.rsplit_once("switch Lid ").and_then(|(_, lid)| lid.trim().parse().ok()).filter(|lid| (1..=HIGHEST_LID).contains(lid));
        let name = rest.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')')).map_or("", |(name, _)| name);
        (rest, lid, name.trim_matches('\''))
    } else {
        (line.split_once("dump_ucast_routes: Switch 0x")?.1, None, "")
    };
    Some(hex(guid).map(|guid| Table { line: number, guid, lid, name, entries: Vec::new(), closed: false }).ok_or_else(wrong))
}

fn is_head_or_foot(line: &str) -> bool {
    line.ends_with("lids dumped") || ["LID ", "Lid ", "Port "].iter().any(|head| line.starts_with(head))
}

/// A line of a table. Without an address or a port where those cannot be.
struct Entry<'t> {
    lid: Option<u16>,
    port: Option<u8>,
    owner: Option<Owner<'t>>,
}

fn entry(line: &str) -> Option<Entry<'_>> {
    let rest = line.strip_prefix("0x")?;
    let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
    let (lid, rest) = rest.split_at_checked(digits).filter(|(digits, _)| !digits.is_empty())?;
    let lid = u16::from_str_radix(lid, 16).ok().filter(|lid| *lid <= HIGHEST_LID);
    let rest = rest.trim_start();
    let rest = rest.strip_prefix(':').unwrap_or(rest).trim_start();
    if rest.starts_with("UNREACHABLE") {
        return Some(Entry { lid, port: Some(NOWHERE), owner: None });
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (port, rest) = rest.split_at_checked(digits).filter(|(digits, _)| !digits.is_empty())?;
    Some(Entry { lid, port: port.parse().ok(), owner: owner(rest) })
}

/// `: (Channel Adapter portguid 0x0002c90300080e85: 'host-1 HCA-1')`
fn owner(text: &str) -> Option<Owner<'_>> {
    let (kind, rest) = text.split_once("portguid 0x")?;
    let name = rest.split_once('\'').and_then(|(_, rest)| rest.rsplit_once('\'')).map_or("", |(name, _)| name);
    Some(Owner { guid: hex(rest)?, is_switch: kind.contains("Switch"), name: name.trim() })
}

fn hex(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_hexdigit).count();
    u64::from_str_radix(text.get(..digits)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_apart_in_all_three_forms() {
        let of = |line: &'static str| entry(line).map(|entry| (entry.lid, entry.port, entry.owner));
        let host = Owner { guid: 0x0002_c903_0008_0e85, is_switch: false, name: "it's 'host' HCA-1" };
        assert_eq!(of("0x0004 002 : (Channel Adapter portguid 0x0002c90300080e85: 'it's 'host' HCA-1')"), Some((Some(4), Some(2), Some(host))));
        assert_eq!(of("0x0004 002 # Channel Adapter portguid 0x0002c90300080e85: 'it's 'host' HCA-1'"), Some((Some(4), Some(2), Some(host))));
        assert_eq!(of("0x0005 002 : (path #2 out of 2: portguid 0x0002c90300080e85)"), Some((Some(5), Some(2), Some(Owner { name: "", ..host }))));
        assert_eq!(of("0x0004 : 002  : 00   : yes"), Some((Some(4), Some(2), None)));
        assert_eq!(of("0x0005 : UNREACHABLE"), Some((Some(5), Some(NOWHERE), None)));
        assert_eq!(of("0x0009 000 # unknown node and type"), Some((Some(9), Some(0), None)));
        assert_eq!(
            (of("0xC000 001"), of("0x10000 001"), of("0x0001 256")),
            (Some((None, Some(1), None)), Some((None, Some(1), None)), Some((Some(1), None, None)))
        );
        assert_eq!((of("0x 001"), of("0x0001"), of("0x0001 : -"), of("hello"), of("0xé")), (None, None, None, None, None));
    }
}
