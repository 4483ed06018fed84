//! An array of copies: how many, where they stand, how far apart. What would be made is seen in the drawing before it is.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::tried::{Tried, typed};
use crate::app::hooks::use_selector;
use crate::editor::{Along, Intent, MOST_COPIES};
use crate::model::Subject;

/// Where copies may stand, with the words of the choice and of the gap.
const WAYS: [(&str, &str, &str); 5] = [
    ("up", "Up the rack", "Free units between"),
    ("down", "Down the rack", "Free units between"),
    ("racks", "Into the next racks", ""),
    ("row", "In a row", "Gap"),
    ("column", "In a column", "Gap"),
];

fn along(way: &str, gap: &str) -> Option<Along> {
    let gap = gap.trim();
    Some(match way {
        "up" | "down" => Along::Units { gap: gap.parse().ok()?, down: way == "down" },
        "racks" => Along::Racks,
        "column" => Along::Down { gap: crate::units::decimal(gap)? },
        _ => Along::Across { gap: crate::units::decimal(gap)? },
    })
}

/// An array of copies.
#[component]
pub fn Repeat() -> Html {
    // Only nodes that stand in racks go along units or into other racks.
    let racked = use_selector(|view| {
        let stands = |subject: &Subject| match subject {
            Subject::Node(id) => view.session.design().nodes.get(*id).is_some_and(|node| node.rack.is_some()),
            Subject::Group(_) | Subject::Rack(_) => false,
            _ => true,
        };
        view.session.selection().iter().all(stands)
    });
    let ways = if *racked { &WAYS[..] } else { &WAYS[3..] };
    let count = use_state(|| "3".to_owned());
    let way = use_state(|| if *racked { "up" } else { "row" });
    let gap = use_state(|| if *racked { "0" } else { "32" }.to_owned());
    let wanted = count.trim().parse::<u16>().ok().zip(along(&way, &gap)).map(|(count, along)| Intent::Repeat { count, along });
    let chosen = {
        let (way, gap) = (way.clone(), gap.clone());
        Callback::from(move |event: Event| {
            let value = event.target_dyn_into::<HtmlSelectElement>().map(|select| select.value()).unwrap_or_default();
            if let Some((key, ..)) = WAYS.iter().find(|(key, ..)| *key == value) {
                gap.set(if matches!(*key, "row" | "column") { "32" } else { "0" }.to_owned());
                way.set(key);
            }
        })
    };
    let options = ways.iter().map(|(key, words, _)| html! { <option key={*key} value={*key} selected={*way == *key}>{ *words }</option> });
    let gap_words = WAYS.iter().find(|(key, ..)| *key == *way).map_or("", |(_, _, words)| *words);
    let unclear = format!("Write whole numbers: 1 to {MOST_COPIES} copies, and a gap of 0 or more.");
    html! {
        <Tried id="repeat" title="Make copies" verb="Make copies" {wanted} {unclear}>
            <label class="labelled"><span>{ "Copies" }</span>
                <input class="field" inputmode="numeric" autofocus=true value={(*count).clone()} oninput={typed(&count)} autocomplete="off" /></label>
            <label class="labelled"><span>{ "Where" }</span><select class="field" onchange={chosen}>{ for options }</select></label>
            if !gap_words.is_empty() {
                <label class="labelled"><span>{ gap_words }</span>
                    <input class="field" inputmode="decimal" value={(*gap).clone()} oninput={typed(&gap)} autocomplete="off" /></label>
            }
        </Tried>
    }
}
