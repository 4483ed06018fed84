//! From text to a design that can be opened: design files, dumps, shared links, templates. The page and its worker both come here, so
//! that it makes no difference where a design was read.

use std::cell::OnceCell;

use crate::units::SortedMap;

use super::clipboard::Clip;
use crate::catalog::Catalog;
use crate::engine::templates;
use crate::io::import::{Options, Source as Dump, import};
use crate::io::{self, share};
use crate::model::Design;
use crate::scene::Scene;

/// What a design is read or made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// What the clipboard holds.
    Clipboard(String),
    /// A packed design out of an address.
    Shared(String),
    /// A template with its parameters.
    Template(String, SortedMap<String, String>),
    /// A design file, or a dump to import.
    Text {
        /// What it is called, for messages and as the name of an imported design.
        name: String,
        /// The text.
        text: String,
    },
}

/// A design that can be opened, with what is said of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opened {
    /// The design.
    pub design: Design,
    /// What the user is told; empty says nothing.
    pub told: String,
    /// Why it may not be edited, if it may not.
    pub read_only: Option<String>,
}

/// A design on its way into the session, with as much of its drawing as was made aside.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    design: Design,
    scene: OnceCell<Scene>,
}

impl Drawn {
    /// Nothing of the drawing is made yet.
    pub fn new(design: Design) -> Self {
        Self { design, scene: OnceCell::new() }
    }
    /// Makes one piece of the drawing, so that each gets a task of its own. Returns whether there was one left to make. Time: O(design) at most.
    pub fn draw(&self, catalog: &Catalog) -> bool {
        match self.scene.get() {
            Some(scene) => scene.settle(),
            None => {
                self.scene.get_or_init(|| Scene::build(&self.design, catalog));
                true
            }
        }
    }
    /// The design.
    pub fn design(&self) -> &Design {
        &self.design
    }
    /// The design, and its drawing where that was made.
    pub(super) fn into_parts(self) -> (Design, OnceCell<Scene>) {
        (self.design, self.scene)
    }
}

/// The drawing follows from the design.
impl PartialEq for Drawn {
    fn eq(&self, other: &Self) -> bool {
        self.design == other.design
    }
}

/// Reads or makes a design. One sentence where that cannot be.
pub fn open(source: &Source, catalog: &Catalog) -> Result<Opened, String> {
    match source {
        Source::Clipboard(text) => Clip::from_text(text).map(Clip::into_read),
        Source::Shared(packed) => {
            let loaded = share::unpack(packed).map_err(|error| format!("The shared design could not be opened: {error}"))?;
            Ok(Opened { design: loaded.design, told: String::new(), read_only: loaded.read_only })
        }
        Source::Template(name, parameters) => {
            let design = templates::generate(name, parameters, catalog).map_err(|error| error.to_string())?;
            Ok(Opened { design, ..Opened::default() })
        }
        Source::Text { name, text } if is_design(text) => design_file(name, text),
        Source::Text { name, text } => dump(name, text, catalog),
    }
}

/// Opens the text of a design file.
pub(super) fn design_file(name: &str, text: &str) -> Result<Opened, String> {
    let loaded = io::load(text).map_err(|error| format!("{name} cannot be opened: {error}"))?;
    Ok(Opened { told: repaired(name, &loaded.repairs), design: loaded.design, read_only: loaded.read_only })
}

/// Imports a dump. It knows no places: hosts go below their leaves, leaves below spines.
fn dump(name: &str, text: &str, catalog: &Catalog) -> Result<Opened, String> {
    let mut imported = import(text, &Dump::Auto, &Options::default(), catalog).map_err(|error| {
        let place = error.line.map(|line| format!(", line {line}")).unwrap_or_default();
        format!("“{name}”{place}: {}", error.message)
    })?;
    imported.name_after(name);
    super::layout::tiered(&imported.design, catalog).apply(&mut imported.design).ok();
    Ok(Opened { told: imported_words(name, &imported.told), design: imported.design, read_only: None })
}

/// So much that was found in an imported file is all told; of more there is no room for all.
const TOLD: usize = 3;

/// What is said of a file that was imported, of what was found and mended in it.
pub fn imported_words(name: &str, told: &[String]) -> String {
    match told {
        [] => format!("Imported {name}"),
        all if all.len() <= TOLD => format!("Imported {name}: {}", all.join(". ")),
        [first, more @ ..] => format!("Imported {name}: {first}; and {} more", more.len()),
    }
}

/// Whether text says of itself that it is a design file.
fn is_design(text: &str) -> bool {
    let head: String = text.trim_start_matches('\u{feff}').chars().take(2000).collect();
    head.trim_start().starts_with('{') && head.contains("\"weft-design\"")
}

/// What is said of a file that was repaired while it was read.
fn repaired(name: &str, repairs: &[String]) -> String {
    match repairs {
        [] => String::new(),
        [one] => format!("Opened {name} and repaired it: {one}"),
        [first, second] => format!("Opened {name} and repaired it: {first}; {second}"),
        [first, second, more @ ..] => format!("Opened {name} and repaired it: {first}; {second}; and {} more", more.len()),
    }
}
