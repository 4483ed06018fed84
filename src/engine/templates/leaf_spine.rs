//! Leaves below spines: every leaf joins every spine with the same number of links, hosts hang on leaves.
//!
//! The rate of a tier may differ from the rate of the hosts; oversubscription of a leaf is
//! (hosts × host rate) : (spines × links × uplink rate), and follows from what is asked for.

use super::build::{self, Build, Cable, Wire, cell, switch_cell};
use super::values::Values;
use super::{Parameter, Template, TemplateCounts, TemplateError};
use crate::catalog::{Catalog, GENERIC_CAGES};
use crate::model::{
    Breakout, Design, Fabric, FabricIntent, Generic, GroupKind, LinkLayer, Node, NodeId, PartId, PartKind, PortPath, PortRef, PortRole, PortSettings,
};
use crate::units::{Gbps, Metres, Point};

pub(super) const TEMPLATE: Template = Template {
    name: "leaf-spine",
    title: "Leaf and spine",
    summary: "Hosts on leaves, every leaf joined to every spine",
    parameters: &[
        Parameter::number("leaves", "Leaves", "4", (1.0, 1024.0), "Switches that hosts hang on."),
        Parameter::number("spines", "Spines", "4", (1.0, 512.0), "Switches above the leaves."),
        Parameter::number("hosts-per-leaf", "Hosts per leaf", "16", (1.0, 512.0), "All ports of a host hang on its leaf."),
        Parameter::number("links", "Links from leaf to spine", "4", (1.0, 64.0), "Parallel links between each leaf and each spine."),
        Parameter::number("host-gbps", "Rate of host links", "400", (1.0, 3200.0), "Of generic endpoints: one direction, in Gb/s."),
        Parameter::number("uplink-gbps", "Rate of uplinks", "400", (1.0, 3200.0), "Of generic switches: one direction, in Gb/s."),
        Parameter::choice("layer", "Link layer", &["ethernet", "infiniband", "any"], "ethernet", "What generic switches speak."),
        Parameter::choice(
            "switch",
            "Switches",
            &["generic", "nvidia-qm9700", "nvidia-q3400-ra", "nvidia-sn5400", "nvidia-sn5600"],
            "generic",
            "The part every leaf and spine is; catalogue switches bring their own rates, layers and cables.",
        ),
        Parameter::choice(
            "endpoint",
            "Endpoints",
            &["host", "xpu", "dgx-h100", "dgx-b200", "dgx-b300", "hgx-h100-8", "amd-mi300x-8"],
            "host",
            "What hangs on the leaves: generic hosts or XPUs with one port, or systems of the catalogue with all their ports.",
        ),
        Parameter::number("host-length", "Cable to hosts", "3", (0.1, 10_000.0), "Length in metres of the links from hosts to leaves."),
        Parameter::number("uplink-length", "Cable to spines", "20", (0.1, 10_000.0), "Length in metres of the links from leaves to spines."),
    ],
    generate,
    counts,
};

fn counts(values: &Values, catalog: &Catalog) -> Result<TemplateCounts, TemplateError> {
    let shape = Shape::of(values, catalog)?;
    let [leaves, spines, hosts, links] = [shape.leaves, shape.spines, shape.hosts, shape.links].map(u64::from);
    Ok(TemplateCounts {
        xpus: leaves * hosts * shape.endpoint.xpus,
        systems: if shape.endpoint.kind == PartKind::System { leaves * hosts } else { 0 },
        switches: leaves + spines,
        links: leaves * hosts * shape.endpoint.ports.len() as u64 + leaves * spines * links,
        racks: 0,
    })
}

/// What hangs on a leaf.
struct Endpoint {
    part: PartId,
    /// What its nodes are called.
    name: &'static str,
    kind: PartKind,
    xpus: u64,
    /// Its ports on this fabric.
    ports: Vec<PortPath>,
    rate: Gbps,
    is_generic: bool,
}

