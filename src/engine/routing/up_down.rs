//! Up/down: away from the hosts first and then toward them. Switches are put in one order from the roots down; a step toward the roots is up,
//! and no step up follows one down, so that no packet waits for itself over others.
//!
//! M. Schroeder et al., "Autonet: a high-speed, self-configuring local area network using point-to-point links" (1991); OpenSM, `updn`.

use super::graph::Graph;
use super::listed;
use super::turns::{NEVER, Table};
use crate::model::NodeId;
use crate::units::SortedSet;

/// Class 0 is up, class 1 is down.
pub fn table() -> Table {
    Table { after: vec![vec![0, 1], vec![NEVER, 1]] }
}

/// What up/down makes of a fabric.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UpDown {
    /// By place in [`Graph::forwarders`]: steps from the roots; those of equal steps go by their place.
    pub rank: Vec<u32>,
    /// The roots in words.
    pub roots: String,
    /// Whether the roots are all that are farthest from the endpoints: then the order is that of the tiers, whatever switches are called or numbered.
    pub by_tier: bool,
}

impl UpDown {
    /// Whether a step from one forwarder to another, by their places, leads up.
    pub fn is_up(&self, from: usize, to: usize) -> bool {
        let key = |place: usize| (self.rank.get(place).copied().unwrap_or(u32::MAX), place);
        key(to) < key(from)
    }
}

/// Puts the switches of a fabric in order. Where no root is stated, the roots are the switches farthest from the endpoints; where all switches
/// are equally far, one of them (the one with most links, of equals the first) is the root and the others follow by their distance from it.
///
/// Errs with a sentence where what is stated names no switch of the fabric. Time: O(links + switches × names stated).
pub fn of(graph: &Graph, stated: Option<&str>) -> Result<UpDown, String> {
    let tier = |place: usize| graph.tier(place);
    let highest = (0..graph.forwarders.len()).map(tier).max().unwrap_or(0);
    let roots: Vec<usize> = match stated.map(str::trim).filter(|stated| !stated.is_empty()) {
        Some(stated) => stated_roots(graph, stated)?,
        None if highest > 1 => {
            let rank = (0..graph.forwarders.len()).map(|place| u32::from(highest - tier(place))).collect();
            let count = (0..graph.forwarders.len()).filter(|place| tier(*place) == highest).count();
            return Ok(UpDown { rank, roots: format!("{count} root{} on tier {highest}", if count == 1 { "" } else { "s" }), by_tier: true });
        }
        None => {
            let mut best: Option<(usize, usize)> = None;
            for (place, row) in graph.rows.iter().enumerate() {
                if best.is_none_or(|(most, _)| row.len() > most) {
                    best = Some((row.len(), place));
                }
            }
            vec![best.ok_or_else(|| "it has no switches".to_owned())?.1]
        }
    };
    let mut rank = vec![u32::MAX; graph.forwarders.len()];
    let mut open = roots.clone();
    for root in &roots {
        rank[*root] = 0;
    }
    let mut next = 0;
    while let Some(here) = open.get(next).copied() {
        next += 1;
        let below = rank.get(here).copied().unwrap_or(0) + 1;
        for (to, _) in graph.row(here) {
            if let Some(rank) = rank.get_mut(*to as usize).filter(|rank| **rank == u32::MAX) {
                *rank = below;
                open.push(*to as usize);
            }
        }
    }
    let names: Vec<String> = roots.iter().filter_map(|place| graph.name(*place)).collect();
    Ok(UpDown { rank, roots: format!("root{} {}", if roots.len() == 1 { "" } else { "s" }, listed(&names)), by_tier: false })
}

/// Forwarders by the names or ids stated, each once.
fn stated_roots(graph: &Graph, stated: &str) -> Result<Vec<usize>, String> {
    let mut found = SortedSet::new();
    for word in stated.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let before = found.len();
        let begins = word.strip_suffix('*');
        let id: Option<NodeId> = word.parse().ok();
        for (place, vertex) in graph.forwarders.iter().enumerate() {
            let node = graph.node(*vertex);
            let name = graph.design.nodes.get(node).map_or("", |node| node.name.as_str());
            let named = begins.map_or(name == word, |begin| name.starts_with(begin));
            if named || id == Some(node) {
                found.insert(place);
            }
        }
        if found.len() == before {
            return Err(format!("no switch of it is called “{}”", word.chars().take(40).collect::<String>()));
        }
    }
    if found.is_empty() { Err("no root is named".to_owned()) } else { Ok(found.into_iter().collect()) }
}
