//! Tables by question: what the page asks of its worker, and itself where there is none. A table of any length is made once and stays
//! where it was made; what is looked at travels.
//!
//! | question | answer |
//! |---|---|
//! | `NAME ORDER rows FROM COUNT` | an excerpt, as [`Excerpt::read`] takes it |
//! | `NAME ORDER tabbed` | all rows in that order for the clipboard |
//! | `NAME - csv` | the whole as CSV |
//! | `materials - summary` | what it comes to, as [`Summary::read`] takes it |
//! | `materials - form` | a price book to fill in, as CSV |
//! | nothing | nothing; the table that was kept is let go |
//!
//! `NAME` is `cables` or `materials`, whose rows have what [`super::bill::Offer::read`] takes behind their cells; `ORDER` is `-`, or the number of a column with `+` (rising) or `-` (falling) behind it.

use super::bill::{Offer, Summary};
use super::table::Table;
use crate::catalog::Catalog;
use crate::engine::cost::{self, Cost};
use crate::model::Design;

/// A table with the order its rows were last asked for in.
pub struct Rows {
    table: Table,
    /// What is said of each row behind its cells, where anything is.
    notes: Vec<Vec<String>>,
    order: String,
    places: Vec<u32>,
    /// The place of the row with the longest cell of each column.
    widest: Vec<u32>,
}

impl Rows {
    /// Of a table. Time: O(cells).
    pub fn new(table: Table) -> Self {
        let length = |place: usize, column: usize| table.rows.get(place).and_then(|row| row.get(column)).map_or(0, |cell| cell.chars().count());
        let mut widest: Vec<(usize, usize)> = (0..table.columns.len()).map(|column| (0, length(0, column))).collect();
        for place in 1..table.rows.len() {
            for (column, best) in widest.iter_mut().enumerate() {
                let length = length(place, column);
                if length > best.1 {
                    *best = (place, length);
                }
            }
        }
        let widest = widest.into_iter().map(|(place, _)| place as u32).collect();
        Self { places: table.order(None), table, notes: Vec::new(), order: "-".to_owned(), widest }
    }

    /// Answers a question without its name; empty for one that is not known.
    pub fn answer(&mut self, question: &str) -> String {
        let mut words = question.split(' ');
        let (order, what) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if order != self.order {
            let column = order.get(..order.len().saturating_sub(1)).and_then(|column| column.parse().ok());
            self.places = self.table.order(column.map(|column| (column, order.ends_with('-'))));
            self.order = order.to_owned();
        }
        let mut number = || words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        match what {
            "csv" => self.table.csv(),
            "rows" => self.excerpt(number(), number()),
            "tabbed" => self.table.tabbed(&self.places),
            _ => String::new(),
        }
    }

    fn excerpt(&self, from: usize, count: usize) -> String {
        let cell = |place: u32, column: usize| self.table.rows.get(place as usize).and_then(|row| row.get(column)).map_or("", String::as_str);
        let all = self.places.len();
        let from = from.min(all.saturating_sub(count));
        let mut text = format!("{all} {from}");
        let push = |text: &mut String, cell: &str| {
            text.push('\t');
            text.extend(cell.chars().map(|letter| if letter.is_control() { ' ' } else { letter }));
        };
        for (column, place) in self.widest.iter().enumerate() {
            push(&mut text, cell(*place, column));
        }
        for place in self.places.iter().skip(from).take(count) {
            text.push('\n');
            text.push_str(&place.to_string());
            for column in 0..self.table.columns.len() {
                push(&mut text, cell(*place, column));
            }
            for note in self.notes.get(*place as usize).into_iter().flatten() {
                push(&mut text, note);
            }
        }
        text
    }
}

/// Some rows of a table. Those of an excerpt that would begin after the last row are the last ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Excerpt {
    /// How many rows the table has.
    pub all: usize,
    /// How many rows are before these.
    pub from: usize,
    /// The longest cell of each column, so that columns stay as wide as they are while rows come and go.
    pub widest: Vec<String>,
    /// The rows: place in the table, cells, and what is said of the row behind them.
    pub rows: Vec<(usize, Vec<String>)>,
}

impl Excerpt {
    /// Reads an answer.
    pub fn read(answer: &str) -> Option<Self> {
        let mut lines = answer.split('\n').map(|line| {
            let mut cells = line.split('\t').map(str::to_owned);
            (cells.next().unwrap_or_default(), cells.collect::<Vec<_>>())
        });
        let (head, widest) = lines.next()?;
        let (all, from) = head.split_once(' ')?;
        let rows = lines.filter_map(|(place, cells)| Some((place.parse().ok()?, cells)));
        Some(Self { all: all.parse().ok()?, from: from.parse().ok()?, widest, rows: rows.collect() })
    }
}

/// The table of a design that was asked for last.
#[derive(Default)]
pub struct Tables(Option<Kept>);

struct Kept {
    name: &'static str,
    rows: Rows,
    /// What the bill of materials was made of.
    cost: Option<Cost>,
}

impl Kept {
    fn cables(design: &Design, catalog: &Catalog) -> Self {
        Self { name: "cables", rows: Rows::new(super::cables(design, catalog)), cost: None }
    }

    fn materials(design: &Design, catalog: &Catalog) -> Self {
        let cost = cost::of_design(design, catalog);
        let notes = cost.lines.iter().map(Offer::cells).collect();
        let rows = Rows { notes, ..Rows::new(super::priced_materials(design, catalog, &cost)) };
        Self { name: "materials", rows, cost: Some(cost) }
    }
}

