//! A price book as CSV becomes entries of a design's own book. Nothing is guessed: a line that is not understood refuses the whole file
//! with its number and the cure, and the design stays as it was.
//!
//! The first line names the columns, in any order: `part` and `price` are needed; `tier`, `low`, `high`, `currency`, `date`, `source`,
//! `lead_weeks` and `length_m` may be there, others are passed over. Cells are parted by commas, semicolons or tabs. An empty price is no price.

use super::ImportError;
use crate::catalog::Catalog;
use crate::engine::materials::Fibre;
use crate::io::limits::MAX_CHARACTERS;
use crate::io::schema::v1::MOST_CENTS;
use crate::model::{Currency, Design, PartId, Price, Prices, Tier};
use crate::units::{Cents, Metres, SortedMap, SortedSet, counted};

/// The most lines a price book may have.
const MOST_LINES: usize = 100_000;

const COLUMNS: [&str; 10] = ["part", "tier", "price", "low", "high", "currency", "date", "source", "lead_weeks", "length_m"];

/// What a price book brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The prices of the design with the entries of the book; entries for the same part, tier and length are replaced.
    pub prices: Prices,
    /// How many entries the book has.
    pub entries: usize,
    /// How many of them replaced one.
    pub replaced: usize,
    /// How many lines had no price.
    pub empty: usize,
    /// Where the entries of the book stand among the prices.
    pub taken: Vec<usize>,
}

/// So many parts that nobody knows are told by name.
const NAMED: usize = 3;

impl Read {
    /// What somebody has to know of it, in sentences: how much was read, which of it prices nothing in `design`, and what it needs besides.
    /// Time: O(entries log entries).
    pub fn told(&self, design: &Design, catalog: &Catalog) -> Vec<String> {
        let mut told = vec![counted(self.entries as u64, "price read", "prices read")];
        if let Some(first) = told.first_mut() {
            if self.replaced > 0 {
                first.push_str(&format!(", {} in place of {}", self.replaced, if self.replaced == 1 { "an earlier one" } else { "earlier ones" }));
            }
            if self.empty > 0 {
                first.push_str(&format!("; {} without a price", counted(self.empty as u64, "line", "lines")));
            }
        }
        let entries = || self.taken.iter().filter_map(|at| self.prices.book.get(*at));
        let known = |id: &str| Fibre::ALL.iter().any(|(_, fibre, _)| *fibre == id) || catalog.part(design, &PartId::new(id)).is_some();
        let strange: SortedSet<&str> = entries().map(|price| price.part.as_str()).filter(|id| !known(id)).collect();
        if !strange.is_empty() {
            let names: Vec<String> = strange.iter().take(NAMED).map(|id| id.chars().take(40).collect()).collect();
            let more = if strange.len() > NAMED { format!(" and {} more", strange.len() - NAMED) } else { String::new() };
            let what =
                counted(strange.len() as u64, "part is neither in the catalogue nor in this design", "parts are neither in the catalogue nor in this design");
            told.push(format!("{what} and priced for nothing: {}{more}", names.join(", ")));
        }
        let foreign: SortedSet<Currency> = entries().map(|price| price.currency).filter(|currency| self.prices.rate(*currency).is_none()).collect();
        for currency in foreign.iter() {
            told.push(format!("prices in {currency} count once the design states what 1 {currency} is worth in {}", self.prices.currency));
        }
        told
    }
}

