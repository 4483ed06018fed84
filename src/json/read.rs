//! Reading JSON: whoever reads asks for what should come next, and nothing else is kept.

use std::borrow::Cow;

use super::value::{Map, Number, Value};

/// How deep a [`Value`] may nest. Reading goes as deep into the stack.
const DEEPEST: u8 = 127;

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It ends in the middle.
    Cut,
    /// It is JSON, but not what was asked for.
    Data,
    /// It is not JSON.
    Syntax,
}

/// Why a text could not be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Fault>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    kind: Kind,
    line: usize,
    column: usize,
    message: String,
}

impl Error {
    /// What is wrong.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }
    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.0.line
    }
    /// How many bytes of the line were read.
    pub fn column(&self) -> usize {
        self.0.column
    }
    /// The sentence, without its place.
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "line {}, column {}: {}", self.0.line, self.0.column, self.0.message)
    }
}

type Outcome<T> = Result<T, Error>;

/// A JSON text that is being read, from its start to its end.
///
/// ```
/// use weft::json::Reader;
/// let mut input = Reader::new(r#"{"name": "a", "at": [1, 2]}"#);
/// let (mut name, mut sum) = (String::new(), 0.0);
/// input.object("a thing").unwrap();
/// while let Some(key) = input.key().unwrap() {
///     match &*key {
///         "name" => name = input.string().unwrap(),
///         "at" => {
///             input.list("a list of numbers").unwrap();
///             while input.item().unwrap() {
///                 sum += input.number().unwrap();
///             }
///         }
///         _ => input.skip().unwrap(),
///     }
/// }
/// input.end().unwrap();
/// assert_eq!((name.as_str(), sum), ("a", 3.0));
/// ```
pub struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// Whether an object or a list was just opened.
    fresh: bool,
    depth: u8,
}

/// Reads a text as a tree.
pub fn parse(text: &str) -> Outcome<Value> {
    let mut input = Reader::new(text);
    let value = input.value()?;
    input.end()?;
    Ok(value)
}

