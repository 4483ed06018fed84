//! Formulas as they are printed: `+ - * / ^`, parentheses, `min`, `max`, `ceil`, `log2`, numbers and the names of inputs.
//!
//! A formula is evaluated three times over at once: at the inputs' values, and over the ranges from their least to their
//! most (interval arithmetic; an input that occurs twice is treated as two, so a range may come out wider than it is,
//! never narrower).

use thiserror::Error;

use super::Input;

/// The longest formula that is read, in bytes. A limit of Weft.
const LONGEST: usize = 4096;
/// The deepest nesting that is read. A limit of Weft.
const DEEPEST: u32 = 64;

/// Why a formula has no meaning. A formula that has a meaning but an unknown input has no *value*, which is no error.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FormulaError {
    /// More than the longest formula that is read.
    #[error("a formula of {0} bytes is longer than {LONGEST}")]
    TooLong(usize),
    /// More parentheses inside each other than are read.
    #[error("a formula is nested deeper than {DEEPEST}")]
    TooDeep,
    /// It stops where a number or a name should follow.
    #[error("the formula ends where a number or a name should follow")]
    Unfinished,
    /// Something stands where it has no meaning; the place in bytes from 0.
    #[error("the formula has no meaning at byte {0}")]
    Unexpected(usize),
    /// A name that no input has.
    #[error("the formula names “{0}”, which is no input")]
    UnknownName(String),
    /// A function with the wrong number of arguments.
    #[error("“{0}” takes another number of arguments")]
    WrongArguments(String),
}

/// A number with its range; `low <= value <= high` unless an end is infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The value.
    pub value: f64,
    /// The least it may be.
    pub low: f64,
    /// The most it may be.
    pub high: f64,
}

/// The value of a formula with these inputs; `None` when an input it names is unknown or the number has no finite value.
///
/// ```
/// use weft::engine::estimate::{Input, evaluate};
/// let inputs = [Input::counted("down", "", "Gb/s", 6400.0), Input::counted("up", "", "Gb/s", 3200.0)];
/// assert_eq!(evaluate("down / up", &inputs), Ok(Some(2.0)));
/// ```
///
/// # Errors
/// When the text is no formula or names no input.
pub fn evaluate(formula: &str, inputs: &[Input]) -> Result<Option<f64>, FormulaError> {
    Ok(spread(formula, inputs)?.map(|spread| spread.value))
}

/// The value of a formula and the range that follows from its inputs' ranges. Ends may be infinite.
///
/// # Errors
/// When the text is no formula or names no input.
pub fn spread(formula: &str, inputs: &[Input]) -> Result<Option<Spread>, FormulaError> {
    if formula.len() > LONGEST {
        return Err(FormulaError::TooLong(formula.len()));
    }
    let mut reader = Reader { text: formula, at: 0, depth: 0, inputs };
    let result = reader.sum()?;
    reader.skip_space();
    if reader.at < formula.len() {
        return Err(FormulaError::Unexpected(reader.at));
    }
    Ok(result.filter(|spread| spread.value.is_finite()))
}

