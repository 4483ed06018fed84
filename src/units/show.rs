//! Quantities as they are shown: a prefix that keeps the number short, and no digit that cannot be defended.

use std::fmt;

/// Writes `value` with the first unit whose scale it reaches; `units` run from the largest to the base.
pub(crate) fn scaled(out: &mut fmt::Formatter<'_>, value: f64, units: &[(&str, f64)]) -> fmt::Result {
    let fitting = units.iter().find(|(_, scale)| value.abs() >= *scale).or(units.iter().find(|(_, scale)| *scale == 1.0));
    let Some((unit, scale)) = fitting.or(units.last()) else {
        return out.write_str(&significant(value, 4));
    };
    out.write_str(&significant(value / scale, 4))?;
    if unit.is_empty() { Ok(()) } else { write!(out, " {unit}") }
}

/// `value` with at most `digits` significant digits, without trailing zeros and without an exponent.
///
/// ```
/// assert_eq!(weft::units::significant(19.2, 4), "19.2");
/// assert_eq!(weft::units::significant(1234567.0, 4), "1235000");
/// ```
pub fn significant(value: f64, digits: u32) -> String {
    if !value.is_finite() {
        return "unknown".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor();
    let decimals = f64::from(digits) - 1.0 - magnitude;
    if decimals <= 0.0 {
        let step = 10f64.powf(-decimals);
        return format!("{:.0}", (value / step).round() * step);
    }
    let text = format!("{value:.*}", decimals.min(12.0) as usize);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A whole number in groups of three digits: `12,288`.
///
/// ```
/// use weft::units::grouped;
/// assert_eq!([grouped(7), grouped(1024), grouped(196_608)], ["7", "1,024", "196,608"]);
/// ```
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How many of what: `1 link`, `12,288 links`.
///
/// ```
/// use weft::units::counted;
/// assert_eq!([counted(1, "switch", "switches"), counted(1024, "switch", "switches")], ["1 switch", "1,024 switches"]);
/// ```
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use crate::units::{Bytes, Gbps, Metres, Nanoseconds, Watts};

    #[test]
    fn the_prefix_keeps_the_number_short() {
        assert_eq!([Gbps(19_200.0).to_string(), Gbps(13_107_200.0).to_string()], ["19.2 Tb/s", "13.11 Pb/s"]);
        assert_eq!(Gbps(400.0).to_string(), "400 Gb/s");
        assert_eq!(Gbps(0.0).to_string(), "0 Gb/s");
        assert_eq!(Nanoseconds(3421.7).to_string(), "3.422 µs");
        assert_eq!(Metres(0.5).to_string(), "0.5 m");
        assert_eq!(Watts(67_400.0).to_string(), "67.4 kW");
        assert_eq!(Bytes(1_073_741_824.0).to_string(), "1 GiB");
    }
}
