//! How each choice is spelled in a file of version 1.

use crate::model::{FabricIntent, FabricRole, Face, GroupKind, LinkLayer, Multihoming, Recalled, Routing, RoutingEngine, Switching};

/// A choice that a file spells as a word.
pub(crate) trait Word: Copy + Sized {
    /// All words, in the order of the documentation.
    #[cfg_attr(target_arch = "wasm32", expect(dead_code, reason = "only the JSON Schema lists them"))]
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
    Face { Front = "front", Rear = "rear" }
    FabricIntent {
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
    Multihoming { Eslag = "eslag", Mclag = "mclag" }
    Recalled { Used = "used", LeftOut = "left-out" }
    Routing { Ecmp = "ecmp", Hash = "hash" }
    RoutingEngine { Dnup = "dnup", Ftree = "ftree", Lash = "lash", Minhop = "minhop", Torus2Qos = "torus-2qos", Updn = "updn" }
    Switching { CutThrough = "cut-through", StoreAndForward = "store-and-forward" }
}
