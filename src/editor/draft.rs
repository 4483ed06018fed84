//! A change in the making: the design is changed in place and every first touch is remembered, so that a finished draft
//! is a patch and an abandoned one leaves no trace. Cost is that of the records touched, never of the design.

use std::sync::Arc;

use crate::catalog::{Catalog, PortUse};
use crate::model::{
    Change, Delta, Design, Fabric, FabricId, Group, GroupId, Id, Link, LinkId, Meta, Node, NodeId, Part, PartId, Patch, Rack, RackId, Record, Requirement,
    RequirementId,
};
use crate::scene::Scene;
use crate::units::SortedMap;

/// What a finished change tells about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outcome {
    /// The name of the undo step: `Delete 3 nodes`.
    pub name: String,
    /// What is selected afterwards; `None` leaves the selection.
    pub select: Option<Vec<crate::model::Subject>>,
    /// A sentence for the user, where the change did more or less than was asked.
    pub say: Option<String>,
}

impl Outcome {
    /// A step with this name that leaves the selection and says nothing.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
    /// The same, with another selection.
    pub fn selecting(mut self, subjects: Vec<crate::model::Subject>) -> Self {
        self.select = Some(subjects);
        self
    }
    /// The same, with a sentence.
    pub fn saying(mut self, sentence: impl Into<String>) -> Self {
        self.say = Some(sentence.into());
        self
    }
}

/// Which record was touched. The order is that in which a patch lists them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Touched {
    Meta,
    Part(PartId),
    Fabric(FabricId),
    Rack(RackId),
    Node(NodeId),
    Link(LinkId),
    Group(GroupId),
    Requirement(RequirementId),
}

/// Records that a draft can touch.
pub(super) trait Touchable: Record {
    fn touched(id: Self::Key) -> Touched;
    fn change(delta: Delta<Self::Key, Self>) -> Change;
    fn after(change: &mut Change) -> Option<&mut Option<Arc<Self>>>;
}

macro_rules! touchable {
    ($($record:ty, $kind:ident;)+) => {
        $(impl Touchable for $record {
            fn touched(id: Self::Key) -> Touched { Touched::$kind(id) }
            fn change(delta: Delta<Self::Key, Self>) -> Change { Change::$kind(delta) }
            fn after(change: &mut Change) -> Option<&mut Option<Arc<Self>>> {
                match change { Change::$kind(delta) => Some(&mut delta.after), _ => None }
            }
        })+
    };
}
touchable! {
    Fabric, Fabric;
    Group, Group;
    Link, Link;
    Node, Node;
    Rack, Rack;
    Requirement, Requirement;
}

/// A change in the making.
pub(super) struct Draft<'a> {
    design: &'a mut Design,
    /// The catalogue parts are looked up in.
    pub catalog: &'a Catalog,
    /// Where things were drawn before the change.
    pub scene: &'a Scene,
    journal: SortedMap<Touched, Change>,
    /// Whether a record may have ended as it began: one that was touched twice, or taken out without having been there.
    again: bool,
}

impl<'a> Draft<'a> {
    /// Starts a change of `design`.
    pub fn new(design: &'a mut Design, catalog: &'a Catalog, scene: &'a Scene) -> Self {
        Self { design, catalog, scene, journal: SortedMap::new(), again: false }
    }

    /// The design as it is by now.
    pub fn design(&self) -> &Design {
        self.design
    }

    /// A record as it is by now.
    pub fn get<V: Record>(&self, id: V::Key) -> Option<&V> {
        V::table(self.design).get(id)
    }

    /// The part a node or a rack of the design is.
    pub fn part(&self, id: &PartId) -> Option<&Part> {
        self.catalog.part(self.design, id)
    }

    /// Which link uses each port by now. Time: O(links log links).
    pub fn port_use(&self) -> PortUse {
        PortUse::of(self.design)
    }

    /// Puts a record in that differs from what is there, or takes it out with `None`.
    pub fn set<V: Touchable>(&mut self, id: V::Key, row: Option<V>) {
        let row = row.map(Arc::new);
        let table = V::table_mut(self.design);
        let before = table.shared(id).cloned();
        table.set(id, row.clone());
        let known = self.journal.len();
        self.again |= before.is_none() && row.is_none();
        let change = self.journal.entry(V::touched(id)).or_insert_with(|| V::change(Delta { id, before, after: None }));
        if let Some(after) = V::after(change) {
            *after = row;
        }
        self.again |= self.journal.len() == known;
    }

    /// Changes a record, if it is there. Returns whether it was.
    pub fn update<V: Touchable + Clone>(&mut self, id: V::Key, change: impl FnOnce(&mut V)) -> bool {
        let Some(mut row) = self.get::<V>(id).cloned() else { return false };
        change(&mut row);
        if self.get::<V>(id) != Some(&row) {
            self.set(id, Some(row));
        }
        true
    }

    /// Adds a record under a new id. Ids run out after four billion: then nothing is added.
    pub fn push<V: Touchable>(&mut self, row: V) -> Option<V::Key> {
        let id = V::table(self.design).free_id(0);
        if V::table(self.design).contains(id) || id.number() == u32::MAX {
            return None;
        }
        self.set(id, Some(row));
        Some(id)
    }

    /// Changes name or settings.
    pub fn update_meta(&mut self, change: impl FnOnce(&mut Meta)) {
        let before = self.design.meta.clone();
        let mut meta = Meta::clone(&before);
        change(&mut meta);
        if meta == *before {
            return;
        }
        let meta = Arc::new(meta);
        self.design.meta = meta.clone();
        self.again = true;
        match self.journal.entry(Touched::Meta).or_insert_with(|| Change::Meta { before, after: meta.clone() }) {
            Change::Meta { after, .. } => *after = meta,
            _ => debug_assert!(false, "a touched meta is a meta"),
        }
    }

    /// Adds an own part, unless the design already has one of this id.
    pub fn add_part(&mut self, part: Arc<Part>) {
        if self.design.parts.contains_key(&part.id) {
            return;
        }
        self.set_part(&part.id.clone(), Some(part));
    }

    /// Puts an own part in, in place of one of the same id, or takes it out with `None`.
    pub fn set_part(&mut self, id: &PartId, part: Option<Arc<Part>>) {
        let before = match &part {
            Some(part) => self.design.parts.insert(id.clone(), part.clone()),
            None => self.design.parts.remove(id),
        };
        let change = self.journal.entry(Touched::Part(id.clone())).or_insert_with(|| Change::Part(Delta { id: id.clone(), before, after: None }));
        if let Change::Part(delta) = change {
            delta.after = part;
        }
    }

    /// The change as a patch; records that ended as they began are left out.
    pub fn finish(self) -> Patch {
        let mut changes: Vec<Change> = self.journal.into_values().collect();
        if self.again {
            changes.retain(|change| !change.is_idle());
        }
        Patch { changes }
    }

    /// Takes everything back.
    pub fn abandon(self) {
        let patch = Patch { changes: self.journal.into_values().collect() };
        let undone = patch.inverse().apply(self.design);
        debug_assert!(undone.is_ok(), "what a draft did can be undone: {undone:?}");
    }
}
