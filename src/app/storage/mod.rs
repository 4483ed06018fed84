//! What is kept in this browser: every edit as a record of a log, snapshots of the design, and which tab may write.
//!
//! It lives in IndexedDB, outside wasm memory, so that neither a panic nor a closed tab costs more than the last edit. Nothing
//! here may fail silently: every refused write ends in a red status that says what to do.

mod autosave;
mod database;
mod lock;
pub mod records;

pub use autosave::{Autosave, ELSEWHERE, Kept};
