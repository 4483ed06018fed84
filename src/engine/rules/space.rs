//! Racks as the rules see them: who stands where, what is free, what they draw and weigh, and what is too much of either.

use crate::engine::diagnostics::{Edit, Trust};
use crate::engine::racks::{self, height};
use crate::model::{Face, NodeId, Part, Rack, RackDetail, RackId, Subject};
use crate::units::{Kilograms, SortedMap, Watts, order};

use super::{Finding, Findings, Survey};

/// What a rack bears only so much of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Burden {
    /// Kilograms.
    Weight,
    /// Watts.
    Power,
}

/// A figure without its unit, and whether it is recalled.
#[derive(Clone, Copy)]
struct Amount {
    value: f64,
    recalled: bool,
}

impl Burden {
    /// What a part adds to it, where that is known.
    fn of(self, part: &Part) -> Option<Amount> {
        match self {
            Self::Power => part.power.as_ref().map(|figure| Amount { value: figure.value.0, recalled: figure.is_recalled() }),
            Self::Weight => part.weight.as_ref().map(|figure| Amount { value: figure.value.0, recalled: figure.is_recalled() }),
        }
    }
    /// How much a rack bears, where that is known.
    fn limit(self, shelf: &Shelf) -> Option<Amount> {
        let limit = match self {
            Self::Power => racks::power_limit(shelf.record, shelf.part),
            Self::Weight => racks::load_limit(shelf.record, shelf.part),
        };
        limit.map(|(value, recalled)| Amount { value, recalled })
    }
    fn text(self, value: f64) -> String {
        match self {
            Self::Power => Watts(value).to_string(),
            Self::Weight => Kilograms(value).to_string(),
        }
    }
    /// The verb, and where the threshold comes from.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Power => ("draws", "Threshold: the power of the rack · its data sheet"),
            Self::Weight => ("weighs", "Threshold: the load of the rack · its data sheet"),
        }
    }

    /// What stands in a rack, where it adds up to more than the limit times `share`: what it adds up to, the limit, and whether either is recalled.
    fn excess(self, shelf: &Shelf, share: f64) -> Option<(f64, f64, bool)> {
        let limit = self.limit(shelf)?;
        let total = shelf.total(self);
        let recalled = || limit.recalled || shelf.standing.iter().any(|standing| standing.amount(self).is_some_and(|amount| amount.recalled));
        (total.is_finite() && total > limit.value * share).then(|| (total, limit.value * share, recalled()))
    }
    /// Whether the rule `code` has something to tell of a rack: nothing in it adds up to more than its limit, times the threshold.
    pub(super) fn doubts(self, code: &'static str, survey: &Survey, shelf: &Shelf) -> bool {
        self.limit(shelf).is_some() && self.excess(shelf, survey.threshold(code)).is_some()
    }
    /// Tells it of such racks. Time: O(racks + nodes).
    pub(super) fn tell(self, code: &'static str, survey: &Survey, racks: &[RackId], out: &mut Findings) {
        let shelves = Shelf::all(survey);
        let mut places = Places::default();
        let share = survey.threshold(code);
        for shelf in shelves.iter().filter(|shelf| racks.binary_search(&shelf.id).is_ok()) {
            if let Some((total, limit, recalled)) = self.excess(shelf, share) {
                out.push(self.exceeded(survey, &shelves, &mut places, shelf, total, limit).recalled(recalled));
            }
        }
    }

    /// The heaviest by name, and a fix that takes out what lies on top until the rest is within the limit.
    #[allow(clippy::too_many_arguments, reason = "the parts of one finding, put together once")]
    fn exceeded(self, survey: &Survey, shelves: &[Shelf], places: &mut Places, shelf: &Shelf, total: f64, limit: f64) -> Finding {
        let (verb, source) = self.words();
        let message = format!("What stands in {} {verb} {}, the rack is made for {}", shelf.name(survey), self.text(total), self.text(limit));
        let mut finding = Finding::new(Subject::Rack(shelf.id), message, source);
        let mut heaviest: Vec<&Standing> = shelf.standing.iter().filter(|standing| standing.burden(self) > 0.0).collect();
        order::sort_by(&mut heaviest, |a, b| b.burden(self).total_cmp(&a.burden(self)).then(a.node.cmp(&b.node)));
        for standing in heaviest.iter().take(8) {
            finding = finding.related(Subject::Node(standing.node), format!("{verb} {}", self.text(standing.burden(self))));
        }
        let mut movers: Vec<&Standing> = heaviest.into_iter().filter(|standing| standing.height > 0).collect();
        order::sort_by_key(&mut movers, |standing| std::cmp::Reverse((standing.u, standing.node)));
        let mut left = total;
        let mut edits = Vec::new();
        for mover in movers {
            if left <= limit {
                break;
            }
            let Some((_, edit)) = places.find(survey, shelves, shelf, mover, true) else { break };
            left -= mover.burden(self);
            edits.push(edit);
        }
        if left > limit {
            return finding;
        }
        let title = if edits.len() == 1 { "Move 1 node to a rack with room".to_owned() } else { format!("Move {} nodes to racks with room", edits.len()) };
        finding.fix(title, Trust::Suggestion, edits)
    }
}

