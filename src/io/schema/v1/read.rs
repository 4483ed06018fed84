//! Reading version 1: hand-written visitors that fill records as the text passes by. Nothing is buffered but unknown fields.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::parts::PartValue;
use super::words::Word;
use crate::io::load::{LoadError, parse};
use crate::model::{
    Breakout, Element, Extra, Fabric, FabricId, Face, Generic, Group, GroupId, Id, Link, LinkId, LinkLayer, Member, Meta, Node, NodeId, PartId, PortRef,
    PortSettings, Rack, RackId, Requirement, RequirementId, RequirementKind, Settings, Silencing,
};
use crate::units::{Bytes, Cents, Gbps, Metres, Nanoseconds, Point, RackUnits, Ratio, Watts};

/// The largest number an id may have; far above the limit of records, and far below where counting would overflow.
pub(crate) const MAX_ID: u32 = 999_999_999;
/// The farthest from the origin that anything is drawn.
const MAX_COORDINATE: f64 = 10_000_000.0;

/// Something in a file that was repaired. [`Faults`] counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// An id that another record has.
    DuplicateId,
    /// An own part whose id another has.
    DuplicatePart,
    /// A link end on a node that is not there.
    LinkToNothing,
    /// A fabric that is not there.
    FabricUnknown,
    /// A rack that is not there.
    RackUnknown,
    /// A member of a group that is not there.
    MemberUnknown,
    /// A thing in two groups.
    MemberTwice,
    /// A group that contains itself.
    GroupCycle,
    /// A pair of elements that are not there.
    PairUnknown,
    /// A coordinate beyond the edge of the canvas.
    FarAway,
    /// A number outside what can be meant.
    OutOfRange,
    /// A word this version does not know.
    UnknownWord,
    /// A requirement this version does not know.
    UnknownRequirement,
    /// A setting of a port that is not a number.
    PortUnknown,
}

impl Fault {
    /// One sentence without a full stop, with its count.
    pub(crate) fn sentence(self, count: usize) -> String {
        let (one, many) = match self {
            Self::DuplicateId => ("record had an id that another record has; it got a new one", "records had an id that another record has; they got new ones"),
            Self::DuplicatePart => ("part had an id that another part has; left out", "parts had an id that another part has; left out"),
            Self::FabricUnknown => {
                ("record named a fabric that does not exist; it belongs to none now", "records named a fabric that does not exist; they belong to none now")
            }
            Self::FarAway => ("thing was drawn absurdly far away; moved to the edge", "things were drawn absurdly far away; moved to the edge"),
            Self::GroupCycle => ("group contained itself; taken out of itself", "groups contained themselves; taken out of themselves"),
            Self::LinkToNothing => ("link pointed to nothing; left out", "links pointed to nothing; left out"),
            Self::MemberTwice => ("thing was a member of two groups; it stays in the first", "things were members of two groups; they stay in the first"),
            Self::MemberUnknown => ("member of a group does not exist; left out", "members of groups do not exist; left out"),
            Self::OutOfRange => ("number was out of range; left out", "numbers were out of range; left out"),
            Self::PairUnknown => {
                ("pair to be shown does not exist; the worst pair is shown instead", "pairs to be shown do not exist; the worst pair is shown instead")
            }
            Self::PortUnknown => ("port setting named no port; left out", "port settings named no port; left out"),
            Self::RackUnknown => {
                ("node stood in a rack that does not exist; it stands free now", "nodes stood in racks that do not exist; they stand free now")
            }
            Self::UnknownRequirement => (
                "requirement is of a kind this version does not know; kept but not checked",
                "requirements are of a kind this version does not know; kept but not checked",
            ),
            Self::UnknownWord => ("word is one this version does not know; kept but not used", "words are ones this version does not know; kept but not used"),
        };
        if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
    }
}

/// How often each fault was met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(BTreeMap<Fault, usize>);

