//! Questions about training as text, and their answers: what the page asks of its worker.
//!
//! | question | answer |
//! |---|---|
//! | `training`, then the name of a workload, then what is off, a line each | a line of JSON (a [`Summary`]), then a report that holds the estimates |
//! | `groups`, then the name, an axis, where to begin | a line with how many groups there are, then a line for each: the XPUs, separated by tabs |
//! | `ranks AXIS`, then `of` with the name | a line with how many groups there are, then a line for each of the first: what it is called; numbers: [`RANK`] for each XPU |

use super::placement::{Axis, Placement};
use super::step::{Step, planned, step};
use crate::catalog::Catalog;
use crate::engine::ask::Said;
use crate::engine::context::Context;
use crate::engine::estimate::pair;
use crate::engine::failures::degrade::{degraded, outages};
use crate::engine::report::{Counts, FORMAT, Report, VERSION};
use crate::engine::topology::VertexIndex;
use crate::json::{Value, Writer, parse};
use crate::model::{Design, NodeId, Workload};

use super::fields::PLAN;

/// So many groups are told at once. A limit of Weft.
pub const GROUPS: usize = 32;
/// So many XPUs of a group are told; the rest are counted. A limit of Weft.
const MEMBERS: usize = 64;

/// What the page shows beside the estimates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Why the workload cannot run.
    pub refused: Vec<String>,
    /// Numbers of the plan by key, stated or proposed.
    pub plan: Vec<(String, f64)>,
    /// Axes from the innermost to the outermost, with their parts.
    pub order: Vec<(String, usize)>,
    /// The axes that send.
    pub axes: Vec<Line>,
    /// XPUs of the design.
    pub xpus: usize,
    /// Gigabytes an XPU must hold and has, where that is too little.
    pub short: Option<(f64, f64)>,
}

/// One axis that sends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Its word.
    pub axis: String,
    /// Ranks of a group.
    pub ranks: usize,
    /// Groups.
    pub groups: usize,
    /// Where it runs.
    pub place: String,
    /// Groups that leave their domain.
    pub leaving: usize,
    /// Bytes of the messages of an XPU in a step.
    pub bytes: f64,
}

fn find<'d>(design: &'d Design, name: Option<&str>) -> Option<&'d Workload> {
    design.meta.workloads.iter().find(|workload| Some(workload.name.as_str()) == name)
}

/// Answers `training`; empty where there is no such workload.
pub fn answer<'t>(mut lines: impl Iterator<Item = &'t str>, design: &Design, catalog: &Catalog, progress: &mut dyn FnMut(f64)) -> String {
    let Some(workload) = find(design, lines.next()) else { return String::new() };
    let off: Vec<String> = lines.map(str::to_owned).collect();
    let left = (!off.is_empty()).then(|| degraded(design, catalog, &outages(&off)).design);
    told(&Context::new(left.as_ref().unwrap_or(design), catalog), workload, progress)
}

/// [`answer`] of a design that is derived already, with nothing off.
pub fn answer_of(name: Option<&str>, context: &Context, progress: &mut dyn FnMut(f64)) -> String {
    find(context.design, name).map_or_else(String::new, |workload| told(context, workload, progress))
}

fn told(context: &Context, workload: &Workload, progress: &mut dyn FnMut(f64)) -> String {
    let mut out = Writer::default();
    let found = step(context, workload, progress);
    write(&mut out, &found);
    let estimates = found.map(|step| step.estimates).unwrap_or_default();
    let report = Report { format: FORMAT.to_owned(), version: VERSION, design: String::new(), counts: Counts::default(), diagnostics: Vec::new(), estimates };
    format!("{}\n{}", out.finish().replace('\n', " "), report.to_json())
}

fn write(out: &mut Writer, found: &Result<Step, Vec<String>>) {
    out.open('{');
    match found {
        Err(refused) => out.texts("refused", refused),
        Ok(step) => {
            out.key("plan");
            out.open('{');
            for field in PLAN {
                out.number(field.key, Some(step.plan.get(field.key)));
            }
            out.close('}');
            out.key("order");
            out.open('[');
            for (axis, parts) in step.placement.axes {
                out.item();
                out.open('{');
                out.text("axis", axis.word());
                out.whole("parts", parts);
                out.close('}');
            }
            out.close(']');
            out.key("axes");
            out.open('[');
            for traffic in &step.traffic {
                out.item();
                out.open('{');
                out.text("axis", traffic.axis.word());
                out.whole("ranks", traffic.ranks);
                out.whole("groups", traffic.groups);
                out.text("where", &traffic.place);
                out.whole("leaving", traffic.leaving);
                out.number("bytes", Some(traffic.bytes));
                out.close('}');
            }
            out.close(']');
            out.whole("xpus", step.room.xpus);
            if let Some((needed, has)) = step.short_of_memory() {
                out.number("needed", Some(needed));
                out.number("has", Some(has));
            }
        }
    }
    out.close('}');
}

