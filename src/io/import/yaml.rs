//! The part of YAML that device types are written in: nested maps and lists by indentation, plain and quoted scalars, blocks of text, and
//! short lists and maps on one line. Anchors, aliases, tags and several documents in a file are refused with their line.
//!
//! Why not a library: see docs/decisions/netbox-device-types.md.

use super::ImportError;

/// How deep maps and lists may nest.
const MOST_DEEP: usize = 32;
/// The most lines a file may have.
const MOST_LINES: usize = 100_000;

/// A value with the line it starts at, from 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub line: usize,
    pub what: What,
}

/// What a value is. Scalars stay text: whoever asks knows what should be there.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    Nothing,
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// A field of a map.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        match &self.what {
            What::Map(fields) => fields.iter().find(|(known, _)| known == key).map(|(_, node)| node),
            _ => None,
        }
    }
    /// The fields of a map.
    pub(super) fn fields(&self) -> &[(String, Node)] {
        if let What::Map(fields) = &self.what { fields } else { &[] }
    }
    /// The items of a list.
    pub(super) fn items(&self) -> &[Node] {
        if let What::List(items) = &self.what { items } else { &[] }
    }
    /// A scalar's text.
    pub(super) fn text(&self) -> Option<&str> {
        if let What::Text(text) = &self.what { Some(text) } else { None }
    }
}

fn wrong(line: usize, message: impl Into<String>) -> ImportError {
    ImportError { line: Some(line), message: message.into() }
}

/// Reads a document. Never panics. Time: O(bytes).
pub(super) fn parse(text: &str) -> Result<Node, ImportError> {
    let mut lines = Vec::new();
    for (at, raw) in text.lines().enumerate() {
        if at >= MOST_LINES {
            return Err(wrong(at + 1, format!("the file has more than {MOST_LINES} lines; a device type has a few hundred")));
        }
        lines.push(raw.trim_end());
    }
    let mut reader = Reader { lines, at: 0, held: None };
    reader.skip_marks()?;
    let Some(first) = reader.peek()? else { return Ok(Node { line: 1, what: What::Nothing }) };
    let node = reader.block(first.indent, 0)?;
    match reader.peek()? {
        Some(rest) => Err(wrong(rest.number, "this line stands farther left or right than what it belongs to; correct its indentation")),
        None => Ok(node),
    }
}

/// A line with something on it: without its indentation and its comment.
#[derive(Clone, Debug)]
struct Line {
    number: usize,
    indent: usize,
    text: String,
}

struct Reader<'t> {
    lines: Vec<&'t str>,
    at: usize,
    /// What is left of a line after `- `, as a line of its own.
    held: Option<Line>,
}

