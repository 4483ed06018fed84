//! Parts to place: found by typing, dragged by pointer (so touch works too), or placed in the middle of the view by click or Enter.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::glyph::Glyph;
use super::icon::Icon;
use super::part_filters::{Filters, nothing_found};
use crate::app::hooks::{use_action, use_selector, use_store};
use crate::app::store::{Store, View};
use crate::app::ui::{Dialog, Start};
use crate::app::{actions, files, host};
use crate::catalog::filter::{Answers, Wanted, has_words, words_of};
use crate::editor::Intent;
use crate::model::{Part, PartId, PartKind, Status};
use crate::units::Point;
use crate::units::lower;

/// The search field's id, for the `/` key.
pub const SEARCH: &str = "part-search";
/// A press that moves farther than this is a drag, in view pixels.
const DRAG: f64 = 4.0;

/// So many parts are there when the page is seen first, more than fit; the others come after the first drawing.
const FIRST: usize = 24;

/// One line of the palette.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    id: PartId,
    name: AttrValue,
    summary: AttrValue,
    words: String,
    kind: PartKind,
    glyph: Glyph,
}

impl Entry {
    fn of(part: &Part, own: bool) -> Self {
        let status = match part.status {
            Status::Announced => ", announced",
            Status::Retired => ", used market",
            Status::Shipping => "",
        };
        let summary = if part.summary.contains("announced") { part.summary.clone() } else { format!("{}{status}", part.summary) };
        // An own part says little of itself.
        let summary = match part.rack().filter(|_| summary.is_empty()) {
            Some(rack) => format!("{}U", rack.units),
            None => summary,
        };
        let summary = match (own, summary.is_empty()) {
            (true, true) => "own part".to_owned(),
            (true, false) => format!("own · {summary}"),
            (false, _) => summary,
        };
        Self { id: part.id.clone(), name: part.name.clone().into(), summary: summary.into(), words: words_of(part), kind: part.kind, glyph: Glyph::of(part) }
    }
}

/// Section titles with the kinds below them, in order.
const SECTIONS: [(&str, &[PartKind]); 5] = [
    ("Racks and systems", &[PartKind::Rack, PartKind::System]),
    ("XPUs", &[PartKind::Xpu]),
    ("Switches", &[PartKind::Switch]),
    ("Network adapters", &[PartKind::Nic]),
    ("Optical links and cables", &[PartKind::Cable, PartKind::Transceiver]),
];

/// Parts to place.
#[component]
pub fn Palette() -> Html {
    let wanted = use_state(Wanted::default);
    let open = use_state(|| false);
    // Own parts come and go with the design; the catalogue does not change.
    let own =
        use_selector(|view| view.session.design().parts.values().map(|part| (part.id.clone(), std::sync::Arc::as_ptr(part) as usize)).collect::<Vec<_>>());
    let store = use_store();
    let entries = use_memo((*own).clone(), |_| {
        store.read(|view| {
            let own = &view.session.design().parts;
            shelf(view).map(|part| Entry::of(part, own.contains_key(&part.id))).collect::<Vec<_>>()
        })
    });
    // What filters ask is gathered when somebody filters: the palette must be there at once.
    let asked = *open || wanted.facets() > 0;
    let answers = use_memo(((*own).clone(), asked), |(_, asked)| if *asked { store.read(asking) } else { Vec::new() });
    let typed = {
        let wanted = wanted.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                wanted.set(Wanted { words: lower(&input.value()), ..(*wanted).clone() });
            }
        })
    };
    let pressed = {
        let wanted = wanted.clone();
        Callback::from(move |event: KeyboardEvent| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            match event.key().as_str() {
                "Escape" => {
                    input.set_value("");
                    wanted.set(Wanted { words: String::new(), ..(*wanted).clone() });
                    host::focus("canvas");
                    event.stop_propagation();
                }
                "ArrowDown" | "Enter" => {
                    event.prevent_default();
                    focus_first();
                }
                _ => {}
            }
        })
    };
    let change = {
        let wanted = wanted.clone();
        Callback::from(move |changed: Wanted| {
            if let Some(input) = host::element::<HtmlInputElement>(SEARCH).filter(|_| changed.words != wanted.words) {
                input.set_value(&changed.words);
            }
            wanted.set(changed);
        })
    };
    let toggled = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let make = use_action(|store, _: MouseEvent| store.change(|ui| ui.dialog = Some(Dialog::PartForm(Start::Blank))));
    let read_only = use_selector(|view| view.session.read_only().is_some());
    let walked = use_action(|store, event: KeyboardEvent| walk_lines(store, &event));
    let meets = |at: usize, entry: &Entry| if asked { answers.get(at).is_some_and(|part| part.meets(&wanted)) } else { has_words(&entry.words, &wanted.words) };
    let found: Vec<&Entry> = entries.iter().enumerate().filter(|(at, entry)| meets(*at, entry)).map(|(_, entry)| entry).collect();
    let seen = use_selector(|view| view.ui.seen);
    let mut most = if *seen { usize::MAX } else { FIRST };
    let sections = SECTIONS.iter().filter_map(|(title, kinds)| {
        let lines: Vec<&Entry> = found.iter().copied().filter(|entry| kinds.contains(&entry.kind)).take(most).collect();
        most -= lines.len();
        (!lines.is_empty()).then(|| {
            html! {
                <section key={*title} aria-label={*title}>
                    <h2 class="section">{ *title }</h2>
                    { for lines.into_iter().map(|entry| html! { <PartLine key={entry.id.to_string()} entry={entry.clone()} /> }) }
                </section>
            }
        })
    });
    html! { <>
        <div class="search parted">
            <input id={SEARCH} class="search-field" type="search" placeholder="Search parts…" aria-label="Search parts" autocomplete="off" spellcheck="false"
                oninput={typed} onkeydown={pressed} />
            <kbd aria-hidden="true">{ "/" }</kbd>
            <button type="button" class="button plain icon" aria-expanded={open.to_string()} aria-controls="part-filters" title="Filters"
                aria-label={if wanted.facets() > 0 { format!("Filters, {} set", wanted.facets()) } else { "Filters".to_owned() }} onclick={toggled}>
                { Icon::Filter.html() }
                if wanted.facets() > 0 { <span class="badge">{ wanted.facets() }</span> }
            </button>
        </div>
        if *open { <Filters parts={answers.clone()} wanted={(*wanted).clone()} found={found.len()} change={change.clone()} /> }
        <div class="panel-body parts" id="parts" onkeydown={walked}>
            { for sections }
            if found.is_empty() { { nothing_found(&if asked { answers } else { store.read(|view| Rc::new(asking(view))) }, &wanted, &change) } }
        </div>
        if !*read_only {
            <p class="part-count own-parts">
                <button type="button" class="link-button" onclick={make}>{ "New own part…" }</button>
                <button type="button" class="link-button" onclick={Callback::from(|_: MouseEvent| files::choose())} title="NetBox device types, .yaml or .yml">{ "Import…" }</button>
            </p>
        }
    </> }
}

