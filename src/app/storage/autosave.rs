//! Saving by itself: a record per edit, a snapshot every 200 edits or after 30 s of rest, two snapshots kept. A start takes the newest
//! snapshot whose checksum holds and replays the records after it.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::database::{Database, Place, Write};
use super::lock::{Manner, WriteLock, acquire};
use super::records::{key, number, seal, span};
use crate::app::effects::LARGE;
use crate::app::engine_client::EngineClient;
use crate::app::host;
use crate::app::orders::{Product, Request};
use crate::app::store::Store;
use crate::app::ui::Saving;
use crate::editor::Intent;
use crate::io;
use crate::model::Patch;

/// A snapshot is taken after this many edits.
const EDITS: u64 = 200;
/// And after this long without one, in milliseconds.
const REST: u32 = 30_000;
/// How many designs this browser keeps.
const DESIGNS: usize = 8;
const CURRENT: &str = "current";
/// Why a design that another tab keeps may not be edited here.
pub const ELSEWHERE: &str = "This design is open in another tab. Take over to edit it here";

/// Saving by itself. Clones are the same.
#[derive(Clone)]
pub struct Autosave(Rc<Inner>);

struct Inner {
    store: Store,
    engine: EngineClient,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    database: Option<Database>,
    /// The name the open design is kept under; `None` until there is something to keep.
    design: Option<String>,
    writer: Writer,
    /// The number of the newest record.
    newest: u64,
    /// The numbers the two kept snapshots stand at, newest first.
    snapshots: Vec<u64>,
    /// After a refused write the log has a gap: only a snapshot makes it whole.
    gap: bool,
    /// The design of which a snapshot is being made.
    writing_whole: Option<String>,
    queue: Vec<Write>,
    writing: bool,
    /// Whether there were edits that nobody keeps.
    unkept: bool,
    rest: Option<Timeout>,
}

impl State {
    /// Whether nothing of the open design waits to be written, by this tab.
    fn is_all_kept(&self) -> bool {
        matches!(self.writer, Writer::Us(_)) && !self.gap && self.writing_whole.is_none()
    }
}

/// Who writes the open design.
#[derive(Default)]
enum Writer {
    /// Nobody yet.
    #[default]
    Nobody,
    /// The lock is being asked for.
    Asking,
    /// This tab.
    Us(#[allow(dead_code, reason = "held, not read: dropping it lets the next tab write")] WriteLock),
    /// Another tab.
    Another,
}

/// A design found in the storage.
pub struct Kept {
    /// The name it is kept under.
    pub design: String,
    /// The numbers its snapshots stand at, newest first.
    pub snapshots: Vec<u64>,
}

impl Autosave {
    /// Saving for this store. Nothing is written before [`Autosave::open`].
    pub fn new(store: Store, engine: EngineClient) -> Self {
        Self(Rc::new(Inner { store, engine, state: RefCell::default() }))
    }

    /// Opens the storage.
    pub async fn open(&self) -> Result<(), String> {
        let saver = self.clone();
        let database = Database::open(move || saver.refused("another tab runs a newer version of Weft")).await;
        match database {
            Ok(database) => {
                self.0.state.borrow_mut().database = Some(database);
                Ok(())
            }
            Err(reason) => {
                self.refused(&reason);
                Err(reason)
            }
        }
    }

    /// The design that was open last, if there is one. From then on this tab (or, if it is open there, another) keeps it.
    pub async fn restore(&self) -> Result<Option<Kept>, String> {
        let Some(database) = self.database() else { return Ok(None) };
        let Some(design) = database.get(Place::Designs, CURRENT).await?.as_string() else { return Ok(None) };
        self.ask(&design, Manner::IfFree).await;
        self.read(&database, &design).await
    }

