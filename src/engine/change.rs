//! What differs between the design of the last evaluation and this one, so that what an edit does not reach is taken over instead of worked out anew.
//!
//! [`super::service::Memory`] collects it from the patches that lie between two evaluations; [`super::context::Context::change`] is where rules and
//! estimates find it. **It is there exactly when it is complete**: every record that differs is in it, and what [`super::known::Known`] holds is of the
//! design before it. When the design was replaced, a patch failed, or too much changed at once there is none, and then nothing is known from before.
//!
//! For each node, link and rack it keeps the record as it was at the last evaluation; the record as it is now is the design's. So whoever looks can
//! judge for himself whether what he asks of a record differs: [`Change::stands`]. A record that was changed and changed back is in it with a record
//! that equals the design's; nothing depends on leaving it out.
//!
//! Lists in the order of links or nodes (what `Topology`, `Facts`, `Delays` and the rules' survey hold) move when a record comes or goes;
//! [`super::splice::Splice`] says where each old place went and takes whole lists over.

use std::sync::Arc;

use crate::model::{self, Delta, Design, Id, Link, LinkId, Node, NodeId, Patch, Rack, RackId, Record};
use crate::units::{SortedMap, SortedSet};

/// More records than this at once, and it is no longer worth telling them apart. A limit of Weft.
const MOST: usize = 4096;

/// What differs between the design of the last evaluation and this one.
#[derive(Clone, Debug, Default)]
pub struct Change {
    nodes: Before<NodeId, Node>,
    links: Before<LinkId, Link>,
    racks: Before<RackId, Rack>,
    other: SortedSet<Other>,
}

/// Records that differ, as they were: `None` was not there.
pub type Before<K, V> = SortedMap<K, Option<Arc<V>>>;

/// What else a design holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Other {
    /// A fabric.
    Fabric,
    /// A group.
    Group,
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
                model::Change::Group(_) => self.note(Other::Group),
                model::Change::Link(delta) => first(&mut self.links, delta),
                model::Change::Meta { .. } => self.note(Other::Meta),
                model::Change::Node(delta) => first(&mut self.nodes, delta),
                model::Change::Part(_) => self.note(Other::Part),
                model::Change::Rack(delta) => first(&mut self.racks, delta),
                model::Change::Requirement(_) => self.note(Other::Requirement),
            }
            if self.nodes.len() + self.links.len() + self.racks.len() > MOST {
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
    /// Whether nothing but nodes, links and racks differs.
    pub fn is_of_records(&self) -> bool {
        self.other.is_empty()
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
        self.other.is_empty() && nodes && stand(&self.racks, design, |a, b| (&a.part, a.tile, a.kept) == (&b.part, b.tile, b.kept))
    }
    /// Nodes that came or went.
    pub fn moving<'a>(&'a self, design: &'a Design) -> impl Iterator<Item = NodeId> + 'a {
        self.nodes.iter().filter(|(id, before)| before.is_some() != design.nodes.contains(**id)).map(|(id, _)| *id)
    }
    /// What nodes, and what they stand in, were, without links.
    pub fn nodes_before(&self, design: &Design) -> Design {
        let mut then =
            Design { meta: design.meta.clone(), nodes: design.nodes.clone(), racks: design.racks.clone(), parts: design.parts.clone(), ..Design::default() };
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
        assert!(change.is_of_records());
        assert_eq!(change.around(&two).into_iter().collect::<Vec<_>>(), [a, b]);
    }
}
