//! Parts: what can be bought or drawn. Types only; the built-in parts and how to look them up are `catalog`'s.
//!
//! A figure never travels without what it rests on: value, range, confidence and source.

use std::fmt;

use super::cable::CableDetail;
use super::ids::PartId;
use super::record::Extra;
use crate::units::{Gbps, Kilograms, Metres, Nanoseconds, Watts};

/// How much a figure can be trusted, from most to least.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A standard or a consortium's text.
    Specification,
    /// The maker's data sheet or manual.
    Datasheet,
    /// Peer-reviewed or a preprint.
    Paper,
    /// Measured by somebody who does not sell it.
    Measured,
    /// News, resellers, blogs.
    Press,
    /// Follows by arithmetic from figures that are listed.
    Derived,
    /// Set by the user in this design.
    #[default]
    Stated,
    /// Somebody's memory, not verified. Drawn differently everywhere.
    Recalled,
}

impl Confidence {
    /// The words shown for it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Datasheet => "data sheet",
            Self::Derived => "derived",
            Self::Measured => "measured by a third party",
            Self::Paper => "paper",
            Self::Press => "press",
            Self::Recalled => "recalled",
            Self::Specification => "specification",
            Self::Stated => "stated in this design",
        }
    }
}

/// Where a figure was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// Its title.
    pub title: String,
    /// Where to find it: an address, or repository and path.
    pub place: String,
}

/// What facts that are not a single number (the cages of a panel, the lanes of a cable) rest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// How much they can be trusted.
    pub confidence: Confidence,
    /// Index into the sources of the part they belong to; `None` where they were stated in the design.
    pub source: Option<u16>,
}

/// A number with its range and what it rests on. `low <= value <= high`.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure<T> {
    /// The value to reckon with.
    pub value: T,
    /// The least it may be.
    pub low: T,
    /// The most it may be.
    pub high: T,
    /// How much it can be trusted.
    pub confidence: Confidence,
    /// Index into the sources of the part or protocol it belongs to; `None` where it has no part (stated or derived).
    pub source: Option<u16>,
}

impl<T: Copy> Figure<T> {
    /// A figure without a range and without a source of its own.
    pub fn exact(value: T, confidence: Confidence) -> Self {
        Self { value, low: value, high: value, confidence, source: None }
    }
    /// Whether it rests on somebody's memory.
    pub fn is_recalled(&self) -> bool {
        self.confidence == Confidence::Recalled
    }
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartKind {
    /// A rack.
    Rack,
    /// A box with XPUs, switches and NICs inside.
    System,
    /// An accelerator on its own.
    Xpu,
    /// A switch.
    Switch,
    /// A network adapter on its own.
    Nic,
    /// A cable with its connectors.
    Cable,
    /// A pluggable optical module.
    Transceiver,
}

impl PartKind {
    /// The word of the glossary.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Cable => "cable",
            Self::Nic => "NIC",
            Self::Rack => "rack",
            Self::Switch => "switch",
            Self::System => "system",
            Self::Transceiver => "transceiver",
            Self::Xpu => "XPU",
        }
    }
}

/// Whether it can be bought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It ships.
    #[default]
    Shipping,
    /// Its maker spoke of it.
    Announced,
    /// Only the used market has it.
    Retired,
}

/// What a port speaks on the wire. Only equal link layers meet on a cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkLayer {
    /// Ethernet, also where it carries UALink or SUE.
    Ethernet,
    /// TPU inter-chip interconnect.
    Ici,
    /// InfiniBand.
    InfiniBand,
    /// Trainium's NeuronLink.
    NeuronLink,
    /// NVIDIA NVLink, also through NVLink Fusion.
    NvLink,
    /// Something that has no name here.
    Other,
    /// PCI Express.
    Pcie,
    /// UALink.
    UaLink,
    /// AMD Infinity Fabric between accelerators.
    Xgmi,
}

impl LinkLayer {
    /// The name people know it by.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ethernet => "Ethernet",
            Self::Ici => "ICI",
            Self::InfiniBand => "InfiniBand",
            Self::NeuronLink => "NeuronLink",
            Self::NvLink => "NVLink",
            Self::Other => "other",
            Self::Pcie => "PCIe",
            Self::UaLink => "UALink",
            Self::Xgmi => "xGMI",
        }
    }
    /// Whether it joins XPUs into one memory-semantic domain.
    pub const fn is_scale_up(self) -> bool {
        matches!(self, Self::Ici | Self::NeuronLink | Self::NvLink | Self::UaLink | Self::Xgmi)
    }
}

