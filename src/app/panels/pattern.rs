//! Many names at once, by a pattern: what everything would be called is seen while the pattern is typed.

use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::dialog::Modal;
use crate::app::hooks::{use_action, use_selector, use_store};
use crate::app::host;
use crate::editor::{Field, Intent};
use crate::engine::labels::OF_NAMES;
use crate::units::grouped;

/// How many of the new names are shown.
const SHOWN: usize = 6;

/// Many names at once.
#[component]
pub fn RenameByPattern() -> Html {
    let store = use_store();
    let text = use_state(|| "{kind}-{n:2}".to_owned());
    let field = use_node_ref();
    let chosen = use_selector(|view| (view.session.revision(), view.session.selection().clone()));
    let names = {
        let store = store.clone();
        use_memo((chosen, (*text).clone()), move |(_, text)| store.read(|view| view.session.names_by(text, SHOWN)))
    };
    let close = use_action(|store, ()| {
        store.change(|ui| ui.dialog = None);
        host::focus("canvas");
    });
    let rename = {
        let (store, close, text) = (store.clone(), close.clone(), text.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            close.emit(());
            let (store, pattern) = (store.clone(), (*text).clone());
            // The dialog is gone before many things get their names.
            spawn_local(async move {
                host::turn().await;
                store.dispatch(Intent::Edit { subjects: Vec::new(), field: Field::Pattern(pattern) });
            });
        })
    };
    let typed = {
        let text = text.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                text.set(input.value());
            }
        })
    };
    let insert = |name: &'static str| {
        let (text, field) = (text.clone(), field.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(input) = field.cast::<HtmlInputElement>() else { return };
            let at = |place: Option<u32>| place.map_or(text.chars().count(), |place| place as usize);
            let (start, end) = (at(input.selection_start().ok().flatten()), at(input.selection_end().ok().flatten()));
            let (before, after): (String, String) = (text.chars().take(start).collect(), text.chars().skip(end).collect());
            text.set(format!("{before}{{{name}}}{after}"));
            input.focus().ok();
        })
    };
    let chips = OF_NAMES.iter().map(|(name, words)| {
        html! { <button key={*name} type="button" class="slot" title={*words} onclick={insert(name)}>{ format!("{{{name}}}") }</button> }
    });
    let (rows, words, refused) = match &*names {
        Ok((rows, count)) => {
            let more = if *count > rows.len() { format!("and {} more", grouped((count - rows.len()) as u64)) } else { String::new() };
            (rows.clone(), more, false)
        }
        Err(sentence) => (Vec::new(), sentence.clone(), true),
    };
    let rows = rows.into_iter().map(|(old, new)| html! { <li key={old.clone()}><span>{ old }</span><b>{ new }</b></li> });
    html! {
        <Modal id="pattern" title="Rename by a pattern" close={close.clone()}>
            <form onsubmit={rename}>
                <div class="dialog-fields">
                    <label class="labelled"><span>{ "Pattern" }</span>
                        <input ref={field.clone()} class="field" autofocus=true value={(*text).clone()} oninput={typed} autocomplete="off" spellcheck="false" aria-describedby="pattern-slots" /></label>
                    <div id="pattern-slots" class="slots" role="group" aria-label="Placeholders">{ for chips }</div>
                    <ul class="renamed" aria-label="New names">{ for rows }</ul>
                    <p class={classes!(refused.then_some("error-text"))} role="status" aria-live="polite">{ words }</p>
                </div>
                <div class="dialog-buttons">
                    <button type="button" class="button" onclick={close.reform(|_: MouseEvent| ())}>{ "Cancel" }</button>
                    <button class="button primary" disabled={refused}>{ "Rename" }</button>
                </div>
            </form>
        </Modal>
    }
}
