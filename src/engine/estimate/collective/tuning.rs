//! What the collective libraries' own authors count with: the constants of NCCL's and RCCL's tuning models, which choose an
//! algorithm and a protocol, and a few measured shares. Data only; each with where it was read.
//!
//! Latencies are in microseconds, bandwidths in GB/s, both as their authors write them.

use crate::model::{Confidence, Figure, LinkLayer};

/// Where the latencies, caps and shares of NCCL are from.
pub const NCCL: &str = "NCCL tuning model: ncclTunerConstantsDefaults in NVIDIA/nccl, src/graph/tuning.cc";
/// Where the rates are from that NCCL counts with.
pub const NCCL_RATES: &str = "NCCL topology search: NVIDIA/nccl, src/graph/topo.h and search.cc";
/// Where the latencies of RCCL are from.
pub const RCCL: &str = "RCCL tuning model 0: ROCm/rccl@0cbce2a, src/graph/tuning.cc";
/// Where it is from what a call costs that is waited for, and that a queued one costs nothing.
pub const HOST_SOURCE: &str =
    "Overhead of a call in PyTorch, 20 to 30 µs, hidden where calls are queued: stas00/ml-engineering@0cc3de5, network/benchmarks/all_reduce_bench.py";
/// Where the measured step of a ring within a domain is from: small messages over 2 to 8 XPUs, as a line over the steps.
pub const STEP_SOURCE: &str =
    "10 µs over 2 to 33.7 µs over 8 A100: github.com/NVIDIA/nccl-tests/issues/123; 20 to 25 µs over 8 H100: github.com/marin-community/marin/issues/6736";
/// Where the share of in-switch reduction over many hosts is from.
pub const RACK_SOURCE: &str = "All-reduce of 8 GiB over the 72 XPUs of one NVL72 rack, 423.16 GB/s: coreweave/nccl-tests, README.md, single rack";
/// Where it is from how in-switch reduction cuts a message into pieces.
pub const PIECES_SOURCE: &str = "Chunks, channels, heads and stages of NVLS: NVIDIA/nccl, src/enqueue.cc, src/transport/nvls.cc, src/device/all_reduce.h";
/// The most ranks of a domain that reduce in the switch (`NCCL_MAX_NVLS_ARITY`, NVIDIA/nccl, src/include/device.h).
pub const MOST_HEADS: usize = 32;
/// How nccl-tests defines its numbers.
pub const NCCL_TESTS: &str = "algbw and busbw as nccl-tests defines them: NVIDIA/nccl-tests, doc/PERFORMANCE.md";

const fn published(value: f64, low: f64, high: f64) -> Figure<f64> {
    Figure { value, low, high, confidence: Confidence::Datasheet, source: None }
}
const fn measured(value: f64, low: f64, high: f64) -> Figure<f64> {
    Figure { value, low, high, confidence: Confidence::Measured, source: None }
}
const fn recalled(value: f64, low: f64, high: f64) -> Figure<f64> {
    Figure { value, low, high, confidence: Confidence::Recalled, source: None }
}

/// What the host takes to start a collective and to learn that it is done, in ns, where a program waits for each.
pub const HOST: Figure<f64> = measured(25_000.0, 20_000.0, 30_000.0);

/// Whether a program waits for each collective.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Calls {
    /// The next is queued behind the last, as in a training loop whose host runs ahead, in nccl-tests and in a CUDA graph: the host's share is hidden.
    #[default]
    Queued,
    /// One at a time: the host's share, [`HOST`], comes on top of each.
    Waited,
}

impl Calls {
    /// Both with the words the command uses.
    pub const WORDS: [(&'static str, Self); 2] = [("queued", Self::Queued), ("waited", Self::Waited)];
}

/// What a library does on one kind of XPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// A100 and its kin.
    Ampere,
    /// H100, H200 and their kin.
    Hopper,
    /// B200, GB200, B300 and their kin; also what is newer, which nobody has published.
    Blackwell,
    /// AMD Instinct, with RCCL.
    Instinct,
    /// Any other XPU: reckoned like Hopper, as a recalled figure.
    Other,
}

impl Family {
    /// The family of an XPU by its generation in the catalogue.
    pub fn of(generation: &str) -> Self {
        match generation {
            "Ampere" => Self::Ampere,
            "Hopper" => Self::Hopper,
            "Blackwell" | "Blackwell Ultra" => Self::Blackwell,
            "CDNA3" | "CDNA4" => Self::Instinct,
            _ => Self::Other,
        }
    }

    /// The row of the tables by compute capability.
    fn row(self) -> usize {
        match self {
            Self::Ampere => 0,
            Self::Hopper | Self::Instinct | Self::Other => 1,
            Self::Blackwell => 2,
        }
    }

