//! Opening a design: small ones at once in the page, large ones in the worker, which hands them over in slices. The open design stays as
//! it is until the new one is whole; a reading that takes long can be stopped.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::effects::{Origin, Services};
use super::engine_client::Answer;
use super::files::pause;
use super::host;
use super::orders::Request;
use super::ui::Busy;
use crate::editor::opening::Opened;
use crate::io;
use crate::model::Design;

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

/// Opens what `request` says in place of the open design. One sentence where that cannot be; the open design is then as it was.
pub async fn open(services: &Services, origin: Origin, request: Request) -> Result<(), String> {
    let from = request.clone();
    if let Some((opened, job)) = read(services, request).await? {
        services.open_read(origin, opened, job);
        services.remember(from);
    }
    Ok(())
}

/// Opens what this browser kept; with `unless_drawn` only while nothing is drawn. Returns whether all of it could be read.
pub async fn open_kept(services: &Services, request: Request, unless_drawn: bool) -> Result<bool, String> {
    let from = request.clone();
    let Some((mut opened, job)) = read(services, request).await? else { return Ok(true) };
    if unless_drawn && !services.store.read(|view| view.session.design().is_empty()) {
        return Ok(true);
    }
    let lost = std::mem::take(&mut opened.told);
    services.open_read(Origin::Storage, opened, job);
    services.remember(from);
    if lost.is_empty() {
        return Ok(true);
    }
    services.store.complain(lost);
    Ok(false)
}

/// A design with the worker's job that read it, if the worker did; nothing when the user stopped it.
pub async fn read(services: &Services, request: Request) -> Result<Option<(Opened, Option<u32>)>, String> {
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
            if taken.is_some() && showing.read(|view| view.ui.busy.as_ref().is_some_and(|busy| busy.job == number.get())) {
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
    let done = job.get();
    if store.read(|view| view.ui.busy.as_ref().is_some_and(|busy| busy.job == done)) {
        store.change(|ui| ui.busy = None);
    }
    let outcome = outcome.borrow_mut().take();
    outcome.unwrap_or(Outcome::Gone)
}
