//! [`super::sweep`] together with the search itself, where one way of each state is at least as slow as all its others in every respect: what is nearer
//! tells what is farther about its way when its turn comes, so that every step is looked at once. That is the usual case, of one rate in the whole
//! fabric. Where it is not, it says so, and the sweep answers.

use super::pace::Pace;
use super::sweep::{Found, Way, found, step};
use crate::engine::estimate::collective::group::is_scale_up;
use crate::engine::routes::Routes;
use crate::engine::topology::{Topology, VertexIndex};

/// What is known of a state.
#[derive(Clone, Copy, Debug)]
struct At {
    way: Way,
    peak: u8,
    network: bool,
}

/// Buffers for passes over one topology. Space: O(modes × vertices + edges).
#[derive(Clone, Debug)]
pub struct Quick<'a> {
    pace: &'a Pace,
    /// By vertex.
    tier: &'a [u8],
    /// By edge, whether it leaves the scale-up fabric.
    leaves: Vec<bool>,
    at: Vec<At>,
}

impl<'a> Quick<'a> {
    /// Buffers. `tier` is the tier of each vertex; what it leaves out is tier 0.
    pub fn new(topology: &Topology, pace: &'a Pace, tier: &'a [u8]) -> Self {
        Self { pace, tier, leaves: topology.edges().iter().map(|edge| !is_scale_up(edge)).collect(), at: Vec::new() }
    }

    /// Searches everything that leads to `target`, as [`Routes::toward`] does. Whether [`Quick::from`] answers for it. Time: O(vertices + edges).
    pub fn toward(&mut self, routes: &mut Routes, target: VertexIndex) -> bool {
        let Self { pace, tier, leaves, at } = self;
        at.clear();
        at.resize(routes.states(), At { way: Way::NONE, peak: 0, network: false });
        let mut is_one = true;
        routes.toward_telling(target, |from, arc, state, here, is_first| {
            let Some(known) = at.get(state as usize).copied() else { return };
            let way = step(pace, target, arc, here, &known.way);
            let passed = if here == target { 0 } else { tier.get(here as usize).copied().unwrap_or(0) };
            let network = known.network || leaves.get(arc as usize / 2).copied().unwrap_or(true);
            let Some(slot) = at.get_mut(from as usize) else { return };
            if is_first {
                *slot = At { way, peak: known.peak.max(passed), network };
                return;
            }
            slot.peak = slot.peak.max(known.peak).max(passed);
            slot.network |= network;
            if !slot.way.outlasts(&way) {
                is_one &= way.outlasts(&slot.way);
                slot.way = way;
            }
        });
        is_one
    }

    /// What the ways from a source are like; `None` for one that the search did not reach. See [`super::sweep::Sweep::from`].
    pub fn from(&self, routes: &Routes, source: VertexIndex) -> Option<Found> {
        routes.hops(source)?;
        let At { way, peak, network } = self.at.get(source as usize)?;
        Some(found(self.pace, way, *peak, *network))
    }
}
