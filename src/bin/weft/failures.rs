//! What breaks a fabric, in words and JSON: the whole beside what is left of it.

use std::fmt::Write;
use std::process::ExitCode;

use serde_json::{Value, json};
use weft::catalog::Catalog;
use weft::engine::compare::Row;
use weft::engine::context::Context;
use weft::engine::diagnostics::Diagnostic;
use weft::engine::estimate::pair::name;
use weft::engine::estimate::show::{percent, quantity};
use weft::engine::failures::compare::Comparison;
use weft::engine::failures::connectivity::{Connectivity, connectivity};
use weft::engine::failures::ranking::{Class, Kind, Ranking, rank};
use weft::engine::failures::spread::Outcome;
use weft::model::{Design, Outage};
use weft::units::counted;

use crate::text::{Paint, name_of, tame};
use crate::{Failure, Format, files};

/// What has failed, every estimate of both, and the findings that come and go.
pub fn comparison_json(off: &[Outage], comparison: &Comparison) -> Value {
    let row = |row: &Row| json!({"key": row.key, "label": row.label, "unit": row.unit, "whole": row.value(0), "degraded": row.value(1), "change_percent": row.change(1)});
    let finding = |finding: &Diagnostic| json!({"code": finding.code, "severity": finding.severity.label(), "subject": finding.subject.to_string(), "message": finding.message});
    json!({
        "off": off.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "unknown": comparison.down.unknown,
        "down": {"links": comparison.down.links, "nodes": comparison.down.nodes, "xpus": comparison.down.xpus},
        "estimates": comparison.rows.iter().map(row).collect::<Vec<_>>(),
        "appeared": comparison.appeared.iter().map(finding).collect::<Vec<_>>(),
        "gone": comparison.gone.iter().map(finding).collect::<Vec<_>>(),
    })
}

/// The same for people: what changes, whole and degraded side by side; the rest is counted.
pub fn write_comparison(out: &mut String, design: &Design, off: &[Outage], comparison: &Comparison, paint: Paint) {
    let shown = |outage: &Outage| match outage {
        Outage::Thing(subject) => name_of(design, subject),
        other => tame(&other.to_string()),
    };
    let _ = writeln!(out, "  Off: {}", off.iter().map(shown).collect::<Vec<_>>().join(", "));
    for unknown in &comparison.down.unknown {
        let _ = writeln!(out, "  {}", paint.strong(&format!("{} is not in this design", tame(unknown))));
    }
    let down = [
        counted(comparison.down.links as u64, "link", "links"),
        counted(comparison.down.nodes as u64, "node", "nodes"),
        counted(comparison.down.xpus as u64, "XPU", "XPUs"),
    ];
    let _ = writeln!(out, "  Down: {}", down.join(", "));
    let (same, differ): (Vec<&Row>, Vec<&Row>) = comparison.rows.iter().partition(|row| row.is_same());
    let value = |value: Option<f64>, unit: &str| value.map_or_else(|| "unknown".to_owned(), |value| quantity(value, unit));
    let cells: Vec<[String; 4]> = differ
        .iter()
        .map(|row| [tame(&row.label), value(row.value(0), &row.unit), value(row.value(1), &row.unit), row.change(1).map_or_else(String::new, percent)])
        .collect();
    let head = ["".to_owned(), "whole".to_owned(), "degraded".to_owned(), "".to_owned()];
    let wide = |column: usize| cells.iter().chain([&head]).filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let [label, whole, degraded, change] = [wide(0), wide(1), wide(2), wide(3)];
    for (at, [a, b, c, d]) in [&head].into_iter().chain(&cells).enumerate() {
        let line = format!("  {a:label$}  {b:>whole$}  {c:>degraded$}  {d:>change$}");
        let _ = writeln!(out, "{}", if at == 0 { paint.faint(line.trim_end()) } else { line.trim_end().to_owned() });
    }
    let _ = writeln!(out, "{}", paint.faint(&format!("  {} unchanged", counted(same.len() as u64, "estimate", "estimates"))));
    for (title, findings) in [("Appears", &comparison.appeared), ("Is gone", &comparison.gone)] {
        for finding in findings {
            let code = paint.severity(finding.severity, &format!("{}[{}]", finding.severity.label(), finding.code));
            let _ = writeln!(out, "  {title}: {code} {}: {}", name_of(design, &finding.subject), tame(&finding.message));
        }
    }
}

