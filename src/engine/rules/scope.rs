//! How much of a design a rule looks at, and the runner that asks each rule only about what an edit can have changed.

use crate::catalog::fit::Misfit;
use crate::engine::change::Change;
use crate::engine::context::Context;
use crate::engine::diagnostics::Diagnostic;
use crate::model::{LinkId, Node, NodeId, Part, PortRef, RackId};
use crate::units::{SortedSet, order};

use super::findings::diagnostics;
use super::kept::{Seen, Touched};
use super::misfit;
use super::space::Shelf;
use super::{Finding, Findings, LinkView, RULES, Rule, Survey};

/// One look of a rule, with its **scope**: what of a design the look depends on.
///
/// A look of narrow scope comes in two steps. `doubts` says of one thing whether it may be at fault, and looks at nothing beyond the scope:
///
/// * **a link**: its record, its cable, its network; its two nodes with their records, parts, racks and tiers;
/// * **a node**: its record, part and rack; the links on it, with all that the scope of a link has;
/// * **a rack**: its record and part; the nodes in it with their records and parts.
///
/// All look at settings, fabrics, own parts, groups and requirements besides: when one of these differs, every rule looks at everything again. A group that
/// only gains or loses members that come or go themselves is the same for all others ([`Change::is_of_records`]).
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
    /// At each link whose ports or cable do not fit: told as with [`Told::Modules`].
    Misfits {
        /// Whether it is this rule's matter.
        chosen: fn(&Misfit) -> bool,
        /// Where the threshold comes from.
        source: &'static str,
    },
    /// At racks and nodes as they are, not at links: for what is counted over all of them. Asked again when a rack or a node differs.
    Records(fn(&Survey, &mut Findings)),
    /// At everything; asked after every edit. Goes by what the [`Survey`] has counted, rather than by every link.
    Whole(fn(&Survey, &mut Findings)),
}

/// How far the findings of a look of narrow scope depend on other things than those in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Each on its own thing, within the scope: `tell` is asked of one thing at a time, and again only of those that were touched.
    Alone,
    /// As [`Told::Alone`], and besides on links that share a cage with this link, or with one on this node, directly or through others.
    Modules,
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
    looks: Vec<Look>,
    diagnostics: Vec<Diagnostic>,
    /// Silencings that took effect, by their place in the design's list.
    effective: Vec<usize>,
}

/// More things in doubt than this, and what was found of each is not kept: findings take some hundred bytes each. Then all are told again where one of
/// them was touched.
const MOST_KEPT: usize = 1 << 15;

/// What is kept of a look.
#[derive(Clone, Debug, Default)]
struct Look {
    /// Things in doubt, in the order of their ids.
    doubts: Vec<Doubt>,
    /// What was found, where that is not told of one thing at a time.
    found: Vec<Finding>,
    /// Whether something that the edit touched is or was in doubt.
    hit: bool,
}

/// A thing in doubt, by the number of its id.
#[derive(Clone, Debug)]
struct Doubt {
    id: u32,
    /// What was found of it, where it is told by itself; `None` where that has to be asked.
    found: Option<Vec<Finding>>,
}

impl Look {
    fn place(&self, id: u32) -> Result<usize, usize> {
        self.doubts.binary_search_by(|doubt| doubt.id.cmp(&id))
    }
    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.found.iter().chain(self.doubts.iter().flat_map(|doubt| doubt.found.iter().flatten()))
    }
}

/// All diagnostics of all rules, rule by rule, and which silencings took effect. What the last run left is taken up and replaced.
pub(super) fn run(context: &Context, effective: &mut SortedSet<usize>) -> Vec<Diagnostic> {
    let Kept { seen, rules } = context.known.rules.take();
    let after = seen.zip(context.change()).and_then(|(seen, change)| Some((Survey::after(context, seen, change)?, change)));
    let (survey, mut kept, edit) = match after {
        Some(((survey, touched), change)) if rules.len() == RULES.len() => (survey, rules, Some((touched, change))),
        _ => (Survey::of(context), blank(), None),
    };
    match &edit {
        Some((touched, change)) => {
            look_again(&survey, &mut kept, touched);
            follow_modules(&survey, &mut kept, touched, change);
        }
        None => look(&survey, &mut kept),
    }
    let mut diagnostics = Vec::new();
    for (rule, last) in RULES.iter().zip(&mut kept) {
        last.tell(rule, &survey, edit.as_ref().map(|(_, change)| *change));
        effective.extend(last.effective.iter().copied());
        diagnostics.extend(last.diagnostics.iter().cloned());
    }
    context.known.rules.replace(Kept { seen: Some(survey.into_seen()), rules: kept });
    diagnostics
}

