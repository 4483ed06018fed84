//! Designs side by side: every estimate, the difference from the first in per cent, and which is best.

use std::fmt::Write;

use serde_json::{Value, json};
use weft::engine::compare::{Row, rows};
use weft::engine::report::Report;

use crate::estimate::quantity;
use crate::text::{Paint, tame};

/// Every estimate of all designs, with the best.
pub fn to_json(names: &[String], reports: &[&Report]) -> Value {
    let row = |row: &Row| {
        let changes: Vec<Option<f64>> = (0..reports.len()).map(|at| row.change(at)).collect();
        json!({"key": row.key, "label": row.label, "unit": row.unit, "values": row.values, "change_percent": changes, "best": row.winner()})
    };
    json!({"format": "weft-comparison", "version": 1, "designs": names, "estimates": rows(reports, |_| true).iter().map(row).collect::<Vec<_>>()})
}

/// One row of cells for each estimate: its label, then each value with the difference; `*` marks the best.
fn cells(row: &Row) -> Vec<String> {
    let best = row.winner();
    let value = |(at, value): (usize, &Option<f64>)| {
        let mark = if best == Some(at) { " *" } else { "" };
        let change = row.change(at).filter(|change| at > 0 && *change != 0.0).map_or_else(String::new, |change| format!(" ({})", percent(change)));
        format!("{}{change}{mark}", value.map_or_else(|| "unknown".to_owned(), |value| quantity(value, &row.unit)))
    };
    std::iter::once(tame(&row.label)).chain(row.values.iter().enumerate().map(value)).collect()
}

/// A table for people.
pub fn to_text(names: &[String], reports: &[&Report], paint: Paint) -> String {
    let head: Vec<String> = std::iter::once(String::new()).chain(names.iter().map(|name| tame(name))).collect();
    let body: Vec<Vec<String>> = rows(reports, |_| true).iter().map(cells).collect();
    let wide = |column: usize| body.iter().chain([&head]).filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(wide).collect();
    let mut out = String::new();
    for (at, row) in [&head].into_iter().chain(&body).enumerate() {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let _ = if column == 0 { write!(line, "{cell:width$}") } else { write!(line, "  {cell:>width$}") };
        }
        let _ = writeln!(out, "{}", if at == 0 { paint.strong(line.trim_end()) } else { line.trim_end().to_owned() });
    }
    let _ = writeln!(out, "{}", paint.faint("* the best; differences are from the first design"));
    out
}

/// The same as a table in Markdown.
pub fn to_markdown(names: &[String], reports: &[&Report]) -> String {
    // A bar in a name would start another cell.
    let safe = |text: &str| tame(text).replace('\\', "\\\\").replace('|', "\\|");
    let mut out = format!("| |{}\n|---|{}\n", names.iter().map(|name| format!(" {} |", safe(name))).collect::<String>(), "---:|".repeat(names.len()));
    for row in rows(reports, |_| true) {
        let cells: String = cells(&row).iter().map(|cell| format!(" {} |", safe(cell).replace(" *", " **best**"))).collect();
        let _ = writeln!(out, "|{cells}");
    }
    out
}

/// A difference with its sign: `−12.5 %`, `+3 %`.
pub fn percent(change: f64) -> String {
    let sign = if change < 0.0 { "−" } else { "+" };
    format!("{sign}{} %", weft::units::significant(change.abs(), 3))
}
