//! The engine's side of the worker: keeps a copy of the design, applies patches, answers with reports.
//!
//! A message is an array of a word, a revision and a text. In: `open` with a design file, `patch` with a patch. Out: `ready`,
//! `report` with the report's JSON, `refused` with the reason when a patch does not fit the copy (the page then sends the whole).

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::catalog::Catalog;
use crate::engine::service;
use crate::io;
use crate::model::Design;

/// Makes a message.
pub fn message(word: &str, revision: u64, text: &str) -> Array {
    Array::of3(&word.into(), &JsValue::from_f64(revision as f64), &text.into())
}

/// Reads a message.
pub fn parts(data: &JsValue) -> Option<(String, u64, String)> {
    let array: &Array = data.dyn_ref()?;
    Some((array.get(0).as_string()?, array.get(1).as_f64()? as u64, array.get(2).as_string()?))
}

/// Runs the engine in this worker.
pub fn run() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let catalog = Catalog::builtin();
    let design = Rc::new(RefCell::new(Design::default()));

    let answers = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Some((word, revision, text)) = parts(&event.data()) else { return };
        let taken = take(&word, &text, &mut design.borrow_mut());
        let answer = match taken {
            Ok(()) => {
                let report = service::evaluate(&design.borrow(), &catalog);
                message("report", revision, &io::export::report_json(&report))
            }
            Err(reason) => message("refused", revision, &reason),
        };
        answers.post_message(&answer).ok();
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The worker lives as long as the page.
    on_message.forget();
    scope.post_message(&message("ready", 0, "")).ok();
}

fn take(word: &str, text: &str, design: &mut Design) -> Result<(), String> {
    match word {
        "open" => {
            *design = io::load(text).map_err(|error| error.to_string())?.design;
            Ok(())
        }
        "patch" => {
            let patch = io::patch_from_text(text).map_err(|error| error.to_string())?;
            patch.apply(design).map_err(|error| error.to_string())
        }
        _ => Err(format!("“{word}” is nothing the engine knows")),
    }
}
