//! The records of version 1 that are placed or drawn, as they are read: nodes, links, racks, fabrics, groups.

use std::str::FromStr;

use super::faults::Fault;
use super::visit::{Reading, Row, both, flag, id, keyed, one, own_text, reference, string, strings, text, two, unknown, word};
use crate::json::{Error, Reader};
use crate::model::{
    Breakout, Extra, Fabric, FabricId, Face, Generic, Group, GroupId, Link, LinkId, LinkLayer, Member, Node, NodeId, PartId, PortRef, PortSettings, Rack,
    RackId, TrafficSettings,
};
use crate::units::{Gbps, Kilograms, Metres, Nanoseconds, Point, RackUnits, Watts};

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
    fn what(&self) -> &'static str {
        "a node"
    }
    fn field(&mut self, key: &str, input: &mut Reader<'_>, reading: &mut Reading) -> Result<bool, Error> {
        let node = &mut self.node;
        match key {
            "id" => self.id = id(input)?,
            "part" => node.part = text(input)?.map_or(node.part.clone(), |part| reading.part(&part)),
            "name" => node.name = string(input)?,
            "rack" => node.rack = reference(input)?,
            "u" => node.u = reading.whole(input.maybe_number()?, 1).map(RackUnits),
            "face" => node.face = word(input, key, &mut node.extra, reading)?.unwrap_or(Face::Front),
            "at" => node.at = two(input, Reader::number)?.map_or(Point::default(), |at| reading.point(at)),
            "pinned" => node.pinned = flag(input)?.unwrap_or(false),
            "transit" => node.transit = flag(input)?,
            "kept" => node.kept = flag(input)?.unwrap_or(false),
            "modules" => node.modules = word(input, key, &mut node.extra, reading)?,
            "generic" => node.generic = Some(Box::new(one::<GenericRow>(input, reading)?.0)),
            "ports" => {
                for (cage, settings) in keyed::<PortRow>(input, reading)? {
                    match cage.parse::<u16>().ok().filter(|cage| *cage > 0) {
                        Some(cage) => {
                            node.ports.insert(cage, settings.0);
                        }
                        None => reading.faults.note(Fault::PortUnknown),
                    }
                }
            }
            _ => return traffic(&mut node.traffic, key, input, reading),
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
    fn what(&self) -> &'static str {
        "what a generic part is taken to be"
    }
    fn field(&mut self, key: &str, input: &mut Reader<'_>, reading: &mut Reading) -> Result<bool, Error> {
        match key {
            "ports" => self.0.ports = reading.whole(input.maybe_number()?, 0),
            "gbps" => self.0.gbps = rate(input, reading)?,
            "layer" => self.0.layer = word::<LinkLayer>(input, key, &mut self.0.extra, reading)?,
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
    fn what(&self) -> &'static str {
        "how a port is used"
    }
    fn field(&mut self, key: &str, input: &mut Reader<'_>, reading: &mut Reading) -> Result<bool, Error> {
        if key == "name" {
            self.0.name = own_text(input)?.filter(|name| !name.trim().is_empty());
            return Ok(true);
        }
        if key != "breakout" {
            return Ok(false);
        }
        let Some(text) = text(input)? else { return Ok(true) };
        self.0.breakout = Breakout::parse(&text);
        if self.0.breakout.is_none() {
            unknown(text, key, &mut self.0.extra, reading);
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.0.extra
    }
}

/// How ports are set, said of a node or a fabric.
fn traffic(traffic: &mut TrafficSettings, key: &str, input: &mut Reader<'_>, reading: &mut Reading) -> Result<bool, Error> {
    match key {
        "mtu" => traffic.mtu = reading.whole(input.maybe_number()?, 64),
        "pfc" => traffic.pfc = few(input, reading)?,
        "ecn" => traffic.ecn = flag(input)?,
        "ptp" => traffic.ptp = flag(input)?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// A number from 0 to 7.
fn few(input: &mut Reader<'_>, reading: &mut Reading) -> Result<Option<u8>, Error> {
    let number = reading.within(input.maybe_number()?, 0.0, 7.0);
    Ok(reading.whole(number, 0).map(|number| number as u8))
}

/// How many virtual lanes there are, 1 to 16.
fn lanes(input: &mut Reader<'_>, reading: &mut Reading) -> Result<Option<u8>, Error> {
    let number = reading.within(input.maybe_number()?, 1.0, 16.0);
    Ok(reading.whole(number, 1).map(|number| number as u8))
}

/// A coordinate of a floor tile.
fn tile(input: &mut Reader<'_>) -> Result<i32, Error> {
    input.whole(i64::from(i32::MIN), i64::from(i32::MAX)).map(|number| number as i32)
}

/// The largest rate that is believed, in Gb/s.
const MAX_GBPS: f64 = 1e9;

/// A rate above zero.
fn rate(input: &mut Reader<'_>, reading: &mut Reading) -> Result<Option<Gbps>, Error> {
    Ok(reading.within(input.maybe_number()?, f64::MIN_POSITIVE, MAX_GBPS).map(Gbps))
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
    fn what(&self) -> &'static str {
        "a link"
    }
    fn field(&mut self, key: &str, input: &mut Reader<'_>, reading: &mut Reading) -> Result<bool, Error> {
        let rest = &mut self.rest;
        match key {
            "id" => self.id = id(input)?,
            "ends" => {
                let [a, b] = both(input, Reader::text)?;
                let end = |text: &str| text.parse().map_err(|error: <PortRef as FromStr>::Err| input.refuse(error.to_string()));
                self.ends = Some([end(&a)?, end(&b)?]);
            }
            "part" => rest.part = text(input)?.map(|part| reading.part(&part)),
            "fabric" => rest.fabric = reference(input)?,
            "length_m" => rest.length = reading.within(input.maybe_number()?, 0.0, 1e6).map(Metres),
            "gbps" => rest.gbps = rate(input, reading)?,
            "latency_ns" => rest.latency = reading.within(input.maybe_number()?, 0.0, 1e12).map(Nanoseconds),
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

/// The most watts or kilograms that a rack may be said to bear, and a feed to give.
pub(super) const MOST_BORNE: f64 = 1e9;

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
    fn what(&self) -> &'static str {
        "a rack"
    }
    fn field(&mut self, key: &str, input: &mut Reader<'_>, reading: &mut Reading) -> Result<bool, Error> {
        let rack = &mut self.rack;
        match key {
            "id" => self.id = id(input)?,
            "part" => rack.part = text(input)?.map_or(rack.part.clone(), |part| reading.part(&part)),
            "name" => rack.name = string(input)?,
            "at" => rack.at = two(input, Reader::number)?.map_or(Point::default(), |at| reading.point(at)),
            "row" => rack.row = own_text(input)?,
            "tile" => rack.tile = two(input, tile)?.map(|[column, line]| (column, line)),
            "turned" => rack.turned = flag(input)?.unwrap_or(false),
            "kept" => rack.kept = flag(input)?.unwrap_or(false),
            "cooling" => rack.cooling = word(input, key, &mut rack.extra, reading)?,
            "max_power_w" => rack.limits.power = reading.within(input.maybe_number()?, 0.0, MOST_BORNE).map(Watts),
            "max_heat_w" => rack.limits.heat = reading.within(input.maybe_number()?, 0.0, MOST_BORNE).map(Watts),
            "max_load_kg" => rack.limits.load = reading.within(input.maybe_number()?, 0.0, MOST_BORNE).map(Kilograms),
            "max_cables" => rack.limits.cables = reading.whole(input.maybe_number()?, 0).map(u32::from),
            "feeds" => rack.feeds = strings(input, "a list of power feeds")?,
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
    fn what(&self) -> &'static str {
        "a fabric"
    }
    fn field(&mut self, key: &str, input: &mut Reader<'_>, reading: &mut Reading) -> Result<bool, Error> {
        let fabric = &mut self.fabric;
        match key {
            "id" => self.id = id(input)?,
            "name" => fabric.name = string(input)?,
            "role" => fabric.role = word(input, key, &mut fabric.extra, reading)?.unwrap_or_default(),
            "protocol" => fabric.protocol = own_text(input)?,
            "intent" => fabric.intent = word(input, key, &mut fabric.extra, reading)?.unwrap_or_default(),
            "routing" => fabric.routing = word(input, key, &mut fabric.extra, reading)?.unwrap_or_default(),
            "paths" => fabric.paths = word(input, key, &mut fabric.extra, reading)?,
            "roots" => fabric.roots = own_text(input)?,
            "dimensions" => fabric.dimensions = own_text(input)?,
            "forwarding" => fabric.forwarding = flag(input)?.unwrap_or(false),
            "lanes" => fabric.lanes = lanes(input, reading)?,
            "lane_change" => fabric.lane_change = word(input, key, &mut fabric.extra, reading)?,
            "plane" => fabric.plane = reading.whole(input.maybe_number()?, 1),
            "engine" => fabric.engine = word(input, key, &mut fabric.extra, reading)?,
            "lmc" => fabric.lmc = few(input, reading)?,
            "tables" => fabric.tables = super::forwarding::read(input, reading)?,
            "flows" => fabric.flows = reading.whole(input.maybe_number()?, 1),
            "lossless" => fabric.lossless = flag(input)?.unwrap_or(false),
            "multihoming" => fabric.multihoming = word(input, key, &mut fabric.extra, reading)?,
            _ => return traffic(&mut fabric.traffic, key, input, reading),
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
    fn what(&self) -> &'static str {
        "a group"
    }
    fn field(&mut self, key: &str, input: &mut Reader<'_>, reading: &mut Reading) -> Result<bool, Error> {
        let group = &mut self.group;
        match key {
            "id" => self.id = id(input)?,
            "kind" => group.kind = word(input, key, &mut group.extra, reading)?.unwrap_or_default(),
            "name" => group.name = string(input)?,
            "members" => {
                input.list("a list")?;
                group.members.clear();
                while input.item()? {
                    let text = input.text()?;
                    group.members.push(member(&text).map_err(|refusal| input.refuse(refusal))?);
                }
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
