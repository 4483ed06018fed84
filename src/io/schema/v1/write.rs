//! Writing version 1. Only what is not a default is written, always in the same order, so that files diff well and the same
//! design gives the same bytes.

use std::fmt::{Display, Write as _};

use super::parts::{UNUSED, part_text};
use crate::io::load::{FORMAT, VERSION};
use crate::json::{Value, push_number, push_text};
use crate::model::words::Word;
use crate::model::{
    Design, Extra, Fabric, Feed, Generic, Group, Link, Member, Meta, Node, PortSettings, Rack, Recalled, Requirement, RequirementKind, Scenario, Settings,
    Silencing, Switching, TrafficSettings, Workload,
};
use crate::units::{Point, SortedMap};

/// The oldest reader that understands what this build writes.
const MIN_READER: u64 = 1;

/// Writes a design as the text of a file. The same design always gives the same bytes, and `save(load(save(design)))` gives
/// them again.
///
/// Time and space: O(records).
pub fn save(design: &Design) -> String {
    let mut out = String::with_capacity(4096 + 96 * design.record_count());
    let _ = write!(out, "{{\n\"format\":\"{FORMAT}\",\"version\":{VERSION},\"min_reader\":{MIN_READER},\"generator\":\"weft {}\"", env!("CARGO_PKG_VERSION"));
    let meta = &design.meta;
    if !meta.name.is_empty() {
        out.push_str(",\n\"name\":");
        push_text(&mut out, &meta.name);
    }
    if let Some(catalog) = &meta.catalog {
        out.push_str(",\n\"catalog\":");
        push_text(&mut out, catalog);
    }
    if meta.settings != Settings::default() {
        out.push_str(",\n\"settings\":");
        out.push_str(&settings_line(&meta.settings));
    }

    let unknown = |key: &str| meta.extra.0.as_deref().and_then(|extra| extra.get(key));
    let requirements = design.requirements.iter().map(|(id, row)| requirement_line(Some(id), row));
    let kept = unknown("requirements").and_then(Value::as_array).into_iter().flatten().map(Value::to_string);
    section(&mut out, "requirements", requirements.chain(kept));
    section(&mut out, "fabrics", design.fabrics.iter().map(|(id, row)| fabric_line(Some(id), row)));
    let rest_of = |id: &str| unknown("parts").and_then(|parts| parts.get(id));
    let unused = rest_of(UNUSED).and_then(Value::as_array).into_iter().flatten().map(Value::to_string);
    section(&mut out, "parts", design.parts.values().map(|part| part_text(part, rest_of(part.id.as_str()))).chain(unused));
    section(&mut out, "groups", design.groups.iter().map(|(id, row)| group_line(Some(id), row)));
    section(&mut out, "racks", design.racks.iter().map(|(id, row)| rack_line(Some(id), row)));
    section(&mut out, "nodes", design.nodes.iter().map(|(id, row)| node_line(Some(id), row)));
    section(&mut out, "links", design.links.iter().map(|(id, row)| link_line(Some(id), row)));
    section(&mut out, "feeds", meta.feeds.iter().map(feed_line));
    section(&mut out, "silenced", meta.silenced.iter().map(silencing_line));
    let prices = super::prices::text(&meta.prices, true);
    if let Some(text) = &prices {
        out.push_str(",\n\"prices\":");
        out.push_str(text);
    }
    section(&mut out, "scenarios", meta.scenarios.iter().map(scenario_line));
    section(&mut out, "workloads", meta.workloads.iter().map(workload_line));
    let is_written = |key: &str| is_section(key) || (key == "prices" && prices.is_some());
    for (key, value) in meta.extra.0.iter().flat_map(|extra| extra.iter()).filter(|(key, _)| !is_written(key)) {
        out.push_str(",\n");
        push_text(&mut out, key);
        let _ = write!(out, ":{value}");
    }
    out.push_str("\n}\n");
    out
}

/// Sections whose unknown content is merged into them instead of standing beside them.
fn is_section(key: &str) -> bool {
    matches!(key, "parts" | "requirements")
}

fn section(out: &mut String, name: &str, lines: impl Iterator<Item = String>) {
    let mut empty = true;
    for line in lines {
        if empty {
            let _ = write!(out, ",\n\"{name}\":[\n");
        } else {
            out.push_str(",\n");
        }
        empty = false;
        out.push_str(&line);
    }
    if !empty {
        out.push_str("\n]");
    }
}

