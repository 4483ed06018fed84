//! The page's one store: the session, the state of the page around it, and who wants to know.
//!
//! A component reads through [`super::hooks::use_selector`] and writes by [`Store::dispatch`] or [`Store::change`]. Intents queue up,
//! so an effect may dispatch; borrows end before anybody is called. Readers are told as soon as a click or a key has been handled;
//! movements of pointer and view are told once per frame, before the frame is drawn.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use super::frames::Frames;
use super::host;
use super::ui::{Toast, Ui};
use crate::editor::overlay::Overlay;
use crate::editor::{Effect, Intent, PointerEvent, Session};
use crate::engine::report::Report;
use crate::units::SortedMap;

/// A page that is hidden draws nothing: after so many milliseconds nobody waits for its drawing any more.
pub const DRAWN_LATEST: u32 = 400;

/// What a selector may read.
pub struct View<'a> {
    /// The session.
    pub session: &'a Session,
    /// The page around it.
    pub ui: &'a Ui,
}

/// What happened, for those outside the page's components (automation, saving, the engine).
#[derive(Clone, Debug)]
pub enum Event {
    /// The first design is open and drawn.
    Ready,
    /// A design that was opened is drawn.
    Drawn,
    /// The design changed.
    Change,
    /// A new report is in.
    Report,
    /// The selection changed.
    Select,
    /// Something went wrong: one sentence.
    Error(String),
}

/// A handle on the store; clones are the same store.
#[derive(Clone)]
pub struct Store(Rc<Inner>);

/// Told of events.
type Listener = Rc<dyn Fn(&Event)>;
/// Carries effects out.
type Performer = Rc<dyn Fn(Effect)>;

struct Inner {
    session: RefCell<Session>,
    ui: RefCell<Ui>,
    readers: RefCell<SortedMap<u32, Rc<dyn Fn()>>>,
    listeners: RefCell<Vec<Listener>>,
    performer: RefCell<Option<Performer>>,
    numbers: Cell<u32>,
    opens: Cell<u32>,
    queue: RefCell<VecDeque<Intent>>,
    handling: Cell<bool>,
    stale: Cell<bool>,
    soon: Cell<bool>,
    /// Set while what a large change asks for is made, a task for each piece; nothing is shown meanwhile.
    settling: Cell<bool>,
    /// Set while the first drawing of an opened design goes before what is told of it.
    drawing: Cell<bool>,
    frames: Frames,
}

impl PartialEq for Store {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Ends a subscription when dropped.
pub struct Subscription {
    store: Store,
    number: u32,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.store.0.readers.borrow_mut().remove(&self.number);
    }
}

impl Store {
    /// A store around a session.
    pub fn new(session: Session, ui: Ui) -> Self {
        Self(Rc::new(Inner {
            session: RefCell::new(session),
            ui: RefCell::new(ui),
            readers: RefCell::default(),
            listeners: RefCell::default(),
            performer: RefCell::default(),
            numbers: Cell::new(0),
            opens: Cell::new(0),
            queue: RefCell::default(),
            handling: Cell::new(false),
            stale: Cell::new(false),
            soon: Cell::new(false),
            settling: Cell::new(false),
            drawing: Cell::new(false),
            frames: Frames::default(),
        }))
    }

    /// Reads. The borrow ends when `read` returns, so `read` must not dispatch.
    pub fn read<T>(&self, read: impl FnOnce(&View) -> T) -> T {
        let session = self.0.session.borrow();
        let ui = self.0.ui.borrow();
        read(&View { session: &session, ui: &ui })
    }

    /// Hands an intent to the session and carries its effects out. Called from within an effect, it waits its turn.
    pub fn dispatch(&self, intent: Intent) {
        if host::is_poisoned() {
            return;
        }
        self.0.queue.borrow_mut().push_back(intent);
        if self.0.handling.replace(true) {
            return;
        }
        let mut at_once = false;
        loop {
            let Some(intent) = self.0.queue.borrow_mut().pop_front() else { break };
            at_once |= !is_movement(&intent);
            let effects = self.0.session.borrow_mut().handle(intent);
            let performer = self.0.performer.borrow().clone();
            for effect in effects {
                if let Some(performer) = &performer {
                    performer(effect);
                }
            }
        }
        self.0.handling.set(false);
        self.touch();
        if at_once {
            self.tell_soon();
        }
    }

    /// Changes the state of the page around the session.
    pub fn change(&self, change: impl FnOnce(&mut Ui)) {
        change(&mut self.0.ui.borrow_mut());
        self.touch();
        self.tell_soon();
    }

    /// Takes a report of the engine over. Returns whether it was still wanted.
    pub fn set_report(&self, revision: u64, report: Report) -> bool {
        let taken = self.0.session.borrow_mut().set_report(revision, report);
        self.touch();
        taken
    }

    /// Changes what colours the drawing besides its own colours.
    pub fn set_overlay(&self, change: impl FnOnce(&mut Overlay)) {
        let differs = self.0.session.borrow_mut().set_overlay(change);
        if differs {
            self.touch();
        }
    }

