//! Two independent planes: one port of every NIC on a leaf of each, leaves below spines, nothing between the planes.
//!
//! Source: K. Qian and others, "Alibaba HPN: a data center network for large language model training", SIGCOMM 2024: two leaves for each
//! NIC, and planes that never meet, so that a leaf, a spine or an optic lost costs a host half of one NIC and no reachability.

use super::build::{self, Build, cell, endpoint_cell, switch_cell};
use super::values::Values;
use super::{Parameter, Template, TemplateCounts, TemplateError};
use crate::catalog::{Catalog, GENERIC_CAGES};
use crate::model::{Design, Fabric, FabricIntent, GroupKind, NodeId, PartId, PortRef};
use crate::units::Point;

pub(super) const TEMPLATE: Template = Template {
    name: "dual-plane",
    title: "Two planes",
    summary: "One port of every NIC on each of two leaf-and-spine fabrics that never meet",
    parameters: &[
        Parameter::number("leaves", "Leaves in a plane", "4", (1.0, 512.0), "Each has a twin in the other plane, with the same hosts."),
        Parameter::number("spines", "Spines in a plane", "4", (1.0, 256.0), "Switches above the leaves."),
        Parameter::number("hosts-per-leaf", "Hosts on a leaf", "8", (1.0, 256.0), "Hosts that share a pair of leaves."),
        Parameter::number("nics", "NICs of a host", "1", (1.0, 8.0), "Of two ports each, one on each plane."),
        Parameter::number("links", "Links from leaf to spine", "2", (1.0, 64.0), "Parallel links between each leaf and each spine."),
        Parameter::number("gbps", "Rate of each link", "200", (1.0, 3200.0), "One direction, in Gb/s."),
        Parameter::choice("layer", "Link layer", &["ethernet", "infiniband", "any"], "ethernet", "What the links speak."),
        Parameter::choice("endpoint", "Endpoints", &["host", "xpu"], "host", "What hangs on the leaves: hosts, or XPUs on their own."),
        Parameter::number("host-length", "Cable to hosts", "3", (0.1, 10_000.0), "Length in metres."),
        Parameter::number("uplink-length", "Cable to spines", "20", (0.1, 10_000.0), "Length in metres."),
    ],
    generate,
    counts,
};

struct Shape {
    leaves: u32,
    spines: u32,
    hosts: u32,
    nics: u32,
    links: u32,
}

impl Shape {
    fn of(values: &Values) -> Result<Self, TemplateError> {
        let [leaves, spines, hosts, nics, links] = ["leaves", "spines", "hosts-per-leaf", "nics", "links"].map(|key| values.count(key));
        let most = u32::from(GENERIC_CAGES);
        for (ports, who, cure) in [(hosts * nics + spines * links, "leaf", "hosts, NICs, spines or links"), (leaves * links, "spine", "leaves or links")] {
            if ports > most {
                return Err(TemplateError::Together(format!(
                    "each {who} would need {ports} ports; a generic switch has at most {most}, so choose fewer {cure}"
                )));
            }
        }
        Ok(Self { leaves, spines, hosts, nics, links })
    }
}

fn counts(values: &Values, _: &Catalog) -> Result<TemplateCounts, TemplateError> {
    let shape = Shape::of(values)?;
    let [leaves, spines, hosts, nics, links] = [shape.leaves, shape.spines, shape.hosts, shape.nics, shape.links].map(u64::from);
    let ends = leaves * hosts;
    let (xpus, systems) = if values.word("endpoint") == "xpu" { (ends, 0) } else { (0, ends) };
    Ok(TemplateCounts { xpus, systems, switches: 2 * (leaves + spines), links: 2 * (ends * nics + leaves * spines * links), racks: 0 })
}

