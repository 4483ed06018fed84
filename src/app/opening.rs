//! Opening a design: small ones at once in the page, large ones in the worker, which hands them over in slices. The open design stays as
//! it is until the new one is whole; a reading that takes long can be stopped.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::effects::{LARGE, Origin, Services};
use super::engine_client::Answer;
use super::files::pause;
use super::host;
use super::orders::Request;
use super::store::Store;
use super::ui::Busy;
use crate::editor::opening::{Drawn, Opened};
use crate::io;
use crate::model::Design;

/// A piece of the drawing after which so many milliseconds are over is the last of its task.
const TURN: f64 = 8.0;

/// How the worker's reading went.
enum Outcome {
    /// The design, and the job that read it.
    Opened(Box<Opened>, u32),
    Failed(String),
    /// The user stopped it, or opened something else meanwhile.
    Stopped,
    /// There is no worker.
    Gone,
}

/// A design that was read and can be opened.
pub struct Read {
    /// The design, and what was made of its drawing.
    pub drawn: Box<Drawn>,
    /// What the user is told; empty says nothing.
    pub told: String,
    /// Why it may not be edited, if it may not.
    pub read_only: Option<String>,
    /// The worker's job that read it, if the worker did.
    pub job: Option<u32>,
}

impl Read {
    /// What was read, of which nothing is drawn.
    pub fn of(opened: Opened, job: Option<u32>) -> Self {
        let Opened { design, told, read_only } = opened;
        Self { drawn: Box::new(Drawn::new(design)), told, read_only, job }
    }
}

/// Opens what `request` says in place of the open design. One sentence where that cannot be; the open design is then as it was.
pub async fn open(services: &Services, origin: Origin, request: Request) -> Result<(), String> {
    let from = request.clone();
    if let Some(read) = drawn(services, request).await? {
        services.open_read(origin, read);
        services.remember(from);
    }
    Ok(())
}

/// Opens what this browser kept; with `unless_drawn` only while nothing is drawn. Returns whether all of it could be read.
pub async fn open_kept(services: &Services, request: Request, unless_drawn: bool) -> Result<bool, String> {
    let from = request.clone();
    let Some(mut read) = drawn(services, request).await? else { return Ok(true) };
    if unless_drawn && !services.store.read(|view| view.session.design().is_empty()) {
        return Ok(true);
    }
    let lost = std::mem::take(&mut read.told);
    services.open_read(Origin::Storage, read);
    services.remember(from);
    if lost.is_empty() {
        return Ok(true);
    }
    services.store.complain(lost);
    Ok(false)
}

/// What `request` says, to be put into the open design; nothing when the user stopped it.
pub async fn read(services: &Services, request: Request) -> Result<Option<Opened>, String> {
    let Some((opened, job)) = fetched(services, request).await? else { return Ok(None) };
    if job.is_some_and(|job| is_busy(&services.store, job)) {
        services.store.change(|ui| ui.busy = None);
    }
    Ok(Some(opened))
}

/// What `request` says, with the worker's job that read it, if the worker did: that is told to be under way until it is open. Nothing when
/// the user stopped it.
async fn fetched(services: &Services, request: Request) -> Result<Option<(Opened, Option<u32>)>, String> {
    stop(services);
    if request.is_large() {
        match in_worker(services, &request).await {
            Outcome::Opened(opened, job) => return Ok(Some((*opened, Some(job)))),
            Outcome::Failed(sentence) => return Err(sentence),
            Outcome::Stopped => return Ok(None),
            Outcome::Gone => {
                services.store.say(format!("There is no worker to read {}, so the page reads it itself and may stand still for a moment", request.name));
            }
        }
        // One frame, so that the sentence is seen before the page is held up.
        pause(30).await;
    }
    Ok(Some((request.read_here(&services.catalog).await?, None)))
}

