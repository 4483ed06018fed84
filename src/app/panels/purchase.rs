//! What has to be bought and what it costs: the bill of materials with three tiers side by side, the cable schedule, and what is assumed.

use std::rc::Rc;
use std::sync::Arc;

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::dialog::Modal;
use super::grid::Grid;
use crate::app::effects::{Services, download};
use crate::app::files;
use crate::app::hooks::{use_action, use_selector, use_services};
use crate::app::ui::{Dialog, Purchase};
use crate::editor::Intent;
use crate::engine::assumptions::{self, Assumption};
use crate::engine::cost::{self, grouped};
use crate::io::export::bill::{Offer, Sum, Summary};
use crate::io::export::{CABLE_COLUMNS, Column, Excerpt, MATERIAL_COLUMNS};
use crate::model::{Change, Currency, Meta, Patch, Tier};
use crate::units::significant;

/// Columns of the two tables that are shown; all others are in the files.
const MATERIALS: &[&str] =
    &["name", "kind", "length_m", "count", "buy", "tier", "unit_price", "price_range", "total_price", "oem", "compatible", "refurbished", "lead_weeks"];
const CABLES: &[&str] = &["cable", "a_label", "b_label", "a_node", "b_node", "part_name", "length_m", "length_basis", "colour", "trunk", "fabric"];

/// What the dialog is told.
#[derive(Properties, PartialEq)]
pub struct PurchaseProps {
    /// Which of its pages is open.
    pub page: Purchase,
}

/// What has to be bought.
#[component]
pub fn PurchaseDialog(props: &PurchaseProps) -> Html {
    let services = use_services();
    let close = use_action(|store, ()| store.change(|ui| ui.dialog = None));
    let show = use_action(|store, page: Purchase| store.change(|ui| ui.dialog = Some(Dialog::Purchase(page))));
    let revision = use_selector(|view| (view.session.revision(), view.session.design().meta.name.clone()));
    let page = props.page;
    let body = {
        let services = services.clone();
        use_memo((revision, page), move |(revision, page)| match page {
            Purchase::Assumptions => assumed(&services),
            Purchase::Cables => cables(revision),
            Purchase::Materials => html! { <Materials revision={revision.0} name={revision.1.clone()} /> },
        })
    };
    let tab = |this: Purchase, words: &'static str| {
        html! { <button type="button" class="tab" role="tab" aria-selected={(page == this).to_string()} onclick={show.reform(move |_: MouseEvent| this)}>{ words }</button> }
    };
    html! {
        <Modal id="purchase" title="Materials, cables and cost" class="broad" {close}>
            <div class="tabs" role="tablist">
                { tab(Purchase::Materials, "Bill of materials") }
                { tab(Purchase::Cables, "Cable schedule") }
                { tab(Purchase::Assumptions, "What is assumed") }
            </div>
            <div class="purchase" role="tabpanel">{ (*body).clone() }</div>
        </Modal>
    }
}

/// Changes what is said of the design as a whole, as one step.
pub fn change_meta(services: &Services, name: &str, change: impl FnOnce(&mut Meta)) {
    let before = services.store.read(|view| view.session.design().meta.clone());
    let mut after = before.clone();
    change(Arc::make_mut(&mut after));
    if after != before {
        services.store.dispatch(Intent::ApplyPatch { name: name.to_owned(), patch: Patch { changes: vec![Change::Meta { before, after }] } });
    }
}

fn file(name: &str, what: &str) -> AttrValue {
    let plain: String = name.chars().take(80).map(|letter| if crate::units::is_word(letter) { letter.to_ascii_lowercase() } else { '-' }).collect();
    let plain = plain.trim_matches('-');
    format!("{}-{what}.csv", if plain.is_empty() { "design" } else { plain }).into()
}

// --- Bill of materials ---

/// What the bill of materials is told.
#[derive(Properties, PartialEq)]
struct MaterialsProps {
    /// The revision of the design.
    revision: u64,
    /// What the design is called.
    name: String,
}