fn blank() -> Vec<Last> {
    RULES.iter().map(|rule| Last { looks: rule.checks.iter().map(|_| Look { hit: true, ..Look::default() }).collect(), ..Last::default() }).collect()
}

impl Check {
    fn told(&self) -> Option<Told> {
        match self {
            Self::Links { told, .. } | Self::Nodes { told, .. } | Self::Racks { told, .. } => Some(*told),
            Self::Misfits { .. } => Some(Told::Modules),
            Self::Records(_) | Self::Whole(_) => None,
        }
    }
    /// Whether all that is in doubt is told at once.
    fn is_together(&self, look: &Look) -> bool {
        self.told().is_none_or(|told| told == Told::Together) || look.doubts.len() > MOST_KEPT
    }
    /// Whether what was told before still stands after an edit.
    fn stands(&self, change: &Change, look: &Look) -> bool {
        match self {
            Self::Links { .. } | Self::Misfits { .. } | Self::Nodes { .. } | Self::Racks { .. } => {
                !look.hit && (self.told() != Some(Told::Together) || look.doubts.is_empty())
            }
            Self::Records(_) => change.nodes().is_empty() && change.racks().is_empty(),
            Self::Whole(_) => false,
        }
    }
    /// What is found of some things in doubt, or of everything.
    fn find(&self, survey: &Survey, ids: &[u32]) -> Vec<Finding> {
        let mut findings = Findings::default();
        match self {
            Self::Records(find) | Self::Whole(find) => find(survey, &mut findings),
            _ if ids.is_empty() => {}
            Self::Misfits { source, .. } => {
                misfit::tell(survey, &ids.iter().filter_map(|id| survey.link(LinkId(*id))).collect::<Vec<LinkView>>(), &mut findings, source);
            }
            Self::Links { tell, .. } => tell(survey, &ids.iter().filter_map(|id| survey.link(LinkId(*id))).collect::<Vec<LinkView>>(), &mut findings),
            Self::Nodes { tell, .. } => tell(survey, &ids.iter().map(|id| NodeId(*id)).collect::<Vec<_>>(), &mut findings),
            Self::Racks { tell, .. } => tell(survey, &ids.iter().map(|id| RackId(*id)).collect::<Vec<_>>(), &mut findings),
        }
        findings.found()
    }
}

