//! Rail-optimised fabric of 8-XPU servers: servers stand in units of up to 32, NIC i of every server of a unit hangs on
//! leaf i of that unit, spines join the leaves, and from nine units on a core joins pods of four.
//!
//! Source: NVIDIA DGX SuperPOD reference architecture (H100, B200), compute fabric: 1, 2, 4 and 8 units have 4, 8, 16 and 32
//! spines; 16 units have 128 leaves, 128 spines and 64 core switches; 64 units have 512, 512 and 256. Cable lengths follow
//! from a floor plan of Weft's own: racks 0.8 m wide, rows 2.4 m apart, 2 m up to the tray and 2 m down, 1 m to spare.

use super::build::{Build, Cable, Mounting, Spot, compute_ports, letters};
use super::rail_plan::{Drawing, Floor, Tier};
use super::values::Values;
use super::{Parameter, Template, TemplateCounts, TemplateError};
use crate::catalog::Catalog;
use crate::model::{Design, Fabric, FabricId, FabricIntent, Group, GroupId, GroupKind, Member, NodeId, PartId, PortPath, PortRef, RackId};
use crate::units::Point;

pub(super) const SWITCH: &str = "nvidia-qm9700";
pub(super) const RACK: &str = "19in-48u";
/// Servers in a unit: half the ports of a 64-port leaf.
const UNIT: u32 = 32;
/// Units in a pod, where there are pods: 32 leaves are half the ports of a spine.
const POD: u32 = 4;
/// The most units that two tiers of 64-port switches join.
const TWO_TIERS: u32 = 8;
/// Switches in a rack of switches.
const SWITCHES_PER_RACK: u32 = 16;

pub(super) const TEMPLATE: Template = Template {
    name: "rail-optimised",
    title: "Rail-optimised, 8-XPU servers",
    summary: "NIC i of every server of a unit on leaf i, full bisection above, in racks with real cables",
    parameters: &[
        Parameter::number("servers", "Servers", "32", (2.0, 8192.0), "8-XPU servers; up to 32 make a unit, nine units and more get a third tier."),
        Parameter::choice("server", "Server", &["dgx-h100", "dgx-b200"], "dgx-h100", "The part every server is."),
        Parameter::number("per-rack", "Servers per rack", "0", (0.0, 6.0), "0 is as many as the rack can power, at most 4."),
        Parameter::choice(
            "switches",
            "Switches",
            &["above", "racked"],
            "above",
            "Drawn in tiers above the racks of servers, or mounted in racks of their own.",
        ),
    ],
    generate,
    counts,
};

/// What the numbers come to.
pub(super) struct Shape {
    pub(super) servers: u32,
    /// NICs of a server, and leaves of a unit.
    pub(super) rails: u32,
    per_rack: u32,
    pub(super) units: u32,
    /// Spines of the fabric, or of each pod.
    pub(super) spines: u32,
    /// Links between a leaf and each of its spines.
    uplinks: u32,
    /// Pods; 0 where two tiers are enough.
    pub(super) pods: u32,
    /// Core switches that the same spine of every pod joins.
    cores_per_spine: u32,
    xpus_per_server: u64,
    /// Whether switches stand in racks of their own.
    racked: bool,
}

impl Shape {
    fn of(values: &Values, catalog: &Catalog) -> Result<(Self, Kit), TemplateError> {
        let kit = Kit::of(values, catalog)?;
        let servers = values.count("servers");
        let units = servers.div_ceil(UNIT);
        let rails = kit.nics.len() as u32;
        let per_leaf = servers.min(UNIT);
        let (spines, uplinks, pods, cores_per_spine) = if units <= TWO_TIERS {
            let leaves = units * rails;
            // The fewest spines that leave no leaf oversubscribed; never fewer than four, so that losing one costs a quarter.
            let fits = |spines: u32| {
                let even = match per_leaf.div_ceil(spines) {
                    1 => 1,
                    more => more + more % 2,
                };
                (even * spines <= UNIT && leaves * even <= 2 * UNIT).then_some((spines, even))
            };
            let (spines, uplinks) = [4, 8, 16, 32].into_iter().find_map(fits).unwrap_or((32, 1));
            (spines, uplinks, 0, 0)
        } else {
            let pods = units.div_ceil(POD);
            (UNIT, 1, pods, pods.div_ceil(2).next_power_of_two())
        };
        let xpus_per_server = kit.xpus_per_server;
        let racked = values.word("switches") == "racked";
        Ok((Self { servers, rails, per_rack: kit.per_rack, units, spines, uplinks, pods, cores_per_spine, xpus_per_server, racked }, kit))
    }
    pub(super) fn cores(&self) -> u32 {
        if self.pods == 0 { 0 } else { self.spines * self.cores_per_spine }
    }
    pub(super) fn all_spines(&self) -> u32 {
        self.spines * self.pods.max(1)
    }
    /// Racks that hold spines and cores, or would.
    fn front_racks(&self) -> u32 {
        self.spines.div_ceil(SWITCHES_PER_RACK) * self.pods.max(1) + self.cores().div_ceil(SWITCHES_PER_RACK)
    }
    fn servers_of(&self, unit: u32) -> u32 {
        (self.servers - unit * UNIT).min(UNIT)
    }
    /// Racks of servers in a unit, without the rack of its leaves.
    pub(super) fn racks_of(&self, unit: u32) -> u32 {
        self.servers_of(unit).div_ceil(self.per_rack)
    }
}

