//! What differs between the design of the last evaluation and this one, so that what an edit does not reach is taken over instead of worked out anew.
//!
//! [`super::service::Memory`] collects it from the patches that lie between two evaluations; [`super::context::Context::change`] is where rules and
//! estimates find it. **It is there exactly when it is complete**: every record that differs is in it, and what [`super::known::Known`] holds is of the
//! design before it. When the design was replaced, a patch failed, or too much changed at once there is none, and then nothing is known from before.
//!
//! For each node, link, rack and group it keeps the record as it was at the last evaluation; the record as it is now is the design's. So whoever looks can
//! judge for himself whether what he asks of a record differs: [`Change::stands`]. A record that was changed and changed back is in it with a record
//! that equals the design's; nothing depends on leaving it out.
//!
//! Lists in the order of links or nodes (what `Topology`, `Facts`, `Delays` and the rules' survey hold) move when a record comes or goes;
//! [`super::splice::Splice`] says where each old place went and takes whole lists over.

use std::sync::Arc;

use crate::model::{self, Delta, Design, Group, GroupId, Id, Link, LinkId, Member, Node, NodeId, Patch, Rack, RackId, Record};
use crate::units::{SortedMap, SortedSet};

/// More records than this at once, and it is no longer worth telling them apart. A limit of Weft.
const MOST: usize = 4096;

/// What differs between the design of the last evaluation and this one.
#[derive(Clone, Debug, Default)]
pub struct Change {
    nodes: Before<NodeId, Node>,
    links: Before<LinkId, Link>,
    racks: Before<RackId, Rack>,
    groups: Before<GroupId, Group>,
    other: SortedSet<Other>,
}

/// Records that differ, as they were: `None` was not there.
pub type Before<K, V> = SortedMap<K, Option<Arc<V>>>;

/// What else a design holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Other {
    /// A fabric.
    Fabric,
    /// Name, settings, what is silenced, scenarios, workloads, prices, feeds.
    Meta,
    /// An own part. It may be the part of any node, link or rack.
    Part,
    /// A requirement.
    Requirement,
}

impl Change {
    /// This change, and then a patch; `None` where that is too much to tell apart. Time: O(changes of the patch).
    pub fn then(mut self, patch: &Patch) -> Option<Self> {
        for change in &patch.changes {
            match change {
                model::Change::Fabric(_) => self.note(Other::Fabric),
                model::Change::Group(delta) => first(&mut self.groups, delta),
                model::Change::Link(delta) => first(&mut self.links, delta),
                model::Change::Meta { .. } => self.note(Other::Meta),
                model::Change::Node(delta) => first(&mut self.nodes, delta),
                model::Change::Part(_) => self.note(Other::Part),
                model::Change::Rack(delta) => first(&mut self.racks, delta),
                model::Change::Requirement(_) => self.note(Other::Requirement),
            }
            if self.nodes.len() + self.links.len() + self.racks.len() + self.groups.len() > MOST {
                return None;
            }
        }
        Some(self)
    }

    fn note(&mut self, other: Other) {
        self.other.insert(other);
    }

