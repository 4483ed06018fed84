//! Designs drawn as plain graphs, for tests of the engine: generic parts of the test's own, links with stated rate and latency.

use std::sync::Arc;

use weft::model::{
    Design, FormFactor, Id, Inside, Link, Node, NodeId, Part, PartDetail, PartId, PartKind, PortGroup, PortRef, PortRole, Status, SwitchDetail, XpuDetail,
};
use weft::units::{Gbps, Nanoseconds, Point};

/// A generic part of a kind, with any number of ports of any rate.
pub fn generic(kind: PartKind) -> Part {
    let (id, detail) = match kind {
        PartKind::Switch => ("test-switch", PartDetail::Switch(SwitchDetail::default())),
        PartKind::Xpu => ("test-xpu", PartDetail::Xpu(XpuDetail::default())),
        _ => ("test-host", PartDetail::System(Inside::default())),
    };
    let ports = PortGroup {
        name: "port".to_owned(),
        count: None,
        role: PortRole::Compute,
        form: FormFactor::Any,
        top: None,
        per_cage: 1,
        lanes: 0,
        gbps: None,
        protocols: Vec::new(),
        layers: Vec::new(),
        breakouts: Vec::new(),
        inside: Vec::new(),
    };
    Part {
        id: PartId::new(id),
        kind,
        vendor: "Generic".to_owned(),
        name: id.to_owned(),
        summary: String::new(),
        status: Status::Shipping,
        ports: vec![ports],
        rack_units: None,
        power: None,
        weight: None,
        depth: None,
        cooling: None,
        detail,
        notes: Vec::new(),
        sources: Vec::new(),
    }
}

/// A design that grows as a graph.
pub struct Graph {
    pub design: Design,
    next_port: Vec<u16>,
}

impl Default for Graph {
    fn default() -> Self {
        let mut design = Design::default();
        for kind in [PartKind::Switch, PartKind::System, PartKind::Xpu] {
            let part = generic(kind);
            design.parts.insert(part.id.clone(), Arc::new(part));
        }
        Self { design, next_port: Vec::new() }
    }
}

impl Graph {
    pub fn node(&mut self, kind: PartKind, name: impl Into<String>) -> NodeId {
        let id = self.design.nodes.push(Node::new(generic(kind).id, name, Point::default()));
        self.next_port.resize(id.number() as usize + 1, 0);
        id
    }
    pub fn switch(&mut self, name: impl Into<String>) -> NodeId {
        self.node(PartKind::Switch, name)
    }
    pub fn host(&mut self, name: impl Into<String>) -> NodeId {
        self.node(PartKind::System, name)
    }
    pub fn port(&mut self, node: NodeId) -> PortRef {
        let port = &mut self.next_port[node.number() as usize];
        *port += 1;
        PortRef::cage(node, *port)
    }
    pub fn link(&mut self, a: NodeId, b: NodeId, gbps: f64, latency_ns: f64) {
        let ends = [self.port(a), self.port(b)];
        let link = Link { gbps: Some(Gbps(gbps)), latency: Some(Nanoseconds(latency_ns)), ..Link::between(ends[0], ends[1]) };
        self.design.links.push(link);
    }
}

/// A fat tree of three tiers from switches with `k` ports: `k^3 / 4` hosts, `5 k^2 / 4` switches, `3 k^3 / 4` links of 400 Gb/s.
pub fn fat_tree(k: usize) -> Design {
    let mut graph = Graph::default();
    let half = k / 2;
    let cores: Vec<_> = (0..half * half).map(|core| graph.switch(format!("c{core}"))).collect();
    for pod in 0..k {
        let aggregations: Vec<_> = (0..half).map(|switch| graph.switch(format!("p{pod}a{switch}"))).collect();
        for (place, aggregation) in aggregations.iter().enumerate() {
            for core in &cores[place * half..(place + 1) * half] {
                graph.link(*aggregation, *core, 400.0, 550.0);
            }
        }
        for edge in 0..half {
            let leaf = graph.switch(format!("p{pod}e{edge}"));
            for aggregation in &aggregations {
                graph.link(leaf, *aggregation, 400.0, 400.0);
            }
            for host in 0..half {
                let host = graph.host(format!("p{pod}e{edge}h{host}"));
                graph.link(host, leaf, 400.0, 350.0);
            }
        }
    }
    graph.design
}

/// Every leaf on every spine once, all links of 400 Gb/s.
pub fn leaf_spine(leaves: usize, spines: usize, hosts: usize) -> Design {
    let mut graph = Graph::default();
    let spines: Vec<_> = (0..spines).map(|spine| graph.switch(format!("s{spine}"))).collect();
    for leaf_number in 0..leaves {
        let leaf = graph.switch(format!("l{leaf_number}"));
        for spine in &spines {
            graph.link(leaf, *spine, 400.0, 500.0);
        }
        for host in 0..hosts {
            let host = graph.host(format!("l{leaf_number}h{host}"));
            graph.link(host, leaf, 400.0, 350.0);
        }
    }
    graph.design
}

/// Every XPU on every switch once, as in one rack of 72 XPUs and 18 switch chips.
pub fn plane(xpus: usize, switches: usize) -> Design {
    let mut graph = Graph::default();
    let switches: Vec<_> = (0..switches).map(|switch| graph.switch(format!("sw{switch}"))).collect();
    for xpu in 0..xpus {
        let xpu = graph.node(PartKind::Xpu, format!("g{xpu}"));
        for switch in &switches {
            graph.link(xpu, *switch, 400.0, 150.0);
        }
    }
    graph.design
}
