//! Where each node stands among the nodes of a design: lists by place instead of maps by id.

use super::ids::NodeId;

const NOWHERE: u32 = u32::MAX;

/// Nodes in id order, and the place of each.
///
/// Asking is O(1) as long as ids are about as many as nodes, as they are in what is drawn; else O(log nodes). Space: O(nodes).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places {
    ids: Vec<NodeId>,
    /// The place of each id, by its number; empty where numbers are far apart.
    of: Vec<u32>,
}

impl Places {
    /// The places of some nodes, in rising order.
    pub fn of(ids: Vec<NodeId>) -> Self {
        let most = ids.last().map_or(0, |id| id.0 as usize);
        let mut of = Vec::new();
        if most <= 8 * ids.len() + 1024 {
            of = vec![NOWHERE; most + 1];
            for (place, id) in ids.iter().enumerate() {
                if let Some(slot) = of.get_mut(id.0 as usize) {
                    *slot = place as u32;
                }
            }
        }
        Self { ids, of }
    }
    /// Nodes in id order.
    pub fn ids(&self) -> &[NodeId] {
        &self.ids
    }
    /// The place of a node.
    #[inline(always)]
    pub fn place(&self, node: NodeId) -> Option<usize> {
        if self.of.is_empty() {
            return self.ids.binary_search(&node).ok();
        }
        self.of.get(node.0 as usize).filter(|place| **place != NOWHERE).map(|place| *place as usize)
    }
}

/// A value for some nodes, iterated in id order. As a sorted map, with O(1) to ask.
#[derive(Clone, Debug)]
pub struct ByNode<'a, V> {
    places: &'a Places,
    /// By place.
    values: Vec<Option<V>>,
    count: usize,
}

impl<'a, V: Copy> ByNode<'a, V> {
    /// Nothing yet. Space: O(nodes).
    pub fn new(places: &'a Places) -> Self {
        Self::of_values(places, vec![None; places.ids.len()])
    }
}

impl<'a, V> ByNode<'a, V> {
    /// Values by place. Time: O(nodes).
    pub fn of_values(places: &'a Places, values: Vec<Option<V>>) -> Self {
        let count = values.iter().flatten().count();
        Self { places, values, count }
    }
    /// The values by place.
    pub fn into_values(self) -> Vec<Option<V>> {
        self.values
    }
    /// Gives a node a value. A node that does not exist takes none.
    pub fn insert(&mut self, node: NodeId, value: V) {
        if let Some(slot) = self.places.place(node).and_then(|place| self.values.get_mut(place)) {
            self.count += usize::from(slot.is_none());
            *slot = Some(value);
        }
    }
    /// The value of a node.
    #[inline(always)]
    pub fn get(&self, node: &NodeId) -> Option<&V> {
        self.values.get(self.places.place(*node)?)?.as_ref()
    }
    /// The value of the node at a place.
    #[inline(always)]
    pub fn at_place(&self, place: usize) -> Option<&V> {
        self.values.get(place)?.as_ref()
    }
    /// Whether a node has one.
    #[inline(always)]
    pub fn contains_key(&self, node: &NodeId) -> bool {
        self.get(node).is_some()
    }
    /// How many nodes have one.
    pub fn len(&self) -> usize {
        self.count
    }
    /// Whether none has.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
    /// Nodes with their values, in id order. Time: O(nodes of the design).
    pub fn iter(&self) -> impl Iterator<Item = (&NodeId, &V)> + Clone {
        self.places.ids.iter().zip(&self.values).filter_map(|(node, value)| Some((node, value.as_ref()?)))
    }
    /// Nodes that have one, in id order.
    pub fn keys(&self) -> impl Iterator<Item = &NodeId> + Clone {
        self.iter().map(|(node, _)| node)
    }
    /// Values in the order of their nodes.
    pub fn values(&self) -> impl Iterator<Item = &V> + Clone {
        self.values.iter().flatten()
    }
}

/// A list for each node, all in one.
#[derive(Clone, Debug)]
pub struct ListByNode<'a, T> {
    places: &'a Places,
    /// `items[first[place]..first[place + 1]]` is the list of a node.
    first: Vec<u32>,
    items: Vec<T>,
}

impl<'a, T: Copy + Default> ListByNode<'a, T> {
    /// Lists of what `pairs` says, those of one node in the order they come. It is asked twice, and must say the same. What is said of nodes that do
    /// not exist is left out. Time and space: O(nodes + pairs).
    pub fn of<I: Iterator<Item = (NodeId, T)>>(places: &'a Places, pairs: impl Fn() -> I) -> Self {
        let mut first = vec![0u32; places.ids.len() + 1];
        for place in pairs().filter_map(|(node, _)| places.place(node)) {
            first[place + 1] += 1;
        }
        for place in 1..first.len() {
            first[place] += first[place - 1];
        }
        let mut next = first.clone();
        let mut items = vec![T::default(); first.last().map_or(0, |count| *count as usize)];
        for (node, item) in pairs() {
            let Some(next) = places.place(node).and_then(|place| next.get_mut(place)) else { continue };
            if let Some(slot) = items.get_mut(*next as usize) {
                *slot = item;
            }
            *next += 1;
        }
        Self { places, first, items }
    }
    /// `items[first[place]..first[place + 1]]` is the list of the node at a place.
    pub fn of_lists(places: &'a Places, first: Vec<u32>, items: Vec<T>) -> Self {
        Self { places, first, items }
    }
    /// Where each node stands.
    pub fn places(&self) -> &'a Places {
        self.places
    }
    /// What [`ListByNode::of_lists`] takes.
    pub fn into_lists(self) -> (Vec<u32>, Vec<T>) {
        (self.first, self.items)
    }
    /// The list of a node.
    #[inline(always)]
    pub fn at(&self, node: NodeId) -> &[T] {
        self.places.place(node).map_or(&[], |place| self.at_place(place))
    }
    /// The list of the node at a place.
    #[inline(always)]
    pub fn at_place(&self, place: usize) -> &[T] {
        match (self.first.get(place), self.first.get(place + 1)) {
            (Some(from), Some(to)) => self.items.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        }
    }
    /// Nodes whose list is not empty, in id order.
    pub fn keys(&self) -> impl Iterator<Item = &NodeId> + Clone {
        self.iter().map(|(node, _)| node)
    }
    /// Nodes whose list is not empty, with their lists, in id order.
    pub fn iter(&self) -> impl Iterator<Item = (&NodeId, &[T])> + Clone {
        self.places.ids.iter().enumerate().map(|(place, node)| (node, self.at_place(place))).filter(|(_, list)| !list.is_empty())
    }
}
