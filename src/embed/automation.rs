//! `window.weft`: the verbs of the command line as methods, for tests and for pages that drive Weft.
//!
//! `load(text or object)` (a promise; a small design is open when it returns, and a small one that cannot be opened throws), `getDesign()` and `getReport()` (text, as the command writes it), `dispatch(intent)`, `undo()`, `redo()`,
//! `select(ids)`, `fit()`, `whereIs(id)`, `freePorts(node)`, `setTheme(word)`, `ready` (a promise), and the events `ready`, `change`, `report`, `select`, `error` through `addEventListener`. Methods throw one sentence where they
//! cannot do what was asked.

use js_sys::{Function, JSON, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::{CustomEvent, CustomEventInit, EventTarget};

use super::intents;
use crate::app::store::{Event, Store};
use crate::app::ui::ThemeChoice;
use crate::app::{Origin, Read, Request, Services, host, open, show_theme};
use crate::editor::{Extend, Intent, Session, Zoom};
use crate::io;
use crate::json;
use crate::model::{NodeId, PortRef, Subject};

/// Puts the automation object on the window.
pub fn expose(services: &Services) {
    let Some(window) = host::window() else { return };
    let Ok(target) = EventTarget::new() else { return };
    let store = services.store.clone();

    let opening = services.clone();
    method(&target, "load", move |argument| {
        let text = if argument.is_string() { Some(argument) } else { JSON::stringify(&argument).ok().map(JsValue::from) };
        let text = text.filter(JsValue::is_string).ok_or("load takes the text of a design file, or the object it holds.")?;
        let request = Request::text("design", &text);
        if request.is_large() {
            let services = opening.clone();
            let opened =
                async move { open(&services, Origin::Host, request).await.map(|()| JsValue::UNDEFINED).map_err(|sentence| refused(&services, &sentence)) };
            return Ok(future_to_promise(opened).into());
        }
        // A small design is open when this returns.
        let opened = request.read_now(&opening.catalog).inspect_err(|sentence| opening.store.complain(sentence))?;
        opening.open_read(Origin::Host, Read::of(opened, None));
        Ok(Promise::resolve(&JsValue::UNDEFINED).into())
    });
    let reading = store.clone();
    method(&target, "getDesign", move |_| Ok(reading.read(|view| io::save(view.session.design())).into()));
    let reading = store.clone();
    method(&target, "getReport", move |_| match reading.read(|view| view.session.report().map(io::export::report_json)) {
        Some(text) => Ok(text.into()),
        None => Ok(JsValue::NULL),
    });
    let looking = store.clone();
    method(&target, "whereIs", move |argument| {
        let subject = argument.as_string().and_then(|text| Subject::parse(&text)).ok_or("whereIs takes an id or a port path.")?;
        Ok(looking.read(|view| where_is(view.session, &subject)).unwrap_or(JsValue::NULL))
    });
    let looking = store.clone();
    method(&target, "freePorts", move |argument| {
        let node: NodeId = argument.as_string().and_then(|text| text.parse().ok()).ok_or("freePorts takes the id of a node.")?;
        let ports = looking.read(|view| {
            let used = view.session.port_use();
            let ports = view.session.catalog().ports_of(view.session.design(), node, &used);
            let free = ports.into_iter().map(|port| PortRef { node, port }).filter(|port| used.is_free(*port));
            free.map(|port| JsValue::from_str(&port.to_string())).collect::<js_sys::Array>()
        });
        Ok(ports.into())
    });
    let sending = store.clone();
    method(&target, "dispatch", move |argument| {
        let text = JSON::stringify(&argument).ok().and_then(|text| text.as_string()).unwrap_or_default();
        let value = json::parse(&text).map_err(|_| "dispatch takes an intent as a JSON value.".to_owned())?;
        sending.dispatch(intents::parse(&value)?);
        Ok(JsValue::UNDEFINED)
    });
    let showing = store.clone();
    method(&target, "setTheme", move |argument| {
        let theme = argument.as_string().and_then(|word| ThemeChoice::parse(&word)).ok_or("setTheme takes “dark”, “light” or “system”.")?;
        show_theme(&showing, theme);
        Ok(JsValue::UNDEFINED)
    });
    sends(&target, "undo", &store, Intent::Undo);
    sends(&target, "redo", &store, Intent::Redo);
    sends(&target, "fit", &store, Intent::Zoom(Zoom::Fit));
    let selecting = store.clone();
    method(&target, "select", move |argument| {
        let text = JSON::stringify(&argument).ok().and_then(|text| text.as_string()).unwrap_or_default();
        let value = json::parse(&text).map_err(|_| "select takes a list of ids.".to_owned())?;
        selecting.dispatch(Intent::Select { subjects: intents::subject_list(&value)?, extend: Extend::Replace });
        Ok(JsValue::UNDEFINED)
    });

    let mut resolve = None;
    let ready = Promise::new(&mut |done, _| resolve = Some(done));
    Reflect::set(&target, &"ready".into(), &ready).ok();
    announce(&store, &target, resolve);
    Reflect::set(&window, &"weft".into(), &target).ok();
    host::call("exposed", &[]).ok();
}

/// Shows why a design could not be opened, and makes it an error to be thrown.
fn refused(services: &Services, sentence: &str) -> JsValue {
    services.store.complain(sentence);
    js_sys::Error::new(sentence).into()
}

/// Hands the store's events on.
fn announce(store: &Store, target: &EventTarget, ready: Option<Function>) {
    let target = target.clone();
    store.listen(move |event| {
        let (name, detail) = match event {
            Event::Change => ("change", JsValue::NULL),
            Event::Drawn => return,
            Event::Error(sentence) => ("error", sentence.as_str().into()),
            Event::Ready => {
                if let Some(ready) = &ready {
                    ready.call0(&JsValue::NULL).ok();
                }
                ("ready", JsValue::NULL)
            }
            Event::Report => ("report", JsValue::NULL),
            Event::Select => ("select", JsValue::NULL),
        };
        let options = CustomEventInit::new();
        options.set_detail(&detail);
        // A listener may call back into the page; it does so after the store has finished.
        if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &options) {
            let target = target.clone();
            gloo::timers::callback::Timeout::new(0, move || {
                target.dispatch_event(&event).ok();
            })
            .forget();
        }
    });
}

