//! Questions as text, and their answers: what the page asks of its worker, and itself where there is none.
//!
//! A question's first line is a word and what it is about; the lines after it say more. `off OUTAGE` (any number of them) asks about the
//! design without that.
//!
//! | question | lines | answer |
//! |---|---|---|
//! | `traffic PATTERN` | `from ELEMENT`, `to ELEMENT`, `row FROM<tab>TO<tab>GBPS` | [`Told`]; numbers: carried and possible of each link, then of the wires inside systems ([`insides`]) |
//! | `pair SUBJECT SUBJECT` | `size BYTES` | [`Paths`]; numbers: places of links with the share of the pair's traffic on each |
//! | `collective NAME` | `size BYTES` | [`Curve`] |
//! | `latency STEPS` | `size BYTES` | latency over all pairs as JSON ([`Latency`]), if it takes no more steps; `-` is whatever it takes, 0 bytes the way alone |
//! | `ranks AXIS` | `of NAME` | what [`training::ask::ranks`] answers |
//! | `groups` | | what [`training::ask::groups`] answers |
//! | anything else | | what [`failures::ask`] answers |
//!
//! A question that makes no sense for the design is answered with `!` and a sentence.

use std::fmt::Write;

use super::context::Context;
use super::estimate::collective::tuning::Calls;
use super::estimate::collective::{self, Algorithm, Collective};
use super::estimate::flows::{Demand, route};
use super::estimate::pair;
use super::estimate::traffic::{self, Loads, Row, Traffic};
use super::failures;
use super::failures::degrade::{degraded, outages};
use super::latency::answer::Answer as Latency;
use super::report::{Counts, FORMAT, Report, VERSION};
use super::routes::Routes;
use super::topology::VertexIndex;
use super::training;
use crate::catalog::Catalog;
use crate::model::{Design, Element, Inside, InsideEdge, Node, NodeId, Subject};
use crate::units::{Bytes, SortedMap, decimal};

/// What stands for a link that is not there.
pub const OFF: f32 = -1.0;
/// So many bottlenecks are named.
const NAMED: usize = 60;

/// An answer: text, and numbers where there are many.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// The text.
    pub text: String,
    /// The numbers.
    pub numbers: Vec<f32>,
}

/// The first line of a question, taken apart, and the lines after it.
fn taken_apart(question: &str) -> (&str, &str, std::str::Lines<'_>) {
    let mut lines = question.lines();
    let (word, about) = lines.next().map(|line| line.split_once(' ').unwrap_or((line, ""))).unwrap_or_default();
    (word, about, lines)
}

/// Whether [`answer_of`] can answer a question: it is about the design as it is, with nothing off and the message that the design states.
pub fn is_of_the_whole(question: &str) -> bool {
    let (word, _, mut lines) = taken_apart(question);
    match word {
        "groups" | "ranks" => true,
        "collective" | "pair" | "traffic" => lines.all(|line| !line.starts_with("off ") && !line.starts_with("size ")),
        "training" => lines.count() == 1,
        _ => false,
    }
}

/// Answers a question that is about a design as it is ([`is_of_the_whole`]); empty for any other.
pub fn answer_of(question: &str, context: &Context, progress: &mut dyn FnMut(f64)) -> Said {
    let (word, about, mut lines) = taken_apart(question);
    let text = |text: String| Said { text, numbers: Vec::new() };
    match word {
        "collective" => said(of_collective(context, about, None)),
        "groups" => text(training::ask::groups(lines, context)),
        "pair" => said(of_pair(context, context.design, about)),
        "ranks" => said(training::ask::ranks(about, lines.next().and_then(|line| line.strip_prefix("of ")), context)),
        "traffic" => said(of_traffic(context, context.design, about, &lines.filter_map(|line| line.split_once(' ')).collect::<Vec<_>>())),
        "training" => text(training::ask::answer_of(lines.next(), context, progress)),
        _ => Said::default(),
    }
}

