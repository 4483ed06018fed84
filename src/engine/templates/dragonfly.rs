//! Dragonfly: groups of switches, every switch of a group joined with every other, every group joined with every other.
//!
//! Source: J. Kim, W. Dally, S. Scott, D. Abts, "Technology-driven, highly-scalable dragonfly topology", ISCA 2008: p hosts, a switches in
//! a group and h links out of each make at most a·h + 1 groups; a = 2p = 2h balances the load. Link c out of a group leads from switch
//! c / h to the group that stands c / links + 1 places on, so that the links of a group are spread over its switches.

use super::build::{self, Build, cell, endpoint_cell, switch_cell};
use super::values::Values;
use super::{Parameter, Template, TemplateCounts, TemplateError};
use crate::catalog::{Catalog, GENERIC_CAGES};
use crate::model::{Design, Fabric, FabricIntent, GroupKind, NodeId, PartId, PortRef};
use crate::units::{Point, turned};

pub(super) const TEMPLATE: Template = Template {
    name: "dragonfly",
    title: "Dragonfly",
    summary: "Groups of switches joined all with all, and all groups with all groups; at most three links from switch to switch",
    parameters: &[
        Parameter::number("hosts", "Hosts on a switch (p)", "2", (1.0, 64.0), "Balanced where it is half the switches of a group."),
        Parameter::number("switches", "Switches in a group (a)", "4", (2.0, 64.0), "Each is joined with every other of its group."),
        Parameter::number("global", "Links out of a switch (h)", "2", (1.0, 64.0), "To other groups; balanced where it is half the switches of a group."),
        Parameter::number("groups", "Groups", "0", (0.0, 4097.0), "0 is as many as the links out reach: a · h + 1."),
        Parameter::number("gbps", "Rate of each link", "400", (1.0, 3200.0), "One direction, in Gb/s."),
        Parameter::choice("layer", "Link layer", &["ethernet", "infiniband", "any"], "ethernet", "What the links speak."),
        Parameter::choice("endpoint", "Endpoints", &["host", "xpu"], "host", "What hangs on the switches: hosts, or XPUs on their own."),
        Parameter::number("host-length", "Cable to hosts", "3", (0.1, 10_000.0), "Length in metres."),
        Parameter::number("group-length", "Cable in a group", "5", (0.1, 10_000.0), "Length in metres."),
        Parameter::number("global-length", "Cable between groups", "50", (0.1, 10_000.0), "Length in metres."),
    ],
    generate,
    counts,
};

struct Shape {
    hosts: u32,
    switches: u32,
    global: u32,
    groups: u32,
    /// Links between two groups.
    links: u32,
}

impl Shape {
    fn of(values: &Values) -> Result<Self, TemplateError> {
        let [hosts, switches, global, asked] = ["hosts", "switches", "global", "groups"].map(|key| values.count(key));
        let out = switches * global;
        let groups = if asked == 0 { out + 1 } else { asked };
        if groups < 2 || groups > out + 1 {
            return Err(TemplateError::Together(format!(
                "groups cannot be {groups}: {switches} switches with {global} links out each reach 2 to {} groups",
                out + 1
            )));
        }
        let ports = hosts + switches - 1 + global;
        if ports > u32::from(GENERIC_CAGES) {
            return Err(TemplateError::Together(format!("each switch would need {ports} ports; a generic switch has at most {GENERIC_CAGES}")));
        }
        Ok(Self { hosts, switches, global, groups, links: out / (groups - 1) })
    }
}

fn counts(values: &Values, _: &Catalog) -> Result<TemplateCounts, TemplateError> {
    let shape = Shape::of(values)?;
    let [p, a, g, m] = [shape.hosts, shape.switches, shape.groups, shape.links].map(u64::from);
    let hosts = p * a * g;
    let (xpus, systems) = if values.word("endpoint") == "xpu" { (hosts, 0) } else { (0, hosts) };
    Ok(TemplateCounts { xpus, systems, switches: a * g, links: hosts + g * a * (a - 1) / 2 + g * (g - 1) / 2 * m, racks: 0 })
}

