//! A patch as text: what autosave appends to its log, and what page and worker send each other.
//!
//! One change per line, as a list `[kind, id, before, after]` (`["meta", before, after]`), so that a reader knows what follows before
//! it comes. The records are those of the file.

use std::fmt::{self, Write as _};
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, SeqAccess, Visitor};
use serde_json::Value;

use super::limits;
use super::load::{LoadError, parse};
use super::schema::v1;
use crate::catalog::part_to_json;
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
    v1::push_text(out, delta.id.as_str());
    let _ = write!(out, ",{},{}]", side(&delta.before), side(&delta.after));
}

/// Reads what [`patch_to_text`] writes. The limits of a design hold here too.
pub fn patch_from_text(text: &str) -> Result<Patch, LoadError> {
    limits::check(text)?;
    parse(text, PatchSeed)
}

struct PatchSeed;

impl<'de> DeserializeSeed<'de> for PatchSeed {
    type Value = Patch;
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Patch, D::Error> {
        input.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PatchSeed {
    type Value = Patch;
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a patch (a JSON object)")
    }
    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Patch, A::Error> {
        let mut patch = Patch::default();
        let mut format = String::new();
        while let Some(key) = map.next_key::<v1::Text<'de>>()? {
            match key.as_str() {
                "format" => format = map.next_value()?,
                "version" => {
                    let version: u64 = map.next_value()?;
                    if version != VERSION {
                        return Err(A::Error::custom(format!("this patch has version {version}, and only version {VERSION} is read; update Weft")));
                    }
                }
                "changes" => patch.changes = map.next_value_seed(Changes)?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if format == FORMAT { Ok(patch) } else { Err(A::Error::custom(format!("this is not a patch; a patch says \"format\": \"{FORMAT}\""))) }
    }
}

struct Changes;

impl<'de> DeserializeSeed<'de> for Changes {
    type Value = Vec<Change>;
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Self::Value, D::Error> {
        input.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Changes {
    type Value = Vec<Change>;
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of changes")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut reading = v1::Reading::default();
        let mut changes = Vec::new();
        while let Some(change) = list.next_element_seed(ChangeSeed(&mut reading))? {
            changes.push(change);
        }
        Ok(changes)
    }
}

struct ChangeSeed<'r>(&'r mut v1::Reading);

impl<'de> DeserializeSeed<'de> for ChangeSeed<'_> {
    type Value = Change;
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Change, D::Error> {
        input.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ChangeSeed<'_> {
    type Value = Change;
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a change (a list of kind, id, before and after)")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Change, A::Error> {
        let reading = self.0;
        let kind: v1::Text<'de> = needed(list.next_element()?)?;
        let change = match kind.as_str() {
            "fabric" => Change::Fabric(delta(&mut list, reading, |row: v1::FabricRow| Some(row.fabric))?),
            "group" => Change::Group(delta(&mut list, reading, |row: v1::GroupRow| Some(row.group))?),
            "link" => Change::Link(delta(&mut list, reading, v1::LinkRow::link)?),
            "meta" => {
                let mut side = || -> Result<_, A::Error> { Ok(Arc::new(needed(list.next_element_seed(v1::Object::<v1::MetaRow>::new(reading))?)?.0)) };
                Change::Meta { before: side()?, after: side()? }
            }
            "node" => Change::Node(delta(&mut list, reading, |row: v1::NodeRow| Some(row.node))?),
            "part" => Change::Part(Delta {
                id: PartId::new(needed::<v1::Text<'de>, _>(list.next_element()?)?.as_str()),
                before: part(&mut list)?,
                after: part(&mut list)?,
            }),
            "rack" => Change::Rack(delta(&mut list, reading, |row: v1::RackRow| Some(row.rack))?),
            "requirement" => Change::Requirement(delta(&mut list, reading, |row: v1::RequirementRow| row.requirement().ok().map(|(_, row)| row))?),
            other => return Err(A::Error::custom(format!("“{}” is not a kind of change; update Weft", other.chars().take(40).collect::<String>()))),
        };
        if list.next_element::<IgnoredAny>()?.is_some() {
            return Err(A::Error::custom("a change has more than kind, id, before and after"));
        }
        Ok(change)
    }
}

fn needed<T, E: serde::de::Error>(found: Option<T>) -> Result<T, E> {
    found.ok_or_else(|| E::custom("a change ends too early; it has kind, id, before and after"))
}

fn delta<'de, A: SeqAccess<'de>, K: Id, V, R: v1::Row>(list: &mut A, reading: &mut v1::Reading, row: impl Fn(R) -> Option<V>) -> Result<Delta<K, V>, A::Error> {
    let id: v1::Text<'de> = needed(list.next_element()?)?;
    let id = id.as_str().parse().map_err(A::Error::custom)?;
    let mut side = || -> Result<Option<Arc<V>>, A::Error> {
        let side: Option<R> = needed(list.next_element_seed(Side::<R>(reading, PhantomData))?)?;
        side.map(|side| row(side).map(Arc::new).ok_or_else(|| A::Error::custom(format!("{} is of a kind this version does not know", R::WHAT)))).transpose()
    };
    Ok(Delta { id, before: side()?, after: side()? })
}

fn part<'de, A: SeqAccess<'de>>(list: &mut A) -> Result<Option<Arc<Part>>, A::Error> {
    let value: Option<Value> = needed(list.next_element()?)?;
    value.map(|value| v1::PartValue::read(&value).map(|read| Arc::new(read.part)).map_err(A::Error::custom)).transpose()
}

/// A record or `null`.
struct Side<'r, R>(&'r mut v1::Reading, PhantomData<R>);

impl<'de, R: v1::Row> DeserializeSeed<'de> for Side<'_, R> {
    type Value = Option<R>;
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Option<R>, D::Error> {
        input.deserialize_option(self)
    }
}

impl<'de, R: v1::Row> Visitor<'de> for Side<'_, R> {
    type Value = Option<R>;
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} or null", R::WHAT)
    }
    fn visit_none<E>(self) -> Result<Option<R>, E> {
        Ok(None)
    }
    fn visit_unit<E>(self) -> Result<Option<R>, E> {
        Ok(None)
    }
    fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<Option<R>, D::Error> {
        v1::Object::<R>::new(self.0).deserialize(input).map(Some)
    }
}
