//! Reading version 1: the design as a whole, what is said of it, and what it must reach.

use super::faults::{Fault, Faults};
use super::parts::PartValue;
use super::rows::{FabricRow, GroupRow, LinkRow, MOST_BORNE, NodeRow, RackRow};
use super::visit::{MAX_ID, Reading, Row, both, keep, object, one, own_text, rows, string, strings, two, word};
use crate::io::limits::MAX_RECORDS;
use crate::io::load::LoadError;
use crate::json::{Error, Map, Reader, Value};
use crate::model::{Element, Extra, Feed, Id, Meta, Requirement, RequirementId, RequirementKind, Scenario, Settings, Silencing, Workload};
use crate::units::{Bytes, Cents, Gbps, Nanoseconds, Ratio, SortedMap, SortedSet, Watts};

/// A requirement. They are few, and what is asked is known only when all fields are read, so all are kept first.
#[derive(Default)]
pub(crate) struct RequirementRow(Extra);

impl RequirementRow {
    /// The requirement with its id, or the record as it stands when its kind or amount is unknown.
    pub(crate) fn requirement(self) -> Result<(Option<RequirementId>, Requirement), Map> {
        let fields = self.0.0.map(|fields| *fields).unwrap_or_default();
        let amount = |field: &str| fields.get(field).and_then(Value::as_f64).filter(|amount| (0.0..=9e15).contains(amount));
        let word = |field: &str| fields.get(field).and_then(Value::as_str);
        let (kind, unit) = match word("kind") {
            Some("bisection") => (amount("gbps").map(|amount| RequirementKind::Bisection(Gbps(amount))), "gbps"),
            Some("budget") => (amount("cents").map(|amount| RequirementKind::Budget(Cents(amount as i64))), "cents"),
            Some("latency") => (amount("ns").map(|amount| RequirementKind::Latency(Nanoseconds(amount))), "ns"),
            Some("oversubscription") => (amount("ratio").map(|amount| RequirementKind::Oversubscription(Ratio(amount))), "ratio"),
            Some("power") => (amount("watts").map(|amount| RequirementKind::Power(Watts(amount))), "watts"),
            _ => (None, ""),
        };
        let Some(kind) = kind else { return Err(fields) };
        let id = word("id").and_then(|id| id.parse().ok()).filter(|id: &RequirementId| id.number() <= MAX_ID);
        let fabric = word("fabric").and_then(|fabric| fabric.parse().ok());
        let rest: Map = fields.into_iter().filter(|(key, _)| !["id", "kind", "fabric", unit].contains(&key.as_str())).collect();
        let extra = Extra((!rest.is_empty()).then(|| Box::new(rest)));
        Ok((id, Requirement { kind, fabric, extra }))
    }
}

impl Row for RequirementRow {
    fn what(&self) -> &'static str {
        "a requirement"
    }
    fn field(&mut self, _key: &str, _input: &mut Reader<'_>, _reading: &mut Reading) -> Result<bool, Error> {
        Ok(false)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.0
    }
}

#[derive(Default)]
struct SettingsRow(Settings);

impl Row for SettingsRow {
    fn what(&self) -> &'static str {
        "the settings"
    }
    fn field(&mut self, key: &str, input: &mut Reader<'_>, reading: &mut Reading) -> Result<bool, Error> {
        let settings = &mut self.0;
        match key {
            "recalled" => settings.recalled = word(input, key, &mut settings.extra, reading)?.unwrap_or_default(),
            "pair" => {
                let pair = two(input, Reader::text)?;
                settings.pair = pair.as_ref().and_then(|[a, b]| a.parse::<Element>().ok().zip(b.parse().ok()));
                if pair.is_some() && settings.pair.is_none() {
                    reading.faults.note(Fault::PairUnknown);
                }
            }
            "cable_label" => settings.label = own_text(input)?.filter(|text| !text.trim().is_empty()),
            "message_bytes" => settings.message = reading.within(input.maybe_number()?, 1.0, 1e15).map(Bytes),
            "switching" => settings.switching = word(input, key, &mut settings.extra, reading)?.unwrap_or_default(),
            "assumptions" | "thresholds" => {
                let (to, what) = match key {
                    "assumptions" => (&mut settings.assumptions, "assumptions by key"),
                    _ => (&mut settings.thresholds, "thresholds by diagnostic"),
                };
                numbers(input, to, what)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.0.extra
    }
}

/// Reads an object of numbers by key.
fn numbers(input: &mut Reader<'_>, to: &mut SortedMap<String, f64>, what: &str) -> Result<(), Error> {
    input.object(what)?;
    to.clear();
    while let Some(key) = input.key()? {
        to.insert(key.into_owned(), input.number()?);
    }
    Ok(())
}

struct SilencingRow(Silencing);

impl Default for SilencingRow {
    fn default() -> Self {
        Self(Silencing { code: String::new(), subject: None, reason: String::new(), extra: Extra::default() })
    }
}

impl Row for SilencingRow {
    fn what(&self) -> &'static str {
        "an accepted finding"
    }
    fn field(&mut self, key: &str, input: &mut Reader<'_>, _reading: &mut Reading) -> Result<bool, Error> {
        match key {
            "code" => self.0.code = string(input)?,
            "subject" => self.0.subject = own_text(input)?,
            "reason" => self.0.reason = string(input)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.0.extra
    }
    fn complete(&self) -> Result<(), &'static str> {
        if self.0.code.is_empty() { Err("an accepted finding does not say which; give it the “code” of a diagnostic") } else { Ok(()) }
    }
}

