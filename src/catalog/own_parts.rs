//! A design's own parts among each other and among the records that use them.

use std::sync::Arc;

use super::Catalog;
use crate::model::{Change, Delta, Design, Part, PartDetail, PartId, Patch, Subject};
use crate::units::{SortedMap, SortedSet};

/// The parts a part says it holds or is made of.
fn named(part: &Part) -> impl Iterator<Item = &PartId> {
    let inside = match &part.detail {
        PartDetail::System(inside) => inside.vertices.as_slice(),
        _ => &[],
    };
    let modules = part.cable().map(|cable| cable.modules.as_slice()).unwrap_or_default();
    inside.iter().filter_map(|vertex| vertex.part.as_ref()).chain(modules)
}

/// How a part contains itself, through what it holds or is made of: `a holds b, b holds a`. `None` if it does not. Catalogue parts contain
/// none of a design's, so only own parts are followed. Time: O(own parts + things inside them).
pub fn ring(own: &SortedMap<PartId, Arc<Part>>, part: &Part) -> Option<String> {
    let mut seen: SortedSet<PartId> = SortedSet::new();
    // Each part to look into, with the way that led to it.
    let mut open: Vec<(&Part, Vec<&PartId>)> = vec![(part, vec![&part.id])];
    while let Some((at, way)) = open.pop() {
        for id in named(at) {
            if *id == part.id {
                let ends = way.iter().skip(1).copied().chain([id]);
                let steps: Vec<String> = way.iter().zip(ends).map(|(holder, held)| format!("{holder} holds {held}")).collect();
                return Some(steps.join(", "));
            }
            if let Some(next) = own.get(id)
                && seen.insert(id.clone())
            {
                let mut longer = way.clone();
                longer.push(&next.id);
                open.push((next, longer));
            }
        }
    }
    None
}

/// What uses an own part: nodes, racks and links, and other own parts by name. Time: O(records).
pub fn users(design: &Design, id: &PartId) -> (Vec<Subject>, Vec<PartId>) {
    let nodes = design.nodes.iter().filter(|(_, node)| node.part == *id).map(|(node, _)| Subject::Node(node));
    let racks = design.racks.iter().filter(|(_, rack)| rack.part == *id).map(|(rack, _)| Subject::Rack(rack));
    let links = design.links.iter().filter(|(_, link)| link.part.as_ref() == Some(id)).map(|(link, _)| Subject::Link(link));
    let holders = design.parts.values().filter(|part| part.id != *id && named(part).any(|held| held == id)).map(|part| part.id.clone());
    (nodes.chain(racks).chain(links).collect(), holders.collect())
}

/// The change that takes parts in as a design's own, in place of own parts of the same id, with its name. Time: O(parts).
pub fn taking(design: &Design, parts: Vec<Part>) -> (String, Patch) {
    let name = match parts.as_slice() {
        [one] => format!("Import part {}", one.name),
        several => format!("Import {} parts", several.len()),
    };
    let mut after = design.parts.clone();
    let changes = parts.into_iter().map(|part| {
        let (id, part) = (part.id.clone(), Arc::new(part));
        let before = after.insert(id.clone(), part.clone());
        Change::Part(Delta { id, before, after: Some(part) })
    });
    (name, Patch { changes: changes.collect() })
}

/// A name as an id: `own` and `Our leaf, 800G` give `own-our-leaf-800g`.
pub fn id_of(prefix: &str, name: &str) -> PartId {
    let letters: String = name.chars().take(60).map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' }).collect();
    let words: Vec<&str> = std::iter::once(prefix).chain(letters.split('-')).filter(|word| !word.is_empty()).collect();
    PartId::new(&words.join("-"))
}

/// An id for a part of this name that neither the catalogue nor the design has. Time: O(own parts).
pub fn free_id(name: &str, catalog: &Catalog, design: &Design) -> PartId {
    let stem = id_of("own", name);
    let taken = |id: &PartId| catalog.built_in(id.as_str()).is_some() || design.parts.contains_key(id);
    let numbered = (2u32..).map(|number| PartId::new(&format!("{stem}-{number}")));
    let id = std::iter::once(stem.clone()).chain(numbered).find(|id| !taken(id));
    id.unwrap_or(stem)
}
