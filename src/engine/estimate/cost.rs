//! What a design costs to buy and to run, and what a cheaper part must hold up to.

use super::{Draft, Estimate, Input};
use crate::engine::assumptions::{Assumption, COOLING, ENERGY_PRICE, FAILURE_LABOUR, LOAD, OUTAGE, REFURBISHED_SAVING, XPU_HOUR, YEARS};
use crate::engine::context::Context;
use crate::engine::cost::{Cost, Money, Priced, Quote, Total, cost_with};
use crate::engine::materials::Item;
use crate::model::{Confidence, Figure, PartKind, Recalled, Tier};

const SOURCE: &str = "Sum over the bill of materials; prices with their sources are in the bill of materials";
const TOLERANCE: &str = "A cheaper part pays while its saving is more than the failures it adds cost: years x failures a year x (labour + XPUs x hours lost x price of an XPU-hour)";
const ENERGY: &str = "Power drawn at most x share of it in use x cooling factor";

/// Everything about money, energy and vendors, in the order it is shown. `power` is the estimate of that key. Prices are shown where at least one line has one.
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
    all.extend(super::energy::estimates(context));
    all.extend(super::openness::estimates(context, cost));
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
            open => format!("So far: {open} of {lines} lines have no price and are not counted"),
        };
        let replaced = match total.replaced {
            0 => String::new(),
            1 => "; 1 line has no such offer and is bought new from its maker".to_owned(),
            many => format!("; {many} lines have no such offer and are bought new from their makers"),
        };
        let kept = match total.kept {
            0 => String::new(),
            1 => "; 1 line is kept and costs nothing".to_owned(),
            many => format!("; {many} lines are kept and cost nothing"),
        };
        known + &replaced + &kept
    };
    let sum = |key: &str, label: &str, total: &Total| {
        let draft = Draft::new(key, label, &unit, "nodes + optics", SOURCE).partial(total.unpriced > 0);
        Estimate::new(draft.assume(told(total)).assume("Spares are bought too").inputs(inputs(total)), context.recalled())
    };
    let label = if cost.chosen.unpriced > 0 { "Cost to buy, of what has a price" } else { "Cost to buy" };
    let mut all = vec![sum("cost", label, &cost.chosen)];
    for (tier, total) in Tier::ALL.into_iter().zip(&cost.tiers) {
        let label = format!("Cost if all is bought {}", if tier == Tier::Oem { "from the makers" } else { tier.word() });
        all.push(sum(&format!("cost-{}", tier.word()), &label, total));
    }
    // A share of what is half known, or a price by XPU without the XPUs, is a wrong number and no low one.
    if cost.chosen.all().value > 0 && cost.chosen.unpriced == 0 {
        let draft = Draft::new("cost-optics-share", "Share of optics and cables in the cost", "%", "100 * optics / (nodes + optics)", SOURCE)
            .assume(told(&cost.chosen));
        all.push(Estimate::new(draft.inputs(inputs(&cost.chosen)), context.recalled()));
    }
    let xpus = context.census().xpus as f64;
    if xpus > 0.0 && xpus_priced(context, cost) {
        let draft = Draft::new("cost-per-xpu", "Cost per XPU", &unit, "(nodes + optics) / xpus", SOURCE).partial(cost.chosen.unpriced > 0);
        let draft = draft.assume(told(&cost.chosen)).inputs(inputs(&cost.chosen));
        all.push(Estimate::new(draft.input(Input::counted("xpus", "XPUs", "", xpus)), context.recalled()));
    }
    if cost.chosen.unpriced > 0 {
        let lines = Input::counted("lines", "lines of the bill of materials without a price", "", cost.chosen.unpriced as f64);
        let draft = Draft::new("cost-unpriced", "Lines without a price", "", "lines", "Counted in the bill of materials")
            .assume("What is not known is not zero: what these lines cost comes on top");
        all.push(Estimate::new(draft.input(lines), context.recalled()));
    }
    all
}

