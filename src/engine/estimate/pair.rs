//! What one pair of endpoints gets when it has the fabric to itself: hops, bandwidth, and latency taken apart term by term.

use super::collective::group::is_scale_up;
use super::fill::{Shares, fill};
use super::flows::{Demand, Trouble, route, subject_of};
use super::{Draft, Estimate, Input, figures};
use crate::engine::context::Context;
use crate::engine::delays::{self, Sourced};
use crate::engine::latency::pace::PACKET;
use crate::engine::latency::{message, slowest_of};
use crate::engine::routes::Routes;
use crate::engine::topology::{ArcIndex, VertexIndex};
use crate::model::{Confidence, Element, Figure, LinkLayer};
use crate::units::order;

/// Where the parts of a latency come from.
const LATENCY_SOURCE: &str = "Sum along the path: A. Alexandrov et al., LogGP (1995), with cut-through switching";

/// What stands after the ends in what [`bandwidth`] takes for granted.
const ALONE: &str = ", alone in the fabric";

/// Who the estimates of a pair are about, as they say themselves: `dgx-1/xpu1 to dgx-32/xpu8`. `None` where there is no pair.
pub fn ends_told(estimates: &[Estimate]) -> Option<&str> {
    let told = estimates.iter().find(|estimate| estimate.key() == "pair-bandwidth")?.assumptions().first()?;
    Some(told.strip_suffix(ALONE).unwrap_or(told))
}

/// Estimates for one pair: `pair-hops`, `pair-bandwidth`, `pair-latency` and its terms, `pair-latency-software`.
/// Empty if an end does not exist or both are the same.
pub fn estimates(context: &Context, from: &Element, to: &Element) -> Vec<Estimate> {
    let vertex = |element| context.topology.vertex_of(context.design, context.catalog, element);
    match (vertex(from), vertex(to)) {
        (Some(from), Some(to)) if from != to => between(context, from, to),
        _ => Vec::new(),
    }
}

/// As [`estimates`], between vertices.
pub fn between(context: &Context, from: VertexIndex, to: VertexIndex) -> Vec<Estimate> {
    let ends = format!("{} to {}", name(context, from), name(context, to));
    let mut routes = Routes::under(&context.topology, &context.routing.turns);
    routes.between(from, to);
    let lost = context.routing.fabrics.iter().any(|fabric| fabric.imported.is_some())
        && route(&context.topology, &[Ok(Demand { from, to, path: None })], &context.routing).pop() == Some(Err(Trouble::NoEntry));
    let only = only_path(context, from, to);
    let Some(Way { hops, paths, forwarded }) = way(context, &routes, from).filter(|_| !lost) else {
        let none = |key: &str, label: &str, unit: &str| {
            let input = Input::figure("route", if lost { "the imported forwarding tables do not lead there" } else { "no route leads there" }, unit, None);
            Estimate::new(Draft::new(key, label, unit, "route", "Routes over links that can be used").assume(ends.clone()).input(input), context.recalled())
        };
        return vec![none("pair-bandwidth", "Bandwidth of the pair", "Gb/s"), none("pair-latency", "Latency of the pair", "ns")];
    };
    let (hops, told) = match &only {
        Some(arcs) if arcs.len() as u32 > hops => (arcs.len() as u32, format!("{ends}: one path by forwarding tables; the fewest hops are {hops}")),
        Some(arcs) => (arcs.len() as u32, format!("{ends}: one path by forwarding tables, of {paths} equal ones")),
        None if forwarded => {
            (hops, format!("{ends}: by way of other XPUs of the domain alone, {paths} equal path{} from there", if paths == 1 { "" } else { "s" }))
        }
        None => (hops, format!("{ends}: {paths} equal path{}", if paths == 1 { "" } else { "s" })),
    };
    let how = if forwarded { context.routing.around() } else { context.routing.direct() };
    let counted = Draft::new("pair-hops", "Hops of the pair", "", "hops", "Fewest hops of the routing in force; endpoints never forward")
        .assume(told)
        .assume(how)
        .input(Input::counted("hops", "links and wires crossed", "", f64::from(hops)));
    let mut all = vec![Estimate::new(counted, context.recalled()), bandwidth(context, from, to, &ends)];
    let path = if let Some(arcs) = only {
        Some(Path { arcs, from, to })
    } else if context.routing.goes_straight() {
        slowest_path(context, &routes, from)
    } else {
        crate::engine::latency::slowest_path(context, message(context), from, to).map(|arcs| Path { arcs, from, to })
    };
    all.extend(path.map(|path| latency(context, &path, &ends, "pair-latency", "Latency of the pair")).unwrap_or_default());
    all
}

