//! How far apart endpoints are: hops over all pairs, and the slowest pair term by term.

use super::pair::{Path, latency, name};
use super::{Draft, Estimate, Input};
use crate::engine::context::Context;
use crate::engine::latency::{AllPairs, Pair, quickest_stop_path, slowest_path};
use crate::model::Confidence;

const ROUTES: &str = "Fewest hops of the routing in force over all ordered pairs of endpoints";

/// `hops-max` with the histogram in its assumptions, `hops-mean`, `latency-worst` and `latency-best` with their terms as inputs, and
/// `latency-mean`.
pub fn estimates(context: &Context, pairs: &AllPairs) -> Vec<Estimate> {
    let Some(most) = pairs.most_hops else { return Vec::new() };
    let how = if pairs.is_complete() {
        "All pairs of endpoints; equal ones were looked at once".to_owned()
    } else {
        format!(
            "{} of {} endpoints that stand for all others were looked at, evenly spread, for a live report has no time for more: at least this, there may be a longer way; Latency over all pairs looks at all when asked",
            pairs.looked, pairs.of
        )
    };
    let pair = format!("{} to {}", name(context, most.from), name(context, most.to));
    let histogram: Vec<String> = pairs.hops.iter().map(|(hops, pairs)| format!("{pairs} at {hops}")).collect();
    let hops = Input::counted("hops", "hops of the farthest pair", "", most.value);
    let draft = Draft::new("hops-max", "Most hops between endpoints", "", "hops", ROUTES)
        .assume(format!("{pair}; pairs by hops: {}", histogram.join(", ")))
        .assume(how.clone())
        .assume(pairs.routing(context))
        .input(hops);
    let mut all = vec![Estimate::new(draft, context.recalled())];

    let total: u64 = pairs.hops.values().fold(0, |sum, pairs| sum.saturating_add(*pairs));
    let walked: f64 = pairs.hops.iter().map(|(hops, pairs)| f64::from(*hops) * *pairs as f64).sum();
    let draft = Draft::new("hops-mean", "Mean hops between endpoints", "", "hops / pairs", ROUTES)
        .assume(how.clone())
        .input(Input::counted("hops", "hops of all pairs together", "", walked))
        .input(Input::counted("pairs", "ordered pairs with a route", "", total as f64));
    all.push(Estimate::new(draft, context.recalled()));

    let tally = &pairs.tally;
    let ends = |pair: &Pair, word: &str| format!("{} to {}, the {word} pair", name(context, pair.from), name(context, pair.to));
    let mut of_pair = |pair: &Pair, word: &str, key: &str, label: &str| {
        let path = if key == "latency-best" { quickest_stop_path } else { slowest_path };
        let arcs = path(context, pairs.message, pair.from, pair.to)?;
        let path = Path { arcs, from: pair.from, to: pair.to };
        // The terms are the inputs of the sum; each by itself is shown for the pair only.
        let mut total = latency(context, &path, &ends(pair, word), key, label).into_iter().next()?;
        total.assume(how.clone());
        total.assume(pairs.routing(context));
        all.push(total.clone());
        Some(total)
    };
    let Some(worst) = tally.slowest().and_then(|pair| of_pair(&pair, "slowest", "latency-worst", "Worst latency")) else { return all };
    if let Some(quickest) = tally.quickest().filter(|_| pairs.is_complete()) {
        of_pair(&quickest, "quickest", "latency-best", "Best latency");
    }
    let counted = tally.pairs() as f64;
    let total = tally.mean().filter(|_| pairs.is_complete()).map(|mean| mean * counted);
    let label = match total {
        Some(_) if pairs.by_tables == Some(true) => "latencies of all pairs together, each over its ways by the tables".to_owned(),
        Some(_) => "latencies of all pairs together, each over the slowest of its equal routes".to_owned(),
        None if pairs.is_complete() => format!("{} pairs have a link on the way whose rate is not known", tally.unknown()),
        None => "too many pairs for a live report; Latency over all pairs works it out when asked".to_owned(),
    };
    // It rests on what the slowest pair rests on.
    let range = pairs.mean_range.filter(|_| total.is_some()).map(|range| range.map(|mean| mean * counted));
    let [low, high] = [0, 1].map(|end| range.and_then(|range| range.get(end).copied()));
    let recalled = worst.is_recalled();
    let total = Input { value: total, low, high, confidence: worst.confidence().to_owned(), recalled, ..Input::figure("total", &label, "ns", None) };
    let unranged = total.value.is_some() && range.is_none();
    let draft = Draft::new("latency-mean", "Mean latency", "ns", "total / pairs", ROUTES)
        .assume(how)
        .assume(pairs.routing(context))
        .assume(format!("Message of {}, nothing else in the fabric; on the wire, adapters included", pairs.message))
        .input(total)
        .input(Input::counted("pairs", "ordered pairs with a route", "", counted));
    let draft = if unranged { draft.assume("Its range is not worked out: too many pairs for a live report") } else { draft };
    all.push(Estimate::new(draft, context.recalled()));
    all
}

/// Pairs of endpoints without a route, where there are any: `pairs-apart`.
pub fn apart(context: &Context, pairs: &AllPairs) -> Option<Estimate> {
    (pairs.apart > 0).then(|| {
        let mut pairs = Input::counted("pairs", "ordered pairs of endpoints without a route", "", pairs.apart as f64);
        pairs.confidence = Confidence::Derived.label().to_owned();
        let draft = Draft::new("pairs-apart", "Pairs without a route", "", "pairs", ROUTES).assume("Endpoints never forward").input(pairs);
        Estimate::new(draft, context.recalled())
    })
}
