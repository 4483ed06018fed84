//! How records are read: field by field as the text passes by, with unknown fields kept aside. Nothing else is buffered.

use std::borrow::Cow;

use super::faults::{Fault, Faults};
use crate::json::{Error, Reader, Value};
use crate::model::words::Word;
use crate::model::{Extra, Id, PartId};
use crate::units::{Point, SortedMap};

/// The largest number an id may have; far above the limit of records, and far below where counting would overflow.
pub(crate) const MAX_ID: u32 = 999_999_999;
/// The farthest from the origin that anything is drawn.
const MAX_COORDINATE: f64 = 10_000_000.0;

/// What a read carries along: repairs, and part ids so that equal ones share their text.
#[derive(Default)]
pub(crate) struct Reading {
    /// Repairs so far.
    pub faults: Faults,
    parts: SortedMap<String, PartId>,
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

/// A record that is read field by field.
pub(crate) trait Row {
    /// What it is, for messages: `a node`.
    fn what(&self) -> &'static str;
    /// Reads the value of `key`, or returns `false` without reading it when the field is unknown.
    fn field(&mut self, key: &str, input: &mut Reader<'_>, reading: &mut Reading) -> Result<bool, Error>;
    /// Where unknown fields go.
    fn extra(&mut self) -> &mut Extra;
    /// Says what is missing when all fields are read.
    fn complete(&self) -> Result<(), &'static str> {
        Ok(())
    }
}

/// Reads one record.
pub(crate) fn object(input: &mut Reader<'_>, row: &mut dyn Row, reading: &mut Reading) -> Result<(), Error> {
    input.object(row.what())?;
    while let Some(key) = input.key()? {
        if !row.field(&key, input, reading)? {
            let value = input.value()?;
            keep(row.extra(), &key, value);
        }
    }
    if let Some(extra) = &mut row.extra().0 {
        extra.settle();
    }
    row.complete().map_err(|missing| input.refuse(missing))
}

/// Reads one record into a fresh row.
pub(crate) fn one<R: Row + Default>(input: &mut Reader<'_>, reading: &mut Reading) -> Result<R, Error> {
    let mut row = R::default();
    object(input, &mut row, reading)?;
    Ok(row)
}

/// Reads a list of records to the end of another.
pub(super) fn rows<R: Row + Default>(input: &mut Reader<'_>, reading: &mut Reading, rows: &mut Vec<R>) -> Result<(), Error> {
    if !input.opens(b'[') {
        return Err(input.wrong(&format!("a list of which each item is {}", R::default().what())));
    }
    while input.item()? {
        rows.push(one(input, reading)?);
    }
    Ok(())
}

/// Reads an object whose keys are data: each key with its record.
pub(super) fn keyed<R: Row + Default>(input: &mut Reader<'_>, reading: &mut Reading) -> Result<Vec<(String, R)>, Error> {
    if !input.opens(b'{') {
        return Err(input.wrong(&format!("an object of which each value is {}", R::default().what())));
    }
    let mut rows = Vec::new();
    while let Some(key) = input.key()? {
        rows.push((key.into_owned(), one(input, reading)?));
    }
    Ok(rows)
}

/// Keeps a field that is not known, or whose value is not. [`object`] sees to fields that come twice.
pub(super) fn keep(extra: &mut Extra, key: &str, value: Value) {
    extra.0.get_or_insert_default().add(key.to_owned(), value);
}

/// A text, or nothing where `null` stands.
pub(super) fn text<'t>(input: &mut Reader<'t>) -> Result<Option<Cow<'t, str>>, Error> {
    if input.null()? { Ok(None) } else { input.text().map(Some) }
}

/// A text, empty where `null` stands.
pub(super) fn string(input: &mut Reader<'_>) -> Result<String, Error> {
    own_text(input).map(Option::unwrap_or_default)
}

/// A text of its own, or nothing where `null` stands.
pub(super) fn own_text(input: &mut Reader<'_>) -> Result<Option<String>, Error> {
    Ok(text(input)?.map(Cow::into_owned))
}

/// A list of texts, called `what` where it is something else.
pub(super) fn strings(input: &mut Reader<'_>, what: &str) -> Result<Vec<String>, Error> {
    input.list(what)?;
    let mut texts = Vec::new();
    while input.item()? {
        texts.push(input.string()?);
    }
    Ok(texts)
}

/// `true` or `false`, or nothing where `null` stands.
pub(super) fn flag(input: &mut Reader<'_>) -> Result<Option<bool>, Error> {
    if input.null()? { Ok(None) } else { input.flag().map(Some) }
}

/// A list of two, or nothing where `null` stands. `read` reads one of them.
pub(super) fn two<'t, T>(input: &mut Reader<'t>, read: fn(&mut Reader<'t>) -> Result<T, Error>) -> Result<Option<[T; 2]>, Error> {
    if input.null()? { Ok(None) } else { both(input, read).map(Some) }
}

/// A list of two.
pub(super) fn both<'t, T>(input: &mut Reader<'t>, read: fn(&mut Reader<'t>) -> Result<T, Error>) -> Result<[T; 2], Error> {
    input.list("a list of two")?;
    let mut pair = (None, None);
    let mut found = 0;
    while input.item()? {
        match found {
            0 => pair.0 = Some(read(input)?),
            1 => pair.1 = Some(read(input)?),
            _ => input.skip()?,
        }
        found += 1;
    }
    match pair {
        (Some(one), Some(other)) if found == 2 => Ok([one, other]),
        _ => Err(input.refuse(format!("a list of {found} where 2 items are needed; correct it there"))),
    }
}

/// A word of a known list; an unknown one is kept aside and told.
pub(super) fn word<W: Word>(input: &mut Reader<'_>, key: &str, extra: &mut Extra, reading: &mut Reading) -> Result<Option<W>, Error> {
    let Some(text) = text(input)? else { return Ok(None) };
    let choice = W::from_word(&text);
    if choice.is_none() {
        unknown(text, key, extra, reading);
    }
    Ok(choice)
}

/// Keeps a word that is not known.
pub(super) fn unknown(text: Cow<'_, str>, key: &str, extra: &mut Extra, reading: &mut Reading) {
    reading.faults.note(Fault::UnknownWord);
    keep(extra, key, Value::String(text.into_owned()));
}

/// The id of a record itself.
pub(super) fn id<I: Id>(input: &mut Reader<'_>) -> Result<Option<I>, Error> {
    let Some(id) = reference::<I>(input)? else { return Ok(None) };
    if id.number() > MAX_ID {
        return Err(input.refuse(format!("the id {id} is too large; ids go up to {}{MAX_ID}", I::PREFIX)));
    }
    Ok(Some(id))
}

/// The id of another record.
pub(super) fn reference<I: Id>(input: &mut Reader<'_>) -> Result<Option<I>, Error> {
    let Some(text) = text(input)? else { return Ok(None) };
    text.parse().map(Some).map_err(|error: I::Err| input.refuse(error.to_string()))
}
