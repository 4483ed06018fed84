//! Version 1 of the file: one JSON object, one record per line, records in numeric id order, defaults omitted.
//!
//! `words` holds how each choice is spelled, `read` the visitors, `write` the writer. `docs/format.md` describes it for people and
//! `docs/weft-design.schema.json` for machines; `tests/it/io.rs` holds all three together.

mod parts;
mod read;
pub(crate) mod words;
mod write;

pub(crate) use parts::PartValue;
pub(crate) use read::{FabricRow, Fault, Faults, GroupRow, LinkRow, MetaRow, NodeRow, Object, RackRow, Raw, Reading, RequirementRow, Row, Text, read};
pub use write::save;
pub(crate) use write::{fabric_line, group_line, link_line, meta_line, node_line, push_number, push_text, rack_line, requirement_line};
