//! Free ports and cables for fixes. A [`Spare`] remembers what it gave away, so that fixes of one rule do not take the
//! same port twice and can be carried out together.

use std::cell::RefCell;
use std::rc::Rc;

use crate::catalog::{PortUse, fit};
use crate::engine::diagnostics::Edit;
use crate::model::{Link, LinkId, NodeId, PortPath, PortRef};
use crate::units::{Metres, SortedMap, SortedSet};

use super::{LinkView, Network, Survey};

/// How many free ports of a node are tried against the other end before a fix gives up. A limit of Weft.
const TRIES: usize = 64;
/// How many links that share modules get a new cable together. A limit of Weft.
const SHARERS: usize = 64;

/// Free ports that no fix of this rule has taken yet.
pub(super) struct Spare<'s, 'a> {
    survey: &'s Survey<'a>,
    /// Free ports of each node, by place, as they are asked for.
    free: RefCell<Vec<Option<Rc<[PortRef]>>>>,
    /// Ports given away, each with the link that goes there.
    taken: SortedMap<NodeId, Vec<(PortPath, Link)>>,
    nothing_used: PortUse,
}

impl<'s, 'a> Spare<'s, 'a> {
    /// All free ports of the design.
    pub(super) fn of(survey: &'s Survey<'a>) -> Self {
        Self { survey, free: RefCell::default(), taken: SortedMap::new(), nothing_used: PortUse::default() }
    }

    /// Ports of a node that are free, given away or not, in panel order. Worked out once.
    fn free(&self, node: NodeId) -> Rc<[PortRef]> {
        let survey = self.survey;
        let Some(place) = survey.parts.places().place(node) else { return Rc::default() };
        let mut known = self.free.borrow_mut();
        if known.is_empty() {
            known.resize(survey.nodes.len(), None);
        }
        let Some(slot) = known.get_mut(place) else { return Rc::default() };
        let free = |port: &PortRef| survey.ports.is_free(*port);
        slot.get_or_insert_with(|| {
            survey.catalog.ports_of(survey.design, node, &survey.ports).into_iter().map(|port| PortRef { node, port }).filter(free).collect()
        })
        .clone()
    }

    /// Ports of a node that are free and not given away, in panel order.
    pub(super) fn free_ports(&self, node: NodeId) -> Vec<PortRef> {
        let survey = self.survey;
        let mut ports: Vec<PortRef> = self.free(node).iter().filter(|port| !self.is_taken(**port)).copied().collect();
        // A generic node lists one more port than is used; fixes that need several go on from there.
        if ports.is_empty() && survey.part_of(node).is_some_and(crate::model::Part::is_generic) {
            let last = survey.ports.of_node(node).map(|(port, _)| port.port.cage).max();
            let next = self.taken.get(&node).into_iter().flatten().map(|(port, _)| port.cage).max().max(last).unwrap_or(0).saturating_add(1);
            let port = PortRef::cage(node, next);
            if survey.catalog.port(survey.design, port).is_some() && survey.ports.is_free(port) && !self.is_taken(port) {
                ports.push(port);
            }
        }
        ports
    }

    /// Whether a node may have a port left. Where it says no, [`Spare::free_ports`] gives none.
    pub(super) fn may_have_free(&self, node: NodeId) -> bool {
        !self.free(node).is_empty() || self.survey.part_of(node).is_some_and(crate::model::Part::is_generic)
    }

    /// Whether a node has so many ports that are free and not given away; a generic one grows as many as it needs.
    pub(super) fn has_free(&self, node: NodeId, count: usize) -> bool {
        self.survey.part_of(node).is_some_and(crate::model::Part::is_generic) || self.free(node).iter().filter(|port| !self.is_taken(**port)).count() >= count
    }

    fn is_taken(&self, port: PortRef) -> bool {
        self.taken.get(&port.node).is_some_and(|taken| taken.iter().any(|(taken, _)| taken.overlaps(port.port)))
    }

    /// Notes that a port is given away to a link.
    fn take(&mut self, port: PortRef, link: &Link) {
        self.taken.entry(port.node).or_default().push((port.port, link.clone()));
    }

    /// A free port of `node` that end `end` of `view` can move to with the cable it has; taken.
    pub(super) fn port_for(&mut self, view: &LinkView, end: usize, node: NodeId) -> Option<PortRef> {
        let far = *view.link.ends.get(1 - end.min(1))?;
        let found = self.free_ports(node).into_iter().take(TRIES).find_map(|port| {
            let mut ends = [port, far];
            if end != 0 {
                ends.swap(0, 1);
            }
            let link = Link { ends, ..view.link.clone() };
            self.fits(&link, view).then_some((port, link))
        });
        let (port, link) = found?;
        self.take(port, &link);
        Some(port)
    }

    /// Whether the cable of `view`, as `link`, can join the ports it ends on: it goes in, and goes with the modules in their cages.
    fn fits(&self, link: &Link, view: &LinkView) -> bool {
        let (catalog, design, ends) = (self.survey.catalog, self.survey.design, link.ends);
        ends[0].node != ends[1].node
            && fit::may_connect(catalog, design, &self.nothing_used, ends[0], ends[1]).is_ok()
            && view.cable.is_none_or(|cable| fit::cable_fits(catalog, design, ends, cable, self.survey.metres(link)).is_ok())
            && ends.into_iter().all(|end| self.shares_cage(link, end))
    }

