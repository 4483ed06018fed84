//! All-to-all and send-receive: point-to-point sends that a library starts all at once.
//!
//! In an all-to-all every rank sends an equal part of its message to every other. Directly, each part goes out by its rank's
//! own adapter and crosses rails; rail-aligned ("PXN"), parts for place i of other domains first go to rank i of the own one over
//! the scale-up wires, so that the network sees only traffic along rails. Both stages overlap, so the slower decides.

use super::group::Group;
use super::network::{self, Channels};
use super::tuning::{NCCL, Protocol, Shape};
use super::way::{Facts, Way};
use super::{Algorithm, Collective};
use crate::engine::estimate::flows::subject_of;
use crate::engine::estimate::{Input, traffic};

const RAILS: &str = "Rail-aligned all-to-all: NVIDIA developer blog, Doubling all2all performance with NCCL 2.12 (PXN)";

/// All ways of an all-to-all, or the one of send-receive.
pub(super) fn ways(facts: &Facts, collective: Collective, groups: &[Group]) -> Vec<Way> {
    match collective {
        Collective::SendReceive => vec![neighbours(facts)],
        Collective::AllToAll if facts.domains() == 1 => vec![spread(facts, Algorithm::Direct, None)],
        Collective::AllToAll => {
            let direct = network::exchange(facts.context, groups, false);
            let direct = spread(facts, Algorithm::Direct, Some(&direct));
            if facts.scale_up.is_none() || facts.local() < 2 {
                return vec![direct];
            }
            let rails = network::exchange(facts.context, groups, true);
            vec![spread(facts, Algorithm::RailAligned, Some(&rails)), direct]
        }
        _ => Vec::new(),
    }
}

fn spread(facts: &Facts, algorithm: Algorithm, over: Option<&Channels>) -> Way {
    let [wires, share] = facts.wires("scale_up", "out of each rank within its domain", |scale_up| scale_up.out);
    let wires = within(facts).unwrap_or(wires);
    let (least, most) = facts.group.sizes();
    let local = if least == most { "ranks of a domain" } else { "ranks of the smallest domain, whose ranks have most to send out" };
    let local = || Facts::count("local", local, least);
    // The largest domain has most to send within.
    let largest = if least == most { "local" } else { "largest" };
    // Rail-aligned, all but what stays on the own rail crosses the wires; directly, only what stays in the domain.
    let (of, words) = match algorithm {
        Algorithm::RailAligned => (largest, "Parts for other rails go over the scale-up wires first"),
        _ => ("ranks", "Every part goes out by its own rank's adapters"),
    };
    let inside = format!("({largest} - 1) / {of} / (scale_up * scale_up_share)");
    let across = "(ranks - local) / ranks / (rank * network_share)";
    let mut inputs: Vec<Input> = Vec::new();
    let formula = match (over, facts.scale_up) {
        (None, _) => "ranks / (ranks - 1) * scale_up * scale_up_share".to_owned(),
        (Some(_), None) => "ranks / (ranks - 1) * rank * network_share".to_owned(),
        (Some(_), Some(_)) => format!("1 / max({inside}, {across})"),
    };
    inputs.push(facts.ranks());
    if facts.scale_up.is_some() {
        inputs.extend([wires, share]);
    }
    if let Some(over) = over {
        let [_, rate, network_share] = facts.crossing(over);
        let sends = if least == most { "what a rank sends between domains" } else { "what a rank of the smallest domain sends between domains" };
        inputs.extend([Input { name: "rank".to_owned(), label: rate.label.replace("what a flow between domains gets", sends), ..rate }, network_share]);
        if facts.scale_up.is_some() {
            inputs.push(local());
            inputs.extend((least < most).then(|| Facts::count("largest", "ranks of the largest domain, which have most to send within", most)));
        }
    }
    let label = format!("All-to-all, {}, bandwidth", algorithm.label());
    let draft = facts.draft("collective-all-to-all-bandwidth", label, "GB/s", formula, RAILS).inputs(inputs).assume(words);
    let mut draft = facts.share_sources(draft.assume("Incast and congestion control cost more, and nothing here says how much"));
    if over.is_some_and(|over| over.of > over.count) {
        draft = draft.assume("Too large to follow every flow: no more than a cut through the middle and the adapters allow");
    }
    let bandwidth = facts.finish(draft);
    Way::new(algorithm, Some(Protocol::Simple), bandwidth, start(facts, Collective::AllToAll))
}

/// What each rank sends within its domain when all do, where some are joined by others only: parts take wires on their way, as in a torus. `None` where each
/// reaches every other by its own wires.
fn within(facts: &Facts) -> Option<Input> {
    facts.scale_up.filter(|scale_up| scale_up.far && !scale_up.unknown)?;
    let domains = facts.groups.iter().flat_map(|group| group.domains.iter().cloned());
    let found = traffic::within(facts.context, domains.collect());
    let others = facts.group.sizes().1.saturating_sub(1) as f64;
    let place = found.first.and_then(|arc| subject_of(&facts.context.topology, arc)).map_or_else(String::new, |at| format!(", held back at {at}"));
    Some(match found.trouble {
        Some(words) => Input::figure("scale_up", &words, "GB/s", None),
        None => Input::counted("scale_up", &format!("what a rank sends within its domain, over others' wires too{place}"), "GB/s", found.least * others / 8.0),
    })
}

/// NCCL publishes no model of point-to-point sends: one step of a ring stands for it.
fn start(facts: &Facts, collective: Collective) -> crate::engine::estimate::Estimate {
    let family = facts.family();
    let (word, figure) = if facts.domains() > 1 {
        ("one step between domains", family.network(Shape::Ring, Protocol::Simple))
    } else {
        ("one step within a domain", family.inside(Shape::Ring, Protocol::Simple))
    };
    let draft = facts.draft(&format!("collective-{}-latency", collective.word()), format!("{}, latency", collective.title()), "ns", "base + step", NCCL);
    let draft = draft.inputs([Facts::step("base", "before the first step", family.base(Shape::Ring, Protocol::Simple)), Facts::step("step", word, figure)]);
    facts.finish(draft.assume("NCCL publishes no model of point-to-point sends: one step of a ring stands for it"))
}

fn neighbours(facts: &Facts) -> Way {
    let (formula, inputs) = if facts.domains() > 1 {
        let crossing = network::neighbours(facts.context, facts.group);
        let [_, channel, share] = facts.crossing(&crossing);
        ("channel * network_share", vec![channel, share])
    } else {
        ("scale_up * scale_up_share", facts.wires("scale_up", "from each rank to the next in its domain", |scale_up| scale_up.ring).to_vec())
    };
    sends(facts, formula, inputs, "Every rank sends to the next of the design and receives from the one before; the slowest pair decides")
}

/// Sends along chains of ranks, of which the slowest is known.
pub(super) fn along(facts: &Facts, slowest: &Channels) -> Way {
    let [_, channel, share] = facts.crossing(slowest);
    sends(facts, "channel * network_share", vec![channel, share], "Every rank of a chain sends to the next, all chains at once; the slowest pair decides")
}

fn sends(facts: &Facts, formula: &str, inputs: Vec<Input>, assumption: &str) -> Way {
    let label = "Send and receive, bandwidth".to_owned();
    let draft = facts.draft("collective-send-receive-bandwidth", label, "GB/s", formula, NCCL).inputs(inputs);
    let bandwidth = facts.finish(facts.share_sources(draft.assume(assumption)));
    Way::new(Algorithm::Direct, Some(Protocol::Simple), bandwidth, start(facts, Collective::SendReceive))
}
