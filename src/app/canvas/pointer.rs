//! Pointer, wheel and touch events of the canvas as intents. Moves are kept until the next frame; two fingers are a pinch.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlCanvasElement, MouseEvent, PointerEvent as BrowserPointer, WheelEvent};

use crate::app::host;
use crate::app::keys;
use crate::app::store::Store;
use crate::app::ui::WheelChoice;
use crate::editor::{Intent, KeyMods, PointerButton, PointerEvent, Zoom};
use crate::units::{Point, SortedMap};

/// A wheel notch of 100 pixels zooms by this much.
const NOTCH: f64 = 1.2;
/// A finger that rests for so many milliseconds opens the menu of what it rests on.
const LONG_PRESS: u32 = 550;
/// And may move by this many view pixels meanwhile.
const TREMBLE: f64 = 10.0;
/// A pinch on a trackpad arrives as a Ctrl+wheel with small steps.
const PINCH: f64 = 0.01;

/// The listeners of the canvas. Dropping it takes them off.
pub struct PointerInput {
    inner: Rc<Inner>,
    _listeners: Vec<EventListener>,
}

struct Inner {
    store: Store,
    canvas: HtmlCanvasElement,
    /// The newest move that no frame has handled yet.
    moved: Cell<Option<(Point, KeyMods)>>,
    panned: Cell<(f64, f64)>,
    zoomed: Cell<Option<(f64, Point)>>,
    fingers: RefCell<SortedMap<i32, Point>>,
    pinch: Cell<Option<(Point, f64)>>,
    /// Opens the menu once a finger has rested for a while.
    rest: RefCell<Option<(Point, Timeout)>>,
    /// Whether wheel events look like a trackpad's, with the time of the last one.
    trackpad: Cell<(bool, f64)>,
}

impl PointerInput {
    /// Listens on the canvas.
    pub fn attach(store: Store, canvas: HtmlCanvasElement) -> Self {
        let inner = Rc::new(Inner {
            store,
            canvas: canvas.clone(),
            moved: Cell::default(),
            panned: Cell::default(),
            zoomed: Cell::default(),
            fingers: RefCell::default(),
            pinch: Cell::default(),
            rest: RefCell::default(),
            trackpad: Cell::new((false, f64::NEG_INFINITY)),
        });
        let on = |name: &'static str, work: fn(&Inner, &Event)| {
            let inner = inner.clone();
            EventListener::new_with_options(&canvas, name, EventListenerOptions::enable_prevent_default(), move |event| {
                if !host::is_poisoned() {
                    work(&inner, event);
                }
            })
        };
        let listeners = vec![
            on("pointerdown", Inner::down),
            on("pointermove", Inner::moved),
            on("pointerup", Inner::up),
            on("pointercancel", Inner::cancelled),
            on("lostpointercapture", Inner::lost),
            on("pointerleave", Inner::left),
            on("wheel", Inner::wheel),
            on("contextmenu", Inner::menu),
            on("dblclick", Inner::twice),
        ];
        Self { inner, _listeners: listeners }
    }

    /// Hands on what came in since the last frame.
    pub fn flush(&self) {
        self.inner.flush();
    }
}

impl Inner {
    fn flush(&self) {
        if let Some((at, mods)) = self.moved.take() {
            self.store.dispatch(Intent::Pointer(PointerEvent::Move { at, mods }));
        }
        let (dx, dy) = self.panned.take();
        if dx != 0.0 || dy != 0.0 {
            self.store.dispatch(Intent::Pan { dx, dy });
        }
        if let Some((factor, around)) = self.zoomed.take() {
            self.store.dispatch(Intent::Zoom(Zoom::By { factor, around }));
        }
    }

