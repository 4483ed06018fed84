//! `single-point-of-failure`: no single switch or cable above the hosts holds the XPUs of a fabric together.


use crate::engine::diagnostics::{Severity, Trust};
use crate::model::{ByNode, FabricRole, NodeId, Subject};
use crate::units::{order, SortedMap};

use super::spare::Spare;
use super::{Finding, Findings, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "single-point-of-failure",
    severity: Severity::Warning,
    title: "Single point of failure",
    documentation: include_str!("../../../docs/diagnostics/single-point-of-failure.md"),
    check,
};

const SOURCE: &str = "Threshold 0 switches or trunks whose loss splits the XPUs · NVIDIA RA, Juniper AI data centre design";

fn check(survey: &Survey, out: &mut Findings) {
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
    let view = survey.links.get(place)?;
    let message = format!("{} is the only cable between two pieces of the fabric with XPUs; it needs 2 or more", survey.link_name(view.link));
    let finding = Finding::new(view.subject(), message, SOURCE)
        .alike(format!("cable {}", network.subject()), "{n} cables are each the only one between two pieces of the fabric with XPUs; each needs 2 or more");
    let edits: Vec<_> = spare.parallel(Some(network), view).into_iter().collect();
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

/// A vertex of the walk.
#[derive(Clone, Default)]
struct Vertex {
    node: Option<NodeId>,
    is_switch: bool,
    has_xpus: bool,
    /// Neighbour, number of parallel cables, one of them.
    next: Vec<(usize, usize, usize)>,
}

/// What hangs below a vertex in the walk.
#[derive(Clone, Copy, Default)]
struct Below {
    switches: usize,
    with_xpus: usize,
}

impl Below {
    fn counts(self) -> bool {
        self.switches > 0 && self.with_xpus > 0
    }
}

struct Frame {
    vertex: usize,
    parent: Option<usize>,
    taken: usize,
    pieces: usize,
    cut_off: Below,
}

impl Joints {
    /// Tarjan's low-point search over switches and joining systems, with parallel cables collapsed and a stack of its own.
    /// Time and space: O(links).
    fn of(survey: &Survey, network: &Network) -> Self {
        let vertices = graph(survey, network);
        let count = vertices.len();
        let mut found = Self { switches: SortedMap::new(), links: Vec::new() };
        let (mut order, mut low) = (vec![usize::MAX; count], vec![usize::MAX; count]);
        let mut below = vec![Below::default(); count];
        let mut seen = vec![false; count];
        let mut clock = 0;
        for root in 0..count {
            if order[root] != usize::MAX {
                continue;
            }
            let members = reach(&vertices, root, &mut seen);
            let whole = members.iter().fold(Below::default(), |sum, vertex| sum.plus(&vertices[*vertex]));
            let mut stack = vec![Frame { vertex: root, parent: None, taken: 0, pieces: 0, cut_off: Below::default() }];
            order[root] = clock;
            low[root] = clock;
            clock += 1;
            below[root] = Below::default().plus(&vertices[root]);
            while let Some(frame) = stack.last_mut() {
                let here = frame.vertex;
                if let Some((there, _, _)) = vertices[here].next.get(frame.taken).copied() {
                    frame.taken += 1;
                    if Some(there) == frame.parent {
                        continue;
                    }
                    if order[there] != usize::MAX {
                        low[here] = low[here].min(order[there]);
                        continue;
                    }
                    order[there] = clock;
                    low[there] = clock;
                    clock += 1;
                    below[there] = Below::default().plus(&vertices[there]);
                    stack.push(Frame { vertex: there, parent: Some(here), taken: 0, pieces: 0, cut_off: Below::default() });
                    continue;
                }
                let Some(done) = stack.pop() else { break };
                // What remains on the far side when this vertex goes: everything but itself and what it cuts off.
                let far = whole.minus(done.cut_off).minus(Below::default().plus(&vertices[here]));
                let pieces = done.pieces + usize::from(done.parent.is_some() && far.counts());
                if let Some(node) = vertices[here].node.filter(|_| vertices[here].is_switch && pieces > 1) {
                    found.switches.insert(node, pieces);
                }
                let Some(parent) = stack.last_mut() else { break };
                let above = parent.vertex;
                low[above] = low[above].min(low[here]);
                below[above] = below[above].add(below[here]);
                if low[here] >= order[above] {
                    parent.pieces += usize::from(below[here].counts());
                    parent.cut_off = parent.cut_off.add(below[here]);
                }
                if low[here] > order[above] && vertices[here].is_switch && vertices[above].is_switch && below[here].counts() && whole.minus(below[here]).counts() {
                    let cable = vertices[here].next.iter().find(|(next, ..)| *next == above).filter(|(_, cables, _)| *cables == 1);
                    found.links.extend(cable.map(|(_, _, place)| *place));
                }
            }
        }
        order::sort(&mut found.links);
        found
    }
}

impl Below {
    fn plus(self, vertex: &Vertex) -> Self {
        Self { switches: self.switches + usize::from(vertex.is_switch), with_xpus: self.with_xpus + usize::from(vertex.has_xpus) }
    }
    fn add(self, other: Self) -> Self {
        Self { switches: self.switches + other.switches, with_xpus: self.with_xpus + other.with_xpus }
    }
    fn minus(self, other: Self) -> Self {
        Self { switches: self.switches.saturating_sub(other.switches), with_xpus: self.with_xpus.saturating_sub(other.with_xpus) }
    }
}

/// All vertices that hang together with `root`; none of them was seen before.
fn reach(vertices: &[Vertex], root: usize, seen: &mut [bool]) -> Vec<usize> {
    let mut found = vec![root];
    seen[root] = true;
    let mut at = 0;
    while let Some(vertex) = found.get(at).copied() {
        at += 1;
        for (next, ..) in &vertices[vertex].next {
            if !seen[*next] {
                seen[*next] = true;
                found.push(*next);
            }
        }
    }
    found
}

/// Switches of a network, and systems that join what they are on.
fn graph(survey: &Survey, network: &Network) -> Vec<Vertex> {
    let joins = |node: NodeId| network.tiers.contains_key(&node) || survey.xpus(node) > 1;
    let mut place = ByNode::new(survey.parts.places());
    let mut vertices: Vec<Vertex> = Vec::new();
    for node in network.at.keys().copied().filter(|node| joins(*node)) {
        place.insert(node, vertices.len());
        let is_switch = network.tiers.contains_key(&node);
        vertices.push(Vertex { node: Some(node), is_switch, has_xpus: survey.xpus(node) > 0, next: Vec::new() });
    }
    // Links of each vertex by the one they lead to, parallel ones together; the first of them is the one with the lowest id.
    let ids = survey.parts.places().ids();
    let mut beside: Vec<(u32, u32)> = Vec::new();
    for (node, joints) in network.at.iter() {
        let Some(here) = place.get(node).copied() else { continue };
        beside.clear();
        for joint in joints {
            let Some(other) = ids.get(joint.beyond as usize) else { continue };
            match place.get(other) {
                Some(there) => beside.push((*there as u32, joint.link)),
                // A host that joins nothing makes its switch one with XPUs.
                None => vertices[here].has_xpus |= survey.xpus(*other) > 0,
            }
        }
        if beside.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a > b)) {
            order::sort_by_number(&mut beside, |(there, _)| u64::from(*there));
        }
        let trunks = beside.chunk_by(|a, b| a.0 == b.0).filter_map(|trunk| trunk.first().map(|(there, link)| (*there as usize, trunk.len(), *link as usize)));
        vertices[here].next.extend(trunks);
    }
    vertices
}