fn generate(values: &Values, _: &Catalog) -> Result<Design, TemplateError> {
    let shape = Shape::of(values)?;
    let Shape { hosts, switches, global, groups, links } = shape;
    let endpoint_name = values.word("endpoint");
    let mut build = Build::new(format!("Dragonfly, {groups} groups"));
    let fabric = build.design.fabrics.push(Fabric { name: "Compute".to_owned(), intent: FabricIntent::Dragonfly, ..Fabric::default() });
    let layer = build::layer(values.word("layer"));
    let ports = hosts + switches - 1 + global;
    let switch_ports = build::stated(build::radix(ports).min(GENERIC_CAGES), values.gbps("gbps"), layer);
    let host_ports = build::stated(1, values.gbps("gbps"), layer);
    let (switch, host) = (PartId::new("generic-switch"), PartId::new(if endpoint_name == "xpu" { "generic-xpu" } else { "generic-host" }));
    let [to_host, in_group, between] = ["host-length", "group-length", "global-length"].map(|key| build.generic_wire(fabric, values.metres(key)));
    let plan = Plan::of(&shape, switch_ports.ports.unwrap_or(8), endpoint_name == "xpu");

    let mut nodes: Vec<NodeId> = Vec::new();
    let mut number = 0u32;
    for group in 0..groups {
        let own: Vec<NodeId> =
            (0..switches).map(|s| build.generic(&switch, format!("g{}-switch-{}", group + 1, s + 1), plan.switch(group, s), &switch_ports)).collect();
        let mut members = own.clone();
        for (s, &node) in (0u32..).zip(&own) {
            for h in 0..hosts {
                number += 1;
                let end = build.generic(&host, format!("{endpoint_name}-{number}"), plan.host(group, s, h), &host_ports);
                members.push(end);
                build.join(port(node, h + 1), port(end, 1), &to_host);
            }
            // Port p + t of switch s leads to the t-th other switch of the group.
            for (other, &peer) in (0u32..).zip(&own).skip(s as usize + 1) {
                build.join(port(node, hosts + other), port(peer, hosts + s + 1), &in_group);
            }
        }
        build.group(GroupKind::Pod, format!("Group {}", group + 1), &members);
        nodes.extend(own);
    }
    // Link c of a group, from 0: to the group c / links + 1 places on, seen from there one of the links that lead back.
    let end = |group: u32, c: u32| {
        let node = nodes.get((group * switches + c / global) as usize).copied();
        node.map(|node| port(node, hosts + switches - 1 + c % global + 1))
    };
    for group in 0..groups {
        for on in 1..groups - group {
            for m in 0..links {
                if let (Some(a), Some(b)) = (end(group, (on - 1) * links + m), end(group + on, (groups - on - 1) * links + m)) {
                    build.join(a, b, &between);
                }
            }
        }
    }
    Ok(build.design)
}

/// Ports stay below those of a generic switch, so nothing is cut off.
fn port(node: NodeId, cage: u32) -> PortRef {
    PortRef::cage(node, cage as u16)
}

/// Up to this many groups stand in a circle, where the links between them can be told apart; more stand in rows.
const CIRCLE: u32 = 40;

/// Where things stand: in a group, switches side by side with their hosts below; groups in a circle or in rows.
struct Plan {
    switch: (f64, f64),
    endpoint: (f64, f64),
    host_columns: u32,
    columns: u32,
    block: (f64, f64),
    group: (f64, f64),
    groups: u32,
    /// Groups side by side, where they stand in rows.
    across: u32,
    /// Half the width and height of the circle.
    radius: (f64, f64),
}

impl Plan {
    fn of(shape: &Shape, ports: u16, is_xpu: bool) -> Self {
        let (switch, endpoint) = (switch_cell(ports), endpoint_cell(is_xpu, 1));
        let host_columns = shape.hosts.min(((switch.0 / endpoint.0) as u32).max(1));
        let columns = (1..=shape.switches).find(|columns| columns * columns >= shape.switches).unwrap_or(1);
        let block =
            (switch.0.max(f64::from(host_columns) * endpoint.0) + 20.0, switch.1 + 6.0 + f64::from(shape.hosts.div_ceil(host_columns)) * endpoint.1 + 20.0);
        let inside = (f64::from(columns) * block.0, f64::from(shape.switches.div_ceil(columns)) * block.1);
        let group = (inside.0 + 60.0, inside.1 + 90.0);
        // Neighbours on the circle must not touch: a step round it is as long as a group is wide or high, whichever it needs.
        let chord = 2.0 * turned(0.5 / f64::from(shape.groups.max(3))).1;
        let radius = (group.0 * 1.04 / chord, group.1 * 1.46 / chord);
        let size = |across: &u32| (f64::from(*across) * group.0, f64::from(shape.groups.div_ceil(*across)) * group.1);
        let across = build::largest(1..=shape.groups, size).unwrap_or(1);
        Self {
            switch,
            endpoint,
            host_columns,
            columns,
            block,
            group,
            groups: shape.groups,
            across,
            radius: (radius.0.max(radius.1), radius.1.max(radius.0 * 0.7)),
        }
    }
    fn origin(&self, group: u32) -> Point {
        if self.groups > CIRCLE {
            return cell(Point::default(), group, self.across, self.group);
        }
        // The first one stands at the top.
        let (cosine, sine) = turned(f64::from(group) / f64::from(self.groups));
        Point::new(self.radius.0 * (1.0 + sine), self.radius.1 * (1.0 - cosine))
    }
    fn block(&self, group: u32, switch: u32) -> Point {
        cell(self.origin(group), switch, self.columns, self.block)
    }
    fn switch(&self, group: u32, switch: u32) -> Point {
        let at = self.block(group, switch).shifted((self.block.0 - self.switch.0) / 2.0, 0.0);
        Point::new(at.x.round(), at.y.round())
    }
    fn host(&self, group: u32, switch: u32, host: u32) -> Point {
        let left = (self.block.0 - f64::from(self.host_columns) * self.endpoint.0) / 2.0;
        cell(self.block(group, switch).shifted(left, self.switch.1 - 22.0), host, self.host_columns, self.endpoint)
    }
}