/// `None` is unknown.
type Value = Option<Spread>;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    inputs: &'a [Input],
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }
    fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }
    fn peek(&mut self) -> Option<char> {
        self.skip_space();
        self.rest().chars().next()
    }
    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }
    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> String {
        let rest = self.rest();
        let length = rest.find(|letter| !fits(letter)).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default().to_owned();
        self.at += length;
        word
    }

    fn sum(&mut self) -> Result<Value, FormulaError> {
        let mut left = self.product()?;
        loop {
            if self.take('+') {
                let right = self.product()?;
                left = both(left, right, |a, b| checked(a.value + b.value, [a.low + b.low, a.high + b.high]));
            } else if self.take('-') {
                let right = self.product()?;
                left = both(left, right, |a, b| checked(a.value - b.value, [a.low - b.high, a.high - b.low]));
            } else {
                return Ok(left);
            }
        }
    }

    fn product(&mut self) -> Result<Value, FormulaError> {
        let mut left = self.power()?;
        loop {
            if self.take('*') {
                let right = self.power()?;
                left = both(left, right, times);
            } else if self.take('/') {
                let right = self.power()?;
                left = both(left, right, over);
            } else {
                return Ok(left);
            }
        }
    }

    /// Binds tighter than a product and leans right: `2 ^ 3 ^ 2` is 512.
    fn power(&mut self) -> Result<Value, FormulaError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(FormulaError::TooDeep);
        }
        let base = self.atom()?;
        let result = if self.take('^') {
            let exponent = self.power()?;
            both(base, exponent, raised)
        } else {
            base
        };
        self.depth -= 1;
        Ok(result)
    }

    fn atom(&mut self) -> Result<Value, FormulaError> {
        let Some(first) = self.peek() else { return Err(FormulaError::Unfinished) };
        let start = self.at;
        match first {
            '(' => {
                self.at += 1;
                let inner = self.sum()?;
                if self.take(')') { Ok(inner) } else { Err(self.wrong()) }
            }
            '-' => {
                self.at += 1;
                Ok(self.power()?.map(|of| Spread { value: -of.value, low: -of.high, high: -of.low }))
            }
            '0'..='9' | '.' => {
                let mut number = self.take_while(|letter| letter.is_ascii_digit() || letter == '.');
                if matches!(self.rest().chars().next(), Some('e' | 'E')) {
                    self.at += 1;
                    let sign = if self.rest().starts_with('-') { "-" } else { "" };
                    self.at += usize::from(self.rest().starts_with(['-', '+']));
                    number = format!("{number}e{sign}{}", self.take_while(|letter| letter.is_ascii_digit()));
                }
                crate::units::decimal(&number).map(|number| checked(number, [number, number])).ok_or(FormulaError::Unexpected(start))
            }
            letter if letter.is_ascii_alphabetic() || letter == '_' => {
                let name = self.take_while(|letter| letter.is_ascii_alphanumeric() || letter == '_');
                if self.take('(') { self.call(name) } else { self.named(name) }
            }
            _ => Err(FormulaError::Unexpected(start)),
        }
    }

    fn named(&self, name: String) -> Result<Value, FormulaError> {
        let Some(input) = self.inputs.iter().find(|input| input.name == name) else { return Err(FormulaError::UnknownName(name)) };
        Ok(input.value.and_then(|value| checked(value, [input.low.unwrap_or(value).min(value), input.high.unwrap_or(value).max(value)])))
    }

    fn call(&mut self, name: String) -> Result<Value, FormulaError> {
        let mut arguments = vec![self.sum()?];
        while self.take(',') {
            arguments.push(self.sum()?);
        }
        if !self.take(')') {
            return Err(self.wrong());
        }
        let single = match arguments.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        let fold = |pick: fn(f64, f64) -> f64| {
            arguments.iter().copied().reduce(|a, b| both(a, b, |a, b| checked(pick(a.value, b.value), [pick(a.low, b.low), pick(a.high, b.high)]))).flatten()
        };
        match (name.as_str(), single) {
            ("min", _) => Ok(fold(f64::min)),
            ("max", _) => Ok(fold(f64::max)),
            ("ceil", Some(of)) => Ok(of.and_then(|of| checked(of.value.ceil(), [of.low.ceil(), of.high.ceil()]))),
            ("log2", Some(of)) => Ok(of.and_then(|of| checked(of.value.log2(), [of.low.log2(), of.high.log2()]))),
            ("ceil" | "log2", None) => Err(FormulaError::WrongArguments(name)),
            _ => Err(FormulaError::UnknownName(name)),
        }
    }

    fn wrong(&mut self) -> FormulaError {
        if self.peek().is_none() { FormulaError::Unfinished } else { FormulaError::Unexpected(self.at) }
    }
}

fn both(a: Value, b: Value, combine: impl Fn(Spread, Spread) -> Value) -> Value {
    combine(a?, b?)
}

/// A value with the range its corners span; unknown when the value is no number, unbounded when a corner is none.
fn checked(value: f64, corners: impl IntoIterator<Item = f64>) -> Value {
    if !value.is_finite() {
        return None;
    }
    let (mut low, mut high) = (value, value);
    for corner in corners {
        if corner.is_nan() {
            return Some(Spread { value, low: f64::NEG_INFINITY, high: f64::INFINITY });
        }
        low = low.min(corner);
        high = high.max(corner);
    }
    Some(Spread { value, low, high })
}

