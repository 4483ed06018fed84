//! Cables and transceivers as parts: what is at each end, how bits are carried and how far.

use super::ids::PartId;
use super::part::{Basis, Figure, FormFactor, LinkLayer, Top};
use crate::units::{Gbps, Metres, Nanoseconds, Watts};

/// How a cable carries bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CableKind {
    /// Active copper, linear.
    Acc,
    /// Active copper, retimed.
    Aec,
    /// Active optical, ends fixed.
    Aoc,
    /// Passive copper.
    Dac,
    /// Transceivers and fibre.
    Optic,
}

impl CableKind {
    /// The name people know it by.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Acc => "ACC",
            Self::Aec => "AEC",
            Self::Aoc => "AOC",
            Self::Dac => "DAC",
            Self::Optic => "optic",
        }
    }
}

/// One side of a cable.
#[derive(Clone, Debug, PartialEq)]
pub struct CableEnd {
    /// The connector.
    pub form: FormFactor,
    /// Its top, where that matters.
    pub top: Option<Top>,
    /// How many connectors on this side: 2 in a `1 to 2` splitter.
    pub connectors: u8,
    /// Electrical lanes of one connector.
    pub lanes: u8,
    /// Rate of one connector.
    pub gbps: Gbps,
    /// Rate of one lane.
    pub lane: Gbps,
}

/// What only a cable or a transceiver has.
#[derive(Clone, Debug, PartialEq)]
pub struct CableDetail {
    /// How it carries bits.
    pub kind: CableKind,
    /// Its two sides; equal for a straight cable and for a transceiver.
    pub ends: [CableEnd; 2],
    /// The longest run.
    pub reach: Option<Figure<Metres>>,
    /// Added latency of one end.
    pub latency: Option<Figure<Nanoseconds>>,
    /// Power of one end.
    pub power: Option<Figure<Watts>>,
    /// Optical lanes and wavelength plan, for example `4x100G DR` ; only equal plans talk.
    pub optical: Option<String>,
    /// Link layers it is made for; empty is any.
    pub layers: Vec<LinkLayer>,
    /// The transceivers it is made of, first end first; empty where it is sold whole or is a transceiver itself.
    pub modules: Vec<PartId>,
    /// What connectors, lanes and rates rest on.
    pub basis: Basis,
}
