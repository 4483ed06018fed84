//! `rail-misaligned`: adapter i of every system of a unit is on the leaf of rail i.


use std::rc::Rc;

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::engine::splice::Splice;
use crate::model::{FabricIntent, FabricRole, NodeId, PortPath, Subject};
use crate::units::intern::Intern;
use crate::units::{order, SortedMap, SortedSet};

use super::spare::Spare;
use super::{Check, Finding, Findings, LinkView, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "rail-misaligned",
    severity: Severity::Error,
    title: "Rail misaligned",
    documentation: include_str!("../../../docs/diagnostics/rail-misaligned.md"),
    checks: &[Check::Whole(check)],
};

const SOURCE: &str = "Threshold 100 % of hosts · ibdiagnet rail validation, NVIDIA RA";
/// How many patterns that share a leaf on a rail are compared with one host's. A limit of Weft; a leaf has fewer ports.
const CANDIDATES: usize = 128;

/// The leaves that each rail of a host is cabled to, by rail from 0.
type Pattern = SortedMap<usize, SortedSet<NodeId>>;

/// A cable that is not on the leaf of its rail.
struct Stray {
    host: NodeId,
    rail: usize,
    /// Place in [`Survey::links`].
    link: usize,
    has: NodeId,
    needs: NodeId,
}

fn check(survey: &Survey, out: &mut Findings) {
    for network in survey.networks.iter().filter(|network| network.role == FabricRole::Compute) {
        if !matches!(network.intent(), FabricIntent::RailOnly | FabricIntent::RailOptimised) {
            continue;
        }
        let mut known = survey.rails.borrow_mut();
        let known = known.entry(network.key).or_insert_with(|| Patterns::of(survey, network));
        if known.is_clean {
            continue;
        }
        let patterns = &known.patterns;
        let mut times = vec![0usize; patterns.len()];
        known.of.iter().for_each(|pattern| times.iter_mut().skip(*pattern as usize).take(1).for_each(|times| *times += 1));
        let models = models(patterns.iter().zip(times).filter(|(_, times)| *times > 0).collect());
        // Hosts of one pattern have the same model and as many leaves.
        let found: Vec<(Option<&Pattern>, usize)> = patterns.iter().map(|pattern| (models.get(pattern).and_then(Option::as_ref), leaves_of(pattern).len())).collect();
        let mut strays = Vec::new();
        let mut rivals = Vec::new();
        for (host, at) in survey.parts.places().ids().iter().zip(&known.of).filter(|(_, at)| **at != NONE) {
            let (Some(pattern), Some((model, leaves))) = (patterns.get(*at as usize), found.get(*at as usize)) else { continue };
            match model {
                Some(model) => strays.extend(strays_of(survey, network, *host, pattern, model)),
                None => rivals.push((*host, *leaves, pattern.len())),
            }
        }
        report_strays(survey, out, network, &strays);
        let mut is_clean = strays.is_empty();
        let widest = rivals.iter().map(|(_, leaves, _)| *leaves).max().unwrap_or(0);
        for (host, leaves, rails) in rivals.into_iter().filter(|(_, leaves, rails)| *leaves < widest.min(*rails)) {
            is_clean = false;
            out.push(rails_bunched(survey, network, host, rails, leaves, widest));
        }
        known.is_clean = is_clean;
    }
}

/// No pattern.
const NONE: u32 = u32::MAX;

/// Which leaves each host's rails are on, over links of one network; kept from one run to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns {
    /// The place of the pattern of each node, by its place; [`NONE`] for one that has none.
    of: Vec<u32>,
    /// Each pattern once; some may be nobody's any more.
    patterns: Vec<Pattern>,
    known: Intern,
    /// Whether nothing was found and no pattern has changed since.
    is_clean: bool,
}

impl Patterns {
    fn of(survey: &Survey, network: &Network) -> Self {
        let mut found = Self { of: vec![NONE; survey.nodes.len()], ..Self::default() };
        let mut words = Vec::new();
        network.at.keys().for_each(|host| found.look(survey, network, *host, &mut words));
        found
    }
    /// Follows nodes to the places where they went.
    pub(super) fn move_nodes(&mut self, moved: &Splice) {
        if !moved.is_still() {
            moved.take_over_with(&mut self.of, NONE);
            self.is_clean = false;
        }
    }
    /// Looks at some nodes again. All others, and their leaves, are as they were.
    pub(super) fn look_again(&mut self, survey: &Survey, network: &Network, nodes: &[NodeId]) {
        if self.patterns.len() > 64 + 2 * survey.nodes.len() {
            *self = Self::of(survey, network);
        }
        let mut words = Vec::new();
        nodes.iter().for_each(|host| self.look(survey, network, *host, &mut words));
    }
    fn look(&mut self, survey: &Survey, network: &Network, host: NodeId, words: &mut Vec<u64>) {
        let Some(place) = survey.parts.places().place(host) else { return };
        let now = self.number(survey, network, host, words);
        if let Some(slot) = self.of.get_mut(place).filter(|slot| **slot != now) {
            *slot = now;
            self.is_clean = false;
        }
    }
    fn number(&mut self, survey: &Survey, network: &Network, host: NodeId, words: &mut Vec<u64>) -> u32 {
        words.clear();
        if network.tiers.contains_key(&host) || network.links_at(host).len() == 0 {
            return NONE;
        }
        let rails = rails_of(survey, network, host);
        let leaves = cables(survey, network, host).map(|(port, view)| (port, view.beyond(host))).filter(|(_, leaf)| network.tiers.contains_key(leaf));
        words.extend(leaves.filter_map(|(port, leaf)| Some((*rails.get(&port)? as u64) << 32 | u64::from(leaf.0))));
        order::unique_words(words);
        if words.is_empty() {
            return NONE;
        }
        let number = self.known.number(words);
        if number as usize == self.patterns.len() {
            let mut pattern = Pattern::new();
            for word in words {
                pattern.entry((*word >> 32) as usize).or_default().insert(NodeId(*word as u32));
            }
            self.patterns.push(pattern);
        }
        number
    }
}

