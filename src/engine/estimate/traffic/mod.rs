//! Rates when many endpoints send at once, in the patterns that fabrics are measured with: what everyone gets, what no routing could exceed,
//! and what that puts on every link.

mod bounds;
mod demands;
pub(in crate::engine) mod load;

pub use load::Loads;

use self::bounds::{least_cut, volume};
use self::demands::{Demands, HOT_SHARE};
use super::flows::subject_of;
use super::{Draft, Estimate, Input};
use crate::engine::context::Context;
use crate::engine::routing::IN_FORCE;
use crate::engine::topology::{ArcIndex, VertexIndex, VertexKind};
use crate::model::{Element, Subject};
use crate::units::{SortedMap, grouped};

/// Where the method comes from.
const SOURCE: &str = "Max-min fair rates by progressive filling: D. Bertsekas, R. Gallager, Data Networks (1992), 6.5.2";
/// Where the bounds come from.
const BOUNDS: &str = "S. A. Jyothi et al., Measuring and understanding throughput of network topologies (2016), section II";
/// The most links that are named as those of a cut.
const MOST_NAMED: usize = 2000;

/// Who sends to whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Traffic {
    /// Every endpoint to every other, all at once.
    #[default]
    AllToAll,
    /// Endpoint i to endpoint i + n/2 of n, in the order of the design, so that all traffic crosses the middle.
    HalfShift,
    /// Every endpoint to every other, and a tenth of what each sends to one of them.
    HotSpot,
    /// Every endpoint but one to that one.
    Incast,
    /// The rows of a matrix.
    Matrix,
    /// One endpoint to one other.
    OnePair,
    /// Every endpoint to one other, nobody to itself, drawn once by a fixed seed.
    Permutation,
    /// Every endpoint to those at its own place in the other scale-up domains.
    RailAligned,
    /// Every endpoint to the next in the order of the design, the last to the first.
    Ring,
}

impl Traffic {
    /// All patterns with the words the command uses for them.
    pub const WORDS: [(&'static str, Self); 9] = [
        ("all-to-all", Self::AllToAll),
        ("half-shift", Self::HalfShift),
        ("hot-spot", Self::HotSpot),
        ("incast", Self::Incast),
        ("matrix", Self::Matrix),
        ("one-pair", Self::OnePair),
        ("permutation", Self::Permutation),
        ("rail-aligned", Self::RailAligned),
        ("ring", Self::Ring),
    ];

    /// The word the command uses.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, traffic)| *traffic == self).map_or("", |(word, _)| word)
    }

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::AllToAll => "All-to-all",
            Self::HalfShift => "Half shift",
            Self::HotSpot => "Hot spot",
            Self::Incast => "Incast",
            Self::Matrix => "Matrix",
            Self::OnePair => "One pair",
            Self::Permutation => "Permutation",
            Self::RailAligned => "Rail-aligned all-to-all",
            Self::Ring => "Ring neighbours",
        }
    }

    /// What happens in it, in a sentence.
    pub const fn help(self) -> &'static str {
        match self {
            Self::AllToAll => "Everyone sends to everyone else at one rate.",
            Self::HalfShift => "Each sends to the one half the design further on: all of it crosses the middle.",
            Self::HotSpot => "Everyone sends to everyone else, and a tenth of it to one: the selected, else the first.",
            Self::Incast => "All send to one: the selected, else the first.",
            Self::Matrix => "Who sends how much to whom, from a table.",
            Self::OnePair => "One sends to one other: two selected XPUs, ports or systems.",
            Self::Permutation => "Each sends to one other, drawn at random once and for all.",
            Self::RailAligned => "Each sends to those at its own place in the other scale-up domains.",
            Self::Ring => "Each sends to the next one of the design, the last to the first.",
        }
    }
}

/// One row of a matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Who sends: a node's name, or an element (`n1/xpu3`).
    pub from: String,
    /// Who receives.
    pub to: String,
    /// How much it wants to send, in Gb/s; `None` is as much as it gets.
    pub gbps: Option<f64>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The pattern.
    pub traffic: Traffic,
    /// Who sends, in a pattern of one pair.
    pub from: Option<Element>,
    /// Who receives, in a pattern of one pair, an incast or a hot spot; there `None` is the first endpoint of the design.
    pub to: Option<Element>,
    /// The rows of a matrix.
    pub rows: Vec<Row>,
}

