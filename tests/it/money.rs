//! What is bought and what it costs: pieces counted by hand, prices kept exact, books that are refused whole.

use std::sync::Arc;

use weft::catalog::{Book, Catalog, builtin_offers};
use weft::engine::context::Context;
use weft::engine::cost::{self, Quote};
use weft::engine::diagnostics::Severity;
use weft::engine::materials::{Fibre, Item, Line};
use weft::engine::{rules, service};
use weft::io::export;
use weft::io::export::{bom_csv, cables_csv};
use weft::io::import::read_prices;
use weft::model::{Confidence, Currency, Design, PartId, Prices, Recalled, Requirement, RequirementKind, Tier};
use weft::units::Cents;

use crate::text_design;

fn read(text: &str) -> Design {
    text_design::read(text).design
}

fn lines(design: &Design) -> Vec<Line> {
    let catalog = Catalog::builtin();
    cost::of_design(design, &catalog).lines.into_iter().map(|line| line.line).collect()
}

/// `id at length: count + spares` of every line that is not a node.
fn pieces(design: &Design) -> Vec<String> {
    let optics = lines(design).into_iter().filter(Line::is_optics);
    optics
        .map(|line| format!("{} {}: {} + {}", line.item.id(), line.length.map_or("-".to_owned(), |length| length.to_string()), line.count, line.spares))
        .collect()
}

fn no_spares(design: &mut Design) {
    Arc::make_mut(&mut design.meta).settings.assumptions.insert("spares-percent".to_owned(), 0.0);
}

#[test]
fn a_twin_port_cable_is_bought_once_for_both_its_ports() {
    // Cages of a QM9700 hold two ports; four links on two pairs of cages are two cables.
    let design = read(
        "nvidia-qm9700 a  nvidia-qm9700 b\na.1/1 -- b.1/1 dac-800g-osfp 1m\na.1/2 -- b.1/2 dac-800g-osfp 1m\nb.2/1 -- a.2/1 dac-800g-osfp 1m\na.2/2 -- b.2/2 dac-800g-osfp 1m",
    );
    assert_eq!(pieces(&design), ["dac-800g-osfp 1 m: 2 + 1"]);
    let table = export::cables(&design, &Catalog::builtin());
    let cable = |row: usize| table.rows[row][1].clone();
    assert_eq!([cable(0), cable(1), cable(2), cable(3)], ["l1", "l1", "l3", "l3"], "links of one assembly name the same cable");
    assert_eq!(table.rows[3][2], "n1..n2 4/4");
}

#[test]
fn modules_serve_the_ports_of_their_cage_and_fibres_one_link_each() {
    // A twin-port module serves two adapters; each adapter has its own module and each link its fibre.
    let design = read(
        "nvidia-qm9700 s  cx7-osfp a  cx7-osfp b  cx7-osfp c\ns.1/1 -- a.1 optic-400g-sr4-osfp 20m\ns.1/2 -- b.1 optic-400g-sr4-osfp 20m\ns.2/1 -- c.1 optic-400g-sr4-osfp 30m",
    );
    assert_eq!(pieces(&design), ["fibre-om4-mpo12 20 m: 2 + 1", "fibre-om4-mpo12 30 m: 1 + 1", "400g-sr4-osfp-rhs -: 3 + 1", "800g-2xsr4-osfp -: 2 + 1"]);
    // A whole cage with a twin-port transceiver at both ends takes two fibres.
    let design = read("nvidia-sn5600 a  nvidia-sn5600 b\na.1 -- b.1 800g-2xdr4-500m 90m");
    assert_eq!(pieces(&design), ["fibre-os2-mpo12 90 m: 2 + 1", "800g-2xdr4-500m -: 2 + 1"]);
}

#[test]
fn a_splitter_is_bought_once_for_all_its_legs() {
    let mut design = read(
        "nvidia-qm9700 s  cx7-osfp a  cx7-osfp b  cx7-osfp c\ns.1/1 -- a.1 dac-400g-osfp 2m\nb.1 -- s.1/2 dac-400g-osfp 2m\ns.2/1 -- c.1 dac-400g-osfp 3m",
    );
    no_spares(&mut design);
    assert_eq!(pieces(&design), ["dac-400g-osfp 2 m: 1 + 0", "dac-400g-osfp 3 m: 1 + 0"]);
}

