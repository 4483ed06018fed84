//! What a design costs to buy and to run, what a cheaper part must hold up to, and how much of it can be had from more than one vendor.

use super::{Draft, Estimate, Input};
use crate::catalog::Catalog;
use crate::engine::assumptions::{Assumption, COOLING, ENERGY_PRICE, FAILURE_LABOUR, LOAD, OUTAGE, REFURBISHED_SAVING, XPU_HOUR, YEARS};
use crate::engine::context::Context;
use crate::engine::cost::{Cost, Money, Priced, Quote, Total, cost_with};
use crate::engine::materials::Item;
use crate::model::{CableKind, Confidence, Figure, LinkLayer, Part, PartId, PartKind, Recalled, Tier};
use crate::units::SortedMap;

const SOURCE: &str = "Sum over the bill of materials; prices with their sources are in the bill of materials";
const TOLERANCE: &str = "A cheaper part pays while its saving is more than the failures it adds cost: years x failures a year x (labour + XPUs x hours lost x price of an XPU-hour)";
const ENERGY: &str = "Power drawn at most x share of it in use x cooling factor";
/// Kinds of link whose energy per bit is shown; the rest are few.
const MOST_KINDS: usize = 12;

/// Everything about money, energy and vendors. `power` is the estimate of that key. Prices are shown where at least one line has one.
pub fn estimates(context: &Context, power: Option<&Estimate>) -> Vec<Estimate> {
    let mut cost = context.cost();
    let with_recalled;
    if context.recalled() == Recalled::LeftOut {
        // Left out, a recalled price makes the estimate unknown instead of making it smaller.
        with_recalled = cost_with(context.design, cost.lines.iter().map(|line| line.line.clone()).collect(), Recalled::Used);
        cost = &with_recalled;
    }
    let mut all = Vec::new();
    if cost.chosen.priced > 0 {
        all.extend(buying(context, cost));
        all.extend(tolerances(context, cost));
    }
    all.extend(power.filter(|power| power.value().is_none_or(|watts| watts > 0.0)).map(|power| running(context, cost, power)).unwrap_or_default());
    all.extend(energy_per_bit(context));
    all.extend(openness(context, cost));
    all
}

fn money(name: &str, label: &str, unit: &str, money: Money, confidence: Confidence) -> Input {
    let [value, low, high] = money.units();
    Input::figure(name, label, unit, Some(Figure { value, low, high, confidence, source: None }))
}

fn assumed(name: &str, unit: &str, assumption: &Assumption, context: &Context) -> Input {
    Input::figure(name, &crate::units::lower(assumption.label), unit, Some(assumption.figure(&context.design.meta.settings)))
}

fn buying(context: &Context, cost: &Cost) -> Vec<Estimate> {
    let unit = cost.currency.to_string();
    let inputs = |total: &Total| {
        let confidence = total.confidence;
        [
            money("nodes", "racks, systems, switches and adapters", &unit, total.nodes, confidence),
            money("optics", "cables, modules and fibres", &unit, total.optics, confidence),
        ]
    };
    let told = |total: &Total| {
        let lines = total.priced + total.unpriced;
        let known = match total.unpriced {
            0 => format!("All {lines} lines have a price"),
            open => format!("At least: {open} of {lines} lines have no price and are not counted"),
        };
        let replaced = match total.replaced {
            0 => String::new(),
            1 => "; 1 line has no such offer and is bought new from its maker".to_owned(),
            many => format!("; {many} lines have no such offer and are bought new from their makers"),
        };
        known + &replaced
    };
    let sum = |key: &str, label: &str, total: &Total| {
        let draft = Draft::new(key, label, &unit, "nodes + optics", SOURCE).assume(told(total)).assume("Spares are bought too").inputs(inputs(total));
        Estimate::new(draft, context.recalled())
    };
    let mut all = vec![sum("cost", "Cost to buy", &cost.chosen)];
    for (tier, total) in Tier::ALL.into_iter().zip(&cost.tiers) {
        let label = format!("Cost if all is bought {}", if tier == Tier::Oem { "from the makers" } else { tier.word() });
        all.push(sum(&format!("cost-{}", tier.word()), &label, total));
    }
    if cost.chosen.all().value > 0 {
        let draft =
            Draft::new("cost-optics-share", "Share of optics and cables in the cost", "", "optics / (nodes + optics)", SOURCE).assume(told(&cost.chosen));
        all.push(Estimate::new(draft.inputs(inputs(&cost.chosen)), context.recalled()));
    }
    let xpus = xpus(context);
    if xpus > 0.0 {
        let draft =
            Draft::new("cost-per-xpu", "Cost per XPU", &unit, "(nodes + optics) / xpus", SOURCE).assume(told(&cost.chosen)).inputs(inputs(&cost.chosen));
        all.push(Estimate::new(draft.input(Input::counted("xpus", "XPUs", "", xpus)), context.recalled()));
    }
    if cost.chosen.unpriced > 0 {
        let lines = Input::counted("lines", "lines of the bill of materials without a price", "", cost.chosen.unpriced as f64);
        let draft = Draft::new("cost-unpriced", "Lines without a price", "", "lines", "Counted in the bill of materials")
            .assume("What is not known is not zero: totals are at least what they say");
        all.push(Estimate::new(draft.input(lines), context.recalled()));
    }
    all
}

