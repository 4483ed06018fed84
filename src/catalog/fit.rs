//! Whether things fit: two ports, and a cable between them. Canvas, rules, fixes and "what fits" ask here and nowhere else.
//!
//! [`may_connect`] refuses only what can never work (a port that is missing or taken, two link layers, a backplane
//! against a cage). What works with a harm, such as two rates with a lower one in common, connects and is a fact for
//! the rules ([`rates_differ`]). [`cable_fits`] is stricter: it judges form factor, module top, lanes, layer, reach and
//! how many ports share a connector.

use super::load::Catalog;
pub use super::misfit::Misfit;
use super::ports::{PortUse, PortView};
use crate::model::{
    CableDetail, CableEnd, CableKind, Confidence, Design, Figure, FormFactor, Link, LinkLayer, NodeId, Part, PartId, PartKind, PortGroup, PortRef,
};
use crate::units::{Gbps, Metres, Nanoseconds, Watts, order};

/// Both ports of a link as they are.
type Ends<'a> = [PortView<'a>; 2];

fn view<'a>(catalog: &'a Catalog, design: &'a Design, port: PortRef) -> Result<PortView<'a>, Misfit> {
    catalog.view(design, port).ok_or(Misfit::NoSuchPort(port))
}

fn cable_of<'a>(catalog: &'a Catalog, design: &'a Design, link: &Link) -> Option<&'a CableDetail> {
    link.part.as_ref().and_then(|id| catalog.part(design, id)).and_then(Part::cable)
}

/// Whether two ports may meet at all. The first reason against it, else `Ok`. Time: O(log links).
///
/// # Errors
/// What can never work: see [`Misfit`].
pub fn may_connect(catalog: &Catalog, design: &Design, used: &PortUse, a: PortRef, b: PortRef) -> Result<(), Misfit> {
    if a.node == b.node {
        return Err(if a.port.overlaps(b.port) { Misfit::SamePort(a) } else { Misfit::SameNode(a.node) });
    }
    let ends = [view(catalog, design, a)?, view(catalog, design, b)?];
    for port in [a, b] {
        if let Some((_, by)) = used.overlapping(port).next() {
            return Err(Misfit::InUse { port, by });
        }
    }
    agree(&ends)
}

/// Whether some cable could join two ports, whether or not they are free: the part of [`may_connect`] that a link which
/// exists already must pass too.
///
/// # Errors
/// [`Misfit::NoSuchPort`], [`Misfit::Connector`] or [`Misfit::Layer`].
pub fn ports_agree(catalog: &Catalog, design: &Design, ends: [PortRef; 2]) -> Result<(), Misfit> {
    agree(&[view(catalog, design, ends[0])?, view(catalog, design, ends[1])?])
}

fn agree(ends: &Ends<'_>) -> Result<(), Misfit> {
    let [a, b] = ends;
    if family(a.group.form).zip(family(b.group.form)).is_some_and(|(a, b)| a != b) {
        return Err(Misfit::Connector { a: a.group.form, b: b.group.form });
    }
    if a.layers.is_empty() || b.layers.is_empty() || common_layer(ends).is_some() {
        return Ok(());
    }
    Err(Misfit::Layer { a: a.layers.to_vec(), b: b.layers.to_vec() })
}

/// Connectors that cables of one family serve; `None` is a generic port, which takes any.
fn family(form: FormFactor) -> Option<u8> {
    match form {
        FormFactor::Any => None,
        FormFactor::Backplane => Some(0),
        FormFactor::Pcie => Some(1),
        _ => Some(2),
    }
}

/// The layer both ports speak: the first of the first port's that the second has too.
fn common_layer(ends: &Ends<'_>) -> Option<LinkLayer> {
    match (ends[0].layers, ends[1].layers) {
        ([], [only]) | ([only], []) => Some(*only),
        (first, second) => first.iter().find(|layer| second.contains(layer)).copied(),
    }
}

