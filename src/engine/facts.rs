//! What is known of a link as a whole: rate, layer, role, and what it adds in latency and draws in power.
//!
//! The answers are `catalog::fit`'s. Thousands of links join the same two kinds of port by the same cable, so they are
//! asked once per kind and remembered.

use super::splice::Splice;
use crate::catalog::{Catalog, PortView, fit};
use crate::model::{Design, FabricRole, Figure, Id, Link, LinkLayer, Node, PartId, PortRef, PortRole};
use crate::units::intern::Intern;
use crate::units::{Gbps, Nanoseconds, Watts};

/// What is known of a link beyond its own record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkFacts {
    /// The rate it runs at: its own, else the least of both ports and the cable.
    pub rate: Option<Gbps>,
    /// What is on the wire.
    pub layer: Option<LinkLayer>,
    /// The role of its fabric, else what its ports are for.
    pub role: FabricRole,
    /// The protocol, by id: its fabric's, else the first that both ports speak.
    pub protocol: Option<String>,
    /// What the electronics of its cable add, both ends together.
    pub electronics: Option<Figure<Nanoseconds>>,
    /// What the electronics of its cable draw, both ends together.
    pub power: Option<Figure<Watts>>,
}

/// The facts of every link of a design. Space: O(links).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    kinds: Vec<LinkFacts>,
    of_link: Vec<u32>,
    /// How many links each kind has, and the place of the first.
    counts: Vec<(usize, usize)>,
    /// What the links of each kind have in common.
    words: Intern,
}

/// The kind of a link that is not told yet.
const NO_KIND: u32 = u32::MAX;

/// Facts as they are gathered, link by link in id order.
#[derive(Debug, Default)]
pub(super) struct Gathering {
    facts: Facts,
    /// The cable asked for last, with what stands for it: neighbours are mostly of one.
    last: Option<(PartId, u64)>,
}

/// A port of a placed node, if there is one: what a link ends on.
pub(super) type End<'a> = Option<(&'a Node, PortView<'a>)>;

impl Gathering {
    /// As many links as will come.
    pub(super) fn of(links: usize) -> Self {
        Self { facts: Facts { of_link: Vec::with_capacity(links), ..Facts::default() }, last: None }
    }
    /// As links will be told anew in facts that there are.
    pub(super) fn again(facts: Facts) -> Self {
        Self { facts, last: None }
    }
    /// Takes the next link, whose ends are these, and gives its facts. Time: O(1), where a link like it came before.
    pub(super) fn add(&mut self, design: &Design, catalog: &Catalog, link: &Link, ends: [End; 2]) -> Option<&LinkFacts> {
        let words = self.words(design, catalog, link, ends);
        let kind = match self.facts.of_link.last() {
            Some(last) if self.facts.words.list(*last) == words => *last,
            _ => self.facts.words.number(&words),
        };
        self.facts.of_link.push(kind);
        self.count(design, catalog, link, kind, self.facts.of_link.len() - 1)
    }
    /// Takes a link anew that stands at a place, and gives its facts. Time: O(1), where a link like it is known.
    pub(super) fn set(&mut self, design: &Design, catalog: &Catalog, place: usize, link: &Link, ends: [End; 2]) -> Option<&LinkFacts> {
        let words = self.words(design, catalog, link, ends);
        let kind = self.facts.words.number(&words);
        let was = std::mem::replace(self.facts.of_link.get_mut(place)?, kind);
        self.facts.uncount(was);
        self.count(design, catalog, link, kind, place)
    }
    /// What a link has in common with others of its kind.
    fn words(&mut self, design: &Design, catalog: &Catalog, link: &Link, ends: [End; 2]) -> [u64; 8] {
        let cable = link.part.as_ref().map_or(0, |id| match &self.last {
            Some((last, cable)) if last == id => *cable,
            _ => {
                let cable = catalog.part(design, id).map_or(0, |part| std::ptr::from_ref(part) as u64);
                self.last = Some((id.clone(), cable));
                cable
            }
        });
        let [[a, b, c], [d, e, f]] = ends.map(end_kind);
        [a, b, c, d, e, f, cable, u64::from(link.fabric.map_or(0, Id::number))]
    }
    fn count(&mut self, design: &Design, catalog: &Catalog, link: &Link, kind: u32, place: usize) -> Option<&LinkFacts> {
        if self.facts.kinds.len() == kind as usize {
            self.facts.kinds.push(facts_of(design, catalog, link));
            self.facts.counts.push((0, place));
        }
        if let Some((count, _)) = self.facts.counts.get_mut(kind as usize) {
            *count += 1;
        }
        self.facts.kinds.get(kind as usize)
    }
    /// All of them.
    pub(super) fn finish(self) -> Facts {
        self.facts
    }
}

impl Facts {
    /// Asks for the facts of every link, in id order. Time: O(links + kinds).
    pub fn of(design: &Design, catalog: &Catalog) -> Self {
        let mut found = Gathering::of(design.links.len());
        for (_, link) in design.links.iter() {
            let end = |end: PortRef| {
                let node = design.nodes.get(end.node)?;
                Some((node, PortView::on(node, catalog.part(design, &node.part)?, end.port)?))
            };
            found.add(design, catalog, link, link.ends.map(end));
        }
        found.finish()
    }

