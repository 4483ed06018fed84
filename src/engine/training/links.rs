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

/// How two axes fare that send at the same time.
pub(super) struct Beside {
    /// Which.
    pub axes: [Axis; 2],
    /// What each keeps of its pace while both send, up to 1.
    pub pace: [f64; 2],
    /// The arc where they are held most.
    arc: usize,
}

impl Beside {
    /// What an axis keeps of its pace, if it is one of the two.
    pub fn pace_of(&self, axis: Axis) -> Option<f64> {
        self.axes.iter().position(|own| *own == axis).and_then(|at| self.pace.get(at)).copied()
    }
    /// The two and their link, in a sentence.
    pub fn words(&self, context: &Context) -> String {
        let [one, other] = self.axes.map(|axis| lower(axis.title()));
        let [keeps, leaves] = self.pace.map(|pace| (pace * 100.0).round());
        let place = subject_of(&context.topology, self.arc as u32).map_or_else(|| "a link".to_owned(), |subject| subject.to_string());
        format!(
            "While {one} and {other} parallel traffic go at the same time they share links, most of all {place}: they keep {keeps} % and {leaves} % of their pace"
        )
    }
}

/// What two axes leave each other where both send over one link, max-min fair: half of it each, or whatever the other does not need. How much of a
/// link an axis needs is how long it takes for the axis' bytes, over the time all its calls take alone (`times`). The worst link decides, as the
/// slowest flow of a collective does. `None` where none holds them.
///
/// Two that need 0.9 and 0.3 of a link: the second keeps its pace, the first gets 0.7 and keeps 0.78 of it.
///
/// Time: O(links).
pub(super) fn beside(context: &Context, axes: &Loads, times: [f64; 2], family: Family, pair: [Axis; 2]) -> Option<Beside> {
    let of = |axis: Axis| axes.iter().find(|(own, _)| *own == axis).and_then(|(_, load)| load.as_ref());
    let [one, other] = pair.map(of);
    let (one, other) = one.zip(other)?;
    let mut found = Beside { axes: pair, pace: [1.0; 2], arc: 0 };
    for (arc, (here, there)) in one.iter().zip(other).enumerate().filter(|(_, (one, other))| **one > 0.0 && **other > 0.0) {
        let Some(edge) = context.topology.edges().get(arc / 2).filter(|edge| edge.usable && edge.rate_known && !is_scale_up(edge)) else { continue };
        let rate = edge.gbps / 8.0 * family.share(edge.layer).value;
        let needs = [here / rate / times[0], there / rate / times[1]].map(|need| if need.is_finite() { need.min(1.0) } else { 1.0 });
        let pace = [(needs[0], needs[1]), (needs[1], needs[0])].map(|(own, other)| ((1.0 - other).max(0.5) / own).min(1.0));
        if pace[0] * pace[1] < found.pace[0] * found.pace[1] {
            found.arc = arc;
        }
        found.pace = [found.pace[0].min(pace[0]), found.pace[1].min(pace[1])];
    }
    (found.pace != [1.0; 2]).then_some(found)
}

/// Whether a step is shorter than its fullest link takes: then axes that send at the same time are held back by each other.
pub(super) fn holds_back(link: &Estimate, step: &Estimate) -> bool {
    link.value().zip(step.value()).is_some_and(|(link, step)| link > step)
}
