//! What one rank gets of its scale-up domain, from its wires as they are drawn.
//!
//! Through switches: the traffic of two ranks spreads over the switches they share, each as wide as the narrower of the two;
//! the pair that gets least decides for a ring. Between ranks that are joined directly: what the rank with the least sends
//! altogether, since rings that use every wire exist on full meshes and on tori (a full mesh of n splits into n - 1 of them).

use super::group::{Group, is_scale_up, part_of};
use super::tuning::Family;
use crate::engine::context::Context;
use crate::engine::topology::{Topology, VertexIndex, VertexKind};
use crate::model::{LinkLayer, PartDetail};

/// Rates of the narrowest domain, in GB/s of the wire, one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ScaleUp {
    /// From each rank to the next.
    pub ring: f64,
    /// Between each rank and the switches that reach all ranks of the domain and reduce.
    pub in_switch: f64,
    /// Out of each rank altogether.
    pub out: f64,
    /// What is on the wires.
    pub layer: Option<LinkLayer>,
    /// Whether a wire has no known rate.
    pub unknown: bool,
    /// Whether some ranks are neither joined directly nor by one switch, so that what they send each other takes others' wires.
    pub far: bool,
}

/// The domain that gets least decides. `None` where no domain has two ranks.
///
/// Time: O(ranks' wires). Space: O(vertices).
pub fn of(context: &Context, group: &Group) -> Option<ScaleUp> {
    among(context, std::slice::from_ref(group))
}

/// As [`of`], for several groups at once: the domain of any of them that gets least decides.
pub fn among(context: &Context, groups: &[Group]) -> Option<ScaleUp> {
    let mut walk = Walk::new(context, groups.first()?.family);
    let domains = groups.iter().flat_map(|group| group.domains.iter().map(|domain| (domain, group.domains.len() == 1)));
    domains.filter(|(domain, _)| domain.len() > 1).map(|(domain, closed)| walk.domain(domain, closed)).reduce(|a, b| ScaleUp {
        ring: a.ring.min(b.ring),
        in_switch: a.in_switch.min(b.in_switch),
        out: a.out.min(b.out),
        layer: a.layer.or(b.layer),
        unknown: a.unknown || b.unknown,
        far: a.far || b.far,
    })
}

/// What is known of a vertex while a domain is walked; `round` tells whose it is, so that nothing has to be cleared.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// Toward the rank that is looked at, and toward the one before.
    rate: [f64; 2],
    rank: [u32; 2],
    /// The narrowest of all ranks, and how many reach it.
    least: f64,
    reached: u32,
    domain: u32,
}

struct Walk<'a, 'b> {
    context: &'b Context<'a>,
    topology: &'b Topology,
    family: Family,
    seen: Vec<Seen>,
    /// The domain that each vertex is a rank of: what is joined directly with others is of no use to a domain.
    member: Vec<u32>,
    rank: u32,
    domains: u32,
    /// The part asked last whether it reduces, by address, and the answer.
    reduces: Option<(usize, bool)>,
}

impl<'a, 'b> Walk<'a, 'b> {
    fn new(context: &'b Context<'a>, family: Family) -> Self {
        let topology = &context.topology;
        Self {
            context,
            topology,
            family,
            seen: vec![Seen::default(); topology.vertices().len()],
            member: vec![0; topology.vertices().len()],
            rank: 0,
            domains: 0,
            reduces: None,
        }
    }

    fn domain(&mut self, ranks: &[VertexIndex], closed: bool) -> ScaleUp {
        self.domains += 1;
        for rank in ranks {
            if let Some(member) = self.member.get_mut(*rank as usize) {
                *member = self.domains;
            }
        }
        let mut found = ScaleUp { ring: f64::INFINITY, in_switch: 0.0, out: f64::INFINITY, layer: None, unknown: false, far: false };
        let mut switches: Vec<VertexIndex> = Vec::new();
        let mut direct = f64::INFINITY;
        let mut through = f64::INFINITY;
        // The fewest others that a rank is joined with directly.
        let mut nearest = usize::MAX;
        let around = ranks.iter().chain(ranks.first().filter(|_| closed));
        for (place, rank) in around.enumerate() {
            self.rank += 1;
            let again = place >= ranks.len();
            let (mut shared, mut out, mut between) = (0.0, 0.0, 0.0);
            let mut near = 0;
            let mut own: Vec<VertexIndex> = Vec::new();
            for hop in self.topology.row(*rank) {
                let Some(edge) = self.topology.edges().get(hop.arc as usize / 2).filter(|edge| is_scale_up(edge)) else { continue };
                found.unknown |= !edge.rate_known;
                found.layer = found.layer.or(edge.layer);
                let rate = edge.gbps / 8.0 * self.relative(edge.layer, found.layer);
                let Some(vertex) = self.topology.vertices().get(hop.to as usize) else { continue };
                if vertex.kind != VertexKind::Switch {
                    let inside = self.member.get(hop.to as usize) == Some(&self.domains) || vertex.kind != VertexKind::Xpu;
                    let rate = if inside { rate } else { 0.0 };
                    out += rate;
                    between += rate;
                    if let Some(seen) = self.seen.get_mut(hop.to as usize).filter(|seen| inside && seen.rank[0] != self.rank) {
                        seen.rank[0] = self.rank;
                        near += 1;
                    }
                    continue;
                }
                out += rate;
                let Some(seen) = self.seen.get_mut(hop.to as usize) else { continue };
                if seen.rank[0] != self.rank {
                    seen.rank[1] = seen.rank[0];
                    seen.rate[1] = seen.rate[0];
                    seen.rank[0] = self.rank;
                    seen.rate[0] = 0.0;
                    own.push(hop.to);
                }
                seen.rate[0] += rate;
            }
            for switch in own {
                let Some(seen) = self.seen.get_mut(switch as usize) else { continue };
                if seen.rank[1] + 1 == self.rank && place > 0 {
                    shared += seen.rate[0].min(seen.rate[1]);
                }
                if again {
                    continue;
                }
                if seen.domain != self.domains {
                    (seen.domain, seen.least, seen.reached) = (self.domains, f64::INFINITY, 0);
                    switches.push(switch);
                }
                seen.least = seen.least.min(seen.rate[0]);
                seen.reached += 1;
            }
            if place > 0 {
                through = through.min(shared);
            }
            direct = direct.min(between);
            nearest = nearest.min(near);
            found.out = found.out.min(out);
        }
        found.ring = through.min(f64::MAX) + direct.min(f64::MAX);
        found.far = nearest + 1 < ranks.len();
        for switch in switches {
            let Some(seen) = self.seen.get(switch as usize).copied().filter(|seen| seen.reached as usize == ranks.len()) else { continue };
            found.far = false;
            if self.reduces(switch) {
                found.in_switch += seen.least;
            }
        }
        found
    }

    /// What a wire of one layer counts in a domain that is named after another.
    fn relative(&self, layer: Option<LinkLayer>, named: Option<LinkLayer>) -> f64 {
        if layer == named { 1.0 } else { self.family.share(layer).value / self.family.share(named).value }
    }

    fn reduces(&mut self, switch: VertexIndex) -> bool {
        let Some(part) = part_of(self.context, switch) else { return false };
        let address = std::ptr::from_ref(part) as usize;
        if let Some((_, answer)) = self.reduces.filter(|(asked, _)| *asked == address) {
            return answer;
        }
        let answer = matches!(&part.detail, PartDetail::Switch(detail) if detail.in_network.is_some());
        self.reduces = Some((address, answer));
        answer
    }
}