    fn down(&self, event: &Event) {
        let Some(event) = event.dyn_ref::<BrowserPointer>() else { return };
        self.flush();
        let at = self.place(event);
        self.canvas.set_pointer_capture(event.pointer_id()).ok();
        // Keys are for what is pressed, and no more for a field. The browser does not see to it, since the event's own doing is prevented.
        host::focus("canvas");
        self.store.change(|ui| {
            ui.context_menu = None;
            ui.offer = None;
        });
        let touch = event.pointer_type() == "touch";
        self.rest.take();
        if touch {
            let mut fingers = self.fingers.borrow_mut();
            fingers.insert(event.pointer_id(), at);
            if fingers.len() == 2 {
                drop(fingers);
                self.store.dispatch(Intent::Pointer(PointerEvent::Cancel));
                self.pinch.set(self.spread());
                return;
            }
            if fingers.len() > 2 {
                return;
            }
        }
        let button = match event.button() {
            1 => PointerButton::Middle,
            2 => PointerButton::Secondary,
            _ => PointerButton::Primary,
        };
        event.prevent_default();
        let mods = keys::mods(event);
        self.store.dispatch(Intent::Pointer(PointerEvent::Down { at, button, mods, touch }));
        if touch {
            self.wait_for_rest(at, mods);
        }
    }

    /// Opens the menu when a finger stays where it is: not every browser sends a `contextmenu` event then.
    fn wait_for_rest(&self, at: Point, mods: KeyMods) {
        let store = self.store.clone();
        let timer = Timeout::new(LONG_PRESS, move || open_menu(&store, at, mods));
        *self.rest.borrow_mut() = Some((at, timer));
    }

    fn moved(&self, event: &Event) {
        let Some(event) = event.dyn_ref::<BrowserPointer>() else { return };
        let at = self.place(event);
        if self.rest.borrow().as_ref().is_some_and(|(from, _)| from.distance(at) > TREMBLE) {
            self.rest.take();
        }
        if let Some(finger) = self.fingers.borrow_mut().get_mut(&event.pointer_id()) {
            *finger = at;
        }
        if let Some((middle, spread)) = self.pinch.get() {
            let Some((now, wide)) = self.spread() else { return };
            let (dx, dy) = self.panned.get();
            self.panned.set((dx + now.x - middle.x, dy + now.y - middle.y));
            self.zoom_by(wide / spread.max(1.0), now);
            self.pinch.set(Some((now, wide)));
            self.store.frames().ask();
            return;
        }
        self.moved.set(Some((at, keys::mods(event))));
        self.store.frames().ask();
    }

    fn up(&self, event: &Event) {
        let Some(event) = event.dyn_ref::<BrowserPointer>() else { return };
        let pinched = self.pinch.get().is_some();
        self.rest.take();
        self.fingers.borrow_mut().remove(&event.pointer_id());
        self.flush();
        if pinched {
            if self.fingers.borrow().is_empty() {
                self.pinch.set(None);
            }
            return;
        }
        self.store.dispatch(Intent::Pointer(PointerEvent::Up { at: self.place(event), mods: keys::mods(event) }));
    }

    fn twice(&self, event: &Event) {
        event.prevent_default();
        if let Some(event) = event.dyn_ref::<MouseEvent>() {
            self.store.dispatch(Intent::Pointer(PointerEvent::DoubleClick { at: self.place(event), mods: keys::mods(event) }));
        }
    }

    fn cancelled(&self, event: &Event) {
        self.rest.take();
        if let Some(event) = event.dyn_ref::<BrowserPointer>() {
            self.fingers.borrow_mut().remove(&event.pointer_id());
        }
        if self.fingers.borrow().is_empty() {
            self.pinch.set(None);
        }
        self.moved.set(None);
        self.store.dispatch(Intent::Pointer(PointerEvent::Cancel));
    }

    /// Capture is also lost after a normal release; then the session has no gesture that could be cancelled.
    fn lost(&self, event: &Event) {
        let pressed = event.dyn_ref::<BrowserPointer>().is_some_and(|event| event.buttons() != 0);
        if pressed && self.pinch.get().is_none() {
            self.cancelled(event);
        }
    }

