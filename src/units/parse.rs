//! Quantities as people type them.

use super::{decimal, lower};
use thiserror::Error;

/// Why a typed quantity was not understood. The text is a sentence for people.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ParseQuantityError {
    /// No number at the start.
    #[error("“{0}” does not start with a number")]
    NoNumber(String),
    /// A number that is infinite or not a number.
    #[error("“{0}” is not a finite number")]
    NotFinite(String),
    /// A unit that this quantity does not know.
    #[error("“{unit}” is not a unit used here; write for example “{example}”")]
    UnknownUnit {
        /// What was typed after the number.
        unit: String,
        /// A number with the base unit.
        example: String,
    },
}

/// Reads a number and one of `suffixes` (compared without case and spaces) and returns it in the base unit.
///
/// ```
/// use weft::units::Gbps;
/// assert_eq!("1.6 Tb/s".parse::<Gbps>().map(|rate| rate.0), Ok(1600.0));
/// assert!("12 bananas".parse::<Gbps>().is_err());
/// ```
pub fn parse_quantity(text: &str, base: &str, suffixes: &[(&str, f64)]) -> Result<f64, ParseQuantityError> {
    let text = text.trim();
    let split = number_length(text);
    let (number, unit) = text.split_at(split);

    let Some(number) = decimal(&number.replace(['_', ' '], "").replace(',', ".")) else {
        return Err(ParseQuantityError::NoNumber(text.to_owned()));
    };
    if !number.is_finite() {
        return Err(ParseQuantityError::NotFinite(text.to_owned()));
    }

    let unit = lower(&unit.chars().filter(|character| !character.is_whitespace()).collect::<String>());
    suffixes
        .iter()
        .find(|(suffix, _)| *suffix == unit)
        .map(|(_, factor)| number * factor)
        .ok_or_else(|| ParseQuantityError::UnknownUnit { unit, example: format!("400 {base}").trim_end().to_owned() })
}

/// How many bytes at the start of `text` belong to the number, exponent included.
fn number_length(text: &str) -> usize {
    let mut end = 0;
    let mut previous = ' ';
    for (at, character) in text.char_indices() {
        let sign = matches!(character, '+' | '-') && (at == 0 || matches!(previous, 'e' | 'E'));
        let exponent = matches!(character, 'e' | 'E') && text[at + 1..].starts_with(|next: char| next.is_ascii_digit() || next == '-' || next == '+');
        if !(character.is_ascii_digit() || matches!(character, '.' | ',' | '_') || sign || exponent) {
            break;
        }
        previous = character;
        end = at + character.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use crate::units::{Gbps, Metres, Nanoseconds, Watts};

    #[test]
    fn people_type_units_freely() {
        assert_eq!("800G".parse(), Ok(Gbps(800.0)));
        assert_eq!(" 1.6 Tb/s ".parse(), Ok(Gbps(1600.0)));
        assert_eq!("13.1 Pb/s".parse(), Ok(Gbps(13_100_000.0)));
        assert_eq!("400".parse(), Ok(Gbps(400.0)));
        assert_eq!("5 m".parse(), Ok(Metres(5.0)));
        assert_eq!("1,5 µs".parse(), Ok(Nanoseconds(1500.0)));
        assert_eq!("40 kW".parse(), Ok(Watts(40_000.0)));
        assert_eq!("1e3".parse(), Ok(Metres(1000.0)));
    }

    #[test]
    fn nonsense_says_what_to_write() {
        let error = "5 parsecs".parse::<Metres>().unwrap_err();
        assert_eq!(error.to_string(), "“parsecs” is not a unit used here; write for example “400 m”");
        assert!("".parse::<Metres>().is_err());
        assert!("1e999".parse::<Metres>().is_err());
        assert!("NaN".parse::<Metres>().is_err());
        assert!("é5".parse::<Metres>().is_err());
    }
}
