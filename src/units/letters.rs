//! Letters: lower case, and what counts as one, for searching and naming.
//!
//! The standard library knows every script by tables that take 26 kB of the page. Here are the scripts with capitals that people
//! write names in, by rule: Latin, Greek, Cyrillic, Armenian.

/// A text in lower case, for comparing what is typed with what is named.
///
/// ```
/// assert_eq!(weft::units::lower("Spine Ä-ЖÉ 7"), "spine ä-жé 7");
/// ```
pub fn lower(text: &str) -> String {
    text.chars().map(lower_letter).collect()
}

fn lower_letter(letter: char) -> char {
    let code = u32::from(letter);
    let even = code & 1 == 0;
    let lower = match code {
        0x41..=0x5A | 0xC0..=0xD6 | 0xD8..=0xDE | 0x391..=0x3A1 | 0x3A3..=0x3AB | 0x410..=0x42F | 0xFF21..=0xFF3A => code + 32,
        0x130 | 0x178 | 0x386 | 0x38C | 0x4C0 | 0x1E9E => match code {
            0x130 => 0x69,
            0x178 => 0xFF,
            0x386 => 0x3AC,
            0x38C => 0x3CC,
            0x4C0 => 0x4CF,
            _ => 0xDF,
        },
        0x388..=0x38A => code + 37,
        0x38E | 0x38F => code + 63,
        0x400..=0x40F => code + 80,
        0x531..=0x556 => code + 48,
        // Here capitals and small letters take turns.
        0x100..=0x137 | 0x14A..=0x177 | 0x460..=0x481 | 0x48A..=0x4BF | 0x4D0..=0x52F | 0x1E00..=0x1E95 | 0x1EA0..=0x1EFF if even => code + 1,
        0x139..=0x148 | 0x179..=0x17E | 0x4C1..=0x4CE if !even => code + 1,
        _ => code,
    };
    char::from_u32(lower).unwrap_or(letter)
}

/// A sentence of ours with a capital at its start.
pub fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| std::iter::once(first.to_ascii_uppercase()).chain(letters).collect())
}

/// Whether a character belongs to a word: a letter or a digit of any script, but no sign and no blank.
pub fn is_word(character: char) -> bool {
    let code = u32::from(character);
    if character.is_ascii() {
        return character.is_ascii_alphanumeric();
    }
    let sign = SIGNS.iter().any(|(first, last)| (*first..=*last).contains(&code));
    // Among the signs of Latin-1 stand three letters.
    !sign || matches!(character, 'ª' | 'µ' | 'º')
}

/// Where no letters are: signs of Latin-1, punctuation to mathematical signs, arrows and boxes, punctuation of East Asia, private use, pictures.
const SIGNS: [(u32, u32); 11] = [
    (0x80, 0xBF),
    (0xD7, 0xD7),
    (0xF7, 0xF7),
    (0x2000, 0x2BFF),
    (0x3000, 0x3004),
    (0x3008, 0x3020),
    (0xE000, 0xF8FF),
    (0xFE00, 0xFE6F),
    (0xFEFF, 0xFEFF),
    (0xFFF0, 0xFFFF),
    (0x1F000, 0x1FBFF),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_of_the_known_scripts_become_small_as_by_the_standard_library() {
        let known = [0..0x180u32, 0x386..0x3AC, 0x400..0x530, 0x531..0x557, 0x1E00..0x1F00, 0xFF00..0xFF60];
        for letter in known.into_iter().flatten().filter_map(char::from_u32).filter(|letter| *letter != 'İ') {
            assert_eq!(lower(&letter.to_string()), letter.to_lowercase().collect::<String>(), "{letter}");
        }
        // The standard library keeps the dot as a mark of its own, which nobody types.
        assert_eq!(lower("İ"), "i");
    }

    #[test]
    fn letters_and_digits_belong_to_words_and_signs_do_not() {
        for character in "azAZ09éÿßñΩжאあ漢한ａ".chars() {
            assert!(is_word(character) && character.is_alphanumeric(), "{character}");
        }
        for character in " -_/.,·×÷«»“”–—…°→✓\u{a0}\u{feff}😀".chars() {
            assert!(!is_word(character) && !character.is_alphanumeric(), "{character}");
        }
        // No letter of any script is taken for a sign, but those among the mathematical and enclosed ones.
        let letters = (0..0x2000u32).chain(0x2C00..0x1F000).filter_map(char::from_u32).filter(|character| character.is_alphabetic());
        for letter in letters {
            assert!(is_word(letter), "{letter}");
        }
    }
}