fn xpus(context: &Context) -> f64 {
    context.design.nodes.iter().map(|(_, node)| context.part_of(node).map_or(0, Part::xpu_count)).sum::<usize>() as f64
}

/// How many failures more a year one refurbished switch, or one compatible module, may bring before it costs more than it saves.
fn tolerances(context: &Context, cost: &Cost) -> Vec<Estimate> {
    let kinds = [
        ("break-even-refurbished", "More failures a year that a refurbished switch may bring", Tier::Refurbished, false),
        ("break-even-compatible", "More failures a year that a compatible cable or module may bring", Tier::Compatible, true),
    ];
    kinds.into_iter().filter_map(|(key, label, tier, optics)| tolerance(context, cost, key, label, tier, optics)).collect()
}

fn tolerance(context: &Context, cost: &Cost, key: &str, label: &str, tier: Tier, optics: bool) -> Option<Estimate> {
    let unit = cost.currency.to_string();
    let mut new = Money::default();
    let (mut cheap, mut pieces, mut claimed) = (Money::default(), 0usize, 0usize);
    let mut confidence = Confidence::Specification;
    let wanted = |line: &&Priced| if optics { line.line.is_optics() } else { line.line.kind == Some(PartKind::Switch) };
    for line in cost.lines.iter().filter(wanted) {
        let Some((before, _)) = line.bought(Tier::Oem) else { continue };
        let saving = REFURBISHED_SAVING.figure(&context.design.meta.settings);
        for quote in [line.quote(Tier::Oem), line.quote(tier)] {
            if let Quote::Known { confidence: own, .. } = quote {
                confidence = confidence.max(*own);
            }
        }
        let after = match line.bought(tier) {
            Some((after, from)) if from == tier => after,
            // Nobody lists one: the market's claim stands in for used switches, and for nothing else.
            _ if !optics => {
                claimed += 1;
                confidence = confidence.max(saving.confidence);
                let left = |percent: f64, cents: i64| (cents as f64 * (1.0 - percent / 100.0)).round() as i64;
                Money { value: left(saving.value, before.value), low: left(saving.high, before.low), high: left(saving.low, before.high) }
            }
            _ => continue,
        };
        for (sum, more) in [(&mut new, before), (&mut cheap, after)] {
            sum.value = sum.value.saturating_add(more.value);
            sum.low = sum.low.saturating_add(more.low);
            sum.high = sum.high.saturating_add(more.high);
        }
        pieces += line.line.bought();
    }
    let xpus = xpus(context);
    if pieces == 0 || xpus == 0.0 || new.value <= 0 {
        return None;
    }
    // Prices of one part move together, so the saving is reckoned from the middles; the range is that of what a failure costs.
    let exact = |money: Money| Money { low: money.value, high: money.value, ..money };
    let draft = Draft::new(key, label, "per year", "(new - cheap) / (pieces * years * (labour + xpus * hours * xpu_hour))", TOLERANCE)
        .assume("Every failure stops one job on all XPUs; the larger the job, the less the price of the part matters")
        .assume(match claimed {
            0 => "All prices are those of the bill of materials".to_owned(),
            many => format!("{many} lines have no refurbished offer: the market's claim of 40 to 60 % off stands in"),
        })
        .source("Interconnect wars and the compatible hardware market (reseller, 2026): refurbished switches 40 to 60 % below new")
        .input(money("new", "bought new from their makers", &unit, exact(new), confidence))
        .input(money("cheap", &format!("bought {}", tier.word()), &unit, exact(cheap), confidence))
        .input(Input::counted("pieces", "pieces bought", "", pieces as f64))
        .input(assumed("years", "", &YEARS, context))
        .input(assumed("labour", &unit, &FAILURE_LABOUR, context))
        .input(Input::counted("xpus", "XPUs that stand still", "", xpus))
        .input(assumed("hours", "h", &OUTAGE, context))
        .input(assumed("xpu_hour", &unit, &XPU_HOUR, context));
    Some(Estimate::new(draft, context.recalled()))
}

