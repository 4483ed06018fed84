//! IndexedDB as promises: one database of three stores whose keys and values are text.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbKeyRange, IdbOpenDbRequest, IdbRequest, IdbTransaction, IdbTransactionMode};

use crate::app::host;

const NAME: &str = "weft";
const VERSION: u32 = 1;

/// A store of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// One record per edit.
    Log,
    /// Whole designs.
    Snapshots,
    /// Which designs there are, and which is open.
    Designs,
}

impl Place {
    const ALL: [Self; 3] = [Self::Log, Self::Snapshots, Self::Designs];
    const fn name(self) -> &'static str {
        match self {
            Self::Designs => "designs",
            Self::Log => "log",
            Self::Snapshots => "snapshots",
        }
    }
}

/// One write.
#[derive(Clone, Debug)]
pub enum Write {
    /// Puts a text under a key. It is the browser's own, so that a snapshot of the worker's is not copied.
    Put(Place, String, JsValue),
    /// Takes the keys from the first up to and including the last out.
    Remove(Place, String, String),
}

/// The open database.
#[derive(Clone)]
pub struct Database(IdbDatabase);

impl Database {
    /// Opens it, or makes it. `closed` is called when the browser or another version of the page closes it.
    pub async fn open(closed: impl Fn() + 'static) -> Result<Self, String> {
        let window = host::window().ok_or("there is no window")?;
        let factory = window.indexed_db().map_err(|error| host::words(&error))?.ok_or("this browser offers no storage here")?;
        let request: IdbOpenDbRequest = factory.open_with_u32(NAME, VERSION).map_err(|error| host::words(&error))?;

        let upgraded = request.clone();
        let on_upgrade = Closure::<dyn FnMut()>::new(move || {
            let Ok(database) = upgraded.result().and_then(|result| result.dyn_into::<IdbDatabase>()) else { return };
            for place in Place::ALL {
                database.create_object_store(place.name()).ok();
            }
        });
        request.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
        let promise = Promise::new(&mut |resolve, reject| {
            request.set_onsuccess(Some(&resolve));
            request.set_onerror(Some(&reject));
            request.set_onblocked(Some(&reject));
        });
        JsFuture::from(promise).await.map_err(|_| failure(&request))?;
        let database: IdbDatabase = request.result().map_err(|error| host::words(&error))?.dyn_into().map_err(|_| "the storage did not open".to_owned())?;

        // Another tab with a newer version of the page wants to change the stores: this one stops writing and says so.
        let leaving = database.clone();
        let on_close = Closure::<dyn FnMut()>::new(move || {
            leaving.close();
            closed();
        });
        database.set_onversionchange(Some(on_close.as_ref().unchecked_ref()));
        database.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        // Lives as long as the page's database.
        on_close.forget();
        Ok(Self(database))
    }

    /// The text under a key, as the browser's own; undefined where there is none.
    pub async fn get(&self, place: Place, key: &str) -> Result<JsValue, String> {
        let store = self.begin(&[place], IdbTransactionMode::Readonly)?.object_store(place.name()).map_err(|error| host::words(&error))?;
        let request = store.get(&key.into()).map_err(|error| host::words(&error))?;
        answer(&request).await
    }

    /// The keys from the first up to and including the last, in key order.
    pub async fn keys(&self, place: Place, first: &str, last: &str) -> Result<Vec<String>, String> {
        let range = IdbKeyRange::bound(&first.into(), &last.into()).map_err(|error| host::words(&error))?;
        let store = self.begin(&[place], IdbTransactionMode::Readonly)?.object_store(place.name()).map_err(|error| host::words(&error))?;
        let keys = store.get_all_keys_with_key(&range).map_err(|error| host::words(&error))?;
        let keys: Array = answer(&keys).await?.unchecked_into();
        Ok(keys.iter().filter_map(|key| key.as_string()).collect())
    }

    /// Keys and values from the first key up to and including the last, in key order.
    pub async fn range(&self, place: Place, first: &str, last: &str) -> Result<(Array, Array), String> {
        let range = IdbKeyRange::bound(&first.into(), &last.into()).map_err(|error| host::words(&error))?;
        let store = self.begin(&[place], IdbTransactionMode::Readonly)?.object_store(place.name()).map_err(|error| host::words(&error))?;
        let keys = store.get_all_keys_with_key(&range).map_err(|error| host::words(&error))?;
        let values = store.get_all_with_key(&range).map_err(|error| host::words(&error))?;
        Ok((answer(&keys).await?.unchecked_into(), answer(&values).await?.unchecked_into()))
    }

    /// Carries all writes out, or none. Returns when the browser says that they are on disk.
    pub async fn write(&self, writes: &[Write]) -> Result<(), String> {
        let transaction = self.begin(&Place::ALL, IdbTransactionMode::Readwrite)?;
        for write in writes {
            let done = match write {
                Write::Put(place, key, value) => transaction.object_store(place.name()).and_then(|store| store.put_with_key(value, &key.as_str().into())),
                Write::Remove(place, first, last) => {
                    let range = IdbKeyRange::bound(&first.as_str().into(), &last.as_str().into());
                    range.and_then(|range| transaction.object_store(place.name()).and_then(|store| store.delete(&range)))
                }
            };
            if let Err(error) = done {
                // What was put before must not be kept without the rest.
                transaction.abort().ok();
                return Err(reason(&error));
            }
        }
        let promise = Promise::new(&mut |resolve, reject| {
            transaction.set_oncomplete(Some(&resolve));
            transaction.set_onerror(Some(&reject));
            transaction.set_onabort(Some(&reject));
        });
        match JsFuture::from(promise).await {
            Ok(_) => Ok(()),
            Err(_) => Err(transaction.error().map_or_else(
                || "the browser gave the write up".to_owned(),
                |error| if error.name() == "QuotaExceededError" { "storage full".to_owned() } else { error.message() },
            )),
        }
    }

    fn begin(&self, places: &[Place], mode: IdbTransactionMode) -> Result<IdbTransaction, String> {
        let names: Array = places.iter().map(|place| JsValue::from_str(place.name())).collect();
        self.0.transaction_with_str_sequence_and_mode(&names, mode).map_err(|error| host::words(&error))
    }
}

/// Why a write was refused, in words a user knows.
fn reason(error: &JsValue) -> String {
    match error.dyn_ref::<web_sys::DomException>() {
        Some(error) if error.name() == "QuotaExceededError" => "storage full".to_owned(),
        _ => host::words(error),
    }
}

async fn answer(request: &IdbRequest) -> Result<JsValue, String> {
    let promise = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(promise).await.map_err(|_| failure(request))?;
    request.result().map_err(|error| host::words(&error))
}

fn failure(request: &IdbRequest) -> String {
    request.error().ok().flatten().map_or_else(|| "the storage is blocked".to_owned(), |error| error.message())
}
