//! Templates: designs made from a handful of numbers.
//!
//! This module owns the shapes Weft can draw by itself ([`all`]), their parameters, and the two things one asks of them: a
//! whole design ([`generate`]) and its size before it is made ([`counts`], closed form). The dialog of the page and the
//! command `weft generate` read the same declarations. Parameters come from people: whatever they hold, the answer is a
//! design or one sentence, and never more than [`RECORD_LIMIT`] records.

mod build;
mod dragonfly;
mod dual_plane;
mod fat_tree;
mod leaf_spine;
mod nvl72;
mod nvl72_plan;
mod rail_only;
mod rail_optimised;
mod rail_plan;
mod single_switch;
mod torus;
mod ualink_pod;
mod values;

use thiserror::Error;

use crate::catalog::Catalog;
use crate::model::Design;
use crate::units::SortedMap;
use values::Values;

/// No template makes a design of this many records or more. A limit of Weft: it is what a file may hold.
pub const RECORD_LIMIT: u64 = 1_000_000;

/// A shape Weft can draw by itself.
#[derive(Debug)]
pub struct Template {
    /// What it is called on the command line and in addresses: `fat-tree`.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What it is for, in one sentence.
    pub summary: &'static str,
    /// What can be chosen, in the order a dialog asks for it.
    pub parameters: &'static [Parameter],
    generate: fn(&Values, &Catalog) -> Result<Design, TemplateError>,
    counts: fn(&Values, &Catalog) -> Result<TemplateCounts, TemplateError>,
}

/// One choice of a template.
#[derive(Debug)]
pub struct Parameter {
    /// Its name on the command line: `hosts-per-leaf`.
    pub key: &'static str,
    /// What the dialog calls it.
    pub label: &'static str,
    /// What it is when nothing is said.
    pub default: &'static str,
    /// The least it may be; `None` for a choice among words.
    pub min: Option<f64>,
    /// The most it may be; `None` for a choice among words.
    pub max: Option<f64>,
    /// One sentence about it.
    pub help: &'static str,
    /// The words to choose from; empty for a number.
    pub choices: &'static [&'static str],
}

impl Parameter {
    const fn number(key: &'static str, label: &'static str, default: &'static str, range: (f64, f64), help: &'static str) -> Self {
        Self { key, label, default, min: Some(range.0), max: Some(range.1), help, choices: &[] }
    }
    const fn choice(key: &'static str, label: &'static str, choices: &'static [&'static str], default: &'static str, help: &'static str) -> Self {
        Self { key, label, default, min: None, max: None, help, choices }
    }
}

/// The size of a design before it is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TemplateCounts {
    /// XPUs, those inside systems counted.
    pub xpus: u64,
    /// Nodes that are systems (generic hosts are).
    pub systems: u64,
    /// Nodes that are switches, trays of switches included.
    pub switches: u64,
    /// Links.
    pub links: u64,
    /// Racks.
    pub racks: u64,
}

impl TemplateCounts {
    /// More records than the design will hold, groups and fabrics generously included.
    pub fn records(&self) -> u64 {
        [self.xpus, self.systems, self.switches, self.switches, self.links, self.racks, 1000].iter().fold(0, |sum, part| sum.saturating_add(*part))
    }
}

/// Why a template makes no design of what it was given.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum TemplateError {
    /// There is no such template.
    #[error("there is no template “{name}”; there are {known}")]
    UnknownTemplate {
        /// What was asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The template has no such parameter.
    #[error("{template} has no parameter “{key}”; it has {known}")]
    UnknownParameter {
        /// The template.
        template: &'static str,
        /// What was set.
        key: String,
        /// The parameters it has.
        known: String,
    },
    /// A value that cannot be.
    #[error("{key} cannot be “{value}”: {rule}")]
    Value {
        /// The parameter.
        key: String,
        /// What it was set to.
        value: String,
        /// What it must be.
        rule: String,
    },
    /// Values that are fine alone and impossible together.
    #[error("{0}")]
    Together(String),
    /// The design would be too large.
    #[error("this would make {records} records; a design holds fewer than {RECORD_LIMIT}, so choose smaller numbers")]
    TooLarge {
        /// How many records it would hold at least.
        records: u64,
    },
    /// The catalogue lacks a part the template needs.
    #[error("the catalogue has no usable part “{0}”, which this template needs")]
    MissingPart(String),
}

const TEMPLATES: &[Template] = &[
    leaf_spine::TEMPLATE,
    fat_tree::TEMPLATE,
    rail_optimised::TEMPLATE,
    rail_only::TEMPLATE,
    dual_plane::TEMPLATE,
    dragonfly::TEMPLATE,
    torus::TEMPLATE,
    nvl72::TEMPLATE,
    ualink_pod::TEMPLATE,
    single_switch::TEMPLATE,
];

/// Every template, in the order a dialog shows them.
pub fn all() -> &'static [Template] {
    TEMPLATES
}

/// The template with this name.
pub fn find(name: &str) -> Result<&'static Template, TemplateError> {
    let known = || TEMPLATES.iter().map(|template| template.name).collect::<Vec<_>>().join(", ");
    TEMPLATES.iter().find(|template| template.name == name).ok_or_else(|| TemplateError::UnknownTemplate { name: values::short(name), known: known() })
}

/// Draws the design a template makes of these parameters; what is not set takes its default. Deterministic: equal input
/// gives equal records under equal ids. Time and space: O(records).
pub fn generate(name: &str, parameters: &SortedMap<String, String>, catalog: &Catalog) -> Result<Design, TemplateError> {
    let template = find(name)?;
    let values = Values::read(template, parameters)?;
    within_limit((template.counts)(&values, catalog)?)?;
    (template.generate)(&values, catalog)
}

/// What [`generate`] would make of the same parameters, without making it. Time: O(1).
pub fn counts(name: &str, parameters: &SortedMap<String, String>, catalog: &Catalog) -> Result<TemplateCounts, TemplateError> {
    let template = find(name)?;
    let counts = (template.counts)(&Values::read(template, parameters)?, catalog)?;
    within_limit(counts).map(|()| counts)
}

fn within_limit(counts: TemplateCounts) -> Result<(), TemplateError> {
    let records = counts.records();
    if records >= RECORD_LIMIT { Err(TemplateError::TooLarge { records }) } else { Ok(()) }
}
