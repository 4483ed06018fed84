//! An array of copies: how many, where they stand, how far apart. What would be made is seen in the drawing before it is.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::dialog::Modal;
use crate::app::hooks::{use_action, use_selector, use_store};
use crate::app::host;
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
    let store = use_store();
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
    {
        let store = store.clone();
        use_effect_with(wanted.clone(), move |wanted| store.dispatch(Intent::Preview(wanted.clone().map(Box::new))));
    }
    let preview = use_selector(|view| view.session.preview().map(|preview| (preview.summary.clone(), preview.refused)));
    let close = use_action(|store, ()| {
        store.dispatch(Intent::Preview(None));
        store.change(|ui| ui.dialog = None);
        host::focus("canvas");
    });
    let make = {
        let (store, close, wanted) = (store.clone(), close.clone(), wanted.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(wanted) = &wanted {
                close.emit(());
                store.dispatch(wanted.clone());
            }
        })
    };
    let typed = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
                state.set(input.value());
            }
        })
    };
    let chosen = {
        let (way, gap) = (way.clone(), gap.clone());
        Callback::from(move |event: Event| {
            let value = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok()).map(|select| select.value()).unwrap_or_default();
            if let Some((key, ..)) = WAYS.iter().find(|(key, ..)| *key == value) {
                gap.set(if matches!(*key, "row" | "column") { "32" } else { "0" }.to_owned());
                way.set(key);
            }
        })
    };
    let options = ways.iter().map(|(key, words, _)| html! { <option key={*key} value={*key} selected={*way == *key}>{ *words }</option> });
    let gap_words = WAYS.iter().find(|(key, ..)| *key == *way).map_or("", |(_, _, words)| *words);
    let (words, refused) = match (&wanted, &*preview) {
        (None, _) => (format!("Write whole numbers: 1 to {MOST_COPIES} copies, and a gap of 0 or more."), true),
        (Some(_), Some((summary, refused))) => (summary.clone(), *refused),
        (Some(_), None) => (String::new(), false),
    };
    html! {
        <Modal id="repeat" title="Make copies" class="beside" close={close.clone()}>
            <form onsubmit={make}>
                <div class="dialog-fields">
                    <label class="labelled"><span>{ "Copies" }</span>
                        <input class="field" inputmode="numeric" autofocus=true value={(*count).clone()} oninput={typed(&count)} autocomplete="off" /></label>
                    <label class="labelled"><span>{ "Where" }</span><select class="field" onchange={chosen}>{ for options }</select></label>
                    if !gap_words.is_empty() {
                        <label class="labelled"><span>{ gap_words }</span>
                            <input class="field" inputmode="decimal" value={(*gap).clone()} oninput={typed(&gap)} autocomplete="off" /></label>
                    }
                    <p class={classes!(refused.then_some("error-text"))} role="status" aria-live="polite">{ words }</p>
                </div>
                <div class="dialog-buttons">
                    <button type="button" class="button" onclick={close.reform(|_: MouseEvent| ())}>{ "Cancel" }</button>
                    <button class="button primary" disabled={refused}>{ "Make copies" }</button>
                </div>
            </form>
        </Modal>
    }
}
