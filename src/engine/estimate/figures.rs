//! Figures that formulas fall back on where the catalogue has none, and constants of nature. Each says what it rests on;
//! what nobody wrote down is marked as recalled or assumed, is drawn differently, and counts as unknown where such
//! figures are left out.

use crate::engine::topology::VertexKind;
use crate::model::{Confidence, Figure, LinkLayer};

/// What is said where a figure rests on nobody's page.
pub const RECALLED: &str = "Recalled, not verified";

const fn recalled(value: f64, low: f64, high: f64) -> Figure<f64> {
    Figure { value, low, high, confidence: Confidence::Recalled, source: None }
}

/// Propagation in ns per metre: light in glass with a group index of 1.468 takes 4.9; a wave in twinax between 4.5 and 5.
pub const PROPAGATION: Figure<f64> = Figure { value: 4.9, low: 4.5, high: 5.0, confidence: Confidence::Derived, source: None };
/// Where [`PROPAGATION`] is from.
pub const PROPAGATION_SOURCE: &str = "Speed of light over the group index of glass (1.468 at 1310 nm); 4.5 to 5 ns/m covers copper";

/// A cable whose length nobody stated, in metres, both nodes in one rack.
pub const LENGTH_IN_RACK: Figure<f64> = recalled(1.5, 0.5, 3.0);
/// A cable whose length nobody stated, in metres, nodes in different racks or in none.
pub const LENGTH_ELSEWHERE: Figure<f64> = recalled(10.0, 1.0, 100.0);

/// One way through an adapter and its host's PCIe, in ns.
pub const ADAPTER: Figure<f64> = recalled(600.0, 400.0, 1000.0);
/// One PCIe wire with the root or switch port behind it, in ns.
pub const PCIE: Figure<f64> = recalled(150.0, 100.0, 300.0);
/// One scale-up or chip-to-chip wire inside a system, in ns.
pub const INSIDE_WIRE: Figure<f64> = recalled(20.0, 5.0, 50.0);

/// Port to port through a switch without a figure of its own, in ns, by what it speaks.
pub fn switch(layer: Option<LinkLayer>) -> Figure<f64> {
    match layer {
        Some(LinkLayer::Ethernet) => recalled(650.0, 500.0, 800.0),
        Some(LinkLayer::InfiniBand) => recalled(200.0, 150.0, 330.0),
        Some(LinkLayer::Ici | LinkLayer::NeuronLink | LinkLayer::NvLink | LinkLayer::Xgmi) => recalled(125.0, 100.0, 150.0),
        Some(LinkLayer::Pcie) => recalled(110.0, 100.0, 150.0),
        Some(LinkLayer::UaLink) => recalled(150.0, 100.0, 250.0),
        Some(LinkLayer::Other) | None => recalled(400.0, 100.0, 800.0),
    }
}

/// Forward error correction of one link, both ends together, in ns, by what is on the wire.
pub fn correction(layer: Option<LinkLayer>) -> Figure<f64> {
    match layer {
        Some(LinkLayer::Pcie) => recalled(2.0, 0.0, 10.0),
        Some(layer) if layer.is_scale_up() => recalled(30.0, 0.0, 60.0),
        _ => recalled(100.0, 0.0, 250.0),
    }
}

/// What passes through a vertex costs by its kind where the part says nothing.
pub fn passing(kind: VertexKind, layer: Option<LinkLayer>) -> Figure<f64> {
    match kind {
        VertexKind::Switch | VertexKind::Unknown => switch(layer),
        VertexKind::Host | VertexKind::Nic => ADAPTER,
        VertexKind::Cpu | VertexKind::Xpu => switch(layer.or(Some(LinkLayer::NvLink))),
    }
}

/// One network step of a collective library in ns, beyond the wire: 2.7 µs with the low-latency protocol, 14 µs with the simple one.
pub const SOFTWARE_NETWORK: Figure<f64> = Figure { value: 2700.0, low: 2700.0, high: 14_000.0, confidence: Confidence::Datasheet, source: None };
/// One step of a collective library over a scale-up fabric in ns: 0.6 µs to 3.4 µs by protocol.
pub const SOFTWARE_SCALE_UP: Figure<f64> = Figure { value: 600.0, low: 600.0, high: 3400.0, confidence: Confidence::Datasheet, source: None };
/// Where both are from.
pub const SOFTWARE_SOURCE: &str = "NCCL tuning model, src/graph/tuning.cc: hardware latencies of ring steps by protocol";
