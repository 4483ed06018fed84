//! Names of records. An id is a per-design counter behind one letter (`n12`, `l7`): never reused while a design is
//! open, so that undo can bring a deleted record back under its own name.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;

/// Text that is not an id of the expected kind.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("“{found}” is not an id of a {kind}; it would look like {prefix}1")]
pub struct IdError {
    /// What was read.
    pub found: String,
    /// The kind of record looked for.
    pub kind: &'static str,
    /// The letter that starts such ids.
    pub prefix: &'static str,
}

/// What all ids have in common.
pub trait Id: Copy + Ord + fmt::Display + FromStr<Err = IdError> + fmt::Debug + 'static {
    /// The letter in front of the number.
    const PREFIX: &'static str;
    /// The kind of record, as the glossary has it.
    const KIND: &'static str;
    /// The id with this number.
    fn from_number(number: u32) -> Self;
    /// The number behind the letter.
    fn number(self) -> u32;
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl Id for $name {
            const PREFIX: &'static str = $prefix;
            const KIND: &'static str = $kind;
            fn from_number(number: u32) -> Self { Self(number) }
            fn number(self) -> u32 { self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result { write!(out, concat!($prefix, "{}"), self.0) }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix($prefix)
                    .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits.len() == 1 || !digits.starts_with('0')))
                    .and_then(|digits| digits.parse().ok())
                    .map(Self)
                    .ok_or_else(|| IdError { found: text.chars().take(40).collect(), kind: $kind, prefix: $prefix })
            }
        }
    };
}

id!(/// A placed part with ports.
    NodeId, "n", "node");
id!(/// One cable assembly between two ports.
    LinkId, "l", "link");
id!(/// A placed rack.
    RackId, "r", "rack");
id!(/// A container that collapses: site, pod, scalable unit.
    GroupId, "g", "group");
id!(/// One network with a role.
    FabricId, "f", "fabric");
id!(/// Something the design must reach.
    RequirementId, "q", "requirement");

/// The name of a catalogue part or of a part of one's own, for example `nvidia-qm9700`. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartId(Arc<str>);

impl PartId {
    /// The id with this text.
    pub fn new(text: &str) -> Self {
        Self(Arc::from(text))
    }
    /// The text of the id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PartId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<&str> for PartId {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_print_as_they_parse() {
        assert_eq!("n12".parse::<NodeId>(), Ok(NodeId(12)));
        assert_eq!(NodeId(12).to_string(), "n12");
        for wrong in ["12", "n", "n-1", "n1x", "l1", "n01", "n99999999999"] {
            assert!(wrong.parse::<NodeId>().is_err(), "{wrong}");
        }
    }
}
