//! `single-point-of-failure`: no single switch or cable above the hosts holds the XPUs of a fabric together.


use crate::engine::diagnostics::{Severity, Trust};
use crate::model::{FabricRole, NodeId, Subject};
use crate::units::{order, SortedMap};

use super::spare::Spare;
use super::{Check, Finding, Findings, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "single-point-of-failure",
    severity: Severity::Warning,
    title: "Single point of failure",
    documentation: include_str!("../../../docs/diagnostics/single-point-of-failure.md"),
    checks: &[Check::Whole(check)],
};

const SOURCE: &str = "Threshold 0 switches or trunks whose loss splits the XPUs · NVIDIA RA, Juniper AI data centre design";

fn check(survey: &Survey, out: &mut Findings) {
    // Only pieces with XPUs count.
    if survey.xpu_nodes().next().is_none() {
        return;
    }
    let mut spare = Spare::of(survey);
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Compute) {
        let joints = Joints::of(survey, network);
        for (switch, pieces) in &joints.switches {
            out.push(single_switch(survey, network, *switch, *pieces));
        }
        for place in &joints.links {
            single_cable(survey, &mut spare, network, *place).into_iter().for_each(|finding| out.push(finding));
        }
    }
}

fn single_switch(survey: &Survey, network: &Network, switch: NodeId, pieces: usize) -> Finding {
    let message = format!("Without {} the fabric falls into {pieces} pieces with XPUs; it needs to stay 1", survey.name(switch));
    Finding::new(Subject::Node(switch), message, SOURCE)
        .alike(format!("switch {} {pieces}", network.subject()), format!("Without any one of {{n}} switches the fabric falls into {pieces} pieces with XPUs; it needs to stay 1"))
}

fn single_cable(survey: &Survey, spare: &mut Spare, network: &Network, place: usize) -> Option<Finding> {
    let view = survey.view(place)?;
    let message = format!("{} is the only cable between two pieces of the fabric with XPUs; it needs 2 or more", survey.link_name(view.link));
    let finding = Finding::new(view.subject(), message, SOURCE)
        .alike(format!("cable {}", network.subject()), "{n} cables are each the only one between two pieces of the fabric with XPUs; each needs 2 or more");
    let edits: Vec<_> = spare.parallel(Some(network), &view).into_iter().collect();
    Some(finding.fix_all("Add a second cable beside it", "Add a second cable beside {n} of them", Trust::Suggestion, edits))
}

/// What a fabric hangs on: switches and single cables between switches whose loss leaves two or more pieces that each hold
/// a switch and XPUs. Hosts with one cable are single by choice and do not count; a system whose inside joins several
/// XPUs carries traffic from rail to rail and joins what it is on.
struct Joints {
    /// Switches, with the number of pieces they leave.
    switches: SortedMap<NodeId, usize>,
    /// Places in [`Survey::links`].
    links: Vec<usize>,
}

/// What hangs below a vertex in the walk.
#[derive(Clone, Copy, Default)]
struct Below {
    switches: u32,
    with_xpus: u32,
}

/// A vertex of the walk: a switch, or a system that joins what it is on.
#[derive(Clone, Copy, Default)]
struct Vertex {
    /// When it was reached, from 1; 0 is not yet.
    order: u32,
    low: u32,
    parent: u32,
    /// Pieces that fall off without it, and what they hold together.
    pieces: u32,
    cut_off: Below,
    /// Itself and what was reached by way of it.
    below: Below,
}