/// The rail of each port of a host: the place of its adapter among the back-end adapters; of a generic host, its cage.
fn rails_of(survey: &Survey, network: &Network, host: NodeId) -> Rc<SortedMap<PortPath, usize>> {
    let rails = survey.rails_of(host);
    if rails.is_empty() {
        return Rc::new(cables(survey, network, host).map(|(port, _)| (port, usize::from(port.cage).saturating_sub(1))).collect());
    }
    rails
}

fn cables<'a: 'b, 'b>(survey: &'b Survey<'a>, network: &'b Network<'a>, host: NodeId) -> impl Iterator<Item = (PortPath, LinkView<'a>)> + 'b {
    network
        .views_at(survey, host)
        .flat_map(move |view| view.link.ends.into_iter().filter(move |end| end.node == host).map(move |end| (end.port, view)))
}

fn leaves_of(pattern: &Pattern) -> SortedSet<NodeId> {
    pattern.values().flatten().copied().collect()
}

/// For each pattern the one its hosts should have: `None` for a pattern that is a model itself. A pattern yields to a
/// commoner one (of equally common ones, to the one that uses more leaves, then the lower leaves) with which it agrees on at least half of its rails,
/// or that has the same rails on the same leaves in another order.
fn models(mut ranked: Vec<(&Pattern, usize)>) -> SortedMap<Pattern, Option<Pattern>> {
    order::sort_by(&mut ranked, |a, b| b.1.cmp(&a.1).then(b.0.len().cmp(&a.0.len())).then(leaves_of(b.0).len().cmp(&leaves_of(a.0).len())).then(a.0.cmp(b.0)));

    let mut models: SortedMap<Pattern, Option<Pattern>> = SortedMap::new();
    let mut by_place: SortedMap<(usize, NodeId), Vec<&Pattern>> = SortedMap::new();
    let mut by_outline: SortedMap<(Vec<usize>, SortedSet<NodeId>), &Pattern> = SortedMap::new();
    for (pattern, _) in ranked {
        let places = || pattern.iter().flat_map(|(rail, leaves)| leaves.iter().map(move |leaf| (*rail, *leaf)));
        let mut agreement: SortedMap<&Pattern, usize> = SortedMap::new();
        for place in places() {
            for other in by_place.get(&place).map(Vec::as_slice).unwrap_or_default().iter().take(CANDIDATES) {
                *agreement.entry(other).or_default() += 1;
            }
        }
        let own = places().count();
        let model = agreement.into_iter().filter(|(_, agreed)| agreed * 2 >= own).max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0))).map(|(model, _)| model);
        // The same rails on the same leaves, only in another order.
        let outline = (pattern.keys().copied().collect::<Vec<usize>>(), leaves_of(pattern));
        let model = model.or_else(|| by_outline.get(&outline).copied()).cloned();
        if model.is_none() {
            by_outline.entry(outline).or_insert(pattern);
            for place in places() {
                by_place.entry(place).or_default().push(pattern);
            }
        }
        models.insert(pattern.clone(), model);
    }
    models
}

fn strays_of(survey: &Survey, network: &Network, host: NodeId, pattern: &Pattern, model: &Pattern) -> Vec<Stray> {
    let rails = rails_of(survey, network, host);
    let mut strays = Vec::new();
    for (rail, leaves) in pattern {
        let Some(wanted) = model.get(rail) else { continue };
        let mut missing = wanted.difference(leaves).copied();
        for has in leaves.difference(wanted).copied() {
            let Some(needs) = missing.next().or(wanted.first().copied()) else { continue };
            let link = network.links_at(host).find(|place| {
                survey.view(*place).is_some_and(|view| {
                    view.beyond(host) == has && view.end_on(host).and_then(|end| view.link.ends.get(end)).is_some_and(|end| rails.get(&end.port) == Some(rail))
                })
            });
            if let Some(link) = link {
                strays.push(Stray { host, rail: *rail, link, has, needs });
            }
        }
    }
    strays
}

