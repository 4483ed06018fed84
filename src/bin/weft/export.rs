//! `weft export`: a design as something else.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use weft::catalog::Catalog;
use weft::editor::Theme;
use weft::engine::cost::of_design;
use weft::io::export::{bom_csv, cables, cables_csv, materials, price_form};
use weft::io::save;
use weft::render::svg::svg;

use crate::{Failure, files, xlsx};

/// What `export` is told.
#[derive(Args)]
pub struct Arguments {
    /// The design
    #[arg(value_name = "DESIGN")]
    design: String,
    /// What to make of it
    #[arg(long, value_enum)]
    to: Target,
    /// The colours of a drawing
    #[arg(long, value_enum, default_value = "light")]
    theme: Colours,
    /// Writes to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What a design can be exported to.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Target {
    /// The design itself, in the newest version of its format
    Json,
    /// The bill of materials as CSV
    BomCsv,
    /// The cable schedule as CSV
    CablesCsv,
    /// A price book to fill in: every part of the bill of materials with the prices that are known
    PricesCsv,
    /// The drawing as SVG
    Svg,
    /// A workbook with the cable schedule and the bill of materials
    Xlsx,
}

/// The colours of a drawing.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colours {
    /// Dark on light
    Light,
    /// Light on dark
    Dark,
}

/// Writes the export.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let loaded = files::open(&arguments.design)?.loaded;
    if let (Target::Json, Some(reason)) = (arguments.to, &loaded.read_only) {
        return Err(Failure::new(format!("{}: {reason}", files::shown(&arguments.design))));
    }
    let (design, catalog) = (loaded.design, Catalog::builtin());
    let text = match arguments.to {
        Target::Json => save(&design),
        Target::BomCsv => bom_csv(&design, &catalog),
        Target::CablesCsv => cables_csv(&design, &catalog),
        Target::PricesCsv => price_form(&of_design(&design, &catalog)).csv(),
        Target::Xlsx => {
            let tables = [("Cable schedule", cables(&design, &catalog)), ("Bill of materials", materials(&design, &catalog))];
            let book = xlsx::workbook(&tables)
                .map_err(|error| Failure::new(format!("{}: no workbook could be made of it ({error})", files::shown(&arguments.design))))?;
            files::write_bytes(arguments.output.as_deref(), &book)?;
            return Ok(ExitCode::SUCCESS);
        }
        Target::Svg => svg(
            &design,
            &catalog,
            match arguments.theme {
                Colours::Light => Theme::Light,
                Colours::Dark => Theme::Dark,
            },
        ),
    };
    files::write(arguments.output.as_deref(), &text)?;
    Ok(ExitCode::SUCCESS)
}
