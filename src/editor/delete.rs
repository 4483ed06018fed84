//! Taking things out: nodes take their links along, racks what stands in them, groups their members.

use super::draft::{Draft, Outcome};
use super::selection::{Reach, Selection};
use crate::model::{Change, Design, FabricId, Group, GroupId, Link, LinkId, Member, Meta, Node, Patch, Rack, Requirement, RequirementId, Subject};
use crate::units::SortedSet;

/// Takes the selection out. What goes along unasked is told.
pub(super) fn delete(draft: &mut Draft, selection: &Selection) -> Result<Outcome, String> {
    let mut reach = Reach::of(draft.design(), selection);
    let asked = reach.clone();
    reach.links.extend(
        draft.design().links.iter().filter(|(_, link)| link.ends.iter().any(|end| reach.nodes.contains(&end.node))).map(|(id, _)| id).collect::<Vec<LinkId>>(),
    );
    let fabrics: SortedSet<FabricId> = selection.iter().filter_map(|subject| if let Subject::Fabric(id) = subject { Some(*id) } else { None }).collect();
    let requirements: Vec<RequirementId> =
        selection.iter().filter_map(|subject| if let Subject::Requirement(id) = subject { Some(*id) } else { None }).collect();

    for id in &reach.links {
        draft.set::<Link>(*id, None);
    }
    for id in &reach.nodes {
        draft.set::<Node>(*id, None);
    }
    for id in &reach.racks {
        draft.set::<Rack>(*id, None);
    }
    for id in &reach.groups {
        draft.set::<Group>(*id, None);
    }
    for id in requirements {
        if draft.get::<Requirement>(id).is_some() {
            draft.set::<Requirement>(id, None);
        }
    }
    remove_fabrics(draft, &fabrics);
    leave_groups(draft, |member| match member {
        Member::Group(id) => reach.groups.contains(&id),
        Member::Node(id) => reach.nodes.contains(&id),
        Member::Rack(id) => reach.racks.contains(&id),
    });
    forget_pair(draft);

    let carried = !reach.racks.is_empty() || !reach.groups.is_empty() || reach.links.len() > asked.links.len();
    let outcome = Outcome::named(if reach == Reach::default() { "Delete".to_owned() } else { format!("Delete {}", reach.in_words()) }).selecting(Vec::new());
    Ok(if carried { outcome.saying(format!("Deleted {}", reach.in_words())) } else { outcome })
}

/// Takes members out of their groups; a group that loses its last member goes too, and leaves its own group.
pub(super) fn leave_groups(draft: &mut Draft, leaves: impl Fn(Member) -> bool) {
    let mut gone: SortedSet<GroupId> = SortedSet::new();
    loop {
        let thinner: Vec<(GroupId, Vec<Member>)> = draft
            .design()
            .groups
            .iter()
            .filter_map(|(id, group)| {
                let stay: Vec<Member> = group
                    .members
                    .iter()
                    .copied()
                    .filter(|member| !leaves(*member) && !matches!(member, Member::Group(child) if gone.contains(child)))
                    .collect();
                (stay.len() < group.members.len()).then_some((id, stay))
            })
            .collect();
        if thinner.is_empty() {
            return;
        }
        for (id, stay) in thinner {
            if stay.is_empty() {
                gone.insert(id);
                draft.set::<Group>(id, None);
            } else {
                draft.update::<Group>(id, |group| group.members = stay);
            }
        }
    }
}

fn remove_fabrics(draft: &mut Draft, fabrics: &SortedSet<FabricId>) {
    let design = draft.design();
    let gone = |fabric: Option<FabricId>| fabric.is_some_and(|fabric| fabrics.contains(&fabric));
    let links: Vec<LinkId> = design.links.iter().filter(|(_, link)| gone(link.fabric)).map(|(id, _)| id).collect();
    let requirements: Vec<RequirementId> = design.requirements.iter().filter(|(_, requirement)| gone(requirement.fabric)).map(|(id, _)| id).collect();
    for id in links {
        draft.update::<Link>(id, |link| link.fabric = None);
    }
    for id in requirements {
        draft.set::<Requirement>(id, None);
    }
    for id in fabrics {
        if draft.get::<crate::model::Fabric>(*id).is_some() {
            draft.set::<crate::model::Fabric>(*id, None);
        }
    }
}

/// A chosen pair with an end that is gone is chosen no more.
fn forget_pair(draft: &mut Draft) {
    if pair_is_gone(draft.design()) {
        draft.update_meta(|meta| meta.settings.pair = None);
    }
}

/// The same as a patch, for changes from elsewhere; `None` where the pair is still there.
pub(super) fn pair_forgotten(design: &Design) -> Option<Patch> {
    pair_is_gone(design).then(|| {
        let mut meta = Meta::clone(&design.meta);
        meta.settings.pair = None;
        Patch { changes: vec![Change::Meta { before: design.meta.clone(), after: meta.into() }] }
    })
}

fn pair_is_gone(design: &Design) -> bool {
    design.meta.settings.pair.as_ref().is_some_and(|(a, b)| [a, b].iter().any(|end| !design.nodes.contains(end.node)))
}
