//! One grammar for everything inside a node: `n1` is a node, `n1/5` its cage 5, `n1/5/2` the second port that cage is
//! broken out into (or the second port of a twin-port cage), `n1/xpu3` a thing inside a system.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::ids::NodeId;

/// Text that does not name a place in a node.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("“{0}” does not name a port; write for example n1/5 for cage 5 of node n1, or n1/5/2 for its second port")]
pub struct PathError(pub String);

/// A port of a node, without the node: a cage, or one of the ports a cage holds.
///
/// Cages of a part are numbered from 1 through all its port groups. `child` 0 means the whole cage; a twin-port cage and
/// a broken-out cage have children 1, 2, ...
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortPath {
    /// The cage or connector, from 1.
    pub cage: u16,
    /// The port in it, from 1; 0 is the whole cage.
    pub child: u8,
}

impl PortPath {
    /// The whole cage.
    pub const fn cage(cage: u16) -> Self {
        Self { cage, child: 0 }
    }
    /// One port of a cage that has several.
    pub const fn child(cage: u16, child: u8) -> Self {
        Self { cage, child }
    }
    /// Whether both use the same copper: the same port, or a cage and one of its own ports.
    pub fn overlaps(self, other: Self) -> bool {
        self.cage == other.cage && (self.child == other.child || self.child == 0 || other.child == 0)
    }
}

impl fmt::Display for PortPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.child == 0 { write!(out, "{}", self.cage) } else { write!(out, "{}/{}", self.cage, self.child) }
    }
}

impl FromStr for PortPath {
    type Err = PathError;
    fn from_str(text: &str) -> Result<Self, PathError> {
        let wrong = || PathError(text.chars().take(40).collect());
        let number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u16>().ok()).flatten().filter(|number| *number > 0);
        let (cage, child) = match text.split_once('/') {
            Some((cage, child)) => (cage, number(child).and_then(|child| u8::try_from(child).ok()).ok_or_else(wrong)?),
            None => (text, 0),
        };
        Ok(Self { cage: number(cage).ok_or_else(wrong)?, child })
    }
}

/// A port of a node of the design.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRef {
    /// The node.
    pub node: NodeId,
    /// The port on it.
    pub port: PortPath,
}

impl PortRef {
    /// The whole cage `cage` of `node`.
    pub const fn cage(node: NodeId, cage: u16) -> Self {
        Self { node, port: PortPath::cage(cage) }
    }
    /// Port `child` of cage `cage` of `node`.
    pub const fn child(node: NodeId, cage: u16, child: u8) -> Self {
        Self { node, port: PortPath::child(cage, child) }
    }
}

impl fmt::Display for PortRef {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.node, self.port)
    }
}

impl FromStr for PortRef {
    type Err = PathError;
    fn from_str(text: &str) -> Result<Self, PathError> {
        let wrong = || PathError(text.chars().take(40).collect());
        let (node, port) = text.split_once('/').ok_or_else(wrong)?;
        Ok(Self { node: node.parse().map_err(|_| wrong())?, port: port.parse().map_err(|_| wrong())? })
    }
}

/// A node, or a thing inside a system node, that traffic starts from or ends at. Prints as `n1` or `n1/xpu3`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Element {
    /// The node.
    pub node: NodeId,
    /// The name of the thing inside, as the part's [`super::Inside`] spells it; `None` is the node itself.
    pub inside: Option<String>,
}

impl fmt::Display for Element {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.inside {
            Some(inside) => write!(out, "{}/{inside}", self.node),
            None => write!(out, "{}", self.node),
        }
    }
}

impl FromStr for Element {
    type Err = PathError;
    fn from_str(text: &str) -> Result<Self, PathError> {
        let (node, inside) = text.split_once('/').map_or((text, None), |(node, inside)| (node, Some(inside)));
        let wrong = || PathError(text.chars().take(40).collect());
        if inside.is_some_and(|name| name.is_empty() || name.contains('/')) {
            return Err(wrong());
        }
        Ok(Self { node: node.parse().map_err(|_| wrong())?, inside: inside.map(str::to_owned) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_print_as_they_parse() {
        for text in ["n1/5", "n1/5/2", "n900/65535/255"] {
            assert_eq!(text.parse::<PortRef>().unwrap().to_string(), text);
        }
        for wrong in ["n1", "n1/", "n1/0", "n1/5/0", "n1/5/2/1", "x1/5", "n1/-3", "n1/5/256", ""] {
            assert!(wrong.parse::<PortRef>().is_err(), "{wrong}");
        }
        assert_eq!("n1/xpu3".parse::<Element>().unwrap().to_string(), "n1/xpu3");
    }

    #[test]
    fn a_cage_overlaps_its_own_ports_only() {
        assert!(PortPath::cage(5).overlaps(PortPath::child(5, 1)));
        assert!(!PortPath::child(5, 2).overlaps(PortPath::child(5, 1)));
        assert!(!PortPath::cage(5).overlaps(PortPath::cage(6)));
    }
}
