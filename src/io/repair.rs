//! From a file's records to a design whose references all hold. What does not hold is repaired and counted.

use std::sync::Arc;

use super::schema::v1::{Fault, Faults, Raw, UNUSED};
use crate::catalog::own_parts;
use crate::json::Value;
use crate::model::{Design, Fabric, Group, GroupId, Link, Member, Node, Record, Requirement, Table};
use crate::units::SortedMap;

/// Builds the design and tells what was repaired. [`Design::structural_faults`] of the result is empty.
///
/// Time: O(records log records). Space: O(records).
pub(crate) fn assemble(raw: Raw) -> (Design, Vec<String>) {
    let Raw { meta, fabrics, groups, links, nodes, parts, mut unused_parts, racks, requirements, mut faults } = raw;
    let mut design = Design::default();
    let mut meta = meta.0;

    fill(&mut design, fabrics.into_iter().map(|row| (row.id, row.fabric)), &mut faults);
    fill(&mut design, racks.into_iter().map(|row| (row.id, row.rack)), &mut faults);
    fill(&mut design, nodes.into_iter().map(|row| (row.id, row.node)), &mut faults);
    fill(&mut design, links.into_iter().filter_map(|row| Some((row.id, row.link()?))), &mut faults);
    fill(&mut design, groups.into_iter().map(|row| (row.id, row.group)), &mut faults);

    let mut known = Vec::new();
    let mut unknown = Vec::new();
    for row in requirements {
        match row.requirement() {
            Ok(requirement) => known.push(requirement),
            Err(fields) => {
                faults.note(Fault::UnknownRequirement);
                unknown.push(Value::Object(fields));
            }
        }
    }
    fill(&mut design, known.into_iter(), &mut faults);
    if !unknown.is_empty() {
        meta.extra.0.get_or_insert_default().insert("requirements".to_owned(), Value::Array(unknown));
    }

    let mut rests = Vec::new();
    for value in parts {
        let id = value.part.id.clone();
        if design.parts.contains_key(&id) {
            faults.refuse_part(&format!("part “{id}”: there are two of this id, and the first is used"));
            unused_parts.push(value.whole);
            continue;
        }
        if let Some(way) = own_parts::ring(&design.parts, &value.part) {
            faults.refuse_part(&format!("part “{id}” contains itself: {way}"));
            unused_parts.push(value.whole);
            continue;
        }
        rests.extend(value.rest.map(|rest| (id.to_string(), rest)));
        design.parts.insert(id, Arc::new(value.part));
    }
    if !unused_parts.is_empty() {
        rests.push((UNUSED.to_owned(), Value::Array(unused_parts)));
    }
    if !rests.is_empty() {
        meta.extra.0.get_or_insert_default().insert("parts".to_owned(), Value::Object(rests.into_iter().collect()));
    }

    if meta.settings.pair.as_ref().is_some_and(|(a, b)| !design.nodes.contains(a.node) || !design.nodes.contains(b.node)) {
        meta.settings.pair = None;
        faults.note(Fault::PairUnknown);
    }
    design.meta = Arc::new(meta);
    mend_references(&mut design, &mut faults);
    mend_groups(&mut design, &mut faults);
    (design, faults.sentences())
}

/// Puts records in under their ids; those without one, and those whose id is taken, get free ones afterwards.
fn fill<V: Record>(design: &mut Design, rows: impl Iterator<Item = (Option<V::Key>, V)>, faults: &mut Faults) {
    let mut homeless = Vec::new();
    let table: &mut Table<V::Key, V> = V::table_mut(design);
    for (id, row) in rows {
        match id {
            Some(id) if !table.contains(id) => table.set(id, Some(Arc::new(row))),
            Some(_) => {
                faults.note(Fault::DuplicateId);
                homeless.push(row);
            }
            None => homeless.push(row),
        }
    }
    for row in homeless {
        table.push(row);
    }
}

