//! `weft plot`: a figure of a design, or of several, as SVG or as the numbers behind it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use weft::catalog::Catalog;
use weft::editor::Theme;
use weft::engine::ask;
use weft::engine::compare::rows;
use weft::engine::context::Context;
use weft::engine::estimate::collective::Collective;
use weft::engine::estimate::traffic::Traffic;
use weft::engine::latency::answer::Answer;
use weft::engine::report::Report;
use weft::engine::service::evaluate;
use weft::model::Design;
use weft::render::plot::{Plot, of};
use weft::units::Bytes;

use crate::estimate::{chosen, size};
use crate::{Failure, files};

/// What `plot` is told.
#[derive(Args)]
pub struct Arguments {
    /// What to show
    #[arg(value_enum)]
    figure: Figure,
    /// Designs; several for a figure that compares
    #[arg(required = true, value_name = "DESIGN")]
    designs: Vec<String>,
    /// The collective of a curve: all-reduce, all-gather, reduce-scatter, broadcast, all-to-all or send-receive
    #[arg(long, value_name = "COLLECTIVE", default_value = "all-reduce")]
    collective: String,
    /// The traffic whose load is shown: all-to-all, permutation, half-shift, incast, ring, rails or hot-spot
    #[arg(long, value_name = "TRAFFIC", default_value = "all-to-all")]
    traffic: String,
    /// The message: whose latency is shown (0 for the way alone), or which is marked on a curve
    #[arg(long, value_name = "SIZE")]
    size: Option<String>,
    /// How to write the figure
    #[arg(long, value_enum, default_value = "svg")]
    format: Choice,
    /// Dark on light or light on dark
    #[arg(long, value_enum, default_value = "light")]
    theme: Colours,
    /// How wide the figure is, in pixels
    #[arg(long, default_value_t = 720, value_parser = clap::value_parser!(u16).range(240..=2000))]
    width: u16,
    /// Where to write; without it, standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What is shown.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Figure {
    /// Bandwidth of a collective by size, with the algorithm that is best
    Bandwidth,
    /// Bandwidth against cost, a dot for each design
    Cost,
    /// How many pairs have which latency
    Latency,
    /// How full links are under a traffic, the fullest first
    Load,
    /// Time of a collective by size
    Time,
}

/// How to write a figure.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Choice {
    /// The numbers
    Csv,
    /// The drawing
    Svg,
}

/// The colours of a drawing.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colours {
    /// Dark on light
    Light,
    /// Light on dark
    Dark,
}

/// Writes the figure.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let paths: Vec<&str> = arguments.designs.iter().map(String::as_str).collect();
    files::once(&paths)?;
    if arguments.figure != Figure::Cost && paths.len() > 1 {
        return Err(Failure::new("this figure is of one design; only cost compares several"));
    }
    let catalog = Catalog::builtin();
    let designs = paths.iter().map(|path| Ok(files::open(path)?.loaded.design)).collect::<Result<Vec<Design>, Failure>>()?;
    let Some(plot) = plot(arguments, designs, &catalog)? else {
        return Err(Failure::new(match arguments.figure {
            Figure::Cost => "cost against bandwidth needs at least two designs of which both are known",
            Figure::Latency => "no two endpoints have a route whose latency is known",
            Figure::Load => "there is no link whose rate is known",
            Figure::Bandwidth | Figure::Time => "no two XPUs or hosts take part, or their rates are not known",
        }));
    };
    let theme = if arguments.theme == Colours::Dark { Theme::Dark } else { Theme::Light };
    let text = match arguments.format {
        Choice::Csv => plot.csv(),
        Choice::Svg => plot.svg(f64::from(arguments.width), theme),
    };
    files::write(arguments.output.as_deref(), &text)?;
    Ok(ExitCode::SUCCESS)
}

fn plot(arguments: &Arguments, mut designs: Vec<Design>, catalog: &Catalog) -> Result<Option<Plot>, Failure> {
    let message = arguments.size.as_deref().map(|text| size(text, arguments.figure == Figure::Latency)).transpose()?;
    if arguments.figure == Figure::Cost {
        let reports: Vec<Report> = designs.iter().map(|design| evaluate(design, catalog)).collect();
        let rows = rows(&reports.iter().collect::<Vec<_>>(), |_| true);
        let names: Vec<String> = arguments.designs.iter().map(|path| stem(path)).collect();
        return Ok(of::cost(&names, &rows));
    }
    let Some(design) = designs.first_mut() else { return Ok(None) };
    if arguments.figure == Figure::Latency {
        if message.is_some() {
            Arc::make_mut(&mut design.meta).settings.message = message;
        }
        return Ok(of::latency(&Answer::of(&Context::new(design, catalog), u64::MAX, &mut |_| {})));
    }
    if arguments.figure == Figure::Load {
        let traffic = chosen("traffic", &arguments.traffic, "traffic", &Traffic::WORDS)?;
        let said = ask::answer(&format!("traffic {}", traffic.word()), design, catalog, &mut |_| {});
        ask::told(&said.text).map_err(Failure::new)?;
        return Ok(of::utilisation(traffic.title(), said.numbers.get(..2 * design.links.len()).unwrap_or_default()));
    }
    let collective = chosen("collective", &arguments.collective, "collective", &Collective::WORDS)?;
    let figure = if arguments.figure == Figure::Time { of::Figure::Time } else { of::Figure::Bandwidth };
    let said = ask::answer(&format!("collective {}", collective.word()), design, catalog, &mut |_| {});
    Ok(ask::curve(&said.text).ok().and_then(|curve| of::collective(collective, &curve, figure, message.unwrap_or(Bytes(0.0)))))
}

/// A file's name without folder and ending.
fn stem(path: &str) -> String {
    let file = std::path::Path::new(path).file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned());
    file.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or(&file).to_owned()
}
