//! The built-in price ranges: street prices of parts by tier, most of them recalled. Where sources differ all of them are kept: the one
//! that can be trusted most is reckoned with, the others are told. A design's own book wins over them.

use std::sync::OnceLock;

use super::words::Word;
use crate::json::{Value, parse};
use crate::model::{Confidence, Currency, Price, Prices, Tier};
use crate::units::{Cents, Metres, SortedMap};

const DATA: &str = include_str!("data/prices.json");

/// The longest fibre that is bought as a cord with its plugs. A convention of Weft: shops list cords of up to 100 m.
const CORD: Metres = Metres(100.0);

/// Whether a part is fibre that is laid or leased rather than bought by the piece: no price of a cord holds for it, and nobody keeps a spare.
pub fn is_laid(part: &str, length: Option<Metres>) -> bool {
    part.starts_with("fibre-") && length.is_some_and(|length| length.0 > CORD.0)
}

/// What one part costs at one tier, and what that rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Price, range, currency, date, source and lead time.
    pub price: Price,
    /// How much it can be trusted.
    pub confidence: Confidence,
}

/// The built-in offers, by part and tier.
fn builtin() -> &'static [Offer] {
    static BUILTIN: OnceLock<Vec<Offer>> = OnceLock::new();
    BUILTIN.get_or_init(|| read().unwrap_or_default())
}

/// Reads the embedded data: rows of part, a range of whole currency units for each tier, confidence, source and perhaps a date of their
/// own; and lead times in weeks with their source, for lists of parts. The tests hold that all of it is understood.
fn read() -> Option<Vec<Offer>> {
    let data = parse(DATA).ok()?;
    let currency = Currency::parse(data.get("currency")?.as_str()?)?;
    let date = data.get("date")?.as_str()?;
    let sources = data.get("sources")?.as_array()?;
    let source = |at: &Value| sources.get(at.as_u64()? as usize)?.as_str();
    let mut offers = Vec::new();
    for row in data.get("rows")?.as_array()? {
        let row = row.as_array()?;
        let part = row.first()?.as_str()?;
        let confidence = Confidence::from_word(row.get(4)?.as_str()?)?;
        for (at, tier) in Tier::ALL.into_iter().enumerate() {
            let Some(range) = row.get(at + 1)?.as_array() else { continue };
            let (low, high) = (range.first()?.as_u64()? as i64 * 100, range.get(1)?.as_u64()? as i64 * 100);
            let price = Price {
                part: part.to_owned(),
                tier,
                value: Cents((low + high) / 2),
                low: Cents(low),
                high: Cents(high),
                currency,
                date: row.get(6).and_then(Value::as_str).unwrap_or(date).to_owned(),
                source: source(row.get(5)?)?.to_owned(),
                length: None,
                lead_weeks: None,
                extra: Default::default(),
            };
            offers.push(Offer { price, confidence });
        }
    }
    for row in data.get("leads")?.as_array()? {
        let row = row.as_array()?;
        let (weeks, by, tier) = (row.first()?.as_f64()?, source(row.get(1)?)?, Tier::parse(row.get(2)?.as_str()?)?);
        for part in row.get(3)?.as_array()? {
            let part = part.as_str()?;
            for offer in offers.iter_mut().filter(|offer| key(&offer.price) == (part, tier)) {
                offer.price.lead_weeks = Some(weeks);
                offer.price.source.push_str("; delivery in ");
                offer.price.source.push_str(by);
            }
        }
    }
    // What can be trusted most comes first; recalled figures come last.
    crate::units::order::sort_by(&mut offers, |a, b| key(&a.price).cmp(&key(&b.price)).then(a.confidence.cmp(&b.confidence)));
    Some(offers)
}

fn key(price: &Price) -> (&str, Tier) {
    (price.part.as_str(), price.tier)
}

/// Every built-in offer of a part at a tier, the one that can be trusted most first.
fn listed(part: &str, tier: Tier) -> &'static [Offer] {
    let offers = builtin();
    let from = offers.partition_point(|offer| key(&offer.price) < (part, tier));
    let count = offers.iter().skip(from).take_while(|offer| key(&offer.price) == (part, tier)).count();
    offers.get(from..from + count).unwrap_or_default()
}

/// All built-in offers, by part and tier.
pub fn builtin_offers() -> &'static [Offer] {
    builtin()
}

/// A price book over the built-in ranges.
#[derive(Debug)]
pub struct Book<'a> {
    own: SortedMap<(&'a str, Tier, Option<u64>), &'a Price>,
}

impl<'a> Book<'a> {
    /// The book of a design. Time: O(entries log entries).
    pub fn of(prices: &'a Prices) -> Self {
        let mut own = SortedMap::new();
        for price in &prices.book {
            own.insert((price.part.as_str(), price.tier, price.length.map(|length| length.0.to_bits())), price);
        }
        Self { own }
    }

    /// What a part of a length costs at a tier: the design's own entry for that length, its entry for all lengths, else the built-in range
    /// that can be trusted most, which no fibre has that is laid. `None` is unknown, never zero. Time: O(log offers).
    pub fn offer(&self, part: &str, tier: Tier, length: Option<Metres>) -> Option<(&Price, Confidence)> {
        self.offers(part, tier, length).next()
    }

    /// Everything that is said of a part's price at a tier: the design's own entries, then the built-in ones as far as they can be trusted.
    pub fn offers(&self, part: &str, tier: Tier, length: Option<Metres>) -> impl Iterator<Item = (&Price, Confidence)> {
        let entry = |length: Option<u64>| self.own.get(&(part, tier, length)).copied();
        let own = [length.and_then(|length| entry(Some(length.0.to_bits()))), entry(None)];
        let listed = if is_laid(part, length) { &[] } else { listed(part, tier) };
        own.into_iter().flatten().map(|price| (price, Confidence::Stated)).chain(listed.iter().map(|offer| (&offer.price, offer.confidence)))
    }
}
