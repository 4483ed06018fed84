//! The page's own hooks: the store, and a value of it that renders again only when it changed.

use std::rc::Rc;

use yew::prelude::*;

use super::effects::Services;
use super::store::{Store, View};

/// Everything around the session.
#[hook]
pub fn use_services() -> Services {
    let Some(services) = use_context::<Services>() else { unreachable!("every component stands below the services' context") };
    services
}

/// The store of the page.
#[hook]
pub fn use_store() -> Store {
    use_services().store
}

/// A value of the store. The component renders again when the value compares unequal, and only then. `select` is taken from
/// the newest render, so it may use props.
#[hook]
pub fn use_selector<T, F>(select: F) -> Rc<T>
where
    T: PartialEq + 'static,
    F: Fn(&View) -> T + 'static,
{
    let store = use_store();
    let update = use_force_update();
    let select: Rc<dyn Fn(&View) -> T> = Rc::new(select);
    let value = Rc::new(store.read(|view| select(view)));
    let latest = use_mut_ref(|| None);
    *latest.borrow_mut() = Some((select, value.clone()));

    use_effect_with((), move |()| {
        let reader = store.clone();
        let subscription = store.subscribe(move || {
            let Some((select, shown)) = latest.borrow().clone() else { return };
            if reader.read(|view| select(view)) != *shown {
                update.force_update();
            }
        });
        move || drop(subscription)
    });
    value
}

/// A callback that gets the store.
#[hook]
pub fn use_action<E: 'static>(action: impl Fn(&Store, E) + 'static) -> Callback<E> {
    let store = use_store();
    Callback::from(move |event| action(&store, event))
}
