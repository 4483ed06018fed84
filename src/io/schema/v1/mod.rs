//! Version 1 of the file: one JSON object, one record per line, records in numeric id order, defaults omitted.
//!
//! `model::words` holds how each choice is spelled, `visit` how records are read, `rows` and `read` what they are, `write` the writer, `describe`
//! the JSON Schema. `docs/format.md` describes it for people; the tests hold all of them together.

#[cfg(not(target_arch = "wasm32"))]
mod describe;
#[cfg(not(target_arch = "wasm32"))]
mod describe_part;
mod faults;
mod forwarding;
mod parts;
mod prices;
mod read;
mod rows;
mod visit;
mod write;

#[cfg(not(target_arch = "wasm32"))]
pub use describe::schema_json;
pub(crate) use faults::{Fault, Faults};
pub(crate) use parts::{PartValue, UNUSED};
pub(crate) use prices::MOST_CENTS;
pub(crate) use read::{MetaRow, Raw, RequirementRow, read};
pub(crate) use rows::{FabricRow, GroupRow, LinkRow, NodeRow, RackRow};
pub(crate) use visit::{Reading, Row, one};
pub use write::save;
pub(crate) use write::{fabric_line, group_line, link_line, meta_line, node_line, rack_line, requirement_line};
