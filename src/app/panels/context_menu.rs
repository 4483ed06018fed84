//! The menu of what is selected, at the pointer or at the selection: commands that can be used now, with their keys.

use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::menu::{MenuItem, focus_at, menu_list, walk};
use crate::app::hooks::{use_selector, use_services};
use crate::app::{actions, host};
use crate::editor::commands;
use crate::units::Point;

/// What the menu offers, in its order.
const OFFERED: [&str; 22] = [
    "connect",
    "rename",
    "part",
    "copy",
    "cut",
    "paste",
    "duplicate",
    "rename-by-pattern",
    "repeat",
    "group",
    "ungroup",
    "align-left",
    "align-top",
    "spread-across",
    "spread-down",
    "lay-out",
    "findings",
    "fail",
    "zoom-selection",
    "select-alike",
    "select-all",
    "delete",
];

/// The menu of what is selected.
#[component]
pub fn ContextMenu() -> Html {
    let services = use_services();
    let state = use_selector(|view| {
        let at = view.ui.context_menu?;
        let usable = OFFERED.iter().copied().filter(|id| commands::by_id(id).is_some_and(|command| command.is_available(view.session)));
        Some((at, usable.collect::<Vec<_>>()))
    });
    let list = use_node_ref();
    let frame = use_node_ref();
    {
        let (frame, list) = (frame.clone(), list.clone());
        use_effect_with((*state).as_ref().map(|(at, _)| *at), move |at| {
            if let (Some(at), Some(frame)) = (at, frame.cast::<HtmlElement>()) {
                put(&frame, *at);
                if let Some(list) = list.cast::<Element>() {
                    focus_at(&list, 0);
                }
            }
        });
    }
    let Some((at, usable)) = (*state).clone() else { return Html::default() };
    let items: Vec<MenuItem> = usable
        .iter()
        .filter_map(|id| commands::by_id(id))
        .map(|command| {
            let services = services.clone();
            MenuItem::new(command.name, command.shortcut, move || {
                if command.id == "paste" {
                    // Where the menu was opened, not where the pointer happens to be on the menu.
                    let place = services.store.read(|view| view.session.camera().to_world(at));
                    actions::paste_from_clipboard(&services, Some(place));
                } else {
                    actions::run(&services, command, false);
                }
            })
        })
        .collect();
    let close = {
        let store = services.store.clone();
        Callback::from(move |()| {
            store.change(|ui| ui.context_menu = None);
            host::focus("canvas");
        })
    };
    let pressed = {
        let (list, close) = (list.clone(), close.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" || event.key() == "Tab" {
                event.prevent_default();
                event.stop_propagation();
                close.emit(());
            } else if let Some(list) = list.cast::<Element>() {
                walk(&list, &event);
            }
        })
    };
    html! { <div class="floating" ref={frame} onkeydown={pressed}>{ menu_list(&items, list, &close) }</div> }
}

/// Puts a floating thing at a place of the stage, and keeps it inside.
pub fn put(frame: &HtmlElement, at: Point) {
    let Some(stage) = frame.offset_parent() else { return };
    let room = |extent: i32, size: i32| f64::from((extent - size - 8).max(0));
    let x = at.x.clamp(0.0, room(stage.client_width(), frame.offset_width()));
    let y = at.y.clamp(0.0, room(stage.client_height(), frame.offset_height()));
    frame.style().set_property("left", &format!("{x}px")).ok();
    frame.style().set_property("top", &format!("{y}px")).ok();
}