#[test]
fn nothing_is_dropped_from_the_bill() {
    let mut design = read("nvidia-qm9700 a  nvidia-qm9700 b  generic-switch g\na.1/1 -- b.1/1\na.3/1 -- g.1 generic-cable 5m");
    let mut link = design.links.get(weft::model::LinkId(1)).unwrap().clone();
    link.part = Some(PartId::new("no-such-cable"));
    (link.ends[0].port, link.ends[1].port) = (weft::model::PortPath::child(2, 1), weft::model::PortPath::child(2, 1));
    design.links.push(link);
    no_spares(&mut design);
    assert_eq!(pieces(&design), ["generic-cable 5 m: 1 + 0", " -: 1 + 0"], "an open link is a line");
    let all = lines(&design);
    assert!(all.iter().any(|line| line.item == Item::Part(PartId::new("no-such-cable")) && line.kind.is_none() && line.count == 1));
    assert_eq!(all.iter().find(|line| line.item.id() == "nvidia-qm9700").map(|line| (line.count, line.spares)), Some((2, 0)));
}

#[test]
fn every_built_in_price_is_of_a_part_and_a_range() {
    let catalog = Catalog::builtin();
    assert!(builtin_offers().len() > 100, "{}", builtin_offers().len());
    for offer in builtin_offers() {
        let price = &offer.price;
        assert!(catalog.built_in(&price.part).is_some() || Fibre::ALL.iter().any(|(_, id, _)| *id == price.part), "{}", price.part);
        assert!(0 < price.low.0 && price.low <= price.value && price.value <= price.high, "{}", price.part);
        assert!(!price.source.is_empty() && !price.date.is_empty());
        let recalled = offer.confidence == Confidence::Recalled;
        assert!(recalled || (price.source.contains("https://")), "{}: what is not recalled says where it was read", price.part);
        assert!(!recalled || price.part == "dgx-h100" || price.source.starts_with("Recalled"), "{}", price.part);
        assert!(price.lead_weeks.is_none() || price.source.contains("; delivery in "), "{}: a lead time has a source", price.part);
    }
    let order: Vec<_> = builtin_offers().iter().map(|offer| (&offer.price.part, offer.price.tier, offer.confidence)).collect();
    assert!(order.windows(2).all(|pair| pair[0] <= pair[1]), "what can be trusted most comes first");
    assert!(builtin_offers().iter().any(|offer| offer.price.lead_weeks.is_some()));
}

#[test]
fn where_sources_differ_both_are_kept_and_the_better_one_counts() {
    let prices = Prices::default();
    let book = Book::of(&prices);
    let said: Vec<_> = book.offers("nvidia-qm9700", Tier::Oem, None).map(|(price, confidence)| (price.low.0, price.high.0, confidence)).collect();
    assert_eq!(said, [(3_287_000, 5_000_000, Confidence::Press), (2_800_000, 4_500_000, Confidence::Recalled)]);
    let table = export::materials(&read(SMALL), &Catalog::builtin());
    let column = |key: &str| table.columns.iter().position(|column| column.key == key).unwrap();
    let row = table.rows.iter().find(|row| row[column("part")] == "nvidia-qm9700").unwrap();
    assert_eq!(row[column("price_range")], "32870.00 to 50000.00");
    assert_eq!(row[column("price_others")], "28000.00 to 45000.00 USD (recalled)");
    // A book of one's own wins over all of them; what they say is still told.
    let own = priced("part,price\nnvidia-qm9700,30000\n");
    let own = Book::of(&own.meta.prices).offers("nvidia-qm9700", Tier::Oem, None).map(|(_, confidence)| confidence).collect::<Vec<_>>();
    assert_eq!(own, [Confidence::Stated, Confidence::Press, Confidence::Recalled]);
}

#[test]
fn a_single_quotation_takes_its_range_from_the_others() {
    let mut design = read("dgx-b200 a");
    let each = |design: &Design| cost::of_design(design, &Catalog::builtin()).lines[0].quote(Tier::Oem).each().unwrap();
    let both = each(&design);
    assert_eq!((both.value, both.low, both.high), (51_500_000, 45_000_000, 55_000_000), "the quotation, within what is recalled");
    Arc::make_mut(&mut design.meta).settings.recalled = Recalled::LeftOut;
    let alone = each(&design);
    assert_eq!((alone.value, alone.low, alone.high), (51_500_000, 51_500_000, 51_500_000));
    // A price of one's own is what it is.
    let own = each(&{
        let mut design = read("dgx-b200 a");
        Arc::make_mut(&mut design.meta).prices = read_prices("part,price\ndgx-b200,480000\n", &Prices::default()).unwrap().prices;
        design
    });
    assert_eq!((own.low, own.high), (48_000_000, 48_000_000));
}

const SMALL: &str = "nvidia-qm9700 a  nvidia-qm9700 b\na.1/1 -- b.1/1 dac-800g-osfp 1m\na.1/2 -- b.1/2 dac-800g-osfp 1m";

