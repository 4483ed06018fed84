//! Collectives: how long an all-reduce, all-gather, reduce-scatter, broadcast, all-to-all or send-receive of a size takes on
//! the topology as drawn, by which algorithm, and what bus bandwidth that is.
//!
//! Time is the libraries' own tuning model, `latency + size / bandwidth`: latencies and shares are their authors' published
//! constants and a few measured ones ([`tuning`]), with the host's share on top where a program waits for each call; rates are what the wires and links of this design carry ([`scale_up`], [`network`]). The
//! algorithm is chosen as the library would choose it. What is known to be weak: hashing onto few paths, congestion control and
//! incast are not modelled; small messages vary by a factor of two between systems; see docs/guide/accuracy.md.

mod exchange;
pub mod group;
mod in_switch;
pub mod network;
pub mod paths;
mod ring;
pub mod scale_up;
mod staged;
mod tree;
pub mod tuning;
mod way;

pub use way::Way;

use std::cell::OnceCell;

use self::group::Group;
use self::network::Channels;
use self::tuning::{Calls, Family};
use self::way::Facts;
use super::{Draft, Estimate, Input};
use crate::engine::context::Context;
use crate::engine::topology::VertexIndex;
use crate::units::Bytes;

/// The size that the report shows an all-reduce of.
pub const REPORTED: Bytes = Bytes(1_073_741_824.0);
/// Above this many ranks the report leaves the all-reduce to the command: following every flow takes too long for each edit.
/// A limit of Weft.
const MOST_REPORTED: usize = 16_384;
/// The smallest and the largest size of a curve: 2^10 and 2^34.
const SIZES: std::ops::RangeInclusive<i32> = 10..=34;

/// What is done together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collective {
    /// Everyone gets everyone's part.
    AllGather,
    /// Everyone gets the sum.
    AllReduce,
    /// Everyone sends a part of its own to everyone.
    AllToAll,
    /// Everyone gets what one has.
    Broadcast,
    /// Everyone gets a part of the sum.
    ReduceScatter,
    /// Everyone sends to the next.
    SendReceive,
}

impl Collective {
    /// All of them with the words the command uses.
    pub const WORDS: [(&'static str, Self); 6] = [
        ("all-gather", Self::AllGather),
        ("all-reduce", Self::AllReduce),
        ("all-to-all", Self::AllToAll),
        ("broadcast", Self::Broadcast),
        ("reduce-scatter", Self::ReduceScatter),
        ("send-receive", Self::SendReceive),
    ];

    /// The word the command uses.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, collective)| *collective == self).map_or("", |(word, _)| word)
    }
    /// The word that starts a sentence.
    pub fn title(self) -> &'static str {
        match self {
            Self::AllGather => "All-gather",
            Self::AllReduce => "All-reduce",
            Self::AllToAll => "All-to-all",
            Self::Broadcast => "Broadcast",
            Self::ReduceScatter => "Reduce-scatter",
            Self::SendReceive => "Send-receive",
        }
    }
    /// Bus bandwidth over algorithm bandwidth as nccl-tests defines it.
    fn factor(self) -> &'static str {
        match self {
            Self::AllReduce => "2 * (ranks - 1) / ranks * ",
            Self::AllGather | Self::AllToAll | Self::ReduceScatter => "(ranks - 1) / ranks * ",
            Self::Broadcast | Self::SendReceive => "",
        }
    }
}

/// How it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Point to point.
    Direct,
    /// Halves to ever nearer partners and back.
    HalvingDoubling,
    /// Within domains, then between them.
    Hierarchical,
    /// Reduction in the network's switches (SHARP, CollNet).
    InNetwork,
    /// Reduction and multicast in the scale-up domain's switches (NVLS).
    InSwitch,
    /// The same in every domain, with trees between them (NVLSTree).
    InSwitchTree,
    /// Over the scale-up domain to the right rail first (PXN).
    RailAligned,
    /// A ring.
    Ring,
    /// A double binary tree.
    Tree,
}

