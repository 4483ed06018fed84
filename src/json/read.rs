//! Reading JSON: serde_json reads the text once, and whoever reads asks for what should come next.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::value::{Map, Number, Value};

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

    fn new(kind: Kind, line: usize, column: usize, message: String) -> Self {
        Self(Box::new(Fault { kind, line, column, message }))
    }

    /// What the library complained of.
    #[cold]
    fn of(error: &serde_json::Error) -> Self {
        let (kind, message) = if error.is_eof() {
            (Kind::Cut, "the text ends in the middle".to_owned())
        } else {
            let kind = if error.is_data() { Kind::Data } else { Kind::Syntax };
            let said = error.to_string();
            (kind, said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said).to_owned())
        };
        Self::new(kind, error.line(), error.column(), message)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "line {}, column {}: {}", self.0.line, self.0.column, self.0.message)
    }
}

type Outcome<T> = Result<T, Error>;

/// A piece of a text. An object is its fields' names and values in turn; texts are borrowed where they have no escapes.
#[derive(Clone, Debug)]
enum Token<'t> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'t, str>),
    List,
    Object,
    /// The end of a list or an object.
    End,
}

/// Takes down what serde_json reads. It is the only thing the page ever deserialises, so serde's generic code is there once.
struct Tape<'t> {
    tokens: Vec<Token<'t>>,
    /// The token at which to stop with an error, so that the library tells its place.
    stop: usize,
}

impl<'t> Tape<'t> {
    fn of(text: &'t str, stop: usize) -> Result<Vec<Token<'t>>, serde_json::Error> {
        let mut tape = Self { tokens: Vec::new(), stop };
        let mut input = serde_json::Deserializer::from_str(text);
        tape.deserialize(&mut input)?;
        input.end()?;
        Ok(tape.tokens)
    }

    fn push<E: serde::de::Error>(&mut self, token: Token<'t>) -> Result<(), E> {
        if self.tokens.len() == self.stop {
            return Err(E::custom("here"));
        }
        self.tokens.push(token);
        Ok(())
    }
}

impl<'t> DeserializeSeed<'t> for &mut Tape<'t> {
    type Value = ();
    fn deserialize<D: Deserializer<'t>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for &mut Tape<'t> {
    type Value = ();
    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("JSON")
    }
    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.push(Token::Null)
    }
    fn visit_bool<E: serde::de::Error>(self, yes: bool) -> Result<(), E> {
        self.push(Token::Bool(yes))
    }
    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<(), E> {
        self.push(Token::Number(Number::Negative(number)))
    }
    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<(), E> {
        self.push(Token::Number(Number::Unsigned(number)))
    }
    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<(), E> {
        self.push(Token::Number(Number::Float(number)))
    }
    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'t str) -> Result<(), E> {
        self.push(Token::Text(Cow::Borrowed(text)))
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.push(Token::Text(Cow::Owned(text.to_owned())))
    }
    fn visit_seq<A: SeqAccess<'t>>(self, mut items: A) -> Result<(), A::Error> {
        self.push(Token::List)?;
        while items.next_element_seed(&mut *self)?.is_some() {}
        self.push(Token::End)
    }
    fn visit_map<A: MapAccess<'t>>(self, mut fields: A) -> Result<(), A::Error> {
        self.push(Token::Object)?;
        while fields.next_key_seed(&mut *self)?.is_some() {
            fields.next_value_seed(&mut *self)?;
        }
        self.push(Token::End)
    }
}

/// A JSON text that is being read, from its start to its end.
///
/// The text is known to be JSON from the start, and its brackets to match. Memory: 32 bytes for each name, value and bracket
/// (16 in WebAssembly), as long as the reader lives.
///
/// ```
/// use weft::json::Reader;
/// let mut input = Reader::new(r#"{"name": "a", "at": [1, 2]}"#).unwrap();
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
/// assert_eq!((name.as_str(), sum), ("a", 3.0));
/// ```
pub struct Reader<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    at: usize,
}

/// Reads a text as a tree.
pub fn parse(text: &str) -> Outcome<Value> {
    Reader::new(text)?.value()
}

impl<'t> Reader<'t> {
    /// Starts to read a text, which must be one JSON value, nested no deeper than 127.
    pub fn new(text: &'t str) -> Outcome<Self> {
        let tokens = Tape::of(text, usize::MAX).map_err(|error| Error::of(&error))?;
        Ok(Self { text, tokens, at: 0 })
    }

    /// Goes back to the start.
    pub fn rewind(&mut self) {
        self.at = 0;
    }

    /// The error that what was read last is not what it should be.
    #[cold]
    pub fn refuse(&self, message: impl Into<String>) -> Error {
        self.fault(self.at.saturating_sub(1), message.into())
    }

    /// An error about one token. Its place is found by reading the text again.
    #[cold]
    #[inline(never)]
    fn fault(&self, token: usize, message: String) -> Error {
        let (line, column) = match Tape::of(self.text, token) {
            Err(error) => (error.line(), error.column()),
            Ok(_) => (1, 0),
        };
        Error::new(Kind::Data, line, column, message)
    }

