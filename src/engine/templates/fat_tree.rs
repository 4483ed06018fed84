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

/// Where things stand: core blocks on top, pods in rows below, each edge switch above a grid of its hosts. Of all ways to fold pods,
/// edge switches and hosts, the one whose drawing is largest when fitted. Between rows of pods there is room for their names, and
/// between columns an aisle for what leads to the rows below.
struct Plan {
    half: u32,
    /// Cells of a switch and of an endpoint.
    switch: (f64, f64),
    endpoint: (f64, f64),
    /// Edge blocks (and aggregation switches) side by side in a pod.
    columns: u32,
    /// Hosts side by side below an edge switch.
    host_columns: u32,
    /// Pods side by side.
    pods_across: u32,
    /// Extent of an edge switch with its hosts.
    block: (f64, f64),
    /// Extent of a pod, the gaps beside and above it included.
    pod: (f64, f64),
    width: f64,
    /// Core blocks side by side, and switches side by side in one.
    blocks_across: u32,
    core_columns: u32,
    /// Height of the core with the gap below it.
    core: f64,
    /// Height of a row of core blocks.
    core_row: f64,
    /// Height of the gap between aggregation and edge switches.
    pod_gap: f64,
}

impl Plan {
    fn of(half: u32, is_xpu: bool) -> Self {
        let cells = [switch_cell(half as u16 * 2), endpoint_cell(is_xpu, 1)];
        let ways = || {
            let rows = (1..=(half * 2).min(6)).map(|rows| (half * 2).div_ceil(rows));
            rows.flat_map(|across| (1..=half).flat_map(move |columns| (2..=4).map(move |hosts| (across, columns, hosts))))
                // A single column of edge switches has no aisle for the links that pass it, and a last row should be as full as the others.
                .filter(|(_, columns, _)| *columns > 1 && (half.is_multiple_of(*columns) || (2..half).all(|other| !half.is_multiple_of(other))))
        };
        let plans = |head: f64| ways().map(move |way| Self::with(half, cells, way, head));
        build::fitted(plans, Self::extent).unwrap_or_else(|| Self::with(half, cells, (half * 2, 2, 2), 100.0))
    }
    fn with(half: u32, [switch, endpoint]: [(f64, f64); 2], (pods_across, columns, host_columns): (u32, u32, u32), head: f64) -> Self {
        let block_width = switch.0.max(f64::from(host_columns) * endpoint.0);
        let block = (block_width, switch.1 + 14.0 + f64::from(half.div_ceil(host_columns)) * endpoint.1 + 26.0);
        let rows = half.div_ceil(columns);
        let pod_gap = (f64::from(columns) * block.0 * 0.1).max(switch.1);
        let folds = pods_across < half * 2;
        let inside = (f64::from(columns) * block.0, f64::from(rows) * switch.1 + pod_gap + f64::from(rows) * block.1);
        let pod = (inside.0 + if folds { 36.0 + (head * 0.4).max(24.0) } else { 60.0 }, inside.1 + head + if folds { head * 0.8 } else { 36.0 });
        let width = f64::from(pods_across) * pod.0;

        // Core blocks in as few rows as the width allows, each as flat as it can be.
        let blocks_across = half.min((width / (switch.0 + 60.0)).floor().max(1.0) as u32);
        let blocks_across = half.div_ceil(half.div_ceil(blocks_across));
        let core_columns = half.min(((width / f64::from(blocks_across) - 60.0) / switch.0).floor().max(1.0) as u32);
        let core_columns = (1..=core_columns).rev().find(|columns| half.is_multiple_of(*columns)).unwrap_or(1);
        let core_row = f64::from(half.div_ceil(core_columns)) * switch.1 + head;
        let core = f64::from(half.div_ceil(blocks_across)) * core_row + (width * 0.1).max(head * 1.2);
        Self { half, switch, endpoint, columns, host_columns, pods_across, block, pod, width, blocks_across, core_columns, core, core_row, pod_gap }
    }
    fn extent(&self) -> (f64, f64) {
        (self.width, self.core + f64::from((self.half * 2).div_ceil(self.pods_across)) * self.pod.1)
    }
    /// Core switch `i` of a block; blocks stand side by side over the whole width.
    fn core(&self, block: u32, i: u32) -> Point {
        let place = self.width / f64::from(self.blocks_across);
        let left = (place - f64::from(self.core_columns) * self.switch.0) / 2.0;
        cell(cell(Point::new(left, 0.0), block, self.blocks_across, (place, self.core_row)), i, self.core_columns, self.switch)
    }
    fn pod(&self, pod: u32) -> Point {
        let left = (self.pod.0 - f64::from(self.columns) * self.block.0) / 2.0;
        cell(Point::new(left, self.core), pod, self.pods_across, self.pod)
    }
    fn agg(&self, pod: u32, i: u32) -> Point {
        cell(self.pod(pod).shifted((self.block.0 - self.switch.0) / 2.0, 0.0), i, self.columns, (self.block.0, self.switch.1))
    }
    fn block_origin(&self, pod: u32, edge: u32) -> Point {
        let top = f64::from(self.half.div_ceil(self.columns)) * self.switch.1 + self.pod_gap;
        cell(self.pod(pod).shifted(0.0, top), edge, self.columns, self.block)
    }
    fn edge(&self, pod: u32, edge: u32) -> Point {
        self.block_origin(pod, edge).shifted((self.block.0 - self.switch.0) / 2.0, 0.0)
    }
    fn host(&self, pod: u32, edge: u32, host: u32) -> Point {
        let left = (self.block.0 - f64::from(self.host_columns) * self.endpoint.0) / 2.0;
        cell(self.block_origin(pod, edge).shifted(left, self.switch.1 + 14.0), host, self.host_columns, self.endpoint)
    }
}
