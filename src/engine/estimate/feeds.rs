//! What every power feed carries, and what it carries with another one lost.

use super::{Draft, Estimate, Input};
use crate::engine::context::Context;
use crate::engine::feeds;
use crate::model::{Confidence, Figure};

const SOURCE: &str = "Racks split what they draw at most evenly over their supplies";

/// `feed/NAME` and `feed-alone/NAME` for every feed that carries something. Time: as [`feeds::loads`].
pub fn estimates(context: &Context) -> Vec<Estimate> {
    let mut all = Vec::new();
    for load in feeds::of(context).into_iter().filter(|load| !load.racks.is_empty()) {
        let confidence = if load.recalled { Confidence::Recalled } else { Confidence::Datasheet };
        let watts = |value: f64| Some(Figure::exact(value, confidence));
        let told = |draft: Draft| {
            let limit =
                load.capacity.map_or_else(|| "What it can give is not stated".to_owned(), |watts| format!("It can give {}", crate::units::Watts(watts)));
            let draft = draft.assume(limit);
            if load.unknown > 0 { draft.partial(true).assume(format!("At least: {} nodes do not say what they draw", load.unknown)) } else { draft }
        };
        let own = Input::figure("drawn", &format!("of {} racks", load.racks.len()), "W", watts(load.drawn));
        let draft = Draft::new(&format!("feed/{}", load.name), format!("Load of power feed {}", load.name), "W", "drawn", SOURCE);
        all.push(Estimate::new(told(draft).input(own.clone()), context.recalled()));
        if let Some((alone, lost)) = &load.alone {
            let label = format!("Load of power feed {} without feed {lost}", load.name);
            let draft = Draft::new(&format!("feed-alone/{}", load.name), label, "W", "drawn + taken", SOURCE)
                .assume("A rack that hangs on nothing else goes dark with its feed")
                .input(own)
                .input(Input::figure("taken", &format!("taken over from feed {lost}"), "W", watts(alone - load.drawn)));
            all.push(Estimate::new(told(draft), context.recalled()));
        }
    }
    all
}