fn sends(target: &EventTarget, name: &str, store: &Store, intent: Intent) {
    let store = store.clone();
    method(target, name, move |_| {
        store.dispatch(intent.clone());
        Ok(JsValue::UNDEFINED)
    });
}

/// Adds a method that lives as long as the page. An error is thrown as an `Error` with its sentence.
fn method(target: &EventTarget, name: &str, work: impl Fn(JsValue) -> Result<JsValue, String> + 'static) {
    let closure = Closure::<dyn Fn(JsValue) -> Result<JsValue, JsValue>>::new(move |argument: JsValue| {
        if host::is_poisoned() {
            return Err(js_sys::Error::new("Weft has stopped; reload the page.").into());
        }
        work(argument).map_err(|sentence| js_sys::Error::new(&sentence).into())
    });
    Reflect::set(target, &name.into(), closure.as_ref()).ok();
    closure.forget();
}

/// Where the middle of a thing is seen, in pixels of the page: `{x, y}`.
fn where_is(session: &Session, subject: &Subject) -> Option<JsValue> {
    let canvas = host::element::<web_sys::Element>("canvas")?.get_bounding_client_rect();
    let at = session.camera().to_view(session.scene().subject_rect(subject)?.center());
    let place = js_sys::Object::new();
    Reflect::set(&place, &"x".into(), &(at.x + canvas.left()).into()).ok()?;
    Reflect::set(&place, &"y".into(), &(at.y + canvas.top()).into()).ok()?;
    Some(place.into())
}
