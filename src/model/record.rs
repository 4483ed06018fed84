//! The records of a design. Plain data: public fields, no behaviour beyond defaults.

use std::sync::Arc;

use super::forwarding::Forwarding;
use super::ids::{FabricId, GroupId, NodeId, PartId, RackId};
use super::part::{Cooling, LinkLayer};
use super::path::{Element, PortPath, PortRef};
use super::price::Prices;
use super::workload::Workload;
use crate::json::Map;
use crate::units::{Bytes, Cents, Gbps, Kilograms, Metres, Nanoseconds, Point, RackUnits, Ratio, SortedMap, Watts};

/// Fields of a file that this version does not know, kept so that they survive a round trip.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extra(pub Option<Box<Map>>);

/// What is said of a design as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meta {
    /// Its name, as the title bar shows it.
    pub name: String,
    /// Version of the catalogue it was drawn with.
    pub catalog: Option<String>,
    /// How it is evaluated.
    pub settings: Settings,
    /// Findings that are accepted, each with a reason.
    pub silenced: Vec<Silencing>,
    /// What is tried out: sets of things that have failed. Names are unique.
    pub scenarios: Vec<Scenario>,
    /// Training jobs that the fabric is for. Names are unique.
    pub workloads: Vec<Workload>,
    /// What is said about money.
    pub prices: Prices,
    /// Where its power comes from. Names are unique.
    pub feeds: Vec<Feed>,
    /// Unknown fields of the design.
    pub extra: Extra,
}

/// How a design is evaluated.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Whether figures that rest on somebody's memory count.
    pub recalled: Recalled,
    /// The pair whose bandwidth and latency are shown; `None` lets the engine choose the worst pair.
    pub pair: Option<(Element, Element)>,
    /// Size of the message whose latency is shown; `None` is 4 KiB.
    pub message: Option<Bytes>,
    /// The pattern of the labels at the ends of cables; `None` is the usual one.
    pub label: Option<String>,
    /// How switches forward.
    pub switching: Switching,
    /// Thresholds of rules, by diagnostic code, where they differ from the rule's own.
    pub thresholds: SortedMap<String, f64>,
    /// What is assumed of the floor, of money and of energy, by key, where it differs from what the engine assumes; each in the
    /// unit its key ends with.
    pub assumptions: SortedMap<String, f64>,
    /// Unknown fields.
    pub extra: Extra,
}

/// Whether recalled figures count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recalled {
    /// They count, and are drawn differently.
    #[default]
    Used,
    /// What rests on them is unknown.
    LeftOut,
}

/// How a switch forwards a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Switching {
    /// Starts to send as soon as the header is read.
    #[default]
    CutThrough,
    /// Takes a whole packet in before it sends.
    StoreAndForward,
}

/// One network with a role.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fabric {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub role: FabricRole,
    /// The protocol it runs, by catalogue id (`ib-ndr`, `roce-400`).
    pub protocol: Option<String>,
    /// The shape it is meant to have.
    pub intent: FabricIntent,
    /// How it chooses among equal paths.
    pub routing: Routing,
    /// Which paths it takes; `None` leaves that to what is inferred.
    pub paths: Option<Paths>,
    /// What up/down counts from: names or ids of switches, separated by commas; a `*` at the end stands for any more. `None` is inferred.
    pub roots: Option<String>,
    /// How long the dimensions of a torus or mesh are, for example `8, 8, 4`: its nodes in id order, the first dimension fastest. `None` is
    /// inferred.
    pub dimensions: Option<String>,
    /// Whether XPUs pass on what is bound for another rail through their scale-up domain (what NCCL calls PXN).
    pub forwarding: bool,
    /// How many virtual lanes its routes use; `None` is one.
    pub lanes: Option<u8>,
    /// What moves a packet to the next lane; `None` is nothing.
    pub lane_change: Option<LaneChange>,
    /// Which of several independent copies this is, from 1.
    pub plane: Option<u16>,
    /// What its subnet manager computes routes with, where it is InfiniBand.
    pub engine: Option<RoutingEngine>,
    /// How many low bits of an address name paths to one port (InfiniBand LMC, 0 to 7).
    pub lmc: Option<u8>,
    /// Its forwarding tables as they were read from the running fabric; `None` fills them as a subnet manager does. Both only where `routing` says so.
    pub tables: Option<Arc<Forwarding>>,
    /// How many flows each NIC keeps open at once; `None` is unknown.
    pub flows: Option<u16>,
    /// Whether it promises to drop nothing (PFC on every hop).
    pub lossless: bool,
    /// How its hosts are attached to several switches at once.
    pub multihoming: Option<Multihoming>,
    /// How its ports are set; a node may differ.
    pub traffic: TrafficSettings,
    /// Unknown fields.
    pub extra: Extra,
}