/// Whether a cable or transceiver joins two ports: connector, top, lanes, shared connectors, layer and reach. Either side
/// of the cable may go to either port. Does not ask whether the ports are free.
///
/// # Errors
/// The first misfit of the better way round.
pub fn cable_fits(catalog: &Catalog, design: &Design, ends: [PortRef; 2], cable: &Part, length: Option<Metres>) -> Result<(), Misfit> {
    let detail = cable.cable().ok_or_else(|| Misfit::NotACable(cable.id.clone()))?;
    let views = [view(catalog, design, ends[0])?, view(catalog, design, ends[1])?];
    fits(detail, ends, &views, length)
}

fn fits(cable: &CableDetail, ports: [PortRef; 2], ends: &Ends<'_>, length: Option<Metres>) -> Result<(), Misfit> {
    // Of both ways round the one that comes farther says what is wrong.
    let came = |misfit: &Misfit, swapped: bool| (ends_that_go_in(cable, ports, ends, swapped), depth(misfit));
    plugs_in(cable, ports, ends, false)
        .or_else(|misfit| plugs_in(cable, ports, ends, true).map_err(|other| if came(&other, true) > came(&misfit, false) { other } else { misfit }))?;
    if let Some(needs) = common_layer(ends).filter(|layer| !cable.layers.is_empty() && !cable.layers.contains(layer)) {
        return Err(Misfit::CableLayer { needs, has: cable.layers.clone() });
    }
    match (length, &cable.reach) {
        (Some(length), Some(reach)) if length.0 > reach.value.0 => Err(Misfit::Reach { length, reach: reach.value }),
        _ => Ok(()),
    }
}

/// Whether a cable or transceiver joins two kinds of port, wherever they are placed: [`ports_agree`] and [`cable_fits`] without a length.
pub(super) fn kinds_join(a: &PortView<'_>, b: &PortView<'_>, cable: &Part) -> bool {
    let ends = [*a, *b];
    // Where they are matters to the words of a refusal only.
    let nowhere = [PortRef::cage(NodeId(0), 1), PortRef::cage(NodeId(0), 2)];
    agree(&ends).is_ok() && cable.cable().is_some_and(|detail| fits(detail, nowhere, &ends, None).is_ok())
}

/// Cheapest kind first, then the shortest reach; what is no cable comes last.
pub(super) fn cable_order(part: &Part) -> f64 {
    part.cable().map_or(f64::MAX, |cable| f64::from(kind_order(cable.kind)) * 1e9 + reach_of(cable).min(1e8))
}

/// Whether the links that share a cage with `link` can share its module: the ports of a twin-port or broken-out cage sit on
/// one connector. A straight copper or active cable leads all of them to one cage at the far side; transceivers and
/// splitters lead them apart, but both need the same module in the cage. Links without a cable are not judged. Time:
/// O(log links).
///
/// # Errors
/// [`Misfit::Cage`] with the first port that differs.
pub fn cage_shared(catalog: &Catalog, design: &Design, used: &PortUse, link: &Link) -> Result<(), Misfit> {
    [0, 1].into_iter().try_for_each(|end| cage_shared_at(catalog, design, used, link, end))
}

/// [`cage_shared`] for one end of the link, 0 or 1.
///
/// # Errors
/// [`Misfit::Cage`] with the port at that end.
pub fn cage_shared_at(catalog: &Catalog, design: &Design, used: &PortUse, link: &Link, end: usize) -> Result<(), Misfit> {
    let Some(here) = link.ends.get(end).copied().filter(|here| here.port.child > 0 && cable_of(catalog, design, link).is_some()) else { return Ok(()) };
    for (other, id) in used.overlapping(PortRef::cage(here.node, here.port.cage)).filter(|(other, _)| *other != here) {
        let Some(next) = design.links.get(id).filter(|next| next.part.is_some()) else { continue };
        if !module_shared(catalog, design, (link, here), (next, other)) {
            return Err(Misfit::Cage { port: here, other });
        }
    }
    Ok(())
}

