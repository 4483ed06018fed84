//! Parameters as people type them, checked against what the template declares.

use super::{Parameter, Template, TemplateError};
use crate::units::{Gbps, Metres, SortedMap};

/// The checked values of one template's parameters: every declared key is there, every number is within its range.
pub(super) struct Values {
    rows: SortedMap<&'static str, Value>,
}

enum Value {
    Number(f64),
    Word(&'static str),
}

impl Values {
    /// Reads what was set over the defaults.
    pub(super) fn read(template: &'static Template, set: &SortedMap<String, String>) -> Result<Self, TemplateError> {
        if let Some(key) = set.keys().find(|key| template.parameters.iter().all(|parameter| parameter.key != key.as_str())) {
            let known = template.parameters.iter().map(|parameter| parameter.key).collect::<Vec<_>>().join(", ");
            return Err(TemplateError::UnknownParameter { template: template.name, key: short(key), known });
        }
        let mut rows = SortedMap::new();
        for parameter in template.parameters {
            let text = set.get(parameter.key).map_or(parameter.default, String::as_str).trim();
            rows.insert(parameter.key, value(parameter, text)?);
        }
        Ok(Self { rows })
    }

    /// A number that was declared with a range.
    pub(super) fn number(&self, key: &str) -> f64 {
        match self.rows.get(key) {
            Some(Value::Number(number)) => *number,
            _ => 0.0,
        }
    }
    /// A whole number; ranges are far below 2^32, so nothing is cut off.
    pub(super) fn count(&self, key: &str) -> u32 {
        self.number(key) as u32
    }
    /// A rate.
    pub(super) fn gbps(&self, key: &str) -> Gbps {
        Gbps(self.number(key))
    }
    /// A length.
    pub(super) fn metres(&self, key: &str) -> Metres {
        Metres(self.number(key))
    }
    /// A word of those declared.
    pub(super) fn word(&self, key: &str) -> &'static str {
        match self.rows.get(key) {
            Some(Value::Word(word)) => word,
            _ => "",
        }
    }
}

fn value(parameter: &Parameter, text: &str) -> Result<Value, TemplateError> {
    let wrong = |rule: String| TemplateError::Value { key: parameter.key.to_owned(), value: short(text), rule };
    if !parameter.choices.is_empty() {
        let chosen = parameter.choices.iter().find(|choice| **choice == text);
        return chosen.map(|word| Value::Word(word)).ok_or_else(|| wrong(format!("choose one of {}", parameter.choices.join(", "))));
    }
    let (min, max) = (parameter.min.unwrap_or(0.0), parameter.max.unwrap_or(f64::from(u32::MAX)));
    let quantity = parameter.key.ends_with("gbps") || parameter.key.ends_with("length");
    let number = match parameter.key {
        key if key.ends_with("gbps") => text.parse::<Gbps>().ok().map(|rate| rate.0),
        key if key.ends_with("length") => text.parse::<Metres>().ok().map(|length| length.0),
        _ => crate::units::decimal(text),
    };
    let number = number.filter(|number| number.is_finite()).ok_or_else(|| wrong(format!("it must be a number from {min} to {max}")))?;
    if number < min || number > max {
        return Err(wrong(format!("it must lie between {min} and {max}")));
    }
    if !quantity && number.fract() != 0.0 {
        return Err(wrong("it must be a whole number".to_owned()));
    }
    Ok(Value::Number(number))
}

/// Enough of somebody's text to recognise it in a sentence.
pub(super) fn short(text: &str) -> String {
    let mut out: String = text.chars().take(40).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}
