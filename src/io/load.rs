//! Opening a design: limits, then the header, then the reader of its version, then repair.

use thiserror::Error;

use super::{limits, migrate, repair, schema::v1};
use crate::json::{self, Reader};
use crate::model::Design;

/// The name every design file starts with.
pub(crate) const FORMAT: &str = "weft-design";
/// The newest version this build reads and the one it writes.
pub(crate) const VERSION: u64 = 1;

/// An opened design and what had to be done to open it.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// The design; [`Design::structural_faults`] is empty.
    pub design: Design,
    /// One sentence for each kind of repair, with its count: `3 links pointed to nothing; left out`.
    pub repairs: Vec<String>,
    /// Why it may be looked at but not saved over: the file is newer than this build.
    pub read_only: Option<String>,
}

/// Why a file could not be opened: one sentence for people, with its place and the cure.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub struct LoadError {
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column in bytes, from 1.
    pub column: Option<usize>,
    /// The sentence, without its place.
    pub message: String,
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(out, "line {line}, column {column}: {}", self.message),
            (Some(line), None) => write!(out, "line {line}: {}", self.message),
            (None, _) => out.write_str(&self.message),
        }
    }
}

impl LoadError {
    /// A fault of the file as a whole.
    pub(crate) fn whole(message: impl Into<String>) -> Self {
        Self { line: None, column: None, message: message.into() }
    }

    /// A fault at a byte of the text.
    pub(crate) fn at_byte(text: &str, at: usize, message: String) -> Self {
        let before = text.as_bytes().get(..at).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        Self { line: Some(line), column: Some(column), message }
    }

    /// What the reader complained of, with what to do about it.
    pub(crate) fn from_json(error: &json::Error) -> Self {
        let message = match error.kind() {
            json::Kind::Cut => "the text ends in the middle, as if it was cut off; save or fetch it again".to_owned(),
            json::Kind::Data => error.message().to_owned(),
            json::Kind::Syntax => format!("this is not JSON: {}; correct it there or open an earlier copy", error.message()),
        };
        Self { line: Some(error.line()), column: Some(error.column().max(1)), message }
    }
}

/// Opens a design of any version that was ever written.
///
/// Never panics. Time: O(bytes + records log records); a three-tier fat tree of 32-port switches (34,048 records) takes well
/// under 100 ms.
///
/// ```
/// let loaded = weft::io::load(r#"{"format": "weft-design", "version": 1, "name": "Pod A"}"#).unwrap();
/// assert_eq!(loaded.design.meta.name, "Pod A");
/// assert!(weft::io::load("{}").is_err());
/// ```
pub fn load(text: &str) -> Result<Loaded, LoadError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    limits::check(text)?;
    if text.trim_start().is_empty() {
        return Err(LoadError::whole("the file is empty; open another one"));
    }
    let mut input = Reader::new(text).map_err(|error| LoadError::from_json(&error))?;
    let mut header = Header::default();
    header.fill(&mut input).map_err(|error| LoadError::from_json(&error))?;
    let read_only = header.judge()?;
    input.rewind();

    let raw = match migrate::to_current(text, header.version)? {
        None => v1::read(input)?,
        Some(current) => v1::read(Reader::new(&current).map_err(|error| LoadError::from_json(&error))?)?,
    };
    let (design, repairs) = repair::assemble(raw);
    Ok(Loaded { design, repairs, read_only })
}

/// What stands at the head of a design file.
#[derive(Default)]
struct Header {
    format: Option<String>,
    version: u64,
    min_reader: u64,
    generator: Option<String>,
}

impl Header {
    /// Reads the head. Our own files have it first, so reading stops there; others are read to their end.
    fn fill(&mut self, input: &mut Reader<'_>) -> Result<(), json::Error> {
        input.object("a design")?;
        let mut seen = 0;
        while seen < 4
            && let Some(key) = input.key()?
        {
            seen += 1;
            match &*key {
                "format" => self.format = if input.null()? { None } else { Some(input.string()?) },
                "version" => self.version = input.whole(0, i64::MAX)?.unsigned_abs(),
                "min_reader" => self.min_reader = input.whole(0, i64::MAX)?.unsigned_abs(),
                "generator" => self.generator = if input.null()? { None } else { Some(input.string()?) },
                _ => {
                    input.skip()?;
                    seen -= 1;
                }
            }
        }
        Ok(())
    }

    /// Refuses what cannot be read; gives the reason when it can be read but not saved over.
    fn judge(&self) -> Result<Option<String>, LoadError> {
        match self.format.as_deref() {
            Some(FORMAT) => {}
            Some(other) => {
                let other: String = other.chars().take(40).collect();
                return Err(LoadError::whole(format!("this is a “{other}” file, not a design; a design says \"format\": \"{FORMAT}\"")));
            }
            None => {
                return Err(LoadError::whole(format!(
                    "this is JSON but not a design: it has no \"format\": \"{FORMAT}\"; a graph or a dump of a running fabric has to be imported instead of opened"
                )));
            }
        }
        if self.version == 0 {
            return Err(LoadError::whole(format!("the design does not say its version; add \"version\": {VERSION}")));
        }
        if self.version <= VERSION {
            return Ok(None);
        }
        let by: String = self.generator.iter().flat_map(|generator| generator.chars().take(40)).collect();
        let by = if by.is_empty() { String::new() } else { format!(" (written by {by})") };
        if self.min_reader > VERSION {
            return Err(LoadError::whole(format!(
                "this design has version {}{by} and needs a Weft that reads version {}; this one reads up to {VERSION}, so update Weft",
                self.version, self.min_reader
            )));
        }
        Ok(Some(format!(
            "This design has version {}{by}, and this Weft writes version {VERSION}: it is open for reading only, so that nothing newer is lost",
            self.version
        )))
    }
}
