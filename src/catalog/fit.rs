//! Whether things fit: two ports, and a cable between them. Canvas, rules, fixes and "what fits" ask here and nowhere else.
//!
//! [`may_connect`] refuses only what can never work (a port that is missing or taken, two link layers, a backplane
//! against a cage). What works with a harm, such as two rates with a lower one in common, connects and is a fact for
//! the rules ([`rates_differ`]). [`cable_fits`] is stricter: it judges form factor, module top, lanes, layer, reach and
//! how many ports share a connector.

use std::fmt;

use super::load::Catalog;
use super::ports::{PortInfo, PortUse};
use crate::model::{
    CableDetail, CableEnd, CableKind, Confidence, Design, Figure, FormFactor, Link, LinkId, LinkLayer, NodeId, Part, PartId, PartKind, PortRef, Top,
};
use crate::units::{Gbps, Metres, Nanoseconds, Watts};

/// Why two ports, or a cable and its ports, do not fit. Prints as one sentence with both numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Misfit {
    /// The design has no such port.
    NoSuchPort(PortRef),
    /// Both ends are the same port, or a cage and a port in it.
    SamePort(PortRef),
    /// Both ends are on one node.
    SameNode(NodeId),
    /// Something else ends there already.
    InUse {
        /// The port.
        port: PortRef,
        /// The link that has it.
        by: LinkId,
    },
    /// The ports speak different link layers.
    Layer {
        /// What the first speaks.
        a: Vec<LinkLayer>,
        /// What the second speaks.
        b: Vec<LinkLayer>,
    },
    /// The rates differ; the link runs at the lower.
    Rate {
        /// Rate of the first port.
        a: Gbps,
        /// Rate of the second.
        b: Gbps,
    },
    /// A backplane connector against a cage, or a PCIe slot against either.
    Connector {
        /// Shape of the first port.
        a: FormFactor,
        /// Shape of the second.
        b: FormFactor,
    },
    /// The part is no cable.
    NotACable(PartId),
    /// The connector does not go into the cage.
    Form {
        /// The port.
        port: PortRef,
        /// What the cage takes.
        needs: FormFactor,
        /// What the cable has.
        has: FormFactor,
    },
    /// A finned module at a flat-top cage or the other way.
    Top {
        /// The port.
        port: PortRef,
        /// What the cage takes.
        needs: Top,
        /// What the module has.
        has: Top,
    },
    /// Active electronics run their lanes faster than the cage can.
    LaneRate {
        /// The port.
        port: PortRef,
        /// What the cage's lanes do.
        needs: Gbps,
        /// What the module's lanes need.
        has: Gbps,
    },
    /// An OSFP module with another number of lanes than the cage: one port in a twin-port cage, or the other way.
    Lanes {
        /// The port.
        port: PortRef,
        /// Lanes of the whole cage.
        needs: u8,
        /// Lanes of the module.
        has: u8,
    },
    /// The cable has another number of connectors per side than the ports share cages.
    Split {
        /// How many ports of the first end share a connector.
        a: u8,
        /// How many of the second.
        b: u8,
        /// Connectors of the cable, side by side.
        connectors: [u8; 2],
    },
    /// The run is longer than the cable reaches.
    Reach {
        /// Length of the run.
        length: Metres,
        /// The longest the cable comes.
        reach: Metres,
    },
    /// The cable is not made for what the ports speak.
    CableLayer {
        /// What the ports speak.
        needs: LinkLayer,
        /// What the cable is made for.
        has: Vec<LinkLayer>,
    },
}