fn priced(book: &str) -> Design {
    let mut design = read(SMALL);
    no_spares(&mut design);
    let meta = Arc::make_mut(&mut design.meta);
    meta.prices = read_prices(book, &meta.prices).unwrap().prices;
    design
}

#[test]
fn own_prices_win_and_amounts_stay_exact() {
    let design = priced("part,tier,price,low,high,date,source\nnvidia-qm9700,oem,30000.10,,,2026-11-02,Offer 1\ndac-800g-osfp,new,0.07,0.05,0.11,,\n");
    let cost = cost::of_design(&design, &Catalog::builtin());
    assert_eq!(cost.chosen.all().value, 2 * 3_000_010 + 7);
    assert_eq!((cost.chosen.optics.low, cost.chosen.optics.high), (5, 11));
    assert_eq!(cost.chosen.confidence, Confidence::Stated);
    // Refurbished switches have a built-in range; the cable has one too.
    let [_, compatible, refurbished] = &cost.tiers;
    assert_eq!((refurbished.nodes.low, refurbished.nodes.value, refurbished.nodes.high), (2_800_000, 4_000_000, 5_200_000));
    assert_eq!((compatible.replaced, compatible.nodes.value), (1, 2 * 3_000_010), "a switch nobody copies is bought new, and that is counted");
}

#[test]
fn tiers_mix_line_by_line() {
    let mut design = priced("part,price\nnvidia-qm9700,30000\n");
    Arc::make_mut(&mut design.meta).prices.choose("nvidia-qm9700", Tier::Refurbished);
    let cost = cost::of_design(&design, &Catalog::builtin());
    let used = 2 * 2_000_000;
    let new_cable = (30_000 + 65_000) / 2;
    assert_eq!(cost.chosen.all().value, used + new_cable);
    let prices = &mut Arc::make_mut(&mut design.meta).prices;
    prices.choose("nvidia-qm9700", Tier::Oem);
    assert!(prices.tiers.is_empty(), "what is bought as everything else is not listed");
}

#[test]
fn what_has_no_price_is_counted_and_never_zero() {
    let mut design = read("tpu-v5p-host x  nvidia-qm9700 s\nx.1 -- s.1/1");
    let cost = cost::of_design(&design, &Catalog::builtin());
    assert_eq!((cost.chosen.priced, cost.chosen.unpriced), (1, 2));
    let table = export::materials(&design, &Catalog::builtin());
    let price = table.columns.iter().position(|column| column.key == "total_price").unwrap();
    let host = table.rows.iter().find(|row| row[1] == "tpu-v5p-host").unwrap();
    assert_eq!(host[price], "", "an empty cell, not 0");
    assert!(host.contains(&"price unknown".to_owned()));

    // Left-out recalled prices are unknown too: the switch has a source for its price, used ones have none.
    Arc::make_mut(&mut design.meta).settings.recalled = Recalled::LeftOut;
    let cost = cost::of_design(&design, &Catalog::builtin());
    assert_eq!((cost.chosen.priced, cost.chosen.confidence), (1, Confidence::Press));
    assert!(cost.lines.iter().all(|line| line.quote(Tier::Refurbished) == &Quote::Unknown));
}

#[test]
fn currencies_never_mix_without_a_stated_rate() {
    let book = "part,price,currency\nnvidia-qm9700,30000,EUR\ndac-800g-osfp,100,USD\n";
    let mut design = priced(book);
    let qm = |design: &Design| cost::of_design(design, &Catalog::builtin());
    let without = qm(&design);
    assert_eq!((without.chosen.priced, without.chosen.unpriced), (1, 1));
    assert!(without.lines.iter().any(|line| line.quote(Tier::Oem) == &Quote::NoRate(Currency::parse("EUR").unwrap())));
    assert!(export::bom_csv(&design, &Catalog::builtin()).contains("no rate for EUR"));

    Arc::make_mut(&mut design.meta).prices.rates.push((Currency::parse("eur").unwrap(), 1.1));
    assert_eq!(qm(&design).chosen.all().value, 2 * 3_300_000 + 10_000);
}

