//! Numbers out of text, and points on a circle, without the tables that the standard library has for them.
//!
//! A page that reads JSON carries one exact reader of decimal numbers, that of serde_json; the standard library's own is 10 kB of tables
//! more that do not compress, and sines and cosines of any angle are 5 kB of code (`docs/decisions/small-calls.md`).

/// Reads a decimal number as `str::parse` does, to the bit: digits with at most one point, a sign before them, an exponent behind. What
/// is too large is infinite; words for infinity and for no number are none.
///
/// ```
/// use weft::units::decimal;
/// assert_eq!([decimal("1.6"), decimal("+.5"), decimal("-2e3"), decimal("12 m")], [Some(1.6), Some(0.5), Some(-2000.0), None]);
/// ```
pub fn decimal(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (digits, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let power = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + part.len() == 0 || power.is_empty() || !plain(whole) || !plain(part) || !plain(power) {
        return None;
    }
    // JSON wants a digit on both sides of the point, and no zero before other digits.
    let json = format!("0{whole}.{part}0e{exponent}");
    let zeros = json.bytes().take_while(|byte| *byte == b'0').count();
    let first = if json.as_bytes().get(zeros) == Some(&b'.') { zeros - 1 } else { zeros };
    let value = serde_json::from_str(json.get(first..)?).unwrap_or(f64::INFINITY);
    Some(if text.starts_with('-') { -value } else { value })
}

/// Cosine and sine of a part of a whole turn, from 0 to 1. The error is below 1e-13.
pub fn turned(part: f64) -> (f64, f64) {
    // The series of a sixteenth of it, then the angle doubled four times.
    let angle = part * std::f64::consts::TAU / 16.0;
    let (mut cosine, mut sine, mut term) = (1.0, 0.0, 1.0);
    for power in 1..16 {
        term *= angle / f64::from(power);
        let sign = if power % 4 < 2 { 1.0 } else { -1.0 };
        if power % 2 == 0 { cosine += sign * term } else { sine += sign * term }
    }
    for _ in 0..4 {
        (cosine, sine) = (cosine * cosine - sine * sine, 2.0 * cosine * sine);
    }
    (cosine, sine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_the_standard_library_reads_them() {
        let texts = "0 -0 1 007 1. .5 -.5e1 +3 1e5 1E-5 1e+5 0.1 0.30000000000000004 123456789012345678901234567890 1.7976931348623157e308 1.8e308 -1e999 \
                     5e-324 2.4703282292062327e-324 2.4703282292062328e-324 1e-400 0e999999999999 9007199254740993 8.5e-3 00.10";
        for text in texts.split_whitespace() {
            assert_eq!(decimal(text).map(f64::to_bits), text.parse().ok().map(f64::to_bits), "{text}");
        }
        for text in ["", "+", ".", "-.", "1e", "e5", "1e+", "--1", "+-1", "1_0", "1 ", " 1", "0x10", "1.2.3", "1e5.0", "１", "inf", "nan", "infinity", "-inf"]
        {
            assert_eq!(decimal(text), None, "{text}");
        }
        let mut seed = 1u64;
        for _ in 0..20_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let value = f64::from_bits(seed);
            if value.is_finite() {
                assert_eq!(decimal(&value.to_string()).map(f64::to_bits), Some(seed), "{value}");
                assert_eq!(decimal(&format!("{value:e}")).map(f64::to_bits), Some(seed), "{value:e}");
            }
        }
    }

    #[test]
    fn points_on_a_circle_are_where_sine_and_cosine_put_them() {
        for step in 0..=1000 {
            let part = f64::from(step) / 1000.0;
            let (cosine, sine) = turned(part);
            let angle = part * std::f64::consts::TAU;
            assert!((cosine - angle.cos()).abs() < 1e-13 && (sine - angle.sin()).abs() < 1e-13, "{part}");
        }
    }
}