/// What `failures` is told.
#[derive(clap::Args)]
pub struct Arguments {
    /// The design
    #[arg(value_name = "DESIGN")]
    design: String,
    /// What fails, one at a time: links, switches or systems; all of them without this
    #[arg(long, value_name = "KIND")]
    of: Vec<String>,
    /// How many classes of failures are listed; the others are counted
    #[arg(long, value_name = "COUNT", default_value = "20")]
    top: usize,
    /// How to write the ranking
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Ranks every single failure of a design, worst first.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let design = files::open(&arguments.design)?.loaded.design;
    let catalog = Catalog::builtin();
    let mut kinds = Vec::new();
    for word in &arguments.of {
        let found = Kind::WORDS.iter().find(|(known, ..)| known == word).map(|(_, kind, _)| *kind);
        kinds.push(found.ok_or_else(|| Failure::new(format!("--of {}: there is no such kind; choose one of links, switches, systems", tame(word))))?);
    }
    if kinds.is_empty() {
        kinds.extend(Kind::WORDS.iter().map(|(_, kind, _)| *kind));
    }
    let context = Context::new(&design, &catalog);
    let ranking = rank(&context, &kinds, &mut |_| {});
    let connectivity = connectivity(&context, &mut |_| {});
    let paint = Paint::of_stdout();
    files::print(&match arguments.format {
        Format::Json => format!("{:#}\n", ranking_json(&context, &ranking, connectivity.as_ref())),
        Format::Text => ranking_text(&context, &ranking, connectivity.as_ref(), arguments.top, paint),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn ranking_json(context: &Context, ranking: &Ranking, connectivity: Option<&Connectivity>) -> Value {
    let outcome = |outcome: &Outcome| json!({"all_to_all_gbps": outcome.rate, "pairs": outcome.pairs, "pairs_apart": outcome.apart});
    let class = |class: &Class| {
        json!({
            "kind": class.kind.word(),
            "things": class.members.iter().map(|member| class.subject(*member).to_string()).collect::<Vec<_>>(),
            "degraded": outcome(&class.outcome),
            "pairs_parted": ranking.parted(class),
            "loss": class.loss,
            "endpoints_lost": class.lost,
            "only_way": class.only_way,
        })
    };
    let pair = |pair: &Connectivity| json!({"least": pair.least, "most": pair.most, "from": name(context, pair.from), "to": name(context, pair.to)});
    json!({
        "format": "weft-failures",
        "version": 1,
        "design": context.design.meta.name,
        "routing": ranking.routing,
        "whole": outcome(&ranking.whole),
        "bridges": ranking.bridges,
        "articulation_points": ranking.articulation_points,
        "edge_connectivity": connectivity.map(pair),
        "failures": ranking.failures(),
        "classes": ranking.classes.iter().map(class).collect::<Vec<_>>(),
    })
}

fn ranking_text(context: &Context, ranking: &Ranking, connectivity: Option<&Connectivity>, top: usize, paint: Paint) -> String {
    let mut out = String::new();
    let rate = |outcome: &Outcome| outcome.rate.map_or_else(|| "unknown".to_owned(), |rate| quantity(rate, "Gb/s"));
    let never = match ranking.whole.apart {
        0 => String::new(),
        apart => format!(", {} of them without a route whatever fails", counted(apart, "pair", "pairs")),
    };
    let _ = writeln!(out, "Whole: all-to-all at {} per pair, {}{never}", rate(&ranking.whole), counted(ranking.whole.pairs, "ordered pair", "ordered pairs"));
    let _ = writeln!(out, "Routing in force: {}", tame(&ranking.routing));
    let splits = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let bridges = splits(ranking.bridges, "link is the only way between two parts", "links are the only way between two parts");
    let _ = writeln!(out, "{bridges}; {}", splits(ranking.articulation_points, "node is", "nodes are"));
    if let Some(found) = connectivity.filter(|found| found.least == 0) {
        let _ = writeln!(out, "No route joins {} and {}", tame(&name(context, found.from)), tame(&name(context, found.to)));
    } else if let Some(found) = connectivity {
        let _ = writeln!(
            out,
            "{} between {} and {} have to fail to part them, the least of all pairs",
            counted(found.least.into(), "link", "links"),
            tame(&name(context, found.from)),
            tame(&name(context, found.to))
        );
    }
    let _ = writeln!(
        out,
        "{}",
        paint.strong(&format!("Single failures, worst first: {} in {}", ranking.failures(), splits(ranking.classes.len(), "class", "classes")))
    );
    for class in ranking.classes.iter().take(top) {
        let Some(first) = class.members.first() else { continue };
        let mut what = name_of(context.design, &class.subject(*first));
        if class.members.len() > 1 {
            let _ = write!(what, " and {} like it", class.members.len() - 1);
        }
        let mut costs = Vec::new();
        let parted = ranking.parted(class);
        if parted > 0 {
            costs.push(format!("{} without a route", counted(parted, "pair", "pairs")));
        }
        if class.lost > 0 {
            costs.push(format!("{} lost", counted(class.lost, "endpoint", "endpoints")));
        }
        match class.loss.filter(|loss| loss.abs() > 1e-9) {
            Some(loss) => costs.push(format!("all-to-all {} ({})", rate(&class.outcome), percent(-loss * 100.0))),
            None => costs.push(format!("all-to-all {}", rate(&class.outcome))),
        }
        let _ = writeln!(out, "  {} {what}: {}", class.kind.one(), costs.join(", "));
    }
    if ranking.classes.len() > top {
        let _ = writeln!(out, "{}", paint.faint(&format!("  and {} more; --top lists them", splits(ranking.classes.len() - top, "class", "classes"))));
    }
    out
}
