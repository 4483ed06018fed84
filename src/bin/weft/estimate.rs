//! `weft estimate`: numbers with their reasons.

use std::fmt::Write;
use std::process::ExitCode;

use std::sync::Arc;

use clap::Args;
use serde_json::{Value, json};
use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::estimate::collective::tuning::Calls;
use weft::engine::estimate::collective::{self, Algorithm, Answer, Collective, Point, Question};
use weft::engine::estimate::show::{count, quantity};
use weft::engine::estimate::traffic::{self, Traffic};
use weft::engine::estimate::{Estimate, Input};
use weft::engine::failures;
use weft::engine::failures::compare::{Comparison, beside, with_pair};
use weft::engine::latency::answer::Answer as Latency;
use weft::engine::report::Report;
use weft::engine::service::evaluate;
use weft::engine::training::step as training_step;
use weft::model::{Design, Outage, Workload};
use weft::units::{Bytes, GigabytesPerSecond, Nanoseconds, significant};

use crate::text::{Paint, tame};
use crate::{Failure, files, training};

/// What `estimate` is told.
#[derive(Args)]
pub struct Arguments {
    /// Designs to estimate
    #[arg(required = true, value_name = "DESIGN")]
    designs: Vec<String>,
    /// Adds the rates when many send at once, beside what no routing could exceed: all-to-all, half-shift, hot-spot, incast, matrix,
    /// one-pair, permutation, rail-aligned or ring
    #[arg(long, value_name = "PATTERN")]
    traffic: Option<String>,
    /// Who sends in traffic of one pair: a node's name, dgx-1/xpu3 or n4
    #[arg(long, value_name = "END", requires = "traffic")]
    from: Option<String>,
    /// Who receives in traffic of one pair, an incast or a hot spot
    #[arg(long, value_name = "END", requires = "traffic")]
    to: Option<String>,
    /// The table of a traffic matrix: rows of sender, receiver, Gb/s, or a square with names along both edges
    #[arg(long, value_name = "CSV", requires = "traffic")]
    matrix: Option<String>,
    /// Adds a collective over the XPUs: all-reduce, all-gather, reduce-scatter, broadcast, all-to-all or send-receive
    #[arg(long, value_name = "COLLECTIVE")]
    collective: Option<String>,
    /// The algorithm of the collective (ring, tree, in-switch ...) instead of what the library would choose
    #[arg(long, value_name = "ALGORITHM", requires = "collective")]
    algorithm: Option<String>,
    /// How many XPUs take part in the collective, the first of the design, instead of all
    #[arg(long, value_name = "COUNT", requires = "collective")]
    ranks: Option<usize>,
    /// Lets the library choose reduction in the network's switches (SHARP)
    #[arg(long, requires = "collective")]
    in_network: bool,
    /// Whether the collective's calls are queued, or each is waited for by the program
    #[arg(long, value_name = "CALLS", default_value = "queued", requires = "collective")]
    calls: String,
    #[command(flatten)]
    training: training::Training,
    /// The message of the collective, for example 1GiB; without one, the message whose latency is estimated, instead of the design's
    #[arg(long, value_name = "SIZE")]
    size: Option<String>,
    /// Adds the latency over all pairs: worst, best, mean, classes of pairs, the slowest ones and the histogram; with --size 0 of the way alone
    #[arg(long)]
    latency: bool,
    /// Shows the fabric without this beside the whole: l7, n4, n4/nic3, n4/xpu1..nvswitch2, r3, f2, row:B, feed:A; may be given several times
    #[arg(long, value_name = "THING")]
    fail: Vec<String>,
    /// Shows the fabric without what this scenario of the design switches off beside the whole
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// How to write the estimates; several designs stand side by side in text and Markdown
    #[arg(long, value_enum, default_value = "text")]
    format: Choice,
}

/// How to write the estimates.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Choice {
    /// For people
    Text,
    /// For programs
    Json,
    /// A table for a page: designs side by side
    Markdown,
}

