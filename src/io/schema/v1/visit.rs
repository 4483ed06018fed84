//! How records are read: field by field as the text passes by, with unknown fields kept aside. Nothing else is buffered.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::faults::{Fault, Faults};
use super::words::Word;
use crate::model::{Extra, Id, PartId};
use crate::units::Point;

/// The largest number an id may have; far above the limit of records, and far below where counting would overflow.
pub(crate) const MAX_ID: u32 = 999_999_999;
/// The farthest from the origin that anything is drawn.
const MAX_COORDINATE: f64 = 10_000_000.0;

/// What a read carries along: repairs, and part ids so that equal ones share their text.
#[derive(Default)]
pub(crate) struct Reading {
    /// Repairs so far.
    pub faults: Faults,
    parts: BTreeMap<String, PartId>,
}

impl Reading {
    /// The id with this text, shared among all that name it.
    pub(super) fn part(&mut self, text: &str) -> PartId {
        if let Some(part) = self.parts.get(text) {
            return part.clone();
        }
        let part = PartId::new(text);
        self.parts.insert(text.to_owned(), part.clone());
        part
    }
    /// `value` if it lies within the bounds, else nothing and a note.
    pub(super) fn within(&mut self, value: Option<f64>, least: f64, most: f64) -> Option<f64> {
        let value = value?;
        if value >= least && value <= most {
            return Some(value);
        }
        self.faults.note(Fault::OutOfRange);
        None
    }
    /// A whole number within the bounds.
    pub(super) fn whole(&mut self, value: Option<f64>, least: u16) -> Option<u16> {
        let value = self.within(value, f64::from(least), f64::from(u16::MAX))?;
        if value.fract() == 0.0 {
            return Some(value as u16);
        }
        self.faults.note(Fault::OutOfRange);
        None
    }
    /// A place on the canvas, moved to its edge if it lies beyond.
    pub(super) fn point(&mut self, [x, y]: [f64; 2]) -> Point {
        let near = |value: f64| value.clamp(-MAX_COORDINATE, MAX_COORDINATE);
        let point = Point::new(near(x), near(y));
        if point != Point::new(x, y) {
            self.faults.note(Fault::FarAway);
        }
        point
    }
}

/// A text of the file, borrowed where it has no escapes.
pub(crate) struct Text<'de>(pub(super) Cow<'de, str>);

impl Text<'_> {
    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> serde::Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        input.deserialize_str(TextVisitor)
    }
}

/// A record that is read field by field.
pub(crate) trait Row: Default {
    /// What it is, for messages: `a node`.
    const WHAT: &'static str;
    /// Reads the value of `key`, or returns `false` without reading it when the field is unknown.
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, reading: &mut Reading) -> Result<bool, A::Error>;
    /// Where unknown fields go.
    fn extra(&mut self) -> &mut Extra;
    /// Says what is missing when all fields are read.
    fn complete(&self) -> Result<(), &'static str> {
        Ok(())
    }
}

/// Reads one [`Row`].
pub(crate) struct Object<'r, R>(&'r mut Reading, PhantomData<R>);

impl<'r, R> Object<'r, R> {
    /// A seed for one record.
    pub(crate) fn new(reading: &'r mut Reading) -> Self {
        Self(reading, PhantomData)
    }
}

impl<'de, R: Row> DeserializeSeed<'de> for Object<'_, R> {
    type Value = R;
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<R, D::Error> {
        input.deserialize_map(self)
    }
}

impl<'de, R: Row> Visitor<'de> for Object<'_, R> {
    type Value = R;
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} (a JSON object)", R::WHAT)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<R, A::Error> {
        let mut row = R::default();
        while let Some(key) = map.next_key::<Text<'de>>()? {
            if !row.field(key.as_str(), &mut map, self.0)? {
                let value = map.next_value()?;
                keep(row.extra(), key.as_str(), value);
            }
        }
        row.complete().map_err(A::Error::custom)?;
        Ok(row)
    }
}

/// Keeps a field that is not known, or whose value is not.
pub(super) fn keep(extra: &mut Extra, key: &str, value: Value) {
    extra.0.get_or_insert_default().insert(key.to_owned(), value);
}

/// Reads a list of [`Row`]s into the end of another.
pub(super) struct Rows<'r, R>(pub &'r mut Reading, pub &'r mut Vec<R>);

impl<'de, R: Row> DeserializeSeed<'de> for Rows<'_, R> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_seq(self)
    }
}

impl<'de, R: Row> Visitor<'de> for Rows<'_, R> {
    type Value = ();
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a list of which each item is {}", R::WHAT)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(row) = list.next_element_seed(Object::new(self.0))? {
            self.1.push(row);
        }
        Ok(())
    }
}

/// Reads an object whose keys are data: each key with its row.
pub(super) struct Keyed<'r, R>(pub &'r mut Reading, pub PhantomData<R>);

impl<'de, R: Row> DeserializeSeed<'de> for Keyed<'_, R> {
    type Value = Vec<(String, R)>;
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Self::Value, D::Error> {
        input.deserialize_map(self)
    }
}

impl<'de, R: Row> Visitor<'de> for Keyed<'_, R> {
    type Value = Vec<(String, R)>;
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "an object of which each value is {}", R::WHAT)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut rows = Vec::new();
        while let Some(key) = map.next_key::<Text<'de>>()? {
            rows.push((key.0.into_owned(), map.next_value_seed(Object::new(self.0))?));
        }
        Ok(rows)
    }
}

/// A text, or nothing where `null` stands.
pub(super) fn text<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<Text<'de>>, A::Error> {
    map.next_value()
}

/// A text, empty where `null` stands.
pub(super) fn string<'de, A: MapAccess<'de>>(map: &mut A) -> Result<String, A::Error> {
    Ok(text(map)?.map(|text| text.0.into_owned()).unwrap_or_default())
}

/// A word of a known list; an unknown one is kept aside and told.
pub(super) fn word<'de, A: MapAccess<'de>, W: Word>(map: &mut A, key: &str, extra: &mut Extra, reading: &mut Reading) -> Result<Option<W>, A::Error> {
    let Some(text) = text(map)? else { return Ok(None) };
    let choice = W::from_word(text.as_str());
    if choice.is_none() {
        reading.faults.note(Fault::UnknownWord);
        keep(extra, key, Value::String(text.0.into_owned()));
    }
    Ok(choice)
}

/// The id of a record itself.
pub(super) fn id<'de, A: MapAccess<'de>, I: Id>(map: &mut A) -> Result<Option<I>, A::Error> {
    let Some(id) = reference::<A, I>(map)? else { return Ok(None) };
    if id.number() > MAX_ID {
        return Err(A::Error::custom(format!("the id {id} is too large; ids go up to {}{MAX_ID}", I::PREFIX)));
    }
    Ok(Some(id))
}

/// The id of another record.
pub(super) fn reference<'de, A: MapAccess<'de>, I: Id>(map: &mut A) -> Result<Option<I>, A::Error> {
    text(map)?.map(|text| text.as_str().parse().map_err(A::Error::custom)).transpose()
}
