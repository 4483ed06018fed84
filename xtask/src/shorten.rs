//! Shorter names between program and glue. wasm-bindgen names each import after what it calls plus sixteen digits of a hash, in both
//! files. Digits of a hash do not compress, so there they are replaced by numbers; comments and indentation of the glue go as well.

use crate::run::Outcome;

/// The program and its glue with short names. Both must be of the same run of wasm-bindgen.
pub fn shorten(program: &[u8], glue: &str) -> Outcome<(Vec<u8>, String)> {
    let mut names = Vec::new();
    let program = with_imports_renamed(program, &mut names).ok_or("the program is no WebAssembly module that can be read")?;
    let mut glue = without_comments(glue);
    for (long, short) in &names {
        if glue.matches(long.as_str()).count() != 1 {
            return Err(format!("the glue should define {long} once"));
        }
        glue = glue.replace(long.as_str(), short);
    }
    Ok((program, glue))
}

/// The module with its hashed imports renamed; adds each pair of old and new name to `names`.
fn with_imports_renamed(module: &[u8], names: &mut Vec<(String, String)>) -> Option<Vec<u8>> {
    let mut reader = Reader { bytes: module, at: 8 };
    let mut out = module.get(..8)?.to_vec();
    while reader.at < module.len() {
        let section = *reader.take(1)?.first()?;
        let length = reader.number()?;
        let body = reader.take(length)?;
        out.push(section);
        let body = if section == IMPORTS { renamed(body, names)? } else { body.to_vec() };
        push_number(&mut out, body.len());
        out.extend(body);
    }
    Some(out)
}

/// The number of the section of imports.
const IMPORTS: u8 = 2;

fn renamed(body: &[u8], names: &mut Vec<(String, String)>) -> Option<Vec<u8>> {
    let mut reader = Reader { bytes: body, at: 0 };
    let count = reader.number()?;
    let mut out = Vec::new();
    push_number(&mut out, count);
    for place in 0..count {
        push_text(&mut out, reader.text()?);
        let name = reader.text()?;
        let hash = name.rsplit_once('_').map_or("", |(_, hash)| hash);
        if hash.len() == 16 && hash.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            let short = format!("i{place}");
            push_text(&mut out, &short);
            names.push((name.to_owned(), short));
        } else {
            push_text(&mut out, name);
        }
        let start = reader.at;
        match *reader.take(1)?.first()? {
            // A function is known by the number of its type.
            0 => {
                reader.number()?;
            }
            1 => {
                reader.take(1)?;
                reader.limits()?;
            }
            2 => reader.limits()?,
            3 => {
                reader.take(2)?;
            }
            _ => return None,
        }
        out.extend(body.get(start..reader.at)?);
    }
    Some(out)
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }
    fn number(&mut self) -> Option<usize> {
        let (mut number, mut shift) = (0usize, 0);
        loop {
            let byte = *self.take(1)?.first()?;
            number |= usize::from(byte & 0x7F).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
    }
    fn text(&mut self) -> Option<&'b str> {
        let length = self.number()?;
        std::str::from_utf8(self.take(length)?).ok()
    }
    fn limits(&mut self) -> Option<()> {
        let most = self.number()? & 1 == 1;
        self.number()?;
        if most {
            self.number()?;
        }
        Some(())
    }
}

fn push_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    push_number(out, text.len());
    out.extend(text.as_bytes());
}

/// A script or a style sheet without indentation, blank lines, and comments that begin a line.
pub fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut comment = false;
    for line in text.lines().map(str::trim) {
        comment |= line.starts_with("/*");
        if !comment && !line.is_empty() && !line.starts_with("//") {
            out.push_str(line);
            out.push('\n');
        }
        comment &= !line.contains("*/");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashed_imports_get_numbers_and_all_else_stays() {
        let mut body = vec![2];
        for (name, kind) in [("__wbg_now_0123456789abcdef", &[0u8, 5][..]), ("memory", &[2, 1, 1, 0x80, 0x02])] {
            push_text(&mut body, "./glue.js");
            push_text(&mut body, name);
            body.extend(kind);
        }
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        for (section, body) in [(1u8, vec![0u8; 200]), (IMPORTS, body)] {
            module.push(section);
            push_number(&mut module, body.len());
            module.extend(body);
        }
        let glue = "/**\n * Doc.\n */\nconst imports = {\n    // one\n    __wbg_now_0123456789abcdef: () => 1,\n};\n";
        let (short, glue) = shorten(&module, glue).unwrap();
        assert_eq!(glue, "const imports = {\ni0: () => 1,\n};\n");
        assert_eq!(short.len(), module.len() - "__wbg_now_0123456789abcdef".len() + 2);
        assert!(short.windows(6).any(|bytes| bytes == b"memory") && short.ends_with(&[2, 1, 1, 0x80, 0x02]));
        let mut names = Vec::new();
        assert_eq!(with_imports_renamed(&short, &mut names).unwrap(), short);
        assert!(names.is_empty());
        assert!(shorten(&module, "no imports").is_err() && shorten(b"\0asm\x01\0\0\0\x02\x7f", "").is_err());
    }
}
