//! What a design is taken along as: files, a link, pictures, and one page that holds all of it.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::menu::MenuItem;
use crate::app::effects::{Services, copy, download};
use crate::app::host;
use crate::app::orders::Product;
use crate::app::store::Store;
use crate::app::ui::{Dialog, Purchase};
use crate::editor::Intent;
use crate::editor::examples::EXAMPLES;
use crate::io;
use crate::units::is_word;

/// What the Export menu offers.
pub fn export_items(services: &Services) -> Vec<MenuItem> {
    let (design, report, link) = (services.store.clone(), services.store.clone(), services.store.clone());
    let (materials, schedule, whole, drawn) = (services.store.clone(), services.store.clone(), services.clone(), services.clone());
    let made = |label: &'static str, hint: &'static str, product: Product, ending: &'static str, kind: &'static str| {
        let services = services.clone();
        MenuItem::new(label, hint, move || {
            let name = services.store.read(|view| stem(&view.session.design().meta.name));
            services.make(product, move |text| download(&format!("{name}{ending}"), kind, text));
        })
    };
    vec![
        MenuItem::new("Materials and cost…", "Ctrl+Shift+B", move || materials.change(|ui| ui.dialog = Some(Dialog::Purchase(Purchase::Materials)))),
        MenuItem::new("Cable schedule…", "", move || schedule.change(|ui| ui.dialog = Some(Dialog::Purchase(Purchase::Cables)))),
        MenuItem::new("Copy a link", "holds the design", move || share_link(&link)),
        MenuItem::new("One page", "HTML, opens offline", move || one_page(&whole)),
        MenuItem::new("Design", "JSON", move || design.dispatch(Intent::Save)),
        made("Cable schedule", "CSV", Product::Cables, "-cables.csv", "text/csv"),
        made("Drawing", "SVG", Product::Drawing, ".svg", "image/svg+xml"),
        MenuItem::new("Drawing", "PNG", move || picture(&drawn)),
        MenuItem::new("Report", "JSON", move || {
            match report.read(|view| view.session.report().map(|report| (stem(&view.session.design().meta.name), io::export::report_json(report)))) {
                Some((name, text)) => download(&format!("{name}-report.json"), "application/json", &text.into()),
                None => report.complain("There is no report yet; wait until the engine has finished."),
            }
        }),
    ]
}

/// Offers one file that holds the design and all of this page, and opens without a server.
fn one_page(services: &Services) {
    let (name, title) = services.store.read(|view| {
        let name = &view.session.design().meta.name;
        (stem(name), if name.is_empty() { "Weft".to_owned() } else { format!("{name} · Weft") })
    });
    services.store.say("Putting design and program into one page…");
    let making = services.clone();
    services.make(Product::Design, move |design| {
        let (store, name) = (making.store.clone(), format!("{name}.html"));
        let examples: js_sys::Array = EXAMPLES.iter().map(|example| JsValue::from(format!("examples/{}.json", example.file))).collect();
        let made = host::call("onePage", &[title.as_str().into(), design.clone(), examples.into()]);
        offer_made(&making.store, name, "text/html", made, move |page| {
            let size = page.dyn_ref::<js_sys::JsString>().map_or(0, js_sys::JsString::length);
            store.say(format!("One page of {:.1} MB: it opens from a disk or a mail, without a server", f64::from(size) / 1e6));
        });
    });
}

/// Offers the drawing as a picture of pixels.
fn picture(services: &Services) {
    let name = services.store.read(|view| stem(&view.session.design().meta.name)) + ".png";
    let store = services.store.clone();
    services.make(Product::Drawing, move |svg| offer_made(&store, name.clone(), "image/png", host::call("picture", std::slice::from_ref(svg)), |_| ()));
}

/// Offers what the page's own script promised to make as a file, or says why there is none.
fn offer_made(store: &Store, name: String, kind: &'static str, made: Result<JsValue, JsValue>, then: impl FnOnce(&JsValue) + 'static) {
    let store = store.clone();
    spawn_local(async move {
        let made = match made {
            Ok(promise) => JsFuture::from(js_sys::Promise::resolve(&promise)).await,
            Err(error) => Err(error),
        };
        match made {
            Ok(file) => {
                download(&name, kind, &file);
                then(&file);
            }
            Err(error) => store.complain(format!("“{name}” could not be made: {}.", host::words(&error))),
        }
    });
}

/// Puts an address that holds the whole design on the clipboard.
fn share_link(store: &Store) {
    match store.read(|view| io::share::pack(view.session.design())) {
        Ok(packed) => {
            let location = host::window().map(|window| window.location());
            let page = location.and_then(|location| Some(location.origin().ok()? + &location.pathname().ok()?)).unwrap_or_default();
            let address = format!("{page}#d={packed}");
            store.say(format!("A link of {} kB is on the clipboard. It holds the design itself; no server sees it.", address.len().div_ceil(1024)));
            copy(store, address);
        }
        Err(error) => store.complain(error.to_string()),
    }
}

/// A design's name as the start of a file name.
fn stem(name: &str) -> String {
    let plain: String = name.chars().take(80).map(|letter| if is_word(letter) { letter.to_ascii_lowercase() } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "design".to_owned() } else { words.join("-") }
}
