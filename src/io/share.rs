//! The share link: a design packed into the fragment of an address, which no browser sends to a server.
//!
//! Packed is `1` (the version), then base64 (the address-safe alphabet, no padding) of the deflated file. Unpacking is bounded before it begins and while it
//! goes on, so a small link cannot become a large memory.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use thiserror::Error;

use super::{LoadError, Loaded, load, save};
use crate::model::Design;

/// The longest packed text that is made or read, in bytes. Longer designs travel as files.
pub const MAX_PACKED: usize = 64 * 1024;
/// The longest unpacked text, in bytes.
pub const MAX_UNPACKED: usize = 5 * 1024 * 1024;
/// How many times larger unpacked text may be than packed text.
const MAX_RATIO: usize = 100;

/// Why there is no share link, or why one cannot be read. One sentence with the cure.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ShareError {
    /// The design does not fit into a link.
    #[error("the design takes {0} kB packed and a link holds {max}; save it as a file instead", max = MAX_PACKED / 1024)]
    TooLarge(usize),
    /// The text is not a packed design.
    #[error("the link is not whole: {0}; ask for it again, or for the file")]
    Broken(&'static str),
    /// The text is of a later version.
    #[error("the link was made by a newer Weft; reload the page, or ask for the file")]
    Newer,
    /// What it holds is not a design.
    #[error("the link holds no design that can be opened: {0}")]
    Unreadable(LoadError),
}

/// Packs a design for the fragment of an address. Time: O(size of the file).
pub fn pack(design: &Design) -> Result<String, ShareError> {
    let packed = format!("1{}", URL_SAFE_NO_PAD.encode(compress_to_vec(save(design).as_bytes(), 9)));
    if packed.len() > MAX_PACKED { Err(ShareError::TooLarge(packed.len().div_ceil(1024))) } else { Ok(packed) }
}

/// Unpacks what [`pack`] made.
pub fn unpack(packed: &str) -> Result<Loaded, ShareError> {
    if packed.len() > MAX_PACKED {
        return Err(ShareError::TooLarge(packed.len().div_ceil(1024)));
    }
    let body = match packed.as_bytes().first() {
        Some(b'1') => packed.get(1..).unwrap_or_default(),
        Some(b'2'..=b'9') => return Err(ShareError::Newer),
        _ => return Err(ShareError::Broken("it does not start with a version")),
    };
    let bytes = URL_SAFE_NO_PAD.decode(body).map_err(|_| ShareError::Broken("it holds characters that no link has"))?;
    let most = MAX_UNPACKED.min(bytes.len().saturating_mul(MAX_RATIO));
    let text = decompress_to_vec_with_limit(&bytes, most).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => ShareError::Broken("it unpacks to far more than a design of its size"),
        _ => ShareError::Broken("its content is damaged"),
    })?;
    let text = String::from_utf8(text).map_err(|_| ShareError::Broken("its content is not text"))?;
    load(&text).map_err(ShareError::Unreadable)
}

#[cfg(test)]
mod tests {
    use crate::units::SortedMap;

    use super::*;
    use crate::catalog::Catalog;
    use crate::engine::templates;

    fn design(name: &str, key: &str, value: &str) -> Design {
        templates::generate(name, &SortedMap::from([(key.to_owned(), value.to_owned())]), &Catalog::builtin()).unwrap()
    }

    #[test]
    fn a_design_comes_out_as_it_went_in() {
        let design = design("fat-tree", "k", "8");
        let packed = pack(&design).unwrap();
        assert!(packed.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'), "safe in an address");
        assert_eq!(save(&unpack(&packed).unwrap().design), save(&design));
    }

    #[test]
    fn a_large_design_is_offered_as_a_file() {
        assert!(matches!(pack(&design("fat-tree", "k", "32")), Err(ShareError::TooLarge(_))));
    }

    #[test]
    fn damaged_links_and_bombs_are_refused() {
        let packed = pack(&design("fat-tree", "k", "4")).unwrap();
        for cut in 0..packed.len() {
            assert!(unpack(&packed[..cut]).is_err(), "cut at {cut}");
        }
        let bomb = format!("1{}", URL_SAFE_NO_PAD.encode(compress_to_vec(&vec![b' '; 20_000_000], 9)));
        assert!(matches!(unpack(&bomb), Err(ShareError::Broken(_))), "a bomb");
        assert_eq!(unpack("9abc").map(|_| ()), Err(ShareError::Newer));
        assert!(unpack("1%%%").is_err());
        assert!(unpack("").is_err());
    }
}