/// How one gets to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// Links and wires crossed.
    pub hops: u32,
    /// How many equal paths there are; of what is forwarded, from the XPUs that it is forwarded by.
    pub paths: u128,
    /// Whether it takes another XPU of the domain, as its own adapters do not lead there.
    pub forwarded: bool,
}

/// The way from a vertex to the destination of a finished search ([`Routes::between`]); where XPUs forward, by those of its domain where it has none of its own.
/// Time: O(1), where it has none of its own a search for each XPU of the domain.
pub fn way(context: &Context, routes: &Routes, from: VertexIndex) -> Option<Way> {
    if let Some(hops) = routes.hops(from) {
        return Some(Way { hops, paths: routes.path_count(from), forwarded: false });
    }
    let domain = |vertex: VertexIndex| context.routing.domains.get(vertex as usize);
    let (own, to) = (domain(from)?, routes.target());
    let hops = crate::engine::latency::slowest_path(context, message(context), from, to)?.len() as u32;
    let mut ways: Vec<(u32, u128)> = Vec::new();
    let mut search = Routes::under(&context.topology, &context.routing.turns);
    for member in context.topology.endpoints().iter().copied().filter(|member| domain(*member) == Some(own)) {
        search.between(member, to);
        ways.extend(search.hops(member).map(|hops| (hops, search.path_count(member))));
    }
    let fewest = ways.iter().map(|(hops, _)| *hops).min()?;
    let paths = ways.iter().filter(|(hops, _)| *hops == fewest).fold(0u128, |sum, (_, paths)| sum.saturating_add(*paths));
    Some(Way { hops, paths, forwarded: true })
}

/// The one path of a pair's first flow, as arcs, where switches forward by tables; `None` where none do, or where the flow is split on its way.
pub fn only_path(context: &Context, from: VertexIndex, to: VertexIndex) -> Option<Vec<ArcIndex>> {
    if context.routing.tables.is_empty() {
        return None;
    }
    let mut left = route(&context.topology, &[Ok(Demand { from, to, path: None })], &context.routing).pop()?.ok()?;
    let mut here = from;
    let mut arcs = Vec::with_capacity(left.len());
    while here != to {
        let leaves = |arc: ArcIndex| context.topology.arc_ends(arc).filter(|[start, _]| *start == here);
        let at = left.iter().position(|(arc, share)| leaves(*arc).is_some() && (share - 1.0).abs() < 1e-9)?;
        let (arc, _) = left.swap_remove(at);
        here = leaves(arc)?[1];
        arcs.push(arc);
    }
    left.is_empty().then_some(arcs)
}

/// The rate of a pair over the paths that the routing in force gives it: the arc that is full first decides.
fn bandwidth(context: &Context, from: VertexIndex, to: VertexIndex, ends: &str) -> Estimate {
    let topology = &context.topology;
    let demand = [Ok(Demand { from, to, path: None })];
    let shares = route(topology, &demand, &context.routing).pop().and_then(Result::ok).unwrap_or_default();
    // Only arcs on the way are filled, in the order of all.
    let mut arcs: Vec<ArcIndex> = shares.iter().map(|(arc, _)| *arc).collect();
    order::unique_numbers(&mut arcs);
    let capacity_of = |arc: ArcIndex| topology.edges().get(arc as usize / 2).filter(|edge| edge.rate_known).map(|edge| edge.gbps);
    let capacity: Vec<Option<f64>> = arcs.iter().map(|arc| capacity_of(*arc)).collect();
    let unknown = shares.iter().filter(|(arc, _)| capacity_of(*arc).is_none()).count();
    let dense: Shares = shares.iter().filter_map(|(arc, share)| Some((arcs.binary_search(arc).ok()? as u32, *share))).collect();
    let filled = fill(std::slice::from_ref(&dense), &capacity).pop();
    let bottleneck = filled.and_then(|filled| arcs.get(filled.bottleneck? as usize).copied()).filter(|_| unknown == 0);
    let share = bottleneck.and_then(|arc| shares.iter().find(|(other, _)| *other == arc)).map_or(1.0, |(_, share)| *share);
    let place = bottleneck.and_then(|arc| subject_of(topology, arc)).map_or_else(String::new, |subject| format!(" ({subject})"));
    let rate = bottleneck.and_then(capacity_of);
    let capacity = match rate {
        Some(rate) => Input::counted("capacity", &format!("capacity of the link that is full first{place}"), "Gb/s", rate),
        None => Input::figure("capacity", &format!("{unknown} links on the way have no known rate"), "Gb/s", None),
    };
    let draft = Draft::new(
        "pair-bandwidth",
        "Bandwidth of the pair",
        "Gb/s",
        "capacity / share",
        "Max-min fair rate by progressive filling: D. Bertsekas, R. Gallager, Data Networks (1992), 6.5.2",
    )
    .assume(format!("{ends}{ALONE}"))
    .assume(context.routing.assumption())
    .input(capacity)
    .input(Input::counted("share", "share of the pair's traffic on that link", "", share));
    Estimate::new(draft, context.recalled())
}