impl Misfit {
    /// The diagnostic it belongs to.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchPort(_) => "port-missing",
            Self::SamePort(_) | Self::SameNode(_) => "link-to-itself",
            Self::InUse { .. } => "port-used-twice",
            Self::Layer { .. } => "link-layer-mismatch",
            Self::Rate { .. } => "link-rate-mismatch",
            Self::Connector { .. } | Self::Form { .. } => "form-factor-mismatch",
            Self::NotACable(_) => "link-part-not-a-cable",
            Self::Top { .. } => "module-top-mismatch",
            Self::LaneRate { .. } => "lane-rate-mismatch",
            Self::Lanes { .. } => "module-lanes-mismatch",
            Self::Split { .. } => "cable-split-mismatch",
            Self::Reach { .. } => "reach-exceeded",
            Self::CableLayer { .. } => "cable-layer-mismatch",
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchPort(port) => write!(out, "There is no port {port}"),
            Self::SamePort(port) => write!(out, "Both ends are port {port}"),
            Self::SameNode(node) => write!(out, "Both ends are on {node}"),
            Self::InUse { port, by } => write!(out, "Port {port} is taken by link {by}"),
            Self::Layer { a, b } => write!(out, "One end speaks {}, the other {}", layers(a), layers(b)),
            Self::Rate { a, b } => write!(out, "One end runs at {a}, the other at {b}"),
            Self::Connector { a, b } => write!(out, "One end is {}, the other {}; no cable joins them", a.label(), b.label()),
            Self::NotACable(part) => write!(out, "{part} is not a cable"),
            Self::Form { port, needs, has } => write!(out, "Port {port} needs {}, the cable has {}", needs.label(), has.label()),
            Self::Top { port, needs, has } => write!(out, "Port {port} needs a {} top, the module has a {} top", top(*needs), top(*has)),
            Self::LaneRate { port, needs, has } => write!(out, "Port {port} runs lanes of {needs}, the module needs {has}"),
            Self::Lanes { port, needs, has } => write!(out, "The cage of port {port} has {needs} lanes, the module {has}"),
            Self::Split { a, b, connectors: [first, second] } => {
                write!(
                    out,
                    "The ports share connectors {a} and {b} at a time, the cable has {first} connector{} to {second}",
                    if *first == 1 { "" } else { "s" }
                )
            }
            Self::Reach { length, reach } => write!(out, "The run is {length}, the cable reaches {reach}"),
            Self::CableLayer { needs, has } => write!(out, "The ports speak {needs}, the cable is made for {}", layers(has)),
        }
    }
}

fn layers(layers: &[LinkLayer]) -> String {
    let names: Vec<&str> = layers.iter().map(|layer| layer.label()).collect();
    if names.is_empty() { "anything".to_owned() } else { names.join(" or ") }
}

const fn top(top: Top) -> &'static str {
    match top {
        Top::Finned => "finned",
        Top::Flat => "flat",
    }
}

/// Whether two ports may meet at all. The first reason against it, else `Ok`. Time: O(log links).
///
/// # Errors
/// What can never work: see [`Misfit`].
pub fn may_connect(catalog: &Catalog, design: &Design, used: &PortUse, a: PortRef, b: PortRef) -> Result<(), Misfit> {
    if a.node == b.node {
        return Err(if a.port.overlaps(b.port) { Misfit::SamePort(a) } else { Misfit::SameNode(a.node) });
    }
    let first = catalog.port(design, a).ok_or(Misfit::NoSuchPort(a))?;
    let second = catalog.port(design, b).ok_or(Misfit::NoSuchPort(b))?;
    for port in [a, b] {
        if let Some((_, by)) = used.overlapping(port).next() {
            return Err(Misfit::InUse { port, by });
        }
    }
    ports_agree(&first, &second)
}