/// Answers a question; empty for one that is not known. `progress` is told how much is done, from 0 to 1.
pub fn answer(question: &str, design: &Design, catalog: &Catalog, progress: &mut dyn FnMut(f64)) -> Said {
    if is_of_the_whole(question) {
        return answer_of(question, &Context::new(design, catalog), progress);
    }
    let (word, about, lines) = taken_apart(question);
    if !matches!(word, "traffic" | "pair" | "collective" | "latency") {
        return Said { text: failures::ask::answer(question, design, catalog, progress), numbers: Vec::new() };
    }
    let lines: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(' ')).collect();
    let off: Vec<String> = lines.iter().filter(|(word, _)| *word == "off").map(|(_, text)| (*text).to_owned()).collect();
    let left = (!off.is_empty()).then(|| degraded(design, catalog, &outages(&off)).design);
    let mut context = Context::new(left.as_ref().unwrap_or(design), catalog);
    let size = lines
        .iter()
        .find(|(word, _)| *word == "size")
        .and_then(|(_, size)| decimal(size))
        .filter(|size| (if word == "latency" { 0.0 } else { 1.0 }..=1e15).contains(size))
        .map(Bytes);
    context.message = size.or(context.message);
    said(match word {
        "traffic" => of_traffic(&context, design, about, &lines),
        "pair" => of_pair(&context, design, about),
        "latency" => Ok(Said { text: Latency::of(&context, about.parse().unwrap_or(u64::MAX), progress).to_json(), numbers: Vec::new() }),
        _ => of_collective(&context, about, size),
    })
}

/// An answer, or why there is none.
fn said(said: Result<Said, String>) -> Said {
    said.unwrap_or_else(|sentence| Said { text: format!("!{sentence}"), numbers: Vec::new() })
}

/// The subjects and estimates of an answer as text: a report with nothing else in it.
fn report(estimates: Vec<super::estimate::Estimate>) -> String {
    let (format, counts) = (FORMAT.to_owned(), Counts::default());
    Report { format, version: VERSION, design: String::new(), counts, diagnostics: Vec::new(), estimates }.to_json()
}

// --- Traffic ---

/// What a pattern of traffic gets, as it is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// How many flows there are.
    pub flows: u64,
    /// How they are routed.
    pub routing: String,
    /// How many things are full.
    pub full: usize,
    /// The first of them, with how many flows each holds back.
    pub bottlenecks: Vec<(Subject, u64)>,
    /// The links of the least cut.
    pub cut: Vec<Subject>,
    /// Achieved rates and bounds.
    pub estimates: Vec<super::estimate::Estimate>,
}

fn of_traffic(context: &Context, whole: &Design, word: &str, lines: &[(&str, &str)]) -> Result<Said, String> {
    let traffic = Traffic::WORDS.iter().find(|(known, _)| *known == word).map(|(_, traffic)| *traffic).ok_or("There is no such traffic")?;
    let element = |word: &str| lines.iter().find(|(known, _)| *known == word).and_then(|(_, text)| text.parse::<Element>().ok());
    let row = |text: &str| {
        let mut cells = text.split('\t');
        Some(Row { from: cells.next()?.to_owned(), to: cells.next()?.to_owned(), gbps: cells.next().and_then(decimal) })
    };
    let rows = lines.iter().filter(|(word, _)| *word == "row").filter_map(|(_, text)| row(text)).collect();
    let question = traffic::Question { traffic, from: element("from"), to: element("to"), rows };
    let answer = traffic::answer(context, &question)?;
    let mut text = format!("{}\n{}\n{}", answer.flows, answer.routing, answer.bottlenecks.len());
    for (subject, count) in answer.bottlenecks.iter().take(NAMED) {
        let _ = write!(text, "\t{subject} {count}");
    }
    text.push('\n');
    for subject in &answer.cut {
        let _ = write!(text, "{subject}\t");
    }
    text.push('\n');
    let numbers = numbers(context, whole, &answer.loads);
    text.push_str(&report(answer.estimates));
    Ok(Said { text, numbers })
}

/// What is carried and possible on each link of `whole` and on the wires inside its systems; [`OFF`] for those that the design asked about has not.
/// Time: O(links + wires).
pub fn numbers(context: &Context, whole: &Design, found: &Loads) -> Vec<f32> {
    // Links come in the order of their ids, those of a degraded design with gaps.
    let mut loads = found.links(&context.topology).peekable();
    let mut numbers = Vec::with_capacity(whole.links.len() * 2);
    for (id, _) in whole.links.iter() {
        numbers.extend(loads.next_if(|(link, _)| *link == id).map_or([OFF; 2], |(_, load)| load));
    }
    wires(context, whole, found, &mut numbers);
    numbers
}

