//! A link as rules see it: with its cable, what is on the wire, and the network it belongs to. Made when somebody looks.

use crate::model::{FabricId, FabricRole, Link, LinkId, LinkLayer, NodeId, Part, Subject};
use crate::units::Gbps;

/// A link with what stands at its ends.
#[derive(Clone, Copy, Debug)]
pub struct LinkView<'a> {
    /// Its id.
    pub id: LinkId,
    /// Its place among the links of the design, in id order.
    pub place: usize,
    pub(super) nodes: [NodeId; 2],
    /// The record.
    pub link: &'a Link,
    /// Its cable, where the catalogue has it.
    pub cable: Option<&'a Part>,
    /// What is on the wire, where ports and cable agree.
    pub layer: Option<LinkLayer>,
    /// What it carries, one direction.
    pub rate: Option<Gbps>,
    /// Whether both ends are ports that exist, on two different nodes or inside things.
    pub usable: bool,
    /// The network it belongs to.
    pub network: NetworkKey,
}

impl LinkView<'_> {
    /// The two nodes.
    pub fn nodes(&self) -> [NodeId; 2] {
        self.nodes
    }
    /// The end on `node`: 0 or 1.
    pub fn end_on(&self, node: NodeId) -> Option<usize> {
        self.nodes.iter().position(|other| *other == node)
    }
    /// The node at the other side of `node`.
    pub fn beyond(&self, node: NodeId) -> NodeId {
        let [a, b] = self.nodes;
        if a == node { b } else { a }
    }
    /// Whether both ends are on one node.
    pub fn is_loop(&self) -> bool {
        self.nodes[0] == self.nodes[1]
    }
    /// Its subject.
    pub fn subject(&self) -> Subject {
        Subject::Link(self.id)
    }
}

/// Which network a link belongs to: the fabric it states, or what its ends suggest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NetworkKey {
    /// A fabric of the design.
    Stated(FabricId),
    /// All links without a fabric that serve this role.
    Implied(FabricRole),
}

impl Default for NetworkKey {
    fn default() -> Self {
        Self::Implied(FabricRole::Compute)
    }
}
