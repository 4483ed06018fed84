//! A JSON value as a tree, for fields that no record knows.

use std::cmp::Ordering;

use crate::units::order::sort_by;

/// Any JSON value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// An object.
    Object(Map),
}

/// A number in the form it was written in, so that `1` and `1.0` each come back as they were.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole number from 0.
    Unsigned(u64),
    /// A whole number below 0.
    Negative(i64),
    /// Any other finite number.
    Float(f64),
}

impl Value {
    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }
    /// Whether it is true, if it is true or false.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(yes) = self { Some(*yes) } else { None }
    }
    /// The number, if it is one; beyond 2^53 the nearest that an `f64` can hold.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(Number::Unsigned(number)) => Some(*number as f64),
            Self::Number(Number::Negative(number)) => Some(*number as f64),
            Self::Number(Number::Float(number)) => Some(*number),
            _ => None,
        }
    }
    /// The whole number from 0, if it was written as one.
    pub fn as_u64(&self) -> Option<u64> {
        if let Self::Number(Number::Unsigned(number)) = self { Some(*number) } else { None }
    }
    /// The items, if it is a list.
    pub fn as_array(&self) -> Option<&Vec<Value>> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }
    /// The fields, if it is an object.
    pub fn as_object(&self) -> Option<&Map> {
        if let Self::Object(fields) = self { Some(fields) } else { None }
    }
    /// The field of that name, if it is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object()?.get(key)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::Bool(yes)
    }
}

impl From<f64> for Value {
    /// JSON knows finite numbers only: any other is `null`.
    fn from(number: f64) -> Self {
        if number.is_finite() { Self::Number(Number::Float(number)) } else { Self::Null }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(u64::try_from(number).map_or(Number::Negative(number), Number::Unsigned))
    }
}

macro_rules! whole {
    ($($kind:ty),+) => {
        $(impl From<$kind> for Value {
            fn from(number: $kind) -> Self {
                Self::Number(Number::Unsigned(number as u64))
            }
        })+
    };
}

whole!(u8, u16, u32, u64, usize);

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::Array(items)
    }
}

impl From<Map> for Value {
    fn from(fields: Map) -> Self {
        Self::Object(fields)
    }
}

impl FromIterator<Value> for Value {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        Self::Array(items.into_iter().collect())
    }
}

/// An object with more fields than this keeps them sorted on the side.
const FEW: usize = 8;

/// The fields of an object, in the order they were written. Two are equal when they have the same fields in any order.
///
/// A look-up takes O(log n) at most, so that no file can make reading it take O(n²).
#[derive(Clone, Debug, Default)]
pub struct Map {
    fields: Vec<(String, Value)>,
    /// The places of the fields, sorted by name, if there are more than [`FEW`].
    sorted: Vec<u32>,
}