impl Faults {
    /// Notes one more.
    pub(crate) fn note(&mut self, fault: Fault) {
        *self.0.entry(fault).or_default() += 1;
    }
    /// One sentence for each kind.
    pub(crate) fn sentences(&self) -> Vec<String> {
        self.0.iter().map(|(fault, count)| fault.sentence(*count)).collect()
    }
}

/// What a read carries along: repairs, and part ids so that equal ones share their text.
#[derive(Default)]
pub(crate) struct Reading {
    /// Repairs so far.
    pub faults: Faults,
    parts: BTreeMap<String, PartId>,
}

impl Reading {
    fn part(&mut self, text: &str) -> PartId {
        if let Some(part) = self.parts.get(text) {
            return part.clone();
        }
        let part = PartId::new(text);
        self.parts.insert(text.to_owned(), part.clone());
        part
    }
    /// `value` if it lies within the bounds, else nothing and a note.
    fn within(&mut self, value: Option<f64>, least: f64, most: f64) -> Option<f64> {
        let value = value?;
        if value >= least && value <= most {
            return Some(value);
        }
        self.faults.note(Fault::OutOfRange);
        None
    }
    /// A whole number within the bounds.
    fn whole(&mut self, value: Option<f64>, least: u16) -> Option<u16> {
        let value = self.within(value, f64::from(least), f64::from(u16::MAX))?;
        if value.fract() == 0.0 {
            return Some(value as u16);
        }
        self.faults.note(Fault::OutOfRange);
        None
    }
    fn point(&mut self, [x, y]: [f64; 2]) -> Point {
        let near = |value: f64| value.clamp(-MAX_COORDINATE, MAX_COORDINATE);
        let point = Point::new(near(x), near(y));
        if point != Point::new(x, y) {
            self.faults.note(Fault::FarAway);
        }
        point
    }
}

/// A text of the file, borrowed where it has no escapes.
pub(crate) struct Text<'de>(Cow<'de, str>);

impl Text<'_> {
    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> serde::Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        input.deserialize_str(TextVisitor)
    }
}

/// A record that is read field by field.
pub(crate) trait Row: Default {
    /// What it is, for messages: `a node`.
    const WHAT: &'static str;
    /// Reads the value of `key`, or returns `false` without reading it when the field is unknown.
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, reading: &mut Reading) -> Result<bool, A::Error>;
    /// Where unknown fields go.
    fn extra(&mut self) -> &mut Extra;
    /// Says what is missing when all fields are read.
    fn complete(&self) -> Result<(), &'static str> {
        Ok(())
    }
}

/// Reads one [`Row`].
pub(crate) struct Object<'r, R>(&'r mut Reading, PhantomData<R>);

impl<'r, R> Object<'r, R> {
    /// A seed for one record.
    pub(crate) fn new(reading: &'r mut Reading) -> Self {
        Self(reading, PhantomData)
    }
}

impl<'de, R: Row> DeserializeSeed<'de> for Object<'_, R> {
    type Value = R;
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<R, D::Error> {
        input.deserialize_map(self)
    }
}

impl<'de, R: Row> Visitor<'de> for Object<'_, R> {
    type Value = R;
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} (a JSON object)", R::WHAT)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<R, A::Error> {
        let mut row = R::default();
        while let Some(key) = map.next_key::<Text<'de>>()? {
            if !row.field(key.as_str(), &mut map, self.0)? {
                let value = map.next_value()?;
                keep(row.extra(), key.as_str(), value);
            }
        }
        row.complete().map_err(A::Error::custom)?;
        Ok(row)
    }
}

fn keep(extra: &mut Extra, key: &str, value: Value) {
    extra.0.get_or_insert_default().insert(key.to_owned(), value);
}

/// Reads a list of [`Row`]s into the end of another.
struct Rows<'r, R>(&'r mut Reading, &'r mut Vec<R>);

impl<'de, R: Row> DeserializeSeed<'de> for Rows<'_, R> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_seq(self)
    }
}

