//! The page: Yew for the panels, a canvas outside the virtual DOM for the fabric, a worker for the engine, IndexedDB for what is
//! kept. This room owns everything that touches the browser and decides nothing about designs: it hands intents to the session
//! and carries its effects out. It may use every room to its left.

mod actions;
mod address;
mod canvas;
mod effects;
mod engine_client;
mod files;
mod frames;
pub mod hooks;
pub mod host;
mod keys;
mod panels;
mod storage;
pub mod store;
pub mod ui;
mod worker;

use std::sync::Arc;

use gloo::events::EventListener;
use wasm_bindgen_futures::spawn_local;

use address::Address;
pub use effects::{Origin, Services};
pub use files::open_text;

use crate::catalog::Catalog;
use crate::editor::{Intent, Session};
use crate::io::share;
use panels::{Shell, ShellProps};
use store::Store;
use ui::{Dialog, ThemeChoice, Ui, WheelChoice};

/// So many starts without a first drawing, this one counted, and the kept design is not opened by itself.
const TOO_MANY_STARTS: f64 = 3.0;

/// Starts the page and returns what it stands on; in a worker starts the engine and returns nothing.
pub fn start() -> Option<Services> {
    host::watch_panics();
    if host::window().is_none() {
        worker::run();
        return None;
    }
    let address = Address::read();
    let theme = address.theme.as_deref().and_then(ThemeChoice::parse).or_else(|| ThemeChoice::parse(&host::preference("weft:theme")?)).unwrap_or_default();
    let wheel = host::preference("weft:wheel").and_then(|choice| WheelChoice::parse(&choice)).unwrap_or_default();
    actions::show_theme(theme);

    let catalog = Arc::new(Catalog::builtin());
    let store = Store::new(Session::new(catalog.clone()), Ui { theme, wheel, ..Ui::default() });
    let services = Services::start(store.clone(), catalog);
    keys::listen(&services);
    watch_page(&services);
    let root = host::document()?.get_element_by_id("app")?;
    yew::Renderer::<Shell>::with_root_and_props(root, ShellProps { services: services.clone() }).render();
    let opening = services.clone();
    spawn_local(async move { first_design(&opening, address).await });
    Some(services)
}

/// Saves when the page may go away, and follows the system's colours.
fn watch_page(services: &Services) {
    let Some(window) = host::window() else { return };
    let autosave = services.autosave.clone();
    EventListener::new(&window, "pagehide", move |_| autosave.leave()).forget();
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
    files::pause(0).await;
    if let Some((name, parameters)) = address.template {
        if let Err(sentence) = actions::open_template(services, Origin::Address, &name, &parameters) {
            store.complain(format!("The address asks for a design that cannot be made: {sentence}"));
        }
        store.change(|ui| ui.started = true);
        services.autosave.open().await.ok();
    } else if let Some(source) = address.source {
        match address::fetch(&source).await {
            Ok(text) => open_text(services, Origin::Address, &source, text),
            Err(sentence) => store.complain(sentence),
        }
        store.change(|ui| ui.started = true);
        services.autosave.open().await.ok();
    } else if let Some(packed) = address.shared {
        match share::unpack(&packed) {
            Ok(loaded) => services.open_design(Origin::Address, loaded.design, String::new()),
            Err(error) => store.complain(format!("The shared design could not be opened: {error}")),
        }
        store.change(|ui| ui.started = true);
        services.autosave.open().await.ok();
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
    let store = &services.store;
    match services.autosave.restore().await {
        Ok(Some(kept)) if store.read(|view| view.session.design().is_empty()) => {
            services.open_from(Origin::Storage, Intent::Open { name: "The kept design".to_owned(), text: kept.text });
            services.autosave.restored();
            for sentence in kept.told {
                store.complain(sentence);
            }
        }
        Ok(_) => {}
        Err(reason) => store.complain(format!("What this browser kept could not be read: {reason}")),
    }
}