fn counts(values: &Values, catalog: &Catalog) -> Result<TemplateCounts, TemplateError> {
    let (shape, _) = Shape::of(values, catalog)?;
    let leaves = shape.units * shape.rails;
    let full_units = shape.servers / UNIT;
    let last = shape.servers % UNIT;
    let server_racks = full_units * UNIT.div_ceil(shape.per_rack) + last.div_ceil(shape.per_rack);
    let up = leaves * shape.spines * shape.uplinks;
    let core_links = if shape.pods == 0 { 0 } else { shape.all_spines() * UNIT };
    Ok(TemplateCounts {
        xpus: u64::from(shape.servers) * shape.xpus_per_server,
        systems: u64::from(shape.servers),
        switches: u64::from(leaves + shape.all_spines() + shape.cores()),
        links: u64::from(shape.servers * shape.rails) + u64::from(up) + u64::from(core_links),
        racks: u64::from(server_racks + if shape.racked { shape.units + shape.front_racks() } else { 0 }),
    })
}

/// The parts and what is read off them once.
pub(super) struct Kit {
    pub(super) server: PartId,
    /// The ports of a server, by rail.
    pub(super) nics: Vec<PortPath>,
    /// The ports of a switch, in panel order.
    pub(super) ports: Vec<PortPath>,
    pub(super) server_units: u16,
    pub(super) per_rack: u32,
    pub(super) xpus_per_server: u64,
}

impl Kit {
    pub(super) fn of(values: &Values, catalog: &Catalog) -> Result<Self, TemplateError> {
        let part = |id: &str| catalog.built_in(id).ok_or_else(|| TemplateError::MissingPart(id.to_owned()));
        let (server, switch, rack) = (part(values.word("server"))?, part(SWITCH)?, part(RACK)?);
        let nics = compute_ports(server);
        let ports = compute_ports(switch);
        if nics.is_empty() || nics.len() > 16 {
            return Err(TemplateError::MissingPart(server.id.to_string()));
        }
        if ports.len() != 2 * UNIT as usize {
            return Err(TemplateError::MissingPart(SWITCH.to_owned()));
        }
        let server_units = server.rack_units.as_ref().map_or(8.0, |units| units.value.ceil()).clamp(1.0, 48.0) as u16;
        let rack_units = rack.rack().map_or(48, |rack| rack.units);
        let by_height = u32::from(rack_units / server_units).max(1);
        let budget = rack.rack().and_then(|rack| rack.power.as_ref()).zip(server.power.as_ref());
        let by_power = budget.map_or(4, |(rack, server)| (rack.value.0 / server.value.0).floor().clamp(1.0, 4.0) as u32);
        let per_rack = match values.count("per-rack") {
            0 => by_height.min(by_power),
            asked if asked > by_height => {
                return Err(TemplateError::Together(format!(
                    "per-rack cannot be {asked}: a rack of {rack_units} U holds {by_height} servers of {server_units} U"
                )));
            }
            asked => asked,
        };
        Ok(Self { nics, ports, server_units, per_rack, xpus_per_server: server.xpu_count() as u64, server: server.id.clone() })
    }
}

