//! The k-ary fat tree of three tiers: k pods of k/2 aggregation and k/2 edge switches, (k/2)² core switches, k³/4 hosts,
//! all of k-port switches and full bisection.
//!
//! Source: M. Al-Fares, A. Loukissas, A. Vahdat, "A scalable, commodity data center network architecture", SIGCOMM 2008,
//! section 3.1. Core switch i of block b joins aggregation switch b of every pod.

use super::build::{self, Build, cell, endpoint_cell, switch_cell};
use super::values::Values;
use super::{Parameter, Template, TemplateCounts, TemplateError};
use crate::catalog::Catalog;
use crate::model::{Design, Fabric, FabricIntent, GroupKind, NodeId, PartId, PortRef};
use crate::units::Point;

pub(super) const TEMPLATE: Template = Template {
    name: "fat-tree",
    title: "Fat tree, three tiers",
    summary: "Full bisection from k-port switches: k³/4 hosts in k pods below (k/2)² core switches",
    parameters: &[
        Parameter::number("k", "Switch ports (k)", "8", (4.0, 64.0), "Ports of every switch, even; k³/4 hosts follow from it."),
        Parameter::number("gbps", "Rate of each link", "400", (1.0, 3200.0), "One direction, in Gb/s."),
        Parameter::choice("layer", "Link layer", &["ethernet", "infiniband", "any"], "ethernet", "What the links speak."),
        Parameter::choice("endpoint", "Endpoints", &["host", "xpu"], "host", "What hangs on the edge switches: hosts, or XPUs on their own."),
        Parameter::number("host-length", "Cable to hosts", "3", (0.1, 10_000.0), "Length in metres of the links from hosts to edge switches."),
        Parameter::number("fabric-length", "Cable between switches", "20", (0.1, 10_000.0), "Length in metres of the links between switches."),
    ],
    generate,
    counts,
};

fn half(values: &Values) -> Result<u32, TemplateError> {
    let k = values.count("k");
    if k % 2 == 1 {
        return Err(TemplateError::Value {
            key: "k".to_owned(),
            value: k.to_string(),
            rule: "it must be even, since half the ports of a switch go down and half go up".to_owned(),
        });
    }
    Ok(k / 2)
}

fn counts(values: &Values, _: &Catalog) -> Result<TemplateCounts, TemplateError> {
    let half = u64::from(half(values)?);
    let hosts = 2 * half * half * half;
    let (xpus, systems) = if values.word("endpoint") == "xpu" { (hosts, 0) } else { (0, hosts) };
    Ok(TemplateCounts { xpus, systems, switches: 5 * half * half, links: 3 * hosts, racks: 0 })
}

fn generate(values: &Values, _: &Catalog) -> Result<Design, TemplateError> {
    let half = half(values)?;
    let k = half * 2;
    let plan = Plan::of(half, values.word("endpoint") == "xpu");
    let mut build = Build::new(format!("Fat tree, k = {k}"));
    let fabric = build.design.fabrics.push(Fabric { name: "Compute".to_owned(), intent: FabricIntent::FatTree, ..Fabric::default() });
    let layer = build::layer(values.word("layer"));
    let ports = |count: u32| build::stated(u16::try_from(count).unwrap_or(u16::MAX), values.gbps("gbps"), layer);
    let (switch_ports, host_ports) = (ports(k), ports(1));
    let switch = PartId::new("generic-switch");
    let host = PartId::new(if values.word("endpoint") == "xpu" { "generic-xpu" } else { "generic-host" });
    let endpoint_name = values.word("endpoint");
    let to_host = build.generic_wire(fabric, values.metres("host-length"));
    let between = build.generic_wire(fabric, values.metres("fabric-length"));

    let mut cores: Vec<NodeId> = Vec::new();
    for block in 0..half {
        let members: Vec<NodeId> =
            (0..half).map(|i| build.generic(&switch, format!("core-{}", block * half + i + 1), plan.core(block, i), &switch_ports)).collect();
        build.group(GroupKind::Core, format!("Core {}", block + 1), &members);
        cores.extend(members);
    }

    let mut hosts = 0u32;
    for pod in 0..k {
        let mut members: Vec<NodeId> = Vec::new();
        let number = pod + 1;
        let aggs: Vec<NodeId> = (0..half).map(|i| build.generic(&switch, format!("pod-{number}-agg-{}", i + 1), plan.agg(pod, i), &switch_ports)).collect();
        members.extend(&aggs);
        for (i, &core) in cores.iter().enumerate() {
            let (block, place) = (i as u32 / half, i as u32 % half);
            if let Some(&agg) = aggs.get(block as usize) {
                build.join(port(core, number), port(agg, half + place + 1), &between);
            }
        }
        for e in 0..half {
            let edge = build.generic(&switch, format!("pod-{number}-edge-{}", e + 1), plan.edge(pod, e), &switch_ports);
            members.push(edge);
            for (a, &agg) in (0..).zip(&aggs) {
                build.join(port(agg, e + 1), port(edge, half + a + 1), &between);
            }
            for h in 0..half {
                hosts += 1;
                let node = build.generic(&host, format!("{endpoint_name}-{hosts}"), plan.host(pod, e, h), &host_ports);
                members.push(node);
                build.join(port(edge, h + 1), port(node, 1), &to_host);
            }
        }
        build.group(GroupKind::Pod, format!("Pod {number}"), &members);
    }
    Ok(build.design)
}

