//! How much of a fabric can be had from more than one vendor, and what a change of its scale-up protocol would touch.

use super::{Draft, Estimate, Input};
use crate::catalog::Catalog;
use crate::engine::context::Context;
use crate::engine::cost::{Cost, Priced};
use crate::engine::materials::Item;
use crate::model::{LinkLayer, Part, PartId, PartKind, Tier};
use crate::units::SortedMap;

/// Parts named one by one; further ones are counted.
const NAMED: usize = 8;

/// How much of the fabric can be bought from more than one vendor: by protocol, over links, and by part, over pieces.
pub fn estimates(context: &Context, cost: &Cost) -> Vec<Estimate> {
    let facts = context.topology.facts();
    let (mut known, mut open) = (0usize, 0usize);
    let mut closed: SortedMap<&'static str, usize> = SortedMap::new();
    for (kind, (count, _)) in facts.kinds().iter().zip(facts.counts()) {
        let Some(layer) = kind.layer else { continue };
        known += count;
        if is_open(layer) {
            open += count;
        } else {
            *closed.entry(layer.label()).or_default() += count;
        }
    }
    let mut all = Vec::new();
    if known > 0 {
        let touched: Vec<String> = closed.iter().map(|(layer, links)| format!("{layer} on {links} links")).collect();
        let draft = Draft::new(
            "openness-links",
            "Links on a protocol of several vendors",
            "%",
            "100 * open / links",
            "Ethernet, UALink and PCIe are specified in the open and made by several vendors; InfiniBand, NVLink, xGMI, ICI and NeuronLink come from one",
        )
        .assume(if touched.is_empty() {
            "No link is bound to one vendor".to_owned()
        } else {
            format!("Bound to one vendor, and touched by a change of protocol: {}", touched.join(", "))
        })
        .input(Input::counted("open", "links on such a protocol", "", open as f64))
        .input(Input::counted("links", "links whose protocol is known", "", known as f64));
        all.push(Estimate::new(draft, context.recalled()));
    }
    let mut shelf: SortedMap<&PartId, bool> = SortedMap::new();
    for line in &cost.lines {
        if let Item::Part(id) = &line.line.item {
            let open = context.catalog.part(context.design, id).is_some_and(|part| several_make(context.catalog, part, line));
            shelf.insert(id, open);
        }
    }
    let (mut pieces, mut open) = (0usize, 0usize);
    for line in cost.lines.iter().filter(|line| line.line.kind.is_some() && line.line.kind != Some(PartKind::Rack)) {
        let counted = match &line.line.item {
            Item::Fibre(_) => true,
            Item::Part(id) => shelf.get(&id).copied().unwrap_or(false),
            Item::Unchosen => continue,
        };
        pieces = pieces.saturating_add(line.line.count);
        open = open.saturating_add(if counted { line.line.count } else { 0 });
    }
    if pieces > 0 {
        let draft = Draft::new(
            "openness-parts",
            "Pieces that several vendors make",
            "%",
            "100 * open / pieces",
            "A compatible offer is listed, the part is a generic one, or another vendor's part of the catalogue has the same ports",
        )
        .assume("Racks and spares are not counted")
        .input(Input::counted("open", "pieces that several vendors make", "", open as f64))
        .input(Input::counted("pieces", "pieces drawn", "", pieces as f64));
        all.push(Estimate::new(draft, context.recalled()));
    }
    all.extend(scale_up_change(context, cost));
    all
}

/// What has to be replaced when the scale-up protocol changes: everything that speaks one, by part.
fn scale_up_change(context: &Context, cost: &Cost) -> Option<Estimate> {
    let mut touched: SortedMap<(LinkLayer, &PartId), usize> = SortedMap::new();
    let mut pieces = 0usize;
    for line in cost.lines.iter().filter(|line| line.line.kind.is_some_and(|kind| kind != PartKind::Rack)) {
        pieces = pieces.saturating_add(line.line.count);
        let Item::Part(id) = &line.line.item else { continue };
        if let Some(layer) = context.catalog.part(context.design, id).and_then(speaks) {
            *touched.entry((layer, id)).or_default() += line.line.count;
        }
    }
    let total: usize = touched.values().sum();
    if total == 0 {
        return None;
    }
    let mut layers: Vec<&str> = touched.keys().map(|(layer, _)| layer.label()).collect();
    layers.dedup();
    let mut rows: Vec<(&(LinkLayer, &PartId), usize)> = touched.iter().map(|(key, count)| (key, *count)).collect();
    crate::units::order::sort_by_key(&mut rows, |(_, count)| std::cmp::Reverse(*count));
    let name = |id: &PartId| context.catalog.part(context.design, id).map_or_else(|| id.to_string(), |part| part.name.clone());
    let mut words: Vec<String> = rows.iter().take(NAMED).map(|((layer, id), count)| format!("{count} × {} ({})", name(id), layer.label())).collect();
    if rows.len() > NAMED {
        words.push(format!("and {} more kinds", rows.len() - NAMED));
    }
    let draft = Draft::new(
        "scale-up-change",
        "Pieces that a change of the scale-up protocol touches",
        "%",
        "100 * touched / pieces",
        "A scale-up protocol is in the accelerators, their switches and the cables between them; what is on the scale-out network stays",
    )
    .assume(format!("{}: {}", layers.join(", "), words.join(", ")))
    .assume("Boards with the protocol inside count as a whole; racks and spares are not counted")
    .input(Input::counted("touched", "pieces that speak it", "", total as f64))
    .input(Input::counted("pieces", "pieces drawn", "", pieces as f64));
    Some(Estimate::new(draft, context.recalled()))
}

/// The scale-up protocol a part is bound to: that of its ports, of the wires inside, or of the cable. Adapters, and whatever speaks a
/// protocol of the scale-out network as well, are bound to none.
fn speaks(part: &Part) -> Option<LinkLayer> {
    let of = |layers: &[LinkLayer]| layers.iter().copied().find(|layer| layer.is_scale_up());
    if let Some(cable) = part.cable() {
        return of(&cable.layers).filter(|_| cable.layers.iter().all(|layer| layer.is_scale_up()));
    }
    let ports = part.ports.iter().find_map(|group| of(&group.layers));
    ports.or_else(|| part.inside().and_then(|inside| inside.edges.iter().map(|edge| edge.layer).find(|layer| layer.is_scale_up())))
}

/// Whether a link layer is specified in the open and made by several vendors.
const fn is_open(layer: LinkLayer) -> bool {
    matches!(layer, LinkLayer::Ethernet | LinkLayer::Pcie | LinkLayer::UaLink)
}

/// Whether a part can be bought from more than one vendor. Time: O(parts) for switches and adapters.
fn several_make(catalog: &Catalog, part: &Part, line: &Priced) -> bool {
    if part.vendor == "Generic" || line.quote(Tier::Compatible).each().is_some() {
        return true;
    }
    // The same cages at the same rates on a layer of several vendors, from somebody else.
    let ports = |part: &Part| part.ports.iter().map(|group| (group.count, group.form, group.gbps.map(|rate| rate.0.to_bits()))).collect::<Vec<_>>();
    let open = part.ports.iter().any(|group| group.layers.iter().any(|layer| is_open(*layer)));
    let alike = |other: &Part| other.kind == part.kind && other.vendor != part.vendor && !other.is_generic() && ports(other) == ports(part);
    open && matches!(part.kind, PartKind::Nic | PartKind::Switch) && catalog.parts().any(alike)
}
