//! A change of a design: for each record what it was before and what it is after. Patches invert, combine, and refuse a
//! design that is not as they say it was. History, worker messages, fixes, templates and imports are all patches.

use std::sync::Arc;

use thiserror::Error;

use super::design::{Design, Record};
use super::ids::{FabricId, GroupId, LinkId, NodeId, PartId, RackId, RequirementId};
use super::part::Part;
use super::record::{Fabric, Group, Link, Meta, Node, Rack, Requirement};

/// One record before and after. `None` means that it is not there.
#[derive(Clone, Debug, PartialEq)]
pub struct Delta<K, V> {
    /// The record.
    pub id: K,
    /// What it was.
    pub before: Option<Arc<V>>,
    /// What it becomes.
    pub after: Option<Arc<V>>,
}

impl<K: Clone, V> Delta<K, V> {
    fn inverse(&self) -> Self {
        Self { id: self.id.clone(), before: self.after.clone(), after: self.before.clone() }
    }
}

/// A change of one record.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Of a fabric.
    Fabric(Delta<FabricId, Fabric>),
    /// Of a group.
    Group(Delta<GroupId, Group>),
    /// Of a link.
    Link(Delta<LinkId, Link>),
    /// Of the name or the settings.
    Meta {
        /// What they were.
        before: Arc<Meta>,
        /// What they become.
        after: Arc<Meta>,
    },
    /// Of a node.
    Node(Delta<NodeId, Node>),
    /// Of an own part.
    Part(Delta<PartId, Part>),
    /// Of a rack.
    Rack(Delta<RackId, Rack>),
    /// Of a requirement.
    Requirement(Delta<RequirementId, Requirement>),
}

/// A design that is not as the patch says it was.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the design has changed since: {0} is not what this change expects")]
pub struct PatchConflict(pub String);

/// A list of changes, applied in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    /// The changes.
    pub changes: Vec<Change>,
}

impl Patch {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The change that leads from `before` to `after`. Time: O(records).
    pub fn between(before: &Design, after: &Design) -> Self {
        let mut patch = Self::default();
        if before.meta != after.meta {
            patch.changes.push(Change::Meta { before: before.meta.clone(), after: after.meta.clone() });
        }
        for id in before.parts.keys().chain(after.parts.keys().filter(|id| !before.parts.contains_key(*id))) {
            let (was, is) = (before.parts.get(id).cloned(), after.parts.get(id).cloned());
            if was != is {
                patch.changes.push(Change::Part(Delta { id: id.clone(), before: was, after: is }));
            }
        }
        patch.table_difference(before, after, Change::Fabric);
        patch.table_difference(before, after, Change::Rack);
        patch.table_difference(before, after, Change::Node);
        patch.table_difference(before, after, Change::Link);
        patch.table_difference(before, after, Change::Group);
        patch.table_difference(before, after, Change::Requirement);
        patch
    }

    fn table_difference<V: Record>(&mut self, before: &Design, after: &Design, change: impl Fn(Delta<V::Key, V>) -> Change) {
        let (old, new) = (V::table(before), V::table(after));
        for id in old.ids().chain(new.ids().filter(|id| !old.contains(*id))) {
            let (was, is) = (old.shared(id), new.shared(id));
            let same = match (was, is) {
                (Some(was), Some(is)) => Arc::ptr_eq(was, is) || was == is,
                _ => false,
            };
            if !same {
                self.changes.push(change(Delta { id, before: was.cloned(), after: is.cloned() }));
            }
        }
    }

    /// Whether it changes nothing but where things are drawn, which no rule and no estimate looks at. Time: O(changes).
    pub fn only_moves(&self) -> bool {
        self.changes.iter().all(|change| match change {
            Change::Node(Delta { before: Some(before), after: Some(after), .. }) => {
                Node { at: after.at, pinned: after.pinned, ..before.as_ref().clone() } == **after
            }
            Change::Rack(Delta { before: Some(before), after: Some(after), .. }) => Rack { at: after.at, ..before.as_ref().clone() } == **after,
            _ => false,
        })
    }

    /// Carries the patch out. On a conflict nothing is changed.
    pub fn apply(&self, design: &mut Design) -> Result<(), PatchConflict> {
        for (at, change) in self.changes.iter().enumerate() {
            if let Err(conflict) = apply_change(change, design) {
                for done in self.changes[..at].iter().rev() {
                    // What was just done can be undone: its "after" is what the design holds.
                    let _ = apply_change(&invert_change(done), design);
                }
                return Err(conflict);
            }
        }
        Ok(())
    }

