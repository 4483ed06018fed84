//! The page's own hooks: the store, and a value of it that renders again only when it changed.

use std::any::Any;
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

/// Takes a value from the store, unless it is equal to the one that is shown.
type Select = Rc<dyn Fn(&View, Option<&dyn Any>) -> Option<Rc<dyn Any>>>;

/// A value of the store. The component renders again when the value compares unequal, and only then. `select` is taken from
/// the newest render, so it may use props.
#[hook]
pub fn use_selector<T, F>(select: F) -> Rc<T>
where
    T: PartialEq + 'static,
    F: Fn(&View) -> T + 'static,
{
    let Ok(value) = use_selected(select_of(select)).downcast::<T>() else { unreachable!("a selector gives values of its type") };
    value
}

fn select_of<T: PartialEq + 'static>(select: impl Fn(&View) -> T + 'static) -> Select {
    Rc::new(move |view, shown| {
        let value = select(view);
        let same = shown.and_then(|shown| shown.downcast_ref::<T>()).is_some_and(|shown| *shown == value);
        (!same).then(|| Rc::new(value) as Rc<dyn Any>)
    })
}

/// What all selectors have in common, whatever the type of their value, so that it is in the page once.
#[hook]
fn use_selected(select: Select) -> Rc<dyn Any> {
    let store = use_store();
    let update = use_force_update();
    let Some(value) = store.read(|view| select(view, None)) else { unreachable!("nothing is shown yet, so nothing is equal") };
    let latest = use_mut_ref(|| None::<(Select, Rc<dyn Any>)>);
    *latest.borrow_mut() = Some((select, value.clone()));

    use_effect_with((), move |()| {
        let reader = store.clone();
        let subscription = store.subscribe(move || {
            let Some((select, shown)) = latest.borrow().clone() else { return };
            if reader.read(|view| select(view, Some(&*shown))).is_some() {
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