/// Prints the estimates of designs.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let paths: Vec<&str> = arguments.designs.iter().map(String::as_str).collect();
    files::once(&paths)?;
    let pattern = arguments.traffic.as_deref().map(pattern).transpose()?;
    let size = arguments.size.as_deref().map(|text| size(text, arguments.latency && arguments.collective.is_none())).transpose()?;
    let question = question(arguments, size)?;
    let rows = arguments.matrix.as_deref().map(crate::traffic::rows).transpose()?.unwrap_or_default();
    let catalog = Catalog::builtin();
    let paint = Paint::of_stdout();
    let mut text = String::new();
    let mut documents: Vec<Value> = Vec::new();
    let mut reports: Vec<Report> = Vec::new();
    let names: Vec<String> = paths.iter().map(|path| files::shown(path).to_owned()).collect();
    let side_by_side = paths.len() > 1 && arguments.fail.is_empty() && arguments.scenario.is_none();
    for path in paths {
        let mut design = files::open(path)?.loaded.design;
        if size.is_some() && question.is_none() {
            Arc::make_mut(&mut design.meta).settings.message = size;
        }
        let mut report = evaluate(&design, &catalog);
        let context = Context::new(&design, &catalog);
        let asked = pattern.map(|pattern| crate::traffic::question(&context, pattern, &arguments.from, &arguments.to, &rows)).transpose()?;
        if let Some(asked) = &asked {
            let answer = traffic::answer(&context, asked).map_err(|sentence| Failure::new(format!("{}: {}", tame(files::shown(path)), tame(&sentence))))?;
            report.estimates.extend(answer.estimates);
        }
        let answer = match &question {
            Some(question) => Some(answer(&context, question, path)?),
            None => None,
        };
        if let Some((answer, question)) = answer.as_ref().zip(question) {
            // The report's own all-reduce is of another size, and is one of these.
            report.estimates.retain(|estimate| !estimate.key().starts_with("collective-"));
            report.estimates.extend(answer.estimates(question.size));
        }
        let latency = arguments.latency.then(|| Latency::of(&context, u64::MAX, &mut |_| {}));
        let workload = training::workload(&arguments.training, &design, path)?;
        let step = workload.as_ref().map(|workload| training::estimated(&context, workload, path)).transpose()?;
        report.estimates.extend(step.iter().flat_map(|step| step.estimates.iter().cloned()));
        let failed = outages(arguments, &design, path)?;
        let all = Asked { traffic: asked.as_ref(), question: question.as_ref(), workload: workload.as_ref() };
        let beside = if failed.is_empty() { None } else { Some(degraded(&design, &catalog, &failed, &report, &all)) };
        match arguments.format {
            Choice::Json => {
                let mut document = json!({"format": "weft-estimates", "version": 1, "file": path, "design": report.design, "estimates": files::report_value(&report)["estimates"]});
                if let Some((answer, question)) = answer.as_ref().zip(question) {
                    document["collective"] = collective_json(answer, &question);
                }
                if let Some(latency) = &latency {
                    document["latency"] = serde_json::from_str(&latency.to_json()).unwrap_or_default();
                }
                if let Some((step, workload)) = step.as_ref().zip(workload.as_ref()) {
                    document["training"] = training::json(step, workload, &context);
                }
                if let Some(comparison) = &beside {
                    document["degraded"] = crate::failures::comparison_json(&failed, comparison);
                }
                documents.push(document);
            }
            Choice::Text | Choice::Markdown if side_by_side || (arguments.format == Choice::Markdown && beside.is_none()) => {}
            Choice::Text | Choice::Markdown => {
                let _ = writeln!(text, "{}", paint.strong(&tame(files::shown(path))));
                match &beside {
                    Some(comparison) => crate::failures::write_comparison(&mut text, &design, &failed, comparison, paint),
                    None => report.estimates.iter().for_each(|estimate| write_estimate(&mut text, estimate, paint)),
                }
                answer.iter().filter(|_| beside.is_none()).for_each(|answer| write_curve(&mut text, answer, paint));
                latency.iter().for_each(|latency| crate::latency::write(&mut text, latency, paint));
                step.iter().filter(|_| beside.is_none()).for_each(|step| training::write(&mut text, step, paint));
            }
        }
        reports.push(report);
    }
    let all: Vec<&Report> = reports.iter().collect();
    match arguments.format {
        Choice::Json => {
            let all = match documents.as_slice() {
                [one] => one.clone(),
                many => json!({"format": "weft-estimates-list", "version": 1, "designs": many, "comparison": crate::beside::to_json(&names, &all)}),
            };
            text = format!("{all:#}\n");
        }
        Choice::Markdown if text.is_empty() => text = crate::beside::to_markdown(&names, &all),
        Choice::Text if side_by_side => text = crate::beside::to_text(&names, &all, paint),
        Choice::Markdown | Choice::Text => {}
    }
    files::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// What is switched off for a look at what is left.
