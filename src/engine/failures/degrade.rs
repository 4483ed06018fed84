//! A design without what has failed. Records that are left keep their ids, so findings and estimates of both can be compared.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::engine::facts::facts_of;
use crate::engine::feeds::supplies;
use crate::model::{
    Design, Fabric, FabricId, FabricRole, Group, GroupId, Inside, InsideEdge, Link, LinkId, Member, Node, NodeId, Outage, Part, PartDetail, PartId, Rack,
    RackId, Subject,
};
use crate::units::{Gbps, SortedMap, SortedSet};

/// What is left of a design.
#[derive(Clone, Debug)]
pub struct Degraded {
    /// The design without what has failed.
    pub design: Design,
    /// What that takes along.
    pub down: Down,
}

/// What is down.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Down {
    /// Links that are down, those of failed nodes counted.
    pub links: usize,
    /// Nodes that are down.
    pub nodes: usize,
    /// XPUs that are down with their node or by themselves.
    pub xpus: usize,
    /// What was asked to fail but is not in the design.
    pub unknown: Vec<String>,
}

/// What fails inside one system.
#[derive(Default)]
struct Within {
    things: SortedSet<u16>,
    wires: Vec<(usize, Option<u16>)>,
}

/// Everything that fails, as records.
#[derive(Default)]
struct Records {
    nodes: SortedSet<NodeId>,
    links: SortedSet<LinkId>,
    within: SortedMap<NodeId, Within>,
}

/// The design without what has failed. Failed nodes and links are left out; a system with a failed inside becomes an own part without
/// it, and links on ports of a failed adapter are left out too. Racks and fabrics stay, empty or not.
///
/// Time: O(records × things that fail) at worst, usually O(records). Space: what changes; all other records are shared.
pub fn degraded(design: &Design, catalog: &Catalog, off: &[Outage]) -> Degraded {
    let mut down = Records::default();
    let dark: Vec<&str> = off.iter().filter_map(|outage| if let Outage::Feed(name) = outage { Some(name.as_str()) } else { None }).collect();
    down.dark(design, &dark);
    let unknown: Vec<String> = off.iter().filter(|outage| !down.take(design, catalog, outage)).map(ToString::to_string).collect();
    let xpus_of = |node: &Node| catalog.part(design, &node.part).map_or(0, Part::xpu_count);
    let mut left = Degraded { design: design.clone(), down: Down { links: 0, nodes: down.nodes.len(), xpus: 0, unknown } };
    left.down.xpus = down.nodes.iter().filter_map(|id| design.nodes.get(*id)).map(xpus_of).sum();

    let within: Vec<(NodeId, Within)> = std::mem::take(&mut down.within).into_iter().filter(|(node, _)| !down.nodes.contains(node)).collect();
    for (node, within) in &within {
        left.down.xpus += reduce(&mut left.design, catalog, *node, within);
    }
    let broken: SortedMap<NodeId, &SortedSet<u16>> = within.iter().map(|(node, within)| (*node, &within.things)).collect();
    let hangs_on_broken = |link: &Link| {
        !broken.is_empty()
            && link.ends.iter().any(|end| {
                let thing = || catalog.hangs_on(design, *end).flatten();
                broken.get(&end.node).is_some_and(|things| thing().is_some_and(|thing| things.contains(&thing)))
            })
    };
    let dead: Vec<LinkId> = design
        .links
        .iter()
        .filter(|(id, link)| down.links.contains(id) || link.ends.iter().any(|end| down.nodes.contains(&end.node)) || hangs_on_broken(link))
        .map(|(id, _)| id)
        .collect();
    left.down.links = dead.len();
    fill_anew(&mut left.design, dead.iter().filter_map(|id| design.links.get(*id)?.fabric));
    for id in dead {
        let compute = design.links.get(id).filter(|link| facts_of(design, catalog, link).role == FabricRole::Compute);
        left.design.fallen.extend(compute.into_iter().flat_map(|link| link.ends).map(|end| end.node).filter(|node| !down.nodes.contains(node)));
        left.design.links.set(id, None);
    }
    if !down.nodes.is_empty() {
        forget(&mut left.design, &down.nodes);
    }
    if !dark.is_empty() {
        unplug(&mut left.design, &dark);
    }
    left
}

/// A subnet manager fills the tables of fabrics that have lost links anew; those that were read are no more.
fn fill_anew(design: &mut Design, fabrics: impl Iterator<Item = FabricId>) {
    for id in fabrics {
        if let Some(fabric) = design.fabrics.get(id).filter(|fabric| fabric.tables.is_some()) {
            let fabric = Fabric { tables: None, ..fabric.clone() };
            design.fabrics.set(id, Some(Arc::new(fabric)));
        }
    }
}