fn generate(values: &Values, _: &Catalog) -> Result<Design, TemplateError> {
    let shape = Shape::of(values)?;
    let Shape { leaves, spines, hosts, nics, links } = shape;
    let endpoint_name = values.word("endpoint");
    let is_xpu = endpoint_name == "xpu";
    let mut build = Build::new(format!("Two planes, {} {}", leaves * hosts, if is_xpu { "XPUs" } else { "hosts" }));
    let layer = build::layer(values.word("layer"));
    let stated = |ports: u32| build::stated(ports as u16, values.gbps("gbps"), layer);
    let leaf_ports = stated(u32::from(build::radix(hosts * nics + spines * links).min(GENERIC_CAGES)));
    let spine_ports = stated(u32::from(build::radix(leaves * links).min(GENERIC_CAGES)));
    let host_ports = stated(2 * nics);
    let (switch, host) = (PartId::new("generic-switch"), PartId::new(if is_xpu { "generic-xpu" } else { "generic-host" }));
    let plan = Plan::of(&shape, [&leaf_ports, &spine_ports].map(|stated| stated.ports.unwrap_or_default()), endpoint_cell(is_xpu, 2 * nics as u16));

    let mut ends: Vec<Vec<NodeId>> = Vec::new();
    for leaf in 0..leaves {
        let own: Vec<NodeId> =
            (0..hosts).map(|h| build.generic(&host, format!("{endpoint_name}-{}", leaf * hosts + h + 1), plan.host(leaf, h), &host_ports)).collect();
        build.group(GroupKind::Unit, format!("Hosts {} to {}", leaf * hosts + 1, (leaf + 1) * hosts), &own);
        ends.push(own);
    }
    for (plane, letter) in ["a", "b"].into_iter().enumerate() {
        let fabric = build.design.fabrics.push(Fabric {
            name: format!("Plane {}", crate::units::capital(letter)),
            intent: FabricIntent::DualPlane,
            plane: Some(plane as u16 + 1),
            ..Fabric::default()
        });
        let [to_host, to_spine] = ["host-length", "uplink-length"].map(|key| build.generic_wire(fabric, values.metres(key)));
        let above: Vec<NodeId> = (0..spines).map(|s| build.generic(&switch, format!("{letter}-spine-{}", s + 1), plan.spine(plane, s), &spine_ports)).collect();
        let mut members = above.clone();
        for (l, own) in (0u32..).zip(&ends) {
            let leaf = build.generic(&switch, format!("{letter}-leaf-{}", l + 1), plan.leaf(plane, l), &leaf_ports);
            members.push(leaf);
            let mut next = 0u32;
            let mut free = || {
                next += 1;
                PortRef::cage(leaf, next as u16)
            };
            for &end in own {
                // Ports 1 and 2 of a host are those of its first NIC, one for each plane.
                for nic in 0..nics {
                    build.join(free(), PortRef::cage(end, (2 * nic) as u16 + plane as u16 + 1), &to_host);
                }
            }
            for &spine in &above {
                for link in 0..links {
                    build.join(free(), PortRef::cage(spine, (l * links + link + 1) as u16), &to_spine);
                }
            }
        }
        build.group(GroupKind::Pod, format!("Plane {}", crate::units::capital(letter)), &members);
    }
    Ok(build.design)
}

/// Where things stand: hosts in the middle, one plane above them and its mirror image below.
struct Plan {
    spines: u32,
    leaf: (f64, f64),
    spine: (f64, f64),
    endpoint: (f64, f64),
    host_columns: u32,
    block: (f64, f64),
    width: f64,
    spine_rows: u32,
    gap: f64,
}

impl Plan {
    fn of(shape: &Shape, ports: [u16; 2], endpoint: (f64, f64)) -> Self {
        let [leaf, spine] = ports.map(switch_cell);
        let with = |host_columns: u32| {
            let block = (leaf.0.max(f64::from(host_columns) * endpoint.0) + 56.0, f64::from(shape.hosts.div_ceil(host_columns)) * endpoint.1);
            let width = f64::from(shape.leaves) * block.0;
            let spine_rows = shape.spines.div_ceil(Self::across(width, shape.spines, spine.0));
            Self { spines: shape.spines, leaf, spine, endpoint, host_columns, block, width, spine_rows, gap: (width * 0.07).max(120.0) }
        };
        let extent = |plan: &Self| (plan.width, plan.plane_height() * 2.0 + plan.block.1 + plan.gap * 2.0);
        build::largest((1..=shape.hosts.clamp(1, 24)).map(with), extent).unwrap_or_else(|| with(1))
    }
    fn across(width: f64, spines: u32, spine: f64) -> u32 {
        ((width / spine) as u32).clamp(1, spines.max(1))
    }
    /// Spines, the gap below them, and leaves.
    fn plane_height(&self) -> f64 {
        f64::from(self.spine_rows) * self.spine.1 + self.gap + self.leaf.1
    }
    fn host(&self, leaf: u32, host: u32) -> Point {
        let left = f64::from(leaf) * self.block.0 + (self.block.0 - f64::from(self.host_columns) * self.endpoint.0) / 2.0;
        cell(Point::new(left, self.plane_height() + self.gap), host, self.host_columns, self.endpoint)
    }
    fn leaf(&self, plane: usize, leaf: u32) -> Point {
        let x = f64::from(leaf) * self.block.0 + (self.block.0 - self.leaf.0) / 2.0;
        let y = if plane == 0 { self.plane_height() - self.leaf.1 } else { self.plane_height() + self.gap * 2.0 + self.block.1 };
        Point::new(x.round(), y.round())
    }
    fn spine(&self, plane: usize, spine: u32) -> Point {
        let across = Self::across(self.width, self.spines, self.spine.0);
        let pitch = self.width / f64::from(across);
        let top = if plane == 0 { 0.0 } else { self.plane_height() + self.gap * 3.0 + self.block.1 + self.leaf.1 };
        cell(Point::new((pitch - self.spine.0) / 2.0, top), spine, across, (pitch, self.spine.1))
    }
}