/// The parts of the palette: the design's own, then those of the catalogue that it does not replace.
fn shelf<'a>(view: &'a View<'a>) -> impl Iterator<Item = &'a Part> {
    view.session.catalog().all_parts(view.session.design())
}

fn asking(view: &View) -> Vec<Answers> {
    shelf(view).map(|part| Answers::of(part, view.session.catalog())).collect()
}

/// Keys on a line: up and down go to its neighbours, I opens the page of its part.
fn walk_lines(store: &Store, event: &KeyboardEvent) {
    let Some(list) = host::element::<Element>("parts") else { return };
    let Ok(lines) = list.query_selector_all(".part") else { return };
    let line = |at: u32| lines.item(at).and_then(|line| line.dyn_into::<HtmlElement>().ok());
    let here = event.target_dyn_into::<HtmlElement>();
    let Some((at, here)) = here.and_then(|here| Some(((0..lines.length()).find(|at| line(*at).as_ref() == Some(&here))?, here))) else { return };
    match event.key().as_str() {
        "ArrowDown" => line(at + 1).map(|next| next.focus().ok()),
        "ArrowUp" if at == 0 => {
            host::focus(SEARCH);
            Some(None)
        }
        "ArrowUp" => line(at - 1).map(|next| next.focus().ok()),
        "i" | "I" if !event.ctrl_key() && !event.meta_key() && !event.alt_key() => {
            if let Some(id) = here.dataset().get("part") {
                actions::show_part(store, PartId::new(&id));
            }
            Some(None)
        }
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
}

/// Width of the sign at the end of a line that opens the page of its part, in view pixels; the style sheet draws it.
const ABOUT: f64 = 30.0;

fn focus_first() {
    let first = host::element::<Element>("parts").and_then(|list| list.query_selector(".part").ok().flatten());
    if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
        first.focus().ok();
    }
}

#[derive(Properties, PartialEq)]
struct PartLineProps {
    entry: Entry,
}

/// A press on its way to become a click or a drag.
#[derive(Default)]
struct Press {
    from: Cell<Option<(f64, f64)>>,
    dragging: Cell<bool>,
    /// A drag ends with a click of the browser that means nothing.
    spent: Cell<bool>,
}