impl Algorithm {
    /// All of them with the words the command uses.
    pub const WORDS: [(&'static str, Self); 9] = [
        ("direct", Self::Direct),
        ("halving-doubling", Self::HalvingDoubling),
        ("hierarchical", Self::Hierarchical),
        ("in-network", Self::InNetwork),
        ("in-switch", Self::InSwitch),
        ("in-switch-tree", Self::InSwitchTree),
        ("rail-aligned", Self::RailAligned),
        ("ring", Self::Ring),
        ("tree", Self::Tree),
    ];

    /// The word the command uses.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, algorithm)| *algorithm == self).map_or("", |(word, _)| word)
    }
    /// What it is called, with the name NCCL has for it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::HalvingDoubling => "halving and doubling",
            Self::Hierarchical => "hierarchical",
            Self::InNetwork => "in the network's switches (SHARP)",
            Self::InSwitch => "in the scale-up switches (NVLS)",
            Self::InSwitchTree => "in the scale-up switches, trees between domains (NVLSTree)",
            Self::RailAligned => "rail-aligned (PXN)",
            Self::Ring => "ring",
            Self::Tree => "double binary tree",
        }
    }
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Question {
    /// What is done.
    pub collective: Collective,
    /// The message of each rank.
    pub size: Bytes,
    /// How many ranks take part, the first of the design; `None` is all.
    pub ranks: Option<usize>,
    /// How it is done; `None` is as the library chooses.
    pub algorithm: Option<Algorithm>,
    /// Whether reduction in the network's switches is switched on.
    pub in_network: bool,
    /// Whether a program waits for each call.
    pub calls: Calls,
}

/// One size of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The message.
    pub size: Bytes,
    /// How long it takes, in ns.
    pub time: f64,
    /// Message over time, in GB/s.
    pub algbw: f64,
    /// What nccl-tests calls bus bandwidth, in GB/s.
    pub busbw: f64,
    /// How it is done.
    pub algorithm: Algorithm,
    /// With which protocol.
    pub protocol: Option<tuning::Protocol>,
}

/// The answer: every way there is, and how to weigh them.
#[derive(Debug)]
pub struct Answer<'a, 'b> {
    context: &'b Context<'a>,
    collective: Collective,
    algorithm: Option<Algorithm>,
    calls: Calls,
    group: Group,
    ways: Vec<Way>,
}

/// Everything that a question needs of a design. `None` where fewer than two ranks take part.
///
/// Time: O(vertices + edges + flows), without a search over all pairs; all-to-all looks at every destination
/// (see [`network::exchange`]).
pub fn answer<'a, 'b>(context: &'b Context<'a>, question: &Question) -> Option<Answer<'a, 'b>> {
    let group = Group::of(context, question.ranks);
    if group.count < 2 {
        return None;
    }
    let ways = ways(context, &group, question, true);
    Some(Answer { context, collective: question.collective, algorithm: question.algorithm, calls: question.calls, group, ways })
}

/// The estimate that the report shows: an all-reduce over all ranks by what a library would choose.
pub(super) fn reported(context: &Context) -> Option<Estimate> {
    let question = Question { collective: Collective::AllReduce, size: REPORTED, ranks: None, algorithm: None, in_network: false, calls: Calls::Queued };
    let ranks = context.topology.participants().count();
    if ranks > MOST_REPORTED {
        // Said, not left out: a missing estimate would look as if there were nothing to tell.
        let words = format!("{ranks} ranks are too many to follow with every edit; weft estimate --collective all-reduce does it");
        let input = Input::figure("busbw", &words, "GB/s", None);
        let label = format!("All-reduce of {REPORTED}, bus bandwidth");
        let draft = Draft::new("collective-all-reduce-busbw", label, "GB/s", "busbw", tuning::NCCL_TESTS).input(input);
        return Some(Estimate::new(draft, context.recalled()));
    }
    let group = Group::of(context, None);
    if group.count < 2 {
        return None;
    }
    let ways = ways(context, &group, &question, false);
    let answer = Answer { context, collective: question.collective, algorithm: None, calls: question.calls, group, ways };
    answer.best(REPORTED).or(answer.ways.first()).map(|way| answer.estimate(way, REPORTED, Kind::BusBandwidth))
}

