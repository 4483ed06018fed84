//! Reading what somebody types for a setting: nothing is no value, what is none is a sentence with the cure.

use crate::model::words::Word;
use crate::units::{Bytes, Gbps};

/// An amount that a rack may be said to bear.
pub(super) fn amount<Q>(text: &str, value: impl Fn(&Q) -> f64) -> Result<Option<Q>, String>
where
    Q: std::str::FromStr<Err = crate::units::ParseQuantityError>,
{
    match text.trim() {
        "" => Ok(None),
        typed => {
            let amount: Q = typed.parse().map_err(|error: crate::units::ParseQuantityError| error.to_string())?;
            if (0.0..=1e9).contains(&value(&amount)) {
                Ok(Some(amount))
            } else {
                Err(format!("“{}” is not what a rack bears; write a number of 0 or more", short(typed)))
            }
        }
    }
}

/// Tiles farther out than this are a slip of the pen.
const FARTHEST_TILE: i32 = 100_000;

pub(super) fn tile(text: &str) -> Option<(i32, i32)> {
    let mut numbers = text.split([',', ';', ' ', '/']).filter(|word| !word.is_empty()).map(|word| word.parse::<i32>().ok());
    let pair = (numbers.next()??, numbers.next()??);
    (numbers.next().is_none() && pair.0.abs() <= FARTHEST_TILE && pair.1.abs() <= FARTHEST_TILE).then_some(pair)
}

/// A choice; nothing is `None`.
pub(super) fn choice<W: Word>(text: &str) -> Result<Option<W>, String> {
    match text.trim() {
        "" => Ok(None),
        word => W::from_word(word).map(Some).ok_or_else(|| format!("“{}” is none of {}", short(word), W::WORDS.join(", "))),
    }
}

pub(super) fn switch(text: &str) -> Result<Option<bool>, String> {
    match text.trim() {
        "" => Ok(None),
        "true" | "yes" | "on" => Ok(Some(true)),
        "false" | "no" | "off" => Ok(Some(false)),
        other => Err(format!("“{}” is neither yes nor no", short(other))),
    }
}

pub(super) fn whole(text: &str, least: u16, most: u16) -> Result<Option<u16>, String> {
    match text.trim() {
        "" => Ok(None),
        typed => typed
            .parse::<u16>()
            .ok()
            .filter(|number| (least..=most).contains(number))
            .map(Some)
            .ok_or_else(|| format!("“{}” is no whole number from {least} to {most}; leave it empty for none", short(typed))),
    }
}

pub(super) fn bytes(text: &str) -> Result<Option<Bytes>, String> {
    match text.trim() {
        "" => Ok(None),
        typed => typed.parse().map(Some).map_err(|error: crate::units::ParseQuantityError| error.to_string()),
    }
}

pub(super) fn rate(text: &str) -> Result<Option<Gbps>, String> {
    match text.trim() {
        "" => Ok(None),
        typed => {
            let rate: Gbps = typed.parse().map_err(|error: crate::units::ParseQuantityError| error.to_string())?;
            if rate.0 > 0.0 && rate.0 <= 1e6 { Ok(Some(rate)) } else { Err("A rate is more than 0 Gb/s and at most 1000 Tb/s".to_owned()) }
        }
    }
}

pub(super) fn filled(text: &str) -> Result<Option<String>, String> {
    let text = text.trim();
    if text.chars().count() > 200 {
        return Err("That is longer than 200 characters; shorten it".to_owned());
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

pub(super) fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Names that are typed one after the other.
pub(super) fn names(text: &str) -> Result<Vec<String>, String> {
    let Some(text) = filled(text)? else { return Ok(Vec::new()) };
    Ok(text.split([',', ';']).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect())
}
