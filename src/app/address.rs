//! What the page's address may ask for: `?template=fat-tree&k=32`, `?src=designs/x.json`, `#d=…` (a shared design), `#part=nvidia-qm9700`
//! (the page of a part), `?theme=dark`, `?embed` (inside another page), `?readonly` (to look at). A page of one file carries a design too.

use crate::model::PartId;
use crate::units::SortedMap;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::UrlSearchParams;

use super::host;

/// The largest design file that is fetched, in bytes: what `io` reads at most.
const LARGEST: f64 = 64.0 * 1024.0 * 1024.0;

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// A template with its parameters.
    pub template: Option<(String, SortedMap<String, String>)>,
    /// A design file of the same origin.
    pub source: Option<String>,
    /// A packed design, from the fragment: no browser sends that to a server.
    pub shared: Option<String>,
    /// Forced colours.
    pub theme: Option<String>,
    /// A part whose page is to be open.
    pub part: Option<PartId>,
    /// Whether the page is inside another one, which keeps the design: this browser then keeps nothing.
    pub embedded: bool,
    /// Whether the design is to be looked at only.
    pub read_only: bool,
}

/// What the fragment says once a design that the page carries was edited: what this browser kept is newer.
const KEPT: &str = "#kept";

/// The part that the fragment of the address names.
pub fn part() -> Option<PartId> {
    let hash = host::window()?.location().hash().ok()?;
    let id = js_sys::decode_uri_component(hash.strip_prefix("#part=")?).ok()?.as_string()?;
    (!id.is_empty()).then(|| PartId::new(&id))
}

/// Names a part in the fragment, or none; a fragment that tells which design is open stays.
pub fn name_part(id: Option<&PartId>) -> Option<()> {
    let window = host::window()?;
    let location = window.location();
    let hash = location.hash().ok()?;
    if hash.starts_with("#d=") || hash == KEPT {
        return None;
    }
    let fragment = id.map(|id| format!("#part={}", String::from(js_sys::encode_uri_component(id.as_str())))).unwrap_or_default();
    let path = format!("{}{}{fragment}", location.pathname().ok()?, location.search().ok()?);
    window.history().ok()?.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path)).ok()
}

/// Whether a query or a fragment names a design.
fn names_a_design(query: &str) -> bool {
    ["template=", "src=", "#d="].iter().any(|key| query.contains(key))
}

/// An edited design is no longer what the address names: a reload brings the edits back, not the address' design.
pub fn leave() -> Option<()> {
    let window = host::window()?;
    let location = window.location();
    let (query, hash) = (location.search().ok()?, location.hash().ok()?);
    let kept = if is_one_file() { KEPT } else { "" };
    let named = if kept.is_empty() { names_a_design(&query) || names_a_design(&hash) } else { hash != kept };
    if !named || UrlSearchParams::new_with_str(&query).ok()?.has("embed") {
        return None;
    }
    let address = location.pathname().ok()? + kept;
    window.history().ok()?.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&address)).ok()
}

/// Whether this page is one file that carries all it needs.
pub fn is_one_file() -> bool {
    js_sys::Reflect::get(&js_sys::global(), &"weftPacked".into()).is_ok_and(|packed| packed.is_object())
}

/// A file that this page carries in itself, if it does.
async fn carried(name: &str) -> Option<wasm_bindgen::JsValue> {
    let promise: js_sys::Promise = host::call("carried", &[name.into()]).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok().filter(wasm_bindgen::JsValue::is_string)
}

/// The design that a page of one file carries, unless it was edited since.
pub async fn carried_design() -> Option<wasm_bindgen::JsValue> {
    let hash = host::window()?.location().hash().ok()?;
    if hash == KEPT { None } else { carried("design").await }
}

impl Address {
    /// Reads the page's address.
    pub fn read() -> Self {
        let query = host::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
        let Ok(parameters) = UrlSearchParams::new_with_str(&query) else { return Self::default() };
        let template = parameters.get("template").map(|name| {
            let mut values = SortedMap::new();
            for entry in js_sys::try_iter(&parameters).ok().flatten().into_iter().flatten().flatten() {
                let pair: js_sys::Array = entry.unchecked_into();
                if let (Some(key), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string())
                    && !matches!(key.as_str(), "template" | "theme" | "src" | "embed" | "readonly")
                {
                    values.insert(key, value);
                }
            }
            (name, values)
        });
        let shared = host::window().and_then(|window| window.location().hash().ok()).and_then(|hash| hash.strip_prefix("#d=").map(str::to_owned));
        Self {
            template,
            source: parameters.get("src"),
            shared,
            theme: parameters.get("theme"),
            part: part(),
            embedded: parameters.has("embed"),
            read_only: parameters.has("readonly"),
        }
    }
}

/// The text of a design file that this page carries, or that its own origin serves. One sentence where it cannot be had.
pub async fn fetch(source: &str) -> Result<wasm_bindgen::JsValue, String> {
    if let Some(text) = carried(source).await {
        return Ok(text);
    }
    let window = host::window().ok_or("There is no window.")?;
    let location = window.location();
    let here = location.href().unwrap_or_default();
    let address = web_sys::Url::new_with_base(source, &here).map_err(|_| format!("“{source}” is not an address."))?;
    if Some(address.origin()) != location.origin().ok() {
        return Err(format!("“{source}” is on another server. Weft opens files of its own server only; download it and open the file."));
    }
    let refused = |reason: String| format!("“{source}” could not be opened: {reason}.");
    let response = JsFuture::from(window.fetch_with_str(&address.href())).await.map_err(|error| refused(host::words(&error)))?;
    let response: web_sys::Response = response.dyn_into().map_err(|_| refused("no answer".to_owned()))?;
    if !response.ok() {
        return Err(refused(format!("the server answered {}", response.status())));
    }
    let length = response.headers().get("content-length").ok().flatten().and_then(|length| crate::units::decimal(&length));
    if length.is_some_and(|length| length > LARGEST) {
        return Err(refused("it is larger than 64 MB".to_owned()));
    }
    let text = response.text().map_err(|error| refused(host::words(&error)))?;
    JsFuture::from(text).await.map_err(|error| refused(host::words(&error)))
}
