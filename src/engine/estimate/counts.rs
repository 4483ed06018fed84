//! How much is drawn and how many ports it uses.

use super::{Draft, Estimate, Input};
use crate::engine::context::Context;
use crate::engine::topology::VertexKind;
use crate::model::LinkId;

const SOURCE: &str = "Counted in the design";

/// `endpoints`, `ports-used`, `ports-total`, `port-use`, and `links-unknown-rate` where there are such links.
pub fn estimates(context: &Context) -> Vec<Estimate> {
    let counted = |key: &str, label: &str, name: &str, caption: String, value: f64| {
        let draft = Draft::new(key, label, "", name, SOURCE).assume(caption).input(Input::counted(name, label, "", value));
        Estimate::new(draft, context.recalled())
    };
    let topology = &context.topology;
    if topology.nodes().is_empty() {
        return Vec::new();
    }
    let xpus = topology.vertices().iter().filter(|vertex| vertex.kind == VertexKind::Xpu).count();
    let endpoints = topology.endpoints().len();
    let mut all = vec![counted("endpoints", "Endpoints", "endpoints", format!("{xpus} of them XPUs"), endpoints as f64)];

    // Both ends of a link that can be used are ports that are there.
    let usable = |links: &[LinkId]| links.first().and_then(|link| topology.edges().get(topology.edge_of(*link)? as usize)).is_some_and(|edge| edge.usable);
    let used = context.ports.iter().filter(|(port, links)| usable(links) || context.parts.view(*port).is_some()).count();
    let Total { ports, open_ended } = total(context);
    all.push(counted("ports-used", "Ports used", "used", "Ports that a link ends on".to_owned(), used as f64));
    let stated =
        if open_ended == 0 { "Of all nodes".to_owned() } else { format!("{open_ended} generic nodes of any number of ports count the ports they use") };
    all.push(counted("ports-total", "Ports", "ports", stated.clone(), ports as f64));
    let share = Draft::new("port-use", "Share of ports used", "%", "100 * used / ports", SOURCE)
        .assume(stated)
        .input(Input::counted("used", "ports that a link ends on", "", used as f64))
        .input(Input::counted("ports", "ports of all nodes", "", ports as f64));
    all.push(Estimate::new(share, context.recalled()));

    let unknown = topology.edges().iter().take(topology.links().len()).filter(|edge| edge.usable && !edge.rate_known).count();
    if unknown > 0 {
        all.push(counted("links-unknown-rate", "Links without a known rate", "links", "What crosses them is unknown too".to_owned(), unknown as f64));
    }
    all
}

struct Total {
    ports: usize,
    open_ended: usize,
}

/// All ports of all nodes: broken-out and twin-port cages by their ports. Time: O(nodes + ports in use).
fn total(context: &Context) -> Total {
    let mut found = Total { ports: 0, open_ended: 0 };
    for (id, (node, part)) in context.parts.places().ids().iter().zip(context.parts.all()) {
        let Some(part) = part else { continue };
        let mut cage = 1u16;
        for group in &part.ports {
            let stated = group.count.or(node.generic.as_ref().and_then(|generic| generic.ports));
            match stated {
                Some(count) => {
                    let plain = usize::from(count) * usize::from(group.per_cage.max(1));
                    let split = node.ports.range(cage..=u16::MAX).take_while(|(at, _)| **at - cage < count).filter_map(|(_, settings)| settings.breakout);
                    let more: isize = split.map(|split| isize::from(i16::from(split.children)) - isize::from(i16::from(group.per_cage.max(1)))).sum();
                    found.ports = found.ports.saturating_add_signed(plain as isize + more);
                    cage = cage.saturating_add(count);
                }
                None => {
                    found.open_ended += 1;
                    found.ports += context.ports.of_node(*id).count();
                }
            }
        }
    }
    found
}
