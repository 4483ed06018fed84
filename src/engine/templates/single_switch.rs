//! One stage: every endpoint on one switch, or one port of every endpoint on each of several parallel switches (planes).
//! All pairs are two links apart; losing one of n planes costs every endpoint 1/n of its rate.

use super::build::{self, Build, cell, endpoint_cell, switch_cell};
use super::values::Values;
use super::{Parameter, Template, TemplateCounts, TemplateError};
use crate::catalog::{Catalog, GENERIC_CAGES};
use crate::model::{Design, Fabric, FabricIntent, FabricRole, GroupKind, NodeId, PartId, PortRef};
use crate::units::Point;

pub(super) const TEMPLATE: Template = Template {
    name: "single-switch",
    title: "One stage of switches",
    summary: "Every endpoint on one switch, or on each of several parallel planes",
    parameters: &[
        Parameter::number("endpoints", "Endpoints", "16", (2.0, 8192.0), "Hosts or XPUs."),
        Parameter::number("planes", "Planes", "1", (1.0, 72.0), "Parallel switches; each endpoint has one link to each."),
        Parameter::number("gbps", "Rate of each link", "400", (1.0, 3200.0), "One direction, in Gb/s."),
        Parameter::choice("endpoint", "Endpoints are", &["host", "xpu"], "host", "Hosts of a scale-out network, or XPUs of one scale-up domain."),
        Parameter::choice("layer", "Link layer", &["ethernet", "infiniband", "any"], "ethernet", "What the links speak."),
        Parameter::number("length", "Cable", "3", (0.1, 10_000.0), "Length in metres of every link."),
    ],
    generate,
    counts,
};

fn counts(values: &Values, _: &Catalog) -> Result<TemplateCounts, TemplateError> {
    let [endpoints, planes] = ["endpoints", "planes"].map(|key| u64::from(values.count(key)));
    let (xpus, systems) = if values.word("endpoint") == "xpu" { (endpoints, 0) } else { (0, endpoints) };
    Ok(TemplateCounts { xpus, systems, switches: planes, links: endpoints * planes, racks: 0 })
}

fn generate(values: &Values, _: &Catalog) -> Result<Design, TemplateError> {
    let [endpoints, planes] = ["endpoints", "planes"].map(|key| values.count(key));
    let endpoint_name = values.word("endpoint");
    let mut build = Build::new(format!("One stage, {endpoints} {}", if endpoint_name == "xpu" { "XPUs" } else { "hosts" }));
    let role = if endpoint_name == "xpu" { FabricRole::ScaleUp } else { FabricRole::Compute };
    let name = if endpoint_name == "xpu" { "Scale-up" } else { "Compute" };
    let fabric = build.design.fabrics.push(Fabric { name: name.to_owned(), role, intent: FabricIntent::SingleStage, ..Fabric::default() });
    let layer = build::layer(values.word("layer"));
    let switch_ports = build::stated(build::radix(endpoints).min(GENERIC_CAGES), values.gbps("gbps"), layer);
    let endpoint_ports = build::stated(planes as u16, values.gbps("gbps"), layer);
    let part = PartId::new(if endpoint_name == "xpu" { "generic-xpu" } else { "generic-host" });
    let wire = build.generic_wire(fabric, values.metres("length"));

    let (switch_cell, endpoint_cell) = (switch_cell(switch_ports.ports.unwrap_or_default()), endpoint_cell(endpoint_name == "xpu", planes as u16));
    let across = |width: f64| planes.min((width / switch_cell.0).floor().max(1.0) as u32);
    let top = |width: f64| f64::from(planes.div_ceil(across(width))) * switch_cell.1 + (width * 0.12).max(switch_cell.1 * 1.5);
    let wide = |columns: u32| (f64::from(columns) * endpoint_cell.0).max(switch_cell.0);
    let extent = |columns: &u32| (wide(*columns), top(wide(*columns)) + f64::from(endpoints.div_ceil(*columns)) * endpoint_cell.1);
    let columns = build::largest((1..=endpoints.min(128)).filter(|columns| *columns > 2 || endpoints <= 4), extent).unwrap_or(endpoints);
    let (width, across) = (wide(columns), across(wide(columns)));
    let (left, top) = ((width - f64::from(across) * switch_cell.0) / 2.0, top(width));
    let hosts = (width - f64::from(columns) * endpoint_cell.0) / 2.0;

    let switch = PartId::new("generic-switch");
    let switches: Vec<NodeId> =
        (0..planes).map(|p| build.generic(&switch, format!("switch-{}", p + 1), cell(Point::new(left, 0.0), p, across, switch_cell), &switch_ports)).collect();
    build.group(GroupKind::Core, "Switches".to_owned(), &switches);
    for e in 0..endpoints {
        let node = build.generic(&part, format!("{endpoint_name}-{}", e + 1), cell(Point::new(hosts, top), e, columns, endpoint_cell), &endpoint_ports);
        for (p, &switch) in (1..).zip(&switches) {
            // At most 8192 endpoints and 72 planes, so nothing is cut off.
            build.join(PortRef::cage(switch, (e + 1) as u16), PortRef::cage(node, p), &wire);
        }
    }
    Ok(build.design)
}
