//! NVLink racks: 18 compute trays of four XPUs, nine switch trays, and from every XPU of a rack one link to every switch chip. Adapter i
//! of every tray hangs on rail leaf i, which stands in a rack beside. As long as one leaf has ports for a rail of all racks there are no
//! spines, because rails meet over NVLink; more racks stand in units with leaves of their own, half of whose ports go up to spines.
//!
//! Source: NVIDIA DGX GB200 user guide, hardware (18 compute trays, nine switch trays, 72 GPUs); 72 GPUs × 18 links = 18
//! chips × 72 ports leaves no other regular wiring. Vera Rubin has four chips a tray and 36 links per XPU. Trays stand as in
//! the maker's rack: eight compute trays, the switch trays, ten compute trays, power shelves below and above.

use super::build::{Build, Cable, Mounting, Spot, compute_ports};
use super::nvl72_plan::{Plan, Shape};
use super::values::Values;
use super::{Parameter, Template, TemplateCounts, TemplateError};
use crate::catalog::Catalog;
use crate::model::{
    Design, Fabric, FabricId, FabricIntent, FabricRole, Group, GroupKind, InsideKind, LinkLayer, Member, NodeId, Part, PortPath, PortRef, PortRole, RackId,
};

pub(super) const TEMPLATE: Template = Template {
    name: "nvl72",
    title: "NVLink racks, 72 XPUs each",
    summary: "18 compute trays and nine switch trays a rack, one link from every XPU to every switch chip; racks joined by rails",
    parameters: &[
        Parameter::number("racks", "Racks", "1", (1.0, 144.0), "Each a domain of 72 XPUs; how many fit depends on the leaves."),
        Parameter::choice("generation", "Generation", &["gb200", "gb300", "vera-rubin"], "gb200", "The trays of the rack."),
        Parameter::number(
            "fusion-trays",
            "NVLink Fusion trays",
            "0",
            (0.0, 17.0),
            "Compute trays that hold four custom XPUs instead; announced, NVLink 5 only.",
        ),
        Parameter::choice("scale-out", "Scale-out", &["rails", "none"], "rails", "One leaf for each adapter of a tray, or the NVLink rack alone."),
    ],
    generate,
    counts,
};

const RACK: &str = "nvl72-mgx";
const FUSION: &str = "nvlink-fusion-xpu-tray";
pub(super) const COMPUTE_TRAYS: u32 = 18;
const SWITCH_TRAYS: u32 = 9;
/// Lowest units of the two blocks of compute trays and of the switch trays between them.
const COMPUTE_BELOW: u32 = 10;
const SWITCHES: u32 = 18;
const COMPUTE_ABOVE: u32 = 27;
/// Compute trays below the switch trays.
const BELOW: u32 = 8;

/// The parts of a rack and the wiring they allow.
struct Kit<'a> {
    compute: &'a Part,
    switch: &'a Part,
    fusion: Option<&'a Part>,
    fusion_trays: u32,
    protocol: &'static str,
    /// Switch chips in a tray.
    chips: u32,
    /// The leaves of the scale-out rails and what they speak; `None` without.
    rails: Option<(&'a Part, &'static str)>,
    /// The scale-out ports of a compute tray, by adapter.
    adapters: Vec<PortPath>,
    shape: Shape,
}

