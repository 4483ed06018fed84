//! What a design costs to buy: every line of its bill of materials at every tier, and the totals.
//!
//! Amounts are whole hundredths of one currency. A price that nobody knows, or that is in a currency the design states no rate for, is
//! left out of the total and counted; it is never zero. A line whose tier has no offer is bought new from its maker, and that is
//! counted too.

use super::materials::{Line, Supply};
use crate::catalog::{Book, Catalog};
use crate::model::{Confidence, Currency, Design, Price, Recalled, Tier};

/// An amount with its range, in hundredths of the design's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    /// The amount to reckon with.
    pub value: i64,
    /// The least it may be.
    pub low: i64,
    /// The most it may be.
    pub high: i64,
}

impl Money {
    fn times(self, count: usize) -> Self {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        Self { value: self.value.saturating_mul(count), low: self.low.saturating_mul(count), high: self.high.saturating_mul(count) }
    }
    fn add(&mut self, other: Self) {
        self.value = self.value.saturating_add(other.value);
        self.low = self.low.saturating_add(other.low);
        self.high = self.high.saturating_add(other.high);
    }
    /// In whole units of the currency, for formulas.
    pub fn units(self) -> [f64; 3] {
        [self.value, self.low, self.high].map(|cents| cents as f64 / 100.0)
    }
}

/// What a line costs at one tier.
#[derive(Clone, Debug, PartialEq)]
pub enum Quote {
    /// Nobody knows.
    Unknown,
    /// It is known in a currency that the design states no rate for.
    NoRate(Currency),
    /// One piece, in the design's currency.
    Known {
        /// The price of one.
        each: Money,
        /// The entry it is from, in its own currency.
        entry: Price,
        /// What it rests on.
        confidence: Confidence,
    },
}

impl Quote {
    /// The price of one, where it is known.
    pub fn each(&self) -> Option<Money> {
        match self {
            Self::Known { each, .. } => Some(*each),
            Self::NoRate(_) | Self::Unknown => None,
        }
    }
}

/// A line of the bill of materials with what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Priced {
    /// The line.
    pub line: Line,
    /// What one piece costs at each tier, in the order of [`Tier::ALL`].
    pub quotes: [Quote; 3],
    /// The tier the design buys it from, of the nodes it sits in or of its part.
    pub tier: Tier,
}

impl Priced {
    /// The quote of a tier.
    pub fn quote(&self, tier: Tier) -> &Quote {
        let [oem, compatible, refurbished] = &self.quotes;
        match tier {
            Tier::Compatible => compatible,
            Tier::Oem => oem,
            Tier::Refurbished => refurbished,
        }
    }
    /// What the line costs when bought from `tier`, and the tier it then really is from: where `tier` has no offer, new from its maker.
    pub fn bought(&self, tier: Tier) -> Option<(Money, Tier)> {
        let from = if self.quote(tier).each().is_some() { tier } else { Tier::Oem };
        self.quote(from).each().map(|each| (each.times(self.line.bought()), from))
    }
}

/// What everything costs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// Racks, systems, XPUs, switches, NICs.
    pub nodes: Money,
    /// Cables, modules and fibres.
    pub optics: Money,
    /// Lines that have a price.
    pub priced: usize,
    /// Lines that have none.
    pub unpriced: usize,
    /// Lines that are bought new from their maker because the tier asked for has no offer.
    pub replaced: usize,
    /// Lines of what is there already, which count for nothing else.
    pub kept: usize,
    /// What the weakest price rests on.
    pub confidence: Confidence,
}

impl Total {
    /// Nodes and optics together.
    pub fn all(&self) -> Money {
        let mut all = self.nodes;
        all.add(self.optics);
        all
    }
}

/// What a design costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// The currency of all amounts.
    pub currency: Currency,
    /// Every line of the bill of materials.
    pub lines: Vec<Priced>,
    /// All lines at the tier the design chose for each.
    pub chosen: Total,
    /// All lines at one tier, in the order of [`Tier::ALL`].
    pub tiers: [Total; 3],
}

/// What the lines of a bill of materials cost. Time: O(lines log prices).
pub fn cost(design: &Design, lines: Vec<Line>) -> Cost {
    cost_with(design, lines, design.meta.settings.recalled)
}