#[test]
fn budgets_are_judged() {
    let found = |design: &Design| {
        let catalog = Catalog::builtin();
        rules::run(&Context::new(design, &catalog))
            .into_iter()
            .filter(|finding| finding.code == "requirement-missed")
            .map(|finding| (finding.severity, finding.message))
            .collect::<Vec<_>>()
    };
    let ask = |mut design: Design, cents: i64| {
        design.requirements.push(Requirement { kind: RequirementKind::Budget(Cents(cents)), fabric: None, extra: Default::default() });
        found(&design)
    };
    let mut design = priced("part,price\nnvidia-qm9700,30000\ndac-800g-osfp,100\n");
    assert_eq!(ask(design.clone(), 6_010_000), []);
    assert_eq!(ask(design.clone(), 6_000_000), [(Severity::Error, "The cost must be at most 60,000 USD, is 60,100 USD".to_owned())]);
    assert_eq!(ask(design.clone(), 6_009_999).len(), 1, "judged to the hundredth");
    design.nodes.push(weft::model::Node::new(PartId::new("tpu-v5p-host"), "x", weft::units::Point::default()));
    assert_eq!(ask(design, 9_000_000), [(Severity::Info, "The cost must be at most 90,000 USD, is 60,100 USD so far: 1 line has no price".to_owned())]);
}

#[test]
fn a_bad_price_book_is_one_sentence_and_changes_nothing() {
    let before = priced("part,price\nnvidia-qm9700,30000\n").meta.prices.clone();
    for (book, wanted) in [
        ("", "line 1: the price book is empty"),
        ("name,price\nx,1\n", "line 1: there is no column “part”"),
        ("part,cost\nx,1\n", "line 1: there is no column “price”"),
        ("src,dst,gbps\nx,y,1\n", "line 1: this is no price book"),
        ("part,price\ndac-800g-osfp,100\nx,-3\n", "line 3: “-3” is no price; write an amount above 0"),
        ("part,price\nx,0\n", "line 2: “0” is no price"),
        ("part,price\nx,\"1,234.50\"\n", "line 2: “1,234.50” is no price"),
        ("part,price\nx,1e9\n", "line 2: “1e9” is no price"),
        ("part,price\nx,1.234\n", "line 2: “1.234” is no price"),
        ("part,price\nx,99999999999999999999\n", "line 2"),
        ("part,price\n,5\n", "line 2: there is a price without a part"),
        ("part,tier,price\nx,stolen,5\n", "line 2: “stolen” is no tier; write oem, compatible or refurbished"),
        ("part,price,currency\nx,5,dollars\n", "line 2: “dollars” is no currency"),
        ("part,price,low\nx,5,6\n", "line 2: the price lies outside its own range"),
        ("part,price,lead_weeks\nx,5,soon\n", "line 2: “soon” is no lead time"),
        ("part,price\n\"x,5\n", "line 2: a quotation mark is opened and never closed"),
        ("part,price\nx,\n", "the price book holds no price"),
    ] {
        let error = read_prices(book, &before).unwrap_err().to_string();
        assert!(error.starts_with(wanted), "{book:?} gives {error}");
        assert!(!error.ends_with('.') && !error.contains('\n'));
    }
}

#[test]
fn tables_that_weft_writes_are_not_taken_for_price_books() {
    let (design, catalog) = (read(SMALL), Catalog::builtin());
    for (table, what) in [(cables_csv(&design, &catalog), "a cable schedule"), (bom_csv(&design, &catalog), "a bill of materials")] {
        let error = read_prices(&table, &Prices::default()).unwrap_err().to_string();
        assert!(error.starts_with(&format!("line 1: this is {what} that Weft writes, which is not read back")), "{error}");
    }
}

#[test]
fn a_price_book_is_read_as_spreadsheets_write_it() {
    let book = "\u{feff}Source;Part;PRICE;tier\r\n\"Shop \"\"A\"\"; Ltd\";nvidia-qm9700;18500,5;used\r\n\r\n;dac-800g-osfp;;\r\n";
    let read = read_prices(book, &Prices::default()).unwrap();
    assert_eq!((read.entries, read.replaced, read.empty), (1, 0, 1));
    let price = &read.prices.book[0];
    assert_eq!((price.value.0, price.tier, price.source.as_str()), (1_850_050, Tier::Refurbished, "Shop \"A\"; Ltd"));
    let again = read_prices("part,tier,price\nnvidia-qm9700,refurb,1\n", &read.prices).unwrap();
    assert_eq!((again.replaced, again.prices.book.len(), again.prices.book[0].value.0), (1, 1, 100));
}

#[test]
fn the_form_to_fill_in_reads_back_as_what_is_known() {
    let design = read(SMALL);
    let catalog = Catalog::builtin();
    let cost = cost::of_design(&design, &catalog);
    let form = export::price_form(&cost).csv();
    let read = read_prices(&form, &Prices::default()).unwrap();
    assert_eq!((read.entries, read.empty), (5, 4), "{form}");
    let mut own = design.clone();
    Arc::make_mut(&mut own.meta).prices = read.prices;
    let totals = |design: &Design| cost::of_design(design, &catalog).tiers.map(|total| total.all());
    assert_eq!(totals(&design), totals(&own));
}

