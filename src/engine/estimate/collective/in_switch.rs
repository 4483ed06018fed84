//! Reduction and multicast in switches: of the scale-up domain (NVLink SHARP, "NVLS"), of that with trees between domains
//! ("NVLSTree"), and of the network (SHARP, "CollNet").
//!
//! In one domain every rank gives its whole message to the switch for reduction and sends its share of the result for
//! multicast; it gets the same amounts back: `1 + 1 / n` of the message each way. A message goes through in pieces, one stage after
//! the other: copied out, reduced and multicast, copied back. While the pipeline fills and empties the wires wait ([`Filling`]).

use super::network::Channels;
use super::tuning::{NCCL, Protocol, RACK_SOURCE, TREE};
use super::way::{Facts, Filling, Way};
use super::{Algorithm, Collective};
use crate::engine::estimate::{Estimate, Input};
use crate::model::{FabricRole, Figure, PartDetail, PartKind};

/// The fewest ranks that a library reduces in the switch.
const FEWEST: usize = 3;

/// In the switches of the scale-up domain, and with trees between domains.
pub(super) fn ways(facts: &Facts, collective: Collective, tree: &Channels) -> Vec<Way> {
    let reduces = facts.scale_up.is_some_and(|scale_up| scale_up.in_switch > 0.0) && facts.local() >= FEWEST;
    let Some(efficiency) = facts.family().in_switch(facts.group.spans_hosts).filter(|_| reduces) else { return Vec::new() };
    match (facts.domains(), collective) {
        (1, Collective::AllReduce | Collective::AllGather | Collective::ReduceScatter) => vec![one_domain(facts, collective, efficiency)],
        (2.., Collective::AllReduce) => vec![with_trees(facts, tree, efficiency)],
        _ => Vec::new(),
    }
}

fn inputs(facts: &Facts, efficiency: Figure<f64>) -> Vec<Input> {
    let wires = facts.wires("in_switch", "from each rank to the switches that reach all ranks of its domain", |scale_up| scale_up.in_switch);
    let mut all = wires.to_vec();
    all.push(Input::figure("efficiency", "of that, what in-switch reduction gets", "", Some(efficiency)));
    all
}

fn one_domain(facts: &Facts, collective: Collective, efficiency: Figure<f64>) -> Way {
    let mut inputs = inputs(facts, efficiency);
    let formula = if collective == Collective::AllReduce {
        inputs.push(facts.ranks());
        "in_switch * scale_up_share * efficiency / (1 + 1 / ranks)"
    } else {
        "in_switch * scale_up_share * efficiency"
    };
    let label = format!("{} in the scale-up switches, bandwidth", collective.title());
    let draft = facts.draft(&format!("collective-{}-bandwidth", collective.word()), label, "GB/s", formula, source(facts)).inputs(inputs);
    let draft = facts.share_sources(draft.assume("Every switch that reaches all ranks takes part of the message; the others none"));
    let bandwidth = facts.finish(draft.assume("Bus bandwidth above the wire rate is no error: the switch reduces, so less crosses the wire"));
    let latency = latency(facts, collective);
    Way { filling: Some(Filling::of(facts)), ..Way::new(Algorithm::InSwitch, Some(Protocol::Simple), bandwidth, latency) }
}

/// The formula deviates from NCCL's, which counts `(channels - 1) / channels` and not the multicast.
fn source(facts: &Facts) -> &'static str {
    if facts.group.spans_hosts { RACK_SOURCE } else { NCCL }
}

fn latency(facts: &Facts, collective: Collective) -> Estimate {
    let label = format!("{} in the scale-up switches, latency", collective.title());
    let draft = facts.draft(&format!("collective-{}-latency", collective.word()), label, "ns", "inside", NCCL);
    facts.finish(draft.input(Facts::step("inside", "through the switches and back", facts.family().latency(25.0))))
}