    /// The library whose constants are used.
    pub fn library(self) -> &'static str {
        if self == Self::Instinct { "RCCL" } else { "NCCL" }
    }
    /// Where its latencies are from.
    pub fn source(self) -> &'static str {
        if self == Self::Instinct { RCCL } else { NCCL }
    }

    /// A published figure as it holds for this family: recalled where nobody published it for this XPU.
    fn hold(self, value: f64, low: f64, high: f64) -> Figure<f64> {
        if self == Self::Other { recalled(value, low.min(value * 0.5), high.max(value * 2.0)) } else { published(value, low, high) }
    }

    /// The share of a link's rate that collectives get. NVLink as NCCL counts it: 20 of 25 GB/s (Ampere), 20.6 of 25
    /// (Hopper), 40.1 of 50 (Blackwell); a 400G adapter as 48 of 50 GB/s.
    pub fn share(self, layer: Option<LinkLayer>) -> Figure<f64> {
        match layer {
            Some(LinkLayer::NvLink) => match self {
                Self::Ampere => published(20.0 / 25.0, 0.775, 0.91),
                Self::Hopper => published(20.6 / 25.0, 0.81, 0.88),
                Self::Blackwell => published(40.1 / 50.0, 0.75, 0.855),
                Self::Instinct | Self::Other => recalled(0.8, 0.7, 0.9),
            },
            Some(LinkLayer::Xgmi) => measured(0.75, 0.70, 0.75),
            Some(LinkLayer::UaLink) => Figure { value: 0.93, low: 0.7, high: 0.93, confidence: Confidence::Specification, source: None },
            Some(LinkLayer::InfiniBand) => published(0.96, 0.91, 0.994),
            Some(LinkLayer::Ethernet) => published(0.96, 0.85, 0.98),
            Some(LinkLayer::Pcie) => measured(0.88, 0.85, 0.91),
            Some(LinkLayer::Ici | LinkLayer::NeuronLink) => recalled(0.8, 0.6, 0.95),
            Some(LinkLayer::Other) | None => recalled(0.96, 0.85, 0.994),
        }
    }

    /// Where [`Family::share`] is from.
    pub fn share_source(self, layer: Option<LinkLayer>) -> &'static str {
        match layer {
            Some(LinkLayer::NvLink | LinkLayer::InfiniBand | LinkLayer::Ethernet) => NCCL_RATES,
            Some(LinkLayer::Xgmi) => "48 of 64 GB/s per xGMI link: AMD ROCm blog, RCCL bandwidth and xGMI on MI300X; github.com/ROCm/rccl/issues/1210",
            Some(LinkLayer::UaLink) => "Peak payload share of UALink 200G 1.0: Converge Digest",
            Some(LinkLayer::Pcie) => "Measured payload share of PCIe 5: stas00/ml-engineering, network chapter",
            _ => crate::engine::estimate::figures::RECALLED,
        }
    }

    /// What in-switch reduction gets of the links' share: 0.85 on Hopper, 0.74 on Blackwell; 0.6 where the domain spans hosts.
    /// `None` where the family has none. UALink 2.0 and switches of other makers are a projection.
    pub fn in_switch(self, spans_hosts: bool) -> Option<Figure<f64>> {
        match self {
            Self::Ampere | Self::Instinct => None,
            Self::Hopper => Some(published(0.85, 0.80, 0.88)),
            Self::Blackwell if spans_hosts => Some(measured(0.609, 0.55, 0.74)),
            Self::Blackwell => Some(published(0.74, 0.65, 0.77)),
            Self::Other => Some(recalled(0.7, 0.5, 0.9)),
        }
    }

    /// Channels of in-switch reduction (`NVLS_NCHANNELS` in NCCL's transport/nvls.cc): 16; on Blackwell 24, and 32 with trees between domains.
    pub fn in_switch_channels(self, tree: bool) -> f64 {
        match self {
            Self::Blackwell if tree => 32.0,
            Self::Blackwell => 24.0,
            Self::Ampere | Self::Hopper | Self::Instinct | Self::Other => 16.0,
        }
    }

    /// Latency before the first step, in ns.
    pub fn base(self, shape: Shape, protocol: Protocol) -> Figure<f64> {
        let micros = match (self, shape) {
            (Self::Instinct, _) => [12.0, 12.0, 17.0],
            (_, Shape::Tree) => [6.8, 14.0, 8.4],
            (_, Shape::Ring) => [6.6, 14.0, 8.4],
        };
        self.nanoseconds(micros, protocol)
    }
    /// Latency of one step within a scale-up domain as it was measured, in ns. Only the low-latency protocol of NVIDIA's XPUs was:
    /// a ring's step takes two to three times what the library counts. Nobody published Blackwell's; Hopper's stands for it.
    pub fn inside(self, shape: Shape, protocol: Protocol) -> Figure<f64> {
        match (self, protocol) {
            (Self::Ampere, Protocol::Ll) => measured(1980.0, 600.0, 1980.0),
            (Self::Hopper | Self::Blackwell, Protocol::Ll) => measured(1140.0, 600.0, 1320.0),
            _ => self.counted(shape, protocol),
        }
    }
    /// Latency of one step within a scale-up domain as the library's tuner counts it, in ns.
    pub fn counted(self, shape: Shape, protocol: Protocol) -> Figure<f64> {
        let micros = match (self, shape) {
            (Self::Instinct, _) => [0.8, 2.2, 3.6],
            (_, Shape::Tree) => [0.6, 1.25, 4.0],
            (_, Shape::Ring) => [0.6, 1.9, 3.4],
        };
        self.nanoseconds(micros, protocol)
    }
    /// Latency of one step over the network, in ns.
    pub fn network(self, shape: Shape, protocol: Protocol) -> Figure<f64> {
        let micros = match (self, shape) {
            (Self::Instinct, _) => [9.5, 19.8, 15.1],
            (_, Shape::Tree) => [5.0, 8.5, 14.0],
            (_, Shape::Ring) => [2.7, 4.0, 14.0],
        };
        self.nanoseconds(micros, protocol)
    }
    /// A latency in ns that has one figure for all.
    pub fn latency(self, micros: f64) -> Figure<f64> {
        self.hold(micros * 1000.0, micros * 1000.0, micros * 1000.0)
    }
    fn nanoseconds(self, micros: [f64; 3], protocol: Protocol) -> Figure<f64> {
        let [ll, ll128, simple] = micros;
        self.latency(match protocol {
            Protocol::Ll => ll,
            Protocol::Ll128 => ll128,
            Protocol::Simple => simple,
        })
    }

    /// The most that the low-latency protocol carries, by 1, 2 or more domains.
    pub fn ll_cap(self, domains: usize) -> Figure<f64> {
        let table = [[87.7, 22.5, 19.0], [141.0, 45.0, 35.0], [282.0, 90.0, 70.0]];
        let row = if domains == 1 { self.row() } else { 0 };
        // Over a network NCCL asks what the host's processor is; the middle row is AMD's.
        let cap = look(&table, row, domains);
        self.hold(cap, cap, cap)
    }
    /// The most a channel carries with LL128.
    pub fn ll128_cap(self, shape: Shape, domains: usize) -> f64 {
        match shape {
            Shape::Ring => look(&[[20.0; 3], [36.7; 3], [40.0; 3]], self.row(), domains),
            Shape::Tree => look(&[[20.0; 3], [36.7, 36.7, 29.0], [55.6, 31.67, 20.0]], self.row(), domains),
        }
    }
    /// What NCCL counts a tree's channel with at most when it chooses; it does not hold the tree back.
    pub fn tree_cap(self, domains: usize) -> f64 {
        look(&[[24.0, 23.6, 17.8], [38.7, 41.4, 36.0], [70.0, 42.8, 24.0]], self.row(), domains)
    }
    /// As [`Family::tree_cap`], for trees over in-switch reduction.
    pub fn in_switch_tree_cap(self, domains: usize) -> f64 {
        look(&[[24.0, 23.6, 17.8], [f64::INFINITY, 57.7, 45.5], [f64::INFINITY, 96.0, 43.8]], self.row(), domains)
    }
}

