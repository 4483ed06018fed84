//! A button with a list of actions below it.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};
use yew::prelude::*;

use crate::units::lower;

/// One action of a menu.
#[derive(Clone, PartialEq)]
pub struct MenuItem {
    /// What it does, in a few words.
    pub label: AttrValue,
    /// Its shortcut or a remark.
    pub hint: AttrValue,
    /// Does it.
    pub action: Callback<()>,
}

impl MenuItem {
    /// An action.
    pub fn new(label: impl Into<AttrValue>, hint: impl Into<AttrValue>, action: impl Fn() + 'static) -> Self {
        Self { label: label.into(), hint: hint.into(), action: Callback::from(move |()| action()) }
    }
}

/// A button with a list of actions.
#[derive(Properties, PartialEq)]
pub struct MenuProps {
    /// What the button shows.
    pub face: Html,
    /// What the button is called.
    pub label: AttrValue,
    /// Classes of the button.
    #[prop_or_default]
    pub class: Classes,
    /// The actions.
    pub items: Vec<MenuItem>,
}

/// A button with a list of actions below it.
#[component]
pub fn Menu(props: &MenuProps) -> Html {
    let open = use_state(|| false);
    let node = use_node_ref();
    let list = use_node_ref();
    {
        let list = list.clone();
        use_effect_with(*open, move |open| {
            if *open && let Some(list) = list.cast::<Element>() {
                focus_at(&list, 0);
            }
        });
    }
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let left = {
        let (open, node) = (open.clone(), node.clone());
        Callback::from(move |event: FocusEvent| {
            let inside = event
                .related_target()
                .and_then(|target| target.dyn_into::<Node>().ok())
                .is_some_and(|target| node.cast::<Node>().is_some_and(|node| node.contains(Some(&target))));
            if !inside {
                open.set(false);
            }
        })
    };
    let pressed = {
        let (open, node, list) = (open.clone(), node.clone(), list.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" && *open {
                open.set(false);
                event.stop_propagation();
                if let Some(button) = node
                    .cast::<Element>()
                    .and_then(|node| node.query_selector("button").ok().flatten())
                    .and_then(|button| button.dyn_into::<HtmlElement>().ok())
                {
                    button.focus().ok();
                }
            }
            if let Some(list) = list.cast::<Element>() {
                walk(&list, &event);
            }
        })
    };
    html! {
        <div class="menu" ref={node} onfocusout={left} onkeydown={pressed}>
            <button id={format!("{}-menu", lower(&props.label))} class={classes!("button", props.class.clone())} aria-haspopup="menu" aria-expanded={open.to_string()} aria-label={props.label.clone()}
                title={props.label.clone()} onclick={toggle}>
                { props.face.clone() }
            </button>
            if *open {
                { menu_list(&props.items, list, &Callback::from(move |()| open.set(false))) }
            }
        </div>
    }
}

/// The list of a menu; `close` is asked before an action runs.
pub fn menu_list(items: &[MenuItem], list: NodeRef, close: &Callback<()>) -> Html {
    let items = items.iter().enumerate().map(|(at, item)| {
        let (action, close) = (item.action.clone(), close.clone());
        let chosen = Callback::from(move |_: MouseEvent| {
            close.emit(());
            action.emit(());
        });
        html! {
            <button key={at} class="menu-item" role="menuitem" tabindex="-1" onclick={chosen}>
                <span>{ &item.label }</span><span class="faint">{ &item.hint }</span>
            </button>
        }
    });
    html! { <div class="menu-list" role="menu" ref={list}>{ for items }</div> }
}

/// Puts the focus on the item at a place, around the ends.
pub fn focus_at(list: &Element, place: i32) {
    let items = list.children();
    let count = items.length() as i32;
    if count == 0 {
        return;
    }
    if let Some(item) = items.item(place.rem_euclid(count) as u32).and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        item.focus().ok();
    }
}

/// Moves the focus with the arrow keys, Home and End.
pub fn walk(list: &Element, event: &KeyboardEvent) {
    let focused = crate::app::host::document().and_then(|document| document.active_element());
    let items = list.children();
    let at = (0..items.length()).find(|at| items.item(*at) == focused).map_or(-1, |at| at as i32);
    let place = match event.key().as_str() {
        "ArrowDown" => at + 1,
        "ArrowUp" => at - 1,
        "End" => -1,
        "Home" => 0,
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    focus_at(list, place);
}