fn outages(arguments: &Arguments, design: &Design, path: &str) -> Result<Vec<Outage>, Failure> {
    let mut off = Vec::new();
    if let Some(name) = &arguments.scenario {
        let scenario = design.meta.scenarios.iter().find(|scenario| scenario.name == *name).ok_or_else(|| {
            let names: Vec<&str> = design.meta.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
            let known = if names.is_empty() { "it has none".to_owned() } else { format!("it has {}", names.join(", ")) };
            Failure::new(format!("--scenario {}: {} has no such scenario; {}", tame(name), tame(files::shown(path)), tame(&known)))
        })?;
        off = failures::degrade::outages(&scenario.off);
    }
    let read = |text: &String| {
        Outage::parse(text)
            .ok_or_else(|| Failure::new(format!("--fail {}: write for example l7, n4, n4/nic3, n4/xpu1..nvswitch2, r3, f2, row:B or feed:A", tame(text))))
    };
    for text in &arguments.fail {
        off.push(read(text)?);
    }
    Ok(off)
}

/// What was asked for beside the report.
struct Asked<'a> {
    traffic: Option<&'a traffic::Question>,
    question: Option<&'a Question>,
    workload: Option<&'a Workload>,
}

/// The whole beside what is left, with the rates, collectives and training step that were asked for.
fn degraded(design: &Design, catalog: &Catalog, off: &[Outage], whole: &Report, all: &Asked) -> Comparison {
    let &Asked { traffic: asked, question, workload } = all;
    let left = with_pair(design, catalog, off);
    let mut report = evaluate(&left.design, catalog);
    let context = Context::new(&left.design, catalog);
    if let Some(answer) = asked.and_then(|asked| traffic::answer(&context, asked).ok()) {
        report.estimates.extend(answer.estimates);
    }
    if let Some(question) = question {
        report.estimates.retain(|estimate| !estimate.key().starts_with("collective-"));
        // With fewer ranks left than were asked for, all that are left take part.
        let answer = collective::answer(&context, question);
        report.estimates.extend(answer.map(|answer| answer.estimates(question.size)).unwrap_or_default());
    }
    // Where too few XPUs are left for the plan, its estimates are missing beside the whole.
    let step = workload.and_then(|workload| training_step(&context, workload, &mut |_| {}).ok());
    report.estimates.extend(step.map(|step| step.estimates).unwrap_or_default());
    beside(whole, &report, left.down)
}

fn pattern(word: &str) -> Result<Traffic, Failure> {
    chosen("traffic", word, "pattern", &Traffic::WORDS)
}

/// One of a list of words; the sentence names them all.
pub fn chosen<T: Copy>(option: &str, word: &str, what: &str, words: &[(&str, T)]) -> Result<T, Failure> {
    let found = words.iter().find(|(known, _)| *known == word).map(|(_, choice)| *choice);
    let all = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
    found.ok_or_else(|| Failure::new(format!("--{option} {}: there is no such {what}; choose one of {}", tame(word), all())))
}

/// The size that collectives are estimated at where none is stated.
const COLLECTIVE_SIZE: Bytes = collective::REPORTED;

