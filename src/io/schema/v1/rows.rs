//! The records of version 1 that are placed or drawn, as they are read: nodes, links, racks, fabrics, groups.

use std::marker::PhantomData;

use serde::de::{Error as _, MapAccess};
use serde_json::Value;

use super::faults::Fault;
use super::visit::{Keyed, Object, Reading, Row, Text, id, keep, reference, string, text, word};
use crate::model::{
    Breakout, Extra, Fabric, FabricId, Face, Generic, Group, GroupId, Link, LinkId, LinkLayer, Member, Node, NodeId, PartId, PortRef, PortSettings, Rack,
    RackId, TrafficSettings,
};
use crate::units::{Gbps, Metres, Nanoseconds, Point, RackUnits};

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
            _ => return traffic(&mut node.traffic, key, map, reading),
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

/// How ports are set, said of a node or a fabric.
fn traffic<'de, A: MapAccess<'de>>(traffic: &mut TrafficSettings, key: &str, map: &mut A, reading: &mut Reading) -> Result<bool, A::Error> {
    match key {
        "mtu" => traffic.mtu = reading.whole(map.next_value()?, 64),
        "pfc" => traffic.pfc = few(map, reading)?,
        "ecn" => traffic.ecn = map.next_value()?,
        "ptp" => traffic.ptp = map.next_value()?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// A number from 0 to 7.
fn few<'de, A: MapAccess<'de>>(map: &mut A, reading: &mut Reading) -> Result<Option<u8>, A::Error> {
    let number = reading.within(map.next_value()?, 0.0, 7.0);
    Ok(reading.whole(number, 0).map(|number| number as u8))
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
            "engine" => fabric.engine = word(map, key, &mut fabric.extra, reading)?,
            "lmc" => fabric.lmc = few(map, reading)?,
            "flows" => fabric.flows = reading.whole(map.next_value()?, 1),
            "lossless" => fabric.lossless = map.next_value::<Option<bool>>()?.unwrap_or(false),
            "multihoming" => fabric.multihoming = word(map, key, &mut fabric.extra, reading)?,
            _ => return traffic(&mut fabric.traffic, key, map, reading),
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
