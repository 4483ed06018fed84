//! The data sheet of a part: every figure with what it rests on, where it was read, and what other sources say. The part's page, the
//! inspector and the tests read it here, so that none of them leaves a figure out.

use std::fmt::Display;

use super::{Book, more};
use crate::model::{
    Basis, CableDetail, CableEnd, Confidence, Cooling, Design, Figure, Part, PartDetail, PortGroup, PortRole, Price, Protocol, Source, Status, Switching, Tier,
    Top,
};
use crate::units::{Cents, grouped, significant};

/// The label of lines about groups of ports, of which there is one for each, in order.
pub const PORTS: &str = "Ports";

/// One line of a data sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// What it says, for example `Power`.
    pub label: String,
    /// The value with unit and range.
    pub value: String,
    /// How much it can be trusted; `None` is no figure but a word.
    pub confidence: Option<Confidence>,
    /// The place of its source in the sources of the part; `None` is one of them, or nobody's but the design's.
    pub source: Option<u16>,
    /// Its source in words, where that is not among those of the part.
    pub by: String,
    /// What other sources say: the other value, and who gives it.
    pub others: Vec<(String, String)>,
}

impl Line {
    fn word(label: &str, value: impl Into<String>) -> Self {
        Self { label: label.to_owned(), value: value.into(), ..Self::default() }
    }
    fn based(label: &str, value: String, basis: Basis) -> Self {
        Self { confidence: Some(basis.confidence), source: basis.source, ..Self::word(label, value) }
    }
    fn figure<T: Copy + Display + PartialEq>(label: &str, figure: Option<&Figure<T>>) -> Option<Self> {
        let figure = figure?;
        let range = if figure.low == figure.high { String::new() } else { format!(" ({} to {})", figure.low, figure.high) };
        Some(Self::based(label, format!("{}{range}", figure.value), Basis { confidence: figure.confidence, source: figure.source }))
    }
    /// A figure that has no type with a unit.
    fn plain(label: &str, figure: Option<&Figure<f64>>, unit: &str) -> Option<Self> {
        let mut line = Self::figure(label, figure)?;
        line.value = format!("{} {unit}", line.value);
        Some(line)
    }
    /// Whether it rests on somebody's memory.
    pub fn is_recalled(&self) -> bool {
        self.confidence == Some(Confidence::Recalled)
    }
}

/// What a group of ports is, in a line: `32 × OSFP, finned top · 2 ports of 400 Gb/s each · InfiniBand`.
pub fn ports_in_words(group: &PortGroup) -> String {
    let count = group.count.map_or_else(|| "any number of".to_owned(), |count| format!("{count} ×"));
    let mut words = vec![format!("{count} {}{}", group.form.label(), top_words(group.top))];
    words.extend(group.gbps.map(|rate| match group.per_cage {
        0 | 1 => rate.to_string(),
        many => format!("{many} ports of {} each", rate / f64::from(many)),
    }));
    if group.lanes > 0 {
        words.push(format!("{} lanes", group.lanes));
    }
    let layers: Vec<&str> = group.layers.iter().map(|layer| layer.label()).collect();
    words.push(if layers.is_empty() { "speaks anything".to_owned() } else { layers.join(" or ") });
    if !group.breakouts.is_empty() {
        let splits: Vec<String> = group.breakouts.iter().map(ToString::to_string).collect();
        words.push(format!("splits into {}", splits.join(", ")));
    }
    words.join(" · ")
}

/// What a group of ports is for.
pub const fn role_in_words(role: PortRole) -> &'static str {
    match role {
        PortRole::Compute => "compute fabric",
        PortRole::FrontEnd => "front end",
        PortRole::Management => "management",
        PortRole::ScaleUp => "scale-up",
        PortRole::Storage => "storage",
    }
}

/// Whether a part can be bought, where that is not plain.
pub const fn status_in_words(status: Status) -> Option<&'static str> {
    match status {
        Status::Announced => Some("announced"),
        Status::Retired => Some("used market"),
        Status::Shipping => None,
    }
}

const fn top_words(top: Option<Top>) -> &'static str {
    match top {
        Some(Top::Finned) => ", finned top",
        Some(Top::Flat) => ", flat top",
        None => "",
    }
}