#[test]
fn prices_survive_the_file_and_what_is_not_understood_stays() {
    let text = "{\"format\":\"weft-design\",\"version\":1,\"prices\":{\"currency\":\"EUR\",\"book\":[{\"part\":\"x\",\"cents\":5},{\"part\":\"x\",\"cents\":-5},{\"part\":\"x\",\"cents\":5,\"length_m\":0},7],\"tier\":\"borrowed\"}}";
    let loaded = weft::io::load(text).unwrap();
    assert_eq!((loaded.design.meta.prices.book.len(), loaded.design.meta.prices.kept.len()), (1, 3));
    assert_eq!(loaded.repairs.len(), 2, "{:?}", loaded.repairs);
    let saved = weft::io::save(&loaded.design);
    for kept in ["\"cents\":-5", "\"length_m\":0", "\n7\n", "\"tier\":\"borrowed\"", "\"currency\":\"EUR\""] {
        assert!(saved.contains(kept), "{kept} in {saved}");
    }
    assert_eq!(weft::io::save(&weft::io::load(&saved).unwrap().design), saved);
    for other in ["[1]", "\"cheap\"", "null", "{}"] {
        let text = format!("{{\"format\":\"weft-design\",\"version\":1,\"prices\":{other}}}");
        let saved = weft::io::save(&weft::io::load(&text).unwrap().design);
        assert_eq!(saved.contains(&format!("\"prices\":{other}")), other != "{}", "{saved}");
    }
}

#[test]
fn running_costs_and_energy_per_bit_follow_from_power() {
    let mut design = priced("part,price\nnvidia-qm9700,30000\n");
    let settings = &mut Arc::make_mut(&mut design.meta).settings.assumptions;
    for (key, value) in [("years", 2.0), ("cooling-factor", 1.5), ("price-of-a-kwh", 0.2), ("load-percent", 50.0)] {
        settings.insert(key.to_owned(), value);
    }
    let report = service::evaluate(&design, &Catalog::builtin());
    let value = |key: &str| report.estimate(key).unwrap_or_else(|| panic!("{key}")).value().unwrap();
    let watts = value("power");
    assert!((value("energy-year") - watts / 1000.0 * 0.5 * 1.5 * 8760.0).abs() < 1e-6);
    assert!((value("cost-energy") - value("energy-year") * 2.0 * 0.2).abs() < 1e-6);
    // 0.1 W at both ends of a passive cable of two 400G ports: 0.1 W for each link, over 800 Gb/s both ways.
    assert!((value("energy-per-bit/dac-800g-osfp") - 0.1 / 800.0 * 1000.0).abs() < 1e-9);
    assert_eq!(value("openness-links"), 0.0, "InfiniBand comes from one vendor");
    assert!((value("openness-parts") - 100.0 / 3.0).abs() < 1e-9, "the cable has a compatible offer, the two switches have none");
}

#[test]
fn break_even_is_saving_over_what_failures_cost() {
    let mut design = read("dgx-h100 x  nvidia-qm9700 s\nx.1/1 -- s.1/1 optic-400g-sr4-dgx 20m");
    no_spares(&mut design);
    let report = service::evaluate(&design, &Catalog::builtin());
    let estimate = report.estimate("break-even-refurbished").unwrap();
    // One switch: 41,435 new, 20,000 used; 4 years, 150 labour, 8 XPUs, half an hour, 2.95 an hour.
    let saved = 41_435.0 - 20_000.0;
    let value = |key: &str| report.estimate(key).unwrap_or_else(|| panic!("{key}")).value().unwrap();
    assert!((value("break-even-refurbished") - saved / (4.0 * (150.0 + 8.0 * 0.5 * 2.95))).abs() < 1e-9);
    // 80 % of the power in use, cooled at 1.3, for 0.1 a kWh; support and warranty are spread over the years alone.
    assert!((value("break-even-refurbished-power") - saved / (4.0 * 8760.0 * 0.8 * 1.3 * 0.1 / 1000.0)).abs() < 1e-6);
    assert!((value("break-even-refurbished-support") - saved / 4.0).abs() < 1e-9);
    assert!(report.estimate("break-even-compatible").is_some());
    assert_eq!(estimate.label(), "More failures a year that a refurbished switch may bring");
}

