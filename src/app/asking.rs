//! Questions to the engine ([`crate::engine::ask`]): answered by the worker where there is one, else by the page itself.

use js_sys::{Array, Float32Array};
use wasm_bindgen::{JsCast, JsValue};

use super::effects::Services;
use super::engine_client::Answer;
use crate::engine::ask::{self, Said};

/// An answer as it travels: text, or text with numbers as they lie in memory.
pub fn packed(said: &Said) -> JsValue {
    if said.numbers.is_empty() {
        return said.text.as_str().into();
    }
    Array::of2(&said.text.as_str().into(), &Float32Array::from(said.numbers.as_slice())).into()
}

fn unpacked(value: &JsValue) -> Said {
    match value.dyn_ref::<Array>() {
        Some(both) => {
            let numbers = both.get(1).dyn_into::<Float32Array>().map(|numbers| numbers.to_vec()).unwrap_or_default();
            Said { text: both.get(0).as_string().unwrap_or_default(), numbers }
        }
        None => Said { text: value.as_string().unwrap_or_default(), numbers: Vec::new() },
    }
}

/// Asks a question of the design as it is now. Returns the job.
pub fn ask(services: &Services, question: String, progress: impl Fn(f64) + 'static, then: impl Fn(Said) + 'static) -> u32 {
    let (store, catalog) = (services.store.clone(), services.catalog.clone());
    let own = question.clone();
    services.ask(&question, move |answer| match answer {
        Answer::Slice(_, part) => progress(part),
        Answer::Made(made) => then(unpacked(made)),
        Answer::Gone => then(store.read(|view| ask::answer(&own, view.session.design(), &catalog, &mut |_| {}))),
        Answer::Failed(_) | Answer::Read(..) | Answer::Stopped => {}
    })
}
