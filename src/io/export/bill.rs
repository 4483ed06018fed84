//! What the page shows of a bill of materials beside its table, as text: what everything costs at each tier, and what each line may cost.
//! Both are made where the engine runs and read where they are shown.

use crate::engine::cost::{Cost, Money, Priced, Quote, Total};
use crate::model::{Confidence, Tier};

/// What a bill of materials comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// The currency of all amounts.
    pub currency: String,
    /// Pieces that are drawn, and pieces to buy.
    pub pieces: [usize; 2],
    /// Every line at the tier the design chose for it; then all lines at one tier, in the order of [`Tier::ALL`].
    pub sums: Vec<Sum>,
}

/// What all lines cost together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    /// Everything.
    pub all: Money,
    /// The share of cables, modules and fibres, in hundredths of the currency.
    pub optics: i64,
    /// Lines that have a price.
    pub priced: usize,
    /// Lines that have none.
    pub unpriced: usize,
    /// Lines that are bought new from their maker because the tier asked for has no offer.
    pub replaced: usize,
    /// Lines of what is there already, which nothing is bought for.
    pub kept: usize,
    /// Whether some price is recalled.
    pub recalled: bool,
}

impl Summary {
    /// As text: a line for the whole, then one for each sum. Time: O(lines).
    pub fn text(cost: &Cost) -> String {
        let pieces = |of: fn(&Priced) -> usize| cost.lines.iter().map(of).sum::<usize>();
        let mut text = format!("{} {} {}", cost.currency, pieces(|line| line.line.count), pieces(|line| line.line.bought()));
        for total in std::iter::once(&cost.chosen).chain(&cost.tiers) {
            let Total { optics, priced, unpriced, replaced, kept, confidence, .. } = total;
            let (all, recalled) = (total.all(), u8::from(*confidence == Confidence::Recalled));
            text.push_str(&format!("\n{} {} {} {} {priced} {unpriced} {replaced} {kept} {recalled}", all.value, all.low, all.high, optics.value));
        }
        text
    }

    /// Reads [`Summary::text`].
    pub fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut head = lines.next()?.split(' ');
        let currency = head.next()?.to_owned();
        let pieces = [head.next()?.parse().ok()?, head.next()?.parse().ok()?];
        let sum = |line: &str| {
            let numbers: Vec<i64> = line.split(' ').map_while(|word| word.parse().ok()).collect();
            let &[value, low, high, optics, priced, unpriced, replaced, kept, recalled] = numbers.as_slice() else { return None };
            let [priced, unpriced, replaced, kept] = [priced, unpriced, replaced, kept].map(|count| count as usize);
            Some(Sum { all: Money { value, low, high }, optics, priced, unpriced, replaced, kept, recalled: recalled != 0 })
        };
        Some(Self { currency, pieces, sums: lines.map(sum).collect::<Option<_>>()? })
    }
}

/// What one piece of a line costs at a tier.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The price of one.
    pub each: Money,
    /// What it rests on, in words.
    pub confidence: String,
    /// Where it is from.
    pub source: String,
    /// Of when it is.
    pub date: String,
}

/// How many cells an offer takes.
const CELLS: usize = 6;

impl Offer {
    /// What it is not said to be worth more than: somebody remembers it.
    pub fn is_recalled(&self) -> bool {
        self.confidence == Confidence::Recalled.label()
    }

    /// The offers of a line as cells, in the order of [`Tier::ALL`]; cells are empty where nobody knows a price.
    pub(super) fn cells(line: &Priced) -> Vec<String> {
        let cells = line.quotes.iter().flat_map(|quote| match quote {
            Quote::Known { each, entry, confidence } => {
                let [value, low, high] = [each.value, each.low, each.high].map(|cents| cents.to_string());
                [value, low, high, confidence.label().to_owned(), entry.source.clone(), entry.date.clone()]
            }
            Quote::NoRate(_) | Quote::Unknown => [const { String::new() }; CELLS],
        });
        cells.collect()
    }

    /// Reads what [`super::Tables`] says of a line behind its cells: its offers, in the order of [`Tier::ALL`].
    pub fn read(cells: &[String]) -> [Option<Self>; 3] {
        let mut all = cells.chunks_exact(CELLS).map(|cells| {
            let [value, low, high, confidence, source, date] = cells else { return None };
            let each = Money { value: value.parse().ok()?, low: low.parse().ok()?, high: high.parse().ok()? };
            Some(Self { each, confidence: confidence.clone(), source: source.clone(), date: date.clone() })
        });
        Tier::ALL.map(|_| all.next().flatten())
    }
}
