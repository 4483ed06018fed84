//! Reading parts from their data files, and looking them up.
use crate::model::{Design, Part, PartId, Protocol};
use std::collections::BTreeMap;
use std::sync::Arc;
/// Built-in parts and protocols.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    parts: BTreeMap<PartId, Arc<Part>>,
    protocols: BTreeMap<String, Protocol>,
}
/// Why part data was not understood.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[error("{0}")]
pub struct CatalogError(pub String);
impl Catalog {
    /// The built-in catalogue.
    pub fn builtin() -> Self {
        Self::default()
    }
    /// The part a design means by this id: its own, else the catalogue's.
    pub fn part<'a>(&'a self, design: &'a Design, id: &PartId) -> Option<&'a Part> {
        design.parts.get(id).or_else(|| self.parts.get(id)).map(Arc::as_ref)
    }
    /// A catalogue part.
    pub fn built_in(&self, id: &str) -> Option<&Part> {
        self.parts.get(&PartId::new(id)).map(Arc::as_ref)
    }
    /// All.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.values().map(Arc::as_ref)
    }
    /// Protocol.
    pub fn protocol(&self, id: &str) -> Option<&Protocol> {
        self.protocols.get(id)
    }
}
/// Reads one part from the catalogue's JSON form.
pub fn part_from_json(_value: &serde_json::Value) -> Result<Part, CatalogError> {
    Err(CatalogError(String::new()))
}
/// Writes.
pub fn part_to_json(_part: &Part) -> serde_json::Value {
    serde_json::Value::Null
}
