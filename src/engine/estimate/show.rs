//! A number of an estimate as people read it.

use crate::model::Currency;
use crate::units::{Bytes, Gbps, GigabytesPerSecond, Metres, Nanoseconds, Watts, grouped, significant};

/// A number in its unit, with the prefix that keeps it short.
pub fn quantity(value: f64, unit: &str) -> String {
    match unit {
        "" => count(value),
        ":1" => format!("{}:1", significant(value, 3)),
        "%" => format!("{} %", significant(value, 3)),
        "B" => Bytes(value).to_string(),
        "GB/s" => GigabytesPerSecond(value).to_string(),
        "Gb/s" => Gbps(value).to_string(),
        "W" => Watts(value).to_string(),
        "m" => Metres(value).to_string(),
        "ns" => Nanoseconds(value).to_string(),
        unit if Currency::parse(unit).is_some_and(|currency| currency.to_string() == unit) => {
            format!("{} {unit}", crate::engine::cost::grouped((value * 100.0) as i64))
        }
        // Four digits are left of it; the rest are noughts that nobody can count.
        unit if (9_999.5..1e15).contains(&value) => {
            let step = 10f64.powf(value.log10().floor() - 3.0);
            format!("{} {unit}", grouped(((value / step).round() * step).round() as u64))
        }
        unit => format!("{} {unit}", significant(value, 4)),
    }
}

/// A count in groups of three digits; what is not whole with four significant ones.
pub fn count(value: f64) -> String {
    if value.fract() == 0.0 && (0.0..1e15).contains(&value) { grouped(value as u64) } else { significant(value, 4) }
}

/// A difference in per cent with its sign: `−12.5 %`, `+3 %`.
pub fn percent(change: f64) -> String {
    format!("{}{} %", if change < 0.0 { "−" } else { "+" }, significant(change.abs(), 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_of_any_unit_are_grouped() {
        assert_eq!(quantity(27_123_456.0, "tokens/s"), "27,120,000 tokens/s");
        assert_eq!([quantity(9_999.9, "x"), quantity(10_000.0, "x"), quantity(999_999.0, "x")], ["10,000 x", "10,000 x", "1,000,000 x"]);
        assert_eq!([quantity(f64::NAN, "x"), quantity(8192.0, "x")], ["unknown x", "8192 x"]);
        assert_eq!([quantity(65_536.0, ""), quantity(5.9123, ""), quantity(94.117, "%"), quantity(1.0, ":1")], ["65,536", "5.912", "94.1 %", "1:1"]);
    }
}