impl<'t> Reader<'t> {
    /// Starts to read a text.
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0, fresh: false, depth: 0 }
    }

    /// The error that what was read last is not what it should be.
    #[cold]
    pub fn refuse(&self, message: impl Into<String>) -> Error {
        self.fault(Kind::Data, self.at, message.into())
    }

    #[cold]
    #[inline(never)]
    fn fault(&self, kind: Kind, at: usize, message: String) -> Error {
        let before = self.text.as_bytes().get(..at).unwrap_or(self.text.as_bytes());
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count();
        Error(Box::new(Fault { kind, line, column, message }))
    }

    /// An error about the byte that comes next.
    #[cold]
    #[inline(never)]
    fn bad(&self, what: &str) -> Error {
        self.fault(Kind::Syntax, self.at + 1, what.to_owned())
    }

    /// An error about the byte that comes next, or that none comes.
    #[cold]
    #[inline(never)]
    fn bad_or_cut(&self, what: &str) -> Error {
        if self.at >= self.text.len() { self.fault(Kind::Cut, self.at, "the text ends in the middle".to_owned()) } else { self.bad(what) }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// What comes next after blanks.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// Nothing but blanks may follow.
    pub fn end(&mut self) -> Outcome<()> {
        if self.peek().is_some() { Err(self.bad("trailing characters")) } else { Ok(()) }
    }

    /// Opens an object, which `what` names in an error. [`Reader::key`] gives its fields.
    pub fn object(&mut self, what: &str) -> Outcome<()> {
        if self.opens(b'{') { Ok(()) } else { Err(self.wrong(&format!("{what} (a JSON object)"))) }
    }

    /// Opens a list, which `what` names in an error. [`Reader::item`] tells whether there is another item.
    pub fn list(&mut self, what: &str) -> Outcome<()> {
        if self.opens(b'[') { Ok(()) } else { Err(self.wrong(what)) }
    }

    /// Opens an object (`{`) or a list (`[`) if that comes next.
    pub fn opens(&mut self, bracket: u8) -> bool {
        self.fresh = self.peek() == Some(bracket);
        self.at += usize::from(self.fresh);
        self.fresh
    }

    /// Steps to the next item of an object or a list; `false` is the end, which is passed.
    fn next(&mut self, close: u8, comma: &str) -> Outcome<bool> {
        let first = std::mem::take(&mut self.fresh);
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                return Ok(false);
            }
            Some(b',') if !first => {
                self.at += 1;
                if self.peek() == Some(close) {
                    return Err(self.bad("trailing comma"));
                }
            }
            Some(_) if first => {}
            _ => return Err(self.bad_or_cut(comma)),
        }
        Ok(true)
    }

    /// The name of the next field of an object, whose value must be read then. `None` is the end of the object.
    pub fn key(&mut self) -> Outcome<Option<Cow<'t, str>>> {
        if !self.next(b'}', "expected `,` or `}`")? {
            return Ok(None);
        }
        if self.byte() != Some(b'"') {
            return Err(self.bad_or_cut("key must be a string"));
        }
        let key = self.quoted()?;
        if self.peek() != Some(b':') {
            return Err(self.bad_or_cut("expected `:`"));
        }
        self.at += 1;
        Ok(Some(key))
    }

    /// Whether a list has another item, which must be read then.
    pub fn item(&mut self) -> Outcome<bool> {
        self.next(b']', "expected `,` or `]`")
    }

    /// Reads `null` if that comes next.
    pub fn null(&mut self) -> Outcome<bool> {
        let null = self.peek() == Some(b'n');
        if null {
            self.word("null")?;
        }
        Ok(null)
    }

    /// A text, borrowed where it has no escapes.
    pub fn text(&mut self) -> Outcome<Cow<'t, str>> {
        if self.peek() == Some(b'"') { self.quoted() } else { Err(self.wrong("a text")) }
    }

    /// A text of one's own.
    pub fn string(&mut self) -> Outcome<String> {
        self.text().map(Cow::into_owned)
    }

    /// A text, or a whole number as text. `what` names it in an error.
    pub fn text_or_whole(&mut self, what: &str) -> Outcome<String> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => match self.value()? {
                number @ Value::Number(Number::Float(_)) => Err(self.refuse(misplaced(&format!("the number `{number}`"), what))),
                number => Ok(number.to_string()),
            },
            _ => Err(self.wrong(what)),
        }
    }

    /// A number.
    pub fn number(&mut self) -> Outcome<f64> {
        match self.any_number("a number")? {
            Number::Unsigned(number) => Ok(number as f64),
            Number::Negative(number) => Ok(number as f64),
            Number::Float(number) => Ok(number),
        }
    }

    /// A number, or nothing where `null` stands.
    pub fn maybe_number(&mut self) -> Outcome<Option<f64>> {
        if self.null()? { Ok(None) } else { self.number().map(Some) }
    }

    /// A list of texts.
    pub fn texts(&mut self) -> Outcome<Vec<String>> {
        let mut texts = Vec::new();
        self.list("a list of texts")?;
        while self.item()? {
            texts.push(self.string()?);
        }
        Ok(texts)
    }

    /// A whole number from `least` to `most`.
    pub fn whole(&mut self, least: i64, most: i64) -> Outcome<i64> {
        let start = self.peek().map(|_| self.at);
        let whole = match self.any_number("a whole number")? {
            Number::Unsigned(number) => i64::try_from(number).ok(),
            Number::Negative(number) => Some(number),
            Number::Float(_) => None,
        };
        whole.filter(|number| (least..=most).contains(number)).ok_or_else(|| {
            let found = start.and_then(|start| self.text.get(start..self.at)).unwrap_or_default();
            self.refuse(misplaced(&format!("the number `{found}`"), "a whole number"))
        })
    }

    /// `true` or `false`.
    pub fn flag(&mut self) -> Outcome<bool> {
        match self.peek() {
            Some(b't') => self.word("true").map(|()| true),
            Some(b'f') => self.word("false").map(|()| false),
            _ => Err(self.wrong("true or false")),
        }
    }

    /// Whatever comes next, as a tree.
    pub fn value(&mut self) -> Outcome<Value> {
        Ok(match self.peek() {
            Some(b'"') => Value::String(self.quoted()?.into_owned()),
            Some(b'[') => {
                self.deeper()?;
                self.list("")?;
                let mut items = Vec::new();
                while self.item()? {
                    items.push(self.value()?);
                }
                self.depth -= 1;
                Value::Array(items)
            }
            Some(b'{') => {
                self.deeper()?;
                self.object("")?;
                let mut fields = Map::new();
                while let Some(key) = self.key()? {
                    fields.add(key.into_owned(), self.value()?);
                }
                fields.settle();
                self.depth -= 1;
                Value::Object(fields)
            }
            Some(b'n') => self.word("null").map(|()| Value::Null)?,
            Some(b't' | b'f') => Value::Bool(self.flag()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.any_number("")?),
            _ => return Err(self.bad_or_cut("expected value")),
        })
    }

    /// Passes over whatever comes next.
    pub fn skip(&mut self) -> Outcome<()> {
        match self.peek() {
            Some(b'"') => {
                self.quoted()?;
            }
            Some(b'[') => {
                self.deeper()?;
                self.list("")?;
                while self.item()? {
                    self.skip()?;
                }
                self.depth -= 1;
            }
            Some(b'{') => {
                self.deeper()?;
                self.object("")?;
                while self.key()?.is_some() {
                    self.skip()?;
                }
                self.depth -= 1;
            }
            _ => {
                self.value()?;
            }
        }
        Ok(())
    }

    fn deeper(&mut self) -> Outcome<()> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(self.bad("recursion limit exceeded")) } else { Ok(()) }
    }

    /// The error that something else comes next than `what`.
    #[cold]
    #[inline(never)]
    pub fn wrong(&mut self, what: &str) -> Error {
        let found = match self.peek() {
            Some(b'[') => "a list".to_owned(),
            Some(b'{') => "an object".to_owned(),
            _ => match self.value() {
                Err(error) => return error,
                Ok(Value::Null) => "nothing".to_owned(),
                Ok(Value::Bool(yes)) => format!("boolean `{yes}`"),
                Ok(Value::String(text)) => format!("the text {text:?}"),
                Ok(number) => format!("the number `{number}`"),
            },
        };
        self.refuse(misplaced(&found, what))
    }

    fn word(&mut self, word: &str) -> Outcome<()> {
        for expected in word.bytes() {
            if self.byte() != Some(expected) {
                return Err(self.bad_or_cut("expected ident"));
            }
            self.at += 1;
        }
        Ok(())
    }

    /// A number, whose first byte is next.
    fn any_number(&mut self, what: &str) -> Outcome<Number> {
        let Some(b'-' | b'0'..=b'9') = self.peek() else { return Err(self.wrong(what)) };
        let start = self.at;
        let negative = self.byte() == Some(b'-');
        if negative {
            self.at += 1;
        }
        let mut whole = Some(0u64);
        let first = self.byte();
        let digits = self.digits(|digit| whole = whole.and_then(|whole| whole.checked_mul(10)?.checked_add(u64::from(digit))))?;
        if first == Some(b'0') && digits > 1 {
            self.at = start + usize::from(negative) + 1;
            return Err(self.bad("invalid number"));
        }
        let mut plain = true;
        if self.byte() == Some(b'.') {
            plain = false;
            self.at += 1;
            self.digits(|_| {})?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            plain = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits(|_| {})?;
        }
        match whole.filter(|_| plain) {
            Some(whole) if !negative => return Ok(Number::Unsigned(whole)),
            // Zero has a sign only as a float.
            Some(whole) if whole > 0 && whole <= i64::MIN.unsigned_abs() => return Ok(Number::Negative((whole as i64).wrapping_neg())),
            _ => {}
        }
        let number: f64 = self.text.get(start..self.at).and_then(|text| text.parse().ok()).unwrap_or(f64::INFINITY);
        if number.is_finite() { Ok(Number::Float(number)) } else { Err(self.fault(Kind::Syntax, self.at, "number out of range".to_owned())) }
    }

    /// At least one digit.
    fn digits(&mut self, mut each: impl FnMut(u8)) -> Outcome<usize> {
        let start = self.at;
        while let Some(byte @ b'0'..=b'9') = self.byte() {
            each(byte - b'0');
            self.at += 1;
        }
        if self.at == start { Err(self.bad_or_cut("invalid number")) } else { Ok(self.at - start) }
    }

    /// A text, whose opening quote is next.
    fn quoted(&mut self) -> Outcome<Cow<'t, str>> {
        self.at += 1;
        let mut unescaped = String::new();
        let mut start = self.at;
        loop {
            match self.byte() {
                Some(b'"') => {
                    let rest = self.text.get(start..self.at).unwrap_or_default();
                    self.at += 1;
                    if unescaped.is_empty() {
                        return Ok(Cow::Borrowed(rest));
                    }
                    unescaped.push_str(rest);
                    return Ok(Cow::Owned(unescaped));
                }
                Some(b'\\') => {
                    unescaped.push_str(self.text.get(start..self.at).unwrap_or_default());
                    self.at += 1;
                    unescaped.push(self.escape()?);
                    start = self.at;
                }
                Some(0x20..) => self.at += 1,
                _ => return Err(self.bad_or_cut("control character (\\u0000-\\u001F) found while parsing a string")),
            }
        }
    }

    /// What an escape stands for, after its backslash.
    fn escape(&mut self) -> Outcome<char> {
        let character = match self.byte() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.code_point();
            }
            _ => return Err(self.bad_or_cut("invalid escape")),
        };
        self.at += 1;
        Ok(character)
    }

    /// What `\u` and four digits stand for, or two such where it takes two.
    fn code_point(&mut self) -> Outcome<char> {
        let lone = "lone leading surrogate in hex escape";
        let first = self.four_digits()?;
        let code = match first {
            0xDC00..=0xDFFF => return Err(self.fault(Kind::Syntax, self.at, lone.to_owned())),
            0xD800..=0xDBFF => {
                for expected in *b"\\u" {
                    if self.byte() != Some(expected) {
                        return Err(self.bad_or_cut("unexpected end of hex escape"));
                    }
                    self.at += 1;
                }
                let second = self.four_digits()?;
                if !(0xDC00..=0xDFFF).contains(&second) {
                    return Err(self.fault(Kind::Syntax, self.at, lone.to_owned()));
                }
                0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
            }
            code => code,
        };
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn four_digits(&mut self) -> Outcome<u32> {
        let Some(digits) = self.text.as_bytes().get(self.at..self.at + 4) else {
            self.at = self.text.len();
            return Err(self.bad_or_cut("invalid escape"));
        };
        let mut code = Some(0);
        for digit in digits {
            code = code.zip(char::from(*digit).to_digit(16)).map(|(code, digit)| code * 16 + digit);
        }
        self.at += 4;
        code.ok_or_else(|| self.fault(Kind::Syntax, self.at, "invalid escape".to_owned()))
    }
}

/// The sentence that one thing stands where another should.
fn misplaced(found: &str, wanted: &str) -> String {
    format!("found {found} where {wanted} is needed; correct the value or leave the field out")
}
