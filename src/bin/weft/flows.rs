//! `weft flows`: the max-min rate of each flow of a set.

use std::fmt::Write;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::estimate::flows::{Flow, FlowRate, FlowSet, rates_up_to};
use weft::engine::routing::{Equal, InForce};
use weft::io::flows::{read_flows, write_flows};
use weft::io::matrix::read_matrix;
use weft::model::{Design, Routing};
use weft::units::counted;

use crate::text::{Paint, name_of, tame};
use crate::{Failure, Format, files};

/// What `flows` is told.
#[derive(Args)]
pub struct Arguments {
    /// The design
    #[arg(value_name = "DESIGN")]
    design: String,
    /// The flows: {"flows": [{"src": "a", "dst": "b"}, {"src": "c", "dst": "d", "path": [16, 8, 2]}]}, or a table (CSV) of sender, receiver, Gb/s
    #[arg(value_name = "FLOWS", required_unless_present = "traffic")]
    flows: Option<String>,
    /// The flows of a pattern instead: all-to-all, half-shift, hot-spot, incast, one-pair, permutation, rail-aligned or ring
    #[arg(long, value_name = "PATTERN", conflicts_with = "flows")]
    traffic: Option<String>,
    /// Who sends in traffic of one pair: a node's name, dgx-1/xpu3 or n4
    #[arg(long, value_name = "END", requires = "traffic")]
    from: Option<String>,
    /// Who receives in traffic of one pair, an incast or a hot spot
    #[arg(long, value_name = "END", requires = "traffic")]
    to: Option<String>,
    /// How flows that name no path choose among equal ones; as the fabrics say if left out
    #[arg(long, value_enum)]
    routing: Option<Choice>,
    /// How to write the rates
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// How a flow chooses among equal paths.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Choice {
    /// Each hop splits evenly over all next hops
    Ecmp,
    /// Each flow keeps one path, chosen by a hash
    Hash,
    /// Forwarding tables as a subnet manager fills them
    Tables,
}

/// Prints the rate of each flow, in the order of the question.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    files::once(&arguments.flows.iter().chain([&arguments.design]).map(String::as_str).collect::<Vec<_>>())?;
    let design = files::open(&arguments.design)?.loaded.design;
    let catalog = Catalog::builtin();
    let mut context = Context::new(&design, &catalog);
    if let Some(choice) = arguments.routing {
        context.routing = InForce::choosing(&design, &context.topology, &context.tiers, Some(choice.routing()));
    }
    let (set, wants) = match (&arguments.flows, &arguments.traffic) {
        (Some(path), _) => of_file(path)?,
        (None, Some(word)) => (crate::traffic::flows(&context, word, &arguments.from, &arguments.to)?, Vec::new()),
        (None, None) => return Err(Failure::new("Name a file of flows, or a pattern with --traffic")),
    };
    let answer = rates_up_to(&context, &set, &wants, None);
    files::print(&match arguments.format {
        Format::Json => write_flows(&answer, &context.routing),
        Format::Text => {
            let paint = Paint::of_stdout();
            let mut out = text(&design, &answer, paint);
            let _ = writeln!(out, "{}", paint.faint(&tame(&format!("Routing in force: {}", context.routing.words()))));
            if arguments.routing.is_none() {
                out.push_str(&other(&context, &set, &wants));
            }
            out
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Flows as JSON, or as a table with what each wants; JSON begins with a brace.
fn of_file(path: &str) -> Result<(FlowSet, Vec<Option<f64>>), Failure> {
    let text = files::read(path)?;
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        return read_flows(&text).map(|set| (set, Vec::new())).map_err(|error| files::unreadable(path, &error));
    }
    let rows = read_matrix(&text).map_err(|sentence| Failure::new(format!("{}: {sentence}", tame(files::shown(path)))))?;
    let wants = rows.iter().map(|row| row.gbps).collect();
    Ok((FlowSet { flows: rows.into_iter().map(|row| Flow { src: row.from, dst: row.to, path: None }).collect() }, wants))
}

impl Choice {
    fn routing(self) -> Routing {
        match self {
            Self::Ecmp => Routing::Ecmp,
            Self::Hash => Routing::Hash,
            Self::Tables => Routing::Tables,
        }
    }
}

/// The totals under the other choice among equal paths, so that the two stand side by side.
fn other(context: &Context, set: &FlowSet, wants: &[Option<f64>]) -> String {
    let (routing, words) = match context.routing.equal {
        Equal::Split => (Routing::Hash, "Each on one path by hash"),
        _ => (Routing::Ecmp, "Split evenly at each hop"),
    };
    format!("{words} instead: {}\n", totals(&rates_up_to(context, set, wants, Some(routing))))
}

/// One flow a line, then the totals.
fn text(design: &Design, rates: &[FlowRate], paint: Paint) -> String {
    let mut out = String::new();
    let ends: Vec<String> = rates.iter().map(|flow| tame(&format!("{} to {}", flow.src, flow.dst))).collect();
    let width = ends.iter().map(|ends| ends.chars().count()).max().unwrap_or(0).min(60);
    for (flow, ends) in rates.iter().zip(&ends) {
        let held = flow.bottleneck.as_ref().map(|subject| format!("held back at {}", name_of(design, subject)));
        let (rate, why) = match (flow.rate, flow.trouble) {
            (_, Some(trouble)) => ("no rate".to_owned(), Some(trouble.to_string())),
            (Some(rate), None) => (format!("{} Gb/s", exactly(rate.0)), held),
            (None, None) => ("unbounded".to_owned(), Some("nothing on the way holds it back".to_owned())),
        };
        let _ = writeln!(out, "{ends:width$}  {:>16}  {}", paint.strong(&rate), paint.faint(&why.unwrap_or_default()));
    }
    out.push_str(&totals(rates));
    out.push('\n');
    out
}

fn totals(rates: &[FlowRate]) -> String {
    let known: Vec<f64> = rates.iter().filter_map(|flow| flow.rate).map(|rate| rate.0).collect();
    let mut out = counted(rates.len() as u64, "flow", "flows");
    if let (Some(least), Some(most)) = (known.iter().copied().reduce(f64::min), known.iter().copied().reduce(f64::max)) {
        let sum: f64 = known.iter().sum();
        let mean = sum / known.len() as f64;
        let _ = write!(out, ": least {}, mean {}, most {}, together {} Gb/s", exactly(least), exactly(mean), exactly(most), exactly(sum));
    }
    if known.len() < rates.len() {
        let _ = write!(out, "; {} without a rate", rates.len() - known.len());
    }
    out
}

/// At most six decimals, as the JSON answer has them.
fn exactly(number: f64) -> String {
    let text = format!("{number:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
