//! Opening a design: limits, then the header, then the reader of its version, then repair.

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use thiserror::Error;

use super::{limits, migrate, repair, schema::v1};
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

    /// What the parser complained of, in our words.
    pub(crate) fn from_json(error: &serde_json::Error) -> Self {
        let whole = error.to_string();
        let said = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(said, _)| said);
        let message = match error.classify() {
            serde_json::error::Category::Eof => "the text ends in the middle, as if it was cut off; save or fetch it again".to_owned(),
            serde_json::error::Category::Data => in_our_words(said),
            _ => format!("this is not JSON: {said}; correct it there or open an earlier copy"),
        };
        let line = (error.line() > 0).then(|| error.line());
        Self { line, column: line.map(|_| error.column().max(1)), message }
    }
}

/// What was read and what was needed, without the words of a programming language.
fn in_our_words(said: &str) -> String {
    let wrong = said.strip_prefix("invalid type: ").or_else(|| said.strip_prefix("invalid value: "));
    if let Some((found, wanted)) = wrong.and_then(|rest| rest.split_once(", expected ")) {
        let found = match found {
            "map" => "an object".to_owned(),
            "null" => "nothing".to_owned(),
            "sequence" => "a list".to_owned(),
            other => other.replacen("string ", "the text ", 1).replacen("integer ", "the number ", 1).replacen("floating point ", "the number ", 1),
        };
        let wanted = match wanted {
            "a string" => "a text",
            "a sequence" => "a list",
            "a boolean" => "true or false",
            "f64" => "a number",
            "i32" | "u16" | "u32" | "u64" => "a whole number",
            "an array of length 2" => "a list of two",
            other => other,
        };
        return format!("found {found} where {wanted} is needed; correct the value or leave the field out");
    }
    if let Some((found, wanted)) = said.strip_prefix("invalid length ").and_then(|rest| rest.split_once(", expected an array of length ")) {
        return format!("a list of {found} where {wanted} items are needed; correct it there");
    }
    said.to_owned()
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
    let header = Header::read(text)?;
    let read_only = header.judge()?;

    let current = migrate::to_current(text, header.version)?;
    let raw = v1::read(&current)?;
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
    complete: bool,
}

impl Header {
    /// Reads the head. Our own files have it first, so reading stops there; others are read to their end.
    fn read(text: &str) -> Result<Self, LoadError> {
        if text.trim_start().is_empty() {
            return Err(LoadError::whole("the file is empty; open another one"));
        }
        let mut header = Self::default();
        let outcome = HeaderSeed(&mut header).deserialize(&mut serde_json::Deserializer::from_str(text));
        match outcome {
            Err(error) if !header.complete => Err(LoadError::from_json(&error)),
            _ => Ok(header),
        }
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

struct HeaderSeed<'h>(&'h mut Header);

impl<'de> DeserializeSeed<'de> for HeaderSeed<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for HeaderSeed<'_> {
    type Value = ();
    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a design (a JSON object)")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let header = self.0;
        let mut seen = 0;
        while let Some(key) = map.next_key::<v1::Text<'de>>()? {
            match key.as_str() {
                "format" => header.format = map.next_value()?,
                "version" => header.version = map.next_value()?,
                "min_reader" => header.min_reader = map.next_value()?,
                "generator" => header.generator = map.next_value()?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            }
            seen += 1;
            if seen == 4 {
                header.complete = true;
                return Err(A::Error::custom("the head is complete"));
            }
        }
        header.complete = true;
        Ok(())
    }
}

/// Reads one JSON text with a seed, to its very end.
pub(crate) fn parse<'de, S: DeserializeSeed<'de>>(text: &'de str, seed: S) -> Result<S::Value, LoadError> {
    let mut input = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut input).map_err(|error| LoadError::from_json(&error))?;
    input.end().map_err(|error| LoadError::from_json(&error))?;
    Ok(value)
}