impl<'de, R: Row> Visitor<'de> for Rows<'_, R> {
    type Value = ();
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a list of which each item is {}", R::WHAT)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(row) = list.next_element_seed(Object::new(self.0))? {
            self.1.push(row);
        }
        Ok(())
    }
}

/// Reads an object whose keys are data: each key with its row.
struct Keyed<'r, R>(&'r mut Reading, PhantomData<R>);

impl<'de, R: Row> DeserializeSeed<'de> for Keyed<'_, R> {
    type Value = Vec<(String, R)>;
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Self::Value, D::Error> {
        input.deserialize_map(self)
    }
}

impl<'de, R: Row> Visitor<'de> for Keyed<'_, R> {
    type Value = Vec<(String, R)>;
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "an object of which each value is {}", R::WHAT)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut rows = Vec::new();
        while let Some(key) = map.next_key::<Text<'de>>()? {
            rows.push((key.0.into_owned(), map.next_value_seed(Object::new(self.0))?));
        }
        Ok(rows)
    }
}

fn text<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<Text<'de>>, A::Error> {
    map.next_value()
}

fn string<'de, A: MapAccess<'de>>(map: &mut A) -> Result<String, A::Error> {
    Ok(text(map)?.map(|text| text.0.into_owned()).unwrap_or_default())
}

/// A word of a known list; an unknown one is kept aside and told.
fn word<'de, A: MapAccess<'de>, W: Word>(map: &mut A, key: &str, extra: &mut Extra, reading: &mut Reading) -> Result<Option<W>, A::Error> {
    let Some(text) = text(map)? else { return Ok(None) };
    let choice = W::from_word(text.as_str());
    if choice.is_none() {
        reading.faults.note(Fault::UnknownWord);
        keep(extra, key, Value::String(text.0.into_owned()));
    }
    Ok(choice)
}

/// The id of a record itself.
fn id<'de, A: MapAccess<'de>, I: Id>(map: &mut A) -> Result<Option<I>, A::Error> {
    let Some(id) = reference::<A, I>(map)? else { return Ok(None) };
    if id.number() > MAX_ID {
        return Err(A::Error::custom(format!("the id {id} is too large; ids go up to {}{MAX_ID}", I::PREFIX)));
    }
    Ok(Some(id))
}

/// The id of another record.
fn reference<'de, A: MapAccess<'de>, I: Id>(map: &mut A) -> Result<Option<I>, A::Error> {
    text(map)?.map(|text| text.as_str().parse().map_err(A::Error::custom)).transpose()
}

/// A node and its id.
pub(crate) struct NodeRow {
    pub id: Option<NodeId>,
    pub node: Node,
}

impl Default for NodeRow {
    fn default() -> Self {
        Self { id: None, node: Node::new(PartId::new(""), String::new(), Point::default()) }
    }
}

