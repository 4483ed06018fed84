//! One animation frame for everything: work is asked for many times and done once, before the next picture.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

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
            }
            work(time);
        });
        *self.0.closure.borrow_mut() = Some(closure);
        if self.0.asked.replace(false) {
            self.ask();
        }
    }

    /// Asks for the next frame. Any number of times is once.
    pub fn ask(&self) {
        if self.0.asked.replace(true) {
            return;
        }
        if let (Some(window), Some(closure)) = (super::host::window(), self.0.closure.borrow().as_ref()) {
            window.request_animation_frame(closure.as_ref().unchecked_ref()).ok();
        }
    }
}