/// One record as one line of JSON, written field by field.
pub(crate) struct Line {
    text: String,
    keys: Vec<&'static str>,
}

impl Line {
    /// An empty record.
    pub(crate) fn new() -> Self {
        let mut text = String::with_capacity(160);
        text.push('{');
        Self { text, keys: Vec::with_capacity(8) }
    }
    fn key(&mut self, key: &'static str) {
        if !self.keys.is_empty() {
            self.text.push(',');
        }
        self.keys.push(key);
        for piece in ["\"", key, "\":"] {
            self.text.push_str(piece);
        }
    }
    /// A text whose characters are known to need no escapes: ids, words, port paths.
    pub(super) fn plain(&mut self, key: &'static str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.key(key);
            let _ = write!(self.text, "\"{value}\"");
        }
    }
    pub(super) fn text(&mut self, key: &'static str, value: Option<&str>) {
        if let Some(value) = value {
            self.key(key);
            push_text(&mut self.text, value);
        }
    }
    fn texts(&mut self, key: &'static str, values: &[String]) {
        self.key(key);
        self.plain_list(values);
    }
    fn plain_list(&mut self, values: &[String]) {
        self.text.push('[');
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            push_text(&mut self.text, value);
        }
        self.text.push(']');
    }
    /// Texts whose characters are known to need no escapes, each on a line of its own; nothing where there are none.
    pub(super) fn texts_apart(&mut self, key: &'static str, values: impl Iterator<Item = impl Display>) {
        let mut values = values.peekable();
        if values.peek().is_none() {
            return;
        }
        self.key(key);
        for (at, value) in values.enumerate() {
            let _ = write!(self.text, "{}\"{value}\"", if at == 0 { "[\n" } else { ",\n" });
        }
        self.text.push_str("\n]");
    }
    /// Numbers by key; none where there are none.
    fn numbers(&mut self, key: &'static str, numbers: &SortedMap<String, f64>) {
        if numbers.is_empty() {
            return;
        }
        self.key(key);
        for (place, (name, number)) in numbers.iter().enumerate() {
            self.text.push(if place == 0 { '{' } else { ',' });
            push_text(&mut self.text, name);
            self.text.push(':');
            push_number(&mut self.text, *number);
        }
        self.text.push('}');
    }
    pub(super) fn number(&mut self, key: &'static str, value: Option<f64>) {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            self.key(key);
            push_number(&mut self.text, value);
        }
    }
    /// A value that is JSON already.
    pub(super) fn json(&mut self, key: &'static str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.key(key);
            let _ = write!(self.text, "{value}");
        }
    }
    /// Records that are written already; nothing where there are none.
    fn list(&mut self, key: &'static str, rows: impl Iterator<Item = String>) {
        let rows: Vec<String> = rows.collect();
        self.json(key, (!rows.is_empty()).then(|| format!("[{}]", rows.join(","))));
    }
    fn point(&mut self, key: &'static str, at: Point) {
        if at != Point::default() {
            self.key(key);
            self.text.push('[');
            push_number(&mut self.text, at.x);
            self.text.push(',');
            push_number(&mut self.text, at.y);
            self.text.push(']');
        }
    }
    /// Closes the record with its unknown fields. A kept field whose place was taken by a known one is gone.
    pub(super) fn finish(mut self, extra: &Extra) -> String {
        let mut first = self.keys.is_empty();
        for (key, value) in extra.0.iter().flat_map(|extra| extra.iter()).filter(|(key, _)| !self.keys.contains(&key.as_str())) {
            if !first {
                self.text.push(',');
            }
            first = false;
            push_text(&mut self.text, key);
            let _ = write!(self.text, ":{value}");
        }
        self.text.push('}');
        self.text
    }
}

/// A choice that is not the default.
fn choice<W: Word + Default + PartialEq>(value: W) -> Option<&'static str> {
    (value != W::default()).then(|| value.word())
}

