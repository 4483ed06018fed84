//! What the worker does for the page besides reports, and the page itself where there is no worker: reading designs in, and writing
//! them out as text. Both come here, so that it makes no difference who does it.

use crate::units::SortedMap;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{File, FileReaderSync};

use super::host;
use super::storage::records;
use crate::catalog::Catalog;
use crate::editor::Theme;
use crate::editor::opening::{self, Opened, Source};
use crate::editor::overlay::Overlay;
use crate::model::Design;
use crate::{io, render};

/// Text that is made of a design.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// The cable schedule.
    Cables,
    /// The design file.
    Design,
    /// The drawing as SVG.
    Drawing,
    /// The design file with its checksum, as the storage keeps it.
    Snapshot,
}

impl Product {
    const ALL: [(Self, &'static str); 4] = [(Self::Cables, "cables"), (Self::Design, "design"), (Self::Drawing, "drawing"), (Self::Snapshot, "snapshot")];

    /// The word it is ordered by.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(product, _)| *product == self).map_or("", |(_, word)| word)
    }
    /// Reads [`Product::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(product, _)| *product)
    }
    /// Makes it. Time: O(design).
    pub fn make(self, design: &Design, catalog: &Catalog) -> String {
        match self {
            Self::Cables => io::export::cables_csv(design, catalog),
            Self::Design => io::save(design),
            Self::Drawing => drawing(design, catalog, &Overlay::default()),
            Self::Snapshot => records::seal(&io::save(design)),
        }
    }
}

/// The drawing as SVG, in the colours of what links carry where they have them.
pub fn drawing(design: &Design, catalog: &Catalog, overlay: &Overlay) -> String {
    render::svg::coloured(design, catalog, Theme::Light, overlay)
}

/// What is smaller than this is read in the page: that takes a few milliseconds, less than to ask the worker.
const LARGE: f64 = 400_000.0;

/// A design to be read or made, in a form that can be sent to the worker.
#[derive(Clone, Debug)]
pub struct Request {
    kind: &'static str,
    /// What it is called, for messages.
    pub name: String,
    body: JsValue,
    /// How much there is to do, in bytes of a design file or about as much.
    size: f64,
}

impl Request {
    /// A file of the user's.
    pub fn file(file: &File) -> Self {
        Self { kind: "file", name: file.name(), body: file.into(), size: file.size() }
    }
    /// Text that came by another way.
    pub fn text(name: &str, text: &JsValue) -> Self {
        let size = text.dyn_ref::<js_sys::JsString>().map_or(0, js_sys::JsString::length);
        Self { kind: "text", name: name.to_owned(), body: text.clone(), size: f64::from(size) }
    }
    /// What the clipboard holds.
    pub fn clipboard(text: &JsValue) -> Self {
        Self { kind: "clipboard", ..Self::text("the clipboard", text) }
    }
    /// A packed design out of an address.
    pub fn shared(packed: &str) -> Self {
        // It may unpack to a hundred times as much.
        Self { kind: "shared", name: "the shared design".to_owned(), body: packed.into(), size: packed.len() as f64 * 10.0 }
    }
    /// A template; `records` is how many records it makes, which is faster than to read them.
    pub fn template(name: &str, parameters: &SortedMap<String, String>, records: u64) -> Self {
        let words = parameters.iter().flat_map(|(key, value)| [key, value]).map(|word| JsValue::from_str(word));
        Self { kind: "template", name: name.to_owned(), body: words.collect::<Array>().into(), size: records as f64 * 40.0 }
    }
    /// A snapshot out of the storage with its number, and the records after it: keys and values.
    pub fn kept(start: u64, snapshot: &JsValue, keys: &Array, values: &Array) -> Self {
        let size = snapshot.dyn_ref::<js_sys::JsString>().map_or(0, js_sys::JsString::length);
        let body = Array::of4(&JsValue::from_f64(start as f64), snapshot, keys, values);
        Self { kind: "kept", name: "the kept design".to_owned(), body: body.into(), size: f64::from(size) + f64::from(keys.length()) * 1000.0 }
    }

