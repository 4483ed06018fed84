//! The native command `weft`: the same engine as the page, for terminals and pipelines.
//!
//! This binary owns words on a command line, files, standard input and output, and exit codes; everything it says it gets
//! from the library. Exit codes: 0 the verb did its work (and `check` found nothing that fails), 1 `check` found something
//! that fails, 2 an input could not be read or an argument is wrong.

mod beside;
mod check;
mod estimate;
mod explain;
mod export;
mod failures;
mod files;
mod flows;
mod generate;
mod import;
mod latency;
mod plot;
mod rename;
mod routing;
mod sarif;
mod text;
mod traffic;
mod training;
mod xlsx;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

/// Design AI fabrics as code: check, estimate, generate, import and export designs.
#[derive(Parser)]
#[command(name = "weft", version, about, long_about = None, after_help = "A file called - is standard input. Exit codes: 0 done, 1 findings, 2 unreadable input or wrong argument.")]
struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Find what is wrong with designs
    Check(check::Arguments),
    /// Estimate bandwidth, latency, power and more
    Estimate(Box<estimate::Arguments>),
    /// Explain a diagnostic code, or list them all
    Explain(explain::Arguments),
    /// Make a cable schedule, a bill of materials or a clean file of a design
    Export(export::Arguments),
    /// Rank every single failure by what it costs
    Failures(failures::Arguments),
    /// Work out the max-min rate of each flow of a set
    Flows(flows::Arguments),
    /// Make a design from a template, or list the templates
    Generate(generate::Arguments),
    /// Make a design of a dump of a running fabric, or of a graph
    Import(import::Arguments),
    /// Draw a figure: latency of all pairs, a collective by size, bandwidth against cost
    Plot(plot::Arguments),
    /// Name many nodes or racks by a pattern
    Rename(rename::Arguments),
    /// Name the routing of each fabric, and say whether its routes may deadlock
    Routing(routing::Arguments),
    /// Print the JSON Schema of a design
    Schema,
}

/// How to write an answer.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// One sentence for people: what went wrong, where, and the cure. The command ends with exit code 2.
#[derive(Debug)]
struct Failure(String);

impl Failure {
    fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

fn main() -> ExitCode {
    let outcome = match Command::parse().verb {
        Verb::Check(arguments) => check::run(&arguments),
        Verb::Explain(arguments) => explain::run(&arguments),
        Verb::Estimate(arguments) => estimate::run(&arguments),
        Verb::Export(arguments) => export::run(&arguments),
        Verb::Failures(arguments) => failures::run(&arguments),
        Verb::Routing(arguments) => routing::run(&arguments),
        Verb::Flows(arguments) => flows::run(&arguments),
        Verb::Generate(arguments) => generate::run(&arguments),
        Verb::Import(arguments) => import::run(&arguments),
        Verb::Plot(arguments) => plot::run(&arguments),
        Verb::Rename(arguments) => rename::run(&arguments),
        Verb::Schema => files::print(&weft::io::schema_json()).map(|()| ExitCode::SUCCESS),
    };
    outcome.unwrap_or_else(|Failure(sentence)| {
        files::tell(&sentence);
        ExitCode::from(2)
    })
}
