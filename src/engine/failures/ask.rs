//! Questions about failures as text, and their answers: what the page asks of its worker, and itself where there is none.
//!
//! | question | answer |
//! |---|---|
//! | `compare`, then an outage a line | links, nodes, XPUs that are down; what is not in the design; the report of what is left |
//! | `rank` | the whole, then a line for each class of failures |
//! | `training` | see [`training::ask`] |

use std::fmt::Write;

use super::compare::{Comparison, beside, with_pair};
use super::connectivity::connectivity;
use super::degrade::{Down, outages};
use super::ranking::{Class, Kind, Ranking, rank};
use super::spread::Outcome;
use crate::catalog::Catalog;
use crate::engine::context::Context;
use crate::engine::estimate::pair::name;
use crate::engine::report::Report;
use crate::engine::{service, training};
use crate::model::Design;

/// Answers a question; empty for one that is not known. `progress` is told how much is done, from 0 to 1.
pub fn answer(question: &str, design: &Design, catalog: &Catalog, progress: &mut dyn FnMut(f64)) -> String {
    let mut lines = question.lines();
    match lines.next() {
        Some("compare") => {
            let left = with_pair(design, catalog, &outages(&lines.map(str::to_owned).collect::<Vec<_>>()));
            let Down { links, nodes, xpus, unknown } = left.down;
            format!("{links} {nodes} {xpus}\n{}\n{}", unknown.join("\t"), service::evaluate(&left.design, catalog).to_json())
        }
        Some("rank") => {
            let context = Context::new(design, catalog);
            let ranking = rank(&context, &Kind::WORDS.map(|(_, kind, _)| kind), &mut |part| progress(part * 0.9));
            let parts = connectivity(&context, &mut |part| progress(0.9 + part * 0.1)).map_or_else(String::new, |found| {
                let links = match found.least {
                    0 => "no route".to_owned(),
                    1 => "1 link".to_owned(),
                    links => format!("{links} links"),
                };
                let rest = if found.complete { "" } else { ", of the pairs that were looked at" };
                format!("{links} between {} and {}{rest}", name(&context, found.from), name(&context, found.to))
            });
            written(&ranking, &parts)
        }
        Some("training") => training::ask::answer(lines, design, catalog, progress),
        _ => String::new(),
    }
}

/// Reads the answer to `compare` and puts it beside the report of the whole.
pub fn comparison(answer: &str, whole: &Report) -> Option<Comparison> {
    let (head, rest) = answer.split_once('\n')?;
    let (unknown, report) = rest.split_once('\n')?;
    let mut counts = head.split(' ').map(|count| count.parse().ok());
    let mut next = || counts.next().flatten();
    let unknown = unknown.split('\t').filter(|text| !text.is_empty()).map(str::to_owned).collect();
    let down = Down { links: next()?, nodes: next()?, xpus: next()?, unknown };
    Some(beside(whole, &Report::from_json(report).ok()?, down))
}

fn written(ranking: &Ranking, parts: &str) -> String {
    let rate = |outcome: &Outcome| outcome.rate.map_or_else(|| "-".to_owned(), |rate| rate.to_string());
    let whole = &ranking.whole;
    let mut out = format!(
        "{} {} {} {} {}\n{}\n{}\n",
        rate(whole),
        whole.apart,
        whole.pairs,
        ranking.bridges,
        ranking.articulation_points,
        parts.replace('\n', " "),
        ranking.routing.replace('\n', " ")
    );
    for class in &ranking.classes {
        let loss = class.loss.map_or_else(|| "-".to_owned(), |loss| loss.to_string());
        let outcome = &class.outcome;
        let _ = write!(out, "{} {} {} {} {} {} {loss}", class.kind.word(), rate(outcome), outcome.apart, outcome.pairs, class.lost, u8::from(class.only_way));
        for member in &class.members {
            let _ = write!(out, " {member}");
        }
        out.push('\n');
    }
    out
}

/// Reads the answer to `rank`: the ranking, and which pair is easiest to part.
pub fn ranking(answer: &str) -> Option<(Ranking, String)> {
    let mut lines = answer.lines();
    let number = |word: Option<&str>| word.and_then(crate::units::decimal);
    let count = |word: Option<&str>| word.and_then(|word| word.parse::<u64>().ok());
    let mut head = lines.next()?.split(' ');
    let whole = Outcome { rate: number(head.next()), apart: count(head.next())?, pairs: count(head.next())? };
    let (bridges, articulation_points) = (count(head.next())? as usize, count(head.next())? as usize);
    let parts = lines.next()?.to_owned();
    let routing = lines.next()?.to_owned();
    let class = |line: &str| {
        let mut words = line.split(' ');
        let word = words.next()?;
        let kind = Kind::WORDS.iter().find(|(known, ..)| *known == word).map(|(_, kind, _)| *kind)?;
        let outcome = Outcome { rate: number(words.next()), apart: count(words.next())?, pairs: count(words.next())? };
        let (lost, only_way, loss) = (count(words.next())?, words.next()? == "1", number(words.next()));
        Some(Class { kind, outcome, lost, only_way, loss, members: words.filter_map(|member| member.parse().ok()).collect() })
    };
    Some((Ranking { whole, classes: lines.filter_map(class).collect(), bridges, articulation_points, routing }, parts))
}