impl Last {
    /// Tells again what the change does not leave; all of it where there is none.
    fn tell(&mut self, rule: &Rule, survey: &Survey, change: Option<&Change>) {
        let mut stands = true;
        for (check, look) in rule.checks.iter().zip(&mut self.looks) {
            if change.is_some_and(|change| check.stands(change, look)) {
                continue;
            }
            (stands, look.hit) = (false, false);
            if !check.is_together(look) {
                look.found = Vec::new();
                for doubt in look.doubts.iter_mut().filter(|doubt| doubt.found.is_none()) {
                    doubt.found = Some(check.find(survey, &[doubt.id]));
                }
            } else {
                look.doubts.iter_mut().for_each(|doubt| doubt.found = None);
                look.found = check.find(survey, &look.doubts.iter().map(|doubt| doubt.id).collect::<Vec<_>>());
            }
        }
        if !stands {
            let mut effective = SortedSet::new();
            self.diagnostics = diagnostics(self.looks.iter().flat_map(Look::findings), rule, survey.design, &mut effective);
            self.effective = effective.iter().copied().collect();
        }
        // What is found at once is wanted again only where another look of the rule is told anew by itself.
        if let [look] = self.looks.as_mut_slice() {
            look.found = Vec::new();
        }
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
fn of_misfits(check: &Check) -> Option<fn(&Misfit) -> bool> {
    if let Check::Misfits { chosen, .. } = check { Some(*chosen) } else { None }
}
fn of_nodes(check: &Check) -> Option<fn(&Survey, &Seat) -> bool> {
    if let Check::Nodes { doubts, .. } = check { Some(*doubts) } else { None }
}
fn of_racks(check: &Check) -> Option<fn(&Survey, &Shelf) -> bool> {
    if let Check::Racks { doubts, .. } = check { Some(*doubts) } else { None }
}

/// Asks every look about everything: each link, node and rack is gone to once.
fn look(survey: &Survey, kept: &mut [Last]) {
    let mut note = |rule: usize, look: usize, id: u32| {
        if let Some(look) = kept.get_mut(rule).and_then(|last| last.looks.get_mut(look)) {
            look.doubts.push(Doubt { id, found: None });
        }
    };
    let links = looks(of_links);
    for view in survey.views() {
        links.iter().filter(|(.., doubts)| doubts(survey, &view)).for_each(|(rule, look, _)| note(*rule, *look, view.id.0));
    }
    let misfits = looks(of_misfits);
    for (id, misfit) in &survey.misfits {
        misfits.iter().filter(|(.., chosen)| chosen(misfit)).for_each(|(rule, look, _)| note(*rule, *look, id.0));
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
}

/// Asks every look about what was touched, and notes where something that was touched is or was in doubt.
fn look_again(survey: &Survey, kept: &mut [Last], touched: &Touched) {
    let mut note = |rule: usize, look: usize, id: u32, doubt: bool| {
        let Some(look) = kept.get_mut(rule).and_then(|last| last.looks.get_mut(look)) else { return };
        let known = look.place(id);
        look.hit |= doubt || known.is_ok();
        match known {
            Ok(at) if !doubt => {
                look.doubts.remove(at);
            }
            Ok(at) => look.doubts.iter_mut().skip(at).take(1).for_each(|doubt| doubt.found = None),
            Err(at) if doubt => look.doubts.insert(at, Doubt { id, found: None }),
            Err(_) => {}
        }
    };
    let links = looks(of_links);
    for id in &touched.links {
        let view = survey.link(*id);
        links.iter().for_each(|(rule, look, doubts)| note(*rule, *look, id.0, view.is_some_and(|view| doubts(survey, &view))));
    }
    let misfits = looks(of_misfits);
    for id in &touched.links {
        let misfit = survey.misfits.get(id);
        misfits.iter().for_each(|(rule, look, chosen)| note(*rule, *look, id.0, misfit.is_some_and(chosen)));
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
}

/// More links than this that share cages, and what rests on them is told again of all.
const MOST_SHARING: usize = 4096;

/// Notes links and nodes in doubt whose findings rest on others in the same cages ([`Told::Modules`]), where one of these was touched.
fn follow_modules(survey: &Survey, kept: &mut [Last], touched: &Touched, change: &Change) {
    let rests = |check: &Check, look: &Look| check.told() == Some(Told::Modules) && !look.doubts.is_empty();
    let mut resting = RULES
        .iter()
        .zip(kept.iter_mut())
        .flat_map(|(rule, last)| rule.checks.iter().zip(&mut last.looks))
        .filter(|(check, look)| rests(check, look))
        .peekable();
    if resting.peek().is_none() {
        return;
    }
    let sharing = sharing(survey, touched, change).map(|links| {
        let ends = links.iter().filter_map(|link| survey.design.links.get(*link)).flat_map(|link| link.ends);
        let mut nodes: Vec<u32> = ends.map(|end| end.node.0).collect();
        order::unique_numbers(&mut nodes);
        (links.iter().map(|link| link.0).collect::<Vec<u32>>(), nodes)
    });
    for (check, look) in resting {
        match &sharing {
            Some((links, nodes)) => {
                let ids = if matches!(check, Check::Nodes { .. }) { nodes } else { links };
                for at in ids.iter().filter_map(|id| look.place(*id).ok()).collect::<Vec<_>>() {
                    look.hit = true;
                    look.doubts.iter_mut().skip(at).take(1).for_each(|doubt| doubt.found = None);
                }
            }
            None => {
                look.hit = true;
                look.doubts.iter_mut().for_each(|doubt| doubt.found = None);
            }
        }
    }
}

/// Links that share a cage, directly or through others, with one that was touched, or with one that is gone or was elsewhere; `None` where they are too many.
fn sharing(survey: &Survey, touched: &Touched, change: &Change) -> Option<SortedSet<LinkId>> {
    let mut found: SortedSet<LinkId> = touched.links.iter().copied().collect();
    let now = |id: &LinkId| survey.design.links.get(*id).map(|link| link.ends);
    let mut open: Vec<PortRef> = touched.links.iter().filter_map(now).chain(change.links().values().flatten().map(|link| link.ends)).flatten().collect();
    while let Some(end) = open.pop() {
        for (_, other) in survey.ports.overlapping(PortRef::cage(end.node, end.port.cage)) {
            if found.insert(other) {
                open.extend(now(&other).into_iter().flatten());
            }
        }
        if found.len() > MOST_SHARING {
            return None;
        }
    }
    Some(found)
}