fn with_trees(facts: &Facts, channels: &Channels, efficiency: Figure<f64>) -> Way {
    let mut inputs = inputs(facts, efficiency);
    inputs.push(Facts::count("local", "ranks of a domain", facts.local()));
    inputs.extend(facts.crossing(channels));
    inputs.push(Input::counted("tree", "what NCCL counts a tree with", "", TREE));
    let formula = "tree * min(in_switch * scale_up_share * efficiency / (1 + 1 / local), 2 * channels * channel * network_share)";
    let label = "All-reduce in the scale-up switches, with trees between domains, bandwidth".to_owned();
    let draft = facts.draft("collective-all-reduce-bandwidth", label, "GB/s", formula, source(facts)).source(NCCL).inputs(inputs);
    let bandwidth = facts.finish(facts.share_sources(draft.assume("Every domain is inside one tree and a leaf of the other")));
    let ranks = facts.group.count as f64;
    let cap = facts.library_channels(channels) * facts.family().in_switch_tree_cap(facts.domains()) * ranks / (2.0 * (ranks - 1.0));
    let believed = bandwidth.value().map_or(1.0, |carried| (cap / carried).min(1.0));
    let label = "All-reduce in the scale-up switches, with trees between domains, latency".to_owned();
    let latency = facts.draft("collective-all-reduce-latency", label, "ns", "inside + 2 * levels * network", NCCL).inputs([
        Facts::step("inside", "through the switches and back", facts.family().latency(25.0)),
        Facts::count("levels", "levels of a tree over the domains", facts.domains().ilog2() as usize),
        Facts::step("network", "one step between domains", facts.family().latency(20.9)),
    ]);
    let way = Way::new(Algorithm::InSwitchTree, Some(Protocol::Simple), bandwidth, facts.finish(latency));
    Way { believed, filling: Some(Filling::of(facts)), ..way }
}

/// In the switches of the network. A library takes it only where it is switched on (`NCCL_COLLNET_ENABLE`).
pub(super) fn in_network(facts: &Facts, collective: Collective, ring: &Channels, switched_on: bool) -> Option<Way> {
    if collective != Collective::AllReduce || facts.domains() < 2 || !network_reduces(facts) {
        return None;
    }
    let mut inputs = facts.crossing(ring).to_vec();
    // NCCL counts CollNet with 0.85 on Hopper and newer, and with half the links' rate where it compares it with rings.
    let efficiency = Figure { value: 0.85, low: 0.5, high: 1.0, ..facts.family().latency(1.0) };
    inputs.push(Input::figure("efficiency", "what NCCL counts reduction in the network with", "", Some(efficiency)));
    let mut formula = "channels * channel * network_share * efficiency".to_owned();
    if facts.scale_up.is_some() && facts.local() > 1 {
        let wires = facts.wires("scale_up", "from each rank to the next in its domain", |scale_up| scale_up.ring);
        inputs.extend(wires);
        inputs.push(Facts::count("local", "ranks of a domain", facts.local()));
        formula = format!("min({formula}, scale_up * scale_up_share * local / (2 * (local - 1)))");
    }
    let draft =
        facts.draft("collective-all-reduce-bandwidth", "All-reduce in the network's switches, bandwidth".to_owned(), "GB/s", formula, NCCL).inputs(inputs);
    let bandwidth = facts.finish(facts.share_sources(draft.assume("Each adapter sends its share up once and receives the result once")));
    let family = facts.family();
    let latency = facts.draft(
        "collective-all-reduce-latency",
        "All-reduce in the network's switches, latency".to_owned(),
        "ns",
        "2 * (inside + (local - 1) * arity) + network",
        NCCL,
    );
    let latency = latency.inputs([
        Facts::step("inside", "one step within a domain", family.latency(if facts.local() > 1 { 3.7 } else { 0.0 })),
        Facts::count("local", "ranks of a domain", facts.local()),
        Facts::step("arity", "for each further rank of a domain", family.latency(0.4)),
        Facts::step("network", "up the network and down again", family.latency(31.0)),
    ]);
    Some(Way { automatic: switched_on, ..Way::new(Algorithm::InNetwork, Some(Protocol::Simple), bandwidth, facts.finish(latency)) })
}

/// Whether every switch that compute links lead to reduces.
fn network_reduces(facts: &Facts) -> bool {
    let context = facts.context;
    let topology = &context.topology;
    let mut any = false;
    for edge in topology.edges().iter().take(topology.links().len()).filter(|edge| edge.usable && edge.role == FabricRole::Compute) {
        for node in edge.ends.iter().filter_map(|end| topology.vertices().get(*end as usize)).filter(|vertex| vertex.inside.is_none()).map(|vertex| vertex.node)
        {
            let Some(part) = context.design.nodes.get(node).and_then(|node| context.part_of(node)).filter(|part| part.kind == PartKind::Switch) else {
                continue;
            };
            if !matches!(&part.detail, PartDetail::Switch(detail) if detail.in_network.is_some()) {
                return false;
            }
            any = true;
        }
    }
    any
}
