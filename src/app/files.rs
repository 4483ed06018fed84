//! Files that come in: chosen, dropped, or named by the address. A design file is opened; anything else is taken for a dump of a
//! running fabric, but for forwarding tables, which go into the open design, CSV, which is a price book, and YAML, which is a device type of NetBox. What cannot be read leaves the open design as it is.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, FileList, HtmlInputElement};

use super::effects::{Origin, Services, VIEWING};
use super::orders::Request;
use super::ui::RightTab;
use super::{host, opening};
use crate::catalog::own_parts;
use crate::editor::opening::imported_words;
use crate::editor::{Extend, Intent};
use crate::io::import::{ImportError, MAX_TABLE_BYTES, are_tables, read_device_type, read_prices, read_tables};
use crate::model::Subject;

/// The largest file that is read, in bytes.
const LARGEST: f64 = 64.0 * 1024.0 * 1024.0;

/// So much of a file says what it is, in bytes.
const HEAD: f64 = 16_384.0;

/// A page that is not painted for so many milliseconds is hidden, or very busy.
const UNPAINTED: i32 = 150;

/// The file chooser's id in the page.
pub const CHOOSER: &str = "file-chooser";

/// Lets the user choose a file.
pub fn choose() {
    if let Some(chooser) = host::element::<HtmlInputElement>(CHOOSER) {
        chooser.set_value("");
        chooser.click();
    }
}

/// Opens the first of several files, and says so; device types are taken in all together.
pub fn open_list(services: &Services, files: Option<FileList>) {
    let Some(files) = files else { return };
    if services.store.read(|view| view.ui.viewing) {
        services.store.complain(VIEWING);
        return;
    }
    let all: Vec<File> = (0..files.length()).filter_map(|at| files.item(at)).collect();
    if !all.is_empty() && all.iter().all(is_device_type) {
        let services = services.clone();
        spawn_local(async move { take_device_types(&services, all).await });
        return;
    }
    let services = services.clone();
    spawn_local(async move {
        let (mut tables, mut others) = (Vec::new(), Vec::new());
        for file in all {
            let is_one = JsFuture::from(file.slice_with_f64_and_f64(0.0, HEAD).map(|head| head.text()).unwrap_or_else(|_| file.text()));
            let head = is_one.await.ok().and_then(|text| text.as_string()).unwrap_or_default();
            if are_tables(&head) { tables.push(file) } else { others.push(file) }
        }
        if others.len() > 1 || tables.len() > 1 {
            services.store.complain("One file at a time, but for device types, and forwarding tables beside their fabric: the first one is opened.");
        }
        // Tables go into what is open, so first what they are given with.
        let opened = match others.into_iter().next() {
            Some(file) => open(&services, file).await,
            None => true,
        };
        if let Some(file) = tables.into_iter().next().filter(|_| opened) {
            take_tables(&services, file).await;
        }
    });
}

/// Takes forwarding tables of a running fabric into the open design, as one step, and selects the fabric that goes by them.
async fn take_tables(services: &Services, file: File) {
    let name = file.name();
    if file.size() > MAX_TABLE_BYTES as f64 {
        services.store.complain(format!("“{name}” is larger than {} MB and was not opened.", MAX_TABLE_BYTES / 1_000_000));
        return;
    }
    let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()).unwrap_or_default();
    let taken = services.store.read(|view| {
        let design = view.session.design();
        read_tables(&text, &name, design, &services.catalog).map(|taken| (taken.patch(design), taken))
    });
    match taken {
        Ok((patch, taken)) => {
            services.store.dispatch(Intent::ApplyPatch { name: "Import forwarding tables".to_owned(), patch });
            services.store.dispatch(Intent::Select { subjects: vec![Subject::Fabric(taken.fabric)], extend: Extend::Replace });
            // Where its setting says what it goes by.
            services.store.change(|ui| ui.right = RightTab::Inspector);
            services.store.say(imported_words(&name, &taken.told));
        }
        Err(error) => complain(services, &name, &error),
    }
}

/// Shows why a file was not taken in.
fn complain(services: &Services, name: &str, error: &ImportError) {
    let place = error.line.map(|line| format!(", line {line}")).unwrap_or_default();
    services.store.complain(format!("“{name}”{place}: {}", error.message));
}

fn is_device_type(file: &File) -> bool {
    let name = file.name().to_ascii_lowercase();
    name.ends_with(".yaml") || name.ends_with(".yml")
}

/// Takes NetBox device types into the open design as parts of its own, as one step. The page of the first is opened: its remarks tell what was
/// not understood.
async fn take_device_types(services: &Services, files: Vec<File>) {
    let mut found = Vec::new();
    for file in files {
        let name = file.name();
        if file.size() > LARGEST {
            services.store.complain(format!("“{name}” is larger than 64 MB and was not opened."));
            continue;
        }
        let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()).unwrap_or_default();
        match read_device_type(&text, &name) {
            Ok(read) => found.push(read.part),
            Err(error) => services.store.complain(format!("“{name}”: {error}")),
        }
    }
    let Some(first) = found.first().map(|part| part.id.clone()) else { return };
    let (words, patch) = services.store.read(|view| own_parts::taking(view.session.design(), found));
    services.store.dispatch(Intent::ApplyPatch { name: words.clone(), patch });
    if services.store.read(|view| view.session.design().parts.contains_key(&first)) {
        services.store.say(words);
        super::actions::show_part(&services.store, first);
    }
}

/// Opens a file; answers whether it could be.
async fn open(services: &Services, file: File) -> bool {
    let name = file.name();
    if file.size() > LARGEST {
        services.store.complain(format!("“{name}” is larger than 64 MB and was not opened."));
        return false;
    }
    if name.to_ascii_lowercase().ends_with(".csv") {
        let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()).unwrap_or_default();
        take_prices(services, &name, &text);
        return true;
    }
    // Whoever stops the reading keeps the design that is open.
    let before = services.store.opens();
    opening::open_or_complain(services, Origin::User, Request::file(&file)).await;
    services.store.opens() != before
}

/// Takes a price book into the open design, as one step.
fn take_prices(services: &Services, name: &str, text: &str) {
    let before = services.store.read(|view| view.session.design().meta.prices.clone());
    match read_prices(text, &before) {
        Ok(read) => {
            let told = services.store.read(|view| read.told(view.session.design(), view.session.catalog()));
            let words = format!("{name}: {}.", told.join("; "));
            super::panels::change_meta(services, "Read price book", |meta| meta.prices = read.prices);
            services.store.say(words);
        }
        Err(error) => complain(services, name, &error),
    }
}

/// Waits.
pub async fn pause(milliseconds: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = host::window() {
            window.set_timeout_with_callback_and_timeout_and_arguments_0(resolve.unchecked_ref(), milliseconds).ok();
        }
    });
    JsFuture::from(promise).await.ok();
}

/// Waits until the browser has painted; not for long, since a hidden page is not painted.
pub async fn painted() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let Some(window) = host::window() else { return };
        let frame = resolve.clone();
        // The frame is asked for here and painted before the task that follows it.
        let after = Closure::once_into_js(move || {
            gloo::timers::callback::Timeout::new(0, move || {
                frame.call0(&JsValue::NULL).ok();
            })
            .forget();
        });
        window.request_animation_frame(after.unchecked_ref()).ok();
        window.set_timeout_with_callback_and_timeout_and_arguments_0(resolve.unchecked_ref(), UNPAINTED).ok();
    });
    JsFuture::from(promise).await.ok();
}
