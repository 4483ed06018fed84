//! The finding about what is selected, beside it on the canvas: the same sentence and the same fixes as in the panel.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::context_menu::put;
use super::finding_parts::{Fixes, sign};
use super::icon::Icon;
use crate::app::actions::show_findings;
use crate::app::hooks::{use_action, use_selector};
use crate::editor::Gesture;
use crate::units::{Point, Rect};

/// Between a thing and the card beside it, in view pixels.
const GAP: f64 = 14.0;

/// The finding about what is selected.
#[component]
pub fn FindingCard() -> Html {
    let shown = use_selector(|view| {
        let session = view.session;
        let still = matches!(session.gesture(), Gesture::Idle | Gesture::Panning { .. });
        if !still || view.ui.context_menu.is_some() || view.ui.offer.is_some() || view.ui.shut_card.as_ref() == Some(session.selection()) {
            return None;
        }
        let (finding, place) = session.selected_finding()?;
        Some((finding.clone(), place, session.is_report_current()))
    });
    let shut = use_action(|store, _: MouseEvent| {
        let selection = store.read(|view| view.session.selection().clone());
        store.change(|ui| ui.shut_card = Some(selection));
        crate::app::host::focus("canvas");
    });
    let listed = use_action(|store, _: MouseEvent| {
        let about = store.read(|view| view.session.selection().iter().cloned().collect());
        show_findings(store, about);
    });
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((*shown).clone(), move |shown| {
            if let Some(((_, place, _), card)) = shown.as_ref().zip(node.cast::<HtmlElement>()) {
                put(&card, beside(&card, place));
            }
        });
    }
    let Some((finding, _, current)) = (*shown).clone() else { return Html::default() };
    let (class, mark) = sign(finding.severity);
    html! {
        <article class={classes!("finding", "finding-card", class, (!current).then_some("stale"))} ref={node} data-finding-card="true" aria-label="Finding about the selection">
            <header class="finding-card-head">
                <b class="finding-title"><span aria-hidden="true">{ mark }{ " " }</span><span class="sr-only">{ finding.severity.label() }{ ": " }</span>{ &finding.title }</b>
                <button class="button plain icon" aria-label="Close" title="Close" onclick={shut}>{ Icon::Close.html() }</button>
            </header>
            <p class={classes!("finding-message", finding.recalled.then_some("recalled"))}>{ &finding.message }</p>
            <div class="finding-actions">
                <Fixes fixes={finding.fixes.clone()} />
                <button class="button" onclick={listed}>{ "In the list" }</button>
            </div>
        </article>
    }
}

/// Right of the thing where there is room, else left of it, else below it.
fn beside(card: &HtmlElement, place: &Rect) -> Point {
    let (width, height) = (f64::from(card.offset_width()), f64::from(card.offset_height()));
    let room = card.offset_parent().map_or((f64::MAX, f64::MAX), |stage| (f64::from(stage.client_width()), f64::from(stage.client_height())));
    if place.right() + GAP + width <= room.0 {
        Point::new(place.right() + GAP, place.y)
    } else if place.x - GAP - width >= 0.0 {
        Point::new(place.x - GAP - width, place.y)
    } else if place.bottom() + GAP + height <= room.1 {
        Point::new(place.center().x - width / 2.0, place.bottom() + GAP)
    } else {
        Point::new(place.center().x - width / 2.0, place.y - GAP - height)
    }
}
