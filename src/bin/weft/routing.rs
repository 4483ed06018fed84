//! `weft routing`: how each fabric is routed, and whether its routes can close a circle of waiting.

use std::fmt::Write;
use std::io::{IsTerminal, Write as _};
use std::process::ExitCode;

use serde_json::{Value, json};
use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::deadlock::{Verdict, judge, words};
use weft::engine::routing::graph::Graph;
use weft::engine::routing::imported::Audit;
use weft::engine::routing::tables::Tables;
use weft::engine::routing::{OfFabric, Why, name};
use weft::model::{Fabric, Routing};

use crate::text::{Paint, tame};
use crate::{Failure, Format, files};

/// What `routing` is told.
#[derive(clap::Args)]
pub struct Arguments {
    /// The design
    #[arg(value_name = "DESIGN")]
    design: String,
    /// How to write the answer
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// What is said of one fabric.
struct Found<'a> {
    fabric: &'a Fabric,
    of: &'a OfFabric,
    switches: usize,
    verdict: Verdict,
    /// The switches of the circle by name, each with the lane that leads on.
    circle: Vec<(String, u8)>,
    /// Where its tables were imported, what following them shows.
    audit: Option<Audit>,
}

/// Names the routing in force of every fabric and follows all its routes, however many there are.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let design = files::open(&arguments.design)?.loaded.design;
    let catalog = Catalog::builtin();
    let context = Context::new(&design, &catalog);
    let found: Vec<Found> = context.routing.fabrics.iter().filter_map(|of| look(&context, of)).collect();
    files::print(&match arguments.format {
        Format::Json => format!(
            "{:#}\n",
            json!({"format": "weft-routing", "version": 1, "design": design.meta.name, "fabrics": found.iter().map(json_of).collect::<Vec<_>>()})
        ),
        Format::Text => text(&found, context.routing.words(), Paint::of_stdout()),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn look<'a>(context: &Context<'a>, of: &'a OfFabric) -> Option<Found<'a>> {
    let fabric = context.design.fabrics.get(of.fabric)?;
    let graph = Graph::of(context.design, &context.topology, &context.tiers, of.fabric);
    let mut errors = std::io::stderr();
    let watched = errors.is_terminal();
    let mut shown = 0;
    let verdict = judge(&graph, fabric, of, u64::MAX, &mut |done| {
        let percent = (done * 100.0) as u32;
        if watched && percent > shown {
            shown = percent;
            let _ = write!(errors, "\rfollowing routes: {percent} %  ");
        }
    });
    if shown > 0 {
        let _ = write!(errors, "\r                          \r");
    }
    let circle = match &verdict {
        Verdict::Circle(circle) => circle.iter().map(|(place, lane)| (graph.name(*place as usize).unwrap_or_default(), *lane)).collect(),
        _ => Vec::new(),
    };
    let read = fabric.tables.as_ref().filter(|_| of.imported.is_some());
    let audit = read.and_then(|read| Audit::of(&graph, &Tables::of(&graph, None, Some(read)), u64::MAX));
    Some(Found { fabric, of, switches: graph.forwarders.len(), verdict, circle, audit })
}

fn json_of(found: &Found) -> Value {
    let why = match found.of.why {
        Why::Stated => "stated",
        Why::Engine => "engine",
        Why::Inferred => "inferred",
    };
    json!({
        "fabric": found.of.fabric.to_string(),
        "name": found.of.name,
        "switches": found.switches,
        "paths": name(found.of.paths),
        "asked": name(found.of.asked),
        "why": why,
        "not_applied": found.of.trouble,
        "equal_paths": match found.of.equal {
            Routing::Ecmp => "ecmp",
            Routing::Hash => "hash",
            Routing::Tables => if found.of.has_tables() { "tables" } else { "hash" },
        },
        "forwarding": found.of.forwarding,
        "in_force": found.of.words(),
        "lanes": found.fabric.lanes.unwrap_or(1),
        "deadlock": match found.verdict {
            Verdict::Free => Value::Bool(false),
            Verdict::Circle(_) => Value::Bool(true),
            Verdict::Undecided => Value::Null,
        },
        "tables": found.audit.as_ref().map(|audit| json!({
            "addresses": audit.followed,
            "missing": audit.lost(),
            "without_cable": audit.uncabled.values().map(|(count, _)| count).sum::<u32>(),
            "looped": audit.looped.0,
            "outdated": found.of.imported.as_ref().is_some_and(|read| read.outdated),
        })),
        "circle": found.circle.iter().map(|(switch, lane)| json!({"switch": switch, "lane": lane + 1})).collect::<Vec<_>>(),
    })
}

fn text(found: &[Found], all: &str, paint: Paint) -> String {
    let mut out = String::new();
    if found.is_empty() {
        let _ = writeln!(out, "No fabric is stated. Routing in force: {}", tame(all));
    }
    for fabric in found {
        let _ = writeln!(out, "{}  {}", paint.strong(&tame(&fabric.of.name)), tame(&fabric.of.words()));
        let verdict = match &fabric.verdict {
            Verdict::Free => "no circle of waiting can close".to_owned(),
            Verdict::Undecided => "not decided".to_owned(),
            Verdict::Circle(circle) => format!("packets can wait for each other in a circle of {} links", circle.len()),
        };
        let _ = writeln!(out, "  {} switches, {}: {verdict}", fabric.switches, words(fabric.fabric.lanes.unwrap_or(1), fabric.fabric.lane_change));
        if let Some(audit) = &fabric.audit {
            let without: u32 = audit.uncabled.values().map(|(count, _)| count).sum();
            let wrong =
                format!("{} entries missing or to another host, {without} to ports without a cable, {} addresses in a loop", audit.lost(), audit.looped.0);
            let told = if audit.is_clean() { "all are reached from every switch with hosts".to_owned() } else { wrong };
            let _ = writeln!(out, "  {} addresses followed: {told}", audit.followed);
        }
        if !fabric.circle.is_empty() {
            let way: Vec<String> = fabric.circle.iter().take(16).map(|(switch, _)| tame(switch)).collect();
            let more = if fabric.circle.len() > 16 { format!(" → {} more", fabric.circle.len() - 16) } else { String::new() };
            let _ = writeln!(out, "  {}", paint.faint(&format!("{}{more} → {}", way.join(" → "), way.first().map_or("", String::as_str))));
        }
    }
    out
}
