//! The catalogue: built-in parts and protocols from data files, how to look them up, what a port of a placed part is,
//! and whether things fit.
//!
//! This room uses `model` and `units`. It owns the data files under `data/` and the only functions that say what a port
//! can do ([`Catalog::port`]) and whether a cable fits ([`fit`]); the canvas, the rules and the fixes share them.

mod fields;
pub mod filter;
pub mod fit;
mod inside;
mod load;
mod misfit;
pub mod more;
pub mod own_parts;
pub mod port_names;
mod ports;
mod prices;
pub mod reach;
mod read;
pub mod sheet;
mod words;
mod write;

pub use load::{Catalog, CatalogError, Reading};
pub use ports::{GENERIC_CAGES, PortInfo, PortUse, PortView};
pub use prices::{Book, Offer, builtin_offers, is_laid};
pub use read::part_from_json;
pub use words::Word;
pub use write::{number, part_to_json};
