//! All diagnostics and estimates of one revision of a design.

use super::diagnostics::{Diagnostic, Severity};
use super::estimate::Estimate;

/// The report's format name on the wire.
pub const FORMAT: &str = "weft-report";
/// The report's version on the wire.
pub const VERSION: u32 = 1;

/// All diagnostics and estimates of one revision of a design. Ordered and free of clocks, so that the same design gives
/// the same bytes everywhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Always [`FORMAT`].
    pub format: String,
    /// Always [`VERSION`].
    pub version: u32,
    /// The name of the design.
    pub design: String,
    /// What is drawn.
    pub counts: Counts,
    /// Findings, worst first, then by code and subject.
    pub diagnostics: Vec<Diagnostic>,
    /// Estimates, in the order they are shown.
    pub estimates: Vec<Estimate>,
}

/// How much is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Racks.
    pub racks: usize,
    /// Nodes that are systems.
    pub systems: usize,
    /// XPUs, those inside systems counted.
    pub xpus: usize,
    /// Nodes that are switches.
    pub switches: usize,
    /// Links.
    pub links: usize,
    /// All nodes.
    pub nodes: usize,
}

impl Report {
    /// How many findings of a severity are not silenced.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity && diagnostic.silenced.is_none()).count()
    }
    /// The estimate with this key.
    pub fn estimate(&self, key: &str) -> Option<&Estimate> {
        self.estimates.iter().find(|estimate| estimate.key() == key)
    }
}
