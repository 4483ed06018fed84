//! Designs side by side: every estimate, the difference from the first in per cent, and which is best.

use std::fmt::Write;

use serde_json::Value;
use weft::engine::compare::{json, markdown, rows};
use weft::engine::report::Report;

use crate::text::{Paint, tame};

/// Every estimate of all designs, with the best.
pub fn to_json(names: &[String], reports: &[&Report]) -> Value {
    serde_json::from_str(&json(names, &rows(reports, |_| true))).unwrap_or_default()
}

/// A table for people.
pub fn to_text(names: &[String], reports: &[&Report], paint: Paint) -> String {
    let head: Vec<String> = std::iter::once(String::new()).chain(names.iter().map(|name| tame(name))).collect();
    let body: Vec<Vec<String>> = rows(reports, |_| true).iter().map(|row| row.cells(" *").iter().map(|cell| tame(cell)).collect()).collect();
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
    markdown(&names.iter().map(|name| tame(name)).collect::<Vec<_>>(), &rows(reports, |_| true))
}
