//! The words that part data uses for the enums of the model: one table each, read in both directions.

use crate::model::{CableKind, Confidence, Cooling, FormFactor, InsideKind, LinkLayer, PartKind, PortRole, Status, Switching, Top};

/// An enum with one word per value.
pub trait Word: Copy + PartialEq + 'static {
    /// What such a word names, for error messages.
    const WHAT: &'static str;
    /// Words and values.
    const WORDS: &'static [(&'static str, Self)];

    /// The value a word names.
    fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
    }
    /// The word for this value.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, value)| *value == self).map_or("", |(word, _)| word)
    }
}

macro_rules! words {
    ($($name:ident, $what:literal: $($word:literal = $value:ident),+;)+) => {
        $(impl Word for $name {
            const WHAT: &'static str = $what;
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, $name::$value)),+];
        })+
    };
}

words! {
    CableKind, "a kind of cable": "dac" = Dac, "acc" = Acc, "aec" = Aec, "aoc" = Aoc, "optic" = Optic;
    Confidence, "a confidence": "specification" = Specification, "datasheet" = Datasheet, "paper" = Paper, "measured" = Measured, "press" = Press,
        "derived" = Derived, "stated" = Stated, "recalled" = Recalled;
    Cooling, "a way of cooling": "air" = Air, "liquid" = Liquid, "rear-door" = RearDoor;
    FormFactor, "a form factor": "backplane" = Backplane, "cpo" = Cpo, "osfp" = Osfp, "osfp224" = Osfp224, "pcie" = Pcie, "qsfp-dd" = QsfpDd,
        "qsfp112" = Qsfp112, "qsfp28" = Qsfp28, "qsfp56" = Qsfp56, "rj45" = Rj45, "sfp" = Sfp, "any" = Any;
    InsideKind, "a kind of thing inside": "cpu" = Cpu, "nic" = Nic, "switch" = Switch, "xpu" = Xpu;
    LinkLayer, "a link layer": "ethernet" = Ethernet, "ici" = Ici, "infiniband" = InfiniBand, "neuronlink" = NeuronLink, "nvlink" = NvLink,
        "other" = Other, "pcie" = Pcie, "ualink" = UaLink, "xgmi" = Xgmi;
    PartKind, "a kind of part": "rack" = Rack, "system" = System, "xpu" = Xpu, "switch" = Switch, "nic" = Nic, "cable" = Cable,
        "transceiver" = Transceiver;
    PortRole, "a role": "compute" = Compute, "front-end" = FrontEnd, "management" = Management, "scale-up" = ScaleUp, "storage" = Storage;
    Status, "a status": "shipping" = Shipping, "announced" = Announced, "retired" = Retired;
    Switching, "a way to forward": "cut-through" = CutThrough, "store-and-forward" = StoreAndForward;
    Top, "a module top": "finned" = Finned, "flat" = Flat;
}
