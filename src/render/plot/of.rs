//! The plots there are: which numbers of the engine go where.

use super::{Axis, Kind, Plot, Series, Spot};
use crate::engine::ask::{Curve, Taken};
use crate::engine::compare::Row;
use crate::engine::estimate::collective::Collective;
use crate::engine::estimate::show::quantity;
use crate::engine::latency::answer::Answer;
use crate::model::Tier;
use crate::units::{Bytes, Nanoseconds, SortedMap, grouped, order, significant};

/// Into about so many bars a histogram is divided.
const BARS: f64 = 28.0;

/// Pairs by latency, a series for each class. `None` where nothing is known.
pub fn latency(answer: &Answer) -> Option<Plot> {
    let known = || answer.classes.iter().filter(|row| !row.bins.is_empty());
    let ends = known().flat_map(|row| row.bins.iter().map(|(at, _)| *at));
    let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)));
    if low > high {
        return None;
    }
    // Round steps, so that their ends can be told in few digits, and never finer than what was counted.
    let rough = ((high - low) / BARS).max(answer.width).max(high * 0.005).max(1e-3);
    let scale = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|round| round * scale).find(|step| *step >= rough * 0.999).unwrap_or(rough);
    let total: u64 = known().fold(0, |sum, row| sum + row.pairs);
    let mut series: Vec<Series> = Vec::new();
    for row in known() {
        let mut bars: SortedMap<u64, u64> = SortedMap::new();
        for (at, pairs) in &row.bins {
            *bars.entry((at / step + 1e-9).floor() as u64).or_default() += pairs;
        }
        let spots = bars.iter().map(|(at, pairs)| {
            let note = format!("{} pairs", grouped(*pairs));
            Spot { x: *at as f64 * step, y: *pairs as f64 / total.max(1) as f64 * 100.0, note }
        });
        let spots: Vec<Spot> = spots.collect();
        // Two classes of one name differ in hops.
        let twice = known().filter(|other| other.name == row.name).count() > 1;
        let name = if twice { format!("{}, {} hops", row.name, row.hops) } else { row.name.clone() };
        series.push(Series { name, kind: Kind::Bars(step), spots });
    }
    let words = |time: Option<f64>| time.map_or_else(|| "unknown".to_owned(), |time| Nanoseconds(time).to_string());
    let [best, mean, worst] = [answer.best, answer.mean, answer.worst].map(words);
    Some(Plot {
        title: "Latency over all pairs".to_owned(),
        description: format!(
            "{} ordered pairs, {}: best {best}, mean {mean}, worst {worst}. Bars are {} wide.",
            grouped(answer.pairs),
            message_words(answer.message),
            Nanoseconds(step)
        ),
        x: Axis { from_zero: false, ..Axis::from_zero("Latency on the wire", "ns") },
        y: Axis::from_zero("Share of pairs", "%"),
        series,
        mark: answer.mean.map(|mean| (mean, format!("mean {}", Nanoseconds(mean)))),
    })
}

/// A message in words.
pub fn message_words(message: Bytes) -> String {
    if message.0 > 0.0 { format!("message of {message}") } else { "the way alone, no message".to_owned() }
}

/// What a figure of a collective shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Both bandwidths.
    Bandwidth,
    /// Time.
    Time,
}

/// A collective by size of the message, with the algorithm that is best along it. `None` where its numbers are unknown.
pub fn collective(collective: Collective, curve: &Curve, figure: Figure, size: Bytes) -> Option<Plot> {
    let mut points = curve.points.clone();
    order::sort_by(&mut points, |a, b| a.size.total_cmp(&b.size));
    points.dedup_by(|a, b| a.size == b.size);
    let last = points.last()?;
    let of = |name: &str, value: &dyn Fn(&Taken) -> f64, noted: bool| {
        let spots = points.iter().map(|point| Spot { x: point.size, y: value(point), note: if noted { point.algorithm.clone() } else { String::new() } });
        Series { name: name.to_owned(), kind: Kind::Line, spots: spots.collect() }
    };
    let (y, series) = match figure {
        Figure::Time => (Axis::log("Time", "ns"), vec![of("time", &|point| point.time, true)]),
        Figure::Bandwidth => {
            (Axis::log("Bandwidth", "GB/s"), vec![of("bus bandwidth", &|point| point.busbw, true), of("algorithm bandwidth", &|point| point.algbw, false)])
        }
    };
    let title = collective.title();
    let mut ways: Vec<&str> = points.iter().map(|point| point.algorithm.as_str()).collect();
    ways.dedup();
    Some(Plot {
        title: format!("{title}: {}", if figure == Figure::Time { "time by size" } else { "bandwidth by size" }),
        description: format!(
            "{title} over {}, from 1 KiB to 16 GiB. At {}: {}, {} bus bandwidth, by {}. Best along the sizes: {}.",
            curve.ranks,
            Bytes(last.size),
            Nanoseconds(last.time),
            quantity(last.busbw, "GB/s"),
            last.algorithm,
            ways.join(", then ")
        ),
        x: Axis::log("Message", "B"),
        y,
        series,
        mark: (size.0 > 0.0).then(|| (size.0, size.to_string())),
    })
}

