//! Leaves below spines: every leaf joins every spine with the same number of links, hosts hang on leaves.
//!
//! The rate of a tier may differ from the rate of the hosts; oversubscription of a leaf is
//! (hosts × host rate) : (spines × links × uplink rate), and follows from what is asked for.

use super::build::{self, Build, cell, endpoint_cell, switch_cell};
use super::values::Values;
use super::{Parameter, Template, TemplateCounts, TemplateError};
use crate::catalog::Catalog;
use crate::model::{Design, Fabric, FabricIntent, GroupKind, NodeId, PartId, PortRef};
use crate::units::Point;

pub(super) const TEMPLATE: Template = Template {
    name: "leaf-spine",
    title: "Leaf and spine",
    summary: "Hosts on leaves, every leaf joined to every spine",
    parameters: &[
        Parameter::number("leaves", "Leaves", "4", (1.0, 1024.0), "Switches that hosts hang on."),
        Parameter::number("spines", "Spines", "4", (1.0, 512.0), "Switches above the leaves."),
        Parameter::number("hosts-per-leaf", "Hosts per leaf", "16", (1.0, 512.0), "One link each."),
        Parameter::number("links", "Links from leaf to spine", "4", (1.0, 64.0), "Parallel links between each leaf and each spine."),
        Parameter::number("host-gbps", "Rate of host links", "400", (1.0, 3200.0), "One direction, in Gb/s."),
        Parameter::number("uplink-gbps", "Rate of uplinks", "400", (1.0, 3200.0), "One direction, in Gb/s."),
        Parameter::choice("layer", "Link layer", &["ethernet", "infiniband", "any"], "ethernet", "What the links speak."),
        Parameter::choice("endpoint", "Endpoints", &["host", "xpu"], "host", "What hangs on the leaves: hosts, or XPUs on their own."),
        Parameter::number("host-length", "Cable to hosts", "3", (0.1, 10_000.0), "Length in metres of the links from hosts to leaves."),
        Parameter::number("uplink-length", "Cable to spines", "20", (0.1, 10_000.0), "Length in metres of the links from leaves to spines."),
    ],
    generate,
    counts,
};

fn counts(values: &Values, _: &Catalog) -> Result<TemplateCounts, TemplateError> {
    let [leaves, spines, hosts, links] = ["leaves", "spines", "hosts-per-leaf", "links"].map(|key| u64::from(values.count(key)));
    let endpoints = leaves * hosts;
    let (xpus, systems) = if values.word("endpoint") == "xpu" { (endpoints, 0) } else { (0, endpoints) };
    for (ports, who, cure) in [(hosts + spines * links, "leaf", "hosts, spines or links"), (leaves * links, "spine", "leaves or links")] {
        if ports > u64::from(crate::catalog::GENERIC_CAGES) {
            return Err(TemplateError::Together(format!(
                "each {who} would need {ports} ports; a generic switch has at most {}, so choose fewer {cure}",
                crate::catalog::GENERIC_CAGES
            )));
        }
    }
    Ok(TemplateCounts { xpus, systems, switches: leaves + spines, links: endpoints + leaves * spines * links, racks: 0 })
}

