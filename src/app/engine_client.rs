//! The page's side of the engine: sends the design in slices, then patches; takes reports, and has designs read and written out. One
//! report is on its way at a time, later edits go together. When the worker dies, hangs or is forbidden, the engine runs in the page and
//! the status bar says so.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use gloo::timers::callback::Timeout;
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker};

use super::effects::LARGE;
use super::host;
use super::orders::{Product, Request};
use super::store::{DRAWN_LATEST, Event, Store};
use super::ui::EngineState;
use super::worker::{SLICE, message, parts};
use crate::engine::report::Report;
use crate::engine::service;
use crate::io;
use crate::model::{Design, Patch};
use crate::units::SortedMap;

/// A request that takes longer than this is taken for a hang.
const HANG: u32 = 10_000;
/// So many milliseconds the drawing of an edit waits for the report of it.
const SOON: u32 = 8;
/// Writing patches out holds the page up for no longer than this at a time, in milliseconds.
const TURN: f64 = 8.0;
/// How long the page waits for a pause before it evaluates by itself.
const PAGE_PAUSE: u32 = 60;

/// The page's side of the engine. Clones are the same.
#[derive(Clone)]
pub struct EngineClient(Rc<Inner>);

struct Inner {
    store: Store,
    state: RefCell<State>,
    pumping: Cell<bool>,
    /// Set while the first drawing of a replaced design goes before.
    drawing: Cell<bool>,
}

/// Told of what becomes of a job, until it is answered or gone.
type Listener = Rc<dyn Fn(Answer)>;

#[derive(Default)]
struct State {
    place: Place,
    /// What the worker has not been sent yet, in order.
    outbox: VecDeque<Out>,
    /// The revision that is to be evaluated once all of it is sent.
    due: Option<u64>,
    /// The revision whose report is on its way, and its watch.
    asked: Option<(u64, Timeout)>,
    jobs: SortedMap<u32, Listener>,
    last_job: u32,
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

/// Something to send.
enum Out {
    /// The design as it is when its turn comes.
    Whole,
    /// Patches, written out when their turn comes.
    Slices(Box<dyn Iterator<Item = Patch>>),
    /// A message as it is.
    Message(Array),
}

/// What becomes of a job.
pub enum Answer<'a> {
    /// A piece of a design that was read, and how much of the whole there is with it.
    Slice(String, f64),
    /// A design was read: what is said of it, and why it may not be edited.
    Read(String, Option<String>),
    /// Text was made.
    Made(&'a JsValue),
    /// It cannot be done, for this reason (which a job of making does not give).
    Failed(String),
    /// There is no worker: the page has to do it.
    Gone,
    /// It was given up.
    Stopped,
}

impl EngineClient {
    /// A client without a worker yet: [`EngineClient::begin`] starts it.
    pub fn new(store: Store) -> Self {
        Self(Rc::new(Inner { store, state: RefCell::default(), pumping: Cell::default(), drawing: Cell::default() }))
    }

