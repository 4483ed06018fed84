//! How much is drawn and how many ports it uses.

use super::{Draft, Estimate, Input};
use crate::engine::context::Context;
use crate::engine::topology::VertexKind;
use crate::model::{LinkId, PortRef};

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

    let used = used(context);
    let census = context.census();
    let (ports, open_ended) = (census.ports(&context.ports), census.open_ended());
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

/// Ports that are there and that a link ends on. Time: a pass over memory, and O(links that cannot be used).
fn used(context: &Context) -> usize {
    let topology = &context.topology;
    // Both ends of a link that can be used are ports that are there; of others it is asked. A port counts by the first of its links.
    let astray = |(place, id): (usize, &LinkId)| {
        if topology.edges().get(place).is_none_or(|edge| edge.usable) {
            return 0;
        }
        let Some([a, b]) = context.design.links.get(*id).map(|link| link.ends) else { return 0 };
        let is_astray = |port: PortRef| context.ports.at(port).first() == Some(id) && context.parts.view(port).is_none();
        usize::from(is_astray(a)) + usize::from(a != b && is_astray(b))
    };
    context.ports.count() - topology.links().iter().enumerate().map(astray).sum::<usize>()
}