impl Map {
    /// No fields.
    pub const fn new() -> Self {
        Self { fields: Vec::new(), sorted: Vec::new() }
    }
    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.fields.len()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
    /// The fields in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.fields.iter().map(|(key, value)| (key, value))
    }
    /// Whether there is such a field.
    pub fn contains_key(&self, key: &str) -> bool {
        self.place(key).is_ok()
    }
    /// A field.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.place(key).ok().and_then(|at| self.fields.get(at)).map(|(_, value)| value)
    }
    /// A field, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let at = self.place(key).ok()?;
        self.fields.get_mut(at).map(|(_, value)| value)
    }
    /// Sets a field: in its place if it is there, else at the end. Time: O(n); many fields are quicker collected at once.
    pub fn insert(&mut self, key: String, value: Value) {
        match self.place(&key) {
            Ok(at) => {
                if let Some(field) = self.fields.get_mut(at) {
                    field.1 = value;
                }
            }
            Err(rank) => {
                let place = self.fields.len() as u32;
                self.fields.push((key, value));
                if !self.sorted.is_empty() {
                    self.sorted.insert(rank, place);
                } else if self.fields.len() > FEW {
                    self.settle();
                }
            }
        }
    }
    /// Takes a field out. Time: O(n log n).
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.place(key).ok()?;
        let (_, value) = self.fields.remove(at);
        self.settle();
        Some(value)
    }
    /// Adds a field without looking whether it is there already. [`Map::settle`] must follow before anything is looked up.
    pub(crate) fn add(&mut self, key: String, value: Value) {
        self.fields.push((key, value));
    }
    /// Brings added fields in order. Of several with one name the first keeps its place and the last its value.
    pub(crate) fn settle(&mut self) {
        self.sorted.clear();
        if self.fields.len() <= 1 {
            return;
        }
        let fields = &self.fields;
        let mut sorted: Vec<u32> = (0..fields.len() as u32).collect();
        sort_by(&mut sorted, |a, b| self.name(*a).cmp(self.name(*b)));
        let twice = |pair: &[u32]| matches!(pair, [a, b] if self.name(*a) == self.name(*b));
        if sorted.windows(2).any(twice) {
            self.keep_last(&sorted);
            return self.settle();
        }
        if fields.len() > FEW {
            self.sorted = sorted;
        }
    }
    fn keep_last(&mut self, sorted: &[u32]) {
        let mut at = 0;
        while let Some(first) = sorted.get(at) {
            let mut last = at;
            while sorted.get(last + 1).is_some_and(|next| self.name(*next) == self.name(*first)) {
                last += 1;
            }
            for place in sorted.get(at + 1..=last).unwrap_or_default() {
                let Some(later) = self.fields.get_mut(*place as usize).map(|field| std::mem::take(&mut field.1)) else { continue };
                if let Some(field) = self.fields.get_mut(*first as usize) {
                    field.1 = later;
                }
            }
            at = last + 1;
        }
        let mut again = vec![false; self.fields.len()];
        for (before, place) in sorted.iter().zip(sorted.iter().skip(1)) {
            if let Some(again) = again.get_mut(*place as usize) {
                *again = self.name(*before) == self.name(*place);
            }
        }
        let mut again = again.into_iter();
        self.fields.retain(|_| !again.next().unwrap_or_default());
    }
    fn name(&self, place: u32) -> &str {
        self.fields.get(place as usize).map_or("", |(key, _)| key.as_str())
    }
    /// The place of a field, or its rank among the sorted ones.
    fn place(&self, key: &str) -> Result<usize, usize> {
        if self.sorted.is_empty() {
            return self.fields.iter().position(|(known, _)| known == key).ok_or(0);
        }
        let rank = self.sorted.partition_point(|place| self.name(*place).cmp(key) == Ordering::Less);
        match self.sorted.get(rank) {
            Some(place) if self.name(*place) == key => Ok(*place as usize),
            _ => Err(rank),
        }
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

impl FromIterator<(String, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(fields: I) -> Self {
        let mut map = Self { fields: fields.into_iter().collect(), sorted: Vec::new() };
        map.settle();
        map
    }
}

impl IntoIterator for Map {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;
    fn into_iter(self) -> Self::IntoIter {
        self.fields.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_keeps_its_place_and_the_last_its_value() {
        for others in [0u32, 30] {
            let fields = ["b", "a", "b", "c", "a", "b"].into_iter().map(str::to_owned).chain((0..others).map(|number| format!("d{number}")));
            let map: Map = fields.enumerate().map(|(at, key)| (key, Value::from(at))).collect();
            let found: Vec<(&str, u64)> = map.iter().map(|(key, value)| (key.as_str(), value.as_u64().unwrap())).take(3).collect();
            assert_eq!(found, [("b", 5), ("a", 4), ("c", 3)]);
            assert_eq!(map.len(), 3 + others as usize);
        }
    }

    #[test]
    fn few_and_many_fields_are_found() {
        let mut map = Map::new();
        for number in 0..40u32 {
            map.insert(format!("key {}", number * 7 % 40), number.into());
            map.insert("key 0".to_owned(), Value::Null);
        }
        assert_eq!(map.len(), 40);
        for number in 1..40u32 {
            assert_eq!(map.get(&format!("key {}", number * 7 % 40)), Some(&number.into()));
        }
        assert_eq!(map.get("key"), None);
        assert_eq!(map.remove("key 7"), Some(1u32.into()));
        assert!(!map.contains_key("key 7") && map.contains_key("key 14"));
    }
}