fn end_in_words(end: &CableEnd) -> String {
    let count = if end.connectors > 1 { format!("{} × ", end.connectors) } else { String::new() };
    let lanes = if end.lanes > 0 { format!(", {} lanes of {}", end.lanes, end.lane) } else { String::new() };
    let rate = if end.gbps.0 > 0.0 { format!(" · {}", end.gbps) } else { String::new() };
    format!("{count}{}{}{rate}{lanes}", end.form.label(), top_words(end.top))
}

fn cable_lines(cable: &CableDetail) -> Vec<Line> {
    let [first, second] = &cable.ends;
    let ends = if first == second { end_in_words(first) } else { format!("{} – {}", end_in_words(first), end_in_words(second)) };
    let layers: Vec<&str> = cable.layers.iter().map(|layer| layer.label()).collect();
    let mut lines = vec![
        Line::word("Carries by", cable.kind.label()),
        Line::based("Ends", ends, cable.basis),
        Line::word("Made for", if layers.is_empty() { "anything".to_owned() } else { layers.join(", ") }),
    ];
    lines.extend(Line::figure("Reach", cable.reach.as_ref()));
    lines.extend(Line::figure("Latency of one end", cable.latency.as_ref()));
    lines.extend(Line::figure("Power of one end", cable.power.as_ref()));
    lines.extend(cable.optical.as_ref().map(|plan| Line::word("Optical plan", plan)));
    lines
}

/// The lines of a part: what it is, its figures, its prices, and what is only read of it. A part of the design's own brings its own
/// figures alone. Time: O(figures), and once the reading of what is only read.
pub fn lines(part: &Part, design: &Design) -> Vec<Line> {
    let mut lines = main_lines(part, design);
    if !design.parts.contains_key(&part.id) {
        add_more(&mut lines, more::of(part.id.as_str()));
    }
    lines
}

/// [`lines`] without what is only read of the part. Time: O(figures).
pub fn main_lines(part: &Part, design: &Design) -> Vec<Line> {
    let mut lines: Vec<Line> = (!part.vendor.is_empty()).then(|| Line::word("Made by", part.vendor.clone())).into_iter().collect();
    lines.extend(part.ports.iter().map(|group| Line::based(PORTS, ports_in_words(group), group.basis)));
    match &part.detail {
        PartDetail::Cable(cable) => lines.extend(cable_lines(cable)),
        PartDetail::Nic { latency } => lines.extend(Line::figure("Latency", latency.as_ref())),
        PartDetail::Rack(rack) => {
            lines.push(Line::based("Height", format!("{} U", rack.units), rack.basis));
            lines.extend(Line::figure("Power it may draw", rack.power.as_ref()));
            lines.extend(Line::figure("Load it may carry", rack.load.as_ref()));
        }
        PartDetail::Switch(switch) => {
            lines.extend(Line::figure("Latency", switch.latency.as_ref()));
            lines.extend((!switch.asic.is_empty()).then(|| Line::word("Chip", switch.asic.clone())));
            lines.extend(switch.in_network.as_ref().map(|words| Line::word("In the network", words)));
            lines.extend(switch.forwards.map(|how| Line::word("Forwards", if how == Switching::CutThrough { "cut-through" } else { "whole packets" })));
        }
        PartDetail::System(_) => lines.extend((part.xpu_count() > 0).then(|| Line::word("XPUs", part.xpu_count().to_string()))),
        PartDetail::Xpu(xpu) => {
            lines.extend((!xpu.generation.is_empty()).then(|| Line::word("Generation", xpu.generation.clone())));
            lines.extend(Line::plain("Memory", xpu.memory_gb.as_ref(), "GB"));
            lines.extend(Line::plain("BF16, dense", xpu.bf16_tflops.as_ref(), "TFLOPS"));
            lines.extend(Line::plain("FP8, dense", xpu.fp8_tflops.as_ref(), "TFLOPS"));
            lines.extend(Line::figure("Scale-up rate", xpu.scale_up.as_ref()));
        }
    }
    lines.extend(Line::plain("Height", part.rack_units.as_ref(), "U"));
    lines.extend(Line::figure("Power", part.power.as_ref()));
    lines.extend(Line::figure("Power without modules", part.bare_power.as_ref()));
    lines.extend(Line::figure("Weight", part.weight.as_ref()));
    lines.extend(Line::figure("Depth", part.depth.as_ref()));
    lines.extend(part.cooling.map(|cooling| Line::word("Cooled by", if cooling == Cooling::Air { "air" } else { "liquid" })));
    lines.extend(price_lines(part, design));
    lines
}

