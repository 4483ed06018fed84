//! The engine's side of the worker: keeps a copy of the design, applies patches, answers with reports; reads designs and writes them out.
//!
//! A message is an array of a word, a number and what belongs to it. The page sends
//!
//! | word | number | then | |
//! |---|---|---|---|
//! | `fresh` | revision | | begin an empty copy |
//! | `part` | revision | patch | apply it to the copy |
//! | `against` | job | reports as JSON | answer `made` with the rows of the copy's report beside them ([`crate::engine::compare::text`]), or `failed` |
//! | `ask` | job | question | answer `made` with the answer (text, or text and a typed array), and `slice` with how much is done |
//! | `beside` | job | kind, name, body | read a design aside; answer `made` with its report as JSON, or `failed` |
//! | `evaluate` | revision | | answer `report`, the copy's report as JSON |
//! | `read` | job | kind, name, body | read a design aside; answer `slice` and `read`, or `failed` |
//! | `adopt` | job | | what was read becomes the copy |
//! | `make` | job | product | answer `made` with the text, or `failed` |
//!
//! and the worker says `ready` once, `refused` when a patch does not fit its copy (the page then sends the whole), and for a design that
//! was read `slice` (a patch, and how much of the whole it completes) as often as needed, then `read` (what is said of it, why it may not
//! be edited). Slices are small, so that the page takes each in without being held up.

use std::cell::RefCell;
use std::sync::Arc;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::asking;
use super::orders::{self, Product};
use crate::catalog::Catalog;
use crate::editor::opening::Opened;
use crate::engine::{compare, service, templates};
use crate::io;
use crate::io::export::Tables;
use crate::model::{Change, Delta, Design, LinkId, Patch};
use crate::units::SortedMap;

/// So many changes make a slice: the page takes one in within a few milliseconds.
pub const SLICE: usize = 1000;

/// Makes a message.
pub fn message(word: &str, number: u64, body: &JsValue) -> Array {
    Array::of3(&word.into(), &JsValue::from_f64(number as f64), body)
}

/// Reads a message's word and number.
pub fn parts(data: &JsValue) -> Option<(String, u64, &Array)> {
    let array: &Array = data.dyn_ref()?;
    Some((array.get(0).as_string()?, array.get(1).as_f64()? as u64, array))
}

struct Worker {
    scope: DedicatedWorkerGlobalScope,
    catalog: Catalog,
    /// The page's design; `None` after a patch did not fit, until the page sends it anew.
    copy: Option<Design>,
    /// What is kept from one evaluation to the next, and what was said last.
    memory: service::Memory,
    said: String,
    /// The table that is looked at.
    tables: Tables,
    /// What was read last, with its job.
    aside: Option<(u64, Design)>,
    is_warm: bool,
}

/// Runs the engine in this worker.
pub fn run() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let worker = RefCell::new(Worker {
        scope: scope.clone(),
        catalog: Catalog::builtin(),
        copy: Some(Design::default()),
        memory: service::Memory::default(),
        said: String::new(),
        tables: Tables::default(),
        aside: None,
        is_warm: false,
    });
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some((word, number, rest)) = parts(&event.data()) {
            worker.borrow_mut().carry_out(&word, number, rest);
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The worker lives as long as the page.
    on_message.forget();
    scope.post_message(&message("ready", 0, &JsValue::NULL)).ok();
}

impl Worker {
    fn carry_out(&mut self, word: &str, number: u64, rest: &Array) {
        if matches!(word, "adopt" | "fresh" | "part") {
            self.tables.forget();
        }
        match word {
            "adopt" => {
                self.memory.forget();
                self.copy = self.aside.take().filter(|(job, _)| *job == number).map(|(_, design)| design);
            }
            "against" => self.against(number, &rest.get(2)),
            "ask" => self.ask(number, &rest.get(2)),
            "beside" => match self.other(rest) {
                Ok(opened) => self.say("made", number, &service::evaluate(&opened.design, &self.catalog).to_json().into()),
                Err(sentence) => self.say("failed", number, &sentence.into()),
            },
            "evaluate" => match &self.copy {
                Some(design) => {
                    if !self.memory.holds() {
                        self.said = io::export::report_json(self.memory.evaluate(design, &self.catalog));
                    }
                    self.say("report", number, &self.said.as_str().into());
                    self.warm();
                }
                None => self.say("refused", number, &JsValue::NULL),
            },
            "fresh" => {
                self.memory.forget();
                self.copy = Some(Design::default());
            }
            "make" => match (&self.copy, rest.get(2).as_string().and_then(|word| Product::parse(&word))) {
                (Some(design), Some(product)) => self.say("made", number, &product.make(design, &self.catalog).into()),
                _ => self.say("failed", number, &JsValue::NULL),
            },
            "part" => self.apply(number, &rest.get(2)),
            "read" => self.read(number, rest),
            _ => {}
        }
    }

