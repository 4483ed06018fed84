//! Which parts a design uses, and what uses them.

use crate::model::{Part, Subject};
use crate::units::intern::Intern;
use crate::units::order;

use super::Survey;

/// How many users of a part are named.
pub(super) const NAMED: usize = 20;

/// A part in use.
pub(super) struct Users<'a> {
    pub(super) part: &'a Part,
    /// How many nodes, racks and links are made of it.
    pub(super) count: usize,
    /// The first of them: nodes, then racks, then links; at most [`NAMED`].
    pub(super) first: Vec<Subject>,
}

/// All parts in use that the catalogue knows, by id. Time: O(nodes + racks + links + parts log parts).
pub(super) fn users<'a>(survey: &Survey<'a>) -> Vec<Users<'a>> {
    let (design, catalog) = (survey.design, survey.catalog);
    let nodes = survey.parts.places().ids().iter().zip(survey.parts.all()).map(|(id, (_, part))| (*part, Subject::Node(*id)));
    let racks = design.racks.iter().map(|(id, rack)| (catalog.part(design, &rack.part), Subject::Rack(id)));
    let links = survey.links.iter().map(|view| (view.cable, view.subject()));
    let mut known = Intern::default();
    let mut found: Vec<Users> = Vec::new();
    for (part, subject) in nodes.chain(racks).chain(links) {
        let Some(part) = part else { continue };
        // An address stands for a part: it is compared for equality only.
        let number = known.number(&[std::ptr::from_ref(part) as u64]) as usize;
        if number == found.len() {
            found.push(Users { part, count: 0, first: Vec::new() });
        }
        if let Some(users) = found.get_mut(number) {
            users.count += 1;
            if users.first.len() < NAMED {
                users.first.push(subject);
            }
        }
    }
    order::sort_by(&mut found, |a, b| a.part.id.cmp(&b.part.id));
    found
}
