//! Which parts a design uses, and what uses them.

use crate::model::{Part, Subject};
use crate::units::intern::Intern;
use crate::units::order;

use super::Survey;

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
    let counts = survey.users.get_or_init(|| counted(survey).into_iter().map(|users| (users.count, users.first)).collect());
    let context = survey.context();
    let part = |first: &Subject| match first {
        Subject::Node(node) => survey.part_of(*node),
        Subject::Rack(rack) => context.catalog.part(context.design, &context.design.racks.get(*rack)?.part),
        Subject::Link(link) => survey.link(*link)?.cable,
        _ => None,
    };
    counts.iter().filter_map(|(count, first)| Some(Users { part: part(first)?, count: *count, first: first.clone() })).collect()
}

fn counted<'a>(survey: &Survey<'a>) -> Vec<Users<'a>> {
    let context = survey.context();
    let (design, catalog) = (context.design, context.catalog);
    let nodes = context.parts.places().ids().iter().zip(context.parts.all()).map(|(id, (_, part))| (*part, Subject::Node(*id), 1));
    let racks = design.racks.iter().map(|(id, rack)| (catalog.part(design, &rack.part), Subject::Rack(id), 1));
    // Links of one kind are made of one cable; kinds come in the order of their first link.
    let kinds = survey.topology.facts().counts().iter().filter_map(|(count, first)| {
        let view = survey.view(*first)?;
        Some((view.cable, view.subject(), *count))
    });
    let mut known = Intern::default();
    let mut found: Vec<Users> = Vec::new();
    let mut last: Option<(*const Part, usize)> = None;
    for (part, first, count) in nodes.chain(racks).chain(kinds) {
        let Some(part) = part else { continue };
        // An address stands for a part: it is compared for equality only.
        let address = std::ptr::from_ref(part);
        let number = match last {
            Some((other, number)) if other == address => number,
            _ => known.number(&[address as u64]) as usize,
        };
        last = Some((address, number));
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
    let links = survey.views().filter(|view| same(view.cable)).map(|view| view.subject());
    nodes.chain(racks).chain(links).take(most).collect()
}