fn generate(values: &Values, _: &Catalog) -> Result<Design, TemplateError> {
    let [leaves, spines, hosts, links] = ["leaves", "spines", "hosts-per-leaf", "links"].map(|key| values.count(key));
    let mut build = Build::new(format!("Leaf and spine, {} hosts", leaves * hosts));
    let fabric = build.design.fabrics.push(Fabric { name: "Compute".to_owned(), intent: FabricIntent::LeafSpine, ..Fabric::default() });
    let (host_rate, uplink_rate) = (values.gbps("host-gbps"), values.gbps("uplink-gbps"));
    let layer = build::layer(values.word("layer"));
    let one_rate = host_rate == uplink_rate;

    let mut leaf_ports = build::stated(build::radix(hosts + spines * links), host_rate, layer);
    leaf_ports.gbps = one_rate.then_some(host_rate);
    let spine_ports = build::stated(build::radix(leaves * links), uplink_rate, layer);
    let host_ports = build::stated(1, host_rate, layer);
    let switch = PartId::new("generic-switch");
    let endpoint_name = values.word("endpoint");
    let host = PartId::new(if endpoint_name == "xpu" { "generic-xpu" } else { "generic-host" });
    // A leaf with two rates states neither; its links do.
    let mut to_host = build.generic_wire(fabric, values.metres("host-length"));
    to_host.gbps = (!one_rate).then_some(host_rate);
    let mut to_spine = build.generic_wire(fabric, values.metres("uplink-length"));
    to_spine.gbps = (!one_rate).then_some(uplink_rate);

    let plan = Plan::of(leaves, spines, hosts, [build::radix(hosts + spines * links), build::radix(leaves * links)], endpoint_name == "xpu");
    let spine_nodes: Vec<NodeId> = (0..spines).map(|s| build.generic(&switch, format!("spine-{}", s + 1), plan.spine(s), &spine_ports)).collect();
    build.group(GroupKind::Core, "Spines".to_owned(), &spine_nodes);
    let mut number = 0u32;
    for l in 0..leaves {
        let leaf = build.generic(&switch, format!("leaf-{}", l + 1), plan.leaf(l), &leaf_ports);
        for (s, &spine) in (0..).zip(&spine_nodes) {
            for wire in 0..links {
                build.join(port(leaf, hosts + s * links + wire + 1), port(spine, l * links + wire + 1), &to_spine);
            }
        }
        let mut members = vec![leaf];
        for h in 0..hosts {
            number += 1;
            let node = build.generic(&host, format!("{endpoint_name}-{number}"), plan.host(l, h), &host_ports);
            members.push(node);
            build.join(port(leaf, h + 1), port(node, 1), &to_host);
        }
        build.group(GroupKind::Unit, format!("Leaf {}", l + 1), &members);
    }
    Ok(build.design)
}

/// Port numbers were held below the limit of generic parts, so nothing is cut off.
fn port(node: NodeId, cage: u32) -> PortRef {
    PortRef::cage(node, cage as u16)
}

/// Where things stand: spines on top, leaves side by side below, each above a grid of its hosts; many leaves wrap.
struct Plan {
    spines: u32,
    /// Cells of a leaf, a spine and an endpoint.
    leaf: (f64, f64),
    spine: (f64, f64),
    endpoint: (f64, f64),
    columns: u32,
    host_columns: u32,
    block: (f64, f64),
    width: f64,
    leaf_top: f64,
}

impl Plan {
    fn of(leaves: u32, spines: u32, hosts: u32, ports: [u16; 2], is_xpu: bool) -> Self {
        let ([leaf, spine], endpoint) = (ports.map(switch_cell), endpoint_cell(is_xpu, 1));
        let host_columns = if hosts <= 8 { 2 } else { build::square(hosts).clamp(4, 12) };
        let block = (leaf.0.max(f64::from(host_columns) * endpoint.0) + 48.0, leaf.1 * 1.5 + f64::from(hosts.div_ceil(host_columns)) * endpoint.1 + 48.0);
        let columns = if leaves <= 16 { leaves } else { build::square(leaves) };
        let width = (f64::from(columns) * block.0).max(leaf.0);
        let across = Self::spines_across(width, spines);
        let leaf_top = f64::from(spines.div_ceil(across)) * spine.1 + (width * 0.2).max(leaf.1 * 1.5);
        Self { spines, leaf, spine, endpoint, columns, host_columns, block, width, leaf_top }
    }
    fn spines_across(width: f64, spines: u32) -> u32 {
        spines.min((width / switch_cell(8).0).floor().max(1.0) as u32)
    }
    fn spine(&self, spine: u32) -> Point {
        let across = Self::spines_across(self.width, self.spines);
        let pitch = self.width / f64::from(across);
        cell(Point::new((pitch - self.spine.0) / 2.0, 0.0), spine, across, (pitch, self.spine.1))
    }
    fn block_origin(&self, leaf: u32) -> Point {
        cell(Point::new(0.0, self.leaf_top), leaf, self.columns, self.block)
    }
    fn leaf(&self, leaf: u32) -> Point {
        self.block_origin(leaf).shifted((self.block.0 - self.leaf.0) / 2.0, 0.0)
    }
    fn host(&self, leaf: u32, host: u32) -> Point {
        let origin = self.block_origin(leaf).shifted((self.block.0 - f64::from(self.host_columns) * self.endpoint.0) / 2.0, self.leaf.1 * 1.5);
        cell(origin, host, self.host_columns, self.endpoint)
    }
}
