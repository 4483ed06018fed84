//! `weft estimate`: numbers with their reasons.

use std::fmt::Write;
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};
use weft::catalog::Catalog;
use weft::engine::estimate::{Estimate, Input};
use weft::engine::service::evaluate;
use weft::units::significant;

use crate::text::{Paint, tame};
use crate::{Failure, Format, files};

/// What `estimate` is told.
#[derive(Args)]
pub struct Arguments {
    /// Designs to estimate
    #[arg(required = true, value_name = "DESIGN")]
    designs: Vec<String>,
    /// How to write the estimates
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Prints the estimates of designs.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let paths: Vec<&str> = arguments.designs.iter().map(String::as_str).collect();
    files::once(&paths)?;
    let catalog = Catalog::builtin();
    let paint = Paint::of_stdout();
    let mut text = String::new();
    let mut documents: Vec<Value> = Vec::new();
    for path in paths {
        let design = files::open(path)?.loaded.design;
        let report = evaluate(&design, &catalog);
        match arguments.format {
            Format::Json => {
                documents.push(json!({"format": "weft-estimates", "version": 1, "file": path, "design": report.design, "estimates": report.estimates}))
            }
            Format::Text => {
                let _ = writeln!(text, "{}", paint.strong(&tame(files::shown(path))));
                report.estimates.iter().for_each(|estimate| write_estimate(&mut text, estimate, paint));
            }
        }
    }
    if arguments.format == Format::Json {
        let all = match documents.as_slice() {
            [one] => one.clone(),
            many => json!({"format": "weft-estimates-list", "version": 1, "designs": many}),
        };
        text = format!("{all:#}\n");
    }
    files::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// A number with its unit, its range, what it rests on, and how it was made.
fn write_estimate(out: &mut String, estimate: &Estimate, paint: Paint) {
    let unit = estimate.unit();
    let with_unit = |number: f64| if unit.is_empty() { significant(number, 4) } else { format!("{} {unit}", significant(number, 4)) };
    let value = estimate.value().map_or_else(|| "unknown".to_owned(), with_unit);
    let range =
        estimate.range().filter(|(low, high)| low < high).map(|(low, high)| format!(" ({} to {})", significant(low, 4), with_unit(high))).unwrap_or_default();
    let _ = writeln!(out, "  {}: {}{range}  {}", tame(estimate.label()), paint.strong(&value), paint.faint(&tame(estimate.confidence())));
    let _ = writeln!(out, "{}", paint.faint(&format!("      = {}", tame(estimate.formula()))));
    for input in estimate.inputs() {
        let _ = writeln!(out, "{}", paint.faint(&format!("        {}", input_text(input))));
    }
}

fn input_text(input: &Input) -> String {
    let value = input.value.map_or_else(|| "unknown".to_owned(), |value| significant(value, 4));
    let unit = if input.unit.is_empty() { String::new() } else { format!(" {}", input.unit) };
    tame(&format!("{} = {value}{unit}: {} ({})", input.name, input.label, input.confidence))
}
