//! What can be required of a design, as people type and read it: the words for each kind, and the way from text to a checked amount.

use crate::model::{Currency, RequirementKind};
use crate::units::{Cents, Gbps, Nanoseconds, ParseQuantityError, Ratio, Watts, significant};

/// A kind of requirement in words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// Its word in the file.
    pub word: &'static str,
    /// What is asked, with its bound.
    pub label: &'static str,
    /// What to type.
    pub example: &'static str,
    /// The estimate that answers it; more specific ones go on after a `/`, a `:` or a `.`.
    pub estimate: &'static str,
    /// Whether it can be asked of one fabric.
    pub of_fabric: bool,
}

/// All kinds, by word.
pub static ALL: [Asked; 5] = [
    Asked { word: "bisection", label: "Bisection at least", example: "12.8 Tb/s", estimate: "bisection", of_fabric: true },
    Asked { word: "budget", label: "Cost at most", example: "2.5 M", estimate: "cost", of_fabric: false },
    Asked { word: "latency", label: "Latency at most", example: "3 µs", estimate: "latency-worst", of_fabric: true },
    Asked { word: "oversubscription", label: "Oversubscription at most", example: "1 : 1", estimate: "oversubscription", of_fabric: true },
    Asked { word: "power", label: "Power at most", example: "120 kW", estimate: "power", of_fabric: false },
];

/// The word of a kind.
pub fn word(kind: &RequirementKind) -> &'static str {
    match kind {
        RequirementKind::Bisection(_) => "bisection",
        RequirementKind::Budget(_) => "budget",
        RequirementKind::Latency(_) => "latency",
        RequirementKind::Oversubscription(_) => "oversubscription",
        RequirementKind::Power(_) => "power",
    }
}

/// The amount as it is shown and can be typed again.
pub fn shown(kind: &RequirementKind) -> String {
    match kind {
        RequirementKind::Bisection(rate) => rate.to_string(),
        RequirementKind::Budget(cents) => super::cost::grouped(cents.0),
        RequirementKind::Latency(latency) => latency.to_string(),
        RequirementKind::Oversubscription(ratio) => format!("{} : 1", significant(ratio.0, 4)),
        RequirementKind::Power(power) => power.to_string(),
    }
}

/// Reads what was typed for a kind; nothing asks nothing. Money is in the design's `currency`, whose letters may stand with it.
///
/// ```
/// use weft::{engine::requirements::read, model::{Currency, RequirementKind}, units::Cents};
/// assert_eq!(read("budget", "2.5 M", Currency::default()), Ok(Some(RequirementKind::Budget(Cents(250_000_000)))));
/// assert!(read("latency", "soon", Currency::default()).is_err());
/// ```
pub fn read(word: &str, text: &str, currency: Currency) -> Result<Option<RequirementKind>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let sentence = |error: ParseQuantityError| error.to_string();
    let kind = match word {
        "bisection" => RequirementKind::Bisection(text.parse::<Gbps>().map_err(sentence)?),
        "budget" => {
            RequirementKind::Budget(money(text, currency).ok_or_else(|| format!("“{text}” is no amount of {currency}; write for example 250000 or 2.5 M"))?)
        }
        "latency" => RequirementKind::Latency(text.parse::<Nanoseconds>().map_err(sentence)?),
        "oversubscription" => RequirementKind::Oversubscription(text.parse::<Ratio>().map_err(sentence)?),
        "power" => RequirementKind::Power(text.parse::<Watts>().map_err(sentence)?),
        _ => return Err(format!("There is no requirement “{word}”")),
    };
    Ok(Some(kind))
}

/// An amount with separators, its currency and `k`, `M` or `bn`, in hundredths.
fn money(text: &str, currency: Currency) -> Option<Cents> {
    let letters = currency.to_string();
    let bare: String = text.replace(letters.as_str(), "").chars().filter(|letter| !letter.is_whitespace() && *letter != '_').collect();
    let (bare, factor) = [("bn", 1e9), ("M", 1e6), ("m", 1e6), ("k", 1e3), ("K", 1e3)]
        .into_iter()
        .find_map(|(mark, factor)| bare.strip_suffix(mark).map(|rest| (rest.to_owned(), factor)))
        .unwrap_or((bare, 1.0));
    // 1,234,567 has separators; 2,5 a decimal comma.
    let groups: Vec<&str> = bare.split(',').collect();
    let separated = groups.len() > 1 && groups.iter().skip(1).all(|group| group.split('.').next().is_some_and(|digits| digits.len() == 3));
    let plain = if separated { bare.replace(',', "") } else { bare.replace(',', ".") };
    let value = crate::units::decimal(&plain).filter(|value| *value >= 0.0)? * factor * 100.0;
    (value <= 9e15).then(|| Cents(value.round() as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_typed_again() {
        let kinds = [
            RequirementKind::Bisection(Gbps(12_800.0)),
            RequirementKind::Budget(Cents(123_456_700)),
            RequirementKind::Latency(Nanoseconds(3000.0)),
            RequirementKind::Oversubscription(Ratio(1.5)),
            RequirementKind::Power(Watts(120_000.0)),
        ];
        for (kind, asked) in kinds.iter().zip(&ALL) {
            assert_eq!(word(kind), asked.word);
            assert_eq!(read(asked.word, &shown(kind), Currency::default()), Ok(Some(*kind)));
        }
    }

    #[test]
    fn money_is_typed_as_people_write_it() {
        for (text, cents) in [("250000", 25_000_000), ("2.5 M", 250_000_000), ("2,5 M", 250_000_000), ("1,234,567 USD", 123_456_700), ("80k", 8_000_000)] {
            assert_eq!(money(text, Currency::default()), Some(Cents(cents)), "{text}");
        }
        for text in ["-1", "1e400", "free", "NaN"] {
            assert_eq!(money(text, Currency::default()), None, "{text}");
        }
    }
}