/// Nodes with wires inside them, in id order, with what is inside. Time: O(nodes).
pub fn insides<'a>(design: &'a Design, catalog: &'a Catalog) -> impl Iterator<Item = (NodeId, &'a Inside)> {
    let inside = |(id, node): (NodeId, &'a Node)| Some((id, catalog.part(design, &node.part)?.inside()?));
    design.nodes.iter().filter_map(inside).filter(|(_, inside)| !inside.edges.is_empty())
}

/// Adds what is on the wires inside the systems of `whole`; [`OFF`] for those that the design asked about has not. Time: O(wires).
fn wires(context: &Context, whole: &Design, loads: &Loads, numbers: &mut Vec<f32>) {
    let topology = &context.topology;
    // The first edge of each system that is left, with its inside.
    let mut next = topology.links().len() as u32;
    let mut left: SortedMap<NodeId, (u32, &Inside)> = SortedMap::new();
    for (id, inside) in insides(context.design, context.catalog) {
        let opened = topology.vertices_of(id).next().and_then(|first| topology.vertices().get(first as usize)).is_some_and(|first| first.inside.is_some());
        let end = next as usize + inside.edges.len();
        if opened && end <= topology.edges().len() {
            left.insert(id, (next, inside));
            next = end as u32;
        }
    }
    for (id, inside) in insides(whole, context.catalog) {
        let here = left.get(&id);
        for (place, wires) in inside.edges.iter().enumerate() {
            // What has failed inside leaves a part without it, so wires are known by what they join.
            let name = |inside: &Inside, vertex: u16| inside.vertices.get(usize::from(vertex)).map(|thing| thing.name.clone());
            let ends = |inside: &Inside, wires: &InsideEdge| [name(inside, wires.a), name(inside, wires.b)];
            let same = |other: &&Inside| other.edges.get(place).is_some_and(|there| ends(other, there) == ends(inside, wires));
            let found = here.and_then(|(first, other)| {
                let at = if same(other) { Some(place) } else { other.edges.iter().position(|there| ends(other, there) == ends(inside, wires)) };
                Some(first + at? as u32)
            });
            numbers.extend(found.map_or([OFF; 2], |edge| loads.edge(topology, edge)));
        }
    }
}

/// Reads the answer to `traffic`.
pub fn told(text: &str) -> Result<Told, String> {
    let broken = || "The engine's answer could not be read".to_owned();
    if let Some(sentence) = text.strip_prefix('!') {
        return Err(sentence.to_owned());
    }
    let mut parts = text.splitn(5, '\n');
    let mut next = || parts.next().ok_or_else(broken);
    let flows = next()?.parse().map_err(|_| broken())?;
    let routing = next()?.to_owned();
    let mut named = next()?.split('\t');
    let full = named.next().and_then(|count| count.parse().ok()).ok_or_else(broken)?;
    let one = |text: &str| text.rsplit_once(' ').and_then(|(subject, count)| Some((Subject::parse(subject)?, count.parse().ok()?)));
    let bottlenecks = named.filter_map(one).collect();
    let cut = next()?.split('\t').filter_map(Subject::parse).collect();
    let estimates = Report::from_json(next()?).map_err(|_| broken())?.estimates;
    Ok(Told { flows, routing, full, bottlenecks, cut, estimates })
}

// --- Two ends ---

/// The ways between two things, as they are told.
#[derive(Clone, Debug, PartialEq)]
pub struct Paths {
    /// What the ends are called.
    pub ends: [String; 2],
    /// Links and wires crossed.
    pub hops: u32,
    /// Equal shortest paths.
    pub paths: String,
    /// Bandwidth, latency and its terms.
    pub estimates: Vec<super::estimate::Estimate>,
}

fn of_pair(context: &Context, whole: &Design, about: &str) -> Result<Said, String> {
    let subjects: Vec<Subject> = about.split(' ').filter_map(Subject::parse).collect();
    let [one, other] = subjects.as_slice() else { return Err("Two ends are needed".to_owned()) };
    let [Some(from), Some(to)] = [one, other].map(|subject| vertex(context, subject)) else {
        return Err("One of the two is off, or nothing that sends and receives".to_owned());
    };
    if from == to {
        return Err("Both are the same".to_owned());
    }
    let mut routes = Routes::under(&context.topology, &context.routing.turns);
    routes.between(from, to);
    let ends = [from, to].map(|end| pair::name(context, end));
    let Some(way) = pair::way(context, &routes, from) else { return Err(format!("No route leads from {} to {}", ends[0], ends[1])) };
    let only = pair::only_path(context, from, to);
    let hops = only.as_ref().map_or(way.hops, |arcs| arcs.len() as u32);
    let paths = if only.is_some() { 1 } else { way.paths };
    let shares = route(&context.topology, &[Ok(Demand { from, to, path: None })], &context.routing).pop().and_then(Result::ok).unwrap_or_default();
    let on: crate::units::SortedMap<_, f64> = shares.into_iter().filter_map(|(arc, share)| Some((context.topology.link_of(arc / 2)?, share))).collect();
    let placed = whole.links.ids().enumerate().filter_map(|(place, id)| Some([place as f32, *on.get(&id)? as f32]));
    let numbers = placed.flatten().collect();
    let [one, other] = ends;
    let clean = |text: String| text.replace(['\t', '\n'], " ");
    let text = format!("{}\t{}\n{hops} {paths}\n{}", clean(one), clean(other), report(pair::between(context, from, to)));
    Ok(Said { text, numbers })
}

/// The vertex of a subject: an element, a node's first endpoint, or what the link at a port hangs on.
fn vertex(context: &Context, subject: &Subject) -> Option<VertexIndex> {
    let of = |element: &Element| context.topology.vertex_of(context.design, context.catalog, element);
    match subject {
        Subject::Inside(element) => of(element),
        Subject::Node(node) => of(&Element { node: *node, inside: None }),
        Subject::Port(port) => {
            let link = context.design.links.iter().find_map(|(id, link)| {
                let end = link.ends.iter().position(|end| end.node == port.node && end.port.overlaps(port.port))?;
                context.topology.edges().get(context.topology.edge_of(id)? as usize)?.ends.get(end).copied()
            });
            link.or_else(|| of(&Element { node: port.node, inside: None }))
        }
        _ => None,
    }
}

/// Reads the answer to `pair`.
pub fn paths(text: &str) -> Result<Paths, String> {
    let broken = || "The engine's answer could not be read".to_owned();
    if let Some(sentence) = text.strip_prefix('!') {
        return Err(sentence.to_owned());
    }
    let mut parts = text.splitn(3, '\n');
    let mut next = || parts.next().ok_or_else(broken);
    let (one, other) = next()?.split_once('\t').ok_or_else(broken)?;
    let (hops, paths) = next()?.split_once(' ').ok_or_else(broken)?;
    let estimates = Report::from_json(next()?).map_err(|_| broken())?.estimates;
    Ok(Paths { ends: [one.to_owned(), other.to_owned()], hops: hops.parse().map_err(|_| broken())?, paths: paths.to_owned(), estimates })
}

// --- Collectives ---

/// What a collective takes by size, as it is told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// Who takes part.
    pub ranks: String,
    /// By size, from 1 KiB to 16 GiB by powers of two; then the size that was asked about.
    pub points: Vec<Taken>,
}

