//! Foreign descriptions of a fabric become designs: a plain graph, or what `ibnetdiscover` prints and `ibsim` reads. NetBox
//! device types become parts, price books prices, and dumps of forwarding tables what a fabric is routed by.
//!
//! An import never fails over what can be mended: it mends and tells, with counts. What cannot be read gives one sentence with
//! its line and the cure. Nothing is placed: whoever imports runs the layout afterwards.

mod dump;
mod graph;
mod ibnetdiscover;
mod lfts;
mod netbox;
mod prices;
mod tables;
mod yaml;

pub use netbox::{DeviceType, read_device_type};
pub use prices::{Read as ReadPrices, read_prices};
pub use tables::{MAX_TABLE_BYTES, Taken as TakenTables, are_tables, read_tables};

use std::sync::Arc;

use thiserror::Error;

use super::limits::MAX_BYTES;
use super::load::{FORMAT, LoadError};
use crate::catalog::Catalog;
use crate::model::Design;
use crate::units::counted;

/// What a text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// Whatever it looks like.
    #[default]
    Auto,
    /// A graph: nodes with id, kind and transit, links with two ends, rate and latency, as JSON.
    Graph,
    /// What `ibnetdiscover` prints, or a net that `ibsim` reads.
    Ibnetdiscover,
}

impl Source {
    /// All sources with the words that the command uses for them.
    pub const WORDS: [(&'static str, Self); 3] = [("auto", Self::Auto), ("graph", Self::Graph), ("ibnetdiscover", Self::Ibnetdiscover)];

    /// The source with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, source)| *source)
    }
}

/// How to import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether each channel adapter stays a node of its own, even where descriptions say that several are in one host.
    pub separate_adapters: bool,
}

/// An imported design and what was found and mended on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The design; everything lies at the origin. Only a graph can say how it is called.
    pub design: Design,
    /// Sentences for people, the first one says what was read.
    pub told: Vec<String>,
}

impl Imported {
    /// Names a design that says no name of its own by its file, without folder and ending.
    pub fn name_after(&mut self, file: &str) {
        let meta = Arc::make_mut(&mut self.design.meta);
        if meta.name.is_empty() {
            let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
            meta.name = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
        }
    }
}

/// Why a text could not be imported: one sentence with its line and the cure.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub struct ImportError {
    /// The line, from 1.
    pub line: Option<usize>,
    /// The sentence, without its place.
    pub message: String,
}

impl std::fmt::Display for ImportError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(out, "line {line}: {}", self.message),
            None => out.write_str(&self.message),
        }
    }
}

impl From<LoadError> for ImportError {
    fn from(error: LoadError) -> Self {
        Self { line: error.line, message: error.message }
    }
}

/// Makes a design of a text. Never panics. Time: O(bytes + nodes log nodes).
///
/// ```
/// use weft::{catalog::Catalog, io::import::{Options, Source, import}};
/// let net = "Switch 8 \"leaf\"\n[1] \"host\"[1]\n\nHca 1 \"host\"\n[1] \"leaf\"[1]\n";
/// let imported = import(net, &Source::Auto, &Options::default(), &Catalog::builtin()).unwrap();
/// assert_eq!((imported.design.nodes.len(), imported.design.links.len()), (2, 1));
/// ```
pub fn import(text: &str, source: &Source, options: &Options, catalog: &Catalog) -> Result<Imported, ImportError> {
    if text.len() > MAX_BYTES {
        let message = format!("the file has {} MB, and at most {} MB are read; import a part of it", text.len() / 1_000_000, MAX_BYTES / 1_000_000);
        return Err(ImportError { line: None, message });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.starts_with("PK\u{3}\u{4}") {
        let message = "this is a packed file, such as a workbook; save its sheet as CSV, or unpack it, and read that".to_owned();
        return Err(ImportError { line: None, message });
    }
    match source {
        Source::Auto if are_tables(text) => Err(ImportError {
            line: Some(1),
            message:
                "these are forwarding tables, which go into a design of the same fabric; open that design, or the output of ibnetdiscover, and import them then"
                    .to_owned(),
        }),
        Source::Auto if text.trim_start().starts_with(['{', '[']) => graph::import(text),
        Source::Graph => graph::import(text),
        Source::Auto | Source::Ibnetdiscover => ibnetdiscover::import(text, options, catalog),
    }
}

/// The sentence for a design that was handed to an import.
fn is_a_design(format: &str) -> Option<ImportError> {
    (format == FORMAT).then(|| ImportError { line: None, message: "this is a design already; open it instead of importing it".to_owned() })
}

/// Lines of a dump that mean nothing here.
#[derive(Clone, Copy, Debug, Default)]
struct Unread {
    count: usize,
    /// The number of the first.
    first: Option<usize>,
}

impl Unread {
    /// Notes one more.
    fn note(&mut self, line: usize) {
        self.count += 1;
        self.first = self.first.or(Some(line));
    }
    /// Tells of them, where there are any.
    fn tell(self, told: &mut Vec<String>) {
        if let Some(first) = self.first {
            told.push(format!("{} not understood and left out, the first is line {first}", counted(self.count as u64, "line was", "lines were")));
        }
    }
}

/// Tells what was mended, and how often, where it was.
fn tell(told: &mut Vec<String>, number: usize, one: &str, many: &str, rest: &str) {
    if number > 0 {
        told.push(format!("{}{rest}", counted(number as u64, one, many)));
    }
}
