//! Rings: every rank sends to the next, n - 1 times for all-gather and reduce-scatter, twice that for all-reduce.
//!
//! `2 (n - 1) / n` of the message leave every rank in an all-reduce, so its bus bandwidth is what the ring carries. Between
//! domains a ring goes by the channels, within one by the scale-up wires; the narrower decides.

use super::network::Channels;
use super::tuning::{NCCL_RATES, Protocol, Shape};
use super::way::{Facts, Way};
use super::{Algorithm, Collective};
use crate::engine::estimate::{Draft, Input};
use crate::model::Figure;

/// What a ring carries, as a formula with its inputs.
pub(super) fn steady(facts: &Facts, channels: &Channels) -> (&'static str, Vec<Input>) {
    let wires = || facts.wires("scale_up", "from each rank to the next in its domain", |scale_up| scale_up.ring).to_vec();
    match (facts.domains(), facts.scale_up) {
        (1, _) => ("scale_up * scale_up_share", wires()),
        (_, None) => ("channels * channel * network_share", facts.crossing(channels).to_vec()),
        _ => ("min(scale_up * scale_up_share, channels * channel * network_share)", [wires(), facts.crossing(channels).to_vec()].concat()),
    }
}

/// Rings with each protocol.
pub(super) fn ways(facts: &Facts, collective: Collective, channels: &Channels) -> Vec<Way> {
    Protocol::ALL.into_iter().map(|protocol| way(facts, collective, channels, protocol)).collect()
}

fn way(facts: &Facts, collective: Collective, channels: &Channels, protocol: Protocol) -> Way {
    let (steady, mut inputs) = steady(facts, channels);
    let share = match collective {
        Collective::AllReduce => " * ranks / (2 * (ranks - 1))",
        Collective::AllGather | Collective::ReduceScatter => " * ranks / (ranks - 1)",
        _ => "",
    };
    let carried = match protocol {
        Protocol::Simple => steady.to_owned(),
        Protocol::Ll => {
            inputs.push(Input::figure("ll_cap", "the most that LL carries", "GB/s", Some(facts.family().ll_cap(facts.domains()))));
            format!("min(ll_cap, {steady} / 2)")
        }
        // Within one domain the number of channels is the library's secret, and the cap with it.
        Protocol::Ll128 if facts.domains() == 1 => format!("0.92 * {steady}"),
        Protocol::Ll128 => {
            let cap = facts.library_channels(channels) * facts.family().ll128_cap(Shape::Ring, facts.domains());
            inputs.push(Input::counted("ll128_cap", "the most that LL128 carries over these channels", "GB/s", cap));
            format!("min(ll128_cap, 0.92 * {steady})")
        }
    };
    if !share.is_empty() {
        inputs.push(facts.ranks());
    }
    let label = format!("{} by ring ({}), bandwidth", collective.title(), protocol.label());
    let key = format!("collective-{}-bandwidth", collective.word());
    let draft = facts.draft(&key, label, "GB/s", format!("{carried}{share}"), NCCL_RATES).source(facts.family().source()).inputs(inputs);
    let draft = facts.share_sources(draft.assume("Rings in the order of the design, one channel for each rank of a domain"));

    let sized = facts.domains() > 1 && protocol == Protocol::Simple && collective == Collective::AllReduce;
    let plateau = (64.0 * channels.count.max(1) as f64 * facts.group.count as f64, 1.4);
    let latency = |inside: Figure<f64>| facts.finish(latency(facts, collective, protocol, inside));
    Way {
        counted: latency(facts.family().counted(Shape::Ring, protocol)).value(),
        plateau: sized.then_some(plateau),
        ..Way::new(Algorithm::Ring, Some(protocol), facts.finish(draft), latency(facts.family().inside(Shape::Ring, protocol)))
    }
}

/// `base + (steps - crossings) * inside + crossings * network`; a broadcast passes every rank once.
fn latency(facts: &Facts, collective: Collective, protocol: Protocol, inside: Figure<f64>) -> Draft {
    let family = facts.family();
    let (ranks, domains) = (facts.group.count, facts.domains());
    let rounds = if collective == Collective::AllReduce { 2 } else { 1 };
    let key = format!("collective-{}-latency", collective.word());
    let label = format!("{} by ring ({}), latency", collective.title(), protocol.label());
    let base = Facts::step("base", "before the first step", family.base(Shape::Ring, protocol));
    // NCCL takes the tree's latency of a network step where a domain is one rank, which nothing hides.
    let shape = if facts.local() == 1 { Shape::Tree } else { Shape::Ring };
    let network = Facts::step("network", "one step between domains", family.network(shape, protocol));
    let mut inside = inside;
    if domains > 1 {
        // Rings over a network post to adapters at every step: 1 µs, three times that with chunks.
        let posted = family.latency(if protocol == Protocol::Simple { 3.0 } else { 1.0 });
        (inside.value, inside.low, inside.high) = (inside.value.max(posted.value), inside.low.max(posted.low), inside.high.max(posted.high));
    }
    let inside = Facts::step("inside", "one step within a domain", inside);
    if collective == Collective::Broadcast {
        let step = if domains > 1 { network } else { inside };
        let name = step.name.clone();
        let draft = facts.draft(&key, label, "ns", format!("base + ranks * {name}"), family.source());
        return draft.inputs([base, facts.ranks(), step]);
    }
    let steps = Facts::count("steps", "steps round the ring", rounds * (ranks - 1));
    let crossings = Facts::count("crossings", "of them between domains", rounds * (domains - 1));
    match (domains, facts.scale_up) {
        (1, _) => facts.draft(&key, label, "ns", "base + steps * inside", family.source()).inputs([base, steps, inside]),
        (_, None) => facts.draft(&key, label, "ns", "base + steps * network", family.source()).inputs([base, steps, network]),
        _ => {
            let formula = "base + (steps - crossings) * inside + crossings * network";
            facts.draft(&key, label, "ns", formula, family.source()).inputs([base, steps, crossings, inside, network])
        }
    }
}
