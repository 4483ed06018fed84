//! Dimension order: in a torus or a mesh one dimension after the other, each the short way round.
//!
//! What a dimension is, is found and then verified link by link: lengths that are stated are held against every link; else the cages that
//! links join tell the dimensions apart (the way round of one dimension runs from one cage to the other everywhere), else lengths are tried
//! that fit the number of nodes in id order. What does not come out as a torus or mesh is refused with a sentence.

use super::graph::{Graph, NONE};
use super::turns::{NEVER, Table};
use crate::engine::topology::ArcIndex;
use crate::units::{SortedMap, SortedSet, order};

/// The most dimensions.
const MOST: usize = 8;

/// Classes are dimensions, and a dimension never follows a later one.
pub fn table(dimensions: usize) -> Table {
    Table { after: (0..dimensions as u8).map(|mode| (0..dimensions as u8).map(|class| if class < mode { NEVER } else { class }).collect()).collect() }
}

/// A torus or mesh.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dimensions {
    /// How long each is.
    pub sizes: Vec<u32>,
    /// Whether each closes to a ring.
    pub closed: Vec<bool>,
    /// By place in [`Graph::forwarders`].
    pub coordinates: Vec<[u32; MOST]>,
}

impl Dimensions {
    /// The dimension in which two places differ, if they differ in one.
    pub fn between(&self, a: usize, b: usize) -> Option<u8> {
        let (a, b) = (self.coordinates.get(a)?, self.coordinates.get(b)?);
        let mut differ = a.iter().zip(b).enumerate().filter(|(_, (a, b))| a != b);
        let (dimension, _) = differ.next()?;
        differ.next().is_none().then_some(dimension as u8)
    }
    /// Whether a step between two places closes the ring of its dimension.
    pub fn is_dateline(&self, a: usize, b: usize) -> bool {
        let Some(dimension) = self.between(a, b).map(usize::from) else { return false };
        let at = |place: usize| self.coordinates.get(place).and_then(|at| at.get(dimension)).copied().unwrap_or(0);
        let size = self.sizes.get(dimension).copied().unwrap_or(0);
        size > 2 && at(a).abs_diff(at(b)) + 1 == size
    }
    /// Its lengths in words.
    pub fn words(&self) -> String {
        self.sizes.iter().map(u32::to_string).collect::<Vec<_>>().join(" × ")
    }
}

/// Lengths that are stated: whole numbers of 1 or more, apart by commas, spaces or `x`; at most 8.
pub fn sizes(text: &str) -> Option<Vec<u32>> {
    let words: Vec<&str> = text.split([',', ';', ' ', 'x', '×']).filter(|word| !word.is_empty()).collect();
    let sizes: Option<Vec<u32>> = words.iter().map(|word| word.parse().ok().filter(|size| (1..=1_000_000).contains(size))).collect();
    sizes.filter(|sizes| !sizes.is_empty() && sizes.len() <= MOST)
}

/// Finds the dimensions of a fabric. Errs with a sentence where it is no torus or mesh. Time: O(dimensions × links).
pub fn of(graph: &Graph, stated: Option<&str>) -> Result<Dimensions, String> {
    if graph.forwarders.len() < 2 {
        return Err("it has no two nodes that forward".to_owned());
    }
    if let Some(text) = stated {
        let sizes = sizes(text).ok_or_else(|| "its dimensions are no list of lengths".to_owned())?;
        return in_order(graph, sizes);
    }
    let by_cages = by_cages(graph);
    if by_cages.is_ok() {
        return by_cages;
    }
    // Lengths that fit, longest rows last; of two dimensions before three.
    let count = graph.forwarders.len() as u32;
    let divisors: Vec<u32> = (2..count).filter(|size| count.is_multiple_of(*size)).take(64).collect();
    let flat = divisors.iter().map(|x| vec![*x, count / x]);
    let deep = divisors
        .iter()
        .flat_map(|x| divisors.iter().filter(move |y| (count / x).is_multiple_of(**y) && count / x > **y).map(move |y| vec![*x, *y, count / x / y]));
    flat.chain(deep).find_map(|sizes| in_order(graph, sizes).ok()).map_or(by_cages, Ok)
}

/// Nodes in id order, the first dimension fastest; verified link by link.
fn in_order(graph: &Graph, sizes: Vec<u32>) -> Result<Dimensions, String> {
    let words = || sizes.iter().map(u32::to_string).collect::<Vec<_>>().join(" × ");
    let product = sizes.iter().fold(1u64, |product, size| product.saturating_mul(u64::from(*size)));
    if product != graph.forwarders.len() as u64 {
        return Err(format!("it has {} nodes that forward, and {} are {product}", graph.forwarders.len(), words()));
    }
    let mut coordinates = Vec::with_capacity(graph.forwarders.len());
    for place in 0..graph.forwarders.len() as u32 {
        let mut at = [0; MOST];
        let mut rest = place;
        for (slot, size) in at.iter_mut().zip(&sizes) {
            *slot = rest % size;
            rest /= size;
        }
        coordinates.push(at);
    }
    let mut made = Dimensions { closed: vec![false; sizes.len()], sizes: sizes.clone(), coordinates };
    for (from, row) in graph.rows.iter().enumerate() {
        for (to, _) in row {
            let to = *to as usize;
            let dimension = made.between(from, to).map(usize::from);
            let step = dimension.map(|dimension| made.coordinates[from][dimension].abs_diff(made.coordinates[to][dimension]));
            let closes = made.is_dateline(from, to);
            if !(step == Some(1) || closes) {
                let name = |place| graph.name(place).unwrap_or_default();
                return Err(format!("{} and {} are joined and no neighbours in {}", name(from), name(to), words()));
            }
            if let Some(closed) = dimension.and_then(|dimension| made.closed.get_mut(dimension)) {
                *closed |= closes;
            }
        }
    }
    Ok(made)
}

