//! One way to carry out a collective: an algorithm with a protocol, what it carries when messages are endless, what it waits for
//! when they are empty, and so how long any message takes.

use super::Algorithm;
use super::group::Group;
use super::network::{Channels, network_layer};
use super::scale_up::ScaleUp;
use super::tuning::{Family, Protocol};
use crate::engine::context::Context;
use crate::engine::estimate::flows::subject_of;
use crate::engine::estimate::{Draft, Estimate, Input};
use crate::model::{Figure, LinkLayer};

/// One way to carry out a collective.
#[derive(Clone, Debug)]
pub struct Way {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// How data is handed over; `None` for algorithms that a library does not have.
    pub protocol: Option<Protocol>,
    /// Whether a library would choose it by itself.
    pub automatic: bool,
    /// Bytes of the message over time when the message is endless, in GB/s.
    pub bandwidth: Estimate,
    /// What passes before the first byte is through, in ns.
    pub latency: Estimate,
    /// The same in ns as the library's tuner counts it, which it chooses by; `None` where it counts no differently.
    pub counted: Option<f64>,
    /// What the library's tuner believes of the bandwidth, as a share: caps that it chooses by and that do not hold in fact.
    pub believed: f64,
    /// By how much the tuner lengthens the latency of messages from this size on.
    pub plateau: Option<(f64, f64)>,
    /// What it takes to fill and to empty the pipeline; `None` where no step waits for another.
    pub filling: Option<Filling>,
}

/// The pipeline of in-switch reduction: a message goes through its stages in pieces, and until the first is through all of them no
/// more than a stage is at work. A piece is a chunk for each channel of each head, as NCCL cuts it (`calcCollChunking` in enqueue.cc,
/// numbers of channels in transport/nvls.cc, stages in device/all_reduce.h).
#[derive(Clone, Debug, PartialEq)]
pub struct Filling {
    /// Stages besides the one whose wires decide. Of the three of one domain two are copies, which NCCL leaves out where buffers are registered.
    /// Each level of the double tree adds a stage up and one down; while it fills half of the channels are at work in a domain.
    pub stages: Figure<f64>,
    /// Chunks under way at the same time: channels by heads.
    chunks: f64,
    /// Whether trees join domains.
    tree: bool,
    /// The largest chunk, in bytes.
    most: f64,
}

impl Filling {
    /// For the ranks of a collective.
    pub fn of(facts: &Facts) -> Self {
        let domains = facts.domains();
        let tree = domains > 1;
        let levels = if tree { f64::from(domains.ilog2()) } else { 0.0 };
        let heads = facts.local().min(super::tuning::MOST_HEADS) as f64;
        let stages = Figure { value: 2.0 + levels, low: levels, high: 2.0 + 2.0 * levels, ..facts.family().latency(0.0) };
        // From four domains on a tree's chunks are of half the size.
        let most = if domains >= 4 { 65_536.0 } else { 131_072.0 };
        Self { stages, chunks: heads * facts.family().in_switch_channels(tree), tree, most }
    }
    /// The piece of a message that is in a stage at a time, in bytes.
    pub fn piece(&self, size: f64) -> f64 {
        // Smaller messages are cut into smaller chunks: below so many pieces, to this.
        const DOMAIN: [(f64, f64); 3] = [(64.0, 65_536.0), (8.0, 32_768.0), (2.0, 16_384.0)];
        const TREE: [(f64, f64); 3] = [(16.0, 131_072.0), (4.0, 65_536.0), (1.0, 32_768.0)];
        let mut chunk = self.most;
        for (pieces, smaller) in if self.tree { TREE } else { DOMAIN } {
            if size < pieces * self.chunks * chunk && chunk > smaller {
                chunk = smaller;
            }
        }
        (self.chunks * chunk).min(size)
    }
}

impl Way {
    /// A way without a pipeline whose tuner counts what holds; a library chooses by itself what it has a `protocol` for.
    pub fn new(algorithm: Algorithm, protocol: Option<Protocol>, bandwidth: Estimate, latency: Estimate) -> Self {
        let automatic = protocol.is_some();
        Self { algorithm, protocol, automatic, bandwidth, latency, counted: None, believed: 1.0, plateau: None, filling: None }
    }
    /// The share of the bandwidth that it gets at a size.
    pub fn correction(&self, size: f64) -> f64 {
        match self.protocol {
            Some(protocol) if self.algorithm == Algorithm::Tree => protocol.tree_correction(size),
            _ => 1.0,
        }
    }
    /// What the library's tuner expects, in ns: what it chooses by. `None` where a number is unknown.
    pub fn expected(&self, size: f64) -> Option<f64> {
        let (latency, bandwidth) = self.counted.or(self.latency.value()).zip(self.bandwidth.value())?;
        let stretch = self.plateau.filter(|(from, _)| size >= *from).map_or(1.0, |(_, stretch)| stretch);
        Some(latency * stretch + size / (bandwidth * self.believed * self.correction(size))).filter(|time| time.is_finite())
    }
}

/// What all algorithms look at.
pub struct Facts<'a, 'b> {
    /// The design.
    pub context: &'b Context<'a>,
    /// Who takes part.
    pub group: &'b Group,
    /// What a rank gets of its domain; `None` where no domain has two ranks.
    pub scale_up: Option<ScaleUp>,
    /// What is on the links between domains.
    pub layer: Option<LinkLayer>,
    /// The groups that work at the same time, of which [`Facts::group`] is one.
    pub groups: &'b [Group],
}