#[derive(Default)]
struct ScenarioRow(Scenario);

impl Row for ScenarioRow {
    fn what(&self) -> &'static str {
        "a scenario"
    }
    fn field(&mut self, key: &str, input: &mut Reader<'_>, _reading: &mut Reading) -> Result<bool, Error> {
        match key {
            "name" => self.0.name = string(input)?,
            "off" => self.0.off = strings(input, "a list of what has failed")?,
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.0.extra
    }
    fn complete(&self) -> Result<(), &'static str> {
        if self.0.name.trim().is_empty() { Err("a scenario has no “name”; give it one") } else { Ok(()) }
    }
}

#[derive(Default)]
struct FeedRow(Feed);

impl Row for FeedRow {
    fn what(&self) -> &'static str {
        "a power feed"
    }
    fn field(&mut self, key: &str, input: &mut Reader<'_>, reading: &mut Reading) -> Result<bool, Error> {
        match key {
            "name" => self.0.name = string(input)?,
            "capacity_w" => self.0.capacity = reading.within(input.maybe_number()?, 0.0, MOST_BORNE).map(Watts),
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.0.extra
    }
    fn complete(&self) -> Result<(), &'static str> {
        if self.0.name.trim().is_empty() { Err("a power feed has no “name”; give it one") } else { Ok(()) }
    }
}

#[derive(Default)]
struct WorkloadRow(Workload);