impl Endpoint {
    fn of(values: &Values, catalog: &Catalog) -> Result<Self, TemplateError> {
        let (id, name) = match values.word("endpoint") {
            "host" => ("generic-host", "host"),
            "xpu" => ("generic-xpu", "xpu"),
            system => (system, "server"),
        };
        let part = catalog.built_in(id).ok_or_else(|| TemplateError::MissingPart(id.to_owned()))?;
        let is_generic = part.is_generic();
        let ports = if is_generic { vec![PortPath::cage(1)] } else { build::compute_ports(part) };
        let rate = if is_generic { Some(values.gbps("host-gbps")) } else { build::port_rate(part) };
        let rate = rate.filter(|_| !ports.is_empty()).ok_or_else(|| TemplateError::MissingPart(id.to_owned()))?;
        Ok(Self { part: part.id.clone(), name, kind: part.kind, xpus: part.xpu_count() as u64, ports, rate, is_generic })
    }
}

/// The switches, which ports of a leaf look down and up, and which of a spine look down.
struct Switches {
    part: PartId,
    /// `None` for catalogue switches.
    stated: Option<[Generic; 2]>,
    down: Vec<PortPath>,
    up: Vec<PortPath>,
    spine: Vec<PortPath>,
    /// Cages of a leaf that are split for hosts, and how.
    split: Option<(u16, Breakout)>,
    /// Cages as drawn, of a leaf and a spine.
    cages: [u16; 2],
}

/// What the numbers come to.
struct Shape {
    leaves: u32,
    spines: u32,
    hosts: u32,
    links: u32,
    endpoint: Endpoint,
    switches: Switches,
}

impl Shape {
    fn of(values: &Values, catalog: &Catalog) -> Result<Self, TemplateError> {
        let [leaves, spines, hosts, links] = ["leaves", "spines", "hosts-per-leaf", "links"].map(|key| values.count(key));
        let endpoint = Endpoint::of(values, catalog)?;
        let (down, up, below) = (hosts * endpoint.ports.len() as u32, spines * links, leaves * links);
        let switches = match values.word("switch") {
            "generic" => Switches::generic(values, &endpoint, down, up, below)?,
            id => Switches::real(catalog, id, &endpoint, down, up, below)?,
        };
        Ok(Self { leaves, spines, hosts, links, endpoint, switches })
    }
}

impl Switches {
    fn generic(values: &Values, endpoint: &Endpoint, down: u32, up: u32, below: u32) -> Result<Self, TemplateError> {
        let most = u32::from(GENERIC_CAGES);
        for (ports, who, cure) in [(down + up, "leaf", "hosts, spines or links"), (below, "spine", "leaves or links")] {
            if ports > most {
                return Err(TemplateError::Together(format!(
                    "each {who} would need {ports} ports; a generic switch has at most {most}, so choose fewer {cure}"
                )));
            }
        }
        let layer = build::layer(values.word("layer"));
        let uplink = values.gbps("uplink-gbps");
        // A leaf with two rates states neither; its links do.
        let mut leaf = build::stated(build::radix(down + up), endpoint.rate, layer);
        leaf.gbps = (endpoint.rate == uplink).then_some(uplink);
        let spine = build::stated(build::radix(below), uplink, layer);
        let cages = [&leaf, &spine].map(|stated| stated.ports.unwrap_or_default());
        let ports = |from: u32, count: u32| (from + 1..=from + count).map(|cage| PortPath::cage(cage as u16)).collect();
        Ok(Self {
            part: "generic-switch".into(),
            stated: Some([leaf, spine]),
            down: ports(0, down),
            up: ports(down, up),
            spine: ports(0, below),
            split: None,
            cages,
        })
    }