#[test]
fn optics_are_compared_with_linear_and_co_packaged_ones() {
    // Two links of 400G from one twin-port cage to two adapters: half of 17 W, and 9 W, at the ends of each.
    let design = read("nvidia-qm9700 s  cx7-osfp a  cx7-osfp b\ns.1/1 -- a.1 optic-400g-dr4-osfp 20m\ns.1/2 -- b.1 optic-400g-dr4-osfp 20m");
    let report = service::evaluate(&design, &Catalog::builtin());
    let value = |key: &str| report.estimate(key).unwrap_or_else(|| panic!("{key}")).value().unwrap();
    assert!((value("optics-power") - 2.0 * (8.5 + 9.0)).abs() < 1e-9);
    assert!((value("optics-power-linear") - 2.0 * 800.0 / 800.0 * 8.5).abs() < 1e-9);
    assert!((value("optics-power-co-packaged") - 2.0 * 800.0 / 1600.0 * 9.0).abs() < 1e-9);
    assert!(value("optics-power-co-packaged") < value("optics-power-linear") && value("optics-power-linear") < value("optics-power"));
    let copper = read(SMALL);
    assert!(service::evaluate(&copper, &Catalog::builtin()).estimate("optics-power").is_none(), "copper is no optics");
}

#[test]
fn a_change_of_scale_up_protocol_is_told_piece_by_piece() {
    let design = read("dgx-h100 x  dgx-h100 y  nvidia-qm9700 s\nx.1/1 -- s.1/1 optic-400g-sr4-dgx 20m\ny.1/1 -- s.2/1 optic-400g-sr4-dgx 20m");
    let report = service::evaluate(&design, &Catalog::builtin());
    let change = report.estimate("scale-up-change").unwrap();
    let words = change.assumptions().join("; ");
    assert!(words.starts_with("NVLink: 2 × DGX H100 (NVLink)"), "{words}");
    assert!(!words.contains("QM9700"), "the scale-out network stays: {words}");
    assert!(service::evaluate(&read(SMALL), &Catalog::builtin()).estimate("scale-up-change").is_none());
}

#[test]
fn what_is_kept_is_a_line_that_costs_nothing() {
    let text = "rack R generic-rack-48u kept=true\nrack N\nnvidia-qm9700 old kept=true\nnvidia-qm9700 older kept=true\nnvidia-qm9700 new\nold.1/1 -- older.1/1 800g-2xsr4-osfp 10m\nold.1/2 -- new.1/1 800g-2xsr4-osfp 10m\nold.2/1 -- older.2/1 dac-800g-osfp 1m";
    let mut design = read(text);
    no_spares(&mut design);
    let told: Vec<String> =
        lines(&design).iter().map(|line| format!("{} {} {}", line.item.id(), if line.is_kept() { "kept" } else { "buy" }, line.count)).collect();
    // The module in old's first cage is there already, so its second port needs none.
    assert_eq!(
        told,
        [
            "generic-rack-48u buy 1",
            "generic-rack-48u kept 1",
            "nvidia-qm9700 buy 1",
            "nvidia-qm9700 kept 2",
            "dac-800g-osfp kept 1",
            "fibre-om4-mpo12 buy 1",
            "fibre-om4-mpo12 kept 1",
            "800g-2xsr4-osfp buy 1",
            "800g-2xsr4-osfp kept 2",
        ]
    );
    let cost = cost::of_design(&design, &Catalog::builtin());
    assert_eq!((cost.chosen.priced, cost.chosen.kept), (3, 5), "kept lines are neither priced nor unpriced");
    let bought: i64 = cost.lines.iter().filter(|line| !line.line.is_kept()).filter_map(|line| line.bought(line.tier)).map(|(money, _)| money.value).sum();
    assert_eq!(cost.chosen.all().value, bought);
    let csv = bom_csv(&design, &Catalog::builtin());
    let row = csv.lines().find(|row| row.contains("nvidia-qm9700") && row.contains("kept")).unwrap();
    assert!(row.contains(",2,0,0,"), "two drawn, none spare, none to buy: {row}");
    assert!(!read("nvidia-qm9700 a kept=true").nodes.is_empty());
}

