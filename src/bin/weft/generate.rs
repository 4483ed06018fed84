//! `weft generate`: a design from a template.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use weft::units::SortedMap;

use clap::Args;
use weft::catalog::Catalog;
use weft::engine::templates::{self, Template};
use weft::io;

use crate::{Failure, files};

/// What `generate` is told.
#[derive(Args)]
pub struct Arguments {
    /// The template; without one, all are listed with their parameters
    template: Option<String>,
    /// Sets a parameter of the template
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Writes the design to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Writes the design a template makes.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Some(name) = &arguments.template else {
        files::print(&templates::all().iter().map(listed).collect::<Vec<_>>().join("\n"))?;
        return Ok(ExitCode::SUCCESS);
    };
    let mut parameters = SortedMap::new();
    for setting in &arguments.set {
        let (key, value) = setting.split_once('=').ok_or_else(|| Failure::new(format!("--set {setting}: write it as KEY=VALUE, for example --set k=8")))?;
        if parameters.insert(key.trim().to_owned(), value.to_owned()).is_some() {
            return Err(Failure::new(format!("--set {key}: it is set twice; leave one out")));
        }
    }
    let design = templates::generate(name, &parameters, &Catalog::builtin()).map_err(|error| Failure::new(error.to_string()))?;
    files::write(arguments.output.as_deref(), &io::save(&design))?;
    Ok(ExitCode::SUCCESS)
}

/// A template and its parameters, for people.
fn listed(template: &Template) -> String {
    let mut out = format!("{}: {}\n  {}\n", template.name, template.title, template.summary);
    let width = template.parameters.iter().map(|parameter| parameter.key.len()).max().unwrap_or(0);
    for parameter in template.parameters {
        let allowed = match (parameter.min, parameter.max) {
            (Some(min), Some(max)) => format!("{min} to {max}"),
            _ => parameter.choices.join(", "),
        };
        let _ = writeln!(out, "    {:width$}  {} Default {}; {allowed}.", parameter.key, parameter.help, parameter.default);
    }
    out
}