    /// The patch that takes this one back.
    pub fn inverse(&self) -> Self {
        Self { changes: self.changes.iter().rev().map(invert_change).collect() }
    }

    /// This patch, then `later`, as one that names each record once and leaves out what ends as it began. Time: O(changes) where
    /// both patches touch the same records in the same order, as moves in a row do; O(changes²) at worst.
    pub fn joined(mut self, later: &Self) -> Self {
        let mut next = 0;
        for change in &later.changes {
            let count = self.changes.len();
            let known = (next..count).chain(0..next.min(count)).find(|at| self.changes.get(*at).is_some_and(|known| same_record(known, change)));
            match known.and_then(|at| self.changes.get_mut(at)) {
                Some(known) => take_after(known, change),
                None => self.changes.push(change.clone()),
            }
            next = known.map_or(next, |at| at + 1);
        }
        self.changes.retain(|change| !change.is_idle());
        self
    }

    /// The same change as patches of at most `size` changes, to be applied one after the other; none if it changes nothing.
    /// Each is made when it is asked for. Records are shared, so this costs no copies.
    pub fn slices(self: Arc<Self>, size: usize) -> impl ExactSizeIterator<Item = Self> {
        let size = size.max(1);
        let count = self.changes.len().div_ceil(size);
        (0..count).map(move |nth| Self { changes: self.changes.iter().skip(nth * size).take(size).cloned().collect() })
    }

    /// This patch, then `later`, as one.
    pub fn then(mut self, later: Self) -> Self {
        self.changes.extend(later.changes);
        self
    }
}

impl Change {
    /// Whether it leaves its record as it was.
    pub fn is_idle(&self) -> bool {
        fn same<K, V: PartialEq>(delta: &Delta<K, V>) -> bool {
            delta.before == delta.after
        }
        match self {
            Self::Fabric(delta) => same(delta),
            Self::Group(delta) => same(delta),
            Self::Link(delta) => same(delta),
            Self::Meta { before, after } => before == after,
            Self::Node(delta) => same(delta),
            Self::Part(delta) => same(delta),
            Self::Rack(delta) => same(delta),
            Self::Requirement(delta) => same(delta),
        }
    }
}

/// Whether two changes are about one record.
fn same_record(a: &Change, b: &Change) -> bool {
    match (a, b) {
        (Change::Fabric(a), Change::Fabric(b)) => a.id == b.id,
        (Change::Group(a), Change::Group(b)) => a.id == b.id,
        (Change::Link(a), Change::Link(b)) => a.id == b.id,
        (Change::Meta { .. }, Change::Meta { .. }) => true,
        (Change::Node(a), Change::Node(b)) => a.id == b.id,
        (Change::Part(a), Change::Part(b)) => a.id == b.id,
        (Change::Rack(a), Change::Rack(b)) => a.id == b.id,
        (Change::Requirement(a), Change::Requirement(b)) => a.id == b.id,
        _ => false,
    }
}

/// Lets a change end where a later one of the same record ends.
fn take_after(earlier: &mut Change, later: &Change) {
    match (earlier, later) {
        (Change::Fabric(a), Change::Fabric(b)) => a.after = b.after.clone(),
        (Change::Group(a), Change::Group(b)) => a.after = b.after.clone(),
        (Change::Link(a), Change::Link(b)) => a.after = b.after.clone(),
        (Change::Meta { after, .. }, Change::Meta { after: later, .. }) => *after = later.clone(),
        (Change::Node(a), Change::Node(b)) => a.after = b.after.clone(),
        (Change::Part(a), Change::Part(b)) => a.after = b.after.clone(),
        (Change::Rack(a), Change::Rack(b)) => a.after = b.after.clone(),
        (Change::Requirement(a), Change::Requirement(b)) => a.after = b.after.clone(),
        _ => {}
    }
}

fn invert_change(change: &Change) -> Change {
    match change {
        Change::Fabric(delta) => Change::Fabric(delta.inverse()),
        Change::Group(delta) => Change::Group(delta.inverse()),
        Change::Link(delta) => Change::Link(delta.inverse()),
        Change::Meta { before, after } => Change::Meta { before: after.clone(), after: before.clone() },
        Change::Node(delta) => Change::Node(delta.inverse()),
        Change::Part(delta) => Change::Part(delta.inverse()),
        Change::Rack(delta) => Change::Rack(delta.inverse()),
        Change::Requirement(delta) => Change::Requirement(delta.inverse()),
    }
}

