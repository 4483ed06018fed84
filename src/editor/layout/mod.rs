//! Layout: places for nodes that stand in no rack and are not pinned.
//!
//! This module owns one question: where should free nodes stand so that a fabric can be read? Endpoints lowest, the
//! switches they hang on above them, and so on upward; hosts below their own leaf; few crossings; pieces that are not joined
//! side by side. It moves nothing that stands in a rack or is pinned, and the answer depends on the design alone, so the
//! same design is always drawn alike. The answer is a [`Patch`], one step to undo.
//!
//! The method is that of Sugiyama, Tagawa and Toda ("Methods for visual understanding of hierarchical system structures",
//! IEEE Transactions on Systems, Man, and Cybernetics 11, 1981) in its simplest form: tiers, then barycentre sweeps of which
//! the one with the fewest crossings is kept, then coordinates.

mod graph;
mod order;
mod place;

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::model::{Change, Delta, Design, Patch};
use graph::Graph;

/// Places every free node of a design in tiers. Empty when nothing moves.
///
/// Time: O((nodes + links) log nodes). Space: O(nodes + links).
pub fn tiered(design: &Design, catalog: &Catalog) -> Patch {
    let graph = Graph::of(design, catalog);
    let order = order::Order::of(&graph);
    let places = place::places(design, catalog, &graph, &order);

    let mut patch = Patch::default();
    for (vertex, at) in places {
        let Some(before) = graph.ids.get(vertex).and_then(|id| design.nodes.shared(*id)) else { continue };
        if before.at == at {
            continue;
        }
        let mut after = before.as_ref().clone();
        after.at = at;
        patch.changes.push(Change::Node(Delta { id: graph.ids[vertex], before: Some(before.clone()), after: Some(Arc::new(after)) }));
    }
    patch
}