    /// Whether a link takes the module that other links put into the cage at one of its ends, those of fixes included.
    fn shares_cage(&self, link: &Link, end: PortRef) -> bool {
        if end.port.child == 0 {
            return true;
        }
        let survey = self.survey;
        let drawn =
            survey.ports.overlapping(PortRef::cage(end.node, end.port.cage)).filter_map(|(port, id)| Some((port, survey.context().design.links.get(id)?)));
        let given = self.taken.get(&end.node).into_iter().flatten().filter(|(port, _)| port.cage == end.port.cage);
        let given = given.map(|(port, link)| (PortRef { node: end.node, port: *port }, link));
        drawn
            .chain(given)
            .filter(|(port, next)| *port != end && next.part.is_some())
            .all(|(port, next)| fit::module_shared(survey.catalog, survey.design, (link, end), (next, port)))
    }

    /// Another link between the nodes of `like`, made like it, on ports that are free at both; both are taken.
    pub(super) fn parallel(&mut self, network: Option<&Network>, like: &LinkView) -> Option<Edit> {
        let [a, b] = like.nodes();
        self.link_like(network, a, b, like)
    }

    /// A new link between two nodes, made like `like`, on ports that are free at both; both are taken.
    pub(super) fn link_like(&mut self, network: Option<&Network>, a: NodeId, b: NodeId, like: &LinkView) -> Option<Edit> {
        let from = self.free_ports(a);
        let to = if from.is_empty() { Vec::new() } else { self.free_ports(b) };
        from.into_iter().take(TRIES).find_map(|first| self.link_to(network, first, &to, like))
    }

    /// A new link from one given port to a free port of `node`, made like `like`; both are taken.
    pub(super) fn link_from(&mut self, network: Option<&Network>, port: PortRef, node: NodeId, like: &LinkView) -> Option<Edit> {
        let to = self.free_ports(node);
        self.link_to(network, port, &to, like)
    }

    /// A new link from a port to the first of some others that it can join as `like` joins its ports; both are taken.
    fn link_to(&mut self, network: Option<&Network>, first: PortRef, to: &[PortRef], like: &LinkView) -> Option<Edit> {
        let mut link = like.link.clone();
        let second = to.iter().take(TRIES).copied().find(|second| {
            link.ends = [first, *second];
            self.as_fast(&link, like) && self.fits(&link, like)
        })?;
        self.take(first, &link);
        self.take(second, &link);
        Some(added(&link, network))
    }

    /// Whether a link would run as fast as `like` does.
    fn as_fast(&self, link: &Link, like: &LinkView) -> bool {
        fit::effective_rate(self.survey.catalog, self.survey.design, link).map(|rate| rate.0) == like.rate.map(|rate| rate.0)
    }

    /// The name of the best cable for a link, and the edits that put it on the link and on those that share a module with it,
    /// where there is one that fits all of them.
    pub(super) fn better_cable(&self, view: &LinkView, length: Option<Metres>) -> Option<(String, Vec<Edit>)> {
        let (catalog, design) = (self.survey.catalog, self.survey.design);
        let (id, link) = (view.id, view.link);
        let best = self.survey.best_cable(view, length)?;
        let part = catalog.part(design, &best)?;
        let mut edits = Vec::new();
        for sharer in self.sharers(id) {
            let other = design.links.get(sharer)?;
            if other.part.as_ref() == Some(&best) {
                continue;
            }
            if sharer != id && fit::cable_fits(catalog, design, other.ends, part, self.survey.length(other).metres()).is_err() {
                return None;
            }
            edits.push(Edit::SetLink { link: sharer.to_string(), part: Some(best.to_string()), length_m: None });
        }
        (!edits.is_empty() && link.part.as_ref() != Some(&best)).then(|| (part.name.clone(), edits))
    }

    /// A link and all that share a cage with it, directly or through others, in id order.
    fn sharers(&self, id: LinkId) -> SortedSet<LinkId> {
        let mut sharers = SortedSet::from([id]);
        let mut open = vec![id];
        while let Some(link) = open.pop().and_then(|id| self.survey.design.links.get(id)) {
            for end in link.ends.into_iter().filter(|end| end.port.child > 0) {
                for (_, other) in self.survey.ports.overlapping(PortRef::cage(end.node, end.port.cage)) {
                    if sharers.len() < SHARERS && sharers.insert(other) {
                        open.push(other);
                    }
                }
            }
        }
        sharers
    }
}

fn added(link: &Link, network: Option<&Network>) -> Edit {
    Edit::AddLink {
        ends: link.ends.map(|end| end.to_string()),
        part: link.part.as_ref().map(ToString::to_string),
        length_m: link.length.map(|length| length.0).filter(|length| length.is_finite()),
        fabric: network.and_then(Network::fabric_text),
        gbps: link.gbps.map(|rate| rate.0).filter(|rate| rate.is_finite()),
    }
}