impl<'a, 'b> Facts<'a, 'b> {
    /// Looks at the domains.
    pub fn of(context: &'b Context<'a>, group: &'b Group) -> Self {
        Self::among(context, group, std::slice::from_ref(group))
    }
    /// Looks at the domains of several groups that work at the same time; `group` stands for them.
    pub fn among(context: &'b Context<'a>, group: &'b Group, groups: &'b [Group]) -> Self {
        let mut scale_up = super::scale_up::among(context, groups);
        if let Some(found) = scale_up.as_mut().filter(|found| found.ring <= 0.0 && !found.unknown) {
            // Neighbours that are not joined directly: what their routes carry.
            let round = super::network::inside(context, groups);
            let named = group.family.share(network_layer(context)).value / group.family.share(found.layer).value;
            found.ring = round.rate * named;
            found.out = if found.out > 0.0 { found.out } else { found.ring };
            found.unknown = round.unknown;
        }
        Self { scale_up, layer: network_layer(context), context, group, groups }
    }
    /// Whose constants hold.
    pub fn family(&self) -> Family {
        self.group.family
    }
    /// How many domains there are.
    pub fn domains(&self) -> usize {
        self.group.domains.len()
    }
    /// Ranks of the smallest domain, which has as many channels.
    pub fn local(&self) -> usize {
        self.group.sizes().0
    }

    /// The start of an estimate of `bandwidth` or `latency` of a way.
    pub fn draft(&self, key: &str, label: String, unit: &str, formula: impl Into<String>, source: &str) -> Draft {
        let mut draft = Draft::new(key, label, unit, formula, source).assume(self.group.words());
        if self.domains() > 1 {
            draft = draft.assume(self.context.routing.assumption());
        }
        if self.family() == Family::Other {
            draft.assume("Nobody published the constants of a library on these XPUs; NCCL's on Hopper stand for them")
        } else {
            draft.assume(format!("{} as its authors count it; nothing else in the fabric", self.family().library()))
        }
    }

    /// `ranks`, `local` or `domains`.
    pub fn count(name: &str, label: &str, count: usize) -> Input {
        Input::counted(name, label, "", count as f64)
    }
    /// `ranks`.
    pub fn ranks(&self) -> Input {
        Self::count("ranks", "ranks", self.group.count)
    }

    /// A rate of the wires of a domain as `name`, and the share of it that collectives get as `scale_up_share`.
    pub fn wires(&self, name: &str, label: &str, rate: impl Fn(&ScaleUp) -> f64) -> [Input; 2] {
        let known = self.scale_up.filter(|scale_up| !scale_up.unknown && rate(scale_up).is_finite());
        let layer = self.scale_up.and_then(|scale_up| scale_up.layer);
        let wires = match known {
            Some(known) => Input::counted(name, label, "GB/s", rate(&known)),
            None => Input::figure(name, "a wire of the scale-up domain has no known rate", "GB/s", None),
        };
        let words = format!("share of {} that collectives get", layer.map_or("the wire", LinkLayer::label));
        [wires, Input::figure("scale_up_share", &words, "", Some(self.family().share(layer)))]
    }

    /// `channels`, `channel` and `network_share`: what crosses between domains.
    pub fn crossing(&self, channels: &Channels) -> [Input; 3] {
        let place = channels.bottleneck.and_then(|arc| subject_of(&self.context.topology, arc)).map_or_else(String::new, |at| format!(", held back at {at}"));
        let rate = match channels {
            Channels { unknown: true, .. } => Input::figure("channel", "a link between domains has no known rate", "GB/s", None),
            Channels { count: 0, .. } => Input::figure("channel", "no route leads from every domain to the next", "GB/s", None),
            _ => Input::counted("channel", &format!("what a flow between domains gets{place}"), "GB/s", channels.rate),
        };
        let used = match channels.of - channels.count.min(channels.of) {
            0 => "channels between domains".to_owned(),
            left => format!("channels between domains; {left} of {} are slower or lost and left out", channels.of),
        };
        let words = format!("share of {} that collectives get", self.layer.map_or("the link", LinkLayer::label));
        [Self::count("channels", &used, channels.count), rate, Input::figure("network_share", &words, "", Some(self.family().share(self.layer)))]
    }

    /// Where the shares are from.
    pub fn share_sources(&self, draft: Draft) -> Draft {
        let mut draft = draft;
        if let Some(scale_up) = self.scale_up {
            draft = draft.source(self.family().share_source(scale_up.layer));
        }
        if self.domains() > 1 { draft.source(self.family().share_source(self.layer)) } else { draft }
    }

    /// Finishes a draft.
    pub fn finish(&self, draft: Draft) -> Estimate {
        Estimate::new(draft, self.context.recalled())
    }

    /// A latency of the tuning model as an input.
    pub fn step(name: &str, label: &str, figure: Figure<f64>) -> Input {
        Input::figure(name, label, "ns", Some(figure))
    }

    /// How many channels NCCL makes of these: twice as many where there are at most four of 25 GB/s and more (search.cc,
    /// `ncclTopoDupChannels`).
    pub fn library_channels(&self, channels: &Channels) -> f64 {
        let fast = channels.rate * self.family().share(self.layer).value >= 25.0;
        channels.count as f64 * if channels.count <= 4 && fast { 2.0 } else { 1.0 }
    }
}