    /// The design that was read is open now: it is kept already, as far as this tab may write it. What could not be read back must not
    /// be read after new records; then the next edit writes all of it.
    pub fn restored(&self, whole: bool) {
        self.0.state.borrow_mut().gap = !whole;
        if matches!(self.0.state.borrow().writer, Writer::Us(_)) {
            self.show(Saving::Saved);
        }
    }

    async fn read(&self, database: &Database, design: &str) -> Result<Option<Kept>, String> {
        let (first, last) = span(design);
        let keys = database.keys(Place::Snapshots, &first, &last).await?;
        let snapshots: Vec<u64> = keys.iter().rev().filter_map(|key| number(key)).collect();
        if snapshots.is_empty() {
            return Ok(None);
        }
        {
            let state = &mut *self.0.state.borrow_mut();
            state.design = Some(design.to_owned());
            state.snapshots = snapshots.iter().copied().take(2).collect();
            state.gap = false;
            state.unkept = false;
        }
        Ok(Some(Kept { design: design.to_owned(), snapshots }))
    }

    /// What is read to have the design as it was kept: a snapshot with the records after it.
    pub async fn kept_request(&self, design: &str, snapshot: u64) -> Result<Request, String> {
        let database = self.database().ok_or("the storage is closed")?;
        let text = database.get(Place::Snapshots, &key(design, snapshot)).await?;
        let (keys, values) = database.range(Place::Log, &key(design, snapshot + 1), &span(design).1).await?;
        let newest = keys.iter().next_back().and_then(|key| number(&key.as_string()?)).unwrap_or(snapshot);
        self.0.state.borrow_mut().newest = newest;
        Ok(Request::kept(snapshot, &text, &keys, &values))
    }

    /// The right to write `design`, asked for.
    async fn ask(&self, design: &str, manner: Manner) {
        self.0.state.borrow_mut().writer = Writer::Asking;
        let saver = self.clone();
        let lock = acquire(design, manner, move || saver.lost()).await;
        let ours = lock.is_some();
        self.0.state.borrow_mut().writer = lock.map_or(Writer::Another, Writer::Us);
        if !ours {
            self.show(Saving::Elsewhere);
        }
    }

    /// Another tab took the lock.
    fn lost(&self) {
        {
            let state = &mut *self.0.state.borrow_mut();
            state.writer = Writer::Another;
            // What was not written yet is in no other tab.
            state.unkept |= !state.queue.is_empty() || state.gap;
            state.queue.clear();
            state.rest = None;
        }
        self.show(Saving::Elsewhere);
    }

    /// An edit was made.
    pub fn changed(&self, patch: &Patch) {
        let known = {
            let state = &mut *self.0.state.borrow_mut();
            if state.database.is_none() {
                return;
            }
            match (&state.writer, state.design.is_some()) {
                (Writer::Us(_), true) => true,
                (Writer::Another, _) => {
                    state.unkept = true;
                    return;
                }
                (Writer::Asking, _) => {
                    // The snapshot that follows the answer holds this edit.
                    state.gap = true;
                    return;
                }
                _ => false,
            }
        };
        if !known {
            self.adopt();
            return;
        }
        let whole = {
            let state = &mut *self.0.state.borrow_mut();
            state.newest += 1;
            let since = state.newest - state.snapshots.first().copied().unwrap_or(0);
            let whole = state.gap || since >= EDITS || patch.changes.len() > LARGE;
            if whole {
                state.gap = true;
            } else if let Some(design) = &state.design {
                let write = Write::Put(Place::Log, key(design, state.newest), seal(&io::patch_to_text(patch)).into());
                state.queue.push(write);
            }
            whole
        };
        if whole {
            self.snapshot();
        }
        self.flush();
        self.snapshot_at_rest();
    }

    /// The user opened or began another design: it is kept under a name of its own, and nothing of the one before is overwritten.
    pub fn replaced(&self) {
        let ready = {
            let state = &mut *self.0.state.borrow_mut();
            state.writer = Writer::Nobody;
            state.design = None;
            state.rest = None;
            state.database.is_some()
        };
        if ready {
            self.adopt();
        }
    }