fn generate(values: &Values, catalog: &Catalog) -> Result<Design, TemplateError> {
    let (shape, kit) = Shape::of(values, catalog)?;
    let mut build = Build::new(format!("Rail-optimised, {} XPU", u64::from(shape.servers) * shape.xpus_per_server));
    let fabric = build.design.fabrics.push(Fabric {
        name: "Compute".to_owned(),
        protocol: Some("ib-ndr".to_owned()),
        intent: FabricIntent::RailOptimised,
        ..Fabric::default()
    });
    let (floor, drawing) = (Floor::of(&shape), Drawing::of(&shape));
    let mut hall = Hall { build, floor, drawing, shape, kit, catalog, fabric };
    let mut leaves: Vec<Vec<NodeId>> = Vec::new();
    let mut units: Vec<GroupId> = Vec::new();
    for unit in 0..hall.shape.units {
        let (group, of_unit) = hall.unit(unit)?;
        units.push(group);
        leaves.push(of_unit);
    }
    if hall.shape.pods == 0 {
        let (members, spines) = hall.switches(Tier::Spine(0), hall.shape.spines);
        hall.join_leaves(&leaves.concat(), &spines)?;
        hall.group(GroupKind::Core, "Spines".to_owned(), members);
    } else {
        hall.pods(&leaves, &units)?;
    }
    hall.build.share_modules(hall.catalog);
    Ok(hall.build.design)
}

/// The design under construction with all that is known of it.
struct Hall<'a> {
    build: Build,
    floor: Floor,
    drawing: Drawing,
    shape: Shape,
    kit: Kit,
    catalog: &'a Catalog,
    fabric: FabricId,
}