fn apply_change(change: &Change, design: &mut Design) -> Result<(), PatchConflict> {
    match change {
        Change::Fabric(delta) => apply_row(delta, design),
        Change::Group(delta) => apply_row(delta, design),
        Change::Link(delta) => apply_row(delta, design),
        Change::Meta { before, after } => {
            if design.meta != *before {
                return Err(PatchConflict("the settings".to_owned()));
            }
            design.meta = after.clone();
            Ok(())
        }
        Change::Node(delta) => apply_row(delta, design),
        Change::Part(delta) => {
            if design.parts.get(&delta.id) != delta.before.as_ref() {
                return Err(PatchConflict(format!("part {}", delta.id)));
            }
            match &delta.after {
                Some(part) => design.parts.insert(delta.id.clone(), part.clone()),
                None => design.parts.remove(&delta.id),
            };
            Ok(())
        }
        Change::Rack(delta) => apply_row(delta, design),
        Change::Requirement(delta) => apply_row(delta, design),
    }
}

fn apply_row<V: Record>(delta: &Delta<V::Key, V>, design: &mut Design) -> Result<(), PatchConflict> {
    use super::ids::Id;
    let table = V::table_mut(design);
    let matches = match (table.shared(delta.id), &delta.before) {
        (Some(now), Some(before)) => Arc::ptr_eq(now, before) || now == before,
        (None, None) => true,
        _ => false,
    };
    if !matches {
        return Err(PatchConflict(format!("{} {}", V::Key::KIND, delta.id)));
    }
    table.set(delta.id, delta.after.clone());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Point;

    fn node(name: &str) -> Node {
        Node::new(PartId::new("generic-switch"), name, Point::default())
    }

    #[test]
    fn a_patch_and_its_inverse_restore_the_design() {
        let before = Design::default();
        let mut after = before.clone();
        let a = after.nodes.push(node("a"));
        let b = after.nodes.push(node("b"));
        after.links.push(Link::between(super::super::PortRef::cage(a, 1), super::super::PortRef::cage(b, 1)));

        let patch = Patch::between(&before, &after);
        let mut design = before.clone();
        assert_eq!(patch.apply(&mut design), Ok(()));
        assert_eq!(design, after);
        assert_eq!(patch.inverse().apply(&mut design), Ok(()));
        assert_eq!(design, before);
        assert_eq!(design.nodes.free_id(0), NodeId(3), "ids are never reused");
    }

    #[test]
    fn joined_patches_name_each_record_once() {
        let start = Design::default();
        let mut one = start.clone();
        let a = one.nodes.push(node("a"));
        let mut two = one.clone();
        two.nodes.set(a, Some(Arc::new(node("b"))));
        let b = two.nodes.push(node("c"));
        let mut three = two.clone();
        three.nodes.set(b, None);

        let joined = Patch::between(&start, &one).joined(&Patch::between(&one, &two)).joined(&Patch::between(&two, &three));
        assert_eq!(joined.changes.len(), 1, "{joined:?}");
        let mut design = start.clone();
        assert_eq!(joined.apply(&mut design), Ok(()));
        assert_eq!(design, three);
        assert!(Patch::between(&start, &one).joined(&Patch::between(&start, &one).inverse()).is_empty());
    }

    #[test]
    fn slices_one_after_the_other_are_the_whole() {
        let mut after = Design::default();
        for name in ["a", "b", "c", "d", "e"] {
            after.nodes.push(node(name));
        }
        let mut design = Design::default();
        let slices = Arc::new(Patch::between(&design, &after)).slices(2);
        assert_eq!(slices.len(), 3);
        for slice in slices {
            assert!(slice.changes.len() <= 2);
            assert_eq!(slice.apply(&mut design), Ok(()));
        }
        assert_eq!(design, after);
        assert_eq!(Arc::new(Patch::default()).slices(0).len(), 0);
    }

    #[test]
    fn a_conflict_changes_nothing() {
        let mut design = Design::default();
        let mut other = design.clone();
        other.nodes.push(node("a"));
        other.nodes.push(node("b"));
        let patch = Patch::between(&design, &other);

        design.nodes.set(NodeId(2), Some(Arc::new(node("in the way"))));
        let untouched = design.clone();
        assert!(patch.apply(&mut design).is_err());
        assert_eq!(design, untouched);
    }
}
