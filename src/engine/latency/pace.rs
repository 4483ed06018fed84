//! What each edge and vertex takes of a message's time, in whole femtoseconds: sums of whole numbers are the same in whatever order
//! they are made, so that equal latencies are equal to the last digit.

use crate::engine::delays::Delays;
use crate::engine::estimate::collective::group::is_scale_up;
use crate::engine::topology::{ArcIndex, Edited, Topology, VertexIndex};
use crate::units::{Bytes, Nanoseconds};

/// Femtoseconds in a nanosecond.
pub const FEMTO: f64 = 1e6;
/// The largest packet, which a switch that stores and forwards takes in whole.
pub const PACKET: Bytes = Bytes(4096.0);
/// What takes longer counts as unknown: two hours and a half.
pub const MOST: u64 = u64::MAX / 2;

/// The times of a topology for one size of message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pace {
    edge: Vec<u64>,
    /// Gb/s of each edge; 0 is unknown.
    rate: Vec<f64>,
    /// By edge, whether it joins XPUs into a domain.
    scale_up: Vec<bool>,
    vertex: Vec<u64>,
    ending: Vec<u64>,
    stores: Vec<bool>,
    bits: f64,
}

/// Nanoseconds as whole femtoseconds.
pub fn whole(nanoseconds: f64) -> u64 {
    // A number that is none becomes 0, one that is too large the largest.
    ((nanoseconds * FEMTO).round() as u64).min(MOST)
}

impl Pace {
    /// The times of a topology. A message of 0 bytes asks for the way alone. Time: O(vertices + edges).
    pub fn of(topology: &Topology, delays: &Delays, message: Bytes) -> Self {
        Self::made(topology, delays, message, |time| time.0)
    }
    /// The least that the same times may be, and the most. Time: O((vertices + edges) log times that differ).
    pub fn ends(topology: &Topology, delays: &Delays, message: Bytes) -> [Self; 2] {
        [Self::made(topology, delays, message, |time| delays.span(time)[0].0), Self::made(topology, delays, message, |time| delays.span(time)[1].0)]
    }
    fn made(topology: &Topology, delays: &Delays, message: Bytes, take: impl Fn(Nanoseconds) -> f64) -> Self {
        let vertices = 0..topology.vertices().len() as u32;
        let edges = topology.edges();
        // Neighbours mostly take as long.
        let mut last = (Nanoseconds(0.0), whole(take(Nanoseconds(0.0))));
        let mut made = |time: Nanoseconds| {
            if time.0.to_bits() != last.0.0.to_bits() {
                last = (time, whole(take(time)));
            }
            last.1
        };
        Self {
            edge: (0..edges.len() as u32).map(|edge| made(delays.crossing(2 * edge))).collect(),
            rate: edges.iter().map(|edge| if edge.rate_known { edge.gbps } else { 0.0 }).collect(),
            scale_up: edges.iter().map(is_scale_up).collect(),
            vertex: vertices.clone().map(|vertex| made(delays.passing(vertex))).collect(),
            ending: vertices.clone().map(|vertex| made(delays.ending(topology, vertex))).collect(),
            stores: vertices.map(|vertex| delays.stores(vertex)).collect(),
            bits: message.0.max(0.0) * 8.0,
        }
    }

    /// The times of a topology that was taken over from the one these are of, for the same message, where nothing differs but at some nodes, by place.
    /// Time: O(change), and a pass over memory where edges or vertices move.
    pub(in crate::engine) fn after(mut self, topology: &Topology, delays: &Delays, edited: &Edited, touched: &[usize]) -> Option<Self> {
        edited.vertices.take_over(&mut self.vertex);
        edited.vertices.take_over(&mut self.ending);
        edited.vertices.take_over(&mut self.stores);
        if self.vertex.len() != topology.vertices().len() {
            return None;
        }
        edited.edges.take_over(&mut self.edge);
        edited.edges.take_over(&mut self.rate);
        edited.edges.take_over(&mut self.scale_up);
        for edge in edited.anew.iter().chain(edited.edges.come()) {
            let is = topology.edges().get(*edge as usize)?;
            *self.edge.get_mut(*edge as usize)? = whole(delays.crossing(2 * edge).0);
            *self.rate.get_mut(*edge as usize)? = if is.rate_known { is.gbps } else { 0.0 };
            *self.scale_up.get_mut(*edge as usize)? = is_scale_up(is);
        }
        for at in touched.iter().flat_map(|node| topology.vertices_at(*node)) {
            *self.vertex.get_mut(at as usize)? = whole(delays.passing(at).0);
            *self.ending.get_mut(at as usize)? = whole(delays.ending(topology, at).0);
            *self.stores.get_mut(at as usize)? = delays.stores(at);
        }
        debug_assert!(self == Self::of(topology, delays, Bytes(self.bits / 8.0)), "pace");
        Some(self)
    }

    /// The time to cross an arc.
    #[inline(always)]
    pub fn crossing(&self, arc: ArcIndex) -> u64 {
        self.edge.get(arc as usize / 2).copied().unwrap_or(0)
    }
    /// The rate of an arc in Gb/s; 0 is unknown. Without a message no rate matters, so all are alike.
    #[inline(always)]
    pub fn rate(&self, arc: ArcIndex) -> f64 {
        if self.bits > 0.0 { self.rate.get(arc as usize / 2).copied().unwrap_or(0.0) } else { f64::INFINITY }
    }
    /// Whether an arc joins XPUs into a domain ([`is_scale_up`]).
    #[inline(always)]
    pub(super) fn is_scale_up(&self, arc: ArcIndex) -> bool {
        self.scale_up.get(arc as usize / 2).copied().unwrap_or(false)
    }
    /// The time to pass a vertex.
    pub fn passing(&self, vertex: VertexIndex) -> u64 {
        self.vertex.get(vertex as usize).copied().unwrap_or(0)
    }
    /// What a vertex adds as an end.
    pub fn ending(&self, vertex: VertexIndex) -> u64 {
        self.ending.get(vertex as usize).copied().unwrap_or(0)
    }
    /// Whether packets are taken in whole at a vertex that is passed.
    pub fn stores(&self, vertex: VertexIndex) -> bool {
        self.stores.get(vertex as usize).copied().unwrap_or(false)
    }
    /// The bits of a packet, or of the message where that is less.
    pub fn packet(&self) -> f64 {
        self.bits.min(PACKET.0 * 8.0)
    }
    /// The time that the bits of one packet take at a rate; 0 where it is unknown.
    pub fn packet_time(&self, rate: f64) -> u64 {
        if rate > 0.0 { whole(self.packet() / rate) } else { 0 }
    }
    /// The time on the wire of a message: its first packet at the rate of one stretch, the rest at the slowest rate of all; `None`
    /// where a rate is unknown.
    pub fn serialisation(&self, stretch: f64, slowest: f64) -> Option<u64> {
        if self.bits <= 0.0 {
            return Some(0);
        }
        (slowest > 0.0).then(|| whole(self.packet() / stretch + (self.bits - self.packet()) / slowest))
    }
}
