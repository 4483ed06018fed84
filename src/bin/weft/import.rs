//! `weft import`: a design from a dump of a running fabric or from a graph; forwarding tables, device types and price books into a design.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use weft::catalog::{Catalog, own_parts};
use weft::editor::layout;
use weft::io::import::{ImportError, MAX_TABLE_BYTES, Options, Source, are_tables, import, read_device_type, read_prices, read_tables};
use weft::io::save;
use weft::model::Design;

use crate::{Failure, files};

/// What `import` is told.
#[derive(Args)]
pub struct Arguments {
    /// The file to import; several where they are device types
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,
    /// What it is: auto, graph, ibnetdiscover, tables (forwarding tables of InfiniBand switches), netbox (device types as YAML) or prices (a price book as CSV)
    #[arg(long, default_value = "auto", value_name = "FORMAT")]
    from: String,
    /// Forwarding tables of the same fabric: what dump_fts, OpenSM (opensm-lfts.dump) or ibdiagnet (.fdbs) wrote
    #[arg(long, value_name = "FILE")]
    tables: Option<String>,
    /// The design that takes forwarding tables, device types or a price book in
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
    let is_yaml = |file: &String| [".yaml", ".yml"].iter().any(|end| file.to_ascii_lowercase().ends_with(end));
    if arguments.from == NETBOX || (arguments.from == "auto" && arguments.files.iter().all(is_yaml)) {
        return take_device_types(arguments);
    }
    let [file] = arguments.files.as_slice() else {
        return Err(Failure::new("several files are imported at once only where they are device types (--from netbox)".to_owned()));
    };
    if arguments.from == PRICES {
        return take_prices(arguments, file);
    }
    let into = arguments.into.as_deref().filter(|_| ["auto", TABLES].contains(&arguments.from.as_str()));
    if arguments.from == TABLES && into.is_none() {
        return Err(Failure::new(
            "forwarding tables go into a design; name it with --into DESIGN, or give --tables FILE beside the output of ibnetdiscover".to_owned(),
        ));
    }
    if let Some(into) = into {
        let text = files::read_up_to(file, MAX_TABLE_BYTES)?;
        if arguments.from == TABLES || are_tables(&text) {
            let mut design = files::open(into)?.loaded.design;
            route_by(&mut design, file, &text)?;
            files::write(arguments.output.as_deref(), &save(&design))?;
            return Ok(ExitCode::SUCCESS);
        }
    }
    let source = Source::from_word(&arguments.from).ok_or_else(|| {
        let known: Vec<&str> = Source::WORDS.iter().map(|(word, _)| *word).chain([NETBOX, PRICES, TABLES]).collect();
        Failure::new(format!("--from {}: there is no such format; choose one of {}", arguments.from, known.join(", ")))
    })?;
    let text = files::read(file)?;
    let options = Options { separate_adapters: arguments.separate_adapters };
    let catalog = Catalog::builtin();
    let mut imported =
        import(&text, &source, &options, &catalog).map_err(|error| Failure::new(format!("{}: {}", files::place(file, error.line, None), error.message)))?;
    if file != files::STANDARD {
        imported.name_after(file);
    }
    let mut design = imported.design;
    // Everything lies at the origin until it is laid out; the patch is made from this very design, so it fits.
    layout::tiered(&design, &catalog).apply(&mut design).map_err(|conflict| Failure::new(conflict.to_string()))?;
    for sentence in &imported.told {
        files::tell(&format!("{}: {sentence}", files::shown(file)));
    }
    if let Some(tables) = &arguments.tables {
        route_by(&mut design, tables, &files::read_up_to(tables, MAX_TABLE_BYTES)?)?;
    }
    files::write(arguments.output.as_deref(), &save(&design))?;
    Ok(ExitCode::SUCCESS)
}

/// The word of `--from` for forwarding tables.
const TABLES: &str = "tables";

/// Routes a fabric of a design by tables that were read; tells what was found and mended.
fn route_by(design: &mut Design, file: &str, text: &str) -> Result<(), Failure> {
    let short = std::path::Path::new(file).file_name().map_or_else(|| file.to_owned(), |name| name.to_string_lossy().into_owned());
    let place = |error: ImportError| Failure::new(format!("{}: {}", files::place(file, error.line, None), error.message));
    let taken = read_tables(text, &short, design, &Catalog::builtin()).map_err(place)?;
    taken.told.iter().for_each(|sentence| files::tell(&format!("{}: {sentence}", files::shown(file))));
    taken.patch(design).apply(design).map_err(|conflict| Failure::new(conflict.to_string()))?;
    Ok(())
}

/// The word of `--from` for device types.
const NETBOX: &str = "netbox";

/// Writes a design with device types as parts of its own: one that is there, or a new one. Tells line by line what was not understood.
fn take_device_types(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let mut design = match &arguments.into {
        Some(into) => files::open(into)?.loaded.design,
        None => Design::default(),
    };
    let mut parts = Vec::new();
    for file in &arguments.files {
        let text = files::read(file)?;
        let short = std::path::Path::new(file).file_name().map_or_else(|| file.clone(), |name| name.to_string_lossy().into_owned());
        let read = read_device_type(&text, &short).map_err(|error| Failure::new(format!("{}: {}", files::place(file, error.line, None), error.message)))?;
        files::tell(&format!("{}: {} as part {}", files::shown(file), read.part.name, read.part.id));
        read.told.iter().for_each(|sentence| files::tell(&format!("{}: {sentence}", files::shown(file))));
        parts.push(read.part);
    }
    let (_, patch) = own_parts::taking(&design, parts);
    patch.apply(&mut design).map_err(|conflict| Failure::new(conflict.to_string()))?;
    files::write(arguments.output.as_deref(), &save(&design))?;
    Ok(ExitCode::SUCCESS)
}

/// The word of `--from` for a price book.
const PRICES: &str = "prices";

/// Writes a design with the entries of a price book; tells what changed.
fn take_prices(arguments: &Arguments, file: &str) -> Result<ExitCode, Failure> {
    let Some(into) = &arguments.into else {
        return Err(Failure::new("a price book goes into a design; name it with --into DESIGN".to_owned()));
    };
    let mut design = files::open(into)?.loaded.design;
    let text = files::read(file)?;
    let read = read_prices(&text, &design.meta.prices).map_err(|error| Failure::new(format!("{}: {}", files::place(file, error.line, None), error.message)))?;
    read.told(&design, &Catalog::builtin()).iter().for_each(|sentence| files::tell(&format!("{}: {sentence}", files::shown(file))));
    Arc::make_mut(&mut design.meta).prices = read.prices;
    files::write(arguments.output.as_deref(), &save(&design))?;
    Ok(ExitCode::SUCCESS)
}