/// The bill of materials: made where the engine runs, like the cable schedule.
#[component]
fn Materials(props: &MaterialsProps) -> Html {
    let services = use_services();
    let found = use_state(|| None::<Rc<Summary>>);
    {
        let (services, found) = (services.clone(), found.setter());
        let asked = use_mut_ref(|| 0u64);
        use_effect_with(props.revision, move |revision| {
            let revision = *revision;
            *asked.borrow_mut() = revision;
            services.table("materials - summary", move |answer| {
                // What was asked of a later revision comes later.
                let summary = answer.as_string().filter(|_| *asked.borrow() == revision).and_then(|answer| Summary::read(&answer));
                if let Some(summary) = summary {
                    found.set(Some(Rc::new(summary)));
                }
            });
        });
    }
    let Some(summary) = (*found).clone() else { return html! { <p class="nothing" role="status">{ "Adding up what has to be bought…" }</p> } };
    let own = services.store.read(|view| view.session.design().meta.prices.book.len());
    let cell = {
        let services = services.clone();
        Callback::from(move |(excerpt, line, column): (Rc<Excerpt>, usize, &'static Column)| draw(&services, &excerpt, line, column))
    };
    let form = {
        let (services, file) = (services.clone(), file(&props.name, "prices"));
        Callback::from(move |_: MouseEvent| {
            let file = file.clone();
            services.table("materials - form", move |text| download(&file, "text/csv", text));
        })
    };
    let [chosen, tiers @ ..] = summary.sums.as_slice() else { return Html::default() };
    let [drawn, bought] = summary.pieces.map(|pieces| AttrValue::from(crate::units::grouped(pieces as u64)));
    let foot = vec![
        ("name", AttrValue::from(if chosen.unpriced > 0 { "So far" } else { "Total" })),
        ("count", drawn),
        ("buy", bought),
        ("total_price", if chosen.priced > 0 { grouped(chosen.all.value).into() } else { "unknown".into() }),
    ];
    let currency = &summary.currency;
    let oem = tiers.first();
    let holds = services.store.read(|view| {
        let estimates = view.session.report().map(|report| report.estimates.as_slice()).unwrap_or_default();
        let known = estimates.iter().find(|estimate| estimate.key() == "break-even-refurbished")?;
        let (low, high) = known.range()?;
        let [value, low, high] = [known.value()?, low, high].map(|failures| significant(failures, 2));
        Some(format!("used switches pay off below {value} more failures a year ({low} to {high})"))
    });
    let cards = Tier::ALL
        .into_iter()
        .zip(tiers)
        .map(|(tier, sum)| card(tier.label(), sum, currency, Some(tier), oem, holds.as_deref().filter(|_| tier == Tier::Refurbished)));
    html! {
        <>
            <div class="tiers">
                { card("As chosen below", chosen, currency, None, oem, None) }
                { for cards }
            </div>
            { currency_field(&services, currency) }
            <p class="faint">{ format!("Built-in prices are ranges, most of them recalled, not verified; {}. What has no price is left out and counted, never taken as zero. Not in here: what is not drawn, such as software, support, freight, installation and taxes.", match own { 0 => "prices of your own book win over them".to_owned(), 1 => "the price of your own book wins over them".to_owned(), own => format!("{own} prices of your own book win over them") }) }</p>
            <Grid label="Bill of materials" columns={MATERIAL_COLUMNS.as_slice()} table="materials" revision={props.revision} shown={MATERIALS} file={file(&props.name, "materials")} {cell} {foot}>
                <button type="button" class="button" onclick={form} title="Every part of this bill at every tier, to fill in and bring back">{ "Download price form" }</button>
                <button type="button" class="button" onclick={Callback::from(|_: MouseEvent| files::choose())} title="A CSV with the columns part, tier, price, currency">{ "Read price book…" }</button>
            </Grid>
        </>
    }
}

/// A cell that is more than its text.
fn draw(services: &Services, excerpt: &Excerpt, line: usize, column: &Column) -> Option<Html> {
    let (_, row) = excerpt.rows.get(line)?;
    let cell = |key: &str| MATERIAL_COLUMNS.iter().position(|column| column.key == key).and_then(|at| row.get(at)).map_or("", String::as_str);
    let offers = || Offer::read(row.get(MATERIAL_COLUMNS.len()..).unwrap_or_default());
    let offer = |tier: Tier| Tier::ALL.into_iter().zip(offers()).find(|(other, _)| *other == tier)?.1;
    let from = || Tier::parse(cell("bought_as")).or_else(|| Tier::parse(cell("tier"))).unwrap_or(Tier::Oem);
    match column.key {
        "tier" if cell("supply") == "kept" => {
            Some(html! { <span class="by-node faint" title="There already, as its node or rack states; nothing is bought">{ "Kept" }</span> })
        }
        "tier" if cell("part").is_empty() => Some(html! { <span class="by-node faint">{ "Choose a cable" }</span> }),
        "tier" if !cell("supply").is_empty() => {
            let label = Tier::parse(cell("tier")).map_or("", Tier::label);
            Some(html! { <span class="by-node" title="As the nodes state that it sits in (inspector, Buying)">{ label }{ ", by node" }</span> })
        }
        "tier" => Some(cell("part")).filter(|id| !id.is_empty()).map(|id| tier_field(services, id.to_owned(), cell("tier"))),
        "unit_price" | "price_range" | "total_price" if cell("supply") == "kept" => Some(Html::default()),
        "total_price" if cell("total_price").is_empty() => {
            let why = if cell("price_basis").starts_with("no rate") { cell("price_basis").to_owned() } else { "no price".to_owned() };
            Some(html! { <span class="missing">{ why }</span> })
        }
        "buy" => match cell("spares") {
            "" | "0" => None,
            spares => {
                let bought = cell("buy").parse().map_or_else(|_| cell("buy").to_owned(), crate::units::grouped);
                Some(html! { <span title={format!("{} drawn, {spares} spare", cell("count"))}>{ bought }</span> })
            }
        },
        "price_range" => range_bar(&offers(), &offer(from())?),
        "unit_price" => amount(&offer(from())?, 1),
        "total_price" => amount(&offer(from())?, cell("buy").parse().ok()?),
        "oem" => amount(&offer(Tier::Oem)?, 1),
        "compatible" => amount(&offer(Tier::Compatible)?, 1),
        "refurbished" => amount(&offer(Tier::Refurbished)?, 1),
        _ => None,
    }
}

/// A price, times a number of pieces: recalled ones drawn as such, with all that is known of it on hover.
fn amount(offer: &Offer, pieces: i64) -> Option<Html> {
    let Offer { each, confidence, source, date } = offer;
    let cents = |cents: i64| cents.saturating_mul(pieces);
    let range = if each.low == each.high {
        cost::decimal(cents(each.value))
    } else {
        format!("{} to {}", cost::decimal(cents(each.low)), cost::decimal(cents(each.high)))
    };
    let title = [&range, confidence, source, date].into_iter().filter(|words| !words.is_empty()).map(String::as_str).collect::<Vec<_>>().join("; ");
    let recalled = offer.is_recalled().then_some("recalled");
    Some(html! { <span class={classes!(recalled)} {title}>{ grouped(cents(each.value)) }</span> })
}

/// The range of what is bought, within what all tiers of the line may cost.
fn range_bar(offers: &[Option<Offer>], bought: &Offer) -> Option<Html> {
    let each = bought.each;
    let known = || offers.iter().flatten().map(|offer| offer.each);
    let (low, high) = (known().map(|each| each.low).min()?, known().map(|each| each.high).max()?);
    let place = |cents: i64| if high > low { (cents - low) as f64 / (high - low) as f64 * 96.0 } else { 0.0 };
    let (from_x, to_x) = (place(each.low), place(each.high));
    let words = format!("{} to {} each; all tiers {} to {}", grouped(each.low), grouped(each.high), grouped(low), grouped(high));
    Some(html! {
        <svg class="range" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={words.clone()}>
            <title>{ words }</title>
            <path class="rail" d="M0 5h100" />
            <path class="span" d={format!("M{from_x:.1} 5h{:.1}", (to_x - from_x).max(2.0))} />
            <path class="at" d={format!("M{:.1} 0v10", place(each.value) + 1.0)} />
        </svg>
    })
}

fn card(title: &str, sum: &Sum, currency: &str, tier: Option<Tier>, oem: Option<&Sum>, holds: Option<&str>) -> Html {
    let all = sum.all;
    let share = if all.value > 0 { sum.optics as f64 / all.value as f64 * 100.0 } else { 0.0 };
    let amount = match sum.priced {
        0 => "unknown".to_owned(),
        _ => format!("{} {currency}", grouped(all.value)),
    };
    // Sums over the same lines only are compared.
    let against = oem.filter(|oem| oem.unpriced == sum.unpriced && oem.all.value > 0 && oem.all.value != all.value).map(|oem| {
        let (less, words) = if oem.all.value > all.value { (oem.all.value - all.value, "less") } else { (all.value - oem.all.value, "more") };
        format!("{} {words} than OEM ({} %)", grouped(less), significant(less as f64 / oem.all.value as f64 * 100.0, 2))
    });
    let lines = sum.priced + sum.unpriced;
    let risks = tier.map(|tier| {
        let rows = cost::risks(tier).map(|(what, words)| html! { <><dt>{ what }</dt><dd>{ words }</dd></> });
        html! { <details><summary>{ "Risks" }</summary><dl>{ for rows }</dl></details> }
    });
    html! {
        <section class="tier">
            <h3>{ title.to_owned() }{ if sum.unpriced > 0 && sum.priced > 0 { ", so far" } else { "" } }</h3>
            <b class={classes!(sum.recalled.then_some("recalled"))}>{ amount }</b>
            if sum.priced > 0 { <small>{ format!("{} to {}", grouped(all.low), grouped(all.high)) }</small> }
            if let Some(against) = against { <small>{ against }</small> }
            if sum.priced > 0 && sum.unpriced == 0 { <small>{ format!("optics and cables {} %", significant(share, 2)) }</small> }
            if sum.unpriced > 0 { <small class="missing">{ format!("{} of {lines} lines {} no price", sum.unpriced, if sum.unpriced == 1 { "has" } else { "have" }) }</small> }
            if sum.replaced > 0 { <small>{ format!("{} {} only new from the maker", sum.replaced, if sum.replaced == 1 { "line" } else { "lines" }) }</small> }
            if sum.kept > 0 && tier.is_none() { <small>{ format!("{} {} kept, nothing bought", sum.kept, if sum.kept == 1 { "line" } else { "lines" }) }</small> }
            if let Some(holds) = holds { <small>{ holds.to_owned() }</small> }
            { risks }
        </section>
    }
}

fn chosen(event: &Event) -> Option<String> {
    event.target_dyn_into::<HtmlSelectElement>().map(|select| select.value())
}

fn tier_field(services: &Services, part: String, now: &str) -> Html {
    let options = Tier::ALL.map(|tier| html! { <option value={tier.word()} selected={tier.word() == now}>{ tier.label() }</option> });
    let label = format!("Tier of {part}");
    let services = services.clone();
    let change = Callback::from(move |event: Event| {
        if let Some(tier) = chosen(&event).and_then(|word| Tier::parse(&word)) {
            change_meta(&services, "Choose tier", |meta| meta.prices.choose(&part, tier));
        }
    });
    html! { <select class="field" aria-label={label} onchange={change}>{ for options }</select> }
}

fn currency_field(services: &Services, now: &str) -> Html {
    let (tier, rates) = services.store.read(|view| {
        let prices = &view.session.design().meta.prices;
        (prices.tier, prices.rates.iter().map(|(currency, rate)| format!("1 {currency} = {rate} {now}")).collect::<Vec<_>>())
    });
    let options = Tier::ALL.map(|other| html! { <option value={other.word()} selected={other == tier}>{ other.label() }</option> });
    let everything = {
        let services = services.clone();
        Callback::from(move |event: Event| {
            if let Some(tier) = chosen(&event).and_then(|word| Tier::parse(&word)) {
                change_meta(&services, "Choose tier", |meta| meta.prices.tier = tier);
            }
        })
    };
    let currency = {
        let services = services.clone();
        typed(move |text| match Currency::parse(text) {
            Some(currency) => change_meta(&services, "Change currency", |meta| meta.prices.currency = currency),
            None => services.store.complain("A currency is its three letters, for example EUR."),
        })
    };
    let rate = {
        let services = services.clone();
        typed(move |text| {
            let mut words = text.split_whitespace();
            let (currency, worth) = (words.next().and_then(Currency::parse), words.next());
            let rate = worth.map(|worth| crate::units::decimal(&worth.replace(',', ".")).filter(|rate| *rate > 0.0 && *rate <= 1e9));
            match (currency, rate) {
                (Some(currency), None) => change_meta(&services, "Remove exchange rate", |meta| meta.prices.rates.retain(|(known, _)| *known != currency)),
                (Some(currency), Some(Some(rate))) => change_meta(&services, "Set exchange rate", |meta| {
                    meta.prices.rates.retain(|(known, _)| *known != currency);
                    meta.prices.rates.push((currency, rate));
                    crate::units::order::sort_by_key(&mut meta.prices.rates, |(currency, _)| *currency);
                }),
                _ => services
                    .store
                    .complain("An exchange rate is a currency and what one of it is worth, for example EUR 1.08; a currency alone takes its rate away."),
            }
        })
    };
    html! {
        <div class="purchase-fields">
            <label>{ "Buy" }<select class="field" onchange={everything}>{ for options }</select></label>
            <label>{ "Currency" }<input class="field" size="4" value={now.to_owned()} onchange={currency} /></label>
            <label>{ "Exchange rate" }<input class="field" size="12" placeholder="EUR 1.08" onchange={rate} /></label>
            <span class="faint">{ rates.join(", ") }</span>
        </div>
    }
}

fn typed(take: impl Fn(&str) + 'static) -> Callback<Event> {
    Callback::from(move |event: Event| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            take(input.value().trim());
        }
    })
}

