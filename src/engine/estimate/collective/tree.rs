//! Double binary trees over domains, a chain within each: half of the message goes up and down each of two trees, so that
//! every domain is a leaf of one. Few domains need less of the network than a ring: the flows decide, as they are drawn.

use super::network::Channels;
use super::tuning::{Protocol, Shape, TREE};
use super::way::{Facts, Way};
use super::{Algorithm, Collective};
use crate::engine::estimate::{Draft, Input};
use crate::model::Figure;

const SOURCE: &str = "P. Sanders, J. Speck, J. Träff, Two-tree algorithms for full bandwidth broadcast, reduction and scan (2009)";

/// Trees with each protocol; for all-reduce only, as libraries have them.
pub(super) fn ways(facts: &Facts, collective: Collective, channels: &Channels) -> Vec<Way> {
    if collective != Collective::AllReduce || facts.group.count < 3 {
        return Vec::new();
    }
    Protocol::ALL.into_iter().map(|protocol| way(facts, channels, protocol)).collect()
}

fn way(facts: &Facts, channels: &Channels, protocol: Protocol) -> Way {
    let family = facts.family();
    let wires = || facts.wires("scale_up", "from each rank to the next in its domain", |scale_up| scale_up.ring).to_vec();
    // Up and down leave every rank of a chain but its ends.
    let chain = if facts.group.sizes().1 > 2 { "scale_up * scale_up_share / 2" } else { "scale_up * scale_up_share" };
    let over = "2 * channels * channel * network_share";
    let (narrowest, mut inputs) = match (facts.domains(), facts.scale_up) {
        (1, _) => (chain.to_owned(), wires()),
        (_, None) => (over.to_owned(), facts.crossing(channels).to_vec()),
        _ => (format!("min({chain}, {over})"), [wires(), facts.crossing(channels).to_vec()].concat()),
    };
    inputs.push(Input::counted("tree", "what NCCL counts a tree with", "", TREE));
    let formula = match protocol {
        Protocol::Simple => format!("tree * {narrowest}"),
        Protocol::Ll => {
            inputs.push(Input::figure("ll_cap", "the most that LL carries, up and down", "GB/s", Some(family.ll_cap(facts.domains()))));
            format!("min(ll_cap / 2, tree * {narrowest} / 3.8)")
        }
        Protocol::Ll128 if facts.domains() == 1 => format!("tree * {narrowest} * 7 / 9"),
        Protocol::Ll128 => {
            let cap = facts.library_channels(channels) * family.ll128_cap(Shape::Tree, facts.domains());
            inputs.push(Input::counted("ll128_cap", "the most that LL128 carries over these channels, up and down", "GB/s", cap));
            format!("min(ll128_cap / 2, tree * {narrowest} * 120 / 128)")
        }
    };
    let label = format!("All-reduce by double binary tree ({}), bandwidth", protocol.label());
    let draft = facts.draft("collective-all-reduce-bandwidth", label, "GB/s", formula, SOURCE).source(family.source()).inputs(inputs);
    let bandwidth =
        facts.finish(facts.share_sources(draft.assume("Every domain is inside one tree and a leaf of the other; a chain through the ranks of a domain")));
    let cap = facts.library_channels(channels) * family.tree_cap(facts.domains()) / 2.0;
    let believed = if facts.domains() == 1 { 1.0 } else { bandwidth.value().map_or(1.0, |carried| (cap / carried).min(1.0)) };
    let latency = |inside: Figure<f64>| facts.finish(latency(facts, protocol, inside));
    let counted = latency(family.counted(Shape::Tree, protocol)).value();
    Way { counted, believed, ..Way::new(Algorithm::Tree, Some(protocol), bandwidth, latency(family.inside(Shape::Tree, protocol))) }
}

fn latency(facts: &Facts, protocol: Protocol, inside: Figure<f64>) -> Draft {
    let family = facts.family();
    let formula = "base + 2 * ((local - 1) * inside + levels * network)";
    let label = format!("All-reduce by double binary tree ({}), latency", protocol.label());
    facts.draft("collective-all-reduce-latency", label, "ns", formula, family.source()).inputs([
        Facts::step("base", "before the first step", family.base(Shape::Tree, protocol)),
        Facts::count("local", "ranks of a domain", facts.local()),
        Facts::step("inside", "one step within a domain", inside),
        Facts::count("levels", "levels of a tree over the domains", facts.domains().ilog2() as usize),
        Facts::step("network", "one step between domains", family.network(Shape::Tree, protocol)),
    ])
}
