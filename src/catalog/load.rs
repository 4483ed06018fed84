//! The catalogue itself: the embedded data files, in palette order, and how to look things up.

use std::sync::{Arc, OnceLock};

use super::read::{part_from_json, protocol_from_json};
use crate::json::{Value, parse};
use crate::model::{Design, Part, PartId, Protocol};
use crate::units::intern::hash_text;
use crate::units::{SortedSet, is_word, lower, order};

/// Part data, one file per shelf. Within a kind the palette shows parts in this order.
const SHELVES: [(&str, &str); 7] = [
    ("racks.json", include_str!("data/racks.json")),
    ("systems.json", include_str!("data/systems.json")),
    ("xpus.json", include_str!("data/xpus.json")),
    ("switches.json", include_str!("data/switches.json")),
    ("nics.json", include_str!("data/nics.json")),
    ("cables.json", include_str!("data/cables.json")),
    ("generic.json", include_str!("data/generic.json")),
];
const PROTOCOLS: &str = include_str!("data/protocols.json");

/// Built-in parts and protocols. Cheap to clone: all of it is shared.
#[derive(Clone, Debug, Default)]
pub struct Catalog(Arc<Shelves>);

#[derive(Debug, Default)]
struct Shelves {
    /// Places in `order` plus 1, by the hash of the part's id; 0 is free. A power of two long, at most half full.
    slots: Vec<u16>,
    /// Palette order: kinds in the order of [`crate::model::PartKind`], parts of a kind as the shelves have them.
    order: Vec<Arc<Part>>,
    protocols: Vec<Protocol>,
}

/// Why part data was not understood: one sentence that names part and field.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct CatalogError(pub String);

impl Shelves {
    /// Fills `slots`.
    fn place(&mut self) {
        self.slots = vec![0; (2 * self.order.len() + 1).next_power_of_two()];
        for (place, part) in (1u16..).zip(&self.order) {
            let mut slot = hash_text(part.id.as_str()) as usize % self.slots.len();
            while self.slots.get(slot).is_some_and(|taken| *taken > 0) {
                slot = (slot + 1) % self.slots.len();
            }
            self.slots[slot] = place;
        }
    }
    /// The part with this id. Time: O(1), for it is asked of every node and link.
    fn find(&self, id: &str) -> Option<&Part> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut slot = hash_text(id) as usize & mask;
        loop {
            let place = self.slots.get(slot)?.checked_sub(1)?;
            let part = self.order.get(usize::from(place))?;
            if part.id.as_str() == id {
                return Some(part);
            }
            slot = (slot + 1) & mask;
        }
    }
}

/// The embedded data on its way in, shelf by shelf, for who must not be held up by all of it at once.
#[derive(Debug, Default)]
pub struct Reading {
    shelves: Shelves,
    ids: SortedSet<PartId>,
    next: usize,
}

impl Reading {
    /// Reads the next shelf. Returns whether there was one.
    ///
    /// # Errors
    /// The first part that is not understood.
    pub fn shelf(&mut self) -> Result<bool, CatalogError> {
        let Some((shelf, text)) = SHELVES.get(self.next) else { return Ok(false) };
        self.next += 1;
        for value in entries(shelf, text)? {
            let part = Arc::new(part_from_json(&value)?);
            if !self.ids.insert(part.id.clone()) {
                return Err(CatalogError(format!("{shelf}: there are two parts “{}”", part.id)));
            }
            self.shelves.order.push(part);
        }
        Ok(true)
    }

    /// Reads what is left, and puts all of it in order.
    fn finish(mut self) -> Result<Catalog, CatalogError> {
        while self.shelf()? {}
        let mut shelves = self.shelves;
        order::sort_by_key(&mut shelves.order, |part| part.kind);
        shelves.place();
        for value in entries("protocols.json", PROTOCOLS)? {
            shelves.protocols.push(protocol_from_json(&value)?);
        }
        Ok(Catalog(Arc::new(shelves)))
    }
}

impl Catalog {
    /// The state of the data: year and month in which its facts were gathered.
    pub const VERSION: &'static str = "2026-11";

    /// The built-in catalogue, read once per process. Time after the first call: O(1).
    pub fn builtin() -> Self {
        Self::builtin_from(Reading::default())
    }