/// Takes feeds out; what hung on them hangs on what is left.
fn unplug(design: &mut Design, dark: &[&str]) {
    let lost = |name: &str| dark.contains(&name);
    Arc::make_mut(&mut design.meta).feeds.retain(|feed| !lost(&feed.name));
    let racks: Vec<(RackId, Rack)> =
        design.racks.iter().filter(|(_, rack)| rack.feeds.iter().any(|name| lost(name))).map(|(id, rack)| (id, rack.clone())).collect();
    for (id, mut rack) in racks {
        rack.feeds.retain(|name| !lost(name));
        design.racks.set(id, Some(Arc::new(rack)));
    }
}

/// Takes nodes out with what refers to them.
fn forget(design: &mut Design, gone: &SortedSet<NodeId>) {
    for node in gone.iter() {
        design.nodes.set(*node, None);
    }
    let thinner: Vec<(GroupId, Group)> = design
        .groups
        .iter()
        .filter(|(_, group)| group.members.iter().any(|member| matches!(member, Member::Node(node) if gone.contains(node))))
        .map(|(id, group)| {
            let members = group.members.iter().copied().filter(|member| !matches!(member, Member::Node(node) if gone.contains(node))).collect();
            (id, Group { members, ..group.clone() })
        })
        .collect();
    for (id, group) in thinner {
        design.groups.set(id, Some(Arc::new(group)));
    }
    if design.meta.settings.pair.as_ref().is_some_and(|(a, b)| gone.contains(&a.node) || gone.contains(&b.node)) {
        Arc::make_mut(&mut design.meta).settings.pair = None;
    }
}

/// Gives a node a part without what fails inside. Returns how many XPUs that takes along.
fn reduce(design: &mut Design, catalog: &Catalog, id: NodeId, within: &Within) -> usize {
    let Some(node) = design.nodes.get(id) else { return 0 };
    let Some(part) = catalog.part(design, &node.part) else { return 0 };
    let Some(inside) = part.inside() else { return 0 };
    let left = without(inside, within);
    let lost = inside.xpu_count().saturating_sub(left.xpu_count());

    // Where each thing stands now; ports of what is gone carry no link any more.
    let mut place = SortedMap::new();
    for (before, _) in (0u16..).zip(&inside.vertices).filter(|(before, _)| !within.things.contains(before)) {
        let now = place.len() as u16;
        place.insert(before, now);
    }
    let mut reduced = part.clone();
    for group in &mut reduced.ports {
        for thing in &mut group.inside {
            *thing = place.get(thing).copied().unwrap_or(u16::MAX);
        }
    }
    reduced.id = PartId::new(&free_name(design, catalog, &format!("{} of {id}", part.id)));
    reduced.detail = PartDetail::System(left);
    let node = Node { part: reduced.id.clone(), ..node.clone() };
    if design.meta.settings.pair.as_ref().is_some_and(|(a, b)| [a, b].iter().any(|end| end.node == id && names_failed(inside, within, end.inside.as_deref()))) {
        Arc::make_mut(&mut design.meta).settings.pair = None;
    }
    design.parts.insert(reduced.id.clone(), Arc::new(reduced));
    design.nodes.set(id, Some(Arc::new(node)));
    lost
}

fn names_failed(inside: &Inside, within: &Within, name: Option<&str>) -> bool {
    name.is_some_and(|name| inside.vertices.iter().position(|thing| thing.name == name).is_some_and(|place| within.things.contains(&(place as u16))))
}

/// An id that no part has.
fn free_name(design: &Design, catalog: &Catalog, wanted: &str) -> String {
    let taken = |name: &str| catalog.part(design, &PartId::new(name)).is_some();
    let mut name = wanted.to_owned();
    while taken(&name) {
        name.push('\'');
    }
    name
}

/// An inside without some things and wires. Parallel wires lose their share of the rate.
fn without(inside: &Inside, within: &Within) -> Inside {
    let mut left = Inside::default();
    let mut place: SortedMap<u16, u16> = SortedMap::new();
    for (before, thing) in (0u16..).zip(&inside.vertices).filter(|(before, _)| !within.things.contains(before)) {
        place.insert(before, left.vertices.len() as u16);
        left.vertices.push(thing.clone());
    }
    for (at, wires) in inside.edges.iter().enumerate() {
        let (Some(a), Some(b)) = (place.get(&wires.a), place.get(&wires.b)) else { continue };
        let count = wires.count.max(1);
        let gone = within.wires.iter().filter(|(edge, _)| *edge == at).fold(0u16, |sum, (_, gone)| sum.saturating_add(gone.unwrap_or(count)));
        if gone >= count {
            continue;
        }
        let rate = wires.gbps.0 * f64::from(count - gone) / f64::from(count);
        left.edges.push(InsideEdge { a: *a, b: *b, count: wires.count - gone, gbps: Gbps(rate), ..wires.clone() });
    }
    left
}

