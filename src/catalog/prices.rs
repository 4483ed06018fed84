//! The built-in price ranges: street prices of parts by tier, nearly all of them recalled. A design's own book wins over them.

use std::sync::OnceLock;

use super::words::Word;
use crate::json::parse;
use crate::model::{Confidence, Currency, Price, Prices, Tier};
use crate::units::{Cents, SortedMap};

const DATA: &str = include_str!("data/prices.json");

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

/// Reads the embedded data: rows of part, a range of whole currency units for each tier, confidence and source. The tests hold that all
/// of it is understood.
fn read() -> Option<Vec<Offer>> {
    let data = parse(DATA).ok()?;
    let currency = Currency::parse(data.get("currency")?.as_str()?)?;
    let sources = data.get("sources")?.as_array()?;
    let mut offers = Vec::new();
    for row in data.get("rows")?.as_array()? {
        let row = row.as_array()?;
        let part = row.first()?.as_str()?;
        let confidence = Confidence::from_word(row.get(4)?.as_str()?)?;
        let source = sources.get(row.get(5)?.as_u64()? as usize)?.as_str()?;
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
                date: data.get("date")?.as_str()?.to_owned(),
                source: source.to_owned(),
                lead_weeks: None,
                extra: Default::default(),
            };
            offers.push(Offer { price, confidence });
        }
    }
    crate::units::order::sort_by(&mut offers, |a, b| key(&a.price).cmp(&key(&b.price)));
    Some(offers)
}

fn key(price: &Price) -> (&str, Tier) {
    (price.part.as_str(), price.tier)
}

/// All built-in offers, by part and tier.
pub fn builtin_offers() -> &'static [Offer] {
    builtin()
}

/// A price book over the built-in ranges.
#[derive(Debug)]
pub struct Book<'a> {
    own: SortedMap<(&'a str, Tier), &'a Price>,
}

impl<'a> Book<'a> {
    /// The book of a design. Time: O(entries log entries).
    pub fn of(prices: &'a Prices) -> Self {
        let mut own = SortedMap::new();
        for price in &prices.book {
            own.insert(key(price), price);
        }
        Self { own }
    }

    /// What a part costs at a tier: the design's own entry, else the built-in range. `None` is unknown, never zero.
    pub fn offer(&self, part: &str, tier: Tier) -> Option<(&Price, Confidence)> {
        if let Some(price) = self.own.get(&(part, tier)) {
            return Some((price, Confidence::Stated));
        }
        let offers = builtin();
        let at = offers.binary_search_by(|offer| key(&offer.price).cmp(&(part, tier))).ok()?;
        offers.get(at).map(|offer| (&offer.price, offer.confidence))
    }
}
