//! Reading one JSON object field by field: typed getters that name the place of a fault, and what was left unread.

use super::load::CatalogError;
use super::words::Word;
use crate::json::{Map, Value};
use crate::model::{Basis, Confidence, Figure};

/// The largest magnitude a figure may have. Far above anything built; keeps sums of hostile figures finite.
const LARGEST: f64 = 1e12;

/// A JSON object being read.
pub(super) struct Fields<'a> {
    map: &'a Map,
    at: String,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Starts to read `value`, which `at` names in errors.
    pub(super) fn new(value: &'a Value, at: impl Into<String>) -> Result<Self, CatalogError> {
        let at = at.into();
        let map = value.as_object().ok_or_else(|| CatalogError(format!("{at} must be an object")))?;
        Ok(Self { map, at, known: Vec::new() })
    }
    /// An error about one field.
    pub(super) fn wrong(&self, key: &str, what: impl std::fmt::Display) -> CatalogError {
        CatalogError(format!("{}: “{key}” {what}", self.at))
    }
    /// A field that may be missing or null.
    pub(super) fn get(&mut self, key: &'static str) -> Option<&'a Value> {
        self.known.push(key);
        self.map.get(key).filter(|value| !value.is_null())
    }
    /// Fields that nobody asked for.
    pub(super) fn unread(&self) -> Map {
        self.map.iter().filter(|(key, _)| !self.known.contains(&key.as_str())).map(|(key, value)| (key.clone(), value.clone())).collect()
    }
    /// A text.
    pub(super) fn text(&mut self, key: &'static str) -> Result<Option<&'a str>, CatalogError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        value.as_str().map(Some).ok_or_else(|| self.wrong(key, "must be text"))
    }
    /// A text that must be there.
    pub(super) fn needed_text(&mut self, key: &'static str) -> Result<&'a str, CatalogError> {
        self.text(key)?.filter(|text| !text.is_empty()).ok_or_else(|| self.wrong(key, "is missing"))
    }
    /// Several texts; one alone needs no brackets.
    pub(super) fn texts(&mut self, key: &'static str) -> Result<Vec<&'a str>, CatalogError> {
        match self.get(key) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![text]),
            Some(Value::Array(texts)) => texts.iter().map(|text| text.as_str().ok_or_else(|| self.wrong(key, "must hold texts only"))).collect(),
            Some(_) => Err(self.wrong(key, "must be a list of texts")),
        }
    }
    /// Several words of one table.
    pub(super) fn words<T: Word>(&mut self, key: &'static str) -> Result<Vec<T>, CatalogError> {
        let texts = self.texts(key)?;
        texts.into_iter().map(|text| self.meaning(key, text)).collect()
    }
    /// A word of a table.
    pub(super) fn word<T: Word>(&mut self, key: &'static str) -> Result<Option<T>, CatalogError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        self.meaning(key, text).map(Some)
    }
    fn meaning<T: Word>(&self, key: &str, text: &str) -> Result<T, CatalogError> {
        T::from_word(text).ok_or_else(|| {
            let known: Vec<&str> = T::WORDS.iter().map(|(word, _)| *word).collect();
            let found: String = text.chars().take(40).collect();
            self.wrong(key, format!("is “{found}”, which is not {}; known are {}", T::WHAT, known.join(", ")))
        })
    }
    /// A finite number from 0 up.
    pub(super) fn number(&mut self, key: &'static str) -> Result<Option<f64>, CatalogError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        value.as_f64().filter(|number| in_range(*number)).map(Some).ok_or_else(|| self.wrong(key, "must be a number from 0 to 1e12"))
    }
    /// A whole number from `least` to `most`.
    pub(super) fn whole(&mut self, key: &'static str, least: u16, most: u16) -> Result<Option<u16>, CatalogError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let whole = value.as_u64().and_then(|number| u16::try_from(number).ok()).filter(|number| (least..=most).contains(number));
        whole.map(Some).ok_or_else(|| self.wrong(key, format!("must be a whole number from {least} to {most}")))
    }
    /// Whether something holds, if that was said.
    pub(super) fn yes(&mut self, key: &'static str) -> Result<Option<bool>, CatalogError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        value.as_bool().map(Some).ok_or_else(|| self.wrong(key, "must be true or false"))
    }
    /// A list of values; missing is empty.
    pub(super) fn list(&mut self, key: &'static str) -> Result<&'a [Value], CatalogError> {
        match self.get(key) {
            None => Ok(&[]),
            Some(Value::Array(values)) => Ok(values),
            Some(_) => Err(self.wrong(key, "must be a list")),
        }
    }
    /// A figure: `[value, confidence, source]`, `[value, low, high, confidence, source]`, an object with those names, or a
    /// bare number, which is stated by whoever wrote it.
    pub(super) fn figure<T: Copy>(&mut self, key: &'static str, make: fn(f64) -> T) -> Result<Option<Figure<T>>, CatalogError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let (numbers, basis) = match value {
            Value::Number(_) => (vec![value.clone()], Basis::default()),
            Value::Array(entries) => {
                let end = entries.iter().position(|entry| !matches!(entry, Value::Number(_))).unwrap_or(entries.len());
                let (numbers, rest) = entries.split_at(end);
                (numbers.to_vec(), self.basis_of(key, rest)?)
            }
            Value::Object(_) => {
                let mut inner = Fields::new(value, format!("{}: “{key}”", self.at))?;
                let middle = inner.number("value")?.ok_or_else(|| inner.wrong("value", "is missing"))?;
                let (low, high) = (inner.number("low")?.unwrap_or(middle), inner.number("high")?.unwrap_or(middle));
                let confidence = inner.word("confidence")?.unwrap_or_default();
                let source = inner.whole("source", 0, u16::MAX)?;
                (vec![middle.into(), low.into(), high.into()], Basis { confidence, source })
            }
            _ => return Err(self.wrong(key, "must be a number or a list like [700, \"datasheet\", 0]")),
        };
        let numbers: Vec<f64> = numbers.iter().filter_map(Value::as_f64).collect();
        let (value, low, high) = match numbers.as_slice() {
            [value] => (*value, *value, *value),
            [value, low, high] => (*value, *low, *high),
            _ => return Err(self.wrong(key, "must start with one number, or with value, low and high")),
        };
        if ![value, low, high].into_iter().all(in_range) || low > value || value > high {
            return Err(self.wrong(key, "must be a number from 0 to 1e12 within its own range"));
        }
        Ok(Some(Figure { value: make(value), low: make(low), high: make(high), confidence: basis.confidence, source: basis.source }))
    }
    /// What facts rest on: `[confidence, source]`; missing is stated.
    pub(super) fn basis(&mut self, key: &'static str) -> Result<Basis, CatalogError> {
        match self.get(key) {
            None => Ok(Basis::default()),
            Some(Value::Array(entries)) => self.basis_of(key, entries),
            Some(_) => Err(self.wrong(key, "must be a list like [\"datasheet\", 0]")),
        }
    }
    fn basis_of(&self, key: &str, entries: &[Value]) -> Result<Basis, CatalogError> {
        let (confidence, source) = match entries {
            [] => return Ok(Basis::default()),
            [Value::String(confidence)] => (confidence, None),
            [Value::String(confidence), source] => {
                let source = source.as_u64().and_then(|number| u16::try_from(number).ok());
                (confidence, Some(source.ok_or_else(|| self.wrong(key, "must end with the number of a source"))?))
            }
            _ => return Err(self.wrong(key, "must end with a confidence and the number of a source")),
        };
        Ok(Basis { confidence: self.meaning::<Confidence>(key, confidence)?, source })
    }
}

fn in_range(number: f64) -> bool {
    (0.0..=LARGEST).contains(&number)
}
