//! `weft estimate --training`: a training step on the drawn fabric.

use std::fmt::Write;

use clap::Args;
use serde_json::{Value, json};
use weft::engine::context::Context;
use weft::engine::estimate::Estimate;
use weft::engine::training::fields::{PLAN, SHAPE, by_key};
use weft::engine::training::placement::Axis;
use weft::engine::training::{Step, plan, shape, step};
use weft::model::{Design, Workload};
use weft::units::{Bytes, Nanoseconds};

use crate::text::{Paint, tame};
use crate::{Failure, files};

/// What `estimate` is told about training.
#[derive(Args)]
pub struct Training {
    /// Adds a training step: a workload of the design by name, or a model (llama-3.1-405b, deepseek-v3 ...)
    #[arg(long, value_name = "MODEL")]
    pub training: Option<String>,
    /// Tensor-parallel parts
    #[arg(long, value_name = "COUNT", requires = "training")]
    tp: Option<String>,
    /// Pipeline stages
    #[arg(long, value_name = "COUNT", requires = "training")]
    pp: Option<String>,
    /// Replicas (data parallel)
    #[arg(long, value_name = "COUNT", requires = "training")]
    dp: Option<String>,
    /// Expert-parallel parts
    #[arg(long, value_name = "COUNT", requires = "training")]
    ep: Option<String>,
    /// Context-parallel parts
    #[arg(long, value_name = "COUNT", requires = "training")]
    cp: Option<String>,
    /// Tokens of a sequence
    #[arg(long, value_name = "TOKENS", requires = "training")]
    sequence: Option<String>,
    /// Micro-batches of a step, for each replica
    #[arg(long, value_name = "COUNT", requires = "training")]
    micro_batches: Option<String>,
    /// Another number of the plan, for example interleave=8 or utilisation-percent=55; may be given several times
    #[arg(long, value_name = "KEY=VALUE", requires = "training")]
    plan: Vec<String>,
    /// A number of the shape that differs from the model's, for example layers=120; may be given several times
    #[arg(long, value_name = "KEY=VALUE", requires = "training")]
    shape: Vec<String>,
    /// The axes from the innermost to the outermost, for example tensor,expert,pipeline,data
    #[arg(long, value_name = "AXES", requires = "training")]
    order: Option<String>,
}

/// The workload that is asked about, with what the command says over what the design says. `None` where none is.
pub fn workload(arguments: &Training, design: &Design, path: &str) -> Result<Option<Workload>, Failure> {
    let Some(name) = arguments.training.as_deref() else { return Ok(None) };
    let stated = design.meta.workloads.iter().find(|workload| workload.name == name).cloned();
    let model = || shape::by_id(name).map(|model| Workload { name: model.name.clone(), model: model.id.clone(), ..Workload::default() });
    let mut workload = stated.or_else(model).ok_or_else(|| {
        let own: Vec<&str> = design.meta.workloads.iter().map(|workload| workload.name.as_str()).collect();
        let models: Vec<&str> = shape::models().iter().map(|model| model.id.as_str()).collect();
        let own = if own.is_empty() { String::new() } else { format!("the workloads of {}: {}; or ", tame(files::shown(path)), tame(&own.join(", "))) };
        Failure::new(format!("--training {}: choose one of {own}the models {}", tame(name), models.join(", ")))
    })?;
    let short = [
        ("tensor", &arguments.tp),
        ("pipeline", &arguments.pp),
        ("data", &arguments.dp),
        ("expert", &arguments.ep),
        ("context", &arguments.cp),
        ("sequence", &arguments.sequence),
        ("micro-batches", &arguments.micro_batches),
    ];
    let short = short.iter().filter_map(|(key, value)| value.as_ref().map(|value| format!("{key}={value}")));
    for (text, table, to, option) in short
        .chain(arguments.plan.iter().cloned())
        .map(|text| (text, PLAN, true, "plan"))
        .chain(arguments.shape.iter().cloned().map(|text| (text, SHAPE, false, "shape")))
    {
        let refuse = |why: String| Failure::new(format!("--{option} {}: {why}", tame(&text)));
        let (key, value) = text.split_once('=').ok_or_else(|| refuse("write KEY=VALUE".to_owned()))?;
        let known = || table.iter().map(|field| field.key).collect::<Vec<_>>().join(", ");
        let field = by_key(table, key).ok_or_else(|| refuse(format!("there is no such number; there are {}", known())))?;
        let numbers = if to { &mut workload.plan } else { &mut workload.shape };
        match field.read(value).map_err(&refuse)? {
            Some(value) => numbers.insert(key.to_owned(), value),
            None => numbers.remove(key),
        };
    }
    if let Some(order) = &arguments.order {
        workload.order = order.split(',').map(|word| word.trim().to_owned()).collect();
        if let Some(wrong) = workload.order.iter().find(|word| Axis::parse(word).is_none()) {
            let known: Vec<&str> = Axis::ALL.iter().map(|(_, word, _)| *word).collect();
            return Err(Failure::new(format!("--order {}: there is no axis “{}”; there are {}", tame(order), tame(wrong), known.join(", "))));
        }
    }
    Ok(Some(workload))
}

