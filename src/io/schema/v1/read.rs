//! Reading version 1: the design as a whole, what is said of it, and what it must reach.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::faults::{Fault, Faults};
use super::parts::PartValue;
use super::rows::{FabricRow, GroupRow, LinkRow, NodeRow, RackRow};
use super::visit::{MAX_ID, Object, Reading, Row, Rows, Text, keep, string, text, word};
use crate::io::limits::MAX_RECORDS;
use crate::io::load::{LoadError, parse};
use crate::model::{Element, Extra, Id, Meta, Requirement, RequirementId, RequirementKind, Settings, Silencing};
use crate::units::{Bytes, Cents, Gbps, Nanoseconds, Ratio, Watts};

/// A requirement. They are few, and what is asked is known only when all fields are read, so all are kept first.
#[derive(Default)]
pub(crate) struct RequirementRow(Extra);

impl RequirementRow {
    /// The requirement with its id, or the record as it stands when its kind or amount is unknown.
    pub(crate) fn requirement(self) -> Result<(Option<RequirementId>, Requirement), Map<String, Value>> {
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
        let mut extra = Extra::default();
        for (key, value) in fields {
            if !["id", "kind", "fabric", unit].contains(&key.as_str()) {
                keep(&mut extra, &key, value);
            }
        }
        Ok((id, Requirement { kind, fabric, extra }))
    }
}

impl Row for RequirementRow {
    const WHAT: &'static str = "a requirement";
    fn field<'de, A: MapAccess<'de>>(&mut self, _key: &str, _map: &mut A, _reading: &mut Reading) -> Result<bool, A::Error> {
        Ok(false)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.0
    }
}

#[derive(Default)]
struct SettingsRow(Settings);

impl Row for SettingsRow {
    const WHAT: &'static str = "the settings";
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, reading: &mut Reading) -> Result<bool, A::Error> {
        let settings = &mut self.0;
        match key {
            "recalled" => settings.recalled = word(map, key, &mut settings.extra, reading)?.unwrap_or_default(),
            "pair" => {
                let pair: Option<[Text<'de>; 2]> = map.next_value()?;
                settings.pair = pair.as_ref().and_then(|[a, b]| a.as_str().parse::<Element>().ok().zip(b.as_str().parse().ok()));
                if pair.is_some() && settings.pair.is_none() {
                    reading.faults.note(Fault::PairUnknown);
                }
            }
            "message_bytes" => settings.message = reading.within(map.next_value()?, 1.0, 1e15).map(Bytes),
            "switching" => settings.switching = word(map, key, &mut settings.extra, reading)?.unwrap_or_default(),
            "thresholds" => settings.thresholds = map.next_value()?,
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.0.extra
    }
}

struct SilencingRow(Silencing);

impl Default for SilencingRow {
    fn default() -> Self {
        Self(Silencing { code: String::new(), subject: None, reason: String::new(), extra: Extra::default() })
    }
}

impl Row for SilencingRow {
    const WHAT: &'static str = "an accepted finding";
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, _reading: &mut Reading) -> Result<bool, A::Error> {
        match key {
            "code" => self.0.code = string(map)?,
            "subject" => self.0.subject = text(map)?.map(|subject| subject.0.into_owned()),
            "reason" => self.0.reason = string(map)?,
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

/// What is said of the design as a whole.
#[derive(Default)]
pub(crate) struct MetaRow(pub Meta);

impl Row for MetaRow {
    const WHAT: &'static str = "what is said of a design";
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, reading: &mut Reading) -> Result<bool, A::Error> {
        match key {
            "name" => self.0.name = string(map)?,
            "catalog" => self.0.catalog = text(map)?.map(|catalog| catalog.0.into_owned()),
            "settings" => self.0.settings = map.next_value_seed(Object::<SettingsRow>::new(reading))?.0,
            "silenced" => {
                let mut rows: Vec<SilencingRow> = Vec::new();
                map.next_value_seed(Rows(reading, &mut rows))?;
                self.0.silenced = rows.into_iter().map(|row| row.0).collect();
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.0.extra
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
    pub racks: Vec<RackRow>,
    pub requirements: Vec<RequirementRow>,
    pub faults: Faults,
}

impl Row for Raw {
    const WHAT: &'static str = "a design";
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, reading: &mut Reading) -> Result<bool, A::Error> {
        match key {
            "format" | "generator" | "min_reader" | "version" => {
                map.next_value::<IgnoredAny>()?;
            }
            "fabrics" => map.next_value_seed(Rows(reading, &mut self.fabrics))?,
            "groups" => map.next_value_seed(Rows(reading, &mut self.groups))?,
            "links" => map.next_value_seed(Rows(reading, &mut self.links))?,
            "nodes" => map.next_value_seed(Rows(reading, &mut self.nodes))?,
            "parts" => map.next_value_seed(Parts(&mut self.parts))?,
            "racks" => map.next_value_seed(Rows(reading, &mut self.racks))?,
            "requirements" => map.next_value_seed(Rows(reading, &mut self.requirements))?,
            _ => return self.meta.field(key, map, reading),
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

/// Reads own parts; a part that is not understood is an error with its line.
struct Parts<'r>(&'r mut Vec<PartValue>);

impl<'de> DeserializeSeed<'de> for Parts<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Parts<'_> {
    type Value = ();
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of parts")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        // A few words of data can stand for thousands of wires, so what they stand for counts against the limit too.
        let mut inside = 0usize;
        while let Some(value) = list.next_element::<Value>()? {
            let value = PartValue::read(&value).map_err(A::Error::custom)?;
            inside = inside.saturating_add(value.part.inside().map_or(0, |inside| inside.vertices.len() + inside.edges.len()));
            if inside > MAX_INSIDE {
                return Err(A::Error::custom(format!("the insides of the parts hold more than {MAX_INSIDE} things and wires; leave parts out")));
            }
            self.0.push(value);
        }
        Ok(())
    }
}

/// Reads the text of a version 1 file.
pub(crate) fn read(text: &str) -> Result<Raw, LoadError> {
    let mut reading = Reading::default();
    let mut raw = parse(text, Object::<Raw>::new(&mut reading))?;
    raw.faults = reading.faults;
    Ok(raw)
}
