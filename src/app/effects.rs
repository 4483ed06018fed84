//! Carries out what the session asks for: tells the engine and the log, offers files, fills the clipboard, says things.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use super::engine_client::{Answer, EngineClient};
use super::host;
use super::opening::Read;
use super::orders::{self, Product, Request};
use super::storage::Autosave;
use super::store::{Event, Store};
use super::ui::{Copied, Offer, RightTab, Side};
use crate::catalog::Catalog;
use crate::editor::{Clip, Effect, Intent};
use crate::engine::compare::{self, Row};
use crate::io::export::Tables;

/// Where the design that is being opened comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// The user opened it: it is kept from now on.
    #[default]
    User,
    /// A page around this one or a script opened it: it is kept as if the user had, and undo does not change to what was open before.
    Host,
    /// The page's address names it: it is kept from the first edit.
    Address,
    /// This browser kept it: it is kept already.
    Storage,
}

impl PartialEq for Services {
    fn eq(&self, other: &Self) -> bool {
        self.store == other.store
    }
}

/// Everything around the session that effects reach. Clones are the same.
#[derive(Clone)]
pub struct Services {
    /// The store.
    pub store: Store,
    /// Saving.
    pub autosave: Autosave,
    /// The catalogue.
    pub catalog: Arc<Catalog>,
    engine: EngineClient,
    /// The table that the page made itself, and of which revision.
    tables: Rc<RefCell<(u64, Tables)>>,
    origin: Rc<Cell<Origin>>,
    read_by: Rc<Cell<Option<u32>>>,
    /// Whether what is opened now was read before, and its mark set then.
    was_read: Rc<Cell<bool>>,
    saved: Rc<RefCell<Option<Request>>>,
}

/// Why a design may not be edited where it is to be looked at only.
pub const VIEWING: &str = "This page shows the design; it cannot be edited here";

/// From so many records on a design is written out by the worker.
pub const LARGE: usize = 2000;

impl Services {
    /// Starts saving and the engine, and carries out the store's effects from now on.
    pub fn start(store: Store, catalog: Arc<Catalog>) -> Self {
        let engine = EngineClient::new(store.clone());
        let autosave = Autosave::new(store.clone(), engine.clone());
        let services = Self {
            autosave,
            engine,
            catalog,
            origin: Rc::default(),
            tables: Rc::default(),
            read_by: Rc::default(),
            was_read: Rc::default(),
            saved: Rc::default(),
            store: store.clone(),
        };
        let engine = services.engine.clone();
        store.listen(move |event| {
            if matches!(event, Event::Drawn) {
                engine.drawn();
            }
        });
        let performer = services.clone();
        store.set_performer(move |effect| performer.perform(effect));
        services
    }

    /// Opens a design that was read. What the worker read need not be sent there.
    pub fn open_read(&self, origin: Origin, read: Read) {
        let Read { drawn, told, read_only, job } = read;
        let read_only = read_only.or_else(|| self.store.read(|view| view.ui.viewing.then(|| VIEWING.to_owned())));
        self.origin.set(origin);
        self.read_by.set(job);
        self.was_read.set(true);
        self.store.dispatch(Intent::OpenDesign { drawn, told, read_only, returns: origin == Origin::User });
        self.origin.set(Origin::User);
        self.read_by.set(None);
        self.was_read.set(false);
    }

    /// Has the worker read a design. Returns the job.
    pub fn order_reading(&self, request: &Request, listener: impl Fn(Answer) + 'static) -> u32 {
        self.engine.read(request, listener)
    }

    /// Has the report of another design made in the worker. Returns the job.
    pub fn beside(&self, request: &Request, listener: impl Fn(Answer) + 'static) -> u32 {
        self.engine.beside(request, listener)
    }