    /// Gives up the name of the open design without giving it a new one: it came from an address, and is kept from the first edit.
    pub fn forget(&self) {
        let state = &mut *self.0.state.borrow_mut();
        state.writer = Writer::Nobody;
        state.design = None;
    }

    /// Gives the open design a name and writes it whole.
    fn adopt(&self) {
        let name = format!("d{:013}{:04}", js_sys::Date::now(), (js_sys::Math::random() * 9999.0).floor());
        {
            let state = &mut *self.0.state.borrow_mut();
            state.design = Some(name.clone());
            state.newest = 0;
            state.snapshots.clear();
            state.writer = Writer::Asking;
            state.unkept = false;
        }
        self.show(Saving::Pending);
        let saver = self.clone();
        spawn_local(async move {
            saver.ask(&name, Manner::IfFree).await;
            let still_open = saver.0.state.borrow().design.as_deref() == Some(name.as_str());
            if still_open && matches!(saver.0.state.borrow().writer, Writer::Us(_)) {
                saver.snapshot();
                saver.flush();
                saver.prune().await;
            }
        });
    }

    /// Has the whole design written and drops what is older than the snapshot before. One is written at a time; what changes meanwhile
    /// is logged, or comes into the next.
    fn snapshot(&self) {
        let (design, at) = {
            let state = &mut *self.0.state.borrow_mut();
            let Some(design) = state.design.clone() else { return };
            if state.writing_whole.as_ref() == Some(&design) {
                return;
            }
            state.writing_whole = Some(design.clone());
            state.gap = false;
            state.rest = None;
            (design, state.newest)
        };
        self.show(Saving::Pending);
        let (records, name) = self.0.store.read(|view| (view.session.design().record_count(), view.session.design().meta.name.clone()));
        let saver = self.clone();
        let here = move |saver: &Self| JsValue::from(saver.0.store.read(|view| Product::Snapshot.make(view.session.design(), view.session.catalog())));
        if records < LARGE {
            saver.take_snapshot(&design, at, &name, &here(&saver));
        } else {
            let engine = self.0.engine.clone();
            engine.make(Product::Snapshot, move |text| match text {
                Some(text) => saver.take_snapshot(&design, at, &name, text),
                None => {
                    // The page writes it: what was edited meanwhile is in it.
                    let now = saver.0.state.borrow().newest;
                    saver.take_snapshot(&design, now, &name, &here(&saver));
                }
            });
        }
    }

    /// A snapshot of the design as it was at record `at` is there.
    fn take_snapshot(&self, design: &str, at: u64, name: &str, text: &JsValue) {
        let again = {
            let state = &mut *self.0.state.borrow_mut();
            if state.writing_whole.as_deref() == Some(design) {
                state.writing_whole = None;
            }
            if state.design.as_deref() != Some(design) || !matches!(state.writer, Writer::Us(_)) {
                return;
            }
            let (first, _) = span(design);
            state.queue.push(Write::Put(Place::Snapshots, key(design, at), text.clone()));
            state.queue.push(Write::Put(Place::Designs, design.to_owned(), name.into()));
            state.queue.push(Write::Put(Place::Designs, CURRENT.to_owned(), design.into()));
            if let Some(before) = state.snapshots.first().copied().filter(|before| *before < at) {
                state.queue.push(Write::Remove(Place::Log, first.clone(), key(design, before)));
                if before > 0 {
                    state.queue.push(Write::Remove(Place::Snapshots, first, key(design, before - 1)));
                }
            }
            state.snapshots.retain(|kept| *kept < at);
            state.snapshots.insert(0, at);
            state.snapshots.truncate(2);
            state.gap
        };
        self.flush();
        // An edit too large for the log came meanwhile.
        if again {
            self.snapshot();
        }
    }

    fn snapshot_at_rest(&self) {
        let saver = self.clone();
        self.0.state.borrow_mut().rest = Some(Timeout::new(REST, move || saver.leave()));
    }