/// Whether everything that holds an XPU is to be bought and has a price.
fn xpus_priced(context: &Context, cost: &Cost) -> bool {
    cost.lines.iter().all(|line| {
        let Item::Part(id) = &line.line.item else { return true };
        let holds = context.catalog.part(context.design, id).is_some_and(|part| part.xpu_count() > 0);
        !holds || (!line.line.is_kept() && line.bought(line.tier).is_some())
    })
}

/// What eats the saving of refurbished switches and of compatible modules: failures, and for switches power and support besides.
fn tolerances(context: &Context, cost: &Cost) -> Vec<Estimate> {
    let used = saving(context, cost, Tier::Refurbished, false).map(|saving| {
        [
            ("break-even-refurbished", "More failures a year that a refurbished switch may bring", "per year", FAILURES, TOLERANCE),
            ("break-even-refurbished-power", "More power that a refurbished switch may draw", "W", POWER, "A year has 8,760 hours"),
            ("break-even-refurbished-support", "What warranty and support of a refurbished switch may cost more a year", "", SUPPORT, SPREAD),
        ]
        .map(|(key, label, unit, formula, source)| against(context, cost, &saving, key, label, unit, formula, source))
    });
    let compatible = saving(context, cost, Tier::Compatible, true).map(|saving| {
        let label = "More failures a year that a compatible cable or module may bring";
        against(context, cost, &saving, "break-even-compatible", label, "per year", FAILURES, TOLERANCE)
    });
    used.into_iter().flatten().chain(compatible).flatten().collect()
}

const FAILURES: &str = "(new - cheap) / (pieces * years * (labour + xpus * hours * xpu_hour))";
const POWER: &str = "(new - cheap) / (pieces * years * 8760 * load / 100 * cooling * price / 1000)";
const SUPPORT: &str = "(new - cheap) / (pieces * years)";
const SPREAD: &str = "The saving, spread over the years and the pieces";

/// What pieces of one kind cost new from their makers and at another tier.
struct Saving {
    tier: Tier,
    new: Money,
    cheap: Money,
    pieces: usize,
    /// Lines without an offer, where the market's claim stands in.
    claimed: usize,
    /// What the prices new, and those at the tier, rest on.
    confidence: [Confidence; 2],
}

/// What switches (or cables, modules and fibres) save at a tier; nothing where no line has both prices.
fn saving(context: &Context, cost: &Cost, tier: Tier, optics: bool) -> Option<Saving> {
    let mut sum = Saving { tier, new: Money::default(), cheap: Money::default(), pieces: 0, claimed: 0, confidence: [Confidence::Specification; 2] };
    let wanted = |line: &&Priced| if optics { line.line.is_optics() } else { line.line.kind == Some(PartKind::Switch) };
    for line in cost.lines.iter().filter(wanted) {
        let Some((before, _)) = line.bought(Tier::Oem) else { continue };
        let claim = REFURBISHED_SAVING.figure(&context.design.meta.settings);
        for (sum, quote) in sum.confidence.iter_mut().zip([line.quote(Tier::Oem), line.quote(tier)]) {
            if let Quote::Known { confidence: own, .. } = quote {
                *sum = (*sum).max(*own);
            }
        }
        let after = match line.bought(tier) {
            Some((after, from)) if from == tier => after,
            // Nobody lists one: the market's claim stands in for used switches, and for nothing else.
            _ if !optics => {
                sum.claimed += 1;
                sum.confidence[1] = sum.confidence[1].max(claim.confidence);
                let left = |percent: f64, cents: i64| (cents as f64 * (1.0 - percent / 100.0)).round() as i64;
                Money { value: left(claim.value, before.value), low: left(claim.high, before.low), high: left(claim.low, before.high) }
            }
            _ => continue,
        };
        for (sum, more) in [(&mut sum.new, before), (&mut sum.cheap, after)] {
            sum.value = sum.value.saturating_add(more.value);
            sum.low = sum.low.saturating_add(more.low);
            sum.high = sum.high.saturating_add(more.high);
        }
        sum.pieces += line.line.bought();
    }
    (sum.pieces > 0 && sum.new.value > 0).then_some(sum)
}

