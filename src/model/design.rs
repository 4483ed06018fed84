//! The design: tables of records.

use crate::units::{SortedMap, SortedSet};
use std::sync::Arc;

use super::ids::{FabricId, GroupId, Id, LinkId, NodeId, PartId, RackId, RequirementId};
use super::part::Part;
use super::record::{Fabric, Group, Link, Member, Meta, Node, Rack, Requirement};

/// Records of one kind by id, iterated in numeric order.
///
/// Records are shared (`Arc`), so a patch or an undo step holds no copies. Lookup is O(log n).
#[derive(Clone, Debug)]
pub struct Table<K, V> {
    rows: SortedMap<K, Arc<V>>,
    /// One more than the largest number ever used; never falls, so ids are never reused.
    next: u32,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { rows: SortedMap::new(), next: 1 }
    }
}

/// Two tables are equal when their records are; what was deleted before does not matter.
impl<K: PartialEq, V: PartialEq> PartialEq for Table<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
    }
}

impl<K: Id, V> Table<K, V> {
    /// The record with this id.
    pub fn get(&self, id: K) -> Option<&V> {
        self.shared(id).map(Arc::as_ref)
    }
    /// The shared record with this id, for patches.
    pub fn shared(&self, id: K) -> Option<&Arc<V>> {
        // Ids are counted from 1 and come in order, so a record is usually where its number says.
        self.rows.get_near(&id, (id.number() as usize).wrapping_sub(1))
    }
    /// Whether there is such a record.
    pub fn contains(&self, id: K) -> bool {
        self.shared(id).is_some()
    }
    /// Records in numeric id order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (K, &V)> + ExactSizeIterator + Clone {
        self.rows.iter().map(|(id, row)| (*id, row.as_ref()))
    }
    /// Ids in numeric order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = K> + ExactSizeIterator + Clone + '_ {
        self.rows.keys().copied()
    }
    /// How many records there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// An id that was never used in this table. Does not reserve it: ask for the `nth` free one to get several.
    pub fn free_id(&self, nth: u32) -> K {
        K::from_number(self.next.saturating_add(nth))
    }
    /// Puts a record in, or takes it out with `None`. Edits go through [`super::Patch`]; this is for building.
    pub fn set(&mut self, id: K, row: Option<Arc<V>>) {
        self.next = self.next.max(id.number().saturating_add(1));
        match row {
            Some(row) => self.rows.insert(id, row),
            None => self.rows.remove(&id),
        };
    }
    /// Adds a record under a new id and returns the id. For building; edits go through [`super::Patch`].
    pub fn push(&mut self, row: V) -> K {
        let id = self.free_id(0);
        self.set(id, Some(Arc::new(row)));
        id
    }
}

/// What the tables of a design hold, so that generic code can find the right one.
pub trait Record: Sized + PartialEq {
    /// Its id.
    type Key: Id;
    /// Its table.
    fn table(design: &Design) -> &Table<Self::Key, Self>;
    /// Its table, to change.
    fn table_mut(design: &mut Design) -> &mut Table<Self::Key, Self>;
}

macro_rules! records {
    ($($record:ty, $key:ty, $field:ident;)+) => {
        $(impl Record for $record {
            type Key = $key;
            fn table(design: &Design) -> &Table<$key, Self> { &design.$field }
            fn table_mut(design: &mut Design) -> &mut Table<$key, Self> { &mut design.$field }
        })+
    };
}
records! {
    Fabric, FabricId, fabrics;
    Group, GroupId, groups;
    Link, LinkId, links;
    Node, NodeId, nodes;
    Rack, RackId, racks;
    Requirement, RequirementId, requirements;
}

/// The document: racks, nodes, links and what is said of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Design {
    /// Name, settings and what else is said of the whole.
    pub meta: Arc<Meta>,
    /// Networks with a role.
    pub fabrics: Table<FabricId, Fabric>,
    /// Containers.
    pub groups: Table<GroupId, Group>,
    /// Cable assemblies.
    pub links: Table<LinkId, Link>,
    /// Placed parts with ports.
    pub nodes: Table<NodeId, Node>,
    /// Own parts, by id; they win over catalogue parts of the same id.
    pub parts: SortedMap<PartId, Arc<Part>>,
    /// Placed racks.
    pub racks: Table<RackId, Rack>,
    /// What the design must reach.
    pub requirements: Table<RequirementId, Requirement>,
    /// Nodes that a failure has taken a compute link from: what they sent by it goes by no network of another role instead. Only a design that is looked at
    /// without what has failed has any; no file holds them.
    pub fallen: SortedSet<NodeId>,
}

