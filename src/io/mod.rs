//! Everything serialised: design files in all their versions, patches as text, imports, exports, flow questions.
//!
//! This room uses `engine` and everything to its left. Only here is a design written or read. It takes and gives text and
//! bytes, never files. Every input is hostile until it is checked: limits first, then structure, then meaning. What can be
//! repaired is repaired and told; what cannot gives one sentence with its line and the cure, and never a panic.

pub mod export;
pub mod flows;
mod identity;
pub mod import;
mod limits;
mod load;
pub mod matrix;
pub mod migrate;
mod patch;
mod repair;
mod schema;
pub mod share;

pub use limits::{MAX_BYTES, MAX_CHARACTERS, MAX_DEPTH, MAX_RECORDS};
pub use load::{LoadError, Loaded, load};
pub use patch::{patch_from_text, patch_to_text};
pub use schema::v1::save;
#[cfg(not(target_arch = "wasm32"))]
pub use schema::v1::schema_json;