/// The path among all equal shortest ones that takes longest, as arcs with the vertices they leave.
#[derive(Clone, Debug)]
pub struct Path {
    /// Arcs from source to destination.
    pub arcs: Vec<ArcIndex>,
    /// Where it starts.
    pub from: VertexIndex,
    /// Where it ends.
    pub to: VertexIndex,
}

/// The slowest of the equal paths toward the destination of the last search.
pub fn slowest_path(context: &Context, routes: &Routes, from: VertexIndex) -> Option<Path> {
    let (arcs, to) = (slowest_of(&context.topology, context.pace(), routes, from)?, routes.target());
    // Mostly it is asked for again, as the slowest of all.
    context.slowest.replace(Some(([from, to], arcs.clone())));
    Some(Path { arcs, from, to })
}

/// The latency of a path under `key` and its terms under `key.adapter`, `key.pcie`, `key.wires`, `key.serialisation`,
/// `key.propagation`, `key.fec`, `key.electronics`, `key.switch`, `key.stated`, as far as the path has them.
pub fn latency(context: &Context, path: &Path, ends: &str, key: &str, label: &str) -> Vec<Estimate> {
    let mut terms = Terms::default();
    terms.collect(context, path);
    let parts = terms.estimates(context, key);
    let mut draft = Draft::new(key, label, "ns", parts.iter().map(|part| last_word(part.key())).collect::<Vec<_>>().join(" + "), LATENCY_SOURCE)
        .assume(format!("{ends}, message of {}, nothing else in the fabric", message(context)))
        .assume("On the wire, adapters included; what a collective library adds is shown apart");
    for part in &parts {
        draft = draft.input(Input::of(last_word(part.key()), part));
        draft = part.sources().iter().fold(draft, |draft, source| draft.source(source.clone()));
    }
    let mut all = vec![Estimate::new(draft, context.recalled())];
    all.extend(parts);
    all.push(software(context, path, key, ends));
    all
}

