//! Latency over all pairs in words.

use std::fmt::Write;

use weft::engine::latency::answer::{Answer, Ends};
use weft::render::plot::of;
use weft::units::{Nanoseconds, grouped};

use crate::text::{Paint, tame};

/// How wide the longest bar of a histogram is.
const BAR: f64 = 32.0;

fn time(value: Option<f64>) -> String {
    value.map_or_else(|| "unknown".to_owned(), |value| Nanoseconds(value).to_string())
}

/// Classes, the slowest pairs and the histogram.
pub fn write(out: &mut String, answer: &Answer, paint: Paint) {
    let switching = if answer.stores { "store-and-forward" } else { "cut-through" };
    let title = format!("Latency over all pairs, {}, {switching} where parts do not say", of::message_words(answer.message));
    let _ = writeln!(out, "  {}", paint.strong(&title));
    if answer.pairs == 0 {
        let _ = writeln!(out, "    No two endpoints have a route.");
        return;
    }
    let _ = writeln!(out, "    {} pairs: best {}, mean {}, worst {}", grouped(answer.pairs), time(answer.best), time(answer.mean), time(answer.worst));
    for (count, words) in [(answer.apart, "have no route"), (answer.unknown, "have a link on the way whose rate is not known")] {
        if count > 0 {
            let _ = writeln!(out, "    {} more {words}", grouped(count));
        }
    }
    let _ = writeln!(
        out,
        "{}",
        paint.faint(&format!("    {:<24} {:>5} {:>14} {:>11} {:>11} {:>11}  software, a step", "", "hops", "pairs", "best", "mean", "worst"))
    );
    for row in &answer.classes {
        let software = row.software.map_or_else(|| "unknown".to_owned(), |(low, high)| format!("{} to {}", Nanoseconds(low), Nanoseconds(high)));
        let (best, mean, worst) = (time(row.best), time(row.mean), time(row.worst));
        let _ = writeln!(out, "    {:<24} {:>5} {:>14} {best:>11} {mean:>11} {worst:>11}  {software}", row.name, row.hops, grouped(row.pairs));
        let terms: Vec<String> = row.terms.iter().map(|(label, value)| format!("{} {}", label.to_lowercase(), Nanoseconds(*value))).collect();
        let [from, to] = row.slowest.names.each_ref().map(|name| tame(name));
        let _ = writeln!(out, "{}", paint.faint(&format!("      {from} to {to}: {}", terms.join(" + "))));
    }
    let _ = writeln!(out, "    Slowest pairs");
    for Ends { names: [from, to], latency, like, .. } in &answer.longest {
        let more = if *like > 1 { format!(", and {} like it", grouped(like - 1)) } else { String::new() };
        let _ = writeln!(out, "      {:>11}  {} to {}{more}", time(*latency), tame(from), tame(to));
    }
    let Some(plot) = of::latency(answer) else { return };
    let _ = writeln!(out, "    Histogram");
    let most = plot.series.iter().flat_map(|series| &series.spots).map(|spot| spot.y).fold(0.0, f64::max);
    for series in &plot.series {
        for spot in &series.spots {
            let bar = "#".repeat(((spot.y / most.max(f64::MIN_POSITIVE) * BAR).round() as usize).max(1));
            let _ = writeln!(out, "      {:>11}  {bar} {}, {}", plot.x.words(spot.x), spot.note, series.name);
        }
    }
}