impl<'a> Kit<'a> {
    fn of(values: &Values, catalog: &'a Catalog) -> Result<Self, TemplateError> {
        let part = |id: &str| catalog.built_in(id).ok_or_else(|| TemplateError::MissingPart(id.to_owned()));
        let (compute, switch, protocol, leaf) = match values.word("generation") {
            "gb300" => ("gb300-nvl72-compute-tray", "nvlink5-switch-tray", "nvlink5", ("nvidia-q3400-ra", "ib-xdr")),
            "vera-rubin" => ("vr-nvl72-compute-tray", "nvlink6-switch-tray", "nvlink6", ("nvidia-q3400-ra", "ib-xdr")),
            _ => ("gb200-nvl72-compute-tray", "nvlink5-switch-tray", "nvlink5", ("nvidia-qm9700", "ib-ndr")),
        };
        let fusion_trays = values.count("fusion-trays");
        if fusion_trays > 0 && protocol != "nvlink5" {
            return Err(TemplateError::Together(format!(
                "fusion-trays cannot be {fusion_trays} with generation vera-rubin: the Fusion trays Weft knows speak NVLink 5, so choose gb200 or gb300"
            )));
        }
        let fusion = (fusion_trays > 0).then(|| part(FUSION)).transpose()?;
        part(RACK)?;
        let (compute, switch) = (part(compute)?, part(switch)?);
        let xpus: u32 = COMPUTE_TRAYS * compute.xpu_count() as u32;
        let chips = u32::from(switch.cage_count().unwrap_or(0)) / xpus.max(1);
        let links = chips * SWITCH_TRAYS;
        for tray in [Some(compute), fusion].into_iter().flatten() {
            let ports = ports_by_xpu(tray);
            if ports.len() != compute.xpu_count() || ports.iter().any(|ports| ports.len() != links as usize) {
                return Err(TemplateError::MissingPart(tray.id.to_string()));
            }
        }
        let rails = (values.word("scale-out") == "rails").then(|| Ok((part(leaf.0)?, leaf.1))).transpose()?;
        let adapters = compute_ports(compute);
        let shape = match rails {
            Some((leaf, _)) => Shape::of(values.count("racks"), adapters.len() as u32, leaf)?,
            None => Shape::alone(values.count("racks")),
        };
        Ok(Self { adapters, compute, switch, fusion, fusion_trays, protocol, chips, rails, shape })
    }
    /// The part of a tray, counted from below; Fusion trays stand on top.
    fn tray(&self, tray: u32) -> &'a Part {
        self.fusion.filter(|_| tray >= COMPUTE_TRAYS - self.fusion_trays).unwrap_or(self.compute)
    }
}

/// The NVLink ports of a tray, XPU by XPU in the order of its inside.
fn ports_by_xpu(tray: &Part) -> Vec<Vec<PortPath>> {
    let Some(inside) = tray.inside() else { return Vec::new() };
    let xpus: Vec<usize> = inside.vertices.iter().enumerate().filter(|(_, vertex)| vertex.kind == InsideKind::Xpu).map(|(at, _)| at).collect();
    let mut ports = vec![Vec::new(); xpus.len()];
    let mut cage = 1u16;
    for group in &tray.ports {
        for place in 0..group.count.unwrap_or(0) {
            let on = group.inside.get(usize::from(place)).map(|on| usize::from(*on));
            let xpu = on.and_then(|on| xpus.iter().position(|xpu| *xpu == on));
            if let Some(ports) = xpu.and_then(|xpu| ports.get_mut(xpu)).filter(|_| group.role == PortRole::ScaleUp && group.layers.contains(&LinkLayer::NvLink))
            {
                ports.push(PortPath::cage(cage));
            }
            cage = cage.saturating_add(1);
        }
    }
    ports
}

fn counts(values: &Values, catalog: &Catalog) -> Result<TemplateCounts, TemplateError> {
    let kit = Kit::of(values, catalog)?;
    let (shape, fusion, racks) = (&kit.shape, u64::from(kit.fusion_trays), u64::from(kit.shape.racks));
    let xpus = (u64::from(COMPUTE_TRAYS) - fusion) * kit.compute.xpu_count() as u64 + fusion * kit.fusion.map_or(0, |part| part.xpu_count() as u64);
    // Fusion trays bring no adapters of their own.
    let down = u64::from(shape.rails * (COMPUTE_TRAYS - kit.fusion_trays));
    Ok(TemplateCounts {
        xpus: xpus * racks,
        systems: u64::from(COMPUTE_TRAYS) * racks,
        switches: u64::from(SWITCH_TRAYS) * racks + u64::from(shape.leaves() + shape.spines),
        links: (xpus * u64::from(kit.chips * SWITCH_TRAYS) + down) * racks + u64::from(shape.leaves() * shape.spines * shape.uplinks),
        racks,
    })
}

