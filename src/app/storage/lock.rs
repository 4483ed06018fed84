//! One writer per design: a Web Lock `weft:<design>` that this tab holds until it closes, hands it on, or has it taken.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// The right to write a design. Dropping it lets the next tab write.
pub struct WriteLock {
    release: Rc<RefCell<Option<Function>>>,
}

impl Drop for WriteLock {
    fn drop(&mut self) {
        if let Some(release) = self.release.borrow_mut().take() {
            release.call0(&JsValue::NULL).ok();
        }
    }
}

/// How to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Only if nobody has it.
    IfFree,
    /// Take it away from who has it.
    Steal,
}

/// Asks for the right to write a design; `None` is another tab's. `lost` is called when another tab takes it away.
/// Where the browser has no locks, this tab writes: it cannot know of others.
pub async fn acquire(design: &str, manner: Manner, lost: impl FnOnce() + 'static) -> Option<WriteLock> {
    let release = Rc::new(RefCell::new(None));
    let Some((locks, request)) = manager() else { return Some(WriteLock { release }) };

    let options = Object::new();
    let how = if manner == Manner::IfFree { "ifAvailable" } else { "steal" };
    Reflect::set(&options, &how.into(), &JsValue::TRUE).ok()?;

    let (answer, held) = channel()?;
    let kept = release.clone();
    let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let got = !lock.is_null() && !lock.is_undefined();
        answer.call1(&JsValue::NULL, &JsValue::from_bool(got)).ok();
        if !got {
            return JsValue::UNDEFINED;
        }
        // The lock is held until this promise ends.
        Promise::new(&mut |resolve, _| *kept.borrow_mut() = Some(resolve)).into()
    });
    let name = format!("weft:{design}");
    let held_until: Promise = request.call3(&locks, &name.into(), &options, &granted).ok()?.dyn_into().ok()?;
    wasm_bindgen_futures::spawn_local(async move {
        if JsFuture::from(held_until).await.is_err() {
            lost();
        }
    });
    let got = JsFuture::from(held).await.ok()?.as_bool().unwrap_or(false);
    got.then_some(WriteLock { release })
}

fn manager() -> Option<(JsValue, Function)> {
    let window = crate::app::host::window()?;
    let locks = Reflect::get(&window.navigator(), &"locks".into()).ok().filter(|locks| locks.is_object())?;
    let request = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    Some((locks, request))
}

/// A promise and the function that fulfils it.
fn channel() -> Option<(Function, Promise)> {
    let mut answer = None;
    let promise = Promise::new(&mut |resolve, _| answer = Some(resolve));
    Some((answer?, promise))
}
