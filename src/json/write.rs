//! Writing JSON.

use std::fmt::{self, Display, Formatter, Write as _};

use super::value::{Number, Value};

/// Adds a text in quotes, escaped.
pub fn push_text(out: &mut String, text: &str) {
    if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        // Writing a text to memory does not fail.
        out.push_str(&serde_json::to_string(text).unwrap_or_default());
    }
}

/// Adds a finite number in its shortest form that reads back as itself; whole numbers without a point, 0 for what is not finite.
pub fn push_number(out: &mut String, value: f64) {
    if value == 0.0 || !value.is_finite() {
        out.push('0');
    } else if value.fract() == 0.0 && value.abs() < 1e15 {
        let _ = write!(out, "{}", value as i64);
    } else {
        push_float(out, value);
    }
}

/// Adds a number that always looks like a fraction (`1.0`), in its shortest digits, with an exponent where it is very large or small.
fn push_float(out: &mut String, value: f64) {
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |mantissa| ("-", mantissa));
    out.push_str(sign);
    let digits: String = mantissa.chars().filter(|character| *character != '.').collect();
    if (-5..0).contains(&exponent) {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', (-exponent - 1) as usize));
        out.push_str(&digits);
    } else if (0..16).contains(&exponent) {
        let whole = exponent as usize + 1;
        let (before, after) = digits.split_at(whole.min(digits.len()));
        out.push_str(before);
        out.extend(std::iter::repeat_n('0', whole - before.len()));
        out.push('.');
        out.push_str(if after.is_empty() { "0" } else { after });
    } else {
        out.push_str(mantissa);
        out.push_str(if exponent < 0 { "e" } else { "e+" });
        let _ = write!(out, "{exponent}");
    }
}

impl Value {
    fn push(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
            Self::Number(Number::Unsigned(number)) => {
                let _ = write!(out, "{number}");
            }
            Self::Number(Number::Negative(number)) => {
                let _ = write!(out, "{number}");
            }
            Self::Number(Number::Float(number)) => push_float(out, *number),
            Self::String(text) => push_text(out, text),
            Self::Array(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    item.push(out);
                }
                out.push(']');
            }
            Self::Object(fields) => {
                out.push('{');
                for (at, (key, value)) in fields.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    push_text(out, key);
                    out.push(':');
                    value.push(out);
                }
                out.push('}');
            }
        }
    }
}

impl Display for Value {
    /// As JSON on one line, without blanks.
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.push(&mut text);
        out.write_str(&text)
    }
}

/// Writes indented JSON, field by field.
#[derive(Debug, Default)]
pub struct Writer {
    text: String,
    depth: usize,
    fresh: bool,
}

impl Writer {
    /// Opens an object (`{`) or a list (`[`) where a value stands.
    pub fn open(&mut self, bracket: char) {
        self.text.push(bracket);
        self.depth += 1;
        self.fresh = true;
    }
    /// Closes it with its other bracket.
    pub fn close(&mut self, bracket: char) {
        self.depth = self.depth.saturating_sub(1);
        if !std::mem::take(&mut self.fresh) {
            self.line();
        }
        self.text.push(bracket);
    }
    /// Starts the next item of a list.
    pub fn item(&mut self) {
        if !std::mem::take(&mut self.fresh) {
            self.text.push(',');
        }
        self.line();
    }
    fn line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', 2 * self.depth));
    }
    /// Starts the next field of an object.
    pub fn key(&mut self, key: &str) {
        self.item();
        push_text(&mut self.text, key);
        self.text.push_str(": ");
    }
    /// A field with a text.
    pub fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        push_text(&mut self.text, value);
    }
    /// A field with a text, or `null`.
    pub fn maybe_text(&mut self, key: &str, value: Option<&str>) {
        match value {
            Some(value) => self.text(key, value),
            None => self.raw(key, "null"),
        }
    }
    /// A field with a number, or `null`.
    pub fn number(&mut self, key: &str, value: Option<f64>) {
        match value.filter(|value| value.is_finite()) {
            Some(value) => {
                self.key(key);
                push_float(&mut self.text, value);
            }
            None => self.raw(key, "null"),
        }
    }
    /// A field with a whole number.
    pub fn whole(&mut self, key: &str, value: usize) {
        self.raw(key, &value.to_string());
    }
    /// A field with `true` or `false`.
    pub fn flag(&mut self, key: &str, value: bool) {
        self.raw(key, if value { "true" } else { "false" });
    }
    /// A field with a list of texts.
    pub fn texts(&mut self, key: &str, values: &[String]) {
        self.key(key);
        self.open('[');
        for value in values {
            self.item();
            push_text(&mut self.text, value);
        }
        self.close(']');
    }
    /// A field with a list of numbers, or `null` for each that is unknown.
    pub fn numbers(&mut self, key: &str, values: impl IntoIterator<Item = Option<f64>>) {
        self.key(key);
        self.open('[');
        for value in values {
            self.item();
            match value.filter(|value| value.is_finite()) {
                Some(value) => push_float(&mut self.text, value),
                None => self.text.push_str("null"),
            }
        }
        self.close(']');
    }
    fn raw(&mut self, key: &str, value: &str) {
        self.key(key);
        self.text.push_str(value);
    }
    /// What was written.
    pub fn finish(self) -> String {
        self.text
    }
}
