//! `weft export`: a design as something else.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use weft::catalog::Catalog;
use weft::editor::Theme;
use weft::editor::overlay::{Measure, Overlay, Shades};
use weft::engine::ask;
use weft::engine::context::Context;
use weft::engine::cost::of_design;
use weft::engine::estimate::traffic;
use weft::io::export::{bom_csv, cables, cables_csv, lfts, materials, price_form};
use weft::io::save;
use weft::model::Design;
use weft::render::svg::coloured;

use crate::text::tame;
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
    /// Colours and widens the links of a drawing by what this traffic puts on them: all-to-all, half-shift, incast ...
    #[arg(long, value_name = "PATTERN")]
    traffic: Option<String>,
    /// What links are coloured by
    #[arg(long, value_enum, default_value = "load", requires = "traffic")]
    measure: Shown,
    /// Which fabric the forwarding tables are of, where there are several: its name or id
    #[arg(long, value_name = "FABRIC")]
    fabric: Option<String>,
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
    /// The forwarding tables of an InfiniBand fabric, as ibroute prints them
    Lfts,
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

/// What of a load links are coloured by.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shown {
    /// Carried over possible
    Load,
    /// Carried
    Rate,
    /// Possible less carried
    Margin,
}

/// Writes the export.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let loaded = files::open(&arguments.design)?.loaded;
    if let (Target::Json, Some(reason)) = (arguments.to, &loaded.read_only) {
        return Err(Failure::new(format!("{}: {reason}", files::shown(&arguments.design))));
    }
    let (design, catalog) = (loaded.design, Catalog::builtin());
    let overlay = match &arguments.traffic {
        Some(word) if arguments.to == Target::Svg => coloured_by(&design, &catalog, word, arguments.measure)?,
        Some(_) => return Err(Failure::new("--traffic: only a drawing has colours; export it with --to svg")),
        None => Overlay::default(),
    };
    let text = match arguments.to {
        Target::Json => save(&design),
        Target::BomCsv => bom_csv(&design, &catalog),
        Target::CablesCsv => cables_csv(&design, &catalog),
        Target::PricesCsv => price_form(&of_design(&design, &catalog)).csv(),
        Target::Lfts => {
            lfts(&design, &catalog, arguments.fabric.as_deref()).map_err(|error| Failure::new(format!("{}: {error}", files::shown(&arguments.design))))?
        }
        Target::Xlsx => {
            let tables = [("Cable schedule", cables(&design, &catalog)), ("Bill of materials", materials(&design, &catalog))];
            let book = xlsx::workbook(&tables)
                .map_err(|error| Failure::new(format!("{}: no workbook could be made of it ({error})", files::shown(&arguments.design))))?;
            files::write_bytes(arguments.output.as_deref(), &book)?;
            return Ok(ExitCode::SUCCESS);
        }
        Target::Svg => coloured(
            &design,
            &catalog,
            match arguments.theme {
                Colours::Light => Theme::Light,
                Colours::Dark => Theme::Dark,
            },
            &overlay,
        ),
    };
    files::write(arguments.output.as_deref(), &text)?;
    Ok(ExitCode::SUCCESS)
}

/// Links in the colours of what a pattern of traffic puts on them.
fn coloured_by(design: &Design, catalog: &Catalog, word: &str, shown: Shown) -> Result<Overlay, Failure> {
    let context = Context::new(design, catalog);
    let pattern = crate::traffic::simple(word)?;
    let asked = crate::traffic::question(&context, pattern, &None, &None, &[])?;
    let answer = traffic::answer(&context, &asked).map_err(|sentence| Failure::new(format!("--traffic {word}: {}", tame(&sentence))))?;
    let measure = match shown {
        Shown::Load => Measure::Load,
        Shown::Rate => Measure::Rate,
        Shown::Margin => Measure::Margin,
    };
    let loads = ask::numbers(&context, design, &answer.loads);
    Ok(Overlay { links: Shades::of(pattern.title(), Arc::new(loads), measure, design, catalog).map(Arc::new), ..Overlay::default() })
}
