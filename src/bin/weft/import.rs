//! `weft import`: a design from a dump of a running fabric or from a graph.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use weft::catalog::Catalog;
use weft::editor::layout;
use weft::io::import::{Options, Source, import, read_prices};
use weft::io::save;

use crate::{Failure, files};

/// What `import` is told.
#[derive(Args)]
pub struct Arguments {
    /// The file to import
    #[arg(value_name = "FILE")]
    file: String,
    /// What it is: auto, graph, ibnetdiscover or prices (a price book as CSV)
    #[arg(long, default_value = "auto", value_name = "FORMAT")]
    from: String,
    /// The design that takes a price book in
    #[arg(long, value_name = "DESIGN")]
    into: Option<String>,
    /// Keeps each channel adapter a node of its own, even where descriptions say that several are in one host
    #[arg(long)]
    separate_adapters: bool,
    /// Writes the design to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Writes the design made of a file; tells on standard error what was read and what was repaired.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    if arguments.from == PRICES {
        return take_prices(arguments);
    }
    let source = Source::from_word(&arguments.from).ok_or_else(|| {
        let known: Vec<&str> = Source::WORDS.iter().map(|(word, _)| *word).chain([PRICES]).collect();
        Failure::new(format!("--from {}: there is no such format; choose one of {}", arguments.from, known.join(", ")))
    })?;
    let text = files::read(&arguments.file)?;
    let options = Options { separate_adapters: arguments.separate_adapters };
    let catalog = Catalog::builtin();
    let imported = import(&text, &source, &options, &catalog)
        .map_err(|error| Failure::new(format!("{}: {}", files::place(&arguments.file, error.line, None), error.message)))?;
    let mut design = imported.design;
    // Everything lies at the origin until it is laid out; the patch is made from this very design, so it fits.
    layout::tiered(&design, &catalog).apply(&mut design).map_err(|conflict| Failure::new(conflict.to_string()))?;
    for sentence in &imported.told {
        files::tell(&format!("{}: {sentence}", files::shown(&arguments.file)));
    }
    files::write(arguments.output.as_deref(), &save(&design))?;
    Ok(ExitCode::SUCCESS)
}

/// The word of `--from` for a price book.
const PRICES: &str = "prices";

/// Writes a design with the entries of a price book; tells what changed.
fn take_prices(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Some(into) = &arguments.into else {
        return Err(Failure::new("a price book goes into a design; name it with --into DESIGN".to_owned()));
    };
    let mut design = files::open(into)?.loaded.design;
    let text = files::read(&arguments.file)?;
    let read = read_prices(&text, &design.meta.prices)
        .map_err(|error| Failure::new(format!("{}: {}", files::place(&arguments.file, error.line, None), error.message)))?;
    files::tell(&format!(
        "{}: {} prices read, {} of them in place of earlier ones, {} lines without a price",
        files::shown(&arguments.file),
        read.entries,
        read.replaced,
        read.empty
    ));
    Arc::make_mut(&mut design.meta).prices = read.prices;
    files::write(arguments.output.as_deref(), &save(&design))?;
    Ok(ExitCode::SUCCESS)
}