impl Row for NodeRow {
    const WHAT: &'static str = "a node";
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, reading: &mut Reading) -> Result<bool, A::Error> {
        let node = &mut self.node;
        match key {
            "id" => self.id = id(map)?,
            "part" => node.part = text(map)?.map_or(node.part.clone(), |part| reading.part(part.as_str())),
            "name" => node.name = string(map)?,
            "rack" => node.rack = reference(map)?,
            "u" => node.u = reading.whole(map.next_value()?, 1).map(RackUnits),
            "face" => node.face = word(map, key, &mut node.extra, reading)?.unwrap_or(Face::Front),
            "at" => node.at = map.next_value::<Option<[f64; 2]>>()?.map_or(Point::default(), |at| reading.point(at)),
            "pinned" => node.pinned = map.next_value::<Option<bool>>()?.unwrap_or(false),
            "transit" => node.transit = map.next_value()?,
            "generic" => node.generic = map.next_value_seed(Object::<GenericRow>::new(reading)).map(|row| Some(Box::new(row.0)))?,
            "ports" => {
                for (cage, settings) in map.next_value_seed(Keyed::<PortRow>(reading, PhantomData))? {
                    match cage.parse::<u16>().ok().filter(|cage| *cage > 0) {
                        Some(cage) => {
                            node.ports.insert(cage, settings.0);
                        }
                        None => reading.faults.note(Fault::PortUnknown),
                    }
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.node.extra
    }
    fn complete(&self) -> Result<(), &'static str> {
        if self.node.part.as_str().is_empty() { Err("a node does not say what it is; give it a “part”, for example \"generic-switch\"") } else { Ok(()) }
    }
}

#[derive(Default)]
struct GenericRow(Generic);

impl Row for GenericRow {
    const WHAT: &'static str = "what a generic part is taken to be";
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, reading: &mut Reading) -> Result<bool, A::Error> {
        match key {
            "ports" => self.0.ports = reading.whole(map.next_value()?, 0),
            "gbps" => self.0.gbps = rate(map, reading)?,
            "layer" => self.0.layer = word::<A, LinkLayer>(map, key, &mut self.0.extra, reading)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.0.extra
    }
}

#[derive(Default)]
struct PortRow(PortSettings);

impl Row for PortRow {
    const WHAT: &'static str = "how a port is used";
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, reading: &mut Reading) -> Result<bool, A::Error> {
        if key != "breakout" {
            return Ok(false);
        }
        let Some(text) = text(map)? else { return Ok(true) };
        self.0.breakout = Breakout::parse(text.as_str());
        if self.0.breakout.is_none() {
            reading.faults.note(Fault::UnknownWord);
            keep(&mut self.0.extra, key, Value::String(text.0.into_owned()));
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.0.extra
    }
}

/// The largest rate that is believed, in Gb/s.
const MAX_GBPS: f64 = 1e9;

/// A rate above zero.
fn rate<'de, A: MapAccess<'de>>(map: &mut A, reading: &mut Reading) -> Result<Option<Gbps>, A::Error> {
    Ok(reading.within(map.next_value()?, f64::MIN_POSITIVE, MAX_GBPS).map(Gbps))
}

/// A link and its id. The ends stay apart until the link is known to have both.
#[derive(Default)]
pub(crate) struct LinkRow {
    pub id: Option<LinkId>,
    ends: Option<[PortRef; 2]>,
    rest: LinkRest,
}

#[derive(Default)]
struct LinkRest {
    part: Option<PartId>,
    fabric: Option<FabricId>,
    length: Option<Metres>,
    gbps: Option<Gbps>,
    latency: Option<Nanoseconds>,
    extra: Extra,
}

impl LinkRow {
    /// The link, if it has ends (which [`Row::complete`] sees to).
    pub(crate) fn link(self) -> Option<Link> {
        let LinkRest { part, fabric, length, gbps, latency, extra } = self.rest;
        Some(Link { ends: self.ends?, part, fabric, length, gbps, latency, extra })
    }
}

impl Row for LinkRow {
    const WHAT: &'static str = "a link";
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, reading: &mut Reading) -> Result<bool, A::Error> {
        let rest = &mut self.rest;
        match key {
            "id" => self.id = id(map)?,
            "ends" => {
                let [a, b]: [Text<'de>; 2] = map.next_value()?;
                self.ends = Some([a.as_str().parse().map_err(A::Error::custom)?, b.as_str().parse().map_err(A::Error::custom)?]);
            }
            "part" => rest.part = text(map)?.map(|part| reading.part(part.as_str())),
            "fabric" => rest.fabric = reference(map)?,
            "length_m" => rest.length = reading.within(map.next_value()?, 0.0, 1e6).map(Metres),
            "gbps" => rest.gbps = rate(map, reading)?,
            "latency_ns" => rest.latency = reading.within(map.next_value()?, 0.0, 1e12).map(Nanoseconds),
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.rest.extra
    }
    fn complete(&self) -> Result<(), &'static str> {
        if self.ends.is_none() { Err("a link does not say what it joins; give it “ends”, for example [\"n1/1\", \"n2/1\"]") } else { Ok(()) }
    }
}

/// A rack and its id.
pub(crate) struct RackRow {
    pub id: Option<RackId>,
    pub rack: Rack,
}

impl Default for RackRow {
    fn default() -> Self {
        Self { id: None, rack: Rack::new(PartId::new(""), String::new(), Point::default()) }
    }
}

impl Row for RackRow {
    const WHAT: &'static str = "a rack";
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, reading: &mut Reading) -> Result<bool, A::Error> {
        let rack = &mut self.rack;
        match key {
            "id" => self.id = id(map)?,
            "part" => rack.part = text(map)?.map_or(rack.part.clone(), |part| reading.part(part.as_str())),
            "name" => rack.name = string(map)?,
            "at" => rack.at = map.next_value::<Option<[f64; 2]>>()?.map_or(Point::default(), |at| reading.point(at)),
            "row" => rack.row = text(map)?.map(|row| row.0.into_owned()),
            "tile" => rack.tile = map.next_value::<Option<[i32; 2]>>()?.map(|[column, line]| (column, line)),
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.rack.extra
    }
    fn complete(&self) -> Result<(), &'static str> {
        if self.rack.part.as_str().is_empty() { Err("a rack does not say what it is; give it a “part”, for example \"generic-rack-48u\"") } else { Ok(()) }
    }
}