/// Takes a price book in. Time: O(bytes + entries log entries).
///
/// ```
/// use weft::{io::import::read_prices, model::Prices};
/// let read = read_prices("part,tier,price,currency\nnvidia-qm9700,refurbished,18500.50,USD\n", &Prices::default()).unwrap();
/// assert_eq!(read.prices.book[0].value.0, 1_850_050);
/// assert!(read_prices("part,price\ndac-800g-osfp,-3\n", &Prices::default()).unwrap_err().to_string().starts_with("line 2"));
/// ```
///
/// # Errors
/// The first line that is not understood, and how to mend it.
pub fn read_prices(text: &str, before: &Prices) -> Result<Read, ImportError> {
    let text = text.trim_start_matches('\u{feff}');
    let wrong = |line: usize, message: String| ImportError { line: Some(line), message };
    let head = text.lines().next().unwrap_or_default();
    let separator = [';', '\t', ','].into_iter().max_by_key(|mark| head.matches(*mark).count()).unwrap_or(',');
    let mut rows = Rows { rest: text, line: 1, separator };
    let (_, names) = rows
        .next_row()?
        .ok_or_else(|| wrong(1, "the price book is empty; its first line names the columns, for example part,tier,price,currency".to_owned()))?;
    let place = |wanted: &str| names.iter().position(|name| name.trim().eq_ignore_ascii_case(wanted));
    if let Some(what) = written_by_weft(&|name| place(name).is_some()) {
        return Err(wrong(
            1,
            format!("this is {what} that Weft writes, which is not read back; open the design itself (.json), or a price book with the columns part and price"),
        ));
    }
    let places = COLUMNS.map(place);
    if places.iter().all(Option::is_none) {
        return Err(wrong(1, "this is no price book: its first line names none of its columns, for example part,tier,price,currency".to_owned()));
    }
    for (needed, at) in [("part", 0usize), ("price", 2)] {
        if places.get(at).copied().flatten().is_none() {
            return Err(wrong(1, format!("there is no column “{needed}”; the first line names the columns, for example part,tier,price,currency")));
        }
    }

    let key = |price: &Price| (price.part.clone(), price.tier, price.length.map(|length| length.0.to_bits()));
    let mut known = SortedMap::new();
    let mut read = Read { prices: before.clone(), entries: 0, replaced: 0, empty: 0, taken: Vec::new() };
    for (at, price) in before.book.iter().enumerate() {
        known.insert(key(price), (at, None));
    }
    while let Some((line, cells)) = rows.next_row()? {
        let cell = |column: usize| places.get(column).copied().flatten().and_then(|at| cells.get(at)).map_or("", |cell| cell.trim());
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if line > MOST_LINES {
            return Err(wrong(line, format!("the price book has more than {MOST_LINES} lines; leave out what the design does not need")));
        }
        if cell(2).is_empty() {
            read.empty += 1;
            continue;
        }
        let price = entry(&cell, separator).map_err(|message| wrong(line, message))?;
        read.entries += 1;
        let key = key(&price);
        match known.get(&key).copied() {
            // Which of two prices is meant is not for us to choose.
            Some((at, Some(first))) if read.prices.book.get(at).is_some_and(|other| *other != price) => {
                let (part, tier) = (price.part.chars().take(40).collect::<String>(), price.tier.word());
                return Err(wrong(line, format!("{part} has another {tier} price on line {first}; leave one of the two in the book")));
            }
            Some((at, before)) => {
                read.replaced += usize::from(before.is_none());
                if let Some(old) = read.prices.book.get_mut(at) {
                    *old = price;
                }
                known.insert(key, (at, Some(line)));
                read.taken.push(at);
            }
            None => {
                known.insert(key, (read.prices.book.len(), Some(line)));
                read.taken.push(read.prices.book.len());
                read.prices.book.push(price);
            }
        }
    }
    if read.entries == 0 {
        return Err(ImportError { line: None, message: "the price book holds no price; fill in the column “price”".to_owned() });
    }
    Ok(read)
}

/// Which of Weft's own tables has such a first line.
fn written_by_weft(has: &dyn Fn(&str) -> bool) -> Option<&'static str> {
    if has("a_node") && has("b_node") {
        return Some("a cable schedule");
    }
    (has("spares") && has("buy")).then_some("a bill of materials")
}

