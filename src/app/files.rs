//! Files that come in: chosen, dropped, or named by the address. A design file is opened; anything else is taken for a dump of a
//! running fabric. What cannot be read leaves the open design as it is.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, FileList, HtmlInputElement};

use super::effects::{Origin, Services};
use super::host;
use crate::editor::{Intent, layout};
use crate::io::import::{Options, Source, import};

/// The largest file that is read, in bytes.
const LARGEST: f64 = 64.0 * 1024.0 * 1024.0;

/// The file chooser's id in the page.
pub const CHOOSER: &str = "file-chooser";

/// Lets the user choose a file.
pub fn choose() {
    if let Some(chooser) = host::element::<HtmlInputElement>(CHOOSER) {
        chooser.set_value("");
        chooser.click();
    }
}

/// Opens the first of several files, and says so.
pub fn open_list(services: &Services, files: Option<FileList>) {
    let Some(files) = files else { return };
    if files.length() > 1 {
        services.store.complain("One file at a time: the first one is opened.");
    }
    if let Some(file) = files.item(0) {
        open(services, file);
    }
}

/// Opens a file.
pub fn open(services: &Services, file: File) {
    let name = file.name();
    if file.size() > LARGEST {
        services.store.complain(format!("“{name}” is larger than 64 MB and was not opened."));
        return;
    }
    services.store.change(|ui| ui.busy = Some(format!("Reading {name}…")));
    let services = services.clone();
    spawn_local(async move {
        let text = JsFuture::from(file.text()).await;
        // One frame, so that the sentence is seen before a large file holds the page up.
        pause(30).await;
        match text.ok().and_then(|text| text.as_string()) {
            Some(text) => open_text(&services, Origin::User, &name, text),
            None => services.store.complain(format!("“{name}” could not be read.")),
        }
        services.store.change(|ui| ui.busy = None);
    });
}

/// Opens text: a design file, or a dump to import.
pub fn open_text(services: &Services, origin: Origin, name: &str, text: String) {
    if is_design(&text) {
        services.open_from(origin, Intent::Open { name: name.to_owned(), text });
        return;
    }
    match import(&text, &Source::Auto, &Options::default(), &services.catalog) {
        Ok(mut imported) => {
            let meta = std::sync::Arc::make_mut(&mut imported.design.meta);
            if meta.name.is_empty() {
                meta.name = stem(name).to_owned();
            }
            // A dump knows no places: hosts go below their leaves, leaves below spines.
            layout::tiered(&imported.design, &services.catalog).apply(&mut imported.design).ok();
            services.open_design(origin, imported.design, told(name, &imported.told));
        }
        Err(error) => {
            let place = error.line.map(|line| format!(", line {line}")).unwrap_or_default();
            services.store.complain(format!("“{name}”{place}: {}", error.message));
        }
    }
}

/// Whether text says of itself that it is a design file.
fn is_design(text: &str) -> bool {
    let head: String = text.trim_start_matches('\u{feff}').chars().take(2000).collect();
    head.trim_start().starts_with('{') && head.contains("\"weft-design\"")
}

/// What was repaired while a dump was read, as one sentence.
fn told(name: &str, repairs: &[String]) -> String {
    match repairs {
        [] => format!("Imported {name}"),
        [first] => format!("Imported {name}: {first}"),
        [first, more @ ..] => format!("Imported {name}: {first}; and {} more", more.len()),
    }
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
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
