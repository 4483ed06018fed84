//! Who takes part: XPUs in the order of the design, grouped by the scale-up domain they are in.

use super::tuning::Family;
use crate::engine::context::Context;
use crate::engine::topology::{Edge, Topology, VertexIndex, VertexKind};
use crate::model::{FabricRole, LinkLayer, NodeId, Part, PartDetail};

/// The ranks of a collective.
#[derive(Clone, Debug)]
pub struct Group {
    /// Ranks by domain, in the order of the design. No domain is empty.
    pub domains: Vec<Vec<VertexIndex>>,
    /// How many ranks there are.
    pub count: usize,
    /// Whether they are XPUs; where a design has none, its endpoints stand for them.
    pub xpus: bool,
    /// Whose constants hold: of all ranks' families the first in order; mixed ones are [`Family::Other`].
    pub family: Family,
    /// Whether some domain spans several systems.
    pub spans_hosts: bool,
}

/// Whether an edge joins XPUs into a domain: a scale-up link, or wires inside a system that are not PCIe.
#[inline(always)]
pub fn is_scale_up(edge: &Edge) -> bool {
    let memory_semantic = edge.layer.is_some_and(LinkLayer::is_scale_up);
    edge.usable && (memory_semantic || (edge.role == FabricRole::ScaleUp && edge.layer.is_some_and(|layer| layer != LinkLayer::Pcie)))
}

impl Group {
    /// The first `most` XPUs of a design (all of them where `None`); its endpoints where it has no XPU.
    ///
    /// Time: O(vertices + edges).
    pub fn of(context: &Context, most: Option<usize>) -> Self {
        let topology = &context.topology;
        let xpus = topology.participants().next().and_then(|first| topology.vertices().get(first as usize)).is_some_and(|first| first.kind == VertexKind::Xpu);
        let ranks: Vec<VertexIndex> = topology.participants().take(most.unwrap_or(usize::MAX)).collect();

        let family = family(context, &ranks);
        let mut groups = Self::split(context, &[ranks]);
        let group = groups.pop().unwrap_or(Self { domains: Vec::new(), count: 0, xpus, family, spans_hosts: false });
        Self { xpus, ..group }
    }

    /// Each list of ranks as a group of its own; the constants are those of all together. Time: O(vertices + edges).
    pub fn split(context: &Context, lists: &[Vec<VertexIndex>]) -> Vec<Self> {
        let topology = &context.topology;
        let domain_of = domains(topology);
        let every: Vec<VertexIndex> = lists.iter().flatten().copied().collect();
        let family = family(context, &every);
        let node = |rank: &VertexIndex| topology.vertices().get(*rank as usize).map(|vertex| vertex.node);
        // Which list a domain was met in last, and its place there.
        let mut place = vec![(u32::MAX, 0u32); topology.vertices().len()];
        let group = |(list, ranks): (usize, &Vec<VertexIndex>)| {
            let mut found: Vec<Vec<VertexIndex>> = Vec::new();
            for rank in ranks {
                let root = domain_of.get(*rank as usize).copied().unwrap_or(*rank);
                let Some(slot) = place.get_mut(root as usize) else { continue };
                if slot.0 != list as u32 {
                    *slot = (list as u32, found.len() as u32);
                    found.push(Vec::new());
                }
                if let Some(domain) = found.get_mut(slot.1 as usize) {
                    domain.push(*rank);
                }
            }
            let spans_hosts = found.iter().any(|domain| domain.windows(2).any(|pair| matches!(pair, [a, b] if node(a) != node(b))));
            Self { family, count: ranks.len(), xpus: true, spans_hosts, domains: found }
        };
        lists.iter().enumerate().map(group).collect()
    }

    /// The fewest and the most ranks of a domain.
    pub fn sizes(&self) -> (usize, usize) {
        let sizes = || self.domains.iter().map(Vec::len);
        (sizes().min().unwrap_or(0), sizes().max().unwrap_or(0))
    }

    /// What it is, in words.
    pub fn words(&self) -> String {
        let (least, most) = self.sizes();
        let of = if least == most { format!("{most}") } else { format!("{least} to {most}") };
        let what = if self.xpus { "XPUs" } else { "endpoints" };
        match (self.domains.len(), most) {
            (1, _) => format!("{} {what} of one scale-up domain", self.count),
            (_, 1) => format!("{} {what}, no two in one scale-up domain", self.count),
            (domains, _) => format!("{} {what} in {domains} scale-up domains of {of}", self.count),
        }
    }
}

/// The first vertex of the scale-up domain that each vertex is in. Union by lower number with path halving.
pub fn domains(topology: &Topology) -> Vec<VertexIndex> {
    fn root(of: &mut [VertexIndex], mut vertex: VertexIndex) -> VertexIndex {
        while of[vertex as usize] != vertex {
            of[vertex as usize] = of[of[vertex as usize] as usize];
            vertex = of[vertex as usize];
        }
        vertex
    }
    let mut of: Vec<VertexIndex> = (0..topology.vertices().len() as u32).collect();
    for edge in topology.edges().iter().filter(|edge| is_scale_up(edge)) {
        let [a, b] = edge.ends.map(|end| root(&mut of, end));
        of[a.max(b) as usize] = a.min(b);
    }
    for vertex in 0..of.len() as u32 {
        let first = root(&mut of, vertex);
        of[vertex as usize] = first;
    }
    of
}

/// The part that a vertex is, where the catalogue knows it.
pub fn part_of<'a>(context: &Context<'a>, vertex: VertexIndex) -> Option<&'a Part> {
    let vertex = context.topology.vertices().get(vertex as usize)?;
    let part = context.parts.part(vertex.node)?;
    match vertex.inside {
        Some(place) => context.catalog.part(context.design, part.inside()?.vertices.get(usize::from(place))?.part.as_ref()?),
        None => Some(part),
    }
}

fn family(context: &Context, ranks: &[VertexIndex]) -> Family {
    let mut all: Option<Family> = None;
    let mut last: Option<NodeId> = None;
    for rank in ranks {
        let node = context.topology.vertices().get(*rank as usize).map(|vertex| vertex.node);
        if node == last {
            continue;
        }
        last = node;
        let here = match part_of(context, *rank).map(|part| &part.detail) {
            Some(PartDetail::Xpu(detail)) => Family::of(&detail.generation),
            _ => Family::Other,
        };
        all = Some(match all {
            None => here,
            Some(other) if other == here => here,
            // A library takes the least of one maker's; makers do not mix.
            Some(other) if other < Family::Instinct && here < Family::Instinct => other.min(here),
            Some(_) => Family::Other,
        });
    }
    all.unwrap_or(Family::Other)
}