fn last_word(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// Everything of one kind along a path: equal figures are counted together.
#[derive(Default)]
struct Terms {
    adapter: Vec<(u32, Sourced)>,
    pcie: Vec<(u32, Sourced)>,
    wires: Vec<(u32, Sourced)>,
    fec: Vec<(u32, Sourced)>,
    electronics: Vec<(u32, Sourced)>,
    switch: Vec<(u32, Sourced)>,
    stated: Vec<(u32, Sourced)>,
    metres: f64,
    assumed: Option<Figure<f64>>,
    assumed_links: u32,
    slowest: Option<f64>,
    rate_unknown: bool,
    /// The slowest rate of each stretch between switches that take packets in whole.
    stretches: Vec<f64>,
}

fn count(list: &mut Vec<(u32, Sourced)>, one: Sourced) {
    match list.iter_mut().find(|(_, other)| *other == one) {
        Some((count, _)) => *count += 1,
        None => list.push((1, one)),
    }
}

impl Terms {
    fn collect(&mut self, context: &Context, path: &Path) {
        let topology = &context.topology;
        for end in [path.from, path.to] {
            if context.delays.ending(topology, end).0 > 0.0 {
                self.adapter(context, end);
            }
        }
        for (place, arc) in path.arcs.iter().enumerate() {
            self.edge(context, arc / 2);
            let rate = topology.edges().get(*arc as usize / 2).map_or(0.0, |edge| edge.gbps);
            let Some([from, to]) = topology.arc_ends(*arc) else { continue };
            match self.stretches.last_mut().filter(|_| !context.delays.stores(from)) {
                Some(stretch) => *stretch = stretch.min(rate),
                None => self.stretches.push(rate),
            }
            if place + 1 == path.arcs.len() {
                break;
            }
            let kind = topology.vertices().get(to as usize).map(|vertex| vertex.kind);
            if kind == Some(crate::engine::topology::VertexKind::Nic) {
                self.adapter(context, to);
                continue;
            }
            if let Some(passing) = delays::passing(context.design, context.catalog, topology, to) {
                count(&mut self.switch, passing);
            }
        }
    }

    fn adapter(&mut self, context: &Context, vertex: VertexIndex) {
        if let Some(passing) = delays::passing(context.design, context.catalog, &context.topology, vertex) {
            count(&mut self.adapter, passing);
        }
    }

    fn edge(&mut self, context: &Context, edge: u32) {
        let Some(is) = context.topology.edges().get(edge as usize) else { return };
        if is.rate_known && is.gbps > 0.0 {
            self.slowest = Some(self.slowest.map_or(is.gbps, |slowest| slowest.min(is.gbps)));
        } else {
            self.rate_unknown = true;
        }
        let Some(link) = context.topology.link_of(edge).and_then(|id| context.design.links.get(id)) else {
            let layer = is.layer.map_or("wire", LinkLayer::label);
            let (figure, source) = match context.topology.latency(edge) {
                Some(stated) => (Figure::exact(stated, Confidence::Derived), "The system's part in the catalogue".to_owned()),
                None => (delays::inside_wire(is.layer), figures::RECALLED.to_owned()),
            };
            let list = if is.layer == Some(LinkLayer::Pcie) { &mut self.pcie } else { &mut self.wires };
            return count(list, Sourced { label: format!("{layer} inside a system"), figure, source });
        };
        if let Some(stated) = context.topology.latency(edge) {
            let figure = Figure::exact(stated, Confidence::Stated);
            return count(&mut self.stated, Sourced { label: "latency stated for a link".to_owned(), figure, source: "Stated in this design".to_owned() });
        }
        let length = delays::length(context.design, link, &context.length(link));
        if length.is_recalled() {
            self.assumed_links += 1;
            self.assumed = Some(match self.assumed.take() {
                Some(sum) => Figure { value: sum.value + length.value, low: sum.low + length.low, high: sum.high + length.high, ..sum },
                None => length,
            });
        } else {
            self.metres += length.value;
        }
        let facts = context.topology.facts().get(edge as usize);
        let protocol = facts.and_then(|facts| facts.protocol.as_deref());
        let (figure, source) = delays::correction(context.catalog, protocol, is.layer);
        let over = protocol.or(is.layer.map(LinkLayer::label)).unwrap_or("any protocol");
        count(&mut self.fec, Sourced { label: format!("error correction, {over}"), figure, source });
        if let Some(figure) = facts.and_then(|facts| facts.electronics.clone()).filter(|figure| figure.high.0 > 0.0) {
            let part = link.part.as_ref().and_then(|id| context.catalog.part(context.design, id));
            let source = part.map_or_else(String::new, |part| delays::source_of(part.cable().and_then(|cable| cable.latency.as_ref()?.source), &part.sources));
            let label = part.map_or_else(|| "cable".to_owned(), |part| part.name.clone());
            let figure = Figure { value: figure.value.0, low: figure.low.0, high: figure.high.0, confidence: figure.confidence, source: None };
            count(&mut self.electronics, Sourced { label, figure, source });
        }
    }

    fn estimates(&self, context: &Context, key: &str) -> Vec<Estimate> {
        let mut all = Vec::new();
        for (word, label, list, source) in [
            ("stated", "Links with stated latency", &self.stated, "Stated in this design"),
            ("adapter", "Adapters and hosts", &self.adapter, "One way through each adapter on the path"),
            ("pcie", "PCIe", &self.pcie, "Each PCIe wire on the path"),
            ("wires", "Wires inside systems", &self.wires, "Each wire inside a system on the path"),
            ("switch", "Switches", &self.switch, "Port to port through each switch on the path"),
            ("fec", "Error correction", &self.fec, "Once per link: RS(544,514) gathers and decodes a block on each"),
            ("electronics", "Cable electronics", &self.electronics, "Both ends of each active cable on the path"),
        ] {
            if !list.is_empty() {
                all.push(sum(context, &format!("{key}.{word}"), label, list, source));
            }
        }
        if self.metres > 0.0 || self.assumed.is_some() {
            all.push(self.propagation(context, key));
        }
        all.extend(self.serialisation(context, key));
        all
    }

    fn propagation(&self, context: &Context, key: &str) -> Estimate {
        let formula = if self.assumed.is_some() { "(length + assumed) * delay" } else { "length * delay" };
        let mut draft = Draft::new(&format!("{key}.propagation"), "Propagation", "ns", formula, figures::PROPAGATION_SOURCE)
            .assume("Along all links of the path")
            .input(stated("length", "length stated along the path", "m", self.metres))
            .input(Input::figure("delay", "delay of one metre", "ns/m", Some(figures::PROPAGATION)));
        if let Some(assumed) = &self.assumed {
            draft = draft
                .input(assumption("assumed", &format!("length assumed for {} links that state none", self.assumed_links), "m", assumed))
                .assume("A length that is not stated is 1.5 m within a rack and 10 m elsewhere");
        }
        Estimate::new(draft, context.recalled())
    }

    /// The message goes on the wire once; a switch that stores and forwards takes in a whole packet first.
    fn serialisation(&self, context: &Context, key: &str) -> Option<Estimate> {
        let size = message(context);
        if size.0 <= 0.0 {
            return None;
        }
        let known = self.slowest.filter(|_| !self.rate_unknown);
        let rate = match known {
            Some(rate) => Input::counted("rate", "rate of the slowest link", "Gb/s", rate),
            None => Input::figure("rate", "a link on the way has no known rate", "Gb/s", None),
        };
        let key = format!("{key}.serialisation");
        let bytes = stated("size", "size of the message", "B", size.0);
        let draft = match self.stretches.as_slice() {
            [] | [_] => Draft::new(&key, "Serialisation", "ns", "size * 8 / rate", LATENCY_SOURCE)
                .assume("Cut-through: once, at the rate of the slowest link")
                .input(bytes),
            stretches => {
                let formula = "min(size, packet) * 8 * bit + (size - min(size, packet)) * 8 / rate";
                let label = format!("one bit over {} stretches between switches that take packets in whole, each at its slowest link", stretches.len());
                let bit = known.map_or_else(
                    || Input::figure("bit", &label, "ns/bit", None),
                    |_| Input::counted("bit", &label, "ns/bit", stretches.iter().map(|rate| 1.0 / rate).sum()),
                );
                Draft::new(&key, "Serialisation", "ns", formula, LATENCY_SOURCE)
                    .assume("Store-and-forward: the first packet over each stretch in turn, the rest behind it at the rate of the slowest link")
                    .input(bytes)
                    .input(stated("packet", "largest packet", "B", PACKET.0))
                    .input(bit)
            }
        };
        Some(Estimate::new(draft.input(rate), context.recalled()))
    }
}

/// A sum over kinds: how many times how much.
fn sum(context: &Context, key: &str, label: &str, list: &[(u32, Sourced)], source: &str) -> Estimate {
    let formula = (1..=list.len()).map(|place| format!("count{place} * time{place}")).collect::<Vec<_>>().join(" + ");
    let total: u32 = list.iter().map(|(count, _)| count).sum();
    let mut draft = Draft::new(key, label, "ns", formula, source).assume(format!("{total} on the path"));
    for (place, (count, one)) in list.iter().enumerate() {
        let place = place + 1;
        draft = draft
            .input(Input::counted(&format!("count{place}"), &format!("how many: {}", one.label), "", f64::from(*count)))
            .input(Input::figure(&format!("time{place}"), &one.label, "ns", Some(one.figure.clone())))
            .source(one.source.clone());
    }
    Estimate::new(draft, context.recalled())
}

/// What a collective library reckons for one step between the two, which is not on the wire.
fn software(context: &Context, path: &Path, key: &str, ends: &str) -> Estimate {
    let topology = &context.topology;
    let scale_up = path.arcs.iter().all(|arc| topology.edges().get(*arc as usize / 2).is_some_and(is_scale_up));
    let figure = if scale_up { figures::SOFTWARE_SCALE_UP } else { figures::SOFTWARE_NETWORK };
    let draft = Draft::new(&format!("{key}-software"), "Step of a collective library", "ns", "step", figures::SOFTWARE_SOURCE)
        .assume(format!("{ends}: one ring step as NCCL reckons it, protocol by protocol; not part of the latency on the wire"))
        .input(Input::figure("step", if scale_up { "ring step over the scale-up fabric" } else { "ring step over the network" }, "ns", Some(figure)));
    Estimate::new(draft, context.recalled())
}

fn stated(name: &str, label: &str, unit: &str, value: f64) -> Input {
    Input::figure(name, label, unit, Some(Figure::exact(value, Confidence::Stated)))
}

/// A number nobody stated: drawn like a recalled one, unknown where such are left out.
pub(super) fn assumption(name: &str, label: &str, unit: &str, figure: &Figure<f64>) -> Input {
    Input { confidence: "assumed".to_owned(), recalled: true, ..Input::figure(name, label, unit, Some(figure.clone())) }
}

/// What a vertex is called: its node's name, with the thing inside it.
pub fn name(context: &Context, vertex: VertexIndex) -> String {
    let Some(element) = context.topology.element_of(context.design, context.catalog, vertex) else { return "nothing".to_owned() };
    let node = context.name(element.node);
    match element.inside {
        Some(inside) => format!("{node}/{inside}"),
        None => node,
    }
}