fn times(a: Spread, b: Spread) -> Value {
    checked(a.value * b.value, [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high])
}

fn over(a: Spread, b: Spread) -> Value {
    if b.low <= 0.0 && b.high >= 0.0 && b.low < b.high {
        return checked(a.value / b.value, [f64::NAN]);
    }
    checked(a.value / b.value, [a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high])
}

fn raised(a: Spread, b: Spread) -> Value {
    let value = a.value.powf(b.value);
    if a.low < 0.0 {
        return checked(value, [f64::NAN]);
    }
    checked(value, [a.low.powf(b.low), a.low.powf(b.high), a.high.powf(b.low), a.high.powf(b.high)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(formula: &str, inputs: &[(&str, f64)]) -> Result<Option<f64>, FormulaError> {
        let inputs: Vec<Input> = inputs.iter().map(|(name, value)| Input::counted(name, "", "", *value)).collect();
        evaluate(formula, &inputs)
    }

    #[test]
    fn formulas_mean_what_they_say() {
        for (formula, expected) in [
            ("1 + 2 * 3", 7.0),
            ("(1 + 2) * 3", 9.0),
            ("2 ^ 3 ^ 2", 512.0),
            ("-2 ^ 2", -4.0),
            ("10 - 4 - 3", 3.0),
            ("16 / 4 / 2", 2.0),
            ("min(3, 1, 2) + max(1, 5)", 6.0),
            ("ceil(log2(9))", 4.0),
            ("1.5e3 / .5", 3000.0),
            ("k ^ 3 / 4", 16.0),
        ] {
            assert_eq!(value(formula, &[("k", 4.0)]), Ok(Some(expected)), "{formula}");
        }
    }

    #[test]
    fn nonsense_is_refused_and_never_panics() {
        for wrong in ["", "1 +", "(1", "1)", "nobody", "min()", "log2(1, 2)", "1 2", "é", "2 ** 3", "1e", "..", "foo(1)", "min(1;2)"] {
            assert!(value(wrong, &[]).is_err(), "{wrong}");
        }
        assert_eq!(value(&"(".repeat(3000), &[]), Err(FormulaError::TooDeep));
        assert_eq!(value(&"-".repeat(3000), &[]), Err(FormulaError::TooDeep));
        assert_eq!(value(&"1^".repeat(2000), &[]), Err(FormulaError::TooDeep));
        assert_eq!(value(&"1+".repeat(4000), &[]), Err(FormulaError::TooLong(8000)));
    }

    #[test]
    fn what_has_no_finite_value_is_unknown() {
        for formula in ["1 / 0", "0 / 0", "log2(0)", "log2(0 - 1)", "10 ^ 1000", "(0 - 1) ^ 0.5"] {
            assert_eq!(value(formula, &[]), Ok(None), "{formula}");
        }
        let unknown = Input::figure("x", "", "", None);
        assert_eq!(evaluate("0 * x", std::slice::from_ref(&unknown)), Ok(None), "unknown is never zero");
        assert_eq!(evaluate("min(1, x)", &[unknown]), Ok(None));
    }

    #[test]
    fn ranges_come_from_the_inputs_ends() {
        let mut x = Input::counted("x", "", "", 2.0);
        (x.low, x.high) = (Some(1.0), Some(4.0));
        let of = |formula: &str| spread(formula, &[x.clone()]).unwrap().map(|spread| (spread.low, spread.high));
        assert_eq!(of("8 / x"), Some((2.0, 8.0)));
        assert_eq!(of("10 - x"), Some((6.0, 9.0)));
        assert_eq!(of("0 - 3 * x"), Some((-12.0, -3.0)));
        assert_eq!(of("x ^ 2"), Some((1.0, 16.0)));
        assert_eq!(of("max(x, 3)"), Some((3.0, 4.0)));
        assert_eq!(of("1 / (x - 2.5)"), Some((f64::NEG_INFINITY, f64::INFINITY)));
    }
}