impl Records {
    /// Notes what fails with an outage. `false` if it is not in the design.
    fn take(&mut self, design: &Design, catalog: &Catalog, outage: &Outage) -> bool {
        match outage {
            Outage::Feed(name) => design.meta.feeds.iter().any(|feed| feed.name == *name),
            Outage::Row(row) => {
                let racks: Vec<RackId> = design.racks.iter().filter(|(_, rack)| rack.row.as_deref() == Some(row.as_str())).map(|(id, _)| id).collect();
                racks.iter().for_each(|rack| self.rack(design, *rack));
                !racks.is_empty()
            }
            Outage::Wires { node, ends: [one, other], count } => {
                let Some(inside) = design.nodes.get(*node).and_then(|node| catalog.part(design, &node.part)).and_then(Part::inside) else { return false };
                let named = |place: u16| inside.vertices.get(usize::from(place)).map(|thing| thing.name.as_str());
                let (one, other) = (Some(one.as_str()), Some(other.as_str()));
                let joins = |wires: &InsideEdge| {
                    let ends = [named(wires.a), named(wires.b)];
                    ends == [one, other] || ends == [other, one]
                };
                let Some(edge) = inside.edges.iter().position(joins) else { return false };
                self.within.entry(*node).or_default().wires.push((edge, *count));
                true
            }
            Outage::Thing(subject) => self.thing(design, catalog, subject),
        }
    }

    fn thing(&mut self, design: &Design, catalog: &Catalog, subject: &Subject) -> bool {
        let links = |keep: &dyn Fn(&Link) -> bool| -> Vec<LinkId> { design.links.iter().filter(|(_, link)| keep(link)).map(|(id, _)| id).collect() };
        let found = match subject {
            Subject::Link(id) => {
                if design.links.contains(*id) {
                    vec![*id]
                } else {
                    Vec::new()
                }
            }
            Subject::Port(port) => {
                if catalog.port(design, *port).is_none() {
                    return false;
                }
                self.links.extend(links(&|link| link.ends.iter().any(|end| end.node == port.node && end.port.overlaps(port.port))));
                return true;
            }
            Subject::Trunk(a, b) => links(&|link| link.touches(*a) && link.touches(*b) && a != b),
            Subject::Fabric(id) => {
                self.links.extend(links(&|link| link.fabric == Some(*id)));
                return design.fabrics.contains(*id);
            }
            Subject::Node(id) => {
                let exists = design.nodes.contains(*id);
                if exists {
                    self.nodes.insert(*id);
                }
                return exists;
            }
            Subject::Inside(element) => {
                let Some(name) = element.inside.as_deref() else { return self.thing(design, catalog, &Subject::Node(element.node)) };
                let inside = design.nodes.get(element.node).and_then(|node| catalog.part(design, &node.part)).and_then(Part::inside);
                let place = inside.and_then(|inside| (0u16..).zip(&inside.vertices).find(|(_, thing)| thing.name == name));
                return place.is_some_and(|(place, _)| {
                    self.within.entry(element.node).or_default().things.insert(place);
                    true
                });
            }
            Subject::Rack(id) => {
                self.rack(design, *id);
                return design.racks.contains(*id);
            }
            Subject::Group(id) => {
                self.group(design, *id);
                return design.groups.contains(*id);
            }
            Subject::Design | Subject::Requirement(_) => return false,
        };
        let any = !found.is_empty();
        self.links.extend(found);
        any
    }

    /// The racks that hang on lost feeds alone.
    fn dark(&mut self, design: &Design, lost: &[&str]) {
        let is_lost = |place: &usize| design.meta.feeds.get(*place).is_none_or(|feed| lost.contains(&feed.name.as_str()));
        for (id, rack) in design.racks.iter().filter(|_| !lost.is_empty()) {
            let on = supplies(design, rack);
            if !on.is_empty() && on.iter().all(is_lost) {
                self.rack(design, id);
            }
        }
    }

    fn rack(&mut self, design: &Design, rack: RackId) {
        self.nodes.extend(design.nodes_in(rack).map(|(id, _)| id));
    }

    /// All that stands in a group and in groups in it, each group once.
    fn group(&mut self, design: &Design, first: GroupId) {
        let mut open = vec![first];
        let mut seen = SortedSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            for member in design.groups.get(id).map(|group| group.members.as_slice()).unwrap_or_default() {
                match *member {
                    Member::Group(id) => open.push(id),
                    Member::Node(id) => drop(self.nodes.insert(id)),
                    Member::Rack(id) => self.rack(design, id),
                }
            }
        }
    }
}

/// Every outage that a scenario's texts name; what cannot be read is passed over.
pub fn outages(texts: &[String]) -> Vec<Outage> {
    texts.iter().filter_map(|text| Outage::parse(text)).collect()
}