impl fmt::Display for LinkLayer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.label())
    }
}

/// A protocol of the catalogue: link layer with generation, and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Protocol {
    /// Its id, for example `ib-ndr`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is on the wire.
    pub layer: LinkLayer,
    /// Rate of one lane in one direction.
    pub lane: Option<Figure<Gbps>>,
    /// Payload over line rate for large transfers.
    pub efficiency: Option<Figure<f64>>,
    /// Forward error correction, one way, both ends together.
    pub fec: Option<Figure<Nanoseconds>>,
    /// How many XPUs one domain may hold at most.
    pub max_domain: Option<Figure<f64>>,
    /// Remarks with their conflicts.
    pub notes: Vec<String>,
    /// Where its figures were read.
    pub sources: Vec<Source>,
}

/// The shape of a cage or connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FormFactor {
    /// A blind-mate or board connector that takes no cable of the market.
    Backplane,
    /// Co-packaged optics: a fibre connector and no cage.
    Cpo,
    /// OSFP, 8 lanes.
    Osfp,
    /// OSFP1600 / OSFP224, 8 lanes of 200G.
    Osfp224,
    /// A PCIe slot or cable.
    Pcie,
    /// QSFP-DD, 8 lanes.
    QsfpDd,
    /// QSFP112, 4 lanes of 100G.
    Qsfp112,
    /// QSFP28, 4 lanes of 25G.
    Qsfp28,
    /// QSFP56, 4 lanes of 50G.
    Qsfp56,
    /// RJ45.
    Rj45,
    /// SFP28 and its kin, one lane.
    Sfp,
    /// Whatever is wanted (generic parts).
    Any,
}

impl FormFactor {
    /// The name people know it by.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Backplane => "backplane",
            Self::Cpo => "co-packaged",
            Self::Osfp => "OSFP",
            Self::Osfp224 => "OSFP224",
            Self::Pcie => "PCIe",
            Self::Qsfp112 => "QSFP112",
            Self::Qsfp28 => "QSFP28",
            Self::Qsfp56 => "QSFP56",
            Self::QsfpDd => "QSFP-DD",
            Self::Rj45 => "RJ45",
            Self::Sfp => "SFP",
        }
    }
}

/// The top of an OSFP module, which decides the cages it fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Top {
    /// Finned (IHS): air-cooled switches.
    Finned,
    /// Flat (RHS): adapters, DGX systems, liquid-cooled switches.
    Flat,
}

/// What a port is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortRole {
    /// The back-end fabric.
    #[default]
    Compute,
    /// Users and services.
    FrontEnd,
    /// Out-of-band.
    Management,
    /// The memory-semantic domain.
    ScaleUp,
    /// Storage.
    Storage,
}

/// A cage split into equal ports: `2x400G`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Breakout {
    /// How many ports.
    pub children: u8,
    /// How fast each is.
    pub gbps: Gbps,
}

impl fmt::Display for Breakout {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}x{}G", self.children, self.gbps.0)
    }
}

impl Breakout {
    /// Reads `2x400G` (the `G` may be missing).
    pub fn parse(text: &str) -> Option<Self> {
        let (children, rate) = text.split_once(['x', 'X', '×'])?;
        let children = children.trim().parse().ok().filter(|children| (2..=16).contains(children))?;
        let gbps = rate.parse::<Gbps>().ok().filter(|rate| rate.0 > 0.0)?;
        Some(Self { children, gbps })
    }
}