#[test]
fn modules_are_bought_by_where_they_sit() {
    let text = "nvidia-qm9700 spine modules=oem\nnvidia-qm9700 leaf modules=compatible\nspine.1/1 -- leaf.1/1 800g-2xsr4-osfp 10m\nspine.1/2 -- leaf.1/2 800g-2xsr4-osfp 10m";
    let mut design = read(text);
    no_spares(&mut design);
    let cost = cost::of_design(&design, &Catalog::builtin());
    let modules: Vec<(usize, Tier)> =
        cost.lines.iter().filter(|line| line.line.item.id() == "800g-2xsr4-osfp").map(|line| (line.line.count, line.tier)).collect();
    assert_eq!(modules, [(1, Tier::Oem), (1, Tier::Compatible)]);
    // Neither fibres nor switches follow, and the part's own tier is outweighed.
    Arc::make_mut(&mut design.meta).prices.choose("800g-2xsr4-osfp", Tier::Refurbished);
    let again = cost::of_design(&design, &Catalog::builtin());
    assert_eq!(again.chosen, cost.chosen);
    assert!(cost.lines.iter().filter(|line| line.line.item.id() != "800g-2xsr4-osfp").all(|line| line.tier == Tier::Oem));
}

#[test]
fn a_total_that_lacks_the_xpus_has_no_cost_per_xpu() {
    let keys = |text: &str| -> Vec<String> {
        let design = read(text);
        let report = service::evaluate(&design, &Catalog::builtin());
        report.estimates.iter().map(|estimate| estimate.key().to_owned()).filter(|key| key.starts_with("cost")).collect()
    };
    let full = keys("rack R 19in-48u { dgx-h100 a }");
    assert!(full.contains(&"cost-per-xpu".to_owned()) && full.contains(&"cost-optics-share".to_owned()));
    let open = keys("rack R 19in-48u { ualink-tray a }");
    assert!(open.contains(&"cost".to_owned()) && open.contains(&"cost-unpriced".to_owned()), "{open:?}");
    assert!(!open.contains(&"cost-per-xpu".to_owned()) && !open.contains(&"cost-optics-share".to_owned()), "{open:?}");
    assert!(!keys("rack R 19in-48u { dgx-h100 a kept=true }").contains(&"cost-per-xpu".to_owned()));
}

#[test]
fn a_price_by_length_holds_for_that_length_and_the_others_share_one() {
    let mut design = read(
        "nvidia-qm9700 a  nvidia-qm9700 b\na.1/1 -- b.1/1 dac-800g-osfp 1m\na.1/2 -- b.1/2 dac-800g-osfp 1m\na.2/1 -- b.2/1 dac-800g-osfp 2m\na.2/2 -- b.2/2 dac-800g-osfp 2m\na.3/1 -- b.3/1 dac-800g-osfp 3m\na.3/2 -- b.3/2 dac-800g-osfp 3m",
    );
    no_spares(&mut design);
    let book = "part,tier,price,length_m\ndac-800g-osfp,oem,200,1\ndac-800g-osfp,oem,300,2 m\ndac-800g-osfp,oem,250,\n";
    Arc::make_mut(&mut design.meta).prices = read_prices(book, &Prices::default()).unwrap().prices;
    let cost = cost::of_design(&design, &Catalog::builtin());
    let cables: Vec<i64> =
        cost.lines.iter().filter(|line| line.line.item.id() == "dac-800g-osfp").map(|line| line.quote(Tier::Oem).each().unwrap().value).collect();
    assert_eq!(cables, [20_000, 30_000, 25_000]);
    // The form names every length and reads back as what is known.
    let form = export::price_form(&cost).csv();
    for row in ["dac-800g-osfp,oem,250.00,,,USD,,,,\n", "dac-800g-osfp,oem,200.00,,,USD,,,,1\n", "dac-800g-osfp,oem,,,,,,,,3\n"] {
        assert!(form.contains(row) || row.contains("250.00"), "{row} in {form}");
    }
    Arc::make_mut(&mut design.meta).prices = read_prices(&form, &design.meta.prices).unwrap().prices;
    assert_eq!(cost::of_design(&design, &Catalog::builtin()).chosen.all(), cost.chosen.all());
    let saved = weft::io::save(&design);
    assert_eq!(weft::io::load(&saved).unwrap().design.meta.prices, design.meta.prices);
}

#[test]
fn two_prices_for_one_thing_refuse_the_book() {
    let refused = |book: &str| read_prices(book, &Prices::default()).map(|read| read.entries).map_err(|error| error.to_string());
    let twice = refused("part,tier,price\nnvidia-qm9700,oem,30000\ndac-800g-osfp,oem,200\nnvidia-qm9700,new,31000\n").unwrap_err();
    assert!(twice.contains("line 4") && twice.contains("line 2"), "{twice}");
    assert_eq!(refused("part,tier,price\nnvidia-qm9700,oem,30000\nnvidia-qm9700,oem,30000\n"), Ok(2), "the same price twice is no question");
    assert_eq!(refused("part,price,length_m\ndac-800g-osfp,200,1\ndac-800g-osfp,210,2\n"), Ok(2));
    for length in ["-1", "0", "long", "1e9"] {
        assert!(refused(&format!("part,price,length_m\ndac-800g-osfp,200,{length}\n")).unwrap_err().contains("is no length"), "{length}");
    }
}