/// What `request` says, to be opened; the drawing of what is large is made piece by piece, each in a task of its own. Nothing when the user
/// stopped it, or opened something else meanwhile.
async fn drawn(services: &Services, request: Request) -> Result<Option<Read>, String> {
    let Some((opened, job)) = fetched(services, request).await? else { return Ok(None) };
    // In memory, and nothing of it drawn.
    host::mark("weft:design-parsed");
    let (read, opens) = (Read::of(opened, job), services.store.opens());
    if read.drawn.design().record_count() > LARGE {
        loop {
            host::turn().await;
            let stopped = job.is_some_and(|job| !is_busy(&services.store, job));
            if host::is_poisoned() || stopped || services.store.opens() != opens {
                return Ok(None);
            }
            if !host::within(TURN, || read.drawn.draw(&services.catalog)) {
                break;
            }
        }
    }
    if job.is_some() {
        services.store.change(|ui| ui.busy = None);
    }
    Ok(Some(read))
}

/// Whether it is this job that is told to be under way.
fn is_busy(store: &Store, job: u32) -> bool {
    store.read(|view| view.ui.busy.as_ref().is_some_and(|busy| busy.job == job))
}

/// Opens what `request` says, and shows what cannot be opened.
pub async fn open_or_complain(services: &Services, origin: Origin, request: Request) {
    if let Err(sentence) = open(services, origin, request).await {
        services.store.complain(sentence);
    }
}

/// Stops the reading that is going on, if one is. The open design stays as it is. Returns whether there was one.
pub fn stop(services: &Services) -> bool {
    let busy = services.store.read(|view| view.ui.busy.as_ref().map(|busy| busy.job));
    if let Some(job) = busy {
        services.store.change(|ui| ui.busy = None);
        services.stop_reading(job);
    }
    busy.is_some()
}

/// Stops the reading because the user said so.
pub fn cancel(services: &Services) {
    if stop(services) {
        services.store.say("Stopped; the open design is as it was");
    }
}

async fn in_worker(services: &Services, request: &Request) -> Outcome {
    let store = services.store.clone();
    let outcome = Rc::new(RefCell::new(None));
    let mut end: Option<Function> = None;
    let ended = Promise::new(&mut |resolve, _| end = Some(resolve));
    let Some(end) = end else { return Outcome::Gone };

    // The slices are put together aside; a slice is a few milliseconds' work in a task of its own.
    let building = Rc::new(RefCell::new(Design::default()));
    let job = Rc::new(std::cell::Cell::new(0));
    let (result, showing, number) = (outcome.clone(), store.clone(), job.clone());
    let finish = move |how: Outcome| {
        *result.borrow_mut() = Some(how);
        end.call0(&JsValue::NULL).ok();
    };
    let listener = move |answer: Answer| match answer {
        Answer::Slice(text, part) => {
            let taken = io::patch_from_text(&text).ok().and_then(|patch| patch.apply(&mut building.borrow_mut()).ok());
            if taken.is_some() && is_busy(&showing, number.get()) {
                showing.change(|ui| ui.busy = ui.busy.take().map(|busy| Busy { part: Some(part), ..busy }));
            }
        }
        Answer::Read(told, read_only) => finish(Outcome::Opened(Box::new(Opened { design: building.take(), told, read_only }), number.get())),
        Answer::Failed(sentence) => finish(Outcome::Failed(sentence)),
        Answer::Stopped => finish(Outcome::Stopped),
        Answer::Gone | Answer::Made(_) => finish(Outcome::Gone),
    };
    job.set(services.order_reading(request, listener));
    store.change(|ui| ui.busy = Some(Busy { words: format!("Reading {}…", request.name), part: None, job: job.get() }));
    JsFuture::from(ended).await.ok();
    host::mark("weft:read");
    let outcome = outcome.borrow_mut().take().unwrap_or(Outcome::Gone);
    // What was read is not open yet.
    if !matches!(outcome, Outcome::Opened(..)) && is_busy(&store, job.get()) {
        store.change(|ui| ui.busy = None);
    }
    outcome
}