    /// Puts the design's report beside others, which are JSON, in the worker where there is one, and hands the rows on, or why there are none.
    pub fn against(&self, others: &Array, then: impl Fn(Result<Vec<Row>, String>) + 'static) {
        let (store, own) = (self.store.clone(), others.clone());
        self.engine.against(others, move |answer| match answer {
            Answer::Made(text) => then(compare::read(&text.as_string().unwrap_or_default()).ok_or_else(|| "The engine's answer could not be read".to_owned())),
            Answer::Failed(sentence) => then(Err(sentence)),
            Answer::Gone => {
                let texts = own.iter().filter_map(|text| text.as_string());
                if let Some(rows) = store.read(|view| view.session.report().map(|report| compare::against(report, texts))) {
                    then(rows);
                }
            }
            Answer::Read(..) | Answer::Slice(..) | Answer::Stopped => {}
        });
    }

    /// The design as it was opened or saved last; `None` for one that was begun anew.
    pub fn saved(&self) -> Option<Request> {
        self.saved.borrow().clone()
    }
    /// Notes what the open design was opened from or saved as.
    pub fn remember(&self, request: Request) {
        *self.saved.borrow_mut() = Some(request);
    }

    /// Asks the engine a question ([`crate::engine::ask`]). Returns the job.
    pub fn ask(&self, question: &str, listener: impl Fn(Answer) + 'static) -> u32 {
        self.engine.ask(question, listener)
    }

    /// Stops a reading or a question.
    pub fn stop_reading(&self, job: u32) {
        self.engine.cancel(job);
    }

    /// Has text made of the design, in the worker where the design is large, and hands it on as the browser's own text.
    pub fn make(&self, product: Product, then: impl Fn(&JsValue) + 'static) {
        let (store, catalog) = (self.store.clone(), self.catalog.clone());
        let here = move || {
            JsValue::from(store.read(|view| match product {
                Product::Drawing => orders::drawing(view.session.design(), &catalog, view.session.overlay()),
                _ => product.make(view.session.design(), &catalog),
            }))
        };
        // Colours of the moment are known in the page alone.
        let coloured = product == Product::Drawing && self.store.read(|view| view.session.overlay().links.is_some());
        if coloured || self.store.read(|view| view.session.design().record_count()) < LARGE {
            then(&here());
            return;
        }
        self.engine.make(product, move |text| match text {
            Some(text) => then(text),
            None => then(&here()),
        });
    }

    /// Asks a question about a table of the design ([`Tables`]), of the worker where the design is large, and hands the answer on.
    pub fn table(&self, question: &str, then: impl Fn(&JsValue) + 'static) {
        let (store, tables, own) = (self.store.clone(), self.tables.clone(), question.to_owned());
        let here = move || {
            store.read(|view| {
                let (of, tables) = &mut *tables.borrow_mut();
                if *of != view.session.revision() {
                    *of = view.session.revision();
                    tables.forget();
                }
                JsValue::from(tables.answer(&own, view.session.design(), view.session.catalog()))
            })
        };
        if self.store.read(|view| view.session.design().record_count()) < LARGE {
            then(&here());
            return;
        }
        self.engine.ask(&format!("table {question}"), move |answer| match answer {
            Answer::Made(text) => then(text),
            Answer::Gone | Answer::Failed(_) => then(&here()),
            Answer::Read(..) | Answer::Slice(..) | Answer::Stopped => {}
        });
    }

    /// Starts the engine, unless it runs. Its worker competes with the first drawing, so it waits for that.
    pub fn start_engine(&self) {
        self.engine.begin();
    }