/// Ports stay below 65, so nothing is cut off.
fn port(node: NodeId, cage: u32) -> PortRef {
    PortRef::cage(node, cage as u16)
}

/// Where things stand: core blocks on top, pods side by side below, each edge switch above a grid of its hosts. Edge
/// switches of a pod are stacked, so that the drawing stays readable when fitted. The gap below the core grows with the
/// width, and an aisle in the middle keeps the halves apart.
struct Plan {
    half: u32,
    /// Cells of a switch and of an endpoint.
    switch: (f64, f64),
    endpoint: (f64, f64),
    /// Edge blocks (and aggregation switches) side by side in a pod.
    columns: u32,
    /// Hosts side by side below an edge switch.
    host_columns: u32,
    /// Extent of an edge switch with its hosts.
    block: (f64, f64),
    pod_width: f64,
    width: f64,
    aisle: f64,
    /// Height of the gap below the core.
    gap: f64,
    /// Height of the gap between aggregation and edge switches.
    pod_gap: f64,
    core_columns: u32,
}

impl Plan {
    /// Of all ways to stack edge switches and hosts, the one whose drawing is largest when fitted into a square.
    fn of(half: u32, is_xpu: bool) -> Self {
        let (switch, endpoint) = (switch_cell(half as u16 * 2), endpoint_cell(is_xpu, 1));
        let mut best: Option<(f64, Self)> = None;
        for columns in 2..=half.max(2) {
            for host_columns in 2..=4 {
                let plan = Self::with(half, [switch, endpoint], columns, host_columns);
                let extent = plan.width.max(plan.height());
                if best.as_ref().is_none_or(|(least, _)| extent < *least) {
                    best = Some((extent, plan));
                }
            }
        }
        best.map_or_else(|| Self::with(half, [switch, endpoint], 2, 2), |(_, plan)| plan)
    }
    fn with(half: u32, [switch, endpoint]: [(f64, f64); 2], columns: u32, host_columns: u32) -> Self {
        let block_width = switch.0.max(f64::from(host_columns) * endpoint.0);
        let block = (block_width, switch.1 * 1.5 + f64::from(half.div_ceil(host_columns)) * endpoint.1 + 48.0);
        let pod_width = f64::from(columns) * block.0 + 72.0;
        let pods = f64::from(half * 2) * pod_width;
        let aisle = pods * 0.08;
        let width = pods + aisle;
        let core_columns = half * half.min((width / f64::from(half) / switch.0).floor().max(1.0) as u32);
        let gap = (width * 0.15).max(switch.1 * 1.5);
        let pod_gap = (pod_width * 0.3).max(switch.1 * 1.2);
        Self { half, switch, endpoint, columns, host_columns, block, pod_width, width, aisle, gap, pod_gap, core_columns }
    }
    fn height(&self) -> f64 {
        self.block_origin(0, 0).y + f64::from(self.half.div_ceil(self.columns)) * self.block.1
    }
    /// Core switch `i` of a block; blocks stand side by side over the whole width.
    fn core(&self, block: u32, i: u32) -> Point {
        let across = (self.core_columns / self.half).max(1);
        let place = self.width / f64::from(self.half);
        let left = f64::from(block) * place + (place - f64::from(across) * self.switch.0) / 2.0;
        cell(Point::new(left, 0.0), i, across, self.switch)
    }
    fn pod_left(&self, pod: u32) -> f64 {
        f64::from(pod) * self.pod_width + if pod >= self.half { self.aisle } else { 0.0 }
    }
    fn agg_top(&self) -> f64 {
        let across = (self.core_columns / self.half).max(1);
        f64::from(self.half.div_ceil(across)) * self.switch.1 + self.gap
    }
    fn agg(&self, pod: u32, i: u32) -> Point {
        let left = self.pod_left(pod) + (self.block.0 - self.switch.0) / 2.0;
        cell(Point::new(left, self.agg_top()), i, self.columns, (self.block.0, self.switch.1))
    }
    fn block_origin(&self, pod: u32, edge: u32) -> Point {
        let top = self.agg_top() + f64::from(self.half.div_ceil(self.columns)) * self.switch.1 + self.pod_gap;
        cell(Point::new(self.pod_left(pod), top), edge, self.columns, self.block)
    }
    fn edge(&self, pod: u32, edge: u32) -> Point {
        self.block_origin(pod, edge).shifted((self.block.0 - self.switch.0) / 2.0, 0.0)
    }
    fn host(&self, pod: u32, edge: u32, host: u32) -> Point {
        let origin = self.block_origin(pod, edge).shifted((self.block.0 - f64::from(self.host_columns) * self.endpoint.0) / 2.0, self.switch.1 * 1.5);
        cell(origin, host, self.host_columns, self.endpoint)
    }
}
