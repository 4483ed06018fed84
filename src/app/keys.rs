//! The keyboard: keys become the commands of [`crate::editor::commands`], from anywhere in the page unless a text field has the focus.

use std::cell::Cell;

use gloo::events::{EventListener, EventListenerOptions};
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ClipboardEvent, Element, KeyboardEvent, MouseEvent};

use super::actions;
use super::effects::Services;
use super::host;
use crate::editor::commands::{self, Command};
use crate::editor::{Extend, Intent, KeyMods, Step};
use crate::model::Subject;

thread_local! {
    static SPACE: Cell<bool> = const { Cell::new(false) };
}

/// Commands that work while a text field has the focus: what the browser would do instead is of no use here.
const FROM_FIELDS: [&str; 3] = ["open", "palette", "save"];

/// Keys held during an event of the pointer.
pub fn mods(event: &MouseEvent) -> KeyMods {
    KeyMods { shift: event.shift_key(), command: event.ctrl_key() || event.meta_key(), alt: event.alt_key(), space: SPACE.get() }
}

/// Listens as long as the page lives.
pub fn listen(services: &Services) {
    let Some(window) = host::window() else { return };
    let options = EventListenerOptions::enable_prevent_default();
    let on_down = services.clone();
    EventListener::new_with_options(&window, "keydown", options, move |event| {
        if let Some(event) = event.dyn_ref::<KeyboardEvent>()
            && !host::is_poisoned()
            && !event.default_prevented()
        {
            pressed(&on_down, event);
        }
    })
    .forget();
    EventListener::new(&window, "keyup", |event| {
        if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.code() == "Space") {
            SPACE.set(false);
        }
    })
    .forget();
    EventListener::new(&window, "blur", |_| SPACE.set(false)).forget();
    let on_paste = services.clone();
    EventListener::new_with_options(&window, "paste", options, move |event| {
        if host::is_poisoned() || host::is_typing(event.target()) {
            return;
        }
        if let Some(text) = event.dyn_ref::<ClipboardEvent>().and_then(pasted).filter(JsValue::is_truthy) {
            event.prevent_default();
            actions::paste(&on_paste, &text, None);
        }
    })
    .forget();
}

/// The text that is pasted, as the browser has it: large text is not copied into the program only to be compared.
fn pasted(event: &ClipboardEvent) -> Option<JsValue> {
    let data = event.clipboard_data()?;
    let get: Function = Reflect::get(&data, &"getData".into()).ok()?.dyn_into().ok()?;
    get.call1(&data, &"text/plain".into()).ok()
}

fn pressed(services: &Services, event: &KeyboardEvent) {
    let store = &services.store;
    if event.is_composing() {
        return;
    }
    let typing = host::is_typing(event.target());
    let in_dialog = store.read(|view| view.ui.dialog.is_some());
    if event.key() == "Escape" && !typing && !in_dialog && close_floating(services) {
        event.prevent_default();
        return;
    }
    let on_canvas = is_on_canvas(event);
    if event.code() == "Space" && !typing && on_canvas {
        SPACE.set(true);
        event.prevent_default();
        return;
    }
    if on_canvas && !in_dialog && walk(services, event) {
        event.prevent_default();
        return;
    }
    let Some(command) = command_of(event) else { return };
    let here = if typing || in_dialog { FROM_FIELDS.contains(&command.id) && !in_dialog } else { on_canvas || !belongs_to_control(event) };
    if !here || !store.read(|view| command.is_available(view.session)) {
        return;
    }
    // The browser's own paste event follows and carries the text.
    if command.id == "paste" {
        return;
    }
    event.prevent_default();
    actions::run(services, command, event.key() == "/");
}

/// The command of a key. With Shift the digit row prints signs, so its physical keys count.
fn command_of(event: &KeyboardEvent) -> Option<&'static Command> {
    let mods = KeyMods { shift: event.shift_key(), command: event.ctrl_key() || event.meta_key(), alt: event.alt_key(), space: false };
    let digit = event.code().strip_prefix("Digit").and_then(|digit| digit.parse().ok());
    digit.and_then(|digit| commands::for_digit(digit, mods)).or_else(|| commands::for_key(&event.key(), mods))
}

/// Whether the drawing has the focus, or nothing has.
fn is_on_canvas(event: &KeyboardEvent) -> bool {
    event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_none_or(|element| element.id() == "canvas" || element.tag_name() == "BODY")
}

/// Keys that a focused button, tab or list uses by itself.
fn belongs_to_control(event: &KeyboardEvent) -> bool {
    matches!(event.key().as_str(), "Enter" | " " | "Tab" | "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" | "Home" | "End")
}

/// Closes what floats above the drawing. Returns whether something did.
fn close_floating(services: &Services) -> bool {
    let floating = services.store.read(|view| view.ui.context_menu.is_some() || view.ui.offer.is_some() || view.ui.drawer.is_some());
    if floating {
        services.store.change(|ui| {
            ui.context_menu = None;
            ui.offer = None;
            ui.drawer = None;
        });
        host::focus("canvas");
    }
    floating
}

/// Walks the things of the drawing with Tab, into and out of them with Alt and arrows, and opens their menu. Past the last thing,
/// Tab leaves the drawing as it leaves every control.
fn walk(services: &Services, event: &KeyboardEvent) -> bool {
    let store = &services.store;
    let key = event.key();
    if key == "ContextMenu" || (key == "F10" && event.shift_key()) {
        let at = store.read(|view| {
            let camera = view.session.camera();
            let middle = view.session.selection_rect().map_or_else(|| camera.visible().center(), |rect| rect.center());
            camera.to_view(middle)
        });
        store.change(|ui| ui.context_menu = Some(at));
        return true;
    }
    let step = match (key.as_str(), event.shift_key(), event.alt_key()) {
        ("Tab", false, false) => Step::Next,
        ("Tab", true, false) => Step::Previous,
        ("ArrowDown" | "ArrowRight", false, true) => Step::Into,
        ("ArrowUp" | "ArrowLeft", false, true) => Step::Out,
        _ => return false,
    };
    let next = store.read(|view| {
        let from = view.session.selection().iter().next_back();
        let next = view.session.next_subject(from, step)?;
        let around = from.is_some() && matches!(step, Step::Next | Step::Previous) && view.session.next_subject(None, step).as_ref() == Some(&next);
        let inside = matches!(next, Subject::Port(_) | Subject::Link(_));
        (!around || inside).then_some(next)
    });
    let Some(next) = next else {
        if matches!(step, Step::Next | Step::Previous) {
            store.dispatch(Intent::Select { subjects: Vec::new(), extend: Extend::Replace });
        }
        return false;
    };
    store.dispatch(Intent::Reveal(vec![next]));
    let words = store.read(|view| actions::selection_words(view.session));
    store.announce(words);
    true
}