    /// Has readers told, and the canvas drawn, in the next frame.
    pub fn touch(&self) {
        self.0.stale.set(true);
        self.0.frames.ask();
    }

    /// Has readers told as soon as what runs now has ended, without waiting for a frame.
    fn tell_soon(&self) {
        if !self.0.soon.replace(true) {
            let store = self.clone();
            wasm_bindgen_futures::spawn_local(async move {
                store.0.soon.set(false);
                store.tell_readers();
            });
        }
    }

    /// Makes what the drawing of a large change needs in tasks of its own, and shows the change after them.
    pub fn settle(&self) {
        if self.0.settling.replace(true) {
            return;
        }
        let store = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            loop {
                host::turn().await;
                if host::is_poisoned() || !store.0.session.borrow().settle() {
                    break;
                }
            }
            store.0.settling.set(false);
            store.touch();
            store.tell_readers();
        });
    }

    /// Makes what the next drawing needs while its frame is waited for, so that the frame is short and a report that comes in is not held up by it.
    pub fn prepare(&self) {
        let store = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            host::turn().await;
            if !host::is_poisoned() && !store.is_settling() {
                store.0.session.borrow().settle();
            }
        });
    }

    /// Whether a large change is on its way to the drawing.
    pub fn is_settling(&self) -> bool {
        self.0.settling.get()
    }

    /// The frame loop, for the canvas to drive.
    pub fn frames(&self) -> &Frames {
        &self.0.frames
    }

    /// Tells readers, if anything changed since they were last told. Called once per frame.
    pub fn tell_readers(&self) -> bool {
        if self.0.settling.get() || self.0.drawing.get() || !self.0.stale.replace(false) {
            return false;
        }
        let readers: Vec<Rc<dyn Fn()>> = self.0.readers.borrow().values().cloned().collect();
        for reader in readers {
            reader();
        }
        true
    }

    /// Calls `reader` after changes until the subscription is dropped.
    pub fn subscribe(&self, reader: impl Fn() + 'static) -> Subscription {
        let number = self.number();
        self.0.readers.borrow_mut().insert(number, Rc::new(reader));
        Subscription { store: self.clone(), number }
    }

    /// Sets who carries effects out.
    pub fn set_performer(&self, performer: impl Fn(Effect) + 'static) {
        *self.0.performer.borrow_mut() = Some(Rc::new(performer));
    }

    /// Calls `listener` at every event, as long as the page lives.
    pub fn listen(&self, listener: impl Fn(&Event) + 'static) {
        self.0.listeners.borrow_mut().push(Rc::new(listener));
    }

    /// Tells listeners of an event.
    pub fn emit(&self, event: &Event) {
        let listeners = self.0.listeners.borrow().clone();
        for listener in listeners {
            listener(event);
        }
    }

    /// Shows one sentence for a while, and has it read aloud.
    pub fn say(&self, text: impl Into<String>) {
        self.toast(text.into(), false);
    }

    /// Shows what went wrong, and has it read aloud.
    pub fn complain(&self, text: impl Into<String>) {
        let text = text.into();
        self.emit(&Event::Error(text.clone()));
        self.toast(text, true);
    }

    /// Has words read aloud without showing them.
    pub fn announce(&self, words: String) {
        self.change(|ui| ui.announced = words);
    }

    /// Notes that another design was opened. A large one is drawn before readers are told of it: what is worth seeing is the drawing.
    pub fn opened(&self, large: bool) {
        self.0.opens.set(self.0.opens.get() + 1);
        if large && !self.0.drawing.replace(true) {
            let store = self.clone();
            gloo::timers::callback::Timeout::new(DRAWN_LATEST, move || store.drawn()).forget();
        }
    }

    /// Notes that what was opened is drawn, or cannot be.
    pub fn drawn(&self) {
        if self.0.drawing.replace(false) {
            self.tell_readers();
        }
    }

    /// How many designs were opened by now.
    pub fn opens(&self) -> u32 {
        self.0.opens.get()
    }

    fn toast(&self, text: String, complaint: bool) {
        let id = self.number();
        self.change(|ui| {
            ui.toasts.retain(|toast| toast.text != text);
            ui.toasts.push(Toast { id, text, complaint });
            let surplus = ui.toasts.len().saturating_sub(3);
            ui.toasts.drain(..surplus);
        });
        let store = self.clone();
        let shown = if complaint { 12_000 } else { 5_000 };
        gloo::timers::callback::Timeout::new(shown, move || store.change(|ui| ui.toasts.retain(|toast| toast.id != id))).forget();
    }

    fn number(&self) -> u32 {
        let number = self.0.numbers.get() + 1;
        self.0.numbers.set(number);
        number
    }
}

/// Intents that come in by the dozen between two frames.
fn is_movement(intent: &Intent) -> bool {
    matches!(intent, Intent::DragPart { .. } | Intent::Pan { .. } | Intent::Pointer(PointerEvent::Move { .. }) | Intent::Resize { .. } | Intent::Zoom(_))
}
