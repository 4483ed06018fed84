//! The bill of materials: what has to be bought, how many of it, and what it draws.

use super::csv::{Csv, number};
use crate::catalog::Catalog;
use crate::model::{Confidence, Design, Part, PartId, PartKind, Recalled, Status};
use crate::units::{SortedMap, order};

const COLUMNS: [&str; 9] = ["kind", "part", "vendor", "name", "count", "unit_power_w", "total_power_w", "power_basis", "status"];

/// The bill of materials as CSV: racks, systems, XPUs, switches, NICs, cables, transceivers, in that order, then by part id. A link whose part
/// is a transceiver needs two. Links without a part and parts that nobody knows are listed as such, never dropped.
///
/// Power that rests on a recalled figure says so in `power_basis`, and is left open where the design leaves recalled figures out.
/// Time: O(records log parts).
pub fn bom_csv(design: &Design, catalog: &Catalog) -> String {
    let mut counts: SortedMap<&PartId, usize> = SortedMap::new();
    let placed = design.racks.iter().map(|(_, rack)| &rack.part).chain(design.nodes.iter().map(|(_, node)| &node.part));
    for part in placed {
        *counts.entry(part).or_default() += 1;
    }
    let mut unchosen = 0usize;
    for (_, link) in design.links.iter() {
        match &link.part {
            Some(id) => {
                let pair = catalog.part(design, id).is_some_and(|part| part.kind == PartKind::Transceiver);
                *counts.entry(id).or_default() += if pair { 2 } else { 1 };
            }
            None => unchosen += 1,
        }
    }

    let mut rows: Vec<(Option<PartKind>, Vec<String>)> = counts
        .into_iter()
        .map(|(id, count)| match catalog.part(design, id) {
            Some(part) => (Some(part.kind), known_row(design, part, count)),
            None => (None, vec!["unknown".to_owned(), id.to_string(), String::new(), String::new(), count.to_string()]),
        })
        .collect();
    // Unknown parts come last; the sort is stable, so ids stay in order within a kind.
    order::sort_by_key(&mut rows, |(kind, _)| (kind.is_none(), *kind));

    let mut csv = Csv::new(&COLUMNS);
    for (_, row) in rows {
        csv.row(row);
    }
    if unchosen > 0 {
        let name = "links whose cable is not chosen yet".to_owned();
        csv.row(vec![PartKind::Cable.label().to_owned(), String::new(), String::new(), name, unchosen.to_string()]);
    }
    csv.finish()
}

fn known_row(design: &Design, part: &Part, count: usize) -> Vec<String> {
    let (power, basis) = power(design, part);
    let status = match part.status {
        Status::Announced => "announced",
        Status::Retired => "retired",
        Status::Shipping => "shipping",
    };
    vec![
        part.kind.label().to_owned(),
        part.id.to_string(),
        part.vendor.clone(),
        part.name.clone(),
        count.to_string(),
        number(power),
        number(power.map(|power| power * count as f64)),
        basis.to_owned(),
        status.to_owned(),
    ]
}

/// What one piece draws, in watts, and what that rests on. A cable draws at both its ends.
fn power(design: &Design, part: &Part) -> (Option<f64>, &'static str) {
    let ends = if part.kind == PartKind::Transceiver { 1.0 } else { 2.0 };
    let figure = part.power.as_ref().map(|power| (power.value.0, power.confidence));
    let figure = figure.or_else(|| part.cable()?.power.as_ref().map(|power| (power.value.0 * ends, power.confidence)));
    match figure {
        Some((_, Confidence::Recalled)) if design.meta.settings.recalled == Recalled::LeftOut => (None, "recalled, left out"),
        Some((power, confidence)) => (Some(power), confidence.label()),
        None => (None, "unknown"),
    }
}
