//! Every key, from the one list of commands.

use yew::prelude::*;

use super::dialog::Modal;
use crate::app::hooks::use_action;
use crate::editor::commands::{self, Section};

/// What the pointer does; keys stand in the list of commands.
const POINTER: [(&str, &str); 12] = [
    ("Drag from a port", "Connect"),
    ("Drag on the canvas", "Select what the box holds; where it holds cables only, those that run through it"),
    ("Double click on a cable", "Select all between the same two nodes"),
    ("Shift+click", "Add to the selection"),
    ("Alt+drag", "Move a copy"),
    ("Alt while dragging", "Move without snapping"),
    ("Right button, long press", "Menu"),
    ("Two fingers", "Move and zoom the view"),
    ("Wheel", "Zoom at the pointer"),
    ("Shift+wheel", "Move sideways"),
    ("Space+drag, middle button", "Move the view"),
    ("Tab, Alt+arrows", "Walk the things of the drawing, into and out of them"),
];

/// A key as it is printed on keyboards.
pub fn printed(key: &str) -> String {
    let signs = [("ArrowDown", "↓"), ("ArrowLeft", "←"), ("ArrowRight", "→"), ("ArrowUp", "↑"), ("Escape", "Esc")];
    signs.iter().fold(key.to_owned(), |key, (name, sign)| key.replace(name, sign))
}

/// Every key.
#[component]
pub fn Shortcuts() -> Html {
    let close = use_action(|store, ()| store.change(|ui| ui.dialog = None));
    let sections = [Section::File, Section::Edit, Section::Arrange, Section::Tools, Section::View, Section::Help].into_iter().map(|section| {
        let lines = commands::all().iter().filter(|command| command.section == section && command.keys().next().is_some()).map(|command| {
            let keys = command.keys().enumerate().map(|(at, key)| html! { <>{ (at > 0).then_some(" ") }<kbd>{ printed(key) }</kbd></> });
            html! { <div key={command.id} class="shortcut" title={command.help}><dt>{ command.name }</dt><dd>{ for keys }</dd></div> }
        });
        html! { <section key={section.label()}><h3>{ section.label() }</h3><dl>{ for lines }</dl></section> }
    });
    let pointer = POINTER.iter().map(|(keys, words)| html! { <div key={*keys} class="shortcut"><dt>{ *words }</dt><dd><kbd>{ *keys }</kbd></dd></div> });
    html! {
        <Modal id="shortcuts" title="Shortcuts" class="wide" {close}>
            <div class="shortcuts">
                { for sections }
                <section><h3>{ "Pointer" }</h3><dl>{ for pointer }</dl></section>
            </div>
        </Modal>
    }
}