/// What a part costs by tier: what the design's own book says, else the built-in range; what other sources say beside it.
fn price_lines(part: &Part, design: &Design) -> Vec<Line> {
    let book = Book::of(&design.meta.prices);
    let words = |price: &Price| {
        let range = if price.low == price.high { money(price.value) } else { format!("{} to {}", money(price.low), money(price.high)) };
        let date = if price.date.is_empty() { String::new() } else { format!(" ({})", price.date) };
        let weeks = price.lead_weeks.map(|weeks| format!(", {} weeks", significant(weeks, 3))).unwrap_or_default();
        format!("{range} {}{date}{weeks}", price.currency)
    };
    let of = |tier: Tier| {
        let mut offers = book.offers(part.id.as_str(), tier, None);
        let (price, confidence) = offers.next()?;
        let label = match tier {
            Tier::Oem => "Price, OEM",
            Tier::Compatible => "Price, compatible",
            Tier::Refurbished => "Price, refurbished",
        };
        let by = if confidence == Confidence::Recalled && price.lead_weeks.is_none() { String::new() } else { price.source.clone() };
        let others = offers
            .map(|(price, confidence)| (words(price), if confidence == Confidence::Recalled { confidence.label().to_owned() } else { price.source.clone() }));
        Some(Line { confidence: Some(confidence), by, others: others.collect(), ..Line::word(label, words(price)) })
    };
    Tier::ALL.into_iter().filter_map(of).collect()
}

fn money(cents: Cents) -> String {
    let whole = grouped(cents.0.unsigned_abs() / 100);
    if cents.0 % 100 == 0 { whole } else { format!("{whole}.{:02}", cents.0.unsigned_abs() % 100) }
}

/// Adds what is only read, and puts what other sources say beside the line it is about.
fn add_more(lines: &mut Vec<Line>, more: Option<&more::More>) {
    let Some(more) = more else { return };
    lines.extend(more.remarks.iter().map(|remark| Line { confidence: Some(remark.confidence), ..Line::word(&remark.label, &remark.value) }));
    for conflict in &more.conflicts {
        let other = (conflict.value.clone(), conflict.by.clone());
        match lines.iter_mut().find(|line| line.label == conflict.label) {
            Some(line) => line.others.push(other),
            None => lines.push(Line { others: vec![other], ..Line::word(&conflict.label, "not known otherwise") }),
        }
    }
}

/// The lines of a protocol.
pub fn protocol_lines(protocol: &Protocol) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    lines.extend(Line::figure("Rate of a lane", protocol.lane.as_ref()));
    lines.extend(protocol.efficiency.as_ref().and_then(|figure| {
        let mut line = Line::figure("Payload of the line rate", Some(figure))?;
        line.value = format!("{} %", significant(figure.value * 100.0, 4));
        Some(line)
    }));
    lines.extend(Line::figure("Error correction, one way", protocol.fec.as_ref()));
    lines.extend(Line::plain("Largest domain", protocol.max_domain.as_ref(), "XPUs"));
    add_more(&mut lines, more::of(&protocol.id));
    lines
}

/// The lines of a record that is no part.
pub fn record_lines(record: &more::More) -> Vec<Line> {
    let mut lines = Vec::new();
    add_more(&mut lines, Some(record));
    lines
}

/// Remarks on a part: its own, and those on what is only read.
pub fn notes<'a>(part: &'a Part, design: &Design) -> Vec<&'a str> {
    let more = more::of(part.id.as_str()).filter(|_| !design.parts.contains_key(&part.id));
    part.notes.iter().map(String::as_str).chain(more.into_iter().flat_map(|more| more.notes.iter().map(String::as_str))).collect()
}

/// A source as one text: its title, and where to find it.
pub fn source_in_words(source: &Source) -> String {
    if source.place.is_empty() { source.title.clone() } else { format!("{}: {}", source.title, source.place) }
}