fn entry<'a>(cell: &dyn Fn(usize) -> &'a str, separator: char) -> Result<Price, String> {
    let part = cell(0);
    if part.is_empty() {
        return Err("there is a price without a part; write the id of the part into the column “part”".to_owned());
    }
    if (0..COLUMNS.len()).any(|column| cell(column).chars().count() > MAX_CHARACTERS) {
        return Err(format!("a cell holds more than {MAX_CHARACTERS} characters; shorten it"));
    }
    let shown = |text: &str| text.chars().take(40).collect::<String>();
    let tier = match cell(1) {
        "" => Tier::Oem,
        word => Tier::parse(word).ok_or_else(|| format!("“{}” is no tier; write oem, compatible or refurbished", shown(word)))?,
    };
    let currency = match cell(5) {
        "" => Currency::default(),
        word => Currency::parse(word).ok_or_else(|| format!("“{}” is no currency; write its three letters, for example USD", shown(word)))?,
    };
    let amount = |column: usize| {
        let text = cell(column);
        cents(text, separator == ';').ok_or_else(|| {
            format!(
                "“{}” is no price; write an amount above 0 with at most two decimals and no separators, for example 1234.50, or leave it empty",
                shown(text)
            )
        })
    };
    let value = amount(2)?;
    let end = |column: usize| if cell(column).is_empty() { Ok(value) } else { amount(column) };
    let (low, high) = (end(3)?, end(4)?);
    if low > value || value > high {
        return Err("the price lies outside its own range; make low at most, and high at least, the price".to_owned());
    }
    let lead_weeks = match cell(8) {
        "" => None,
        text => {
            let weeks = crate::units::decimal(text).filter(|weeks| (0.0..=1000.0).contains(weeks));
            Some(weeks.ok_or_else(|| format!("“{}” is no lead time; write weeks from 0 to 1000, or leave it empty", shown(text)))?)
        }
    };
    let length = match cell(9) {
        "" => None,
        text => {
            let metres = crate::units::decimal(text.trim_end_matches('m').trim()).filter(|metres| *metres > 0.0 && *metres <= 1e6);
            Some(Metres(metres.ok_or_else(|| format!("“{}” is no length; write metres above 0, or leave it empty for all lengths", shown(text)))?))
        }
    };
    Ok(Price {
        part: part.to_owned(),
        tier,
        value: Cents(value),
        low: Cents(low),
        high: Cents(high),
        currency,
        date: cell(6).to_owned(),
        source: cell(7).to_owned(),
        length,
        lead_weeks,
        extra: Default::default(),
    })
}

/// An amount as whole hundredths, without a detour over floating point. `comma` allows a decimal comma.
fn cents(text: &str, comma: bool) -> Option<i64> {
    let (whole, part) = text.split_once(if comma { ['.', ','] } else { ['.', '.'] }).unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    let hundredths: i64 = format!("{part:0<2}").parse().ok()?;
    let cents = whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(hundredths)?;
    (1..=MOST_CENTS).contains(&cents).then_some(cents)
}

/// Cells of a CSV text, row by row, after RFC 4180.
struct Rows<'a> {
    rest: &'a str,
    line: usize,
    separator: char,
}

impl Rows<'_> {
    /// The next row and the line it starts on; `None` at the end.
    fn next_row(&mut self) -> Result<Option<(usize, Vec<String>)>, ImportError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let start = self.line;
        let mut cells = Vec::new();
        let mut cell = String::new();
        let mut quoted = false;
        let mut letters = self.rest.char_indices().peekable();
        let mut end = self.rest.len();
        while let Some((at, letter)) = letters.next() {
            let doubled = letter == '"' && letters.peek().is_some_and(|(_, next)| *next == '"');
            match letter {
                '"' if quoted && doubled => {
                    letters.next();
                    cell.push('"');
                }
                '"' if quoted => quoted = false,
                '"' if cell.trim().is_empty() => {
                    cell.clear();
                    quoted = true;
                }
                '\n' if !quoted => {
                    self.line += 1;
                    end = at + 1;
                    break;
                }
                '\r' if !quoted => {}
                letter if letter == self.separator && !quoted => cells.push(std::mem::take(&mut cell)),
                letter => {
                    self.line += usize::from(letter == '\n');
                    cell.push(letter);
                }
            }
        }
        if quoted {
            return Err(ImportError { line: Some(start), message: "a quotation mark is opened and never closed; close it or take it out".to_owned() });
        }
        cells.push(cell);
        self.rest = self.rest.get(end..).unwrap_or_default();
        Ok(Some((start, cells)))
    }
}
