//! Algorithms in stages that NCCL does not have, for comparison: hierarchical (reduce-scatter in the domain, all-reduce along
//! rails, all-gather in the domain) and halving and doubling (R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of
//! collective communication operations in MPICH", 2005). Their stages follow each other, so that their times add up.

use super::network::Channels;
use super::tuning::{Protocol, Shape};
use super::way::{Facts, Way};
use super::{Algorithm, Collective};
use crate::engine::estimate::{Draft, Input};

const HIERARCHICAL: &str = "Hierarchical all-reduce: stages within and between domains one after the other (Alibaba EFLOPS, HPCA 2020; BlueConnect, 2019)";
const HALVING: &str = "R. Thakur, R. Rabenseifner, W. Gropp, Optimization of collective communication operations in MPICH (2005)";

/// Within domains, then along rails. Needs every rank of a domain to have a way out.
pub(super) fn hierarchical(facts: &Facts, collective: Collective, ring: &Channels) -> Option<Way> {
    let rails = facts.scale_up.is_some() && facts.domains() > 1 && ring.count == facts.local() && facts.local() > 1;
    if collective != Collective::AllReduce || !rails {
        return None;
    }
    let [wires, share] = facts.wires("scale_up", "from each rank to the next in its domain", |scale_up| scale_up.ring);
    let [_, channel, network_share] = facts.crossing(ring);
    let counts = || [Facts::count("local", "ranks of a domain", facts.local()), Facts::count("domains", "scale-up domains", facts.domains())];
    let formula = "1 / (2 * (local - 1) / local / (scale_up * scale_up_share) + 2 * (domains - 1) / domains / (local * channel * network_share))";
    let draft = facts.draft("collective-all-reduce-bandwidth", "Hierarchical all-reduce, bandwidth".to_owned(), "GB/s", formula, HIERARCHICAL);
    let draft = facts
        .share_sources(draft.inputs([wires, share, channel, network_share]).inputs(counts()).assume("Rank i of every domain on rail i; stages do not overlap"));
    let formula = "base + 2 * (local - 1) * inside + 2 * (domains - 1) * network";
    let latency = by_steps(facts, "Hierarchical all-reduce, latency", formula, Shape::Ring).inputs(counts());
    Some(Way::new(Algorithm::Hierarchical, None, facts.finish(draft), facts.finish(latency)))
}

/// Halves of the message to ever nearer partners and back. `far` is what crosses when every domain sends to the one half the
/// design away, at all places at once.
pub(super) fn halving(facts: &Facts, collective: Collective, far: &Channels) -> Option<Way> {
    // Where partners are not joined, what their steps take is not what leaves a rank.
    if collective != Collective::AllReduce || facts.group.count < 2 || facts.scale_up.is_some_and(|scale_up| scale_up.far) {
        return None;
    }
    let [wires, share] = facts.wires("scale_up", "out of each rank within its domain", |scale_up| scale_up.out);
    let [channels, channel, network_share] = facts.crossing(far);
    let counts = || [Facts::count("local", "ranks of a domain", facts.local()), Facts::count("domains", "scale-up domains", facts.domains())];
    let within = "2 * (local - 1) / local / (scale_up * scale_up_share)";
    let across = "2 * (domains - 1) / domains / (channels * channel * network_share)";
    let (formula, mut inputs): (String, Vec<Input>) = match (facts.domains(), facts.scale_up) {
        (1, _) => (format!("1 / ({within})"), vec![wires, share]),
        (_, None) => (format!("1 / ({across})"), vec![channels, channel, network_share]),
        _ => (format!("1 / ({within} + {across})"), vec![wires, share, channels, channel, network_share]),
    };
    inputs.extend(counts().into_iter().filter(|input| formula.contains(input.name.as_str())));
    let draft =
        facts.draft("collective-all-reduce-bandwidth", "All-reduce by halving and doubling, bandwidth".to_owned(), "GB/s", formula, HALVING).inputs(inputs);
    let draft = facts.share_sources(draft.assume("All steps between domains go as slowly as the one half the design away"));
    let formula = "base + 2 * (ceil(log2(local)) * inside + ceil(log2(domains)) * network)";
    let latency = by_steps(facts, "All-reduce by halving and doubling, latency", formula, Shape::Tree).inputs(counts());
    Some(Way::new(Algorithm::HalvingDoubling, None, facts.finish(draft), facts.finish(latency)))
}

/// The latency of an all-reduce whose steps within and between domains are of one shape.
fn by_steps(facts: &Facts, title: &str, formula: &str, shape: Shape) -> Draft {
    let family = facts.family();
    facts.draft("collective-all-reduce-latency", title.to_owned(), "ns", formula, family.source()).inputs([
        Facts::step("base", "before the first step", family.base(shape, Protocol::Simple)),
        Facts::step("inside", "one step within a domain", family.inside(shape, Protocol::Simple)),
        Facts::step("network", "one step between domains", family.network(shape, Protocol::Simple)),
    ])
}
