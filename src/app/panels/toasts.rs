//! What was said lately: seen for a while, and read aloud. And what can be done now, at the foot of the drawing.

use yew::prelude::*;

use super::icon::Icon;
use crate::app::actions::take_over;
use crate::app::hooks::{use_action, use_selector, use_services};
use crate::app::storage::ELSEWHERE;

/// What was said lately.
#[component]
pub fn Toasts() -> Html {
    let toasts = use_selector(|view| view.ui.toasts.clone());
    let announced = use_selector(|view| view.ui.announced.clone());
    let services = use_services();
    let over = Callback::from(move |_: MouseEvent| take_over(&services));
    let drop = use_action(|store, id: u32| store.change(|ui| ui.toasts.retain(|toast| toast.id != id)));
    let shown = |complaint: bool| {
        toasts
            .iter()
            .filter(move |toast| toast.complaint == complaint)
            .map(|toast| {
                let id = toast.id;
                html! {
                    <div key={id} data-toast="true" class={classes!("toast", complaint.then_some("complaint"))}>
                        if complaint { <span class="error-text" aria-hidden="true">{ "●" }</span> }
                        <span class="toast-words">{ &toast.text }</span>
                        if toast.text == ELSEWHERE { <button class="link-button" onclick={over.clone()}>{ "Take over" }</button> }
                        <button class="button plain icon" aria-label="Dismiss" onclick={drop.reform(move |_: MouseEvent| id)}>{ Icon::Close.html() }</button>
                    </div>
                }
            })
            .collect::<Html>()
    };
    // Two live regions: what went wrong interrupts, the rest waits its turn.
    html! {
        <div class="toasts">
            <div role="status" aria-live="polite">{ shown(false) }</div>
            <div class="sr-only" role="status" aria-live="polite">{ &*announced }</div>
            <div role="alert" aria-live="assertive">{ shown(true) }</div>
        </div>
    }
}

/// One short sentence about what can be done now.
#[hook]
pub fn use_hint() -> Html {
    let hint = use_selector(|view| view.session.hint());
    match &*hint {
        Some(hint) => html! { <div class="hint" data-gesture-hint="true" aria-hidden="true">{ hint }</div> },
        None => Html::default(),
    }
}