/// Reads the answer to `training`.
pub fn read(answer: &str) -> Option<(Summary, Report)> {
    let (head, report) = answer.split_once('\n')?;
    let value = parse(head).ok()?;
    let list = |key: &str| value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let whole = |value: &Value, key: &str| value.get(key).and_then(Value::as_u64).unwrap_or(0) as usize;
    let number = |key: &str| value.get(key).and_then(Value::as_f64);
    let plan = value.get("plan").and_then(Value::as_object);
    let summary = Summary {
        refused: list("refused").iter().filter_map(|sentence| sentence.as_str().map(str::to_owned)).collect(),
        plan: plan.into_iter().flat_map(|plan| plan.iter()).filter_map(|(key, value)| Some((key.clone(), value.as_f64()?))).collect(),
        order: list("order").iter().map(|axis| (text(axis, "axis"), whole(axis, "parts"))).collect(),
        axes: list("axes")
            .iter()
            .map(|line| Line {
                axis: text(line, "axis"),
                ranks: whole(line, "ranks"),
                groups: whole(line, "groups"),
                place: text(line, "where"),
                leaving: whole(line, "leaving"),
                bytes: line.get("bytes").and_then(Value::as_f64).unwrap_or(0.0),
            })
            .collect(),
        xpus: whole(&value, "xpus"),
        short: number("needed").zip(number("has")),
    };
    Some((summary, Report::from_json(report).ok()?))
}

/// What is told of each rank in the answer to `ranks`: the place of its node among those of the design, its place in that node's inside (less
/// than 0 where the node is the XPU), and its group.
pub const RANK: usize = 3;
/// So many groups are called by what is in them. A limit of Weft, that of the legend.
pub const NAMED: usize = 12;

/// Answers `ranks`: the group of every XPU along an axis. Time: O(vertices + edges + XPUs log nodes).
pub fn ranks(axis: &str, name: Option<&str>, context: &Context) -> Result<Said, String> {
    let axis = Axis::parse(axis).ok_or("There is no such axis")?;
    let workload = find(context.design, name).ok_or("There is no such workload")?;
    let (.., plan) = planned(context, workload).map_err(|refused| refused.join(" "))?;
    let all = Placement::of(context, workload, &plan).groups(&[axis]);
    let called = |xpu: Option<&VertexIndex>| xpu.map_or_else(String::new, |xpu| pair::name(context, *xpu).replace('\n', " "));
    let mut text = all.len().to_string();
    for group in all.iter().take(NAMED) {
        let (first, last) = (called(group.first()), called(group.last()));
        text.push_str(&if group.len() > 1 { format!("\n{first} … {last}") } else { format!("\n{first}") });
    }
    let places: Vec<NodeId> = context.design.nodes.ids().collect();
    let mut numbers = Vec::with_capacity(all.iter().map(Vec::len).sum::<usize>() * RANK);
    for (at, group) in all.iter().enumerate() {
        for xpu in group.iter().filter_map(|xpu| context.topology.vertices().get(*xpu as usize)) {
            let Ok(place) = places.binary_search(&xpu.node) else { continue };
            numbers.extend([place as f32, xpu.inside.map_or(-1.0, f32::from), at as f32]);
        }
    }
    Ok(Said { text, numbers })
}

/// Answers `groups`: which XPUs belong together along an axis.
pub fn groups<'t>(mut words: impl Iterator<Item = &'t str>, context: &Context) -> String {
    let (Some(workload), Some(axis)) = (find(context.design, words.next()), words.next().and_then(Axis::parse)) else { return String::new() };
    let start = words.next().and_then(|word| word.parse().ok()).unwrap_or(0usize);
    let Ok((.., plan)) = planned(context, workload) else { return String::new() };
    let placement = Placement::of(context, workload, &plan);
    let all = placement.groups(&[axis]);
    let name = |xpu: &VertexIndex| context.topology.element_of(context.design, context.catalog, *xpu).map_or_else(String::new, |element| element.to_string());
    let line = |group: &Vec<VertexIndex>| {
        let rest = group.len().saturating_sub(MEMBERS);
        let names = group.iter().take(MEMBERS).map(name).collect::<Vec<_>>().join("\t");
        if rest > 0 { format!("{names}\t+{rest}") } else { names }
    };
    let lines: Vec<String> = std::iter::once(all.len().to_string()).chain(all.iter().skip(start).take(GROUPS).map(line)).collect();
    lines.join("\n")
}
