//! The design as data: records, their ids, patches over them, and the parts they refer to.
//!
//! This room owns what a design *is*. It uses `units` only. It never serialises, never reads a catalogue and never
//! judges: a design that cannot be built is a perfectly good value here. What it does guarantee is structure
//! ([`Design::structural_faults`] is empty after every edit through a session).

mod cable;
mod design;
mod forwarding;
mod ids;
mod outage;
mod part;
mod patch;
mod path;
mod places;
mod price;
mod record;
mod subject;
pub(crate) mod words;
mod workload;

pub use cable::{CableDetail, CableEnd, CableKind};
pub use design::{Design, Record, Table};
pub use forwarding::{Address, Entry, Forwarding, HIGHEST_LID, Row};
pub use ids::{FabricId, GroupId, Id, IdError, LinkId, NodeId, PartId, RackId, RequirementId};
pub use outage::Outage;
pub use part::{
    Basis, Breakout, Confidence, Cooling, Figure, FormFactor, Inside, InsideEdge, InsideKind, InsideVertex, LinkLayer, Part, PartDetail, PartKind, PortGroup,
    PortRole, Protocol, RackDetail, Source, Status, SwitchDetail, Top, XpuDetail,
};
pub use patch::{Change, Delta, Patch, PatchConflict};
pub use path::{Element, PathError, PortPath, PortRef};
pub use places::{ByNode, ListByNode, Places};
pub use price::{Currency, Price, Prices, Tier};
pub use record::{
    Extra, Fabric, FabricIntent, FabricRole, Face, Feed, Generic, Group, GroupKind, LaneChange, Link, Member, Meta, Multihoming, Node, Paths, PortSettings,
    Rack, RackLimits, Recalled, Requirement, RequirementKind, Routing, RoutingEngine, Scenario, Settings, Silencing, Switching, TrafficSettings,
};
pub use subject::Subject;
pub use workload::Workload;