    fn perform(&self, effect: Effect) {
        match effect {
            Effect::Changed { revision, patch } => {
                if patch.changes.len() > LARGE {
                    self.store.settle();
                }
                // The worker hears of it first, so that a snapshot it makes holds it.
                self.engine.changed(revision, patch.clone());
                self.autosave.changed(&patch);
                super::address::leave();
                self.store.emit(&Event::Change);
                self.store.prepare();
            }
            Effect::Complain(text) => self.store.complain(text),
            Effect::Copy(clip) => copy_clip(&self.store, clip),
            Effect::SaveFile { name } => {
                let services = self.clone();
                self.make(Product::Design, move |text| {
                    download(&name, "application/json", text);
                    services.remember(Request::text(&name, text));
                });
            }
            Effect::OfferMenu { at, .. } => self.store.change(|ui| ui.context_menu = Some(at)),
            Effect::OfferParts { from, at } => self.store.change(|ui| ui.offer = Some(Offer { from, at })),
            Effect::OpenInspector => self.inspect(),
            Effect::Redraw => self.store.touch(),
            Effect::Replaced { .. } => self.replaced(),
            Effect::ShowLink(_) => self.inspect(),
            Effect::Say(text) => self.store.say(text),
            Effect::Selected => {
                self.store.touch();
                self.store.emit(&Event::Select);
            }
        }
    }

    fn replaced(&self) {
        *self.saved.borrow_mut() = None;
        if !self.was_read.get() {
            host::mark("weft:design-parsed");
        }
        match self.origin.get() {
            Origin::User | Origin::Host => {
                // What was said is of the design before.
                self.store.change(|ui| ui.toasts.clear());
                super::address::leave();
                self.autosave.replaced();
            }
            Origin::Address => self.autosave.forget(),
            Origin::Storage => {}
        }
        let records = self.store.read(|view| view.session.design().record_count());
        self.store.opened(records > LARGE);
        // What is this large has its drawing prepared in tasks of its own; what is smaller is drawn sooner without.
        if records > 5 * LARGE {
            self.store.settle();
        }
        self.engine.replaced(self.read_by.get());
        self.store.emit(&Event::Change);
    }

    fn inspect(&self) {
        self.store.change(|ui| {
            ui.right = RightTab::Inspector;
            ui.drawer = Some(Side::Right);
        });
    }
}

/// Offers a file of this text or blob. Nothing leaves the browser: it becomes a blob of this page.
pub fn download(name: &str, kind: &str, text: &JsValue) {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let Ok(blob) = Blob::new_with_str_sequence_and_options(&Array::of1(text), &options) else { return };
    let Ok(address) = Url::create_object_url_with_blob(&blob) else { return };
    let link = host::document().and_then(|document| document.create_element("a").ok()).and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    // The browser reads the blob after the click.
    gloo::timers::callback::Timeout::new(10_000, move || {
        Url::revoke_object_url(&address).ok();
    })
    .forget();
}

/// Puts text on the clipboard, and keeps it for browsers that hold theirs closed.
pub fn copy(store: &Store, text: impl Into<JsValue>) {
    fill_clipboard(store, Copied { text: text.into(), clip: None });
}

/// Puts the text of a clip on the clipboard; that of a large one is made in a task of its own.
fn copy_clip(store: &Store, clip: Arc<Clip>) {
    let large = clip.len() > LARGE;
    let fill = move |store: &Store| fill_clipboard(store, Copied { text: clip.to_text().into(), clip: Some(clip) });
    if !large {
        return fill(store);
    }
    let store = store.clone();
    gloo::timers::callback::Timeout::new(0, move || fill(&store)).forget();
}

fn fill_clipboard(store: &Store, copied: Copied) {
    let writing = host::window().and_then(|window| {
        let clipboard = Reflect::get(&window.navigator(), &"clipboard".into()).ok().filter(|clipboard| clipboard.is_object())?;
        let write: Function = Reflect::get(&clipboard, &"writeText".into()).ok()?.dyn_into().ok()?;
        write.call1(&clipboard, &copied.text).ok()?.dyn_into::<js_sys::Promise>().ok()
    });
    store.change(|ui| ui.copied = Some(copied));
    if let Some(writing) = writing {
        spawn_local(async move {
            JsFuture::from(writing).await.ok();
        });
    }
}