fn called(name: Option<&str>, id: &dyn std::fmt::Display) -> String {
    name.filter(|name| !name.is_empty()).map_or_else(|| id.to_string(), str::to_owned)
}

impl Design {
    /// How many records it holds.
    pub fn record_count(&self) -> usize {
        self.fabrics.len() + self.groups.len() + self.links.len() + self.nodes.len() + self.parts.len() + self.racks.len() + self.requirements.len()
    }

    /// Whether nothing is drawn.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.racks.is_empty()
    }

    /// What a node is called: its name, or its id where it has none.
    pub fn node_name(&self, id: NodeId) -> String {
        called(self.nodes.get(id).map(|node| node.name.as_str()), &id)
    }
    /// What a rack is called: its name, or its id where it has none.
    pub fn rack_name(&self, id: RackId) -> String {
        called(self.racks.get(id).map(|rack| rack.name.as_str()), &id)
    }

    /// Sentences for every reference that points nowhere. Empty for every design a session holds.
    pub fn structural_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (id, link) in self.links.iter() {
            for end in link.ends.iter().filter(|end| !self.nodes.contains(end.node)) {
                faults.push(format!("link {id} ends at {end}, but there is no node {}", end.node));
            }
            if let Some(fabric) = link.fabric.filter(|fabric| !self.fabrics.contains(*fabric)) {
                faults.push(format!("link {id} belongs to fabric {fabric}, which does not exist"));
            }
        }
        for (id, node) in self.nodes.iter() {
            if let Some(rack) = node.rack.filter(|rack| !self.racks.contains(*rack)) {
                faults.push(format!("node {id} stands in rack {rack}, which does not exist"));
            }
        }
        let mut parents: SortedMap<Member, GroupId> = SortedMap::new();
        for (id, group) in self.groups.iter() {
            for member in &group.members {
                let exists = match *member {
                    Member::Group(group) => self.groups.contains(group),
                    Member::Node(node) => self.nodes.contains(node),
                    Member::Rack(rack) => self.racks.contains(rack),
                };
                if !exists {
                    faults.push(format!("group {id} holds {member:?}, which does not exist"));
                }
                if let Some(other) = parents.insert(*member, id) {
                    faults.push(format!("{member:?} is a member of two groups, {other} and {id}"));
                }
            }
        }
        for (id, requirement) in self.requirements.iter() {
            if let Some(fabric) = requirement.fabric.filter(|fabric| !self.fabrics.contains(*fabric)) {
                faults.push(format!("requirement {id} is about fabric {fabric}, which does not exist"));
            }
        }
        faults.extend(self.groups.ids().filter(|id| self.group_contains_itself(*id)).map(|id| format!("group {id} contains itself")));
        faults
    }

    /// Whether a group is reachable from itself through membership.
    fn group_contains_itself(&self, start: GroupId) -> bool {
        let mut seen = SortedSet::new();
        let mut open = vec![start];
        while let Some(id) = open.pop() {
            for member in self.groups.get(id).map(|group| group.members.as_slice()).unwrap_or_default() {
                let Member::Group(child) = *member else { continue };
                if child == start {
                    return true;
                }
                if seen.insert(child) {
                    open.push(child);
                }
            }
        }
        false
    }

    /// Links with an end on `node`. Time: O(links); build an index for more than a few.
    pub fn links_of(&self, node: NodeId) -> impl Iterator<Item = (LinkId, &Link)> {
        self.links.iter().filter(move |(_, link)| link.touches(node))
    }

    /// Nodes that stand in `rack`. Time: O(nodes).
    pub fn nodes_in(&self, rack: RackId) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes.iter().filter(move |(_, node)| node.rack == Some(rack))
    }
}
