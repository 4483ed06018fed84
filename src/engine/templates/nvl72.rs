//! One NVLink rack: 18 compute trays of four XPUs, nine switch trays, and from every XPU one link to every switch chip. Adapter i of
//! every tray hangs on rail leaf i, which stands in a rack beside; a rack alone needs no spines, because its rails meet over NVLink.
//!
//! Source: NVIDIA DGX GB200 user guide, hardware (18 compute trays, nine switch trays, 72 GPUs); 72 GPUs × 18 links = 18
//! chips × 72 ports leaves no other regular wiring. Vera Rubin has four chips a tray and 36 links per XPU. Trays stand as in
//! the maker's rack: eight compute trays, the switch trays, ten compute trays, power shelves below and above.

use super::build::{Build, Cable, Mounting, Spot, compute_ports, switch_cell};
use super::values::Values;
use super::{Parameter, Template, TemplateCounts, TemplateError};
use crate::catalog::Catalog;
use crate::model::{Design, Fabric, FabricId, FabricIntent, FabricRole, GroupKind, InsideKind, LinkLayer, NodeId, Part, PortPath, PortRef, PortRole};
use crate::units::Point;

pub(super) const TEMPLATE: Template = Template {
    name: "nvl72",
    title: "NVLink rack, 72 XPUs",
    summary: "18 compute trays and nine switch trays, one link from every XPU to every switch chip",
    parameters: &[
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
const COMPUTE_TRAYS: u32 = 18;
const SWITCH_TRAYS: u32 = 9;
/// Lowest units of the two blocks of compute trays and of the switch trays between them.
const COMPUTE_BELOW: u32 = 10;
const SWITCHES: u32 = 18;
const COMPUTE_ABOVE: u32 = 27;
/// Width of a rack on the canvas, and the gap between it and the leaves above.
const RACK_WIDTH: f64 = 196.0;
const ABOVE: f64 = 110.0;
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
        if let Some((leaf, _)) = rails.filter(|(leaf, _)| compute_ports(leaf).len() < COMPUTE_TRAYS as usize) {
            return Err(TemplateError::MissingPart(leaf.id.to_string()));
        }
        Ok(Self { adapters: compute_ports(compute), compute, switch, fusion, fusion_trays, protocol, chips, rails })
    }
    /// Leaves of the scale-out rails.
    fn leaves(&self) -> u32 {
        if self.rails.is_some() { self.adapters.len() as u32 } else { 0 }
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
    let fusion = u64::from(kit.fusion_trays);
    let xpus = (u64::from(COMPUTE_TRAYS) - fusion) * kit.compute.xpu_count() as u64 + fusion * kit.fusion.map_or(0, |part| part.xpu_count() as u64);
    Ok(TemplateCounts {
        xpus,
        systems: u64::from(COMPUTE_TRAYS),
        switches: u64::from(SWITCH_TRAYS + kit.leaves()),
        // Fusion trays bring no adapters of their own.
        links: xpus * u64::from(kit.chips * SWITCH_TRAYS) + u64::from(kit.leaves() * (COMPUTE_TRAYS - kit.fusion_trays)),
        racks: 1,
    })
}

fn generate(values: &Values, catalog: &Catalog) -> Result<Design, TemplateError> {
    let kit = Kit::of(values, catalog)?;
    let title = match values.word("generation") {
        "gb300" => "GB300 NVL72",
        "vera-rubin" => "Vera Rubin NVL72",
        _ => "GB200 NVL72",
    };
    let mut build = Build::new(title.to_owned());
    let fabric = build.design.fabrics.push(Fabric {
        name: "NVLink".to_owned(),
        role: FabricRole::ScaleUp,
        protocol: Some(kit.protocol.to_owned()),
        intent: FabricIntent::SingleStage,
        ..Fabric::default()
    });
    let rack = build.rack(&RACK.into(), "A01".to_owned(), "A", (0, 1), Point::default());
    let switches: Vec<NodeId> =
        (0..SWITCH_TRAYS).map(|tray| build.mount(&kit.switch.id, format!("switch-{}", tray + 1), &Mounting { rack, u: (SWITCHES + tray) as u16 })).collect();

    let rails = kit.rails.map(|rail| rail_leaves(&mut build, &kit, rail));
    let mut xpus = 0u32;
    for tray in 0..COMPUTE_TRAYS {
        let u = if tray < BELOW { COMPUTE_BELOW + tray } else { COMPUTE_ABOVE + tray - BELOW };
        let part = kit.tray(tray);
        let name = if part.id == kit.compute.id { format!("compute-{}", tray + 1) } else { format!("fusion-{}", tray + 1) };
        let node = build.mount(&part.id, name, &Mounting { rack, u: u as u16 });
        for ports in ports_by_xpu(part) {
            for (chip, port) in (0u32..).zip(ports) {
                let Some(&switch) = switches.get((chip / kit.chips) as usize) else { continue };
                // At most four chips of 72 ports, so nothing is cut off.
                let cage = (chip % kit.chips) * COMPUTE_TRAYS * kit.compute.xpu_count() as u32 + xpus + 1;
                build.join_with_cable(catalog, fabric, [PortRef { node, port }, PortRef::cage(switch, cage as u16)], Cable::CageByCage);
            }
            xpus += 1;
        }
        if let Some((fabric, leaves, ports)) = rails.as_ref().filter(|_| part.id == kit.compute.id) {
            for ((&leaf, &adapter), &port) in leaves.iter().zip(&kit.adapters).zip(std::iter::repeat(ports.get(tray as usize)).flatten()) {
                // The two ports of a leaf's cage go to two trays, so only fibre can serve them.
                build.join_with_cable(catalog, *fabric, [PortRef { node, port: adapter }, PortRef { node: leaf, port }], Cable::PortByPort);
            }
        }
    }
    Ok(build.design)
}

/// The leaves of the rails, drawn above the rack in the order of the adapters; their fabric, and the ports each offers.
fn rail_leaves(build: &mut Build, kit: &Kit, (leaf, protocol): (&Part, &str)) -> (FabricId, Vec<NodeId>, Vec<PortPath>) {
    let fabric = build.design.fabrics.push(Fabric {
        name: "Scale-out".to_owned(),
        protocol: Some(protocol.to_owned()),
        intent: FabricIntent::RailOnly,
        ..Fabric::default()
    });
    let cell = switch_cell(leaf.cage_count().unwrap_or(0));
    let left = RACK_WIDTH / 2.0 - f64::from(kit.leaves()) * cell.0 / 2.0 + 14.0;
    let leaves: Vec<NodeId> = (0..kit.leaves())
        .map(|rail| {
            let at = Point::new(left + f64::from(rail) * cell.0, -cell.1 - ABOVE);
            build.stand(&leaf.id, format!("leaf-{}", rail + 1), at, Spot { tile: (1, 1), u: (40 - 4 * rail) as u16 })
        })
        .collect();
    build.group(GroupKind::Core, "Rail leaves".to_owned(), &leaves);
    (fabric, leaves, compute_ports(leaf))
}
