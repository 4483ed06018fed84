//! How much of a design a rule looks at, and the runner that asks each rule only about what an edit can have changed.

use crate::engine::change::Change;
use crate::engine::context::Context;
use crate::engine::diagnostics::Diagnostic;
use crate::model::{LinkId, Node, NodeId, Part, RackId};
use crate::units::SortedSet;

use super::kept::{Seen, Touched};
use super::space::Shelf;
use super::{Findings, LinkView, RULES, Rule, Survey};

/// One look of a rule, with its **scope**: what of a design the look depends on.
///
/// A look of narrow scope comes in two steps. `doubts` says of one thing whether it may be at fault, and looks at nothing beyond the scope:
///
/// * **a link**: its record, its cable, its network; its two nodes with their records, parts, racks and tiers;
/// * **a node**: its record, part and rack; the links on it, with all that the scope of a link has;
/// * **a rack**: its record and part; the nodes in it with their records and parts.
///
/// All look at settings, fabrics, own parts, groups and requirements besides: when one of these differs, every rule looks at everything again.
/// `doubts` is asked again only of what an edit touches, so it must not look farther (`tests/it/memory.rs` finds out). `tell` gets all things in doubt,
/// in id order, and may look at everything; where nothing is in doubt it is not asked.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// At each link.
    Links {
        /// Whether a link may be at fault.
        doubts: fn(&Survey, &LinkView) -> bool,
        /// Findings about links in doubt.
        tell: fn(&Survey, &[LinkView], &mut Findings),
        /// How far `tell` looks.
        told: Told,
    },
    /// At each node.
    Nodes {
        /// Whether a node may be at fault.
        doubts: fn(&Survey, &Seat) -> bool,
        /// Findings about nodes in doubt.
        tell: fn(&Survey, &[NodeId], &mut Findings),
        /// How far `tell` looks.
        told: Told,
    },
    /// At each rack.
    Racks {
        /// Whether a rack may be at fault.
        doubts: fn(&Survey, &Shelf) -> bool,
        /// Findings about racks in doubt.
        tell: fn(&Survey, &[RackId], &mut Findings),
        /// How far `tell` looks.
        told: Told,
    },
    /// At racks and nodes as they are, not at links: for what is counted over all of them. Asked again when a rack or a node differs.
    Records(fn(&Survey, &mut Findings)),
    /// At everything; asked after every edit. Goes by what the [`Survey`] has counted, rather than by every link.
    Whole(fn(&Survey, &mut Findings)),
}

/// How far the findings of a look of narrow scope depend on other things than those in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Each on its own thing, within the scope: told again only when such a thing was touched.
    Alone,
    /// On anything, as where fixes look for free ports elsewhere and none is given away twice: told again after every edit.
    Together,
}

/// A node with its part, as a look at nodes sees it.
#[derive(Clone, Copy, Debug)]
pub struct Seat<'a> {
    /// Its id.
    pub id: NodeId,
    /// Its record.
    pub node: &'a Node,
    /// Its part, where the catalogue knows it.
    pub part: Option<&'a Part>,
}

/// What the rules keep from one run to the next. Space: O(nodes + links + diagnostics).
#[derive(Clone, Debug, Default)]
pub struct Kept {
    seen: Option<Seen>,
    rules: Vec<Last>,
}

/// What is kept of a rule.
#[derive(Clone, Debug, Default)]
struct Last {
    /// Things in doubt, by the numbers of their ids, in order; for each look.
    doubts: Vec<Vec<u32>>,
    diagnostics: Vec<Diagnostic>,
    /// Silencings that took effect, by their place in the design's list.
    effective: Vec<usize>,
}

/// All diagnostics of all rules, rule by rule, and which silencings took effect. What the last run left is taken up and replaced.
pub(super) fn run(context: &Context, effective: &mut SortedSet<usize>) -> Vec<Diagnostic> {
    let Kept { seen, rules } = context.known.rules.take();
    let after = seen.zip(context.change()).and_then(|(seen, change)| Some((Survey::after(context, seen, change)?, change)));
    let (survey, mut kept, edit) = match after {
        Some(((survey, touched), change)) if rules.len() == RULES.len() => (survey, rules, Some((touched, change))),
        _ => (Survey::of(context), blank(), None),
    };
    let hit = match &edit {
        Some((touched, _)) => look_again(&survey, &mut kept, touched),
        None => look(&survey, &mut kept),
    };
    let mut diagnostics = Vec::new();
    for ((rule, last), hit) in RULES.iter().zip(&mut kept).zip(hit) {
        let stands = edit.as_ref().is_some_and(|(_, change)| rule.checks.iter().zip(&last.doubts).all(|(check, doubts)| check.stands(change, doubts, hit)));
        if !stands {
            last.tell(rule, &survey);
        }
        effective.extend(last.effective.iter().copied());
        diagnostics.extend(last.diagnostics.iter().cloned());
    }
    context.known.rules.replace(Kept { seen: Some(survey.into_seen()), rules: kept });
    diagnostics
}

fn blank() -> Vec<Last> {
    RULES.iter().map(|rule| Last { doubts: vec![Vec::new(); rule.checks.len()], ..Last::default() }).collect()
}

impl Check {
    /// Whether what was told before still stands after an edit. `hit` is whether something the edit touched is or was in doubt.
    fn stands(&self, change: &Change, doubts: &[u32], hit: bool) -> bool {
        match self {
            Self::Links { told, .. } | Self::Nodes { told, .. } | Self::Racks { told, .. } => !hit && (*told == Told::Alone || doubts.is_empty()),
            Self::Records(_) => change.nodes().is_empty() && change.racks().is_empty(),
            Self::Whole(_) => false,
        }
    }
}

