//! Every node of a design with its part, looked up once per evaluation.

use crate::catalog::{Catalog, PortView};
use crate::model::{Design, Node, NodeId, Part, PartId, Places, PortRef};

/// Nodes in id order, each with its part where the catalogue knows it. Space: O(nodes).
#[derive(Clone, Debug, Default)]
pub struct Parts<'a> {
    places: Places,
    nodes: Vec<(&'a Node, Option<&'a Part>)>,
}

impl<'a> Parts<'a> {
    /// Looks every node's part up. Time: O(nodes).
    pub fn of(design: &'a Design, catalog: &'a Catalog) -> Self {
        // Neighbours are mostly of one part.
        let mut last: Option<(&PartId, Option<&Part>)> = None;
        let mut part = |id: &'a PartId| match last {
            Some((same, part)) if same == id => part,
            _ => last.insert((id, catalog.part(design, id))).1,
        };
        let nodes = design.nodes.iter().map(|(_, node)| (node, part(&node.part))).collect();
        Self { places: Places::of(design.nodes.ids().collect()), nodes }
    }
    /// Where each node stands.
    pub fn places(&self) -> &Places {
        &self.places
    }
    /// Nodes with their parts, in id order.
    pub fn all(&self) -> &[(&'a Node, Option<&'a Part>)] {
        &self.nodes
    }
    /// The part of a node; `None` where node or part is unknown.
    #[inline(always)]
    pub fn part(&self, node: NodeId) -> Option<&'a Part> {
        self.nodes.get(self.places.place(node)?)?.1
    }
    /// What a port is; `None` where node, part or port is unknown.
    #[inline(always)]
    pub fn view(&self, port: PortRef) -> Option<PortView<'a>> {
        let (node, part) = self.nodes.get(self.places.place(port.node)?)?;
        PortView::on(node, (*part)?, port.port)
    }
    /// [`Parts::view`] with the node.
    #[inline(always)]
    pub(super) fn end(&self, port: PortRef) -> Option<(&'a Node, PortView<'a>)> {
        let (node, part) = self.nodes.get(self.places.place(port.node)?)?;
        Some((node, PortView::on(node, (*part)?, port.port)?))
    }
}