    fn real(catalog: &Catalog, id: &str, endpoint: &Endpoint, down: u32, up: u32, below: u32) -> Result<Self, TemplateError> {
        let part = catalog.built_in(id).ok_or_else(|| TemplateError::MissingPart(id.to_owned()))?;
        let (natural, group) = (build::compute_ports(part), part.ports.first().ok_or_else(|| TemplateError::MissingPart(id.to_owned()))?);
        if let Some(layers) =
            catalog.built_in(endpoint.part.as_str()).and_then(|part| part.ports.iter().find(|group| group.role == PortRole::Compute)).map(|group| &group.layers)
            && !layers.is_empty()
            && !layers.iter().any(|layer| group.layers.contains(layer))
        {
            let speaks = |layers: &[LinkLayer]| layers.iter().map(|layer| layer.label()).collect::<Vec<_>>().join(" or ");
            return Err(TemplateError::Together(format!(
                "{id} speaks {}, {} speaks {}: choose parts that speak the same",
                speaks(&group.layers),
                endpoint.part,
                speaks(layers)
            )));
        }
        let rate = build::port_rate(part).unwrap_or_default();
        let per_cage = u32::from(group.per_cage.max(1));
        let split = group.breakouts.iter().copied().find(|split| split.gbps == endpoint.rate && rate > endpoint.rate);
        if split.is_none() && rate != endpoint.rate {
            return Err(TemplateError::Together(format!(
                "{id} has ports of {rate} and none of {} for its hosts: choose another switch, other hosts or host-gbps={}",
                endpoint.rate, rate.0
            )));
        }
        // Uplinks begin in a cage of their own.
        let cages_down = down.div_ceil(split.map_or(per_cage, |split| u32::from(split.children)));
        let first_up = cages_down * per_cage;
        for (ports, who, cure) in [(first_up + up, "leaf", "hosts, spines or links"), (below, "spine", "leaves or links")] {
            if ports as usize > natural.len() {
                return Err(TemplateError::Together(format!("each {who} would need {ports} ports; {id} has {}, so choose fewer {cure}", natural.len())));
            }
        }
        let down_ports = match split {
            Some(split) => {
                (1..=cages_down).flat_map(|cage| (1..=split.children).map(move |child| PortPath::child(cage as u16, child))).take(down as usize).collect()
            }
            None => natural.iter().copied().take(down as usize).collect(),
        };
        Ok(Self {
            part: part.id.clone(),
            stated: None,
            down: down_ports,
            up: natural.iter().copied().skip(first_up as usize).take(up as usize).collect(),
            spine: natural.iter().copied().take(below as usize).collect(),
            split: split.map(|split| (cages_down as u16, split)),
            cages: [part.cage_count().unwrap_or_default(); 2],
        })
    }

    /// A switch as a node; `tier` is 0 for a leaf and 1 for a spine.
    fn node(&self, name: String, at: Point, tier: usize) -> Node {
        let mut node = Node::new(self.part.clone(), name, at);
        node.generic = self.stated.as_ref().and_then(|stated| stated.get(tier)).map(|stated| Box::new(stated.clone()));
        if let Some((cages, split)) = self.split.filter(|_| tier == 0) {
            node.ports = (1..=cages).map(|cage| (cage, PortSettings { breakout: Some(split), ..PortSettings::default() })).collect();
        }
        node
    }
}

