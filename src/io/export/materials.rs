//! The bill of materials: what has to be bought, how many of it, and what it draws.

use super::csv::number;
use super::table::{Column, Table, numbers, text};
use crate::catalog::{Book, Catalog};
use crate::engine::cost::{Cost, Priced, Quote, decimal, of_design};
use crate::engine::materials::{Item, Line, Supply};
use crate::model::{Confidence, Design, Part, PartKind, Recalled, Status, Tier};
use crate::units::Cents;

/// The columns of [`materials`].
pub static COLUMNS: [Column; 26] = [
    text("kind", "Kind"),
    text("part", "Part id"),
    text("vendor", "Made by"),
    text("name", "Part"),
    numbers("length_m", "Length, m"),
    numbers("count", "Drawn"),
    numbers("spares", "Spares"),
    numbers("buy", "Buy"),
    numbers("unit_power_w", "W each"),
    numbers("total_power_w", "W drawn"),
    text("power_basis", "Power is"),
    text("status", "Status"),
    text("tier", "Tier"),
    text("bought_as", "Bought as"),
    numbers("unit_price", "Price each"),
    numbers("total_price", "Price"),
    text("currency", "Currency"),
    numbers("oem", "OEM each"),
    numbers("compatible", "Compatible each"),
    numbers("refurbished", "Refurbished each"),
    text("price_range", "Range each"),
    text("price_basis", "Price is"),
    text("price_source", "Price from"),
    text("price_others", "Others say"),
    numbers("lead_weeks", "Weeks"),
    text("supply", "Supply"),
];

/// The bill of materials as CSV; see [`materials`].
pub fn bom_csv(design: &Design, catalog: &Catalog) -> String {
    materials(design, catalog).csv()
}

/// The bill of materials: racks, systems, XPUs, switches, NICs, cables and fibres, transceivers. Links without a part and parts that nobody
/// knows are listed as such, never dropped. Spares draw nothing.
///
/// Power that rests on a recalled figure says so in `power_basis`, and is left open where the design leaves recalled figures out.
/// Time: O(records).
pub fn materials(design: &Design, catalog: &Catalog) -> Table {
    priced_materials(design, catalog, &of_design(design, catalog))
}

/// [`materials`] of a cost that is known already.
pub fn priced_materials(design: &Design, catalog: &Catalog, cost: &Cost) -> Table {
    let book = Book::of(&design.meta.prices);
    let rows = cost.lines.iter().map(|line| {
        let mut cells = row(design, catalog, &line.line);
        cells.extend(price_cells(cost, line, &book));
        cells
    });
    Table { columns: &COLUMNS, rows: rows.collect() }
}

/// What a line costs. A price that nobody knows is an empty cell and says so, never a zero.
fn price_cells(cost: &Cost, line: &Priced, book: &Book) -> [String; 14] {
    let each = |tier: Tier| line.quote(tier).each().map(|money| decimal(money.value)).unwrap_or_default();
    let bought = line.bought(line.tier).filter(|_| !line.line.is_kept());
    let from = bought.map_or(line.tier, |(_, from)| from);
    let [range, basis, source, weeks] = match line.quote(from) {
        Quote::Known { each, entry, confidence } => [
            if each.low == each.high { String::new() } else { format!("{} to {}", decimal(each.low), decimal(each.high)) },
            confidence.label().to_owned(),
            [entry.source.as_str(), entry.date.as_str()].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", "),
            number(entry.lead_weeks),
        ],
        Quote::NoRate(currency) => [String::new(), format!("no rate for {currency}"), String::new(), String::new()],
        Quote::Unknown => [String::new(), "price unknown".to_owned(), String::new(), String::new()],
    };
    let others = book.offers(line.line.item.id(), from, line.line.length).skip(1).map(|(price, confidence)| {
        let by = if confidence == Confidence::Recalled { confidence.label() } else { price.source.as_str() };
        format!("{} to {} {} ({by})", decimal(price.low.0), decimal(price.high.0), price.currency)
    });
    [
        line.tier.word().to_owned(),
        if line.line.is_kept() { "kept".to_owned() } else { bought.map(|(_, from)| from.word().to_owned()).unwrap_or_default() },
        each(from),
        bought.map(|(money, _)| decimal(money.value)).unwrap_or_default(),
        cost.currency.to_string(),
        each(Tier::Oem),
        each(Tier::Compatible),
        each(Tier::Refurbished),
        range,
        basis,
        source,
        others.collect::<Vec<_>>().join("; "),
        weeks,
        match line.line.supply {
            Supply::AsNode(_) => "tier of its nodes",
            Supply::AsPart => "",
            Supply::Kept => "kept",
        }
        .to_owned(),
    ]
}

