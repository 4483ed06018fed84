//! Latency over all pairs as a document: what the page asks of its worker, and what the command prints as JSON.
//!
//! A class comes with its slowest pair: the ends by name, what the way passes as subjects, and its latency term by term.

use super::{AllPairs, Class, Pair, all_pairs, class_name, message, slowest_path};
use crate::engine::context::Context;
use crate::engine::estimate::pair::{self, Path, name};
use crate::engine::topology::{ArcIndex, VertexIndex};
use crate::json::{Error, Value, Writer, parse};
use crate::model::{Subject, Switching};
use crate::units::Bytes;

/// One pair of endpoints in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ends {
    /// What the two ends are called.
    pub names: [String; 2],
    /// Ends, links and what is passed, as subjects in the order of the way.
    pub path: Vec<Subject>,
    /// Latency in ns; `None` is unknown.
    pub latency: Option<f64>,
    /// How many ordered pairs are known to be like it.
    pub like: u64,
}

/// A class of pairs in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// What it is called.
    pub name: String,
    /// Links and wires crossed.
    pub hops: u32,
    /// Ordered pairs.
    pub pairs: u64,
    /// The least latency in ns; `None` is unknown, here and below.
    pub best: Option<f64>,
    /// The mean.
    pub mean: Option<f64>,
    /// The most.
    pub worst: Option<f64>,
    /// The slowest pair.
    pub slowest: Ends,
    /// Its latency term by term, in words and ns.
    pub terms: Vec<(String, f64)>,
    /// What a collective library adds for a step between the two, least and most, in ns.
    pub software: Option<(f64, f64)>,
    /// Pairs by latency in ns.
    pub bins: Vec<(f64, u64)>,
}

/// All pairs in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The size of the message.
    pub message: Bytes,
    /// Whether switches that do not say take packets in whole.
    pub stores: bool,
    /// Endpoints that stand for all others and were looked at, and how many there are; where they differ the rest is empty.
    pub looked: u64,
    /// See [`Answer::looked`].
    pub of: u64,
    /// Ordered pairs with a route.
    pub pairs: u64,
    /// Ordered pairs without one.
    pub apart: u64,
    /// Pairs whose latency is unknown.
    pub unknown: u64,
    /// The least, mean and most latency of all, in ns.
    pub best: Option<f64>,
    /// See [`Answer::best`].
    pub mean: Option<f64>,
    /// See [`Answer::best`].
    pub worst: Option<f64>,
    /// The width of the steps of [`Row::bins`] in ns; 0 where every latency is told apart.
    pub width: f64,
    /// Classes, the nearest first.
    pub classes: Vec<Row>,
    /// The slowest pairs.
    pub longest: Vec<Ends>,
}

impl Answer {
    /// Whether all pairs were looked at.
    pub fn is_complete(&self) -> bool {
        self.looked == self.of
    }

    /// Works it out. `most` steps are made at most; an answer that would take more is not complete, and empty but for what it says of
    /// that. `progress` is told how much is done.
    pub fn of(context: &Context, most: u64, progress: &mut dyn FnMut(f64)) -> Self {
        let found = all_pairs(context, message(context), most, progress);
        let mut answer = Self {
            message: found.message,
            stores: context.design.meta.settings.switching == Switching::StoreAndForward,
            looked: found.looked as u64,
            of: found.of as u64,
            ..Self::default()
        };
        if answer.is_complete() {
            answer.fill(context, &found);
        }
        answer
    }

    fn fill(&mut self, context: &Context, found: &AllPairs) {
        let tally = &found.tally;
        (self.pairs, self.apart, self.unknown) = (tally.pairs(), found.apart, tally.unknown());
        self.mean = tally.mean();
        self.best = tally.quickest().map(|pair| pair.value);
        self.worst = tally.slowest().map(|pair| pair.value).filter(|_| self.unknown == 0);
        self.width = tally.classes.iter().map(|class| class.histogram.width()).fold(0.0, f64::max);
        self.classes = tally.classes.iter().map(|class| row(context, class)).collect();
        self.longest = tally.longest.iter().map(|pair| ends(context, pair, Some(pair.value)).0).collect();
        // What rests on recalled figures is unknown where those are left out, and so is what is made of it.
        if self.classes.iter().any(|row| row.worst.is_none()) {
            (self.mean, self.worst) = (None, None);
        }
        if self.classes.iter().all(|row| row.best.is_none()) {
            self.best = None;
            self.longest.iter_mut().for_each(|ends| ends.latency = None);
        }
    }

    /// As JSON.
    pub fn to_json(&self) -> String {
        let mut out = Writer::default();
        out.open('{');
        out.text("format", "weft-latency");
        out.whole("version", 1);
        out.number("message", Some(self.message.0));
        out.text("switching", if self.stores { "store-and-forward" } else { "cut-through" });
        for (key, value) in [("looked", self.looked), ("of", self.of), ("pairs", self.pairs), ("apart", self.apart), ("unknown", self.unknown)] {
            out.number(key, Some(value as f64));
        }
        for (key, value) in [("best_ns", self.best), ("mean_ns", self.mean), ("worst_ns", self.worst), ("step_ns", Some(self.width))] {
            out.number(key, value);
        }
        out.key("classes");
        out.open('[');
        for row in &self.classes {
            out.item();
            out.open('{');
            out.text("name", &row.name);
            out.whole("hops", row.hops as usize);
            out.number("pairs", Some(row.pairs as f64));
            for (key, value) in [("best_ns", row.best), ("mean_ns", row.mean), ("worst_ns", row.worst)] {
                out.number(key, value);
            }
            out.number("software_low_ns", row.software.map(|range| range.0));
            out.number("software_high_ns", row.software.map(|range| range.1));
            out.key("slowest");
            write_ends(&mut out, &row.slowest);
            out.key("terms");
            out.open('[');
            for (label, time) in &row.terms {
                out.item();
                out.open('{');
                out.text("label", label);
                out.number("ns", Some(*time));
                out.close('}');
            }
            out.close(']');
            out.key("histogram");
            out.open('[');
            for (at, pairs) in &row.bins {
                out.item();
                out.open('{');
                out.number("ns", Some(*at));
                out.number("pairs", Some(*pairs as f64));
                out.close('}');
            }
            out.close(']');
            out.close('}');
        }
        out.close(']');
        out.key("slowest_pairs");
        out.open('[');
        for ends in &self.longest {
            out.item();
            write_ends(&mut out, ends);
        }
        out.close(']');
        out.close('}');
        out.finish()
    }