/// What a fabric is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FabricRole {
    /// Back-end: XPU to XPU between domains.
    #[default]
    Compute,
    /// Users and services.
    FrontEnd,
    /// Radio units to the servers of a RAN site, with a budget of time.
    Fronthaul,
    /// Out-of-band.
    Management,
    /// The memory-semantic domain.
    ScaleUp,
    /// Storage.
    Storage,
}

/// What an InfiniBand subnet manager computes routes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoutingEngine {
    /// Up/down with the ranks turned over.
    Dnup,
    /// Fat-tree routing.
    Ftree,
    /// Layered shortest paths, free of deadlock.
    Lash,
    /// Fewest hops, whatever the shape.
    Minhop,
    /// For tori, with service levels against deadlock.
    Torus2Qos,
    /// Up/down.
    Updn,
}

/// How hosts are attached to several switches at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Multihoming {
    /// EVPN segments over up to four switches.
    Eslag,
    /// A pair of switches with a peer link.
    Mclag,
}

/// How ports are set, where somebody says so. What a node says of its own ports goes before what its fabric says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrafficSettings {
    /// The largest frame, in bytes.
    pub mtu: Option<u16>,
    /// The priority that priority flow control pauses, 0 to 7.
    pub pfc: Option<u8>,
    /// Whether congestion is marked in packets (ECN).
    pub ecn: Option<bool>,
    /// Whether precise time passes (PTP).
    pub ptp: Option<bool>,
}

impl TrafficSettings {
    /// These, and where they say nothing `others`.
    pub fn or(self, others: Self) -> Self {
        Self { mtu: self.mtu.or(others.mtu), pfc: self.pfc.or(others.pfc), ecn: self.ecn.or(others.ecn), ptp: self.ptp.or(others.ptp) }
    }
}

/// The shape a fabric is meant to have. Rules judge a fabric by its intent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FabricIntent {
    /// Groups of switches joined each with each, and so the switches of a group.
    Dragonfly,
    /// Two independent copies, one port of each NIC on each.
    DualPlane,
    /// Tiers of switches with full bisection.
    FatTree,
    /// Leaves below spines.
    LeafSpine,
    /// Rails without a spine.
    RailOnly,
    /// NIC i of every system of a unit on leaf i.
    RailOptimised,
    /// One switch, or parallel single-stage planes.
    SingleStage,
    /// A grid whose edges wrap.
    Torus,
    /// Nothing was stated.
    #[default]
    Unstated,
}

/// How a fabric chooses among equal paths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Routing {
    /// Each hop splits evenly over the next hops of all shortest paths.
    #[default]
    Ecmp,
    /// Each flow keeps one shortest path, chosen by a hash.
    Hash,
    /// Each switch has one port for each destination, as an InfiniBand subnet manager fills its linear forwarding tables.
    Tables,
}

/// Which paths a fabric takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Paths {
    /// One dimension of a torus or mesh after the other.
    DimensionOrder,
    /// In a dragonfly by at most one link between groups.
    Minimal,
    /// Fewest hops, whatever the shape.
    Shortest,
    /// Away from the hosts and then toward them, never up again after down.
    UpDown,
    /// In a dragonfly by way of a third group, each as often.
    Valiant,
}