/// Whether two links, each with its end at one cage, can share the module in it: it is the same, and a cable whose ends are fixed to it leads both to one
/// cage at the far side. A link without a cable is not judged.
pub fn module_shared(catalog: &Catalog, design: &Design, (link, here): (&Link, PortRef), (next, other): (&Link, PortRef)) -> bool {
    let Some(cable) = cable_of(catalog, design, link) else { return true };
    let far = |link: &Link, here: PortRef| {
        let far = if link.ends[0] == here { link.ends[1] } else { link.ends[0] };
        (far.node, far.port.cage)
    };
    module_at(catalog, design, link, here) == module_at(catalog, design, next, other) && (!is_straight(cable) || far(link, here) == far(next, other))
}

/// Whether the ends of a cable are fixed to it, one connector on each side: it joins one cage to one cage.
fn is_straight(cable: &CableDetail) -> bool {
    cable.kind != CableKind::Optic && cable.ends.iter().all(|side| side.connectors <= 1)
}

/// What a link puts into the cage at one of its ends: a module of its cable, else the cable itself.
pub fn module_at<'a>(catalog: &'a Catalog, design: &'a Design, link: &'a Link, end: PortRef) -> Option<&'a PartId> {
    let whole = link.part.as_ref();
    let Some(cable) = cable_of(catalog, design, link).filter(|cable| !cable.modules.is_empty()) else { return whole };
    let Some((a, b)) = catalog.view(design, link.ends[0]).zip(catalog.view(design, link.ends[1])) else { return whole };
    let first = (link.ends[0] == end) != is_swapped(cable, link.ends, &[a, b]);
    cable.modules.get(usize::from(!first)).or(whole)
}

/// The side of a cable at each port, one way round or the other.
fn sides(cable: &CableDetail, swapped: bool) -> [&CableEnd; 2] {
    let [first, second] = &cable.ends;
    if swapped { [second, first] } else { [first, second] }
}

/// Whether the cable goes in the other way round only.
fn is_swapped(cable: &CableDetail, ports: [PortRef; 2], ends: &Ends<'_>) -> bool {
    cable.ends[0] != cable.ends[1] && plugs_in(cable, ports, ends, false).is_err() && plugs_in(cable, ports, ends, true).is_ok()
}

/// How many of both connectors go in, one way round.
fn ends_that_go_in(cable: &CableDetail, ports: [PortRef; 2], ends: &Ends<'_>, swapped: bool) -> usize {
    ports.into_iter().zip(ends).zip(sides(cable, swapped)).filter(|((port, end), side)| plug_in(cable.kind, *port, end, side).is_ok()).count()
}

/// Whether both connectors go in, one way round.
fn plugs_in(cable: &CableDetail, ports: [PortRef; 2], ends: &Ends<'_>, swapped: bool) -> Result<(), Misfit> {
    let sides = sides(cable, swapped);
    for ((port, end), side) in ports.into_iter().zip(ends).zip(sides) {
        plug_in(cable.kind, port, end, side)?;
    }
    let [a, b] = [ends[0].sharing(), ends[1].sharing()];
    let [many, few] = sides.map(|side| side.connectors.max(1));
    let generic = ends.iter().any(|end| end.group.form == FormFactor::Any) || sides.iter().any(|side| side.form == FormFactor::Any);
    if generic || u16::from(a) * u16::from(many) == u16::from(b) * u16::from(few) {
        return Ok(());
    }
    Err(Misfit::Split { a, b, connectors: [many, few] })
}

/// How far a cable came before it did not fit: first shape and top of its connectors, then its lanes, then what cages share.
const fn depth(misfit: &Misfit) -> u8 {
    match misfit {
        Misfit::Form { .. } => 0,
        Misfit::Top { .. } => 1,
        Misfit::Lanes { .. } | Misfit::LaneRate { .. } => 2,
        _ => 3,
    }
}

