//! One animation frame for everything: work is asked for many times and done once, before the next picture.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

/// Calls one function once per frame in which it was asked for.
#[derive(Clone, Default)]
pub struct Frames(Rc<Inner>);

/// What the browser calls with the time of the frame.
type FrameClosure = Closure<dyn FnMut(f64)>;

#[derive(Default)]
struct Inner {
    asked: Cell<bool>,
    /// Whether the browser was asked.
    requested: Cell<bool>,
    /// Whether the next frame waits for what may come in any moment: the number of the wait, 0 for none.
    held: Cell<u32>,
    /// How many waits there were.
    waits: Cell<u32>,
    closure: RefCell<Option<FrameClosure>>,
}

impl Frames {
    /// Sets what a frame does; it is given the time of the frame in milliseconds.
    pub fn set(&self, mut work: impl FnMut(f64) + 'static) {
        let inner = Rc::downgrade(&self.0);
        let closure = Closure::new(move |time| {
            if super::host::is_poisoned() {
                return;
            }
            if let Some(inner) = inner.upgrade() {
                inner.asked.set(false);
                inner.requested.set(false);
            }
            work(time);
        });
        *self.0.closure.borrow_mut() = Some(closure);
        self.request();
    }

    /// Asks for the next frame. Any number of times is once.
    pub fn ask(&self) {
        self.0.asked.set(true);
        self.request();
    }

    /// Has the next frame wait until [`Frames::release`], but no longer than this.
    pub fn hold(&self, milliseconds: u32) {
        if self.0.held.get() == 0 {
            let wait = self.0.waits.get().wrapping_add(1).max(1);
            self.0.waits.set(wait);
            self.0.held.set(wait);
            let frames = self.clone();
            // A wait that ended early is none of this timer's; a later one has its own.
            Timeout::new(milliseconds, move || {
                if frames.0.held.get() == wait {
                    frames.release()
                }
            })
            .forget();
        }
    }

    /// What the next frame waited for is there.
    pub fn release(&self) {
        if self.0.held.replace(0) != 0 {
            self.request();
        }
    }

    fn request(&self) {
        if !self.0.asked.get() || self.0.held.get() != 0 || self.0.requested.get() {
            return;
        }
        if let (Some(window), Some(closure)) = (super::host::window(), self.0.closure.borrow().as_ref()) {
            self.0.requested.set(true);
            window.request_animation_frame(closure.as_ref().unchecked_ref()).ok();
        }
    }
}
