//! The page's side of the engine: sends the design once, then patches; takes reports. One request is on its way at a time, later
//! edits wait and go together. When the worker dies, hangs or is forbidden, the engine runs in the page and the status bar says so.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker};

use super::host;
use super::store::{Event, Store};
use super::ui::EngineState;
use super::worker::{message, parts};
use crate::engine::report::Report;
use crate::engine::service;
use crate::io;
use crate::model::Patch;

/// A request that takes longer than this is taken for a hang.
const HANG: u32 = 10_000;
/// A replaced design is sent after so many milliseconds.
const AFTER_DRAWING: u32 = 40;
/// How long the page waits for a pause before it evaluates by itself.
const PAGE_PAUSE: u32 = 60;

/// The page's side of the engine. Clones are the same.
#[derive(Clone)]
pub struct EngineClient(Rc<Inner>);

struct Inner {
    store: Store,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    place: Place,
    /// The revision of the request that is on its way, and its watch.
    asked: Option<(u64, Timeout)>,
    waiting: Waiting,
    page_timer: Option<Timeout>,
}

/// Where the engine runs.
#[derive(Default)]
enum Place {
    #[default]
    Nowhere,
    /// The worker was made but has not answered yet.
    Starting(Running),
    Worker(Running),
    Page,
}

/// A worker with its listeners.
struct Running {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// What has not been sent yet.
#[derive(Default)]
enum Waiting {
    #[default]
    Nothing,
    /// The whole design, as it is when it is sent.
    All,
    /// These edits, up to this revision.
    Edits(u64, Patch),
}

impl EngineClient {
    /// Starts the worker.
    pub fn start(store: Store) -> Self {
        let client = Self(Rc::new(Inner { store, state: RefCell::default() }));
        match client.make_worker() {
            Ok(running) => client.0.state.borrow_mut().place = Place::Starting(running),
            Err(reason) => client.fall_back(&format!("this browser allows no worker ({reason})")),
        }
        // A worker that never says that it is ready is as good as none.
        let watch = client.clone();
        Timeout::new(HANG * 2, move || {
            let silent = matches!(watch.0.state.borrow().place, Place::Starting(_));
            if silent {
                watch.fall_back("its worker did not start");
            }
        })
        .forget();
        client
    }

    fn make_worker(&self) -> Result<Running, String> {
        let worker: Worker = host::call("worker", &[]).map_err(|error| host::words(&error))?.dyn_into().map_err(|_| "no worker was made".to_owned())?;
        let client = self.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if !host::is_poisoned() {
                client.answered(&event.data());
            }
        });
        let client = self.clone();
        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| {
            if !host::is_poisoned() {
                client.fall_back("its worker stopped");
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Running { worker, _on_message: on_message, _on_error: on_error })
    }

    /// The whole design was replaced.
    pub fn replaced(&self) {
        self.0.state.borrow_mut().waiting = Waiting::All;
        // Writing a large design out takes a while: its first drawing goes before.
        let client = self.clone();
        Timeout::new(AFTER_DRAWING, move || {
            if !host::is_poisoned() {
                client.send();
            }
        })
        .forget();
    }

    /// The design changed.
    pub fn changed(&self, revision: u64, patch: Patch) {
        {
            let waiting = &mut self.0.state.borrow_mut().waiting;
            *waiting = match std::mem::take(waiting) {
                Waiting::All => Waiting::All,
                Waiting::Edits(_, before) => Waiting::Edits(revision, before.then(patch)),
                Waiting::Nothing => Waiting::Edits(revision, patch),
            };
        }
        self.send();
    }

    fn send(&self) {
        let text = {
            let state = &mut *self.0.state.borrow_mut();
            match &state.place {
                Place::Page => {
                    self.evaluate_soon(state);
                    return;
                }
                Place::Worker(running) if state.asked.is_none() => {
                    let Some(request) = self.request(std::mem::take(&mut state.waiting)) else { return };
                    running.worker.post_message(&request.1).ok();
                    let client = self.clone();
                    state.asked = Some((request.0, Timeout::new(HANG, move || client.fall_back("its worker did not answer for 10 s"))));
                    EngineState::Working
                }
                _ => return,
            }
        };
        self.show(text);
    }

    fn request(&self, waiting: Waiting) -> Option<(u64, js_sys::Array)> {
        match waiting {
            Waiting::Nothing => None,
            Waiting::All => self.0.store.read(|view| {
                let revision = view.session.revision();
                Some((revision, message("open", revision, &io::save(view.session.design()))))
            }),
            Waiting::Edits(revision, patch) => Some((revision, message("patch", revision, &io::patch_to_text(&patch)))),
        }
    }

    fn answered(&self, data: &JsValue) {
        let Some((word, revision, text)) = parts(data) else {
            let reason = data.as_string().unwrap_or_default();
            self.fall_back(&format!("its worker crashed {reason}"));
            return;
        };
        {
            let state = &mut *self.0.state.borrow_mut();
            match word.as_str() {
                "ready" => {
                    if let Place::Starting(running) = std::mem::take(&mut state.place) {
                        state.place = Place::Worker(running);
                    }
                }
                "refused" => {
                    // The copies differ: the whole design puts that right.
                    state.waiting = Waiting::All;
                    state.asked = None;
                }
                _ => state.asked = None,
            }
        }
        if word == "report" {
            match Report::from_json(&text) {
                Ok(report) => self.take_report(revision, report),
                Err(error) => self.0.store.complain(format!("The engine's answer could not be read: {error}")),
            }
            self.show(EngineState::Current);
        }
        self.send();
    }

    fn take_report(&self, revision: u64, report: Report) {
        if self.0.store.set_report(revision, report) {
            host::mark("weft:report");
            self.0.store.emit(&Event::Report);
        }
    }

    /// From now on the engine runs in the page.
    fn fall_back(&self, reason: &str) {
        {
            let state = &mut *self.0.state.borrow_mut();
            state.place = Place::Page;
            state.asked = None;
            state.waiting = Waiting::All;
        }
        self.show(EngineState::InPage(reason.to_owned()));
        self.send();
    }

    fn evaluate_soon(&self, state: &mut State) {
        let client = self.clone();
        state.page_timer = Some(Timeout::new(PAGE_PAUSE, move || {
            if host::is_poisoned() {
                return;
            }
            let (revision, report) = client.0.store.read(|view| (view.session.revision(), service::evaluate(view.session.design(), view.session.catalog())));
            client.take_report(revision, report);
        }));
    }

    fn show(&self, engine: EngineState) {
        let differs = self.0.store.read(|view| view.ui.engine != engine && !matches!(view.ui.engine, EngineState::InPage(_)));
        if differs {
            self.0.store.change(|ui| ui.engine = engine);
        }
    }
}
