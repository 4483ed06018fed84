//! `weft estimate`: numbers with their reasons.

use std::fmt::Write;
use std::process::ExitCode;

use std::sync::Arc;

use clap::Args;
use serde_json::{Value, json};
use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::estimate::traffic::{self, Traffic};
use weft::engine::estimate::{Estimate, Input};
use weft::engine::service::evaluate;
use weft::units::{Bytes, Gbps, Nanoseconds, Watts, significant};

use crate::text::{Paint, tame};
use crate::{Failure, Format, files};

/// What `estimate` is told.
#[derive(Args)]
pub struct Arguments {
    /// Designs to estimate
    #[arg(required = true, value_name = "DESIGN")]
    designs: Vec<String>,
    /// Adds the rates when many send at once: all-to-all, incast or permutation
    #[arg(long, value_name = "PATTERN")]
    traffic: Option<String>,
    /// The message whose latency is estimated, for example 1MiB, instead of the design's
    #[arg(long, value_name = "SIZE")]
    size: Option<String>,
    /// How to write the estimates
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Prints the estimates of designs.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let paths: Vec<&str> = arguments.designs.iter().map(String::as_str).collect();
    files::once(&paths)?;
    let pattern = arguments.traffic.as_deref().map(pattern).transpose()?;
    let size = arguments.size.as_deref().map(size).transpose()?;
    let catalog = Catalog::builtin();
    let paint = Paint::of_stdout();
    let mut text = String::new();
    let mut documents: Vec<Value> = Vec::new();
    for path in paths {
        let mut design = files::open(path)?.loaded.design;
        if size.is_some() {
            Arc::make_mut(&mut design.meta).settings.message = size;
        }
        let mut report = evaluate(&design, &catalog);
        if let Some(pattern) = pattern {
            report.estimates.extend(traffic::estimates(&Context::new(&design, &catalog), pattern));
        }
        match arguments.format {
            Format::Json => {
                documents.push(json!({"format": "weft-estimates", "version": 1, "file": path, "design": report.design, "estimates": files::report_value(&report)["estimates"]}))
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

fn pattern(word: &str) -> Result<Traffic, Failure> {
    let known: Vec<&str> = Traffic::WORDS.iter().map(|(word, _)| *word).collect();
    let found = Traffic::WORDS.iter().find(|(known, _)| *known == word).map(|(_, traffic)| *traffic);
    found.ok_or_else(|| Failure::new(format!("--traffic {}: there is no such pattern; choose one of {}", tame(word), known.join(", "))))
}

fn size(text: &str) -> Result<Bytes, Failure> {
    let size = text.parse::<Bytes>().ok().filter(|size| size.is_finite() && size.0 > 0.0);
    size.ok_or_else(|| Failure::new(format!("--size {}: write a size above 0, for example 4KiB or 1MiB", tame(text))))
}

/// A number in its unit, with the prefix that keeps it short.
fn quantity(number: f64, unit: &str) -> String {
    match unit {
        "" => significant(number, 4),
        "Gb/s" => Gbps(number).to_string(),
        "ns" => Nanoseconds(number).to_string(),
        "W" => Watts(number).to_string(),
        other => format!("{} {other}", significant(number, 4)),
    }
}

/// A number with its unit, its range, what it rests on, and how it was made.
fn write_estimate(out: &mut String, estimate: &Estimate, paint: Paint) {
    let with_unit = |number: f64| quantity(number, estimate.unit());
    let value = estimate.value().map_or_else(|| "unknown".to_owned(), with_unit);
    let range =
        estimate.range().filter(|(low, high)| low < high).map(|(low, high)| format!(" ({} to {})", with_unit(low), with_unit(high))).unwrap_or_default();
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