impl From<Traffic> for Question {
    fn from(traffic: Traffic) -> Self {
        Self { traffic, from: None, to: None, rows: Vec::new() }
    }
}

/// What a pattern of traffic gets, and what it puts on links.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// `traffic-WORD-slowest`, `-endpoint`, `-mean`, `-total`, then the bounds `-volumetric` and `-cut`, and `-reached`.
    pub estimates: Vec<Estimate>,
    /// How many flows there are.
    pub flows: u64,
    /// What is full, with how many flows it holds back (0 where all are held at once), most first.
    pub bottlenecks: Vec<(Subject, u64)>,
    /// The links of the cut that lets least through, at most some thousands.
    pub cut: Vec<Subject>,
    /// How flows are routed, in words.
    pub routing: String,
    /// What is on every arc.
    pub loads: Loads,
}

/// How many take part in patterns, and what they are: XPUs, or endpoints where a design has none.
fn taking_part(context: &Context) -> (usize, &'static str) {
    let mut all = context.topology.participants().peekable();
    let is_xpu = |vertex: &VertexIndex| context.topology.vertices().get(*vertex as usize).is_some_and(|vertex| vertex.kind == VertexKind::Xpu);
    let what = if all.peek().is_some_and(is_xpu) { "XPUs" } else { "endpoints" };
    (all.count(), what)
}

/// What endpoints get under a pattern when all send as fast as they can, with the bounds. Unknown where a route or a rate is missing.
///
/// Time: O(destinations × (vertices + edges) + shares × log edges); all-to-all enumerates no flows.
pub fn estimates(context: &Context, traffic: Traffic) -> Vec<Estimate> {
    answer(context, &traffic.into()).map(|answer| answer.estimates).unwrap_or_default()
}

/// Who sends to whom in a pattern, pair by pair; what a hot spot gets on top is left out. A sentence where there are more than `most`.
pub fn pairs(context: &Context, question: &Question, most: u64) -> Result<Vec<(VertexIndex, VertexIndex)>, String> {
    let demands = Demands::of(context, question)?;
    if demands.count() > most {
        return Err(format!("{} flows are too many to list; weft estimate --traffic tells what they get", grouped(demands.count())));
    }
    Ok(match demands {
        Demands::Each(flows) => flows.into_iter().map(|flow| (flow.from, flow.to)).collect(),
        Demands::Even { rails, .. } => {
            rails.iter().flat_map(|rail| rail.iter().flat_map(move |from| rail.iter().filter(move |to| *to != from).map(move |to| (*from, *to)))).collect()
        }
    })
}

/// What everyone gets who sends to all others of a list, all lists at once and all flows at one rate. Nobody is in two lists.
pub(super) fn within(context: &Context, rails: Vec<Vec<VertexIndex>>) -> Loads {
    Loads::of(context, &Demands::Even { rails, hot: None })
}

/// What a pattern gets, and what it puts on every link; or why the question makes no sense for this design.
///
/// Time: as [`estimates`]; uniform patterns look at one destination of each class under verified symmetries.
pub fn answer(context: &Context, question: &Question) -> Result<Answer, String> {
    let topology = &context.topology;
    let demands = Demands::of(context, question)?;
    let loads = Loads::of(context, &demands);
    let mut answer = Answer {
        estimates: Vec::new(),
        flows: demands.count(),
        bottlenecks: Vec::new(),
        cut: Vec::new(),
        routing: loads.routing.clone(),
        loads: Loads::default(),
    };
    let mut full: SortedMap<Subject, u64> = SortedMap::new();
    for (arc, count) in &loads.full {
        if let Some(subject) = subject_of(topology, *arc) {
            *full.entry(subject).or_default() += count;
        }
    }
    answer.bottlenecks = full.into_iter().collect();
    crate::units::order::sort_by_key(&mut answer.bottlenecks, |(_, count)| std::cmp::Reverse(*count));
    answer.estimates = numbers(context, question, &demands, &loads, &mut answer.cut);
    answer.loads = loads;
    Ok(answer)
}