fn report_strays(survey: &Survey, out: &mut Findings, network: &Network, strays: &[Stray]) {
    let mut spare = Spare::of(survey);
    let mut paired: SortedSet<usize> = SortedSet::new();
    // Two cables that stand in each other's place, those of one host first.
    let mut by_places: SortedMap<(NodeId, NodeId), Vec<usize>> = SortedMap::new();
    for (at, stray) in strays.iter().enumerate() {
        by_places.entry((stray.has, stray.needs)).or_default().push(at);
    }
    for (at, stray) in strays.iter().enumerate() {
        if paired.contains(&at) {
            continue;
        }
        let partners = by_places.get(&(stray.needs, stray.has)).map(Vec::as_slice).unwrap_or_default();
        let free = |other: &&usize| **other > at && !paired.contains(*other);
        let same_host = |other: &&usize| strays.get(**other).is_some_and(|other| other.host == stray.host);
        let partner = partners.iter().filter(free).find(same_host).or_else(|| partners.iter().find(free)).copied();
        match partner.and_then(|partner| Some((partner, strays.get(partner)?))) {
            Some((place, other)) => {
                paired.insert(place);
                rails_swapped(survey, network, stray, other).into_iter().for_each(|finding| out.push(finding));
            }
            None => rail_misaligned(survey, &mut spare, network, stray).into_iter().for_each(|finding| out.push(finding)),
        }
    }
}

/// The leaf's end of a link that a host is on.
fn leaf_end(view: &LinkView, host: NodeId) -> Option<usize> {
    view.end_on(host).map(|end| 1 - end)
}

fn alike(finding: Finding, network: &Network) -> Finding {
    finding.alike(network.subject().to_string(), "{n} cables or pairs of cables are not on the leaf of their rail")
}

fn rail_misaligned(survey: &Survey, spare: &mut Spare, network: &Network, stray: &Stray) -> Option<Finding> {
    let view = survey.view(stray.link)?;
    let (host, rail) = (survey.name(stray.host), stray.rail + 1);
    let message = format!("Rail {rail} of {host} needs {}, is on {}", survey.name(stray.needs), survey.name(stray.has));
    let finding = alike(Finding::new(view.subject(), message, SOURCE), network)
        .related(Subject::Node(stray.needs), format!("is the leaf of rail {rail}"))
        .related(Subject::Node(stray.has), "is where the cable ends")
        .related(Subject::Node(stray.host), "is the host");
    let end = leaf_end(&view, stray.host)?;
    Some(match spare.port_for(&view, end, stray.needs) {
        Some(port) => {
            let edit = Edit::MoveEnd { link: view.id.to_string(), end: u8::from(end == 1), port: port.to_string() };
            finding.fix_all(format!("Move to {}", survey.name(stray.needs)), "Put {n} cables on the leaves of their rails", Trust::Likely, vec![edit])
        }
        None => finding,
    })
}

fn rails_swapped(survey: &Survey, network: &Network, one: &Stray, other: &Stray) -> Option<Finding> {
    let (first, second) = (survey.view(one.link)?, survey.view(other.link)?);
    let (a, b) = (leaf_end(&first, one.host)?, leaf_end(&second, other.host)?);
    let message = format!(
        "Rail {} of {} and rail {} of {} are swapped: the first needs {}, is on {}, the second the other way round",
        one.rail + 1,
        survey.name(one.host),
        other.rail + 1,
        survey.name(other.host),
        survey.name(one.needs),
        survey.name(one.has)
    );
    let move_end = |view: &LinkView, end: usize, to: &LinkView, place: usize| {
        Some(Edit::MoveEnd { link: view.id.to_string(), end: u8::from(end == 1), port: to.link.ends.get(place)?.to_string() })
    };
    let edits = vec![move_end(&first, a, &second, b)?, move_end(&second, b, &first, a)?];
    Some(
        alike(Finding::new(first.subject(), message, SOURCE), network)
            .related(second.subject(), "is in its place")
            .related(Subject::Node(one.needs), format!("is the leaf of rail {}", one.rail + 1))
            .related(Subject::Node(one.has), format!("is the leaf of rail {}", other.rail + 1))
            .related(Subject::Node(one.host), "is the host")
            .fix_all("Swap the two cables", "Put {n} cables on the leaves of their rails", Trust::Likely, edits),
    )
}

fn rails_bunched(survey: &Survey, network: &Network, host: NodeId, rails: usize, leaves: usize, widest: usize) -> Finding {
    let message = format!("{} has its {rails} rails on {leaves} leaves, other hosts use {widest}", survey.name(host));
    Finding::new(Subject::Node(host), message, SOURCE)
        .alike(format!("bunched {} {rails} {leaves}", network.subject()), format!("{{n}} hosts have their {rails} rails on {leaves} leaves, others use {widest}"))
}