impl Joints {
    /// Tarjan's low-point search over switches and joining systems, with a stack of its own. Time: O(nodes + links). Space: O(nodes).
    fn of(survey: &Survey, network: &Network) -> Self {
        let nodes = survey.parts.places().ids();
        let is_switch = |place: usize| network.tiers.at_place(place).is_some();
        let xpus = |place: usize| survey.nodes.get(place).map_or(0, |kind| kind.xpus);
        let joins: Vec<bool> = (0..nodes.len()).map(|place| !network.at.at_place(place).is_empty() && (is_switch(place) || xpus(place) > 1)).collect();
        let joins = |place: usize| joins.get(place).copied().unwrap_or(false);
        // A host that joins nothing makes its switch one with XPUs.
        let own = |place: usize| {
            let has_xpus = xpus(place) > 0 || network.at.at_place(place).iter().any(|joint| !joins(joint.beyond as usize) && xpus(joint.beyond as usize) > 0);
            Below { switches: u32::from(is_switch(place)), with_xpus: u32::from(has_xpus) }
        };
        let mut found = Self { switches: SortedMap::new(), links: Vec::new() };
        if !cfg!(debug_assertions) && is_redundant(survey, network, joins) {
            return found;
        }
        let mut vertices = vec![Vertex::default(); nodes.len()];
        let mut stack: Vec<(u32, u32)> = Vec::new();
        let mut clock = 0;
        for root in 0..nodes.len() {
            if !joins(root) || vertices[root].order > 0 {
                continue;
            }
            // Those that hang together with it, each after the one it was reached by.
            let mut members = vec![root as u32];
            clock += 1;
            vertices[root] = Vertex { order: clock, low: clock, parent: u32::MAX, below: own(root), ..Vertex::default() };
            stack.push((root as u32, 0));
            while let Some((here, taken)) = stack.last_mut() {
                let at = *here as usize;
                if let Some(joint) = network.at.at_place(at).get(*taken as usize) {
                    *taken += 1;
                    let there = joint.beyond as usize;
                    if !joins(there) || joint.beyond == vertices[at].parent {
                        continue;
                    }
                    if vertices[there].order > 0 {
                        vertices[at].low = vertices[at].low.min(vertices[there].order);
                        continue;
                    }
                    clock += 1;
                    vertices[there] = Vertex { order: clock, low: clock, parent: at as u32, below: own(there), ..Vertex::default() };
                    members.push(joint.beyond);
                    stack.push((joint.beyond, 0));
                    continue;
                }
                stack.pop();
                let done = vertices[at];
                if let Some(above) = vertices.get_mut(done.parent as usize) {
                    above.low = above.low.min(done.low);
                    above.below = above.below.add(done.below);
                    if done.low >= above.order {
                        above.pieces += u32::from(done.below.counts());
                        above.cut_off = above.cut_off.add(done.below);
                    }
                }
            }
            let whole = vertices[root].below;
            for here in members.iter().map(|here| *here as usize).filter(|here| is_switch(*here)) {
                let vertex = vertices[here];
                // What remains on the far side when this vertex goes: everything but itself and what it cuts off.
                let far = whole.minus(vertex.cut_off).minus(own(here));
                let pieces = vertex.pieces as usize + usize::from(here != root && far.counts());
                if let Some(node) = nodes.get(here).filter(|_| pieces > 1) {
                    found.switches.insert(*node, pieces);
                }
                let Some(above) = vertices.get(vertex.parent as usize).filter(|_| is_switch(vertex.parent as usize)) else { continue };
                if vertex.low > above.order && vertex.below.counts() && whole.minus(vertex.below).counts() {
                    let mut trunk = network.at.at_place(here).iter().filter(|joint| joint.beyond == vertex.parent);
                    found.links.extend(trunk.next().filter(|_| trunk.next().is_none()).map(|joint| joint.link as usize));
                }
            }
        }
        order::sort(&mut found.links);
        let is_none = found.switches.is_empty() && found.links.is_empty();
        debug_assert!(is_none || !is_redundant(survey, network, joins), "single points of failure");
        found
    }
}

/// Whether what is known of the whole graph tells that nothing hangs on one switch or one link of a network: it has all links, all nodes join what they are
/// on, and of the whole graph, where a system is at most as well joined as here, no switch and no link holds anything together. Time: O(nodes + articulation points).
fn is_redundant(survey: &Survey, network: &Network, joins: impl Fn(usize) -> bool) -> bool {
    let (topology, structure) = (&survey.topology, &survey.structure);
    let is_switch = |place: usize| network.tiers.at_place(place).is_some();
    let place_of = |vertex: &u32| topology.vertices().get(*vertex as usize).and_then(|vertex| topology.places().place(vertex.node));
    // Links come before the wires inside systems.
    let is_single = structure.bridges.first().is_some_and(|edge| topology.is_link(*edge));
    structure.components == 1
        && network.links == topology.links().len()
        && !is_single
        && (0..topology.nodes().len()).all(|place| joins(place) && (!is_switch(place) || topology.vertices_at(place).len() == 1))
        && !structure.articulation_points.iter().any(|vertex| place_of(vertex).is_none_or(is_switch))
}

impl Below {
    fn counts(self) -> bool {
        self.switches > 0 && self.with_xpus > 0
    }
    fn add(self, other: Self) -> Self {
        Self { switches: self.switches + other.switches, with_xpus: self.with_xpus + other.with_xpus }
    }
    fn minus(self, other: Self) -> Self {
        Self { switches: self.switches.saturating_sub(other.switches), with_xpus: self.with_xpus.saturating_sub(other.with_xpus) }
    }
}
