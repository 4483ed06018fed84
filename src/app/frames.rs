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
    /// The end of the wait for what may come in any moment, while the next frame waits.
    held: RefCell<Option<Timeout>>,
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
        self.0.held.borrow_mut().get_or_insert_with(|| {
            let frames = self.clone();
            Timeout::new(milliseconds, move || frames.release())
        });
    }

    /// What the next frame waited for is there.
    pub fn release(&self) {
        if self.0.held.take().is_some() {
            self.request();
        }
    }

    fn request(&self) {
        if !self.0.asked.get() || self.0.held.borrow().is_some() || self.0.requested.get() {
            return;
        }
        if let (Some(window), Some(closure)) = (super::host::window(), self.0.closure.borrow().as_ref()) {
            self.0.requested.set(true);
            window.request_animation_frame(closure.as_ref().unchecked_ref()).ok();
        }
    }
}
