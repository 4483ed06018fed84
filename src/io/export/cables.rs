//! The cable schedule: one row per link with both its ends, for the people who pull the cables.

use super::csv::{Csv, number};
use crate::catalog::{Catalog, fit};
use crate::model::{Confidence, Design, Link, LinkId, PortRef, Recalled};
use crate::units::Gbps;

const COLUMNS: [&str; 17] = [
    "link",
    "a_node",
    "a_id",
    "a_rack",
    "a_u",
    "a_port",
    "b_node",
    "b_id",
    "b_rack",
    "b_u",
    "b_port",
    "part",
    "part_name",
    "length_m",
    "rate_gbps",
    "rate_basis",
    "fabric",
];

/// The cable schedule as CSV, links in id order. A rate that rests on a recalled figure says so in `rate_basis`, and is left open where
/// the design leaves recalled figures out. Time: O(links log nodes).
pub fn cables_csv(design: &Design, catalog: &Catalog) -> String {
    let mut csv = Csv::new(&COLUMNS);
    for (id, link) in design.links.iter() {
        csv.row(row(design, catalog, id, link));
    }
    csv.finish()
}

fn row(design: &Design, catalog: &Catalog, id: LinkId, link: &Link) -> Vec<String> {
    let part = link.part.as_ref();
    let name = part.and_then(|part| catalog.part(design, part)).map(|part| part.name.clone());
    let (rate, basis) = rate(design, catalog, link);
    let fabric = link.fabric.and_then(|id| design.fabrics.get(id).map(|fabric| if fabric.name.is_empty() { id.to_string() } else { fabric.name.clone() }));
    let [a, b] = link.ends.map(|end| end_cells(design, catalog, end));
    let rest = [
        part.map(ToString::to_string).unwrap_or_default(),
        name.unwrap_or_default(),
        number(link.length.map(|length| length.0)),
        number(rate.map(|rate| rate.0)),
        basis.to_owned(),
        fabric.unwrap_or_default(),
    ];
    std::iter::once(id.to_string()).chain(a).chain(b).chain(rest).collect()
}

/// Name, id, rack, rack unit and port of one end.
fn end_cells(design: &Design, catalog: &Catalog, end: PortRef) -> [String; 5] {
    let node = design.nodes.get(end.node);
    let rack = node.and_then(|node| node.rack);
    let rack_name = rack.and_then(|id| design.racks.get(id).map(|rack| if rack.name.is_empty() { id.to_string() } else { rack.name.clone() }));
    let label = catalog.port(design, end).map_or_else(|| end.port.to_string(), |port| port.label);
    [
        node.map(|node| node.name.clone()).unwrap_or_default(),
        end.node.to_string(),
        rack_name.unwrap_or_default(),
        node.filter(|_| rack.is_some()).and_then(|node| node.u).map(|u| u.0.to_string()).unwrap_or_default(),
        label,
    ]
}

/// The rate of a link and the words for what it rests on.
fn rate(design: &Design, catalog: &Catalog, link: &Link) -> (Option<Gbps>, &'static str) {
    match fit::effective_rate_figure(catalog, design, link) {
        Some(rate) if rate.confidence == Confidence::Recalled && design.meta.settings.recalled == Recalled::LeftOut => (None, "recalled, left out"),
        Some(rate) => (Some(rate.value), rate.confidence.label()),
        None => (None, "unknown"),
    }
}
