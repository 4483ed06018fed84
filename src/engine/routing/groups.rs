//! Minimal and Valiant routes of a dragonfly: groups of switches that are joined with each other, and at most one link between groups (minimal),
//! or two by way of a third group (Valiant).
//!
//! J. Kim, W. Dally, S. Scott, D. Abts, "Technology-driven, highly-scalable dragonfly topology", ISCA 2008, section 4.1.

use super::graph::{Graph, NONE};
use super::turns::{NEVER, Table};
use crate::model::{GroupKind, Member};
use crate::units::{SortedMap, SortedSet};

/// Class 0 is a step within a group, class 1 one between groups, of which there is one.
pub fn table() -> Table {
    Table { after: vec![vec![0, 1], vec![1, NEVER]] }
}

/// Which group each switch is in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Groups {
    /// By place in [`Graph::forwarders`].
    pub of: Vec<u32>,
    /// How many there are.
    pub count: u32,
    /// Whether every switch is joined with every other of its group, and every group with every other.
    pub complete: bool,
}

impl Groups {
    /// Whether two places are in one group.
    pub fn are_one(&self, a: usize, b: usize) -> bool {
        self.of.get(a) == self.of.get(b)
    }
}

/// The groups of a fabric: the pods that are drawn, else the switches that have most of their neighbours in common. Errs with a sentence where
/// that is no dragonfly. Time: O(links × links of a switch).
pub fn of(graph: &Graph) -> Result<Groups, String> {
    if graph.forwarders.len() < 2 {
        return Err("it has no two switches".to_owned());
    }
    let drawn = pods(graph).and_then(|of| verified(graph, of));
    match drawn {
        Ok(groups) => Ok(groups),
        Err(_) => verified(graph, alike(graph)),
    }
}

fn pods(graph: &Graph) -> Result<Vec<u32>, String> {
    let mut pod = SortedMap::new();
    for (id, group) in graph.design.groups.iter().filter(|(_, group)| group.kind == GroupKind::Pod) {
        for member in &group.members {
            if let Member::Node(node) = member {
                pod.insert(*node, id.0);
            }
        }
    }
    let of: Option<Vec<u32>> = graph.forwarders.iter().map(|vertex| pod.get(&graph.node(*vertex)).copied()).collect();
    of.ok_or_else(|| "a switch is in no pod".to_owned())
}

/// Joins switches of which more than half the neighbours are common, themselves included.
fn alike(graph: &Graph) -> Vec<u32> {
    let around = |place: usize| {
        let mut around: SortedSet<u32> = graph.row(place).iter().map(|(to, _)| *to).collect();
        around.insert(place as u32);
        around
    };
    let around: Vec<SortedSet<u32>> = (0..graph.forwarders.len()).map(around).collect();
    let mut of: Vec<u32> = vec![NONE; graph.forwarders.len()];
    let mut open = Vec::new();
    for start in 0..of.len() {
        if of[start] != NONE {
            continue;
        }
        of[start] = start as u32;
        open.push(start);
        while let Some(here) = open.pop() {
            for (to, _) in graph.row(here) {
                let to = *to as usize;
                let (Some(one), Some(other)) = (around.get(here), around.get(to)) else { continue };
                let common = one.iter().filter(|place| other.contains(place)).count();
                if 2 * common > one.len().max(other.len())
                    && let Some(slot) = of.get_mut(to).filter(|slot| **slot == NONE)
                {
                    *slot = start as u32;
                    open.push(to);
                }
            }
        }
    }
    of
}

/// Groups hang together by their own links, and most of them are joined with each other.
fn verified(graph: &Graph, of: Vec<u32>) -> Result<Groups, String> {
    let mut number = SortedMap::new();
    let of: Vec<u32> = of
        .into_iter()
        .map(|group| {
            let next = number.len() as u32;
            *number.entry(group).or_insert(next)
        })
        .collect();
    let count = number.len() as u32;
    if count < 2 || number.len() == of.len() {
        return Err("its switches make no groups that are joined with each other".to_owned());
    }
    let mut reached = vec![false; of.len()];
    let mut begun = vec![false; count as usize];
    let mut sizes = vec![0u64; count as usize];
    let mut inside = 0u64;
    let mut joined: SortedSet<(u32, u32)> = SortedSet::new();
    let mut open = Vec::new();
    for (start, own) in of.iter().enumerate() {
        sizes[*own as usize] += 1;
        let mut last = NONE;
        for (to, _) in graph.row(start) {
            if std::mem::replace(&mut last, *to) == *to {
                continue;
            }
            match of.get(*to as usize) {
                Some(other) if other == own => inside += 1,
                Some(other) => {
                    joined.insert((*own.min(other), *own.max(other)));
                }
                None => {}
            }
        }
        if reached[start] {
            continue;
        }
        if std::mem::replace(&mut begun[*own as usize], true) {
            return Err(format!("the group of {} does not hang together by its own links", graph.name(start).unwrap_or_default()));
        }
        reached[start] = true;
        open.push(start);
        while let Some(here) = open.pop() {
            for (to, _) in graph.row(here) {
                if of.get(*to as usize) == Some(own)
                    && let Some(slot) = reached.get_mut(*to as usize).filter(|slot| !**slot)
                {
                    *slot = true;
                    open.push(*to as usize);
                }
            }
        }
    }
    if sizes.contains(&1) {
        return Err("a switch of it is in a group by itself".to_owned());
    }
    let pairs = u64::from(count) * u64::from(count - 1) / 2;
    if 2 * (joined.len() as u64) < pairs {
        return Err(format!("only {} of {pairs} pairs of its {count} groups are joined", joined.len()));
    }
    let all: u64 = sizes.iter().map(|size| size * (size - 1)).sum();
    Ok(Groups { of, count, complete: joined.len() as u64 == pairs && inside == all })
}
