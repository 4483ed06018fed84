//! Why something may not go where it is held: beside the pointer (above a finger), and read aloud politely.

use web_sys::HtmlElement;
use yew::prelude::*;

use crate::app::hooks::use_selector;

/// Why something may not go where it is held.
#[component]
pub fn PointerHint() -> Html {
    let hint = use_selector(|view| view.session.pointer_hint());
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((*hint).clone(), move |hint| {
            let Some((hint, words)) = hint.as_ref().zip(node.cast::<HtmlElement>()) else { return };
            let Some(stage) = words.offset_parent() else { return };
            let canvas = (f64::from(stage.client_width()), f64::from(stage.client_height()));
            let at = hint.place(f64::from(words.offset_width()), f64::from(words.offset_height()), canvas);
            words.style().set_property("transform", &format!("translate({}px,{}px)", at.x.round(), at.y.round())).ok();
        });
    }
    let said = hint.as_ref().as_ref().map(|hint| hint.words.clone());
    html! { <>
        if let Some(hint) = &*hint {
            <div class={classes!("pointer-hint", hint.refused.then_some("refused"))} ref={node} data-pointer-hint="true" aria-hidden="true">
                <span aria-hidden="true">{ if hint.refused { "⊘ " } else { "▲ " } }</span>{ &hint.words }
            </div>
        }
        <div class="sr-only" role="status" aria-live="polite">{ said }</div>
    </> }
}
