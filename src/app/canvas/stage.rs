//! The component that owns the two canvases, and the frame that draws them.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlCanvasElement, HtmlElement, ResizeObserver};
use yew::prelude::*;

use super::colours::Colours;
use super::paint::Layer;
use super::pointer::PointerInput;
use crate::app::hooks::use_store;
use crate::app::host;
use crate::app::store::{Event, Store};
use crate::editor::Intent;
use crate::render::Renderer;
use crate::scene::Camera;

/// A still layer that costs more than this per frame is moved as a picture while the view moves.
const DEAR_FRAME: f64 = 10.0;
/// The view rests when it has not moved for this long; then the still layer is drawn crisp.
const REST: f64 = 90.0;
/// A moved picture may be stretched by this much before it is drawn anew.
const STRETCH: f64 = 2.5;

/// The two layers and what they show.
struct Painter {
    store: Store,
    /// Keeps what does not move between frames.
    renderer: Renderer,
    still: Layer,
    lively: Layer,
    colours: Colours,
    theme: Option<(crate::app::ui::ThemeChoice, bool)>,
    pixels: f64,
    /// What the still layer shows: its key and the camera it was drawn with.
    shown: Option<(u64, Camera)>,
    /// What drawing the still layer took lately, in milliseconds.
    cost: f64,
    /// When the camera last differed from the frame before.
    moved_at: f64,
    last_camera: Option<Camera>,
    /// When the last crisp frame began; its true price is known at the next frame, because browsers raster late.
    crisp_at: Option<f64>,
    /// Whether there is nothing on the lively layer.
    bare: bool,
    cursor: &'static str,
    /// Width, height and pixels per page pixel.
    size: Option<(f64, f64, f64)>,
    /// The number of the opened design whose first drawing was marked.
    marked: Option<u32>,
}

/// The canvas with everything of it.
#[component]
pub fn Stage() -> Html {
    let store = use_store();
    let (frame, still, lively) = (use_node_ref(), use_node_ref(), use_node_ref());

    {
        let (frame, still, lively) = (frame.clone(), still.clone(), lively.clone());
        use_effect_with((), move |()| {
            let parts = (|| {
                let frame: HtmlElement = frame.cast()?;
                let painter = Painter::new(store.clone(), Layer::new(still.cast()?)?, Layer::new(lively.cast()?)?);
                let input = PointerInput::attach(store.clone(), lively.cast::<HtmlCanvasElement>()?);
                Some((frame, painter, input))
            })();
            let mut kept = None;
            if let Some((frame, painter, input)) = parts {
                let painter = Rc::new(RefCell::new(painter));
                let resized = watch_size(&store, &frame, painter.clone());
                let input = Rc::new(input);
                let (loop_store, loop_input) = (store.clone(), input.clone());
                store.frames().set(move |time| {
                    // What is settling asks for a frame when it is done.
                    if loop_store.is_settling() {
                        return;
                    }
                    loop_input.flush();
                    loop_store.tell_readers();
                    painter.borrow_mut().frame(time);
                });
                store.touch();
                kept = Some((resized, input));
            }
            move || drop(kept)
        });
    }

    html! {
        <div class="canvas-frame" ref={frame}>
            <canvas class="layer" ref={still} aria-hidden="true"></canvas>
            <canvas id="canvas" data-canvas="true" class="layer" ref={lively} tabindex="0" role="application" aria-label="Fabric drawing"
                aria-describedby="canvas-help"></canvas>
            <p id="canvas-help" class="sr-only">
                {"Tab and Shift+Tab walk the things of the drawing, arrow keys move what is selected. The outline in the left column lists the same things as words."}
            </p>
        </div>
    }
}

/// Keeps the layers as large as their frame.
struct SizeWatch {
    observer: ResizeObserver,
    _closure: Closure<dyn FnMut()>,
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

fn watch_size(store: &Store, frame: &HtmlElement, painter: Rc<RefCell<Painter>>) -> Option<SizeWatch> {
    let (watched, owner) = (frame.clone(), store.clone());
    let measure = move || {
        if host::is_poisoned() {
            return;
        }
        let (width, height) = (f64::from(watched.client_width()), f64::from(watched.client_height()));
        if painter.borrow_mut().resize(width, height) {
            owner.dispatch(Intent::Resize { width, height });
        }
    };
    // The browser tells sizes after a frame only: the first drawing would be made for a size that is guessed, and then again.
    measure();
    let closure = Closure::<dyn FnMut()>::new(measure);
    let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
    observer.observe(frame);
    Some(SizeWatch { observer, _closure: closure })
}

impl Painter {
    fn new(store: Store, still: Layer, lively: Layer) -> Self {
        Self {
            store,
            renderer: Renderer::default(),
            still,
            lively,
            colours: Colours::default(),
            theme: None,
            pixels: 1.0,
            shown: None,
            cost: 0.0,
            moved_at: 0.0,
            last_camera: None,
            crisp_at: None,
            bare: false,
            cursor: "",
            size: None,
            marked: None,
        }
    }