    /// Goes the way of an edit for a small fabric, once. Browsers compile a function when it is first called; what an edit calls and a whole report does not
    /// is called here after the first report, so that the first edit does not wait for it.
    fn warm(&mut self) {
        if std::mem::replace(&mut self.is_warm, true) {
            return;
        }
        let Ok(mut design) = templates::generate("fat-tree", &SortedMap::from([("k".to_owned(), "4".to_owned())]), &self.catalog) else { return };
        let mut memory = service::Memory::default();
        memory.evaluate(&design, &self.catalog);
        for id in design.links.ids().step_by(3).collect::<Vec<LinkId>>() {
            let gone = Patch { changes: vec![Change::Link(Delta { id, before: design.links.shared(id).cloned(), after: None })] };
            let Some(patch) = io::patch_from_text(&io::patch_to_text(&gone)).ok() else { return };
            memory.changes(&patch);
            if patch.apply(&mut design).is_err() {
                return;
            }
            io::export::report_json(memory.evaluate(&design, &self.catalog));
        }
    }

    /// Answers a question about a table, or another, telling how much is done on the way.
    fn ask(&mut self, job: u64, question: &JsValue) {
        let Some(design) = &self.copy else { return self.say("failed", job, &JsValue::NULL) };
        let question = question.as_string().unwrap_or_default();
        if let Some(question) = question.strip_prefix("table ") {
            let answer = self.tables.answer(question, design, &self.catalog);
            return self.say("made", job, &answer.into());
        }
        let mut progress = |part: f64| {
            let part = JsValue::from_f64(part);
            self.scope.post_message(&Array::of4(&"slice".into(), &JsValue::from_f64(job as f64), &JsValue::NULL, &part)).ok();
        };
        let answer = self.memory.answer(&question, design, &self.catalog, &mut progress);
        self.say("made", job, &asking::packed(&answer));
    }

    /// Puts the copy's report beside others.
    fn against(&mut self, job: u64, others: &JsValue) {
        let Some(design) = &self.copy else { return self.say("failed", job, &JsValue::NULL) };
        let made;
        let own = match self.memory.report() {
            Some(report) => report,
            None => {
                made = service::evaluate(design, &self.catalog);
                &made
            }
        };
        match compare::against(own, Array::from(others).iter().filter_map(|text| text.as_string())) {
            Ok(rows) => self.say("made", job, &compare::text(&rows).into()),
            Err(sentence) => self.say("failed", job, &sentence.into()),
        }
    }

    fn apply(&mut self, revision: u64, text: &JsValue) {
        let Some(design) = &mut self.copy else { return };
        let patch = text.as_string().and_then(|text| io::patch_from_text(&text).ok());
        if let Some(patch) = &patch {
            self.memory.changes(patch);
        }
        if patch.is_none_or(|patch| patch.apply(design).is_err()) {
            self.copy = None;
            self.say("refused", revision, &JsValue::NULL);
        }
    }

    /// Reads the design that a message holds.
    fn other(&self, rest: &Array) -> Result<Opened, String> {
        let (kind, name) = (rest.get(2).as_string().unwrap_or_default(), rest.get(3).as_string().unwrap_or_default());
        orders::read(&kind, &name, &rest.get(4), &self.catalog)
    }

    fn read(&mut self, job: u64, rest: &Array) {
        // What was read before and not taken makes room first.
        self.aside = None;
        match self.other(rest) {
            Ok(opened) => {
                let slices = Arc::new(Patch::between(&Design::default(), &opened.design)).slices(SLICE);
                let count = slices.len();
                for (place, slice) in (1..).zip(slices) {
                    let done = JsValue::from_f64(f64::from(place) / count as f64);
                    self.scope.post_message(&Array::of4(&"slice".into(), &JsValue::from_f64(job as f64), &io::patch_to_text(&slice).into(), &done)).ok();
                }
                let read_only = opened.read_only.map_or(JsValue::NULL, |reason| reason.into());
                self.aside = Some((job, opened.design));
                self.scope.post_message(&Array::of4(&"read".into(), &JsValue::from_f64(job as f64), &opened.told.into(), &read_only)).ok();
            }
            Err(sentence) => self.say("failed", job, &sentence.into()),
        }
    }

    fn say(&self, word: &str, number: u64, body: &JsValue) {
        self.scope.post_message(&message(word, number, body)).ok();
    }
}
