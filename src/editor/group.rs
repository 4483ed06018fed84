//! Grouping and ungrouping. Nothing is a member of two groups, and no group contains itself.

use super::delete::leave_groups;
use super::draft::{Draft, Outcome};
use super::naming::Names;
use super::selection::{Selection, count_of};
use crate::model::{Design, Extra, Group, GroupId, GroupKind, Member, Subject};
use crate::units::{SortedMap, SortedSet};

/// Puts selected nodes, racks and groups into a new group, which stands where they stood: in their common group, if they had one.
pub(super) fn group(draft: &mut Draft, selection: &Selection, kind: GroupKind) -> Result<Outcome, String> {
    let parents = parents(draft.design());
    let members = topmost(draft.design(), selection, &parents);
    if members.is_empty() {
        return Err("Select nodes or racks to group".to_owned());
    }
    let around: SortedSet<Option<GroupId>> = members.iter().map(|member| parents.get(member).copied()).collect();
    let common = if around.len() == 1 { around.into_iter().next().flatten() } else { None };

    let count = members.len();
    let taken: SortedSet<Member> = members.iter().copied().collect();
    let name = Names::of(draft.design()).take(&format!("{}-1", kind_word(kind)));
    let Some(id) = draft.push(Group { kind, name, members: Vec::new(), extra: Extra::default() }) else { return Err("There are too many groups".to_owned()) };
    match common {
        Some(common) => {
            draft.update::<Group>(common, |parent| {
                parent.members.retain(|member| !taken.contains(member));
                parent.members.push(Member::Group(id));
            });
        }
        None => leave_groups(draft, |member| taken.contains(&member)),
    }
    draft.update::<Group>(id, |group| group.members = members);
    Ok(Outcome::named(format!("Group {}", count_of(count, "thing"))).selecting(vec![Subject::Group(id)]))
}

/// Dissolves selected groups; their members stay where they are, in the group around them, if there is one.
pub(super) fn ungroup(draft: &mut Draft, selection: &Selection) -> Result<Outcome, String> {
    let groups: Vec<GroupId> = selection.iter().filter_map(|subject| if let Subject::Group(id) = subject { Some(*id) } else { None }).collect();
    let mut freed = Vec::new();
    for id in &groups {
        let Some(group) = draft.get::<Group>(*id).cloned() else { continue };
        if let Some(parent) = parents(draft.design()).get(&Member::Group(*id)).copied() {
            draft.update::<Group>(parent, |parent| {
                parent.members.retain(|member| *member != Member::Group(*id));
                parent.members.extend(group.members.iter().copied());
            });
        }
        draft.set::<Group>(*id, None);
        freed.extend(group.members);
    }
    if freed.is_empty() && groups.is_empty() {
        return Err("Select a group to dissolve".to_owned());
    }
    let select = freed.into_iter().filter(|member| !matches!(member, Member::Group(id) if groups.contains(id))).map(subject_of).collect();
    Ok(Outcome::named(format!("Ungroup {}", count_of(groups.len(), "group"))).selecting(select))
}

/// What a member is as a subject.
pub(super) fn subject_of(member: Member) -> Subject {
    match member {
        Member::Group(id) => Subject::Group(id),
        Member::Node(id) => Subject::Node(id),
        Member::Rack(id) => Subject::Rack(id),
    }
}

/// The group each thing is a member of. Time: O(members log members).
pub(super) fn parents(design: &Design) -> SortedMap<Member, GroupId> {
    design.groups.iter().flat_map(|(id, group)| group.members.iter().map(move |member| (*member, id))).collect()
}

/// Selected groups, racks and nodes, without those that a selected group or rack already holds.
fn topmost(design: &Design, selection: &Selection, parents: &SortedMap<Member, GroupId>) -> Vec<Member> {
    let selected: SortedSet<Member> = selection
        .iter()
        .filter_map(|subject| match subject {
            Subject::Group(id) if design.groups.contains(*id) => Some(Member::Group(*id)),
            Subject::Node(id) if design.nodes.contains(*id) => Some(Member::Node(*id)),
            Subject::Rack(id) if design.racks.contains(*id) => Some(Member::Rack(*id)),
            _ => None,
        })
        .collect();
    let held = |member: Member| under_selected(&selected, parents, member);
    let racked = |member: Member| match member {
        Member::Node(id) => design.nodes.get(id).and_then(|node| node.rack).map(Member::Rack),
        Member::Group(_) | Member::Rack(_) => None,
    };
    selected.iter().copied().filter(|member| !held(*member) && !racked(*member).is_some_and(|rack| selected.contains(&rack) || held(rack))).collect()
}

/// Whether a group above `member` is selected. No chain is longer than there are memberships.
fn under_selected(selected: &SortedSet<Member>, parents: &SortedMap<Member, GroupId>, member: Member) -> bool {
    let mut at = member;
    for _ in 0..=parents.len() {
        let Some(parent) = parents.get(&at) else { return false };
        at = Member::Group(*parent);
        if selected.contains(&at) {
            return true;
        }
    }
    false
}

fn kind_word(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Core => "core",
        GroupKind::Pod => "pod",
        GroupKind::Row => "row",
        GroupKind::Site => "site",
        GroupKind::Unit => "unit",
    }
}