    /// Nodes that came, went or differ, in id order, each as it was.
    pub fn nodes(&self) -> &Before<NodeId, Node> {
        &self.nodes
    }
    /// Links that came, went or differ, in id order, each as it was.
    pub fn links(&self) -> &Before<LinkId, Link> {
        &self.links
    }
    /// Racks that came, went or differ, in id order, each as it was.
    pub fn racks(&self) -> &Before<RackId, Rack> {
        &self.racks
    }
    /// Whether a record of another kind came, went or differs.
    pub fn has(&self, other: Other) -> bool {
        self.other.contains(&other)
    }
    /// Whether nothing but nodes, links and racks differs, and groups by no more than members that come and go with them.
    pub fn is_of_records(&self, design: &Design) -> bool {
        self.other.is_empty() && self.groups_stand(design)
    }
    /// Whether everything that was there and is there is in the groups that it was in, and these are called what they were. Time: O(members of groups
    /// that differ).
    pub fn groups_stand(&self, design: &Design) -> bool {
        let stays = |member: &&Member| match **member {
            Member::Group(id) => is_in_both(&self.groups, id, design),
            Member::Node(id) => is_in_both(&self.nodes, id, design),
            Member::Rack(id) => is_in_both(&self.racks, id, design),
        };
        self.groups.iter().all(|(id, before)| {
            let (before, after) = (before.as_deref(), design.groups.get(*id));
            let is_called = before.zip(after).is_none_or(|(before, after)| (before.kind, &before.name) == (after.kind, &after.name));
            let [before, after] = [before, after].map(|group| group.into_iter().flat_map(|group| &group.members).filter(stays));
            is_called && before.eq(after)
        })
    }
    /// Whether all nodes are those that were, and what `same` asks of each that differs is as it was. The same is asked of links by
    /// [`Change::links_stand`].
    pub fn nodes_stand(&self, design: &Design, same: impl Fn(&Node, &Node) -> bool) -> bool {
        stand(&self.nodes, design, same)
    }
    /// Whether all links are those that were, and what `same` asks of each that differs is as it was.
    pub fn links_stand(&self, design: &Design, same: impl Fn(&Link, &Link) -> bool) -> bool {
        stand(&self.links, design, same)
    }
    /// Whether all racks stand where they stood.
    pub fn places_stand(&self, design: &Design) -> bool {
        stand(&self.racks, design, |before, after| before.tile == after.tile)
    }
    /// Whether the bill of materials and its cost are as they were.
    pub fn bought_stands(&self, design: &Design) -> bool {
        let link = |a: &Link, b: &Link| (a.ends, &a.part, a.fabric, a.length) == (b.ends, &b.part, b.fabric, b.length);
        self.links_stand(design, link) && self.bought_but_links_stands(design)
    }
    /// Whether no bought thing but links differs, nor how long any link is that does not.
    pub fn bought_but_links_stands(&self, design: &Design) -> bool {
        self.bought_but_records_stands(design) && self.nodes_stand(design, |_, _| true)
    }
    /// Whether no bought thing but links differs, and nodes that came or went, nor how long any link is that does not and is on none of these.
    pub fn bought_but_records_stands(&self, design: &Design) -> bool {
        let node = |a: &Node, b: &Node| {
            let said = |node: &Node| (node.rack, node.u, node.face, node.kept, node.modules);
            (&a.part, said(a), &a.ports, &a.generic) == (&b.part, said(b), &b.ports, &b.generic)
        };
        let nodes = self.nodes.iter().all(|(id, before)| before.as_deref().zip(design.nodes.get(*id)).is_none_or(|(before, after)| node(before, after)));
        self.is_of_records(design) && nodes && stand(&self.racks, design, |a, b| (&a.part, a.tile, a.kept) == (&b.part, b.tile, b.kept))
    }
    /// Nodes that came or went.
    pub fn moving<'a>(&'a self, design: &'a Design) -> impl Iterator<Item = NodeId> + 'a {
        self.nodes.iter().filter(|(id, before)| before.is_some() != design.nodes.contains(**id)).map(|(id, _)| *id)
    }
    /// What nodes, and what they stand in, were, without links.
    pub fn nodes_before(&self, design: &Design) -> Design {
        let (meta, nodes, racks) = (design.meta.clone(), design.nodes.clone(), design.racks.clone());
        let mut then = Design { meta, nodes, racks, groups: design.groups.clone(), parts: design.parts.clone(), ..Design::default() };
        self.groups.iter().for_each(|(id, before)| then.groups.set(*id, before.clone()));
        self.nodes.iter().for_each(|(id, before)| then.nodes.set(*id, before.clone()));
        self.racks.iter().for_each(|(id, before)| then.racks.set(*id, before.clone()));
        then
    }
    /// Whether what [`super::census::Census`] counts is as it was.
    pub fn census_stands(&self, design: &Design) -> bool {
        self.nodes_stand(design, |a, b| (&a.part, &a.ports, &a.generic) == (&b.part, &b.ports, &b.generic))
    }
    /// Nodes that differ, and nodes at the ends of links that differ, as these were and as they are. Some may not exist, or no longer. Time: O(change).
    pub fn around(&self, design: &Design) -> SortedSet<NodeId> {
        let mut nodes: Vec<NodeId> = self.nodes.keys().copied().collect();
        for (id, before) in self.links.iter() {
            for link in [before.as_deref(), design.links.get(*id)].into_iter().flatten() {
                nodes.extend(link.ends.map(|end| end.node));
            }
        }
        nodes.into_iter().collect()
    }
}

