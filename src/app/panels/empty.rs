//! What an empty canvas says: shapes to begin with, and other ways to begin.

use yew::prelude::*;

use super::sketch::SKETCHES;
use crate::app::files;
use crate::app::hooks::{use_action, use_selector};
use crate::app::ui::{Dialog, LeftTab, Side};

/// Ways to begin, as long as nothing is drawn.
#[component]
pub fn Empty() -> Html {
    let empty = use_selector(|view| view.session.design().is_empty() && view.ui.started && view.ui.dragged.is_none() && !view.ui.viewing);
    let templates = use_action(|store, dialog: Dialog| store.change(|ui| ui.dialog = Some(dialog)));
    let (shapes, examples) = (templates.reform(|_: MouseEvent| Dialog::Templates(None)), templates.reform(|_: MouseEvent| Dialog::Examples));
    let parts = use_action(|store, _: MouseEvent| {
        store.change(|ui| {
            ui.left = LeftTab::Parts;
            ui.drawer = Some(Side::Left);
        });
        crate::app::host::focus(super::palette::SEARCH);
    });
    if !*empty {
        return Html::default();
    }
    let shape = |template: &'static str| templates.reform(move |_: MouseEvent| Dialog::Templates(Some(template)));
    html! {
        <div class="empty">
            <h2>{ "Draw a fabric" }</h2>
            <p>{ "Drag racks, systems and switches here, then drag from port to port. Every edit is checked at once." }</p>
            <div class="sketches">
                { for SKETCHES.iter().map(|sketch| html! {
                    <button class="sketch-card" onclick={shape(sketch.template)}>{ sketch.html() }{ sketch.words }</button>
                }) }
            </div>
            <div class="empty-actions">
                <button class="button primary" onclick={shapes}>{ "Start from a template…" }</button>
                <button class="button" onclick={examples}>{ "Open an example…" }</button>
                <button class="button" onclick={Callback::from(|_: MouseEvent| files::choose())} title="A design, the output of ibnetdiscover (also with its forwarding tables), or a graph as JSON">{ "Open or import a file…" }</button>
            </div>
            <button class="link-button" onclick={parts}>{ "or browse the parts" }</button>
        </div>
    }
}
