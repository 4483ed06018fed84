//! Which parts a design uses, and what uses them.

use crate::model::{Part, Subject};
use crate::units::intern::Intern;
use crate::units::order;

use super::{LinkView, Survey};

/// A part in use.
pub(super) struct Users<'a> {
    pub(super) part: &'a Part,
    /// How many nodes, racks and links are made of it.
    pub(super) count: usize,
    /// The first of them: of nodes, then racks, then links.
    pub(super) first: Subject,
}

/// All parts in use that the catalogue knows, by id. Time: O(nodes + racks + kinds of link + parts log parts).
pub(super) fn users<'a>(survey: &Survey<'a>) -> Vec<Users<'a>> {
    let (design, catalog) = (survey.design, survey.catalog);
    let nodes = survey.parts.places().ids().iter().zip(survey.parts.all()).map(|(id, (_, part))| (*part, Subject::Node(*id), 1));
    let racks = design.racks.iter().map(|(id, rack)| (catalog.part(design, &rack.part), Subject::Rack(id), 1));
    // Links of one kind are made of one cable; kinds come in the order of their first link.
    let kinds = survey.topology.facts().counts().iter().filter_map(|(count, first)| {
        let view = survey.links.get(*first)?;
        Some((view.cable, view.subject(), *count))
    });
    let mut known = Intern::default();
    let mut found: Vec<Users> = Vec::new();
    for (part, first, count) in nodes.chain(racks).chain(kinds) {
        let Some(part) = part else { continue };
        // An address stands for a part: it is compared for equality only.
        let number = known.number(&[std::ptr::from_ref(part) as u64]) as usize;
        match found.get_mut(number) {
            Some(users) => users.count += count,
            None => found.push(Users { part, count, first }),
        }
    }
    order::sort_by(&mut found, |a, b| a.part.id.cmp(&b.part.id));
    found
}

/// The first `most` nodes, racks and links that are made of a part. Time: O(nodes + racks + links).
pub(super) fn made_of(survey: &Survey, part: &Part, most: usize) -> Vec<Subject> {
    let same = |other: Option<&Part>| other.is_some_and(|other| std::ptr::eq(other, part));
    let nodes = survey.parts.places().ids().iter().zip(survey.parts.all()).filter(|(_, (_, other))| same(*other)).map(|(id, _)| Subject::Node(*id));
    let racks = survey.design.racks.iter().filter(|(_, rack)| rack.part == part.id).map(|(id, _)| Subject::Rack(id));
    let links = survey.links.iter().filter(|view| same(view.cable)).map(LinkView::subject);
    nodes.chain(racks).chain(links).take(most).collect()
}