/// A rack with what stands in it.
pub struct Shelf<'a> {
    /// Which rack.
    pub(super) id: RackId,
    /// Its record.
    pub(super) record: &'a Rack,
    /// Its part, where it is known.
    pub(super) part: Option<&'a Part>,
    /// What is known of it.
    pub(super) detail: Option<&'a RackDetail>,
    /// How deep it is, in metres.
    depth: Option<f64>,
    /// Who stands in it, in node order.
    pub(super) standing: Vec<Standing<'a>>,
}

/// A node in a rack.
pub struct Standing<'a> {
    /// Which node.
    pub(super) node: NodeId,
    /// Its part, where it is known.
    pub(super) part: Option<&'a Part>,
    /// The lowest unit it fills, if it is mounted.
    pub(super) u: Option<u16>,
    /// How many units it fills; what does not stand in a rack fills none.
    pub(super) height: u16,
    face: Face,
}

impl Standing<'_> {
    /// The units it fills, first and last; `None` when it is not mounted or fills none.
    pub(super) fn span(&self) -> Option<(u32, u32)> {
        let first = u32::from(self.u?);
        (self.height > 0).then(|| (first, first + u32::from(self.height) - 1))
    }
    fn amount(&self, burden: Burden) -> Option<Amount> {
        self.part.and_then(|part| burden.of(part))
    }
    /// What it adds; what is not known adds nothing.
    fn burden(&self, burden: Burden) -> f64 {
        self.amount(burden).map_or(0.0, |amount| amount.value)
    }
}

impl<'a> Shelf<'a> {
    /// All racks of a design with their nodes, in rack order. Time: O(racks × log racks + nodes).
    pub(super) fn all(survey: &Survey<'a>) -> Vec<Self> {
        survey.context().design.racks.iter().map(|(id, record)| Self::of(survey, id, record)).collect()
    }
    /// One rack with its nodes. Time: O(nodes in it).
    pub(super) fn of(survey: &Survey<'a>, id: RackId, record: &'a Rack) -> Self {
        let context = survey.context();
        let part = context.catalog.part(context.design, &record.part);
        let stands = |node: &NodeId| {
            let (record, part) = *context.parts.all().get(context.parts.places().place(*node)?)?;
            Some(Standing { node: *node, part, u: record.u.map(|u| u.0), height: height(part), face: record.face })
        };
        Self {
            id,
            record,
            part,
            detail: part.and_then(Part::rack),
            depth: part.filter(|part| part.rack().is_some()).and_then(|part| part.depth.as_ref()).map(|depth| depth.value.0),
            standing: survey.standing.get(&id).into_iter().flatten().filter_map(stands).collect(),
        }
    }