    /// The same, of which some shelves may be read by now.
    pub fn builtin_from(reading: Reading) -> Self {
        static BUILTIN: OnceLock<Catalog> = OnceLock::new();
        BUILTIN.get_or_init(|| reading.finish().unwrap_or_default()).clone()
    }

    /// Reads the embedded data.
    ///
    /// # Errors
    /// The first part that is not understood. The tests hold that there is none.
    pub fn read() -> Result<Self, CatalogError> {
        Reading::default().finish()
    }

    /// The part a design means by this id: its own, else the catalogue's.
    pub fn part<'a>(&'a self, design: &'a Design, id: &PartId) -> Option<&'a Part> {
        let own = if design.parts.is_empty() { None } else { design.parts.get(id) };
        own.map(Arc::as_ref).or_else(|| self.built_in(id.as_str()))
    }

    /// Whether this is the very same catalogue.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// A part of the catalogue itself.
    pub fn built_in(&self, id: &str) -> Option<&Part> {
        self.0.find(id)
    }

    /// The catalogue's parts in palette order: by kind, generic parts last.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.0.order.iter().map(Arc::as_ref)
    }

    /// Every part that can be placed in a design: its own, by id, then those of the catalogue that it does not replace, in palette order.
    pub fn all_parts<'a>(&'a self, design: &'a Design) -> impl Iterator<Item = &'a Part> {
        let own = design.parts.values().map(Arc::as_ref);
        own.chain(self.parts().filter(|part| !design.parts.contains_key(&part.id)))
    }

    /// The protocol with this id.
    pub fn protocol(&self, id: &str) -> Option<&Protocol> {
        self.0.protocols.iter().find(|protocol| protocol.id == id)
    }

    /// All protocols: scale-up first, then scale-out, then PCIe.
    pub fn protocols(&self) -> impl Iterator<Item = &Protocol> {
        self.0.protocols.iter()
    }

    /// Parts that hold every word of `text`, best first: by what the word starts in (id or name, then vendor, then the
    /// rest), then in palette order. An empty text gives all parts. Time: O(parts).
    pub fn search(&self, text: &str) -> Vec<&Part> {
        let words: Vec<String> = text.split_whitespace().map(lower).collect();
        let mut found: Vec<(u32, &Part)> = self.parts().filter_map(|part| Some((rank(part, &words)?, part))).collect();
        order::sort_by_number(&mut found, |(rank, _)| u64::from(*rank));
        found.into_iter().map(|(_, part)| part).collect()
    }
}

fn entries(file: &str, text: &str) -> Result<Vec<Value>, CatalogError> {
    match parse(text) {
        Ok(Value::Array(values)) => Ok(values),
        Ok(_) => Err(CatalogError(format!("{file} must be a list"))),
        Err(error) => Err(CatalogError(format!("{file}: {error}"))),
    }
}

/// How well a part answers; lower is better, `None` is not at all.
fn rank(part: &Part, words: &[String]) -> Option<u32> {
    let name = lower(&format!("{} {}", part.name, part.id));
    let vendor = lower(&part.vendor);
    let layers: Vec<&str> = part.ports.iter().flat_map(|group| group.layers.iter().map(|layer| layer.label())).collect();
    let rest = lower(&format!("{} {} {}", part.summary, part.kind.label(), layers.join(" ")));
    let starts = |text: &str, word: &str| text.split(|between: char| !is_word(between)).any(|token| token.starts_with(word));
    words
        .iter()
        .map(|word| {
            let ranks = [name.starts_with(word), starts(&name, word), starts(&vendor, word), name.contains(word), starts(&rest, word), rest.contains(word)];
            ranks.iter().position(|hit| *hit).map(|rank| rank as u32)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shelf_is_read() {
        let catalog = Catalog::read().unwrap();
        assert!(catalog.parts().count() > 10);
        assert!(catalog.protocols().count() > 10);
    }

    #[test]
    fn search_puts_the_name_before_the_summary() {
        let catalog = Catalog::builtin();
        assert_eq!(catalog.search("qm9700").first().map(|part| part.id.as_str()), Some("nvidia-qm9700"));
        assert!(catalog.search("nvidia infiniband switch").iter().any(|part| part.id.as_str() == "nvidia-qm9700"));
        assert!(catalog.search("no such thing").is_empty());
        assert_eq!(catalog.search("").len(), catalog.parts().count());
    }
}
