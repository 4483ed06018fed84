//! What several rules ask of forwarding tables that were imported: where they lead, followed once for all of them.

use std::cell::OnceCell;

use crate::engine::routing::graph::Graph;
use crate::engine::routing::imported::Audit;
use crate::engine::routing::tables::Tables;
use crate::model::{FabricId, NodeId};
use crate::units::{SortedMap, order};

use super::{Network, NetworkKey, Survey};

/// So many entries of tables are followed in a report; more are left to `weft routing`. A limit of Weft: about half a second.
pub(super) const MOST_ENTRIES: u64 = 50_000_000;

/// Tables of one fabric, followed.
pub(super) struct Followed {
    fabric: FabricId,
    /// What is wrong; `None` where there was too much to follow.
    pub audit: Option<Audit>,
    /// What forwards, by place.
    pub switches: Vec<NodeId>,
    /// Destinations that the audit names: the address, and whose it is.
    destinations: SortedMap<u32, (u16, NodeId)>,
    /// Hosts with ports that no address is of, and how many such ports.
    pub nameless: SortedMap<NodeId, usize>,
}

/// Kept by the survey, made when a rule first asks.
pub(super) type Kept = OnceCell<Vec<Followed>>;

/// Fabrics that go by imported tables, with their network and what following those tables shows. Time: O(entries), once.
pub(super) fn all<'s, 'a>(survey: &'s Survey<'a>) -> impl Iterator<Item = (&'s Network<'a>, &'s Followed)> {
    let followed = survey.followed.get_or_init(|| {
        let read = |id: FabricId| survey.routing.of_fabric(id).is_some_and(|of| of.imported.is_some());
        survey.design.fabrics.ids().filter(|id| read(*id)).filter_map(|id| Followed::of(survey, id)).collect()
    });
    followed.iter().filter_map(|followed| Some((survey.networks.iter().find(|network| network.key == NetworkKey::Stated(followed.fabric))?, followed)))
}

impl Followed {
    fn of(survey: &Survey, id: FabricId) -> Option<Self> {
        let graph = Graph::of(survey.design, &survey.topology, &survey.tiers, id);
        let tables = Tables::of(&graph, None, survey.design.fabrics.get(id)?.tables.as_ref());
        let audit = Audit::of(&graph, &tables, MOST_ENTRIES);
        let host = |arc: u32| graph.step(arc / 2, arc as usize % 2).map(|(_, to)| graph.node(to));
        let mut named: Vec<u32> = Vec::new();
        if let Some(audit) = &audit {
            named.extend(audit.missing.values().chain(audit.astray.values()).chain(audit.uncabled.values()).map(|(_, one)| *one));
            named.push(audit.looped.1);
            order::unique_numbers(&mut named);
        }
        let whose = |destination: u32| {
            let switch = || graph.forwarders.get(tables.switch_of(destination as usize) as usize).map(|vertex| graph.node(*vertex));
            let node = tables.door(destination as usize).map_or_else(switch, host)?;
            Some((destination, (tables.imported()?.lid(destination)?, node)))
        };
        let mut nameless: SortedMap<NodeId, usize> = SortedMap::new();
        for node in tables.imported()?.nameless().iter().filter_map(|arc| host(*arc)) {
            *nameless.entry(node).or_default() += 1;
        }
        let switches = graph.forwarders.iter().map(|vertex| graph.node(*vertex)).collect();
        Some(Self { fabric: id, audit, switches, destinations: named.into_iter().filter_map(whose).collect(), nameless })
    }

    /// The node of a place.
    pub fn switch(&self, place: u32) -> NodeId {
        self.switches.get(place as usize).copied().unwrap_or(NodeId(u32::MAX))
    }
    /// A destination in words: `node-3 (LID 0x000c)`.
    pub fn destination(&self, survey: &Survey, destination: u32) -> String {
        self.destinations.get(&destination).map_or_else(String::new, |(lid, node)| format!("{} (LID 0x{lid:04x})", survey.name(*node)))
    }
}
