//! Limits before work: one pass over the bytes that refuses what no honest design needs, before anything is allocated.

use super::load::LoadError;

/// The largest design file that is read, in bytes.
pub const MAX_BYTES: usize = 64_000_000;
/// How many records a design file may hold.
pub const MAX_RECORDS: usize = 1_000_000;
/// How deep objects and lists may nest.
pub const MAX_DEPTH: usize = 32;
/// How many characters one string may have.
pub const MAX_CHARACTERS: usize = 10_000;

/// Checks size, depth, string lengths, the number of records and the words `NaN` and `Infinity`, which JSON does not know.
///
/// A record is an object in a list. The text need not be well formed: what is wrong with it otherwise is the parser's to say.
/// Time: O(bytes), about 1 ms per megabyte. Space: O(1).
pub(crate) fn check(text: &str) -> Result<(), LoadError> {
    if text.len() > MAX_BYTES {
        let megabytes = text.len() / 1_000_000;
        return Err(LoadError::whole(format!(
            "the file has {megabytes} MB, and at most {} MB are read; split the design or leave parts of it out",
            MAX_BYTES / 1_000_000
        )));
    }

    let mut depth = 0usize;
    // Bit d is set when level d is a list.
    let mut lists = 0u64;
    let mut records = 0usize;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = string_end(text, at)?;
                continue;
            }
            b'{' | b'[' => {
                if *byte == b'{' && lists & (1 << depth) != 0 {
                    records += 1;
                    if records > MAX_RECORDS {
                        return Err(LoadError::at_byte(text, at, format!("more than {MAX_RECORDS} records; split the design")));
                    }
                }
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(LoadError::at_byte(
                        text,
                        at,
                        format!("objects and lists nest deeper than {MAX_DEPTH} levels; a design needs 6, so this is probably another file"),
                    ));
                }
                lists = if *byte == b'[' { lists | (1 << depth) } else { lists & !(1 << depth) };
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'N' | b'I' => {
                return Err(LoadError::at_byte(
                    text,
                    at,
                    "NaN and Infinity are not numbers that a design can hold; write a number or leave the field out".to_owned(),
                ));
            }
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

/// The byte after the string that starts at `start`, or the end of an unfinished one.
fn string_end(text: &str, start: usize) -> Result<usize, LoadError> {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    let mut characters = 0usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return Ok(at + 1),
            b'\\' => {
                characters += 1;
                at += 1;
            }
            // A continuation byte belongs to the character before it.
            0x80..=0xBF => {}
            _ => characters += 1,
        }
        if characters > MAX_CHARACTERS {
            return Err(LoadError::at_byte(text, start, format!("a text longer than {MAX_CHARACTERS} characters; shorten it")));
        }
        at += 1;
    }
    Ok(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_exact() {
        assert_eq!(check(&"[".repeat(MAX_DEPTH)), Ok(()));
        assert!(check(&"[".repeat(MAX_DEPTH + 1)).is_err());
        assert_eq!(check(&format!("\"{}\"", "é".repeat(MAX_CHARACTERS))), Ok(()));
        assert!(check(&format!("\"{}\"", "é".repeat(MAX_CHARACTERS + 1))).is_err());
        assert_eq!(check(&format!("[{}]", "{},".repeat(MAX_RECORDS))), Ok(()));
        assert!(check(&format!("[{}]", "{},".repeat(MAX_RECORDS + 1))).is_err());
        assert!(check(&" ".repeat(MAX_BYTES + 1)).is_err());
    }

    #[test]
    fn words_in_texts_are_no_numbers() {
        assert_eq!(check(r#"{"name": "NaN \" Infinity"}"#), Ok(()));
        assert_eq!(check("{\n \"x\": NaN}").unwrap_err().line, Some(2));
        assert_eq!(check("\"never ends \\"), Ok(()));
    }
}
