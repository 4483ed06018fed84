//! How busy a step keeps each link, all axes together. Axes are timed one by one; whatever overlaps, no step is shorter than what its fullest
//! link takes for the bytes of all of them.

use crate::engine::context::Context;
use crate::engine::estimate::collective::Collective;
use crate::engine::estimate::collective::group::{Group, is_scale_up};
use crate::engine::estimate::collective::network::loads;
use crate::engine::estimate::collective::tuning::Family;
use crate::engine::estimate::flows::subject_of;
use crate::engine::estimate::{Draft, Estimate, Input};
use crate::engine::topology::VertexIndex;
use crate::model::LinkLayer;
use crate::units::lower;

use super::communication::ALGEBRA;
use super::placement::Axis;

/// Bytes from one XPU to another in a step.
pub(super) type Flow = (VertexIndex, VertexIndex, f64);

/// What the calls of one kind send between domains in a step. `bytes` are those of all its messages at one XPU, as nccl-tests counts them.
///
/// Rings go round the domains at every place, each with an equal part; parts for other domains' experts go along rails; a stage sends half
/// forward and half back, and the last to the first for all pieces but one.
pub(super) fn flows(collective: Collective, lists: &[Vec<VertexIndex>], groups: &[Group], bytes: f64, pieces: f64) -> Vec<Flow> {
    let mut found = Vec::new();
    if collective == Collective::SendReceive {
        for list in lists {
            let ahead = list.iter().copied().zip(list.iter().copied().skip(1)).map(|(from, to)| (from, to, 0.5 * bytes));
            let around = list.last().copied().zip(list.first().copied()).map(|(from, to)| (from, to, 0.5 * bytes * (1.0 - 1.0 / pieces.max(1.0))));
            for (from, to, amount) in ahead.chain(around).filter(|(.., amount)| *amount > 0.0) {
                found.extend([(from, to, amount), (to, from, amount)]);
            }
        }
        return found;
    }
    for group in groups.iter().filter(|group| group.domains.len() > 1) {
        let (local, ranks, domains) = (group.sizes().0, group.count as f64, group.domains.len());
        let places = |place: usize| group.domains.iter().filter_map(move |domain| domain.get(place).copied());
        for place in 0..local {
            let all: Vec<VertexIndex> = places(place).collect();
            if collective == Collective::AllToAll {
                let each = bytes * local as f64 / ranks;
                found.extend(all.iter().flat_map(|from| all.iter().filter(move |to| *to != from).map(move |to| (*from, *to, each))));
                continue;
            }
            let rounds = if collective == Collective::AllReduce { 2.0 } else { 1.0 };
            let each = rounds * (ranks - 1.0) / ranks * bytes / local.max(1) as f64;
            found.extend((0..domains).filter_map(|at| Some((*all.get(at)?, *all.get((at + 1) % domains)?, each))));
        }
    }
    found
}

/// What axes put on each arc in a step; `None` where one of their flows has no route.
pub(super) type Loads = Vec<(Axis, Option<Vec<f64>>)>;

/// Follows the flows of an axis.
pub(super) fn load(context: &Context, flows: Vec<Flow>) -> Option<Vec<f64>> {
    loads(context, flows.into_iter())
}

/// `training-link`: how long the link that is busiest takes for what all axes send over it in a step. `None` where nothing leaves a domain.
///
/// Time: O(axes × links).
pub(super) fn fullest(context: &Context, axes: &Loads, family: Family) -> Option<Draft> {
    let topology = &context.topology;
    if axes.is_empty() {
        return None;
    }
    let key = "training-link";
    let title = "Fullest link, busy in a step";
    if axes.iter().any(|(_, load)| load.is_none()) {
        let lost = Input::figure("bytes", "no route leads from every rank to the next", "ns", None);
        return Some(Draft::new(key, title, "ns", "bytes", ALGEBRA).input(lost));
    }
    let drawn = topology.edges().iter().enumerate().take(topology.links().len());
    let mut most: Option<(f64, usize)> = None;
    for (edge, is) in drawn.filter(|(_, edge)| edge.usable && !is_scale_up(edge)) {
        let rate = if is.rate_known { is.gbps / 8.0 * family.share(is.layer).value } else { continue };
        for arc in [2 * edge, 2 * edge + 1] {
            let bytes: f64 = axes.iter().filter_map(|(_, load)| load.as_ref()?.get(arc)).sum();
            let busy = bytes / rate;
            if busy.is_finite() && busy > 0.0 && most.is_none_or(|(least, _)| busy > least) {
                most = Some((busy, arc));
            }
        }
    }
    let (_, arc) = most?;
    let is = topology.edges().get(arc / 2)?;
    let of = |load: &Option<Vec<f64>>| load.as_ref().and_then(|load| load.get(arc)).copied().unwrap_or(0.0);
    let sending: Vec<(&Axis, f64)> = axes.iter().map(|(axis, load)| (axis, of(load))).filter(|(_, bytes)| *bytes > 0.0).collect();
    let names: Vec<&str> = sending.iter().map(|(axis, _)| axis.word()).collect();
    let place = subject_of(topology, arc as u32).map_or_else(String::new, |subject| format!("{subject}: "));
    let words = format!("share of {} that collectives get", is.layer.map_or("the link", LinkLayer::label));
    let draft = Draft::new(key, title, "ns", format!("({}) / (rate * network_share)", names.join(" + ")), ALGEBRA)
        .inputs(
            sending.iter().map(|(axis, bytes)| Input::counted(axis.word(), &format!("{} parallel traffic on it in a step", lower(axis.title())), "B", *bytes)),
        )
        .input(Input::counted("rate", "rate of the link", "GB/s", is.gbps / 8.0))
        .input(Input::figure("network_share", &words, "", Some(family.share(is.layer))))
        .source(family.share_source(is.layer))
        .assume(format!("{place}all axes together, so no step is shorter, however they overlap"))
        .assume("Sums go round in rings over all adapters and experts' tokens along rails; trees and reduction in switches send less")
        .assume(context.routing.assumption());
    Some(draft)
}

/// Whether a step is shorter than its fullest link takes: then axes that send at the same time are held back by each other.
pub(super) fn holds_back(link: &Estimate, step: &Estimate) -> bool {
    link.value().zip(step.value()).is_some_and(|(link, step)| link > step)
}
