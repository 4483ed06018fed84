//! A table as it leaves: for the page to show and sort, as CSV for files, as tab-separated text for the clipboard.

use super::csv::Csv;

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in files.
    pub key: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// Whether it holds numbers.
    pub numeric: bool,
}

/// A table: rows of as many cells as there are columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The columns.
    pub columns: &'static [Column],
    /// The rows, as plain text; numbers without a unit.
    pub rows: Vec<Vec<String>>,
}

/// A column of text.
pub(super) const fn text(key: &'static str, label: &'static str) -> Column {
    Column { key, label, numeric: false }
}

/// A column of numbers.
pub(super) const fn numbers(key: &'static str, label: &'static str) -> Column {
    Column { key, label, numeric: true }
}

impl Table {
    /// The table as CSV, which no spreadsheet takes for a program. Time: O(cells).
    pub fn csv(&self) -> String {
        let keys: Vec<&str> = self.columns.iter().map(|column| column.key).collect();
        let mut csv = Csv::new(&keys);
        for row in &self.rows {
            csv.row(row.iter().cloned());
        }
        csv.finish()
    }

    /// Rows at these places as tab-separated text with people's column names, as spreadsheets paste it. Time: O(cells).
    pub fn tabbed(&self, places: &[u32]) -> String {
        let mut text = String::new();
        let mut line = |cells: &mut dyn Iterator<Item = &str>| {
            for (at, cell) in cells.enumerate() {
                if at > 0 {
                    text.push('\t');
                }
                text.push_str(&super::csv::harmless(cell.to_owned()).replace(['\t', '\n', '\r', '"'], " "));
            }
            text.push('\n');
        };
        line(&mut self.columns.iter().map(|column| column.label));
        for row in places.iter().filter_map(|place| self.rows.get(*place as usize)) {
            line(&mut row.iter().map(String::as_str));
        }
        text
    }

    /// The places of all rows in the order of one column, numbers by their size, empty cells last; as they are without one. Rows that are
    /// alike there stay as they are. Time: O(rows log rows).
    pub fn order(&self, by: Option<(usize, bool)>) -> Vec<u32> {
        let mut places: Vec<u32> = (0..self.rows.len() as u32).collect();
        let Some((column, descending)) = by else { return places };
        let numeric = self.columns.get(column).is_some_and(|column| column.numeric);
        let cell = |place: u32| self.rows.get(place as usize).and_then(|row| row.get(column)).map_or("", String::as_str);
        crate::units::order::sort_by(&mut places, |a, b| {
            let (a, b) = (cell(*a), cell(*b));
            let order = match (crate::units::decimal(a), crate::units::decimal(b)) {
                (Some(a), Some(b)) if numeric => a.total_cmp(&b),
                _ => natural(a, b),
            };
            a.is_empty().cmp(&b.is_empty()).then(if descending { order.reverse() } else { order })
        });
        places
    }
}

/// The order people expect of names: `leaf-2` before `leaf-10`.
fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    let (mut a, mut b) = (a, b);
    while !a.is_empty() && !b.is_empty() {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (left, right) = (digits(a), digits(b));
        let order = if left > 0 && right > 0 {
            let (x, y) = (a.get(..left).unwrap_or_default(), b.get(..right).unwrap_or_default());
            let (x, y) = (x.trim_start_matches('0'), y.trim_start_matches('0'));
            let order = x.len().cmp(&y.len()).then_with(|| x.cmp(y));
            (a, b) = (a.get(left..).unwrap_or_default(), b.get(right..).unwrap_or_default());
            order
        } else {
            let (x, y) = (a.chars().next(), b.chars().next());
            (a, b) = (a.get(x.map_or(0, char::len_utf8)..).unwrap_or_default(), b.get(y.map_or(0, char::len_utf8)..).unwrap_or_default());
            x.cmp(&y)
        };
        if order.is_ne() {
            return order;
        }
    }
    a.len().cmp(&b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] = [text("name", "Name"), numbers("metres", "Metres")];

    fn table(rows: &[[&str; 2]]) -> Table {
        Table { columns: &COLUMNS, rows: rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect() }
    }

    #[test]
    fn columns_sort_as_people_count() {
        let table = table(&[["leaf-10", "3"], ["leaf-2", ""], ["Leaf-1", "20"], ["leaf-02b", "0.5"]]);
        assert_eq!(table.order(None), [0, 1, 2, 3]);
        assert_eq!(table.order(Some((0, false))), [2, 1, 3, 0]);
        assert_eq!(table.order(Some((1, true))), [2, 0, 3, 1]);
        assert_eq!(table.order(Some((7, true))), [0, 1, 2, 3]);
    }

    #[test]
    fn what_is_copied_keeps_its_cells_and_runs_nothing() {
        let text = table(&[["=cmd|' /c calc'!A0", "1"], ["a\tb\n\"c", "2"]]).tabbed(&[1, 0]);
        assert_eq!(text, "Name\tMetres\na b  c\t2\n'=cmd|' /c calc'!A0\t1\n");
    }
}
