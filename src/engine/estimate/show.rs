//! A number of an estimate as people read it.

use crate::model::Currency;
use crate::units::{Bytes, Gbps, GigabytesPerSecond, Metres, Nanoseconds, Watts, grouped, significant};

/// A number in its unit, with the prefix that keeps it short.
pub fn quantity(value: f64, unit: &str) -> String {
    match unit {
        "" => significant(value, 4),
        "B" => Bytes(value).to_string(),
        "GB/s" => GigabytesPerSecond(value).to_string(),
        "Gb/s" => Gbps(value).to_string(),
        "W" => Watts(value).to_string(),
        "m" => Metres(value).to_string(),
        "ns" => Nanoseconds(value).to_string(),
        unit if Currency::parse(unit).is_some_and(|currency| currency.to_string() == unit) => {
            format!("{} {unit}", crate::engine::cost::grouped((value * 100.0) as i64))
        }
        unit => format!("{} {unit}", significant(value, 4)),
    }
}

/// A count in groups of three digits.
pub fn count(value: f64) -> String {
    grouped(value.max(0.0).round() as u64)
}

/// A difference in per cent with its sign: `−12.5 %`, `+3 %`.
pub fn percent(change: f64) -> String {
    format!("{}{} %", if change < 0.0 { "−" } else { "+" }, significant(change.abs(), 3))
}