/// Cages of one kind on a part. Cages are numbered from 1 through all groups of the part, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct PortGroup {
    /// What the panel prints, for example `OSFP` or `slot 1`.
    pub name: String,
    /// What its ports are called, as a pattern (`Ethernet[1-64]/1`); empty where nobody says.
    pub names: String,
    /// How many cages; `None` is any number (generic parts).
    pub count: Option<u16>,
    /// What they are for.
    pub role: PortRole,
    /// Their shape.
    pub form: FormFactor,
    /// The module top they take, where that matters.
    pub top: Option<Top>,
    /// How many ports one cage holds as it comes: 2 in a twin-port OSFP cage.
    pub per_cage: u8,
    /// Electrical lanes of a cage; 0 is unknown.
    pub lanes: u8,
    /// Rate of a whole cage, one direction; `None` is whatever is asked (generic parts).
    pub gbps: Option<Gbps>,
    /// Protocols it can speak, by id.
    pub protocols: Vec<String>,
    /// Link layers it can speak; empty is any (generic parts).
    pub layers: Vec<LinkLayer>,
    /// Splits it allows.
    pub breakouts: Vec<Breakout>,
    /// Index into [`Inside::vertices`] of what each cage hangs on, cage by cage (twin-port cages: port by port).
    pub inside: Vec<u16>,
    /// What number, rate and shape rest on.
    pub basis: Basis,
}

/// What a thing inside a system is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InsideKind {
    /// A host processor.
    Cpu,
    /// A network adapter.
    Nic,
    /// A scale-up or PCIe switch.
    Switch,
    /// An accelerator.
    Xpu,
}

/// A thing inside a system.
#[derive(Clone, Debug, PartialEq)]
pub struct InsideVertex {
    /// Its name in port paths: `xpu1`, `nic3`, `nvswitch2`.
    pub name: String,
    /// What it is.
    pub kind: InsideKind,
    /// The part it is, if the catalogue has it.
    pub part: Option<PartId>,
    /// Whether it forwards traffic that is not its own.
    pub transit: bool,
}

/// Parallel wires between two things inside a system.
#[derive(Clone, Debug, PartialEq)]
pub struct InsideEdge {
    /// Index of one end in [`Inside::vertices`].
    pub a: u16,
    /// Index of the other.
    pub b: u16,
    /// How many parallel wires.
    pub count: u16,
    /// Rate of all of them together, one direction.
    pub gbps: Gbps,
    /// What is on the wire.
    pub layer: LinkLayer,
    /// Latency of crossing it, where known.
    pub latency: Option<Figure<Nanoseconds>>,
    /// What number and rate rest on.
    pub basis: Basis,
}

/// The inside of a system as a graph.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inside {
    /// Things, in the order they are drawn.
    pub vertices: Vec<InsideVertex>,
    /// Wires.
    pub edges: Vec<InsideEdge>,
}

impl Inside {
    /// How many XPUs it holds.
    pub fn xpu_count(&self) -> usize {
        self.vertices.iter().filter(|vertex| vertex.kind == InsideKind::Xpu).count()
    }
}

/// How heat leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cooling {
    /// Fans.
    Air,
    /// Cold plates: direct liquid.
    Liquid,
    /// Of a rack: fans, and a heat exchanger in its rear door.
    RearDoor,
}

impl Cooling {
    /// The name people know it by.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Air => "air",
            Self::Liquid => "direct liquid",
            Self::RearDoor => "rear door",
        }
    }
}

/// What only an XPU has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct XpuDetail {
    /// Memory on the package, in gigabytes.
    pub memory_gb: Option<Figure<f64>>,
    /// Peak rate of dense matrix products in 16 bits, in TFLOPS.
    pub bf16_tflops: Option<Figure<f64>>,
    /// The same in 8 bits.
    pub fp8_tflops: Option<Figure<f64>>,
    /// Scale-up rate of the whole XPU, one direction.
    pub scale_up: Option<Figure<Gbps>>,
    /// Its family, for example Blackwell.
    pub generation: String,
}

/// What only a switch has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SwitchDetail {
    /// Port to port, first bit to first bit.
    pub latency: Option<Figure<Nanoseconds>>,
    /// Its chip.
    pub asic: String,
    /// Reductions in the switch, for example SHARP v3.
    pub in_network: Option<String>,
    /// How it forwards; `None` is as the design's settings say of all that do not say so.
    pub forwards: Option<super::Switching>,
}

/// What only a rack has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RackDetail {
    /// Rack units.
    pub units: u16,
    /// What the number of rack units rests on.
    pub basis: Basis,
    /// The power it may draw.
    pub power: Option<Figure<Watts>>,
    /// The load it may carry.
    pub load: Option<Figure<Kilograms>>,
}