/// The dimensions that the cages of links tell apart; verified link by link.
fn by_cages(graph: &Graph) -> Result<Dimensions, String> {
    // Cages that links join are of one dimension.
    let mut above: SortedMap<u16, u16> = SortedMap::new();
    let root = |above: &SortedMap<u16, u16>, mut cage: u16| {
        while let Some(up) = above.get(&cage).copied().filter(|up| *up != cage) {
            cage = up;
        }
        cage
    };
    let between: Vec<u32> = graph.edges.iter().copied().filter(|edge| graph.places(*edge).is_some()).collect();
    for edge in &between {
        let Some(cages) = graph.cages(*edge) else { continue };
        let roots = cages.map(|cage| root(&above, cage));
        above.insert(roots[0].max(roots[1]), roots[0].min(roots[1]));
        above.entry(roots[0].min(roots[1])).or_insert(roots[0].min(roots[1]));
    }
    let kinds: SortedSet<u16> = above.keys().map(|cage| root(&above, *cage)).collect();
    let kinds: Vec<u16> = kinds.iter().copied().collect();
    if kinds.is_empty() || kinds.len() > MOST {
        return Err(format!("its links join cages of {} kinds, which makes no dimensions", kinds.len()));
    }
    let dimension_of = |arc: ArcIndex| {
        let cages = graph.cages(arc / 2)?;
        kinds.binary_search(&root(&above, cages[0])).ok()
    };
    let mut made = Dimensions { coordinates: vec![[0; MOST]; graph.forwarders.len()], ..Dimensions::default() };
    for dimension in 0..kinds.len() {
        let (size, closed) = layers(graph, dimension, &dimension_of, &mut made.coordinates)?;
        made.sizes.push(size);
        made.closed.push(closed);
    }
    let mut places: Vec<u32> = (0..graph.forwarders.len() as u32).collect();
    let at = |place: &u32| made.coordinates.get(*place as usize).copied().unwrap_or_default();
    order::sort_by(&mut places, |a, b| at(a).cmp(&at(b)));
    if let Some([a, b]) = places.windows(2).filter_map(|pair| <[u32; 2]>::try_from(pair).ok()).find(|[a, b]| at(a) == at(b)) {
        let name = |place: u32| graph.name(place as usize).unwrap_or_default();
        return Err(format!("{} and {} come out at one place of it", name(a), name(b)));
    }
    Ok(made)
}

/// Gives every place its coordinate along a dimension: what hangs together by all other dimensions is one layer, and layers follow one another
/// in a line or a ring. Answers how many there are and whether they close.
fn layers(graph: &Graph, dimension: usize, dimension_of: &dyn Fn(ArcIndex) -> Option<usize>, coordinates: &mut [[u32; MOST]]) -> Result<(u32, bool), String> {
    let count = graph.forwarders.len();
    let mut layer = vec![NONE; count];
    let mut found = 0u32;
    let mut open = Vec::new();
    for start in 0..count {
        if layer[start] != NONE {
            continue;
        }
        layer[start] = found;
        open.push(start);
        while let Some(here) = open.pop() {
            for (to, _) in graph.row(here).iter().filter(|(_, arc)| dimension_of(*arc) != Some(dimension)) {
                if let Some(slot) = layer.get_mut(*to as usize).filter(|slot| **slot == NONE) {
                    *slot = found;
                    open.push(*to as usize);
                }
            }
        }
        found += 1;
    }
    let mut beside: Vec<Vec<u32>> = vec![Vec::new(); found as usize];
    for (here, own) in layer.iter().enumerate() {
        for (to, _) in graph.row(here).iter().filter(|(_, arc)| dimension_of(*arc) == Some(dimension)) {
            let there = layer.get(*to as usize).copied().unwrap_or(NONE);
            let refuse = |words: &str| Err(format!("{} {words} along dimension {}", graph.name(here).unwrap_or_default(), dimension + 1));
            if there == *own {
                return refuse("leads back to where it is");
            }
            if let Some(row) = beside.get_mut(*own as usize).filter(|row| !row.contains(&there)) {
                row.push(there);
                if row.len() > 2 {
                    return refuse("has more than two neighbours");
                }
            }
        }
    }
    // From an end of the line, else from the first layer.
    let first = beside.iter().position(|row| row.len() < 2).unwrap_or(0) as u32;
    let closed = beside.iter().all(|row| row.len() == 2) && found > 2;
    let mut position = vec![NONE; found as usize];
    let (mut here, mut next) = (first, 0);
    loop {
        if let Some(slot) = position.get_mut(here as usize) {
            *slot = next;
        }
        next += 1;
        let ahead = beside.get(here as usize).into_iter().flatten().copied().find(|to| position.get(*to as usize) == Some(&NONE));
        let Some(ahead) = ahead else { break };
        here = ahead;
    }
    if next != found {
        return Err(format!("its layers along dimension {} do not hang together", dimension + 1));
    }
    for (at, own) in coordinates.iter_mut().zip(&layer) {
        if let (Some(slot), Some(position)) = (at.get_mut(dimension), position.get(*own as usize)) {
            *slot = *position;
        }
    }
    Ok((found, closed))
}
