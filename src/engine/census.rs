//! What is counted over nodes alone, so that an edit of links need not look at every node again.

use super::parts::Parts;
use crate::catalog::PortUse;
use crate::model::{NodeId, Part, PartId};
use crate::units::SortedMap;

/// Nodes by part, and the ports they have. Space: O(parts + nodes of any number of ports).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Census {
    /// How many nodes there are of each part, by part.
    pub parts: Vec<(PartId, usize)>,
    /// How many XPUs they hold.
    pub xpus: usize,
    /// Ports of nodes that have a number of them: broken-out and twin-port cages by their ports.
    ports: usize,
    /// Nodes of any number of ports, once for each group of ports that says no number.
    open: Vec<NodeId>,
}

impl Census {
    /// Counts nodes. Time: O(nodes).
    pub fn of(parts: &Parts) -> Self {
        let mut counts: SortedMap<&PartId, usize> = SortedMap::new();
        let mut xpus = 0;
        // Neighbours are mostly of one part.
        for run in parts.all().chunk_by(|(a, _), (b, _)| a.part == b.part) {
            if let Some((node, part)) = run.first() {
                *counts.entry(&node.part).or_default() += run.len();
                xpus += run.len() * part.map_or(0, Part::xpu_count);
            }
        }
        let mut found = Self { parts: counts.into_iter().map(|(part, count)| (part.clone(), count)).collect(), xpus, ..Self::default() };
        for (id, (node, part)) in parts.places().ids().iter().zip(parts.all()) {
            let Some(part) = part else { continue };
            let mut cage = 1u16;
            for group in &part.ports {
                let stated = group.count.or(node.generic.as_ref().and_then(|generic| generic.ports));
                let Some(count) = stated else {
                    found.open.push(*id);
                    continue;
                };
                let plain = usize::from(count) * usize::from(group.per_cage.max(1));
                let split = node.ports.range(cage..=u16::MAX).take_while(|(at, _)| **at - cage < count).filter_map(|(_, settings)| settings.breakout);
                let more: isize = split.map(|split| isize::from(i16::from(split.children)) - isize::from(i16::from(group.per_cage.max(1)))).sum();
                found.ports = found.ports.saturating_add_signed(plain as isize + more);
                cage = cage.saturating_add(count);
            }
        }
        found
    }

    /// All ports of all nodes, those of any number counting the ports they use. Time: O(nodes of any number of ports × their links).
    pub fn ports(&self, used: &PortUse) -> usize {
        self.open.iter().map(|node| used.of_node(*node).count()).fold(self.ports, usize::saturating_add)
    }
    /// How many groups of ports say no number.
    pub fn open_ended(&self) -> usize {
        self.open.len()
    }
}