    /// Its name, or its id where it has none.
    pub(super) fn name(&self, survey: &Survey) -> String {
        survey.design.rack_name(self.id)
    }
    /// How many units it has; `None` is unknown.
    pub(super) fn units(&self) -> Option<u16> {
        self.detail.map(|detail| detail.units).filter(|units| *units > 0)
    }
    /// What all that stands in it adds up to.
    fn total(&self, burden: Burden) -> f64 {
        self.standing.iter().map(|standing| standing.burden(burden)).sum()
    }
    /// Whether two nodes need the same units. Nodes that face different sides share them when both depths are known and fit
    /// behind each other, or a depth is not known.
    pub(super) fn collide(&self, a: &Standing, b: &Standing) -> bool {
        let (Some((a_first, a_last)), Some((b_first, b_last))) = (a.span(), b.span()) else { return false };
        if a_first > b_last || b_first > a_last {
            return false;
        }
        if a.face == b.face {
            return true;
        }
        let depth = |standing: &Standing| standing.part.and_then(|part| part.depth.as_ref()).map(|depth| depth.value.0);
        match (depth(a), depth(b), self.depth) {
            (Some(a), Some(b), Some(room)) => a + b > room,
            _ => false,
        }
    }
    /// The lowest free place for a node of `height` units that `mover` could take, leaving everybody else where they are.
    pub(super) fn free_place(&self, mover: NodeId, height: u16, given: &[(RackId, u16, u16)]) -> Option<u16> {
        let units = self.units()?;
        let height = height.max(1);
        let filled: Vec<(u32, u32)> = self
            .standing
            .iter()
            .filter(|standing| standing.node != mover)
            .filter_map(Standing::span)
            .chain(given.iter().filter(|(rack, ..)| *rack == self.id).map(|(_, first, height)| (u32::from(*first), u32::from(*first) + u32::from(*height) - 1)))
            .collect();
        let last_start = units.checked_sub(height)?.checked_add(1)?;
        (1..=last_start).find(|start| {
            let (first, last) = (u32::from(*start), u32::from(*start) + u32::from(height) - 1);
            filled.iter().all(|(from, to)| *to < first || *from > last)
        })
    }
    /// Whether it can carry and feed a node more, as far as that is known.
    pub(super) fn bears(&self, standing: &Standing) -> bool {
        // A rack of an unknown part is no place to move anything to.
        self.detail.is_some()
            && [Burden::Power, Burden::Weight]
                .into_iter()
                .all(|burden| burden.limit(self).is_none_or(|limit| self.total(burden) + standing.burden(burden) <= limit.value))
    }
}

/// Finds places for nodes that must move, and remembers what it gave away.
#[derive(Default)]
pub(super) struct Places {
    given: Vec<(RackId, u16, u16)>,
    burden: SortedMap<RackId, usize>,
}

impl Places {
    /// A place for `mover` in its own rack (unless `elsewhere`), else in the first rack that has room, power and load for it.
    /// Gives the words for the place and the edit.
    pub(super) fn find(&mut self, survey: &Survey, shelves: &[Shelf], home: &Shelf, mover: &Standing, elsewhere: bool) -> Option<(String, Edit)> {
        let height = mover.height.max(1);
        let own = (!elsewhere).then_some(home);
        self.given_to(survey, own.into_iter().chain(shelves.iter().filter(|shelf| shelf.id != home.id)), home, mover, height)
    }

    /// A place for `mover` in the first rack other than its own that `suits` and has room, power and load for it.
    pub(super) fn find_where(
        &mut self,
        survey: &Survey,
        shelves: &[Shelf],
        home: &Shelf,
        mover: &Standing,
        suits: impl Fn(&Shelf) -> bool,
    ) -> Option<(String, Edit)> {
        self.given_to(survey, shelves.iter().filter(|shelf| shelf.id != home.id && suits(shelf)), home, mover, mover.height.max(1))
    }

    fn given_to<'b, 'c: 'b>(
        &mut self,
        survey: &Survey,
        shelves: impl Iterator<Item = &'b Shelf<'c>>,
        home: &Shelf,
        mover: &Standing,
        height: u16,
    ) -> Option<(String, Edit)> {
        // One fix of this rule puts at most one node into a rack other than its own, so that together they do not overload it.
        let mut able = shelves.filter(|shelf| shelf.id == home.id || (shelf.bears(mover) && !self.burden.contains_key(&shelf.id)));
        let (shelf, start) = able.find_map(|shelf| shelf.free_place(mover.node, height, &self.given).map(|start| (shelf, start)))?;
        drop(able);
        self.given.push((shelf.id, start, height));
        if shelf.id != home.id {
            *self.burden.entry(shelf.id).or_default() += 1;
        }
        let words = if shelf.id == home.id { format!("U{start}") } else { format!("U{start} of {}", shelf.name(survey)) };
        Some((words, Edit::MoveNode { node: mover.node.to_string(), rack: shelf.id.to_string(), u: start }))
    }
}