/// What a collective takes at one size.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The message of each rank.
    pub size: f64,
    /// How long, in ns.
    pub time: f64,
    /// Message over time, in GB/s.
    pub algbw: f64,
    /// As nccl-tests counts it, in GB/s.
    pub busbw: f64,
    /// By which algorithm and protocol.
    pub algorithm: String,
}

fn of_collective(context: &Context, word: &str, size: Option<Bytes>) -> Result<Said, String> {
    let collective = Collective::WORDS.iter().find(|(known, _)| *known == word).map(|(_, collective)| *collective).ok_or("There is no such collective")?;
    let question = collective::Question { collective, size: collective::REPORTED, ranks: None, algorithm: None, in_network: false, calls: Calls::Queued };
    let answer = collective::answer(context, &question).ok_or("No two XPUs or hosts could take part")?;
    let mut text = answer.group().words();
    for point in answer.curve().into_iter().chain(size.and_then(|size| answer.at(size))) {
        let (algorithm, protocol) = (point.algorithm.word(), point.protocol.map_or("", |protocol| protocol.label()));
        let _ = write!(text, "\n{} {} {} {} {algorithm} {protocol}", point.size.0, point.time, point.algbw, point.busbw);
    }
    Ok(Said { text, numbers: Vec::new() })
}

/// Reads the answer to `collective`.
pub fn curve(text: &str) -> Result<Curve, String> {
    if let Some(sentence) = text.strip_prefix('!') {
        return Err(sentence.to_owned());
    }
    let mut lines = text.lines();
    let ranks = lines.next().unwrap_or_default().to_owned();
    let one = |line: &str| {
        let mut words = line.splitn(6, ' ');
        let mut number = || words.next().and_then(decimal);
        let (size, time, algbw, busbw) = (number()?, number()?, number()?, number()?);
        let word = words.next()?;
        let name = Algorithm::WORDS.iter().find(|(known, _)| *known == word).map_or(word, |(_, algorithm)| algorithm.label());
        let protocol = words.next().filter(|protocol| !protocol.is_empty());
        Some(Taken { size, time, algbw, busbw, algorithm: protocol.map_or_else(|| name.to_owned(), |protocol| format!("{name}, {protocol}")) })
    };
    Ok(Curve { ranks, points: lines.filter_map(one).collect() })
}
