//! A design that is being read: what is read, how much of it is there, and a button that stops it.

use yew::prelude::*;

use crate::app::hooks::{use_selector, use_services};
use crate::app::opening;

/// What is being read; nothing while nothing is.
#[hook]
pub fn use_busy() -> Html {
    let busy = use_selector(|view| view.ui.busy.clone());
    let services = use_services();
    let cancel = Callback::from(move |_: MouseEvent| opening::cancel(&services));
    let Some(busy) = &*busy else { return Html::default() };
    // Without a value the bar says that it is not known how long it takes.
    let percent = busy.part.map(|part| ((part * 100.0) as u32).to_string());
    html! {
        <div class="busy-card" data-busy="true">
            <span role="status">{ &busy.words }</span>
            <progress max="100" value={percent} aria-label={busy.words.clone()}></progress>
            <button class="button" onclick={cancel}>{ "Cancel" }</button>
        </div>
    }
}
