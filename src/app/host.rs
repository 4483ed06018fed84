//! What the page asks of `assets/boot.js`, and small wrappers around the browser that every panel uses.

use std::sync::atomic::{AtomicBool, Ordering};

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

static POISONED: AtomicBool = AtomicBool::new(false);

/// Whether this instance has panicked. Its memory can no longer be trusted: every entry point asks first.
pub fn is_poisoned() -> bool {
    POISONED.load(Ordering::Relaxed)
}

/// Hands a panic's message to the crash dialog of `boot.js` before the trap.
pub fn watch_panics() {
    std::panic::set_hook(Box::new(|info| {
        POISONED.store(true, Ordering::Relaxed);
        call("crashed", &[JsValue::from_str(&info.to_string())]).ok();
    }));
}

/// Calls a function of `weftHost`.
pub fn call(name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let host = Reflect::get(&js_sys::global(), &"weftHost".into())?;
    let function: Function = Reflect::get(&host, &name.into())?.dyn_into()?;
    function.apply(&host, &arguments.iter().collect::<Array>())
}

/// Goes on in a task of its own, so that what else waits (input, a frame) need not wait for all of a longer work.
pub async fn turn() {
    if let Some(promise) = call("turn", &[]).ok().and_then(|promise| promise.dyn_into::<Promise>().ok()) {
        JsFuture::from(promise).await.ok();
    }
}

/// Does one piece of work after another for so many milliseconds, as long as `piece` says that there may be more. Returns whether there may.
pub fn within(milliseconds: f64, mut piece: impl FnMut() -> bool) -> bool {
    let until = now() + milliseconds;
    while piece() {
        if now() > until {
            return true;
        }
    }
    false
}

/// The window. `None` in the worker.
pub fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

/// The document.
pub fn document() -> Option<web_sys::Document> {
    window()?.document()
}

/// The element with this id, as the type asked for.
pub fn element<T: JsCast>(id: &str) -> Option<T> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Whether the element with this id has the keyboard's focus.
pub fn has_focus(id: &str) -> bool {
    document().and_then(|document| document.active_element()).is_some_and(|element| element.id() == id)
}

/// Puts the keyboard's focus on the element with this id.
pub fn focus(id: &str) {
    if let Some(element) = element::<web_sys::HtmlElement>(id) {
        element.focus().ok();
    }
}

/// Milliseconds since the page started; 0 where there is no clock.
pub fn now() -> f64 {
    window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// Leaves a performance mark.
pub fn mark(name: &str) {
    if let Some(performance) = window().and_then(|window| window.performance()) {
        performance.mark(name).ok();
    }
}

/// A preference kept in this browser. Preferences are a convenience: a refused storage is no error.
pub fn preference(key: &str) -> Option<String> {
    window()?.local_storage().ok()??.get_item(key).ok()?
}

/// Keeps a preference.
pub fn prefer(key: &str, value: &str) {
    if let Some(storage) = window().and_then(|window| window.local_storage().ok().flatten()) {
        storage.set_item(key, value).ok();
    }
}

/// What a refused promise or a thrown value says, in words.
pub fn words(error: &JsValue) -> String {
    Reflect::get(error, &"message".into())
        .ok()
        .and_then(|message| message.as_string())
        .or_else(|| error.as_string())
        .unwrap_or_else(|| "unknown reason".to_owned())
}

/// Whether a media query holds.
pub fn matches_media(query: &str) -> bool {
    window().and_then(|window| window.match_media(query).ok().flatten()).is_some_and(|list| list.matches())
}

/// Whether keys belong to a text field now, not to the canvas.
pub fn is_typing(target: Option<web_sys::EventTarget>) -> bool {
    let Some(element) = target.and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else { return false };
    match element.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => !matches!(element.get_attribute("type").as_deref(), Some("checkbox" | "radio" | "button" | "range")),
        _ => element.get_attribute("contenteditable").is_some(),
    }
}