#[component]
fn PartLine(props: &PartLineProps) -> Html {
    let store = use_store();
    let press = use_memo((), |()| Press::default());
    // Events are delegated, so the line itself is known by its reference only.
    let node = use_node_ref();
    let id = props.entry.id.clone();

    let down = {
        let (press, node) = (press.clone(), node.clone());
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            // From the press on: a quick hand leaves the line before it is told of the first move.
            if let Some(line) = node.cast::<Element>() {
                line.set_pointer_capture(event.pointer_id()).ok();
            }
            press.from.set(Some((f64::from(event.client_x()), f64::from(event.client_y()))));
            press.dragging.set(false);
            press.spent.set(false);
        })
    };
    let moved = {
        let (press, store, id) = (press.clone(), store.clone(), id.clone());
        Callback::from(move |event: PointerEvent| {
            let Some((x, y)) = press.from.get() else { return };
            let at = Point::new(f64::from(event.client_x()), f64::from(event.client_y()));
            if !press.dragging.get() {
                if at.distance(Point::new(x, y)) < DRAG {
                    return;
                }
                press.dragging.set(true);
                store.change(|ui| ui.drawer = None);
            }
            let over = on_canvas(at);
            store.change(|ui| ui.dragged = over.is_none().then(|| (id.clone(), at)));
            store.dispatch(Intent::DragPart { part: id.clone(), at: over });
        })
    };
    let up = {
        let (press, store, id) = (press.clone(), store.clone(), id.clone());
        Callback::from(move |event: PointerEvent| {
            let dragging = press.dragging.replace(false);
            press.from.set(None);
            if !dragging {
                return;
            }
            press.spent.set(true);
            store.change(|ui| ui.dragged = None);
            let at = Point::new(f64::from(event.client_x()), f64::from(event.client_y()));
            let place = on_canvas(at).map(|at| store.read(|view| view.session.camera().to_world(at)));
            store.dispatch(Intent::DragPart { part: id.clone(), at: None });
            if let Some(at) = place {
                store.dispatch(Intent::Place { part: id.clone(), at });
                host::focus("canvas");
            }
        })
    };
    let cancelled = {
        let (press, store, id) = (press.clone(), store.clone(), id.clone());
        Callback::from(move |_: PointerEvent| {
            press.from.set(None);
            if press.dragging.replace(false) {
                store.change(|ui| ui.dragged = None);
                store.dispatch(Intent::DragPart { part: id.clone(), at: None });
            }
        })
    };
    let clicked = {
        let (press, node) = (press.clone(), node.clone());
        Callback::from(move |event: MouseEvent| {
            // A key's click has no place, and no detail.
            let right = node.cast::<Element>().map_or(f64::MAX, |line| line.get_bounding_client_rect().right());
            if press.spent.replace(false) {
            } else if event.detail() > 0 && f64::from(event.client_x()) > right - ABOUT {
                actions::show_part(&store, id.clone());
            } else {
                place_in_view(&store, &id);
            }
        })
    };
    let entry = &props.entry;
    html! {
        <button class="part" ref={node} title={format!("{}\n{}", entry.name, entry.summary)} aria-keyshortcuts="I" data-part={entry.id.to_string()}
            onpointerdown={down} onpointermove={moved} onpointerup={up} onpointercancel={cancelled} onclick={clicked}>
            { entry.glyph.html() }
            <span class="part-words"><b>{ &entry.name }</b><small>{ &entry.summary }</small></span>
        </button>
    }
}

/// Places a part in the middle of the view, beside what stands there already.
pub fn place_in_view(store: &Store, id: &PartId) {
    let at = store.read(|view| {
        let (session, visible) = (view.session, view.session.camera().visible());
        let middle = visible.center();
        let step = 24.0;
        let taken = |at: Point| session.scene().hit(at, 1.0, false).is_some();
        (0..40).map(|nth| middle.shifted(f64::from(nth % 8) * step, f64::from(nth / 8 + nth % 8) * step)).find(|at| !taken(*at)).unwrap_or(middle)
    });
    store.dispatch(Intent::Place { part: id.clone(), at });
}

/// A place of the page as a place of the canvas, if it lies on it.
fn on_canvas(at: Point) -> Option<Point> {
    let canvas = host::element::<Element>("canvas")?;
    let frame = canvas.get_bounding_client_rect();
    let place = Point::new(at.x - frame.left(), at.y - frame.top());
    (place.x >= 0.0 && place.y >= 0.0 && place.x <= frame.width() && place.y <= frame.height()).then_some(place)
}

/// The part that is being dragged, below the pointer, as long as it is not over the canvas (there the drawing shows it).
#[component]
pub fn Ghost() -> Html {
    let dragged = use_selector(|view| {
        let (id, at) = view.ui.dragged.clone()?;
        let part = view.session.catalog().part(view.session.design(), &id)?;
        Some((AttrValue::from(part.name.clone()), Glyph::of(part), at))
    });
    let node = use_node_ref();
    {
        let node = node.clone();
        let at = (*dragged).as_ref().map(|(_, _, at)| *at);
        use_effect_with(at, move |at| {
            if let (Some(ghost), Some(at)) = (node.cast::<HtmlElement>(), at) {
                ghost.style().set_property("transform", &format!("translate({}px,{}px)", at.x + 10.0, at.y + 8.0)).ok();
            }
        });
    }
    let Some((name, glyph, _)) = (*dragged).clone() else { return Html::default() };
    html! { <div class="ghost" ref={node} aria-hidden="true">{ glyph.html() }{ name }</div> }
}