    /// Lets go of links that are gone and makes room for those that came, which must be told anew ([`Gathering::set`]). Time: O(links).
    pub(super) fn follow(&mut self, links: &Splice) {
        for gone in links.gone() {
            self.uncount(self.of_link.get(*gone as usize).copied().unwrap_or(NO_KIND));
        }
        links.take_over_with(&mut self.of_link, NO_KIND);
    }
    fn uncount(&mut self, kind: u32) {
        if let Some((count, _)) = self.counts.get_mut(kind as usize) {
            *count = count.saturating_sub(1);
        }
    }
    /// Numbers kinds in the order of their first links, and lets go of those without any, as they would be if all links were told in order.
    /// Time: O(links + kinds).
    pub(super) fn settle(&mut self) {
        self.counts.iter_mut().for_each(|(_, first)| *first = usize::MAX);
        let mut open = self.counts.len();
        let mut order = Vec::with_capacity(open);
        for (place, kind) in self.of_link.iter().enumerate() {
            if let Some((_, first)) = self.counts.get_mut(*kind as usize).filter(|(_, first)| *first == usize::MAX) {
                *first = place;
                order.push(*kind);
                open -= 1;
                if open == 0 {
                    break;
                }
            }
        }
        if order.len() == self.counts.len() && order.windows(2).all(|pair| matches!(pair, [a, b] if a < b)) {
            return;
        }
        let mut now = vec![NO_KIND; self.counts.len()];
        let (mut words, mut kinds, mut counts) = (Intern::default(), Vec::new(), Vec::new());
        for kind in order {
            let (Some(facts), Some(count), Some(slot)) = (self.kinds.get_mut(kind as usize), self.counts.get(kind as usize), now.get_mut(kind as usize)) else {
                continue;
            };
            *slot = words.number(self.words.list(kind));
            kinds.push(std::mem::take(facts));
            counts.push(*count);
        }
        self.of_link.iter_mut().for_each(|kind| *kind = now.get(*kind as usize).copied().unwrap_or(NO_KIND));
        (self.words, self.kinds, self.counts) = (words, kinds, counts);
    }

    /// The facts of the `place`-th link in id order. A stated rate is the link's own: [`LinkFacts::rate`] is what its kind has.
    pub fn get(&self, place: usize) -> Option<&LinkFacts> {
        self.kinds.get(*self.of_link.get(place)? as usize)
    }
    /// The kind of the `place`-th link: equal for links that share all facts.
    pub fn kind(&self, place: usize) -> Option<usize> {
        self.of_link.get(place).map(|kind| *kind as usize)
    }
    /// How many links each kind has, and the place of the first of them.
    pub fn counts(&self) -> &[(usize, usize)] {
        &self.counts
    }
    /// The facts of each kind.
    pub fn kinds(&self) -> &[LinkFacts] {
        &self.kinds
    }
}

/// One end of a link, as far as [`LinkFacts`] depend on it: the port group, whether the whole cage is meant, and what the node sets differently
/// (breakout, what a generic part is taken to be). Addresses stand for parts: they are compared for equality within one pass only, never
/// ordered for a result.
fn end_kind(end: End) -> [u64; 3] {
    let Some((node, view)) = end else { return [0; 3] };
    let generic = node.generic.as_deref();
    let layer = generic.and_then(|generic| generic.layer).map_or(u8::MAX, |layer| layer as u8);
    let rate = view.gbps.map_or(u64::MAX, |rate| rate.0.to_bits());
    [std::ptr::from_ref(view.group) as u64, u64::from(view.port.child == 0) << 16 | u64::from(view.siblings) << 8 | u64::from(layer), rate]
}

/// The facts of one link, asked afresh.
pub fn facts_of(design: &Design, catalog: &Catalog, link: &Link) -> LinkFacts {
    let infos = link.ends.map(|end| catalog.port(design, end));
    let fabric = link.fabric.and_then(|id| design.fabrics.get(id));
    let layer = fit::link_layer(catalog, design, link);
    let shared = || match &infos {
        [Some(a), Some(b)] => a.protocols.iter().find(|id| b.protocols.contains(id)).or(a.protocols.first().filter(|_| b.protocols.is_empty())).cloned(),
        _ => None,
    };
    let stated = fabric.and_then(|fabric| fabric.protocol.clone()).filter(|id| layer.is_none() || catalog.protocol(id).map(|protocol| protocol.layer) == layer);
    let port_role = infos.iter().flatten().map(|info| info.role).max().map_or(FabricRole::Compute, |role| match role {
        PortRole::Compute => FabricRole::Compute,
        PortRole::FrontEnd => FabricRole::FrontEnd,
        PortRole::Management => FabricRole::Management,
        PortRole::ScaleUp => FabricRole::ScaleUp,
        PortRole::Storage => FabricRole::Storage,
    });
    LinkFacts {
        rate: fit::effective_rate(catalog, design, &Link { gbps: None, ..link.clone() }),
        layer,
        role: fabric.map_or(port_role, |fabric| fabric.role),
        protocol: stated.or_else(shared),
        electronics: fit::link_electronics(catalog, design, link),
        power: fit::link_power(catalog, design, link),
    }
}