impl Reader<'_> {
    fn skip_marks(&mut self) -> Result<(), ImportError> {
        while let Some(line) = self.peek()? {
            if line.text != "---" && !line.text.starts_with('%') {
                break;
            }
            self.next();
        }
        Ok(())
    }

    /// The next line that has something on it.
    fn peek(&mut self) -> Result<Option<Line>, ImportError> {
        if let Some(held) = &self.held {
            return Ok(Some(held.clone()));
        }
        while let Some(raw) = self.lines.get(self.at) {
            let text = without_comment(raw.trim_start());
            if text.is_empty() {
                self.at += 1;
                continue;
            }
            let indent = raw.len() - raw.trim_start().len();
            let number = self.at + 1;
            if raw.get(..indent).is_some_and(|space| space.contains('\t')) {
                return Err(wrong(number, "a tab indents this line; use spaces"));
            }
            if indent == 0 && text == "..." {
                self.at = self.lines.len();
                return Ok(None);
            }
            if indent == 0 && text == "---" && self.at > 0 && self.lines.iter().take(self.at).any(|line| !without_comment(line.trim()).is_empty()) {
                return Err(wrong(number, "a second document begins here; put it into a file of its own"));
            }
            return Ok(Some(Line { number, indent, text: text.to_owned() }));
        }
        Ok(None)
    }

    fn next(&mut self) {
        if self.held.take().is_none() {
            self.at += 1;
        }
    }

    /// A map, a list or a scalar whose lines stand at `indent`.
    fn block(&mut self, indent: usize, depth: usize) -> Result<Node, ImportError> {
        let Some(line) = self.peek()? else { return Ok(Node { line: self.at, what: What::Nothing }) };
        if depth > MOST_DEEP {
            return Err(wrong(line.number, format!("maps and lists nest deeper than {MOST_DEEP}")));
        }
        if is_item(&line.text) {
            return self.list(indent, depth);
        }
        if split_key(&line.text).is_some() {
            return self.map(indent, depth);
        }
        self.next();
        let what = self.scalar(&line.text, line.number, indent)?;
        Ok(Node { line: line.number, what })
    }

    fn list(&mut self, indent: usize, depth: usize) -> Result<Node, ImportError> {
        let mut items = Vec::new();
        let start = self.peek()?.map_or(1, |line| line.number);
        while let Some(line) = self.peek()?.filter(|line| line.indent == indent && is_item(&line.text)) {
            let rest = line.text.get(1..).unwrap_or_default();
            let inner = rest.trim_start();
            self.next();
            if inner.is_empty() {
                items.push(self.below(indent, line.number, depth)?);
                continue;
            }
            let inner_indent = indent + 1 + (rest.len() - inner.len());
            self.held = Some(Line { number: line.number, indent: inner_indent, text: inner.to_owned() });
            items.push(self.block(inner_indent, depth + 1)?);
        }
        Ok(Node { line: start, what: What::List(items) })
    }

    fn map(&mut self, indent: usize, depth: usize) -> Result<Node, ImportError> {
        let mut fields: Vec<(String, Node)> = Vec::new();
        let start = self.peek()?.map_or(1, |line| line.number);
        while let Some(line) = self.peek()?.filter(|line| line.indent == indent) {
            let Some((key, value)) = split_key(&line.text) else {
                return Err(wrong(line.number, "this line is neither “key: value” nor an item of a list; correct it"));
            };
            if fields.iter().any(|(known, _)| *known == key) {
                return Err(wrong(line.number, format!("“{key}” stands twice; leave one of them out")));
            }
            let value = value.to_owned();
            self.next();
            let node = match value.as_str() {
                "" => self.below_key(indent, line.number, depth)?,
                block if block.starts_with(['|', '>']) => Node { line: line.number, what: What::Text(self.text_block(indent, block.starts_with('>'))) },
                _ => Node { line: line.number, what: self.scalar(&value, line.number, indent)? },
            };
            fields.push((key, node));
        }
        Ok(Node { line: start, what: What::Map(fields) })
    }

    /// What stands farther right on the lines below, or nothing.
    fn below(&mut self, indent: usize, number: usize, depth: usize) -> Result<Node, ImportError> {
        match self.peek()? {
            Some(next) if next.indent > indent => self.block(next.indent, depth + 1),
            _ => Ok(Node { line: number, what: What::Nothing }),
        }
    }

    /// The same below a key, where a list need not stand farther right.
    fn below_key(&mut self, indent: usize, number: usize, depth: usize) -> Result<Node, ImportError> {
        match self.peek()? {
            Some(next) if next.indent == indent && is_item(&next.text) => self.list(indent, depth + 1),
            _ => self.below(indent, number, depth),
        }
    }

    /// Lines of text as they stand (`|`), or as one paragraph (`>`).
    fn text_block(&mut self, indent: usize, folded: bool) -> String {
        let mut lines: Vec<&str> = Vec::new();
        while let Some(raw) = self.lines.get(self.at) {
            if !raw.trim().is_empty() && raw.len() - raw.trim_start().len() <= indent {
                break;
            }
            lines.push(raw.trim());
            self.at += 1;
        }
        lines.join(if folded { " " } else { "\n" }).trim().to_owned()
    }

    /// A scalar or a short list or map on one line; plain and quoted text may go on below.
    fn scalar(&mut self, text: &str, number: usize, indent: usize) -> Result<What, ImportError> {
        let mut whole = text.to_owned();
        let open = |text: &str| match text.chars().next() {
            Some(quote @ ('"' | '\'')) => unquoted(text, quote).is_none(),
            Some('[') => !text.ends_with(']'),
            Some('{') => !text.ends_with('}'),
            _ => false,
        };
        while let Some(next) = self.peek()?.filter(|next| self.held.is_none() && (next.indent > indent || open(&whole))) {
            whole.push(' ');
            whole.push_str(&next.text);
            self.next();
        }
        flow(&whole, number, 0)
    }
}