    fn left(&self, event: &Event) {
        let pressed = event.dyn_ref::<BrowserPointer>().is_some_and(|event| event.buttons() != 0);
        if !pressed {
            self.moved.set(None);
            self.store.dispatch(Intent::Pointer(PointerEvent::Leave));
        }
    }

    fn wheel(&self, event: &Event) {
        let Some(event) = event.dyn_ref::<WheelEvent>() else { return };
        event.prevent_default();
        let unit = match event.delta_mode() {
            WheelEvent::DOM_DELTA_LINE => 16.0,
            WheelEvent::DOM_DELTA_PAGE => 400.0,
            _ => 1.0,
        };
        let (dx, dy) = (event.delta_x() * unit, event.delta_y() * unit);
        let choice = self.store.read(|view| view.ui.wheel);
        let pans = match choice {
            WheelChoice::Auto => self.looks_like_trackpad(event, dx, dy),
            WheelChoice::Mouse => false,
            WheelChoice::Trackpad => true,
        };
        if event.ctrl_key() || event.meta_key() {
            // Pinches come in small steps, notches in steps of 100.
            let factor = if dy.abs() < 40.0 { (-dy * PINCH).exp() } else { NOTCH.powf(-dy / 100.0) };
            self.zoom_by(factor, self.place(event));
        } else if event.shift_key() {
            let sideways = if dx == 0.0 { dy } else { dx };
            self.pan_by(-sideways, 0.0);
        } else if pans {
            self.pan_by(-dx, -dy);
        } else {
            self.zoom_by(NOTCH.powf(-dy / 100.0), self.place(event));
        }
        self.store.frames().ask();
    }

    /// Two fingers move sideways too, and in fractions of pixels; a wheel does neither. Once seen, it holds for the movement.
    fn looks_like_trackpad(&self, event: &WheelEvent, dx: f64, dy: f64) -> bool {
        let (was, last) = self.trackpad.get();
        let now = event.time_stamp();
        let going_on = now - last < 400.0;
        let slanted = dx != 0.0 && dy != 0.0 && !event.shift_key();
        let fraction = event.delta_mode() == WheelEvent::DOM_DELTA_PIXEL && dy.abs() < 30.0 && dy.fract() != 0.0;
        let is = slanted || fraction || (was && going_on);
        self.trackpad.set((is, now));
        is
    }

    fn pan_by(&self, dx: f64, dy: f64) {
        let (x, y) = self.panned.get();
        self.panned.set((x + dx, y + dy));
    }

    fn zoom_by(&self, factor: f64, around: Point) {
        let before = self.zoomed.get().map_or(1.0, |(factor, _)| factor);
        self.zoomed.set(Some((before * factor, around)));
    }

    fn menu(&self, event: &Event) {
        event.prevent_default();
        if let Some(event) = event.dyn_ref::<MouseEvent>() {
            let at = self.place(event);
            // A browser that knows long presses is a little earlier than our own clock.
            if self.rest.take().is_some() {
                open_menu(&self.store, at, keys::mods(event));
                return;
            }
            self.store.change(|ui| ui.context_menu = Some(at));
        }
    }

    /// The middle of two fingers and how far they are apart.
    fn spread(&self) -> Option<(Point, f64)> {
        let fingers = self.fingers.borrow();
        let mut places = fingers.values();
        let (a, b) = (places.next()?, places.next()?);
        Some((Point::new((a.x + b.x) / 2.0, (a.y + b.y) / 2.0), a.distance(*b)))
    }

    fn place(&self, event: &MouseEvent) -> Point {
        let frame = self.canvas.get_bounding_client_rect();
        Point::new(f64::from(event.client_x()) - frame.left(), f64::from(event.client_y()) - frame.top())
    }
}

/// Selects what lies under a finger and opens its menu; what the finger had begun is as if it had never been.
fn open_menu(store: &Store, at: Point, mods: KeyMods) {
    store.dispatch(Intent::Pointer(PointerEvent::Cancel));
    store.dispatch(Intent::Pointer(PointerEvent::Down { at, button: PointerButton::Secondary, mods, touch: true }));
}