#[test]
fn what_a_price_book_prices_for_nothing_is_told() {
    let catalog = Catalog::builtin();
    let design = read("nvidia-qm9700 a");
    let told = |book: &str| read_prices(book, &design.meta.prices).unwrap().told(&design, &catalog);
    assert_eq!(told("part,price\nnvidia-qm9700,30000\nfibre-os2-lc,5\n"), ["2 prices read"]);
    let said = told("part,price,currency\nnvidia-qm9700,30000,EUR\nnvidia-qm970,30000,USD\ndac-800g-osfp,,\n").join("; ");
    assert!(said.starts_with("2 prices read; 1 line without a price; 1 part is neither in the catalogue nor in this design"), "{said}");
    assert!(said.contains("nvidia-qm970;") && said.ends_with("prices in EUR count once the design states what 1 EUR is worth in USD"), "{said}");
    let packed = weft::io::import::import("PK\u{3}\u{4}…", &weft::io::import::Source::Auto, &Default::default(), &catalog).unwrap_err();
    assert!(packed.to_string().contains("save its sheet as CSV"), "{packed}");
}

#[test]
fn fibres_have_the_polish_that_their_modules_take() {
    // NVIDIA, optical connectors: 4 x 25G and 4 x 50G SR4 are flat, 100G lanes angled; the two do not mate.
    let flat = read("mellanox-sb7800 a  mellanox-sb7800 b\na.1 -- b.1 100g-sr4 10m");
    assert!(pieces(&flat)[0].starts_with("fibre-om4-mpo12-upc "), "{:?}", pieces(&flat));
    let flat = read("nvidia-qm8700 a  nvidia-qm8700 b\na.1 -- b.1 200g-sr4 10m");
    assert!(pieces(&flat)[0].starts_with("fibre-om4-mpo12-upc "), "{:?}", pieces(&flat));
    let angled = read("nvidia-qm9700 a  nvidia-qm9700 b\na.1/1 -- b.1/1 800g-2xsr4-osfp 10m");
    assert!(pieces(&angled)[0].starts_with("fibre-om4-mpo12 "), "{:?}", pieces(&angled));
}

#[test]
fn modules_are_counted_once_in_what_a_design_draws() {
    // A QM9700 is printed with 1,720 W, active cables in all its cages; without them 32 times the 17 W of a cage less.
    let design = read("nvidia-qm9700 a  nvidia-qm9700 b\na.1/1 -- b.1/1 800g-2xsr4-osfp 20m\na.1/2 -- b.1/2 800g-2xsr4-osfp 20m");
    let report = service::evaluate(&design, &Catalog::builtin());
    let value = |key: &str| report.estimate(key).unwrap_or_else(|| panic!("{key}")).value().unwrap();
    assert!((value("power-nodes") - 2.0 * (1720.0 - 32.0 * 17.0)).abs() < 1e-9);
    assert!((value("power-optics") - 2.0 * 17.0).abs() < 1e-9);
    assert!((value("power") - 2386.0).abs() < 1e-9);
    // The bill adds up the same way.
    let table = export::materials(&design, &Catalog::builtin());
    let column = table.columns.iter().position(|column| column.key == "unit_power_w").unwrap();
    assert_eq!(table.rows.iter().find(|row| row[1] == "nvidia-qm9700").unwrap()[column], "1176");
}

#[test]
fn fibre_that_is_laid_has_neither_the_price_of_a_cord_nor_a_spare() {
    let text = |length: &str| format!("nvidia-sn4700 a  nvidia-sn4700 b\na.1 -- b.1 400g-fr4-qsfpdd {length}");
    let fibre = |design: &Design| {
        let cost = cost::of_design(design, &Catalog::builtin());
        let line = cost.lines.into_iter().find(|line| line.line.item.id() == "fibre-os2-lc").unwrap();
        (line.line.spares, line.quote(Tier::Oem).clone())
    };
    let (spares, quote) = fibre(&read(&text("100m")));
    assert!(spares == 1 && matches!(quote, Quote::Known { .. }), "{quote:?}");
    let far = read(&text("1500m"));
    assert_eq!(fibre(&far), (0, Quote::Unknown));
    // What the design's own book says of it holds.
    let mut own = far;
    Arc::make_mut(&mut own.meta).prices = priced("part,tier,price\nfibre-os2-lc,oem,9000\n").meta.prices.clone();
    assert!(matches!(fibre(&own).1, Quote::Known { .. }));
}