/// Whether two ports could be joined by some cable, whether or not they are free.
///
/// # Errors
/// [`Misfit::Connector`] or [`Misfit::Layer`].
pub fn ports_agree(a: &PortInfo, b: &PortInfo) -> Result<(), Misfit> {
    if family(a.form).zip(family(b.form)).is_some_and(|(a, b)| a != b) {
        return Err(Misfit::Connector { a: a.form, b: b.form });
    }
    if a.layers.is_empty() || b.layers.is_empty() || common_layer(a, b).is_some() {
        return Ok(());
    }
    Err(Misfit::Layer { a: a.layers.clone(), b: b.layers.clone() })
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
fn common_layer(a: &PortInfo, b: &PortInfo) -> Option<LinkLayer> {
    match (a.layers.as_slice(), b.layers.as_slice()) {
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
    let [a, b] = ends;
    let first = catalog.port(design, a).ok_or(Misfit::NoSuchPort(a))?;
    let second = catalog.port(design, b).ok_or(Misfit::NoSuchPort(b))?;
    let infos = [&first, &second];

    plugs_in(detail, ends, infos, false).or_else(|misfit| plugs_in(detail, ends, infos, true).map_err(|_| misfit))?;
    if let Some(needs) = common_layer(&first, &second).filter(|layer| !detail.layers.is_empty() && !detail.layers.contains(layer)) {
        return Err(Misfit::CableLayer { needs, has: detail.layers.clone() });
    }
    if let (Some(length), Some(reach)) = (length, &detail.reach) {
        if length.0 > reach.value.0 {
            return Err(Misfit::Reach { length, reach: reach.value });
        }
    }
    Ok(())
}

/// Whether both connectors go in, one way round.
fn plugs_in(cable: &CableDetail, ports: [PortRef; 2], infos: [&PortInfo; 2], swapped: bool) -> Result<(), Misfit> {
    let [first, second] = &cable.ends;
    let sides = if swapped { [second, first] } else { [first, second] };
    for ((port, info), side) in ports.into_iter().zip(infos).zip(sides) {
        plug_in(cable.kind, port, info, side)?;
    }
    let [a, b] = [sharing(ports[0], infos[0]), sharing(ports[1], infos[1])];
    let [many, few] = sides.map(|side| side.connectors.max(1));
    let generic = infos.iter().any(|info| info.form == FormFactor::Any) || sides.iter().any(|side| side.form == FormFactor::Any);
    if generic || u16::from(a) * u16::from(many) == u16::from(b) * u16::from(few) {
        return Ok(());
    }
    Err(Misfit::Split { a, b, connectors: [many, few] })
}

/// How many ports share the connector at this port: 1 if the whole cage is used.
fn sharing(port: PortRef, info: &PortInfo) -> u8 {
    if port.port.child == 0 { 1 } else { info.siblings.max(1) }
}

fn plug_in(kind: CableKind, port: PortRef, info: &PortInfo, side: &CableEnd) -> Result<(), Misfit> {
    if info.form == FormFactor::Any || side.form == FormFactor::Any {
        return Ok(());
    }
    let lane = lane_rate(info);
    if !takes(info.form, lane, side.form) {
        return Err(Misfit::Form { port, needs: info.form, has: side.form });
    }
    if let (Some(needs), Some(has)) = (info.top, side.top) {
        if needs != has {
            return Err(Misfit::Top { port, needs, has });
        }
    }
    let lanes = info.lanes.saturating_mul(sharing(port, info));
    if matches!(side.form, FormFactor::Osfp | FormFactor::Osfp224) && lanes > 0 && side.lanes > 0 && lanes != side.lanes {
        return Err(Misfit::Lanes { port, needs: lanes, has: side.lanes });
    }
    // Passive copper carries any lower rate; electronics made for fast lanes do not slow down.
    match lane {
        Some(needs) if kind != CableKind::Dac && side.lane.0 > needs.0 => Err(Misfit::LaneRate { port, needs, has: side.lane }),
        _ => Ok(()),
    }
}

/// Rate of one electrical lane of a port, where both numbers are known.
fn lane_rate(info: &PortInfo) -> Option<Gbps> {
    info.gbps.filter(|_| info.lanes > 0).map(|rate| rate / f64::from(info.lanes))
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

/// The cable to propose for two ports: one that fits, of the kind that costs least (DAC, then ACC, AEC, AOC, optics), does
/// not slow the ports down, reaches, and reaches no further than needed. Without a length the shortest kind wins. Ports
/// that take anything get the generic cable. Time: O(cables).
pub fn best_cable(catalog: &Catalog, design: &Design, ends: [PortRef; 2], length: Option<Metres>) -> Option<PartId> {
    let infos = [catalog.port(design, ends[0])?, catalog.port(design, ends[1])?];
    let generic = infos.iter().any(|info| info.form == FormFactor::Any);
    let cables = catalog.parts().filter(|part| matches!(part.kind, PartKind::Cable | PartKind::Transceiver));
    let wanted = infos.iter().filter_map(|info| info.gbps).fold(None, |least: Option<Gbps>, rate| Some(least.map_or(rate, |least| least.min(rate))));
    let mut best: Option<([f64; 3], &PartId)> = None;
    for part in cables {
        let Some(detail) = part.cable() else { continue };
        let any = detail.ends.iter().all(|end| end.form == FormFactor::Any);
        if any != generic || cable_fits(catalog, design, ends, part, length).is_err() {
            continue;
        }
        let share = cable_rate(detail, ends, [&infos[0], &infos[1]]);
        let missing = wanted.zip(share).map_or(0.0, |(wanted, share)| (wanted.0 - share.0).max(0.0));
        let score = [missing, f64::from(kind_order(detail.kind)), detail.reach.as_ref().map_or(f64::MAX, |reach| reach.value.0)];
        if best
            .as_ref()
            .is_none_or(|(least, _)| score.iter().zip(least).map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne()).is_some_and(|order| order.is_lt()))
        {
            best = Some((score, &part.id));
        }
    }
    best.map(|(_, id)| id.clone())
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
fn cable_rate(cable: &CableDetail, ports: [PortRef; 2], infos: [&PortInfo; 2]) -> Option<Gbps> {
    let [first, second] = &cable.ends;
    let swapped = plugs_in(cable, ports, infos, false).is_err() && plugs_in(cable, ports, infos, true).is_ok();
    let sides = if swapped { [second, first] } else { [first, second] };
    let shares = ports.into_iter().zip(infos).zip(sides).filter(|(_, side)| side.gbps.0 > 0.0);
    shares.map(|((port, info), side)| side.gbps / f64::from(sharing(port, info))).min_by(Gbps::total_cmp)
}

/// The rate a link runs at: what it states itself, else the least of both ports and the cable. `None` if nothing is known.
pub fn effective_rate(catalog: &Catalog, design: &Design, link: &Link) -> Option<Gbps> {
    effective_rate_figure(catalog, design, link).map(|rate| rate.value)
}

/// [`effective_rate`] with what it rests on: the weakest of the facts that were compared.
pub fn effective_rate_figure(catalog: &Catalog, design: &Design, link: &Link) -> Option<Figure<Gbps>> {
    if let Some(stated) = link.gbps.filter(|rate| rate.is_finite() && rate.0 >= 0.0) {
        return Some(Figure::exact(stated, Confidence::Stated));
    }
    let infos = link.ends.map(|end| catalog.port(design, end));
    let mut rates: Vec<(Gbps, Confidence)> = infos.iter().flatten().filter_map(|info| info.gbps.map(|rate| (rate, info.basis.confidence))).collect();
    let cable = link.part.as_ref().and_then(|id| catalog.part(design, id)).and_then(Part::cable);
    if let (Some(cable), [Some(first), Some(second)]) = (cable, &infos) {
        rates.extend(cable_rate(cable, link.ends, [first, second]).map(|rate| (rate, cable.basis.confidence)));
    }
    let least = rates.iter().map(|(rate, _)| *rate).filter(|rate| rate.is_finite()).min_by(Gbps::total_cmp)?;
    let confidence = rates.iter().filter(|(rate, _)| *rate == least).map(|(_, confidence)| *confidence).min().unwrap_or_default();
    Some(Figure::exact(least, confidence))
}

/// The two rates of a link's ports where they differ, first end first.
pub fn rates_differ(catalog: &Catalog, design: &Design, link: &Link) -> Option<Misfit> {
    let [a, b] = link.ends.map(|end| catalog.port(design, end).and_then(|info| info.gbps));
    a.zip(b).filter(|(a, b)| a != b).map(|(a, b)| Misfit::Rate { a, b })
}

/// What a link speaks: what both ports speak, else what its cable is made for alone, else what the one port that says
/// anything speaks. `None` if nothing is known or the ports disagree.
pub fn link_layer(catalog: &Catalog, design: &Design, link: &Link) -> Option<LinkLayer> {
    let [a, b] = link.ends.map(|end| catalog.port(design, end));
    let (a, b) = (a?, b?);
    if let Some(layer) = common_layer(&a, &b) {
        return Some(layer);
    }
    if !a.layers.is_empty() && !b.layers.is_empty() {
        return None;
    }
    let cable = link.part.as_ref().and_then(|id| catalog.part(design, id)).and_then(Part::cable);
    match cable.map(|cable| cable.layers.as_slice()) {
        Some([only]) => Some(*only),
        _ => a.layers.first().or(b.layers.first()).copied(),
    }
}

/// What the electronics of a link's cable draw, both ends together. Where several ports share a module, this link's
/// share of it.
pub fn link_power(catalog: &Catalog, design: &Design, link: &Link) -> Option<Figure<Watts>> {
    end_figures(catalog, design, link, |cable| cable.power.clone(), true)
}

/// What the electronics of a link's cable add, both ends together.
pub fn link_electronics(catalog: &Catalog, design: &Design, link: &Link) -> Option<Figure<Nanoseconds>> {
    end_figures(catalog, design, link, |cable| cable.latency.clone(), false)
}

/// Sums a figure of both ends; each end's is its own module's where the cable names its modules.
fn end_figures<T>(catalog: &Catalog, design: &Design, link: &Link, of: fn(&CableDetail) -> Option<Figure<T>>, shared: bool) -> Option<Figure<T>>
where
    T: Copy + std::ops::Add<Output = T> + std::ops::Div<f64, Output = T>,
{
    let cable = link.part.as_ref().and_then(|id| catalog.part(design, id)).and_then(Part::cable)?;
    let infos = [catalog.port(design, link.ends[0])?, catalog.port(design, link.ends[1])?];
    let swapped = plugs_in(cable, link.ends, [&infos[0], &infos[1]], false).is_err();
    let mut total: Option<Figure<T>> = None;
    for (at, (end, info)) in link.ends.into_iter().zip(&infos).enumerate() {
        let module = cable.modules.get(if swapped { 1 - at } else { at }).and_then(|id| catalog.part(design, id)).and_then(Part::cable);
        let figure = of(module.unwrap_or(cable))?;
        let ports = f64::from(if shared { sharing(end, info) } else { 1 });
        let share = Figure { value: figure.value / ports, low: figure.low / ports, high: figure.high / ports, ..figure };
        total = Some(match total {
            None => Figure { source: None, ..share },
            Some(sum) => Figure {
                value: sum.value + share.value,
                low: sum.low + share.low,
                high: sum.high + share.high,
                confidence: sum.confidence.max(share.confidence),
                source: None,
            },
        });
    }
    total
}

/// Parts that could go on the free end of a cable from `from`: each has a port that may meet it, in palette order. Cables
/// and racks are left out; see [`cables_for`].
pub fn what_fits(catalog: &Catalog, design: &Design, used: &PortUse, from: PortRef) -> Vec<PartId> {
    let Some(info) = catalog.port(design, from).filter(|_| used.is_free(from)) else { return Vec::new() };
    let fits = |part: &&Part| part.ports.iter().any(|group| ports_agree(&info, &PortInfo::of_group(group)).is_ok());
    catalog.parts().filter(fits).map(|part| part.id.clone()).collect()
}

/// Cables and transceivers that join two ports, cheapest-looking kind first, then by reach.
pub fn cables_for(catalog: &Catalog, design: &Design, ends: [PortRef; 2], length: Option<Metres>) -> Vec<PartId> {
    let mut found: Vec<(u8, f64, &PartId)> = catalog
        .parts()
        .filter(|part| cable_fits(catalog, design, ends, part, length).is_ok())
        .filter_map(|part| part.cable().map(|cable| (kind_order(cable.kind), cable.reach.as_ref().map_or(f64::MAX, |reach| reach.value.0), &part.id)))
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    found.into_iter().map(|(_, _, id)| id.clone()).collect()
}