/// A table's entry by row and 1, 2 or more domains.
fn look(table: &[[f64; 3]; 3], row: usize, domains: usize) -> f64 {
    table.get(row).and_then(|row| row.get(domains.clamp(1, 3) - 1)).copied().unwrap_or(0.0)
}

/// The shapes that have latencies of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One after the other.
    Ring,
    /// Up and down again.
    Tree,
}

/// How data is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// Low latency: a flag with every 4 bytes of data, half the bandwidth.
    Ll,
    /// Low latency over 128 bytes: a flag with every 120.
    Ll128,
    /// In chunks with fences.
    Simple,
}

impl Protocol {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ll, Self::Ll128, Self::Simple];

    /// The name NCCL gives it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ll => "LL",
            Self::Ll128 => "LL128",
            Self::Simple => "Simple",
        }
    }

    /// What a tree gets of its bandwidth at a size ("Trees are not perfectly sticking to the model for medium sizes"):
    /// powers of two from 64 B to 256 MiB.
    pub fn tree_correction(self, size: f64) -> f64 {
        const LL: [f64; 23] = [1.0, 1.0, 1.0, 1.0, 0.9, 0.8, 0.7, 0.7, 0.7, 0.7, 0.6, 0.5, 0.4, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.0, 1.0, 1.0];
        const LL128: [f64; 23] = [1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.8, 0.8, 0.8, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.8, 0.9, 0.9, 0.9, 0.9, 1.0, 1.0];
        const SIMPLE: [f64; 23] = [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.8, 0.7, 0.6, 0.6, 0.5, 0.5, 0.5, 0.5, 0.6, 0.7, 0.8, 0.7, 0.7, 0.8, 0.9, 0.9];
        let row = match self {
            Self::Ll => &LL,
            Self::Ll128 => &LL128,
            Self::Simple => &SIMPLE,
        };
        let place = (size / 64.0).log2().floor();
        if place < 0.0 { 1.0 } else { row.get(place as usize).copied().unwrap_or(1.0) }
    }
}

/// What a tree over the network gets of the links' share.
pub const TREE: f64 = 0.92;