/// Links by how full their fuller direction is, the fullest first. `loads` are what each carries and could carry, as the answer to a question
/// about traffic has them; what is off or of unknown rate is left out. `None` where nothing is left. Time: O(links log links).
pub fn utilisation(traffic: &str, loads: &[f32]) -> Option<Plot> {
    let share = |pair: &[f32]| match pair {
        [carried, possible] if *carried >= 0.0 && *possible > 0.0 => Some(f64::from(*carried / *possible)),
        _ => None,
    };
    let mut sorted: Vec<f64> = loads.chunks_exact(2).filter_map(share).filter(|share| share.is_finite()).collect();
    order::sort_by(&mut sorted, |a, b| b.total_cmp(a));
    let (count, first) = (sorted.len(), *sorted.first()?);
    let mut spots: Vec<Spot> = Vec::new();
    // Corners are enough: where the load falls, and the ends.
    let mut at = 0;
    while let Some(share) = sorted.get(at).copied() {
        let same = sorted.get(at..).unwrap_or_default().iter().take_while(|other| (share - **other).abs() <= 1e-9 * share.abs()).count().max(1);
        let percent = |links: usize| links as f64 / count as f64 * 100.0;
        for links in [at, at + same] {
            spots.push(Spot { x: percent(links), y: share * 100.0, note: String::new() });
        }
        at += same;
    }
    // More corners than can be told apart are thinned evenly; the ends stay.
    let every = spots.len().div_ceil(400).max(1);
    let last = spots.last().cloned();
    let mut spots: Vec<Spot> = spots.into_iter().step_by(every).collect();
    spots.extend(last.filter(|last| spots.last() != Some(last)));
    let mean = sorted.iter().sum::<f64>() / count as f64;
    let full = sorted.iter().take_while(|share| **share >= 0.999).count();
    let idle = sorted.iter().rev().take_while(|share| **share <= 1e-9).count();
    let part = |links: usize| format!("{} of {}", grouped(links as u64), grouped(count as u64));
    Some(Plot {
        title: format!("Load of links: {traffic}"),
        description: format!(
            "Each link by its fuller direction: the fullest {} %, on average {} %. Full: {}. Idle: {}.",
            significant(first * 100.0, 3),
            significant(mean * 100.0, 3),
            part(full),
            part(idle)
        ),
        x: Axis::from_zero("Share of links, the fullest first", "%"),
        y: Axis::from_zero("Load", "%"),
        series: vec![Series { name: "load".to_owned(), kind: Kind::Line, spots }],
        mark: None,
    })
}

/// Money against bandwidth: a dot for each thing that is compared, and for each price tier that has a total of its own. `None` unless two
/// dots are known.
pub fn cost(names: &[String], rows: &[Row]) -> Option<Plot> {
    let row = |fits: &dyn Fn(&str) -> bool| rows.iter().find(|row| fits(&row.key));
    let rate = row(&|key| key.starts_with("collective-") && key.ends_with("-busbw") && row_known(rows, key)).or_else(|| row(&|key| key == "bisection"))?;
    let cost = row(&|key| key == "cost")?;
    let spot = |at: usize, cost: &Row, note: String| Some(Spot { x: cost.value(at)?, y: rate.value(at)?, note });
    let chosen: Vec<Spot> = names.iter().enumerate().filter_map(|(at, name)| spot(at, cost, name.clone())).collect();
    let mut series = vec![Series { name: "as priced".to_owned(), kind: Kind::Dots, spots: chosen }];
    for tier in Tier::ALL {
        let Some(total) = row(&|key| key == format!("cost-{}", tier.word())) else { continue };
        let spots = names.iter().enumerate().filter_map(|(at, name)| spot(at, total, format!("{name}, {}", tier.label())));
        series.push(Series { name: tier.label().to_owned(), kind: Kind::Dots, spots: spots.collect() });
    }
    series.retain(|series| !series.spots.is_empty());
    if series.iter().map(|series| series.spots.len()).sum::<usize>() < 2 {
        return None;
    }
    let per = |spot: &Spot| spot.y / spot.x;
    let all = series.iter().flat_map(|series| &series.spots).filter(|spot| spot.x > 0.0);
    let most = all.reduce(|best, spot| if per(spot) > per(best) { spot } else { best });
    let most = most.map_or_else(String::new, |best| format!(" Most for the money: {}.", best.note));
    Some(Plot {
        title: format!("{} against cost", rate.label),
        description: format!("Up and to the left is better.{most}"),
        x: Axis::from_zero(&cost.label, &cost.unit),
        y: Axis::from_zero(&rate.label, &rate.unit),
        series,
        mark: None,
    })
}

fn row_known(rows: &[Row], key: &str) -> bool {
    rows.iter().any(|row| row.key == key && row.values.iter().flatten().count() > 0)
}