/// What several groups do at the same time, each within itself, sharing the fabric. Groups that are alike in size are answered together, by what
/// the slowest of them gets; so one answer for each kind of group. Groups of less than two ranks do nothing.
///
/// Time: as [`answer`], over all ranks of all groups.
pub fn among<'a, 'b>(context: &'b Context<'a>, collective: Collective, groups: &[Group]) -> Vec<Answer<'a, 'b>> {
    let mut kinds: Vec<Vec<Group>> = Vec::new();
    for group in groups.iter().filter(|group| group.count > 1) {
        let kind = |group: &Group| (group.count, group.domains.len(), group.sizes(), group.spans_hosts);
        match kinds.iter_mut().find(|alike| alike.first().is_some_and(|first| kind(first) == kind(group))) {
            Some(alike) => alike.push(group.clone()),
            None => kinds.push(vec![group.clone()]),
        }
    }
    // All kinds send at once.
    let crossing: Vec<Group> = groups.iter().filter(|group| group.domains.len() > 1).cloned().collect();
    let any = !crossing.is_empty();
    let rings = if any && collective != Collective::AllToAll { network::rings(context, &crossing) } else { Channels::default() };
    let trees = if any && collective == Collective::AllReduce { network::trees(context, &crossing) } else { Channels::default() };
    kinds
        .into_iter()
        .filter_map(|alike| {
            let group = alike.first()?.clone();
            let facts = Facts::among(context, &group, &alike);
            let ways = match collective {
                Collective::AllToAll => exchange::ways(&facts, collective, &crossing),
                _ => {
                    let mut ways = ring::ways(&facts, collective, &rings);
                    ways.extend(tree::ways(&facts, collective, &trees));
                    ways.extend(in_switch::ways(&facts, collective, &trees));
                    ways
                }
            };
            Some(Answer { context, collective, algorithm: None, calls: Calls::Queued, group, ways })
        })
        .collect()
}

/// Sends from each rank of a list to the next, in all lists at once.
pub fn sends<'a, 'b>(context: &'b Context<'a>, lists: &[Vec<VertexIndex>]) -> Option<Answer<'a, 'b>> {
    let group = Group::split(context, lists.get(..1)?).pop().filter(|group| group.count > 1)?;
    let slowest = network::chains(context, lists, group.family);
    let way = exchange::along(&Facts { context, group: &group, scale_up: None, layer: network::network_layer(context), groups: &[] }, &slowest);
    Some(Answer { context, collective: Collective::SendReceive, algorithm: None, calls: Calls::Queued, group, ways: vec![way] })
}

/// Every way to carry it out. `all`: those too that no library chooses by itself.
fn ways(context: &Context, group: &Group, question: &Question, all: bool) -> Vec<Way> {
    let facts = Facts::of(context, group);
    let collective = question.collective;
    if matches!(collective, Collective::AllToAll | Collective::SendReceive) {
        return exchange::ways(&facts, collective, std::slice::from_ref(group));
    }
    let between = group.domains.len() > 1;
    let all_ranks = question.ranks.is_none();
    let round = if between { kept(all_ranks.then_some(&context.known.ring), group, || network::ring(context, group)) } else { Channels::default() };
    let trees = if between && collective == Collective::AllReduce {
        kept(all_ranks.then_some(&context.known.tree), group, || network::tree(context, group))
    } else {
        Channels::default()
    };
    let mut found = ring::ways(&facts, collective, &round);
    found.extend(tree::ways(&facts, collective, &trees));
    found.extend(in_switch::ways(&facts, collective, &trees));
    if all {
        found.extend(in_switch::in_network(&facts, collective, &round, question.in_network));
        found.extend(staged::hierarchical(&facts, collective, &round));
        let far = if between { network::half_shift(context, group) } else { Some(Channels::default()) };
        found.extend(far.and_then(|far| staged::halving(&facts, collective, &far)));
    }
    found
}

/// What is known of all ranks from before, else worked out and kept for later.
fn kept(known: Option<&OnceCell<(Family, Channels)>>, group: &Group, make: impl FnOnce() -> Channels) -> Channels {
    match known.map(|known| (known, known.get())) {
        None => make(),
        Some((_, Some((family, channels)))) if *family == group.family => *channels,
        Some((_, Some(_))) => make(),
        Some((known, None)) => known.get_or_init(|| (group.family, make())).1,
    }
}

