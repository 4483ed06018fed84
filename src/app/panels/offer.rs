//! Parts that fit a port, offered where a link was dropped on nothing: choosing one places it and connects it.

use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::context_menu::put;
use super::menu::{MenuItem, focus_at, menu_list, walk};
use crate::app::hooks::{use_selector, use_store};
use crate::app::host;
use crate::app::store::Store;
use crate::catalog::fit;
use crate::editor::Intent;
use crate::model::{PartId, PortRef};
use crate::units::Point;

/// How many parts are offered at most.
const MOST: usize = 8;

/// Parts that fit a port.
#[component]
pub fn OfferedParts() -> Html {
    let store = use_store();
    let state = use_selector(|view| {
        let offer = view.ui.offer.clone()?;
        let (design, catalog) = (view.session.design(), view.session.catalog());
        let fitting = fit::what_fits(catalog, design, &view.session.port_use(), offer.from);
        let named = fitting.into_iter().take(MOST).filter_map(|id| Some((catalog.part(design, &id)?.name.clone(), id)));
        Some((offer, named.collect::<Vec<_>>()))
    });
    let (frame, list) = (use_node_ref(), use_node_ref());
    {
        let (frame, list) = (frame.clone(), list.clone());
        use_effect_with((*state).as_ref().map(|(offer, _)| offer.at), move |at| {
            if let (Some(at), Some(frame)) = (at, frame.cast::<HtmlElement>()) {
                put(&frame, *at);
                if let Some(list) = list.cast::<Element>() {
                    focus_at(&list, 0);
                }
            }
        });
    }
    let Some((offer, parts)) = (*state).clone() else { return Html::default() };
    let items = parts
        .into_iter()
        .map(|(name, id)| {
            let (store, offer) = (store.clone(), offer.clone());
            MenuItem::new(name, "", move || place_and_connect(&store, offer.from, &id, offer.at))
        })
        .collect::<Vec<_>>();
    let close = {
        let store = store.clone();
        Callback::from(move |()| {
            store.change(|ui| ui.offer = None);
            host::focus("canvas");
        })
    };
    let pressed = {
        let (list, close) = (list.clone(), close.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.stop_propagation();
                close.emit(());
            } else if let Some(list) = list.cast::<Element>() {
                walk(&list, &event);
            }
        })
    };
    let empty = items.is_empty();
    html! {
        <div class="floating" ref={frame} onkeydown={pressed}>
            <div class="floating-title">{ if empty { "No part of the catalogue fits this port" } else { "Connect to a new" } }</div>
            { menu_list(&items, list, &close) }
        </div>
    }
}

fn place_and_connect(store: &Store, from: PortRef, part: &PartId, at: Point) {
    let at = store.read(|view| view.session.camera().to_world(at));
    store.dispatch(Intent::PlaceConnected { part: part.clone(), at, from });
}
