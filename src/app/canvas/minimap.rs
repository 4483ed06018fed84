//! The whole drawing in a corner, with a frame around what is seen. Click or drag in it moves the view.

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, PointerEvent};
use yew::prelude::*;

use super::colours::Colours;
use crate::app::hooks::{use_selector, use_store};
use crate::app::host;
use crate::editor::{Intent, Session};
use crate::model::{Id, Subject};
use crate::render::Colour;
use crate::units::{Point, Rect};

/// Its size in view pixels.
const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 88.0;
const MARGIN: f64 = 6.0;
/// Above this many nodes, racks and groups stand for them.
const MANY: usize = 3000;

/// What the picture depends on.
#[derive(Clone, Debug, PartialEq)]
struct Look {
    revision: u64,
    theme: crate::app::ui::ThemeChoice,
    dark: bool,
    empty: bool,
    whole: bool,
}

/// How drawing units become minimap pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Fit {
    bounds: Rect,
    scale: f64,
}

impl Fit {
    fn of(session: &Session) -> Option<Self> {
        let bounds = session.scene().bounds()?.grown(20.0);
        let scale = ((WIDTH - 2.0 * MARGIN) / bounds.width.max(1.0)).min((HEIGHT - 2.0 * MARGIN) / bounds.height.max(1.0));
        Some(Self { bounds, scale })
    }
    fn left(&self) -> f64 {
        (WIDTH - self.bounds.width * self.scale) / 2.0
    }
    fn top(&self) -> f64 {
        (HEIGHT - self.bounds.height * self.scale) / 2.0
    }
    fn shown(&self, rect: &Rect) -> Rect {
        Rect::new(
            self.left() + (rect.x - self.bounds.x) * self.scale,
            self.top() + (rect.y - self.bounds.y) * self.scale,
            rect.width * self.scale,
            rect.height * self.scale,
        )
    }
    fn meant(&self, at: Point) -> Point {
        Point::new((at.x - self.left()) / self.scale + self.bounds.x, (at.y - self.top()) / self.scale + self.bounds.y)
    }
}

/// The minimap.
#[component]
pub fn Minimap() -> Html {
    let store = use_store();
    let canvas = use_node_ref();
    let frame = use_node_ref();
    let look = use_selector(|view| Look {
        revision: view.session.revision(),
        theme: view.ui.theme,
        dark: host::matches_media("(prefers-color-scheme: dark)"),
        empty: view.session.design().is_empty(),
        // What is seen whole needs no map, which would only cover a corner of it.
        whole: view.session.scene().bounds().is_none_or(|bounds| view.session.camera().visible().encloses(&bounds)),
    });
    let seen = use_selector(|view| {
        let camera = view.session.camera();
        (camera.visible(), camera.zoom.to_bits())
    });

    {
        let (canvas, store) = (canvas.clone(), store.clone());
        use_effect_with((*look).clone(), move |look| {
            if !look.empty
                && !look.whole
                && let Some(canvas) = canvas.cast::<HtmlCanvasElement>()
            {
                store.read(|view| draw(&canvas, view.session));
            }
        });
    }
    {
        let (frame, store) = (frame.clone(), store.clone());
        use_effect_with((seen.0, look.revision, look.whole), move |(visible, ..)| {
            let fit = store.read(|view| Fit::of(view.session));
            if let (Some(frame), Some(fit)) = (frame.cast::<HtmlElement>(), fit) {
                place(&frame, &fit.shown(visible));
            }
        });
    }

    // Events are delegated, so the minimap itself is known by its reference only.
    let whole = use_node_ref();
    let look_at = {
        let (store, whole) = (store.clone(), whole.clone());
        move |event: &PointerEvent| {
            let Some(whole) = whole.cast::<HtmlElement>() else { return };
            let frame = whole.get_bounding_client_rect();
            let at = Point::new(f64::from(event.client_x()) - frame.left(), f64::from(event.client_y()) - frame.top());
            let pan = store.read(|view| {
                let meant = Fit::of(view.session)?.meant(at);
                let camera = view.session.camera();
                let middle = camera.visible().center();
                Some(Intent::Pan { dx: (middle.x - meant.x) * camera.zoom, dy: (middle.y - meant.y) * camera.zoom })
            });
            if let Some(pan) = pan {
                store.dispatch(pan);
            }
        }
    };
    let pressed = {
        let (look_at, whole) = (look_at.clone(), whole.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some(whole) = whole.cast::<HtmlElement>() {
                whole.set_pointer_capture(event.pointer_id()).ok();
            }
            event.prevent_default();
            look_at(&event);
        })
    };
    let dragged = Callback::from(move |event: PointerEvent| {
        if event.buttons() & 1 == 1 {
            look_at(&event);
        }
    });

    html! {
        <div class="minimap" ref={whole} hidden={look.empty || look.whole} onpointerdown={pressed} onpointermove={dragged} aria-hidden="true">
            <canvas ref={canvas}></canvas>
            <div class="minimap-view" ref={frame}></div>
        </div>
    }
}

fn place(frame: &HtmlElement, rect: &Rect) {
    // Its own border takes a pixel on each side.
    let (wide, high) = (WIDTH - 2.0, HEIGHT - 2.0);
    let (left, top) = (rect.x.clamp(0.0, wide), rect.y.clamp(0.0, high));
    let (right, bottom) = (rect.right().clamp(0.0, wide), rect.bottom().clamp(0.0, high));
    let style = frame.style();
    for (name, value) in [("left", left), ("top", top), ("width", (right - left).max(4.0)), ("height", (bottom - top).max(4.0))] {
        style.set_property(name, &format!("{value:.1}px")).ok();
    }
}

fn draw(canvas: &HtmlCanvasElement, session: &Session) {
    let pixels = host::window().map_or(1.0, |window| window.device_pixel_ratio());
    canvas.set_width((WIDTH * pixels) as u32);
    canvas.set_height((HEIGHT * pixels) as u32);
    let Some(context) = canvas.get_context("2d").ok().flatten().and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok()) else { return };
    let Some(fit) = Fit::of(session) else { return };
    context.set_transform(pixels, 0.0, 0.0, pixels, 0.0, 0.0).ok();

    let colours = Colours::read();
    let (design, catalog, scene) = (session.design(), session.catalog(), session.scene());
    let fill = |rect: Option<Rect>, colour: Colour, alpha: f64| {
        let Some(rect) = rect.map(|rect| fit.shown(&rect)) else { return };
        context.set_global_alpha(alpha);
        context.set_fill_style_str(colours.of(colour));
        context.fill_rect(rect.x, rect.y, rect.width.max(1.0), rect.height.max(1.0));
    };
    for group in design.groups.ids() {
        fill(scene.subject_rect(&Subject::Group(group)), Colour::Metal, 0.8);
    }
    for rack in design.racks.ids() {
        fill(scene.rack_rect(rack), Colour::MetalEdge, 0.8);
    }
    // A sample keeps a hundred thousand nodes within a frame; neighbours overlap at this size anyway.
    let every = (design.nodes.len() / MANY).max(1) as u32;
    for (id, node) in design.nodes.iter().filter(|(id, _)| id.number() % every == 0) {
        let is_switch = catalog.part(design, &node.part).is_some_and(|part| part.kind == crate::model::PartKind::Switch);
        fill(scene.node_rect(id), if is_switch { Colour::InfiniBand } else { Colour::Neutral }, if is_switch { 0.65 } else { 0.5 });
    }
}