/// Keeps what a record was first.
fn first<K: Id, V>(before: &mut Before<K, V>, delta: &Delta<K, V>) {
    if !before.contains_key(&delta.id) {
        before.insert(delta.id, delta.before.clone());
    }
}

/// Whether a record was there and is.
fn is_in_both<V: Record>(before: &Before<V::Key, V>, id: V::Key, design: &Design) -> bool {
    V::table(design).contains(id) && before.get(&id).is_none_or(Option::is_some)
}

fn stand<V: Record>(before: &Before<V::Key, V>, design: &Design, same: impl Fn(&V, &V) -> bool) -> bool {
    before.iter().all(|(id, before)| match (before, V::table(design).get(*id)) {
        (Some(before), Some(after)) => same(before, after),
        (None, None) => true,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{PartId, PortRef};
    use crate::units::Point;

    #[test]
    fn a_change_keeps_what_records_were_before_the_first_of_many_patches() {
        let start = Design::default();
        let mut one = start.clone();
        let node = |name: &str| Node::new(PartId::new("generic-switch"), name, Point::default());
        let (a, b) = (one.nodes.push(node("a")), one.nodes.push(node("b")));
        let mut two = one.clone();
        two.nodes.set(a, Some(node("c").into()));
        let link = two.links.push(Link::between(PortRef::cage(a, 1), PortRef::cage(b, 1)));
        let mut three = two.clone();
        three.nodes.set(a, Some(node("d").into()));
        three.links.set(link, None);
        three.meta = Default::default();

        let change = Change::default().then(&Patch::between(&one, &two)).and_then(|change| change.then(&Patch::between(&two, &three))).unwrap();
        assert_eq!(change.nodes().get(&a).and_then(|before| before.as_ref()).map(|node| node.name.as_str()), Some("a"));
        assert_eq!(change.nodes().len(), 1);
        assert_eq!(change.links().get(&link), Some(&None));
        assert!(change.links_stand(&three, |_, _| false), "it came and went");
        assert!(!change.links_stand(&two, |_, _| true), "it came");
        assert!(change.is_of_records(&three));
        assert_eq!(change.around(&two).into_iter().collect::<Vec<_>>(), [a, b]);
    }
    #[test]
    fn groups_stand_where_only_what_comes_and_goes_joins_and_leaves_them() {
        let mut one = Design::default();
        let nodes: Vec<NodeId> = (0..4).map(|at| one.nodes.push(Node::new(PartId::new("generic-switch"), at.to_string(), Point::default()))).collect();
        let of = |members: &[usize]| Group { members: members.iter().map(|at| Member::Node(nodes[*at])).collect(), ..Group::default() };
        let pod = one.groups.push(of(&[0, 1, 2]));
        let stand = |after: &dyn Fn(&mut Design)| {
            let mut design = one.clone();
            after(&mut design);
            let there = Change::default().then(&Patch::between(&one, &design)).unwrap();
            let back = Change::default().then(&Patch::between(&design, &one)).unwrap();
            assert_eq!(there.groups_stand(&design), back.groups_stand(&one), "there and back");
            assert_eq!(there.is_of_records(&design), there.groups_stand(&design));
            there.groups_stand(&design)
        };
        let delete = |design: &mut Design, at: usize| design.nodes.set(nodes[at], None);
        let set = |design: &mut Design, group: Option<Group>| design.groups.set(pod, group.map(Arc::new));
        assert!(stand(&|design| {
            delete(design, 1);
            set(design, Some(of(&[0, 2])));
        }));
        assert!(stand(&|design| {
            (0..3).for_each(|at| delete(design, at));
            set(design, None);
        }));
        assert!(!stand(&|design| set(design, Some(of(&[0, 2])))), "1 left and is there");
        assert!(!stand(&|design| set(design, Some(of(&[0, 1, 2, 3])))), "3 was there and joined");
        assert!(!stand(&|design| set(design, None)), "all left");
        assert!(!stand(&|design| set(design, Some(Group { name: "pod".to_owned(), ..of(&[0, 1, 2]) }))), "called otherwise");
        assert!(!stand(&|design| set(design, Some(Group { kind: crate::model::GroupKind::Site, ..of(&[0, 1, 2]) }))), "a site");
    }
}