    /// Starts the worker, unless it was started.
    pub fn begin(&self) {
        if !matches!(self.0.state.borrow().place, Place::Nowhere) {
            return;
        }
        match self.make_worker() {
            Ok(running) => self.0.state.borrow_mut().place = Place::Starting(running),
            Err(reason) => self.fall_back(&format!("this browser allows no worker ({reason})")),
        }
        // A worker that never says that it is ready is as good as none.
        let watch = self.clone();
        Timeout::new(HANG * 2, move || {
            let silent = matches!(watch.0.state.borrow().place, Place::Starting(_));
            if silent {
                watch.fall_back("its worker did not start");
            }
        })
        .forget();
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

    /// The whole design was replaced, and goes to the engine after its first drawing; `read` is the job that read it, if the worker did.
    pub fn replaced(&self, read: Option<u32>) {
        let revision = self.0.store.read(|view| view.session.revision());
        {
            let state = &mut *self.0.state.borrow_mut();
            state.outbox.retain(|out| matches!(out, Out::Message(_)));
            state.outbox.push_back(match read {
                Some(job) => Out::Message(message("adopt", u64::from(job), &JsValue::NULL)),
                None => Out::Whole,
            });
            state.due = Some(revision);
        }
        self.0.drawing.set(true);
        let client = self.clone();
        Timeout::new(DRAWN_LATEST, move || client.drawn()).forget();
    }

    /// What was opened is drawn: the engine no longer competes with that for the processor.
    pub fn drawn(&self) {
        if self.0.drawing.replace(false) {
            self.pump();
        }
    }

    /// The design changed.
    pub fn changed(&self, revision: u64, patch: Arc<Patch>) {
        let large = patch.changes.len() > SLICE;
        {
            let state = &mut *self.0.state.borrow_mut();
            state.due = Some(revision);
            // What is still to be sent whole holds this change already.
            if !state.outbox.iter().any(|out| matches!(out, Out::Whole)) {
                state.outbox.push_back(Out::Slices(Box::new(patch.slices(SLICE))));
            }
        }
        // The task that made a large change was long enough.
        if large {
            self.pump_later()
        } else {
            self.pump()
        }
        // An edit and what the engine says of it are one drawing, where that takes no longer than a frame.
        if self.0.state.borrow().asked.is_some() && self.0.store.read(|view| view.session.design().record_count()) <= 5 * LARGE {
            self.0.store.frames().hold(SOON);
        }
    }

    // --- Jobs ---

    /// Has a design read aside. Returns the job.
    pub fn read(&self, request: &Request, listener: impl Fn(Answer) + 'static) -> u32 {
        self.job(|job| request.message("read", job), Rc::new(listener))
    }

    /// Has text made of the design as it is now; `then` is given it, or nothing where the page has to make it itself.
    pub fn make(&self, product: Product, then: impl Fn(Option<&JsValue>) + 'static) {
        let listener = move |answer: Answer| match answer {
            Answer::Made(text) => then(Some(text)),
            _ => then(None),
        };
        self.job(|job| message("make", u64::from(job), &product.word().into()), Rc::new(listener));
    }

    /// Asks a question of the design as it is now: of [`crate::engine::ask`], or `table ` and one of [`crate::io::export::Tables`].
    pub fn ask(&self, question: &str, listener: impl Fn(Answer) + 'static) -> u32 {
        self.job(|job| message("ask", u64::from(job), &question.into()), Rc::new(listener))
    }

    /// Has the design's report put beside others, which are JSON.
    pub fn against(&self, others: &Array, listener: impl Fn(Answer) + 'static) {
        self.job(|job| message("against", u64::from(job), others), Rc::new(listener));
    }

    /// Has the report of another design made. Returns the job.
    pub fn beside(&self, request: &Request, listener: impl Fn(Answer) + 'static) -> u32 {
        self.job(|job| request.message("beside", job), Rc::new(listener))
    }

    fn job(&self, order: impl FnOnce(u32) -> Array, listener: Listener) -> u32 {
        self.begin();
        let (job, here) = {
            let state = &mut *self.0.state.borrow_mut();
            state.last_job += 1;
            let here = matches!(state.place, Place::Page);
            if !here {
                state.jobs.insert(state.last_job, listener.clone());
                state.outbox.push_back(Out::Message(order(state.last_job)));
            }
            (state.last_job, here)
        };
        if here {
            // The caller knows the number before it hears of the job.
            Timeout::new(0, move || listener(Answer::Gone)).forget();
        } else {
            // What asks for text of a large design has often just changed it: that was enough for one task.
            self.pump_later();
        }
        job
    }

    /// Stops a job that is being read: a worker cannot be interrupted, so another takes its place.
    pub fn cancel(&self, job: u32) {
        let (stopped, others): (Listener, Vec<Listener>) = {
            let state = &mut *self.0.state.borrow_mut();
            let Some(stopped) = state.jobs.remove(&job) else { return };
            state.place = Place::Nowhere;
            state.outbox.clear();
            state.outbox.push_back(Out::Whole);
            state.asked = None;
            (stopped, std::mem::take(&mut state.jobs).into_values().collect())
        };
        let revision = self.0.store.read(|view| view.session.revision());
        self.0.state.borrow_mut().due = Some(revision);
        stopped(Answer::Stopped);
        for other in others {
            other(Answer::Gone);
        }
        self.begin();
    }

    // --- Sending ---

    /// Sends what waits, as much as a turn allows; the rest in turns of its own.
    fn pump(&self) {
        if host::is_poisoned() || self.0.drawing.get() || self.0.pumping.replace(true) {
            return;
        }
        let until = host::now() + TURN;
        let more = loop {
            if !self.send_next() {
                break false;
            }
            if host::now() > until {
                break true;
            }
        };
        self.0.pumping.set(false);
        if more {
            self.pump_later();
        }
    }

    fn pump_later(&self) {
        let client = self.clone();
        Timeout::new(0, move || client.pump()).forget();
    }

    /// Sends one thing. Returns whether there was one.
    fn send_next(&self) -> bool {
        let mut state = self.0.state.borrow_mut();
        let state = &mut *state;
        let Place::Worker(running) = &state.place else {
            if matches!(state.place, Place::Page) && state.due.take().is_some() {
                state.outbox.clear();
                self.evaluate_soon(state);
            }
            return false;
        };
        let sent = match state.outbox.pop_front() {
            Some(Out::Message(message)) => message,
            Some(Out::Whole) => {
                let patch = self.0.store.read(|view| Patch::between(&Design::default(), view.session.design()));
                state.outbox.push_front(Out::Slices(Box::new(Arc::new(patch).slices(SLICE))));
                message("fresh", 0, &JsValue::NULL)
            }
            Some(Out::Slices(mut slices)) => {
                let Some(slice) = slices.next() else { return true };
                state.outbox.push_front(Out::Slices(slices));
                message("part", 0, &io::patch_to_text(&slice).into())
            }
            None => {
                if state.asked.is_some() {
                    return false;
                }
                let Some(revision) = state.due.take() else { return false };
                state.asked = Some((revision, self.watch()));
                let showing = self.clone();
                // Readers are told after this borrow has ended.
                wasm_bindgen_futures::spawn_local(async move { showing.show(EngineState::Working) });
                message("evaluate", revision, &JsValue::NULL)
            }
        };
        running.worker.post_message(&sent).ok();
        true
    }

    /// Waits for a report; while designs are read, which may take long, it waits on.
    fn watch(&self) -> Timeout {
        let client = self.clone();
        Timeout::new(HANG, move || {
            let reading = {
                let state = &mut *client.0.state.borrow_mut();
                let reading = !state.jobs.is_empty();
                if reading && let Some((revision, _)) = state.asked.take() {
                    state.asked = Some((revision, client.watch()));
                }
                reading
            };
            if !reading {
                client.fall_back("its worker did not answer for 10 s");
            }
        })
    }

    // --- Answers ---

    fn answered(&self, data: &JsValue) {
        let Some((word, number, rest)) = parts(data) else {
            let reason = data.as_string().unwrap_or_default();
            self.fall_back(&format!("its worker crashed {reason}"));
            return;
        };
        let text = || rest.get(2).as_string().unwrap_or_default();
        match word.as_str() {
            "ready" => {
                let state = &mut *self.0.state.borrow_mut();
                if let Place::Starting(running) = std::mem::take(&mut state.place) {
                    state.place = Place::Worker(running);
                }
            }
            "refused" => {
                // The copies differ: the whole design puts that right.
                let revision = self.0.store.read(|view| view.session.revision());
                let state = &mut *self.0.state.borrow_mut();
                state.outbox.retain(|out| matches!(out, Out::Message(_)));
                state.outbox.push_front(Out::Whole);
                state.due = Some(revision);
                state.asked = None;
            }
            "report" => {
                self.0.state.borrow_mut().asked = None;
                self.0.store.frames().release();
                match Report::from_json(&text()) {
                    Ok(report) => self.take_report(number, report),
                    Err(error) => self.0.store.complain(format!("The engine's answer could not be read: {error}")),
                }
                self.show(EngineState::Current);
            }
            "slice" => {
                let listener = self.0.state.borrow().jobs.get(&(number as u32)).cloned();
                if let Some(listener) = listener {
                    listener(Answer::Slice(text(), rest.get(3).as_f64().unwrap_or(0.0)));
                }
                return;
            }
            _ => {
                let listener = self.0.state.borrow_mut().jobs.remove(&(number as u32));
                if let Some(listener) = listener {
                    let body = rest.get(2);
                    listener(match word.as_str() {
                        "made" => Answer::Made(&body),
                        "read" => Answer::Read(text(), rest.get(3).as_string()),
                        _ => Answer::Failed(text()),
                    });
                }
            }
        }
        self.pump();
    }

    fn take_report(&self, revision: u64, report: Report) {
        if self.0.store.set_report(revision, report) {
            host::mark("weft:report");
            self.0.store.emit(&Event::Report);
        }
    }

    /// From now on the engine runs in the page.
    fn fall_back(&self, reason: &str) {
        let revision = self.0.store.read(|view| view.session.revision());
        let jobs: Vec<Listener> = {
            let state = &mut *self.0.state.borrow_mut();
            state.place = Place::Page;
            state.asked = None;
            state.outbox.clear();
            state.due = Some(revision);
            std::mem::take(&mut state.jobs).into_values().collect()
        };
        self.show(EngineState::InPage(reason.to_owned()));
        for job in jobs {
            job(Answer::Gone);
        }
        self.pump();
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