fn plug_in(kind: CableKind, port: PortRef, end: &PortView<'_>, side: &CableEnd) -> Result<(), Misfit> {
    let group: &PortGroup = end.group;
    if group.form == FormFactor::Any || side.form == FormFactor::Any {
        return Ok(());
    }
    // Rate of one electrical lane of the port, where both numbers are known.
    let lane = end.gbps.filter(|_| end.lanes > 0).map(|rate| rate / f64::from(end.lanes));
    if !takes(group.form, lane, side.form) {
        return Err(Misfit::Form { port, needs: group.form, has: side.form });
    }
    if let Some((needs, has)) = group.top.zip(side.top).filter(|(needs, has)| needs != has) {
        return Err(Misfit::Top { port, needs, has });
    }
    let lanes = end.lanes.saturating_mul(end.sharing());
    if matches!(side.form, FormFactor::Osfp | FormFactor::Osfp224) && lanes > 0 && side.lanes > 0 && lanes != side.lanes {
        return Err(Misfit::Lanes { port, needs: lanes, has: side.lanes });
    }
    // Passive copper carries any lower rate; electronics made for fast lanes do not slow down.
    match lane {
        Some(needs) if kind != CableKind::Dac && side.lane.0 > needs.0 => Err(Misfit::LaneRate { port, needs, has: side.lane }),
        _ => Ok(()),
    }
}

/// Whether a cage takes a connector. Smaller QSFP modules go into larger QSFP cages and run at their own rate; a 200G-lane
/// OSFP cage takes 100G-lane OSFP modules; OSFP and QSFP never mix.
fn takes(cage: FormFactor, lane: Option<Gbps>, plug: FormFactor) -> bool {
    use FormFactor::{Osfp, Osfp224, Qsfp28, Qsfp56, Qsfp112, QsfpDd};
    match cage {
        _ if cage == plug => true,
        Osfp224 => plug == Osfp,
        Qsfp112 => matches!(plug, Qsfp56 | Qsfp28),
        Qsfp56 => plug == Qsfp28,
        QsfpDd => matches!(plug, Qsfp56 | Qsfp28) || (plug == Qsfp112 && lane.is_some_and(|lane| lane.0 >= 100.0)),
        _ => false,
    }
}

/// The cable to propose for two ports: one that fits, does not slow the ports down, can be bought, is of the kind that costs least
/// (DAC, then ACC, AEC, AOC, optics), and reaches no further than needed. Without a length the cheapest kind wins, except
/// that ports which share cages at both ends get transceivers rather than one cable for whole cages: nobody knows yet that the other
/// ports of the cages will go the same way. Ports that take anything get the generic cable. Time: O(cables), without copies.
pub fn best_cable(catalog: &Catalog, design: &Design, ends: [PortRef; 2], length: Option<Metres>) -> Option<PartId> {
    let views = [catalog.view(design, ends[0])?, catalog.view(design, ends[1])?];
    let generic = views.iter().any(|end| end.group.form == FormFactor::Any);
    let wanted = views.iter().filter_map(|end| end.gbps).min_by(Gbps::total_cmp);
    let cables = catalog.all_parts(design).filter(|part| matches!(part.kind, PartKind::Cable | PartKind::Transceiver));
    let scored = cables.filter_map(|part| {
        let cable = part.cable()?;
        let any = cable.ends.iter().all(|end| end.form == FormFactor::Any);
        if any != generic || fits(cable, ends, &views, length).is_err() {
            return None;
        }
        let bundled = length.is_none() && is_straight(cable) && views.iter().all(|end| end.sharing() > 1);
        let missing = wanted.zip(cable_rate(cable, ends, &views)).map_or(0.0, |(wanted, given)| (wanted.0 - given.0).max(0.0));
        Some(([missing, f64::from(u8::from(bundled)), f64::from(part.status as u8), f64::from(kind_order(cable.kind)), reach_of(cable)], &part.id))
    });
    scored.min_by(|(a, _), (b, _)| compare(a, b)).map(|(_, id)| id.clone())
}

fn compare<const N: usize>(a: &[f64; N], b: &[f64; N]) -> std::cmp::Ordering {
    a.iter().zip(b).map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
}

