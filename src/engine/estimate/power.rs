//! What a design draws: nodes at the most their parts draw, and the electronics of its cables.

use super::{Draft, Estimate, Input};
use crate::engine::context::Context;
use crate::engine::delays::source_of;
use crate::model::{Figure, PartId};
use crate::units::{SortedMap, Watts};

const SOURCE: &str = "Sum over what is drawn, at the most each part draws";
/// Kinds named one by one in a formula; further ones are summed first.
const MOST_KINDS: usize = 24;

/// A kind of thing that draws power.
struct Kind {
    label: String,
    count: f64,
    figure: Option<Figure<f64>>,
    source: String,
}

/// `power`, `power-nodes`, `power-optics`, `power-optics-share`. Nothing for an empty design.
pub fn estimates(context: &Context) -> Vec<Estimate> {
    let (nodes, silent_nodes) = nodes(context);
    let (optics, silent_cables) = optics(context);
    let mut parts = Vec::new();
    if !nodes.is_empty() {
        parts.push(sum(context, "power-nodes", "Power of nodes", &nodes, silent_nodes, "nodes"));
    }
    if !optics.is_empty() {
        parts.push(sum(context, "power-optics", "Power of optics and cables", &optics, silent_cables, "links"));
    }
    if parts.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = parts.iter().map(|part| if part.key() == "power-nodes" { "nodes" } else { "optics" }).collect();
    let inputs = || parts.iter().zip(&names).map(|(part, name)| Input::of(name, part));
    let silent = match (silent_nodes, silent_cables) {
        (0, 0) => "Everything drawn has a figure".to_owned(),
        (nodes, links) => format!("At least: {nodes} nodes and {links} links have no figure and are not counted"),
    };
    let partial = silent_nodes + silent_cables > 0;
    let label = if partial { "Power, of what has a figure" } else { "Power" };
    let power = Draft::new("power", label, "W", names.join(" + "), SOURCE).partial(partial).assume(silent).inputs(inputs());
    let mut all = vec![Estimate::new(power, context.recalled())];
    if names.len() == 2 {
        let share = Draft::new("power-optics-share", "Share of optics and cables", "%", "100 * optics / (nodes + optics)", SOURCE)
            .partial(partial)
            .assume("Of the power that has a figure")
            .inputs(inputs());
        all.push(Estimate::new(share, context.recalled()));
    }
    all.extend(parts);
    all
}

/// Nodes by part, and how many have no figure.
fn nodes(context: &Context) -> (Vec<Kind>, usize) {
    let mut silent = 0;
    let mut kinds = Vec::new();
    for (id, count) in &context.census().parts {
        let part = context.catalog.part(context.design, id);
        let Some((part, figure)) = part.and_then(|part| Some((part, part.own_power()?))) else {
            silent += count;
            continue;
        };
        kinds.push(Kind { label: part.name.clone(), count: *count as f64, figure: Some(plain(figure)), source: source_of(figure.source, &part.sources) });
    }
    (kinds, silent)
}

/// Links by cable and by what they draw, and how many have no figure.
fn optics(context: &Context) -> (Vec<Kind>, usize) {
    let facts = context.topology.facts();
    let mut counts: SortedMap<(Option<&PartId>, usize), f64> = SortedMap::new();
    // Links of one kind are made of one cable, or of none that is known, which has no figure whatever it is called.
    for (kind, (count, first)) in facts.counts().iter().enumerate() {
        let part = context.topology.links().get(*first).and_then(|id| context.design.links.get(*id)).and_then(|link| link.part.as_ref());
        counts.insert((part, kind), *count as f64);
    }
    let mut silent = 0;
    let mut kinds: Vec<Kind> = Vec::new();
    for ((id, kind), count) in counts {
        let part = id.and_then(|id| context.catalog.part(context.design, id));
        let figure = facts.kinds().get(kind).and_then(|facts| facts.power.as_ref()).map(plain);
        let Some((part, figure)) = part.zip(figure) else {
            silent += count as usize;
            continue;
        };
        let source = source_of(part.cable().and_then(|cable| cable.power.as_ref()?.source), &part.sources);
        match kinds.iter_mut().find(|kind| kind.label == part.name && kind.figure.as_ref() == Some(&figure)) {
            Some(kind) => kind.count += count,
            None => kinds.push(Kind { label: part.name.clone(), count, figure: Some(figure), source }),
        }
    }
    (kinds, silent)
}

fn plain(figure: &Figure<Watts>) -> Figure<f64> {
    let sane = |watts: Watts| if watts.is_finite() { watts.0.clamp(0.0, 1e12) } else { 0.0 };
    Figure { value: sane(figure.value), low: sane(figure.low), high: sane(figure.high), confidence: figure.confidence, source: figure.source }
}

fn sum(context: &Context, key: &str, label: &str, kinds: &[Kind], silent: usize, what: &str) -> Estimate {
    let named = kinds.len().min(MOST_KINDS);
    let mut terms: Vec<String> = (1..=named).map(|place| format!("count{place} * watts{place}")).collect();
    let caption = if silent == 0 { format!("All {what} have a figure") } else { format!("At least: {silent} {what} have no figure and are not counted") };
    let mut inputs = Vec::new();
    let mut sources = Vec::new();
    for (place, kind) in kinds.iter().take(named).enumerate() {
        let place = place + 1;
        inputs.push(Input::counted(&format!("count{place}"), &format!("how many: {}", kind.label), "", kind.count));
        inputs.push(Input::figure(&format!("watts{place}"), &kind.label, "W", kind.figure.clone()));
        sources.push(kind.source.clone());
    }
    let rest = kinds.iter().skip(named).filter_map(|kind| kind.figure.as_ref().map(|figure| (kind.count, figure)));
    let rest = rest.fold(None, |sum: Option<Figure<f64>>, (count, figure)| {
        let sum = sum.unwrap_or(Figure { value: 0.0, low: 0.0, high: 0.0, confidence: figure.confidence, source: None });
        Some(Figure {
            value: sum.value + count * figure.value,
            low: sum.low + count * figure.low,
            high: sum.high + count * figure.high,
            confidence: sum.confidence.max(figure.confidence),
            source: None,
        })
    });
    if let Some(rest) = rest {
        terms.push("rest".to_owned());
        inputs.push(Input::figure("rest", &format!("{} further parts together", kinds.len() - named), "W", Some(rest)));
    }
    let draft = Draft::new(key, label, "W", terms.join(" + "), SOURCE).partial(silent > 0).assume(caption).inputs(inputs);
    Estimate::new(sources.into_iter().fold(draft, Draft::source), context.recalled())
}
