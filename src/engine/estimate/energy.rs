//! Energy per bit of every kind of link, and what its optics draw pluggable, linear and co-packaged.

use super::{Draft, Estimate, Input};
use crate::engine::context::Context;
use crate::model::{CableKind, Confidence, Figure, Part, PartId};
use crate::units::SortedMap;

/// Kinds of link whose energy per bit is shown; the rest are few.
const MOST_KINDS: usize = 12;
/// The catalogue's linear module of 800G.
const LINEAR: &str = "800g-lpo-dr8";

/// What a bit costs in energy on each kind of cable in use, most used first; then what all optics draw as they are drawn, and would draw
/// linear or co-packaged. Time: O(kinds of links), links where some have no cable.
pub fn estimates(context: &Context) -> Vec<Estimate> {
    let facts = context.topology.facts();
    let mut kinds: SortedMap<(&PartId, usize), usize> = SortedMap::new();
    let part_of = |at: usize| context.topology.links().get(at).and_then(|id| context.design.links.get(*id)).and_then(|link| link.part.as_ref());
    let firsts: Vec<Option<&PartId>> = facts.counts().iter().map(|(_, first)| part_of(*first)).collect();
    if firsts.iter().all(|part| part.is_some_and(|id| context.catalog.part(context.design, id).is_some())) {
        // Links of one kind are made of one cable.
        for (kind, (part, (count, _))) in firsts.iter().zip(facts.counts()).enumerate() {
            if let Some(part) = part {
                kinds.insert((*part, kind), *count);
            }
        }
    } else {
        for (at, (_, link)) in context.design.links.iter().enumerate() {
            if let Some((part, kind)) = link.part.as_ref().zip(facts.kind(at)) {
                *kinds.entry((part, kind)).or_default() += 1;
            }
        }
    }
    // Kinds of one part differ in their ports; of those whose figures are known the one most used speaks for the part.
    let is_known = |kind: usize| facts.kinds().get(kind).is_some_and(|facts| facts.rate.is_some() && facts.power.is_some());
    let mut parts: SortedMap<&PartId, (usize, usize, (bool, usize))> = SortedMap::new();
    for ((part, kind), count) in kinds.iter() {
        let entry = parts.entry(*part).or_insert((0, *kind, (false, 0)));
        let weight = (is_known(*kind), *count);
        if weight > entry.2 {
            (entry.1, entry.2) = (*kind, weight);
        }
        entry.0 += count;
    }
    let mut rows: Vec<(&PartId, usize, usize)> = parts.iter().map(|(part, (count, kind, _))| (*part, *count, *kind)).collect();
    crate::units::order::sort_by_key(&mut rows, |(_, count, _)| std::cmp::Reverse(*count));
    let estimate = |(id, count, kind): (&PartId, usize, usize)| {
        let part = context.catalog.part(context.design, id)?;
        let cable = part.cable()?;
        let (rate, power) = facts.kinds().get(kind).map(|facts| (facts.rate, facts.power.clone()))?;
        let (rate, power) = (rate.filter(|rate| rate.is_finite() && rate.0 > 0.0)?, power?);
        let watts = Figure { value: power.value.0, low: power.low.0, high: power.high.0, confidence: power.confidence, source: None };
        let what = match cable.kind {
            CableKind::Optic if cable.ends.iter().any(|end| end.form == crate::model::FormFactor::Cpo) => "co-packaged optics",
            CableKind::Optic if part.id.as_str().contains("lpo") => "linear pluggable optics",
            CableKind::Optic => "pluggable optics",
            other => other.label(),
        };
        let draft = Draft::new(
            &format!("energy-per-bit/{id}"),
            format!("Energy per bit, {}", part.name),
            "pJ",
            "watts / (2 * gbps) * 1000",
            "Power of the electronics of both ends over the rate of both directions",
        )
        .assume(format!("{what}; {count} links; without the switch chips and adapters at its ends"))
        .sources_of(&part.sources)
        .input(Input::figure("watts", "both ends of the link", "W", Some(watts)))
        .input(Input::counted("gbps", "rate of one direction", "Gb/s", rate.0));
        Some(Estimate::new(draft, context.recalled()))
    };
    let mut all: Vec<Estimate> = rows.into_iter().take(MOST_KINDS).filter_map(estimate).collect();
    all.extend(otherwise(context, &kinds));
    all
}

/// The optics of all links, as they are drawn and otherwise made.
fn otherwise(context: &Context, kinds: &SortedMap<(&PartId, usize), usize>) -> Vec<Estimate> {
    let facts = context.topology.facts();
    let (mut gbps, mut links) = (0.0, 0usize);
    let mut drawn = Figure { value: 0.0, low: 0.0, high: 0.0, confidence: Confidence::Specification, source: None };
    for ((part, kind), count) in kinds.iter() {
        let cable = context.catalog.part(context.design, part).and_then(Part::cable);
        let Some(facts) = facts.kinds().get(*kind).filter(|_| cable.is_some_and(|cable| cable.kind == CableKind::Optic)) else { continue };
        let Some((rate, power)) = facts.rate.filter(|rate| rate.is_finite() && rate.0 > 0.0).zip(facts.power.as_ref()) else { continue };
        let times = *count as f64;
        links += count;
        gbps += rate.0 * times;
        drawn = Figure {
            value: drawn.value + power.value.0 * times,
            low: drawn.low + power.low.0 * times,
            high: drawn.high + power.high.0 * times,
            confidence: drawn.confidence.max(power.confidence),
            source: None,
        };
    }
    if links == 0 {
        return Vec::new();
    }
    let draft = |key: &str, label: &str, formula: &str, source: &str| {
        Draft::new(key, label, "W", formula, source)
            .assume(format!("{links} links with optics whose power is known; both ends, without switch chips and adapters"))
    };
    let rates = || Input::counted("gbps", "rate of one direction, all links", "Gb/s", gbps);
    let module = |value: f64, low: f64, high: f64, confidence: Confidence| Figure { value, low, high, confidence, source: None };
    let linear = context.catalog.built_in(LINEAR).and_then(Part::cable).and_then(|cable| cable.power.as_ref());
    let linear = linear.map(|figure| module(figure.value.0, figure.low.0, figure.high.0, figure.confidence));
    let all = [
        draft("optics-power", "Power of optics as drawn", "drawn", "Sum over the links, at the most each module draws").input(Input::figure("drawn", "modules of all links", "W", Some(drawn))),
        draft("optics-power-linear", "Power of optics if all were linear", "2 * gbps / 800 * watts", "Linear modules have no signal processor; switch and adapter must be made for them")
            .source("Axiom: 800G LPO against DSP modules (reseller), https://www.axiomupgrades.com/inside-the-stack-detail/800g-lpo-vs-dsp-in-ai-clusters-measured-power-thermal-load-and-failure-domains/")
            .input(rates())
            .input(Input::figure("watts", "a linear module of 800G", "W", linear)),
        draft("optics-power-co-packaged", "Power of optics if all were co-packaged", "2 * gbps / 1600 * watts", "Optical engines beside the switch chip; what fails is the switch, not a module")
            .assume("The adapters' ends too: co-packaged optics are sold in switches only today")
            .source("NVIDIA on silicon photonics (press): 9 W for 1.6T, against 30 W of a module, https://www.techpowerup.com/forums/posts/5479274")
            .input(rates())
            .input(Input::figure("watts", "optical engines of 1.6T", "W", Some(module(9.0, 9.0, 9.0, Confidence::Press)))),
    ];
    all.into_iter().map(|draft| Estimate::new(draft, context.recalled())).collect()
}
