//! Estimates of one fabric alone: of its own links and the nodes on them, as if nothing else were drawn.

use super::{Estimate, bisection, distance, oversubscription};
use crate::engine::context::Context;
use crate::engine::latency;
use crate::model::{FabricId, FabricRole, LinkId, NodeId};

/// `bisection`, `oversubscription` and its tiers, hops and latency of one fabric. Bisection and oversubscription
/// are known of compute and scale-up fabrics only; power cannot be told apart by fabric. Empty for a fabric without links.
///
/// Time: a fresh look at the part of the design that the fabric is.
pub fn estimates(context: &Context, fabric: FabricId) -> Vec<Estimate> {
    let Some(record) = context.design.fabrics.get(fabric) else { return Vec::new() };
    let mut design = context.design.clone();
    let others: Vec<LinkId> = context.design.links.iter().filter(|(_, link)| link.fabric != Some(fabric)).map(|(id, _)| id).collect();
    for id in others {
        design.links.set(id, None);
    }
    if design.links.is_empty() {
        return Vec::new();
    }
    let mut ends: Vec<NodeId> = design.links.iter().flat_map(|(_, link)| link.ends.map(|end| end.node)).collect();
    crate::units::order::sort(&mut ends);
    let off: Vec<NodeId> = context.design.nodes.ids().filter(|id| ends.binary_search(id).is_err()).collect();
    for id in off {
        design.nodes.set(id, None);
    }

    let alone = Context::new(&design, context.catalog);
    let mut all = Vec::new();
    if matches!(record.role, FabricRole::Compute | FabricRole::ScaleUp) {
        all.extend(bisection::estimate(&alone));
        all.extend(oversubscription::estimates(&alone));
    }
    all.extend(distance::estimates(&alone, &latency::all_pairs(&alone, latency::message(&alone), latency::LIVE, &mut |_| {})));
    all
}
