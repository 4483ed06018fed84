//! Power feeds: what each carries, and what it would have to carry with another one lost.
//!
//! A rack splits what it draws at most evenly over its supplies, each of which hangs on a feed. When a feed is lost the rack's other
//! supplies take its share; a rack without another feed goes dark. Feeds that the design does not have give nothing.

use super::context::Context;
use crate::catalog::Catalog;
use crate::model::{Design, Rack, RackId};
use crate::units::SortedMap;

/// What one feed carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedLoad {
    /// Its name.
    pub name: String,
    /// What it can give, in watts; `None` is not known.
    pub capacity: Option<f64>,
    /// Watts of the racks on it, while all feeds are there.
    pub drawn: f64,
    /// Watts with the one other feed lost whose racks weigh most here, and the name of that feed.
    pub alone: Option<(f64, String)>,
    /// Racks on it with what each draws from it, most first.
    pub racks: Vec<(RackId, f64)>,
    /// Nodes on it that do not say what they draw.
    pub unknown: usize,
    /// Whether a figure in it is recalled.
    pub recalled: bool,
}

/// The feeds of the design that a rack's supplies hang on, by place in the design's list, one for each supply.
pub fn supplies(design: &Design, rack: &Rack) -> Vec<usize> {
    let place = |name: &String| design.meta.feeds.iter().position(|feed| feed.name == *name);
    rack.feeds.iter().filter_map(place).collect()
}

/// What a rack draws at most.
#[derive(Clone, Copy, Default)]
struct Draw {
    watts: f64,
    unknown: usize,
    recalled: bool,
}

/// What every feed carries, in the order of the design. Time: O(nodes log racks + racks × feeds of a rack²).
pub fn loads(design: &Design, catalog: &Catalog) -> Vec<FeedLoad> {
    let feeds = &design.meta.feeds;
    if feeds.is_empty() {
        return Vec::new();
    }
    let mut draws: SortedMap<RackId, Draw> = SortedMap::new();
    for (_, node) in design.nodes.iter() {
        let Some(rack) = node.rack else { continue };
        let draw = draws.entry(rack).or_default();
        match catalog.part(design, &node.part).and_then(|part| part.power.as_ref()).filter(|power| power.value.0.is_finite()) {
            Some(power) => {
                draw.watts += power.value.0;
                draw.recalled |= power.is_recalled();
            }
            None => draw.unknown += 1,
        }
    }
    let mut loads: Vec<FeedLoad> =
        feeds.iter().map(|feed| FeedLoad { name: feed.name.clone(), capacity: feed.capacity.map(|watts| watts.0), ..FeedLoad::default() }).collect();
    // What a feed takes over when another is lost, by the place of both.
    let mut taken: SortedMap<(usize, usize), f64> = SortedMap::new();
    for (id, rack) in design.racks.iter() {
        let Some(draw) = draws.get(&id).copied() else { continue };
        let on = supplies(design, rack);
        let mut distinct = on.clone();
        crate::units::order::sort_unique(&mut distinct);
        let share = |feed: usize| on.iter().filter(|other| **other == feed).count() as f64;
        for feed in distinct.iter().copied() {
            let own = draw.watts * share(feed) / on.len() as f64;
            if let Some(load) = loads.get_mut(feed) {
                load.drawn += own;
                load.unknown += draw.unknown;
                load.recalled |= draw.recalled;
                load.racks.push((id, own));
            }
            for lost in distinct.iter().copied().filter(|lost| *lost != feed) {
                let left = on.len() as f64 - share(lost);
                *taken.entry((feed, lost)).or_default() += draw.watts * share(feed) / left - own;
            }
        }
    }
    for ((feed, lost), more) in taken.iter() {
        let name = feeds.get(*lost).map(|feed| feed.name.clone()).unwrap_or_default();
        if let Some(load) = loads.get_mut(*feed) {
            let watts = load.drawn + more;
            if load.alone.as_ref().is_none_or(|(most, _)| watts > *most) {
                load.alone = Some((watts, name));
            }
        }
    }
    for load in &mut loads {
        crate::units::order::sort_by(&mut load.racks, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    }
    loads
}

/// [`loads`] of a context.
pub fn of(context: &Context) -> Vec<FeedLoad> {
    loads(context.design, context.catalog)
}
