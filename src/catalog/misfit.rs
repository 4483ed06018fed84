//! Why things do not fit: the facts of each misfit, its sentence and the diagnostic it belongs to.

use std::fmt;

use crate::model::{FormFactor, LinkId, LinkLayer, NodeId, PartId, PortRef, Top};
use crate::units::{Gbps, Metres};

/// Why two ports, or a cable and its ports, do not fit. Prints as one sentence with both numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Misfit {
    /// The design has no such port.
    NoSuchPort(PortRef),
    /// Both ends are the same port, or a cage and a port in it.
    SamePort(PortRef),
    /// Both ends are on one node.
    SameNode(NodeId),
    /// Something else ends there already.
    InUse {
        /// The port.
        port: PortRef,
        /// The link that has it.
        by: LinkId,
    },
    /// The ports speak different link layers.
    Layer {
        /// What the first speaks.
        a: Vec<LinkLayer>,
        /// What the second speaks.
        b: Vec<LinkLayer>,
    },
    /// The rates differ; the link runs at the lower.
    Rate {
        /// Rate of the first port.
        a: Gbps,
        /// Rate of the second.
        b: Gbps,
    },
    /// A backplane connector against a cage, or a PCIe slot against either.
    Connector {
        /// Shape of the first port.
        a: FormFactor,
        /// Shape of the second.
        b: FormFactor,
    },
    /// The part is no cable.
    NotACable(PartId),
    /// The connector does not go into the cage.
    Form {
        /// The port.
        port: PortRef,
        /// What the cage takes.
        needs: FormFactor,
        /// What the cable has.
        has: FormFactor,
    },
    /// A finned module at a flat-top cage or the other way.
    Top {
        /// The port.
        port: PortRef,
        /// What the cage takes.
        needs: Top,
        /// What the module has.
        has: Top,
    },
    /// Active electronics run their lanes faster than the cage can.
    LaneRate {
        /// The port.
        port: PortRef,
        /// What the cage's lanes do.
        needs: Gbps,
        /// What the module's lanes need.
        has: Gbps,
    },
    /// An OSFP module with another number of lanes than the cage: one port in a twin-port cage, or the other way.
    Lanes {
        /// The port.
        port: PortRef,
        /// Lanes of the whole cage.
        needs: u8,
        /// Lanes of the module.
        has: u8,
    },
    /// The cable has another number of connectors per side than the ports share cages.
    Split {
        /// How many ports of the first end share a connector.
        a: u8,
        /// How many of the second.
        b: u8,
        /// Connectors of the cable, side by side.
        connectors: [u8; 2],
    },
    /// Two ports of one cage cannot have one module: they have different cables, or a cable that leads both to one place
    /// while they lead to two.
    Cage {
        /// The port asked about.
        port: PortRef,
        /// The other port of its cage.
        other: PortRef,
    },
    /// The run is longer than the cable reaches.
    Reach {
        /// Length of the run.
        length: Metres,
        /// The longest the cable comes.
        reach: Metres,
    },
    /// The cable is not made for what the ports speak.
    CableLayer {
        /// What the ports speak.
        needs: LinkLayer,
        /// What the cable is made for.
        has: Vec<LinkLayer>,
    },
}

impl Misfit {
    /// The diagnostic it belongs to.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchPort(_) => "port-unknown",
            Self::SamePort(_) | Self::SameNode(_) => "link-to-itself",
            Self::InUse { .. } => "port-used-twice",
            Self::Layer { .. } | Self::CableLayer { .. } => "link-layer-mismatch",
            Self::Rate { .. } => "link-rate-mismatch",
            Self::Connector { .. } | Self::Form { .. } => "form-factor-mismatch",
            Self::NotACable(_) => "part-unknown",
            Self::Top { .. } => "module-top-mismatch",
            Self::LaneRate { .. } => "lane-rate-mismatch",
            Self::Lanes { .. } | Self::Split { .. } => "cable-split-mismatch",
            Self::Cage { .. } => "cage-divided",
            Self::Reach { .. } => "cable-too-long",
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchPort(port) => write!(out, "There is no port {port}"),
            Self::SamePort(port) => write!(out, "Both ends are port {port}"),
            Self::SameNode(node) => write!(out, "Both ends are on {node}"),
            Self::InUse { port, by } => write!(out, "Port {port} is taken by link {by}"),
            Self::Layer { a, b } => write!(out, "One end speaks {}, the other {}", layers(a), layers(b)),
            Self::Rate { a, b } => write!(out, "One end runs at {a}, the other at {b}"),
            Self::Connector { a, b } => write!(out, "One end is {}, the other {}; no cable joins them", a.label(), b.label()),
            Self::NotACable(part) => write!(out, "{part} is not a cable"),
            Self::Form { port, needs, has } => write!(out, "Port {port} needs {}, the cable has {}", needs.label(), has.label()),
            Self::Top { port, needs, has } => write!(out, "Port {port} needs a {} top, the module has a {} top", top(*needs), top(*has)),
            Self::LaneRate { port, needs, has } => write!(out, "Port {port} runs lanes of {needs}, the module needs {has}"),
            Self::Lanes { port, needs, has } => write!(out, "The cage of port {port} has {needs} lanes, the module {has}"),
            Self::Split { a, b, connectors: [first, second] } => {
                write!(
                    out,
                    "The ports share connectors {a} and {b} at a time, the cable has {first} connector{} to {second}",
                    if *first == 1 { "" } else { "s" }
                )
            }
            Self::Cage { port, other } => write!(out, "Ports {port} and {other} share a cage, but no one module serves both links"),
            Self::Reach { length, reach } => write!(out, "The run is {length}, the cable reaches {reach}"),
            Self::CableLayer { needs, has } => write!(out, "The ports speak {needs}, the cable is made for {}", layers(has)),
        }
    }
}

fn layers(layers: &[LinkLayer]) -> String {
    let names: Vec<&str> = layers.iter().map(|layer| layer.label()).collect();
    if names.is_empty() { "anything".to_owned() } else { names.join(" or ") }
}

const fn top(top: Top) -> &'static str {
    match top {
        Top::Finned => "finned",
        Top::Flat => "flat",
    }
}