/// Changes the records that `better` returns another version of; an inner `None` leaves the record out.
fn mend<V: Record>(design: &mut Design, mut better: impl FnMut(&Design, V::Key, &V) -> Option<Option<V>>) {
    let changes: Vec<(V::Key, Option<V>)> = V::table(design).iter().filter_map(|(id, row)| Some((id, better(design, id, row)?))).collect();
    for (id, row) in changes {
        V::table_mut(design).set(id, row.map(Arc::new));
    }
}

fn mend_references(design: &mut Design, faults: &mut Faults) {
    mend(design, |design, _, link: &Link| {
        if link.ends.iter().any(|end| !design.nodes.contains(end.node)) {
            faults.note(Fault::LinkToNothing);
            return Some(None);
        }
        let fabric = link.fabric.filter(|fabric| !design.fabrics.contains(*fabric));
        fabric.map(|_| {
            faults.note(Fault::FabricUnknown);
            Some(Link { fabric: None, ..link.clone() })
        })
    });
    mend(design, |design, _, node: &Node| {
        let rack = node.rack.filter(|rack| !design.racks.contains(*rack));
        rack.map(|_| {
            faults.note(Fault::RackUnknown);
            Some(Node { rack: None, u: None, ..node.clone() })
        })
    });
    mend(design, |design, _, fabric: &Fabric| {
        let tables = fabric.tables.as_deref()?;
        let lost =
            tables.lids.iter().map(|address| address.node).chain(tables.rows.iter().map(|row| row.node)).filter(|node| !design.nodes.contains(*node)).count();
        (lost > 0).then(|| {
            (0..lost).for_each(|_| faults.note(Fault::BadTable));
            let mut tables = tables.clone();
            tables.lids.retain(|address| design.nodes.contains(address.node));
            tables.rows.retain(|row| design.nodes.contains(row.node));
            Some(Fabric { tables: Some(Arc::new(tables)), ..fabric.clone() })
        })
    });
    mend(design, |design, _, requirement: &Requirement| {
        let fabric = requirement.fabric.filter(|fabric| !design.fabrics.contains(*fabric));
        fabric.map(|_| {
            faults.note(Fault::FabricUnknown);
            Some(Requirement { fabric: None, ..requirement.clone() })
        })
    });
}

/// Every member exists and has one group, and no group contains itself. Time: O(members log members).
fn mend_groups(design: &mut Design, faults: &mut Faults) {
    let mut parents: SortedMap<Member, GroupId> = SortedMap::new();
    let mut kept: SortedMap<GroupId, Vec<Member>> = SortedMap::new();
    for (id, group) in design.groups.iter() {
        let members = kept.entry(id).or_default();
        for member in &group.members {
            let exists = match *member {
                Member::Group(group) => design.groups.contains(group),
                Member::Node(node) => design.nodes.contains(node),
                Member::Rack(rack) => design.racks.contains(rack),
            };
            if !exists {
                faults.note(Fault::MemberUnknown);
            } else if parents.contains_key(member) {
                faults.note(Fault::MemberTwice);
            } else {
                parents.insert(*member, id);
                members.push(*member);
            }
        }
    }

    // Each group has at most one parent now, so a walk upward from every group that stops at groups already judged meets
    // every ring once and costs O(groups) in all.
    let mut judged: SortedMap<GroupId, GroupId> = SortedMap::new();
    for start in design.groups.ids() {
        let mut at = start;
        while !judged.contains_key(&at) {
            judged.insert(at, start);
            let Some(parent) = parents.get(&Member::Group(at)).copied() else { break };
            if judged.get(&parent) == Some(&start) {
                // The ring closes here: `at` leaves its parent.
                faults.note(Fault::GroupCycle);
                parents.remove(&Member::Group(at));
                if let Some(members) = kept.get_mut(&parent) {
                    members.retain(|member| *member != Member::Group(at));
                }
                break;
            }
            at = parent;
        }
    }

    mend(design, |_, id, group: &Group| {
        let members = kept.remove(&id)?;
        (members != group.members).then(|| Some(Group { members, ..group.clone() }))
    });
}
