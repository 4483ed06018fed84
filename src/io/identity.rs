//! What InfiniBand calls a node and its ports: GUIDs as an import noted them or made of ids, and ports numbered from 1.

use crate::catalog::Catalog;
use crate::json::Value;
use crate::model::{Address, Design, Node, NodeId, PortPath};
use crate::units::SortedMap;

/// How GUIDs begin that are made of ids: an address of the second least bit is nobody's who makes hardware (IEEE 802, local administration).
const MADE_UP: u64 = 0x02;

/// The GUID of a node or of a port of it, made of the node's id, the cage and the port in it.
fn make_up(node: NodeId, port: Option<PortPath>) -> u64 {
    let port = port.map_or(0, |port| u64::from(port.cage) << 8 | u64::from(port.child));
    MADE_UP << 56 | u64::from(node.0) << 24 | port
}

/// What a GUID was made of, if it was.
pub(super) fn made_up(guid: u64) -> Option<(NodeId, Option<PortPath>)> {
    let port = (guid & 0x00FF_FFFF) as u32;
    let path = PortPath { cage: (port >> 8) as u16, child: port as u8 };
    (guid >> 56 == MADE_UP).then_some((NodeId((guid >> 24) as u32), (path.cage > 0).then_some(path)))
}

/// GUIDs that an import noted of a node, in the order of its adapters.
pub(super) fn guids(node: &Node) -> impl Iterator<Item = u64> {
    let list = noted(node, "guids");
    list.filter_map(|guid| u64::from_str_radix(guid.trim_start_matches("0x"), 16).ok())
}

/// Addresses that an import noted of a node: of its ports, or its own.
pub(super) fn addresses(id: NodeId, node: &Node) -> impl Iterator<Item = Address> {
    noted(node, "lids").filter_map(move |lid| lid.strip_prefix("0 ").map_or_else(|| format!("{id}/{lid}"), |lid| format!("{id} {lid}")).parse().ok())
}

/// Texts that an import noted of a node.
fn noted<'n>(node: &'n Node, key: &str) -> impl Iterator<Item = &'n str> {
    node.extra.0.as_deref().and_then(|extra| extra.get(key)).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The GUID of a node, or of a port of it: as noted, else made of its id.
pub(super) fn guid(id: NodeId, node: &Node, port: Option<PortPath>) -> u64 {
    let place = port.map_or(Some(0), |port| (port.child == 0).then(|| usize::from(port.cage) - 1));
    place.and_then(|place| guids(node).nth(place)).unwrap_or_else(|| make_up(id, port))
}

/// How InfiniBand numbers the ports of each node: cage by cage, and the ports of a cage that holds several one after the other.
pub(super) struct Numbering<'a> {
    /// The most ports that a link names in a cage, by node; a node without such a link is not in it.
    children: SortedMap<NodeId, u8>,
    design: &'a Design,
    catalog: &'a Catalog,
}

impl<'a> Numbering<'a> {
    /// Time: O(links).
    pub fn of(design: &'a Design, catalog: &'a Catalog) -> Self {
        let mut children: SortedMap<NodeId, u8> = SortedMap::new();
        for end in design.links.iter().flat_map(|(_, link)| link.ends).filter(|end| end.port.child > 0) {
            let most = children.entry(end.node).or_default();
            *most = end.port.child.max(*most);
        }
        Self { children, design, catalog }
    }
    /// How many ports a cage of a node is numbered for; 0 where cages are ports.
    pub fn in_a_cage(&self, node: NodeId) -> u8 {
        let Some(children) = self.children.get(&node) else { return 0 };
        let part = self.design.nodes.get(node).and_then(|node| self.catalog.part(self.design, &node.part));
        part.and_then(|part| part.ports.first()).map_or(*children, |group| group.per_cage.max(*children))
    }
    /// The port with a number.
    pub fn path(in_a_cage: u8, number: u8) -> PortPath {
        let (cage, child) = (number.max(1) - 1).checked_div(in_a_cage).map_or((number.max(1) - 1, 0), |cage| (cage, (number.max(1) - 1) % in_a_cage + 1));
        PortPath { cage: u16::from(cage) + 1, child }
    }
    /// The number of a port; `None` beyond 254, the most that there can be.
    pub fn number(in_a_cage: u8, path: PortPath) -> Option<u8> {
        let per = u16::from(in_a_cage.max(1));
        let number = (path.cage.max(1) - 1).checked_mul(per)?.checked_add(u16::from(path.child.max(1)))?;
        u8::try_from(number).ok().filter(|number| *number < u8::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_guids_lead_back() {
        for in_a_cage in [0, 1, 2, 4] {
            for number in 1..=254 {
                let path = Numbering::path(in_a_cage, number);
                assert_eq!((path.child == 0, Numbering::number(in_a_cage, path)), (in_a_cage == 0, Some(number)), "{in_a_cage} {number}");
            }
        }
        assert_eq!((Numbering::path(2, 3), Numbering::number(0, PortPath::cage(255))), (PortPath::child(2, 1), None));
        for port in [None, Some(PortPath::cage(7)), Some(PortPath::child(65535, 255))] {
            assert_eq!(made_up(make_up(NodeId(u32::MAX), port)), Some((NodeId(u32::MAX), port)));
        }
        assert_eq!(made_up(0x0002_c903_0008_0e85), None);
    }
}
