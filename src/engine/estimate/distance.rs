//! How far apart endpoints are: hops over all pairs, and the slowest pair term by term.

use super::extremes::Extremes;
use super::pair::{latency, name, slowest_path};
use super::{Draft, Estimate, Input};
use crate::engine::context::Context;
use crate::engine::routes::Routes;
use crate::model::Confidence;

const ROUTES: &str = "Shortest routes by hop count over all ordered pairs of endpoints";

/// `hops-max` with the histogram in its assumptions, `hops-mean`, and `latency-worst` with its terms as inputs.
pub fn estimates(context: &Context, extremes: &Extremes) -> Vec<Estimate> {
    let Some(most) = extremes.most_hops else { return Vec::new() };
    let how = if extremes.is_complete() {
        "All pairs of endpoints; equal ones were looked at once".to_owned()
    } else {
        format!(
            "{} of {} endpoints stand for all others and were looked at, evenly spread: at least this, there may be a longer way",
            extremes.looked, extremes.of
        )
    };
    let pair = format!("{} to {}", name(context, most.from), name(context, most.to));
    let histogram: Vec<String> = extremes.hops.iter().map(|(hops, pairs)| format!("{pairs} at {hops}")).collect();
    let hops = Input::counted("hops", "hops of the farthest pair", "", most.value);
    let draft = Draft::new("hops-max", "Most hops between endpoints", "", "hops", ROUTES)
        .assume(format!("{pair}; pairs by hops: {}", histogram.join(", ")))
        .assume(how.clone())
        .input(hops);
    let mut all = vec![Estimate::new(draft, context.recalled())];

    let total: u64 = extremes.hops.values().fold(0, |sum, pairs| sum.saturating_add(*pairs));
    let walked: f64 = extremes.hops.iter().map(|(hops, pairs)| f64::from(*hops) * *pairs as f64).sum();
    let draft = Draft::new("hops-mean", "Mean hops between endpoints", "", "hops / pairs", ROUTES)
        .assume(how.clone())
        .input(Input::counted("hops", "hops of all pairs together", "", walked))
        .input(Input::counted("pairs", "ordered pairs with a route", "", total as f64));
    all.push(Estimate::new(draft, context.recalled()));

    if let Some(slowest) = extremes.slowest {
        let mut routes = Routes::new(&context.topology);
        routes.between(slowest.from, slowest.to);
        if let Some(path) = slowest_path(context, &routes, slowest.from) {
            let ends = format!("{} to {}, the slowest pair", name(context, slowest.from), name(context, slowest.to));
            let mut worst = latency(context, &path, &ends, "latency-worst", "Worst latency");
            // The terms are the inputs of the sum; each by itself is shown for the pair only.
            worst.truncate(1);
            all.extend(worst.into_iter().map(|mut total| {
                total.assume(how.clone());
                total
            }));
        }
    }
    all
}

/// Pairs of endpoints without a route, where there are any: `pairs-apart`.
pub fn apart(context: &Context, extremes: &Extremes) -> Option<Estimate> {
    (extremes.apart > 0).then(|| {
        let mut pairs = Input::counted("pairs", "ordered pairs of endpoints without a route", "", extremes.apart as f64);
        pairs.confidence = Confidence::Derived.label().to_owned();
        let draft = Draft::new("pairs-apart", "Pairs without a route", "", "pairs", ROUTES).assume("Endpoints never forward").input(pairs);
        Estimate::new(draft, context.recalled())
    })
}
