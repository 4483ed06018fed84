//! What fixes copy from: the sibling of a node that is cabled as it should be.

use std::rc::Rc;

use crate::model::{FabricRole, NodeId, PartId, PortPath, PortRole};
use crate::units::SortedMap;

use super::Survey;

/// One adapter of a system, or one cage where the part does not say what it hangs on: the ports that serve one XPU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Adapter {
    /// Its ports, in panel order.
    pub(super) ports: Vec<PortPath>,
}

/// Adapters of a part for the back-end fabric, in the order of the things inside the system. Empty for generic parts, whose
/// ports are not for anything in particular. A node that splits its cages otherwise than its part is asked itself.
pub(super) fn adapters(survey: &Survey, node: NodeId) -> Vec<Adapter> {
    let Some(part) = survey.part_of(node) else { return Vec::new() };
    if part.is_generic() {
        return Vec::new();
    }
    let mut groups: SortedMap<(bool, u16), Vec<PortPath>> = SortedMap::new();
    for port in survey.catalog.ports_of(survey.design, node, &survey.ports) {
        let Some(info) = survey.catalog.port(survey.design, crate::model::PortRef { node, port }) else { continue };
        if info.role == PortRole::Compute {
            // Ports that hang on nothing stated are told apart by their cage.
            let key = info.inside.map_or((true, port.cage), |inside| (false, inside));
            groups.entry(key).or_default().push(port);
        }
    }
    groups.into_values().map(|ports| Adapter { ports }).collect()
}

/// Adapters of each kind of node, worked out once for nodes that split no cage.
#[derive(Default)]
pub(super) struct Adapters {
    /// By part: an address, compared for equality only.
    known: Vec<(usize, Known)>,
}

type Known = (Rc<[Adapter]>, Rc<SortedMap<PortPath, usize>>);

impl Adapters {
    /// The adapters of a node for the back-end fabric, and the place of the one that each of their ports is of.
    pub(super) fn of(&mut self, survey: &Survey, node: NodeId) -> Known {
        let Some((record, Some(part))) = survey.parts.places().place(node).and_then(|place| survey.parts.all().get(place)) else { return Known::default() };
        let part = std::ptr::from_ref(*part) as usize;
        let plain = record.ports.is_empty();
        if let Some((_, known)) = self.known.iter().find(|(other, _)| plain && *other == part) {
            return known.clone();
        }
        let adapters = adapters(survey, node);
        let rails = adapters.iter().enumerate().flat_map(|(rail, adapter)| adapter.ports.iter().map(move |port| (*port, rail))).collect();
        let found: Known = (adapters.into(), Rc::new(rails));
        if plain {
            self.known.push((part, found.clone()));
        }
        found
    }
}

/// Where each port of a part is cabled to in the back-end fabric: the switches, with how often, and one link to copy.
pub(super) type Customs = SortedMap<(PartId, PortPath), SortedMap<NodeId, (usize, usize)>>;

/// What nodes of each part usually do with each of their ports: for part and port, the switches its links lead to, how
/// many do, and the place of one such link in [`Survey::links`].
pub(super) fn customs(survey: &Survey) -> Customs {
    let mut customs = Customs::new();
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Compute) {
        for view in network.views(survey) {
            for end in view.link.ends {
                let other = view.beyond(end.node);
                if survey.xpus(end.node) == 0 || !network.tiers.contains_key(&other) {
                    continue;
                }
                let Some(record) = survey.design.nodes.get(end.node) else { continue };
                let entry = customs.entry((record.part.clone(), end.port)).or_default().entry(other).or_insert((0, view.place));
                entry.0 += 1;
            }
        }
    }
    customs
}