/// [`cost`] where recalled prices count, or do not, whatever the design says: for estimates, which tell themselves that they rest on them.
pub fn cost_with(design: &Design, lines: Vec<Line>, recalled: Recalled) -> Cost {
    let prices = &design.meta.prices;
    let book = Book::of(prices);
    let priced = lines.into_iter().map(|line| {
        let quotes = Tier::ALL.map(|tier| quote(design, &book, &line, tier, recalled));
        let tier = match line.supply {
            Supply::AsNode(tier) => tier,
            Supply::AsPart | Supply::Kept => prices.tier_of(line.item.id()),
        };
        Priced { line, quotes, tier }
    });
    let lines: Vec<Priced> = priced.collect();
    Cost { currency: prices.currency, chosen: total(&lines, |line| line.tier), tiers: Tier::ALL.map(|tier| total(&lines, |_| tier)), lines }
}

/// [`cost`] of a whole design, for whoever has no context at hand.
pub fn of_design(design: &Design, catalog: &Catalog) -> Cost {
    let floor = super::cabling::Floor::of(design, catalog);
    let facts = super::facts::Facts::of(design, catalog);
    cost(design, super::materials::materials(design, catalog, &facts, &|link| floor.length(design, catalog, link)))
}

fn quote(design: &Design, book: &Book, line: &Line, tier: Tier, recalled: Recalled) -> Quote {
    let Some((price, confidence)) = book.offer(line.item.id(), tier, line.length) else { return Quote::Unknown };
    if confidence == Confidence::Recalled && recalled == Recalled::LeftOut {
        return Quote::Unknown;
    }
    let Some(rate) = design.meta.prices.rate(price.currency) else { return Quote::NoRate(price.currency) };
    // A rate of 1 leaves whole hundredths as they are; any other rounds to the nearest one.
    let turned = |cents: i64| if rate == 1.0 { cents } else { (cents as f64 * rate).round().clamp(1.0, 9e15) as i64 };
    let (mut low, mut high) = (price.low, price.high);
    if confidence != Confidence::Stated && low == high {
        // One quotation is no range: what else is said of it makes one.
        let counts = |(other, basis): &(&Price, Confidence)| other.currency == price.currency && (recalled == Recalled::Used || *basis != Confidence::Recalled);
        for (other, _) in book.offers(line.item.id(), tier, line.length).skip(1).filter(counts) {
            (low, high) = (low.min(other.low), high.max(other.high));
        }
    }
    let each = Money { value: turned(price.value.0), low: turned(low.0), high: turned(high.0) };
    Quote::Known { each, entry: price.clone(), confidence }
}

fn total(lines: &[Priced], tier: impl Fn(&Priced) -> Tier) -> Total {
    let mut total =
        Total { nodes: Money::default(), optics: Money::default(), priced: 0, unpriced: 0, replaced: 0, kept: 0, confidence: Confidence::Specification };
    for line in lines {
        if line.line.is_kept() {
            total.kept += 1;
            continue;
        }
        let wanted = tier(line);
        let Some((money, from)) = line.bought(wanted) else {
            total.unpriced += 1;
            continue;
        };
        total.priced += 1;
        total.replaced += usize::from(from != wanted);
        if line.line.is_optics() { &mut total.optics } else { &mut total.nodes }.add(money);
        if let Quote::Known { confidence, .. } = line.quote(from) {
            total.confidence = total.confidence.max(*confidence);
        }
    }
    total
}

/// An amount of hundredths with two decimals and no separators, for files: `12345.60`.
pub fn decimal(cents: i64) -> String {
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
}

/// An amount of hundredths in whole units with separators, for people: `1,234,567`; below 100 with its hundredths.
pub fn grouped(cents: i64) -> String {
    if cents.unsigned_abs() < 10_000 && cents % 100 != 0 {
        return decimal(cents);
    }
    let text = crate::units::grouped((cents.unsigned_abs() + 50) / 100);
    if cents < 0 { format!("-{text}") } else { text }
}

/// What a tier is bought with, besides its price: coding, warranty, support, availability.
pub fn risks(tier: Tier) -> [(&'static str, &'static str); 4] {
    match tier {
        Tier::Oem => [
            ("Coding", "made for the platform"),
            ("Warranty", "the maker's"),
            ("Support", "the maker's, hardware and fabric alike"),
            ("Availability", "lead times of the maker; none for what is no longer made"),
        ],
        Tier::Compatible => [
            ("Coding", "must match the platform: hosts read it and may warn or block; ask for proof on your switch and firmware"),
            ("Warranty", "the seller's, often longer than the maker's; a switch stays covered unless the module did the harm"),
            ("Support", "makers may ask for their own module before they look into a fault"),
            ("Availability", "mostly from stock, from several makers"),
        ],
        Tier::Refurbished => [
            ("Coding", "the original's"),
            ("Warranty", "the seller's, commonly 1 to 3 years; fans and flash have run before"),
            ("Support", "none from the maker until a licence is transferred; firmware may be out of reach"),
            ("Availability", "what the market has; buy spares with it, the next lot may differ"),
        ],
    }
}