fn generate(values: &Values, catalog: &Catalog) -> Result<Design, TemplateError> {
    let Shape { leaves, spines, hosts, links, endpoint, switches } = Shape::of(values, catalog)?;
    let mut build = Build::new(format!("Leaf and spine, {} {}s", leaves * hosts, if endpoint.name == "xpu" { "XPU" } else { endpoint.name }));
    let fabric = build.design.fabrics.push(Fabric { name: "Compute".to_owned(), intent: FabricIntent::LeafSpine, ..Fabric::default() });
    let layer = build::layer(values.word("layer")).filter(|_| switches.stated.is_some());
    let host_ports = endpoint.is_generic.then(|| build::stated(1, endpoint.rate, layer));

    // Links of generic switches with two rates state theirs.
    let two_rates = switches.stated.as_ref().is_some_and(|[leaf, _]| leaf.gbps.is_none());
    let generic = |build: &Build, length: Metres, rate: Gbps| Wire { gbps: two_rates.then_some(rate), ..build.generic_wire(fabric, length) };
    let (host_length, uplink_length) = (values.metres("host-length"), values.metres("uplink-length"));
    let (to_host, to_spine) = (generic(&build, host_length, endpoint.rate), generic(&build, uplink_length, values.gbps("uplink-gbps")));
    let twin = switches.up.iter().any(|port| port.child > 0);
    let up_way = if twin && !links.is_multiple_of(2) { Cable::PortByPort } else { Cable::CageByCage };

    let plan = Plan::of(leaves, spines, hosts, switches.cages, build::cell_of(endpoint.kind, endpoint.is_generic));
    let spine_nodes: Vec<NodeId> = (0..spines).map(|s| build.design.nodes.push(switches.node(format!("spine-{}", s + 1), plan.spine(s), 1))).collect();
    build.group(GroupKind::Core, "Spines".to_owned(), &spine_nodes);
    let mut number = 0u32;
    for l in 0..leaves {
        let leaf = build.design.nodes.push(switches.node(format!("leaf-{}", l + 1), plan.leaf(l), 0));
        let below = switches.spine.iter().skip((l * links) as usize).take(links as usize);
        let pairs = spine_nodes.iter().flat_map(|spine| below.clone().map(move |port| PortRef { node: *spine, port: *port }));
        for (up, spine) in switches.up.iter().zip(pairs) {
            let ends = [PortRef { node: leaf, port: *up }, spine];
            match switches.stated {
                Some(_) => build.join(ends[0], ends[1], &to_spine),
                None => build.join_over(catalog, fabric, ends, up_way, uplink_length),
            }
        }
        let mut members = vec![leaf];
        let mut down = switches.down.iter();
        for h in 0..hosts {
            number += 1;
            let mut node = Node::new(endpoint.part.clone(), format!("{}-{number}", endpoint.name), plan.host(l, h));
            node.generic = host_ports.clone().map(Box::new);
            let host = build.design.nodes.push(node);
            members.push(host);
            for (port, down) in endpoint.ports.iter().zip(down.by_ref()) {
                let ends = [PortRef { node: leaf, port: *down }, PortRef { node: host, port: *port }];
                match switches.stated {
                    Some(_) => build.join(ends[0], ends[1], &to_host),
                    None => build.join_over(catalog, fabric, ends, Cable::CageByCage, host_length),
                }
            }
        }
        build.group(GroupKind::Unit, format!("Leaf {}", l + 1), &members);
    }
    Ok(build.design)
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
    /// Of all ways to fold leaves and hosts, the one whose drawing is largest when fitted.
    fn of(leaves: u32, spines: u32, hosts: u32, ports: [u16; 2], endpoint: (f64, f64)) -> Self {
        let cells = [switch_cell(ports[0]), switch_cell(ports[1]), endpoint];
        let ways = || {
            let rows = (1..=leaves.min(12)).map(|rows| leaves.div_ceil(rows));
            rows.flat_map(|columns| (2..=hosts.clamp(2, 12)).map(move |hosts| (columns, hosts)))
        };
        let plans = |head: f64| ways().map(move |way| Self::with([leaves, spines, hosts], cells, way, head));
        build::fitted(plans, |plan| plan.extent(leaves)).unwrap_or_else(|| Self::with([leaves, spines, hosts], cells, (leaves, 2), 100.0))
    }
    fn with([leaves, spines, hosts]: [u32; 3], [leaf, spine, endpoint]: [(f64, f64); 3], (columns, host_columns): (u32, u32), head: f64) -> Self {
        let folds = columns < leaves;
        let inside = (leaf.0.max(f64::from(host_columns) * endpoint.0), leaf.1 + 14.0 + f64::from(hosts.div_ceil(host_columns)) * endpoint.1);
        let block = (inside.0 + if folds { 36.0 + (head * 0.4).max(24.0) } else { 60.0 }, inside.1 + if folds { head * 1.5 } else { 36.0 });
        let width = (f64::from(columns) * block.0).max(leaf.0);
        let across = Self::spines_across(width, spines);
        let leaf_top = f64::from(spines.div_ceil(across)) * spine.1 + (width * 0.19).max(head * 1.6).max(leaf.1 * 1.5);
        Self { spines, leaf, spine, endpoint, columns, host_columns, block, width, leaf_top }
    }
    fn extent(&self, leaves: u32) -> (f64, f64) {
        (self.width, self.leaf_top + f64::from(leaves.div_ceil(self.columns)) * self.block.1)
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
        let origin = self.block_origin(leaf).shifted((self.block.0 - f64::from(self.host_columns) * self.endpoint.0) / 2.0, self.leaf.1 + 14.0);
        cell(origin, host, self.host_columns, self.endpoint)
    }
}