/// A fabric and its id.
#[derive(Default)]
pub(crate) struct FabricRow {
    pub id: Option<FabricId>,
    pub fabric: Fabric,
}

impl Row for FabricRow {
    const WHAT: &'static str = "a fabric";
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, reading: &mut Reading) -> Result<bool, A::Error> {
        let fabric = &mut self.fabric;
        match key {
            "id" => self.id = id(map)?,
            "name" => fabric.name = string(map)?,
            "role" => fabric.role = word(map, key, &mut fabric.extra, reading)?.unwrap_or_default(),
            "protocol" => fabric.protocol = text(map)?.map(|protocol| protocol.0.into_owned()),
            "intent" => fabric.intent = word(map, key, &mut fabric.extra, reading)?.unwrap_or_default(),
            "routing" => fabric.routing = word(map, key, &mut fabric.extra, reading)?.unwrap_or_default(),
            "plane" => fabric.plane = reading.whole(map.next_value()?, 1),
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.fabric.extra
    }
}

/// A group and its id.
#[derive(Default)]
pub(crate) struct GroupRow {
    pub id: Option<GroupId>,
    pub group: Group,
}

impl Row for GroupRow {
    const WHAT: &'static str = "a group";
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, reading: &mut Reading) -> Result<bool, A::Error> {
        let group = &mut self.group;
        match key {
            "id" => self.id = id(map)?,
            "kind" => group.kind = word(map, key, &mut group.extra, reading)?.unwrap_or_default(),
            "name" => group.name = string(map)?,
            "members" => {
                let members: Vec<Text<'de>> = map.next_value()?;
                group.members = members.iter().map(|text| member(text.as_str())).collect::<Result<_, _>>().map_err(A::Error::custom)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.group.extra
    }
}

fn member(text: &str) -> Result<Member, String> {
    let member = match text.as_bytes().first() {
        Some(b'g') => text.parse().map(Member::Group).ok(),
        Some(b'n') => text.parse().map(Member::Node).ok(),
        Some(b'r') => text.parse().map(Member::Rack).ok(),
        _ => None,
    };
    member.ok_or_else(|| format!("“{}” cannot stand in a group; members are nodes (n1), racks (r1) and groups (g1)", text.chars().take(40).collect::<String>()))
}

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
        while let Some(value) = list.next_element::<Value>()? {
            self.0.push(PartValue::read(&value).map_err(A::Error::custom)?);
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