    /// Makes the layers this large, in page pixels. Returns whether they were not so before; what is hidden keeps its size.
    fn resize(&mut self, width: f64, height: f64) -> bool {
        let pixels = host::window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(0.5, 4.0);
        let size = (width, height, pixels);
        if self.size == Some(size) || width < 1.0 || height < 1.0 {
            return false;
        }
        self.size = Some(size);
        self.pixels = pixels;
        for layer in [&mut self.still, &mut self.lively] {
            layer.resize((width * pixels).round().max(1.0) as u32, (height * pixels).round().max(1.0) as u32);
        }
        self.shown = None;
        true
    }

    fn frame(&mut self, time: f64) {
        // A crisp frame that made the next one late was dearer than its own script.
        if let Some(began) = self.crisp_at.take() {
            self.cost = self.cost.max((time - began - 17.0).clamp(0.0, 500.0));
        }
        self.follow_theme();
        let store = self.store.clone();
        let renderer = &mut self.renderer;
        let (list, camera, cursor) = store.read(|view| (renderer.draw(view.session), *view.session.camera(), view.session.cursor()));

        if self.last_camera.as_ref() != Some(&camera) {
            self.moved_at = time;
            self.last_camera = Some(camera);
        }
        let moving = time - self.moved_at < REST;
        let same = self.shown.as_ref().is_some_and(|(key, shown)| *key == list.still_key && *shown == camera);
        let movable = self.shown.as_ref().is_some_and(|(_, shown)| {
            let stretch = camera.zoom / shown.zoom;
            moving && self.cost > DEAR_FRAME && (1.0 / STRETCH..=STRETCH).contains(&stretch)
        });
        if !same && movable {
            self.move_picture(&camera);
            self.store.frames().ask();
        } else if !same {
            let began = host::now();
            self.still.draw(list.still.iter(), &camera, self.pixels, &self.colours, true);
            self.still.canvas.style().remove_property("transform").ok();
            self.cost = host::now() - began;
            self.crisp_at = Some(time);
            self.shown = Some((list.still_key, camera));
            // The price shows in the frame after.
            self.store.frames().ask();
        }
        // An empty layer that is cleared costs the browser as much as a full one.
        let bare = list.lively.is_empty();
        if !(bare && self.bare) {
            self.lively.draw(list.lively.iter(), &camera, self.pixels, &self.colours, false);
        }
        self.bare = bare;

        if cursor != self.cursor {
            self.lively.canvas.style().set_property("cursor", cursor).ok();
            self.cursor = cursor;
        }
        self.mark_first();
    }

    /// Shows the still layer's picture where the camera would have it.
    fn move_picture(&mut self, camera: &Camera) {
        let Some((_, shown)) = &self.shown else { return };
        let stretch = camera.zoom / shown.zoom;
        let x = (shown.origin.x - camera.origin.x) * camera.zoom;
        let y = (shown.origin.y - camera.origin.y) * camera.zoom;
        self.still.canvas.style().set_property("transform", &format!("translate({x}px,{y}px) scale({stretch})")).ok();
    }

    fn follow_theme(&mut self) {
        let choice = self.store.read(|view| view.ui.theme);
        let theme = Some((choice, host::matches_media("(prefers-color-scheme: dark)")));
        if self.theme != theme {
            self.theme = theme;
            self.colours = Colours::read();
            self.shown = None;
        }
    }

    /// Marks the first full drawing of every opened design, after the browser has had its turn to put it on the screen.
    fn mark_first(&mut self) {
        let opens = self.store.opens();
        let started = self.store.read(|view| view.ui.started);
        if !started || self.size.is_none() || self.marked == Some(opens) {
            return;
        }
        let ready = self.marked.replace(opens).is_none();
        let store = self.store.clone();
        Timeout::new(0, move || {
            host::mark("weft:first-frame");
            store.drawn();
            store.emit(&Event::Drawn);
            if ready {
                host::call("started", &[]).ok();
                store.emit(&Event::Ready);
            }
        })
        .forget();
    }
}
