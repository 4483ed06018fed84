//! After failed starts: nothing was opened; the raw data can be taken out, and work can go on with an empty design.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::dialog::Modal;
use crate::app::hooks::use_services;
use crate::app::host;

/// What is offered after failed starts.
#[component]
pub fn Rescue() -> Html {
    let services = use_services();
    let close = {
        let store = services.store.clone();
        Callback::from(move |()| store.change(|ui| ui.dialog = None))
    };
    let raw = Callback::from(|_: MouseEvent| {
        host::call("downloadRaw", &[]).ok();
    });
    let again = {
        let close = close.clone();
        Callback::from(move |_: MouseEvent| {
            close.emit(());
            let services = services.clone();
            spawn_local(async move { crate::app::restore(&services).await });
        })
    };
    html! {
        <Modal id="rescue" title="Weft did not start twice" close={close.clone()}>
            <p>{ "The design that was open last may be the reason, so it was not opened. It is still kept in this browser." }</p>
            <div class="dialog-buttons">
                <button class="button" onclick={raw}>{ "Download the raw data" }</button>
                <button class="button" onclick={again}>{ "Try to open it again" }</button>
                <button class="button primary" onclick={close.reform(|_: MouseEvent| ())}>{ "Start with an empty design" }</button>
            </div>
        </Modal>
    }
}