impl Row for WorkloadRow {
    fn what(&self) -> &'static str {
        "a workload"
    }
    fn field(&mut self, key: &str, input: &mut Reader<'_>, _reading: &mut Reading) -> Result<bool, Error> {
        let workload = &mut self.0;
        match key {
            "name" => workload.name = string(input)?,
            "model" => workload.model = string(input)?,
            "shape" => numbers(input, &mut workload.shape, "numbers of the shape by key")?,
            "plan" => numbers(input, &mut workload.plan, "numbers of the plan by key")?,
            "order" => workload.order = input.texts()?,
            "swaps" => {
                input.list("a list of pairs of XPUs")?;
                workload.swaps.clear();
                while input.item()? {
                    workload.swaps.push(both(input, Reader::string)?);
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.0.extra
    }
    fn complete(&self) -> Result<(), &'static str> {
        if self.0.name.trim().is_empty() { Err("a workload has no “name”; give it one") } else { Ok(()) }
    }
}

/// What is said of the design as a whole.
#[derive(Default)]
pub(crate) struct MetaRow(pub Meta);

impl Row for MetaRow {
    fn what(&self) -> &'static str {
        "what is said of a design"
    }
    fn field(&mut self, key: &str, input: &mut Reader<'_>, reading: &mut Reading) -> Result<bool, Error> {
        match key {
            "name" => self.0.name = string(input)?,
            "catalog" => self.0.catalog = own_text(input)?,
            "settings" => self.0.settings = one::<SettingsRow>(input, reading)?.0,
            "silenced" => {
                let mut rows: Vec<SilencingRow> = Vec::new();
                self::rows(input, reading, &mut rows)?;
                self.0.silenced = rows.into_iter().map(|row| row.0).collect();
            }
            "scenarios" => {
                let mut rows: Vec<ScenarioRow> = Vec::new();
                self::rows(input, reading, &mut rows)?;
                self.0.scenarios = rows.into_iter().map(|row| row.0).collect();
                number_repeated(&mut self.0.scenarios, |scenario| &mut scenario.name);
            }
            "feeds" => {
                let mut rows: Vec<FeedRow> = Vec::new();
                self::rows(input, reading, &mut rows)?;
                self.0.feeds = rows.into_iter().map(|row| row.0).collect();
                number_repeated(&mut self.0.feeds, |feed| &mut feed.name);
            }
            "workloads" => {
                let mut rows: Vec<WorkloadRow> = Vec::new();
                self::rows(input, reading, &mut rows)?;
                self.0.workloads = rows.into_iter().map(|row| row.0).collect();
                number_repeated(&mut self.0.workloads, |workload| &mut workload.name);
            }
            "prices" => {
                let value = input.value()?;
                match super::prices::read(&value, reading) {
                    Some(prices) => self.0.prices = prices,
                    None => {
                        reading.faults.note(Fault::UnknownPrice);
                        keep(&mut self.0.extra, key, value);
                    }
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.0.extra
    }
}

/// Scenarios, workloads and feeds are called by their names, so one whose name is taken gets a number behind it.
fn number_repeated<T>(rows: &mut [T], name_of: impl Fn(&mut T) -> &mut String) {
    let mut taken = SortedSet::new();
    for row in rows {
        let name = name_of(row);
        let first = name.clone();
        for number in 2u32.. {
            if taken.insert(name.clone()) {
                break;
            }
            *name = format!("{first} {number}");
        }
    }
}

/// A design as its file says it, before references are checked.
#[derive(Default)]
pub(crate) struct Raw {
    pub meta: MetaRow,
    pub fabrics: Vec<FabricRow>,
    pub groups: Vec<GroupRow>,
    pub links: Vec<LinkRow>,
    pub nodes: Vec<NodeRow>,
    pub parts: Vec<PartValue>,
    /// Own parts that are not understood, as they stand.
    pub unused_parts: Vec<Value>,
    pub racks: Vec<RackRow>,
    pub requirements: Vec<RequirementRow>,
    pub faults: Faults,
}

impl Row for Raw {
    fn what(&self) -> &'static str {
        "a design"
    }
    fn field(&mut self, key: &str, input: &mut Reader<'_>, reading: &mut Reading) -> Result<bool, Error> {
        match key {
            "format" | "generator" | "min_reader" | "version" => input.skip()?,
            "fabrics" => rows(input, reading, &mut self.fabrics)?,
            "groups" => rows(input, reading, &mut self.groups)?,
            "links" => rows(input, reading, &mut self.links)?,
            "nodes" => rows(input, reading, &mut self.nodes)?,
            "parts" => parts(input, self, reading)?,
            "racks" => rows(input, reading, &mut self.racks)?,
            "requirements" => rows(input, reading, &mut self.requirements)?,
            _ => return self.meta.field(key, input, reading),
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        self.meta.extra()
    }
}

/// How many things and wires the insides of own parts may hold together. They are written one by one, so they must leave room
/// for the rest of the design within the limit of records.
const MAX_INSIDE: usize = MAX_RECORDS / 4;

/// Reads own parts; one that is not understood is set aside and told.
fn parts(input: &mut Reader<'_>, raw: &mut Raw, reading: &mut Reading) -> Result<(), Error> {
    input.list("a list of parts")?;
    // A few words of data can stand for thousands of wires, so what they stand for counts against the limit too.
    let mut inside = 0usize;
    while input.item()? {
        let value = input.value()?;
        match PartValue::read(&value) {
            Ok(read) => {
                inside = inside.saturating_add(read.part.inside().map_or(0, |inside| inside.vertices.len() + inside.edges.len()));
                if inside > MAX_INSIDE {
                    return Err(input.refuse(format!("the insides of the parts hold more than {MAX_INSIDE} things and wires; leave parts out")));
                }
                raw.parts.push(read);
            }
            Err(refusal) => {
                reading.faults.refuse_part(&refusal);
                raw.unused_parts.push(value);
            }
        }
    }
    Ok(())
}

/// Reads a version 1 file.
pub(crate) fn read(mut input: Reader<'_>) -> Result<Raw, LoadError> {
    let mut reading = Reading::default();
    let mut raw = Raw::default();
    object(&mut input, &mut raw, &mut reading).map_err(|error| LoadError::from_json(&error))?;
    raw.faults = reading.faults;
    Ok(raw)
}
