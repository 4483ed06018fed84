//! A patch as text: what autosave appends to its log, and what page and worker send each other.
//!
//! One change per line, as a list `[kind, id, before, after]` (`["meta", before, after]`), so that a reader knows what follows before
//! it comes. The records are those of the file.

use std::fmt::Write as _;
use std::sync::Arc;

use super::limits;
use super::load::LoadError;
use super::schema::v1;
use crate::catalog::part_to_json;
use crate::json::{Error, Reader, Value, push_text};
use crate::model::{Change, Delta, Id, Part, PartId, Patch};

/// The name every patch starts with.
const FORMAT: &str = "weft-patch";
/// The version of the wire form.
const VERSION: u64 = 1;

/// Writes a patch as text. Time and space: O(changes).
pub fn patch_to_text(patch: &Patch) -> String {
    let mut out = format!("{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"changes\":[\n");
    for (at, change) in patch.changes.iter().enumerate() {
        if at > 0 {
            out.push_str(",\n");
        }
        match change {
            Change::Fabric(delta) => push_delta(&mut out, "fabric", delta, |row| v1::fabric_line(NO_ID, row)),
            Change::Group(delta) => push_delta(&mut out, "group", delta, |row| v1::group_line(NO_ID, row)),
            Change::Link(delta) => push_delta(&mut out, "link", delta, |row| v1::link_line(NO_ID, row)),
            Change::Meta { before, after } => {
                let _ = write!(out, "[\"meta\",{},{}]", v1::meta_line(before), v1::meta_line(after));
            }
            Change::Node(delta) => push_delta(&mut out, "node", delta, |row| v1::node_line(NO_ID, row)),
            Change::Part(delta) => push_part(&mut out, delta),
            Change::Rack(delta) => push_delta(&mut out, "rack", delta, |row| v1::rack_line(NO_ID, row)),
            Change::Requirement(delta) => push_delta(&mut out, "requirement", delta, |row| v1::requirement_line(NO_ID, row)),
        }
    }
    out.push_str("\n]}\n");
    out
}

/// The sides of a change carry no id of their own.
const NO_ID: Option<&str> = None;

fn push_delta<K: Id, V>(out: &mut String, kind: &str, delta: &Delta<K, V>, line: impl Fn(&V) -> String) {
    let side = |row: &Option<Arc<V>>| row.as_deref().map_or("null".to_owned(), &line);
    let _ = write!(out, "[\"{kind}\",\"{}\",{},{}]", delta.id, side(&delta.before), side(&delta.after));
}

fn push_part(out: &mut String, delta: &Delta<PartId, Part>) {
    let side = |part: &Option<Arc<Part>>| part.as_deref().map_or(Value::Null, part_to_json);
    out.push_str("[\"part\",");
    push_text(out, delta.id.as_str());
    let _ = write!(out, ",{},{}]", side(&delta.before), side(&delta.after));
}

/// Reads what [`patch_to_text`] writes. The limits of a design hold here too.
pub fn patch_from_text(text: &str) -> Result<Patch, LoadError> {
    limits::check(text)?;
    Reader::new(text).and_then(|mut input| patch(&mut input)).map_err(|error| LoadError::from_json(&error))
}

fn patch(input: &mut Reader<'_>) -> Result<Patch, Error> {
    let mut patch = Patch::default();
    let mut format = String::new();
    input.object("a patch")?;
    while let Some(key) = input.key()? {
        match &*key {
            "format" => format = input.string()?,
            "version" => {
                let version = input.whole(0, i64::MAX)?.unsigned_abs();
                if version != VERSION {
                    return Err(input.refuse(format!("this patch has version {version}, and only version {VERSION} is read; update Weft")));
                }
            }
            "changes" => {
                input.list("a list of changes")?;
                let mut reading = v1::Reading::default();
                while input.item()? {
                    patch.changes.push(change(input, &mut reading)?);
                }
            }
            _ => input.skip()?,
        }
    }
    if format == FORMAT { Ok(patch) } else { Err(input.refuse(format!("this is not a patch; a patch says \"format\": \"{FORMAT}\""))) }
}

fn change(input: &mut Reader<'_>, reading: &mut v1::Reading) -> Result<Change, Error> {
    input.list("a change (a list of kind, id, before and after)")?;
    next(input)?;
    let kind = input.text()?;
    let change = match &*kind {
        "fabric" => Change::Fabric(delta(input, reading, |row: v1::FabricRow| Some(row.fabric))?),
        "group" => Change::Group(delta(input, reading, |row: v1::GroupRow| Some(row.group))?),
        "link" => Change::Link(delta(input, reading, v1::LinkRow::link)?),
        "meta" => {
            let mut side = || -> Result<_, Error> {
                next(input)?;
                Ok(Arc::new(v1::one::<v1::MetaRow>(input, reading)?.0))
            };
            Change::Meta { before: side()?, after: side()? }
        }
        "node" => Change::Node(delta(input, reading, |row: v1::NodeRow| Some(row.node))?),
        "part" => {
            next(input)?;
            Change::Part(Delta { id: PartId::new(&input.text()?), before: part(input)?, after: part(input)? })
        }
        "rack" => Change::Rack(delta(input, reading, |row: v1::RackRow| Some(row.rack))?),
        "requirement" => Change::Requirement(delta(input, reading, |row: v1::RequirementRow| row.requirement().ok().map(|(_, row)| row))?),
        other => {
            let other: String = other.chars().take(40).collect();
            return Err(input.refuse(format!("“{other}” is not a kind of change; update Weft")));
        }
    };
    if input.item()? { Err(input.refuse("a change has more than kind, id, before and after")) } else { Ok(change) }
}

/// Steps to what a change must have next.
fn next(input: &mut Reader<'_>) -> Result<(), Error> {
    if input.item()? { Ok(()) } else { Err(input.refuse("a change ends too early; it has kind, id, before and after")) }
}

fn delta<K: Id, V, R: v1::Row + Default>(input: &mut Reader<'_>, reading: &mut v1::Reading, row: fn(R) -> Option<V>) -> Result<Delta<K, V>, Error> {
    next(input)?;
    let id = input.text()?.parse().map_err(|error: K::Err| input.refuse(error.to_string()))?;
    let mut side = || -> Result<Option<Arc<V>>, Error> {
        next(input)?;
        if input.null()? {
            return Ok(None);
        }
        let read: R = v1::one(input, reading)?;
        let what = read.what();
        row(read).map(|row| Some(Arc::new(row))).ok_or_else(|| input.refuse(format!("{what} is of a kind this version does not know")))
    };
    Ok(Delta { id, before: side()?, after: side()? })
}

fn part(input: &mut Reader<'_>) -> Result<Option<Arc<Part>>, Error> {
    next(input)?;
    if input.null()? {
        return Ok(None);
    }
    let value = input.value()?;
    v1::PartValue::read(&value).map(|read| Some(Arc::new(read.part))).map_err(|refusal| input.refuse(refusal))
}
