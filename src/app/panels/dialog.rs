//! A dialog in front of the page: the browser's own, with its focus trap and Escape.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::icon::Icon;

/// A dialog.
#[derive(Properties, PartialEq)]
pub struct ModalProps {
    /// Its id, for the heading.
    pub id: AttrValue,
    /// Its heading.
    pub title: AttrValue,
    /// How wide it may be: a class of `dialogs.css`.
    #[prop_or_default]
    pub class: Classes,
    /// Asked to close.
    pub close: Callback<()>,
    /// What it holds.
    pub children: Html,
}

/// A dialog in front of the page.
#[component]
pub fn Modal(props: &ModalProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let dialog = node.cast::<HtmlDialogElement>();
            if let Some(dialog) = &dialog {
                dialog.show_modal().ok();
            }
            move || {
                if let Some(dialog) = dialog {
                    dialog.close();
                }
            }
        });
    }
    let cancelled = {
        let (close, node) = (props.close.clone(), node.clone());
        Callback::from(move |event: Event| {
            event.prevent_default();
            // Gone at once; the store has its turn after.
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                dialog.close();
            }
            close.emit(());
        })
    };
    let outside = {
        let (close, node) = (props.close.clone(), node.clone());
        Callback::from(move |event: PointerEvent| {
            // A press on the backdrop has the dialog itself as its target, outside its box.
            let Some(dialog) = node.cast::<HtmlDialogElement>() else { return };
            let frame = dialog.get_bounding_client_rect();
            let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
            if x < frame.left() || x > frame.right() || y < frame.top() || y > frame.bottom() {
                close.emit(());
            }
        })
    };
    let heading = format!("{}-title", props.id);
    let shut = props.close.reform(|_: MouseEvent| ());
    html! {
        <dialog class={classes!("dialog", props.class.clone())} ref={node} aria-labelledby={heading.clone()} oncancel={cancelled} onpointerdown={outside}>
            <header class="dialog-head">
                <h2 id={heading}>{ &props.title }</h2>
                <button class="button plain icon" aria-label="Close" onclick={shut}>{ Icon::Close.html() }</button>
            </header>
            { props.children.clone() }
        </dialog>
    }
}
