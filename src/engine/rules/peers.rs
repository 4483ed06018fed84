//! What fixes copy from: the sibling of a node that is cabled as it should be.

use std::rc::Rc;

use crate::model::{FabricRole, NodeId, PartId, PortPath, PortRef, PortRole};
use crate::units::{SortedMap, order};

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
        let Some(info) = survey.catalog.port(survey.design, PortRef { node, port }) else { continue };
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

/// The switches that a port of a part is cabled to, most often first, with how often, and the place of one such link to copy.
pub(super) type Custom = Vec<(NodeId, (usize, usize))>;

/// What nodes of each part usually do with each of their ports in the back-end fabric; worked out as it is asked for.
#[derive(Default)]
pub(super) struct Customs {
    known: SortedMap<(PartId, PortPath), Rc<Custom>>,
}

impl Customs {
    /// The switches that a port of nodes of a part is cabled to. Time: O(nodes) when first asked of that port.
    pub(super) fn of(&mut self, survey: &Survey, part: &PartId, port: PortPath) -> Rc<Custom> {
        let key = (part.clone(), port);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let mut links: Vec<(usize, usize, NodeId)> = Vec::new();
        let alike = survey.parts.places().ids().iter().zip(survey.parts.all()).filter(|(_, (node, _))| node.part == *part);
        for node in alike.map(|(node, _)| *node).filter(|node| survey.xpus(*node) > 0) {
            for view in survey.ports.at(PortRef { node, port }).iter().filter_map(|link| survey.link(*link)).filter(|view| !view.is_loop()) {
                let network = survey.networks.iter().enumerate().find(|(_, network)| network.key == view.network);
                if let Some((at, network)) = network.filter(|(_, network)| network.role == FabricRole::Compute)
                    && network.tiers.contains_key(&view.beyond(node))
                {
                    links.push((at, view.place, view.beyond(node)));
                }
            }
        }
        order::sort(&mut links);
        let mut custom: SortedMap<NodeId, (usize, usize)> = SortedMap::new();
        for (_, place, switch) in links {
            custom.entry(switch).or_insert((0, place)).0 += 1;
        }
        let mut custom: Custom = custom.into_iter().collect();
        order::sort_by_key(&mut custom, |(switch, (times, _))| (std::cmp::Reverse(*times), *switch));
        let custom = Rc::new(custom);
        self.known.insert(key, custom.clone());
        custom
    }
}