/// A saving against what eats it, by one of the formulas above. Nothing where failures stop no XPU.
#[expect(clippy::too_many_arguments, reason = "three rows of words, told apart where they are called")]
fn against(context: &Context, cost: &Cost, saving: &Saving, key: &str, label: &str, unit: &str, formula: &str, source: &str) -> Option<Estimate> {
    let money_unit = cost.currency.to_string();
    let xpus = context.census().xpus as f64;
    // Prices of one part move together, so the saving is reckoned from the middles; the range is that of what eats it.
    let [new, cheap] = saving.confidence;
    let exact = |money: Money| Money { low: money.value, high: money.value, ..money };
    let mut draft = Draft::new(key, label, if unit.is_empty() { &money_unit } else { unit }, formula, source)
        .assume(match saving.claimed {
            0 => "All prices are those of the bill of materials".to_owned(),
            many => format!("{many} lines have no refurbished offer: the market's claim of 40 to 60 % off stands in"),
        })
        .source("Interconnect wars and the compatible hardware market (reseller, 2026): refurbished switches 40 to 60 % below new")
        .input(money("new", "bought new from their makers", &money_unit, exact(saving.new), new))
        .input(money("cheap", &format!("bought {}", saving.tier.word()), &money_unit, exact(saving.cheap), cheap))
        .input(Input::counted("pieces", "pieces bought", "", saving.pieces as f64))
        .input(assumed("years", "", &YEARS, context));
    if formula == FAILURES {
        if xpus == 0.0 {
            return None;
        }
        draft = draft
            .assume("Every failure stops one job on all XPUs; the larger the job, the less the price of the part matters")
            .input(assumed("labour", &money_unit, &FAILURE_LABOUR, context))
            .input(Input::counted("xpus", "XPUs that stand still", "", xpus))
            .input(assumed("hours", "h", &OUTAGE, context))
            .input(assumed("xpu_hour", &money_unit, &XPU_HOUR, context));
    } else {
        draft = draft.assume("With nothing else that is worse: each of failures, power and support is reckoned against the whole saving");
    }
    if formula == POWER {
        draft = draft.input(assumed("load", "%", &LOAD, context)).input(assumed("cooling", "", &COOLING, context)).input(assumed(
            "price",
            &money_unit,
            &ENERGY_PRICE,
            context,
        ));
    }
    Some(Estimate::new(draft, context.recalled()))
}

/// Energy of a year, its price over the years, and the price of buying and running together.
fn running(context: &Context, cost: &Cost, power: &Estimate) -> Vec<Estimate> {
    let unit = cost.currency.to_string();
    let watts = Input::of("watts", power);
    // What nobody gives the power of takes more of it.
    let partial = power.is_partial();
    let label = |words: &str| if partial { format!("{words}, of what has a figure") } else { words.to_owned() };
    let year = |draft: Draft| {
        draft
            .partial(partial)
            .assume("The fabric runs all hours of the year")
            .input(watts.clone())
            .input(assumed("load", "%", &LOAD, context))
            .input(assumed("cooling", "", &COOLING, context))
    };
    let energy = year(Draft::new("energy-year", label("Energy of a year"), "kWh", "watts / 1000 * load / 100 * cooling * 8760", ENERGY));
    let bill = year(Draft::new("cost-energy", label("Cost of energy"), &unit, "watts / 1000 * load / 100 * cooling * 8760 * years * price", ENERGY))
        .input(assumed("years", "", &YEARS, context))
        .input(assumed("price", &unit, &ENERGY_PRICE, context))
        .assume(format!("The price of a kWh is in {unit}; it is assumed until the design states one"));
    vec![Estimate::new(energy, context.recalled()), Estimate::new(bill, context.recalled())]
}
