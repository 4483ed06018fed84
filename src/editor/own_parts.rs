//! Parts of the design's own: kept, changed and removed, each as one step.

use std::sync::Arc;

use super::draft::{Draft, Outcome};
use crate::catalog::{own_parts, part_from_json, part_to_json};
use crate::model::{Part, PartId, Price, Subject, Tier};

/// How many users of a part a refusal names.
const NAMED: usize = 3;

/// Keeps a part as the design's own, in place of its own part of the same id; `price` becomes what it costs new, none takes that away.
pub(super) fn put(draft: &mut Draft, part: &Part, price: Option<Price>) -> Result<Outcome, String> {
    // Whoever made it, it must be a part that a file can hold.
    if let Err(refusal) = part_from_json(&part_to_json(part)) {
        return Err(refusal.to_string());
    }
    let id = part.id.clone();
    let known = draft.design().parts.contains_key(&id);
    if !known && draft.catalog.built_in(id.as_str()).is_some() {
        return Err(format!("The catalogue has a part {id} already; give yours another id"));
    }
    if let Some(way) = own_parts::ring(&draft.design().parts, part) {
        return Err(format!("{} would contain itself: {way}", part.name));
    }
    draft.set_part(&id, Some(Arc::new(part.clone())));
    draft.update_meta(|meta| {
        meta.prices.book.retain(|old| old.part != id.as_str() || old.tier != Tier::Oem);
        meta.prices.book.extend(price);
    });
    let lost = lost_ends(draft, &id);
    let outcome = Outcome::named(format!("{} part {}", if known { "Change" } else { "Add" }, part.name));
    Ok(match lost {
        0 => outcome,
        1 => outcome.saying("1 link ends on a port that the part no longer has"),
        many => outcome.saying(format!("{many} links end on ports that the part no longer has")),
    })
}

/// Links at nodes of a part that end on ports it does not have.
fn lost_ends(draft: &Draft, id: &PartId) -> usize {
    let design = draft.design();
    let lost = |end: crate::model::PortRef| design.nodes.get(end.node).is_some_and(|node| node.part == *id) && draft.catalog.view(design, end).is_none();
    design.links.iter().filter(|(_, link)| link.ends.into_iter().any(lost)).count()
}

/// Removes an own part that nothing uses, and what it costs.
pub(super) fn remove(draft: &mut Draft, id: &PartId) -> Result<Outcome, String> {
    let Some(part) = draft.design().parts.get(id).cloned() else {
        return Err(format!("This design has no part {id} of its own"));
    };
    let (subjects, holders) = own_parts::users(draft.design(), id);
    // A catalogue part that was changed here falls back to the catalogue's, so it may be in use.
    if draft.catalog.built_in(id.as_str()).is_none() && subjects.len() + holders.len() > 0 {
        return Err(format!("{} is in use by {}; give them another part first", part.name, users_in_words(draft, &subjects, &holders)));
    }
    draft.set_part(id, None);
    draft.update_meta(|meta| {
        meta.prices.book.retain(|price| price.part != id.as_str());
        meta.prices.tiers.retain(|(of, _)| of != id.as_str());
    });
    Ok(Outcome::named(format!("Remove part {}", part.name)))
}

fn users_in_words(draft: &Draft, subjects: &[Subject], holders: &[PartId]) -> String {
    let design = draft.design();
    let name = |subject: &Subject| match subject {
        Subject::Node(id) => design.nodes.get(*id).map(|node| node.name.clone()),
        Subject::Rack(id) => design.racks.get(*id).map(|rack| rack.name.clone()),
        Subject::Link(id) => Some(format!("link {id}")),
        _ => None,
    };
    let names: Vec<String> = subjects.iter().filter_map(name).chain(holders.iter().map(|id| format!("part {id}"))).take(NAMED).collect();
    let more = (subjects.len() + holders.len()).saturating_sub(names.len());
    let names = names.join(", ");
    if more == 0 { names } else { format!("{names} and {more} more") }
}