fn reach_of(cable: &CableDetail) -> f64 {
    cable.reach.as_ref().map_or(f64::MAX, |reach| reach.value.0)
}

const fn kind_order(kind: CableKind) -> u8 {
    match kind {
        CableKind::Dac => 0,
        CableKind::Acc => 1,
        CableKind::Aec => 2,
        CableKind::Aoc => 3,
        CableKind::Optic => 4,
    }
}

/// What a cable gives one link: the least over both sides of a connector's rate shared among the ports of its cage.
fn cable_rate(cable: &CableDetail, ports: [PortRef; 2], ends: &Ends<'_>) -> Option<Gbps> {
    let sides = sides(cable, is_swapped(cable, ports, ends));
    let shares = ends.iter().zip(sides).filter(|(_, side)| side.gbps.0 > 0.0);
    shares.map(|(end, side)| side.gbps / f64::from(end.sharing())).min_by(Gbps::total_cmp)
}

/// The rate a link runs at: what it states itself, else the least of both ports and the cable. `None` if nothing is known.
pub fn effective_rate(catalog: &Catalog, design: &Design, link: &Link) -> Option<Gbps> {
    effective_rate_figure(catalog, design, link).map(|rate| rate.value)
}

/// [`effective_rate`] with what it rests on: the best of the facts that give the least rate. Time: O(1), without copies.
pub fn effective_rate_figure(catalog: &Catalog, design: &Design, link: &Link) -> Option<Figure<Gbps>> {
    if let Some(stated) = link.gbps.filter(|rate| rate.is_finite() && rate.0 >= 0.0) {
        return Some(Figure::exact(stated, Confidence::Stated));
    }
    let [a, b] = link.ends.map(|end| catalog.view(design, end));
    let given = a.zip(b).zip(cable_of(catalog, design, link)).and_then(|((a, b), cable)| {
        let rate = cable_rate(cable, link.ends, &[a, b])?;
        Some((rate, cable.basis.confidence))
    });
    let of_port = |end: Option<PortView<'_>>| end.and_then(|end| Some((end.gbps?, end.group.basis.confidence)));
    let rates = [of_port(a), of_port(b), given];
    let finite = rates.into_iter().flatten().filter(|(rate, _)| rate.is_finite());
    let (rate, confidence) = finite.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
    Some(Figure::exact(rate, confidence))
}

/// The two rates of a link's ports where they differ, first end first.
pub fn rates_differ(catalog: &Catalog, design: &Design, link: &Link) -> Option<Misfit> {
    let [a, b] = link.ends.map(|end| catalog.view(design, end).and_then(|end| end.gbps));
    a.zip(b).filter(|(a, b)| a != b).map(|(a, b)| Misfit::Rate { a, b })
}

/// What a link speaks: what both ports speak, else what its cable is made for alone, else what the one port that says
/// anything speaks. `None` if nothing is known or the ports disagree.
pub fn link_layer(catalog: &Catalog, design: &Design, link: &Link) -> Option<LinkLayer> {
    let ends = [catalog.view(design, link.ends[0])?, catalog.view(design, link.ends[1])?];
    if let Some(layer) = common_layer(&ends) {
        return Some(layer);
    }
    let [a, b] = &ends;
    if !a.layers.is_empty() && !b.layers.is_empty() {
        return None;
    }
    match cable_of(catalog, design, link).map(|cable| cable.layers.as_slice()) {
        Some([only]) => Some(*only),
        _ => a.layers.first().or(b.layers.first()).copied(),
    }
}

/// What the electronics of a link's cable draw, both ends together. Where several ports share a module, this link's
/// share of it, so that the links of a cage add up to its modules.
pub fn link_power(catalog: &Catalog, design: &Design, link: &Link) -> Option<Figure<Watts>> {
    both_ends(catalog, design, link, |cable| cable.power.as_ref(), true)
}

/// What the electronics of a link's cable add to its latency, both ends together.
pub fn link_electronics(catalog: &Catalog, design: &Design, link: &Link) -> Option<Figure<Nanoseconds>> {
    both_ends(catalog, design, link, |cable| cable.latency.as_ref(), false)
}

