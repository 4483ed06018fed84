//! Rows of comma-separated values after RFC 4180, with line feeds, that no spreadsheet takes for a formula.

use crate::json::push_number;

/// A table under construction.
pub(super) struct Csv {
    text: String,
    columns: usize,
}

impl Csv {
    /// A table with these column names.
    pub(super) fn new(columns: &[&str]) -> Self {
        let mut csv = Self { text: String::new(), columns: columns.len() };
        csv.row(columns.iter().map(|column| (*column).to_owned()));
        csv
    }

    /// Adds a row; missing cells are empty, surplus ones are left out.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let mut cells = cells.into_iter();
        for at in 0..self.columns {
            if at > 0 {
                self.text.push(',');
            }
            self.text.push_str(&quoted(&harmless(cells.next().unwrap_or_default())));
        }
        self.text.push('\n');
    }

    /// The text of the table.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// Rows with a head, as they are: for tables that are made elsewhere.
pub fn rows_csv(head: &[String], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut csv = Csv::new(&head.iter().map(String::as_str).collect::<Vec<_>>());
    rows.into_iter().for_each(|row| csv.row(row));
    csv.finish()
}

/// A number as a cell; none is an empty cell.
pub fn number(value: Option<f64>) -> String {
    let mut text = String::new();
    if let Some(value) = value.filter(|value| value.is_finite()) {
        push_number(&mut text, (value * 1e6).round() / 1e6);
    }
    text
}

/// Text that a spreadsheet shows instead of running: what it would take for a formula gets an apostrophe in front.
pub(super) fn harmless(cell: String) -> String {
    if runs(&cell) { format!("'{cell}") } else { cell }
}

/// Whether a spreadsheet would take a cell for a formula. Blanks and marks that do not show are looked through, since some programs
/// drop them first.
pub fn runs(cell: &str) -> bool {
    let unseen = |letter: char| letter.is_whitespace() || letter.is_control() || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let begins = cell.trim_start_matches(unseen).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '−', '﹢', '﹣', '﹦', '﹫']);
    begins || cell.starts_with(char::is_control)
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r', '\'', ';', '\t']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        let mut csv = Csv::new(&["a", "b"]);
        csv.row(["=1+1".to_owned(), "say \"hi\", you".to_owned()]);
        csv.row(["two\nlines".to_owned()]);
        csv.row(["\t=x".to_owned(), "@SUM(A1)".to_owned(), "surplus".to_owned()]);
        assert_eq!(csv.finish(), "a,b\n\"'=1+1\",\"say \"\"hi\"\", you\"\n\"two\nlines\",\n\"'\t=x\",\"'@SUM(A1)\"\n");
    }

    #[test]
    fn nothing_that_starts_a_formula_gets_through() {
        for start in ["=", "+", "-", "@", "\t=", "\r=", "\n", "\u{0}", " =", "\u{feff}=", "\u{200b}@", "\u{a0}-", "＝", "\""] {
            let mut csv = Csv::new(&["a"]);
            csv.row([format!("{start}HYPERLINK(\"http://x\";\"y\")")]);
            let text = csv.finish();
            let cell = text.trim_start_matches("a\n").trim_start_matches('"');
            assert!(start == "\"" || cell.starts_with('\''), "{start:?} gives {text:?}");
            assert_eq!(text.matches('"').count() % 2, 0, "quotes stay in pairs: {text:?}");
        }
    }

    #[test]
    fn numbers_are_plain() {
        assert_eq!(number(Some(0.1 + 0.2)), "0.3");
        assert_eq!(number(Some(400.0)), "400");
        assert_eq!(number(Some(f64::NAN)), "");
        assert_eq!(number(None), "");
    }
}
