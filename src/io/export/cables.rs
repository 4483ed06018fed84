//! The cable schedule: one row per link with both its ends, for the people who pull the cables.

use super::csv::number;
use super::table::{Column, Table, numbers, text};
use crate::catalog::{Catalog, fit};
use crate::engine::cabling::{Floor, Sites};
use crate::engine::facts::Facts;
use crate::engine::labels::{Naming, OF_LABELS, Pattern};
use crate::engine::materials::assemblies;
use crate::model::{CableKind, Confidence, Design, Link, LinkId, NodeId, Part, PortRef, Recalled, Subject};
use crate::units::{Gbps, SortedMap};

/// The columns of the cable schedule.
pub static COLUMNS: [Column; 25] = [
    text("link", "Link"),
    text("cable", "Cable"),
    text("trunk", "Trunk"),
    text("a_site", "Site A"),
    text("a_rack", "Rack A"),
    numbers("a_u", "U A"),
    text("a_node", "Node A"),
    text("a_id", "Id A"),
    text("a_port", "Port A"),
    text("a_label", "Label A"),
    text("b_site", "Site B"),
    text("b_rack", "Rack B"),
    numbers("b_u", "U B"),
    text("b_node", "Node B"),
    text("b_id", "Id B"),
    text("b_port", "Port B"),
    text("b_label", "Label B"),
    text("part", "Part id"),
    text("part_name", "Part"),
    numbers("length_m", "Length, m"),
    text("length_basis", "Length is"),
    text("colour", "Colour"),
    numbers("rate_gbps", "Gb/s"),
    text("rate_basis", "Rate is"),
    text("fabric", "Fabric"),
];

/// The cable schedule as CSV; see [`cables`].
pub fn cables_csv(design: &Design, catalog: &Catalog) -> String {
    cables(design, catalog).csv()
}

/// The cable schedule, links in id order. Links that lie in one assembly (a twin-port cable, a splitter) name the same `cable`; a trunk of
/// several links says which one of how many. A length that is not known stays open and says why. A rate that rests on a recalled
/// figure says so, and is left open where the design leaves recalled figures out. Time: O(links log nodes).
pub fn cables(design: &Design, catalog: &Catalog) -> Table {
    let facts = Facts::of(design, catalog);
    // A pattern of a file that is none gives the usual labels.
    let pattern = design.meta.settings.label.as_deref().and_then(|text| Pattern::parse(text, OF_LABELS).ok());
    let view = View { design, catalog, floor: Floor::of(design, catalog), sites: Sites::of(design), naming: Naming::of(design, catalog), pattern };
    let mut trunks: SortedMap<(NodeId, NodeId), (usize, usize)> = SortedMap::new();
    for (_, link) in design.links.iter() {
        trunks.entry(pair(link)).or_default().1 += 1;
    }
    let rows = design.links.iter().zip(assemblies(design, catalog, &facts)).map(|((id, link), cable)| {
        let trunk = trunks.get_mut(&pair(link)).map(|(done, all)| {
            *done += 1;
            (*done, *all)
        });
        view.row(id, link, cable, trunk.unwrap_or_default())
    });
    let rows = rows.collect();
    Table { columns: &COLUMNS, rows }
}

fn pair(link: &Link) -> (NodeId, NodeId) {
    let [a, b] = link.ends.map(|end| end.node);
    (a.min(b), a.max(b))
}

struct View<'a> {
    design: &'a Design,
    catalog: &'a Catalog,
    floor: Floor,
    sites: Sites,
    naming: Naming<'a>,
    pattern: Option<Pattern>,
}

impl View<'_> {
    fn row(&self, id: LinkId, link: &Link, cable: LinkId, (place, of): (usize, usize)) -> Vec<String> {
        let (design, catalog) = (self.design, self.catalog);
        let part = link.part.as_ref().and_then(|part| catalog.part(design, part));
        let length = self.floor.length(design, catalog, link);
        let (rate, basis) = rate(design, catalog, link);
        let fabric = link.fabric.and_then(|id| design.fabrics.get(id).map(|fabric| named(&fabric.name, &id)));
        let (a, b) = pair(link);
        let mut row = vec![id.to_string(), cable.to_string(), if of > 1 { format!("{} {place}/{of}", Subject::Trunk(a, b)) } else { String::new() }];
        let name = id.to_string();
        row.extend(link.ends.into_iter().enumerate().flat_map(|(at, end)| self.end(end, self.naming.label(&name, link, at, self.pattern.as_ref()))));
        row.extend([
            link.part.as_ref().map(ToString::to_string).unwrap_or_default(),
            part.map(|part| part.name.clone()).unwrap_or_default(),
            number(length.metres().map(|length| length.0)),
            if length.metres().is_some() { length.basis().to_owned() } else { format!("length unknown: {}", length.basis()) },
            part.map_or("", colour).to_owned(),
            number(rate.map(|rate| rate.0)),
            basis.to_owned(),
            fabric.unwrap_or_default(),
        ]);
        row
    }

    /// Site, rack, rack unit, name, id, port and label of one end.
    fn end(&self, end: PortRef, label: String) -> [String; 7] {
        let (design, catalog) = (self.design, self.catalog);
        let node = design.nodes.get(end.node);
        let rack = node.and_then(|node| node.rack).and_then(|id| Some(named(&design.racks.get(id)?.name, &id)));
        let site = node.and_then(|node| self.sites.site(end.node, node)).and_then(|id| Some(named(&design.groups.get(id)?.name, &id)));
        let number = || catalog.view(design, end).map_or_else(|| end.port.to_string(), |view| format!("{} {}", view.group.name, end.port).trim().to_owned());
        let port = catalog.port_name(design, end).unwrap_or_else(number);
        [
            site.unwrap_or_default(),
            rack.clone().unwrap_or_default(),
            node.filter(|_| rack.is_some()).and_then(|node| node.u).map(|u| u.0.to_string()).unwrap_or_default(),
            node.map(|node| node.name.clone()).unwrap_or_default(),
            end.node.to_string(),
            port,
            label,
        ]
    }
}

fn named(name: &str, id: &impl ToString) -> String {
    if name.trim().is_empty() { id.to_string() } else { name.to_owned() }
}

/// The jacket a cable usually has: TIA-598 for fibres, black for copper.
fn colour(part: &Part) -> &'static str {
    let Some(cable) = part.cable() else { return "" };
    match (cable.kind, cable.optical.as_deref().unwrap_or_default()) {
        (CableKind::Acc | CableKind::Aec | CableKind::Dac, _) => "black",
        (CableKind::Aoc, _) => "aqua",
        (CableKind::Optic, plan) if plan.ends_with("SR") => "aqua",
        (CableKind::Optic, "" | "captive") => "",
        (CableKind::Optic, _) => "yellow",
    }
}

/// The rate of a link and the words for what it rests on.
fn rate(design: &Design, catalog: &Catalog, link: &Link) -> (Option<Gbps>, &'static str) {
    match fit::effective_rate_figure(catalog, design, link) {
        Some(rate) if rate.confidence == Confidence::Recalled && design.meta.settings.recalled == Recalled::LeftOut => (None, "recalled, left out"),
        Some(rate) => (Some(rate.value), rate.confidence.label()),
        None => (None, "unknown"),
    }
}