/// What moves a packet to the next virtual lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LaneChange {
    /// The link that closes a ring of a torus; each dimension begins on the first lane.
    Dateline,
    /// Every link between groups of a dragonfly.
    Groups,
    /// Every hop.
    Hops,
}

/// A container that collapses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// What kind of container.
    pub kind: GroupKind,
    /// Its name.
    pub name: String,
    /// What stands in it. Nothing is a member of two groups.
    pub members: Vec<Member>,
    /// Unknown fields.
    pub extra: Extra,
}

/// What kind of container a group is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupKind {
    /// A block of switches of the topmost tier.
    Core,
    /// A block with its own leaves.
    #[default]
    Pod,
    /// A row of racks.
    Row,
    /// A place.
    Site,
    /// The repeated unit of a reference architecture.
    Unit,
}

/// A thing that can stand in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Member {
    /// A group in a group.
    Group(GroupId),
    /// A node.
    Node(NodeId),
    /// A rack with all that stands in it.
    Rack(RackId),
}

/// A placed rack.
#[derive(Clone, Debug, PartialEq)]
pub struct Rack {
    /// The rack it is.
    pub part: PartId,
    /// Its name.
    pub name: String,
    /// Where its top left corner is drawn.
    pub at: Point,
    /// The row it stands in.
    pub row: Option<String>,
    /// The floor tile, column and line.
    pub tile: Option<(i32, i32)>,
    /// Whether it is turned about: its front looks to lower lines of tiles instead of higher ones.
    pub turned: bool,
    /// How heat leaves it; `None` is as its part does.
    pub cooling: Option<Cooling>,
    /// What it bears here, where that differs from its part or its part does not say.
    pub limits: RackLimits,
    /// The power feeds its supplies hang on, by name, one for each supply; empty where nobody says.
    pub feeds: Vec<String>,
    /// Whether it is there already and not bought.
    pub kept: bool,
    /// Unknown fields.
    pub extra: Extra,
}

/// A power feed of the hall: what racks hang on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feed {
    /// Its name, for example `A`.
    pub name: String,
    /// What it can give; `None` is not known.
    pub capacity: Option<Watts>,
    /// Unknown fields.
    pub extra: Extra,
}

/// What a rack bears where it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RackLimits {
    /// The power its feeds give.
    pub power: Option<Watts>,
    /// The heat that may go into the air, its door's share included.
    pub heat: Option<Watts>,
    /// The load it and the floor below carry.
    pub load: Option<Kilograms>,
    /// How many cables its paths hold.
    pub cables: Option<u32>,
}

/// A placed part with ports.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The part it is.
    pub part: PartId,
    /// Its name.
    pub name: String,
    /// The rack it stands in.
    pub rack: Option<RackId>,
    /// The lowest rack unit it fills, from 1.
    pub u: Option<RackUnits>,
    /// Which side of the rack it faces.
    pub face: Face,
    /// Where its top left corner is drawn when it stands in no rack (or is not mounted).
    pub at: Point,
    /// Whether layout leaves it where it is.
    pub pinned: bool,
    /// Whether it forwards traffic that is not its own; `None` is what its kind does (switches do).
    pub transit: Option<bool>,
    /// Whether it is there already and not bought. A cable between two nodes that are kept is kept with what sits in it.
    pub kept: bool,
    /// From which tier the modules in its cages are bought; `None` is as the module's own line says.
    pub modules: Option<super::Tier>,
    /// Ports whose setting differs from the part's, in port order.
    pub ports: SortedMap<u16, PortSettings>,
    /// What a generic part is taken to be.
    pub generic: Option<Box<Generic>>,
    /// How its ports are set where that differs from its fabric.
    pub traffic: TrafficSettings,
    /// Unknown fields.
    pub extra: Extra,
}

/// Which side of a rack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Face {
    /// The cold aisle.
    #[default]
    Front,
    /// The hot aisle.
    Rear,
}

