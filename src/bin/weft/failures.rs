//! What breaks a fabric, in words and JSON: the whole beside what is left of it.

use std::fmt::Write;

use serde_json::{Value, json};
use weft::engine::diagnostics::Diagnostic;
use weft::engine::failures::compare::{Comparison, Row};
use weft::model::{Design, Outage};

use crate::estimate::quantity;
use crate::text::{Paint, counted, name_of, tame};

/// What has failed, every estimate of both, and the findings that come and go.
pub fn comparison_json(off: &[Outage], comparison: &Comparison) -> Value {
    let row =
        |row: &Row| json!({"key": row.key, "label": row.label, "unit": row.unit, "whole": row.whole, "degraded": row.degraded, "change_percent": row.change()});
    let finding = |finding: &Diagnostic| json!({"code": finding.code, "severity": finding.severity.label(), "subject": finding.subject.to_string(), "message": finding.message});
    json!({
        "off": off.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "unknown": comparison.unknown,
        "down": {"links": comparison.links, "nodes": comparison.nodes, "xpus": comparison.xpus},
        "estimates": comparison.rows.iter().map(row).collect::<Vec<_>>(),
        "appeared": comparison.appeared.iter().map(finding).collect::<Vec<_>>(),
        "gone": comparison.gone.iter().map(finding).collect::<Vec<_>>(),
    })
}

/// The same for people: what changes, whole and degraded side by side; the rest is counted.
pub fn write_comparison(out: &mut String, design: &Design, off: &[Outage], comparison: &Comparison, paint: Paint) {
    let shown = |outage: &Outage| match outage {
        Outage::Thing(subject) => name_of(design, subject),
        other => tame(&other.to_string()),
    };
    let _ = writeln!(out, "  Off: {}", off.iter().map(shown).collect::<Vec<_>>().join(", "));
    for unknown in &comparison.unknown {
        let _ = writeln!(out, "  {}", paint.strong(&format!("{} is not in this design", tame(unknown))));
    }
    let down = [counted(comparison.links, "link"), counted(comparison.nodes, "node"), counted(comparison.xpus, "XPU")];
    let _ = writeln!(out, "  Down: {}", down.join(", "));
    let (same, differ): (Vec<&Row>, Vec<&Row>) = comparison.rows.iter().partition(|row| row.is_same());
    let value = |value: Option<f64>, unit: &str| value.map_or_else(|| "unknown".to_owned(), |value| quantity(value, unit));
    let cells: Vec<[String; 4]> = differ
        .iter()
        .map(|row| [tame(&row.label), value(row.whole, &row.unit), value(row.degraded, &row.unit), row.change().map_or_else(String::new, percent)])
        .collect();
    let head = ["".to_owned(), "whole".to_owned(), "degraded".to_owned(), "".to_owned()];
    let wide = |column: usize| cells.iter().chain([&head]).filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let [label, whole, degraded, change] = [wide(0), wide(1), wide(2), wide(3)];
    for (at, [a, b, c, d]) in [&head].into_iter().chain(&cells).enumerate() {
        let line = format!("  {a:label$}  {b:>whole$}  {c:>degraded$}  {d:>change$}");
        let _ = writeln!(out, "{}", if at == 0 { paint.faint(line.trim_end()) } else { line.trim_end().to_owned() });
    }
    let _ = writeln!(out, "{}", paint.faint(&format!("  {} unchanged", counted(same.len(), "estimate"))));
    for (title, findings) in [("Appears", &comparison.appeared), ("Is gone", &comparison.gone)] {
        for finding in findings {
            let code = paint.severity(finding.severity, &format!("{}[{}]", finding.severity.label(), finding.code));
            let _ = writeln!(out, "  {title}: {code} {}: {}", name_of(design, &finding.subject), tame(&finding.message));
        }
    }
}

/// A difference with its sign: `−12.5 %`, `+3 %`.
fn percent(change: f64) -> String {
    let sign = if change < 0.0 { "−" } else { "+" };
    format!("{sign}{} %", weft::units::significant(change.abs(), 3))
}
