//! Designs drawn as plain graphs, for tests of the engine: generic parts, links with stated rate and latency.

use weft::model::{Design, Id, Link, Node, NodeId, PartId, PartKind, PortRef};
use weft::units::{Gbps, Nanoseconds, Point};

/// A design that grows as a graph.
#[derive(Default)]
pub struct Graph {
    pub design: Design,
    next_port: Vec<u16>,
}

impl Graph {
    /// Goes on from a design; further ports start at 1001.
    pub fn of(design: Design) -> Self {
        let most = design.nodes.ids().map(|id| id.number()).max().unwrap_or(0);
        Self { design, next_port: vec![1000; most as usize + 1] }
    }
    pub fn node(&mut self, kind: PartKind, name: impl Into<String>) -> NodeId {
        let part = match kind {
            PartKind::Switch => "generic-switch",
            PartKind::Xpu => "generic-xpu",
            PartKind::Nic => "generic-nic",
            _ => "generic-host",
        };
        let id = self.design.nodes.push(Node::new(PartId::new(part), name, Point::default()));
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