fn filled(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// A node as one line. Without an id it is one side of a change.
pub(crate) fn node_line(id: Option<impl Display>, node: &Node) -> String {
    let mut line = Line::new();
    line.plain("id", id);
    line.text("part", Some(node.part.as_str()));
    line.text("name", filled(&node.name));
    line.plain("rack", node.rack);
    line.json("u", node.u.map(|u| u.0));
    line.plain("face", choice(node.face));
    line.point("at", node.at);
    line.json("pinned", node.pinned.then_some(true));
    line.json("transit", node.transit);
    line.json("kept", node.kept.then_some(true));
    line.plain("modules", node.modules.map(Word::word));
    line.json("generic", node.generic.as_deref().map(generic_line));
    if !node.ports.is_empty() {
        line.key("ports");
        for (place, (cage, settings)) in node.ports.iter().enumerate() {
            let _ = write!(line.text, "{}\"{cage}\":{}", if place == 0 { '{' } else { ',' }, port_line(settings));
        }
        line.text.push('}');
    }
    traffic_fields(&mut line, node.traffic);
    line.finish(&node.extra)
}

fn traffic_fields(line: &mut Line, traffic: TrafficSettings) {
    line.json("mtu", traffic.mtu);
    line.json("pfc", traffic.pfc);
    line.json("ecn", traffic.ecn);
    line.json("ptp", traffic.ptp);
}

fn generic_line(generic: &Generic) -> String {
    let mut line = Line::new();
    line.json("ports", generic.ports);
    line.number("gbps", generic.gbps.map(|gbps| gbps.0));
    line.plain("layer", generic.layer.map(Word::word));
    line.finish(&generic.extra)
}

fn port_line(settings: &PortSettings) -> String {
    let mut line = Line::new();
    line.plain("breakout", settings.breakout);
    line.text("name", settings.name.as_deref());
    line.finish(&settings.extra)
}

/// A link as one line. Without an id it is one side of a change.
pub(crate) fn link_line(id: Option<impl Display>, link: &Link) -> String {
    let mut line = Line::new();
    line.plain("id", id);
    let [a, b] = link.ends;
    line.json("ends", Some(format_args!("[\"{a}\",\"{b}\"]")));
    line.text("part", link.part.as_ref().map(|part| part.as_str()));
    line.plain("fabric", link.fabric);
    line.number("length_m", link.length.map(|length| length.0));
    line.number("gbps", link.gbps.map(|gbps| gbps.0));
    line.number("latency_ns", link.latency.map(|latency| latency.0));
    line.finish(&link.extra)
}

/// A rack as one line. Without an id it is one side of a change.
pub(crate) fn rack_line(id: Option<impl Display>, rack: &Rack) -> String {
    let mut line = Line::new();
    line.plain("id", id);
    line.text("part", Some(rack.part.as_str()));
    line.text("name", filled(&rack.name));
    line.point("at", rack.at);
    line.text("row", rack.row.as_deref());
    line.json("tile", rack.tile.map(|(column, row)| format!("[{column},{row}]")));
    line.json("turned", rack.turned.then_some(true));
    line.json("kept", rack.kept.then_some(true));
    line.plain("cooling", rack.cooling.map(Word::word));
    line.number("max_power_w", rack.limits.power.map(|power| power.0));
    line.number("max_heat_w", rack.limits.heat.map(|heat| heat.0));
    line.number("max_load_kg", rack.limits.load.map(|load| load.0));
    line.json("max_cables", rack.limits.cables);
    if !rack.feeds.is_empty() {
        line.texts("feeds", &rack.feeds);
    }
    line.finish(&rack.extra)
}

/// A fabric as one line. Without an id it is one side of a change.
pub(crate) fn fabric_line(id: Option<impl Display>, fabric: &Fabric) -> String {
    let mut line = Line::new();
    line.plain("id", id);
    line.text("name", filled(&fabric.name));
    line.plain("role", choice(fabric.role));
    line.text("protocol", fabric.protocol.as_deref());
    line.plain("intent", choice(fabric.intent));
    line.plain("routing", choice(fabric.routing));
    line.plain("paths", fabric.paths.map(Word::word));
    line.text("roots", fabric.roots.as_deref());
    line.text("dimensions", fabric.dimensions.as_deref());
    line.json("forwarding", fabric.forwarding.then_some(true));
    line.json("lanes", fabric.lanes);
    line.plain("lane_change", fabric.lane_change.map(Word::word));
    line.json("plane", fabric.plane);
    line.plain("engine", fabric.engine.map(Word::word));
    line.json("lmc", fabric.lmc);
    line.json("tables", fabric.tables.as_deref().map(super::forwarding::text));
    line.json("flows", fabric.flows);
    line.json("lossless", fabric.lossless.then_some(true));
    line.plain("multihoming", fabric.multihoming.map(Word::word));
    traffic_fields(&mut line, fabric.traffic);
    line.finish(&fabric.extra)
}

/// A group as one line. Without an id it is one side of a change.
pub(crate) fn group_line(id: Option<impl Display>, group: &Group) -> String {
    let mut line = Line::new();
    line.plain("id", id);
    line.plain("kind", choice(group.kind));
    line.text("name", filled(&group.name));
    line.key("members");
    line.text.push('[');
    for (place, member) in group.members.iter().enumerate() {
        if place > 0 {
            line.text.push(',');
        }
        let _ = match member {
            Member::Group(id) => write!(line.text, "\"{id}\""),
            Member::Node(id) => write!(line.text, "\"{id}\""),
            Member::Rack(id) => write!(line.text, "\"{id}\""),
        };
    }
    line.text.push(']');
    line.finish(&group.extra)
}

/// A requirement as one line. Without an id it is one side of a change.
pub(crate) fn requirement_line(id: Option<impl Display>, requirement: &Requirement) -> String {
    let mut line = Line::new();
    line.plain("id", id);
    let (kind, unit, amount) = match requirement.kind {
        RequirementKind::Bisection(rate) => ("bisection", "gbps", rate.0),
        RequirementKind::Budget(money) => ("budget", "cents", money.0 as f64),
        RequirementKind::Latency(time) => ("latency", "ns", time.0),
        RequirementKind::Oversubscription(ratio) => ("oversubscription", "ratio", ratio.0),
        RequirementKind::Power(power) => ("power", "watts", power.0),
    };
    line.plain("kind", Some(kind));
    line.number(unit, Some(amount));
    line.plain("fabric", requirement.fabric);
    line.finish(&requirement.extra)
}

fn settings_line(settings: &Settings) -> String {
    let mut line = Line::new();
    line.plain("recalled", choice::<Recalled>(settings.recalled));
    if let Some((a, b)) = &settings.pair {
        line.key("pair");
        line.text.push('[');
        push_text(&mut line.text, &a.to_string());
        line.text.push(',');
        push_text(&mut line.text, &b.to_string());
        line.text.push(']');
    }
    line.number("message_bytes", settings.message.map(|size| size.0));
    line.text("cable_label", settings.label.as_deref());
    line.plain("switching", choice::<Switching>(settings.switching));
    line.numbers("thresholds", &settings.thresholds);
    line.numbers("assumptions", &settings.assumptions);
    line.finish(&settings.extra)
}

fn silencing_line(silencing: &Silencing) -> String {
    let mut line = Line::new();
    line.text("code", Some(&silencing.code));
    line.text("subject", silencing.subject.as_deref());
    line.text("reason", filled(&silencing.reason));
    line.finish(&silencing.extra)
}

fn scenario_line(scenario: &Scenario) -> String {
    let mut line = Line::new();
    line.text("name", Some(&scenario.name));
    if !scenario.off.is_empty() {
        line.texts("off", &scenario.off);
    }
    line.finish(&scenario.extra)
}

fn feed_line(feed: &Feed) -> String {
    let mut line = Line::new();
    line.text("name", Some(&feed.name));
    line.number("capacity_w", feed.capacity.map(|watts| watts.0));
    line.finish(&feed.extra)
}

fn workload_line(workload: &Workload) -> String {
    let mut line = Line::new();
    line.text("name", Some(&workload.name));
    line.text("model", filled(&workload.model));
    line.numbers("shape", &workload.shape);
    line.numbers("plan", &workload.plan);
    if !workload.order.is_empty() {
        line.texts("order", &workload.order);
    }
    if !workload.swaps.is_empty() {
        line.key("swaps");
        for (place, swap) in workload.swaps.iter().enumerate() {
            line.text.push(if place == 0 { '[' } else { ',' });
            line.plain_list(swap);
        }
        line.text.push(']');
    }
    line.finish(&workload.extra)
}

/// What is said of the design as a whole, as one line: one side of a change.
pub(crate) fn meta_line(meta: &Meta) -> String {
    let mut line = Line::new();
    line.text("name", filled(&meta.name));
    line.text("catalog", meta.catalog.as_deref());
    line.json("settings", (meta.settings != Settings::default()).then(|| settings_line(&meta.settings)));
    line.list("feeds", meta.feeds.iter().map(feed_line));
    line.list("silenced", meta.silenced.iter().map(silencing_line));
    line.list("scenarios", meta.scenarios.iter().map(scenario_line));
    line.list("workloads", meta.workloads.iter().map(workload_line));
    line.json("prices", super::prices::text(&meta.prices, false));
    line.finish(&meta.extra)
}
