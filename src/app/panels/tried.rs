//! A dialog that makes an edit of what is typed in it: what it would do is seen in the drawing and said before it is done.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::dialog::Modal;
use crate::app::hooks::{use_action, use_selector, use_store};
use crate::app::host;
use crate::editor::Intent;

/// A dialog that makes an edit of what is typed in it.
#[derive(Properties, PartialEq)]
pub struct TriedProps {
    /// Its id, for the heading.
    pub id: AttrValue,
    /// Its heading.
    pub title: AttrValue,
    /// What its button says.
    pub verb: AttrValue,
    /// The edit; `None` where what is typed is none.
    pub wanted: Option<Intent>,
    /// What is said where it is none.
    pub unclear: AttrValue,
    /// The fields.
    pub children: Html,
}

/// A dialog that makes an edit of what is typed in it.
#[component]
pub fn Tried(props: &TriedProps) -> Html {
    let store = use_store();
    {
        let store = store.clone();
        use_effect_with(props.wanted.clone(), move |wanted| store.dispatch(Intent::Preview(wanted.clone().map(Box::new))));
    }
    let preview = use_selector(|view| view.session.preview().map(|preview| (preview.summary.clone(), preview.refused)));
    let close = use_action(|store, ()| {
        store.dispatch(Intent::Preview(None));
        store.change(|ui| ui.dialog = None);
        host::focus("canvas");
    });
    let make = {
        let (store, close, wanted) = (store.clone(), close.clone(), props.wanted.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(wanted) = &wanted {
                close.emit(());
                store.dispatch(wanted.clone());
            }
        })
    };
    let (words, refused) = match (&props.wanted, &*preview) {
        (None, _) => (props.unclear.to_string(), true),
        (Some(_), Some((summary, refused))) => (summary.clone(), *refused),
        (Some(_), None) => (String::new(), false),
    };
    html! {
        <Modal id={props.id.clone()} title={props.title.clone()} class="beside" close={close.clone()}>
            <form onsubmit={make}>
                <div class="dialog-fields">
                    { props.children.clone() }
                    <p class={classes!(refused.then_some("error-text"))} role="status" aria-live="polite">{ words }</p>
                </div>
                <div class="dialog-buttons">
                    <button type="button" class="button" onclick={close.reform(|_: MouseEvent| ())}>{ "Cancel" }</button>
                    <button class="button primary" disabled={refused}>{ &props.verb }</button>
                </div>
            </form>
        </Modal>
    }
}

/// Keeps what is typed.
pub fn typed(state: &UseStateHandle<String>) -> Callback<InputEvent> {
    let state = state.clone();
    Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            state.set(input.value());
        }
    })
}
