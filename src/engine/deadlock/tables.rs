//! The verdict on forwarding tables: each link is a channel of its own, and the routes to a destination are a tree.
//!
//! This is ibdmchk's test (`CredLoops.cpp` of ibutils): the tables that [`Tables`] fills are followed from every switch with hosts to every port
//! of a host, what waits for what is put down, and a circle is looked for.

use super::waits::Waits;
use super::{Switches, Verdict, shape};
use crate::engine::routing::OfFabric;
use crate::engine::routing::Shape;
use crate::engine::routing::graph::Graph;
use crate::engine::routing::tables::{Filling, NO_PORT, Tables};
use crate::engine::routing::turns::Turns;
use crate::model::Fabric;

/// So many entries of tables are filled at once: two bytes each.
const AT_ONCE: usize = 1 << 25;

/// Whether the tables of a fabric close a circle. `all` are the same switches routed by all equal ways.
///
/// Where these close none, no choice among them does, and no table has to be filled. That needs tables that keep to the steps allowed, though a
/// table does not know where a packet came from: wherever any step may follow any, and under up/down where every link leads one rank up or down,
/// since a way that only goes down is then as short as any.
///
/// Tables that were read from the running fabric are followed as they are, to each address: whatever loops in them is a circle too.
///
/// Time: O(switches × (links + destinations × ports)). Space: O(links × ports / 64 + entries at once).
pub(super) fn judge(graph: &Graph, fabric: &Fabric, of: &OfFabric, all: &Switches, most: u64, progress: &mut dyn FnMut(f64)) -> Verdict {
    let shape = shape(graph, fabric, of);
    let keeps = match &shape {
        None => true,
        Some(Shape::Order(order)) => {
            let rank = |place: usize| order.rank.get(place).copied().unwrap_or(0);
            graph.rows.iter().enumerate().all(|(from, row)| row.iter().all(|(to, _)| rank(from).abs_diff(rank(*to as usize)) == 1))
        }
        Some(_) => false,
    };
    let read = fabric.tables.as_ref();
    if read.is_none() && keeps && all.verdict(most, &mut |_| {}) == Verdict::Free {
        return Verdict::Free;
    }
    let tables = Tables::of(graph, shape.as_ref(), read);
    let switches = Switches::ported(&tables, graph.hosts.clone()).under(graph, fabric, of, shape);
    switches.follow_tables(&tables, most, progress)
}

impl Switches {
    fn follow_tables(&self, tables: &Tables, most: u64, progress: &mut dyn FnMut(f64)) -> Verdict {
        let (count, destinations) = (self.neighbours.len(), tables.destinations());
        let words = self.neighbours.iter().map(Vec::len).max().unwrap_or(0).div_ceil(64);
        let search = self.ends.len() as u64 * u64::from(tables.turns().modes()) * words as u64;
        if (count as u64).saturating_mul(search + 8 * destinations as u64) > most {
            return Verdict::Undecided;
        }
        let mut filling = Filling::new(tables);
        let mut given: Vec<Vec<u32>> = vec![Vec::new(); count];
        let mut waits = Waits::new(self, Turns::free());
        let (lanes, states) = (self.lanes.count(), self.lanes.states());
        // By switch and state of lanes: the last destination that was followed from there.
        let mut followed = vec![0u32; count * states];
        let piece = (AT_ONCE / count.max(1)).max(1);
        for begin in (0..destinations).step_by(piece) {
            let end = (begin + piece).min(destinations);
            let rows: Vec<Vec<u16>> = (0u32..).zip(&mut given).map(|(place, given)| filling.fill(place, begin..end, given)).collect();
            for destination in begin..end {
                for start in (0..count as u32).filter(|start| self.has_hosts(*start)) {
                    let (mut here, mut state, mut by) = (start, 0, None);
                    loop {
                        let port = rows.get(here as usize).and_then(|row| row.get(destination - begin)).copied().unwrap_or(NO_PORT);
                        let Some((next, _)) = tables.row(here).get(usize::from(port)).copied() else { break };
                        let channel = self.channel(here, usize::from(port));
                        let (lane, then) = self.lanes.next(state, channel);
                        if let Some(by) = by {
                            waits.wait_for(by, usize::from(port) * lanes + lane);
                        }
                        let Some(known) = followed.get_mut(here as usize * states + state) else { break };
                        if std::mem::replace(known, destination as u32 + 1) == destination as u32 + 1 {
                            break;
                        }
                        (here, state, by) = (next, then, Some((channel * lanes + lane) as u32));
                    }
                }
            }
            progress(end as f64 / destinations.max(1) as f64);
        }
        waits.circle().map_or(Verdict::Free, Verdict::Circle)
    }
}
