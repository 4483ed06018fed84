//! How each choice is spelled: in files of version 1, in fixes and in settings. A file of a later version that spells one otherwise translates it.

use super::{Cooling, FabricIntent, FabricRole, Face, GroupKind, LaneChange, LinkLayer, Multihoming, Paths, Recalled, Routing, RoutingEngine, Switching, Tier};

/// A choice that a file spells as a word.
pub(crate) trait Word: Copy + Sized {
    /// All words, in the order of the documentation.
    const WORDS: &'static [&'static str];
    /// Its word.
    fn word(self) -> &'static str;
    /// The choice with this word.
    fn from_word(word: &str) -> Option<Self>;
}

macro_rules! words {
    ($($choice:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {
        $(impl Word for $choice {
    const WORDS: &'static [&'static str] = &[$($word),+];
            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
            fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        })+
    };
}

words! {
    Cooling { Air = "air", Liquid = "liquid", RearDoor = "rear-door" }
    Face { Front = "front", Rear = "rear" }
    FabricIntent {
        Dragonfly = "dragonfly",
        DualPlane = "dual-plane",
        FatTree = "fat-tree",
        LeafSpine = "leaf-spine",
        RailOnly = "rail-only",
        RailOptimised = "rail-optimised",
        SingleStage = "single-stage",
        Torus = "torus",
        Unstated = "unstated",
    }
    FabricRole { Compute = "compute", FrontEnd = "front-end", Fronthaul = "fronthaul", Management = "management", ScaleUp = "scale-up", Storage = "storage" }
    GroupKind { Core = "core", Pod = "pod", Row = "row", Site = "site", Unit = "unit" }
    LinkLayer {
        Ethernet = "ethernet",
        Ici = "ici",
        InfiniBand = "infiniband",
        NeuronLink = "neuronlink",
        NvLink = "nvlink",
        Other = "other",
        Pcie = "pcie",
        UaLink = "ualink",
        Xgmi = "xgmi",
    }
    LaneChange { Dateline = "dateline", Groups = "groups", Hops = "hops" }
    Multihoming { Eslag = "eslag", Mclag = "mclag" }
    Paths { DimensionOrder = "dimension-order", Minimal = "minimal", Shortest = "shortest", UpDown = "up-down", Valiant = "valiant" }
    Recalled { Used = "used", LeftOut = "left-out" }
    Routing { Ecmp = "ecmp", Hash = "hash", Tables = "tables" }
    RoutingEngine { Dnup = "dnup", Ftree = "ftree", Lash = "lash", Minhop = "minhop", Torus2Qos = "torus-2qos", Updn = "updn" }
    Switching { CutThrough = "cut-through", StoreAndForward = "store-and-forward" }
    Tier { Oem = "oem", Compatible = "compatible", Refurbished = "refurbished" }
}