// --- Cable schedule ---

/// Made where the engine runs: it has a row for every link.
fn cables((revision, name): &(u64, String)) -> Html {
    html! { <Grid label="Cable schedule" columns={CABLE_COLUMNS.as_slice()} table="cables" revision={*revision} shown={CABLES} file={file(name, "cables")} /> }
}

// --- What is assumed ---

fn assumed(services: &Services) -> Html {
    let settings = services.store.read(|view| view.session.design().meta.settings.clone());
    let rows = assumptions::ALL.iter().map(|assumption| {
        let own = assumption.own(&settings);
        html! {
            <tr key={assumption.key}>
                <td>{ assumption.label }</td>
                <td>{ number_field(services, assumption, own) }</td>
                <td>{ assumption.unit }</td>
                <td class="faint">{ format!("{} ({} to {})", significant(assumption.usual[0], 4), significant(assumption.usual[1], 4), significant(assumption.usual[2], 4)) }</td>
                <td class="faint">{ if own.is_some() { "stated in this design" } else { assumption.source } }</td>
            </tr>
        }
    });
    html! {
        <div class="grid-frame">
            <table class="grid assumed">
                <thead><tr><th>{ "What" }</th><th>{ "This design" }</th><th>{ "Unit" }</th><th>{ "Assumed (usual)" }</th><th>{ "From" }</th></tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
        </div>
    }
}

fn number_field(services: &Services, assumption: &'static Assumption, own: Option<f64>) -> Html {
    let services = services.clone();
    let change = typed(move |text| {
        let value = if text.is_empty() {
            Ok(None)
        } else {
            crate::units::decimal(&text.replace(',', ".")).filter(|value| assumption.allows(*value)).map(Some).ok_or(())
        };
        match value {
            Ok(value) => change_meta(&services, &format!("Change {}", crate::units::lower(assumption.label)), |meta| {
                match value {
                    Some(value) => meta.settings.assumptions.insert(assumption.key.to_owned(), value),
                    None => meta.settings.assumptions.remove(assumption.key),
                };
            }),
            Err(()) => services.store.complain(format!("{}: write a number from {} to {}.", assumption.label, assumption.bounds[0], assumption.bounds[1])),
        }
    });
    let value = own.map_or_else(String::new, |value| value.to_string());
    html! { <input class="field" inputmode="decimal" size="8" {value} placeholder={significant(assumption.usual[0], 4)} aria-label={assumption.label} onchange={change} /> }
}