fn generate(values: &Values, catalog: &Catalog) -> Result<Design, TemplateError> {
    let kit = Kit::of(values, catalog)?;
    let title = match values.word("generation") {
        "gb300" => "GB300 NVL72",
        "vera-rubin" => "Vera Rubin NVL72",
        _ => "GB200 NVL72",
    };
    let title = if kit.shape.racks == 1 { title.to_owned() } else { format!("{} racks {title}, {} XPU", kit.shape.racks, counts(values, catalog)?.xpus) };
    let mut hall = Hall { plan: Plan::of(&kit.shape), build: Build::new(title), kit, catalog };
    // Of one rack the fabric comes before its trays, as it always has.
    let first = (hall.kit.shape.racks == 1).then(|| hall.nvlink(""));
    let rails = hall.kit.rails.map(|(leaf, protocol)| Rails { fabric: None, protocol, ports: compute_ports(leaf), leaves: Vec::new(), leaf });
    let rails = hall.racks(first, rails);
    if let Some(rails) = rails.filter(|_| hall.kit.shape.spines > 0) {
        hall.spines(&rails);
    }
    Ok(hall.build.design)
}

/// The scale-out network under construction.
struct Rails<'a> {
    fabric: Option<FabricId>,
    protocol: &'static str,
    leaf: &'a Part,
    /// The ports of a leaf or spine, in panel order.
    ports: Vec<PortPath>,
    /// Leaves so far, unit by unit, each unit's by rail.
    leaves: Vec<NodeId>,
}

/// The design under construction with all that is known of it.
struct Hall<'a> {
    build: Build,
    plan: Plan,
    kit: Kit<'a>,
    catalog: &'a Catalog,
}

impl<'a> Hall<'a> {
    /// The NVLink fabric of a rack.
    fn nvlink(&mut self, rack: &str) -> FabricId {
        self.build.design.fabrics.push(Fabric {
            name: if rack.is_empty() { "NVLink".to_owned() } else { format!("NVLink {rack}") },
            role: FabricRole::ScaleUp,
            protocol: Some(self.kit.protocol.to_owned()),
            intent: FabricIntent::SingleStage,
            ..Fabric::default()
        })
    }

