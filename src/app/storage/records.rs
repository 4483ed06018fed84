//! Keys and values of the log: numbered so that text order is time order, and summed so that a torn record is seen.

/// How many digits a number in a key has.
const DIGITS: usize = 12;

/// The key of record `number` of a design.
pub fn key(design: &str, number: u64) -> String {
    format!("{design}:{number:0DIGITS$}")
}

/// The number in a key.
pub fn number(key: &str) -> Option<u64> {
    key.rsplit_once(':')?.1.parse().ok()
}

/// First and last key a design can have.
pub fn span(design: &str) -> (String, String) {
    (format!("{design}:"), format!("{design}:~"))
}

/// A value with its checksum in front.
pub fn seal(text: &str) -> String {
    format!("{:016x}\n{text}", checksum(text))
}

/// The text of a sealed value, or `None` if it is not what was sealed.
pub fn unseal(value: &str) -> Option<&str> {
    let (sum, text) = value.split_once('\n')?;
    (u64::from_str_radix(sum, 16).ok()? == checksum(text)).then_some(text)
}

/// FNV-1a over the bytes: it finds torn and mixed-up records, and defends against nobody.
fn checksum(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_record_is_seen() {
        let sealed = seal("{\"a\": 1}");
        assert_eq!(unseal(&sealed), Some("{\"a\": 1}"));
        assert_eq!(unseal(&sealed[..sealed.len() - 1]), None);
        assert_eq!(unseal(""), None);
    }

    #[test]
    fn text_order_is_number_order() {
        assert!(key("d1", 9) < key("d1", 10));
        assert_eq!(number(&key("d1", 10)), Some(10));
        let (first, last) = span("d1");
        assert!(first < key("d1", 0) && key("d1", 999_999_999_999) < last);
    }
}