    /// Reads [`Answer::to_json`].
    ///
    /// # Errors
    /// When the text is no JSON.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let read = parse(text)?;
        let rows = |key: &str| read.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Ok(Self {
            message: Bytes(number(&read, "message").unwrap_or(0.0)),
            stores: words(&read, "switching") == "store-and-forward",
            looked: count(&read, "looked"),
            of: count(&read, "of"),
            pairs: count(&read, "pairs"),
            apart: count(&read, "apart"),
            unknown: count(&read, "unknown"),
            best: number(&read, "best_ns"),
            mean: number(&read, "mean_ns"),
            worst: number(&read, "worst_ns"),
            width: number(&read, "step_ns").unwrap_or(0.0),
            classes: rows("classes").iter().map(read_row).collect(),
            longest: rows("slowest_pairs").iter().map(read_ends).collect(),
        })
    }
}

fn number(value: &Value, key: &str) -> Option<f64> {
    value.get(key).and_then(Value::as_f64)
}
fn count(value: &Value, key: &str) -> u64 {
    number(value, key).unwrap_or(0.0) as u64
}
fn words(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}
fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn read_row(row: &Value) -> Row {
    Row {
        name: words(row, "name"),
        hops: count(row, "hops") as u32,
        pairs: count(row, "pairs"),
        best: number(row, "best_ns"),
        mean: number(row, "mean_ns"),
        worst: number(row, "worst_ns"),
        slowest: row.get("slowest").map(read_ends).unwrap_or_default(),
        terms: list(row, "terms").map(|term| (words(term, "label"), number(term, "ns").unwrap_or(0.0))).collect(),
        software: number(row, "software_low_ns").zip(number(row, "software_high_ns")),
        bins: list(row, "histogram").map(|bin| (number(bin, "ns").unwrap_or(0.0), count(bin, "pairs"))).collect(),
    }
}

fn read_ends(ends: &Value) -> Ends {
    let path = list(ends, "path").filter_map(|subject| Subject::parse(subject.as_str()?));
    Ends { names: [words(ends, "from"), words(ends, "to")], path: path.collect(), latency: number(ends, "ns"), like: count(ends, "like") }
}

fn write_ends(out: &mut Writer, ends: &Ends) {
    out.open('{');
    let [from, to] = &ends.names;
    out.text("from", from);
    out.text("to", to);
    out.number("ns", ends.latency);
    out.number("like", Some(ends.like as f64));
    out.texts("path", &ends.path.iter().map(ToString::to_string).collect::<Vec<_>>());
    out.close('}');
}

fn row(context: &Context, class: &Class) -> Row {
    let worst = (class.unknown == 0).then_some(class.slowest.value);
    let (slowest, arcs) = ends(context, &class.slowest, worst);
    let path = Path { arcs, from: class.slowest.from, to: class.slowest.to };
    let estimates = if path.arcs.is_empty() { Vec::new() } else { pair::latency(context, &path, "", "latency", "Latency") };
    let total = estimates.first();
    let known = total.is_some_and(|total| total.value().is_some() || class.unknown > 0);
    Row {
        name: class_name(context, class),
        hops: class.hops,
        pairs: class.pairs,
        best: class.quickest.map(|pair| pair.value).filter(|_| known),
        mean: class.mean().filter(|_| known),
        worst: worst.filter(|_| known),
        slowest: Ends { latency: worst.filter(|_| known), ..slowest },
        terms: total.map(|total| total.inputs().iter().filter_map(|term| Some((term.label.clone(), term.value?))).collect()).unwrap_or_default(),
        software: estimates.last().filter(|last| last.key() == "latency-software").and_then(|software| software.range()),
        bins: if known { class.histogram.values().collect() } else { Vec::new() },
    }
}

/// A pair in words, with the arcs of its slowest way.
fn ends(context: &Context, pair: &Pair, latency: Option<f64>) -> (Ends, Vec<ArcIndex>) {
    let arcs = slowest_path(context, message(context), pair.from, pair.to).unwrap_or_default();
    let names = [name(context, pair.from), name(context, pair.to)];
    (Ends { names, path: subjects(context, pair.from, &arcs), latency, like: pair.like }, arcs)
}

/// What a way passes: its first end, then each link and where it leads. Wires inside systems are passed over.
fn subjects(context: &Context, from: VertexIndex, arcs: &[ArcIndex]) -> Vec<Subject> {
    let thing = |vertex: VertexIndex| {
        let element = context.topology.element_of(context.design, context.catalog, vertex)?;
        Some(if element.inside.is_some() { Subject::Inside(element) } else { Subject::Node(element.node) })
    };
    let mut path: Vec<Subject> = thing(from).into_iter().collect();
    for arc in arcs {
        path.extend(context.topology.link_of(arc / 2).map(Subject::Link));
        path.extend(context.topology.arc_ends(*arc).and_then(|[_, to]| thing(to)));
    }
    path
}