/// Energy of a year, its price over the years, and the price of buying and running together.
fn running(context: &Context, cost: &Cost, power: &Estimate) -> Vec<Estimate> {
    let unit = cost.currency.to_string();
    let range = power.range();
    let watts = Input {
        name: "watts".to_owned(),
        label: power.label().to_owned(),
        value: power.value(),
        low: range.map(|range| range.0),
        high: range.map(|range| range.1),
        unit: "W".to_owned(),
        confidence: power.confidence().to_owned(),
        recalled: power.is_recalled(),
    };
    let year = |draft: Draft| {
        draft
            .assume("The fabric runs all hours of the year")
            .input(watts.clone())
            .input(assumed("load", "%", &LOAD, context))
            .input(assumed("cooling", "", &COOLING, context))
    };
    let energy = year(Draft::new("energy-year", "Energy of a year", "kWh", "watts / 1000 * load / 100 * cooling * 8760", ENERGY));
    let bill = year(Draft::new("cost-energy", "Cost of energy", &unit, "watts / 1000 * load / 100 * cooling * 8760 * years * price", ENERGY))
        .input(assumed("years", "", &YEARS, context))
        .input(assumed("price", &unit, &ENERGY_PRICE, context))
        .assume(format!("The price of a kWh is in {unit}; it is assumed until the design states one"));
    vec![Estimate::new(energy, context.recalled()), Estimate::new(bill, context.recalled())]
}

/// What a bit costs in energy on each kind of cable in use, most used first.
fn energy_per_bit(context: &Context) -> Vec<Estimate> {
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
    rows.into_iter().take(MOST_KINDS).filter_map(estimate).collect()
}

/// How much of the fabric can be bought from more than one vendor: by protocol, over links, and by part, over pieces.
fn openness(context: &Context, cost: &Cost) -> Vec<Estimate> {
    let facts = context.topology.facts();
    let (mut known, mut open) = (0usize, 0usize);
    let mut closed: SortedMap<&'static str, usize> = SortedMap::new();
    for (kind, (count, _)) in facts.kinds().iter().zip(facts.counts()) {
        let Some(layer) = kind.layer else { continue };
        known += count;
        if is_open(layer) {
            open += count;
        } else {
            *closed.entry(layer.label()).or_default() += count;
        }
    }
    let mut all = Vec::new();
    if known > 0 {
        let touched: Vec<String> = closed.iter().map(|(layer, links)| format!("{layer} on {links} links")).collect();
        let draft = Draft::new(
            "openness-links",
            "Links on a protocol of several vendors",
            "",
            "open / links",
            "Ethernet, UALink and PCIe are specified in the open and made by several vendors; InfiniBand, NVLink, xGMI, ICI and NeuronLink come from one",
        )
        .assume(if touched.is_empty() {
            "No link is bound to one vendor".to_owned()
        } else {
            format!("Bound to one vendor, and touched by a change of protocol: {}", touched.join(", "))
        })
        .input(Input::counted("open", "links on such a protocol", "", open as f64))
        .input(Input::counted("links", "links whose protocol is known", "", known as f64));
        all.push(Estimate::new(draft, context.recalled()));
    }
    let mut shelf: SortedMap<&PartId, bool> = SortedMap::new();
    for line in &cost.lines {
        if let Item::Part(id) = &line.line.item {
            let open = context.catalog.part(context.design, id).is_some_and(|part| several_make(context.catalog, part, line));
            shelf.insert(id, open);
        }
    }
    let (mut pieces, mut open) = (0usize, 0usize);
    for line in cost.lines.iter().filter(|line| line.line.kind.is_some() && line.line.kind != Some(PartKind::Rack)) {
        let counted = match &line.line.item {
            Item::Fibre(_) => true,
            Item::Part(id) => shelf.get(&id).copied().unwrap_or(false),
            Item::Unchosen => continue,
        };
        pieces = pieces.saturating_add(line.line.count);
        open = open.saturating_add(if counted { line.line.count } else { 0 });
    }
    if pieces > 0 {
        let draft = Draft::new(
            "openness-parts",
            "Pieces that several vendors make",
            "",
            "open / pieces",
            "A compatible offer is listed, the part is a generic one, or another vendor's part of the catalogue has the same ports",
        )
        .assume("Racks and spares are not counted")
        .input(Input::counted("open", "pieces that several vendors make", "", open as f64))
        .input(Input::counted("pieces", "pieces drawn", "", pieces as f64));
        all.push(Estimate::new(draft, context.recalled()));
    }
    all
}

/// Whether a link layer is specified in the open and made by several vendors.
const fn is_open(layer: LinkLayer) -> bool {
    matches!(layer, LinkLayer::Ethernet | LinkLayer::Pcie | LinkLayer::UaLink)
}

/// Whether a part can be bought from more than one vendor. Time: O(parts) for switches and adapters.
fn several_make(catalog: &Catalog, part: &Part, line: &Priced) -> bool {
    if part.vendor == "Generic" || line.quote(Tier::Compatible).each().is_some() {
        return true;
    }
    // The same cages at the same rates on a layer of several vendors, from somebody else.
    let ports = |part: &Part| part.ports.iter().map(|group| (group.count, group.form, group.gbps.map(|rate| rate.0.to_bits()))).collect::<Vec<_>>();
    let open = part.ports.iter().any(|group| group.layers.iter().any(|layer| is_open(*layer)));
    let alike = |other: &Part| other.kind == part.kind && other.vendor != part.vendor && !other.is_generic() && ports(other) == ports(part);
    open && matches!(part.kind, PartKind::Nic | PartKind::Switch) && catalog.parts().any(alike)
}