/// A cage that is used otherwise than it comes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PortSettings {
    /// How many ports it is split into and how fast each is.
    pub breakout: Option<super::part::Breakout>,
    /// What it is called here; `None` is what its part says.
    pub name: Option<String>,
    /// Unknown fields.
    pub extra: Extra,
}

/// What a generic part is taken to be, where somebody knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Generic {
    /// How many ports it has; `None` is any number.
    pub ports: Option<u16>,
    /// The rate of each.
    pub gbps: Option<Gbps>,
    /// What its ports speak.
    pub layer: Option<LinkLayer>,
    /// Unknown fields.
    pub extra: Extra,
}

/// One cable assembly between two ports.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The two ports, in the order they were drawn.
    pub ends: [PortRef; 2],
    /// The cable, or the transceiver used at both ends; `None` is not chosen yet.
    pub part: Option<PartId>,
    /// The fabric it belongs to; `None` is what its ends suggest.
    pub fabric: Option<FabricId>,
    /// Its length; `None` is unknown.
    pub length: Option<Metres>,
    /// A rate that overrides what ports and cable give.
    pub gbps: Option<Gbps>,
    /// A latency of the whole link that overrides what length and parts give.
    pub latency: Option<Nanoseconds>,
    /// Unknown fields.
    pub extra: Extra,
}

impl Link {
    /// A link of which only the ends are known.
    pub fn between(a: PortRef, b: PortRef) -> Self {
        Self { ends: [a, b], part: None, fabric: None, length: None, gbps: None, latency: None, extra: Extra::default() }
    }
    /// Whether one of its ends is on `node`.
    pub fn touches(&self, node: NodeId) -> bool {
        self.ends.iter().any(|end| end.node == node)
    }
}

impl Node {
    /// A node of `part` called `name` at `at`, standing in no rack.
    pub fn new(part: PartId, name: impl Into<String>, at: Point) -> Self {
        Self {
            part,
            name: name.into(),
            rack: None,
            u: None,
            face: Face::Front,
            at,
            pinned: false,
            transit: None,
            kept: false,
            modules: None,
            ports: SortedMap::new(),
            generic: None,
            traffic: TrafficSettings::default(),
            extra: Extra::default(),
        }
    }
    /// How a cage of it is broken out, if it is.
    pub fn breakout(&self, port: PortPath) -> Option<super::part::Breakout> {
        if self.ports.is_empty() { None } else { self.ports.get(&port.cage).and_then(|settings| settings.breakout) }
    }
}

impl Rack {
    /// A rack of `part` called `name` at `at`.
    pub fn new(part: PartId, name: impl Into<String>, at: Point) -> Self {
        Self {
            part,
            name: name.into(),
            at,
            row: None,
            tile: None,
            turned: false,
            cooling: None,
            limits: RackLimits::default(),
            feeds: Vec::new(),
            kept: false,
            extra: Extra::default(),
        }
    }
}

/// Something the design must reach, checked as a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// What is asked.
    pub kind: RequirementKind,
    /// The fabric it is asked of; `None` is every compute fabric.
    pub fabric: Option<FabricId>,
    /// Unknown fields.
    pub extra: Extra,
}

/// What can be required of a design.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RequirementKind {
    /// At least this bisection bandwidth.
    Bisection(Gbps),
    /// At most this much money.
    Budget(Cents),
    /// At most this latency between any two XPUs.
    Latency(Nanoseconds),
    /// At most this oversubscription on any tier (down to up).
    Oversubscription(Ratio),
    /// At most this power.
    Power(Watts),
}

/// A set of things that have failed, to look at what the fabric does without them. The design itself stays whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// What has failed, each as text ([`super::Outage`]): what a newer version knows survives, what is no longer there is passed over.
    pub off: Vec<String>,
    /// Unknown fields.
    pub extra: Extra,
}

/// A finding that is accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Silencing {
    /// The diagnostic code.
    pub code: String,
    /// The subject it is accepted for, as text; `None` is everywhere.
    pub subject: Option<String>,
    /// Why.
    pub reason: String,
    /// Unknown fields.
    pub extra: Extra,
}