    fn peek(&self) -> Option<&Token<'t>> {
        self.tokens.get(self.at)
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
        let opens = match self.peek() {
            Some(Token::Object) => bracket == b'{',
            Some(Token::List) => bracket == b'[',
            _ => false,
        };
        self.at += usize::from(opens);
        opens
    }

    /// Passes the end of a list or an object if that comes next.
    fn ends(&mut self) -> bool {
        let ends = matches!(self.peek(), Some(Token::End) | None);
        self.at += usize::from(ends);
        ends
    }

    /// The name of the next field of an object, whose value must be read then. `None` is the end of the object.
    pub fn key(&mut self) -> Outcome<Option<Cow<'t, str>>> {
        if self.ends() { Ok(None) } else { self.text().map(Some) }
    }

    /// Whether a list has another item, which must be read then.
    pub fn item(&mut self) -> Outcome<bool> {
        Ok(!self.ends())
    }

    /// Reads `null` if that comes next.
    pub fn null(&mut self) -> Outcome<bool> {
        let null = matches!(self.peek(), Some(Token::Null));
        self.at += usize::from(null);
        Ok(null)
    }

    /// A text, borrowed where it has no escapes.
    pub fn text(&mut self) -> Outcome<Cow<'t, str>> {
        let Some(Token::Text(text)) = self.peek() else { return Err(self.wrong("a text")) };
        let text = text.clone();
        self.at += 1;
        Ok(text)
    }

    /// A text of one's own.
    pub fn string(&mut self) -> Outcome<String> {
        self.text().map(Cow::into_owned)
    }

    /// A text, or a whole number as text. `what` names it in an error.
    pub fn text_or_whole(&mut self, what: &str) -> Outcome<String> {
        match self.peek() {
            Some(Token::Text(_)) => self.string(),
            Some(Token::Number(Number::Unsigned(_) | Number::Negative(_))) => self.value().map(|number| number.to_string()),
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
        let what = "a whole number";
        let found = self.any_number(what)?;
        let whole = match found {
            Number::Unsigned(number) => i64::try_from(number).ok(),
            Number::Negative(number) => Some(number),
            Number::Float(_) => None,
        };
        whole.filter(|number| (least..=most).contains(number)).ok_or_else(|| self.refuse(misplaced(&format!("the number `{}`", Value::Number(found)), what)))
    }

    /// `true` or `false`.
    pub fn flag(&mut self) -> Outcome<bool> {
        let Some(Token::Bool(yes)) = self.peek() else { return Err(self.wrong("true or false")) };
        let yes = *yes;
        self.at += 1;
        Ok(yes)
    }

    /// Whatever comes next, as a tree.
    pub fn value(&mut self) -> Outcome<Value> {
        let value = match self.peek() {
            Some(Token::Null) => Value::Null,
            Some(Token::Bool(yes)) => Value::Bool(*yes),
            Some(Token::Number(number)) => Value::Number(*number),
            Some(Token::Text(text)) => Value::String(text.clone().into_owned()),
            Some(Token::List) => {
                self.at += 1;
                let mut items = Vec::new();
                while self.item()? {
                    items.push(self.value()?);
                }
                return Ok(Value::Array(items));
            }
            Some(Token::Object) => {
                self.at += 1;
                let mut fields = Map::new();
                while let Some(key) = self.key()? {
                    fields.add(key.into_owned(), self.value()?);
                }
                fields.settle();
                return Ok(Value::Object(fields));
            }
            Some(Token::End) | None => return Err(self.wrong("a value")),
        };
        self.at += 1;
        Ok(value)
    }

    /// Passes over whatever comes next.
    pub fn skip(&mut self) -> Outcome<()> {
        let mut open = 0usize;
        loop {
            match self.peek() {
                Some(Token::List | Token::Object) => open += 1,
                Some(Token::End) => open = open.saturating_sub(1),
                Some(_) => {}
                None => return Ok(()),
            }
            self.at += 1;
            if open == 0 {
                return Ok(());
            }
        }
    }

    /// The error that something else comes next than `what`.
    #[cold]
    #[inline(never)]
    pub fn wrong(&self, what: &str) -> Error {
        let found = match self.peek() {
            Some(Token::List) => "a list".to_owned(),
            Some(Token::Object) => "an object".to_owned(),
            Some(Token::Null) => "nothing".to_owned(),
            Some(Token::Bool(yes)) => format!("boolean `{yes}`"),
            Some(Token::Text(text)) => format!("the text {text:?}"),
            Some(Token::Number(number)) => format!("the number `{}`", Value::Number(*number)),
            Some(Token::End) | None => "the end".to_owned(),
        };
        self.fault(self.at, misplaced(&found, what))
    }

    fn any_number(&mut self, what: &str) -> Outcome<Number> {
        let Some(Token::Number(number)) = self.peek() else { return Err(self.wrong(what)) };
        let number = *number;
        self.at += 1;
        Ok(number)
    }
}

/// The sentence that one thing stands where another should.
fn misplaced(found: &str, wanted: &str) -> String {
    format!("found {found} where {wanted} is needed; correct the value or leave the field out")
}