fn numbers(context: &Context, question: &Question, demands: &Demands, loads: &Loads, named: &mut Vec<Subject>) -> Vec<Estimate> {
    let traffic = question.traffic;
    let (count, what) = taking_part(context);
    let (word, title) = (traffic.word(), traffic.title());
    let flows = demands.count();
    let draft = |key: &str, label: String, unit: &str, formula: &str| {
        Draft::new(&format!("traffic-{word}-{key}"), label, unit, formula, SOURCE)
            .assume("All flows are endless and start together; congestion control, incast losses and collisions inside switches are not modelled")
            .assume(format!("{IN_FORCE}{}", loads.routing))
            .assume(match traffic {
                Traffic::AllToAll => format!("Each of {count} {what} sends to every other at one rate"),
                Traffic::HalfShift => format!("Each of {count} {what} sends to the one half the design further on"),
                Traffic::HotSpot => format!("Each of {count} {what} sends to every other, and {} % of what it sends to one", HOT_SHARE * 100.0),
                Traffic::Incast => format!("{flows} endpoints send to one"),
                Traffic::Matrix => format!("{flows} flows of the matrix, each at most what it wants"),
                Traffic::OnePair => "The pair has the fabric to itself".to_owned(),
                Traffic::Permutation => format!("Each of {count} {what} sends to one other, by a cyclic shuffle from a fixed seed"),
                Traffic::RailAligned => "Each sends to those at its own place in the other scale-up domains, at one rate".to_owned(),
                Traffic::Ring => format!("Each of {count} {what} sends to the next"),
            })
    };
    let make = |draft: Draft| Estimate::new(draft, context.recalled());
    let trouble = loads.trouble.clone().or_else(|| (flows == 0).then(|| "nobody sends to anybody".to_owned()));
    let known = |name: &str, label: &str, value: f64| match &trouble {
        None => Input::counted(name, label, "Gb/s", value),
        Some(words) => Input::figure(name, words, "Gb/s", None),
    };
    let held = loads.first.and_then(|arc| place(context, arc));
    let slowest = known("slowest", &format!("rate of the slowest flow{}", held.unwrap_or_default()), loads.least);
    let sum = known("sum", "all flows together", loads.total);
    let counted = |name: &str, label: &str, value: f64| Input::counted(name, label, "", value.max(1.0));

    // What is full first has nothing on it but flows at one rate.
    let full = loads.first.and_then(|arc| Some((arc, context.topology.edges().get(arc as usize / 2)?.gbps)));
    let opened = full.filter(|_| trouble.is_none() && loads.least > 0.0).map(|(arc, gbps)| {
        let at = subject_of(&context.topology, arc).map_or_else(String::new, |subject| format!(" ({subject})"));
        draft("slowest", format!("{title}, slowest flow"), "Gb/s", "capacity / crossing")
            .input(Input::counted("capacity", &format!("capacity of what is full first{at}"), "Gb/s", gbps))
            .input(Input::counted("crossing", "flows that cross it, each counted by the part of it that does", "", gbps / loads.least))
    });
    let mut all = vec![make(opened.unwrap_or_else(|| draft("slowest", format!("{title}, slowest flow"), "Gb/s", "slowest").input(slowest.clone())))];
    all.push(make(match traffic {
        Traffic::AllToAll => draft("endpoint", format!("{title}, sent by one endpoint"), "Gb/s", "slowest * peers").input(slowest.clone()).input(counted(
            "peers",
            "other endpoints",
            count.saturating_sub(1) as f64,
        )),
        Traffic::Incast => draft("endpoint", format!("{title}, received by one endpoint"), "Gb/s", "sum").input(sum.clone()),
        _ => draft("endpoint", format!("{title}, sent by one endpoint, on average"), "Gb/s", "sum / senders").input(sum.clone()).input(counted(
            "senders",
            "endpoints that send",
            demands.senders() as f64,
        )),
    }));
    all.push(make(draft("mean", format!("{title}, mean flow"), "Gb/s", "sum / flows").input(sum.clone()).input(counted("flows", "flows", flows as f64))));
    let total = |formula: &str| draft("total", format!("{title}, all flows together"), "Gb/s", formula);
    all.push(make(match demands {
        Demands::Even { hot: None, .. } => total("slowest * flows").input(slowest).input(counted("flows", "flows, all at one rate", flows as f64)),
        _ => total("sum").input(sum),
    }));
    if trouble.is_none() {
        let bounds = bounded(context, question, demands, loads, named);
        all.extend(bounds.into_iter().map(make));
    }
    all
}

