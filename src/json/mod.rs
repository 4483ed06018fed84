//! JSON: reading a text piece by piece, the tree for what no record knows, writing. It knows no design.
//!
//! The page is downloaded, so there is one reader and one writer, neither of them generic: a record pulls its fields out of a
//! [`Reader`], and only what it does not know becomes a [`Value`]. The tests hold both against a JSON library: the same texts are
//! read, with the same values, and refused at the same places.

mod read;
mod value;
mod write;

pub use read::{Error, Kind, Reader, parse};
pub use value::{Map, Number, Value};
pub use write::{Writer, push_number, push_text};
