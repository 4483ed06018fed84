//! What fits a kind of port, wherever it is: the cables and transceivers that go in, and the parts whose ports they lead to. Judged by the
//! same functions as links that are drawn ([`fit`]); all ports of the shelf that are alike are judged once.

use super::fit;
use super::{Catalog, PortView};
use crate::model::{Breakout, Design, FormFactor, LinkLayer, Part, PortGroup, Top};
use crate::units::order;

/// A kind of port of a part, as links meet it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PortKind<'a> {
    /// What one such port is.
    pub view: PortView<'a>,
    /// The split of the cage that gives it; `None` is the cage as it comes.
    pub split: Option<Breakout>,
}

/// The kinds of port of a group of cages: as they come, and for each split they allow. Time: O(splits).
pub fn port_kinds(group: &PortGroup) -> impl Iterator<Item = PortKind<'_>> {
    let splits = group.breakouts.iter().copied().map(Some);
    std::iter::once(None).chain(splits).map(|split| PortKind { view: PortView::of_split(group, split), split })
}

/// A cable or transceiver that goes into a port, and what it leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitting<'a> {
    /// The cable or transceiver.
    pub cable: &'a Part,
    /// Parts with a port that its other end goes into, by kind, vendor and name.
    pub reaches: Vec<&'a Part>,
}

/// Everything a port is judged by.
type Key<'a> = (FormFactor, Option<Top>, u8, u8, Option<u64>, &'a [LinkLayer]);

fn key<'a>(view: &PortView<'a>) -> Key<'a> {
    (view.group.form, view.group.top, view.lanes, view.sharing(), view.gbps.map(|rate| rate.0.to_bits()), view.layers)
}

/// All ports that can be had, those alike together.
#[derive(Clone, Debug)]
pub struct Shelf<'a> {
    kinds: Vec<(PortView<'a>, Vec<&'a Part>)>,
    cables: Vec<&'a Part>,
}

impl<'a> Shelf<'a> {
    /// The ports and cables of a catalogue and of a design's own parts. Time: O(parts × kinds of port).
    pub fn of(catalog: &'a Catalog, design: &'a Design) -> Self {
        let mut shelf = Self { kinds: Vec::new(), cables: Vec::new() };
        for part in catalog.all_parts(design) {
            shelf.cables.extend(part.cable().map(|_| part));
            for kind in part.ports.iter().flat_map(port_kinds) {
                match shelf.kinds.iter_mut().find(|(known, _)| key(known) == key(&kind.view)) {
                    Some((_, parts)) if parts.last().is_some_and(|last| last.id == part.id) => {}
                    Some((_, parts)) => parts.push(part),
                    None => shelf.kinds.push((kind.view, vec![part])),
                }
            }
        }
        order::sort_by(&mut shelf.cables, |a, b| fit::cable_order(a).total_cmp(&fit::cable_order(b)));
        shelf
    }

    /// What fits a port: cheapest kind of cable first. Time: O(cables × kinds of port).
    pub fn fitting(&self, port: &PortView<'a>) -> Vec<Fitting<'a>> {
        let of = |cable: &&'a Part| {
            let far = self.kinds.iter().filter(|(far, _)| fit::kinds_join(port, far, cable));
            let reaches = self.in_order(far);
            (!reaches.is_empty()).then_some(Fitting { cable, reaches })
        };
        self.cables.iter().filter_map(of).collect()
    }

    /// Parts with a port that one end of a cable goes into while some part takes the other. Time: O(kinds of port²).
    pub fn takers(&self, cable: &Part) -> Vec<&'a Part> {
        self.in_order(self.kinds.iter().filter(|(near, _)| self.kinds.iter().any(|(far, _)| fit::kinds_join(near, far, cable))))
    }

    fn in_order<'s>(&self, kinds: impl Iterator<Item = &'s (PortView<'a>, Vec<&'a Part>)>) -> Vec<&'a Part>
    where
        'a: 's,
    {
        let mut parts: Vec<&Part> = kinds.flat_map(|(_, parts)| parts.iter().copied()).collect();
        order::sort_by(&mut parts, |a, b| (a.kind, &a.vendor, &a.name, &a.id).cmp(&(b.kind, &b.vendor, &b.name, &b.id)));
        parts.dedup_by(|a, b| a.id == b.id);
        parts
    }
}