impl Tables {
    /// Answers a question. Time: O(design) for the first of a design, then what is looked at; O(rows log rows) for another order.
    pub fn answer(&mut self, question: &str, design: &Design, catalog: &Catalog) -> String {
        let (name, question) = question.split_once(' ').unwrap_or_default();
        let make = match name {
            "cables" => Kept::cables,
            "materials" => Kept::materials,
            _ => {
                self.0 = None;
                return String::new();
            }
        };
        let kept = self.0.take().filter(|kept| kept.name == name);
        let kept = self.0.insert(kept.unwrap_or_else(|| make(design, catalog)));
        match (question, &kept.cost) {
            ("- form", Some(cost)) => super::price_form(cost).csv(),
            ("- summary", Some(cost)) => Summary::text(cost),
            _ => kept.rows.answer(question),
        }
    }

    /// The design is another.
    pub fn forget(&mut self) {
        self.0 = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::export::table::{Column, numbers, text};

    static COLUMNS: [Column; 2] = [text("name", "Name"), numbers("metres", "Metres")];

    #[test]
    fn an_excerpt_is_what_was_asked_for() {
        let rows = [["leaf-10", "3"], ["a\tb\nc", "20"], ["", "0.25"]].map(|row| row.map(str::to_owned).to_vec());
        let mut rows = Rows::new(Table { columns: &COLUMNS, rows: rows.to_vec() });
        let excerpt = Excerpt::read(&rows.answer("1- rows 1 2")).unwrap();
        assert_eq!((excerpt.all, excerpt.from), (3, 1));
        assert_eq!(excerpt.widest, ["leaf-10", "0.25"]);
        assert_eq!(excerpt.rows, [(0, vec!["leaf-10".to_owned(), "3".to_owned()]), (2, vec![String::new(), "0.25".to_owned()])]);
        assert_eq!(Excerpt::read(&rows.answer("- rows 0 1")).unwrap().rows[0].0, 0);
        assert_eq!(rows.answer("1+ tabbed").lines().nth(1), Some("\t0.25"));
        assert_eq!(rows.answer("- csv").lines().next(), Some("name,metres"));
        assert_eq!(rows.answer("0+ what"), "");
        for hostile in ["", " ", "rows", "é rows -1 99999999999999999999", "9+ rows 7 7"] {
            rows.answer(hostile);
        }
        assert_eq!(Excerpt::read(""), None);
        let empty = Rows::new(Table { columns: &COLUMNS, rows: Vec::new() }).answer("- rows 0 9");
        assert_eq!(Excerpt::read(&empty).unwrap(), Excerpt { widest: vec![String::new(); 2], ..Excerpt::default() });
    }

    #[test]
    fn a_table_is_made_once_for_a_design_and_let_go() {
        let (catalog, mut tables) = (Catalog::builtin(), Tables::default());
        assert_eq!(Excerpt::read(&tables.answer("cables - rows 0 9", &Design::default(), &catalog)).unwrap().all, 0);
        let design = crate::engine::templates::generate("leaf-spine", &crate::units::SortedMap::new(), &catalog).unwrap();
        assert_eq!(Excerpt::read(&tables.answer("cables - rows 0 9", &design, &catalog)).unwrap().all, 0);
        tables.forget();
        assert_eq!(Excerpt::read(&tables.answer("cables - rows 0 9", &design, &catalog)).unwrap().all, design.links.len());
        assert_eq!(tables.answer("", &design, &catalog), "");
        assert!(tables.0.is_none());
    }

    #[test]
    fn a_bill_of_materials_tells_what_its_lines_may_cost_and_what_it_comes_to() {
        let (catalog, mut tables) = (Catalog::builtin(), Tables::default());
        let design = crate::engine::templates::generate("rail-optimised", &crate::units::SortedMap::new(), &catalog).unwrap();
        let cost = cost::of_design(&design, &catalog);
        let summary = Summary::read(&tables.answer("materials - summary", &design, &catalog)).unwrap();
        assert_eq!((summary.currency.as_str(), summary.sums.len()), ("USD", 4));
        let (drawn, bought): (usize, usize) = cost.lines.iter().fold((0, 0), |(drawn, bought), line| (drawn + line.line.count, bought + line.line.bought()));
        assert_eq!(summary.pieces, [drawn, bought]);
        assert!(summary.sums[0].all.value > 0 && summary.sums[0].recalled);
        assert_eq!(
            (summary.sums[0].all, summary.sums[0].optics, summary.sums[0].unpriced),
            (cost.chosen.all(), cost.chosen.optics.value, cost.chosen.unpriced)
        );
        assert_eq!(tables.answer("materials - form", &design, &catalog), super::super::price_form(&cost).csv());
        assert_eq!(tables.answer("materials - csv", &design, &catalog), super::super::bom_csv(&design, &catalog));

        // Sorted by what is bought, falling: the place of a row tells which line it is of.
        let column = super::super::MATERIAL_COLUMNS.iter().position(|column| column.key == "buy").unwrap();
        let excerpt = Excerpt::read(&tables.answer(&format!("materials {column}- rows 0 99"), &design, &catalog)).unwrap();
        assert_eq!(excerpt.all, cost.lines.len());
        for (place, cells) in &excerpt.rows {
            let line = &cost.lines[*place];
            assert_eq!(cells[1], line.line.item.id());
            let offers = Offer::read(&cells[super::super::MATERIAL_COLUMNS.len()..]);
            assert_eq!(offers.map(|offer| offer.map(|offer| offer.each)), line.quotes.clone().map(|quote| quote.each()));
        }
        assert_eq!(Offer::read(&[]), [None, None, None]);
        for hostile in ["", "USD", "USD 1 2\n1 2", "USD 1 x"] {
            assert_eq!(Summary::read(hostile), None);
        }
    }
}