/// Which number of a collective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    AlgorithmBandwidth,
    BusBandwidth,
    Time,
}

impl Answer<'_, '_> {
    /// Who takes part.
    pub fn group(&self) -> &Group {
        &self.group
    }
    /// Every way there is.
    pub fn ways(&self) -> &[Way] {
        &self.ways
    }

    /// The way that is taken at a size: the library's choice, or the best of the algorithm that was asked for. `None` where its
    /// numbers are unknown or the algorithm cannot run on this design.
    pub fn best(&self, size: Bytes) -> Option<&Way> {
        let may = |way: &&Way| self.algorithm.map_or(way.automatic, |asked| asked == way.algorithm);
        self.fastest(size, may)
    }

    fn fastest<'w>(&'w self, size: Bytes, may: impl Fn(&&'w Way) -> bool) -> Option<&'w Way> {
        let mut best: Option<(f64, &Way)> = None;
        for way in self.ways.iter().filter(may) {
            let Some(time) = way.expected(size.0) else { continue };
            if best.is_none_or(|(least, _)| time < least) {
                best = Some((time, way));
            }
        }
        best.map(|(_, way)| way)
    }

    /// Time, algorithm bandwidth and bus bandwidth from 1 KiB to 16 GiB, by powers of two. Empty where they are unknown.
    pub fn curve(&self) -> Vec<Point> {
        SIZES.filter_map(|power| self.at(Bytes(2f64.powi(power)))).collect()
    }

    /// The same at one size.
    pub fn at(&self, size: Bytes) -> Option<Point> {
        let way = self.best(size)?;
        let [time, algbw, busbw] = [Kind::Time, Kind::AlgorithmBandwidth, Kind::BusBandwidth].map(|kind| self.estimate(way, size, kind).value());
        Some(Point { size, time: time?, algbw: algbw?, busbw: busbw?, algorithm: way.algorithm, protocol: way.protocol })
    }

    /// The numbers at one size: `collective-WORD-time`, `-algbw`, `-busbw`, the `-bandwidth` and `-latency` they are made of, and the
    /// bus bandwidth of every algorithm as `collective-WORD.ALGORITHM`.
    pub fn estimates(&self, size: Bytes) -> Vec<Estimate> {
        let mut all = Vec::new();
        let known = self.best(size);
        let asked = self.ways.iter().find(|way| self.algorithm.is_none_or(|asked| asked == way.algorithm));
        let Some(way) = known.or(asked) else { return self.impossible() };
        for kind in [Kind::BusBandwidth, Kind::AlgorithmBandwidth, Kind::Time] {
            all.push(self.estimate(way, size, kind));
        }
        all.extend([way.bandwidth.clone(), way.latency.clone()]);
        for (_, algorithm) in Algorithm::WORDS {
            let of = |way: &&Way| way.algorithm == algorithm;
            if let Some(way) = self.fastest(size, of).or(self.ways.iter().find(of)) {
                let key = format!("collective-{}.{}", self.collective.word(), algorithm.word());
                let draft = self.draft(way, size, Kind::BusBandwidth, &key).assume(match (way.automatic, algorithm) {
                    (true, _) => "The library may choose it",
                    (false, Algorithm::InNetwork) => "Never chosen unless it is switched on (NCCL_COLLNET_ENABLE)",
                    (false, _) => "NCCL does not have it; for comparison",
                });
                all.push(Estimate::new(draft, self.context.recalled()));
            }
        }
        all
    }

    /// How long one call of a size takes, in ns, by what the library would choose, as an estimate of its own. `None` where there is no way.
    pub fn time(&self, size: Bytes, key: &str, label: String) -> Option<Estimate> {
        let way = self.best(size).or(self.ways.first())?;
        let mut draft = self.draft(way, size, Kind::Time, key);
        draft.label = format!("{label}, {}", way.algorithm.label());
        Some(Estimate::new(draft, self.context.recalled()))
    }

    /// An algorithm was asked for that cannot run on this design.
    fn impossible(&self) -> Vec<Estimate> {
        let Some(asked) = self.algorithm else { return Vec::new() };
        let key = format!("collective-{}-busbw", self.collective.word());
        let label = format!("{}, {}, bus bandwidth", self.collective.title(), asked.label());
        let input = Input::figure("busbw", "this algorithm cannot run on these ranks", "GB/s", None);
        vec![Estimate::new(Draft::new(&key, label, "GB/s", "busbw", tuning::NCCL_TESTS).assume(self.group.words()).input(input), self.context.recalled())]
    }

    fn estimate(&self, way: &Way, size: Bytes, kind: Kind) -> Estimate {
        let name = match kind {
            Kind::AlgorithmBandwidth => "algbw",
            Kind::BusBandwidth => "busbw",
            Kind::Time => "time",
        };
        let draft = self.draft(way, size, kind, &format!("collective-{}-{name}", self.collective.word()));
        Estimate::new(draft, self.context.recalled())
    }

    fn draft(&self, way: &Way, size: Bytes, kind: Kind, key: &str) -> Draft {
        let correction = way.correction(size.0);
        let host = if self.calls == Calls::Waited { "host + " } else { "" };
        let time = match way.filling {
            Some(_) => format!("{host}latency + (size + stages * piece) / bandwidth"),
            None => format!("{host}latency + size / {}", if correction < 1.0 { "(bandwidth * correction)" } else { "bandwidth" }),
        };
        let title = self.collective.title();
        let (label, unit, formula) = match kind {
            Kind::Time => (format!("{title} of {size}, time"), "ns", time),
            Kind::AlgorithmBandwidth => (format!("{title} of {size}, algorithm bandwidth"), "GB/s", format!("size / ({time})")),
            Kind::BusBandwidth => (format!("{title} of {size}, bus bandwidth"), "GB/s", format!("{}size / ({time})", self.collective.factor())),
        };
        let label = if key.contains('.') { format!("{label}, {}", way.algorithm.label()) } else { label };
        let protocol = way.protocol.map_or_else(String::new, |protocol| format!(", {} protocol", protocol.label()));
        let by = if self.algorithm.is_some() || !way.automatic { "by" } else { "chosen as the library chooses:" };
        let mut draft = Draft::new(key, label, unit, formula, tuning::NCCL_TESTS)
            .source(self.group.family.source())
            .source(tuning::STEP_SOURCE)
            .source(tuning::HOST_SOURCE)
            .assume(format!("{}; {by} {}{protocol}", self.group.words(), way.algorithm.label()))
            .assume("Congestion control and incast make it slower, and are not modelled; collisions of flows only where paths are by hash")
            .input(Input { label: "before the first byte is through".to_owned(), ..Input::of("latency", &way.latency) })
            .input(Input::counted("size", "message of each rank", "B", size.0))
            .input(Input { label: "when the message is endless".to_owned(), ..Input::of("bandwidth", &way.bandwidth) });
        if self.group.domains.len() > 1 {
            draft = draft.assume(self.context.routing.assumption());
        }
        draft = match self.calls {
            Calls::Queued => draft.assume("Calls are queued, so that the host's share of each is hidden (see --calls)"),
            Calls::Waited => draft.assume("A program waits for each call (see --calls)").input(Input::figure(
                "host",
                "starting it and learning that it is done",
                "ns",
                Some(tuning::HOST),
            )),
        };
        if let Some(filling) = &way.filling {
            draft = draft.source(tuning::PIECES_SOURCE).assume("While the pipeline of stages fills and empties, each stage takes as long as the narrowest");
            draft = draft.input(Input::figure("stages", "stages that fill and empty", "", Some(filling.stages.clone())));
            draft = draft.input(Input::counted("piece", "of the message in a stage at a time", "B", filling.piece(size.0)));
        } else if correction < 1.0 {
            draft = draft.input(Input::counted("correction", "what a tree gets at this size", "", correction));
        }
        if kind == Kind::BusBandwidth && !self.collective.factor().is_empty() {
            draft = draft.input(Input::counted("ranks", "ranks", "", self.group.count as f64));
        }
        for source in way.bandwidth.sources() {
            draft = draft.source(source.clone());
        }
        draft
    }
}