fn is_item(text: &str) -> bool {
    text == "-" || text.starts_with("- ")
}

/// A key and what follows it on its line. A colon inside quotes or without a space after it is no key's.
fn split_key(text: &str) -> Option<(String, &str)> {
    if let Some(quote) = text.chars().next().filter(|letter| matches!(letter, '"' | '\'')) {
        let (key, rest) = unquoted(text, quote)?;
        let rest = rest.strip_prefix(':')?;
        return (rest.is_empty() || rest.starts_with(' ')).then(|| (key, rest.trim_start()));
    }
    if text.starts_with(['[', '{', '|', '>']) {
        return None;
    }
    let at = text.find(": ").or_else(|| text.ends_with(':').then(|| text.len() - 1))?;
    Some((text.get(..at)?.trim().to_owned(), text.get(at + 1..)?.trim_start()))
}

/// The text in quotes at the start, and what follows.
fn unquoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\'' if quote == '\'' && letters.peek().is_some_and(|(_, next)| *next == '\'') => {
                letters.next();
                out.push('\'');
            }
            '\\' if quote == '"' => match letters.next()?.1 {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                other => out.push(other),
            },
            _ if letter == quote => return Some((out, text.get(at + 1..)?)),
            _ => out.push(letter),
        }
    }
    None
}

/// A value that stands on one line.
fn flow(text: &str, number: usize, depth: usize) -> Result<What, ImportError> {
    let text = text.trim();
    let refuse = |what: &str| Err(wrong(number, format!("{what} are not read; write the value out")));
    if depth > MOST_DEEP {
        return Err(wrong(number, format!("lists nest deeper than {MOST_DEEP}")));
    }
    match text.chars().next() {
        None => Ok(What::Nothing),
        Some('&') => refuse("anchors (&)"),
        Some('*') => refuse("aliases (*)"),
        Some('!') => refuse("tags (!)"),
        Some(quote @ ('"' | '\'')) => match unquoted(text, quote) {
            Some((inner, rest)) if rest.trim().is_empty() => Ok(What::Text(inner)),
            _ => Err(wrong(number, "a quote is not closed, or something follows it")),
        },
        Some('[') => {
            let inner =
                text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).ok_or_else(|| wrong(number, "a list that begins with [ does not end with ]"))?;
            let items = parts(inner).into_iter().map(|item| Ok(Node { line: number, what: flow(item, number, depth + 1)? }));
            Ok(What::List(items.collect::<Result<_, ImportError>>()?))
        }
        Some('{') => {
            let inner =
                text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or_else(|| wrong(number, "a map that begins with { does not end with }"))?;
            let field = |item: &str| {
                let (key, value) = split_key(item).ok_or_else(|| wrong(number, format!("“{item}” is not “key: value”")))?;
                Ok((key, Node { line: number, what: flow(value, number, depth + 1)? }))
            };
            Ok(What::Map(parts(inner).into_iter().map(field).collect::<Result<_, ImportError>>()?))
        }
        _ if matches!(text, "~" | "null" | "Null" | "NULL") => Ok(What::Nothing),
        _ => Ok(What::Text(text.to_owned())),
    }
}

/// The parts between commas that stand in no brackets and no quotes.
fn parts(text: &str) -> Vec<&str> {
    let (mut found, mut depth, mut start, mut quote) = (Vec::new(), 0usize, 0, None);
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                found.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.extend(text.get(start..));
    found.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// A line without the comment at its end: a `#` at its start or after a space, outside quotes.
fn without_comment(text: &str) -> &str {
    let (mut quote, mut before) = (None, ' ');
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            // A quote within a word is an apostrophe.
            (None, '"' | '\'') if matches!(before, ' ' | '[' | '{' | ',' | '-' | ':') => quote = Some(letter),
            (None, '#') if before == ' ' => return text.get(..at).unwrap_or_default().trim_end(),
            _ => {}
        }
        before = letter;
    }
    text
}