    /// Unit by unit: its leaves, and its racks with their trays.
    fn racks(&mut self, mut first: Option<FabricId>, mut rails: Option<Rails<'a>>) -> Option<Rails<'a>> {
        let (racks, units) = (self.kit.shape.racks, self.kit.shape.units);
        // What joins all racks comes before what is in each.
        if let Some(rails) = rails.as_mut().filter(|_| racks > 1) {
            self.scale_out(rails);
        }
        for unit in 0..units {
            let of_unit = self.kit.shape.racks_of(unit);
            let mut ids: Vec<RackId> = Vec::new();
            let mut leaves: Vec<NodeId> = Vec::new();
            for place in 0..of_unit {
                let (tile, row) = self.plan.tile(unit, place);
                let name = format!("{row}{:02}", tile.0 + 1);
                let rack = self.build.rack(&RACK.into(), name.clone(), &row, tile, self.plan.rack(unit, place, of_unit));
                ids.push(rack);
                let fabric = first.take().unwrap_or_else(|| self.nvlink(&name));
                let prefix = if racks == 1 { String::new() } else { format!("{}-", name.to_ascii_lowercase()) };
                let switches: Vec<NodeId> = (0..SWITCH_TRAYS)
                    .map(|tray| self.build.mount(&self.kit.switch.id, format!("{prefix}switch-{}", tray + 1), &Mounting { rack, u: (SWITCHES + tray) as u16 }))
                    .collect();
                if let Some(rails) = rails.as_mut().filter(|_| place == 0) {
                    leaves = self.leaves(rails, unit, of_unit);
                }
                self.trays(rack, &prefix, fabric, &switches, rails.as_ref().map(|rails| (rails, leaves.as_slice(), place)));
            }
            if units > 1 {
                let members = leaves.into_iter().map(Member::Node).chain(ids.into_iter().map(Member::Rack)).collect();
                self.build.design.groups.push(Group { kind: GroupKind::Unit, name: format!("Unit {}", unit + 1), members, ..Group::default() });
            }
        }
        rails
    }

    /// The trays of a rack, each XPU on every switch chip, each adapter on the leaf of its rail.
    fn trays(&mut self, rack: RackId, prefix: &str, fabric: FabricId, switches: &[NodeId], rails: Option<(&Rails, &[NodeId], u32)>) {
        let (catalog, each) = (self.catalog, COMPUTE_TRAYS * self.kit.compute.xpu_count() as u32);
        let mut xpus = 0u32;
        for tray in 0..COMPUTE_TRAYS {
            let u = if tray < BELOW { COMPUTE_BELOW + tray } else { COMPUTE_ABOVE + tray - BELOW };
            let part = self.kit.tray(tray);
            let kind = match (part.id == self.kit.compute.id, prefix.is_empty()) {
                (true, true) => "compute",
                (true, false) => "tray",
                _ => "fusion",
            };
            let node = self.build.mount(&part.id, format!("{prefix}{kind}-{}", tray + 1), &Mounting { rack, u: u as u16 });
            for ports in ports_by_xpu(part) {
                for (chip, port) in (0u32..).zip(ports) {
                    let Some(&switch) = switches.get((chip / self.kit.chips) as usize) else { continue };
                    // At most four chips of 72 ports, so nothing is cut off.
                    let cage = (chip % self.kit.chips) * each + xpus + 1;
                    self.build.join_with_cable(catalog, fabric, [PortRef { node, port }, PortRef::cage(switch, cage as u16)], Cable::CageByCage);
                }
                xpus += 1;
            }
            let Some((rails, leaves, place)) = rails.filter(|_| part.id == self.kit.compute.id) else { continue };
            let (Some(fabric), Some(&port)) = (rails.fabric, rails.ports.get((place * COMPUTE_TRAYS + tray) as usize)) else { continue };
            for (&leaf, &adapter) in leaves.iter().zip(&self.kit.adapters) {
                // The two ports of a leaf's cage go to two trays, so only fibre can serve them.
                self.build.join_with_cable(catalog, fabric, [PortRef { node, port: adapter }, PortRef { node: leaf, port }], Cable::PortByPort);
            }
        }
    }

    /// The fabric of the rails, once.
    fn scale_out(&mut self, rails: &mut Rails) {
        if rails.fabric.is_none() {
            let intent = if self.kit.shape.spines > 0 { FabricIntent::RailOptimised } else { FabricIntent::RailOnly };
            let fabric = Fabric { name: "Scale-out".to_owned(), protocol: Some(rails.protocol.to_owned()), intent, ..Fabric::default() };
            rails.fabric = Some(self.build.design.fabrics.push(fabric));
        }
    }

    /// The leaves of a unit, drawn above its racks in the order of the adapters.
    fn leaves(&mut self, rails: &mut Rails, unit: u32, racks: u32) -> Vec<NodeId> {
        self.scale_out(rails);
        let shape = &self.kit.shape;
        let alone = shape.units == 1;
        let (tile, _) = self.plan.tile(unit, racks);
        let leaves: Vec<NodeId> = (0..shape.rails)
            .map(|rail| {
                let name = if alone { format!("leaf-{}", rail + 1) } else { format!("su-{}-leaf-{}", unit + 1, rail + 1) };
                self.build.stand(&rails.leaf.id, name, self.plan.leaf(unit, rail, racks), Spot { tile, u: (40 - 4 * rail) as u16 })
            })
            .collect();
        if alone {
            self.build.group(GroupKind::Core, "Rail leaves".to_owned(), &leaves);
        }
        rails.leaves.extend_from_slice(&leaves);
        leaves
    }

    /// The spines, every leaf to each of them with equally many links.
    fn spines(&mut self, rails: &Rails) {
        let Some(fabric) = rails.fabric else { return };
        let (count, links, down) = (self.kit.shape.spines, self.kit.shape.uplinks, self.kit.shape.down());
        let spines: Vec<NodeId> = (0..count)
            .map(|i| {
                let spot = Spot { tile: self.plan.front(i, count), u: (46 - 4 * (i % 10)) as u16 };
                self.build.stand(&rails.leaf.id, format!("spine-{}", i + 1), self.plan.spine(i, count), spot)
            })
            .collect();
        let way = if links.is_multiple_of(2) { Cable::CageByCage } else { Cable::PortByPort };
        let port = |at: u32| rails.ports.get(at as usize).copied();
        for (l, &leaf) in (0u32..).zip(&rails.leaves) {
            for (s, &spine) in (0u32..).zip(&spines) {
                for link in 0..links {
                    let (Some(up), Some(below)) = (port(down + s * links + link), port(l * links + link)) else { continue };
                    self.build.join_with_cable(self.catalog, fabric, [PortRef { node: leaf, port: up }, PortRef { node: spine, port: below }], way);
                }
            }
        }
        self.build.group(GroupKind::Core, "Spines".to_owned(), &spines);
    }
}