impl Last {
    fn tell(&mut self, rule: &Rule, survey: &Survey) {
        let mut findings = Findings::default();
        for (check, doubts) in rule.checks.iter().zip(&self.doubts) {
            let some = !doubts.is_empty();
            match check {
                Check::Links { tell, .. } if some => {
                    let views: Vec<LinkView> = doubts.iter().filter_map(|id| survey.link(LinkId(*id))).collect();
                    tell(survey, &views, &mut findings);
                }
                Check::Nodes { tell, .. } if some => tell(survey, &doubts.iter().map(|id| NodeId(*id)).collect::<Vec<_>>(), &mut findings),
                Check::Racks { tell, .. } if some => tell(survey, &doubts.iter().map(|id| RackId(*id)).collect::<Vec<_>>(), &mut findings),
                Check::Links { .. } | Check::Nodes { .. } | Check::Racks { .. } => {}
                Check::Records(find) | Check::Whole(find) => find(survey, &mut findings),
            }
        }
        let mut effective = SortedSet::new();
        self.diagnostics = findings.into_diagnostics(rule, survey.design, &mut effective);
        self.effective = effective.iter().copied().collect();
    }
}

/// Looks of one scope: the places of rule and look, and what is asked.
type Looks<F> = Vec<(usize, usize, F)>;

/// All looks of a scope, as `asked` picks them.
fn looks<F>(asked: impl Fn(&Check) -> Option<F>) -> Looks<F> {
    let of = |(at, rule): (usize, &'static Rule)| rule.checks.iter().enumerate().map(move |(look, check)| (at, look, check));
    RULES.iter().enumerate().flat_map(of).filter_map(|(rule, look, check)| Some((rule, look, asked(check)?))).collect()
}

fn of_links(check: &Check) -> Option<fn(&Survey, &LinkView) -> bool> {
    if let Check::Links { doubts, .. } = check { Some(*doubts) } else { None }
}
fn of_nodes(check: &Check) -> Option<fn(&Survey, &Seat) -> bool> {
    if let Check::Nodes { doubts, .. } = check { Some(*doubts) } else { None }
}
fn of_racks(check: &Check) -> Option<fn(&Survey, &Shelf) -> bool> {
    if let Check::Racks { doubts, .. } = check { Some(*doubts) } else { None }
}

/// Asks every look about everything: each link, node and rack is gone to once.
fn look(survey: &Survey, kept: &mut [Last]) -> Vec<bool> {
    let mut note = |rule: usize, look: usize, id: u32| {
        if let Some(doubts) = kept.get_mut(rule).and_then(|last| last.doubts.get_mut(look)) {
            doubts.push(id);
        }
    };
    let links = looks(of_links);
    for view in survey.views() {
        links.iter().filter(|(.., doubts)| doubts(survey, &view)).for_each(|(rule, look, _)| note(*rule, *look, view.id.0));
    }
    let nodes = looks(of_nodes);
    for (id, (node, part)) in survey.parts.places().ids().iter().zip(survey.parts.all()) {
        let seat = Seat { id: *id, node, part: *part };
        nodes.iter().filter(|(.., doubts)| doubts(survey, &seat)).for_each(|(rule, look, _)| note(*rule, *look, id.0));
    }
    let racks = looks(of_racks);
    for (id, record) in survey.design.racks.iter() {
        let shelf = Shelf::of(survey, id, record);
        racks.iter().filter(|(.., doubts)| doubts(survey, &shelf)).for_each(|(rule, look, _)| note(*rule, *look, id.0));
    }
    vec![true; kept.len()]
}

/// Asks every look about what was touched. Says of each rule whether something that was touched is or was in doubt.
fn look_again(survey: &Survey, kept: &mut [Last], touched: &Touched) -> Vec<bool> {
    let mut hit = vec![false; kept.len()];
    let mut note = |rule: usize, look: usize, id: u32, doubt: bool| {
        let Some(doubts) = kept.get_mut(rule).and_then(|last| last.doubts.get_mut(look)) else { return };
        let known = doubts.binary_search(&id);
        hit.iter_mut().skip(rule).take(1).for_each(|hit| *hit |= doubt || known.is_ok());
        match known {
            Ok(at) if !doubt => {
                doubts.remove(at);
            }
            Err(at) if doubt => doubts.insert(at, id),
            _ => {}
        }
    };
    let links = looks(of_links);
    for id in &touched.links {
        let view = survey.link(*id);
        links.iter().for_each(|(rule, look, doubts)| note(*rule, *look, id.0, view.is_some_and(|view| doubts(survey, &view))));
    }
    let nodes = looks(of_nodes);
    for id in &touched.nodes {
        let place = survey.parts.places().place(*id).and_then(|place| survey.parts.all().get(place));
        let seat = place.map(|(node, part)| Seat { id: *id, node, part: *part });
        nodes.iter().for_each(|(rule, look, doubts)| note(*rule, *look, id.0, seat.is_some_and(|seat| doubts(survey, &seat))));
    }
    let racks = looks(of_racks);
    for id in &touched.racks {
        let shelf = survey.design.racks.get(*id).map(|record| Shelf::of(survey, *id, record));
        racks.iter().for_each(|(rule, look, doubts)| note(*rule, *look, id.0, shelf.as_ref().is_some_and(|shelf| doubts(survey, shelf))));
    }
    hit
}