/// The bounds, and how near what is achieved comes to the lower of them.
fn bounded(context: &Context, question: &Question, demands: &Demands, loads: &Loads, named: &mut Vec<Subject>) -> Vec<Draft> {
    let (word, title) = (question.traffic.word(), question.traffic.title());
    // Where flows want different rates, the bound is on the share of what they want that all can have at once.
    let asked = match demands {
        Demands::Each(flows) => flows.iter().filter(|flow| flow.wants.is_some()).count(),
        Demands::Even { .. } => 0,
    };
    if asked > 0 && asked as u64 != demands.count() {
        return Vec::new();
    }
    let (unit, what) = if asked > 0 { ("", "share of what is wanted, at most") } else { ("Gb/s", "slowest flow, at most") };
    let draft = |key: &str, label: String, formula: &str| {
        Draft::new(&format!("traffic-{word}-{key}"), label, unit, formula, BOUNDS)
            .assume("No routing exceeds it, whatever the paths; the rate that all flows could have at once")
    };
    let mut all = Vec::new();
    let mut least: Option<(f64, &str)> = None;
    let mut note = |value: f64, words: &'static str| {
        if value.is_finite() && least.is_none_or(|(known, _)| value < known) {
            least = Some((value, words));
        }
    };
    if let Some(volume) = volume(context).filter(|_| loads.volume > 0.0) {
        note(volume / loads.volume, "volume");
        let hops = "flows times the fewest hops each must take";
        all.push(
            draft("volumetric", format!("{title}, {what} by volume"), "capacity / hops")
                .input(Input::counted("capacity", "all links in both directions", "Gb/s", volume))
                .input(Input::counted("hops", if asked > 0 { "what is wanted times the fewest hops it must take" } else { hops }, "", loads.volume)),
        );
    }
    if let Some(cut) = least_cut(context, demands) {
        // The hot spot's flows are counted in what an ordinary one sends.
        note(cut.capacity / cut.demand, "cut");
        all.push(
            draft("cut", format!("{title}, {what} by the least cut"), "cut / crossing")
                .assume(format!("The least of the cuts around each endpoint, each node, each tier and the halves: {}", cut.words))
                .input(Input::counted("cut", &format!("what {} links carry {}", cut.edges.len(), cut.words), "Gb/s", cut.capacity))
                .input(Input::counted("crossing", "flows that must cross it", "", cut.demand)),
        );
        named.extend(cut.edges.iter().filter_map(|edge| context.topology.link_of(*edge)).take(MOST_NAMED).map(Subject::Link));
    }
    if let Some((bound, words)) = least.filter(|(bound, _)| *bound > 0.0) {
        // More than all of what is wanted is of no use.
        let bound = if asked > 0 { bound.min(1.0) } else { bound };
        let label = if asked > 0 { "least share of what is wanted" } else { "slowest flow" };
        all.push(
            Draft::new(&format!("traffic-{word}-reached"), format!("{title}, reached of what is possible"), "%", "slowest / bound * 100", BOUNDS)
                .assume(format!("The lower bound is that by {words}; what is missing is the routing's, or the bound's, which no routing need reach"))
                .input(Input::counted("slowest", label, unit, loads.share))
                .input(Input::counted("bound", "the lower of the bounds", unit, bound)),
        );
    }
    all
}

fn place(context: &Context, arc: ArcIndex) -> Option<String> {
    subject_of(&context.topology, arc).map(|subject| format!(", held back at {subject}"))
}