/// What depends on the kind of part.
#[derive(Clone, Debug, PartialEq)]
pub enum PartDetail {
    /// Of a cable or a transceiver.
    Cable(CableDetail),
    /// Of a NIC.
    Nic {
        /// One way through NIC and host.
        latency: Option<Figure<Nanoseconds>>,
    },
    /// Of a rack.
    Rack(RackDetail),
    /// Of a switch.
    Switch(SwitchDetail),
    /// Of a system.
    System(Inside),
    /// Of an XPU.
    Xpu(XpuDetail),
}

/// A catalogue entry: what can be bought or drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Its id.
    pub id: PartId,
    /// What it is.
    pub kind: PartKind,
    /// Who makes it; "Generic" for parts that stand for any.
    pub vendor: String,
    /// Its name.
    pub name: String,
    /// One line for the palette, for example `64 × 400G InfiniBand`.
    pub summary: String,
    /// Whether it can be bought.
    pub status: Status,
    /// Cages, in panel order.
    pub ports: Vec<PortGroup>,
    /// Height in rack units; `None` for what does not stand in a rack.
    pub rack_units: Option<Figure<f64>>,
    /// The most it draws, with what its cages feed.
    pub power: Option<Figure<Watts>>,
    /// The most it draws with nothing in its cages, where [`Part::power`] holds modules too.
    pub bare_power: Option<Figure<Watts>>,
    /// What it weighs.
    pub weight: Option<Figure<Kilograms>>,
    /// How deep it is.
    pub depth: Option<Figure<Metres>>,
    /// How it is cooled.
    pub cooling: Option<Cooling>,
    /// What depends on its kind.
    pub detail: PartDetail,
    /// Remarks with their conflicts, for the part's page.
    pub notes: Vec<String>,
    /// Where its figures were read.
    pub sources: Vec<Source>,
    /// Unknown fields of a part of the design's own, kept so that they survive a round trip.
    pub extra: Extra,
}

impl Part {
    /// The most it draws by itself, for sums in which modules and cables count by themselves: never more than with them.
    pub fn own_power(&self) -> Option<&Figure<Watts>> {
        let least = |bare: &&Figure<Watts>| self.power.as_ref().is_none_or(|power| bare.value.0 <= power.value.0);
        self.bare_power.as_ref().filter(least).or(self.power.as_ref())
    }
    /// Whether it stands for any part of its kind: any number of ports, any rate, any protocol.
    pub fn is_generic(&self) -> bool {
        self.ports.iter().any(|group| group.count.is_none())
    }
    /// The inside, if it is a system.
    pub fn inside(&self) -> Option<&Inside> {
        match &self.detail {
            PartDetail::System(inside) => Some(inside),
            _ => None,
        }
    }
    /// What only a cable has, if it is a cable or a transceiver.
    pub fn cable(&self) -> Option<&CableDetail> {
        match &self.detail {
            PartDetail::Cable(cable) => Some(cable),
            _ => None,
        }
    }
    /// What only a rack has, if it is one.
    pub fn rack(&self) -> Option<&RackDetail> {
        match &self.detail {
            PartDetail::Rack(rack) => Some(rack),
            _ => None,
        }
    }
    /// What only a switch has, if it is one.
    pub fn switch(&self) -> Option<&SwitchDetail> {
        match &self.detail {
            PartDetail::Switch(switch) => Some(switch),
            _ => None,
        }
    }
    /// How many XPUs it brings.
    pub fn xpu_count(&self) -> usize {
        match (&self.detail, self.kind) {
            (PartDetail::System(inside), _) => inside.xpu_count(),
            (_, PartKind::Xpu) => 1,
            _ => 0,
        }
    }
    /// How many cages it has; `None` is any number.
    pub fn cage_count(&self) -> Option<u16> {
        self.ports.iter().map(|group| group.count).sum()
    }
    /// The port group of a cage and the cage's place in it, from 0.
    pub fn port_group(&self, cage: u16) -> Option<(&PortGroup, u16)> {
        let mut first = 1u16;
        for group in &self.ports {
            let Some(count) = group.count else { return (cage >= first).then(|| (group, cage - first)) };
            if cage >= first && cage - first < count {
                return Some((group, cage - first));
            }
            first = first.saturating_add(count);
        }
        None
    }
}
