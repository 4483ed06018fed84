//! The page: Yew for the panels, a canvas outside the virtual DOM for the fabric, a worker for the engine, IndexedDB for what is
//! kept. This room owns everything that touches the browser and decides nothing about designs: it hands intents to the session
//! and carries its effects out. It may use every room to its left.

mod actions;
mod address;
mod asking;
mod canvas;
mod effects;
mod engine_client;
mod files;
mod frames;
pub mod hooks;
pub mod host;
mod keys;
mod opening;
mod orders;
mod panels;
mod storage;
pub mod store;
pub mod ui;
mod worker;

use std::sync::Arc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;

pub use actions::show_theme;
use address::Address;
pub use effects::{Origin, Services};
pub use opening::{Read, open};
pub use orders::Request;

use crate::catalog::{Catalog, Reading};
use crate::editor::Session;
use crate::editor::opening::Opened;
use panels::{Shell, ShellProps};
use store::Store;
use ui::{Dialog, LeftTab, ThemeChoice, Ui, WheelChoice};

/// So many starts without a first drawing, this one counted, and the kept design is not opened by itself.
const TOO_MANY_STARTS: f64 = 3.0;

/// The engine starts after so many milliseconds at the latest.
const ENGINE_LATEST: u32 = 1500;

/// Starts the page and hands what it stands on to `then`; in a worker starts the engine.
pub fn start(then: impl FnOnce(&Services) + 'static) {
    host::watch_panics();
    if host::window().is_none() {
        worker::run();
        return;
    }
    spawn_local(async move {
        let mut reading = Reading::default();
        // The task that compiles and starts the program is long enough without all of the catalogue in it.
        while matches!(reading.shelf(), Ok(true)) {
            host::turn().await;
        }
        if let Some(services) = start_page(Catalog::builtin_from(reading)) {
            then(&services);
        }
    });
}

/// Starts the page and returns what it stands on.
fn start_page(catalog: Catalog) -> Option<Services> {
    let address = Address::read();
    let theme = address.theme.as_deref().and_then(ThemeChoice::parse).or_else(|| ThemeChoice::parse(&host::preference("weft:theme")?)).unwrap_or_default();
    let wheel = host::preference("weft:wheel").and_then(|choice| WheelChoice::parse(&choice)).unwrap_or_default();
    actions::colour_page(theme);

    let catalog = Arc::new(catalog);
    let viewing = address.read_only;
    let left = if viewing { LeftTab::Outline } else { LeftTab::Parts };
    let store = Store::new(Session::new(catalog.clone()), Ui { theme, wheel, viewing, left, ..Ui::default() });
    let services = Services::start(store.clone(), catalog);
    if viewing {
        services.open_read(Origin::Address, Read::of(Opened::default(), None));
    }
    keys::listen(&services);
    watch_page(&services);
    let root = host::document()?.get_element_by_id("app")?;
    if let Some(part) = address.part.clone() {
        actions::show_part(&services.store, part);
    }
    let shown = services.clone();
    // What is shown is made in a task of its own.
    Timeout::new(0, move || {
        yew::Renderer::<Shell>::with_root_and_props(root, ShellProps { services: shown.clone() }).render();
        spawn_local(async move { first_design(&shown, address).await });
    })
    .forget();
    // The engine's worker competes with the first drawing for the processor, so it starts after it; or soon, where nothing is drawn yet
    // because the page is hidden.
    let engine = services.clone();
    services.store.listen(move |event| {
        if matches!(event, store::Event::Ready) {
            engine.start_engine();
            let store = engine.store.clone();
            Timeout::new(0, move || store.change(|ui| ui.seen = true)).forget();
        }
    });
    let engine = services.clone();
    Timeout::new(ENGINE_LATEST, move || {
        engine.start_engine();
        engine.store.change(|ui| ui.seen = true);
    })
    .forget();
    Some(services)
}

/// Saves when the page may go away, and follows the system's colours.
fn watch_page(services: &Services) {
    let Some(window) = host::window() else { return };
    let autosave = services.autosave.clone();
    EventListener::new(&window, "pagehide", move |_| autosave.leave()).forget();
    let store = services.store.clone();
    EventListener::new(&window, "hashchange", move |_| {
        if let Some(part) = address::part() {
            actions::show_part(&store, part);
        }
    })
    .forget();
    if let Some(document) = window.document() {
        let autosave = services.autosave.clone();
        let watched = document.clone();
        EventListener::new(&document, "visibilitychange", move |_| {
            if watched.hidden() {
                autosave.leave();
            }
        })
        .forget();
    }
    if let Ok(Some(dark)) = window.match_media("(prefers-color-scheme: dark)") {
        let store = services.store.clone();
        EventListener::new(&dark, "change", move |_| store.touch()).forget();
    }
}

/// Opens what the address names, else what this browser kept.
async fn first_design(services: &Services, address: Address) {
    let store = &services.store;
    // The page itself is seen first: a large design must not hold it up.
    files::painted().await;
    // Canvas and columns are put in after that, and should not come between a design and its drawing.
    files::painted().await;
    let mut named = true;
    if let Some((name, parameters)) = address.template {
        if let Err(sentence) = actions::open_template(services, Origin::Address, &name, &parameters).await {
            store.complain(format!("The address asks for a design that cannot be made: {sentence}"));
        }
    } else if let Some(source) = address.source {
        match address::fetch(&source).await {
            Ok(text) => opening::open_or_complain(services, Origin::Address, Request::text(&source, &text)).await,
            Err(sentence) => store.complain(sentence),
        }
    } else if let Some(packed) = address.shared {
        opening::open_or_complain(services, Origin::Address, Request::shared(&packed)).await;
    } else if let Some(text) = address::carried_design().await {
        opening::open_or_complain(services, Origin::Address, Request::text("the design of this page", &text)).await;
    } else {
        named = false;
    }
    if named || address.embedded {
        store.change(|ui| ui.started = true);
        if !address.embedded {
            services.autosave.open().await.ok();
        }
    } else {
        services.autosave.open().await.ok();
        let starts = host::call("failedStarts", &[]).ok().and_then(|count| count.as_f64()).unwrap_or(0.0);
        if starts >= TOO_MANY_STARTS {
            store.change(|ui| ui.dialog = Some(Dialog::Rescue));
        } else {
            restore(services).await;
        }
        store.change(|ui| ui.started = true);
    }
}

/// Opens what this browser kept, unless the user has begun to draw meanwhile.
pub(crate) async fn restore(services: &Services) {
    match services.autosave.restore().await {
        Ok(Some(kept)) if services.store.read(|view| view.session.design().is_empty()) => open_kept(services, kept, true).await,
        Ok(_) => {}
        Err(reason) => services.store.complain(format!("What this browser kept could not be read: {reason}")),
    }
}

/// Opens the newest snapshot that is whole, with the records after it.
pub(crate) async fn open_kept(services: &Services, kept: storage::Kept, unless_drawn: bool) {
    for snapshot in kept.snapshots {
        let request = match services.autosave.kept_request(&kept.design, snapshot).await {
            Ok(request) => request,
            Err(reason) => return services.store.complain(format!("What this browser kept could not be read: {reason}")),
        };
        match opening::open_kept(services, request, unless_drawn).await {
            Ok(whole) => return services.autosave.restored(whole),
            Err(sentence) => services.store.complain(sentence),
        }
    }
}
