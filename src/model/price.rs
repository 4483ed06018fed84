//! Prices that a design holds: a book of one's own, in which currency totals are shown, and which tier each part is bought from.

use std::fmt;

use super::record::Extra;
use super::words::Word;
use crate::json::Value;
use crate::units::{Cents, Metres};

/// A currency by its three letters of ISO 4217. Amounts are in hundredths of it, also where it has no such coin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Default for Currency {
    fn default() -> Self {
        Self(*b"USD")
    }
}

impl Currency {
    /// Reads three letters, in either case.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 3] = text.trim().as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_alphabetic).then(|| Self(bytes.map(|letter| letter.to_ascii_uppercase())))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(out, "{}", char::from(*letter)))
    }
}

/// Where a part is bought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// New, from its maker.
    #[default]
    Oem,
    /// New, from somebody who makes the same.
    Compatible,
    /// Used and tested.
    Refurbished,
}

impl Tier {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::Oem, Self::Compatible, Self::Refurbished];

    /// The word it has in files.
    pub fn word(self) -> &'static str {
        Word::word(self)
    }
    /// The name people know it by.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Compatible => "Compatible",
            Self::Oem => "OEM",
            Self::Refurbished => "Refurbished",
        }
    }
    /// Reads [`Tier::word`], and what shops write for it.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "compatible" | "third-party" | "third party" => Some(Self::Compatible),
            "new" | "oem" => Some(Self::Oem),
            "refurb" | "refurbished" | "used" => Some(Self::Refurbished),
            _ => None,
        }
    }
}

/// What one part costs at one tier.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// The part, by id; fibres have ids of their own.
    pub part: String,
    /// Where it is bought.
    pub tier: Tier,
    /// The price of one. `low <= value <= high`, more than 0.
    pub value: Cents,
    /// The least it may be.
    pub low: Cents,
    /// The most it may be.
    pub high: Cents,
    /// In which currency.
    pub currency: Currency,
    /// When it held, as written: `2026-11-02`.
    pub date: String,
    /// Who says so.
    pub source: String,
    /// The length it is of, for what is sold by length; `None` is every length that has no price of its own.
    pub length: Option<Metres>,
    /// Weeks until it is delivered.
    pub lead_weeks: Option<f64>,
    /// Unknown fields.
    pub extra: Extra,
}

/// Everything a design says about money.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prices {
    /// The currency of totals and budgets.
    pub currency: Currency,
    /// What one unit of another currency is worth in [`Prices::currency`], by currency. Nothing is converted without.
    pub rates: Vec<(Currency, f64)>,
    /// The tier that parts are bought from.
    pub tier: Tier,
    /// Parts that are bought from another tier, by id.
    pub tiers: Vec<(String, Tier)>,
    /// The design's own prices; they win over Weft's.
    pub book: Vec<Price>,
    /// Entries of the book that are not understood, kept.
    pub kept: Vec<Value>,
    /// Unknown fields.
    pub extra: Extra,
}

impl Prices {
    /// The tier a part is bought from.
    pub fn tier_of(&self, part: &str) -> Tier {
        self.tiers.binary_search_by(|(id, _)| id.as_str().cmp(part)).ok().and_then(|at| self.tiers.get(at)).map_or(self.tier, |(_, tier)| *tier)
    }
    /// Says which tier a part is bought from; the design's own tier takes the part out of the list.
    pub fn choose(&mut self, part: &str, tier: Tier) {
        let place = self.tiers.binary_search_by(|(id, _)| id.as_str().cmp(part));
        match place {
            Ok(at) if tier == self.tier => {
                self.tiers.remove(at);
            }
            Ok(at) => {
                if let Some(entry) = self.tiers.get_mut(at) {
                    entry.1 = tier;
                }
            }
            Err(at) if tier != self.tier => self.tiers.insert(at, (part.to_owned(), tier)),
            Err(_) => {}
        }
    }
    /// The factor that turns an amount of `currency` into [`Prices::currency`]; `None` where the design states no rate.
    pub fn rate(&self, currency: Currency) -> Option<f64> {
        if currency == self.currency {
            return Some(1.0);
        }
        self.rates.iter().find(|(known, _)| *known == currency).map(|(_, rate)| *rate).filter(|rate| rate.is_finite() && *rate > 0.0)
    }
}