fn question(arguments: &Arguments, size: Option<Bytes>) -> Result<Option<Question>, Failure> {
    let Some(word) = arguments.collective.as_deref() else { return Ok(None) };
    let collective = chosen("collective", word, "collective", &Collective::WORDS)?;
    let algorithm = arguments.algorithm.as_deref().map(|word| chosen("algorithm", word, "algorithm", &Algorithm::WORDS)).transpose()?;
    if arguments.ranks.is_some_and(|ranks| ranks < 2) {
        return Err(Failure::new("--ranks: a collective takes at least two"));
    }
    let calls = chosen("calls", &arguments.calls, "way to call", &Calls::WORDS)?;
    let size = size.unwrap_or(COLLECTIVE_SIZE);
    Ok(Some(Question { collective, size, ranks: arguments.ranks, algorithm, in_network: arguments.in_network, calls }))
}

fn answer<'a, 'b>(context: &'b Context<'a>, question: &Question, path: &str) -> Result<Answer<'a, 'b>, Failure> {
    let answer = collective::answer(context, question)
        .ok_or_else(|| Failure::new(format!("{}: has no two XPUs or hosts that could take part", tame(files::shown(path)))))?;
    let count = answer.group().count;
    match question.ranks.filter(|asked| *asked > count) {
        Some(asked) => Err(Failure::new(format!("--ranks {asked}: {} has only {count}", tame(files::shown(path))))),
        None => Ok(answer),
    }
}

fn collective_json(answer: &Answer, question: &Question) -> Value {
    let best = answer.best(question.size);
    let point = |point: &Point| {
        json!({
            "size": point.size.0,
            "time_ns": point.time,
            "algbw_gbytes": point.algbw,
            "busbw_gbytes": point.busbw,
            "algorithm": point.algorithm.word(),
            "protocol": point.protocol.map(|protocol| protocol.label()),
        })
    };
    let (least, most) = answer.group().sizes();
    json!({
        "collective": question.collective.word(),
        "size": question.size.0,
        "calls": Calls::WORDS.iter().find(|(_, calls)| *calls == question.calls).map(|(word, _)| *word),
        "ranks": answer.group().count,
        "domains": answer.group().domains.len(),
        "ranks_of_a_domain": [least, most],
        "algorithm": best.map(|way| way.algorithm.word()),
        "protocol": best.and_then(|way| way.protocol).map(|protocol| protocol.label()),
        "curve": answer.curve().iter().map(point).collect::<Vec<_>>(),
    })
}

/// Time, both bandwidths and the algorithm by size, as nccl-tests prints them.
fn write_curve(out: &mut String, answer: &Answer, paint: Paint) {
    let curve = answer.curve();
    if curve.is_empty() {
        return;
    }
    let _ = writeln!(out, "  {}", paint.strong(&format!("By size, {}", answer.group().words())));
    let _ = writeln!(out, "{}", paint.faint(&format!("    {:>8} {:>12} {:>12} {:>12}  by", "size", "time", "algbw", "busbw")));
    for point in curve {
        let protocol = point.protocol.map_or_else(String::new, |protocol| format!(", {}", protocol.label()));
        let [algbw, busbw] = [point.algbw, point.busbw].map(|rate| GigabytesPerSecond(rate).to_string());
        let (size, time) = (point.size.to_string(), Nanoseconds(point.time).to_string());
        let _ = writeln!(out, "    {size:>8} {time:>12} {algbw:>12} {busbw:>12}  {}{protocol}", point.algorithm.label());
    }
}

/// A size of a message; 0, which asks for the way alone, only where that means something.
pub fn size(text: &str, or_none: bool) -> Result<Bytes, Failure> {
    let none = or_none && text.trim() == "0";
    let size = if none { Some(Bytes(0.0)) } else { text.parse::<Bytes>().ok().filter(|size| size.is_finite() && size.0 > 0.0) };
    size.ok_or_else(|| Failure::new(format!("--size {}: write a size above 0, for example 4KiB or 1MiB", tame(text))))
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
    let value = input.value.map_or_else(|| "unknown".to_owned(), |value| if input.unit.is_empty() { count(value) } else { significant(value, 4) });
    let unit = if input.unit.is_empty() { String::new() } else { format!(" {}", input.unit) };
    tame(&format!("{} = {value}{unit}: {} ({})", input.name, input.label, input.confidence))
}