/// Sums a figure over both ends; each end's is its own module's where the cable names its modules. Confidence is the weaker.
fn both_ends<T>(catalog: &Catalog, design: &Design, link: &Link, of: fn(&CableDetail) -> Option<&Figure<T>>, shared: bool) -> Option<Figure<T>>
where
    T: Copy + std::ops::Add<Output = T> + std::ops::Div<f64, Output = T>,
{
    let cable = cable_of(catalog, design, link)?;
    let ends = [catalog.view(design, link.ends[0])?, catalog.view(design, link.ends[1])?];
    let swapped = is_swapped(cable, link.ends, &ends);
    let at_end = |at: usize, end: &PortView<'_>| {
        let module = cable.modules.get(if swapped { 1 - at } else { at }).and_then(|id| catalog.part(design, id)).and_then(Part::cable);
        let figure = of(module.unwrap_or(cable))?;
        let ports = f64::from(if shared { end.sharing() } else { 1 });
        Some(Figure { value: figure.value / ports, low: figure.low / ports, high: figure.high / ports, confidence: figure.confidence, source: None })
    };
    let [a, b] = [at_end(0, &ends[0])?, at_end(1, &ends[1])?];
    Some(Figure { value: a.value + b.value, low: a.low + b.low, high: a.high + b.high, confidence: a.confidence.max(b.confidence), source: None })
}

/// Parts with a port that may meet `from`: switches first where it is a port of something else, then those of its rate, else in palette order;
/// none if it is taken. For the cables between two ports see [`cables_for`]. Time: O(parts).
pub fn what_fits(catalog: &Catalog, design: &Design, used: &PortUse, from: PortRef) -> Vec<PartId> {
    let Some(end) = catalog.view(design, from).filter(|_| used.is_free(from)) else { return Vec::new() };
    let suits = |group: &&PortGroup| agree(&[end, PortView::of_group(group)]).is_ok();
    let hangs = design.nodes.get(from.node).is_some_and(|node| !catalog.forwards(design, node));
    let rank = |part: &Part| {
        let alike = part.ports.iter().filter(suits).map(|group| PortView::of_split(group, None).gbps == end.gbps).reduce(|any, one| any || one)?;
        Some(2 * u64::from(hangs && part.kind != PartKind::Switch) + u64::from(!alike))
    };
    let mut found: Vec<(u64, &PartId)> = catalog.all_parts(design).filter_map(|part| Some((rank(part)?, &part.id))).collect();
    order::sort_by_number(&mut found, |(rank, _)| *rank);
    found.into_iter().map(|(_, id)| id.clone()).collect()
}

/// Cables and transceivers that join two ports: those of the full rate first, then cheapest kind first, then by reach. Time: O(cables).
pub fn cables_for(catalog: &Catalog, design: &Design, ends: [PortRef; 2], length: Option<Metres>) -> Vec<PartId> {
    let Some((a, b)) = catalog.view(design, ends[0]).zip(catalog.view(design, ends[1])) else { return Vec::new() };
    let cables = catalog.all_parts(design).filter_map(|part| part.cable().map(|cable| (part, cable)));
    let wanted = [&a, &b].into_iter().filter_map(|end| end.gbps).min_by(Gbps::total_cmp);
    let views = [a, b];
    let fitting = cables.filter(|(_, cable)| fits(cable, ends, &views, length).is_ok());
    let scored = fitting.map(|(part, cable)| {
        let missing = wanted.zip(cable_rate(cable, ends, &views)).map_or(0.0, |(wanted, given)| (wanted.0 - given.0).max(0.0));
        ([missing, f64::from(kind_order(cable.kind)), reach_of(cable)], &part.id)
    });
    let mut found: Vec<([f64; 3], &PartId)> = scored.collect();
    order::sort_by(&mut found, |(a, _), (b, _)| compare(a, b));
    found.into_iter().map(|(_, id)| id.clone()).collect()
}