/// Estimates the step; a failure with the sentences where the workload cannot run.
pub fn estimated(context: &Context, workload: &Workload, path: &str) -> Result<Step, Failure> {
    let refused = |sentences: Vec<String>| Failure::new(format!("{}: {}: {}", tame(files::shown(path)), tame(&workload.name), tame(&sentences.join("; "))));
    step(context, workload, &mut |_| {}).map_err(refused)
}

/// The plan and a table of the axes.
pub fn write(out: &mut String, step: &Step, paint: Paint) {
    let numbers = ["tensor", "context", "expert", "pipeline", "data", "micro-batches", "micro-batch", "sequence", "interleave", "zero"];
    let words = numbers.map(|key| format!("{key} {}{}", plan::shown(key, step.plan.get(key)), if step.plan.is_stated(key) { "" } else { "*" }));
    let _ = writeln!(out, "  {}", paint.strong(&format!("Plan over {} of {} XPUs (* proposed or usual)", step.plan.get("xpus"), step.room.xpus)));
    let _ = writeln!(out, "    {}", words.join(", "));
    let _ = writeln!(
        out,
        "{}",
        paint.faint(&format!("    {:<9} {:>6} {:>7} {:>12} {:>12} {:>12}  where", "axis", "ranks", "groups", "message", "time", "not hidden"))
    );
    for traffic in &step.traffic {
        let word = traffic.axis.word();
        let time = |key: String| shown(step.estimates.iter().find(|estimate| estimate.key() == key));
        let (all, exposed) = (time(format!("training-{word}-all")), time(format!("training-{word}")));
        let bytes = Bytes(traffic.bytes).to_string();
        let _ = writeln!(out, "    {word:<9} {:>6} {:>7} {bytes:>12} {all:>12} {exposed:>12}  {}", traffic.ranks, traffic.groups, tame(&traffic.place));
    }
    if let Some((needed, has)) = step.short_of_memory() {
        let _ = writeln!(out, "  {}", paint.strong(&format!("An XPU needs {needed:.0} GB and has {has} GB")));
    }
}

fn shown(estimate: Option<&Estimate>) -> String {
    estimate.and_then(Estimate::value).map_or_else(|| "unknown".to_owned(), |value| Nanoseconds(value).to_string())
}

/// The same for programs.
pub fn json(step: &Step, workload: &Workload, context: &Context) -> Value {
    let plan: serde_json::Map<String, Value> = PLAN.iter().map(|field| (field.key.to_owned(), json!(step.plan.get(field.key)))).collect();
    let stated: Vec<&str> = PLAN.iter().map(|field| field.key).filter(|key| step.plan.is_stated(key)).collect();
    let time = |key: &str| step.estimates.iter().find(|estimate| estimate.key() == key).and_then(Estimate::value);
    let axes: Vec<Value> = step
        .traffic
        .iter()
        .map(|traffic| {
            let word = traffic.axis.word();
            json!({
                "axis": word,
                "ranks": traffic.ranks,
                "groups": traffic.groups,
                "where": traffic.place,
                "groups_that_leave_their_domain": traffic.leaving,
                "bytes_of_an_xpu": traffic.bytes,
                "time_ns": time(&format!("training-{word}-all")),
                "not_hidden_ns": time(&format!("training-{word}")),
            })
        })
        .collect();
    let ranks: Vec<String> = step
        .placement
        .xpus
        .iter()
        .map(|xpu| context.topology.element_of(context.design, context.catalog, *xpu).map_or_else(String::new, |element| element.to_string()))
        .collect();
    let order: Vec<Value> = step.placement.axes.iter().map(|(axis, parts)| json!({"axis": axis.word(), "parts": parts})).collect();
    let memory = step.short_of_memory();
    json!({
        "workload": workload.name,
        "model": workload.model,
        "plan": plan,
        "stated": stated,
        "xpus_of_the_design": step.room.xpus,
        "order": order,
        "ranks": ranks,
        "axes": axes,
        "memory_missing_gb": memory.map(|(needed, has)| needed - has),
    })
}
