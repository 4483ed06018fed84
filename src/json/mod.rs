//! JSON: reading a text piece by piece, the tree for what no record knows, writing. It knows no design.
//!
//! serde_json reads and escapes, in one instantiation: a text becomes a flat list of tokens, a record pulls its fields out of a
//! [`Reader`] over them, and only what it does not know becomes a [`Value`]. `docs/decisions/json-in-the-page.md` says why records derive nothing.

mod read;
mod value;
mod write;

pub use read::{Error, Kind, Reader, parse};
pub use value::{Map, Number, Value};
pub use write::{Writer, push_number, push_text};
