//! `prices` in version 1: read from a value, since books are small; what is not understood is kept and told, never dropped.

use super::faults::Fault;
use super::visit::{Reading, keep};
use super::write::Line;
use crate::json::{Map, Value, push_number, push_text};
use crate::model::{Currency, Extra, Price, Prices, Tier};
use crate::units::{Cents, Metres};

/// The most one piece may cost, in hundredths: numbers up to here are exact in every reader of JSON.
pub(crate) const MOST_CENTS: i64 = 9_000_000_000_000_000;

/// Reads the prices of a design; `None` where they are no object.
pub(super) fn read(value: &Value, reading: &mut Reading) -> Option<Prices> {
    let mut prices = Prices::default();
    for (key, value) in value.as_object()?.iter() {
        let done = match key.as_str() {
            "currency" => value.as_str().and_then(Currency::parse).map(|currency| prices.currency = currency).is_some(),
            "rates" => read_rates(value, &mut prices),
            "tier" => value.as_str().and_then(Tier::parse).map(|tier| prices.tier = tier).is_some(),
            "tiers" => read_tiers(value, &mut prices),
            "book" => value.as_array().map(|entries| read_book(entries, &mut prices, reading)).is_some(),
            _ => {
                keep(&mut prices.extra, key, value.clone());
                true
            }
        };
        if !done {
            reading.faults.note(Fault::UnknownWord);
            keep(&mut prices.extra, key, value.clone());
        }
    }
    Some(prices)
}

fn read_rates(value: &Value, prices: &mut Prices) -> bool {
    let Some(rates) = value.as_object() else { return false };
    let read = |(name, rate): (&String, &Value)| Some((Currency::parse(name)?, rate.as_f64().filter(|rate| *rate > 0.0 && *rate <= 1e9)?));
    let all: Option<Vec<(Currency, f64)>> = rates.iter().map(read).collect();
    let sound = all.is_some();
    prices.rates = all.unwrap_or_default();
    crate::units::order::sort_by_key(&mut prices.rates, |(currency, _)| *currency);
    prices.rates.dedup_by_key(|(currency, _)| *currency);
    sound
}

fn read_tiers(value: &Value, prices: &mut Prices) -> bool {
    let Some(tiers) = value.as_object() else { return false };
    let all: Option<Vec<(String, Tier)>> = tiers.iter().map(|(part, tier)| Some((part.clone(), Tier::parse(tier.as_str()?)?))).collect();
    let sound = all.is_some();
    prices.tiers = all.unwrap_or_default();
    crate::units::order::sort_by(&mut prices.tiers, |a, b| a.0.cmp(&b.0));
    sound
}

fn read_book(entries: &[Value], prices: &mut Prices, reading: &mut Reading) {
    for entry in entries {
        match entry.as_object().and_then(price) {
            Some(price) => prices.book.push(price),
            None => {
                reading.faults.note(Fault::UnknownPrice);
                prices.kept.push(entry.clone());
            }
        }
    }
}

/// One entry of the book, where part, amount and words are sound.
fn price(fields: &Map) -> Option<Price> {
    let text = |key: &str| fields.get(key).map_or(Some(""), Value::as_str);
    let cents = |key: &str| {
        fields.get(key).map(|value| value.as_u64().and_then(|cents| i64::try_from(cents).ok()).filter(|cents| (1..=MOST_CENTS).contains(cents)).ok_or(()))
    };
    let value = cents("cents")?.ok()?;
    let low = cents("low_cents").unwrap_or(Ok(value)).ok()?;
    let high = cents("high_cents").unwrap_or(Ok(value)).ok()?;
    let length = match fields.get("length_m") {
        Some(length) => Some(Metres(length.as_f64().filter(|length| *length > 0.0 && *length <= 1e6)?)),
        None => None,
    };
    let lead_weeks = match fields.get("lead_weeks") {
        Some(weeks) => Some(weeks.as_f64().filter(|weeks| (0.0..=1000.0).contains(weeks))?),
        None => None,
    };
    let mut price = Price {
        part: text("part").filter(|part| !part.is_empty())?.to_owned(),
        tier: fields.get("tier").map_or(Some(Tier::Oem), |tier| Tier::parse(tier.as_str()?))?,
        value: Cents(value),
        low: Cents(low),
        high: Cents(high),
        currency: fields.get("currency").map_or(Some(Currency::default()), |currency| Currency::parse(currency.as_str()?))?,
        date: text("date")?.to_owned(),
        source: text("source")?.to_owned(),
        length,
        lead_weeks,
        extra: Extra::default(),
    };
    for (key, value) in fields.iter().filter(|(key, _)| !KNOWN.contains(&key.as_str())) {
        keep(&mut price.extra, key, value.clone());
    }
    (low <= value && value <= high).then_some(price)
}

const KNOWN: [&str; 10] = ["cents", "currency", "date", "high_cents", "lead_weeks", "length_m", "low_cents", "part", "source", "tier"];

/// The prices of a design as JSON, one entry of the book per line where `broken` is set; `None` where nothing is said.
pub(super) fn text(prices: &Prices, broken: bool) -> Option<String> {
    if *prices == Prices::default() {
        return None;
    }
    let mut line = Line::new();
    let currency = |currency: Currency| (currency != Currency::default()).then(|| currency.to_string());
    line.text("currency", currency(prices.currency).as_deref());
    if !prices.rates.is_empty() {
        line.json(
            "rates",
            Some(object(prices.rates.iter(), |out, (currency, rate)| {
                push_text(out, &currency.to_string());
                out.push(':');
                push_number(out, *rate);
            })),
        );
    }
    line.text("tier", (prices.tier != Tier::Oem).then(|| prices.tier.word()));
    if !prices.tiers.is_empty() {
        line.json(
            "tiers",
            Some(object(prices.tiers.iter(), |out, (part, tier)| {
                push_text(out, part);
                out.push(':');
                push_text(out, tier.word());
            })),
        );
    }
    if !prices.book.is_empty() || !prices.kept.is_empty() {
        let between = if broken { ",\n" } else { "," };
        let edge = if broken { "\n" } else { "" };
        let entries: Vec<String> = prices.book.iter().map(|price| entry(price, &currency)).chain(prices.kept.iter().map(Value::to_string)).collect();
        line.json("book", Some(format!("[{edge}{}{edge}]", entries.join(between))));
    }
    Some(line.finish(&prices.extra))
}

fn object<T>(fields: impl Iterator<Item = T>, write: impl Fn(&mut String, T)) -> String {
    let mut text = String::from("{");
    for (at, field) in fields.enumerate() {
        if at > 0 {
            text.push(',');
        }
        write(&mut text, field);
    }
    text.push('}');
    text
}

fn entry(price: &Price, currency: &dyn Fn(Currency) -> Option<String>) -> String {
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let mut line = Line::new();
    line.text("part", Some(&price.part));
    line.text("tier", (price.tier != Tier::Oem).then(|| price.tier.word()));
    line.json("cents", Some(price.value.0));
    line.json("low_cents", (price.low != price.value).then_some(price.low.0));
    line.json("high_cents", (price.high != price.value).then_some(price.high.0));
    line.text("currency", currency(price.currency).as_deref());
    line.text("date", filled(&price.date).as_deref());
    line.text("source", filled(&price.source).as_deref());
    line.number("length_m", price.length.map(|length| length.0));
    line.number("lead_weeks", price.lead_weeks);
    line.finish(&price.extra)
}