    /// Whether reading it would hold the page up.
    pub fn is_large(&self) -> bool {
        self.size >= LARGE
    }

    /// The message that orders it: to read it, or what else a worker does with a design.
    pub fn message(&self, word: &str, job: u32) -> Array {
        Array::of5(&word.into(), &JsValue::from_f64(f64::from(job)), &self.kind.into(), &self.name.as_str().into(), &self.body)
    }

    /// Reads it here and now.
    pub async fn read_here(&self, catalog: &Catalog) -> Result<Opened, String> {
        match self.body.dyn_ref::<File>() {
            Some(file) => {
                let text = wasm_bindgen_futures::JsFuture::from(file.text()).await.map_err(|_| unreadable(&self.name))?;
                read("text", &self.name, &text, catalog)
            }
            None => self.read_now(catalog),
        }
    }

    /// Reads it here and now; a file has to be waited for ([`Request::read_here`]).
    pub fn read_now(&self, catalog: &Catalog) -> Result<Opened, String> {
        read(self.kind, &self.name, &self.body, catalog)
    }
}

fn unreadable(name: &str) -> String {
    format!("“{name}” could not be read.")
}

/// Reads what a [`Request`] says. Files can be read here in a worker only.
pub fn read(kind: &str, name: &str, body: &JsValue, catalog: &Catalog) -> Result<Opened, String> {
    let text = || body.as_string().ok_or_else(|| unreadable(name));
    match kind {
        "file" => {
            let file: &File = body.dyn_ref().ok_or_else(|| unreadable(name))?;
            let read = FileReaderSync::new().and_then(|reader| reader.read_as_array_buffer(file));
            let bytes = read.map_err(|error| format!("“{name}” could not be read: {}.", host::words(&error)))?;
            let bytes = js_sys::Uint8Array::new(&bytes).to_vec();
            let text = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
            opening::open(&Source::Text { name: name.to_owned(), text }, catalog)
        }
        "kept" => kept(body.dyn_ref().ok_or_else(|| unreadable(name))?),
        "clipboard" => opening::open(&Source::Clipboard(text()?), catalog),
        "shared" => opening::open(&Source::Shared(text()?), catalog),
        "template" => {
            let words: Vec<String> = body.dyn_ref::<Array>().map(|words| words.iter().filter_map(|word| word.as_string()).collect()).unwrap_or_default();
            let parameters = words.chunks(2).filter_map(|pair| Some((pair.first()?.clone(), pair.get(1)?.clone()))).collect();
            opening::open(&Source::Template(name.to_owned(), parameters), catalog)
        }
        _ => opening::open(&Source::Text { name: name.to_owned(), text: text()? }, catalog),
    }
}

/// A snapshot with the records after it. Stops at the first that is missing, torn or does not fit, and says so.
fn kept(body: &Array) -> Result<Opened, String> {
    let start = body.get(0).as_f64().unwrap_or(0.0) as u64;
    let snapshot = body.get(1).as_string().unwrap_or_default();
    let text = records::unseal(&snapshot).ok_or("The newest snapshot in this browser was damaged; the one before was used.")?;
    let loaded = io::load(text).map_err(|error| format!("The kept design cannot be opened: {error}"))?;
    let mut opened = Opened { design: loaded.design, told: String::new(), read_only: loaded.read_only };
    let (keys, values) = (Array::from(&body.get(2)), Array::from(&body.get(3)));
    for place in 0..keys.length() {
        let (key, value) = (keys.get(place).as_string().unwrap_or_default(), values.get(place).as_string().unwrap_or_default());
        let expected = start + 1 + u64::from(place);
        let patch = records::unseal(&value).filter(|_| records::number(&key) == Some(expected)).and_then(|text| io::patch_from_text(text).ok());
        if patch.is_none_or(|patch| patch.apply(&mut opened.design).is_err()) {
            opened.told = format!("The last {} edits could not be read back from this browser.", keys.length() - place);
            break;
        }
    }
    Ok(opened)
}