impl Hall<'_> {
    /// One unit: the tile of its leaves in the middle, its servers left and right, NIC i of each on leaf i.
    fn unit(&mut self, unit: u32) -> Result<(GroupId, Vec<NodeId>), TemplateError> {
        let (servers, racks) = (self.shape.servers_of(unit), self.shape.racks_of(unit));
        let middle = racks / 2;
        let letter = letters(unit);
        let tile = self.floor.unit(unit, middle);
        let own = self.shape.racked.then(|| self.rack(format!("{letter}{:02}", middle + 1), &letter, tile, Floor::at(tile)));
        let mut leaves = Vec::new();
        for rail in 0..self.shape.rails {
            let name = if self.shape.units == 1 { format!("leaf-{}", rail + 1) } else { format!("su-{}-leaf-{}", unit + 1, rail + 1) };
            let spot = Spot { tile, u: (36 - 2 * rail) as u16 };
            leaves.push(self.switch(name, own, self.drawing.leaf(unit, rail), spot));
        }
        let mut members: Vec<Member> = if own.is_none() { leaves.iter().copied().map(Member::Node).collect() } else { Vec::new() };

        // Racks of a unit hold equally many servers, spread over their height.
        let each = servers.div_ceil(racks);
        let pitch = ((48 / each) as u16).max(self.kit.server_units);
        for rack in 0..racks {
            let place = if rack < middle { rack } else { rack + 1 };
            members.extend(own.filter(|_| place == middle + 1).map(Member::Rack));
            let tile = self.floor.unit(unit, place);
            let (name, at) = match own {
                Some(_) => (place, Floor::at(tile)),
                None => (rack, self.drawing.rack(unit, rack, racks)),
            };
            let id = self.rack(format!("{letter}{:02}", name + 1), &letter, tile, at);
            members.push(Member::Rack(id));
            for server in (rack * each)..((rack + 1) * each).min(servers) {
                let u = 1 + (server - rack * each) as u16 * pitch;
                let node = self.build.mount(&self.kit.server, format!("dgx-{}", unit * UNIT + server + 1), &Mounting { rack: id, u });
                for (&nic, &leaf) in self.kit.nics.clone().iter().zip(&leaves) {
                    // The two ports of a server's cage go to two leaves, so only fibre can serve them.
                    self.join(PortRef { node, port: nic }, (leaf, server), Cable::PortByPort)?;
                }
            }
        }
        let group = self.group(GroupKind::Unit, format!("Unit {}", unit + 1), members);
        Ok((group, leaves))
    }

    /// The switches of a tier, in racks of their own in front or drawn above; also what they add to a group.
    fn switches(&mut self, tier: Tier, count: u32) -> (Vec<Member>, Vec<NodeId>) {
        let per_pod = self.shape.spines.div_ceil(SWITCHES_PER_RACK);
        let (name, first_rack) = match tier {
            Tier::Core => ("core".to_owned(), self.shape.pods * per_pod),
            Tier::Spine(pod) if self.shape.pods > 0 => (format!("pod-{}-spine", pod + 1), pod * per_pod),
            Tier::Spine(_) => ("spine".to_owned(), 0),
        };
        let (mut racks, mut nodes) = (Vec::new(), Vec::new());
        for i in 0..count {
            let place = first_rack + i / SWITCHES_PER_RACK;
            let tile = self.floor.front(place, self.shape.front_racks());
            if self.shape.racked && i % SWITCHES_PER_RACK == 0 {
                racks.push(self.rack(format!("X{:02}", place + 1), "X", tile, Floor::at(tile)));
            }
            let spot = Spot { tile, u: (46 - 2 * (i % SWITCHES_PER_RACK)) as u16 };
            nodes.push(self.switch(format!("{name}-{}", i + 1), racks.last().copied(), self.drawing.switch(tier, i, count), spot));
        }
        let members = if self.shape.racked { racks.into_iter().map(Member::Rack).collect() } else { nodes.iter().copied().map(Member::Node).collect() };
        (members, nodes)
    }

    fn switch(&mut self, name: String, rack: Option<RackId>, at: Point, spot: Spot) -> NodeId {
        let part = PartId::new(SWITCH);
        match rack {
            Some(rack) => self.build.mount(&part, name, &Mounting { rack, u: spot.u }),
            None => self.build.stand(&part, name, at, spot),
        }
    }

    /// Every leaf to every spine, with equally many links.
    fn join_leaves(&mut self, leaves: &[NodeId], spines: &[NodeId]) -> Result<(), TemplateError> {
        let links = self.shape.uplinks;
        for (l, &leaf) in (0..).zip(leaves) {
            for (s, &spine) in (0..).zip(spines) {
                self.trunk((leaf, UNIT + s * links), (spine, l * links), links)?;
            }
        }
        Ok(())
    }

    /// Pods of four units with 32 spines each, and the core above: spine i of every pod joins the same core switches.
    fn pods(&mut self, leaves: &[Vec<NodeId>], units: &[GroupId]) -> Result<(), TemplateError> {
        let mut spines: Vec<Vec<NodeId>> = Vec::new();
        for (pod, (of_pod, groups)) in (0u32..).zip(leaves.chunks(POD as usize).zip(units.chunks(POD as usize))) {
            let (switches, nodes) = self.switches(Tier::Spine(pod), self.shape.spines);
            self.join_leaves(&of_pod.concat(), &nodes)?;
            let members: Vec<Member> = groups.iter().copied().map(Member::Group).chain(switches).collect();
            self.group(GroupKind::Pod, format!("Pod {}", pod + 1), members);
            spines.push(nodes);
        }
        let (members, cores) = self.switches(Tier::Core, self.shape.cores());
        let each = self.shape.cores_per_spine;
        let links = UNIT / each;
        for (pod, nodes) in (0u32..).zip(&spines) {
            for (s, &spine) in (0u32..).zip(nodes) {
                for (c, &core) in (0u32..).zip(cores.iter().skip((s * each) as usize).take(each as usize)) {
                    self.trunk((spine, UNIT + c * links), (core, pod * links), links)?;
                }
            }
        }
        self.group(GroupKind::Core, "Core".to_owned(), members);
        Ok(())
    }

    /// Parallel links between two switches, from a port number (from 0) on each. Two links that share a cage at one end
    /// share one at the other, so a twin-port cable can serve them.
    fn trunk(&mut self, a: (NodeId, u32), b: (NodeId, u32), links: u32) -> Result<(), TemplateError> {
        let cable = if links.is_multiple_of(2) { Cable::CageByCage } else { Cable::PortByPort };
        for link in 0..links {
            let from = self.port(a.0, a.1 + link)?;
            self.join(from, (b.0, b.1 + link), cable)?;
        }
        Ok(())
    }

    fn join(&mut self, from: PortRef, to: (NodeId, u32), cable: Cable) -> Result<(), TemplateError> {
        let to = self.port(to.0, to.1)?;
        self.build.join_with_cable(self.catalog, self.fabric, [from, to], cable);
        Ok(())
    }

    fn port(&self, node: NodeId, number: u32) -> Result<PortRef, TemplateError> {
        let port = self.kit.ports.get(number as usize).copied().ok_or_else(|| TemplateError::MissingPart(SWITCH.to_owned()))?;
        Ok(PortRef { node, port })
    }

    fn rack(&mut self, name: String, row: &str, tile: (i32, i32), at: Point) -> RackId {
        self.build.rack(&PartId::new(RACK), name, row, tile, at)
    }

    fn group(&mut self, kind: GroupKind, name: String, members: Vec<Member>) -> GroupId {
        self.build.design.groups.push(Group { kind, name, members, ..Group::default() })
    }
}