static FORM: [Column; 10] = [
    text("part", "Part id"),
    text("tier", "Tier"),
    numbers("price", "Price"),
    numbers("low", "Low"),
    numbers("high", "High"),
    text("currency", "Currency"),
    text("date", "Date"),
    text("source", "Source"),
    numbers("lead_weeks", "Weeks"),
    numbers("length_m", "Length, m"),
];

/// A price book to fill in: every part of the bill of materials at every tier, with what is known of it already, and what is sold by length
/// once more for each length, for whoever has a price of it; in the form that
/// [`crate::io::import::read_prices`] takes.
pub fn price_form(cost: &Cost) -> Table {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut last = None;
    for line in cost.lines.iter().filter(|line| !line.line.item.id().is_empty() && !line.line.is_kept()) {
        let (id, length) = (line.line.item.id(), line.line.length.filter(|_| line.line.by_length));
        // Lengths of one part stand next to each other: first what holds for all of them, then each; once where it is bought in two ways.
        let first = last.is_none_or(|(other, _)| other != id);
        let lengths = [first.then_some(None), length.filter(|_| last != Some((id, length))).map(Some)];
        last = Some((id, length));
        for (length, tier) in lengths.into_iter().flatten().flat_map(|length| Tier::ALL.map(|tier| (length, tier))) {
            let mut row = vec![id.to_owned(), tier.word().to_owned()];
            match line.quote(tier) {
                Quote::Known { entry, .. } if entry.length == length => {
                    let ranged = entry.low != entry.high;
                    let end = |cents: Cents| if ranged { decimal(cents.0) } else { String::new() };
                    row.extend([decimal(entry.value.0), end(entry.low), end(entry.high), entry.currency.to_string()]);
                    row.extend([entry.date.clone(), entry.source.clone(), number(entry.lead_weeks)]);
                }
                Quote::NoRate(currency) => row.extend([String::new(), String::new(), String::new(), currency.to_string()]),
                Quote::Known { .. } | Quote::Unknown => {}
            }
            row.resize(FORM.len() - 1, String::new());
            row.push(number(length.map(|length| length.0)));
            rows.push(row);
        }
    }
    Table { columns: &FORM, rows }
}

fn row(design: &Design, catalog: &Catalog, line: &Line) -> Vec<String> {
    let part = match &line.item {
        Item::Part(id) => catalog.part(design, id),
        Item::Fibre(_) | Item::Unchosen => None,
    };
    let name = match &line.item {
        Item::Fibre(fibre) => fibre.name().to_owned(),
        Item::Part(_) => part.map(|part| part.name.clone()).unwrap_or_default(),
        Item::Unchosen => "links whose cable is not chosen yet".to_owned(),
    };
    let kind = match (&line.item, line.kind) {
        (Item::Fibre(_), _) => "fibre",
        (_, Some(kind)) => kind.label(),
        (_, None) => "unknown",
    };
    let length = match line.length {
        None if line.by_length => "length unknown".to_owned(),
        length => number(length.map(|length| length.0)),
    };
    let (power, basis) = match (part, &line.item) {
        (Some(part), _) => power(design, part),
        (None, Item::Fibre(_)) => (Some(0.0), Confidence::Derived.label()),
        (None, _) => (None, "unknown"),
    };
    let status = part.map_or("", |part| match part.status {
        Status::Announced => "announced",
        Status::Retired => "retired",
        Status::Shipping => "shipping",
    });
    vec![
        kind.to_owned(),
        line.item.id().to_owned(),
        part.map(|part| part.vendor.clone()).unwrap_or_default(),
        name,
        length,
        line.count.to_string(),
        line.spares.to_string(),
        line.bought().to_string(),
        number(power),
        number(power.map(|power| power * line.count as f64)),
        basis.to_owned(),
        status.to_owned(),
    ]
}

/// What one piece draws, in watts, and what that rests on. A cable draws at both its ends.
fn power(design: &Design, part: &Part) -> (Option<f64>, &'static str) {
    let ends = if part.kind == PartKind::Transceiver { 1.0 } else { 2.0 };
    let figure = part.own_power().map(|power| (power.value.0, power.confidence));
    let figure = figure.or_else(|| part.cable()?.power.as_ref().map(|power| (power.value.0 * ends, power.confidence)));
    match figure {
        Some((_, Confidence::Recalled)) if design.meta.settings.recalled == Recalled::LeftOut => (None, "recalled, left out"),
        Some((power, confidence)) => (Some(power), confidence.label()),
        None => (None, "unknown"),
    }
}