    /// The page may go away: what is not in a snapshot yet goes into one. Every edit is in the log already.
    pub fn leave(&self) {
        if host::is_poisoned() {
            return;
        }
        let due = {
            let state = self.0.state.borrow();
            matches!(state.writer, Writer::Us(_)) && state.snapshots.first().is_some_and(|at| *at < state.newest)
        };
        if due {
            self.snapshot();
            self.flush();
        }
    }

    /// Writes the queue; what comes in meanwhile waits for the next transaction.
    fn flush(&self) {
        let (database, writes) = {
            let state = &mut *self.0.state.borrow_mut();
            let Some(database) = state.database.clone() else { return };
            if state.writing || state.queue.is_empty() {
                return;
            }
            state.writing = true;
            (database, std::mem::take(&mut state.queue))
        };
        self.show(Saving::Pending);
        let saver = self.clone();
        spawn_local(async move {
            let result = database.write(&writes).await;
            let more = {
                let state = &mut *saver.0.state.borrow_mut();
                state.writing = false;
                !state.queue.is_empty()
            };
            match result {
                Ok(()) if more => saver.flush(),
                Ok(()) if saver.0.state.borrow().is_all_kept() => saver.show(Saving::Saved),
                Ok(()) => {}
                Err(reason) => {
                    {
                        let state = &mut *saver.0.state.borrow_mut();
                        if matches!(state.writer, Writer::Another) {
                            state.unkept = true;
                            return;
                        }
                        state.gap = true;
                        state.queue.clear();
                        state.snapshots.clear();
                    }
                    saver.show(Saving::Failed(reason));
                }
            }
        });
    }

    /// Forgets the oldest designs beyond [`DESIGNS`].
    async fn prune(&self) {
        let Some(database) = self.database() else { return };
        let Ok(designs) = database.keys(Place::Designs, "d", "d~").await else { return };
        let mut writes = Vec::new();
        for design in designs.iter().take(designs.len().saturating_sub(DESIGNS)) {
            let (first, last) = span(design);
            writes.push(Write::Remove(Place::Log, first.clone(), last.clone()));
            writes.push(Write::Remove(Place::Snapshots, first, last));
            writes.push(Write::Remove(Place::Designs, design.clone(), design.clone()));
        }
        if !writes.is_empty() {
            database.write(&writes).await.ok();
        }
    }

    /// Makes this tab the writer. Without edits of its own it gets the design as the other tab left it (returned); with them,
    /// both stay: what is open here becomes a copy with a name of its own.
    pub async fn take_over(&self) -> Result<Option<Kept>, String> {
        let Some(database) = self.database() else { return Ok(None) };
        let (design, unkept) = {
            let state = self.0.state.borrow();
            (state.design.clone(), state.unkept)
        };
        let Some(design) = design.filter(|_| !unkept) else {
            self.replaced();
            self.0.store.say("Both versions are kept: this tab now saves to a copy");
            return Ok(None);
        };
        self.ask(&design, Manner::Steal).await;
        let kept = self.read(&database, &design).await?;
        self.show(Saving::Saved);
        Ok(kept)
    }

    fn refused(&self, reason: &str) {
        self.0.state.borrow_mut().database = None;
        self.show(Saving::Failed(reason.to_owned()));
    }

    fn database(&self) -> Option<Database> {
        self.0.state.borrow().database.clone()
    }

    /// Shows how saving is doing. What another tab keeps can only be looked at.
    pub fn show(&self, saving: Saving) {
        let elsewhere = saving == Saving::Elsewhere;
        if self.0.store.read(|view| view.session.is_locked() != elsewhere) {
            self.0.store.dispatch(Intent::Lock(elsewhere.then(|| ELSEWHERE.to_owned())));
        }
        if self.0.store.read(|view| view.ui.saving != saving) {
            self.0.store.change(|ui| ui.saving = saving);
        }
    }
}
